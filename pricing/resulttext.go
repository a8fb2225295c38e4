package pricing

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/table"
	"github.com/o2ckit/o2c/kernel/money"
)

// Text writes the line's waterfall as a table for a person: one row for each
// entry, with what it was worked out from, what it added and what was left.
// Amounts are in the currency of the result.
func (l *LineResult) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %s: %s of %s\n", l.ID, l.Quantity, l.Item)
	table.Write(&b, l.rows(), columns)
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
		table.Write(&b, rowsOf(r.Entries), columns)
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "net %s, total %s\n", r.Net, r.Total)
	if r.Tax != nil {
		fmt.Fprintf(&b, "without tax %s, tax %s, with tax %s\n", r.Tax.Net, r.Tax.Tax, r.Tax.Gross)
	}
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// Table writes what [Result.Text] does as one table with a head, so that the
// amounts of all lines stand below each other: for a page or a terminal. A row
// has what a step is, what its amount was worked out from, the amount, what is
// left after it, and where it comes from or why it did not apply.
func (r *Result) Table() string {
	rows := [][]string{{"step", "worked out from", "amount", "running", "source"}}
	for i := range r.Lines {
		l := &r.Lines[i]
		rows = append(rows, []string{fmt.Sprintf("line %s: %s of %s", l.ID, l.Quantity, l.Item)})
		rows = appendEntries(rows, l.Entries, l.rows())
		if l.Check.Outcome != "" {
			rows = append(rows, []string{
				"  customer's price", "", "", l.Check.Stated.Number(), fmt.Sprintf("%s, %s", l.Check.Outcome, l.Check.Reason),
			})
		}
	}
	if len(r.Entries) > 0 {
		rows = appendEntries(append(rows, []string{"order"}), r.Entries, rowsOf(r.Entries))
	}
	rows = append(rows, []string{"all lines, in " + r.Currency.Code()})
	for i := range r.Goods {
		g := &r.Goods[i]
		how := ", on top"
		if g.Inclusive {
			how = ", part of what is ordered"
		}
		rows = append(rows, []string{"  free of charge", fmt.Sprintf("%s of %s", g.Quantity, g.Item), "", "", g.Rule + how})
	}
	for _, s := range r.Subtotals {
		rows = append(rows, []string{"  " + s.Name, "", "", s.Amount.Number(), "subtotal"})
	}
	rows = append(rows, []string{"  net", "", "", r.Net.Number(), "before steps of the order"}, []string{"  total", "", "", r.Total.Number()})
	if r.Tax != nil {
		rows = append(rows, []string{"  without tax", "", "", r.Tax.Net.Number()}, []string{"  tax", "", r.Tax.Tax.Number()},
			[]string{"  with tax", "", "", r.Tax.Gross.Number()})
	}
	var b strings.Builder
	table.Write(&b, rows, columns)
	for i := range r.Usage {
		fmt.Fprintf(&b, "takes %s\n", r.Usage[i].text())
	}
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// appendEntries appends the rows of entries, set in a little.
func appendEntries(to [][]string, entries []Entry, rows [][]string) [][]string {
	for i, row := range rows {
		row[0] = "  " + row[0]
		if entries[i].Kind == StepSubtotal { // it adds nothing
			row[2] = ""
		}
		to = append(to, row)
	}
	return to
}

// columns of the table: label, how, amount, running, note; the amounts stand at
// the right.
const columns = "llrrl"

// rowsOf returns a row for each entry.
func rowsOf(entries []Entry) [][]string {
	rows := make([][]string, len(entries))
	for i := range entries {
		rows[i] = entries[i].row()
	}
	return rows
}

// rows returns a row for each entry of the line. The line knows more than the entry of
// how its base price came about.
func (l *LineResult) rows() [][]string {
	rows := rowsOf(l.Entries)
	for i := range l.Entries {
		if e := &l.Entries[i]; e.Kind == StepPrice && e.Why == "" && !e.Quantity.IsZero() {
			rows[i][1] = l.howPriced(e)
		}
	}
	return rows
}

// howPriced says what the base price was worked out from: it names the unit of the
// price where that is another than the ordered one, and does not claim of a
// graduated scale that its last price is that of all units.
func (l *LineResult) howPriced(e *Entry) string {
	per := max(e.Per, 1)
	if e.Conversion != nil {
		price := Price{Amount: e.Base, Per: per, Unit: l.Price.Unit}
		return fmt.Sprintf("%s x %s", e.Quantity, price.text(l.Quantity.Unit()))
	}
	if unit := l.Price.Unit; unit != 0 && unit != e.Quantity.Unit() {
		if per > 1 {
			return fmt.Sprintf("%s x %s per %d %s", e.Quantity, e.Base.Number(), per, unit)
		}
		return fmt.Sprintf("%s x %s per %s", e.Quantity, e.Base.Number(), unit)
	}
	flat, err := money.Extend(e.Base, e.Quantity, per, e.Amount.Scale(), money.Down)
	if err != nil {
		return e.how()
	}
	off, err := e.Amount.Sub(flat)
	if err != nil || off.Coefficient() >= 0 && off.Coefficient() <= 1 { // rounded down or up
		return e.how()
	}
	return fmt.Sprintf("%s, graduated to %s", e.Quantity, e.Base.Number())
}

// row returns the cells of the entry.
func (e *Entry) row() []string {
	label := e.Label
	if e.FromOrder {
		label += " (part)"
	}
	amount := e.Amount.Number()
	if e.Why != "" {
		amount = "-"
	}
	return []string{label, e.how(), amount, e.After.Number(), e.note()}
}

// how says what the amount was worked out from.
func (e *Entry) how() string {
	switch {
	case e.Kind == StepMargin && e.Base.Currency() == 0: // there is no floor, or no cost
		return ""
	case e.Kind == StepMargin:
		return fmt.Sprintf("%s over %s", e.Rate.Percent(), e.Base.Number())
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
	if e.Approval != nil {
		add("approved by " + e.Approval.Actor + ": " + e.Approval.Reason)
	}
	if e.Why != "" {
		add("not applied: " + string(e.Why))
	}
	if e.Statistical {
		add("statistical")
	}
	add(e.Detail)
	if e.Conversion != nil {
		add(e.Conversion.String())
	}
	return strings.Join(parts, ", ")
}

// rateText writes a rate, and nothing for none.
func rateText(r money.Rate) string {
	if r.IsZero() {
		return ""
	}
	return r.Percent()
}
