package impact

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteCSV writes every group of the report, also those that did not move, as CSV for
// a spreadsheet: what it is (total, customer, item, step, source), its key, the step
// of a source, the currency, the counts and amounts before and after, and what moved.
// The error is the writer's.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{
		"what", "key", "step", "currency", "count_before", "count_after", "before", "after", "moved",
	}); err != nil {
		return err
	}
	for _, part := range []struct {
		what string
		list []Group
	}{{"total", r.Totals}, {"customer", r.Customers}, {"item", r.Items}, {"step", r.Steps}, {"source", r.Sources}} {
		for i := range part.list {
			g := &part.list[i]
			if err := out.Write([]string{
				part.what, g.Key, g.Step, g.Currency.Code(), strconv.Itoa(g.CountBefore), strconv.Itoa(g.CountAfter),
				g.Before.Number(), g.After.Number(), g.By.Number(),
			}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
