package sourcing_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
)

// stocks makes sites that have enough of the lines named.
func stocks(lines int, sites map[string][]string) sourcing.Problem {
	var p sourcing.Problem
	for i := range lines {
		p.Lines = append(p.Lines, sourcing.Line{ID: fmt.Sprint(i + 1), Item: fmt.Sprint("item ", i+1), Quantity: 10})
	}
	for id, has := range sites {
		s := sourcing.Site{ID: id}
		for _, l := range has {
			s.Offers = append(s.Offers, sourcing.Offer{Line: l, Available: 10})
		}
		p.Sites = append(p.Sites, s)
	}
	return p
}

func sitesOf(p sourcing.Plan) []string {
	ids := make([]string, 0, len(p.Shipments))
	for _, s := range p.Shipments {
		ids = append(ids, s.Site)
	}
	return ids
}

// atp.md: sourcing. The site with the most lines is not part of the best plan (ATP-5).
func TestTwoShipmentsNotThree(t *testing.T) {
	p := stocks(6, map[string][]string{"S1": {"1", "2", "3"}, "S2": {"4", "5", "6"}, "S3": {"2", "3", "4", "5"}})
	p.Explain = true
	plan, err := sourcing.Solve(p)
	require.NoError(t, err)
	assert.Equal(t, sourcing.Score{Shipments: 2}, plan.Score)
	assert.True(t, plan.Proven)
	assert.Equal(t, []string{"S1", "S2"}, sitesOf(plan))
	assert.Equal(t, []sourcing.Other{{Site: "S3", Score: sourcing.Score{Shipments: 3}, Proven: true}}, plan.Others)
	assert.Contains(t, plan.Passed, sourcing.Passed{Line: "2", Site: "S3", Why: sourcing.NoShipment, Available: 10})
	assert.Contains(t, plan.Passed, sourcing.Passed{Line: "2", Site: "S2", Why: sourcing.NothingThere})
}

// atp.md: sourcing. The order of what counts: units, then ranks, then shipments, then cost, then ids.
func TestWhatCounts(t *testing.T) {
	base := func() sourcing.Problem {
		return stocks(2, map[string][]string{"A": {"1"}, "B": {"2"}, "C": {"1", "2"}, "D": {"1", "2"}})
	}
	for name, c := range map[string]struct {
		change func(p *sourcing.Problem)
		want   []string
	}{
		"fewest shipments, then ids": {func(*sourcing.Problem) {}, []string{"C"}},
		"a unit counts more than a shipment": {func(p *sourcing.Problem) {
			for i := range p.Sites {
				if p.Sites[i].ID > "B" {
					p.Sites[i].Offers[1].Available = 9
				}
			}
		}, []string{"A", "B"}},
		"a rank counts more than a shipment": {func(p *sourcing.Problem) {
			for i := range p.Sites {
				if p.Sites[i].ID > "B" {
					p.Sites[i].Rank = 1
				}
			}
		}, []string{"A", "B"}},
		"a shipment counts more than cost": {func(p *sourcing.Problem) {
			for i := range p.Sites {
				if p.Sites[i].ID > "B" {
					p.Sites[i].Cost = 1000
				}
			}
		}, []string{"C"}},
		"cost counts more than ids": {func(p *sourcing.Problem) {
			for i := range p.Sites {
				if p.Sites[i].ID == "C" {
					p.Sites[i].Offers[0].UnitCost = 1
				}
			}
		}, []string{"D"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := base()
			c.change(&p)
			plan, err := sourcing.Solve(p)
			require.NoError(t, err)
			assert.True(t, plan.Proven)
			assert.Equal(t, c.want, sitesOf(plan))
		})
	}
}

