package trade

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
)

const (
	// MostFindings bounds the findings of one document; what is beyond is counted.
	MostFindings = 500
	// LongestMessage bounds the message of a finding, in bytes: it quotes what was sent.
	LongestMessage = 400
)

// Bound keeps the findings of one document within bounds, whatever was sent. The zero
// value has seen none.
type Bound struct {
	more  int // findings beyond MostFindings
	worst finding.Severity
	said  map[string]bool
}

// Add adds a finding, its message cut, unless there are too many.
func (b *Bound) Add(found *finding.List, f finding.Finding) {
	if len(*found) >= MostFindings {
		b.more, b.worst = b.more+1, max(b.worst, f.Severity)
		return
	}
	if len(f.Message) > LongestMessage {
		f.Message = strings.ToValidUTF8(f.Message[:LongestMessage], "") + "..."
	}
	*found = append(*found, f)
}

// LeftOut tells under a code how many findings there were beyond the bound.
func (b *Bound) LeftOut(found *finding.List, code string) {
	if b.more > 0 {
		*found = append(*found, finding.Finding{Code: code, Severity: b.worst,
			Message: fmt.Sprintf("there are %d more findings, which are left out", b.more), Fix: "mend the others first"})
	}
}

// Once tells whether it is asked for the first time.
func (b *Bound) Once(what string) bool {
	if b.said[what] {
		return false
	}
	if b.said == nil {
		b.said = make(map[string]bool)
	}
	b.said[what] = true
	return true
}
