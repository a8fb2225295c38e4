package rulestest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// discountValue is the discount of all matches on the net amount.
func discountValue(f *facts, matched []*rules.Rule[effect]) (money.Amount, error) {
	total := money.Zero(f.Net.Currency())
	for _, r := range matched {
		one, err := f.Net.Mul(r.Then.Percent)
		if err != nil {
			return money.Amount{}, err
		}
		if total, err = total.Add(one); err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}

func replayed(t *testing.T) *rulestest.ReplayReport {
	t.Helper()
	was := compile(t, rules.Config{}, discounts()...)
	rs := discounts()
	rs[0].When = `tier == "GOLD"`   // more gold
	rs[1].Then = percent("2.5%")    // bulk is another effect
	rs[2].Note = "Only a new note." // the summer decides as before
	rs[3].When = `net > money("1000.00 USD") && !rush`
	is := compile(t, rules.Config{}, append(rs, rules.Rule[effect]{ID: "new", When: `rank == 9`, Then: percent("9%")})...)
	usd, eur := money.MustParse("100.00 USD"), money.MustParse("10.00 EUR")
	quantityOf := func(f facts, lines int) facts { f.Lines = lines; return f }
	gold := facts{Tier: "GOLD", Net: usd}
	decisions := []rulestest.Decision[facts]{
		{ID: "1 same", Facts: quantityOf(gold, 3), Book: was.Hash(), Group: "line"},
		{ID: "2 more gold", Facts: quantityOf(gold, 9), Book: was.Hash(), Group: "line"},
		{ID: "3 more gold, EUR", Facts: facts{Tier: "GOLD", Net: eur}, Book: was.Hash(), Group: "line"},
		{ID: "4 bulk", Facts: facts{Tier: "B", Net: usd, Quantity: quantityHundred()}, Group: "line"},
		{ID: "5 lost", Facts: facts{Tier: "B", Net: usd, Rush: true}, Group: "order"},
		{ID: "6 another book", Facts: facts{Tier: "GOLD", Net: usd}, Book: is.Hash()},
		{ID: "7 fails", Facts: facts{Tier: "B", Net: eur}, Group: "order"},
		{ID: "8 new and lost", Facts: facts{Tier: "B", Net: usd, Rush: true, Rank: 9}},
	}
	progress := 0
	report, err := rulestest.Replay(context.Background(), was, is, rulestest.Decisions(decisions), rulestest.ReplayConfig[facts, effect]{
		Value: discountValue, Key: func(f *facts) string { return f.Tier }, Progress: func(done int) { progress = done },
	})
	require.NoError(t, err)
	require.Equal(t, 8, progress)
	return report
}

func TestReplayGolden(t *testing.T) {
	report := replayed(t)
	golden(t, "replay.txt", report.String())
	golden(t, "replay.json", jsonOf(t, report))
}

// TestReplay reckons by hand: 5 USD and 0.50 EUR for more gold, 0.50 USD for
// bulk, 3 USD less for each order that is lost, 9 USD for the new rule.
func TestReplay(t *testing.T) {
	report := replayed(t)
	require.Equal(t, []int{8, 1, 5, 1, 1}, []int{report.Decisions, report.Unchanged, report.Changed, report.Failed, report.OtherPast})
	require.Equal(t, []rulestest.RuleShift{{Rule: "bulk", Altered: 1}, {Rule: "gold", Added: 2}, {Rule: "large", Lost: 2}, {Rule: "new", Added: 1}}, report.Rules)
	require.Equal(t, []money.Amount{money.MustParse("0.5 EUR"), money.MustParse("8.5 USD")}, report.Moved)
	require.Equal(t, []string{"B", "GOLD"}, []string{report.Keys[0].Key, report.Keys[1].Key})
	require.Equal(t, []money.Amount{money.MustParse("3.5 USD")}, report.Keys[0].Moved)
	require.Equal(t, []money.Amount{money.MustParse("0.5 EUR"), money.MustParse("5 USD")}, report.Keys[1].Moved)
}

func TestReplayBounds(t *testing.T) {
	was := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "rush"}, rules.Rule[effect]{ID: "f", Group: "f", When: `net > money("1 EUR")`})
	is := compile(t, rules.Config{}, rules.Rule[effect]{ID: "b", When: "rush"})
	var decisions []rulestest.Decision[facts]
	for i := range 10 {
		decisions = append(decisions, rulestest.Decision[facts]{ID: fmt.Sprint(i), Facts: facts{Tier: fmt.Sprint(i % 4), Rush: true, Net: money.MustParse("1 EUR")}})
		decisions = append(decisions, rulestest.Decision[facts]{ID: fmt.Sprint(i), Facts: facts{Tier: fmt.Sprint(i % 4), Net: money.MustParse("1 USD")}})
	}
	report, err := rulestest.Replay(context.Background(), was, is, rulestest.Decisions(decisions), rulestest.ReplayConfig[facts, effect]{
		Key: func(f *facts) string { return f.Tier }, MaxKeys: 2, MaxListed: 3,
	})
	require.NoError(t, err)
	require.Len(t, report.ChangedList, 3)
	require.Equal(t, 7, report.ChangedMore)
	require.Len(t, report.FailedList, 3)
	require.Equal(t, 7, report.FailedMore)
	require.Len(t, report.Keys, 2)
	require.Equal(t, 6, report.Keys[0].Decisions)
	require.Equal(t, 8, report.OtherKeys.Decisions, "four each of 2 and 3")
	require.Equal(t, 4, report.OtherKeys.Changed)
	require.Equal(t, 4, report.OtherKeys.Failed)
}

