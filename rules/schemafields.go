package rules

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// maxFactDepth bounds nested fact structs. Deeper ones are a mistake, not data.
const maxFactDepth = 8

// schemaBuilder collects facts and faults while it walks the fact struct.
type schemaBuilder struct {
	schema
	faults []string
}

func (b *schemaBuilder) refuse(format string, args ...any) {
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

// addStruct adds the fields of t. hops are the pointers already followed, offset
// is where t begins after the last of them, index the numbers of the fields that lead
// to t, path the structs that we are in.
func (b *schemaBuilder) addStruct(t reflect.Type, prefix string, hops []uintptr, offset uintptr, index []int, path []reflect.Type) {
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, tagged := sf.Tag.Lookup("rule")
		embedded := sf.Anonymous && !tagged && sf.Type.Kind() == reflect.Struct
		if tag == "-" || !sf.IsExported() && !embedded {
			continue
		}
		name := tag
		if !tagged {
			name = lowerCamel(sf.Name)
		}
		where := t.String() + "." + sf.Name
		inline := embedded && scalarKind(sf.Type) == kindNone
		if !inline && !isName(name) {
			b.refuse("%s: %q is not a name that a condition can use", where, name)
			continue
		}
		full := prefix + name
		if inline {
			full = strings.TrimSuffix(prefix, ".")
		}
		b.addField(sf.Type, full, where, hops, offset+sf.Offset, append(slices.Clone(index), i), path, false)
	}
}

// addField adds one field, following at most one pointer to it.
func (b *schemaBuilder) addField(t reflect.Type, name, where string, hops []uintptr, offset uintptr, index []int, path []reflect.Type, optional bool) {
	if t.Kind() == reflect.Pointer && !optional {
		followed := append(slices.Clone(hops), offset)
		b.addField(t.Elem(), name, where, followed, 0, index, path, true)
		return
	}
	k := scalarKind(t)
	switch {
	case k == kindStrings && optional:
		b.refuse("%s: a pointer to a list is not a fact; use the list, an empty one is not missing", where)
	case k != kindNone:
		b.add(&field{
			name: name, kind: k, hops: hops, offset: offset, index: index, width: t.Kind(), goType: t,
			optional: len(hops) > 0 || k == kindDate || k == kindTime,
		}, where)
	case refusal(t) != "":
		b.refuse("%s: %s", where, refusal(t))
	case slices.Contains(path, t):
		b.refuse("%s: %s contains itself; leave the field out with `rule:\"-\"`", where, t)
	case len(path) >= maxFactDepth:
		b.refuse("%s: facts are nested deeper than %d structs", where, maxFactDepth)
	default:
		prefix := ""
		if name != "" {
			b.addGroup(name, where)
			prefix = name + "."
		}
		before := len(b.fields) + len(b.faults)
		b.addStruct(t, prefix, hops, offset, index, append(slices.Clone(path), t))
		if len(b.fields)+len(b.faults) == before {
			b.refuse("%s: %s has no field that is a fact; leave it out with `rule:\"-\"`", where, t)
		}
	}
}

func (b *schemaBuilder) add(f *field, where string) {
	if b.taken(f.name) {
		b.refuse("%s: the name %q is already in use", where, f.name)
		return
	}
	b.fields[f.name] = f
}

func (b *schemaBuilder) addGroup(name, where string) {
	if b.taken(name) {
		b.refuse("%s: the name %q is already in use", where, name)
		return
	}
	b.groups[name] = true
}

func (b *schemaBuilder) taken(name string) bool {
	return b.fields[name] != nil || b.groups[name]
}

// scalarKind returns the kind of a type that can be a fact by itself.
func scalarKind(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[money.Amount]():
		return kindAmount
	case reflect.TypeFor[money.Rate]():
		return kindRate
	case reflect.TypeFor[quantity.Quantity]():
		return kindQuantity
	case reflect.TypeFor[calendar.Date]():
		return kindDate
	case reflect.TypeFor[time.Time]():
		return kindTime
	case reflect.TypeFor[time.Duration]():
		return kindNone
	}
	switch t.Kind() {
	case reflect.Bool:
		return kindBool
	case reflect.String:
		return kindString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32:
		if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			return kindNone // a code with a name: conditions want the name
		}
		return kindInt
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return kindStrings
		}
		return kindNone
	default:
		return kindNone
	}
}

// refusal says why a type that is not a scalar cannot be a fact, with what to
// use instead. Empty for a struct that may be walked into.
func refusal(t reflect.Type) string {
	if t == reflect.TypeFor[decimal.Decimal]() {
		return "decimal.Decimal says nothing about its unit; use money.Amount, money.Rate or quantity.Quantity"
	}
	if t == reflect.TypeFor[time.Duration]() {
		return "time.Duration is not a fact; use an int with the unit in its name"
	}
	switch t.Kind() {
	case reflect.Struct:
		return ""
	case reflect.Float32, reflect.Float64:
		return "a float is not exact; use money.Amount, money.Rate, quantity.Quantity or an int"
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return t.String() + " does not fit the engine's 64-bit signed integers; use int64"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return t.String() + " is a code with a text form; give conditions a string"
	case reflect.Slice, reflect.Array:
		return t.String() + " is not a fact; lists of strings are"
	case reflect.Pointer:
		return "a pointer to a pointer is not a fact"
	default:
		return t.String() + " is not a fact; leave the field out with `rule:\"-\"`"
	}
}

// lowerCamel turns a Go field name into a fact name: CustomerTier becomes
// customerTier, ID id, SKUCode skuCode.
func lowerCamel(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsUpper(r) {
			break
		}
		if i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// isName reports whether a condition can use the name for a fact or function.
func isName(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	if name == "" || !unicode.IsLetter(first) && first != '_' {
		return false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			return false
		}
	}
	return !slices.Contains(reservedWords(), name)
}

// reservedWords are the words of the expression language.
func reservedWords() []string {
	return []string{
		"true", "false", "nil", "and", "or", "not", "in", "if", "else", "let",
		"matches", "contains", "startsWith", "endsWith",
	}
}
