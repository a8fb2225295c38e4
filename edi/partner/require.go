package partner

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
)

// CodeRequired means that a segment is missing which the guide of a partner asks for
// (AK304 3, IK304 I8, 0085 13).
const CodeRequired = "partner.required"

// rule is a requirement that was read.
type rule struct {
	Requirement
	has    pattern
	each   pattern
	within map[string]bool // the segments of the loops
}

// rulesOf reads the requirements of a guide that was checked, by their sets.
func rulesOf(g *Guide, release *schema.Release) map[string][]rule {
	rules := make(map[string][]rule)
	for _, r := range g.Require {
		one := rule{Requirement: r}
		one.has, _ = r.Has.read()
		if r.Each != "" {
			one.each, _ = r.Each.read()
			if set, known := release.Set(r.Set); known {
				one.within = loopOf(set, one.each.segment)
			}
		}
		rules[r.Set] = append(rules[r.Set], one)
	}
	return rules
}

// requirements follows a set and tells which of its rules are broken.
type requirements struct {
	rules  []rule
	states []ruleState
	faults []fault.Fault
}

// ruleState is how far a rule is: open where one segment is due, met when it came.
type ruleState struct{ open, met bool }

// begin starts with a set.
func (r *requirements) begin(rules []rule) {
	r.rules, r.states = rules, r.states[:0]
	for _, rule := range rules {
		r.states = append(r.states, ruleState{open: rule.Each == ""})
	}
}

// next takes the next segment of the set, and returns what is missing before it. end
// says that it is the last one.
func (r *requirements) next(s valued, no int, offset int64, end bool) []fault.Fault {
	r.faults = r.faults[:0]
	for i := range r.rules {
		rule, state := &r.rules[i], &r.states[i]
		id := s.ID()
		closes := end || rule.Each != "" && (id == rule.each.segment || !rule.within[id])
		if closes && state.open && !state.met {
			r.faults = append(r.faults, rule.missing(no, offset))
		}
		switch {
		case closes && rule.Each == "":
			*state = ruleState{}
		case closes:
			*state = ruleState{open: !end && rule.each.matches(s)}
		}
		if state.open && !state.met && rule.has.matches(s) {
			state.met = true
		}
	}
	return r.faults
}

// missing is the fault of a rule that is broken.
func (r *rule) missing(no int, offset int64) fault.Fault {
	what := string(r.Has)
	if r.Meaning != "" {
		what = r.Meaning + " (" + what + ")"
	}
	where := "the set"
	if r.Each != "" {
		where = "the loop " + string(r.Each)
	}
	return fault.Fault{
		Code: CodeRequired, Severity: fault.Failure, Segment: r.has.segment, SegmentNo: no, Offset: offset,
		Loop: r.each.segment, Implementation: "I8",
		Message:  fmt.Sprintf("the partner asks for %s in %s, and it is missing before this segment", what, where),
		Expected: string(r.Has), Fix: "add the segment",
	}
}
