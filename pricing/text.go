package pricing

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/o2ckit/o2c/kernel/money"
)

// Text writes the line's waterfall as a table for a person: one row for each
// entry, with what it was worked out from, what it added and what was left.
// Amounts are in the currency of the result.
func (l *LineResult) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %s: %s of %s\n", l.ID, l.Quantity, l.Item)
	writeTable(&b, l.Entries)
	if l.Check.Outcome != "" {
		fmt.Fprintf(&b, "customer's price: %s, %s\n", l.Check.Outcome, l.Check.Reason)
	}
	return b.String()
}

// Text writes the waterfall of every line, then the steps of the order and the
// totals, and what was found.
func (r *Result) Text() string {
	var b strings.Builder
	for i := range r.Lines {
		b.WriteString(r.Lines[i].Text())
		b.WriteByte('\n')
	}
	if len(r.Entries) > 0 {
		b.WriteString("order\n")
		writeTable(&b, r.Entries)
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "net %s, total %s\n", r.Net, r.Total)
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// columns of the table: label, how, amount, running, note.
const columns = 5

func writeTable(b *strings.Builder, entries []Entry) {
	rows := make([][columns]string, len(entries))
	var width [columns]int
	for i := range entries {
		rows[i] = entries[i].row()
		for col, cell := range rows[i] {
			width[col] = max(width[col], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for col, cell := range row {
			pad := strings.Repeat(" ", width[col]-utf8.RuneCountInString(cell))
			if col == 2 || col == 3 { // the amounts stand at the right
				cell = pad + cell
			} else {
				cell += pad
			}
			line.WriteString("  " + cell)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
}

// row returns the cells of the entry.
func (e *Entry) row() [columns]string {
	label := e.Label
	if e.FromOrder {
		label += " (part)"
	}
	amount := e.Amount.Number()
	if e.Why != "" {
		amount = "-"
	}
	return [columns]string{label, e.how(), amount, e.After.Number(), e.note()}
}

// how says what the amount was worked out from.
func (e *Entry) how() string {
	switch {
	case e.FromOrder && !e.Quantity.IsZero() && e.Base.IsZero():
		return strings.TrimLeft(fmt.Sprintf("%s on %s", rateText(e.Rate), e.Quantity), " ")
	case !e.Rate.IsZero() && !e.FromOrder:
		return fmt.Sprintf("%s of %s", e.Rate.Percent(), e.Base.Number())
	case !e.Rate.IsZero():
		return e.Rate.Percent()
	case e.Quantity.IsZero():
		return ""
	case e.Per > 1:
		return fmt.Sprintf("%s x %s per %d", e.Quantity, e.Base.Number(), e.Per)
	default:
		return fmt.Sprintf("%s x %s", e.Quantity, e.Base.Number())
	}
}

// note says where the amount comes from, or why there is none.
func (e *Entry) note() string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	add(e.Source)
	if e.Actor != "" {
		add("by " + e.Actor)
	}
	add(e.Reason)
	if e.Why != "" {
		add("not applied: " + string(e.Why))
	}
	if e.Statistical {
		add("statistical")
	}
	add(e.Detail)
	return strings.Join(parts, ", ")
}

// rateText writes a rate, and nothing for none.
func rateText(r money.Rate) string {
	if r.IsZero() {
		return ""
	}
	return r.Percent()
}
