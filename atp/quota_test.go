package atp_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// weeks makes a quota at S1 with a week for each quantity, the first from day 0 on.
func weeks(t testing.TB, s *atp.Stock, d atp.QuotaDefinition, quantities ...int64) atp.Ref {
	t.Helper()
	d.Site = "S1"
	ref, _, err := s.DefineQuota(noon(0), d)
	require.NoError(t, err)
	for i, n := range quantities {
		setWeek(t, s, ref, i, n)
	}
	return ref
}

func week(i int, quantity int64) atp.QuotaPeriod {
	return atp.QuotaPeriod{From: day(7 * i), To: day(7*i + 6), Quantity: quantity}
}

func setWeek(t testing.TB, s *atp.Stock, quota atp.Ref, i int, quantity int64) atp.QuotaSet {
	t.Helper()
	e, err := s.SetQuota(noon(0), atp.QuotaSetting{Quota: quota, Periods: []atp.QuotaPeriod{week(i, quantity)}})
	require.NoError(t, err)
	return e
}

// shipped takes a quantity of a quota in a week, for good.
func shipped(t testing.TB, s *atp.Stock, key string, quota atp.Ref, i int, quantity int64) {
	t.Helper()
	spent(t, s, key, quota, day(7*i), quantity)
}

func spent(t testing.TB, s *atp.Stock, key string, quota atp.Ref, on calendar.Date, quantity int64) {
	t.Helper()
	req := atp.Request{Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: quota, Date: on, Quantity: quantity}}}
	_, err := s.Reserve(noon(0), req)
	require.NoError(t, err)
	_, err = s.Commit(noon(0), key)
	require.NoError(t, err)
	_, err = s.Consume(noon(0), atp.Posting{Key: key, Document: "shipment"})
	require.NoError(t, err)
}

func usageOf(t testing.TB, s *atp.Stock, now time.Time, quota atp.Ref) []atp.PeriodUsage {
	t.Helper()
	u, err := s.QuotaUsage(now, quota)
	require.NoError(t, err)
	return u.Periods
}

// told lists deliveries with what they take of quotas, in words.
func told(p atp.Promise) []string {
	var list []string
	for _, d := range p.Deliveries {
		text := fmt.Sprintf("%d on day %d:", d.Quantity, d.Start.Sub(day(0)))
		for _, q := range d.Quotas {
			text += fmt.Sprintf(" %d %s W%d", q.Quantity, q.Quota.Item(), q.From.Sub(day(0))/7+1)
			if q.Fallback {
				text += "!"
			}
		}
		list = append(list, text)
	}
	return list
}

// atp.md: allocation, ATP-3. Quota 100 in each of 3 weeks, consumed 80/60/0, request 70 in week 2.
func TestQuotaByPeriod(t *testing.T) {
	for name, c := range map[string]struct {
		earlier, later int
		onHand         int64
		want           []string
		unfilled       int64
	}{
		"later":               {0, 1, 500, []string{"40 on day 7: 40 A/VIP W2", "30 on day 14: 30 A/VIP W3"}, 0},
		"one past week":       {1, 1, 500, []string{"60 on day 7: 40 A/VIP W2 20 A/VIP W1", "10 on day 14: 10 A/VIP W3"}, 0},
		"own alone":           {0, 0, 500, []string{"40 on day 7: 40 A/VIP W2"}, 30},
		"earlier alone":       {atp.AnyNumber, 0, 500, []string{"60 on day 7: 40 A/VIP W2 20 A/VIP W1"}, 10},
		"never more than ATP": {1, 1, 45, []string{"45 on day 7: 40 A/VIP W2 5 A/VIP W1"}, 25},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStock(t)
			item := stocked(t, s, "A", c.onHand)
			quota := weeks(t, s, atp.QuotaDefinition{ID: "A/VIP", Earlier: c.earlier, Later: c.later}, 100, 100, 100)
			shipped(t, s, "k1", quota, 0, 80)
			shipped(t, s, "k2", quota, 1, 60)
			p, err := s.Promise(noon(0), atp.Demand{
				Ref: item, Quantity: 70, Wanted: day(8 - 1), Partial: atp.Partial{AtMost: atp.AnyNumber},
				Quotas: []atp.QuotaUse{{Quota: quota}},
			})
			require.NoError(t, err)
			require.Equal(t, c.want, told(p))
			require.Equal(t, c.unfilled, p.Unfilled)
			_, err = s.Reserve(noon(0), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
			require.NoError(t, err)
			require.Equal(t, c.onHand-p.Confirmed, atpOn(t, s, noon(0), item, 30))
			var held int64
			for _, u := range usageOf(t, s, noon(0), quota) {
				held += u.Held
				require.Equal(t, u.Quantity, u.Held+u.Used+u.Free)
			}
			require.Equal(t, p.Confirmed, held)
		})
	}
}

