package atp

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// ErrNotEmpty reports a Restore into a Stock that is in use.
var ErrNotEmpty = errors.New("atp: stock is not empty")

// State is everything a Stock knows, as plain data: for a snapshot in JSON beside the journal, and for comparison. Two
// Stocks that took in the same events have equal States, field by field.
type State struct {
	Items        []ItemState        `json:"items"`            // by item and site
	Quotas       []QuotaState       `json:"quotas,omitempty"` // by id and site
	Reservations []ReservationState `json:"reservations"`     // by key
	// Runs are the reschedulings that were done, by key, and Parts those of runs that are not closed.
	Runs  []RunState        `json:"runs,omitempty"`
	Parts []RescheduledPart `json:"parts,omitempty"`
}

// ItemState is an item at a site.
type ItemState struct {
	Item        string        `json:"item"`
	Site        string        `json:"site"`
	Defined     uint64        `json:"defined,omitempty"` // revision of the definition
	SafetyStock int64         `json:"safety_stock,omitempty"`
	Policy      Policy        `json:"policy"`
	Revision    uint64        `json:"revision,omitempty"` // supply events up to this one have taken effect
	Ahead       [][2]uint64   `json:"ahead,omitempty"`    // and these runs beyond it
	Available   int64         `json:"available,omitempty"`
	QualityHold int64         `json:"quality_hold,omitempty"`
	Blocked     int64         `json:"blocked,omitempty"`
	Supplies    []SupplyState `json:"supplies,omitempty"` // by document

	Lots []LotState `json:"lots,omitempty"` // by lot, those of which nothing is on hand any more among them

	Moves []StockMoved `json:"moves,omitempty"` // by key, those that goods left by or came back
}

// SupplyState is a receipt, due or past.
type SupplyState struct {
	Document string           `json:"document"`
	Type     SupplyType       `json:"type"`
	Due      calendar.Date    `json:"due"`
	Ordered  int64            `json:"ordered"`
	Received int64            `json:"received,omitempty"`
	Expires  calendar.Date    `json:"expires,omitzero"`
	Revision uint64           `json:"revision"`
	Added    SupplyAdded      `json:"added"`
	Postings []SupplyReceived `json:"postings,omitempty"` // by revision

	Reliability Reliability `json:"reliability,omitzero"`
}

// ReservationState is a reservation.
type ReservationState struct {
	Key       string    `json:"key"`
	At        time.Time `json:"at"`
	Expires   time.Time `json:"expires"`
	Committed time.Time `json:"committed,omitzero"`
	Status    Status    `json:"status"` // at the instant of the State
	// Unswept tells that the hold has ended and that Sweep has yet to say so.
	Unswept     bool           `json:"unswept,omitempty"`
	SafetyStock bool           `json:"safety_stock,omitempty"`
	Scope       Scope          `json:"scope,omitempty"`
	Lines       []LineState    `json:"lines"` // by item or quota, site, date
	Postings    []PostingState `json:"postings,omitempty"`
	Moves       *MovesState    `json:"moves,omitempty"` // where it was rescheduled
}

// LineState is a line of a reservation.
type LineState struct {
	Item     string        `json:"item"`
	Site     string        `json:"site"`
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"`
	Consumed int64         `json:"consumed,omitempty"`
	Released int64         `json:"released,omitempty"`
	Picked   int64         `json:"picked,omitempty"` // and neither consumed nor unpicked
	LineQuota

	GoodThrough calendar.Date `json:"good_through,omitzero"`
	Lot         string        `json:"lot,omitempty"`
}

// PostingState is a document that picked, unpicked, consumed or gave up a part of a reservation.
type PostingState struct {
	Document string         `json:"document"`
	At       time.Time      `json:"at"`
	Released bool           `json:"released,omitempty"` // where none of these says otherwise, it consumed
	Picked   bool           `json:"picked,omitempty"`
	Unpicked bool           `json:"unpicked,omitempty"`
	All      bool           `json:"all,omitempty"`
	Lines    []ReservedLine `json:"lines"`
	Lots     []LotPart      `json:"lots,omitempty"`

	FromPicked []int64    `json:"from_picked,omitempty"` // as in Consumed.Picked
	Reduction  *Reduction `json:"reduction,omitempty"`   // of a decrease
}

