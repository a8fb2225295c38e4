package pricecmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
	"github.com/o2ckit/o2c/rules"
)

// File is what is in a file.
type File struct {
	// Name is the file's.
	Name string
	// Config is what an engine is made of.
	Config pricing.Config
	// Records are those of the price book in Config.
	Records []pricing.Record
	// Request is what is to be priced. HasRequest is false where there is none, and
	// HasConfig where there is nothing else.
	Request               pricing.Request
	HasRequest, HasConfig bool
}

// wire is a file as it is written.
type wire struct {
	Schema    *pricing.Schema      `json:"schema"`
	Prices    []pricing.Record     `json:"prices"`
	Rules     json.RawMessage      `json:"rules"`
	Floors    json.RawMessage      `json:"floors"`
	Authority json.RawMessage      `json:"authority"`
	Taxes     json.RawMessage      `json:"taxes"`
	Exchange  []money.ExchangeRate `json:"exchange"`
	Zone      string               `json:"zone"`
	Request   *pricing.Request     `json:"request"`
}

// Read reads a file: a request alone, or what it is priced with, with or without a
// request. The error is a *[jsonfile.Error].
func Read(name string, data []byte) (*File, error) {
	f := &File{Name: name}
	faults := f.read(data)
	if len(faults) > 0 {
		return nil, &jsonfile.Error{File: name, Faults: faults}
	}
	return f, nil
}

func (f *File) read(data []byte) []jsonfile.Fault {
	if !json.Valid(data) {
		return []jsonfile.Fault{jsonfile.SyntaxFault(data)}
	}
	if alone(data) {
		f.HasRequest = true
		return jsonfile.Decode(data, &f.Request)
	}
	f.HasConfig = true
	var w wire
	if faults := jsonfile.Decode(data, &w); len(faults) > 0 {
		return faults
	}
	if w.Request != nil {
		f.Request, f.HasRequest = *w.Request, true
	}
	f.Records = w.Prices
	return f.configure(&w, func(name string, part json.RawMessage) []byte {
		return jsonfile.Part(data, name, part)
	})
}

// alone tells whether the file is a request alone, which names no part of a file.
func alone(data []byte) bool {
	parts, _ := jsonfile.Fields(reflect.TypeFor[wire]())
	alone := true
	err := jsonfile.Each(data, func(name string, _ json.RawMessage, _ int) {
		if _, isPart := parts[name]; isPart {
			alone = false
		}
	})
	return alone && err == nil
}

// configure makes the parts of an engine. text returns a part that other packages
// read, in its place in the file, or nothing where there is none.
func (f *File) configure(w *wire, text func(name string, part json.RawMessage) []byte) []jsonfile.Fault {
	var faults []jsonfile.Fault
	add := func(path string, err error) {
		if err != nil {
			faults = append(faults, faultsOf(path, err)...)
		}
	}
	if w.Schema == nil {
		add("schema", errors.New("there is none: it says how a price comes about"))
	} else {
		f.Config.Schema = *w.Schema
	}
	if w.Zone == "" {
		w.Zone = "UTC"
	}
	var err error
	f.Config.Zone, err = time.LoadLocation(w.Zone)
	add("zone", err)
	f.Config.Prices, err = pricing.NewBook(w.Prices...)
	add("prices", err)
	f.Config.Rules, err = jsonfile.Rules[pricing.Facts, pricing.Discount](f.Name, text("rules", w.Rules), pricing.NewRuleSchema)
	add("rules", err)
	f.Config.Floors, err = jsonfile.Rules[pricing.Facts, pricing.Floor](f.Name, text("floors", w.Floors), pricing.NewRuleSchema)
	add("floors", err)
	f.Config.Authority, err = jsonfile.Rules[pricing.AuthorityFacts, pricing.Authority](f.Name, text("authority", w.Authority), pricing.NewAuthoritySchema)
	add("authority", err)
	if len(w.Exchange) > 0 {
		f.Config.Exchange, err = money.NewExchange(w.Exchange)
		add("exchange", err)
	}
	if part := text("taxes", w.Taxes); part != nil {
		table, err := tax.LoadYAML(f.Name, part)
		if add("taxes", err); err == nil {
			f.Config.Taxes = table
		}
	}
	return faults
}

// Engine makes the engine of the file. The error is a *[jsonfile.Error].
func (f *File) Engine() (*pricing.Engine, error) {
	engine, err := pricing.New(f.Config)
	if err != nil {
		return nil, &jsonfile.Error{File: f.Name, Faults: inSchema(faultsOf("", err))}
	}
	return engine, nil
}

// inSchema completes the paths of faults that begin with a part of the schema.
func inSchema(faults []jsonfile.Fault) []jsonfile.Fault {
	parts, _ := jsonfile.Fields(reflect.TypeFor[pricing.Schema]())
	for i := range faults {
		first := strings.FieldsFunc(faults[i].Path, func(r rune) bool { return r == '.' || r == '[' })
		if len(first) > 0 && parts[first[0]] != nil {
			faults[i].Path = "schema." + faults[i].Path
		}
	}
	return faults
}

// Refused turns an error of pricing that the file's request is to blame for into a
// *[jsonfile.Error]; other errors come back as they are.
func (f *File) Refused(err error) error {
	var bad *pricing.RequestError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	path := ""
	if f.HasConfig {
		path = "request"
	}
	return &jsonfile.Error{File: f.Name, Faults: faultsOf(path, err)}
}

// faultsOf takes an error of package pricing, tax, money or rules apart.
func faultsOf(path string, err error) []jsonfile.Fault {
	var faults []jsonfile.Fault
	within := func(p string) string {
		if path == "" || p == "" {
			return path + p
		}
		return path + ": " + p
	}
	var load *pricing.LoadError
	var bad *pricing.RequestError
	var broken *rules.LoadError
	var taxes *tax.LoadError
	switch {
	case errors.As(err, &load):
		for _, one := range load.Faults {
			if fault := (*pricing.FaultError)(nil); errors.As(one, &fault) {
				faults = append(faults, jsonfile.Fault{Path: within(fault.Path), Message: fault.Reason})
			} else {
				faults = append(faults, jsonfile.Fault{Path: path, Message: one.Error()})
			}
		}
	case errors.As(err, &bad):
		for _, one := range bad.Faults {
			p := one.Path
			if path != "" {
				p = path + "." + p
			}
			faults = append(faults, jsonfile.Fault{Path: p, Message: one.Reason})
		}
	case errors.As(err, &taxes):
		for _, one := range taxes.Faults {
			faults = append(faults, taxFault(path, one))
		}
	case errors.As(err, &broken):
		faults = append(faults, jsonfile.RuleFaults(path, broken)...)
	default:
		all := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = joined.Unwrap()
		}
		for _, one := range all {
			faults = append(faults, jsonfile.Fault{Path: path, Message: one.Error()})
		}
	}
	return faults
}

// taxFault is a fault of a table of taxes: one that is about its text has the line and
// the column in its path.
func taxFault(path string, err error) jsonfile.Fault {
	var one *tax.FaultError
	if !errors.As(err, &one) {
		return jsonfile.Fault{Path: path, Message: err.Error()}
	}
	f := jsonfile.Fault{Path: path, Message: one.Reason}
	places := strings.Split(one.Path, ":")
	if n := len(places); n > 2 {
		line, errLine := strconv.Atoi(places[n-2])
		column, errColumn := strconv.Atoi(places[n-1])
		if errLine == nil && errColumn == nil {
			f.Line, f.Column = line, column
			return f
		}
	}
	f.Path += ": " + one.Path
	return f
}
