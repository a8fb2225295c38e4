package message

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// despatchLine reads one LIN group of a despatch advice.
type despatchLine struct {
	*despatchReader
	lin    edifact.Segment
	item   mapping.VendorItem
	words  description
	lot    mapping.VendorLot
	stores []despatchStore
	parts  []despatchPart // PCI groups
	sound  bool
}

// despatchStore is what of a line goes to a place.
type despatchStore struct {
	segment  edifact.Segment
	party    order.Party
	quantity quantity.Quantity
}

// despatchPart is what of a line stands behind one PCI: a part in a package, or a batch.
type despatchPart struct {
	segment  edifact.Segment
	quantity quantity.Quantity
	pack     mapping.VendorPackage
	lot      mapping.VendorLot
}

func (r *despatchReader) openLine(s edifact.Segment) {
	r.lines++
	r.line = &despatchLine{despatchReader: r, lin: s, sound: true}
	r.line.item.Identifiers = r.identify(nil, s, 3)
	if text(s, 4, 1) != "" {
		r.lines--
		r.totals.sublines++
		r.warn("sub-line", s, element(4), "a line says what another one is made of; it is not counted", "read it in the raw message")
		r.line.sound = false
	}
}

// part is the PCI group that is open; nil: none is.
func (l *despatchLine) part() *despatchPart {
	if len(l.parts) == 0 {
		return nil
	}
	return &l.parts[len(l.parts)-1]
}

func (l *despatchLine) segment(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PIA":
		l.item.Identifiers = l.pia(l.item.Identifiers, s)
	case "IMD":
		if !l.words.add(s) {
			l.homeless("line", s)
		}
	case "QTY":
		l.counts(s)
	case "QVR":
		l.variance(s)
		l.rest(c, "QVR group", "DTM")
	case "GIN":
		l.number(s)
	case "DTM":
		l.date(s)
	case "RFF":
		l.refers(s, c)
	case "LOC":
		l.store(s, c)
	case "PCI":
		l.parts = append(l.parts, despatchPart{segment: s})
	case "FTX":
		if words := freeText(s); words != "" && len(l.words.parts) == 0 {
			l.words.parts = []string{words}
		} else {
			l.homeless("line", s)
		}
	default:
		l.homeless("line", s)
	}
}

// counts reads QTY of the line, or of a part of it.
func (l *despatchLine) counts(s edifact.Segment) {
	if p := l.part(); p != nil {
		p.quantity = l.partOf(s)
		return
	}
	var to *quantity.Quantity
	switch text(s, 1, 1) {
	case "12", "46", "113":
		to = &l.item.Shipped
	case "21":
		to = &l.item.Ordered
	default:
		l.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s has no place in the despatch advice", s))
		return
	}
	if q := l.quantity(s); q.Unit() == 0 {
		l.sound = false
	} else if to.Unit() == 0 || text(s, 1, 1) == despatched {
		*to = q
	}
}

// partOf reads the quantity of a part. Without unit it is in that of the line.
func (l *despatchLine) partOf(s edifact.Segment) quantity.Quantity {
	q := l.quantityIn(s, l.item.Shipped.Unit())
	if q.Unit() == 0 {
		l.sound = false
	}
	return q
}

// variance reads QVR: how much less was sent than was ordered, and what becomes of
// the rest.
func (l *despatchLine) variance(s edifact.Segment) {
	switch l.item.Code = text(s, 2, 1); l.item.Code {
	case "BP":
		l.item.Status = mapping.PartBackordered
	case "CP", "CC", "CM":
		l.item.Status = mapping.PartShipped
	case "CS", "IS":
		l.item.Status = mapping.PartSubstituted
	case "IC", "AA", "AB":
		l.item.Status = mapping.PartDeleted
	}
	by, err := parseQuantity(text(s, 1, 1), l.item.Shipped.Unit())
	if err == nil && text(s, 1, 2) == "21" && l.item.Ordered.Unit() == 0 && l.item.Shipped.Unit() != 0 {
		l.item.Ordered, err = l.item.Shipped.Sub(by)
	}
	if err != nil {
		l.warn("variance", s, spot{1, 1}, err.Error(), "ask the partner how much is missing")
	}
}

