// Promise tells when a line of a sales order can be delivered, and out of which
// supply.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // so that the time zone is found on any machine

	"github.com/o2ckit/o2c/atp"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	row, inbound, line := sample()
	monday := time.Date(2026, time.March, 2, 14, 0, 0, 0, time.UTC)
	p, err := promise(monday, row, inbound, line)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, describe(line, p))
	return err
}

func describe(line orderLine, p atp.Promise) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %s, wanted on %s\n", p.Quantity, line.sku, line.wanted.Format(time.DateOnly))
	for _, d := range p.Deliveries {
		fmt.Fprintf(&b, "%d ship on %s, arrive on %s, %d days late\n", d.Quantity, d.Ship, d.Deliver, d.DaysLate)
		for _, peg := range d.Pegs {
			fmt.Fprintf(&b, "  %s\n", peg)
		}
	}
	if p.Limit != nil {
		fmt.Fprintf(&b, "in time: %d\n", p.Limit.Available)
	}
	return b.String()
}
