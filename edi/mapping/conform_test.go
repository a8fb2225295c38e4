package mapping_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// conforms writes the segments of a set and holds what is written to the schema of
// X12 004010, segments, elements, codes and conditions alike.
func conforms(t *testing.T, set string, segments []x12.Segment) {
	t.Helper()
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{Delimiters: x12.StandardDelimiters()})
	require.NoError(t, err)
	require.NoError(t, w.BeginInterchange(x12.Header{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "ZZ", Receiver: "THEM",
		Date: "260327", Time: "1105", Version: "00401", Control: "42", Usage: "P"}))
	require.NoError(t, w.BeginGroup(x12.GroupHeader{FunctionalID: "PR", Sender: "US", Receiver: "THEM", Date: "20260327", Time: "1105",
		Control: "42", Agency: "X", Version: "004010"}))
	require.NoError(t, w.BeginSet(set, "0001", ""))
	require.NoError(t, w.Write(segments...))
	require.NoError(t, w.EndSet())
	require.NoError(t, w.EndGroup())
	require.NoError(t, w.EndInterchange())
	report, err := x12.Check(&out, x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	require.Len(t, report.Sets(), 1)
	assert.Empty(t, report.Sets()[0].Faults)
	assert.True(t, report.OK())
}
