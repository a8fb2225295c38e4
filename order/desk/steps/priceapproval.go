package steps

import (
	"encoding/json"

	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/pricing"
)

// addReleased turns price holds that persons have released into approvals of what
// the order was held for, up to as much, so that pricing it again does not hold
// it for that once more. A margin may stay as low as it was; a customer's price
// that was released is settled at ours. What the order lacks now beyond that holds
// it anew.
func addReleased(o *order.Order, step string, req *pricing.Request) {
	for i := range o.Decisions {
		d := &o.Decisions[i]
		if d.Step != step || d.Outcome != order.Held {
			continue
		}
		hold, ok := releasedHold(o, d)
		var held pricing.Result
		if !ok || json.Unmarshal(d.Explanation, &held) != nil {
			continue // nothing can be concluded from it, so that pricing holds anew
		}
		for _, w := range held.Wanted {
			a := pricing.Approval{Step: w.Step, Actor: hold.ReleasedBy, Reason: hold.ReleaseReason, At: hold.Released, UpTo: w.Short}
			if w.Kind == string(pricing.StepCustomerPrice) {
				a.Accept = pricing.AcceptOurs
			} else if w.Kind != string(pricing.StepMargin) {
				continue // an override has its approval with it
			}
			addApproval(req, w.Line, a)
		}
	}
}

// releasedHold returns the price hold that the decision placed, once it was
// released.
func releasedHold(o *order.Order, d *order.Decision) (order.Hold, bool) {
	code := worst(d.Findings).Code
	for _, h := range o.Holds {
		if h.Kind == order.PriceHold && h.Code == code && h.Placed.Equal(d.At) && !h.Open() {
			return h, true
		}
	}
	return order.Hold{}, false
}

// addApproval gives the approval to the line, or to the order where there is none.
func addApproval(req *pricing.Request, line string, a pricing.Approval) {
	if line == "" {
		req.Approvals = append(req.Approvals, a)
		return
	}
	for i := range req.Lines {
		if req.Lines[i].ID == line {
			req.Lines[i].Approvals = append(req.Lines[i].Approvals, a)
		}
	}
}
