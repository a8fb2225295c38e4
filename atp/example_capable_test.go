package atp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// workshop makes everything in three days, and plans what is accepted.
type workshop struct{}

func (workshop) Accept(_ context.Context, key string, production []atp.ProductionProposal) error {
	for _, a := range production {
		fmt.Println(a.ID, "is planned for", key)
	}
	return nil
}

func (workshop) Release(_ context.Context, key string, production []atp.ProductionProposal) error {
	for _, a := range production {
		fmt.Println(a.ID, "is no longer planned for", key)
	}
	return nil
}

func (workshop) Propose(_ context.Context, needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
	var proposals []atp.ProductionProposal
	for i, n := range needs {
		proposals = append(proposals, atp.ProductionProposal{
			ID: fmt.Sprint("MO-", i+1), Ref: n.Ref, Due: n.From.AddDays(3), Quantity: n.Quantity,
		})
	}
	return proposals, nil
}

// 35 pumps are wanted today. 10 are there, 30 are ordered for Friday; the workshop would have the others on Thursday.
func ExampleStock_PromiseCapable() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	demands := []atp.Demand{{Ref: ref, Quantity: 35, Wanted: calendar.DateOf(now), Explain: true}}
	got, err := stock.PromiseCapable(context.Background(), now, workshop{}, demands, atp.LineByLine)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sentence := range got.Promises[0].Why() {
		fmt.Println(sentence)
	}
	for _, a := range got.Production {
		fmt.Println("to be made:", a.Quantity, "by", a.Due)
	}
	// Output:
	// 35 delivered on 2026-03-05, 3 days late: 10 from stock, available; 25 from production MO-1 due 2026-03-05.
	// 10 can be had on 2026-03-02.
	// to be made: 25 by 2026-03-05
}

// Take what is promised: the workshop plans it, and it is reserved.
func ExampleStock_AcceptProduction() {
	ctx, now := context.Background(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := stock.PromiseCapable(ctx, now, workshop{}, []atp.Demand{{Ref: ref, Quantity: 35}}, atp.LineByLine)
	if err != nil {
		fmt.Println(err)
		return
	}
	take := func(key string) {
		req := atp.ProductionRequest{
			Request:    atp.Request{Key: key, Hold: time.Hour, Lines: got.Promises[0].Lines()},
			Production: got.Production,
		}
		err := stock.AcceptProduction(ctx, workshop{}, req, func() error {
			made, err := stock.ReserveProduction(now, req)
			for _, e := range made.Events() {
				fmt.Printf("journal %T\n", e)
			}
			return err
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	take("order 4711")
	if _, err := stock.Count(now, atp.Count{Ref: ref, Quantity: 0}); err != nil {
		fmt.Println(err)
	}
	got.Production[0].ID = "MO-2"
	take("order 4712")
	// Output:
	// MO-1 is planned for order 4711
	// journal atp.SupplyAdded
	// journal atp.Reserved
	// MO-2 is planned for order 4712
	// MO-2 is no longer planned for order 4712
	// atp: reserve: item "pump" at site "BER": 35 requested, 15 available on 2026-03-05
}
