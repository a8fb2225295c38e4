package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// inItem reads what is said of an item.
func (r *noticeReader) inItem(s x12.Segment, c *x12.Cursor) {
	i := &r.notice.Items[r.now().item-1]
	switch s.ID() {
	case "LIN":
		r.itemNumbers(s, i)
	case "SN1":
		r.sent(s, i)
	case "PID":
		detail := &r.items[r.now().item-1]
		detail.texts = note(detail.texts, s.Value(5))
	case "REF":
		r.itemReference(s, i)
	case "DTM":
		r.lotDate(s, i)
	case "SDQ":
		for _, part := range r.storeParts(s, i.Shipped.Unit()) {
			detail := &r.items[r.now().item-1]
			detail.parts = append(detail.parts, itemPart{quantity: part.Quantity, store: order.Party{Role: party.MarkFor, Identifiers: []party.Identifier{part.Store}}})
		}
	case "CLD":
		r.loads(s, c, i)
	case "MAN":
		before := r.now().pack // the package is that of the item alone
		r.pack(packLevel)
		r.mark(s, 1)
		r.mark(s, 4)
		r.now().pack = before
	default:
		r.homeless("item", s)
	}
}

// itemNumbers reads LIN: the line, the item, batches and pieces.
func (r *noticeReader) itemNumbers(s x12.Segment, i *VendorItem) {
	if line := strings.TrimSpace(s.Value(1)); line != "" {
		i.Line = line
	}
	for _, id := range r.identify(nil, s, 2) {
		switch id.Scheme {
		case lotPair:
			lotOf(i, id.Value)
		case serialPair:
			r.serial(s, i, id.Value)
		case orderPair, customerOrderPair:
			if i.PurchaseOrder == "" {
				i.PurchaseOrder = id.Value
			}
		default:
			if !slices.Contains(i.Identifiers, id) && len(i.Identifiers) < mostNumbers {
				i.Identifiers = append(i.Identifiers, id)
			}
		}
	}
}

// lotOf names a batch of an item, and gives the one that is open.
func lotOf(i *VendorItem, number string) *VendorLot {
	if n := len(i.Lots); n > 0 && (i.Lots[n-1].Number == "" || i.Lots[n-1].Number == number || number == "") {
		if number != "" {
			i.Lots[n-1].Number = number
		}
		return &i.Lots[n-1]
	}
	i.Lots = append(i.Lots, VendorLot{Number: number})
	return &i.Lots[len(i.Lots)-1]
}

// serial adds the number of a piece.
func (r *noticeReader) serial(s x12.Segment, i *VendorItem, number string) {
	i.Serials = append(i.Serials, number)
	if detail := &r.items[r.now().item-1]; detail.counted && i.Shipped.Unit() == quantity.Each {
		if most, whole := i.Shipped.Int64(); whole && int64(len(i.Serials)) == most+1 {
			r.warn("serials", s, 0, fmt.Sprintf("the item has more serial numbers than the %s that were sent", i.Shipped), "compare them when the goods arrive")
		}
	}
}

// sent reads SN1: how much was sent and ordered, and what becomes of the rest.
func (r *noticeReader) sent(s x12.Segment, i *VendorItem) {
	detail := &r.items[r.now().item-1]
	if detail.counted {
		r.block("sn1-repeated", s, 0, "the item has a second SN1", "ask the partner how much was sent")
		return
	}
	detail.counted = true
	if line := strings.TrimSpace(s.Value(1)); i.Line == "" {
		i.Line = line
	}
	i.Shipped = r.quantity(s, 2, 3)
	if i.Shipped.Sign() < 0 {
		r.block("quantity", s, 2, i.Shipped.String()+" cannot have been sent", "ask the partner how much is meant")
		i.Shipped = quantity.New(0, i.Shipped.Unit())
	}
	switch {
	case s.Value(5) == "":
	case s.Value(6) != "":
		i.Ordered = r.quantity(s, 5, 6)
	case i.Shipped.Unit() != 0:
		i.Ordered = r.inUnit(s, 5, i.Shipped.Unit())
	}
	if i.Code = s.Value(8); i.Code != "" {
		var known bool
		if i.Status, known = statusOf(i.Code); !known {
			r.warn("status", s, 8, fmt.Sprintf("SN108 %q does not say what becomes of the line", i.Code), "ask the partner what is meant")
		}
	}
}

// itemReference reads REF of an item.
func (r *noticeReader) itemReference(s x12.Segment, i *VendorItem) {
	value := strings.TrimSpace(s.Value(2))
	switch q := s.Value(1); {
	case value == "":
		r.info("reference-empty", s, 2, fmt.Sprintf("REF %s has no number", q))
	case q == lotNumber, q == batch:
		lotOf(i, value)
	case q == serialNumber:
		r.serial(s, i, value)
	case q == "PO" && i.PurchaseOrder == "":
		i.PurchaseOrder = value
	case q == "VN" && i.VendorOrder == "":
		i.VendorOrder = value
	case len(i.References) < mostFindings:
		i.References = append(i.References, order.Reference{Qualifier: q, Value: value})
	}
}

// lotDate reads DTM of an item: when it was made, and until when it is good.
func (r *noticeReader) lotDate(s x12.Segment, i *VendorItem) {
	var target func(*VendorLot) *calendar.Date
	switch s.Value(1) {
	case "036":
		target = func(l *VendorLot) *calendar.Date { return &l.Expires }
	case "094", "405":
		target = func(l *VendorLot) *calendar.Date { return &l.Made }
	default:
		r.vendorDate(s, 1, &r.days, r.document)
		return
	}
	if d := r.day(s, 2); !d.IsZero() {
		*target(lotOf(i, "")) = d
	}
}

// loads reads CLD: so many loads of so much each, and in REF the numbers on their
// labels.
func (r *noticeReader) loads(s x12.Segment, c *x12.Cursor, i *VendorItem) {
	before := r.now().pack
	r.pack(packLevel)
	l := r.now()
	p := &r.notice.Packages[l.pack-1]
	p.Type = strings.TrimSpace(s.Value(3))
	count := r.count(s, 1)
	if count > 1 {
		p.Count = count
	}
	for c.Peek().Is("REF") {
		ref := c.Next()
		if value := strings.TrimSpace(ref.Value(2)); value != "" && len(p.Marks) < mostFindings {
			p.Marks = append(p.Marks, value)
		}
	}
	if i.Shipped.Unit() != 0 && s.Value(2) != "" {
		each := r.inUnit(s, 2, i.Shipped.Unit())
		if all, err := each.MulInt(max(count, 1)); err == nil {
			detail := &r.items[l.item-1]
			detail.parts = append(detail.parts, itemPart{quantity: all, pack: l.pack})
		}
	}
	l.pack = before
}
