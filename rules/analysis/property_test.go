package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
)

// small is a fact struct of which all classes of values can be enumerated: the
// constants of the generated conditions are few, and every value beside and
// between them is one of those listed in choices.
type small struct {
	N    int
	Size *int8
	Kind string
	Rush bool
	Hot  *bool
	Due  calendar.Date
	Tags []string
	Net  money.Amount
	Qty  quantity.Quantity
	Rate money.Rate
	Box  *struct{ Marks []string }
	Made time.Time
}

var (
	missing = []string{"missing"}
	choices = map[string][]string{
		"n":         {"0", "1", "2", "3", "4"},
		"size":      append(missing, "0", "1", "2", "3", "4"),
		"kind":      {`""`, "A", "a", "aa", "b", "c"},
		"rush":      {"false", "true"},
		"hot":       append(missing, "false", "true"),
		"due":       append(missing, "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"),
		"made":      append(missing, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z", "2027-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
		"tags":      {"[]", "x", "y", "x, y"},
		"net":       {"0.5 USD", "1 USD", "1.2 USD", "1.5 USD", "9 USD", "0.9 EUR", "1 EUR", "2 EUR", "1 GBP"},
		"qty":       {"1 EA", "2 EA", "3 EA", "4 EA", "5 EA", "1 CA", "2 CA", "3 CA", "4 CA", "5 CA", "1 PL", "2 PL", "3 PL"},
		"rate":      {"0.01", "0.05", "0.07", "0.1", "0.2"},
		"box.marks": append(missing, "[]", "x", "y", "x, y"),
	}
	dates = []time.Time{day(5), day(10), day(15), day(20)}
)

func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

func pick[T any](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, name)
}

// test generates one comparison of a fact with constants.
func test(t *rapid.T, fact string) string {
	order := pick(t, "operator", "==", "!=", "<", "<=", ">", ">=")
	in := pick(t, "in", "in", "not in")
	list := func(values ...string) string {
		return fmt.Sprintf("%s %s [%s]", fact, in, strings.Join(values[:rapid.IntRange(1, len(values)).Draw(t, "many")], ", "))
	}
	one := func(values ...string) string {
		return fmt.Sprintf("%s %s %s", fact, order, pick(t, "constant", values...))
	}
	shape := rapid.IntRange(0, 5).Draw(t, "shape")
	optional := choices[fact][0] == "missing"
	switch {
	case optional && shape == 0 && fact != "box.marks":
		return fact + pick(t, "nil", " == nil", " != nil")
	case fact == "n" || fact == "size":
		if shape == 1 {
			return list("3", "1")
		}
		if shape == 2 {
			return fact + " in 1..2"
		}
		return one("1", "2", "3")
	case fact == "kind":
		if shape < 3 {
			return list(`"a"`, `"b"`)
		}
		return one(`"a"`, `"b"`)
	case fact == "rush" || fact == "hot":
		return pick(t, "flag", fact, "!"+fact, fact+" == false", fact+" != true")
	case fact == "due":
		return one(`date("2026-01-02")`, `date("2026-01-03")`)
	case fact == "made":
		return one(`time("2026-01-01T00:00:00Z")`, `time("2026-01-01T02:00:00+01:00")`)
	case fact == "tags" || fact == "box.marks":
		return fmt.Sprintf("%s %s %s", pick(t, "mark", `"x"`, `"y"`), in, fact)
	case fact == "net":
		if shape == 1 {
			return list(`money("1 USD")`, `money("1 EUR")`)
		}
		return one(`money("1 USD")`, `money("1.5 USD")`, `money("1 EUR")`)
	case fact == "qty":
		return one("2", `qty("4 EA")`, `qty("2 EA")`, `qty("4 CA")`)
	default:
		return one("0.05", "0.1")
	}
}

// opaqueTests cannot be reckoned with.
var opaqueTests = map[string]string{"n": "n * 2 > 4", "size": "size + 1 > 2", "kind": `lower(kind) == "a"`}

func condition(t *rapid.T, facts []string, depth int, opaque bool) string {
	if depth > 0 {
		a, b := func() string { return condition(t, facts, depth-1, opaque) }, func() string { return condition(t, facts, depth-1, opaque) }
		switch rapid.IntRange(0, 5).Draw(t, "node") {
		case 0, 1:
			return a() + " && " + b()
		case 2, 3:
			return "(" + a() + " || " + b() + ")"
		case 4:
			return "!(" + a() + ")"
		}
	}
	fact := pick(t, "fact", facts...)
	if opaque && opaqueTests[fact] != "" && rapid.IntRange(0, 2).Draw(t, "opaque") == 0 {
		return opaqueTests[fact]
	}
	return test(t, fact)
}

