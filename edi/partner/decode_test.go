package partner_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

const everything = `
name: bigbox
account: C-100
x12:
  qualifier: "01"
  id: "123456789"
  our_qualifier: ZZ
  our_id: MERIDIAN
  version: "005010"
  delimiters: {element: "|", component: ":", repetition: "^", segment: "0x1C"}
  line_break: "\r\n"
  charset: basic
  usage: T
  request_ta1: true
  first: {interchange: 4711}
  acknowledge: {send: 999, accept_errors: true, within_hours: 24}
  guide:
    schema:
      - {set: "855", path: BAK.4, use: required}
    require:
      - {set: "856", has: "MAN.1=GM,2", each: HL.3=P, meaning: the SSCC}
    add:
      - {set: "856", after: PRF, segment: "REF*DP*{DP}", optional: true}
    codes:
      - at: PO1.3
        codes: {EA: UN}
  tolerate:
    header: true
    schema:
      - {set: "850", path: BEG.2, any_code: true}
    warnings: [schema.element.code]
edifact:
  id: "4012345000009"
  qualifier: 14
  our_id: "4098765000003"
  directory: D96A
  association: EAN008
  una: true
  separators: "UNA:+,? '"
  charset: ISO 8859-2
  acknowledge: {send: requested}
duplicates: {scopes: [interchange, document], days: 90, accept: true}
options:
  currency: USD
  units: {XX: EA}
`

func TestDecode(t *testing.T) {
	got, err := partner.Decode([]byte(everything))
	require.NoError(t, err)
	require.Len(t, got, 1)
	comma := edifact.Standard()
	comma.Decimal = ','
	assert.Equal(t, partner.Profile{
		Name: "bigbox", Account: "C-100",
		X12: &partner.X12{
			Qualifier: "01", ID: "123456789", OurQualifier: "ZZ", OurID: "MERIDIAN", Version: "005010",
			Delimiters: x12.Delimiters{Element: '|', Component: ':', Repetition: '^', Segment: 0x1C},
			LineBreak:  "\r\n", Charset: x12.BasicCharset, Usage: "T", RequestTA1: true, First: partner.Numbers{Interchange: 4711},
			Acknowledge: partner.Acknowledgement{Send: partner.Answer999, AcceptErrors: true, WithinHours: 24},
			Guide: partner.Guide{
				Schema:  []schema.Change{{Set: "855", Path: "BAK.4", Use: "required"}},
				Require: []partner.Requirement{{Set: "856", Has: "MAN.1=GM,2", Each: "HL.3=P", Meaning: "the SSCC"}},
				Add:     []partner.Addition{{Set: "856", After: "PRF", Segment: "REF*DP*{DP}", Optional: true}},
				Codes:   []partner.Translation{{At: "PO1.3", Codes: map[string]string{"EA": "UN"}}},
			},
			Tolerate: partner.Tolerance{Header: true, Schema: []schema.Change{{Set: "850", Path: "BEG.2", AnyCode: true}},
				Warnings: []string{"schema.element.code"}},
		},
		EDIFACT: &partner.EDIFACT{
			ID: "4012345000009", Qualifier: "14", OurID: "4098765000003", Directory: "D96A", Association: "EAN008", UNA: true,
			Separators: comma, Charset: edifact.Latin2, Acknowledge: partner.Acknowledgement{Send: partner.AnswerRequested},
		},
		Duplicates: partner.Duplicates{Scopes: []partner.Scope{partner.ScopeInterchange, partner.ScopeDocument}, Days: 90, Accept: true},
		Options:    mapping.Options{Currency: money.USD, Units: map[string]quantity.Unit{"XX": quantity.Each}},
	}, got[0])
}

func TestDecodeList(t *testing.T) {
	one := "  - name: %s\n    x12: {qualifier: \"01\", id: %s, our_qualifier: ZZ, our_id: US, version: \"004010\"}\n"
	got, err := partner.Decode([]byte("partners:\n" + fmt.Sprintf(one, "a", "A") + fmt.Sprintf(one, "b", "B")))
	require.NoError(t, err)
	assert.Len(t, got, 2)
	_, err = partner.Decode([]byte("partners:\n" + fmt.Sprintf(one, "a", "A") + fmt.Sprintf(one, "b", "A")))
	require.EqualError(t, err, "partner: line 5: partners[1].x12.id: profiles[0] has the identifier too; keep one of them")
}

