package rulecmd

import (
	"time"

	"github.com/o2ckit/o2c/rules/analysis"
)

// Analysis is what was found in a book.
type Analysis struct {
	// Report has all of it.
	Report *analysis.Report
	// Places tells, of each finding in the report, where its rules stand; of a gap
	// where the table does.
	Places [][]Place
}

// Analyse looks for what is wrong with the book, by the hit policies and domains
// that it declares.
func (b *bookOf[F, E]) Analyse(at time.Time) (Analysis, error) {
	report, err := analysis.Analyse(b.book, analysis.Config{At: at})
	if err != nil {
		return Analysis{}, err
	}
	out := Analysis{Report: report}
	for _, f := range report.Findings {
		var places []Place
		for _, rule := range f.Rules {
			places = append(places, b.Place(rule))
		}
		if f.Kind == analysis.Gap {
			places = b.tables(f.Group)
		}
		out.Places = append(out.Places, places)
	}
	return out, nil
}

// tables finds the first rows of the tables of a group.
func (b *bookOf[F, E]) tables(group string) []Place {
	var out []Place
	for _, t := range b.book.Tables() {
		if t.Group == group {
			out = append(out, b.Place(t.Rows[0].ID))
		}
	}
	return out
}

// Substantial reports whether a finding means that the rules are wrong, and not
// only that they are to be looked at.
func Substantial(kind analysis.Kind) bool {
	switch kind {
	case analysis.Conflict, analysis.Shadowed, analysis.Unreachable, analysis.Gap:
		return true
	default:
		return false
	}
}
