package atp_test

import (
	stdcmp "cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// model knows the same things as a Stock and answers every question by definition: it adds up lists, day by day. Days
// are counted from day 0.
type model struct {
	items map[atp.Ref]*modelItem
	res   map[string]*modelReservation
}

type modelItem struct {
	onHand   [3]int64
	safety   int64
	policy   atp.Policy
	receipts map[string]*modelReceipt
	moves    map[string]atp.Movement
	clock    time.Time
}

type modelReceipt struct {
	kind                        atp.SupplyType
	due, due0                   int
	ordered, ordered0, received int64
	postings                    map[string]int64
	reliability, reliability0   atp.Reliability
}

// counted is the most units of what is open of which a thousandth is not more than what the haircut leaves of a unit.
func (r *modelReceipt) counted() int64 {
	return countedOf(max(r.ordered-r.received, 0), r.reliability.Haircut)
}

func (r *modelReceipt) expected() int { return r.due + r.reliability.Lag }

func countedOf(open int64, haircut int) (n int64) {
	for n < open && (n+1)*1000 <= open*int64(1000-haircut) {
		n++
	}
	return n
}

type modelReservation struct {
	at, expires time.Time
	status      atp.Status
	lines       []modelLine
	documents   int
	committed   bool // once, whatever became of it
	safety      bool
	scope       atp.Scope
}

type modelLine struct {
	ref                          atp.Ref
	day                          int
	quantity, consumed, released int64
	picked                       int64
	posted                       bool // something was taken of it once
}

func (l modelLine) open() int64 { return l.quantity - l.consumed - l.released - l.picked }

func dayOf(now time.Time) int { return calendar.DateOf(now.UTC()).Sub(day(0)) }

// live reports whether a reservation counts at an instant as seen from one item.
func (r *modelReservation) live(now, clock time.Time) bool {
	if clock.After(now) {
		now = clock
	}
	return r.status == atp.StatusCommitted || r.status == atp.StatusHeld && now.Before(r.expires)
}

// expired reports whether a hold has ended as seen from all of its items.
func (m *model) expired(r *modelReservation, now time.Time) bool {
	for _, l := range r.lines {
		if !r.live(now, m.items[l.ref].clock) {
			return true
		}
	}
	return false
}

const modelDays = 400 // no test's day is later

// sinceDay gives the day of a date of a policy, none where it has none.
func sinceDay(d calendar.Date, none int) int {
	if d.IsZero() {
		return none
	}
	return d.Sub(day(0))
}

// lifeOf gives the first day on which an item can be taken, and the last of which known supply alone is promised.
func lifeOf(p atp.Policy, today int) (opens, last int) {
	opens, last = max(today, sinceDay(p.AvailableFrom, today)), never
	if p.Horizon == atp.Infinite && today < sinceDay(p.PhaseOut, never) {
		last = max(today+p.Replenishment, opens) - 1
	}
	return opens, last
}

// closedTo reports whether a demand comes after the last order: one that was placed on a day or, where it does not say so,
// when the reservation was made that it replaces, or today.
func closedTo(p atp.Policy, placed calendar.Date, replaced time.Time, now time.Time) bool {
	on := dayOf(now)
	switch {
	case !placed.IsZero():
		on = placed.Sub(day(0))
	case !replaced.IsZero():
		on = dayOf(replaced)
	}
	return on > sinceDay(p.LastOrder, never)
}

// closed is closedTo for a query.
func (m *model) closed(q atp.Query, now time.Time) bool {
	var made time.Time
	if r := m.res[q.Replaces]; r != nil {
		made = r.at
	}
	return closedTo(m.items[q.Ref].policy, q.Placed, made, now)
}

// flow is the opening balance, what each day from 0 to modelDays adds to it, with further claims on top, and the last
// day that counts.
func (m *model) flow(q atp.Query, now time.Time, more []modelLine) (opening int64, days []int64, until int) {
	it := m.items[q.Ref]
	scope := it.policy.Scope
	if scope == 0 {
		scope = atp.DefaultScope
	}
	if q.Scope != 0 {
		scope &= q.Scope
	}
	today := dayOf(now)
	opens, last := lifeOf(it.policy, today)
	net := make([]int64, modelDays+1)
	var start int64
	for status, n := range it.onHand {
		if scope.Has(atp.SupplyType(status)) {
			net[opens] += n
		}
	}
	if !q.SafetyStock {
		start -= it.safety
	}
	put := func(on, first int, n int64, f atp.Fence) {
		if on < today && f.Ignore && on < today-f.Days {
			return
		}
		net[max(on, first)] += n
	}
	for _, r := range it.receipts {
		if scope.Has(r.kind) {
			put(r.expected(), opens, r.counted(), it.policy.PastDueReceipts)
		}
	}
	for key, r := range m.res {
		if !r.live(now, it.clock) || key == q.Replaces {
			continue
		}
		for _, l := range r.lines {
			if l.ref == q.Ref {
				put(l.day, today, -l.open(), it.policy.PastDueDemands)
			}
		}
	}
	for _, l := range more {
		if l.ref == q.Ref {
			net[max(l.day, today)] -= l.quantity
		}
	}
	return start, net, min(last, modelDays)
}

// atp answers for the days from 0 to modelDays, with further claims on top.
func (m *model) atp(q atp.Query, now time.Time, more []modelLine) func(on int) int64 {
	start, net, last := m.flow(q, now, more)
	today, closed := dayOf(now), m.closed(q, now)
	return func(on int) int64 {
		on = max(on, today)
		if on > last && closed {
			return 0
		}
		if on > last {
			return atp.Unlimited
		}
		least, balance := int64(atp.Unlimited), start
		for d := 0; d <= last; d++ {
			balance += net[d]
			if d >= on {
				least = min(least, balance)
			}
		}
		if closed {
			return min(least, 0)
		}
		return least
	}
}

// history drives a Stock and the model side by side and keeps the events.
type history struct {
	t      *rapid.T
	s      *atp.Stock
	m      model
	refs   []atp.Ref
	now    time.Time
	events []any
	keys   int
	posts  int
}

func (h *history) did(e any) { h.events = append(h.events, e) }

func (h *history) ref() atp.Ref { return rapid.SampledFrom(h.refs).Draw(h.t, "ref") }

func (h *history) key() string {
	return fmt.Sprintf("k%d", rapid.IntRange(0, max(h.keys, 1)).Draw(h.t, "key"))
}

func (h *history) onDay() int {
	return dayOf(h.now) + rapid.IntRange(-3, 90).Draw(h.t, "day")
}

func (h *history) quantity() int64 { return rapid.Int64Range(1, 30).Draw(h.t, "quantity") }

func (h *history) tick() {
	h.now = h.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(h.t, "minutes")) * time.Minute)
	if rapid.IntRange(0, 9).Draw(h.t, "leap") == 0 {
		h.now = h.now.Add(26 * time.Hour)
	}
}

