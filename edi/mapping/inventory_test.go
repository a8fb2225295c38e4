package mapping_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// advised is what a channel is told of two items at two sites.
func advised() advice.Advice {
	return advice.Advice{
		Channel: "marketplace", Number: 7, Kind: advice.Changes, At: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC),
		Lines: []advice.Line{
			{Item: "BR-10", Site: "BER", Quantity: 45, Later: []advice.Later{
				{Date: calendar.MustDate("2026-03-06"), Quantity: 72}, {Date: calendar.MustDate("2026-03-20"), Quantity: 60}}},
			{Item: "BR-10", Site: "LYO", Withdrawn: true},
			{Item: "CH-1", Site: "BER", Quantity: 12_500},
		},
	}
}

// called describes the items of advised.
func called(item string) (mapping.AdvisedItem, error) {
	switch item {
	case "BR-10":
		return mapping.AdvisedItem{Unit: quantity.Each, Description: "Brush, round",
			Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "012345670015"}, {Scheme: order.SchemeBuyer, Value: "4711"}}}, nil
	case "CH-1":
		return mapping.AdvisedItem{Unit: quantity.Kilogram, CatchWeight: true}, nil
	}
	return mapping.AdvisedItem{}, errUnknownItem
}

var errUnknownItem = errors.New("no such item")

func TestInventoryAdvice(t *testing.T) {
	segments, err := mapping.WriteInventoryAdvice(advised(), called, mapping.Options{Sites: map[string]string{"BER": "0045"}})
	require.NoError(t, err)
	assert.Equal(t, `BIA*04*SI*7*20260302*0930
LIN*1*UP*012345670015*BP*4711*VN*BR-10
PID*F****Brush, round
QTY*33*45*EA
QTY*29*72*EA
DTM*018*20260306
QTY*29*60*EA
DTM*018*20260320
N1*WH**92*0045
LIN*2*UP*012345670015*BP*4711*VN*BR-10
PID*F****Brush, round
G53*002
QTY*33*0*EA
N1*WH**91*LYO
LIN*3*VN*CH-1
QTY*33*12.5*KG
N1*WH**92*0045
CTT*3`, lines(segments))
	conforms(t, "846", segments)

	a := advised()
	a.Kind, a.Lines = advice.Full, nil
	segments, err = mapping.WriteInventoryAdvice(a, called, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, "BIA*00*SI*7*20260302*0930\nCTT*0", lines(segments))
}

