package rebate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Drop is a price that falls, and what a customer is protected from.
type Drop struct {
	// Day is the first day of the new price. Required.
	Day calendar.Date
	// Days is how far back purchases are protected: those of the Days days before Day. At least 1.
	Days int
	// Price is the new one, and Per for how many units; 0 means 1. The price is not below 0. Required, with a currency.
	Price money.Amount
	Per   int64
	// OnHand is what the customer still has on that day, of whichever purchase. At least 0; required, with a unit.
	OnHand quantity.Quantity
	// Claimed is what of OnHand was protected from this drop before. At least 0.
	Claimed quantity.Quantity
	// Rounding is how each line of the claim is rounded to the minor unit. The zero value is half up.
	Rounding money.Rounding
}

// Purchase is what the customer bought, less what was returned.
type Purchase struct {
	Document string
	Line     string
	Date     calendar.Date
	// Quantity is in the unit of [Drop.OnHand]; at least 0.
	Quantity quantity.Quantity
	// Price is what was paid, after discounts, for Per units; 0 means 1.
	Price money.Amount
	Per   int64
}

// Claim is what the customer is credited.
type Claim struct {
	// Lines are the purchases that what is on hand comes from, the latest first.
	Lines []ClaimLine `json:"lines,omitempty"`
	// Total is the sum of the lines.
	Total money.Amount `json:"total"`
	// Unexplained is what of the stock on hand no purchase explains.
	Unexplained quantity.Quantity `json:"unexplained,omitzero"`
}

// ClaimLine is a part of a claim.
type ClaimLine struct {
	Document string        `json:"document"`
	Line     string        `json:"line"`
	Date     calendar.Date `json:"date"`
	// Quantity is what of the purchase is still on hand.
	Quantity quantity.Quantity `json:"quantity"`
	// Credit is the fall of the price for that quantity; 0 with a Reason.
	Credit money.Amount `json:"credit"`
	// Reason tells why nothing is credited.
	Reason ClaimReason `json:"reason,omitempty"`
}

// ClaimReason tells why nothing is credited for a purchase.
type ClaimReason string

// The reasons for no credit.
const (
	// TooOld: it was bought before the protected days.
	TooOld ClaimReason = "too-old"
	// NotDearer: what was paid is not more than the new price.
	NotDearer ClaimReason = "not-dearer"
	// ClaimedBefore: it was credited already.
	ClaimedBefore ClaimReason = "claimed-before"
)

// Protect works out what a customer is credited for goods that were bought before their price fell and are still on hand.
//
// What is on hand is taken to be of the latest purchases: goods leave in the order in which they came. A purchase of the
// day of the drop or later is at the new price already, explains stock first, and is credited nothing unless it cost
// more. Each line credits quantity x (price paid - new price), rounded once.
//
// The errors are *RequestError, *money.CurrencyError, *quantity.MismatchError and money.ErrRange.
func Protect(d Drop, purchases []Purchase) (Claim, error) {
	if err := d.check(purchases); err != nil {
		return Claim{}, err
	}
	latest := slices.Clone(purchases)
	slices.SortStableFunc(latest, func(a, b Purchase) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(b.Document, a.Document), cmp.Compare(b.Line, a.Line))
	})
	c := claiming{drop: &d, left: d.OnHand, claim: Claim{Total: money.Zero(d.Price.Currency())}}
	claimed := d.Claimed
	for i := range latest {
		p := &latest[i]
		before := least(claimed, p.Quantity)
		if err := c.take(p, &before, ClaimedBefore); err != nil {
			return Claim{}, err
		}
		var err error
		if claimed, err = claimed.Sub(before); err != nil {
			return Claim{}, err
		}
		rest, err := p.Quantity.Sub(before)
		if err != nil {
			return Claim{}, err
		}
		if err := c.take(p, &rest, ""); err != nil {
			return Claim{}, err
		}
	}
	if c.left.Sign() > 0 {
		c.claim.Unexplained = c.left
	}
	return c.claim, nil
}

