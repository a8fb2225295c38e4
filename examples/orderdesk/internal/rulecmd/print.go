package rulecmd

import (
	"time"

	"github.com/o2ckit/o2c/rules/ruledoc"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// Printing says what a document tells beside the rules.
type Printing struct {
	// Date is that of the document; zero leaves it out.
	Date time.Time
	// Report has the coverage to be shown; nil leaves it out.
	Report *rulestest.Report
	// Before is the book that this one replaces; nil leaves out what changed.
	Before Book
}

// Document makes the book ready for print. The error is ErrOtherKind when the book
// before is of another kind.
func (b *bookOf[F, E]) Document(p Printing) (ruledoc.Document, error) {
	config := ruledoc.Config{Date: p.Date}
	if b.book.Header().Title == "" {
		config.Title = b.set.Name
	}
	if p.Report != nil {
		config.Coverage = coverage(&p.Report.Coverage)
	}
	if p.Before != nil {
		old, ok := p.Before.(*bookOf[F, E])
		if !ok {
			return ruledoc.Document{}, ErrOtherKind
		}
		diff := b.book.Diff(old.book)
		config.Changes = &diff
	}
	return ruledoc.New(b.book, config)
}

func coverage(c *rulestest.Coverage) map[string]ruledoc.Coverage {
	out := make(map[string]ruledoc.Coverage, len(c.ByRule))
	for _, r := range c.ByRule {
		one := ruledoc.Coverage{Hits: r.Fired}
		for _, p := range r.Parts {
			one.Parts = append(one.Parts, ruledoc.PartCoverage{True: p.True, False: p.False})
		}
		out[r.Rule] = one
	}
	return out
}
