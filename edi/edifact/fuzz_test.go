package edifact_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
)

// FuzzRead reads any bytes: it never panics, it ends, and what it reads can be
// written and reads back the same, without a fault where there was none.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"UNA:+.? 'UNB+UNOC:3+1:14+2:14+260327:1105+7'ALC+A++++DI'PCD+1:10'MOA+204:15.00'UNZ+0+7'",
		"UNA|*,\\^~FTX*a^b|c\\~~", "FTX+why??'", "UNA:+.?", "'''", "\xEF\xBB\xBFUNS+S'\r\n", "UNA++.? '", "LIN:1:2+?", "A??B+?'",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := edifact.NewReader(bytes.NewReader(data), edifact.Options{MaxSegmentBytes: 1 << 12})
		wrong := false
		for range 2*len(data) + 2 { // what is wrong with a segment comes before it
			token, err := r.Next()
			var syntax *edifact.SyntaxError
			switch {
			case errors.As(err, &syntax):
				wrong = true
				continue
			case err != nil:
				return
			}
			s := token.Segment()
			if s.Is("UNB") && bytes.Contains(data, []byte("UNA")) {
				continue // read with the separators of the UNA, and gives those that hold from here on
			}
			var out bytes.Buffer
			w, err := edifact.NewWriter(&out, edifact.WriterConfig{Separators: token.Separators(), UNA: true})
			require.NoError(t, err)
			var value *edifact.ValueError
			if err = w.Write(s); errors.As(err, &value) && value.Element == 0 {
				continue // no tag
			}
			require.NoError(t, err)
			back, err := tokens(out.Bytes())
			if !wrong {
				require.NoError(t, err, "%q", s)
			}
			wrong = false
			require.Len(t, back, 1, "%q", s)
			require.True(t, s.Equal(back[0]), "%q and %q", s, back[0])
		}
		t.Fatal("it does not end")
	})
}

// tokens reads bare segments as a Writer writes them, wrong ones included, and gives
// what is wrong with the first that is.
func tokens(data []byte) (list []edifact.Segment, wrong error) {
	r := edifact.NewReader(bytes.NewReader(data), edifact.Options{Charset: edifact.UTF8})
	for {
		token, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return list, wrong
		case err != nil && wrong == nil:
			wrong = err
		case err == nil:
			list = append(list, token.Segment())
		}
	}
}

// FuzzWalk checks any bytes: it never panics, its faults stand within the stream, and
// the segments that are read give the same bytes again.
func FuzzWalk(f *testing.F) {
	for _, seed := range []string{
		interchange, "UNB+UNOA:4+1+2+260327:1105+7'UNH+1+ORDERS:D:96A:UN'FTX+a*b?'UNT+3+1'UNZ+1+7'",
		"UNA:+.?*'UNB+UNOC:3+1+2+260327:1105+7'UNG+ORDERS+1+2+260327:1105+1+UN+D:96A'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNE+1+1'UNZ+1+7'",
		"UNB|UNOA:1|1|2|x|y'UNB+", "UNB\x1dUNOB\x1f1\x1d1\x1d2\x1dx\x1dy\x1cUNZ\x1d0\x1dy\x1c", "UNH+1+A'UNT+2+1'", "xxUNA++++++UNB+UNOA:1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := edifact.Read(bytes.NewReader(data), edifact.Options{MaxSegmentBytes: 1 << 12, MaxMessageBytes: 1 << 13, MaxElements: 50})
		require.NoError(t, err)
		for _, fault := range allFaults(r) {
			require.True(t, fault.Offset >= 0 && fault.Offset <= int64(len(data)), "%s", fault)
			require.NotEmpty(t, fault.Code)
		}
		for _, m := range r.Messages() {
			if raw := m.Raw(); raw != nil {
				require.True(t, bytes.HasPrefix(data[m.Offset:], raw))
				require.Equal(t, m.Count(), len(m.Segments))
			}
		}
		require.Equal(t, data, append([]byte{}, again(t, data)...))
	})
}
