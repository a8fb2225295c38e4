package x12_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// header is an ISA of the right length; ISA11 and the version can be chosen.
func header(element, repetition, version, component, terminator string) string {
	isa := "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1030*" +
		repetition + "*" + version + "*000000042*0*P*"
	return strings.ReplaceAll(isa, "*", element) + component + terminator
}

const (
	standardISA = "ISA*00*          *00*          *01*123456789      *14*987654321      *260327*1030*U*00401*000000042*0*P*>~"
	gs          = "GS*PO*123456789*987654321*20260327*1030*42*X*004010~"
	ge          = "GE*1*42~"
	iea         = "IEA*1*000000042~"
	order       = "ST*850*0001~BEG*00*SA*4711**20260327~PO1*1*10*EA*2.50**UP*012345670017~CTT*1~SE*5*0001~"
	sound       = standardISA + gs + order + ge + iea
)

// step is what one call of Next gave.
type step struct {
	text string // segment with * and ~ shown as they are, or the code of the error
	at   int64
}

func steps(t *testing.T, source io.Reader, options x12.Options) []step {
	t.Helper()
	r := x12.NewReader(source, options)
	var all []step
	for {
		token, err := r.Next()
		var syntax *x12.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return all
		case errors.As(err, &syntax):
			all = append(all, step{syntax.Code, syntax.Offset})
		default:
			require.NoError(t, err)
			all = append(all, step{string(token.Raw()), token.Offset()})
		}
	}
}

func texts(all []step) []string {
	var out []string
	for _, s := range all {
		if strings.HasPrefix(s.text, "ISA") {
			s.text = "ISA"
		}
		out = append(out, s.text)
	}
	return out
}

