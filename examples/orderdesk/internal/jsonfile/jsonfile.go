// Package jsonfile reads the JSON files that people write for the order desk: whatever is
// not JSON, has no place in a file or stands there twice is a fault with its path, and
// all faults come back, so that a slip of the pen is not taken for nothing.
package jsonfile

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Fault is something wrong in a file.
type Fault struct {
	// Path is the place: request.lines[2].quantity. Empty: the file as a whole.
	Path string `json:"path,omitempty"`
	// Line and Column count from 1, where they are known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Message says what is wrong.
	Message string `json:"message"`
}

// Error holds all that is wrong with a file.
type Error struct {
	File   string  `json:"file"`
	Faults []Fault `json:"faults"`
}

// Error puts each fault on a line of its own.
func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Faults))
	for _, f := range e.Faults {
		place := e.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", place, f.Line, f.Column)
		}
		if f.Path != "" {
			place += ": " + f.Path
		}
		lines = append(lines, place+": "+f.Message)
	}
	return strings.Join(lines, "\n")
}

// Decode reads JSON into a value, which is a pointer. Whatever is not JSON, has no place
// in the type or is of another type comes back as faults, all of them, with their
// paths; the value is of use only where there are none.
func Decode(data []byte, value any) []Fault {
	if !json.Valid(data) {
		return []Fault{SyntaxFault(data)}
	}
	var c checker
	c.check(data, reflect.TypeOf(value).Elem(), "")
	if len(c.faults) > 0 {
		return c.faults
	}
	if err := json.Unmarshal(data, value); err != nil {
		return []Fault{{Message: err.Error()}}
	}
	return nil
}

// SyntaxFault says where a text stops being JSON.
func SyntaxFault(data []byte) Fault {
	err := json.Unmarshal(data, new(json.RawMessage))
	f := Fault{Message: "this is not JSON"}
	if err != nil {
		f.Message += ": " + err.Error()
	}
	at := len(data)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) && int(syntax.Offset) <= len(data) {
		at = max(int(syntax.Offset)-1, 0)
	}
	before := data[:at]
	f.Line = bytes.Count(before, []byte("\n")) + 1
	f.Column = len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return f
}

// checker holds valid JSON against a type.
type checker struct{ faults []Fault }

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{Path: path, Message: fmt.Sprintf(format, args...)})
}

// check holds a value against a type.
func (c *checker) check(data []byte, t reflect.Type, path string) {
	data = bytes.TrimSpace(data)
	if t.Kind() == reflect.Pointer {
		if string(data) != "null" {
			c.check(data, t.Elem(), path)
		}
		return
	}
	if readsItself(t) {
		c.checkLeaf(data, t, path)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		c.checkStruct(data, t, path)
	case reflect.Slice:
		if data[0] != '[' {
			c.fault(path, "a list is expected, not %s", named(data))
			return
		}
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			c.fault(path, "%v", err)
		}
		for i, one := range list {
			c.check(one, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		c.checkLeaf(data, t, path)
	}
}

// readsItself reports whether values of the type know how to read their JSON.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// checkLeaf reads a value to see whether it can be.
func (c *checker) checkLeaf(data []byte, t reflect.Type, path string) {
	err := json.Unmarshal(data, reflect.New(t).Interface())
	if err == nil {
		return
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		want := map[reflect.Kind]string{reflect.String: "a text", reflect.Bool: "true or false", reflect.Struct: "a text"}[t.Kind()]
		if want == "" {
			want = "a whole number"
		}
		c.fault(path, "%s is expected, not %s", want, named(data))
		return
	}
	c.fault(path, "%v", err)
}

// named says what a value is.
func named(data []byte) string {
	switch data[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	const most = 40
	if text := []rune(string(data)); len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(data)
}

// checkStruct looks for names that the type does not have, and names that stand twice.
func (c *checker) checkStruct(data []byte, t reflect.Type, path string) {
	if data[0] != '{' {
		c.fault(path, "an object is expected, not %s", named(data))
		return
	}
	fields, known := Fields(t)
	seen := make(map[string]bool)
	_ = Each(data, func(name string, value json.RawMessage, _ int) { // it is valid
		at := strings.TrimPrefix(path+"."+name, ".")
		switch typ, ok := fields[name]; {
		case seen[name]:
			c.fault(at, "it stands here twice")
		case !ok:
			c.fault(at, "there is no such name here; there are %s", strings.Join(known, ", "))
		default:
			c.check(value, typ, at)
		}
		seen[name] = true
	})
}

// Fields returns the types of a struct's fields by their names in JSON, and the
// names in the order of the struct.
func Fields(t reflect.Type) (types map[string]reflect.Type, names []string) {
	types = make(map[string]reflect.Type)
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		types[name] = f.Type
		names = append(names, name)
	}
	return types, names
}

// Each calls do with every name of an object, its value, and where the value begins.
func Each(data []byte, do func(name string, value json.RawMessage, offset int)) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil { // the brace
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		text, _ := name.(string) // names are texts
		do(text, value, int(d.InputOffset())-len(value))
	}
	_, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// inPlace returns a part of a file with spaces for all that stands before it, so that
// lines and columns in it are those of the file.
func inPlace(data []byte, offset int, part []byte) []byte {
	before := bytes.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, data[:offset])
	return slices.Concat(before, part)
}
