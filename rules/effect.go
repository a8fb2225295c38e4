package rules

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/o2ckit/o2c/kernel/money"
)

// effectDecoder decodes the then of a YAML rule into the effect type, strictly,
// and finds every mistake with its node. Numbers are read from their text.
type effectDecoder struct {
	structs map[reflect.Type]map[string][]int // field index by name
	types   map[string]reflect.Type           // that interfaces may hold
}

// misfit is a value of an effect that does not fit its type.
type misfit struct {
	node     ast.Node
	message  string
	expected string
}

// decode fills the effect that target points to.
func (d *effectDecoder) decode(n ast.Node, target any) []misfit {
	return d.value(n, reflect.ValueOf(target).Elem())
}

func (d *effectDecoder) value(n ast.Node, v reflect.Value) []misfit {
	if v.Kind() == reflect.Pointer {
		if isNull(n) {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(n, v.Elem())
	}
	if isNull(n) {
		return one(n, "the value is missing", "leave the key out, or give it "+describe(v.Type()))
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok && isScalar(n) {
		if _, whole := n.(*ast.IntegerNode); whole && v.Type() == reflect.TypeFor[money.Rate]() {
			if text := strings.TrimLeft(scalarText(n), "-+"); digits(text) && text != "0" && text != "1" {
				return one(n, fmt.Sprintf("%s as a rate is %s00%%", text, text), fmt.Sprintf("write %s%%, or %s00%% if that is meant", text, text))
			}
		}
		v.SetZero() // the value may be the copy of one whose insides are shared
		if err := u.UnmarshalText([]byte(scalarText(n))); err != nil {
			return one(n, err.Error(), decimalSign(scalarText(n)))
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Interface:
		return d.variant(n, v)
	case reflect.Struct:
		return d.structure(n, v)
	case reflect.Slice:
		return d.slice(n, v)
	case reflect.Map:
		return d.mapping(n, v)
	default:
		return scalar(n, v)
	}
}

func one(n ast.Node, message, expected string) []misfit {
	return []misfit{{node: n, message: message, expected: expected}}
}

// decimalSign is the advice for a number written with a comma; "" for others.
func decimalSign(text string) string {
	for i := 1; i+1 < len(text); i++ {
		if text[i] == ',' && digits(text[i-1:i]) && digits(text[i+1:i+2]) {
			return "write a point before decimals, and nothing between thousands"
		}
	}
	return ""
}

func (d *effectDecoder) structure(n ast.Node, v reflect.Value) []misfit {
	m, ok := n.(ast.MapNode)
	if !ok {
		return one(n, "this is not a mapping", "write "+describe(v.Type()))
	}
	fields := d.fields(v.Type())
	var out []misfit
	seen := map[string]bool{}
	for it := m.MapRange(); it.Next(); {
		key := scalarText(it.Key())
		index, known := fields[key]
		switch {
		case !known:
			out = append(out, misfit{it.Key(), fmt.Sprintf("the effect has no field %s", key), didYouMean(key, sortedKeys(fields))})
		case seen[key]:
			out = append(out, misfit{it.Key(), fmt.Sprintf("the field %s stands twice", key), ""})
		default:
			seen[key] = true
			out = append(out, d.value(it.Value(), v.FieldByIndex(index))...)
		}
	}
	return out
}

func (d *effectDecoder) slice(n ast.Node, v reflect.Value) []misfit {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return one(n, "this is not a list", "write [a, b]")
	}
	var out []misfit
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, element := range list.Values {
		out = append(out, d.value(element, v.Index(i))...)
	}
	return out
}

func (d *effectDecoder) mapping(n ast.Node, v reflect.Value) []misfit {
	m, ok := n.(ast.MapNode)
	if !ok || v.Type().Key().Kind() != reflect.String {
		return one(n, "this is not a mapping", "write "+describe(v.Type()))
	}
	var out []misfit
	v.Set(reflect.MakeMap(v.Type()))
	for it := m.MapRange(); it.Next(); {
		key := reflect.ValueOf(scalarText(it.Key())).Convert(v.Type().Key())
		if v.MapIndex(key).IsValid() {
			out = append(out, misfit{it.Key(), fmt.Sprintf("the key %s stands twice", key), ""})
			continue
		}
		element := reflect.New(v.Type().Elem()).Elem()
		out = append(out, d.value(it.Value(), element)...)
		v.SetMapIndex(key, element)
	}
	return out
}

// scalar fills a value of a basic type.
func scalar(n ast.Node, v reflect.Value) []misfit {
	if !isScalar(n) {
		return one(n, "this is not a single value", "write "+describe(v.Type()))
	}
	text := scalarText(n)
	wrong := func() []misfit {
		return one(n, fmt.Sprintf("%s does not fit", strconv.Quote(text)), "write "+describe(v.Type()))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, ok := n.(*ast.BoolNode)
		if !ok {
			return wrong()
		}
		v.SetBool(b.Value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == reflect.TypeFor[time.Duration]() {
			span, err := time.ParseDuration(text)
			if err != nil {
				return wrong()
			}
			v.SetInt(int64(span))
			return nil
		}
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return wrong()
		}
		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return wrong()
		}
		v.SetUint(u)
	case reflect.Float32, reflect.Float64:
		return one(n, "the effect has a float here, which is not exact", "use money.Rate, money.Amount or an int in the effect type")
	default:
		return one(n, fmt.Sprintf("a value of type %s cannot be read from text", v.Type()), "give the type UnmarshalText")
	}
	return nil
}

// describe names what a type is written as.
func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if t == reflect.TypeFor[time.Duration]() {
			return "a span such as 36h"
		}
		return fmt.Sprintf("a whole number of %d bits", t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("a whole number of %d bits, not negative", t.Bits())
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
			return "a value of " + t.String()
		}
		return "a mapping"
	default:
		return "a value of " + t.String()
	}
}

// fields lists the fields of a struct by the name that YAML uses; embedded
// structs without a name of their own are inlined.
func (d *effectDecoder) fields(t reflect.Type) map[string][]int {
	if known := d.structs[t]; known != nil {
		return known
	}
	out := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name := fieldName(f)
		if name == "" || !f.IsExported() || throughPointer(t, f.Index) {
			continue
		}
		if _, taken := out[name]; !taken {
			out[name] = f.Index
		}
	}
	if d.structs == nil {
		d.structs = map[reflect.Type]map[string][]int{}
	}
	d.structs[t] = out
	return out
}

// fieldName returns the name of a field in YAML, empty when it has none.
func fieldName(f reflect.StructField) string {
	for _, key := range []string{"yaml", "json"} {
		if tag, ok := f.Tag.Lookup(key); ok {
			name, _, _ := strings.Cut(tag, ",")
			if name == "-" {
				return ""
			}
			if name != "" {
				return name
			}
		}
	}
	if f.Anonymous && f.Type.Kind() == reflect.Struct {
		return ""
	}
	return lowerCamel(f.Name)
}

// throughPointer reports whether a promoted field lies behind an embedded
// pointer, which would be nil.
func throughPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}
