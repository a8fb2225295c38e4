package edijson

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
)

// Options say how lines are written otherwise than they were.
type Options struct {
	// X12 are other delimiters for X12, EDIFACT other separators for EDIFACT; nil: those
	// of the lines.
	X12     *x12.Delimiters
	EDIFACT *edifact.Separators
	// Break is another line break behind each segment; nil: that of the lines.
	Break *string
}

// LineError says what cannot be written.
type LineError struct {
	// Line counts lines from 1, Segment the segments of a line from 1; 0: the line as a
	// whole.
	Line, Segment int
	ID            string
	Reason        string
}

// Error names the place and the reason.
func (e *LineError) Error() string {
	if e.Segment == 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("line %d, segment %d (%s): %s", e.Line, e.Segment, e.ID, e.Reason)
}

// Write writes lines as a file.
func Write(lines []Line, out io.Writer, o Options) error {
	w := writer{out: out, options: o}
	for i := range lines {
		if err := w.line(i+1, &lines[i]); err != nil {
			return err
		}
	}
	if err := w.close(0); err != nil {
		return err
	}
	if len(lines) > 0 && !w.added && o.Break == nil {
		if l := lines[len(lines)-1].Layout; l != nil {
			return w.put(l.Rest)
		}
	}
	if w.layout.Break != "" {
		return w.put(w.layout.Break)
	}
	return nil
}

// writer follows the envelopes.
type writer struct {
	out     io.Writer
	options Options

	standard string
	layout   Layout
	begun    bool
	added    bool // a trailer that was missing
	open     [3]level
}

// level is an interchange, a group or a set that is open.
type level struct {
	open    bool
	control string
	count   int // of what is in it
}

const (
	interchange = iota
	group
	set
)

// the identifiers of headers and trailers, by level and standard.
func header(standard string) [3]string {
	if standard == schema.EDIFACT {
		return [3]string{"UNB", "UNG", "UNH"}
	}
	return [3]string{"ISA", "GS", "ST"}
}

func trailer(standard string) [3]string {
	if standard == schema.EDIFACT {
		return [3]string{"UNZ", "UNE", "UNT"}
	}
	return [3]string{"IEA", "GE", "SE"}
}

// control is where a header has its control number.
func control(s Segment) string {
	switch s.ID() {
	case "ISA":
		return s.value(13)
	case "GS":
		return s.value(6)
	case "ST":
		return s.value(2)
	case "UNB", "UNG":
		return s.value(5)
	}
	return s.value(1)
}

func indexOf(list [3]string, id string) int {
	for i, of := range list {
		if of == id {
			return i
		}
	}
	return -1
}

// line writes the segments of a line.
func (w *writer) line(number int, l *Line) error {
	switch {
	case l.Standard != schema.X12 && l.Standard != schema.EDIFACT:
		return &LineError{Line: number, Reason: fmt.Sprintf("the standard is %q; expected X12 or EDIFACT", l.Standard)}
	case w.begun && l.Standard != w.standard:
		return &LineError{Line: number, Reason: "a file is of one standard"}
	}
	w.standard = l.Standard
	given := w.arrange(l)
	head, tail := header(w.standard), trailer(w.standard)
	for i, s := range l.all() {
		fail := func(err error) error {
			return &LineError{Line: number, Segment: i + 1, ID: s.ID(), Reason: err.Error()}
		}
		id := s.ID()
		if !validID(id) {
			return fail(fmt.Errorf("%q is no identifier of a segment", id))
		}
		opens, ends := indexOf(head, id), indexOf(tail, id)
		switch {
		case opens >= 0:
			if err := w.close(opens); err != nil {
				return fail(err)
			}
			switch {
			case opens > interchange && !w.open[interchange].open && w.standard == schema.X12, opens == group && !w.open[interchange].open:
				return fail(errors.New("it stands outside of any interchange"))
			case opens == set && w.standard == schema.X12 && !w.open[group].open:
				return fail(errors.New("it stands outside of any group"))
			}
		case ends >= 0:
			if err := w.close(ends + 1); err != nil {
				return fail(err)
			}
			s = w.counted(s, ends, given, i)
		case !w.open[interchange].open && !w.open[set].open: // messages of EDIFACT may stand by themselves
			return fail(errors.New("it stands outside of any interchange"))
		}
		if w.open[set].open && opens < 0 {
			w.open[set].count++
		}
		if err := w.segment(s, i, given); err != nil {
			return fail(err)
		}
		if opens >= 0 {
			w.enter(opens, s)
		}
		if ends >= 0 {
			w.open[ends].open = false
		}
	}
	return nil
}

// arrange takes the layout of a line, or what is usual, with what the options change.
func (w *writer) arrange(l *Line) *Layout {
	given := l.Layout
	switch {
	case given != nil:
		w.layout = *given
	case !w.begun && w.standard == schema.EDIFACT:
		s := edifact.Standard()
		w.layout = Layout{Break: "\n"}
		w.separate(s)
	case !w.begun:
		w.layout = Layout{Break: "\n"}
		w.delimit(x12.StandardDelimiters())
	}
	if d := w.options.X12; d != nil && w.standard == schema.X12 {
		w.delimit(*d)
	}
	if s := w.options.EDIFACT; s != nil && w.standard == schema.EDIFACT {
		w.separate(*s)
		w.layout.UNA = s.UNA()
	}
	if w.options.Break != nil {
		w.layout.Break = *w.options.Break
	}
	return given
}

