// Command edigateway exchanges EDI with trading partners over folders, SFTP and
// AS2: it keeps what comes, answers it, puts purchase orders into a folder as
// JSON, and sends what its outbox holds. To try it on a copy of the sample:
//
//	cp -r examples/edigateway/sample /tmp/edi
//	go run -C examples ./edigateway --once /tmp/edi/gateway.yaml
//	ls /tmp/edi/orders /tmp/edi/*/out
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/o2ckit/o2c/examples/edigateway/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
