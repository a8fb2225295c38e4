package edijson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Segment is a segment: its identifier, and its elements.
type Segment []Element

// Element is an element by its repetitions and their components. In JSON it is the value;
// a list of components where there are several; {"repeat": [...]} where it repeats.
type Element [][]string

// text makes an element of one value.
func text(value string) Element { return Element{{value}} }

// ID is the identifier or tag.
func (s Segment) ID() string { return s.value(0) }

// value is the first component of an element, which element 0 is the identifier.
func (s Segment) value(i int) string {
	if i >= len(s) || len(s[i]) == 0 || len(s[i][0]) == 0 {
		return ""
	}
	return s[i][0][0]
}

// set puts a value at an element, and empty ones before it where it has fewer.
func (s Segment) set(i int, value string) Segment {
	out := slices.Clone(s)
	for len(out) <= i {
		out = append(out, text(""))
	}
	out[i] = text(value)
	return out
}

func (s Segment) equal(t Segment) bool {
	return slices.EqualFunc(s, t, func(a, b Element) bool {
		return slices.EqualFunc(a, b, func(x, y []string) bool { return slices.Equal(x, y) })
	})
}

// MarshalJSON writes the element in its shortest form.
func (e Element) MarshalJSON() ([]byte, error) {
	short := func(components []string) any {
		if len(components) == 1 {
			return components[0]
		}
		return components
	}
	var v any = ""
	switch {
	case len(e) == 1:
		v = short(e[0])
	case len(e) > 1:
		var list []any
		for _, repetition := range e {
			list = append(list, short(repetition))
		}
		v = map[string]any{"repeat": list}
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	err := out.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Element) UnmarshalJSON(data []byte) error {
	var repeated struct {
		Repeat []json.RawMessage `json:"repeat"`
	}
	if bytes.HasPrefix(data, []byte("{")) {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&repeated); err != nil {
			return fmt.Errorf(`an element that repeats is {"repeat": [...]}: %w`, err)
		}
	} else {
		repeated.Repeat = []json.RawMessage{data}
	}
	var out Element
	for _, r := range repeated.Repeat {
		var components []string
		if bytes.HasPrefix(r, []byte("[")) {
			if err := json.Unmarshal(r, &components); err != nil {
				return fmt.Errorf("components are texts: %w", err)
			}
		} else {
			var value *string
			if err := json.Unmarshal(r, &value); err != nil || value == nil {
				return fmt.Errorf("%s is no element; expected a text, a list of texts or {\"repeat\": [...]}", r)
			}
			components = []string{*value}
		}
		if len(components) == 0 {
			components = []string{""}
		}
		out = append(out, components)
	}
	if len(out) == 0 {
		out = text("")
	}
	*e = out
	return nil
}

// delimiters are those of either standard, each one character as text; empty: none.
type delimiters struct {
	Element    string `json:"element"`
	Component  string `json:"component,omitempty"`
	Repetition string `json:"repetition,omitempty"`
	Segment    string `json:"segment"`
	Release    string `json:"release,omitempty"`
}

// parse takes a segment apart.
func (d delimiters) parse(raw string) Segment {
	var s Segment
	for i, element := range d.split(raw, d.Element) {
		if i > 0 && strings.HasPrefix(raw, "ISA"+d.Element) { // its delimiters are its elements
			s = append(s, text(element))
			continue
		}
		var e Element
		for _, repetition := range d.split(element, d.Repetition) {
			components := d.split(repetition, d.Component)
			for c := range components {
				components[c] = d.meant(components[c])
			}
			e = append(e, components)
		}
		s = append(s, e)
	}
	return s
}

// split divides at a delimiter that is not released.
func (d delimiters) split(value, at string) []string {
	if at == "" {
		return []string{value}
	}
	if d.Release == "" {
		return strings.Split(value, at)
	}
	var parts []string
	from := 0
	for i := 0; i < len(value); {
		switch {
		case strings.HasPrefix(value[i:], d.Release):
			i += len(d.Release)
			_, size := utf8.DecodeRuneInString(value[i:])
			i += size
		case strings.HasPrefix(value[i:], at):
			parts = append(parts, value[from:i])
			i += len(at)
			from = i
		default:
			i++
		}
	}
	return append(parts, value[from:])
}

// meant takes release characters out.
func (d delimiters) meant(value string) string {
	if d.Release == "" || !strings.Contains(value, d.Release) {
		return value
	}
	var b strings.Builder
	for rest := value; rest != ""; {
		if after, released := strings.CutPrefix(rest, d.Release); released && after != "" {
			rest = after
		}
		_, size := utf8.DecodeRuneInString(rest)
		b.WriteString(rest[:size])
		rest = rest[size:]
	}
	return b.String()
}

// compose puts a segment together, without its terminator.
func (d delimiters) compose(s Segment) (string, error) {
	var b strings.Builder
	for i, e := range s {
		if i > 0 {
			b.WriteString(d.Element)
		}
		if len(e) > 1 && d.Repetition == "" {
			return "", fmt.Errorf("element %d repeats, and there is no delimiter for that", i)
		}
		for n, components := range e {
			if n > 0 {
				b.WriteString(d.Repetition)
			}
			if len(components) > 1 && d.Component == "" {
				return "", fmt.Errorf("element %d has components, and there is no delimiter for them", i)
			}
			for c, value := range components {
				if c > 0 {
					b.WriteString(d.Component)
				}
				released, err := d.released(value, s.ID() == "ISA" && (i == 11 || i == 16))
				if err != nil {
					return "", fmt.Errorf("element %d: %w", i, err)
				}
				b.WriteString(released)
			}
		}
	}
	return b.String(), nil
}

// released puts release characters before delimiters. Without one, a delimiter in a value
// is an error, unless it announces itself as the ISA does.
func (d delimiters) released(value string, announces bool) (string, error) {
	if announces {
		return value, nil
	}
	var b strings.Builder
	for _, r := range value {
		c := string(r)
		if c == d.Element || c == d.Component || c == d.Repetition || c == d.Segment || c == d.Release {
			if d.Release == "" {
				return "", fmt.Errorf("the value %q has the delimiter %q", value, c)
			}
			b.WriteString(d.Release)
		}
		b.WriteString(c)
	}
	return b.String(), nil
}

// filled fills the elements of an ISA to their widths: numbers with zeros, others with
// blanks.
func filled(s Segment) Segment {
	widths := [...]int{3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}
	if s.ID() != "ISA" || len(s) != len(widths) {
		return s
	}
	for i, width := range widths {
		value := s.value(i)
		missing := max(0, width-utf8.RuneCountInString(value))
		if i == 13 {
			value = strings.Repeat("0", missing) + value
		} else {
			value += strings.Repeat(" ", missing)
		}
		s = s.set(i, value)
	}
	return s
}
