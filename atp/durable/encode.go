package durable

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// What happened, as rows say it.
const (
	rowReserved   = "reserved"
	rowReservedAs = "reserved-as"
	rowCommitted  = "committed"
	rowConsumed   = "consumed"
	rowReleased   = "released"
	rowExpired    = "expired"
)

const tailOfPacked = "]}"

var errText = errors.New("durable: text is not UTF-8")

// encoder appends events. It is not safe for several goroutines.
type encoder struct {
	codec *journal.Codec

	reserved, committed, consumed, released, expired, line shape

	day     calendar.Date // of dayText
	dayText string
}

func newEncoder() *encoder {
	return &encoder{
		codec:     atp.Events(),
		reserved:  shapeOf[atp.Reserved]("Key", "At", "Expires", "SafetyStock", "Scope", "Lines", "Replayed"),
		committed: shapeOf[atp.Committed]("Key", "At", "Replayed"),
		consumed:  shapeOf[atp.Consumed]("Key", "At", "Document", "All", "Lines", "Replayed"),
		released:  shapeOf[atp.Released]("Key", "At", "Document", "All", "Lines", "Replayed"),
		expired:   shapeOf[atp.Expired]("Key", "At"),
		line:      shapeOf[atp.ReservedLine]("Item", "Site", "Date", "Quantity"),
	}
}

// shape has the fields of a type for which a row has no place. A value in which one of them is set is not written as a
// row, so that nothing that package atp adds to an event is ever lost.
type shape struct{ extra []int }

func shapeOf[T any](known ...string) shape {
	var s shape
	for t, i := reflect.TypeFor[T](), 0; i < t.NumField(); i++ {
		if !slices.Contains(known, t.Field(i).Name) {
			s.extra = append(s.extra, i)
		}
	}
	return s
}

// fits reports whether a row says all of what v points to.
func fits[T any](s shape, v *T) bool {
	if s.extra == nil {
		return true
	}
	rv := reflect.ValueOf(v).Elem()
	for _, i := range s.extra {
		if !rv.Field(i).IsZero() {
			return false
		}
	}
	return true
}

func (enc *encoder) fitLines(lines []atp.ReservedLine) bool {
	if enc.line.extra == nil {
		return true
	}
	for i := range lines {
		if !fits(enc.line, &lines[i]) {
			return false
		}
	}
	return true
}

// appendHead begins a Packed.
func appendHead(dst []byte, base int64) []byte {
	dst = append(dst, `{"base":"`...)
	dst = time.Unix(0, base).UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, `","events":[`...)
}

// event appends an event, a value or a pointer to it. After an error dst is as it was.
func (enc *encoder) event(dst []byte, base int64, event any) ([]byte, error) {
	from := len(dst)
	row, ok := enc.row(dst, base, event)
	if !ok {
		return enc.object(dst, event)
	}
	if !utf8.Valid(row[from:]) {
		return dst, errText
	}
	return row, nil
}

// row appends an event as a row, if it is of those that have one.
func (enc *encoder) row(dst []byte, base int64, event any) ([]byte, bool) {
	switch e := event.(type) {
	case *atp.Reserved:
		return enc.reservedRow(dst, base, e)
	case atp.Reserved:
		return enc.reservedRow(dst, base, &e)
	case *atp.Committed:
		return enc.committedRow(dst, base, e)
	case atp.Committed:
		return enc.committedRow(dst, base, &e)
	case *atp.Consumed:
		return enc.consumedRow(dst, base, e)
	case atp.Consumed:
		return enc.consumedRow(dst, base, &e)
	case *atp.Released:
		return enc.releasedRow(dst, base, e)
	case atp.Released:
		return enc.releasedRow(dst, base, &e)
	case *atp.Expired:
		return enc.expiredRow(dst, base, e)
	case atp.Expired:
		return enc.expiredRow(dst, base, &e)
	}
	return dst, false
}

