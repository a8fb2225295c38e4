package schema_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// FuzzParse: any text is a release or a typed error, and what is a release can
// validate.
func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("release X12 1\nelement 1 AN 1 5\nsegment A 1!*3\nset S\nA 1 1\nloop 0 *\nA 1 1\nend\nend\n")
	f.Add("release X12 1\nsegment A 1*\nnote A P0102\ncodes 1 A\n")
	f.Add("release X12 1\nelement 1 N0 0 5\ncomposite C 1! 1\nnote C L0102\nsegment A C*2")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := schema.Parse([]byte(text))
		if err != nil {
			var wrong *schema.TextError
			require.ErrorAs(t, err, &wrong)
			return
		}
		for _, id := range r.SetIDs() {
			set, _ := r.Set(id)
			check(set, "ST A*x A B*1*2*3 L M SE")
		}
	})
}

// FuzzOverlay: any text is an overlay or a typed error, and so is what it makes of a
// release.
func FuzzOverlay(f *testing.F) {
	f.Add("overlay x\nat T L/D/N.1 required length 1 2 codes +A -B\nat * */B#1 max * notes off\nelement 2 codes any")
	f.Add("at T A.1 forbidden max 3\nat T L forbidden\nat T A min 1 max 2\n")
	f.Add("at T C.1.2 codes A B\nat T * required")
	r, err := schema.Parse([]byte(small))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := schema.ParseOverlay([]byte(text))
		if err != nil {
			var wrong *schema.TextError
			require.ErrorAs(t, err, &wrong)
			return
		}
		changed, err := r.With(o)
		if err != nil {
			var wrong *schema.ChangeError
			require.ErrorAs(t, err, &wrong)
			return
		}
		set, ok := changed.Set("T")
		require.True(t, ok)
		check(set, "ST A*x B**20240101 C*x>1>2*a^b L M N D N SE")
	})
}

// FuzzValidate: whatever the segments are, every finding stands at a segment of the
// set, has codes and words, and there are no more than are allowed; and the next set
// is not the wiser for it.
func FuzzValidate(f *testing.F) {
	f.Add("ST A*x B*x**12 C*x>1>2^y L M N D N SE")
	f.Add("ST B*x A*x L L N D D M B B B SE SE A")
	f.Add("HL*1**S HL*2*1*O HL*1*9*S SE ST")
	f.Add("ST A*a?>b?^c*AA C*??>1 >>> **** SE")
	small := smallSet(f)
	notice := setOf(f, schema.X12, "004010", "856")
	const clean = "ST A*x*AA*123 B*y*20240229*2359 B C*x>1>2.5^y*a^b^c L M N D N N D L M L M D B SE"
	f.Fuzz(func(t *testing.T, text string) {
		for _, set := range []*schema.Set{small, notice} {
			for _, with := range []schema.Syntax{syntax, {Component: '>', Release: '?'}, {}} {
				v := schema.NewValidator(schema.Options{MaxFindings: 50})
				v.Begin(set, with)
				total, no := 0, 0
				tell := func(found []schema.Finding) {
					total += len(found)
					for _, finding := range found {
						assert.NotEmpty(t, finding.Code)
						assert.NotEmpty(t, finding.Message)
						assert.NotEmpty(t, finding.Fix)
						assert.GreaterOrEqual(t, finding.SegmentNo, 1)
						assert.LessOrEqual(t, finding.SegmentNo, no)
						assert.LessOrEqual(t, len(finding.Value), 40)
					}
				}
				for _, line := range strings.Split(text, " ") {
					no++
					tell(v.Segment(newSegment(line)))
				}
				tell(v.End())
				assert.LessOrEqual(t, total, 50)
				if set == small {
					v.Begin(set, syntax)
					for _, line := range strings.Fields(clean) {
						assert.Empty(t, v.Segment(newSegment(line)))
					}
				}
			}
		}
	})
}

func TestLongTextsAreRefused(t *testing.T) {
	long := []byte(strings.Repeat("#", 17<<20))
	var wrong *schema.TextError
	_, err := schema.Parse(long)
	require.True(t, errors.As(err, &wrong))
	_, err = schema.ParseOverlay(long)
	require.True(t, errors.As(err, &wrong))
	_, err = schema.Parse([]byte("release X12 1\nelement 1 AN 1 5\nsegment A 1\nset S\n" + strings.Repeat("A 0 1\n", 10_001) + "end"))
	require.ErrorContains(t, err, "10,000 places")
}
