package main

import (
	"fmt"
	"os"
)

// What the program prints, compared line by line.
func Example() {
	if err := run(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 45 of PUMP, wanted on 2026-03-05
	// 40 ship on 2026-03-09, arrive on 2026-03-11, 6 days late
	//   10 from stock, available
	//   30 from purchase-order PO-77/1 due 2026-03-06
	// 5 ship on 2026-03-13, arrive on 2026-03-15, 10 days late
	//   5 from purchase-order PO-80/1 due 2026-03-12
	// in time: 10
}
