package backorder

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/atp"
)

// LineError reports a line that cannot take part in a run.
type LineError struct {
	ID     string // of the line; empty where it has none
	Field  string // of Line
	Reason string
}

// Error implements error.
func (e *LineError) Error() string {
	return fmt.Sprintf("backorder: line %q: %s %s", e.ID, e.Field, e.Reason)
}

// Options say how a run goes. The zero Options judge the run as a whole.
type Options struct {
	// Apart judges each item at each site by itself (those that ship-complete orders tie together as one): where the wins
	// and what the gains have do not fit, its lines stay as they are, and the others are served. Else a run that is not
	// feasible somewhere changes nothing anywhere.
	Apart bool
	// Workers is how many goroutines compute; 0: one for each processor.
	Workers int
}

// Compute works out what a run over lines would do. Nothing changes. What the lines have is read from the stock, each
// item in one instant; Commit then refuses where something has changed since. The plan does not depend on the order of
// the lines; it refers to them, so they must not be changed while it is in use.
//
// The errors are *LineError, and *atp.RequestError for a Ref of another stock, an unknown type in a scope or an instant
// out of range.
func Compute(now time.Time, stock *atp.Stock, lines []Line, o Options) (*Plan, error) {
	for i := range lines {
		if field, reason := lines[i].check(); reason != "" {
			return nil, &LineError{ID: lines[i].ID, Field: field, Reason: reason}
		}
	}
	unique := make(chan error, 1)
	go func() { unique <- checkIDs(lines) }()
	g := group(lines)
	if err := <-unique; err != nil {
		return nil, err
	}
	if err := g.tie(lines); err != nil {
		return nil, err
	}
	p := &Plan{Results: make([]Result, len(lines)), at: now}
	r := run{stock: stock, now: now, lines: lines, grouped: g, plan: p}
	if err := r.all(o.Workers); err != nil {
		return nil, err
	}
	slices.SortFunc(p.Exceptions, func(a, b Exception) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Site, b.Site), cmp.Compare(a.ID, b.ID), a.Date.Compare(b.Date))
	})
	p.feasible = len(p.Exceptions) == 0
	if !p.feasible && !o.Apart {
		p.stay()
	}
	p.partial = o.Apart
	return p, nil
}

// checkIDs refuses an id that two lines have.
func checkIDs(lines []Line) error {
	seen := make(map[string]struct{}, len(lines))
	for i := range lines {
		seen[lines[i].ID] = struct{}{}
		if len(seen) <= i {
			return &LineError{ID: lines[i].ID, Field: "ID", Reason: "is that of another line"}
		}
	}
	return nil
}

// grouped has the places of lines by item and site.
type grouped struct {
	refs   []atp.Ref // by item and site
	starts []int32   // of each item in places, with the end
	places []int32   // of lines
	boards [][]int32 // items that ship-complete orders tie together; empty: each by itself
	tied   []bool    // items that are in one of boards
}

func group(lines []Line) *grouped {
	number := make(map[atp.Ref]int32, min(len(lines), 1<<16))
	of := make([]int32, len(lines))
	var refs []atp.Ref
	var counts []int32
	for i := range lines {
		n, known := number[lines[i].Ref]
		if !known {
			n = int32(len(refs))
			number[lines[i].Ref] = n
			refs = append(refs, lines[i].Ref)
			counts = append(counts, 0)
		}
		of[i] = n
		counts[n]++
	}
	order := sortRefs(refs)
	g := &grouped{refs: make([]atp.Ref, len(refs)), starts: make([]int32, len(refs)+1), places: make([]int32, len(lines))}
	next := make([]int32, len(refs)) // by old number, where its next line goes
	var at int32
	for i, n := range order {
		g.refs[i], g.starts[i], next[n] = refs[n], at, at
		at += counts[n]
	}
	g.starts[len(refs)] = at
	for i, n := range of {
		g.places[next[n]] = int32(i)
		next[n]++
	}
	return g
}

// sortRefs gives the places of refs by item and site. Most of the work of a sort is comparing texts; so the eight bytes
// after what all items have in common are compared as a number first.
func sortRefs(refs []atp.Ref) []int32 {
	if len(refs) == 0 {
		return nil
	}
	common := refs[0].Item()
	for _, r := range refs {
		item := r.Item()
		n := 0
		for n < len(common) && n < len(item) && common[n] == item[n] {
			n++
		}
		common = common[:n]
	}
	type keyed struct {
		head  uint64
		place int32
	}
	keys := make([]keyed, len(refs))
	for i, r := range refs {
		rest := r.Item()[len(common):]
		var head uint64
		for k := range 8 {
			head <<= 8
			if k < len(rest) {
				head |= uint64(rest[k])
			}
		}
		keys[i] = keyed{head, int32(i)}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		x, y := refs[a.place], refs[b.place]
		return cmp.Or(cmp.Compare(x.Item(), y.Item()), cmp.Compare(x.Site(), y.Site()))
	})
	order := make([]int32, len(refs))
	for i, k := range keys {
		order[i] = k.place
	}
	return order
}