// atp.md: the fallback class is consumed last: after the earlier and the later periods of the demand's own.
func TestQuotaFallbackIsConsumedLast(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 500)
	all := weeks(t, s, atp.QuotaDefinition{ID: "A/all", Earlier: 1}, 5, 50, 50)
	vip := weeks(t, s, atp.QuotaDefinition{ID: "A/VIP", Earlier: 1, Later: 1, Fallback: []string{"A/all", "A/none"}}, 20, 40, 10)
	d := atp.Demand{
		Ref: item, Quantity: 90, Wanted: day(7), Partial: atp.Partial{AtMost: atp.AnyNumber}, Quotas: []atp.QuotaUse{{Quota: vip}},
	}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []string{"80 on day 7: 40 A/VIP W2 20 A/VIP W1 20 A/all W2!", "10 on day 14: 10 A/VIP W3"}, told(p))

	// Two demands of one request do not take the same; what nobody allows is not confirmed.
	d.ID, d.Explain = "1", true
	e := d
	e.ID = "2"
	both, err := s.PromiseAll(noon(0), []atp.Demand{d, e}, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, []string{"35 on day 7: 30 A/all W2! 5 A/all W1!"}, told(both[1]))
	require.EqualValues(t, 55, both[1].Unfilled)
	limit := both[1].Limit
	require.NotNil(t, limit)
	require.Equal(t, []atp.QuotaLimit{{
		Quota: vip, Available: 35, From: day(7), To: day(13), Quantity: 40, Taken: 40, LostTo: []string{"1"},
	}}, limit.Quotas)

	// All at once: on the day on which the last is allowed, from the same periods.
	d.Partial = atp.Partial{}
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []string{"90 on day 14: 40 A/VIP W2 20 A/VIP W1 20 A/all W2! 10 A/VIP W3"}, told(p))
	_, err = s.Reserve(noon(0), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	require.EqualValues(t, 20, usageOf(t, s, noon(0), all)[1].Held)

	// The demand does not compete with its own reservation.
	d.Replaces = "o"
	again, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, p.Deliveries, again.Deliveries)
}

// Region and class both have to allow a quantity; a unit waits for the one that allows it later. With factors, items of
// several sizes share a quota.
func TestQuotasAllHaveToAllow(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 500)
	class := weeks(t, s, atp.QuotaDefinition{ID: "VIP", Later: 2}, 30, 30, 30)
	region := weeks(t, s, atp.QuotaDefinition{ID: "north", Later: 1}, 105, 200)
	d := atp.Demand{
		ID: "1", Ref: item, Quantity: 80, Wanted: day(0), Partial: atp.Partial{AtMost: atp.AnyNumber}, Explain: true,
		Quotas: []atp.QuotaUse{{Quota: class}, {Quota: region, Factor: 5}},
	}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	// The region has room for 21 and 40 units: 61 in all, of which the class allows 21 at once.
	require.Equal(t, []string{
		"21 on day 0: 21 VIP W1 105 north W1", "39 on day 7: 9 VIP W1 195 north W2 30 VIP W2", "1 on day 14: 1 VIP W3 5 north W2",
	}, told(p))
	require.EqualValues(t, 19, p.Unfilled)
	require.Len(t, p.Limit.Quotas, 2)
	_, err = s.Reserve(noon(0), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	again, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Zero(t, again.Confirmed)
	require.Equal(t, []string{"o"}, again.Limit.Quotas[0].Claims)
	require.EqualValues(t, 21, again.Limit.Quotas[1].Quantity/5)
}

