package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// StockReceipt is what a warehouse has received of a [StockTransfer], or of goods that
// come back from a customer.
type StockReceipt struct {
	Source order.Source `json:"source,omitzero"`
	// Receipt is the warehouse's number.
	Receipt string `json:"receipt"`
	// Number is the depositor's, of the transfer; Shipment is that of the shipment.
	Number   string        `json:"number,omitempty"`
	Shipment string        `json:"shipment,omitempty"`
	Date     calendar.Date `json:"date"`
	Kind     ReceiptKind   `json:"kind,omitempty"`
	// ExceptionsOnly says that only lines are told that did not come as announced.
	ExceptionsOnly bool `json:"exceptions_only,omitempty"`
	// Warehouse is where the goods are, From where they came from. Their ID is our
	// name of the site.
	Warehouse  order.Party       `json:"warehouse"`
	From       order.Party       `json:"from,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Lines      []ReceivedLine    `json:"lines"`
}

// ReceiptKind says what a receipt is of. The empty kind is a transfer.
type ReceiptKind string

// The kinds of receipts.
const (
	TransferReceived   ReceiptKind = ""
	CustomerReturn     ReceiptKind = "customer-return"
	ProductionReceived ReceiptKind = "production"
)

// ReceivedLine is what has come of an item.
type ReceivedLine struct {
	// ID is the number of the transfer's line; empty: the warehouse does not repeat it.
	ID          string                 `json:"id,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	// Received is all that has come, in whatever condition.
	Received quantity.Quantity `json:"received"`
	// Exceptions are the parts of it that are not as they should be, and what the
	// warehouse says is short or over.
	Exceptions []ReceiptException `json:"exceptions,omitempty"`
	// Carton is the number on the label of the carton that it came in, an SSCC, if the
	// warehouse tells cartons.
	Carton string `json:"carton,omitempty"`
	// WarehouseLot is the warehouse's own number of the lot, Lot the depositor's, which
	// is good until the day Expires.
	WarehouseLot string        `json:"warehouse_lot,omitempty"`
	Lot          string        `json:"lot,omitempty"`
	Expires      calendar.Date `json:"expires,omitzero"`
}

// ReceiptException is a part of what came, or should have come, in its condition.
type ReceiptException struct {
	Condition Condition         `json:"condition"`
	Quantity  quantity.Quantity `json:"quantity"`
	// Reason is the code of what was damaged and how (X12 element 853), such as LD for
	// a load that was not secured.
	Reason string `json:"reason,omitempty"`
	// WarehouseLot is where the warehouse keeps the part, if not with the rest.
	WarehouseLot string `json:"warehouse_lot,omitempty"`
}

// Condition is the condition in which goods came (X12 element 412).
type Condition string

// The conditions.
const (
	Damaged            Condition = "01"
	ReceivedShort      Condition = "02" // said to be missing: not among what came
	ReceivedOver       Condition = "03" // came, and was not announced
	PoorQuality        Condition = "04"
	IncorrectProduct   Condition = "05"
	OtherContainer     Condition = "06" // not of the standard kind
	GoodCondition      Condition = "07"
	ReceiptRejected    Condition = "08"
	OnHold             Condition = "09"
	Scrapped           Condition = "10"
	CumulativeAdjusted Condition = "11" // says nothing of what came
	OverReturned       Condition = "12" // more than announced, went back
	AwaitingShipNotice Condition = "13" // came, but cannot be put away
	WithoutShipNotice  Condition = "14" // came without one, and is put away
	NotTakenIn         Condition = "16" // for want of a ship notice
)

// Stock says what a condition makes of goods. ok is false for what is not on hand
// because of it: what is short, was scrapped or went back. A condition that is none of
// the constants blocks them.
func (c Condition) Stock() (status atp.SupplyType, ok bool) {
	switch c {
	case GoodCondition, ReceivedOver, OtherContainer, WithoutShipNotice:
		return atp.Available, true
	case PoorQuality, OnHold, AwaitingShipNotice:
		return atp.QualityHold, true
	case ReceivedShort, NotTakenIn, CumulativeAdjusted, Scrapped, OverReturned:
		return atp.Blocked, false
	default: // damaged, an incorrect product, rejected
		return atp.Blocked, true
	}
}

// usable tells whether goods of the condition can be used at once.
func (c Condition) usable() bool {
	status, ok := c.Stock()
	return ok && status == atp.Available
}

// came tells whether what has a condition is among what was received.
func (c Condition) came() bool {
	return c != ReceivedShort && c != NotTakenIn && c != CumulativeAdjusted
}

// known tells whether a condition is one of X12 element 412.
func (c Condition) known() bool { return !strings.HasPrefix(c.String(), "in condition ") }

// String says it in a word or two: damaged, on hold.
func (c Condition) String() string {
	switch c {
	case Damaged:
		return "damaged"
	case ReceivedShort:
		return "short"
	case ReceivedOver:
		return "over"
	case PoorQuality:
		return "of poor quality"
	case IncorrectProduct:
		return "an incorrect product"
	case OtherContainer:
		return "in another container"
	case GoodCondition:
		return "good"
	case ReceiptRejected:
		return "rejected"
	case OnHold:
		return "on hold"
	case Scrapped:
		return "scrapped"
	case OverReturned:
		return "returned as too many"
	case AwaitingShipNotice:
		return "waiting for a ship notice"
	case WithoutShipNotice:
		return "without ship notice"
	case NotTakenIn:
		return "not taken in"
	case CumulativeAdjusted:
		return "adjusted"
	}
	return "in condition " + string(c)
}

