// Price prices the cart of a web shop and shows how each line came about.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	engine, err := open(priceTable())
	if err != nil {
		return err
	}
	result, err := price(ctx, engine, sampleCart())
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, result.Text())
	return err
}
