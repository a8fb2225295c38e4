package message

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ReadDespatchAdvice reads what a vendor announces to have sent us, DESADV of any
// directory. What [WriteDespatchAdvice] writes reads back with the same cartons, SSCCs and
// quantities.
//
// Packages are put together by the parents that CPS names; one without a parent, or
// whose parent is not there, stands in none, so that flat and nested advices are read
// alike. A first CPS that has neither lines nor numbers, and others below it, is the
// shipment itself, whose PAC says how many packages there are. A line of which parts
// stand in several packages (PCI with QTY and SSCC), or go to several places (LOC with
// QTY), becomes as many items.
//
// A line that cannot be read is left out, with a finding that blocks.
func ReadDespatchAdvice(m *edifact.Message, o mapping.Options) (mapping.VendorShipment, finding.List) {
	r := despatchReader{reader: reader{message: "DESADV", document: "despatch advice", agreed: &o}, byID: make(map[string]int)}
	r.out.Source = source(m)
	if !r.is(m, "a despatch advice") {
		return r.out, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.closeLine()
	r.conclude()
	return r.out, r.found
}

// despatchReader reads one DESADV.
type despatchReader struct {
	reader
	out   mapping.VendorShipment
	begun bool
	ship  int // ranks of the dates that were found
	come  int
	order order.Reference // ON of the advice, VN below
	ours  string

	groups []despatchGroup
	byID   map[string]int // groups by the number of their CPS
	line   *despatchLine  // that is open; nil: none is
	inPack bool           // a PAC is open
	lines  int
	totals controlTotals
}

// despatchGroup is what stands between two CPS.
type despatchGroup struct {
	segment    edifact.Segment
	id, parent string
	packs      []mapping.VendorPackage
	within     []int // the pack of the group that a pack of a line stands in; below 0: it is no such pack
	items      []despatchItem
}

// despatchItem is an item and its packages in the group; none: the group's own.
type despatchItem struct {
	mapping.VendorItem
	packs []int
}

func (r *despatchReader) group() *despatchGroup {
	if len(r.groups) == 0 {
		r.groups = append(r.groups, despatchGroup{})
	}
	return &r.groups[len(r.groups)-1]
}

func (r *despatchReader) segment(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "CPS":
		r.closeLine()
		r.packing(s)
	case "PAC":
		r.closeLine()
		r.pack(s)
	case "LIN":
		r.closeLine()
		r.openLine(s)
	case "CNT":
		r.closeLine()
		r.totals.counts = append(r.totals.counts, s)
	default:
		switch {
		case r.line != nil:
			r.line.segment(s, c)
		case r.inPack:
			r.inPackage(s, c)
		case len(r.groups) > 0:
			r.inGroup(s)
		default:
			r.header(s, c)
		}
	}
}

// header reads what is said of the shipment as a whole.
func (r *despatchReader) header(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		r.date(s)
	case "RFF":
		r.refers(s, c)
	case "NAD":
		r.takes(s, c)
	case "MEA":
		m := measures{gross: r.out.Gross, net: r.out.Net, volume: r.out.Volume}
		if !r.measure(&m, s) {
			r.homeless("advice", s)
		}
		r.out.Gross, r.out.Net, r.out.Volume = m.gross, m.net, m.volume
	case "TDT":
		r.transport(s, c)
	case "EQD":
		if n := text(s, 2, 1); n != "" && r.out.Equipment == "" {
			r.out.Equipment = n
		} else {
			r.homeless("advice", s)
		}
		r.rest(c, "EQD group", "MEA", "SEL", "EQA", "HAN", "FTX")
	case "TOD":
		if words := texts(s, 3, 4, 5); words != "" {
			r.out.Notes = append(r.out.Notes, "terms of delivery: "+words)
		} else {
			r.homeless("advice", s)
		}
		r.rest(c, "TOD group", "LOC", "FTX")
	default:
		r.homeless("advice", s)
	}
}

func (r *despatchReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each shipment in a message of its own")
		return
	}
	r.begun = true
	r.out.Shipment = text(s, 2, 1)
	if r.out.Shipment == "" {
		r.block("number-missing", s, spot{2, 1}, "the advice has no number", "ask the partner for the number of the shipment")
	}
	r.out.Cancel, r.out.Replace = r.function(s)
}

func (r *despatchReader) date(s edifact.Segment) {
	var target *calendar.Date
	known, rank := &r.come, 0
	switch text(s, 1, 1) {
	case "137":
		r.out.Date = r.day(s)
		return
	case "11":
		target, known = &r.out.Ship, &r.ship
	case "10", "200":
		target, known, rank = &r.out.Ship, &r.ship, 1
	case "35":
		target = &r.out.Deliver
	case "17", "132":
		target, rank = &r.out.Deliver, 1
	case "69", "191":
		target, rank = &r.out.Deliver, 2
	case "2":
		target, rank = &r.out.Deliver, 3
	default:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the despatch advice", s))
		return
	}
	r.choose(s, target, known, rank)
}

func (r *despatchReader) refers(s edifact.Segment, c *edifact.Cursor) {
	ref, ok := r.reference(s, c)
	switch {
	case !ok:
	case ref.Qualifier == "ON" && r.order.Value == "":
		r.order = ref
	case ref.Qualifier == "VN" && r.ours == "":
		r.ours = ref.Value
	case ref.Qualifier == "BM" && r.out.BillOfLading == "":
		r.out.BillOfLading = ref.Value
	case ref.Qualifier == "CN" && r.out.Tracking == "":
		r.out.Tracking = ref.Value
	default:
		r.out.References = append(r.out.References, ref)
	}
}

