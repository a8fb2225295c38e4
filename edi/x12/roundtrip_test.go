package x12_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// rebuilt reads a stream and joins its tokens again, element by element; clean
// tells whether the reader found nothing to say.
func rebuilt(t testing.TB, source io.Reader) (out []byte, clean bool) {
	t.Helper()
	r := x12.NewReader(source, x12.Options{})
	clean = true
	for {
		token, err := r.Next()
		var syntax *x12.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return append(out, r.Rest()...), clean
		case errors.As(err, &syntax):
			clean = false
			continue
		}
		require.NoError(t, err)
		out = append(append(out, token.Lead()...), token.ID()...)
		for i := range token.Len() {
			out = append(append(out, token.Delimiters().Element), token.Element(i+1)...)
		}
		out = append(out, token.Terminator()...)
	}
}

// edi.md 12: what is read and written again is the same bytes.
func TestRoundTripOfSampleFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/sound-*.x12")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		out, clean := rebuilt(t, iotest.HalfReader(bytes.NewReader(data)))
		assert.True(t, clean, file)
		assert.True(t, bytes.Equal(data, out), file)

		var whole []byte
		r := x12.NewReader(bytes.NewReader(data), x12.Options{})
		for token, err := r.Next(); err == nil; token, err = r.Next() {
			whole = token.Append(whole)
		}
		assert.True(t, bytes.Equal(data, append(whole, r.Rest()...)), file)
	}
}

// corpus returns the index of interchanges made by others: file and label.
func corpus(t *testing.T) (dir string, labels map[string]string) {
	t.Helper()
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: the interchanges of others are not at hand")
	}
	dir = filepath.Join(root, "edi", "corpus")
	index, err := os.ReadFile(filepath.Join(root, "edi", "corpus.tsv"))
	require.NoError(t, err)
	labels = make(map[string]string)
	for _, line := range strings.Split(string(index), "\n")[1:] {
		if fields := strings.Split(line, "\t"); len(fields) > 4 && fields[1] == "X12" {
			labels[fields[0]] = fields[4]
			if strings.Contains(fields[8], "not in the envelope") {
				labels[fields[0]] = "valid" // as far as this package looks
			}
		}
	}
	require.NotEmpty(t, labels)
	return dir, labels
}

func TestCorpus(t *testing.T) {
	dir, labels := corpus(t)
	identical := 0
	for file, label := range labels {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, file))
			require.NoError(t, err)
			report, err := x12.Read(bytes.NewReader(data), x12.Options{})
			require.NoError(t, err)
			outside, interchange, group, set := codesOf(report)
			found := strings.Join(append(append(append(outside, interchange...), group...), set...), ", ")
			if label != "broken-incidental" { // one of these is sound: eight interchanges, each with its own delimiters
				assert.Equal(t, label == "valid", report.OK(), "labelled %s; found: %s", label, found)
			}
			out, clean := rebuilt(t, bytes.NewReader(data))
			if clean || report.OK() {
				identical++
				assert.True(t, bytes.Equal(data, out), "read and written again it differs")
			}
			if !clean {
				assert.NotEmpty(t, found, "what the reader says is in the report")
			}
			for _, s := range report.Sets() {
				assert.True(t, bytes.Contains(data, s.Raw()), "a set keeps its bytes")
				assert.Len(t, s.Segments, s.Count())
			}
		})
	}
	t.Logf("%d of %d files are accepted, or rejected for their counts only, and are the same bytes again", identical, len(labels))
}
