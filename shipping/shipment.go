package shipping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// Shipment is a planned shipment: the request and the cartons that it is
// packed in.
type Shipment struct {
	Request
	// Cartons are numbered from 1 in this order.
	Cartons []Carton `json:"cartons"`
	// Weight is that of the goods, without cartons. Zero: of some line it is
	// not known.
	Weight quantity.Quantity `json:"weight,omitzero"`
}

// Carton is one handling unit of a shipment.
type Carton struct {
	// Number counts the shipment's cartons from 1.
	Number int `json:"number"`
	// SSCC names the carton for good.
	SSCC     SSCC      `json:"sscc"`
	Contents []Content `json:"contents"`
	// Weight is that of the goods in it. Zero: not known.
	Weight quantity.Quantity `json:"weight,omitzero"`
}

// Content is what a carton holds of one line.
type Content struct {
	// Line is the index of the line in the shipment, from 0.
	Line int `json:"line"`
	// Quantity is in the line's base unit.
	Quantity quantity.Quantity `json:"quantity"`
}

// Orders returns the orders that the shipment is of, in the order of its lines.
func (s *Shipment) Orders() []string {
	return distinct(s.Lines, func(l *Line) string { return l.Order })
}

// PurchaseOrders returns the customer's numbers of the orders that the
// shipment is of, in the order of its lines.
func (s *Shipment) PurchaseOrders() []string {
	return distinct(s.Lines, func(l *Line) string { return l.PurchaseOrder })
}

func distinct(lines []Line, of func(*Line) string) []string {
	var all []string
	seen := make(map[string]bool)
	for i := range lines {
		if v := of(&lines[i]); v != "" && !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// Check tells in a [*PackingError] where the cartons do not add up to the
// lines, or are not numbered as they should be; nil: everything ties. What
// [Plan] returns ties.
func (s *Shipment) Check() error {
	packed := make([]quantity.Quantity, len(s.Lines))
	codes := make(map[SSCC]bool, len(s.Cartons))
	for i := range s.Cartons {
		c := &s.Cartons[i]
		wrong := func(reason string) error { return &PackingError{Shipment: s.ID, Carton: i + 1, Reason: reason} }
		if c.Number != i+1 {
			return wrong(fmt.Sprintf("it is numbered %d", c.Number))
		}
		if err := c.SSCC.Validate(); err != nil {
			return wrong(err.Error())
		}
		if codes[c.SSCC] {
			return wrong(fmt.Sprintf("SSCC %s stands on another carton too", c.SSCC))
		}
		codes[c.SSCC] = true
		for _, in := range c.Contents {
			if in.Line < 0 || in.Line >= len(s.Lines) {
				return wrong(fmt.Sprintf("the shipment has no line %d", in.Line))
			}
			sum, err := packed[in.Line].Add(in.Quantity)
			if err != nil {
				return wrong(err.Error())
			}
			if in.Quantity.Sign() <= 0 {
				return wrong(fmt.Sprintf("it holds %s of line %d", in.Quantity, in.Line))
			}
			packed[in.Line] = sum
		}
	}
	for i := range s.Lines {
		if packed[i] != s.Lines[i].Base {
			return &PackingError{Shipment: s.ID,
				Reason: fmt.Sprintf("line %d ships %s, of which %s is in cartons", i, s.Lines[i].Base, packed[i])}
		}
	}
	return nil
}

// PackingError says where a shipment's cartons do not agree with its lines.
type PackingError struct {
	Shipment ID
	// Carton is the carton's place, from 1; 0: it concerns all cartons.
	Carton int
	Reason string
}

// Error implements error.
func (e *PackingError) Error() string {
	if e.Carton == 0 {
		return fmt.Sprintf("shipping: shipment %s: %s", e.Shipment, e.Reason)
	}
	return fmt.Sprintf("shipping: shipment %s, carton %d: %s", e.Shipment, e.Carton, e.Reason)
}
