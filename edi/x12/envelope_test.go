package x12_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// codesOf collects code and standard code of all faults, level by level.
func codesOf(r *x12.Report) (outside, interchange, group, set []string) {
	list := func(faults []x12.Fault) (out []string) {
		for _, f := range faults {
			out = append(out, strings.TrimSpace(f.Code+" "+f.Standard.String()))
		}
		return out
	}
	outside = list(r.Faults)
	for _, ic := range r.Interchanges {
		interchange = append(interchange, list(ic.Faults)...)
		for _, g := range ic.Groups {
			group = append(group, list(g.Faults)...)
			for _, s := range g.Sets {
				set = append(set, list(s.Faults)...)
			}
		}
	}
	return outside, interchange, group, set
}

// edi.md 6: a wrong count or control number rejects that level, not the file.
func TestEachLevelIsRejectedByItself(t *testing.T) {
	second := strings.NewReplacer("*0001~", "*0002~").Replace(order)
	two := standardISA + gs + order + second + "GE*2*42~" + iea
	otherGroup := strings.NewReplacer("*42*X", "*43*X").Replace(gs) + order + "GE*1*43~"
	groups := standardISA + gs + order + ge + otherGroup + "IEA*2*000000042~"
	const ok, bad = x12.Accepted, x12.Rejected
	for name, c := range map[string]struct {
		in                      string
		status                  x12.Status
		sets                    []x12.Status
		interchange, group, set []string
	}{
		"all sound":                 {in: two, status: ok, sets: []x12.Status{ok, ok}},
		"two groups":                {in: groups, status: ok, sets: []x12.Status{ok, ok}},
		"SE count":                  {in: strings.Replace(two, "SE*5*0002", "SE*6*0002", 1), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, set: []string{"x12.se.count AK502:4"}},
		"SE count is no number":     {in: strings.Replace(two, "SE*5*0001", "SE*five*0001", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.se.count AK502:4"}},
		"SE control":                {in: strings.Replace(two, "SE*5*0001", "SE*5*0009", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.se.control AK502:3"}},
		"SE missing before ST":      {in: strings.Replace(two, "SE*5*0001~", "", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.se.missing AK502:2"}},
		"SE missing before GE":      {in: strings.Replace(two, "SE*5*0002~", "", 1), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, set: []string{"x12.se.missing AK502:2"}},
		"SE alone":                  {in: strings.Replace(two, second, "SE*5*0002~"+second, 1), status: bad, sets: []x12.Status{bad, bad}, group: []string{"x12.se.unexpected AK905:5"}},
		"ST number used twice":      {in: strings.ReplaceAll(two, "*0002~", "*0001~"), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, set: []string{"x12.st.duplicate AK502:23"}},
		"ST without number":         {in: strings.ReplaceAll(two, "*0002~", "~"), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, set: []string{"x12.st.control AK502:7"}},
		"ST without identifier":     {in: strings.ReplaceAll(two, "ST*850*0002~", "ST**0002~"), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, set: []string{"x12.st.identifier AK502:6"}},
		"GE count":                  {in: strings.Replace(groups, "GE*1*42", "GE*2*42", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, group: []string{"x12.ge.count AK905:5"}},
		"GE control":                {in: strings.Replace(groups, "GE*1*43", "GE*1*42", 1), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, group: []string{"x12.ge.control AK905:4"}},
		"GE missing":                {in: strings.Replace(groups, "GE*1*42~", "", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, group: []string{"x12.ge.missing AK905:3"}},
		"GE alone":                  {in: strings.Replace(groups, "IEA", "GE*1*43~IEA", 1), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.ge.unexpected TA105:024"}},
		"GS number used twice":      {in: strings.ReplaceAll(strings.ReplaceAll(groups, "*43*X", "*42*X"), "GE*1*43", "GE*1*42"), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, group: []string{"x12.gs.duplicate AK905:19"}},
		"GS number is none":         {in: strings.ReplaceAll(strings.ReplaceAll(groups, "*43*X", "*A*X"), "GE*1*43", "GE*1*A"), status: x12.PartiallyAccepted, sets: []x12.Status{ok, bad}, group: []string{"x12.gs.control AK905:6"}},
		"GS missing":                {in: strings.Replace(two, gs, "", 1), status: bad, sets: []x12.Status{bad, bad}, group: []string{"x12.gs.missing TA105:024", "x12.ge.control AK905:4"}},
		"leading zeros do not tell": {in: strings.Replace(strings.Replace(groups, "GE*1*42", "GE*01*0042", 1), "IEA*2*0000000", "IEA*00002*", 1), status: ok, sets: []x12.Status{ok, ok}},
		"segment among the sets":    {in: strings.Replace(two, second, "NTE**lost~"+second, 1), status: bad, sets: []x12.Status{bad, bad}, group: []string{"x12.group.content AK905:5"}},
		"IEA count":                 {in: strings.Replace(groups, "IEA*2", "IEA*3", 1), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.iea.count TA105:021"}},
		"IEA control":               {in: strings.Replace(groups, "IEA*2*000000042", "IEA*2*000000043", 1), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.iea.control TA105:001"}},
		"ISA control is no number":  {in: strings.ReplaceAll(groups, "000000042", "00000004A"), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.isa.control TA105:018"}},
		"ISA version is no number":  {in: strings.ReplaceAll(groups, "00401", "V4010"), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.isa.version TA105:017"}},
		"ISA date, time, usage":     {in: strings.NewReplacer("*260327*1030*U", "*261327*2560*U", "*0*P*", "*0*X*").Replace(groups), status: ok, sets: []x12.Status{ok, ok}, interchange: []string{"x12.isa.date TA105:014", "x12.isa.time TA105:015", "x12.isa.usage TA105:020"}},
		"segment among the groups":  {in: strings.Replace(groups, gs, "REF*1~"+gs, 1), status: bad, sets: []x12.Status{bad, bad}, interchange: []string{"x12.interchange.content TA105:024"}},
		"cut between segments":      {in: two[:strings.Index(two, "CTT")], status: bad, sets: []x12.Status{bad}, interchange: []string{"x12.truncated TA105:023"}, group: []string{"x12.ge.missing AK905:3"}, set: []string{"x12.se.missing AK502:2"}},
		"bad identifier":            {in: strings.Replace(two, "CTT*1", "ctt*1", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.segment.identifier AK304:1"}},
		"empty segment":             {in: strings.Replace(two, "CTT*1~", "CTT*1~~", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.segment.empty AK304:1"}},
		"control character":         {in: strings.Replace(two, "4711", "47\x0111", 1), status: x12.PartiallyAccepted, sets: []x12.Status{bad, ok}, set: []string{"x12.element.character AK403:6"}},
	} {
		t.Run(name, func(t *testing.T) {
			options := x12.Options{RejectDuplicates: true}
			report := check(t, c.in, options)
			outside, interchange, group, set := codesOf(report)
			assert.Empty(t, outside)
			assert.Equal(t, c.interchange, interchange)
			assert.Equal(t, c.group, group)
			assert.Equal(t, c.set, set)
			require.Len(t, report.Interchanges, 1)
			assert.Equal(t, c.status, report.Interchanges[0].Status())
			var statuses []x12.Status
			for _, s := range report.Sets() {
				statuses = append(statuses, s.Status())
			}
			assert.Equal(t, c.sets, statuses)

			light, err := x12.Check(strings.NewReader(c.in), options)
			require.NoError(t, err)
			want, err := json.Marshal(report)
			require.NoError(t, err)
			got, err := json.Marshal(light)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(got), "Check and Read agree")
		})
	}
}

// edi.md 6: what a number used twice costs is the host's choice.
func TestDuplicateNumbersAreAWarningByDefault(t *testing.T) {
	report := check(t, standardISA+gs+order+order+"GE*2*42~"+iea, x12.Options{})
	require.True(t, report.OK())
	_, _, _, set := codesOf(report)
	assert.Equal(t, []string{"x12.st.duplicate AK502:23"}, set)
}

// The bytes of a set are kept even where a segment is empty.
func TestRawKeepsEmptySegments(t *testing.T) {
	body := strings.Replace(order, "CTT*1~", "~\r\n~CTT*1~", 1)
	set := check(t, standardISA+gs+body+ge+iea, x12.Options{}).Sets()[0]
	assert.Equal(t, body, string(set.Raw()))
	assert.Len(t, set.Faults, 2)
	assert.Equal(t, int64(len(standardISA+gs)+strings.Index(body, "CTT")), set.Segments[3].Offset())
}

// edi.md 7: TA1 may stand without GS.
func TestTA1WithoutGroup(t *testing.T) {
	report := check(t, standardISA+"TA1*000000041*260326*0910*A*000~IEA*0*000000042~", x12.Options{})
	require.True(t, report.OK())
	require.Len(t, report.Interchanges[0].Acknowledgements, 1)
	assert.Equal(t, "000000041", report.Interchanges[0].Acknowledgements[0].Value(1))
}

func TestPolicyMayNoteContentErrors(t *testing.T) {
	bad := strings.Replace(sound, "4711", "47\x0111", 1)
	set := check(t, bad, x12.Options{Policy: x12.NoteErrors}).Sets()[0]
	assert.Equal(t, x12.AcceptedWithErrors, set.Status())
	count := strings.Replace(bad, "SE*5", "SE*7", 1)
	set = check(t, count, x12.Options{Policy: x12.NoteErrors}).Sets()[0]
	assert.Equal(t, x12.Rejected, set.Status(), "the envelope is not a matter of policy")
}

// currency wants every order to name one.
type currency struct{ seen bool }

func (c *currency) CheckSegment(set *x12.Set, t *x12.Token) []x12.Fault {
	switch {
	case t.Is("ST"):
		c.seen = false
	case t.Is("CUR"):
		c.seen = true
	case t.Is("SE") && !c.seen:
		return []x12.Fault{{Code: "test.currency", Standard: x12.Note{Element: "AK304", Code: "3"}, Severity: x12.Failure,
			Segment: "CUR", SegmentNo: 3, Offset: t.Offset(), Message: "set " + set.Control + " of " + set.Version() + " names no currency"}}
	}
	return nil
}

func TestCheckerJudgesTheContent(t *testing.T) {
	report := check(t, sound, x12.Options{Checker: &currency{}})
	set := report.Sets()[0]
	assert.Equal(t, x12.Rejected, set.Status())
	require.Len(t, set.Faults, 1)
	assert.Equal(t, "set 0001 of 004010 names no currency", set.Faults[0].Message)
}

func TestWalkHandsOverOneLevelAfterTheOther(t *testing.T) {
	var calls []string
	handler := x12.Handler{
		Set: func(s *x12.Set) error {
			calls = append(calls, "set "+s.Control+" "+s.Verdict().String())
			assert.Equal(t, order, string(s.Raw()))
			assert.Len(t, s.Segments, 5)
			assert.Equal(t, 5, s.Count())
			return nil
		},
		Group: func(g *x12.Group) error {
			calls = append(calls, "group "+g.Control+" "+g.Status().String())
			assert.Empty(t, g.Sets, "nothing is kept")
			return nil
		},
		Interchange: func(ic *x12.Interchange) error {
			calls = append(calls, "interchange "+ic.Control+" "+ic.Status().String())
			return nil
		},
		Fault: func(f x12.Fault) error {
			calls = append(calls, f.Code)
			return nil
		},
	}
	require.NoError(t, x12.Walk(strings.NewReader("?"+sound), x12.Options{}, handler))
	assert.Equal(t, []string{"x12.not-x12", "set 0001 accepted", "group 42 accepted", "interchange 000000042 accepted"}, calls)

	full := errors.New("disk full")
	handler.Group = func(*x12.Group) error { return full }
	require.ErrorIs(t, x12.Walk(strings.NewReader(sound), x12.Options{}, handler), full)
}

func TestCursor(t *testing.T) {
	in := standardISA + gs + "ST*850*0001~BEG*00*SA*1~N1*ST*A~N3*B~N1*BT*C~PO1*1*2~PID*F~PO1*2*3~CTT*2~SE*10*0001~" + ge + iea
	set := check(t, in, x12.Options{}).Sets()[0]
	c := set.Cursor()
	_, found := c.Take("N1")
	assert.False(t, found)
	beg, found := c.Take("BEG")
	assert.True(t, found)
	assert.Equal(t, "SA", beg.Value(2))
	assert.Len(t, c.Until("PO1", "CTT"), 3)
	assert.Equal(t, "1", c.Next().Value(1))
	assert.Len(t, c.Until("PO1", "CTT"), 1)
	assert.Equal(t, "2", c.Peek().Value(1))
	assert.Len(t, c.Until("ZZ"), 2)
	assert.False(t, c.More())
	assert.True(t, c.Next().IsZero())
	billTo, found := x12.Find(set.Body(), "N1", "BT")
	assert.True(t, found)
	assert.Equal(t, "C", billTo.Value(2))
	_, found = x12.Find(set.Body(), "N1", "SF")
	assert.False(t, found)
}

func TestFaultAsFinding(t *testing.T) {
	set := check(t, strings.Replace(sound, "4711", "47\x0111", 1), x12.Options{}).Sets()[0]
	f := set.Faults[0].Finding()
	assert.Equal(t, "block x12.element.character at segments[2].BEG.3: a control character stands within the data (byte 182) "+
		"(remove it, or terminate the segment before it)", f.String())
}

func update() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden reports anew")
	flag.Parse()
	os.Exit(m.Run())
}

// The JSON of `orderdesk edi check` for the project's own files.
func TestReportsOfSampleFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.x12")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.Open(file)
			require.NoError(t, err)
			defer source.Close()
			report, err := x12.Check(source, x12.Options{})
			require.NoError(t, err)
			report.File = filepath.Base(file)
			got, err := json.MarshalIndent(report, "", "  ")
			require.NoError(t, err)
			golden := strings.TrimSuffix(file, ".x12") + ".golden.json"
			if update() {
				require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
				t.Error(diff)
			}
			assert.Equal(t, strings.HasPrefix(filepath.Base(file), "sound-"), report.OK(), "the name says whether it is accepted")
		})
	}
}
