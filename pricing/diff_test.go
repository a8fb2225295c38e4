package pricing_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func compare(t testing.TB, before, after pricing.Result) pricing.Diff {
	t.Helper()
	d, err := pricing.Compare(&before, &after)
	require.NoError(t, err)
	return d
}

// repriced prices one request with two setups.
func repriced(t testing.TB, before, after setup, r pricing.Request) pricing.Diff {
	t.Helper()
	r.Trace = pricing.TraceFull
	return compare(t, price(t, before.engine(t), r), price(t, after.engine(t), r))
}

// TestCompare is a table of what can differ, each worked out by hand: 12 of A at
// 10.00 and 5 of B at 20.00, 10% off A.
func TestCompare(t *testing.T) {
	base := func() setup {
		return setup{
			schema:  schemaOf(discountStep("promo", pricing.BaseRunning), orderStep("order")),
			records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "20.00 USD")},
			rules:   []pricing.Rule{{ID: "ten", Group: "promo", When: `item == "A"`, Then: percent("10%")}},
		}
	}
	cases := []struct {
		name   string
		change func(*setup)
		total  string   // by how much it moves
		steps  []string // line or order, change, step, by, sources, why
	}{
		{"nothing", func(*setup) {}, "0.00", nil},
		{"another price", func(s *setup) { s.records[0] = listPrice("A", "11.00 USD") }, "10.80", []string{
			"1 changed list 12.00 LIST-A-10.00 USD>LIST-A-11.00 USD", "1 changed promo -1.20 ten>ten",
		}},
		{"another rate", func(s *setup) { s.rules[0].Then = percent("15%") }, "-6.00", []string{"1 changed promo -6.00 ten>ten"}},
		{"a rule is gone", func(s *setup) { s.rules = nil }, "12.00", []string{"1 removed promo 12.00 ten> no-rule"}},
		{"another rule", func(s *setup) { s.rules[0].ID = "new" }, "0.00", []string{"1 changed promo 0.00 ten>new"}},
		{"a rule is new", func(s *setup) {
			s.rules = append(s.rules, pricing.Rule{ID: "more", Group: "promo", When: `item == "B"`, Then: off("7.00 USD")})
		}, "-7.00", []string{"2 added promo -7.00 >more no-rule"}},
		{"a better rule", func(s *setup) {
			s.schema.Steps[1].Stacking = pricing.StackBest
			s.rules = append(s.rules, pricing.Rule{ID: "better", Group: "promo", When: `item == "A"`, Then: off("13.00 USD")})
		}, "-1.00", []string{"1 changed promo -1.00 ten>better"}},
		{"off the order", func(s *setup) { // 10.00 over 108.00 and 100.00: 5.19 and 4.81
			s.rules = append(s.rules, always("order", off("10.00 USD")))
		}, "-10.00", []string{
			"1 added order -5.19 >order-rule", "2 added order -4.81 >order-rule", "order added order -10.00 >order-rule no-rule",
		}},
		{"no price any more", func(s *setup) { s.records = s.records[:1] }, "-100.00", []string{
			"2 removed list -100.00 LIST-B-20.00 USD> no-record",
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			after := base()
			tc.change(&after)
			d := repriced(t, base(), after, request(line("A", 12), line("B", 5)))
			assert.Equal(t, "208.00", d.Total.Before.Number())
			assert.Equal(t, tc.total, d.Total.By.Number())
			var got []string
			add := func(where string, steps []pricing.StepDiff) {
				for _, s := range steps {
					got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s>%s %s",
						where, s.Change, s.Step, s.Amount.By.Number(), s.SourceBefore, s.SourceAfter, s.Why)))
				}
			}
			for _, l := range d.Lines {
				add(l.ID, l.Steps)
			}
			add("order", d.Steps)
			assert.Equal(t, tc.steps, got)
			assert.Equal(t, tc.steps == nil, d.IsEmpty())
		})
	}
}

// TestCompareStackedRules takes one of three rules of a step away: the other two
// did not change, whatever their places.
func TestCompareStackedRules(t *testing.T) {
	s := setup{
		schema:  schemaOf(discountStep("promo", pricing.BaseList)),
		records: []pricing.Record{listPrice("A", "10.00 USD")},
	}
	for i, id := range []string{"one", "two", "three"} {
		s.rules = append(s.rules, pricing.Rule{ID: id, Group: "promo", When: "true", Then: off(fmt.Sprintf("%d.00 USD", i+1))})
	}
	after := s
	after.rules = s.rules[1:]
	d := repriced(t, s, after, request(line("A", 10)))
	require.Len(t, d.Lines, 1)
	require.Len(t, d.Lines[0].Steps, 1)
	assert.Equal(t, "one", d.Lines[0].Steps[0].SourceBefore)
	assert.Equal(t, "1.00", d.Total.By.Number())
}

