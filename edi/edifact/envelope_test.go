package edifact_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/internal/edisample"
)

const (
	unb = "UNB+UNOC:3+4012345500004:14+5412345000013:14:R1+260327:1105+7++ORDERS++1+EANCOM+1'"
	// interchange has two messages without a fault.
	interchange = "UNA:+.? '" + unb +
		"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+A?+1+9'DTM+137:20260327:102'UNT+4+1'" +
		"UNH+2+ORDERS:D:96A:UN:EAN008'BGM+220+A2+9'UNT+3+2'" +
		"UNZ+2+7'"
)

func read(t testing.TB, text string) *edifact.Report {
	t.Helper()
	r, err := edifact.Read(strings.NewReader(text), edifact.Options{})
	require.NoError(t, err)
	return r
}

func TestReadInterchange(t *testing.T) {
	r := read(t, interchange)
	require.True(t, r.OK(), "%v", allFaults(r))
	require.Len(t, r.Interchanges, 1)
	ic := r.Interchanges[0]
	assert.Equal(t, edifact.Header{SyntaxID: "UNOC", SyntaxVersion: "3",
		Sender: edifact.Party{ID: "4012345500004", Qualifier: "14"}, Recipient: edifact.Party{ID: "5412345000013", Qualifier: "14", Routing: "R1"},
		Date: "260327", Time: "1105", Control: "7", Application: "ORDERS", AckRequested: true, Agreement: "EANCOM", Test: true}, ic.Header)
	require.Len(t, r.Messages(), 2)
	m := r.Messages()[0]
	assert.Equal(t, edifact.MessageHeader{Control: "1", ID: "ORDERS", Version: "D", Release: "96A", Agency: "UN", Association: "EAN008"}, m.MessageHeader)
	assert.Equal(t, "D96A", m.Directory())
	assert.Equal(t, []string{"BGM+220+A+1+9", "DTM+137:20260327:102"}, texts(m.Body()))
	assert.Equal(t, "A+1", m.Body()[0].Value(2))
	assert.Equal(t, []int{3, 2}, []int{m.Body()[0].Number(), m.Body()[0].NumberInMessage()})
	assert.Equal(t, strings.Index(interchange, "220"), int(m.Body()[0].ElementOffset(1)))
	assert.True(t, strings.HasPrefix(string(m.Raw()), "UNH+1+") && strings.HasSuffix(string(m.Raw()), "UNT+4+1'"))
	assert.Equal(t, 2, ic.Received())

	byBytes, err := edifact.Read(iotest.OneByteReader(strings.NewReader(interchange)), edifact.Options{})
	require.NoError(t, err)
	assert.Equal(t, texts(m.Segments), texts(byBytes.Messages()[0].Segments))
	assert.Equal(t, []byte(interchange), again(t, []byte(interchange)))

	checked, err := edifact.Check(strings.NewReader(interchange), edifact.Options{})
	require.NoError(t, err)
	assert.True(t, checked.OK())
	assert.Nil(t, checked.Messages()[0].Raw())
}