func (l *despatchLine) number(s edifact.Segment) {
	p := l.part()
	codes, ok := l.ssccs(s)
	switch kind := text(s, 1, 1); {
	case ok:
		if p == nil {
			l.parts = append(l.parts, despatchPart{segment: s})
			p = l.part()
		}
		for _, n := range codes {
			if p.pack.SSCC == "" {
				p.pack.SSCC = n
			} else {
				p.pack.Marks = append(p.pack.Marks, n)
			}
		}
	case kind == ginSerial:
		l.item.Serials = append(l.item.Serials, l.numbersIn(s)...)
	case kind == ginBatch:
		for _, n := range l.numbersIn(s) {
			if p != nil && p.lot.Number == "" {
				p.lot.Number = n
			} else {
				l.item.Lots = append(l.item.Lots, mapping.VendorLot{Number: n})
			}
		}
	default:
		l.homeless("line", s)
	}
}

// date reads DTM: those of the batch.
func (l *despatchLine) date(s edifact.Segment) {
	lot := &l.lot
	if p := l.part(); p != nil {
		lot = &p.lot
	}
	switch text(s, 1, 1) {
	case "36":
		lot.Expires = l.day(s)
	case "361":
		lot.BestBefore = l.day(s)
	case "94":
		lot.Made = l.day(s)
	default:
		l.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in a line of the despatch advice", s))
	}
}

func (l *despatchLine) refers(s edifact.Segment, c *edifact.Cursor) {
	ref, ok := l.reference(s, c)
	if !ok {
		return
	}
	switch ref.Qualifier {
	case orderNumber:
		l.item.PurchaseOrder = ref.Value
		if n := text(s, 1, 3); n != "" {
			l.item.Line = n
		}
	case vendorOrder:
		l.item.VendorOrder = ref.Value
	case "LI":
		l.item.Line = ref.Value
	case "RE":
		l.item.Release = ref.Value
	case "BT":
		l.lot.Number = ref.Value
	default:
		l.item.References = append(l.item.References, ref)
	}
}

// store reads LOC of a line with what goes there.
func (l *despatchLine) store(s edifact.Segment, c *edifact.Cursor) {
	place := order.Party{Role: party.MarkFor, Name: text(s, 2, 4)}
	if n := text(s, 2, 1); n != "" {
		place.Identifiers = []party.Identifier{{Scheme: schemeOf(text(s, 2, 3)), Value: n}}
		if text(s, 2, 3) == "" {
			place.Identifiers[0].Scheme = ""
		}
	}
	if nad, ok := c.Take("NAD"); ok {
		p, _, _ := l.party(nad, c)
		p.Role, place = place.Role, p
	}
	l.rest(c, "LOC group", "DTM")
	q, ok := c.Take("QTY")
	switch {
	case ok:
		l.stores = append(l.stores, despatchStore{segment: q, party: place, quantity: l.partOf(q)})
		l.rest(c, "LOC group", "QTY")
	case text(s, 1, 1) == placeOfDelivery && l.item.Store.Role == "":
		l.item.Store = place
	default:
		l.homeless("line", s)
	}
}

