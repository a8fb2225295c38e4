package impact

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/table"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// Text writes the report for a person. Of every list it shows the first rows, so many
// as top says in each currency, and says how many there are.
func (r *Report) Text(top int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s with %s priced; %d moved\n", many(r.Orders, "order"), many(r.Lines, "line"), r.Moved)
	table.Write(&b, append([][]string{{"", "orders", "before", "after", "moved", ""}}, rows(r.Totals, false)...), "lrrrrr")
	r.writeStops(&b, top)
	for i := range r.Leakage {
		r.Leakage[i].write(&b)
	}
	for _, part := range []struct {
		name, count string
		list        []Group
	}{
		{"by customer", "orders", r.Customers}, {"by item", "lines", r.Items}, {"by step", "entries", r.Steps},
		{"by record and rule", "entries", r.Sources},
	} {
		writeGroups(&b, part.name, part.count, part.list, top)
	}
	r.writeMovers(&b, top)
	return b.String()
}

// many writes a number of things.
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// rows makes a row of each group.
func rows(list []Group, sources bool) [][]string {
	out := make([][]string, 0, len(list))
	for i := range list {
		g := &list[i]
		count := fmt.Sprint(g.CountBefore)
		if g.CountAfter != g.CountBefore {
			count = fmt.Sprintf("%d -> %d", g.CountBefore, g.CountAfter)
		}
		key := g.Key
		if key == "" {
			key = "(none)"
		}
		if sources {
			key = g.Step + ": " + key
		}
		out = append(out, []string{key, count, g.Before.Number(), g.After.Number(), signed(g.By), percent(g.Moved)})
	}
	return out
}

// percent writes by which share the amount moved; empty where that says nothing.
func percent(m pricing.Moved) string {
	share, ok := m.Share()
	switch {
	case !ok || m.By.IsZero():
		return ""
	case share.Sign() > 0:
		return "+" + hundredths(share)
	}
	return hundredths(share)
}

// hundredths writes a share in percent with two digits, so that a column of them
// stands well.
func hundredths(share money.Rate) string { return share.Decimal().Shift(2).StringFixed(2) + "%" }

func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.Number()
	}
	return a.Number()
}

// byCurrency cuts a sorted list into its currencies.
func byCurrency[T any](list []T, of func(*T) money.Currency) [][]T {
	var out [][]T
	start := 0
	for i := range list {
		if i+1 == len(list) || of(&list[i+1]) != of(&list[i]) {
			out = append(out, list[start:i+1])
			start = i + 1
		}
	}
	return out
}

// writeGroups writes the groups that moved, the first of each currency.
func writeGroups(b *strings.Builder, name, count string, list []Group, top int) {
	for _, part := range byCurrency(list, func(g *Group) money.Currency { return g.Currency }) {
		var moved []Group
		for _, g := range part {
			if !g.By.IsZero() || g.CountBefore != g.CountAfter {
				moved = append(moved, g)
			}
		}
		fmt.Fprintf(b, "\n%s, in %s: %d of %d moved\n", name, part[0].Currency, len(moved), len(part))
		if len(moved) == 0 || top <= 0 {
			continue
		}
		shown := moved[:min(top, len(moved))]
		if name == "by step" { // they are few, and one explains the other
			shown = moved
		}
		table.Write(b, append([][]string{{"", count, "before", "after", "moved", ""}}, rows(shown, shown[0].Step != "")...), "lrrrrr")
		if rest := len(moved) - len(shown); rest > 0 {
			fmt.Fprintf(b, "  and %d more\n", rest)
		}
	}
}

// writeStops writes what would no longer be priced, or go through.
func (r *Report) writeStops(b *strings.Builder, top int) {
	for _, p := range []struct {
		what string
		of   *Prices
	}{{"lose their price", &r.Lost}, {"gain a price", &r.Gained}} {
		if p.of.Lines == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s would %s: %s\n", many(p.of.Lines, "line"), p.what, amounts(p.of.Totals))
		var list [][]string
		for _, l := range p.of.List[:min(max(top, 0), len(p.of.List))] {
			list = append(list, []string{"order " + l.Order, "line " + l.Line, l.Item, l.Total.Number(), l.Customer})
		}
		table.Write(b, list, "lllrl")
	}
	for _, p := range []struct {
		what string
		of   *Blocking
	}{{"would be stopped", &r.Blocked}, {"would be stopped no more", &r.Freed}} {
		if p.of.Orders == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s %s, %d of them by that alone\n", many(p.of.Orders, "order"), p.what, p.of.Wholly)
		var list [][]string
		for _, c := range p.of.Codes {
			list = append(list, []string{c.Key, fmt.Sprint(c.Count)})
		}
		table.Write(b, list, "lr")
		for _, f := range p.of.List[:min(max(top, 0), len(p.of.List))] {
			fmt.Fprintf(b, "  order %s: %s\n", f.Order, f.Message)
		}
	}
	if r.Failures.Orders > 0 {
		fmt.Fprintf(b, "\n%s could not be priced and count nowhere\n", many(r.Failures.Orders, "order"))
		for _, f := range r.Failures.List[:min(max(top, 0), len(r.Failures.List))] {
			fmt.Fprintf(b, "  order %s, %s: %s\n", f.Order, f.Side, f.Error)
		}
	}
}

func amounts(list []money.Amount) string {
	var parts []string
	for _, a := range list {
		parts = append(parts, a.String())
	}
	return strings.Join(parts, ", ")
}

// write writes the way from list to pocket price on both sides, beside each other.
func (l *Leakage) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nfrom list to pocket price, in %s\n", l.Currency)
	list := [][]string{
		{"", "before", "of list", "after", "of list"},
		{"list price", l.Before.List.Number(), "", l.After.List.Number(), ""},
	}
	for i := range l.Before.Steps {
		row := []string{l.Before.Steps[i].Label}
		for _, s := range []*Share{&l.Before.Steps[i], &l.After.Steps[i]} {
			if s.Entries == 0 {
				row = append(row, "", "")
				continue
			}
			row = append(row, s.Amount.Number(), hundredths(s.OfList))
		}
		list = append(list, row)
	}
	list = append(list, []string{
		"pocket price", l.Before.Pocket.Number(), hundredths(share(l.Before.Pocket, l.Before.List)),
		l.After.Pocket.Number(), hundredths(share(l.After.Pocket, l.After.List)),
	})
	if l.Before.Costed+l.After.Costed > 0 {
		list = append(
			list,
			[]string{"cost, where it is known", l.Before.Cost.Number(), "", l.After.Cost.Number(), ""},
			[]string{"margin on that", l.Before.Margin.Number(), "", l.After.Margin.Number(), ""},
			[]string{"  of its pocket price", hundredths(l.Before.MarginShare), "", hundredths(l.After.MarginShare), ""},
		)
	}
	table.Write(b, list, "lrrrr")
}

// writeMovers writes the orders that moved most.
func (r *Report) writeMovers(b *strings.Builder, top int) {
	if len(r.Movers) == 0 || top <= 0 {
		return
	}
	for _, part := range byCurrency(r.Movers, func(m *Mover) money.Currency { return m.By.Currency() }) {
		fmt.Fprintf(b, "\norders that move most, in %s\n", part[0].By.Currency())
		list := [][]string{{"", "customer", "before", "after", "moved", ""}}
		for _, m := range part[:min(top, len(part))] {
			list = append(list, []string{m.Order, m.Customer, m.Before.Number(), m.After.Number(), signed(m.By), percent(m.Moved)})
		}
		table.Write(b, list, "llrrrr")
	}
}
