package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// remembering is a house that remembers the control numbers of all levels.
func remembering(t testing.TB, j journal.Journal, more func(*gateway.Config)) *house {
	t.Helper()
	register, err := duplicate.New(duplicate.Config{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, register.Load(t.Context()))
	list, err := partner.Decode([]byte(profiles))
	require.NoError(t, err)
	for i := range list {
		list[i].Duplicates.Scopes = []partner.Scope{partner.ScopeInterchange, partner.ScopeGroup}
	}
	directory, err := partner.NewDirectory(list...)
	require.NoError(t, err)
	return open(t, j, func(c *gateway.Config) {
		c.Duplicates, c.Partners = register, directory
		if more != nil {
			more(c)
		}
	})
}

// raw are the answers as they were sent.
func raw(taken gateway.Taken) []string {
	var all []string
	for _, sent := range taken.Answers {
		all = append(all, string(sent.Raw))
	}
	return all
}

func TestDuplicates(t *testing.T) {
	j := journal.NewMemory()
	first := remembering(t, j, nil).receive(t, isa("PO", "7", po("0001", "A"), po("0002", "B")))
	assert.Equal(t, []string{"850 000000007/7/0001 order", "850 000000007/7/0002 order"}, brief(first))

	h := remembering(t, j, nil) // after a restart
	again := h.receive(t, isa("PO", "7", po("0001", "A"), po("0002", "B")))
	assert.Empty(t, h.handled, "what is identical is not ordered again")
	assert.Equal(t, raw(first), raw(again), "and answered as it was")

	group := strings.NewReplacer("000000007", "000000008").Replace(isa("PO", "7", po("0001", "A"), po("0002", "B")))
	other := h.receive(t, group)
	assert.Equal(t, []string{"850 000000008/7/0001 passed-over gateway.resent", "850 000000008/7/0002 passed-over gateway.resent"}, brief(other),
		"the group was sent again in another interchange")
	assert.Contains(t, string(other.Answers[0].Raw), "AK9*A*2*2*2~")

	used := h.receive(t, isa("PO", "7", po("0001", "C"), po("0002", "B")))
	assert.Equal(t, "850 000000007/7/0001 exception duplicate.interchange", brief(used)[0])
	assert.Contains(t, string(used.Answers[0].Raw), "TA1*000000007*260327*1105*R*025~", "the number was used for something else")
	assert.Empty(t, h.handled)
	twice := h.receive(t, isa("PO", "7", po("0001", "C"), po("0002", "B")))
	assert.Equal(t, raw(used), raw(twice))

	edifact := h.receive(t, orders)
	require.Len(t, h.handled, 1)
	assert.Equal(t, raw(edifact), raw(h.receive(t, orders)))
	refused := h.receive(t, strings.Replace(orders, "A-1", "A-2", 1))
	assert.Equal(t, []string{"ORDERS 7/1 exception duplicate.interchange"}, brief(refused))
	assert.Contains(t, string(refused.Answers[0].Raw), "+4+26+UNB+6'")
	assert.Len(t, h.handled, 1)
}

// A set that is too long to be kept cannot be judged, and stops nothing.
func TestDuplicateThatWasNotKept(t *testing.T) {
	h := remembering(t, journal.NewMemory(), func(c *gateway.Config) { c.X12 = x12.Options{MaxSetBytes: 20} })
	taken := h.receive(t, isa("PO", "7", po("0001", "A")))
	assert.Equal(t, []string{"850 000000007/7/0001 exception x12.limit.set-bytes", "file  exception x12.limit.set-bytes"}, brief(taken))
}
