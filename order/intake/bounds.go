package intake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/finding"
)

// What is kept of a document beside its bytes has to fit in an event of the journal,
// whatever a partner sends: a document that cannot be kept or settled would be tried for
// ever.
const (
	maxText         = 512       // bytes of a text that names a document
	maxFindingText  = 2 << 10   // bytes of a text of a finding
	maxFindings     = 1_000     // of an outcome
	maxFindingBytes = 512 << 10 // of them together, as JSON
)

// shortened keeps the beginning of a text.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return valid(text[:most-3]) + "..."
}

// bounded is an outcome that fits in an event. Of too many findings those that weigh most
// are kept; a last one counts the others, and weighs as much as they do.
func (o Outcome) bounded() Outcome {
	kept, size := finding.List(nil), 0
	list := o.Findings
	if len(list) > maxFindings {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b finding.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	}
	for i, f := range list {
		for _, text := range []*string{&f.Code, &f.Path, &f.Message, &f.Fix} {
			*text = shortened(*text, maxFindingText)
		}
		line, err := json.Marshal(f)
		size += len(line)
		if err != nil || len(kept) == maxFindings || size > maxFindingBytes {
			kept = append(kept, finding.Finding{
				Code: "intake.more", Severity: list[i:].Worst(), Message: fmt.Sprintf("%d more findings are left out", len(list)-i),
				Fix: "mend what is told first; the document is kept as it came",
			})
			break
		}
		kept = append(kept, f)
	}
	o.Findings = kept
	return o
}
