package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// TestTreesPrintBack prints the trees of conditions as conditions, which have to
// mean the same tree.
func TestTreesPrintBack(t *testing.T) {
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	chain := "site == 0"
	for i := range 60 {
		chain += fmt.Sprintf(" or wide == %d", i)
	}
	conditions := []string{
		chain, "not (" + strings.ReplaceAll(chain, " or ", " and ") + ")", "(" + chain + ") ? rush : site > 2", `rush or (rush or site == 1) or rush and (rush and site == 2)`,
		`site == -9223372036854775807 - 1`, `site in [-9223372036854775807 - 1, -3, 9223372036854775807]`, `site * 2 > -9223372036854775807 - 1`,
		`quantity > (rush ? 1.5 : 2)`, `quantity > (rush ? 2 : 1.5)`, `quantity > (rush ? 2.0 : 1.5)`, `quantity > (rush ? 1 : site > 2 ? 1.5 : 3)`, `site * (rush ? 2.0 : 3) > 5`,
		`quantity > -0.5`, `quantity in [1, 2.50, -3, qty("1 CA")]`, `discount in [0.05, 1]`, `discount == -0.05`, `net > money("0")`, `net * 0.1 > money("-1.50 USD")`,
		`placed > time("2026-01-01T08:00:00.123456789+05:30")`, `placed in [time("2026-01-01T08:00:00-00:30")]`, `requested in [date("0001-01-01"), date("9999-12-31")]`,
		`not (not (rush or site > 1) and not (wide == 2))`, `(score ?? -3) > 2`, `-(-site) > 3`, `site - -3 > 2`, `-3 - site > 2`, `site not in -3..5`, `"A\"\\\n" not in tags`,
		`tier matches "^a\\d\"$"`, `tier not contains 'it\'s'`, `(score + 1) != nil`, `tier not in tags`, `1 < site < 5`, `rush == (site == 1)`, "tier == `raw \\ \" text`",
		`site == 1 ? rush : (site == 2 ? rush : not rush)`, `requested - date("2026-01-01") > -3`,
	}
	for _, r := range []rune{0, 7, 0x1b, 0x7f, 0x80, 0xad, 0x2028, 0xfeff, 0xfffd, 0xe000, 0x1f600, 0xe0001, 0x10ffff} {
		conditions = append(conditions, fmt.Sprintf("tier == %q", "a"+string(r)+"b"), fmt.Sprintf("%q in tags and category in [%q]", string(r), string(r)+"\t"))
	}
	for _, when := range conditions {
		t.Run(when[:min(len(when), 60)], func(t *testing.T) {
			parts, err := s.Parts(when)
			require.NoError(t, err)
			for _, p := range parts {
				text := p.Tree.String()
				again, err := s.Parts("(" + text + ") or rush") // as one part
				require.NoError(t, err)
				require.Equal(t, p.Tree, again[0].Tree.Args[0], text)
			}
		})
	}
}

// TestChooseBetweenNumbers has a whole number beside one that is not.
func TestChooseBetweenNumbers(t *testing.T) {
	facts := sample() // 12 EA, in a rush
	require.True(t, facts.Rush)
	b := book(t,
		rules.Rule[string]{ID: "above", When: `quantity > (rush ? 11.5 : 13)`}, rules.Rule[string]{ID: "below", When: `quantity < (rush ? 12.5 : 1)`},
		rules.Rule[string]{ID: "equal", When: `quantity == (rush ? 12 : 1.5)`}, rules.Rule[string]{ID: "other", When: `quantity == (rush ? 12.5 : 12)`})
	matched, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"above", "below", "equal"}, ids(matched))
}
