package mapping_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// received is what a partner sent: two lines, one without a price.
func received() *strings.Reader {
	return strings.NewReader(interchange(new(testing.T), `850
BEG*00*SA*PO-1001**20260327
SAC*C*D240***1875*******06***Freight
N1*ST*Northwind 45*92*0045
PO1*1*100*EA*2.5*PE*UP*012345670015
PO1*2*4*CA***BP*4711
CTT*2`))
}

func Example() {
	file := received()
	report, err := x12.Read(file, x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, set := range report.Sets() {
		if set.ID != "850" || set.Status() == x12.Rejected {
			continue
		}
		doc, found := mapping.ReadPurchaseOrder(set, mapping.Options{Currency: money.USD})
		for _, f := range found {
			fmt.Println(f)
		}
		for _, l := range doc.Lines {
			fmt.Println(doc.PurchaseOrder, l.ID, l.Quantity, l.Identifiers[0].Scheme, l.Identifiers[0].Value, l.Price)
		}
	}
	// Output:
	// warning mapping.850.charge at segments[3].SAC.1: the customer states a charge D240 Freight of 18.75 for the order; it is not in the price that we compare (compare it with what was agreed)
	// info mapping.850.buyer-missing: the set names no buyer; who buys follows from the sender and the other parties
	// PO-1001 1 100 EA gtin 012345670015 2.50 USD
	// PO-1001 2 4 CA buyer 4711 <nil>
}

func ExampleWriteAcknowledgement() {
	o := answered(new(testing.T)) // from the desk: 60 of 100 are promised, line 2 costs more than expected
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := x12.NewWriter(os.Stdout, x12.WriterConfig{LineBreak: "\n"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = w.BeginInterchange(x12.Header{SenderQualifier: "14", Sender: "987654321", ReceiverQualifier: "01", Receiver: "123456789",
		Date: "260327", Time: "1105", Version: "00401", Control: "17", Usage: "P"})
	_ = w.BeginGroup(x12.GroupHeader{FunctionalID: "PR", Sender: "987654321", Receiver: "123456789", Date: "20260327", Time: "1105",
		Control: "17", Version: "004010"})
	_ = w.BeginSet("855", "0001", "")
	if err := w.Write(segments...); err != nil {
		fmt.Println(err)
		return
	}
	_ = w.EndSet()
	_ = w.EndGroup()
	_ = w.EndInterchange()
	// Output:
	// ISA*00*          *00*          *14*987654321      *01*123456789      *260327*1105*U*00401*000000017*0*P*>~
	// GS*PR*987654321*123456789*20260327*1105*17*X*004010~
	// ST*855*0001~
	// BAK*00*AC*PO-1001*20260326*7***SO-00000001~
	// CUR*BY*USD~
	// REF*DP*012~
	// N1*BY*Northwind Stores*1*123456789~
	// N1*ST*Northwind 45*92*0045~
	// N3*20 W 34th St~
	// N4*New York*NY*10118*US~
	// PO1*1*100*EA*2.5**VN*BR-10~
	// PID*F****Brush, round~
	// ACK*IA*60*EA*068*20260401~
	// DTM*067*20260403~
	// ACK*IB*40*EA~
	// PO1*2*10*EA*5**VN*BR-20~
	// CTP**NET*5.2~
	// ACK*IP*10*EA*068*20260401~
	// DTM*067*20260403~
	// CTT*2~
	// SE*19*0001~
	// GE*1*17~
	// IEA*1*000000017~
}

func ExampleWriteInvoice() {
	segments, err := mapping.WriteInvoice(billed(new(testing.T)), mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		switch s.ID() {
		case "IT1", "SAC", "TDS", "TXI":
			fmt.Println(s)
		}
	}
	// Output:
	// IT1*1*60*EA*2.5**VN*BR-10
	// SAC*A*C310***750*******02***Customer discount
	// IT1*2*10*EA*5.2**VN*BR-20
	// TDS*21801*18450*21432*369
	// TXI*TX*14.76*8*VD*US-NY*
	// SAC*A*C310***1000*******02***Opening order
	// SAC*C*D240***1875*******06***freight
}

func ExampleWriteShipNotice() {
	shipment := packed(new(testing.T)) // from shipping.Plan
	segments, err := mapping.WriteShipNotice(shipment, sentAt, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		switch s.ID() {
		case "HL", "MAN", "SN1":
			fmt.Println(s)
		}
	}
	// Output:
	// HL*1**S
	// HL*2*1*O
	// HL*3*2*P
	// MAN*GM*006141410000000005
	// HL*4*3*I
	// SN1*1*24*EA
	// HL*5*2*P
	// MAN*GM*006141410000000029
	// HL*6*5*I
	// SN1*1*6*EA
	// HL*7*1*O
	// HL*8*7*P
	// MAN*GM*006141410000000012
	// HL*9*8*I
	// SN1*7*1.5*CA
	// HL*10*7*P
	// MAN*GM*006141410000000036
	// HL*11*10*I
	// SN1*7*.5*CA
}

// A discount of 5% goes to a partner who takes EDIFACT.
func ExampleAllowanceGroup() {
	group, err := mapping.AllowanceGroup(order.Charge{
		Step: "season", Kind: "discount", Label: "Season", Source: "SEASON-26",
		Base: money.MustParse("150.00 EUR"), Rate: money.MustRate("5%"), Amount: money.MustParse("-7.50 EUR"),
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range group {
		fmt.Println(s)
	}
	back, found := mapping.AllowanceGroups(group, money.EUR, mapping.Options{})
	fmt.Println(back[0].Label, back[0].Amount, back[0].Rate.Percent(), len(found))
	// Output:
	// ALC+A+SEASON-26+2++DI:::Season
	// PCD+1:5
	// MOA+204:7.5
	// MOA+25:150
	// Season -7.50 EUR 5% 0
}
