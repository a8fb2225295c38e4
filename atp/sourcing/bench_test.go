package sourcing_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp/sourcing"
)

// tight makes an instance in which each site has a part of most lines, so that many have to ship.
func tight(r *rand.Rand, lines, sites int) sourcing.Problem {
	p := medium(r, lines, sites)
	for i := range p.Sites {
		for j := range p.Sites[i].Offers {
			o := &p.Sites[i].Offers[j]
			o.Available = (o.Available + 3) / 4
		}
	}
	return p
}

func benchmarkSolve(b *testing.B, problem func(*rand.Rand, int, int) sourcing.Problem) {
	r := rand.New(rand.NewPCG(7, 7))
	problems := make([]sourcing.Problem, 50)
	for i := range problems {
		problems[i] = problem(r, 50, sourcing.ExactSites)
	}
	proven := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		plan, err := sourcing.Solve(problems[i%len(problems)])
		if err != nil {
			b.Fatal(err)
		}
		if plan.Proven {
			proven++
		}
	}
	b.ReportMetric(100*float64(proven)/float64(b.N), "%proven")
}

// 50 lines at 20 sites, each of which has some lines in full, some in part and some not.
func BenchmarkSolve(b *testing.B) { benchmarkSolve(b, medium) }

// The same with a quarter of the stock, so that about half of the sites have to ship.
func BenchmarkSolveTight(b *testing.B) { benchmarkSolve(b, tight) }

// Beyond 20 sites, with an effort of a tenth of a second.
func BenchmarkSolveManySites(b *testing.B) {
	benchmarkSolve(b, func(r *rand.Rand, lines, _ int) sourcing.Problem {
		p := medium(r, lines, 200)
		p.Effort = 100_000
		return p
	})
}

// What a plan costs in memory: the model of the problem, the search and the plan, but nothing for a step of the search.
func TestAllocsSolve(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	p := medium(rand.New(rand.NewPCG(7, 7)), 50, sourcing.ExactSites)
	got := testing.AllocsPerRun(20, func() { _, _ = sourcing.Solve(p) })
	t.Logf("%.0f allocations", got)
	require.LessOrEqual(t, got, 2000.0)
}
