package durable

import (
	"time"

	"github.com/o2ckit/o2c/atp"
)

// stateEncoder writes reservations of a snapshot as rows, in nanoseconds since 1970:
//
//	[key, at, expires, committed or 0, status, scope, safety stock, lines, postings]
//
// where lines and postings are arrays again, with six values a line: item, site, date, quantity, consumed, released; and
// five a posting: document, at, whether it released, whether that was everything open, and an array with four values a
// line. What has no place in a row stands as an object.
type stateEncoder struct {
	encoder
	state, stateLine, posting shape
}

func newStateEncoder() *stateEncoder {
	return &stateEncoder{
		encoder: *newEncoder(),
		state: shapeOf[atp.ReservationState]("Key", "At", "Expires", "Committed", "Status", "SafetyStock", "Scope", "Lines",
			"Postings"),
		stateLine: shapeOf[atp.LineState]("Item", "Site", "Date", "Quantity", "Consumed", "Released"),
		posting:   shapeOf[atp.PostingState]("Document", "At", "Released", "All", "Lines"),
	}
}

func (enc *stateEncoder) fits(r *atp.ReservationState) bool {
	if !fits(enc.state, r) {
		return false
	}
	for i := range r.Lines {
		if !fits(enc.stateLine, &r.Lines[i]) {
			return false
		}
	}
	for i := range r.Postings {
		if !fits(enc.posting, &r.Postings[i]) || !enc.fitLines(r.Postings[i].Lines) {
			return false
		}
	}
	return true
}

// reservation appends a row, if one says all there is.
func (enc *stateEncoder) reservation(dst []byte, r *atp.ReservationState) ([]byte, bool) {
	status, err := r.Status.MarshalText()
	if err != nil || !enc.fits(r) {
		return dst, false
	}
	var committed int64
	if !r.Committed.IsZero() {
		committed = r.Committed.UnixNano()
	}
	dst = appendText(append(dst, '['), r.Key)
	dst = appendInt(dst, r.At.UnixNano())
	dst = appendInt(dst, r.Expires.UnixNano())
	dst = appendInt(dst, committed)
	dst = appendText(append(dst, ','), string(status))
	dst = appendText(append(dst, ','), r.Scope.String())
	dst = appendBool(dst, r.SafetyStock)
	dst = append(dst, ",["...)
	for i := range r.Lines {
		l := &r.Lines[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, l.Item)
		dst = appendText(append(dst, ','), l.Site)
		dst = enc.date(append(dst, ','), l.Date)
		dst = appendInt(dst, l.Quantity)
		dst = appendInt(dst, l.Consumed)
		dst = appendInt(dst, l.Released)
	}
	dst = append(dst, "],["...)
	for i := range r.Postings {
		p := &r.Postings[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, p.Document)
		dst = appendInt(dst, p.At.UnixNano())
		dst = appendBool(dst, p.Released)
		dst = appendBool(dst, p.All)
		dst = append(dst, ",["...)
		if len(p.Lines) > 0 {
			from := len(dst)
			dst = enc.lines(dst, p.Lines)
			dst = append(dst[:from], dst[from+1:]...) // lines begins with a comma
		}
		dst = append(dst, ']')
	}
	return append(dst, "]]"...), true
}

// reservation reads a row, or the object that stands in its place.
func (d *decoder) reservation(data []byte, r *atp.ReservationState) error {
	if len(data) > 0 && data[0] == '{' {
		return strict(data, r)
	}
	d.data, d.at, d.err = data, 0, nil
	d.token('[')
	r.Key, r.At, r.Expires = d.text(), instant(d.int()), instant(d.int())
	if committed := d.int(); committed != 0 {
		r.Committed = instant(committed)
	}
	d.unmarshal(r.Status.UnmarshalText)
	d.unmarshal(r.Scope.UnmarshalText)
	r.SafetyStock = d.bool()
	d.nextList(func() {
		r.Lines = append(r.Lines, atp.LineState{
			Item: d.text(), Site: d.nextSite(), Date: d.nextDate(), Quantity: d.int(), Consumed: d.int(), Released: d.int(),
		})
	})
	d.nextList(func() {
		p := atp.PostingState{Document: d.text(), At: instant(d.int()), Released: d.bool(), All: d.bool()}
		d.nextList(func() {
			p.Lines = append(p.Lines, atp.ReservedLine{Item: d.text(), Site: d.nextSite(), Date: d.nextDate(), Quantity: d.int()})
		})
		r.Postings = append(r.Postings, p)
	})
	d.token(']')
	d.end()
	return d.err
}

// nextList reads a comma and an array.
func (d *decoder) nextList(element func()) {
	d.token(',')
	d.token('[')
	for more := d.peek() != ']'; more && d.err == nil; more = d.another() {
		element()
	}
	d.token(']')
}

// unmarshal reads a comma and a text.
func (d *decoder) unmarshal(from func([]byte) error) {
	if err := from([]byte(d.nextText())); err != nil {
		d.fail(err.Error())
	}
}

func instant(nano int64) time.Time { return time.Unix(0, nano).UTC() }
