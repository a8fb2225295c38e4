package rules_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// line is the fact struct of the benchmark, its rules are those of rules.md: two
// equalities, one number bound, a date interval.
type line struct {
	Tier     string
	Category string
	Quantity quantity.Quantity
}

var (
	benchFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	benchAt   = time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
)

// benchRules spreads the constants so that 1 to 5 of n rules match a line.
func benchRules(n int) []rules.Rule[int] {
	categories := max(n/12, 1)
	out := make([]rules.Rule[int], n)
	for i := range out {
		from := benchFrom.AddDate(0, i%12, 0)
		out[i] = rules.Rule[int]{
			ID: fmt.Sprintf("r%06d", i), Priority: i % 7, Then: i,
			When: fmt.Sprintf(`tier == "T%d" && category == "C%d" && quantity >= %d`, i%4, i/4%categories, 1+i%40),
			From: from.AddDate(0, -6, 0), To: from.AddDate(0, 6, 0),
		}
	}
	return out
}

func benchLines(n int) []line {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]line, 256)
	for i := range out {
		out[i] = line{
			Tier: fmt.Sprintf("T%d", r.IntN(4)), Category: fmt.Sprintf("C%d", r.IntN(max(n/12, 1))),
			Quantity: quantity.New(int64(1+r.IntN(60)), quantity.Each),
		}
	}
	return out
}

// bruteForce matches the benchmark's rules by hand.
func bruteForce(rs []rules.Rule[int], l *line, at time.Time) int {
	n := 0
	for _, r := range rs {
		var t, c, q int
		if _, err := fmt.Sscanf(r.When, `tier == "T%d" && category == "C%d" && quantity >= %d`, &t, &c, &q); err != nil {
			panic(err)
		}
		have, _ := l.Quantity.Int64()
		if l.Tier == fmt.Sprintf("T%d", t) && l.Category == fmt.Sprintf("C%d", c) && have >= int64(q) &&
			!at.Before(r.From) && at.Before(r.To) {
			n++
		}
	}
	return n
}

func benchBook(t testing.TB, rs []rules.Rule[int]) *rules.Book[line, int] {
	t.Helper()
	s, err := rules.NewSchema[line](rules.Config{})
	require.NoError(t, err)
	b, err := rules.Compile(s, "bench", rs)
	require.NoError(t, err)
	return b
}

// sizes are the numbers of rules that benchmarks compare.
func sizes() []int { return []int{10, 100, 1000, 10_000, 100_000} }

// benchMatch checks the answers for the lines against those by hand, and times
// them.
func benchMatch(b *testing.B, rs []rules.Rule[int], lines []line, want func(l *line) int) {
	book := benchBook(b, rs)
	ctx := context.Background()
	dst := make([]*rules.Rule[int], 0, 64)
	matched := 0
	for i := range lines {
		out, err := book.Match(ctx, &lines[i], benchAt, dst)
		require.NoError(b, err)
		if i < max(2, 32_000/len(rs)) {
			require.Len(b, out, want(&lines[i]))
		}
		matched += len(out)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := book.Match(ctx, &lines[i&255], benchAt, dst); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(matched)/float64(len(lines)), "matches/op")
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			rs := benchRules(n)
			benchMatch(b, rs, benchLines(n), func(l *line) int { return bruteForce(rs, l, benchAt) })
		})
	}
}

// skewedRules puts a tenth of the rules on one key: a favourite customer tier
// and category with bounds of its own for every quantity and fortnight.
func skewedRules(n int) []rules.Rule[int] {
	rs := benchRules(n)
	for i := 0; i < n; i += 10 {
		from := benchFrom.AddDate(0, 0, i/10%26*14)
		rs[i].When = fmt.Sprintf(`tier == "T0" && category == "C-1" && quantity >= %d`, 1+i/10)
		rs[i].From, rs[i].To = from, from.AddDate(0, 0, 14)
	}
	return rs
}

func skewedLines(n int) []line {
	lines := benchLines(n)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range lines {
		if i%2 == 0 {
			lines[i] = line{Tier: "T0", Category: "C-1", Quantity: quantity.New(int64(1+r.IntN(max(n/80, 1))), quantity.Each)}
		}
	}
	return lines
}

// BenchmarkMatchSkewed asks for the key that a tenth of the rules stands on
// every other time.
func BenchmarkMatchSkewed(b *testing.B) {
	for _, n := range sizes()[2:] {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			rs := skewedRules(n)
			benchMatch(b, rs, skewedLines(n), func(l *line) int { return bruteForce(rs, l, benchAt) })
		})
	}
}

// BenchmarkMatchResidual has a third of the rules with a part for the machine.
func BenchmarkMatchResidual(b *testing.B) {
	for _, n := range sizes()[:4] {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			rs := benchRules(n)
			for i := 0; i < len(rs); i += 3 {
				rs[i].When += ` && quantity * 2 < qty("2000 EA")`
			}
			benchMatch(b, rs, benchLines(n), func(l *line) int { return bruteForce(benchRules(n), l, benchAt) })
		})
	}
}