// clock is now, or a little before: the clocks of callers differ.
func (h *history) clock() time.Time {
	return h.now.Add(-time.Duration(max(0, rapid.IntRange(-60, 60).Draw(h.t, "behind"))) * time.Minute)
}

func (h *history) define() {
	ref := h.ref()
	fence := func(name string) atp.Fence {
		return atp.Fence{Ignore: rapid.IntRange(0, 3).Draw(h.t, name) == 0, Days: rapid.IntRange(0, 3).Draw(h.t, name+" days")}
	}
	d := atp.Definition{Item: ref.Item(), Site: ref.Site(), SafetyStock: rapid.Int64Range(0, 5).Draw(h.t, "safety")}
	d.Policy = atp.Policy{PastDueReceipts: fence("receipts"), PastDueDemands: fence("demands")}
	if rapid.Bool().Draw(h.t, "wide") {
		d.Policy.Scope = atp.DefaultScope | atp.ScopeOf(atp.ReturnExpected, atp.QualityHold)
	}
	if rapid.IntRange(0, 3).Draw(h.t, "infinite") == 0 {
		d.Policy.Horizon, d.Policy.Replenishment = atp.Infinite, rapid.IntRange(0, 100).Draw(h.t, "lead time")
	}
	h.life(&d.Policy)
	_, e, err := h.s.Define(h.clock(), d)
	require.NoError(h.t, err)
	it := h.m.items[ref]
	it.safety, it.policy = d.SafetyStock, d.Policy
	h.did(e)
}

// life gives a policy, now and then, a beginning and an end.
func (h *history) life(p *atp.Policy) {
	if rapid.IntRange(0, 3).Draw(h.t, "not yet") == 0 {
		p.AvailableFrom = day(h.onDay())
	}
	if rapid.IntRange(0, 5).Draw(h.t, "no longer") == 0 {
		p.LastOrder = day(max(h.onDay(), sinceDay(p.AvailableFrom, 0)))
	}
	if rapid.IntRange(0, 3).Draw(h.t, "not for long") == 0 {
		p.PhaseOut = day(h.onDay())
	}
}

// placed is the day on which a demand was placed, mostly left open.
func (h *history) placed() (d calendar.Date) {
	if rapid.IntRange(0, 3).Draw(h.t, "placed") == 0 {
		d = day(h.onDay())
	}
	return d
}

func (h *history) count() {
	c := atp.Count{
		Ref: h.ref(), Status: atp.SupplyType(rapid.IntRange(0, 2).Draw(h.t, "status")),
		Quantity: rapid.Int64Range(0, 100).Draw(h.t, "counted"),
	}
	e, err := h.s.Count(h.clock(), c)
	require.NoError(h.t, err)
	h.m.items[c.Ref].onHand[c.Status] = c.Quantity
	h.did(e)
}

