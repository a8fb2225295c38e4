package mapping_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

func usd(s string) money.Amount { return money.MustParse(s + " USD") }

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func amount(s string) *money.Amount {
	a := usd(s)
	return &a
}

// answered is the order of edi.md: 100 of line 1 at 2.50, 10 of line 2 for
// which the customer expects 5.00 and we charge 5.20.
func answered(t testing.TB) *order.Order {
	t.Helper()
	vn := func(n string) []order.ItemIdentifier {
		return []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: n}}
	}
	ship, deliver := calendar.MustDate("2026-04-01"), calendar.MustDate("2026-04-03")
	return build(t,
		order.Received{ID: "SO-00000001", Submission: "k", At: time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC), Document: order.Document{
			PurchaseOrder: "PO-1001", Release: "7", Date: calendar.MustDate("2026-03-26"), Currency: money.USD,
			References: []order.Reference{{Qualifier: "DP", Value: "012"}},
			Parties: []order.Party{
				{Role: party.SoldTo, Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}},
				{Role: party.ShipTo, Name: "Northwind 45", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}},
					Address: party.Address{Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118", Country: "US"}},
			},
			Lines: []order.Request{
				{ID: "1", Quantity: each(100), Price: amount("2.50"), Identifiers: vn("BR-10"), Description: "Brush, round"},
				{ID: "2", Quantity: each(10), Price: amount("5.00"), Identifiers: vn("BR-20")},
			},
		}},
		order.Identified{Customer: "C-1", Lines: []order.IdentifiedLine{{Line: "1", Item: "BR-10", Base: each(100)}, {Line: "2", Item: "BR-20", Base: each(10)}}},
		order.Priced{Lines: []order.PricedLine{
			{Line: "1", UnitPrice: usd("2.50"), Net: usd("250.00")}, {Line: "2", UnitPrice: usd("5.20"), Net: usd("52.00")}}},
		order.Promised{Lines: []order.PromisedLine{
			{Line: "1", Schedules: []order.Schedule{{ID: "1", Quantity: each(60), Ship: ship, Deliver: deliver}, {ID: "2", Quantity: each(40)}}},
			{Line: "2", Schedules: []order.Schedule{{ID: "1", Quantity: each(10), Ship: ship, Deliver: deliver}}},
		}},
		order.Accepted{At: time.Date(2026, 3, 27, 9, 0, 1, 0, time.UTC)},
	)
}

