// Package advice tells partners what they can sell: a marketplace, a shop or a customer gets the quantities that are
// available, with a buffer kept back for the channel, in full or only what has changed. It is the content of an inventory
// advice (X12 846, EDIFACT INVRPT), as data.
//
// Describe the channel once, and ask what there is to say:
//
//	feed, err := advice.New(advice.Config{
//		Channel: "marketplace", Source: stock, Ahead: 30,
//		Terms: advice.Terms{Fixed: 2, Percent: 10},
//		Items: []advice.Item{{ID: "pump", Sites: []string{"BER", "LYO"}}},
//	})
//	...
//	told, news, err := feed.Draft(now, advice.Changes)
//	if news {
//		// journal it, send it, and then
//		err = feed.Apply(told)
//	}
//
// # What is shown
//
// The quantity of a day is the available-to-promise quantity of atp.Stock.Outlook: safety stock is kept back, and what is
// promised to others is not there. Of it the [Terms] of the item keep something back. What comes later is shown as the days
// on which more can be had, each with the quantity in all.
//
// # Full and changes
//
// Advices of a channel are numbered from 1 without gaps. The first is full; a full advice has every line and takes the place
// of all before it. Changes have the lines that differ from what was told last, and none means that there is nothing to
// send. An item that is no longer offered is told once, as withdrawn.
//
// # State and events
//
// An [Advice] is the event that says what was told: Draft changes nothing, and [Feed.Apply] takes an advice in, once it is
// journalled or when the journal is read again. What the feed remembers is the lines as the partner has them;
// [Feed.State] and [Feed.Restore] are the snapshot.
package advice
