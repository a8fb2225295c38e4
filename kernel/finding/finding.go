package finding

import (
	"fmt"
	"strings"
)

// Severity tells how bad a finding is. Higher is worse.
type Severity uint8

const (
	// Info is worth knowing and stops nothing.
	Info Severity = iota
	// Warning should be looked at; the document goes on.
	Warning
	// Block stops the document until it is mended.
	Block
)

// String returns info, warning or block.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Block:
		return "block"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText writes the severity as String does. A value that is none of the
// three is an error.
func (s Severity) MarshalText() ([]byte, error) {
	if s > Block {
		return nil, fmt.Errorf("finding: %s is no severity", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads info, warning or block.
func (s *Severity) UnmarshalText(text []byte) error {
	for c := Info; c <= Block; c++ {
		if c.String() == string(text) {
			*s = c
			return nil
		}
	}
	return fmt.Errorf("finding: %q is no severity; expected info, warning or block", text)
}

// Finding is one observation about a document.
type Finding struct {
	// Code is stable, lower-case and dotted: the package, the thing, what is
	// wrong with it (order.line.item-unknown). Programs compare it.
	Code string `json:"code"`
	// Severity tells whether the document may go on.
	Severity Severity `json:"severity"`
	// Path is the place in the document, such as lines[2].item; indexes count
	// from 0. Empty means the document as a whole.
	Path string `json:"path,omitempty"`
	// Message says what is wrong, for a person.
	Message string `json:"message"`
	// Fix says what would mend it, for a person. Empty if nothing can be said.
	Fix string `json:"fix,omitempty"`
}

// String puts the finding on one line.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Severity.String())
	b.WriteByte(' ')
	b.WriteString(f.Code)
	if f.Path != "" {
		b.WriteString(" at ")
		b.WriteString(f.Path)
	}
	b.WriteString(": ")
	b.WriteString(f.Message)
	if f.Fix != "" {
		b.WriteString(" (")
		b.WriteString(f.Fix)
		b.WriteByte(')')
	}
	return b.String()
}

// List is what a check returns. The zero value is empty and ready for use;
// the order is that of discovery.
type List []Finding

// Info adds an Info finding.
func (l *List) Info(code, path, message, fix string) {
	*l = append(*l, Finding{code, Info, path, message, fix})
}

// Warn adds a Warning finding.
func (l *List) Warn(code, path, message, fix string) {
	*l = append(*l, Finding{code, Warning, path, message, fix})
}

// Block adds a Block finding.
func (l *List) Block(code, path, message, fix string) {
	*l = append(*l, Finding{code, Block, path, message, fix})
}

// Within adds the findings of a part of the document and puts the part's own
// path in front of each: Within("lines[2]", found) turns item into
// lines[2].item.
func (l *List) Within(path string, part List) {
	for _, f := range part {
		switch {
		case f.Path == "":
			f.Path = path
		case strings.HasPrefix(f.Path, "["):
			f.Path = path + f.Path
		default:
			f.Path = path + "." + f.Path
		}
		*l = append(*l, f)
	}
}

// Blocks reports whether any finding is a Block.
func (l List) Blocks() bool { return len(l) > 0 && l.Worst() == Block }

// Worst returns the highest severity, Info for an empty list.
func (l List) Worst() Severity {
	worst := Info
	for _, f := range l {
		worst = max(worst, f.Severity)
	}
	return worst
}

// With returns the findings that carry the code, in their order.
func (l List) With(code string) List {
	var found List
	for _, f := range l {
		if f.Code == code {
			found = append(found, f)
		}
	}
	return found
}

// String puts each finding on a line of its own.
func (l List) String() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}
