package mapping_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

var update = flag.Bool("update", false, "write the golden files anew")

// buyerSets are the readers of the sets between a buyer and a vendor. Each looks at
// what it has read and writes what can be written.
func buyerSets() map[string]func(*x12.Set) finding.List {
	dollars := mapping.Options{Currency: money.USD}
	doc := bought()
	return map[string]func(*x12.Set) finding.List{
		"850": func(s *x12.Set) finding.List {
			docs, found := mapping.ReadStoreOrders(s, dollars)
			for i := range docs {
				rewritten(s, &docs[i], found)
			}
			return found
		},
		"860": func(s *x12.Set) finding.List {
			changes, found := mapping.ReadStoreChanges(s, dollars)
			for i := range changes {
				_, _ = mapping.WritePurchaseOrderChange(&changes[i], dollars)
			}
			return found
		},
		"855": func(s *x12.Set) finding.List {
			a, found := mapping.ReadAcknowledgement(s, dollars)
			words(a.Differences(&doc))
			return found
		},
		"865": func(s *x12.Set) finding.List {
			a, found := mapping.ReadChangeAcknowledgement(s, dollars)
			words(a.Differences(&doc))
			return found
		},
		"856": func(s *x12.Set) finding.List {
			n, found := mapping.ReadShipNotice(s, dollars)
			words(mapping.ShipmentDifferences(&doc, n, n))
			for i := range n.Items {
				for _, p := range n.Items[i].Packages {
					if path := n.Path(p); len(path) == 0 || path[len(path)-1].Number != p {
						panic("a package that is not there")
					}
				}
			}
			return found
		},
		"810": func(s *x12.Set) finding.List {
			v, found := mapping.ReadInvoice(s, dollars)
			words(v.Match(mapping.MatchAgainst{Orders: []order.Document{doc}, Billed: []mapping.VendorInvoice{v}}))
			if sum, err := v.Sum(); err == nil && sum != v.Totals.Payable && !found.Blocks() && len(found.With("mapping.invoice.tie")) == 0 {
				panic("an invoice that does not tie, and nothing says so")
			}
			return found
		},
	}
}

func words(list []mapping.VendorDifference) {
	for _, d := range list {
		if d.Kind == "" || d.String() == "" {
			panic("a difference without words")
		}
	}
}

// rewritten writes an order that was read, and holds what a vendor gets to it.
func rewritten(s *x12.Set, doc *order.Document, found finding.List) {
	if found.Blocks() {
		return
	}
	segments, err := mapping.WritePurchaseOrder(doc, mapping.Options{})
	if err != nil { // more is said than there is room for, or a date is missing
		return
	}
	back, again := mapping.ReadPurchaseOrder(&x12.Set{ID: "850", Control: s.Control, Group: s.Group, Segments: segments}, mapping.Options{})
	if again.Blocks() || len(back.Lines) != len(doc.Lines) || back.PurchaseOrder != doc.PurchaseOrder || back.Currency != doc.Currency && len(doc.Lines) > 0 && doc.Currency != 0 {
		panic(fmt.Sprintf("%v\n%v\n%v", doc, back, again))
	}
	for i := range back.Lines {
		a, b := &doc.Lines[i], &back.Lines[i]
		if a.ID != b.ID || a.Quantity != b.Quantity || (a.Price == nil) != (b.Price == nil) || a.Price != nil && *a.Price != *b.Price || a.PricePer != b.PricePer ||
			a.RequestedShip != b.RequestedShip || a.RequestedDelivery != b.RequestedDelivery {
			panic(fmt.Sprintf("%v\n%v", a, b))
		}
	}
}

