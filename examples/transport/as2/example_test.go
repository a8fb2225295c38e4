package as2_test

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
)

// Meridian sends Acme an invoice, and has Acme's signed receipt for it.
func Example() {
	ctx := context.Background()
	acme, err := as2.NewServer(as2.ServerConfig{
		Agreements: []as2.Agreement{{Us: "ACME", Partner: "MERIDIAN", Identity: theirs(), Certificates: certificates(ours())}},
		Ledger:     &transport.MemoryLedger{}, // a program takes one on its journal
		Handler: func(_ context.Context, f transport.File) error {
			raw, err := io.ReadAll(f.Body)
			fmt.Printf("from %s: %s, %s\n", f.From, f.Name, raw)
			return err
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	web := httptest.NewServer(acme)
	defer web.Close()

	meridian, err := as2.NewSender(as2.SenderConfig{
		Ledger: &transport.MemoryLedger{},
		Agreement: as2.Agreement{
			Us: "MERIDIAN", Partner: "ACME", Identity: ours(), Certificates: certificates(theirs()), URL: web.URL,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = meridian.Deliver(ctx, transport.Message{
		ID: "810/INV-1", Name: "INV-1.edi", ContentType: "application/edi-x12", Data: []byte("ISA*00*..."),
	})
	fmt.Println("delivered:", err)
	receipt, err := meridian.Receipt(ctx, "810/INV-1")
	fmt.Println("receipt:", receipt.Disposition, receipt.Signed, err)
	// Output:
	// from MERIDIAN: INV-1.edi, ISA*00*...
	// delivered: <nil>
	// receipt: processed true <nil>
}
