package impact_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

var update = flag.Bool("update", false, "write the golden files anew")

func schema() pricing.Schema {
	return pricing.Schema{
		Name:   "test",
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Label: "List price", Kind: pricing.StepPrice},
			{Name: "promo", Label: "Promotion", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
			{Name: "net", Kind: pricing.StepSubtotal},
			{Name: "order", Label: "Order discount", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
			{Name: "freight", Label: "Freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
		},
	}
}

// engineOf has a list price for each item, in pieces, and rules.
func engineOf(t testing.TB, prices map[string]string, rules ...pricing.Rule) *pricing.Engine {
	t.Helper()
	var records []pricing.Record
	for item, price := range prices {
		amount := money.MustParse(price)
		records = append(records, pricing.Record{
			ID: "L-" + item + "-" + amount.Currency().Code(), Key: pricing.Key{Item: strings.TrimRight(item, "*")}, Price: amount, Unit: quantity.Each,
		})
	}
	book, err := pricing.NewBook(records...)
	require.NoError(t, err)
	ruleBook, err := pricing.NewRuleBook("test", rules...)
	require.NoError(t, err)
	engine, err := pricing.New(pricing.Config{Schema: schema(), Prices: book, Rules: ruleBook, Zone: time.UTC})
	require.NoError(t, err)
	return engine
}

func percent(id, step, when, rate string) pricing.Rule {
	return pricing.Rule{ID: id, Group: step, When: when, Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate(rate)}}
}

// order asks for items with counts: A, 2, B, 3.
func order(id, customer string, itemsAndCounts ...any) impact.Order {
	o := impact.Order{ID: id, Request: pricing.Request{
		Customer: pricing.Customer{Account: customer}, Currency: money.USD, At: time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC),
	}}
	for i := 0; i < len(itemsAndCounts); i += 2 {
		o.Request.Lines = append(o.Request.Lines, pricing.Line{
			ID: fmt.Sprint(i/2 + 1), Item: fmt.Sprint(itemsAndCounts[i]),
			Quantity: quantity.MustParse(fmt.Sprint(itemsAndCounts[i+1], " EA")),
		})
	}
	return o
}

