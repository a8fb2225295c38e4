package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

// classes has a customer in each of two classes.
func classes() []party.Account {
	return []party.Account{
		{ID: "VIP", Party: "P1", Currency: money.USD, Class: "VIP"}, {ID: "RETAIL", Party: "P1", Currency: money.USD, Class: "retail"},
	}
}

// atOneSite promises everything at N.
func atOneSite(c steps.PromiseConfig) steps.PromiseConfig {
	c.Site = func(*order.Order, string) string { return "N" }
	return c
}

// weeks is a quota of 100 in each of three weeks from monday, of which 80, 60 and
// nothing is consumed.
func (c *chain) weeks(t *testing.T, id string) atp.Ref {
	t.Helper()
	ref, _, err := c.stock.DefineQuota(c.clock.now, atp.QuotaDefinition{ID: id, Site: "N", Later: 1})
	require.NoError(t, err)
	setting := atp.QuotaSetting{Quota: ref, Document: "plan"}
	for week := range 3 {
		setting.Periods = append(setting.Periods, atp.QuotaPeriod{From: day(7 * week), To: day(7*week + 6), Quantity: 100})
	}
	_, err = c.stock.SetQuota(c.clock.now, setting)
	require.NoError(t, err)
	_, err = c.stock.Reserve(c.clock.now, atp.Request{Key: "before", Hold: 1 << 50, Lines: []atp.Line{
		{Ref: ref, Date: day(0), Quantity: 80}, {Ref: ref, Date: day(7), Quantity: 60},
	}})
	require.NoError(t, err)
	_, err = c.stock.Commit(c.clock.now, "before")
	require.NoError(t, err)
	return ref
}

// atp.md: quotas. 100 in each of 3 weeks, consumed 80/60/0, request 70 in week 2,
// later allowed: 40 in week 2 and 30 in week 3.
func TestPromiseDrawsOnQuotas(t *testing.T) {
	book, err := atp.NewRuleBook("allocation", atp.Rule{
		ID: "RETAIL-QUOTA", When: `customer.class == "retail"`, Then: atp.Ranking{Quota: "{item}/{customer.class}", Reason: "retail has a quota"},
	})
	require.NoError(t, err)
	for name, config := range map[string]func(quota atp.Ref) steps.PromiseConfig{
		"by the host": func(quota atp.Ref) steps.PromiseConfig {
			return steps.PromiseConfig{Terms: func(_ *order.Order, l *order.Line, a party.Account) steps.DemandTerms {
				if a.Class == "retail" && l.Item == "PUMP" {
					return steps.DemandTerms{Quotas: []atp.QuotaUse{{Quota: quota}}}
				}
				return steps.DemandTerms{}
			}}
		},
		"by rules": func(atp.Ref) steps.PromiseConfig { return steps.PromiseConfig{Rules: rules.NewLive(book)} },
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"PUMP"}, classes(), "N")
			c.has(t, "N", "PUMP", 0, 1000)
			quota := c.weeks(t, "PUMP/retail")
			d := c.openWith(t, atOneSite(config(quota)))
			doc := document("PO1", "RETAIL", want("PUMP", 70, quantity.Each))
			doc.RequestedShip = day(7)
			o := submit(t, d, doc)
			assert.Equal(t, "40 EA N@7, 30 EA N@14", got(&o.Lines[0]))
			doc.PurchaseOrder, doc.Customer = "PO2", "VIP"
			assert.Equal(t, "70 EA N@7", got(&submit(t, d, doc).Lines[0]), "VIPs have none")

			c.clock.now = c.clock.now.AddDate(0, 0, 7)
			shipper := c.shipper()
			shipper.Credit = nil
			_, err := shipper.Ship(t.Context(), d, o.ID, "N", day(7))
			require.NoError(t, err)
			usage, err := c.stock.QuotaUsage(c.clock.now, quota)
			require.NoError(t, err)
			assert.EqualValues(t, 40, usage.Periods[1].Used, "what ships uses the quota up")
			assert.EqualValues(t, 30, usage.Periods[2].Committed)
		})
	}
}

