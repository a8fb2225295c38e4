package invoice_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/invoice"
)

// take prices and promises an order of ten pieces as it comes.
func take(_ context.Context, w *desk.Work) error {
	l := w.Order().Lines[0]
	return w.Record(
		order.Identified{Customer: "C1", Lines: []order.IdentifiedLine{{Line: l.ID, Item: "A", Base: l.Quantity}}},
		order.Priced{Lines: []order.PricedLine{{Line: l.ID, UnitPrice: usd("1.50"), Net: usd("15.00")}}},
		order.Promised{Lines: []order.PromisedLine{{Line: l.ID, Schedules: []order.Schedule{
			{ID: "1", Quantity: l.Quantity, Ship: calendar.MustDate("2026-03-30")},
		}}}},
		order.Accepted{At: w.Now()},
	)
}

// shipAndBill lets the whole order leave and bills it, in one append.
func shipAndBill(r *invoice.Register) desk.Action {
	return desk.Action{Name: "bill", Run: func(_ context.Context, w *desk.Work) error {
		l := w.Order().Lines[0]
		shipped := order.Shipped{Shipment: "SH", At: w.Now(), Lines: []order.ShippedLine{{Line: l.ID, Schedule: "1", Quantity: l.Base}}}
		if err := w.Record(shipped); err != nil {
			return err
		}
		number, expect, err := r.Next("sales")
		if err != nil {
			return err
		}
		portions, err := invoice.Unbilled(w.Order())
		if err != nil {
			return err
		}
		inv, err := invoice.Make(invoice.Request{
			Order: w.Order(), Number: number, Lines: portions, Date: calendar.DateOf(w.Now()), Terms: terms.Net(30), Taxes: invoice.Untaxed,
		})
		if err != nil {
			return err
		}
		if err := w.Record(inv.Invoiced(w.Now())); err != nil {
			return err
		}
		return w.RecordBeside(invoice.Stream("sales"), expect, r.Kept(number), invoice.Issued{Invoice: inv})
	}}
}

// On a desk: orders billed at the same time race for numbers, the loser bills
// again, and what a desk that opens later knows is what the first one knew.
func TestOnADesk(t *testing.T) {
	ctx := context.Background()
	j := journal.NewMemory()
	openDesk := func(r *invoice.Register) *desk.Desk {
		d, err := desk.Open(ctx, desk.Config{
			Journal: j, Clock: func() time.Time { return at },
			Steps: []desk.Step{{Name: "take", Run: take}}, Folds: []desk.Fold{r},
		})
		require.NoError(t, err)
		return d
	}
	register := newRegister(t)
	d := openDesk(register)
	const orders = 40
	ids := make([]order.ID, orders)
	for i := range orders {
		res, err := d.Submit(ctx, desk.Submission{Key: fmt.Sprint(i), Document: order.Document{
			PurchaseOrder: fmt.Sprintf("PO-%d", i), Currency: money.USD, Source: order.Source{Channel: "manual"},
			Lines: []order.Request{{ID: "1", Item: "A", Quantity: each(10)}},
		}})
		require.NoError(t, err)
		ids[i] = res.Order.ID
	}

	failures := make([]error, orders)
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			for {
				_, err := d.Act(ctx, id, shipAndBill(register))
				var conflict *journal.ConflictError
				if !errors.As(err, &conflict) {
					failures[i] = err
					return
				}
				if err := register.CatchUp(ctx, j, "sales"); err != nil {
					failures[i] = err
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(failures...))

	again := newRegister(t)
	d = openDesk(again)
	seen := make(map[string]bool)
	for o := range d.Orders() {
		assert.Equal(t, order.StatusCompleted, o.Status())
		require.Len(t, o.Invoices, 1)
		seen[o.Invoices[0].Invoice] = true
		_, err := d.Act(ctx, o.ID, shipAndBill(again))
		require.Error(t, err, "it is billed once")
	}
	for n := range orders {
		assert.True(t, seen[series.Number(int64(n+1)).Text])
	}
	next, _, err := again.Next("sales")
	require.NoError(t, err)
	assert.Equal(t, int64(orders+1), next.Sequence)
}
