package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ReadShipNotice reads what a vendor announces to have sent us, X12 856 of any
// version, as [WriteShipNotice] writes it. [ShipmentDifferences] compares it with
// the order.
//
// Any hierarchy is read: shipment, order, tare, pack and item in whichever order. A
// level stands below the one that HL02 names; one that names none, or none that is
// there, below the last that comes before it in the structure that BSN05 names, or
// without one in the order in which the levels appear. An item is in the pack above
// it; packs below an item divide it, by their SN1. A carton that is told below
// several orders, by one SSCC, is one package.
//
// An item without a quantity blocks; everything else that is unclear is a warning,
// for goods that were announced badly arrive all the same.
func ReadShipNotice(set *x12.Set, o Options) (VendorShipment, finding.List) {
	r := noticeReader{vendorReader: vendorReader{orderReader: orderReader{reader: reader{set: "856", document: "ship notice", agreed: &o}}}}
	r.start(set)
	r.notice.Source = r.doc.Source
	if r.is(set, "a ship notice") {
		r.tree.ranks = ranksOf(set)
		r.read(set.Cursor())
		r.conclude()
	}
	return r.notice, r.found
}

// noticeReader reads one 856.
type noticeReader struct {
	vendorReader
	notice VendorShipment
	tree   hierarchy
	level  int // the open one in tree.levels; below 0: none yet

	orders []orderNumbers
	stores []order.Party
	items  []itemDetail   // by item of the notice
	cited  map[string]int // package by SSCC
	known  map[order.Reference]bool
}

// orderNumbers are what a notice calls an order.
type orderNumbers struct{ purchaseOrder, release, vendorOrder string }

// itemDetail is what is needed of an item until the end of the set.
type itemDetail struct {
	first   x12.Segment // HL, or what stands in for it
	counted bool        // SN1 was read
	parts   []itemPart
	texts   []string // descriptions
}

// itemPart is how much of an item is in a package, or for a store.
type itemPart struct {
	quantity quantity.Quantity
	pack     int
	store    order.Party
}

func (r *noticeReader) read(c *x12.Cursor) {
	r.level = -1
	for c.More() {
		s := c.Next()
		switch id := s.ID(); {
		case id == "BSN":
			r.beginning(s)
		case id == "HL":
			r.open(s)
		case id == "CTT":
			r.totals = s
		case r.level < 0:
			r.shipment(s, c)
		default:
			r.inLevel(s, c)
		}
	}
}

// beginning reads BSN.
func (r *noticeReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bsn-repeated", s, 0, "the set has a second BSN", "ask the partner to send each shipment in a set of its own")
		return
	}
	r.begun = true
	n := &r.notice
	n.Shipment, n.Date = strings.TrimSpace(s.Value(2)), r.day(s, 3)
	if n.Shipment == "" {
		r.warn("shipment-missing", s, 2, "BSN02 has no number of the shipment; one that is sent again cannot be told from another",
			"ask the partner for the number")
	}
	name := "BSN01 " + s.Value(1)
	switch code := s.Value(1); purposeOf(code) {
	case orders, confirming:
	case again:
		r.info("purpose", s, 1, name+" says that it was sent before")
	case changing:
		switch code {
		case "01", "03":
			n.Cancel = true
		case "05":
			n.Replace = true
		default:
			r.warn("purpose", s, 1, name+" changes a notice; it is taken as a whole one", "agree with the partner on what it means")
		}
	case informing, unclear:
		r.info("purpose", s, 1, name+" is taken as a notice")
	}
}

// open starts a level.
func (r *noticeReader) open(s x12.Segment) {
	code := s.Value(3)
	parent := r.parent(s, code)
	var of context
	if parent >= 0 {
		of = r.tree.levels[parent].context
	}
	of.storeRank = 0
	r.tree.add(s.Value(1), code, level{kind: kindOf(code), context: of})
	r.level = len(r.tree.levels) - 1
	switch r.now().kind {
	case orderLevel:
		r.orders = append(r.orders, orderNumbers{})
		r.now().order = len(r.orders)
	case tareLevel, packLevel:
		r.pack(r.now().kind)
	case itemLevel:
		if of.item > 0 && r.once("item-nested") {
			r.info("item-nested", s, 2, "an item stands below another one; each is told for itself")
		}
		r.item(s)
	case shipmentLevel, otherLevel:
	}
}

// now is the open level.
func (r *noticeReader) now() *level { return &r.tree.levels[r.level] }

// parent finds the level that one stands below; below 0: none.
func (r *noticeReader) parent(s x12.Segment, code string) int {
	number := s.Value(2)
	if at, known := r.tree.numbers[number]; known && number != "" {
		return at
	}
	at := r.tree.above(code)
	switch {
	case number != "":
		r.warn("hl-parent", s, 2, fmt.Sprintf("HL02 names level %s, which does not stand before; the structure tells where level %s belongs", number, s.Value(1)),
			"ask the partner for the packing list")
	case at >= 0 && code != "S" && r.once("hl-parent-missing"):
		r.info("hl-parent-missing", s, 2, "levels name no parent; the structure tells where they belong")
	}
	if _, twice := r.tree.numbers[s.Value(1)]; twice && s.Value(1) != "" && r.once("hl-number") {
		r.warn("hl-number", s, 1, fmt.Sprintf("level %s stands there twice; levels below are taken as those of the last", s.Value(1)),
			"ask the partner to number each level once")
	}
	return at
}

