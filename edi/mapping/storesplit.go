package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// storeParts reads SDQ, up to ten stores with their quantities, in the unit of the
// line.
func (r *reader) storeParts(s x12.Segment, unit quantity.Unit) []trade.StorePart {
	if u, err := r.agreed.unitOf(s.Value(1)); s.Value(1) != "" && (err != nil || u != unit) {
		r.warn("store-unit", s, 1, fmt.Sprintf("the stores' quantities are in %s, the line's in %s", s.Value(1), unit),
			"ask the partner how the line is split")
	}
	var parts []trade.StorePart
	for i := 3; i <= min(s.Len(), 22); i += 2 {
		number := strings.TrimSpace(s.Value(i))
		if number == "" && s.Value(i+1) == "" {
			continue
		}
		if number == "" {
			r.block("store-missing", s, i, s.Value(i+1)+" are for a store without a number", "ask the partner how the line is split")
			continue
		}
		n, err := x12.ParseReal(s.Value(i + 1))
		var q quantity.Quantity
		if err == nil {
			q, err = quantity.ParseNumber(n, unit)
		}
		if err != nil {
			r.block("store-quantity", s, i+1, fmt.Sprintf("%q is no number", s.Value(i+1)), "ask the partner how the line is split")
			continue
		}
		id := party.Identifier{Scheme: party.Scheme(s.Value(2)), Value: number}.Normalize()
		parts = append(parts, trade.StorePart{Store: id, Quantity: q})
	}
	return parts
}

// mostStores bounds the stores that a line is split by; SDQ may occur 500 times.
const mostStores = 5000

// ReadStoreOrders reads a purchase order (850) that is split by store (SDQ) as one
// document for each store, in the order in which the set names them: with the lines
// that the store has a part of, in its quantity. Where nothing is split it is the one
// document of [ReadPurchaseOrder]; lines without a split, beside others that have one, are
// a document of no store.
//
// Each document has the number of its store, by the qualifier of SDQ02. Where the
// order names a ship-to, such as a distribution centre, goods go there and are marked
// for the store (role mark-for), unless it was agreed that they go to the stores
// ([Options].ShipToStores); where it names none the store is the ship-to. All else is
// that of the order. Each becomes an order of its own, which is answered, shipped
// (the 856 names the store in N1 Z7) and billed by itself; submit each under a key of
// its own.
//
// The findings are those of the set. Parts that do not add up to PO102 block all of
// it.
func ReadStoreOrders(set *x12.Set, o Options) ([]order.Document, finding.List) {
	r := orderReader{reader: reader{set: "850", document: "order", agreed: &o}, byStore: true}
	r.purchaseOrder(set)
	docs, whole := trade.ByStore(&r.doc, r.stores, o.ShipToStores)
	if len(docs) == 0 {
		return []order.Document{r.doc}, r.found
	}
	if len(whole) > 0 {
		r.found.Warn(r.code("stores-none"), "", fmt.Sprintf("line %s is not split by store, and others are; it is an order of no store", whole[0].ID),
			"ask the partner which store it is for")
		rest := r.doc
		rest.Lines = whole
		docs = append(docs, rest)
	}
	return docs, r.found
}

// ReadStoreChanges reads a change (860) of a purchase order that was split by store as one
// change for each store that SDQ names: with the lines that the store has a part of, in
// its quantity, for the order of that store. Lines without a split, such as one that is
// deleted, and a change of the order as a whole, are a change of no store, for the
// orders of all. Where nothing is split it is the one change of [ReadPurchaseOrderChange].
//
// Where POC03 is agreed to be the difference a split says nothing of what each store
// has more or less; it is told, and not divided.
func ReadStoreChanges(set *x12.Set, o Options) ([]OrderChange, finding.List) {
	r := changeReader{orderReader: orderReader{reader: reader{set: "860", document: "change", agreed: &o}, byStore: true}}
	r.orderChange(set)
	if r.change.Cancel { // for the stores that are not named, too
		return []OrderChange{r.change}, r.found
	}
	var changes []OrderChange
	at := make(map[party.Identifier]int)
	last := make(map[party.Identifier]int) // line of the set, from 1, that was given last
	whole := r.change
	whole.Lines = nil
	for i := range r.stores {
		if len(r.stores[i]) == 0 {
			whole.Lines = append(whole.Lines, r.change.Lines[i])
		}
		for _, p := range r.stores[i] {
			place, known := at[p.Store]
			if !known {
				place = len(changes)
				at[p.Store] = place
				of := r.change
				of.Document.Store, of.Lines = p.Store, nil
				changes = append(changes, of)
			}
			lines := &changes[place].Lines
			if last[p.Store] == i+1 { // the store is named twice in the line
				if sum, err := (*lines)[len(*lines)-1].Quantity.Add(p.Quantity); err == nil {
					(*lines)[len(*lines)-1].Quantity = sum
				}
				continue
			}
			last[p.Store] = i + 1
			l := r.change.Lines[i]
			l.Quantity, l.Left = p.Quantity, quantity.Quantity{} // what is still to come is told of all stores
			*lines = append(*lines, l)
		}
	}
	if len(changes) == 0 || len(whole.Lines) > 0 {
		changes = append(changes, whole)
	}
	return changes, r.found
}
