package steps_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/budget"
)

// presented puts coupons into every request, as customers do.
type presented struct {
	steps.Pricer
	coupons []string
}

func (p presented) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	r.Coupons = append(r.Coupons, p.coupons...)
	return p.Pricer.Price(ctx, r)
}

// promoted is a house with a coupon of 20% and a rule that takes 1.00 off each
// order from a budget.
type promoted struct {
	*house
	budgets *budget.Register
	pricer  steps.Pricer
}

func newPromoted(t testing.TB, limits ...budget.Limit) *promoted {
	t.Helper()
	h := newHouse(t)
	book, err := pricing.NewBook(
		pricing.Record{ID: "L-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each},
		pricing.Record{ID: "L-NAILS", Key: pricing.Key{Item: "NAILS"}, Price: usd("0.10"), Unit: quantity.Each})
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("promotions",
		pricing.Rule{ID: "save20", Group: "coupon", When: "true", Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("20%"), Coupon: "SAVE20"}},
		pricing.Rule{ID: "spring", Group: "campaign", When: "true", Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("1.00"), Budget: "spring"}},
		pricing.Rule{ID: "save20-more", Group: "campaign", When: `order.running >= money("20.00 USD")`,
			Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("0.50"), Coupon: "SAVE20"}})
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{Zone: time.UTC, Prices: book, Rules: rules, Schema: pricing.Schema{
		Name:   "promoted",
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Kind: pricing.StepPrice},
			{Name: "coupon", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
			{Name: "campaign", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
			{Name: "customer price", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{Percent: money.MustRate("2%")}},
		},
	}})
	require.NoError(t, err)
	p := &promoted{house: h, budgets: budget.New(budget.Config{}), pricer: presented{engine, []string{"SAVE20"}}}
	for _, l := range limits {
		_, err := p.budgets.SetLimit(h.clock.now, budget.Setting{Limit: l, Actor: "ann", Reason: "sale"})
		require.NoError(t, err)
	}
	return p
}

func spring(amount string) budget.Limit {
	return budget.Limit{Name: "spring", Currency: money.USD, Total: budget.Cap{Amount: usd(amount)}}
}

func (p *promoted) open(t testing.TB) *desk.Desk {
	t.Helper()
	s := p.steps()
	s[1] = steps.Price(steps.PriceConfig{Engine: p.pricer, Customers: p.customers, Items: p.items, Budgets: p.budgets})
	s[3] = steps.Accept(steps.AcceptConfig{Stock: p.stock, Budgets: p.budgets, Owner: "sales"})
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: p.journal, Clock: p.clock.Now, Steps: s,
		Folds: []desk.Fold{steps.FoldStock(p.stock), steps.FoldBudgets(p.budgets), steps.FoldCredit(p.ledger), p.log, p.register},
	})
	require.NoError(t, err)
	return d
}

func (p *promoted) limit(t testing.TB, name string) budget.LimitState {
	t.Helper()
	s, err := p.budgets.Limit(p.clock.now, name)
	require.NoError(t, err)
	return s
}

// replayed holds the register to what the journal and the settings say.
func (p *promoted) replayed(t *testing.T) {
	t.Helper()
	g := budget.New(budget.Config{})
	want, err := p.budgets.State(p.clock.now)
	require.NoError(t, err)
	for _, l := range want.Limits {
		_, err := g.SetLimit(monday, budget.Setting{Limit: l.Limit, Actor: "ann", Reason: "sale"})
		require.NoError(t, err)
	}
	codec := budget.Events()
	for e, err := range p.journal.Read(t.Context(), journal.All, 0) {
		require.NoError(t, err)
		v, known, err := codec.Decode(e)
		require.NoError(t, err)
		if known {
			require.NoError(t, g.Apply(v))
		}
	}
	got, err := g.State(p.clock.now)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func priceFindings(t *testing.T, o *order.Order) finding.List {
	t.Helper()
	d, ok := o.LastDecision("price")
	require.True(t, ok)
	return d.Findings
}

func TestCouponIsReservedAndCommitted(t *testing.T) {
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: 2}, PerCustomer: budget.Cap{Uses: 1}}, spring("1.50"))
	d := p.open(t)
	p.supply(t)
	first := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Each), want("NAILS", 100, quantity.Each)))
	assert.Equal(t, order.StatusOpen, first.Status())
	assert.Equal(t, usd("22.50"), first.Total(), "30.00 less 20%, 1.00 and 0.50")
	assert.Equal(t, budget.Taken{Uses: 1}, p.limit(t, "SAVE20").Committed, "once in an order, though two rules ask for it, on two lines")
	assert.Equal(t, budget.Taken{Uses: 1, Amount: usd("1.00")}, p.limit(t, "spring").Committed)

	second := submit(t, d, document("PO2", "C1", want("HAMMER", 2, quantity.Each)))
	assert.Equal(t, usd("20.00"), second.Total(), "the customer had the coupon, and the budget has 0.50 left")
	found := priceFindings(t, second).With("pricing.budget.exhausted")
	require.Len(t, found, 2)
	assert.Equal(t, "SAVE20: 0 of 1 uses left for the customer; priced without it", found[0].Message)
	assert.Equal(t, "spring: 0.50 USD of 1.00 USD left in total; priced without it", found[1].Message)
	assert.Equal(t, finding.Warning, found[0].Severity)
	p.replayed(t)
}