func (h *history) add() {
	kinds := []atp.SupplyType{atp.PurchaseOrder, atp.Production, atp.ReturnExpected}
	a := atp.Supply{
		Ref: h.ref(), Document: fmt.Sprintf("d%d", rapid.IntRange(0, 40).Draw(h.t, "document")),
		Type: rapid.SampledFrom(kinds).Draw(h.t, "type"), Quantity: h.quantity(),
	}
	due := max(0, h.onDay())
	a.Due, a.Reliability = day(due), h.reliability()
	receipts := h.m.items[a.Ref].receipts
	e, err := h.s.AddSupply(h.clock(), a)
	if r := receipts[a.Document]; r != nil {
		if r.kind == a.Type && r.due0 == due && r.ordered0 == a.Quantity && r.reliability0 == a.Reliability {
			require.NoError(h.t, err)
			require.True(h.t, e.Replayed)
			return
		}
		require.ErrorAs(h.t, err, new(*atp.KeyConflictError))
		return
	}
	require.NoError(h.t, err)
	receipts[a.Document] = &modelReceipt{
		kind: a.Type, due: due, due0: due, ordered: a.Quantity, ordered0: a.Quantity, postings: map[string]int64{},
		reliability: a.Reliability, reliability0: a.Reliability,
	}
	h.did(e)
}

// reliability is that of a receipt, now and then less than all.
func (h *history) reliability() (r atp.Reliability) {
	if rapid.IntRange(0, 2).Draw(h.t, "late") == 0 {
		r.Lag = rapid.IntRange(1, 9).Draw(h.t, "lag")
	}
	if rapid.IntRange(0, 2).Draw(h.t, "less") == 0 {
		r.Haircut = rapid.IntRange(1, 1000).Draw(h.t, "haircut")
	}
	return r
}

func (h *history) receiptOf(ref atp.Ref) (string, *modelReceipt) {
	receipts := h.m.items[ref].receipts
	if len(receipts) == 0 {
		return "", nil
	}
	document := rapid.SampledFrom(slices.Sorted(maps.Keys(receipts))).Draw(h.t, "of")
	return document, receipts[document]
}

func (h *history) adjust() {
	ref := h.ref()
	document, r := h.receiptOf(ref)
	due, quantity := max(0, h.onDay()), rapid.Int64Range(0, 30).Draw(h.t, "adjusted")
	a := atp.Adjustment{Ref: ref, Document: document, Due: day(due), Quantity: quantity}
	if rapid.IntRange(0, 2).Draw(h.t, "relied on anew") == 0 {
		reliability := h.reliability()
		a.Reliability = &reliability
	}
	e, err := h.s.AdjustSupply(h.clock(), a)
	if r == nil {
		require.ErrorAs(h.t, err, new(*atp.UnknownSupplyError))
		return
	}
	require.NoError(h.t, err)
	r.due, r.ordered = due, quantity
	if a.Reliability != nil {
		r.reliability = *a.Reliability
	}
	h.did(e)
}

func (h *history) receive() {
	ref := h.ref()
	document, r := h.receiptOf(ref)
	if r == nil {
		return
	}
	posting := fmt.Sprintf("g%d", rapid.IntRange(0, 3).Draw(h.t, "posting"))
	n := h.quantity()
	e, err := h.s.Receive(h.clock(), atp.Receipt{Ref: ref, Document: document, Posting: posting, Quantity: n})
	if before, ok := r.postings[posting]; ok {
		if before != n {
			require.ErrorAs(h.t, err, new(*atp.KeyConflictError))
			return
		}
		require.NoError(h.t, err)
		require.True(h.t, e.Replayed)
		return
	}
	require.NoError(h.t, err)
	r.postings[posting] = n
	r.received += n
	h.m.items[ref].onHand[atp.Available] += n
	h.did(e)
}

// ship moves stock on hand: to another status, to the other site of an item, out of it or back.
func (h *history) ship() {
	m := atp.Movement{
		Key: fmt.Sprintf("m%d", rapid.IntRange(0, 30).Draw(h.t, "movement")), Ref: h.ref(), Quantity: h.quantity(),
		Kind: atp.MovementKind(rapid.IntRange(0, 5).Draw(h.t, "kind")),
	}
	if m.Kind == atp.StatusChange || m.Kind == atp.ConsignmentReturn {
		m.Status = atp.SupplyType(max(0, rapid.IntRange(-2, 2).Draw(h.t, "status")))
	}
	switch m.Kind {
	case atp.StatusChange:
		m.ToStatus = (m.Status + 1) % 3
	case atp.ConsignmentIssue, atp.ConsignmentReturn:
	default:
		if m.Ref.Item() != "A" {
			return
		}
		m.To, m.Due = h.refs[0], day(max(0, h.onDay()))
		if m.Ref == m.To {
			m.To = h.refs[1]
		}
	}
	it, to, now := h.m.items[m.Ref], h.m.items[m.To], h.clock()
	before := h.s.State(now)
	short, err := h.s.Shortfalls(now, m.Ref)
	require.NoError(h.t, err)
	e, broken, err := h.s.Move(now, m)
	if old, ok := it.moves[m.Key]; ok && old == m {
		require.NoError(h.t, err)
		require.True(h.t, e.Replayed)
		require.Empty(h.t, broken)
		return
	} else if ok || to != nil && to.receipts[m.Key] != nil {
		require.ErrorAs(h.t, err, new(*atp.KeyConflictError))
		require.Empty(h.t, cmp.Diff(before, h.s.State(now), dates()))
		return
	}
	if m.Kind != atp.ConsignmentReturn && it.onHand[m.Status] < m.Quantity {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		require.Empty(h.t, cmp.Diff(before, h.s.State(now), dates()))
		return
	}
	require.NoError(h.t, err)
	h.did(e)
	it.moves[m.Key] = m
	if m.Kind == atp.ConsignmentReturn {
		it.onHand[m.Status] += m.Quantity
	} else {
		it.onHand[m.Status] -= m.Quantity
	}
	if m.Kind == atp.StatusChange {
		it.onHand[m.ToStatus] += m.Quantity
	}
	if to != nil {
		due := m.Due.Sub(day(0))
		to.receipts[m.Key] = &modelReceipt{
			kind: atp.Transfer, due: due, due0: due, ordered: m.Quantity, ordered0: m.Quantity, postings: map[string]int64{},
		}
	}
	after, err := h.s.Shortfalls(now, m.Ref) // which checkShortfalls holds against the definition
	require.NoError(h.t, err)
	require.Equal(h.t, worsened(short, after), broken)
}

