package shipping_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/shipping"
)

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func kg(s string) quantity.Quantity { return quantity.MustParse(s + " KG") }

func newLog(t require.TestingT) *shipping.Log {
	l, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141", First: 1})
	require.NoError(t, err)
	return l
}

func warehouse() shipping.Party {
	return shipping.Party{ID: "W1", Name: "Main warehouse", Address: party.Address{
		Lines: []string{"1 Dock Road"}, City: "Newark", Region: "NJ", PostalCode: "07114", Country: party.UnitedStates,
	}}
}

func store() shipping.Party {
	return shipping.Party{ID: "C1-45", Name: "Store 45", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}},
		Address: party.Address{
			Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118", Country: party.UnitedStates,
		}}
}

// line ships n of an item of which per fill a carton; 0: not known.
func line(id string, n, per int64) shipping.Line {
	return shipping.Line{
		Order: "SO-1", Line: id, Schedule: "1", PurchaseOrder: "PO-77", Item: "I" + id, Description: "Item " + id,
		Quantity: each(n), Base: each(n), PerCarton: each(per),
	}
}

func request(lines ...shipping.Line) shipping.Request {
	return shipping.Request{
		ID: "SH-1", From: warehouse(), To: store(), Carrier: "UPSN", Service: "GROUND", Routing: "R-9",
		FreightTerms: "FOB origin, freight collect",
		ShipDate:     calendar.MustDate("2026-03-30"), DeliveryDate: calendar.MustDate("2026-04-02"), Lines: lines,
	}
}

// contents says what is in the cartons: "0:12 EA 1:3 EA" for 12 of the first
// line and 3 of the second.
func contents(s shipping.Shipment) []string {
	all := make([]string, len(s.Cartons))
	for i, c := range s.Cartons {
		for n, in := range c.Contents {
			if n > 0 {
				all[i] += " "
			}
			all[i] += fmt.Sprintf("%d:%s", in.Line, in.Quantity)
		}
	}
	return all
}

func TestPlan(t *testing.T) {
	alone := line("2", 3, 12)
	alone.NoMix = true
	catchWeight := line("1", 1, 1)
	catchWeight.Quantity, catchWeight.Base, catchWeight.PerCarton = kg("45.5"), kg("45.5"), kg("20")
	third := line("3", 1, 3)

	tests := map[string]struct {
		lines []shipping.Line
		noMix bool
		want  []string
	}{
		"full cartons alone":                {[]shipping.Line{line("1", 36, 12)}, false, []string{"0:12 EA", "0:12 EA", "0:12 EA"}},
		"less than a carton":                {[]shipping.Line{line("1", 5, 12)}, false, []string{"0:5 EA"}},
		"remainders mixed in a last one":    {[]shipping.Line{line("1", 15, 12), line("2", 25, 10)}, false, []string{"0:12 EA", "1:10 EA", "1:10 EA", "0:3 EA 1:5 EA"}},
		"exactly filled by two":             {[]shipping.Line{line("1", 6, 12), line("2", 5, 10)}, false, []string{"0:6 EA 1:5 EA"}},
		"exactly filled by three thirds":    {[]shipping.Line{line("1", 1, 3), line("2", 1, 3), third}, false, []string{"0:1 EA 1:1 EA 2:1 EA"}},
		"no room for the second":            {[]shipping.Line{line("1", 11, 12), line("2", 2, 10)}, false, []string{"0:11 EA", "1:2 EA"}},
		"the third goes where room is":      {[]shipping.Line{line("1", 11, 12), line("2", 2, 10), line("3", 1, 24)}, false, []string{"0:11 EA 2:1 EA", "1:2 EA"}},
		"no mixing at all":                  {[]shipping.Line{line("1", 15, 12), line("2", 5, 10)}, true, []string{"0:12 EA", "0:3 EA", "1:5 EA"}},
		"one line not mixed":                {[]shipping.Line{line("1", 3, 12), alone, line("3", 3, 12)}, false, []string{"0:3 EA 2:3 EA", "1:3 EA"}},
		"unknown size: a carton of its own": {[]shipping.Line{line("1", 500, 0), line("2", 5, 10)}, false, []string{"0:500 EA", "1:5 EA"}},
		"catch weight":                      {[]shipping.Line{catchWeight}, false, []string{"0:20 KG", "0:20 KG", "0:5.5 KG"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := shipping.Plan(request(test.lines...), shipping.Packing{Numbers: newLog(t), NoMix: test.noMix})
			require.NoError(t, err)
			assert.Equal(t, test.want, contents(s))
			require.NoError(t, s.Check())
			for i, c := range s.Cartons {
				assert.Equal(t, i+1, c.Number)
				serial, ok := c.SSCC.Serial(0, "0614141")
				assert.True(t, ok)
				assert.Equal(t, int64(i+1), serial)
			}
		})
	}
}

