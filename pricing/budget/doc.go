// Package budget keeps coupons and promotion budgets from being spent twice: what an order will use is reserved before
// the customer is told a price, and two orders never both get the last one.
//
// To limit a coupon to 100 uses, one for each customer, and take one for an order:
//
//	register := budget.New(budget.Config{})
//	set, err := register.SetLimit(now, budget.Setting{
//		Limit: budget.Limit{Name: "SAVE10", Total: budget.Cap{Uses: 100}, PerCustomer: budget.Cap{Uses: 1}},
//		Actor: "ann", Reason: "summer sale",
//	})
//	reserved, err := register.Reserve(now, budget.Request{
//		Key: "SO-1", Customer: "ACME", Expires: now.Add(48 * time.Hour),
//		Usages: []budget.Usage{{Limit: "SAVE10", Uses: 1}},
//	})
//	var short *budget.ExhaustedError
//	if errors.As(err, &short) {
//		// price again without short.Names()
//	}
//
// # Limits
//
// A [Limit] bounds uses, money, or both: in all, for each customer and for each order, within dates. What it does not
// state is not limited. A coupon code that works once is a limit of one use.
//
// # Reservations
//
// [Register.Reserve] takes all that an order uses or nothing of it, in place of what the order had before: an order that
// changed is reserved again, and only what it uses more is asked for. A reservation lapses at the time that its request
// states, unless [Register.Commit] makes it firm. [Register.Release] gives back either of them.
//
// What is held and what is committed never exceed the limit. A limit that is lowered below what is taken takes nothing
// away; it only gives no more.
//
// # State and events
//
// Operations decide and take effect in memory at once, in one step under a lock, and return the event that says what
// happened, for the caller to journal together with its own: that is how an order desk, the one writer of its journal,
// uses a [Register]. [Register.Apply] takes journalled events back in. Where the journal refuses, the Undo operations take
// back what was not written.
//
// Several processes that share limits use a [Shared], each its own, over one stream of one journal: every operation is an
// append that expects the stream where the process knows it. The loser of a race reads what the winner did, and
// decides again.
package budget
