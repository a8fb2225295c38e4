package edifact_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/edisample"
)

// texts are segments for a person.
func texts(segments []edifact.Segment) []string {
	var all []string
	for _, s := range segments {
		all = append(all, s.String())
	}
	return all
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                         {"", nil},
		"one":                             {"ALC+A++++DI'", []string{"ALC+A++++DI"}},
		"components":                      {"PCD+1:2.5:13'", []string{"PCD+1:2.5:13"}},
		"line breaks":                     {"\xEF\xBB\xBF\r\nUNS+S'\r\n\r\n  CNT+2:2'\n", []string{"UNS+S", "CNT+2:2"}},
		"a released terminator":           {"FTX+AAI+++it?'s'UNS+S'", []string{"FTX+AAI+++it's", "UNS+S"}},
		"two question marks, then an end": {"FTX+AAI+++why??'UNS+S'", []string{"FTX+AAI+++why?", "UNS+S"}},
		"three, and it goes on":           {"FTX+AAI+++why???'UNS+S'", []string{"FTX+AAI+++why?'UNS+S"}},
		"a released letter is itself":     {"FTX+?A'", []string{"FTX+A"}},
		"empty at the end":                {"ALC+A+::+'", []string{"ALC+A"}},
		"a line break is data inside":     {"FTX+a\nb'", []string{"FTX+a\nb"}},
		"no repetition without a UNA":     {"FTX+a*b'", []string{"FTX+a*b"}},
		"a UNA":                           {"UNA|*,\\ ~ALC*A*\\~|b~", []string{"ALC+A+~:b"}},
		"a UNA with repetition":           {"UNA:+.?*'FTX+a*b:c?*'", []string{"FTX+a*b:c*"}},
		"a UNA without release":           {"UNA:+.  'FTX+why?'", []string{"FTX+why?"}},
		"a UNA in the middle":             {"UNZ+1+1'UNA|+.? 'MOA+23|5'", []string{"UNZ+1+1", "MOA+23:5"}},
		"a tag that nests":                {"LIN:1+1'", []string{"LIN:1+1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := edifact.ReadAll(strings.NewReader(c.text), edifact.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, texts(got))
			byBytes, err := edifact.ReadAll(iotest.OneByteReader(strings.NewReader(c.text)), edifact.Options{})
			require.NoError(t, err)
			assert.Equal(t, got, byBytes)
		})
	}
}

func TestSegment(t *testing.T) {
	r := edifact.NewReader(strings.NewReader("UNA:+.?*'\r\nUNS+S'ALC+A+NO?+1:3++2*6:x'"), edifact.Options{})
	token, err := r.Next()
	require.NoError(t, err)
	first := token.Segment()
	token, err = r.Next()
	require.NoError(t, err)
	s := token.Segment()
	assert.Equal(t, []int64{11, 17}, []int64{first.Offset(), s.Offset()})
	assert.Equal(t, []int{1, 2}, []int{first.Number(), s.Number()})
	assert.Equal(t, "ALC", s.ID())
	assert.Equal(t, 4, s.Len())
	assert.Equal(t, []string{"A", "NO+1", "", "2", ""}, []string{s.Value(1), s.Value(2), s.Value(3), s.Value(4), s.Value(5)})
	assert.Equal(t, []string{"NO+1", "3"}, s.Components(2))
	assert.Nil(t, s.Components(3))
	assert.Equal(t, []int{0, 1, 2, 0}, []int{s.Repetitions(-1), s.Repetitions(2), s.Repetitions(4), s.Repetitions(9)})
	assert.Equal(t, []string{"x", "", ""}, []string{s.RepeatedComponent(4, 2, 2), s.RepeatedComponent(4, 3, 1), s.RepeatedComponent(4, 1, 0)})
	assert.Equal(t, byte('*'), r.Separators().Repetition)

	again := edifact.NewSegment("ALC", edifact.Simple("A"), edifact.Composite("NO+1", "3", ""), edifact.Element{},
		edifact.Repeat(edifact.Simple("2"), edifact.Composite("6", "x"), edifact.Element{}), edifact.Simple(""))
	assert.True(t, s.Equal(again), "%s", again)
	assert.False(t, s.Equal(first))
	assert.Zero(t, again.Number())
	assert.True(t, edifact.Segment{}.IsZero())
	assert.Equal(t, "", edifact.Segment{}.ID()+edifact.Segment{}.String())
	_, err = r.Next()
	assert.Equal(t, io.EOF, err)

	components := s.Components(2)
	components[0] = "changed"
	assert.Equal(t, "NO+1", s.Value(2))
}

