package analysis

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Kind says what a finding is about.
type Kind uint8

const (
	// Overlap is two rules of a group that can match the same facts on the same
	// date, where the policy of the group lets them.
	Overlap Kind = iota
	// Conflict is an overlap that the policy of the group forbids.
	Conflict
	// Shadowed is a rule that can match but never wins, because one rule before
	// it, or several together, match whatever it matches.
	Shadowed
	// Unreachable is a rule that no facts on any date can match.
	Unreachable
	// Gap is facts within the domain of a group that no rule of it matches.
	Gap
	// Expired is a rule that is no longer in force at Config.At.
	Expired
	// NotYetValid is a rule that is not yet in force at Config.At.
	NotYetValid
	// Unindexable is a rule that has to be asked for all facts, because its
	// condition has no part by which an index could find it.
	Unindexable
)

// lastKind is the end of the list.
const lastKind = Unindexable

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Overlap:
		return "overlap"
	case Conflict:
		return "conflict"
	case Shadowed:
		return "shadowed"
	case Unreachable:
		return "unreachable"
	case Gap:
		return "gap"
	case Expired:
		return "expired"
	case NotYetValid:
		return "not-yet-valid"
	default:
		return "unindexable"
	}
}

// MarshalText writes the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error {
	for kind := Overlap; kind <= lastKind; kind++ {
		if string(text) == kind.String() {
			*k = kind
			return nil
		}
	}
	return fmt.Errorf("analysis: %q is not a kind of finding, such as overlap, conflict or gap", text)
}

// Certainty says how sure a finding is.
type Certainty uint8

const (
	// Certain means proven: by a witness that the book was asked about, or
	// because nothing is left.
	Certain Certainty = iota
	// Unknown means that it can be so but could not be decided.
	Unknown
)

// String returns the name of the certainty.
func (c Certainty) String() string {
	if c == Unknown {
		return "unknown"
	}
	return "certain"
}

// MarshalText writes the name of the certainty.
func (c Certainty) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads certain or unknown.
func (c *Certainty) UnmarshalText(text []byte) error {
	for _, certainty := range []Certainty{Certain, Unknown} {
		if string(text) == certainty.String() {
			*c = certainty
			return nil
		}
	}
	return fmt.Errorf("analysis: %q is not a certainty; want certain or unknown", text)
}

// Fact is the value of one fact of a witness. A missing Value means that the
// fact is missing.
type Fact struct {
	Name  string      `json:"name"`
	Value rules.Value `json:"value"`
}

// Finding is one thing that the analysis found.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Group string `json:"group,omitempty"`
	// Rules are the ids that it is about. Of Shadowed, the first is the rule that
	// never wins and the others are those that win instead. A certain Gap has
	// none, an unknown one those rules that may or may not fill it.
	Rules []string `json:"rules,omitempty"`
	// Witness are facts that show it, in order of their names: every fact that
	// the rules read. Other facts can have any value. Only certain findings about
	// Overlap, Conflict and Gap have a witness.
	Witness []Fact `json:"witness,omitempty"`
	// At is the decision date of the witness; any date does when it is zero.
	At        time.Time `json:"at,omitzero"`
	Certainty Certainty `json:"certainty"`
	// Text says it in a sentence.
	Text string `json:"text"`
}

// String prints the finding on one line.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Kind.String())
	if f.Certainty == Unknown {
		b.WriteString("?")
	}
	if f.Group != "" {
		fmt.Fprintf(&b, " in %s", f.Group)
	}
	fmt.Fprintf(&b, ": %s", f.Text)
	if f.Certainty == Certain && (f.Kind == Overlap || f.Kind == Conflict || f.Kind == Gap) {
		b.WriteString("; for example ")
		for i, fact := range f.Witness {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s %s", fact.Name, fact.Value)
		}
		if len(f.Witness) == 0 {
			b.WriteString("any facts")
		}
		if !f.At.IsZero() {
			fmt.Fprintf(&b, " at %s", f.At.Format(time.RFC3339))
		}
	}
	return b.String()
}
