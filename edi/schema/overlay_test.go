package schema_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// partner puts an overlay on the small release.
func partner(t *testing.T, text string) *schema.Set {
	t.Helper()
	r, err := schema.Parse([]byte(small))
	require.NoError(t, err)
	o, err := schema.ParseOverlay([]byte(text))
	require.NoError(t, err)
	r, err = r.With(o)
	require.NoError(t, err)
	s, ok := r.Set("T")
	require.True(t, ok)
	return s
}

func TestOverlayStricterAndLooser(t *testing.T) {
	for _, c := range []struct {
		overlay, lines string
		before, after  []string // nil: clean
		implementation string
	}{
		{"at T C required", "ST A*x SE", nil, []string{"3 C segment.missing"}, "I8"},
		{"at T L required", "ST A*x SE", nil, []string{"3 L segment.missing"}, "I7"},
		{"at T L min 2", "ST A*x L M SE", nil, []string{"5 L segment.missing"}, "I7"},
		{"at T A optional", "ST SE", []string{"2 A segment.missing"}, nil, ""},
		{"at T B forbidden", "ST A*x B*x SE", nil, []string{"3 B segment.forbidden"}, "I4"},
		{"at T B#1 forbidden", "ST A*x L M B*x SE", nil, nil, ""},
		{"at T B#2 forbidden", "ST A*x L M B*x SE", nil, []string{"5 B segment.forbidden"}, "I4"},
		{"at T L/D forbidden", "ST A*x L M D N N D SE", nil, []string{"5 D segment.forbidden"}, "I4"},
		{"at T A max 2", "ST A*x A*x SE", []string{"3 A segment.repeated"}, nil, ""},
		{"at T C max *", "ST A*x C*x C*x C*x SE", []string{"4 C segment.repeated"}, nil, ""},
		{"at T B#1 max 1", "ST A*x B*x B*x L M SE", nil, []string{"4 B segment.repeated"}, ""},
		{"at T B#1 max 1", "ST A*x B*x B*x SE", nil, nil, ""}, // the other B is meant
		{"at T L max 1", "ST A*x L M L M SE", nil, []string{"5 L loop.repeated"}, ""},
		{"at T A.2 required", "ST A*x SE", nil, []string{"2 A02 element.missing"}, "I9"},
		{"at * A.1 optional", "ST A SE", []string{"2 A01 element.missing"}, nil, ""},
		{"at T A.2 forbidden", "ST A*x*AA SE", nil, []string{"2 A02 element.forbidden"}, "I10"},
		{"at T A.1 length 2 9", "ST A*xxxxxx SE", []string{"2 A01 element.long"}, nil, ""},
		{"at T A.1 length 2 9", "ST A*x SE", nil, []string{"2 A01 element.short"}, ""},
		{"at T A.2 codes +DD -AA", "ST A*x*DD SE", []string{"2 A02 element.code"}, nil, ""},
		{"at T A.2 codes +DD -AA", "ST A*x*AA SE", nil, []string{"2 A02 element.code"}, "I6"},
		{"at T A.2 codes BB", "ST A*x*AA SE", nil, []string{"2 A02 element.code"}, "I6"},
		{"at T A.2 codes any", "ST A*x*QQ SE", []string{"2 A02 element.code"}, nil, ""},
		{"at T A.1 codes x y", "ST A*z SE", nil, []string{"2 A01 element.code"}, "I6"},
		{"element 2 codes +DD", "ST A*x*DD SE", []string{"2 A02 element.code"}, nil, ""},
		{"element 3 length 1 5", "ST A*x C*x>12345>1 SE", []string{"3 C01-2 element.long"}, nil, ""},
		{"at T C.1.2 required", "ST A*x C*x SE", nil, []string{"3 C01-2 element.missing"}, "I9"},
		{"at T C.1.1 optional", "ST A*x C*>1>1 SE", []string{"3 C01-1 element.missing"}, nil, ""},
		{"at T C.1 notes off", "ST A*x C*x>1 SE", []string{"3 C01-3 element.condition"}, nil, ""},
		{"at T C.2 max 2", "ST A*x C*x*a^b^c SE", nil, []string{"3 C02 element.repeated"}, ""},
		{"at T */N.1 required", "ST A*x L M N D N*x SE", nil, []string{"5 N01 element.missing"}, "I9"},
		{"at T L/D/N.1 required", "ST A*x L M N D N SE", nil, []string{"7 N01 element.missing"}, "I9"},
		{"at T L.1 required", "ST A*x L M SE", nil, []string{"3 L01 element.missing"}, "I9"},
		{"at T B#1 notes off", "ST A*x B**20240101 SE", []string{"3 B03 element.condition"}, nil, ""},
		{"at T B#2 notes off # REF#2 is a path\n# nothing", "ST A*x B**20240101 SE", []string{"3 B03 element.condition"}, []string{"3 B03 element.condition"}, ""},
		{"at T A.2 required codes AA", "ST A*x*BB SE", nil, []string{"2 A02 element.code"}, "I6"},
	} {
		if c.before == nil {
			c.before = []string{}
		}
		if c.after == nil {
			c.after = []string{}
		}
		assert.Equal(t, c.before, brief(check(smallSet(t), c.lines)), "%s before", c.overlay)
		found := check(partner(t, c.overlay), c.lines)
		assert.Equal(t, c.after, brief(found), c.overlay)
		if c.implementation != "" {
			require.NotEmpty(t, found, c.overlay)
			assert.Equal(t, c.implementation, found[0].Implementation, c.overlay)
		}
	}
}

