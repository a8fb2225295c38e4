package steps_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

// chain is a house with several sites and items that are ordered by the piece or in
// cases of six.
type chain struct {
	*house
	nodes []sourcing.Node
	rules *sourcing.LiveRules
	most  int // shipments
}

func newChain(t testing.TB, items []string, accounts []party.Account, sites ...string) *chain {
	t.Helper()
	c := &chain{house: newHouse(t)}
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 6})
	require.NoError(t, err)
	catalog := make([]item.Item, len(items))
	for i, id := range items {
		catalog[i] = item.Item{ID: id, Units: units, Lifecycle: item.Lifecycle{Status: item.Active}}
	}
	c.items, err = item.NewCatalog(catalog...)
	require.NoError(t, err)
	c.customers, err = party.NewDirectory([]party.Party{{ID: "P1", Name: "Northwind Stores"}}, accounts)
	require.NoError(t, err)
	places := make([]atp.Site, len(sites))
	for i, id := range sites {
		week, err := calendar.New(calendar.Config{Name: id, Zone: "UTC"})
		require.NoError(t, err)
		places[i] = atp.Site{ID: id, Calendar: week}
		c.nodes = append(c.nodes, sourcing.Node{Site: id, Calendar: week})
	}
	c.stock, err = atp.New(atp.Config{Sites: places})
	require.NoError(t, err)
	return c
}

// has puts goods on hand, or lets them come in so many days.
func (c *chain) has(t testing.TB, site, id string, days int, n int64) {
	t.Helper()
	ref, _, err := c.stock.Define(c.clock.now, atp.Definition{Item: id, Site: site})
	require.NoError(t, err)
	if days == 0 {
		_, err = c.stock.Count(c.clock.now, atp.Count{Ref: ref, Quantity: n})
	} else {
		_, err = c.stock.AddSupply(c.clock.now, atp.Supply{
			Ref: ref, Document: fmt.Sprint("PO-", id, "-", days), Type: atp.PurchaseOrder, Due: day(days), Quantity: n,
		})
	}
	require.NoError(t, err)
}

// day is so many days from monday.
func day(n int) calendar.Date { return calendar.DateOf(monday).AddDays(n) }

// network knows the nodes and the stock.
func (c *chain) network(t testing.TB) *sourcing.Network {
	t.Helper()
	n, err := sourcing.New(sourcing.Config{Stock: c.stock, Nodes: c.nodes, Rules: c.rules})
	require.NoError(t, err)
	return n
}

// routes lead from every node.
func (c *chain) routes(*order.Order) []sourcing.Route {
	routes := make([]sourcing.Route, len(c.nodes))
	for i, n := range c.nodes {
		routes[i].Site = n.Site
	}
	return routes
}

func (c *chain) sourcing(t testing.TB) *steps.Sourcing {
	t.Helper()
	return &steps.Sourcing{Network: c.network(t), Routes: c.routes, MaxShipments: c.most}
}

// openWith opens a desk that takes any order, promises and accepts it.
func (c *chain) openWith(t testing.TB, config steps.PromiseConfig) *desk.Desk {
	t.Helper()
	config.Stock, config.Customers, config.Items = c.stock, c.customers, c.items
	return c.open(t, steps.Validate(steps.ValidateConfig{Customers: c.customers, Items: c.items}), steps.Promise(config),
		steps.Accept(steps.AcceptConfig{Stock: c.stock}))
}

// got writes what a line gets: quantity, site and days from monday of each schedule.
func got(l *order.Line) (text string) {
	for _, s := range l.Schedules {
		if text != "" {
			text += ", "
		}
		if s.Backordered() {
			text += fmt.Sprintf("%s waits at %s", s.Quantity, s.Site)
			continue
		}
		text += fmt.Sprintf("%s %s@%d", s.Quantity, s.Site, s.Deliver.Sub(day(0)))
	}
	return text
}

