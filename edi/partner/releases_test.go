package partner_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// own is a host's release: in it the order type Q9 is a code of the 850, and Q8 of the
// 855. It has none for EDIFACT.
func own(t *testing.T) partner.Releases {
	t.Helper()
	release, err := schema.Embedded(schema.X12, "004010")
	require.NoError(t, err)
	release, err = release.With(schema.Overlay{Changes: []schema.Change{
		{Set: "850", Path: "BEG.2", Add: []string{"Q9"}}, {Set: "855", Path: "BAK.2", Add: []string{"Q8"}},
	}})
	require.NoError(t, err)
	return func(standard, version string) (*schema.Release, bool, error) {
		if standard != schema.X12 {
			return nil, false, nil
		}
		return release, version == "004010", nil
	}
}

// A host's own releases hold wherever those that are embedded would.
func TestReleases(t *testing.T) {
	releases := own(t)
	text := received("123456789", "P", strings.Replace(purchase, "SA", "Q9", 1))
	for name, change := range map[string]func(*partner.X12){
		"without a guide": func(*partner.X12) {},
		"with a guide": func(s *partner.X12) {
			s.Guide.Schema = []schema.Change{{Set: "850", Path: "REF", Use: schema.Required}}
		},
		"with tolerance": func(s *partner.X12) {
			s.Tolerate.Schema = []schema.Change{{Set: "850", Path: "PO1.3", AnyCode: true}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := bigbox()
			change(p.X12)
			for _, c := range []struct {
				releases partner.Releases
				want     x12.Status
			}{{nil, x12.Rejected}, {releases, x12.Accepted}} {
				d, err := c.releases.Directory(p)
				require.NoError(t, err)
				report, err := x12.Check(strings.NewReader(text), d.X12Options(x12.Options{}))
				require.NoError(t, err)
				assert.Equal(t, c.want, report.Sets()[0].Status())
				certified, err := c.releases.Certify(p, fstest.MapFS{"a": {Data: []byte(text)}}, clock())
				require.NoError(t, err)
				assert.Equal(t, c.want, certified.Files[0].Interchanges[0].Sets[0].Status)

				o, err := partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory(), Clock: clock, Releases: c.releases})
				require.NoError(t, err)
				doc := document("a")
				doc.Segments[0] = x12.NewSegment("BAK", "00", "Q8", "4711", "20260330")
				_, err = o.Send(t.Context(), p, doc)
				assert.Equal(t, c.want == x12.Accepted, err == nil, err)
			}
		})
	}
	_, err := releases.Directory(carmaker())
	require.ErrorContains(t, err, "edifact.directory")
}
