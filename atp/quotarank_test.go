package atp_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/rules"
)

// Rules name quotas by facts: those of all rules count, each once, what the claim has stays, and who has none is left out
// unless the rule lets it be.
func TestRulesGiveQuotas(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "X", 100)
	vip := weeks(t, s, atp.QuotaDefinition{ID: "X/VIP"}, 10)
	north := weeks(t, s, atp.QuotaDefinition{ID: "north"}, 10)
	far, _, err := s.DefineQuota(noon(0), atp.QuotaDefinition{ID: "north", Site: "S2"})
	require.NoError(t, err)
	byClass := atp.Rule{ID: "1", When: "true", Then: atp.Ranking{Quota: "{item}/{customer.class}"}}
	for name, c := range map[string]struct {
		rules []atp.Rule
		class string
		own   []atp.QuotaUse
		want  []atp.QuotaUse
		out   bool
	}{
		"by class":      {rules: []atp.Rule{byClass}, class: "VIP", want: []atp.QuotaUse{{Quota: vip}}},
		"none: nothing": {rules: []atp.Rule{byClass}, class: "B", out: true},
		"none: no limit": {
			rules: []atp.Rule{{ID: "1", When: "true", Then: atp.Ranking{Quota: "{item}/{customer.class}", QuotaOptional: true}}}, class: "B",
		},
		"of several rules": {
			rules: []atp.Rule{
				byClass, {ID: "2", When: "true", Then: atp.Ranking{Quota: "north", QuotaFactor: 4}}, {ID: "3", When: "true", Then: atp.Ranking{Quota: "north"}},
				{ID: "4", When: "true", Then: atp.Ranking{Quota: "north", QuotaSite: "S2", Add: 1}},
			},
			class: "VIP", want: []atp.QuotaUse{{Quota: vip}, {Quota: north, Factor: 4}, {Quota: far}},
		},
		"its own": {
			rules: []atp.Rule{byClass}, class: "VIP", own: []atp.QuotaUse{{Quota: vip, Factor: 2}}, want: []atp.QuotaUse{{Quota: vip, Factor: 2}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			claim := candidate("a", ref, c.class)
			claim.Quotas = c.own
			ranks, err := atp.Rank(context.Background(), noon(0), rankRules(t, c.rules...), []atp.Candidate{claim})
			require.NoError(t, err)
			if c.out {
				require.Empty(t, ranks.Served)
				require.True(t, ranks.Excluded[0].Reasons[0].NoQuota)
				require.Equal(t, "X/B", ranks.Excluded[0].Reasons[0].Quota)
				return
			}
			require.Equal(t, c.want, ranks.Served[0].Claim.Quotas)
			require.Len(t, ranks.Served[0].Reasons, len(c.rules))
		})
	}
	_, err = atp.Rank(context.Background(), noon(0), rankRules(t, atp.Rule{ID: "r", When: "true", Then: atp.Ranking{Quota: "X", QuotaSite: "S9"}}),
		[]atp.Candidate{candidate("a", ref, "B")})
	require.ErrorAs(t, err, new(*atp.UnknownSiteError))

	// Each claim of a run takes from what the ones before it have left.
	ranks, err := atp.Rank(context.Background(), noon(0), rankRules(t, byClass), []atp.Candidate{
		candidate("b", ref, "VIP"), candidate("a", ref, "VIP"),
	})
	require.NoError(t, err)
	promises, err := s.Allocate(noon(0), ranks.Claims())
	require.NoError(t, err)
	require.EqualValues(t, 10, promises[0].Confirmed)
	require.Equal(t, "a", promises[0].ID)
	require.EqualValues(t, 10, promises[1].Unfilled)
}

func TestQuotaRankingsThatAreRefused(t *testing.T) {
	for text, then := range map[string]atp.Ranking{
		"quota factor": {Quota: "Q", QuotaFactor: -1},
		"no quota":     {Add: 1, QuotaOptional: true},
		"no quota is":  {Add: 1, QuotaSite: "S1"},
		"colour":       {Quota: "{customer.colour}"},
		"nothing":      {},
	} {
		_, err := atp.NewRuleBook("test", atp.Rule{ID: "r", When: "true", Then: then})
		require.ErrorAs(t, err, new(*rules.LoadError), text)
		require.ErrorContains(t, err, text)
	}
}

// An order line under two quotas with a year of weeks each, most of which is taken.
func BenchmarkPromiseUnderQuotas(b *testing.B) {
	s, ref, d := underQuotas(b)
	b.ReportAllocs()
	for b.Loop() {
		p, err := s.Promise(noon(0), d)
		if err != nil || p.Confirmed != 9 || p.Ref != ref {
			b.Fatal(err, p)
		}
	}
}

func BenchmarkReserveUnderQuotas(b *testing.B) {
	s, _, d := underQuotas(b)
	p, err := s.Promise(noon(0), d)
	if err != nil {
		b.Fatal(err)
	}
	lines := p.Lines()
	b.ReportAllocs()
	for b.Loop() {
		held, err := s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: lines})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.UndoReserve(held); err != nil {
			b.Fatal(err)
		}
	}
}

func underQuotas(b *testing.B) (*atp.Stock, atp.Ref, atp.Demand) {
	s := newStock(b)
	ref := stocked(b, s, "A", 1_000_000)
	d := atp.Demand{Ref: ref, Quantity: 9, Wanted: day(100), Partial: atp.Partial{AtMost: atp.AnyNumber}}
	for _, id := range []string{"class", "region"} {
		quantities := make([]int64, 52)
		for i := range quantities {
			quantities[i] = 100
		}
		quota := weeks(b, s, atp.QuotaDefinition{ID: id, Earlier: 2, Later: 4}, quantities...)
		for i := range quantities {
			spent(b, s, id+week(i, 0).From.String(), quota, week(i, 0).From, 96)
		}
		d.Quotas = append(d.Quotas, atp.QuotaUse{Quota: quota})
	}
	return s, ref, d
}
