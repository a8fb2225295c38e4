package message

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
)

// conclude puts the packages together, and says what can be said only at the end.
func (r *despatchReader) conclude() {
	if !r.begun {
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which numbers the shipment", "ask the partner to send it anew")
	}
	parents := r.parents()
	children := make([][]int, len(r.groups))
	var roots []int
	for i, p := range parents {
		if p < 0 {
			roots = append(roots, i)
		} else {
			children[p] = append(children[p], i)
		}
	}
	own := make([][]int, len(r.groups)) // the packages that a group stands for
	stack := make([]int, 0, len(r.groups))
	for n := len(roots) - 1; n >= 0; n-- {
		stack = append(stack, roots[n])
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		var within []int
		if parents[i] >= 0 {
			within = own[parents[i]]
		}
		if i == 0 && parents[0] < 0 && r.isShipment(children[0]) {
			own[0] = nil
		} else {
			own[i] = r.put(&r.groups[i], within)
		}
		for n := len(children[i]) - 1; n >= 0; n-- {
			stack = append(stack, children[i][n])
		}
	}
	r.kinds()
	if r.begun && !r.out.Cancel && len(r.out.Items) == 0 && !r.found.Blocks() {
		r.add(finding.Warning, "empty", edifact.Segment{}, whole(), "the advice tells of no goods", "ask the partner what was sent")
	}
	r.checkTotals(&r.totals, r.lines)
	r.leftOut()
}

// parents gives for each group the one that it stands in; below 0: in none. A parent
// that is not there and groups that stand in each other are warnings.
func (r *despatchReader) parents() []int {
	parents := make([]int, len(r.groups))
	for i := range r.groups {
		g := &r.groups[i]
		parents[i] = -1
		if g.parent == "" || g.parent == g.id {
			continue
		}
		if p, known := r.byID[g.parent]; known && p != i {
			parents[i] = p
		} else {
			r.warn("parent-missing", g.segment, element(2), fmt.Sprintf("CPS %.40q, in which it stands, is not there; it is taken to stand by itself", g.parent),
				"ask the partner how the packages are nested")
		}
	}
	const unseen, passing, done = 0, 1, 2
	state := make([]byte, len(parents))
	for i := range parents {
		var way []int
		at := i
		for at >= 0 && state[at] == unseen {
			state[at] = passing
			way = append(way, at)
			at = parents[at]
		}
		if at >= 0 && state[at] == passing { // it goes round
			r.warn("parent-circle", r.groups[at].segment, element(2), fmt.Sprintf("CPS %.40q stands in itself; it is taken to stand by itself", r.groups[at].id),
				"ask the partner how the packages are nested")
			parents[at] = -1
		}
		for _, w := range way {
			state[w] = done
		}
	}
	return parents
}

// isShipment tells whether the first group is the shipment itself, and not a package that
// the others stand in; its packages are a count of theirs then. It has neither lines nor
// numbers of its own, and is not one package of another form than those below it.
func (r *despatchReader) isShipment(children []int) bool {
	g := &r.groups[0]
	if len(children) == 0 || len(g.items) > 0 || !anonymous(g.packs) {
		return false
	}
	var loaded int64
	for i := range g.packs {
		loaded += max(g.packs[i].Count, 1)
	}
	if loaded == 1 && g.packs[0].Type != "" && !slices.ContainsFunc(children, func(child int) bool {
		return slices.ContainsFunc(r.groups[child].packs, func(p mapping.VendorPackage) bool { return p.Type == g.packs[0].Type })
	}) {
		return false
	}
	r.out.Loaded = loaded
	return true
}

// put adds packages and items of a group to the shipment, and gives the numbers of the
// packages that it stands for: its own, else those that it stands in.
func (r *despatchReader) put(g *despatchGroup, within []int) []int {
	if len(within) > 1 && len(g.packs) > 0 && r.once("packages-together") {
		r.info("packages-together", g.segment, element(2), "it stands in several packages that are told at once; the first is taken")
	}
	numbers := make([]int, len(g.packs))
	var own []int
	for i := range g.packs {
		p := g.packs[i]
		p.Number = len(r.out.Packages) + 1
		numbers[i] = p.Number
		switch in := g.within[i]; {
		case in >= 0 && in < i:
			p.Within = numbers[in]
		case len(within) > 0:
			p.Within = within[0]
		}
		if g.within[i] < 0 {
			own = append(own, p.Number)
		}
		r.out.Packages = append(r.out.Packages, p)
	}
	if len(own) == 0 {
		own = within
	}
	own = slices.Clip(own)
	for i := range g.items {
		item := g.items[i].VendorItem
		item.Packages = own // shared: there may be many of both
		if packs := g.items[i].packs; len(packs) > 0 {
			item.Packages = make([]int, len(packs))
			for n, pack := range packs {
				item.Packages[n] = numbers[pack]
			}
		}
		if item.PurchaseOrder == "" {
			item.PurchaseOrder = r.order.Value
		}
		if item.VendorOrder == "" {
			item.VendorOrder = r.ours
		}
		r.out.Items = append(r.out.Items, item)
	}
	return own
}

// anonymous tells whether packages have no numbers of their own.
func anonymous(packs []mapping.VendorPackage) bool {
	for i := range packs {
		if packs[i].SSCC != "" || len(packs[i].Marks) > 0 {
			return false
		}
	}
	return true
}

// kinds says what each package is: by its form, else by what stands in it and in what
// it stands.
func (r *despatchReader) kinds() {
	holds, numbers := make([]bool, len(r.out.Packages)+1), make(map[string]bool)
	for i := range r.out.Packages {
		p := &r.out.Packages[i]
		holds[p.Within] = true
		if p.SSCC != "" && numbers[p.SSCC] && r.once("sscc/"+p.SSCC) {
			r.add(finding.Warning, "sscc-repeated", edifact.Segment{}, whole(), fmt.Sprintf("SSCC %.40s is that of several packages", p.SSCC), "ask the partner which label is on which")
		}
		numbers[p.SSCC] = true
	}
	for i := range r.out.Packages {
		p := &r.out.Packages[i]
		switch {
		case isPallet(p.Type):
			p.Kind = mapping.Tare
		case p.Within == 0 && holds[p.Number]:
			p.Kind = mapping.Tare
		case p.Within == 0 || r.out.Packages[p.Within-1].Kind == mapping.Tare:
			p.Kind = mapping.Carton
		default:
			p.Kind = mapping.InnerPack
		}
	}
}

// isPallet tells whether a form of packaging (element 7065) is a pallet.
func isPallet(form string) bool {
	switch form {
	case "PX", "08", "09", "200", "201", "202", "203", "204", "210", "211", "212":
		return true
	}
	return false
}
