package mapping

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// FieldError says which element of a set cannot be made of a document. Nothing
// is written then.
type FieldError struct {
	// Set is the set or message that was to be made, such as 855 or ORDRSP.
	Set string
	// Segment is the identifier of the segment, and Element counts from 1; 0 is
	// the segment as a whole. Component counts within an element of EDIFACT; 0 is
	// the element as a whole.
	Segment   string
	Element   int
	Component int
	// Value is what was to be written.
	Value string
	// Reason says why it cannot, for a person.
	Reason string
}

// Error names the place, the value and the reason.
func (e *FieldError) Error() string {
	place := e.Segment
	if e.Element > 0 {
		place += fmt.Sprintf("%02d", e.Element)
	}
	if e.Component > 0 {
		place += fmt.Sprintf(".%d", e.Component)
	}
	return fmt.Sprintf("mapping: %s of an %s: %s (value %q)", place, e.Set, e.Reason, e.Value)
}

// composer makes the segments of a set. Elements are put in their order, with
// the length that X12 004010 allows; the first that does not fit is its error.
type composer struct {
	set    string
	agreed *Options
	out    x12.Draft
	id     string
	err    error
}

// begin starts a segment; what is put next are its elements.
func (c *composer) begin(id string) {
	c.id = id
	c.out.Begin(id)
}

// result is all that was made, or the error that stands for it.
func (c *composer) result() ([]x12.Segment, error) {
	if c.err != nil {
		return nil, c.err
	}
	return c.out.Segments(), nil
}

// fail notes that the element that was put last cannot be written.
func (c *composer) fail(value, reason string) {
	if c.err == nil {
		c.err = &FieldError{Set: c.set, Segment: c.id, Element: c.out.Elements(), Value: value, Reason: reason}
	}
}

// put adds elements that are known to fit: codes, and places left empty.
func (c *composer) put(values ...string) { c.out.Put(values...) }

// pad leaves places empty until a segment has so many elements.
func (c *composer) pad(elements int) {
	for c.out.Elements() < elements {
		c.put("")
	}
}

// when writes a G62, unless there is no date.
func (c *composer) when(qualifier string, d calendar.Date) {
	if d.IsZero() {
		return
	}
	c.begin("G62")
	c.put(qualifier)
	c.day(d)
}

// text adds an element of type AN, up to a length; it may be empty.
func (c *composer) text(value string, longest int) {
	value = strings.TrimSpace(value)
	c.put(value)
	if len(value) > longest {
		c.fail(value, fmt.Sprintf("it has %d characters, %d at most are allowed", len(value), longest))
	}
}

// need adds an element of type AN that must be there.
func (c *composer) need(value string, longest int) {
	c.text(value, longest)
	if strings.TrimSpace(value) == "" {
		c.fail(value, "it is mandatory")
	}
}

// day adds a date of type DT; no date is empty.
func (c *composer) day(d calendar.Date) {
	if d.IsZero() {
		c.put("")
		return
	}
	c.put(d.In(time.UTC).Format("20060102"))
}

// number adds a number of type R with up to so many digits. It is given as the
// kernel's types write numbers: a sign, digits, a point and digits.
func (c *composer) number(decimal string, longest int) {
	text := decimal
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if fraction, small := strings.CutPrefix(text, "0."); small {
		text = decimal[1 : 2+len(fraction)] // .5, as X12 writes it
	}
	c.put(text)
	if len(text) > longest && digitsIn(text) > longest {
		c.fail(text, fmt.Sprintf("it has more than %d digits", longest))
	}
}

// cents adds an amount of type N2, with two implied decimals whatever the
// currency: 1,000 JPY is 100000. A third decimal place does not fit.
func (c *composer) cents(a money.Amount, longest int) {
	text, err := x12.FormatImplied(a.Number(), 2)
	c.put(text)
	switch {
	case err != nil:
		c.fail(a.Number(), err.Error())
	case len(strings.TrimPrefix(text, "-")) > longest:
		c.fail(text, fmt.Sprintf("it has more than %d digits", longest))
	}
}

