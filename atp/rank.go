package atp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Candidate is a claim and what rules may know of it.
type Candidate struct {
	// Claim is what competes. Its ID is required and unique among the candidates, its Ref is required, and its Priority is
	// from -MaxPriority to MaxPriority.
	Claim
	// Profile may be empty: rules that ask for more then see nothing.
	Profile Profile
}

// Profile is what rules may know of a claim that it does not say itself; see Facts.
type Profile struct {
	Account      string
	Class        string
	CustomerTags []string
	Order        string
	Type         string
	Channel      string
	Value        *money.Amount
	Category     string
	Tags         []string
}

// Ranks are claims in the order in which rules have them served. As JSON they are the explanation to keep.
type Ranks struct {
	// Book is the hash of the rule book that decided.
	Book string `json:"book"`
	// Served are the claims that take part, first to last; Excluded the others, in the same order.
	Served   []Ranked `json:"served,omitempty"`
	Excluded []Ranked `json:"excluded,omitempty"`
}

// Ranked is a claim as the rules have changed it.
type Ranked struct {
	// ID is the claim's.
	ID string `json:"id"`
	// Priority is what came of it, kept within MaxPriority, and Own what it was before.
	Priority int `json:"priority"`
	Own      int `json:"own"`
	// Guaranteed is the minimum of a fair share, in base units.
	Guaranteed int64 `json:"guaranteed,omitempty"`
	// Reasons are the rules that matched, in their order; none: the claim is as it was.
	Reasons []RankReason `json:"reasons,omitempty"`
	// Claim is ready for Stock.Allocate.
	Claim Claim `json:"-"`
}

// RankReason is a rule that matched a claim, or that failed and was left out.
type RankReason struct {
	Rule    string  `json:"rule"` // its id
	Ranking Ranking `json:"ranking,omitzero"`
	// Quota is the id of the quota that the rule names; NoQuota tells that there is none, so that the claim is excluded unless
	// the rule says that the quota is optional.
	Quota   string `json:"quota,omitempty"`
	NoQuota bool   `json:"no_quota,omitempty"`
	// Text says why, for a person, with the figures.
	Text string `json:"text,omitempty"`
	// Failed says why the rule could not be asked of the claim, where the schema lets such rules be left out.
	Failed string `json:"failed,omitempty"`
}

// Claims returns the claims that take part, for Stock.Allocate.
func (r Ranks) Claims() []Claim {
	claims := make([]Claim, len(r.Served))
	for i := range r.Served {
		claims[i] = r.Served[i].Claim
	}
	return claims
}

// Shares returns the claims that take part as shares, for FairShare: what is guaranteed goes in the order in which they are
// served. The claims should be of one item and site.
func (r Ranks) Shares() []Share {
	shares := make([]Share, len(r.Served))
	for i := range r.Served {
		s := &r.Served[i]
		shares[i] = Share{ID: s.ID, Open: s.Claim.Quantity, Minimum: s.Guaranteed}
	}
	return shares
}

// Rank asks the rule book in force about every claim and returns the claims ready to be allocated, with the rules that
// decided. All claims are asked of one book, at the instant now; a rule is in force by its From and To. The answer does
// not depend on the order of the candidates, and nothing is taken from the stock.
//
// The errors are *RequestError, those of the rules (a *rules.EvalError names the rule) and that of ctx. Where the schema
// lets failing rules be left out (rules.SkipAndReport), they are among the claim's reasons.
func Rank(ctx context.Context, now time.Time, live *LiveRules, candidates []Candidate) (Ranks, error) {
	if live == nil {
		return Ranks{}, &RequestError{Op: "rank", Field: "live", Reason: "is missing"}
	}
	if err := checkCandidates(now, candidates); err != nil {
		return Ranks{}, err
	}
	r := ranking{book: live.Book(), now: now}
	ranks := Ranks{Book: r.book.Hash()}
	for i := range candidates {
		ranked, excluded, err := r.rank(ctx, &candidates[i])
		switch {
		case err != nil:
			return Ranks{}, fmt.Errorf("atp: rank: claim %q: %w", candidates[i].ID, err)
		case excluded:
			ranks.Excluded = append(ranks.Excluded, ranked)
		default:
			ranks.Served = append(ranks.Served, ranked)
		}
	}
	for _, list := range [][]Ranked{ranks.Served, ranks.Excluded} {
		slices.SortFunc(list, func(a, b Ranked) int { return a.Claim.compare(b.Claim) })
	}
	return ranks, nil
}

