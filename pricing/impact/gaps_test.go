package impact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

// record holds from a day of March until another; 0: no bound.
func record(id string, key pricing.Key, from, to int) pricing.Record {
	r := pricing.Record{ID: id, Key: key, Price: money.MustParse("1.00 USD"), Unit: quantity.Each}
	if from > 0 {
		r.From = day(from)
	}
	if to > 0 {
		r.To = day(to)
	}
	return r
}

// rate and amount are what a step takes off, always.
func rate(id string, key pricing.Key) pricing.Record {
	return pricing.Record{ID: id, Step: "d", Key: key, Kind: pricing.Percent, Rate: money.MustRate("5%")}
}

func amount(id string, key pricing.Key) pricing.Record {
	return pricing.Record{ID: id, Step: "d", Key: key, Kind: pricing.AmountOff, Price: money.MustParse("1.00 USD")}
}

func bookOf(t testing.TB, records ...pricing.Record) *pricing.Book {
	t.Helper()
	book, err := pricing.NewBook(records...)
	require.NoError(t, err)
	return book
}

func day(n int) calendar.Date { return calendar.MustDate(fmt.Sprintf("2026-03-%02d", n)) }

func TestGaps(t *testing.T) {
	item := pricing.Key{Item: "A"}
	own := pricing.Key{Account: "100", Item: "A"}
	ownNode := pricing.Key{Account: "100", ItemHierarchy: "N"}
	until := func(r pricing.Record, from, to int) pricing.Record {
		days := record("", item, from, to)
		r.From, r.To = days.From, days.To
		return r
	}
	inCases := record("case", item, 4, 0)
	inCases.Unit = quantity.Case
	inEuros := record("euro", item, 1, 0)
	inEuros.Price = money.MustParse("1.00 EUR")
	cases := []struct {
		name    string
		records []pricing.Record
		want    []string
	}{
		{"none", nil, nil},
		{"one record", []pricing.Record{record("a", item, 3, 5)}, nil},
		{"each day", []pricing.Record{record("a", item, 0, 5), record("b", item, 5, 0)}, nil},
		{"a day", []pricing.Record{record("b", item, 6, 0), record("a", item, 0, 5)}, []string{"2026-03-05 2026-03-06 a b []"}},
		{"two gaps", []pricing.Record{record("a", item, 1, 2), record("b", item, 4, 5), record("c", item, 7, 0)}, []string{
			"2026-03-02 2026-03-04 a b []", "2026-03-05 2026-03-07 b c []",
		}},
		{"another item", []pricing.Record{record("a", item, 1, 2), record("b", pricing.Key{Item: "B"}, 4, 5)}, nil},
		{"filled by the list", []pricing.Record{record("a", own, 1, 4), record("b", own, 9, 0), record("list", item, 0, 0)}, []string{
			"2026-03-04 2026-03-09 a b [list]",
		}},
		{"filled by two", []pricing.Record{
			record("a", own, 1, 4), record("b", own, 9, 0), record("old", item, 0, 6), record("new", item, 6, 0),
		}, []string{"2026-03-04 2026-03-09 a b [old new]"}},
		{"filled in part", []pricing.Record{record("a", own, 1, 4), record("b", own, 9, 0), record("list", item, 0, 8)}, []string{
			"2026-03-04 2026-03-09 a b []",
		}},
		{"not by a narrower key", []pricing.Record{record("a", item, 1, 4), record("b", item, 9, 0), record("own", own, 0, 0)}, []string{
			"2026-03-04 2026-03-09 a b []",
		}},
		{"another unit", []pricing.Record{record("a", item, 1, 4), record("b", item, 9, 0), inCases}, []string{
			"2026-03-04 2026-03-09 a b [case]",
		}},
		{"filled by a node above the item", []pricing.Record{
			record("a", ownNode, 1, 4), record("b", ownNode, 9, 0), record("node", pricing.Key{ItemHierarchy: "N"}, 0, 0),
		}, []string{"2026-03-04 2026-03-09 a b [node]"}},
		{"not by a discount", []pricing.Record{record("a", item, 1, 4), record("b", item, 9, 0), rate("rate", item)}, []string{
			"2026-03-04 2026-03-09 a b []",
		}},
		{"a discount", []pricing.Record{until(rate("a", item), 1, 4), until(rate("b", item), 9, 0)}, nil},
		{"not in another currency", []pricing.Record{record("a", item, 1, 4), record("b", item, 9, 0), inEuros}, []string{
			"2026-03-04 2026-03-09 a b []",
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, g := range impact.Gaps(bookOf(t, tc.records...)) {
				got = append(got, fmt.Sprint(g.From, " ", g.To, " ", g.Ends, " ", g.Begins, " ", g.Filled))
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func accessOf(fields ...[]pricing.Field) []pricing.Access {
	var out []pricing.Access
	for _, f := range fields {
		out = append(out, pricing.Access{Fields: f})
	}
	return out
}

func TestShadowed(t *testing.T) {
	item, own := pricing.Key{Item: "A"}, pricing.Key{Account: "100", Item: "A"}
	itemFirst := accessOf([]pricing.Field{pricing.FieldItem}, []pricing.Field{pricing.FieldItem, pricing.FieldAccount})
	itemLast := accessOf([]pricing.Field{pricing.FieldAccount, pricing.FieldItem}, []pricing.Field{pricing.FieldItem})
	inCases := record("case", item, 0, 0)
	inCases.Unit = quantity.Case
	inEuros := record("euro", item, 0, 0)
	inEuros.Price = money.MustParse("1.00 EUR")
	node, ownNode := pricing.Key{ItemHierarchy: "N"}, pricing.Key{Account: "100", ItemHierarchy: "N"}
	nodeFirst := accessOf([]pricing.Field{pricing.FieldItemHierarchy}, []pricing.Field{pricing.FieldAccount, pricing.FieldItemHierarchy})
	cases := []struct {
		name    string
		access  []pricing.Access
		records []pricing.Record
		want    string
	}{
		{"the list goes first", itemFirst, []pricing.Record{record("own", own, 2, 0), record("list", item, 0, 0)}, "[{own [list]}]"},
		{"the list goes last", itemLast, []pricing.Record{record("own", own, 2, 0), record("list", item, 0, 0)}, "[]"},
		{"by two", itemFirst, []pricing.Record{record("own", own, 2, 9), record("l1", item, 1, 5), record("l2", item, 5, 9)}, "[{own [l1 l2]}]"},
		{"but for a day", itemFirst, []pricing.Record{record("own", own, 2, 9), record("l1", item, 1, 5), record("l2", item, 6, 9)}, "[]"},
		{"but for the end", itemFirst, []pricing.Record{record("own", own, 2, 0), record("list", item, 0, 20)}, "[]"},
		{"another unit", itemFirst, []pricing.Record{record("own", own, 0, 0), inCases}, "[{own [case]}]"}, // without cases the search ends too
		{"another currency", itemFirst, []pricing.Record{record("own", own, 0, 0), inEuros}, "[]"},
		{"a node above the item", nodeFirst, []pricing.Record{record("own", ownNode, 2, 0), record("node", node, 0, 0)}, "[{own [node]}]"},
		{"a rate is no price", itemFirst, []pricing.Record{record("own", own, 0, 0), rate("rate", item)}, "[]"},
		{"a price is no rate", itemFirst, []pricing.Record{rate("own", own), record("list", item, 0, 0)}, "[]"},
		{"rates", itemFirst, []pricing.Record{rate("own", own), rate("all", item)}, "[{own [all]}]"},
		{"an amount behind a rate", itemFirst, []pricing.Record{amount("own", own), rate("all", item)}, "[{own [all]}]"},
		{"a rate behind an amount", itemFirst, []pricing.Record{rate("own", own), amount("all", item)}, "[]"},
		{"another item", itemFirst, []pricing.Record{record("own", own, 0, 0), record("list", pricing.Key{Item: "B"}, 0, 0)}, "[]"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, fmt.Sprint(impact.Shadowed(bookOf(t, tc.records...), &pricing.Schema{
				Access: tc.access, Steps: []pricing.Step{{Name: "list", Kind: pricing.StepPrice}, {Name: "d", Kind: pricing.StepDiscount, Access: tc.access}},
			})))
		})
	}
}

// TestGapsAgainstPricing draws price books and prices every day for every customer: a
// gap is where a price ended and comes back, one that is filled has a price on each
// day, and what is shadowed is never found.
func TestGapsAgainstPricing(t *testing.T) {
	keys := []pricing.Key{
		{Item: "A"}, {Account: "1", Item: "A"}, {Account: "2", Item: "A"}, {PriceList: "L", Item: "A"}, {Account: "1", PriceList: "L", Item: "A"},
	}
	shapes := [][]pricing.Field{
		{pricing.FieldItem},
		{pricing.FieldAccount, pricing.FieldItem},
		{pricing.FieldPriceList, pricing.FieldItem},
		{pricing.FieldAccount, pricing.FieldPriceList, pricing.FieldItem},
	}
	const days = 14
	rapid.Check(t, func(r *rapid.T) {
		var records []pricing.Record
		held := map[pricing.Key]map[int]bool{}
		for n, key := range keys {
			held[key] = map[int]bool{}
			next := 1
			for m := 0; next < days && m < 4; m++ {
				from := next + rapid.IntRange(0, 3).Draw(r, "pause")
				to := from + rapid.IntRange(1, 6).Draw(r, "days")
				next = to
				if rapid.IntRange(0, 3).Draw(r, "left out") == 0 || to > days {
					continue
				}
				records = append(records, record(fmt.Sprint("R", n, "-", m), key, from, to))
				for d := from; d < to; d++ {
					held[key][d] = true
				}
			}
		}
		book, err := pricing.NewBook(records...)
		require.NoError(r, err)
		access := accessOf(rapid.Permutation(shapes).Draw(r, "access")...)
		engine, err := pricing.New(pricing.Config{
			Schema: pricing.Schema{Access: access, Steps: []pricing.Step{{Name: "list", Kind: pricing.StepPrice}}}, Prices: book, Zone: time.UTC,
		})
		require.NoError(r, err)
		price := func(account string, lists []string, d int) pricing.LineResult {
			result, err := engine.Price(t.Context(), pricing.Request{
				Customer: pricing.Customer{Account: account, PriceLists: lists}, Currency: money.USD, At: day(d).In(time.UTC),
				Lines: []pricing.Line{{ID: "1", Item: "A", Quantity: quantity.New(1, quantity.Each)}},
			})
			require.NoError(r, err)
			return result.Lines[0]
		}

		want := map[pricing.Key]map[int]bool{}
		for key, on := range held {
			want[key] = map[int]bool{}
			for d := 1; d < days; d++ {
				earlier, later := false, false
				for o := range on {
					earlier, later = earlier || o < d, later || o > d
				}
				if !on[d] && earlier && later {
					want[key][d] = true
				}
			}
		}
		got := map[pricing.Key]map[int]bool{}
		for _, key := range keys {
			got[key] = map[int]bool{}
		}
		for _, g := range impact.Gaps(book) {
			missing := false
			var lists []string
			if g.Key.PriceList != "" {
				lists = []string{g.Key.PriceList}
			}
			for d := g.From.Day(); d < g.To.Day(); d++ {
				got[g.Key][d] = true
				missing = missing || !price(g.Key.Account, lists, d).Priced
			}
			assert.Equal(r, g.Filled == nil, missing, "%v", g)
		}
		assert.Equal(r, want, got)

		used := map[string]bool{}
		for d := 1; d < days; d++ {
			for _, account := range []string{"", "1", "2"} {
				for _, lists := range [][]string{nil, {"L"}} {
					used[price(account, lists, d).Record] = true
				}
			}
		}
		for _, s := range impact.Shadowed(book, &pricing.Schema{Access: access}) {
			assert.False(r, used[s.Record], "%v is found", s)
		}
	})
}
