package rules_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// TestChangedBooksAreLoadedBooks changes books at random; each is the book that
// a load of the same rules gives: hash, order and answers.
func TestChangedBooksAreLoadedBooks(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	random := shape{Rand: rand.New(rand.NewPCG(5, 6))}
	pool := random.rules(80)
	now := map[string]rules.Rule[int]{}
	for _, r := range pool[:40] {
		now[r.ID] = r
	}
	list := func() (out []rules.Rule[int]) {
		for _, r := range now {
			out = append(out, r)
		}
		return out
	}
	book, err := rules.Compile(s, "test", list())
	require.NoError(t, err)
	for range 60 {
		r := pool[random.IntN(len(pool))]
		switch random.IntN(3) {
		case 0:
			book = book.Without(r.ID, "none")
			delete(now, r.ID)
		case 1:
			r.Priority, r.When = random.IntN(9), random.part()
			fallthrough
		default:
			before := book.Hash()
			with, err := book.With(rules.Values("change", []rules.Rule[int]{r}))
			require.NoError(t, err)
			require.Equal(t, before, book.Hash(), "the book that was changed stays as it was")
			book, now[r.ID] = with, r
		}
		want, err := rules.Compile(s, "test", list())
		require.NoError(t, err)
		require.Equal(t, want.Hash(), book.Hash())
		require.Equal(t, ids(want.Rules()), ids(book.Rules()))
		facts := random.facts()
		first, _ := want.Match(context.Background(), facts, benchAt, nil)
		second, _ := book.Match(context.Background(), facts, benchAt, nil)
		require.Equal(t, ids(first), ids(second))
		again, err := book.Reload(rules.Values("test", list()))
		require.NoError(t, err)
		require.Equal(t, book.Hash(), again.Hash())
	}
}

func TestBadChangesChangeNothing(t *testing.T) {
	b := book(t, rules.Rule[string]{ID: "a", When: "rush"})
	_, err := b.With(rules.Values("change", []rules.Rule[string]{{ID: "b", When: "rush"}, {ID: "a", When: "rsh"}, {ID: "b", When: "rush"}}))
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Len(t, load.Errors, 2, "an unknown fact, and an id that is used twice in the change")
	_, err = b.Reload(rules.Values("change", []rules.Rule[string]{{ID: "a"}}))
	require.ErrorAs(t, err, &load)
	require.Equal(t, 1, b.Len())
	_, err = rules.NewLive[order, string](nil).Book().With()
	require.ErrorIs(t, err, rules.ErrNoSchema)
}

// TestUnchangedRulesAreNotCompiledAgain counts through a rule's pointer.
func TestUnchangedRulesAreNotCompiledAgain(t *testing.T) {
	b := book(t, rules.Rule[string]{ID: "a", When: "rush"}, rules.Rule[string]{ID: "b", When: "rush"})
	again, err := b.Reload(rules.Values("test", []rules.Rule[string]{{ID: "a", When: "rush"}, {ID: "b", When: "!rush"}}))
	require.NoError(t, err)
	require.Same(t, b.Rule("a"), again.Rule("a"))
	require.NotSame(t, b.Rule("b"), again.Rule("b"))
}

func TestBySpecificity(t *testing.T) {
	s := schema(t, rules.Config{BySpecificity: true})
	b, err := rules.Compile(s, "test", []rules.Rule[string]{
		{ID: "a", When: `rush`}, {ID: "b", When: `rush and lines in 1..9`}, {ID: "c", When: `rush and lines > 1 and tier == "GOLD"`},
		{ID: "d", When: `(rush or lines > 1)`, Priority: 1},
	})
	require.NoError(t, err)
	facts := sample()
	out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"d", "c", "b", "a"}, ids(out))
	plain, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[string]{{ID: "a", When: `rush`}})
	require.NoError(t, err)
	specific, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "a", When: `rush`}})
	require.NoError(t, err)
	require.NotEqual(t, plain.Hash(), specific.Hash())
}

// TestFullOfALargeBook holds that what is told of and what is passed over is the
// whole book, and that the reasons for passing over are true.
func TestFullOfALargeBook(t *testing.T) {
	for _, n := range []int{101, 1000, 10_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			b, lines := benchBook(t, skewedRules(n)), skewedLines(n)
			for i := range lines[:16] {
				matched, x, err := b.Explain(context.Background(), &lines[i], benchAt, rules.Full)
				require.NoError(t, err)
				require.Equal(t, n, x.Total)
				require.Len(t, matched, x.Matched)
				told := map[string]bool{}
				for _, r := range x.Rules {
					require.False(t, told[r.Rule])
					told[r.Rule] = true
					why, err := b.WhyNot(context.Background(), r.Rule, &lines[i], benchAt)
					require.NoError(t, err)
					require.Equal(t, why.String(), r.String())
				}
				sum := len(x.Rules)
				for _, p := range x.PassedOver {
					require.NotEmpty(t, p.Facts)
					sum += p.Rules
				}
				require.Equal(t, n, sum, "%s", x)
			}
		})
	}
}

