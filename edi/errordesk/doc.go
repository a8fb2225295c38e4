// Package errordesk is where people look after what came in and could not be used:
// every rejected set, message and file, kept as it came by package order/intake.
//
//	desk, err := errordesk.New(errordesk.Config{Inbox: inbox, Clock: time.Now, Process: process})
//	for _, c := range desk.List(errordesk.Filter{Partner: "01:123456789"}) {
//		fmt.Println(c.ID, c.Kind, c.Age, c.Codes)
//	}
//	detail, err := desk.Show(ctx, id)        // segment, element, meaning, next step
//	// a person corrects detail.Interchange
//	result, err := desk.Correct(ctx, id, errordesk.Correction{Raw: corrected, Actor: "ada", Reason: "wrong unit"})
//	fmt.Println(result.Outcome.Order, result.Changes)
//
// A document is kept with its envelope ([FromSet], [FromMessage]), so that it can be
// read again by itself, an hour or a year later: [Interchange] puts the two together.
// A correction goes the way of what arrives, through Config.Process, and is linked to
// the first try both ways. [Desk.Again] takes the same way without a correction, after
// a profile or an item was mended. A process that dies in between loses nothing:
// [Desk.Resume] goes on with what was corrected and not yet processed.
//
// Who looks at what, and what is closed without a correction, is for Inbox.Assign,
// Inbox.Close and Inbox.Reopen.
package errordesk
