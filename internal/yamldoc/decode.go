package yamldoc

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxBytes bounds the text that is read: 16 MiB.
const MaxBytes = 16 << 20

// Fault is one thing that is wrong with a text.
type Fault struct {
	// Line and Column count from 1. 0: the text as a whole.
	Line, Column int
	// Path leads to the value: steps[0].kind. Empty: the whole.
	Path string
	// Reason says what is wrong.
	Reason string
}

// Decode reads a text that is one value into the struct, slice or other value that
// into points to. What is read although there are faults is of no use.
func Decode(text []byte, into any) []Fault {
	d := &decoder{}
	if body := d.parse(text); body != nil {
		d.value(body, reflect.ValueOf(into).Elem(), "")
	}
	return d.faults
}

type decoder struct{ faults []Fault }

func (d *decoder) refuse(at *token.Token, path, format string, args ...any) {
	f := Fault{Path: path, Reason: fmt.Sprintf(format, args...)}
	if at != nil && at.Position != nil {
		f.Line, f.Column = max(at.Position.Line, 1), max(at.Position.Column, 1)
	}
	d.faults = append(d.faults, f)
}

// parse returns the body of the only document; nil where there is none, which is a
// fault.
func (d *decoder) parse(text []byte) ast.Node {
	switch {
	case len(text) > MaxBytes:
		d.refuse(nil, "", "the text has %d bytes; the limit is %d", len(text), MaxBytes)
		return nil
	case !utf8.Valid(text):
		d.refuse(nil, "", "the text is not UTF-8")
		return nil
	}
	file, err := parseFile(strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		var located goyaml.Error
		if errors.As(err, &located) {
			d.refuse(located.GetToken(), "", "%s", located.GetMessage())
		} else {
			d.refuse(nil, "", "%s", err)
		}
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		d.refuse(nil, "", "the text holds %d documents; it must hold one", count(file.Docs))
		return nil
	}
	return file.Docs[0].Body
}

// count counts the documents that hold something.
func count(docs []*ast.DocumentNode) int {
	n := 0
	for _, doc := range docs {
		if doc.Body != nil {
			n++
		}
	}
	return n
}

