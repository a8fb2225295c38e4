package rules_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
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
)

// The oracle is a second, independent meaning of conditions: generated trees are
// printed as text for the book and evaluated here with fractions of big
// integers, one node at a time, sharing nothing with the engine.

// plain is what a generated fact set is to the oracle.
type plain struct {
	tier, category string
	lines, rank    int64
	rush           bool
	tags           []string
	net            cash
	limit          *cash
	discount       *big.Rat
	quantity       *big.Rat
	requested      int // day of March, 0: none
	score          *int64
}

type cash struct {
	number   *big.Rat
	currency string
}

var errMixed = errors.New("two currencies")

// expression is a node that prints itself and knows its own meaning.
type expression struct {
	text string
	and  []expression // set for a conjunction, to tell it from the rest
	eval func(*plain) (bool, error)
}

// verdict evaluates a whole condition: false settles it, an error comes second.
func (e expression) verdict(p *plain) (bool, error) {
	var failed error
	for _, part := range e.conjuncts() {
		ok, err := part.eval(p)
		if err != nil {
			failed = err
		} else if !ok {
			return false, nil
		}
	}
	return failed == nil, failed
}

func (e expression) conjuncts() []expression {
	if e.and == nil {
		return []expression{e}
	}
	var out []expression
	for _, part := range e.and {
		out = append(out, part.conjuncts()...)
	}
	return out
}

func ordered(op string, cmp int) bool {
	return map[string]bool{"==": cmp == 0, "!=": cmp != 0, "<": cmp < 0, "<=": cmp <= 0, ">": cmp > 0, ">=": cmp >= 0}[op]
}

func rat(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return r
}

func (c cash) compare(d cash) (int, error) {
	if c.currency != d.currency {
		return 0, errMixed
	}
	return c.number.Cmp(d.number), nil
}

type draw = *rapid.T

func pick[T any](t draw, name string, values ...T) T { return rapid.SampledFrom(values).Draw(t, name) }

func anyDecimal(t draw) string {
	return pick(t, "number", "0.05", "0.050", "0.1", "0.049999999999999999", "1.0", "0.050000000000000001")
}

func anyCash(t draw) (string, cash) {
	number, currency := pick(t, "amount", "10", "10.0", "10.00", "9.999", "10.001", "0", "25.5"), pick(t, "currency", "USD", "USD", "USD", "EUR")
	return fmt.Sprintf("money(%q)", number+" "+currency), cash{rat(number), currency}
}

func anyDay(t draw) int { return rapid.IntRange(1, 4).Draw(t, "day") }

func dayText(d int) string { return fmt.Sprintf(`date("2026-03-%02d")`, d) }

