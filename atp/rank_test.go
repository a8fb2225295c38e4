package atp_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func rankRules(t testing.TB, list ...atp.Rule) *atp.LiveRules {
	t.Helper()
	book, err := atp.NewRuleBook("test", list...)
	require.NoError(t, err)
	return rules.NewLive(book)
}

func ptr[T any](v T) *T { return &v }

// candidate wants ten pieces tomorrow.
func candidate(id string, ref atp.Ref, class string) atp.Candidate {
	return atp.Candidate{
		Claim:   atp.Claim{Demand: atp.Demand{ID: id, Ref: ref, Quantity: 10, Wanted: day(1)}, Ordered: day(-5)},
		Profile: atp.Profile{Account: "A-" + id, Class: class},
	}
}

// served lists claims as id and priority.
func served(list []atp.Ranked) []string {
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprint(r.ID, " ", r.Priority))
	}
	return out
}

func TestRankingEffects(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 5)
	vip := `customer.class == "VIP"`
	for name, c := range map[string]struct {
		rules  []atp.Rule
		change func(*atp.Candidate)
		want   atp.Ranked // but Own and Reasons
		out    bool
		why    []string
	}{
		"no rule matches": {rules: []atp.Rule{{ID: "r", When: `customer.class == "B"`, Then: atp.Ranking{Add: 5}}}},
		"set":             {rules: []atp.Rule{{ID: "r", When: vip, Then: atp.Ranking{Set: ptr(7)}}}, want: atp.Ranked{Priority: 7}, why: []string{"r"}},
		"set to nothing, own": {
			rules:  []atp.Rule{{ID: "r", Name: "no favours", When: vip, Then: atp.Ranking{Set: ptr(0)}}},
			change: func(c *atp.Candidate) { c.Priority = 9 }, why: []string{"no favours"},
		},
		"add to its own": {
			rules:  []atp.Rule{{ID: "r", When: vip, Then: atp.Ranking{Add: -3}}},
			change: func(c *atp.Candidate) { c.Priority = 10 }, want: atp.Ranked{Priority: 7}, why: []string{"r"},
		},
		"the first sets, all add": {
			rules: []atp.Rule{
				{ID: "a", When: vip, Then: atp.Ranking{Set: ptr(100), Add: 1}},
				{ID: "b", When: vip, Then: atp.Ranking{Set: ptr(500), Add: 2}, Priority: 1},
				{ID: "c", When: vip, Then: atp.Ranking{Add: 4}, Priority: 2},
			},
			want: atp.Ranked{Priority: 507}, why: []string{"c", "b", "a"},
		},
		"kept within bounds": {
			rules: []atp.Rule{
				{ID: "a", When: vip, Then: atp.Ranking{Set: ptr(atp.MaxPriority)}}, {ID: "b", When: vip, Then: atp.Ranking{Add: 1_000_000}},
			},
			want: atp.Ranked{Priority: atp.MaxPriority}, why: []string{"a", "b"},
		},
		"exclude": {
			rules: []atp.Rule{
				{ID: "a", When: vip, Then: atp.Ranking{Exclude: true, Reason: "{customer.class} waits until {wanted}"}},
				{ID: "b", When: vip, Then: atp.Ranking{Add: 1}},
			},
			want: atp.Ranked{Priority: 1}, out: true, why: []string{"VIP waits until 2026-03-03", "b"},
		},
		"the greatest minima": {
			rules: []atp.Rule{
				{ID: "a", When: vip, Then: atp.Ranking{Guaranteed: 4, LeastDelivery: 6}},
				{ID: "b", When: vip, Then: atp.Ranking{Guaranteed: 5, LeastDelivery: 2}},
			},
			want: atp.Ranked{Guaranteed: 5, Claim: atp.Claim{Demand: atp.Demand{Partial: atp.Partial{Minimum: 6}}}}, why: []string{"a", "b"},
		},
		"its own least delivery is greater": {
			rules:  []atp.Rule{{ID: "a", When: vip, Then: atp.Ranking{LeastDelivery: 6}}},
			change: func(c *atp.Candidate) { c.Partial.Minimum = 8 },
			want:   atp.Ranked{Claim: atp.Claim{Demand: atp.Demand{Partial: atp.Partial{Minimum: 8}}}}, why: []string{"a"},
		},
		"safety stock": {
			rules: []atp.Rule{{ID: "a", When: vip, Then: atp.Ranking{SafetyStock: true}}},
			want:  atp.Ranked{Claim: atp.Claim{Demand: atp.Demand{SafetyStock: true}}}, why: []string{"a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			it := candidate("1", ref, "VIP")
			if c.change != nil {
				c.change(&it)
			}
			got, err := atp.Rank(t.Context(), noon(0), rankRules(t, c.rules...), []atp.Candidate{it})
			require.NoError(t, err)
			list := got.Served
			if c.out {
				require.Empty(t, got.Served)
				require.Empty(t, got.Claims())
				list = got.Excluded
			}
			require.Len(t, list, 1)
			ranked := list[0]
			var why []string
			for _, r := range ranked.Reasons {
				why = append(why, r.Text)
			}
			require.Equal(t, c.why, why)
			require.Equal(t, c.want.Priority, ranked.Priority)
			require.Equal(t, it.Priority, ranked.Own)
			require.Equal(t, c.want.Guaranteed, ranked.Guaranteed)
			want := it.Claim
			want.Priority, want.SafetyStock = c.want.Priority, c.want.Claim.SafetyStock
			want.Partial.Minimum = max(want.Partial.Minimum, c.want.Claim.Partial.Minimum)
			require.Equal(t, want, ranked.Claim, "nothing else of the claim changes")
		})
	}
}

