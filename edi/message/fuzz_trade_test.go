package message_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// FuzzDespatchAdvice reads any segments as a despatch advice: packages stand behind those
// that they are in, items in packages that are there, and what arrived of it is told.
func FuzzDespatchAdvice(f *testing.F) {
	f.Add("BGM+351+D-77+9'DTM+137:20260401:102'RFF+ON:PO-9'NAD+SU+4012345500004::9'TDT+20+1+30+31+X::182'EQD+CN+1'CPS+1'PAC+2++PX'CPS+2+1'PAC+1++201'MEA+PD+AAD+KGM:1'PCI+33E'GIN+BJ+040123450000000009'" +
		"LIN+1++4000862141404:EN'PIA+1+L:NB+S:SN'QTY+12:24:EA'QTY+21:30:EA'QVR+-6:21+BP'LOC+7+A::9'QTY+11:24'PCI+36E'DTM+36:20270101:102'QTY+11:3'GIN+BX+L'RFF+ON:PO:1'CNT+2:1")
	f.Add("BGM+351+1'CPS+1+2'PAC+1'CPS+2+1'PAC'CPS+1'GIN+BJ+1:2+3'LIN+1++4000862141404:EN'QTY+12:5'PCI'GIN+BJ+040123450000000009'PCI'QTY+11:5'GIN+AW+040123450000000016'LIN'QTY'QVR'LOC'GIN'PCI'MEA'CPS'PAC+-1'PAC+x")
	f.Fuzz(func(t *testing.T, body string) { checkDespatchAdvice(t, body) })
}

func checkDespatchAdvice(t testing.TB, body string) {
	t.Helper()
	for _, m := range anyMessage(t, "DESADV", body) {
		got, found := message.ReadDespatchAdvice(m, mapping.Options{})
		worded(t, found)
		for i, p := range got.Packages {
			if p.Number != i+1 || p.Within < 0 || p.Within >= p.Number || p.Kind == "" {
				t.Fatalf("package %+v", p)
			}
		}
		for _, item := range got.Items {
			for _, n := range item.Packages {
				if n < 1 || n > len(got.Packages) {
					t.Fatalf("an item in package %d of %d", n, len(got.Packages))
				}
			}
			if item.Shipped.Sign() < 0 || len(item.Identifiers) == 0 && item.Line == "" {
				t.Fatalf("an item that cannot be used: %+v", item)
			}
		}
		a := message.ReceivingAdviceOf(&got, "1", calendar.MustDate("2026-04-03"))
		if segments, err := message.WriteReceivingAdvice(a, mapping.Options{}); err == nil {
			back, found := message.ReadReceivingAdvice(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "RECADV"}, Segments: enclosed(segments)}, mapping.Options{})
			if !found.Blocks() && len(back.Lines) != len(a.Lines) {
				t.Fatalf("%d lines of %d read back: %v", len(back.Lines), len(a.Lines), found)
			}
		}
	}
}

// FuzzInvoice reads any segments as an invoice: one about which nothing is said ties.
func FuzzInvoice(f *testing.F) {
	f.Add("BGM+380+R-77+9'DTM+137:20260401:102'RFF+ON:PO-9'NAD+SU+4012345500004::9'CUX+2:EUR:4'PAT+3'DTM+13:20260430:102'ALC+A++2++DI'PCD+1:2'ALC+C++6++FC'MOA+23:120'TAX+7+VAT+++:::7+S'MOA+124:8.40'" +
		"LIN+1++4000862141404:EN'QTY+47:40'MOA+203:2160'PRI+AAB:60:CA'TAX+7+VAT+++:::19+S'MOA+124:402.19'ALC+A'PCD+1:10'UNS+S'CNT+2:1'MOA+77:2160'MOA+79:2160'MOA+176:0'TAX+7+VAT+++:::19+S'MOA+124:0'ALC+C'MOA+131:1")
	f.Add("BGM+381+1'CUX+2:KWD'LIN+1'QTY+47:.001:KGM'PRI+AAA:1:::100:KGM'MOA+66:1'ALC+C'QTY+1:1'RTE+2:1'MOA+23:-1'LIN+2+++1:1'UNS+D'UNS+S'MOA+9:99999999999999999999'TAX'MOA+77:1'MOA+124:1'TAX'MOA+125")
	f.Fuzz(func(t *testing.T, body string) { checkInvoice(t, body) })
}

