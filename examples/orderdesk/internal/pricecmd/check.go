package pricecmd

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/pricing/impact"
)

// Checked is what was found in the prices of a file beyond what is refused when they
// are loaded.
type Checked struct {
	Records int `json:"records"`
	// Gaps are days between two records of a key without a price, Shadowed the
	// records that no request can find.
	Gaps     []impact.Gap    `json:"gaps"`
	Shadowed []impact.Shadow `json:"shadowed"`
}

// Check looks the prices of the file through.
func (f *File) Check() Checked {
	c := Checked{Records: f.Config.Prices.Len(), Gaps: []impact.Gap{}, Shadowed: []impact.Shadow{}}
	c.Gaps = append(c.Gaps, impact.Gaps(f.Config.Prices)...)
	c.Shadowed = append(c.Shadowed, impact.Shadowed(f.Config.Prices, &f.Config.Schema)...)
	return c
}

// Sound reports whether every gap is filled and every record can be found.
func (c *Checked) Sound() bool {
	for _, g := range c.Gaps {
		if len(g.Filled) == 0 {
			return false
		}
	}
	return len(c.Shadowed) == 0
}

// Text writes what was found for a person.
func (c *Checked) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "records %d, gaps %d, never found %d", c.Records, len(c.Gaps), len(c.Shadowed))
	for _, g := range c.Gaps {
		filled := "no price"
		if len(g.Filled) > 0 {
			filled = "filled by " + strings.Join(g.Filled, ", ")
		}
		fmt.Fprintf(&b, "\n  %s in %s per %s: from %s to %s, between %s and %s: %s", g.Key, g.Currency, g.Unit, g.From, g.To.AddDays(-1),
			g.Ends, g.Begins, filled)
	}
	for _, s := range c.Shadowed {
		fmt.Fprintf(&b, "\n  record %s is never found: %s goes before it", s.Record, strings.Join(s.By, ", "))
	}
	return b.String()
}
