package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// group is the analysis of one group.
type group struct {
	name   string
	config Config
	Group
	host  asker
	model *model
	out   *collector
}

func (g *group) analyse() {
	for _, s := range g.model.rules {
		g.single(s)
	}
	found, whole := g.model.pairs(g.config.MaxPairs)
	if !whole {
		g.out.incomplete = append(g.out.incomplete,
			fmt.Sprintf("group %q: not all pairs of its %d rules were compared for overlaps and shadows", g.name, len(g.model.rules)))
	}
	for _, p := range found {
		g.overlap(g.model.rules[p.first], g.model.rules[p.second])
	}
	g.shadows(found)
	if g.Domain != "" {
		g.gaps()
	}
}

func (g *group) add(f Finding) {
	f.Group = g.name
	g.out.findings = append(g.out.findings, f)
}

// single asks what can be said of a rule alone.
func (g *group) single(s *subject) {
	if len(s.regions) == 0 && !g.out.full(Unreachable) {
		g.add(Finding{Kind: Unreachable, Rules: []string{s.id}, Text: s.id + ": nothing can match it" + g.contradiction(s)})
	}
	if at := g.config.At; !at.IsZero() {
		if !s.to.IsZero() && !at.Before(s.to) && !g.out.full(Expired) {
			g.add(Finding{Kind: Expired, Rules: []string{s.id}, Text: s.id + " is no longer in force since " + s.to.Format(time.RFC3339)})
		}
		if !s.from.IsZero() && at.Before(s.from) && !g.out.full(NotYetValid) {
			g.add(Finding{Kind: NotYetValid, Rules: []string{s.id}, Text: s.id + " is not in force before " + s.from.Format(time.RFC3339)})
		}
	}
	if !indexable(s.parts) && !g.out.full(Unindexable) {
		g.add(Finding{Kind: Unindexable, Rules: []string{s.id}, Text: s.id + " is asked for all facts: it has only " + instead(s.parts)})
	}
}

// contradiction names two parts that exclude each other, or one that is never
// true.
func (g *group) contradiction(s *subject) string {
	if !s.to.IsZero() && !s.from.Before(s.to) {
		return ": it ends before it begins"
	}
	for i, p := range s.parts {
		one, _ := g.model.where(s.parts[i : i+1])
		if len(one) == 0 {
			return fmt.Sprintf(": %s is never true", p.Text)
		}
		for _, q := range s.parts[:i] {
			if both, _ := g.model.where([]rules.Part{q, p}); len(both) == 0 {
				return fmt.Sprintf(": %s excludes %s", q.Text, p.Text)
			}
		}
	}
	if whole, _ := g.model.where(s.parts); len(whole) > 0 {
		return " within the domain " + g.Domain
	}
	return ": its parts exclude each other"
}

// overlap reports two rules whose regions meet.
func (g *group) overlap(a, b *subject) {
	kind := Overlap
	if g.conflicts(a, b) {
		kind = Conflict
	}
	if g.out.full(kind) {
		return
	}
	f := Finding{Kind: kind, Rules: []string{a.id, b.id}, Certainty: Unknown}
	f.Witness, f.At, f.Certainty = g.show(a, b)
	verb := "can match"
	if f.Certainty == Unknown {
		verb = "may match"
	}
	f.Text = fmt.Sprintf("%s and %s %s the same facts", a.id, b.id, verb)
	switch {
	case kind == Conflict && g.Policy == rules.Unique:
		f.Text += ", and the group admits one match"
	case kind == Conflict:
		f.Text += " with different effects, and nothing says which one counts"
	}
	g.add(f)
}

// conflicts reports whether the policy forbids that both match.
func (g *group) conflicts(a, b *subject) bool {
	switch g.Policy {
	case rules.Unique:
		return true
	case rules.Any:
		return a.effect != b.effect
	case rules.First, rules.ByPriority, rules.OutputPriority: // the load makes priorities of rows and outputs
		return a.effect != b.effect && a.priority == b.priority
	default:
		return false
	}
}

// tries is for how many regions in which two rules meet a witness is made.
const tries = 8

// show looks for facts that both rules match, by asking the book.
func (g *group) show(a, b *subject) ([]Fact, time.Time, Certainty) {
	left := tries
	facts := factsOf(a, b)
	for _, r := range a.regions {
		for _, s := range b.regions {
			both, ok := r.and(s)
			if !ok {
				continue
			}
			if left--; left < 0 {
				return nil, time.Time{}, Unknown
			}
			witness, at, ok := g.model.witness(both, facts, g.host.parse)
			if !ok {
				continue
			}
			matched, values, ok := g.host.ask(witness, at, []string{a.id, b.id}, facts)
			if ok && matched[0] && matched[1] {
				return values, at, Certain
			}
		}
	}
	return nil, time.Time{}, Unknown
}

// factsOf lists the facts that rules read, in order.
func factsOf(list ...*subject) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		for _, p := range s.parts {
			for _, f := range p.Facts {
				if !seen[f] {
					seen[f] = true
					out = append(out, f)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// shadows looks for rules that never win. Only rules that overlap one can take
// its place.
func (g *group) shadows(found []pair) {
	if g.Policy != rules.First && g.Policy != rules.ByPriority && g.Policy != rules.OutputPriority {
		return
	}
	before := make([][]int, len(g.model.rules))
	for _, p := range found {
		before[p.second] = append(before[p.second], p.first)
	}
	for i, s := range g.model.rules {
		if len(before[i]) > 0 {
			g.shadowed(s, before[i])
		}
	}
}

func (g *group) shadowed(s *subject, before []int) {
	left := s.regions
	by := []string{s.id}
	whole := true
	for _, exact := range []bool{true, false} {
		for _, i := range before {
			other := g.model.rules[i]
			if other.exact != exact || !whole {
				continue
			}
			if touches(left, other.regions) {
				by = append(by, other.id)
			}
			left, whole = without(left, other.regions, g.model.full, g.config.MaxRegions)
			if len(left) > 0 || !whole {
				continue
			}
			if g.out.full(Shadowed) {
				return
			}
			f := Finding{Kind: Shadowed, Rules: by, Text: s.id + " never wins: what it matches, " + strings.Join(by[1:], ", ") + " match before it"}
			if !exact {
				f.Certainty = Unknown
				f.Text = s.id + " may never win: it depends on conditions that cannot be reckoned with"
			}
			g.add(f)
			return
		}
	}
	if !whole && !g.out.full(Shadowed) {
		g.add(Finding{Kind: Shadowed, Rules: []string{s.id}, Certainty: Unknown,
			Text: fmt.Sprintf("%s may never win: what is left of it came to more than %d pieces", s.id, g.config.MaxRegions)})
	}
}

func touches(a, b []region) bool {
	return slices.ContainsFunc(a, func(r region) bool { return slices.ContainsFunc(b, r.meets) })
}
