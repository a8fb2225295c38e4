package backorder

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// entry is a line at work.
type entry struct {
	line   *Line
	place  int32 // of its result
	field  int32 // its item, among those of the board
	sight  int32 // how it sees the item
	wanted int32 // the day on which it is wanted, as a place in the board's days
	note   Standing
	done   bool
	picked int64              // what lies ready for it, and stays
	before []atp.ScheduleLine // as it stands in the stock
	had    []slot             // the part of before that counts, and that it may keep
	gets   []slot
	tight  calendar.Date
}

// asks is the quantity that can be given: whole packs, and not what is picked.
func (e *entry) asks() int64 { return e.line.asks(e.picked) }

// slot is a quantity on a day of the board.
type slot struct {
	day      int32
	quantity int64
}

func total(slots []slot) int64 {
	var sum int64
	for _, s := range slots {
		sum += s.quantity
	}
	return sum
}

// sight is a way to see an item: what counts as supply.
type sight struct {
	scope  atp.Scope
	safety bool
}

// field is an item at a site over the days of the board.
type field struct {
	ref      atp.Ref
	first    int32 // today
	limit    int32 // the first day from which on everything can be had; the number of days where there is none
	sights   []sight
	balances [][]int64 // for each sight, of each day
	surveys  []atp.Survey
	claims   []int32 // for each claim of the first survey, the entry it belongs to; -1: none of the run
}

// board is where lines that compete are served: those of one item at one site, or of several that ship-complete orders tie
// together. Its memory is used again and again.
type board struct {
	stock   *atp.Stock
	now     time.Time
	days    []calendar.Date
	fields  []field
	entries []entry
	order   []int32
	low     []int64 // of offers: what can be had on each day
	offers  []offer
	keys    map[string]int32
	groups  map[string][]int32
	slots   slab[slot]
	lines   slab[atp.ScheduleLine]

	exceptions []Exception
}

// offer is what can be had by a day, in all.
type offer struct {
	day        int32
	cumulative int64
}

// slab gives out memory in pieces, so that a million short lists are a few long ones.
type slab[T any] struct{ free []T }

func (s *slab[T]) make(n int) []T {
	if len(s.free) < n {
		s.free = make([]T, max(n, 4096))
	}
	piece := s.free[:n:n]
	s.free = s.free[n:]
	return piece
}

// reset clears the board for the next items.
func (b *board) reset() {
	b.days, b.entries, b.order = b.days[:0], b.entries[:0], b.order[:0]
	b.fields = b.fields[:0]
	clear(b.groups)
}

// add brings an item with its lines to the board; places counts on from the place of its first result.
func (b *board) add(ref atp.Ref, lines []Line, own []int32, place int32) error {
	if len(b.fields) < cap(b.fields) {
		b.fields = b.fields[:len(b.fields)+1]
	} else {
		b.fields = append(b.fields, field{})
	}
	n := int32(len(b.fields) - 1)
	f := &b.fields[n]
	f.ref, f.sights, f.claims = ref, f.sights[:0], f.claims[:0]
	for i, k := range own {
		l := &lines[k]
		look := sight{l.Scope, l.SafetyStock}
		seen := slices.Index(f.sights, look)
		if seen < 0 {
			seen = len(f.sights)
			f.sights = append(f.sights, look)
		}
		b.entries = append(b.entries, entry{line: l, place: place + int32(i), field: n, sight: int32(seen)})
	}
	if err := f.read(b.stock, b.now); err != nil {
		return err
	}
	return b.match(f, b.entries[len(b.entries)-len(own):], int32(len(b.entries)-len(own)))
}

// read takes a survey for each way to see the item.
func (f *field) read(stock *atp.Stock, now time.Time) error {
	for i, look := range f.sights {
		if len(f.surveys) <= i {
			f.surveys = append(f.surveys, atp.Survey{})
		}
		q := atp.Query{Ref: f.ref, Scope: look.scope, SafetyStock: look.safety}
		if err := stock.Survey(now, q, &f.surveys[i]); err != nil {
			return err
		}
	}
	return nil
}