// small makes an instance that can be solved by trying everything, with all that a problem can say.
func small(r *rand.Rand) sourcing.Problem {
	var p sourcing.Problem
	limited := r.IntN(4) > 0
	packs := []int64{1, 1, int64(1 + r.IntN(2))}
	for i := range 1 + r.IntN(3) {
		item := r.IntN(3)
		l := sourcing.Line{ID: fmt.Sprintf("L%d", i), Item: fmt.Sprint(item), Quantity: int64(1 + r.IntN(4)), Pack: packs[item]}
		if limited {
			l.Whole = r.IntN(4) == 0
			l.Minimum = int64(r.IntN(4))
		}
		p.Lines = append(p.Lines, l)
	}
	for i := range r.IntN(5) {
		s := sourcing.Site{ID: fmt.Sprintf("S%d", i), Rank: r.IntN(3) / 2, Cost: int64(r.IntN(3)), Open: r.IntN(8) == 0}
		if limited && r.IntN(3) == 0 {
			s.MaxLines = 1 + r.IntN(2)
		}
		for _, l := range p.Lines {
			if r.IntN(4) > 0 {
				s.Offers = append(s.Offers, sourcing.Offer{
					Line: l.ID, Available: int64(r.IntN(4)), UnitCost: int64(r.IntN(3)),
				})
			}
		}
		p.Sites = append(p.Sites, s)
	}
	if r.IntN(3) == 0 {
		p.MaxShipments = 1 + r.IntN(2)
	}
	return p
}

// exhaustive tries every assignment of units to sites.
type exhaustive struct {
	p     sourcing.Problem
	got   [][]int64 // by line and site
	score sourcing.Score
	sites []string
	found bool
}

func (e *exhaustive) offer(l, s int) (sourcing.Offer, bool) {
	for _, o := range e.p.Sites[s].Offers {
		if o.Line == e.p.Lines[l].ID {
			return o, true
		}
	}
	return sourcing.Offer{}, false
}

func (e *exhaustive) try(l, s int, left int64) {
	switch {
	case l == len(e.p.Lines):
		e.judge()
	case s == len(e.p.Sites):
		var next int64
		if l+1 < len(e.p.Lines) {
			next = e.p.Lines[l+1].Quantity
		}
		e.try(l+1, 0, next)
	default:
		o, _ := e.offer(l, s)
		for n := int64(0); n <= min(left, o.Available); n++ {
			e.got[l][s] = n
			e.try(l, s+1, left-n)
		}
		e.got[l][s] = 0
	}
}

// judge asks whether the assignment obeys the problem as its text says, and how good it is.
func (e *exhaustive) judge() {
	var score sourcing.Score
	for l, line := range e.p.Lines {
		pack := max(line.Pack, 1)
		want := line.Quantity / pack * pack
		least := min((line.Minimum+pack-1)/pack*pack, want)
		var sum int64
		for s := range e.p.Sites {
			n := e.got[l][s]
			if n == 0 {
				continue
			}
			if n%pack != 0 || n < least || line.Whole && n != want {
				return
			}
			sum += n
			o, _ := e.offer(l, s)
			score.Cost += n * o.UnitCost
		}
		score.Unfilled += line.Quantity - sum
	}
	var sites []string
	for s, site := range e.p.Sites {
		lines, items, most := 0, map[string]int64{}, map[string]int64{}
		for l, line := range e.p.Lines {
			o, _ := e.offer(l, s)
			most[line.Item] = max(most[line.Item], o.Available)
			items[line.Item] += e.got[l][s]
			if e.got[l][s] > 0 {
				lines++
			}
		}
		for item, n := range items {
			if n > most[item] {
				return
			}
		}
		if site.MaxLines > 0 && lines > site.MaxLines {
			return
		}
		if lines == 0 {
			continue
		}
		if !site.Open {
			score.Rank += int64(site.Rank)
			score.Shipments++
			score.Cost += site.Cost
			sites = append(sites, site.ID)
		}
	}
	if e.p.MaxShipments > 0 && score.Shipments > e.p.MaxShipments {
		return
	}
	if c := score.Compare(e.score); !e.found || c < 0 || c == 0 && slices.Compare(sites, e.sites) < 0 {
		e.found, e.score, e.sites = true, score, sites
	}
}

