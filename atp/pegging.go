package atp

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Peg is a quantity of supply that goes to a demand. Supply goes to the demands in the order of their days, the earliest
// supply first; demands of one day take it in the order of their keys.
type Peg struct {
	Item     string     `json:"item,omitempty"` // of a kit: the component, or the kit's own item
	Type     SupplyType `json:"type"`
	Document string     `json:"document,omitempty"` // of the receipt; empty for stock on hand
	// Due is the day from which the receipt counts, with the Lag of its Reliability; no date for stock on hand.
	Due      calendar.Date `json:"due,omitzero"`
	Lag      int           `json:"lag,omitempty"`
	Quantity int64         `json:"quantity"`
	Lot      string        `json:"lot,omitempty"`    // of stock on hand
	Expires  calendar.Date `json:"expires,omitzero"` // the last day on which it is good; no date: does not expire
}

// String says it in words: "30 from purchase-order PO-77/1 due 2026-03-06", of a kit "60 of bolt from stock, available".
func (p Peg) String() string {
	text := strconv.FormatInt(p.Quantity, 10)
	if p.Item != "" {
		text += " of " + p.Item
	}
	if p.Type.OnHand() {
		text += fmt.Sprintf(" from stock, %s", p.Type)
	} else {
		text += fmt.Sprintf(" from %s %s due %s", p.Type, p.Document, p.Due.AddDays(-p.Lag))
	}
	if p.Lag > 0 {
		text += ", expected " + p.Due.String()
	}
	if p.Lot != "" {
		text += ", lot " + p.Lot
	}
	if !p.Expires.IsZero() {
		text += ", good through " + p.Expires.String()
	}
	return text
}

// Limit says what keeps a demand from being met on the wanted day.
type Limit struct {
	// Reason says what kind of thing it is.
	Reason LimitReason `json:"reason,omitempty"`
	// Item is the component of a kit that allows the fewest, the first by id among equals; Tightest, Claims and LostTo are
	// about it. Empty: the demand is for no kit.
	Item string `json:"item,omitempty"`
	// Date is the day asked about, and Available what could be had on it.
	Date      calendar.Date `json:"date"`
	Available int64         `json:"available"`
	// Tightest is the first day on which the balance is as low as that; before it, goods may seem to be there, but are
	// promised.
	Tightest calendar.Date `json:"tightest,omitzero"`
	// Ignored is what is past due and does not count, see Policy.PastDueReceipts, and Perishes what is there beyond Available
	// and not good through the day that the demand asks for; both in base units of the item, or of the component.
	Ignored  int64 `json:"ignored,omitempty"`
	Perishes int64 `json:"perishes,omitempty"`
	// Claims are the keys of the reservations that take goods until Tightest, by date and key, and LostTo the ids of the
	// demands of the same request that came first.
	Claims []string `json:"claims,omitempty"`
	LostTo []string `json:"lost_to,omitempty"`
	// Quotas are those that do not allow the whole demand on the day, in the order of Demand.Quotas.
	Quotas []QuotaLimit `json:"quotas,omitempty"`
}

// Shortfall is a promise that can no longer be kept on its day.
type Shortfall struct {
	Key      string        `json:"key"`
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"` // what is missing on that day
	// Until is the day on which supply catches up; no date when known supply never does.
	Until calendar.Date `json:"until,omitzero"`
	// Lot is the lot that the goods must come from, where the reservation names one.
	Lot string `json:"lot,omitempty"`
}

// Shortfalls lists the reservations of an item at a site that supply does not cover in time, by date and key: those hit
// when stock was counted short or a receipt was late, smaller or cancelled, or a lot was recalled or expired. None are listed unless supply was taken away
// or a policy was changed after promising. The errors are *RequestError.
func (s *Stock) Shortfalls(now time.Time, ref Ref) ([]Shortfall, error) {
	const op = "shortfalls"
	p, err := s.position(op, "Ref", ref)
	if err != nil {
		return nil, err
	}
	if err := checkTime(op, now); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var short []Shortfall
	for _, m := range p.missing(s, now) {
		short = append(short, m.Shortfall)
	}
	return short, nil
}

