package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// requested asks the site BER for what can ship of the order of edi.md.
func requested(t testing.TB) mapping.ShippingOrder {
	t.Helper()
	o := answered(t)
	for i := range o.Lines {
		o.Lines[i].Schedules[0].Site = "BER"
	}
	r, substitutes := mapping.ShippingOrderOf(o, "SO-00000001-1", "BER", calendar.MustDate("2026-04-01"))
	require.Empty(t, substitutes)
	return r
}

func TestWarehouseShippingOrder(t *testing.T) {
	r := requested(t)
	r.Instructions = []string{"no pallets"}
	segments, err := mapping.WriteShippingOrder(r, mapping.Options{Sites: map[string]string{"BER": "W77"}})
	require.NoError(t, err)
	assert.Equal(t, `W05*N*SO-00000001-1*PO-1001
N1*ST*Northwind 45*92*0045
N3*20 W 34th St
N4*New York*NY*10118*US
N1*WH**92*W77
G62*10*20260401
G62*02*20260403
NTE*WHI*no pallets
LX*1
W01*60*EA**VN*BR-10
G69*Brush, round
N9*LI*1
LX*2
W01*10*EA**VN*BR-20
N9*LI*2
W76*70`, lines(segments))
	conforms(t, "940", segments)
	r.Cancel = true
	segments, err = mapping.WriteShippingOrder(r, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, "F", segments[0].Value(1))
}

func TestShippingOrderOf(t *testing.T) {
	o := answered(t)
	l := &o.Lines[0]
	l.Quantity, l.Base = quantity.New(10, quantity.Case), each(100)
	l.Schedules[0].Site, l.Schedules[0].Shipped = "BER", each(20)
	l.Schedules[1].Site = "BER" // backordered
	o.Lines[1].Schedules[0].Site = "BER"
	o.Lines[1].Schedules[0].Substitute = &order.Substitute{Item: "BR-21"}
	r, substitutes := mapping.ShippingOrderOf(o, "1", "BER", calendar.MustDate("2026-04-01"))
	assert.Equal(t, []string{"2"}, substitutes)
	require.Len(t, r.Lines, 1)
	assert.True(t, quantity.New(4, quantity.Case).Equal(r.Lines[0].Quantity), "%s", r.Lines[0].Quantity)
	for name, r := range map[string]struct{ site, until string }{"another site": {"LYO", "2026-04-01"}, "a day before": {"BER", "2026-03-31"}} {
		asked, _ := mapping.ShippingOrderOf(o, "1", r.site, calendar.MustDate(r.until))
		assert.Empty(t, asked.Lines, name)
	}
}

func TestWarehouseShippingOrderThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.ShippingOrder)
		segment string
		element int
	}{
		{"no number", func(r *mapping.ShippingOrder) { r.Number = "" }, "W05", 2},
		{"no lines", func(r *mapping.ShippingOrder) { r.Lines = nil }, "W05", 3},
		{"nothing of a line", func(r *mapping.ShippingOrder) { r.Lines[0].Quantity = each(0) }, "W01", 1},
		{"no item", func(r *mapping.ShippingOrder) { r.Lines[0].Identifiers = nil }, "W01", 3},
		{"no line number", func(r *mapping.ShippingOrder) { r.Lines[0].ID = "" }, "N9", 2},
	} {
		r := requested(t)
		c.spoil(&r)
		segments, err := mapping.WriteShippingOrder(r, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"940", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
		assert.Empty(t, segments)
	}
}

// leaves is what the warehouse ships of it: all of line 1 in two cartons, and of line 2.
const leaves = `945
W06*F*SO-00000001-1*20260401*SH-9**PO-1001
LX*1
MAN*GM*006141410000000005
W12*CC*60*48*12*EA**VN*BR-10
N9*LI*1
LX*2
MAN*GM*006141410000000012
W12*CC*60*12*48*EA**VN*BR-10
N9*LI*1
W12*CC*10*10*0*EA**VN*BR-20
W03*70`

