package analysis

import (
	"slices"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// indexable reports whether an index can find the rule by one of the parts.
func indexable(parts []rules.Part) bool {
	return slices.ContainsFunc(parts, func(p rules.Part) bool { return selective(p.Tree) })
}

// selective reports whether an index can use a part: it names the values that
// the fact must have, or bounds them.
func selective(n rules.Node) bool {
	switch n.Op {
	case rules.OpAnd:
		return selective(n.Args[0]) || selective(n.Args[1])
	case rules.OpNot:
		arg := n.Args[0]
		return arg.Op == rules.OpTest && arg.Operator == "true" && !arg.Optional // that is == false
	case rules.OpTest:
	default:
		return false
	}
	switch n.Operator {
	case "has", "true":
		return true
	case "==", "in":
		return true
	case "<", "<=", ">", ">=":
		return n.Type != "string" && n.Type != "bool"
	default:
		return false
	}
}

// instead names what the parts have that an index cannot use.
func instead(parts []rules.Part) string {
	var out []string
	for _, p := range parts {
		out = append(out, p.Text+" ("+reason(p.Tree)+")")
	}
	return strings.Join(out, ", ")
}

func reason(n rules.Node) string {
	switch n.Op {
	case rules.OpConstant:
		return "a constant"
	case rules.OpOr:
		return "an or"
	case rules.OpNot:
		return "a not"
	case rules.OpAnd:
		return reason(n.Args[0])
	case rules.OpTest:
		switch n.Operator {
		case "missing":
			return "asks whether it is missing"
		case "<", "<=", ">", ">=":
			return "a bound of a " + n.Type
		default:
			return "excludes values"
		}
	default:
		return "not a comparison of a fact with constants"
	}
}