func checkInvoice(t testing.TB, body string) {
	t.Helper()
	for _, m := range anyMessage(t, "INVOIC", body) {
		got, found := message.ReadInvoice(m, mapping.Options{Currency: money.USD})
		worded(t, found)
		for _, l := range got.Lines {
			if l.Quantity.Unit() == 0 {
				t.Fatalf("a line without quantity: %+v", l)
			}
		}
		if len(serious(found)) > 0 {
			continue
		}
		sum, err := got.Sum()
		if err != nil || got.Number == "" || sum != got.Totals.Payable {
			t.Fatalf("nothing was said of an invoice that does not tie: %s and %s, %v", sum, got.Totals.Payable, err)
		}
	}
}

// FuzzTradeMessages reads any segments as every other message: it never panics, and what
// can be written reads back.
func FuzzTradeMessages(f *testing.F) {
	f.Add("BGM+35+R-9+9'DTM+366:20260302:102'LIN+1++4000862141404:EN'INV++1'QTY+145:45:EA'LOC+18+A::92'INV++2'QTY+145:9'QTY+99:72:EA'DTM+44:20260306:102'QTY+113:27:EA'DTM+2:20260306:102")
	f.Add("BGM+632+WE-5+9'DTM+137:20260404:102'RFF+AAK:S'NAD+BY+5412345000013::9'CPS+1'PAC+1'GIN+BJ+040123450000000009'LIN+1++4000862141404:EN'QTY+12:12'QTY+48:12'QTY+194:10'QVR+-2:195+AF+DME::9:x'RFF+ON:P:1'CNT+2:1")
	f.Add("BGM+313+AN-3+27'DTM+137:20260402:102'RFF+ACW:17'NAD+MS+1::9'ERC+12:ZZZ'FTX+AAO+++words'RFF+LI:1'RFF+X:2")
	f.Add("BGM+9+PC-26+9'DTM+273:2026040120260630:718'CUX+2:EUR'PGI+2+G'PRI+AAA:1'PAC'MEA'LIN+1+3+4000862141404:EN'QTY+53:1'TAX+7++++:::19'PRI+AAA:250:CA::100:PCE'RNG+4+PCE:1:9'DTM+194:20260501:102'ALC+A'PCD+1:1'CCI'CAV'PAT'DTM'LIN")
	f.Fuzz(func(t *testing.T, body string) { checkTradeMessages(t, body) })
}

func checkTradeMessages(t testing.TB, body string) {
	t.Helper()
	for _, m := range anyMessage(t, "INVRPT", body) {
		feed, found := message.ReadInventoryReport(m, mapping.Options{})
		worded(t, found)
		for _, l := range feed.Lines {
			for i, later := range l.Later {
				if later.Quantity.Unit() != l.Quantity.Unit() || i > 0 && !later.Date.After(l.Later[i-1].Date) {
					t.Fatalf("stock that is not in order: %+v", l)
				}
			}
		}
	}
	for _, m := range anyMessage(t, "RECADV", body) {
		a, found := message.ReadReceivingAdvice(m, mapping.Options{})
		worded(t, found)
		for _, l := range a.Lines {
			if l.Accepted.Sign() < 0 || l.Received.Unit() != l.Accepted.Unit() {
				t.Fatalf("a line that cannot be: %+v", l)
			}
		}
		for _, d := range message.ReconcileReceipt(packed(t), a) {
			if d.String() == "" {
				t.Fatal("a discrepancy without words")
			}
		}
	}
	for _, m := range anyMessage(t, "APERAK", body) {
		a, found := message.ReadApplicationAnswer(m, mapping.Options{})
		worded(t, found)
		segments, err := message.WriteApplicationAnswer(a, "D01B", mapping.Options{})
		if err != nil || a.Verdict == "" || len(a.Notes) > 0 || strings.Contains(lines(segments), "...") {
			continue
		}
		back, _ := message.ReadApplicationAnswer(&edifact.Message{MessageHeader: m.MessageHeader, Segments: enclosed(segments)}, mapping.Options{})
		if !reflect.DeepEqual(answerWithoutSpace(a), answerWithoutSpace(back)) {
			t.Fatalf("it does not read back:\n%+v\n%+v", a, back)
		}
	}
	for _, m := range anyMessage(t, "PRICAT", body) {
		catalogue, found := message.ReadPriceCatalogue(m, mapping.Options{})
		worded(t, found)
		for _, l := range catalogue.Items {
			for _, p := range l.Prices {
				if p.Basis == "" || p.Price.Currency() == 0 || p.Per < 0 {
					t.Fatalf("a price that cannot be used: %+v", p)
				}
			}
			l.PriceOn(mapping.NetPrice, calendar.MustDate("2026-04-01"), qty("1 EA"))
		}
	}
}

