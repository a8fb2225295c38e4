package order

import (
	"bytes"
	"encoding/json"
)

// SameRequest tells whether two documents ask for the same, however and from where each
// arrived: all that they say is equal, but for their Source.
func (d *Document) SameRequest(other *Document) bool {
	one, two := *d, *other
	one.Source, two.Source = Source{}, Source{}
	a, errA := json.Marshal(one)
	b, errB := json.Marshal(two)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}
