package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// OrderChange is what a customer wants changed of a purchase order.
type OrderChange struct {
	// Document names the purchase order and says what is to hold for it as a whole:
	// days, parties, terms as the change states them. It has no lines.
	Document order.Document `json:"document"`
	// Sequence is the customer's number of the change.
	Sequence string `json:"sequence,omitempty"`
	// Date is the day of the change.
	Date calendar.Date `json:"date,omitzero"`
	// Cancel says that the customer gives up the order as a whole.
	Cancel bool         `json:"cancel,omitempty"`
	Lines  []LineChange `json:"lines,omitempty"`
}

// LineChange is what a customer wants changed of a line. What it leaves empty stays
// as it is.
type LineChange struct {
	order.Request
	// Kind is what is asked for, Code the code that says so (X12 element 670,
	// EDIFACT element 1229).
	Kind ChangeKind `json:"kind"`
	Code string     `json:"code"`
	// Difference says that Quantity is by how much the line is to be more or, below
	// zero or for a decrease, less; otherwise it is how much is wanted in all.
	Difference bool `json:"difference,omitempty"`
	// Left is what the customer still expects to receive; zero: it does not say.
	Left quantity.Quantity `json:"left,omitzero"`
}

// ChangeKind is what is asked for of a line.
type ChangeKind string

// The kinds of changes of a line.
const (
	AddLine      ChangeKind = "add"
	DeleteLine   ChangeKind = "delete"
	IncreaseLine ChangeKind = "increase"
	DecreaseLine ChangeKind = "decrease"
	// ChangeValues sets whatever the change states: quantity, price, days.
	ChangeValues ChangeKind = "values"
	ChangePrice  ChangeKind = "price"
	ChangeDates  ChangeKind = "dates"
	ReplaceItem  ChangeKind = "replace-item"
	// KeepLine says that the line stays as it is.
	KeepLine ChangeKind = "keep"
	// OtherChange is what the order has no place for, such as terms and charges.
	OtherChange ChangeKind = "other"
)

// changeKind translates a change code (X12 element 670).
func changeKind(code string) ChangeKind {
	switch code {
	case "AI":
		return AddLine
	case "DI":
		return DeleteLine
	case "QI":
		return IncreaseLine
	case "QD":
		return DecreaseLine
	case "CA", "MU", "PQ", "PR", "RQ", "RZ":
		return ChangeValues
	case "PC":
		return ChangePrice
	case "CT", "RB", "RS":
		return ChangeDates
	case "RE", "RM":
		return ReplaceItem
	case "NC":
		return KeepLine
	}
	return OtherChange
}

// repriced tells whether a change code is about the price.
func repriced(code string) bool {
	switch code {
	case "PC", "PQ", "PR", "MU":
		return true
	}
	return false
}

// ReadPurchaseOrderChange reads a purchase order change, X12 860 of any version. POC02
// says what is asked for of a line, and POC03 how much is wanted of it in all,
// unless it was agreed that it is the difference ([Options].ChangeIsDifference).
// BCH01 01 gives up the order as a whole.
//
// What is asked for is read, not judged: whether it can still be done is answered
// line by line, by [WriteChangeAcknowledgement]. A change with a finding that blocks
// cannot be carried out as it is; it holds whatever could be read.
func ReadPurchaseOrderChange(set *x12.Set, o Options) (OrderChange, finding.List) {
	r := changeReader{orderReader: orderReader{reader: reader{set: "860", document: "change", agreed: &o}}}
	r.orderChange(set)
	return r.change, r.found
}

// orderChange reads the set.
func (r *changeReader) orderChange(set *x12.Set) {
	r.body, r.doc.Source = set.Body(), source(set)
	if r.is(set, "a change") {
		r.read(set.Cursor())
		r.conclude()
	}
	r.change.Document = r.doc
}

// Key names the change among those of its sender: purchase order, release and number
// of the change, and what it says. The same change, sent again, has the same key.
func (c *OrderChange) Key() string {
	said := *c
	said.Document.Source = order.Source{}
	text, err := json.Marshal(said)
	if err != nil { // nothing of it can fail
		text = []byte(fmt.Sprint(said))
	}
	sum := sha256.Sum256(text)
	return strings.Join([]string{"860", c.Document.PurchaseOrder, c.Document.Release, c.Sequence, hex.EncodeToString(sum[:8])}, "/")
}

// Total is how much is wanted of a line in all, in its base unit; a quantity in
// another unit than the line was ordered in is given as it is, unless it is a
// difference. ok is false for a change that leaves the quantity as it is. The error
// says why it cannot be told.
func (c *LineChange) Total(l *order.Line) (total quantity.Quantity, ok bool, err error) {
	switch c.Kind {
	case DeleteLine:
		return quantity.New(0, l.Base.Unit()), true, nil
	case IncreaseLine, DecreaseLine, ChangeValues:
		if c.Quantity.Unit() == 0 {
			return total, false, nil
		}
	default:
		return total, false, nil
	}
	stated := c.Quantity
	if stated.Unit() == l.Quantity.Unit() {
		stated = tell.InOrdered(l.Base, l.Quantity, []quantity.Quantity{stated})[0]
	}
	if !c.Difference {
		return stated, true, nil
	}
	if c.Kind == DecreaseLine {
		stated = stated.Abs().Neg()
	}
	total, err = l.Deliverable().Add(stated)
	if err == nil && total.Sign() < 0 {
		err = fmt.Errorf("%s is more than the %s of the line", stated.Abs(), l.Deliverable())
	}
	return total, true, err
}