// claiming is a claim in the making.
type claiming struct {
	drop  *Drop
	left  quantity.Quantity // on hand, and no purchase explains it yet
	claim Claim
}

// take explains stock by a quantity of a purchase, and sets the quantity to what was taken.
func (c *claiming) take(p *Purchase, q *quantity.Quantity, reason ClaimReason) error {
	if *q = least(*q, c.left); q.Sign() <= 0 {
		return nil
	}
	line, err := c.drop.line(p, *q, reason)
	if err != nil {
		return err
	}
	c.claim.Lines = append(c.claim.Lines, line)
	if c.claim.Total, err = c.claim.Total.Add(line.Credit); err != nil {
		return err
	}
	c.left, err = c.left.Sub(*q)
	return err
}

// line credits a part of a purchase.
func (d *Drop) line(p *Purchase, q quantity.Quantity, reason ClaimReason) (ClaimLine, error) {
	line := ClaimLine{Document: p.Document, Line: p.Line, Date: p.Date, Quantity: q, Credit: money.Zero(d.Price.Currency()), Reason: reason}
	if reason == "" && p.Date.Before(d.Day.AddDays(-d.Days)) {
		line.Reason = TooOld
	}
	if line.Reason != "" {
		return line, nil
	}
	// The difference of two prices for different numbers of units: paid/p - new/d = (paid x d - new x p) / (p x d).
	perPaid, perNew := max(p.Per, 1), max(d.Per, 1)
	paid, err := p.Price.MulInt(perNew)
	if err != nil {
		return line, err
	}
	now, err := d.Price.MulInt(perPaid)
	if err != nil {
		return line, err
	}
	fall, err := paid.Sub(now)
	if err != nil {
		return line, err
	}
	if fall.Sign() <= 0 {
		line.Reason = NotDearer
		return line, nil
	}
	line.Credit, err = money.Extend(fall, q, perPaid*perNew, d.Price.Currency().Digits(), d.Rounding)
	return line, err
}

// MaxPer bounds the number of units that a price of a claim is for.
const MaxPer = 1_000_000_000

func (d *Drop) check(purchases []Purchase) error {
	wrong := func(field, reason string) error { return &RequestError{Op: "protect", Field: field, Reason: reason} }
	switch {
	case d.Day.IsZero():
		return wrong("Day", "is missing")
	case d.Days < 1:
		return wrong("Days", "is below 1")
	case !d.Price.Currency().IsValid() || d.Price.Sign() < 0:
		return wrong("Price", "has no currency, or is below 0")
	case d.Per < 0 || d.Per > MaxPer:
		return wrong("Per", "is not within 0 to MaxPer")
	case d.OnHand.Unit() == 0 || d.OnHand.Sign() < 0:
		return wrong("OnHand", "has no unit, or is below 0")
	case d.Claimed.Sign() < 0 || !d.Claimed.IsZero() && d.Claimed.Unit() != d.OnHand.Unit():
		return wrong("Claimed", "is below 0, or in another unit than what is on hand")
	case !d.Rounding.IsValid():
		return wrong("Rounding", "is none")
	}
	for i := range purchases {
		p := &purchases[i]
		at := func(field string) string { return fmt.Sprintf("purchases[%d].%s", i, field) }
		switch {
		case p.Date.IsZero():
			return wrong(at("Date"), "is missing")
		case p.Quantity.Sign() < 0 || !p.Quantity.IsZero() && p.Quantity.Unit() != d.OnHand.Unit():
			return wrong(at("Quantity"), "is below 0, or in another unit than what is on hand")
		case p.Price.Sign() < 0 || p.Price.Currency() != d.Price.Currency():
			return wrong(at("Price"), "is below 0, or in another currency than the new price")
		case p.Per < 0 || p.Per > MaxPer:
			return wrong(at("Per"), "is not within 0 to MaxPer")
		}
	}
	return nil
}

// least is the lesser of two quantities of one unit.
func least(a, b quantity.Quantity) quantity.Quantity {
	if c, err := a.Cmp(b); err == nil && c > 0 {
		return b
	}
	return a
}