// parseFile runs the YAML reader. Should it panic, that is a mistake of the text.
func parseFile(text string) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the text cannot be read: %v", r)
		}
	}()
	tokens := lexer.Tokenize(text)
	if err := Guard(tokens); err != nil {
		return nil, err
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// value reads a node into a value. Nothing written, or null, leaves a pointer as it
// is; of anything else it is a fault, for what was forgotten is not zero.
func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	if _, null := n.(*ast.NullNode); null || n == nil {
		if v.Kind() != reflect.Pointer {
			var at *token.Token
			if n != nil {
				at = n.GetToken()
			}
			d.refuse(at, path, "there is no value; leave the key out if that is meant")
		}
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, v.Elem(), path)
		return
	}
	if v.CanAddr() {
		_, single := scalar(n)
		text, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
		if ok && (single || v.Kind() != reflect.Struct || len(fieldsOf(v.Type())) == 0) {
			d.text(n, text, path)
			return
		}
	}
	if v.CanAddr() {
		if own, ok := v.Addr().Interface().(selfDecoder); ok {
			d.itself(n, own, path)
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Map:
		d.table(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// text reads a scalar into a value that reads itself.
func (d *decoder) text(n ast.Node, into encoding.TextUnmarshaler, path string) {
	written, ok := scalar(n)
	if !ok {
		d.refuse(n.GetToken(), path, "this is not one value")
		return
	}
	if err := into.UnmarshalText([]byte(written)); err != nil {
		d.refuse(n.GetToken(), path, "%s", err)
	}
}

// selfDecoder is what the usual YAML packages let read itself, such as
// x12.Delimiters.
type selfDecoder interface {
	UnmarshalYAML(decode func(any) error) error
}

// noText is what stands where a text should, for the message.
type noText string

// itself lets a value read itself from a mapping, by the texts in it; what is no
// text comes as something that is none either.
func (d *decoder) itself(n ast.Node, into selfDecoder, path string) {
	before := len(d.faults)
	err := into.UnmarshalYAML(func(v any) error {
		given, ok := v.(*map[string]any)
		if !ok {
			return fmt.Errorf("a %T cannot be read", v)
		}
		*given = make(map[string]any)
		d.mapping(n, path, func(key string, _ *token.Token, value ast.Node, _ string) {
			switch node := value.(type) {
			case *ast.StringNode, *ast.LiteralNode:
				(*given)[key], _ = scalar(node)
			case *ast.NullNode, nil:
				(*given)[key] = nil
			default:
				(*given)[key] = noText(node.String())
			}
		})
		return nil
	})
	if err != nil && len(d.faults) == before {
		d.refuse(n.GetToken(), path, "%s", err)
	}
}

// scalar returns a scalar as written, without quotes: numbers keep their digits.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	default:
		return "", false
	}
}

func (d *decoder) scalar(n ast.Node, v reflect.Value, path string) {
	written, ok := scalar(n)
	if !ok {
		d.refuse(n.GetToken(), path, "this is not one value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(written)
	case reflect.Bool:
		b, isBool := n.(*ast.BoolNode)
		if !isBool {
			d.refuse(n.GetToken(), path, "%q is neither true nor false", written)
			return
		}
		v.SetBool(b.Value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(written, 10, v.Type().Bits())
		if err != nil {
			d.refuse(n.GetToken(), path, "%q is no whole number of %d bits", written, v.Type().Bits())
			return
		}
		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(written, 10, v.Type().Bits())
		if err != nil {
			d.refuse(n.GetToken(), path, "%q is no whole number of %d bits from 0", written, v.Type().Bits())
			return
		}
		v.SetUint(u)
	default:
		d.refuse(n.GetToken(), path, "a %s cannot be read", v.Type())
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.refuse(n.GetToken(), path, "this is not a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, element := range list.Values {
		d.value(element, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// table reads a mapping into a map with text keys.
func (d *decoder) table(n ast.Node, v reflect.Value, path string) {
	if v.Type().Key().Kind() != reflect.String {
		d.refuse(n.GetToken(), path, "a %s cannot be read", v.Type())
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.mapping(n, path, func(key string, at *token.Token, value ast.Node, path string) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, path)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
	})
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string) {
	fields := fieldsOf(v.Type())
	d.mapping(n, path, func(key string, at *token.Token, value ast.Node, inner string) {
		index, ok := fields[key]
		if !ok {
			d.refuse(at, path, "there is no key %s%s", key, suggest(key, fields))
			return
		}
		d.value(value, v.FieldByIndex(index), inner)
	})
}

// mapping calls each with every key of a mapping.
func (d *decoder) mapping(n ast.Node, path string, each func(key string, at *token.Token, value ast.Node, path string)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		d.refuse(n.GetToken(), path, "this is not a mapping")
		return
	}
	seen := make(map[string]bool)
	for it := m.MapRange(); it.Next(); {
		key, ok := scalar(it.Key())
		at := it.Key().GetToken()
		switch {
		case !ok:
			d.refuse(at, path, "a key must be a text")
		case seen[key]:
			d.refuse(at, path, "the key %s stands twice", key)
		default:
			inner := key
			if path != "" {
				inner = path + "." + key
			}
			each(key, at, it.Value(), inner)
		}
		seen[key] = true
	}
}

// fieldsOf returns the places of a struct's fields by their json names.
func fieldsOf(t reflect.Type) map[string][]int {
	fields := make(map[string][]int, t.NumField())
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = f.Index
	}
	return fields
}

// suggest names the key that was probably meant: one that begins alike.
func suggest(key string, fields map[string][]int) string {
	best, length := "", 1
	for name := range fields {
		n := 0
		for n < len(key) && n < len(name) && key[n] == name[n] {
			n++
		}
		if n > length || n == length && n > 1 && name < best {
			best, length = name, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// Lines returns the line of each value of a text, by its path as in [Fault]: a mistake
// of meaning, which shows only when all was read, is told with its place. A text that
// cannot be read has none.
func Lines(text []byte) map[string]int {
	lines := make(map[string]int)
	d := &decoder{}
	if body := d.parse(text); body != nil {
		d.lines(body, "", lines)
	}
	return lines
}

func (d *decoder) lines(n ast.Node, path string, lines map[string]int) {
	if n == nil {
		return
	}
	if _, seen := lines[path]; !seen && n.GetToken() != nil && n.GetToken().Position != nil {
		lines[path] = n.GetToken().Position.Line
	}
	switch node := n.(type) {
	case ast.MapNode:
		d.mapping(n, path, func(_ string, at *token.Token, value ast.Node, inner string) {
			if at.Position != nil {
				lines[inner] = at.Position.Line
			}
			d.lines(value, inner, lines)
		})
	case *ast.SequenceNode:
		for i, element := range node.Values {
			d.lines(element, fmt.Sprintf("%s[%d]", path, i), lines)
		}
	}
}
