package pricing

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// LoadError holds all that is wrong with a schema, a price book or a set of
// rules, one error for each fault: *[FaultError], *[TieError] and what package
// rules reports.
type LoadError struct {
	Faults []error
}

// Error puts each fault on a line of its own.
func (e *LoadError) Error() string {
	lines := make([]string, 0, len(e.Faults)+1)
	lines = append(lines, fmt.Sprintf("pricing: %d faults", len(e.Faults)))
	if len(e.Faults) == 1 {
		lines[0] = "pricing: 1 fault"
	}
	for _, fault := range e.Faults {
		lines = append(lines, fault.Error())
	}
	return strings.Join(lines, "\n  ")
}

// Unwrap returns the faults.
func (e *LoadError) Unwrap() []error { return e.Faults }

// FaultError is one fault of a schema, a book or a request.
type FaultError struct {
	// Path is the place: steps[2].base, record K-17, lines[0].quantity.
	Path string
	// Reason says what is wrong there.
	Reason string
}

// Error implements error.
func (e *FaultError) Error() string { return e.Path + ": " + e.Reason }

// TieError means that two price records have one key, one unit and a day in
// common, so that neither can be preferred.
type TieError struct {
	// First and Second are the ids of the records; First begins no later.
	First, Second string
	// Key is their key, and On the first day that both hold. No date: neither
	// has a first day.
	Key string
	On  calendar.Date
}

// Error implements error.
func (e *TieError) Error() string {
	on := "from the beginning"
	if !e.On.IsZero() {
		on = "on " + e.On.String()
	}
	return fmt.Sprintf("records %s and %s both hold %s for %s", e.First, e.Second, on, e.Key)
}

// RequestError holds all that makes a request impossible to price as a whole:
// no currency, no price date, lines without or with the same id. What is wrong
// with the business of a line is a finding instead.
type RequestError struct {
	Faults []FaultError
}

// Error puts all faults on one line.
func (e *RequestError) Error() string {
	texts := make([]string, len(e.Faults))
	for i := range e.Faults {
		texts[i] = e.Faults[i].Error()
	}
	return "pricing: request: " + strings.Join(texts, "; ")
}

// faults collects what is wrong with something that is being loaded.
type faults []error

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, &FaultError{Path: path, Reason: fmt.Sprintf(format, args...)})
}

func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	return &LoadError{Faults: *f}
}
