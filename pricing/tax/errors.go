package tax

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// ErrCircle means that compound taxes of different lines each build on the
// other, so that neither can be worked out for the document first.
var ErrCircle = errors.New("tax: compound taxes build on each other in a circle")

// FaultError is one fault of a request or a table.
type FaultError struct {
	// Path is the place: lines[0].amount, rate DE-19.
	Path string
	// Reason says what is wrong there.
	Reason string
}

// Error implements error.
func (e *FaultError) Error() string { return e.Path + ": " + e.Reason }

// OverlapError means that two rates of one name, place and category hold on one
// day, so that neither can be preferred.
type OverlapError struct {
	// First and Second are the ids of the rates; First begins no later.
	First, Second string
	// Name, Place and Category are what they have in common, and On the first
	// day that both hold. No date: neither has a first day.
	Name     string
	Place    Place
	Category string
	On       calendar.Date
}

// Error implements error.
func (e *OverlapError) Error() string {
	on := "from the beginning"
	if !e.On.IsZero() {
		on = "on " + e.On.String()
	}
	return fmt.Sprintf("rates %s and %s both hold %s for %s in %s, category %q", e.First, e.Second, on, e.Name, e.Place, e.Category)
}

// RequestError holds all that makes a request impossible to tax.
type RequestError struct {
	Faults []FaultError
}

// Error puts all faults on one line.
func (e *RequestError) Error() string {
	texts := make([]string, len(e.Faults))
	for i := range e.Faults {
		texts[i] = e.Faults[i].Error()
	}
	return "tax: request: " + strings.Join(texts, "; ")
}

// LoadError holds all that is wrong with a table, one error for each fault:
// *[FaultError] and *[OverlapError].
type LoadError struct {
	Faults []error
}

// Error puts each fault on a line of its own.
func (e *LoadError) Error() string {
	lines := make([]string, 0, len(e.Faults)+1)
	lines = append(lines, fmt.Sprintf("tax: %d faults", len(e.Faults)))
	if len(e.Faults) == 1 {
		lines[0] = "tax: 1 fault"
	}
	for _, fault := range e.Faults {
		lines = append(lines, fault.Error())
	}
	return strings.Join(lines, "\n  ")
}

// Unwrap returns the faults.
func (e *LoadError) Unwrap() []error { return e.Faults }

// faults collects what is wrong with a table.
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
