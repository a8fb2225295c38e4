package schema_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// segment is a segment of a test, its elements divided by *.
type segment struct {
	elements [][]byte
	offset   int64
}

func newSegment(text string) *segment {
	return &segment{elements: bytes.Split([]byte(text), []byte("*"))}
}

func (s *segment) ID() []byte { return s.elements[0] }
func (s *segment) Len() int   { return len(s.elements) - 1 }

func (s *segment) Element(i int) []byte {
	if i < 1 || i >= len(s.elements) {
		return nil
	}
	return s.elements[i]
}

func (s *segment) ElementOffset(i int) int64 {
	offset := s.offset
	for _, e := range s.elements[:min(i, len(s.elements))] {
		offset += int64(len(e)) + 1
	}
	return offset
}

// syntax is that of the tests: element *, component >, repetition ^.
var syntax = schema.Syntax{Component: '>', Repetition: '^'}

// check validates a set, a segment a line, and returns the findings.
func check(set *schema.Set, lines string) []schema.Finding {
	v := schema.NewValidator(schema.Options{})
	v.Begin(set, syntax)
	var found []schema.Finding
	offset := int64(0)
	for _, line := range strings.Fields(lines) {
		s := newSegment(strings.ReplaceAll(line, "_", " "))
		s.offset = offset
		offset += int64(len(line)) + 1
		found = append(found, v.Segment(s)...)
	}
	return append(found, v.End()...)
}

// brief puts findings as number, segment, place and the end of the code.
func brief(found []schema.Finding) []string {
	list := []string{}
	for _, f := range found {
		place := ""
		if f.Element > 0 {
			place = fmt.Sprintf("%02d", f.Element)
		}
		if f.Component > 0 {
			place += fmt.Sprintf("-%d", f.Component)
		}
		list = append(list, fmt.Sprintf("%d %s%s %s", f.SegmentNo, f.Segment, place, strings.TrimPrefix(f.Code, "schema.")))
	}
	return list
}

func embedded(t testing.TB, standard, version string) *schema.Release {
	t.Helper()
	r, err := schema.Embedded(standard, version)
	require.NoError(t, err)
	return r
}

func setOf(t testing.TB, standard, version, id string) *schema.Set {
	t.Helper()
	s, ok := embedded(t, standard, version).Set(id)
	require.True(t, ok, "set %s", id)
	return s
}

// small is a release with all that the text can say.
const small = `# a release of a test
release X12 005010
element 1 AN 1 5
element 2 ID 2 2
codes 2 AA BB
codes 2 CC
element 3 N0 1 3
element 4 DT 8 8
element 5 R 1 4
element 6 TM 4 8
composite C1 1! 3 5
note C1 P0203
segment ST 1
segment A 1! 2 3
segment B 1 4 6 5
note B P0203 E0104
segment C C1!*2 1*
segment D 1
segment L 1
segment M 1
segment N 1
segment Z 1
segment SE 1
set T
 ST 1 1
 A 1 1
 B 0 2
 C 0 1
 loop 0 3
  L 1 1
  M 1 1
  N 0 1
  loop 0 *
   D 1 1
   N 0 2
  end
 end
 B 0 1
 SE 1 1
end
`

func smallSet(t testing.TB) *schema.Set {
	t.Helper()
	r, err := schema.Parse([]byte(small))
	require.NoError(t, err)
	s, ok := r.Set("T")
	require.True(t, ok)
	return s
}

func TestReleaseTellsWhatItKnows(t *testing.T) {
	r := embedded(t, schema.X12, "004010")
	assert.Equal(t, "X12", r.Standard())
	assert.Equal(t, "004010", r.Version())
	assert.Contains(t, r.SetIDs(), "997")
	po1, ok := r.Segment("PO1")
	require.True(t, ok)
	assert.Len(t, po1.Elements, 25)
	assert.Equal(t, schema.Real, po1.Elements[1].Type)
	assert.Equal(t, "355", po1.Elements[2].ID)
	assert.Contains(t, po1.Elements[2].Codes(), "EA")
	var notes []string
	for _, n := range po1.Notes {
		notes = append(notes, n.String())
	}
	assert.Contains(t, notes, "C0302")
	_, ok = r.Segment("XXX")
	assert.False(t, ok)
	_, ok = r.Set("ORDERS")
	assert.False(t, ok)
	_, err := schema.Embedded(schema.X12, "003040")
	unknown := &schema.UnknownReleaseError{}
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "003040", unknown.Version)
	orders, ok := embedded(t, schema.EDIFACT, "D96A").Set("ORDERS")
	require.True(t, ok)
	assert.Equal(t, "UNH", orders.Nodes[0].ID)
	assert.Equal(t, "D96A", orders.Release().Version())
}

