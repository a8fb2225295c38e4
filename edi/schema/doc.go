// Package schema knows what transaction sets and messages are made of, and holds
// sets to it, for X12 and EDIFACT alike.
//
// Four releases are embedded: X12 004010 and 005010, EDIFACT D.96A and D.01B. A
// host loads its own with [Parse]:
//
//	release, err := schema.Embedded(schema.X12, "004010")
//	if err != nil {
//		return err
//	}
//	set, _ := release.Set("850")
//	v := schema.NewValidator(schema.Options{})
//	v.Begin(set, schema.Syntax{Component: '>'})
//	for segment := range segments {
//		for _, f := range v.Segment(segment) {
//			fmt.Println(f)
//		}
//	}
//
// A [Validator] is fed one segment after the other and says what is wrong:
// segments missing, misplaced, unknown or too many; elements missing, too long or
// short, not of their type, not among the codes; conditions over several elements;
// the hierarchy of HL segments. One misplaced segment is one [Finding]: what
// follows is judged from where it stands. A finding has the code for the
// acknowledgement of each standard, the place, what was expected and what to do.
//
// The package reads no syntax: edi/x12 and edi/edifact give it segments as a
// [SegmentReader]. Names and conditions are those of the standards; of the service
// segments only those within a set are known (ST and SE, UNH and UNT).
package schema
