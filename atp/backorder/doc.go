// Package backorder decides anew who gets what: backorder runs over many order lines, and what comes with them.
//
// Say what the host's lines are and how each takes part, look at what a run would do, and do it:
//
//	plan, err := backorder.Compute(now, stock, lines, backorder.Options{})
//	if err != nil {
//		return err
//	}
//	if !plan.Feasible() {
//		return report(plan.Exceptions) // who is promised what cannot be had
//	}
//	for _, r := range plan.Diff() {
//		fmt.Println(r.Line.ID, r.Gained(), r.DaysLater()) // who gains, who loses, by how many days
//	}
//	done, err := plan.Commit(now, stock, backorder.Note{Key: "run 2026-03-02", Reason: "nightly", Actor: "planner"})
//	if err != nil {
//		return err // *atp.StaleError: something has happened meanwhile; compute again
//	}
//	for _, event := range done.Split() { ... } // to the journal
//
// # Strategies
//
// The open quantities of all lines of a run are free again, but what is picked: that stays with its line, which waits for
// that much less. The lines are served in the order of their strategies:
//
//   - Win gets all it asks for on the day it is wanted. Where it cannot, the run is not feasible and changes nothing.
//   - Gain keeps at least what it has: by every day at least what it had by that day. It may get more, or the same
//     earlier. Where what it has cannot be kept beside the wins, the run is not feasible. Claims behind the fence for
//     past-due demands count for nothing, here too.
//   - Redistribute is served as if it were new. It may get more or less, earlier or later.
//   - Fill never gains: by no day more than it had by that day.
//   - Lose is served like Fill, after all others: it keeps what nobody else takes.
//
// Within a strategy the higher priority goes first, then the earlier wanted day, the earlier day of the order, and the
// id. All reservations that are not of the run, safety stock, fences and the horizon count as they do for a promise.
// Holds are never touched. Quotas are not asked (see atp.Change). A line is of one item: leave the components of kits out,
// or a run moves one and not the other.
//
// A run judges each line by the supply that it sees. Where lines of one item differ in scope and in safety stock so that
// neither sees all that the other sees, a commit can refuse what the run had found; give such lines a run of their own.
//
// # Days
//
// A day is one on which goods are taken from stock, as in a reservation; atp.Lane leads there from the day on which a
// customer wants them.
//
// # Around a run
//
// [Assign] asks a rule book for the strategy and priority of lines, [Segment] picks lines, [Cadence] says which are due
// for a run. [Assess] lists exactly the promises that change when supply is lost or late, [Waiting] which line waits for
// which receipt. [Expedite] pulls a line forward and shows whom it costs, [Decommit] takes confirmations back, and
// [Choices] lists what a customer whose line is late can be offered.
package backorder
