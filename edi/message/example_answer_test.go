package message_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
)

func ExampleRefusal() {
	m := parse(new(testing.T), "ORDERS", `BGM+220+PO-1001+9
DTM+137:20260326:102
NAD+BY+5412345000013::9
CUX+2:EUR:9
LIN+1++4000862141404:EN
QTY+21:ten:EA
PRI+AAA:2.5
UNS+S`)
	doc, found := message.ReadPurchaseOrder(m, mapping.Options{})
	if !found.Blocks() {
		return
	}
	answer := message.Refusal(m, "A-7", calendar.MustDate("2026-03-27"), order.Reference{Qualifier: "ON", Value: doc.PurchaseOrder}, found)
	segments, err := message.WriteApplicationAnswer(answer, "D01B", mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s)
	}
	// Output:
	// BGM+313+A-7+27
	// DTM+137:20260327:102
	// RFF+ACW:M1
	// RFF+ON:PO-1001
	// NAD+MS+5412345000013::9
	// NAD+MR+4012345500004::9
	// ERC+ERROR:ZZZ
	// FTX+AAO+++message.orders.quantity at segments[7].QTY.1.2: QTY 21: edifact: "ten":is no number (ask the partner how much is meant, or agree on the unit)
}

func ExampleReadApplicationAnswer() {
	m := parse(new(testing.T), "APERAK", `BGM+313+AN-3+27
DTM+137:20260402:102
RFF+ACW:17
RFF+IV:INV-000001
ERC+12
FTX+AAO+++the goods have not arrived`)
	answer, found := message.ReadApplicationAnswer(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	fmt.Println(answer.Verdict, "message", answer.Message, answer.References[0].Value)
	for _, e := range answer.Errors {
		fmt.Println(e.Code, e.Text)
	}
	// Output:
	// rejected message 17 INV-000001
	// 12 the goods have not arrived
}

func ExampleReadPriceCatalogue() {
	m := parse(new(testing.T), "PRICAT", `BGM+9+PC-26+9
DTM+137:20260301:102
DTM+194:20260401:102
NAD+SU+4012345500004::9
CUX+2:EUR:8
PGI+2
LIN+1++4000862141404:EN
PRI+AAA:300:CA::100:EA
PRI+AAA:250:CA::100:EA
RNG+4+EA:1000:99999`)
	catalogue, found := message.ReadPriceCatalogue(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	for _, l := range catalogue.Items {
		for _, count := range []string{"10 EA", "5000 EA"} {
			p, ok := l.PriceOn(mapping.NetPrice, calendar.MustDate("2026-04-01"), qty(count))
			fmt.Println(l.Identifiers[0].Value, count, p.Price, "per", p.Per, ok)
		}
	}
	// Output:
	// 4000862141404 10 EA 300.00 EUR per 100 true
	// 4000862141404 5000 EA 250.00 EUR per 100 true
}
