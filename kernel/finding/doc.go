// Package finding says what is wrong with a business document, so that a
// person can mend it and a program can act on it.
//
// A [Finding] is a value, not an error: it names a stable code, how bad the
// matter is, where in the document it stands, what it means, and what to do.
// Everything that checks a document returns all of its findings as a [List];
// nothing stops at the first.
//
//	var found finding.List
//	found.Block("order.line.item-unknown", "lines[2].item", "no item has the number 4711",
//		"correct the item number or add the item to the catalogue")
//	if found.Blocks() {
//		// the document cannot go on
//	}
package finding