// Every set by others is read, and what is found is held to a list that was looked at,
// testdata/SET.tsv: file, severity, code, how often.
func TestBuyerSetsByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	counted, read := make(map[string]map[string]int), make(map[string]int)
	readers := buyerSets()
	for _, name := range files {
		for _, set := range readFile(t, name) {
			reader, known := readers[set.ID]
			if !known {
				continue
			}
			read[set.ID]++
			for _, f := range reader(set) {
				assert.NotEmpty(t, f.Message)
				if counted[set.ID] == nil {
					counted[set.ID] = make(map[string]int)
				}
				counted[set.ID][fmt.Sprintf("%s\t%s\t%s", filepath.Base(name), f.Severity, f.Code)]++
			}
		}
	}
	for id := range readers {
		assert.NotZero(t, read[id], id)
		var rows strings.Builder
		for _, row := range slices.Sorted(maps.Keys(counted[id])) {
			fmt.Fprintf(&rows, "%s\t%d\n", row, counted[id][row])
		}
		list := filepath.Join("testdata", id+".tsv")
		if *update {
			require.NoError(t, os.WriteFile(list, []byte(rows.String()), 0o644))
		}
		want, err := os.ReadFile(list)
		require.NoError(t, err)
		assert.Equal(t, string(want), rows.String())
	}
}

// FuzzBuyerSets reads any segments in any order as each of the sets between a buyer
// and a vendor: it never panics, every finding has words, what is usable is written
// and read the same.
func FuzzBuyerSets(f *testing.F) {
	f.Add(strings.TrimPrefix(plain, "850\n"))
	f.Add(strings.TrimPrefix(worked, "855\n"))
	f.Add("BEG*00*DS*1**20260327\nCUR*BY*KWD\nFOB*DF*DE**01*FOB*OR*Rotterdam\nITD*02*3*2.5**10**30\nITD*1***********net 2M\nN9*L1*1\nMSG*x\nMTX**y*z\n" +
		"N1*ST*B*92*7\nN4*E**G*US*SP*JAL\nPO1*1*5*EA*1*NC*VN*A\nSDQ*EA*92*1*2*2*3\nPO1*2*1*DZ*1*PD*VN*A\nCTT*2")
	f.Add("BAK*00*AC*1*20260327\nPO1*1*1*EA*1**VN*A\nCTP**NET*2**CA\nACK*IP*1*EA*068*20260101*x*VN*B\nMSG*why\nDTM*067*20260102\nSCH*1*EA***067*20260101*0800*010*20260102\n" +
		"SLN*1**I\nACK*IR\nN9*L1*1\nMSG*n\nBCA*00*AD*1\nPOC*1*DI\nACK*ID")
	f.Add("BCH*04*SA*1**2*20260327\nPOC*1*QD*5*5*EA*1**VN*A\nSDQ*EA*92*1*2*2*2*1*1\nPOC*2*DI\nPOC**AI*1*1*EA\nCTT*3")
	f.Add("BSN*00*S*20260101*0800*0002\nDTM*011*20260101\nHL*1**S\nHL*2*1*O\nPRF*P\nHL*3*2*I\nLIN*1*VN*A*LT*L*SN*S\nSN1**5*EA**9*EA**IB\nHL*4*3*P\nSN1**2*EA\nMAN*GM*003456789012345670\n" +
		"HL*5*3*P\nMAN*GM*003456789012345670\nHL**9*X\nMAN*CP*1*2*CP*3\nLIN**VN*B\nCLD*2*3*CTN\nREF*LS*1\nSDQ*EA*92*1*1\nCTT*5*5")
	f.Add("HL\nHL\nPRF\nLIN\nSN1\nMAN\nCLD\nREF\nDTM\nTD1\nTD5\nTD3\nMEA\nPO4\nN1\nSDQ\nBSN\nHL*1*1*P\nHL*1*1*P\nMAN*GM*1\nSN1")
	f.Add("BIG*20260101*I*20260101*P*R**CR***O\nCUR*SE*USD\nREF*IV*1\nREF*SI*2\nITD*01*3*2*20260111*10*20260131*30*200\nIT1*1*3*EA*.335*HP*VN*A*PO*P*PL*1\nSAC*A*C310***1\nTXI*ST*1*8*VD*x**A*9\n" +
		"SLN*1\nTDS*1*2*3*4\nTXI*ST**8****I\nSAC*C*D240*******.5*EA*3\nCTT*1")
	f.Add("BIG\nTDS\nTXI\nIT1\nIT1**-1*EA*-1\nSAC\nREF\nPID\nTDS*99999999999999999999\nIT1*1*9999999999999*EA*9999999999999")
	readers := buyerSets()
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
