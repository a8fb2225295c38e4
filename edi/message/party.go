package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// VATNumber is the scheme of a value added tax number, which stands in RFF+VA behind
// the NAD of the party.
const VATNumber party.Scheme = "VA"

// role translates a party qualifier (element 3035); empty: the library has no role for
// it.
func role(qualifier string) party.Role {
	switch qualifier {
	case "BY", "OB", "SO":
		return party.SoldTo
	case "DP", "ST":
		return party.ShipTo
	case "IV", "BT":
		return party.BillTo
	case "PR":
		return party.Payer
	case "UD":
		return party.EndUser
	case "UC":
		return party.MarkFor
	case "FP":
		return party.FreightPayer
	case "CA":
		return party.Carrier
	case "CN":
		return party.Consignee
	case "FW":
		return party.Forwarder
	case "IM":
		return party.Importer
	case "NI", "N1":
		return party.Notify
	case "SF":
		return party.ShipFrom
	case "SU", "SE", "VN":
		return party.Seller
	case "RE", "PE":
		return party.RemitTo
	}
	return ""
}

// qualifier is the party qualifier (element 3035) of a role; empty: there is none.
func qualifier(r party.Role) string {
	switch r {
	case party.SoldTo:
		return "BY"
	case party.ShipTo:
		return "DP"
	case party.BillTo:
		return "IV"
	case party.Payer:
		return "PR"
	case party.EndUser:
		return "UD"
	case party.MarkFor:
		return "UC"
	case party.FreightPayer:
		return "FP"
	case party.Carrier:
		return "CA"
	case party.Consignee:
		return "CN"
	case party.Forwarder:
		return "FW"
	case party.Importer:
		return "IM"
	case party.Notify:
		return "NI"
	case party.ShipFrom:
		return "SF"
	case party.Seller:
		return "SU"
	case party.RemitTo:
		return "RE"
	}
	return ""
}

// agency is who assigned a party's number, in the codes of EDIFACT (element 3055) and
// as a scheme of package party.
type agency struct {
	code   string
	scheme party.Scheme
}

func agencies() []agency {
	return []agency{
		{"9", party.GLN}, {"16", party.DUNS}, {"91", party.AssignedBySeller}, {"92", party.AssignedByBuyer},
		{"182", party.SCAC}, {"ZZZ", party.MutuallyDefined},
		{"31B", "15"}, // standard address number of the book trade
	}
}

// schemeOf translates an agency. One that is not known keeps its code.
func schemeOf(code string) party.Scheme {
	for _, a := range agencies() {
		if a.code == code {
			return a.scheme
		}
	}
	return party.Scheme(foreign + code)
}

// agencyOf is the agency of a scheme; false where there is none.
func agencyOf(scheme party.Scheme) (string, bool) {
	for _, a := range agencies() {
		if a.scheme == scheme {
			return a.code, true
		}
	}
	if scheme == "" {
		return "", true // as it came
	}
	return strings.CutPrefix(string(scheme), foreign)
}

// referred are the numbers of a party that stand in RFF behind its NAD: the value added
// tax number, the number that the seller gives a customer, and the one that the buyer
// gives a vendor.
func referred() []agency {
	return []agency{{"VA", VATNumber}, {"IT", party.AssignedBySeller}, {"IA", party.AssignedByBuyer}}
}

// party reads NAD and what belongs to its group. notes are the contacts and places of
// it, for people; refs are its further numbers.
func (r *reader) party(s edifact.Segment, c *edifact.Cursor) (p order.Party, refs []order.Reference, notes []string) {
	p = order.Party{Role: role(text(s, 1, 1))}
	if number := text(s, 2, 1); number != "" {
		code := text(s, 2, 3)
		id := party.Identifier{Value: number}
		switch {
		case code != "":
			id.Scheme = schemeOf(code)
		case len(number) == 13 && gs1.Valid(number):
			id.Scheme = party.GLN
			r.info("party-scheme", s, spot{2, 3}, fmt.Sprintf("number %s of %s does not say whose it is, and is taken as a GLN", number, text(s, 1, 1)))
		default:
			r.warn("party-scheme", s, spot{2, 3}, fmt.Sprintf("number %s of %s does not say whose it is", number, text(s, 1, 1)), "ask the partner for the agency")
		}
		if !strings.HasPrefix(string(id.Scheme), foreign) {
			id = id.Normalize()
			if found := id.Validate(); id.Scheme != "" && len(found) > 0 {
				r.warn("party-number", s, spot{2, 1}, fmt.Sprintf("%s: %s", text(s, 1, 1), found[0].Message), found[0].Fix)
			}
		}
		p.Identifiers = []party.Identifier{id}
	}
	r.address(s, &p)
	contacts := contactsOf{}
	for c.More() {
		next, ok := c.Take("RFF", "LOC", "FII", "DOC", "CTA", "COM", "DTM")
		if !ok {
			break
		}
		switch next.ID() {
		case "RFF":
			ref, ok := r.reference(next, c)
			switch scheme := referredScheme(ref.Qualifier); {
			case !ok:
			case scheme != "" && len(p.Identifiers) < mostNumbers:
				p.Identifiers = append(p.Identifiers, party.Identifier{Scheme: scheme, Value: ref.Value}.Normalize())
			default:
				refs = append(refs, ref)
			}
		case "CTA":
			contacts.begin("contact " + texts(next, 1, 1, 1) + " " + texts(next, 2, 1, 2))
		case "COM":
			contacts.add(text(next, 1, 2) + " " + text(next, 1, 1))
		case "LOC":
			if place := texts(next, 2, 1, 1) + texts(next, 2, 4, 4); place != "" {
				contacts.begin("location " + text(next, 1, 1) + " " + place)
			}
		default:
			r.homeless("NAD group", next)
		}
	}
	return p, refs, contacts.lines()
}

