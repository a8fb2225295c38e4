package mapping

import (
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// partyLoop reads N1 and the name and address that follow it. The rest of a loop is
// left to the caller.
func (r *reader) partyLoop(s x12.Segment, c *x12.Cursor) order.Party {
	p := r.named(s)
	for {
		switch c.Peek().ID() {
		case "N2", "N3":
			n := c.Next() // further names stand in front of the street, as on an envelope
			for i := 1; i <= 2; i++ {
				if v := strings.TrimSpace(n.Value(i)); v != "" {
					p.Address.Lines = append(p.Address.Lines, v)
				}
			}
		case "N4":
			r.place(c.Next(), &p.Address)
		default:
			if !p.Address.IsZero() {
				if p.Address.Country == "" {
					p.Address.Country = r.agreed.Country
				}
				p.Address = p.Address.Normalize()
			}
			return p
		}
	}
}

// place reads N4.
func (r *reader) place(s x12.Segment, a *party.Address) {
	a.City, a.Region, a.PostalCode = s.Value(1), s.Value(2), s.Value(3)
	if a.Region == "" && s.Value(5) == "SP" { // a code of another length than N402 has
		a.Region = s.Value(6)
	}
	if s.Value(4) == "" {
		return
	}
	country, err := party.ParseCountry(s.Value(4))
	if err != nil {
		r.warn("country", s, 4, err.Error(), "correct the country of the address")
		return
	}
	a.Country = country
}

// siteLoop reads the N1 loop of a site; its ID is our name of it, if we know it.
func (r *reader) siteLoop(s x12.Segment, c *x12.Cursor, role party.Role) order.Party {
	p := r.partyLoop(s, c)
	p.Role = role
	for _, id := range p.Identifiers {
		p.ID = r.agreed.siteOf(id)
	}
	return p
}

// named tells whether there is a party, by a name or a number.
func named(p order.Party) bool { return p.ID != "" || p.Name != "" || len(p.Identifiers) > 0 }
