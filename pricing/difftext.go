package pricing

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/table"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Text writes the difference for a person: each line that differs with its steps,
// the steps of the order, the findings that appeared and are gone, and what the
// total moved by. Amounts are in the currency of the results.
func (d *Diff) Text() string {
	var b strings.Builder
	if d.IsEmpty() {
		fmt.Fprintf(&b, "no difference: total %s\n", d.Total.After)
		return b.String()
	}
	for i := range d.Lines {
		d.Lines[i].write(&b)
	}
	if len(d.Steps) > 0 {
		b.WriteString("order\n")
		writeSteps(&b, d.Steps)
	}
	for _, g := range d.GoodsAppeared {
		fmt.Fprintf(&b, "+ free of charge: %s\n", g.text())
	}
	for _, g := range d.GoodsGone {
		fmt.Fprintf(&b, "- free of charge: %s\n", g.text())
	}
	for _, u := range d.UsageAppeared {
		fmt.Fprintf(&b, "+ takes %s\n", u.text())
	}
	for _, u := range d.UsageGone {
		fmt.Fprintf(&b, "- takes %s\n", u.text())
	}
	for _, f := range d.Appeared {
		fmt.Fprintf(&b, "+ %s\n", f)
	}
	for _, f := range d.Gone {
		fmt.Fprintf(&b, "- %s\n", f)
	}
	fmt.Fprintf(&b, "total %s -> %s %s, %s\n", d.Total.Before.Number(), d.Total.After.Number(), d.Currency, d.Total.text())
	return b.String()
}

// text says by how much the amount moved, with the share of what it was where
// that says something.
func (m Moved) text() string {
	share, ok := m.Share()
	if !ok || m.By.IsZero() {
		return signed(m.By)
	}
	sign := ""
	if share.Sign() > 0 {
		sign = "+"
	}
	return fmt.Sprintf("%s (%s%s)", signed(m.By), sign, share.Percent())
}

// signed writes the number of the amount with its sign, be it plus.
func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.Number()
	}
	return a.Number()
}

func (l *LineDiff) write(b *strings.Builder) {
	item, count := l.ItemAfter, l.QuantityAfter
	if l.Change == ChangeRemoved {
		item, count = l.ItemBefore, l.QuantityBefore
	}
	fmt.Fprintf(b, "line %s: %s of %s", l.ID, count, item)
	switch l.Change {
	case ChangeAdded:
		fmt.Fprintf(b, ", new: %s\n", signed(l.Total.By))
	case ChangeRemoved:
		fmt.Fprintf(b, ", gone: %s\n", signed(l.Total.By))
	default:
		l.writeWas(b)
		fmt.Fprintf(b, ": %s -> %s, %s\n", l.Total.Before.Number(), l.Total.After.Number(), l.Total.text())
	}
	if l.CheckBefore != l.CheckAfter && l.Change == ChangeMade {
		fmt.Fprintf(b, "  customer's price: %s -> %s\n", orNone(string(l.CheckBefore)), orNone(string(l.CheckAfter)))
	}
	writeSteps(b, l.Steps)
}

// writeWas says what of the line itself differs.
func (l *LineDiff) writeWas(b *strings.Builder) {
	switch {
	case l.ItemBefore != l.ItemAfter:
		fmt.Fprintf(b, " (was %s of %s)", l.QuantityBefore, l.ItemBefore)
	case l.QuantityBefore != l.QuantityAfter && l.QuantityBefore != (quantity.Quantity{}):
		fmt.Fprintf(b, " (was %s)", l.QuantityBefore)
	}
	if l.LostPrice {
		b.WriteString(", no price any more")
	}
	if l.GainedPrice {
		b.WriteString(", no price before")
	}
}

// writeSteps writes a row for each step: a sign, what it is, before, after and by
// how much, and where it comes from.
func writeSteps(b *strings.Builder, steps []StepDiff) {
	rows := make([][]string, 0, len(steps))
	for i := range steps {
		rows = append(rows, steps[i].row())
	}
	table.Write(b, rows, "llrlrrl")
}

func (s *StepDiff) row() []string {
	sign, before, after, label := "~", s.Amount.Before.Number(), s.Amount.After.Number(), s.Label
	switch s.Change {
	case ChangeAdded:
		sign, before = "+", ""
	case ChangeRemoved:
		sign, after = "-", ""
	case ChangeMade:
	}
	if s.FromOrder {
		label += " (part)"
	}
	return []string{sign, label, before, "->", after, signed(s.Amount.By), s.note()}
}

// note says what is behind the difference.
func (s *StepDiff) note() string {
	var parts []string
	switch {
	case s.Change != ChangeMade:
		parts = append(parts, s.SourceBefore+s.SourceAfter)
	case s.SourceBefore != s.SourceAfter:
		parts = append(parts, orNone(s.SourceBefore)+" -> "+orNone(s.SourceAfter))
	default:
		parts = append(parts, s.SourceAfter)
	}
	if s.Change == ChangeMade && s.RateBefore != s.RateAfter {
		parts = append(parts, fmt.Sprintf("%s -> %s", s.RateBefore.Percent(), s.RateAfter.Percent()))
	} else if s.Change == ChangeMade && s.RateAfter.IsZero() && s.BaseBefore != s.BaseAfter && !s.FromOrder {
		parts = append(parts, fmt.Sprintf("%s -> %s each", s.BaseBefore.Number(), s.BaseAfter.Number()))
	}
	if s.Why != "" {
		parts = append(parts, string(s.Why))
	}
	if s.Statistical {
		parts = append(parts, "statistical")
	}
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ", ")
}

// text says what is given, and by which rule.
func (g *FreeGood) text() string { return fmt.Sprintf("%s of %s, %s", g.Quantity, g.Item, g.Rule) }

// text says what is taken of which coupon or budget.
func (u *Usage) text() string {
	var of []string
	if u.Coupon != "" {
		of = append(of, "coupon "+u.Coupon)
	}
	if u.Budget != "" {
		of = append(of, "budget "+u.Budget)
	}
	times := "once"
	if u.Times != 1 {
		times = fmt.Sprintf("%d times", u.Times)
	}
	return fmt.Sprintf("%s of %s, %s, %s", u.Amount, strings.Join(of, " and "), times, u.Rule)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
