package x12_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
)

// TestSchemaCorpus holds what the schema finds in the interchanges of others to a
// list that was looked at, so that a change is seen: file, version, set, severity,
// place, code, how often. Names of files and places only; no content.
func TestSchemaCorpus(t *testing.T) {
	dir, labels := corpus(t)
	var lines []string
	for _, file := range slices.Sorted(maps.Keys(labels)) {
		data, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		report, err := x12.Check(bytes.NewReader(data), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{}), MaxFaults: 1000})
		require.NoError(t, err)
		counted := make(map[string]int)
		for _, s := range report.Sets() {
			for _, f := range s.Faults {
				if strings.HasPrefix(f.Code, "schema.") || strings.HasPrefix(f.Code, "x12.schema.") {
					counted[fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", file, s.Version(), s.ID, f.Severity, place(f), f.Code)]++
				}
				if f.Severity == x12.Failure {
					assert.NotEmpty(t, f.Standard, "a code for the acknowledgement: %s", f)
				}
			}
		}
		for line, n := range counted {
			lines = append(lines, fmt.Sprintf("%s\t%d", line, n))
		}
	}
	slices.Sort(lines)
	text := strings.Join(lines, "\n") + "\n"
	list := filepath.Join("testdata", "schema-corpus.tsv")
	if update() {
		require.NoError(t, os.WriteFile(list, []byte(text), 0o644))
	}
	want, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, string(want), text)
}

func place(f x12.Fault) string {
	text := f.Segment
	if f.Element > 0 {
		text += fmt.Sprintf("%02d", f.Element)
	}
	if f.Component > 0 {
		text += fmt.Sprintf("-%d", f.Component)
	}
	return text
}

// interchangeOf puts segments, ST to SE, into an interchange of a version.
func interchangeOf(version, group string, segments ...string) string {
	return "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260327*1030*U*00401*000000042*0*P*>~" +
		"GS*" + group + "*SENDER*RECEIVER*20260327*1030*42*X*" + version + "~" + strings.Join(segments, "~") + "~GE*1*42~IEA*1*000000042~"
}

