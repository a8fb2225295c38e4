package message

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
)

// controlTotals are what a message announces behind UNS, and what its lines come to.
type controlTotals struct {
	counts, amounts []edifact.Segment
	sublines        int
	quantity        decimal.Decimal // of the lines, whatever the unit
	value           decimal.Decimal // of the lines, as MOA 203 states it
	valued          int             // lines that state it
}

// checkTotals compares what is announced with what was read: CNT 1 the quantities, 2 the
// lines, 3 the lines with their sub-lines; MOA 79 the value of the lines, where each of them states it.
func (r *reader) checkTotals(t *controlTotals, lines int) {
	for _, s := range t.counts {
		stated, err := edifact.Standard().ParseNumber(text(s, 1, 2))
		if err != nil {
			r.warn("count", s, spot{1, 2}, fmt.Sprintf("%.20q is no number", text(s, 1, 2)), "ask the partner what is meant")
			continue
		}
		n, err := decimal.NewFromString(stated)
		if err != nil {
			continue // it was a number just now
		}
		switch text(s, 1, 1) {
		case "1":
			if !n.Equal(t.quantity) {
				r.warn("quantity-total", s, spot{1, 2}, fmt.Sprintf("CNT announces quantities of %s in all, they add up to %s", n, t.quantity),
					"ask the partner whether a quantity was lost, or what it adds up")
			}
		case "2":
			if !n.Equal(decimal.NewFromInt(int64(lines))) && !n.Equal(decimal.NewFromInt(int64(lines+t.sublines))) {
				r.warn("line-count", s, spot{1, 2}, fmt.Sprintf("CNT announces %s lines, there are %d", n, lines), "ask the partner whether a line was lost")
			}
		case "3":
			if !n.Equal(decimal.NewFromInt(int64(lines + t.sublines))) {
				r.warn("line-count", s, spot{1, 2}, fmt.Sprintf("CNT announces %s lines and sub-lines, there are %d", n, lines+t.sublines), "ask the partner whether a line was lost")
			}
		}
	}
	for _, s := range t.amounts {
		if text(s, 1, 1) != "79" || t.valued != lines {
			r.homeless("totals", s)
			continue
		}
		if a, ok := r.amount(s); ok && !a.Decimal().Equal(t.value) {
			r.warn("value-total", s, spot{1, 2}, fmt.Sprintf("MOA announces lines worth %s in all, they add up to %s", a, t.value), "ask the partner whether a line was lost")
		}
	}
}