func best(p sourcing.Problem) (sourcing.Score, []string) {
	e := exhaustive{p: p, got: make([][]int64, len(p.Lines))}
	for i := range e.got {
		e.got[i] = make([]int64, len(p.Sites))
	}
	e.try(0, 0, p.Lines[0].Quantity)
	return e.score, e.sites
}

// audit holds a plan to its problem and to its own figures.
func audit(t *testing.T, p sourcing.Problem, plan sourcing.Plan) {
	t.Helper()
	e := exhaustive{p: p, got: make([][]int64, len(p.Lines))}
	for l := range p.Lines {
		e.got[l] = make([]int64, len(p.Sites))
	}
	for _, ship := range plan.Shipments {
		s := slices.IndexFunc(p.Sites, func(s sourcing.Site) bool { return s.ID == ship.Site })
		for _, part := range ship.Parts {
			l := slices.IndexFunc(p.Lines, func(l sourcing.Line) bool { return l.ID == part.Line })
			o, ok := e.offer(l, s)
			require.True(t, ok)
			require.LessOrEqual(t, part.Quantity, o.Available)
			require.Equal(t, part.Quantity*o.UnitCost, part.Cost)
			e.got[l][s] = part.Quantity
		}
	}
	e.judge()
	require.True(t, e.found, "the plan breaks a limit")
	require.Equal(t, e.score, plan.Score)
	var missing int64
	for _, u := range plan.Unfilled {
		missing += u.Quantity
	}
	require.Equal(t, plan.Score.Unfilled, missing)
	require.LessOrEqual(t, plan.Bound.Compare(plan.Score), 0)
	require.Equal(t, plan.Proven, plan.Bound == plan.Score)
}

// counted gives the sites whose shipment counts.
func counted(p sourcing.Problem, plan sourcing.Plan) []string {
	var ids []string
	for _, id := range sitesOf(plan) {
		if i := slices.IndexFunc(p.Sites, func(s sourcing.Site) bool { return s.ID == id }); !p.Sites[i].Open {
			ids = append(ids, id)
		}
	}
	return ids
}

// Every small problem has the plan that trying everything finds, tied ids included.
func TestSolveIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	instances := 12_000
	if raceEnabled || testing.Short() {
		instances = 1500
	}
	for i := range instances {
		p := small(r)
		plan, err := sourcing.Solve(p)
		require.NoError(t, err)
		score, sites := best(p)
		require.Equal(t, score, plan.Score, "instance %d: %+v\n%+v", i, p, plan)
		require.Equal(t, sites, counted(p, plan), "instance %d: %+v\n%+v", i, p, plan)
		require.True(t, plan.Proven)
		audit(t, p, plan)
	}
}

// The answer does not depend on the order of anything given.
func TestSolveForgetsTheOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for range 300 {
		p := medium(r, 12, 10)
		p.Explain = true
		plan, err := sourcing.Solve(p)
		require.NoError(t, err)
		r.Shuffle(len(p.Lines), func(i, j int) { p.Lines[i], p.Lines[j] = p.Lines[j], p.Lines[i] })
		r.Shuffle(len(p.Sites), func(i, j int) { p.Sites[i], p.Sites[j] = p.Sites[j], p.Sites[i] })
		for i := range p.Sites {
			o := p.Sites[i].Offers
			r.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
		}
		again, err := sourcing.Solve(p)
		require.NoError(t, err)
		require.Equal(t, plan, again)
	}
}