func stream(orders ...impact.Order) iter.Seq2[impact.Order, error] {
	return func(yield func(impact.Order, error) bool) {
		for _, o := range orders {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func run(t testing.TB, c impact.Config, orders ...impact.Order) impact.Report {
	t.Helper()
	report, err := impact.Run(t.Context(), c, stream(orders...))
	require.NoError(t, err)
	return report
}

// sums writes groups as key count before after moved.
func sums(list []impact.Group) []string {
	var out []string
	for _, g := range list {
		key := g.Key
		if g.Step != "" {
			key = g.Step + "/" + key
		}
		out = append(out, fmt.Sprintf("%s %d>%d %s>%s %s", key, g.CountBefore, g.CountAfter, g.Before.Number(), g.After.Number(), g.By.Number()))
	}
	return out
}

// changed is a change of everything at once, worked out by hand: A goes from 10.00
// to 12.00, B loses its price of 5.00, C gains one of 1.00, the promotion on A goes
// from 10% to 25%, freight stays.
func changed(t testing.TB) (impact.Config, []impact.Order) {
	with := func(o impact.Order) impact.Order {
		o.Request.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("4.00 USD"), Source: "ground"}}
		return o
	}
	return impact.Config{
			Before: engineOf(t, map[string]string{"A": "10.00 USD", "B": "5.00 USD"}, percent("ten", "promo", `item == "A"`, "10%")),
			After: engineOf(t, map[string]string{"A": "12.00 USD", "C": "1.00 USD"}, percent("quarter", "promo", `item == "A"`, "25%"),
				percent("more", "order", `true`, "50%")),
		}, []impact.Order{
			order("O-1", "100", "A", 1),                 // 9.00 > 9.00 > 4.50
			with(order("O-2", "200", "A", 10, "B", 10)), // 90 + 50 + 4 > 90 - 45 + 0 + 4
			order("O-3", "100", "C", 3),                 // 0 > 3.00 > 1.50
			order("O-4", "300", "B", 1, "C", 1, "A", 1), // 5 + 0 + 9 > 0 + 1 + 9 > 5.00
		}
}

func TestRun(t *testing.T) {
	c, orders := changed(t)
	r := run(t, c, orders...)
	assert.Equal(t, 4, r.Orders)
	assert.Equal(t, 7, r.Lines)
	assert.Equal(t, 4, r.Moved)
	assert.Equal(t, []string{"USD 4>4 167.00>60.00 -107.00"}, sums(r.Totals))
	assert.Equal(t, []string{"200 1>1 144.00>49.00 -95.00", "300 1>1 14.00>5.00 -9.00", "100 2>2 9.00>6.00 -3.00"}, sums(r.Customers))
	// Freight of O-2 goes to A and B by their net: 90 to 50 before, all to A after.
	assert.Equal(t, []string{"B 2>2 56.43>0.00 -56.43", "A 3>3 110.57>58.00 -52.57", "C 2>2 0.00>2.00 2.00"}, sums(r.Items))
	assert.Equal(t, []string{
		"list 5>5 175.00>148.00 -27.00", "promo 3>3 -12.00>-36.00 -24.00", "order 0>5 0.00>-56.00 -56.00", "freight 2>1 4.00>4.00 0.00",
	}, sums(r.Steps))
	assert.Equal(t, []string{
		"order/more 0>5 0.00>-56.00 -56.00", "list/L-B-USD 2>0 55.00>0.00 -55.00", "promo/quarter 0>3 0.00>-36.00 -36.00",
		"list/L-A-USD 3>3 120.00>144.00 24.00", "promo/ten 3>0 -12.00>0.00 12.00", "list/L-C-USD 0>2 0.00>4.00 4.00",
		"freight/ground 2>1 4.00>4.00 0.00",
	}, sums(r.Sources))

	var movers []string
	for _, m := range r.Movers {
		movers = append(movers, fmt.Sprint(m.Number, " ", m.Order, " ", m.Customer, " ", m.By.Number()))
	}
	assert.Equal(t, []string{"2 O-2 200 -95.00", "4 O-4 300 -9.00", "1 O-1 100 -4.50", "3 O-3 100 1.50"}, movers)

	assert.Equal(t, 2, r.Lost.Lines)
	assert.Equal(t, []impact.Count{{Key: "B", Count: 2}}, r.Lost.Items)
	assert.Equal(t, "56.43", r.Lost.Totals[0].Number(), "with its part of the freight")
	assert.Equal(t, 2, r.Gained.Lines)
	assert.Equal(t, "2.00", r.Gained.Totals[0].Number())
	assert.Equal(t, 2, r.Blocked.Orders, "O-2 and O-4 have no price for B")
	assert.Equal(t, 1, r.Blocked.Wholly, "O-4 had no price for C before")
	assert.Equal(t, []impact.Count{{Key: "pricing.price-missing", Count: 2}}, r.Blocked.Codes)
	assert.Equal(t, 2, r.Freed.Orders)
	assert.Equal(t, 1, r.Freed.Wholly, "O-3; O-4 is stopped for B now")
}

// TestLeakage is the way from list to pocket price of the same orders.
func TestLeakage(t *testing.T) {
	c, orders := changed(t)
	c.Cost = func(_ *pricing.Request, l *pricing.LineResult) (money.Amount, bool) {
		if l.Item != "A" {
			return money.Amount{}, false
		}
		cost, err := money.Extend(money.MustParse("6.00 USD"), l.Quantity, 1, 2, money.HalfUp)
		return cost, err == nil
	}
	r := run(t, c, orders...)
	require.Len(t, r.Leakage, 1)
	for _, side := range []struct {
		name string
		got  impact.Waterfall
		want string
	}{
		{"before", r.Leakage[0].Before, "list 175.00, promo -12.00, order 0.00, freight 4.00, off -12.00 -0.0686, pocket 167.00, " +
			"3 lines cost 72.00, margin 38.57 0.3488"},
		{"after", r.Leakage[0].After, "list 148.00, promo -36.00, order -56.00, freight 4.00, off -92.00 -0.6216, pocket 60.00, " +
			"3 lines cost 72.00, margin -14.00 -0.2414"},
	} {
		t.Run(side.name, func(t *testing.T) {
			w := side.got
			text := "list " + w.List.Number()
			sum := w.List
			for _, s := range w.Steps {
				text += ", " + s.Step + " " + s.Amount.Number()
				sum = plus(t, sum, s.Amount)
			}
			assert.Equal(t, side.want, fmt.Sprintf("%s, off %s %s, pocket %s, %d lines cost %s, margin %s %s", text, w.Off.Number(), w.OffShare,
				w.Pocket.Number(), w.Costed, w.Cost.Number(), w.Margin.Number(), w.MarginShare))
			assert.Equal(t, w.Pocket, sum)
		})
	}
}

func plus(t testing.TB, a, b money.Amount) money.Amount {
	t.Helper()
	sum, err := a.Add(b)
	require.NoError(t, err)
	return sum
}

// failing refuses the orders of one customer.
type failing struct {
	impact.Pricer
	customer string
}

var errRefused = errors.New("refused")

func (f failing) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	if r.Customer.Account == f.customer {
		return pricing.Result{}, errRefused
	}
	return f.Pricer.Price(ctx, r)
}

