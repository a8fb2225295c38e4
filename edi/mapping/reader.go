package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const (
	// mostFindings and longestMessage bound what is found, in numbers and bytes.
	mostFindings   = trade.MostFindings
	longestMessage = trade.LongestMessage
	// mostNumbers bounds the item numbers of one line.
	mostNumbers = 50
)

// reader is what the readers of sets have in common: findings within bounds, and
// the elements that several sets carry.
type reader struct {
	set      string // the set that is read, which findings name
	document string // what is made of it, in a word
	agreed   *Options
	found    finding.List
	bound    trade.Bound
}

// at is where a segment's element stands, in the form of x12.Fault.Finding.
func at(s x12.Segment, element int) string {
	f := fault.Fault{Segment: s.ID(), SegmentNo: s.NumberInSet(), Element: element}
	return f.Path()
}

// is tells whether the set is the one to read; another one is a finding.
func (r *reader) is(set *x12.Set, what string) bool {
	if set.ID == r.set {
		return true
	}
	r.found.Block(r.code("wrong-set"), "", fmt.Sprintf("the set is a %s", set.ID), "read a set "+r.set+" as "+what)
	return false
}

func (r *reader) code(code string) string { return "mapping." + r.set + "." + code }

func (r *reader) block(code string, s x12.Segment, element int, message, fix string) {
	r.add(finding.Block, code, s, element, message, fix)
}

func (r *reader) warn(code string, s x12.Segment, element int, message, fix string) {
	r.add(finding.Warning, code, s, element, message, fix)
}

func (r *reader) info(code string, s x12.Segment, element int, message string) {
	r.add(finding.Info, code, s, element, message, "")
}

func (r *reader) add(severity finding.Severity, code string, s x12.Segment, element int, message, fix string) {
	r.bound.Add(&r.found, finding.Finding{Code: r.code(code), Severity: severity, Path: at(s, element), Message: message, Fix: fix})
}

// leftOut tells how many findings there are beyond the bound.
func (r *reader) leftOut() { r.bound.LeftOut(&r.found, r.code("more")) }

// once tells whether it is asked for the first time.
func (r *reader) once(what string) bool { return r.bound.Once(what) }

// homeless mentions, once for each loop, a segment that has no place in the
// document. Those that change what is wanted or what it costs are warnings.
func (r *reader) homeless(loop string, s x12.Segment) {
	if !r.once(loop + "/" + s.ID()) {
		return
	}
	where := "of the " + loop
	switch s.ID() {
	case "PO3", "SLN", "CTP", "DIS", "INC", "ADV", "CSH", "QTY", "SPI":
		r.warn("not-mapped", s, 0, fmt.Sprintf("%s %s has no place in the %s, but may change what is wanted or what it costs", s.ID(), where, r.document),
			"read it in the raw document")
	default:
		r.info("not-mapped", s, 0, fmt.Sprintf("%s %s has no place in the %s and stays in the raw document", s.ID(), where, r.document))
	}
}

// day reads a date element; what is no date is a warning.
func (r *reader) day(s x12.Segment, element int) calendar.Date {
	text := s.Value(element)
	if text == "" {
		return calendar.Date{}
	}
	t, err := x12.ParseDate(text, r.agreed.firstYear())
	if err != nil {
		r.warn("date", s, element, fmt.Sprintf("%q is no date", text), "ask the partner for the date")
		return calendar.Date{}
	}
	return calendar.DateOf(t)
}

// quantity reads a number and its unit; zero: what cannot be read, which blocks.
func (r *reader) quantity(s x12.Segment, number, unit int) quantity.Quantity {
	name := func(element int) string { return fmt.Sprintf("%s%02d", s.ID(), element) }
	if s.Value(number) == "" {
		r.block("quantity-missing", s, number, name(number)+" has no quantity", "ask the partner how much is meant")
		return quantity.Quantity{}
	}
	n, err := x12.ParseReal(s.Value(number))
	if err != nil {
		r.block("quantity", s, number, fmt.Sprintf("%q is no number", s.Value(number)), "ask the partner how much is meant")
		return quantity.Quantity{}
	}
	code := s.Component(unit, 1)
	if code == "" {
		r.block("unit-missing", s, unit, name(unit)+" has no unit", "ask the partner which unit is meant")
		return quantity.Quantity{}
	}
	u, err := r.agreed.unitOf(code)
	if err != nil {
		r.block("unit", s, unit, fmt.Sprintf("%q is no unit of measure", code), "agree with the partner on the unit")
		return quantity.Quantity{}
	}
	q, err := quantity.ParseNumber(n, u)
	if err != nil {
		r.block("quantity", s, number, err.Error(), "ask the partner how much is meant")
	}
	return q
}

