package atp

import (
	"cmp"
	"slices"
)

// lotTaken is what a posting took of a lot.
type lotTaken struct {
	at       *position
	line     int // for which it is taken; -1 once that is settled
	id       string
	quantity int64
	named    bool // the posting named the lot
	picked   bool // it was consumed of what had been picked
}

// note adds what was taken, unless it is nothing.
func note(lots []lotTaken, t lotTaken) []lotTaken {
	if t.id == "" || t.quantity == 0 {
		return lots
	}
	return append(lots, t)
}

// pick finds the lots that are taken off the shelf: those that the posting names, for a line on a lot that lot, and else the first
// to expire of those that are good today and through the day that the line asks for. It leaves alone what lines on a
// lot still need, of this reservation and of others.
func (r *reservation) pick(made *posting) (short []Shortage) {
	for i := 0; i < len(r.lines); {
		p := r.lines[i].at
		first := i
		for i < len(r.lines) && r.lines[i].at == p {
			i++
		}
		if p.byLot() {
			short = append(short, r.pickAt(p, made, first, i)...)
			continue
		}
		for _, t := range made.lots {
			if t.at == p {
				short = append(short, Shortage{Item: p.item, Site: p.site.id, Requested: t.quantity, Lot: t.id})
			}
		}
	}
	return short
}

// sum adds up what was taken of a lot, in the order of positions and lots, what was named first, then what was picked.
func (made *posting) sum() {
	for i := range made.lots {
		made.lots[i].line = -1
	}
	slices.SortFunc(made.lots, lotTaken.compare)
	sums := made.lots[:0]
	for _, t := range made.lots {
		if n := len(sums); n > 0 && sums[n-1].compare(t) == 0 {
			sums[n-1].quantity += t.quantity
		} else {
			sums = append(sums, t)
		}
	}
	made.lots = sums
}

func (t lotTaken) compare(u lotTaken) int {
	switch {
	case t.at != u.at:
		return t.at.compare(u.at)
	case t.id != u.id:
		return cmp.Compare(t.id, u.id)
	case t.named == u.named && t.picked == u.picked:
		return 0
	case t.named != u.named && t.named, t.named == u.named && t.picked:
		return -1
	}
	return 1
}

// picker knows what of the lots of a position a posting may still take.
type picker struct {
	made *posting
	left map[string]int64 // of each lot, "" is what is in none
	kept map[string]int64 // what is not for those who name no lot
}

// pickAt picks for the lines of a position, from the first up to, not with, the last.
func (r *reservation) pickAt(p *position, made *posting, first, last int) (short []Shortage) {
	k := picker{made: made, left: map[string]int64{"": p.stock("", Available)}, kept: map[string]int64{}}
	for _, l := range p.more.lots.live {
		k.left[l.id] = l.onHand[Available]
	}
	k.keep(r, p)
	named := make([]int64, len(r.lines))
	for _, t := range made.lots {
		if t.at != p || t.picked {
			continue
		}
		named[t.line] += t.quantity
		if k.left[t.id] -= t.quantity; k.left[t.id] < 0 {
			short = append(short, Shortage{
				Item: p.item, Site: p.site.id, Requested: t.quantity, Available: max(k.left[t.id]+t.quantity, 0), Lot: t.id,
			})
		}
		if r.lines[t.line].lot != nil {
			k.kept[t.id] -= t.quantity
		}
	}
	live := slices.SortedFunc(slices.Values(p.more.lots.live), (*lot).compare)
	today := p.site.date(made.at)
	for _, pegged := range []bool{true, false} {
		for i := first; i < last; i++ {
			l := &r.lines[i]
			n := made.taken[i] - made.unboxed(i) - named[i]
			if n == 0 || pegged != (l.lot != nil) {
				continue
			}
			missing := n
			if pegged {
				missing = k.take(p, i, l.lot.id, n, k.left[l.lot.id])
				k.kept[l.lot.id] -= n - missing
			} else {
				for _, from := range live {
					if lasts(from.expires, through(today, l.good)) {
						missing = k.take(p, i, from.id, missing, k.left[from.id]-k.kept[from.id])
					}
				}
				missing = k.take(p, i, "", missing, k.left[""])
			}
			if missing > 0 {
				short = append(short, Shortage{
					Item: p.item, Site: p.site.id, Requested: n, Available: n - missing, GoodThrough: l.good, Lot: l.lot.name(),
				})
			}
		}
	}
	return short
}