func (r *despatchReader) takes(s edifact.Segment, c *edifact.Cursor) {
	p, refs, notes := r.party(s, c)
	r.out.References = append(r.out.References, refs...)
	for _, n := range notes {
		r.out.Notes = append(r.out.Notes, fmt.Sprintf("%s (%s)", n, text(s, 1, 1)))
	}
	if p.Role == "" {
		r.info("party-not-mapped", s, element(1), fmt.Sprintf("party %s (%s) has no role in the despatch advice", text(s, 1, 1), name(p)))
		return
	}
	first := slices.IndexFunc(r.out.Parties, func(known order.Party) bool { return known.Role == p.Role })
	if first < 0 || !merge(&r.out.Parties[first], p) {
		r.out.Parties = append(r.out.Parties, p)
	}
}

// transport reads TDT: how it travels, and with whom.
func (r *despatchReader) transport(s edifact.Segment, c *edifact.Cursor) {
	r.rest(c, "TDT group", "PCD", "TMD", "LOC", "DTM")
	if r.out.Carrier+r.out.CarrierName+r.out.Mode+r.out.Routing != "" {
		r.homeless("further transport", s)
		return
	}
	r.out.Mode, r.out.Routing = text(s, 3, 1), text(s, 3, 2)
	r.out.Carrier, r.out.CarrierName = text(s, 5, 1), text(s, 5, 4)
	if r.out.Equipment == "" {
		r.out.Equipment = text(s, 8, 1)
	}
	if n := text(s, 2, 1); n != "" {
		r.out.Notes = append(r.out.Notes, "conveyance "+n)
	}
}

// packing reads CPS.
func (r *despatchReader) packing(s edifact.Segment) {
	r.inPack = false
	g := despatchGroup{segment: s, id: text(s, 1, 1), parent: text(s, 2, 1)}
	if _, known := r.byID[g.id]; known || g.id == "" {
		r.warn("cps", s, element(1), fmt.Sprintf("CPS %.40q is there twice or has no number; packages that stand in it are taken for those of the first", g.id),
			"ask the partner how the packages are nested")
	} else {
		r.byID[g.id] = len(r.groups)
	}
	r.groups = append(r.groups, g)
}

// inGroup reads what stands behind CPS before its packages and lines.
func (r *despatchReader) inGroup(s edifact.Segment) {
	if words := freeText(s); s.Is("FTX") && words != "" {
		if text(s, 1, 1) == "TRA" && r.out.Routing == "" {
			r.out.Routing = words
		} else {
			r.out.Notes = append(r.out.Notes, words)
		}
		return
	}
	r.homeless("CPS group", s)
}

// pack reads PAC: a package, or several that are alike.
func (r *despatchReader) pack(s edifact.Segment) {
	r.inPack = true
	p := mapping.VendorPackage{Type: text(s, 3, 1)}
	if n := text(s, 1, 1); n != "" {
		count, ok := wholeNumber(n)
		if !ok {
			r.warn("package-count", s, element(1), fmt.Sprintf("%.20q is no number of packages", n), "ask the partner how many there are")
		} else if count != 1 {
			p.Count = count
		}
	}
	g := r.group()
	g.packs, g.within = append(g.packs, p), append(g.within, -1)
}

// inPackage reads what stands behind PAC.
func (r *despatchReader) inPackage(s edifact.Segment, c *edifact.Cursor) {
	g := r.group()
	p := &g.packs[len(g.packs)-1]
	switch s.ID() {
	case "PCI":
	case "GIN":
		r.label(g, s)
	case "MEA":
		m := measures{gross: p.Gross, net: p.Net, volume: p.Volume}
		if !r.measure(&m, s) {
			r.homeless("package", s)
		}
		p.Gross, p.Net, p.Volume = m.gross, m.net, m.volume
	case "RFF":
		if ref, ok := r.reference(s, c); ok {
			p.Marks = append(p.Marks, ref.Value)
		}
	default:
		r.homeless("package", s)
	}
}

// label reads the numbers of a package. SSCCs of several packages that are told at once
// make as many packages.
func (r *despatchReader) label(g *despatchGroup, s edifact.Segment) {
	codes, ok := r.ssccs(s)
	if !ok {
		codes = r.numbersIn(s)
	}
	for _, n := range codes {
		p := &g.packs[len(g.packs)-1]
		switch {
		case !ok:
			p.Marks = append(p.Marks, n)
		case p.SSCC == "":
			p.SSCC = n
		default:
			further := mapping.VendorPackage{Type: p.Type, SSCC: n}
			if p.Count > 1 {
				p.Count--
				further.Count = p.Count
				p.Count = 0
			}
			if further.Count == 1 {
				further.Count = 0
			}
			g.packs, g.within = append(g.packs, further), append(g.within, -1)
		}
	}
}

// wholeNumber reads a count.
func wholeNumber(text string) (int64, bool) {
	q, err := parseQuantity(text, quantity.Each)
	n, whole := q.Int64()
	return n, err == nil && whole && n >= 0
}