// medium makes an instance in which sites have some lines in full, some in part and some not.
func medium(r *rand.Rand, lines, sites int) sourcing.Problem {
	var p sourcing.Problem
	for i := range lines {
		p.Lines = append(p.Lines, sourcing.Line{
			ID: fmt.Sprintf("L%02d", i), Item: fmt.Sprintf("I%02d", i-i%7/6), Quantity: int64(1 + r.IntN(50)),
			Whole: r.IntN(20) == 0,
		})
	}
	for i := range sites {
		s := sourcing.Site{ID: fmt.Sprintf("S%03d", i), Cost: int64(500 + r.IntN(500))}
		for _, l := range p.Lines {
			available := l.Quantity
			switch n := r.IntN(10); {
			case n < 4:
				continue
			case n < 7:
				available = r.Int64N(l.Quantity + 1)
			}
			s.Offers = append(s.Offers, sourcing.Offer{Line: l.ID, Available: available, UnitCost: int64(10 + r.IntN(30))})
		}
		p.Sites = append(p.Sites, s)
	}
	return p
}

// With any effort the plan is one that can be shipped, and the bound is not above the best plan there is.
func TestBoundHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	unproven := 0
	for i := range 400 {
		p := medium(r, 4+r.IntN(12), 3+r.IntN(9))
		if i%3 == 0 {
			p.MaxShipments = 1 + r.IntN(3)
		}
		if i%4 == 0 {
			for j := range p.Sites {
				p.Sites[j].MaxLines = 1 + r.IntN(4)
				p.Sites[j].Rank = r.IntN(3)
			}
			p.Lines = p.Lines[:4]
			for j := range p.Sites {
				p.Sites[j].Offers = slices.DeleteFunc(p.Sites[j].Offers, func(o sourcing.Offer) bool { return o.Line > "L03" })
			}
		}
		full, err := sourcing.Solve(p)
		require.NoError(t, err)
		require.True(t, full.Proven, "instance %d", i)
		for _, effort := range []int{1, 10, 100, 1000} {
			p.Effort = effort
			plan, err := sourcing.Solve(p)
			require.NoError(t, err)
			audit(t, p, plan)
			require.LessOrEqual(t, plan.Bound.Compare(full.Score), 0, "the bound is above the best plan")
			require.GreaterOrEqual(t, plan.Score.Compare(full.Score), 0)
			if !plan.Proven {
				unproven++
			}
		}
	}
	require.NotZero(t, unproven, "no effort was too small")
}

// Beyond ExactSites, too, plans can be shipped and are never better than their bound.
func TestManySites(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 4))
	for range 5 {
		p := medium(r, 40, 120)
		p.Effort = 20_000
		plan, err := sourcing.Solve(p)
		require.NoError(t, err)
		audit(t, p, plan)
		require.GreaterOrEqual(t, plan.Bound.Shipments, 2, "a bound that says nothing")
	}
}

// Sites that are all alike do not make the search try them all.
func TestAlikeSites(t *testing.T) {
	p := sourcing.Problem{Lines: []sourcing.Line{{ID: "1", Item: "A", Quantity: 95}, {ID: "2", Item: "B", Quantity: 10}}}
	for i := range sourcing.ExactSites {
		p.Sites = append(p.Sites, sourcing.Site{ID: fmt.Sprintf("S%02d", i), Cost: 5, Offers: []sourcing.Offer{
			{Line: "1", Available: 10}, {Line: "2", Available: 1},
		}})
	}
	p.Effort = 10_000
	plan, err := sourcing.Solve(p)
	require.NoError(t, err)
	assert.True(t, plan.Proven)
	assert.Equal(t, sourcing.Score{Shipments: 10, Cost: 50}, plan.Score)
	assert.Equal(t, "S00", plan.Shipments[0].Site)
	assert.Equal(t, "S09", plan.Shipments[9].Site)
}