// truth is what enumeration finds.
type truth struct {
	overlaps      map[[2]string]bool
	wins, matches map[string]bool
	gap           bool
	domain        *rules.Book[small, int]
	book          *rules.Book[small, int]
	span          func(time.Time) bool
}

func (tr *truth) see(t *rapid.T, facts *small) {
	in := len(match(t, tr.domain, facts, time.Time{})) == 1
	if !in {
		return
	}
	for _, at := range dates {
		found := match(t, tr.book, facts, at)
		for i, a := range found {
			tr.matches[a] = true
			for _, b := range found[i+1:] {
				tr.overlaps[[2]string{a, b}] = true
			}
		}
		if len(found) > 0 {
			tr.wins[found[0]] = true
		}
		tr.gap = tr.gap || len(found) == 0 && tr.span(at)
	}
}

type fataler interface {
	Fatal(args ...any)
}

func match(t fataler, book *rules.Book[small, int], facts *small, at time.Time) []string {
	out, err := book.Match(context.Background(), facts, at, nil)
	var skipped *rules.SkippedError
	if err != nil && !errors.As(err, &skipped) {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range out {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestAgainstEnumeration compares every answer with that of trying all facts on
// all dates (RUL-5).
func TestAgainstEnumeration(t *testing.T) {
	schema, err := rules.NewSchema[small](rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	names := make([]string, 0, len(choices))
	for name := range choices {
		names = append(names, name)
	}
	slices.Sort(names)
	seen := map[string]int{}
	check := func(t *rapid.T) {
		facts := slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(names), 1, 3).Draw(t, "facts"))))
		opaque := rapid.IntRange(0, 3).Draw(t, "with opaque") == 0
		var list []rules.Rule[int]
		for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
			r := rules.Rule[int]{ID: fmt.Sprintf("r%d", i), When: condition(t, facts, rapid.IntRange(0, 3).Draw(t, "depth"), opaque),
				Then: rapid.IntRange(0, 1).Draw(t, "then"), Priority: rapid.IntRange(0, 1).Draw(t, "priority")}
			if rapid.Bool().Draw(t, "dated") {
				r.From, r.To = pick(t, "from", time.Time{}, day(10), day(20)), pick(t, "to", time.Time{}, day(10), day(20))
			}
			if r.From.IsZero() || r.To.IsZero() || r.From.Before(r.To) {
				list = append(list, r)
			}
		}
		if len(list) == 0 {
			t.Skip("no rule")
		}
		book, err := rules.Compile(schema, "generated", list)
		if err != nil {
			t.Fatal(err)
		}
		domain := condition(t, facts, rapid.IntRange(0, 1).Draw(t, "domain depth"), false)
		if rapid.Bool().Draw(t, "all") {
			domain = "true"
		}
		domainBook, err := rules.Compile(schema, "domain", []rules.Rule[int]{{ID: "in", When: domain}})
		if err != nil {
			t.Fatal(err)
		}
		policy := pick(t, "policy", rules.Collect, rules.Unique, rules.Any, rules.First, rules.ByPriority)
		report, err := analysis.Analyse(book, analysis.Config{MaxTerms: 2000,
			Groups: map[string]analysis.Group{"": {Policy: policy, Domain: domain}}})
		if err != nil {
			t.Fatal(err)
		}
		tr := &truth{overlaps: map[[2]string]bool{}, wins: map[string]bool{}, matches: map[string]bool{}, book: book, domain: domainBook,
			span: func(at time.Time) bool {
				return slices.ContainsFunc(list, func(r rules.Rule[int]) bool { return r.From.IsZero() || !at.Before(r.From) }) &&
					slices.ContainsFunc(list, func(r rules.Rule[int]) bool { return r.To.IsZero() || at.Before(r.To) })
			}}
		enumerate(t, schema, &small{}, facts, func(f *small) { tr.see(t, f) })
		tr.compare(t, report, policy, opaque, seen)
		for _, f := range report.Findings {
			if f.Certainty == analysis.Certain {
				witnessHolds(t, schema, book, f)
			}
		}
	}
	// Of the rarest kind one in twenty books has one; a run must not do without.
	for range 6 {
		rapid.Check(t, check)
	}
	for _, kind := range []analysis.Kind{analysis.Overlap, analysis.Conflict, analysis.Shadowed, analysis.Unreachable, analysis.Gap} {
		require.Positive(t, seen[kind.String()], "%s was never found", kind)
	}
	require.Positive(t, seen["shadowed by several"])
	t.Log(seen)
}

