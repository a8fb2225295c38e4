package mapping_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// The parts of an answered line add up to it, unless the vendor changes how much it is.
func TestVendorAnswerValidate(t *testing.T) {
	part := func(s mapping.PartStatus, n int64) mapping.AnsweredPart {
		return mapping.AnsweredPart{Status: s, Quantity: each(n)}
	}
	for name, c := range map[string]struct {
		parts     []mapping.AnsweredPart
		code      string
		confirmed string
	}{
		"sum":              {[]mapping.AnsweredPart{part(mapping.PartAccepted, 60), part(mapping.PartBackordered, 25), part(mapping.PartRejected, 15)}, "", "85 EA"},
		"short":            {[]mapping.AnsweredPart{part(mapping.PartAccepted, 60)}, "mapping.answer.parts-sum", "60 EA"},
		"over":             {[]mapping.AnsweredPart{part(mapping.PartAccepted, 101)}, "mapping.answer.parts-sum", "101 EA"},
		"other unit":       {[]mapping.AnsweredPart{{Status: mapping.PartAccepted, Quantity: quantity.New(5, quantity.Case)}}, "mapping.answer.parts-unit", "5 CA"},
		"quantity changed": {[]mapping.AnsweredPart{part(mapping.PartQuantityChanged, 48)}, "", "48 EA"},
		"all of it":        {[]mapping.AnsweredPart{{Status: mapping.PartAccepted}}, "", "100 EA"},
		"all refused":      {[]mapping.AnsweredPart{{Status: mapping.PartRejected}}, "", "0 EA"},
		"nothing said":     {nil, "", "0 EA"},
	} {
		t.Run(name, func(t *testing.T) {
			line := mapping.AnsweredLine{Request: order.Request{ID: "1", Quantity: each(100)}, Parts: c.parts}
			a := mapping.VendorAnswer{Lines: []mapping.AnsweredLine{line}}
			found := a.Validate()
			if c.code == "" {
				assert.Empty(t, found)
			} else {
				require.Len(t, found, 1)
				assert.Equal(t, c.code, found[0].Code)
				assert.Equal(t, "lines[0].parts", found[0].Path)
			}
			confirmed, err := line.Confirmed()
			require.NoError(t, err)
			assert.Equal(t, c.confirmed, confirmed.String())
		})
	}
	mixed := mapping.AnsweredLine{Parts: []mapping.AnsweredPart{part(mapping.PartAccepted, 1), {Status: mapping.PartAccepted, Quantity: quantity.New(1, quantity.Case)}}}
	_, err := mixed.Confirmed()
	assert.Error(t, err)
}

// Where a package stands is told from the outside in, and never for ever.
func TestVendorShipmentPath(t *testing.T) {
	s := mapping.VendorShipment{Packages: []mapping.VendorPackage{
		{Number: 1, Kind: mapping.Tare}, {Number: 2, Within: 1, Kind: mapping.Carton}, {Number: 3, Within: 2, Kind: mapping.InnerPack}, {Number: 4, Within: 4}}}
	numbers := func(of int) (list []int) {
		for _, p := range s.Path(of) {
			list = append(list, p.Number)
		}
		return list
	}
	assert.Equal(t, []int{1, 2, 3}, numbers(3))
	assert.Equal(t, []int{1}, numbers(1))
	assert.Equal(t, []int{4}, numbers(4))
	assert.Empty(t, numbers(0))
	assert.Empty(t, numbers(5))
}

// An invoice ties, or says by how much it does not.
func TestVendorInvoiceValidate(t *testing.T) {
	v := mapping.VendorInvoice{Number: "1", Kind: mapping.Billed, Currency: money.USD,
		Lines: []mapping.VendorInvoiceLine{
			{ID: "1", Value: usd("150.00"), Charges: []order.Charge{{Step: "discount", Amount: usd("-7.50")}}},
			{ID: "2", Value: usd("52.00"), Taxes: []mapping.VendorTax{{Type: "ST", Amount: usd("1.00")}}}},
		Charges: []order.Charge{{Step: "discount", Amount: usd("-10.00")}, {Step: "freight", Amount: usd("18.75")}},
		Taxes:   []mapping.VendorTax{{Type: "TX", Amount: usd("13.76")}},
		Totals:  mapping.VendorTotals{Payable: usd("218.01"), Discounted: usd("214.32"), Discount: usd("3.69")}}
	assert.Empty(t, v.Validate())
	assert.Equal(t, "218.01 USD", v.Owed().String())

	v.Kind = mapping.Credited
	assert.Equal(t, "-218.01 USD", v.Owed().String())
	v.Totals.Payable = usd("-218.01")
	assert.Equal(t, "-218.01 USD", v.Owed().String())

	v.Totals.Payable, v.Totals.Discounted = usd("218.02"), usd("214.32")
	found := v.Validate()
	require.Len(t, found, 2)
	assert.Equal(t, "mapping.invoice.tie", found[0].Code)
	assert.Contains(t, found[0].Message, "218.01 USD")
	assert.Equal(t, "mapping.invoice.discount-tie", found[1].Code)

	v.Lines[0].Value = money.MustParse("150.00 EUR")
	assert.Equal(t, "mapping.invoice.sum", v.Validate()[0].Code)
	v.Totals.Payable = money.Amount{}
	assert.Empty(t, v.Validate(), "nothing is claimed")
}