func (enc *encoder) reservedRow(dst []byte, base int64, e *atp.Reserved) ([]byte, bool) {
	if !fits(enc.reserved, e) || !enc.fitLines(e.Lines) {
		return dst, false
	}
	kind, as := rowReserved, e.Scope != 0 || e.SafetyStock
	if as {
		kind = rowReservedAs
	}
	at := e.At.UnixNano()
	dst = appendBegin(dst, kind, e.Key, at-base)
	dst = appendInt(dst, e.Expires.UnixNano()-at)
	if as {
		dst = append(dst, ',')
		dst = appendText(dst, e.Scope.String())
		dst = appendBool(dst, e.SafetyStock)
	}
	return append(enc.lines(dst, e.Lines), ']'), true
}

func (enc *encoder) committedRow(dst []byte, base int64, e *atp.Committed) ([]byte, bool) {
	if !fits(enc.committed, e) {
		return dst, false
	}
	return append(appendBegin(dst, rowCommitted, e.Key, e.At.UnixNano()-base), ']'), true
}

func (enc *encoder) expiredRow(dst []byte, base int64, e *atp.Expired) ([]byte, bool) {
	if !fits(enc.expired, e) {
		return dst, false
	}
	return append(appendBegin(dst, rowExpired, e.Key, e.At.UnixNano()-base), ']'), true
}

func (enc *encoder) consumedRow(dst []byte, base int64, e *atp.Consumed) ([]byte, bool) {
	if !fits(enc.consumed, e) || !enc.fitLines(e.Lines) {
		return dst, false
	}
	dst = appendBegin(dst, rowConsumed, e.Key, e.At.UnixNano()-base)
	return enc.posting(dst, e.Document, e.All, e.Lines), true
}

func (enc *encoder) releasedRow(dst []byte, base int64, e *atp.Released) ([]byte, bool) {
	if !fits(enc.released, e) || !enc.fitLines(e.Lines) {
		return dst, false
	}
	dst = appendBegin(dst, rowReleased, e.Key, e.At.UnixNano()-base)
	return enc.posting(dst, e.Document, e.All, e.Lines), true
}

func (enc *encoder) posting(dst []byte, document string, all bool, lines []atp.ReservedLine) []byte {
	dst = append(dst, ',')
	dst = appendText(dst, document)
	dst = appendBool(dst, all)
	return append(enc.lines(dst, lines), ']')
}

func (enc *encoder) lines(dst []byte, lines []atp.ReservedLine) []byte {
	for i := range lines {
		l := &lines[i]
		dst = append(dst, ',')
		dst = appendText(dst, l.Item)
		dst = append(dst, ',')
		dst = appendText(dst, l.Site)
		dst = append(dst, ',')
		dst = enc.date(dst, l.Date)
		dst = appendInt(dst, l.Quantity)
	}
	return dst
}

// date appends a date; most are that of the line before.
func (enc *encoder) date(dst []byte, d calendar.Date) []byte {
	if d != enc.day || enc.dayText == "" {
		enc.day, enc.dayText = d, d.String()
	}
	return appendText(dst, enc.dayText)
}

// object appends an event as its codec writes it.
func (enc *encoder) object(dst []byte, event any) ([]byte, error) {
	draft, err := enc.codec.Encode(event)
	if err != nil {
		return dst, err
	}
	// JSON writes \ufffd for what is not UTF-8; where the text really says so, it comes back the same.
	if bytes.Contains(draft.Data, []byte(`\ufffd`)) {
		back, _, err := enc.codec.Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
		if err != nil {
			return dst, err
		}
		if again, err := enc.codec.Encode(back); err != nil || !bytes.Equal(again.Data, draft.Data) {
			return dst, errText
		}
	}
	dst = append(dst, `{"type":`...)
	dst = appendText(dst, draft.Type)
	dst = append(dst, `,"version":`...)
	dst = strconv.AppendInt(dst, int64(draft.Version), 10)
	dst = append(dst, `,"data":`...)
	dst = append(dst, draft.Data...)
	return append(dst, '}'), nil
}

func appendBegin(dst []byte, kind, key string, at int64) []byte {
	dst = append(dst, '[', '"')
	dst = append(dst, kind...)
	dst = append(dst, '"', ',')
	dst = appendText(dst, key)
	return appendInt(dst, at)
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(append(dst, ','), n, 10) }

func appendBool(dst []byte, b bool) []byte { return strconv.AppendBool(append(dst, ','), b) }

// appendText appends a JSON string.
func appendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		if from = i + 1; c >= ' ' {
			dst = append(dst, '\\', c)
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}
