package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// EffectType is a kind of effect of the host's own. Where the effect type of a
// book, or a field of it, is an interface, a source names the kind and then says
// what it is made of:
//
//	then: { gift: { item: MUG-1, quantity: 2 EA } }
//
// A package that decides can so leave open what its rules may do, and a host
// adds kinds without the package knowing of them.
type EffectType struct {
	// Name is what sources write, lower-case by custom.
	Name string
	// Of is a value of the Go type, a struct or a pointer to one. What it holds
	// does not matter: every effect begins with the zero value.
	Of any
}

// addEffects checks the host's kinds of effects.
func (b *schemaBuilder) addEffects(list []EffectType) {
	b.effects = make(map[string]reflect.Type, len(list))
	for _, e := range list {
		t := reflect.TypeOf(e.Of)
		switch {
		case e.Name == "" || strings.TrimSpace(e.Name) != e.Name:
			b.refuse("effect %q: not a name that a source can write", e.Name)
		case b.effects[e.Name] != nil:
			b.refuse("effect %s: the name is already in use", e.Name)
		case t == nil || t.Kind() != reflect.Struct && (t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct):
			b.refuse("effect %s: Of is not a struct or a pointer to one", e.Name)
		default:
			b.effects[e.Name] = t
		}
	}
}

// kinds lists the effects that fit an interface, in order.
func (d *effectDecoder) kinds(t reflect.Type) []string {
	var names []string
	for name, kind := range d.types {
		if kind.Implements(t) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// variant decodes a mapping of one key, which names a kind of effect.
func (d *effectDecoder) variant(n ast.Node, v reflect.Value) []misfit {
	fit := d.kinds(v.Type())
	if len(fit) == 0 {
		return one(n, fmt.Sprintf("no kind of effect is known for %s", v.Type()), "name them in Config.Effects of the schema")
	}
	expected := "write one of " + joinNames(fit) + ": {...}"
	m, ok := n.(ast.MapNode)
	if !ok {
		return one(n, "this does not name a kind of effect", expected)
	}
	it := m.MapRange()
	if !it.Next() {
		return one(n, "this does not name a kind of effect", expected)
	}
	key, value := it.Key(), it.Value()
	if name := scalarText(key); !slices.Contains(fit, name) {
		return one(key, fmt.Sprintf("there is no kind of effect %s here", name), didYouMean(name, fit))
	}
	if it.Next() {
		return one(it.Key(), "an effect is of one kind", "make it a rule of its own")
	}
	t := d.types[scalarText(key)]
	made := reflect.New(t).Elem()
	faults := d.value(value, made)
	v.Set(made)
	return faults
}

// namedTypes writes down the types that interfaces in an effect hold, of which
// its JSON form says nothing. Parts that cannot hold an interface are passed over:
// how a number or a time is kept is not what it says. above are the pointers on
// the way, so that an effect which leads back to itself by a field that JSON
// leaves out comes to an end.
func namedTypes(v reflect.Value, to []byte, above ...uintptr) []byte {
	if !holdsInterface(v.Type(), map[reflect.Type]bool{}) {
		return to
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return append(to, "nil;"...)
		}
		return namedTypes(v.Elem(), append(append(to, v.Elem().Type().String()...), ';'), above...)
	case reflect.Pointer:
		switch {
		case v.IsNil():
			return append(to, "nil;"...)
		case slices.Contains(above, v.Pointer()):
			return to
		}
		return namedTypes(v.Elem(), to, append(slices.Clip(above), v.Pointer())...)
	case reflect.Struct:
		for i := range v.NumField() {
			to = namedTypes(v.Field(i), to, above...)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			to = namedTypes(v.Index(i), to, above...)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, key := range keys {
			to = namedTypes(v.MapIndex(key), to, above...)
		}
	default:
	}
	return to
}

// holdsInterface reports whether values of a type can hold an interface.
func holdsInterface(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holdsInterface(t.Elem(), seen)
	case reflect.Struct:
		if scalarKind(t) != kindNone {
			return false // a value of the kernel
		}
		for i := range t.NumField() {
			if holdsInterface(t.Field(i).Type, seen) {
				return true
			}
		}
	default:
	}
	return false
}
