package mapping

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/order"
)

// Freed says what of a request that was taken back is no longer held for it, now that
// the warehouse has confirmed it: of each line what neither the confirmation nor the
// advices before it say has left. Sending the cancellation frees nothing, for until the
// answer comes the goods may be on a truck; so there is no way to ask without an answer.
//
// A line of which a quantity was told that cannot be compared with what was asked for
// is not among them, nor is one that was told twice in a carton, which may be two lots,
// nor one that goods could be of whose line the warehouse does not tell clearly;
// [Reconcile] tells all of them. A confirmation with a finding that blocks is
// none: a line that could not be read may have left.
//
// The error is a *[ConfirmationError] for a request that was not taken back, and for a
// confirmation of another request.
func Freed(cancelled ShippingOrder, confirmation ShippingAdvice, before ...ShippingAdvice) ([]WarehouseLine, error) {
	switch {
	case !cancelled.Cancel:
		return nil, &ConfirmationError{Request: cancelled.Number, Reason: "was not taken back"}
	case confirmation.Number != cancelled.Number:
		return nil, &ConfirmationError{Request: cancelled.Number, Reason: fmt.Sprintf("is not what the warehouse confirms, which is %q", confirmation.Number)}
	}
	all := append(before[:len(before):len(before)], confirmation)
	t, told := shipped(&cancelled, all)
	times := make(map[string]int) // a shipment was told
	for i := range all {
		times[all[i].Shipment]++
	}
	unclear := make(map[string]bool)
	for _, d := range told { // twice in one carton of one advice may be two lots of it
		again := d.Kind == ToldTwice && (d.Shipment == "" || times[d.Shipment] == 1)
		unclear[d.Line] = unclear[d.Line] || again || d.Kind == OtherUnit
	}
	numbers, unknown := unplaced(t, cancelled.Number, all)
	var free []WarehouseLine
	for i := range cancelled.Lines {
		l := cancelled.Lines[i]
		got, c, alike := t.compare(i, l.Quantity)
		couldBe := unknown || slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return numbers[id] })
		if unclear[l.ID] || couldBe || !alike || c >= 0 {
			continue
		}
		l.Quantity, _ = l.Quantity.Sub(got) // they compare, so they subtract
		free = append(free, l)
	}
	return free, nil
}

// unplaced are the numbers of goods that left for a request and that the warehouse tells
// as none of its lines; unknown, that it does not even say which goods.
func unplaced(t *tally, request string, advices []ShippingAdvice) (numbers map[order.ItemIdentifier]bool, unknown bool) {
	numbers = make(map[order.ItemIdentifier]bool)
	for i := range advices {
		for n := range advices[i].Lines {
			l := &advices[i].Lines[n]
			if advices[i].Number != request || l.Shipped.Sign() == 0 || t.find(l.ID, l.Identifiers) >= 0 {
				continue
			}
			unknown = unknown || len(l.Identifiers) == 0
			for _, id := range l.Identifiers {
				numbers[id] = true
			}
		}
	}
	return numbers, unknown
}

// ConfirmationError says why an answer of a warehouse frees nothing.
type ConfirmationError struct {
	Request string
	Reason  string
}

// Error names the request and the reason.
func (e *ConfirmationError) Error() string {
	return fmt.Sprintf("mapping: shipping order %s %s", e.Request, e.Reason)
}
