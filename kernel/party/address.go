package party

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
)

// Address is where mail or goods go. The name of the addressee stands on the Party.
type Address struct {
	// Lines are street, building, dock and the like, the most telling first. EDI carries four.
	Lines []string `json:"lines,omitempty"`
	// City is the post town.
	City string `json:"city,omitempty"`
	// Region is the state or province: the part of its ISO 3166-2 code after the hyphen, "NY", "ON", "JAL".
	Region string `json:"region,omitempty"`
	// PostalCode is written as the country's post writes it: "10118-0110", "K1A 0B1", "SW1A 1AA".
	PostalCode string `json:"postal_code,omitempty"`
	// Country is the ISO 3166-1 alpha-2 code.
	Country Country `json:"country,omitempty"`
}

// IsZero reports whether nothing is filled in.
func (a Address) IsZero() bool {
	return len(a.Lines) == 0 && a.City == "" && a.Region == "" && a.PostalCode == "" && a.Country == ""
}

// Equal reports whether both are written alike. Normalize first to compare what they mean.
func (a Address) Equal(b Address) bool {
	return slices.Equal(a.Lines, b.Lines) && a.City == b.City && a.Region == b.Region &&
		a.PostalCode == b.PostalCode && a.Country == b.Country
}

// Normalize gives the address as it is kept: white space squeezed, empty lines dropped, the country as its code, the
// state or province as its code where the country's are known (US, CA, MX, DE), the postal code in its country's
// writing. It changes how things are written, never what they say: what it cannot read it leaves for Validate to tell.
// Normalising again changes nothing.
func (a Address) Normalize() Address {
	var lines []string
	for _, line := range a.Lines {
		if line = squeeze(line); line != "" {
			lines = append(lines, line)
		}
	}
	country := Country(squeeze(string(a.Country)))
	if c, err := ParseCountry(string(country)); err == nil {
		country = c
	}
	return Address{
		Lines:      lines,
		City:       squeeze(a.City),
		Region:     normalRegion(country, a.Region),
		PostalCode: normalPostal(country, a.PostalCode),
		Country:    country,
	}
}

// Validate checks a normalised address. Countries with postal rules are US, CA, GB (and GG, JE, IM), DE and MX; for the
// others the structure is checked alone. The codes of the findings are
//
//	party.address.country            blocks: missing or not in ISO 3166-1
//	party.address.lines              blocks: no line, or more than four
//	party.address.city               blocks: missing
//	party.address.region             blocks in US and CA when missing; blocks when it is no state or province of US, CA, MX, DE
//	party.address.postal-code        blocks: missing in a country with postal rules, or against them
//	party.address.postal-region      warns: the postal code belongs to another state or province
//	party.address.control-character  blocks: a control character in any field
//	party.address.too-long           warns: a field longer than X12 carries (55 a line, 30 for the city)
func (a Address) Validate() finding.List {
	var found finding.List
	a.checkCountry(&found)
	a.checkLines(&found)
	if a.City == "" {
		found.Block("party.address.city", "city", "the address has no city", "give the post town")
	}
	a.checkText(&found, "city", a.City, 30)
	a.checkRegion(&found)
	a.checkPostalCode(&found)
	return found
}

func (a Address) checkCountry(found *finding.List) {
	switch {
	case a.Country == "":
		found.Block("party.address.country", "country", "the address has no country", "give its ISO 3166-1 code, such as US or DE")
	case !a.Country.IsValid():
		found.Block("party.address.country", "country", quote(string(a.Country))+" is no country of ISO 3166-1",
			"give its two-letter code, such as US or DE")
	}
}

func (a Address) checkLines(found *finding.List) {
	if len(a.Lines) == 0 {
		found.Block("party.address.lines", "lines", "the address has no street line", "give street and number, or the post box")
	}
	if len(a.Lines) > 4 {
		found.Block("party.address.lines", "lines", fmt.Sprintf("the address has %d lines; documents and EDI carry four", len(a.Lines)),
			"put names and instructions into their own fields")
	}
	for i, line := range a.Lines {
		a.checkText(found, fmt.Sprintf("lines[%d]", i), line, 55)
	}
}

func (a Address) checkText(found *finding.List, path, text string, most int) {
	if hasControl(text) {
		found.Block("party.address.control-character", path, quote(text)+" has a control character in it",
			"take it out; lines belong into entries of their own")
	}
	if n := len([]rune(text)); n > most {
		found.Warn("party.address.too-long", path, fmt.Sprintf("%d characters; EDI carries %d", n, most), "shorten it or use a further line")
	}
}

func (a Address) checkRegion(found *finding.List) {
	a.checkText(found, "region", a.Region, 30)
	if a.Region == "" {
		if a.Country == UnitedStates || a.Country == Canada {
			found.Block("party.address.region", "region", "the address has no state or province", "give its code, such as NY or ON")
		}
		return
	}
	if a.Country.regions() == "" {
		return
	}
	prefixes, name, ok := findRegion(a.Country, a.Region)
	if !ok {
		found.Block("party.address.region", "region", fmt.Sprintf("%s is no state or province of %s", quote(a.Region), a.Country),
			"give the code of ISO 3166-2 without the country, such as NY, ON or JAL")
		return
	}
	if wrong, _ := checkPostal(a.Country, a.PostalCode); a.PostalCode != "" && wrong == "" && !inRegion(a.PostalCode, prefixes) {
		found.Warn("party.address.postal-region", "postal_code", fmt.Sprintf("%s does not lie in %s", a.PostalCode, name),
			"compare postal code and state with the customer's own letterhead")
	}
}

func (a Address) checkPostalCode(found *finding.List) {
	if a.PostalCode == "" {
		switch a.Country {
		case UnitedStates, Canada, UnitedKingdom, Germany, Mexico:
			found.Block("party.address.postal-code", "postal_code", "the address has no postal code", "look it up with the country's post")
		}
		return
	}
	if wrong, fix := checkPostal(a.Country, a.PostalCode); wrong != "" {
		found.Block("party.address.postal-code", "postal_code", wrong, fix)
	}
}

// String puts the address on one line: "20 W 34th St, New York NY 10118, US".
func (a Address) String() string {
	place := squeeze(a.City + " " + a.Region + " " + a.PostalCode)
	parts := append(slices.Clone(a.Lines), place, string(a.Country))
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}
