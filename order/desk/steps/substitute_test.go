package steps_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

// replacing lets items take the place of others.
func (c *chain) replacing(t testing.TB, rule *substitution.Rule, relations ...substitution.Relation) steps.PromiseConfig {
	t.Helper()
	config := substitution.Config{Relations: relations}
	if rule != nil {
		book, err := substitution.NewRuleBook("substitution", *rule)
		require.NoError(t, err)
		config.Rules = rules.NewLive(book)
	}
	catalog, err := substitution.New(config)
	require.NoError(t, err)
	s := c.sourcing(t)
	s.Substitutes = catalog
	return steps.PromiseConfig{Sourcing: s}
}

// shipped writes what a line gets and what ships for it.
func shipped(l *order.Line) (text string) {
	for _, s := range l.Schedules {
		text += fmt.Sprintf("%s of %s", s.Quantity, l.Item)
		switch {
		case s.Backordered():
			text += " waits; "
		case s.Substitute != nil:
			text += fmt.Sprintf(" as %s %d:%d %s@%d; ", s.Substitute.Item, s.Substitute.Numerator, s.Substitute.Denominator, s.Site, s.Deliver.Sub(day(0)))
		default:
			text += fmt.Sprintf(" %s@%d; ", s.Site, s.Deliver.Sub(day(0)))
		}
	}
	return text
}

func TestPromiseGivesSubstitutes(t *testing.T) {
	mallet := substitution.Relation{From: "HAMMER", To: "MALLET", Kind: substitution.Substitute, Reason: "does as well"}
	follows := func(use substitution.UseUp) substitution.Relation {
		return substitution.Relation{From: "HAMMER", To: "NAILS", UseUp: use, Numerator: 3, Denominator: 2}
	}
	refuse := &substitution.Rule{ID: "ORIGINALS", When: `customer.class == "VIP" and kind == "substitute"`, Then: substitution.Consent{Refuse: true, Reason: "originals only"}}
	accounts := append(classes(),
		party.Account{ID: "STRICT", Party: "P1", Currency: money.USD, Shipping: party.Shipping{NoSubstitutes: true}},
		party.Account{ID: "LINE", Party: "P1", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverLineComplete}})
	// N has 5 hammers now and 10 in a week, 40 mallets and 30 boxes of nails
	for name, w := range map[string]struct {
		customer string
		rule     *substitution.Rule
		relation substitution.Relation
		unit     quantity.Unit
		n        int64
		want     string
	}{
		"what is missing":          {"RETAIL", refuse, mallet, quantity.Each, 12, "5 EA of HAMMER N@0; 7 EA of HAMMER as MALLET 1:1 N@0; "},
		"nothing is missing":       {"RETAIL", nil, mallet, quantity.Each, 5, "5 EA of HAMMER N@0; "},
		"a rule refuses":           {"VIP", refuse, mallet, quantity.Each, 12, "5 EA of HAMMER N@0; 7 EA of HAMMER N@7; "},
		"the account refuses":      {"STRICT", nil, mallet, quantity.Each, 12, "5 EA of HAMMER N@0; 7 EA of HAMMER N@7; "},
		"complete lines stay one":  {"LINE", nil, mallet, quantity.Each, 12, "12 EA of HAMMER as MALLET 1:1 N@0; "},
		"three for two":            {"RETAIL", nil, follows(substitution.OldFirst), quantity.Each, 12, "5 EA of HAMMER N@0; 6 EA of HAMMER as NAILS 3:2 N@0; 1 EA of HAMMER N@7; "},
		"the new one first":        {"RETAIL", nil, follows(substitution.NewFirst), quantity.Each, 12, "12 EA of HAMMER as NAILS 3:2 N@0; "},
		"superseded":               {"RETAIL", nil, follows(substitution.NewOnly), quantity.Each, 22, "20 EA of HAMMER as NAILS 3:2 N@0; 2 EA of HAMMER waits; "},
		"superseded, and refused":  {"STRICT", nil, follows(substitution.NewOnly), quantity.Each, 4, "4 EA of HAMMER waits; "},
		"by the case of six":       {"RETAIL", nil, mallet, quantity.Case, 2, "12 EA of HAMMER as MALLET 1:1 N@0; "},
		"by the case, three for 2": {"RETAIL", nil, follows(substitution.OldFirst), quantity.Case, 5, "18 EA of HAMMER as NAILS 3:2 N@0; 12 EA of HAMMER N@7; "},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"HAMMER", "MALLET", "NAILS"}, accounts, "N")
			c.has(t, "N", "HAMMER", 0, 5)
			c.has(t, "N", "HAMMER", 7, 10)
			c.has(t, "N", "MALLET", 0, 40)
			c.has(t, "N", "NAILS", 0, 30)
			d := c.openWith(t, c.replacing(t, w.rule, w.relation))
			o := submit(t, d, document("PO1", w.customer, want("HAMMER", w.n, w.unit)))
			assert.Equal(t, w.want, shipped(&o.Lines[0]))
			dec, _ := o.LastDecision("promise")
			if w.rule != nil && w.customer == "VIP" {
				assert.Contains(t, string(dec.Explanation), "originals only")
			}
		})
	}
}