// TestOverlayLeavesTheRelease: the release and its other sets stay as they are, and
// overlays lie one on another.
func TestOverlayLeavesTheRelease(t *testing.T) {
	base := embedded(t, schema.X12, "004010")
	house, err := schema.ParseOverlay([]byte("at 850 BEG.5 length 6 6\nat 850 PO1.2 required\n"))
	require.NoError(t, err)
	one, err := base.With(house)
	require.NoError(t, err)
	two, err := one.With(schema.Overlay{Changes: []schema.Change{{Set: "850", Path: "PO1.3", Use: schema.Required},
		{Element: "355", Codes: []string{"EA", "CA"}}}})
	require.NoError(t, err)
	order := "ST*850*0001 BEG*00*SA*PO-1**20260101 PO1*1**KG*3 SE*4*0001"
	for release, want := range map[*schema.Release][]string{
		base: {}, one: {"2 BEG05 element.long", "3 PO102 element.missing"},
		two: {"2 BEG05 element.long", "3 PO103 element.code", "3 PO102 element.missing"},
	} {
		set, _ := release.Set("850")
		clean := []string{}
		for _, f := range brief(check(set, order)) {
			if f != "3 PO102 element.condition" { // C0302: with the unit also the quantity
				clean = append(clean, f)
			}
		}
		assert.Equal(t, want, clean)
		assert.Same(t, release, set.Release())
	}
	ack, _ := two.Set("855")
	assert.Equal(t, []string{"3 PO103 element.code"}, brief(check(ack, "ST*855*0001 BAK*00*AD*PO-1*20260101 PO1*1*1*KG*3 SE*4*0001")),
		"an element changes in every set")
}

