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
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

const groceries = `875
G50*N*20260326*PO-1001
N9*DP*012
G62*02*20260403
G62*10*20260401
NTE*GEN*no pallets
G66*PP****door 4
N1*BT*Northwind Stores*1*123456789
N1*ST*Northwind 45*9*1234567890045
N4*New York*NY*10118*US
G68*60*CA*12.5*001234567890*VN*BR-10
G69*Brush, round
G72*51*02***.5
G68*10*EA*5.2**UK*00614141999996
G76*70*CA`

func TestGroceryPurchaseOrder(t *testing.T) {
	doc, found := mapping.ReadGroceryPurchaseOrder(set(t, groceries), dollars)
	assert.False(t, found.Blocks(), "%v", found)
	require.Len(t, found.With("mapping.875.charge"), 1)
	assert.Equal(t, []string{"PO-1001", "2026-03-26", "2026-04-03", "2026-04-01"},
		[]string{doc.PurchaseOrder, doc.Date.String(), doc.RequestedDelivery.String(), doc.RequestedShip.String()})
	assert.Equal(t, []string{"no pallets", "routing: door 4"}, doc.Instructions)
	assert.Equal(t, terms.Prepaid, doc.Freight.Payment)
	to, named := doc.Party(party.ShipTo)
	assert.True(t, named)
	assert.Equal(t, "New York", to.Address.City)
	require.Len(t, doc.Lines, 2)
	assert.Equal(t, order.Request{ID: "1", Quantity: quantity.New(60, quantity.Case), Price: amount("12.5"), Description: "Brush, round",
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeGTIN, Value: "012345678905"}}}, doc.Lines[0],
		"a case code without check digit is the GTIN of the case")
	assert.Equal(t, "00614141999996", doc.Lines[1].Identifiers[0].Value)
	assert.False(t, doc.Validate().Blocks())
}

// A U.P.C. case code has no check digit: two digits of a system and ten of the item. Many
// send the twelve digits of a GTIN in its place, which are told by theirs.
func TestCaseCode(t *testing.T) {
	for code, want := range map[string]string{"000614141005": "006141410050", "012345670015": "012345670015", "10614141000019": "10614141000019"} {
		doc, _ := mapping.ReadGroceryPurchaseOrder(set(t, "875\nG50*N*20260327*P\nG68*5*CA*1*"+code+"\nG76*5"), mapping.Options{})
		assert.Equal(t, []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: want}}, doc.Lines[0].Identifiers)
	}
}

func TestGroceryPurchaseOrderFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "G50*N*20260326*PO-1001\n", "", "g50-missing", finding.Block},
		{"two beginnings", "N9*DP*012", "G50*N*20260326*2", "g50-repeated", finding.Block},
		{"no number", "*PO-1001", "", "purchase-order-missing", finding.Block},
		{"cancelled", "G50*N", "G50*F", "purpose", finding.Block},
		{"for information", "G50*N", "G50*A", "purpose", finding.Block},
		{"confirmed", "G50*N", "G50*C", "purpose", finding.Warning},
		{"sent before", "G50*N", "G50*T", "purpose", finding.Info},
		{"no lines", groceries[strings.Index(groceries, "G68*60"):], "G76*0*CA", "g68-missing", finding.Block},
		{"no item", "**UK*00614141999996", "", "item-missing", finding.Block},
		{"no quantity", "G68*60*", "G68**", "quantity-missing", finding.Block},
		{"another total", "G76*70", "G76*71", "total", finding.Warning},
		{"terms", "NTE*GEN", "G23*08*3*20260326**2**10**30\nNTE*GEN", "terms", finding.Warning},
		{"a split", "G69*Brush, round", "N1*ST*Store 7*92*0007\nQTY*38*30", "stores", finding.Warning},
	} {
		require.Contains(t, groceries, c.old, c.name)
		_, found := mapping.ReadGroceryPurchaseOrder(set(t, strings.Replace(groceries, c.old, c.new, 1)), dollars)
		told := found.With("mapping.875." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	_, found := mapping.ReadGroceryPurchaseOrder(set(t, plain), dollars)
	assert.NotEmpty(t, found.With("mapping.875.wrong-set"))
}

// groceryBill bills 60 x 12.50 less 30.00, 10 x 5.20, freight of 18.75, 2% of early payment.
const groceryBill = `880
G01*20260401*INV-9*20260326*PO-1001*SO-1
G62*11*20260401
G23*01*3*20260401**2**10*20260501*30*1582*77493*79075
N1*BT*Northwind Stores*1*123456789
G72*504*06******1875
G73*Freight to the
G73*warehouse
G17*60*CA*12.5*001234567890*VN*BR-10
G69*Brush, round
G72*51*02***.5
G72*56*01******900
G17*10*EA*5.2**VN*BR-20
G31*70*CA
G33*79075`

func TestGroceryInvoice(t *testing.T) {
	v, found := mapping.ReadGroceryInvoice(set(t, groceryBill), dollars)
	assert.False(t, found.Blocks(), "%v", found)
	assert.Empty(t, found.With("mapping.invoice.tie"), "%v", found)
	assert.Len(t, found.With("mapping.880.charge-apart"), 1, "what is billed back is settled apart")
	assert.Equal(t, []any{"INV-9", "PO-1001", "SO-1", "2026-04-01", "2026-05-01", usd("790.75"), usd("15.82")},
		[]any{v.Number, v.PurchaseOrder, v.VendorOrder, v.ShipDate.String(), v.Due.String(), v.Totals.Payable, v.Totals.Discount})
	assert.Equal(t, terms.MustPayment("2/10 net 30"), v.Terms)
	require.Len(t, v.Charges, 1)
	assert.Equal(t, []any{usd("18.75"), "Freight to the warehouse"}, []any{v.Charges[0].Amount, v.Charges[0].Label})
	require.Len(t, v.Lines, 2)
	assert.Equal(t, []any{usd("750"), usd("-30"), "Brush, round"}, []any{v.Lines[0].Value, v.Lines[0].Charges[0].Amount, v.Lines[0].Description})

	v, found = mapping.ReadGroceryInvoice(set(t, strings.Replace(groceryBill, "G17*10*EA*5.2**VN*BR-20", "G17*10*EA***VN*BR-20********52", 1)), dollars)
	assert.Empty(t, found.With("mapping.invoice.tie"), "%v", found)
	assert.Equal(t, usd("52"), v.Lines[1].Value, "an amount in place of a price")
}

func TestGroceryInvoiceFindings(t *testing.T) {
	for _, c := range []struct{ name, old, new, code string }{
		{"no beginning", "G01*20260401*INV-9*20260326*PO-1001*SO-1\n", "", "mapping.880.g01-missing"},
		{"two beginnings", "G62*11", "G01*20260401*2\nG62*11", "mapping.880.g01-repeated"},
		{"no number", "*INV-9*", "**", "mapping.880.number-missing"},
		{"no total", "G33*79075", "G33", "mapping.880.g33-missing"},
		{"it does not tie", "G33*79075", "G33*79076", "mapping.invoice.tie"},
		{"another quantity", "G31*70", "G31*71", "mapping.880.total"},
		{"no item", "**VN*BR-20", "", "mapping.880.item-missing"},
		{"no price", "G17*10*EA*5.2*", "G17*10*EA**", "mapping.880.price-missing"},
		{"a charge that is no amount", "*1875", "*18.75", "mapping.charge.amount"},
	} {
		require.Contains(t, groceryBill, c.old, c.name)
		_, found := mapping.ReadGroceryInvoice(set(t, strings.Replace(groceryBill, c.old, c.new, 1)), dollars)
		assert.NotEmpty(t, found.With(c.code), "%s: %v", c.name, found)
	}
	_, found := mapping.ReadGroceryInvoice(set(t, groceryBill), mapping.Options{})
	assert.True(t, found.With("mapping.880.currency-missing").Blocks())
	_, found = mapping.ReadGroceryInvoice(set(t, plain), dollars)
	assert.NotEmpty(t, found.With("mapping.880.wrong-set"))
}

// The prices and the total of the one that there is were masked.
func TestGroceryInvoicesByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "880*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			v, found := mapping.ReadGroceryInvoice(set, mapping.Options{Currency: money.USD})
			assert.NotEmpty(t, v.Lines, name)
			assert.NotEmpty(t, v.Number, name)
			for _, f := range found {
				if f.Severity == finding.Block {
					assert.Contains(t, []string{"mapping.880.price", "mapping.880.g33-missing"}, f.Code, "%s: %s", name, f)
				}
			}
		}
	}
}

// A grocery chain orders 60 cases and 10 pieces.
func ExampleReadGroceryPurchaseOrder() {
	doc, found := mapping.ReadGroceryPurchaseOrder(set(new(testing.T), groceries), dollars)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range doc.Lines {
		fmt.Println(l.ID, l.Quantity, l.Price, l.Identifiers[0].Value)
	}
	// Output:
	// 1 60 CA 12.50 USD BR-10
	// 2 10 EA 5.20 USD 00614141999996
}

// A vendor bills groceries; the invoice ties.
func ExampleReadGroceryInvoice() {
	invoice, found := mapping.ReadGroceryInvoice(set(new(testing.T), groceryBill), dollars)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	sum, err := invoice.Sum()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(invoice.Number, invoice.Owed(), sum)
	// Output:
	// INV-9 790.75 USD 790.75 USD
}