func TestCompareLostPrice(t *testing.T) {
	with := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "0.00 USD")}}
	without := with
	without.records = with.records[:1]
	r := request(line("A", 1), line("B", 1))
	lost, gained := repriced(t, with, without, r), repriced(t, without, with, r)
	require.Len(t, lost.Lines, 1, "a price of 0 is one that can be lost")
	assert.True(t, lost.Lines[0].LostPrice)
	assert.Equal(t, "pricing.price-missing", lost.Appeared[0].Code)
	assert.True(t, gained.Lines[0].GainedPrice)
	assert.Equal(t, "pricing.price-missing", gained.Gone[0].Code)
}

func TestCompareLines(t *testing.T) {
	s := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "20.00 USD")}}
	e := s.engine(t)
	one, two, three, ten := line("A", 1), line("B", 2), line("A", 3), line("A", 1)
	one.ID, two.ID, three.ID, ten.ID = "1", "2", "3", "10"
	before := price(t, e, request(one, two, three))
	one.Quantity, three.Item = ea(4), "B"
	after := price(t, e, request(ten, three, one))
	d := compare(t, before, after)
	var got []string
	for _, l := range d.Lines {
		got = append(got, fmt.Sprint(l.ID, " ", l.Change, " ", l.Total.By.Number(), " ", l.ItemBefore, ">", l.ItemAfter, " ",
			l.QuantityBefore, ">", l.QuantityAfter))
	}
	assert.Equal(t, []string{
		"10 added 10.00 >A 0>1 EA", "3 changed 30.00 A>B 3 EA>3 EA", "1 changed 30.00 A>A 1 EA>4 EA", "2 removed -40.00 B> 2 EA>0",
	}, got)
	assert.Equal(t, "30.00", d.Total.By.Number())
}

// TestCompareFindings has a line without a price in another place of the request:
// the finding is the same, for it is the same line.
func TestCompareFindings(t *testing.T) {
	e := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "10.00 USD")}}.engine(t)
	a, b := line("A", 1), line("B", 1)
	a.ID, b.ID = "a", "b"
	d := compare(t, price(t, e, request(a, b)), price(t, e, request(b, a)))
	assert.True(t, d.IsEmpty(), d.Text())
	d = compare(t, price(t, e, request(a)), price(t, e, request(a, b)))
	require.Len(t, d.Appeared, 1)
	assert.Empty(t, d.Gone)
	d = compare(t, price(t, e, request(a, b)), price(t, e, request(a)))
	assert.Empty(t, d.Appeared)
	require.Len(t, d.Gone, 1)
}

func TestCompareOtherCurrency(t *testing.T) {
	_, err := pricing.Compare(&pricing.Result{Currency: money.USD}, &pricing.Result{Currency: money.EUR})
	assert.ErrorIs(t, err, pricing.ErrOtherCurrency)
	assert.ErrorContains(t, err, "USD and EUR")
}

func TestCompareOutOfRange(t *testing.T) {
	huge := money.MustParse("92000000000000000 USD")
	_, err := pricing.Compare(
		&pricing.Result{Currency: money.USD, Total: huge.Neg()}, &pricing.Result{Currency: money.USD, Total: huge})
	assert.ErrorIs(t, err, money.ErrRange)
}

// TestCompareAddsUp compares two random worlds that have a currency in common:
// the steps of a line add up to the line, the lines to the total, and the way back
// moves everything by as much.
func TestCompareAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, other := drawWorld(r), drawWorld(r)
		other.request.Currency = w.request.Currency
		trace := rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(r, "trace")
		w.request.Trace, other.request.Trace = trace, trace
		before, err := w.engine(t).Price(t.Context(), w.request)
		require.NoError(r, err)
		after, err := other.engine(t).Price(t.Context(), other.request)
		require.NoError(r, err)

		d, err := pricing.Compare(&before, &after)
		require.NoError(r, err)
		zero := money.Zero(w.request.Currency)
		net, total := zero, zero
		for _, l := range d.Lines {
			lineNet, lineTotal := zero, zero
			for _, s := range l.Steps {
				if s.Statistical {
					continue
				}
				lineTotal = plus(t, lineTotal, s.Amount.By)
				if !s.FromOrder {
					lineNet = plus(t, lineNet, s.Amount.By)
				}
			}
			assert.Equal(r, l.Total.By, lineTotal, "line %s", l.ID)
			assert.Equal(r, l.Net.By, lineNet, "line %s", l.ID)
			net, total = plus(t, net, l.Net.By), plus(t, total, l.Total.By)
		}
		assert.Equal(r, d.Net.By, net)
		assert.Equal(r, d.Total.By, total)
		assert.Equal(r, plus(t, d.Total.Before, d.Total.By), d.Total.After)

		back, err := pricing.Compare(&after, &before)
		require.NoError(r, err)
		assert.Equal(r, d.Total.By.Neg(), back.Total.By)
		assert.Len(r, back.Lines, len(d.Lines))
		same, err := pricing.Compare(&before, &before)
		require.NoError(r, err)
		assert.True(r, same.IsEmpty())
	})
}

