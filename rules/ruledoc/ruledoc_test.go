package ruledoc_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/ruledoc"
)

var update = flag.Bool("update", false, "write the golden files anew")

type line struct {
	Tier  string
	Zone  string
	Lines int
	Net   money.Amount
	Score *int
	Tags  []string
}

type effect struct {
	Percent money.Rate `json:"percent"`
	Reason  string     `json:"reason,omitempty"`
	Steps   []step     `json:"steps,omitempty"`
	Codes   []string   `json:"codes,omitempty"`
}

type step struct {
	From int    `json:"from"`
	Unit string `json:"unit"`
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func compile[E any](t testing.TB, list ...rules.Rule[E]) *rules.Book[line, E] {
	t.Helper()
	schema, err := rules.NewSchema[line](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", list)
	require.NoError(t, err)
	return book
}

func discounts(t testing.TB) (*rules.Book[line, effect], ruledoc.Config) {
	five := money.MustRate("5%")
	list := []rules.Rule[effect]{
		{ID: "gold", Name: "Gold customers", Group: "discount", When: `tier == "GOLD" && net >= money("100.00 USD")`, Priority: 10,
			Then: effect{Percent: five, Reason: "agreed", Codes: []string{"A1", "A2"}}, From: date(2026, 1, 1), To: date(2027, 1, 1),
			Tags: []string{"gold", "yearly"}, Version: "3", Note: "Agreed with sales.\nAsk them first."},
		{ID: "all", Group: "discount", When: `true`, Then: effect{Percent: money.MustRate("0"), Steps: []step{{1, "EA"}, {10, "EA"}}}},
		{ID: "score", Group: "discount", When: `(score > 700 || "vip" in tags) && lines * 2 > 10`, From: time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)},
		{ID: "f1", Group: "freight", When: `zone == "A" && lines < 10`, Then: effect{Percent: five}, To: date(2026, 7, 1)},
		{ID: "f2", Group: "freight", When: `zone == "B"`, Then: effect{Percent: five}},
	}
	book := compile(t, list...)
	before := compile(t, append(list[1:], rules.Rule[effect]{ID: "gone", When: "true"})...)
	diff := book.Diff(before)
	return book, ruledoc.Config{
		Title: "Discounts & freight 2026", Note: "For sales.", Date: date(2026, 2, 3), Changes: &diff,
		Groups: map[string]ruledoc.Group{
			"discount": {Title: "Discounts", Note: "Off the list price.", Policy: "by-priority"},
			"freight": {Policy: "unique", Table: &ruledoc.Table{Heads: []string{"Zone", "Lines", "Percent"},
				Rows: []ruledoc.Row{{Rule: "f1", Cells: []string{`"A"`, "< 10", "5%"}}, {Rule: "f2", Cells: []string{`"B"`, "-", "5%"}}}}},
		},
		History: []ruledoc.Entry{{Version: "2", Date: date(2026, 1, 2), Who: "Ann", Text: "Gold raised"}, {Version: "1", Text: "First"}},
		Coverage: map[string]ruledoc.Coverage{
			"gold": {Hits: 4, Parts: []ruledoc.PartCoverage{{True: 5, False: 2}, {True: 6, False: 1}}},
			"f1":   {Hits: 1},
		},
	}
}

// write makes both forms.
func write(t testing.TB, d ruledoc.Document) (markdown, html string) {
	t.Helper()
	var a, b bytes.Buffer
	require.NoError(t, ruledoc.Markdown(&a, d))
	require.NoError(t, ruledoc.HTML(&b, d))
	return a.String(), b.String()
}

// TestGolden holds both forms of a document to files (RUL-8).
func TestGolden(t *testing.T) {
	book, c := discounts(t)
	d, err := ruledoc.New(book, c)
	require.NoError(t, err)
	require.Equal(t, book.Hash(), d.Hash)
	require.Equal(t, c.Changes.Before, d.Changes.Before)
	d.Hash, d.Changes = "0123456789abcdef", &rules.Diff{Before: "fedcba9876543210", Added: c.Changes.Added, Removed: c.Changes.Removed}
	markdown, html := write(t, d)
	for name, got := range map[string]string{"book.md": markdown, "book.html": html} {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), got)
	}
	again, err := ruledoc.New(book, c)
	require.NoError(t, err)
	again.Hash, again.Changes = d.Hash, d.Changes
	require.Equal(t, d, again)
}

