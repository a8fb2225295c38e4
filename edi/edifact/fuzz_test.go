package edifact_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
)

// FuzzRead reads any bytes: it never panics, it ends, and what it reads can be
// written and reads back the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"UNA:+.? 'UNB+UNOC:3+1:14+2:14+260327:1105+7'ALC+A++++DI'PCD+1:10'MOA+204:15.00'UNZ+0+7'",
		"UNA|*,\\^~FTX*a^b|c\\~~", "FTX+why??'", "UNA:+.?", "'''", "\xEF\xBB\xBFUNS+S'\r\n", "UNA++.? '", "LIN:1:2+?", "A??B+?'",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := edifact.NewReader(bytes.NewReader(data), edifact.Options{MaxSegment: 1 << 12})
		for range len(data) + 2 {
			s, err := r.Next()
			var syntax *edifact.SyntaxError
			switch {
			case errors.As(err, &syntax):
				continue
			case err != nil:
				return
			}
			var out bytes.Buffer
			w, err := edifact.NewWriter(&out, edifact.WriterConfig{Separators: r.Separators(), UNA: true})
			require.NoError(t, err)
			require.NoError(t, w.Write(s))
			back, err := edifact.ReadAll(&out, edifact.Options{})
			require.NoError(t, err)
			require.Len(t, back, 1)
			require.True(t, s.Equal(back[0]), "%q and %q", s, back[0])
		}
		t.Fatal("it does not end")
	})
}

// Interchanges by others read whole: UNT tells how many segments a message has.
func TestInterchangesByOthers(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	index, err := os.ReadFile(filepath.Join(root, "edi", "corpus.tsv"))
	require.NoError(t, err)
	messages := 0
	for _, row := range strings.Split(string(index), "\n") {
		name, rest, _ := strings.Cut(row, "\t")
		if !strings.HasSuffix(name, ".edifact") || !strings.Contains(rest, "\tvalid\t") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, "edi", "corpus", filepath.Base(name)))
		require.NoError(t, err)
		segments, err := edifact.ReadAll(bytes.NewReader(data), edifact.Options{})
		require.NoError(t, err, name)
		begins := 0
		for i, s := range segments {
			switch s.ID() {
			case "UNH":
				begins = i
			case "UNT":
				messages++
				count, err := edifact.Standard().ParseNumber(s.Value(1))
				require.NoError(t, err, name)
				assert.Equal(t, strings.TrimLeft(count, "0"), strconv.Itoa(i-begins+1), name)
			}
		}
	}
	t.Logf("%d messages", messages)
	assert.Positive(t, messages)
}

// BenchmarkRead reads an interchange of many segments from memory.
func BenchmarkRead(b *testing.B) {
	text := strings.Repeat("LIN+1++4000862141404:SRV'QTY+47:40'MOA+203:2160'PRI+AAB:60:CA'ALC+A++++DI'PCD+1:10'MOA+204:216.00'FTX+AAI+++it?'s here'\r\n", 1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r := edifact.NewReader(strings.NewReader(text), edifact.Options{})
		for {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A segment takes its text and one list each of its values, repetitions and
// elements, however many there are; a released value one more.
func TestAllocsRead(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	const segments = 100
	for text, most := range map[string]float64{
		"UNS+S'": 4,
		"ALC+A+SEASON-26:41+2+1+DI:91:9:Season:and more'": 4,
		"FTX+AAI+++it?'s here'":                           5,
	} {
		all := strings.Repeat(text, segments)
		source := strings.NewReader(all)
		got := testing.AllocsPerRun(20, func() {
			source.Reset(all)
			r := edifact.NewReader(source, edifact.Options{})
			for range segments {
				if _, err := r.Next(); err != nil {
					t.Fatal(err)
				}
			}
		})
		const reader = 20 // its buffers, once
		assert.LessOrEqual(t, got, segments*most+reader, text)
	}
}
