package ruledoc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/ruledoc"
)

// TestDeclared takes everything from what the book says of itself.
func TestDeclared(t *testing.T) {
	type facts struct {
		Tier string
		N    int
	}
	schema, err := rules.NewSchema[facts](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema,
		rules.YAML[string]("a.yaml", []byte("book: {title: All of it, note: For everyone.}\ngroups: [{name: fees, title: Fees, policy: by-priority}]\nrules: [{id: a, group: fees, when: n > 1, then: x}]")),
		rules.CSV[string]("b.csv", []byte("# group: grades\n# title: Grades\n# hit: first\nid,tier,n,then\nr1,GOLD,>= 10,A\nr2,-,-,B\n")))
	require.NoError(t, err)
	d, err := ruledoc.New(book, ruledoc.Config{})
	require.NoError(t, err)
	require.Equal(t, "All of it", d.Title)
	require.Equal(t, "For everyone.", d.Note)
	require.Len(t, d.Groups, 2)
	require.Equal(t, "Fees", d.Groups[0].Title)
	require.Equal(t, "Of the rules that match, the one of the highest priority counts.", d.Groups[0].Policy)
	require.Len(t, d.Groups[0].Cards, 1)
	require.Empty(t, d.Groups[1].Cards)
	require.Equal(t, []string{"tier", "n", "then"}, d.Groups[1].Table.Heads)
	require.Equal(t, []string{"GOLD", ">= 10", "A"}, d.Groups[1].Table.Rows[0].Cells)
	var text strings.Builder
	require.NoError(t, ruledoc.Markdown(&text, d))
	require.Contains(t, text.String(), "The first rule that matches counts.")

	d, err = ruledoc.New(book, ruledoc.Config{Title: "Mine", Groups: map[string]ruledoc.Group{"fees": {Title: "Charges"}}})
	require.NoError(t, err)
	require.Equal(t, "Mine", d.Title)
	require.Equal(t, "Charges", d.Groups[0].Title)
	require.Equal(t, "Of the rules that match, the one of the highest priority counts.", d.Groups[0].Policy)
}

// TestMatchedOnce: one match is not several.
func TestMatchedOnce(t *testing.T) {
	schema, err := rules.NewSchema[struct{ N int }](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Compile(schema, "a", []rules.Rule[string]{{ID: "a", When: "n > 1", Then: "x"}})
	require.NoError(t, err)
	for hits, want := range map[int]string{0: "matched 0 times", 1: "matched 1 time", 2: "matched 2 times"} {
		d, err := ruledoc.New(book, ruledoc.Config{Coverage: map[string]ruledoc.Coverage{"a": {Hits: hits}}})
		require.NoError(t, err)
		var page strings.Builder
		require.NoError(t, ruledoc.HTML(&page, d))
		require.Contains(t, page.String(), "<dd>"+want+"</dd>")
	}
}