func TestReadWrong(t *testing.T) {
	var syntax *edifact.SyntaxError
	for name, c := range map[string]struct {
		text, says string
		offset     int64
		segment    int
	}{
		"no terminator":            {"UNS+S'CNT+2:2", "it has no terminator", 13, 2},
		"released to the end":      {"UNS+S?'", "it has no terminator", 7, 1},
		"a release, then nothing":  {"UNS+S?", "it has no terminator", 6, 1},
		"a small tag":              {"UNS+S'\nuns+S'", `no tag: three capital letters or digits, and not UNA (found "uns")`, 7, 2},
		"no tag":                   {"+S'", "is no tag", 0, 1},
		"an X12 interchange":       {"ISA*00*~GS*PO~'", `is no tag`, 0, 1},
		"an end of nothing":        {"UNS''", "a segment terminator follows another", 4, 1},
		"a service string cut off": {"UNS+S'UNA:+", "cut off", 6, 0},
		"longer than is allowed":   {"UNS+" + strings.Repeat("S", 100) + "'", "longer than 64 bytes", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := edifact.ReadAll(strings.NewReader(c.text), edifact.Options{MaxSegmentBytes: 64})
			require.ErrorAs(t, err, &syntax)
			assert.Contains(t, err.Error(), c.says)
			assert.Equal(t, []any{c.offset, c.segment}, []any{syntax.Offset, syntax.SegmentNo})
		})
	}
	_, err := edifact.ReadAll(strings.NewReader("UNS"), edifact.Options{})
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)

	r := edifact.NewReader(strings.NewReader("uns'UNS+S'"), edifact.Options{})
	_, err = r.Next()
	require.ErrorAs(t, err, &syntax)
	s, err := r.Next()
	require.NoError(t, err, "what is wrong comes all the same")
	assert.Equal(t, "uns", s.Segment().String())
	s, err = r.Next()
	require.NoError(t, err, "it goes on behind what was wrong")
	assert.Equal(t, "UNS+S", s.Segment().String())

	var separator *edifact.SeparatorError
	_, err = edifact.NewReader(strings.NewReader("UNS'"), edifact.Options{Separators: edifact.Separators{Element: '+'}}).Next()
	require.ErrorAs(t, err, &separator)

	broken := errors.New("the line is dead")
	for _, before := range []string{"", "UNS+", "UNA:+"} {
		_, err = edifact.ReadAll(io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken)), edifact.Options{})
		assert.ErrorIs(t, err, broken)
	}
}

// What is read again takes no more memory than one segment may, however long the
// stream is without a terminator.
func TestAnEndlessSegment(t *testing.T) {
	endless := edisample.Repeat("ABCDEFGH", 64<<20)
	r := edifact.NewReader(io.MultiReader(endless, strings.NewReader("'UNS+S'")), edifact.Options{MaxSegmentBytes: 1 << 10})
	_, err := r.Next()
	var syntax *edifact.SyntaxError
	require.ErrorAs(t, err, &syntax)
	s, err := r.Next()
	require.NoError(t, err)
	assert.Equal(t, "UNS+S", s.Segment().String())
	assert.Equal(t, int64(64<<20+1), s.Offset())
}

func TestSeparators(t *testing.T) {
	s, err := edifact.ParseUNA("UNA:+.? '")
	require.NoError(t, err)
	assert.Equal(t, edifact.Standard(), s)
	assert.Equal(t, "UNA:+.? '", s.UNA())
	for text, says := range map[string]string{
		"UNB:+.? '": "UNA and six characters", "UNA:+.?'": "UNA and six characters",
		"UNA++.? '": "the component separator too", "UNA:A.? '": "a letter", "UNA: .? '": "a space",
		"UNA:+;? '": "a point or a comma", "UNA:+.?+'": "the element separator too", "UNA:+.?é": "no ASCII",
		"UNA:+.? \x00": "missing", "UNA:-.? '": "the sign of numbers",
	} {
		_, err := edifact.ParseUNA(text)
		var separator *edifact.SeparatorError
		require.ErrorAs(t, err, &separator, text)
		assert.Contains(t, err.Error(), says, text)
	}
}

