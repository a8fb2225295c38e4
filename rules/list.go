package rules

import (
	"errors"
	"slices"
	"strings"
)

// list is the right side of `in`: constants of one kind. Lists of strings and
// ints are kept sorted for search; the others are short and compared in turn.
type list struct {
	kind  kind // of the elements
	texts []string
	ints  []int64
	other []any
}

// newList makes a list of constants that all have the kind.
func newList(k kind, values []any) *list {
	l := &list{kind: k}
	for _, v := range values {
		switch v := v.(type) {
		case string:
			l.texts = append(l.texts, v)
		case int64:
			if k == kindInt {
				l.ints = append(l.ints, v)
			} else {
				l.other = append(l.other, v)
			}
		default:
			l.other = append(l.other, v)
		}
	}
	slices.Sort(l.texts)
	slices.Sort(l.ints)
	l.texts = slices.Compact(l.texts)
	l.ints = slices.Compact(l.ints)
	return l
}

func (l *list) containsText(s string) bool {
	_, found := slices.BinarySearchFunc(l.texts, s, strings.Compare)
	return found
}

func (l *list) containsInt(n int64) bool {
	_, found := slices.BinarySearch(l.ints, n)
	return found
}

// contains reports whether v equals an element. When none is equal but some
// cannot be compared with v, the answer is not known and that is the error.
func (l *list) contains(v any) (bool, error) {
	switch v := v.(type) {
	case string:
		return l.containsText(v), nil
	case int64:
		if l.kind == kindInt {
			return l.containsInt(v), nil
		}
	}
	var unknown error
	for _, element := range l.other {
		o, err := order(v, element)
		switch {
		case err != nil:
			unknown = errors.Join(unknown, err)
		case o == 0:
			return true, nil
		}
	}
	return false, unknown
}
