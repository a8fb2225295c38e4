package durable

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// decoder reads packed events: JSON of a form that is known, so that it need not be taken apart first. It is not safe
// for several goroutines.
type decoder struct {
	codec *journal.Codec
	data  []byte
	at    int
	err   error // the first
	base  int64

	site    string // the last one read
	day     calendar.Date
	dayText string
}

func newDecoder(codec *journal.Codec) *decoder { return &decoder{codec: codec} }

// packed reads a Packed.
func (d *decoder) packed(data []byte) (base int64, events []any, err error) {
	d.data, d.at, d.err = data, 0, nil
	if !utf8.Valid(data) {
		return 0, nil, errText
	}
	d.token('{')
	d.name("base")
	text := d.text()
	t, err := time.Parse(time.RFC3339Nano, text)
	if year := t.Year(); d.err == nil && (err != nil || year < 1678 || year > 2261) {
		d.fail("base is not an instant from 1678 to 2261")
	}
	d.base = t.UnixNano()
	d.token(',')
	d.name("events")
	d.token('[')
	for more := d.peek() != ']'; more && d.err == nil; more = d.another() {
		events = append(events, d.event())
	}
	d.token(']')
	d.token('}')
	d.end()
	if d.err != nil {
		return 0, nil, d.err
	}
	return d.base, events, nil
}

// event reads a row or an object.
func (d *decoder) event() any {
	if d.peek() == '{' {
		return d.object()
	}
	d.token('[')
	kind, key, at := d.text(), d.nextText(), d.instant(d.base)
	var e any
	switch kind {
	case rowReserved, rowReservedAs:
		r := atp.Reserved{Key: key, At: instant(at), Expires: instant(d.instant(at))}
		if kind == rowReservedAs {
			if err := r.Scope.UnmarshalText([]byte(d.nextText())); err != nil {
				d.fail(err.Error())
			}
			r.SafetyStock = d.bool()
		}
		r.Lines = d.lines()
		e = r
	case rowCommitted:
		e = atp.Committed{Key: key, At: instant(at)}
	case rowConsumed:
		e = atp.Consumed{Key: key, At: instant(at), Document: d.nextText(), All: d.bool(), Lines: d.lines()}
	case rowReleased:
		e = atp.Released{Key: key, At: instant(at), Document: d.nextText(), All: d.bool(), Lines: d.lines()}
	case rowExpired:
		e = atp.Expired{Key: key, At: instant(at)}
	default:
		d.fail(fmt.Sprintf("%q is no row", kind))
	}
	d.token(']')
	return e
}

