package pricing_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// sourceFaults are the faults of a text as line, path and reason.
func sourceFaults(t testing.TB, err error) []string {
	t.Helper()
	var load *pricing.LoadError
	require.ErrorAs(t, err, &load)
	var out []string
	for _, fault := range load.Faults {
		var at *pricing.SourceError
		require.ErrorAs(t, fault, &at)
		out = append(out, fmt.Sprintf("%d %s: %s", at.Line, at.Path, at.Reason))
		assert.Contains(t, at.Error(), at.Source)
	}
	return out
}

func TestParseSchema(t *testing.T) {
	got, err := pricing.ParseSchema("wholesale.yaml", []byte(`
name: wholesale
access:
  - {name: own, fields: [account, item]}
  - fields: [item]
currencies: [EUR, JPY]
via: EUR
steps:
  - {name: list, kind: price}
  - name: customer
    kind: discount
    base: list
    access:
      - fields: [account, item-hierarchy]
  - name: net
    kind: subtotal
  - {name: handling, kind: surcharge, base: "subtotal:net", stacking: best, exact: true}
  - name: check
    kind: customer-price
    tolerance: {percent: 2%, amounts: [1.00 USD, 150 JPY]}
rounding: half-even
document: total
digits: 6
allow_negative: true
`))
	require.NoError(t, err)
	assert.Equal(t, pricing.Schema{
		Name: "wholesale",
		Access: []pricing.Access{
			{Name: "own", Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}},
			{Fields: []pricing.Field{pricing.FieldItem}},
		},
		Currencies: []money.Currency{money.EUR, money.JPY}, Via: money.EUR,
		Steps: []pricing.Step{
			{Name: "list", Kind: pricing.StepPrice},
			{Name: "customer", Kind: pricing.StepDiscount, Base: pricing.BaseList, Access: []pricing.Access{
				{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItemHierarchy}},
			}},
			{Name: "net", Kind: pricing.StepSubtotal},
			{Name: "handling", Kind: pricing.StepSurcharge, Base: pricing.BaseSubtotal("net"), Stacking: pricing.StackBest, Exact: true},
			{Name: "check", Kind: pricing.StepCustomerPrice, Tolerance: pricing.Tolerance{
				Percent: money.MustRate("0.02"), Amounts: []money.Amount{usd("1"), money.MustParse("150 JPY")},
			}},
		},
		Rounding: money.HalfEven, Document: pricing.RoundTotal, Digits: 6, AllowNegative: true,
	}, got)
}

