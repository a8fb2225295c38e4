package pricing

import (
	"fmt"
	"io"

	"github.com/o2ckit/o2c/internal/yamldoc"
)

// SourceError is one fault of a text that a schema or records are read from.
type SourceError struct {
	// Source names the text, as it was given.
	Source string
	// Line and Column count from 1; 0: not known. In CSV, Column is the number of
	// the cell in its row.
	Line, Column int
	// Path leads to the value: steps[2].base, records[17].price, or the name of a
	// column.
	Path string
	// Reason says what is wrong there.
	Reason string
}

// Error implements error: schema.yaml:7:11: steps[2].base: reason.
func (e *SourceError) Error() string {
	place := e.Source
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
		if e.Column > 0 {
			place = fmt.Sprintf("%s:%d", place, e.Column)
		}
	}
	if e.Path != "" {
		place += ": " + e.Path
	}
	return place + ": " + e.Reason
}

// ParseSchema reads a schema written in YAML, or JSON, which is YAML. The name
// stands in errors; a file's path serves well.
//
//	name: wholesale
//	access:
//	  - fields: [account, item]
//	  - fields: [item]
//	steps:
//	  - {name: list, kind: price}
//	  - name: customer
//	    kind: discount
//	    base: list
//	    access: [{fields: [account, category]}]
//	  - {name: freight, kind: charge, scope: order}
//	rounding: half-up
//
// The keys are those that a Schema has in JSON. The error is a *[LoadError] with
// every fault: a *[SourceError] for each key that is not known or stands twice and
// each value that is none, or if there are none of those what [Schema.Validate]
// finds. Anchors, aliases, tags and texts of more than 16 MiB are refused.
func ParseSchema(name string, text []byte) (Schema, error) {
	var s Schema
	if err := readYAML(name, text, &s); err != nil {
		return Schema{}, err
	}
	if err := s.Validate(); err != nil {
		return Schema{}, err
	}
	return s, nil
}

// Validate finds everything that is wrong with the schema by itself, in a
// *[LoadError]: what [New] would find whatever the prices and rules.
func (s *Schema) Validate() error {
	var found faults
	s.clone().compile(&found)
	return found.err()
}

// readYAML reads a text into a value.
func readYAML(name string, text []byte, into any) error {
	var found faults
	for _, f := range yamldoc.Decode(text, into) {
		found = append(found, &SourceError{Source: name, Line: f.Line, Column: f.Column, Path: f.Path, Reason: f.Reason})
	}
	return found.err()
}

// ReadRecordsYAML reads records written in YAML: a list under the key records. Each
// has the keys that a Record has in JSON.
//
//	records:
//	  - id: LIST-4711
//	    key: {item: "4711"}
//	    price: 10.00 USD
//	    unit: EA
//	  - id: RATE-100
//	    step: customer
//	    key: {account: "100", category: TOOLS}
//	    kind: percent
//	    rate: 5%
//
// The error is a *[LoadError] with a *[SourceError] for each fault of the text;
// whether the records make sense is for [NewBook]. YAML is for some thousands of
// records; more are read from CSV or JSON.
func ReadRecordsYAML(name string, r io.Reader) ([]Record, error) {
	text, err := io.ReadAll(io.LimitReader(r, yamldoc.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	var file struct {
		Records []Record `json:"records"`
	}
	if err := readYAML(name, text, &file); err != nil {
		return nil, err
	}
	return file.Records, nil
}