// missing is what is missing of a claim.
type missing struct {
	Shortfall
	of *line
}

// missing lists what supply does not cover in time, by date and key.
func (p *position) missing(s *Stock, now time.Time) []missing {
	v := view{s: s, p: p, today: p.site.date(now.UnixNano()), last: s.forever}
	v.bound()
	if p.byLot() {
		return v.missingOfLots(max(now.UnixNano(), p.clock))
	}
	var short []missing
	w := v.supplies(p.policy.Scope, true)
	for _, l := range v.claims(max(now.UnixNano(), p.clock), "") {
		missing := missing{Shortfall{Key: l.of.key, Date: l.date}, l}
		need := v.from(l.date)
		left := l.open()
		for _, peg := range w.take(left) {
			left -= peg.Quantity
			if day := v.usable(peg.Due); day.After(need) {
				missing.Quantity += peg.Quantity
				missing.Until = day
			}
		}
		if left > 0 {
			missing.Quantity += left
			missing.Until = calendar.Date{}
		}
		if missing.Quantity > 0 && !v.endlessFrom(need) {
			short = append(short, missing)
		}
	}
	return short
}

// grown lists what is missing after a change and was not missing before it, or less, or not for so long.
func grown(before, after []missing) []Shortfall {
	was := make(map[*line]Shortfall, len(before))
	for _, m := range before {
		was[m.of] = m.Shortfall
	}
	var short []Shortfall
	for _, m := range after {
		old, known := was[m.of]
		switch {
		case !known || m.Quantity > old.Quantity, m.Until.IsZero() && !old.Until.IsZero(),
			!old.Until.IsZero() && old.Until.Before(m.Until):
			short = append(short, m.Shortfall)
		}
	}
	return short
}

// well gives out supply, the earliest first.
type well struct {
	supplies []Peg
	next     int
}

// supplies lists what counts, stock on hand first, then receipts by day and document.
func (v *view) supplies(scope Scope, safety bool) *well {
	w := &well{}
	p := v.p
	reserve := p.safety
	if safety {
		reserve = 0
	}
	for _, peg := range v.onHand(scope) {
		kept := min(reserve, peg.Quantity)
		reserve -= kept
		if peg.Quantity -= kept; peg.Quantity > 0 {
			w.supplies = append(w.supplies, peg)
		}
	}
	if p.more == nil {
		return w
	}
	receipts := len(w.supplies)
	for _, r := range p.more.receipts {
		due := r.expected()
		if v.ignores(due) {
			continue
		}
		if n := r.counted(); n > 0 && scope.Has(r.kind) {
			w.supplies = append(w.supplies, Peg{
				Type: r.kind, Document: r.document, Due: due, Lag: r.reliability.Lag, Quantity: n, Expires: r.expires,
			})
		}
	}
	slices.SortFunc(w.supplies[receipts:], func(a, b Peg) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Document, b.Document))
	})
	return w
}

// onHand lists the stock on hand that counts.
func (v *view) onHand(scope Scope) []Peg {
	if v.p.byLot() {
		return v.p.onHandByLot(scope, v.today)
	}
	var pegs []Peg
	for t, n := range v.p.onHand {
		if scope.Has(SupplyType(t)) && n > 0 {
			pegs = append(pegs, Peg{Type: SupplyType(t), Quantity: n})
		}
	}
	return pegs
}

// take gives out up to n.
func (w *well) take(n int64) []Peg {
	var pegs []Peg
	for n > 0 && w.next < len(w.supplies) {
		peg := w.supplies[w.next]
		peg.Quantity = min(peg.Quantity, n)
		n -= peg.Quantity
		pegs = append(pegs, peg)
		if w.supplies[w.next].Quantity -= peg.Quantity; w.supplies[w.next].Quantity == 0 {
			w.next++
		}
	}
	return pegs
}

// claims lists the lines that compete at an instant, by date and key.
func (v *view) claims(instant int64, replaces string) []*line {
	if v.p.more == nil {
		return nil
	}
	f := v.p.policy.PastDueDemands
	var lines []*line
	for l := range v.p.more.claims() {
		switch {
		case l.held > 0 && l.of.expires <= instant: // has expired
		case l.of.key == replaces && replaces != "":
		case f.Ignore && l.date.Before(v.today.AddDays(-f.Days)):
		default:
			lines = append(lines, l)
		}
	}
	slices.SortFunc(lines, compareLines)
	return lines
}

