package atp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// planner is a ProductionPlanner of a test.
type planner func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error)

func (p planner) Propose(_ context.Context, needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
	return p(needs)
}

// inTime proposes whatever is needed on the day it is needed.
func inTime(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
	var all []atp.ProductionProposal
	for i, n := range needs {
		all = append(all, atp.ProductionProposal{ID: fmt.Sprint("plan", i), Ref: n.Ref, Due: n.From, Quantity: n.Quantity})
	}
	return all, nil
}

// The case of atp.md, promising, where 25 can be produced by day 3: 10 are there, so 25 are missing on day 0.
func TestPromiseCapable(t *testing.T) {
	for _, c := range []struct {
		name    string
		partial atp.Partial
		due     int
		want    []part
		made    int
		pegged  bool
	}{
		{"complete", atp.Partial{}, 3, []part{{35, 3}}, 1, true},
		{"partial", atp.Partial{AtMost: atp.AnyNumber}, 3, []part{{10, 0}, {25, 3}}, 1, true},
		{"for a later claim", atp.Partial{AtMost: atp.AnyNumber}, 6, []part{{10, 0}, {25, 5}}, 1, false}, // which frees the purchase order
		{"too late to help", atp.Partial{AtMost: atp.AnyNumber}, 12, []part{{10, 0}, {22, 5}, {3, 12}}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, ref := promising(t)
			asked := 0
			plan := planner(func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
				asked++
				require.Equal(t, []atp.ProductionNeed{{Ref: ref, From: day(0), Quantity: 25}}, needs)
				require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 0), "nothing is locked")
				return []atp.ProductionProposal{{ID: "plan", Ref: ref, Due: day(c.due), Quantity: 25}}, nil
			})
			before := s.State(noon(0))
			got, err := s.PromiseCapable(t.Context(), noon(0), plan, []atp.Demand{
				{Ref: ref, Quantity: 35, Wanted: day(0), Partial: c.partial, Explain: true},
			}, atp.LineByLine)
			require.NoError(t, err)
			require.Equal(t, 1, asked)
			require.Equal(t, c.want, parts(got.Promises[0]))
			require.Len(t, got.Production, c.made)
			require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()), "a promise holds nothing")
			pegged := false
			for _, d := range got.Promises[0].Deliveries {
				pegged = pegged || slices.ContainsFunc(d.Pegs, func(p atp.Peg) bool { return p.Document == "plan" })
			}
			require.Equal(t, c.pegged, pegged)
		})
	}
}

// Of many proposals those that come too late for anything are left out, and where nothing is missing nobody is asked.
func TestPromiseCapableAsksForWhatItNeeds(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 10, supply{5, 30}), stocked(t, s, "B", 4)
	k := stocked(t, s, "K", 1)
	demands := []atp.Demand{
		{ID: "1", Ref: a, Quantity: 12, Wanted: day(2)},
		{ID: "2", Ref: k, Quantity: 5, Wanted: day(1), Stocked: true, Kit: []atp.Component{{Ref: a, Per: 2}, {Ref: b, Per: 1}}},
		{ID: "3", Ref: b, Quantity: 1, Wanted: day(3)},
	}
	var asked []atp.ProductionNeed
	got, err := s.PromiseCapable(t.Context(), noon(0), planner(func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
		asked = needs
		return []atp.ProductionProposal{
			{ID: "late", Ref: a, Due: day(6), Quantity: 5}, {ID: "soon", Ref: a, Due: day(2), Quantity: 5},
			{ID: "late", Ref: b, Due: day(9), Quantity: 1},
		}, nil
	}), demands, atp.LineByLine)
	require.NoError(t, err)
	// Demand 1 lacks 2 of its 12; demand 2 takes the kit that is there and 8 A for four more, of which there are none left, and
	// the 4 B; demand 3 lacks its B.
	require.Equal(t, []atp.ProductionNeed{
		{Ref: a, From: day(1), Quantity: 10}, {Ref: b, From: day(3), Quantity: 1},
	}, asked)
	require.Equal(t, []part{{12, 2}}, parts(got.Promises[0]))
	require.Equal(t, []part{{5, 5}}, parts(got.Promises[1]), "8 A are there when the purchase order is")
	require.Equal(t, []part{{1, 9}}, parts(got.Promises[2]))
	require.Equal(t, []atp.ProductionProposal{
		{ID: "soon", Ref: a, Due: day(2), Quantity: 5}, {ID: "late", Ref: b, Due: day(9), Quantity: 1},
	}, got.Production)

	never := planner(func([]atp.ProductionNeed) ([]atp.ProductionProposal, error) { panic("asked") })
	for name, d := range map[string]atp.Demand{
		"in stock":      {Ref: a, Quantity: 10},
		"not in scope":  {Ref: a, Quantity: 50, Scope: atp.ScopeOf(atp.Available, atp.PurchaseOrder)},
		"a certain lot": {Ref: a, Quantity: 50, Lot: "L"},
	} {
		got, err := s.PromiseCapable(t.Context(), noon(0), never, []atp.Demand{d}, atp.LineByLine)
		require.NoError(t, err, name)
		require.Empty(t, got.Production, name)
	}
	for name, p := range map[string]atp.Policy{
		"not counted": {Scope: atp.ScopeOf(atp.Available)}, "phased out": {PhaseOut: day(-1)}, "last order": {LastOrder: day(-1)},
	} {
		ref, _, err := s.Define(noon(0), atp.Definition{Item: name, Site: "S1", Policy: p})
		require.NoError(t, err)
		got, err := s.PromiseCapable(t.Context(), noon(0), never, []atp.Demand{{Ref: ref, Quantity: 1}}, atp.LineByLine)
		require.NoError(t, err, name)
		require.Zero(t, got.Promises[0].Confirmed, name)
	}
}

