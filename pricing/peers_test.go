package pricing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// peerCan says which needs of the cases the engine meets. A case of which a need
// is not met waits; TestPeersAreAllCounted says how many do.
func peerCan(need string) (can, known bool) {
	switch need {
	case "unit-limit", // a discount on at most so many units of a line, or of the order
		"charge-once": // a charge that is given away once cannot be given away again
		return true, true
	}
	return false, false
}

// waits tells whether the case needs what there is not yet; its rules are then
// written as they may come to be.
func (c *peerCase) waits() bool {
	return slices.ContainsFunc(c.Needs, func(need string) bool { can, _ := peerCan(need); return !can })
}

// pricing.md: the specification's rules for discounts, apportionment, rounding
// and tax give the figures that other projects and standards publish.
func TestPeers(t *testing.T) {
	for _, file := range peerFiles(t) {
		t.Run(file.Project, func(t *testing.T) {
			for i := range file.Cases {
				c := &file.Cases[i]
				t.Run(c.Name, func(t *testing.T) {
					if c.waits() {
						t.Skipf("waits for %s", strings.Join(c.Needs, ", "))
					}
					want := c.Want.overlaid(c.Ours)
					switch {
					case c.Allocate != nil:
						c.checkAllocation(t, &want)
					case c.Round != nil:
						c.checkRounding(t, &want)
					default:
						c.checkCart(t, &file, &want)
					}
				})
			}
		})
	}
}

// No case is lost: each has a source and states a figure, those that wait are
// few, and so are those that differ.
func TestPeersAreAllCounted(t *testing.T) {
	files := peerFiles(t)
	total, waiting, differing := 0, 0, 0
	for _, file := range files {
		names := map[string]bool{}
		late := 0
		for i := range file.Cases {
			c := &file.Cases[i]
			at := file.Project + "/" + c.Name
			assert.False(t, names[c.Name], "%s stands twice", at)
			names[c.Name] = true
			assert.NotEmpty(t, c.Name, file.Project)
			assert.NotEmpty(t, c.Source, at)
			assert.NotEmpty(t, c.Kind, at)
			assert.NotEqual(t, peerWant{}, c.Want, "%s states no figure", at)
			for _, need := range c.Needs {
				_, known := peerCan(need)
				assert.True(t, known, "%s: nobody knows the need %s", at, need)
			}
			if c.waits() {
				late++
			}
			assert.Equal(t, c.Ours == nil, c.Why == "", "%s: what differs has a reason", at)
			if c.Ours != nil {
				differing++
				assert.NotEqual(t, c.Want, c.Want.overlaid(c.Ours), "%s does not differ", at)
			}
		}
		t.Logf("%-14s %3d cases, %2d of them wait", file.Project, len(file.Cases), late)
		assert.NotEmpty(t, file.Cases, file.Project)
		total, waiting = total+len(file.Cases), waiting+late
	}
	t.Logf("%d cases of %d projects; %d wait, %d differ on purpose", total, len(files), waiting, differing)
	assert.GreaterOrEqual(t, len(files), 15)
	assert.GreaterOrEqual(t, total-waiting-differing, 420, "cases that run and agree")
	assert.LessOrEqual(t, differing, 20)
}

// overlaid is w with what differs in place of what the source says.
func (w peerWant) overlaid(ours *peerWant) peerWant {
	if ours == nil {
		return w
	}
	over := func(to *text, from text) {
		if from != "" {
			*to = from
		}
	}
	overAll := func(to *[]text, from []text) {
		if from != nil {
			*to = from
		}
	}
	over(&w.Off, ours.Off)
	over(&w.Net, ours.Net)
	over(&w.Tax, ours.Tax)
	over(&w.Total, ours.Total)
	over(&w.Value, ours.Value)
	overAll(&w.Lines, ours.Lines)
	overAll(&w.Each, ours.Each)
	overAll(&w.Parts, ours.Parts)
	overAll(&w.Goods, ours.Goods)
	if ours.Rules != nil {
		w.Rules = ours.Rules
	}
	if ours.Finding != "" || ours.Error { // there are no figures then
		return peerWant{Finding: ours.Finding, Error: ours.Error}
	}
	return w
}

