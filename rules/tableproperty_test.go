package rules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// gridFacts are what generated tables ask for. The oracle below evaluates cells
// by itself, on plain numbers, and shares nothing with the engine.
type gridFacts struct {
	Tier  string
	Count int64
	Net   money.Amount
	Day   calendar.Date
	Score *int64
	Tags  []string
}

// grid is a fact set to the oracle: every fact as a number or a text.
type grid struct {
	tier  string
	count int64
	cents int64
	day   int64 // of March; 0: missing
	score *int64
	tags  []string
}

func (g grid) facts() gridFacts {
	f := gridFacts{Tier: g.tier, Count: g.count, Net: money.MustParse(fmt.Sprintf("%d.%02d USD", g.cents/100, g.cents%100)), Score: g.score, Tags: g.tags}
	if g.day > 0 {
		f.Day = calendar.MustDate(fmt.Sprintf("2026-03-%02d", g.day))
	}
	return f
}

// gridCell is a generated cell that knows its meaning.
type gridCell struct {
	text  string
	holds func(grid) bool
}

// gridNumber is a column whose facts are numbers to the oracle.
type gridNumber struct {
	head string
	read func(grid) (int64, bool) // false: missing
	text func(int64) string
	may  bool // can be missing
}

func gridNumbers() []gridNumber {
	return []gridNumber{
		{"count", func(g grid) (int64, bool) { return g.count, true }, func(n int64) string { return fmt.Sprint(n) }, false},
		{"net", func(g grid) (int64, bool) { return g.cents, true }, func(n int64) string { return fmt.Sprintf("%d.%02d USD", n/100, n%100) }, false},
		{"day", func(g grid) (int64, bool) { return g.day, g.day > 0 }, func(n int64) string { return fmt.Sprintf("2026-03-%02d", n+1) }, true},
		{"score", func(g grid) (int64, bool) {
			if g.score == nil {
				return 0, false
			}
			return *g.score, true
		}, func(n int64) string { return fmt.Sprint(n) }, true},
	}
}

// test draws one unary test of the column; days are written one higher.
func (c gridNumber) test(t draw) (string, func(value int64, present bool) bool) {
	shift := int64(0)
	if c.head == "day" {
		shift = 1
	}
	n := rapid.Int64Range(0, 6).Draw(t, "n")
	m := n + rapid.Int64Range(1, 3).Draw(t, "m")
	value, upper := n+shift, m+shift
	on := func(f func(int64) bool) func(int64, bool) bool {
		return func(v int64, present bool) bool { return present && f(v) }
	}
	kinds := 9
	if c.may {
		kinds = 11
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "test") {
	case 0:
		return c.text(n), on(func(v int64) bool { return v == value })
	case 1:
		return "!= " + c.text(n), on(func(v int64) bool { return v != value })
	case 2:
		return "<" + c.text(n), on(func(v int64) bool { return v < value })
	case 3:
		return ">=  " + c.text(n), on(func(v int64) bool { return v >= value })
	case 4:
		return "[" + c.text(n) + ".." + c.text(m) + ")", on(func(v int64) bool { return v >= value && v < upper })
	case 5:
		return "(" + c.text(n) + " .. " + c.text(m) + "]", on(func(v int64) bool { return v > value && v <= upper })
	case 6:
		return "(.." + c.text(m) + "]", on(func(v int64) bool { return v <= upper })
	case 7:
		return "(" + c.text(n) + "..)", on(func(v int64) bool { return v > value })
	case 8:
		return "= " + c.text(n), on(func(v int64) bool { return v == value })
	case 9:
		return "missing", func(_ int64, present bool) bool { return !present }
	default:
		return "present", func(_ int64, present bool) bool { return present }
	}
}

// cell draws a cell: any, a list of tests, or none of a list.
func (c gridNumber) cell(t draw) gridCell {
	shape := rapid.IntRange(0, 4).Draw(t, "shape")
	if shape == 0 {
		return gridCell{pick(t, "any", "", "-", " - "), func(grid) bool { return true }}
	}
	var texts []string
	var holds []func(int64, bool) bool
	asks := false // whether a test asks for presence
	for range rapid.IntRange(1, 3).Draw(t, "tests") {
		text, f := c.test(t)
		texts, holds = append(texts, text), append(holds, f)
		asks = asks || text == "missing" || text == "present"
	}
	either := func(g grid) bool {
		v, present := c.read(g)
		return slices.ContainsFunc(holds, func(f func(int64, bool) bool) bool { return f(v, present) })
	}
	text := strings.Join(texts, ", ")
	if shape > 1 || asks {
		return gridCell{text, either}
	}
	// none of them: a missing fact passes no comparison, whichever way round
	return gridCell{"not(" + text + ")", func(g grid) bool {
		_, present := c.read(g)
		return present && !either(g)
	}}
}

