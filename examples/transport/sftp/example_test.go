package sftp_test

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/crypto/ssh"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/examples/transport/sftp"
)

// The mailbox of a value-added network. It needs the network's server, so it is
// compiled and not run.
func ExampleNewMailbox() {
	ctx := context.Background()
	pem, err := os.ReadFile("/etc/edi/van.key")
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		fmt.Println(err)
		return
	}
	known, err := sftp.KnownHosts("/etc/edi/known_hosts")
	if err != nil {
		fmt.Println(err)
		return
	}
	box, err := sftp.NewMailbox(sftp.Config{
		Address: "van.example", User: "meridian", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKey: known, Owner: "gateway-1",
	}, mailbox.SourceConfig{In: "outgoing", Remove: true}, mailbox.SinkConfig{Dir: "incoming"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = box.Close() }()
	taken, err := box.Poll(ctx, func(context.Context, transport.File) error { return nil })
	fmt.Println(taken, err)
	fmt.Println(box.Deliver(ctx, transport.Message{ID: "997/1", Name: "997-1.edi", Data: []byte("ISA*00*...")}))
}
