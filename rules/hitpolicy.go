package rules

import (
	"fmt"
	"strings"
)

// HitPolicy says what a group decides when several of its rules match. The
// meanings are those of DMN 1.3, where a group is a decision table.
type HitPolicy uint8

const (
	// Collect takes all matches, in order. It is the default.
	Collect HitPolicy = iota
	// Unique allows one match. Two are an error even when their effects are equal.
	Unique
	// Any allows several matches as long as their effects are equal.
	Any
	// First takes the match that comes first in the order of the table's rows.
	First
	// ByPriority takes the match of the highest Rule.Priority; of equal ones the
	// first by id.
	ByPriority
	// OutputPriority takes the match whose outputs come first in the lists of
	// values declared for them: the policy that DMN calls priority. Of equal ones
	// it takes the first by id.
	OutputPriority
	// CollectSum adds up the one numeric output of all matches.
	CollectSum
	// CollectMin takes the smallest value of the one numeric output.
	CollectMin
	// CollectMax takes the largest value of the one numeric output.
	CollectMax
)

// hitPolicies lists the policies by their number.
func hitPolicies() []HitPolicy {
	return []HitPolicy{Collect, Unique, Any, First, ByPriority, OutputPriority, CollectSum, CollectMin, CollectMax}
}

// String returns the name of the policy: collect, unique, any, first,
// by-priority, priority (OutputPriority), collect-sum, collect-min, collect-max.
func (p HitPolicy) String() string {
	switch p {
	case Collect:
		return "collect"
	case Unique:
		return "unique"
	case Any:
		return "any"
	case First:
		return "first"
	case ByPriority:
		return "by-priority"
	case OutputPriority:
		return "priority"
	case CollectSum:
		return "collect-sum"
	case CollectMin:
		return "collect-min"
	case CollectMax:
		return "collect-max"
	default:
		return fmt.Sprintf("HitPolicy(%d)", uint8(p))
	}
}

// MarshalText writes the name of the policy. A value that is none is an error.
func (p HitPolicy) MarshalText() ([]byte, error) {
	if p > CollectMax {
		return nil, fmt.Errorf("rules: %s is not a hit policy", p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads the name of a policy as String writes it.
func (p *HitPolicy) UnmarshalText(text []byte) error {
	for _, policy := range hitPolicies() {
		if string(text) == policy.String() {
			*p = policy
			return nil
		}
	}
	return fmt.Errorf("rules: %q is not a hit policy; want one of %s", text, strings.Join(hitPolicyNames(), ", "))
}

func hitPolicyNames() []string {
	var names []string
	for _, policy := range hitPolicies() {
		names = append(names, policy.String())
	}
	return names
}

// ranked reports whether the load, and not the author, settles the priorities of
// the group's rules.
func (p HitPolicy) ranked() bool { return p == First || p == OutputPriority }

// aggregates reports whether the policy makes one value of those of all matches.
func (p HitPolicy) aggregates() bool {
	return p == CollectSum || p == CollectMin || p == CollectMax
}

// HitPolicyError tells that the matches break the hit policy of their group, or
// that their values cannot be brought together.
type HitPolicyError struct {
	Group  string
	Policy HitPolicy
	Rules  []string // the ids of the matches, in order
	Reason string
	Err    error // the cause, such as a *money.CurrencyError; nil when there is no other
}

// Error names the group, the policy and the rules.
func (e *HitPolicyError) Error() string {
	return fmt.Sprintf("rules: group %q: hit policy %s: %s: %s", e.Group, e.Policy, e.Reason, joinNames(e.Rules))
}

// Unwrap returns the cause.
func (e *HitPolicyError) Unwrap() error { return e.Err }
