package edisample_test

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
)

// TestKeepsToTheSchema: what is measured is sound, in envelope and content.
func TestKeepsToTheSchema(t *testing.T) {
	const size = 1 << 20
	orders, err := x12.Check(bytes.NewReader(edisample.X12(size)), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	assert.True(t, orders.OK(), orders.Faults)
	require.Greater(t, len(orders.Sets()), 100)
	for _, set := range orders.Sets() {
		require.Empty(t, set.Faults)
	}

	messages, err := edifact.Check(bytes.NewReader(edisample.EDIFACT(size)),
		edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
	require.NoError(t, err)
	assert.True(t, messages.OK(), messages.Faults)
	require.Greater(t, len(messages.Interchanges[0].Messages), 100)
	for _, m := range messages.Interchanges[0].Messages {
		require.Empty(t, m.Faults)
	}
}

// TestReaders give the same as a whole, and no less than was asked for.
func TestReaders(t *testing.T) {
	for name, c := range map[string]struct {
		whole  func(int64) []byte
		reader func(int64) io.Reader
	}{
		"X12":     {edisample.X12, edisample.X12Reader},
		"EDIFACT": {edisample.EDIFACT, edisample.EDIFACTReader},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int64{0, 1, 100_000} {
				text, err := io.ReadAll(iotest.OneByteReader(c.reader(size)))
				require.NoError(t, err)
				assert.GreaterOrEqual(t, int64(len(text)), size)
				assert.Equal(t, string(c.whole(size)), string(text))
			}
		})
	}
}

// TestHeap sees what is held while a source is read, and not what was there before.
func TestHeap(t *testing.T) {
	const mebibyte = 1 << 20
	before := make([]byte, 8*mebibyte)
	heap := edisample.NewHeap(edisample.Repeat("abc", 4*mebibyte), mebibyte/4)
	var held []byte
	chunk := make([]byte, mebibyte)
	for range 4 {
		n, err := io.ReadFull(heap, chunk)
		require.NoError(t, err)
		held = append(held, chunk[:n]...)
	}
	assert.Equal(t, "abcabc", string(held[:6]))
	_, err := heap.Read(chunk)
	require.ErrorIs(t, err, io.EOF)
	assert.Greater(t, heap.Most(), int64(3*mebibyte))
	assert.Less(t, heap.Most(), int64(12*mebibyte))
	assert.Len(t, before, 8*mebibyte)
	assert.Len(t, held, 4*mebibyte)
}
