package backorder

import (
	"cmp"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Shock is a change of supply that may break promises.
type Shock struct {
	// Counts are stock on hand that is not what was thought.
	Counts []atp.Count
	// Adjustments are receipts that come late, smaller, or not at all (with quantity 0).
	Adjustments []atp.Adjustment
	// Movements are stock on hand that goes elsewhere or is blocked. They follow what has come before.
	Movements []atp.Movement
}

// Impact is what becomes of the promise that a reservation has of an item at a site.
type Impact struct {
	Key  string `json:"key"`
	Item string `json:"item"`
	Site string `json:"site"`
	// Before is when it could be met, After when it can be, by day. What is Missing no known supply covers.
	Before  []atp.ScheduleLine `json:"before,omitempty"`
	After   []atp.ScheduleLine `json:"after,omitempty"`
	Missing int64              `json:"missing,omitempty"`
}

// DaysLater is by how many days the last that can be met before and after alike comes later.
func (i Impact) DaysLater() int {
	common := min(sum(i.Before), sum(i.After))
	if common == 0 {
		return 0
	}
	return completeOn(i.After, common).Sub(completeOn(i.Before, common))
}

// Assessment is what a shock would do.
type Assessment struct {
	// Impacts lists exactly the promises that change, by item, site and key, where supply goes to claims as Stock.Pegging
	// has it: the earliest supply to the earliest day.
	Impacts []Impact
	// Stock has the items of the shock as they would be, for a run on it: Compute(now, a.Stock, ...) with lines from On. It
	// is not the real one.
	Stock *atp.Stock
}

// Assess tells what a shock would do. Nothing changes. The errors are those of Stock.Count, Stock.AdjustSupply and
// Stock.Move.
func Assess(now time.Time, stock *atp.Stock, shock Shock) (*Assessment, error) {
	refs := shock.refs()
	twin, err := stock.WhatIf(now, refs...)
	if err != nil {
		return nil, err
	}
	own := make([]atp.Ref, len(refs))
	for i, ref := range refs {
		if own[i], err = twin.Ref(ref.Item(), ref.Site()); err != nil {
			return nil, err
		}
	}
	before, err := pegging(now, twin, own)
	if err != nil {
		return nil, err
	}
	if err := shock.strike(now, twin); err != nil {
		return nil, err
	}
	after, err := pegging(now, twin, own)
	if err != nil {
		return nil, err
	}
	a := &Assessment{Stock: twin}
	for i, ref := range own {
		a.Impacts = append(a.Impacts, compare(ref, met(before[i]), met(after[i]))...)
	}
	return a, nil
}

// Broken lists the promises on items that supply does not keep as it is now, by item, site and key: Before is what was
// promised. After a shock that has happened, and with no promise broken before, they are exactly those that it changed. The
// errors are *atp.RequestError.
func Broken(now time.Time, stock *atp.Stock, refs ...atp.Ref) ([]Impact, error) {
	refs = distinct(slices.Clone(refs))
	pegged, err := pegging(now, stock, refs)
	if err != nil {
		return nil, err
	}
	var broken []Impact
	for i, ref := range refs {
		var today atp.Survey
		if err := stock.Survey(now, atp.Query{Ref: ref}, &today); err != nil {
			return nil, err
		}
		broken = append(broken, compare(ref, promised(pegged[i], today.Today), met(pegged[i]))...)
	}
	return broken, nil
}

// refs are the items of the shock, each once, by item and site.
func (s Shock) refs() []atp.Ref {
	refs := make([]atp.Ref, 0, len(s.Counts)+len(s.Adjustments)+2*len(s.Movements))
	for _, c := range s.Counts {
		refs = append(refs, c.Ref)
	}
	for _, a := range s.Adjustments {
		refs = append(refs, a.Ref)
	}
	for _, m := range s.Movements {
		refs = append(refs, m.Ref)
		if !m.To.IsZero() {
			refs = append(refs, m.To)
		}
	}
	return distinct(refs)
}

func distinct(refs []atp.Ref) []atp.Ref {
	slices.SortFunc(refs, func(a, b atp.Ref) int {
		return cmp.Or(cmp.Compare(a.Item(), b.Item()), cmp.Compare(a.Site(), b.Site()))
	})
	return slices.Compact(refs)
}

// strike does to another stock what the shock says.
func (s Shock) strike(now time.Time, twin *atp.Stock) error {
	for _, c := range s.Counts {
		var err error
		if c.Ref, err = twin.Ref(c.Ref.Item(), c.Ref.Site()); err != nil {
			return err
		}
		if _, err := twin.Count(now, c); err != nil {
			return err
		}
	}
	for _, a := range s.Adjustments {
		var err error
		if a.Ref, err = twin.Ref(a.Ref.Item(), a.Ref.Site()); err != nil {
			return err
		}
		if _, err := twin.AdjustSupply(now, a); err != nil {
			return err
		}
	}
	for _, m := range s.Movements {
		var err error
		if m.Ref, err = twin.Ref(m.Ref.Item(), m.Ref.Site()); err != nil {
			return err
		}
		if !m.To.IsZero() {
			if m.To, err = twin.Ref(m.To.Item(), m.To.Site()); err != nil {
				return err
			}
		}
		if _, _, err := twin.Move(now, m); err != nil {
			return err
		}
	}
	return nil
}

func pegging(now time.Time, stock *atp.Stock, refs []atp.Ref) ([][]atp.PeggedClaim, error) {
	all := make([][]atp.PeggedClaim, len(refs))
	for i, ref := range refs {
		var err error
		if all[i], err = stock.Pegging(now, ref); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// met says, by key, when claims can be met.
func met(claims []atp.PeggedClaim) map[string][]atp.ScheduleLine {
	by := make(map[string][]atp.ScheduleLine, len(claims))
	for i := range claims {
		by[claims[i].Key] = add(by[claims[i].Key], claims[i].Schedule()...)
	}
	return by
}

// promised says, by key, when claims were promised; what is past due is wanted today, and whoever gets it then has not
// been disappointed by supply.
func promised(claims []atp.PeggedClaim, today calendar.Date) map[string][]atp.ScheduleLine {
	by := make(map[string][]atp.ScheduleLine, len(claims))
	for i := range claims {
		c := &claims[i]
		lines := []atp.ScheduleLine{{Date: c.Date, Quantity: c.Quantity}}
		if c.Missing == 0 && !slices.ContainsFunc(c.Schedule(), func(l atp.ScheduleLine) bool { return l.Date.After(today) }) {
			lines = c.Schedule()
		}
		by[c.Key] = add(by[c.Key], lines...)
	}
	return by
}

// add adds lines to a schedule that stays sorted by day, with one line a day.
func add(schedule []atp.ScheduleLine, lines ...atp.ScheduleLine) []atp.ScheduleLine {
	for _, l := range lines {
		i, found := slices.BinarySearchFunc(schedule, l, func(a, b atp.ScheduleLine) int { return a.Date.Compare(b.Date) })
		if found {
			schedule[i].Quantity += l.Quantity
		} else {
			schedule = slices.Insert(schedule, i, l)
		}
	}
	return schedule
}

// compare lists the claims whose schedule differs, by key.
func compare(ref atp.Ref, before, after map[string][]atp.ScheduleLine) []Impact {
	var impacts []Impact
	for key, was := range before {
		is := after[key]
		if !slices.Equal(was, is) {
			impacts = append(impacts, Impact{
				Key: key, Item: ref.Item(), Site: ref.Site(), Before: was, After: is, Missing: max(sum(was)-sum(is), 0),
			})
		}
	}
	for key, is := range after { // something that could not be met can be met now
		if _, was := before[key]; !was && len(is) > 0 {
			impacts = append(impacts, Impact{Key: key, Item: ref.Item(), Site: ref.Site(), After: is})
		}
	}
	slices.SortFunc(impacts, func(a, b Impact) int { return cmp.Compare(a.Key, b.Key) })
	return impacts
}

// On returns lines with the Refs of another stock, such as that of an Assessment. Lines of items that it does not have are
// left out.
func On(stock *atp.Stock, lines []Line) []Line {
	var moved []Line
	for _, l := range lines {
		ref, err := stock.Ref(l.Ref.Item(), l.Ref.Site())
		if err != nil {
			continue
		}
		l.Ref = ref
		moved = append(moved, l)
	}
	return moved
}

// Notice is a line whose customer has to be told.
type Notice struct {
	Line   *Line
	Impact Impact
}

// Notices finds the lines that impacts are about, in the order of the impacts: who must be told when a receipt slips.
func Notices(lines []Line, impacts []Impact) []Notice {
	type place struct{ key, item, site string }
	of := make(map[place]*Line, len(lines))
	for i := range lines {
		l := &lines[i]
		of[place{l.Key, l.Ref.Item(), l.Ref.Site()}] = l
	}
	var notices []Notice
	for _, impact := range impacts {
		if l := of[place{impact.Key, impact.Item, impact.Site}]; l != nil {
			notices = append(notices, Notice{Line: l, Impact: impact})
		}
	}
	return notices
}

// Wait is a line that waits for a receipt.
type Wait struct {
	ID   string        `json:"id"` // of the line
	Date calendar.Date `json:"date"`
	// Peg is the part of the receipt that goes to it.
	Peg atp.Peg `json:"peg"`
	// Late tells that the receipt comes after the day that was promised.
	Late bool `json:"late,omitempty"`
}

// Waiting tells which line waits for which receipt: by day and document of the receipt, then id. Lines that stock on hand
// covers wait for none. The errors are *atp.RequestError.
func Waiting(now time.Time, stock *atp.Stock, lines []Line) ([]Wait, error) {
	byRef := make(map[atp.Ref][]*Line)
	for i := range lines {
		byRef[lines[i].Ref] = append(byRef[lines[i].Ref], &lines[i])
	}
	var waits []Wait
	for ref, own := range byRef {
		claims, err := stock.Pegging(now, ref)
		if err != nil {
			return nil, err
		}
		for _, l := range own {
			for i := range claims {
				if claims[i].Key == l.Key {
					waits = append(waits, l.waits(&claims[i])...)
				}
			}
		}
	}
	slices.SortFunc(waits, func(a, b Wait) int {
		return cmp.Or(a.Peg.Due.Compare(b.Peg.Due), cmp.Compare(a.Peg.Document, b.Peg.Document), cmp.Compare(a.ID, b.ID),
			a.Date.Compare(b.Date))
	})
	return waits, nil
}

func (l *Line) waits(c *atp.PeggedClaim) []Wait {
	var waits []Wait
	for _, peg := range c.Pegs {
		if !peg.Due.IsZero() && !c.Planned {
			waits = append(waits, Wait{ID: l.ID, Date: c.Date, Peg: peg, Late: peg.Due.After(c.Date)})
		}
	}
	return waits
}
