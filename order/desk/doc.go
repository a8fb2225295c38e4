// Package desk takes orders through the steps that a host has chosen, and
// remembers everything in a journal.
//
//	d, err := desk.Open(ctx, desk.Config{
//		Journal: journal.NewMemory(),
//		Clock:   time.Now,
//		Steps:   []desk.Step{{Name: "validate", Run: validate}, {Name: "accept", Run: accept}},
//	})
//	result, err := d.Submit(ctx, desk.Submission{Key: "acme/4711", Document: document})
//	fmt.Println(result.Order.Status())
//
// A [Step] is a value: a name and a function that looks at the order through a
// [Work] and records what it decides. Steps can be replaced, left out and
// added; the standard ones stand in order/desk/steps. All that one run records
// is one append to the journal: all of it happens or nothing. Where that is more
// than an append carries (journal.MaxBytes), it is several, cut between steps: a
// process that dies in between leaves an order that waits for the next step. What
// one step or one action records must fit: such a step waits with the reason, such
// an action is refused.
//
// # What holds
//
//   - The same submission twice is one order: [Submission.Key] decides, and
//     another document under a used key is [ErrKeyReused].
//   - A step whose port fails leaves the order waiting with a retry time. What
//     earlier steps recorded is kept; [Desk.RunDue] goes on where it stopped, or
//     goes back if what was decided holds no more ([ErrOutdated]).
//   - When the journal cannot say whether an append happened ([ErrUnsettled]), the
//     desk finds out before anything depends on it: before the order is touched
//     again, before another copy of its purchase order is taken, and by
//     [Desk.Settle] and RunDue. What did not happen happens then, or is taken back.
//   - What gives one order what another had is one unit over all of them
//     ([Desk.ActJointly]): nothing else is done to these orders meanwhile.
//   - State is rebuilt from the journal alone: [Open] folds it again, the orders
//     and the state that steps keep (see [Fold]). What is in memory is what the
//     journal says of each event, in all fields.
//   - One desk at a time writes to a journal. Opening a second one takes over;
//     whatever the first then tries is refused with [ErrSuperseded].
package desk
