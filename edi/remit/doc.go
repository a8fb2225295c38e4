// Package remit applies what a payer tells of a payment (X12 820) to the open items of
// its credit account, and says where the two do not agree.
//
//	remittance, found := mapping.ReadRemittance(set, options)
//	if found.Blocks() {
//		return found
//	}
//	applied, err := remit.Apply(remittance, remit.Target{Document: "820/" + remittance.Trace, Account: "ACME"}, items)
//	if err != nil {
//		return err
//	}
//	event, err := ledger.Pay(now, applied.Payment)
//	...
//	for _, d := range applied.Differences {
//		fmt.Println(d)
//	}
//
// All of the payment is accounted for: what goes to open items is in the Payment, and
// what does not stays unapplied in the ledger and is among the Differences, with the
// reason that the payer gives. A credit memo of ours that the payer takes off, in an item
// or beside the items, is used up. Nothing is written off: a discount or a deduction that
// was taken stays open until somebody decides.
//
// A remittance that comes apart from its money (Handling I) is applied when the money
// has come, under the same document, so that it counts once.
package remit
