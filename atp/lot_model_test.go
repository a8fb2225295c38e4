package atp_test

import (
	stdcmp "cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

var histories = flag.Int("histories", 250, "histories of items with lots that are held against the definition")

// lotModel knows one item with lots, unit by unit, and answers by definition: day by day, and with matchings found by
// augmenting paths. Days are counted from day 0.
type lotModel struct {
	lots     map[string]*modelLot // "" is what is in no lot
	receipts map[string]*modelDated
	res      map[string]*lotReservation
	safety   int64
	policy   atp.Policy
	today    int
}

const never = 1 << 20 // does not expire

type modelLot struct {
	expires int
	known   bool
	onHand  [3]int64
}

type modelDated struct {
	due, expires int
	open         int64
	reliability  atp.Reliability
}

type lotReservation struct {
	made      time.Time
	expires   time.Time
	committed bool
	lines     []*lotClaim
	box       map[string]int64 // what is picked for lines on no lot, by lot
}

type lotClaim struct {
	key       string
	day, good int // good 0: its day
	lot       string
	open      int64
	picked    int64
}

// lotUnit is one unit of supply.
type lotUnit struct {
	from, until int
	lot         string
	receipt     bool
}

// ask is one unit that somebody gets on a day, or asks for.
type ask struct {
	day, good int
	lot       string
}

func (u lotUnit) serves(a ask) bool {
	return u.from <= a.day && u.until >= max(a.day, a.good) && (a.lot == "" || u.lot == a.lot)
}

func (m *lotModel) last() int {
	_, last := lifeOf(m.policy, m.today)
	return last
}

// opens is the first day on which anything can be taken.
func (m *lotModel) opens() int {
	opens, _ := lifeOf(m.policy, m.today)
	return opens
}

// endless reports whether everything can be had after the last day.
func (m *lotModel) endless() bool { return m.last() < never }

func (m *lotModel) ignored(f atp.Fence, on int) bool { return f.Ignore && on < m.today-f.Days }

func (m *lotModel) units() []lotUnit {
	scope := m.policy.Scope
	if scope == 0 {
		scope = atp.DefaultScope
	}
	var units []lotUnit
	add := func(u lotUnit, n int64) {
		for range n {
			if u.from <= m.last() {
				units = append(units, u)
			}
		}
	}
	for id, l := range m.lots {
		for status, n := range l.onHand {
			if scope.Has(atp.SupplyType(status)) {
				add(lotUnit{from: m.opens(), until: l.expires, lot: id}, n)
			}
		}
	}
	for _, r := range m.receipts {
		if due := r.due + r.reliability.Lag; !m.ignored(m.policy.PastDueReceipts, due) {
			add(lotUnit{from: max(due, m.opens()), until: r.expires, receipt: true}, countedOf(r.open, r.reliability.Haircut))
		}
	}
	slices.SortFunc(units, func(a, b lotUnit) int {
		return stdcmp.Or(a.until-b.until, a.from-b.from, stdcmp.Compare(a.lot, b.lot))
	})
	return units
}

// claims lists what competes, by day and key, without the reservation with a key.
func (m *lotModel) claims(now time.Time, but string) []*lotClaim {
	var claims []*lotClaim
	for key, r := range m.res {
		if key == but || !r.committed && !now.Before(r.expires) {
			continue
		}
		for _, l := range r.lines {
			if l.open > 0 && !m.ignored(m.policy.PastDueDemands, l.day) {
				claims = append(claims, l)
			}
		}
	}
	slices.SortFunc(claims, func(a, b *lotClaim) int {
		return stdcmp.Or(a.day-b.day, stdcmp.Compare(a.key, b.key), a.good-b.good, stdcmp.Compare(a.lot, b.lot))
	})
	return claims
}

const lotDays = 60 // no day of these tests is later

// served is what one claim gets: the day of each unit, in order, and the units left by all together.
func (m *lotModel) served(claims []*lotClaim) (days map[*lotClaim][]int, pegged, left []lotUnit) {
	units := m.units()
	days = map[*lotClaim][]int{}
	take := func(a ask) (lotUnit, bool) {
		for i, u := range units {
			if u.serves(a) {
				units = slices.Delete(units, i, i+1)
				return u, true
			}
		}
		return lotUnit{}, false
	}
	for _, c := range claims {
		for n := c.open; c.lot != "" && n > 0; n-- {
			on := max(c.day, m.opens())
			if _, ok := take(ask{on, c.good, c.lot}); ok {
				days[c] = append(days[c], on)
			}
		}
	}
	pegged = slices.Clone(units)
	for day := m.today; day <= min(lotDays, m.last()); day++ {
		for _, c := range claims {
			for c.lot == "" && max(c.day, m.today) <= day && int64(len(days[c])) < c.open {
				if _, ok := take(ask{day: day, good: c.good}); !ok {
					break
				}
				days[c] = append(days[c], day)
			}
		}
	}
	return days, pegged, units
}

// matching serves asks from units, one unit each.
type matching struct {
	units []lotUnit
	asks  []ask
	of    []int // the ask of each unit, -1: none
}

func newMatching(units []lotUnit) *matching {
	m := &matching{units: units, of: make([]int, len(units))}
	for i := range m.of {
		m.of[i] = -1
	}
	return m
}

// add serves one more ask without leaving any other without its unit, if that is possible.
func (m *matching) add(a ask) bool {
	seen := make([]bool, len(m.units))
	var place func(n int) bool
	place = func(n int) bool {
		for i, u := range m.units {
			if seen[i] || !u.serves(m.asks[n]) {
				continue
			}
			seen[i] = true
			if m.of[i] < 0 || place(m.of[i]) {
				m.of[i] = n
				return true
			}
		}
		return false
	}
	m.asks = append(m.asks, a)
	if place(len(m.asks) - 1) {
		return true
	}
	m.asks = m.asks[:len(m.asks)-1]
	return false
}

// sure gives the matching in which every claim has what it gets now.
func (m *lotModel) sure(t testing.TB, now time.Time, but string) *matching {
	claims := m.claims(now, but)
	days, units, _ := m.served(claims)
	sure := newMatching(units)
	for _, c := range claims {
		if c.lot != "" {
			continue
		}
		for _, day := range days[c] {
			require.True(t, sure.add(ask{day: day, good: c.good}), "what is served can be served")
		}
	}
	return sure
}

func (m *matching) clone() *matching {
	return &matching{units: m.units, asks: slices.Clone(m.asks), of: slices.Clone(m.of)}
}

// atp is how many units can be had on top.
func (m *lotModel) atp(sure *matching, a ask, safety int64) int64 {
	if a.lot == "" && a.day > m.last() {
		return atp.Unlimited
	}
	count := func(a ask) (n int64) {
		for more := sure.clone(); more.add(a); n++ {
		}
		return n
	}
	if a.lot == "" {
		return max(count(a)-safety, 0)
	}
	n := count(a)
	if a.day <= m.last() {
		n = min(n, max(count(ask{day: a.day, good: a.good})-safety, 0))
	}
	return n
}

// lotHistory drives a Stock and the model side by side.
type lotHistory struct {
	t      testing.TB
	r      *rand.Rand
	s      *atp.Stock
	ref    atp.Ref
	m      lotModel
	now    time.Time
	events []any
	keys   int
	posts  int
}

func (h *lotHistory) did(e any) { h.events = append(h.events, e) }

func (h *lotHistory) day() int { return h.m.today + h.r.IntN(14) - 2 }

// expiring gives the day of an expiry.
func expiring(n int) calendar.Date {
	if n >= never {
		return calendar.Date{}
	}
	return day(n)
}

func (h *lotHistory) expiry() int {
	if h.r.IntN(5) == 0 {
		return never
	}
	return h.m.today + h.r.IntN(16) - 1
}

func (h *lotHistory) lot() string { return []string{"", "L1", "L2", "L3", "L4"}[h.r.IntN(5)] }

func (h *lotHistory) define() {
	fence := func() atp.Fence { return atp.Fence{Ignore: h.r.IntN(3) == 0, Days: h.r.IntN(3)} }
	d := atp.Definition{Item: "milk", Site: "S1", SafetyStock: int64(max(0, h.r.IntN(6)-2))}
	d.Policy = atp.Policy{PastDueReceipts: fence(), PastDueDemands: fence()}
	if h.r.IntN(3) == 0 {
		d.Policy.Scope = atp.DefaultScope | atp.ScopeOf(atp.QualityHold)
	}
	if h.r.IntN(4) == 0 {
		d.Policy.Horizon, d.Policy.Replenishment = atp.Infinite, h.r.IntN(12)
	}
	if h.r.IntN(4) == 0 {
		d.Policy.AvailableFrom = day(h.day())
	}
	if h.r.IntN(4) == 0 {
		d.Policy.LastOrder = day(max(h.day(), sinceDay(d.Policy.AvailableFrom, 0)))
	}
	if h.r.IntN(4) == 0 {
		d.Policy.PhaseOut = day(h.day())
	}
	ref, e, err := h.s.Define(h.now, d)
	require.NoError(h.t, err)
	h.ref, h.m.safety, h.m.policy = ref, d.SafetyStock, d.Policy
	h.did(e)
}

func (h *lotHistory) count() {
	c := atp.Count{Ref: h.ref, Lot: h.lot(), Status: atp.SupplyType(max(0, h.r.IntN(5)-2)), Quantity: int64(h.r.IntN(9))}
	l := h.m.lots[c.Lot]
	if l == nil {
		l = &modelLot{expires: never}
		h.m.lots[c.Lot] = l
	}
	if c.Lot != "" && h.r.IntN(3) > 0 {
		if x := h.expiry(); x < never {
			c.Expires, l.expires = day(x), x
		}
	}
	l.onHand[c.Status], l.known = c.Quantity, true
	e, err := h.s.Count(h.now, c)
	require.NoError(h.t, err)
	h.did(e)
}

func (h *lotHistory) supply() {
	a := atp.Supply{
		Ref: h.ref, Document: fmt.Sprint("PO", len(h.m.receipts)), Type: atp.PurchaseOrder, Quantity: int64(1 + h.r.IntN(8)),
	}
	r := &modelDated{due: h.day(), expires: never, open: a.Quantity}
	if h.r.IntN(4) > 0 {
		r.expires = r.due + h.r.IntN(12)
	}
	r.reliability = h.reliability()
	a.Due, a.Expires, a.Reliability = day(r.due), expiring(r.expires), r.reliability
	e, err := h.s.AddSupply(h.now, a)
	require.NoError(h.t, err)
	h.m.receipts[a.Document] = r
	h.did(e)
}

// reliability is that of a receipt, now and then less than all.
func (h *lotHistory) reliability() (r atp.Reliability) {
	if h.r.IntN(3) == 0 {
		r.Lag = 1 + h.r.IntN(4)
	}
	if h.r.IntN(3) == 0 {
		r.Haircut = h.r.IntN(1001)
	}
	return r
}

// ship moves goods of a lot, or of none: to another status, to another site, out and back.
func (h *lotHistory) ship() {
	h.posts++
	m := atp.Movement{
		Key: fmt.Sprint("M", h.posts), Ref: h.ref, Kind: atp.MovementKind(h.r.IntN(6)), Quantity: int64(1 + h.r.IntN(4)), Lot: h.lot(),
	}
	if m.Kind == atp.StatusChange || m.Kind == atp.ConsignmentReturn {
		m.Status = atp.SupplyType(max(0, h.r.IntN(5)-2))
	}
	var err error
	switch m.Kind {
	case atp.StatusChange:
		m.ToStatus = (m.Status + 2) % 3
	case atp.ConsignmentReturn:
		if m.Lot != "" && h.r.IntN(2) == 0 {
			m.Expires = expiring(h.expiry())
		}
	case atp.ConsignmentIssue:
	default:
		m.Due = day(h.day())
		m.To, err = h.s.Ref("milk", "S2")
		require.NoError(h.t, err)
	}
	before := h.s.State(h.now)
	short, err := h.s.Shortfalls(h.now, h.ref)
	require.NoError(h.t, err)
	e, broken, err := h.s.Move(h.now, m)
	l := h.m.lots[m.Lot]
	if m.Kind != atp.ConsignmentReturn && (l == nil || l.onHand[m.Status] < m.Quantity) {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	require.NoError(h.t, err)
	h.did(e)
	if l == nil {
		l = &modelLot{expires: never}
		h.m.lots[m.Lot] = l
	}
	switch m.Kind {
	case atp.ConsignmentReturn:
		if !m.Expires.IsZero() {
			l.expires = m.Expires.Sub(day(0))
		}
		l.known = true
		l.onHand[m.Status] += 2 * m.Quantity // and taken off again
	case atp.StatusChange:
		l.onHand[m.ToStatus] += m.Quantity
	default:
		if !m.To.IsZero() {
			require.Equal(h.t, expiring(l.expires), e.Expires)
		}
	}
	l.onHand[m.Status] -= m.Quantity
	again, _, err := h.s.Move(h.now, m)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	after, err := h.s.Shortfalls(h.now, h.ref)
	require.NoError(h.t, err)
	for _, b := range broken {
		require.Contains(h.t, after, b)
	}
	if len(broken) == 0 {
		require.LessOrEqual(h.t, missingIn(after), missingIn(short), "what breaks is told")
	}
}

func missingIn(short []atp.Shortfall) (n int64) {
	for _, s := range short {
		n += s.Quantity
	}
	return n
}

func (h *lotHistory) receipt() (string, *modelDated) {
	if len(h.m.receipts) == 0 {
		return "", nil
	}
	names := slices.Sorted(maps.Keys(h.m.receipts))
	name := names[h.r.IntN(len(names))]
	return name, h.m.receipts[name]
}

func (h *lotHistory) adjust() {
	document, r := h.receipt()
	if r == nil {
		return
	}
	a := atp.Adjustment{Ref: h.ref, Document: document, Quantity: int64(h.r.IntN(8))}
	state, err := h.s.Item(h.ref)
	require.NoError(h.t, err)
	for _, s := range state.Supplies {
		if s.Document == document {
			r.open = max(a.Quantity-s.Received, 0)
		}
	}
	r.due = h.day()
	a.Due = day(r.due)
	if h.r.IntN(2) == 0 {
		r.expires = r.due + h.r.IntN(12)
		a.Expires = day(r.expires)
	}
	if h.r.IntN(3) == 0 {
		r.reliability = h.reliability()
		a.Reliability = &r.reliability
	}
	e, err := h.s.AdjustSupply(h.now, a)
	require.NoError(h.t, err)
	h.did(e)
}

func (h *lotHistory) receive() {
	document, r := h.receipt()
	if r == nil {
		return
	}
	h.posts++
	g := atp.Receipt{
		Ref: h.ref, Document: document, Posting: fmt.Sprint("GR", h.posts), Status: atp.SupplyType(h.r.IntN(2)), Lot: h.lot(),
		Quantity: int64(1 + h.r.IntN(4)),
	}
	if g.Lot != "" && h.r.IntN(2) == 0 {
		g.Expires = expiring(h.expiry())
	}
	e, err := h.s.Receive(h.now, g)
	if g.Lot == "" && r.expires < never {
		require.ErrorAs(h.t, err, new(*atp.RequestError))
		return
	}
	require.NoError(h.t, err)
	l := h.m.lots[g.Lot]
	if l == nil {
		l = &modelLot{expires: never}
		h.m.lots[g.Lot] = l
	}
	switch {
	case !g.Expires.IsZero():
		l.expires = g.Expires.Sub(day(0))
	case g.Lot != "" && !l.known:
		l.expires = r.expires
	}
	l.known = true
	l.onHand[g.Status] += g.Quantity
	r.open = max(r.open-g.Quantity, 0)
	h.did(e)
	again, err := h.s.Receive(h.now, g)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
}

// placed is the day on which a demand was placed, mostly left open.
func (h *lotHistory) placed() (d calendar.Date) {
	if h.r.IntN(3) == 0 {
		d = day(h.day())
	}
	return d
}

// made is when a reservation was made, no time for none.
func (h *lotHistory) made(key string) (at time.Time) {
	if r := h.m.res[key]; r != nil {
		at = r.made
	}
	return at
}

func (h *lotHistory) reserve() {
	var lines []atp.Line
	for range 1 + h.r.IntN(3) {
		on := h.day()
		l := atp.Line{Ref: h.ref, Date: day(on), Quantity: int64(1 + h.r.IntN(5))}
		if h.r.IntN(2) == 0 {
			l.GoodThrough = day(on + h.r.IntN(8))
		}
		if h.r.IntN(4) == 0 {
			l.Lot = h.lot()
		}
		lines = append(lines, l)
	}
	h.reserveLines(lines, h.r.IntN(4) == 0, h.placed())
}

// reserveLines reserves where the model says that it can be, and reports whether it could.
func (h *lotHistory) reserveLines(lines []atp.Line, safety bool, placed calendar.Date) bool {
	h.keys++
	req := atp.Request{
		Key: fmt.Sprintf("k%03d", h.keys), Hold: time.Duration(1+h.r.IntN(60)) * time.Hour, Lines: lines, SafetyStock: safety,
		Placed: placed,
	}
	claims := lotClaims(req.Key, lines, h.m.today)
	sure := h.m.sure(h.t, h.now, "")
	kept := h.m.safety
	if safety {
		kept = 0
	}
	fits := !closedTo(h.m.policy, req.Placed, time.Time{}, h.now)
	for _, c := range claims {
		a := ask{c.day, c.good, c.lot}
		if fits = fits && h.m.atp(sure, a, kept) >= c.open; !fits {
			break
		}
		for n := c.open; n > 0 && (c.day <= h.m.last() || c.lot != ""); n-- {
			require.True(h.t, sure.add(a))
		}
	}
	old := h.m.claims(h.now, "")
	before, _, _ := h.m.served(old)
	e, err := h.s.Reserve(h.now, req)
	if !fits {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		return false
	}
	require.NoError(h.t, err)
	h.did(e)
	h.m.res[req.Key] = &lotReservation{
		made: h.now, expires: h.now.Add(req.Hold), lines: claims, box: map[string]int64{},
	}
	after, _, _ := h.m.served(h.m.claims(h.now, ""))
	h.noWorse(old, before, after)
	for _, c := range claims {
		for _, on := range after[c] {
			require.Equal(h.t, c.day, on, "a new reservation is served on its day")
		}
		if c.day <= h.m.last() || c.lot != "" {
			require.Len(h.t, after[c], int(c.open))
		}
	}
	return true
}

// noWorse holds that nobody has fewer units, or any later.
func (h *lotHistory) noWorse(claims []*lotClaim, before, after map[*lotClaim][]int) {
	for _, c := range claims {
		require.GreaterOrEqual(h.t, len(after[c]), len(before[c]), c.key)
		for i, on := range before[c] {
			require.LessOrEqual(h.t, after[c][i], on, c.key)
		}
	}
}

// lotClaims sorts and merges lines as the engine does.
func lotClaims(key string, lines []atp.Line, today int) []*lotClaim {
	var claims []*lotClaim
	for _, l := range lines {
		c := &lotClaim{key: key, day: max(l.Date.Sub(day(0)), today), lot: l.Lot, open: l.Quantity}
		if !l.GoodThrough.IsZero() {
			if c.good = l.GoodThrough.Sub(day(0)); c.good <= c.day {
				c.good = 0
			}
		}
		claims = append(claims, c)
	}
	slices.SortStableFunc(claims, func(a, b *lotClaim) int {
		return stdcmp.Or(a.day-b.day, a.good-b.good, stdcmp.Compare(a.lot, b.lot))
	})
	var merged []*lotClaim
	for _, c := range claims {
		if n := len(merged); n > 0 && merged[n-1].day == c.day && merged[n-1].good == c.good && merged[n-1].lot == c.lot {
			merged[n-1].open += c.open
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}

func (h *lotHistory) key() (string, *lotReservation) {
	if h.keys == 0 {
		return "", nil
	}
	key := fmt.Sprintf("k%03d", 1+h.r.IntN(h.keys))
	return key, h.m.res[key]
}

func (h *lotHistory) commit() {
	key, r := h.key()
	if r == nil || r.committed {
		return
	}
	e, err := h.s.Commit(h.now, key)
	var open int64
	for _, l := range r.lines {
		open += l.open
	}
	if open == 0 || !h.now.Before(r.expires) {
		require.ErrorAs(h.t, err, new(*atp.StateError))
		return
	}
	require.NoError(h.t, err)
	r.committed = true
	h.did(e)
}

// consume lets all that is open or picked leave, or some of it from a lot that is named.
func (h *lotHistory) consume() {
	key, r := h.key()
	if r == nil || !r.committed {
		return
	}
	h.posts++
	p := atp.Posting{Key: key, Document: fmt.Sprint("S", h.posts)}
	n, lot, parts := h.part()
	p.Parts = parts
	named := lot != ""
	after := r.clone()
	boxed := after.unpack(h, &n, lot)
	take, missing := r.take(n, lot)
	if missing > 0 && parts != nil {
		_, err := h.s.Consume(h.now, p)
		h.refused(err)
		return
	}
	picked, ok := h.pick(r, take, named, lot)
	e, err := h.s.Consume(h.now, p)
	if !ok {
		h.refused(err)
		return
	}
	if err != nil { // nothing was open
		require.ErrorAs(h.t, err, new(*atp.StateError))
		return
	}
	got, gone := map[string]int64{}, map[string]int64{}
	for _, part := range e.Lots {
		if part.Picked {
			gone[part.Lot] += part.Quantity
		} else {
			got[part.Lot] += part.Quantity
		}
		require.Equal(h.t, named, part.Named)
	}
	loose := picked[""]
	delete(picked, "")
	require.Equal(h.t, picked, got)
	require.Equal(h.t, boxed[""], sum(e.Picked)-sum(slices.Collect(maps.Values(gone))))
	delete(boxed, "")
	require.Equal(h.t, boxed, gone)
	h.did(e)
	again, err := h.s.Consume(h.now, p)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	again.Replayed = false
	require.Equal(h.t, e, again)
	if h.r.IntN(5) == 0 {
		require.NoError(h.t, h.s.UndoConsume(e))
		h.events = h.events[:len(h.events)-1]
		return
	}
	claims := h.m.claims(h.now, "")
	before, _, _ := h.m.served(claims)
	// Nobody is hurt where everybody is served in time, this claim today, and all that is there today is on hand to be
	// taken: else the goods that it was to have are not the goods that can leave.
	calm := parts == nil && h.m.policy.Scope == 0
	for _, u := range h.m.units() {
		calm = calm && (!u.receipt || u.from > h.m.today)
	}
	for _, l := range r.lines {
		calm = calm && (l.open == 0 || slices.Contains(claims, l))
	}
	for _, c := range claims {
		calm = calm && len(before[c]) == int(c.open) && (c.key != key || c.day <= h.m.today)
		for _, on := range before[c] {
			calm = calm && on == max(c.day, h.m.today)
		}
	}
	for id, n := range picked {
		h.m.lots[id].onHand[atp.Available] -= n
	}
	if loose > 0 {
		h.m.lots[""].onHand[atp.Available] -= loose
	}
	r.box = after.box
	for i, n := range take {
		r.lines[i].open -= n
		r.lines[i].picked = after.lines[i].picked
	}
	if calm { // the first to expire that is good enough is nobody's loss
		claims = slices.DeleteFunc(claims, func(c *lotClaim) bool { return c.key == key })
		after, _, _ := h.m.served(h.m.claims(h.now, ""))
		h.noWorse(claims, before, after)
	}
}

// take takes up to n of what is open, of a lot where one is named: of the lines on it and then of those on none.
func (r *lotReservation) take(n int64, lot string) (take []int64, missing int64) {
	take = make([]int64, len(r.lines))
	takes := func(of func(l *lotClaim) bool) {
		for i, l := range r.lines {
			if of(l) {
				part := min(n, l.open-take[i])
				take[i] += part
				n -= part
			}
		}
	}
	if lot != "" {
		takes(func(l *lotClaim) bool { return l.lot == lot })
		takes(func(l *lotClaim) bool { return l.lot == "" })
	} else {
		takes(func(*lotClaim) bool { return true })
	}
	return take, n
}

const allThereIs = 1 << 40

// part draws what a posting is of: all there is, or a few units, of a lot or of any.
func (h *lotHistory) part() (n int64, lot string, parts []atp.Part) {
	n = allThereIs
	if h.r.IntN(2) == 0 {
		return n, "", nil
	}
	if n = int64(1 + h.r.IntN(4)); h.r.IntN(2) == 0 {
		lot = []string{"L1", "L2", "L3", "L4"}[h.r.IntN(4)]
	}
	return n, lot, []atp.Part{{Ref: h.ref, Quantity: n, Lot: lot}}
}

func (r *lotReservation) clone() *lotReservation {
	twin := *r
	twin.lines, twin.box = nil, maps.Clone(r.box)
	for _, l := range r.lines {
		own := *l
		twin.lines = append(twin.lines, &own)
	}
	return &twin
}

// unpack takes up to n picked units away, of a lot where one is named, those of lines on it first; and says which lots they
// are. What cannot be had stays in n.
func (r *lotReservation) unpack(h *lotHistory, n *int64, lot string) map[string]int64 {
	lots := map[string]int64{}
	takes := func(of func(l *lotClaim) bool) {
		for _, l := range r.lines {
			for of(l) && l.picked > 0 && *n > 0 {
				id := stdcmp.Or(l.lot, lot)
				if l.lot == "" {
					if lot == "" {
						id = h.inBox(r, false)
					}
					if r.box[id] == 0 {
						break
					}
					r.box[id]--
				}
				l.picked--
				*n--
				lots[id]++
			}
		}
	}
	if lot != "" {
		takes(func(l *lotClaim) bool { return l.lot == lot })
		takes(func(l *lotClaim) bool { return l.lot == "" })
	} else {
		takes(func(*lotClaim) bool { return true })
	}
	return lots
}

// inBox is the lot that leaves next of what is picked for lines on no lot: the first to expire, or the last.
func (h *lotHistory) inBox(r *lotReservation, last bool) string {
	var ids []string
	for id, n := range r.box {
		if n > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return stdcmp.Or(noneLast(a, b), h.m.lots[a].expires-h.m.lots[b].expires, stdcmp.Compare(a, b))
	})
	if last {
		slices.Reverse(ids)
	}
	return ids[0]
}

func sum(all []int64) (n int64) {
	for _, one := range all {
		n += one
	}
	return n
}

// pickGoods takes all that is open off the shelf, or some of it from a lot that is named.
func (h *lotHistory) pickGoods() {
	key, r := h.key()
	if r == nil {
		return
	}
	h.posts++
	p := atp.Posting{Key: key, Document: fmt.Sprint("T", h.posts)}
	n, lot, parts := h.part()
	p.Parts = parts
	take, missing := r.take(n, lot)
	before := h.s.State(h.now)
	if missing > 0 && parts != nil || !r.committed || sum(take) == 0 {
		_, err := h.s.Pick(h.now, p)
		h.refused(err)
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	picked, ok := h.pick(r, take, lot != "", lot)
	e, err := h.s.Pick(h.now, p)
	if !ok {
		h.refused(err)
		return
	}
	require.NoError(h.t, err)
	again, err := h.s.Pick(h.now, p)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	if h.r.IntN(5) == 0 {
		require.NoError(h.t, h.s.UndoPick(e))
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	h.did(e)
	got := map[string]int64{"": sum(take)}
	for _, part := range e.Lots {
		got[part.Lot] += part.Quantity
		got[""] -= part.Quantity
	}
	picked[""] += 0
	require.Equal(h.t, picked, got)
	for id, n := range picked {
		if n == 0 {
			continue
		}
		h.m.lots[id].onHand[atp.Available] -= n
		r.box[id] += n
	}
	for i, n := range take {
		r.lines[i].open -= n
		r.lines[i].picked += n
		if r.lines[i].lot != "" {
			r.box[r.lines[i].lot] -= n
		}
	}
}

// unpick puts picked goods back: all, or a part from the latest lines, the last to expire first.
func (h *lotHistory) unpick() {
	key, r := h.key()
	if r == nil {
		return
	}
	h.posts++
	p := atp.Posting{Key: key, Document: fmt.Sprint("B", h.posts)}
	n, lot, parts := h.part()
	p.Parts = parts
	after := r.clone()
	back := map[string]int64{}
	puts := func(of func(l *lotClaim) bool) {
		for _, l := range slices.Backward(after.lines) {
			for ; of(l) && l.picked > 0 && n > 0; n-- {
				id := stdcmp.Or(l.lot, lot)
				if l.lot == "" {
					if lot == "" {
						id = h.inBox(after, true)
					}
					if after.box[id] == 0 {
						break
					}
					after.box[id]--
				}
				back[id]++
				l.picked--
				l.open++
			}
		}
	}
	if lot != "" {
		puts(func(l *lotClaim) bool { return l.lot == lot })
		puts(func(l *lotClaim) bool { return l.lot == "" })
	} else {
		puts(func(*lotClaim) bool { return true })
	}
	before := h.s.State(h.now)
	e, err := h.s.Unpick(h.now, p)
	if !r.committed || len(back) == 0 || parts != nil && n > 0 {
		h.refused(err)
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	require.NoError(h.t, err)
	if h.r.IntN(5) == 0 {
		require.NoError(h.t, h.s.UndoUnpick(e))
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	h.did(e)
	got := map[string]int64{}
	for _, part := range e.Lots {
		got[part.Lot] += part.Quantity
	}
	for id, n := range back {
		h.m.lots[id].onHand[atp.Available] += n
	}
	delete(back, "")
	require.Equal(h.t, back, got)
	*r = *after
}

func (h *lotHistory) refused(err error) {
	require.True(h.t, errors.As(err, new(*atp.ShortageError)) || errors.As(err, new(*atp.StateError)), "%v", err)
}

// pick takes, unit by unit: what lines on a lot need first, then the first to expire that is good enough and that no
// line on a lot needs.
func (h *lotHistory) pick(r *lotReservation, take []int64, named bool, lot string) (map[string]int64, bool) {
	picked := map[string]int64{}
	left := func(id string) int64 {
		if l := h.m.lots[id]; l != nil {
			return l.onHand[atp.Available] - picked[id]
		}
		return -picked[id]
	}
	if named {
		if n := sum(take); n > 0 {
			picked[lot] = n
		}
		return picked, left(lot) >= 0
	}
	kept := map[string]int64{}
	for key, other := range h.m.res {
		if !other.committed && !h.now.Before(other.expires) {
			continue
		}
		for _, l := range other.lines {
			if l.lot != "" && h.m.res[key] != r {
				kept[l.lot] += l.open
			}
		}
	}
	for i, l := range r.lines {
		kept[l.lot] += l.open - take[i]
	}
	delete(kept, "")
	for i, l := range r.lines {
		for n := take[i]; l.lot != "" && n > 0; n-- {
			if left(l.lot) <= 0 {
				return nil, false
			}
			picked[l.lot]++
		}
	}
	ids := slices.SortedFunc(maps.Keys(h.m.lots), func(a, b string) int {
		return stdcmp.Or(h.m.lots[a].expires-h.m.lots[b].expires, noneLast(a, b), stdcmp.Compare(a, b))
	})
	for i, l := range r.lines {
		for n := take[i]; l.lot == "" && n > 0; n-- {
			at := slices.IndexFunc(ids, func(id string) bool {
				return left(id)-kept[id] > 0 && h.m.lots[id].expires >= max(h.m.today, l.good)
			})
			if at < 0 {
				return nil, false
			}
			picked[ids[at]]++
		}
	}
	return picked, true
}

// noneLast puts what is in no lot last.
func noneLast(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return 0
}

func (h *lotHistory) release() {
	key, r := h.key()
	if r == nil || !r.committed && !h.now.Before(r.expires) {
		return
	}
	h.posts++
	p := atp.Posting{Key: key, Document: fmt.Sprint("C", h.posts)}
	take := make([]int64, len(r.lines))
	var open int64
	if h.r.IntN(2) == 0 {
		lot := []string{"L1", "L2", "L3", "L4"}[h.r.IntN(4)]
		n := int64(1 + h.r.IntN(2))
		p.Parts = []atp.Part{{Ref: h.ref, Quantity: n, Lot: lot}}
		for i, l := range r.lines {
			if l.lot == lot {
				take[i] = min(n, l.open)
				n -= take[i]
			}
		}
		open = 1 - min(n, 1)
	} else {
		for i, l := range r.lines {
			take[i] = l.open
			open += l.open
		}
		for _, l := range r.lines {
			if l.picked > 0 {
				open = 0 // goods are picked for it
			}
		}
	}
	e, err := h.s.Release(h.now, p)
	if open == 0 {
		h.refused(err)
		return
	}
	require.NoError(h.t, err)
	h.did(e)
	for i, n := range take {
		r.lines[i].open -= n
	}
}

// reschedule gives what some reservations have open other days, lives and lots. It is done only where nobody else is hurt
// and no more is missing; and where all that is asked for can be had, it is done.
func (h *lotHistory) reschedule() {
	h.posts++
	run := atp.Rescheduling{Key: fmt.Sprint("run", h.posts)}
	lines := map[string][]atp.Line{}
	for range 1 + h.r.IntN(2) {
		key, r := h.key()
		if r == nil || !r.committed || lines[key] != nil {
			continue
		}
		c := atp.Change{Key: key, Ref: h.ref}
		var open int64
		for _, l := range r.lines {
			if l.open > 0 {
				from := atp.ScheduleLine{Date: day(l.day), Quantity: l.open, Lot: l.lot}
				if l.good > 0 {
					from.GoodThrough = day(l.good)
				}
				c.From = append(c.From, from)
				open += l.open
			}
		}
		if open == 0 {
			continue
		}
		lines[key] = []atp.Line{}
		for range h.r.IntN(3) {
			on := h.day()
			to := atp.ScheduleLine{Date: day(on), Quantity: int64(1 + h.r.IntN(5)), Lot: h.lot()}
			if h.r.IntN(2) == 0 {
				to.Lot = ""
			}
			if h.r.IntN(2) == 0 {
				to.GoodThrough = day(on + h.r.IntN(8))
			}
			c.To = append(c.To, to)
			lines[key] = append(lines[key], atp.Line{Date: to.Date, Quantity: to.Quantity, GoodThrough: to.GoodThrough, Lot: to.Lot})
		}
		run.Changes = append(run.Changes, c)
	}
	if len(run.Changes) == 0 {
		return
	}
	before := h.s.State(h.now)
	all := h.m.claims(h.now, "")
	had, _, _ := h.m.served(all)
	e, err := h.s.Reschedule(h.now, run)
	if err != nil {
		require.ErrorAs(h.t, err, new(*atp.ShortageError))
		require.Equal(h.t, before, h.s.State(h.now))
		require.False(h.t, h.feasible(all, had, lines), "what can be had is not refused")
		return
	}
	if h.r.IntN(4) == 0 {
		require.NoError(h.t, h.s.UndoReschedule(e))
		require.Equal(h.t, before, h.s.State(h.now))
		return
	}
	h.did(e)
	others := slices.DeleteFunc(slices.Clone(all), func(c *lotClaim) bool { return lines[c.key] != nil })
	for key, to := range lines {
		h.m.res[key].move(lotClaims(key, to, h.m.today))
	}
	gets, _, _ := h.m.served(h.m.claims(h.now, ""))
	h.noWorse(others, had, gets)
}

// move gives the reservation other lines. What is picked stays.
func (r *lotReservation) move(to []*lotClaim) {
	for _, l := range r.lines {
		if l.picked == 0 {
			continue
		}
		i := slices.IndexFunc(to, func(c *lotClaim) bool { return c.day == l.day && c.good == l.good && c.lot == l.lot })
		if i < 0 {
			to = append(to, &lotClaim{key: l.key, day: l.day, good: l.good, lot: l.lot})
			i = len(to) - 1
		}
		to[i].picked = l.picked
	}
	slices.SortFunc(to, func(a, b *lotClaim) int {
		return stdcmp.Or(a.day-b.day, a.good-b.good, stdcmp.Compare(a.lot, b.lot))
	})
	r.lines = to
}

// feasible reports whether all lines can be had beside what others have, safety stock and all.
func (h *lotHistory) feasible(all []*lotClaim, had map[*lotClaim][]int, lines map[string][]atp.Line) bool {
	m := h.m
	m.res = maps.Clone(h.m.res)
	for key := range lines {
		delete(m.res, key)
	}
	claims := m.claims(h.now, "")
	_, units, _ := m.served(claims)
	beside := newMatching(units)
	for _, c := range all {
		for _, day := range had[c] {
			if lines[c.key] == nil && c.lot == "" && !beside.add(ask{day: day, good: c.good}) {
				return false
			}
		}
	}
	for _, named := range []bool{true, false} {
		for _, key := range slices.Sorted(maps.Keys(lines)) {
			for _, c := range lotClaims(key, lines[key], m.today) {
				if named != (c.lot != "") {
					continue
				}
				a := ask{c.day, c.good, c.lot}
				if m.atp(beside, a, m.safety) < c.open {
					return false
				}
				for n := c.open; n > 0 && (c.day <= m.last() || c.lot != ""); n-- {
					beside.add(a)
				}
			}
		}
	}
	return true
}

func (h *lotHistory) tick() {
	h.now = h.now.Add(time.Duration(h.r.IntN(30)) * time.Hour)
	h.m.today = dayOf(h.now)
}

// check asks the same questions of both.
func (h *lotHistory) check() {
	q := atp.Query{Ref: h.ref, SafetyStock: h.r.IntN(3) == 0, MinLife: max(0, h.r.IntN(8)-3)}
	if h.r.IntN(4) == 0 {
		q.Lot = h.lot()
	}
	if h.r.IntN(4) == 0 {
		q.Replaces, _ = h.key()
	}
	q.Placed = h.placed()
	closed := closedTo(h.m.policy, q.Placed, h.made(q.Replaces), h.now)
	from := h.day()
	q.Date = day(from)
	from = max(from, h.m.today)
	kept := h.m.safety
	if q.SafetyStock {
		kept = 0
	}
	sure := h.m.sure(h.t, h.now, q.Replaces)
	got, err := h.s.ATP(h.now, q)
	require.NoError(h.t, err)
	free := h.m.atp(sure, ask{from, from + q.MinLife, q.Lot}, kept)
	if closed {
		free = 0
	}
	require.Equal(h.t, free, got)

	quantity := int64(1 + h.r.IntN(8))
	when, ok, err := h.s.Earliest(h.now, q, quantity)
	require.NoError(h.t, err)
	want := -1
	for d := from; d <= lotDays && want < 0 && !closed; d++ {
		if h.m.atp(sure, ask{d, d + q.MinLife, q.Lot}, kept) >= quantity {
			want = d
		}
	}
	require.Equal(h.t, want >= 0, ok, "want %d, %+v, quantity %d, today %d, model %+v", want, q, quantity, h.m.today, h.m.policy)
	if ok {
		require.Equal(h.t, day(want), when, "earliest of %d from day %d", quantity, from)
	}
	h.checkShortfalls()
	h.checkOutlook()
}

func (h *lotHistory) checkShortfalls() {
	claims := h.m.claims(h.now, "")
	days, _, _ := h.m.served(claims)
	var want []atp.Shortfall
	for _, c := range claims {
		if c.lot == "" && max(c.day, h.m.today) > h.m.last() {
			continue
		}
		short := atp.Shortfall{Key: c.key, Date: day(c.day), Lot: c.lot, Quantity: c.open}
		for _, on := range days[c] {
			if on == max(c.day, h.m.today) {
				short.Quantity--
			} else {
				short.Until = day(on)
			}
		}
		if int64(len(days[c])) < c.open {
			short.Until = calendar.Date{}
			if h.m.endless() && c.lot == "" {
				short.Until = day(h.m.last() + 1)
			}
		}
		if short.Quantity > 0 {
			want = append(want, short)
		}
	}
	got, err := h.s.Shortfalls(h.now, h.ref)
	require.NoError(h.t, err)
	require.Equal(h.t, want, got)
}

func (h *lotHistory) checkOutlook() {
	o, err := h.s.Outlook(h.now, h.ref)
	require.NoError(h.t, err)
	sure := h.m.sure(h.t, h.now, "")
	var expired int64
	for _, d := range o.Days {
		on := d.Date.Sub(day(0))
		require.Equal(h.t, h.m.atp(sure, ask{day: on}, h.m.safety), d.ATP)
		expired += d.Expired
	}
	_, _, left := h.m.served(h.m.claims(h.now, ""))
	for _, u := range left {
		if u.until < never && u.until >= u.from {
			expired--
		}
	}
	require.Zero(h.t, expired, "what nobody takes expires")
}

// promise holds a split demand against the definition: no choice of days has more by any day than what can be had by
// then in all, and the lines can be reserved.
func (h *lotHistory) promise() {
	d := atp.Demand{
		Ref: h.ref, Quantity: int64(1 + h.r.IntN(20)), Wanted: day(h.day()), MinLife: max(0, h.r.IntN(6)-2),
		Partial: atp.Partial{AtMost: atp.AnyNumber}, Explain: true, SafetyStock: h.m.safety == 0 || h.r.IntN(2) == 0,
	}
	if h.r.IntN(2) == 0 {
		d.Partial.AtMost = 2 + h.r.IntN(2)
	}
	if h.r.IntN(2) == 0 {
		d.Pack = int64(2 + h.r.IntN(4))
		d.Quantity = d.Pack * int64(1+h.r.IntN(4))
	}
	d.Placed = h.placed()
	p, err := h.s.Promise(h.now, d)
	require.NoError(h.t, err)
	var got []part
	for _, delivery := range p.Deliveries {
		got = append(got, part{delivery.Quantity, delivery.Deliver.Sub(day(0))})
		require.Zero(h.t, delivery.Quantity%max(d.Pack, 1))
		var pegged int64
		for _, peg := range delivery.Pegs {
			pegged += peg.Quantity
			require.False(h.t, peg.Due.After(delivery.Start), "supply is there when it is taken")
			require.True(h.t, peg.Expires.IsZero() || !peg.Expires.Before(delivery.Deliver.AddDays(d.MinLife)), "and lasts")
		}
		if delivery.Start.Sub(day(0)) <= h.m.last() {
			require.Equal(h.t, delivery.Quantity, pegged)
		}
	}
	if closedTo(h.m.policy, d.Placed, time.Time{}, h.now) {
		require.Empty(h.t, got)
		return
	}
	if d.SafetyStock {
		require.Equal(h.t, worth(d, h.bestSplit(d)), worth(d, got))
	}
	if len(got) > 0 {
		require.True(h.t, h.reserveLines(p.Lines(), d.SafetyStock, d.Placed))
	}
}

// worth is what a split is judged by: how much, quantity x days late, the first day, how many.
func worth(d atp.Demand, split []part) [4]int64 {
	var w [4]int64
	for _, p := range split {
		w[0] += p.quantity
		w[1] += p.quantity * int64(max(p.day-d.Wanted.Sub(day(0)), 0))
	}
	if len(split) > 0 {
		w[2], w[3] = int64(split[0].day), int64(len(split))
	}
	return w
}

// bestSplit tries every choice of days and quantities.
func (h *lotHistory) bestSplit(d atp.Demand) []part {
	sure := h.m.sure(h.t, h.now, "")
	first := max(d.Wanted.Sub(day(0)), h.m.today)
	days := []int{first}
	for _, u := range h.m.units() {
		if u.from > first {
			days = append(days, u.from)
		}
	}
	if h.m.endless() && h.m.last()+1 > first {
		days = append(days, h.m.last()+1)
	}
	slices.Sort(days)
	days = slices.Compact(days)
	var best []part
	var bestTotal, bestCost int64
	var try func(i int, more *matching, made []part, total, cost int64)
	try = func(i int, more *matching, made []part, total, cost int64) {
		better := stdcmp.Or(stdcmp.Compare(total, bestTotal), stdcmp.Compare(bestCost, cost))
		if better == 0 && len(made) > 0 && len(best) > 0 {
			better = stdcmp.Or(stdcmp.Compare(best[0].day, made[0].day), stdcmp.Compare(len(best), len(made)))
		}
		if better > 0 {
			best, bestTotal, bestCost = slices.Clone(made), total, cost
		}
		if len(made) == d.Partial.AtMost || total == d.Quantity {
			return
		}
		for ; i < len(days); i++ {
			next := more.clone()
			a := ask{day: days[i], good: days[i] + d.MinLife}
			late := int64(max(days[i]-d.Wanted.Sub(day(0)), 0))
			for n := int64(1); total+n <= d.Quantity && (days[i] > h.m.last() || next.add(a)); n++ {
				if n%max(d.Pack, 1) == 0 {
					try(i+1, next, append(slices.Clone(made), part{n, days[i]}), total+n, cost+n*late)
				}
			}
		}
	}
	try(0, sure, nil, 0, 0)
	return best
}

func newLotHistory(t *testing.T, seed, stream uint64) *lotHistory {
	h := &lotHistory{
		t: t, r: rand.New(rand.NewPCG(seed, stream)), s: newStock(t), now: noon(0),
		m: lotModel{lots: map[string]*modelLot{}, receipts: map[string]*modelDated{}, res: map[string]*lotReservation{}},
	}
	h.define()
	_, other, err := h.s.Define(h.now, atp.Definition{Item: "milk", Site: "S2"})
	require.NoError(t, err)
	h.did(other)
	h.m.lots["L1"] = &modelLot{expires: 9, known: true, onHand: [3]int64{6}}
	e, err := h.s.Count(h.now, atp.Count{Ref: h.ref, Lot: "L1", Expires: day(9), Quantity: 6})
	require.NoError(t, err)
	h.did(e)
	return h
}

// Whatever is picked of several lots for several lines, put back, moved and shipped: the model knows where each unit is.
func TestPickedLotsAgainstTheDefinition(t *testing.T) {
	done := map[string]int{}
	for seed := range cases(800) {
		h := newLotHistory(t, seed, 6)
		for range 6 {
			h.count()
		}
		for range 3 {
			h.reserve()
		}
		for _, key := range slices.Sorted(maps.Keys(h.m.res)) {
			e, err := h.s.Commit(h.now, key)
			require.NoError(t, err)
			h.m.res[key].committed = true
			h.did(e)
		}
		for range 25 {
			[]func(){h.pickGoods, h.pickGoods, h.unpick, h.unpick, h.consume, h.reschedule, h.release, h.count, h.check}[h.r.IntN(9)]()
		}
		require.False(t, t.Failed(), "seed %d", seed)
		h.fold(seed)
		for _, e := range h.events {
			switch e := e.(type) {
			case atp.Picked:
				done["picked"]++
			case atp.Unpicked:
				done["unpicked"]++
			case atp.Consumed:
				if e.Picked != nil {
					done["consumed of what was picked"]++
				}
			case atp.Rescheduled:
				done["rescheduled"]++
			}
		}
	}
	t.Log(done)
	for what, n := range done {
		require.GreaterOrEqual(t, n, int(cases(100)), what)
	}
	require.Len(t, done, 4)
}

// Where goods expire, whole packs are chosen as a search over all days and quantities chooses them.
func TestPacksOfLotsAgainstTheDefinition(t *testing.T) {
	for seed := range cases(1500) {
		h := newLotHistory(t, seed, 5)
		for range 2 {
			h.count()
		}
		for range 5 {
			h.supply()
		}
		for range 4 {
			h.promise()
		}
		require.False(t, t.Failed(), "seed %d", seed)
	}
}

// An item with lots answers like the definition after any sequence of operations, and its events make the same state:
// in another order, twice, and from a snapshot.
func TestLotsAgainstTheDefinition(t *testing.T) {
	const operations = 120
	n := *histories
	if raceEnabled || testing.Short() {
		n = min(n, 25)
	}
	var did int
	for seed := range uint64(n) {
		h := newLotHistory(t, seed, 2)
		for range operations {
			if h.m.today > 30 || len(h.m.receipts) > 8 { // enough for one history
				break
			}
			did++
			actions := []func(){
				h.count, h.count, h.supply, h.supply, h.adjust, h.receive, h.reserve, h.reserve, h.reserve, h.commit, h.commit,
				h.consume, h.release, h.promise, h.promise, h.ship, h.ship, h.pickGoods, h.unpick,
			}
			switch n := h.r.IntN(26); {
			case n < len(actions):
				actions[n]()
			case n == 22:
				h.define()
			case n == 23:
				h.tick()
			case n == 24:
				h.reschedule()
			default:
				h.check()
			}
		}
		require.False(t, t.Failed(), "seed %d", seed)
		h.fold(seed)
	}
	t.Logf("%d operations", did)
}

func (h *lotHistory) fold(seed uint64) {
	want := h.s.State(h.now)
	fold := func(how string, s *atp.Stock, events []any) {
		for _, e := range events {
			require.NoError(h.t, s.Apply(e), how)
		}
		require.Empty(h.t, cmp.Diff(want, s.State(h.now), dates()), how)
	}
	fold("in order", newStock(h.t), h.events)
	fold("in another order", newStock(h.t), append(shuffled(h.events, seed), h.events...))
	data, err := json.Marshal(want)
	require.NoError(h.t, err)
	var snapshot atp.State
	require.NoError(h.t, json.Unmarshal(data, &snapshot))
	s := newStock(h.t)
	require.NoError(h.t, s.Restore(snapshot))
	fold("from a snapshot", s, h.events)
	for on := range 20 {
		ref, err := s.Ref("milk", "S1")
		require.NoError(h.t, err)
		require.Equal(h.t, atpOn(h.t, h.s, h.now, h.ref, on), atpOn(h.t, s, h.now, ref, on))
	}
	h.checkWhatIf()
}

// checkWhatIf holds that in a copy, too, what is picked goes back into its lots, by definition that what was taken of each.
func (h *lotHistory) checkWhatIf() {
	twin, err := h.s.WhatIf(h.now, h.ref)
	require.NoError(h.t, err)
	state := twin.State(h.now)
	restored := newStock(h.t)
	require.NoError(h.t, restored.Restore(state))
	require.Empty(h.t, cmp.Diff(state, restored.State(h.now), dates()))
	want := map[string]int64{}
	for id, l := range h.m.lots {
		want[id] = l.onHand[atp.Available]
	}
	for key, r := range h.m.res {
		picked := false
		for _, l := range r.lines {
			if picked = picked || l.picked > 0; l.lot != "" {
				want[l.lot] += l.picked
			}
		}
		for id, n := range r.box {
			want[id] += n
		}
		if picked {
			_, err := restored.Unpick(h.now, atp.Posting{Key: key, Document: "back"})
			require.NoError(h.t, err)
		}
	}
	for _, l := range restored.State(h.now).Items[0].Lots {
		require.Equal(h.t, want[l.Lot], l.Available, l.Lot)
		delete(want, l.Lot)
	}
	delete(want, "")
	for id, n := range want {
		require.Zero(h.t, n, id)
	}
}
