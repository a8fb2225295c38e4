package rules

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Source is where rules come from. Values, Groups, YAML, JSON and CSV make one;
// a host can bring its own.
type Source[E any] interface {
	// Load returns what the source holds and every mistake found while reading
	// it. A mistake does not keep the other rules from being returned, so that
	// their mistakes are found in the same load.
	Load(r Reading) Loaded[E]
}

// Reading is what a source needs to know of the schema that it is read for. A
// source that reads another one passes it on as it is.
type Reading struct {
	Limits   Limits
	Location *time.Location // of dates without a time

	schema *schema // of which a decision table learns the kinds of its columns
}

// effects is a decoder of effects for the source.
func (r Reading) effects() *effectDecoder {
	if r.schema == nil {
		return &effectDecoder{}
	}
	return &effectDecoder{types: r.schema.effects}
}

// Loaded is what a source holds. A host's own source fills in Rules and Errors
// and leaves the rest out, unless it has groups or tables to tell of.
type Loaded[E any] struct {
	Rules  []Located[E]
	Groups []LocatedGroup
	// Tables are the decision tables that rules come from, for Book.Tables.
	Tables []Table
	// Header is what the source says of the book; zero when it says nothing.
	Header LocatedHeader
	Errors []*RuleError
}

// Located is a rule with the place that it was read from.
type Located[E any] struct {
	Rule   Rule[E]
	Source string // the name of the source
	Origin Origin
	// Faulty says that the effect could not be read. Its mistake is among those
	// that the source returned, so the effect is not checked further.
	Faulty bool
	// Row counts from 1 when the rule is a row of a decision table: its turn under
	// the hit policy First. 0 for any other rule.
	Row int
}

// LocatedHeader is what a source says of the book, with the place of it.
type LocatedHeader struct {
	Header BookHeader
	Source string // the name of the source
	Origin Origin // of the part "book"; may be nil
}

// LocatedGroup is a group with the place that it was read from.
type LocatedGroup struct {
	Group  Group
	Source string // the name of the source
	Origin Origin // of the parts "name", "policy" and "outputs"; may be nil
}

// Origin finds places in the text of a rule.
type Origin interface {
	// Place returns the place of a part of the rule ("when", "then", "id", "from",
	// ...), or of the rule itself for the empty part. For "when" the offset is
	// that of a character of the condition; otherwise it is 0.
	Place(part string, offset int) Place
}

// Place is a position in a text. Line and Column count from 1; the zero Place
// says that there is none.
type Place struct {
	Line, Column int
	Text         string // the whole line
}

// Values returns the source of rules given as Go values. Errors give positions
// within the text of the condition.
func Values[E any](name string, rules []Rule[E]) Source[E] {
	return values[E]{name: name, rules: rules}
}

type values[E any] struct {
	name  string
	rules []Rule[E]
}

// Load returns the rules as they are.
func (v values[E]) Load(Reading) Loaded[E] {
	out := make([]Located[E], len(v.rules))
	for i, r := range v.rules {
		out[i] = Located[E]{Rule: r, Source: v.name, Origin: conditionOrigin(r.When)}
	}
	return Loaded[E]{Rules: out}
}

// conditionOrigin places mistakes within the text of a condition alone.
type conditionOrigin string

// Place knows positions of the condition only.
func (o conditionOrigin) Place(part string, offset int) Place {
	if part != partWhen || o == "" {
		return Place{}
	}
	return placeInText(string(o), offset)
}

// placeInText turns a character offset into line and column.
func placeInText(text string, offset int) Place {
	line, column, start := 1, 1, 0
	for i, r := range text {
		if offset <= 0 {
			break
		}
		offset--
		column++
		if r == '\n' {
			line, column, start = line+1, 1, i+utf8.RuneLen(r)
		}
	}
	rest := text[start:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return Place{Line: line, Column: column, Text: strings.TrimRight(rest, "\r")}
}

// The parts of a rule as errors name them.
const (
	partID       = "id"
	partWhen     = "when"
	partThen     = "then"
	partFrom     = "from"
	partTo       = "to"
	partPriority = "priority"
	partName     = "name"
	partTags     = "tags"
	partVersion  = "version"
	partNote     = "note"
	partGroup    = "group"
	partTitle    = "title"
	partPolicy   = "policy"
	partOutputs  = "outputs"
	partBook     = "book"
	partKind     = "kind"
)