// Segments of all messages in any order and number, some of them spoiled, are read as the
// fuzz targets demand.
func TestTradeSegmentsInAnyOrder(t *testing.T) {
	pool := strings.Split(tradeSegments, "\n")
	random := rand.New(rand.NewPCG(3, 4))
	ids := []string{"BGM+380+R-77+9", "BGM+351+D-77+9", "BGM+35+R-9+9", "BGM+632+WE-5+9", "BGM+313+AN-3+27", "BGM+9+PC-26+9"}
	for range 3000 {
		segments := []string{ids[random.IntN(len(ids))], "DTM+137:20260401:102"}
		for range random.IntN(30) {
			s := strings.TrimSpace(pool[random.IntN(len(pool))])
			if random.IntN(12) == 0 && s != "" {
				at := random.IntN(len(s))
				s = s[:at] + string("+:0?X"[random.IntN(5)]) + s[at+random.IntN(2):]
			}
			segments = append(segments, s)
		}
		body := strings.Join(segments, "'")
		checkDespatchAdvice(t, body)
		checkInvoice(t, body)
		checkTradeMessages(t, body)
	}
}

// tradeSegments are those that the messages of this file have.
const tradeSegments = `RFF+ON:PO-9:1
	RFF+AAK:SH-1
	RFF+ACW:17
	RFF+IV:R-1
	RFF+BT:L-1
	RFF+LI:7
	NAD+SU+4012345500004::9
	NAD+MS+5412345000013::9
	NAD+SF+++Works
	CUX+2:EUR:4
	CUX+2:USD
	PAT+1++5:3:D:30
	PAT+22++5:3:D:10
	DTM+13:20260501:102
	DTM+44:20260306:102
	DTM+36:20270501:102
	DTM+2:20260306:102
	DTM+273:2026040120260630:718
	PCD+12:2
	PCD+1:10
	ALC+A++2++DI
	ALC+C++6++FC
	MOA+204:5
	MOA+23:1.50
	MOA+203:50
	MOA+66:55
	MOA+77:50
	MOA+79:50
	MOA+9:49.5
	MOA+124:5
	MOA+125:50
	MOA+176:5
	TAX+7+VAT+++:::10+S
	UNS+S
	CNT+2:1
	CPS+1
	CPS+2+1
	CPS+3+2
	PAC+2++PX
	PAC+1++CT
	PCI+33E
	GIN+BJ+040123450000000009
	GIN+BJ+040123450000000016+040123450000000023
	GIN+BX+L-2
	GIN+BN+S1:S9
	MEA+PD+AAD+KGM:12.5
	LIN+1++4000862141404:EN
	LIN+2+2
	LIN+3++X:SA
	PIA+1+4711:IN+L:NB+S:SN
	IMD+F++:::Brush
	QTY+12:10:EA
	QTY+21:12:EA
	QTY+47:10:EA
	QTY+48:9:EA
	QTY+194:8:EA
	QTY+195:1:EA
	QTY+145:45:EA
	QTY+99:72:EA
	QTY+113:27:EA
	QTY+11:5
	QTY+53:6:CT
	QVR+-1:124+AF
	QVR+-2:21+BP
	LOC+7+5412345000020::9
	LOC+18+HAM::91
	INV++1
	INV++2
	PRI+AAA:5
	PRI+AAB:550:::100:EA
	PRI+AAE:9::SRP
	RNG+4+EA:100:999
	PGI+2+G
	ERC+12:ZZZ
	FTX+AAO+++words:and more
	TDT+20++30+31+X::182
	TOD+3+CC+FOB
	EQD+CN+MSKU1`

// answerWithoutSpace is an answer without what is cut anew when it is written, and what only
// its sender knows.
func answerWithoutSpace(a message.ApplicationAnswer) message.ApplicationAnswer {
	a.Source, a.Sender, a.Recipient = order.Source{}, order.Party{}, order.Party{}
	a.Errors = append([]message.ApplicationError(nil), a.Errors...)
	for i := range a.Errors {
		a.Errors[i].Text = strings.Join(strings.Fields(a.Errors[i].Text), "")
	}
	return a
}
