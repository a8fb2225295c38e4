package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// quantity reads the number and the unit of a QTY. What cannot be read is the zero
// quantity, which blocks.
//
// A quantity without unit is in the unit that Options.Units has for the empty code,
// else in pieces ([quantity.Each]), as EANCOM has it.
func (r *reader) quantity(s edifact.Segment) quantity.Quantity {
	q, where, err := r.count(s)
	if err != nil {
		r.block("quantity", s, where, err.Error(), "ask the partner how much is meant, or agree on the unit")
	}
	return q
}

// quantityIn reads the quantity of a part of a line. Without unit it is in that of the
// line.
func (r *reader) quantityIn(s edifact.Segment, unit quantity.Unit) quantity.Quantity {
	if text(s, 1, 3) != "" || unit == 0 {
		return r.quantity(s)
	}
	q, err := parseQuantity(text(s, 1, 2), unit)
	if err != nil {
		r.block("quantity", s, spot{1, 2}, err.Error(), "ask the partner how much is meant")
	}
	return q
}

// parseQuantity reads a number as EDIFACT writes it.
func parseQuantity(number string, unit quantity.Unit) (quantity.Quantity, error) {
	plain, err := edifact.Standard().ParseNumber(number)
	if err != nil {
		return quantity.Quantity{}, err
	}
	return quantity.ParseNumber(plain, unit)
}

// count reads the number and the unit of a QTY; the spot is where it cannot be read.
func (r *reader) count(s edifact.Segment) (quantity.Quantity, spot, error) {
	number, err := edifact.Standard().ParseNumber(text(s, 1, 2))
	if err != nil {
		return quantity.Quantity{}, spot{1, 2}, fmt.Errorf("QTY %s: %w", s.Component(1, 1), err)
	}
	code := text(s, 1, 3)
	unit, err := r.unit(s, code)
	if err != nil {
		return quantity.Quantity{}, spot{1, 3}, fmt.Errorf("%.40q is no unit of measure", code)
	}
	q, err := quantity.ParseNumber(number, unit)
	return q, spot{1, 2}, err
}

// unit translates a unit of measure.
func (r *reader) unit(s edifact.Segment, code string) (quantity.Unit, error) {
	if code != "" {
		return r.agreed.TradeUnit(code)
	}
	if unit, agreed := r.agreed.Units[""]; agreed {
		return unit, nil
	}
	if r.once("unit") {
		r.info("unit-missing", s, spot{1, 3}, "quantities without a unit are taken as single pieces (EA)")
	}
	return quantity.Each, nil
}

// unit is the code of a unit of measure: none of the unit that was agreed for quantities
// without one.
func (c *composer) unit(tag string, where spot, u quantity.Unit) string {
	if silent, agreed := c.agreed.Units[""]; agreed && silent == u {
		return ""
	}
	code, ok := c.agreed.TradeUnitCode(u)
	if !ok {
		c.fail(tag, where, u.String(), "no code of three characters means the unit; agree with the partner on one")
	}
	return code
}

// quantity writes a QTY.
func (c *composer) quantity(qualifier string, q quantity.Quantity) {
	c.add("QTY", of(qualifier, c.number(q.Number()), c.unit("QTY", spot{1, 3}, q.Unit())))
}
