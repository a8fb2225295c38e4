package atp

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// CapablePromise is what demands can get where what is missing can be produced. It holds nothing.
type CapablePromise struct {
	// Promises are what PromiseAll would answer if Production were supplies of type Production.
	Promises []Promise `json:"promises"`
	// Production is what has to be produced for the promises, by day, item, site and id: none of it can be left out. Empty: the
	// promises need nothing but stock and known supply.
	Production []ProductionProposal `json:"production,omitempty"`
}

// PromiseCapable answers for several demands as PromiseAll does, and where production can be planned: capable to promise.
// Stock and known supply come first. What they do not give on the first day that is of use to a demand is asked of the
// planner, once for all demands, and not at all where nothing is missing. Then the demands are promised with its proposals as
// supplies of type Production; proposals without which the promises stay the same are left out, and all of them where no demand
// gets more or earlier. (Goods that expire can do harm: with them an item is looked at by lots.)
//
// Production is asked for where the scope of the item and of the demand counts it, the item can still be ordered, and it is
// not phased out. Of a kit the components are produced, not the kit itself. A demand for a lot on hand, or for a single lot of
// an item with lots, is not met from production. Quotas bound what is confirmed, not what is asked for.
//
// Between the questions others may reserve what was counted on: the answer is right for the stock as it is at the end.
//
// The errors are those of PromiseAll, *ProposalError for a proposal that was not asked for so or that has the document of a
// known receipt, ErrRange, and whatever the planner returns, wrapped.
func (s *Stock) PromiseCapable(
	ctx context.Context, now time.Time, planner ProductionPlanner, demands []Demand, together Together,
) (CapablePromise, error) {
	if planner == nil {
		return CapablePromise{}, &RequestError{Op: "promise", Field: "planner", Reason: "is missing"}
	}
	if err := s.checkDemands(now, demands, together); err != nil {
		return CapablePromise{}, err
	}
	needs, err := s.productionNeeds(now, demands)
	if err != nil {
		return CapablePromise{}, err
	}
	proposals, err := propose(ctx, planner, needs)
	if err != nil {
		return CapablePromise{}, err
	}
	p := s.openPlan(now.UnixNano(), demands)
	defer p.close()
	if err := p.capable(now, demands, together, proposals); err != nil {
		return CapablePromise{}, err
	}
	p.again(demands)
	promises, err := p.answer(now, demands, together)
	if err != nil {
		return CapablePromise{}, err
	}
	p.explain(demands, promises)
	return CapablePromise{Promises: promises, Production: slices.Clone(p.produced)}, nil
}

// capable tries out the proposals as supplies and keeps those that the promises need; none where they make nothing better.
func (p *plan) capable(now time.Time, demands []Demand, together Together, proposals []ProductionProposal) error {
	if len(proposals) == 0 {
		return nil
	}
	without, err := p.answer(now, demands, together)
	if err != nil {
		return err
	}
	p.again(demands)
	if err := p.produceAll(proposals); err != nil {
		return err
	}
	all, err := p.answer(now, demands, together)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].gains(without[i]) {
			return p.needed(now, demands, together, all)
		}
	}
	p.again(demands)
	p.giveUp()
	return nil
}

// productionNeeds says what stock and known supply do not give on the first days of the demands, by item and site.
func (s *Stock) productionNeeds(now time.Time, demands []Demand) ([]ProductionNeed, error) {
	p := s.openPlan(now.UnixNano(), demands)
	defer p.close()
	var needs []ProductionNeed
	for i, d := range demands {
		v := d.Ref.p.look(s, p.now, d.Replaces, d.Scope, d.SafetyStock)
		first, err := v.first(now, d)
		first = v.usable(first)
		open := v.ordered(d.Placed)
		v.close()
		if err != nil {
			return nil, err
		}
		if !open {
			continue
		}
		missing, err := p.missing(i, d, first)
		if err != nil {
			return nil, err
		}
		needs = append(needs, missing...)
	}
	return mergeNeeds(needs), nil
}

// missing says what the i-th demand lacks on its first day.
func (p *plan) missing(i int, d Demand, first calendar.Date) ([]ProductionNeed, error) {
	if len(d.Kit) == 0 {
		return p.lacks(i, d, Component{Ref: d.Ref, Per: 1}, d.Quantity, first)
	}
	quantity := d.Quantity
	if d.Stocked {
		ready, err := p.ready(i, d, first)
		if err != nil {
			return nil, err
		}
		quantity -= ready
	}
	var needs []ProductionNeed
	if quantity > 0 {
		for _, c := range d.components() {
			missing, err := p.lacks(i, d, c, quantity, first)
			if err != nil {
				return nil, err
			}
			needs = append(needs, missing...)
		}
	}
	return needs, nil
}

// mergeNeeds adds up the needs of each item at a site.
func mergeNeeds(needs []ProductionNeed) []ProductionNeed {
	slices.SortStableFunc(needs, func(a, b ProductionNeed) int { return a.Ref.p.compare(b.Ref.p) })
	merged := needs[:0]
	for _, n := range needs {
		if len(merged) == 0 || merged[len(merged)-1].Ref != n.Ref {
			merged = append(merged, n)
			continue
		}
		last := &merged[len(merged)-1]
		if n.From.Before(last.From) {
			last.From = n.From
		}
		last.Quantity = min(last.Quantity+n.Quantity, MaxQuantity)
	}
	return merged
}

