package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Function is a function of the host that conditions may call.
//
// It must be pure: the same arguments give the same result, for decisions are
// replayed. A panic becomes an error of the rule. When an argument is missing
// the function is not called and its result is missing too.
type Function struct {
	// Name is what conditions call it by. It may not be that of a built-in one.
	Name string
	// Version is part of a book's hash: change it when the results change.
	Version string
	// Cost weighs the call against a plain operation, which costs 1. Among the
	// parts of a condition that need evaluation the cheap ones come first.
	Cost int
	// Call is a Go function. Its parameters and its first result are of the types
	// bool, int, int64, string, []string, money.Amount, money.Rate,
	// quantity.Quantity, calendar.Date or time.Time; a second result may be error.
	Call any
}

// function is a built-in or custom function as the checker knows it.
type function struct {
	name    string
	version string
	custom  bool
	params  [][]kind // the kinds that each parameter admits
	result  kind     // kindNone: that of the first argument
	apply   *operation
}

// signature writes the function for errors and documents.
func (f *function) signature() string {
	params := make([]string, len(f.params))
	for i, kinds := range f.params {
		names := make([]string, len(kinds))
		for j, k := range kinds {
			names[j] = k.String()
		}
		params[i] = strings.Join(names, "|")
	}
	result := f.result.String()
	if f.result == kindNone {
		result = params[0]
	}
	return fmt.Sprintf("%s(%s) %s", f.name, strings.Join(params, ", "), result)
}

// builtinFunctions are the functions that every condition may use besides the
// constructors money, qty, rate, date and time.
func builtinFunctions() map[string]*function {
	table := map[string]*function{}
	define := func(name string, result kind, params [][]kind, call func(args []any) (any, error)) {
		table[name] = &function{
			name: name, params: params, result: result,
			apply: &operation{name: "function " + name, call: call},
		}
	}
	one := func(kinds ...kind) [][]kind { return [][]kind{kinds} }
	define("len", kindInt, one(kindString, kindStrings), func(args []any) (any, error) {
		if items, ok := args[0].([]string); ok {
			return int64(len(items)), nil
		}
		text, _ := args[0].(string)
		return int64(len([]rune(text))), nil
	})
	define("lower", kindString, one(kindString), onText(strings.ToLower))
	define("upper", kindString, one(kindString), onText(strings.ToUpper))
	define("trim", kindString, one(kindString), onText(strings.TrimSpace))
	define("abs", kindNone, one(kindInt, kindAmount, kindRate, kindQuantity), func(args []any) (any, error) {
		return absolute(args[0])
	})
	define("currency", kindString, one(kindAmount), func(args []any) (any, error) {
		amount, _ := args[0].(money.Amount)
		return amount.Currency().Code(), nil
	})
	define("unit", kindString, one(kindQuantity), func(args []any) (any, error) {
		q, _ := args[0].(quantity.Quantity)
		return q.Unit().String(), nil
	})
	define("weekday", kindString, one(kindDate), func(args []any) (any, error) {
		d, _ := args[0].(calendar.Date)
		return strings.ToLower(d.Weekday().String()), nil
	})
	return table
}

func onText(f func(string) string) func([]any) (any, error) {
	return func(args []any) (any, error) {
		text, _ := args[0].(string)
		return f(text), nil
	}
}

func absolute(v any) (any, error) {
	negative := false
	switch x := v.(type) {
	case int64:
		negative = x < 0
	case money.Amount:
		negative = x.Sign() < 0
	case money.Rate:
		negative = x.Sign() < 0
	case quantity.Quantity:
		negative = x.Sign() < 0
	}
	if negative {
		return negate(v)
	}
	return v, nil
}

// constructors are the functions that make constants from text at load.
func constructors() []string { return []string{"money", "qty", "rate", "date", "time"} }

// addFunctions checks the host's functions and adds them to the built-in ones.
func (b *schemaBuilder) addFunctions(custom []Function) {
	b.functions = builtinFunctions()
	for _, f := range custom {
		switch {
		case !isName(f.Name):
			b.refuse("function %q: not a name that a condition can use", f.Name)
		case slices.Contains(constructors(), f.Name) || b.functions[f.Name] != nil:
			b.refuse("function %s: the name is already in use", f.Name)
		case f.Cost < 0:
			b.refuse("function %s: the cost is negative", f.Name)
		default:
			fn, problem := wrapFunction(f)
			if problem != "" {
				b.refuse("function %s: %s", f.Name, problem)
				continue
			}
			b.functions[f.Name] = fn
		}
	}
}

// wrapFunction reads the declared types from the Go function.
func wrapFunction(f Function) (*function, string) {
	v := reflect.ValueOf(f.Call)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil, "Call is not a function"
	}
	t := v.Type()
	if t.IsVariadic() {
		return nil, "a variadic function has no declared number of arguments"
	}
	if t.NumOut() == 0 || t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != reflect.TypeFor[error]() {
		return nil, "want one result, or one result and an error"
	}
	fn := &function{name: f.Name, version: f.Version, custom: true}
	for i := range t.NumIn() {
		k := argumentKind(t.In(i))
		if k == kindNone {
			return nil, fmt.Sprintf("parameter %d has type %s, which is not one of a condition", i+1, t.In(i))
		}
		fn.params = append(fn.params, []kind{k})
	}
	fn.result = argumentKind(t.Out(0))
	if fn.result == kindNone || fn.result == kindStrings {
		return nil, fmt.Sprintf("the result has type %s, which is not one of a condition", t.Out(0))
	}
	fn.apply = &operation{name: "function " + f.Name, cost: f.Cost, call: caller(f.Name, v)}
	return fn, ""
}

// argumentKind returns the kind of a Go type that functions may take and give.
func argumentKind(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[bool]():
		return kindBool
	case reflect.TypeFor[int](), reflect.TypeFor[int64]():
		return kindInt
	case reflect.TypeFor[string]():
		return kindString
	case reflect.TypeFor[[]string]():
		return kindStrings
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
	default:
		return kindNone
	}
}

// caller calls a host function with canonical values. A panic of the function
// becomes its error.
func caller(name string, v reflect.Value) func([]any) (any, error) {
	t := v.Type()
	return func(args []any) (result any, err error) {
		defer func() {
			if r := recover(); r != nil {
				result, err = nil, fmt.Errorf("function %s panicked: %v", name, r)
			}
		}()
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = reflect.ValueOf(a)
			if in[i].Type() != t.In(i) {
				in[i] = in[i].Convert(t.In(i))
			}
		}
		out := v.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			err, _ := out[1].Interface().(error)
			if ofAnotherBook(err) {
				return nil, fmt.Errorf("function %s: %v", name, err) //nolint:errorlint // see ofAnotherBook
			}
			return nil, fmt.Errorf("function %s: %w", name, err)
		}
		if n, ok := out[0].Interface().(int); ok {
			return int64(n), nil
		}
		return canonical(out[0].Interface()), nil
	}
}

// ofAnotherBook reports whether an error comes from a book that the function
// asked. It keeps its text alone: whoever looks for a *SkippedError of this book
// must not find that of the other.
func ofAnotherBook(err error) bool {
	var skipped *SkippedError
	var failed *EvalError
	return errors.As(err, &skipped) || errors.As(err, &failed)
}

// canonical turns a zero date or time into a missing value, as for facts.
func canonical(v any) any {
	switch x := v.(type) {
	case calendar.Date:
		if x.IsZero() {
			return nil
		}
	case time.Time:
		if x.IsZero() {
			return nil
		}
	}
	return v
}
