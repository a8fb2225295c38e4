package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// begin finds the separator that the line of heads uses; false when there is no
// such line.
func (f *csvFile) begin() bool {
	for at := 0; at < len(f.text); {
		line, _, _ := strings.Cut(f.text[at:], "\n")
		trimmed := strings.TrimLeft(line, "\"")
		if !strings.HasPrefix(trimmed, "#") && strings.Trim(line, ",; \t\r") != "" {
			f.comma = ','
			if separators(line, ';') > separators(line, ',') {
				f.comma = ';'
			}
			return true
		}
		at += len(line) + 1
	}
	return false
}

// HeaderCSV reads what a table in CSV says of its book: the name and the kind. It
// is to CSV what Header is to YAML: a faulty line before the heads is a *LoadError,
// and mistakes of heads and rows are not looked for.
func HeaderCSV(data []byte) (BookHeader, error) {
	limits, err := Limits{}.withDefaults()
	if err != nil {
		return BookHeader{}, err
	}
	f := &csvFile{yamlFile: yamlFile{name: partBook, text: strings.TrimPrefix(string(data), "\ufeff"), reading: Reading{Limits: limits}}}
	if !f.admitted() {
		return BookHeader{}, &LoadError{Errors: f.errors}
	}
	d := draft{}
	if f.begin() {
		f.split()
		f.errors = nil // of rows
		for i := 0; i < len(f.records) && isMetadata(f.records[i]); i++ {
			f.metadata(&d, f.records[i])
		}
	}
	if len(f.errors) > 0 {
		return BookHeader{}, &LoadError{Errors: f.errors}
	}
	return d.book, nil
}

// separators counts a separator outside of quotes.
func separators(line string, separator byte) int {
	n, quoted := 0, false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == separator && !quoted:
			n++
		}
	}
	return n
}

func isMetadata(record []csvField) bool { return strings.HasPrefix(record[0].value, "#") }

// split takes the text apart into records, without those that are empty.
func (f *csvFile) split() {
	at, line, before := 0, 1, true // before the heads
	for at < len(f.text) {
		var record []csvField
		if before && f.text[at] == '#' {
			// As written by hand: quotes and separators have no meaning here.
			end := f.end(at, '\n')
			value := strings.TrimRight(f.text[at:end], ",; \t\r")
			record, at = []csvField{{file: f, value: value, start: at, line: line}}, end+1
			line++
		} else {
			record, at, line = f.record(at, line)
		}
		if !empty(record) {
			f.records = append(f.records, record)
			before = before && isMetadata(record)
		}
	}
}

func empty(record []csvField) bool {
	for _, field := range record {
		if strings.TrimSpace(field.value) != "" {
			return false
		}
	}
	return true
}

// end returns where the next separator, line or the text ends.
func (f *csvFile) end(at int, separator byte) int {
	for at < len(f.text) && f.text[at] != separator && f.text[at] != '\n' {
		at++
	}
	return at
}

// record reads one record and returns it with where the next one begins.
func (f *csvFile) record(at, line int) (fields []csvField, next, nextLine int) {
	wide := false
	for {
		field := csvField{file: f, start: at, line: line}
		if at < len(f.text) && f.text[at] == '"' {
			field.quoted = true
			at, line = f.quotedField(&field)
		} else {
			end := f.end(at, f.comma)
			field.value = strings.TrimSuffix(f.text[at:end], "\r")
			if quote := strings.IndexByte(field.value, '"'); quote >= 0 && len(fields) > 0 && unpaired(field.value) {
				f.refuseField(&field, utf8.RuneCountInString(field.value[:quote]), "", "", "a quote stands alone in a field without quotes", `put the field in quotes and write "" for each within`)
			}
			at = end
		}
		if len(fields) < maxTableColumns {
			fields = append(fields, field)
		} else if strings.TrimSpace(field.value) != "" && !wide {
			wide = true
			f.refuseField(&field, 0, "", "", fmt.Sprintf("the table has more than %d columns", maxTableColumns), "split it")
		}
		switch {
		case at >= len(f.text):
			return fields, at, line
		case f.text[at] == '\n':
			return fields, at + 1, line + 1
		}
		at++
	}
}

// unpaired reports whether a field without quotes has an odd number of them: most
// likely a field that was to begin with one. Even ones are the quotes of texts,
// as tier: "GOLD".
func unpaired(value string) bool { return strings.Count(value, `"`)%2 == 1 }

// quotedField reads a field in quotes and returns where it ends.
func (f *csvFile) quotedField(field *csvField) (at, line int) {
	var value strings.Builder
	line = field.line
	for at = field.start + 1; at < len(f.text); at++ {
		switch c := f.text[at]; {
		case c == '"' && strings.HasPrefix(f.text[at+1:], `"`):
			value.WriteByte('"')
			at++
		case c == '"':
			field.value = value.String()
			at++
			end := f.end(at, f.comma)
			if strings.TrimSpace(f.text[at:end]) != "" {
				f.refuseField(field, utf8.RuneCountInString(field.value)+1, "", "", "something follows the quote that ends the field", `write "" for a quote within`)
			}
			return end, line
		case c == '\r' && strings.HasPrefix(f.text[at+1:], "\n"):
		default:
			if c == '\n' {
				line++
			}
			value.WriteByte(c)
		}
	}
	field.value = value.String()
	f.refuseField(&csvField{file: f, start: field.start, line: field.line}, 0, "", "", "the quote is not closed", "")
	return at, line
}
