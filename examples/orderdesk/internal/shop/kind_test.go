package shop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/examples/orderdesk/samples"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/intake"
)

// TestKindOfTheOtherStandard: a message of EDIFACT that calls itself 850 is no set of X12:
// the shop looks for none, and a person is told.
func TestKindOfTheOtherStandard(t *testing.T) {
	master, err := shop.SampleMaster()
	require.NoError(t, err)
	partners, err := shop.SamplePartners()
	require.NoError(t, err)
	now := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
	s, err := shop.Open(t.Context(), shop.Config{Journal: journal.NewMemory(), Clock: func() time.Time { return now }, Master: master, Partners: partners})
	require.NoError(t, err)
	require.NoError(t, s.OpenBooks(t.Context(), shop.SampleStock(), shop.SampleCredit()))
	file, err := samples.Files.ReadFile("autoline-0902.edifact")
	require.NoError(t, err)
	for _, kind := range []string{"850", "860"} {
		_, err = s.Take(t.Context(), "in.edifact", strings.NewReader(strings.ReplaceAll(string(file), "+ORDERS:", "+"+kind+":")))
		require.NoError(t, err)
	}
	tally := s.Inbox.Tally()
	assert.Positive(t, tally.Received)
	assert.Equal(t, intake.Tally{Received: tally.Received, Exceptions: tally.Received}, tally)
}
