package rules

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// keyPart is a part of a condition that can be in a key.
type keyPart struct {
	field     *field
	values    []keyValue
	predicate int // in condition.predicates
}

// keyParts lists the parts of a condition that a key can be made of: one a fact,
// but for lists, of which each part is listed.
func keyParts(predicates []predicate) []keyPart {
	var parts []keyPart
	for i := range predicates {
		p := &predicates[i]
		values := keyValues(p)
		if values == nil || p.test != testHolds && slices.ContainsFunc(parts, func(k keyPart) bool { return k.field == p.field }) {
			continue
		}
		parts = append(parts, keyPart{p.field, values, i})
	}
	return parts
}

// rarestList keeps of the parts about lists the one whose element the fewest
// rules ask for. The parts are changed in place.
func rarestList(parts []keyPart, counts map[element]int) []keyPart {
	if len(counts) == 0 {
		return parts
	}
	best := -1
	for i, p := range parts {
		if p.field.kind == kindStrings && (best < 0 || counts[p.element()] < counts[parts[best].element()]) {
			best = i
		}
	}
	n := 0
	for i, p := range parts {
		if p.field.kind != kindStrings || i == best {
			parts[n] = p
			n++
		}
	}
	return parts[:n]
}

func (p keyPart) element() element { return element{p.field, p.values[0].text} }

// element is one that rules ask a list to have.
type element struct {
	field *field
	text  string
}

// keyValues returns the values of the fact for which a predicate can be true,
// nil when they cannot be listed. It is never unknown for these.
func keyValues(p *predicate) []keyValue {
	if p.negated || p.field == nil {
		return nil
	}
	switch v := p.value.(type) {
	case string:
		if p.test == testOrder && p.compare == compareEqual || p.test == testHolds && p.compare == compareIn {
			return []keyValue{{text: v}}
		}
	case *list:
		if p.compare != compareIn || p.field.kind != kindString && p.field.kind != kindInt {
			return nil
		}
		out := make([]keyValue, 0, len(v.texts)+len(v.ints))
		for _, text := range v.texts {
			out = append(out, keyValue{text: text})
		}
		for _, n := range v.ints {
			out = append(out, keyValue{number: n})
		}
		return out
	default:
		if p.test != testOrder || p.compare != compareEqual || p.field.kind != kindInt && p.field.kind != kindDate {
			return nil
		}
		return []keyValue{{number: checkValue(p)}}
	}
	return nil
}

// checkValue is the constant of an int or a date as a number.
func checkValue(p *predicate) int64 {
	switch v := p.value.(type) {
	case int64:
		return v
	case calendar.Date:
		return int64(v.Ordinal())
	}
	return 0
}