// edi.md 1: delimiters come from the ISA by position.
func TestDelimitersComeFromTheHeader(t *testing.T) {
	for name, c := range map[string]struct {
		element, isa11, version, component, terminator string
		want                                           x12.Delimiters
	}{
		"usual":              {"*", "U", "00401", ">", "~", x12.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		"other characters":   {"|", "U", "00401", ":", "!", x12.Delimiters{Element: '|', Component: ':', Segment: '!'}},
		"tilde as element":   {"~", "U", "00401", ">", "}", x12.Delimiters{Element: '~', Component: '>', Segment: '}'}},
		"carriage return":    {"*", "U", "00401", ">", "\r", x12.Delimiters{Element: '*', Component: '>', Segment: '\r'}},
		"line feed":          {"*", "U", "00401", ">", "\n", x12.Delimiters{Element: '*', Component: '>', Segment: '\n'}},
		"file separator":     {"*", "U", "00401", ">", "\x1C", x12.Delimiters{Element: '*', Component: '>', Segment: 0x1C}},
		"negative ack":       {"*", "U", "00401", ">", "\x15", x12.Delimiters{Element: '*', Component: '>', Segment: 0x15}},
		"backslash":          {"*", "U", "00401", ">", "\\", x12.Delimiters{Element: '*', Component: '>', Segment: '\\'}},
		"control separators": {"\x1D", "U", "00401", "\x1F", "\x1C", x12.Delimiters{Element: 0x1D, Component: 0x1F, Segment: 0x1C}},
		// edi.md 5: ISA11 is the repetition separator from 00402 only
		"repetition from 00402":  {"*", "^", "00402", ">", "~", x12.Delimiters{Element: '*', Component: '>', Repetition: '^', Segment: '~'}},
		"repetition in 00501":    {"*", "!", "00501", ":", "~", x12.Delimiters{Element: '*', Component: ':', Repetition: '!', Segment: '~'}},
		"data before 00402":      {"*", "^", "00401", ">", "~", x12.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		"equal to one, but data": {"*", ">", "00204", ">", "~", x12.Delimiters{Element: '*', Component: '>', Segment: '~'}},
	} {
		t.Run(name, func(t *testing.T) {
			in := header(c.element, c.isa11, c.version, c.component, c.terminator)
			tail := strings.NewReplacer("*", c.element, "~", c.terminator).Replace(gs + order + ge + iea)
			r := x12.NewReader(strings.NewReader(in+tail), x12.Options{})
			token, err := r.Next()
			require.NoError(t, err)
			assert.Equal(t, c.want, token.Delimiters())
			assert.Equal(t, c.want, check(t, in+tail, x12.Options{}).Interchanges[0].Delimiters)
			require.True(t, check(t, in+tail, x12.Options{}).OK())
		})
	}
}

// edi.md 1: colliding delimiters are an error.
func TestCollidingDelimiters(t *testing.T) {
	for name, c := range map[string]struct {
		in string
		at int64
	}{
		"component is element":     {header("*", "U", "00401", "*", "~"), 104},
		"component is terminator":  {header("*", "U", "00401", "~", "~"), 104},
		"terminator is element":    {header("*", "U", "00401", ">", "*"), 105},
		"terminator is a letter":   {header("*", "U", "00401", ">", "") + "GS*PO*", 105},
		"repetition is component":  {header("*", ">", "00501", ">", "~"), 82},
		"repetition is terminator": {header("*", "~", "00501", ">", "~"), 82},
	} {
		t.Run(name, func(t *testing.T) {
			all := steps(t, strings.NewReader(c.in+gs+order+ge+iea), x12.Options{})
			found := step{}
			for _, s := range all {
				if strings.HasPrefix(s.text, "x12.isa") {
					found = s
					break
				}
			}
			if name == "component is element" { // seventeen separators: not even the elements can be told apart
				assert.Contains(t, found.text, "x12.isa.")
				return
			}
			assert.Equal(t, step{x12.CodeDelimiters, c.at}, found)
			assert.False(t, check(t, c.in+gs+order+ge+iea, x12.Options{}).OK())
		})
	}
}

func TestRepetitionSeparatorThatCannotBeOneIsOnlyAWarning(t *testing.T) {
	report := check(t, header("*", "U", "00403", ">", "~")+gs+order+ge+iea, x12.Options{})
	assert.True(t, report.OK())
	require.Len(t, report.Interchanges[0].Faults, 1)
	assert.Equal(t, x12.CodeDelimiters, report.Interchanges[0].Faults[0].Code)
	assert.Equal(t, x12.Warning, report.Interchanges[0].Faults[0].Severity)
}

// edi.md 1: CR LF after a terminator is one terminator. edi.md 3: a byte order
// mark, white space and blank lines between segments are skipped.
func TestFillerBetweenSegmentsIsSkipped(t *testing.T) {
	want := texts(steps(t, strings.NewReader(sound), x12.Options{}))
	for name, in := range map[string]string{
		"CR LF":                 strings.ReplaceAll(sound, "~", "~\r\n"),
		"LF":                    strings.ReplaceAll(sound, "~", "~\n"),
		"CR":                    strings.ReplaceAll(sound, "~", "~\r"),
		"blank lines, indents":  strings.ReplaceAll(sound, "~", "~\r\n\r\n \t  "),
		"byte order mark":       "\xEF\xBB\xBF" + sound,
		"mark and blank lines":  "\xEF\xBB\xBF\r\n \n" + sound,
		"blanks in front":       "\r\n  " + sound,
		"end-of-file mark":      sound + "\x1A",
		"padding with zeros":    sound + "\x00\x00\x00",
		"CR LF is terminator":   strings.ReplaceAll(sound, "~", "\r\n"),
		"LF is terminator":      strings.ReplaceAll(sound, "~", "\n"),
		"blank lines and LF":    strings.ReplaceAll(sound, "~", "\n\n"),
		"LF after, CR before":   strings.ReplaceAll(strings.Replace(sound, "~", "\n", 1), "~", "\r\n"),
		"one byte at a time":    sound,
		"mark, byte by byte":    "\xEF\xBB\xBF" + strings.ReplaceAll(sound, "~", "~\r\n"),
		"last one unterminated": strings.TrimSuffix(strings.ReplaceAll(sound, "~", "\n"), "\n") + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			var source io.Reader = strings.NewReader(in)
			if strings.Contains(name, "byte") {
				source = iotest.OneByteReader(source)
			}
			assert.Equal(t, want, texts(steps(t, source, x12.Options{})))
		})
	}
}

