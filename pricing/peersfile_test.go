package pricing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// peerFile is a file of testdata/peers: cases with the figures that the public
// test suite or the documentation of one project states. Inputs and figures are
// facts taken from there; the names are ours.
type peerFile struct {
	Project string `yaml:"project"`
	// About says how the cases were read from the source, where that is not
	// plain from it.
	About string `yaml:"about"`
	// Scales and Books are named so that several cases can use them.
	Scales map[string]peerScale  `yaml:"scales"`
	Books  map[string][]peerRule `yaml:"books"`
	Cases  []peerCase            `yaml:"cases"`
}

// peerCase is one case: a cart and its rules, an allocation, or a rounding.
type peerCase struct {
	Name   string `yaml:"name"`
	Source string `yaml:"source"`
	Kind   string `yaml:"kind"`
	// Needs are what the engine must be able to do beyond what it can now.
	Needs []string `yaml:"needs"`
	// Currency is USD where none is stated.
	Currency string `yaml:"currency"`
	// Schema is a sum of variants of the standard schema: initial+total.
	Schema  string   `yaml:"schema"`
	Group   string   `yaml:"group"` // the customer's
	Coupons []string `yaml:"coupons"`
	// Exhausted are the budgets that have nothing left.
	Exhausted []string   `yaml:"exhausted"`
	Lines     []peerLine `yaml:"lines"`
	Book      string     `yaml:"book"`
	Rules     []peerRule `yaml:"rules"`
	Freight   text       `yaml:"freight"`
	// Gross says that prices include the tax of the lines; ByLine that tax is
	// rounded line by line and not for each rate.
	Gross  bool `yaml:"gross"`
	ByLine bool `yaml:"by_line"`

	Allocate *peerAllocation `yaml:"allocate"`
	Round    *peerRounding   `yaml:"round"`

	Want peerWant `yaml:"want"`
	// Ours is what differs from the source on purpose, and Why says the purpose.
	Ours *peerWant `yaml:"ours"`
	Why  string    `yaml:"why"`
}

// peerLine is a line of a cart: one piece where no quantity is stated.
type peerLine struct {
	ID       string   `yaml:"id"`
	Item     string   `yaml:"item"`
	Category string   `yaml:"category"`
	Tags     []string `yaml:"tags"`
	Quantity text     `yaml:"quantity"`
	Price    text     `yaml:"price"`
	Per      int64    `yaml:"per"`
	// Scale names the item's scale, instead of a price.
	Scale string `yaml:"scale"`
	// Case is how many pieces a case of the item holds.
	Case int64 `yaml:"case"`
	// Tax are the rates on the line, each on its net: 4% 4.5%.
	Tax text `yaml:"tax"`
}

type peerScale struct {
	Kind  pricing.ScaleKind `yaml:"kind"`
	Bound pricing.Bound     `yaml:"bound"`
	Rows  [][]text          `yaml:"rows"` // quantity and price
}

// peerRule is a rule as package rules reads it from YAML; left out, its id is R1,
// R2, ..., its group line and its condition true.
type peerRule struct {
	ID       string `yaml:"id"`
	Group    string `yaml:"group"`
	When     string `yaml:"when"`
	Then     text   `yaml:"then"`
	Priority int    `yaml:"priority"`
}

type peerAllocation struct {
	Amount  text   `yaml:"amount"`
	Weights []text `yaml:"weights"`
}

type peerRounding struct {
	Value  text   `yaml:"value"`
	Mode   string `yaml:"mode"`
	Places *int   `yaml:"places"` // the currency's where none are stated
}

// peerWant is what a case is compared by; what is left out is not compared.
// Amounts taken off are positive.
type peerWant struct {
	Lines   []text          `yaml:"lines"` // their totals
	Each    []text          `yaml:"each"`  // what discounts took off each line
	Rules   map[string]text `yaml:"rules"` // what each rule took off; 0 for a rule that did not apply
	Off     text            `yaml:"off"`   // what all discounts took off
	Goods   []text          `yaml:"goods"` // the quantities that come on top, free
	Net     text            `yaml:"net"`   // without tax
	Tax     text            `yaml:"tax"`
	Total   text            `yaml:"total"` // with tax, where lines have one
	Parts   []text          `yaml:"parts"` // of an allocation
	Value   text            `yaml:"value"` // of a rounding
	Finding string          `yaml:"finding"`
	Error   bool            `yaml:"error"`
}

// text is a value as it is written: 10.00 stays 10.00 and never is a float64.
type text string

// UnmarshalYAML takes the scalar, or the source of the mapping.
func (v *text) UnmarshalYAML(node ast.Node) error {
	if scalar, ok := node.(ast.ScalarNode); ok {
		*v = text(scalar.GetToken().Value)
	} else {
		*v = text(node.String())
	}
	return nil
}

// peerFiles reads all tables.
func peerFiles(t *testing.T) []peerFile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "peers", "*.yaml"))
	require.NoError(t, err)
	var files []peerFile
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		var file peerFile
		require.NoError(t, yaml.UnmarshalWithOptions(data, &file, yaml.Strict()), name)
		require.Equal(t, strings.TrimSuffix(filepath.Base(name), ".yaml"), file.Project, "a file has the name of its project")
		files = append(files, file)
	}
	return files
}

