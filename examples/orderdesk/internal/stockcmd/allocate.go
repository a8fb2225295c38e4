package stockcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/rules"
)

// Allocated is what competing claims get.
type Allocated struct {
	// Ranks say in which order the claims are served, and why.
	Ranks atp.Ranks `json:"ranks,omitzero"`
	// Promises are what claims get one after the other, in that order, unless the file
	// asks for fair shares; then Division says what each gets, and Lost what it lost to.
	Promises []atp.Promise         `json:"promises,omitempty"`
	Division *atp.Division         `json:"division,omitempty"`
	Lost     map[string][]atp.Loss `json:"lost,omitempty"`
	// Order says which sites ship the order of the file.
	Order *sourcing.Answer `json:"order,omitempty"`

	sourced sourcing.Order
}

// RankRules are the rules that rank claims.
type RankRules = atp.RuleBook

// RankBook reads a book of rules that rank claims: a .yaml, .json or .csv file. The error
// is a *rules.LoadError, or that of a file of another kind.
func RankBook(name, ending string, data []byte) (*RankRules, error) {
	schema, err := atp.NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(ending) {
	case ".yaml", ".yml":
		return rules.Load(schema, rules.YAML[atp.Ranking](name, data))
	case ".json":
		return rules.Load(schema, rules.JSON[atp.Ranking](name, data))
	case ".csv":
		return rules.Load(schema, rules.CSV[atp.Ranking](name, data))
	}
	return nil, fmt.Errorf("%s: a rule book is a .yaml, .json or .csv file", name)
}

// Allocate serves the claims of the file, and answers its order. A book takes the place of
// the file's own rules; nil: those. The order is answered as if there were no claims. What
// the file is to blame for is a *[jsonfile.Error].
func (f *File) Allocate(ctx context.Context, book *RankRules, explain bool) (Allocated, error) {
	var a Allocated
	if len(f.wire.Claims) == 0 && f.wire.Order == nil {
		return a, f.missing("claims")
	}
	var err error
	if len(f.wire.Claims) > 0 {
		if err = f.serve(ctx, &a, book, explain); err != nil {
			return a, err
		}
	}
	if f.wire.Order != nil {
		a.Order, a.sourced, err = f.source(ctx, explain)
	}
	return a, err
}

// serve ranks the claims and serves them.
func (f *File) serve(ctx context.Context, a *Allocated, book *RankRules, explain bool) error {
	live := booked[atp.Facts, atp.Ranking](f, "rules", f.wire.Rules, atp.NewRuleSchema)
	candidates := f.candidates(explain)
	if len(f.faults) > 0 {
		return f.broken()
	}
	switch {
	case book != nil:
		live = rules.NewLive(book)
	case live == nil:
		none, err := atp.NewRuleBook(f.Name)
		if err != nil {
			return err
		}
		live = rules.NewLive(none)
	}
	var err error
	if a.Ranks, err = atp.Rank(ctx, f.Now, live, candidates); err != nil {
		return f.refusedClaims(err, a.Ranks.Served)
	}
	if f.wire.Divide != nil {
		return f.divide(a)
	}
	if a.Promises, err = f.Stock.Allocate(f.Now, a.Ranks.Claims()); err != nil {
		return f.refusedClaims(err, a.Ranks.Served)
	}
	return nil
}

// refusedClaims is refused for claims: candidates are those of the file in its order,
// demands are claims in the order of service.
func (f *File) refusedClaims(err error, served []atp.Ranked) error {
	var bad *atp.RequestError
	if !errors.As(err, &bad) {
		return f.refused("claims", err)
	}
	list, rest, _ := strings.Cut(bad.Field, "[")
	number, field, _ := strings.Cut(rest, "].")
	i, wrong := strconv.Atoi(number)
	if list == "demands" && wrong == nil && i < len(served) {
		i = slices.IndexFunc(f.wire.Claims, func(c claim) bool { return c.ID == served[i].ID })
	}
	if wrong != nil || i < 0 {
		return f.refused("claims", err)
	}
	return f.refused(at("claims", i), &atp.RequestError{Op: bad.Op, Field: field, Reason: bad.Reason})
}

// candidates makes the claims.
func (f *File) candidates(explain bool) []atp.Candidate {
	var list []atp.Candidate
	for i := range f.wire.Claims {
		c := &f.wire.Claims[i]
		path := at("claims", i)
		if c.Substitutes != nil {
			f.fault(path+".substitutes", "claims compete for their own item alone")
		}
		if c.Minimum < 0 || c.Minimum > atp.MaxQuantity {
			f.fault(path+".minimum", "is not from 0 to %d", int64(atp.MaxQuantity))
		}
		if c.Quantity < 1 || c.Quantity > atp.MaxQuantity {
			f.fault(path+".quantity", "is not from 1 to %d", int64(atp.MaxQuantity))
		}
		list = append(list, atp.Candidate{
			Claim:   atp.Claim{Demand: f.demand(path, &c.demand, explain), Priority: c.Priority, Ordered: c.Ordered},
			Profile: c.facts(),
		})
	}
	return list
}

// facts are what rules of the stock may know.
func (p *profile) facts() atp.Profile {
	return atp.Profile{
		Account: p.Account, Class: p.Class, CustomerTags: p.CustomerTags, Order: p.Order, Type: p.Type, Channel: p.Channel,
		Value: p.Value, Category: p.Category, Tags: p.Tags,
	}
}

// divide divides what there is among the claims by fair shares. A claim is guaranteed what
// it says itself or, where that is more, what the rules give it.
func (f *File) divide(a *Allocated) error {
	minima := make(map[string]int64, len(f.wire.Claims))
	for i := range f.wire.Claims {
		minima[f.wire.Claims[i].ID] = f.wire.Claims[i].Minimum
	}
	for i := range a.Ranks.Served {
		r := &a.Ranks.Served[i]
		r.Guaranteed = max(r.Guaranteed, minima[r.ID])
	}
	if len(a.Ranks.Served) == 0 {
		return nil
	}
	d := f.wire.Divide
	first := &a.Ranks.Served[0].Claim
	for i := range a.Ranks.Served {
		if c := &a.Ranks.Served[i].Claim; c.Ref != first.Ref {
			f.fault("divide", "all claims must be of one item at one site: %s and %s are not", first.ID, c.ID)
			return f.broken()
		}
	}
	q := atp.Query{Ref: first.Ref, Date: d.Date, Scope: d.Scope, SafetyStock: d.SafetyStock}
	division, err := f.Stock.Divide(f.Now, q, d.Pack, a.Ranks)
	if err != nil {
		return f.refused("divide", err)
	}
	a.Division = &division
	a.Lost = make(map[string][]atp.Loss)
	for i := range division.Portions {
		if lost := division.LostTo(division.Portions[i].ID); lost != nil {
			a.Lost[division.Portions[i].ID] = lost
		}
	}
	return nil
}

// Text writes who got what, and why, for a person.
func (a *Allocated) Text() string {
	var t text
	for i := range a.Promises {
		r := &a.Ranks.Served[i]
		t.promise(&r.Claim.Demand, &a.Promises[i])
		t.reasons(1, r)
	}
	if a.Division != nil {
		t.division(a)
	}
	for i := range a.Ranks.Excluded {
		r := &a.Ranks.Excluded[i]
		t.line(0, "%s: takes no part", r.ID)
		t.reasons(1, r)
	}
	if a.Order != nil {
		t.order(&a.sourced, a.Order)
	}
	return t.String()
}

// reasons say why a claim has its place.
func (t *text) reasons(depth int, r *atp.Ranked) {
	if r.Priority != r.Own {
		t.line(depth, "priority %d, %d by rules", r.Own, r.Priority)
	} else {
		t.line(depth, "priority %d", r.Priority)
	}
	for _, reason := range r.Reasons {
		t.line(depth+1, "%s: %s", reason.Rule, cmp.Or(reason.Failed, reason.Text))
	}
}

func (t *text) division(a *Allocated) {
	d := a.Division
	packs := ""
	if d.Pack > 1 {
		packs = fmt.Sprintf(" in packs of %d", d.Pack)
	}
	t.line(0, "%s at %s on %s: %d divided%s, %d left over%s", d.Ref.Item(), d.Ref.Site(), d.Date, d.Supply, packs, d.Left, before(d.Claims, nil))
	for i := range d.Portions {
		p := &d.Portions[i]
		var parts []string
		for _, part := range []struct {
			quantity int64
			what     string
		}{{p.Guaranteed, "guaranteed"}, {p.Proportion, "in proportion"}, {p.Remainder, "by the largest remainder"}} {
			if part.quantity > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", part.quantity, part.what))
			}
		}
		how := ""
		if len(parts) > 0 {
			how = ": " + strings.Join(parts, ", ")
		}
		t.line(1, "%s: %d of %d%s", p.ID, p.Quantity, p.Wanted, how)
		t.reasons(2, &a.Ranks.Served[i])
		for _, peg := range p.Pegs {
			t.line(2, "%s", peg)
		}
		for _, l := range a.Lost[p.ID] {
			t.line(2, "lost to %s: %d by its %s", l.ID, l.Quantity, l.Kind)
		}
	}
}
