package sourcing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

func day(n int) calendar.Date { return calendar.MustDate("2026-03-02").AddDays(n) }

func noon(n int) time.Time { return day(n).UTC().Add(12 * time.Hour) }

// world is a stock with sites that work every day in UTC.
type world struct {
	t     testing.TB
	stock *atp.Stock
	nodes []sourcing.Node
}

func newWorld(t testing.TB, nodes ...sourcing.Node) *world {
	t.Helper()
	w := &world{t: t, nodes: nodes}
	var sites []atp.Site
	for i := range w.nodes {
		c, err := calendar.New(calendar.Config{Name: w.nodes[i].Site, Location: time.UTC, Week: calendar.EveryDay()})
		require.NoError(t, err)
		w.nodes[i].Calendar = c
		sites = append(sites, atp.Site{ID: w.nodes[i].Site, Calendar: c})
	}
	var err error
	w.stock, err = atp.New(atp.Config{Sites: sites})
	require.NoError(t, err)
	return w
}

// has puts stock on hand and, from a day on, a receipt.
func (w *world) has(item, site string, onHand int64, later ...int64) {
	w.t.Helper()
	ref, _, err := w.stock.Define(noon(0), atp.Definition{Item: item, Site: site})
	require.NoError(w.t, err)
	_, err = w.stock.Count(noon(0), atp.Count{Ref: ref, Quantity: onHand})
	require.NoError(w.t, err)
	if len(later) == 2 {
		_, err = w.stock.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(int(later[0])), Quantity: later[1],
		})
		require.NoError(w.t, err)
	}
}

// offers puts supply of a kind that only a scope of its own counts.
func (w *world) offers(kind atp.SupplyType, item, site string, quantity int64) {
	w.t.Helper()
	ref, _, err := w.stock.Define(noon(0), atp.Definition{Item: item, Site: site, Policy: atp.Policy{Scope: atp.ScopeOf(kind)}})
	require.NoError(w.t, err)
	_, err = w.stock.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "feed", Type: kind, Due: day(0), Quantity: quantity})
	require.NoError(w.t, err)
}

func (w *world) network(list ...sourcing.Rule) *sourcing.Network {
	w.t.Helper()
	book, err := sourcing.NewRuleBook("test", list...)
	require.NoError(w.t, err)
	n, err := sourcing.New(sourcing.Config{Stock: w.stock, Nodes: w.nodes, Rules: rules.NewLive(book)})
	require.NoError(w.t, err)
	return n
}

// routes are ways of that many days from all nodes.
func (w *world) routes(transit int) []sourcing.Route {
	var all []sourcing.Route
	for _, n := range w.nodes {
		all = append(all, sourcing.Route{Site: n.Site, Lane: &atp.Lane{Transit: transit}, Cost: 500})
	}
	return all
}

// shipped says in short what ships: site, line, item, quantity, day.
func shipped(a sourcing.Answer) []string {
	var all []string
	for _, s := range a.Shipments {
		for _, p := range s.Parts {
			for _, d := range p.Promise.Deliveries {
				all = append(all, fmt.Sprint(s.Site, " ", p.Line, " ", p.Item, " ", d.Quantity, " ", d.Deliver.Sub(day(0))))
			}
		}
	}
	return all
}

// ATP-5: two warehouses ship on time, what nobody has in time comes later from the one that has it first.
func TestSourceOnTimeThenLater(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "EAST"}, sourcing.Node{Site: "WEST"})
	w.has("A", "EAST", 10)
	w.has("A", "WEST", 4, 1, 100)
	w.has("B", "WEST", 5)
	w.has("C", "EAST", 0, 9, 7)
	w.has("C", "WEST", 1, 6, 7)
	order := sourcing.Order{
		ID: "SO-1", Wanted: day(3), Routes: w.routes(2), Explain: true,
		Lines: []sourcing.OrderLine{
			{ID: "1", Item: "A", Quantity: 10}, {ID: "2", Item: "B", Quantity: 5}, {ID: "3", Item: "C", Quantity: 6},
		},
	}
	n := w.network()
	a, err := n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"WEST 1 A 10 3", "WEST 2 B 5 3", "WEST 3 C 1 3", "WEST 3 C 5 8"}, shipped(a), "on time from one site")
	assert.Equal(t, sourcing.Score{Unfilled: 5, Shipments: 1, Cost: 500}, a.Score)
	assert.True(t, a.Proven)
	assert.Equal(t, int64(6), a.Lines[2].Confirmed)
	assert.Contains(t, a.Lines[0].Sites, sourcing.SiteReason{Site: "EAST", Item: "A", Why: sourcing.NoShipment, Available: 10})

	order.Late = sourcing.LeaveOpen
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, int64(5), a.Lines[2].Unfilled)

	order.Late, order.Together = sourcing.Backorder, atp.ShipComplete
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"WEST 1 A 10 8", "WEST 2 B 5 8", "WEST 3 C 1 8", "WEST 3 C 5 8"}, shipped(a), "all on one day")

	order.Late = sourcing.LeaveOpen
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Empty(t, a.Shipments, "all or nothing")
	assert.Equal(t, int64(10), a.Lines[0].Unfilled)
}

