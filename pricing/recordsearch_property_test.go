package pricing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// searchWorld is a price book in which records are looked for by going through all of
// them, one question after the other.
type searchWorld struct {
	access     []pricing.Access
	records    []pricing.Record
	currencies []money.Currency
	units      *quantity.Conversions
	zone       *time.Location
}

func drawSearchWorld(r *rapid.T) *searchWorld {
	w := &searchWorld{zone: time.FixedZone("east", 9*3600)}
	shapes := [][]pricing.Field{
		{pricing.FieldItem},
		{pricing.FieldAccount, pricing.FieldItem},
		{pricing.FieldPriceList, pricing.FieldCategory},
		{pricing.FieldHierarchy, pricing.FieldItemHierarchy},
		{pricing.FieldContract, pricing.FieldPriceList, pricing.FieldItem},
	}
	for _, fields := range rapid.Permutation(shapes).Draw(r, "access")[:rapid.IntRange(1, len(shapes)).Draw(r, "accesses")] {
		w.access = append(w.access, pricing.Access{Fields: fields})
	}
	if rapid.Bool().Draw(r, "foreign") {
		w.currencies = []money.Currency{money.EUR, money.USD}
	}
	var err error
	w.units, err = quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(r, err)
	for n := range rapid.IntRange(0, 14).Draw(r, "records") {
		w.drawRecord(r, n)
	}
	return w
}

// drawRecord adds a record unless it ties with another.
func (w *searchWorld) drawRecord(r *rapid.T, n int) {
	one := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(r, name) }
	rec := pricing.Record{
		ID: fmt.Sprint("R", n), Unit: rapid.SampledFrom([]quantity.Unit{quantity.Each, quantity.Case, quantity.Kilogram}).Draw(r, "unit"),
	}
	for _, f := range rapid.SampledFrom(w.access).Draw(r, "shape").Fields {
		switch f {
		case pricing.FieldItem:
			rec.Key.Item = one("item", "A", "B")
		case pricing.FieldAccount:
			rec.Key.Account = one("account", "1", "2")
		case pricing.FieldPriceList:
			rec.Key.PriceList = one("list", "L", "M")
		case pricing.FieldCategory:
			rec.Key.Category = one("category", "X", "Y")
		case pricing.FieldHierarchy:
			rec.Key.Hierarchy = one("hierarchy", "H", "I")
		case pricing.FieldItemHierarchy:
			rec.Key.ItemHierarchy = one("node", "N", "O")
		default:
			rec.Key.Contract = one("contract", "K", "J")
		}
	}
	rec.Price = money.FromMinor(int64(100+n), rapid.SampledFrom([]money.Currency{money.USD, money.EUR}).Draw(r, "currency"))
	if rapid.IntRange(0, 2).Draw(r, "step") == 0 {
		rec.Step = "d"
		rec.Kind = pricing.AmountPerUnit
		if rapid.Bool().Draw(r, "rate") {
			rec.Kind, rec.Price, rec.Unit, rec.Rate = pricing.Percent, money.Amount{}, 0, money.MustRate(fmt.Sprintf("0.%02d", n))
		}
	}
	if from := rapid.IntRange(0, 4).Draw(r, "from"); from > 0 {
		rec.From = marchDay(from)
	}
	if to := rapid.IntRange(0, 5).Draw(r, "to"); to > 0 && rec.From.Before(marchDay(to)) {
		rec.To = marchDay(to)
	}
	if _, err := pricing.NewBook(append(slices.Clone(w.records), rec)...); err == nil {
		w.records = append(w.records, rec)
	}
}

func marchDay(n int) calendar.Date { return calendar.MustDate(fmt.Sprintf("2026-03-%02d", n)) }

func (w *searchWorld) drawRequest(r *rapid.T) pricing.Request {
	some := func(name string, of ...string) []string {
		return rapid.Permutation(of).Draw(r, name)[:rapid.IntRange(0, len(of)).Draw(r, "some")]
	}
	// The days of the zone begin nine hours before those of UTC.
	at := func() time.Time {
		return time.Date(2026, time.March, 1, rapid.IntRange(0, 24*5).Draw(r, "hour"), 0, 0, 0, time.UTC)
	}
	q := pricing.Request{
		Currency: rapid.SampledFrom([]money.Currency{money.USD, money.EUR}).Draw(r, "request currency"), At: at(),
		Customer: pricing.Customer{
			Account: rapid.SampledFrom([]string{"", "1", "2"}).Draw(r, "customer"), Hierarchy: some("nodes above", "H", "I"),
			Contracts: some("contracts", "K", "J"), PriceLists: some("lists", "L", "M"),
		},
		Trace: rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(r, "trace"),
	}
	for n := range rapid.IntRange(1, 4).Draw(r, "lines") {
		l := pricing.Line{
			ID: fmt.Sprint(n), Item: rapid.SampledFrom([]string{"A", "B"}).Draw(r, "line item"),
			Category:      rapid.SampledFrom([]string{"", "X", "Y"}).Draw(r, "line category"),
			ItemHierarchy: some("item nodes", "N", "O"), Units: w.units,
			Quantity: quantity.New(int64(n+1), rapid.SampledFrom([]quantity.Unit{quantity.Each, quantity.Case}).Draw(r, "ordered")),
		}
		if rapid.Bool().Draw(r, "own date") {
			l.At = at()
		}
		q.Lines = append(q.Lines, l)
	}
	return q
}

