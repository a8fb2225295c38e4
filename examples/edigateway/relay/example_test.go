package relay_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/edigateway/relay"
	"github.com/o2ckit/o2c/examples/transport/folder"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/intake"
)

// A partner's folder: an order comes in, a 997 goes out.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "bigbox")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, "order.edi"), []byte(orderOf("123456789", 1)), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	profiles, err := partner.Decode([]byte(meridian))
	if err != nil {
		fmt.Println(err)
		return
	}
	directory, err := partner.NewDirectory(profiles...)
	if err != nil {
		fmt.Println(err)
		return
	}
	in, err := folder.NewSource(dir, mailbox.SourceConfig{Settle: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = in.Close() }()
	out, err := folder.NewSink(dir, mailbox.SinkConfig{Dir: "out"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = out.Close() }()

	r, err := relay.New(ctx, relay.Config{
		Journal: journal.NewMemory(), Partners: directory, Clock: time.Now, // a program keeps its journal in a database
		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, Source: in, Sink: out}},
		Handle: func(_ context.Context, a gateway.Arrival) (intake.Outcome, error) {
			doc, found := mapping.ReadPurchaseOrder(a.Set, a.Profile.Mapping())
			if found.Blocks() {
				return intake.Outcome{Result: intake.Exception, Findings: found}, nil
			}
			fmt.Println(doc.PurchaseOrder, doc.Lines[0].Quantity, doc.Lines[0].Price)
			return intake.Outcome{Result: intake.Ordered, Order: "SO-1"}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Once(ctx))
	names, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	fmt.Println(filepath.Base(names[0]), err)
	// Output:
	// A-1 12 EA 2.50 USD
	// <nil>
	// bigbox-997-000000001.edi <nil>
}
