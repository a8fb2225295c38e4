package gateway_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/intake"
)

// A partner's file is taken: its purchase order is handed over, and a 997 answers it.
func Example() {
	ctx := context.Background()
	profiles, err := partner.Decode([]byte(`
name: bigbox
x12: {qualifier: "01", id: "123456789", our_qualifier: ZZ, our_id: MERIDIAN, version: "004010"}
options: {currency: USD}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	directory, err := partner.NewDirectory(profiles...)
	if err != nil {
		fmt.Println(err)
		return
	}
	j := journal.NewMemory()
	inbox, err := intake.New(intake.Config{Journal: j, Clock: clock})
	if err != nil {
		fmt.Println(err)
		return
	}
	outbox, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: clock})
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := gateway.New(gateway.Config{
		Partners: directory, Inbox: inbox, Outbox: outbox,
		Handle: func(_ context.Context, a gateway.Arrival) (intake.Outcome, error) {
			doc, found := mapping.ReadPurchaseOrder(a.Set, a.Profile.Mapping())
			if found.Blocks() {
				return intake.Outcome{Result: intake.Exception, Findings: found}, nil
			}
			fmt.Println(doc.PurchaseOrder, doc.Lines[0].Quantity, doc.Lines[0].Price)
			return intake.Outcome{Result: intake.Ordered, Order: "SO-1"}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*000000041*0*P*>~" +
		"GS*PO*123456789*MERIDIAN*20260327*1105*41*X*004010~" +
		"ST*850*0001~BEG*00*SA*A-1**20260327~PO1*1*12*EA*2.5**VN*BR-10~CTT*1~SE*5*0001~" +
		"GE*1*41~IEA*1*000000041~"
	taken, err := g.Receive(ctx, "orders.edi", strings.NewReader(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range taken.Documents {
		fmt.Println(d.Entry.Kind, d.Entry.Control, d.Entry.Outcome.Result)
	}
	for _, answer := range taken.Answers {
		fmt.Println(strings.ReplaceAll(string(answer.Raw[106:]), "~", "\n"))
	}
	// Output:
	// A-1 12 EA 2.50 USD
	// 850 000000041/41/0001 order
	// GS*FA*MERIDIAN*123456789*20260327*1200*1*X*004010
	// ST*997*0001
	// AK1*PO*41
	// AK2*850*0001
	// AK5*A
	// AK9*A*1*1*1
	// SE*6*0001
	// GE*1*1
	// IEA*1*000000001
}
