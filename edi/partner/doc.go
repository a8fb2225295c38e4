// Package partner knows the trading partners that EDI is exchanged with: it reads what
// they send by what was agreed, and sends them documents under control numbers that are
// never used twice.
//
//	directory, err := partner.Load(os.DirFS("partners"))
//	report, err := x12.Read(file, directory.X12Options(x12.Options{}))
//
//	outbox, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: time.Now})
//	profile, err := directory.BySender("01", "123456789")
//	sent, err := outbox.Send(ctx, profile, partner.Document{
//		Key: "855/SO-00000001", Set: "855", Segments: segments, References: order.Document.References,
//	})
//	// sent.Raw is the interchange; hand it to the transport
//
// # Profiles
//
// What was agreed with a partner is a [Profile], written in YAML (or JSON) by the names
// of its fields and read by [Decode] or [Load], which tell all that is wrong with it at
// once, each with its line:
//
//	name: bigbox                 # control numbers are counted under it
//	account: C-100               # our customer
//	x12:                         # and, or instead, edifact:
//	  qualifier: "01"            # the partner's ISA; codes of digits need quotes for
//	  id: "123456789"            # other YAML readers, this one keeps them as written
//	  our_qualifier: ZZ
//	  our_id: MERIDIAN
//	  version: "004010"          # that we write
//	  delimiters: {element: "*", component: ">", segment: "~"}
//	  usage: T                   # test data, both ways; P is the default
//	  acknowledge: {send: 997, accept_errors: true, within_hours: 24}
//	  guide:                     # the partner's implementation guide
//	    schema:                  # a stricter or wider standard
//	      - {set: "855", path: BAK.2, codes: [AC, AD, RJ]}
//	    require:                 # segments that must be there, by what they hold
//	      - {set: "850", has: "REF.1=DP,2", meaning: the department}
//	      - {set: "856", has: "MAN.1=GM,2", each: HL.3=P, meaning: the SSCC of the carton}
//	    add:                     # segments that we put into what we send
//	      - {set: "856", after: PRF, segment: "REF*DP*{DP}"}
//	    codes:                   # what the partner calls our codes
//	      - {at: PO1.3, codes: {EA: UN}}
//	  tolerate:                  # what it may do against all that
//	    header: true
//	    schema:
//	      - {set: "850", path: BEG.2, any_code: true}
//	    warnings: [schema.element.code]
//	duplicates: {scopes: [interchange, document], days: 90}
//	options:                     # of package edi/mapping
//	  currency: USD
//
// The changes of a schema are those of [schema.Overlay]; patterns such as REF.1=DP,2 are
// explained at [Pattern]. The section edifact has id, qualifier, our_id, our_qualifier,
// directory (D96A), association (EAN008), syntax_id (UNOC), syntax_version, una,
// separators (as a UNA: "UNA:+,? '"), agreement, test, request_contrl and, like x12,
// line_break, first, acknowledge, guide and tolerate.
//
// A guide holds for both directions, what is tolerated for reading alone. Before a new
// partner goes into production, [Certify] tries its profile on a folder of samples and
// tells what passes and what does not.
//
// # Sending
//
// What is to be sent is held to the release with the partner's guide first: what would
// break it is a [*SchemaError] that names segment and element, and takes no number. What
// was sent is in the journal before anybody can transmit it, with its bytes: a process
// that dies in between finds it again under the same key and sends the very same bytes.
// Interchanges, groups, sets and messages are numbered for each partner and standard,
// without a gap and without a number given twice, however many goroutines and processes
// send at a time; 1 follows 999,999,999.
//
// An [Outbox] also answers what a partner sent ([Outbox.Reply], [Outbox.ReplyEDIFACT]),
// gives all that was sent ([Outbox.Sent]) and the bytes of each ([Outbox.Raw]).
//
// What the partner says of what was sent is recorded by [Outbox.Acknowledge], which
// finds the document by its control numbers; [Outbox.Overdue] gives what should have
// been acknowledged by now and was not.
package partner
