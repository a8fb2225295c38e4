package partner_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/partner"
)

func TestDuplicates(t *testing.T) {
	var d partner.Duplicates
	assert.True(t, d.Has(partner.ScopeInterchange))
	assert.False(t, d.Has(partner.ScopeDocument))
	assert.True(t, d.Remembered(clock(), clock().AddDate(99, 0, 0)), "for ever")
	d = partner.Duplicates{Scopes: []partner.Scope{partner.ScopeGroup, partner.ScopeDocument}, Days: 30}
	assert.False(t, d.Has(partner.ScopeInterchange))
	assert.True(t, d.Has(partner.ScopeDocument))
	assert.True(t, d.Remembered(clock(), clock().AddDate(0, 0, 30).Add(-time.Second)))
	assert.False(t, d.Remembered(clock(), clock().AddDate(0, 0, 30)))
}

func TestWithin(t *testing.T) {
	_, expected := partner.Acknowledgement{}.Within()
	assert.False(t, expected)
	d, expected := partner.Acknowledgement{WithinHours: 24}.Within()
	assert.True(t, expected)
	assert.Equal(t, 24*time.Hour, d)
}
