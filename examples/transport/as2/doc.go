// Package as2 exchanges EDI over HTTP by AS2 (RFC 4130): signed, encrypted, and
// answered with a signed receipt (MDN) that proves what the partner has got.
//
//	agreement := as2.Agreement{
//		Us: "MERIDIAN", Partner: "ACME", Identity: ours, Certificates: theirs,
//		URL: "https://as2.acme.example/in",
//	}
//	sender, err := as2.NewSender(as2.SenderConfig{Agreement: agreement, Ledger: ledger})
//	err = sender.Deliver(ctx, transport.Message{
//		ID: "855/SO-1", Name: "SO-1.edi", ContentType: "application/edi-x12", Data: interchange,
//	})
//
//	server, err := as2.NewServer(as2.ServerConfig{
//		Agreements: []as2.Agreement{agreement}, Ledger: ledger, Handler: handler,
//	})
//	http.Handle("POST /as2", server)
//
// # Once
//
// A message has the same Message-ID each time it is sent, made from its ID. The
// receiver knows it by that: a message that it has taken before is answered
// with the first receipt again, and not handed over again; the ledger remembers
// it. Only what was taken is remembered, so that a message may be sent again
// after it was refused. A receipt that got lost on the way is therefore no
// harm: [Sender.Deliver] sends again until one comes.
//
// The server answers after the handler has returned. A handler's temporary
// error is answered 503, without a receipt, and the partner sends again.
//
// # Security
//
// The zero Agreement demands and makes signatures, encryption and signed
// receipts. What is weaker has to be agreed, and a message or receipt below the
// agreement is refused. Signatures are checked against the certificates of the
// agreement alone, not against any authority. SHA-1 and Triple DES are refused
// unless agreed; RC2 and DES always. Asynchronous receipts go to the agreed
// address alone, whatever the message asks for.
//
// AS2 encrypts with CBC, and its answers say what failed; that is known to help
// somebody who can send altered messages and look at many answers. Here an
// altered message is answered the same whether its padding is right or not, and
// the key transport never tells anything, which takes that help away where
// messages are signed. Run the server behind TLS all the same.
//
// A message is held in memory a few times over: PKCS#7 needs it as a whole. Its
// size and the number of messages at a time are bounded.
package as2
