// Package edifact reads, checks and writes UN/EDIFACT interchanges (ISO 9735, syntax
// versions 1 to 4).
//
// To use what a partner sent, read it and take the messages that are accepted:
//
//	report, err := edifact.Read(file, edifact.Options{})
//	if err != nil {
//		return err
//	}
//	for _, message := range report.Messages() {
//		if message.Status() == edifact.Rejected {
//			continue // message.Faults, its group's and its interchange's say why
//		}
//		for _, segment := range message.Body() {
//			if segment.Is("ALC") && segment.Value(1) == "A" {
//				fmt.Println("an allowance of type", segment.Component(5, 1))
//			}
//		}
//	}
//
// [Check] does the same without keeping segments, [Walk] hands over one message at a
// time in bounded memory, and [Reader] gives the bare segments, without copying, from a
// stream of any size, with an envelope or without. What is wrong is never the end of the
// reading: a [Fault] tells the place to the byte, with the code of a CONTRL, and the
// levels beside it go on. A bad message leaves its group standing, a bad group its
// interchange, a bad interchange the rest of the stream.
//
// To send something, make segments with [NewSegment] and give them to a [Writer],
// which puts the envelopes around them and counts. To answer, take [Acknowledge] for
// the segments of the CONTRL, or [Reply] for the whole interchange.
//
// A [Checker] looks into the content of the messages; [NewSchemaChecker] makes one
// that holds each message to the schema of its version, as package edi/schema has it:
//
//	report, err := edifact.Check(file, edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
//
// Separators come from the service string advice (UNA) wherever one stands before an
// interchange, and are those of the standard without it. The release character is taken
// away when reading and put in when writing: values are as they are meant. They are in
// UTF-8, whatever character set the UNB names; small letters in UNOA are taken as they
// are. A decimal mark is a point or a comma; see [Separators.ParseNumber]. Elements
// repeat in syntax version 4 only.
package edifact
