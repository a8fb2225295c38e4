// Package atp answers when a quantity of an item can be had, and keeps what was promised from being promised again:
// available-to-promise, partial and complete deliveries, reservations, allocation.
//
// A [Stock] knows the supply and the demand of items at sites. Ask it for a promise and hold what it gives:
//
//	promise, err := stock.Promise(now, atp.Demand{Ref: ref, Quantity: 35, Wanted: day, Partial: atp.Partial{AtMost: 2}})
//	if err != nil {
//		return err
//	}
//	held, err := stock.Reserve(now, atp.Request{Key: "order 4711/1", Hold: 15 * time.Minute, Lines: promise.Lines()})
//	if err != nil {
//		return err // *ShortageError: somebody was quicker
//	}
//
// A reservation is held, then committed, then consumed when the goods leave; or it is released; or the hold expires. A
// key stands for one reservation for ever, so every operation can be tried again after a failure.
//
// # Picking and changes
//
// When the warehouse takes goods off the shelf for a committed reservation, [Stock.Pick] says so: they are its own then,
// whatever day it was made for, no longer on hand for a count, and gone with the first [Stock.Consume]. They come back by
// [Stock.Unpick] alone, which the warehouse confirms: no release and no rescheduling moves them. [Stock.Decrease] brings the
// total of an item down, as a change of an order does, as far as what has left and what is picked allow.
//
// # Quantities and days
//
// Quantities are int64 in the item's base unit, for catch weight in thousandths of it, converted once by the caller
// (quantity.Conversions.BaseCount). The engine counts in days: a [calendar.Date], four bytes, is its time, and the
// site's time zone says what day it is at an instant. Supply due on a day can be used on that day. Instants matter
// only for holds, which end when now >= expires whether or not anybody has swept them.
//
// # Look-ahead
//
// The balance of a day is stock on hand and receipts until then, less what is promised until then. ATP of a day is the
// least balance of that and all later days: taking more would break a later promise. So ATP never falls over time,
// unless goods expire (see Lots), and the earliest day for a quantity is found by a search.
//
// A receipt counts from the day on which it is due. Where a supplier is known to come late or to send less, the receipt's
// [Reliability] says so: the days of lag, and the share of what is still to come that does not count.
//
// The [Policy] of an item has the days of its life: when it is first taken from stock, until when it can be ordered, and from
// when on nothing more is bought. [Limit] names the one that keeps a demand from being met.
//
// With [Demand].Explain a promise knows what its goods come from and what kept it from being better: Delivery.Pegs,
// Promise.Limit, and in sentences [Promise.Why].
//
// # Stock that moves
//
// [Stock.Move] gives stock on hand another status, ships it to another site, where it is due until it is received, and books
// what goes into and out of consignment stock: a customer's shelf that is ours until he takes from it is a site of its own. It
// says whose promises the goods were taken from. What leaves for an order is not moved but consumed.
//
// # Lots
//
// Goods that expire are counted and received in lots ([Count].Lot, [Receipt].Lot) with the last day on which they are
// good, and a receipt can say when its goods will expire ([Supply].Expires). From the first of these on, what can be had is
// what is good enough: on the day on which it is taken, with a [Lane] on the day of delivery, and [Demand].MinLife days
// longer where the customer wants that. Goods that expire first go first. The promise says through which day its goods
// must be good (Line.GoodThrough) and the reservation keeps that: later promises leave enough that lasts. All of a
// delivery can be asked of one lot ([Demand].SingleLot) or of a certain one ([Demand].Lot); that lot is then reserved.
// When goods leave, [Stock.Consume] takes what expires first of what is good enough, or the lots that [Part] names.
//
// What is on hand in no lot does not expire, nor does a receipt that does not say so. A lot is recalled or blocked by
// counting it as blocked. What can be had of an item with lots falls when goods expire, and is never below 0:
// [Stock.Shortfalls] lists who goes without. Safety stock is taken off whatever could be had. [Stock.Reschedule] moves what
// a reservation has, its lots and lives included; runs of package backorder leave items with lots alone.
//
// # Kits
//
// What is put together when it ships is promised by its components: [Demand].Kit lists them, the quantity counts kits, and
// the lines of the promise reserve the components, so kits, other kits and loose parts compete for the same stock. A kit
// that is kept put together as well ([Demand].Stocked) is taken as it is first. Quotas count kits.
//
// # Capable to promise
//
// Where production can be planned, [Stock.PromiseCapable] asks a [ProductionPlanner], a port of the host, for what stock and
// known supply do not give in time, and promises with what it proposes. [Stock.ReserveProduction] makes what was accepted
// supplies and reserves, both or neither, and [Stock.AcceptProduction] tells the host's [ProductionScheduler], in an order that a crash cannot
// turn into a promise that nobody makes good.
//
// # Allocation
//
// Where claims compete, [Stock.Allocate] serves them by priority and [FairShare] divides in proportion. Who comes first is
// said by rules over [Facts]: [Rank] asks a [RuleBook], which can be replaced at any time, and says of every claim which
// rules decided.
//
// Quotas bound what a class of customers, a region or a channel may have in a week or month: [Stock.DefineQuota] and
// [Stock.SetQuota] make them, Demand.Quotas or a rule draws on them, and a reservation takes goods and quota or neither.
// What one period does not allow comes from earlier ones, from later ones and, last, from a fallback. [Stock.Divide]
// divides what is there among ranked claims and says why each gets what it gets.
//
// # State and events
//
// Operations decide and take effect in memory at once and return the event that says what happened, for the caller to
// journal together with its own. [Stock.Apply] takes journalled events back in, [Stock.State] and [Stock.Restore] are the
// snapshot. Where the journal refuses, [Stock.UndoReserve], [Stock.UndoCommit] and the like take back what was not written;
// other operations are facts of the warehouse or can be tried again under their key, and so can their append. Of several changes
// of one reservation take the latest back first: an earlier one cannot always be told from it.
//
// An instant given to an operation is compared with the latest at which a reservation was made on the item: a hold whose
// end has been used by another reservation stays ended, even for a caller whose clock is behind. So a clock that is far
// ahead ends the holds of the items it reserves; give operations a clock that is kept in step.
//
// # Speed
//
// Operations on different items run side by side. A question takes logarithmic time in the number of days on which
// anything is due, allocates nothing, and costs an item with stock on hand only a few counters. A question about an item
// with lots takes n log n in its open claims, lots and receipts, finding the first day for a quantity up to n for each day
// on which supply comes in.
package atp
