package pricing_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing"
)

func liveSetup() setup {
	return setup{
		schema:  schemaOf(discountStep("d", pricing.BaseRunning), orderStep("o")),
		records: []pricing.Record{listPrice("A", "100 USD")},
		rules:   []pricing.Rule{always("d", percent("10%"))},
	}
}

func ruleBook(t testing.TB, list ...pricing.Rule) *pricing.RuleBook {
	t.Helper()
	book, err := pricing.NewRuleBook("test", list...)
	require.NoError(t, err)
	return book
}

// An engine with other rules is the one that New would have made of them.
func TestWithRules(t *testing.T) {
	s := liveSetup()
	first := s.engine(t)
	for name, list := range map[string][]pricing.Rule{
		"another rate":       {always("d", percent("20%"))},
		"of another step":    {always("o", percent("5%"))},
		"of both":            {always("d", percent("1%")), always("o", off("2 USD"))},
		"an empty book":      {},
		"the same once more": {always("d", percent("10%"))},
	} {
		t.Run(name, func(t *testing.T) {
			fresh := s
			fresh.rules = list
			want := fresh.engine(t)
			book := ruleBook(t, list...)
			got, err := first.WithRules(book)
			require.NoError(t, err)
			assert.Same(t, book, got.Rules())
			assert.Equal(t, want.Hash(), got.Hash())
			assert.Equal(t, price(t, want, request(line("A", 3))), price(t, got, request(line("A", 3))))
			assert.Equal(t, usd("270.00"), price(t, first, request(line("A", 3))).Total, "the engine itself has not changed")
		})
	}
	t.Run("none", func(t *testing.T) {
		config := s.config(t)
		config.Rules = nil
		want, err := pricing.New(config)
		require.NoError(t, err)
		got, err := first.WithRules(nil)
		require.NoError(t, err)
		assert.Nil(t, got.Rules())
		assert.Equal(t, want.Hash(), got.Hash())
		unruled := price(t, got, request(line("A", 3)))
		assert.Equal(t, usd("300.00"), unruled.Total)
		assert.Empty(t, unruled.Rules)
	})
}

func TestRefusedRulesLeaveTheRunningOnes(t *testing.T) {
	live, err := pricing.NewLive(liveSetup().config(t))
	require.NoError(t, err)
	before := live.Engine()
	for name, c := range map[string]struct {
		rule pricing.Rule
		want string
	}{
		"of no step":        {always("nowhere", percent("1%")), `rules of group "nowhere": the schema has no step of the name`},
		"of a price step":   {always("list", percent("1%")), `rules of group "list": the step is a price step and has no rules`},
		"of lines together": {pricing.Rule{ID: "3for2", Group: "d", When: "true", Then: threeForTwo()}, "rule 3for2: a buy-get discount belongs to a step of order scope"},
	} {
		t.Run(name, func(t *testing.T) {
			diff, err := live.ReplaceRules(ruleBook(t, always("d", percent("90%")), c.rule))
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.Len(t, load.Faults, 1)
			assert.ErrorContains(t, err, c.want)
			assert.Zero(t, diff)
			assert.Same(t, before, live.Engine())
		})
	}
	diff, err := live.ReplaceRules(nil)
	require.NoError(t, err)
	assert.True(t, diff.Empty())
	assert.Equal(t, before.Rules().Hash(), diff.After)
	assert.True(t, live.Replace(nil).Empty())
	assert.Same(t, before, live.Engine())

	config := liveSetup().config(t)
	config.Zone = nil
	_, err = pricing.NewLive(config)
	require.Error(t, err)
}

func TestReplaceTellsWhatChanges(t *testing.T) {
	config := liveSetup().config(t)
	config.Rules = nil
	live, err := pricing.NewLive(config)
	require.NoError(t, err)
	book := ruleBook(t, always("d", percent("10%")))
	diff, err := live.ReplaceRules(book)
	require.NoError(t, err)
	assert.Equal(t, []string{"d-rule"}, diff.Added)
	diff, err = live.ReplaceRules(ruleBook(t, always("d", percent("20%")), always("o", percent("1%"))))
	require.NoError(t, err)
	assert.Equal(t, book.Hash(), diff.Before)
	assert.Equal(t, "1 added (o-rule), 1 changed (d-rule)", diff.String())

	s := liveSetup()
	s.records = []pricing.Record{listPrice("A", "7 USD")}
	assert.Equal(t, "1 removed (o-rule), 1 changed (d-rule)", live.Replace(s.engine(t)).String())
	got, err := live.Price(t.Context(), request(line("A", 10)))
	require.NoError(t, err)
	assert.Equal(t, usd("63.00"), got.Total)
	assert.Equal(t, live.Engine().Hash(), got.Engine)
	assert.Equal(t, live.Engine().Rules().Hash(), got.Rules)
}

// TestPriceWhileRulesAreReplaced holds every result to the engine that it names;
// run with -race.
func TestPriceWhileRulesAreReplaced(t *testing.T) {
	s := liveSetup()
	live, err := pricing.NewLive(s.config(t))
	require.NoError(t, err)
	totals := map[string]string{} // by the hash of the engine
	var books []*pricing.RuleBook
	for rate, total := range map[string]string{"10%": "90.00", "20%": "80.00", "50%": "50.00"} {
		books = append(books, ruleBook(t, always("d", percent(rate))))
		e, err := live.Engine().WithRules(books[len(books)-1])
		require.NoError(t, err)
		totals[e.Hash()] = total
	}
	bad := ruleBook(t, always("nowhere", percent("1%")))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				got, err := live.Price(t.Context(), request(line("A", 1)))
				if err != nil || got.Total.Number() != totals[got.Engine] {
					t.Errorf("%s by engine %s: %v", got.Total, got.Engine, err)
					return
				}
			}
		})
	}
	for i := range 60 {
		_, err := live.ReplaceRules(books[i%len(books)])
		require.NoError(t, err)
		_, err = live.ReplaceRules(bad)
		require.Error(t, err)
	}
	wg.Wait()
	last, err := live.Price(t.Context(), request(line("A", 1)))
	require.NoError(t, err)
	assert.Equal(t, totals[live.Engine().Hash()], last.Total.Number())
}
