package rules_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

func TestInForceIsHalfOpen(t *testing.T) {
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	b := book(t, rules.Rule[string]{ID: "r", When: "true", From: from, To: to})
	facts := sample()
	for at, want := range map[time.Time]int{
		from.Add(-1): 0, from: 1, to.Add(-1): 1, to: 0, {}: 0,
		from.In(time.FixedZone("", -8*3600)): 1,
	} {
		out, err := b.Match(context.Background(), &facts, at, nil)
		require.NoError(t, err)
		require.Len(t, out, want, at.String())
	}
}

func TestGroups(t *testing.T) {
	b := book(t,
		rules.Rule[string]{ID: "a", Group: "line", When: "true"},
		rules.Rule[string]{ID: "b", Group: "order", When: "true"},
		rules.Rule[string]{ID: "c", Group: "line", When: "true", Priority: 1},
		rules.Rule[string]{ID: "d", When: "true"},
	)
	require.Equal(t, []string{"", "line", "order"}, b.Groups())
	facts := sample()
	out, err := b.Group("line").Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"c", "a"}, ids(out))
	require.Equal(t, b.Hash(), b.Group("line").Hash())
	require.Equal(t, []string{"line"}, b.Group("line").Groups())
	out, err = b.Group("none").Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Empty(t, out)
	require.Nil(t, b.Group("line").Rule("b"))
	require.Equal(t, []string{"c", "a", "b", "d"}, ids(b.Rules()))
}

func TestHashCoversWhatDecides(t *testing.T) {
	base := rules.Rule[string]{ID: "r", When: "rush", Then: "x"}
	hash := func(c rules.Config, r rules.Rule[string]) string {
		b, err := rules.Compile(schema(t, c), "test", []rules.Rule[string]{r})
		require.NoError(t, err)
		return b.Hash()
	}
	fn := func(version string) rules.Config {
		return rules.Config{Functions: []rules.Function{{Name: "f", Version: version, Call: func() bool { return true }}}}
	}
	seen := map[string]string{}
	note := func(what, h string) {
		require.Empty(t, seen[h], what)
		seen[h] = what
	}
	note("base", hash(rules.Config{}, base))
	require.Equal(t, hash(rules.Config{}, base), hash(rules.Config{}, base))
	note("function", hash(fn("1"), base))
	note("function version", hash(fn("2"), base))
	note("policy", hash(rules.Config{OnError: rules.SkipAndReport}, base))
	for what, change := range map[string]func(*rules.Rule[string]){
		"id": func(r *rules.Rule[string]) { r.ID = "s" }, "when": func(r *rules.Rule[string]) { r.When = "rush " },
		"then": func(r *rules.Rule[string]) { r.Then = "y" }, "priority": func(r *rules.Rule[string]) { r.Priority = 1 },
		"from": func(r *rules.Rule[string]) { r.From = time.Unix(1, 0) }, "to": func(r *rules.Rule[string]) { r.To = time.Unix(1, 0) },
		"group": func(r *rules.Rule[string]) { r.Group = "g" }, "tags": func(r *rules.Rule[string]) { r.Tags = []string{"a"} },
		"version": func(r *rules.Rule[string]) { r.Version = "1" }, "note": func(r *rules.Rule[string]) { r.Note = "n" },
		"name": func(r *rules.Rule[string]) { r.Name = "n" },
	} {
		r := base
		change(&r)
		note(what, hash(rules.Config{}, r))
	}
	type other struct{ Rush bool }
	s, err := rules.NewSchema[other](rules.Config{})
	require.NoError(t, err)
	b, err := rules.Compile(s, "test", []rules.Rule[string]{base})
	require.NoError(t, err)
	note("facts", b.Hash())
}

// TestReplace changes the book in force (RUL-4).
func TestReplace(t *testing.T) {
	s := schema(t, rules.Config{})
	compile := func(rs ...rules.Rule[string]) *rules.Book[order, string] {
		b, err := rules.Compile(s, "test", rs)
		require.NoError(t, err)
		return b
	}
	first := compile(
		rules.Rule[string]{ID: "same", When: "rush"}, rules.Rule[string]{ID: "gone", When: "rush"},
		rules.Rule[string]{ID: "other", When: "rush", Then: "x"})
	live := rules.NewLive(first)
	require.Same(t, first, live.Book())

	// A load that fails gives no book, and the running one stays.
	failed, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "bad", When: "rsh"}})
	require.Error(t, err)
	d := live.Replace(failed)
	require.True(t, d.Empty())
	require.Equal(t, first.Hash(), d.After)
	require.Same(t, first, live.Book())

	second := compile(
		rules.Rule[string]{ID: "new", When: "rush"}, rules.Rule[string]{ID: "same", When: "rush"},
		rules.Rule[string]{ID: "other", When: "rush", Then: "y"})
	require.Equal(t, rules.Diff{
		Before: first.Hash(), After: second.Hash(), Added: []string{"new"}, Removed: []string{"gone"}, Changed: []string{"other"},
	}, second.Diff(first))
	d = live.Replace(second)
	require.Equal(t, "1 added (new), 1 removed (gone), 1 changed (other)", d.String())
	require.Same(t, second, live.Book())
	require.Equal(t, "no rule changed", live.Replace(second).String())

	empty := rules.NewLive[order, string](nil)
	facts := sample()
	out, err := empty.Book().Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Empty(t, out)
	require.Len(t, empty.Replace(second).Added, 3)
}

// TestBookIsSharedByGoroutines matches and replaces at once; run with -race.
func TestBookIsSharedByGoroutines(t *testing.T) {
	s := schema(t, rules.Config{Functions: []rules.Function{{Name: "f", Call: func(n int) bool { return n == 4 }}}})
	var books []*rules.Book[order, string]
	for _, extra := range []string{"rush", "lines > 100"} {
		b, err := rules.Compile(s, "test", []rules.Rule[string]{
			{ID: "a", When: `f(lines) && (tier == "GOLD" or net * 0.5 > money("1 USD"))`},
			{ID: "b", When: extra},
		})
		require.NoError(t, err)
		books = append(books, b)
	}
	live := rules.NewLive(books[0])
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			facts := sample()
			var dst []*rules.Rule[string]
			for range 300 {
				b := live.Book()
				out, err := b.Match(context.Background(), &facts, time.Time{}, dst[:0])
				want := 2
				if b == books[1] {
					want = 1
				}
				if err != nil || len(out) != want {
					t.Errorf("matched %d, want %d: %v", len(out), want, err)
					return
				}
				dst = out
			}
		})
	}
	wg.Go(func() { // a schema is shared by loads
		for range 20 {
			if _, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "a", When: `f(lines) or rush`}}); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 100 {
		live.Replace(books[i%2])
	}
	wg.Wait()
}

// TestHashIsStable holds the hash of one book. It changes only with a change in
// what rules mean, which past decisions would have to be told of.
func TestHashIsStable(t *testing.T) {
	s, err := rules.NewSchema[line](rules.Config{})
	require.NoError(t, err)
	b, err := rules.Compile(s, "test", []rules.Rule[string]{
		{ID: "b", When: "quantity >= 1", Then: "x"},
		{ID: "a", When: `tier == "GOLD"`, Then: "y", Priority: 1, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), Tags: []string{"t"}},
	})
	require.NoError(t, err)
	golden(t, "hash.golden", b.Hash()+"\n")
}

// TestHashCoversWhatIsAggregated has two books that differ only in the column of a
// table, which says what the group adds up.
func TestHashCoversWhatIsAggregated(t *testing.T) {
	type sums struct{ A, B int }
	s := schema(t, rules.Config{})
	facts := sample()
	books := map[string]string{}
	for _, column := range []string{"a", "b"} {
		b, err := rules.Load(s, rules.CSV[sums]("sums.csv", []byte("# group: g\n# hit: collect-sum\nid,rush,then."+column+"\nr1,-,0\n")),
			rules.Values("more", []rules.Rule[sums]{{ID: "r2", Group: "g", When: "rush", Then: sums{A: 1, B: 2}}}))
		require.NoError(t, err)
		d, err := b.Decide(context.Background(), &facts, time.Time{})
		require.NoError(t, err)
		books[b.Hash()] = fmt.Sprint(d.Effects)
	}
	require.Len(t, books, 2)
}