// keysOf lists the keys of an access for the line, in the order in which they are tried.
func keysOf(fields []pricing.Field, c *pricing.Customer, l *pricing.Line) []pricing.Key {
	keys := []pricing.Key{{}}
	each := func(f pricing.Field, put func(*pricing.Key, string), values ...string) {
		if !slices.Contains(fields, f) {
			return
		}
		var next []pricing.Key
		for _, k := range keys {
			for _, v := range values {
				if v != "" {
					more := k
					put(&more, v)
					next = append(next, more)
				}
			}
		}
		keys = next
	}
	each(pricing.FieldContract, func(k *pricing.Key, v string) { k.Contract = v }, c.Contracts...)
	each(pricing.FieldAccount, func(k *pricing.Key, v string) { k.Account = v }, c.Account)
	each(pricing.FieldHierarchy, func(k *pricing.Key, v string) { k.Hierarchy = v }, c.Hierarchy...)
	each(pricing.FieldPriceList, func(k *pricing.Key, v string) { k.PriceList = v }, c.PriceLists...)
	each(pricing.FieldItem, func(k *pricing.Key, v string) { k.Item = v }, l.Item)
	each(pricing.FieldItemHierarchy, func(k *pricing.Key, v string) { k.ItemHierarchy = v }, l.ItemHierarchy...)
	each(pricing.FieldCategory, func(k *pricing.Key, v string) { k.Category = v }, l.Category)
	return keys
}

// find returns the id of the record that the line finds for the step; stop means that
// the search ends with none, for the units are not the item's.
func (w *searchWorld) find(q *pricing.Request, l *pricing.Line, step string, currency money.Currency) (id string, stop bool) {
	at := q.At
	if !l.At.IsZero() {
		at = l.At
	}
	on := calendar.DateOf(at.In(w.zone))
	for _, a := range w.access {
		for _, key := range keysOf(a.Fields, &q.Customer, l) {
			best := map[int]string{}
			unlike := false
			for _, r := range w.records {
				other := r.Price.Currency() != currency && r.Price.Currency() != 0
				if r.Step != step || r.Key != key || other || on.Before(r.From) || !r.To.IsZero() && !on.Before(r.To) {
					continue
				}
				switch r.Unit {
				case l.Quantity.Unit(), 0:
					best[0] = r.ID
				case quantity.Each:
					best[1] = r.ID
				case quantity.Case:
					best[2] = r.ID
				default:
					unlike = true
				}
			}
			for rank := range 3 {
				if best[rank] != "" {
					return best[rank], false
				}
			}
			if unlike {
				return "", true
			}
		}
	}
	return "", false
}

// TestSearchProperty holds what a request finds against going through all records; and
// that what an engine has priced before leaves no trace in what comes after.
func TestSearchProperty(t *testing.T) {
	rates, err := money.NewExchange([]money.ExchangeRate{{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0855"), Inverse: true}})
	require.NoError(t, err)
	rapid.Check(t, func(r *rapid.T) {
		w := drawSearchWorld(r)
		book, err := pricing.NewBook(w.records...)
		require.NoError(r, err)
		schema := schemaOf(pricing.Step{Name: "d", Kind: pricing.StepDiscount, Base: pricing.BaseList, Access: w.access})
		schema.Access, schema.Currencies = w.access, w.currencies
		engine, err := pricing.New(pricing.Config{Schema: schema, Prices: book, Exchange: rates, Zone: w.zone})
		require.NoError(r, err)
		var asked []pricing.Request
		var got []pricing.Result
		for range 3 {
			q := w.drawRequest(r)
			result := price(t, engine, q)
			asked, got = append(asked, q), append(got, result)
			for i := range q.Lines {
				w.check(r, &q, &q.Lines[i], &result.Lines[i])
			}
		}
		for n := range asked {
			require.Equal(r, got[n], price(t, engine, asked[n]), "priced again")
		}
	})
}

func (w *searchWorld) check(r *rapid.T, q *pricing.Request, l *pricing.Line, got *pricing.LineResult) {
	want, stop := w.find(q, l, "", q.Currency)
	for _, c := range w.currencies {
		if want == "" && !stop && c != q.Currency {
			want, stop = w.find(q, l, "", c)
		}
	}
	require.Equal(r, want, got.Record, "line %s of %+v", l.ID, q)
	discount := ""
	for i := range got.Entries {
		if e := &got.Entries[i]; e.Step == "d" && e.Why == "" {
			discount = e.Source
		}
	}
	wantDiscount := ""
	if key := slices.IndexFunc(w.records, func(rec pricing.Record) bool { return rec.ID == want }); key >= 0 && w.records[key].Key.Contract == "" {
		wantDiscount, _ = w.find(q, l, "d", q.Currency)
	}
	require.Equal(r, wantDiscount, discount, "line %s of %+v", l.ID, q)
}