// A balance below 0 has to be made up before anything more can be promised, once.
func TestPromiseCapableOversold(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	claimed(t, s, "other", ref, 3, 5)
	got, err := s.PromiseCapable(t.Context(), noon(0), planner(inTime), []atp.Demand{
		{Ref: ref, Quantity: 4}, {Ref: ref, Quantity: 2},
	}, atp.LineByLine)
	require.NoError(t, err)
	require.EqualValues(t, 11, got.Production[0].Quantity)
	require.Equal(t, []part{{4, 0}}, parts(got.Promises[0]))
	require.Equal(t, []part{{2, 0}}, parts(got.Promises[1]))
}

func TestPromiseCapableRefusesWrongAnswers(t *testing.T) {
	s, ref := promising(t)
	other := stocked(t, s, "B", 0)
	before := s.State(noon(0))
	fault := errors.New("planning is down")
	ask := func(p atp.ProductionPlanner) error {
		got, err := s.PromiseCapable(t.Context(), noon(0), p, []atp.Demand{{Ref: ref, Quantity: 35, Wanted: day(1)}}, atp.LineByLine)
		require.Empty(t, got)
		require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
		return err
	}
	good := atp.ProductionProposal{ID: "1", Ref: ref, Due: day(1), Quantity: 20}
	for _, c := range []struct {
		reason string
		change func(a *atp.ProductionProposal)
	}{
		{"has a quantity that is not above 0", func(a *atp.ProductionProposal) { a.Quantity = -1 }},
		{"has a quantity that is not above 0", func(a *atp.ProductionProposal) { a.Quantity = 0 }},
		{"makes more than was asked for", func(a *atp.ProductionProposal) { a.Quantity = 6 }},
		{"is due before the day asked for", func(a *atp.ProductionProposal) { a.Due = day(0) }},
		{"has no date", func(a *atp.ProductionProposal) { *a = atp.ProductionProposal{ID: "2", Ref: ref, Quantity: 1} }},
		{"has no id", func(a *atp.ProductionProposal) { a.ID = "" }},
		{"is given twice", func(a *atp.ProductionProposal) { a.ID = "1" }},
		{"is of an item that was not asked for", func(a *atp.ProductionProposal) { a.Ref = other }},
		{"is of an item that was not asked for", func(a *atp.ProductionProposal) { a.Ref = atp.Ref{} }},
		{"has the document of a receipt that is known", func(a *atp.ProductionProposal) { a.ID = "PO-" + day(5).String() }},
	} {
		wrong := atp.ProductionProposal{ID: "2", Ref: ref, Due: day(1), Quantity: 5}
		c.change(&wrong)
		err := ask(planner(func([]atp.ProductionNeed) ([]atp.ProductionProposal, error) {
			return []atp.ProductionProposal{good, wrong}, nil
		}))
		var e *atp.ProposalError
		require.ErrorAs(t, err, &e, c.reason)
		require.Equal(t, c.reason, e.Reason)
		require.Equal(t, wrong.ID, e.ID)
	}
	require.ErrorAs(t, ask(planner(func([]atp.ProductionNeed) ([]atp.ProductionProposal, error) {
		return make([]atp.ProductionProposal, atp.MaxProposals+1), nil
	})), new(*atp.ProposalError))
	require.ErrorIs(t, ask(planner(func([]atp.ProductionNeed) ([]atp.ProductionProposal, error) { return nil, fault })), fault)
	require.ErrorAs(t, ask(nil), new(*atp.RequestError))
	_, err := s.PromiseCapable(t.Context(), noon(0), planner(inTime), []atp.Demand{{Ref: ref}}, atp.LineByLine)
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.PromiseCapable(t.Context(), noon(0), planner(inTime), nil, 7)
	require.ErrorAs(t, err, new(*atp.RequestError))
}

