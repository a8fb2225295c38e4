// Desk takes sales orders of an ERP over a whole order desk in memory, validate,
// price, promise, credit, accept, and prints what became of each and why.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
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
		show(w, so, result)
	}
	return nil
}

func show(w io.Writer, so salesOrder, r desk.Result) {
	o := r.Order
	if r.Known {
		fmt.Fprintf(w, "%s %s: is %s already\n", so.customer, so.number, o.ID)
		return
	}
	fmt.Fprintf(w, "%s %s: %s, %s\n", so.customer, so.number, o.ID, o.Status())
	for i := range o.Lines {
		showLine(w, &o.Lines[i])
	}
	for _, d := range o.Decisions {
		fmt.Fprintf(w, "  %s %s", d.Step, d.Outcome)
		if d.Summary != "" {
			fmt.Fprintf(w, ": %s", d.Summary)
		}
		fmt.Fprintln(w)
		for _, f := range d.Findings {
			fmt.Fprintf(w, "    %s\n", f)
		}
	}
}

func showLine(w io.Writer, l *order.Line) {
	fmt.Fprintf(w, "  %s of %s", l.Quantity, l.Request.Item)
	if len(l.Charges) > 0 {
		fmt.Fprintf(w, ", %s", l.Net)
	}
	fmt.Fprintln(w)
	for _, s := range l.Schedules {
		if s.Backordered() {
			fmt.Fprintf(w, "    %s without a date\n", s.Quantity)
			continue
		}
		fmt.Fprintf(w, "    %s on %s\n", s.Quantity, s.Deliver)
	}
}
