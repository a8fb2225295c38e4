// Package amend carries out purchase order changes (X12 860, EDIFACT ORDCHG) on the
// orders of a desk, and says what became of each line, for the answer (865, ORDRSP).
//
//	change, found := mapping.ReadPurchaseOrderChange(set, options)
//	if found.Blocks() {
//		return found
//	}
//	answer, err := changes.Apply(ctx, id, change)
//	if err != nil {
//		return err
//	}
//	o, err := d.Order(id)
//	...
//	segments, err := mapping.WriteChangeAcknowledgement(answer, o, options)
//
// By EDIFACT the change comes from message.ReadPurchaseOrderChange, and
// message.WriteOrderResponse writes what [mapping.AnswerToChange] makes of the answer.
//
// Lines are decreased and deleted, and orders given up, as far as goods have not
// left and are not picked. Whatever else is asked for is answered as refused, with
// the reason: nothing that a customer asks for is dropped.
package amend
