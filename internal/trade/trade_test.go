package trade_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/internal/trade"
)

func TestFirst(t *testing.T) {
	table := map[string]int{"PK": 2, "CT": 1, "CA": 1}
	assert.Equal(t, "CA", trade.First(table, 1))
	assert.Equal(t, "PK", trade.First(table, 2))
	assert.Empty(t, trade.First(table, 3))
	assert.Empty(t, trade.First[int](nil, 0))
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text       string
		longest    int
		part, rest string
	}{
		{"", 5, "", ""},
		{" short ", 5, "short", ""},
		{"two words", 5, "two", "words"},
		{"two words", 3, "two", "words"},
		{"longword", 5, "longw", "ord"},
		{"ÄÖÜ", 3, "Ä", "ÖÜ"},
		{"Ä", 1, "\xc3", "\x84"}, // nothing fits: it goes on all the same
	} {
		part, rest := trade.Cut(c.text, c.longest)
		assert.Equal(t, c.part, part, c.text)
		assert.Equal(t, c.rest, rest, c.text)
	}
}