// A site counts only when what starts there now arrives on the wanted day.
func TestSourceTooFar(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "FAR"}, sourcing.Node{Site: "NEAR"})
	w.has("A", "FAR", 10)
	w.has("A", "NEAR", 4)
	routes := w.routes(1)
	routes[0].Lane.Transit = 5
	a, err := w.network().Source(context.Background(), noon(0), sourcing.Order{
		Wanted: day(2), Routes: routes, Lines: []sourcing.OrderLine{{ID: "1", Item: "A", Quantity: 6}}, Explain: true,
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"FAR 1 A 2 5", "NEAR 1 A 4 2"}, shipped(a))
	assert.Equal(t, sourcing.TooFar, a.Lines[0].Sites[0].Why)
	assert.True(t, a.Shipments[0].Parts[0].Late)

	a, err = w.network().Source(context.Background(), noon(0), sourcing.Order{
		Routes: routes, Lines: []sourcing.OrderLine{{ID: "1", Item: "A", Quantity: 6}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"FAR 1 A 6 5"}, shipped(a), "as soon as possible: what goes out first is on time")
}

// ATP-5: drop shipment, consignment.
func TestSourceVendorsAndConsignees(t *testing.T) {
	w := newWorld(t,
		sourcing.Node{Site: "C-7-SHOP", Kind: sourcing.Consignee, Accounts: []string{"C-7"}},
		sourcing.Node{Site: "OWN"}, sourcing.Node{Site: "VENDOR", Kind: sourcing.Vendor, Rank: 5})
	w.offers(atp.Consignment, "A", "C-7-SHOP", 3)
	w.has("A", "OWN", 2)
	w.offers(atp.VendorStock, "A", "VENDOR", 100)
	w.offers(atp.VendorStock, "B", "VENDOR", 100)
	order := sourcing.Order{
		ID: "SO-1", Account: "C-1", Wanted: day(1), Routes: w.routes(1), Explain: true, Late: sourcing.LeaveOpen,
		Lines: []sourcing.OrderLine{{ID: "1", Item: "A", Quantity: 5}, {ID: "2", Item: "B", Quantity: 4, DropShip: true}},
	}
	a, err := w.network().Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"OWN 1 A 2 1", "VENDOR 2 B 4 1"}, shipped(a))
	assert.Equal(t, []sourcing.Purchase{
		{Site: "VENDOR", Line: "2", Item: "B", Quantity: 4, Ship: day(0), Deliver: day(1)},
	}, a.Purchases)
	assert.Equal(t, sourcing.NotForCustomer, a.Lines[0].Sites[0].Why)
	assert.Equal(t, sourcing.NoDropShipment, a.Lines[0].Sites[2].Why)
	assert.Equal(t, sourcing.NotStocked, a.Lines[1].Sites[1].Why)

	order.Account = "C-7"
	a, held, err := w.network().Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	assert.Equal(t, []string{"C-7-SHOP 1 A 3 1", "OWN 1 A 2 1", "VENDOR 2 B 4 1"}, shipped(a))
	assert.Len(t, held.Lines, 3)
}

