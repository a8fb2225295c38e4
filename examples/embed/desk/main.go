// Desk takes sales orders of an ERP over a whole order desk in memory, validate,
// price, promise, credit, accept, and prints what became of each and why.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	h, err := newHost(func() time.Time { return day(2) })
	if err != nil {
		return err
	}
	d, err := open(ctx, h)
	if err != nil {
		return err
	}
	if err := h.load(ctx, d); err != nil {
		return err
	}
	for _, so := range salesOrders() {
		result, err := submit(ctx, d, so)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, describe(so, result)); err != nil {
			return err
		}
	}
	return nil
}

// describe says what became of a sales order, and why.
func describe(so salesOrder, r desk.Result) string {
	o := r.Order
	if r.Known {
		return fmt.Sprintf("%s %s: is %s already\n", so.customer, so.number, o.ID)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s, %s\n", so.customer, so.number, o.ID, o.Status())
	for i := range o.Lines {
		describeLine(&b, &o.Lines[i])
	}
	for _, d := range o.Decisions {
		fmt.Fprintf(&b, "  %s %s", d.Step, d.Outcome)
		if d.Summary != "" {
			fmt.Fprintf(&b, ": %s", d.Summary)
		}
		fmt.Fprintln(&b)
		for _, f := range d.Findings {
			fmt.Fprintf(&b, "    %s\n", f)
		}
	}
	return b.String()
}

func describeLine(b *strings.Builder, l *order.Line) {
	fmt.Fprintf(b, "  %s of %s", l.Quantity, l.Request.Item)
	if len(l.Charges) > 0 {
		fmt.Fprintf(b, ", %s", l.Net)
	}
	fmt.Fprintln(b)
	for _, s := range l.Schedules {
		if s.Backordered() {
			fmt.Fprintf(b, "    %s without a date\n", s.Quantity)
			continue
		}
		fmt.Fprintf(b, "    %s on %s\n", s.Quantity, s.Deliver)
	}
}
