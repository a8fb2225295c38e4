package rulestest

import (
	"fmt"
	"strings"
)

// ShadowReport tells how a candidate has done so far. It prints as text for a
// person and as JSON. Taken while decisions are made, its counts may stand one
// decision apart from each other.
type ShadowReport struct {
	Live      string `json:"live"` // hash of the book in force now
	Candidate string `json:"candidate"`
	// Asked counts the decisions: the equal, the different and the interrupted,
	// in which ctx ended.
	Asked       int64 `json:"asked"`
	Equal       int64 `json:"equal"`
	Different   int64 `json:"different"`
	Interrupted int64 `json:"interrupted"`
	// LiveFailed and CandidateFailed count decisions in which a rule failed. They
	// are among the different, or the equal when both failed.
	LiveFailed      int64 `json:"liveFailed"`
	CandidateFailed int64 `json:"candidateFailed"`
	// Rules tells of each rule that made a difference, by id.
	Rules []ShadowRule `json:"rules,omitempty"`
}

// ShadowRule counts the decisions in which one rule made a difference.
type ShadowRule struct {
	Rule    string `json:"rule"`
	Added   int64  `json:"added"`   // matched only under the candidate
	Lost    int64  `json:"lost"`    // matched only under the live book
	Altered int64  `json:"altered"` // matched under both, with another effect
	Failed  int64  `json:"failed"`  // failed under the candidate
}

// Report returns the counts since NewShadow.
func (s *Shadow[F, E]) Report() ShadowReport {
	out := ShadowReport{
		Live: s.live.Book().Hash(), Candidate: s.candidate.Hash(),
		Asked: s.counts.asked.Load(), Equal: s.counts.equal.Load(), Different: s.counts.different.Load(),
		Interrupted: s.counts.interrupted.Load(),
		LiveFailed:  s.counts.liveFailed.Load(), CandidateFailed: s.counts.candidateFailed.Load(),
	}
	byID := map[string]ShadowRule{}
	s.rules.Range(func(key, value any) bool {
		id, _ := key.(string)
		if c, ok := value.(*ruleCounts); ok {
			byID[id] = ShadowRule{id, c.added.Load(), c.lost.Load(), c.altered.Load(), c.failed.Load()}
		}
		return true
	})
	for _, id := range sortedKeys(byID) {
		out.Rules = append(out.Rules, byID[id])
	}
	return out
}

// String prints the report for a person.
func (r ShadowReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d decisions: %d equal, %d different, %d interrupted\n", r.Asked, r.Equal, r.Different, r.Interrupted)
	fmt.Fprintf(&b, "book %.12s in force, candidate %.12s\n", r.Live, r.Candidate)
	if r.LiveFailed+r.CandidateFailed > 0 {
		fmt.Fprintf(&b, "rules failed in %d decisions in force, in %d of the candidate\n", r.LiveFailed, r.CandidateFailed)
	}
	for _, s := range r.Rules {
		var parts []string
		for _, p := range []struct {
			what  string
			count int64
		}{{"added", s.Added}, {"lost", s.Lost}, {"altered", s.Altered}, {"failed", s.Failed}} {
			if p.count > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", p.what, p.count))
			}
		}
		fmt.Fprintf(&b, "  rule %s: %s\n", s.Rule, list(parts))
	}
	return b.String()
}