func (p PostingState) kind() postingKind {
	switch {
	case p.Reduction != nil:
		return decreasing
	case p.Picked:
		return picking
	case p.Unpicked:
		return unpicking
	case p.Released:
		return releasing
	}
	return consuming
}

// State returns everything the Stock knows at an instant, consistent in itself: no operation is half in it. Holds that
// have ended by now are StatusExpired. It locks the whole Stock for as long as copying takes.
func (s *Stock) State(now time.Time) State {
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	var all []*reservation
	for i := range s.shelves {
		s.shelves[i].mu.Lock()
		defer s.shelves[i].mu.Unlock()
		all = slices.AppendSeq(all, s.shelves[i].all())
	}
	positions := s.sorted()
	for _, p := range positions {
		p.mu.Lock()
		defer p.mu.Unlock()
	}
	var state State
	for _, p := range positions {
		if p.quota != nil {
			state.Quotas = append(state.Quotas, p.quotaState())
			continue
		}
		state.Items = append(state.Items, p.state())
	}
	slices.SortFunc(all, func(a, b *reservation) int { return cmp.Compare(a.key, b.key) })
	for _, r := range all {
		state.Reservations = append(state.Reservations, r.state(now.UnixNano()))
	}
	state.Runs, state.Parts = s.runs.state()
	return state
}

// Reservation returns one reservation as it stands at an instant. The error is *UnknownKeyError.
func (s *Stock) Reservation(now time.Time, key string) (ReservationState, error) {
	r, unlock, err := s.reservation(key)
	if err != nil {
		return ReservationState{}, err
	}
	defer unlock()
	return r.state(now.UnixNano()), nil
}

// Item returns one item at a site. The error is a *RequestError.
func (s *Stock) Item(ref Ref) (ItemState, error) {
	p, err := s.position("item", "Ref", ref)
	if err != nil {
		return ItemState{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state(), nil
}

func (p *position) state() ItemState {
	state := ItemState{
		Item: p.item, Site: p.site.id, Defined: p.defined, SafetyStock: p.safety, Policy: *p.policy, Revision: p.revision,
		Available: p.onHand[Available], QualityHold: p.onHand[QualityHold], Blocked: p.onHand[Blocked],
	}
	if p.more == nil {
		return state
	}
	for _, a := range p.more.ahead {
		state.Ahead = append(state.Ahead, [2]uint64{a.from, a.to})
	}
	for _, r := range p.more.receipts {
		postings := slices.Clone(r.postings)
		slices.SortFunc(postings, func(a, b SupplyReceived) int { return cmp.Compare(a.Revision, b.Revision) })
		state.Supplies = append(state.Supplies, SupplyState{
			Document: r.document, Type: r.kind, Due: r.due, Ordered: r.ordered, Received: r.received, Revision: r.revision,
			Expires: r.expires, Added: r.added, Postings: postings, Reliability: r.reliability,
		})
	}
	state.Lots = p.more.lots.state()
	state.Moves = slices.SortedFunc(maps.Values(p.more.moves), func(a, b StockMoved) int { return cmp.Compare(a.Key, b.Key) })
	slices.SortFunc(state.Supplies, func(a, b SupplyState) int { return cmp.Compare(a.Document, b.Document) })
	return state
}

func (r *reservation) state(now int64) ReservationState {
	state := ReservationState{
		Key: r.key, At: instant(r.at), Expires: instant(r.expires), Status: r.now(now), SafetyStock: r.safety,
		Scope: r.scope, Moves: r.moves.state(),
	}
	if r.committed != 0 {
		state.Committed = instant(r.committed)
	}
	state.Unswept = r.status == StatusHeld && state.Status == StatusExpired
	for i := range r.lines {
		l := &r.lines[i]
		state.Lines = append(state.Lines, LineState{
			Item: l.at.item, Site: l.at.site.id, Date: l.date, Quantity: l.quantity, Consumed: l.consumed,
			Released: l.released, Picked: l.picked, GoodThrough: l.good, Lot: l.lot.name(), LineQuota: l.follows.mark(l.at),
		})
	}
	for _, p := range r.postings {
		state.Postings = append(state.Postings, PostingState{
			Document: p.document, At: instant(p.at), Released: p.kind == releasing, Picked: p.kind == picking,
			Unpicked: p.kind == unpicking, All: len(p.parts) == 0 && p.reduction == nil, Lines: r.moved(p), Lots: p.lotParts(),
			FromPicked: p.movedPicked(), Reduction: p.reduction.copy(),
		})
	}
	return state
}

// Restore fills an empty Stock from a State; Apply then takes in the events after it. The errors are ErrNotEmpty and
// those of Apply.
func (s *Stock) Restore(state State) error {
	if s.used() {
		return ErrNotEmpty
	}
	for _, item := range state.Items {
		if err := s.restoreItem(item); err != nil {
			return err
		}
	}
	for _, q := range state.Quotas {
		if err := s.restoreQuota(q); err != nil {
			return err
		}
	}
	for _, r := range state.Reservations {
		if err := s.restoreReservation(r); err != nil {
			return err
		}
	}
	return s.restoreRuns(state)
}

func (s *Stock) used() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.positions)+len(s.quotas) > 0
}

