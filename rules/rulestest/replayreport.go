package rulestest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// ReplayReport tells what a new book would have changed in the past. It prints
// as text for a person and as JSON.
type ReplayReport struct {
	Old string `json:"old"` // hashes of the books
	New string `json:"new"`
	// Decisions counts all that were read: the unchanged, the changed, the failed
	// and, unless they were compared too, those of another past.
	Decisions int `json:"decisions"`
	Unchanged int `json:"unchanged"`
	Changed   int `json:"changed"`
	Failed    int `json:"failed"`
	// OtherPast counts decisions that were not made by the old book.
	OtherPast int `json:"otherPast"`
	// Skipping counts decisions among the unchanged and changed for which the new
	// book left out a rule that failed, under rules.SkipAndReport.
	Skipping int `json:"skipping"`
	// Moved is the money that the new book moves, one amount for each currency in
	// order of its code; currencies in which nothing moves are left out.
	Moved []money.Amount `json:"moved,omitempty"`
	// Rules tells of each rule that made a difference, by id.
	Rules []RuleShift `json:"rules,omitempty"`
	// Keys are the groups of ReplayConfig.Key in order; OtherKeys is what is beyond
	// their bound.
	Keys      []KeyShift `json:"keys,omitempty"`
	OtherKeys *KeyShift  `json:"otherKeys,omitempty"`
	// ChangedList and FailedList have the first decisions in the order of reading;
	// the More count the rest.
	ChangedList []ChangedDecision `json:"changedList,omitempty"`
	ChangedMore int               `json:"changedMore,omitempty"`
	FailedList  []FailedDecision  `json:"failedList,omitempty"`
	FailedMore  int               `json:"failedMore,omitempty"`
}

// RuleShift counts the decisions that a rule is new in, has gone from, or is in
// as before with another effect.
type RuleShift struct {
	Rule    string `json:"rule"`
	Added   int    `json:"added"`
	Lost    int    `json:"lost"`
	Altered int    `json:"altered"`
}

// KeyShift is what changed in one group of decisions.
type KeyShift struct {
	Key       string         `json:"key"`
	Decisions int            `json:"decisions"`
	Changed   int            `json:"changed"`
	Failed    int            `json:"failed"`
	OtherPast int            `json:"otherPast,omitempty"` // not compared
	Moved     []money.Amount `json:"moved,omitempty"`

	moved sums
}

// ChangedDecision is a decision with the rules that matched before and after, in
// order.
type ChangedDecision struct {
	ID     string   `json:"id"`
	Before []string `json:"before"`
	After  []string `json:"after"`
	// Altered are rules that matched both times with another effect.
	Altered []string       `json:"altered,omitempty"`
	Moved   []money.Amount `json:"moved,omitempty"`
}

// FailedDecision is a decision that could not be compared.
type FailedDecision struct {
	ID string `json:"id"`
	// Old and New are why, under the old and the new book.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
}

// String prints the report for a person.
func (r *ReplayReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d decisions: %d unchanged, %d changed, %d failed, %d of another past\n",
		r.Decisions, r.Unchanged, r.Changed, r.Failed, r.OtherPast)
	fmt.Fprintf(&b, "book %.12s to %.12s\n", r.Old, r.New)
	if r.Skipping > 0 {
		fmt.Fprintf(&b, "rules that failed were left out in %d decisions\n", r.Skipping)
	}
	if len(r.Moved) > 0 {
		fmt.Fprintf(&b, "money moved: %s\n", amounts(r.Moved))
	}
	for _, s := range r.Rules {
		fmt.Fprintf(&b, "  rule %s: %s\n", s.Rule, s)
	}
	for i := range r.Keys {
		fmt.Fprintf(&b, "  %s: %s\n", r.Keys[i].Key, &r.Keys[i])
	}
	if r.OtherKeys != nil {
		fmt.Fprintf(&b, "  all other keys: %s\n", r.OtherKeys)
	}
	if len(r.ChangedList) > 0 {
		b.WriteString("changed:\n")
	}
	for _, d := range r.ChangedList {
		fmt.Fprintf(&b, "  %s\n", d)
	}
	if r.ChangedMore > 0 {
		fmt.Fprintf(&b, "  and %d more\n", r.ChangedMore)
	}
	if len(r.FailedList) > 0 {
		b.WriteString("failed:\n")
	}
	for _, d := range r.FailedList {
		fmt.Fprintf(&b, "  %s\n", d)
	}
	if r.FailedMore > 0 {
		fmt.Fprintf(&b, "  and %d more\n", r.FailedMore)
	}
	return b.String()
}

// String prints the counts, without the rule.
func (s RuleShift) String() string {
	var parts []string
	for _, p := range []struct {
		what  string
		count int
	}{{"added", s.Added}, {"lost", s.Lost}, {"altered", s.Altered}} {
		if p.count > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", p.what, p.count))
		}
	}
	return list(parts)
}

// String prints the counts, without the key.
func (k *KeyShift) String() string {
	text := fmt.Sprintf("%d of %d changed", k.Changed, k.Decisions)
	if k.Failed > 0 {
		text += fmt.Sprintf(", %d failed", k.Failed)
	}
	if k.OtherPast > 0 {
		text += fmt.Sprintf(", %d of another past", k.OtherPast)
	}
	if len(k.Moved) > 0 {
		text += ", moved " + amounts(k.Moved)
	}
	return text
}

// String prints the decision on one line.
func (d ChangedDecision) String() string {
	text := fmt.Sprintf("%s: %s -> %s", d.ID, list(d.Before), list(d.After))
	if len(d.Altered) > 0 {
		text += ", another effect of " + list(d.Altered)
	}
	if len(d.Moved) > 0 {
		text += ", moved " + amounts(d.Moved)
	}
	return text
}

// String prints the decision on one line.
func (d FailedDecision) String() string {
	text := d.ID
	if d.Old != "" {
		text += ": old: " + d.Old
	}
	if d.New != "" {
		text += ": new: " + d.New
	}
	return text
}

func amounts(all []money.Amount) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

// sums adds up amounts, each currency by itself.
type sums map[money.Currency]money.Amount

// add adds an amount. The error is the overflow of the sum, which then stays.
func (s sums) add(a money.Amount) error {
	sum, known := s[a.Currency()]
	if known {
		var err error
		if a, err = sum.Add(a); err != nil {
			return err
		}
	}
	s[a.Currency()] = a
	return nil
}

// list returns the sums that are not zero, by currency code.
func (s sums) list() []money.Amount {
	var out []money.Amount
	for _, a := range s {
		if !a.IsZero() {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b money.Amount) int { return cmp.Compare(a.Currency().Code(), b.Currency().Code()) })
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