// All that is wrong comes at once, each with its line.
func TestDecodeFaults(t *testing.T) {
	change := func(old, replacement string) string { return strings.Replace(everything, old, replacement, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"an unknown field":   {change("account:", "acount:"), "line 3: there is no key acount; did you mean account?"},
		"another kind":       {change("within_hours: 24", "within_hours: soon"), `line 16: x12.acknowledge.within_hours: "soon" is no whole number of 64 bits`},
		"delimiters":         {change(`"|"`, `"||"`), "line 10: x12.delimiters: x12: unusable delimiters: element is \"||\""},
		"separators":         {change("UNA:+,", "UNA::,"), "line 39: edifact.separators: edifact: the element separator"},
		"a missing field":    {change("  our_id: MERIDIAN\n", ""), "line 4: x12.our_id: \"\" does not fit the ISA; state 1 to 15 characters"},
		"a place":            {change("BAK.4", "BAK.x"), `line 19: x12.guide.schema[0]: edi/schema: change 1 (855 BAK.x): "x" is no number of an element; name a place of the release`},
		"a requirement":      {change("MAN.1=GM,2", "MAN.GM"), `line 21: x12.guide.require[0].has: "MAN.GM": "GM" is no element`},
		"a code":             {change("warnings: [schema", "warnings: [x12"), `line 31: x12.tolerate.warnings[0]: "x12.element.code" is no code`},
		"a scope":            {change("[interchange, document]", "[order]"), `line 42: duplicates.scopes[0]: "order" is no scope`},
		"a unit":             {change("XX: EA", "XX: each"), `line 45: options.units.XX: `},
		"no mapping":         {"- a", "this is not a mapping"},
		"no text":            {"", "the text holds 0 documents"},
		"both":               {everything + "partners: []\n", "line 46: partners: a text holds one profile or a list of them, not both"},
		"an empty list":      {"partners: []\n", "line 1: partners: the list is empty"},
		"a profile of blank": {"account: C-100\n", "line 1: name: \"\" is no name of a partner"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := partner.Decode([]byte(c.text))
			require.ErrorContains(t, err, c.want)
			var text *partner.TextError
			require.ErrorAs(t, err, &text)
		})
	}
	_, err := partner.Decode([]byte(strings.NewReplacer("account:", "acount:", "usage: T", "usage: [T]", "D96A", "D96A\n  d: x").Replace(everything)))
	joined, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // the very one
	require.True(t, ok)
	assert.Len(t, joined.Unwrap(), 3)
	_, err = partner.Decode([]byte(strings.NewReplacer("usage: T", "usage: X", "D96A", "96A").Replace(everything)))
	joined, ok = err.(interface{ Unwrap() []error }) //nolint:errorlint // the very one
	require.True(t, ok)
	assert.Len(t, joined.Unwrap(), 2)
}

func TestLoad(t *testing.T) {
	folder := fstest.MapFS{
		"b.yaml":      {Data: []byte(everything)},
		"a.json":      {Data: []byte(`{"name": "a", "x12": {"qualifier": "01", "id": "A", "our_qualifier": "ZZ", "our_id": "US", "version": "004010"}}`)},
		"readme.txt":  {Data: []byte("not a profile")},
		"old/c.yaml":  {Data: []byte("broken: [")},
		"notes.draft": {Data: []byte("broken: [")},
	}
	d, err := partner.Load(folder)
	require.NoError(t, err)
	var names []string
	for _, p := range d.Profiles() {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{"a", "bigbox"}, names)

	folder["c.yml"] = &fstest.MapFile{Data: []byte("name: c\nx13: {}\n")}
	folder["d.yml"] = &fstest.MapFile{Data: []byte("name: d\n")}
	_, err = partner.Load(folder)
	require.EqualError(t, err, "partner: c.yml: line 2: there is no key x13; did you mean x12?\n"+
		"partner: d.yml: line 1: x12: neither X12 nor EDIFACT is agreed; add a section x12 or edifact")
	delete(folder, "c.yml")
	folder["d.yml"] = &fstest.MapFile{Data: []byte(everything)}
	_, err = partner.Load(folder)
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings.With("partner.repeated"), 4)
	_, err = partner.Load(fstest.MapFS{"x.yaml/y": {}})
	require.NoError(t, err, "a folder is no profile")
	assert.False(t, errors.Is(err, partner.ErrUnknown))
}