// leaf generates one comparison.
func leaf(t draw) expression {
	op := pick(t, "op", "==", "!=", "<", "<=", ">", ">=")
	switch rapid.IntRange(0, 19).Draw(t, "leaf") {
	case 0:
		c := pick(t, "tier", "GOLD", "SILVER", "Ärger", "")
		return expression{text: fmt.Sprintf("tier %s %q", op, c), eval: func(p *plain) (bool, error) {
			return ordered(op, strings.Compare(p.tier, c)), nil
		}}
	case 1:
		c := pick(t, "tier", "GOLD", "SILVER")
		return expression{text: fmt.Sprintf("%q %s tier", c, op), eval: func(p *plain) (bool, error) {
			return ordered(op, strings.Compare(c, p.tier)), nil
		}}
	case 2:
		list := rapid.SliceOfN(rapid.SampledFrom([]string{"tools", "paint", "wood", "X"}), 1, 3).Draw(t, "list")
		in := pick(t, "in", "in", "not in")
		return expression{text: fmt.Sprintf("category %s [%s]", in, quoted(list)), eval: func(p *plain) (bool, error) {
			return slices.Contains(list, p.category) == (in == "in"), nil
		}}
	case 3:
		c := rapid.Int64Range(-3, 6).Draw(t, "c")
		return expression{text: fmt.Sprintf("lines %s %d", op, c), eval: func(p *plain) (bool, error) {
			return ordered(op, big.NewInt(p.lines).Cmp(big.NewInt(c))), nil
		}}
	case 4:
		a, b := rapid.Int64Range(-3, 3).Draw(t, "a"), rapid.Int64Range(3, 6).Draw(t, "b")
		in := pick(t, "in", "in", "not in")
		return expression{text: fmt.Sprintf("lines %s %d..%d", in, a, b), eval: func(p *plain) (bool, error) {
			return (p.lines >= a && p.lines <= b) == (in == "in"), nil
		}, and: intervalParts(in, a, b)}
	case 5:
		k, c := rapid.Int64Range(-3, 3).Draw(t, "k"), rapid.Int64Range(-9, 9).Draw(t, "c")
		return expression{text: fmt.Sprintf("lines * %d - rank %s %d", k, op, c), eval: func(p *plain) (bool, error) {
			return ordered(op, big.NewInt(p.lines*k-p.rank).Cmp(big.NewInt(c))), nil
		}}
	case 6:
		text, c := anyCash(t)
		return expression{text: fmt.Sprintf("net %s %s", op, text), eval: func(p *plain) (bool, error) {
			o, err := p.net.compare(c)
			return ordered(op, o) && err == nil, err
		}}
	case 7:
		return expression{text: fmt.Sprintf("limit %s net", op), eval: func(p *plain) (bool, error) {
			if p.limit == nil {
				return false, nil
			}
			o, err := p.limit.compare(p.net)
			return ordered(op, o) && err == nil, err
		}}
	case 8:
		factor := pick(t, "factor", "0.05", "0.10", "1.0", "0.051", "1.96")
		text, c := anyCash(t)
		return expression{text: fmt.Sprintf("net * %s %s %s", factor, op, text), eval: func(p *plain) (bool, error) {
			o, err := cash{new(big.Rat).Mul(p.net.number, rat(factor)), p.net.currency}.compare(c)
			return ordered(op, o) && err == nil, err
		}}
	case 9:
		c := anyDecimal(t)
		return expression{text: fmt.Sprintf("discount %s %s", op, c), eval: func(p *plain) (bool, error) {
			return ordered(op, p.discount.Cmp(rat(c))), nil
		}}
	case 10:
		c := pick(t, "quantity", "12", "12.0", "11.9990", "12.5")
		return expression{text: fmt.Sprintf("quantity %s %s", op, c), eval: func(p *plain) (bool, error) {
			return ordered(op, p.quantity.Cmp(rat(c))), nil
		}}
	case 11:
		c := anyDay(t)
		return expression{text: fmt.Sprintf("requested %s %s", op, dayText(c)), eval: func(p *plain) (bool, error) {
			return p.requested != 0 && ordered(op, p.requested-c), nil
		}}
	case 12:
		list := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 2).Draw(t, "days")
		in := pick(t, "in", "in", "not in")
		texts := make([]string, len(list))
		for i, d := range list {
			texts[i] = dayText(d)
		}
		return expression{text: fmt.Sprintf("requested %s [%s]", in, strings.Join(texts, ", ")), eval: func(p *plain) (bool, error) {
			return p.requested != 0 && slices.Contains(list, p.requested) == (in == "in"), nil
		}}
	case 13:
		c := rapid.Int64Range(0, 3).Draw(t, "c")
		return expression{text: fmt.Sprintf("customer.score %s %d", op, c), eval: func(p *plain) (bool, error) {
			return p.score != nil && ordered(op, big.NewInt(*p.score).Cmp(big.NewInt(c))), nil
		}}
	case 14:
		return expression{text: "customer.score == nil", eval: func(p *plain) (bool, error) { return p.score == nil, nil }}
	case 17:
		return expression{text: fmt.Sprintf("rank %s lines", op), eval: func(p *plain) (bool, error) {
			return ordered(op, big.NewInt(p.rank).Cmp(big.NewInt(p.lines))), nil
		}}
	case 18:
		return expression{text: fmt.Sprintf("lines %s quantity", op), eval: func(p *plain) (bool, error) {
			return ordered(op, new(big.Rat).SetInt64(p.lines).Cmp(p.quantity)), nil
		}}
	case 19:
		return expression{text: fmt.Sprintf("tier %s category", op), eval: func(p *plain) (bool, error) {
			return ordered(op, strings.Compare(p.tier, p.category)), nil
		}}
	case 15:
		c := pick(t, "tag", "promo", "web")
		in := pick(t, "in", "in", "not in")
		return expression{text: fmt.Sprintf("%q %s tags", c, in), eval: func(p *plain) (bool, error) {
			return slices.Contains(p.tags, c) == (in == "in"), nil
		}}
	default:
		return expression{text: "rush", eval: func(p *plain) (bool, error) { return p.rush, nil }}
	}
}