func build(t require.TestingT, events ...any) *order.Order {
	var o order.Order
	for _, e := range events {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

func lines(segments []x12.Segment) string {
	text := make([]string, len(segments))
	for i, s := range segments {
		text[i] = strings.TrimRight(s.String(), "*") // as it is written
	}
	return strings.Join(text, "\n")
}

// edi.md, decisions: PO1 100: IA 60, IB 25, IR 15; line 2 IP 5.00 -> 5.20; BAK02 = AC.
func TestAcknowledgement(t *testing.T) {
	o := answered(t)
	o.Lines[0].Schedules[1].Quantity = each(25) // what has no schedule is not delivered
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BAK*00*AC*PO-1001*20260326*7***SO-00000001
CUR*BY*USD
REF*DP*012
N1*BY*Northwind Stores*1*123456789
N1*ST*Northwind 45*92*0045
N3*20 W 34th St
N4*New York*NY*10118*US
PO1*1*100*EA*2.5**VN*BR-10
PID*F****Brush, round
ACK*IA*60*EA*068*20260401
DTM*067*20260403
ACK*IB*25*EA
ACK*IR*15*EA
PO1*2*10*EA*5**VN*BR-20
CTP**NET*5.2
ACK*IP*10*EA*068*20260401
DTM*067*20260403
CTT*2`, lines(segments))
}

// X12 element 668: IS is accepted with a substitution; ACK07 and ACK08 name the item.
func TestAcknowledgementOfASubstitute(t *testing.T) {
	o := answered(t)
	o.Lines[0].Schedules[0].Substitute = &order.Substitute{Item: "BR-11", Numerator: 2, Denominator: 1}
	o.Lines[1].Schedules[0].Substitute = &order.Substitute{Item: "BR-21", Numerator: 1, Denominator: 1}
	o.Lines[1].Schedules = append(o.Lines[1].Schedules, o.Lines[1].Schedules[0])
	o.Lines[1].Schedules[0].Quantity, o.Lines[1].Schedules[1].Quantity = each(4), each(6)
	o.Lines[1].Schedules[1].Substitute = &order.Substitute{Item: "BR-22", Numerator: 1, Denominator: 1}
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "855", segments)
	text := lines(segments)
	for _, want := range []string{
		"BAK*00*AC", "ACK*IS*60*EA*068*20260401**VN*BR-11\nDTM*067*20260403\nACK*IB*40*EA",
		"ACK*IS*4*EA*068*20260401**VN*BR-21", "ACK*IS*6*EA*068*20260401**VN*BR-22",
	} {
		assert.Contains(t, text, want)
	}
}

func TestAcknowledgementConforms(t *testing.T) {
	o := answered(t)
	o.Lines[1].PricePer = 100
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	conforms(t, "855", segments)
}

// verdict and codes of an answer, and what each line's quantities add up to.
func answer(t *testing.T, o *order.Order) (verdict string, codes []string) {
	t.Helper()
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	ordered, sum := decimal.Zero, decimal.Zero
	for _, s := range segments {
		switch s.ID() {
		case "BAK":
			verdict = s.Value(2)
		case "PO1":
			assert.Equal(t, ordered.String(), sum.String())
			ordered, sum = decimal.RequireFromString(s.Value(2)), decimal.Zero
		case "ACK":
			codes = append(codes, s.Value(1))
			sum = sum.Add(decimal.RequireFromString(s.Value(2)))
		}
	}
	assert.Equal(t, ordered.String(), sum.String(), "the quantities of ACK add up to PO102")
	return verdict, codes
}

func TestAcknowledgementOfEachState(t *testing.T) {
	plain := func(t *testing.T) *order.Order {
		o := answered(t)
		o.Lines[0].Schedules = o.Lines[0].Schedules[:1]
		o.Lines[0].Schedules[0].Quantity = each(100)
		o.Lines[1].Price = amount("5.20")
		return o
	}
	for _, c := range []struct {
		name    string
		change  func(o *order.Order)
		verdict string
		codes   []string
	}{
		{"as ordered", func(*order.Order) {}, "AD", []string{"IA", "IA"}},
		{"no price was stated", func(o *order.Order) { o.Lines[1].Price = nil; o.Lines[1].Net = usd("99.00") }, "AD", []string{"IA", "IA"}},
		{"on another day", func(o *order.Order) { o.Document.RequestedDelivery = calendar.MustDate("2026-04-02") }, "AC", []string{"DR", "DR"}},
		{"the line's day counts before the order's", func(o *order.Order) {
			o.Document.RequestedShip, o.Lines[0].RequestedShip = calendar.MustDate("2026-03-31"), calendar.MustDate("2026-04-01")
		}, "AC", []string{"IA", "DR"}},
		{"earlier than asked for", func(o *order.Order) { o.Document.RequestedDelivery = calendar.MustDate("2026-04-09") }, "AD", []string{"IA", "IA"}},
		{"another day and price", func(o *order.Order) {
			o.Document.RequestedDelivery, o.Lines[1].Price = calendar.MustDate("2026-04-02"), amount("5.00")
		}, "AC", []string{"DR", "IC"}},
		{"a discount on the whole order is no other price", func(o *order.Order) {
			o.Lines[1].Net = usd("47.00")
			o.Lines[1].Charges = []order.Charge{{Kind: "price", Amount: usd("52.00")}, {Kind: "discount", Amount: usd("-5.00"), Spread: true}}
		}, "AD", []string{"IA", "IA"}},
		{"a line is refused", func(o *order.Order) { o.Lines[1].Rejection = &order.Rejection{Code: "x"} }, "AC", []string{"IA", "IR"}},
		{"all lines are refused", func(o *order.Order) {
			o.Lines[0].Rejection, o.Lines[1].Rejection = &order.Rejection{Code: "x"}, &order.Rejection{Code: "x"}
		}, "RD", []string{"IR", "IR"}},
		{"the order is refused", func(o *order.Order) { _ = o.Apply(order.Rejected{Rejection: order.Rejection{Code: "x"}}) }, "RD", []string{"IR", "IR"}},
		{"on hold", func(o *order.Order) { o.Holds = []order.Hold{{ID: "h", Kind: order.CreditHold}} }, "AH", []string{"IH", "IH"}},
		{"no schedule at all", func(o *order.Order) { o.Lines[0].Schedules = nil }, "AC", []string{"IR", "IA"}},
		{"schedules of one fate are one", func(o *order.Order) {
			s := o.Lines[0].Schedules[0]
			s.Quantity = each(50)
			o.Lines[0].Schedules = []order.Schedule{s, s}
		}, "AD", []string{"IA", "IA"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := plain(t)
			c.change(o)
			verdict, codes := answer(t, o)
			assert.Equal(t, c.verdict, verdict)
			assert.Equal(t, c.codes, codes)
		})
	}
}

func TestAcknowledgementOfAnUndecidedOrder(t *testing.T) {
	o := build(t, order.Received{ID: "SO-1", Submission: "k", Document: order.Document{PurchaseOrder: "1"}})
	_, err := mapping.WriteAcknowledgement(o, mapping.Options{})
	require.ErrorIs(t, err, mapping.ErrUndecided)
	require.NoError(t, o.Apply(order.Excepted{Step: "validate"}))
	_, err = mapping.WriteAcknowledgement(o, mapping.Options{})
	assert.ErrorIs(t, err, mapping.ErrUndecided)
}

// Promises count in pieces, the customer in cases of 12.
func TestAcknowledgementInTheOrderedUnit(t *testing.T) {
	o := answered(t)
	l := &o.Lines[0]
	l.Quantity, l.Base, l.Price = quantity.New(10, quantity.Case), each(120), nil
	l.Schedules[0].Quantity, l.Schedules[1].Quantity = each(90), each(30)
	segments, err := mapping.WriteAcknowledgement(o, mapping.Options{Units: map[string]quantity.Unit{"CS": quantity.Case}})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "PO1*1*10*CS**")
	assert.Contains(t, lines(segments), "ACK*IA*7.5*CS*")
	assert.Contains(t, lines(segments), "ACK*IB*2.5*CS")

	l.Schedules[0].Quantity, l.Schedules[1].Quantity = each(91), each(29) // 7.58333... cases
	segments, err = mapping.WriteAcknowledgement(o, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "ACK*IA*91*EA*")
	assert.Contains(t, lines(segments), "ACK*IB*29*EA")
}

// edi.md 11: a document that would break the partner's schema is an error, naming the field.
func TestAcknowledgementThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(o *order.Order)
		segment string
		element int
	}{
		{"a long purchase order number", func(o *order.Order) { o.Document.PurchaseOrder = strings.Repeat("9", 23) }, "BAK", 3},
		{"no purchase order number", func(o *order.Order) { o.Document.PurchaseOrder = "" }, "BAK", 3},
		{"a unit that X12 does not have", func(o *order.Order) { o.Lines[0].Quantity = quantity.MustParse("100 EACH") }, "PO1", 3},
		{"a price for seven", func(o *order.Order) { o.Lines[0].PricePer = 7 }, "PO1", 5},
		{"a party without name and number", func(o *order.Order) { o.Document.Parties[0] = order.Party{Role: party.SoldTo} }, "N1", 2},
		{"a long item number", func(o *order.Order) { o.Lines[0].Identifiers[0].Value = strings.Repeat("9", 49) }, "PO1", 7},
		{"a reference of another channel", func(o *order.Order) { o.Document.References[0].Qualifier = "department" }, "REF", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := answered(t)
			c.change(o)
			_, err := mapping.WriteAcknowledgement(o, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, "855", field.Set)
			assert.Equal(t, c.segment, field.Segment)
			assert.Equal(t, c.element, field.Element)
			assert.Contains(t, err.Error(), c.segment)
		})
	}
}
