package atp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ProductionRequest asks for a reservation together with the production that it needs.
type ProductionRequest struct {
	Request
	// Production lists the proposals that were accepted, of items that Lines takes; at most MaxProposals. None: it is a
	// request like any other. It belongs to the content of the key.
	Production []ProductionProposal
}

// ProductionReserved says that production is planned, and that what it is planned for is reserved.
type ProductionReserved struct {
	Supplies []SupplyAdded // as the production of the request, For its key
	Reserved Reserved      // Replayed where all of it had been done before
}

// Events are the events to journal, all of them in one batch; none where the operation had been done before, or was refused.
func (e ProductionReserved) Events() []any {
	if e.Reserved.Replayed || e.Reserved.Key == "" {
		return nil
	}
	events := make([]any, 0, len(e.Supplies)+1)
	for _, a := range e.Supplies {
		events = append(events, a)
	}
	return append(events, e.Reserved)
}

// ReserveProduction makes production that was accepted supplies of type Production and holds all lines of the request, both
// or neither: a request that is refused leaves no supply. It asks and tells nobody; see AcceptProduction.
//
// The key serves as for Reserve, with the production as a part of the content; and so does the ID of a proposal, which is the
// document of the supply: one that is known at the item is a *KeyConflictError. The other errors are those of Reserve. After
// an error nothing has changed.
//
// The supplies stay when the hold ends or is released, for the production is planned: whoever stops it adjusts the supply.
func (s *Stock) ReserveProduction(now time.Time, req ProductionRequest) (ProductionReserved, error) {
	if err := req.check(s); err != nil {
		return ProductionReserved{}, err
	}
	made := production{proposals: req.Production}
	e, err := s.reserve(now, req.Request, &made)
	if err != nil {
		return ProductionReserved{}, err
	}
	return ProductionReserved{Supplies: made.added, Reserved: e}, nil
}

// check refuses production that no stock could take; Reserve checks the rest.
func (req *ProductionRequest) check(s *Stock) error {
	fail := func(i int, field, reason string) error {
		return &RequestError{Op: "reserve", Field: fmt.Sprintf("Production[%d].%s", i, field), Reason: reason}
	}
	if len(req.Production) > MaxProposals {
		return &RequestError{Op: "reserve", Field: "Production", Reason: "has more than MaxProposals"}
	}
	for i, a := range req.Production {
		if _, err := s.position("reserve", fmt.Sprintf("Production[%d].Ref", i), a.Ref); err != nil {
			return err
		}
		if err := checkQuantity("reserve", fmt.Sprintf("Production[%d].Quantity", i), a.Quantity); err != nil {
			return err
		}
		switch {
		case a.ID == "":
			return fail(i, "ID", "is empty")
		case a.Due.IsZero():
			return fail(i, "Due", "is missing")
		case a.repeats(req.Production[:i]):
			return fail(i, "ID", "is given twice")
		case !slices.ContainsFunc(req.Lines, func(l Line) bool { return l.Ref == a.Ref }):
			return fail(i, "Ref", "is an item that no line takes")
		}
	}
	return nil
}

// production is what a reservation makes supplies of, beside its lines; nil: nothing.
type production struct {
	proposals []ProductionProposal
	added     []SupplyAdded
}

// add adds the supplies. The caller holds the locks of their positions, and removes them where the reservation is refused.
func (m *production) add(key string, at int64) error {
	if m == nil {
		return nil
	}
	for _, a := range m.proposals {
		p := a.Ref.p
		switch {
		case p.known(a.ID) != nil:
			return &KeyConflictError{Op: "reserve", Key: a.ID}
		case !p.fits(a.Quantity, 0):
			return ErrRange
		}
		e := SupplyAdded{
			Item: p.item, Site: p.site.id, Revision: p.next(), At: instant(at), Document: a.ID, Type: Production, Due: a.Due,
			Quantity: a.Quantity, Expires: a.Expires, For: key,
		}
		p.onAdded(e)
		m.added = append(m.added, e)
	}
	return nil
}

// remove takes back what was added, the last first.
func (m *production) remove() {
	if m == nil {
		return
	}
	for i, e := range slices.Backward(m.added) {
		p := m.proposals[i].Ref.p
		p.forget(e.Document)
		p.unsee(e.Revision)
	}
	m.added = nil
}