// atp.md: sourcing. S1 {1,2,3}, S2 {4,5,6}, S3 {2,3,4,5}: two shipments, not three.
func TestSourcedOrderShipsFromFewestSites(t *testing.T) {
	items := []string{"A1", "A2", "A3", "A4", "A5", "A6"}
	c := newChain(t, items, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "S1", "S2", "S3")
	for site, has := range map[string][]int{"S1": {1, 2, 3}, "S2": {4, 5, 6}, "S3": {2, 3, 4, 5}} {
		for _, n := range has {
			c.has(t, site, items[n-1], 0, 10)
		}
	}
	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
	var lines []order.Request
	for _, id := range items {
		lines = append(lines, want(id, 10, quantity.Each))
	}
	o := submit(t, d, document("PO1", "C1", lines...))
	for i, site := range []string{"S1", "S1", "S1", "S2", "S2", "S2"} {
		assert.Equal(t, "10 EA "+site+"@0", got(&o.Lines[i]))
	}
	assert.Equal(t, order.FullyPromised, o.Fulfilment())

	dec, _ := o.LastDecision("promise")
	assert.Equal(t, order.Passed, dec.Outcome)
	var account struct {
		Sourcing struct {
			Proven bool
			Score  sourcing.Score
			Others []sourcing.Other
		}
	}
	require.NoError(t, json.Unmarshal(dec.Explanation, &account))
	why := account.Sourcing
	assert.True(t, why.Proven)
	assert.Equal(t, 2, why.Score.Shipments)
	require.Len(t, why.Others, 1, "the decision says why S3 ships nothing")
	assert.Equal(t, "S3", why.Others[0].Site)
	assert.Equal(t, 3, why.Others[0].Score.Shipments)

	held, err := c.stock.Reservation(c.clock.now, o.Lines[0].Schedules[0].Reservation)
	require.NoError(t, err)
	assert.Equal(t, atp.StatusCommitted, held.Status)
	assert.Len(t, held.Lines, 6, "all shipments are one reservation")
}

// One order ships from two sites in two shipments.
func TestSourcedOrderShipsSiteBySite(t *testing.T) {
	c := newChain(t, []string{"PUMP"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N", "S")
	c.has(t, "N", "PUMP", 0, 7)
	c.has(t, "S", "PUMP", 0, 5)
	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
	o := submit(t, d, document("PO1", "C1", want("PUMP", 12, quantity.Each)))
	require.Equal(t, "7 EA N@0, 5 EA S@0", got(&o.Lines[0]))
	shipper := c.shipper()
	shipper.Credit = nil
	for site, n := range map[string]int64{"N": 7, "S": 5} {
		s, err := shipper.Ship(t.Context(), d, o.ID, site, day(0))
		require.NoError(t, err)
		assert.Equal(t, quantity.New(n, quantity.Each), s.Lines[0].Base)
		_, err = shipper.Ship(t.Context(), d, o.ID, site, day(0))
		require.ErrorIs(t, err, steps.ErrNothingToShip)
	}
	for _, held := range c.stock.State(c.clock.now).Reservations {
		for _, l := range held.Lines {
			assert.Equal(t, l.Quantity, l.Consumed, l.Site)
		}
	}
	o, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.FullyShipped, o.Fulfilment())
}

func TestSourcingRulesRankSites(t *testing.T) {
	c := newChain(t, []string{"PUMP"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD, Class: "GOLD"}, {ID: "C2", Party: "P1", Currency: money.USD}}, "N", "S")
	c.has(t, "N", "PUMP", 0, 50)
	c.has(t, "S", "PUMP", 0, 50)
	book, err := sourcing.NewRuleBook("sourcing", sourcing.Rule{
		ID: "GOLD-SOUTH", When: `customer.class == "GOLD" and site.id == "N"`, Then: sourcing.Preference{Rank: 1, Reason: "gold ships from the south"},
	}, sourcing.Rule{
		ID: "NO-EDI-NORTH", When: `order.channel == "x12" and site.id == "N"`, Then: sourcing.Preference{Exclude: true},
	})
	require.NoError(t, err)
	c.rules = rules.NewLive(book)
	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
	gold := submit(t, d, document("PO1", "C1", want("PUMP", 5, quantity.Each)))
	assert.Equal(t, "5 EA S@0", got(&gold.Lines[0]))
	dec, _ := gold.LastDecision("promise")
	assert.Equal(t, book.Hash(), dec.Book)
	assert.Contains(t, string(dec.Explanation), "gold ships from the south")
	assert.Equal(t, "5 EA N@0", got(&submit(t, d, document("PO2", "C2", want("PUMP", 5, quantity.Each))).Lines[0]))
	doc := document("PO3", "C2", want("PUMP", 50, quantity.Each))
	doc.Source.Channel = "x12"
	assert.Equal(t, "45 EA S@0, 5 EA waits at S", got(&submit(t, d, doc).Lines[0]))
}

