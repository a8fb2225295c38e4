package ruledoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// flatten writes the JSON form of an effect as lines of a name and a value, in
// the order of the form: {"price": {"net": "5"}, "tags": ["a", "b"]} becomes
// price.net: 5 and tags: a, b. Numbers keep their text; what is known to be a
// rate is shown in percent.
func flatten(form []byte, rates []string) []Line {
	d := json.NewDecoder(bytes.NewReader(form))
	d.UseNumber()
	lines := value(d, "")
	for i, l := range lines {
		if slices.Contains(rates, unnumbered(l.Name)) {
			lines[i].Value = percent(l.Value)
		}
	}
	return lines
}

// unnumbered takes the places in lists out of a name.
func unnumbered(name string) string {
	for {
		from, to := strings.IndexByte(name, '['), strings.IndexByte(name, ']')
		if from < 0 || to < from {
			return name
		}
		name = name[:from] + name[to+1:]
	}
}

// percent writes rates, one or several with commas between them, in percent.
func percent(text string) string {
	list := strings.Split(text, ", ")
	for i, s := range list {
		rate, err := money.ParseRate(s)
		if err != nil {
			return text
		}
		list[i] = rate.Percent()
	}
	return strings.Join(list, ", ")
}

// ratesOf appends the names of the rates within an effect type, as its JSON form
// names them. A type within itself is not followed, and neither is one that
// writes itself.
func ratesOf(t reflect.Type, name string, within []reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	if t == reflect.TypeFor[money.Rate]() {
		return []string{name}
	}
	if t.Kind() != reflect.Struct || slices.Contains(within, t) || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()) {
		return nil
	}
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || f.Anonymous || len(f.Index) > 1 {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		if name != "" {
			tag = name + "." + tag
		}
		out = append(out, ratesOf(f.Type, tag, append(within, t))...)
	}
	return out
}

func value(d *json.Decoder, name string) []Line {
	token, err := d.Token()
	if err != nil {
		return nil
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return object(d, name)
		}
		return array(d, name)
	case string:
		if t == "" {
			t = `""`
		}
		return []Line{{name, t}}
	case nil:
		return []Line{{name, "none"}}
	default:
		return []Line{{name, fmt.Sprint(t)}}
	}
}

func object(d *json.Decoder, name string) []Line {
	var out []Line
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return out
		}
		path := fmt.Sprint(key)
		if name != "" {
			path = name + "." + path
		}
		out = append(out, value(d, path)...)
	}
	_, _ = d.Token() // the closing brace
	if len(out) == 0 {
		return []Line{{name, "nothing"}}
	}
	return out
}

// array puts values without names of their own on one line.
func array(d *json.Decoder, name string) []Line {
	var out []Line
	var plain []string
	for n := 1; d.More(); n++ {
		path := fmt.Sprintf("%s[%d]", name, n)
		lines := value(d, path)
		if len(lines) == 1 && lines[0].Name == path {
			plain = append(plain, lines[0].Value)
		}
		out = append(out, lines...)
	}
	_, _ = d.Token() // the closing bracket
	switch {
	case len(out) == 0:
		return []Line{{name, "nothing"}}
	case len(plain) == len(out):
		return []Line{{name, strings.Join(plain, ", ")}}
	}
	return out
}
