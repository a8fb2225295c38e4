package atp_test

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// postingTold is a posting that was made, by the event and a way to ask for it again of any stock.
type postingTold struct {
	event any
	again func(s *atp.Stock) (event any, replayed bool, err error)
}

// in finds the item or quota of a Ref in another stock.
func (h *roundTrips) in(s *atp.Stock, ref atp.Ref) atp.Ref {
	find := s.Ref
	if ref.IsQuota() {
		find = s.Quota
	}
	there, err := find(ref.Item(), ref.Site())
	require.NoError(h.t, err)
	return there
}

// posting gives the operation of a posting and what takes it back.
func posting(s *atp.Stock, kind string, now time.Time, p atp.Posting) (event any, undo func() error, err error) {
	switch kind {
	case "consume":
		e, err := s.Consume(now, p)
		return e, func() error { return s.UndoConsume(e) }, err
	case "release":
		e, err := s.Release(now, p)
		return e, func() error { return s.UndoRelease(e) }, err
	case "pick":
		e, err := s.Pick(now, p)
		return e, func() error { return s.UndoPick(e) }, err
	default:
		e, err := s.Unpick(now, p)
		return e, func() error { return s.UndoUnpick(e) }, err
	}
}

// first is the event as it was told first.
func first(event any) any {
	switch e := event.(type) {
	case atp.Consumed:
		e.Replayed = false
		return e
	case atp.Released:
		e.Replayed = false
		return e
	case atp.Picked:
		e.Replayed = false
		return e
	case atp.Unpicked:
		e.Replayed = false
		return e
	case atp.Decreased:
		e.Replayed = false
		return e
	}
	return event
}

// post picks, unpicks, consumes or releases of a reservation, or tries to.
func (h *roundTrips) post() {
	now, status := h.clock(), atp.StatusCommitted
	if h.r.IntN(6) == 0 {
		status = atp.StatusHeld
	}
	key := h.key(status)
	kind := []string{"consume", "consume", "release", "pick", "pick", "unpick"}[h.r.IntN(6)]
	if picked := h.picked(); len(picked) > 0 && h.r.IntN(2) == 0 {
		key = picked[h.r.IntN(len(picked))]
	}
	r, err := h.s.Reservation(now, key)
	if err != nil {
		return
	}
	p := atp.Posting{Key: r.Key, Document: h.name("D")}
	if h.r.IntN(3) > 0 {
		p.Parts = h.parts(kind, r)
	}
	ok := h.undone(now, func() (any, func() error, error) { return posting(h.s, kind, now, p) })
	if !ok {
		return
	}
	h.inStep(r.Key)
	h.tell(func(s *atp.Stock) (any, error) {
		again := p
		again.Parts = slices.Clone(p.Parts)
		for i := range again.Parts {
			again.Parts[i].Ref = h.in(s, p.Parts[i].Ref)
		}
		h.r.Shuffle(len(again.Parts), func(i, j int) { again.Parts[i], again.Parts[j] = again.Parts[j], again.Parts[i] })
		e, _, err := posting(s, kind, now, again)
		return e, err
	})
}

