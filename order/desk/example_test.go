package desk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

func ExampleDesk_Submit() {
	ctx := context.Background()
	tell := &clock{now: start}
	up := false
	d, err := desk.Open(ctx, desk.Config{
		Journal: journal.NewMemory(),
		Clock:   tell.Now,
		Steps: []desk.Step{
			{Name: "address", Run: func(context.Context, *desk.Work) error {
				if !up {
					return errors.New("the address service does not answer")
				}
				return nil
			}},
			{Name: "accept", Run: func(_ context.Context, w *desk.Work) error {
				return w.Record(order.Accepted{At: w.Now()})
			}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, _ := d.Submit(ctx, desk.Submission{Key: "acme/4711", Document: document("4711")})
	fmt.Println(r.Order.Status(), r.Waiting.Step, r.Waiting.RetryAt.Format("15:04"))

	up = true
	tell.add(time.Minute)
	results, _ := d.RunDue(ctx)
	fmt.Println(results[0].Order.Status())

	r, _ = d.Submit(ctx, desk.Submission{Key: "acme/4711", Document: document("4711")})
	fmt.Println(r.Known, r.Order.ID)
	// Output:
	// pending address 09:01
	// open
	// true SO-00000001
}