// contactsOf collects contacts and places of a party, each with its numbers.
type contactsOf [][]string

func (c *contactsOf) begin(who string) { *c = append(*c, []string{strings.TrimSpace(who)}) }

func (c *contactsOf) add(number string) {
	if len(*c) == 0 {
		c.begin("contact")
	}
	last := &(*c)[len(*c)-1]
	*last = append(*last, strings.TrimSpace(number))
}

// lines are the contacts, one a line.
func (c *contactsOf) lines() []string {
	var all []string
	for _, parts := range *c {
		all = append(all, strings.Join(parts, ", "))
	}
	return all
}

func referredScheme(qualifier string) party.Scheme {
	for _, a := range referred() {
		if a.code == qualifier {
			return a.scheme
		}
	}
	return ""
}

// address reads name and address of NAD. Where the name stands in C058 with the address
// behind it, its first line is the name.
func (r *reader) address(s edifact.Segment, p *order.Party) {
	p.Name = texts(s, 4, 1, 5)
	var loose []string
	for i := 1; i <= 5; i++ {
		if line := text(s, 3, i); line != "" {
			loose = append(loose, line)
		}
	}
	if p.Name == "" && len(loose) > 0 {
		p.Name, loose = loose[0], loose[1:]
	}
	a := party.Address{Lines: loose, City: text(s, 6, 1), Region: text(s, 7, 1), PostalCode: text(s, 8, 1)}
	for i := 1; i <= 4; i++ {
		if line := text(s, 5, i); line != "" {
			a.Lines = append(a.Lines, line)
		}
	}
	if code := text(s, 9, 1); code != "" {
		country, err := party.ParseCountry(code)
		if err != nil {
			r.warn("country", s, element(9), err.Error(), "correct the country of the address")
		} else {
			a.Country = country
		}
	}
	if a.IsZero() {
		return
	}
	if a.Country == "" {
		a.Country = r.agreed.Country
	}
	p.Address = a.Normalize()
}

// nad writes NAD with the first number that has an agency, the name and the address,
// and RFF with the numbers of the party that have a place there. The name goes on in
// up to five parts of 35 characters, a line of the address in a further one.
func (c *composer) nad(qualifier string, p order.Party) {
	number, used := none(), -1
	for i, id := range p.Identifiers {
		if code, ok := agencyOf(id.Scheme); ok {
			number, used = of(id.Value, "", code), i
			break
		}
	}
	name, rest := make([]string, 5), p.Name
	for i := range name {
		name[i], rest = trade.Cut(rest, 35)
	}
	if rest != "" {
		c.fail("NAD", element(4), p.Name, "the name is longer than five lines of 35 characters")
	}
	var lines []string
	for _, line := range p.Address.Lines {
		for part, rest := trade.Cut(line, 35); part != ""; part, rest = trade.Cut(rest, 35) {
			lines = append(lines, part)
		}
	}
	if used < 0 && p.Name == "" && len(p.Identifiers) == 0 {
		c.fail("NAD", element(2), "", "a party has a name or a number")
	}
	a := p.Address
	c.add("NAD", of(qualifier), number, none(), name, lines, of(a.City), of(a.Region), of(a.PostalCode), of(string(a.Country)))
	for i, id := range p.Identifiers {
		at := slices.IndexFunc(referred(), func(a agency) bool { return a.scheme == id.Scheme })
		if i != used && at >= 0 {
			c.refer(referred()[at].code, id.Value)
		}
	}
}

// sameParty compares what two segments say of a party: their numbers where both have
// one, else their names.
func sameParty(a, b order.Party) bool {
	if len(a.Identifiers) > 0 && len(b.Identifiers) > 0 {
		return a.Identifiers[0] == b.Identifiers[0]
	}
	return a.Name == b.Name && a.Address.Equal(b.Address)
}

// merge adds the numbers of a further NAD to those of a party, where it tells nothing
// but a number of another kind: partners repeat NAD to give a second one. false: it is
// another party, or the number of one.
func merge(first *order.Party, p order.Party) bool {
	if p.Name != "" || !p.Address.IsZero() || len(first.Identifiers) == 0 || len(p.Identifiers) == 0 || len(first.Identifiers) >= mostNumbers {
		return false
	}
	for _, id := range p.Identifiers {
		for _, known := range first.Identifiers {
			if known.Scheme == id.Scheme && known != id {
				return false
			}
		}
	}
	for _, id := range p.Identifiers {
		if !slices.Contains(first.Identifiers, id) {
			first.Identifiers = append(first.Identifiers, id)
		}
	}
	return true
}

// name is a party in words.
func name(p order.Party) string {
	words := p.Name
	for _, id := range p.Identifiers {
		words += " " + id.String()
	}
	return strings.TrimSpace(words)
}
