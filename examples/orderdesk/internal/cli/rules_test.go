package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestRulesGolden holds what the commands print, with the exit code, to files.
func TestRulesGolden(t *testing.T) {
	t.Chdir(filepath.Join("testdata", "rules"))
	long, short := regexp.MustCompile(`\b[0-9a-f]{64}\b`), regexp.MustCompile(`\b(hash|book) [0-9a-f]{12}\b`)
	for _, c := range []struct {
		name, args string
		status     int
	}{
		{"check", "rules check books", 0},
		{"check-json", "--json rules check books", 0},
		{"check-ten-mistakes", "rules check broken", 1},
		{"check-ten-mistakes-json", "--json rules check broken", 1},
		{"check-kinds", "rules check kinds", 1},
		{"check-kinds-given", "rules check --kind promotion kinds/none.yaml kinds/nothing.csv kinds/syntax.yaml", 1},
		{"check-room", "rules check odd", 1},
		{"test", "rules test books", 0},
		{"test-one-file", "rules test --min-coverage 100 books/spring.yaml", 0},
		{"test-mutate", "rules test --mutate --min-coverage 90 books", 1},
		{"test-mutate-json", "--json rules test --mutate --max-mutants 5 books/spring.yaml", 0},
		{"test-fails", "rules test --mutate --scenarios scenarios/failing.scenarios.yaml sick/credit.yaml", 1},
		{"test-mistakes", "rules test --scenarios scenarios/bad.scenarios.yaml sick/credit.yaml", 1},
		{"test-nothing", "rules test sick", 1},
		{"analyse", "rules analyse sick", 1},
		{"analyse-at", "rules analyse --at 2027-06-01 sick/credit.yaml", 1},
		{"analyse-overlap", "rules analyse books", 0},
		{"analyse-all-json", "--json rules analyse --all books sick/zones.csv", 1},
		{"analyse-unknown", "rules analyse unsure", 0},
		{"analyse-unknown-strict", "rules analyse --strict unsure", 1},
		{"doc", "rules doc --date 2026-04-01 books", 0},
		{"doc-changes", "rules doc --before books next/spring.yaml", 1},
		{"doc-html", "rules doc --html books/holds.json", 0},
		{"doc-json", "--json rules doc books/holds.json", 0},
		{"facts", "rules facts credit allocation", 0},
		{"facts-json", "--json rules facts returns", 0},
		{"diff-same", "rules diff --scenarios books books", 0},
		{"diff", "rules diff --scenarios books next", 1},
		{"diff-json", "--json rules diff --scenarios books/spring.yaml next/spring.yaml", 1},
		{"diff-books", "rules diff books sick/zones.csv", 1},
		{"diff-kinds", "rules diff sick/credit.yaml sick/zones.csv", 1},
		{"diff-broken", "rules diff books broken", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out, errs := orderdesk(t, strings.Fields(c.args)...)
			assert.Equal(t, c.status, status)
			got := fmt.Sprintf("$ orderdesk %s\n%s", c.args, out)
			if errs != "" {
				got += "stderr:\n" + errs
			}
			// The hashes of books cover the facts of their rooms, which are not the
			// matter here; nor is which kinds there are.
			got = short.ReplaceAllString(long.ReplaceAllString(got, "HASH"), "$1 HASH")
			got = strings.ReplaceAll(got, rulecmd.Names(rulecmd.Kinds()), "KINDS")
			file := filepath.Join("golden", c.name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// TestRulesHelp: who does not know the kinds finds them in the help.
func TestRulesHelp(t *testing.T) {
	status, out, _ := orderdesk(t, "rules", "--help")
	assert.Equal(t, 0, status)
	for _, k := range rulecmd.Kinds() {
		assert.Contains(t, out, k.Name())
	}
	for _, command := range []string{"rules check <path>", "rules test <path>", "rules analyse <path>", "rules doc <path>", "rules facts [<kind> ...]", "rules diff <old> <new>"} {
		assert.Contains(t, out, command)
	}
}

// lines reads what --json prints.
func lines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var one map[string]any
		require.NoError(t, d.Decode(&one))
		all = append(all, one)
	}
	assert.Len(t, all, strings.Count(out, "\n"), "one object a line")
	return all
}

// TestTenMistakes counts by hand: the file says where its mistakes are.
func TestTenMistakes(t *testing.T) {
	file := filepath.Join("testdata", "rules", "broken", "ten.yaml")
	status, out, errs := orderdesk(t, "--json", "rules", "check", file)
	assert.Equal(t, 1, status)
	assert.Empty(t, errs)
	want := []struct {
		line, column float64
		rule, part   string
	}{
		{9, 11, "unknown-fact", "when"},
		{15, 21, "wrong-type", "when"},
		{19, 43, "bare-amount", "when"},
		{23, 30, "syntax", "when"},
		{28, 27, "unknown-effect", "then"},
		{32, 33, "bad-effect", "then"},
		{36, 11, "senseless-effect", "then"},
		{38, 9, "right", "id"},
		{42, 5, "no-effect", "then"},
		{48, 11, "no-day", "from"},
	}
	got := lines(t, out)
	require.Len(t, got, len(want))
	for i, w := range want {
		assert.Equal(t, file, got[i]["file"])
		assert.Equal(t, []any{w.line, w.column, w.rule, w.part}, []any{got[i]["line"], got[i]["column"], got[i]["rule"], got[i]["part"]})
		assert.NotEmpty(t, got[i]["message"])
	}

	_, out, _ = orderdesk(t, "rules", "check", file)
	assert.Equal(t, 10, strings.Count(out, "^\n"), "a caret each")
}

func TestRulesExitCodes(t *testing.T) {
	t.Chdir(filepath.Join("testdata", "rules"))
	empty := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(empty, "folder.yaml"), 0o700))
	for name, c := range map[string]struct {
		args string
		want int
		says string
	}{
		"no path":                {"rules check", 2, "path"},
		"unknown kind":           {"rules check --kind gifts books", 2, "there is no kind gifts; known are pricing, promotion"},
		"unknown kind, diff":     {"rules diff --kind gifts books books", 2, "there is no kind gifts"},
		"unknown kind, facts":    {"rules facts credit gifts", 2, "there is no kind gifts"},
		"missing file":           {"rules check no-such-file.yaml", 3, "no-such-file.yaml"},
		"folder of no books":     {"rules check scenarios", 3, "scenarios has no rule books"},
		"empty folder":           {"rules check " + empty, 3, "has no rule books"},
		"scenarios as a book":    {"rules test scenarios/bad.scenarios.yaml", 3, "name the rule book"},
		"missing scenarios":      {"rules test --scenarios no-such-file.yaml books/spring.yaml", 3, "no-such-file.yaml"},
		"scenarios of many":      {"rules test --scenarios scenarios/failing.scenarios.yaml sick", 2, "takes one book"},
		"too much coverage":      {"rules test --min-coverage 101 books", 2, "not from 0 to 100"},
		"coverage below 0":       {"rules test --min-coverage=-1 books", 2, "not from 0 to 100"},
		"mutants below 0":        {"rules test --max-mutants=-1 books", 2, "negative"},
		"coverage just met":      {"rules test --min-coverage 88 books/spring.yaml books/freight.csv", 0, ""},
		"coverage just not":      {"rules test --min-coverage 89 books/spring.yaml books/freight.csv", 1, ""},
		"no day":                 {"rules analyse --at 2026-02-30 books", 2, "is not a date"},
		"one page of many":       {"rules doc --html books", 2, "several books"},
		"one file of many":       {"rules doc --out x.md books", 2, "several books"},
		"no folder of documents": {"rules doc --out no/such/ books/holds.json", 2, "there is no folder no/such/"},
		"no such folder":         {"rules doc --out no/such/folder.md books/holds.json", 3, "no/such/folder.md"},
		"diff of one":            {"rules diff books", 2, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := orderdesk(t, strings.Fields(c.args)...)
			assert.Equal(t, c.want, status, "%s\n%s", out, errs)
			assert.Contains(t, errs, c.says)
		})
	}
}

