package atp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// promising is the case of atp.md, promising: on hand 10, +30@5, -8@7, +20@12.
func promising(t testing.TB) (*atp.Stock, atp.Ref) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{5, 30}, supply{12, 20})
	claimed(t, s, "other", ref, 7, 8)
	return s, ref
}

// part is a delivery of a test: a quantity on a day.
type part struct {
	quantity int64
	day      int
}

func parts(p atp.Promise) []part {
	var got []part
	for _, d := range p.Deliveries {
		got = append(got, part{d.Quantity, d.Deliver.Sub(day(0))})
	}
	return got
}

// atp.md: promising; decisions: at most n deliveries.
func TestPromise(t *testing.T) {
	for _, c := range []struct {
		name    string
		partial atp.Partial
		want    []part
	}{
		{"complete", atp.Partial{}, []part{{35, 12}}},
		{"partial", atp.Partial{AtMost: atp.AnyNumber}, []part{{10, 0}, {22, 5}, {3, 12}}},
		{"at most three", atp.Partial{AtMost: 3}, []part{{10, 0}, {22, 5}, {3, 12}}},
		{"at most two", atp.Partial{AtMost: 2}, []part{{32, 5}, {3, 12}}},
		{"at most one", atp.Partial{AtMost: 1}, []part{{35, 12}}},
		{"minimum, the last may be below", atp.Partial{AtMost: atp.AnyNumber, Minimum: 11}, []part{{32, 5}, {3, 12}}},
		{"minimum beyond what comes early", atp.Partial{AtMost: atp.AnyNumber, Minimum: 33}, []part{{35, 12}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, ref := promising(t)
			p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 35, Wanted: day(0), Partial: c.partial})
			require.NoError(t, err)
			require.Equal(t, c.want, parts(p))
			require.EqualValues(t, 35, p.Confirmed)
			require.Zero(t, p.Unfilled)
			require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 0), "a promise holds nothing")
		})
	}
}

func TestPromiseBeyondSupply(t *testing.T) {
	s, ref := promising(t)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 53, Wanted: day(0)})
	require.NoError(t, err)
	require.Empty(t, p.Deliveries)
	require.EqualValues(t, 53, p.Unfilled, "complete or nothing")

	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 53, Wanted: day(0), Partial: atp.Partial{AtMost: 2}})
	require.NoError(t, err)
	require.Equal(t, []part{{32, 5}, {20, 12}}, parts(p))
	require.EqualValues(t, 52, p.Confirmed)
	require.EqualValues(t, 1, p.Unfilled)
}

func TestMinimumHoldsBackForTheNextDelivery(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{3, 5}, supply{9, 100})
	p, err := s.Promise(noon(0), atp.Demand{
		Ref: ref, Quantity: 115, Wanted: day(0), Partial: atp.Partial{AtMost: 3, Minimum: 6},
	})
	require.NoError(t, err)
	// 9@0 + 6@3 + 100@9 is 918 unit-days late; 10@0 + 105@9 would be 945.
	require.Equal(t, []part{{9, 0}, {6, 3}, {100, 9}}, parts(p))
}

// atp.md: ship complete, the order's date is the latest line's.
func TestShipComplete(t *testing.T) {
	s, a := promising(t)
	b := stocked(t, s, "B", 5, supply{3, 5})
	demands := []atp.Demand{
		{ID: "1", Ref: b, Quantity: 8, Wanted: day(0), Partial: atp.Partial{AtMost: 2}},
		{ID: "2", Ref: a, Quantity: 20, Wanted: day(0)},
		{ID: "3", Ref: a, Quantity: 15, Wanted: day(0)},
	}
	promises, err := s.PromiseAll(noon(0), demands, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, []part{{5, 0}, {3, 3}}, parts(promises[0]))
	require.Equal(t, []part{{20, 5}}, parts(promises[1]))
	require.Equal(t, []part{{15, 12}}, parts(promises[2]), "what line 2 gets, line 3 does not")

	promises, err = s.PromiseAll(noon(0), demands, atp.ShipComplete)
	require.NoError(t, err)
	for i, q := range []int64{8, 20, 15} {
		require.Equal(t, []part{{q, 12}}, parts(promises[i]))
		require.Equal(t, 12, promises[i].Deliveries[0].DaysLate)
	}

	demands[0].Quantity = 11
	promises, err = s.PromiseAll(noon(0), demands, atp.ShipComplete)
	require.NoError(t, err)
	for i := range promises {
		require.Empty(t, promises[i].Deliveries, "one line cannot be had, so none is shipped")
	}
}

