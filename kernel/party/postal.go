package party

import (
	"fmt"
	"strings"
)

// normalPostal writes a postal code as its country's post does: upper case, with the space or hyphen where it belongs.
// A code that has not the right number of characters for that comes back in upper case with single spaces.
func normalPostal(country Country, text string) string {
	text = strings.ToUpper(squeeze(text))
	bare := without(text, " -.")
	switch country {
	case UnitedStates:
		if len(bare) == 9 && isDigits(bare) {
			return bare[:5] + "-" + bare[5:]
		}
		if len(bare) == 5 {
			return bare
		}
	case Canada:
		if len(bare) == 6 && isUpperAlnum(bare) {
			return bare[:3] + " " + bare[3:]
		}
	case UnitedKingdom, "GG", "JE", "IM":
		if len(bare) >= 5 && len(bare) <= 7 && isUpperAlnum(bare) {
			return bare[:len(bare)-3] + " " + bare[len(bare)-3:]
		}
	case Germany:
		// D- before the code is the old sign for mail from abroad.
		if bare = strings.TrimPrefix(strings.TrimPrefix(bare, "DE"), "D"); len(bare) == 5 {
			return bare
		}
	case Mexico:
		if bare = strings.TrimPrefix(bare, "CP"); len(bare) == 5 {
			return bare
		}
	}
	return text
}

// checkPostal says what is wrong with a normalised postal code, and what a right one looks like. Nothing is wrong where
// the country's rule is not known here.
func checkPostal(country Country, code string) (wrong, fix string) {
	var ok bool
	switch country {
	case UnitedStates:
		ok, fix = fits(code, "99999") || fits(code, "99999-9999"), "a ZIP code has five digits, or nine such as 10118-0110"
	case Canada:
		ok = fits(code, "A9A 9A9") && !strings.ContainsAny(code, "DFIOQU") && !strings.ContainsAny(code[:1], "WZ")
		fix = "a Canadian code is letter, digit, letter, space, digit, letter, digit, without D F I O Q U, such as K1A 0B1"
	case UnitedKingdom, "GG", "JE", "IM":
		ok = postcode(country, code)
		fix = "a postcode is one or two letters, one or two digits or signs, space, digit and two letters, such as SW1A 1AA"
	case Germany:
		ok, fix = fits(code, "99999") && code >= "01001" && code <= "99998", "a German code has five digits, from 01001 to 99998"
	case Mexico:
		ok, fix = fits(code, "99999") && code >= "01000", "a Mexican code has five digits, from 01000 on"
	default:
		return structuralPostal(code)
	}
	if ok {
		return "", ""
	}
	return fmt.Sprintf("%s is no postal code of %s", quote(code), country), fix
}

// structuralPostal is for countries without a rule here: it only refuses what no post in the world uses.
func structuralPostal(code string) (wrong, fix string) {
	for i := range len(code) {
		if c := code[i]; !digit(c) && !letter(c) && c != ' ' && c != '-' {
			return quote(code) + " is no postal code", "a postal code is made of letters, digits, spaces and hyphens"
		}
	}
	if len(code) > 15 {
		return quote(code) + " is too long for a postal code", "a postal code has at most 15 characters"
	}
	return "", ""
}

// postcode checks the forms A9, A99, AA9, AA99, A9A and AA9A of the first half and the letters that may stand in each
// place, as Royal Mail's programmer's guide gives them; GIR 0AA is the one exception. The crown dependencies have areas
// of their own.
func postcode(country Country, code string) bool {
	if code == "GIR 0AA" {
		return country == UnitedKingdom
	}
	first, second, ok := strings.Cut(code, " ")
	if !ok || !fits(second, "9AA") || strings.ContainsAny(second, "CIKMOV") {
		return false
	}
	if area := crownArea(country); !strings.HasPrefix(first, area) {
		return false
	}
	switch {
	case fits(first, "A9"), fits(first, "A99"), fits(first, "AA9"), fits(first, "AA99"):
	case fits(first, "A9A"):
		if !strings.ContainsAny(first[2:], "ABCDEFGHJKPSTUW") {
			return false
		}
	case fits(first, "AA9A"):
		if !strings.ContainsAny(first[3:], "ABEHMNPRVWXY") {
			return false
		}
	default:
		return false
	}
	return !strings.ContainsAny(first[:1], "QVX") && (digit(first[1]) || !strings.ContainsAny(first[1:2], "IJZ"))
}

// crownArea gives the postcode area of a crown dependency.
func crownArea(country Country) string {
	switch country {
	case "GG":
		return "GY"
	case "JE", "IM":
		return string(country)
	default:
		return ""
	}
}
