package rules_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// indexed has every type of fact that the index reads as a number or a key, and
// some that it does not.
type indexed struct {
	Tier, Category string
	Site           int
	Rank           int16
	Wide           int64
	Narrow         int32
	Rush           bool
	Tags           []string
	Net            money.Amount
	Discount       money.Rate
	Quantity       quantity.Quantity
	Requested      calendar.Date
	Placed         time.Time
	Parent         *struct {
		Tier string
		Day  calendar.Date
	}
	Score *int
}

// shape generates rules and facts over a small world, so that keys meet, bounds
// overlap and lists share elements.
type shape struct {
	*rand.Rand
	wide bool // many values, so that buckets differ
}

func (s shape) one(list ...string) string { return list[s.IntN(len(list))] }

func (s shape) text(prefix string) string {
	n := 3
	if s.wide {
		n = 40
	}
	return fmt.Sprint(prefix, s.IntN(n))
}

func (s shape) texts(prefix string) string {
	list := make([]string, 1+s.IntN(4))
	for i := range list {
		list[i] = fmt.Sprintf("%q", s.text(prefix))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (s shape) bound() string { return s.one("<", "<=", ">", ">=", "==", "!=") }

func (s shape) amount() string {
	return s.one("0", "9.99", "10", "10.005", "100", "-5") + " " + s.one("USD", "USD", "USD", "EUR")
}

func (s shape) day() string { return fmt.Sprintf("2026-%02d-%02d", 1+s.IntN(12), 1+s.IntN(28)) }

// part generates one part of a condition.
func (s shape) part() string {
	switch s.IntN(26) {
	case 0, 1, 2:
		return fmt.Sprintf("tier == %q", s.text("T"))
	case 3, 4:
		return "category in " + s.texts("C")
	case 5:
		return fmt.Sprintf("site == %d", s.IntN(5))
	case 6:
		return fmt.Sprintf("site in [%d, %d]", s.IntN(5), s.IntN(5))
	case 7:
		return fmt.Sprintf("%q in tags", s.text("X"))
	case 8:
		return fmt.Sprintf("quantity %s %s", s.bound(), s.one("1", "5", "5.5", "12", "40"))
	case 9:
		return fmt.Sprintf("quantity %s qty(%q)", s.bound(), s.one("1 EA", "12 EA", "2.5 EA", "3 CA"))
	case 10:
		return fmt.Sprintf("net %s money(%q)", s.bound(), s.amount())
	case 11:
		return fmt.Sprintf("requested %s date(%q)", s.bound(), s.day())
	case 12:
		return s.one("rush", "not rush", "rush == false")
	case 13:
		return fmt.Sprintf("score %s %d", s.bound(), s.IntN(4))
	case 14:
		return s.one("score == nil", "parent.day != nil", "not (score > 2)")
	case 15:
		return fmt.Sprintf("parent.tier == %q", s.text("T"))
	case 16:
		return fmt.Sprintf("%s in %d..%d", s.one("wide", "narrow", "rank", "site"), s.IntN(4), 4+s.IntN(4))
	case 17:
		return fmt.Sprintf("(tier == %q or tier == %q)", s.text("T"), s.text("T"))
	case 18:
		return fmt.Sprintf("(rush or net > money(%q))", s.amount())
	case 19:
		return fmt.Sprintf("discount %s %s", s.bound(), s.one("0.05", "0.1", "1"))
	case 20:
		return fmt.Sprintf("site * 2 %s wide", s.bound())
	case 21:
		return fmt.Sprintf("%s %s %s", s.one("site", "narrow", "rank", "score"), s.bound(), s.one("wide", "score", "quantity"))
	case 22:
		return fmt.Sprintf("%s %s tier", s.one("category", "parent.tier"), s.bound())
	case 23:
		return fmt.Sprintf("requested %s parent.day", s.bound())
	case 24:
		return fmt.Sprintf("not (net %s net)", s.bound())
	default:
		return fmt.Sprintf("placed %s time(\"%sT08:00:00Z\")", s.bound(), s.day())
	}
}

func (s shape) instant() time.Time {
	switch s.IntN(20) {
	case 0:
		return time.Date(1500+s.IntN(2)*1000, 1, 1, 0, 0, 0, 0, time.UTC)
	case 1, 2, 3, 4, 5:
		return time.Time{}
	}
	return time.Date(2026, time.Month(1+s.IntN(12)), 1+s.IntN(28), s.IntN(24), 0, 0, s.IntN(3), time.UTC)
}

func (s shape) rules(n int) []rules.Rule[int] {
	out := make([]rules.Rule[int], n)
	for i := range out {
		parts := make([]string, 1+s.IntN(4))
		for k := range parts {
			parts[k] = s.part()
		}
		r := rules.Rule[int]{ID: fmt.Sprintf("r%04d", i), Priority: s.IntN(3), When: strings.Join(parts, " && "), From: s.instant(), To: s.instant()}
		if !r.From.IsZero() && !r.To.IsZero() && !r.From.Before(r.To) {
			r.To = time.Time{}
		}
		out[i] = r
	}
	return out
}

func (s shape) facts() *indexed {
	f := &indexed{
		Tier: s.text("T"), Category: s.text("C"), Site: s.IntN(6), Rank: int16(s.IntN(8)), Wide: int64(s.IntN(8)), Narrow: int32(s.IntN(8)),
		Rush: s.IntN(2) == 0, Net: money.MustParse(s.amount()), Discount: money.MustRate(s.one("0.05", "0.1", "0.10001", "2")),
		Quantity: quantity.MustParse(s.one("1", "5", "5.25", "12", "39.999", "100") + " " + s.one("EA", "EA", "CA")),
	}
	for range s.IntN(4) {
		f.Tags = append(f.Tags, s.text("X"))
	}
	if s.IntN(3) > 0 {
		f.Requested = calendar.MustDate(s.day())
	}
	if s.IntN(3) > 0 {
		f.Placed = s.instant()
	}
	if s.IntN(2) == 0 {
		score := s.IntN(4)
		f.Score = &score
	}
	if s.IntN(2) == 0 {
		f.Parent = &struct {
			Tier string
			Day  calendar.Date
		}{Tier: s.text("T")}
	}
	return f
}

// agreesWithWhyNot holds a match, which uses the index, to what every rule says
// by itself, and returns what matched and how many rules failed.
func agreesWithWhyNot[F, E any](t *testing.T, b *rules.Book[F, E], facts *F, at time.Time) ([]*rules.Rule[E], int) {
	t.Helper()
	got, err := b.Match(context.Background(), facts, at, nil)
	gotFailed := []string{}
	if err != nil {
		var skipped *rules.SkippedError
		require.ErrorAs(t, err, &skipped)
		for _, e := range skipped.Errors {
			gotFailed = append(gotFailed, e.Rule)
		}
	}
	want, failed := []string{}, []string{}
	for _, r := range b.Rules() {
		why, err := b.WhyNot(context.Background(), r.ID, facts, at)
		require.NoError(t, err)
		switch why.Outcome {
		case rules.Matched:
			want = append(want, r.ID)
		case rules.Failed:
			failed = append(failed, r.ID)
		default:
		}
	}
	require.Equal(t, want, ids(got), "%+v at %s", facts, at)
	require.Equal(t, failed, gotFailed, "%+v at %s", facts, at)
	return got, len(failed)
}

// TestIndexChangesNothing asks books through the index, and every rule by itself
// without it: the same rules match, and the same fail (RUL-7).
func TestIndexChangesNothing(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	matches, failures := 0, 0
	for seed := range 60 {
		random := shape{Rand: rand.New(rand.NewPCG(uint64(seed), 7)), wide: seed%2 == 0}
		rs := random.rules([]int{3, 20, 150, 400}[seed%4])
		b, err := rules.Compile(s, "generated", rs)
		require.NoError(t, err)
		for range 25 {
			facts, at := random.facts(), random.instant()
			got, failed := agreesWithWhyNot(t, b, facts, at)
			matches, failures = matches+len(got), failures+failed
		}
	}
	require.Greater(t, matches, 1000)
	require.Greater(t, failures, 1000)
}

// TestFilterChangesNothing has one bucket of many rows with intervals, at their
// very ends and one beside them.
func TestFilterChangesNothing(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	ctx := context.Background()
	for _, n := range []int{47, 48, 64, 65, 700} {
		random := shape{Rand: rand.New(rand.NewPCG(uint64(n), 9))}
		rs := make([]rules.Rule[int], n)
		type limits struct{ wide, narrow, cents, from, to, first, last int64 }
		all := make([]limits, n)
		base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range rs {
			l := limits{wide: random.Int64N(900) - 300, narrow: random.Int64N(100), cents: random.Int64N(5000), from: random.Int64N(200), first: random.Int64N(300)}
			l.to, l.last = l.from+1+random.Int64N(60), l.first+random.Int64N(40)
			all[i] = l
			rs[i] = rules.Rule[int]{
				ID: fmt.Sprintf("r%04d", i), From: base.AddDate(0, 0, int(l.from)), To: base.AddDate(0, 0, int(l.to)),
				When: fmt.Sprintf(`tier == "A" && wide >= %d && narrow < %d && net <= money("%d.%02d USD") && requested >= date(%q) && requested <= date(%q)`,
					l.wide, l.narrow, l.cents/100, l.cents%100,
					base.AddDate(0, 0, int(l.first)).Format(time.DateOnly), base.AddDate(0, 0, int(l.last)).Format(time.DateOnly)),
			}
		}
		b, err := rules.Compile(s, "generated", rs)
		require.NoError(t, err)
		total := 0
		for range 400 {
			l := all[random.IntN(n)]
			beside := func(v int64) int64 { return v + random.Int64N(3) - 1 }
			wide, narrow, cents, day, at := beside(l.wide), beside(l.narrow), beside(l.cents), beside(l.first), beside(l.to)
			if random.IntN(2) == 0 {
				wide, narrow, cents, day, at = 900, l.narrow-1, l.cents, l.last, l.from
			}
			facts := &indexed{
				Tier: "A", Wide: wide, Narrow: int32(narrow), Net: money.FromMinor(cents, money.USD),
				Requested: calendar.DateOf(base.AddDate(0, 0, int(day))),
			}
			got, err := b.Match(ctx, facts, base.AddDate(0, 0, int(at)), nil)
			require.NoError(t, err)
			want := []string{}
			for i, o := range all {
				if wide >= o.wide && narrow < o.narrow && cents <= o.cents && day >= o.first && day <= o.last && at >= o.from && at < o.to {
					want = append(want, rs[i].ID)
				}
			}
			require.Equal(t, want, ids(got))
			total += len(want)
		}
		require.Positive(t, total)
	}
}

// TestManyMatches holds order and completeness beyond the memory that Match
// brings along, and that it needs none of its own when dst has room.
func TestManyMatches(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	var rs []rules.Rule[int]
	for i := range 300 {
		rs = append(rs, rules.Rule[int]{ID: fmt.Sprintf("r%04d", i), Priority: i % 5, When: []string{`tier == "A"`, `"x" in tags`, `true`}[i%3]})
	}
	b, err := rules.Compile(s, "many", rs)
	require.NoError(t, err)
	facts := &indexed{Tier: "A", Tags: []string{"x", "y", "x"}}
	out, err := b.Match(context.Background(), facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, b.Rules(), out)
	require.True(t, slices.IsSortedFunc(out, func(a, b *rules.Rule[int]) int { return b.Priority - a.Priority }))
	if raceEnabled {
		return
	}
	at := benchAt
	dst := make([]*rules.Rule[int], 0, 300)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		if out, _ = b.Match(context.Background(), facts, at, dst); len(out) != 300 {
			t.Fatal(len(out))
		}
	}), 4.0)
}

