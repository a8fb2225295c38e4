package terms

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
)

// Mode is a mode of transport. The zero value is not known yet.
type Mode uint8

// The modes.
const (
	UnknownMode Mode = iota
	Road
	Rail
	Air
	Sea
	InlandWaterway
	Parcel     // post and express carriers
	Multimodal // more than one
)

// String names the mode: road, rail, air, sea, inland waterway, parcel, multimodal.
func (m Mode) String() string {
	switch m {
	case UnknownMode:
		return "unknown"
	case Road:
		return "road"
	case Rail:
		return "rail"
	case Air:
		return "air"
	case Sea:
		return "sea"
	case InlandWaterway:
		return "inland waterway"
	case Parcel:
		return "parcel"
	case Multimodal:
		return "multimodal"
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// Trade is an Incoterms rule as a contract states it: the rule and the named place. The zero Trade is none.
type Trade struct {
	Term Incoterm `json:"term,omitempty"`
	// Place is the named place, port or point; every rule needs one. What it means says [Duties].Place.
	Place string `json:"place,omitempty"`
}

// Carriage is how goods travel, as far as it matters to an Incoterms rule.
type Carriage struct {
	Mode Mode
	// Containers is true for goods in containers, which are handed over at a terminal and not over the ship's rail.
	Containers bool
}

// String writes the rule as contracts do: "CIP Hamburg, Incoterms 2020"; "" for none.
func (t Trade) String() string {
	if t == (Trade{}) {
		return ""
	}
	return strings.TrimSpace(t.Term.String()+" "+t.Place) + ", Incoterms 2020"
}

// ParseTrade reads a rule and a place as String writes them: "CIP Hamburg, Incoterms 2020". The edition may be left out;
// another one than 2020 is a *[ParseError]. A missing place is no error here but a finding of [Trade.Validate].
func ParseTrade(text string) (Trade, error) {
	code, place, _ := strings.Cut(strings.TrimSpace(text), " ")
	code, rest, comma := strings.Cut(code, ",")
	if comma {
		place = strings.TrimSpace(rest + " " + place)
	}
	term, err := ParseIncoterm(code)
	if err != nil {
		return Trade{}, err
	}
	const edition = "incoterms"
	if at := lastFold(place, edition); at >= 0 {
		year := strings.Trim(place[at+len(edition):], " ®()")
		if year != "2020" && year != "" {
			return Trade{}, &ParseError{"Incoterm", text, "only the edition of 2020 is known"}
		}
		place = place[:at]
	}
	return Trade{term, strings.Trim(place, " ,(")}, nil
}

// lastFold is the last place of a word of small ASCII letters in a text, in whatever case; -1 where there is none.
func lastFold(text, word string) int {
	for at := len(text) - len(word); at >= 0; at-- {
		if strings.EqualFold(text[at:at+len(word)], word) {
			return at
		}
	}
	return -1
}

// Validate says what is wrong with a rule for goods that travel in a certain way: no rule, no named place, a rule for
// ships with another mode. Goods in containers under a rule for ships are a warning, as the risk would pass on board while
// the seller hands them over before. A mode that is not known yet is not held against a rule. The codes are
//
//	terms.incoterm.unknown        blocks: none of the eleven rules
//	terms.incoterm.place-missing  blocks: no named place
//	terms.incoterm.mode           blocks: a rule for ships with another mode
//	terms.incoterm.containers     warns: a rule for ships with goods in containers
func (t Trade) Validate(by Carriage) finding.List {
	var found finding.List
	if !t.Term.IsValid() {
		found.Block("terms.incoterm.unknown", "term", "there is no such Incoterms rule", "use one of the eleven rules of Incoterms 2020")
		return found
	}
	d := t.Term.Duties()
	if strings.TrimSpace(t.Place) == "" {
		found.Block("terms.incoterm.place-missing", "place", fmt.Sprintf("%s names no %s", t.Term, d.Place), "add the place, as exactly as possible")
	}
	if !d.Waterway {
		return found
	}
	instead := anyMode(t.Term)
	switch by.Mode {
	case UnknownMode, Sea, InlandWaterway:
		if by.Containers {
			found.Warn("terms.incoterm.containers", "term",
				fmt.Sprintf("under %s the risk passes at the ship, but containers are handed over at a terminal", t.Term), fmt.Sprintf("use %s", instead))
		}
	default:
		found.Block("terms.incoterm.mode", "term",
			fmt.Sprintf("%s is for sea and inland waterway, not for %s", t.Term, by.Mode), fmt.Sprintf("use %s", instead))
	}
	return found
}

// anyMode is the rule for any mode that divides duties like a rule for ships.
func anyMode(t Incoterm) Incoterm {
	switch t {
	case CFR:
		return CPT
	case CIF:
		return CIP
	default:
		return FCA
	}
}
