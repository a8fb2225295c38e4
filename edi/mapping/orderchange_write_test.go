package mapping_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// less is a change of ours: less of a line, another price of a second one, and a third.
func less() mapping.OrderChange {
	return mapping.OrderChange{
		Document: order.Document{PurchaseOrder: "PO-1001", Release: "7", Type: order.Standard, Date: calendar.MustDate("2026-03-26"), Currency: money.USD,
			RequestedDelivery: calendar.MustDate("2026-04-09")},
		Sequence: "3", Date: calendar.MustDate("2026-03-30"),
		Lines: []mapping.LineChange{
			{Kind: mapping.DecreaseLine, Code: "QD", Left: each(60), Request: order.Request{ID: "1", Quantity: each(60),
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}}},
			{Kind: mapping.ChangePrice, Code: "PC", Left: each(10), Request: order.Request{ID: "2", Quantity: each(10), Price: price("5.20")}},
			{Kind: mapping.AddLine, Code: "AI", Left: each(5), Request: order.Request{ID: "3", Quantity: each(5), Description: "Brush, flat",
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-30"}}, RequestedShip: calendar.MustDate("2026-04-07")}},
			{Kind: mapping.DeleteLine, Code: "DI", Request: order.Request{ID: "4"}},
		},
	}
}

// A change of ours, as a vendor gets it.
func TestWritePurchaseOrderChange(t *testing.T) {
	change := less()
	segments, err := mapping.WritePurchaseOrderChange(&change, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BCH*04*SA*PO-1001*7*3*20260326*****20260330
CUR*BY*USD
DTM*002*20260409
POC*1*QD*60*60*EA***VN*BR-10
POC*2*PC*10*10*EA*5.2
POC*3*AI*5*5*EA***VN*BR-30
PID*F****Brush, flat
DTM*010*20260407
POC*4*DI
CTT*4`, lines(segments))
	sound(t, "860", "", segments)

	change.Lines[0].Left, change.Lines[0].Code = quantity.Quantity{}, ""
	again, err := mapping.WritePurchaseOrderChange(&change, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, lines(segments), lines(again), "code and what is still to come follow from kind and quantity")

	change.Cancel, change.Lines = true, nil
	segments, err = mapping.WritePurchaseOrderChange(&change, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "BCH*01*SA*")
}

// edi.md: 860 POC03 is the new total by default; a partner profile may say it is the
// difference. What a buyer writes is what the vendor takes it for.
func TestFigureChangeTotalOrDifference(t *testing.T) {
	line := order.Line{Request: order.Request{Quantity: each(100)}, Base: each(100),
		Schedules: []order.Schedule{{ID: "1", Quantity: each(100)}}}
	for _, c := range []struct {
		agreed, difference bool
		quantity, total    int64
		fails              bool
	}{
		{false, false, 60, 60, false},
		{true, true, 40, 60, false},
		{false, true, 40, 0, true},
		{true, false, 60, 0, true},
	} {
		change := less()
		change.Lines = change.Lines[:1]
		change.Lines[0].Quantity, change.Lines[0].Difference = each(c.quantity), c.difference
		segments, err := mapping.WritePurchaseOrderChange(&change, mapping.Options{ChangeIsDifference: c.agreed})
		var field *mapping.FieldError
		if c.fails {
			require.ErrorAs(t, err, &field)
			assert.Equal(t, []any{"POC", 3}, []any{field.Segment, field.Element})
			continue
		}
		require.NoError(t, err)
		read, found := mapping.ReadPurchaseOrderChange(rapidSet(t, "860", segments), mapping.Options{ChangeIsDifference: c.agreed})
		require.False(t, found.Blocks(), "%v", found)
		total, known, err := read.Lines[0].Total(&line)
		require.NoError(t, err)
		require.True(t, known)
		assert.Equal(t, each(c.total), total)
	}
}

// What is drawn is written, conforms to both releases, and reads back equal.
func TestPurchaseOrderChangeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t)
		change := mapping.OrderChange{Document: doc, Sequence: rapid.StringMatching("[0-9]{0,8}").Draw(t, "sequence"), Date: calendar.MustDate("2026-03-30"),
			Cancel: rapid.Bool().Draw(t, "cancel")}
		change.Document.Lines = nil
		agreed := mapping.Options{ChangeIsDifference: rapid.Bool().Draw(t, "difference"), Version: rapid.SampledFrom([]string{"", "005010"}).Draw(t, "version")}
		for i, request := range doc.Lines {
			kind := rapid.SampledFrom([]mapping.ChangeKind{mapping.AddLine, mapping.DeleteLine, mapping.IncreaseLine, mapping.DecreaseLine,
				mapping.ChangeValues, mapping.ChangeDates, mapping.ReplaceItem, mapping.KeepLine}).Draw(t, fmt.Sprint("kind", i))
			l := mapping.LineChange{Request: request, Kind: kind, Difference: agreed.ChangeIsDifference && kind != mapping.AddLine,
				Left: quantity.New(rapid.Int64Range(0, 9_999_999).Draw(t, "left"), request.Quantity.Unit())}
			if kind == mapping.DeleteLine {
				l.Quantity, l.Left, l.Difference, l.Price, l.PricePer = quantity.Quantity{}, quantity.Quantity{}, false, nil, 0
			}
			change.Lines = append(change.Lines, l)
		}
		segments, err := mapping.WritePurchaseOrderChange(&change, agreed)
		require.NoError(t, err)
		sound(t, "860", agreed.Version, segments)
		read, found := mapping.ReadPurchaseOrderChange(rapidSet(t, "860", segments), agreed)
		for _, f := range found {
			require.Equal(t, finding.Info, f.Severity, "%v", found)
		}
		read.Document.Source = order.Source{}
		for i := range read.Lines {
			change.Lines[i].Code = read.Lines[i].Code
		}
		require.Equal(t, change, read)
	})
}

// What a vendor would not understand is an error.
func TestWritePurchaseOrderChangeErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*mapping.OrderChange)
		place  string
	}{
		"no date of the order": {func(c *mapping.OrderChange) { c.Document.Date = calendar.Date{} }, "BCH06"},
		"no line":              {func(c *mapping.OrderChange) { c.Lines[0].ID = "" }, "POC01"},
		"no kind":              {func(c *mapping.OrderChange) { c.Lines[0].Kind, c.Lines[0].Code = "", "" }, "POC02"},
		"another kind":         {func(c *mapping.OrderChange) { c.Lines[0].Code = "QI" }, "POC02"},
		"no quantity":          {func(c *mapping.OrderChange) { c.Lines[0].Quantity = quantity.Quantity{} }, "POC05"},
		"less than nothing":    {func(c *mapping.OrderChange) { c.Lines[0].Quantity = each(-1) }, "POC03"},
		"another unit":         {func(c *mapping.OrderChange) { c.Lines[0].Left = quantity.New(1, quantity.Case) }, "POC03"},
		"no item":              {func(c *mapping.OrderChange) { c.Lines[2].Identifiers = nil }, "POC07"},
	} {
		t.Run(name, func(t *testing.T) {
			change := less()
			c.change(&change)
			_, err := mapping.WritePurchaseOrderChange(&change, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, c.place, fmt.Sprintf("%s%02d", field.Segment, field.Element), "%v", err)
		})
	}
}
