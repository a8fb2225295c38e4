// Package transport moves EDI files between trading partners and a program:
// files that arrive are handed to a [Handler], files that are to go are given
// to a [Sink]. The program does not see which way they take.
//
//	in, err := folder.NewSource("/edi/acme", mailbox.SourceConfig{})
//	err = transport.Watch(ctx, transport.WatchConfig{
//		Source: in, Every: 10 * time.Second,
//		Handler: func(ctx context.Context, f transport.File) error {
//			raw, err := io.ReadAll(f.Body)
//			if err != nil {
//				return err // it will be tried again
//			}
//			return keep(ctx, f.Key, raw) // durable before it returns
//		},
//	})
//
//	out, err := folder.NewSink("/edi/acme", mailbox.SinkConfig{Dir: "out"})
//	err = out.Deliver(ctx, transport.Message{ID: "855/SO-1", Name: "SO-1.edi", Data: interchange})
//
// The ways are packages of their own, so that a program takes what it needs:
// folder on a local disk; sftp, also for the mailbox of a value-added network;
// as2 over HTTP, signed and encrypted, with receipts.
//
// # Once, and only once
//
// No transport can promise by itself that a file is processed exactly once: it
// may die between the handler's work and its own note of it. What is promised
// here is that a file is handed over at least once, under the same [File.Key]
// each time, and that it is not let go before the handler has returned nil. A
// handler that keeps the key together with what it does, such as an inbox on a
// journal or [Ledger.Keep], then does it effectively once. The same holds on
// the way out: a message is given again under the same [Message.ID] until it is
// known to be there, and what the receiver sees twice it knows by the AS2
// Message-ID or by the control number of the interchange.
//
// # Errors of a handler
//
// nil says that the file is kept. An error made by [Reject] says that it will
// never do, and the file is set aside with the reason. Every other error is
// taken as temporary: the file stays and is handed over again after a while.
package transport
