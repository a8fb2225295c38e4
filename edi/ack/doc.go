// Package ack reads what a partner says of an interchange that was sent to it: TA1,
// 997 and 999 of X12, CONTRL of EDIFACT, all as one [Answer].
//
//	report, err := x12.Read(file, x12.Options{Checker: checker})
//	for _, set := range report.Sets() {
//		if !ack.IsAnswer(set.ID) {
//			continue
//		}
//		answer, found := ack.ReadSet(set)
//		for _, group := range answer.Groups {
//			for _, d := range group.Documents {
//				fmt.Println(d.Kind, d.Control, d.Status, d.Faults)
//			}
//		}
//	}
//
// What is accepted, accepted with errors, in part or not at all is the [fault.Status]
// of each level; what is wrong is a list of [fault.Fault] with the place in the
// document that was sent, the code of the partner and its meaning in words.
// Outbox.Acknowledge of package edi/partner finds the document that an answer is
// about.
package ack
