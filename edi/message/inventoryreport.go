package message

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const (
	// mostReported bounds the items of an inventory report, mostReportedDays the
	// quantities of each.
	mostReported     = 9_999
	mostReportedDays = 9_999
)

// The codes of an inventory report.
const (
	inventoryReport   = "35"  // 1001
	reportDate        = "366" // 2005
	availableOn       = "44"
	actualStock       = "145" // 6063
	quantityOnHand    = "17"
	estimatedQuantity = "99"
	quantityInTransit = "198"
	toBeDelivered     = "113"
	warehouse         = "18" // 3227
	deletedLine       = "2"  // 1229
)

// WriteInventoryReport makes the inventory report (INVRPT) of what a channel is told: the
// segments between UNH and UNT, for the directory in which the partner gets messages,
// such as D96A. (In D96A INV stands behind QTY, and later before it.) The date and time
// of DTM 137 are those of the advice, in its zone; BGM is an original for a full
// advice and a change (4) for changes.
//
// Each line is a LIN group. What can be had today is QTY 145, what can be had from a
// later day on, in all, is QTY 99 with the day in DTM 44. The site of a line is LOC
// 18, by the partner's number for it ([mapping.Options].Sites), else by ours. What is no
// longer offered is a deleted line with a quantity of nothing.
//
// describe says how an item is called and counted; its error is given on. What would
// break the message is a [*mapping.FieldError]: above all a quantity without limit,
// which EDIFACT has no word for (advice.Terms.Cap bounds it), and more than 9,999 lines. A
// directory that is not at hand is written as the one that [schema.Nearest] finds.
func WriteInventoryReport(a advice.Advice, describe func(item string) (mapping.AdvisedItem, error), directory string, agreed mapping.Options) ([]edifact.Segment, error) {
	release, _, err := schema.Nearest(schema.EDIFACT, directory)
	if err != nil {
		return nil, err
	}
	w := stockWriter{composer: compose("INVRPT", &agreed), items: describe, inventoryFirst: release.Version() != "D96A"}
	function := original
	if a.Kind == advice.Changes {
		function = "4"
	}
	w.bgm(of(inventoryReport), strconv.FormatUint(a.Number, 10), function, "")
	w.add("DTM", of("137", a.At.Format("200601021504"), "203"))
	w.date(reportDate, calendar.DateOf(a.At))
	for i := range a.Lines {
		if err := w.item(i, &a.Lines[i]); err != nil {
			return nil, err
		}
	}
	return w.result()
}

// stockWriter makes one INVRPT.
type stockWriter struct {
	*composer
	items          func(item string) (mapping.AdvisedItem, error)
	inventoryFirst bool // INV stands before QTY
}

// item writes the LIN group of an item at a site.
func (w *stockWriter) item(i int, l *advice.Line) error {
	it, err := w.items(l.Item)
	if err != nil {
		return fmt.Errorf("message: item %s of an INVRPT: %w", l.Item, err)
	}
	ours := order.ItemIdentifier{Scheme: order.SchemeVendor, Value: l.Item}
	ids := it.Identifiers
	if !slices.Contains(ids, ours) {
		ids = append(slices.Clone(ids), ours)
	}
	action := ""
	if l.Withdrawn {
		action = deletedLine
	}
	if i >= mostReported {
		w.fail("LIN", whole(), l.Item, fmt.Sprintf("a report has %d items at most", mostReported))
	}
	w.line(strconv.Itoa(i+1), action, ids)
	w.describe(it.Description)
	if l.Site != "" {
		site, agency := l.Site, "91"
		if theirs := w.agreed.Sites[l.Site]; theirs != "" {
			site, agency = theirs, "92"
		}
		w.add("LOC", of(warehouse), of(site, "", agency))
	}
	w.stock(actualStock, l.Quantity, &it)
	for n, later := range l.Later {
		if n+2 > mostReportedDays {
			w.fail("QTY", whole(), later.Date.String(), fmt.Sprintf("an item has %d quantities at most", mostReportedDays))
		}
		w.stock(estimatedQuantity, later.Quantity, &it)
		w.date(availableOn, later.Date)
	}
	return nil
}

// stock writes a quantity of stock.
func (w *stockWriter) stock(kind string, n int64, it *mapping.AdvisedItem) {
	q := quantity.New(n, it.Unit)
	if it.CatchWeight {
		q = quantity.FromThousandths(n, it.Unit)
	}
	if n >= atp.MaxQuantity {
		w.fail("QTY", spot{1, 2}, q.Number(), "a quantity without limit cannot be told; bound what is shown to the channel")
	}
	if w.inventoryFirst {
		w.add("INV", none(), of("1")) // accepted product
	}
	w.quantity(kind, q)
}

// siteOf is a place of LOC as the site that ships.
func siteOf(s edifact.Segment) order.Party {
	p := order.Party{Role: party.ShipFrom, Name: text(s, 2, 4)}
	if n := text(s, 2, 1); n != "" {
		id := party.Identifier{Value: n}
		if code := text(s, 2, 3); code != "" {
			id.Scheme = schemeOf(code)
		}
		p.Identifiers = []party.Identifier{id}
	}
	return p
}
