package x12_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
)

// witness sees the sets of a walk that does not keep them.
type witness struct {
	note func([]x12.Fault)
	set  *x12.Set
}

func (w *witness) CheckSegment(set *x12.Set, _ *x12.Token) []x12.Fault {
	if w.set != set {
		w.last()
		w.set = set
	}
	return nil
}

func (w *witness) last() {
	if w.set != nil {
		w.note(w.set.Faults)
	}
}

const megabyte = 1 << 20

// edi.md, hostile input: clear errors with offsets, bounded memory, linear time.
func TestHostileStreams(t *testing.T) {
	start := int64(len(standardISA))
	for name, c := range map[string]struct {
		lead, text string
		code       string
		offset     int64
	}{
		"no terminator":               {standardISA, "A", x12.CodeLimitSegment, start},
		"no terminator, only *":       {standardISA, "*", x12.CodeLimitSegment, start},
		"no terminator, ISA in it":    {standardISA, "ISA|ISA+", x12.CodeLimitSegment, start},
		"no terminator, lines":        {standardISA, "lower case\n", x12.CodeLimitSegment, start},
		"missing terminators":         {standardISA, "AB*1\nCD*2\r\n", x12.CodeSegmentUnterminated, start + 4},
		"not X12":                     {"", "Lorem ipsum ", x12.CodeNotX12, 0},
		"not X12, one line of ISA":    {"", "ISA", x12.CodeHeaderMalformed, 0},
		"zeros":                       {"", "\x00", x12.CodeEmpty, hostileSize},
		"blanks":                      {"", " ", x12.CodeEmpty, hostileSize},
		"blanks in an interchange":    {standardISA, " ", x12.CodeLimitSegment, 0},
		"terminators":                 {standardISA, "~", x12.CodeSegmentEmpty, start},
		"headers":                     {"", standardISA, x12.CodeInterchangeTrailerMissing, start},
		"trailers glued to headers":   {"", strings.TrimSuffix(standardISA+"IEA*0*000000042~", "~"), x12.CodeSegmentUnterminated, start + 15},
		"set headers":                 {standardISA + gs, "ST*850*0001~", x12.CodeSetTrailerMissing, start + int64(len(gs)) + 12},
		"segments of one set":         {standardISA + gs + "ST*850*0001~", "PO1*1*1*EA~", x12.CodeTruncated, hostileSize},
		"elements of an endless set":  {standardISA + gs + "ST*850*0001~", "PO1*" + strings.Repeat("*", 2000) + "~", x12.CodeLimitElements, 0},
		"control characters in a set": {standardISA + gs + "ST*850*0001~", "PO1*\x01*\x02\x03~", x12.CodeInvalidCharacter, 0},
	} {
		t.Run(name, func(t *testing.T) {
			size := hostileSize
			if strings.HasPrefix(name, "no terminator") && !raceEnabled {
				size = 100 * megabyte
			}
			source := edisample.NewHeap(io.MultiReader(strings.NewReader(c.lead), edisample.Repeat(c.text, int64(size-len(c.lead)))), 2*megabyte)
			var first *x12.Fault
			note := func(faults []x12.Fault) {
				for _, f := range faults {
					if first == nil && f.Code == c.code {
						first = &f
					}
				}
			}
			inspect := &witness{note: note}
			err := x12.Walk(source, x12.Options{Checker: inspect}, x12.Handler{
				Group:       func(g *x12.Group) error { note(g.Faults); return nil },
				Interchange: func(ic *x12.Interchange) error { note(ic.Faults); return nil },
				Fault:       func(f x12.Fault) error { note([]x12.Fault{f}); return nil },
			})
			require.NoError(t, err)
			inspect.last()
			require.NotNil(t, first, "no fault says so")
			if c.offset > 0 {
				assert.Equal(t, c.offset, first.Offset)
			}
			assert.Less(t, source.Most(), int64(16*megabyte), "memory is bounded")
		})
	}
}

func TestBinaryNoise(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	noise := make([]byte, megabyte)
	_, _ = random.Read(noise)
	report := check(t, "\x8f"+string(noise), x12.Options{})
	require.NotEmpty(t, report.Faults)
	assert.Equal(t, x12.CodeNotX12, report.Faults[0].Code)
	assert.Zero(t, report.Faults[0].Offset)
	report = check(t, standardISA+string(noise), x12.Options{})
	require.Len(t, report.Interchanges, 1)
	assert.Equal(t, x12.Rejected, report.Interchanges[0].Status())
	assert.LessOrEqual(t, len(report.Interchanges[0].Faults), 101)
	report = check(t, string(noise)+sound, x12.Options{})
	require.Len(t, report.Interchanges, 1, "what follows the noise is read")
	assert.Equal(t, x12.Accepted, report.Interchanges[0].Status())
}

