package edifact

import "fmt"

// MarshalText writes the separators as a service string advice, in JSON and YAML too;
// the zero value as the empty text.
func (s Separators) MarshalText() ([]byte, error) {
	if s == (Separators{}) {
		return []byte{}, nil
	}
	return []byte(s.UNA()), nil
}

// UnmarshalText reads a service string advice, as [ParseUNA] does. The empty text is
// the zero value.
func (s *Separators) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Separators{}
		return nil
	}
	given, err := ParseUNA(string(text))
	if err != nil {
		return err
	}
	*s = given
	return nil
}

// MarshalText writes the character set as String does, in JSON and YAML too.
func (c Charset) MarshalText() ([]byte, error) {
	if c > Greek {
		return nil, fmt.Errorf("edifact: %s is no character set", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what String writes, such as ISO 8859-1.
func (c *Charset) UnmarshalText(text []byte) error {
	for known := ByUNB; known <= Greek; known++ {
		if string(text) == known.String() {
			*c = known
			return nil
		}
	}
	return fmt.Errorf("edifact: %q is no character set; expected by UNB, UTF-8, or ISO 8859-1, -2, -5 or -7", text)
}