// The day that decides may be that of shipping or delivery; a later period then begins when goods can reach it.
func TestQuotaDay(t *testing.T) {
	for by, want := range map[atp.QuotaDay][]string{
		atp.ByStart:   {"10 on day 5: 10 Q W1", "20 on day 7: 20 Q W2"},
		atp.ByShip:    {"20 on day 5: 20 Q W2", "10 on day 12: 10 Q W3"},
		atp.ByDeliver: {"20 on day 5: 20 Q W2", "10 on day 8: 10 Q W3"},
	} {
		s := newStock(t)
		item := stocked(t, s, "A", 500)
		quota := weeks(t, s, atp.QuotaDefinition{ID: "Q", Later: 1, Day: by}, 10, 20, 30)
		p, err := s.Promise(noon(5), atp.Demand{
			Ref: item, Quantity: 30, Lane: &atp.Lane{Processing: 2, Transit: 4}, Partial: atp.Partial{AtMost: atp.AnyNumber},
			Quotas: []atp.QuotaUse{{Quota: quota}},
		})
		require.NoError(t, err)
		require.Equal(t, want, told(p), by.String())
		for _, d := range p.Deliveries {
			require.Equal(t, 6, d.Deliver.Sub(d.Start))
		}
	}
}

// Days outside all periods are closed, or without a limit; an open stretch after the last period is one more to wait for.
func TestQuotaOutsideItsPeriods(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 500)
	closed := weeks(t, s, atp.QuotaDefinition{ID: "closed", Earlier: 1, Later: 1}, 10)
	open := weeks(t, s, atp.QuotaDefinition{ID: "open", Earlier: 1, Later: 1, Open: true}, 10)
	ask := func(quota atp.Ref, on int) []string {
		p, err := s.Promise(noon(0), atp.Demand{
			Ref: item, Quantity: 30, Wanted: day(on), Partial: atp.Partial{AtMost: atp.AnyNumber}, Quotas: []atp.QuotaUse{{Quota: quota}},
		})
		require.NoError(t, err)
		return told(p)
	}
	require.Equal(t, []string{"10 on day 3: 10 closed W1"}, ask(closed, 3))
	require.Equal(t, []string{"10 on day 20: 10 closed W1"}, ask(closed, 20), "what the period before has left")
	require.Equal(t, []string{"10 on day 3: 10 open W1", "20 on day 7:"}, ask(open, 3))
	require.Equal(t, []string{"30 on day 20:"}, ask(open, 20))
	_, err := s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{{Ref: open, Date: day(20), Quantity: 7}}})
	require.NoError(t, err)
	_, err = s.Reserve(noon(0), atp.Request{Key: "l", Hold: time.Hour, Lines: []atp.Line{{Ref: closed, Date: day(20), Quantity: 7}}})
	require.ErrorAs(t, err, new(*atp.ShortageError))
	require.ErrorContains(t, err, `quota "closed" at site "S1": 7 requested, 0 available`)
	u, err := s.QuotaUsage(noon(0), open)
	require.NoError(t, err)
	require.EqualValues(t, 7, u.Outside)
}

// What is kept for a class falls to the others on the day that its period opens.
func TestQuotaOpens(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 100)
	vip := weeks(t, s, atp.QuotaDefinition{ID: "VIP"})
	kept := week(0, 30)
	kept.Opens = day(4)
	_, err := s.SetQuota(noon(0), atp.QuotaSetting{Quota: vip, Periods: []atp.QuotaPeriod{kept}})
	require.NoError(t, err)
	all := weeks(t, s, atp.QuotaDefinition{ID: "all", Fallback: []string{"VIP"}}, 70)
	ask := func(on int, quota atp.Ref) int64 {
		p, err := s.Promise(noon(on), atp.Demand{
			Ref: item, Quantity: 100, Partial: atp.Partial{AtMost: 5}, Quotas: []atp.QuotaUse{{Quota: quota}},
		})
		require.NoError(t, err)
		return p.Confirmed
	}
	require.EqualValues(t, 70, ask(0, all))
	require.EqualValues(t, 30, ask(0, vip))
	shipped(t, s, "k", vip, 0, 10)
	require.EqualValues(t, 70, ask(3, all))
	require.EqualValues(t, 90, ask(4, all))
	require.EqualValues(t, 20, ask(4, vip))
}

