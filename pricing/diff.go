package pricing

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Diff is what differs between two results of one order: what a re-price is
// shown as before it is taken. It adds up, to the minor unit, as the results do:
//
//   - Total.By is the sum of Total.By of the lines
//   - Total.By of a line is the sum of Amount.By of its steps that are not
//     statistical, and Net.By that of those which are not FromOrder either
type Diff struct {
	Currency money.Currency `json:"currency"`
	// Net and Total are those of the order.
	Net   Moved `json:"net"`
	Total Moved `json:"total"`
	// Lines are those that differ: first those of the result after, in its
	// order, then those that are gone, in the order that they had.
	Lines []LineDiff `json:"lines,omitempty"`
	// Steps are the steps of order scope that differ, with their whole amounts.
	Steps []StepDiff `json:"steps,omitempty"`
	// Appeared are the findings that are only in the result after, Gone those
	// only in the one before. A finding is the same where code, severity, place
	// and message are; the place of a line is its id, wherever it stands.
	Appeared finding.List `json:"appeared,omitempty"`
	Gone     finding.List `json:"gone,omitempty"`
	// GoodsAppeared are the free goods that are only in the result after, GoodsGone
	// those only in the one before; so with what is taken of coupons and budgets.
	GoodsAppeared []FreeGood `json:"goods_appeared,omitempty"`
	GoodsGone     []FreeGood `json:"goods_gone,omitempty"`
	UsageAppeared []Usage    `json:"usage_appeared,omitempty"`
	UsageGone     []Usage    `json:"usage_gone,omitempty"`
	// Before and After are the hashes of the engines that priced.
	Before string `json:"before"`
	After  string `json:"after"`
}

// Moved is an amount before and after, and by how much it moved.
type Moved struct {
	Before money.Amount `json:"before"`
	After  money.Amount `json:"after"`
	By     money.Amount `json:"by"`
}

// Share is By as a share of Before, rounded to four digits, that is to hundredths
// of a percent; ok is false where Before is not above zero, so that a share would
// mislead, and where it does not fit.
func (m Moved) Share() (share money.Rate, ok bool) {
	if m.Before.Sign() <= 0 {
		return money.Rate{}, false
	}
	share, err := money.RateFromDecimal(m.By.Decimal().DivRound(m.Before.Decimal(), 4))
	return share, err == nil
}

// Change says how something differs.
type Change string

// How something differs.
const (
	ChangeAdded   Change = "added"   // it is only in the result after
	ChangeRemoved Change = "removed" // it is only in the result before
	ChangeMade    Change = "changed" // it is in both and differs
)

// LineDiff is a line that differs.
type LineDiff struct {
	ID     string `json:"id"`
	Change Change `json:"change"`
	// ItemBefore and ItemAfter differ where the line was given another item;
	// that of the side which does not have the line is empty. So with the
	// quantities and records.
	ItemBefore     string            `json:"item_before,omitempty"`
	ItemAfter      string            `json:"item_after,omitempty"`
	QuantityBefore quantity.Quantity `json:"quantity_before,omitzero"`
	QuantityAfter  quantity.Quantity `json:"quantity_after,omitzero"`
	RecordBefore   string            `json:"record_before,omitempty"`
	RecordAfter    string            `json:"record_after,omitempty"`
	// LostPrice is true for a line of both sides that had a price and has none
	// any more, GainedPrice for one that had none and has one now.
	LostPrice   bool `json:"lost_price,omitempty"`
	GainedPrice bool `json:"gained_price,omitempty"`
	// List, Net and Total are those of [LineResult].
	List  Moved `json:"list"`
	Net   Moved `json:"net"`
	Total Moved `json:"total"`
	// CheckBefore and CheckAfter are what became of the customer's stated price.
	CheckBefore Outcome `json:"check_before,omitempty"`
	CheckAfter  Outcome `json:"check_after,omitempty"`
	// Steps are the steps of the line that differ, in the order of the waterfall
	// after; those that are gone stand last.
	Steps []StepDiff `json:"steps,omitempty"`
}

// StepDiff is a step that differs: an entry that counts, or is statistical, on
// one side or on both.
type StepDiff struct {
	Step   string `json:"step"`
	Label  string `json:"label"`
	Change Change `json:"change"`
	// Amount is what the step added before and after; 0 where it did nothing.
	Amount Moved `json:"amount"`
	// SourceBefore and SourceAfter are the price record or rule that was used.
	SourceBefore string `json:"source_before,omitempty"`
	SourceAfter  string `json:"source_after,omitempty"`
	// RateBefore and RateAfter are the rates, BaseBefore and BaseAfter what
	// they, or the quantities, were applied to.
	RateBefore money.Rate   `json:"rate_before,omitzero"`
	RateAfter  money.Rate   `json:"rate_after,omitzero"`
	BaseBefore money.Amount `json:"base_before,omitzero"`
	BaseAfter  money.Amount `json:"base_after,omitzero"`
	// Why tells why a step that is gone did not apply any more, or why one that
	// is new did not before, where that result has a full trace.
	Why Why `json:"why,omitempty"`
	// FromOrder and Statistical are those of [Entry].
	FromOrder   bool `json:"from_order,omitempty"`
	Statistical bool `json:"statistical,omitempty"`
}