func TestNearestRelease(t *testing.T) {
	for _, c := range []struct {
		standard, version, want string
		exact                   bool
	}{
		{schema.X12, "004010", "004010", true}, {schema.X12, "004010VICS", "004010", true}, {schema.X12, "005010X230", "005010", true},
		{schema.X12, "003040", "004010", false}, {schema.X12, "004030", "004010", false}, {schema.X12, "006020", "005010", false},
		{schema.X12, "", "004010", false}, {schema.X12, "00401", "004010", false},
		{schema.EDIFACT, "D96A", "D96A", true}, {schema.EDIFACT, "D01B", "D01B", true}, {schema.EDIFACT, "D93A", "D96A", false},
		{schema.EDIFACT, "D98B", "D96A", false}, {schema.EDIFACT, "D99A", "D01B", false}, {schema.EDIFACT, "D00A", "D01B", false},
		{schema.EDIFACT, "D16A", "D01B", false}, {schema.EDIFACT, "", "D96A", false},
	} {
		release, exact, err := schema.Nearest(c.standard, c.version)
		require.NoError(t, err)
		assert.Equal(t, c.want, release.Version(), c.version)
		assert.Equal(t, c.exact, exact, c.version)
	}
	_, _, err := schema.Nearest("TRADACOMS", "9")
	unknown := &schema.UnknownReleaseError{}
	require.ErrorAs(t, err, &unknown)
}

func TestParseNamesLineAndWord(t *testing.T) {
	head := "release X12 1\nelement 1 AN 1 5\nsegment A 1\n"
	for text, want := range map[string]string{
		"":                                   "line 0: there is no release statement",
		"set 1":                              `line 1: "set": the first statement is release`,
		"release X12":                        "line 1: release has a standard and a version, once",
		"release X12 1\nwhat 1":              `line 2: "what": no such statement`,
		"release X12 1\nelement 1 AN 5 1":    `line 2: "5 1": the lengths are two numbers, the second not below the first`,
		"release X12 1\nelement 1 XX 1 5":    `line 2: "XX": no such type; expected AN, A, ID, N0 to N9, N, R, DT, TM or B`,
		"release X12 1\n\nsegment A 7":       `line 3: "7": no such element`,
		head + "segment A 1":                 `line 4: "A": the segment stands twice`,
		head + "note A P0102":                `line 4: "P0102": a note is P, R, E, C or L and two digits for each of two or more of the elements`,
		head + "note Q P0102":                `line 4: "Q": no such segment or composite`,
		head + "codes 9 A":                   `line 4: "9": no such element`,
		head + "set S\nA 1 1":                "line 5: the set S has no end",
		head + "set S\nA 2 1\nend":           `line 5: "2 1": expected the fewest and the most, the second not below the first, or *`,
		head + "set S\nQ 1 1\nend":           `line 5: "Q": no such segment`,
		head + "set S\nA 1 1\nloop 0 1\nend": "line 7: the loop is empty",
		head + "set S\nA 1 1\nloop 0 1\nA 0 1\nend\nend":                  `line 7: "A": the segment that opens a loop occurs once in it`,
		head + "set S\nA 1 1\n" + strings.Repeat("loop 0 1\nA 1 1\n", 13): "line 30: loops stand more than 12 deep",
		head + "segment ABCDE 1":                                          `line 4: "ABCDE": a segment's identifier has up to four characters`,
		head + "segment B 1*x":                                            `line 4: "1*x": behind * stands how often the element may repeat`,
	} {
		_, err := schema.Parse([]byte(text))
		var wrong *schema.TextError
		require.ErrorAs(t, err, &wrong, text)
		assert.Equal(t, "edi/schema: "+want, err.Error(), text)
	}
}

