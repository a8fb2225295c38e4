package mapping

import (
	"fmt"
)

// Freed says what of a request that was taken back is no longer held for it, now that
// the warehouse has confirmed it: of each line what neither the confirmation nor the
// advices before it say has left. Sending the cancellation frees nothing, for until the
// answer comes the goods may be on a truck; so there is no way to ask without an answer.
//
// A line of which a quantity was told that cannot be compared with what was asked for
// is not among them; [Reconcile] tells it. A confirmation with a finding that blocks is
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
	t, told := shipped(&cancelled, append(before[:len(before):len(before)], confirmation))
	unclear := make(map[string]bool)
	for _, d := range told {
		unclear[d.Line] = unclear[d.Line] || d.Kind == OtherUnit
	}
	var free []WarehouseLine
	for i := range cancelled.Lines {
		l := cancelled.Lines[i]
		got, c, alike := t.compare(i, l.Quantity)
		if unclear[l.ID] || !alike || c >= 0 {
			continue
		}
		l.Quantity, _ = l.Quantity.Sub(got) // they compare, so they subtract
		free = append(free, l)
	}
	return free, nil
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
