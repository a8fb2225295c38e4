package steps_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/shipping"
)

// monday is a working day, before the cut-off.
var monday = time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// house is a small distributor: two customers, three items, one site.
type house struct {
	clock     *clock
	journal   journal.Journal
	customers *party.Directory
	items     *item.Catalog
	stock     *atp.Stock
	prices    *pricing.Engine
	ledger    *credit.Ledger
	log       *shipping.Log
	register  *invoice.Register
}

func usd(s string) money.Amount { return money.MustParse(s + " USD") }

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{clock: &clock{monday}, journal: journal.NewMemory()}
	var err error
	h.customers, err = party.NewDirectory(
		[]party.Party{
			{ID: "P1", Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}},
			{ID: "P2", Name: "Harbour Hardware", Identifiers: []party.Identifier{{Scheme: party.AssignedBySeller, Value: "C2"}}},
		},
		[]party.Account{
			{ID: "C1", Party: "P1", Currency: money.USD, Class: "GOLD"},
			{ID: "C2", Party: "P2", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverShipComplete}},
			{ID: "C3", Party: "P2", Currency: money.USD, Blocks: []party.Block{{Kind: party.BlockOrder, Reason: "insolvent"}}},
		})
	require.NoError(t, err)

	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	h.items, err = item.NewCatalog(
		item.Item{ID: "HAMMER", Units: units, CustomerParts: []item.CustomerPart{{Customer: "C1", Number: "NW-77"}},
			GTINs: []item.UnitGTIN{{Unit: quantity.Each, GTIN: "4006381333931"}}, Lifecycle: item.Lifecycle{Status: item.Active}},
		item.Item{ID: "NAILS", Units: units, Lifecycle: item.Lifecycle{Status: item.Active}},
		item.Item{ID: "SAW", Units: units, Lifecycle: item.Lifecycle{Status: item.Discontinued}})
	require.NoError(t, err)
	h.stock = h.newStock(t)
	h.ledger = newLedger(t)
	h.log, err = shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	require.NoError(t, err)
	h.register, err = invoice.NewRegister(invoice.Series{Name: "sales", Prefix: "INV-", Width: 6})
	require.NoError(t, err)

	book, err := pricing.NewBook(
		pricing.Record{ID: "L-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each},
		pricing.Record{ID: "L-NAILS", Key: pricing.Key{Item: "NAILS"}, Price: usd("4.50"), Per: 100, Unit: quantity.Each})
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("discounts",
		pricing.Rule{ID: "gold", Group: "line discount", When: `customer.group == "GOLD"`,
			Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("10%")}},
		pricing.Rule{ID: "over-100", Group: "order discount", When: `order.running >= money("100.00 USD")`,
			Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("5.00")}})
	require.NoError(t, err)
	h.prices, err = pricing.New(pricing.Config{
		Zone: time.UTC, Prices: book, Rules: rules,
		Schema: pricing.Schema{
			Name:   "standard",
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "line discount", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
				{Name: "customer price", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{Percent: money.MustRate("2%")}},
				{Name: "order discount", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
			},
		},
	})
	require.NoError(t, err)
	return h
}

// newStock is empty; a desk that opens on the journal fills it.
func (h *house) newStock(t testing.TB) *atp.Stock {
	t.Helper()
	cal, err := calendar.New(calendar.Config{Name: "site", Zone: "UTC"})
	require.NoError(t, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "MAIN", Calendar: cal}}})
	require.NoError(t, err)
	return s
}

func newLedger(t testing.TB) *credit.Ledger {
	t.Helper()
	l, err := credit.New(credit.Config{})
	require.NoError(t, err)
	return l
}

// limit opens a credit account.
func (h *house) limit(t *testing.T, account, amount string) {
	t.Helper()
	_, err := h.ledger.SetAccount(h.clock.now, credit.Setting{Actor: "ann", Reason: "new", Account: credit.Account{
		ID: account, Currency: money.USD, Limit: &credit.Limit{Amount: usd(amount)},
	}})
	require.NoError(t, err)
}

// supply puts 30 hammers and 1,000 nails on hand, and 24 hammers on the way.
func (h *house) supply(t *testing.T) {
	t.Helper()
	for id, n := range map[string]int64{"HAMMER": 30, "NAILS": 1000} {
		ref, _, err := h.stock.Define(h.clock.now, atp.Definition{Item: id, Site: "MAIN"})
		require.NoError(t, err)
		_, err = h.stock.Count(h.clock.now, atp.Count{Ref: ref, Status: atp.Available, Quantity: n})
		require.NoError(t, err)
	}
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	_, err = h.stock.AddSupply(h.clock.now, atp.Supply{
		Ref: ref, Document: "PO-7/1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-04-13"), Quantity: 24,
	})
	require.NoError(t, err)
}

// receive brings the hammers of the purchase order in.
func (h *house) receive(t *testing.T, ref atp.Ref) {
	t.Helper()
	_, err := h.stock.Receive(h.clock.now, atp.Receipt{Ref: ref, Document: "PO-7/1", Posting: "GR-1", Quantity: 24})
	require.NoError(t, err)
}

func (h *house) steps() []desk.Step {
	return []desk.Step{
		steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items}),
		steps.Price(steps.PriceConfig{Engine: h.prices, Customers: h.customers, Items: h.items}),
		steps.Promise(steps.PromiseConfig{
			Stock: h.stock, Customers: h.customers, Items: h.items,
			Site: func(*order.Order, string) string { return "MAIN" },
		}),
		steps.Accept(steps.AcceptConfig{Stock: h.stock}),
	}
}

func (h *house) open(t testing.TB, s ...desk.Step) *desk.Desk {
	t.Helper()
	d, err := h.tryOpen(t, s...)
	require.NoError(t, err)
	return d
}

// tryOpen opens a desk, with all steps if none are given.
func (h *house) tryOpen(t testing.TB, s ...desk.Step) (*desk.Desk, error) {
	t.Helper()
	if len(s) == 0 {
		s = h.creditSteps()
	}
	return desk.Open(t.Context(), desk.Config{
		Journal: h.journal, Clock: h.clock.Now, Steps: s,
		Folds: []desk.Fold{steps.FoldStock(h.stock), steps.FoldCredit(h.ledger), h.log, h.register},
	})
}

func document(po, customer string, lines ...order.Request) order.Document {
	for i := range lines {
		if lines[i].ID == "" {
			lines[i].ID = string(rune('1' + i))
		}
	}
	return order.Document{PurchaseOrder: po, Customer: customer, Currency: money.USD,
		Source: order.Source{Channel: "manual"}, Lines: lines}
}

func want(id string, n int64, u quantity.Unit) order.Request {
	return order.Request{Item: id, Quantity: quantity.New(n, u)}
}

func submit(t *testing.T, d *desk.Desk, doc order.Document) *order.Order {
	t.Helper()
	r, err := d.Submit(t.Context(), desk.Submission{Key: doc.PurchaseOrder + "/" + doc.Customer, Document: doc})
	require.NoError(t, err)
	require.Nil(t, r.Waiting, "%+v", r.Waiting)
	return r.Order
}