func TestCleanSetHasNoFinding(t *testing.T) {
	for _, lines := range []string{
		"ST A*x SE",
		"ST A*x*AA*123 B*y*20240229*2359 B C*x>1>2.5^y*a^b^c L M N D N N D L M L M D B SE",
		"ST A*x*CC*-123 B***_ B*x C*x L M SE",
	} {
		lines = strings.ReplaceAll(lines, "B***_", "B*x")
		assert.Empty(t, brief(check(smallSet(t), lines)), lines)
	}
}

func TestPosition(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		want        []string
	}{
		{"required missing", "ST B*x SE", []string{"2 A segment.missing"}},
		{"required missing at the end", "ST SE", []string{"2 A segment.missing"}},
		{"required missing in a loop", "ST A*x L N L M SE", []string{"4 M segment.missing"}},
		{"required missing before the loop repeats", "ST A*x L L M SE", []string{"4 M segment.missing"}},
		{"required missing before the set ends", "ST A*x L SE", []string{"4 M segment.missing"}},
		{"too often", "ST A*x B*x C*x C*x C*x L M SE", []string{"5 C segment.repeated"}},
		{"the loop too often", "ST A*x L M L M L M L M D L M SE", []string{"9 L loop.repeated"}},
		{"unknown", "ST A*x Q*1 B*x SE", []string{"3 Q segment.unknown"}},
		{"of another set", "ST A*x Z*1 B*x SE", []string{"3 Z segment.foreign"}},
		{"two swapped", "ST B*x A*x B*x SE", []string{"2 B segment.order"}},
		{"a loop too early", "ST L M N D A*x B*x SE", []string{"6 A segment.order"}},
		{"a segment too late", "ST A*x L M C*x N D SE", []string{"5 C segment.order"}},
		{"the last of a loop in front", "ST A*x L N M SE", []string{"4 N segment.order"}},
		{"a loop without its first segment", "ST A*x M N D SE", []string{"3 L segment.missing"}},
		{"after the end", "ST A*x SE A*x", []string{"4 A segment.order"}},
		{"a loop behind the trailer of its level", "ST A*x L M B*x B*x B*x L M D L M N SE", []string{"6 B segment.repeated", "8 L segment.order"}},
		{"a loop once more and late", "ST A*x B*x B*x L M D N B*x L M D N D N SE", []string{"9 B segment.order"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, brief(check(smallSet(t), c.lines)))
		})
	}
}

func TestElements(t *testing.T) {
	for _, c := range []struct{ segment, want, x12, contrl string }{
		{"A", "A01 element.missing", "1", "13"},
		{"A*toolong", "A01 element.long", "5", "39"},
		{"A*ääääää", "A01 element.long", "5", "39"},
		{"A*x*A", "A02 element.short", "4", "40"},
		{"A*x*XX", "A02 element.code", "7", "12"},
		{"A*x*AA*1.5", "A03 element.type", "6", "37"},
		{"A*x*AA*-", "A03 element.type", "6", "37"},
		{"A*x*AA*1*y", "A04 element.surplus", "3", "16"},
		{"A*x>y", "A01-2 component.surplus", "13", "16"},
		{"A*x^y", "A01 element.repeated", "12", "35"},
		{"B**20230229*1200", "B02 element.date", "8", "12"},
		{"B**2023022*1200", "B02 element.short", "4", "40"},
		{"B**20231301*1200", "B02 element.date", "8", "12"},
		{"B**20231201*2400", "B03 element.time", "9", "12"},
		{"B**20231201*120", "B03 element.short", "4", "40"},
		{"B**20231201*12000", "B03 element.time", "9", "12"},
		{"B**20231201", "B03 element.condition", "2", "13"},
		{"B*x***1", "B04 element.exclusion", "10", "15"},
		{"B****12345", "B04 element.long", "5", "39"},
		{"B****1.2.3", "B04 element.type", "6", "37"},
		{"B****1E", "B04 element.type", "6", "37"},
		{"B****E1", "B04 element.type", "6", "37"},
		{"B****1e5", "B04 element.type", "6", "37"},
		{"C", "C01 element.missing", "1", "13"},
		{"C*>1>1", "C01-1 element.missing", "1", "13"},
		{"C*x>1", "C01-3 element.condition", "2", "13"},
		{"C*x>1>1>1", "C01-4 component.surplus", "13", "16"},
		{"C*x^y^z", "C01 element.repeated", "12", "35"},
		{"C*x>1234>1", "C01-2 element.long", "5", "39"},
	} {
		t.Run(c.segment, func(t *testing.T) {
			lines := "ST A*x " + c.segment + " SE"
			if strings.HasPrefix(c.segment, "A") {
				lines = "ST " + c.segment + " SE"
			}
			found := check(smallSet(t), lines)
			require.Len(t, found, 1)
			no := strings.Index(lines, c.segment)
			assert.Equal(t, c.want, strings.SplitN(brief(found)[0], " ", 2)[1])
			assert.Equal(t, c.x12, found[0].X12)
			assert.Equal(t, c.contrl, found[0].CONTRL)
			assert.GreaterOrEqual(t, found[0].Offset, int64(no))
			assert.NotEmpty(t, found[0].Fix)
			assert.NotEmpty(t, found[0].Message)
		})
	}
	for _, clean := range []string{"B****-1.234", "B****.5", "B****1E-12", "B**20240229*235959", "B**20240229*23595999", "C*x>-123>1", "C*x^y",
		"A*x>", "A*äääää", "A*x*AA*-123"} {
		lines := "ST A*x " + clean + " SE"
		if strings.HasPrefix(clean, "A") {
			lines = "ST " + clean + " SE"
		}
		assert.Empty(t, brief(check(smallSet(t), lines)), clean)
	}
}

