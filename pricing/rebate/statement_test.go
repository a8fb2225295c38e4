package rebate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

func TestStatement(t *testing.T) {
	a := agreed()
	a.Name, a.Unit = "Northwind 2026", quantity.Each
	a.Tiers = append(a.Tiers, rates("50000", "5%")...)
	d := newDesk(t, a)
	bill := func(document string, day calendar.Date, net string, pieces int64) {
		d.accrue(rebate.Billed{Document: document, Customer: "ACME", Date: day, Lines: []rebate.BilledLine{
			{ID: "1", Item: "HAMMER", Net: usd(net), Quantity: each(pieces)}, {ID: "2", Item: "FREIGHT", Net: usd("100")},
		}})
	}
	bill("INV-2", march2, "6900", 690)
	d.settle("CR-1", false)
	bill("INV-9", march2.AddDays(3), "20900", 2000)
	bill("INV-1", march2.AddDays(-3), "-1100", -110)
	s, err := d.Statement("R-7", march2)
	require.NoError(t, err)
	assert.Equal(t, usd("1080"), s.Earned)
	assert.Equal(t, usd("940"), s.Open)
	assert.Equal(t, usd("23000"), s.Missing.Value)
	assert.Equal(t, "INV-1", s.Lines[0].Document, "by date")

	file := filepath.Join("testdata", "statement.txt")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(s.Text()), 0o600))
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(golden), s.Text())

	a = agreed()
	a.ID, a.Unit, a.Basis, a.Reach, a.Tiers = "R-8", quantity.Each, rebate.Quantity, rebate.Beyond, amounts(10, "0 EA", "1.00", "100 EA", "2.00")
	d = newDesk(t, a)
	d.accrue(rebate.Billed{Document: "INV-1", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("80"), Quantity: each(40)}}})
	s, err = d.Statement("R-8", march2)
	require.NoError(t, err)
	assert.Contains(t, s.Text(), "from 100 EA: 2.00 for 10 units on what lies beyond\n")
	assert.Contains(t, s.Text(), "\n60 EA more reach 2.00 for 10 units\n")
	assert.Equal(t, rebate.Turnover{Quantity: each(60)}, s.Missing)
}
