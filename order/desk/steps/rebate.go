package steps

import (
	"context"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// RebateLedger sets aside what billed lines earn; [rebate.Ledger] does.
type RebateLedger interface {
	Accrue(now time.Time, b rebate.Billed) (rebate.Accrued, error)
	UndoAccrue(e rebate.Accrued) error
}

// Rebates says how invoices count for rebates.
type Rebates struct {
	// Ledger is required.
	Ledger RebateLedger
	// Category gives the category of an item, for agreements by category. Nil:
	// items have none.
	Category func(item string) string
	// Items convert quantities to the unit of an agreement. Nil: agreements count
	// in base units.
	Items Items
}

// accrue sets aside what an invoice earns, in the append that issues it.
func (b *Biller) accrue(ctx context.Context, w *desk.Work, inv *invoice.Invoice) error {
	r := b.Rebates
	if r == nil {
		return nil
	}
	customer := w.Order().Customer
	above, err := b.Customers.AccountAncestors(ctx, customer)
	if err != nil {
		return err
	}
	billed := rebate.Billed{Document: inv.Number, Customer: customer, Date: inv.Date}
	for i := range above {
		billed.Above = append(billed.Above, above[i].ID)
	}
	for i := range inv.Lines {
		l := &inv.Lines[i]
		line := rebate.BilledLine{ID: l.Line, Item: l.Item, Net: l.Net, Quantity: l.Quantity}
		if r.Category != nil {
			line.Category = r.Category(l.Item)
		}
		if r.Items != nil {
			it, err := r.Items.Item(ctx, l.Item)
			if err != nil {
				return err
			}
			line.Units = it.Units
		}
		billed.Lines = append(billed.Lines, line)
	}
	e, err := r.Ledger.Accrue(w.Now(), billed)
	if err != nil || e.Replayed || len(e.Entries) == 0 {
		return err
	}
	w.OnRefused(func() error { return r.Ledger.UndoAccrue(e) })
	return w.Record(e)
}

// FoldRebates makes the ledger a fold of the desk: opening the desk rebuilds it.
// What a host sets and settles itself it records in a stream beside the orders
// ([desk.Desk.Record]).
func FoldRebates(l *rebate.Ledger) desk.Fold { return rebateFold{l} }

type rebateFold struct{ ledger *rebate.Ledger }

// Events returns the decoder of the engine's events.
func (f rebateFold) Events() *journal.Codec { return rebate.Events() }

// Apply lets an event of the journal happen to the engine.
func (f rebateFold) Apply(_ journal.Event, event any) error { return f.ledger.Apply(event) }