// edi.md 3: never inside data.
func TestBlanksInsideDataStay(t *testing.T) {
	in := standardISA + gs + "ST*850*0001~MSG*  two  words \t~SE*3*0001~" + ge + iea
	all := steps(t, strings.NewReader(in), x12.Options{})
	assert.Contains(t, texts(all), "MSG*  two  words \t")
	assert.Contains(t, texts(all), x12.CodeInvalidCharacter, "the tab is a control character")
	assert.NotContains(t, texts(steps(t, strings.NewReader(strings.ReplaceAll(in, "\t", " ")), x12.Options{})), x12.CodeInvalidCharacter)
}

// edi.md 2: an ISA of the wrong length.
func TestHeaderOfTheWrongLength(t *testing.T) {
	short := strings.Replace(standardISA, "987654321      ", "987654321", 1)
	for name, c := range map[string]struct {
		isa      string
		lenient  bool
		severity x12.Severity
		status   x12.Status
		value    string
	}{
		"strict rejects":          {short, false, x12.Failure, x12.Rejected, "987654321"},
		"lenient warns":           {short, true, x12.Warning, x12.Accepted, "987654321"},
		"too long":                {strings.Replace(standardISA, "*987654321      ", "*987654321            ", 1), true, x12.Warning, x12.Accepted, "987654321            "},
		"a line break within":     {strings.Replace(standardISA, "*987654321      ", "*987654321      \n", 1), true, x12.Warning, x12.Accepted, "987654321      \n"},
		"all blanks collapsed":    {strings.Join(strings.Fields(standardISA), " "), true, x12.Warning, x12.Accepted, " "},
		"all empty ones are gone": {strings.ReplaceAll(standardISA, " ", ""), true, x12.Warning, x12.Accepted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, c.isa+gs+order+ge+iea, x12.Options{Lenient: c.lenient})
			require.Len(t, report.Interchanges, 1)
			ic := report.Interchanges[0]
			require.Len(t, ic.Faults, 1)
			f := ic.Faults[0]
			assert.Equal(t, x12.CodeHeaderLength, f.Code)
			assert.Equal(t, x12.Note{Element: "TA105", Code: "022"}, f.Standard)
			assert.Equal(t, c.severity, f.Severity)
			assert.Equal(t, c.value, f.Value)
			assert.Equal(t, c.status, ic.Status())
			assert.Equal(t, "987654321", ic.Receiver)
			assert.Equal(t, "000000042", ic.Control)
			assert.Len(t, report.Sets(), 1, "the sets are read in any case: nothing is lost")
			assert.Equal(t, c.status, report.Sets()[0].Status())
		})
	}
}

func TestHeaderThatCannotBeUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []step
	}{
		"too few elements":  {"ISA*00*nothing~GS*PO~", []step{{x12.CodeHeaderTruncated, 21}}},
		"cut":               {standardISA[:60], []step{{x12.CodeHeaderTruncated, 60}}},
		"letter separates":  {strings.ReplaceAll(standardISA, "*", "A") + gs, []step{{x12.CodeHeaderMalformed, 0}}},
		"found again later": {"ISA*00*nothing at all here~\n" + strings.Repeat("-", 120) + sound[:106] + iea, []step{{x12.CodeHeaderMalformed, 0}, {standardISA[:105], 148}, {"IEA*1*000000042", 254}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, steps(t, strings.NewReader(c.in), x12.Options{}))
		})
	}
}