func TestReplayAnyPast(t *testing.T) {
	was := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "rush"})
	is := compile(t, rules.Config{}, rules.Rule[effect]{ID: "b", When: "rush"})
	decisions := []rulestest.Decision[facts]{{ID: "1", Book: "another", Facts: facts{Rush: true}}, {ID: "2", Book: was.Hash()}}
	for anyPast, changed := range map[bool]int{false: 0, true: 1} {
		report, err := rulestest.Replay(context.Background(), was, is, rulestest.Decisions(decisions), rulestest.ReplayConfig[facts, effect]{AnyPast: anyPast})
		require.NoError(t, err)
		require.Equal(t, 1, report.OtherPast)
		require.Equal(t, changed, report.Changed)
		require.Equal(t, 1, report.Unchanged)
	}
}

func TestReplayFails(t *testing.T) {
	book := compile(t, rules.Config{}, discounts()...)
	none := compile(t, rules.Config{}, rules.Rule[effect]{ID: "x", When: "false"})
	one := rulestest.Decisions([]rulestest.Decision[facts]{{ID: "1", Facts: facts{Rush: true}}})
	ctx, stop := context.Background(), errors.New("stop")
	_, err := rulestest.Replay(ctx, nil, book, one, rulestest.ReplayConfig[facts, effect]{})
	require.ErrorIs(t, err, rulestest.ErrNoBook)
	_, err = rulestest.Replay(ctx, book, none, func(yield func(rulestest.Decision[facts], error) bool) { yield(rulestest.Decision[facts]{}, stop) }, rulestest.ReplayConfig[facts, effect]{})
	require.ErrorIs(t, err, stop)
	require.ErrorContains(t, err, "reading decision 1")
	ended, cancel := context.WithCancelCause(ctx)
	cancel(stop)
	_, err = rulestest.Replay(ended, book, none, one, rulestest.ReplayConfig[facts, effect]{})
	require.ErrorIs(t, err, stop)

	report, err := rulestest.Replay(ctx, book, none, one, rulestest.ReplayConfig[facts, effect]{
		Value: func(*facts, []*rules.Rule[effect]) (money.Amount, error) { return money.Amount{}, stop },
	})
	require.NoError(t, err)
	require.Equal(t, 1, report.Failed)
	require.Zero(t, report.Changed)
	require.Contains(t, report.FailedList[0].New, "value under the old book: stop")

	most := money.FromMinor(1<<62, money.USD)
	_, err = rulestest.Replay(ctx, book, none, rulestest.Decisions(make([]rulestest.Decision[facts], 3)), rulestest.ReplayConfig[facts, effect]{
		Value: func(_ *facts, matched []*rules.Rule[effect]) (money.Amount, error) { return most, nil },
	})
	require.NoError(t, err, "nothing changes, so nothing is valued")
	many := slices.Repeat([]rulestest.Decision[facts]{{Facts: facts{Rush: true}}}, 3)
	_, err = rulestest.Replay(ctx, book, none, rulestest.Decisions(many), rulestest.ReplayConfig[facts, effect]{
		Value: func(_ *facts, matched []*rules.Rule[effect]) (money.Amount, error) {
			if len(matched) == 0 {
				return most, nil
			}
			return money.Zero(money.USD), nil
		},
	})
	require.ErrorContains(t, err, "the money moved")

	skipping := compile(t, rules.Config{OnError: rules.SkipAndReport}, discounts()...)
	report, err = rulestest.Replay(ctx, skipping, skipping, rulestest.Decisions([]rulestest.Decision[facts]{{ID: "1", Group: "line"}, {ID: "2", Facts: facts{Net: money.MustParse("1 EUR"), Rank: 1}}}), rulestest.ReplayConfig[facts, effect]{})
	require.NoError(t, err)
	require.Equal(t, 1, report.Skipping)
	require.Equal(t, 2, report.Unchanged)
}

