package folder_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/folder"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

// A partner's directory: what comes in is printed, and an answer goes out.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "acme")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	_ = os.WriteFile(filepath.Join(dir, "order.edi"), []byte("ISA*00*..."), 0o600)

	in, err := folder.NewSource(dir, mailbox.SourceConfig{Settle: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = in.Close() }()
	taken, err := in.Poll(ctx, func(_ context.Context, f transport.File) error {
		raw, err := io.ReadAll(f.Body)
		fmt.Printf("%s: %s\n", f.Name, raw)
		return err
	})
	fmt.Println(taken, err)

	out, err := folder.NewSink(dir, mailbox.SinkConfig{Dir: "out"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = out.Close() }()
	fmt.Println(out.Deliver(ctx, transport.Message{ID: "997/1", Name: "ack.edi", Data: []byte("ISA*00*...")}))
	// Output:
	// order.edi: ISA*00*...
	// 1 <nil>
	// <nil>
}
