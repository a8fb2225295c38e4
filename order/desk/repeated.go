package desk

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/order"
)

// PurchaseOrders returns the live orders of a customer under its number of the purchase
// order and of the release, oldest first; one that was divided by store is several. What
// was refused or could not become an order is not among them, and an empty number finds
// none.
func (d *Desk) PurchaseOrders(customer, number, release string) []order.ID {
	return d.live(purchase{customer, number, release}, func(*order.Order) bool { return true })
}

// live gives those of a purchase order that are meant.
func (d *Desk) live(p purchase, meant func(*order.Order) bool) []order.ID {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var live []order.ID
	for _, id := range d.purchases[p] {
		if o := d.entries[id].current(); !dead(o) && meant(o) {
			live = append(live, id)
		}
	}
	slices.SortFunc(live, func(a, b order.ID) int { return cmp.Compare(d.entries[a].first, d.entries[b].first) })
	return live
}

// Repeat is an order that a document asks for again.
type Repeat struct {
	// Order is the order that there is; empty: none.
	Order order.ID
	// Identical tells that the document asks for the very same: it was sent again. It is
	// to be answered as it was, not refused, and not ordered once more. Otherwise the
	// customer used the number for something else.
	Identical bool
}

// Repeated tells whether a document of a customer repeats one that is an order already:
// by the numbers of the purchase order, the release and the store, and by what it asks for. Where
// and how it arrived does not count. Where there are several, the identical one is told,
// else the oldest.
func (d *Desk) Repeated(customer string, doc order.Document) Repeat {
	var r Repeat
	for _, id := range d.PurchaseOrders(customer, doc.PurchaseOrder, doc.Release) {
		o, err := d.Order(id)
		if err != nil || o.Document.Store != doc.Store {
			continue
		}
		if o.Document.SameRequest(&doc) {
			return Repeat{id, true}
		}
		if r.Order == "" {
			r.Order = id
		}
	}
	return r
}
