package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// FreightBill is what a carrier bills for a shipment.
type FreightBill struct {
	Source order.Source `json:"source"`
	// Number is the carrier's, Shipment ours, Carrier the Standard Carrier Alpha Code.
	Number   string `json:"number"`
	Shipment string `json:"shipment,omitempty"`
	Carrier  string `json:"carrier"`
	// Payment is the code of who pays (X12 element 146), such as PP for prepaid.
	Payment string        `json:"payment"`
	Date    calendar.Date `json:"date"`
	// Delivered is the day of delivery, where it is told.
	Delivered calendar.Date `json:"delivered,omitzero"`
	// Correction is the code of what a bill that follows another is (X12 element 202),
	// such as BD for a balance due; empty: it is the first.
	Correction string `json:"correction,omitempty"`
	// Amount is what is to be paid.
	Amount     money.Amount      `json:"amount"`
	References []order.Reference `json:"references,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	Equipment  []string          `json:"equipment,omitempty"`
	Charges    []FreightCharge   `json:"charges,omitempty"`
	// Weight is what was billed; zero: not told.
	Weight quantity.Quantity `json:"weight,omitzero"`
}

// FreightCharge is one charge of a carrier.
type FreightCharge struct {
	// Description is that of the goods or of the charge.
	Description string `json:"description,omitempty"`
	// Code is that of a special charge (X12 element 150), such as FUE for fuel; empty: it
	// is for the haul.
	Code string `json:"code,omitempty"`
	// Rate is what the charge is worked out with, in words of the set: a number and its
	// qualifier (X12 element 122), such as 2510 PC for one of 2,510 a car.
	Rate   string       `json:"rate,omitempty"`
	Basis  string       `json:"basis,omitempty"`
	Amount money.Amount `json:"amount"`
}

// ReadFreightBill reads a motor carrier freight details and invoice, X12 210 of any
// version, as also railways send it. Amounts are in the currency of C3, else in that of
// the agreement, with two implied decimals.
//
// The charges have to come to what is to be paid; where they do not, that is a warning
// with the difference, unless the bill corrects another.
func ReadFreightBill(set *x12.Set, o Options) (FreightBill, finding.List) {
	r := freightReader{reader: reader{set: "210", document: "freight bill", agreed: &o}, currency: o.Currency}
	r.bill.Source = source(set)
	if !r.is(set, "a freight bill") {
		return r.bill, r.found
	}
	if s, stated := x12.Find(set.Body(), "C3"); stated {
		c, err := money.ParseCurrency(s.Value(1))
		if err != nil {
			r.block("currency", s, 1, fmt.Sprintf("%q is no currency", s.Value(1)), "ask the carrier for the ISO 4217 code")
		}
		r.currency = c
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return r.bill, r.found
}

// freightReader reads one 210.
type freightReader struct {
	reader
	bill     FreightBill
	currency money.Currency
	b3       x12.Segment
	goods    string // L5 of the LX loop
}

func (r *freightReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "B3":
		r.beginning(s)
	case "C3": // read before
	case "N9":
		if ref, ok := referenceOf(s); ok {
			r.bill.References = append(r.bill.References, ref)
		}
	case "L11":
		if value := strings.TrimSpace(s.Value(1)); value != "" {
			r.bill.References = append(r.bill.References, order.Reference{Qualifier: s.Value(2), Value: value})
		}
	case "N1":
		r.party(s, c)
	case "N7":
		if number := strings.TrimSpace(s.Value(1) + s.Value(2)); number != "" {
			r.bill.Equipment = append(r.bill.Equipment, number)
		}
	case "LX":
		r.goods = ""
	case "L5":
		r.goods = joined(r.goods, s.Value(2))
	case "L1":
		r.charge(s)
	case "L3":
		r.bill.Weight = r.measure(s, 1, 12)
	default:
		r.homeless("freight bill", s)
	}
}

// beginning reads B3.
func (r *freightReader) beginning(s x12.Segment) {
	if !r.b3.IsZero() {
		r.block("b3-repeated", s, 0, "the set has a second B3", "ask the carrier to send each bill in a set of its own")
		return
	}
	r.b3 = s
	b := &r.bill
	value := func(element int) string { return strings.TrimSpace(s.Value(element)) }
	b.Number, b.Shipment, b.Payment, b.Date, b.Correction, b.Carrier = value(2), value(3), value(4), r.day(s, 6), value(8), value(11)
	if b.Number == "" {
		r.block("number-missing", s, 2, "B302 has no number of the bill", "ask the carrier for it")
	}
	if r.currency == 0 {
		r.block("currency-missing", s, 7, "neither C3 nor the agreement with the carrier names the currency: no amount can be read",
			"agree with the carrier on the currency")
	}
	b.Amount = r.amount(s, 7)
	if code := s.Value(10); code == "035" || code == "140" {
		b.Delivered = r.day(s, 9)
	} else if s.Value(9) != "" {
		r.info("date-not-mapped", s, 9, fmt.Sprintf("date %s (%s) has no place in the freight bill", code, s.Value(9)))
	}
}

// amount reads an amount with two implied decimals.
func (r *freightReader) amount(s x12.Segment, element int) money.Amount {
	zero := money.Zero(r.currency)
	if r.currency == 0 {
		return zero
	}
	n, err := x12.ParseImplied(s.Value(element), 2)
	if err == nil {
		var a money.Amount
		if a, err = money.ParseNumber(n, r.currency); err == nil {
			return a
		}
	}
	r.block("amount", s, element, fmt.Sprintf("%q is no amount with two implied decimals", s.Value(element)), "ask the carrier for the amount")
	return zero
}

// party reads an N1 loop. SH is the shipper, from where it comes.
func (r *freightReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if s.Value(1) == "SH" {
		roles = []party.Role{party.ShipFrom}
	}
	if len(roles) == 0 {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the freight bill", s.Value(1), describe(p)))
	}
	for _, role := range roles {
		p.Role = role
		r.bill.Parties = append(r.bill.Parties, p)
	}
}

// charge reads L1. One without a charge explains another.
func (r *freightReader) charge(s x12.Segment) {
	if s.Value(4) == "" {
		r.homeless("freight bill", s)
		return
	}
	c := FreightCharge{Code: s.Value(8), Rate: s.Value(2), Basis: s.Value(3), Amount: r.amount(s, 4), Description: strings.TrimSpace(s.Value(12))}
	if c.Description == "" && c.Code == "" {
		c.Description = r.goods
	}
	r.bill.Charges = append(r.bill.Charges, c)
}

// conclude says what can be said only at the end.
func (r *freightReader) conclude() {
	b := &r.bill
	if r.b3.IsZero() {
		r.found.Block(r.code("b3-missing"), "", "the set has no B3, which names the bill", "ask the carrier to send it anew")
	}
	sum := money.Zero(r.currency)
	var err error
	for i := range b.Charges {
		if err == nil {
			sum, err = sum.Add(b.Charges[i].Amount)
		}
	}
	switch {
	case err != nil:
		r.block("total", r.b3, 7, "the charges do not add up: "+err.Error(), "ask the carrier for the amounts")
	case sum != b.Amount && len(b.Charges) > 0 && b.Correction == "" && r.currency != 0:
		r.warn("total", r.b3, 7, fmt.Sprintf("B307 is %s, the charges come to %s", b.Amount, sum), "ask the carrier what the difference is for before it is paid")
	}
	r.leftOut()
}
