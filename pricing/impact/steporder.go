package impact

import (
	"cmp"
	"maps"
	"slices"

	"github.com/o2ckit/o2c/pricing"
)

// stepOrder learns the order of the steps from results: which step came right after
// which. The results of one schema never contradict each other; where the two
// schemas do, the order of the names decides.
type stepOrder struct {
	follows map[[2]string]bool
	info    map[string]stepInfo
}

type stepInfo struct {
	label string
	kind  pricing.StepKind
}

func newStepOrder() stepOrder {
	return stepOrder{follows: make(map[[2]string]bool), info: make(map[string]stepInfo)}
}

// see notes that the entry's step came after the one named; empty: it was first.
func (o *stepOrder) see(before string, e *pricing.Entry) {
	if pair := [2]string{before, e.Step}; !o.follows[pair] {
		o.follows[pair] = true
	}
	o.note(e.Step, stepInfo{e.Label, e.Kind})
}

// note keeps, of two labels or kinds that a step has, the lower one: some order must
// decide that does not depend on which worker saw it first.
func (o *stepOrder) note(step string, info stepInfo) {
	known, ok := o.info[step]
	if !ok || cmp.Or(cmp.Compare(info.label, known.label), cmp.Compare(info.kind, known.kind)) < 0 {
		o.info[step] = info
	}
}

func (o *stepOrder) merge(other *stepOrder) {
	maps.Copy(o.follows, other.follows)
	for step, info := range other.info {
		o.note(step, info)
	}
}

// places returns the place of each step in the waterfall.
func (o *stepOrder) places() map[string]int {
	waits := make(map[string]int, len(o.info)) // for how many steps a step waits
	after := make(map[string][]string)
	for pair := range o.follows {
		if pair[0] != "" {
			waits[pair[1]]++
			after[pair[0]] = append(after[pair[0]], pair[1])
		}
	}
	left := slices.Sorted(maps.Keys(o.info))
	// The base price goes first: a line that has none does not say so.
	slices.SortStableFunc(left, func(a, b string) int { return o.rank(a) - o.rank(b) })
	places := make(map[string]int, len(left))
	for len(left) > 0 {
		n := max(0, slices.IndexFunc(left, func(step string) bool { return waits[step] <= 0 }))
		step := left[n]
		left = slices.Delete(left, n, n+1)
		places[step] = len(places)
		for _, next := range after[step] {
			waits[next]--
		}
	}
	return places
}

// rank puts the base price first and the document's rounding last where nothing else
// says which step comes first.
func (o *stepOrder) rank(step string) int {
	switch o.info[step].kind {
	case pricing.StepPrice:
		return 0
	case pricing.StepRounding:
		return 2
	default:
		return 1
	}
}
