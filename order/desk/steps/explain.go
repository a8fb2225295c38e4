package steps

import "encoding/json"

// maxExplanation bounds what is kept of an engine's account of its decision, so
// that the decision on an order of many lines still fits into an append.
const maxExplanation = 256 << 10

// omitted stands for an explanation that is not kept.
type omitted struct {
	// Omitted is how many bytes the explanation has.
	Omitted int `json:"omitted_bytes"`
}

// explain writes an engine's account of its decision. One that is too long is
// left out, and says so: the request is in the journal and the decision cites
// its book, so that it can be worked out again.
func explain(account any) (json.RawMessage, error) {
	data, err := json.Marshal(account)
	if err == nil && len(data) > maxExplanation {
		data, err = json.Marshal(omitted{len(data)})
	}
	return data, err
}