// TestCodesOfOlderReleases: 12 and 13 of AK403 exist from 005010 on.
func TestCodesOfOlderReleases(t *testing.T) {
	r, err := schema.Parse([]byte(strings.Replace(small, "005010", "004010", 1)))
	require.NoError(t, err)
	set, _ := r.Set("T")
	for _, line := range []string{"A*x>y", "A*x^y"} {
		found := check(set, "ST "+line+" SE")
		require.Len(t, found, 1)
		assert.Equal(t, "3", found[0].X12)
	}
}

func TestFindingNamesPlaceLoopAndValue(t *testing.T) {
	found := check(smallSet(t), "ST A*x L M D N*sixsix SE")
	require.Len(t, found, 1)
	assert.Equal(t, schema.Finding{Code: schema.CodeElementLong, Severity: schema.Failure, Segment: "N", SegmentNo: 6, Loop: "L/D",
		Element: 1, Reference: "1", Offset: int64(len("ST A*x L M D N*")), Value: "sixsix", Message: "the value is too long",
		Expected: "1 to 5 characters", Fix: "shorten the value", X12: "5", CONTRL: "39"}, found[0])
	assert.Equal(t, `error: segment 6 N01: the value is too long (found "sixsix") [schema.element.long]`, found[0].String())
	long := check(smallSet(t), "ST A*"+strings.Repeat("x", 200)+" SE")
	require.Len(t, long, 1)
	assert.Len(t, long[0].Value, 40)
}

// TestReleaseCharacter: a divider behind a release character is data, and the
// release character does not count.
func TestReleaseCharacter(t *testing.T) {
	set := smallSet(t)
	v := schema.NewValidator(schema.Options{})
	for text, want := range map[string]string{"A*a?>b?>c": "", "A*a??>b": "A01-2", "A*a???>bc": "", "A*????????": "", "A*a?>?>?>?>?>": "A01"} {
		v.Begin(set, schema.Syntax{Component: '>', Release: '?'})
		require.Empty(t, v.Segment(newSegment("ST")))
		found := v.Segment(newSegment(text))
		if want == "" {
			assert.Empty(t, found, text)
			continue
		}
		require.Len(t, found, 1, text)
		assert.Contains(t, brief(found)[0], want)
	}
}

// shipNotice is an 856 around HL segments.
func shipNotice(hl ...string) string {
	return "ST*856*0001 BSN*00*S1*20240101*1200*0001 DTM*011*20240101 " + strings.Join(hl, " ") + " SE*1*0001"
}