// worsened lists what is missing after that was not before, or less, or not for so long. A key has one line on a day.
func worsened(before, after []atp.Shortfall) (list []atp.Shortfall) {
	for _, a := range after {
		same := slices.ContainsFunc(before, func(b atp.Shortfall) bool {
			return b.Key == a.Key && b.Date == a.Date && a.Quantity <= b.Quantity &&
				(b.Until.IsZero() || !a.Until.IsZero() && !a.Until.After(b.Until))
		})
		if !same {
			list = append(list, a)
		}
	}
	return list
}

func (h *history) reserve() {
	h.keys++
	req := atp.Request{
		Key: fmt.Sprintf("k%d", h.keys), Hold: time.Duration(rapid.IntRange(1, 300).Draw(h.t, "hold")) * time.Minute,
		SafetyStock: rapid.IntRange(0, 4).Draw(h.t, "safety") == 0,
	}
	if rapid.IntRange(0, 4).Draw(h.t, "narrow") == 0 {
		req.Scope = atp.ScopeOf(atp.Available, atp.PurchaseOrder)
	}
	for range rapid.IntRange(1, 4).Draw(h.t, "lines") {
		req.Lines = append(req.Lines, atp.Line{Ref: h.ref(), Date: day(h.onDay()), Quantity: h.quantity()})
	}
	req.Placed = h.placed()
	now := h.clock()
	e, err := h.s.Reserve(now, req)

	at := now
	for _, l := range req.Lines {
		if c := h.m.items[l.Ref].clock; c.After(at) {
			at = c
		}
	}
	today := dayOf(at)
	var lines []modelLine
	fits := true
	for _, l := range req.Lines {
		lines = append(lines, modelLine{ref: l.Ref, day: max(l.Date.Sub(day(0)), today), quantity: l.Quantity})
	}
	for i := range lines {
		q := atp.Query{Ref: lines[i].ref, Scope: req.Scope, SafetyStock: req.SafetyStock, Placed: req.Placed}
		if h.m.atp(q, at, lines[:i])(lines[i].day) < lines[i].quantity {
			fits = false
			break
		}
	}
	if !fits {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		_, err = h.s.Reservation(now, req.Key)
		require.ErrorAs(h.t, err, new(*atp.UnknownKeyError), "a refused request does not bind its key")
		return
	}
	require.NoError(h.t, err)
	require.True(h.t, e.At.Equal(at))
	for _, l := range lines {
		h.m.items[l.ref].clock = at
	}
	h.m.res[req.Key] = &modelReservation{
		at: at, expires: at.Add(req.Hold), lines: merge(lines), safety: req.SafetyStock, scope: req.Scope,
	}
	h.did(e)

	again, err := h.s.Reserve(now, req)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	again.Replayed = false
	require.Equal(h.t, e, again)
	if rapid.IntRange(0, 9).Draw(h.t, "undo") == 0 {
		require.NoError(h.t, h.s.UndoReserve(e))
		delete(h.m.res, req.Key)
		h.events = h.events[:len(h.events)-1]
		// What remains of it is that the clock does not go back; a journal without the event does not know that.
		_, err := h.s.Reservation(now, req.Key)
		require.ErrorAs(h.t, err, new(*atp.UnknownKeyError))
	}
}

// merge sorts lines as the engine does and adds up those of one item and day.
func merge(lines []modelLine) []modelLine {
	slices.SortStableFunc(lines, func(a, b modelLine) int {
		if a.ref != b.ref {
			if a.ref.Item()+a.ref.Site() < b.ref.Item()+b.ref.Site() {
				return -1
			}
			return 1
		}
		return a.day - b.day
	})
	var merged []modelLine
	for _, l := range lines {
		if n := len(merged); n > 0 && merged[n-1].ref == l.ref && merged[n-1].day == l.day {
			merged[n-1].quantity += l.quantity
		} else {
			merged = append(merged, l)
		}
	}
	return merged
}