// ErrOtherCurrency means that two results cannot be compared, for they are in two
// currencies.
var ErrOtherCurrency = errors.New("pricing: results in two currencies cannot be compared")

// Compare tells what differs between two results of one order. Lines belong
// together by id, their steps by name and source; of a step whose source is
// another one the sources are paired in their order. Steps that moved nothing on
// either side are not compared.
//
// The error is [ErrOtherCurrency], or money.ErrRange where a difference does
// not fit.
func Compare(before, after *Result) (Diff, error) {
	if before.Currency != after.Currency {
		return Diff{}, fmt.Errorf("%w: %s and %s", ErrOtherCurrency, before.Currency, after.Currency)
	}
	c := comparison{zero: money.Zero(after.Currency)}
	d := Diff{
		Currency: after.Currency, Before: before.Engine, After: after.Engine,
		Net: c.moved(before.Net, after.Net), Total: c.moved(before.Total, after.Total),
		Steps: c.steps(before.Entries, after.Entries),
	}
	old := make(map[string]*LineResult, len(before.Lines))
	for i := range before.Lines {
		old[before.Lines[i].ID] = &before.Lines[i]
	}
	for i := range after.Lines {
		l := &after.Lines[i]
		if line, differs := c.line(old[l.ID], l); differs {
			d.Lines = append(d.Lines, line)
		}
		delete(old, l.ID)
	}
	for i := range before.Lines {
		l := &before.Lines[i]
		if _, gone := old[l.ID]; gone {
			line, _ := c.line(l, nil)
			d.Lines = append(d.Lines, line)
		}
	}
	d.Appeared = lacking(after.Findings, before.Findings, after.placed, before.placed)
	d.Gone = lacking(before.Findings, after.Findings, before.placed, after.placed)
	d.GoodsAppeared = lacking(after.Goods, before.Goods, same, same)
	d.GoodsGone = lacking(before.Goods, after.Goods, same, same)
	d.UsageAppeared = lacking(after.Usage, before.Usage, same, same)
	d.UsageGone = lacking(before.Usage, after.Usage, same, same)
	return d, c.err
}

// IsEmpty reports whether the two results say the same: no line, step, finding, free
// goods or usage differs. The engines may.
func (d *Diff) IsEmpty() bool {
	return len(d.Lines) == 0 && len(d.Steps) == 0 && len(d.Appeared) == 0 && len(d.Gone) == 0 &&
		len(d.GoodsAppeared) == 0 && len(d.GoodsGone) == 0 && len(d.UsageAppeared) == 0 && len(d.UsageGone) == 0 &&
		d.Net.By.IsZero() && d.Total.By.IsZero()
}

// comparison compares two results; err is the first amount that did not fit.
type comparison struct {
	zero money.Amount
	err  error
}

// moved is by how much an amount moved.
func (c *comparison) moved(before, after money.Amount) Moved {
	if before.Currency() == 0 {
		before = c.zero
	}
	if after.Currency() == 0 {
		after = c.zero
	}
	by, err := after.Sub(before)
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("pricing: from %s to %s: %w", before, after, err)
	}
	return Moved{Before: before, After: after, By: by}
}

// line compares a line; nil: that side does not have it.
func (c *comparison) line(before, after *LineResult) (d LineDiff, differs bool) {
	none := LineResult{}
	switch {
	case before == nil:
		d.ID, d.Change, before = after.ID, ChangeAdded, &none
	case after == nil:
		d.ID, d.Change, after = before.ID, ChangeRemoved, &none
	default:
		d.ID, d.Change = after.ID, ChangeMade
		d.LostPrice = before.Priced && !after.Priced
		d.GainedPrice = !before.Priced && after.Priced
	}
	d.ItemBefore, d.ItemAfter = before.Item, after.Item
	d.QuantityBefore, d.QuantityAfter = before.Quantity, after.Quantity
	d.RecordBefore, d.RecordAfter = before.Record, after.Record
	d.CheckBefore, d.CheckAfter = before.Check.Outcome, after.Check.Outcome
	d.List = c.moved(before.List, after.List)
	d.Net = c.moved(before.Net, after.Net)
	d.Total = c.moved(before.Total, after.Total)
	d.Steps = c.steps(before.Entries, after.Entries)
	differs = d.Change != ChangeMade || d.LostPrice || d.GainedPrice || len(d.Steps) > 0 ||
		d.ItemBefore != d.ItemAfter || d.QuantityBefore != d.QuantityAfter || d.RecordBefore != d.RecordAfter ||
		d.CheckBefore != d.CheckAfter || !d.List.By.IsZero() || !d.Net.By.IsZero() || !d.Total.By.IsZero()
	return d, differs
}

