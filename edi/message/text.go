package message

import (
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/trade"
)

// freeText is the text of FTX, one line behind the other; empty where it says what it
// says in codes alone.
func freeText(s edifact.Segment) string { return texts(s, 4, 1, 5) }

// text writes FTX, in as many as it takes. Empty: none.
func (c *composer) text(subject, words string) {
	for words = strings.TrimSpace(words); words != ""; {
		parts := make([]string, 5)
		for i := range parts {
			parts[i], words = trade.Cut(words, 70)
		}
		c.add("FTX", of(subject), none(), none(), parts)
	}
}