func (h *history) commit() {
	key, now := h.key(), h.clock()
	r := h.m.res[key]
	e, err := h.s.Commit(now, key)
	switch {
	case r == nil:
		require.ErrorAs(h.t, err, new(*atp.UnknownKeyError))
	case r.status == atp.StatusHeld && h.m.expired(r, now):
		require.ErrorIs(h.t, err, atp.ErrExpired)
	case r.status == atp.StatusHeld:
		require.NoError(h.t, err)
		if rapid.IntRange(0, 9).Draw(h.t, "undo") == 0 && r.documents == 0 {
			require.NoError(h.t, h.s.UndoCommit(e))
			return
		}
		r.status, r.committed = atp.StatusCommitted, true
		h.did(e)
	case err == nil:
		require.True(h.t, e.Replayed)
	default:
		require.ErrorAs(h.t, err, new(*atp.StateError))
		require.NotEqual(h.t, atp.StatusCommitted, r.status)
	}
}

// post consumes, releases, picks or unpicks, all of it or a part of one item.
func (h *history) post(kind string) {
	key, now := h.key(), h.clock()
	r := h.m.res[key]
	if r == nil || len(r.lines) == 0 {
		return
	}
	h.posts++
	p := atp.Posting{Key: key, Document: fmt.Sprintf("p%d", h.posts)}
	all := rapid.Bool().Draw(h.t, "all")
	if !all {
		p.Parts = []atp.Part{{Ref: rapid.SampledFrom(r.lines).Draw(h.t, "line").ref, Quantity: h.quantity()}}
	}
	boxed, opened, enough := r.spread(kind, p.Parts)
	allowed := r.status == atp.StatusCommitted || kind == "release" && r.status == atp.StatusHeld && !h.m.expired(r, now)
	if all {
		allowed = allowed && (kind != "release" || !r.some(func(l modelLine) int64 { return l.picked })) &&
			(kind != "pick" || r.some(modelLine.open)) &&
			(kind != "unpick" || r.some(func(l modelLine) int64 { return l.picked }))
	}
	shelf := map[atp.Ref]int64{}
	for i, n := range opened {
		if kind == "consume" || kind == "pick" {
			shelf[r.lines[i].ref] += n
		}
	}
	for ref, n := range shelf {
		enough = enough && n <= h.m.items[ref].onHand[atp.Available]
	}
	before := h.s.State(now)
	e, undo, err := h.posting(kind, now, p)
	again, _, _ := h.posting(kind, now, p)
	switch {
	case !allowed:
		require.ErrorAs(h.t, err, new(*atp.StateError))
	case !enough:
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
	default:
		require.NoError(h.t, err)
		require.NotEqual(h.t, e, again, "the second answer is marked as replayed")
		if rapid.IntRange(0, 5).Draw(h.t, "undo") == 0 {
			require.NoError(h.t, undo())
			break
		}
		h.m.post(kind, r, boxed, opened)
		h.did(e)
		return
	}
	require.Empty(h.t, cmp.Diff(before, h.s.State(now), dates()), "nothing has changed")
}

// posting asks the engine, and says how to take it back.
func (h *history) posting(kind string, now time.Time, p atp.Posting) (any, func() error, error) {
	switch kind {
	case "consume":
		e, err := h.s.Consume(now, p)
		return e, func() error { return h.s.UndoConsume(e) }, err
	case "release":
		e, err := h.s.Release(now, p)
		return e, func() error { return h.s.UndoRelease(e) }, err
	case "pick":
		e, err := h.s.Pick(now, p)
		return e, func() error { return h.s.UndoPick(e) }, err
	default:
		e, err := h.s.Unpick(now, p)
		return e, func() error { return h.s.UndoUnpick(e) }, err
	}
}

func (r *modelReservation) some(of func(l modelLine) int64) bool {
	return slices.ContainsFunc(r.lines, func(l modelLine) bool { return of(l) > 0 })
}

// spread says what a posting takes of what is picked and of what is open of each line, unit by unit.
func (r *modelReservation) spread(kind string, parts []atp.Part) (boxed, opened []int64, enough bool) {
	boxed, opened = make([]int64, len(r.lines)), make([]int64, len(r.lines))
	one := func(ref *atp.Ref) bool {
		for k := range r.lines {
			i := k
			if kind == "unpick" {
				i = len(r.lines) - 1 - k
			}
			l := r.lines[i]
			if (kind == "consume" || kind == "unpick") && (ref == nil || l.ref == *ref) && boxed[i] < l.picked {
				boxed[i]++
				return true
			}
		}
		for i, l := range r.lines {
			if kind != "unpick" && (ref == nil || l.ref == *ref) && opened[i] < l.open() {
				opened[i]++
				return true
			}
		}
		return false
	}
	for len(parts) == 0 && one(nil) {
	}
	for _, p := range parts {
		for range p.Quantity {
			if !one(&p.Ref) {
				return boxed, opened, false
			}
		}
	}
	return boxed, opened, true
}