// keep counts what lines on lots need: those of other reservations, unless they have expired, and all of this one.
func (k *picker) keep(r *reservation, p *position) {
	now := max(k.made.at, p.clock)
	for l := range p.more.claims() {
		if l.lot != nil && (l.held == 0 || l.of.expires > now || l.of == r) {
			k.kept[l.lot.id] += l.open()
		}
	}
}

// take takes up to n of a lot for a line, and no more than there is, and says what is missing.
func (k *picker) take(p *position, line int, id string, n, there int64) (missing int64) {
	part := min(n, max(there, 0))
	k.left[id] -= part
	k.made.lots = note(k.made.lots, lotTaken{at: p, line: line, id: id, quantity: part})
	return n - part
}

// moveLots takes what left the shelf off its lots, or puts it back. The stock on hand in all goes by lines.
func (made *posting) moveLots(sign int64) {
	switch made.kind {
	case releasing, decreasing:
		return
	case unpicking:
		sign = -sign
	case consuming, picking:
	}
	for _, t := range made.lots {
		if t.picked {
			continue
		}
		t.at.put(t.at.lot(t.id), Available, sign*t.quantity)
		t.at.onHand[Available] -= sign * t.quantity
	}
}

// lotParts says which lots a posting took or named, by item, site and lot.
func (made *posting) lotParts() []LotPart {
	var parts []LotPart
	for _, t := range made.lots {
		parts = append(parts, LotPart{
			Item: t.at.item, Site: t.at.site.id, Lot: t.id, Quantity: t.quantity, Named: t.named, Picked: t.picked,
		})
	}
	return parts
}

// readLots takes in the lots of an event, after the lines, and says what is wrong with them.
func (r *reservation) readLots(made *posting, parts []LotPart) (fault string) {
	open := make(map[*position]int64)
	for i, n := range made.taken {
		open[r.lines[i].at] += n
	}
	boxes := make(map[*position]map[string]int64)
	for _, part := range parts {
		at := r.position(part.Item, part.Site)
		if at == nil || part.Lot == "" || part.Quantity <= 0 || part.Quantity > open[at] {
			return "lots that are not those of its lines"
		}
		open[at] -= part.Quantity
		if part.Picked && made.kind != consuming {
			return "lots that were picked before, in what consumes nothing"
		}
		if part.Picked || made.kind == unpicking {
			if boxes[at] == nil {
				boxes[at] = r.boxed(at)
			}
			if boxes[at][part.Lot] -= part.Quantity; boxes[at][part.Lot] < 0 {
				return "lots that were not picked"
			}
		}
		made.lots = append(made.lots, lotTaken{
			at: at, line: -1, id: part.Lot, quantity: part.Quantity, named: part.Named, picked: part.Picked,
		})
	}
	made.sum()
	return ""
}

// position gives the position of an item and site that the reservation has a line for, nil when there is none.
func (r *reservation) position(item, site string) *position {
	for i := range r.lines {
		if at := r.lines[i].at; at.quota == nil && at.item == item && at.site.id == site {
			return at
		}
	}
	return nil
}

// parts adds up what was taken by position and named lot, as the request that led to it did.
func (r *reservation) parts(made posting) []want {
	var parts []want
	for i, n := range made.taken {
		at := r.lines[i].at
		if r.lines[i].follows != nil {
			continue
		}
		if len(parts) == 0 || parts[len(parts)-1].at != at {
			parts = append(parts, want{at: at})
		}
		parts[len(parts)-1].quantity += n
	}
	loose := len(parts)
	for _, t := range made.lots {
		if !t.named {
			continue
		}
		for i := range loose {
			if parts[i].at == t.at {
				parts[i].quantity -= t.quantity
			}
		}
		if n := len(parts) - 1; n >= loose && parts[n].at == t.at && parts[n].lot == t.id {
			parts[n].quantity += t.quantity // a part of it had been picked
			continue
		}
		parts = append(parts, want{at: t.at, lot: t.id, quantity: t.quantity})
	}
	parts = slices.DeleteFunc(parts, func(w want) bool { return w.quantity == 0 })
	slices.SortFunc(parts, want.compare)
	return parts
}

// putBack puts the lots that a posting of a State took off the shelf back, before the posting takes them anew.
func (s *Stock) putBack(posted PostingState) error {
	kind := posted.kind()
	if kind == releasing || kind == decreasing {
		return nil
	}
	for _, part := range posted.Lots {
		if part.Picked {
			continue
		}
		n := part.Quantity
		if kind == unpicking {
			n = -n
		}
		err := s.at(part.Item, part.Site, func(p *position) {
			p.put(p.lot(part.Lot), Available, n)
			p.onHand[Available] -= n
		})
		if err != nil {
			return err
		}
	}
	return nil
}
