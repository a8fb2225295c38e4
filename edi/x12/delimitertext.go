package x12

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// delimiterTexts are delimiters as a person writes them.
type delimiterTexts struct {
	Element    string `json:"element,omitempty" yaml:"element,omitempty"`
	Component  string `json:"component,omitempty" yaml:"component,omitempty"`
	Repetition string `json:"repetition,omitempty" yaml:"repetition,omitempty"`
	Segment    string `json:"segment,omitempty" yaml:"segment,omitempty"`
}

// MarshalJSON writes an object with the delimiters that there are:
//
//	{"element":"*","component":"<","segment":"0x1C"}
//
// A visible ASCII character stands for itself, any other byte as its number.
func (d Delimiters) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // whether < and > are escaped is for the caller to say
	err := e.Encode(d.texts())
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads an object with element, component, repetition and
// segment. Each is a text: one ASCII character, its number such as 0x1C, or
// one of the escapes \n, \r and \t; the empty text is none. What is not named
// stays as it is. The error wraps [ErrDelimiters]; whether the delimiters can
// be used together is for Validate to tell.
func (d *Delimiters) UnmarshalJSON(data []byte) error {
	return decodeDelimiters(d, func(v any) error { return json.Unmarshal(data, v) })
}

// MarshalYAML returns what MarshalJSON writes, for the usual YAML packages.
func (d Delimiters) MarshalYAML() (any, error) { return d.texts(), nil }

// UnmarshalYAML reads what UnmarshalJSON does, for the usual YAML packages.
// Most delimiters mean something to YAML and need quotes there.
func (d *Delimiters) UnmarshalYAML(decode func(any) error) error { return decodeDelimiters(d, decode) }

func (d Delimiters) texts() delimiterTexts {
	return delimiterTexts{delimiterText(d.Element), delimiterText(d.Component), delimiterText(d.Repetition), delimiterText(d.Segment)}
}

// decodeDelimiters changes either all that is named, or with an error nothing.
func decodeDelimiters(d *Delimiters, decode func(any) error) error {
	var given map[string]any
	if err := decode(&given); err != nil {
		return fmt.Errorf(`%w: expected an object such as {"element":"*","component":">","segment":"~"}: %w`, ErrDelimiters, err)
	}
	next := *d
	for _, name := range slices.Sorted(maps.Keys(given)) {
		place := delimiterNamed(&next, name)
		if place == nil {
			return fmt.Errorf("%w: there is no %q; expected element, component, repetition and segment", ErrDelimiters, name)
		}
		text, isText := given[name].(string)
		if !isText {
			return fmt.Errorf(`%w: %s is %v; expected a text in quotes, such as "~" or "0x1C"`, ErrDelimiters, name, given[name])
		}
		b, ok := parseDelimiter(text)
		if !ok {
			return fmt.Errorf(`%w: %s is %q; expected one ASCII character, a number from 0x01 to 0xFF, \n, \r or \t`, ErrDelimiters, name, text)
		}
		*place = b
	}
	*d = next
	return nil
}

func delimiterNamed(d *Delimiters, name string) *byte {
	switch name {
	case "element":
		return &d.Element
	case "component":
		return &d.Component
	case "repetition":
		return &d.Repetition
	case "segment":
		return &d.Segment
	default:
		return nil
	}
}

func delimiterText(b byte) string {
	switch {
	case b == 0:
		return ""
	case b > ' ' && b < 0x7F:
		return string(rune(b))
	default:
		return fmt.Sprintf("0x%02X", b)
	}
}

func parseDelimiter(text string) (b byte, ok bool) {
	switch text {
	case "":
		return 0, true
	case `\n`:
		return '\n', true
	case `\r`:
		return '\r', true
	case `\t`:
		return '\t', true
	}
	if len(text) == 1 {
		return text[0], text[0] > 0 && text[0] < 0x80
	}
	digits, isNumber := strings.CutPrefix(strings.ToLower(text), "0x")
	n, err := strconv.ParseUint(digits, 16, 8)
	return byte(n), isNumber && err == nil && n > 0
}
