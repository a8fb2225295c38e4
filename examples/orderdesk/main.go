// Command orderdesk runs an order desk: it takes purchase orders through
// pricing, promising, credit, shipping and billing, checks EDI, proves that its
// journal was not altered, and tests the rule books that it decides by.
//
//	go run -C examples ./orderdesk demo
//	go run -C examples ./orderdesk rules --help
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
