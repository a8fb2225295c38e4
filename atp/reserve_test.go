package atp_test

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// request asks for a quantity of one item today for an hour.
func request(key string, ref atp.Ref, quantity int64) atp.Request {
	return atp.Request{Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: quantity}}}
}

// atp.md: reservations, stock 10.
func TestReservationWorkedExample(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	first, err := s.Reserve(noon(0), request("k1", ref, 6))
	require.NoError(t, err)

	again, err := s.Reserve(noon(0).Add(time.Minute), request("k1", ref, 6))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, first, again, "k1 again gives the same")
	require.EqualValues(t, 4, atpOn(t, s, noon(0), ref, 0))

	_, err = s.Reserve(noon(0), request("k2", ref, 5))
	require.ErrorAs(t, err, new(*atp.ShortageError), "k2 = 5 fails")
	_, err = s.Reserve(noon(0).Add(time.Hour-1), request("k2", ref, 5))
	require.ErrorAs(t, err, new(*atp.ShortageError), "k1 has a nanosecond left")
	_, err = s.Reserve(noon(0).Add(time.Hour), request("k2", ref, 5))
	require.NoError(t, err, "after k1 expired, k2 = 5 succeeds: a refused reservation does not bind its key")

	again, err = s.Reserve(noon(0).Add(time.Hour), request("k1", ref, 6))
	require.NoError(t, err, "a replayed key keeps its answer after expiry")
	require.Equal(t, first.Expires, again.Expires)
	require.EqualValues(t, 5, atpOn(t, s, noon(0), ref, 0), "and holds nothing")
}

func TestKeyConflict(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 10), stocked(t, s, "B", 10)
	_, err := s.Reserve(noon(0), request("k", a, 6))
	require.NoError(t, err)
	before := s.State(noon(0))
	for name, change := range map[string]func(*atp.Request){
		"quantity":     func(r *atp.Request) { r.Lines[0].Quantity = 5 },
		"item":         func(r *atp.Request) { r.Lines[0].Ref = b },
		"date":         func(r *atp.Request) { r.Lines[0].Date = day(1) },
		"hold":         func(r *atp.Request) { r.Hold++ },
		"safety stock": func(r *atp.Request) { r.SafetyStock = true },
		"scope":        func(r *atp.Request) { r.Scope = atp.ScopeOf(atp.Available) },
		"lines":        func(r *atp.Request) { r.Lines = append(r.Lines, atp.Line{Ref: b, Date: day(0), Quantity: 1}) },
	} {
		r := request("k", a, 6)
		change(&r)
		_, err := s.Reserve(noon(0), r)
		var conflict *atp.KeyConflictError
		require.ErrorAs(t, err, &conflict, name)
		require.Equal(t, "k", conflict.Key)
	}
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
}

// A request for today that is tried again tomorrow is the same request.
func TestReplayOnTheNextDay(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	r := request("k", ref, 6)
	r.Hold = 72 * time.Hour
	first, err := s.Reserve(noon(2), r)
	require.NoError(t, err)
	require.Equal(t, day(2), first.Lines[0].Date, "a day that has passed means today")
	again, err := s.Reserve(noon(3), r)
	require.NoError(t, err)
	require.Equal(t, first.Lines, again.Lines)
}

// atp.md: known failures elsewhere, the same item twice in one request.
func TestSameItemTwice(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	r := request("k", ref, 6)
	r.Lines = append(r.Lines, atp.Line{Ref: ref, Date: day(0), Quantity: 5})
	_, err := s.Reserve(noon(0), r)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	r.Lines[1].Date = day(3)
	_, err = s.Reserve(noon(0), r)
	require.ErrorAs(t, err, new(*atp.ShortageError), "on different days, too")
	r.Lines[1].Quantity = 4
	e, err := s.Reserve(noon(0), r)
	require.NoError(t, err)
	require.Len(t, e.Lines, 2)
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 3))
}