func enumerate(t *rapid.T, schema *rules.Schema[small], f *small, facts []string, yield func(*small)) {
	if len(facts) == 0 {
		yield(f)
		return
	}
	for _, text := range choices[facts[0]] {
		v, err := schema.Parse(facts[0], text)
		if err != nil {
			t.Fatal(err)
		}
		next := *f
		if err := schema.Set(&next, facts[0], v); err != nil {
			t.Fatal(err)
		}
		enumerate(t, schema, &next, facts[1:], yield)
	}
}

func (tr *truth) compare(t *rapid.T, report *analysis.Report, policy rules.HitPolicy, opaque bool, seen map[string]int) {
	describe := func() string {
		var out strings.Builder
		for _, r := range tr.book.Rules() {
			fmt.Fprintf(&out, "%s p%d then %d [%s, %s): %s\n", r.ID, r.Priority, r.Then, r.From, r.To, r.When)
		}
		return out.String() + tr.domain.Rules()[0].When + "\n" + report.String()
	}
	found := map[string]analysis.Certainty{}
	for _, f := range report.Findings {
		kind := f.Kind
		key := "gap "
		if kind != analysis.Gap {
			key = kind.String() + " " + f.Rules[0]
		}
		if kind == analysis.Overlap || kind == analysis.Conflict {
			key = "overlap " + f.Rules[0] + " " + f.Rules[1]
			if want := conflicts(tr.book, policy, f.Rules[0], f.Rules[1]); want != (kind == analysis.Conflict) {
				t.Fatalf("%s: conflict %t\n%s", key, want, describe())
			}
		}
		if c, ok := found[key]; !ok || c == analysis.Unknown {
			found[key] = f.Certainty
		}
		if f.Certainty == analysis.Certain {
			seen[kind.String()]++
			if kind == analysis.Shadowed && len(f.Rules) > 2 {
				seen["shadowed by several"]++
			}
		} else {
			seen["unknown"]++
			if !opaque {
				t.Fatalf("unknown without an opaque part: %s\n%s", f, describe())
			}
		}
	}
	check := func(key string, want, canBeUnknown, saidOtherwise bool) {
		certainty, ok := found[key]
		if ok && certainty == analysis.Certain && !want {
			t.Fatalf("%s is not so\n%s", key, describe())
		}
		if want && !ok && !saidOtherwise && (!opaque || canBeUnknown) {
			t.Fatalf("%s was not found\n%s", key, describe())
		}
	}
	ordered := tr.book.Rules()
	for i, a := range ordered {
		for _, b := range ordered[i+1:] {
			check("overlap "+a.ID+" "+b.ID, tr.overlaps[[2]string{a.ID, b.ID}], true, false)
		}
		check("unreachable "+a.ID, !tr.matches[a.ID], false, false)
		shadows := policy == rules.First || policy == rules.ByPriority
		// A rule of which only a part is known to be covered is not called shadowed,
		// though what is opaque may be false for the rest.
		check("shadowed "+a.ID, shadows && !tr.wins[a.ID], false, !tr.matches[a.ID])
	}
	check("gap ", tr.gap, true, false)
}

func conflicts(book *rules.Book[small, int], policy rules.HitPolicy, first, second string) bool {
	a, b := book.Rule(first), book.Rule(second)
	switch policy {
	case rules.Unique:
		return true
	case rules.Any:
		return a.Then != b.Then
	case rules.First, rules.ByPriority:
		return a.Then != b.Then && a.Priority == b.Priority
	default:
		return false
	}
}

// witnessHolds asks the book about the witness, with other facts of any value.
func witnessHolds(t *rapid.T, schema *rules.Schema[small], book *rules.Book[small, int], f analysis.Finding) {
	if f.Kind != analysis.Overlap && f.Kind != analysis.Conflict && f.Kind != analysis.Gap {
		return
	}
	var facts small
	for fact, values := range choices {
		v, err := schema.Parse(fact, values[len(values)-1])
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Set(&facts, fact, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range f.Witness {
		if w.Name == "box.marks" && w.Value.IsMissing() {
			facts.Box = nil
			continue
		}
		if err := schema.Set(&facts, w.Name, w.Value); err != nil {
			t.Fatal(f, err)
		}
	}
	matched := match(t, book, &facts, f.At)
	if f.Kind == analysis.Gap && len(matched) > 0 {
		t.Fatal(f, matched)
	}
	for _, id := range f.Rules {
		if !slices.Contains(matched, id) {
			t.Fatal(f, matched)
		}
	}
}
