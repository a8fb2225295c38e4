package mapping_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/order"
)

// What we answer adds up, and says what the 855 and the 865 write.
func TestAnswerTo(t *testing.T) {
	o := answered(t)
	a, err := mapping.AnswerTo(o)
	require.NoError(t, err)
	assert.Empty(t, a.Validate())
	assert.Equal(t, string(o.ID), a.VendorOrder)
	assert.Equal(t, o.Document.PurchaseOrder, a.PurchaseOrder)
	for i, l := range a.Lines {
		confirmed, err := l.Confirmed()
		require.NoError(t, err)
		assert.NotZero(t, confirmed.Unit(), "line %d", i)
	}
	_, err = mapping.AnswerTo(&order.Order{})
	assert.ErrorIs(t, err, mapping.ErrUndecided)
}

func TestAnswerToChange(t *testing.T) {
	change := answeredChange(t)
	a := mapping.AnswerToChange(change, answered(t))
	assert.Equal(t, mapping.OrderWithChanges, a.Verdict)
	assert.Equal(t, change.Change.Sequence, a.Change)
	require.Len(t, a.Lines, len(change.Change.Lines))
	var said []mapping.PartStatus
	for _, l := range a.Lines {
		require.Len(t, l.Parts, 1)
		said = append(said, l.Parts[0].Status)
	}
	assert.Equal(t, []mapping.PartStatus{mapping.PartQuantityChanged, mapping.PartRejected}, said)
}