// atp.md: a reservation over many items is all or nothing; known failures elsewhere, reservation leaks after failure.
func TestAllOrNothing(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 10), stocked(t, s, "B", 3)
	before := s.State(noon(0))
	r := request("k", a, 10)
	r.Lines = append(r.Lines, atp.Line{Ref: b, Date: day(0), Quantity: 4})
	_, err := s.Reserve(noon(0), r)
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.Equal(t, []atp.Shortage{{Item: "B", Site: "S1", Date: day(0), Requested: 4, Available: 3}}, short.Lines)
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
	require.EqualValues(t, 10, atpOn(t, s, noon(0), a, 0))
}

func TestLifeOfAReservation(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), request("k", ref, 8))
	require.NoError(t, err)
	_, err = s.Consume(noon(0), atp.Posting{Key: "k", Document: "ship-1"})
	var state *atp.StateError
	require.ErrorAs(t, err, &state, "consuming needs a commit")
	require.Equal(t, atp.StatusHeld, state.Status)

	_, err = s.Commit(noon(0), "k")
	require.NoError(t, err)
	require.EqualValues(t, 2, atpOn(t, s, noon(30), ref, 0), "committed never expires")
	again, err := s.Commit(noon(30), "k")
	require.NoError(t, err)
	require.True(t, again.Replayed)

	ship := atp.Posting{Key: "k", Document: "ship-1", Parts: []atp.Part{{Ref: ref, Quantity: 5}}}
	shipped, err := s.Consume(noon(1), ship)
	require.NoError(t, err)
	replayed, err := s.Consume(noon(2), ship)
	require.NoError(t, err)
	require.True(t, replayed.Replayed, "the same shipment is posted once")
	require.Equal(t, shipped.At, replayed.At)
	item, err := s.Item(ref)
	require.NoError(t, err)
	require.EqualValues(t, 5, item.Available)
	require.EqualValues(t, 2, atpOn(t, s, noon(2), ref, 2), "what left was promised")

	ship.Parts[0].Quantity = 3
	_, err = s.Consume(noon(2), ship)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
	_, err = s.Release(noon(2), atp.Posting{Key: "k", Document: "change", Parts: []atp.Part{{Ref: ref, Quantity: 4}}})
	require.ErrorAs(t, err, new(*atp.ShortageError), "a shipped quantity cannot be released")
	_, err = s.Release(noon(2), atp.Posting{Key: "k", Document: "change", Parts: []atp.Part{{Ref: ref, Quantity: 1}}})
	require.NoError(t, err)
	_, err = s.Release(noon(2), atp.Posting{Key: "k"})
	require.NoError(t, err)
	require.EqualValues(t, 5, atpOn(t, s, noon(2), ref, 2))
	_, err = s.Release(noon(2), atp.Posting{Key: "k"})
	require.ErrorAs(t, err, &state, "a released quantity cannot be released again")
	require.Equal(t, atp.StatusConsumed, state.Status)

	r, err := s.Reservation(noon(2), "k")
	require.NoError(t, err)
	require.Equal(t, []atp.LineState{{Item: "A", Site: "S1", Date: day(0), Quantity: 8, Consumed: 5, Released: 3}}, r.Lines)
}

func TestCommitOfAnExpiredHold(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), request("k", ref, 8))
	require.NoError(t, err)
	_, err = s.Commit(noon(0).Add(time.Hour), "k")
	require.ErrorIs(t, err, atp.ErrExpired)
	_, err = s.Commit(noon(0).Add(time.Hour-1), "k")
	require.NoError(t, err, "nobody has used it; by this clock it was in time")
}

// A hold whose end another reservation has relied on stays ended for a caller whose clock is behind.
func TestClocksOfCallersDiffer(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), request("slow", ref, 8))
	require.NoError(t, err)
	_, err = s.Reserve(noon(0).Add(time.Hour), request("quick", ref, 8))
	require.NoError(t, err)
	_, err = s.Commit(noon(0).Add(time.Hour-time.Second), "slow")
	require.ErrorIs(t, err, atp.ErrExpired)
	require.EqualValues(t, 2, atpOn(t, s, noon(0), ref, 0))
}

