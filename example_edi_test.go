package o2c_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/remit"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

// The code of docs/guides/edi.md; a test holds the guide to it.

// bigboxFile is what a retailer sends: one order, whose second line is in a unit that X12 does not know.
const bigboxFile = `ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*000000041*0*P*>~
GS*PO*123456789*MERIDIAN*20260327*1105*41*X*004010~
ST*850*0001~
BEG*00*SA*PO-1001**20260327~
REF*DP*012~
N1*ST*Store 45*92*0045~
PO1*1*100*EA*2.5**VN*BR-10~
PO1*2*4*QQ*30**VN*BR-12~
CTT*2~
SE*8*0001~
GE*1*41~
IEA*1*000000041~
`

// Check a file to the element.
func Example_ediCheck() {
	options := x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})}
	report, err := x12.Check(strings.NewReader(bigboxFile), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, set := range report.Sets() {
		fmt.Println(set.ID, set.Control, set.Status())
		for _, f := range set.Faults {
			fmt.Println(f)
			fmt.Println("expected:", f.Expected, "- in a 997:", f.Standard)
		}
	}
	// Output:
	// 850 0001 rejected
	// error at offset 273, segment 6 PO103: the value is not among the codes (found "QQ") [schema.element.code]
	// expected: one of the 794 codes of element 355 - in a 997: AK403:7
}

