package pricing_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// recordsOfEveryKind are records that use everything a record can say.
func recordsOfEveryKind() []pricing.Record {
	kg := func(n int64) quantity.Quantity { return quantity.New(n, quantity.Kilogram) }
	return []pricing.Record{
		{ID: "plain", Key: pricing.Key{Item: "A"}, Price: usd("10"), Unit: quantity.Each},
		{ID: "in EUR", Key: pricing.Key{Item: "A"}, Price: money.MustParse("9.125 EUR"), Unit: quantity.Each},
		{ID: "free", Key: pricing.Key{Account: "100", Item: "A"}, Price: usd("0"), Unit: quantity.Each, Discounts: pricing.DiscountsRefused},
		{ID: "per 1000", Key: pricing.Key{Contract: "K", Group: "G", PriceList: "P", Category: "C"}, Price: usd("7.5"), Per: 1000,
			Unit: quantity.Case, From: date("2026-01-01"), To: date("2026-07-01"), Discounts: pricing.DiscountsAllowed},
		{ID: "node", Key: pricing.Key{Hierarchy: "WEST", ItemHierarchy: "TOOLS"}, Price: usd("3"), Unit: quantity.Each},
		{ID: "scale", Key: pricing.Key{Item: "S"}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.Graduated, Bound: pricing.BoundFrom, Over: pricing.OverMix, Mix: "M",
			Rows: []pricing.ScaleRow{{Quantity: ea(0), Price: usd("0")}, {Quantity: ea(10), Price: usd("9")}},
		}},
		{ID: "weight", Key: pricing.Key{Item: "W"}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundTo, By: pricing.ByWeight, Over: pricing.OverItem,
			Rows: []pricing.ScaleRow{{Quantity: kg(5), Price: usd("2")}, {Quantity: kg(10), Price: usd("1")}},
		}},
		{ID: "nothing off", Step: "d", Kind: pricing.Percent, Key: pricing.Key{Account: "100", Item: "A"}},
		{ID: "5% off", Step: "d", Kind: pricing.Percent, Rate: money.MustRate("5%"), Key: pricing.Key{Item: "A"}},
		{ID: "per unit", Step: "d", Kind: pricing.AmountPerUnit, Price: usd("0.25"), Per: 10, Unit: quantity.Each, Key: pricing.Key{Item: "B"}},
		{ID: "per line", Step: "d", Kind: pricing.AmountOff, Price: usd("4"), Key: pricing.Key{Item: "C"}},
		{ID: "by value", Step: "d", Kind: pricing.Percent, Key: pricing.Key{Category: "V"}, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByValue, Over: pricing.OverCategory,
			Rows: []pricing.ScaleRow{{Value: usd("0")}, {Value: usd("500"), Rate: money.MustRate("2.5%")}},
		}},
	}
}

func newBook(t testing.TB, records ...pricing.Record) *pricing.Book {
	t.Helper()
	b, err := pricing.NewBook(records...)
	require.NoError(t, err)
	return b
}

func byID(b *pricing.Book) map[string]pricing.Record {
	out := map[string]pricing.Record{}
	for r := range b.All() {
		out[r.ID] = r
	}
	return out
}

// What goes into a book comes out of it.
func TestBookGivesItsRecordsBack(t *testing.T) {
	want := recordsOfEveryKind()
	b := newBook(t, want...)
	assert.Equal(t, len(want), b.Len())
	all := byID(b)
	require.Len(t, all, len(want))
	for _, r := range want {
		assert.Equal(t, r, all[r.ID], r.ID)
		one, ok := b.Record(r.ID)
		require.True(t, ok, r.ID)
		assert.Equal(t, all[r.ID], one)
	}
	_, ok := b.Record("unknown")
	assert.False(t, ok)
	for range b.All() { // whoever has seen enough may stop
		break
	}
}

// Explicit zeros are not lost on the way through JSON.
func TestRecordsAsJSON(t *testing.T) {
	want := recordsOfEveryKind()
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var got []pricing.Record
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, want, got)
	assert.Contains(t, string(text), `"price":"0.00 USD"`)
}