// Many orders at once want the last coupons, and each gets one or the full price.
func TestCouponsAreNotOversold(t *testing.T) {
	const orders, uses = 40, 7
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: uses}}, spring("1000"))
	d := p.open(t)
	var mu sync.Mutex
	totals := map[string]int{}
	var wg sync.WaitGroup
	for i := range orders {
		wg.Go(func() {
			doc := document(fmt.Sprint("PO", i), "C1", want("NAILS", 100, quantity.Each))
			r, err := d.Submit(t.Context(), desk.Submission{Key: doc.PurchaseOrder, Document: doc})
			if !assert.NoError(t, err) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			totals[r.Order.Total().Number()]++
		})
	}
	wg.Wait()
	assert.Equal(t, map[string]int{"7.00": uses, "9.00": orders - uses}, totals)
	assert.Equal(t, budget.Taken{Uses: uses}, p.limit(t, "SAVE20").Committed)
	p.replayed(t)
}

func TestCancellationGivesBack(t *testing.T) {
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: 1}}, spring("100"))
	d := p.open(t)
	p.supply(t)
	first := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Each)))
	require.NoError(t, steps.ReleaseBudgets(t.Context(), d, p.budgets, first.ID, "ann", "cancelled by the customer"))
	require.NoError(t, steps.ReleaseBudgets(t.Context(), d, p.budgets, first.ID, "ann", "once more"))
	assert.Zero(t, p.limit(t, "SAVE20").Committed)
	assert.Zero(t, p.limit(t, "spring").Committed)
	second := submit(t, d, document("PO2", "C2", want("HAMMER", 2, quantity.Each)))
	assert.Equal(t, usd("15.00"), second.Total())
	p.replayed(t)

	later := &promoted{house: p.house, budgets: budget.New(budget.Config{}), pricer: p.pricer}
	later.stock, later.ledger = p.newStock(t), newLedger(t)
	later.open(t)
	r, err := later.budgets.Reservation(p.clock.now, string(first.ID))
	require.NoError(t, err)
	assert.Equal(t, budget.StatusReleased, r.Status)
	assert.Equal(t, "cancelled by the customer", r.Reason)
}

// An order waits on a hold for longer than its coupon is kept.
func TestCouponLapsesOnHold(t *testing.T) {
	held := func(t *testing.T, p *promoted, d *desk.Desk) *order.Order {
		t.Helper()
		line := want("HAMMER", 2, quantity.Each)
		theirs := usd("5.00")
		line.Price = &theirs
		o := submit(t, d, document("PO1", "C1", line))
		require.Equal(t, order.StatusOnHold, o.Status())
		assert.Equal(t, budget.Taken{Uses: 1}, p.limit(t, "SAVE20").Held)
		p.clock.now = p.clock.now.Add(48 * time.Hour)
		assert.Zero(t, p.limit(t, "SAVE20").Held, "it has lapsed")
		return o
	}
	release := func(t *testing.T, d *desk.Desk, o *order.Order) *order.Order {
		t.Helper()
		r, err := d.Release(t.Context(), o.ID, o.OpenHolds()[0].ID, "ann", "it is fine")
		require.NoError(t, err)
		require.Nil(t, r.Waiting, "%+v", r.Waiting)
		return r.Order
	}
	once := budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: 1}}
	t.Run("and is there still", func(t *testing.T) {
		p := newPromoted(t, once, spring("100"))
		d := p.open(t)
		p.supply(t)
		o := release(t, d, held(t, p, d))
		assert.Equal(t, order.StatusOpen, o.Status())
		assert.Equal(t, budget.Taken{Uses: 1}, p.limit(t, "SAVE20").Committed)
		p.replayed(t)
	})
	t.Run("and another order has it", func(t *testing.T) {
		p := newPromoted(t, once, spring("100"))
		d := p.open(t)
		p.supply(t)
		o := held(t, p, d)
		other := submit(t, d, document("PO2", "C2", want("HAMMER", 2, quantity.Each)))
		require.Equal(t, usd("15.00"), other.Total())
		o = release(t, d, o)
		require.Equal(t, order.StatusOnHold, o.Status())
		hold := o.OpenHolds()[0]
		assert.Equal(t, "pricing.budget.lost", hold.Code)
		assert.Equal(t, "sales", hold.Owner)
		assert.Contains(t, hold.Reason, "SAVE20: 0 of 1 uses left in total")
		o = release(t, d, o)
		assert.Equal(t, order.StatusOpen, o.Status(), "somebody grants it beyond the limit")
		assert.Equal(t, budget.Taken{Uses: 1}, p.limit(t, "SAVE20").Committed, "which stays what it is")
		p.replayed(t)
	})
}

