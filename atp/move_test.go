package atp_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// twoSites has an item at S1 and at S2, 50 of it at S1.
func twoSites(t testing.TB) (s *atp.Stock, from, to atp.Ref) {
	t.Helper()
	s = newStock(t)
	from = stocked(t, s, "A", 50)
	to, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S2"})
	require.NoError(t, err)
	return s, from, to
}

func moved(t testing.TB, s *atp.Stock, m atp.Movement) []atp.Shortfall {
	t.Helper()
	_, broken, err := s.Move(noon(0), m)
	require.NoError(t, err)
	return broken
}

// 50 on hand, 45 of them promised: 12 that are blocked break the promise that comes last, by 7; released again, they mend it.
func TestMoveToAnotherStatus(t *testing.T) {
	s, ref, _ := twoSites(t)
	claimed(t, s, "k1", ref, 1, 20)
	claimed(t, s, "k2", ref, 2, 25)
	broken := moved(t, s, atp.Movement{Key: "QM-1", Ref: ref, Quantity: 12, ToStatus: atp.QualityHold})
	require.Equal(t, []atp.Shortfall{{Key: "k2", Date: day(2), Quantity: 7}}, broken)
	require.EqualValues(t, -7, atpOn(t, s, noon(0), ref, 2))
	broken = moved(t, s, atp.Movement{Key: "QM-2", Ref: ref, Quantity: 20, ToStatus: atp.Blocked})
	require.Equal(t, []atp.Shortfall{
		{Key: "k1", Date: day(1), Quantity: 2}, {Key: "k2", Date: day(2), Quantity: 25},
	}, broken)
	broken = moved(t, s, atp.Movement{Key: "QM-3", Ref: ref, Quantity: 8, Status: atp.QualityHold, ToStatus: atp.Blocked})
	require.Empty(t, broken, "what does not count breaks nothing more")
	broken = moved(t, s, atp.Movement{Key: "QM-4", Ref: ref, Quantity: 28, Status: atp.Blocked, ToStatus: atp.Available})
	require.Empty(t, broken)
	state, err := s.Item(ref)
	require.NoError(t, err)
	require.Equal(t, [3]int64{46, 4, 0}, [3]int64{state.Available, state.QualityHold, state.Blocked})
	require.EqualValues(t, 1, atpOn(t, s, noon(0), ref, 2))
}

// A promise that misses as much as before is listed again where it misses it for longer, or for good; and not where nothing
// has changed for it. Supply goes to the earliest day first: 5 are due on day 3 and 5 on day 8.
func TestMoveTellsWhoMissesForLonger(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 15)
	claimed(t, s, "k1", ref, 0, 10)
	claimed(t, s, "k2", ref, 1, 5)
	for i, due := range []int{3, 8} {
		_, err := s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: fmt.Sprint("PO-", i), Type: atp.PurchaseOrder, Due: day(due), Quantity: 5,
		})
		require.NoError(t, err)
	}
	for i, c := range []struct {
		blocked int64
		broken  []atp.Shortfall
	}{
		{5, []atp.Shortfall{{Key: "k2", Date: day(1), Quantity: 5, Until: day(3)}}},
		{5, []atp.Shortfall{
			{Key: "k1", Date: day(0), Quantity: 5, Until: day(3)}, {Key: "k2", Date: day(1), Quantity: 5, Until: day(8)},
		}},
		{3, []atp.Shortfall{{Key: "k1", Date: day(0), Quantity: 8, Until: day(8)}, {Key: "k2", Date: day(1), Quantity: 5}}},
		{1, []atp.Shortfall{{Key: "k1", Date: day(0), Quantity: 9, Until: day(8)}}},
	} {
		broken := moved(t, s, atp.Movement{Key: fmt.Sprint("M", i), Ref: ref, Quantity: c.blocked, ToStatus: atp.Blocked})
		require.Equal(t, c.broken, broken, "movement %d", i)
	}
}

// 30 leave S1 at once, can be promised at S2 from day 4, and are there when they are received.
func TestMoveToAnotherSite(t *testing.T) {
	s, from, to := twoSites(t)
	m := atp.Movement{Kind: atp.SiteTransfer, Key: "TO-1", Ref: from, To: to, Quantity: 30, Due: day(4)}
	e, broken, err := s.Move(noon(0), m)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.Equal(t, atp.StockMoved{
		Item: "A", Site: "S1", Revision: 2, At: noon(0), Key: "TO-1", Kind: atp.SiteTransfer, Quantity: 30, ToSite: "S2", ToRevision: 1,
		Due: day(4), Type: atp.Transfer,
	}, e)
	require.EqualValues(t, 20, atpOn(t, s, noon(0), from, 0))
	require.EqualValues(t, 0, atpOn(t, s, noon(0), to, 3))
	require.EqualValues(t, 30, atpOn(t, s, noon(0), to, 4))

	again, broken, err := s.Move(noon(1), m)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, e, again)
	m.Quantity = 29
	_, _, err = s.Move(noon(1), m)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))

	_, err = s.Receive(noon(3), atp.Receipt{Ref: to, Document: "TO-1", Posting: "GR", Quantity: 28})
	require.NoError(t, err)
	require.EqualValues(t, 28, atpOn(t, s, noon(3), to, 3))
	require.EqualValues(t, 30, atpOn(t, s, noon(3), to, 4), "two are on their way still")
	back := atp.Movement{
		Kind: atp.SiteTransfer, Key: "TO-1", Ref: to, To: from, Quantity: 28, Due: day(5), Type: atp.InTransit,
	}
	e, _, err = s.Move(noon(3), back)
	require.NoError(t, err, "each place has its keys")
	require.Equal(t, atp.InTransit, e.Type)
	require.EqualValues(t, 20, atpOn(t, s, noon(3), from, 4))
	require.EqualValues(t, 48, atpOn(t, s, noon(3), from, 5))
}