func TestSourcingKeepsDeliveryPolicies(t *testing.T) {
	account := func(id string, s party.Shipping) party.Account {
		return party.Account{ID: id, Party: "P1", Currency: money.USD, Shipping: s}
	}
	accounts := []party.Account{
		account("ANY", party.Shipping{}), account("LINE", party.Shipping{Delivery: party.DeliverLineComplete}),
		account("SHIP", party.Shipping{Delivery: party.DeliverShipComplete}), account("ONE", party.Shipping{MaxDeliveries: 1}),
		account("TWO", party.Shipping{MaxDeliveries: 2}), account("THREE", party.Shipping{MaxDeliveries: 3}),
	}
	for name, w := range map[string]struct {
		customer string
		most     int
		want     []string
	}{
		// N has 10 now and 20 in two days, S has 8 now and 30 in five days
		"parts from both sites as they come":  {"ANY", 0, []string{"10 EA N@0, 8 EA S@0, 12 EA N@2"}},
		"at most one site":                    {"ANY", 1, []string{"10 EA N@0, 20 EA N@2"}},
		"a line in one delivery":              {"LINE", 0, []string{"30 EA N@2"}},
		"at most one delivery":                {"ONE", 0, []string{"30 EA N@2"}},
		"at most two: the sites are too many": {"TWO", 0, []string{"10 EA N@0, 20 EA N@2"}},
		"at most three":                       {"THREE", 0, []string{"10 EA N@0, 8 EA S@0, 12 EA N@2"}},
		"an order in one delivery":            {"SHIP", 0, []string{"30 EA N@2"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"PUMP"}, accounts, "N", "S")
			c.has(t, "N", "PUMP", 0, 10)
			c.has(t, "N", "PUMP", 2, 20)
			c.has(t, "S", "PUMP", 0, 8)
			c.has(t, "S", "PUMP", 5, 30)
			c.most = w.most
			d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
			o := submit(t, d, document("PO1", w.customer, want("PUMP", 30, quantity.Each)))
			for i := range w.want {
				assert.Equal(t, w.want[i], got(&o.Lines[i]))
			}
		})
	}
}

// boundless is a network that takes no notice of bounds.
type boundless struct{ *sourcing.Network }

func (s boundless) Source(ctx context.Context, now time.Time, o sourcing.Order) (sourcing.Answer, error) {
	o.MaxShipments, o.Lines = 0, slices.Clone(o.Lines)
	for i := range o.Lines {
		o.Lines[i].Whole, o.Lines[i].Partial.AtMost = false, atp.AnyNumber
	}
	return s.Network.Source(ctx, now, o)
}

// Whatever a network answers, the step asks it for less a bounded number of times.
func TestSourcingEnds(t *testing.T) {
	for most := 2; most <= 4; most++ {
		c := newChain(t, []string{"HAMMER"}, []party.Account{
			{ID: "C1", Party: "P1", Currency: money.USD, Shipping: party.Shipping{MaxDeliveries: most}},
		}, "N", "S", "W")
		for _, n := range c.nodes {
			c.has(t, n.Site, "HAMMER", 0, 3)
			c.has(t, n.Site, "HAMMER", 2, 3)
		}
		s := c.sourcing(t)
		s.Network = boundless{c.network(t)}
		d := c.openWith(t, steps.PromiseConfig{Sourcing: s})
		o := submit(t, d, document("PO1", "C1", want("HAMMER", 12, quantity.Each)))
		assert.Equal(t, "3 EA N@0, 3 EA S@0, 3 EA W@0, 3 EA N@2", got(&o.Lines[0]))
	}
}

