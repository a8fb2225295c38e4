package tax

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Place is somewhere that taxes. Fields from the country down narrow it; what is
// empty is not asked for. Texts are compared as they are written.
type Place struct {
	// Country is the ISO 3166-1 alpha-2 code.
	Country string `json:"country,omitempty"`
	// Region is the state or province: the part of its ISO 3166-2 code after
	// the hyphen.
	Region string `json:"region,omitempty"`
	County string `json:"county,omitempty"`
	// Locality is the city or town.
	Locality string `json:"locality,omitempty"`
	// PostalCode is a postal code; in a rate it may end in a star, which stands
	// for any end: 112*.
	PostalCode string `json:"postal_code,omitempty"`
}

// String returns the place from the country down: US-NY/Kings/11201.
func (p Place) String() string {
	text := p.Country
	if p.Region != "" {
		text += "-" + p.Region
	}
	for _, narrower := range []string{p.County, p.Locality, p.PostalCode} {
		if narrower != "" {
			text += "/" + narrower
		}
	}
	return text
}

// UnmarshalText reads a country, or a country and a region with a hyphen: DE, US-NY.
func (p *Place) UnmarshalText(text []byte) error {
	country, region, regional := strings.Cut(string(text), "-")
	if len(country) != 2 || regional && region == "" {
		return fmt.Errorf("%q is no place; write a country, US-NY, or the fields of a place", text)
	}
	*p = Place{Country: country, Region: region}
	return nil
}

// UnmarshalJSON reads the fields of a place, or what UnmarshalText reads. A field
// that a place does not have is an error.
func (p *Place) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil && text != "" {
		return p.UnmarshalText([]byte(text))
	}
	type fields Place // without this method
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	var f fields
	if err := in.Decode(&f); err != nil {
		return err
	}
	*p = Place(f)
	return nil
}

// Covers reports whether q lies in p: all that p states is so in q.
func (p Place) Covers(q Place) bool {
	return (p.Country == "" || p.Country == q.Country) &&
		(p.Region == "" || p.Region == q.Region) &&
		(p.County == "" || p.County == q.County) &&
		(p.Locality == "" || p.Locality == q.Locality) &&
		coversPostal(p.PostalCode, q.PostalCode)
}

// coversPostal compares a postal code, or its beginning and a star, with another.
func coversPostal(pattern, code string) bool {
	if pattern == "" || pattern == code {
		return true
	}
	prefix, open := strings.CutSuffix(pattern, "*")
	return open && strings.HasPrefix(code, prefix)
}

// narrowness orders the places that cover one place: the higher is the narrower.
// The postal code weighs most, the longer the more, then the locality, and so up.
// Two places that cover one place and are equally narrow are the same place.
func (p Place) narrowness() int {
	weight := 0
	for bit, stated := range []bool{p.Country != "", p.Region != "", p.County != "", p.Locality != ""} {
		if stated {
			weight |= 1 << bit
		}
	}
	if p.PostalCode != "" {
		length := 2 * len(strings.TrimSuffix(p.PostalCode, "*"))
		if !strings.HasSuffix(p.PostalCode, "*") {
			length++ // the whole code is narrower than the same with a star
		}
		weight |= (length + 1) << 4
	}
	return weight
}
