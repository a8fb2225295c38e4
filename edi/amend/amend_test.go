package amend_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/amend"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/shipping"
)

// house is a desk with nails, hammers in cases of 12, and one order of them.
type house struct {
	desk    *desk.Desk
	stock   *atp.Stock
	items   *item.Catalog
	changes *amend.Changes
	order   order.ID
	now     time.Time
}

func pieces(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	customers, err := party.NewDirectory([]party.Party{{ID: "P1", Name: "Northwind Stores"}}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}})
	require.NoError(t, err)
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	h.items, err = item.NewCatalog(item.Item{ID: "NAILS", Units: units}, item.Item{ID: "HAMMER", Units: units})
	require.NoError(t, err)
	site, err := calendar.New(calendar.Config{Name: "MAIN", Zone: "UTC"})
	require.NoError(t, err)
	h.stock, err = atp.New(atp.Config{Sites: []atp.Site{{ID: "MAIN", Calendar: site}}})
	require.NoError(t, err)
	log, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	require.NoError(t, err)
	h.desk, err = desk.Open(t.Context(), desk.Config{
		Journal: journal.NewMemory(), Clock: clock,
		Steps: []desk.Step{
			steps.Validate(steps.ValidateConfig{Customers: customers, Items: h.items}),
			steps.Promise(steps.PromiseConfig{Stock: h.stock, Customers: customers, Items: h.items, Site: func(*order.Order, string) string { return "MAIN" }}),
			steps.Accept(steps.AcceptConfig{Stock: h.stock}),
		},
		Folds: []desk.Fold{steps.FoldStock(h.stock), log},
	})
	require.NoError(t, err)
	for _, id := range []string{"NAILS", "HAMMER"} {
		ref, defined, err := h.stock.Define(h.now, atp.Definition{Item: id, Site: "MAIN"})
		require.NoError(t, err)
		counted, err := h.stock.Count(h.now, atp.Count{Ref: ref, Quantity: 30})
		require.NoError(t, err)
		due, err := h.stock.AddSupply(h.now, atp.Supply{Ref: ref, Document: "PO-1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-04-20"), Quantity: 70})
		require.NoError(t, err)
		require.NoError(t, h.desk.Record(t.Context(), "opening", "ann", defined, counted, due))
	}
	price := money.MustParse("2.50 USD")
	r, err := h.desk.Submit(t.Context(), desk.Submission{Key: "k", Document: order.Document{
		PurchaseOrder: "PO-1001", Release: "7", Customer: "C1", Currency: money.USD, Source: order.Source{Channel: "manual"},
		Date: calendar.MustDate("2026-03-26"), RequestedShip: calendar.MustDate("2026-03-30"),
		Lines: []order.Request{{ID: "1", Item: "NAILS", Quantity: pieces(100), Price: &price}, {ID: "2", Item: "HAMMER", Quantity: quantity.New(2, quantity.Case)}},
	}})
	require.NoError(t, err)
	require.Nil(t, r.Waiting, "%+v", r.Waiting)
	h.order = r.Order.ID
	h.changes, err = amend.New(amend.Config{Desk: h.desk, Clock: clock, Amender: &steps.Amender{Stock: h.stock, Items: h.items}})
	require.NoError(t, err)
	// what is on hand leaves: 30 nails and 24 hammers
	shipper := steps.Shipper{Stock: h.stock, Items: h.items, Log: log,
		From: func(string) shipping.Party { return at }, To: func(*order.Order) shipping.Party { return at }}
	_, err = shipper.Ship(t.Context(), h.desk, h.order, "MAIN", calendar.DateOf(h.now))
	require.NoError(t, err)
	return h
}

var at = shipping.Party{Name: "Dock", Address: party.Address{Lines: []string{"1 Dock Road"}, City: "Newark", Region: "NJ", PostalCode: "07114", Country: "US"}}

