package atp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// workshop makes everything in three days.
type workshop struct{}

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
