package ruledoc

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Markdown writes the document as GitHub's Markdown. The error is that of w.
func Markdown(w io.Writer, d Document) error {
	p := &page{}
	p.line("# %s", text(d.Title))
	p.paragraph(d.Note)
	p.line("")
	if d.Date != "" {
		p.line("- Date: %s", text(d.Date))
	}
	p.line("- Rules: %d", d.Rules)
	p.line("- Hash: %s", code(d.Hash))
	p.contents(d)
	if d.Changes != nil {
		p.changes(d)
	}
	for _, s := range d.Groups {
		p.section(s)
	}
	p.end(d)
	_, err := w.Write(p.Bytes())
	return err
}

// page is a Markdown text in the making.
type page struct {
	bytes.Buffer
}

func (p *page) line(format string, args ...any) {
	p.Write(fmt.Appendf(nil, format+"\n", args...))
}

func (p *page) head(level int, anchor, title string) {
	p.line("")
	if anchor != "" {
		p.line("<a id=\"%s\"></a>\n", anchor)
	}
	p.line("%s %s", strings.Repeat("#", level), title)
}

// paragraph writes text by an author, with its own line breaks.
func (p *page) paragraph(s string) {
	if strings.TrimSpace(s) == "" {
		return
	}
	p.line("")
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, l := range lines {
		l = strings.TrimSpace(text(l))
		if i < len(lines)-1 && l != "" && strings.TrimSpace(lines[i+1]) != "" {
			l += "\\" // a line break of its own
		}
		p.line("%s", l)
	}
}

func (p *page) contents(d Document) {
	p.head(2, "", "Contents")
	p.line("")
	if d.Changes != nil {
		p.line("- [Changes](#changes)")
	}
	for _, s := range d.Groups {
		p.line("- [%s](#%s)", text(s.Title), s.Anchor)
	}
	if d.Covered {
		p.line("- [Coverage](#coverage)")
	}
	if len(d.History) > 0 {
		p.line("- [History](#history)")
	}
	p.line("- [Facts](#facts)")
}

func (p *page) changes(d Document) {
	p.head(2, "changes", "Changes")
	p.line("")
	p.line("Compared with the book of the hash %s:", code(d.Changes.Before))
	p.line("")
	if d.Changes.Empty() {
		p.line("- no rule changed")
	}
	for _, c := range []struct {
		what string
		ids  []string
	}{{"added", d.Changes.Added}, {"removed", d.Changes.Removed}, {"changed", d.Changes.Changed}} {
		if len(c.ids) > 0 {
			p.line("- %s: %s", c.what, codes(c.ids))
		}
	}
}

func (p *page) section(s Section) {
	p.head(2, s.Anchor, text(s.Title))
	p.paragraph(s.Note)
	if s.Policy != "" {
		p.line("\n%s", s.Policy)
	}
	if s.Table != nil {
		p.line("")
		p.row(append([]string{"Rule"}, each(s.Table.Heads, cell)...))
		p.row(each(make([]string, len(s.Table.Heads)+1), func(string) string { return "---" }))
		for _, r := range s.Table.Rows {
			p.row(append([]string{cellCode(r.Rule)}, each(r.Cells, cell)...))
		}
	}
	for _, c := range s.Cards {
		p.card(c)
	}
}

func (p *page) row(cells []string) { p.line("| %s |", strings.Join(cells, " | ")) }

func (p *page) card(c Card) {
	title := code(c.ID)
	if c.Name != "" {
		title = text(c.Name) + " (" + title + ")"
	}
	p.head(3, c.Anchor, title)
	p.paragraph(c.Note)
	p.line("")
	p.line("- Priority: %d", c.Priority)
	if c.Valid != "" {
		p.line("- Valid: %s", c.Valid)
	}
	if c.Version != "" {
		p.line("- Version: %s", text(c.Version))
	}
	if len(c.Tags) > 0 {
		p.line("- Tags: %s", text(strings.Join(c.Tags, ", ")))
	}
	if c.Covered {
		p.line("- Matched in tests: %d", c.Hits)
	}
	p.line("\nWhen\n")
	for _, w := range c.When {
		if w.Always {
			p.line("- always")
			continue
		}
		if w.Seen != "" {
			p.line("- %s (%s)", code(w.Text), w.Seen)
			continue
		}
		p.line("- %s", code(w.Text))
	}
	p.line("\nThen\n")
	for _, l := range c.Effect {
		if l.Name == "" {
			p.line("- %s", text(l.Value))
			continue
		}
		p.line("- %s: %s", text(l.Name), text(l.Value))
	}
}

func (p *page) end(d Document) {
	if d.Covered {
		p.head(2, "coverage", "Coverage")
		p.line("\n%d of %d rules matched in tests.", d.Rules-len(d.Untested), d.Rules)
		if len(d.Untested) > 0 {
			p.line("\nNever matched: %s.", codes(d.Untested))
		}
	}
	if len(d.History) > 0 {
		p.head(2, "history", "History")
		p.line("")
		p.row([]string{"Version", "Date", "Who", "What"})
		p.row([]string{"---", "---", "---", "---"})
		for _, e := range d.History {
			p.row([]string{cell(e.Version), e.Date, cell(e.Who), cell(e.Text)})
		}
	}
	p.head(2, "facts", "Facts")
	p.line("")
	p.row([]string{"Fact", "Type", "Read by"})
	p.row([]string{"---", "---", "---"})
	for _, f := range d.Facts {
		typ := f.Type
		if f.Optional {
			typ += ", can be missing"
		}
		p.row([]string{cellCode(f.Name), typ, strings.Join(each(f.Rules, cellCode), ", ")})
	}
}

func each(list []string, write func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = write(s)
	}
	return out
}

func codes(ids []string) string { return strings.Join(each(ids, code), ", ") }

// oneLine takes line breaks and other control characters out.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// text writes what an author wrote so that nothing of it is markup. A mark of a
// list, a heading or a rule counts at the beginning of a line only.
func text(s string) string {
	s = oneLine(s)
	var b strings.Builder
	leading := true
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_{}[]<>#|~&!@", r):
			b.WriteByte('\\')
		case leading && strings.ContainsRune("-+=", r):
			b.WriteByte('\\')
		case (r == '.' || r == ')') && i > 0 && strings.Trim(s[:i], "0123456789") == "" && (i+1 == len(s) || s[i+1] == ' '):
			b.WriteByte('\\')
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteByte('\\') // an address is not made a link
		}
		b.WriteRune(r)
		leading = false
	}
	return b.String()
}

// cell is text within a table, where a line break needs an element.
func cell(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(each(lines, text), "<br>")
}

// code is text as it was typed: between more backticks than it has in a row.
func code(s string) string {
	s = oneLine(s)
	most, row := 0, 0
	for _, r := range s {
		if r != '`' {
			row = 0
			continue
		}
		row++
		most = max(most, row)
	}
	fence := strings.Repeat("`", most+1)
	if s == "" || s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// cellCode is code within a table, which is cut at its bars before code is seen.
func cellCode(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }
