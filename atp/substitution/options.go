package substitution

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Request asks what may be delivered for an item.
type Request struct {
	// ID names the order line in answers.
	ID string
	// Item is required, and Quantity is in its base units, 1 to atp.MaxQuantity.
	Item     string
	Quantity int64
	// Day is the one on which relations have to be in force. No date: that of the instant, in its location.
	Day calendar.Date
	// The rest is for rules; see Facts.
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

// Options are the items that may be delivered for another.
type Options struct {
	Item string `json:"item"`
	// Book is the hash of the rule book that was asked; empty where there is none.
	Book string `json:"book,omitempty"`
	// Candidates are in the order in which they are to be tried. The item itself is among them unless it is superseded.
	Candidates []Candidate `json:"candidates"`
	// Refused are items that relations lead to and that may not be delivered, in the order in which they were met.
	Refused []Refusal `json:"refused,omitempty"`
}

// Candidate is an item that may be delivered.
type Candidate struct {
	Item string `json:"item"`
	// Numerator units of it stand for Denominator units of the item that was ordered.
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"`
	// Via are the items on the way to it, the ordered one first; none for the item itself.
	Via []string `json:"via,omitempty"`
	// Reason is that of the last relation, and Rules those that accepted it.
	Reason string       `json:"reason,omitempty"`
	Rules  []RuleReason `json:"rules,omitempty"`
}

// Refusal is an item that may not be delivered.
type Refusal struct {
	Item string   `json:"item"`
	Via  []string `json:"via,omitempty"`
	Why  Why      `json:"why"`
	// Rules are those that refused.
	Rules []RuleReason `json:"rules,omitempty"`
}

// RuleReason is a rule that matched, or that failed and was left out.
type RuleReason struct {
	Rule string `json:"rule"` // its id
	// Text says why, for a person, with the figures.
	Text string `json:"text,omitempty"`
	// Failed says why the rule could not be asked, where the schema lets such rules be left out.
	Failed string `json:"failed,omitempty"`
}

// Why says why an item may not be delivered.
type Why uint8

const (
	// Superseded : its successor alone is delivered.
	Superseded Why = iota
	// NotInForce : the relation is not in force on the day.
	NotInForce
	// Refused : a rule refuses it.
	Refused
	// NoConsent : the relation needs a rule that accepts it, and none does.
	NoConsent
	// TooLong : the chain has more relations than Config.Length.
	TooLong
	// RatioTooLarge : the ratio along the chain is beyond MaxRatio.
	RatioTooLarge
)

func whyNames() named.Set {
	return named.Set{In: "substitution", What: "reason", Names: "superseded not-in-force refused no-consent too-long ratio-too-large"}
}

// String returns a name such as not-in-force.
func (w Why) String() string { return whyNames().Name(uint8(w)) }

// MarshalText writes the name as String does. A value that is none of the constants is an error.
func (w Why) MarshalText() ([]byte, error) { return whyNames().Marshal(uint8(w)) }

// UnmarshalText reads a name that String returns.
func (w *Why) UnmarshalText(text []byte) error { return whyNames().Unmarshal(text, (*uint8)(w)) }

// Options finds the items that may be delivered for another. Of a supersession OldFirst has the old item before the new
// one, NewFirst after it, NewOnly not at all, whichever of them was ordered; then come substitutes. Where an item has
// several relations they go by priority, then by the item that they lead to. An item that several chains lead to stands
// where it comes first.
//
// The errors are *atp.RequestError, those of the rules and that of ctx.
func (c *Catalog) Options(ctx context.Context, now time.Time, r Request) (Options, error) {
	if err := r.check("substitute"); err != nil {
		return Options{}, err
	}
	if r.Day.IsZero() {
		r.Day = calendar.DateOf(now)
	}
	w := walk{c: c, ctx: ctx, now: now, request: &r, seen: make(map[string]bool), options: Options{Item: r.Item}}
	if c.rules != nil {
		w.book = c.rules.Book()
		w.options.Book = w.book.Hash()
	}
	if err := w.visit(Candidate{Item: r.Item, Numerator: 1, Denominator: 1}); err != nil {
		return Options{}, err
	}
	return w.options, nil
}

func (r *Request) check(op string) error {
	switch {
	case r.Item == "":
		return &atp.RequestError{Op: op, Field: "Item", Reason: "is empty"}
	case r.Quantity <= 0 || r.Quantity > atp.MaxQuantity:
		return &atp.RequestError{Op: op, Field: "Quantity", Reason: "is not from 1 to MaxQuantity"}
	}
	return nil
}

// walk follows the relations from an item.
type walk struct {
	c       *Catalog
	ctx     context.Context // of the call that the walk belongs to
	now     time.Time
	request *Request
	book    *RuleBook
	seen    map[string]bool
	options Options
}

// visit adds an item and those that relations lead to, in order.
func (w *walk) visit(c Candidate) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.seen[c.Item] = true
	edges := w.c.edges[c.Item]
	if err := w.follow(c, edges, edge.before); err != nil {
		return err
	}
	if slices.ContainsFunc(edges, func(e edge) bool { return e.ends() && e.relation.Valid.Contains(w.request.Day) }) {
		w.refuse(c.Item, c.Via, Superseded, nil)
	} else {
		w.options.Candidates = append(w.options.Candidates, c)
	}
	if err := w.follow(c, edges, edge.after); err != nil {
		return err
	}
	return w.follow(c, edges, edge.beside)
}

