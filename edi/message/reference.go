package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
)

// reference reads RFF; ok is false where it has no number. Dates of its group are
// mentioned.
func (r *reader) reference(s edifact.Segment, c *edifact.Cursor) (ref order.Reference, ok bool) {
	r.rest(c, "RFF group", "DTM")
	ref = order.Reference{Qualifier: text(s, 1, 1), Value: text(s, 1, 2)}
	if ref.Value == "" {
		r.info("reference-empty", s, spot{1, 2}, fmt.Sprintf("reference %s has no number", ref.Qualifier))
		return ref, false
	}
	return ref, true
}

// dated reads RFF with the day of what it refers to (DTM 171).
func (r *reader) dated(s edifact.Segment, c *edifact.Cursor) (ref order.Reference, day calendar.Date, ok bool) {
	for c.Peek().Is("DTM") {
		if qualifier := text(c.Peek(), 1, 1); qualifier != referenceDate && qualifier != "4" || !day.IsZero() {
			break
		}
		day = r.day(c.Next())
	}
	ref, ok = r.reference(s, c)
	return ref, day, ok
}

// referenceDate is the qualifier (element 2005) of the day of what RFF refers to.
const referenceDate = "171"

// refer writes RFF.
func (c *composer) refer(qualifier, value string) { c.add("RFF", of(qualifier, value)) }

// mostReferences is how many the header of a message of D.96A has room for.
const mostReferences = 10

// references writes those of the header that have a number.
func (c *composer) references(all ...order.Reference) {
	for _, ref := range all {
		if ref.Value == "" {
			continue
		}
		c.refer(ref.Qualifier, ref.Value)
		if c.refs++; c.refs > mostReferences {
			c.fail("RFF", whole(), ref.Value, "the header has more than ten references")
		}
	}
}
