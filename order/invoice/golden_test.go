package invoice_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is an invoice with everything in it.
func sample(t *testing.T) invoice.Invoice {
	o := newOrder(t, []order.PricedLine{line("1", 70, "101.50", "-10.00"), line("2", 4, "80.00")}, freight("12.00"))
	o.Document.Release = "R2"
	ship(t, o, "1", 23)
	ship(t, o, "2", 4)
	r := request(t, o)
	r.DeliveryDate = calendar.MustDate("2026-04-02")
	r.Parties = []order.Party{{Role: party.Seller, ID: "US", Name: "We, Inc."}}
	r.Taxes = invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7%"), Jurisdiction: "US-NJ", Name: "sales", Reason: "none"})
	return bill(t, r)
}

func TestGoldenEvent(t *testing.T) {
	journaltest.Golden(t, invoice.Events(), filepath.Join("testdata", "events"), *update, invoice.Issued{Invoice: sample(t)})
}

func TestText(t *testing.T) {
	inv := sample(t)
	assert.Equal(t, string(goldenFile(t, "invoice.txt", []byte(inv.Text()))), inv.Text())

	inv.Lines[0].Description = "Mug\r\nPayable USD 0.00"
	assert.Contains(t, inv.Text(), "Mug  Payable USD 0.00", "what a customer wrote does not break the paper")
}

func goldenFile(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o644))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	return golden
}