// words draws a cell of the tier or of the tags.
func words(t draw, has func(g grid, word string) bool) gridCell {
	list := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"GOLD", "SILVER", "a b", `q"`, "Ä"}), 1, 3, rapid.ID).Draw(t, "words")
	var texts []string
	for _, w := range list {
		if w == "a b" || w == `q"` || rapid.Bool().Draw(t, "quoted") {
			w = fmt.Sprintf("%q", w)
		}
		texts = append(texts, w)
	}
	either := func(g grid) bool {
		return slices.ContainsFunc(list, func(w string) bool { return has(g, w) })
	}
	text := strings.Join(texts, pick(t, "comma", ",", ", "))
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		return gridCell{"-", func(grid) bool { return true }}
	case 1:
		return gridCell{"not(" + text + ")", func(g grid) bool { return !either(g) }}
	default:
		return gridCell{text, either}
	}
}

func anyGrid(t draw) grid {
	g := grid{
		tier: pick(t, "tier", "GOLD", "SILVER", "a b", `q"`, "Ä", ""), count: rapid.Int64Range(-1, 9).Draw(t, "count"),
		cents: rapid.Int64Range(0, 9).Draw(t, "cents"), day: rapid.Int64Range(0, 9).Draw(t, "day"),
		tags: rapid.SliceOfN(rapid.SampledFrom([]string{"GOLD", "a b", `q"`, "other"}), 0, 2).Draw(t, "tags"),
	}
	if rapid.Bool().Draw(t, "scored") {
		n := rapid.Int64Range(-1, 9).Draw(t, "score")
		g.score = &n
	}
	return g
}

// TestTableIsItsRows holds that a table decides what its cells say, one by one,
// in CSV and in JSON, and that first takes the first row.
func TestTableIsItsRows(t *testing.T) {
	s, err := rules.NewSchema[gridFacts](rules.Config{})
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		numbers := gridNumbers()
		heads := []string{"tier", "(tags)"}
		for _, c := range numbers {
			heads = append(heads, c.head)
		}
		var table [][]gridCell
		csv := "# group: g\n# hit: first\n" + strings.Join(heads, ";") + ";then\n"
		var rows []map[string][]string
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			row := []gridCell{
				words(t, func(g grid, w string) bool { return g.tier == w }),
				words(t, func(g grid, w string) bool { return slices.Contains(g.tags, w) }),
			}
			for _, c := range numbers {
				row = append(row, c.cell(t))
			}
			var cells []string
			for _, c := range row {
				cells = append(cells, c.text)
				csv += inQuotes(c.text) + ";"
			}
			table = append(table, row)
			csv += fmt.Sprintf("r%d\n", i)
			rows = append(rows, map[string][]string{"when": cells, "then": {fmt.Sprintf("r%d", i)}})
		}
		text, err := json.Marshal(map[string]any{"tables": []any{map[string]any{
			"group": "g", "hit": "first", "when": heads, "then": []string{"then"}, "rows": rows,
		}}})
		require.NoError(t, err)
		fromCSV, err := rules.Load(s, rules.CSV[string]("t.csv", []byte(csv)))
		require.NoError(t, err, csv)
		fromJSON, err := rules.Load(s, rules.JSON[string]("t.json", text))
		require.NoError(t, err)
		require.Equal(t, fromCSV.Hash(), fromJSON.Hash())
		for range 10 {
			g := anyGrid(t)
			var want []string
			for i, row := range table {
				if !slices.ContainsFunc(row, func(c gridCell) bool { return !c.holds(g) }) {
					want = append(want, fmt.Sprintf("r%d", i))
				}
			}
			facts := g.facts()
			matched, err := fromCSV.Match(context.Background(), &facts, at, nil)
			require.NoError(t, err)
			var got []string
			for _, r := range matched {
				got = append(got, r.Then)
			}
			require.Equal(t, want, got, "%s\n%+v", csv, g)
			d, err := fromCSV.Decide(context.Background(), &facts, at)
			require.NoError(t, err)
			first, hit := d.Then()
			require.Equal(t, len(want) > 0, hit)
			if hit {
				require.Equal(t, want[0], first)
			}
		}
	})
}
