package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// headerParty reads an N1 loop of the order.
func (r *orderReader) headerParty(s x12.Segment, c *x12.Cursor) {
	p := r.party(s, c, "N1 loop")
	roles := rolesOf(s.Value(1))
	if len(roles) == 0 {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the %s", s.Value(1), p.Name, r.document))
		return
	}
	for _, role := range roles {
		p.Role = role
		if first, named := r.firstParty(role); named && !sameParty(first, p) {
			r.warn("party-repeated", s, 1, fmt.Sprintf("there is a second %s; the first one counts", role),
				"ask the partner which one is meant, and split the order if it is both")
		}
		r.addParty(p)
	}
}

// addParty adds a party, and remembers the first of its role.
func (r *orderReader) addParty(p order.Party) {
	if _, named := r.roles[p.Role]; !named {
		if r.roles == nil {
			r.roles = make(map[party.Role]int)
		}
		r.roles[p.Role] = len(r.doc.Parties)
	}
	r.doc.Parties = append(r.doc.Parties, p)
}

// firstParty is the first party of a role, found however many there are.
func (r *orderReader) firstParty(role party.Role) (order.Party, bool) {
	at, named := r.roles[role]
	if !named {
		return order.Party{}, false
	}
	return r.doc.Parties[at], true
}

// party reads N1 and what belongs to its loop.
func (r *orderReader) party(s x12.Segment, c *x12.Cursor, loop string) order.Party {
	p := r.named(s)
	r.address(c, loop, &p.Address)
	if p.Address.IsZero() {
		return p
	}
	if p.Address.Country == "" {
		p.Address.Country = r.agreed.Country
	}
	p.Address = p.Address.Normalize()
	return p
}

// address reads the segments that follow an N1, up to the first that does not
// belong to its loop.
func (r *orderReader) address(c *x12.Cursor, loop string, a *party.Address) {
	for {
		switch c.Peek().ID() {
		case "N2", "N3":
			n := c.Next() // further names stand in front of the street, as on an envelope
			for i := 1; i <= 2; i++ {
				if v := strings.TrimSpace(n.Value(i)); v != "" {
					a.Lines = append(a.Lines, v)
				}
			}
		case "N4":
			r.place(c.Next(), a)
		case "REF":
			r.reference(c.Next())
		case "MSG", "MTX":
			r.instruct("", freeText(c.Next()))
		case "NX2", "PER", "SI", "FOB", "TD1", "TD5", "TD3", "TD4", "PKG":
			r.homeless(loop, c.Next())
		default:
			return
		}
	}
}

// linePartyOf reads an N1 loop of a line. An order has one ship-to: that of
// the header, or if it names none, that of its lines.
func (r *orderReader) lineParty(s x12.Segment, c *x12.Cursor, line string) {
	p := r.party(s, c, "N1 loop of a line")
	if !slices.Contains(rolesOf(s.Value(1)), party.ShipTo) {
		r.info("line-party", s, 1, fmt.Sprintf("party %s (%s) of line %s has no place in the order", s.Value(1), p.Name, line))
		return
	}
	p.Role = party.ShipTo
	first, named := r.firstParty(party.ShipTo)
	switch {
	case !named && len(r.doc.Lines) == 0:
		r.addParty(p)
	case !named || !sameParty(first, p):
		r.block("line-ship-to", s, 1, fmt.Sprintf("line %s goes to another place (%s) than the rest of the order", line, describe(p)),
			"enter an order for each place")
	}
}

// checkParties says what follows from parties that are missing.
func (r *orderReader) checkParties() {
	if len(r.doc.Parties) == 0 {
		r.found.Warn(r.code("parties-missing"), "", "the set names neither buyer nor ship-to; who buys follows from the sender alone",
			"name the sender's account in the partner profile")
		return
	}
	if _, named := r.doc.Party(party.SoldTo); !named {
		r.found.Info(r.code("buyer-missing"), "", "the set names no buyer; who buys follows from the sender and the other parties", "")
	}
}

// sameParty compares what two segments say of a party: their numbers where
// both have one, else their names.
func sameParty(a, b order.Party) bool {
	if len(a.Identifiers) > 0 && len(b.Identifiers) > 0 {
		return a.Identifiers[0] == b.Identifiers[0]
	}
	return a.Name == b.Name && a.Address.Equal(b.Address)
}

func describe(p order.Party) string {
	text := p.Name
	for _, id := range p.Identifiers {
		text += " " + id.String()
	}
	return strings.TrimSpace(text)
}