// edi.md 4: a missing or changed terminator inside a set is reported at its
// offset; segments are not merged.
func TestMissingTerminatorBeforeALineBreak(t *testing.T) {
	lines := strings.ReplaceAll(sound, "~", "~\r\n")
	for name, c := range map[string]struct{ broken, element string }{
		"missing":             {strings.Replace(lines, "*2.50**UP*012345670017~", "*2.50**UP*012345670017", 1), "012345670017"},
		"before indentation":  {strings.Replace(lines, "012345670017~\r\n", "012345670017\n   ", 1), "012345670017"},
		"changed to a dollar": {strings.Replace(lines, "012345670017~", "012345670017$", 1), "012345670017$"},
		"changed to 0x1C":     {strings.Replace(lines, "012345670017~\r\n", "012345670017\x1C", 1), "012345670017"},
	} {
		t.Run(name, func(t *testing.T) {
			all := steps(t, iotest.HalfReader(strings.NewReader(c.broken)), x12.Options{})
			at := int64(strings.Index(c.broken, c.element) + len(c.element))
			assert.Contains(t, all, step{x12.CodeSegmentUnterminated, at})
			assert.Contains(t, texts(all), "PO1*1*10*EA*2.50**UP*"+c.element)
			assert.Contains(t, texts(all), "CTT*1", "the next segment is not merged into it")

			set := check(t, c.broken, x12.Options{}).Sets()[0]
			assert.Equal(t, x12.Rejected, set.Status())
			require.Len(t, set.Faults, 1, "the count is right, since nothing was merged")
			f := set.Faults[0]
			assert.Equal(t, []any{"PO1", 3, 7, c.element}, []any{f.Segment, f.SegmentNo, f.Element, f.Value})
		})
	}
}

func TestMissingTerminatorOfTheEnvelope(t *testing.T) {
	for name, from := range map[string]string{
		"SE":  "SE*5*0001~",
		"GE":  ge,
		"IEA": iea,
	} {
		t.Run(name, func(t *testing.T) {
			in := strings.Replace(sound+sound, from, strings.TrimSuffix(from, "~"), 1)
			all := steps(t, strings.NewReader(in), x12.Options{})
			at := int64(strings.Index(in, strings.TrimSuffix(from, "~")) + len(from) - 1)
			assert.Contains(t, all, step{x12.CodeSegmentUnterminated, at})
			segments := 0
			for _, s := range all {
				if !strings.HasPrefix(s.text, "x12.") {
					segments++
				}
			}
			assert.Equal(t, 18, segments, "all segments of both interchanges")
		})
	}
}

// edi.md 4: with no line break the lost segment is found by the count, and the
// place by what the data looks like.
func TestMissingTerminatorWithoutLineBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		replaced string
		at       string // what stands before the place
	}{
		"changed": {"012345670017'CTT*1~", "012345670017"},
		"missing": {"012345670017CTT*1~", "012345670017"},
	} {
		t.Run(name, func(t *testing.T) {
			in := strings.Replace(sound, "012345670017~CTT*1~", c.replaced, 1)
			set := check(t, in, x12.Options{}).Sets()[0]
			require.Len(t, set.Faults, 2)
			assert.Equal(t, x12.CodeSetCount, set.Faults[0].Code)
			f := set.Faults[1]
			assert.Equal(t, x12.CodeSegmentUnterminated, f.Code)
			assert.Equal(t, int64(strings.Index(in, c.at)+len(c.at)), f.Offset)
			assert.Equal(t, []any{"PO1", 3, 7}, []any{f.Segment, f.SegmentNo, f.Element})
		})
	}
}

func TestSeveralInterchangesWithJunkBetween(t *testing.T) {
	other := strings.NewReplacer("*", "|", "~", "!", ">", ":").Replace(sound)
	in := sound + "\r\n---- next message ----\r\nUSA ISA ISAAC ISA*ISA\r\n" + other + "\n\n" + sound
	all := steps(t, strings.NewReader(in), x12.Options{})
	junk := 0
	for _, s := range all {
		if strings.HasPrefix(s.text, "x12.") {
			junk++
			assert.Equal(t, step{x12.CodeNotX12, int64(len(sound) + 2)}, s)
		}
	}
	assert.Equal(t, 1, junk)
	assert.Len(t, all, 28)

	report := check(t, in, x12.Options{})
	assert.Len(t, report.Interchanges, 3)
	assert.Len(t, report.Faults, 1)
	for _, ic := range report.Interchanges {
		assert.Equal(t, x12.Accepted, ic.Status())
	}
	assert.False(t, report.OK())
}

