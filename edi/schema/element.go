package schema

import (
	"bytes"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// spot is the place of a value within the segment at hand.
type spot struct{ element, component, repetition int }

// elements checks the elements of the segment at hand.
func (v *Validator) elements(segment *Segment) {
	fields := segment.Elements
	n := v.seg.Len()
	var present uint64
	for i := 1; i <= min(n, len(fields)); i++ {
		value := v.seg.Element(i)
		if len(value) == 0 {
			continue
		}
		present |= 1 << (i - 1)
		v.element(&fields[i-1], value, i)
	}
	for absent := segment.required &^ present; absent != 0; absent &= absent - 1 {
		i := bits.TrailingZeros64(absent)
		v.missing(&fields[i], spot{element: i + 1})
	}
	for i := range segment.Notes {
		if n := &segment.Notes[i]; present&n.mask != 0 || n.Kind == 'R' { // the others ask nothing of what is not there
			v.note(n, present, fields, spot{})
		}
	}
	if i := segment.period; i > 0 {
		v.period(&fields[i-1], v.seg.Element(i), v.seg.Element(segment.format), spot{element: i})
	}
	for i := len(fields) + 1; i <= n; i++ {
		if len(v.seg.Element(i)) > 0 {
			v.add(v.atElement(nil, spot{element: i}, v.seg.Element(i), CodeElementSurplus, "3", "16",
				"the segment has more elements than are defined", fmt.Sprintf("%d elements at most", len(fields)), "leave it out"))
			return
		}
	}
}

// element checks an element that is not empty: repetitions and components.
func (v *Validator) element(f *Element, value []byte, i int) {
	if f.Forbidden {
		found := v.atElement(f, spot{element: i}, value, CodeElementForbidden, "3", "15", "the partner wants this element empty", "", "leave it out")
		found.Implementation = "I10"
		v.add(found)
		return
	}
	if v.syntax.Repetition == 0 || bytes.IndexByte(value, v.syntax.Repetition) < 0 {
		v.repetition(f, value, spot{element: i})
		return
	}
	count := 0
	for rest, more := value, true; more; {
		var one []byte
		one, rest, more = v.cut(rest, v.syntax.Repetition)
		if count++; f.Repeat > 0 && count > f.Repeat {
			v.add(v.atElement(f, spot{i, 0, count}, one, CodeElementRepeated, v.since5010("12"), "35",
				"the element repeats too often", times(int32(f.Repeat)), "send fewer"))
			return
		}
		if len(one) > 0 {
			v.repetition(f, one, spot{element: i, repetition: count})
		}
	}
}

// since5010 is a code that exists from 005010 on; before that it is too many elements.
func (v *Validator) since5010(code string) string {
	if v.late {
		return code
	}
	return "3"
}

// cut takes what stands before the next divider.
func (v *Validator) cut(value []byte, divider byte) (one, rest []byte, more bool) {
	for from := 0; divider != 0; {
		i := bytes.IndexByte(value[from:], divider)
		if i < 0 {
			break
		}
		i += from
		if v.syntax.Release == 0 || !released(value[:i], v.syntax.Release) {
			return value[:i], value[i+1:], true
		}
		from = i + 1
	}
	return value, nil, false
}

// released tells whether the character behind is taken literally: an odd number of
// release characters stands before it.
func released(before []byte, release byte) bool {
	n := 0
	for n < len(before) && before[len(before)-1-n] == release {
		n++
	}
	return n%2 == 1
}

// repetition checks one repetition of an element.
func (v *Validator) repetition(f *Element, value []byte, at spot) {
	if f.Components == nil {
		one, rest, more := v.cut(value, v.syntax.Component)
		if more {
			v.surplus(f, rest, at, 1)
		}
		if len(one) > 0 {
			v.value(f, one, at, false)
		} else if f.Required {
			v.missing(f, at)
		}
		return
	}
	var present uint64
	var period, format []byte
	more := true
	for c := 1; more; c++ {
		var one []byte
		one, value, more = v.cut(value, v.syntax.Component)
		if c > len(f.Components) {
			v.surplus(f, one, at, len(f.Components))
			return
		}
		if len(one) > 0 {
			at.component = c
			present |= 1 << (c - 1)
			v.component(&f.Components[c-1], one, at, f.listed>>(c-1)&1 != 0 && v.otherList(value))
		}
		switch c {
		case f.period:
			period = one
		case f.format:
			format = one
		}
	}
	if f.period > 0 {
		at.component = f.period
		v.period(&f.Components[f.period-1], period, format, at)
	}
	v.composite(f, present, at)
}

// composite checks what must and may stand together in a composite.
func (v *Validator) composite(f *Element, present uint64, at spot) {
	for absent := f.required &^ present; absent != 0; absent &= absent - 1 {
		at.component = bits.TrailingZeros64(absent) + 1
		v.missing(&f.Components[at.component-1], at)
	}
	for i := range f.Notes {
		v.note(&f.Notes[i], present, f.Components, at)
	}
}

// component checks a component that is not empty; free says that its code is of a list
// that the standard does not have.
func (v *Validator) component(f *Element, value []byte, at spot, free bool) {
	if f.Forbidden {
		found := v.atElement(f, at, value, CodeElementForbidden, "3", "15", "the partner wants this component empty", "", "leave it out")
		found.Implementation = "I10"
		v.add(found)
		return
	}
	v.value(f, value, at, free)
}

func (v *Validator) surplus(f *Element, value []byte, at spot, defined int) {
	if len(bytes.Trim(value, string([]byte{v.syntax.Component}))) == 0 {
		return // dividers at the end say nothing
	}
	at.component = defined + 1
	v.add(v.atElement(f, at, value, CodeComponentSurplus, v.since5010("13"), "16", "the element has more components than are defined",
		fmt.Sprintf("%d at most", defined), "leave them out, or look whether the divider stands in a text"))
}

// value checks type, length and code of a simple value that is not empty.
// Its code is not looked at where it is of a free list, unless a partner restricts it.
func (v *Validator) value(f *Element, value []byte, at spot, free bool) {
	if v.syntax.Release != 0 && bytes.IndexByte(value, v.syntax.Release) >= 0 {
		value = unreleased(value, v.syntax.Release)
	}
	size, ok := measure(f.Type, value)
	switch {
	case !ok:
		v.add(v.atElement(f, at, value, CodeElementType, "6", "37", "the value is not of its type", f.Type.words(), "send "+f.Type.words()))
	case size < f.Min:
		v.add(v.atElement(f, at, value, CodeElementShort, "4", "40", "the value is too short", f.length(), "send the whole value"))
	case size > f.Max:
		v.add(v.atElement(f, at, value, CodeElementLong, "5", "39", "the value is too long", f.length(), "shorten the value"))
	case f.Type == Date && !validDate(value):
		v.add(v.atElement(f, at, value, CodeElementDate, "8", "12", "there is no such date", f.Type.words(), "send a date of the calendar"))
	case f.Type == Time && !validTime(value):
		v.add(v.atElement(f, at, value, CodeElementTime, "9", "12", "there is no such time", f.Type.words(), "send a time of the day"))
	case f.codes != nil && (!free || f.Partner) && !f.codes.has(value):
		v.badCode(f, value, at)
	}
}

func (v *Validator) badCode(f *Element, value []byte, at spot) {
	found := v.atElement(f, at, value, CodeElementCode, "7", "12", "the value is not among the codes", f.expectedCodes(), "send one of the codes")
	if f.Partner {
		found.Implementation = "I6"
	}
	v.add(found)
}

// unreleased takes out the release characters. It copies: values that hold them
// are rare.
func unreleased(value []byte, release byte) []byte {
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == release && i+1 < len(value) {
			i++
		}
		out = append(out, value[i])
	}
	return out
}

