package mapping

import (
	"fmt"
	"strconv"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// party reads N1 and the N2, N3 and N4 that belong to it.
func (r *orderReader) party(s x12.Segment, c *x12.Cursor) {
	role, known := roleOf(s.Value(1))
	p := order.Party{Role: role, Name: s.Value(2)}
	if s.Value(4) != "" {
		p.Identifiers = []party.Identifier{{Scheme: party.Scheme(s.Value(3)), Value: s.Value(4)}}
	}
	for {
		switch c.Peek().ID() {
		case "N2":
			c.Next() // a further name: no place of its own
		case "N3":
			n3 := c.Next()
			for i := 1; i <= 2; i++ {
				if v := n3.Value(i); v != "" {
					p.Address.Lines = append(p.Address.Lines, v)
				}
			}
		case "N4":
			r.place(c.Next(), &p.Address)
		default:
			if !known {
				r.found.Info("edi.850.party-not-mapped", at(s, 1), fmt.Sprintf("N1 %s has no role in the order", s.Value(1)), "")
				return
			}
			if !p.Address.IsZero() && p.Address.Country == "" {
				p.Address.Country = r.Options.Country
			}
			p.Address = p.Address.Normalize()
			r.doc.Parties = append(r.doc.Parties, p)
			return
		}
	}
}

func (r *orderReader) place(s x12.Segment, a *party.Address) {
	a.City, a.Region, a.PostalCode = s.Value(1), s.Value(2), s.Value(3)
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

// terms reads ITD: net and discount days with percent, by their numbers of
// days. Terms that are stated by dates alone, or in words, are kept as an
// instruction for a person.
func (r *orderReader) terms(s x12.Segment) {
	if !r.doc.Terms.IsZero() {
		r.warn("terms-several", s, 0, "the order states several terms of payment; the first ones are kept", "split them into instalments by hand")
		return
	}
	net, hasNet := r.days(s, 7)
	within, hasWithin := r.days(s, 5)
	switch {
	case hasNet || hasWithin:
		i := terms.Instalment{Share: money.RateFromInt(1), Due: terms.Due{Days: net}}
		if !hasNet {
			i.Due.Days = within
		}
		if rate, ok := r.percent(s); ok && hasWithin {
			i.Discounts = []terms.Discount{{Rate: rate, Within: terms.Due{Days: within}}}
		}
		p := terms.Payment{Instalments: []terms.Instalment{i}}
		if found := p.Validate(); found.Blocks() {
			r.warn("terms", s, 0, found[0].Message, "the customer's agreed terms hold")
			return
		}
		r.doc.Terms = p
	case s.Value(12) != "":
		p, err := terms.ParsePayment(s.Value(12))
		if err != nil {
			r.instruct("payment terms: " + s.Value(12))
			r.warn("terms", s, 12, err.Error(), "the customer's agreed terms hold")
			return
		}
		r.doc.Terms = p
	default:
		r.homeless(s)
	}
}

func (r *orderReader) days(s x12.Segment, element int) (int, bool) {
	text := s.Value(element)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.warn("terms", s, element, fmt.Sprintf("%q is no number of days", text), "the customer's agreed terms hold")
		return 0, false
	}
	return n, true
}

// percent reads ITD03, in percent.
func (r *orderReader) percent(s x12.Segment) (money.Rate, bool) {
	if s.Value(3) == "" {
		return money.Rate{}, false
	}
	canonical, err := x12.ParseReal(s.Value(3))
	if err == nil {
		var rate money.Rate
		if rate, err = money.ParseRate(canonical + "%"); err == nil && rate.Sign() > 0 {
			return rate, true
		}
	}
	if err != nil {
		r.warn("terms", s, 3, fmt.Sprintf("%q is no percentage", s.Value(3)), "the customer's agreed terms hold")
	}
	return money.Rate{}, false
}
