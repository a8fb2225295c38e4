package steps_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
)

func (h *house) biller() *steps.Biller {
	return &steps.Biller{
		Register: h.register, Journal: h.journal, Series: "sales", Customers: h.customers, Credit: h.ledger,
		Taxes: invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7%")}),
	}
}

func TestBillPartByPart(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.creditSteps()...)
	h.supply(t)
	h.limit(t, "C1", "1000.00")
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 3, quantity.Case))) // 24 now, 12 on the 13th: 324.00 less 5.00
	bill := h.biller()
	_, err := bill.Bill(t.Context(), d, o.ID)
	require.ErrorIs(t, err, steps.ErrNothingToBill)

	ship := func() {
		t.Helper()
		_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(h.clock.now))
		require.NoError(t, err)
	}
	ship()
	first, err := bill.Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	assert.Equal(t, "INV-000001", first.Number)
	assert.Equal(t, "227.56 USD", first.Totals.Payable.String(), "212.67 and 7%")
	assert.Equal(t, []string{"SH-" + string(o.ID) + "-1"}, first.Shipments)
	_, err = bill.Bill(t.Context(), d, o.ID)
	require.ErrorIs(t, err, steps.ErrNothingToBill, "what is shipped is billed once")

	h.clock.now = h.clock.now.Add(14 * 24 * time.Hour)
	ref, err := h.stock.Ref("HAMMER", "MAIN")
	require.NoError(t, err)
	h.receive(t, ref)
	ship()
	second, err := bill.Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	assert.Equal(t, "INV-000002", second.Number)
	assert.Equal(t, "113.77 USD", second.Totals.Payable.String(), "106.33 and 7%")
	assert.Equal(t, []string{"SH-" + string(o.ID) + "-2"}, second.Shipments)
	now, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusCompleted, now.Status())
	e, err := h.ledger.Exposure(h.clock.now, "C1")
	require.NoError(t, err)
	assert.Equal(t, "341.33 USD", e.Receivables.String())
	assert.True(t, e.Orders.IsZero() && e.Deliveries.IsZero(), "%+v", e)
}

func TestNumbersHaveNoGaps(t *testing.T) {
	h := newHouse(t)
	d := h.open(t, h.steps()...)
	h.supply(t)
	var ids []order.ID
	for i := range 8 {
		o := submit(t, d, document(fmt.Sprint("PO", i), "C1", want("NAILS", 10, quantity.Each)))
		ids = append(ids, o.ID)
	}
	shipper := h.shipper()
	shipper.Credit = nil
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			_, err := shipper.Ship(t.Context(), d, id, "MAIN", calendar.DateOf(h.clock.now))
			assert.NoError(t, err)
			b := h.biller() // each with a lock of its own: they race for the numbers
			b.Credit = nil
			if i == 3 { // thinks better of it, and leaves no gap
				b.Taxes = func(invoice.Taxable) ([]invoice.Taxed, error) { return nil, context.DeadlineExceeded }
				_, err = b.Bill(t.Context(), d, id)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				return
			}
			_, err = b.Bill(t.Context(), d, id)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	var numbers []string
	for e, err := range h.journal.Read(t.Context(), invoice.Stream("sales"), 0) {
		require.NoError(t, err)
		v, _, err := invoice.Events().Decode(e)
		require.NoError(t, err)
		issued, ok := v.(invoice.Issued)
		require.True(t, ok)
		numbers = append(numbers, issued.Invoice.Number)
	}
	assert.Equal(t, []string{"INV-000001", "INV-000002", "INV-000003", "INV-000004", "INV-000005", "INV-000006", "INV-000007"}, numbers)
}