func TestSourcedShipCompleteFindsTheSiteThatIsFirst(t *testing.T) {
	accounts := []party.Account{{ID: "C1", Party: "P1", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverShipComplete}}}
	c := newChain(t, []string{"PUMP", "TANK"}, accounts, "N", "S", "W")
	c.has(t, "N", "PUMP", 0, 9) // N has most on time, and the rest late
	c.has(t, "N", "PUMP", 30, 9)
	c.has(t, "N", "TANK", 0, 9)
	c.has(t, "S", "PUMP", 7, 10)
	c.has(t, "S", "TANK", 3, 5)
	c.has(t, "W", "PUMP", 0, 10) // W never has tanks
	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
	o := submit(t, d, document("PO1", "C1", want("PUMP", 10, quantity.Each), want("TANK", 5, quantity.Each)))
	assert.Equal(t, "10 EA S@7", got(&o.Lines[0]))
	assert.Equal(t, "5 EA S@7", got(&o.Lines[1]))
	o = submit(t, d, document("PO2", "C1", want("PUMP", 10, quantity.Each), want("TANK", 5, quantity.Each)))
	assert.Equal(t, "10 EA N@30", got(&o.Lines[0]), "S is sold out")
	o = submit(t, d, document("PO3", "C1", want("PUMP", 10, quantity.Each), want("TANK", 5, quantity.Each)))
	assert.Equal(t, "10 EA waits at N", got(&o.Lines[0]), "nobody has both")
	assert.Equal(t, "5 EA waits at N", got(&o.Lines[1]))
	assert.Equal(t, order.Backordered, o.Fulfilment())
}

func TestSourcedLinesKeepTheirPacks(t *testing.T) {
	c := newChain(t, []string{"PUMP"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N", "S")
	c.has(t, "N", "PUMP", 0, 8)
	c.has(t, "S", "PUMP", 0, 10)
	c.has(t, "S", "PUMP", 4, 5)
	c.has(t, "S", "PUMP", 6, 5)
	d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
	o := submit(t, d, document("PO1", "C1", want("PUMP", 5, quantity.Case)))
	assert.Equal(t, "6 EA N@0, 6 EA S@0, 6 EA S@4, 6 EA S@6, 6 EA waits at S", got(&o.Lines[0]))
	c.has(t, "N", "PUMP", 8, 6) // 2 are there already, as many as at S
	o = submit(t, d, document("PO2", "C1", want("PUMP", 3, quantity.Each), want("PUMP", 1, quantity.Case)))
	assert.Equal(t, "2 EA N@0, 1 EA S@0", got(&o.Lines[0]), "pieces are divided")
	assert.Equal(t, "6 EA N@8", got(&o.Lines[1]), "a case is not")
}

func TestNoRouteBackorders(t *testing.T) {
	c := newChain(t, []string{"PUMP"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "PUMP", 0, 8)
	s := c.sourcing(t)
	s.Routes = func(*order.Order) []sourcing.Route { return nil }
	d := c.openWith(t, steps.PromiseConfig{Sourcing: s})
	o := submit(t, d, document("PO1", "C1", want("PUMP", 4, quantity.Each)))
	assert.Equal(t, "4 EA waits at ", got(&o.Lines[0]))
	dec, _ := o.LastDecision("promise")
	assert.Equal(t, order.Changed, dec.Outcome)
}

func TestVendorsShipOnlyWhereTheyMay(t *testing.T) {
	for name, w := range map[string]struct {
		kind order.Type
		may  func(*order.Order, *order.Line) bool
		want string
	}{
		"a standard order":           {"", nil, "4 EA waits at V"},
		"an order for drop shipment": {order.DropShip, nil, "4 EA V@0"},
		"a line that the host names": {"", func(_ *order.Order, l *order.Line) bool { return l.ID == "1" }, "4 EA V@0"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"TANK"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "V")
			c.nodes[0].Kind = sourcing.Vendor
			c.has(t, "V", "TANK", 0, 8)
			s := c.sourcing(t)
			s.DropShip = w.may
			d := c.openWith(t, steps.PromiseConfig{Sourcing: s})
			doc := document("PO1", "C1", want("TANK", 4, quantity.Each))
			doc.Type = w.kind
			assert.Equal(t, w.want, got(&submit(t, d, doc).Lines[0]))
		})
	}
}

// TestSourcedOrdersAgainstDefinition promises random orders at random sites and
// checks what has to hold by definition.
func TestSourcedOrdersAgainstDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 7))
	for range 150 {
		items, sites := []string{"A", "B"}, []string{"N", "S", "W"}[:1+r.IntN(3)]
		shipping := party.Shipping{
			Delivery:      []party.Delivery{party.DeliverPartial, party.DeliverLineComplete, party.DeliverShipComplete}[r.IntN(3)],
			MaxDeliveries: r.IntN(4),
		}
		c := newChain(t, items, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD, Shipping: shipping}}, sites...)
		free := make(map[[2]string][]int64) // by site and item: what has come by each day
		for _, site := range sites {
			for _, id := range items {
				var sum int64
				for d := range 4 {
					if n := int64(r.IntN(9)); n > 0 && r.IntN(2) == 0 {
						c.has(t, site, id, d, n)
						sum += n
					}
					free[[2]string{site, id}] = append(free[[2]string{site, id}], sum)
				}
			}
		}
		d := c.openWith(t, steps.PromiseConfig{Sourcing: c.sourcing(t)})
		for n := range 3 {
			var lines []order.Request
			for range 1 + r.IntN(3) {
				lines = append(lines, want(items[r.IntN(2)], int64(1+r.IntN(8)), quantity.Each))
				if r.IntN(3) == 0 {
					lines[len(lines)-1].Quantity = quantity.New(int64(1+r.IntN(2)), quantity.Case)
				}
			}
			o := submit(t, d, document(fmt.Sprint("PO", n), "C1", lines...))
			if shipping.Delivery == party.DeliverShipComplete {
				checkShipComplete(t, o, sites, free)
			}
			for i := range o.Lines {
				checkLine(t, &o.Lines[i], shipping, free)
			}
		}
		for key, left := range free {
			assert.GreaterOrEqual(t, slices.Min(left), int64(0), "%v is promised twice", key)
		}
	}
}

