package as2_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport/as2"
)

// openssl is another implementation of CMS; the tests that use it skip without.
type openssl struct {
	t   *testing.T
	dir string
}

func newOpenssl(t *testing.T) *openssl {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	o := &openssl{t: t, dir: t.TempDir()}
	for name, id := range map[string]as2.Identity{"ours": ours(), "theirs": theirs()} {
		key, err := x509.MarshalPKCS8PrivateKey(id.Key)
		require.NoError(t, err)
		o.write(name+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.Certificate.Raw}))
		o.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	}
	return o
}

func (o *openssl) write(name string, content []byte) {
	require.NoError(o.t, os.WriteFile(filepath.Join(o.dir, name), content, 0o600))
}

func (o *openssl) run(arguments ...string) []byte {
	o.t.Helper()
	c := exec.Command("openssl", arguments...)
	c.Dir = o.dir
	var errors bytes.Buffer
	c.Stderr = &errors
	out, err := c.Output()
	require.NoError(o.t, err, "%s", &errors)
	return out
}

// verified returns the signed part of a multipart/signed body.
func (o *openssl) verified(body []byte, certificate string) []byte {
	o.t.Helper()
	boundary, rest, _ := strings.Cut(string(body), "\r\n")
	parts := strings.Split(rest, "\r\n"+boundary)
	require.Len(o.t, parts, 3)
	_, text, _ := strings.Cut(parts[1], "\r\n\r\n")
	signature, err := base64.StdEncoding.DecodeString(text)
	require.NoError(o.t, err)
	o.write("content", []byte(parts[0]))
	o.write("signature", signature)
	return o.run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content",
		"-certfile", certificate, "-noverify")
}

// What is sent is decrypted and verified by openssl.
func TestOpensslReads(t *testing.T) {
	for name, change := range map[string]func(*as2.Agreement){
		"AES-256":          func(*as2.Agreement) {},
		"AES-128":          func(a *as2.Agreement) { a.Cipher = as2.AES128 },
		"AES-256 and OAEP": func(a *as2.Agreement) { a.OAEP = true },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpenssl(t)
			p := setup(t, change, nil)
			require.NoError(t, p.deliver())
			o.write("message", p.wire[0].request)
			signed := o.run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", "message", "-inkey", "theirs.key", "-recip", "theirs.crt")
			_, signed, _ = bytes.Cut(signed, []byte("\r\n\r\n"))
			assert.True(t, bytes.HasSuffix(o.verified(signed, "ours.crt"), order.Data))
			assert.Contains(t, string(o.verified(p.wire[0].answer, "theirs.crt")),
				"Disposition: automatic-action/MDN-sent-automatically; processed\r\n")
		})
	}
}

// What openssl makes is read, in BER with open lengths too.
func TestOpensslWrites(t *testing.T) {
	entity := "Content-Type: application/edi-x12\r\nContent-Disposition: attachment; filename=\"PO-9.edi\"\r\n\r\n" + strings.Repeat("ISA*00~", 5000)
	for name, c := range map[string]struct {
		flags   []string
		digest  string
		acme    func(*as2.Agreement)
		refused string
	}{
		"AES-256, streamed":       {[]string{"-aes-256-cbc", "-stream"}, "sha256", nil, ""},
		"AES-192":                 {[]string{"-aes-192-cbc"}, "sha256", nil, ""},
		"AES-128, SHA-512":        {[]string{"-aes-128-cbc", "-stream"}, "sha512", nil, ""},
		"RSA-OAEP":                {[]string{"-aes-256-cbc", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"}, "sha256", nil, ""},
		"RSA-OAEP by default":     {[]string{"-aes-256-cbc", "-keyopt", "rsa_padding_mode:oaep"}, "sha256", nil, ""},
		"RSA-OAEP, two hashes":    {[]string{"-aes-256-cbc", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1"}, "sha256", nil, ""},
		"by key identifier":       {[]string{"-aes-256-cbc", "-keyid"}, "sha256", nil, ""},
		"Triple DES":              {[]string{"-des3"}, "sha256", nil, as2.DecryptionFailed},
		"Triple DES as agreed":    {[]string{"-des3", "-stream"}, "sha256", func(a *as2.Agreement) { a.TripleDES = true }, ""},
		"SHA-1":                   {[]string{"-aes-256-cbc"}, "sha1", nil, as2.AuthenticationFailed},
		"SHA-1 as agreed":         {[]string{"-aes-256-cbc"}, "sha1", func(a *as2.Agreement) { a.SHA1 = true }, ""},
		"an algorithm not agreed": {[]string{"-camellia128"}, "sha256", nil, as2.DecryptionFailed},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOpenssl(t)
			o.write("entity", []byte(entity))
			o.write("signed", o.run("cms", "-sign", "-binary", "-crlfeol", "-md", c.digest, "-in", "entity", "-signer", "ours.crt", "-inkey", "ours.key"))
			// -recip takes key options, and has to come before them.
			flags := append([]string{"cms", "-encrypt", "-binary", "-outform", "DER", "-in", "signed"}, "-recip", "theirs.crt")
			message := o.run(append(flags, c.flags...)...)

			p := setup(t, nil, c.acme)
			p.alter = func(r *http.Request, _ []byte) []byte {
				r.Header.Set("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
				return message
			}
			if c.refused != "" {
				p.refused(c.refused)
				return
			}
			require.Error(t, p.deliver(), "the receipt is for what openssl made, which is not what the sender made")
			require.Len(t, p.got, 1, "%v", p.report)
			assert.Equal(t, "PO-9.edi", p.got[0].Name)
			assert.Equal(t, "MERIDIAN", p.got[0].From)
			assert.Equal(t, strings.Repeat("ISA*00~", 5000), p.body[0])
		})
	}
}