// Every fact has the value that the claim and its profile give it.
func TestRankFacts(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 5)
	it := candidate("1", ref, "VIP")
	it.Priority = 3
	it.Profile = atp.Profile{
		Account: "A", Class: "VIP", CustomerTags: []string{"fragile"}, Order: "SO-1", Type: "rush", Channel: "x12",
		Value: ptr(money.MustParse("1200.00 USD")), Category: "tools", Tags: []string{"hot"},
	}
	bare := atp.Candidate{Claim: atp.Claim{Demand: atp.Demand{ID: "2", Ref: ref, Quantity: 1}}}
	for when, want := range map[string][2]bool{ // of the one above, of one without anything
		`customer.account == "A" && customer.class == "VIP" && "fragile" in customer.tags`: {true, false},
		`order.id == "SO-1" && order.type == "rush" && order.channel == "x12"`:             {true, false},
		`order.value >= money("1200 USD")`:                                                 {true, false},
		`order.value < money("1200 USD")`:                                                  {false, false},
		`item == "X" && site == "S1"`:                                                      {true, true},
		`category == "tools" && "hot" in tags`:                                             {true, false},
		`quantity == 10 && priority == 3`:                                                  {true, false},
		`today == date("2026-03-02")`:                                                      {true, true},
		`wanted == date("2026-03-03")`:                                                     {true, false},
		`daysUntilWanted == 1`:                                                             {true, false},
		`daysUntilWanted == nil && age == nil`:                                             {false, true},
		`ordered == date("2026-02-25") && age == 5`:                                        {true, false},
	} {
		t.Run(when, func(t *testing.T) {
			live := rankRules(t, atp.Rule{ID: "r", When: when, Then: atp.Ranking{Exclude: true}})
			got, err := atp.Rank(t.Context(), noon(0), live, []atp.Candidate{it, bare})
			require.NoError(t, err)
			var out []string
			for _, r := range got.Excluded {
				out = append(out, r.ID)
			}
			for i, id := range []string{"1", "2"} {
				require.Equal(t, want[i], slices.Contains(out, id), id)
			}
		})
	}
}