// sent reads a change as a customer sends it.
func sent(t testing.TB, o mapping.Options, body string) mapping.OrderChange {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(body), "\n")
	text := "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1105*U*00401*000000042*0*P*>~\n" +
		"GS*PC*123456789*987654321*20260327*1105*42*X*004010~\nST*860*0001~\n" + strings.Join(lines, "~\n") +
		fmt.Sprintf("~\nSE*%d*0001~\nGE*1*42~\nIEA*1*000000042~\n", len(lines)+2)
	report, err := x12.Read(strings.NewReader(text), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	require.True(t, report.OK(), "%v", report.Sets()[0].Faults)
	change, found := mapping.ReadPurchaseOrderChange(report.Sets()[0], o)
	require.False(t, found.Blocks(), "%v", found)
	return change
}

const head = "BCH*04*SA*PO-1001*7*1*20260326*****20260330\nCUR*BY*USD\n"

// answers applies a change and gives the segments of the answer.
func (h *house) answers(t testing.TB, change mapping.OrderChange) string {
	t.Helper()
	answer, err := h.changes.Apply(t.Context(), h.order, change)
	require.NoError(t, err)
	o, err := h.desk.Order(h.order)
	require.NoError(t, err)
	segments, err := mapping.WriteChangeAcknowledgement(answer, o, mapping.Options{})
	require.NoError(t, err)
	conforms(t, segments)
	var text []string
	for _, s := range segments {
		text = append(text, strings.TrimRight(s.String(), "*"))
	}
	return strings.Join(text, "\n")
}

// conforms holds the answer to the schema of X12 004010.
func conforms(t testing.TB, segments []x12.Segment) {
	t.Helper()
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{Delimiters: x12.StandardDelimiters()})
	require.NoError(t, err)
	require.NoError(t, errors.Join(
		w.BeginInterchange(x12.Header{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "ZZ", Receiver: "THEM",
			Date: "260327", Time: "1105", Version: "00401", Control: "42", Usage: "P"}),
		w.BeginGroup(x12.GroupHeader{FunctionalID: "CA", Sender: "US", Receiver: "THEM", Date: "20260327", Time: "1105", Control: "42", Version: "004010"}),
		w.BeginSet("865", "0001", ""), w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange()))
	report, err := x12.Check(&out, x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	assert.True(t, report.OK(), "%v", report.Sets()[0].Faults)
}

