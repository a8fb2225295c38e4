package atp

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// opens is the stock on hand that counts today.
func (v *view) opens() int64 {
	var sum int64
	if v.p.byLot() {
		for _, peg := range v.p.onHandByLot(v.p.policy.Scope, v.today) {
			sum += peg.Quantity
		}
		return sum
	}
	for t, n := range v.p.onHand {
		if v.p.policy.Scope.Has(SupplyType(t)) {
			sum += n
		}
	}
	return sum
}

// layLots adds what expires without being taken, and works out the ATP of each day, of goods that are good on it.
func (o *Outlook) layLots(v *view, instant int64) {
	v.lookAtLots(instant, "", v.p.policy.Scope, false)
	for i, n := range v.lots.scrap() {
		gone := v.lots.supplies[i].until.AddDays(1)
		if n > 0 && !gone.IsZero() && !v.lots.supplies[i].Expires.IsZero() {
			o.day(gone).Expired += n
		}
	}
	var expired int64
	for i := range o.Days {
		d := &o.Days[i]
		expired += d.Expired
		d.Balance -= expired
		d.ATP = v.lots.atp(d.Date, d.Date)
	}
}

// day gives a day of the outlook, and adds it with the balance of the day before where it is not there.
func (o *Outlook) day(date calendar.Date) *OutlookDay {
	i, found := slices.BinarySearchFunc(o.Days, date, func(d OutlookDay, date calendar.Date) int { return d.Date.Compare(date) })
	if !found {
		o.Days = slices.Insert(o.Days, i, OutlookDay{Date: date, Balance: o.Days[i-1].Balance})
	}
	return &o.Days[i]
}

// scrap is what is left of each supply when the claims have what they get.
func (g *ledger) scrap() []int64 {
	g.serve(nil, "")
	return g.scratch
}