// ATP-5: rules leave sites out, rank them, make them dearer, and say why.
func TestSourceByRules(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A", Kind: sourcing.Store}, sourcing.Node{Site: "B", Zone: "north"}, sourcing.Node{Site: "C"})
	for _, site := range []string{"A", "B", "C"} {
		w.has("X", site, 10)
		w.has("Y", site, 10)
	}
	order := sourcing.Order{Wanted: day(1), Routes: w.routes(1), Explain: true, Lines: []sourcing.OrderLine{
		{ID: "1", Item: "X", Quantity: 1, Tags: []string{"hazmat"}}, {ID: "2", Item: "Y", Quantity: 1},
	}}
	ask := func(list ...sourcing.Rule) sourcing.Answer {
		t.Helper()
		a, err := w.network(list...).Source(context.Background(), noon(0), order)
		require.NoError(t, err)
		return a
	}
	assert.Equal(t, "A", ask().Shipments[0].Site)
	a := ask(sourcing.Rule{ID: "STORES", When: `site.kind == "store"`, Then: sourcing.Preference{Rank: 1}})
	assert.Equal(t, "B", a.Shipments[0].Site)
	a = ask(sourcing.Rule{
		ID: "HAZMAT", When: `"hazmat" in line.tags && site.kind == "store"`,
		Then: sourcing.Preference{Exclude: true, Reason: "{site.id} may not ship {line.item}"},
	}, sourcing.Rule{ID: "NORTH", When: `site.zone == "north"`, Then: sourcing.Preference{Cost: 1}})
	assert.Equal(t, []string{"C 1 X 1 1", "C 2 Y 1 1"}, shipped(a), "one shipment, the cheaper one")
	assert.Equal(t, sourcing.RuledOut, a.Lines[0].Sites[0].Why)
	assert.Equal(t, "A ships nothing: ruled-out; HAZMAT: A may not ship X", a.Lines[0].Sites[0].String())
	assert.NotEmpty(t, a.Book)
	assert.Equal(t, []sourcing.Other{
		{Site: "A", Score: sourcing.Score{Shipments: 2, Cost: 1000}, Proven: true},
		{Site: "B", Score: sourcing.Score{Shipments: 1, Cost: 501}, Proven: true},
	}, a.Others)
	a = ask(
		sourcing.Rule{ID: "R1", When: `true`, Then: sourcing.Preference{SetRank: rank(7)}},
		sourcing.Rule{ID: "R2", When: `site.id == "C"`, Priority: 1, Then: sourcing.Preference{SetRank: rank(3), Cost: -600, UnitCost: 2}},
	)
	assert.Equal(t, sourcing.Score{Rank: 3, Shipments: 1, Cost: 4}, a.Score)
}

func TestPreferenceValidate(t *testing.T) {
	for _, p := range []sourcing.Preference{
		{}, {SetRank: rank(-1)}, {Rank: sourcing.MaxRank + 1}, {Cost: sourcing.MaxCost + 1}, {UnitCost: -sourcing.MaxCost - 1},
		{Exclude: true, Reason: "{nobody}"},
	} {
		_, err := sourcing.NewRuleBook("test", sourcing.Rule{ID: "R", When: "true", Then: p})
		require.Error(t, err, "%+v", p)
	}
}

// ATP-5: alternatives ship what is missing, without a further shipment where that can be.
func TestSourceAlternatives(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"})
	w.has("old", "B", 3)
	w.has("half", "A", 100)
	w.has("half", "B", 9)
	w.has("third", "B", 5)
	order := sourcing.Order{Wanted: day(1), Routes: w.routes(1), Late: sourcing.LeaveOpen, Lines: []sourcing.OrderLine{{
		ID: "1", Item: "old", Quantity: 8, Alternatives: []sourcing.Alternative{
			{Item: "half", Numerator: 2, Denominator: 1, Reason: "two halves"}, {Item: "third", Pack: 2},
		},
	}}}
	n := w.network()
	a, err := n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	// what is missing counts more than a shipment: 4 of 5 could come from B, where the old ones come from
	assert.Equal(t, []string{"A 1 half 10 1", "B 1 old 3 1"}, shipped(a))
	assert.Equal(t, int64(8), a.Lines[0].Confirmed)
	assert.Equal(t, "two halves", a.Shipments[0].Parts[0].Reason)
	order.MaxShipments = 1
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"B 1 old 3 1", "B 1 half 8 1"}, shipped(a), "third comes in twos")
	assert.Equal(t, int64(1), a.Lines[0].Unfilled)
	order.Lines[0].Whole = true
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"A 1 half 16 1"}, shipped(a), "a whole line is of one item, from one site")

	order.MaxShipments, order.Lines[0].Whole = 0, false
	order.Lines[0].Alternatives = []sourcing.Alternative{{Item: "third"}, {Item: "old"}}
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"B 1 third 5 1", "B 1 old 3 1"}, shipped(a), "the item itself comes where it is listed")
	order.Lines[0].Superseded, order.Lines[0].Alternatives = true, order.Lines[0].Alternatives[:1]
	w.has("third", "A", 0, 7, 10)
	order.Late = sourcing.Backorder
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, []string{"A 1 third 3 8", "B 1 third 5 1"}, shipped(a), "nothing of a superseded item, not even later")
}