func TestOverlayErrors(t *testing.T) {
	r := embedded(t, schema.X12, "004010")
	for text, want := range map[string]string{
		"what":                                `line 1: "what": a change is at, a set, a path and what changes, or element, its number and what changes`,
		"\nat 850 BEG":                        `line 2: "at": a change is at, a set, a path and what changes, or element, its number and what changes`,
		"at 850 BEG needed":                   `line 1: "needed": expected required, optional, forbidden, min, max, length, notes or codes`,
		"at 850 BEG max 0":                    `line 1: "max": a number of 1 or more, or *, follows max`,
		"at 850 BEG min -1":                   `line 1: "min": a number follows min`,
		"at 850 BEG.1 length 1":               `line 1: "length": the shortest and the longest length follow`,
		"at 850 BEG.1 codes":                  `line 1: "codes": codes are a list, or + and - each, or any`,
		"at 850 BEG.1 codes AA +BB":           `line 1: "codes": codes are a list, or + and - each, or any`,
		"at 850 BEG notes on":                 `line 1: "notes": off follows notes`,
		"at 851 BEG required":                 "change 1 (851 BEG): the release has no such set",
		"at 850 QQQ required":                 "change 1 (850 QQQ): there is no such place",
		"at 850 PO1/QQQ required":             "change 1 (850 PO1/QQQ): there is no such place",
		"at 850 BEG.99 required":              "change 1 (850 BEG.99): BEG has 12 elements",
		"at 850 BEG.1.1 required":             "change 1 (850 BEG.1.1): BEG01 has 0 components",
		"at 850 BEG.x required":               `change 1 (850 BEG.x): "x" is no number of an element`,
		"at 850 BEG.1.1.1 required":           "change 1 (850 BEG.1.1.1): a path ends with a segment, an element or a component",
		"at 850 BEG.1 length 5 4":             "change 1 (850 BEG.1): lengths of 5 to 4 are not possible",
		"at 850 BEG length 1 4":               "change 1 (850 BEG): lengths and codes are those of an element",
		"at 850 BEG min 2":                    "change 1 (850 BEG): the fewest, 2, are more than the most, 1",
		"at 850 BEG.1 min 2":                  "change 1 (850 BEG.1): an element is required, not a fewest number of times there",
		"element 355 required":                "change 1 ( 355): of an element that is not at a path only lengths and codes can change",
		"element 9999 codes A":                "change 1 ( 9999): the release has no such element",
		"at 850 PO4 max 1\nat 850 Q required": "change 2 (850 Q): there is no such place",
	} {
		o, err := schema.ParseOverlay([]byte(text))
		if err == nil {
			_, err = r.With(o)
			var change *schema.ChangeError
			if strings.HasPrefix(want, "change") && !strings.Contains(text, "PO4") {
				assert.ErrorAs(t, err, &change, text)
			}
		} else {
			var wrong *schema.TextError
			require.ErrorAs(t, err, &wrong)
		}
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), "edi/schema: "+want, text)
		}
	}
	_, err := r.With(schema.Overlay{Changes: []schema.Change{{Path: "BEG", Use: "sometimes"}}})
	assert.ErrorContains(t, err, "use is required, optional or forbidden")
	_, err = r.With(schema.Overlay{Changes: []schema.Change{{Set: "850"}, {Set: "850", Path: "BEG", Element: "355"}}})
	assert.ErrorContains(t, err, "a change names a path or an element")
	assert.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 2, "all that is wrong is told")
}

func TestOverlayAsYAML(t *testing.T) {
	text := `overlay Northfield
at 850 PO1/PID required max 3
at * */REF.2 length 1 50
at 850 PO1.3 codes +XX -YY
at 850 BEG.2 codes SA NE
at 850 BEG.1 codes any
at 850 PO1 notes off
element 355 codes +XX
`
	yaml := `name: Northfield
changes:
- {set: "850", path: PO1/PID, use: required, max: 3}
- {set: "*", path: "*/REF.2", min_length: 1, max_length: 50}
- {set: "850", path: PO1.3, add: [XX], remove: [YY]}
- {set: "850", path: BEG.2, codes: [SA, NE]}
- {set: "850", path: BEG.1, any_code: true}
- {set: "850", path: PO1, no_notes: true}
- {element: "355", add: [XX]}
`
	fromText, err := schema.ParseOverlay([]byte(text))
	require.NoError(t, err)
	fromYAML, err := schema.DecodeOverlay([]byte(yaml))
	require.NoError(t, err)
	assert.Equal(t, fromText, fromYAML)
	_, err = embedded(t, schema.X12, "005010").With(fromYAML)
	require.NoError(t, err)

	_, err = schema.DecodeOverlay([]byte("changes:\n- {set: \"850\", pth: BEG}\n- {max: many}\n"))
	require.Error(t, err)
	var wrong *schema.TextError
	require.True(t, errors.As(err, &wrong))
	assert.Equal(t, 2, wrong.Line)
	assert.Contains(t, err.Error(), "line 3")
}
