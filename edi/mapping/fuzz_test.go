package mapping_test

import (
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// FuzzPurchaseOrder maps any segments in any order: it never panics, and what
// it gives is either without blame or said to be unusable.
func FuzzPurchaseOrder(f *testing.F) {
	f.Add(strings.TrimPrefix(plain, "850\n"))
	f.Add("BEG*00*DS*1\nCUR*BY*KWD\nFOB*PC*DE**01*FOB*OR*Rotterdam\nITD*02*15*2.5**10**30*****x*31\nSAC*C*D240***-1\nCUR*BY*EUR\n" +
		"N9*L1\nDTM*002*20260101\nMSG*hello\nN1*BS*A*9*1\nN2*B\nN3*C*D\nN4*E*F*G*H\nPO1**1.50*KG*.5*TP*IB*080442957X*UA*1\nPID*F****x\n" +
		"SDQ*KG*92*1*1*2*.5\nSCH*1.5*KG***002*20260101**010*20260102\nN1*ST*B\nLIN**UP*1\nCTT*1*15")
	f.Add("PO1\nPO1*\nPO1*1*-1*EA*-1*NC*VN\nSCH\nSDQ\nSAC\nCUR\nDTM\nITD\nFOB\nN9\nN1\nCTT\nBEG\nREF\nTD5\nMSG\nPID\nLIN")
	f.Fuzz(func(t *testing.T, body string) {
		text := "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>\n" +
			"GS*PO*1*2*20260327*1105*42*X*004010\nST*850*0001\n" + body + "\nSE*1*0001\nGE*1*42\nIEA*1*000000042\n"
		report, err := x12.Read(strings.NewReader(text), x12.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range report.Sets() {
			doc, found := mapping.ReadPurchaseOrder(set, mapping.Options{Currency: money.USD})
			for _, finding := range found {
				if finding.Code == "" || finding.Message == "" {
					t.Fatalf("a finding without words: %+v", finding)
				}
			}
			if !found.Blocks() && (doc.PurchaseOrder == "" || len(doc.Lines) == 0) {
				t.Fatalf("a document that cannot be used, and nothing blocks it: %+v %v", doc, found)
			}
			for _, l := range doc.Lines {
				if l.Price != nil && l.Price.Currency() != doc.Currency && !blocked(found, "mapping.850.currency") {
					t.Fatalf("a price in %s in a document in %s: %v", l.Price.Currency(), doc.Currency, found)
				}
			}
		}
	})
}

// FuzzCharges reads charges out of any segments of either standard: it never panics,
// every charge has an amount, and what is missing is told.
func FuzzCharges(f *testing.F) {
	f.Add("CUR*SE*EUR\nIT1*7*10*EA*10\nSAC*A*C310****6*10**M4*100\nSAC*C*ZZZZ*******.5\nTDS*1\nSAC*C*D240***1.5",
		"ALC+C++6++FC'MOA+23:120'TAX+7'MOA+124:22.80'LIN+1'ALC+A++++DI'PCD+1:10'MOA+25:9,99'ALC+C'QTY+1:3:KGM'RTE+2:1.5:x:KGM'")
	f.Add("SAC\nCUR*SE*\nSAC*A*****-1*9999999**DO*-1\nSAC*A****99999999999999999999", "ALC'ALC+A'MOA+204:-1'PCD+1:-99999999999'MOA+25:99999999999999999999'RTE+1:1:0'")
	f.Fuzz(func(t *testing.T, body, group string) {
		text := "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>\n" +
			"GS*IN*1*2*20260327*1105*42*X*004010\nST*810*0001\n" + body + "\nSE*1*0001\nGE*1*42\nIEA*1*000000042\n"
		report, err := x12.Read(strings.NewReader(text), x12.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check := func(charges []order.Charge, found finding.List) {
			for _, c := range charges {
				if c.Amount.Currency() == 0 || c.Step == "" || c.Kind == "" {
					t.Fatalf("a charge without amount or name: %+v", c)
				}
			}
			for _, finding := range found {
				if finding.Code == "" || finding.Message == "" || finding.Path == "" {
					t.Fatalf("a finding without words: %+v", finding)
				}
			}
		}
		for _, set := range report.Sets() {
			read, found := mapping.ReadCharges(set, mapping.Options{Currency: money.USD})
			check(read.Order, found)
			for _, l := range read.Lines {
				check(l.Charges, nil)
			}
		}
		segments, _ := edifact.ReadAll(strings.NewReader(group), edifact.Options{})
		check(mapping.AllowanceGroups(segments, money.USD, mapping.Options{}))
	})
}

func blocked(found finding.List, code string) bool { return found.With(code).Blocks() }

// FuzzReaders reads any segments in any order as each set that is read: it never
// panics, and every finding has words.
func FuzzReaders(f *testing.F) {
	f.Add("BIA*00*SI*F-1*20260302\nN1*SF*A*92*12\nLIN*1*VN*BR-10\nG53*002\nPID*F****x\nQTY*33*45*EA\nQTY*29*72*EA\nDTM*018*20260306\n" +
		"SCH*27*EA***018*20260306\nN1*WH**91*BER\nLIN\nQTY*17*-1*EA\nQTY*33*2*CA\nSCH\nCTT*2")
	f.Add("BIA\nLIN\nQTY\nDTM\nSCH\nG53\nN1\nCTT\nQTY*29*99999999999999999999*EA\nQTY*33*1*EA\nSCH*9999999999999*EA***018*20260306\nSCH*9999999999999*EA***018*20260306")
	f.Add(strings.TrimPrefix(changed, "860\n"))
	f.Add("BCH\nPOC\nPOC*1*QD*1*x*EA*1\nSDQ*EA*92*1*1\nSCH*1*EA***010*20260401\nPOC*1*CA*-9999999999999*1*EA\nDTM\nN1\nSAC")
	f.Add(strings.TrimPrefix(leaves, "945\n"))
	readers := map[string]func(*x12.Set) finding.List{
		"860": func(s *x12.Set) finding.List {
			change, found := mapping.ReadPurchaseOrderChange(s, mapping.Options{ChangeIsDifference: true})
			line := order.Line{Request: order.Request{Quantity: each(100)}, Base: each(100)}
			for i := range change.Lines {
				if total, _, err := change.Lines[i].Total(&line); err == nil && total.Sign() < 0 {
					panic("less than nothing is wanted")
				}
			}
			_ = change.Key()
			return found
		},
		"945": func(s *x12.Set) finding.List {
			advice, found := mapping.ReadShippingAdvice(s, mapping.Options{})
			for _, d := range mapping.Reconcile(mapping.ShippingOrder{Number: advice.Number, Lines: []mapping.WarehouseLine{{ID: "1", Quantity: each(60)}}}, advice) {
				if d.String() == "" {
					panic("a discrepancy without words")
				}
			}
			return found
		},
		"846": func(s *x12.Set) finding.List {
			_, found := mapping.ReadInventoryAdvice(s, mapping.Options{})
			return found
		},
	}
	f.Fuzz(func(t *testing.T, body string) {
		for id, read := range readers {
			text := "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>\n" +
				"GS*PO*1*2*20260327*1105*42*X*004010\nST*" + id + "*0001\n" + body + "\nSE*1*0001\nGE*1*42\nIEA*1*000000042\n"
			report, err := x12.Read(strings.NewReader(text), x12.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, set := range report.Sets() {
				for _, finding := range read(set) {
					if finding.Code == "" || finding.Message == "" {
						t.Fatalf("a finding without words: %+v", finding)
					}
				}
			}
		}
	})
}