func TestDocument(t *testing.T) {
	book, c := discounts(t)
	d, err := ruledoc.New(book, c)
	require.NoError(t, err)
	require.Equal(t, []string{"gold"}, d.Changes.Added)
	require.Equal(t, []string{"all", "score", "f2"}, d.Untested)
	require.Len(t, d.Groups[0].Cards, 3)
	require.Empty(t, d.Groups[1].Cards, "all rules of the group stand in its table")
	require.Equal(t, []string{"Zone", "Lines", "Percent", "Valid"}, d.Groups[1].Table.Heads)
	require.Len(t, c.Groups["freight"].Table.Heads, 3, "what the host gave is left as it was")
	gold, all, score := d.Groups[0].Cards[0], d.Groups[0].Cards[1], d.Groups[0].Cards[2]
	require.Equal(t, []ruledoc.Line{{Name: "percent", Value: "5%"}, {Name: "reason", Value: "agreed"}, {Name: "codes", Value: "A1, A2"}}, gold.Effect)
	require.Equal(t, "from 2026-01-01 until before 2027-01-01", gold.Valid)
	require.Equal(t, []ruledoc.Condition{{Text: `tier == "GOLD"`, Seen: "true 5, false 2"},
		{Text: `net >= money("100.00 USD")`, Seen: "true 6, false 1"}}, gold.When)
	require.Equal(t, []ruledoc.Condition{{Text: "true", Always: true}}, all.When)
	require.Equal(t, ruledoc.Line{Name: "steps[2].from", Value: "10"}, all.Effect[3])
	require.Equal(t, "from 2026-03-01T08:30:00Z", score.Valid)
	var facts []string
	for _, f := range d.Facts {
		facts = append(facts, fmt.Sprintf("%s %s %t %v", f.Name, f.Type, f.Optional, f.Rules))
	}
	require.Equal(t, []string{"lines int false [score f1]", "net amount false [gold]", "score int true [score]",
		"tags list of strings false [score]", "tier string false [gold]", "zone string false [f1 f2]"}, facts)

	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	c.Location = zone
	d, err = ruledoc.New(book, c)
	require.NoError(t, err)
	require.Equal(t, "from 2025-12-31T19:00:00-05:00 until before 2026-12-31T19:00:00-05:00", d.Groups[0].Cards[0].Valid)
}

func TestEffects(t *testing.T) {
	tests := []struct {
		name string
		then any
		want string
	}{
		{"text", "free", "=free"},
		{"number", 12345678901234567, "=12345678901234567"},
		{"empty text", map[string]any{"a": ""}, `a=""`},
		{"null", map[string]any{"a": nil}, "a=none"},
		{"empty object", struct{}{}, "=nothing"},
		{"empty list", map[string]any{"a": []int{}}, "a=nothing"},
		{"nested", map[string]any{"a": map[string]any{"b": true, "c": 1}}, "a.b=true; a.c=1"},
		{"list of lists", map[string]any{"a": [][]int{{1, 2}, {3}}}, "a=1, 2, 3"},
		{"mixed list", map[string]any{"a": []any{1, map[string]any{"b": 2}}}, "a[1]=1; a[2].b=2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ruledoc.New(compile(t, rules.Rule[any]{ID: "r", When: "true", Then: tt.then}), ruledoc.Config{})
			require.NoError(t, err)
			var got []string
			for _, l := range d.Groups[0].Cards[0].Effect {
				got = append(got, l.Name+"="+l.Value)
			}
			require.Equal(t, tt.want, strings.Join(got, "; "))
		})
	}
}

// TestRates holds that rates are shown in percent wherever they stand.
func TestRates(t *testing.T) {
	type inner struct {
		Share money.Rate
		Note  string `json:"note"`
	}
	type nested struct {
		Best   *money.Rate  `json:"best,omitempty"`
		Scale  []money.Rate `json:"scale"`
		Inner  []inner      `json:"inner"`
		Looks  string       `json:"looks"`
		Nested *nested      `json:"nested,omitempty"`
	}
	best := money.MustRate("12.5%")
	then := nested{Best: &best, Scale: []money.Rate{money.MustRate("1%"), money.MustRate("0.025")},
		Inner: []inner{{Share: money.MustRate("2"), Note: "0.5"}}, Looks: "0.05"}
	d, err := ruledoc.New(compile(t, rules.Rule[nested]{ID: "r", When: "true", Then: then}), ruledoc.Config{})
	require.NoError(t, err)
	require.Equal(t, []ruledoc.Line{{Name: "best", Value: "12.5%"}, {Name: "scale", Value: "1%, 2.5%"}, {Name: "inner[1].Share", Value: "200%"},
		{Name: "inner[1].note", Value: "0.5"}, {Name: "looks", Value: "0.05"}}, d.Groups[0].Cards[0].Effect)
}

const hostile = "<script>alert(1)</script> | `a` ``b`` [x](javascript:1) *b* \\ &amp; http://a.example\n# head\n- item\n1. one\n\n---\n=== <b>"

