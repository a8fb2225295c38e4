package atp

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Claim is a demand that competes with others for supply. Rank makes claims by rules.
type Claim struct {
	// Demand is what is wanted. Its ID is required and unique among the claims.
	Demand
	// Priority ranks the claim; the higher goes first.
	Priority int
	// Ordered is the day on which the order came in, and so the day on which the demand was placed, unless Placed says when.
	Ordered calendar.Date
}

// compare is the order in which claims are served: priority, wanted day (as soon as possible first), day of the order,
// id.
func (c Claim) compare(d Claim) int {
	return cmp.Or(cmp.Compare(d.Priority, c.Priority), c.Wanted.Compare(d.Wanted), c.Ordered.Compare(d.Ordered),
		cmp.Compare(c.ID, d.ID))
}

// Allocate divides supply among claims: the one with the highest priority first, then by wanted day, day of the order
// and id, each as if the ones before had been promised. The promises come in that order; it does not depend on the
// order of the claims. Like Promise it holds nothing. With Explain, Limit.LostTo names the claims that went first. The
// errors are those of Promise.
func (s *Stock) Allocate(now time.Time, claims []Claim) ([]Promise, error) {
	seen := make(map[string]bool, len(claims))
	for i, c := range claims {
		if c.ID == "" || seen[c.ID] {
			return nil, &RequestError{Op: "allocate", Field: fmt.Sprintf("claims[%d].ID", i), Reason: "is empty or given twice"}
		}
		seen[c.ID] = true
	}
	sorted := slices.SortedFunc(slices.Values(claims), Claim.compare)
	demands := make([]Demand, len(sorted))
	for i, c := range sorted {
		if demands[i] = c.Demand; c.Placed.IsZero() {
			demands[i].Placed = c.Ordered
		}
	}
	return s.PromiseAll(now, demands, LineByLine)
}