func TestUndo(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	before := s.State(noon(0))
	held, err := s.Reserve(noon(0), request("k", ref, 8))
	require.NoError(t, err)
	committed, err := s.Commit(noon(0), "k")
	require.NoError(t, err)
	require.ErrorAs(t, s.UndoReserve(held), new(*atp.StateError), "first the commit")
	require.NoError(t, s.UndoCommit(committed))
	require.EqualValues(t, 10, atpOn(t, s, noon(0).Add(time.Hour), ref, 0), "a hold again, which ends")
	require.NoError(t, s.UndoReserve(held))
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
	_, err = s.Reserve(noon(0), request("k", ref, 10))
	require.NoError(t, err, "the key is free")
}

func TestBadInputChangesNothing(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{3, 5})
	foreign := stocked(t, newStock(t), "A", 10)
	_, err := s.Reserve(noon(0), request("held", ref, 2))
	require.NoError(t, err)
	before := s.State(noon(0))
	ancient := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC)
	reserve := func(now time.Time, change func(*atp.Request)) error {
		r := request("bad", ref, 1)
		change(&r)
		_, err := s.Reserve(now, r)
		return err
	}
	line := func(l atp.Line) error {
		return reserve(noon(0), func(r *atp.Request) { r.Lines = []atp.Line{l} })
	}
	first := func(_ any, err error) error { return err }
	wrong := map[string]error{
		"no key":        reserve(noon(0), func(r *atp.Request) { r.Key = "" }),
		"no hold":       reserve(noon(0), func(r *atp.Request) { r.Hold = 0 }),
		"endless hold":  reserve(noon(0), func(r *atp.Request) { r.Hold = math.MaxInt64 }),
		"no lines":      reserve(noon(0), func(r *atp.Request) { r.Lines = nil }),
		"many lines":    reserve(noon(0), func(r *atp.Request) { r.Lines = make([]atp.Line, atp.MaxLines+1) }),
		"unknown scope": reserve(noon(0), func(r *atp.Request) { r.Scope = 1 << 15 }),
		"ancient":       reserve(ancient, func(*atp.Request) {}),
		"no time":       reserve(time.Time{}, func(*atp.Request) {}),
		"no ref":        line(atp.Line{Date: day(0), Quantity: 1}),
		"foreign ref":   line(atp.Line{Ref: foreign, Date: day(0), Quantity: 1}),
		"no date":       line(atp.Line{Ref: ref, Quantity: 1}),
		"nothing":       line(atp.Line{Ref: ref, Date: day(0)}),
		"negative":      line(atp.Line{Ref: ref, Date: day(0), Quantity: -1}),
		"huge":          line(atp.Line{Ref: ref, Date: day(0), Quantity: atp.MaxQuantity + 1}),
		"huge together": reserve(noon(0), func(r *atp.Request) {
			l := atp.Line{Ref: ref, Date: day(0), Quantity: atp.MaxQuantity}
			r.Lines = []atp.Line{l, l}
		}),
		"negative count":    first(s.Count(noon(0), atp.Count{Ref: ref, Quantity: -1})),
		"count of an order": first(s.Count(noon(0), atp.Count{Ref: ref, Status: atp.PurchaseOrder, Quantity: 1})),
		"negative supply":   first(s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "x", Type: atp.Transfer, Due: day(0), Quantity: -1})),
		"supply on hand":    first(s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "x", Due: day(0), Quantity: 1})),
		"undated supply":    first(s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "x", Type: atp.Transfer, Quantity: 1})),
		"unnamed supply":    first(s.AddSupply(noon(0), atp.Supply{Ref: ref, Type: atp.Transfer, Due: day(0), Quantity: 1})),
		"negative change":   first(s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO-" + day(3).String(), Due: day(3), Quantity: -1})),
		"negative receipt":  first(s.Receive(noon(0), atp.Receipt{Ref: ref, Document: "PO-" + day(3).String(), Posting: "g", Quantity: -1})),
		"unnamed receipt":   first(s.Receive(noon(0), atp.Receipt{Ref: ref, Document: "PO-" + day(3).String(), Quantity: 1})),
		"unnamed shipment":  first(s.Consume(noon(0), atp.Posting{Key: "held"})),
		"unnamed release":   first(s.Release(noon(0), atp.Posting{Key: "held", Parts: []atp.Part{{Ref: ref, Quantity: 1}}})),
		"negative release":  first(s.Release(noon(0), atp.Posting{Key: "held", Document: "x", Parts: []atp.Part{{Ref: ref, Quantity: -1}}})),
		"negative demand":   first(s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: -1})),
		"negative number":   first(s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 1, Partial: atp.Partial{AtMost: -1}})),
		"negative lane":     first(s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 1, Lane: &atp.Lane{Transit: -1}})),
		"no ref in a query": first(s.ATP(noon(0), atp.Query{})),
	}
	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: -1})
	wrong["negative safety stock"] = err
	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{Replenishment: -1}})
	wrong["negative lead time"] = err
	_, _, err = s.Define(noon(0), atp.Definition{Site: "S1"})
	wrong["no item"] = err
	for name, err := range wrong {
		var bad *atp.RequestError
		require.ErrorAs(t, err, &bad, name)
		require.NotEmpty(t, bad.Field, name)
	}
	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "nowhere"})
	require.ErrorAs(t, err, new(*atp.UnknownSiteError))
	_, err = s.Ref("A", "nowhere")
	require.ErrorAs(t, err, new(*atp.UnknownSiteError))
	_, err = s.Ref("nothing", "S1")
	require.ErrorAs(t, err, new(*atp.UnknownItemError))
	_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "nothing", Due: day(0), Quantity: 1})
	require.ErrorAs(t, err, new(*atp.UnknownSupplyError))
	_, err = s.Receive(noon(0), atp.Receipt{Ref: ref, Document: "nothing", Posting: "g", Quantity: 1})
	require.ErrorAs(t, err, new(*atp.UnknownSupplyError))
	_, err = s.Commit(noon(0), "nothing")
	require.ErrorAs(t, err, new(*atp.UnknownKeyError))
	_, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 1, Wanted: day(0).AddMonths(12 * 200), Lane: &atp.Lane{}})
	require.ErrorAs(t, err, new(*calendar.RangeError))
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
}

