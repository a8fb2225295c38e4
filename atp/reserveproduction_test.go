package atp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// making is a request for 35 of the case of promising, of which 25 are made by day 3.
func making(ref atp.Ref, key string) atp.ProductionRequest {
	return atp.ProductionRequest{
		Request:    atp.Request{Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(3), Quantity: 35}}},
		Production: []atp.ProductionProposal{{ID: "MO of " + key, Ref: ref, Due: day(3), Quantity: 25}},
	}
}

// journalled brings an event through its JSON into another stock.
func journalled(t *testing.T, s *atp.Stock, events ...any) {
	t.Helper()
	for _, e := range events {
		draft, err := atp.Events().Encode(e)
		require.NoError(t, err)
		v, known, err := atp.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
		require.NoError(t, err)
		require.True(t, known)
		require.NoError(t, s.Apply(v))
	}
}

func TestReserveProduction(t *testing.T) {
	s, ref := promising(t)
	req := making(ref, "order")
	_, err := s.Reserve(noon(0), req.Request)
	require.ErrorAs(t, err, new(*atp.ShortageError), "without the production it is not there")
	made, err := s.ReserveProduction(noon(0), req)
	require.NoError(t, err)
	require.Equal(t, "order", made.Supplies[0].For)
	require.Equal(t, atp.Production, made.Supplies[0].Type)
	state := s.State(noon(0))

	folded, _ := promising(t)
	journalled(t, folded, made.Events()...)
	require.Empty(t, cmp.Diff(state, folded.State(noon(0)), dates()))
	text, err := json.Marshal(state)
	require.NoError(t, err)
	var read atp.State
	require.NoError(t, json.Unmarshal(text, &read))
	restored := newStock(t)
	require.NoError(t, restored.Restore(read))
	again, err := restored.Ref("A", "S1")
	require.NoError(t, err)
	same := making(again, "order")
	replayed, err := restored.ReserveProduction(noon(1), same)
	require.NoError(t, err)
	require.True(t, replayed.Reserved.Replayed && replayed.Supplies[0].Replayed)
	require.Empty(t, replayed.Events())

	for name, change := range map[string]func(r *atp.ProductionRequest){
		"none":           func(r *atp.ProductionRequest) { r.Production = nil },
		"another id":     func(r *atp.ProductionRequest) { r.Production[0].ID = "2" },
		"another day":    func(r *atp.ProductionRequest) { r.Production[0].Due = day(2) },
		"more":           func(r *atp.ProductionRequest) { r.Production[0].Quantity++ },
		"until":          func(r *atp.ProductionRequest) { r.Production[0].Expires = day(20) },
		"one more":       func(r *atp.ProductionRequest) { r.Production = append(r.Production, proposal("2", ref, 3, 1)) },
		"other lines":    func(r *atp.ProductionRequest) { r.Lines[0].Quantity-- },
		"of another key": func(r *atp.ProductionRequest) { r.Key = "other order" },
	} {
		r := making(ref, "order")
		change(&r)
		_, err := s.ReserveProduction(noon(0), r)
		require.ErrorAs(t, err, new(*atp.KeyConflictError), name)
	}
	require.Empty(t, cmp.Diff(state, s.State(noon(0)), dates()))
	plain, err := s.Reserve(noon(0), req.Request)
	require.NoError(t, err)
	require.True(t, plain.Replayed)

	// The production stays when the hold has ended.
	n, err := s.ATP(noon(1), atp.Query{Ref: ref, Date: day(3)})
	require.NoError(t, err)
	require.EqualValues(t, 35, n)
}

func proposal(id string, ref atp.Ref, due int, quantity int64) atp.ProductionProposal {
	return atp.ProductionProposal{ID: id, Ref: ref, Due: day(due), Quantity: quantity}
}