// From an 850 and from an ORDERS to the same document.
func Example_ediOrder() {
	file := strings.NewReader(strings.Replace(bigboxFile, "*QQ*", "*CA*", 1))
	report, err := x12.Read(file, x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, found := mapping.ReadPurchaseOrder(report.Sets()[0], mapping.Options{Currency: money.USD})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range doc.Lines {
		fmt.Println(doc.PurchaseOrder, l.ID, l.Quantity, l.Identifiers[0].Value, l.Price)
	}

	text := "UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+7'UNH+1+ORDERS:D:96A:UN:EAN008'" +
		"BGM+220+PO-1002+9'DTM+137:20260327:102'NAD+DP+4012345000452::9'CUX+2:EUR:9'" +
		"LIN+1++4000862141404:EN'QTY+21:12:PCE'PRI+AAA:250::NTP:100'UNS+S'UNT+11+1'UNZ+1+7'"
	read, err := edifact.Read(strings.NewReader(text), edifact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, found = message.ReadPurchaseOrder(read.Messages()[0], mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range doc.Lines {
		fmt.Println(doc.PurchaseOrder, l.ID, l.Quantity, l.Identifiers[0].Value, l.Price, "per", l.PricePer)
	}
	// Output:
	// PO-1001 1 100 EA BR-10 2.50 USD
	// PO-1001 2 4 CA BR-12 30.00 USD
	// PO-1002 1 12 PC 4000862141404 250.00 EUR per 100
}

// bigbox is what was agreed with the retailer.
const bigbox = `
name: bigbox
account: C-100
x12:
  qualifier: "01"
  id: "123456789"
  our_qualifier: ZZ
  our_id: MERIDIAN
  version: "004010"
  acknowledge: {send: 997, within_hours: 24}
  guide:
    require:
      - {set: "850", has: "REF.1=DP,2", meaning: the department}
    codes:
      - {at: PO1.3, codes: {CA: QQ}}
options:
  currency: USD
`

// bigboxDirectory has that profile.
func bigboxDirectory() (*partner.Directory, error) {
	profiles, err := partner.Decode([]byte(bigbox))
	if err != nil {
		return nil, err
	}
	return partner.NewDirectory(profiles...)
}

// house is what an EDI gateway keeps.
type house struct {
	directory *partner.Directory
	inbox     *intake.Inbox
	outbox    *partner.Outbox
	gateway   *gateway.Gateway
}

// openHouse puts a gateway together that makes documents of orders.
func openHouse(clock func() time.Time) (*house, error) {
	directory, err := bigboxDirectory()
	if err != nil {
		return nil, err
	}
	j := journal.NewMemory()
	inbox, err := intake.New(intake.Config{Journal: j, Clock: clock})
	if err != nil {
		return nil, err
	}
	outbox, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: clock})
	if err != nil {
		return nil, err
	}
	g, err := gateway.New(gateway.Config{
		Partners: directory, Inbox: inbox, Outbox: outbox,
		Handle: func(_ context.Context, a gateway.Arrival) (intake.Outcome, error) {
			if a.Entry.Kind != "850" {
				return intake.Outcome{Result: intake.PassedOver}, nil
			}
			doc, found := mapping.ReadPurchaseOrder(a.Set, a.Profile.Mapping())
			if found.Blocks() {
				return intake.Outcome{Result: intake.Exception, Findings: found}, nil
			}
			// hand doc to desk.Submit, under the key a.Entry.ID
			return intake.Outcome{Result: intake.Ordered, Order: order.ID("SO/" + doc.PurchaseOrder)}, nil
		},
	})
	return &house{directory, inbox, outbox, g}, err
}

// What a partner sends is kept, read by what was agreed, handed over and answered.
func Example_ediGateway() {
	ctx := context.Background()
	h, err := openHouse(func() time.Time { return monday })
	if err != nil {
		fmt.Println(err)
		return
	}
	taken, err := h.gateway.Receive(ctx, "bigbox.x12", strings.NewReader(bigboxFile))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range taken.Documents {
		fmt.Println(d.Entry.Kind, d.Entry.Control, d.Entry.Outcome.Result, d.Entry.Outcome.Order)
	}
	for _, answer := range taken.Answers {
		fmt.Println(answer.Set, "under", answer.Interchange)
	}
	// Output:
	// 850 000000041/41/0001 order SO/PO-1001
	// 997 under 1
}

// An answer is held to the partner's schema before it takes a number, and its acknowledgement is awaited.
func Example_ediSend() {
	ctx := context.Background()
	now := monday
	h, err := openHouse(func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return
	}
	profile, err := h.directory.ByAccount("C-100")
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := []x12.Segment{
		x12.NewSegment("BAK", "00", "AC", "PO-1001", "20260302"),
		x12.NewSegment("PO1", "1", "100", "EA", "2.5", "", "VN", "BR-10"),
		x12.NewSegment("ACK", "IA", "60", "EA", "068", "20260303"),
		x12.NewSegment("ACK", "IB", "40", "EA", "068", "2026-03-09"),
		x12.NewSegment("CTT", "1"),
	}
	_, err = h.outbox.Send(ctx, profile, partner.Document{Key: "855/SO-1", Set: "855", Segments: answer})
	fmt.Println(err)

	answer[3] = x12.NewSegment("ACK", "IB", "40", "EA", "068", "20260309")
	sent, err := h.outbox.Send(ctx, profile, partner.Document{Key: "855/SO-1", Set: "855", Segments: answer})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("interchange", sent.Interchange, "set", sent.SetControl)

	now = now.Add(30 * time.Hour)
	for late := range h.outbox.Overdue(h.directory.Profiles()...) {
		fmt.Println(late.Key, "lacks its", late.Kind, "since", late.Late)
	}

	said := "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260303*1500*U*00401*000000042*0*P*>~" +
		"GS*FA*123456789*MERIDIAN*20260303*1500*42*X*004010~" +
		"ST*997*0001~AK1*PR*1~AK2*855*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*42~IEA*1*000000042~"
	taken, err := h.gateway.Receive(ctx, "ack.x12", strings.NewReader(said))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range taken.Documents[0].Acknowledged.Verdicts {
		fmt.Println(v.Key, v.Status)
	}
	// Output:
	// partner: the 855 of 855/SO-1 breaks the schema of bigbox: segment 5, ACK05: the value is not of its type (found "2026-03-09")
	// interchange 1 set 1
	// 855/SO-1 lacks its 997 since 6h0m0s
	// 855/SO-1 accepted
}

// What is rejected is kept, corrected by a person, and goes the way of what arrives.
func Example_ediErrorDesk() {
	ctx := context.Background()
	clock := func() time.Time { return monday }
	h, err := openHouse(clock)
	if err != nil {
		fmt.Println(err)
		return
	}
	broken := strings.NewReader(strings.NewReplacer("REF*DP*012~\n", "", "SE*8", "SE*7").Replace(bigboxFile))
	if _, err := h.gateway.Receive(ctx, "bigbox.x12", broken); err != nil {
		fmt.Println(err)
		return
	}
	desk, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock, Process: h.gateway.Process})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range desk.List(errordesk.Filter{}) {
		detail, err := desk.Show(ctx, c.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, p := range detail.Problems {
			fmt.Println(p.Severity, p.Code, p.Message)
		}
		text := strings.NewReplacer("N1*ST", "REF*DP*012~\nN1*ST", "SE*7", "SE*8").Replace(string(detail.Interchange))
		result, err := desk.Correct(ctx, c.ID, errordesk.Correction{Raw: []byte(text), Actor: "ada", Reason: "the department was missing"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Outcome.Result, result.Outcome.Order, "-", result.Changes[0].Kind, result.Changes[0].Is)
	}
	// Output:
	// block partner.required the partner asks for the department (REF.1=DP,2) in the set, and it is missing before this segment (byte 285)
	// order SO/PO-1001 - added REF*DP*012
}

// The buyer's side: what a vendor answers is held to what was ordered.
func Example_ediBuyer() {
	doc := order.Document{
		PurchaseOrder: "PO-77", Date: calendar.MustDate("2026-03-02"), Currency: money.USD,
		Lines: []order.Request{
			{ID: "1", Quantity: quantity.MustParse("100 EA"), Price: amount("2.50 USD"),
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}},
			{ID: "2", Quantity: quantity.MustParse("10 EA"), Price: amount("5.00 USD"),
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-12"}}},
		},
	}
	segments, err := mapping.WritePurchaseOrder(&doc, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(segments[0], "...", len(segments), "segments")

	text := "ISA*00*          *00*          *ZZ*MERIDIAN       *01*123456789      *260303*1105*U*00401*000000007*0*P*>~" +
		"GS*PR*MERIDIAN*123456789*20260303*1105*7*X*004010~ST*855*0001~BAK*00*AC*PO-77*20260302~" +
		"PO1*1*100*EA*2.5**VN*BR-10~ACK*IA*60*EA*068*20260303~ACK*IB*25*EA*068*20260309~ACK*IR*15*EA~" +
		"PO1*2*10*EA*5**VN*BR-12~CTP**NET*5.2~ACK*IP*10*EA*068*20260303~CTT*2~SE*11*0001~GE*1*7~IEA*1*000000007~"
	report, err := x12.Read(strings.NewReader(text), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, found := mapping.ReadAcknowledgement(report.Sets()[0], mapping.Options{Currency: money.USD})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, d := range answer.Differences(&doc) {
		fmt.Println(d)
	}
	// Output:
	// BEG*00*SA*PO-77**20260302 ... 5 segments
	// PO-77 line 1: backordered, 25 EA
	// PO-77 line 1: rejected, 15 EA
	// PO-77 line 2: price, 5.20 USD and not 5.00 USD
}

func amount(text string) *money.Amount {
	a := money.MustParse(text)
	return &a
}

// A payment is applied to the open items of an account.
func Example_ediPayment() {
	text := "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260430*1105*U*00401*000000050*0*P*>~" +
		"GS*RA*123456789*MERIDIAN*20260430*1105*50*X*004010~ST*820*0001~" +
		"BPR*C*980*C*ACH*CTX*01*021000021*DA*1234567*1999999999**01*031000011*DA*7654321*20260430~TRN*1*4711~" +
		"CUR*PR*USD~ENT*1~RMR*IV*INV-000001*PI*980*1000*20~SE*7*0001~GE*1*50~IEA*1*000000050~"
	report, err := x12.Read(strings.NewReader(text), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	remittance, found := mapping.ReadRemittance(report.Sets()[0], mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	open := []credit.OpenItem{{Document: "INV-000001", Open: money.MustParse("1000.00 USD")}} // of Ledger.OpenItems
	applied, err := remit.Apply(remittance, remit.Target{Document: "820/" + remittance.Trace, Account: "C-100"}, open)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(applied.Payment.Amount, "for", applied.Payment.Applied[0].Item)
	for _, d := range applied.Differences {
		fmt.Println(d)
	}
	// Output:
	// 980.00 USD for INV-000001
	// INV-000001: 20.00 USD taken as discount
}