// intervalParts tells that a positive interval is two parts of a conjunction.
func intervalParts(in string, a, b int64) []expression {
	if in != "in" {
		return nil
	}
	return []expression{
		{eval: func(p *plain) (bool, error) { return p.lines >= a, nil }},
		{eval: func(p *plain) (bool, error) { return p.lines <= b, nil }},
	}
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}

// tree generates a condition.
func tree(t draw, depth int) expression {
	if depth == 0 {
		return leaf(t)
	}
	switch rapid.IntRange(0, 5).Draw(t, "node") {
	case 0, 1:
		parts := []expression{tree(t, depth-1), tree(t, depth-1)}
		return conjunction(t, parts)
	case 2:
		a, b := tree(t, depth-1), tree(t, depth-1)
		return expression{text: fmt.Sprintf("(%s) %s (%s)", a.text, pick(t, "or", "or", "||"), b.text), eval: func(p *plain) (bool, error) {
			if ok, err := a.eval(p); err != nil || ok {
				return ok, err
			}
			return b.eval(p)
		}}
	case 3:
		a := tree(t, depth-1)
		return expression{text: fmt.Sprintf("%s(%s)", pick(t, "not", "not ", "!"), a.text), eval: func(p *plain) (bool, error) {
			ok, err := a.eval(p)
			return !ok && err == nil, err
		}}
	case 4:
		c, a, b := tree(t, depth-1), tree(t, depth-1), tree(t, depth-1)
		return expression{text: fmt.Sprintf("((%s) ? (%s) : (%s))", c.text, a.text, b.text), eval: func(p *plain) (bool, error) {
			ok, err := c.eval(p)
			if err != nil {
				return false, err
			}
			if ok {
				return a.eval(p)
			}
			return b.eval(p)
		}}
	default:
		return leaf(t)
	}
}

func conjunction(t draw, parts []expression) expression {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = "(" + part.text + ")"
	}
	return expression{
		text: strings.Join(texts, pick(t, "and", " and ", " && ", "&&\n")), and: parts,
		eval: func(p *plain) (bool, error) { // within or, not and ?: from left to right
			for _, part := range parts {
				if ok, err := part.eval(p); err != nil || !ok {
					return false, err
				}
			}
			return true, nil
		},
	}
}

// anyFacts generates the same facts for both.
func anyFacts(t draw) (*order, *plain) {
	p := &plain{
		tier: pick(t, "tier", "GOLD", "SILVER", "Ärger", "", "GOLD "), category: pick(t, "category", "tools", "paint", ""),
		lines: rapid.Int64Range(-4, 7).Draw(t, "lines"), rank: rapid.Int64Range(-4, 7).Draw(t, "rank"),
		rush: rapid.Bool().Draw(t, "rush"), tags: rapid.SliceOfN(rapid.SampledFrom([]string{"promo", "web", "x"}), 0, 2).Draw(t, "tags"),
	}
	net := pick(t, "net", "10.00 USD", "9.999 USD", "10.00 EUR", "25.5 USD", "0 USD")
	discount := pick(t, "discount", "0.05", "0.1", "1", "0.049999999999999999")
	qty := pick(t, "qty", "12", "12.5", "11.999")
	f := &order{
		Tier: tier(p.tier), Category: p.category, Lines: int(p.lines), Rank: int16(p.rank), Rush: p.rush, Tags: p.tags,
		Net: money.MustParse(net), Discount: money.MustRate(discount), Quantity: quantity.MustParse(qty + " EA"),
	}
	p.net, p.discount, p.quantity = cashOf(net), rat(discount), rat(qty)
	if p.requested = rapid.IntRange(0, 4).Draw(t, "requested"); p.requested > 0 {
		f.Requested = calendar.MustDate(fmt.Sprintf("2026-03-%02d", p.requested))
	}
	if rapid.Bool().Draw(t, "scored") {
		score := rapid.IntRange(0, 3).Draw(t, "score")
		wide := int64(score)
		f.Customer.Score, p.score = &score, &wide
	}
	if rapid.Bool().Draw(t, "limited") {
		text := pick(t, "limit", "10 USD", "10.01 USD", "1 EUR")
		amount, c := money.MustParse(text), cashOf(text)
		f.Limit, p.limit = &amount, &c
	}
	return f, p
}

func cashOf(text string) cash {
	number, currency, _ := strings.Cut(text, " ")
	return cash{rat(number), currency}
}