// Whatever is packed adds up, no carton is overfull, and the same request is
// packed alike.
func TestPlanAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []shipping.Line
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			l := line(fmt.Sprint(i), rapid.Int64Range(1, 200).Draw(t, "n"), rapid.Int64Range(0, 30).Draw(t, "per"))
			l.NoMix = rapid.Bool().Draw(t, "alone")
			lines = append(lines, l)
		}
		packing := shipping.Packing{Numbers: newLog(t), NoMix: rapid.Bool().Draw(t, "noMix")}
		s, err := shipping.Plan(request(lines...), packing)
		require.NoError(t, err)

		sums := make([]int64, len(lines))
		seen := make(map[shipping.SSCC]bool)
		cartonsOf := make([]int64, len(lines))
		for _, c := range s.Cartons {
			require.False(t, seen[c.SSCC])
			seen[c.SSCC] = true
			share := 0.0
			for _, in := range c.Contents {
				n, whole := in.Quantity.Int64()
				require.True(t, whole)
				sums[in.Line] += n
				cartonsOf[in.Line]++
				l := lines[in.Line]
				if len(c.Contents) > 1 {
					require.False(t, packing.NoMix || l.NoMix || l.PerCarton.IsZero())
				}
				if per, _ := l.PerCarton.Int64(); per > 0 {
					share += float64(n) / float64(per)
				}
			}
			require.LessOrEqual(t, share, 1+1e-9)
		}
		for i, l := range lines {
			n, _ := l.Base.Int64()
			require.Equal(t, n, sums[i])
			if per, _ := l.PerCarton.Int64(); per > 0 {
				require.Equal(t, (n+per-1)/per, cartonsOf[i], "a line is not spread over more cartons than it needs")
			}
		}
		again, err := shipping.Plan(request(lines...), shipping.Packing{Numbers: newLog(t), NoMix: packing.NoMix})
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}

func TestWeights(t *testing.T) {
	weigh := func(l shipping.Line, w string) shipping.Line { l.UnitWeight = quantity.MustParse(w); return l }
	plan := func(lines ...shipping.Line) shipping.Shipment {
		s, err := shipping.Plan(request(lines...), shipping.Packing{Numbers: newLog(t)})
		require.NoError(t, err)
		return s
	}
	s := plan(weigh(line("1", 15, 12), "0.35 KG"), weigh(line("2", 2, 10), "1.5 KG"))
	assert.Equal(t, kg("4.2"), s.Cartons[0].Weight)
	assert.Equal(t, kg("4.05"), s.Cartons[1].Weight)
	assert.Equal(t, kg("8.25"), s.Weight)

	s = plan(weigh(line("1", 12, 12), "1 LB"), weigh(line("2", 10, 10), "500 GR"))
	assert.Equal(t, kg("5.44310844"), s.Cartons[0].Weight, "12 pounds")
	assert.Equal(t, kg("10.44310844"), s.Weight, "two units are added in kilograms")

	s = plan(weigh(line("1", 12, 12), "2 LB"))
	assert.Equal(t, quantity.MustParse("24 LB"), s.Weight, "one unit stays")

	s = plan(weigh(line("1", 12, 12), "1 KG"), line("2", 3, 10))
	assert.Equal(t, kg("12"), s.Cartons[0].Weight)
	assert.True(t, s.Cartons[1].Weight.IsZero())
	assert.True(t, s.Weight.IsZero(), "a part is not known, so the whole is not")
}

