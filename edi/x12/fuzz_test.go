package x12_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

func addSeeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.x12")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(sound + "junk" + sound))
	f.Add([]byte(strings.ReplaceAll(sound, "~", "\x1C\x01\n")))
	f.Add([]byte(header("*", "^", "00501", ":", "\n") + strings.ReplaceAll(gs+order, "~", "\r\n") + "IEA*1*1ISA*"))
}

// small limits make the fuzzer reach them.
func small() x12.Options {
	return x12.Options{MaxSegmentBytes: 2000, MaxElements: 20, MaxSegments: 40, MaxSetBytes: 4000, MaxFaults: 5, MaxControls: 3}
}

// FuzzRead: no panic; positions lie within the data; the size of the pieces in
// which it arrives changes nothing; the report can be written.
func FuzzRead(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := steps(t, bytes.NewReader(data), small())
		require.Equal(t, whole, steps(t, iotest.OneByteReader(bytes.NewReader(data)), small()))
		for _, s := range whole {
			require.GreaterOrEqual(t, s.at, int64(0))
			require.LessOrEqual(t, s.at, int64(len(data)))
			if !strings.HasPrefix(s.text, "x12.") {
				require.Equal(t, s.text, string(data[s.at:int(s.at)+len(s.text)]), "a token is the bytes at its offset")
			}
		}
		report, err := x12.Read(bytes.NewReader(data), small())
		require.NoError(t, err)
		_, err = json.Marshal(report)
		require.NoError(t, err)
		for _, set := range report.Sets() {
			require.True(t, bytes.Contains(data, set.Raw()), "a set keeps its bytes")
			for _, s := range set.Segments {
				require.True(t, bytes.HasPrefix(data[s.Offset():], []byte(s.ID())))
				for i := range s.Len() {
					require.True(t, bytes.HasPrefix(data[s.ElementOffset(i+1):], []byte(s.Value(i+1))))
				}
			}
		}
		for _, ic := range report.Interchanges {
			for _, g := range ic.Groups {
				x12.FunctionalAck(g)
			}
			w, err := x12.NewWriter(io.Discard, x12.WriterConfig{Charset: x12.AnyCharset})
			require.NoError(t, err)
			_, _, err = x12.Reply(w, ic, x12.ReplyConfig{Control: "1", GroupControl: 1})
			var refused *x12.WriteError // what the sender's identifiers cannot say again
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
		}
	})
}

// FuzzRoundTrip: what is read without a fault is the same bytes when its
// tokens are written again; and segments that can be written are read as they
// were.
func FuzzRoundTrip(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, clean := rebuilt(t, bytes.NewReader(data)); clean {
			require.True(t, bytes.Equal(data, out), "%q became %q", data, out)
		}
		report, err := x12.Read(bytes.NewReader(data), x12.Options{})
		require.NoError(t, err)
		for _, set := range report.Sets() {
			text, err := writeInvoice(x12.WriterConfig{Charset: x12.AnyCharset}, "00501", set.Body()...)
			if err != nil {
				continue // it contains what these delimiters cannot say
			}
			again := check(t, text, x12.Options{}).Sets()
			require.Len(t, again, 1)
			require.Empty(t, again[0].Faults)
			require.Equal(t, shapes(set.Body()), shapes(again[0].Body()))
		}
	})
}

// shapes lists segments with their parts, without the empty end.
func shapes(segments []x12.Segment) (out [][]string) {
	for _, s := range segments {
		parts := []string{s.ID()}
		for i := range s.Len() {
			parts = append(parts, "element")
			for n := range s.Repetitions(i + 1) {
				parts = append(parts, "repetition")
				for c := 1; c < 30; c++ {
					parts = append(parts, s.RepeatedComponent(i+1, n+1, c))
				}
			}
		}
		for len(parts) > 1 && parts[len(parts)-1] == "element" {
			parts = parts[:len(parts)-1]
		}
		out = append(out, parts)
	}
	return out
}
