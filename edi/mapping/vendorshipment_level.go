package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// Qualifiers of a batch, a piece and an order, in LIN (X12 element 235) and in REF
// (128).
const (
	lotPair, serialPair          = foreign + "LT", foreign + "SN"
	orderPair, customerOrderPair = foreign + "PO", foreign + "ON"
	orderLinePair                = foreign + "PL"
	lotNumber, batch             = "LT", "BT"
	serialNumber                 = "SE"
)

// inLevel reads a segment of the open level.
func (r *noticeReader) inLevel(s x12.Segment, c *x12.Cursor) {
	l := r.now()
	switch id := s.ID(); {
	case l.kind == otherLevel && (id == "LIN" || id == "SN1"):
		l.kind = itemLevel
		r.item(s)
	case l.kind == otherLevel && id == "MAN":
		l.kind = packLevel
		r.pack(packLevel)
	}
	switch s.ID() {
	case "PRF":
		r.orderOf(s)
		return
	case "N1":
		if l.kind != shipmentLevel {
			r.store(s, c)
			return
		}
	}
	switch l.kind {
	case tareLevel, packLevel:
		r.inPack(s)
	case itemLevel:
		r.inItem(s, c)
	case orderLevel:
		r.inOrder(s, c)
	case shipmentLevel, otherLevel:
		r.shipment(s, c)
	}
}

// shipment reads what is said of the shipment as a whole.
func (r *noticeReader) shipment(s x12.Segment, c *x12.Cursor) {
	n := &r.notice
	switch s.ID() {
	case "TD1":
		if n.Loaded != 0 {
			r.homeless("shipment", s)
			return
		}
		n.Loaded = r.count(s, 2)
		r.weight(s, 6, 7, 8, &n.Gross, &n.Net)
		n.Volume = r.measure(s, 9, s.Component(10, 1))
	case "MEA":
		r.measured(s, &n.Gross, &n.Net, &n.Volume, "shipment")
	case "TD5":
		r.carrier(s)
	case "TD3":
		r.equipment(s)
	case "PER", "FOB", "SAC", "CUR", "TD4", "PKG", "PWK", "MAN", "PID", "LIN", "SN1":
		r.homeless("shipment", s)
	default:
		r.header(s, c)
	}
}

// carrier reads TD5, of which the first counts.
func (r *noticeReader) carrier(s x12.Segment) {
	n := &r.notice
	if n.Carrier+n.Mode+n.Routing != "" {
		r.homeless("shipment", s)
		return
	}
	n.Carrier, n.Mode = strings.TrimSpace(s.Value(3)), s.Value(4)
	n.Routing = strings.TrimSpace(strings.TrimSpace(s.Value(5)) + " " + s.Value(12))
}

// equipment reads TD3: initial and number of the trailer, and its seal.
func (r *noticeReader) equipment(s x12.Segment) {
	if number := strings.TrimSpace(s.Value(2)) + strings.TrimSpace(s.Value(3)); r.notice.Equipment == "" {
		r.notice.Equipment = number
	} else if number != "" {
		r.numbered(order.Reference{Qualifier: "EQ", Value: number})
	}
	if seal := strings.TrimSpace(s.Value(9)); seal != "" {
		r.numbered(order.Reference{Qualifier: "SN", Value: seal})
	}
}

// orderOf reads PRF, which names the order of what stands at its level and below.
func (r *noticeReader) orderOf(s x12.Segment) {
	l := r.now()
	o := orderNumbers{purchaseOrder: strings.TrimSpace(s.Value(1)), release: strings.TrimSpace(s.Value(2))}
	if o.purchaseOrder == "" {
		r.warn("order-missing", s, 1, "PRF01 has no number of an order", "ask the partner which order is meant")
	}
	if l.kind == itemLevel {
		i := &r.notice.Items[l.item-1]
		i.PurchaseOrder, i.Release = o.purchaseOrder, o.release
		if i.Line == "" {
			i.Line = strings.TrimSpace(s.Value(5))
		}
		return
	}
	if l.kind == orderLevel {
		o.vendorOrder = r.orders[l.order-1].vendorOrder
	}
	r.orders = append(r.orders, o)
	l.order = len(r.orders)
}