func TestNumbers(t *testing.T) {
	comma := edifact.Standard()
	comma.Decimal = ','
	for text, want := range map[string]string{
		"0": "0", "12": "12", "-12": "-12", "12.5": "12.5", "12,5": "12.5", ",5": "0.5", ".5": "0.5", "-0,50": "-0.50", "007": "007",
	} {
		got, err := comma.ParseNumber(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	var number *edifact.NumberError
	for _, text := range []string{"", "-", ".", "12.", "1.2.3", "1,2.3", "1.234,5", "1e3", "+1", " 1", "1 000", "--1", "٣"} {
		_, err := comma.ParseNumber(text)
		assert.ErrorAs(t, err, &number, text)
		_, err = comma.FormatNumber(text)
		assert.ErrorAs(t, err, &number, text)
	}
	for text, want := range map[string]string{"12.50": "12,5", "12.00": "12", "0.05": "0,05", "-1.10": "-1,1", "100": "100"} {
		got, err := comma.FormatNumber(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	w, err := edifact.NewWriter(&out, edifact.WriterConfig{UNA: true, LineBreak: "\r\n"})
	require.NoError(t, err)
	require.NoError(t, w.Write())
	require.NoError(t, w.Write(edifact.NewSegment("ALC", edifact.Simple("A"), edifact.Composite("it's 5+5:10?", ""), edifact.Element{}, edifact.Simple(""))))
	require.NoError(t, w.Write(edifact.NewSegment("MOA", edifact.Composite("204", "10"))))
	assert.Equal(t, "UNA:+.? '\r\nALC+A+it?'s 5?+5?:10??'\r\nMOA+204:10'\r\n", out.String())

	out.Reset()
	w, err = edifact.NewWriter(&out, edifact.WriterConfig{})
	require.NoError(t, err)
	var value *edifact.ValueError
	for says, s := range map[string]edifact.Segment{
		"a tag has three": edifact.NewSegment("Al"),
		"a tag has":       {},
		"it repeats":      edifact.NewSegment("FTX", edifact.Repeat(edifact.Simple("a"), edifact.Simple("b"))),
	} {
		err := w.Write(edifact.NewSegment("UNS", edifact.Simple("S")), s)
		require.ErrorAs(t, err, &value, says)
		assert.Contains(t, err.Error(), says)
	}
	assert.Empty(t, out.String(), "all or none")

	bare := edifact.Standard()
	bare.Release = 0
	w, err = edifact.NewWriter(&out, edifact.WriterConfig{Separators: bare})
	require.NoError(t, err)
	err = w.Write(edifact.NewSegment("FTX", edifact.Simple("5+5")))
	require.ErrorAs(t, err, &value)
	assert.Equal(t, []any{"FTX", 1, "5+5"}, []any{value.Segment, value.Element, value.Value})

	_, err = edifact.NewWriter(&out, edifact.WriterConfig{LineBreak: "x"})
	require.ErrorAs(t, err, &value)
	_, err = edifact.NewWriter(&out, edifact.WriterConfig{Separators: edifact.Separators{Element: '+'}})
	var separator *edifact.SeparatorError
	require.ErrorAs(t, err, &separator)
}

// Whatever is written reads back the same, with any separators.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chars := rapid.Permutation([]byte(":+'?*|~^!\x1d\x1e\x1f")).Draw(t, "separators")
		sep := edifact.Separators{Component: chars[0], Element: chars[1], Terminator: chars[2], Release: chars[3], Decimal: '.'}
		sep.Decimal = rapid.SampledFrom([]byte(".,")).Draw(t, "mark")
		if rapid.Bool().Draw(t, "repeats") {
			sep.Repetition = chars[4]
		}
		value := rapid.StringOf(rapid.SampledFrom([]rune("abcÄ01 .,\n:+'?*|~^!\x1d\x1e\x1f")))
		composite := rapid.Custom(func(t *rapid.T) edifact.Element {
			return edifact.Composite(rapid.SliceOfN(value, 0, 3).Draw(t, "components")...)
		})
		element := rapid.Custom(func(t *rapid.T) edifact.Element {
			if sep.Repetition != 0 {
				return edifact.Repeat(rapid.SliceOfN(composite, 0, 3).Draw(t, "repetitions")...)
			}
			return composite.Draw(t, "element")
		})
		segment := rapid.Custom(func(t *rapid.T) edifact.Segment {
			tag := rapid.SampledFrom([]string{"ALC", "MOA", "UNH", "A1B"}).Draw(t, "tag")
			return edifact.NewSegment(tag, rapid.SliceOfN(element, 0, 4).Draw(t, "elements")...)
		})
		segments := rapid.SliceOfN(segment, 0, 5).Draw(t, "segments")
		var out bytes.Buffer
		w, err := edifact.NewWriter(&out, edifact.WriterConfig{Separators: sep, UNA: true,
			LineBreak: rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(t, "line break")})
		require.NoError(t, err)
		require.NoError(t, w.Write(segments...))
		back, err := edifact.ReadAll(&out, edifact.Options{})
		require.NoError(t, err)
		require.Len(t, back, len(segments))
		for i := range back {
			require.True(t, segments[i].Equal(back[i]), "%q and %q", segments[i], back[i])
		}
	})
}
