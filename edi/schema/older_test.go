package schema_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// TestHoldsFor: versions only add, so that what is surplus or unknown in a release is
// wrong in the versions before it as well. Nothing is said of others.
func TestHoldsFor(t *testing.T) {
	const surplus, unknown = schema.CodeElementSurplus, schema.CodeSegmentUnknown
	for name, c := range map[string]struct {
		standard, release, version string
		code, segment              string
		want                       bool
	}{
		"its own version":            {schema.X12, "004010", "004010", schema.CodeElementCode, "N1", true},
		"older":                      {schema.X12, "004010", "002040", surplus, "N1", true},
		"older, components":          {schema.X12, "004010", "003040VICS", schema.CodeComponentSurplus, "N1", true},
		"older, a code":              {schema.X12, "004010", "002040", schema.CodeElementCode, "N1", false},
		"older, no segment":          {schema.X12, "004010", "002040", unknown, "FTE", true},
		"older, a segment taken out": {schema.X12, "004010", "003020", unknown, "SSS", false},
		"older, a segment of later":  {schema.X12, "004010", "003020", unknown, "IK3", false},
		"later":                      {schema.X12, "004010", "004030", surplus, "N1", false},
		"no version":                 {schema.X12, "005010", "UNKNOWN", surplus, "N1", false},
		"a directory before":         {schema.EDIFACT, "D01B", "D00A", surplus, "N1", true},
		"of the century before":      {schema.EDIFACT, "D01B", "D99B", unknown, "BGL", true},
		"a value too long":           {schema.EDIFACT, "D01B", "D00A", schema.CodeElementLong, "BGM", true},
		"too long in X12":            {schema.X12, "004010", "002040", schema.CodeElementLong, "N1", false},
		"a directory after":          {schema.EDIFACT, "D01B", "D07A", surplus, "N1", false},
		"after D96A":                 {schema.EDIFACT, "D96A", "D96B", surplus, "N1", false},
		"no directory":               {schema.EDIFACT, "D01B", "XXX", surplus, "N1", false},
		"a directory without name":   {schema.EDIFACT, "D96A", "D", surplus, "N1", false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := schema.Embedded(c.standard, c.release)
			require.NoError(t, err)
			assert.Equal(t, c.want, r.HoldsFor(c.version, c.code, c.segment))
		})
	}
}

// TestNearestWithoutZeros: a GS08 without its leading zeros is another way to say it.
func TestNearestWithoutZeros(t *testing.T) {
	for version, want := range map[string]string{"4010": "004010", "4030VICS": "004010", "5010X231": "005010", "UNKNOWN": "005010"} {
		r, _, err := schema.Nearest(schema.X12, version)
		require.NoError(t, err)
		assert.Equal(t, want, r.Version(), version)
	}
	_, exact, err := schema.Nearest(schema.X12, "4010")
	require.NoError(t, err)
	assert.True(t, exact)
}
