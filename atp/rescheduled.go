package atp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Rescheduled says that what reservations had open has other days and quantities. Split gives what to journal.
type Rescheduled struct {
	Key    string    `json:"key"` // of the run
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
	Actor  string    `json:"actor,omitempty"`
	// Hash is a SHA-256, in hex, of everything that was asked for.
	Hash string `json:"hash"`
	// Parts is the number of RescheduledPart events before this one that have the lines, Count how many lines they have.
	// 0: the lines are here.
	Parts int `json:"parts,omitempty"`
	Count int `json:"count,omitempty"`
	// Lines are by item, site and key.
	Lines []RescheduledLine `json:"lines,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// RescheduledPart is a part of a run that is too large for one event. Parts change nothing; the Rescheduled event after
// them says that all are there, and so a run is in a journal wholly or not at all, over however many batches.
type RescheduledPart struct {
	Key   string            `json:"key"`  // of the run
	Hash  string            `json:"hash"` // of the run
	Part  int               `json:"part"` // from 1
	Lines []RescheduledLine `json:"lines"`
}

// RescheduledLine is what a reservation has open of an item at a site, before and after.
type RescheduledLine struct {
	Key         string         `json:"key"` // of the reservation
	Item        string         `json:"item"`
	Site        string         `json:"site"`
	Created     bool           `json:"created,omitempty"` // the reservation is new, with these:
	Scope       Scope          `json:"scope,omitempty"`
	SafetyStock bool           `json:"safety_stock,omitempty"`
	From        []ScheduleLine `json:"from,omitempty"` // by day
	To          []ScheduleLine `json:"to,omitempty"`   // by day
}

// partBytes is how long the JSON of an event of a run gets at most, unless one line is longer: a few fit a journal batch.
const partBytes = 200_000

// Split gives the events to journal, in order: the event itself where it is small, and else its parts and then the
// event that closes the run. A run that was never closed has changed nothing. Where the events go into several journal
// batches, the one with the last event comes last.
func (e Rescheduled) Split() []any {
	var events []any
	from, size := 0, 0
	for i := range e.Lines {
		n := e.Lines[i].size()
		if size+n > partBytes && i > from {
			events = append(events, e.part(len(events)+1, from, i))
			from, size = i, 0
		}
		size += n
	}
	if len(events) == 0 {
		return []any{e}
	}
	events = append(events, e.part(len(events)+1, from, len(e.Lines)))
	closing := e
	closing.Parts, closing.Count, closing.Lines = len(events), len(e.Lines), nil
	return append(events, closing)
}

func (e Rescheduled) part(n, from, to int) RescheduledPart {
	return RescheduledPart{Key: e.Key, Hash: e.Hash, Part: n, Lines: e.Lines[from:to:to]}
}

// size bounds the length of the line as JSON.
func (l *RescheduledLine) size() int {
	return 160 + textSize(l.Key) + textSize(l.Item) + textSize(l.Site) + scheduleSize(l.From) + scheduleSize(l.To)
}

func scheduleSize(lines []ScheduleLine) int {
	size := 50 * len(lines)
	for i := range lines {
		if l := &lines[i]; l.Lot != "" || !l.GoodThrough.IsZero() {
			size += 50 + textSize(l.Lot)
		}
	}
	return size
}

// textSize bounds the length of a text as JSON, where a byte may take six.
func textSize(text string) int {
	n := len(text)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			n += 5
		}
	}
	return n
}

// fingerprint is the hash of what was asked for: when it was, and which reservations it made, play no part.
func (e Rescheduled) fingerprint() string {
	d := digest{sum: sha256.New(), buffer: make([]byte, 0, 1<<16)}
	d.text(e.Key)
	d.text(e.Reason)
	d.text(e.Actor)
	for i := range e.Lines {
		l := &e.Lines[i]
		d.text(l.Key)
		d.text(l.Item)
		d.text(l.Site)
		d.schedule(l.From)
		d.schedule(l.To)
	}
	d.flush()
	return hex.EncodeToString(d.sum.Sum(nil))
}

// digest writes fields with their lengths, so that no two contents are written alike.
type digest struct {
	sum    hash.Hash
	buffer []byte
}

func (d *digest) flush() {
	d.sum.Write(d.buffer)
	d.buffer = d.buffer[:0]
}

func (d *digest) number(n uint64) {
	if len(d.buffer) > 1<<16-binary.MaxVarintLen64 {
		d.flush()
	}
	d.buffer = binary.AppendUvarint(d.buffer, n)
}

func (d *digest) text(text string) {
	d.number(uint64(len(text)))
	for len(text) > 0 {
		room := cap(d.buffer) - len(d.buffer)
		if room == 0 {
			d.flush()
			continue
		}
		n := min(room, len(text))
		d.buffer = append(d.buffer, text[:n]...)
		text = text[n:]
	}
}

func (d *digest) schedule(lines []ScheduleLine) {
	d.number(uint64(len(lines)))
	for i := range lines {
		l := &lines[i]
		more := l.Lot != "" || !l.GoodThrough.IsZero()
		date := dateNumber(l.Date)
		if more {
			date |= 1 << 40
		}
		d.number(date)
		d.number(uint64(l.Quantity))
		if more {
			d.number(dateNumber(l.GoodThrough))
			d.text(l.Lot)
		}
	}
}

// dateNumber is below 1<<40, and 0 for no date.
func dateNumber(date calendar.Date) uint64 {
	if date.IsZero() {
		return 0
	}
	year, month, day := date.Civil()
	return uint64(year)<<9 | uint64(month)<<5 | uint64(day)
}

// runs are the reschedulings that were done, and the parts of those that are not closed yet.
type runs struct {
	mu    sync.Mutex // before all other locks
	done  map[string]run
	parts map[runID]map[int]RescheduledPart
}

// run is a rescheduling that was done.
type run struct {
	at   int64
	hash string
}

// runID tells the parts of a run from those of an earlier attempt with its key.
type runID struct{ key, hash string }

func (rs *runs) note(e Rescheduled) {
	if rs.done == nil {
		rs.done = make(map[string]run)
	}
	rs.done[e.Key] = run{at: e.At.UnixNano(), hash: e.Hash}
}

// applyPart keeps a part until its run is closed. The first part of a run drops what an earlier attempt left.
func (s *Stock) applyPart(e RescheduledPart) error {
	if e.Key == "" || e.Part < 1 || len(e.Lines) == 0 {
		return &EventError{Event: e, Reason: "no key, no number or no lines"}
	}
	if reason := lineFaults(e.Lines); reason != "" {
		return &EventError{Event: e, Reason: reason}
	}
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	if _, done := s.runs.done[e.Key]; done {
		return nil
	}
	id := runID{e.Key, e.Hash}
	if s.runs.parts == nil {
		s.runs.parts = make(map[runID]map[int]RescheduledPart)
	}
	if s.runs.parts[id] == nil {
		s.runs.drop(e.Key)
		s.runs.parts[id] = make(map[int]RescheduledPart)
	}
	s.runs.parts[id][e.Part] = e
	return nil
}

// drop forgets the parts of a run.
func (rs *runs) drop(key string) {
	for id := range rs.parts {
		if id.key == key {
			delete(rs.parts, id)
		}
	}
}

// applyRescheduled takes in a run. The caller's event is whole or closes parts that came before.
func (s *Stock) applyRescheduled(e Rescheduled) error {
	event := e
	damaged := func(reason string) error { return &EventError{Event: event, Reason: reason} }
	if e.Key == "" || checkTime("apply", e.At) != nil {
		return damaged("no key, or instant out of range")
	}
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	if done, known := s.runs.done[e.Key]; known {
		if done.hash != e.Hash {
			return &KeyConflictError{Op: "apply", Key: e.Key}
		}
		return nil
	}
	if e.Parts > 0 {
		if e.Lines = s.runs.joined(e); len(e.Lines) != e.Count {
			return damaged("parts are missing")
		}
	}
	if reason := lineFaults(e.Lines); reason != "" {
		return damaged(reason)
	}
	if e.fingerprint() != e.Hash {
		return damaged("the hash is not that of the lines")
	}
	b, err := s.batchOf(e)
	if err != nil {
		return err
	}
	unlock := b.lock(s)
	defer unlock()
	if err := b.check(e.At.UnixNano(), e.Key); err != nil {
		var state *StateError
		if errors.As(err, &state) {
			return err
		}
		return damaged(err.Error())
	}
	b.take(s, e.At.UnixNano())
	s.runs.note(e)
	s.runs.drop(e.Key)
	return nil
}

// joined puts the lines of the parts together; fewer than there should be when a part is missing.
func (rs *runs) joined(e Rescheduled) []RescheduledLine {
	parts := rs.parts[runID{e.Key, e.Hash}]
	if len(parts) != e.Parts {
		return nil
	}
	lines := make([]RescheduledLine, 0, min(max(e.Count, 0), 1<<24))
	for n := 1; n <= e.Parts; n++ {
		lines = append(lines, parts[n].Lines...)
	}
	return lines
}

// check holds an event of the journal against the reservations that it is about. The caller holds all locks.
func (b *batch) check(at int64, run string) error {
	for i := range b.lines {
		if l := &b.lines[i]; l.Created && b.res[i] != nil {
			return fmt.Errorf("makes the reservation %q, which is there", l.Key)
		} else if !l.Created && b.res[i] == nil {
			return fmt.Errorf("changes the reservation %q, which is not there", l.Key)
		}
	}
	if err := b.resolve(at, run); err != nil {
		return err
	}
	if stale := b.stale(); stale != nil {
		return fmt.Errorf("changes what the reservation %q does not have", stale[0].Key)
	}
	return nil
}

// lineFaults says what is wrong with lines that no operation could have returned; empty when nothing is.
func lineFaults(lines []RescheduledLine) string {
	for i := range lines {
		l := &lines[i]
		switch {
		case l.Key == "" || len(l.From)+len(l.To) == 0 || len(l.From)+len(l.To) > MaxLines:
			return "a line without a key, or with nothing or too much to change"
		case scheduleFault(l.From) != "" || scheduleFault(l.To) != "" || !byDay(l.From) || !byDay(l.To):
			return "a line without a day, out of order or with a quantity out of range"
		case l.Scope>>supplyTypes != 0:
			return "a scope that holds an unknown type of supply"
		case i > 0 && lines[i-1].compare(l) >= 0:
			return "lines out of order"
		}
	}
	return ""
}

// byDay reports whether each line is of a later day than the one before, or asks for other goods.
func byDay(lines []ScheduleLine) bool {
	for i := 1; i < len(lines); i++ {
		if lines[i-1].compare(lines[i]) >= 0 {
			return false
		}
	}
	return true
}

// compare orders lines by item, site and key.
func (l *RescheduledLine) compare(m *RescheduledLine) int {
	if c := compareStrings(l.Item, m.Item); c != 0 {
		return c
	}
	if c := compareStrings(l.Site, m.Site); c != 0 {
		return c
	}
	return compareStrings(l.Key, m.Key)
}

// RunState is a rescheduling that was done.
type RunState struct {
	Key  string    `json:"key"`
	At   time.Time `json:"at"`
	Hash string    `json:"hash"`
}

// MovesState says of a reservation that was rescheduled how it was made.
type MovesState struct {
	Made      []ReservedLine `json:"made,omitempty"`       // as reserved
	CreatedBy string         `json:"created_by,omitempty"` // the key of the rescheduling that made it
	Times     int            `json:"times"`                // changes that have taken effect
}

// state gives the runs and the parts of those that are not closed. The caller holds the lock.
func (rs *runs) state() (done []RunState, parts []RescheduledPart) {
	for key, r := range rs.done {
		done = append(done, RunState{Key: key, At: instant(r.at), Hash: r.hash})
	}
	slices.SortFunc(done, func(a, b RunState) int { return compareStrings(a.Key, b.Key) })
	for _, of := range rs.parts {
		for _, p := range of {
			parts = append(parts, p)
		}
	}
	slices.SortFunc(parts, func(a, b RescheduledPart) int {
		if c := compareStrings(a.Key, b.Key); c != 0 {
			return c
		}
		return a.Part - b.Part
	})
	return done, parts
}

func (m *moves) state() *MovesState {
	if m == nil {
		return nil
	}
	state := &MovesState{CreatedBy: m.by, Times: m.times}
	for _, w := range m.made {
		state.Made = append(state.Made, w.reserved())
	}
	return state
}

// restoreRuns takes in the runs of a State.
func (s *Stock) restoreRuns(state State) error {
	s.runs.mu.Lock()
	for _, r := range state.Runs {
		s.runs.note(Rescheduled{Key: r.Key, At: r.At, Hash: r.Hash})
	}
	s.runs.mu.Unlock()
	for _, p := range state.Parts {
		if err := s.applyPart(p); err != nil {
			return err
		}
	}
	return nil
}

// restoreMoved makes a reservation that was rescheduled: its lines are not those that its events would give it.
func (s *Stock) restoreMoved(state ReservationState) error {
	damaged := func(reason string) error { return &EventError{Event: state, Reason: reason} }
	if state.Key == "" || state.Committed.IsZero() || checkTime("restore", state.At) != nil ||
		checkTime("restore", state.Expires) != nil || checkTime("restore", state.Committed) != nil {
		return damaged("no key, or an instant is missing or out of range")
	}
	r := &reservation{
		key: state.Key, hash: s.hash(state.Key), at: state.At.UnixNano(), expires: state.Expires.UnixNano(),
		safety: state.SafetyStock, scope: state.Scope, committed: state.Committed.UnixNano(),
		moves: &moves{by: state.Moves.CreatedBy, times: state.Moves.Times},
	}
	for _, l := range state.Moves.Made {
		w, err := s.reservedLine(Reserved{}, l)
		if err != nil {
			return err
		}
		r.moves.made = append(r.moves.made, w)
	}
	r.lines = make([]line, 0, len(state.Lines))
	for _, l := range state.Lines {
		w, err := s.reservedLine(Reserved{}, ReservedLine{
			Item: l.Item, Site: l.Site, Date: l.Date, Quantity: l.Quantity, GoodThrough: l.GoodThrough, Lot: l.Lot,
			LineQuota: l.LineQuota,
		})
		if err != nil {
			return err
		}
		if l.Date.IsZero() || l.Consumed < 0 || l.Released < 0 || l.Picked < 0 ||
			l.Quantity < l.Consumed+l.Released+l.Picked {
			return damaged("a line without a date or with a quantity out of range")
		}
		if n := len(r.lines); n > 0 && r.lines[n-1].want().compare(w) >= 0 {
			return damaged("lines out of order") // locks are taken in this order
		}
		w.at.mu.Lock()
		made := w.line(r)
		if w.at.quota != nil {
			w.at.use(&made, l.Consumed)
		}
		w.at.mu.Unlock()
		made.consumed, made.released, made.picked = l.Consumed, l.Released, l.Picked
		r.lines = append(r.lines, made)
	}
	for _, p := range state.Postings {
		made, fault := r.read(p)
		if fault != "" {
			return damaged(fault)
		}
		r.postings = append(r.postings, made)
	}
	r.settle()
	shelf := s.shelf(r.hash)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	if shelf.find(r.hash, r.key) != nil {
		return &KeyConflictError{Op: "restore", Key: r.key}
	}
	unlock := r.lock()
	defer unlock()
	for i := range r.lines {
		if l := &r.lines[i]; l.rest() > 0 {
			l.at.claim(l)
		}
	}
	shelf.put(r)
	return nil
}