// store reads the party that is named at an order, a package or an item. Whom it is
// marked for says it better than who buys, and that better than where it goes.
func (r *noticeReader) store(s x12.Segment, c *x12.Cursor) {
	p := r.party(s, c, "N1 loop of a level")
	l := r.now()
	rank := 0
	for _, role := range rolesOf(s.Value(1)) {
		switch role {
		case party.MarkFor:
			rank = 3
		case party.SoldTo:
			rank = 2
		case party.ShipTo:
			rank = max(rank, 1)
		default:
			continue
		}
		p.Role = role
	}
	if rank == 0 {
		if r.once("store/" + s.Value(1)) {
			r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) of a level has no place in the %s", s.Value(1), p.Name, r.document))
		}
		return
	}
	if rank <= l.storeRank {
		return
	}
	r.stores = append(r.stores, p)
	l.store, l.storeRank = len(r.stores), rank
	if l.kind == itemLevel {
		r.notice.Items[l.item-1].Store = p
	}
}

// inOrder reads what is said of an order.
func (r *noticeReader) inOrder(s x12.Segment, c *x12.Cursor) {
	switch {
	case s.Is("REF") && s.Value(1) == "VN":
		r.orders[r.now().order-1].vendorOrder = strings.TrimSpace(s.Value(2))
	case s.Is("REF"), s.Is("DTM"), s.Is("NTE"), s.Is("MSG"), s.Is("MTX"), s.Is("N9"):
		r.header(s, c)
	case s.Is("TD5"):
		r.carrier(s)
	default:
		r.homeless("order level", s)
	}
}

// inPack reads what is said of a package.
func (r *noticeReader) inPack(s x12.Segment) {
	p := &r.notice.Packages[r.now().pack-1]
	switch s.ID() {
	case "MAN":
		r.mark(s, 1)
		r.mark(s, 4)
	case "TD1":
		p.Type = strings.TrimSpace(s.Value(1))
		if n := r.count(s, 2); n > 1 {
			p.Count = n
		}
		r.weight(s, 6, 7, 8, &p.Gross, &p.Net)
		p.Volume = r.measure(s, 9, s.Component(10, 1))
	case "MEA":
		r.measured(s, &p.Gross, &p.Net, &p.Volume, "package")
	case "PO4":
		if p.Type == "" {
			p.Type = strings.TrimSpace(s.Value(4))
		}
		r.weight(s, 5, 6, 7, &p.Gross, &p.Net)
		if p.Volume.Unit() == 0 {
			p.Volume = r.measure(s, 8, s.Value(9))
		}
	case "REF":
		if value := strings.TrimSpace(s.Value(2)); value != "" && !slices.Contains(p.Marks, value) && len(p.Marks) < mostNumbers {
			p.Marks = append(p.Marks, value)
		}
	case "SN1":
		r.packed(s)
	default:
		r.homeless("package", s)
	}
}

// mark reads a number of MAN, and the end of its range.
func (r *noticeReader) mark(s x12.Segment, element int) {
	value := strings.TrimSpace(s.Value(element + 1))
	if value == "" {
		return
	}
	l := r.now()
	p := &r.notice.Packages[l.pack-1]
	if last := strings.TrimSpace(s.Value(element + 2)); last != "" && last != value {
		value += "-" + last
	} else if q := s.Value(element); q == "GM" || q == "AA" {
		code := strings.TrimPrefix(value, "(00)")
		if len(code) == 20 {
			code = strings.TrimPrefix(code, "00")
		}
		if err := shipping.SSCC(code).Validate(); err == nil {
			r.label(s, element, code)
			return
		}
		r.warn("sscc", s, element+1, fmt.Sprintf("%s is no SSCC: length or check digit is wrong", value), "compare it with the label when the goods arrive")
	}
	if !slices.Contains(p.Marks, value) && len(p.Marks) < mostNumbers {
		p.Marks = append(p.Marks, value)
	}
}