func TestWith(t *testing.T) {
	all := recordsOfEveryKind()
	whole := newBook(t, all...)
	t.Run("whatever way it came to be", func(t *testing.T) {
		b := newBook(t)
		assert.Zero(t, b.Len())
		for i, r := range all {
			before := b.Hash()
			next, err := b.With(r)
			require.NoError(t, err)
			assert.Equal(t, i, b.Len(), "the book itself stays as it is")
			assert.Equal(t, before, b.Hash())
			b = next
		}
		assert.Equal(t, whole.Hash(), b.Hash())
		assert.Equal(t, byID(whole), byID(b))
		again, err := b.With(all...)
		require.NoError(t, err, "a record can take its own place")
		assert.Equal(t, whole.Hash(), again.Hash())
	})
	t.Run("an id that moves to another key", func(t *testing.T) {
		moved := all[0]
		moved.Key, moved.Price = pricing.Key{Item: "Z"}, usd("11")
		b, err := whole.With(moved)
		require.NoError(t, err)
		assert.Equal(t, whole.Len(), b.Len())
		got, _ := b.Record(moved.ID)
		assert.Equal(t, moved, got)
		assert.NotEqual(t, whole.Hash(), b.Hash())
		was, _ := whole.Record(moved.ID)
		assert.Equal(t, all[0], was)
		back, err := b.With(all[0])
		require.NoError(t, err)
		assert.Equal(t, whole.Hash(), back.Hash())
	})
	t.Run("without", func(t *testing.T) {
		b, err := whole.Without("plain", "5% off")
		require.NoError(t, err)
		rest := slices.DeleteFunc(slices.Clone(all), func(r pricing.Record) bool { return r.ID == "plain" || r.ID == "5% off" })
		assert.Equal(t, newBook(t, rest...).Hash(), b.Hash())
		assert.Equal(t, len(all), whole.Len())
		none, err := whole.Without(slices.Collect(maps.Keys(byID(whole)))...)
		require.NoError(t, err)
		assert.Equal(t, newBook(t).Hash(), none.Hash())
		assert.Zero(t, none.Len())
	})
	t.Run("ids that are not there", func(t *testing.T) {
		_, err := whole.Without("plain", "ghost", "plain")
		var load *pricing.LoadError
		require.ErrorAs(t, err, &load)
		assert.Len(t, load.Faults, 2)
		assert.ErrorContains(t, err, "record ghost: the book does not have it")
		assert.ErrorContains(t, err, "record plain: it is to be removed twice")
	})
	t.Run("a tie with a record that was there", func(t *testing.T) {
		second := all[0]
		second.ID, second.From = "second", date("2026-05-01")
		_, err := whole.With(second)
		var tie *pricing.TieError
		require.ErrorAs(t, err, &tie)
		assert.Equal(t, [2]string{"plain", "second"}, [2]string{tie.First, tie.Second})
		ended := all[0]
		ended.To = second.From
		_, err = whole.With(ended, second)
		assert.NoError(t, err, "the old price ends in the same publication")
		_, err = whole.With(listPrice("A", "1 USD"), pricing.Record{})
		assert.ErrorContains(t, err, "it has no id")
	})
}

