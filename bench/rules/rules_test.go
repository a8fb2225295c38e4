package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// rule is what every contender gets, each in its own language.
type rule struct {
	id             string
	tier, category string
	least          int64
	from, to       time.Time
	priority       int
}

// line is what the rules ask about.
type line struct {
	tier, category string
	quantity       int64
}

func june() time.Time { return time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC) }

func rulesOf(n int) []rule {
	categories := max(n/12, 1)
	all := make([]rule, n)
	for i := range all {
		middle := time.Date(2026, time.Month(1+i%12), 1, 0, 0, 0, 0, time.UTC)
		all[i] = rule{
			id: fmt.Sprintf("r%06d", i), tier: fmt.Sprintf("T%d", i%4), category: fmt.Sprintf("C%d", i/4%categories),
			least: int64(1 + i%40), from: middle.AddDate(0, -6, 0), to: middle.AddDate(0, 6, 0), priority: i % 7,
		}
	}
	return all
}

// linesFor are 256 lines, each of which some of the n rules match.
func linesFor(n int) []line {
	random, all := rand.New(rand.NewPCG(1, 2)), rulesOf(n)
	lines := make([]line, 0, 256)
	for len(lines) < 256 {
		l := line{
			tier: fmt.Sprintf("T%d", random.IntN(4)), category: fmt.Sprintf("C%d", random.IntN(max(n/12, 1))),
			quantity: int64(1 + random.IntN(60)),
		}
		if len(bruteForce(all, l)) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// bruteForce asks the rules one by one, in Go.
func bruteForce(all []rule, l line) []string {
	var ids []string
	for _, r := range all {
		if r.tier == l.tier && r.category == l.category && l.quantity >= r.least && !june().Before(r.from) && june().Before(r.to) {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// contender is made of rules and matches the line with an index; ids tells
// which rules matched last, outside of what is measured.
type contender struct {
	name string
	most int // rules that it is tried with; the loops take seconds to load more
	make func(tb testing.TB, all []rule, lines []line) (match func(i int), ids func() []string)
}

func contenders() []contender {
	return []contender{
		{"o2c", 100_000, useO2C}, {"expr, a loop", 10_000, useExpr}, {"cel-go, a loop", 10_000, useCEL},
		{"grule", 10_000, useGrule}, {"Go and a map by hand", 100_000, byHand},
	}
}

func sizes() []int { return []int{10, 1000, 10_000, 100_000} }

func BenchmarkMatch(b *testing.B) {
	for _, n := range sizes() {
		all, lines := rulesOf(n), linesFor(n)
		for _, c := range contenders() {
			if n > c.most {
				continue
			}
			b.Run(fmt.Sprintf("%d rules/%s", n, c.name), func(b *testing.B) {
				match, _ := c.make(b, all, lines)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					match(i & 255)
				}
			})
		}
	}
}

func TestAnswersAgree(t *testing.T) {
	for _, n := range sizes() {
		all, lines := rulesOf(n), linesFor(n)
		for _, c := range contenders() {
			if n > c.most {
				continue
			}
			t.Run(fmt.Sprintf("%d rules/%s", n, c.name), func(t *testing.T) {
				match, ids := c.make(t, all, lines)
				for i := 0; i < len(lines); i += 16 {
					match(i)
					got := ids()
					slices.Sort(got)
					if want := bruteForce(all, lines[i]); !slices.Equal(got, want) {
						t.Fatalf("%+v: %v, want %v", lines[i], got, want)
					}
				}
			})
		}
	}
}

func check(tb testing.TB, err error) {
	if err != nil {
		tb.Fatal(err)
	}
}