func (m *model) post(kind string, r *modelReservation, boxed, opened []int64) {
	for i := range r.lines {
		l := &r.lines[i]
		onHand := &m.items[l.ref].onHand[atp.Available]
		switch kind {
		case "consume":
			l.picked -= boxed[i]
			l.consumed += boxed[i] + opened[i]
			*onHand -= opened[i]
		case "release":
			l.released += opened[i]
		case "pick":
			l.picked += opened[i]
			*onHand -= opened[i]
		case "unpick":
			l.picked -= boxed[i]
			*onHand += boxed[i]
		}
		l.posted = l.posted || boxed[i]+opened[i] > 0
	}
	r.documents++
	r.settle()
}

// settle works the status out from the lines.
func (r *modelReservation) settle() {
	switch {
	case r.some(func(l modelLine) int64 { return l.open() + l.picked }):
	case r.some(func(l modelLine) int64 { return l.consumed }):
		r.status = atp.StatusConsumed
	default:
		r.status = atp.StatusReleased
	}
}

// decrease brings the total of an item down: by definition a unit at a time, from the latest line that has one open.
func (h *history) decrease() {
	key, now := h.key(), h.clock()
	r := h.m.res[key]
	if r == nil || len(r.lines) == 0 {
		return
	}
	h.posts++
	ref := rapid.SampledFrom(r.lines).Draw(h.t, "line").ref
	d := atp.Decrease{Key: key, Document: fmt.Sprintf("p%d", h.posts), Ref: ref, To: rapid.Int64Range(0, 40).Draw(h.t, "to")}
	want := atp.Reduction{Item: ref.Item(), Site: ref.Site(), To: d.To}
	var total int64
	for _, l := range r.lines {
		if l.ref == ref {
			total += l.quantity - l.released
			want.Consumed += l.consumed
			want.Picked += l.picked
		}
	}
	given := make([]int64, len(r.lines))
	for want.Became = total; want.Became > d.To; want.Became-- {
		i := len(r.lines) - 1
		for ; i >= 0 && (r.lines[i].ref != ref || given[i] == r.lines[i].open()); i-- {
		}
		if i < 0 {
			break
		}
		given[i]++
	}
	before := h.s.State(now)
	e, err := h.s.Decrease(now, d)
	switch {
	case r.status != atp.StatusCommitted && (r.status != atp.StatusHeld || h.m.expired(r, now)):
		require.ErrorAs(h.t, err, new(*atp.StateError))
	case d.To > total:
		require.ErrorAs(h.t, err, new(*atp.RequestError))
	default:
		require.NoError(h.t, err)
		require.Equal(h.t, want, e.Reduction)
		again, err := h.s.Decrease(now, d)
		require.NoError(h.t, err)
		require.True(h.t, again.Replayed)
		if rapid.IntRange(0, 5).Draw(h.t, "undo") == 0 {
			require.NoError(h.t, h.s.UndoDecrease(e))
			break
		}
		h.m.post("release", r, make([]int64, len(r.lines)), given)
		h.did(e)
		return
	}
	require.Empty(h.t, cmp.Diff(before, h.s.State(now), dates()), "nothing has changed")
}

func (h *history) sweep() {
	now := h.clock()
	expired, err := h.s.Sweep(now)
	require.NoError(h.t, err)
	var want, got []string
	for key, r := range h.m.res {
		if r.status == atp.StatusHeld && h.m.expired(r, now) {
			r.status = atp.StatusExpired
			want = append(want, key)
		}
	}
	slices.Sort(want)
	for _, e := range expired {
		got = append(got, e.Key)
		h.did(e)
	}
	require.Equal(h.t, want, got)
}

// check asks the same questions of both.
func (h *history) check() {
	now := h.clock()
	for _, ref := range h.refs {
		q := atp.Query{Ref: ref, SafetyStock: rapid.Bool().Draw(h.t, "safety"), Placed: h.placed()}
		if rapid.IntRange(0, 3).Draw(h.t, "replaces") == 0 {
			q.Replaces = h.key()
		}
		if rapid.IntRange(0, 3).Draw(h.t, "narrow") == 0 {
			q.Scope = atp.ScopeOf(atp.Available, atp.Production)
		}
		answer := h.m.atp(q, now, nil)
		from := h.onDay()
		q.Date = day(from)
		got, err := h.s.ATP(now, q)
		require.NoError(h.t, err)
		require.Equal(h.t, answer(from), got, "ATP of %s on day %d, today %d", ref.Item(), from, dayOf(now))

		quantity := rapid.Int64Range(1, 60).Draw(h.t, "needed")
		when, ok, err := h.s.Earliest(now, q, quantity)
		require.NoError(h.t, err)
		want := -1
		for d := max(from, dayOf(now)); d <= modelDays; d++ {
			if answer(d) >= quantity {
				want = d
				break
			}
		}
		require.Equal(h.t, want >= 0, ok)
		if ok {
			require.Equal(h.t, day(want), when, "earliest of %d from day %d", quantity, from)
		}
		h.checkPromises(q, now, from, quantity, answer)
		h.checkOutlook(ref, now, h.m.atp(atp.Query{Ref: ref, Placed: day(-100)}, now, nil))
	}
	h.checkShortfalls(now)
}