// Consignment, atp.md: "fill-up, issue, pick-up, return". 50 are ours; 20 go to the customer's shelf, who takes 8 and
// puts 3 back; 10 of the 15 that are left are picked up: 40 with us, 5 on the shelf, 5 his.
func TestConsignment(t *testing.T) {
	s, own, shelf := twoSites(t)
	moved(t, s, atp.Movement{Kind: atp.ConsignmentFillUp, Key: "F", Ref: own, To: shelf, Quantity: 20, Due: day(0)})
	_, _, err := s.Move(noon(0), atp.Movement{Kind: atp.ConsignmentIssue, Key: "I", Ref: shelf, Quantity: 8})
	require.ErrorAs(t, err, new(*atp.ShortageError), "it is not there before it is received")
	_, err = s.Receive(noon(0), atp.Receipt{Ref: shelf, Document: "F", Posting: "GR", Quantity: 20})
	require.NoError(t, err)
	claimed(t, s, "order", shelf, 1, 10)
	require.Empty(t, moved(t, s, atp.Movement{Kind: atp.ConsignmentIssue, Key: "I", Ref: shelf, Quantity: 8}))
	require.EqualValues(t, 2, atpOn(t, s, noon(0), shelf, 0))
	require.Empty(t, moved(t, s, atp.Movement{Kind: atp.ConsignmentReturn, Key: "R", Ref: shelf, Quantity: 3}))
	require.EqualValues(t, 5, atpOn(t, s, noon(0), shelf, 0))
	broken := moved(t, s, atp.Movement{Kind: atp.ConsignmentPickUp, Key: "P", Ref: shelf, To: own, Quantity: 10, Due: day(2)})
	require.Equal(t, []atp.Shortfall{{Key: "order", Date: day(1), Quantity: 5}}, broken, "15 were there, 10 of them promised")
	require.EqualValues(t, 30, atpOn(t, s, noon(0), own, 1))
	require.EqualValues(t, 40, atpOn(t, s, noon(0), own, 2))
	state, err := s.Item(shelf)
	require.NoError(t, err)
	require.EqualValues(t, 5, state.Available)
	require.Len(t, state.Moves, 3, "the issue, the return and the pick-up")
}

// A lot moves with its date, and what is left of the others serves whom it can.
func TestMoveOfLots(t *testing.T) {
	s, own, shelf := twoSites(t)
	_, err := s.Count(noon(0), atp.Count{Ref: own}) // nothing in no lot
	require.NoError(t, err)
	stockLot(t, s, own, "L1", 10, 3)
	stockLot(t, s, own, "L2", 10, 9)
	hold(t, s, "k", atp.Line{Ref: own, Date: day(2), Quantity: 10, GoodThrough: day(8)})
	m := atp.Movement{Kind: atp.SiteTransfer, Key: "T", Ref: own, To: shelf, Quantity: 4, Due: day(1)}
	_, _, err = s.Move(noon(0), m)
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short, "nothing is in no lot")
	m.Lot = "L1"
	e, broken, err := s.Move(noon(0), m)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.Equal(t, day(3), e.Expires)
	require.EqualValues(t, 4, lotATP(t, s, shelf, 3, 0, ""))
	require.EqualValues(t, 0, lotATP(t, s, shelf, 4, 0, ""))
	m.Lot, m.Key = "L2", "T2"
	_, broken, err = s.Move(noon(0), m)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(2), Quantity: 4}}, broken)
	m.Key, m.Quantity = "T3", 7
	_, _, err = s.Move(noon(0), m)
	require.ErrorAs(t, err, &short)
	require.Equal(t, []atp.Shortage{{Item: "A", Site: "S1", Requested: 7, Available: 6, Lot: "L2"}}, short.Lines)
}

