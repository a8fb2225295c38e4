package analysis

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/o2ckit/o2c/rules"
)

var errOpaqueDomain = errors.New("it is not made of comparisons of facts with constants alone, or has too many ors")

// Analyse looks for what is wrong with a book. It answers the same for the same
// book and Config. The error is a *ConfigError: of a group that the book does
// not have, a domain that is not a condition or is not exact, a negative cap; or
// that of an effect that has no JSON form.
func Analyse[F, E any](book *rules.Book[F, E], c Config) (*Report, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if book == nil {
		return nil, &ConfigError{Reason: "there is no book"}
	}
	names := make([]string, 0, len(c.Groups))
	for name := range c.Groups {
		names = append(names, name)
	}
	slices.Sort(names)
	groups := book.Groups()
	for _, name := range names {
		if !slices.Contains(groups, name) {
			return nil, &ConfigError{Group: name, Reason: "the book has no such group"}
		}
		if c.Groups[name].Policy > rules.CollectMax {
			return nil, &ConfigError{Group: name, Reason: "there is no such policy"}
		}
	}
	out := &collector{max: c.MaxFindings}
	host := &host[F, E]{book: book, schema: book.Schema()}
	for _, name := range groups {
		list, err := subjects(book, name)
		if err != nil {
			return nil, err
		}
		g := group{name: name, config: c, Group: declared(book, name), host: host, out: out}
		if replaced, ok := c.Groups[name]; ok {
			g.Group = replaced
		}
		var domain []rules.Part
		if g.Domain != "" {
			if domain, err = host.schema.Parts(g.Domain); err != nil {
				return nil, &ConfigError{Group: name, Reason: "the domain is not a condition", Err: err}
			}
		}
		var exact bool
		if g.model, exact = newModel(list, domain, c.At, c.MaxTerms, host); !exact {
			return nil, &ConfigError{Group: name, Reason: "the domain cannot be reckoned with", Err: errOpaqueDomain}
		}
		g.analyse()
	}
	return out.report(book.Hash()), nil
}

func subjects[F, E any](book *rules.Book[F, E], group string) ([]*subject, error) {
	var out []*subject
	for _, r := range book.Group(group).Rules() {
		effect, err := json.Marshal(r.Then)
		if err != nil {
			return nil, &ConfigError{Group: group, Reason: "the effect of rule " + r.ID + " has no JSON form", Err: err}
		}
		parts, err := book.Parts(r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, &subject{id: r.ID, priority: r.Priority, from: r.From, to: r.To, effect: string(effect), parts: parts})
	}
	return out, nil
}

// asker is what the analysis needs of the book itself.
type asker interface {
	maker
	// ask makes facts from a witness and tells which of the rules match them, and
	// the values of the facts that were asked for.
	ask(witness []Fact, at time.Time, rules, facts []string) (matched []bool, values []Fact, ok bool)
}

// host is the book with its types.
type host[F, E any] struct {
	book   *rules.Book[F, E]
	schema *rules.Schema[F]
}

func (h *host[F, E]) parse(fact, text string) (rules.Value, error) { return h.schema.Parse(fact, text) }

func (h *host[F, E]) settable(fact string, v rules.Value) bool {
	var facts F
	return h.schema.Set(&facts, fact, v) == nil
}

func (h *host[F, E]) ask(witness []Fact, at time.Time, ids, names []string) (matched []bool, values []Fact, ok bool) {
	var facts F
	for _, f := range witness {
		if err := h.schema.Set(&facts, f.Name, f.Value); err != nil {
			return nil, nil, false
		}
	}
	for _, f := range witness {
		// Facts behind one pointer can come with each other.
		if v, err := h.schema.Get(&facts, f.Name); err != nil || v.IsMissing() != f.Value.IsMissing() {
			return nil, nil, false
		}
	}
	matched = make([]bool, len(ids))
	for i, id := range ids {
		parts, inForce, err := h.book.Evaluate(context.Background(), id, &facts, at)
		if err != nil {
			return nil, nil, false
		}
		matched[i] = inForce
		for _, p := range parts {
			matched[i] = matched[i] && p.Err == nil && p.Holds
		}
	}
	for _, name := range names {
		v, err := h.schema.Get(&facts, name)
		if err != nil {
			return nil, nil, false
		}
		values = append(values, Fact{Name: name, Value: v})
	}
	return matched, values, true
}