// TestHierarchy: structures SOPI, SOTPI, SOI, SI, STPI and packages before orders;
// parents may be missing; DTM stands before HL.
func TestHierarchy(t *testing.T) {
	set := setOf(t, schema.X12, "004010", "856")
	for name, levels := range map[string]string{"SOPI": "S>0 O>1 P>2 I>3 I>3 P>2 I>6", "SOTPI": "S>0 O>1 T>2 P>3 I>4",
		"SOI": "S>0 O>1 I>2 O>1 I>4", "SI": "S>0 I>1 I>1", "STPI": "S>0 T>1 P>2 I>3", "STOI": "S>0 T>1 O>2 I>3", "SOIP": "S>0 O>1 I>2 P>3 P>3", "no parents": "S>0 O>0 P>0 I>0"} {
		assert.Empty(t, brief(check(set, shipNotice(hls(levels)...))), name)
	}
	for _, c := range []struct {
		name, levels string
		want         []string
	}{
		{"number used twice", "1S>0 2O>1 2I>1", []string{"6 HL01 hl.id"}},
		{"number used twice, out of the row", "1S>0 7O>1 7I>1", []string{"6 HL01 hl.id"}},
		{"parent unknown", "1S>0 2O>9", []string{"5 HL02 hl.parent"}},
		{"own parent", "1S>0 2O>2", []string{"5 HL02 hl.parent"}},
		{"parent later", "1S>0 2O>3 3I>1", []string{"5 HL02 hl.parent"}},
		{"shipment under item", "1S>0 2I>1 3S>2", []string{"6 HL03 hl.level"}},
		{"order under item", "1S>0 2I>1 3O>2", []string{"6 HL03 hl.level"}},
	} {
		found := check(set, shipNotice(hls(c.levels)...))
		assert.Equal(t, c.want, brief(found), c.name)
	}
	structure := strings.Replace(shipNotice("HL*1**S"), "*0001 DTM", "*9999 DTM", 1)
	assert.Equal(t, []string{"2 BSN05 element.code"}, brief(check(set, structure)))
	for _, code := range []string{"0001", "0002", "0003", "0004"} {
		assert.Empty(t, brief(check(set, strings.Replace(shipNotice("HL*1**S"), "*0001 DTM", "*"+code+" DTM", 1))))
	}
}

// hls makes HL segments of words [number]level>parent; 0: none.
func hls(words string) []string {
	var list []string
	for i, w := range strings.Fields(words) {
		id := strings.TrimRight(w[:strings.IndexByte(w, '>')-1], " ")
		if id == "" {
			id = fmt.Sprint(i + 1)
		}
		level, parent, _ := strings.Cut(w[strings.IndexByte(w, '>')-1:], ">")
		if parent == "0" {
			parent = ""
		}
		list = append(list, fmt.Sprintf("HL*%s*%s*%s", id, parent, level))
	}
	return list
}

// TestDeepHierarchy: HL nested 100,000 deep is a list like any other.
func TestDeepHierarchy(t *testing.T) {
	v := schema.NewValidator(schema.Options{})
	v.Begin(setOf(t, schema.X12, "004010", "856"), syntax)
	require.Empty(t, v.Segment(newSegment("ST*856*0001")))
	require.Empty(t, v.Segment(newSegment("BSN*00*S1*20240101*1200")))
	require.Empty(t, v.Segment(newSegment("HL*1**S")))
	for i := 2; i <= 100_000; i++ {
		require.Empty(t, v.Segment(newSegment(fmt.Sprintf("HL*%d*%d*I", i, i-1))))
	}
}

func TestFindingsAreLimited(t *testing.T) {
	v := schema.NewValidator(schema.Options{MaxFindings: 3})
	v.Begin(smallSet(t), syntax)
	total := 0
	for range 1_000_000 {
		found := v.Segment(newSegment("Q*1"))
		total += len(found)
		if total == 3 && len(found) == 1 {
			assert.Equal(t, schema.CodeLimit, found[0].Code)
		}
	}
	assert.Equal(t, 3, total)
	v.Begin(smallSet(t), syntax)
	assert.Len(t, v.Segment(newSegment("Q*1")), 1, "the next set begins anew")
}

func TestCleanSegmentsDoNotAllocate(t *testing.T) {
	v := schema.NewValidator(schema.Options{})
	set := smallSet(t)
	var segments []schema.SegmentReader
	for _, line := range strings.Fields("ST A*x*AA*123 B*y*20240229*2359 C*x>1>2.5^y*a^b^c L M N D N N D L M L M D B SE") {
		segments = append(segments, newSegment(line))
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		v.Begin(set, syntax)
		for _, s := range segments {
			if found := v.Segment(s); len(found) > 0 {
				t.Fatal(found)
			}
		}
	}))
}