// Two records of a step that could both be hit are refused, whatever they give.
func TestTiesOfSteps(t *testing.T) {
	key := pricing.Key{Item: "A"}
	rate := pricing.Record{ID: "rate", Step: "d", Key: key, Kind: pricing.Percent}
	amount := pricing.Record{ID: "amount", Step: "d", Key: key, Kind: pricing.AmountOff, Price: usd("1")}
	euro := pricing.Record{ID: "euro", Step: "d", Key: key, Kind: pricing.AmountOff, Price: money.MustParse("1 EUR")}
	piece := pricing.Record{ID: "piece", Step: "d", Key: key, Kind: pricing.AmountPerUnit, Price: usd("1"), Unit: quantity.Each}
	pack := pricing.Record{ID: "pack", Step: "d", Key: key, Kind: pricing.AmountPerUnit, Price: usd("1"), Unit: quantity.Case}
	later := func(r pricing.Record) pricing.Record { r.From = date("2030-01-01"); return r }
	early := func(r pricing.Record) pricing.Record { r.To = date("2030-01-01"); return r }
	other := func(r pricing.Record) pricing.Record { r.Step = "e"; return r }
	for name, c := range map[string]struct {
		records []pricing.Record
		ties    int
	}{
		"a rate and an amount":                {[]pricing.Record{rate, amount}, 1},
		"amounts in two currencies":           {[]pricing.Record{amount, euro}, 0},
		"a rate and amounts":                  {[]pricing.Record{rate, amount, euro}, 2},
		"an amount per line and one per unit": {[]pricing.Record{amount, piece}, 1},
		"per two units":                       {[]pricing.Record{piece, pack}, 0},
		"one after the other":                 {[]pricing.Record{early(rate), later(amount)}, 0},
		"one begins while the other holds":    {[]pricing.Record{rate, later(amount)}, 1},
		"steps of their own":                  {[]pricing.Record{rate, other(amount)}, 0},
		"a price beside them":                 {[]pricing.Record{rate, listPrice("A", "1 USD")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pricing.NewBook(c.records...)
			ties := 0
			var load *pricing.LoadError
			if errors.As(err, &load) {
				ties = len(load.Faults)
			}
			assert.Equal(t, c.ties, ties, "%v", err)
		})
	}
}

// A book that grows and shrinks by steps is always the book that would have been
// made of its records at once, and finds what a plain list of them would: through
// the sizes at which groups of records are divided and joined again.
func TestBookProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		have := map[string]pricing.Record{}
		b := newBook(t)
		for range rapid.IntRange(1, 6).Draw(r, "publications") {
			n := rapid.SampledFrom([]int{1, 5, 300, 900}).Draw(r, "changes")
			first := rapid.IntRange(0, 1500).Draw(r, "first")
			if rapid.Bool().Draw(r, "remove") {
				var ids []string
				for i := first; i < first+n; i++ {
					if id := fmt.Sprint("R", i); have[id].ID != "" {
						ids = append(ids, id)
						delete(have, id)
					}
				}
				next, err := b.Without(ids...)
				require.NoError(r, err)
				b = next
			} else {
				price := rapid.Int64Range(0, 999).Draw(r, "price")
				var records []pricing.Record
				for i := first; i < first+n; i++ {
					record := pricing.Record{
						ID: fmt.Sprint("R", i), Key: pricing.Key{Item: fmt.Sprint("I", i%700), Account: fmt.Sprint("C", i/700)},
						Price: money.FromMinor(price+int64(i), money.USD), Unit: quantity.Each,
					}
					records = append(records, record)
					have[record.ID] = record
				}
				next, err := b.With(records...)
				require.NoError(r, err)
				b = next
			}
		}
		fresh, err := pricing.NewBook(slices.Collect(maps.Values(have))...)
		require.NoError(r, err)
		require.Equal(r, fresh.Hash(), b.Hash())
		require.Equal(r, len(have), b.Len())
		require.Equal(r, have, byID(b))
		for id := range have {
			one, ok := b.Record(id)
			require.True(r, ok)
			require.Equal(r, have[id], one)
		}
	})
}

// Records of one key alone are many: prices of every day.
func TestManyRecordsOfOneKey(t *testing.T) {
	var records []pricing.Record
	day := date("2022-01-01")
	for i := range 2000 {
		r := listPrice("A", "1 USD")
		r.ID, r.From, r.To = fmt.Sprint(i), day.AddDays(i), day.AddDays(i+1)
		r.Price = money.FromMinor(int64(i), money.USD)
		records = append(records, r)
	}
	b := newBook(t, records...)
	on := priceDate()
	e, err := pricing.New(pricing.Config{Schema: schemaOf(), Prices: b, Zone: on.Location()})
	require.NoError(t, err)
	got := price(t, e, request(line("A", 1)))
	assert.Equal(t, records[date("2026-03-27").Sub(day)].Price, got.Total)
	half, err := b.Without(slices.Collect(maps.Keys(byID(newBook(t, records[500:1500]...))))...)
	require.NoError(t, err)
	assert.Equal(t, newBook(t, append(slices.Clone(records[:500]), records[1500:]...)...).Hash(), half.Hash())
}

