package atp

import (
	"math"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Outlook is an item at a site over time, as a question at an instant sees it: what a planner looks at, and what a
// picture of the item shows.
type Outlook struct {
	Item  string        `json:"item"`
	Site  string        `json:"site"`
	Today calendar.Date `json:"today"`
	// Opening is the stock on hand that counts, less SafetyStock, the stock that is kept back.
	Opening     int64 `json:"opening"`
	SafetyStock int64 `json:"safety_stock,omitempty"`
	// Days has today, AvailableFrom, and every later day on which something is due. What is past due and counts stands on today.
	Days []OutlookDay `json:"days"`
	// Supplies is what counts: stock on hand first, then receipts by day and document.
	Supplies []Peg `json:"supplies,omitempty"`
	// Claims compete for it, by day and key. Holds that have expired are not among them.
	Claims []OutlookClaim `json:"claims,omitempty"`
	// Endless is the day from which on everything can be had; no date where there is none (see Infinite).
	Endless calendar.Date `json:"endless,omitzero"`
	// AvailableFrom is the day before which nothing can be had, where that is after today (see Policy.AvailableFrom). Balances
	// show what is there all the same.
	AvailableFrom calendar.Date `json:"available_from,omitzero"`
}

// OutlookDay is a day of an outlook.
type OutlookDay struct {
	Date     calendar.Date `json:"date"`
	Receipts int64         `json:"receipts,omitempty"` // due on the day
	Claims   int64         `json:"claims,omitempty"`   // to be taken on the day
	Expired  int64         `json:"expired,omitempty"`  // was good until the day before, and nobody takes it
	// Balance is the opening stock, and all receipts less all claims, and less what expired, up to and with the day.
	Balance int64 `json:"balance"`
	// ATP is the least balance of the day and all later ones; beyond an infinite horizon Unlimited.
	ATP int64 `json:"atp"`
	// Discrete is what the day adds to what can be promised: its receipts, on the first day the opening stock as well, less
	// the claims that have to draw on them, where each claim draws on the latest receipts before it first. It is not below 0,
	// and 0 beyond an infinite horizon. The sum until a day is its ATP, unless something is short or expires.
	Discrete int64 `json:"discrete,omitempty"`
}

// OutlookClaim is an open line of a reservation.
type OutlookClaim struct {
	Key      string        `json:"key"`
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"`
	// Expires is the end of the hold; the zero time when the reservation is committed.
	Expires time.Time `json:"expires,omitzero"`
	// GoodThrough and Lot are those of the line.
	GoodThrough calendar.Date `json:"good_through,omitzero"`
	Lot         string        `json:"lot,omitempty"`
}

// Outlook shows an item at a site over time, under its policy and without its safety stock. The errors are
// *RequestError.
func (s *Stock) Outlook(now time.Time, ref Ref) (Outlook, error) {
	const op = "outlook"
	p, err := s.position(op, "Ref", ref)
	if err != nil {
		return Outlook{}, err
	}
	if err := checkTime(op, now); err != nil {
		return Outlook{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := view{s: s, p: p, today: p.site.date(now.UnixNano()), last: s.forever}
	v.bound()
	o := Outlook{Item: p.item, Site: p.site.id, Today: v.today, SafetyStock: p.safety}
	o.Opening = v.opens()
	o.Opening -= p.safety
	o.Supplies = v.supplies(p.policy.Scope, false).supplies
	for _, l := range v.claims(max(now.UnixNano(), p.clock), "") {
		c := OutlookClaim{Key: l.of.key, Date: l.date, Quantity: l.open(), GoodThrough: l.good, Lot: l.lot.name()}
		if l.held > 0 {
			c.Expires = instant(l.of.expires)
		}
		o.Claims = append(o.Claims, c)
	}
	if v.endless {
		o.Endless = v.last.AddDays(1)
	}
	o.lay(&v)
	o.launch(&v, now.UnixNano())
	if p.byLot() {
		o.layLots(&v, max(now.UnixNano(), p.clock))
	}
	o.divide()
	return o, nil
}

// lay puts supplies and claims on their days and works out the balances.
func (o *Outlook) lay(v *view) {
	receipts := o.Supplies
	for len(receipts) > 0 && receipts[0].Type.OnHand() {
		receipts = receipts[1:]
	}
	claims := o.Claims
	balance := o.Opening
	for day := v.today; !day.IsZero(); {
		d := OutlookDay{Date: day}
		for ; len(receipts) > 0 && !receipts[0].Due.After(day); receipts = receipts[1:] {
			d.Receipts += receipts[0].Quantity
		}
		for ; len(claims) > 0 && !claims[0].Date.After(day); claims = claims[1:] {
			d.Claims += claims[0].Quantity
		}
		balance += d.Receipts - d.Claims
		d.Balance = balance
		o.Days = append(o.Days, d)
		day = calendar.Date{}
		if len(receipts) > 0 {
			day = receipts[0].Due
		}
		if len(claims) > 0 && (day.IsZero() || claims[0].Date.Before(day)) {
			day = claims[0].Date
		}
	}
	least := int64(math.MaxInt64)
	for i := len(o.Days) - 1; i >= 0; i-- {
		d := &o.Days[i]
		if d.Date.After(v.last) {
			d.ATP = Unlimited
			continue
		}
		least = min(least, d.Balance)
		d.ATP = least
	}
}

// divide works out what each day adds.
func (o *Outlook) divide() {
	var before int64
	for i := range o.Days {
		d := &o.Days[i]
		if d.ATP == Unlimited {
			break
		}
		d.Discrete = max(d.ATP-before, 0)
		before = max(d.ATP, 0)
	}
}