// TestReplayAgainstBruteForce replays drawn decisions and reckons the difference
// anew, from the effects that each decision had and has.
func TestReplayAgainstBruteForce(t *testing.T) {
	s := schema(t, rules.Config{})
	rapid.Check(t, func(t *rapid.T) {
		before := anyRules(t)
		after := slices.Clone(before)
		for i := range after {
			switch rapid.IntRange(0, 4).Draw(t, "change") {
			case 0:
				after[i].When = anyCondition(t)
			case 1:
				after[i].Then = percent("7%")
			case 2:
				after[i].ID = "new-" + after[i].ID
			case 3:
				after[i].Priority++
			}
		}
		was, err := rules.Compile(s, "old", before)
		if err != nil {
			t.Fatal(err)
		}
		is, err := rules.Compile(s, "new", after)
		if err != nil {
			t.Fatal(err)
		}
		decisions := make([]rulestest.Decision[facts], rapid.IntRange(0, 6).Draw(t, "decisions"))
		changed, moved := 0, map[string]int64{}
		added, lost, altered := map[string]int{}, map[string]int{}, map[string]int{}
		var total int64
		for i := range decisions {
			decisions[i] = rulestest.Decision[facts]{ID: fmt.Sprint(i), Facts: anyFacts(t), At: day("2026-06-02")}
			old, _ := was.Match(context.Background(), &decisions[i].Facts, decisions[i].At, nil)
			now, _ := is.Match(context.Background(), &decisions[i].Facts, decisions[i].At, nil)
			same := len(old) == len(now)
			worth := int64(0)
			had, has := map[string]string{}, map[string]string{}
			for j, r := range old {
				same = same && r.ID == now[j].ID && r.Then.Percent == now[j].Then.Percent
				had[r.ID] = r.Then.Percent.String()
				worth -= percentOf(r)
			}
			for _, r := range now {
				has[r.ID] = r.Then.Percent.String()
				worth += percentOf(r)
				if p, ok := had[r.ID]; !ok {
					added[r.ID]++
				} else if p != has[r.ID] {
					altered[r.ID]++
				}
			}
			for id := range had {
				if _, ok := has[id]; !ok {
					lost[id]++
				}
			}
			if !same {
				changed++
			}
			total += worth
			moved[decisions[i].Facts.Tier] += worth
		}
		report, err := rulestest.Replay(context.Background(), was, is, rulestest.Decisions(decisions), rulestest.ReplayConfig[facts, effect]{
			Key: func(f *facts) string { return f.Tier },
			Value: func(_ *facts, matched []*rules.Rule[effect]) (money.Amount, error) {
				sum := int64(0)
				for _, r := range matched {
					sum += percentOf(r)
				}
				return money.FromMinor(sum, money.USD), nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if report.Changed != changed || report.Unchanged != len(decisions)-changed {
			t.Fatalf("%d changed, brute force says %d\n%s", report.Changed, changed, report)
		}
		for _, r := range report.Rules {
			if r.Added != added[r.Rule] || r.Lost != lost[r.Rule] || r.Altered != altered[r.Rule] {
				t.Fatalf("%+v, brute force says %d %d %d", r, added[r.Rule], lost[r.Rule], altered[r.Rule])
			}
			delete(added, r.Rule)
			delete(lost, r.Rule)
			delete(altered, r.Rule)
		}
		if len(added)+len(lost)+len(altered) > 0 {
			t.Fatal("rules that made a difference are not reported", added, lost, altered)
		}
		sum := func(amounts []money.Amount) (minor int64) {
			for _, a := range amounts {
				m, _ := a.Minor()
				minor += m
			}
			return minor
		}
		if sum(report.Moved) != total {
			t.Fatalf("%v moved, brute force says %d", report.Moved, total)
		}
		for _, k := range report.Keys {
			if sum(k.Moved) != moved[k.Key] {
				t.Fatalf("%+v, brute force says %d", k, moved[k.Key])
			}
		}
	})
}

// percentOf is the effect as a whole number of cents.
func percentOf(r *rules.Rule[effect]) int64 { return r.Then.Percent.Decimal().Shift(2).IntPart() }
