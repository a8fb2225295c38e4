package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Config sets what conditions may use and how far they may go. The zero value
// is ready for use.
type Config struct {
	// Functions are the host's own functions for conditions.
	Functions []Function
	// OnError says what Match does with a rule that fails: Fail (the default) or
	// SkipAndReport.
	OnError Policy
	// BySpecificity puts, among rules of one priority, those with more parts in
	// their conditions first; a part is what stands between the outermost ands.
	BySpecificity bool
	// Effects are kinds of effects of the host's own, for sources.
	Effects []EffectType
	// Listeners hear of every decision.
	Listeners []Listener
	// Limits bound what rule text may cost. Zero fields take the default.
	Limits Limits
	// Location is the time zone of dates without a time in From and To of a source
	// that is a file. Nil means UTC.
	Location *time.Location
}

// Policy says what happens to a match when one of its rules fails.
type Policy uint8

const (
	// Fail ends the match with an *EvalError that names the rule. It is the
	// default, and right for money and compliance.
	Fail Policy = iota
	// SkipAndReport leaves the failing rule out and returns the others together
	// with a *SkippedError that names every rule left out.
	SkipAndReport
)

// String returns the name of the policy.
func (p Policy) String() string {
	if p == SkipAndReport {
		return "skip-and-report"
	}
	return "fail"
}

// Schema is what conditions over the fact struct F may say: its facts, the
// functions and the limits. It is immutable and safe for many goroutines.
type Schema[F any] struct {
	core *schema
}

// Fact describes one fact for documents and editors.
type Fact struct {
	Name     string // as conditions write it: "customer.tier"
	Type     string // bool, int, string, list of strings, amount, rate, quantity, date, time
	Optional bool   // can be missing (nil)
}

// NewSchema reads the facts from the struct F.
//
// A fact is an exported field; its name is the `rule` tag or else the field's
// name in lower camel case (CustomerTier becomes customerTier, ID becomes id);
// the tag "-" leaves a field out. Nested structs make dotted names
// (customer.tier), embedded structs none. Admitted are bool, the integers up to
// 64 bits (but not uint, uint64), strings, []string, money.Amount, money.Rate,
// quantity.Quantity, calendar.Date, time.Time, named types of these, and
// pointers to all but lists: a nil pointer is a missing fact, as are a zero
// date and a zero time. Any other type, a name used twice and a struct that
// contains itself are errors; all of them are returned together in a
// *SchemaError.
func NewSchema[F any](c Config) (*Schema[F], error) {
	limits, err := c.Limits.withDefaults()
	if err != nil {
		return nil, err
	}
	b := schemaBuilder{schema: schema{
		fields:    map[string]*field{},
		groups:    map[string]bool{},
		policy:    c.OnError,
		specific:  c.BySpecificity,
		listeners: slices.Clone(c.Listeners),
		limits:    limits,
		location:  c.Location,
	}}
	if b.location == nil {
		b.location = time.UTC
	}
	b.addFunctions(c.Functions)
	b.addEffects(c.Effects)
	root := reflect.TypeFor[F]()
	if root.Kind() != reflect.Struct {
		b.refuse("%s is not a struct", root)
	} else {
		b.addStruct(root, "", nil, 0, nil, []reflect.Type{root})
	}
	if len(b.faults) > 0 {
		return nil, &SchemaError{Type: root.String(), Faults: b.faults}
	}
	core := b.schema
	core.signature = core.describe()
	return &Schema[F]{core: &core}, nil
}

// Facts lists the facts in order of their names.
func (s *Schema[F]) Facts() []Fact {
	facts := make([]Fact, 0, len(s.core.fields))
	for _, name := range s.core.names() {
		f := s.core.fields[name]
		facts = append(facts, Fact{Name: name, Type: f.kind.String(), Optional: f.optional})
	}
	return facts
}

// SchemaError tells why a struct cannot serve as facts, field by field.
type SchemaError struct {
	Type   string
	Faults []string
}

// Error lists every fault on a line of its own.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("rules: %s cannot serve as facts:\n  %s", e.Type, strings.Join(e.Faults, "\n  "))
}

// schema is the part of a Schema that does not depend on the fact type.
type schema struct {
	fields    map[string]*field
	groups    map[string]bool
	functions map[string]*function
	policy    Policy
	specific  bool
	listeners []Listener
	effects   map[string]reflect.Type
	limits    Limits
	location  *time.Location
	signature string // all of it as text, for the hash of a book
}

func (s *schema) names() []string { return sortedKeys(s.fields) }

// describe writes down what decisions depend on.
func (s *schema) describe() string {
	var b strings.Builder
	for _, name := range s.names() {
		fmt.Fprintf(&b, "fact %s %s %t\n", name, s.fields[name].kind, s.fields[name].optional)
	}
	for _, name := range sortedKeys(s.functions) {
		if fn := s.functions[name]; fn.custom {
			fmt.Fprintf(&b, "function %s %q\n", fn.signature(), fn.version)
		}
	}
	fmt.Fprintf(&b, "policy %s\n", s.policy)
	if s.specific {
		b.WriteString("by specificity\n")
	}
	return b.String()
}