func TestValidate(t *testing.T) {
	change := func(f func(*shipping.Request)) shipping.Request {
		r := request(line("1", 15, 12), line("2", 5, 10))
		f(&r)
		return r
	}
	tests := map[string]struct {
		request  shipping.Request
		code     string
		path     string
		severity finding.Severity
	}{
		"no number":      {change(func(r *shipping.Request) { r.ID = "" }), "shipping.id.missing", "id", finding.Block},
		"no destination": {change(func(r *shipping.Request) { r.To = shipping.Party{Name: "?"} }), "shipping.address.missing", "to.address", finding.Block},
		"destination by number alone": {change(func(r *shipping.Request) { r.To.Address = party.Address{} }),
			"shipping.address.missing", "to.address", finding.Warning},
		"no origin":      {change(func(r *shipping.Request) { r.From = shipping.Party{} }), "shipping.address.missing", "from.address", finding.Block},
		"bad address":    {change(func(r *shipping.Request) { r.To.Address.PostalCode = "?" }), "shipping.address", "to.address.postal_code", finding.Warning},
		"dates":          {change(func(r *shipping.Request) { r.DeliveryDate = calendar.MustDate("2026-03-29") }), "shipping.date.order", "delivery_date", finding.Block},
		"no lines":       {change(func(r *shipping.Request) { r.Lines = nil }), "shipping.lines.missing", "lines", finding.Block},
		"no order":       {change(func(r *shipping.Request) { r.Lines[1].Order = "" }), "shipping.line.reference", "lines[1].order", finding.Block},
		"no order line":  {change(func(r *shipping.Request) { r.Lines[1].Line = "" }), "shipping.line.reference", "lines[1].line", finding.Block},
		"no item":        {change(func(r *shipping.Request) { r.Lines[1].Item = "" }), "shipping.line.reference", "lines[1].item", finding.Block},
		"a line twice":   {change(func(r *shipping.Request) { r.Lines[1].Line = "1" }), "shipping.line.reference", "lines[1]", finding.Block},
		"nothing":        {change(func(r *shipping.Request) { r.Lines[0].Quantity = each(0) }), "shipping.line.quantity", "lines[0].quantity", finding.Block},
		"less":           {change(func(r *shipping.Request) { r.Lines[0].Base = each(-1) }), "shipping.line.quantity", "lines[0].base", finding.Block},
		"no unit":        {change(func(r *shipping.Request) { r.Lines[0].Base = quantity.New(1, 0) }), "shipping.line.quantity", "lines[0].base", finding.Block},
		"unknown carton": {change(func(r *shipping.Request) { r.Lines[0].PerCarton = each(0) }), "shipping.line.carton-size", "lines[0].per_carton", finding.Warning},
		"no carton":      {change(func(r *shipping.Request) { r.Lines[0].PerCarton = each(-1) }), "shipping.line.carton-size", "lines[0].per_carton", finding.Block},
		"carton in another unit": {change(func(r *shipping.Request) { r.Lines[0].PerCarton = kg("2") }),
			"shipping.line.carton-size", "lines[0].per_carton", finding.Block},
		"weight in pieces": {change(func(r *shipping.Request) { r.Lines[0].UnitWeight = each(2) }), "shipping.line.weight", "lines[0].unit_weight", finding.Block},
		"weight below zero": {change(func(r *shipping.Request) { r.Lines[0].UnitWeight = kg("-2") }),
			"shipping.line.weight", "lines[0].unit_weight", finding.Block},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found := test.request.Validate().With(test.code)
			require.NotEmpty(t, found)
			assert.Equal(t, test.path, found[0].Path)
			assert.Equal(t, test.severity, found[0].Severity)
			assert.NotEmpty(t, found[0].Fix)
			_, err := shipping.Plan(test.request, shipping.Packing{Numbers: newLog(t)})
			if test.severity == finding.Block {
				var invalid *shipping.InvalidError
				require.ErrorAs(t, err, &invalid)
				assert.NotEmpty(t, invalid.Findings.With(test.code))
				assert.Contains(t, err.Error(), test.code)
			} else {
				require.NoError(t, err)
			}
		})
	}
	sound := change(func(*shipping.Request) {})
	assert.Empty(t, sound.Validate())
}