// picked lists the reservations for which something is picked.
func (h *roundTrips) picked() []string {
	var keys []string
	for _, r := range h.s.State(h.now).Reservations {
		if slices.ContainsFunc(r.Lines, func(l atp.LineState) bool { return l.Picked > 0 }) {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// parts are of what the lines have open or picked.
func (h *roundTrips) parts(kind string, r atp.ReservationState) []atp.Part {
	var parts []atp.Part
	for _, l := range r.Lines {
		most := l.Quantity - l.Consumed - l.Released
		switch kind {
		case "unpick":
			most = l.Picked
		case "pick", "release":
			most -= l.Picked
		}
		if most == 0 || h.r.IntN(2) == 0 || l.ForItem != "" {
			continue
		}
		part := atp.Part{Quantity: 1 + h.r.Int64N(most)}
		if l.Quota {
			part.Ref = h.quota(l.Item)
		} else {
			part.Ref = h.ref(l.Item)
			if part.Lot = l.Lot; h.r.IntN(5) == 0 {
				part.Lot = tripLots[h.r.IntN(4)]
			}
		}
		parts = append(parts, part)
	}
	return parts
}

func (h *roundTrips) decrease() {
	now := h.clock()
	r, err := h.s.Reservation(now, h.key([]atp.Status{atp.StatusHeld, atp.StatusCommitted}[h.r.IntN(2)]))
	if err != nil {
		return
	}
	if len(r.Lines) == 0 {
		return // all of it was moved away
	}
	l := r.Lines[h.r.IntN(len(r.Lines))]
	if l.Quota {
		return
	}
	d := atp.Decrease{Key: r.Key, Document: h.name("D"), Ref: h.ref(l.Item), To: h.r.Int64N(l.Quantity + 1)}
	ok := h.undone(now, func() (any, func() error, error) {
		e, err := h.s.Decrease(now, d)
		return e, func() error { return h.s.UndoDecrease(e) }, err
	})
	if !ok {
		return
	}
	h.inStep(r.Key)
	var total int64
	after, err := h.s.Reservation(now, r.Key)
	require.NoError(h.t, err)
	for _, m := range after.Lines {
		if m.Item == l.Item && !m.Quota {
			total += m.Quantity - m.Released
		}
	}
	require.Equal(h.t, h.events[len(h.events)-1].(atp.Decreased).Became, total)
	h.tell(func(s *atp.Stock) (any, error) {
		again := d
		again.Ref = h.in(s, d.Ref)
		return s.Decrease(now, again)
	})
}

// tell notes the posting of the last event.
func (h *roundTrips) tell(again func(s *atp.Stock) (any, error)) {
	h.posted = append(h.posted, postingTold{event: h.events[len(h.events)-1], again: func(s *atp.Stock) (any, bool, error) {
		e, err := again(s)
		return first(e), err == nil && isReplayed(e), err
	}})
}

// repeats asks stocks for all postings again.
func (h *roundTrips) repeats(stocks ...*atp.Stock) {
	for _, s := range stocks {
		for _, p := range h.posted {
			e, replayed, err := p.again(s)
			if err != nil {
				h.did("again %+v", p.event)
				h.same(nil, err, "replayed")
			}
			require.True(h.t, replayed)
			h.same(p.event, e, "replayed")
		}
	}
}

// move moves stock from either site, or tries to.
func (h *roundTrips) move() {
	item, here := tripItems[h.r.IntN(3)], h.r.IntN(2)
	m := atp.Movement{
		Kind: atp.MovementKind(h.r.IntN(6)), Key: h.name("M"), Quantity: 1 + h.r.Int64N(12),
		Ref: h.at(item, tripSites[here]),
	}
	if item == "milk" {
		m.Lot = tripLots[h.r.IntN(4)]
	}
	switch m.Kind {
	case atp.StatusChange:
		m.ToStatus = atp.QualityHold
		if h.r.IntN(2) == 0 {
			m.Status, m.ToStatus = m.ToStatus, m.Status
		}
	case atp.SiteTransfer, atp.ConsignmentFillUp, atp.ConsignmentPickUp:
		m.To, m.Due = h.at(item, tripSites[1-here]), day(h.r.IntN(14))
	}
	before := h.s.State(h.now)
	short, err := h.s.Shortfalls(h.now, m.Ref)
	require.NoError(h.t, err)
	e, told, err := h.s.Move(h.now, m)
	h.did("%s %+v %v", h.now, e, err)
	if err != nil {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		h.same(before, h.s.State(h.now), "refused")
		return
	}
	h.events = append(h.events, e)
	after, err := h.s.Shortfalls(h.now, m.Ref)
	require.NoError(h.t, err)
	for _, a := range after {
		known := slices.ContainsFunc(short, func(b atp.Shortfall) bool { return a == b })
		require.True(h.t, known || slices.Contains(told, a) || m.Kind == atp.ConsignmentReturn || m.Kind == atp.StatusChange, "%v of %v", a, after)
	}
	for _, s := range []*atp.Stock{h.s, h.restored(h.now)} {
		again := m
		if again.Ref = h.in(s, m.Ref); !m.To.IsZero() {
			again.To = h.in(s, m.To)
		}
		f, _, err := s.Move(h.now, again)
		require.NoError(h.t, err)
		require.True(h.t, f.Replayed)
		f.Replayed = false
		h.same(e, f, "replayed")
	}
	if !m.To.IsZero() && h.r.IntN(2) == 0 {
		g := atp.Receipt{Ref: m.To, Document: m.Key, Posting: "P", Quantity: m.Quantity, Lot: m.Lot}
		e, err := h.s.Receive(h.now, g)
		require.NoError(h.t, err)
		h.did("%s %+v", h.now, e)
		h.events = append(h.events, e)
	}
}

func (h *roundTrips) at(item, site string) atp.Ref {
	ref, err := h.s.Ref(item, site)
	require.NoError(h.t, err)
	return ref
}

// conserves holds the stock on hand of a state, by lot, against the sum of what its events moved, and what is picked of a
// reservation against its postings.
func (h *roundTrips) conserves(state atp.State) {
	type shelf struct{ item, site, lot string }
	sum := map[shelf]int64{}
	lines := func(sign int64, lines []atp.ReservedLine, picked []int64, lots []atp.LotPart) {
		for i, l := range lines {
			if n := l.Quantity; !l.Quota {
				if picked != nil {
					n -= picked[i]
				}
				sum[shelf{l.Item, l.Site, ""}] += sign * n
			}
		}
		for _, p := range lots {
			if !p.Picked {
				sum[shelf{p.Item, p.Site, p.Lot}] += sign * p.Quantity
				sum[shelf{p.Item, p.Site, ""}] -= sign * p.Quantity
			}
		}
	}
	for _, event := range h.events {
		switch e := event.(type) {
		case atp.StockCounted:
			sum[shelf{e.Item, e.Site, e.Lot}] += e.Change
		case atp.SupplyReceived:
			sum[shelf{e.Item, e.Site, e.Lot}] += e.Quantity
		case atp.StockMoved:
			switch e.Kind {
			case atp.StatusChange:
			case atp.ConsignmentReturn:
				sum[shelf{e.Item, e.Site, e.Lot}] += e.Quantity
			default:
				sum[shelf{e.Item, e.Site, e.Lot}] -= e.Quantity
			}
		case atp.Consumed:
			lines(-1, e.Lines, e.Picked, e.Lots)
		case atp.Picked:
			lines(-1, e.Lines, nil, e.Lots)
		case atp.Unpicked:
			lines(1, e.Lines, nil, e.Lots)
		}
	}
	for _, it := range state.Items {
		loose := it.Available + it.QualityHold + it.Blocked
		for _, l := range it.Lots {
			n := l.Available + l.QualityHold + l.Blocked
			loose -= n
			require.Equal(h.t, sum[shelf{it.Item, it.Site, l.Lot}], n, "%s %s", it.Item, l.Lot)
		}
		require.Equal(h.t, sum[shelf{it.Item, it.Site, ""}], loose, it.Item)
	}
	for _, r := range state.Reservations {
		box, picked := map[shelf]int64{}, map[shelf]int64{}
		for _, p := range r.Postings {
			for i, l := range p.Lines {
				at := shelf{l.Item, l.Site, ""}
				switch {
				case p.Picked:
					box[at] += l.Quantity
				case p.Unpicked:
					box[at] -= l.Quantity
				case p.FromPicked != nil:
					box[at] -= p.FromPicked[i]
				}
			}
			for _, l := range p.Lots {
				n := l.Quantity
				switch {
				case p.Unpicked || l.Picked:
					n = -n
				case !p.Picked:
					continue
				}
				box[shelf{l.Item, l.Site, l.Lot}] += n
				box[shelf{l.Item, l.Site, ""}] -= n
			}
		}
		for _, l := range r.Lines {
			picked[shelf{l.Item, l.Site, l.Lot}] += l.Picked
			picked[shelf{l.Item, l.Site, "all"}] += l.Picked
		}
		all := map[shelf]int64{}
		for at, n := range box {
			require.GreaterOrEqual(h.t, n, int64(0), "%v %+v", at, r)
			if at.lot != "" {
				require.GreaterOrEqual(h.t, n, picked[at], "%v %+v", at, r)
			}
			at.lot = "all"
			all[at] += n
		}
		for at, n := range all {
			require.Equal(h.t, n, picked[at], "%v %+v", at, r)
		}
	}
}

// pegged holds the pegs of the demands that are explained against supply: no unit is told twice, and all of a delivery is.
func (h *roundTrips) pegged(now time.Time, demands []atp.Demand, promises []atp.Promise) {
	type source struct {
		item     string
		document string
		kind     atp.SupplyType
		lot      string
	}
	told := map[source]int64{}
	for i, p := range promises {
		d := demands[i]
		if !d.Explain {
			continue
		}
		for _, part := range p.Deliveries {
			lines := part.Takes
			if lines == nil {
				lines = []atp.Line{{Ref: d.Ref, Date: part.Start, Quantity: part.Quantity}}
			}
			want, got := map[string]int64{}, map[string]int64{}
			for _, l := range lines {
				o, err := h.s.Outlook(now, l.Ref)
				require.NoError(h.t, err)
				if o.Endless.IsZero() || l.Date.Before(o.Endless) || l.Lot != "" {
					want[l.Ref.Item()] += l.Quantity
				}
			}
			for _, peg := range part.Pegs {
				item := peg.Item
				if item == "" {
					item = d.Ref.Item()
				}
				got[item] += peg.Quantity
				told[source{item, peg.Document, peg.Type, peg.Lot}] += peg.Quantity
			}
			if !maps.Equal(want, got) {
				h.did("demands %+v", demands)
			}
			h.same(want, got, "pegs")
		}
	}
	for _, item := range append([]string{"K"}, tripItems...) {
		o, err := h.s.Outlook(now, h.ref(item))
		require.NoError(h.t, err)
		for _, peg := range o.Supplies {
			told[source{item, peg.Document, peg.Type, peg.Lot}] -= peg.Quantity
		}
		beyond := int64(0) // of an item with lots the safety stock is told as well
		for from, n := range told {
			if from.item == item {
				beyond += max(n, 0)
			}
		}
		if beyond > o.SafetyStock {
			h.did("demands %+v", demands)
			h.same(nil, told, "told twice")
		}
	}
}

// withProduction holds what is promised with production against a stock that has it as supply.
func (h *roundTrips) withProduction(now time.Time, got atp.CapablePromise, demands []atp.Demand) {
	if now.Before(h.now) {
		return // the engine knows of later instants than the twin
	}
	twin := h.restored(now)
	for _, a := range got.Production {
		_, err := twin.AddSupply(now, atp.Supply{
			Ref: h.in(twin, a.Ref), Document: a.ID, Type: atp.Production, Due: a.Due, Quantity: a.Quantity, Expires: a.Expires,
		})
		require.NoError(h.t, err)
	}
	demands = slices.Clone(demands)
	for i := range demands {
		d := &demands[i]
		d.Ref, d.Kit, d.Quotas = h.in(twin, d.Ref), slices.Clone(d.Kit), slices.Clone(d.Quotas)
		for j := range d.Kit {
			d.Kit[j].Ref = h.in(twin, d.Kit[j].Ref)
		}
		for j := range d.Quotas {
			d.Quotas[j].Quota = h.in(twin, d.Quotas[j].Quota)
		}
	}
	there, err := twin.PromiseAll(now, demands, atp.LineByLine)
	require.NoError(h.t, err)
	want, err := json.Marshal(there)
	require.NoError(h.t, err)
	text, err := json.Marshal(got.Promises)
	require.NoError(h.t, err)
	if string(want) != string(text) {
		h.did("demands %+v production %+v", demands, got.Production)
	}
	h.same(string(want), string(text), "with production")
}