func TestRulesOfAllocationDecideAtTheDesk(t *testing.T) {
	book, err := atp.NewRuleBook("allocation",
		atp.Rule{ID: "NO-SAMPLES", When: `order.type == "sample" and item == "TANK"`, Then: atp.Ranking{Exclude: true, Reason: "tanks are no samples"}},
		atp.Rule{ID: "LARGE-FIRST", When: `quantity > 10`, Then: atp.Ranking{Add: 5}},
		atp.Rule{ID: "NEEDS-QUOTA", When: `customer.class == "key"`, Then: atp.Ranking{Quota: "{item}/key"}})
	require.NoError(t, err)
	c := newChain(t, []string{"PUMP", "TANK"}, classes(), "N")
	c.has(t, "N", "PUMP", 0, 20)
	c.has(t, "N", "TANK", 0, 20)
	d := c.openWith(t, atOneSite(steps.PromiseConfig{Rules: rules.NewLive(book), Class: func(o *order.Order, a party.Account) string {
		if o.Document.Release == "key" {
			return "key"
		}
		return a.Class
	}}))

	o := submit(t, d, document("PO1", "RETAIL", want("PUMP", 5, quantity.Each), want("PUMP", 17, quantity.Each)))
	assert.Equal(t, "3 EA N@0, 2 EA waits at N", got(&o.Lines[0]))
	assert.Equal(t, "17 EA N@0", got(&o.Lines[1]), "the rule serves it first")
	dec, _ := o.LastDecision("promise")
	assert.Equal(t, book.Hash(), dec.Book)
	assert.Contains(t, string(dec.Explanation), "LARGE-FIRST")

	sample := document("PO2", "RETAIL", want("TANK", 1, quantity.Each))
	sample.Type = order.Sample
	o = submit(t, d, sample)
	assert.Equal(t, "1 EA waits at N", got(&o.Lines[0]))
	dec, _ = o.LastDecision("promise")
	assert.Contains(t, string(dec.Explanation), "tanks are no samples")

	key := document("PO3", "RETAIL", want("TANK", 1, quantity.Each))
	key.Release = "key"
	assert.Equal(t, "1 EA waits at N", got(&submit(t, d, key).Lines[0]), "who needs a quota and has none gets nothing")
	assert.Equal(t, "1 EA N@0", got(&submit(t, d, document("PO4", "RETAIL", want("TANK", 1, quantity.Each))).Lines[0]))
}

func TestShipCompleteWithAnExcludedLineWaits(t *testing.T) {
	book, err := atp.NewRuleBook("allocation", atp.Rule{ID: "NO-TANKS", When: `item == "TANK"`, Then: atp.Ranking{Exclude: true}})
	require.NoError(t, err)
	account := party.Account{ID: "C1", Party: "P1", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverShipComplete}}
	c := newChain(t, []string{"PUMP", "TANK"}, []party.Account{account}, "N")
	c.has(t, "N", "PUMP", 0, 20)
	c.has(t, "N", "TANK", 0, 20)
	d := c.openWith(t, atOneSite(steps.PromiseConfig{Rules: rules.NewLive(book)}))
	o := submit(t, d, document("PO1", "C1", want("PUMP", 5, quantity.Each), want("TANK", 1, quantity.Each)))
	assert.Equal(t, "5 EA waits at N", got(&o.Lines[0]))
	assert.Equal(t, "1 EA waits at N", got(&o.Lines[1]))
}

// lots has 4 pieces that last a week, 6 for a month and 5 for two at N, and 9 for a
// week at S.
func lots(t *testing.T) *chain {
	t.Helper()
	c := newChain(t, []string{"MILK"}, classes(), "N", "S")
	for _, site := range []string{"N", "S"} {
		_, _, err := c.stock.Define(c.clock.now, atp.Definition{Item: "MILK", Site: site})
		require.NoError(t, err)
	}
	for _, lot := range []struct {
		site, id string
		n        int64
		days     int
	}{{"N", "L1", 4, 7}, {"N", "L2", 6, 30}, {"N", "L3", 5, 60}, {"S", "L4", 9, 7}} {
		ref, err := c.stock.Ref("MILK", lot.site)
		require.NoError(t, err)
		_, err = c.stock.Count(c.clock.now, atp.Count{Ref: ref, Lot: lot.id, Quantity: lot.n, Expires: day(lot.days)})
		require.NoError(t, err)
	}
	return c
}