// capableCase is a kitCase in which production does not count everywhere. Two of one seed are alike.
func capableCase(t *testing.T, seed uint64) *kitCase {
	c := newKitCase(t, seed)
	r := rand.New(rand.NewPCG(seed, 7))
	for _, ref := range append(c.parts, c.kits...) {
		if r.IntN(5) == 0 {
			_, _, err := c.s.Define(noon(0), atp.Definition{
				Item: ref.Item(), Site: ref.Site(), Policy: atp.Policy{Scope: atp.ScopeOf(atp.Available)},
			})
			require.NoError(t, err)
		}
	}
	return c
}

// produce adds proposals of another stock that is alike as supplies.
func (c *kitCase) produce(proposals []atp.ProductionProposal) {
	for _, a := range proposals {
		ref, err := c.s.Ref(a.Ref.Item(), a.Ref.Site())
		require.NoError(c.t, err)
		_, err = c.s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: a.ID, Type: atp.Production, Due: a.Due, Quantity: a.Quantity, Expires: a.Expires,
		})
		require.NoError(c.t, err)
	}
}

// said is what a stock that is alike, with these proposals as supplies, promises.
func said(t *testing.T, seed uint64, proposals []atp.ProductionProposal, together atp.Together) []atp.Promise {
	t.Helper()
	c := capableCase(t, seed)
	c.produce(proposals)
	got, err := c.s.PromiseAll(noon(0), c.demands, together)
	require.NoError(t, err)
	return got
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(text)
}

// servedOf says what is delivered when, to compare promises that come from other supplies.
func servedOf(promises []atp.Promise) (all [][]atp.Times, quantities [][]int64) {
	for _, p := range promises {
		var times []atp.Times
		var n []int64
		for _, d := range p.Deliveries {
			times, n = append(times, d.Times), append(n, d.Quantity)
		}
		all, quantities = append(all, times), append(quantities, n)
	}
	return all, quantities
}

// better reports whether any demand has more on any day.
func better(with, without []atp.Promise) bool {
	by := func(p atp.Promise, on int) (n int64) {
		for _, d := range p.Deliveries {
			if !d.Deliver.After(day(on)) {
				n += d.Quantity
			}
		}
		return n
	}
	for i := range with {
		for on := range 3 * kitDays {
			if by(with[i], on) > by(without[i], on) {
				return true
			}
		}
	}
	return false
}