func TestSuppliesDoNotOverflow(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	full := int64(1)<<61 - atp.MaxQuantity // as two million counts and receipts would bring it about
	require.NoError(t, s.Apply(atp.StockCounted{Item: "A", Site: "S1", Revision: 1, At: noon(0), Quantity: full, Change: full}))
	add := func(document string) error {
		_, err := s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: document, Type: atp.Production, Due: day(3), Quantity: atp.MaxQuantity,
		})
		return err
	}
	require.NoError(t, add("fits"))
	before := s.State(noon(0))
	require.ErrorIs(t, add("does not"), atp.ErrRange)
	_, err := s.Receive(noon(0), atp.Receipt{Ref: ref, Document: "fits", Posting: "more than ordered", Quantity: 1})
	require.NoError(t, err, "it replaces what was due")
	require.NotEqual(t, before, s.State(noon(0)))
	require.EqualValues(t, int64(1)<<61, atpOn(t, s, noon(0), ref, 60))
}

func TestNewReportsAllFaults(t *testing.T) {
	_, err := atp.New(atp.Config{})
	require.ErrorAs(t, err, new(*atp.ConfigError))
	_, err = atp.New(atp.Config{Sites: []atp.Site{{ID: "S1"}, {ID: "", Calendar: everyDay(t, "x")}, {ID: "", Calendar: everyDay(t, "x")}}})
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 4, "a site without calendar, two without id, one of them given twice")
}

