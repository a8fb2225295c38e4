package main

import (
	"context"
	"fmt"
	"os"
)

// What the program prints, compared line by line.
func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// C1 4711: SO-00000001, open
	//   10 EA of HAMMER, 90.00 USD
	//     10 EA on 2026-03-05
	//   2 EA of SAW, 44.10 USD
	//     2 EA on 2026-03-05
	//   validate passed
	//   price passed: total 134.10 USD
	//   promise passed: everything is promised
	//   credit passed
	//     warning credit.new-customer: nothing was ever invoiced to account C1
	//   accept passed
	// C2 A-17: SO-00000002, on-hold
	//   40 EA of SAW, 980.00 USD
	//     10 EA on 2026-03-05
	//     30 EA without a date
	//   validate passed
	//   price passed: total 980.00 USD
	//   promise changed: not everything can be had; the rest is backordered
	//   credit held
	//     block credit.limit-exceeded: short by 480.00 USD: exposure 0.00 USD and 980.00 USD of the order against the limit 500.00 USD of account C2 (get 480.00 USD paid or deposited, raise the limit, or approve the order)
	//     warning credit.new-customer: nothing was ever invoiced to account C2
	//   accept held: 1 holds, first: short by 480.00 USD: exposure 0.00 USD and 980.00 USD of the order against the limit 500.00 USD of account C2
	// C1 4712: SO-00000003, open
	//   50 EA of HAMMER, 450.00 USD
	//     20 EA on 2026-03-05
	//     24 EA on 2026-03-16
	//     6 EA without a date
	//   validate passed
	//   price passed: total 450.00 USD
	//   promise changed: not everything can be had; the rest is backordered
	//   credit passed
	//     warning credit.new-customer: nothing was ever invoiced to account C1
	//   accept passed
	// C1 4713: SO-00000004, exception
	//   1 EA of GLUE
	//   validate exception
	//     block order.line.item-unknown at lines[0].item: no item of ours is GLUE (correct the number, or add the item to the catalogue)
	// C1 4711: is SO-00000001 already
}
