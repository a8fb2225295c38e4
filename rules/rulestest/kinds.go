package rulestest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// maxKindDepth bounds the walk through an effect that leads back to itself.
const maxKindDepth = 32

// kindsOf lists the types that the interfaces in an effect hold, in order. Its
// JSON form says nothing of them, so a voucher could pass for a gift.
func kindsOf(effect any) string {
	return strings.Join(kindsIn(reflect.ValueOf(effect), 0, nil), ";")
}

func kindsIn(v reflect.Value, depth int, to []string) []string {
	if depth > maxKindDepth {
		return to
	}
	depth++
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return append(to, "nil")
		}
		return kindsIn(v.Elem(), depth, append(to, v.Elem().Type().String()))
	case reflect.Pointer:
		return kindsIn(v.Elem(), depth, to) // of nil there is nothing below
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				to = kindsIn(v.Field(i), depth, to)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			to = kindsIn(v.Index(i), depth, to)
		}
	case reflect.Map:
		elements := map[string]reflect.Value{}
		for it := v.MapRange(); it.Next(); {
			elements[fmt.Sprint(it.Key())] = it.Value()
		}
		for _, key := range slices.Sorted(maps.Keys(elements)) {
			to = kindsIn(elements[key], depth, to)
		}
	default:
	}
	return to
}