// BenchmarkMatchParallel is BenchmarkMatch on all processors; the book is
// shared.
func BenchmarkMatchParallel(b *testing.B) {
	const n = 10_000
	book, lines := benchBook(b, benchRules(n)), benchLines(n)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		ctx := context.Background()
		dst := make([]*rules.Rule[int], 0, 64)
		for i := 0; pb.Next(); i++ {
			if _, err := book.Match(ctx, &lines[i&255], benchAt, dst); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkExplain explains into memory that is used again, as a desk does that
// keeps what it explains as text.
func BenchmarkExplain(b *testing.B) {
	const n = 10_000
	book, lines := benchBook(b, benchRules(n)), benchLines(n)
	for _, level := range []rules.Level{rules.Off, rules.Fired, rules.Full} {
		b.Run("level="+level.String(), func(b *testing.B) {
			var x rules.Explanation
			dst := make([]*rules.Rule[int], 0, 64)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := book.ExplainInto(context.Background(), &lines[i&255], benchAt, level, dst, &x); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			rs := benchRules(n)
			s, err := rules.NewSchema[line](rules.Config{})
			require.NoError(b, err)
			b.ReportAllocs()
			var book *rules.Book[line, int]
			for b.Loop() {
				if book, err = rules.Compile(s, "bench", rs); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			book = nil
			b.ReportMetric(float64(retained(func() any {
				book, _ = rules.Compile(s, "bench", rs)
				return book
			}))/(1<<20), "MiB-retained")
		})
	}
}

// retained is the heap that what f returns holds on to.
func retained(f func() any) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

// BenchmarkReplaceOne changes one rule of 10,000 in the running book.
func BenchmarkReplaceOne(b *testing.B) {
	rs := benchRules(10_000)
	live := rules.NewLive(benchBook(b, rs))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		changed := rs[5000]
		changed.Priority = i
		book, err := live.Book().With(rules.Values("change", []rules.Rule[int]{changed}))
		if err != nil {
			b.Fatal(err)
		}
		if d := live.Replace(book); i > 0 && len(d.Changed) != 1 {
			b.Fatal(d)
		}
		i++
	}
}

func TestBenchmarkShape(t *testing.T) {
	for _, n := range []int{10, 100, 1000} {
		rs := benchRules(n)
		book, lines := benchBook(t, rs), benchLines(n)
		for i := range lines {
			out, err := book.Match(context.Background(), &lines[i], benchAt, nil)
			require.NoError(t, err)
			require.Len(t, out, bruteForce(rs, &lines[i], benchAt))
		}
	}
}

// TestAllocsOfManyRules is the gate for the index: 10,000 rules, evenly spread and
// a tenth on one key.
func TestAllocsOfManyRules(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for name, rs := range map[string][]rules.Rule[int]{"even": benchRules(10_000), "skewed": skewedRules(10_000)} {
		book, lines := benchBook(t, rs), skewedLines(10_000)
		dst := make([]*rules.Rule[int], 0, 64)
		i := 0
		require.Zero(t, testing.AllocsPerRun(256, func() {
			if _, err := book.Match(context.Background(), &lines[i&255], benchAt, dst); err != nil {
				t.Fatal(err)
			}
			i++
		}), name)
	}
}

// TestAllocsMatch is the allocation gate: comparisons of facts with
// constants need no memory, and facts stay on the caller's stack.
func TestAllocsMatch(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	book := benchBook(t, benchRules(100))
	dst := make([]*rules.Rule[int], 0, 64)
	ctx := context.Background()
	at := benchAt
	allocs := testing.AllocsPerRun(200, func() {
		facts := line{Tier: "T1", Category: "C1", Quantity: quantity.New(40, quantity.Each)}
		out, err := book.Match(ctx, &facts, at, dst)
		if err != nil || len(out) == 0 {
			t.Fatal("no match", err)
		}
	})
	require.Zero(t, allocs)

	all := orderBook(t)
	matched := make([]*rules.Rule[string], 0, 64)
	facts := sample()
	allocs = testing.AllocsPerRun(200, func() {
		copied := facts
		out, err := all.Match(ctx, &copied, at, matched)
		if err != nil || len(out) != all.Len() {
			t.Fatal("every rule should match", err)
		}
	})
	require.Zero(t, allocs)
}

// orderBook has a rule for every shape of comparison that needs no machine.
func orderBook(t testing.TB) *rules.Book[order, string] {
	t.Helper()
	var rs []rules.Rule[string]
	for i, when := range []string{
		`tier == "GOLD"`, `tier in ["GOLD", "X"]`, `lines >= 4`, `lines in [1, 4]`, `lines in 1..9`, `rush`, `!customer.onHold`,
		`net >= money("100 USD")`, `net in [money("100 USD")]`, `discount == 0.05`, `quantity >= 12`, `quantity == qty("12 EA")`,
		`requested > date("2026-01-01")`, `placed < time("2027-01-01T00:00:00Z")`, `"web" in tags`, `carrier.code == nil`,
		`limit == nil`, `customer.score == nil`, `not (customer.score == 3)`, `true`,
	} {
		rs = append(rs, rules.Rule[string]{ID: fmt.Sprint(i), When: when})
	}
	return book(t, rs...)
}