func TestFailuresAreNotFatal(t *testing.T) {
	e := engineOf(t, map[string]string{"A": "10.00 USD"})
	bad := order("O-3", "100", "A", 1)
	bad.Request.Currency = 0
	r := run(t, impact.Config{Before: e, After: failing{e, "200"}, Keep: 2},
		order("O-1", "100", "A", 1), order("O-2", "200", "A", 1), bad, order("O-4", "200", "A", 1), order("O-5", "300", "A", 2))
	assert.Equal(t, 2, r.Orders)
	assert.Equal(t, []string{"USD 2>2 30.00>30.00 0.00"}, sums(r.Totals))
	assert.Equal(t, 3, r.Failures.Orders)
	assert.Equal(t, []impact.Failure{
		{Number: 2, Order: "O-2", Side: impact.After, Error: "refused"},
		{Number: 3, Order: "O-3", Side: impact.Before, Error: "pricing: request: currency: it is not stated"},
	}, r.Failures.List)
	assert.Contains(t, r.Text(5), "3 orders could not be priced and count nowhere\n  order O-2, after: refused\n")
}

func TestRunErrors(t *testing.T) {
	e := engineOf(t, map[string]string{"A": "90000000000000000.00 USD"})
	good := impact.Config{Before: e, After: e}
	torn := errors.New("the file is torn")
	cases := []struct {
		name   string
		config impact.Config
		orders iter.Seq2[impact.Order, error]
		is     error
		text   string
	}{
		{"no engine", impact.Config{Before: e}, stream(), impact.ErrConfig, "before and after"},
		{"negative", impact.Config{Before: e, After: e, Workers: -1}, stream(), impact.ErrConfig, "negative"},
		{"the stream's", good, func(yield func(impact.Order, error) bool) {
			_ = yield(order("O-1", "100", "A", 1), nil) && yield(impact.Order{}, torn)
		}, torn, "after 1 orders"},
		{"a sum that does not fit", impact.Config{Before: e, After: e, Workers: 1},
			stream(order("O-1", "1", "A", 1), order("O-2", "2", "A", 1)), money.ErrRange, "order O-2"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := impact.Run(t.Context(), tc.config, tc.orders)
			require.ErrorIs(t, err, tc.is)
			assert.ErrorContains(t, err, tc.text)
		})
	}
}

func TestRunIsCancelled(t *testing.T) {
	e := engineOf(t, map[string]string{"A": "1.00 USD"})
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	seen := 0
	_, err := impact.Run(ctx, impact.Config{Before: e, After: e, Workers: 3}, func(yield func(impact.Order, error) bool) {
		for { // a stream without an end
			seen++
			if seen == 100 {
				cancel(stop)
			}
			if !yield(order("O", "100", "A", 1), nil) {
				return
			}
		}
	})
	assert.ErrorIs(t, err, stop)
}

func TestProgress(t *testing.T) {
	e := engineOf(t, map[string]string{"A": "1.00 USD"})
	var got []int
	var orders []impact.Order
	for range 50 {
		orders = append(orders, order("O", "100", "A", 1))
	}
	run(t, impact.Config{Before: e, After: e, Workers: 4, Progress: func(n int) { got = append(got, n) }}, orders...)
	require.Len(t, got, 50)
	for i, n := range got {
		assert.Equal(t, i+1, n)
	}
}

func TestEmptyStream(t *testing.T) {
	e := engineOf(t, map[string]string{"A": "1.00 USD"})
	r := run(t, impact.Config{Before: e, After: e})
	assert.Empty(t, r.Totals)
	assert.Equal(t, "0 orders with 0 lines priced; 0 moved\n", strings.SplitAfter(r.Text(3), "\n")[0])
}