// checkCart prices the cart and compares what the case states.
func (c *peerCase) checkCart(t *testing.T, file *peerFile, want *peerWant) {
	got := c.price(t, file)
	if want.Finding != "" {
		assert.NotEmpty(t, got.Findings.With(want.Finding), "%v", got.Findings)
		return
	}
	assert.False(t, got.Findings.Blocks(), "%v", got.Findings)
	zero := money.Zero(got.Currency)
	off, each, byRule := zero, make([]money.Amount, len(got.Lines)), map[string]money.Amount{}
	lines := make([]money.Amount, len(got.Lines))
	for i := range got.Lines {
		l := &got.Lines[i]
		lines[i], each[i] = l.Total, zero
		for n := range l.Entries {
			e := &l.Entries[n]
			if e.Kind != pricing.StepDiscount || !e.Counts() {
				continue
			}
			off = plus(t, off, e.Amount.Neg())
			each[i] = plus(t, each[i], e.Amount.Neg())
			byRule[e.Source] = plus(t, byRule[e.Source], e.Amount.Neg())
		}
	}
	c.compareAll(t, "lines", want.Lines, lines)
	c.compareAll(t, "each", want.Each, each)
	c.compare(t, "off", want.Off, off)
	for id, amount := range want.Rules {
		c.compare(t, "rule "+id, amount, plus(t, zero, byRule[id]))
	}
	if want.Goods != nil {
		goods, stated := []quantity.Quantity{}, []quantity.Quantity{}
		for i := range got.Goods {
			goods = append(goods, got.Goods[i].Quantity)
		}
		for _, n := range want.Goods {
			stated = append(stated, parseQuantity(t, n, quantity.Each))
		}
		assert.Equal(t, stated, goods, "goods")
	}
	net, levied, total := got.Total, zero, got.Total
	if got.Tax != nil {
		net, levied, total = got.Tax.Net, got.Tax.Tax, got.Tax.Gross
	}
	c.compare(t, "net", want.Net, net)
	c.compare(t, "tax", want.Tax, levied)
	c.compare(t, "total", want.Total, total)
}

// price prices the cart of the case, and once more with its lines the other way
// round, which must come to the same.
func (c *peerCase) price(t *testing.T, file *peerFile) pricing.Result {
	t.Helper()
	req, engine := c.request(t), c.engine(t, file)
	got := price(t, engine, req)
	slices.Reverse(req.Lines)
	turned := price(t, engine, req)
	slices.Reverse(turned.Lines)
	assert.Equal(t, got.Lines, turned.Lines, "the order of the lines")
	return got
}

// engine has the prices and the rules of the case.
func (c *peerCase) engine(t *testing.T, file *peerFile) *pricing.Engine {
	t.Helper()
	items := map[string]bool{}
	var records []pricing.Record
	for i := range c.Lines {
		l := &c.Lines[i]
		if !items[l.Item] {
			records, items[l.Item] = append(records, c.record(t, file, l)), true
		}
	}
	prices, err := pricing.NewBook(records...)
	require.NoError(t, err)
	schema, taxes := peerSchema(t, c.Schema), c.taxes(t)
	if taxes != nil {
		step := pricing.Step{Name: "tax", Kind: pricing.StepTax}
		if c.ByLine {
			step.TaxRounding = tax.ByLine
		}
		schema.Steps = append(schema.Steps, step)
		if c.Gross {
			schema.Prices = pricing.GrossPrices
		}
	}
	engine, err := pricing.New(pricing.Config{
		Schema: schema, Prices: prices, Rules: c.ruleBook(t, file), Zone: time.UTC, Taxes: taxes,
	})
	require.NoError(t, err)
	return engine
}