// edi.md: POC02 decides what a change line means; a change that cannot be made any
// more is answered, not dropped; POC03 is the new total, or by agreement the difference.
func TestEveryChangeIsAnswered(t *testing.T) {
	difference := mapping.Options{ChangeIsDifference: true}
	for name, c := range map[string]struct {
		options         mapping.Options
		line            string
		verdict, status string // of BCA02 and ACK
		became          int64  // of line 1
		why             string
	}{
		"less":                        {line: "POC*1*QD*60*30*EA", verdict: "AD", status: "IA*60*EA", became: 60},
		"less, as values":             {line: "POC*1*CA*60*30*EA", verdict: "AD", status: "IA*60*EA", became: 60},
		"less, all values":            {line: "POC*1*RZ*60*30*EA", verdict: "AD", status: "IA*60*EA", became: 60},
		"less, by a difference":       {options: difference, line: "POC*1*QD*40*30*EA", verdict: "AD", status: "IA*60*EA", became: 60},
		"less, by a signed one":       {options: difference, line: "POC*1*CA*-40*30*EA", verdict: "AD", status: "IA*60*EA", became: 60},
		"less than has left":          {line: "POC*1*QD*10*0*EA", verdict: "AC", status: "IQ*30*EA", became: 30, why: "30 EA have left"},
		"less than nothing":           {options: difference, line: "POC*1*QD*101*0*EA", verdict: "RD", status: "IR*100*EA", became: 100, why: "more than the 100 EA"},
		"deleted":                     {line: "POC*1*DI", verdict: "AC", status: "IQ*30*EA", became: 30, why: "30 EA have left"},
		"nothing left to give up":     {line: "POC*2*DI", verdict: "RD", status: "IR*2*CA", became: 100, why: "cannot be given up"},
		"more":                        {line: "POC*1*QI*120*90*EA", verdict: "RD", status: "IR*100*EA", became: 100, why: "can only become less"},
		"more, by a difference":       {options: difference, line: "POC*1*QI*20*90*EA", verdict: "RD", status: "IR*100*EA", became: 100, why: "can only become less"},
		"what holds anyway":           {line: "POC*1*CA*100*70*EA*2.5*PE", verdict: "AD", status: "IA*100*EA", became: 100},
		"no change":                   {line: "POC*1*NC*100*70*EA", verdict: "AD", status: "IA*100*EA", became: 100},
		"the price of a hundred":      {line: "POC*1*PC*100*70*EA*2.5*HP", verdict: "RD", status: "IR*100*EA", became: 100, why: "price stays"},
		"another price":               {line: "POC*1*PC*100*70*EA*2.4*PE", verdict: "RD", status: "IR*100*EA", became: 100, why: "price stays"},
		"less, at another price":      {line: "POC*1*PQ*60*30*EA*2.4*PE", verdict: "AC", status: "IQ*60*EA", became: 60, why: "price stays"},
		"another day":                 {line: "POC*1*RS*100*70*EA\nDTM*010*20260401", verdict: "RD", status: "IR*100*EA", became: 100, why: "days stay"},
		"the same day":                {line: "POC*1*CT*100*70*EA\nDTM*010*20260330", verdict: "AD", status: "IA*100*EA", became: 100},
		"less, on another day":        {line: "POC*1*RQ*60*30*EA\nDTM*010*20260401", verdict: "AC", status: "IQ*60*EA", became: 60, why: "days stay"},
		"another line":                {line: "POC*3*AI*5*5*EA*1*PE*VN*SAW", verdict: "RD", status: "IR", became: 100, why: "no further lines"},
		"another item":                {line: "POC*1*RE*100*70*EA***VN*SAW", verdict: "RD", status: "IR*100*EA", became: 100, why: "cannot be replaced"},
		"a line that is none":         {line: "POC*9*DI", verdict: "RD", status: "IR", became: 100, why: "no such line"},
		"what nobody has a place for": {line: "POC*1*CE", verdict: "RD", status: "IR*100*EA", became: 100, why: "not made"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			change := sent(t, c.options, head+c.line+"\nCTT*1")
			text := h.answers(t, change)
			assert.True(t, strings.HasPrefix(text, "BCA*00*"+c.verdict+"*PO-1001*7*1*20260326***SO-00000001*20260330*20260330\n"), text)
			assert.Contains(t, text+"\n", "\nACK*"+c.status+"\n")
			if c.why == "" {
				assert.NotContains(t, text, "MSG")
			} else {
				assert.Regexp(t, "MSG\\*.*"+c.why, text)
			}
			o, err := h.desk.Order(h.order)
			require.NoError(t, err)
			assert.Equal(t, pieces(c.became), o.Line("1").Deliverable())

			// an identical resend changes nothing and is answered again
			assert.Equal(t, text, h.answers(t, change))
			again, err := h.desk.Order(h.order)
			require.NoError(t, err)
			assert.Len(t, again.Decisions, len(o.Decisions))
		})
	}
}

func TestAnOrderIsCancelled(t *testing.T) {
	const cancel = "BCH*01*SA*PO-1001*7*2*20260326*****20260330"
	h := newHouse(t)
	text := h.answers(t, sent(t, mapping.Options{}, cancel))
	assert.Equal(t, `BCA*00*AC*PO-1001*7*2*20260326***SO-00000001*20260330*20260330
N9*L1*1
MSG*line 1: 30 EA stay: what has left or is picked cannot be given up
MSG*line 2: 24 EA stay: what has left or is picked cannot be given up
CTT*0`, text)
	assert.Contains(t, h.answers(t, sent(t, mapping.Options{}, strings.Replace(cancel, "*2*", "*3*", 1))), "BCA*00*RD", "nothing is left to give up")
}

