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
	// line MUG: 7 EA of MUG
	//   List price  7 EA x 8.50   59.50  59.50  list/MUG, table
	//   Deals       10% of 59.50  -5.95  53.55  MEMBER-10
	//
	// line TEAPOT: 1 EA of TEAPOT
	//   List price  1 EA x 29.99  29.99  29.99  list/TEAPOT, table
	//
	// net 83.54 USD, total 83.54 USD
}
