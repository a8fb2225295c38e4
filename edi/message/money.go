package message

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// currency reads CUX: the reference currency, or where several are named the one of
// the prices. A target currency and its rate are mentioned.
func (r *reader) currency(s edifact.Segment, c *edifact.Cursor) {
	r.rest(c, "CUX group", "PCD", "DTM")
	for _, i := range []int{1, 2} {
		code := text(s, i, 2)
		switch text(s, i, 1) {
		case "":
			continue
		case "3": // target
			r.info("currency-target", s, element(i), fmt.Sprintf("amounts may be settled in %s too; prices are in the reference currency", code))
			continue
		}
		stated, err := money.ParseCurrency(code)
		switch {
		case err != nil:
			r.block("currency", s, spot{i, 2}, fmt.Sprintf("%.20q is no currency", code), "ask the partner for the ISO 4217 code")
		case r.stated != 0 && r.stated != stated:
			r.block("currency", s, spot{i, 2}, fmt.Sprintf("the %s is in %s and in %s", r.document, r.stated, stated), "ask the partner which currency holds")
		default:
			r.stated = stated
		}
	}
}

// cux writes the currency of the document, in which all its amounts have to be; purpose
// is element 6343: 4 invoicing, 9 order.
func (c *composer) cux(currency money.Currency, purpose string) {
	c.currency = currency
	if currency != 0 {
		c.add("CUX", of("2", currency.Code(), purpose))
	}
}

// amount reads the amount of a MOA; ok is false where it cannot be read, of which a
// finding tells.
func (r *reader) amount(s edifact.Segment) (a money.Amount, ok bool) {
	currency := r.currencyOf()
	if code := text(s, 1, 3); code != "" {
		stated, err := money.ParseCurrency(code)
		if err != nil {
			r.warn("currency", s, spot{1, 3}, fmt.Sprintf("%.20q is no currency", code), "ask the partner for the ISO 4217 code")
			return a, false
		}
		currency = stated
	}
	if currency == 0 {
		if r.once("amount-currency") {
			r.warn("amount-currency", s, spot{1, 3}, "the amounts have no currency: neither CUX nor the agreement with the partner names one",
				"agree with the partner on the currency")
		}
		return a, false
	}
	number, err := edifact.Standard().ParseNumber(text(s, 1, 2))
	if err == nil {
		a, err = money.ParseNumber(number, currency)
	}
	if err != nil {
		r.warn("amount", s, spot{1, 2}, fmt.Sprintf("MOA %s: %v", s.Component(1, 1), err), "ask the partner for the amount")
		return money.Amount{}, false
	}
	return a, true
}

// moa writes an amount.
func (c *composer) moa(qualifier string, a money.Amount) {
	c.sameCurrency("MOA", a)
	c.add("MOA", of(qualifier, c.number(a.Number())))
}

// sameCurrency fails for an amount in another currency than that of the document.
func (c *composer) sameCurrency(tag string, a money.Amount) {
	if c.currency != 0 && a.Currency() != 0 && a.Currency() != c.currency {
		c.fail(tag, spot{1, 2}, a.String(), fmt.Sprintf("the document is in %s", c.currency))
	}
}

// priceGroup passes what stands behind a PRI. The currency of a price is that of the
// document.
func (r *reader) priceGroup(c *edifact.Cursor) {
	for s, ok := c.Take("CUX", "APR", "RNG", "DTM"); ok; s, ok = c.Take("CUX", "APR", "RNG", "DTM") {
		code := text(s, 1, 2)
		switch stated, err := money.ParseCurrency(code); {
		case !s.Is("CUX"):
			r.homeless("PRI group", s)
		case err != nil || stated != r.currencyOf():
			r.block("price-currency-other", s, spot{1, 2}, fmt.Sprintf("a price is in %.20q, the %s is not", code, r.document), "ask the partner for one currency")
		}
	}
}

// priced is a price that PRI states.
type priced struct {
	amount money.Amount
	per    int64  // how many units it is for; 0 stands for 1
	kind   string // element 5125: AAA net, AAB gross, INV, CAL
	said   string // element 5387: EUP expected, CUP confirmed, and others
}

// retail tells whether a type of price (element 5387) is none that the buyer pays.
func retail(kind string) bool {
	switch kind {
	case "SRP", "RTP", "MSR", "LBL", "MXR", "MNR":
		return true
	}
	return false
}