// tie finds the items that ship-complete orders tie together.
func (g *grouped) tie(lines []Line) error {
	first := make(map[string]int32) // of an order, its first item, and by it its strategy
	strategy := make(map[string]Strategy)
	parent := make([]int32, len(g.refs))
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(n int32) int32 {
		for parent[n] != n {
			parent[n] = parent[parent[n]]
			n = parent[n]
		}
		return n
	}
	for n := range g.refs {
		for _, k := range g.places[g.starts[n]:g.starts[n+1]] {
			l := &lines[k]
			if l.ShipComplete == "" {
				continue
			}
			m, known := first[l.ShipComplete]
			if !known {
				first[l.ShipComplete], strategy[l.ShipComplete] = int32(n), l.Strategy
				continue
			}
			if strategy[l.ShipComplete] != l.Strategy {
				return &LineError{ID: l.ID, Field: "Strategy", Reason: "is not that of the other lines of its ship-complete order"}
			}
			a, b := root(m), root(int32(n))
			parent[max(a, b)] = min(a, b)
		}
	}
	g.tied = make([]bool, len(g.refs))
	members := make(map[int32]int)
	for n := range g.refs {
		r := root(int32(n))
		if r == int32(n) {
			continue
		}
		i, known := members[r]
		if !known {
			i = len(g.boards)
			members[r] = i
			g.boards = append(g.boards, []int32{r})
			g.tied[r] = true
		}
		g.boards[i] = append(g.boards[i], int32(n))
		g.tied[n] = true
	}
	return nil
}

// run is a computation.
type run struct {
	stock *atp.Stock
	now   time.Time
	lines []Line
	*grouped
	plan *Plan

	mu sync.Mutex // guards the plan's Exceptions and err
	at int32      // the first item whose error is kept
	e  error
}

// chunk is how many items a worker takes at a time.
const chunk = 512

// all serves all items, side by side. An item's answer depends on nothing but the item.
func (r *run) all(workers int) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	chunks := int32((len(r.refs) + chunk - 1) / chunk)
	jobs := int32(len(r.boards)) + chunks
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(workers, int(jobs)) {
		wg.Go(func() {
			b := &board{stock: r.stock, now: r.now}
			for job := next.Add(1) - 1; job < jobs; job = next.Add(1) - 1 {
				if job < int32(len(r.boards)) {
					r.serve(b, r.boards[job]...)
					continue
				}
				from := (job - int32(len(r.boards))) * chunk
				for n := from; n < min(from+chunk, int32(len(r.refs))); n++ {
					if !r.tied[n] {
						r.serve(b, n)
					}
				}
			}
			r.mu.Lock()
			r.plan.Exceptions = append(r.plan.Exceptions, b.exceptions...)
			r.mu.Unlock()
		})
	}
	wg.Wait()
	return r.e
}

// serve serves the lines of items that stand on one board.
func (r *run) serve(b *board, items ...int32) {
	b.reset()
	for _, n := range items {
		if err := b.add(r.refs[n], r.lines, r.places[r.starts[n]:r.starts[n+1]], r.starts[n]); err != nil {
			r.failed(n, err)
			return
		}
	}
	b.lay()
	b.serve()
	next := make([]int32, 0, 4)
	for _, n := range items {
		next = append(next, r.starts[n])
	}
	for _, i := range b.order {
		e := &b.entries[i]
		r.plan.Results[next[e.field]] = b.result(e)
		next[e.field]++
	}
}

// failed keeps the error of the first item, whatever order workers come in.
func (r *run) failed(n int32, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.e == nil || n < r.at {
		r.at, r.e = n, err
	}
}

// result tells what became of an entry.
func (b *board) result(e *entry) Result {
	res := Result{Line: e.line, Standing: e.note, Picked: e.picked, Before: e.before, After: e.before}
	if e.note != Served || e.line.keeps {
		return res
	}
	res.tight = e.tight
	if !b.same(e) {
		res.After = b.schedule(e.gets)
	}
	return res
}

// same reports whether a line gets just what it had; days that have passed count as today.
func (b *board) same(e *entry) bool {
	f := &b.fields[e.field]
	k := 0
	var left int64
	for _, l := range e.before {
		day, counts := b.place(f, l)
		if !counts {
			return false
		}
		if left == 0 {
			if k == len(e.gets) || e.gets[k].day != day {
				return false
			}
			left = e.gets[k].quantity
			k++
		} else if e.gets[k-1].day != day {
			return false
		}
		if left -= l.Quantity; left < 0 {
			return false
		}
	}
	return left == 0 && k == len(e.gets)
}