// One reservation takes stock and quota, or neither; commit, release and expiry hold for both, and parts of the item take
// the quota along.
func TestQuotaFollowsItsItem(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 500)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "Q", Earlier: 1}, 60, 90)
	d := atp.Demand{Ref: item, Quantity: 50, Wanted: day(7), Quotas: []atp.QuotaUse{{Quota: quota, Factor: 3}}}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []string{"50 on day 7: 90 Q W2 60 Q W1"}, told(p))
	req := atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()}
	held, err := s.Reserve(noon(0), req)
	require.NoError(t, err)
	again, err := s.Reserve(noon(0), req)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	data, err := json.Marshal(held.Lines[1])
	require.NoError(t, err)
	require.JSONEq(t, `{"item":"Q","site":"S1","date":"2026-03-02","quantity":60,"quota":true,"for_item":"A","for_site":"S1"}`, string(data))

	_, err = s.Reserve(noon(0), atp.Request{Key: "p", Hold: time.Hour, Lines: req.Lines})
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.Len(t, short.Lines, 2)
	require.True(t, short.Lines[0].Quota)
	require.EqualValues(t, 450, atpOn(t, s, noon(0), item, 9), "nothing is held of the refused one")

	sums := func(now time.Time) (held, committed, used, free int64) {
		for _, u := range usageOf(t, s, now, quota) {
			held, committed, used, free = held+u.Held, committed+u.Committed, used+u.Used, free+u.Free
		}
		return
	}
	check := func(now time.Time, want ...int64) {
		t.Helper()
		h, c, u, f := sums(now)
		require.Equal(t, want, []int64{h, c, u, f})
	}
	check(noon(0), 150, 0, 0, 0)
	check(noon(0).Add(time.Hour), 0, 0, 0, 150)
	_, err = s.Commit(noon(0), "o")
	require.NoError(t, err)
	check(noon(9), 0, 150, 0, 0)
	part := func(n int64) []atp.Part { return []atp.Part{{Ref: item, Quantity: n}} }
	left, err := s.Consume(noon(8), atp.Posting{Key: "o", Document: "s1", Parts: part(20)})
	require.NoError(t, err)
	require.Len(t, left.Lines, 2, "20 of the item, 60 of the first week")
	check(noon(9), 0, 90, 60, 0)
	freed, err := s.Release(noon(8), atp.Posting{Key: "o", Document: "c1", Parts: part(10)})
	require.NoError(t, err)
	check(noon(9), 0, 60, 60, 30)
	require.NoError(t, s.UndoRelease(freed))
	check(noon(9), 0, 90, 60, 0)
	require.NoError(t, s.UndoConsume(left))
	check(noon(9), 0, 150, 0, 0)
	_, err = s.Consume(noon(8), atp.Posting{Key: "o", Document: "s2", Parts: part(49)})
	require.NoError(t, err)
	check(noon(9), 0, 3, 147, 0)
	_, err = s.Release(noon(8), atp.Posting{Key: "o", Parts: nil})
	require.NoError(t, err)
	check(noon(9), 0, 0, 147, 3)
	r, err := s.Reservation(noon(9), "o")
	require.NoError(t, err)
	require.Equal(t, atp.StatusConsumed, r.Status)

	// Lowered below what is taken: the quota reports the excess, and what is used stays used.
	setWeek(t, s, quota, 1, 50)
	u := usageOf(t, s, noon(9), quota)
	require.EqualValues(t, 37, u[1].Excess)
	require.Zero(t, u[1].Free)
	p, err = s.Promise(noon(8), atp.Demand{Ref: item, Quantity: 1, Quotas: d.Quotas})
	require.NoError(t, err)
	require.Zero(t, p.Confirmed)
}

