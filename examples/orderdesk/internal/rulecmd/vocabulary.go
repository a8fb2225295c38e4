package rulecmd

import (
	"reflect"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// Word is a name that rules of a kind can use.
type Word struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Optional tells that a fact can be missing.
	Optional bool `json:"optional,omitempty"`
}

// Vocabulary is what the rules of a kind can speak about: facts in conditions, in
// order of their names, and the parts of the effect, in the order in which it is
// printed.
type Vocabulary struct {
	Kind   string `json:"kind"`
	Facts  []Word `json:"facts"`
	Effect []Word `json:"effect"`
}

// vocabulary lists the facts and the parts of the effect.
func (k kind[F, E]) vocabulary() (Vocabulary, error) {
	schema, err := k.schema(rules.Config{})
	if err != nil {
		return Vocabulary{}, err
	}
	out := Vocabulary{Kind: k.name}
	for _, f := range schema.Facts() {
		out.Facts = append(out.Facts, Word(f))
	}
	out.Effect = effectWords(reflect.TypeFor[E]())
	return out, nil
}

// effectWords lists the parts of an effect, a struct.
func effectWords(t reflect.Type) []Word {
	var out []Word
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, Word{Name: name, Type: effectType(f.Type)})
		}
	}
	return out
}

// typeRate is the type of a rate.
const typeRate = "rate"

// effectType names the type of a part of an effect as those of facts are named.
func effectType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[money.Rate]():
		return typeRate
	case reflect.TypeFor[money.Amount]():
		return "amount"
	case reflect.TypeFor[quantity.Unit]():
		return "unit"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int64:
		return "int"
	default:
		return "string" // words such as those of an action are written as strings too
	}
}

// Vocabularies lists what the rules of kinds can speak about. Of no names those of
// all kinds come back, and a name that is not known is passed over.
func Vocabularies(kinds []Kind, names []string) ([]Vocabulary, error) {
	var out []Vocabulary
	for _, k := range kinds {
		if len(names) > 0 && !slices.Contains(names, k.Name()) {
			continue
		}
		one, err := k.vocabulary()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}