// match finds the claims of the item's lines, the entries that begin at a place.
func (b *board) match(f *field, own []entry, at int32) error {
	find, err := b.finder(own)
	if err != nil {
		return err
	}
	claims := f.surveys[0].Claims
	for i := range claims {
		k := find(claims[i].Key)
		if k >= 0 && claims[i].Held {
			own[k].note, k = Held, -1
		}
		if k >= 0 {
			k += at
			b.entries[k].wanted++ // counts them for a moment
		}
		f.claims = append(f.claims, k)
	}
	for i := range own {
		if e := &own[i]; e.wanted > 0 {
			e.before = b.lines.make(int(e.wanted))[:0]
			e.wanted = 0
		} else if e.note == Served {
			if err := b.stock.CheckReschedule(e.line.Key); err != nil {
				e.note = Closed
			}
		}
	}
	for i, k := range f.claims {
		if k >= 0 {
			e := &b.entries[k]
			e.before = append(e.before, atp.ScheduleLine{
				Date: claims[i].Date, Quantity: claims[i].Quantity, GoodThrough: claims[i].GoodThrough, Lot: claims[i].Lot,
			})
		}
	}
	for _, p := range f.surveys[0].Picked {
		if k := find(p.Key); k >= 0 {
			own[k].picked += p.Quantity
		}
	}
	for i := range own {
		if e := &own[i]; e.note == Served && f.surveys[0].Lots {
			e.note = Expiring
		}
	}
	for i := range own {
		if e := &own[i]; len(e.before) > 1 {
			slices.SortFunc(e.before, func(a, b atp.ScheduleLine) int {
				return cmp.Or(a.Date.Compare(b.Date), a.GoodThrough.Compare(b.GoodThrough), cmp.Compare(a.Lot, b.Lot))
			})
		}
	}
	return nil
}

// few is up to how many lines of an item are looked through one by one.
const few = 8

// finder gives a function that finds the line with a key, -1 where there is none; and refuses keys that are given twice.
func (b *board) finder(own []entry) (func(key string) int32, error) {
	if len(own) <= few {
		for i := range own {
			for k := range i {
				if own[i].line.Key == own[k].line.Key {
					return nil, keyTwice(own[i].line, own[k].line)
				}
			}
		}
		return func(key string) int32 {
			for i := range own {
				if own[i].line.Key == key {
					return int32(i)
				}
			}
			return -1
		}, nil
	}
	if b.keys == nil {
		b.keys = make(map[string]int32, 2*len(own))
	}
	clear(b.keys)
	for i := range own {
		if k, twice := b.keys[own[i].line.Key]; twice {
			return nil, keyTwice(own[i].line, own[k].line)
		}
		b.keys[own[i].line.Key] = int32(i)
	}
	return func(key string) int32 {
		if i, ok := b.keys[key]; ok {
			return i
		}
		return -1
	}, nil
}

func keyTwice(l, m *Line) error {
	return &LineError{ID: max(l.ID, m.ID), Field: "Key", Reason: "is that of another line of the item"}
}

// lay puts supply and the lines' own days on the board, with what the lines have lifted off.
func (b *board) lay() {
	for i := range b.fields {
		f := &b.fields[i]
		for _, s := range f.surveys[:len(f.sights)] {
			for _, d := range s.Days {
				b.days = append(b.days, d.Date)
			}
		}
		if end := f.surveys[0].Endless; !end.IsZero() {
			b.days = append(b.days, end)
		}
	}
	for i := range b.entries {
		e := &b.entries[i]
		today := b.fields[e.field].surveys[0].Today
		if today.Before(e.line.Wanted) {
			b.days = append(b.days, e.line.Wanted)
		}
		for _, l := range e.before {
			if today.Before(l.Date) {
				b.days = append(b.days, l.Date)
			}
		}
	}
	slices.SortFunc(b.days, calendar.Date.Compare)
	b.days = slices.Compact(b.days)
	for i := range b.fields {
		b.layField(&b.fields[i])
	}
	for i := range b.entries {
		b.layEntry(&b.entries[i])
	}
}