// label gives the package of the level its SSCC, or takes the package that has it: a
// carton with goods of several orders stands below each of them.
func (r *noticeReader) label(s x12.Segment, element int, code string) {
	l := r.now()
	p := &r.notice.Packages[l.pack-1]
	before, told := r.cited[code]
	switch {
	case told && before == l.pack:
	case told && p.SSCC == "" && l.pack == len(r.notice.Packages):
		r.notice.Packages = r.notice.Packages[:l.pack-1]
		if l.item > 0 {
			held := r.notice.Items[l.item-1].Packages
			held[len(held)-1] = before
		}
		l.pack = before
	case told:
		r.warn("sscc-repeated", s, element+1, code+" is the number of another package, too", "compare it with the label when the goods arrive")
	case p.SSCC != "":
		r.warn("sscc-several", s, element+1, fmt.Sprintf("a package has the number %s and %s; the first one counts", p.SSCC, code),
			"compare them with the label when the goods arrive")
	default:
		if r.cited == nil {
			r.cited = make(map[string]int)
		}
		r.cited[code] = l.pack
		p.SSCC = code
	}
}

// packed reads SN1 of a package: how much of the item above is in it.
func (r *noticeReader) packed(s x12.Segment) {
	l := r.now()
	if l.item == 0 {
		r.homeless("package", s)
		return
	}
	detail := &r.items[l.item-1]
	if q := r.quantity(s, 2, 3); q.Unit() != 0 {
		detail.parts = append(detail.parts, itemPart{quantity: q, pack: l.pack})
	}
}

// count reads a number of pieces; 0: none that can be read.
func (r *noticeReader) count(s x12.Segment, element int) int64 {
	if s.Value(element) == "" {
		return 0
	}
	q := quantity.Quantity{}
	n, err := x12.ParseReal(s.Value(element))
	if err == nil {
		q, err = quantity.ParseNumber(n, quantity.Each)
	}
	count, whole := q.Int64()
	if err != nil || !whole || count < 0 {
		r.warn("count", s, element, fmt.Sprintf("%q is no number of packages", s.Value(element)), "ask the partner how many there are")
		return 0
	}
	return count
}

// measure reads a weight or a volume; the zero value: none that can be read.
func (r *noticeReader) measure(s x12.Segment, element int, unit string) quantity.Quantity {
	text := s.Value(element)
	if text == "" {
		return quantity.Quantity{}
	}
	var q quantity.Quantity
	n, err := x12.ParseReal(text)
	if err == nil {
		var u quantity.Unit
		if u, err = r.agreed.unitOf(unit); err == nil {
			q, err = quantity.ParseNumber(n, u)
		}
	}
	if err != nil {
		r.warn("measure", s, element, fmt.Sprintf("%q %s is no measure: %v", text, unit, err), "agree with the partner on the unit")
		return quantity.Quantity{}
	}
	return q
}

// weight reads a weight with its qualifier (X12 element 187); one without is gross.
func (r *noticeReader) weight(s x12.Segment, qualifier, number, unit int, gross, net *quantity.Quantity) {
	q := r.measure(s, number, s.Value(unit))
	switch {
	case q.Unit() == 0:
	case s.Value(qualifier) == "N":
		*net = q
	default:
		*gross = q
	}
}

// measured reads MEA.
func (r *noticeReader) measured(s x12.Segment, gross, net, volume *quantity.Quantity, loop string) {
	target := gross
	switch s.Value(2) {
	case "G", "WT":
	case "N":
		target = net
	case "VOL":
		target = volume
	default:
		r.homeless(loop, s)
		return
	}
	if q := r.measure(s, 3, s.Component(4, 1)); q.Unit() != 0 {
		*target = q
	}
}
