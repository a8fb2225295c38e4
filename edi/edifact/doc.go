// Package edifact reads and writes the segments of UN/EDIFACT (ISO 9735).
//
// Read what a partner sent, segment by segment:
//
//	r := edifact.NewReader(file, edifact.Options{})
//	for {
//		s, err := r.Next()
//		if err == io.EOF {
//			break
//		}
//		if err != nil {
//			return err // or go on: the reader stands behind the segment that was wrong
//		}
//		if s.Is("ALC") && s.Value(1) == "A" {
//			fmt.Println("an allowance of type", s.Component(5, 1))
//		}
//	}
//
// and write some:
//
//	w, err := edifact.NewWriter(out, edifact.WriterConfig{UNA: true, LineBreak: "\r\n"})
//	if err != nil {
//		return err
//	}
//	err = w.Write(edifact.NewSegment("MOA", edifact.Composite("204", "12.50")))
//
// Separators come from the service string advice (UNA) wherever one stands, and
// are those of the standard without it. The release character is taken away when
// reading and put in when writing: values are as they are meant. A decimal mark is
// a point or a comma; see [Separators.ParseNumber].
//
// # What is not here
//
// This is the syntax of segments and no more. Interchanges, groups and messages
// (UNB, UNG, UNH and their counts and control numbers) are segments like others
// here; nothing checks an element against a directory, and nothing answers with a
// CONTRL. Text is the bytes that were sent: the character sets that UNB names are
// not converted. Elements repeat only where the separators say so (syntax 4).
package edifact