// pack adds a package that stands within that of the level above, and holds its item.
func (r *noticeReader) pack(kind levelKind) {
	n, l := &r.notice, r.now()
	p := VendorPackage{Number: len(n.Packages) + 1, Within: l.pack, Kind: Carton}
	switch {
	case kind == tareLevel:
		p.Kind = Tare
	case p.Within > 0 && n.Packages[p.Within-1].Kind != Tare:
		p.Kind = InnerPack
	}
	n.Packages = append(n.Packages, p)
	if l.item > 0 {
		held := &n.Items[l.item-1].Packages
		if k := len(*held); k > 0 && (*held)[k-1] == l.pack {
			(*held)[k-1] = p.Number // it is in the inner one of the two
		} else {
			*held = append(*held, p.Number)
		}
	}
	l.pack = p.Number
}

// item adds an item of the orders, the store and the package above.
func (r *noticeReader) item(s x12.Segment) {
	l := r.now()
	var i VendorItem
	if l.order > 0 {
		o := r.orders[l.order-1]
		i.PurchaseOrder, i.Release, i.VendorOrder = o.purchaseOrder, o.release, o.vendorOrder
	}
	if l.store > 0 {
		i.Store = r.stores[l.store-1]
	}
	if l.pack > 0 {
		i.Packages = []int{l.pack}
	}
	r.notice.Items = append(r.notice.Items, i)
	r.items = append(r.items, itemDetail{first: s})
	l.item = len(r.notice.Items)
}

// conclude says what can be said only at the end.
func (r *noticeReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("bsn-missing"), "", "the set has no BSN, which carries the number of the shipment", "ask the partner to send it anew")
	}
	n := &r.notice
	n.Ship, n.Deliver, n.Parties, n.Notes = r.days.ship, r.days.deliver, r.doc.Parties, append(n.Notes, r.doc.Instructions...)
	for _, ref := range r.doc.References {
		r.numbered(ref)
	}
	total := decimal.Decimal{}
	for i := range n.Items {
		total = total.Add(n.Items[i].Shipped.Decimal())
		r.check(i)
	}
	if len(n.Items) == 0 && !n.Cancel {
		r.found.Warn(r.code("items-missing"), "", "the notice tells of no item", "ask the partner what was sent")
	}
	r.checkCounts(total)
	r.divide()
	r.leftOut()
}

// numbered keeps a reference of the shipment where it belongs.
func (r *noticeReader) numbered(ref order.Reference) {
	n := &r.notice
	switch target := &n.Tracking; ref.Qualifier {
	case "BM":
		target = &n.BillOfLading
		fallthrough
	case "CN", "2I":
		if *target == "" || *target == ref.Value {
			*target = ref.Value
			return
		}
	}
	if !r.known[ref] {
		if r.known == nil {
			r.known = make(map[order.Reference]bool)
		}
		r.known[ref] = true
		n.References = append(n.References, ref)
	}
}

// check completes an item, and says what it lacks.
func (r *noticeReader) check(i int) {
	item, detail := &r.notice.Items[i], &r.items[i]
	item.Description = description(detail.texts)
	if !detail.counted {
		r.block("quantity-missing", detail.first, 0, "the item has no SN1: how much was sent is not told", "ask the partner how much was sent")
	}
	if len(item.Identifiers) == 0 && item.Line == "" {
		r.warn("item-missing", detail.first, 0, "the item has neither line nor number", "ask the partner which item was sent")
	}
	if item.PurchaseOrder == "" && r.once("order-missing") {
		r.warn("order-missing", detail.first, 0, "the notice does not say (PRF) which order the item is of", "ask the partner for our number of the order")
	}
}

// checkCounts compares CTT with what was read. Some count levels, some items.
func (r *noticeReader) checkCounts(total decimal.Decimal) {
	s := r.totals
	if s.IsZero() {
		return
	}
	if n, err := decimalOf(s.Value(1)); s.Value(1) != "" && (err != nil ||
		!n.Equal(decimal.NewFromInt(int64(len(r.tree.levels)))) && !n.Equal(decimal.NewFromInt(int64(len(r.notice.Items))))) {
		r.warn("line-count", s, 1, fmt.Sprintf("CTT01 announces %s levels, there are %d, and %d items", s.Value(1), len(r.tree.levels), len(r.notice.Items)),
			"ask the partner whether something was lost")
	}
	if n, err := decimalOf(s.Value(2)); s.Value(2) != "" && (err != nil || !n.Equal(total)) {
		r.warn("hash-total", s, 2, fmt.Sprintf("CTT02 announces %s, what was sent adds up to %s", s.Value(2), total),
			"ask the partner whether something was lost, or what it adds up")
	}
}

// divide makes an item for each part of one whose parts are told.
func (r *noticeReader) divide() {
	divided := make([]VendorItem, 0, len(r.notice.Items))
	for i := range r.notice.Items {
		item, parts := r.notice.Items[i], r.items[i].parts
		if len(parts) == 0 {
			divided = append(divided, item)
			continue
		}
		sum, err := parts[0].quantity, error(nil)
		for _, p := range parts[1:] {
			if err == nil {
				sum, err = sum.Add(p.quantity)
			}
		}
		if err != nil || sum != item.Shipped {
			r.warn("parts-sum", r.items[i].first, 0, fmt.Sprintf("packages or stores of the item add up to %s, %s were sent", sum, item.Shipped),
				"ask the partner how much is where")
			divided = append(divided, item)
			continue
		}
		for _, p := range parts {
			part := item
			part.Shipped = p.quantity
			if p.pack > 0 {
				part.Packages = []int{p.pack}
			}
			if len(p.store.Identifiers) > 0 {
				part.Store = p.store
			}
			divided = append(divided, part)
		}
	}
	r.notice.Items = divided
}
