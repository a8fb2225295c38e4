package edijson

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
)

// Line is a set or message with what stands around it.
type Line struct {
	Standard string `json:"standard"`
	// Before are the segments of envelopes before the set, After those behind it.
	Before []Segment `json:"before,omitempty"`
	// Segments are those of the set, from ST or UNH on; none in an interchange without
	// sets.
	Segments []Segment `json:"segments"`
	After    []Segment `json:"after,omitempty"`
	// Layout is how they were written; nil: as is usual.
	Layout *Layout `json:"layout,omitempty"`

	// Offset is where the set began in the file.
	Offset int64 `json:"-"`
}

func (l *Line) all() []Segment { return slices.Concat(l.Before, l.Segments, l.After) }

// Layout is how the segments of a line were written.
type Layout struct {
	Delimiters delimiters `json:"delimiters"`
	// Terminator ends each segment, Break divides it from the next.
	Terminator string `json:"terminator"`
	Break      string `json:"break,omitempty"`
	// UNA is the service string advice before the UNB.
	UNA string `json:"una,omitempty"`
	// Latin1 says that the file's bytes are ISO 8859-1; else they are UTF-8.
	Latin1 bool `json:"latin1,omitempty"`
	// Exact are the segments that were written otherwise, by their place in the line
	// from 0.
	Exact map[string]Exact `json:"exact,omitempty"`
	// Counted are what was counted at each trailer, by its place: as long as that is
	// so, the trailer stays as it is.
	Counted map[string]int `json:"counted,omitempty"`
	// Rest stands behind the last segment of the file.
	Rest string `json:"rest,omitempty"`
}

// Exact is how a segment was written. Parts that were as usual are nil.
type Exact struct {
	Lead *string `json:"lead,omitempty"`
	// Text holds as long as the segment says the same.
	Text *string `json:"text,omitempty"`
	End  *string `json:"end,omitempty"`
}

// token is a segment as it was read.
type token struct {
	lead, raw, end string
	delimiters     delimiters
	offset         int64
}

// Lines takes a file apart. What is no segment stands before the next one in its layout.
func Lines(data []byte) ([]Line, error) {
	standard := schema.X12
	if IsEDIFACT(data) {
		standard = schema.EDIFACT
	}
	c := codec{latin1: !utf8.Valid(data)}
	tokens, rest, err := c.tokens(data, standard)
	if err != nil {
		return nil, err
	}
	var lines []Line
	usual := usualOf(tokens, c.latin1)
	l := Line{Standard: standard, Segments: []Segment{}}
	var list []token // of l
	flush := func() {
		lines = append(lines, finish(l, list, usual, len(lines) == 0))
		l, list = Line{Standard: standard, Segments: []Segment{}}, nil
	}
	inSet := false
	for _, t := range tokens {
		s := t.delimiters.parse(t.raw)
		switch id := s.ID(); {
		case id == "ST" || id == "UNH":
			if len(l.Segments) > 0 {
				flush()
			}
			inSet, l.Offset = true, t.offset
		case opens(id):
			if len(l.Segments) > 0 || id == "ISA" || id == "UNB" {
				if len(list) > 0 {
					flush()
				}
			}
			inSet = false
		case id == "GE" || id == "IEA" || id == "UNE" || id == "UNZ":
			inSet = false
		}
		list = append(list, t)
		switch {
		case inSet:
			l.Segments = append(l.Segments, s)
			inSet = s.ID() != "SE" && s.ID() != "UNT"
		case len(l.Segments) > 0:
			l.After = append(l.After, s)
		default:
			l.Before = append(l.Before, s)
		}
	}
	if len(list) > 0 || len(lines) == 0 && rest != "" { // a file without segments is kept as it is
		flush()
	}
	if len(lines) > 0 {
		count(lines)
		lines[len(lines)-1].Layout.Rest = rest
	}
	return lines, nil
}

// opens tells whether a segment opens an interchange or a group.
func opens(id string) bool { return id == "ISA" || id == "GS" || id == "UNB" || id == "UNG" }

// IsEDIFACT tells whether a file is EDIFACT, as [gateway.IsEDIFACT] does.
func IsEDIFACT(data []byte) bool { return gateway.IsEDIFACT(bufio.NewReader(bytes.NewReader(data))) }

// usualOf is how most segments of a file are written.
func usualOf(tokens []token, latin1 bool) Layout {
	u := Layout{Latin1: latin1}
	if len(tokens) > 0 {
		u.Terminator = tokens[0].end
	}
	if len(tokens) > 1 && strings.Trim(tokens[1].lead, "\r\n") == "" {
		u.Break = tokens[1].lead
	}
	return u
}

