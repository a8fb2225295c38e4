package jsonfile

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/o2ckit/o2c/rules"
)

// Part returns a part of a file that another package reads, in its place in the file, so
// that lines and columns in it are those of the file. It is nil where there is none: no
// part, null, or an empty list.
func Part(data []byte, name string, part json.RawMessage) []byte {
	if text := string(bytes.TrimSpace(part)); text == "" || text == "[]" || text == "null" {
		return nil
	}
	at := 0
	_ = Each(data, func(n string, _ json.RawMessage, offset int) { // it was read before
		if n == name {
			at = offset
		}
	})
	return inPlace(data, at, part)
}

// Rules compiles the rules of a file, nil where it has none. The error is a
// *rules.LoadError, see [RuleFaults].
func Rules[F, E any](name string, data []byte, schemaOf func(rules.Config) (*rules.Schema[F], error)) (*rules.Book[F, E], error) {
	if data == nil {
		return nil, nil
	}
	schema, err := schemaOf(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Load(schema, rules.JSON[E](name, data))
}

// RuleFaults takes an error of package rules apart. The path is that of the part of the
// file that holds the rules.
func RuleFaults(path string, broken *rules.LoadError) []Fault {
	faults := make([]Fault, 0, len(broken.Errors))
	for _, one := range broken.Errors {
		p := path
		if one.Rule != "" {
			p = fmt.Sprintf("rule %s", one.Rule)
		}
		if one.Part != "" {
			p += ": " + one.Part
		}
		message := one.Message
		if one.Expected != "" {
			message += "; " + one.Expected
		}
		faults = append(faults, Fault{Path: p, Line: one.Line, Column: one.Column, Message: message})
	}
	return faults
}