func TestReasons(t *testing.T) {
	plan, err := sourcing.Solve(sourcing.Problem{
		Explain: true,
		Lines: []sourcing.Line{
			{ID: "1", Item: "A", Quantity: 10}, {ID: "2", Item: "A", Quantity: 5}, {ID: "3", Item: "C", Quantity: 4, Whole: true},
			{ID: "4", Item: "D", Quantity: 1},
		},
		Sites: []sourcing.Site{
			{ID: "X", MaxLines: 1, Offers: []sourcing.Offer{{Line: "1", Available: 10}, {Line: "4", Available: 1}}},
			{ID: "Y", Offers: []sourcing.Offer{
				{Line: "1", Available: 5}, {Line: "2", Available: 5}, {Line: "3", Available: 3}, {Line: "4", Available: 1},
			}},
			{ID: "Z", Offers: []sourcing.Offer{{Line: "4", Available: 1}}},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, sourcing.Score{Unfilled: 4, Shipments: 2}, plan.Score)
	why := map[string]sourcing.Why{}
	for _, p := range plan.Passed {
		why[p.Line+p.Site] = p.Why
	}
	assert.Equal(t, map[string]sourcing.Why{
		"1Y": sourcing.OthersTookIt, "1Z": sourcing.NothingThere, "2X": sourcing.NothingThere, "2Z": sourcing.NothingThere,
		"3X": sourcing.NothingThere, "3Y": sourcing.TooLittle, "3Z": sourcing.NothingThere, "4X": sourcing.NoLineLeft,
		"4Z": sourcing.NoShipment,
	}, why)
	assert.Equal(t, []sourcing.Unfilled{{Line: "3", Quantity: 4}}, plan.Unfilled)
}

// What a plan with another site would score is what the problem scores in which that site ships anyway, its own figures
// added by hand; TestSolveIsExact holds such problems to trying everything.
func TestOthersAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	others := 0
	for range 500 {
		p := medium(r, 5, 6)
		p.Explain = true
		plan, err := sourcing.Solve(p)
		require.NoError(t, err)
		for _, o := range plan.Others {
			require.True(t, o.Proven)
			require.GreaterOrEqual(t, o.Score.Compare(plan.Score), 0)
			// the site as one that ships anyway, its own figures added by hand
			with := p
			with.Explain = false
			with.Sites = slices.Clone(p.Sites)
			i := slices.IndexFunc(with.Sites, func(s sourcing.Site) bool { return s.ID == o.Site })
			with.Sites[i].Open = true
			open, err := sourcing.Solve(with)
			require.NoError(t, err)
			open.Score.Shipments++
			open.Score.Cost += p.Sites[i].Cost
			open.Score.Rank += int64(p.Sites[i].Rank)
			require.Equal(t, open.Score, o.Score)
			others++
		}
	}
	require.NotZero(t, others)
}

func TestSolveRefuses(t *testing.T) {
	good := func() sourcing.Problem {
		return sourcing.Problem{
			Lines: []sourcing.Line{{ID: "1", Item: "A", Quantity: 1}, {ID: "2", Item: "A", Quantity: 1}},
			Sites: []sourcing.Site{{ID: "X", Offers: []sourcing.Offer{{Line: "1", Available: 1}}}, {ID: "Y"}},
		}
	}
	_, err := sourcing.Solve(good())
	require.NoError(t, err)
	for field, spoil := range map[string]func(p *sourcing.Problem){
		"Lines":                        func(p *sourcing.Problem) { p.Lines = nil },
		"Sites":                        func(p *sourcing.Problem) { p.Sites = make([]sourcing.Site, sourcing.MaxSites+1) },
		"MaxShipments":                 func(p *sourcing.Problem) { p.MaxShipments = -1 },
		"Effort":                       func(p *sourcing.Problem) { p.Effort = -1 },
		"Lines[1].ID":                  func(p *sourcing.Problem) { p.Lines[1].ID = "1" },
		"Lines[0].ID":                  func(p *sourcing.Problem) { p.Lines[0].ID = "" },
		"Lines[0].Item":                func(p *sourcing.Problem) { p.Lines[0].Item = "" },
		"Lines[0].Quantity":            func(p *sourcing.Problem) { p.Lines[0].Quantity = 0 },
		"Lines[1].Quantity":            func(p *sourcing.Problem) { p.Lines[1].Quantity = atp.MaxQuantity + 1 },
		"Lines[1].Pack":                func(p *sourcing.Problem) { p.Lines[1].Pack = 6 },
		"Lines[0].Pack":                func(p *sourcing.Problem) { p.Lines[0].Pack = -1 },
		"Lines[0].Minimum":             func(p *sourcing.Problem) { p.Lines[0].Minimum = -1 },
		"Sites[1].ID":                  func(p *sourcing.Problem) { p.Sites[1].ID = "X" },
		"Sites[0].Rank":                func(p *sourcing.Problem) { p.Sites[0].Rank = -1 },
		"Sites[1].Rank":                func(p *sourcing.Problem) { p.Sites[1].Rank = sourcing.MaxRank + 1 },
		"Sites[0].Cost":                func(p *sourcing.Problem) { p.Sites[0].Cost = math.MaxInt64 },
		"Sites[0].MaxLines":            func(p *sourcing.Problem) { p.Sites[0].MaxLines = -1 },
		"Sites[0].Offers[0].Line":      func(p *sourcing.Problem) { p.Sites[0].Offers[0].Line = "3" },
		"Sites[0].Offers[1].Line":      func(p *sourcing.Problem) { p.Sites[0].Offers = append(p.Sites[0].Offers, p.Sites[0].Offers[0]) },
		"Sites[0].Offers[0].Available": func(p *sourcing.Problem) { p.Sites[0].Offers[0].Available = -1 },
		"Sites[0].Offers[0].UnitCost":  func(p *sourcing.Problem) { p.Sites[0].Offers[0].UnitCost = -1 },
		"costs": func(p *sourcing.Problem) {
			p.Lines[0].Quantity, p.Sites[0].Offers[0].UnitCost = atp.MaxQuantity, math.MaxInt64/atp.MaxQuantity
		},
	} {
		p := good()
		spoil(&p)
		_, err := sourcing.Solve(p)
		var refused *atp.RequestError
		require.ErrorAs(t, err, &refused, field)
		assert.Equal(t, field, refused.Field)
	}
}

// Lines of one item that not every site may ship: what sites have of the item together does not say what they fill.
func TestLinesOfAnItemDiffer(t *testing.T) {
	plan, err := sourcing.Solve(sourcing.Problem{
		Lines: []sourcing.Line{
			{ID: "L0", Item: "0", Quantity: 1}, {ID: "L1", Item: "1", Quantity: 4}, {ID: "L2", Item: "1", Quantity: 1},
		},
		Sites: []sourcing.Site{
			{ID: "S0", Cost: 1, Offers: []sourcing.Offer{{Line: "L1", Available: 3, UnitCost: 1}}},
			{ID: "S1", Rank: 1, Offers: []sourcing.Offer{{Line: "L1", Available: 2, UnitCost: 1}}},
			{ID: "S2", Rank: 1, Cost: 1, Offers: []sourcing.Offer{
				{Line: "L1", Available: 1, UnitCost: 2}, {Line: "L2", Available: 1},
			}},
			{ID: "S3", Rank: 1, Cost: 2, Offers: []sourcing.Offer{
				{Line: "L0", Available: 3}, {Line: "L1", Available: 3, UnitCost: 1},
			}},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, sourcing.Score{Rank: 2, Shipments: 3, Cost: 8}, plan.Score)
}

// A cheaper line gives way where that lets more be filled: a flow that cannot be taken back would leave a unit open.
func TestFlowGoesBack(t *testing.T) {
	plan, err := sourcing.Solve(sourcing.Problem{
		Lines: []sourcing.Line{{ID: "1", Item: "A", Quantity: 3}, {ID: "2", Item: "A", Quantity: 3}},
		Sites: []sourcing.Site{
			{ID: "X", Offers: []sourcing.Offer{{Line: "1", Available: 3, UnitCost: 1}, {Line: "2", Available: 3, UnitCost: 5}}},
			{ID: "Y", Offers: []sourcing.Offer{{Line: "1", Available: 3, UnitCost: 9}}},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, sourcing.Score{Shipments: 2, Cost: 42}, plan.Score)
}