func TestPlanBounds(t *testing.T) {
	log := newLog(t)
	for name, lines := range map[string][]shipping.Line{
		"one line":        {line("1", shipping.MaxCartons+1, 1)},
		"two lines":       {line("1", shipping.MaxCartons, 1), line("2", 1, 2)},
		"an endless line": {line("1", math.MaxInt64, 1)},
	} {
		_, err := shipping.Plan(request(lines...), shipping.Packing{Numbers: log})
		var invalid *shipping.InvalidError
		require.ErrorAs(t, err, &invalid, name)
		assert.NotEmpty(t, invalid.Findings.With("shipping.cartons"), name)
	}
	next, err := log.Next()
	require.NoError(t, err)
	serial, _ := next.Serial(0, "0614141")
	assert.Equal(t, int64(1), serial, "no number was used")

	_, err = shipping.Plan(request(line("1", 1, 1)), shipping.Packing{})
	var invalid *shipping.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.NotEmpty(t, invalid.Findings.With("shipping.numbers.missing"))

	tiny := line("1", 1, 1)
	tiny.Quantity, tiny.Base, tiny.PerCarton = kg("9000000000000000000"), kg("9000000000000000000"), kg("0.000000000000000001")
	_, err = shipping.Plan(request(tiny), shipping.Packing{Numbers: log})
	require.ErrorAs(t, err, &invalid)
}

type broken struct{ error }

func (b broken) Next() (shipping.SSCC, error) { return "", b.error }

func TestPlanWithoutNumbers(t *testing.T) {
	down := errors.New("no numbers today")
	_, err := shipping.Plan(request(line("1", 1, 1)), shipping.Packing{Numbers: broken{down}})
	require.ErrorIs(t, err, down)

	log, err := shipping.NewLog(shipping.LogConfig{Prefix: "061414112345", First: 9_998})
	require.NoError(t, err)
	_, err = shipping.Plan(request(line("1", 3, 1)), shipping.Packing{Numbers: log})
	var serial *shipping.SerialError
	require.ErrorAs(t, err, &serial)
	assert.Equal(t, int64(10_000), serial.Serial)
}

func TestCheck(t *testing.T) {
	tests := map[string]func(*shipping.Shipment){
		"a carton is missing":     func(s *shipping.Shipment) { s.Cartons = s.Cartons[:1] },
		"a carton is misnumbered": func(s *shipping.Shipment) { s.Cartons[1].Number = 3 },
		"no code":                 func(s *shipping.Shipment) { s.Cartons[1].SSCC = "" },
		"a code twice":            func(s *shipping.Shipment) { s.Cartons[1].SSCC = s.Cartons[0].SSCC },
		"more than the line":      func(s *shipping.Shipment) { s.Cartons[0].Contents[0].Quantity = each(13) },
		"less than nothing":       func(s *shipping.Shipment) { s.Cartons[0].Contents[0].Quantity = each(-1) },
		"another unit":            func(s *shipping.Shipment) { s.Cartons[1].Contents[0].Quantity = kg("3") },
		"no such line":            func(s *shipping.Shipment) { s.Cartons[0].Contents[0].Line = 2 },
		"a line of its own":       func(s *shipping.Shipment) { s.Lines = append(s.Lines, line("9", 1, 1)) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := shipping.Plan(request(line("1", 15, 12), line("2", 2, 4)), shipping.Packing{Numbers: newLog(t)})
			require.NoError(t, err)
			spoil(&s)
			var packing *shipping.PackingError
			require.ErrorAs(t, s.Check(), &packing)
			_, err = s.PackingList()
			require.ErrorAs(t, err, &packing)
			require.ErrorAs(t, newLog(t).Record(shipping.Planned{Shipment: s}), &packing)
		})
	}
}