// A schema written as JSON is the schema.
func TestSchemaRoundTrip(t *testing.T) {
	for _, want := range []pricing.Schema{typicalSchema(), everyAccess(), schemaOf(recordStep("d", pricing.StepDiscount))} {
		text, err := json.MarshalIndent(want, "", "  ")
		require.NoError(t, err)
		got, err := pricing.ParseSchema("schema.json", text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestSchemaTextsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a key that is not known": {"name: x\nsteps:\n  - name: list\n    knid: price\n",
			[]string{"4 steps[0]: there is no key knid"}},
		"a key that is nearly known": {"acces: []", []string{"1 : there is no key acces; did you mean access?"}},
		"a key that stands twice":    {"name: x\nname: y", []string{"2 : the key name stands twice"}},
		"all at once": {"digits: many\nallow_negative: 1\nrounding: sideways\nsteps: none\ncurrencies: [USD, XXQ]", []string{
			`1 digits: "many" is no whole number of 64 bits`, `2 allow_negative: "1" is neither true nor false`,
			"3 rounding: unknown rounding mode", "4 steps: this is not a list", `5 currencies[1]: money: unknown currency: currency "XXQ"`,
		}},
		"a number that is none":   {"digits: 1.5", []string{`1 digits: "1.5" is no whole number of 64 bits`}},
		"a list for a text":       {"name: [a]", []string{"1 name: this is not one value"}},
		"a text for a schema":     {"wholesale", []string{"1 : this is not a mapping"}},
		"nothing":                 {"", []string{"0 : the text holds 0 documents; it must hold one"}},
		"two documents":           {"name: x\n---\nname: y\n", []string{"0 : the text holds 2 documents; it must hold one"}},
		"an anchor":               {"name: &a x\nsteps: *a", []string{"1 : anchors, aliases, tags, merges and directives are not admitted"}},
		"not UTF-8":               {"name: \xff", []string{"0 : the text is not UTF-8"}},
		"a tab":                   {"steps:\n\t- name: x", nil},
		"deep":                    {strings.Repeat("[", 1000), nil},
		"an amount without money": {"steps: [{tolerance: {amounts: [1.00]}}]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pricing.ParseSchema("s.yaml", []byte(c.text))
			got := sourceFaults(t, err)
			if c.want == nil {
				assert.NotEmpty(t, got)
				return
			}
			slices.Sort(got)
			for i := range min(len(got), len(c.want)) {
				assert.Contains(t, got[i], c.want[i])
			}
			assert.Len(t, got, len(c.want), "%v", got)
		})
	}
	t.Run("what makes no sense has the path in the schema", func(t *testing.T) {
		_, err := pricing.ParseSchema("s.yaml", []byte(`
access: [{fields: [item]}]
steps:
  - {name: list, kind: price}
  - {name: up, kind: surcharge, base: "subtotal:net"}
  - {name: net, kind: subtotal}
  - {name: self, kind: discount, base: "subtotal:self"}
`))
		assert.ErrorContains(t, err, "steps[1].base: no subtotal step before it has the name net")
		assert.ErrorContains(t, err, "steps[3].base: no subtotal step before it has the name self")
	})
}

// readers are the ways to read records, each with how to write them.
func readers() map[string]struct {
	write func(io.Writer, []pricing.Record) error
	read  func(string, io.Reader) ([]pricing.Record, error)
} {
	type way = struct {
		write func(io.Writer, []pricing.Record) error
		read  func(string, io.Reader) ([]pricing.Record, error)
	}
	return map[string]way{
		"json": {func(w io.Writer, r []pricing.Record) error { return json.NewEncoder(w).Encode(r) }, pricing.ReadRecordsJSON},
		"json lines": {func(w io.Writer, r []pricing.Record) error {
			out := json.NewEncoder(w)
			for i := range r {
				if err := out.Encode(r[i]); err != nil {
					return err
				}
			}
			return nil
		}, pricing.ReadRecordsJSON},
		"yaml": {func(w io.Writer, r []pricing.Record) error {
			return json.NewEncoder(w).Encode(map[string]any{"records": r})
		}, pricing.ReadRecordsYAML},
		"csv": {func(w io.Writer, r []pricing.Record) error { return pricing.WriteRecordsCSV(w, slices.Values(r)) }, pricing.ReadRecordsCSV},
	}
}

// What is written is read again: as the book that it was, to the last byte.
func TestRecordsRoundTrip(t *testing.T) {
	records := recordsOfEveryKind()
	want := newBook(t, records...)
	for name, way := range readers() {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			require.NoError(t, way.write(&text, slices.Collect(want.All())))
			got, err := way.read("records", &text)
			require.NoError(t, err)
			book := newBook(t, got...)
			assert.Equal(t, byID(want), byID(book))
			assert.Equal(t, want.Hash(), book.Hash())
		})
	}
}

