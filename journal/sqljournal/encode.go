package sqljournal

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// encodeNames makes one argument of a list of names: JSON on SQLite, an array
// literal on PostgreSQL. Every driver passes a string on as it is.
func encodeNames(d Dialect, names []string) string {
	if d == PostgreSQL {
		var a array
		for _, n := range names {
			a.text(n)
		}
		return a.literal()
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		writeEscaped(&b, n)
		b.WriteByte('"')
	}
	b.WriteByte(']')
	return b.String()
}

// array is the literal of a PostgreSQL array in the making.
type array struct{ buf []byte }

func (a *array) next() {
	if len(a.buf) == 0 {
		a.buf = append(a.buf, '{')
		return
	}
	a.buf = append(a.buf, ',')
}

func (a *array) int(n int64) {
	a.next()
	a.buf = strconv.AppendInt(a.buf, n, 10)
}

func (a *array) text(s string) {
	a.next()
	a.buf = append(a.buf, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			a.buf = append(a.buf, '\\')
		}
		a.buf = append(a.buf, s[i])
	}
	a.buf = append(a.buf, '"')
}

func (a *array) bytes(b []byte) {
	a.next()
	a.buf = append(a.buf, `"\\x`...)
	a.buf = hex.AppendEncode(a.buf, b)
	a.buf = append(a.buf, '"')
}

func (a *array) literal() string {
	if len(a.buf) == 0 {
		return "{}"
	}
	return string(append(a.buf, '}'))
}

// writeEscaped writes the inside of a JSON string. Names have no control
// characters.
func writeEscaped(b *strings.Builder, s string) {
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
}
