package journal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/journal"
)

func TestErrorsRead(t *testing.T) {
	for want, err := range map[string]error{
		`journal: stream "order/1" is at 7, not at 3`:            &journal.ConflictError{Stream: "order/1", Expect: 3, Actual: 7},
		"journal: batch has 1001 records, the limit is 1000":     &journal.LimitError{What: "records", Count: 1001, Limit: 1000},
		"journal: batch: it has no writes":                       journal.Batch{}.Validate(),
		"journal: write 0: stream is empty":                      journal.Batch{Writes: []journal.Write{{}}}.Validate(),
		"journal: write 0, event 0: type is empty":               journal.Batch{Writes: []journal.Write{{Stream: "s", Events: []journal.Draft{{}}}}}.Validate(),
		`journal: write 1: stream "s" stands in write 0 already`: journal.Batch{Writes: []journal.Write{{Stream: "s"}, {Stream: "s"}}}.Validate(),
		"journal: event 5 is missing or out of place":            &journal.ChainError{Fault: journal.FaultGap, Position: 5},
		"journal: events from 5 on were cut off":                 &journal.ChainError{Fault: journal.FaultCut, Position: 5},
	} {
		assert.EqualError(t, err, want)
	}
	assert.ErrorIs(t, &journal.LimitError{}, journal.ErrTooLarge)
	assert.NotErrorIs(t, &journal.LimitError{}, journal.ErrClosed)
}
