package message

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

const (
	// mostFindings and longestMessage bound what is found, in numbers and bytes.
	mostFindings   = trade.MostFindings
	longestMessage = trade.LongestMessage
	// mostNumbers bounds the item numbers of one line.
	mostNumbers = 50
)

// reader is what the readers of messages have in common: findings within bounds, and
// the segments that several messages carry.
type reader struct {
	message  string // the message that is read, such as ORDERS
	document string // what is made of it, in a word
	agreed   *mapping.Options
	stated   money.Currency // by CUX
	found    finding.List
	bound    trade.Bound
}

// spot is an element of a segment and its component, from 1; 0 is the whole.
type spot struct{ element, component int }

// element is a spot that is a whole element, whole the segment itself.
func element(i int) spot { return spot{element: i} }

func whole() spot { return spot{} }

// at is where a spot of a segment is, in the form of fault.Fault.Finding.
func at(s edifact.Segment, where spot) string {
	number := s.NumberInMessage()
	if number == 0 {
		number = s.Number()
	}
	path := fmt.Sprintf("segments[%d].%s", number, s.ID())
	if where.element > 0 {
		path += fmt.Sprintf(".%d", where.element)
	}
	if where.component > 0 {
		path += fmt.Sprintf(".%d", where.component)
	}
	return path
}

// is tells whether the message is the one to read; another one is a finding.
func (r *reader) is(m *edifact.Message, what string) bool {
	if m.ID == r.message {
		return true
	}
	r.found.Block(r.code("wrong-message"), "", fmt.Sprintf("the message is %.40q", m.ID), "read "+r.message+" as "+what)
	return false
}

func (r *reader) code(code string) string {
	return "message." + strings.ToLower(r.message) + "." + code
}

func (r *reader) block(code string, s edifact.Segment, where spot, message, fix string) {
	r.add(finding.Block, code, s, where, message, fix)
}

func (r *reader) warn(code string, s edifact.Segment, where spot, message, fix string) {
	r.add(finding.Warning, code, s, where, message, fix)
}

func (r *reader) info(code string, s edifact.Segment, where spot, message string) {
	r.add(finding.Info, code, s, where, message, "")
}

// add adds a finding about a segment; the zero segment is the message as a whole.
func (r *reader) add(severity finding.Severity, code string, s edifact.Segment, where spot, message, fix string) {
	path := ""
	if !s.IsZero() {
		path = at(s, where)
	}
	r.bound.Add(&r.found, finding.Finding{Code: r.code(code), Severity: severity, Path: path, Message: message, Fix: fix})
}

// leftOut tells how many findings there are beyond the bound.
func (r *reader) leftOut() { r.bound.LeftOut(&r.found, r.code("more")) }

// once tells whether it is asked for the first time.
func (r *reader) once(what string) bool { return r.bound.Once(what) }

// homeless mentions, once for each group, a segment that has no place in the
// document.
func (r *reader) homeless(group string, s edifact.Segment) {
	if r.once(group + "/" + s.ID()) {
		r.info("not-mapped", s, whole(), fmt.Sprintf("%s of the %s (%s) has no place in the %s and stays in the raw message", s.ID(), group, s, r.document))
	}
}

// rest passes the segments of a group that have no place in the document.
func (r *reader) rest(c *edifact.Cursor, group string, tags ...string) {
	for s, ok := c.Take(tags...); ok; s, ok = c.Take(tags...) {
		r.homeless(group, s)
	}
}

// currencyOf is that of the document: stated, else agreed; zero: neither.
func (r *reader) currencyOf() money.Currency {
	if r.stated != 0 {
		return r.stated
	}
	return r.agreed.Currency
}

// text is a component without space around it.
func text(s edifact.Segment, element, component int) string {
	return strings.TrimSpace(s.Component(element, component))
}

// texts joins the components of an element from one on to another.
func texts(s edifact.Segment, element, from, to int) string {
	var parts []string
	for i := from; i <= to; i++ {
		if t := text(s, element, i); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// source names the message in the sender's words: who sent it, and the references of
// interchange, group and message.
func source(m *edifact.Message) order.Source {
	s := order.Source{Channel: "edifact", Control: m.Control}
	if m.Group != nil {
		s.Partner = identity(m.Group.Sender)
		s.Control = m.Group.Control + "/" + s.Control
	}
	if ic := m.Interchange; ic != nil {
		s.Partner = identity(ic.Sender)
		s.Control = ic.Control + "/" + s.Control
	}
	return s
}

func identity(p edifact.Party) string {
	if p.Qualifier == "" {
		return p.ID
	}
	return p.Qualifier + ":" + p.ID
}
