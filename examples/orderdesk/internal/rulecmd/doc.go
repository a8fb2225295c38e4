// Package rulecmd does to a rule book of any kind what the command line offers:
// read it from files, test it, analyse it, print it, compare it with another.
//
// [Find] sorts files into books; a [Set] of them loads through its [Kind] into a
// [Book], which hides the types of facts and effects:
//
//	sets, faults, err := rulecmd.Find([]string{"books"}, "", rulecmd.Kinds())
//	book, err := sets[0].Load()
//	tested, err := book.Test(ctx, sets[0].Scenarios, rulecmd.Testing{})
//
// Mistakes in files come as [rules.RuleError], with their places.
package rulecmd
