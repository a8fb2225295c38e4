package partner_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
)

func TestValidate(t *testing.T) {
	assert.Empty(t, bigbox().Validate())
	for name, change := range map[string]func(*partner.Profile){
		"name":                     func(p *partner.Profile) { p.Name = "" },
		"id":                       func(p *partner.Profile) { p.ID = "1234567890123456" },
		"qualifier":                func(p *partner.Profile) { p.Qualifier = "" },
		"our_qualifier":            func(p *partner.Profile) { p.OurQualifier = "ZZZ" },
		"our_id":                   func(p *partner.Profile) { p.OurID = "" },
		"version":                  func(p *partner.Profile) { p.Version = "0040x0" },
		"delimiters":               func(p *partner.Profile) { p.Delimiters = x12.Delimiters{Element: '*', Component: '*', Segment: '~'} },
		"delimiters, no component": func(p *partner.Profile) { p.Delimiters = x12.Delimiters{Element: '*', Segment: '~'} },
		"delimiters, no repetition": func(p *partner.Profile) {
			p.Version, p.Delimiters = "005010", x12.Delimiters{Element: '*', Component: '>', Segment: '~'}
		},
		"charset":    func(p *partner.Profile) { p.Charset = 3 },
		"line_break": func(p *partner.Profile) { p.LineBreak = "x" },
		"usage":      func(p *partner.Profile) { p.Usage = "X" },
		"first":      func(p *partner.Profile) { p.First.Set = 1_000_000_000 },
	} {
		t.Run(name, func(t *testing.T) {
			p := bigbox()
			change(&p)
			found := p.Validate()
			require.Len(t, found, 1)
			path, _, _ := strings.Cut(name, ",")
			assert.Equal(t, path, found[0].Path)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
	_, err := partner.NewDirectory(bigbox(), bigbox())
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings.With("partner.repeated"), 3)
}

// A profile is data that a person writes.
func TestProfileAsText(t *testing.T) {
	want := bigbox()
	want.Delimiters = x12.Delimiters{Element: '*', Component: '<', Repetition: '^', Segment: 0x1C}
	want.Charset = x12.BasicCharset
	want.First = partner.Numbers{Interchange: 4711}
	const asJSON = `{"name": "bigbox", "account": "C-100", "qualifier": "01", "id": "123456789", "our_qualifier": "ZZ",
		"our_id": "MERIDIAN", "our_group_id": "MERIDIANGS", "version": "004010", "line_break": "\n", "charset": "basic",
		"delimiters": {"element": "*", "component": "<", "repetition": "^", "segment": "0x1C"}, "first": {"interchange": 4711}}`
	const asYAML = `
name: bigbox
account: C-100
qualifier: "01"
id: "123456789"
our_qualifier: ZZ
our_id: MERIDIAN
our_group_id: MERIDIANGS
version: "004010"
line_break: "\n"
charset: basic
delimiters: {element: "*", component: "<", repetition: "^", segment: "0x1C"}
first: {interchange: 4711}
`
	t.Run("JSON", func(t *testing.T) {
		written, err := json.Marshal(want)
		require.NoError(t, err)
		assert.JSONEq(t, asJSON, string(written))
		var got partner.Profile
		require.NoError(t, json.Unmarshal([]byte(asJSON), &got))
		assert.Equal(t, want, got)
	})
	t.Run("YAML", func(t *testing.T) {
		var got partner.Profile
		require.NoError(t, yaml.Unmarshal([]byte(asYAML), &got))
		assert.Equal(t, want, got)
		back := want
		back.LineBreak = "" // go-yaml writes a lone line feed as an empty block
		written, err := yaml.Marshal(back)
		require.NoError(t, err)
		assert.Contains(t, string(written), "charset: basic\n")
		got = partner.Profile{}
		require.NoError(t, yaml.Unmarshal(written, &got), string(written))
		assert.Equal(t, back, got)
	})
	t.Run("what is usual is left out", func(t *testing.T) {
		for _, marshal := range []func(any) ([]byte, error){json.Marshal, func(v any) ([]byte, error) { return yaml.Marshal(v) }} {
			written, err := marshal(bigbox())
			require.NoError(t, err)
			assert.NotContains(t, string(written), "delimiters")
			assert.NotContains(t, string(written), "charset")
		}
	})
	for text, want := range map[string]string{
		`charset: ebcdic`:               "expected extended, basic or any",
		`delimiters: {element: "**"}`:   "expected one ASCII character",
		`delimiters: {segment: ~}`:      "expected a text in quotes",
		`delimiters: {terminator: "~"}`: "expected element, component, repetition and segment",
		`delimiters: standard`:          "expected an object such as",
	} {
		var p partner.Profile
		require.ErrorContains(t, yaml.Unmarshal([]byte(text), &p), want)
	}
}
