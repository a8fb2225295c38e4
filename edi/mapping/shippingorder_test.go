package mapping_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// What a depositor asks for is what its warehouse reads, and what the warehouse ships is
// what the depositor reads.
func TestWarehouseBothWays(t *testing.T) {
	for _, release := range releases {
		for _, c := range []struct{ cancel, change bool }{{}, {cancel: true}, {change: true}} {
			asked := requested(t)
			asked.Cancel, asked.Change, asked.Instructions = c.cancel, c.change, []string{"no pallets"}
			segments, err := mapping.WriteShippingOrder(asked, sites)
			require.NoError(t, err)
			read, found := mapping.ReadShippingOrder(sent(t, release, "940", "OW", segments), sites)
			assert.Empty(t, found, "%v", found)
			assert.Equal(t, asked, read)
		}
		advice, _ := mapping.ReadShippingAdvice(set(t, leaves), sites)
		advice.Site, advice.Lines[2].Shipped = "BER", each(0)
		advice.Lines[0].Identifiers = append(advice.Lines[0].Identifiers, order.ItemIdentifier{Scheme: order.SchemeBuyer, Value: "77"})
		segments, err := mapping.WriteShippingAdvice(advice, sites)
		require.NoError(t, err)
		assert.Equal(t, []string{"CP", "CP", "CU"}, lineStatuses(lines(segments)))
		back, found := mapping.ReadShippingAdvice(sent(t, release, "945", "SW", segments), sites)
		assert.Empty(t, found, "%v", found)
		back.Source = advice.Source
		assert.Equal(t, advice, back)
	}
	nothing := mapping.ShippingAdvice{Number: "SO-1", Site: "BER"}
	segments, err := mapping.WriteShippingAdvice(nothing, sites)
	require.NoError(t, err)
	assert.Equal(t, "W06*F*SO-1\nN1*WH**92*W77", lines(segments), "nothing left")
}

// lineStatuses are W1201.
func lineStatuses(text string) []string {
	var list []string
	for l := range strings.SplitSeq(text, "\n") {
		if rest, ok := strings.CutPrefix(l, "W12*"); ok {
			status, _, _ := strings.Cut(rest, "*")
			list = append(list, status)
		}
	}
	return list
}

func TestShippingAdviceThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.ShippingAdvice)
		segment string
		element int
	}{
		{"no request", func(a *mapping.ShippingAdvice) { a.Number = "" }, "W06", 2},
		{"no warehouse", func(a *mapping.ShippingAdvice) { a.Site = "" }, "N1", 2},
		{"less than nothing", func(a *mapping.ShippingAdvice) { a.Lines[0].Shipped = each(-1) }, "W12", 3},
		{"two units", func(a *mapping.ShippingAdvice) { a.Lines[0].Ordered = quantity.New(5, quantity.Case) }, "W12", 2},
		{"no item", func(a *mapping.ShippingAdvice) { a.Lines[0].Identifiers = nil }, "W12", 6},
	} {
		a, _ := mapping.ReadShippingAdvice(set(t, leaves), sites)
		a.Site = "BER"
		c.spoil(&a)
		_, err := mapping.WriteShippingAdvice(a, sites)
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"945", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
	}
}

const toShip = `940
W05*N*SO-1*PO-1001
N1*ST*Northwind 45*92*0045
N1*WH**92*W77
G62*10*20260401
LX*1
W01*60*EA*001234567890*VN*BR-10
G69*Brush, round
N9*LI*7
LX*2
W01*10*EA**VN*BR-20
W76*70`

func TestReadShippingOrder(t *testing.T) {
	r, found := mapping.ReadShippingOrder(set(t, toShip), sites)
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"SO-1", "PO-1001", "BER", "2026-04-01", "Northwind 45"}, []string{r.Number, r.PurchaseOrder, r.Site, r.Ship.String(), r.To.Name})
	assert.Equal(t, []mapping.WarehouseLine{
		{ID: "7", Quantity: each(60), Description: "Brush, round", Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeGTIN, Value: "012345678905"}}},
		{ID: "2", Quantity: each(10), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-20"}}},
	}, r.Lines)
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "W05*N*SO-1*PO-1001\n", "", "w05-missing", finding.Block},
		{"two beginnings", "G62*10", "W05*N*2\nG62*10", "w05-repeated", finding.Block},
		{"no number", "*SO-1*", "**", "number-missing", finding.Block},
		{"for information", "W05*N", "W05*A", "purpose", finding.Block},
		{"another purpose", "W05*N", "W05*Z", "purpose", finding.Warning},
		{"no lines", toShip[strings.Index(toShip, "LX*1"):], "W76*0", "w01-missing", finding.Block},
		{"no item", "**VN*BR-20", "", "item-missing", finding.Block},
		{"nothing of a line", "W01*10*", "W01*0*", "quantity", finding.Block},
		{"no quantity", "W01*10*", "W01**", "quantity-missing", finding.Block},
		{"another total", "W76*70", "W76*71", "total", finding.Warning},
	} {
		require.Contains(t, toShip, c.old, c.name)
		_, found := mapping.ReadShippingOrder(set(t, strings.Replace(toShip, c.old, c.new, 1)), sites)
		told := found.With("mapping.940." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	_, found = mapping.ReadShippingOrder(set(t, plain), sites)
	assert.NotEmpty(t, found.With("mapping.940.wrong-set"))
}

// Two of them leave the quantity out, where it has to be.
func TestShippingOrdersByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "940*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			r, found := mapping.ReadShippingOrder(set, mapping.Options{})
			assert.NotEmpty(t, r.Number, name)
			if found.Blocks() {
				assert.True(t, found.With("mapping.940.quantity-missing").Blocks(), "%s: %v", name, found)
			} else {
				assert.NotEmpty(t, r.Lines, name)
			}
		}
	}
}

// A warehouse reads what it is to ship, and says what it shipped.
func ExampleWriteShippingAdvice() {
	asked, found := mapping.ReadShippingOrder(set(new(testing.T), toShip), sites)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	advice := mapping.ShippingAdvice{Number: asked.Number, PurchaseOrder: asked.PurchaseOrder, Site: asked.Site, Shipment: "SH-9", Date: asked.Ship}
	for _, l := range asked.Lines {
		advice.Lines = append(advice.Lines, mapping.ShippedLine{
			ID: l.ID, Identifiers: l.Identifiers, Ordered: l.Quantity, Shipped: l.Quantity, Carton: "006141410000000005",
		})
	}
	segments, err := mapping.WriteShippingAdvice(advice, sites)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lines(segments[:5]))
	// Output:
	// W06*F*SO-1*20260401*SH-9**PO-1001
	// N1*WH**92*W77
	// LX*1
	// MAN*GM*006141410000000005
	// W12*CC*60*60**EA**VN*BR-10*************UP*012345678905
}
