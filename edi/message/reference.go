package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/order"
)

// reference reads RFF; ok is false where it has no number. Dates of its group are
// mentioned.
func (r *reader) reference(s edifact.Segment, c *edifact.Cursor) (ref order.Reference, ok bool) {
	ref = order.Reference{Qualifier: text(s, 1, 1), Value: text(s, 1, 2)}
	r.rest(c, "RFF group", "DTM")
	if ref.Value == "" {
		r.info("reference-empty", s, spot{1, 2}, fmt.Sprintf("reference %s has no number", ref.Qualifier))
		return ref, false
	}
	return ref, true
}

// refer writes RFF.
func (c *composer) refer(qualifier, value string) { c.add("RFF", of(qualifier, value)) }