// before: the item that the relation leads to goes before the one it comes from.
func (e edge) before() bool {
	return e.relation.Kind == Supersession && e.back == (e.relation.UseUp == OldFirst)
}

// after: it goes after it.
func (e edge) after() bool { return e.relation.Kind == Supersession && !e.before() }

// beside: it is a substitute.
func (e edge) beside() bool { return e.relation.Kind == Substitute }

// ends: the item that the relation comes from is not delivered any more.
func (e edge) ends() bool {
	return e.relation.Kind == Supersession && e.relation.UseUp == NewOnly && !e.back
}

// follow goes along the relations of one place.
func (w *walk) follow(from Candidate, edges []edge, place func(edge) bool) error {
	for _, e := range edges {
		if !place(e) || w.seen[e.to] {
			continue
		}
		to, ok, err := w.along(from, e)
		if err != nil {
			return err
		}
		if ok {
			if err := w.visit(to); err != nil {
				return err
			}
		}
	}
	return nil
}

// along asks whether a relation may be used.
func (w *walk) along(from Candidate, e edge) (Candidate, bool, error) {
	via := append(slices.Clone(from.Via), from.Item)
	if !e.relation.Valid.Contains(w.request.Day) {
		w.refuse(e.to, via, NotInForce, nil)
		return Candidate{}, false, nil
	}
	if len(via) > w.c.length {
		w.refuse(e.to, via, TooLong, nil)
		return Candidate{}, false, nil
	}
	// numerator units of the new stand for denominator units of the one before, and those for units of the ordered one
	all, ok := ratio{from.Numerator, from.Denominator}.then(e.ratio)
	if !ok {
		w.refuse(e.to, via, RatioTooLarge, nil)
		return Candidate{}, false, nil
	}
	accepted, refused, reasons, err := w.ask(e, len(via))
	switch {
	case err != nil:
		return Candidate{}, false, err
	case refused:
		w.refuse(e.to, via, Refused, reasons)
		return Candidate{}, false, nil
	case e.relation.Consent && !accepted:
		w.refuse(e.to, via, NoConsent, reasons)
		return Candidate{}, false, nil
	}
	return Candidate{
		Item: e.to, Numerator: all.numerator, Denominator: all.denominator, Via: via, Reason: e.relation.Reason, Rules: reasons,
	}, true, nil
}

func (w *walk) refuse(item string, via []string, why Why, reasons []RuleReason) {
	w.options.Refused = append(w.options.Refused, Refusal{Item: item, Via: via, Why: why, Rules: reasons})
}

// ask asks the rules about a relation. The reasons are of those that decide: the ones that refuse, or else that accept.
func (w *walk) ask(e edge, steps int) (accepted, refused bool, reasons []RuleReason, err error) {
	if w.book == nil {
		return false, false, nil, nil
	}
	r := w.request
	facts := Facts{
		Customer: atp.CustomerFacts{Account: r.Account, Class: r.Class, Tags: r.CustomerTags},
		Order:    atp.OrderFacts{ID: r.Order, Type: r.Type, Channel: r.Channel, Value: r.Value},
		Item:     r.Item, Quantity: r.Quantity, Category: r.Category, Tags: r.Tags, To: e.to, Kind: e.relation.Kind.String(),
		From: e.relation.From, Backward: e.back, Steps: steps, Day: r.Day,
	}
	if e.back {
		facts.From = e.relation.To
	}
	matched, err := w.book.Match(w.ctx, &facts, w.now, nil)
	if err != nil {
		var skipped *rules.SkippedError
		if !errors.As(err, &skipped) {
			return false, false, nil, fmt.Errorf("substitution: %q for %q: %w", e.to, facts.From, err)
		}
		for _, failed := range skipped.Errors {
			reasons = append(reasons, RuleReason{Rule: failed.Rule, Failed: failed.Error()})
		}
	}
	for _, rule := range matched {
		accepted, refused = accepted || rule.Then.Accept, refused || rule.Then.Refuse
	}
	for _, rule := range matched {
		if rule.Then.Refuse != refused {
			continue
		}
		text := cmp.Or(rule.Name, rule.ID)
		if rule.Then.Reason != "" {
			if text, err = w.book.Render(rule.Then.Reason, &facts); err != nil {
				return false, false, nil, fmt.Errorf("substitution: rule %q: %w", rule.ID, err)
			}
		}
		reasons = append(reasons, RuleReason{Rule: rule.ID, Text: text})
	}
	return accepted, refused, reasons, nil
}
