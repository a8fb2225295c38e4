package partner_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
)

// carmaker is a partner that speaks EDIFACT.
func carmaker() partner.Profile {
	return partner.Profile{
		Name: "carmaker", Account: "C-500",
		EDIFACT: &partner.EDIFACT{
			ID: "4012345000009", Qualifier: "14", OurID: "4098765000003", OurQualifier: "14", Directory: "D96A", LineBreak: "\n",
		},
	}
}

func TestValidateX12(t *testing.T) {
	assert.Empty(t, bigbox().Validate())
	for name, change := range map[string]func(*partner.Profile, *partner.X12){
		"name":                 func(p *partner.Profile, _ *partner.X12) { p.Name = "" },
		"x12":                  func(p *partner.Profile, _ *partner.X12) { p.X12 = nil },
		"duplicates.scopes[1]": func(p *partner.Profile, _ *partner.X12) { p.Duplicates.Scopes = []partner.Scope{"set", "order"} },
		"options.decimal_mark": func(p *partner.Profile, _ *partner.X12) { p.Options.DecimalMark = ";" },
		"options.version":      func(p *partner.Profile, _ *partner.X12) { p.Options.Version = "005010" },
		"options.first_year":   func(p *partner.Profile, _ *partner.X12) { p.Options.FirstYear = -1 },
		"duplicates.days":      func(p *partner.Profile, _ *partner.X12) { p.Duplicates.Days = -1 },
		"x12.id":               func(_ *partner.Profile, s *partner.X12) { s.ID = "1234567890123456" },
		"x12.qualifier":        func(_ *partner.Profile, s *partner.X12) { s.Qualifier = "" },
		"x12.our_qualifier":    func(_ *partner.Profile, s *partner.X12) { s.OurQualifier = "ZZZ" },
		"x12.our_id":           func(_ *partner.Profile, s *partner.X12) { s.OurID = "" },
		"x12.group_id":         func(_ *partner.Profile, s *partner.X12) { s.GroupID = "1234567890123456" },
		"x12.version":          func(_ *partner.Profile, s *partner.X12) { s.Version = "0040x0" },
		"x12.delimiters": func(_ *partner.Profile, s *partner.X12) {
			s.Delimiters = x12.Delimiters{Element: '*', Component: '*', Segment: '~'}
		},
		"x12.delimiters, no component": func(_ *partner.Profile, s *partner.X12) { s.Delimiters = x12.Delimiters{Element: '*', Segment: '~'} },
		"x12.delimiters, no repetition": func(_ *partner.Profile, s *partner.X12) {
			s.Version, s.Delimiters = "005010", x12.Delimiters{Element: '*', Component: '>', Segment: '~'}
		},
		"x12.charset":                  func(_ *partner.Profile, s *partner.X12) { s.Charset = 3 },
		"x12.line_break":               func(_ *partner.Profile, s *partner.X12) { s.LineBreak = "x" },
		"x12.usage":                    func(_ *partner.Profile, s *partner.X12) { s.Usage = "X" },
		"x12.first":                    func(_ *partner.Profile, s *partner.X12) { s.First.Set = 1_000_000_000 },
		"x12.acknowledge.send":         func(_ *partner.Profile, s *partner.X12) { s.Acknowledge.Send = partner.AnswerCONTRL },
		"x12.acknowledge.within_hours": func(_ *partner.Profile, s *partner.X12) { s.Acknowledge.WithinHours = -1 },
		"x12.guide.schema[0]": func(_ *partner.Profile, s *partner.X12) {
			s.Guide.Schema = []schema.Change{{Set: "850", Path: "XYZ", Use: "required"}}
		},
		"x12.tolerate.schema[0]": func(_ *partner.Profile, s *partner.X12) {
			s.Tolerate.Schema = []schema.Change{{Set: "850", Path: "BEG.1", Use: "often"}}
		},
		"x12.tolerate.warnings[0]": func(_ *partner.Profile, s *partner.X12) { s.Tolerate.Warnings = []string{"x12.se.count"} },
	} {
		t.Run(name, func(t *testing.T) {
			p := bigbox()
			change(&p, p.X12)
			found := p.Validate()
			require.Len(t, found, 1)
			path, _, _ := strings.Cut(name, ",")
			assert.Equal(t, path, found[0].Path)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
}

func TestValidateEDIFACT(t *testing.T) {
	assert.Empty(t, carmaker().Validate())
	comma := edifact.Standard()
	comma.Decimal = ','
	for name, change := range map[string]func(*partner.EDIFACT){
		"edifact.id":               func(s *partner.EDIFACT) { s.ID = "" },
		"edifact.qualifier":        func(s *partner.EDIFACT) { s.Qualifier = "12345" },
		"edifact.our_id":           func(s *partner.EDIFACT) { s.OurID = strings.Repeat("1", 36) },
		"edifact.agreement":        func(s *partner.EDIFACT) { s.Agreement = strings.Repeat("1", 36) },
		"edifact.association":      func(s *partner.EDIFACT) { s.Association = "EAN0081" },
		"edifact.directory":        func(s *partner.EDIFACT) { s.Directory = "96A" },
		"edifact.syntax_id":        func(s *partner.EDIFACT) { s.SyntaxID = "UNOZ" },
		"edifact.syntax_version":   func(s *partner.EDIFACT) { s.SyntaxVersion = "5" },
		"edifact.separators":       func(s *partner.EDIFACT) { s.UNA, s.Separators = true, edifact.Separators{Element: '+'} },
		"edifact.una":              func(s *partner.EDIFACT) { s.Separators = comma },
		"edifact.charset":          func(s *partner.EDIFACT) { s.Charset = 9 },
		"edifact.line_break":       func(s *partner.EDIFACT) { s.LineBreak = "x" },
		"edifact.first":            func(s *partner.EDIFACT) { s.First.Interchange = -1 },
		"edifact.acknowledge.send": func(s *partner.EDIFACT) { s.Acknowledge.Send = partner.Answer997 },
		"edifact.guide.schema[0]": func(s *partner.EDIFACT) {
			s.Guide.Schema = []schema.Change{{Set: "ORDERS", Path: "XYZ", Use: "required"}}
		},
		"edifact.tolerate.warnings[0]": func(s *partner.EDIFACT) { s.Tolerate.Warnings = []string{"edifact.unt.count"} },
	} {
		t.Run(name, func(t *testing.T) {
			p := carmaker()
			change(p.EDIFACT)
			found := p.Validate()
			require.Len(t, found, 1)
			assert.Equal(t, name, found[0].Path)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
}

func TestValidateGuide(t *testing.T) {
	for path, guide := range map[string]partner.Guide{
		"require[0].set":   {Require: []partner.Requirement{{Set: "999x", Has: "REF.1=DP"}}},
		"require[0].has":   {Require: []partner.Requirement{{Set: "850", Has: "REF.x"}}},
		"require[0].each":  {Require: []partner.Requirement{{Set: "850", Has: "REF", Each: "BEG"}}},
		"add[0].set":       {Add: []partner.Addition{{Set: "", After: "BEG", Segment: "REF*DP*1"}}},
		"add[0].after":     {Add: []partner.Addition{{Set: "850", After: "QQQ", Segment: "REF*DP*1"}}},
		"add[0].segment":   {Add: []partner.Addition{{Set: "850", After: "BEG", Segment: "REF+DP+1"}}},
		"codes[0].set":     {Codes: []partner.Translation{{Set: "x", At: "PO1.3", Codes: map[string]string{"EA": "EACH"}}}},
		"codes[0].at":      {Codes: []partner.Translation{{At: "PO1", Codes: map[string]string{"EA": "EACH"}}}},
		"codes[0].codes":   {Codes: []partner.Translation{{At: "PO1.3", Codes: map[string]string{"EA": "U", "CA": "U"}}}},
		"codes[0].codes ":  {Codes: []partner.Translation{{At: "PO1.3"}}},
		"codes[0].codes  ": {Codes: []partner.Translation{{At: "PO1.3", Codes: map[string]string{"EA": "A*B"}}}},
	} {
		t.Run(path, func(t *testing.T) {
			p := bigbox()
			p.X12.Guide = guide
			found := p.Validate()
			require.Len(t, found, 1, found)
			assert.Equal(t, "x12.guide."+strings.TrimSpace(path), found[0].Path)
			assert.Equal(t, "partner.guide", found[0].Code)
		})
	}
}

func TestDirectory(t *testing.T) {
	_, err := partner.NewDirectory(bigbox(), bigbox(), carmaker(), carmaker())
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings.With("partner.repeated"), 6)

	d, err := partner.NewDirectory(bigbox(), carmaker())
	require.NoError(t, err)
	p, err := d.ByParty(edifact.Party{ID: "4012345000009", Qualifier: "14"})
	require.NoError(t, err)
	assert.Equal(t, "carmaker", p.Name)
	p.EDIFACT.Directory = "D01B"
	p, err = d.ByName("carmaker")
	require.NoError(t, err)
	assert.Equal(t, "D96A", p.EDIFACT.Directory, "a directory never changes")
	_, err = d.ByParty(edifact.Party{ID: "4012345000009"})
	require.ErrorIs(t, err, partner.ErrUnknown)
	_, err = d.BySender("14", "4012345000009")
	require.ErrorIs(t, err, partner.ErrUnknown)
	assert.Len(t, d.Profiles(), 2)
}

// A profile is data that a person writes.
func TestProfileAsText(t *testing.T) {
	want := bigbox()
	want.X12.Delimiters = x12.Delimiters{Element: '*', Component: '<', Repetition: '^', Segment: 0x1C}
	want.X12.Charset = x12.BasicCharset
	want.X12.First = partner.Numbers{Interchange: 4711}
	want.EDIFACT = carmaker().EDIFACT
	want.EDIFACT.Separators, want.EDIFACT.LineBreak = edifact.Standard(), ""
	const asJSON = `{"name": "bigbox", "account": "C-100", "x12": {"qualifier": "01", "id": "123456789", "our_qualifier": "ZZ",
		"our_id": "MERIDIAN", "our_group_id": "MERIDIANGS", "version": "004010", "line_break": "\n", "charset": "basic",
		"delimiters": {"element": "*", "component": "<", "repetition": "^", "segment": "0x1C"}, "first": {"interchange": 4711}},
		"edifact": {"id": "4012345000009", "qualifier": "14", "our_id": "4098765000003", "our_qualifier": "14",
		"directory": "D96A", "separators": "UNA:+.? '"}}`
	t.Run("JSON", func(t *testing.T) {
		written, err := json.Marshal(want)
		require.NoError(t, err)
		assert.JSONEq(t, asJSON, string(written))
		var got partner.Profile
		require.NoError(t, json.Unmarshal([]byte(asJSON), &got))
		assert.Equal(t, want, got)
	})
	t.Run("YAML of another package", func(t *testing.T) {
		back := want.X12
		back.LineBreak = "" // go-yaml writes a lone line feed as an empty block
		written, err := yaml.Marshal(want)
		require.NoError(t, err)
		assert.Contains(t, string(written), "charset: basic\n")
		var got partner.Profile
		require.NoError(t, yaml.Unmarshal(written, &got), string(written))
		assert.Equal(t, want, got)
	})
	t.Run("what is usual is left out", func(t *testing.T) {
		written, err := json.Marshal(bigbox())
		require.NoError(t, err)
		for _, key := range []string{"delimiters", "charset", "guide", "tolerate", "duplicates", "edifact", "options"} {
			assert.NotContains(t, string(written), key)
		}
	})
}

// What follows from the sections need not be said twice.
func TestMapping(t *testing.T) {
	assert.Equal(t, mapping.Options{Version: "004010"}, bigbox().Mapping())
	p := carmaker()
	assert.Equal(t, mapping.Options{}, p.Mapping())
	p.EDIFACT.Association, p.EDIFACT.Separators = "EAN008", edifact.Standard()
	p.EDIFACT.Separators.Decimal = ','
	assert.Equal(t, mapping.Options{EANCOM: true, DecimalMark: ","}, p.Mapping())
	p.Options = mapping.Options{Currency: money.EUR, DecimalMark: "."}
	assert.Equal(t, mapping.Options{Currency: money.EUR, EANCOM: true, DecimalMark: "."}, p.Mapping())
}