// WriteStockReceipt makes the advice of a warehouse that stock has come (X12 944
// warehouse stock transfer receipt advice): the segments between ST and SE. It is for
// who keeps stock for others; [ReadStockReceipt] reads what a warehouse tells us.
//
// Each line is a W07 with up to three item numbers; its number stands in N9 LI, its
// lot in N9 LT, with the day on which it expires. W0701 is all that came, and W13 tells
// the parts that are not as they should be. W14 adds up what came and what of it is
// damaged or on hold. From 005010 on ([Options].Version) lines stand in LX loops, one
// for each carton; before, a carton cannot be told.
//
// What would break the set is a [*FieldError]; parts that are more than what came among
// it.
func WriteStockReceipt(s StockReceipt, agreed Options) ([]x12.Segment, error) {
	w := depositor{composer: composer{set: "944", agreed: &agreed}}
	w.begin("W17")
	w.put(reportingCode(s.Kind, s.ExceptionsOnly))
	w.day(s.Date)
	if s.Date.IsZero() {
		w.fail("", "it is mandatory")
	}
	w.need(s.Receipt, 12)
	w.text(s.Number, 22)
	w.text(s.Shipment, 30)
	switch {
	case len(s.Lines) == 0:
		w.fail(s.Receipt, "nothing has come")
	case s.ExceptionsOnly && s.Kind != TransferReceived:
		w.fail(s.Receipt, "only a transfer can be told by its exceptions")
	}
	w.place("WH", s.Warehouse)
	if named(s.From) {
		w.place("SF", s.From)
	}
	w.references(s.References)
	w.notes(s.Notes)
	came, held := decimal.Zero, decimal.Zero
	for i := range s.Lines {
		l := &s.Lines[i]
		if agreed.Version >= "005010" && (i == 0 || l.Carton != s.Lines[i-1].Carton) {
			w.container(l.Carton)
		}
		w.received(l)
		came = came.Add(l.Received.Decimal())
		for _, x := range l.Exceptions {
			if status, ok := x.Condition.Stock(); ok && status != atp.Available {
				held = held.Add(x.Quantity.Decimal())
			}
		}
	}
	w.begin("W14")
	w.number(came.String(), 7)
	w.put("")
	if !held.IsZero() {
		w.number(held.String(), 9)
	}
	return w.result()
}

// reportingCode is the code of what is told (X12 element 514).
func reportingCode(k ReceiptKind, exceptionsOnly bool) string {
	switch {
	case k == CustomerReturn:
		return "C"
	case k == ProductionReceived:
		return "P"
	case exceptionsOnly:
		return "X"
	}
	return "F"
}

// container begins an LX loop, the next one.
func (w *depositor) container(carton string) {
	w.containers++
	w.begin("LX")
	w.put(strconv.Itoa(w.containers))
	if carton != "" {
		w.begin("MAN")
		w.put("GM")
		w.need(carton, 48)
	}
}

// received writes a W07 loop.
func (w *depositor) received(l *ReceivedLine) {
	came := l.Received
	good, err := l.good()
	if w.agreed.ReceivedInOrder {
		came = good
	}
	w.begin("W07")
	w.number(came.Number(), 7)
	if l.Received.Sign() < 0 {
		w.fail(l.Received.String(), "less than nothing cannot have come")
	}
	if err != nil {
		w.fail(l.Received.String(), err.Error())
	}
	if l.Carton != "" && w.agreed.Version < "005010" {
		w.fail(l.Carton, "a receipt tells cartons from 005010 on")
	}
	w.unit(w.agreed.unitCode(l.Received.Unit()))
	third := w.items(l.ID, l.Identifiers)
	w.pad(7)
	w.text(l.WarehouseLot, 12)
	w.put("")
	w.numbers(third, 1)
	w.details(l.ID, l.Description, l.Lot, l.Expires)
	for _, x := range l.Exceptions {
		w.begin("W13")
		w.number(x.Quantity.Number(), 15)
		w.unit(w.agreed.unitCode(x.Quantity.Unit()))
		w.put(string(x.Condition))
		if !x.Condition.known() {
			w.fail(string(x.Condition), "it is no receiving condition (X12 element 412)")
		}
		w.text(x.WarehouseLot, 12)
		w.text(x.Reason, 2)
	}
}

// good is what of a line came in good order. It is an error if the parts that did not
// are more than what came, or in another unit.
func (l *ReceivedLine) good() (quantity.Quantity, error) {
	good := l.Received
	for _, x := range l.Exceptions {
		if x.Condition.usable() || !x.Condition.came() {
			continue
		}
		var err error
		if good, err = good.Sub(x.Quantity); err != nil {
			return good, fmt.Errorf("%s %s: %w", x.Quantity, x.Condition, err)
		}
	}
	if good.Sign() < 0 {
		return good, fmt.Errorf("the parts that are not in order are more than the %s that came", l.Received)
	}
	return good, nil
}
