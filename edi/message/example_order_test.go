package message_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// A purchase order that came in becomes a document of the library.
func ExampleReadPurchaseOrder() {
	m := parse(new(testing.T), "ORDERS", `BGM+220+PO-1001+9
DTM+137:20260327:102
DTM+2:20260402:102
NAD+BY+5412345000013::9
NAD+DP+0045::92
CUX+2:EUR:9
LIN+1++4000862141404:EN
QTY+21:1200:PCE
PRI+AAA:14.58:::100:PCE
UNS+S
CNT+2:1`) // of edifact.Read
	doc, found := message.ReadPurchaseOrder(m, mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	buyer, _ := doc.Party(party.SoldTo)
	fmt.Println(doc.PurchaseOrder, "of", buyer.Identifiers[0], "by", doc.RequestedDelivery)
	for _, l := range doc.Lines {
		fmt.Println(l.ID, l.Identifiers[0].Value, l.Quantity, "at", l.Price, "per", l.PricePer)
	}
	// Output:
	// PO-1001 of GLN 5412345000013 by 2026-04-02
	// 1 4000862141404 1200 PC at 14.58 EUR per 100
}

// An order that is split by place becomes an order for each store.
func ExampleReadStoreOrders() {
	m := parse(new(testing.T), "ORDERS", `BGM+220+PO-1001+9
DTM+137:20260327:102
NAD+BY+5412345000013::9
NAD+DP+4012345500004::9
LIN+1++4000862141404:EN
QTY+21:48:PCE
LOC+7+3312345502000::9
QTY+11:24
LOC+7+3312345501003::9
QTY+11:24
UNS+S`) // of edifact.Read
	docs, found := message.ReadStoreOrders(m, mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, doc := range docs {
		for _, l := range doc.Lines {
			fmt.Println(doc.PurchaseOrder, "for", doc.Store, "line", l.ID, l.Quantity)
		}
	}
	// Output:
	// PO-1001 for GLN 3312345502000 line 1 24 PC
	// PO-1001 for GLN 3312345501003 line 1 24 PC
}

// A buyer sends an order.
func ExampleWritePurchaseOrder() {
	price := money.MustParse("2.50 EUR")
	segments, err := message.WritePurchaseOrder(order.Document{
		PurchaseOrder: "PO-1001", Date: calendar.MustDate("2026-03-27"), RequestedDelivery: calendar.MustDate("2026-04-02"), Currency: money.EUR,
		Parties: []order.Party{
			{Role: party.SoldTo, Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "5412345000013"}}},
			{Role: party.Seller, Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4012345500004"}}},
		},
		Lines: []order.Request{{ID: "1", Quantity: quantity.MustParse("60 EA"), Price: &price, Description: "Bracket",
			Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, {Scheme: order.SchemeBuyer, Value: "77-1"}}}},
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lines(segments))
	// Output:
	// BGM+220+PO-1001+9
	// DTM+137:20260327:102
	// DTM+2:20260402:102
	// NAD+BY+5412345000013::9
	// NAD+SU+4012345500004::9
	// CUX+2:EUR:9
	// LIN+1++4000862141404:EN
	// PIA+1+77-1:IN
	// IMD+F++:::Bracket
	// QTY+21:60:EA
	// PRI+AAA:2.5
	// UNS+S
	// CNT+1:60
	// CNT+2:1
}

// A vendor answers an order: of 100, 60 come, 25 are backordered and 15 are not delivered.
func ExampleWriteOrderResponse() {
	answer, err := mapping.AnswerTo(answered(new(testing.T)))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer.Date = calendar.MustDate("2026-03-28") // today
	segments, err := message.WriteOrderResponse(answer, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		switch s.ID() {
		case "BGM", "LIN", "QTY", "PRI":
			fmt.Println(s)
		}
	}
	// Output:
	// BGM+231+SO-1+4+AC
	// LIN+10+3+4000862141404:EN
	// QTY+21:100:EA
	// QTY+113:60:EA
	// QTY+83:25:EA
	// PRI+AAA:2.5
	// LIN+20+3+4000862141411:EN
	// QTY+21:10:EA
	// QTY+113:10:EA
	// PRI+AAA:5.2::CUP
	// PRI+AAA:5::EUP
}

// A buyer reads what the vendor says.
func ExampleReadOrderResponse() {
	m := parse(new(testing.T), "ORDRSP", `BGM+231+R-5+4+AC
DTM+137:20260328:102
RFF+ON:PO-1001
RFF+VN:SO-1
CUX+2:EUR:9
LIN+10+3+4000862141404:EN
QTY+21:100:EA
QTY+113:60:EA
QTY+83:25:EA
DTM+69:20260403:102
LIN+20+7
QTY+21:10:EA
FTX+ACD+++it is made no more
UNS+S
CNT+2:2`) // of edifact.Read
	answer, found := message.ReadOrderResponse(m, mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	fmt.Println(answer.PurchaseOrder, "is", answer.VendorOrder, answer.Verdict)
	for _, l := range answer.Lines {
		for _, p := range l.Parts {
			fmt.Println(l.ID, p.Quantity, p.Status)
		}
	}
	// Output:
	// PO-1001 is SO-1 accepted-with-changes
	// 10 60 EA accepted
	// 10 25 EA backordered
	// 10 15 EA rejected
	// 20 10 EA rejected
}

// A customer wants less of a line, and gives up another.
func ExampleReadPurchaseOrderChange() {
	m := parse(new(testing.T), "ORDCHG", `BGM+230+CH-3+4
DTM+137:20260328:102
RFF+ON:PO-1001
LIN+10+3
QTY+21:60:EA
LIN+20+2
UNS+S
CNT+2:2`) // of edifact.Read
	change, found := message.ReadPurchaseOrderChange(m, mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range change.Lines {
		fmt.Println(change.Document.PurchaseOrder, change.Sequence, "line", l.ID, l.Kind, l.Quantity)
	}
	// Output:
	// PO-1001 CH-3 line 10 values 60 EA
	// PO-1001 CH-3 line 20 delete 0
}

// A buyer wants less of a line.
func ExampleWritePurchaseOrderChange() {
	segments, err := message.WritePurchaseOrderChange(mapping.OrderChange{
		Document: order.Document{PurchaseOrder: "PO-1001", Date: calendar.MustDate("2026-03-26")}, Sequence: "CH-3", Date: calendar.MustDate("2026-03-28"),
		Lines: []mapping.LineChange{{Request: order.Request{ID: "10", Quantity: quantity.MustParse("60 EA")}, Kind: mapping.ChangeValues}},
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lines(segments))
	// Output:
	// BGM+230+CH-3+4
	// DTM+137:20260328:102
	// RFF+ON:PO-1001
	// DTM+171:20260326:102
	// LIN+10+3
	// QTY+21:60:EA
	// UNS+S
	// CNT+2:1
}