// replay finds the supplies of a reservation that was made before of the lines wanted, and reports whether they are the ones
// asked for.
func (m *production) replay(key string, wants []want) bool {
	if m == nil {
		return true
	}
	lock(wants)
	defer unlock(wants)
	known := 0
	for i, w := range wants {
		if i == 0 || wants[i-1].at != w.at {
			known += w.at.madeFor(key)
		}
	}
	if known != len(m.proposals) {
		return false
	}
	for _, a := range m.proposals {
		made := a.Ref.p.known(a.ID)
		if made == nil || !made.added.makes(a, key) {
			return false
		}
		e := made.added
		e.Replayed = true
		m.added = append(m.added, e)
	}
	return true
}

// makes reports whether the supply was made of a proposal, for the reservation with a key.
func (e *SupplyAdded) makes(a ProductionProposal, key string) bool {
	return e.For == key && e.Due == a.Due && e.Quantity == a.Quantity && e.Expires == a.Expires
}

// madeFor counts the receipts that were made for the reservation with a key.
func (p *position) madeFor(key string) int {
	n := 0
	if p.more != nil {
		for _, r := range p.more.receipts {
			if r.added.For == key {
				n++
			}
		}
	}
	return n
}

// UndoReserveProduction takes back the reservation and its supplies as if neither had ever been made, because their events
// could not be journalled. Others may have counted on the supplies meanwhile; their promises stand, and Shortfalls lists the
// ones that cannot be kept. The error is a *StateError where UndoReserve has one, and when a supply was adjusted or received
// since; then nothing has changed. It tells nobody; see AcceptProduction.
func (s *Stock) UndoReserveProduction(e ProductionReserved) error {
	r, unlock, err := s.reservation(e.Reserved.Key)
	if err != nil {
		return err
	}
	defer unlock()
	stands := r.undoable(e.Reserved)
	at := make([]*position, len(e.Supplies))
	for i, a := range e.Supplies {
		for _, p := range r.positions() {
			if p.quota == nil && p.item == a.Item && p.site.id == a.Site {
				at[i] = p
			}
		}
		if at[i] == nil {
			stands = false
			continue
		}
		made := at[i].known(a.Document)
		stands = stands && made != nil && made.revision == a.Revision && len(made.postings) == 0
	}
	if !stands {
		return &StateError{Op: "undo reserve", Key: r.key, Status: r.status, Reason: "more has happened since"}
	}
	s.undoReserve(r)
	for i, a := range slices.Backward(e.Supplies) {
		at[i].forget(a.Document)
		at[i].unsee(a.Revision)
	}
	return nil
}

// AcceptProduction tells the scheduler that the production of a request is accepted, and then runs reserve, which is to make the
// reservation and journal it:
//
//	err := stock.AcceptProduction(ctx, scheduler, req, func() error {
//		made, err := stock.ReserveProduction(now, req)
//		if err != nil {
//			return err // *ShortageError: somebody was quicker
//		}
//		return journal(made.Events(), func() error { return stock.UndoReserveProduction(made) })
//	})
//
// Where reserve fails, the scheduler is told to release what is no supply for the key of the request then, also when ctx has
// ended. Its error is joined to that of reserve. Where the scheduler does not accept, its error is returned, wrapped, and
// nothing is reserved; reserve alone decides where nothing is to be produced. A *RequestError is about the production, and
// then the scheduler was told nothing.
//
// The scheduler is told first, so that after a crash at any moment nothing is promised that nobody makes. At worst something is
// planned for a key that the stock does not know: the same request again settles it, for then it is either reserved or
// released, and the host releases what it does not try again (Reservation says *UnknownKeyError for its key).
func (s *Stock) AcceptProduction(ctx context.Context, scheduler ProductionScheduler, req ProductionRequest, reserve func() error) error {
	if len(req.Production) == 0 {
		return reserve()
	}
	if scheduler == nil {
		return &RequestError{Op: "reserve", Field: "scheduler", Reason: "is missing"}
	}
	if err := req.check(s); err != nil {
		return err
	}
	if err := scheduler.Accept(ctx, req.Key, slices.Clone(req.Production)); err != nil {
		return fmt.Errorf("atp: accepting production for %q: %w", req.Key, err)
	}
	err := reserve()
	if err == nil {
		return nil
	}
	idle := slices.DeleteFunc(slices.Clone(req.Production), func(a ProductionProposal) bool { return a.made(req.Key) })
	if len(idle) == 0 {
		return err
	}
	if fault := scheduler.Release(context.WithoutCancel(ctx), req.Key, idle); fault != nil {
		err = errors.Join(err, fmt.Errorf("atp: releasing production for %q: %w", req.Key, fault))
	}
	return err
}

// made reports whether the proposal is a supply for the reservation with a key.
func (a ProductionProposal) made(key string) bool {
	p := a.Ref.p
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.known(a.ID)
	return r != nil && r.added.For == key
}
