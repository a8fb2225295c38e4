package shop

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// Master holds the master data: customers, items, prices. It answers as the
// library's in-memory versions do and can be added to, since a desk that
// learns does so while it runs. A host has a database here.
type Master struct {
	mu       sync.RWMutex
	parties  []party.Party
	accounts []party.Account
	items    []item.Item
	prices   []pricing.Record

	directory *party.Directory
	catalog   *item.Catalog
	engine    *pricing.Engine
}

// NewMaster makes master data of its parts.
func NewMaster(parties []party.Party, accounts []party.Account, items []item.Item, prices []pricing.Record) (*Master, error) {
	m := &Master{}
	return m, m.Add(parties, accounts, items, prices)
}

// Add adds master data. What does not fit with what is there changes nothing.
func (m *Master) Add(parties []party.Party, accounts []party.Account, items []item.Item, prices []pricing.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := Master{
		parties: append(m.parties[:len(m.parties):len(m.parties)], parties...), accounts: append(m.accounts[:len(m.accounts):len(m.accounts)], accounts...),
		items: append(m.items[:len(m.items):len(m.items)], items...), prices: append(m.prices[:len(m.prices):len(m.prices)], prices...),
	}
	var err error
	if next.directory, err = party.NewDirectory(next.parties, next.accounts); err != nil {
		return err
	}
	if next.catalog, err = item.NewCatalog(next.items...); err != nil {
		return err
	}
	if next.engine, err = newEngine(next.prices); err != nil {
		return err
	}
	m.parties, m.accounts, m.items, m.prices = next.parties, next.accounts, next.items, next.prices
	m.directory, m.catalog, m.engine = next.directory, next.catalog, next.engine
	return nil
}

func newEngine(records []pricing.Record) (*pricing.Engine, error) {
	book, err := pricing.NewBook(records...)
	if err != nil {
		return nil, err
	}
	rules, err := pricing.NewRuleBook("shop", discounts()...)
	if err != nil {
		return nil, err
	}
	return pricing.New(pricing.Config{Schema: schema(), Prices: book, Rules: rules, Zone: time.UTC})
}

// Account returns the account with an id.
func (m *Master) Account(ctx context.Context, id string) (party.Account, error) {
	return m.dir().Account(ctx, id)
}

// AccountByIdentifier finds the customer that carries an identifier.
func (m *Master) AccountByIdentifier(ctx context.Context, id party.Identifier) (party.Account, error) {
	return m.dir().AccountByIdentifier(ctx, id)
}

// AccountAncestors returns the accounts above one.
func (m *Master) AccountAncestors(ctx context.Context, id string) ([]party.Account, error) {
	return m.dir().AccountAncestors(ctx, id)
}

// Accounts lists all accounts.
func (m *Master) Accounts() []party.Account {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.accounts
}

// Items lists all items.
func (m *Master) Items() []item.Item {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.items
}

// Item returns the item with an id.
func (m *Master) Item(ctx context.Context, id string) (item.Item, error) {
	return m.cat().Item(ctx, id)
}

// ByGTIN returns the item with a GTIN, and the unit that the number stands for.
func (m *Master) ByGTIN(ctx context.Context, g item.GTIN) (item.Item, quantity.Unit, error) {
	return m.cat().ByGTIN(ctx, g)
}

// ByCustomerPart returns the item that a customer orders under a number of its own.
func (m *Master) ByCustomerPart(ctx context.Context, customer, number string) (item.Item, error) {
	return m.cat().ByCustomerPart(ctx, customer, number)
}

// Price prices with the prices as they are now.
func (m *Master) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	m.mu.RLock()
	engine := m.engine
	m.mu.RUnlock()
	return engine.Price(ctx, r)
}

func (m *Master) dir() *party.Directory {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.directory
}

func (m *Master) cat() *item.Catalog {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.catalog
}

// schema is the shop's price waterfall.
func schema() pricing.Schema {
	return pricing.Schema{
		Name: "shop",
		Access: []pricing.Access{
			{Name: "customer+item", Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
			{Name: "item", Fields: []pricing.Field{pricing.FieldItem}},
		},
		Steps: []pricing.Step{
			{Name: "price", Label: "Price", Kind: pricing.StepPrice, Account: "4000"},
			{Name: "volume", Label: "Volume discount", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Stacking: pricing.StackBest, Account: "4010"},
			{Name: "customer price", Label: "Customer's price", Kind: pricing.StepCustomerPrice, Account: "4020",
				Tolerance: pricing.Tolerance{Percent: money.MustRate("2%"), Amounts: []money.Amount{money.MustParse("25.00 USD")}}},
			{Name: "order", Label: "Order discount", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning, Account: "4030"},
		},
	}
}

func discounts() []pricing.Rule {
	return []pricing.Rule{
		{ID: "VOL-100", Name: "5% from 100 pieces", Group: "volume", When: `unit(quantity) == "EA" && quantity >= 100`,
			Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("5%")}},
		{ID: "GOLD", Name: "3% for gold customers", Group: "volume", When: `customer.group == "gold"`,
			Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("3%")}},
		{ID: "ORDER-1000", Name: "25.00 off from 1,000.00", Group: "order", When: `order.currency == "USD" && order.running >= money("1000.00 USD")`,
			Then: pricing.Discount{Kind: pricing.AmountOff, Amount: money.MustParse("25.00 USD")}},
	}
}

// units counts in each, with a case of n, and in thousands.
func units(n int64) *quantity.Conversions {
	table := []quantity.Conversion{{Unit: quantity.Thousand, Of: 1000}, {Unit: quantity.Hundred, Of: 100}}
	if n > 0 {
		table = append(table, quantity.Conversion{Unit: quantity.Case, Of: n})
	}
	c, err := quantity.NewConversions(quantity.Each, table...)
	if err != nil {
		panic(fmt.Sprintf("shop: %v", err)) // the table stands above
	}
	return c
}

// partyOf returns the party of an account.
func (m *Master) partyOf(account string) (party.Party, bool) {
	a, err := m.Account(context.Background(), account)
	if err != nil {
		return party.Party{}, false
	}
	p, err := m.dir().Party(context.Background(), a.Party)
	return p, err == nil
}