// ready takes the kits that are there put together for the i-th demand on a day, and says how many they are.
func (p *plan) ready(i int, d Demand, day calendar.Date) (int64, error) {
	v := d.Ref.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	part := d.part(&v, 1)
	n := min(part.has(day), d.Quantity)
	lines := part.lines(day, n)
	v.close()
	p.takeAll(i, lines)
	return n, part.fault()
}

// lacks takes so many times a component for the i-th demand on its first day, as if what is missing there were produced, and
// says what that is.
func (p *plan) lacks(i int, d Demand, c Component, times int64, first calendar.Date) ([]ProductionNeed, error) {
	at, quantity := c.Ref.p, c.Per*times
	v := at.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	part := d.part(&v, 1)
	day := v.usable(first)
	has := part.atp(day)
	var missing int64
	if v.producible(d) {
		missing = min(max(quantity-has, 0), MaxQuantity)
	}
	lines := part.lines(day, max(min(quantity, has+missing), 0))
	v.close()
	if err := part.fault(); err != nil {
		return nil, err
	}
	if missing == 0 {
		p.takeAll(i, lines)
		return nil, nil
	}
	need := ProductionNeed{Ref: c.Ref, From: day, Quantity: missing}
	made := ProductionProposal{ID: at.unknownDocument(), Ref: c.Ref, Due: day, Quantity: missing}
	if err := p.produce(made); err != nil {
		return nil, err
	}
	p.takeAll(i, lines)
	return []ProductionNeed{need}, nil
}

// producible reports whether production counts for the demand.
func (v *view) producible(d Demand) bool {
	switch {
	case !d.scope(v.p).Has(Production), !v.ordered(d.Placed), v.phasedOut(), d.Lot != "":
		return false
	}
	return !d.SingleLot || v.lots == nil
}

func (p *plan) takeAll(i int, lines []Line) {
	for _, l := range lines {
		if l.Quantity > 0 {
			p.take(i, l)
		}
	}
}

// produceAll tries out proposals as supplies until the plan is closed.
func (p *plan) produceAll(proposals []ProductionProposal) error {
	for _, a := range proposals {
		if err := p.produce(a); err != nil {
			return err
		}
	}
	return nil
}

// produce tries out a proposal as a supply until the plan is closed.
func (p *plan) produce(a ProductionProposal) error {
	at := a.Ref.p
	switch {
	case at.known(a.ID) != nil:
		return a.fault("has the document of a receipt that is known")
	case !at.fits(a.Quantity, 0):
		return ErrRange
	}
	at.try(a)
	p.produced = append(p.produced, a)
	return nil
}

// needed leaves out, the latest first, the proposals without which the promises are what they are with all.
func (p *plan) needed(now time.Time, demands []Demand, together Together, all []Promise) error {
	for i := len(p.produced) - 1; i >= 0; i-- {
		a := p.produced[i]
		p.again(demands)
		a.Ref.p.forget(a.ID)
		without, err := p.answer(now, demands, together)
		if err != nil {
			return err
		}
		if slices.EqualFunc(without, all, Promise.same) {
			p.produced = slices.Delete(p.produced, i, i+1)
			continue
		}
		p.again(demands)
		a.Ref.p.try(a)
	}
	return nil
}

// giveUp takes back the supplies that were tried out.
func (p *plan) giveUp() {
	for _, a := range p.produced {
		a.Ref.p.forget(a.ID)
	}
	p.produced = nil
}

// gains reports whether more has been delivered on some day than with another promise.
func (p Promise) gains(without Promise) bool {
	for i, d := range p.Deliveries {
		var more int64
		for _, part := range p.Deliveries[:i+1] {
			more += part.Quantity
		}
		for _, part := range without.Deliveries {
			if !part.Deliver.After(d.Deliver) {
				more -= part.Quantity
			}
		}
		if more > 0 {
			return true
		}
	}
	return false
}

// same reports whether two promises give the same quantities on the same days.
func (p Promise) same(q Promise) bool {
	return slices.EqualFunc(p.Deliveries, q.Deliveries, func(a, b Delivery) bool {
		return a.Quantity == b.Quantity && a.Times == b.Times
	})
}

// try adds a proposal as a receipt, for as long as the caller holds the lock; forget takes it back.
func (p *position) try(a ProductionProposal) {
	r := p.receipt(a.ID)
	p.supply(r, func() { r.kind, r.due, r.ordered = Production, a.Due, a.Quantity })
	p.expect(r, a.Expires)
}

// forget takes a receipt away as if it had never been added. Where it alone made the item one with lots, it is none again.
func (p *position) forget(document string) {
	r := p.known(document)
	if r == nil {
		return
	}
	p.plan(r, -1)
	m := p.more
	delete(m.receipts, document)
	m.changed()
	if r.expires.IsZero() || len(m.lots.known) > 0 {
		return
	}
	for _, other := range m.receipts {
		if !other.expires.IsZero() {
			return
		}
	}
	m.lots = nil
}

// unknownDocument is a document that no receipt has.
func (p *position) unknownDocument() string {
	for i := 0; ; i++ {
		if id := strconv.Itoa(i); p.known(id) == nil {
			return id
		}
	}
}