// What ships is the substitute, what is billed is what was ordered.
func TestSubstitutesShipAndAreBilledAsOrdered(t *testing.T) {
	c := newChain(t, []string{"HAMMER", "MALLET"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "HAMMER", 0, 3)
	c.has(t, "N", "MALLET", 0, 40)
	config := c.replacing(t, nil, substitution.Relation{
		From: "HAMMER", To: "MALLET", Kind: substitution.Substitute, Numerator: 2, Denominator: 1, Reason: "two make one",
	})
	config.Stock, config.Customers, config.Items = c.stock, c.customers, c.items
	d := c.open(t, steps.Validate(steps.ValidateConfig{Customers: c.customers, Items: c.items}),
		steps.Price(steps.PriceConfig{Engine: c.prices, Customers: c.customers, Items: c.items}),
		steps.Promise(config), steps.Accept(steps.AcceptConfig{Stock: c.stock}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 8, quantity.Each)))
	require.Equal(t, "3 EA of HAMMER N@0; 5 EA of HAMMER as MALLET 2:1 N@0; ", shipped(&o.Lines[0]))
	assert.Equal(t, "two make one", o.Lines[0].Schedules[1].Substitute.Reason)
	dec, _ := o.LastDecision("promise")
	assert.Equal(t, order.Changed, dec.Outcome)
	found := dec.Findings.With("promise.substitute")
	require.Len(t, found, 1)
	assert.Equal(t, finding.Info, found[0].Severity)
	assert.Equal(t, "lines[0].item", found[0].Path)
	assert.Equal(t, "MALLET ships for 5 EA of HAMMER: two make one", found[0].Message)

	shipper, biller := c.shipper(), c.biller()
	shipper.Credit, biller.Credit = nil, nil
	s, err := shipper.Ship(t.Context(), d, o.ID, "N", day(0))
	require.NoError(t, err)
	require.Len(t, s.Lines, 2)
	assert.Equal(t, "HAMMER", s.Lines[0].Item)
	assert.Equal(t, quantity.New(3, quantity.Each), s.Lines[0].Base)
	assert.Equal(t, "MALLET", s.Lines[1].Item)
	assert.Equal(t, quantity.New(10, quantity.Each), s.Lines[1].Base)
	for id, left := range map[string]int64{"HAMMER": 0, "MALLET": 30} {
		ref, err := c.stock.Ref(id, "N")
		require.NoError(t, err)
		state, err := c.stock.Item(ref)
		require.NoError(t, err)
		assert.Equal(t, left, state.Available, id)
	}
	inv, err := biller.Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	require.Len(t, inv.Lines, 1)
	assert.Equal(t, "HAMMER", inv.Lines[0].Item)
	assert.Equal(t, quantity.New(8, quantity.Each), inv.Lines[0].Quantity)
	assert.Equal(t, usd("80.00"), inv.Lines[0].Net)

	before, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.FullyShipped, before.Fulfilment())
	assert.Equal(t, order.FullyBilled, before.Billing())
	reopened := newChain(t, []string{"HAMMER", "MALLET"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	reopened.journal = c.journal
	again, err := reopened.open(t).Order(o.ID)
	require.NoError(t, err)
	want, err := json.Marshal(before)
	require.NoError(t, err)
	is, err := json.Marshal(again)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(is), "a journal tells what shipped")
}

