package rulestest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// expect reads what a scenario expects; the scenario gives the place when it
// lacks that.
func (r *reader[F, E]) expect(n, scenario rules.Item, group, label string) Expectation[E] {
	var out Expectation[E]
	if n.IsNull() {
		r.doc.Refuse(scenario, label, "the scenario expects nothing", "give it expect:")
		return out
	}
	label += ": expect"
	before := len(r.doc.Errors())
	parts, ok := r.entries(n, label, []string{"rules", "includes", "excludes", "effects", "none", "error"})
	if !ok {
		r.doc.Refuse(n, label, "this is not a mapping", "write rules: [a, b]")
		return out
	}
	out.Rules = r.ids(parts["rules"], label+": rules")
	out.Includes = r.ids(parts["includes"], label+": includes")
	out.Excludes = r.ids(parts["excludes"], label+": excludes")
	out.Effects = r.effects(parts["effects"], label+": effects")
	out.Error = r.text(parts["error"], label+": error")
	if none := parts["none"]; !none.IsNull() {
		text := r.text(none, label+": none")
		if text != "true" {
			r.doc.Refuse(none, label+": none", "none is not true", "leave it out, or write none: true")
		}
		out.None = true
	}
	if len(r.doc.Errors()) > before {
		return out
	}
	switch message := contradiction(&out, group); {
	case message != "":
		r.doc.Refuse(n, label, message, "")
	case out.empty():
		r.doc.Refuse(n, label, "the scenario expects nothing", "write rules: [a, b], or none: true")
	}
	return out
}

// contradiction tells what of an expectation cannot be met by any book, or "".
// Several rules of a group may make one effect, when its hit policy adds up.
func contradiction[E any](x *Expectation[E], group string) string {
	if x.None && len(x.Rules)+len(x.Includes)+len(x.Effects) > 0 {
		return "none and rules that match contradict each other"
	}
	for _, id := range x.Includes {
		if slices.Contains(x.Excludes, id) {
			return fmt.Sprintf("rule %s is both included and excluded", id)
		}
		if len(x.Rules) > 0 && !slices.Contains(x.Rules, id) {
			return fmt.Sprintf("rule %s is included and not among the rules", id)
		}
	}
	for _, id := range x.Excludes {
		if slices.Contains(x.Rules, id) {
			return fmt.Sprintf("rule %s is both expected and excluded", id)
		}
	}
	if len(x.Rules) > 0 && len(x.Effects) > 0 && len(x.Rules) != len(x.Effects) && (group == "" || len(x.Effects) > 1) {
		return fmt.Sprintf("%d rules and %d effects contradict each other", len(x.Rules), len(x.Effects))
	}
	return ""
}

// elements are those of a list that has some, and not too many.
func (r *reader[F, E]) elements(n rules.Item, label, form string) []rules.Item {
	elements, ok := n.List()
	limit := r.reading.Limits.ListItems
	switch {
	case !ok:
		r.doc.Refuse(n, label, "this is not a list", form)
	case len(elements) == 0:
		r.doc.Refuse(n, label, "the list is empty", "when nothing must match write none: true")
	case len(elements) > limit:
		r.doc.Refuse(n, label, fmt.Sprintf("the list has %d elements; the limit is %d", len(elements), limit), "")
		return nil
	}
	return elements
}

func (r *reader[F, E]) ids(n rules.Item, label string) []string {
	if n.IsZero() {
		return nil
	}
	var out []string
	elements := r.elements(n, label, "write [a, b]")
	for _, element := range elements {
		id, ok := element.Text()
		switch {
		case !ok || id == "":
			r.doc.Refuse(element, label, "this is not the id of a rule", "write [a, b]")
		case slices.Contains(out, id):
			r.doc.Refuse(element, label, fmt.Sprintf("rule %s stands twice", id), "a rule matches once")
		default:
			out = append(out, id)
		}
	}
	return out
}

func (r *reader[F, E]) effects(n rules.Item, label string) []Pattern[E] {
	if n.IsZero() {
		return nil
	}
	var out []Pattern[E]
	elements := r.elements(n, label, "write [{field: value}]")
	for _, element := range elements {
		if rules.DecodeEffect(r.doc, element, label, new(E)) {
			out = append(out, pattern[E](r.doc, element, label))
		}
	}
	return out
}

// pattern expects the fields that an item names. The item fits the type, so
// that reading it again notes nothing.
func pattern[E any](doc *rules.Document, at rules.Item, label string) Pattern[E] {
	return Pattern[E]{text: written(at), set: func(e *E) { rules.DecodeEffect(doc, at, label, e) }}
}

// written shows an item on one line.
func written(n rules.Item) string {
	if text, ok := n.Text(); ok {
		return text
	}
	var parts []string
	if elements, ok := n.List(); ok {
		for _, element := range elements {
			parts = append(parts, written(element))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	pairs, _ := n.Map()
	for _, p := range pairs {
		parts = append(parts, p.Key+": "+written(p.Value))
	}
	if len(parts) == 0 {
		return "null"
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
