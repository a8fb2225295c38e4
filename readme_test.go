package o2c_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostReadmeCode is how many lines the first code of the README may have, and
// by which line it has begun.
const mostReadmeCode = 25

// TestReadmeCode holds the README's code to the Example that is compiled and run.
func TestReadmeCode(t *testing.T) {
	readme, example := read(t, "README.md"), read(t, "example_test.go")
	before, rest, ok := strings.Cut(readme, "```go\n")
	require.True(t, ok, "the README has no Go code")
	code, _, ok := strings.Cut(rest, "```\n")
	require.True(t, ok, "the README's code does not end")
	assert.LessOrEqual(t, strings.Count(before, "\n"), mostReadmeCode)
	assert.LessOrEqual(t, strings.Count(code, "\n"), mostReadmeCode)

	indented := regexp.MustCompile(`(?m)^(.+)$`).ReplaceAllString(code, "\t$1")
	assert.Contains(t, example, indented, "the README's code is not that of the Example")

	_, rest, ok = strings.Cut(rest, "\n```\n")
	require.True(t, ok)
	_, rest, ok = strings.Cut(rest, "```\n")
	require.True(t, ok, "the README does not show what the code prints")
	output, _, _ := strings.Cut(rest, "```\n")
	commented := strings.ReplaceAll(regexp.MustCompile(`(?m)^(.+)$`).ReplaceAllString(output, "\t// $1"), "\n\n", "\n\t//\n")
	assert.Contains(t, example, "// Output:\n"+commented)
}

// TestReadmeLinks holds the README's links to files that are there.
func TestReadmeLinks(t *testing.T) {
	code := regexp.MustCompile("(?s)```.*?```")
	for _, file := range []string{"README.md", "docs/benchmarks.md", "docs/guides/rules.md"} {
		links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(code.ReplaceAllString(read(t, file), ""), -1)
		require.NotEmpty(t, links)
		for _, link := range links {
			_, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(link[1])))
			assert.NoError(t, err, "%s links to what is not there", file)
		}
	}
}

// TestReadmePackages holds the README's map to the allow-list of imports: every
// package stands in it, and on the map there is none besides.
func TestReadmePackages(t *testing.T) {
	_, rest, ok := strings.Cut(read(t, "README.md"), "## The packages")
	require.True(t, ok)
	table, _, _ := strings.Cut(rest, "\n## ")
	named := make(map[string]bool)
	for _, name := range quoted(table) {
		assert.Contains(t, allowed, name, "the README names a package that is not there")
		named[name] = true
	}
	for pkg := range allowed {
		if !strings.HasPrefix(pkg, "internal/") {
			assert.True(t, named[pkg], "the README does not name %s", pkg)
		}
	}
}

// quoted gives what stands between backquotes.
func quoted(text string) []string {
	var all []string
	for _, found := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(file))
	require.NoError(t, err)
	return string(text)
}
