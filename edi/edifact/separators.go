package edifact

// Separators are the characters that divide an interchange. The zero value is not
// usable; [Standard] gives those that hold without a UNA.
type Separators struct {
	// Component divides the components of an element, Element the elements of a
	// segment; Terminator ends the segment.
	Component, Element, Terminator byte
	// Decimal is the decimal mark, a point or a comma. It is what numbers are
	// written with; when reading, both are taken.
	Decimal byte
	// Release takes the meaning of a separator from the character behind it. 0:
	// there is none, and what holds a separator cannot be written.
	Release byte
	// Repetition divides the repetitions of an element (syntax 4). 0: elements do
	// not repeat.
	Repetition byte
}

// Standard returns the separators that hold where no UNA says otherwise.
func Standard() Separators {
	return Separators{Component: ':', Element: '+', Terminator: '\'', Decimal: '.', Release: '?'}
}

const unaLength = len("UNA:+.? '")

// ParseUNA reads a service string advice, nine characters that begin with UNA. A
// space in place of the release or the repetition character says that there is
// none. What is too short or has separators that do not work together is a
// [*SeparatorError].
func ParseUNA(text string) (Separators, error) {
	if len(text) != unaLength || text[:3] != "UNA" {
		return Separators{}, &SeparatorError{Separator: "service string", Reason: "a service string advice is UNA and six characters"}
	}
	orNone := func(b byte) byte {
		if b == ' ' {
			return 0
		}
		return b
	}
	s := Separators{
		Component: text[3], Element: text[4], Decimal: text[5],
		Release: orNone(text[6]), Repetition: orNone(text[7]), Terminator: text[8],
	}
	return s, s.Validate()
}

// UNA returns the service string advice of the separators.
func (s Separators) UNA() string {
	orSpace := func(b byte) byte {
		if b == 0 {
			return ' '
		}
		return b
	}
	return string([]byte{'U', 'N', 'A', s.Component, s.Element, s.Decimal, orSpace(s.Release), orSpace(s.Repetition), s.Terminator})
}

// Validate returns a [*SeparatorError] where a separator is missing, is a letter,
// a digit or a space, is not plain ASCII, or is used for two things.
func (s Separators) Validate() error {
	taken := map[byte]string{}
	for _, c := range []struct {
		name     string
		value    byte
		optional bool
	}{
		{"component", s.Component, false},
		{"element", s.Element, false},
		{"decimal", s.Decimal, false},
		{"release", s.Release, true},
		{"repetition", s.Repetition, true},
		{"terminator", s.Terminator, false},
	} {
		refuse := func(reason string) error {
			return &SeparatorError{Separator: c.name, Value: c.value, Reason: reason}
		}
		switch {
		case c.value == 0 && c.optional:
			continue
		case c.value == 0:
			return refuse("it is missing")
		case c.value == ' ' || c.value >= 0x80 || alphanumeric(c.value):
			return refuse("it is a letter, a digit, a space or no ASCII")
		case c.value == '-':
			return refuse("it is the sign of numbers")
		case c.name == "decimal" && c.value != '.' && c.value != ',':
			return refuse("a decimal mark is a point or a comma")
		case taken[c.value] != "":
			return refuse("it is the " + taken[c.value] + " separator too")
		}
		taken[c.value] = c.name
	}
	return nil
}

// special tells whether the character has a meaning that has to be released.
func (s Separators) special(b byte) bool {
	return b == s.Component || b == s.Element || b == s.Terminator || s.Release != 0 && b == s.Release || s.Repetition != 0 && b == s.Repetition
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
