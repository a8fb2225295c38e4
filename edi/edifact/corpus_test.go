package edifact_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
)

// sample is an interchange by others, with the verdict of a simple envelope check.
type sample struct {
	name, verdict, notes string
	data                 []byte
}

func corpus(t testing.TB) []sample {
	t.Helper()
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	index, err := os.ReadFile(filepath.Join(root, "edi", "corpus.tsv"))
	require.NoError(t, err)
	var all []sample
	for _, row := range strings.Split(string(index), "\n") {
		if fields := strings.Split(row, "\t"); len(fields) > 8 && fields[1] == "EDIFACT" {
			data, err := os.ReadFile(filepath.Join(root, "edi", "corpus", filepath.Base(fields[0])))
			require.NoError(t, err)
			all = append(all, sample{fields[0], fields[4], fields[8], data})
		}
	}
	require.NotEmpty(t, all)
	return all
}

func allFaults(r *edifact.Report) []fault.Fault {
	all := r.Faults
	for _, ic := range r.Interchanges {
		all = append(all, ic.Faults...)
		for _, g := range ic.Groups {
			all = append(all, g.Faults...)
		}
		for _, m := range ic.Messages {
			all = append(all, m.Faults...)
		}
	}
	return all
}

// TestCorpus holds the check to interchanges by others: what a simple check calls
// valid has no fault of the envelope, and what was broken on purpose is told, by the
// envelope or by the schema.
func TestCorpus(t *testing.T) {
	for _, s := range corpus(t) {
		r, err := edifact.Check(bytes.NewReader(s.data), edifact.Options{})
		require.NoError(t, err)
		found := allFaults(r)
		for _, f := range found {
			assert.GreaterOrEqual(t, f.Offset, int64(0))
			assert.LessOrEqual(t, f.Offset, int64(len(s.data)), "%s: %s", s.name, f)
		}
		switch {
		case s.verdict == "valid":
			assert.Equal(t, fault.Warning, fault.Worst(found), "%s: %v", s.name, found)
		case strings.HasPrefix(s.notes, "envelope check: badtag"): // other separators without a UNA
		case strings.HasPrefix(s.notes, "envelope check:"):
			assert.False(t, r.OK(), "%s: %s", s.name, s.notes)
		case s.verdict == "broken-deliberate": // in the content, which the schema may know
			r, err := edifact.Check(bytes.NewReader(s.data), withSchema(edifact.RejectErrors))
			require.NoError(t, err)
			assert.Equal(t, strings.HasPrefix(s.name, "CONTRL-"), r.OK(), "%s: %v", s.name, allFaults(r)) // it tells of errors, and has none
		}
	}
}

// TestCorpusRoundTrip reads interchanges by others and gives the same bytes again.
func TestCorpusRoundTrip(t *testing.T) {
	for _, s := range corpus(t) {
		assert.Equal(t, string(s.data), string(again(t, s.data)), s.name)
		r, err := edifact.Read(bytes.NewReader(s.data), edifact.Options{})
		require.NoError(t, err)
		for _, m := range r.Messages() {
			if raw := m.Raw(); raw != nil {
				assert.Equal(t, string(s.data[m.Offset:m.Offset+int64(len(raw))]), string(raw), s.name)
			}
		}
	}
}

// again reads segments and puts them together as they were.
func again(t testing.TB, data []byte) []byte {
	t.Helper()
	r := edifact.NewReader(bytes.NewReader(data), edifact.Options{})
	var out []byte
	for {
		token, err := r.Next()
		if errors.Is(err, io.EOF) {
			return append(out, r.Rest()...)
		}
		var syntax *edifact.SyntaxError
		if errors.As(err, &syntax) {
			continue
		}
		require.NoError(t, err)
		out = token.Append(out)
	}
}