// Many race for the last of a quota: it is given once.
func TestRaceForAQuota(t *testing.T) {
	s := newStock(t)
	a, b := stocked(t, s, "A", 1000), stocked(t, s, "B", 1000)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "AB"}, 100)
	var wg sync.WaitGroup
	got := make([]int64, 8)
	for g := range got {
		wg.Go(func() {
			for i := range 40 {
				d := atp.Demand{Ref: a, Quantity: int64(1 + i%3), Quotas: []atp.QuotaUse{{Quota: quota}}}
				if (i+g)%2 == 0 {
					d.Ref = b
				}
				p, err := s.Promise(noon(0), d)
				if err != nil || p.Confirmed == 0 {
					continue
				}
				req := atp.Request{Key: fmt.Sprintf("%d/%d", g, i), Hold: time.Hour, Lines: p.Lines()}
				if _, err := s.Reserve(noon(0), req); err == nil {
					got[g] += p.Confirmed
				}
			}
		})
	}
	wg.Wait()
	var sum int64
	for _, n := range got {
		sum += n
	}
	require.Equal(t, []atp.PeriodUsage{{QuotaPeriod: week(0, 100), Held: sum, Free: 100 - sum}}, usageOf(t, s, noon(0), quota))
	require.EqualValues(t, 100, sum)
	require.EqualValues(t, 2000-sum, atpOn(t, s, noon(0), a, 0)+atpOn(t, s, noon(0), b, 0))
}

func TestQuotaBadInput(t *testing.T) {
	s := newStock(t)
	item := stocked(t, s, "A", 10)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "A"}, 10, 10)
	other := weeks(t, newStock(t), atp.QuotaDefinition{ID: "A"}, 10)
	require.False(t, item.IsQuota())
	require.True(t, quota.IsQuota())
	before := s.State(noon(0))
	define := func(change func(*atp.QuotaDefinition)) error {
		d := atp.QuotaDefinition{ID: "N", Site: "S1"}
		change(&d)
		_, _, err := s.DefineQuota(noon(0), d)
		return err
	}
	set := func(periods ...atp.QuotaPeriod) error {
		_, err := s.SetQuota(noon(0), atp.QuotaSetting{Quota: quota, Periods: periods})
		return err
	}
	promise := func(uses ...atp.QuotaUse) error {
		_, err := s.Promise(noon(0), atp.Demand{Ref: item, Quantity: 1, Quotas: uses})
		return err
	}
	reserve := func(l atp.Line) error {
		l.Date, l.Quantity = day(0), 1
		_, err := s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{l}})
		return err
	}
	_, ofItem := s.SetQuota(noon(0), atp.QuotaSetting{Quota: item, Periods: []atp.QuotaPeriod{week(9, 1)}})
	_, counted := s.Count(noon(0), atp.Count{Ref: quota, Quantity: 1})
	_, asked := s.ATP(noon(0), atp.Query{Ref: quota})
	_, wanted := s.Promise(noon(0), atp.Demand{Ref: quota, Quantity: 1})
	_, used := s.QuotaUsage(noon(0), item)
	_, ancient := s.QuotaUsage(time.Time{}, quota)
	for name, err := range map[string]error{
		"Earlier":              define(func(d *atp.QuotaDefinition) { d.Earlier = -1 }),
		"Later":                define(func(d *atp.QuotaDefinition) { d.Later = -1 }),
		"Day":                  define(func(d *atp.QuotaDefinition) { d.Day = 9 }),
		"ID":                   define(func(d *atp.QuotaDefinition) { d.ID = "" }),
		"Fallback":             define(func(d *atp.QuotaDefinition) { d.Fallback = make([]string, 9) }),
		"Fallback[0]":          define(func(d *atp.QuotaDefinition) { d.Fallback = []string{"N"} }),
		"Fallback[1]":          define(func(d *atp.QuotaDefinition) { d.Fallback = []string{"B", "B"} }),
		"Periods":              set(),
		"Periods[0]":           set(atp.QuotaPeriod{From: day(1), To: day(0)}),
		"Periods[1]":           set(week(5, 1), week(6, -1)),
		"days in common":       set(atp.QuotaPeriod{From: day(10), To: day(20), Quantity: 1}),
		"over all":             set(atp.QuotaPeriod{From: day(-10), To: day(200), Quantity: 1}),
		"twice":                set(week(5, 1), week(5, 2)),
		"Quotas[0].Quota":      promise(atp.QuotaUse{Quota: item}),
		"no Quotas[0].Quota":   promise(atp.QuotaUse{}),
		"Quotas[0].Quota else": promise(atp.QuotaUse{Quota: other}),
		"Quotas[1].Quota":      promise(atp.QuotaUse{Quota: quota}, atp.QuotaUse{Quota: quota}),
		"Quotas[0].Factor":     promise(atp.QuotaUse{Quota: quota, Factor: -1}),
		"Quotas":               promise(make([]atp.QuotaUse, 9)...),
		"For item":             reserve(atp.Line{Ref: item, For: item}),
		"For quota":            reserve(atp.Line{Ref: quota, For: quota}),
		"Use alone":            reserve(atp.Line{Ref: quota, Use: 1}),
		"For item in no line":  reserve(atp.Line{Ref: quota, For: item}),
		"Use":                  reserve(atp.Line{Ref: quota, For: item, Use: 8}),
		"of an item":           ofItem, "counted": counted, "asked": asked, "wanted": wanted, "used": used, "ancient": ancient,
	} {
		require.ErrorAs(t, err, new(*atp.RequestError), name)
	}
	_, err := s.Quota("N", "S1")
	require.ErrorAs(t, err, new(*atp.UnknownQuotaError))
	_, err = s.Quota("A", "S9")
	require.ErrorAs(t, err, new(*atp.UnknownSiteError))
	require.ErrorAs(t, define(func(d *atp.QuotaDefinition) { d.Site = "S9" }), new(*atp.UnknownSiteError))
	require.Equal(t, before, s.State(noon(0)))
	found, err := s.Quota("A", "S1")
	require.NoError(t, err)
	require.Equal(t, quota, found)
}