func (f *Element) length() string {
	if f.Min == f.Max {
		return fmt.Sprintf("%d characters", f.Max)
	}
	return fmt.Sprintf("%d to %d characters", f.Min, f.Max)
}

// expectedCodes names the codes where they are few.
func (f *Element) expectedCodes() string {
	const most = 12
	values := f.codes.values
	if len(values) > most {
		return fmt.Sprintf("one of the %d codes of element %s", len(values), f.ID)
	}
	return strings.Join(values, ", ")
}

func (v *Validator) missing(f *Element, at spot) {
	what := "required element"
	if at.component > 0 {
		what = "required component"
	}
	found := v.atElement(f, at, nil, CodeElementMissing, "1", "13", fmt.Sprintf("the %s %s is empty", what, f.ID), "", "send a value")
	if f.Partner {
		found.Implementation = "I9"
	}
	v.add(found)
}

// note checks a condition over what is present.
func (v *Validator) note(n *Note, present uint64, fields []Element, at spot) {
	has := present & n.mask
	head := uint64(1) << (n.Positions[0] - 1)
	broken := false
	switch n.Kind {
	case 'P':
		broken = has != 0 && has != n.mask
	case 'R':
		broken = has == 0
	case 'C':
		broken = has&head != 0 && has != n.mask
	case 'L':
		broken = has == head
	case 'E':
		if has&(has-1) != 0 {
			v.broken(n, has&^(1<<bits.TrailingZeros64(has)), fields, at)
		}
	}
	if broken {
		v.broken(n, n.mask&^has, fields, at)
	}
}

// broken tells a condition at the first of the elements.
func (v *Validator) broken(n *Note, which uint64, fields []Element, at spot) {
	i := bits.TrailingZeros64(which) + 1
	f := &fields[i-1]
	if at.element == 0 {
		at.element = i
	} else {
		at.component = i
	}
	if n.Kind == 'E' {
		v.add(v.atElement(f, at, v.seg.Element(at.element), CodeExclusion, "10", "15",
			"elements stand together that exclude each other", n.words(), "leave out one of them"))
		return
	}
	v.add(v.atElement(f, at, nil, CodeCondition, "2", "13", "an element is empty that others call for", n.words(), "send a value"))
}

// words puts the condition for a person.
func (n Note) words() string {
	list := make([]string, len(n.Positions))
	for i, p := range n.Positions {
		list[i] = fmt.Sprintf("%02d", p)
	}
	all, rest := strings.Join(list, ", "), strings.Join(list[1:], ", ")
	switch n.Kind {
	case 'P':
		return all + " all or none"
	case 'R':
		return "at least one of " + all
	case 'E':
		return "at most one of " + all
	case 'C':
		return "with " + list[0] + " also " + rest
	}
	return "with " + list[0] + " at least one of " + rest
}

// atElement is a failure at an element of the segment at hand.
func (v *Validator) atElement(e *Element, at spot, value []byte, code, x12, contrl, message, expected, fix string) Finding {
	f := v.atSegment(code, x12, contrl, message, expected, fix)
	f.Element, f.Component, f.Repetition, f.Value = at.element, at.component, at.repetition, shortened(value)
	f.Offset = v.seg.ElementOffset(at.element)
	if e != nil {
		f.Reference = e.ID
	}
	return f
}

// characters counts the characters of a text; bytes that are not UTF-8 are one each.
func characters(value []byte) int { return utf8.RuneCount(value) }