// TestHostileText holds that text stays text, wherever an author can write.
func TestHostileText(t *testing.T) {
	book := compile(t,
		rules.Rule[map[string]string]{ID: "r|`1`<script>", Name: hostile, Group: hostile, When: "tier == \"<script>|`\\n\" && zone != \"`\"",
			Then: map[string]string{hostile: hostile}, Tags: []string{hostile}, Version: hostile, Note: hostile},
		rules.Rule[map[string]string]{ID: "t|1", Name: hostile, Group: "table", When: `tier == "|"`, Note: hostile})
	d, err := ruledoc.New(book, ruledoc.Config{Title: hostile, Note: hostile,
		Groups: map[string]ruledoc.Group{hostile: {Title: hostile, Note: hostile}, "table": {Note: hostile, Table: &ruledoc.Table{
			Heads: []string{hostile, "b"}, Rows: []ruledoc.Row{{Rule: "t|1", Cells: []string{hostile, "``|``"}}}}}},
		History: []ruledoc.Entry{{Version: hostile, Who: hostile, Text: hostile}}})
	require.NoError(t, err)
	markdown, html := write(t, d)

	for _, l := range strings.Split(markdown, "\n") {
		rest := outside(l)
		for _, own := range []string{"<br>", `<a id="`, `"></a>`} {
			rest = strings.ReplaceAll(rest, own, "")
		}
		require.NotContains(t, rest, "<", l)
		require.NotContains(t, rest, "&", l)
		require.NotContains(t, rest, "*", l)
	}
	// Every row of a table has as many cells as its head.
	bars := regexp.MustCompile(`\\.`)
	width := 0
	for _, l := range strings.Split(markdown, "\n") {
		if !strings.HasPrefix(l, "|") {
			width = 0
			continue
		}
		n := strings.Count(bars.ReplaceAllString(l, ""), "|")
		if width == 0 {
			width = n
		}
		require.Equal(t, width, n, l)
	}
	for _, own := range []string{"\n# head", "\n- item", "\n1. one", "\n=== "} {
		require.NotContains(t, markdown, own)
	}

	dec := xml.NewDecoder(strings.NewReader(html))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var all strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			require.NotContains(t, []string{"script", "b", "img"}, e.Name.Local)
			for _, a := range e.Attr {
				require.NotContains(t, a.Value, "javascript")
			}
		case xml.CharData:
			all.Write(e)
		}
	}
	require.Equal(t, 19, strings.Count(all.String(), "javascript:1"), "the text is all there")
}

// outside is a line of Markdown without what is escaped or code.
func outside(l string) string {
	var out strings.Builder
	for l != "" {
		switch l[0] {
		case '\\':
			l = l[min(2, len(l)):]
		case '`':
			fence := l[:len(l)-len(strings.TrimLeft(l, "`"))]
			l = l[len(fence):]
			for run := ""; run != fence; {
				_, after, ok := strings.Cut(l, "`")
				if !ok {
					return out.String() + "< code without an end"
				}
				tail := strings.TrimLeft(after, "`")
				run, l = "`"+after[:len(after)-len(tail)], tail
			}
		default:
			out.WriteByte(l[0])
			l = l[1:]
		}
	}
	return out.String()
}

func TestErrors(t *testing.T) {
	book, _ := discounts(t)
	freight := func(rows ...ruledoc.Row) ruledoc.Config {
		return ruledoc.Config{Groups: map[string]ruledoc.Group{"freight": {Table: &ruledoc.Table{Heads: []string{"a"}, Rows: rows}}}}
	}
	tests := []struct {
		name   string
		config ruledoc.Config
		want   string
	}{
		{"group", ruledoc.Config{Groups: map[string]ruledoc.Group{"x": {}}}, "ruledoc: group x: the book has no such group"},
		{"policy", ruledoc.Config{Groups: map[string]ruledoc.Group{"freight": {Policy: "best"}}}, `there is no policy "best"`},
		{"row of another group", freight(ruledoc.Row{Rule: "gold", Cells: []string{"1"}}), "row 1 of the table is not a rule of the group"},
		{"row of no rule", freight(ruledoc.Row{Rule: "f9", Cells: []string{"1"}}), "rule f9"},
		{"cells", freight(ruledoc.Row{Rule: "f1", Cells: []string{"1"}}, ruledoc.Row{Rule: "f2"}), "row 2 of the table has 0 cells for 1 heads"},
		{"coverage", ruledoc.Config{Coverage: map[string]ruledoc.Coverage{"f9": {}}}, "rule f9"},
		{"coverage of parts", ruledoc.Config{Coverage: map[string]ruledoc.Coverage{"gold": {Parts: make([]ruledoc.PartCoverage, 3)}}}, "3 parts of a condition of 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ruledoc.New(book, tt.config)
			var typed *ruledoc.ConfigError
			require.ErrorAs(t, err, &typed)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := ruledoc.New[line, effect](nil, ruledoc.Config{})
	require.Error(t, err)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteError(t *testing.T) {
	require.ErrorIs(t, ruledoc.Markdown(broken{}, ruledoc.Document{}), io.ErrShortWrite)
	require.ErrorIs(t, ruledoc.HTML(broken{}, ruledoc.Document{}), io.ErrShortWrite)
}