func TestPromiseCanBeReserved(t *testing.T) {
	s, ref := promising(t)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 35, Partial: atp.Partial{AtMost: atp.AnyNumber}})
	require.NoError(t, err)
	_, err = s.Reserve(noon(0), atp.Request{Key: "o1", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 5))
	require.EqualValues(t, 17, atpOn(t, s, noon(0), ref, 12))
}

func TestPromiseExplains(t *testing.T) {
	s, ref := promising(t)
	promises, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: ref, Quantity: 6, Wanted: day(0)},
		{ID: "2", Ref: ref, Quantity: 30, Wanted: day(6), Explain: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	got := promises[1]
	require.Equal(t, []part{{30, 12}}, parts(got))
	require.Equal(t, &atp.Limit{
		Date: day(6), Available: 26, Tightest: day(7), Claims: []string{"other"}, LostTo: []string{"1"},
	}, got.Limit)
	po := func(on int, q int64) atp.Peg {
		return atp.Peg{Type: atp.PurchaseOrder, Document: "PO-" + day(on).String(), Due: day(on), Quantity: q}
	}
	require.Equal(t, []atp.Peg{po(5, 26), po(12, 4)}, got.Deliveries[0].Pegs)
}

// What a later demand of the request takes of an earlier day is not told to the one before it as well.
func TestPegsOfDemandsTogether(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{3, 10})
	promises, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: ref, Quantity: 10, Wanted: day(5), Explain: true},
		{ID: "2", Ref: ref, Quantity: 10, Wanted: day(0), Explain: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, []atp.Peg{{Type: atp.PurchaseOrder, Document: "PO-" + day(3).String(), Due: day(3), Quantity: 10}},
		promises[0].Deliveries[0].Pegs)
	require.Equal(t, []atp.Peg{{Quantity: 10}}, promises[1].Deliveries[0].Pegs)
}

// A later demand that may touch the safety stock does not take from one that may not what it cannot see.
func TestPegsOfDemandsThatSeeMore(t *testing.T) {
	s := newStock(t)
	ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: 5})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 10})
	require.NoError(t, err)
	promises, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: ref, Quantity: 5, Wanted: day(3), Explain: true},
		{ID: "2", Ref: ref, Quantity: 5, Wanted: day(0), SafetyStock: true, Explain: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	for _, p := range promises {
		require.Equal(t, []atp.Peg{{Quantity: 5}}, p.Deliveries[0].Pegs)
	}
}

// A reservation that takes goods on several days is named once.
func TestLimitNamesAReservationOnce(t *testing.T) {
	for _, lot := range []string{"", "L"} {
		s := newStock(t)
		ref := stocked(t, s, "A", 0)
		_, err := s.Count(noon(0), atp.Count{Ref: ref, Quantity: 10, Lot: lot})
		require.NoError(t, err)
		hold(t, s, "k", atp.Line{Ref: ref, Date: day(2), Quantity: 4}, atp.Line{Ref: ref, Date: day(3), Quantity: 4})
		p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 3, Explain: true})
		require.NoError(t, err)
		require.Equal(t, []string{"k"}, p.Limit.Claims)
		ranks := atp.Ranks{Served: []atp.Ranked{{Claim: atp.Claim{Demand: atp.Demand{ID: "c", Ref: ref, Quantity: 3}}}}}
		d, err := s.Divide(noon(0), atp.Query{Ref: ref, Date: day(3)}, 1, ranks)
		require.NoError(t, err)
		require.Equal(t, []string{"k"}, d.Claims)
	}
}

