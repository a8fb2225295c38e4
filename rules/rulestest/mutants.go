package rulestest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// mutant is a rule with one mistake, to be tried.
type mutant[E any] struct {
	Mutant
	rule rules.Rule[E] // as it is with the mistake
}

// mutantsOf makes all mutants, rule by rule in the order of the book, and lists those
// that are left out because their form says that they mean the same.
func mutantsOf[F, E any](book *rules.Book[F, E]) (out []mutant[E], equivalent []Mutant, err error) {
	lowest, last := ends(book)
	for _, r := range book.Rules() {
		m := maker[F, E]{schema: book.Schema(), rule: *r}
		if err := m.conditions(); err != nil {
			return nil, nil, err
		}
		m.put(RuleDropped, *r, r.When, "")
		if ordered(book, r.Group) && last[r.Group] != r.ID && lowest[r.Group] > math.MinInt {
			lowered := *r
			lowered.Priority = lowest[r.Group] - 1
			m.put(PriorityLowered, lowered, fmt.Sprintf("priority %d", r.Priority), fmt.Sprintf("priority %d", lowered.Priority))
		}
		m.validity()
		out = append(out, m.out...)
		equivalent = append(equivalent, m.equivalent...)
	}
	return out, equivalent, nil
}

// ordered reports whether the answer of a group follows the priority of its
// rules.
func ordered[F, E any](book *rules.Book[F, E], group string) bool {
	info, _ := book.GroupInfo(group)
	return info.Policy == rules.Collect || info.Policy == rules.First || info.Policy == rules.ByPriority
}

// ends finds the lowest priority of each group and the id of its last rule.
func ends[F, E any](book *rules.Book[F, E]) (lowest map[string]int, last map[string]string) {
	lowest, last = map[string]int{}, map[string]string{}
	for _, r := range book.Rules() { // in order, so that the last one stays
		lowest[r.Group], last[r.Group] = r.Priority, r.ID
	}
	return lowest, last
}

// maker makes the mutants of one rule.
type maker[F, E any] struct {
	schema     *rules.Schema[F]
	rule       rules.Rule[E]
	out        []mutant[E]
	seen       map[string]string // meaning to the condition that has it
	equivalent []Mutant
}

func (m *maker[F, E]) put(kind Mutation, rule rules.Rule[E], before, after string) {
	m.out = append(m.out, mutant[E]{
		Mutant: Mutant{Rule: m.rule.ID, Kind: kind, Before: before, After: after}, rule: rule,
	})
}

// putCondition adds a mutant of the condition, unless it means what the rule or
// an earlier mutant means, or breaks the bounds of a condition.
func (m *maker[F, E]) putCondition(kind Mutation, when, before, after string) {
	parts, err := m.schema.Parts(when)
	if err != nil {
		return
	}
	meaning := meaningOf(parts)
	if same, known := m.seen[meaning]; known {
		m.equivalent = append(m.equivalent, Mutant{Rule: m.rule.ID, Kind: kind, Before: before, After: after, When: when, Same: same})
		return
	}
	m.seen[meaning] = when
	rule := m.rule
	rule.When = when
	m.put(kind, rule, before, after)
	m.out[len(m.out)-1].When = when
}

// conditions makes the mutants of the condition.
func (m *maker[F, E]) conditions() error {
	parts, err := m.schema.Parts(m.rule.When)
	if err != nil {
		return err
	}
	m.seen = map[string]string{meaningOf(parts): m.rule.When}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = m.written(p)
	}
	for i, p := range parts {
		for _, v := range variants(p.Tree) {
			changed := slices.Clone(texts)
			changed[i] = beside(v.node)
			m.putCondition(v.kind, conjunction(changed), v.before, v.after)
		}
		if p.Tree.Op != rules.OpConstant {
			m.putCondition(PartDropped, conjunction(slices.Delete(slices.Clone(texts), i, i+1)), p.Text, "")
		}
		if i == 0 {
			continue
		}
		changed := slices.Clone(texts)
		either := "(" + texts[i-1] + " || " + texts[i] + ")"
		changed = slices.Replace(changed, i-1, i+1, either)
		m.putCondition(AndOrSwapped, conjunction(changed), parts[i-1].Text+" && "+p.Text, either[1:len(either)-1])
	}
	return nil
}

// written returns a part so that it can stand beside &&: as it was written where
// that can be read alone, else anew from its tree. Comments and lines that were
// joined can make it unreadable.
func (m *maker[F, E]) written(p rules.Part) string {
	again, err := m.schema.Parts(p.Text)
	if err != nil || len(again) != 1 || again[0].Tree.String() != p.Tree.String() {
		return beside(p.Tree)
	}
	if p.Tree.Op == rules.OpTest && p.Tree.String() == p.Text {
		return p.Text
	}
	return "(" + p.Text + ")"
}

// beside writes a tree so that it can stand beside &&.
func beside(n rules.Node) string {
	if n.Op == rules.OpTest || n.Op == rules.OpConstant {
		return n.String()
	}
	return "(" + n.String() + ")"
}

// conjunction joins parts; without any it is true.
func conjunction(texts []string) string {
	switch len(texts) {
	case 0:
		return "true"
	case 1: // the parentheses that it may have are those of beside
		return texts[0]
	default:
		return strings.Join(texts, " && ")
	}
}

// validity makes the mutants of From and To.
func (m *maker[F, E]) validity() {
	shift := func(name string, at time.Time, set func(*rules.Rule[E], time.Time)) {
		if at.IsZero() {
			return
		}
		for _, days := range []int{-1, 1} {
			rule, moved := m.rule, at.AddDate(0, 0, days)
			set(&rule, moved)
			if !rule.From.IsZero() && !rule.To.IsZero() && !rule.From.Before(rule.To) {
				continue
			}
			m.put(ValidityShifted, rule, name+" "+at.Format(time.RFC3339), name+" "+moved.Format(time.RFC3339))
		}
	}
	shift("from", m.rule.From, func(r *rules.Rule[E], at time.Time) { r.From = at })
	shift("to", m.rule.To, func(r *rules.Rule[E], at time.Time) { r.To = at })
}