func checkCandidates(now time.Time, candidates []Candidate) error {
	seen := make(map[string]bool, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		fail := func(field, reason string) error {
			return &RequestError{Op: "rank", Field: fmt.Sprintf("candidates[%d].%s", i, field), Reason: reason}
		}
		switch {
		case c.ID == "" || seen[c.ID]:
			return fail("ID", "is empty or given twice")
		case c.Ref.p == nil:
			return fail("Ref", "is missing")
		case !priority(c.Priority):
			return fail("Priority", "is beyond MaxPriority")
		}
		seen[c.ID] = true
	}
	return checkTime("rank", now)
}

// ranking asks one book about one claim after the other.
type ranking struct {
	book    *RuleBook
	now     time.Time
	matched []*Rule
}

func (r *ranking) rank(ctx context.Context, c *Candidate) (ranked Ranked, excluded bool, err error) {
	facts := c.facts(r.now)
	ranked = Ranked{ID: c.ID, Own: c.Priority, Claim: c.Claim}
	if r.matched, err = r.book.Match(ctx, &facts, r.now, r.matched[:0]); err != nil {
		var skipped *rules.SkippedError
		if !errors.As(err, &skipped) {
			return ranked, false, err
		}
		for _, e := range skipped.Errors {
			ranked.Reasons = append(ranked.Reasons, RankReason{Rule: e.Rule, Failed: e.Error()})
		}
	}
	sum, set := int64(c.Priority), false
	for _, rule := range r.matched {
		then := &rule.Then
		if then.Set != nil && !set {
			sum, set = sum-int64(c.Priority)+int64(*then.Set), true
		}
		sum += int64(then.Add)
		excluded = excluded || then.Exclude
		ranked.Guaranteed = max(ranked.Guaranteed, then.Guaranteed)
		ranked.Claim.Partial.Minimum = max(ranked.Claim.Partial.Minimum, then.LeastDelivery)
		ranked.Claim.SafetyStock = ranked.Claim.SafetyStock || then.SafetyStock
		text := cmp.Or(rule.Name, rule.ID)
		if then.Reason != "" {
			if text, err = r.book.Render(then.Reason, &facts); err != nil {
				return ranked, false, fmt.Errorf("rule %q: %w", rule.ID, err)
			}
		}
		reason := RankReason{Rule: rule.ID, Ranking: *then, Text: text}
		if err := r.quota(&ranked.Claim, &facts, &reason); err != nil {
			return ranked, false, fmt.Errorf("rule %q: %w", rule.ID, err)
		}
		excluded = excluded || reason.NoQuota && !then.QuotaOptional
		ranked.Reasons = append(ranked.Reasons, reason)
	}
	ranked.Priority = int(min(max(sum, -MaxPriority), MaxPriority))
	ranked.Claim.Priority = ranked.Priority
	return ranked, excluded, nil
}

// quota lets the claim draw on the quota that a rule names.
func (r *ranking) quota(c *Claim, facts *Facts, reason *RankReason) error {
	then := &reason.Ranking
	if then.Quota == "" {
		return nil
	}
	var err error
	if reason.Quota, err = r.book.Render(then.Quota, facts); err != nil {
		return err
	}
	quota, err := c.Ref.s.Quota(reason.Quota, cmp.Or(then.QuotaSite, c.Ref.Site()))
	var unknown *UnknownQuotaError
	switch {
	case errors.As(err, &unknown):
		reason.NoQuota = true
	case err != nil:
		return err
	case !slices.ContainsFunc(c.Quotas, func(u QuotaUse) bool { return u.Quota == quota }):
		c.Quotas = append(slices.Clip(c.Quotas), QuotaUse{Quota: quota, Factor: then.QuotaFactor})
	}
	return nil
}

func (c *Candidate) facts(now time.Time) Facts {
	f := Facts{
		Customer: CustomerFacts{Account: c.Profile.Account, Class: c.Profile.Class, Tags: c.Profile.CustomerTags},
		Order:    OrderFacts{ID: c.Profile.Order, Type: c.Profile.Type, Channel: c.Profile.Channel, Value: c.Profile.Value},
		Item:     c.Ref.Item(), Category: c.Profile.Category, Tags: c.Profile.Tags, Site: c.Ref.Site(),
		Quantity: c.Quantity, Priority: c.Priority, Today: c.Ref.p.site.date(now.UnixNano()),
		Wanted: c.Wanted, Ordered: c.Ordered,
	}
	f.DaysUntilWanted, f.Age = days(f.Today, c.Wanted), days(c.Ordered, f.Today)
	return f
}

// days counts from one day to another; nil when there is no such day.
func days(from, to calendar.Date) *int {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	n := to.Sub(from)
	return &n
}
