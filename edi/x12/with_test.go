package x12_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

func TestSegmentWith(t *testing.T) {
	made := x12.NewSegment("TD1", x12.Repeat(x12.Composite("A", "B"), x12.Composite("C")), "1")
	for want, got := range map[string]x12.Segment{
		"TD1*X>B^C*1":    made.With(1, 1, "X"),
		"TD1*A>X^C*1":    made.With(1, 2, "X"),
		"TD1*A>B>>X^C*1": made.With(1, 4, "X"),
		"TD1*A>B^C*2":    made.With(2, 1, "2"),
		"TD1*A>B^C*1**X": made.With(4, 1, "X"),
		"TD1*>B^C*1":     made.With(1, 1, ""),
		"TD1*A>B^C*1":    made.With(0, 1, "X"),
	} {
		assert.Equal(t, want, got.String())
	}
	assert.Equal(t, "TD1*A>B^C*1", made.String(), "a segment does not change")
	assert.True(t, x12.Segment{}.With(1, 1, "X").IsZero())

	report, err := x12.Read(strings.NewReader("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260330*0815*^*00501*000000001*0*P*>~"+
		"GS*PO*A*B*20260330*0815*1*X*005010~ST*850*0001~TD1*A>B^C*1~SE*3*0001~GE*1*1~IEA*1*000000001~"), x12.Options{})
	require.NoError(t, err)
	read := report.Sets()[0].Segments[1]
	changed := read.With(1, 2, "LONGER")
	assert.Equal(t, "TD1*A>LONGER^C*1", changed.String())
	assert.Equal(t, []string{"A", "LONGER"}, changed.Components(1))
	assert.Equal(t, read.Offset(), changed.Offset())
	assert.Equal(t, 2, changed.NumberInSet())
	odd := read.With(1, 1, "a*b>c^d~")
	assert.Equal(t, "a*b>c^d~", odd.Component(1, 1), "a value with delimiters stays one value")
	assert.Equal(t, "B", odd.Component(1, 2))
	assert.Equal(t, "C", odd.RepeatedComponent(1, 2, 1))
	assert.Equal(t, "1", odd.Value(2))
}