// closeLine makes items of the line that is open.
func (r *despatchReader) closeLine() {
	l := r.line
	if l == nil {
		return
	}
	r.line = nil
	l.item.Description = l.words.String()
	l.lot.Number, l.item.Identifiers = lotAmong(l.lot.Number, l.item.Identifiers)
	l.item.Serials, l.item.Identifiers = serialsAmong(l.item.Serials, l.item.Identifiers)
	if l.lot != (mapping.VendorLot{}) {
		l.item.Lots = append([]mapping.VendorLot{l.lot}, l.item.Lots...)
	}
	switch {
	case !l.sound:
		return
	case len(l.item.Identifiers) == 0 && l.item.Line == "":
		r.block("item-missing", l.lin, element(3), "the line names neither an item nor a line of the order", "ask the partner what was sent")
		return
	case l.item.Shipped.Unit() == 0 && l.item.Status == "":
		r.block("quantity-missing", l.lin, whole(), "the line does not say how much was sent (QTY 12)", "ask the partner how much is meant")
		return
	case l.item.Shipped.Sign() < 0:
		r.block("quantity", l.lin, whole(), l.item.Shipped.String()+" cannot have been sent", "ask the partner how much is meant")
		return
	}
	r.totals.quantity = r.totals.quantity.Add(l.item.Shipped.Decimal())
	l.split()
}

// keep adds an item to the group; packs are its packages there, none those of the group.
func (l *despatchLine) keep(item mapping.VendorItem, packs ...int) {
	g := l.group()
	g.items = append(g.items, despatchItem{item, packs})
}

// box adds the package of a part to the group.
func (l *despatchLine) box(p *despatchPart) int {
	g := l.group()
	in := slices.Index(g.within, -1)
	if in < 0 {
		in = len(g.packs) // none: it stands where the group stands
	}
	g.packs, g.within = append(g.packs, p.pack), append(g.within, in)
	return len(g.packs) - 1
}

// split makes an item of each part of the line that has a quantity of its own, by place
// or by package; else the line stays one.
func (l *despatchLine) split() {
	var boxed []*despatchPart
	for i := range l.parts {
		switch p := &l.parts[i]; {
		case p.pack.SSCC != "":
			boxed = append(boxed, p)
		case p.lot != (mapping.VendorLot{}):
			p.lot.Quantity = p.quantity
			l.item.Lots = append(l.item.Lots, p.lot)
		}
	}
	byStore := len(l.stores) > 0 && l.adds("stores-sum", l.stores[0].segment, len(l.stores), func(i int) quantity.Quantity { return l.stores[i].quantity })
	switch {
	case byStore:
		for _, st := range l.stores {
			item := l.item
			item.Store, item.Shipped = st.party, st.quantity
			l.keep(item)
		}
	case len(boxed) > 1 && boxed[0].quantity.Unit() != 0 &&
		l.adds("packages-sum", boxed[0].segment, len(boxed), func(i int) quantity.Quantity { return boxed[i].quantity }):
		for _, p := range boxed {
			item := l.item
			item.Shipped = p.quantity
			l.lots(&item, p)
			l.keep(item, l.box(p))
		}
	default:
		var packs []int
		for _, p := range boxed {
			if p.lot != (mapping.VendorLot{}) {
				l.item.Lots = append(l.item.Lots, p.lot)
			}
			packs = append(packs, l.box(p))
		}
		l.keep(l.item, packs...)
	}
}

// adds tells whether parts add up to what was sent of the line; else it is a warning, and
// the line stays one.
func (l *despatchLine) adds(code string, s edifact.Segment, count int, part func(int) quantity.Quantity) bool {
	total := quantity.New(0, l.item.Shipped.Unit())
	var err error
	for i := 0; i < count && err == nil; i++ {
		total, err = total.Add(part(i))
	}
	if err == nil && total == l.item.Shipped {
		return true
	}
	l.warn(code, s, whole(), fmt.Sprintf("the parts add up to %s, the line has %s; it is kept as one", total, l.item.Shipped), "ask the partner how the line is split")
	return false
}

// lots gives an item the batch of its package, where that is told.
func (l *despatchLine) lots(item *mapping.VendorItem, p *despatchPart) {
	if p.lot != (mapping.VendorLot{}) {
		item.Lots = []mapping.VendorLot{p.lot}
	}
}