// The order of service is that of the priorities which a plain loop works out, whatever the order of the candidates.
func TestRankOrder(t *testing.T) {
	stock := newStock(t)
	ref := stocked(t, stock, "X", 100)
	live := rankRules(t,
		atp.Rule{ID: "vip", When: `customer.class == "VIP"`, Then: atp.Ranking{Add: 100}},
		atp.Rule{ID: "late", When: `age > 3`, Then: atp.Ranking{Add: 40}},
		atp.Rule{ID: "small", When: `quantity < 5`, Then: atp.Ranking{Set: ptr(1)}, Priority: 5},
		atp.Rule{ID: "blocked", When: `customer.class == "BLOCKED"`, Then: atp.Ranking{Exclude: true}})
	rapid.Check(t, func(rt *rapid.T) {
		var all []atp.Candidate
		for i := range rapid.IntRange(0, 8).Draw(rt, "claims") {
			c := candidate(fmt.Sprint(i), ref, rapid.SampledFrom([]string{"VIP", "B", "BLOCKED"}).Draw(rt, "class"))
			c.Quantity = rapid.Int64Range(1, 9).Draw(rt, "quantity")
			c.Priority = rapid.IntRange(-50, 50).Draw(rt, "own")
			c.Wanted = day(rapid.IntRange(0, 2).Draw(rt, "wanted"))
			c.Ordered = day(-rapid.IntRange(0, 6).Draw(rt, "age"))
			all = append(all, c)
		}
		var want []atp.Candidate
		for _, c := range all {
			if c.Profile.Class == "BLOCKED" {
				continue
			}
			if c.Quantity < 5 {
				c.Priority = 1
			}
			if c.Profile.Class == "VIP" {
				c.Priority += 100
			}
			if c.Ordered.Before(day(-3)) {
				c.Priority += 40
			}
			want = append(want, c)
		}
		slices.SortFunc(want, func(a, b atp.Candidate) int {
			return cmp.Or(b.Priority-a.Priority, a.Wanted.Compare(b.Wanted), a.Ordered.Compare(b.Ordered), cmp.Compare(a.ID, b.ID))
		})
		shuffled := rapid.Permutation(all).Draw(rt, "order")
		got, err := atp.Rank(context.Background(), noon(0), live, shuffled)
		require.NoError(rt, err)
		require.Len(rt, got.Served, len(want))
		require.Equal(rt, len(all), len(got.Served)+len(got.Excluded))
		promises, err := stock.Allocate(noon(0), got.Claims())
		require.NoError(rt, err)
		for i, c := range want {
			require.Equal(rt, c.Claim, got.Served[i].Claim)
			require.Equal(rt, c.ID, promises[i].ID)
		}
	})
}

// A book that is replaced decides the next run; a run ends with the book that it began with.
func TestRankWithAReplacedBook(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 5)
	live := rankRules(t, atp.Rule{ID: "vip", When: `customer.class == "VIP"`, Then: atp.Ranking{Add: 1}})
	first := live.Book()
	claims := []atp.Candidate{candidate("1", ref, "B"), candidate("2", ref, "VIP")}
	got, err := atp.Rank(t.Context(), noon(0), live, claims)
	require.NoError(t, err)
	require.Equal(t, []string{"2 1", "1 0"}, served(got.Served))
	require.Equal(t, first.Hash(), got.Book)

	failed, err := atp.NewRuleBook("test", atp.Rule{ID: "vip", When: `customer.clas == "VIP"`, Then: atp.Ranking{Add: 1}})
	require.ErrorContains(t, err, "did you mean customer.class?")
	require.True(t, live.Replace(failed).Empty())

	second := rankRules(t, atp.Rule{ID: "b", When: `customer.class == "B"`, Then: atp.Ranking{Add: 1}}).Book()
	live.Replace(second)
	got, err = atp.Rank(t.Context(), noon(0), live, claims)
	require.NoError(t, err)
	require.Equal(t, []string{"1 1", "2 0"}, served(got.Served))
	require.Equal(t, second.Hash(), got.Book)

	want := map[string]string{first.Hash(): "2", second.Hash(): "1"}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 200 {
				got, err := atp.Rank(t.Context(), noon(0), live, claims)
				if err != nil || got.Served[0].ID != want[got.Book] {
					t.Errorf("%v by %s: %v", served(got.Served), got.Book, err)
					return
				}
			}
		})
	}
	for i := range 100 {
		live.Replace([]*atp.RuleBook{first, second}[i%2])
	}
	wg.Wait()
}