// finish gives a line its layout.
func finish(l Line, list []token, usual Layout, first bool) Line {
	layout := usual
	layout.Exact = make(map[string]Exact)
	if len(list) > 0 { // the header that says that elements repeat does not repeat itself
		layout.Delimiters = list[len(list)-1].delimiters
	}
	if layout.Terminator == "" {
		layout.Terminator = layout.Delimiters.Segment
	}
	for i, s := range l.all() {
		t := list[i]
		if at := strings.Index(t.lead, "UNA"); at >= 0 && s.ID() == "UNB" {
			if una := []rune(t.lead[at:]); len(una) >= 9 {
				layout.UNA = string(una[:9])
			}
		}
		var e Exact
		if t.lead != layout.lead(s.ID(), first && i == 0) {
			e.Lead = &list[i].lead
		}
		if composed, err := layout.Delimiters.compose(filled(s)); err != nil || composed != t.raw {
			e.Text = &list[i].raw
		}
		if t.end != layout.Terminator {
			e.End = &list[i].end
		}
		if e != (Exact{}) {
			layout.Exact[strconv.Itoa(i)] = e
		}
	}
	l.Layout = &layout
	return l
}

// lead is what stands before a segment.
func (l *Layout) lead(id string, first bool) string {
	lead := l.Break
	if first {
		lead = ""
	}
	if id == "UNB" && l.UNA != "" {
		lead += l.UNA + l.Break
	}
	return lead
}

// codec turns bytes into texts and back.
type codec struct{ latin1 bool }

func (c codec) text(b []byte) string {
	if !c.latin1 {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i := range b {
		runes[i] = rune(b[i])
	}
	return string(runes)
}

func (c codec) bytes(s string) ([]byte, error) {
	if !c.latin1 {
		return []byte(s), nil
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFF {
			return nil, fmt.Errorf("the character %q is not in ISO 8859-1, as the file is", r)
		}
		out = append(out, byte(r))
	}
	return out, nil
}

func (c codec) one(b byte) string {
	if b == 0 {
		return ""
	}
	return string(rune(b))
}

// tokens are the segments of a file, with all that stands between them.
func (c codec) tokens(data []byte, standard string) (list []token, rest string, err error) {
	next := c.readerX12(data)
	if standard == schema.EDIFACT {
		next = c.readerEDIFACT(data)
	}
	end := 0
	for {
		t, from, to, tail, err := next()
		if errors.Is(err, io.EOF) {
			return list, c.text(data[end:]), nil
		}
		if err != nil {
			return nil, "", err
		}
		t.lead = c.text(data[end:from])
		t.raw, t.end, t.offset = c.text(data[from:to]), c.text(data[to:to+tail]), int64(from)
		end = to + tail
		list = append(list, t)
	}
}

type nextToken func() (t token, from, to, tail int, err error)

func (c codec) readerX12(data []byte) nextToken {
	r := x12.NewReader(bytes.NewReader(data), x12.Options{Lenient: true})
	return func() (token, int, int, int, error) {
		for {
			t, err := r.Next()
			if syntax := (*x12.SyntaxError)(nil); errors.As(err, &syntax) {
				continue
			}
			if err != nil {
				return token{}, 0, 0, 0, err
			}
			d := t.Delimiters()
			from := int(t.Offset())
			return token{delimiters: delimiters{Element: c.one(d.Element), Component: c.one(d.Component), Repetition: c.one(d.Repetition), Segment: c.one(d.Segment)}},
				from, from + len(t.Raw()), len(t.Terminator()), nil
		}
	}
}

func (c codec) readerEDIFACT(data []byte) nextToken {
	r := edifact.NewReader(bytes.NewReader(data), edifact.Options{})
	return func() (token, int, int, int, error) {
		for {
			t, err := r.Next()
			if syntax := (*edifact.SyntaxError)(nil); errors.As(err, &syntax) {
				continue
			}
			if err != nil {
				return token{}, 0, 0, 0, err
			}
			s := t.Separators()
			from := int(t.Offset())
			to := from + len(t.Raw())
			tail := 0
			if to < len(data) && data[to] == s.Terminator {
				tail = 1
			}
			return token{delimiters: delimiters{Element: c.one(s.Element), Component: c.one(s.Component), Repetition: c.one(s.Repetition),
				Segment: c.one(s.Terminator), Release: c.one(s.Release)}}, from, to, tail, nil
		}
	}
}
