package substitution

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Kind says what two items have to do with each other.
type Kind uint8

const (
	// Supersession : the second follows the first, the old one.
	Supersession Kind = iota
	// Substitute : the second does as well as the first.
	Substitute
)

func kindNames() named.Set {
	return named.Set{In: "substitution", What: "kind of relation", Names: "supersession substitute"}
}

// String returns supersession or substitute.
func (k Kind) String() string { return kindNames().Name(uint8(k)) }

// MarshalText writes the kind as String does. A value that is none of the constants is an error.
func (k Kind) MarshalText() ([]byte, error) { return kindNames().Marshal(uint8(k)) }

// UnmarshalText reads supersession or substitute.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames().Unmarshal(text, (*uint8)(k)) }

// UseUp says what becomes of the old item of a supersession.
type UseUp uint8

const (
	// OldFirst delivers the old item as long as it lasts, then the new one.
	OldFirst UseUp = iota
	// NewFirst delivers the new item, and the old one for what is missing.
	NewFirst
	// NewOnly does not deliver the old item any more.
	NewOnly
)

func useUpNames() named.Set {
	return named.Set{In: "substitution", What: "way to use up an item", Names: "old-first new-first new-only"}
}

// String returns old-first, new-first or new-only.
func (u UseUp) String() string { return useUpNames().Name(uint8(u)) }

// MarshalText writes it as String does. A value that is none of the constants is an error.
func (u UseUp) MarshalText() ([]byte, error) { return useUpNames().Marshal(uint8(u)) }

// UnmarshalText reads old-first, new-first or new-only.
func (u *UseUp) UnmarshalText(text []byte) error { return useUpNames().Unmarshal(text, (*uint8)(u)) }

// Relation says that an item may take the place of another.
type Relation struct {
	// From may be replaced by To. Both are required and differ.
	From string `json:"from"`
	To   string `json:"to"`
	Kind Kind   `json:"kind"`
	// Numerator units of To stand for Denominator units of From: 2 and 1 where one old is two new halves. Both 0: one for
	// one; else each from 1 to MaxRatio.
	Numerator   int64 `json:"numerator,omitempty"`
	Denominator int64 `json:"denominator,omitempty"`
	// Valid are the days on which the relation is in force, both ends included; the zero Period is always.
	Valid calendar.Period `json:"valid,omitzero"`
	// BothWays lets From take the place of To, too.
	BothWays bool `json:"both_ways,omitempty"`
	// UseUp is for supersessions.
	UseUp UseUp `json:"use_up,omitempty"`
	// Priority orders the relations of an item; the higher goes first.
	Priority int `json:"priority,omitempty"`
	// Consent says that the relation holds only where a rule consents.
	Consent bool `json:"consent,omitempty"`
	// Reason says why, for a person.
	Reason string `json:"reason,omitempty"`
}

const (
	// MaxRatio bounds the numbers of a ratio, also of a chain.
	MaxRatio = 1_000_000
	// MaxLength bounds Config.Length.
	MaxLength = 50
)

// Config configures a Catalog.
type Config struct {
	// Relations may come in any order. No two of one kind, with overlapping days, go from one item to the same other.
	Relations []Relation
	// Rules are asked of every relation that could be used. Nil: none.
	Rules *LiveRules
	// Length bounds the relations of a chain, up to MaxLength. 0: five.
	Length int
}

// Catalog knows which items may take the place of others. It is immutable and safe for many goroutines.
type Catalog struct {
	edges  map[string][]edge // by the item that is replaced
	rules  *LiveRules
	length int
}

// edge is a relation in one direction.
type edge struct {
	relation *Relation
	to       string
	back     bool
	ratio    ratio
}

// ratio: numerator units stand for denominator units, in lowest terms.
type ratio struct{ numerator, denominator int64 }

func (r ratio) then(s ratio) (ratio, bool) {
	x, y := gcd(r.numerator, s.denominator), gcd(s.numerator, r.denominator)
	t := ratio{r.numerator / x * (s.numerator / y), r.denominator / y * (s.denominator / x)}
	return t, t.numerator <= MaxRatio && t.denominator <= MaxRatio
}