func TestAccess(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	var rs []rules.Rule[int]
	for i := range 30 { // so that a look-up pays
		rs = append(rs, rules.Rule[int]{ID: fmt.Sprint("filler", i), When: fmt.Sprintf(`tier == "T%d" and category in ["A", "B"]`, i)})
	}
	tests := []struct {
		when, key, bounds string
		evaluated         int
	}{
		{`tier == "X" and category == "A" and wide > 3 and wide < 9`, "[tier category]", "[wide]", 0},
		{`(tier == "X" or tier == "Y") and category == "A"`, "[tier category]", "[]", 0},
		{`wide > 3 and site * 2 > wide`, "[]", "[wide]", 1},
		{`rush or wide > 3`, "[]", "[]", 0},
		{`site * 2 > wide`, "[]", "[]", 1},
	}
	for i, tt := range tests {
		rs = append(rs, rules.Rule[int]{ID: fmt.Sprint(i), When: tt.when})
	}
	b, err := rules.Compile(s, "test", rs)
	require.NoError(t, err)
	for i, tt := range tests {
		a, err := b.Access(fmt.Sprint(i))
		require.NoError(t, err)
		require.Equal(t, tt.key, fmt.Sprint(a.Key), tt.when)
		require.Equal(t, tt.bounds, fmt.Sprint(a.Bounds), tt.when)
		require.Equal(t, tt.evaluated, a.Evaluated, tt.when)
	}
	_, err = b.Access("none")
	require.ErrorIs(t, err, rules.ErrUnknownRule)
}

// TestOutOfRangeIsNoAnswer has facts that went out of range. What is asked of them
// fails, in a few rules and in a bucket of many, with a filter.
func TestOutOfRangeIsNoAnswer(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	facts := indexed{Tier: "A", Net: money.FromMinor(math.MinInt64, money.USD), Quantity: quantity.New(math.MinInt64, quantity.Each)}
	for _, n := range []int{1, 100} {
		for _, part := range []string{`net < money("%d USD")`, `net > money("%d USD")`, `quantity < qty("%d EA")`, `quantity > qty("%d EA")`} {
			rs := make([]rules.Rule[int], n)
			for i := range rs {
				rs[i] = rules.Rule[int]{ID: fmt.Sprintf("r%03d", i), When: `tier == "A" && ` + fmt.Sprintf(part, i)}
			}
			b, err := rules.Compile(s, "test", rs)
			require.NoError(t, err)
			matched, err := b.Match(context.Background(), &facts, benchAt, nil)
			require.Empty(t, matched, part)
			var skipped *rules.SkippedError
			require.ErrorAs(t, err, &skipped)
			require.Len(t, skipped.Errors, n, part)
		}
	}
}
