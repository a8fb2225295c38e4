package mapping_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// releases are the ones that have a schema.
var releases = []string{"004010", "005010"}

// sent writes the segments of a set, holds them to the schema of a release, and gives
// the set as it is received.
func sent(t testing.TB, release, id, group string, segments []x12.Segment) *x12.Set {
	t.Helper()
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{Delimiters: x12.StandardDelimiters()})
	require.NoError(t, err)
	require.NoError(t, errors.Join(
		w.BeginInterchange(x12.Header{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "ZZ", Receiver: "THEM",
			Date: "260327", Time: "1105", Version: release[:5], Control: "42", Usage: "P"}),
		w.BeginGroup(x12.GroupHeader{FunctionalID: group, Sender: "US", Receiver: "THEM", Date: "20260327", Time: "1105",
			Control: "42", Agency: "X", Version: release}),
		w.BeginSet(id, "0001", ""), w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange()))
	checked, err := x12.Check(bytes.NewReader(out.Bytes()), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	require.Len(t, checked.Sets(), 1)
	assert.Empty(t, checked.Sets()[0].Faults, "%s", out.String())
	assert.True(t, checked.OK())
	report, err := x12.Read(&out, x12.Options{})
	require.NoError(t, err)
	return report.Sets()[0]
}