// quantity is what stands for so many units, without a remainder.
func (r ratio) quantity(units int64) int64 {
	n := units / r.denominator
	return min(n, atp.MaxQuantity/r.numerator) * r.numerator
}

// pack is the least quantity that stands for a whole number of packs of so many units, without a remainder.
func (r ratio) pack(units int64) int64 { return units / gcd(units, r.denominator) * r.numerator }

// units is what a quantity stands for.
func (r ratio) units(quantity int64) int64 { return quantity / r.numerator * r.denominator }

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// New checks the configuration. The error joins an *atp.ConfigError for each setting that cannot be used.
func New(cfg Config) (*Catalog, error) {
	c := &Catalog{edges: make(map[string][]edge), rules: cfg.Rules, length: cfg.Length}
	if c.length == 0 {
		c.length = 5
	}
	var faults []error
	if cfg.Length < 0 || cfg.Length > MaxLength {
		faults = append(faults, &atp.ConfigError{Field: "Length", Reason: "is not from 0 to MaxLength"})
	}
	for i := range cfg.Relations {
		r := cfg.Relations[i]
		if field, reason := r.check(); field != "" {
			faults = append(faults, &atp.ConfigError{Field: fmt.Sprintf("Relations[%d].%s", i, field), Reason: reason})
			continue
		}
		if c.known(&r) {
			faults = append(faults, &atp.ConfigError{
				Field: fmt.Sprintf("Relations[%d]", i), Reason: "is given twice for the same days",
			})
			continue
		}
		forth := ratio{max(r.Numerator, 1), max(r.Denominator, 1)}
		common := gcd(forth.numerator, forth.denominator)
		forth = ratio{forth.numerator / common, forth.denominator / common}
		c.edges[r.From] = append(c.edges[r.From], edge{relation: &r, to: r.To, ratio: forth})
		if r.BothWays {
			back := ratio{forth.denominator, forth.numerator}
			c.edges[r.To] = append(c.edges[r.To], edge{relation: &r, to: r.From, back: true, ratio: back})
		}
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	for _, list := range c.edges {
		slices.SortFunc(list, edge.compare)
	}
	return c, nil
}

// compare orders the relations of an item by priority, the item they lead to, kind, and the day on which they begin.
func (e edge) compare(f edge) int {
	back := func(e edge) int {
		if e.back {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(f.relation.Priority, e.relation.Priority), cmp.Compare(e.to, f.to),
		cmp.Compare(e.relation.Kind, f.relation.Kind), cmp.Compare(back(e), back(f)),
		e.relation.Valid.From.Compare(f.relation.Valid.From))
}

// known reports whether there is such a relation on any of its days.
func (c *Catalog) known(r *Relation) bool {
	return slices.ContainsFunc(c.edges[r.From], func(e edge) bool {
		return !e.back && e.to == r.To && e.relation.Kind == r.Kind && e.relation.Valid.Overlaps(r.Valid)
	})
}

func (r *Relation) check() (field, reason string) {
	bad := func(n int64) bool { return n < 1 || n > MaxRatio }
	switch {
	case r.From == "":
		return "From", "is empty"
	case r.To == "" || r.To == r.From:
		return "To", "is empty or the same item"
	case r.Kind > Substitute:
		return "Kind", "is none of the kinds"
	case (r.Numerator != 0 || r.Denominator != 0) && (bad(r.Numerator) || bad(r.Denominator)):
		return "Numerator", "and Denominator are not each from 1 to MaxRatio"
	case !r.Valid.IsValid():
		return "Valid", "ends before it begins"
	case r.UseUp > NewOnly || r.Kind == Substitute && r.UseUp != OldFirst:
		return "UseUp", "is no way to use up an item, or the relation is no supersession"
	case r.UseUp == NewOnly && r.BothWays:
		return "BothWays", "cannot be where the old item is not delivered any more"
	}
	return "", ""
}