// object reads an event as its codec writes it.
func (d *decoder) object() any {
	var raw struct {
		Type    string          `json:"type"`
		Version int             `json:"version"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(d.value(), &raw); err != nil {
		d.fail(err.Error())
		return nil
	}
	e, known, err := d.codec.Decode(journal.Event{Type: raw.Type, Version: raw.Version, Data: raw.Data})
	switch {
	case err != nil:
		d.fail(err.Error())
	case !known:
		d.fail(fmt.Sprintf("%q is no event of package atp", raw.Type))
	}
	return e
}

func (d *decoder) lines() []atp.ReservedLine {
	var lines []atp.ReservedLine
	for d.err == nil && d.peek() == ',' {
		l := atp.ReservedLine{Item: d.nextText(), Site: d.nextSite(), Date: d.nextDate(), Quantity: d.int()}
		if lines == nil {
			lines = make([]atp.ReservedLine, 0, 1)
		}
		lines = append(lines, l)
	}
	return lines
}

// fail keeps the first error and goes to the end, so that all loops end.
func (d *decoder) fail(reason string) {
	if d.err == nil {
		d.err = fmt.Errorf("durable: packed: byte %d: %s", d.at, reason)
	}
	d.at = len(d.data)
}

// peek skips white space and gives the byte after it; 0 at the end.
func (d *decoder) peek() byte {
	for d.at < len(d.data) {
		c := d.data[d.at]
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		d.at++
	}
	return 0
}

func (d *decoder) token(c byte) {
	if d.peek() != c {
		d.fail(fmt.Sprintf("no %q", c))
		return
	}
	d.at++
}

// another reports whether a further element follows, and skips the comma.
func (d *decoder) another() bool {
	if d.err != nil || d.peek() != ',' {
		return false
	}
	d.at++
	return true
}

func (d *decoder) end() {
	if d.err == nil && (d.peek() != 0 || d.at < len(d.data)) {
		d.fail("goes on after the value")
	}
}

// name reads the name of a field.
func (d *decoder) name(want string) {
	if got := d.text(); d.err == nil && got != want {
		d.fail(fmt.Sprintf("%q where %q was to come", got, want))
	}
	d.token(':')
}

// raw reads a string and gives what stands between its quotes; plain tells that there is no escape in it.
func (d *decoder) raw() (text []byte, plain bool) {
	d.token('"')
	plain = true
	for from := d.at; d.at < len(d.data); d.at++ {
		switch c := d.data[d.at]; {
		case c == '"':
			d.at++
			return d.data[from : d.at-1], plain
		case c == '\\':
			plain = false
			d.at++
		case c < ' ':
			d.fail("control character in a string")
		}
	}
	d.fail("string does not end")
	return nil, true
}

func (d *decoder) text() string {
	raw, plain := d.raw()
	if plain {
		return string(raw)
	}
	var s string
	if err := json.Unmarshal(d.data[d.at-len(raw)-2:d.at], &s); err != nil {
		d.fail(err.Error())
	}
	return s
}

func (d *decoder) nextText() string {
	d.token(',')
	return d.text()
}

// nextSite is nextText without a copy where the site is that of the line before.
func (d *decoder) nextSite() string {
	d.token(',')
	from := d.at
	raw, plain := d.raw()
	if plain && string(raw) == d.site {
		return d.site
	}
	if d.err == nil {
		d.at = from
		d.site = d.text()
	}
	return d.site
}

func (d *decoder) nextDate() calendar.Date {
	d.token(',')
	raw, _ := d.raw()
	if string(raw) == d.dayText {
		return d.day
	}
	text := string(raw)
	date, err := calendar.ParseDate(text)
	if err != nil {
		d.fail(err.Error())
		return calendar.Date{}
	}
	d.day, d.dayText = date, text
	return date
}

func (d *decoder) bool() bool {
	d.token(',')
	d.peek()
	switch rest := d.data[d.at:]; {
	case len(rest) >= 4 && string(rest[:4]) == "true":
		d.at += 4
		return true
	case len(rest) >= 5 && string(rest[:5]) == "false":
		d.at += 5
	default:
		d.fail("neither true nor false")
	}
	return false
}

func (d *decoder) int() int64 {
	d.token(',')
	negative := d.peek() == '-'
	if negative {
		d.at++
	}
	from, n := d.at, uint64(0)
	for ; d.at < len(d.data) && d.data[d.at]-'0' <= 9; d.at++ {
		if n > math.MaxInt64/10 {
			d.fail("number out of range")
			return 0
		}
		n = n*10 + uint64(d.data[d.at]-'0')
	}
	switch {
	case d.at == from:
		d.fail("no number")
	case negative && n <= 1<<63 && d.data[from] != '0':
		return -int64(n)
	case negative || n > math.MaxInt64:
		d.fail("number out of range")
	case d.data[from] == '0' && d.at > from+1:
		d.fail("number begins with 0")
	}
	return int64(n)
}

// instant reads nanoseconds from another instant. A sum that wraps round was a difference that wrapped round.
func (d *decoder) instant(from int64) int64 { return from + d.int() }

// value reads a JSON value and gives its bytes.
func (d *decoder) value() []byte {
	from, depth := d.at, 0
	for d.err == nil {
		switch c := d.peek(); c {
		case 0:
			d.fail("value does not end")
			return nil
		case '"':
			d.raw()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		d.at++
		if depth == 0 {
			return d.data[from:d.at]
		}
	}
	return nil
}

var errNoEvents = errors.New("durable: packed: no events")
