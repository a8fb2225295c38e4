package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// tie finds out which items are told before their adjustments, and compares what they
// come to with the payment.
func (r *remittanceReader) tie() {
	rm := &r.remittance
	var open []int
	for n := range rm.Items {
		if r.before(&rm.Items[n]) {
			open = append(open, n)
		}
	}
	total, err := rm.Total()
	if err == nil && total != rm.Amount && len(open) > 0 {
		if with, ok := r.withAdjustments(total, open); ok && with == rm.Amount {
			for _, n := range open {
				r.include(&rm.Items[n])
			}
			total = with
		}
	}
	for n := range rm.Items {
		r.tieItem(n, &rm.Items[n])
	}
	switch {
	case err != nil:
		r.block("total", r.bpr, 2, "the amounts do not add up: "+err.Error(), "ask the partner for the amounts")
	case total != rm.Amount && len(rm.Items)+len(rm.Adjustments) > 0:
		r.block("total", r.bpr, 2, fmt.Sprintf("BPR02 pays %s, items and adjustments come to %s", rm.Amount, total),
			"ask the partner what the difference is for")
	}
}

// before tells whether it is not known if the amount of an item is told before or after
// its adjustments. One that is told before is put right.
func (r *remittanceReader) before(i *RemittedItem) bool {
	if len(i.Adjustments) == 0 {
		return false
	}
	due, told := i.Due()
	if !told {
		return true
	}
	sum, err := adjustments(r.currency, i.Adjustments)
	if err != nil || due == i.Paid {
		return false
	}
	if paid, err := i.Paid.Add(sum); err == nil && paid == due {
		i.Paid = paid
	}
	return false
}

// withAdjustments is the total if the adjustments of items were not in it.
func (r *remittanceReader) withAdjustments(total money.Amount, items []int) (money.Amount, bool) {
	for _, n := range items {
		sum, err := adjustments(r.currency, r.remittance.Items[n].Adjustments)
		if err == nil {
			total, err = total.Add(sum)
		}
		if err != nil {
			return total, false
		}
	}
	return total, true
}

// include makes the adjustments of an item a part of what is paid of it.
func (r *remittanceReader) include(i *RemittedItem) {
	if sum, err := adjustments(r.currency, i.Adjustments); err == nil {
		if paid, err := i.Paid.Add(sum); err == nil {
			i.Paid = paid
		}
	}
}

// tieItem compares what is paid of an item with what it comes to. Paying in part is no
// mistake.
func (r *remittanceReader) tieItem(n int, i *RemittedItem) {
	due, told := i.Due()
	if !told || due == i.Paid || i.Action == "PP" {
		return
	}
	r.warn("item-tie", r.items[n], 4,
		fmt.Sprintf("%s %s: %s is paid, its amount, discount and adjustments come to %s", i.Reference.Qualifier, i.Reference.Value, i.Paid, due),
		"ask the partner what the difference is for")
}