func checkSchema(t *testing.T, text string) *x12.Report {
	t.Helper()
	report, err := x12.Check(strings.NewReader(text), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	require.Len(t, report.Sets(), 1)
	return report
}

func TestSchemaFaultsGoIntoTheAcknowledgement(t *testing.T) {
	text := interchangeOf("004010", "PO", "ST*850*0001", "BEG*00*SA*PO-1**20260230", "PO1*1*12*ZZZ*3.00", "PID*F****Bracket", "XYZ*1", "CTT*1", "SE*7*0001")
	report := checkSchema(t, text)
	set := report.Sets()[0]
	require.Len(t, set.Faults, 3)
	f := set.Faults[1]
	assert.Equal(t, x12.Fault{Code: schema.CodeElementLong, Standard: x12.Note{Element: "AK403", Code: "5"}, Severity: x12.Failure,
		Segment: "PO1", SegmentNo: 3, Loop: "PO1", Element: 3, Reference: "355", Offset: int64(strings.Index(text, "ZZZ*")), Value: "ZZZ",
		Message: "the value is too long", Expected: "2 characters", Fix: "shorten the value"}, f)
	ack, ok := x12.FunctionalAck(set.Group)
	require.True(t, ok)
	assert.Equal(t, []string{"AK1*PO*42", "AK2*850*0001", "AK3*BEG*2**8", "AK4*5*373*8*20260230", "AK3*PO1*3*PO1*8", "AK4*3*355*5*ZZZ",
		"AK3*XYZ*5**1", "AK5*R*5", "AK9*R*1*1*0"}, lines(ack))
}

func TestSchemaFollowsTheVersion(t *testing.T) {
	for version, want := range map[string]string{"004010": "", "004010VICS": "", "00401": x12.CodeSchemaVersion, "003040": x12.CodeSchemaVersion,
		"005010": "", "005010X230": "", "004030": x12.CodeSchemaVersion, "006020": x12.CodeSchemaVersion} {
		report := checkSchema(t, interchangeOf(version, "PO", "ST*850*0001", "BEG*00*SA*PO-1**20260330", "PO1*1*12*EA*3.00*QQ", "SE*4*0001"))
		faults := report.Sets()[0].Faults
		require.NotEmpty(t, faults)
		if want != "" {
			assert.Equal(t, want, faults[0].Code, version)
			faults = faults[1:]
			assert.Equal(t, x12.Accepted, report.Sets()[0].Status(), "another version's rules reject nothing")
		} else {
			assert.Equal(t, x12.Rejected, report.Sets()[0].Status(), version)
		}
		require.Len(t, faults, 1, version)
		assert.Equal(t, schema.CodeElementCode, faults[0].Code)
	}
	report := checkSchema(t, interchangeOf("004010", "ZZ", "ST*999*0001", "SE*2*0001"))
	require.Len(t, report.Sets()[0].Faults, 1)
	assert.Equal(t, x12.CodeSchemaSet, report.Sets()[0].Faults[0].Code)
	assert.Equal(t, x12.Accepted, report.Sets()[0].Status())
}

// TestSchemaOfTheHost: the host says what a set is held to.
func TestSchemaOfTheHost(t *testing.T) {
	own, err := schema.Parse([]byte("release X12 004010\nelement 1 AN 1 10\nsegment ST 1 1\nsegment SE 1 1\nsegment AAA 1!\nset 850\nST 1 1\nAAA 1 1\nSE 1 1\nend"))
	require.NoError(t, err)
	asked := ""
	checker := x12.NewSchemaChecker(x12.SchemaConfig{Choose: func(set *x12.Set) *schema.Release {
		asked = set.ID + " of " + set.Interchange().Sender
		return own
	}})
	report, err := x12.Check(strings.NewReader(interchangeOf("004010", "PO", "ST*850*0001", "AAA*1", "SE*3*0001")), x12.Options{Checker: checker})
	require.NoError(t, err)
	assert.True(t, report.OK())
	assert.Equal(t, "850 of SENDER", asked)
}

func TestSchemaDoesNotAllocate(t *testing.T) {
	data := edisample.X12(1 << 20)
	allocs := func(checker x12.Checker) float64 {
		return testing.AllocsPerRun(3, func() {
			_, err := x12.Check(bytes.NewReader(data), x12.Options{Checker: checker})
			require.NoError(t, err)
		})
	}
	plain, held := allocs(nil), allocs(x12.NewSchemaChecker(x12.SchemaConfig{}))
	assert.InDelta(t, plain, held, 20, "the schema allocates nothing a segment")
}

// TestImplementationAck: what the partner alone asks for has its own codes in a 999,
// and those of the standard in a 997.
func TestImplementationAck(t *testing.T) {
	base, err := schema.Embedded(schema.X12, "005010")
	require.NoError(t, err)
	partner, err := schema.ParseOverlay([]byte("at 850 BEG.2 codes SA\nat 850 BEG.6 required\nat 850 REF required\nat 850 PO1.5 forbidden\nat 850 FOB forbidden\n"))
	require.NoError(t, err)
	release, err := base.With(partner)
	require.NoError(t, err)
	text := interchangeOf("005010", "PO", "ST*850*0001", "BEG*00*NE*PO-1**20260230", "FOB*CC", "PO1*1*12*EA*3.00*PE", "SE*5*0001")
	checker := x12.NewSchemaChecker(x12.SchemaConfig{Choose: func(*x12.Set) *schema.Release { return release }})
	report, err := x12.Check(strings.NewReader(text), x12.Options{Checker: checker})
	require.NoError(t, err)
	group := report.Interchanges[0].Groups[0]
	segments, ok := x12.ImplementationAck(group)
	require.True(t, ok)
	assert.Equal(t, []string{"AK1*PO*42*005010", "AK2*850*0001", "IK3*BEG*2**8", "IK4*2*92*I6*NE", "IK4*5*373*8*20260230", "IK4*6*367*I9",
		"IK3*FOB*3**I4", "IK3*REF*3**I8", "IK3*PO1*4*PO1*8", "IK4*5*639*I10*PE", "IK5*R*5", "AK9*R*1*1*0"}, lines(segments))
	segments, ok = x12.FunctionalAck(group)
	require.True(t, ok)
	assert.Equal(t, []string{"AK1*PO*42*005010", "AK2*850*0001", "AK3*BEG*2**8", "AK4*2*92*7*NE", "AK4*5*373*8*20260230", "AK4*6*367*1",
		"AK3*FOB*3**2", "AK3*REF*3**3", "AK3*PO1*4*PO1*8", "AK4*5*639*3*PE", "AK5*R*5", "AK9*R*1*1*0"}, lines(segments))
	group.FunctionalID = "FA"
	_, ok = x12.ImplementationAck(group)
	assert.False(t, ok, "an acknowledgement is not acknowledged")
}

// TestRepliesKeepToTheSchema: the 997 and 999 that this package writes are clean by
// its own schema, whatever they answer.
func TestRepliesKeepToTheSchema(t *testing.T) {
	dir, labels := corpus(t)
	options := func() x12.Options {
		return x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{}), MaxFaults: 1000}
	}
	replies := map[string]int{}
	for _, file := range slices.Sorted(maps.Keys(labels)) {
		data, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		report, err := x12.Check(bytes.NewReader(data), options())
		require.NoError(t, err)
		for _, ic := range report.Interchanges {
			var out bytes.Buffer
			w, err := x12.NewWriter(&out, x12.WriterConfig{Delimiters: x12.StandardDelimiters()})
			require.NoError(t, err)
			_, written, err := x12.Reply(w, ic, x12.ReplyConfig{Control: "1", GroupControl: 1, At: time.Unix(0, 0).UTC(), Implementation: true})
			if err != nil || !written {
				continue // identifiers that cannot be repeated; another test has them
			}
			answer, err := x12.Check(bytes.NewReader(out.Bytes()), options())
			require.NoError(t, err)
			for _, s := range answer.Sets() {
				replies[s.ID]++
				for _, f := range s.Faults {
					assert.Equal(t, x12.Warning, f.Severity, "%s: %s\n%s", file, f, out.String())
				}
			}
		}
	}
	assert.Greater(t, replies["997"], 50)
	assert.Greater(t, replies["999"], 5)
}