func TestReadRecordsYAML(t *testing.T) {
	got, err := pricing.ReadRecordsYAML("prices.yaml", strings.NewReader(`
records:
  - id: LIST-4711
    key: {item: "4711"}
    price: 10.00 USD
    per: 1000
    unit: EA
    from: 2026-01-01
  - id: FREE
    key: {item: B}
    price: 0 USD
    unit: EA
  - id: S
    step: customer
    kind: percent
    key: {account: "100", category: TOOLS}
    scale: {kind: all-units, bound: from, by: value, over: category, rows: [{value: 0 USD}, {value: 500 USD, rate: 2.5%}]}
`))
	require.NoError(t, err)
	assert.Equal(t, []pricing.Record{
		{ID: "LIST-4711", Key: pricing.Key{Item: "4711"}, Price: usd("10"), Per: 1000, Unit: quantity.Each, From: date("2026-01-01")},
		{ID: "FREE", Key: pricing.Key{Item: "B"}, Price: usd("0"), Unit: quantity.Each},
		{ID: "S", Step: "customer", Kind: pricing.Percent, Key: pricing.Key{Account: "100", Category: "TOOLS"}, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, By: pricing.ByValue, Over: pricing.OverCategory,
			Rows: []pricing.ScaleRow{{Value: usd("0")}, {Value: usd("500"), Rate: money.MustRate("2.5%")}},
		}},
	}, got)
	newBook(t, got...)
}

func TestReadRecordsCSV(t *testing.T) {
	text := "\ufeffid;item;account;price;currency;unit;from;scale;bound;at;over\r\n" +
		"L-1;A;;10.50;USD;EA;2026-01-01;;;;\r\n" +
		"L-2;A;100;9.125 USD;;EA;;;;;\r\n" +
		"\r\n" +
		"S;B;;10;USD;EA;;all-units;from;1;item\r\n" +
		"S;;;9.5;USD;;;;;100;\r\n" +
		"S;B;;9;USD;EA;;all-units;from;1000 EA;item\r\n" +
		"Z;C;;0;USD;EA;;;;;\r\n"
	got, err := pricing.ReadRecordsCSV("prices.csv", strings.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, []pricing.Record{
		{ID: "L-1", Key: pricing.Key{Item: "A"}, Price: usd("10.50"), Unit: quantity.Each, From: date("2026-01-01")},
		{ID: "L-2", Key: pricing.Key{Item: "A", Account: "100"}, Price: usd("9.125"), Unit: quantity.Each},
		{ID: "S", Key: pricing.Key{Item: "B"}, Unit: quantity.Each, Scale: &pricing.Scale{
			Kind: pricing.AllUnits, Bound: pricing.BoundFrom, Over: pricing.OverItem, Rows: []pricing.ScaleRow{
				{Quantity: ea(1), Price: usd("10")}, {Quantity: ea(100), Price: usd("9.50")}, {Quantity: ea(1000), Price: usd("9")},
			},
		}},
		{ID: "Z", Key: pricing.Key{Item: "C"}, Price: usd("0"), Unit: quantity.Each},
	}, got)
}

func TestRecordTextsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		read func(string, io.Reader) ([]pricing.Record, error)
		text string
		want []string
	}{
		"yaml, a key that is not known": {pricing.ReadRecordsYAML, "records:\n  - id: A\n    prize: 1 USD\n",
			[]string{"3 records[0]: there is no key prize; did you mean price?"}},
		"yaml, a price without currency": {pricing.ReadRecordsYAML, "records:\n  - id: A\n    price: 1.00\n", []string{"3 records[0].price: money: unknown currency"}},
		"json, a key that is not known": {pricing.ReadRecordsJSON, "[\n{\"id\":\"A\"},\n{\"id\":\"B\",\n\"prize\":1}]",
			[]string{`4 records[1]: unknown field "prize"`}},
		"json, no text":              {pricing.ReadRecordsJSON, "\n\n[{\"id\":5}]", []string{"3 records[0].id: a number is no string"}},
		"json, a price that is none": {pricing.ReadRecordsJSON, `{"id":"A"}` + "\n" + `{"id":"B","price":"1"}`, []string{"2 records[1]: money: unknown currency"}},
		"json, cut off":              {pricing.ReadRecordsJSON, "[\n{\"id\":\"A\"},\n{\"id\"", []string{"3 records[1]: the text ends too early"}},
		"json, not closed":           {pricing.ReadRecordsJSON, `[{"id":"A"}`, []string{"1 records[1]: the text ends too early"}},
		"json, no json":              {pricing.ReadRecordsJSON, "\n[\n{id:5}]", []string{"3 records[0]: invalid character 'i'"}},
		"json, a key twice": {pricing.ReadRecordsJSON, "[{\"id\":\"A\"},\n{\"id\":\"B\",\n\"price\":\"1 USD\",\n\"price\":\"2 USD\"}]",
			[]string{"4 records[1]: the key price stands twice"}},
		"json, a key twice inside":       {pricing.ReadRecordsJSON, `{"id":"A","scale":{"rows":[{"price":"1 USD"},{"rate":"1%","rate" : "2%"}]}}`, []string{"the key rate stands twice"}},
		"json, a key in capitals":        {pricing.ReadRecordsJSON, `{"id":"A: \"","Item":"B"}`, []string{`1 records[0]: unknown field "Item"`}},
		"json, a number as a price":      {pricing.ReadRecordsJSON, `{"id":"A","price":10.00}`, []string{"1 records[0]: a number is no value of a record here"}},
		"json, more after the list":      {pricing.ReadRecordsJSON, `[{"id":"A"}] {}`, []string{"1 records[1]: something stands after the records"}},
		"csv, nothing":                   {pricing.ReadRecordsCSV, "", []string{"1 : there is no row that names the columns"}},
		"csv, a column not known":        {pricing.ReadRecordsCSV, "id,prize\n", []string{"1 prize: there is no column of the name"}},
		"csv, a column twice":            {pricing.ReadRecordsCSV, "id,item,item\n", []string{"1 item: it stands twice"}},
		"csv, no ids":                    {pricing.ReadRecordsCSV, "item,price\n", []string{"1 id: the column is missing"}},
		"csv, two currencies":            {pricing.ReadRecordsCSV, "id,price,currency\nA,1 USD,EUR\n", []string{`2 price: "1 USD" is not in the currency of the row, EUR`}},
		"csv, a row too short":           {pricing.ReadRecordsCSV, "id,item,unit\nA,1,EA\nB,2\n", []string{"3 : wrong number of fields"}},
		"csv, a quote that does not end": {pricing.ReadRecordsCSV, "id,item\nA,\"1\n", []string{`2 : extraneous or missing " in quoted-field`}},
		"csv, many": {pricing.ReadRecordsCSV, "id,price,currency,per,unit,from,rate,at\nA,\"1,5\",USD,x,EAEAEA,1/2/2026,5 %,\nB,1,,1,EA,,,7\n", []string{
			"2 from: calendar:", `2 per: "x" is no whole number`, "2 price: money: not a number", "2 rate: money: not a number", "2 unit:",
			"3 at: it belongs to a scale", "3 price: money: unknown currency",
		}},
		"csv, a scale that contradicts itself": {pricing.ReadRecordsCSV, "id,item,price,unit,scale,bound,at\nS,A,1 USD,EA,all-units,from,1\nS,B,2 USD,EA,all-units,to,\n", []string{
			`3 at: the row of a scale has no bound`, `3 bound: the scale's rows say "from" and "to"`, `3 item: the scale's rows say "A" and "B"`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.read("records", strings.NewReader(c.text))
			got := sourceFaults(t, err)
			slices.Sort(got)
			for i := range min(len(got), len(c.want)) {
				assert.Contains(t, got[i], c.want[i])
			}
			assert.Len(t, got, len(c.want), "%v", got)
		})
	}
	t.Run("a reader that fails", func(t *testing.T) {
		broken := errors.New("the line is dead")
		for name, way := range readers() {
			_, err := way.read("records", io.MultiReader(strings.NewReader("\n"), &failing{broken}))
			assert.ErrorContains(t, err, broken.Error(), name)
		}
	})
	t.Run("no end of faults", func(t *testing.T) {
		_, err := pricing.ReadRecordsCSV("records", strings.NewReader("id,price\n"+strings.Repeat("A,x\n", 1_000_000)))
		assert.Len(t, sourceFaults(t, err), 100)
	})
	t.Run("what CSV cannot hold", func(t *testing.T) {
		lines, empty := listPrice("A", "1 USD"), listPrice("A", "1 USD")
		lines.Key.Account, empty.Scale = "1\r\n2", &pricing.Scale{Kind: pricing.AllUnits, Bound: pricing.BoundFrom}
		for want, record := range map[string]pricing.Record{
			"begins or ends with a space": listPrice(" A", "1 USD"), "a carriage return before a line feed": lines, "its scale has no rows": empty,
		} {
			assert.ErrorContains(t, pricing.WriteRecordsCSV(io.Discard, slices.Values([]pricing.Record{record})), want)
		}
	})
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// A byte order mark, as spreadsheets write it, means nothing in any form.
func TestByteOrderMark(t *testing.T) {
	for name, way := range readers() {
		var text bytes.Buffer
		require.NoError(t, way.write(&text, recordsOfEveryKind()))
		records, err := way.read(name, io.MultiReader(strings.NewReader("\ufeff"), &text))
		require.NoError(t, err, name)
		assert.Len(t, records, len(recordsOfEveryKind()), name)
	}
}

