package o2c_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGuides holds what a guide shows, code, files and output, to the examples of
// the same name, which are compiled and run. Only the indentation may differ.
func TestGuides(t *testing.T) {
	guides, err := filepath.Glob("docs/guides/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, guides)
	for _, guide := range guides {
		name := strings.TrimSuffix(filepath.Base(guide), ".md")
		example := flush(read(t, "example_"+name+"_test.go"))
		blocks := regexp.MustCompile("(?s)```[a-z]+\n(.*?)```").FindAllStringSubmatch(read(t, filepath.ToSlash(guide)), -1)
		require.NotEmpty(t, blocks, guide)
		for _, block := range blocks {
			assert.True(t, strings.Contains(example, flush(block[1])), "%s shows what no example does:\n%s", guide, block[1])
		}
	}
}

// flush takes indentation and comment marks from every line.
func flush(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "//"))
	}
	return strings.Join(lines, "\n")
}