func TestDiffText(t *testing.T) {
	before, r := eventful(t)
	r.Trace = pricing.TraceFull
	first := price(t, before, r)
	r.Customer.Group = ""
	r.Lines[0].Quantity = ea(10)
	r.Lines[1].Item = "A"
	r.Lines[2].ID = "4"
	d := compare(t, first, price(t, before, r))
	d.Before, d.After = "hash before", "hash after" // they change with what rules may ask
	golden(t, "diff.txt", []byte(d.Text()))
	text, err := json.MarshalIndent(d, "", "  ")
	require.NoError(t, err)
	golden(t, "diff.json", text)
}

func TestTable(t *testing.T) {
	e, r := eventful(t)
	r.Trace = pricing.TraceFull
	r.Charges[0].Source = "陸送 é"
	result := price(t, e, r)
	golden(t, "table.txt", []byte(result.Table()))
}

// TestCompareGoodsAndUsage compares a free-goods rule with a coupon before and after
// it gives more.
func TestCompareGoodsAndUsage(t *testing.T) {
	give := func(free int64) setup {
		return setup{
			schema:  schemaOf(discountStep("promo", pricing.BaseRunning)),
			records: []pricing.Record{listPrice("A", "10.00 USD")},
			rules: []pricing.Rule{
				{ID: "gift", Group: "promo", When: "true", Then: pricing.Discount{Kind: pricing.FreeGoods, Goods: &pricing.Goods{
					Every: ea(100), Free: ea(free), Policy: pricing.PerFullStep,
				}}},
				{ID: "code", Group: "promo", When: "true", Then: pricing.Discount{
					Kind: pricing.AmountOff, Amount: usd("1.00"), Coupon: "CODE", Budget: "spring",
				}},
			},
		}
	}
	r := request(line("A", 280))
	d := repriced(t, give(3), give(4), r)
	require.Len(t, d.GoodsAppeared, 1)
	require.Len(t, d.GoodsGone, 1)
	assert.Equal(t, ea(8), d.GoodsAppeared[0].Quantity)
	assert.Equal(t, ea(6), d.GoodsGone[0].Quantity)
	assert.False(t, d.IsEmpty())
	assert.Contains(t, d.Text(), "+ free of charge: 8 EA of A, gift\n- free of charge: 6 EA of A, gift\n")

	e := give(3).engine(t)
	without := price(t, e, r)
	r.Coupons = []string{"CODE"}
	d = compare(t, without, price(t, e, r))
	assert.Empty(t, d.GoodsAppeared)
	assert.Empty(t, d.GoodsGone)
	require.Len(t, d.UsageAppeared, 1)
	assert.Contains(t, d.Text(), "+ takes 1.00 USD of coupon CODE and budget spring, once, code\n")
	back := compare(t, price(t, e, r), without)
	assert.Equal(t, d.UsageAppeared, back.UsageGone)
}

// TestTextOfBasePrice holds how a base price came about to what it says: not every
// price is for one of the ordered unit, nor for all units.
func TestTextOfBasePrice(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	rows := []pricing.ScaleRow{{Quantity: ea(5), Price: usd("10")}, {Quantity: ea(20), Price: usd("12")}, {Quantity: ea(100), Price: usd("15")}, {Quantity: ea(1000), Price: usd("20")}}
	scaled := func(id string, kind pricing.ScaleKind) pricing.Record {
		return pricing.Record{ID: id, Key: pricing.Key{Item: id}, Unit: quantity.Each, Scale: &pricing.Scale{Kind: kind, Bound: pricing.BoundTo, Rows: rows}}
	}
	e := setup{schema: schemaOf(), records: []pricing.Record{
		{ID: "each", Key: pricing.Key{Item: "each"}, Price: usd("0.333"), Per: 7, Unit: quantity.Each},
		{ID: "case", Key: pricing.Key{Item: "case"}, Price: usd("49.99"), Unit: quantity.Case},
		{ID: "cases", Key: pricing.Key{Item: "cases"}, Price: usd("49.99"), Per: 10, Unit: quantity.Case},
		scaled("all", pricing.AllUnits), scaled("graduated", pricing.Graduated),
	}}.engine(t)
	for item, want := range map[string]string{
		"each": "140 EA x 0.333 per 7", "case": "140 EA x 49.99 per CA", "cases": "140 EA x 49.99 per 10 CA",
		"all": "140 EA x 20.00", "graduated": "140 EA, graduated to 20.00",
	} {
		l := line(item, 140)
		l.Units = units
		result := price(t, e, request(l))
		assert.Contains(t, result.Table(), want)
		assert.Contains(t, result.Lines[0].Text(), want)
		if total := map[string]string{"all": "2800.00", "graduated": "2230.00"}[item]; total != "" { // pricing.md: rows as to
			assert.Equal(t, total, result.Total.Number())
		}
	}
}