func TestRulesThatFailOnAClaim(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 5)
	euro := candidate("1", ref, "VIP")
	euro.Profile.Value = ptr(money.MustParse("5.00 EUR"))
	list := []atp.Rule{
		{ID: "large", When: `order.value > money("1.00 USD")`, Then: atp.Ranking{Add: 1}},
		{ID: "vip", When: `customer.class == "VIP"`, Then: atp.Ranking{Add: 2}},
	}
	_, err := atp.Rank(t.Context(), noon(0), rankRules(t, list...), []atp.Candidate{euro})
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "large", failed.Rule)
	require.ErrorContains(t, err, `claim "1"`)

	schema, err := atp.NewRuleSchema(rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", list)
	require.NoError(t, err)
	got, err := atp.Rank(t.Context(), noon(0), rules.NewLive(book), []atp.Candidate{euro})
	require.NoError(t, err)
	require.Equal(t, []string{"1 2"}, served(got.Served))
	require.Equal(t, "large", got.Served[0].Reasons[0].Rule)
	require.NotEmpty(t, got.Served[0].Reasons[0].Failed)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = atp.Rank(ctx, noon(0), rules.NewLive(book), []atp.Candidate{euro})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRankingsThatAreRefused(t *testing.T) {
	for want, bad := range map[string]atp.Ranking{
		"does nothing":                     {},
		"is not the name of a fact":        {Add: 1, Reason: "{customer}"},
		"the priority 1000000001":          {Set: ptr(atp.MaxPriority + 1)},
		"1000001 is not from":              {Add: 1_000_001},
		"the guaranteed quantity -1":       {Guaranteed: -1},
		"the least delivery 1000000000001": {LeastDelivery: atp.MaxQuantity + 1},
	} {
		_, err := atp.NewRuleBook("test", atp.Rule{ID: "r", When: "true", Then: bad})
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, want)
		require.ErrorContains(t, err, want)
	}
}

func TestCandidatesThatAreRefused(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 5)
	live := rankRules(t)
	good := candidate("1", ref, "")
	for field, change := range map[string]func(*atp.Candidate){
		"candidates[1].ID":       func(c *atp.Candidate) { c.ID = "1" },
		"candidates[1].Ref":      func(c *atp.Candidate) { c.Ref = atp.Ref{} },
		"candidates[1].Priority": func(c *atp.Candidate) { c.Priority = -atp.MaxPriority - 1 },
	} {
		bad := candidate("2", ref, "")
		change(&bad)
		_, err := atp.Rank(t.Context(), noon(0), live, []atp.Candidate{good, bad})
		var refused *atp.RequestError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, field, refused.Field)
	}
	_, err := atp.Rank(t.Context(), noon(0), nil, nil)
	require.Error(t, err)
}

// What is kept of a run can be read back, and shares carry what is guaranteed.
func TestRanksAreKept(t *testing.T) {
	ref := stocked(t, newStock(t), "X", 100)
	live := rankRules(t, atp.Rule{ID: "r", When: `customer.class == "VIP"`, Then: atp.Ranking{Set: ptr(3), Guaranteed: 7}})
	got, err := atp.Rank(t.Context(), noon(0), live, []atp.Candidate{candidate("1", ref, ""), candidate("2", ref, "VIP")})
	require.NoError(t, err)
	require.Equal(t, []atp.Share{{ID: "2", Open: 10, Minimum: 7}, {ID: "1", Open: 10}}, got.Shares())
	text, err := json.Marshal(got)
	require.NoError(t, err)
	var back atp.Ranks
	require.NoError(t, json.Unmarshal(text, &back))
	for i := range got.Served {
		got.Served[i].Claim = atp.Claim{}
	}
	require.Equal(t, got, back)
}
