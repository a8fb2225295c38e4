package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ErrUnknownFact is returned when the facts have none of the name.
var ErrUnknownFact = errors.New("rules: there is no such fact")

// Parse reads a value of the fact's type from text: GOLD or "GOLD", 12,
// 10.00 USD, 12 EA, 5%, 2026-01-31, 2026-01-31T08:00:00Z, true; for a list of
// strings A, B or ["A", "B"]; "missing" and "nil" for a fact that can be missing.
// It is what scenario tables and command lines set facts with.
func (s *Schema[F]) Parse(fact, text string) (Value, error) {
	f := s.core.fields[fact]
	if f == nil {
		return Value{}, s.unknown(fact)
	}
	text = strings.TrimSpace(text)
	if f.optional && (text == "missing" || text == "nil") {
		return Value{}, nil
	}
	v, err := parseFact(f.kind, text)
	if err != nil {
		return Value{}, fmt.Errorf("rules: fact %s: %q is not %s, such as %s: %w", fact, text, article(f.kind), f.kind.plain(), err)
	}
	return v, nil
}

func (s *Schema[F]) unknown(fact string) error {
	hint := didYouMean(fact, s.core.names())
	return fmt.Errorf("%w: %s; %s", ErrUnknownFact, fact, hint)
}

// plain is an example of a kind as Parse reads it.
func (k kind) plain() string {
	switch k {
	case kindString:
		return "GOLD"
	case kindStrings:
		return "A, B"
	case kindBool, kindInt:
		return k.example()
	default:
		_, text, _ := strings.Cut(k.example(), `"`)
		return strings.TrimSuffix(text, `")`)
	}
}

func parseFact(k kind, text string) (Value, error) {
	switch k {
	case kindBool:
		b, err := strconv.ParseBool(text)
		return valueOf(b), err
	case kindInt:
		n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64)
		return valueOf(n), err
	case kindString:
		s, err := unquote(text)
		return valueOf(s), err
	case kindStrings:
		list, err := parseTexts(text)
		return valueOf(list), err
	case kindAmount:
		a, err := money.Parse(text)
		return valueOf(a), err
	case kindRate:
		r, err := money.ParseRate(text)
		return valueOf(r), err
	case kindQuantity:
		q, err := quantity.Parse(text)
		return valueOf(q), err
	case kindDate:
		d, err := calendar.ParseDate(text)
		return valueOf(d), err
	default:
		t, err := time.Parse(time.RFC3339Nano, text)
		return valueOf(t), err
	}
}

// unquote reads a text with or without quotes.
func unquote(text string) (string, error) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text, nil
	}
	return strconv.Unquote(text)
}

// parseTexts reads a list with or without brackets and quotes.
func parseTexts(text string) ([]string, error) {
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = text[1 : len(text)-1]
	}
	list := []string{}
	for rest := strings.TrimSpace(text); rest != ""; {
		var element string
		if rest[0] == '"' {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, err
			}
			element, _ = strconv.Unquote(quoted)
			rest = strings.TrimSpace(rest[len(quoted):])
			if rest != "" && rest[0] != ',' {
				return nil, errors.New("a comma is missing after a text")
			}
			rest = strings.TrimPrefix(rest, ",")
		} else {
			element, rest, _ = strings.Cut(rest, ",")
			element = strings.TrimSpace(element)
		}
		list = append(list, element)
		rest = strings.TrimSpace(rest)
	}
	return list, nil
}

// Get returns the value of a fact.
func (s *Schema[F]) Get(facts *F, fact string) (Value, error) {
	f := s.core.fields[fact]
	if f == nil {
		return Value{}, s.unknown(fact)
	}
	if facts == nil {
		return Value{}, ErrNoFacts
	}
	return f.read(baseOf(facts)), nil
}

// Set gives a fact a value. Structs behind pointers on the way to it are made
// when they are not there; a missing value sets the last pointer to nil, or a
// date or time to zero. It is for tests, analysis and command lines: a host
// fills its own struct. The errors are ErrUnknownFact, ErrNoFacts, and one for a
// value of another type or beyond the range of the field.
func (s *Schema[F]) Set(facts *F, fact string, v Value) error {
	f := s.core.fields[fact]
	if f == nil {
		return s.unknown(fact)
	}
	if facts == nil {
		return ErrNoFacts
	}
	target, ok := reachField(reflect.ValueOf(facts).Elem(), f.index, v.IsMissing())
	if !ok {
		return nil // missing already
	}
	if v.IsMissing() {
		if target.Kind() != reflect.Pointer && f.kind != kindDate && f.kind != kindTime {
			return fmt.Errorf("rules: fact %s cannot be missing here", fact)
		}
		target.SetZero()
		return nil
	}
	if v.kind != f.kind {
		return fmt.Errorf("rules: fact %s is %s, not %s", fact, article(f.kind), article(v.kind))
	}
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if f.kind == kindInt && (target.CanInt() && target.OverflowInt(v.number) ||
		target.CanUint() && (v.number < 0 || target.OverflowUint(uint64(v.number)))) {
		return fmt.Errorf("rules: fact %s cannot be %d: it is of type %s", fact, v.number, target.Type())
	}
	in := reflect.ValueOf(v.canonical())
	if f.kind == kindStrings {
		list, _ := v.Texts()
		in = reflect.ValueOf(slices.Clone(list))
		if target.Type().Elem() != in.Type().Elem() {
			named := reflect.MakeSlice(target.Type(), len(list), len(list))
			for i, text := range list {
				named.Index(i).SetString(text)
			}
			in = named
		}
	}
	target.Set(in.Convert(target.Type()))
	return nil
}

// reachField walks to a field, making structs behind nil pointers on the way,
// unless the fact is to be missing: then it stops at the first nil, with false.
// The field itself is returned as it is, pointer or not.
func reachField(v reflect.Value, index []int, missing bool) (reflect.Value, bool) {
	for i, n := range index {
		v = v.Field(n)
		if i == len(index)-1 || v.Kind() != reflect.Pointer {
			continue
		}
		if v.IsNil() {
			if missing {
				return reflect.Value{}, false
			}
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	return v, true
}