func TestMovementsThatCannotBe(t *testing.T) {
	s, from, to := twoSites(t)
	other := stocked(t, s, "B", 5)
	ship := atp.Movement{Kind: atp.SiteTransfer, Key: "k", Ref: from, To: to, Quantity: 5, Due: day(1)}
	with := func(change func(m *atp.Movement)) atp.Movement {
		m := ship
		change(&m)
		return m
	}
	_, err := s.AddSupply(noon(0), atp.Supply{Ref: to, Document: "PO", Type: atp.PurchaseOrder, Due: day(1), Quantity: 5})
	require.NoError(t, err)
	before := s.State(noon(0))
	for field, m := range map[string]atp.Movement{
		"Ref":        with(func(m *atp.Movement) { m.Ref = atp.Ref{} }),
		"To":         with(func(m *atp.Movement) { m.To = m.Ref }),
		"To ":        with(func(m *atp.Movement) { m.To = other }),
		"To  ":       with(func(m *atp.Movement) { m.To = atp.Ref{} }),
		"To   ":      with(func(m *atp.Movement) { m.Kind, m.Due = atp.ConsignmentIssue, m.Due.AddDays(-9_999_999) }),
		"Kind":       with(func(m *atp.Movement) { m.Kind = 99 }),
		"Key":        with(func(m *atp.Movement) { m.Key = "" }),
		"Status":     with(func(m *atp.Movement) { m.Status = atp.Transfer }),
		"Status  ":   with(func(m *atp.Movement) { m.Status = atp.QualityHold }),
		"Status ":    {Kind: atp.ConsignmentIssue, Key: "k", Ref: from, Quantity: 5, Status: atp.Blocked},
		"Quantity":   with(func(m *atp.Movement) { m.Quantity = 0 }),
		"ToStatus":   with(func(m *atp.Movement) { m.ToStatus = atp.Blocked }),
		"ToStatus ":  {Key: "k", Ref: from, Quantity: 5},
		"ToStatus  ": {Key: "k", Ref: from, Quantity: 5, ToStatus: atp.Transfer},
		"Due":        with(func(m *atp.Movement) { m.Due = m.Due.AddDays(-9_999_999) }),
		"Due ":       {Key: "k", Ref: from, Quantity: 5, ToStatus: atp.Blocked, Due: day(1)},
		"Type":       with(func(m *atp.Movement) { m.Type = atp.PurchaseOrder }),
		"Type ":      {Key: "k", Ref: from, Quantity: 5, ToStatus: atp.Blocked, Type: atp.Transfer},
		"Expires":    with(func(m *atp.Movement) { m.Expires = day(9) }),
		"Lot":        {Kind: atp.ConsignmentReturn, Key: "k", Ref: from, Quantity: 5, Expires: day(9)},
	} {
		var bad *atp.RequestError
		_, _, err := s.Move(noon(0), m)
		require.ErrorAs(t, err, &bad, field)
		require.Equal(t, "move", bad.Op)
		require.Equal(t, strings.TrimSpace(field), bad.Field, bad.Reason)
	}
	_, _, err = s.Move(time.Time{}, ship)
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, _, err = s.Move(noon(0), with(func(m *atp.Movement) { m.Quantity = 51 }))
	require.ErrorAs(t, err, new(*atp.ShortageError))
	_, _, err = s.Move(noon(0), with(func(m *atp.Movement) { m.Key = "PO" }))
	require.ErrorAs(t, err, new(*atp.KeyConflictError), "the other site knows the document")
	require.Equal(t, before, s.State(noon(0)))
}

func TestMovementKindsHaveNames(t *testing.T) {
	for k := atp.StatusChange; k <= atp.ConsignmentReturn; k++ {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back atp.MovementKind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, k, back)
	}
	_, err := atp.MovementKind(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(atp.MovementKind).UnmarshalText([]byte("gone")))
}

// Goods that go both ways at the same time meet nowhere and are lost nowhere.
func TestMovesSideBySide(t *testing.T) {
	s, a, b := twoSites(t)
	_, err := s.Count(noon(0), atp.Count{Ref: b, Quantity: 50})
	require.NoError(t, err)
	var all sync.WaitGroup
	for _, way := range [][2]atp.Ref{{a, b}, {b, a}} {
		all.Go(func() {
			for i := range 200 {
				key := fmt.Sprint(way[0].Site(), i)
				_, _, err := s.Move(noon(0), atp.Movement{
					Kind: atp.SiteTransfer, Key: key, Ref: way[0], To: way[1], Quantity: 1, Due: day(0),
				})
				if err != nil {
					continue // nothing left here for now
				}
				if _, err := s.Receive(noon(0), atp.Receipt{Ref: way[1], Document: key, Posting: "GR", Quantity: 1}); err != nil {
					panic(err)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 100, atpOn(t, s, noon(0), a, 0)+atpOn(t, s, noon(0), b, 0))
}

// Goods fail an inspection; the answer says whose they were.
func ExampleStock_Move() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	check(err)
	_, err = stock.Reserve(now, atp.Request{
		Key: "order 4711/1", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: 8}},
	})
	check(err)
	event, broken, err := stock.Move(now, atp.Movement{Key: "inspection 12", Ref: ref, Quantity: 6, ToStatus: atp.Blocked})
	check(err)
	fmt.Println(event.Kind, event.Quantity, event.ToStatus)
	for _, b := range broken {
		fmt.Printf("%s misses %d until %s\n", b.Key, b.Quantity, b.Until)
	}
	// Output:
	// status-change 6 blocked
	// order 4711/1 misses 4 until 2026-03-06
}