// atp.md: known failures elsewhere, check-then-act overselling and deadlock by lock order. Callers take items in every
// order, replay, commit, release and let holds expire; on hand + receipts are never promised twice.
func TestConcurrentReservationsNeverOversell(t *testing.T) {
	s := newStock(t)
	const items, onHand, due = 5, 40, 30
	var refs []atp.Ref
	for i := range items {
		refs = append(refs, stocked(t, s, fmt.Sprintf("I%d", i), onHand, supply{2, due}))
	}
	start := noon(0)
	const callers, rounds = 8, 300
	granted := make([][]string, callers)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for n := range rounds {
				key := fmt.Sprintf("c%d-%d", c, n)
				now := start.Add(time.Duration(n) * time.Second)
				r := atp.Request{Key: key, Hold: 20 * time.Second}
				for k := range 1 + (c+n)%3 {
					r.Lines = append(r.Lines, atp.Line{Ref: refs[(c*7+n*3+k*(1+c%2*3))%items], Date: day((c + n) % 4), Quantity: int64(1 + n%3)})
				}
				_, err := s.Reserve(now, r)
				var short *atp.ShortageError
				if errors.As(err, &short) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				switch n % 4 {
				case 0: // left to expire
				case 1:
					_, _ = s.Release(now, atp.Posting{Key: key})
				default:
					if _, err := s.Commit(now, key); err == nil {
						granted[c] = append(granted[c], key)
					}
				}
				if n%50 == 0 {
					_, _ = s.Sweep(now)
				}
				_, _ = s.ATP(now, atp.Query{Ref: refs[n%items], Date: day(1)})
			}
		})
	}
	wg.Wait()
	total := map[string]int64{}
	early := map[string]int64{}
	for _, keys := range granted {
		for _, key := range keys {
			r, err := s.Reservation(start, key)
			require.NoError(t, err)
			for _, l := range r.Lines {
				total[l.Item] += l.Quantity
				if l.Date.Before(day(2)) {
					early[l.Item] += l.Quantity
				}
			}
		}
	}
	require.Len(t, total, items, "every item found takers")
	for i, ref := range refs {
		require.LessOrEqual(t, early[ref.Item()], int64(onHand), "item %d", i)
		require.LessOrEqual(t, total[ref.Item()], int64(onHand+due), "item %d", i)
		require.EqualValues(t, onHand+due-total[ref.Item()], atpOn(t, s, start.Add(time.Hour), ref, 3))
	}
}

// Keys are found, and only those that are there, while many come and go.
func TestManyKeys(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", atp.MaxQuantity)
	there := map[string]atp.Reserved{}
	for i := range 30_000 {
		key := fmt.Sprint(i * 7919 % 20_000)
		if held, ok := there[key]; ok {
			require.NoError(t, s.UndoReserve(held))
			delete(there, key)
			continue
		}
		held, err := s.Reserve(noon(0), request(key, ref, 1))
		require.NoError(t, err)
		require.False(t, held.Replayed)
		there[key] = held
	}
	for i := range 20_000 {
		key := fmt.Sprint(i)
		_, err := s.Reservation(noon(0), key)
		if _, ok := there[key]; ok {
			require.NoError(t, err)
		} else {
			require.ErrorAs(t, err, new(*atp.UnknownKeyError))
		}
	}
	require.Len(t, s.State(noon(0)).Reservations, len(there))
	require.EqualValues(t, atp.MaxQuantity-int64(len(there)), atpOn(t, s, noon(0), ref, 0))
}

// Regression: a caller whose clock is a few days behind asks for days of which the item knows that they have passed. They
// become one line, and the locks of the first reading are the ones that are given back.
func TestReserveBehindTheItemsClock(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 100), stocked(t, s, "B", 100)
	_, err := s.Reserve(noon(3), atp.Request{Key: "ahead", Hold: time.Hour, Lines: []atp.Line{
		{Ref: a, Date: day(3), Quantity: 1}, {Ref: b, Date: day(3), Quantity: 1},
	}})
	require.NoError(t, err)
	e, err := s.Reserve(noon(0), atp.Request{Key: "behind", Hold: time.Hour, Lines: []atp.Line{
		{Ref: a, Date: day(1), Quantity: 1}, {Ref: a, Date: day(2), Quantity: 2}, {Ref: a, Date: day(3), Quantity: 3},
		{Ref: b, Date: day(3), Quantity: 4},
	}})
	require.NoError(t, err)
	require.Equal(t, []atp.ReservedLine{
		{Item: "A", Site: "S1", Date: day(3), Quantity: 6}, {Item: "B", Site: "S1", Date: day(3), Quantity: 4},
	}, e.Lines)
}