func TestReserveOrder(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"})
	w.has("X", "A", 3)
	w.has("X", "B", 3)
	order := sourcing.Order{ID: "SO-1", Wanted: day(1), Routes: w.routes(1), Late: sourcing.LeaveOpen,
		Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 5}}}
	n := w.network()
	a, held, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	assert.Len(t, a.Shipments, 2)
	_, again, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, held.Lines, again.Lines)
	var conflict *atp.KeyConflictError
	other := order
	other.Lines = []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 4}}
	_, _, err = n.Reserve(context.Background(), noon(0), other, "k", time.Hour)
	require.ErrorAs(t, err, &conflict)
	other.Lines[0].Item, other.Lines[0].Quantity = "Y", 9
	_, _, err = n.Reserve(context.Background(), noon(0), other, "k", time.Hour)
	require.ErrorAs(t, err, &conflict)
	order.Lines[0].Quantity = 2
	_, _, err = n.Reserve(context.Background(), noon(0), order, "k2", time.Hour)
	require.NoError(t, err, "one is left at one site")
	a, _, err = n.Reserve(context.Background(), noon(0), order, "k3", time.Hour)
	require.ErrorIs(t, err, sourcing.ErrNothing)
	assert.Equal(t, int64(2), a.Lines[0].Unfilled)
	order.Replaces = "k"
	a, err = n.Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	assert.Equal(t, int64(2), a.Lines[0].Confirmed, "an order does not compete with itself")
}

// Known failure elsewhere: sites that are chosen on figures which are old by the time of reserving. Many callers at once
// never get more than there is, and nearly all of it although some give up after three attempts; no other error comes.
func TestReserveUnderWay(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"}, sourcing.Node{Site: "C"})
	const callers, each = 8, 25
	for _, site := range []string{"A", "B", "C"} {
		w.has("X", site, 40)
		w.has("Y", site, 40)
	}
	n := w.network()
	var group sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int64{}
	for c := range callers {
		group.Go(func() {
			for i := range each {
				_, held, err := n.Reserve(context.Background(), noon(0), sourcing.Order{
					Wanted: day(1), Routes: w.routes(1), Late: sourcing.LeaveOpen, Lines: []sourcing.OrderLine{
						{ID: "1", Item: "X", Quantity: 3}, {ID: "2", Item: "Y", Quantity: 2},
					},
				}, fmt.Sprint(c, "/", i), time.Hour)
				mu.Lock()
				for _, l := range held.Lines {
					got[l.Item+"@"+l.Site] += l.Quantity
				}
				mu.Unlock()
				var short *atp.ShortageError
				assert.True(t, err == nil || errors.Is(err, sourcing.ErrNothing) || errors.As(err, &short), "%v", err)
			}
		})
	}
	group.Wait()
	for place, n := range got {
		assert.LessOrEqual(t, n, int64(40), place)
	}
	assert.Greater(t, got["X@A"]+got["X@B"]+got["X@C"], int64(100))
}

// randomOrder fills a world at random and asks for something.
func randomOrder(t *testing.T, r *rand.Rand) (*world, sourcing.Order) {
	nodes := []sourcing.Node{
		{Site: "S1"}, {Site: "S2", Kind: sourcing.Store, MaxLines: r.IntN(3)}, {Site: "S3", Rank: r.IntN(2)},
		{Site: "V", Kind: sourcing.Vendor, Rank: r.IntN(3)}, {Site: "X", Kind: sourcing.Consignee, Accounts: []string{"C-1"}},
	}
	w := newWorld(t, nodes...)
	for _, node := range nodes {
		for item := range 4 {
			if r.IntN(4) == 0 {
				continue
			}
			name := fmt.Sprint("I", item)
			switch node.Kind {
			case sourcing.Vendor:
				w.offers(atp.VendorStock, name, node.Site, 1+r.Int64N(9))
			case sourcing.Consignee:
				w.offers(atp.Consignment, name, node.Site, 1+r.Int64N(3))
			default:
				w.has(name, node.Site, r.Int64N(8), int64(1+r.IntN(9)), 1+r.Int64N(8))
			}
		}
	}
	o := sourcing.Order{
		ID: "SO", Account: []string{"C-1", "C-2"}[r.IntN(2)], Wanted: day(2 + r.IntN(4)), Routes: w.routes(1 + r.IntN(3)),
		Late: sourcing.Late(r.IntN(2)), Explain: r.IntN(2) == 0, MaxShipments: r.IntN(4),
	}
	for i := range 1 + r.IntN(4) {
		l := sourcing.OrderLine{
			ID: fmt.Sprint(i), Item: fmt.Sprint("I", i), Quantity: 1 + r.Int64N(12), Whole: r.IntN(5) == 0, DropShip: r.IntN(2) == 0,
			Pack: 1 + r.Int64N(2), Partial: atp.Partial{AtMost: r.IntN(3)},
		}
		if r.IntN(3) == 0 {
			l.Alternatives = []sourcing.Alternative{{Item: fmt.Sprint("I", (i+1)%4), Numerator: 1 + r.Int64N(3), Denominator: 1 + r.Int64N(2)}}
		}
		o.Lines = append(o.Lines, l)
	}
	return w, o
}

