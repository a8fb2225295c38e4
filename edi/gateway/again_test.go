package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/intake"
)

// answered are the bytes of the answers.
func answered(taken gateway.Taken) []string {
	var all []string
	for _, a := range taken.Answers {
		all = append(all, string(a.Raw))
	}
	return all
}

// TestAnswerIsOfItsInterchange: what a partner mends and sends again under the number that
// it had gets an answer of its own, wherever in the interchange it was mended.
func TestAnswerIsOfItsInterchange(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	broken := isa("PO", "41", strings.Replace(po("0001", "A-1"), "*EA*", "*??*", 1), po("0002", "A-2"))
	mended := isa("PO", "41", po("0001", "A-1"), po("0002", "A-2"))

	first := h.receive(t, broken)
	require.Len(t, first.Answers, 1)
	assert.Contains(t, string(first.Answers[0].Raw), "AK5*R")
	second := h.receive(t, mended)
	require.Len(t, second.Answers, 1)
	assert.NotContains(t, string(second.Answers[0].Raw), "AK5*R", "the answer to what was sent first")
	assert.Equal(t, answered(second), answered(h.receive(t, mended)), "the same once more is answered as it was")
	assert.Equal(t, answered(first), answered(h.receive(t, broken)))
}

// TestAnswerToAnEnvelope: two interchanges without documents under one number are two.
func TestAnswerToAnEnvelope(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	refused := strings.Replace(isa("PO", "41"), "IEA*1*000000041", "IEA*1*000000042", 1)
	first, second := h.receive(t, refused), h.receive(t, strings.Replace(refused, "*260327*", "*260328*", 1))
	require.Len(t, first.Answers, 1)
	require.Len(t, second.Answers, 1)
	assert.Contains(t, string(first.Answers[0].Raw), "TA1*000000041*260327*")
	assert.Contains(t, string(second.Answers[0].Raw), "TA1*000000041*260328*")
	assert.Equal(t, answered(first), answered(h.receive(t, refused)))
}

// TestCorrectedKind: a set whose identifier was wrong is handed over as what it was
// corrected to be, with the number that it has then.
func TestCorrectedKind(t *testing.T) {
	right := isa("PO", "41", po("0001", "A-1"))
	for name, raw := range map[string]string{"interchange": right, "set": po("0001", "A-1")} {
		h := open(t, journal.NewMemory(), nil)
		taken := h.receive(t, strings.ReplaceAll(right, "ST*850*0001", "ST*85O*0001"))
		require.Equal(t, intake.ToDo, taken.Documents[0].Entry.State())
		desk, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock, Process: h.Process})
		require.NoError(t, err)
		result, err := desk.Correct(t.Context(), taken.Documents[0].Entry.ID, errordesk.Correction{Raw: []byte(raw), Actor: "ada", Reason: "a letter for a digit"})
		require.NoError(t, err)
		assert.Equal(t, intake.Ordered, result.Outcome.Result, name)
		e, err := h.inbox.Entry(result.ID)
		require.NoError(t, err)
		assert.Equal(t, "850", e.Kind, name)
	}
}

// TestKindOfTheOtherStandard: what a message calls itself makes no set of it. Handle goes by
// the kind, and would look for a set that is not there.
func TestKindOfTheOtherStandard(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	for _, kind := range []string{"850", "ORDER5"} {
		taken := brief(h.receive(t, strings.Replace(orders, "+ORDERS:", "+"+kind+":", 1)))
		require.Len(t, taken, 1)
		assert.Contains(t, taken[0], kind+" 7/1 exception ")
		assert.Contains(t, taken[0], " gateway.kind")
	}
	taken := brief(h.receive(t, strings.Replace(isa("PO", "41", po("0001", "A-1")), "ST*850*", "ST*ORDERS*", 1)))
	require.Len(t, taken, 1)
	assert.Contains(t, taken[0], "ORDERS 000000041/41/0001 exception")
	assert.Empty(t, h.handled)
}
