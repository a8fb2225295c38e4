package mapping_test

import (
	"strings"
	"testing"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// adviceReaders read a set and look at what they have read.
func adviceReaders() map[string]func(*x12.Set) finding.List {
	return map[string]func(*x12.Set) finding.List{
		"940": func(s *x12.Set) finding.List {
			r, found := mapping.ReadShippingOrder(s, sites)
			_, _ = mapping.WriteShippingOrder(r, sites)
			return found
		},
		"945": func(s *x12.Set) finding.List {
			a, found := mapping.ReadShippingAdvice(s, sites)
			_, _ = mapping.WriteShippingAdvice(a, sites)
			r := requested(new(testing.T))
			r.Number, r.Cancel = a.Number, true
			free, err := mapping.Freed(r, a)
			if err != nil {
				panic(err)
			}
			for _, l := range free {
				if l.Quantity.Sign() <= 0 {
					panic("nothing is freed")
				}
			}
			return found
		},
		"943": func(s *x12.Set) finding.List {
			transfer, found := mapping.ReadStockTransfer(s, sites)
			_, _ = mapping.WriteStockTransfer(transfer, sites)
			return found
		},
		"180": func(s *x12.Set) finding.List {
			r, found := mapping.ReadReturnRequest(s, dollars)
			_, _ = mapping.WriteReturnRequest(r, dollars)
			a := r.Authorize("1", "2", r.Date)
			if said := a.Check(&r); len(said) > 0 {
				panic(said)
			}
			back, more := mapping.ReadReturnAnswer(s, dollars)
			_, _ = mapping.WriteReturnAnswer(back, dollars)
			return append(found, more...)
		},
		"812": func(s *x12.Set) finding.List {
			a, found := mapping.ReadAdjustment(s, mapping.Options{Currency: money.USD})
			if _, err := mapping.WriteAdjustment(a, mapping.Options{}); err == nil && found.With("mapping.812.total").Blocks() {
				panic("a memo that does not tie was written")
			}
			if a.Amount.Sign() < 0 {
				panic("an amount below zero")
			}
			return found
		},
		"820": func(s *x12.Set) finding.List {
			r, found := mapping.ReadRemittance(s, mapping.Options{Currency: money.USD})
			segments, err := mapping.WriteRemittance(r, mapping.Options{})
			if total, totalErr := r.Total(); err == nil && len(r.Items) > 0 && (totalErr != nil || total != r.Amount || len(segments) == 0) {
				panic("a remittance that does not tie was written")
			}
			return found
		},
		"214": func(s *x12.Set) finding.List {
			status, found := mapping.ReadCarrierStatus(s, mapping.Options{})
			_, _ = status.Delivered()
			return found
		},
		"875": func(s *x12.Set) finding.List {
			doc, found := mapping.ReadGroceryPurchaseOrder(s, dollars)
			if !found.Blocks() && (doc.PurchaseOrder == "" || len(doc.Lines) == 0) {
				panic("an order that cannot be used, and nothing blocks it")
			}
			return found
		},
		"880": func(s *x12.Set) finding.List { _, found := mapping.ReadGroceryInvoice(s, dollars); return found },
		"204": func(s *x12.Set) finding.List { _, found := mapping.ReadLoadTender(s, sites); return found },
		"210": func(s *x12.Set) finding.List { _, found := mapping.ReadFreightBill(s, dollars); return found },
		"832": func(s *x12.Set) finding.List { _, found := mapping.ReadCatalogue(s, dollars); return found },
		"824": func(s *x12.Set) finding.List {
			a, found := mapping.ReadApplicationAdvice(s, mapping.Options{})
			_, _ = mapping.WriteApplicationAdvice(a, mapping.Options{})
			for i := range a.Results {
				for _, e := range a.Results[i].Errors {
					if e.String() == "" {
						panic("an error without words")
					}
				}
			}
			_, _ = mapping.WriteApplicationAdvice(mapping.ApplicationAdvice{
				Number: "1", Date: a.Date, Results: []mapping.ApplicationResult{mapping.ResultOf(s, order.Reference{}, found)},
			}, mapping.Options{})
			return found
		},
		"944": func(s *x12.Set) finding.List {
			receipt, found := mapping.ReadStockReceipt(s, sites)
			_, _ = mapping.WriteStockReceipt(receipt, sites)
			for _, d := range mapping.ReconcileReceipts(underway(), receipt, receipt) {
				if d.String() == "" {
					panic("a discrepancy without words")
				}
			}
			for i := range receipt.Lines {
				if _, err := receipt.Lines[i].Receipts(atp.Ref{}, "1", "1", pieces); err != nil && strings.Contains(err.Error(), "exceptions") {
					panic(err)
				}
			}
			return found
		},
	}
}

// FuzzAdvices reads any segments in any order as each of the sets that partners advise
// with: no reader panics, every finding has words, and whatever is read can be looked
// at and written, or is refused.
func FuzzAdvices(f *testing.F) {
	f.Add(strings.TrimPrefix(came, "944\n"))
	f.Add("W06*F*TR-7*20260401*BOL-55**PO-9\nN1*WH**92*W77\nN3*A\nN4*B*C*D*XX\nN9*BM*1\nG62*17*20260404\nNTE*WHI*x\nW27*M*ABFS\n" +
		"W04*60*EA*061414199999*VN*BR-10*BP*77*******UK*1\nG69*b\nN9*LI*1\nN9*LT*L-1**20270131\nW04\nN9\nG69\nW03*1")
	f.Add(strings.TrimPrefix(asked, "180\n"))
	f.Add("BGN*11*1*20260410\nBLI\nRDR\nBLI*VN*1*1*EA\nBLI*VN*2*2*EA\nN9*LI*1\nBLI*VN*2*2*CA\nN9*LI*1\nRDR*RD**RT**Y\nDTM*036*x\nSAC*C\nPID\nNTE\nPRF\nN1")
	f.Add(strings.TrimPrefix(refusing, "824\n"))
	f.Add("BGN*00*1*x\nTED\nOTI\nNTE\nRED\nLQ\nTED*1*2*3*-4*5\nNTE**x\nOTI*TR*IV\nREF\nLM*ZZ\nLQ*ZZ*1\nN1*BY")
	f.Add(strings.TrimPrefix(onItsWay, "214\n"))
	f.Add(strings.TrimPrefix(priceList, "832\n"))
	f.Add("B10\nAT7\nMS1\nMS2\nLX\nAT7*D1*NS***20260401*1\nAT7*****x*2460\nK1*a*b\nMAN*GM*1**GM*2\nL11\nBCT\nCUR*SE*JPY\nLIN*1*VN*1\nCTP**CAT*1.5*99999999999999999999*EA*MUL*2**NC\n" +
		"PO4*x*1*EA\nCTP\nDTM*007*x\nG53\nPID*F****a\nCTT*x")
	f.Add(strings.TrimPrefix(groceries, "875\n"))
	f.Add(strings.TrimPrefix(groceryBill, "880\n"))
	f.Add("G50\nG68\nG69\nG62\nG66\nG72\nG73\nN1\nG68*1*EA*1*x\nN1*ST\nG76*x\nG01\nG17\nG17*1*EA*9999999999999999999*1\nG72*500*02***1*2*EA\nG72*1*06******x*5*5\nG33*x\nG31*x\nG23*1*2*****2**x*1")
	f.Add(strings.TrimPrefix(tendered, "204\n"))
	f.Add(strings.TrimPrefix(hauled, "210\n"))
	f.Add("B2\nS5\nOID\nG62\nS5*1*UL*x*L*1*Q\nOID*1*2**EA*x\nN1*ST\nN1*SH\nN7*A*1\nL3*1*x\nB2A*01\nB3*B*1**PP**20260405*99999999999999999999\nC3*KWD\nL1*1*1*FR*5\nL5*1*x\nL1\nLX")
	f.Add(strings.TrimPrefix(toShip, "940\n"))
	f.Add(strings.TrimPrefix(leaves, "945\n"))
	f.Add("W05\nW01\nN9*LI*1\nG69\nW01*1*EA**VN*1\nW01*-1*EA**VN*1\nN1*WH\nN1*ST\nG62*10*x\nNTE\nW76*x\nW06*F\nLX\nMAN\nW12*CC*x*1*0*EA**VN*1\nW12*CC*1*9999999999999999999\nN9*LI*1")
	f.Add(strings.TrimPrefix(deducted, "812\n"))
	f.Add("CUR*BY*USD\nBCD*x*1*L*-99999999999999999999*C\nCDD*01*D*1*-5***1*EA*-1*INV*1\nCDD*01*C*1****2*EA*9999999999\nLIN\nN9\nSAC*C*D240***5\nSAC*A\nN1*ST\nBCD")
	f.Add(strings.TrimPrefix(remitted, "820\n"))
	f.Add("BPR*C*1.5*D*ACH\nCUR*PR*KWD\nBPR\nRMR\nADX\nENT\nREF\nNTE\nDTM\nRMR*IV*1**99999999999999999999\nRMR*IV*1***5*6*01*7\nADX*-1.5*01*DB*2\n" +
		"RMR*IV*2*PI*9223372036854775807*9223372036854775807*-1\nADX*9223372036854775807*01\nN1*PR\nENT*1*PR*92*1\nDTM*003*20260401\nTRN")
	f.Add("W17\nW07\nW13\nW13*1*EA*01\nW07*1*EA**VN*1\nW13*9999999999999999999*EA*01\nLX*1\nMAN*GM*1\nN9*LT**x*y\nW07*-1*EA**VN\nW14*x\nW17")
	f.Fuzz(func(t *testing.T, body string) {
		for id, read := range adviceReaders() {
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