// steps compares the entries of a line, or of the order.
func (c *comparison) steps(before, after []Entry) []StepDiff {
	partner := pair(before, after)
	taken := make([]bool, len(before))
	var out []StepDiff
	for n := range after {
		a := &after[n]
		if !a.moves() {
			continue
		}
		if p := partner[n]; p >= 0 {
			taken[p] = true
			if b := &before[p]; !sameStep(b, a) {
				out = append(out, c.step(b, a, ChangeMade))
			}
			continue
		}
		d := c.step(&Entry{}, a, ChangeAdded)
		d.Why = whyNot(before, a)
		out = append(out, d)
	}
	for n := range before {
		b := &before[n]
		if !b.moves() || taken[n] {
			continue
		}
		d := c.step(b, &Entry{}, ChangeRemoved)
		d.Why = whyNot(after, b)
		out = append(out, d)
	}
	return out
}

// step makes the difference of two entries; that of the side which does not have
// the step is empty.
func (c *comparison) step(before, after *Entry, change Change) StepDiff {
	of := after
	if change == ChangeRemoved {
		of = before
	}
	return StepDiff{
		Step: of.Step, Label: of.Label, Change: change, FromOrder: of.FromOrder, Statistical: of.Statistical,
		Amount:       c.moved(before.Amount, after.Amount),
		SourceBefore: before.Source, SourceAfter: after.Source,
		RateBefore: before.Rate, RateAfter: after.Rate,
		BaseBefore: before.Base, BaseAfter: after.Base,
	}
}

// moves reports whether the entry is one that can differ: it applied, and is not
// the mark that a subtotal leaves in a full trace.
func (e *Entry) moves() bool { return e.Why == "" && e.Kind != StepSubtotal }

// alike reports whether two entries may be one step before and after.
func (e *Entry) alike(o *Entry) bool {
	return e.Step == o.Step && e.FromOrder == o.FromOrder && e.Statistical == o.Statistical
}

// pair finds for each entry after the place of the one before that it belongs
// to; -1: none. Those with one source and person come first, then what is left of
// a step in its order.
func pair(before, after []Entry) []int {
	partner := make([]int, len(after))
	taken := make([]bool, len(before))
	for n := range partner {
		partner[n] = -1
	}
	for _, fits := range []func(b, a *Entry) bool{
		func(b, a *Entry) bool { return b.Source == a.Source && b.Actor == a.Actor && b.Reason == a.Reason },
		func(_, _ *Entry) bool { return true },
	} {
		for n := range after {
			if !after[n].moves() || partner[n] >= 0 {
				continue
			}
			for p := range before {
				if b := &before[p]; !taken[p] && b.moves() && b.alike(&after[n]) && fits(b, &after[n]) {
					partner[n], taken[p] = p, true
					break
				}
			}
		}
	}
	return partner
}

// sameStep reports whether two entries did the same. A percentage of another
// base that comes to the same amount did.
func sameStep(b, a *Entry) bool {
	if b.Amount != a.Amount || b.Source != a.Source || b.Rate != a.Rate || b.Actor != a.Actor || b.Reason != a.Reason {
		return false
	}
	return !b.Rate.IsZero() || b.FromOrder || b.Base == a.Base && b.Per == a.Per && b.Quantity == a.Quantity
}

// whyNot looks up why the source of an entry did not apply on the other side.
func whyNot(entries []Entry, e *Entry) Why {
	for n := range entries {
		if o := &entries[n]; o.Why != "" && o.Step == e.Step && o.Source == e.Source {
			return o.Why
		}
	}
	for n := range entries { // the step as a whole, such as one that is closed
		if o := &entries[n]; o.Why != "" && o.Step == e.Step && o.Source == "" {
			return o.Why
		}
	}
	return ""
}

// lacking returns what the list has and the other does not, as often as it lacks it.
// Two of them are the same where key and otherKey say so.
func lacking[S ~[]T, T, K comparable](list, other S, key, otherKey func(T) K) S {
	have := make(map[K]int, len(other))
	for _, v := range other {
		have[otherKey(v)]++
	}
	var out S
	for _, v := range list {
		k := key(v)
		if have[k] > 0 {
			have[k]--
			continue
		}
		out = append(out, v)
	}
	return out
}

// same takes a value as it is.
func same[T any](v T) T { return v }

// placed returns the finding with its line's id in the place of its index, and
// without the advice.
func (r *Result) placed(f finding.Finding) finding.Finding {
	f.Fix = ""
	for i := range r.Lines {
		if rest, ok := strings.CutPrefix(f.Path, linePath(i)); ok {
			f.Path = fmt.Sprintf("line %q%s", r.Lines[i].ID, rest)
			break
		}
	}
	return f
}