func TestWithPrices(t *testing.T) {
	s := liveSetup()
	first := s.engine(t)
	book, err := first.Prices().With(listPrice("B", "7 USD"))
	require.NoError(t, err)
	next, err := first.WithPrices(book)
	require.NoError(t, err)
	fresh := s
	fresh.records = append(slices.Clone(s.records), listPrice("B", "7 USD"))
	assert.Equal(t, fresh.engine(t).Hash(), next.Hash())
	assert.Equal(t, usd("6.30"), price(t, next, request(line("B", 1))).Total, "the rules are there too")
	assert.Len(t, price(t, first, request(line("B", 1))).Findings.With("pricing.price-missing"), 1)

	unreached, err := book.With(keyed("K", pricing.Key{Contract: "K", Item: "A"}, "1 USD"))
	require.NoError(t, err)
	_, err = first.WithPrices(unreached)
	assert.ErrorContains(t, err, "no access has the fields contract+item of record K")
	_, err = first.WithPrices(nil)
	assert.ErrorContains(t, err, "there is no price book")

	live, err := pricing.NewLive(s.config(t))
	require.NoError(t, err)
	require.NoError(t, live.ReplacePrices(book))
	assert.Equal(t, next.Hash(), live.Engine().Hash())
	require.Error(t, live.ReplacePrices(unreached))
	require.Error(t, live.ReplacePrices(nil))
	assert.Equal(t, next.Hash(), live.Engine().Hash(), "the running one stays in force")
}

// Texts whose hashes are one are two texts all the same: the hash only leads to the
// place. These pairs have one 64-bit FNV-1a hash.
func TestTextsOfOneHash(t *testing.T) {
	for _, pair := range [][2]string{{"8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ"}, {"7mohtcOFVz", "c1E51sSEyx"}} {
		require.Equal(t, fnv64(pair[0]), fnv64(pair[1]))
		// The ids cross over, so that neither hash tells the records apart.
		one := pricing.Record{ID: pair[1], Key: pricing.Key{Item: pair[0]}, Price: usd("1"), Unit: quantity.Each}
		two := pricing.Record{ID: pair[0], Key: pricing.Key{Item: pair[1]}, Price: usd("2"), Unit: quantity.Each}
		other := pair[0] + "?"
		both := newBook(t, one, two)
		for name, b := range map[string]*pricing.Book{"both": both, "the other way round": newBook(t, two, one)} {
			e, err := pricing.New(pricing.Config{Schema: schemaOf(), Prices: b, Zone: priceDate().Location()})
			require.NoError(t, err)
			got := price(t, e, request(line(pair[0], 1), line(pair[1], 1), line(other, 1)))
			assert.Equal(t, []string{"1.00", "2.00", "0.00"}, totals(got), name)
			assert.Equal(t, both.Hash(), b.Hash())
		}
		left, err := both.Without(two.ID)
		require.NoError(t, err)
		assert.Equal(t, newBook(t, one).Hash(), left.Hash())
		_, found := left.Record(two.ID)
		assert.False(t, found)
		kept, found := left.Record(one.ID)
		assert.True(t, found)
		assert.Equal(t, one, kept)
		changed := one
		changed.Price = usd("3")
		next, err := both.With(changed)
		require.NoError(t, err)
		assert.Equal(t, newBook(t, changed, two).Hash(), next.Hash())
		tied := one
		tied.ID = "tied"
		_, err = both.With(tied)
		var load *pricing.LoadError
		require.ErrorAs(t, err, &load)
		assert.Len(t, load.Faults, 1, "with the one whose key it has, not with both")
	}
}

func fnv64(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}

