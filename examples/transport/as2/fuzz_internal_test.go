package as2

import (
	"bytes"
	"encoding/asn1"
	"testing"
	"time"
)

// FuzzDefinite: whatever comes, what is rewritten is read by encoding/asn1, and
// rewriting it once more changes nothing.
func FuzzDefinite(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 0x04, 0x01, 'x', 0x24, 0x80, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00})
	f.Add([]byte{0x30, 0x81, 0x03, 0x02, 0x01, 0x05, '\r', '\n'})
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := definite(in)
		if err != nil {
			return
		}
		again, err := definite(out)
		if err != nil || !bytes.Equal(out, again) {
			t.Fatalf("%x became %x and then %x: %v", in, out, again, err)
		}
		var v asn1.RawValue
		if rest, err := asn1.Unmarshal(out, &v); err != nil || len(rest) > 0 {
			t.Fatalf("%x is not DER: %v, %x is left", out, err, rest)
		}
	})
}

// FuzzOpen: no message makes it panic, and none is taken that nobody signed.
func FuzzOpen(f *testing.F) {
	f.Add("multipart/signed; boundary=b", []byte("--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b\r\nContent-Type: a/b\r\n\r\nMIAGCSqGSIb3DQEHAqCAMAA=\r\n--b--\r\n"))
	f.Add("application/pkcs7-mime", []byte{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03, 0xa0, 0x80, 0x30, 0x80, 0, 0, 0, 0, 0, 0})
	f.Add("multipart/report; boundary=b", []byte("--b\n\n--b--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		e := entity{header: map[string][]string{"Content-Type": {contentType}}, body: body}
		isReceipt(e)
		if _, err := readReceipt(e, Agreement{}, time.Time{}); err == nil && bytes.Contains([]byte(contentType), []byte("signed")) {
			t.Fatal("a receipt with a signature of nobody's")
		}
		if o, err := open(e, Agreement{Unencrypted: true}, time.Time{}, 1<<20); err == nil {
			t.Fatalf("taken: %+v", o)
		}
		_, _ = open(e, Agreement{Unencrypted: true, Unsigned: true}, time.Time{}, 1<<20)
	})
}