// TestBookAgreesWithOracle compares whole books with the oracle, rule by rule,
// for matching, for the errors, and for the explanation.
func TestBookAgreesWithOracle(t *testing.T) {
	s := schema(t, rules.Config{OnError: rules.SkipAndReport})
	outcomes := map[rules.Outcome]int{}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		conditions := map[string]expression{}
		var rs []rules.Rule[int]
		for i := range n {
			id := fmt.Sprintf("r%02d", i)
			conditions[id] = tree(t, rapid.IntRange(0, 3).Draw(t, "depth"))
			rs = append(rs, rules.Rule[int]{ID: id, When: conditions[id].text, Priority: rapid.IntRange(0, 2).Draw(t, "priority")})
		}
		b, err := rules.Compile(s, "generated", rs)
		if err != nil {
			t.Fatal(err)
		}
		facts, p := anyFacts(t)
		matched, x, err := b.Explain(context.Background(), facts, time.Time{}, rules.Full)
		wrong := map[string]bool{}
		var skipped *rules.SkippedError
		if errors.As(err, &skipped) {
			for _, e := range skipped.Errors {
				wrong[e.Rule] = true
			}
		} else if err != nil {
			t.Fatal(err)
		}
		var want []rules.Rule[int]
		for _, r := range rs {
			ok, err := conditions[r.ID].verdict(p)
			if (err != nil) != wrong[r.ID] {
				t.Fatalf("%s: %s: the oracle says error %v, the book %v", r.ID, r.When, err, skipped)
			}
			if ok {
				want = append(want, r)
			}
		}
		slices.SortFunc(want, func(a, b rules.Rule[int]) int {
			if a.Priority != b.Priority {
				return b.Priority - a.Priority
			}
			return strings.Compare(a.ID, b.ID)
		})
		if len(want) != len(matched) {
			t.Fatalf("the oracle matches %d rules, the book %v", len(want), ids(matched))
		}
		for i := range want {
			if want[i].ID != matched[i].ID || x.Rules[i].Rule != want[i].ID || x.Rules[i].Outcome != rules.Matched {
				t.Fatalf("match %d: the oracle says %s, the book %s, the explanation %v", i, want[i].ID, matched[i].ID, x.Rules[i])
			}
		}
		for _, r := range x.Rules {
			outcomes[r.Outcome]++
			if (r.Outcome == rules.Failed) != wrong[r.Rule] {
				t.Fatalf("%s: explained as %s", r.Rule, r.Outcome)
			}
		}
	})
	for _, o := range []rules.Outcome{rules.Matched, rules.Unmet, rules.Failed} {
		require.Positive(t, outcomes[o], "the generator never leads to %s", o)
	}
}

// TestOrderHasNoInfluence shuffles the rules, and the parts of a condition.
func TestOrderHasNoInfluence(t *testing.T) {
	s := schema(t, rules.Config{OnError: rules.SkipAndReport})
	rapid.Check(t, func(t *rapid.T) {
		var rs []rules.Rule[int]
		var parts [][]expression
		for i := range rapid.IntRange(1, 6).Draw(t, "n") {
			conjuncts := []expression{tree(t, 1), tree(t, 1), leaf(t)}
			parts = append(parts, conjuncts)
			rs = append(rs, rules.Rule[int]{ID: fmt.Sprint(i), When: conjunction(t, conjuncts).text})
		}
		facts, _ := anyFacts(t)
		answer := func(rs []rules.Rule[int]) (*rules.Book[order, int], []string, string) {
			b, err := rules.Compile(s, "generated", rs)
			if err != nil {
				t.Fatal(err)
			}
			out, err := b.Match(context.Background(), facts, time.Time{}, nil)
			failed := []string{}
			var skipped *rules.SkippedError
			if errors.As(err, &skipped) {
				for _, e := range skipped.Errors {
					failed = append(failed, e.Rule)
				}
			}
			return b, ids(out), strings.Join(failed, " ")
		}
		b1, out1, failed1 := answer(rs)
		shuffled := rapid.Permutation(rs).Draw(t, "rules")
		b2, out2, failed2 := answer(shuffled)
		if b1.Hash() != b2.Hash() || !slices.Equal(out1, out2) || failed1 != failed2 {
			t.Fatalf("the order of the rules matters: %v %v", out1, out2)
		}
		for i := range rs {
			rs[i].When = conjunction(t, rapid.Permutation(parts[i]).Draw(t, "parts")).text
		}
		_, out3, failed3 := answer(rs)
		if !slices.Equal(out1, out3) || failed1 != failed3 {
			t.Fatalf("the order of the parts matters: %v %v, %s %s", out1, out3, failed1, failed3)
		}
	})
}