// checkPromises holds split and joint promises against the definition: at any day, a split demand has had what ATP gives
// until then, and two demands of an item together are complete on the day on which their sum can be had.
func (h *history) checkPromises(q atp.Query, now time.Time, from int, quantity int64, answer func(on int) int64) {
	d := atp.Demand{
		ID: "1", Ref: q.Ref, Quantity: quantity, Wanted: q.Date, Replaces: q.Replaces, Scope: q.Scope, SafetyStock: q.SafetyStock,
		Partial: atp.Partial{AtMost: atp.AnyNumber}, Explain: true, Placed: q.Placed,
	}
	p, err := h.s.Promise(now, d)
	require.NoError(h.t, err)
	var want []part
	var had int64
	whole := -1
	for on := max(from, dayOf(now)); on <= modelDays; on++ {
		if n := min(answer(on), quantity); n > had {
			want = append(want, part{n - had, on})
			had = n
		}
		if whole < 0 && answer(on) >= 2*quantity {
			whole = on
		}
	}
	require.Equal(h.t, want, parts(p))
	require.Equal(h.t, quantity-had, p.Unfilled)
	opens, last := lifeOf(h.m.items[q.Ref].policy, dayOf(now))
	for _, delivery := range p.Deliveries {
		var pegged int64
		for _, peg := range delivery.Pegs {
			pegged += peg.Quantity
			require.False(h.t, peg.Due.After(delivery.Start), "supply is there when it is taken")
		}
		require.False(h.t, delivery.Start.Before(day(opens)))
		if !delivery.Start.After(day(min(last, modelDays))) {
			require.Equal(h.t, delivery.Quantity, pegged)
		}
	}

	other := d
	other.ID = "2"
	both, err := h.s.PromiseAll(now, []atp.Demand{d, other}, atp.ShipComplete)
	require.NoError(h.t, err)
	for _, p := range both {
		if whole < 0 {
			require.Empty(h.t, p.Deliveries)
		} else {
			require.Equal(h.t, []part{{quantity, whole}}, parts(p))
		}
	}
}

// checkShortfalls holds the list of broken promises against the definition: when claims in the order of their days use up
// supply in the order of its days, a claim misses what is due after its own.
func (h *history) checkShortfalls(now time.Time) {
	today := dayOf(now)
	for _, ref := range h.refs {
		it := h.m.items[ref]
		scope := it.policy.Scope
		if scope == 0 {
			scope = atp.DefaultScope
		}
		ignored := func(f atp.Fence, on int) bool { return f.Ignore && on < today-f.Days }
		opens, last := lifeOf(it.policy, today)
		supplied := func(on int) (n int64) {
			if on < opens {
				return 0
			}
			for status, onHand := range it.onHand {
				if scope.Has(atp.SupplyType(status)) {
					n += onHand
				}
			}
			for _, r := range it.receipts {
				if scope.Has(r.kind) && r.expected() <= on && !ignored(it.policy.PastDueReceipts, r.expected()) {
					n += r.counted()
				}
			}
			return n
		}
		type claim struct {
			key  string
			day  int
			open int64
		}
		var claims []claim
		for key, r := range h.m.res {
			for _, l := range r.lines {
				if l.ref == ref && l.open() > 0 && r.live(now, it.clock) && !ignored(it.policy.PastDueDemands, l.day) {
					claims = append(claims, claim{key, l.day, l.open()})
				}
			}
		}
		slices.SortFunc(claims, func(a, b claim) int { return stdcmp.Or(a.day-b.day, stdcmp.Compare(a.key, b.key)) })
		var want []atp.Shortfall
		var used int64
		for _, c := range claims {
			need := max(c.day, today)
			missing := c.open - max(0, min(used+c.open, supplied(need))-used)
			used += c.open
			if missing == 0 || need > last {
				continue
			}
			short := atp.Shortfall{Key: c.key, Date: day(c.day), Quantity: missing}
			for on := 0; on <= modelDays; on++ {
				if supplied(on) >= used {
					short.Until = day(on)
					break
				}
			}
			want = append(want, short)
		}
		got, err := h.s.Shortfalls(now, ref)
		require.NoError(h.t, err)
		require.Equal(h.t, want, got)
	}
}

func newHistory(t *rapid.T, tb testing.TB) *history {
	h := &history{
		t: t, s: newStock(tb), now: noon(0), m: model{items: map[atp.Ref]*modelItem{}, res: map[string]*modelReservation{}},
	}
	for _, at := range [][2]string{{"A", "S1"}, {"A", "S2"}, {"B", "S1"}} {
		ref, e, err := h.s.Define(h.now, atp.Definition{Item: at[0], Site: at[1]})
		require.NoError(t, err)
		h.m.items[ref] = &modelItem{receipts: map[string]*modelReceipt{}, moves: map[string]atp.Movement{}}
		h.refs = append(h.refs, ref)
		h.did(e)
		c, err := h.s.Count(h.now, atp.Count{Ref: ref, Quantity: 60})
		require.NoError(t, err)
		h.m.items[ref].onHand[0] = 60
		h.did(c)
	}
	return h
}