func TestInventoryAdviceThatCannotBeWritten(t *testing.T) {
	later := func(n int) (days []advice.Later) {
		for i := range n {
			days = append(days, advice.Later{Date: calendar.MustDate("2026-03-03").AddDays(i), Quantity: int64(i)})
		}
		return days
	}
	for name, c := range map[string]struct {
		line    advice.Line
		segment string
		element int
	}{
		"a quantity without limit": {advice.Line{Item: "BR-10", Quantity: atp.MaxQuantity}, "QTY", 2},
		"too many later days":      {advice.Line{Item: "BR-10", Later: later(99)}, "QTY", 3},
		"a site of one character":  {advice.Line{Item: "BR-10", Site: "A"}, "N1", 4},
	} {
		t.Run(name, func(t *testing.T) {
			a := advised()
			a.Lines = []advice.Line{c.line}
			segments, err := mapping.WriteInventoryAdvice(a, called, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, []any{"846", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, field.Error())
			assert.Empty(t, segments, "all or nothing")
		})
	}
	a := advised()
	a.Lines = []advice.Line{{Item: "BR-10", Later: later(98)}}
	_, err := mapping.WriteInventoryAdvice(a, called, mapping.Options{})
	require.NoError(t, err, "98 days fit beside today")
	a.Lines = []advice.Line{{Item: "NO-1"}}
	_, err = mapping.WriteInventoryAdvice(a, called, mapping.Options{})
	require.ErrorIs(t, err, errUnknownItem)
	a.Lines = make([]advice.Line, 10_001)
	for i := range a.Lines {
		a.Lines[i].Item = "BR-10"
	}
	_, err = mapping.WriteInventoryAdvice(a, called, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "LIN", field.Segment)
}

// What is told reads back with the same quantities, sites and days.
func TestInventoryReadsBack(t *testing.T) {
	a := advised()
	segments, err := mapping.WriteInventoryAdvice(a, called, mapping.Options{})
	require.NoError(t, err)
	feed, found := mapping.ReadInventoryAdvice(set(t, "846\n"+lines(segments)), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, "7", feed.Reference)
	assert.Equal(t, calendar.MustDate("2026-03-02"), feed.Date)
	assert.Equal(t, advice.Changes, feed.Kind)
	require.Len(t, feed.Lines, len(a.Lines))
	for i, l := range a.Lines {
		it, err := called(l.Item)
		require.NoError(t, err)
		count := func(n int64) quantity.Quantity {
			if it.CatchWeight {
				return quantity.FromThousandths(n, it.Unit)
			}
			return quantity.New(n, it.Unit)
		}
		read := feed.Lines[i]
		assert.Equal(t, append(it.Identifiers, order.ItemIdentifier{Scheme: order.SchemeVendor, Value: l.Item}), read.Identifiers)
		assert.True(t, count(l.Quantity).Equal(read.Quantity), "%s", read.Quantity)
		assert.Equal(t, l.Withdrawn, read.Withdrawn)
		assert.Equal(t, l.Site, read.Site.Identifiers[0].Value)
		require.Len(t, read.Later, len(l.Later))
		for n, later := range l.Later {
			assert.Equal(t, later.Date, read.Later[n].Date)
			assert.True(t, count(later.Quantity).Equal(read.Later[n].Quantity))
		}
	}
}

// Vendors tell the same stock in several ways.
func TestInventoryOfVendors(t *testing.T) {
	const head, tail = "846\nBIA*00*SI*F-1*20260302\nLIN*1*VN*BR-10\n", "\nCTT*1"
	for name, c := range map[string]struct{ told, want string }{
		"available":                       {"QTY*33*45*EA", "45 EA"},
		"available before on hand":        {"QTY*17*60*EA\nQTY*33*45*EA", "45 EA"},
		"on hand alone":                   {"QTY*17*60*EA", "60 EA"},
		"oversold":                        {"QTY*33*-3*EA", "0 EA"},
		"counted on a day before":         {"QTY*33*45*EA\nDTM*018*20260228", "45 EA"},
		"later in all":                    {"QTY*33*45*EA\nQTY*29*72*EA\nDTM*018*20260306", "45 EA, 2026-03-06 72 EA"},
		"days out of order":               {"QTY*33*1*EA\nQTY*29*3*EA\nDTM*018*20260308\nQTY*29*2*EA\nDTM*018*20260306", "1 EA, 2026-03-06 2 EA, 2026-03-08 3 EA"},
		"what is added":                   {"QTY*33*45*EA\nSCH*27*EA***018*20260306\nSCH*3*EA***018*20260309", "45 EA, 2026-03-06 72 EA, 2026-03-09 75 EA"},
		"added on one day, twice":         {"QTY*33*45*EA\nSCH*27*EA***018*20260306\nSCH*3*EA***018*20260306", "45 EA, 2026-03-06 75 EA"},
		"added before the report":         {"QTY*33*45*EA\nSCH*5*EA***018*20260302", "50 EA"},
		"only later":                      {"QTY*29*72*EA\nDTM*018*20260306", "0 EA, 2026-03-06 72 EA"},
		"no longer offered":               {"G53*002", "withdrawn"},
		"a day on which the stock spoils": {"QTY*33*45*EA\nDTM*036*20260306", "45 EA"},
		"an agreed unit":                  {"QTY*33*4*C12", "4 CA"},
	} {
		t.Run(name, func(t *testing.T) {
			feed, found := mapping.ReadInventoryAdvice(set(t, head+c.told+tail), mapping.Options{Units: map[string]quantity.Unit{"C12": quantity.Case}})
			assert.False(t, found.Blocks(), "%v", found)
			require.Len(t, feed.Lines, 1)
			l := feed.Lines[0]
			got := l.Quantity.String()
			for _, later := range l.Later {
				got += fmt.Sprintf(", %s %s", later.Date, later.Quantity)
			}
			if l.Withdrawn {
				got = "withdrawn"
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// A line that cannot be read is left out, and the finding names its place.
func TestInventoryThatCannotBeRead(t *testing.T) {
	const text = "846\nBIA*00*SI*F-1*20260302\nLIN*1*VN*BR-10\nQTY*33*45*EA\nLIN*2*VN*BR-20\nQTY*33*7*EA\nCTT*2"
	for _, c := range []struct{ name, old, new, code, path string }{
		{"no number", "*45*", "*x*", "quantity", "segments[4].QTY.2"},
		{"no quantity", "*45*", "**", "quantity-missing", "segments[4].QTY.2"},
		{"no unit", "*45*EA", "*45", "unit-missing", "segments[4].QTY.3"},
		{"no unit of measure", "*45*EA", "*45*??", "unit", "segments[4].QTY.3"},
		{"another kind of quantity", "QTY*33*45", "QTY*63*45", "quantity-missing", "segments[3].LIN"},
		{"no item", "LIN*1*VN*BR-10", "LIN*1", "item-missing", "segments[3].LIN.3"},
		{"two answers", "*45*EA", "*45*EA\nQTY*33*46*EA", "quantity-repeated", "segments[5].QTY.2"},
		{"two answers for a day", "*45*EA", "*45*EA\nQTY*29*46*EA\nDTM*018*20260306\nQTY*29*47*EA\nDTM*018*20260306", "quantity-repeated", "segments[4].QTY.2"},
		{"two units", "*45*EA", "*45*EA\nQTY*29*46*CA\nDTM*018*20260306", "quantity-mixed", "segments[4].QTY.3"},
		{"two units, added", "*45*EA", "*45*EA\nSCH*46*CA***018*20260306", "quantity-mixed", "segments[4].QTY.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, text, c.old)
			feed, found := mapping.ReadInventoryAdvice(set(t, strings.Replace(text, c.old, c.new, 1)), mapping.Options{})
			of := found.With("mapping.846." + c.code)
			require.Len(t, of, 1, "%v", found)
			assert.True(t, of.Blocks())
			assert.Contains(t, of[0].Path, c.path)
			require.Len(t, feed.Lines, 1, "the other line stands")
			assert.Equal(t, each(7), feed.Lines[0].Quantity)
		})
	}
	for name, c := range map[string]struct{ old, new, code string }{
		"a report that is asked for":   {"BIA*00", "BIA*13", "purpose"},
		"no date":                      {"*20260302", "*2026", "date-missing"},
		"no beginning":                 {"BIA*00*SI*F-1*20260302\n", "", "bia-missing"},
		"two beginnings":               {"LIN*1", "BIA*00*SI*F-1*20260302\nLIN*1", "bia-repeated"},
		"another number of lines":      {"CTT*2", "CTT*3", "line-count"},
		"a purpose that is not plain":  {"BIA*00", "BIA*08", "purpose"},
		"what comes on an unknown day": {"*45*EA", "*45*EA\nSCH*1*EA***018*soon", "schedule"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := mapping.ReadInventoryAdvice(set(t, strings.Replace(text, c.old, c.new, 1)), mapping.Options{})
			assert.NotEmpty(t, found.With("mapping.846."+c.code), "%v", found)
		})
	}
	_, found := mapping.ReadInventoryAdvice(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.846.wrong-set"))
	for code, kind := range map[string]advice.Kind{"00": advice.Full, "05": advice.Full, "04": advice.Changes, "25": advice.Changes} {
		feed, found := mapping.ReadInventoryAdvice(set(t, strings.Replace(text, "BIA*00", "BIA*"+code, 1)), mapping.Options{})
		assert.Equal(t, kind, feed.Kind, code)
		assert.Empty(t, found.With("mapping.846.purpose"), code)
	}
	feed, _ := mapping.ReadInventoryAdvice(set(t, strings.Replace(text, "BIA*00", "BIA*08", 1)), mapping.Options{})
	assert.Equal(t, advice.Changes, feed.Kind, "nothing is taken for gone")
}
