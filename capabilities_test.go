package o2c_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// capability is a row of docs/capabilities.md.
type capability struct{ id, state, where string }

func capabilities(t *testing.T) map[string]capability {
	t.Helper()
	all := make(map[string]capability)
	for _, line := range strings.Split(read(t, "docs/capabilities.md"), "\n") {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "| ") || len(cells) != 4 || strings.TrimSpace(cells[0]) == "id" {
			continue
		}
		c := capability{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[2]), cells[3]}
		require.NotContains(t, all, c.id, "two rows have one id")
		all[c.id] = c
	}
	require.NotEmpty(t, all)
	return all
}

// TestCapabilities holds each row to its form: one of the three states, and
// packages that are there where something can be used.
func TestCapabilities(t *testing.T) {
	for id, c := range capabilities(t) {
		t.Run(id, func(t *testing.T) {
			assert.Regexp(t, `^[A-Z]{2,3}-[1-9]$`, id)
			assert.Regexp(t, `^(done|first cut|not yet)\b`, c.state)
			packages := quoted(c.where)
			assert.Equal(t, strings.HasPrefix(c.state, "not yet"), len(packages) == 0, "what can be used is somewhere, what cannot is nowhere")
			for _, pkg := range packages {
				files, err := filepath.Glob(filepath.FromSlash(pkg + "/*.go"))
				require.NoError(t, err)
				assert.NotEmpty(t, files, "there is no package %s", pkg)
			}
		})
	}
}

// TestCitedCapabilities holds every id that code, tests and documents cite to
// that list.
func TestCitedCapabilities(t *testing.T) {
	known := capabilities(t)
	families := make(map[string]bool)
	for id := range known {
		family, _, _ := strings.Cut(id, "-")
		families[family] = true
	}
	id := regexp.MustCompile(`\b([A-Z]{2,3})-[1-9]\b`)
	cited := 0
	for _, file := range texts(t) {
		// Examples of ids in code look like these: only words of comments and
		// documents count, and only families of the list.
		for _, line := range strings.Split(read(t, file), "\n") {
			if strings.HasSuffix(file, ".go") {
				_, comment, ok := strings.Cut(line, "//")
				if !ok {
					continue
				}
				line = comment
			}
			for _, found := range id.FindAllStringSubmatch(line, -1) {
				if families[found[1]] {
					cited++
					assert.Contains(t, known, found[0], "%s cites a capability that is not in the list", file)
				}
			}
		}
	}
	assert.NotZero(t, cited)
}

// texts are the sources, tests and documents of all modules.
func texts(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case !d.IsDir() && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".md")):
			files = append(files, path)
		}
		return nil
	})
	require.NoError(t, err)
	return files
}
