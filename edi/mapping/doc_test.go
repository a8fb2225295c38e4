package mapping_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The table of the package comment names functions that there are, and every one that
// reads or makes a set.
func TestTheTableOfSetsIsWhole(t *testing.T) {
	table := map[string]bool{}
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, row := range regexp.MustCompile(`(?m)^//\t[0-9]{3}  .*$`).FindAllString(string(doc), -1) {
		for _, name := range regexp.MustCompile(`\b[A-Z][A-Za-z]+`).FindAllString(row, -1) {
			table[name] = true
		}
	}
	require.NotEmpty(t, table)
	source := map[string]bool{}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	function := regexp.MustCompile(`(?m)^func ([A-Z]\w*)\((.*\*x12\.Set, .*|.*\) \(\[\]x12\.Segment, error\)) ?.*\{$`)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		require.NoError(t, err)
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			source[m[1]] = true
		}
	}
	delete(source, "ReadCharges") // reads a part of several sets
	delete(source, "ResultOf")    // makes a part of an 824
	assert.Equal(t, source, table)
}