func TestApplyRejectsDamagedQuotas(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10)
	weeks(t, s, atp.QuotaDefinition{ID: "Q"}, 10)
	before := s.State(noon(0))
	reserved := func(m atp.LineQuota) atp.Reserved {
		return atp.Reserved{Key: "k", At: noon(0), Expires: noon(1), Lines: []atp.ReservedLine{
			{Item: "Q", Site: "S1", Date: day(0), Quantity: 1, LineQuota: m},
		}}
	}
	for name, e := range map[string]any{
		"no id":         atp.QuotaDefined{Site: "S1", Revision: 1},
		"no revision":   atp.QuotaDefined{ID: "R", Site: "S1"},
		"self":          atp.QuotaDefined{ID: "R", Site: "S1", Revision: 1, Fallback: []string{"R"}},
		"no periods":    atp.QuotaSet{ID: "R", Site: "S1", Revision: 1},
		"set: no id":    atp.QuotaSet{Site: "S1", Revision: 1, Periods: []atp.QuotaPeriod{week(0, 1)}},
		"undated":       atp.QuotaSet{ID: "R", Site: "S1", Revision: 1, Periods: []atp.QuotaPeriod{{Quantity: 1}}},
		"out of order":  atp.QuotaSet{ID: "R", Site: "S1", Revision: 1, Periods: []atp.QuotaPeriod{week(1, 1), week(0, 1)}},
		"set: revision": atp.QuotaSet{ID: "R", Site: "S1", Periods: []atp.QuotaPeriod{week(0, 1)}},
		"item follows":  reserved(atp.LineQuota{ForItem: "A", ForSite: "S1"}),
		"use":           reserved(atp.LineQuota{Quota: true, ForItem: "A", ForSite: "S1", Use: 8}),
	} {
		var damage *atp.EventError
		require.ErrorAs(t, s.Apply(e), &damage, name)
		require.Equal(t, e, damage.Event)
	}
	require.Error(t, s.Apply(reserved(atp.LineQuota{Quota: true, ForItem: "A"})))
	require.Equal(t, before, s.State(noon(0)))
	_, err := atp.QuotaDay(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(atp.QuotaDay).UnmarshalText([]byte("order")))
	require.ErrorContains(t, newStock(t).Restore(atp.State{Quotas: []atp.QuotaState{{Site: "S1"}}}), "no id")
}
