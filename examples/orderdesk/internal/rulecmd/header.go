package rulecmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// header reads what a file says of its book, with the mistakes of that alone.
func header(f File) (rules.BookHeader, []*rules.RuleError) {
	read := rules.Header
	if f.format() == ".csv" {
		read = rules.HeaderCSV
	}
	h, err := read(f.Data)
	var load *rules.LoadError
	switch {
	case errors.As(err, &load):
		for _, e := range load.Errors {
			e.Source = f.Path
		}
		return h, load.Errors
	case err != nil:
		return h, []*rules.RuleError{{Source: f.Path, Message: err.Error()}}
	}
	return h, nil
}

// kindOf settles the kind of a book. It notes a fault where the book says one that
// is not known, or none although the command line says none either.
func (f *finder) kindOf(d *draft) (Kind, bool) {
	name, at := f.kind, d.files[0]
	for _, file := range d.files {
		if file.header.Kind != "" { // two that differ are refused by the load
			name, at = file.header.Kind, file
			break
		}
	}
	kind, known := byName(f.kinds, name)
	switch {
	case known || d.broken:
	case name == "":
		f.refuse(at.File, "", "the book does not say its kind",
			"write "+example(at.File)+" or use --kind; known are "+Names(f.kinds))
	default:
		f.refuse(at.File, name, "there is no kind "+name, "known are "+Names(f.kinds))
	}
	return kind, known
}

// example is how a file says its kind.
func example(f File) string {
	if f.format() == ".csv" {
		return "# kind: pricing"
	}
	return "book: {kind: pricing}"
}

// refuse notes a fault of the kind, where the file says it or else should.
func (f *finder) refuse(file File, kind, message, expected string) {
	if file.format() != ".csv" {
		f.faults = append(f.faults, inDocument(file, message, expected)...)
		return
	}
	e := &rules.RuleError{Source: file.Path, Part: "kind", Line: 1, Column: 1, Message: message, Expected: expected}
	lines := strings.Split(strings.TrimPrefix(string(file.Data), "\ufeff"), "\n")
	at := 0
	if i := slices.IndexFunc(lines, func(line string) bool {
		key, value, _ := strings.Cut(strings.Trim(line, "\"#, ;\r"), ":")
		return kind != "" && strings.Contains(line, "#") && key == "kind" && strings.TrimSpace(value) == kind
	}); i >= 0 {
		at = i
	}
	e.Line, e.Text = at+1, strings.TrimRight(lines[at], "\r")
	f.faults = append(f.faults, e)
}

// inDocument places a mistake at the kind of a document, or else at its header,
// or else at its beginning.
func inDocument(file File, message, expected string) []*rules.RuleError {
	schema, err := rules.NewSchema[struct{}](rules.Config{})
	if err != nil {
		return []*rules.RuleError{{Source: file.Path, Part: "kind", Message: message, Expected: expected}}
	}
	d := rules.ReadDocument(schema.Reading(), file.Path, file.Data)
	var at rules.Item
	for i, root := range d.Roots() {
		pairs, _ := root.Map()
		if i == 0 && len(pairs) > 0 {
			at = pairs[0].Name
		}
		book := entry(root, "book")
		if !book.Value.IsZero() {
			at = book.Name
		}
		if kind := entry(book.Value, "kind"); !kind.Value.IsNull() {
			at = kind.Value
			break
		}
	}
	d.Refuse(at, "kind", message, expected)
	return d.Errors()
}

// entry is the entry of a key; zero when there is none.
func entry(of rules.Item, key string) rules.Pair {
	pairs, _ := of.Map()
	for _, p := range pairs {
		if p.Key == key {
			return p
		}
	}
	return rules.Pair{}
}