// Each fault stands at its level and its byte, and costs no more than that level.
func TestEnvelopeFaults(t *testing.T) {
	const accepted, rejected = edifact.Accepted, edifact.Rejected
	for name, c := range map[string]struct {
		old, new string // replaced in the interchange
		code     string
		standard string
		at       string // where the fault stands: the text that begins there
		verdict  edifact.Status
		messages []edifact.Status
	}{
		"UNT count":               {"UNT+4+1'", "UNT+5+1'", edifact.CodeMessageCount, "29", "5+1'", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"UNT count missing":       {"UNT+4+1'", "UNT++1'", edifact.CodeMessageCount, "13", "+1'UNH", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"UNT reference":           {"UNT+4+1'", "UNT+4+3'", edifact.CodeMessageTrailerControl, "28", "3'UNH", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"UNT missing":             {"UNT+4+1'", "", edifact.CodeMessageTrailerMissing, "13", "UNH+2", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"UNT unterminated":        {"UNT+4+1'", "UNT+4+1", edifact.CodeSegmentUnterminated, "22", "UNH+2", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"terminator missing":      {"A?+1+9'DTM", "A?+1+9DTM", edifact.CodeSegmentUnterminated, "22", "DTM+137", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"terminator changed":      {"A?+1+9'DTM", "A?+1+9~DTM", edifact.CodeSegmentUnterminated, "22", "~DTM+137", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"terminator, line break":  {"A?+1+9'DTM", "A?+1+9\r\nDTM", edifact.CodeSegmentUnterminated, "22", "\r\nDTM+137", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"reference twice":         {"UNH+2+", "UNH+1+", edifact.CodeMessageDuplicate, "26", "1+ORDERS:D:96A:UN:EAN008'BGM+220+A2", edifact.PartiallyAccepted, []edifact.Status{accepted, rejected}},
		"no reference":            {"UNH+1+", "UNH++", edifact.CodeMessageControl, "13", "+ORDERS:D:96A:UN:EAN008'BGM+220+A?", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"no type":                 {"1+ORDERS:D:96A:UN:EAN008'BGM+220+A?", "1+'BGM+220+A?", edifact.CodeMessageType, "13", "'BGM+220+A?", edifact.PartiallyAccepted, []edifact.Status{rejected, accepted}},
		"an empty segment":        {"A2+9'", "A2+9''", edifact.CodeSegmentEmpty, "22", "'UNT+3", edifact.PartiallyAccepted, []edifact.Status{accepted, rejected}},
		"no tag":                  {"BGM+220+A2", "bgm+220+A2", edifact.CodeSegmentTag, "12", "bgm", edifact.PartiallyAccepted, []edifact.Status{accepted, rejected}},
		"UNZ count":               {"UNZ+2", "UNZ+3", edifact.CodeInterchangeCount, "29", "3+7'", rejected, []edifact.Status{rejected, rejected}},
		"UNZ reference":           {"UNZ+2+7", "UNZ+2+8", edifact.CodeInterchangeControl, "28", "8'", rejected, []edifact.Status{rejected, rejected}},
		"UNZ missing":             {"UNZ+2+7'", "", edifact.CodeTruncated, "13", "", rejected, []edifact.Status{rejected, rejected}},
		"a segment outside":       {"UNH+2", "BGM+220'UNH+2", edifact.CodeInterchangeContent, "33", "BGM+220'UNH", rejected, []edifact.Status{rejected, rejected}},
		"a UNT outside":           {"UNH+2", "UNT+1+1'UNH+2", edifact.CodeMessageTrailerUnexpected, "33", "UNT+1+1'UNH", rejected, []edifact.Status{rejected, rejected}},
		"a UNE outside":           {"UNH+2", "UNE+1+1'UNH+2", edifact.CodeGroupTrailerUnexpected, "33", "UNE+1+1'UNH", rejected, []edifact.Status{rejected, rejected}},
		"syntax version":          {"UNOC:3", "UNOC:5", edifact.CodeHeaderSyntax, "2", "UNOC", rejected, []edifact.Status{rejected, rejected}},
		"no sender":               {"+4012345500004:14", "+", edifact.CodeHeaderParty, "13", "+5412345000013", rejected, []edifact.Status{rejected, rejected}},
		"no control reference":    {"1105+7", "1105+", edifact.CodeHeaderControl, "13", "++ORDERS", rejected, []edifact.Status{rejected, rejected}},
		"a date that is none":     {"260327:1105", "261327:1105", edifact.CodeHeaderDate, "12", "261327", accepted, []edifact.Status{accepted, accepted}},
		"an unknown set":          {"UNOC:3", "XXXA:3", edifact.CodeHeaderCharset, "46", "XXXA", accepted, []edifact.Status{accepted, accepted}},
		"a character of no set":   {"A2", "A\x07", edifact.CodeInvalidCharacter, "21", "\x07", accepted, []edifact.Status{accepted, accepted}},
		"Latin-1 in UNOA":         {"UNOC:3", "UNOA:3", edifact.CodeInvalidCharacter, "21", "\xE4", accepted, []edifact.Status{accepted, accepted}},
		"blank lines and a BOM":   {"UNA", "\xEF\xBB\xBF\r\n\r\nUNA", "", "", "", accepted, []edifact.Status{accepted, accepted}},
		"blank lines between":     {"'UNT", "'\r\n \r\nUNT", "", "", "", accepted, []edifact.Status{accepted, accepted}},
		"the last has no end":     {"UNZ+2+7'", "UNZ+2+7\r\n", edifact.CodeSegmentUnterminated, "22", "\r\n", accepted, []edifact.Status{accepted, accepted}},
		"something before":        {"UNA", "HTTP\r\n\r\nUNA", edifact.CodeNotEDIFACT, "", "HTTP", accepted, []edifact.Status{accepted, accepted}},
		"separators that collide": {"UNA:+.? '", "UNA::.? '", edifact.CodeSeparators, "20", "UNA::", accepted, []edifact.Status{accepted, accepted}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(interchange, c.old, c.new, 1)
			if strings.HasPrefix(name, "Latin-1") {
				text = strings.Replace(text, "A2", "\xE4", 1)
			}
			require.NotEqual(t, interchange, text)
			for _, source := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
				r, err := edifact.Read(source, edifact.Options{RejectDuplicates: true})
				require.NoError(t, err)
				require.Len(t, r.Interchanges, 1)
				assert.Equal(t, c.verdict, r.Interchanges[0].Status(), "%v", allFaults(r))
				var got []edifact.Status
				for _, m := range r.Messages() {
					got = append(got, m.Status())
				}
				assert.Equal(t, c.messages, got, "%v", allFaults(r))
				found := allFaults(r)
				if c.code == "" {
					assert.Empty(t, found)
					continue
				}
				var f *fault.Fault
				for i := range found {
					if found[i].Code == c.code {
						f = &found[i]
						break
					}
				}
				require.NotNil(t, f, "%v", found)
				assert.Equal(t, c.standard, f.Standard.Code)
				assert.True(t, strings.HasPrefix(text[f.Offset:], c.at), "at %q", text[f.Offset:])
			}
		})
	}
}

func TestGroups(t *testing.T) {
	const groups = unb + "UNG+ORDERS+1+2+260327:1105+G1+UN+D:96A'UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'UNE+1+G1'" +
		"UNG+INVOIC+1+2+260327:1105+G2+UN+D:96A'UNH+1+INVOIC:D:96A:UN'BGM+380'UNT+3+1'UNE+1+G2'UNZ+2+7'"
	r := read(t, groups)
	require.True(t, r.OK(), "%v", allFaults(r))
	ic := r.Interchanges[0]
	require.Len(t, ic.Groups, 2)
	assert.Equal(t, edifact.GroupHeader{MessageType: "INVOIC", Sender: edifact.Party{ID: "1"}, Recipient: edifact.Party{ID: "2"},
		Date: "260327", Time: "1105", Control: "G2", Agency: "UN", Version: "D", Release: "96A"}, ic.Groups[1].GroupHeader)
	assert.Same(t, ic.Groups[1], ic.Messages[1].Group)

	for name, c := range map[string]struct{ old, new, code string }{
		"count":     {"UNE+1+G1", "UNE+2+G1", edifact.CodeGroupCount},
		"reference": {"UNE+1+G1", "UNE+1+G3", edifact.CodeGroupTrailerControl},
		"missing":   {"UNE+1+G1'", "", edifact.CodeGroupTrailerMissing},
		"no number": {"1105+G1", "1105+", edifact.CodeGroupControl},
	} {
		r := read(t, strings.Replace(groups, c.old, c.new, 1))
		ic := r.Interchanges[0]
		assert.Equal(t, c.code, ic.Groups[0].Faults[0].Code, name)
		assert.Equal(t, []edifact.Status{edifact.PartiallyAccepted, edifact.Rejected, edifact.Accepted, edifact.Rejected, edifact.Accepted},
			[]edifact.Status{ic.Status(), ic.Groups[0].Status(), ic.Groups[1].Status(), ic.Messages[0].Status(), ic.Messages[1].Status()}, name)
	}
	mixed := read(t, strings.Replace(groups, "UNZ+2", "UNH+9+ORDERS:D:96A:UN'UNT+2+9'UNZ+3", 1))
	assert.Equal(t, edifact.CodeInterchangeMixed, mixed.Interchanges[0].Faults[0].Code)
	assert.Equal(t, edifact.Rejected, mixed.Interchanges[0].Status())
}

// Separators, syntax version and character set belong to an interchange.
func TestInterchangesInOneStream(t *testing.T) {
	body := func(sep, value string) string {
		return strings.NewReplacer("+", sep[1:2], ":", sep[:1], "'", sep[2:3]).Replace("UNH+1+ORDERS:D:96A:UN'FTX+AAI+++") + value +
			strings.NewReplacer("+", sep[1:2], "'", sep[2:3]).Replace("'UNT+3+1'UNZ+1+7'")
	}
	head := func(sep, set string) string {
		return strings.NewReplacer("+", sep[1:2], ":", sep[:1], "'", sep[2:3]).Replace("UNB+" + set + "+1+2+260327:1105+7'")
	}
	const standard, other, levelB = ":+'", "|*~", "\x1f\x1d\x1c"
	text := head(standard, "UNOC:3") + body(standard, "a*b\xE4") + "\r\n" +
		"UNA|*.\\ ~\r\n" + head(other, "UNOB|2") + body(other, "a+b:c\\~d") +
		head(standard, "UNOA:4") + body(standard, "a*b?*c") + // no UNA: the standard's again
		head(other, "UNOY|4") + body(other, "\u00e4") + // no UNA: those of the one before
		head(levelB, "UNOB\x1f1") + body(levelB, "it's + ?") +
		head(standard, "UNOF:3") + body(standard, "\xC1\xC2") +
		head(standard, "UNOD:3") + body(standard, "\xA3\xF3d\xBC") +
		head(standard, "UNOE:3") + body(standard, "\xBF\xE0")
	text = strings.Replace(text, head(other, "UNOY|4"), "UNA|*.\\^~"+head(other, "UNOY|4"), 1)
	r := read(t, text)
	require.True(t, r.OK(), "%v", allFaults(r))
	var got []string
	for _, m := range r.Messages() {
		s := m.Body()[0]
		got = append(got, s.Value(4)+"/"+strconv.Itoa(s.Repetitions(4)))
	}
	assert.Equal(t, []string{"a*bä/1", "a+b:c~d/1", "a/2", "ä/1", "it's + ?/1", "ΑΒ/1", "Łódź/1", "Пр/1"}, got)
	assert.Equal(t, text, string(again(t, []byte(text))))

	forced, err := edifact.Read(strings.NewReader(text), edifact.Options{Charset: edifact.Latin1})
	require.NoError(t, err)
	assert.Equal(t, "ÁÂ", forced.Messages()[5].Body()[0].Value(4), "a partner's own character set")
	_, err = edifact.Read(strings.NewReader(text), edifact.Options{Separators: edifact.Separators{Element: '+'}})
	var separator *edifact.SeparatorError
	assert.ErrorAs(t, err, &separator)
}

// A UNB whose separators differ from those that hold is passed over; the next counts.
func TestOtherSeparatorsWithoutUNA(t *testing.T) {
	r := read(t, strings.ReplaceAll(unb, "+", "|")+"UNZ|0|7'"+interchange)
	require.Len(t, r.Faults, 1)
	assert.Equal(t, []any{edifact.CodeHeaderSeparators, int64(0), "22"}, []any{r.Faults[0].Code, r.Faults[0].Offset, r.Faults[0].Standard.Code})
	assert.Len(t, r.Messages(), 2)
	assert.False(t, r.OK())
}

func TestMessagesWithoutInterchange(t *testing.T) {
	r := read(t, "UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'\r\nUNH+2+ORDERS:D:96A:UN'UNT+2+2'\r\n")
	assert.True(t, r.OK(), "%v", allFaults(r))
	assert.Len(t, r.Messages(), 2)
	require.Len(t, r.Interchanges[0].Faults, 1)
	assert.Equal(t, edifact.CodeHeaderMissing, r.Interchanges[0].Faults[0].Code)
	for text, code := range map[string]string{" \r\n": edifact.CodeEmpty, "ISA*00*": edifact.CodeNotEDIFACT, "UNA:+": edifact.CodeTruncated} {
		r := read(t, text)
		require.Len(t, r.Faults, 1, text)
		assert.Equal(t, code, r.Faults[0].Code)
	}
}

func TestReportJSON(t *testing.T) {
	r := read(t, strings.Replace(interchange, "UNT+4", "UNT+5", 1))
	r.File = "a.edi"
	text, err := json.Marshal(r)
	require.NoError(t, err)
	count := strings.Index(interchange, "4+1'UNH")
	assert.Equal(t, fmt.Sprintf(`{"file":"a.edi","ok":false,"interchanges":[{"standard":"EDIFACT","version":"UNOC:3","sender":"4012345500004",`+
		`"receiver":"5412345000013","control":"7","test":true,"status":"partially_accepted","offset":9,"errors":[],"sets":[`+
		`{"set":"ORDERS","control":"1","group":"","version":"D96A","status":"rejected","offset":%d,"errors":[`+
		`{"code":"edifact.unt.count","standard":"0085:29","severity":"error","segment":"UNT","segment_no":4,"element":1,"component":0,"offset":%d,`+
		`"value":"5","message":"4 segments (UNH and UNT included) were counted","expected":"4",`+
		`"fix":"count again, and look for a missing terminator or a lost segment"}]},`+
		`{"set":"ORDERS","control":"2","group":"","version":"D96A","status":"accepted","offset":%d,"errors":[]}]}],"errors":[]}`, strings.Index(interchange, "UNH+1"), count, count+len("4+1'")), string(text))
}

// Hostile input is bounded in memory and time, whatever it is.
func TestHostile(t *testing.T) {
	const size = 24 << 20
	for name, c := range map[string]struct{ begin, repeated, code string }{
		"no terminator":              {unb + "UNH+1+A:B:C'FTX+", "ABCDEFGH", edifact.CodeLimitSegment},
		"released for ever":          {unb + "UNH+1+A:B:C'FTX+", "????????", edifact.CodeLimitSegment},
		"elements for ever":          {unb + "UNH+1+A:B:C'FTX+", "++++++++", edifact.CodeLimitSegment},
		"repetitions for ever":       {strings.Replace(unb, "UNOC:3", "UNOC:4", 1) + "UNH+1+A:B:C'FTX+", "********", edifact.CodeLimitSegment},
		"segments for ever":          {unb + "UNH+1+A:B:C'", "UNS+S+1'", edifact.CodeLimitSegments},
		"messages for ever":          {unb, "UNH+1+A'", edifact.CodeLimitMessages},
		"blank for ever":             {unb, "        ", edifact.CodeLimitSegment},
		"empty segments for ever":    {unb + "UNH+1+A:B:C'", "''''''''", edifact.CodeLimitFaults},
		"service strings for ever":   {"", "UNA:+.? '", edifact.CodeTruncated},
		"nothing to do with it":      {"", "ABCDEFGH", edifact.CodeNotEDIFACT},
		"no interchange that is one": {"", "UNB|UNOA", edifact.CodeLimitFaults},
	} {
		t.Run(name, func(t *testing.T) {
			bytes := int64(size)
			if c.code == edifact.CodeLimitMessages || strings.HasPrefix(c.repeated, "'") || strings.HasPrefix(c.repeated, "UN") {
				bytes /= 8
			}
			source := edisample.NewHeap(io.MultiReader(strings.NewReader(c.begin), edisample.Repeat(c.repeated, bytes)), 2<<20)
			r, err := edifact.Check(source, edifact.Options{MaxMessages: 1000, MaxSegments: 100_000, MaxControls: 1000})
			require.NoError(t, err)
			assert.False(t, r.OK())
			var codes []string
			for _, f := range allFaults(r) {
				codes = append(codes, f.Code)
			}
			assert.Contains(t, codes, c.code)
			assert.Less(t, source.Most(), int64(16<<20), "memory is bounded")
		})
	}
}

// edi.md, speed: 16 MiB at most beside the caller's data, however long the file, with
// every message kept for the caller and held to its schema.
func TestMemoryOfALongFile(t *testing.T) {
	size := int64(48 << 20)
	if raceDetector {
		size /= 4
	}
	source := edisample.NewHeap(edisample.EDIFACTReader(size), 4<<20)
	messages := 0
	options := edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})}
	err := edifact.Walk(source, options, edifact.Handler{Message: func(m *edifact.Message) error {
		if len(m.Segments) > 0 && m.Status() == edifact.Accepted {
			messages++
		}
		return nil
	}})
	require.NoError(t, err)
	assert.Greater(t, int64(messages), size/20_000)
	assert.Less(t, source.Most(), int64(16<<20))
}

func ExampleCheck() {
	text := "UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+7'UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+4+1'UNZ+1+7'"
	report, err := edifact.Check(strings.NewReader(text), edifact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range report.Messages() {
		fmt.Println(m.ID, m.Control, m.Status())
		for _, f := range m.Faults {
			fmt.Println(f)
		}
	}
	// Output:
	// ORDERS 1 rejected
	// error at offset 93, segment 3 UNT01: 3 segments (UNH and UNT included) were counted (found "4") [edifact.unt.count]
}