// What is promised is what a stock with the proposals as supplies promises, none of the production can be left out, and the
// stock is what it was.
func TestPromiseCapableByDefinition(t *testing.T) {
	seen := map[string]int{}
	for seed := range cases(1200) {
		c := capableCase(t, seed)
		r := rand.New(rand.NewPCG(seed, 8))
		together := atp.Together(r.IntN(2))
		var all []atp.ProductionProposal
		before := c.s.State(noon(0))
		got, err := c.s.PromiseCapable(t.Context(), noon(0), planner(func(needs []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
			for _, n := range needs {
				for left := n.Quantity; left > 0 && r.IntN(4) > 0; {
					a := atp.ProductionProposal{
						ID: fmt.Sprint("made", len(all)), Ref: n.Ref, Due: n.From.AddDays(r.IntN(8)), Quantity: 1 + r.Int64N(left),
					}
					if r.IntN(3) == 0 {
						a.Expires = a.Due.AddDays(r.IntN(9))
					}
					left -= a.Quantity
					all = append(all, a)
				}
			}
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			return all, nil
		}), c.demands, together)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(before, c.s.State(noon(0)), dates()), "seed %d", seed)
		again, err := c.s.PromiseAll(noon(0), c.demands, together)
		require.NoError(t, err)
		require.Equal(t, asJSON(t, said(t, seed, nil, together)), asJSON(t, again), "seed %d: lots are left behind", seed)

		with := said(t, seed, all, together)
		if !better(with, again) {
			require.Empty(t, got.Production, "seed %d", seed)
			with = again
			seen["no better"]++
		}
		times, quantities := servedOf(with)
		gotTimes, gotQuantities := servedOf(got.Promises)
		require.Equal(t, times, gotTimes, "seed %d", seed)
		require.Equal(t, quantities, gotQuantities, "seed %d", seed)
		require.Equal(t, asJSON(t, said(t, seed, got.Production, together)), asJSON(t, got.Promises), "seed %d", seed)
		for i := range got.Production {
			less := slices.Delete(slices.Clone(got.Production), i, i+1)
			times, quantities := servedOf(said(t, seed, less, together))
			require.False(t, cmp.Equal(times, gotTimes, dates()) && cmp.Equal(quantities, gotQuantities), "seed %d: %v is not needed",
				seed, got.Production[i])
		}
		seen["made"] += len(got.Production)
		seen["left out"] += len(all) - len(got.Production)
		for _, a := range got.Production {
			if !a.Expires.IsZero() {
				seen["expires"]++
			}
		}
		c.produce(got.Production)
		var lines []atp.Line
		for _, p := range got.Promises {
			lines = append(lines, p.Lines()...)
		}
		require.True(t, len(lines) == 0 || c.reserve(lines...), "seed %d", seed)
	}
	require.Greater(t, seen["made"], int(cases(400)))
	require.Greater(t, seen["left out"], int(cases(1000)))
	require.Greater(t, seen["no better"], int(cases(200)))
	require.Greater(t, seen["expires"], int(cases(100)))
}

// Where all that is asked for is produced in time, every demand that production counts for is met in full on its first day.
// A unit less of what is needed for a single demand, and it is not.
func TestPromiseCapableAsksForEnough(t *testing.T) {
	met, tight := 0, 0
	for seed := range cases(1500) {
		c := newKitCase(t, seed)
		for i := range c.demands {
			c.demands[i].Quotas = nil
		}
		var needs []atp.ProductionNeed
		got, err := c.s.PromiseCapable(t.Context(), noon(0), planner(func(asked []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
			needs = slices.Clone(asked)
			return inTime(asked)
		}), c.demands, atp.LineByLine)
		require.NoError(t, err)
		for i, d := range c.demands {
			require.Equal(t, []part{{d.Quantity, firstOf(d) + transit(d)}}, parts(got.Promises[i]), "seed %d, demand %d", seed, i)
			met++
		}
		if len(c.demands) > 1 || c.demands[0].Stocked {
			continue
		}
		for k := range needs {
			less, err := c.s.PromiseCapable(t.Context(), noon(0), planner(func(asked []atp.ProductionNeed) ([]atp.ProductionProposal, error) {
				asked[k].Quantity--
				all, err := inTime(asked)
				return slices.DeleteFunc(all, func(a atp.ProductionProposal) bool { return a.Quantity == 0 }), err
			}), c.demands, atp.LineByLine)
			require.NoError(t, err)
			times, quantities := servedOf(got.Promises)
			lessTimes, lessQuantities := servedOf(less.Promises)
			require.False(t, cmp.Equal(times, lessTimes, dates()) && cmp.Equal(quantities, lessQuantities), "seed %d", seed)
			tight++
		}
	}
	require.Greater(t, met, int(cases(2000)))
	require.Greater(t, tight, int(cases(100)))
}