func (h *history) run() {
	h.t.Repeat(map[string]func(*rapid.T){
		"":         func(t *rapid.T) { h.t = t; h.check() },
		"tick":     func(t *rapid.T) { h.t = t; h.tick() },
		"define":   func(t *rapid.T) { h.t = t; h.define() },
		"count":    func(t *rapid.T) { h.t = t; h.count() },
		"add":      func(t *rapid.T) { h.t = t; h.add() },
		"adjust":   func(t *rapid.T) { h.t = t; h.adjust() },
		"receive":  func(t *rapid.T) { h.t = t; h.receive() },
		"ship":     func(t *rapid.T) { h.t = t; h.ship() },
		"reserve":  func(t *rapid.T) { h.t = t; h.reserve() },
		"reserve2": func(t *rapid.T) { h.t = t; h.reserve() },
		"commit":   func(t *rapid.T) { h.t = t; h.commit() },
		"consume":  func(t *rapid.T) { h.t = t; h.post("consume") },
		"release":  func(t *rapid.T) { h.t = t; h.post("release") },
		"pick":     func(t *rapid.T) { h.t = t; h.post("pick") },
		"unpick":   func(t *rapid.T) { h.t = t; h.post("unpick") },
		"decrease": func(t *rapid.T) { h.t = t; h.decrease() },
		"sweep":    func(t *rapid.T) { h.t = t; h.sweep() },
		"move":     func(t *rapid.T) { h.t = t; h.reschedule() },
	})
}

// The engine answers like the definition after any sequence of operations, and the fold of the events is the state: in
// order, each twice, in another order that keeps the order within each reservation, and from a snapshot in JSON.
func TestAgainstTheDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, t)
		h.run()
		h.t = rt
		later := h.now.Add(1000 * time.Hour) // when every hold has ended, whatever clocks an undone reservation moved
		want := h.s.State(later)
		fold := func(how string, events []any) {
			s := newStock(t)
			for _, e := range events {
				require.NoError(rt, s.Apply(e), how)
			}
			require.Empty(rt, cmp.Diff(want, s.State(later), dates()), how)
		}
		fold("in order", h.events)
		twice := make([]any, 0, 2*len(h.events))
		for _, e := range h.events {
			twice = append(twice, e, e)
		}
		fold("each twice", twice)
		fold("all again", append(slices.Clone(h.events), h.events...))
		seed := rapid.Uint64().Draw(rt, "seed")
		fold("in another order", shuffled(h.events, seed))

		data, err := json.Marshal(h.s.State(h.now))
		require.NoError(rt, err)
		var snapshot atp.State
		require.NoError(rt, json.Unmarshal(data, &snapshot))
		s := newStock(t)
		require.NoError(rt, s.Restore(snapshot))
		require.Empty(rt, cmp.Diff(h.s.State(h.now), s.State(h.now), dates()))
		require.Empty(rt, cmp.Diff(want, s.State(later), dates()))
		require.ErrorIs(rt, s.Restore(snapshot), atp.ErrNotEmpty)
		for _, ref := range h.refs {
			twin, err := s.Ref(ref.Item(), ref.Site())
			require.NoError(rt, err)
			for on := range 120 {
				require.Equal(rt, atpOn(t, h.s, later, ref, on), atpOn(t, s, later, twin, on))
			}
		}
	})
}

func dates() cmp.Option { return cmp.Comparer(func(a, b calendar.Date) bool { return a == b }) }

// shuffled mixes events but keeps the order of those with a reservation in common, and of the parts of a run.
func shuffled(events []any, seed uint64) []any {
	last := map[string]int{} // the event before of a reservation
	after := make([][]int, len(events))
	waits := make([]int, len(events))
	for i, e := range events {
		for _, key := range keysOf(e) {
			if before, ok := last[key]; ok {
				after[before] = append(after[before], i)
				waits[i]++
			}
			last[key] = i
		}
	}
	var ready []int
	for i, n := range waits {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	random := rand.New(rand.NewPCG(seed, 1))
	mixed := make([]any, 0, len(events))
	for len(ready) > 0 {
		k := random.IntN(len(ready))
		i := ready[k]
		ready = slices.Delete(ready, k, k+1)
		mixed = append(mixed, events[i])
		for _, next := range after[i] {
			if waits[next]--; waits[next] == 0 {
				ready = append(ready, next)
			}
		}
	}
	return mixed
}

// keysOf names the reservations of an event, and the run.
func keysOf(e any) []string {
	switch e := e.(type) {
	case atp.Reserved:
		return []string{e.Key}
	case atp.Committed:
		return []string{e.Key}
	case atp.Consumed:
		return []string{e.Key}
	case atp.Released:
		return []string{e.Key}
	case atp.Picked:
		return []string{e.Key}
	case atp.Unpicked:
		return []string{e.Key}
	case atp.Decreased:
		return []string{e.Key}
	case atp.Expired:
		return []string{e.Key}
	case atp.RescheduledPart:
		return []string{"run " + e.Key}
	case atp.Rescheduled:
		keys := []string{"run " + e.Key}
		for _, l := range e.Lines {
			keys = append(keys, l.Key)
		}
		slices.Sort(keys)
		return slices.Compact(keys)
	}
	return nil
}