// A promise that still stands keeps its substitute when the step runs again.
func TestSubstitutesStandWhenPromisedAgain(t *testing.T) {
	c := newChain(t, []string{"HAMMER", "MALLET"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "HAMMER", 0, 3)
	c.has(t, "N", "MALLET", 0, 4)
	config := c.replacing(t, nil, substitution.Relation{From: "HAMMER", To: "MALLET", Kind: substitution.Substitute})
	config.Stock, config.Customers, config.Items, config.Hold = c.stock, c.customers, c.items, 90*24*time.Hour
	d := c.open(t, steps.Validate(steps.ValidateConfig{Customers: c.customers, Items: c.items}), steps.Promise(config),
		desk.Step{Name: "hold", Run: func(_ context.Context, w *desk.Work) error {
			return w.Hold(order.Hold{Kind: order.ManualHold, Code: "look", Reason: "look at it"})
		}}, steps.Accept(steps.AcceptConfig{Stock: c.stock}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 9, quantity.Each)))
	require.Equal(t, "3 EA of HAMMER N@0; 4 EA of HAMMER as MALLET 1:1 N@0; 2 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	c.has(t, "N", "HAMMER", 3, 5)
	r, err := d.Release(t.Context(), o.ID, "H1", "ann", "fine")
	require.NoError(t, err)
	assert.Equal(t, "3 EA of HAMMER N@0; 4 EA of HAMMER as MALLET 1:1 N@0; 2 EA of HAMMER N@3; ", shipped(&r.Order.Lines[0]))
}

// A run over backorders serves what waits, and leaves what ships as another item.
func TestBackorderRunLeavesSubstitutes(t *testing.T) {
	c := newChain(t, []string{"HAMMER", "MALLET"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "HAMMER", 0, 3)
	c.has(t, "N", "MALLET", 0, 7)
	d := c.openWith(t, c.replacing(t, nil, substitution.Relation{
		From: "HAMMER", To: "MALLET", Kind: substitution.Substitute, Numerator: 2, Denominator: 1,
	}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 9, quantity.Each), want("MALLET", 3, quantity.Each)))
	require.Equal(t, "3 EA of HAMMER N@0; 2 EA of HAMMER as MALLET 2:1 N@0; 4 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	require.Equal(t, "3 EA of MALLET N@0; ", shipped(&o.Lines[1]))
	c.has(t, "N", "HAMMER", 3, 3)
	b := &steps.Backorders{Stock: c.stock, Customers: c.customers, Items: c.items}
	r := c.run(t, d, b, "run 1")
	require.Len(t, r.Plan.Results, 1, "mallets are reserved for both lines")
	o, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, "3 EA of HAMMER N@0; 2 EA of HAMMER as MALLET 2:1 N@0; 3 EA of HAMMER N@3; 1 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	assert.Equal(t, "3 EA of MALLET N@0; ", shipped(&o.Lines[1]))
	again, err := b.Compute(t.Context(), d, c.clock.now, nil, backorder.Options{})
	require.NoError(t, err)
	assert.Empty(t, again.Plan.Diff())

	c.clock.now = c.clock.now.AddDate(0, 0, 3)
	ref, err := c.stock.Ref("HAMMER", "N")
	require.NoError(t, err)
	_, err = c.stock.Receive(c.clock.now, atp.Receipt{Ref: ref, Document: "PO-HAMMER-3", Posting: "GR-1", Quantity: 3})
	require.NoError(t, err)
	s, err := c.dock().Ship(t.Context(), d, o.ID, "N", day(3))
	require.NoError(t, err)
	left := make(map[string]int64)
	for _, l := range s.Lines {
		n, _ := l.Base.Int64()
		left[l.Item] += n
	}
	assert.Equal(t, map[string]int64{"HAMMER": 6, "MALLET": 7}, left)
}

func TestSubstitutesThatNobodyKnowsDoNotShip(t *testing.T) {
	c := newChain(t, []string{"HAMMER"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "HAMMER", 0, 3)
	c.has(t, "N", "GHOST", 0, 3)
	d := c.openWith(t, c.replacing(t, nil, substitution.Relation{From: "HAMMER", To: "GHOST", Kind: substitution.Substitute}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 4, quantity.Each)))
	assert.Equal(t, "3 EA of HAMMER N@0; 1 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	dec, _ := o.LastDecision("promise")
	found := dec.Findings.With("promise.substitute.unknown")
	require.Len(t, found, 1)
	assert.Equal(t, "lines[0].item", found[0].Path)
	assert.NotEmpty(t, found[0].Fix)
}

// Whatever ships, the reservation has exactly what the schedules say, and nothing is
// promised twice.
func TestSubstitutesAgainstDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 23))
	replaced := 0
	for range 100 {
		items, sites := []string{"A", "B", "C"}, []string{"N", "S"}[:1+r.IntN(2)]
		policy := party.Shipping{
			Delivery:      []party.Delivery{party.DeliverPartial, party.DeliverLineComplete, party.DeliverShipComplete}[r.IntN(3)],
			MaxDeliveries: r.IntN(4),
		}
		c := newChain(t, items, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD, Shipping: policy}}, sites...)
		supply := make(map[string]int64)
		for _, site := range sites {
			for _, id := range items {
				for d := range 3 {
					if n := int64(r.IntN(12)); n > 0 && r.IntN(2) == 0 {
						c.has(t, site, id, d, n)
						supply[site+id] += n
					}
				}
			}
		}
		follows := substitution.Relation{
			From: "A", To: "B", UseUp: substitution.UseUp(r.IntN(3)), Numerator: int64(1 + r.IntN(3)), Denominator: int64(1 + r.IntN(3)),
		}
		follows.BothWays = follows.UseUp != substitution.NewOnly && r.IntN(2) == 0
		d := c.openWith(t, c.replacing(t, nil, follows, substitution.Relation{
			From: "A", To: "C", Kind: substitution.Substitute, Numerator: int64(1 + r.IntN(2)), Denominator: 1,
		}))
		for n := range 3 {
			lines := []order.Request{want(items[r.IntN(2)], int64(1+r.IntN(9)), quantity.Each)}
			if r.IntN(2) == 0 {
				lines = append(lines, want(items[r.IntN(2)], int64(1+r.IntN(2)), quantity.Case))
			}
			o := submit(t, d, document(fmt.Sprint("PO", n), "C1", lines...))
			promised := make(map[string]int64) // by site, item and day
			for i := range o.Lines {
				l := &o.Lines[i]
				deliveries := make(map[string]bool)
				for _, s := range l.Schedules {
					count, _ := s.Quantity.Int64()
					require.Zero(t, l.Quantity.Unit() == quantity.Case && count%6 != 0, shipped(l))
					if s.Backordered() {
						continue
					}
					id := l.Item
					if s.Substitute != nil {
						var ok bool
						id = s.Substitute.Item
						count, ok = s.Substitute.Count(count)
						require.True(t, ok)
						replaced++
					}
					promised[s.Site+id+s.Ship.String()] += count
					supply[s.Site+id] -= count
					require.GreaterOrEqual(t, supply[s.Site+id], int64(0))
					deliveries[s.Site+s.Deliver.String()] = true
				}
				if policy.MaxDeliveries > 0 {
					require.LessOrEqual(t, len(deliveries), policy.MaxDeliveries, shipped(l))
				}
				if policy.Delivery == party.DeliverLineComplete {
					require.Len(t, l.Schedules, 1, shipped(l))
				}
			}
			held := make(map[string]int64)
			for _, res := range c.stock.State(c.clock.now).Reservations {
				if res.Key == string(o.ID)+"/1" {
					for _, l := range res.Lines {
						held[l.Site+l.Item+l.Date.String()] += l.Quantity
					}
				}
			}
			require.Equal(t, held, promised)
		}
	}
	assert.Greater(t, replaced, 50)
}