func (w *writer) delimit(d x12.Delimiters) {
	c := codec{}
	w.layout.Delimiters = delimiters{Element: c.one(d.Element), Component: c.one(d.Component), Repetition: c.one(d.Repetition), Segment: c.one(d.Segment)}
	w.layout.Terminator = w.layout.Delimiters.Segment
}

func (w *writer) separate(s edifact.Separators) {
	c := codec{}
	w.layout.Delimiters = delimiters{Element: c.one(s.Element), Component: c.one(s.Component), Repetition: c.one(s.Repetition),
		Segment: c.one(s.Terminator), Release: c.one(s.Release)}
	w.layout.Terminator = w.layout.Delimiters.Segment
}

// changed tells whether the options give other delimiters.
func (w *writer) changed() bool {
	return w.options.X12 != nil && w.standard == schema.X12 || w.options.EDIFACT != nil && w.standard == schema.EDIFACT
}

// enter opens a level and counts it in those above.
func (w *writer) enter(at int, s Segment) {
	w.open[at] = level{open: true, control: control(s)}
	switch at {
	case set:
		w.open[set].count = 1
		w.open[group].count++
		if !w.open[group].open {
			w.open[interchange].count++
		}
	case group:
		w.open[interchange].count++
	}
}

// close ends the levels from one on that are open, with trailers of their own.
func (w *writer) close(from int) error {
	tail := trailer(w.standard)
	for at := set; at >= from; at-- {
		if !w.open[at].open {
			continue
		}
		count := w.open[at].count
		if at == set {
			count++
		}
		s := Segment{text(tail[at]), text(strconv.Itoa(count)), text(w.open[at].control)}
		if err := w.segment(s, -1, nil); err != nil {
			return err
		}
		w.open[at].open, w.added = false, true
	}
	return nil
}

// counted gives a trailer its count and control number, unless it was as it is.
func (w *writer) counted(s Segment, at int, given *Layout, i int) Segment {
	count := w.open[at].count
	if at == set {
		count++
	}
	if given != nil {
		if was, known := given.Counted[strconv.Itoa(i)]; known && was == count {
			return s
		}
	}
	return s.set(1, strconv.Itoa(count)).set(2, w.open[at].control)
}

// segment writes one segment, at its place in the line; -1: it was added.
func (w *writer) segment(s Segment, i int, given *Layout) error {
	lead := w.layout.lead(s.ID(), !w.begun)
	end := w.layout.Terminator
	composed, err := w.layout.Delimiters.compose(filled(w.announce(s)))
	if given != nil {
		e := given.Exact[strconv.Itoa(i)]
		if e.Lead != nil && w.options.Break == nil {
			lead = *e.Lead
			if w.changed() && given.UNA != "" {
				lead = strings.Replace(lead, given.UNA, w.layout.UNA, 1)
			}
		}
		if e.Text != nil && !w.changed() && given.Delimiters.parse(*e.Text).equal(s) {
			composed, err = *e.Text, nil
		}
		if e.End != nil && !w.changed() {
			end = *e.End
		}
	}
	if err != nil {
		return err
	}
	w.begun = true
	return w.put(lead + composed + end)
}

// announce has an ISA announce other delimiters.
func (w *writer) announce(s Segment) Segment {
	if s.ID() != "ISA" || !w.changed() && len(s) != 16 {
		return s
	}
	s = s.set(16, w.layout.Delimiters.Component) // also where it is left to be made
	if w.changed() && s.value(12) >= "00402" {
		s = s.set(11, w.layout.Delimiters.Repetition)
	}
	return s
}

func (w *writer) put(text string) error {
	b, err := codec{latin1: w.layout.Latin1}.bytes(text)
	if err != nil {
		return err
	}
	_, err = w.out.Write(b)
	return err
}

func validID(id string) bool {
	if len(id) < 2 || len(id) > 3 {
		return false
	}
	for i := range len(id) {
		if b := id[i]; (b < 'A' || b > 'Z') && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// count notes what is counted at each trailer of lines that were read.
func count(lines []Line) {
	w := writer{out: io.Discard}
	for n := range lines {
		l := &lines[n]
		w.standard = l.Standard
		l.Layout.Counted = make(map[string]int)
		head, tail := header(l.Standard), trailer(l.Standard)
		for i, s := range l.all() {
			opens, ends := indexOf(head, s.ID()), indexOf(tail, s.ID())
			if w.open[set].open && opens < 0 {
				w.open[set].count++
			}
			switch {
			case opens >= 0:
				for at := opens; at <= set; at++ {
					w.open[at].open = false
				}
				w.enter(opens, s)
			case ends >= 0:
				// What is broken is closed by Write; count as it will.
				for at := ends + 1; at <= set; at++ {
					w.open[at].open = false
				}
				l.Layout.Counted[strconv.Itoa(i)] = w.open[ends].count
				w.open[ends].open = false
			}
		}
	}
}