func TestExplainIntoUsesMemoryAgain(t *testing.T) {
	b := explained(t)
	facts, other := sample(), sample()
	other.Tier = "SILVER"
	var x rules.Explanation
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for range 3 {
		for _, f := range []*order{&facts, &other} {
			for _, level := range []rules.Level{rules.Off, rules.Fired, rules.Full} {
				_, fresh, err := b.Explain(context.Background(), f, at, level)
				require.NoError(t, err)
				_, err = b.ExplainInto(context.Background(), f, at, level, nil, &x)
				require.NoError(t, err)
				require.Equal(t, fresh.String(), x.String())
			}
		}
	}
	if raceEnabled {
		return
	}
	bench, lines := benchBook(t, benchRules(1000)), benchLines(1000)
	dst := make([]*rules.Rule[int], 0, 16)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := bench.ExplainInto(context.Background(), &lines[0], at, rules.Fired, dst, &x); err != nil {
			t.Fatal(err)
		}
	}))
}

// TestChangesKeepTheirGroups holds changes to the groups that a book declares.
func TestChangesKeepTheirGroups(t *testing.T) {
	s := schema(t, rules.Config{})
	load := func(policy rules.HitPolicy, list ...rules.Rule[string]) (*rules.Book[order, string], error) {
		return rules.Load(s, rules.Groups[string]("groups", rules.Group{Name: "g", Policy: policy}), rules.Values("rules", list))
	}
	b, err := load(rules.Any, rules.Rule[string]{ID: "a", Group: "g", When: "rush", Then: "x"})
	require.NoError(t, err)
	facts := sample()
	same, err := b.With(rules.Values("change", []rules.Rule[string]{{ID: "b", Group: "g", When: "rush", Then: "x"}}))
	require.NoError(t, err)
	d, err := same.Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []string{"x"}, d.Effects)
	other, err := same.With(rules.Values("change", []rules.Rule[string]{{ID: "c", Group: "g", When: "rush", Then: "y"}}))
	require.NoError(t, err)
	_, err = other.Decide(context.Background(), &facts, time.Time{})
	var broken *rules.HitPolicyError
	require.ErrorAs(t, err, &broken)
	_, err = other.Without("c").Decide(context.Background(), &facts, time.Time{})
	require.NoError(t, err)

	plain, err := rules.Compile(s, "rules", []rules.Rule[string]{{ID: "a", Group: "g", When: "rush", Then: "x"}})
	require.NoError(t, err)
	_, err = plain.With(rules.Groups[string]("groups", rules.Group{Name: "g", Policy: rules.Any}))
	require.ErrorContains(t, err, "the book has rules of the group already")
	again, err := plain.Reload(rules.Groups[string]("groups", rules.Group{Name: "g", Policy: rules.Any}),
		rules.Values("rules", []rules.Rule[string]{{ID: "a", Group: "g", When: "rush", Then: "x"}, {ID: "b", Group: "g", When: "rush", Then: "y"}}))
	require.NoError(t, err)
	_, err = again.Decide(context.Background(), &facts, time.Time{})
	require.ErrorAs(t, err, &broken)
}