func TestEveryPrefixOfAnInterchange(t *testing.T) {
	for cut := range len(sound) - 1 {
		report := check(t, sound[:cut], x12.Options{})
		require.False(t, report.OK(), "cut at %d", cut)
		worst := report.Faults
		for _, ic := range report.Interchanges {
			worst = append(worst, ic.Faults...)
		}
		require.NotEmpty(t, worst, "cut at %d", cut)
		for _, f := range worst {
			require.LessOrEqual(t, f.Offset, int64(cut))
		}
	}
	assert.True(t, check(t, sound[:len(sound)-1], x12.Options{}).OK(), "only the last terminator is missing: a warning")
}

func TestLimits(t *testing.T) {
	long := standardISA + gs + "ST*850*0001~MSG*" + strings.Repeat("x", 300) + "~SE*3*0001~" + ge + iea
	t.Run("segment bytes", func(t *testing.T) {
		stream := standardISA + gs + "MSG*" + strings.Repeat("x", 200_000) + "~" + iea + sound
		report := check(t, stream, x12.Options{MaxSegmentBytes: 1000})
		require.Len(t, report.Interchanges, 2)
		f := report.Interchanges[0].Faults[0]
		assert.Equal(t, x12.CodeLimitSegment, f.Code)
		assert.Equal(t, int64(len(standardISA+gs)), f.Offset)
		assert.Equal(t, []any{"MSG", 3}, []any{f.Segment, f.SegmentNo})
		assert.Equal(t, x12.Accepted, report.Interchanges[1].Status(), "the next interchange goes on")
	})
	t.Run("elements", func(t *testing.T) {
		report := check(t, sound, x12.Options{MaxElements: 8})
		assert.Empty(t, report.Sets()[0].Faults)
		report = check(t, sound, x12.Options{MaxElements: 5})
		outside, interchange, group, set := codesOf(report)
		assert.Empty(t, append(outside, interchange...), "the ISA always has its sixteen")
		assert.Equal(t, []string{"x12.limit.elements AK403:3", "x12.gs.control AK905:6"}, group[:2], "GS has eight, PO1 seven")
		assert.Equal(t, []string{"x12.limit.elements AK403:3"}, set)
	})
	t.Run("segments", func(t *testing.T) {
		set := check(t, sound, x12.Options{MaxSegments: 4}).Sets()[0]
		assert.Equal(t, x12.CodeLimitSegments, set.Faults[0].Code)
		assert.Empty(t, set.Segments)
		assert.Equal(t, 5, set.Count())
	})
	t.Run("set bytes", func(t *testing.T) {
		set := check(t, long, x12.Options{MaxSetBytes: 200}).Sets()[0]
		require.Len(t, set.Faults, 1)
		assert.Equal(t, x12.CodeLimitSet, set.Faults[0].Code)
		assert.Empty(t, set.Segments)
		assert.Nil(t, set.Raw())
		assert.Equal(t, x12.Rejected, set.Status())
		light, err := x12.Check(strings.NewReader(long), x12.Options{MaxSetBytes: 200})
		require.NoError(t, err)
		assert.True(t, light.OK(), "a check keeps nothing")
	})
	t.Run("faults", func(t *testing.T) {
		bad := standardISA + gs + "ST*850*0001~" + strings.Repeat("x*1~", 50) + "SE*52*0001~" + ge + iea
		set := check(t, bad, x12.Options{MaxFaults: 10}).Sets()[0]
		require.Len(t, set.Faults, 11)
		assert.Equal(t, x12.CodeLimitFaults, set.Faults[10].Code)
	})
}

func TestReadingAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	data := edisample.X12(4 * megabyte)
	source := bytes.NewReader(data)
	segments := 0
	r := x12.NewReader(source, x12.Options{})
	for range 100 { // the envelope
		_, err := r.Next()
		require.NoError(t, err)
	}
	allocs := testing.AllocsPerRun(100, func() {
		for range 200 {
			token, err := r.Next()
			if err != nil || token.Len() == 0 || token.Component(1, 1) == nil {
				panic("no segment")
			}
			segments++
		}
	})
	assert.Zero(t, allocs)
	assert.Greater(t, segments, 20_000)
}

func TestEndIsEndForGood(t *testing.T) {
	r := x12.NewReader(strings.NewReader(""), x12.Options{})
	_, err := r.Next()
	require.EqualError(t, err, "x12: error at offset 0: there is nothing to read [x12.empty]")
	for range 3 {
		_, err = r.Next()
		require.True(t, errors.Is(err, io.EOF))
	}
}

// edi.md, speed: 16 MiB at most beside the caller's data, however long the file, with
// every set kept for the caller and held to its schema.
func TestMemoryOfALongFile(t *testing.T) {
	for _, size := range []int64{2 * hostileSize, 4 * hostileSize} {
		source := edisample.NewHeap(edisample.X12Reader(size), 4*megabyte)
		sets := 0
		err := x12.Walk(source, x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})}, x12.Handler{Set: func(set *x12.Set) error {
			if len(set.Segments) > 0 && set.Status() == x12.Accepted {
				sets++
			}
			return nil
		}})
		require.NoError(t, err)
		assert.Greater(t, int64(sets), size/20_000)
		assert.Less(t, source.Most(), int64(16*megabyte))
	}
}