// What a change states for the order as a whole is answered, too.
func TestWhatIsNotChangedOfTheOrderIsTold(t *testing.T) {
	h := newHouse(t)
	text := h.answers(t, sent(t, mapping.Options{}, head+"DTM*010*20260415\nDTM*001*20260501\nN1*ST*Dock*92*0046\nPOC*1*QD*60*30*EA\nCTT*1"))
	assert.Contains(t, text, "BCA*00*AC")
	assert.Contains(t, text, "MSG*the ship date of the order stays 2026-03-30\nMSG*the cancel date of the order stays as it was\nMSG*the ship-to of the order stays as it was")
}

// Terms, freight, texts and an address are no less a change than a day: none is dropped.
func TestNothingOfTheWholeIsDropped(t *testing.T) {
	h := newHouse(t)
	for text, want := range map[string]string{
		"ITD*01*3*****45":                           "the terms of payment of the order stay as they were",
		"FOB*CC*OR":                                 "the freight terms of the order stay as they were",
		"FOB*DF***01*CIP*ZZ*Newark":                 "the delivery terms of the order stay as they were",
		"N9*L1*1\nMSG*call before you come":         "the order does not take up the text: call before you come",
		"N1*ST*Dock\nN3*9 Pier\nN4*Newark*NJ*07114": "the ship-to of the order stays as it was",
		"N1*BT*Paymaster":                           "the bill-to of the order stays as it was",
	} {
		segments := h.answers(t, sent(t, mapping.Options{}, head+text+"\nPOC*1*NC*100*70*EA\nCTT*1"))
		assert.Contains(t, segments, "BCA*00*AC", text)
		assert.Contains(t, segments, "MSG*"+want, text)
	}
}

// A change of ten times as many lines is ten times the work, and not a hundred.
func TestALargeChange(t *testing.T) {
	h := newHouse(t)
	change := sent(t, mapping.Options{}, head+"POC*1*NC*100*70*EA\nCTT*1")
	work := func(lines int) float64 {
		change.Lines = slices.Repeat(change.Lines[:1], lines)
		return testing.AllocsPerRun(1, func() {
			answer, err := h.changes.Apply(t.Context(), h.order, change)
			require.NoError(t, err)
			require.Len(t, answer.Lines, lines)
		})
	}
	assert.Less(t, work(1000), 15*work(100))
}

func TestAChangeOfAnotherOrder(t *testing.T) {
	h := newHouse(t)
	for _, other := range []string{"*PO-1002*7*", "*PO-1001*8*", "*PO-1001**"} {
		_, err := h.changes.Apply(t.Context(), h.order, sent(t, mapping.Options{}, strings.Replace(head, "*PO-1001*7*", other, 1)+"POC*1*DI\nCTT*1"))
		require.ErrorIs(t, err, amend.ErrOtherOrder, other)
	}
	ofStore := sent(t, mapping.Options{}, head+"POC*1*DI\nCTT*1")
	ofStore.Document.Store = party.Identifier{Scheme: party.AssignedByBuyer, Value: "0045"}
	_, err := h.changes.Apply(t.Context(), h.order, ofStore)
	require.ErrorIs(t, err, amend.ErrOtherOrder, "the order is of no store")
	_, err = h.changes.Apply(t.Context(), "SO-99999999", sent(t, mapping.Options{}, head+"POC*1*DI\nCTT*1"))
	require.Error(t, err)
}

func TestConfigError(t *testing.T) {
	var e *amend.ConfigError
	_, err := amend.New(amend.Config{})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Desk", e.Field)
	_, err = amend.New(amend.Config{Desk: &desk.Desk{}})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Amender", e.Field)
	_, err = amend.New(amend.Config{Desk: &desk.Desk{}, Amender: &steps.Amender{}})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Clock", e.Field)
}
