// Package edijson puts X12 and EDIFACT files into JSON that a person or a program can
// change, and back.
//
//	for line, err := range edijson.Lines("a.x12", data) { ... } // a set or message each
//	err := edijson.Write(lines, out, edijson.Options{})
//
// A [Line] has the segments of a set as lists of their elements, the segments of the
// envelopes before and after it, and how they were laid out. What nobody changed is
// written as the same bytes, as long as its envelopes are whole; what was changed gets
// its counts and control numbers right, and the trailers that are missing. A file that
// was written by hand needs no layout.
package edijson