// TestAgainstBruteForce draws books, rules and orders in two currencies and adds up
// what the engines return in shopspring arithmetic, order by order.
func TestAgainstBruteForce(t *testing.T) {
	items := []string{"A", "B", "C", "D"}
	currencies := []money.Currency{money.USD, money.JPY}
	engine := func(r *rapid.T, name string) *pricing.Engine {
		prices := map[string]string{}
		for _, item := range items {
			for _, c := range currencies {
				if rapid.Bool().Draw(r, name+" has "+item) {
					prices[item+strings.Repeat("*", int(c%7))] = fmt.Sprintf("%d %s", rapid.IntRange(0, 500).Draw(r, "price"), c)
				}
			}
		}
		var rules []pricing.Rule
		for n, item := range items {
			if rate := rapid.IntRange(0, 60).Draw(r, "rate"); rate > 0 {
				step := rapid.SampledFrom([]string{"promo", "order"}).Draw(r, "step")
				rules = append(rules, percent(fmt.Sprint("R", n), step, fmt.Sprintf("item == %q", item), fmt.Sprint(rate, "%")))
			}
		}
		return engineOf(t, prices, rules...)
	}
	rapid.Check(t, func(r *rapid.T) {
		was, is := engine(r, "before"), engine(r, "after")
		var orders []impact.Order
		for n := range rapid.IntRange(0, 12).Draw(r, "orders") {
			var lines []any
			for range rapid.IntRange(1, 4).Draw(r, "lines") {
				lines = append(lines, rapid.SampledFrom(items).Draw(r, "item"), rapid.IntRange(1, 30).Draw(r, "count"))
			}
			o := order(fmt.Sprint("O-", n), rapid.SampledFrom([]string{"", "1", "2"}).Draw(r, "customer"), lines...)
			o.Request.Currency = rapid.SampledFrom(currencies).Draw(r, "currency")
			orders = append(orders, o)
		}
		c := impact.Config{Before: was, After: is, Workers: 1, Keep: 5}
		report := run(t, c, orders...)

		want := map[string]decimal.Decimal{}
		add := func(side, what string, a money.Amount) {
			k := fmt.Sprintf("%s %s %s", side, a.Currency(), what)
			want[k] = want[k].Add(a.Decimal())
		}
		lost, gained, moved := 0, 0, 0
		for _, o := range orders {
			var results [2]pricing.Result
			for n, e := range []*pricing.Engine{was, is} {
				side := []string{"before", "after"}[n]
				var err error
				results[n], err = e.Price(t.Context(), o.Request)
				require.NoError(r, err)
				res := &results[n]
				add(side, "total", res.Total)
				add(side, "customer "+o.Request.Customer.Account, res.Total)
				for i := range res.Lines {
					add(side, "item "+res.Lines[i].Item, res.Lines[i].Total)
					for _, e := range res.Lines[i].Entries {
						if e.Counts() {
							add(side, "step "+e.Step, e.Amount)
							add(side, "source "+e.Step+"/"+e.Source, e.Amount)
						}
					}
				}
			}
			for i := range results[0].Lines {
				if p, q := results[0].Lines[i].Priced, results[1].Lines[i].Priced; p && !q {
					lost++
				} else if q && !p {
					gained++
				}
			}
			if results[0].Total != results[1].Total {
				moved++
			}
		}
		assert.Equal(r, lost, report.Lost.Lines)
		assert.Equal(r, gained, report.Gained.Lines)
		assert.Equal(r, moved, report.Moved)
		seen := 0
		check := func(what string, g impact.Group) {
			for side, a := range map[string]money.Amount{"before": g.Before, "after": g.After} {
				k := fmt.Sprintf("%s %s %s", side, g.Currency, what)
				assert.True(r, want[k].Equal(a.Decimal()), "%s: %s is not %s", k, a, want[k])
				if _, there := want[k]; there {
					seen++
				}
			}
		}
		for _, g := range report.Totals {
			check("total", g)
		}
		for _, g := range report.Customers {
			check("customer "+g.Key, g)
		}
		for _, g := range report.Items {
			check("item "+g.Key, g)
		}
		for _, g := range report.Steps {
			check("step "+g.Key, g)
		}
		for _, g := range report.Sources {
			check("source "+g.Step+"/"+g.Key, g)
		}
		assert.Equal(r, len(want), seen, "nothing is missing")

		c.Workers = rapid.IntRange(2, 5).Draw(r, "workers")
		again := run(t, c, orders...)
		a, err := json.Marshal(report)
		require.NoError(r, err)
		b, err := json.Marshal(again)
		require.NoError(r, err)
		assert.Equal(r, string(a), string(b), "whatever the number of workers")
	})
}

// TestGolden holds what is printed.
func TestGolden(t *testing.T) {
	c, orders := changed(t)
	r := run(t, c, orders...)
	var table bytes.Buffer
	require.NoError(t, r.WriteCSV(&table))
	text, err := json.MarshalIndent(r, "", "  ")
	require.NoError(t, err)
	for name, got := range map[string]string{"report.txt": r.Text(3), "report.csv": table.String(), "report.json": string(text) + "\n"} {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o750))
			require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err, "run with -update to write it")
		assert.Equal(t, string(want), got)
	}

	var back impact.Report
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Empty(t, cmp.Diff(r, back, cmp.AllowUnexported(money.Amount{}), cmp.Comparer(func(a, b money.Amount) bool { return a == b }),
		cmp.Comparer(func(a, b money.Rate) bool { return a == b })), "JSON gives it back")
	rows, err := csv.NewReader(&table).ReadAll()
	require.NoError(t, err)
	assert.Len(t, rows, 1+len(r.Totals)+len(r.Customers)+len(r.Items)+len(r.Steps)+len(r.Sources))
}