// edi.md, decisions: a 945 is reconciled with its 940 line by line: short, over,
// twice, never asked for.
func TestReconcile(t *testing.T) {
	const first = "W12*CC*60*48*12*EA**VN*BR-10"
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"as asked for", "", "", nil},
		{"short", "*48*12*", "*40*20*", []string{"line 1: short, 52 EA of 60 EA have left"}},
		{"over", "*48*12*", "*50*10*", []string{"line 1: over, 62 EA of 60 EA have left"}},
		{"nothing of a line", "*10*10*0*", "*10*0*10*", []string{"line 2: short, 0 EA of 10 EA have left"}},
		{"a line that is missing", "W12*CC*10*10*0*EA**VN*BR-20\n", "", []string{"line 2: short, 0 EA of 10 EA have left"}},
		{"twice in a carton", first + "\nN9*LI*1\n", first + "\nN9*LI*1\n" + first + "\nN9*LI*1\n", []string{"line 1: 48 EA were told twice (shipment SH-9)"}},
		{"never asked for, by number", "N9*LI*1\nLX*2", "N9*LI*7\nLX*2",
			[]string{"line 7: 48 EA were never asked for (shipment SH-9)", "line 1: short, 12 EA of 60 EA have left"}},
		{"never asked for, by item", "BR-20", "BR-30",
			[]string{"line BR-30: 10 EA were never asked for (shipment SH-9)", "line 2: short, 0 EA of 10 EA have left"}},
		{"another request", "SO-00000001-1", "SO-2", []string{
			"line 1: 48 EA were never asked for (shipment SH-9)", "line 1: 12 EA were never asked for (shipment SH-9)",
			"line BR-20: 10 EA were never asked for (shipment SH-9)",
			"line 1: short, 0 EA of 60 EA have left", "line 2: short, 0 EA of 10 EA have left"}},
		{"another unit", "*10*10*0*EA", "*10*10*0*CA", []string{"line 2: 10 CA cannot be compared with 10 EA"}},
		{"two units", "*12*48*EA", "*12*48*CA", []string{"line 1: 12 CA cannot be compared with 60 EA", "line 1: short, 48 EA of 60 EA have left"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, leaves, c.old)
			advice, found := mapping.ReadShippingAdvice(set(t, strings.Replace(leaves, c.old, c.new, 1)), mapping.Options{})
			assert.False(t, found.Blocks(), "%v", found)
			var got []string
			for _, d := range mapping.Reconcile(requested(t), advice) {
				got = append(got, d.String())
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestReconcileSeveralAdvices(t *testing.T) {
	whole, _ := mapping.ReadShippingAdvice(set(t, leaves), mapping.Options{})
	assert.Empty(t, mapping.Reconcile(requested(t), whole))
	found := mapping.Reconcile(requested(t), whole, whole)
	require.Len(t, found, 3, "the shipment is told twice, and counts once")
	for _, d := range found {
		assert.Equal(t, mapping.ToldTwice, d.Kind)
	}
	part, rest := whole, whole
	part.Lines, rest.Lines = whole.Lines[:1], whole.Lines[1:]
	rest.Shipment = "SH-10"
	assert.Empty(t, mapping.Reconcile(requested(t), part, rest), "two shipments add up")

	cancelled := requested(t)
	cancelled.Cancel = true
	none := whole
	none.Lines = nil
	assert.Empty(t, mapping.Reconcile(cancelled, none), "nothing left")
	assert.Equal(t, "line 1: over, 60 EA of 0 EA have left", mapping.Reconcile(cancelled, whole)[0].String())
}

func TestWarehouseShippingAdvice(t *testing.T) {
	advice, found := mapping.ReadShippingAdvice(set(t, leaves), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"SO-00000001-1", "SH-9", "PO-1001", "2026-04-01"},
		[]string{advice.Number, advice.Shipment, advice.PurchaseOrder, advice.Date.String()})
	require.Len(t, advice.Lines, 3)
	assert.Equal(t, mapping.ShippedLine{ID: "1", Ordered: each(60), Shipped: each(48), Carton: "006141410000000005",
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}}, advice.Lines[0])
	for _, c := range []struct{ name, old, new, code string }{
		{"no beginning", "W06*F*SO-00000001-1*20260401*SH-9**PO-1001\n", "", "w06-missing"},
		{"two beginnings", "LX*1\n", "W06*F*1\nLX*1\n", "w06-repeated"},
		{"no request", "*SO-00000001-1*", "**", "number-missing"},
		{"no quantity", "*48*12*", "***", "quantity-missing"},
		{"less than nothing", "*48*12*", "*-1*12*", "quantity"},
		{"no unit", "*48*12*EA", "*48*12*", "unit-missing"},
	} {
		_, found := mapping.ReadShippingAdvice(set(t, strings.Replace(leaves, c.old, c.new, 1)), mapping.Options{})
		assert.True(t, found.With("mapping.945."+c.code).Blocks(), "%s: %v", c.name, found)
	}
	_, found = mapping.ReadShippingAdvice(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.945.wrong-set"))
}

// A warehouse is asked for 60 and 10 pieces, and ships 52 of the first.
func ExampleReconcile() {
	t := new(testing.T)
	asked := requested(t) // of ShippingOrderOf
	segments, err := mapping.WriteShippingOrder(asked, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(segments[0])
	advice, found := mapping.ReadShippingAdvice(set(t, strings.Replace(leaves, "*48*12*", "*40*20*", 1)), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, d := range mapping.Reconcile(asked, advice) {
		fmt.Println(d)
	}
	// Output:
	// W05*N*SO-00000001-1*PO-1001
	// line 1: short, 52 EA of 60 EA have left
}