// price reads PRI for a line that is ordered in a unit; ok is false for what is no price that can
// be compared with ours, of which a finding tells.
func (r *reader) price(s edifact.Segment, unit quantity.Unit) (p priced, ok bool) {
	p.kind, p.said = text(s, 1, 1), text(s, 1, 4)
	stated := text(s, 1, 2)
	if stated == "" {
		r.info("price-empty", s, spot{1, 2}, fmt.Sprintf("price %s is empty", p.kind))
		return p, false
	}
	const agree = "agree with the partner on the price that stands in PRI"
	switch {
	case p.kind == "AAE" || p.kind == "AAF" || p.kind == "INF" || retail(p.said):
		kind := strings.TrimSpace(p.kind + " " + p.said)
		if r.once("price-kind/" + kind) {
			r.warn("price-kind", s, spot{1, 4}, fmt.Sprintf("the price %s, and others of type %s, are not compared with ours: they are for information, or retail prices", stated, kind), agree)
		}
		return p, false
	case p.kind != "AAA" && p.kind != "AAB" && p.kind != "INV" && p.kind != "CAL":
		r.warn("price-kind", s, spot{1, 1}, fmt.Sprintf("the price %s is not compared with ours: what %q is, is not known", stated, p.kind), agree)
		return p, false
	}
	var usable bool
	if p.per, usable = r.basis(s, unit, stated); !usable {
		return p, false
	}
	currency := r.currencyOf()
	if currency == 0 {
		if r.once("price-currency") {
			r.warn("price-currency", s, spot{1, 2},
				"the prices have no currency: neither CUX nor the agreement with the partner names one; they are not compared with ours",
				"agree with the partner on the currency")
		}
		return p, false
	}
	number, err := edifact.Standard().ParseNumber(stated)
	if err == nil {
		p.amount, err = money.ParseNumber(number, currency)
	}
	if err != nil {
		r.block("price", s, spot{1, 2}, err.Error(), "ask the partner for the price")
		return p, false
	}
	return p, true
}

// aPiece tells whether a unit counts single goods: a piece is one, whatever it is called.
func aPiece(u quantity.Unit) bool { return u == quantity.Each || u == quantity.Piece }

// basis reads how many units a price is for (elements 5284 and 6411).
func (r *reader) basis(s edifact.Segment, unit quantity.Unit, price string) (per int64, ok bool) {
	say := func(where spot, why string) {
		r.warn("price-basis", s, where, fmt.Sprintf("the price %s is not compared with ours: %s", price, why),
			"agree with the partner on what the price is for")
	}
	if code := text(s, 1, 6); code != "" {
		of, err := r.agreed.TradeUnit(code)
		switch {
		case err != nil:
			say(spot{1, 6}, fmt.Sprintf("it is per %.10q, which is no unit of measure", code))
			return 0, false
		case unit != 0 && of != unit && (!aPiece(of) || !aPiece(unit)):
			say(spot{1, 6}, fmt.Sprintf("it is per %s, and the line is ordered in %s", of, unit))
			return 0, false
		}
	}
	stated := text(s, 1, 5)
	if stated == "" {
		return 0, true
	}
	number, err := edifact.Standard().ParseNumber(stated)
	var q quantity.Quantity
	if err == nil {
		q, err = quantity.ParseNumber(number, quantity.Each)
	}
	per, whole := q.Int64()
	if err != nil || !whole || per < 1 {
		say(spot{1, 5}, fmt.Sprintf("it is for %.20q units", stated))
		return 0, false
	}
	if per == 1 {
		per = 0
	}
	return per, true
}

// pri writes a price for as many units as it is for, of the unit.
func (c *composer) pri(kind string, price money.Amount, per int64, unit quantity.Unit) {
	c.typedPrice(kind, "", price, per, unit)
}

// typedPrice writes a price of a type (element 5387).
func (c *composer) typedPrice(kind, said string, price money.Amount, per int64, unit quantity.Unit) {
	c.sameCurrency("PRI", price)
	basis, code := "", ""
	if per > 1 {
		basis = c.number(fmt.Sprint(per))
		code = c.unit("PRI", spot{1, 6}, unit)
	}
	c.add("PRI", of(kind, c.number(price.Number()), "", said, basis, code))
}
