package steps

import (
	"context"
	"errors"
	"slices"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
)

var (
	errRulesOfOneSite = errors.New("steps: promise: Rules are asked at one site; with Sourcing, give its network rules")
	errTermsOfOneSite = errors.New("steps: promise: quotas and single lots are asked for at one site, and not with Sourcing")
)

// DemandTerms are what a line asks of the goods beside quantity and day, by what is
// agreed with the customer; the fields are those of [atp.Demand]. With Sourcing there
// are MinLife and SafetyStock alone; a line that asks for more is an error of the step.
type DemandTerms struct {
	// Quotas lists the quotas that the line draws on.
	Quotas []atp.QuotaUse
	// MinLife is how many days the goods must be good beyond the day of delivery, 0 or
	// more.
	MinLife int
	// SingleLot asks for each delivery to be of one lot.
	SingleLot bool
	// SafetyStock lets the line touch the safety stock.
	SafetyStock bool
}

// PromiseAccount is what the promise step keeps as the explanation of its decision.
type PromiseAccount struct {
	// Ranks says what rules of allocation made of each line; nil: none were asked.
	Ranks *atp.Ranks `json:"ranks,omitempty"`
	// Promises are those of the open lines, at one site.
	Promises []atp.Promise `json:"promises,omitempty"`
	// Sourcing says which sites ship, where several may.
	Sourcing *sourcing.Answer `json:"sourcing,omitempty"`
	// Substitutes says of the lines for which there are relations what may ship, and
	// what may not.
	Substitutes []SubstituteOptions `json:"substitutes,omitempty"`
	// Choices says of the lines that fall short what their customer can be offered.
	Choices []LineChoices `json:"choices,omitempty"`
}

// SubstituteOptions are the items that may ship for a line.
type SubstituteOptions struct {
	// Line is its id.
	Line string `json:"line"`
	substitution.Options
}

// class is what rules go by.
func (p *promising) class(a party.Account) string {
	if p.Class != nil {
		return p.Class(p.work.Order(), a)
	}
	return a.Class
}

// rank finds who asks the stock, and in which order: by rules where there are any,
// else as the lines stand.
func (p *promising) rank(ctx context.Context, account party.Account) error {
	var candidates []atp.Candidate
	o := p.work.Order()
	profile := atp.Profile{
		Account: account.ID, Class: p.class(account), Order: string(o.ID), Type: typeOf(&o.Document),
		Channel: o.Document.Source.Channel, Value: orderValue(o),
	}
	for i := range p.open {
		l := &p.open[i]
		if l.demand.Ref.IsZero() {
			continue
		}
		p.served = append(p.served, i)
		claim := atp.Claim{Demand: l.demand, Ordered: calendar.DateOf(o.Received)}
		candidates = append(candidates, atp.Candidate{Claim: claim, Profile: profile})
	}
	if p.Rules == nil {
		return nil
	}
	ranks, err := atp.Rank(ctx, p.work.Now(), p.Rules, candidates)
	if err != nil {
		return err
	}
	p.ranks, p.served = &ranks, nil
	for _, r := range ranks.Served {
		i := slices.IndexFunc(p.open, func(l openLine) bool { return l.line.ID == r.ID })
		p.open[i].demand = r.Claim.Demand
		p.served = append(p.served, i)
	}
	return nil
}