func TestNextInterchangeBeginsWithoutTrailerOfTheFirst(t *testing.T) {
	other := strings.NewReplacer("*", "|", "~", "!", ">", ":").Replace(sound)
	report := check(t, strings.TrimSuffix(sound, iea)+other, x12.Options{})
	require.Len(t, report.Interchanges, 2)
	first := report.Interchanges[0]
	require.Len(t, first.Faults, 1)
	assert.Equal(t, x12.CodeInterchangeTrailerMissing, first.Faults[0].Code)
	assert.Equal(t, int64(len(sound)-len(iea)), first.Faults[0].Offset)
	assert.Equal(t, x12.Rejected, first.Status())
	assert.Equal(t, x12.Accepted, report.Interchanges[1].Status())
}

func TestPositions(t *testing.T) {
	in := "\r\n" + header("*", "^", "00501", ":", "~") + gs + "ST*850*0001~\r\nREF*DP*A^B:C^D**x~SE*3*0001~" + ge + iea
	r := x12.NewReader(strings.NewReader(in), x12.Options{})
	for range 3 {
		_, err := r.Next()
		require.NoError(t, err)
	}
	token, err := r.Next()
	require.NoError(t, err)
	assert.True(t, token.Is("REF"))
	assert.Equal(t, []int{4, 2}, []int{token.Number(), token.NumberInSet()})
	assert.Equal(t, int64(strings.Index(in, "REF")), token.Offset())
	assert.Equal(t, int64(strings.Index(in, "A^B")), token.ElementOffset(2))
	assert.Equal(t, int64(strings.Index(in, "~SE")), token.ElementOffset(9))
	assert.Equal(t, "\r\n", string(token.Lead()))
	assert.Equal(t, "~", string(token.Terminator()))
	assert.Equal(t, 4, token.Len())
	assert.Equal(t, []string{"DP", "A^B:C^D", "", "x", ""}, []string{token.Value(1), token.Value(2), token.Value(3), token.Value(4), token.Value(5)})
	assert.Nil(t, token.Element(5))
	assert.NotNil(t, token.Element(3))
	assert.Equal(t, []int{1, 3, 0, 0}, []int{token.Repetitions(1), token.Repetitions(2), token.Repetitions(3), token.Repetitions(5)})
	assert.Equal(t, "B:C", string(token.Repetition(2, 2)))
	assert.Nil(t, token.Repetition(2, 4))
	assert.Equal(t, "A", string(token.Component(2, 1)))
	assert.Nil(t, token.Component(2, 2))
	segment := token.Segment()
	assert.Equal(t, []string{"A", "B:C", "D"}, segment.Repetitions(2))
	assert.Equal(t, "C", segment.RepeatedComponent(2, 2, 2))
	assert.Equal(t, token.ElementOffset(2), segment.ElementOffset(2))
}

func TestSourceErrorIsFinalAndNamed(t *testing.T) {
	broken := errors.New("cable cut")
	r := x12.NewReader(io.MultiReader(strings.NewReader(standardISA+"GS*PO"), iotest.ErrReader(broken)), x12.Options{})
	_, err := r.Next()
	require.NoError(t, err)
	for range 20 {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "offset 111")
	report, err := x12.Check(io.MultiReader(strings.NewReader(standardISA+gs), iotest.ErrReader(broken)), x12.Options{})
	require.ErrorIs(t, err, broken)
	assert.Len(t, report.Interchanges, 1)
}

func check(t *testing.T, in string, options x12.Options) *x12.Report {
	t.Helper()
	report, err := x12.Read(strings.NewReader(in), options)
	require.NoError(t, err)
	return report
}