// checkShipComplete finds by trial where an order is complete first.
func checkShipComplete(t *testing.T, o *order.Order, sites []string, free map[[2]string][]int64) {
	t.Helper()
	wanted := make(map[string]int64)
	for i := range o.Lines {
		n, _ := o.Lines[i].Base.Int64()
		wanted[o.Lines[i].Item] += n
	}
	bestDay, bestSite := -1, ""
	for _, site := range sites {
		for d := range 4 {
			all := true
			for id, n := range wanted {
				all = all && slices.Min(free[[2]string{site, id}][d:]) >= n
			}
			if all && (bestDay < 0 || cmp.Or(cmp.Compare(d, bestDay), cmp.Compare(site, bestSite)) < 0) {
				bestDay, bestSite = d, site
			}
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		require.Len(t, l.Schedules, 1)
		if bestDay < 0 {
			require.True(t, l.Schedules[0].Backordered())
			continue
		}
		require.Equal(t, fmt.Sprintf("%s %s@%d", l.Base, bestSite, bestDay), got(l))
	}
}

// checkLine takes what a line gets from what is free.
func checkLine(t *testing.T, l *order.Line, shipping party.Shipping, free map[[2]string][]int64) {
	t.Helper()
	dated := 0
	for _, s := range l.Schedules {
		n, _ := s.Quantity.Int64()
		if l.Quantity.Unit() == quantity.Case {
			require.Zero(t, n%6, "%s of %s", got(l), l.Quantity)
		}
		if s.Backordered() {
			continue
		}
		dated++
		left := free[[2]string{s.Site, l.Item}]
		for d := s.Ship.Sub(day(0)); d < len(left); d++ {
			left[d] -= n
		}
	}
	if shipping.Delivery == party.DeliverLineComplete || shipping.MaxDeliveries == 1 {
		require.Len(t, l.Schedules, 1, got(l))
	}
	if shipping.MaxDeliveries > 0 {
		require.LessOrEqual(t, dated, shipping.MaxDeliveries, got(l))
	}
}
