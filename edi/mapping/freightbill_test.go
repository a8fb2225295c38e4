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
)

const hauled = `210
B3**FB-7*SH-1*PP**20260405*28943**20260403*035*ABFS
C3*USD
N9*BM*B-9
N1*SH*Brush Works
N1*CN*Northwind 45*92*0045
N7*ABFZ*53102
LX*1
L5*1*BRUSHES
L0*1***420.5*G
L1*1*250*FR*25000
L1*1*.1577*PM*3943****FUE****Fuel surcharge
L3*420.5*G***28943*******L`

func TestFreightBill(t *testing.T) {
	b, found := mapping.ReadFreightBill(set(t, hauled), mapping.Options{})
	assert.False(t, found.Blocks(), "%v", found)
	assert.Empty(t, found.With("mapping.210.total"))
	assert.Equal(t, []any{"FB-7", "SH-1", "ABFS", "PP", "2026-04-05", "2026-04-03", usd("289.43"), "420.5 LB"},
		[]any{b.Number, b.Shipment, b.Carrier, b.Payment, b.Date.String(), b.Delivered.String(), b.Amount, b.Weight.String()})
	assert.Equal(t, []mapping.FreightCharge{
		{Description: "BRUSHES", Rate: "250", Basis: "FR", Amount: usd("250")},
		{Description: "Fuel surcharge", Code: "FUE", Rate: ".1577", Basis: "PM", Amount: usd("39.43")},
	}, b.Charges)
	assert.Equal(t, []party.Role{party.ShipFrom, party.Consignee}, []party.Role{b.Parties[0].Role, b.Parties[1].Role})
}

func TestFreightBillFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "B3**FB-7*SH-1*PP**20260405*28943**20260403*035*ABFS\n", "", "b3-missing", finding.Block},
		{"two beginnings", "N9*BM", "B3**1**PP**20260405*1****ABFS\nN9*BM", "b3-repeated", finding.Block},
		{"no number", "*FB-7*", "**", "number-missing", finding.Block},
		{"no currency", "C3*USD\n", "", "currency-missing", finding.Block},
		{"no such currency", "C3*USD", "C3*XXQ", "currency", finding.Block},
		{"no amount", "*28943**", "***", "amount", finding.Block},
		{"it does not tie", "*28943**", "*28944**", "total", finding.Warning},
		{"another date", "*035*", "*011*", "date-not-mapped", finding.Info},
	} {
		require.Contains(t, hauled, c.old, c.name)
		_, found := mapping.ReadFreightBill(set(t, strings.Replace(hauled, c.old, c.new, 1)), mapping.Options{})
		told := found.With("mapping.210." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	_, found := mapping.ReadFreightBill(set(t, strings.Replace(hauled, "*28943**", "*1000*BD*", 1)), mapping.Options{})
	assert.Empty(t, found.With("mapping.210.total"), "a balance due")
	_, found = mapping.ReadFreightBill(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.210.wrong-set"))
}

func TestFreightBillsByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "210*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			b, found := mapping.ReadFreightBill(set, mapping.Options{Currency: money.USD})
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			assert.Empty(t, found.With("mapping.210.total"), name)
			assert.NotEmpty(t, b.Charges, name)
		}
	}
}

// A carrier bills a haul and fuel.
func ExampleReadFreightBill() {
	bill, found := mapping.ReadFreightBill(set(new(testing.T), hauled), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	fmt.Println(bill.Number, bill.Shipment, bill.Amount)
	for _, c := range bill.Charges {
		fmt.Println(c.Description, c.Amount)
	}
	// Output:
	// FB-7 SH-1 289.43 USD
	// BRUSHES 250.00 USD
	// Fuel surcharge 39.43 USD
}
