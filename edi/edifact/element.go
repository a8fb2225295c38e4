package edifact

import "slices"

// Element is the value of an element: its repetitions, each of one or more
// components. The zero value is an empty element. Empty components and repetitions
// at the end say nothing and are left out.
type Element struct{ repetitions [][]string }

// Simple makes an element of one value.
func Simple(value string) Element { return Composite(value) }

// Composite makes an element of components.
func Composite(components ...string) Element {
	components = trimmed(slices.Clone(components), func(c string) bool { return c == "" })
	if len(components) == 0 {
		return Element{}
	}
	return Element{repetitions: [][]string{components}}
}

// Repeat makes an element of the first repetition of each of the elements.
func Repeat(elements ...Element) Element {
	var e Element
	for _, r := range elements {
		var first []string
		if len(r.repetitions) > 0 {
			first = r.repetitions[0]
		}
		e.repetitions = append(e.repetitions, first)
	}
	e.repetitions = trimmed(e.repetitions, func(r []string) bool { return len(r) == 0 })
	return e
}

// IsZero tells whether the element is empty.
func (e Element) IsZero() bool { return len(e.repetitions) == 0 }

// trimmed drops what is empty at the end.
func trimmed[T any](list []T, empty func(T) bool) []T {
	for len(list) > 0 && empty(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	return list
}