func (c *peerCase) currency(t *testing.T) money.Currency {
	t.Helper()
	if c.Currency == "" {
		return money.USD
	}
	currency, err := money.ParseCurrency(c.Currency)
	require.NoError(t, err)
	return currency
}

// amount is a number in the currency of the case.
func (c *peerCase) amount(t *testing.T, number text) money.Amount {
	t.Helper()
	a, err := money.ParseNumber(string(number), c.currency(t))
	require.NoError(t, err)
	return a
}

func (c *peerCase) amounts(t *testing.T, numbers []text) []money.Amount {
	t.Helper()
	out := make([]money.Amount, len(numbers))
	for i, n := range numbers {
		out[i] = c.amount(t, n)
	}
	return out
}

// peerMode is a mode of rounding by its name; half up where none is stated.
func peerMode(t *testing.T, name string) money.Rounding {
	t.Helper()
	if name == "" {
		return money.HalfUp
	}
	var mode money.Rounding
	require.NoError(t, mode.UnmarshalText([]byte(name)))
	return mode
}

// peerSchema is the standard schema with the variants of the sum. Its steps are
// line (discounts of a line), fees (surcharges of a line), order (discounts over
// the order), charges (surcharges over the order), freight, and shipping
// (discounts that give the freight away).
func peerSchema(t *testing.T, sum string) pricing.Schema {
	t.Helper()
	running := pricing.BaseRunning
	fees := pricing.Step{Name: "fees", Kind: pricing.StepSurcharge, Base: running}
	charges := pricing.Step{Name: "charges", Kind: pricing.StepSurcharge, Base: running, Scope: pricing.ScopeOrder}
	freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}
	s := schemaOf(discountStep("line", running), fees, orderStep("order"), charges, freight, orderStep("shipping"))
	for _, variant := range strings.FieldsFunc(sum, func(r rune) bool { return r == '+' }) {
		switch variant {
		case "initial": // percentages are taken of the list value
			for i := range s.Steps {
				if s.Steps[i].Base == running {
					s.Steps[i].Base = pricing.BaseList
				}
			}
		case "first", "best":
			for i := range s.Steps {
				if s.Steps[i].Kind == pricing.StepDiscount {
					s.Steps[i].Stacking = pricing.Stacking(variant)
				}
			}
		case "exclusive": // a step before all others closes the lines to them
			alone := orderStep("exclusive")
			alone.Stacking = pricing.StackExclusive
			s.Steps = append(s.Steps[:1:1], append([]pricing.Step{alone}, s.Steps[1:]...)...)
		case "round-net":
			for i := range s.Steps {
				s.Steps[i].RoundNet = s.Steps[i].Kind == pricing.StepDiscount
			}
		case "total":
			s.Document = pricing.RoundTotal
		default:
			s.Rounding = peerMode(t, variant)
		}
	}
	return s
}

// ruleBook compiles the rules of the case from the YAML that an analyst would
// write.
func (c *peerCase) ruleBook(t *testing.T, file *peerFile) *pricing.RuleBook {
	t.Helper()
	list := c.Rules
	if c.Book != "" {
		book, ok := file.Books[c.Book]
		require.True(t, ok, "there is no book %s", c.Book)
		list = append(append([]peerRule(nil), book...), list...)
	}
	b := &strings.Builder{}
	for n, r := range list {
		if r.ID == "" {
			r.ID = fmt.Sprintf("R%d", n+1)
		}
		if r.Group == "" {
			r.Group = "line"
		}
		if r.When == "" {
			r.When = "true"
		}
		fmt.Fprintf(b, "  - {id: %s, group: %s, priority: %d, when: %s, then: %s}\n",
			r.ID, r.Group, r.Priority, strconv.Quote(r.When), r.Then)
	}
	if b.Len() == 0 {
		return nil
	}
	schema, err := pricing.NewRuleSchema(rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.YAML[pricing.Discount](c.Name, []byte("rules:\n"+b.String())))
	require.NoError(t, err)
	return book
}

// record is the price of a line's item.
func (c *peerCase) record(t *testing.T, file *peerFile, l *peerLine) pricing.Record {
	t.Helper()
	count := l.count(t)
	r := pricing.Record{ID: "P-" + l.Item, Key: pricing.Key{Item: l.Item}, Per: l.Per, Unit: count.Unit()}
	if l.Scale == "" {
		r.Price = c.amount(t, l.Price)
		return r
	}
	table, ok := file.Scales[l.Scale]
	require.True(t, ok, "there is no scale %s", l.Scale)
	r.Scale = &pricing.Scale{Kind: table.Kind, Bound: table.Bound}
	for _, row := range table.Rows {
		require.Len(t, row, 2)
		r.Scale.Rows = append(r.Scale.Rows, pricing.ScaleRow{
			Quantity: parseQuantity(t, row[0], count.Unit()), Price: c.amount(t, row[1]),
		})
	}
	return r
}

// count is the line's quantity; in pieces where no unit is stated.
func (l *peerLine) count(t *testing.T) quantity.Quantity {
	t.Helper()
	if l.Quantity == "" {
		return quantity.New(1, quantity.Each)
	}
	return parseQuantity(t, l.Quantity, quantity.Each)
}

func parseQuantity(t *testing.T, s text, unit quantity.Unit) quantity.Quantity {
	t.Helper()
	if !strings.Contains(string(s), " ") {
		s += text(" " + unit.String())
	}
	q, err := quantity.Parse(string(s))
	require.NoError(t, err)
	return q
}
