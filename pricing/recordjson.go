package pricing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// MarshalJSON writes an explicit price of 0, which is not the same as none.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	return json.Marshal(struct {
		plain
		Price *money.Amount `json:"price,omitempty"`
	}{plain(r), stated(r.Price)})
}

// MarshalJSON writes explicit zeros, which are not the same as none.
func (r ScaleRow) MarshalJSON() ([]byte, error) {
	type plain ScaleRow
	out := struct {
		Quantity *quantity.Quantity `json:"quantity,omitempty"`
		Value    *money.Amount      `json:"value,omitempty"`
		Price    *money.Amount      `json:"price,omitempty"`
		plain
	}{Value: stated(r.Value), Price: stated(r.Price), plain: plain(r)}
	if r.Quantity.Unit() != 0 {
		out.Quantity = &r.Quantity
	}
	return json.Marshal(out)
}

// stated returns the amount where it is one.
func stated(a money.Amount) *money.Amount {
	if a.Currency() == 0 {
		return nil
	}
	return &a
}

// recordFault is what is wrong with the JSON of a record.
type recordFault struct {
	offset       int64 // where, from the beginning of the record
	path, reason string
}

func (e *recordFault) Error() string { return e.reason }

// readRecord reads a record from valid JSON.
func readRecord(text []byte) (r Record, fault *recordFault) {
	if fault := checkKeys(text); fault != nil {
		return r, fault
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	err := in.Decode(&r)
	if err == nil {
		return r, nil
	}
	fault = &recordFault{offset: int64(len(text)), reason: strings.TrimPrefix(err.Error(), "json: ")}
	var kind *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &kind):
	case kind.Field == "": // what reads itself does not say where it is
		fault.reason = fmt.Sprintf("a %s is no value of a record here", kind.Value)
	default:
		fault.offset, fault.path, fault.reason = kind.Offset, kind.Field, fmt.Sprintf("a %s is no %s", kind.Value, kind.Type)
	}
	return r, fault
}

// checkKeys finds a key that stands twice in one object of valid JSON, of which
// package json takes the last, and one that is not written in lower case, which it
// takes for one that is.
func checkKeys(text []byte) *recordFault {
	var open [][][]byte // the keys of each object that is open; nil for a list
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{':
			open = append(open, make([][]byte, 0, 8))
		case '[':
			open = append(open, nil)
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			start := at + 1
			for at++; text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
			if rest := bytes.TrimLeft(text[at+1:], " \t\r\n"); len(rest) == 0 || rest[0] != ':' {
				continue // a value
			}
			key, keys := text[start:at], &open[len(open)-1]
			switch {
			case bytes.ContainsFunc(key, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }):
				return &recordFault{offset: int64(start), reason: fmt.Sprintf("unknown field %q", key)}
			case slices.ContainsFunc(*keys, func(k []byte) bool { return bytes.Equal(k, key) }):
				return &recordFault{offset: int64(start), reason: fmt.Sprintf("the key %s stands twice", key)}
			}
			*keys = append(*keys, key)
		}
	}
	return nil
}
