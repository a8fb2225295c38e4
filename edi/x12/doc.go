// Package x12 reads, checks, writes and acknowledges ASC X12 interchanges.
//
// To use what a partner sent, read it and take the sets that are accepted:
//
//	report, err := x12.Read(file, x12.Options{})
//	if err != nil {
//		return err
//	}
//	for _, set := range report.Sets() {
//		if set.Status() == x12.Rejected {
//			continue // set.Faults, its group's and its interchange's say why
//		}
//		for c := set.Cursor(); c.More(); {
//			segment := c.Next()
//			fmt.Println(segment.ID(), segment.Value(1))
//		}
//	}
//
// [Check] does the same without keeping segments, [Walk] hands over one set at
// a time in bounded memory, and [Reader] gives the bare segments, without
// copying, from a stream of any size. What is wrong is never the end of the
// reading: a [Fault] tells the place to the byte, and the levels beside it go
// on. A bad set leaves its group standing, a bad group its interchange, a bad
// interchange the rest of the stream.
//
// To send something, make segments with [NewSegment] and give them to a
// [Writer], which puts the envelopes around them and counts. To answer, take
// [FunctionalAck] for the 997 of a group and [InterchangeAck] for the TA1, or
// [Reply] for the whole interchange.
//
// The package knows the syntax and the envelope (X12.5, X12.6, 997, TA1). A
// [Checker] looks into the content of the sets; [NewSchemaChecker] makes one that
// holds each set to the schema of its version, as package edi/schema has it:
//
//	report, err := x12.Check(file, x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
package x12
