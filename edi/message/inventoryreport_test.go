package message_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// advised is what a channel is told: of one item now and later at a site, of one by
// weight, and one that is no longer offered.
func advised() advice.Advice {
	return advice.Advice{Number: 12, Kind: advice.Full, At: time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC), Lines: []advice.Line{
		{Item: "BR-10", Site: "BER", Quantity: 45, Later: []advice.Later{{Date: calendar.MustDate("2026-03-06"), Quantity: 72}, {Date: calendar.MustDate("2026-03-09"), Quantity: 60}}},
		{Item: "CH-1", Quantity: 12_500},
		{Item: "BR-20", Site: "HAM", Withdrawn: true},
	}}
}

func describe(item string) (mapping.AdvisedItem, error) {
	switch item {
	case "CH-1":
		return mapping.AdvisedItem{Description: "Cheese", Unit: quantity.Kilogram, CatchWeight: true}, nil
	case "BR-10":
		return mapping.AdvisedItem{Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}}, Unit: quantity.Each}, nil
	}
	return mapping.AdvisedItem{Unit: quantity.Each}, nil
}

var sites = mapping.Options{Sites: map[string]string{"BER": "5412345000044"}}

func TestInventoryReport(t *testing.T) {
	segments, err := message.WriteInventoryReport(advised(), describe, "D96A", sites)
	require.NoError(t, err)
	conformsTo(t, "INVRPT", "96A", segments)
	assert.Equal(t, `BGM+35+12+9
DTM+137:202603020730:203
DTM+366:20260302:102
LIN+1++4000862141404:EN
PIA+1+BR-10:SA
LOC+18+5412345000044::92
QTY+145:45:EA
QTY+99:72:EA
DTM+44:20260306:102
QTY+99:60:EA
DTM+44:20260309:102
LIN+2
PIA+5+CH-1:SA
IMD+F++:::Cheese
QTY+145:12.5:KGM
LIN+3+2
PIA+5+BR-20:SA
LOC+18+HAM::91
QTY+145:0:EA`, lines(segments))
	segments, err = message.WriteInventoryReport(advised(), describe, "D01B", sites)
	require.NoError(t, err)
	conformsTo(t, "INVRPT", "01B", segments)
	assert.Contains(t, lines(segments), "LOC+18+5412345000044::92\nINV++1\nQTY+145:45:EA\nINV++1\nQTY+99:72:EA\nDTM+44:20260306:102\n")
}

func TestInventoryReportReadsBack(t *testing.T) {
	for _, directory := range []string{"D96A", "D01B"} {
		segments, err := message.WriteInventoryReport(advised(), describe, directory, sites)
		require.NoError(t, err)
		got, found := message.ReadInventoryReport(conformsTo(t, "INVRPT", directory[1:], segments), mapping.Options{})
		assert.Empty(t, found)
		got.Source = order.Source{}
		vendor := func(n string) order.ItemIdentifier { return order.ItemIdentifier{Scheme: order.SchemeVendor, Value: n} }
		site := func(scheme party.Scheme, n string) order.Party {
			return order.Party{Role: party.ShipFrom, Identifiers: []party.Identifier{{Scheme: scheme, Value: n}}}
		}
		assert.Equal(t, mapping.StockFeed{Reference: "12", Date: calendar.MustDate("2026-03-02"), Kind: advice.Full, Lines: []mapping.StockLine{
			{Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, vendor("BR-10")}, Site: site(party.AssignedByBuyer, "5412345000044"), Quantity: each(45),
				Later: []mapping.LaterStock{{Date: calendar.MustDate("2026-03-06"), Quantity: each(72)}, {Date: calendar.MustDate("2026-03-09"), Quantity: each(60)}}},
			{Identifiers: []order.ItemIdentifier{vendor("CH-1")}, Description: "Cheese", Quantity: qty("12.5 KG")},
			{Identifiers: []order.ItemIdentifier{vendor("BR-20")}, Site: site(party.AssignedBySeller, "HAM"), Quantity: each(0), Withdrawn: true},
		}}, got)
	}
}