func TestPromiseKeepsLifeAndLots(t *testing.T) {
	fresh := func(_ *order.Order, _ *order.Line, a party.Account) steps.DemandTerms {
		if a.Class == "VIP" {
			return steps.DemandTerms{MinLife: 20}
		}
		return steps.DemandTerms{}
	}
	single := func(*order.Order, *order.Line, party.Account) steps.DemandTerms {
		return steps.DemandTerms{SingleLot: true}
	}
	for name, w := range map[string]struct {
		customer string
		n        int64
		config   func(c *chain) steps.PromiseConfig
		want     string
	}{
		"any":                  {"RETAIL", 15, func(*chain) steps.PromiseConfig { return atOneSite(steps.PromiseConfig{Terms: fresh}) }, "15 EA N@0"},
		"twenty days":          {"VIP", 12, func(*chain) steps.PromiseConfig { return atOneSite(steps.PromiseConfig{Terms: fresh}) }, "11 EA N@0, 1 EA waits at N"},
		"one lot":              {"RETAIL", 5, func(*chain) steps.PromiseConfig { return atOneSite(steps.PromiseConfig{Terms: single}) }, "5 EA N@0"},
		"anywhere":             {"RETAIL", 20, func(c *chain) steps.PromiseConfig { return steps.PromiseConfig{Terms: fresh, Sourcing: c.sourcing(t)} }, "15 EA N@0, 5 EA S@0"},
		"twenty days, sourced": {"VIP", 12, func(c *chain) steps.PromiseConfig { return steps.PromiseConfig{Terms: fresh, Sourcing: c.sourcing(t)} }, "11 EA N@0, 1 EA waits at N"},
	} {
		t.Run(name, func(t *testing.T) {
			c := lots(t)
			d := c.openWith(t, w.config(c))
			o := submit(t, d, document("PO1", w.customer, want("MILK", w.n, quantity.Each)))
			assert.Equal(t, w.want, got(&o.Lines[0]))
			held, err := c.stock.Reservation(c.clock.now, o.Lines[0].Schedules[0].Reservation)
			require.NoError(t, err)
			switch name {
			case "one lot":
				assert.Equal(t, "L2", held.Lines[0].Lot, "the first to expire that has five")
			case "twenty days", "twenty days, sourced":
				assert.Equal(t, day(20), held.Lines[0].GoodThrough)
			}
		})
	}
}

func TestWhatMayTouchTheSafetyStockIsHeldApart(t *testing.T) {
	for _, sourced := range []bool{false, true} {
		c := newChain(t, []string{"PUMP", "TANK"}, classes(), "N")
		for _, id := range []string{"PUMP", "TANK"} {
			ref, _, err := c.stock.Define(c.clock.now, atp.Definition{Item: id, Site: "N", SafetyStock: 4})
			require.NoError(t, err)
			_, err = c.stock.Count(c.clock.now, atp.Count{Ref: ref, Quantity: 10})
			require.NoError(t, err)
		}
		config := atOneSite(steps.PromiseConfig{Terms: func(_ *order.Order, l *order.Line, _ party.Account) steps.DemandTerms {
			return steps.DemandTerms{SafetyStock: l.Item == "PUMP"}
		}})
		if sourced {
			config.Sourcing = c.sourcing(t)
		}
		d := c.openWith(t, config)
		o := submit(t, d, document("PO1", "VIP", want("PUMP", 10, quantity.Each), want("TANK", 10, quantity.Each)))
		assert.Equal(t, "10 EA N@0", got(&o.Lines[0]))
		assert.Equal(t, "6 EA N@0, 4 EA waits at N", got(&o.Lines[1]))
		for i, safety := range []bool{true, false} {
			held, err := c.stock.Reservation(c.clock.now, o.Lines[i].Schedules[0].Reservation)
			require.NoError(t, err)
			assert.Equal(t, safety, held.SafetyStock)
			assert.Equal(t, atp.StatusCommitted, held.Status)
			require.Len(t, held.Lines, 1)
			assert.Equal(t, o.Lines[i].Item, held.Lines[0].Item)
		}
	}
}

