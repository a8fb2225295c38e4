package tax

import (
	"fmt"
)

// Validate says what is wrong with the request; a *[RequestError] with every
// fault, or nil. Engines ask it first.
func (r *Request) Validate() error {
	var found []FaultError
	refuse := func(path, format string, args ...any) {
		found = append(found, FaultError{path, fmt.Sprintf(format, args...)})
	}
	if r.Date.IsZero() {
		refuse("date", "the tax point is not stated")
	}
	if !r.Currency.IsValid() {
		refuse("currency", "it is not stated")
	}
	switch r.Rounding {
	case "", ByDocument, ByLine:
	default:
		refuse("rounding", "%q is no rounding; document or line", r.Rounding)
	}
	if !r.Mode.IsValid() {
		refuse("mode", "%s is no rounding mode", r.Mode)
	}
	seen := make(map[string]int, len(r.Lines))
	for i := range r.Lines {
		l := &r.Lines[i]
		if reason := l.fault(r); reason != "" {
			refuse(linePath(i), "%s", reason)
		}
		if first, twice := seen[l.ID]; twice {
			refuse(linePath(i), "its id %s is that of lines[%d]", l.ID, first)
			continue
		}
		seen[l.ID] = i
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Of == "" {
			continue
		}
		if n, known := seen[l.Of]; !known || r.Lines[n].kind() != Goods || l.kind() != Freight {
			refuse(linePath(i), "it is of %q; freight is of a line of goods", l.Of)
		}
	}
	if len(found) > 0 {
		return &RequestError{Faults: found}
	}
	return nil
}

// fault says what is wrong with the line by itself; empty: nothing.
func (l *Line) fault(r *Request) string {
	switch {
	case l.ID == "":
		return "it has no id"
	case l.Amount.Currency() != r.Currency || l.Amount.Scale() != r.Currency.Digits():
		return fmt.Sprintf("%s is no whole number of minor units of %s", l.Amount, r.Currency)
	}
	switch l.Kind {
	case "", Goods, Freight, Fee:
		return ""
	}
	return fmt.Sprintf("%q is no kind; goods, freight or fee", l.Kind)
}

func (l *Line) kind() Kind {
	if l.Kind == "" {
		return Goods
	}
	return l.Kind
}

func linePath(i int) string { return fmt.Sprintf("lines[%d]", i) }