func TestReserveProductionRefused(t *testing.T) {
	s, ref := promising(t)
	other := stocked(t, s, "B", 5)
	twin, foreign := promising(t)
	require.NotNil(t, twin)
	before := s.State(noon(0))
	for name, c := range map[string]struct {
		want   any
		change func(r *atp.ProductionRequest)
	}{
		"short": {new(*atp.ShortageError), func(r *atp.ProductionRequest) { r.Lines[0].Quantity = 36 }},
		"short, with lots": {new(*atp.ShortageError), func(r *atp.ProductionRequest) {
			r.Production[0].Expires, r.Lines[0].Quantity = day(30), 36
		}},
		"the second is known": {new(*atp.KeyConflictError), func(r *atp.ProductionRequest) {
			r.Production = append(r.Production, proposal("PO-"+day(5).String(), ref, 4, 1))
		}},
		"no id": {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].ID = "" }},
		"no day": {new(*atp.RequestError), func(r *atp.ProductionRequest) {
			r.Production[0] = atp.ProductionProposal{ID: "1", Ref: ref, Quantity: 1}
		}},
		"no quantity":   {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].Quantity = 0 }},
		"negative":      {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].Quantity = -3 }},
		"no item":       {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].Ref = atp.Ref{} }},
		"another item":  {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].Ref = other }},
		"another stock": {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Production[0].Ref = foreign }},
		"twice": {new(*atp.RequestError), func(r *atp.ProductionRequest) {
			r.Production = append(r.Production, r.Production[0])
		}},
		"too many": {new(*atp.RequestError), func(r *atp.ProductionRequest) {
			r.Production = make([]atp.ProductionProposal, atp.MaxProposals+1)
		}},
		"no hold": {new(*atp.RequestError), func(r *atp.ProductionRequest) { r.Hold = 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			r := making(ref, "order")
			c.change(&r)
			made, err := s.ReserveProduction(noon(0), r)
			require.ErrorAs(t, err, c.want)
			require.Empty(t, made.Events())
			require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
			require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 0))
		})
	}
	_, err := s.ReserveProduction(noon(0), making(ref, "order"))
	require.NoError(t, err, "what is refused binds no key")
}

// What is taken back leaves what the events of the others make, whatever came between.
func TestUndoReserveProductionBetweenOthers(t *testing.T) {
	for seed := range cases(300) {
		r := rand.New(rand.NewPCG(seed, 9))
		s := newStock(t)
		ref := stocked(t, s, "A", 100)
		folded := newStock(t)
		stocked(t, folded, "A", 100)
		var made []atp.ProductionReserved
		for i := range 12 {
			switch r.IntN(4) {
			case 0, 1:
				e, err := s.ReserveProduction(noon(0), atp.ProductionRequest{
					Request: atp.Request{Key: fmt.Sprint(i), Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(1), Quantity: 1}}},
					Production: []atp.ProductionProposal{
						proposal(fmt.Sprint("MO", i), ref, r.IntN(5), 3), proposal(fmt.Sprint("MO", i, "/2"), ref, 4, 1),
					},
				})
				require.NoError(t, err)
				made = append(made, e)
			case 2:
				e, err := s.AddSupply(noon(0), atp.Supply{
					Ref: ref, Document: fmt.Sprint("PO", i), Type: atp.PurchaseOrder, Due: day(2), Quantity: 5,
				})
				require.NoError(t, err)
				journalled(t, folded, e)
			default:
				if len(made) > 0 {
					k := r.IntN(len(made))
					require.NoError(t, s.UndoReserveProduction(made[k]))
					require.Error(t, s.UndoReserveProduction(made[k]))
					made = append(made[:k], made[k+1:]...)
				}
			}
		}
		for _, e := range made {
			journalled(t, folded, e.Events()...)
		}
		require.Empty(t, cmp.Diff(folded.State(noon(0)), s.State(noon(0)), dates()), "seed %d", seed)
	}
}

