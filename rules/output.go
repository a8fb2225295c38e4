package rules

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// splitPath takes apart the name of a part of the effect: nothing is the whole.
func splitPath(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

// resolve returns the type of a part of the effect, behind all pointers, or what
// is wrong with the path.
func (d *effectDecoder) resolve(t reflect.Type, path []string) (found reflect.Type, message, expected string) {
	for i := 0; ; i++ {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if i == len(path) {
			return t, "", ""
		}
		switch {
		case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && path[i] != "":
			t = t.Elem()
		case t.Kind() == reflect.Struct && scalarKind(t) == kindNone:
			fields := d.fields(t)
			index, ok := fields[path[i]]
			if !ok {
				return nil, "the effect has no field " + strings.Join(path[:i+1], "."), didYouMean(path[i], sortedKeys(fields))
			}
			t = t.FieldByIndex(index).Type
		case i == 0:
			return nil, "the effect is a single value without fields", "name the column then"
		default:
			return nil, fmt.Sprintf("%s is a single value without fields", strings.Join(path[:i], ".")), ""
		}
	}
}

// at calls use with the part of the effect, making pointers and maps on the way.
func (d *effectDecoder) at(v reflect.Value, path []string, use func(reflect.Value)) {
	if len(path) == 0 {
		use(v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.at(v.Elem(), path, use)
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		key := reflect.ValueOf(path[0]).Convert(v.Type().Key())
		element := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(key); old.IsValid() {
			element.Set(old)
		}
		d.at(element, path[1:], use)
		v.SetMapIndex(key, element)
	case reflect.Struct:
		if index, ok := d.fields(v.Type())[path[0]]; ok {
			d.at(v.FieldByIndex(index), path[1:], use)
		}
	default: // resolve has refused such a path
	}
}

// part reads a part of an effect, behind all pointers; it is not valid when one
// of them is nil or a map does not have the key.
func (d *effectDecoder) part(v reflect.Value, path []string) reflect.Value {
	for i := 0; ; i++ {
		for v.IsValid() && v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if i == len(path) || !v.IsValid() {
			return v
		}
		switch v.Kind() {
		case reflect.Map:
			v = v.MapIndex(reflect.ValueOf(path[i]).Convert(v.Type().Key()))
		case reflect.Struct:
			index, ok := d.fields(v.Type())[path[i]]
			if !ok {
				return reflect.Value{}
			}
			v = v.FieldByIndex(index)
		default:
			return reflect.Value{}
		}
	}
}

// numeric reports whether values of the type can be added up exactly.
func numeric(t reflect.Type) bool {
	switch scalarKind(t) {
	case kindInt, kindAmount, kindRate, kindQuantity:
		return true
	default:
		return false
	}
}

// numberOf reads a numeric part in canonical form.
func numberOf(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(v.Uint()) //nolint:gosec // G115: at most 32 bits
	default:
		return v.Interface()
	}
}

// setNumber writes a canonical number back.
func setNumber(v reflect.Value, number any) error {
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	n, isInt := number.(int64)
	switch {
	case !isInt:
		v.Set(reflect.ValueOf(number))
	case v.CanInt() && !v.OverflowInt(n):
		v.SetInt(n)
	case v.CanUint() && n >= 0 && n <= math.MaxUint32 && !v.OverflowUint(uint64(n)):
		v.SetUint(uint64(n))
	default:
		return fmt.Errorf("%w: %d does not fit %s", errOverflow, n, v.Type())
	}
	return nil
}

// addNumbers adds two canonical numbers of one type, exactly.
func addNumbers(a, b any) (any, error) {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return addInts(x, y)
		}
	case money.Amount:
		if y, ok := b.(money.Amount); ok {
			return x.Add(y)
		}
	case money.Rate:
		if y, ok := b.(money.Rate); ok {
			return money.RateFromDecimal(x.Decimal().Add(y.Decimal()))
		}
	case quantity.Quantity:
		if y, ok := b.(quantity.Quantity); ok {
			return x.Add(y)
		}
	}
	return nil, errNotOrdered
}

// outputText is the JSON form of a part of the effect, by which equal values are
// known; "null" when the part is missing.
func outputText(v reflect.Value) (string, error) {
	if !v.IsValid() {
		return "null", nil
	}
	text, err := json.Marshal(v.Interface())
	return string(text), err
}