// A run that is not kept gives all of its reservations back.
func TestRefusedRunGivesAllReservationsBack(t *testing.T) {
	c := newChain(t, []string{"PUMP", "TANK"}, classes(), "N")
	c.has(t, "N", "PUMP", 0, 10)
	c.has(t, "N", "TANK", 0, 10)
	config := atOneSite(steps.PromiseConfig{Terms: func(_ *order.Order, l *order.Line, _ party.Account) steps.DemandTerms {
		return steps.DemandTerms{SafetyStock: l.Item == "PUMP"}
	}})
	d := c.openWith(t, config)
	c.openWith(t, config) // takes the journal over
	_, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "VIP", want("PUMP", 10, quantity.Each), want("TANK", 10, quantity.Each))})
	require.ErrorIs(t, err, desk.ErrSuperseded)
	assert.Empty(t, c.stock.State(c.clock.now).Reservations)
}

func TestTermsOfOneSiteAreRefusedWithSourcing(t *testing.T) {
	c := newChain(t, []string{"PUMP"}, classes(), "N")
	c.has(t, "N", "PUMP", 0, 10)
	book, err := atp.NewRuleBook("allocation", atp.Rule{ID: "R", When: `quantity > 0`, Then: atp.Ranking{Add: 1}})
	require.NoError(t, err)
	_, err = c.tryOpen(t, steps.Promise(steps.PromiseConfig{
		Stock: c.stock, Customers: c.customers, Items: c.items, Sourcing: c.sourcing(t), Rules: rules.NewLive(book),
	}))
	var config *desk.ConfigError
	require.ErrorAs(t, err, &config)
	assert.Contains(t, config.Reason, "give its network rules")

	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t), Terms: func(*order.Order, *order.Line, party.Account) steps.DemandTerms {
		return steps.DemandTerms{SingleLot: true}
	}})
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "VIP", want("PUMP", 1, quantity.Each))})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Contains(t, r.Waiting.Error, "not with Sourcing")
	assert.Empty(t, r.Order.Lines[0].Schedules)
}

// crowded is a stock of which another customer takes something once, between the two
// reservations of a run.
type crowded struct {
	*atp.Stock
	ref   atp.Ref
	calls int
}

func (c *crowded) Reserve(now time.Time, r atp.Request) (atp.Reserved, error) {
	if c.calls++; c.calls == 2 {
		if _, err := c.Stock.Reserve(now, atp.Request{
			Key: "other", Hold: time.Hour, SafetyStock: true, Lines: []atp.Line{{Ref: c.ref, Date: day(0), Quantity: 4}},
		}); err != nil {
			return atp.Reserved{}, err
		}
	}
	return c.Stock.Reserve(now, r)
}

// Somebody is faster with the second of two reservations: both are made anew, and the
// first does not stand in its own way.
func TestTheFirstOfTwoReservationsIsGivenBack(t *testing.T) {
	c := newChain(t, []string{"PUMP", "TANK"}, classes(), "N")
	c.has(t, "N", "PUMP", 0, 10)
	c.has(t, "N", "TANK", 0, 10)
	ref, err := c.stock.Ref("PUMP", "N")
	require.NoError(t, err)
	config := atOneSite(steps.PromiseConfig{
		Stock: &crowded{Stock: c.stock, ref: ref}, Customers: c.customers, Items: c.items,
		Terms: func(_ *order.Order, l *order.Line, _ party.Account) steps.DemandTerms {
			return steps.DemandTerms{SafetyStock: l.Item == "PUMP"}
		},
	})
	d := c.open(t, steps.Validate(steps.ValidateConfig{Customers: c.customers, Items: c.items}), steps.Promise(config),
		steps.Accept(steps.AcceptConfig{Stock: c.stock}))
	o := submit(t, d, document("PO1", "VIP", want("PUMP", 10, quantity.Each), want("TANK", 10, quantity.Each)))
	assert.Equal(t, "6 EA N@0, 4 EA waits at N", got(&o.Lines[0]))
	assert.Equal(t, "10 EA N@0", got(&o.Lines[1]))
}