// changeReader reads one 860. Its header is that of an order.
type changeReader struct {
	orderReader
	change OrderChange
}

func (r *changeReader) read(c *x12.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BCH":
			r.beginning(s)
		case "POC":
			r.poc(s, c)
		case "CTT":
			r.totals = s
		default:
			r.header(s, c)
		}
	}
}

// beginning reads BCH: what is changed, and by which change.
func (r *changeReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bch-repeated", s, 0, "the set has a second BCH", "ask the partner to send each change in a set of its own")
		return
	}
	r.begun = true
	r.doc.PurchaseOrder, r.doc.Release = strings.TrimSpace(s.Value(3)), strings.TrimSpace(s.Value(4))
	if r.doc.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, 3, "BCH03 has no purchase order number", "ask the partner for the number")
	}
	r.change.Sequence = strings.TrimSpace(s.Value(5))
	r.doc.Date, r.change.Date = r.day(s, 6), r.day(s, 11)
	if t, p := orderType(s.Value(2)); p == orders {
		r.doc.Type = t
	}
	name := "BCH01 " + s.Value(1)
	switch purposeOf(s.Value(1)) {
	case orders, changing:
		switch s.Value(1) {
		case "01":
			r.change.Cancel = true
		case "05":
			r.warn("purpose", s, 1, name+" replaces the order; what it does not list is left as it is", "agree with the partner on what it means")
		}
	case again:
		r.info("purpose", s, 1, name+" says that it was sent before")
	case confirming, informing:
		r.block("purpose", s, 1, name+" is not to be carried out", "read it for information, or ask the partner what is meant")
	case unclear:
		r.warn("purpose", s, 1, name+" is taken as a change", "agree with the partner on what it means")
	}
}

// poc reads POC and the loop that belongs to it.
func (r *changeReader) poc(s x12.Segment, c *x12.Cursor) {
	l := lineReader{orderReader: &r.orderReader, first: s, unit: s.Component(5, 1)}
	change := LineChange{Kind: changeKind(s.Value(2)), Code: s.Value(2)}
	l.ID = strings.TrimSpace(s.Value(1))
	if l.ID == "" && change.Kind != AddLine {
		r.block("line-missing", s, 1, "POC01 does not say which line is changed", "ask the partner for its number")
	}
	if s.Value(3) != "" {
		l.Quantity = r.quantity(s, 3, 5)
		change.Difference = r.agreed.ChangeIsDifference && change.Kind != AddLine
	} else if k := change.Kind; k == AddLine || k == IncreaseLine || k == DecreaseLine {
		r.block("quantity-missing", s, 3, "POC03 has no quantity", "ask the partner how much is meant")
	}
	if l.Quantity.Sign() < 0 && !change.Difference {
		r.block("quantity", s, 3, fmt.Sprintf("%s cannot be wanted in all", l.Quantity), "agree with the partner on whether POC03 is the difference")
	}
	if n, err := x12.ParseReal(s.Value(4)); err == nil && l.Quantity.Unit() != 0 {
		change.Left, _ = quantity.ParseNumber(n, l.Quantity.Unit()) // for information
	}
	l.Price, l.PricePer = r.price(s, 6, 7, l.Quantity.Unit(), r.currencyOf())
	if l.Price == nil && repriced(change.Code) { // else it is an echo, which says nothing new
		r.block("price-unclear", s, 6, fmt.Sprintf("POC02 %s changes the price, and no price of ours can be compared with %q", change.Code, s.Value(6)),
			"ask the partner for the price, and agree on its currency")
	}
	l.Identifiers = r.identify(nil, s, 8)
	if change.Kind == OtherChange {
		r.warn("change", s, 2, fmt.Sprintf("POC02 %s asks for what the order has no place for", s.Value(2)), "see to it, and answer the partner")
	}
	l.loop(c)
	if change.Difference {
		if r.byStore && len(l.stores) > 0 {
			r.warn("stores", s, 3, "POC03 is the difference, and the stores' quantities are those of the line as it is to be",
				"change the order of each store by hand")
		}
		l.schedules, l.stores = nil, nil // they are of the line as it is to be
	}
	l.conclude()
	change.Request = l.Request
	if r.byStore {
		r.stores = append(r.stores, l.stores)
	}
	r.change.Lines = append(r.change.Lines, change)
}

// conclude says what can be said only at the end.
func (r *changeReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("bch-missing"), "", "the set has no BCH, which carries the purchase order number", "ask the partner to send it anew")
	}
	r.doc.Currency = r.currencyOf()
	if !r.totals.IsZero() {
		r.lineCount(r.totals, len(r.change.Lines))
	}
	r.leftOut()
}
