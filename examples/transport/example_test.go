package transport_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/o2ckit/o2c/examples/transport"
)

// A file may be handed over more than once, under one key; a ledger makes the
// handler's work effectively once.
func ExampleLedger() {
	ctx := context.Background()
	var ledger transport.MemoryLedger // a program takes one on its journal
	handler := func(ctx context.Context, f transport.File) error {
		raw, err := io.ReadAll(f.Body)
		if err != nil {
			return err // temporary: it comes again
		}
		_, first, err := ledger.Keep(ctx, f.Key, raw)
		if first {
			fmt.Println("new:", f.Name)
		}
		return err
	}
	for range 2 { // as when the program died before it could say that it has the file
		err := handler(ctx, transport.File{Key: "20260302-1", Name: "order.edi", Body: strings.NewReader("ISA*00*...")})
		fmt.Println(err)
	}
	// Output:
	// new: order.edi
	// <nil>
	// <nil>
}

// What fails for a while is tried again, what can never work is not.
func ExampleRetry() {
	attempts := 0
	err := transport.Retry(context.Background(), transport.Backoff{Attempts: 10}, transport.Wait, func(context.Context) error {
		attempts++
		return transport.Reject(fmt.Errorf("no such mailbox"))
	})
	fmt.Println(attempts, err)
	// Output: 1 no such mailbox
}
