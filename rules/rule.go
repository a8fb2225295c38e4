package rules

import "time"

// Rule says: when the condition holds for the facts, the effect applies. E is
// the effect type of the package that owns the decision; rules never looks
// inside it.
type Rule[E any] struct {
	// ID names the rule in every error, explanation and audit record. It is
	// required and unique within a book.
	ID string
	// Name is the title for a business reader.
	Name string
	// Group names the part of the book that the rule belongs to; Book.Group
	// matches the rules of one group alone. May be empty.
	Group string
	// When is the condition, an expression over the facts. It is required: a
	// rule that always applies says so with `true`.
	When string
	// Then is the effect. It is returned, never run. Its JSON form is what the
	// hash of the book covers, so all that decides must be in it.
	Then E
	// Priority orders the matches: a higher number comes first. Equal numbers are
	// ordered by specificity, if Config.BySpecificity asks for it, then by ID,
	// byte by byte. In a group of the hit policies First and OutputPriority it is
	// left out, and the load settles it.
	Priority int
	// From and To bound the decision date: the rule is in force at From and no
	// longer in force at To. The zero time means no bound.
	From, To time.Time
	// Tags are free labels for search and reports.
	Tags []string
	// Version is the author's version of the rule, free text.
	Version string
	// Note is for the business reader.
	Note string
}

// inForce reports whether at lies in [From, To).
func (r *Rule[E]) inForce(at time.Time) bool {
	return r.begun(at) && !r.ended(at)
}

func (r *Rule[E]) begun(at time.Time) bool { return r.From.IsZero() || !at.Before(r.From) }

func (r *Rule[E]) ended(at time.Time) bool { return !r.To.IsZero() && !at.Before(r.To) }

// Validator is implemented by an effect type that can tell whether an effect
// makes sense. It is asked once for each rule when a book is compiled; its
// error becomes a located load error, each of them when it joins several.
type Validator interface {
	Validate() error
}