// unit adds a unit of measure.
func (c *composer) unit(code string) {
	c.put(code)
	if len(code) != 2 {
		c.fail(code, "a unit of measure has two characters (X12 element 355); agree with the partner on a code for it")
	}
}

// numbers adds pairs of qualifier and number, up to so many. A scheme that has
// no qualifier cannot be written and is left out: it means nothing to the
// partner.
func (c *composer) numbers(ids []order.ItemIdentifier, most int) {
	for _, id := range ids {
		q, ok := c.agreed.itemQualifier(id)
		if !ok || most == 0 {
			continue
		}
		most--
		c.put(q)
		c.need(id.Value, 48)
	}
}

// refer writes a REF.
func (c *composer) refer(qualifier, value string) {
	c.begin("REF")
	c.need(qualifier, 3)
	if len(value) <= 30 {
		c.need(value, 30)
	} else {
		c.put("")
		c.need(value, 80)
	}
}

// date writes a DTM, unless there is no date.
func (c *composer) date(qualifier string, d calendar.Date) {
	if d.IsZero() {
		return
	}
	c.begin("DTM")
	c.put(qualifier)
	c.day(d)
}

// party writes an N1 loop. A name beyond the length of N102 goes on in N2.
func (c *composer) party(code, name string, ids []party.Identifier, a party.Address) {
	const longest = 60
	name, rest := cut(name, longest)
	c.begin("N1")
	c.put(code)
	c.text(name, longest)
	switch {
	case len(ids) > 0:
		c.need(string(ids[0].Scheme), 2)
		c.need(ids[0].Value, 80)
		if len(ids[0].Value) == 1 {
			c.fail(ids[0].Value, "a number of a party has two characters at least (X12 element 67)")
		}
	case name == "":
		c.fail(name, "a party has a name or a number")
	}
	if rest != "" {
		c.begin("N2")
		c.need(rest, longest)
	}
	c.address(a)
}

// address writes N3 and N4.
func (c *composer) address(a party.Address) {
	for i := 0; i < len(a.Lines); i += 2 {
		c.begin("N3")
		c.need(a.Lines[i], 55)
		if i+1 < len(a.Lines) {
			c.need(a.Lines[i+1], 55)
		}
		if i > 2 {
			c.fail(a.Lines[i], "an address has four lines at most")
		}
	}
	if a.City+a.Region+a.PostalCode+string(a.Country) == "" {
		return
	}
	c.begin("N4")
	c.text(a.City, 30)
	if len(a.Region) == 2 {
		c.put(a.Region)
	} else {
		c.put("")
	}
	c.text(a.PostalCode, 15)
	c.put(string(a.Country))
	if a.Region != "" && len(a.Region) != 2 { // a code of another length than N402 has, such as JAL
		c.put("SP")
		c.need(a.Region, 30)
	}
}

// describe writes a PID with free text, unless there is none. What is longer
// than PID05 goes on in a further one.
func (c *composer) describe(text string) {
	const longest = 80
	for part, rest := cut(text, longest); part != ""; part, rest = cut(rest, longest) {
		c.begin("PID")
		c.put("F", "", "", "")
		c.need(part, longest)
	}
}

// message writes free text; what is longer than MSG01 goes on in a further one.
func (c *composer) message(text string) {
	longest := 264
	if c.agreed.writesMTX() {
		longest = 4096
	}
	for part, rest := cut(text, longest); part != ""; part, rest = cut(rest, longest) {
		if c.agreed.writesMTX() {
			c.begin("MTX")
			c.put("")
		} else {
			c.begin("MSG")
		}
		c.need(part, longest)
	}
}

// cut divides a text between words.
func cut(text string, longest int) (part, rest string) { return trade.Cut(text, longest) }