// Whatever is asked: figures add up, what counts as on time is, limits hold, the order of lines and routes is
// forgotten, and the stock reserves what was promised.
func TestSourceHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	rounds := 1500
	if raceEnabled || testing.Short() {
		rounds = 200
	}
	late, replaced := 0, 0
	for range rounds {
		w, o := randomOrder(t, r)
		n := w.network(sourcing.Rule{ID: "R", When: `site.id == "S2" && line.item == "I1"`, Then: sourcing.Preference{Exclude: true}})
		a, err := n.Source(context.Background(), noon(0), o)
		require.NoError(t, err)
		confirmed := map[string]int64{}
		if o.MaxShipments > 0 {
			require.LessOrEqual(t, len(a.Shipments), o.MaxShipments)
		}
		for _, s := range a.Shipments {
			lines := map[string]bool{}
			for _, p := range s.Parts {
				l := o.Lines[slices.IndexFunc(o.Lines, func(l sourcing.OrderLine) bool { return l.ID == p.Line })]
				lines[p.Line] = true
				confirmed[p.Line] += p.For
				require.False(t, s.Site == "S2" && p.Item == "I1")
				require.False(t, s.Kind == sourcing.Vendor && !l.DropShip)
				require.False(t, s.Kind == sourcing.Consignee && o.Account != "C-1")
				require.Zero(t, p.Promise.Unfilled*int64(boolean(!p.Late)))
				for _, d := range p.Promise.Deliveries {
					require.True(t, p.Late || d.DaysLate == 0)
					require.Zero(t, d.Quantity%l.Pack*int64(boolean(p.Item == l.Item)))
				}
				if p.Item == l.Item {
					require.Equal(t, p.Promise.Confirmed, p.For)
				} else {
					alt := l.Alternatives[0]
					require.Equal(t, p.Promise.Confirmed*alt.Denominator, p.For*alt.Numerator)
					replaced++
				}
				if l.Whole {
					require.Equal(t, l.Quantity/l.Pack*l.Pack*int64(boolean(p.Item == l.Item))+p.For*int64(boolean(p.Item != l.Item)), p.For)
				}
				late += boolean(p.Late)
			}
			if i := slices.IndexFunc(w.nodes, func(n sourcing.Node) bool { return n.Site == s.Site }); w.nodes[i].MaxLines > 0 {
				require.LessOrEqual(t, len(lines), w.nodes[i].MaxLines)
			}
		}
		for _, l := range a.Lines {
			require.Equal(t, confirmed[l.ID], l.Confirmed)
			require.Equal(t, l.Quantity, l.Confirmed+l.Unfilled)
		}
		shuffled := o
		shuffled.Lines, shuffled.Routes = slices.Clone(o.Lines), slices.Clone(o.Routes)
		slices.Reverse(shuffled.Lines)
		r.Shuffle(len(shuffled.Routes), func(i, j int) {
			shuffled.Routes[i], shuffled.Routes[j] = shuffled.Routes[j], shuffled.Routes[i]
		})
		again, err := n.Source(context.Background(), noon(0), shuffled)
		require.NoError(t, err)
		require.Equal(t, a, again)
		_, held, err := n.Reserve(context.Background(), noon(0), o, "k", time.Hour)
		if len(a.ReservationLines()) == 0 {
			require.ErrorIs(t, err, sourcing.ErrNothing)
			continue
		}
		require.NoError(t, err)
		require.NotEmpty(t, held.Lines)
	}
	require.NotZero(t, late)
	require.NotZero(t, replaced)
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestNetworkRefuses(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.has("X", "A", 1)
	good := sourcing.Config{Stock: w.stock, Nodes: w.nodes}
	for field, spoil := range map[string]func(c *sourcing.Config){
		"Stock":             func(c *sourcing.Config) { c.Stock = nil },
		"Effort":            func(c *sourcing.Config) { c.Effort = -1 },
		"Attempts":          func(c *sourcing.Config) { c.Attempts = -1 },
		"Nodes":             func(c *sourcing.Config) { c.Nodes = nil },
		"Nodes[0].Site":     func(c *sourcing.Config) { c.Nodes[0].Site = "" },
		"Nodes[0].Calendar": func(c *sourcing.Config) { c.Nodes[0].Calendar = nil },
		"Nodes[0].Kind":     func(c *sourcing.Config) { c.Nodes[0].Kind = 9 },
		"Nodes[0].Rank":     func(c *sourcing.Config) { c.Nodes[0].Rank = -1 },
		"Nodes[0].MaxLines": func(c *sourcing.Config) { c.Nodes[0].MaxLines = -1 },
		"Nodes[0].Accounts": func(c *sourcing.Config) { c.Nodes[0].Kind = sourcing.Consignee },
	} {
		c := good
		c.Nodes = slices.Clone(good.Nodes)
		spoil(&c)
		_, err := sourcing.New(c)
		var fault *atp.ConfigError
		require.ErrorAs(t, err, &fault, field)
		assert.Equal(t, field, fault.Field)
	}
	n := w.network()
	order := func() sourcing.Order {
		return sourcing.Order{Routes: w.routes(1), Lines: []sourcing.OrderLine{{
			ID: "1", Item: "X", Quantity: 1, Alternatives: []sourcing.Alternative{{Item: "Y"}},
		}}}
	}
	for field, spoil := range map[string]func(o *sourcing.Order){
		"Lines":                              func(o *sourcing.Order) { o.Lines = nil },
		"MaxShipments":                       func(o *sourcing.Order) { o.MaxShipments = -1 },
		"Together":                           func(o *sourcing.Order) { o.Together = 9 },
		"Late":                               func(o *sourcing.Order) { o.Late = 9 },
		"Lines[0].Quantity":                  func(o *sourcing.Order) { o.Lines[0].Quantity = 0 },
		"Lines[0].Weight":                    func(o *sourcing.Order) { o.Lines[0].Weight = -1 },
		"Lines[0].Partial.AtMost":            func(o *sourcing.Order) { o.Lines[0].Partial.AtMost = -1 },
		"Lines[0].Partial.Minimum":           func(o *sourcing.Order) { o.Lines[0].Partial.Minimum = -1 },
		"Lines[0].Alternatives[0].Item":      func(o *sourcing.Order) { o.Lines[0].Alternatives[0].Item = "" },
		"Lines[0].Alternatives[0].Numerator": func(o *sourcing.Order) { o.Lines[0].Alternatives[0].Numerator = 1 },
		"Lines[0].Alternatives[0].Pack":      func(o *sourcing.Order) { o.Lines[0].Alternatives[0].Pack = -1 },
		"Routes[0].Site":                     func(o *sourcing.Order) { o.Routes[0].Site = "B" },
		"Routes[1].Site":                     func(o *sourcing.Order) { o.Routes = append(o.Routes, o.Routes[0]) },
		"Routes[0].Cost":                     func(o *sourcing.Order) { o.Routes[0].Cost = -1 },
		"Processing":                         func(o *sourcing.Order) { o.Routes[0].Lane.Processing, o.Wanted = -1, day(3) },
	} {
		o := order()
		spoil(&o)
		_, err := n.Source(context.Background(), noon(0), o)
		var refused *atp.RequestError
		require.ErrorAs(t, err, &refused, field)
		assert.Equal(t, field, refused.Field)
		_, _, err = n.Reserve(context.Background(), noon(0), o, "k", time.Hour)
		require.ErrorAs(t, err, &refused, field)
	}
	for _, kind := range []sourcing.Kind{sourcing.Warehouse, sourcing.Consignee, 9} {
		text, err := kind.MarshalText()
		var back sourcing.Kind
		require.Equal(t, err == nil, back.UnmarshalText(text) == nil)
		require.True(t, err != nil || back == kind)
	}
	for _, why := range []sourcing.Why{sourcing.NothingThere, sourcing.TooFar, 99} {
		text, err := why.MarshalText()
		var back sourcing.Why
		require.Equal(t, err == nil, back.UnmarshalText(text) == nil)
		require.True(t, err != nil || back == why)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := n.Source(ctx, noon(0), order())
	require.ErrorIs(t, err, context.Canceled)
}

func rank(n int) *int { return &n }