// A hold that would end later than instants can be told is refused, also where it is the item's clock that is late.
func TestHoldBeyondTheLastInstant(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(time.Date(2261, 12, 31, 0, 0, 0, 0, time.UTC), request("ahead", ref, 1))
	require.NoError(t, err)
	before := s.State(noon(0))
	r := request("behind", ref, 1)
	r.Hold = 99 * 365 * 24 * time.Hour
	_, err = s.Reserve(noon(0), r)
	require.ErrorAs(t, err, new(*atp.RequestError))
	require.Equal(t, before, s.State(noon(0)))
}

// The first instant that the engine tells apart from none is a second after the beginning of 1970.
func TestTheFirstInstant(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	stockLot(t, s, ref, "L", 10, 20)
	_, err := s.Reserve(time.Unix(0, 999_999_999), request("k", ref, 6))
	require.ErrorAs(t, err, new(*atp.RequestError))
	first := time.Unix(1, 0)
	_, err = s.Reserve(first, request("k", ref, 6))
	require.NoError(t, err)
	_, err = s.Commit(first, "k")
	require.NoError(t, err)
	again, err := s.Commit(first, "k")
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.EqualValues(t, 4, atpOn(t, s, noon(0), ref, 0))
	_, err = s.Commit(time.Unix(0, 0), "k")
	require.ErrorAs(t, err, new(*atp.RequestError))
}

// A hold that has ended is told by one sweep, also where the stock was restored in between, or took the events in in
// another order.
func TestSweepAfterARestart(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	first, err := s.Reserve(noon(0), request("first", ref, 6))
	require.NoError(t, err)
	second, err := s.Reserve(noon(1), request("second", ref, 6))
	require.NoError(t, err)
	begin := time.Unix(1, 0) // a snapshot goes by events, not by the clock
	state := s.State(begin)
	twin, late := newStock(t), newStock(t)
	require.NoError(t, twin.Restore(state))
	require.Empty(t, cmp.Diff(state, twin.State(begin), dates()))
	stocked(t, late, "A", 10)
	require.NoError(t, late.Apply(second))
	require.NoError(t, late.Apply(first))
	require.Empty(t, cmp.Diff(state, late.State(begin), dates()))

	for name, stock := range map[string]*atp.Stock{"as it was": s, "restored": twin, "folded": late} {
		swept, err := stock.Sweep(noon(1))
		require.NoError(t, err)
		require.Equal(t, []atp.Expired{{Key: "first", At: noon(1)}}, swept, name)
		swept, err = stock.Sweep(noon(1))
		require.NoError(t, err)
		require.Empty(t, swept, name)
		again := newStock(t)
		require.NoError(t, again.Restore(stock.State(begin)))
		swept, err = again.Sweep(noon(1))
		require.NoError(t, err)
		require.Empty(t, swept, name)
		require.EqualValues(t, 4, atpOn(t, again, noon(1), refOf(t, again), 1), name)
	}
}

// A commit that was in time counts, though the snapshot before it has the hold as ended.
func TestCommitAfterARestart(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), request("k", ref, 6))
	require.NoError(t, err)
	twin := newStock(t)
	require.NoError(t, twin.Restore(s.State(noon(1))))
	committed, err := s.Commit(noon(0), "k")
	require.NoError(t, err)
	require.NoError(t, twin.Apply(committed))
	require.Empty(t, cmp.Diff(s.State(noon(1)), twin.State(noon(1)), dates()))
	swept, err := twin.Sweep(noon(1))
	require.NoError(t, err)
	require.Empty(t, swept)
}

func refOf(t testing.TB, s *atp.Stock) atp.Ref {
	t.Helper()
	ref, err := s.Ref("A", "S1")
	require.NoError(t, err)
	return ref
}