func TestBudgetThatCannotPay(t *testing.T) {
	euro := budget.Limit{Name: "spring", Currency: money.EUR, Total: budget.Cap{Amount: money.MustParse("100 EUR")}}
	for name, c := range map[string]struct {
		limits []budget.Limit
		code   string
	}{
		"was never set":           {nil, "pricing.budget.unknown"},
		"counts another currency": {[]budget.Limit{euro}, "pricing.budget.currency"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPromoted(t, c.limits...)
			d := p.open(t)
			p.supply(t)
			o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Each)))
			assert.Equal(t, usd("16.00"), o.Total(), "the coupon has no limit and is not counted")
			require.Len(t, priceFindings(t, o).With(c.code), 1)
			state, err := p.budgets.State(p.clock.now)
			require.NoError(t, err)
			assert.Empty(t, state.Reservations)
		})
	}
}

// stubborn uses what has nothing left.
type stubborn struct{ steps.Pricer }

func (s stubborn) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	r.Exhausted = nil
	return s.Pricer.Price(ctx, r)
}

func TestPricerThatDoesNotListen(t *testing.T) {
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Blocked: true}, spring("100"))
	p.pricer = stubborn{p.pricer}
	d := p.open(t)
	doc := document("PO1", "C1", want("HAMMER", 2, quantity.Each))
	r, err := d.Submit(t.Context(), desk.Submission{Key: "1", Document: doc})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Contains(t, r.Waiting.Error, `"SAVE20" has nothing left`)
	assert.Zero(t, p.limit(t, "spring").Held)
}

// What the journal refuses is given back.
func TestRefusedAppendGivesBack(t *testing.T) {
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: 1}}, spring("100"))
	d := p.open(t)
	p.supply(t)
	before, err := p.budgets.State(p.clock.now)
	require.NoError(t, err)
	other := &promoted{house: newHouse(t), budgets: budget.New(budget.Config{}), pricer: p.pricer}
	other.journal = p.journal
	other.open(t) // takes the journal over
	doc := document("PO1", "C1", want("HAMMER", 2, quantity.Each))
	_, err = d.Submit(t.Context(), desk.Submission{Key: "1", Document: doc})
	require.ErrorIs(t, err, desk.ErrSuperseded)
	after, err := p.budgets.State(p.clock.now)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// An order that is cancelled line by line gives back what it had once nothing is left of it.
func TestCancelledLinesGiveBudgetsBack(t *testing.T) {
	p := newPromoted(t, budget.Limit{Name: "SAVE20", Total: budget.Cap{Uses: 1}}, spring("100"))
	d := p.open(t)
	p.supply(t)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 2, quantity.Each), want("NAILS", 100, quantity.Each)))
	a := p.amender()
	a.Credit, a.Budgets = nil, p.budgets
	_, err := a.Cancel(t.Context(), d, o.ID, note("CH-1"), "1")
	require.NoError(t, err)
	assert.Equal(t, int64(1), p.limit(t, "SAVE20").Committed.Uses, "it is still an order")
	_, err = a.Cancel(t.Context(), d, o.ID, note("CH-2"))
	require.NoError(t, err)
	assert.Zero(t, p.limit(t, "SAVE20").Committed)
	assert.Zero(t, p.limit(t, "spring").Committed)
	p.replayed(t)
}