// FuzzRecords reads whatever is given as records, in all ways: nothing panics, and
// what makes a book comes back from it.
func FuzzRecords(f *testing.F) {
	for _, way := range readers() {
		var text bytes.Buffer
		require.NoError(f, way.write(&text, recordsOfEveryKind()))
		f.Add(text.Bytes())
	}
	f.Add([]byte("id,item,price,unit,scale,bound,at\nS,A,1 USD,EA,all-units,from,1\nS,,2 USD,,,,5\n"))
	f.Add([]byte("records:\n- {id: A, key: {item: B}, price: 0 JPY, unit: EA, per: 9223372036854775807}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, way := range readers() {
			records, err := way.read("fuzz", bytes.NewReader(text))
			if err != nil {
				continue
			}
			book, err := pricing.NewBook(records...)
			if err != nil || book.Len() == 0 {
				continue
			}
			again, err := pricing.NewBook(slices.Collect(book.All())...)
			require.NoError(t, err, name)
			require.Equal(t, book.Hash(), again.Hash(), name)
			require.Equal(t, byID(book), byID(again), name)
			var out bytes.Buffer
			if way.write(&out, slices.Collect(book.All())) != nil {
				continue // texts that this form cannot hold
			}
			back, err := way.read("fuzz", &out)
			require.NoError(t, err, name)
			reread, err := pricing.NewBook(back...)
			require.NoError(t, err, name)
			require.Equal(t, book.Hash(), reread.Hash(), name)
		}
	})
}

// FuzzSchema reads whatever is given as a schema; what is accepted is read again from
// its JSON.
func FuzzSchema(f *testing.F) {
	for _, s := range []pricing.Schema{typicalSchema(), everyAccess()} {
		text, err := json.Marshal(s)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte("name: x\naccess: [{fields: [item]}]\nsteps:\n- {name: list, kind: price}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := pricing.ParseSchema("fuzz", text)
		if err != nil {
			return
		}
		written, err := json.Marshal(s)
		require.NoError(t, err)
		again, err := pricing.ParseSchema("fuzz", written)
		require.NoError(t, err)
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(written), string(rewritten))
	})
}

// A rate that was forgotten is no rate of zero.
func TestRecordWithoutItsValue(t *testing.T) {
	_, err := pricing.ReadRecordsYAML("p.yaml", strings.NewReader("records:\n  - {id: A, step: s, kind: percent, key: {item: X}, rate: }\n"))
	var source *pricing.SourceError
	require.ErrorAs(t, err, &source)
	assert.Equal(t, "records[0].rate", source.Path)
	assert.Equal(t, 2, source.Line)
}
