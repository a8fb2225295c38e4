package atp_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

const onHand = 1000

// change is a receipt, or below zero a reservation, so many days from today.
type change struct{ day, count int64 }

func today() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

// changes are receipts of 10 and reservations of 9 in turn, one a day, in no order.
func changes(n int) []change {
	all := make([]change, n)
	for i := range all {
		day := int64(1 + i*7919%n)
		all[i] = change{day, 10}
		if day%2 == 1 {
			all[i].count = -9
		}
	}
	return all
}

// planner answers both questions.
type planner interface {
	// available is how much can be had on a day without hurting what is promised.
	available(day int64) int64
	// earliest is the first day on which so much can be had, -1 for none.
	earliest(count int64) int64
}

type contender struct {
	name string
	make func(tb testing.TB, all []change) planner
}

func contenders() []contender {
	return []contender{{"o2c", useO2C}, {"linear scan by hand", useScan}}
}

func sizes() []int { return []int{16, 1000, 10_000} }

func BenchmarkAvailable(b *testing.B) {
	each(b, func(b *testing.B, n int64, p planner) {
		for i := int64(0); b.Loop(); i++ {
			p.available(i * 31 % n)
		}
	})
}

func BenchmarkEarliest(b *testing.B) {
	each(b, func(b *testing.B, n int64, p planner) {
		for i := int64(0); b.Loop(); i++ {
			p.earliest(onHand + i*31%(n/2))
		}
	})
}

func each(b *testing.B, run func(b *testing.B, n int64, p planner)) {
	for _, n := range sizes() {
		for _, c := range contenders() {
			b.Run(fmt.Sprintf("%d open/%s", n, c.name), func(b *testing.B) {
				p := c.make(b, changes(n))
				b.ReportAllocs()
				run(b, int64(n), p)
			})
		}
	}
}

func TestAnswersAgree(t *testing.T) {
	for _, n := range []int{16, 200} { // the definition takes its time
		all := changes(n)
		for _, c := range contenders() {
			t.Run(fmt.Sprintf("%d open/%s", n, c.name), func(t *testing.T) {
				p := c.make(t, all)
				for day := range int64(n) {
					if got, want := p.available(day), byDefinition(all, day); got != want {
						t.Fatalf("day %d: %d, want %d", day, got, want)
					}
				}
				for count := int64(onHand - 20); count < onHand+int64(n)/2; count += 1 + int64(n)/20 {
					if got, want := p.earliest(count), firstByDefinition(all, count, int64(n)); got != want {
						t.Fatalf("%d: day %d, want %d", count, got, want)
					}
				}
			})
		}
	}
}

// byDefinition adds up all there is for each day anew.
func byDefinition(all []change, day int64) int64 {
	least := int64(math.MaxInt64)
	for d := day; d <= int64(len(all)); d++ {
		balance := int64(onHand)
		for _, c := range all {
			if c.day <= d {
				balance += c.count
			}
		}
		least = min(least, balance)
	}
	return least
}

func firstByDefinition(all []change, count, last int64) int64 {
	for day := range last + 1 {
		if byDefinition(all, day) >= count {
			return day
		}
	}
	return -1
}

// scan keeps the changes by day and goes through them for each question.
type scan []change

func useScan(_ testing.TB, all []change) planner {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b change) int { return int(a.day - b.day) })
	return scan(sorted)
}

func (s scan) available(day int64) int64 {
	balance, i := int64(onHand), 0
	for ; i < len(s) && s[i].day <= day; i++ {
		balance += s[i].count
	}
	least := balance
	for ; i < len(s); i++ {
		balance += s[i].count
		least = min(least, balance)
	}
	return least
}

// earliest goes from the last day to the first, as long as there is enough.
func (s scan) earliest(count int64) int64 {
	balance := int64(onHand)
	for _, c := range s {
		balance += c.count
	}
	for i := len(s) - 1; i >= 0; i-- {
		if balance < count {
			if i == len(s)-1 {
				return -1
			}
			return s[i+1].day
		}
		balance -= s[i].count
	}
	if balance < count {
		return s[0].day
	}
	return 0
}

type stock struct {
	tb    testing.TB
	stock *atp.Stock
	item  atp.Ref
	now   time.Time
	day0  calendar.Date
}

func useO2C(tb testing.TB, all []change) planner {
	site, err := calendar.New(calendar.Config{Location: time.UTC})
	check(tb, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "MAIN", Calendar: site}}})
	check(tb, err)
	item, _, err := s.Define(today(), atp.Definition{Item: "A", Site: "MAIN"})
	check(tb, err)
	_, err = s.Count(today(), atp.Count{Ref: item, Quantity: onHand})
	check(tb, err)
	p := stock{tb, s, item, today(), calendar.DateOf(today())}
	// Receipts first: what is reserved has to be there.
	for _, c := range all {
		if c.count > 0 {
			_, err := s.AddSupply(p.now, atp.Supply{
				Ref: item, Document: fmt.Sprint(c.day), Type: atp.PurchaseOrder, Due: p.day0.AddDays(int(c.day)), Quantity: c.count,
			})
			check(tb, err)
		}
	}
	for _, c := range all {
		if c.count < 0 {
			key := fmt.Sprint(c.day)
			_, err := s.Reserve(p.now, atp.Request{
				Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: item, Date: p.day0.AddDays(int(c.day)), Quantity: -c.count}},
			})
			check(tb, err)
			_, err = s.Commit(p.now, key)
			check(tb, err)
		}
	}
	return p
}

func (p stock) available(day int64) int64 {
	n, err := p.stock.ATP(p.now, atp.Query{Ref: p.item, Date: p.day0.AddDays(int(day))})
	check(p.tb, err)
	return n
}

func (p stock) earliest(count int64) int64 {
	day, ok, err := p.stock.Earliest(p.now, atp.Query{Ref: p.item, Date: p.day0}, count)
	check(p.tb, err)
	if !ok {
		return -1
	}
	return int64(day.Sub(p.day0))
}

func check(tb testing.TB, err error) {
	if err != nil {
		tb.Fatal(err)
	}
}
