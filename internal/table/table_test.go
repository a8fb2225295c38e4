package table_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/internal/table"
)

func TestWrite(t *testing.T) {
	var b strings.Builder
	table.Write(&b, [][]string{
		{"what", "amount", "why"},
		{"a heading that is longer than its column"},
		{"freight", "8.90", "陸送"},
		{"陸送", "-1,208.90", ""},
		{"short"},
		{"cut", "1"},
	}, "lrl")
	assert.Equal(t, `  what        amount  why
  a heading that is longer than its column
  freight       8.90  陸送
  陸送     -1,208.90
  short
  cut              1
`, b.String())
}

// TestWidth has figures of Unicode's EastAsianWidth.txt: A and é narrow, the
// ideograph, the syllable and the full-width letter wide, an accent by itself none.
func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "A": 1, "é": 1, "e\u0301": 1, "漢": 2, "한": 2, "Ａ": 2, "£": 1, "→": 1, "📦": 2, "a\u200Db": 2, "ｱ": 1,
	} {
		assert.Equal(t, want, table.Width(text), "%q", text)
	}
}