func TestUndoReserveProductionTooLate(t *testing.T) {
	for name, since := range map[string]func(s *atp.Stock, ref atp.Ref) error{
		"adjusted": func(s *atp.Stock, ref atp.Ref) error {
			_, err := s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "MO of order", Due: day(3), Quantity: 24})
			return err
		},
		"received": func(s *atp.Stock, ref atp.Ref) error {
			_, err := s.Receive(noon(0), atp.Receipt{Ref: ref, Document: "MO of order", Posting: "1", Quantity: 1})
			return err
		},
		"committed": func(s *atp.Stock, _ atp.Ref) error {
			_, err := s.Commit(noon(0), "order")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, ref := promising(t)
			made, err := s.ReserveProduction(noon(0), making(ref, "order"))
			require.NoError(t, err)
			require.NoError(t, since(s, ref))
			before := s.State(noon(0))
			require.ErrorAs(t, s.UndoReserveProduction(made), new(*atp.StateError))
			require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
			replayed, err := s.ReserveProduction(noon(0), making(ref, "order"))
			require.NoError(t, err, "the production was as asked for when it was planned")
			require.ErrorAs(t, s.UndoReserveProduction(replayed), new(*atp.StateError))
		})
	}
	s, _ := promising(t)
	require.ErrorAs(t, s.UndoReserveProduction(atp.ProductionReserved{}), new(*atp.UnknownKeyError))
}

// plant is a ProductionScheduler that keeps what is planned, by key and id.
type plant struct {
	planned           map[string]atp.ProductionProposal
	accepts, releases int
	refuses, sticks   error
	stock             *atp.Stock
}

func (p *plant) Accept(_ context.Context, key string, production []atp.ProductionProposal) error {
	p.accepts++
	p.stock.State(noon(0)) // nothing is locked
	if p.refuses != nil {
		return p.refuses
	}
	for _, a := range production {
		p.planned[key+"/"+a.ID] = a
	}
	return nil
}

func (p *plant) Release(ctx context.Context, key string, production []atp.ProductionProposal) error {
	p.releases++
	p.stock.State(noon(0))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if p.sticks != nil {
		return p.sticks
	}
	for _, a := range production {
		delete(p.planned, key+"/"+a.ID)
	}
	return nil
}

func TestAcceptProduction(t *testing.T) {
	s, ref := promising(t)
	p := &plant{planned: map[string]atp.ProductionProposal{}, stock: s}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	accept := func(req atp.ProductionRequest, after error) error {
		return s.AcceptProduction(ctx, p, req, func() error {
			made, err := s.ReserveProduction(noon(0), req)
			if err == nil && after != nil && len(made.Events()) > 0 {
				require.NoError(t, s.UndoReserveProduction(made))
			}
			return errors.Join(err, after)
		})
	}
	req := making(ref, "order")
	before := s.State(noon(0))

	p.refuses = errors.New("no capacity")
	require.ErrorIs(t, accept(req, nil), p.refuses)
	p.refuses = nil

	short := making(ref, "order")
	short.Lines[0].Quantity = 36
	require.ErrorAs(t, accept(short, nil), new(*atp.ShortageError))
	require.Empty(t, p.planned, "released, though the context has ended")

	refused := errors.New("the journal is full")
	require.ErrorIs(t, accept(req, refused), refused)
	require.Empty(t, p.planned)

	p.sticks = errors.New("planning is down")
	err := accept(short, nil)
	require.ErrorIs(t, err, p.sticks)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	require.Len(t, p.planned, 1)
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()), "none of this has changed anything")
	p.sticks = nil

	require.NoError(t, accept(req, nil), "the same request again settles it")
	require.Len(t, p.planned, 1)
	released := p.releases
	require.NoError(t, accept(req, nil))
	require.ErrorIs(t, accept(req, refused), refused)
	require.ErrorAs(t, accept(short, nil), new(*atp.KeyConflictError))
	require.Equal(t, released, p.releases, "what is a supply is not released")

	more := making(ref, "order")
	more.Production = append(more.Production, proposal("2", ref, 3, 1))
	require.ErrorAs(t, accept(more, nil), new(*atp.KeyConflictError))
	require.Len(t, p.planned, 1, "the other is released")

	accepted := p.accepts
	wrong := making(ref, "order")
	wrong.Production[0].Quantity = 0
	require.ErrorAs(t, accept(wrong, nil), new(*atp.RequestError))
	require.ErrorAs(t, s.AcceptProduction(ctx, nil, req, func() error { return nil }), new(*atp.RequestError))
	plain := atp.ProductionRequest{Request: atp.Request{
		Key: "plain", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(20), Quantity: 1}},
	}}
	require.NoError(t, accept(plain, nil))
	require.Equal(t, accepted, p.accepts, "the planner was told nothing")
}