func (s *Stock) restoreItem(item ItemState) error {
	if err := item.Policy.check(); err != nil {
		return err
	}
	return s.at(item.Item, item.Site, func(p *position) {
		s.onDefined(p, ItemDefined{Revision: item.Defined, SafetyStock: item.SafetyStock, Policy: item.Policy})
		p.revision = item.Revision
		p.onHand = [statuses]int64{item.Available, item.QualityHold, item.Blocked}
		p.restoreLots(item.Lots)
		for _, e := range item.Moves {
			p.keep(e)
		}
		for _, a := range item.Ahead {
			m := p.detail()
			m.ahead = append(m.ahead, span{a[0], a[1]})
		}
		for _, sup := range item.Supplies {
			r := p.receipt(sup.Document)
			r.added, r.postings = sup.Added, slices.Clone(sup.Postings)
			p.expect(r, sup.Expires)
			p.expect(r, sup.Added.Expires)
			r.expires = sup.Expires
			p.supply(r, func() {
				r.kind, r.due, r.ordered, r.received, r.revision = sup.Type, sup.Due, sup.Ordered, sup.Received, sup.Revision
				r.reliability = sup.Reliability
			})
		}
	})
}

// restoreReservation makes the reservation by its events. What was picked or consumed has left the stock on hand of the
// State already, so it is put there first.
func (s *Stock) restoreReservation(state ReservationState) error {
	if state.Moves != nil {
		return s.restoreMoved(state)
	}
	made := Reserved{
		Key: state.Key, At: state.At, Expires: state.Expires, SafetyStock: state.SafetyStock, Scope: state.Scope,
	}
	for _, l := range state.Lines {
		made.Lines = append(made.Lines, ReservedLine{
			Item: l.Item, Site: l.Site, Date: l.Date, Quantity: l.Quantity, GoodThrough: l.GoodThrough, Lot: l.Lot,
			LineQuota: l.LineQuota,
		})
		if l.Quota {
			continue // what was consumed of it comes with its events
		}
		if err := s.at(l.Item, l.Site, func(p *position) { p.onHand[Available] += l.Consumed + l.Picked }); err != nil {
			return err
		}
	}
	for _, posted := range state.Postings {
		if err := s.putBack(posted); err != nil {
			return err
		}
	}
	events := []any{made}
	if !state.Committed.IsZero() {
		events = append(events, Committed{Key: state.Key, At: state.Committed})
	}
	for _, e := range events {
		if err := s.Apply(e); err != nil {
			return err
		}
	}
	for _, posted := range state.Postings {
		err := s.with(state.Key, func(r *reservation) error { return r.applyPosting(state, posted) })
		if err != nil {
			return err
		}
	}
	switch {
	case state.Unswept:
		return s.with(state.Key, func(r *reservation) error {
			if r.status == StatusHeld {
				r.end()
			}
			return nil
		})
	case state.Status == StatusExpired:
		return s.Apply(Expired{Key: state.Key, At: state.Expires})
	}
	return nil
}