// berlin is a site in Berlin that works Monday to Friday and takes orders until 15:00.
func berlin(t testing.TB) *calendar.Calendar {
	c, err := calendar.New(calendar.Config{Name: "BER", Zone: "Europe/Berlin", Cutoff: calendar.MustClock("15:00")})
	require.NoError(t, err)
	return c
}

func berlinTime(t testing.TB, text string) time.Time {
	loc, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	require.NoError(t, err)
	return at
}

// atp.md: date arithmetic.
func TestBerlin(t *testing.T) {
	site := berlin(t)
	lane := atp.Lane{Processing: 1, Transit: 2}
	want := atp.Times{
		Start:   calendar.MustDate("2026-03-30"),
		Ship:    calendar.MustDate("2026-03-31"),
		Deliver: calendar.MustDate("2026-04-02"),
		ShipBy:  time.Date(2026, 3, 31, 13, 0, 0, 0, time.UTC), // daylight saving began on the 29th
	}
	check := func(got atp.Times, err error) {
		t.Helper()
		require.NoError(t, err)
		require.True(t, want.ShipBy.Equal(got.ShipBy), got.ShipBy)
		got.ShipBy = want.ShipBy
		require.Equal(t, want, got)
	}
	check(lane.Order(site, berlinTime(t, "2026-03-27 16:30")))
	check(lane.Order(site, berlinTime(t, "2026-03-27 15:00"))) // exactly at the cut-off is late
	check(lane.Backward(site, calendar.MustDate("2026-04-02")))
	early, err := lane.Order(site, berlinTime(t, "2026-03-27 14:59"))
	require.NoError(t, err)
	require.Equal(t, calendar.MustDate("2026-03-27"), early.Start)

	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	require.NoError(t, err)
	now := berlinTime(t, "2026-03-27 16:30")
	ref, _, err := s.Define(now, atp.Definition{Item: "A", Site: "BER"})
	require.NoError(t, err)
	_, err = s.Count(now, atp.Count{Ref: ref, Quantity: 10})
	require.NoError(t, err)
	p, err := s.Promise(now, atp.Demand{Ref: ref, Quantity: 10, Wanted: calendar.MustDate("2026-04-01"), Lane: &lane})
	require.NoError(t, err)
	require.Len(t, p.Deliveries, 1)
	check(p.Deliveries[0].Times, nil)
	require.Equal(t, 1, p.Deliveries[0].DaysLate)
}

// Backward gives the latest start whose delivery is not too late.
func TestLaneThereAndBack(t *testing.T) {
	site := berlin(t)
	carrier, err := calendar.New(calendar.Config{
		Name: "carrier", Location: time.UTC,
		Week: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday},
	})
	require.NoError(t, err)
	twice, err := calendar.New(calendar.Config{
		Name: "customer", Location: time.UTC, Week: []time.Weekday{time.Tuesday, time.Friday},
	})
	require.NoError(t, err)
	for _, lane := range []atp.Lane{
		{}, {Processing: 2}, {Transit: 3}, {Processing: 1, Transit: 2, Delivery: twice},
		{Processing: 1, Transit: 1, TransitDays: carrier}, {Transit: 2, TransitDays: carrier, Pickup: carrier, Delivery: twice},
		{Processing: 1, Transit: 1, Pickup: twice},
	} {
		for n := range 28 {
			wanted := day(n)
			back, err := lane.Backward(site, wanted)
			require.NoError(t, err)
			require.False(t, back.Deliver.After(wanted), "%+v: %s from %s", lane, wanted, back.Start)
			next, err := site.NextWorkingDay(back.Start)
			require.NoError(t, err)
			later, err := lane.Forward(site, next)
			require.NoError(t, err)
			require.True(t, later.Deliver.After(wanted), "%+v: %s could start on %s", lane, wanted, next)
		}
	}
}