func TestInventoryReportErrors(t *testing.T) {
	var field *mapping.FieldError
	a := advised()
	a.Lines[0].Quantity = atp.MaxQuantity
	_, err := message.WriteInventoryReport(a, describe, "D96A", sites)
	require.ErrorAs(t, err, &field)
	assert.Equal(t, []any{"INVRPT", "QTY"}, []any{field.Set, field.Segment})
	missing := errors.New("no such item")
	_, err = message.WriteInventoryReport(advised(), func(string) (mapping.AdvisedItem, error) { return mapping.AdvisedItem{}, missing }, "D96A", sites)
	assert.ErrorIs(t, err, missing)
	later, err := message.WriteInventoryReport(advised(), describe, "D07A", sites)
	require.NoError(t, err)
	assert.Contains(t, lines(later), "INV++1\nQTY+145:45:EA\n", "the nearest is D.01B")
	a.Lines = make([]advice.Line, 10_000)
	_, err = message.WriteInventoryReport(a, describe, "D96A", sites)
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "LIN", field.Segment)
	a = advised()
	a.Kind = advice.Changes
	segments, err := message.WriteInventoryReport(a, describe, "D96A", sites)
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "BGM+35+12+4\n")
}

func TestInventoryReportsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := advice.Advice{Number: rapid.Uint64().Draw(t, "number"), Kind: advice.Full, At: time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)}
		for i := range rapid.IntRange(0, 6).Draw(t, "lines") {
			l := advice.Line{Item: fmt.Sprint("I-", i), Site: rapid.SampledFrom([]string{"", "BER", "HAM"}).Draw(t, "site"), Quantity: rapid.Int64Range(0, 1_000_000).Draw(t, "now")}
			day := calendar.MustDate("2026-03-02")
			for range rapid.IntRange(0, 4).Draw(t, "later") {
				day = day.AddDays(rapid.IntRange(1, 9).Draw(t, "days"))
				l.Later = append(l.Later, advice.Later{Date: day, Quantity: rapid.Int64Range(0, 1_000_000).Draw(t, "then")})
			}
			a.Lines = append(a.Lines, l)
		}
		directory := rapid.SampledFrom([]string{"D96A", "D01B"}).Draw(t, "directory")
		segments, err := message.WriteInventoryReport(a, describe, directory, sites)
		require.NoError(t, err)
		got, found := message.ReadInventoryReport(conformsTo(t, "INVRPT", directory[1:], segments), mapping.Options{})
		require.Empty(t, found)
		require.Len(t, got.Lines, len(a.Lines))
		for i, l := range a.Lines {
			back := advice.Line{Item: got.Lines[i].Identifiers[0].Value, Site: l.Site, Quantity: got.Lines[i].Quantity.Coefficient()}
			for _, later := range got.Lines[i].Later {
				n, _ := later.Quantity.Int64()
				back.Later = append(back.Later, advice.Later{Date: later.Date, Quantity: n})
			}
			back.Quantity, _ = got.Lines[i].Quantity.Int64()
			require.Equal(t, l, back)
			require.Equal(t, l.Site != "", got.Lines[i].Site.Role == party.ShipFrom)
		}
	})
}

const reportHead = "BGM+35+R-9+9\nDTM+137:20260302:102\nDTM+366:20260301:102\nNAD+GY+5412345000013::9\n"

