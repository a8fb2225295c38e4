package mapping_test

import (
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
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
			doc, found := mapping.PurchaseOrder(set, mapping.Options{Currency: money.USD})
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

func blocked(found finding.List, code string) bool { return found.With(code).Blocks() }