// TestTablesOfAChangedBook holds what a book shows of its tables to what its rules
// say after a change.
func TestTablesOfAChangedBook(t *testing.T) {
	s := schema(t, rules.Config{})
	table := func(name, rows string) rules.Source[string] {
		return rules.CSV[string](name, []byte("# group: g\nid,tier,then\n"+rows))
	}
	gold, silver, bronze := "r1,\"\"\"GOLD\"\"\",x\n", "r2,\"\"\"SILVER\"\"\",y\n", "r3,\"\"\"BRONZE\"\"\",z\n"
	b, err := rules.Load(s, table("old.csv", gold+silver+bronze))
	require.NoError(t, err)
	shown := func(b *rules.Book[order, string]) (out []string) {
		for _, table := range b.Tables() {
			for _, row := range table.Rows {
				out = append(out, table.Source+" "+row.ID)
			}
		}
		return out
	}
	all := shown(b)
	require.Equal(t, []string{"old.csv r1", "old.csv r2", "old.csv r3"}, all)
	for _, tt := range []struct {
		name   string
		source rules.Source[string]
		want   []string
	}{
		{"another rule", rules.Values("change", []rules.Rule[string]{{ID: "r1", Group: "g", When: "rush", Then: "w"}}), []string{"old.csv r2", "old.csv r3"}},
		{"the same rule", rules.Values("change", []rules.Rule[string]{*b.Rule("r1")}), all},
		{"a row of another table", table("new.csv", strings.ReplaceAll(silver, "y", "w")), []string{"old.csv r1", "old.csv r3", "new.csv r2"}},
		{"the same row in another table", table("new.csv", silver), []string{"old.csv r1", "old.csv r3", "new.csv r2"}},
		{"a new row", table("new.csv", strings.ReplaceAll(silver, "r2", "r4")), append(slices.Clone(all), "new.csv r4")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed, err := b.With(tt.source)
			require.NoError(t, err)
			require.Equal(t, tt.want, shown(changed))
			require.Equal(t, all, shown(b), "the book that was changed stays as it was")
		})
	}
	back, err := b.Without("r1").With(rules.Values("change", []rules.Rule[string]{{ID: "r1", Group: "g", When: "rush", Then: "w"}}))
	require.NoError(t, err)
	require.Equal(t, []string{"old.csv r2", "old.csv r3"}, shown(back))
}

// TestChangesKeepToTheLimit holds a book to Limits.Rules however it came about.
func TestChangesKeepToTheLimit(t *testing.T) {
	s := schema(t, rules.Config{Limits: rules.Limits{Rules: 2}})
	b, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "a", When: "rush"}})
	require.NoError(t, err)
	b, err = b.With(rules.Values("change", []rules.Rule[string]{{ID: "a", When: "!rush"}, {ID: "b", When: "rush"}}))
	require.NoError(t, err)
	_, err = b.With(rules.Values("change", []rules.Rule[string]{{ID: "c", When: "rush"}}))
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.ErrorContains(t, err, "change: more than 2 rules")
	_, err = b.With()
	require.NoError(t, err)
}

// TestFirstTablesChangeAsAWhole holds that rows loaded into a book cannot take
// the places of rows that it has.
func TestFirstTablesChangeAsAWhole(t *testing.T) {
	s := schema(t, rules.Config{})
	table := "# group: g\n# hit: first\nid,lines,then\nr1,> 9,x\nr2,> 3,y\nr3,-,z\n"
	b, err := rules.Load(s, rules.CSV[string]("g.csv", []byte(table)))
	require.NoError(t, err)
	_, err = b.With(rules.CSV[string]("change.csv", []byte("# group: g\n# hit: first\nid,lines,then\nr3,-,w\n")))
	require.ErrorContains(t, err, "the rows of a table of the hit policy first change all together")
	changed := *b.Rule("r3")
	changed.Then = "w"
	next, err := b.With(rules.Values("change", []rules.Rule[string]{changed}))
	require.NoError(t, err)
	require.Equal(t, []string{"r1", "r2", "r3"}, ids(next.Rules()))
	require.Equal(t, "w", next.Rule("r3").Then)
	other, err := b.With(rules.CSV[string]("more.csv", []byte("# group: h\n# hit: first\nid,lines,then\nh1,-,w\n")))
	require.NoError(t, err)
	require.Equal(t, 4, other.Len())
}

// TestFailuresOfAnotherBook come through a function of the host; nobody takes
// them for rules that this book left out.
func TestFailuresOfAnotherBook(t *testing.T) {
	inner, err := rules.Compile(schema(t, rules.Config{OnError: rules.SkipAndReport}), "inner", []rules.Rule[string]{{ID: "i", When: `net > money("1 EUR")`}})
	require.NoError(t, err)
	facts := sample()
	outer := schema(t, rules.Config{Functions: []rules.Function{{Name: "ask", Call: func(int) (bool, error) {
		out, err := inner.Match(context.Background(), &facts, time.Time{}, nil)
		return len(out) > 0, err
	}}}})
	b, err := rules.Compile(outer, "outer", []rules.Rule[string]{{ID: "o", When: `ask(lines)`}})
	require.NoError(t, err)
	_, err = b.Match(context.Background(), &facts, time.Time{}, nil)
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "o", failed.Rule)
	var skipped *rules.SkippedError
	require.NotErrorAs(t, err, &skipped)
	require.ErrorContains(t, err, "EUR", "the cause is told all the same")
}