// TestShopRules holds the shop's own books, which do not say their kind, to the
// commands.
func TestShopRules(t *testing.T) {
	for kind, file := range map[string]string{"holds": "holds.yaml", "validation": "validation.yaml"} {
		status, out, errs := orderdesk(t, "rules", "check", "--kind", kind, filepath.Join("..", "shop", "rulebooks", file))
		assert.Equal(t, 0, status, errs)
		assert.Contains(t, out, kind+" ("+kind+"): 3 rules")
		status, out, _ = orderdesk(t, "rules", "check", "--kind", "allocation", filepath.Join("..", "shop", "rulebooks", file))
		assert.Equal(t, 1, status, "the kind decides the facts")
		assert.Contains(t, out, "there is no fact")
	}
}

func TestRulesDocFiles(t *testing.T) {
	dir := t.TempDir()
	books := filepath.Join("testdata", "rules", "books")
	status, out, errs := orderdesk(t, "--json", "rules", "doc", "--html", "--out", dir, books)
	require.Equal(t, 0, status, errs)
	told := lines(t, out)
	require.Len(t, told, 2)
	for i, name := range []string{"spring.html", "holds.html"} {
		assert.Equal(t, filepath.Join(dir, name), told[i]["out"])
		assert.NotContains(t, told[i], "text")
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.True(t, bytes.HasPrefix(text, []byte("<!DOCTYPE html>")), "%.40s", text)
	}

	// What a book calls itself does not choose the folder of its document.
	escape := filepath.Join(t.TempDir(), "escape.yaml")
	require.NoError(t, os.WriteFile(escape, []byte("book: {name: ../out, kind: pricing}\nrules: [{id: a, when: order.lines > 1, then: {kind: percent, rate: 5%}}]\n"), 0o600))
	status, out, errs = orderdesk(t, "rules", "doc", "--out", dir, escape)
	require.Equal(t, 0, status, errs)
	assert.FileExists(t, filepath.Join(dir, "escape.md"))
	assert.Equal(t, "../out (pricing): "+filepath.Join(dir, "escape.md")+"\n", out)

	// Nor is one document written over by another.
	other := filepath.Join(t.TempDir(), "escape.yaml")
	require.NoError(t, os.WriteFile(other, []byte("book: {kind: pricing}\nrules: [{id: a, when: order.lines > 2, then: {kind: percent, rate: 5%}}]\n"), 0o600))
	status, _, errs = orderdesk(t, "rules", "doc", "--out", dir, escape, other)
	assert.Equal(t, 2, status)
	assert.Contains(t, errs, "two books would be written to")

	file := filepath.Join(dir, "one.md")
	status, _, errs = orderdesk(t, "rules", "doc", "--out", file, filepath.Join(books, "holds.json"))
	require.Equal(t, 0, status, errs)
	_, printed, _ := orderdesk(t, "rules", "doc", filepath.Join(books, "holds.json"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, printed, string(text))
}