// explain adds pegs and limits to the promises that asked for them. Everything is still tried out on the timelines.
func (p *plan) explain(demands []Demand, promises []Promise) {
	for i, d := range demands {
		if !d.Explain {
			continue
		}
		for at := range d.items() {
			p.peg(p.bare(at), demands, promises, i)
		}
		late := slices.ContainsFunc(promises[i].Deliveries, func(part Delivery) bool { return part.DaysLate > 0 })
		if late || promises[i].Unfilled > 0 {
			promises[i].Limit = p.limit(demands, promises, i)
		}
	}
}

// bare is a view that has nothing taken away, for going through supplies and claims.
func (p *plan) bare(at *position) *view {
	v := &view{s: p.s, p: at, today: at.site.date(p.now), last: p.s.forever}
	v.bound()
	return v
}

// limit finds what keeps the i-th demand from being met; of a kit, the component that allows the fewest.
func (p *plan) limit(demands []Demand, promises []Promise, i int) *Limit {
	d := demands[i]
	own := p.asked[i].reason
	if own == LimitLastOrderPassed || own == LimitNotYetAvailable && len(d.Kit) > 0 {
		return &Limit{Reason: own, Date: p.asked[i].first}
	}
	var limit *Limit
	for _, c := range d.components() {
		if of := p.limitOfPart(c, demands, promises, i); limit == nil || of.Available < limit.Available {
			limit = of
		}
	}
	if limit == nil || d.Stocked {
		of := p.limitOf(p.bare(d.Ref.p), demands, promises, i)
		of.Reason = own
		if limit == nil {
			limit = of
		} else {
			limit.Available = plus(limit.Available, of.Available)
			limit.Reason = max(limit.Reason, own)
		}
	}
	limit.Quotas = p.asked[i].limits
	return limit
}

// limitOfPart is the limit of a component of a kit, in kits.
func (p *plan) limitOfPart(c Component, demands []Demand, promises []Promise, i int) *Limit {
	d := demands[i]
	look := c.Ref.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	reason := look.reason(d.Placed, p.asked[i].first, promises[i].Unfilled > 0)
	look.close()
	limit := &Limit{Date: p.asked[i].first}
	if reason != LimitLastOrderPassed {
		limit = p.limitOf(p.bare(c.Ref.p), demands, promises, i)
	}
	limit.Item, limit.Reason, limit.Available = c.Ref.p.item, reason, kits(limit.Available, c.Per)
	return limit
}

// need is a quantity that competes for supply: a claim, or a delivery of this plan.
type need struct {
	date     calendar.Date
	rank     int // claims 0, deliveries by the order of their demands from 1
	key      string
	quantity int64
	good     calendar.Date // the day through which the goods must be good
	lot      string        // that they must come from
	delivery *Delivery     // of the demand that is explained
}

// need is what is open of a claim.
func (v *view) need(l *line) need {
	return need{date: v.from(l.date), key: l.of.key, quantity: l.open(), good: l.good, lot: l.lot.name()}
}

// needs lists what competes with the i-th demand, by date, rank and key: claims, and what the first few demands get. Of
// those after it, some may count on supply that the i-th does not see, and are left out.
func (p *plan) needs(v *view, demands []Demand, promises []Promise, i, few int) []need {
	var needs []need
	for _, l := range v.claims(max(p.now, v.p.clock), demands[i].Replaces) {
		needs = append(needs, v.need(l))
	}
	for j := range few {
		if j > i && !demands[j].seesNoMore(demands[i], v.p) {
			continue
		}
		for k := range promises[j].Deliveries {
			d := &promises[j].Deliveries[k]
			for _, l := range d.lines(demands[j].Ref) {
				if l.Ref.p != v.p {
					continue
				}
				n := need{date: l.Date, rank: j + 1, key: demands[j].ID, quantity: l.Quantity, good: l.GoodThrough, lot: l.Lot}
				if j == i {
					n.delivery = d
				}
				needs = append(needs, n)
			}
		}
	}
	slices.SortStableFunc(needs, func(a, b need) int {
		return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.rank, b.rank), cmp.Compare(a.key, b.key))
	})
	return needs
}

