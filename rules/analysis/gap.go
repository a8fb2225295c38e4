package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// gaps looks for facts of the domain that no rule matches.
func (g *group) gaps() {
	left := cross(g.model.domain, []region{{{0, g.dates()}}})
	var unsure []string
	for _, s := range g.model.rules {
		if s.exact {
			var whole bool
			if left, whole = without(left, s.regions, g.model.full, g.config.MaxRegions); !whole {
				g.tooMany(nil)
				return
			}
		}
	}
	sure := left
	for _, s := range g.model.rules {
		if !s.exact && touches(left, s.regions) {
			unsure = append(unsure, s.id)
			var whole bool
			if sure, whole = without(sure, s.regions, g.model.full, g.config.MaxRegions); !whole {
				g.tooMany(unsure)
				return
			}
		}
	}
	for _, r := range sure {
		g.gap(r)
	}
	if len(unsure) > 0 && !g.out.full(Gap) {
		g.add(Finding{Kind: Gap, Rules: unsure, Certainty: Unknown,
			Text: "whether these rules leave a gap depends on conditions that cannot be reckoned with; for one, " + g.model.describe(left[0])})
	}
}

func (g *group) tooMany(unsure []string) {
	if !g.out.full(Gap) {
		g.add(Finding{Kind: Gap, Rules: unsure, Certainty: Unknown,
			Text: fmt.Sprintf("there may be a gap: what the rules leave came to more than %d pieces", g.config.MaxRegions)})
	}
}

// dates are those for which gaps are looked for.
func (g *group) dates() set {
	if !g.config.At.IsZero() {
		return g.model.axes[0].inForce(g.config.At, g.config.At.Add(1))
	}
	var from, to time.Time
	for i, s := range g.model.rules {
		if i == 0 || s.from.Before(from) { // zero is the least, and means no bound
			from = s.from
		}
		if i == 0 || !to.IsZero() && (s.to.IsZero() || s.to.After(to)) {
			to = s.to
		}
	}
	return g.model.axes[0].inForce(from, to)
}

// gap reports a region that no rule touches.
func (g *group) gap(r region) {
	if g.out.full(Gap) {
		return
	}
	f := Finding{Kind: Gap, Certainty: Unknown, Text: "no rule covers " + g.model.describe(r)}
	facts := map[string]bool{}
	for _, d := range r {
		facts[g.model.axes[d.axis].key.fact] = true
	}
	names := factsOf(g.model.rules...)
	for _, a := range g.model.axes[1:] {
		if facts[a.key.fact] && !slices.Contains(names, a.key.fact) {
			names = append(names, a.key.fact)
		}
	}
	ids := make([]string, len(g.model.rules))
	for i, s := range g.model.rules {
		ids[i] = s.id
	}
	if witness, at, ok := g.model.witness(r, names, g.host.parse); ok {
		matched, values, ok := g.host.ask(witness, at, ids, names)
		if ok && !slices.Contains(matched, true) {
			f.Witness, f.At, f.Certainty = sorted(values), at, Certain
		}
	}
	g.add(f)
}

// sorted returns the facts in order of their names.
func sorted(facts []Fact) []Fact {
	slices.SortFunc(facts, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return facts
}
