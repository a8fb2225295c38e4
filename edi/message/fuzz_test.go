package message_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// anyMessage makes a message of a type of any segments in any order.
func anyMessage(t testing.TB, id, body string) []*edifact.Message {
	t.Helper()
	report, err := edifact.Read(strings.NewReader("UNB+UNOC:3+A+B+260327:1105+1'UNH+1+"+id+":D:96A:UN'"+body+"'UNT+1+1'UNZ+1+1'"), edifact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []*edifact.Message
	for _, m := range report.Messages() {
		if m.ID == id {
			all = append(all, m)
		}
	}
	return all
}

// worded fails for a finding without words.
func worded(t testing.TB, found finding.List) {
	t.Helper()
	for _, f := range found {
		if f.Code == "" || f.Message == "" {
			t.Fatalf("a finding without words: %+v", f)
		}
	}
}

// FuzzPurchaseOrder translates any segments: it never panics, what it gives is without
// blame or said to be unusable, and what can be written reads back equal.
func FuzzPurchaseOrder(f *testing.F) {
	f.Add(strings.Join(strings.Fields(strings.ReplaceAll(full, "\n\t", "'")), " "))
	f.Add("BGM+226+1'DTM+137:2611:103'CUX+2:KWD'PAT+22++5:7:M:1'PCD+12:2,5'TOD+6+TP+FOB:::FOB origin'LOC+1+X'NAD+BY+1::9+A:B'RFF+VA:1'ALC+A'PCD+1:5'LIN+1+++1:1'LIN+2++080442957X:IB'QTY+1:,5:KGM'" +
		"PRI+AAB:1.234::::'MOA+203:1'SCC+1'QTY+11:1'DTM+2:20260101:102'LOC+7+S'QTY+11:1'NAD+DP+++N'UNS+S'CNT+1:1'MOA+79:1'ALC+C")
	f.Add("LIN'PIA'IMD'QTY'DTM'PRI'RFF'SCC'LOC'NAD'ALC'UNS'CNT'MOA'BGM'FTX'CUX'PAT'TDT'TOD'TAX'PAC'QTY+21:-1'PRI+AAA:-1:::0:XXX'DTM+2:20260230:102'LIN+1'QTY+21:1'QTY+21:1")
	f.Fuzz(func(t *testing.T, body string) { checkPurchaseOrder(t, body) })
}

// checkPurchaseOrder reads segments as an order, and what can be written again.
func checkPurchaseOrder(t *testing.T, body string) {
	t.Helper()
	for _, m := range anyMessage(t, "ORDERS", body) {
		doc, found := message.ReadPurchaseOrder(m, mapping.Options{Currency: money.USD})
		worded(t, found)
		if found.Blocks() {
			continue
		}
		if doc.PurchaseOrder == "" || len(doc.Lines) == 0 {
			t.Fatalf("a document that cannot be used, and nothing blocks it: %+v %v", doc, found)
		}
		segments, err := message.WritePurchaseOrder(doc, mapping.Options{})
		if err != nil {
			continue
		}
		back, found := message.ReadPurchaseOrder(&edifact.Message{MessageHeader: m.MessageHeader, Segments: segments}, mapping.Options{})
		if back.Source = doc.Source; found.Blocks() || !reflect.DeepEqual(sorted(plain(doc)), sorted(plain(back))) {
			t.Fatalf("it does not read back: %v\n%s\n%s\n%+v\n%+v", found, body, lines(segments), sorted(plain(doc)), sorted(plain(back)))
		}
	}
}

// Segments of orders in any order and number, some of them spoiled, are read and
// written as the fuzz target demands.
func TestAnySegmentsInAnyOrder(t *testing.T) {
	var pool []string
	for _, text := range []string{full, changed, strange} {
		for l := range strings.Lines(text) {
			if l = strings.TrimSpace(l); l != "" {
				pool = append(pool, l)
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	usable := 0
	for range 4000 {
		segments := []string{"BGM+220+PO-1+9", "DTM+137:20260327:102"}
		for range random.IntN(25) {
			s := pool[random.IntN(len(pool))]
			if random.IntN(12) == 0 {
				at := random.IntN(len(s))
				s = s[:at] + string("+:0?X"[random.IntN(5)]) + s[at+random.IntN(2):]
			}
			segments = append(segments, s)
		}
		body := strings.Join(segments, "'")
		checkPurchaseOrder(t, body)
		for _, m := range anyMessage(t, "ORDRSP", body) {
			_, found := message.ReadOrderResponse(m, mapping.Options{})
			worded(t, found)
		}
		for _, m := range anyMessage(t, "ORDCHG", body) {
			_, found := message.ReadPurchaseOrderChange(m, mapping.Options{})
			worded(t, found)
		}
		for _, m := range anyMessage(t, "ORDERS", body) {
			if _, found := message.ReadPurchaseOrder(m, mapping.Options{Currency: money.EUR}); !found.Blocks() {
				usable++
			}
		}
	}
	assert.Greater(t, usable, 100, "the segments are too strange to show anything")
}

// strange is what the other samples do not have.
const strange = `
	DTM+63:202603:610
	DTM+10:202614:616
	DTM+2:20260401-20260405:718
	FTX+ZZZ+1+001::91
	RFF+ON:X
	NAD+UC+5412345000013::9
	NAD+SF+++Works+Main street 1+Town+NY+10118+US
	NAD+BY+77::31B
	CUX+2:USD:9+3:EUR:4+1.1
	PAT+3++5:6:M:1
	PAT+1+6:::30% net 0 from order; 70% net 30
	TOD+5+CC+:::FOB origin
	ALC+A++++DI:::Loyalty
	PCD+1:5
	MOA+204:12.50
	LIN+1++4000862141404:EN
	LIN+2
	LIN+3++080442957X:IB
	PIA+5+1:GS+2:SA+3:IN+4:MF
	IMD+F+BTI+:::A title
	QTY+21:5
	QTY+21:0.125:KGM
	QTY+59:12
	PRI+AAB:15
	PRI+AAA:3,75:::10:EA
	PRI+AAE:9
	MOA+203:25
	SCC+1
	QTY+11:2
	LOC+7+3312345502000::9
	RFF+LI:12/67
	TAX+7+VAT+++:::19+S
	UNS+S
	CNT+2:1`

// plain is a document without what is cut anew when it is written: white space within
// its texts, texts that go on in a further segment, and which number of a party is first.
func plain(doc order.Document) order.Document {
	doc.Instructions = []string{strings.Join(strings.Fields(strings.Join(doc.Instructions, " ")), "")}
	squeeze := func(text string) string { return strings.Join(strings.Fields(text), "") }
	doc.Parties = append([]order.Party(nil), doc.Parties...)
	for i := range doc.Parties {
		p := &doc.Parties[i]
		p.Name = squeeze(p.Name)
		p.Address.Lines = []string{squeeze(strings.Join(p.Address.Lines, ""))}
		p.Identifiers = slices.SortedFunc(slices.Values(p.Identifiers), func(a, b party.Identifier) int { return strings.Compare(a.String(), b.String()) })
	}
	doc.Lines = append([]order.Request(nil), doc.Lines...)
	for i := range doc.Lines {
		doc.Lines[i].Description = squeeze(doc.Lines[i].Description)
	}
	return doc
}

// FuzzOrderChange reads any segments as a change, whose totals are never below zero.
func FuzzOrderChange(f *testing.F) {
	f.Add(strings.Join(strings.Fields(strings.ReplaceAll(changed, "\n\t", "'")), " "))
	f.Add("BGM+230++1'RFF+ON:P'LIN++2'LIN+1+3'QTY+21:-999999999999999'LIN+1+1'RFF+LI:X'LIN+1+3")
	f.Fuzz(func(t *testing.T, body string) {
		for _, m := range anyMessage(t, "ORDCHG", body) {
			change, found := message.ReadPurchaseOrderChange(m, mapping.Options{ChangeIsDifference: true})
			worded(t, found)
			line := order.Line{Request: order.Request{Quantity: qty("100 EA")}, Base: qty("100 EA")}
			for i := range change.Lines {
				if total, _, err := change.Lines[i].Total(&line); err == nil && total.Sign() < 0 {
					t.Fatal("less than nothing is wanted")
				}
			}
			_ = change.Key()
		}
	})
}

// FuzzOrderResponse reads any segments as an answer.
func FuzzOrderResponse(f *testing.F) {
	f.Add("BGM+231+SO-1+4+AC'DTM+137:20260328:102'RFF+ON:PO-1001'DTM+171:20260326:102'CUX+2:EUR'LIN+10+3+4000862141404:EN'QTY+21:100'QTY+113:60'QTY+83:25'DTM+69:20260403:102'PRI+AAA:5.2::CUP'PRI+AAA:5::EUP'" +
		"SCC+1'QTY+113:10'DTM+79:20260401:102'LIN++1'PIA+3+X:SA'QTY+113:5'RFF+LI:10'UNS+S'CNT+2:2")
	f.Add("BGM+231++12+CA'RFF+ON:P'LIN+1+4'LIN+2+2'QTY+12:0'QTY+85:4'LIN+3'QTY+83:9'FTX+ACD+++why'FTX+LIN++27'ALC+A'MOA+204:1'UNS")
	f.Fuzz(func(t *testing.T, body string) {
		for _, m := range anyMessage(t, "ORDRSP", body) {
			answer, found := message.ReadOrderResponse(m, mapping.Options{})
			worded(t, found)
			if !found.Blocks() && len(answer.Lines) > 0 && answer.PurchaseOrder == "" {
				for _, l := range answer.Lines {
					if l.ID == "" {
						t.Fatalf("a line of no order: %+v", l)
					}
				}
			}
			for _, l := range answer.Lines {
				_, _ = l.Confirmed()
			}
		}
	})
}