// Whatever a record says is part of the hash.
func TestHashOfRecords(t *testing.T) {
	price := pricing.Record{ID: "R", Key: pricing.Key{Item: "A"}, Price: usd("1"), Unit: quantity.Each}
	rate := pricing.Record{ID: "R", Step: "d", Kind: pricing.Percent, Key: pricing.Key{Item: "A"}, Rate: money.MustRate("1%")}
	amount := pricing.Record{ID: "R", Step: "d", Kind: pricing.AmountOff, Key: pricing.Key{Item: "A"}, Price: usd("1")}
	scaled := func(change func(*pricing.Scale)) pricing.Record {
		s := &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Rows: []pricing.ScaleRow{{Quantity: ea(1), Price: usd("1")}}}
		change(s)
		return pricing.Record{ID: "R", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: s}
	}
	rates := func(bound money.Amount, share string) pricing.Record {
		return pricing.Record{ID: "R", Step: "d", Kind: pricing.Percent, Key: pricing.Key{Item: "A"}, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByValue,
			Rows: []pricing.ScaleRow{{Value: bound, Rate: money.MustRate(share)}},
		}}
	}
	with := func(r pricing.Record, change func(*pricing.Record)) pricing.Record {
		change(&r)
		return r
	}
	seen := map[string]string{}
	for name, r := range map[string]pricing.Record{
		"price":                price,
		"id":                   with(price, func(r *pricing.Record) { r.ID = "S" }),
		"item":                 with(price, func(r *pricing.Record) { r.Key.Item = "B" }),
		"field":                with(price, func(r *pricing.Record) { r.Key = pricing.Key{Category: "A"} }),
		"key":                  with(price, func(r *pricing.Record) { r.Key.Account = "1" }),
		"amount":               with(price, func(r *pricing.Record) { r.Price = usd("1.0001") }),
		"currency":             with(price, func(r *pricing.Record) { r.Price = money.MustParse("1 EUR") }),
		"per":                  with(price, func(r *pricing.Record) { r.Per = 2 }),
		"unit":                 with(price, func(r *pricing.Record) { r.Unit = quantity.Case }),
		"from":                 with(price, func(r *pricing.Record) { r.From = date("2026-01-01") }),
		"to":                   with(price, func(r *pricing.Record) { r.To = date("2026-01-01") }),
		"discounts":            with(price, func(r *pricing.Record) { r.Discounts = pricing.DiscountsRefused }),
		"rate":                 rate,
		"another rate":         with(rate, func(r *pricing.Record) { r.Rate = money.MustRate("2%") }),
		"step":                 with(rate, func(r *pricing.Record) { r.Step = "e" }),
		"amount of a step":     amount,
		"per unit":             with(amount, func(r *pricing.Record) { r.Kind, r.Unit = pricing.AmountPerUnit, quantity.Each }),
		"scale":                scaled(func(*pricing.Scale) {}),
		"kind of scale":        scaled(func(s *pricing.Scale) { s.Kind = pricing.Graduated }),
		"bound of scale":       scaled(func(s *pricing.Scale) { s.Bound = pricing.BoundTo }),
		"over":                 scaled(func(s *pricing.Scale) { s.Over = pricing.OverItem }),
		"mix":                  scaled(func(s *pricing.Scale) { s.Over, s.Mix = pricing.OverMix, "M" }),
		"another mix":          scaled(func(s *pricing.Scale) { s.Over, s.Mix = pricing.OverMix, "N" }),
		"row's quantity":       scaled(func(s *pricing.Scale) { s.Rows[0].Quantity = ea(2) }),
		"row's price":          scaled(func(s *pricing.Scale) { s.Rows[0].Price = usd("2") }),
		"rows":                 scaled(func(s *pricing.Scale) { s.Rows = append(s.Rows, pricing.ScaleRow{Quantity: ea(2), Price: usd("1")}) }),
		"by weight, kilograms": scaled(func(s *pricing.Scale) { s.By, s.Rows[0].Quantity = pricing.ByWeight, quantity.MustParse("1 KG") }),
		"by weight, pounds":    scaled(func(s *pricing.Scale) { s.By, s.Rows[0].Quantity = pricing.ByWeight, quantity.MustParse("1 LB") }),
		"values":               rates(usd("5"), "1%"),
		"another value":        rates(usd("6"), "1%"),
		"a value in euros":     rates(money.MustParse("5 EUR"), "1%"),
		"a row's rate":         rates(usd("5"), "2%"),
	} {
		hash := newBook(t, r).Hash()
		assert.Empty(t, seen[hash], "%s has the hash of", name)
		seen[hash] = name
	}
	assert.Equal(t, newBook(t, price).Hash(), newBook(t, with(price, func(r *pricing.Record) { r.Per = 1 })).Hash(), "per 1 is what no per means")
}