func TestReadInventoryReport(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want []string
		told []string
	}{
		"actual stock":             {"QTY+145:45:EA", []string{"45 EA"}, nil},
		"on hand":                  {"QTY+17:45:EA", []string{"45 EA"}, nil},
		"actual before on hand":    {"QTY+17:50:EA\nQTY+145:45:EA", []string{"45 EA"}, nil},
		"batches add up":           {"INV++++1\nQTY+145:55:EA\nDTM+361:20260425:102\nINV++++1\nQTY+145:185:EA\nDTM+361:20260429:102", []string{"240 EA"}, nil},
		"the same twice":           {"QTY+145:45:EA\nQTY+145:45:EA", []string{"45 EA"}, nil},
		"two that differ":          {"QTY+145:45:EA\nQTY+145:46:EA", nil, []string{"quantity-repeated"}},
		"damaged, D.01B":           {"INV++2\nQTY+145:5:EA\nINV++1\nQTY+145:45:EA", []string{"45 EA"}, nil},
		"damaged, D.96A":           {"QTY+145:45:EA\nINV++1\nQTY+145:5:EA\nINV++2", []string{"45 EA"}, nil},
		"a movement":               {"QTY+145:45:EA\nQTY+145:9:EA\nINV+1", []string{"45 EA"}, nil},
		"damaged alone":            {"INV++2\nQTY+145:5:EA", nil, []string{"quantity-missing"}},
		"by place":                 {"QTY+145:5:EA\nLOC+18+A::92\nQTY+145:7:EA\nLOC+18+B::92", []string{"5 EA at A", "7 EA at B"}, nil},
		"at one place":             {"LOC+18+A::92\nQTY+145:5:EA", []string{"5 EA at A"}, nil},
		"what comes":               {"QTY+145:5:EA\nQTY+113:10:EA\nDTM+2:20260306:102\nQTY+198:1:EA\nDTM+132:20260304:102", []string{"5 EA, 2026-03-04 6 EA, 2026-03-06 16 EA"}, nil},
		"what comes, nobody knows": {"QTY+145:5:EA\nQTY+113:10:EA", []string{"5 EA"}, []string{"schedule"}},
		"both ways":                {"QTY+145:5:EA\nQTY+99:10:EA\nDTM+44:20260306:102\nQTY+113:9:EA\nDTM+2:20260306:102", []string{"5 EA, 2026-03-06 10 EA"}, []string{"schedules"}},
		"sold more than there is":  {"QTY+145:-5:EA", []string{"0 EA"}, nil},
		"other kinds":              {"QTY+145:45:EA\nQTY+97:10:EA\nQTY+98:90:EA", []string{"45 EA"}, nil},
		"only of later":            {"QTY+99:10:EA\nDTM+44:20260306:102", []string{"0 EA, 2026-03-06 10 EA"}, nil},
		"in two units":             {"QTY+145:5:EA\nQTY+99:10:CT\nDTM+44:20260306:102", nil, []string{"quantity-mixed"}},
		"nothing":                  {"IMD+F++:::Brush", nil, []string{"quantity-missing"}},
		"no number":                {"QTY+145:x", nil, []string{"quantity"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, found := message.ReadInventoryReport(parse(t, "INVRPT", reportHead+"LIN+1++4000862141404:EN\n"+c.line), mapping.Options{})
			assert.Equal(t, calendar.MustDate("2026-03-01"), got.Date)
			var have []string
			for _, l := range got.Lines {
				words := l.Quantity.String()
				for _, later := range l.Later {
					words += fmt.Sprintf(", %s %s", later.Date, later.Quantity)
				}
				if l.Site.Role != "" {
					words += " at " + l.Site.Identifiers[0].Value
				}
				have = append(have, words)
			}
			assert.Equal(t, c.want, have)
			assert.ElementsMatch(t, c.told, serious(found), "%v", found)
		})
	}
}

func TestInventoryReportFindings(t *testing.T) {
	for body, want := range map[string][]string{
		"DTM+137:20260302:102":                  {"bgm-missing"},
		"BGM+35+R-9+9":                          {"date-missing"},
		reportHead + "BGM+35+R-9+9":             {"bgm-repeated"},
		"BGM+35+R-9+13\nDTM+137:20260302:102":   {"function"},
		"BGM+35+R-9+99\nDTM+137:20260302:102":   {"function"},
		reportHead + "LIN+1\nQTY+145:1:EA":      {"item-missing"},
		reportHead + "LIN+1+2+4000862141404:EN": nil,
		"BGM+35+R-9+4\nDTM+366:20260302:102\nLIN+1++4000862141404:EN\nQTY+145:1:EA": nil,
	} {
		got, found := message.ReadInventoryReport(parse(t, "INVRPT", body), mapping.Options{})
		assert.Equal(t, want, append([]string(nil), serious(found)...), body)
		if body[:12] == "BGM+35+R-9+4" {
			assert.Equal(t, advice.Changes, got.Kind)
		}
	}
	_, found := message.ReadInventoryReport(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "DESADV"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}
