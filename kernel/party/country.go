package party

import (
	"fmt"
	"strings"
	"unicode"
)

// CountryError reports text that names no country.
type CountryError struct {
	Text string
}

// Error implements error.
func (e *CountryError) Error() string {
	return fmt.Sprintf("party: %q is no country of ISO 3166-1", e.Text)
}

// Country is a country or territory by its ISO 3166-1 alpha-2 code: "DE". The empty Country is none.
type Country string

// The countries whose postal rules Address.Validate knows.
const (
	Canada        Country = "CA"
	Germany       Country = "DE"
	Mexico        Country = "MX"
	UnitedKingdom Country = "GB"
	UnitedStates  Country = "US"
)

// ParseCountry reads what stands in a country field: an alpha-2 or alpha-3 code of ISO 3166-1, or a short English name,
// in any case. "UK" and the names of its parts are GB. Anything else is a *CountryError.
func ParseCountry(text string) (Country, error) {
	want := strings.ToUpper(squeeze(text))
	switch want {
	case "UK", "GREAT BRITAIN", "ENGLAND", "SCOTLAND", "WALES", "NORTHERN IRELAND":
		return UnitedKingdom, nil
	case "UNITED STATES OF AMERICA", "U.S.A.", "U.S.":
		return UnitedStates, nil
	}
	if c := Country(want); len(want) == 2 && c.IsValid() {
		return c, nil
	}
	for line := range strings.SplitSeq(strings.Trim(countries, "\n"), "\n") {
		if line[3:6] == want || becomes(line[7:], want, unicode.ToUpper) {
			return Country(line[:2]), nil
		}
	}
	return "", &CountryError{Text: text}
}

// IsValid reports whether the code is assigned in ISO 3166-1, in upper case.
func (c Country) IsValid() bool { return c.line() != "" }

// Alpha3 is the three-letter code of ISO 3166-1; "" for a code that is not assigned.
func (c Country) Alpha3() string {
	if line := c.line(); line != "" {
		return line[3:6]
	}
	return ""
}

// Name is a short English name, as it stands below an address abroad; "" for a code that is not assigned.
func (c Country) Name() string {
	if line := c.line(); line != "" {
		return line[7:]
	}
	return ""
}

// line finds the country in the table: "DE DEU Germany".
func (c Country) line() string {
	if len(c) != 2 || !isLetters(string(c)) {
		return ""
	}
	_, rest, ok := strings.Cut(countries, "\n"+string(c)+" ")
	if !ok {
		return ""
	}
	end := strings.IndexByte(rest, '\n')
	start := len(countries) - len(rest) - 3
	return countries[start : start+3+end]
}
