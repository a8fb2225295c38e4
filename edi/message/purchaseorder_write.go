package message

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// original is the message function (element 1225) of what is sent for the first time.
const original = "9"

// WritePurchaseOrder makes a purchase order, ORDERS of D.96A and D.01B: the segments
// between UNH and UNT. What is written reads back by [ReadPurchaseOrder] as the same
// document, but for what only the sender knows: our numbers of customer, parties and
// items, where it came from, and numbers of items and parties whose schemes mean nothing
// to the partner.
//
// A line number of up to six digits stands in LIN. Any other stands in RFF+LI, and LIN
// counts. Free text goes on in a further FTX after 350 characters, and reads back as
// several. What would break the message is a [*mapping.FieldError].
func WritePurchaseOrder(doc order.Document, agreed mapping.Options) ([]edifact.Segment, error) {
	c := compose("ORDERS", &agreed)
	c.bgm(documentName(doc.Type), doc.PurchaseOrder, original, "")
	if doc.Date.IsZero() {
		c.fail("DTM", whole(), "", "the document has no date, which is mandatory")
	}
	c.date("137", doc.Date)
	c.wanted(&doc)
	c.agreement(&doc)
	quantities := decimal.Zero
	for i := range doc.Lines {
		c.orderLine(i, "", &doc.Lines[i])
		quantities = quantities.Add(doc.Lines[i].Quantity.Decimal())
	}
	c.trailer(len(doc.Lines), quantities)
	return c.result()
}

// bgm writes the beginning of a message; its number is mandatory.
func (c *composer) bgm(name []string, number, function, response string) {
	if strings.TrimSpace(number) == "" {
		c.fail("BGM", element(2), number, "it is mandatory")
	}
	c.add("BGM", name, of(number), of(function), of(response))
}

// wanted writes the days and the texts of an order.
func (c *composer) wanted(doc *order.Document) {
	c.date("10", doc.RequestedShip)
	c.date("2", doc.RequestedDelivery)
	c.date("61", doc.CancelAfter)
	for _, words := range doc.Instructions {
		c.text("AAI", words)
	}
}

// agreement writes what else an order says as a whole.
func (c *composer) agreement(doc *order.Document) {
	c.references(append([]order.Reference{{Qualifier: "RE", Value: doc.Release}}, doc.References...)...)
	c.parties(doc.Parties)
	c.cux(currencyOf(doc.Currency, doc.Lines, priceOf), "9")
	c.pat(doc.Terms)
	c.tod(doc.Freight, doc.Incoterm, doc.IncotermPlace)
}

// currencyOf is the currency of a document, or where it states none that of its first
// price.
func currencyOf[L any](stated money.Currency, lines []L, price func(*L) *money.Amount) money.Currency {
	for i := range lines {
		if p := price(&lines[i]); stated == 0 && p != nil {
			stated = p.Currency()
		}
	}
	return stated
}

func priceOf(l *order.Request) *money.Amount { return l.Price }

// parties writes those that have a qualifier.
func (c *composer) parties(all []order.Party) {
	for _, p := range all {
		if q := qualifier(p.Role); q != "" {
			c.nad(q, p)
		} else if p.Role != party.Role("") {
			c.fail("NAD", element(1), string(p.Role), "the role has no qualifier")
		}
	}
}

// orderLine writes the i-th line of an order.
func (c *composer) orderLine(i int, action string, l *order.Request) {
	number, reference := lineNumber(i, l.ID)
	c.line(number, action, l.Identifiers)
	if further := action == "" || action == "1"; further {
		c.needed(l)
	}
	c.describe(l.Description)
	if l.Quantity.Unit() != 0 {
		c.quantity("21", l.Quantity)
	}
	c.date("10", l.RequestedShip)
	c.date("2", l.RequestedDelivery)
	if l.Price != nil {
		c.pri("AAA", *l.Price, l.PricePer, l.Quantity.Unit())
	}
	if reference != "" {
		c.refer("LI", reference)
	}
}

// needed fails for a line that cannot be ordered: without quantity, or without a number
// that the partner knows the item by.
func (c *composer) needed(l *order.Request) {
	known := func(id order.ItemIdentifier) bool { _, ok := c.itemKind(id); return ok }
	if !slices.ContainsFunc(l.Identifiers, known) {
		c.fail("LIN", element(3), l.ID, "the line has no number of an item that means anything to the partner")
	}
	if l.Quantity.Unit() == 0 {
		c.fail("QTY", spot{1, 2}, l.ID, "the line has no quantity")
	}
}

// lineNumber gives what LIN and RFF+LI of the i-th line carry: a number of up to six
// digits stands in LIN as it is, any other in RFF.
func lineNumber(i int, id string) (number, reference string) {
	if len(id) <= 6 && strings.Trim(id, "0123456789") == "" && id != "" {
		return id, ""
	}
	return strconv.Itoa(i + 1), id
}

// trailer writes the totals of a message that has lines.
func (c *composer) trailer(lines int, quantities decimal.Decimal) {
	c.add("UNS", of("S"))
	if !quantities.IsZero() {
		c.add("CNT", of("1", c.decimal(quantities)))
	}
	c.add("CNT", of("2", strconv.Itoa(lines)))
}