// peg adds to the deliveries of the i-th demand what they take of an item. Later demands of the plan count too: they may
// take a lot, or goods of an earlier day, that this one can do without, and no unit is told to two of them.
func (p *plan) peg(v *view, demands []Demand, promises []Promise, i int) {
	d := demands[i]
	add := func(to *Delivery, pegs []Peg) {
		for _, peg := range pegs {
			if len(d.Kit) > 0 {
				peg.Item = v.p.item
			}
			to.Pegs = append(to.Pegs, peg)
		}
	}
	scope := d.scope(v.p)
	needs := p.needs(v, demands, promises, i, len(demands))
	if v.p.byLot() {
		v.pegLots(scope, needs, add)
		return
	}
	w := v.supplies(scope, d.SafetyStock)
	for _, n := range needs {
		if n.delivery != nil && v.endlessFrom(n.date) {
			continue // comes from supply that is not planned yet
		}
		pegs := w.take(n.quantity)
		if n.delivery != nil {
			add(n.delivery, pegs)
		}
	}
}

// limitOf finds the tightest day of an item and who takes goods until then.
func (p *plan) limitOf(v *view, demands []Demand, promises []Promise, i int) *Limit {
	d := demands[i]
	if v.p.byLot() {
		return p.lotLimit(v, demands, promises, i)
	}
	for _, t := range p.taken { // as it was when the demand was answered
		if t.demand >= i {
			t.at.more.timeline.add(t.date, 0, -t.quantity)
			defer t.at.more.timeline.add(t.date, 0, t.quantity)
		}
	}
	look := v.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	defer look.close()
	limit := &Limit{Date: p.asked[i].first, Available: max(look.atp(p.asked[i].first), 0)}
	limit.Tightest, limit.Ignored = look.tightest(p.asked[i].first), v.ignored(d.scope(v.p))
	for _, n := range p.needs(v, demands, promises, i, i) {
		if !n.date.After(limit.Tightest) {
			n.blame(limit)
		}
	}
	limit.Claims, limit.LostTo = distinct(limit.Claims), distinct(limit.LostTo)
	return limit
}

// blame names what takes the goods.
func (n need) blame(l *Limit) {
	if n.rank == 0 {
		l.Claims = append(l.Claims, n.key)
	} else {
		l.LostTo = append(l.LostTo, n.key)
	}
}

// distinct leaves the first of equal names.
func distinct(names []string) []string {
	seen := make(map[string]bool, len(names))
	return slices.DeleteFunc(names, func(name string) bool {
		known := seen[name]
		seen[name] = true
		return known
	})
}

// seesNoMore reports whether a demand counts on no supply of an item that another does not see.
func (d Demand) seesNoMore(other Demand, at *position) bool {
	scope := d.scope(at)
	return scope&other.scope(at) == scope && (other.SafetyStock || !d.SafetyStock) &&
		(d.Replaces == "" || d.Replaces == other.Replaces)
}

// scope is the supply of an item that counts for the demand.
func (d Demand) scope(at *position) Scope {
	if d.Scope == 0 {
		return at.policy.Scope
	}
	return at.policy.Scope & d.Scope
}

// ignored is what receipts would bring that are too long past due to count.
func (v *view) ignored(scope Scope) int64 {
	if v.p.more == nil {
		return 0
	}
	var sum int64
	for _, r := range v.p.more.receipts {
		if scope.Has(r.kind) && v.ignores(r.expected()) {
			sum += r.counted()
		}
	}
	return sum
}

// tightest is the first day, not before d, on which the balance is as low as the ATP of d.
func (v *view) tightest(d calendar.Date) calendar.Date {
	low := v.atp(d)
	if low == Unlimited || v.p.more == nil || v.lots != nil {
		return d
	}
	for v.p.more.timeline.least(d, d, v.opening) != low {
		d = v.p.more.timeline.next(d)
	}
	return d
}
