package mapping_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// A vendor delivers a part of a line now, a part later and a part not, and wants more
// for another line.
func ExampleReadAcknowledgement() {
	answer, found := mapping.ReadAcknowledgement(set(new(testing.T), worked), mapping.Options{}) // a set of x12.Read
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	fmt.Println(answer.PurchaseOrder, answer.Verdict)
	for _, l := range answer.Lines {
		for _, p := range l.Parts {
			fmt.Println("line", l.ID, p.Quantity, p.Status)
		}
	}
	// Output:
	// PO-1001 accepted-with-changes
	// line 1 60 EA accepted
	// line 1 25 EA backordered
	// line 1 15 EA rejected
	// line 2 10 EA repriced
}

// What came of a change that the vendor could not make wholly any more.
func ExampleReadChangeAcknowledgement() {
	answer, found := mapping.ReadChangeAcknowledgement(set(new(testing.T), `865
BCA*00*AC*PO-1001**3*20260326
POC*1*QD*60*0*EA***VN*BR-10
ACK*IQ*70*EA
MSG*10 more have left already
CTT*1`), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range answer.Lines {
		fmt.Println("change", answer.Change, "line", l.ID, l.Change, l.Parts[0].Quantity, l.Parts[0].Reason)
	}
	// Output: change 3 line 1 decrease 70 EA 10 more have left already
}

// A carton on a pallet, with what is in it.
func ExampleReadShipNotice() {
	shipment, found := mapping.ReadShipNotice(set(new(testing.T), `856
BSN*00*SH-1*20260401*1405*0001
HL*1**S
TD5*B*2*UPSN
REF*CN*1Z999
HL*2*1*O
PRF*PO-1001
HL*3*2*T
MAN*GM*003456789012345687
HL*4*3*P
MAN*GM*003456789012345670
HL*5*4*I
LIN*1*VN*BR-10*LT*L-7
SN1**24*EA
DTM*036*20270401
CTT*5`), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	fmt.Println(shipment.Shipment, shipment.Carrier, shipment.Tracking)
	for _, i := range shipment.Items {
		fmt.Println(i.PurchaseOrder, "line", i.Line, i.Shipped, "of lot", i.Lots[0].Number, "good until", i.Lots[0].Expires)
		for _, p := range shipment.Path(i.Packages[0]) {
			fmt.Println(p.Kind, p.SSCC)
		}
	}
	// Output:
	// SH-1 UPSN 1Z999
	// PO-1001 line 1 24 EA of lot L-7 good until 2027-04-01
	// tare 003456789012345687
	// carton 003456789012345670
}

// What a vendor bills, and whether it ties.
func ExampleReadInvoice() {
	invoice, found := mapping.ReadInvoice(set(new(testing.T), `810
BIG*20260401*INV-1*20260326*PO-1001
CUR*SE*USD
IT1*1*60*EA*2.5**VN*BR-10
SAC*A*C310***750*******02***Customer discount
TDS*15390
TXI*TX*11.4*8
CTT*1`), mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	fmt.Println(invoice.Kind, invoice.Number, "of", invoice.PurchaseOrder, "owed", invoice.Owed())
	for _, l := range invoice.Lines {
		fmt.Println("line", l.ID, l.Quantity, "at", l.Price, l.Value, l.Charges[0].Amount)
	}
	// Output:
	// invoice INV-1 of PO-1001 owed 153.90 USD
	// line 1 60 EA at 2.50 USD 150.00 USD -7.50 USD
}

// We order from a vendor.
func ExampleWritePurchaseOrder() {
	price := money.MustParse("2.50 USD")
	doc := order.Document{
		PurchaseOrder: "PO-1001", Date: calendar.MustDate("2026-03-27"), RequestedDelivery: calendar.MustDate("2026-04-06"), Currency: money.USD,
		Terms:   terms.MustPayment("2/10 net 30"),
		Parties: []order.Party{{Role: party.ShipTo, Name: "Store 45", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}}}},
		Lines: []order.Request{{ID: "1", Quantity: quantity.New(100, quantity.Each), Price: &price,
			Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}}},
	}
	segments, err := mapping.WritePurchaseOrder(&doc, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s)
	}
	// Output:
	// BEG*00*SA*PO-1001**20260327
	// CUR*BY*USD
	// ITD*01*3*2**10**30
	// DTM*002*20260406
	// N1*ST*Store 45*92*0045
	// PO1*1*100*EA*2.5**VN*BR-10
	// CTT*1
}

// We want less of a line.
func ExampleWritePurchaseOrderChange() {
	change := mapping.OrderChange{
		Document: order.Document{PurchaseOrder: "PO-1001", Date: calendar.MustDate("2026-03-27")}, Sequence: "1", Date: calendar.MustDate("2026-03-30"),
		Lines: []mapping.LineChange{{Kind: mapping.DecreaseLine, Request: order.Request{ID: "1", Quantity: quantity.New(60, quantity.Each)}}},
	}
	segments, err := mapping.WritePurchaseOrderChange(&change, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s)
	}
	// Output:
	// BCH*04*SA*PO-1001**1*20260327*****20260330
	// POC*1*QD*60*60*EA**
	// CTT*1
}

// What the vendor answers, held to what we ordered.
func ExampleVendorAnswer_Differences() {
	answer, _ := mapping.ReadAcknowledgement(set(new(testing.T), worked), mapping.Options{})
	doc := bought() // 100 at 2.50 and 10 at 5.00
	for _, d := range answer.Differences(&doc) {
		fmt.Println(d)
	}
	// Output:
	// PO-1 line 1: backordered, 25 EA
	// PO-1 line 1: rejected, 15 EA (code 99)
	// PO-1 line 2: ships-late, 2026-04-02 and not 2026-04-01
	// PO-1 line 2: price, 5.20 USD and not 5.00 USD
}

// An invoice is held to what was ordered, at which price, and to what was received.
func ExampleVendorInvoice_Match() {
	invoice := bill("INV-1", billLine("1", 60, "2.50"), billLine("2", 10, "5.20"))
	received := mapping.VendorShipment{Shipment: "SH-1", Items: []mapping.VendorItem{
		{Line: "1", Shipped: quantity.New(58, quantity.Each)}, {Line: "2", Shipped: quantity.New(10, quantity.Each)}}}
	against := mapping.MatchAgainst{Orders: []order.Document{bought()}, Received: []mapping.VendorShipment{received}}
	for _, d := range invoice.Match(against) {
		fmt.Println(d)
	}
	against.Tolerance.Price = mapping.Limit{Percent: decimal.NewFromInt(5), Amount: decimal.NewFromInt(2)}
	fmt.Println("with a tolerance of 5 percent, 2.00 at most:")
	for _, d := range invoice.Match(against) {
		fmt.Println(d)
	}
	// Output:
	// INV-1 PO-1 line 2: price, 5.20 USD and not 5.00 USD
	// INV-1 PO-1 line 1: billed-over, 60 EA and not 58 EA
	// with a tolerance of 5 percent, 2.00 at most:
	// INV-1 PO-1 line 1: billed-over, 60 EA and not 58 EA
}