// on gives the place of a day that is on the board.
func (b *board) on(day calendar.Date) int32 {
	i, _ := slices.BinarySearchFunc(b.days, day, calendar.Date.Compare)
	return int32(i)
}

func (b *board) layField(f *field) {
	f.first = b.on(f.surveys[0].Today)
	f.limit = int32(len(b.days))
	if end := f.surveys[0].Endless; !end.IsZero() {
		f.limit = b.on(end)
	}
	for i := range f.sights {
		if len(f.balances) <= i {
			f.balances = append(f.balances, nil)
		}
		balance := slices.Grow(f.balances[i][:0], len(b.days))[:len(b.days)]
		days := f.surveys[i].Days
		level, k := int64(0), 0
		for d := range balance {
			for k < len(days) && !days[k].Date.After(b.days[d]) {
				level = days[k].Balance
				k++
			}
			balance[d] = level
		}
		f.balances[i] = balance
	}
}

// layEntry lifts what a line has off its item and notes what it may keep: no more than it still asks for, the earliest
// first.
func (b *board) layEntry(e *entry) {
	f := &b.fields[e.field]
	e.wanted = f.first
	if w := b.on(e.line.Wanted); !e.line.Wanted.IsZero() && w > f.first {
		e.wanted = w
	}
	if e.note != Served || len(e.before) == 0 {
		return
	}
	left := max(e.line.Quantity-e.picked, 0)
	if e.line.keeps {
		left = math.MaxInt64
	}
	e.had = b.slots.make(len(e.before))[:0]
	for i := range e.before {
		l := e.before[i]
		day, counts := b.place(f, l)
		if !counts {
			continue
		}
		f.take(day, -l.Quantity)
		n := min(left, l.Quantity)
		left -= n
		switch last := len(e.had) - 1; {
		case n == 0:
		case last >= 0 && e.had[last].day == day:
			e.had[last].quantity += n
		default:
			e.had = append(e.had, slot{day, n})
		}
	}
}

// place gives the day of the board on which a claim counts; false where it is too long past due to count.
func (b *board) place(f *field, l atp.ScheduleLine) (int32, bool) {
	switch {
	case l.Date.After(b.days[f.first]):
		return b.on(l.Date), true
	case l.Date.Before(f.surveys[0].Counts):
		return 0, false
	}
	return f.first, true
}

// take takes a quantity away from a day on.
func (f *field) take(day int32, quantity int64) {
	for i := range f.sights {
		balance := f.balances[i]
		for d := day; d < f.limit; d++ {
			balance[d] -= quantity
		}
	}
}

// atp is what can be had on a day: the least balance from then on.
func (f *field) atp(sight, day int32) int64 {
	least := int64(atp.Unlimited)
	balance := f.balances[sight]
	for d := day; d < f.limit; d++ {
		least = min(least, balance[d])
	}
	return least
}

// tightest is the first day, from one on, on which the balance is as low as what can be had then.
func (f *field) tightest(sight, day int32) int32 {
	low := f.atp(sight, day)
	for d := day; d < f.limit; d++ {
		if f.balances[sight][d] == low {
			return d
		}
	}
	return day
}

// sort puts the entries in the order in which they are served.
func (b *board) sort() {
	for i := range b.entries {
		b.order = append(b.order, int32(i))
		if group := b.entries[i].line.ShipComplete; group != "" {
			if b.groups == nil {
				b.groups = make(map[string][]int32)
			}
			b.groups[group] = append(b.groups[group], int32(i))
		}
	}
	compare := func(i, j int32) int { return b.entries[i].line.before(b.entries[j].line) }
	slices.SortFunc(b.order, compare)
	for _, group := range b.groups {
		slices.SortFunc(group, compare)
	}
}

// schedule gives slots as lines of a schedule.
func (b *board) schedule(slots []slot) []atp.ScheduleLine {
	if len(slots) == 0 {
		return nil
	}
	lines := b.lines.make(len(slots))
	for i, s := range slots {
		lines[i] = atp.ScheduleLine{Date: b.days[s.day], Quantity: s.quantity}
	}
	return lines
}
