package partner_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/partner"
)

func newReader(text []byte) io.Reader { return bytes.NewReader(text) }

// FuzzDecode looks for a profile that makes the reader panic, or that is not the same
// when it was written and read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("partners:\n  - name: a\n    x12: {qualifier: \"01\", id: A, our_qualifier: ZZ, our_id: US, version: \"004010\"}\n"))
	f.Add([]byte("name: a\nedifact: {id: A, our_id: B, directory: D01B, guide: {require: [{set: ORDERS, has: \"NAD.1=BY,2.1\"}]}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		profiles, err := partner.Decode(text)
		if err != nil {
			return
		}
		for _, p := range profiles {
			require.Empty(t, p.Validate())
			written, err := json.Marshal(p)
			require.NoError(t, err)
			again, err := partner.Decode(written)
			require.NoError(t, err, "%s", written)
			second, err := json.Marshal(again[0])
			require.NoError(t, err)
			assert.JSONEq(t, string(written), string(second))
		}
	})
}

// FuzzCertify looks for a sample that makes a certification panic, or a report
// whose verdict is not that of its sums.
func FuzzCertify(f *testing.F) {
	f.Add([]byte(received("123456789", "P", purchase)))
	f.Add([]byte("UNB+UNOC:3+4012345000009:14+4098765000000:14+260330:0815+77'UNH+1+ORDERS:D:96A:UN'BGM+220+4711+9'DTM+137:20260330:102'UNS+S'UNT+5+1'UNZ+1+77'"))
	p := strict()
	p.EDIFACT = carmaker().EDIFACT
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := partner.Certify(p, fstest.MapFS{"a": {Data: text}}, clock())
		require.NoError(t, err)
		assert.NotEmpty(t, c.String())
		assert.Equal(t, c.Count.Sets, c.Count.Passed+c.Count.Failed)
		assert.Equal(t, c.OK, c.Count.Errors == 0 && c.Count.Failed == 0 && c.Count.Interchanges > 0)
	})
}
