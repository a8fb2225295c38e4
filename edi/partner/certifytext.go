package partner

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/kernel/finding"
)

// String writes the report for a person: the verdict, each file with its sets and what
// is wrong with them, and the sums.
func (c *Certification) String() string {
	r := &report{}
	verdict := "not certified"
	if c.OK {
		verdict = "certified"
	}
	r.line(0, "%s: %s", c.Partner, verdict)
	for i := range c.Files {
		r.file(&c.Files[i])
	}
	n := c.Count
	r.line(0, "%s, %s, %s: %d passed, %d failed; %s, %s", many(n.Files, "file"), many(n.Interchanges, "interchange"),
		many(n.Sets, "set"), n.Passed, n.Failed, many(n.Errors, "error"), many(n.Warnings, "warning"))
	if len(c.Unsampled) > 0 {
		r.line(0, "no sample of: %s", strings.Join(c.Unsampled, ", "))
	}
	return r.text.String()
}

func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// report is a text that is being written.
type report struct{ text strings.Builder }

func (r *report) line(depth int, format string, args ...any) {
	r.text.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&r.text, format, args...)
	r.text.WriteByte('\n')
}

func verdict(ok bool) string {
	if ok {
		return "passes"
	}
	return "FAILS"
}

func (r *report) file(f *CertifiedFile) {
	r.line(1, "%s: %s", f.File, verdict(f.OK))
	r.faults(2, f.Faults)
	for i := range f.Interchanges {
		ic := &f.Interchanges[i]
		r.line(2, "interchange %s, %s: %s", ic.Control, ic.Direction, ic.Status)
		r.faults(3, ic.Faults)
		for j := range ic.Sets {
			r.set(&ic.Sets[j])
		}
		if a := ic.Answer; a != nil {
			state := "is valid"
			if !a.OK {
				state = "is NOT valid"
			}
			r.line(3, "our %s %s", a.Set, state)
			r.faults(4, a.Faults)
		}
	}
}

func (r *report) set(s *CertifiedSet) {
	read := ""
	if !s.Mapped && s.Status != fault.Rejected {
		read = " (the syntax alone: the library reads no document from it)"
	}
	r.line(3, "%s %s, %s: %s%s", s.Set, s.Control, s.Version, verdict(s.OK), read)
	r.faults(4, s.Faults)
	for _, f := range s.Findings {
		if f.Severity == finding.Info {
			continue
		}
		severity, place := f.Severity.String(), ""
		if f.Severity == finding.Block {
			severity = fault.Failure.String()
		}
		if f.Path != "" {
			place = f.Path + ": "
		}
		r.line(4, "%s: %s%s [%s]", severity, place, f.Message, f.Code)
		r.fix(f.Fix)
	}
}

func (r *report) faults(depth int, faults []fault.Fault) {
	for _, f := range faults {
		r.line(depth, "%s", f)
		if f.Expected != "" {
			r.line(depth+1, "expected: %s", f.Expected)
		}
		if f.Fix != "" {
			r.line(depth+1, "fix: %s", f.Fix)
		}
	}
}

func (r *report) fix(text string) {
	if text != "" {
		r.line(5, "fix: %s", text)
	}
}
