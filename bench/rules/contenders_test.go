package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/hyperjumptech/grule-rule-engine/ast"
	"github.com/hyperjumptech/grule-rule-engine/builder"
	"github.com/hyperjumptech/grule-rule-engine/engine"
	"github.com/hyperjumptech/grule-rule-engine/pkg"

	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// facts are what o2c's conditions ask about; the quantity has a unit.
type facts struct {
	Tier, Category string
	Quantity       quantity.Quantity
}

func useO2C(tb testing.TB, all []rule, lines []line) (func(int), func() []string) {
	schema, err := rules.NewSchema[facts](rules.Config{})
	check(tb, err)
	var list []rules.Rule[int]
	for i, r := range all {
		list = append(list, rules.Rule[int]{
			ID: r.id, Priority: r.priority, From: r.from, To: r.to, Then: i,
			When: fmt.Sprintf(`tier == %q && category == %q && quantity >= %d`, r.tier, r.category, r.least),
		})
	}
	book, err := rules.Compile(schema, "bench", list)
	check(tb, err)
	var asked []facts
	for _, l := range lines {
		asked = append(asked, facts{l.tier, l.category, quantity.New(l.quantity, quantity.Each)})
	}
	ctx, at := tb.Context(), june()
	matched := make([]*rules.Rule[int], 0, 64)
	return func(i int) {
			var err error
			matched, err = book.Match(ctx, &asked[i], at, matched[:0])
			check(tb, err)
		}, func() []string {
			var ids []string
			for _, r := range matched {
				ids = append(ids, r.ID)
			}
			return ids
		}
}

// byPriority is the order in which the loops ask, so that what matches is in
// order without sorting.
func byPriority(all []rule) []rule {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b rule) int { return b.priority - a.priority })
	return sorted
}

// env is what the conditions of the loops ask about. Validity is checked in Go
// before a condition is run, which is the fastest way.
type env struct {
	Tier     string `expr:"tier"`
	Category string `expr:"category"`
	Quantity int64  `expr:"quantity"`
}

func condition(r rule) string {
	return fmt.Sprintf(`tier == %q && category == %q && quantity >= %d`, r.tier, r.category, r.least)
}

func useExpr(tb testing.TB, all []rule, lines []line) (func(int), func() []string) {
	sorted := byPriority(all)
	programs := make([]*vm.Program, len(sorted))
	for i, r := range sorted {
		program, err := expr.Compile(condition(r), expr.Env(env{}), expr.AsBool())
		check(tb, err)
		programs[i] = program
	}
	var asked []env
	for _, l := range lines {
		asked = append(asked, env{l.tier, l.category, l.quantity})
	}
	at := june()
	var machine vm.VM
	matched := make([]string, 0, 64)
	return func(i int) {
		matched = matched[:0]
		for k := range sorted {
			if at.Before(sorted[k].from) || !at.Before(sorted[k].to) {
				continue
			}
			yes, err := machine.Run(programs[k], asked[i])
			check(tb, err)
			if yes.(bool) {
				matched = append(matched, sorted[k].id)
			}
		}
	}, func() []string { return slices.Clone(matched) }
}

func useCEL(tb testing.TB, all []rule, lines []line) (func(int), func() []string) {
	sorted := byPriority(all)
	language, err := cel.NewEnv(
		cel.Variable("tier", cel.StringType), cel.Variable("category", cel.StringType), cel.Variable("quantity", cel.IntType))
	check(tb, err)
	programs := make([]cel.Program, len(sorted))
	for i, r := range sorted {
		tree, issues := language.Compile(condition(r))
		check(tb, issues.Err())
		program, err := language.Program(tree)
		check(tb, err)
		programs[i] = program
	}
	var asked []map[string]any
	for _, l := range lines {
		asked = append(asked, map[string]any{"tier": l.tier, "category": l.category, "quantity": l.quantity})
	}
	at := june()
	matched := make([]string, 0, 64)
	return func(i int) {
		matched = matched[:0]
		activation, err := cel.NewActivation(asked[i])
		check(tb, err)
		for k := range sorted {
			if at.Before(sorted[k].from) || !at.Before(sorted[k].to) {
				continue
			}
			yes, _, err := programs[k].Eval(activation)
			check(tb, err)
			if yes.Value().(bool) {
				matched = append(matched, sorted[k].id)
			}
		}
	}, func() []string { return slices.Clone(matched) }
}

// Fact is what grule's conditions ask about.
type Fact struct {
	Tier, Category string
	Quantity, Day  int64
}

func useGrule(tb testing.TB, all []rule, lines []line) (func(int), func() []string) {
	var text strings.Builder
	for _, r := range all {
		fmt.Fprintf(&text, `rule %s "" salience %d { when F.Tier == %q && F.Category == %q && F.Quantity >= %d && F.Day >= %d && F.Day < %d then F.Tier = F.Tier; }`,
			r.id, r.priority, r.tier, r.category, r.least, r.from.Unix(), r.to.Unix())
		text.WriteByte('\n')
	}
	library := ast.NewKnowledgeLibrary()
	check(tb, builder.NewRuleBuilder(library).BuildRuleFromResource("bench", "1", pkg.NewBytesResource([]byte(text.String()))))
	base, err := library.NewKnowledgeBaseInstance("bench", "1")
	check(tb, err)
	machine := engine.NewGruleEngine()
	var matched []*ast.RuleEntry
	return func(i int) {
			l := lines[i]
			context := ast.NewDataContext()
			check(tb, context.Add("F", &Fact{l.tier, l.category, l.quantity, june().Unix()}))
			var err error
			matched, err = machine.FetchMatchingRules(context, base)
			check(tb, err)
		}, func() []string {
			var ids []string
			for _, r := range matched {
				ids = append(ids, r.RuleName)
			}
			return ids
		}
}

// byHand is what an index gives: the conditions are Go, and the two equalities
// are the key of a map.
func byHand(_ testing.TB, all []rule, lines []line) (func(int), func() []string) {
	type key struct{ tier, category string }
	index := make(map[key][]rule)
	for _, r := range byPriority(all) {
		k := key{r.tier, r.category}
		index[k] = append(index[k], r)
	}
	at := june()
	matched := make([]string, 0, 64)
	return func(i int) {
		l := &lines[i]
		matched = matched[:0]
		for _, r := range index[key{l.tier, l.category}] {
			if l.quantity >= r.least && !at.Before(r.from) && at.Before(r.to) {
				matched = append(matched, r.id)
			}
		}
	}, func() []string { return slices.Clone(matched) }
}