// price reads a price and its basis. No price and a price of zero are not the
// same: nil is no price that can be compared with ours.
func (r *reader) price(s x12.Segment, element, basisElement int, unit quantity.Unit, currency money.Currency) (*money.Amount, int64) {
	code := s.Value(basisElement)
	b := basisOf(code, unit)
	text := s.Value(element)
	if b.free && text == "" {
		text = "0"
	}
	if text == "" {
		return nil, 0
	}
	name := func() string { return fmt.Sprintf("%s%02d %s", s.ID(), basisElement, code) }
	n, err := x12.ParseReal(text)
	if err != nil {
		r.block("price", s, element, fmt.Sprintf("%q is no number", text), "ask the partner for the price")
		return nil, 0
	}
	switch {
	case b.unusable != "":
		r.warn("price-basis", s, basisElement, fmt.Sprintf("the price %s is not compared with ours: %s (%s)", text, b.unusable, name()),
			fmt.Sprintf("agree with the partner on the price that stands in %s%02d", s.ID(), element))
		return nil, 0
	case b.unknown:
		r.warn("price-basis", s, basisElement, name()+" is not known; the price is taken for one unit",
			"agree with the partner on how many units a price is for")
	case b.free && strings.Trim(n, "0.") != "":
		r.info("price-free", s, basisElement, fmt.Sprintf("nothing is charged (%s); the price %s does not count", name(), text))
		n = "0"
	}
	if currency == 0 {
		if r.once("price-currency") {
			r.warn("price-currency", s, element,
				"the prices have no currency: neither CUR nor the agreement with the partner names one; they are not compared with ours",
				"agree with the partner on the currency")
		}
		return nil, 0
	}
	p, err := money.ParseNumber(n, currency)
	if err != nil {
		r.block("price", s, element, err.Error(), "ask the partner for the price")
		return nil, 0
	}
	if b.per == 1 {
		b.per = 0
	}
	return &p, b.per
}

// identify adds the pairs of qualifier and number from an element on.
func (r *reader) identify(ids []order.ItemIdentifier, s x12.Segment, first int) []order.ItemIdentifier {
	last := s.Len()
	if s.Is("ACK") { // the elements behind say why
		last = min(last, 26)
	}
	ids = slices.Grow(ids, max(0, min((last-first+2)/2, mostNumbers)))
	for i := first; i <= last; i += 2 {
		ids = r.pair(ids, s, i)
	}
	return ids
}

// pair adds the qualifier and number that stand at an element, if there are any.
func (r *reader) pair(ids []order.ItemIdentifier, s x12.Segment, i int) []order.ItemIdentifier {
	qualifier, value := s.Value(i), strings.TrimSpace(s.Value(i+1))
	switch {
	case qualifier == "" && value == "":
		return ids
	case qualifier == "" || value == "":
		r.warn("item-pair", s, i, fmt.Sprintf("%q and %q are no pair of qualifier and number", qualifier, value), "ask the partner what is meant")
		return ids
	}
	id := r.agreed.itemNumber(qualifier, value)
	if id.Scheme == order.SchemeGTIN && !soundGTIN(id.Value) {
		r.warn("gtin", s, i+1, fmt.Sprintf("%s %s is no trade item number: length or check digit is wrong", qualifier, value),
			"ask the partner for the number")
	}
	switch {
	case slices.Contains(ids, id):
	case len(ids) < mostNumbers:
		ids = append(ids, id)
	case r.once("item-numbers"):
		r.warn("item-numbers", s, i, fmt.Sprintf("a line has more than %d item numbers; the rest is left out", mostNumbers), "read them in the raw document")
	}
	return ids
}

// named reads the name and the number of a party in N1.
func (r *reader) named(s x12.Segment) order.Party {
	p := order.Party{Name: strings.TrimSpace(s.Value(2))}
	if number := strings.TrimSpace(s.Value(4)); number != "" {
		id := party.Identifier{Scheme: party.Scheme(s.Value(3)), Value: number}.Normalize()
		p.Identifiers = []party.Identifier{id}
		if id.Scheme == "" {
			r.warn("party-scheme", s, 3, fmt.Sprintf("number %s has no qualifier that says whose it is", number), "ask the partner for N103")
		}
	}
	return p
}

// longestText bounds a text that a set tells in many segments, in bytes.
const longestText = 4_000

// joined adds a text behind another one. What would be too long is left out: it stays in
// the raw document.
func joined(text, more string) string {
	more = strings.TrimSpace(more)
	switch {
	case more == "" || len(text)+len(more) > longestText:
		return text
	case text == "":
		return more
	}
	return text + " " + more
}

// decimalOf reads a number of type R, exactly.
func decimalOf(text string) (decimal.Decimal, error) {
	canonical, err := x12.ParseReal(text)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return decimal.NewFromString(canonical)
}