// taxes is a table with the rates of the lines, each under its own category; nil
// where no line has one.
func (c *peerCase) taxes(t *testing.T) tax.Engine {
	t.Helper()
	config, known := tax.Config{}, map[text]bool{}
	for i := range c.Lines {
		key := c.Lines[i].Tax
		if known[key] {
			continue
		}
		known[key] = true
		if key == "" {
			key = "0"
		}
		for n, rate := range strings.Fields(string(key)) {
			name := fmt.Sprintf("T%d", n+1)
			config.Rates = append(config.Rates, tax.Rate{
				ID: fmt.Sprintf("%s %s", name, key), Name: name, Place: tax.Place{Country: "US"},
				Category: c.Lines[i].taxCategory(), Rate: money.MustRate(rate),
			})
		}
	}
	if !slices.ContainsFunc(c.Lines, func(l peerLine) bool { return l.Tax != "" }) {
		return nil
	}
	table, err := tax.New(config)
	require.NoError(t, err)
	return table
}

// taxCategory names what the line is taxed as by its rates.
func (l *peerLine) taxCategory() string {
	if l.Tax == "" {
		return "none"
	}
	return string(l.Tax)
}

// request is the cart of the case; lines without an id are numbered.
func (c *peerCase) request(t *testing.T) pricing.Request {
	t.Helper()
	var lines []pricing.Line
	for i := range c.Lines {
		l := &c.Lines[i]
		line := pricing.Line{ID: l.ID, Item: l.Item, Category: l.Category, Tags: l.Tags, Quantity: l.count(t), TaxCategory: l.taxCategory()}
		if l.Case > 0 {
			units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: l.Case})
			require.NoError(t, err)
			line.Units = units
		}
		lines = append(lines, line)
	}
	req := request(lines...)
	req.Tax.ShipTo.Country = "US"
	req.Currency, req.Coupons, req.Exhausted, req.Customer.Group = c.currency(t), c.Coupons, c.Exhausted, c.Group
	if c.Freight != "" {
		req.Charges = []pricing.Charge{{Step: "freight", Amount: c.amount(t, c.Freight)}}
	}
	return req
}

// checkAllocation spreads the amount with package money and, where a cart can
// have such lines, as a charge over lines that weigh as much.
func (c *peerCase) checkAllocation(t *testing.T, want *peerWant) {
	amount, weights := c.amount(t, c.Allocate.Amount), c.amounts(t, c.Allocate.Weights)
	parts, err := money.Apportion(amount, weights)
	if want.Error {
		assert.Error(t, err)
		return
	}
	require.NoError(t, err)
	c.compareAll(t, "parts", want.Parts, parts)
	if amount.Sign() < 0 {
		return
	}
	cart := peerCase{Currency: c.Currency, Freight: c.Allocate.Amount}
	for i, w := range c.Allocate.Weights {
		cart.Lines = append(cart.Lines, peerLine{Item: string(rune('A' + i)), Price: w})
	}
	got := cart.price(t, &peerFile{})
	for i := range got.Lines {
		charge := plus(t, got.Lines[i].Total, got.Lines[i].Net.Neg())
		c.compare(t, "charge", want.Parts[i], charge)
	}
}

// checkRounding rounds with package money and, where a price can be such a value,
// as the price of a line.
func (c *peerCase) checkRounding(t *testing.T, want *peerWant) {
	value, mode := c.amount(t, c.Round.Value), peerMode(t, c.Round.Mode)
	places := c.currency(t).Digits()
	if c.Round.Places != nil {
		places = *c.Round.Places
	}
	got, err := value.Round(places, mode)
	require.NoError(t, err)
	c.compare(t, "value", want.Value, got)
	if value.Sign() < 0 || c.Round.Places != nil {
		return
	}
	cart := peerCase{Currency: c.Currency, Schema: c.Round.Mode, Lines: []peerLine{{Item: "A", Price: c.Round.Value}}}
	c.compare(t, "total", want.Value, cart.price(t, &peerFile{}).Total)
}

// compare checks an amount that the case states.
func (c *peerCase) compare(t *testing.T, what string, want text, got money.Amount) {
	t.Helper()
	if want != "" {
		assert.Equal(t, c.amount(t, want), got, what)
	}
}

func (c *peerCase) compareAll(t *testing.T, what string, want []text, got []money.Amount) {
	t.Helper()
	if want != nil {
		assert.Equal(t, c.amounts(t, want), got, what)
	}
}
