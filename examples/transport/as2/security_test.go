package as2_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
)

// What is weaker than agreed is refused, and so is what somebody else made.
func TestRefused(t *testing.T) {
	ended := newIdentity("Meridian", today.AddDate(-2, 0, 0), today.AddDate(0, 0, -1))
	sameNames := newIdentity("Meridian", today.AddDate(-1, 0, 0), today.AddDate(1, 0, 0))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	forged := certify("Meridian", key, ours().Certificate.SerialNumber, today.AddDate(-1, 0, 0), today.AddDate(50, 0, 0))
	for name, c := range map[string]struct {
		change, acme func(*as2.Agreement)
		want         string
	}{
		"signed by a forged certificate": {func(a *as2.Agreement) { a.Identity = forged }, nil, as2.AuthenticationFailed},
		"not signed":                     {func(a *as2.Agreement) { a.Unsigned = true }, nil, as2.InsufficientSecurity},
		"not encrypted":                  {func(a *as2.Agreement) { a.Unencrypted = true }, nil, as2.InsufficientSecurity},
		"neither":                        {func(a *as2.Agreement) { a.Unsigned, a.Unencrypted = true, true }, nil, as2.InsufficientSecurity},
		"neither, but compressed":        {func(a *as2.Agreement) { a.Unsigned, a.Unencrypted, a.Compress = true, true, true }, nil, as2.InsufficientSecurity},
		"signed by a stranger":           {func(a *as2.Agreement) { a.Identity = another() }, nil, as2.AuthenticationFailed},
		"signed by one of our name":      {func(a *as2.Agreement) { a.Identity = sameNames }, nil, as2.AuthenticationFailed},
		"signed, though need not be":     {func(a *as2.Agreement) { a.Identity = another() }, func(a *as2.Agreement) { a.Unsigned = true }, as2.AuthenticationFailed},
		"a certificate that has ended":   {func(a *as2.Agreement) { a.Identity = ended }, func(a *as2.Agreement) { a.Certificates = certificates(ended) }, as2.AuthenticationFailed},
		"encrypted for another":          {func(a *as2.Agreement) { a.Certificates = certificates(another(), theirs()) }, nil, as2.DecryptionFailed},
	} {
		t.Run(name, func(t *testing.T) {
			p := setup(t, c.change, c.acme)
			p.refused(c.want)
		})
	}
}

// A certificate ends by the clock of who takes the message, whatever time the signature
// states: that is the signer's word.
func TestEndedByOurClock(t *testing.T) {
	p := setup(t, nil, nil, func(c *as2.ServerConfig) { c.Clock = func() time.Time { return today.AddDate(60, 0, 0) } })
	p.refused(as2.AuthenticationFailed)
}

func TestNoAgreement(t *testing.T) {
	for name, change := range map[string]func(*as2.Agreement){
		"another receiver": func(a *as2.Agreement) { a.Partner = "ACME" },
		"another sender":   func(a *as2.Agreement) { a.Us = "meridian" },
	} {
		t.Run(name, func(t *testing.T) {
			p := setup(t, change, nil)
			err := p.deliver()
			var status *as2.StatusError
			require.ErrorAs(t, err, &status)
			assert.Equal(t, 403, status.Code)
			assert.True(t, transport.Rejected(err))
			assert.Zero(t, p.calls)
		})
	}
}

// A byte is changed anywhere on the way: nothing that was altered is ever
// taken, and what is taken is what was sent.
func TestAltered(t *testing.T) {
	for name, change := range map[string]func(*as2.Agreement){
		"signed and encrypted": func(*as2.Agreement) {},
		"signed":               func(a *as2.Agreement) { a.Unencrypted = true },
	} {
		t.Run(name, func(t *testing.T) {
			p := setup(t, change, func(a *as2.Agreement) { change(a) })
			at, seen := 0, make(map[string]int)
			p.alter = func(_ *http.Request, body []byte) []byte {
				if at < len(body) {
					body[at] ^= 0x01
				}
				return body
			}
			for at = 0; at < 4000; at += 37 {
				m := order
				m.ID = fmt.Sprint("altered ", at)
				err := p.sender.Deliver(t.Context(), m)
				for _, body := range p.body {
					require.Equal(t, string(order.Data), body, "at %d", at)
				}
				if err != nil {
					seen[err.Error()[:min(40, len(err.Error()))]]++
				}
			}
			assert.NotEmpty(t, seen)
		})
	}
	t.Run("the content of a signed message", func(t *testing.T) {
		p := setup(t, func(a *as2.Agreement) { a.Unencrypted = true }, func(a *as2.Agreement) { a.Unencrypted = true })
		p.alter = func(_ *http.Request, body []byte) []byte {
			return bytes.Replace(body, []byte("ISA*00"), []byte("ISA*03"), 1)
		}
		p.refused(as2.IntegrityCheckFailed)
	})
}

// Whether the padding of an altered message is right must not be told: with it
// somebody could decrypt a message byte by byte.
func TestAlteredPaddingIsNotTold(t *testing.T) {
	answers := make(map[string]bool)
	for _, fromEnd := range []int{1, 16, 17, 18, 31, 32} {
		p := setup(t, nil, nil)
		p.alter = func(_ *http.Request, body []byte) []byte { body[len(body)-fromEnd] ^= 0x40; return body }
		err := p.deliver()
		require.Error(t, err)
		answers[err.Error()] = true
		assert.Zero(t, p.calls)
	}
	assert.Len(t, answers, 1, "%v", answers)
}

// partnerServer answers as a partner would, or not.
func partnerServer(t *testing.T, p *partners, answer func(w http.ResponseWriter, good *httptest.ResponseRecorder)) {
	t.Helper()
	p.http.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		good := httptest.NewRecorder()
		p.server.ServeHTTP(good, r)
		answer(w, good)
	})
}

func TestReceiptsThatAreNone(t *testing.T) {
	plain := func(a *as2.Agreement) { a.UnsignedReceipt = true }
	copyOf := func(w http.ResponseWriter, good *httptest.ResponseRecorder, change func(string) string) {
		for name, values := range good.Header() {
			w.Header()[name] = values
		}
		_, _ = io.WriteString(w, change(good.Body.String()))
	}
	for name, c := range map[string]struct {
		change func(*as2.Agreement)
		answer func(string) string
		want   error
	}{
		"none at all":   {nil, func(string) string { return "" }, as2.ErrReceipt},
		"a page":        {plain, func(string) string { return "<html>thank you</html>" }, as2.ErrReceipt},
		"other content": {plain, func(s string) string { return strings.Replace(s, "Content-MIC: ", "Content-MIC: AAAA", 1) }, as2.ErrMIC},
		"no MIC":        {plain, func(s string) string { return strings.Replace(s, "Received-Content-MIC", "X-Other", 1) }, as2.ErrMIC},
		"another message": {plain, func(s string) string {
			return strings.Replace(s, "Original-Message-ID: <", "Original-Message-ID: <0", 1)
		}, as2.ErrReceipt},
		"no disposition":       {plain, func(s string) string { return strings.Replace(s, "Disposition:", "X-Other:", 1) }, as2.ErrReceipt},
		"altered, though good": {nil, func(s string) string { return strings.Replace(s, "was received", "WAS received", 1) }, as2.ErrReceipt},
		"cut off":              {nil, func(s string) string { return s[:len(s)-30] }, as2.ErrReceipt},
	} {
		t.Run(name, func(t *testing.T) {
			p := setup(t, c.change, nil)
			partnerServer(t, p, func(w http.ResponseWriter, good *httptest.ResponseRecorder) { copyOf(w, good, c.answer) })
			err := p.deliver()
			require.ErrorIs(t, err, c.want)
			_, err = p.sender.Receipt(t.Context(), order.ID)
			assert.ErrorIs(t, err, transport.ErrNotKept)
		})
	}
	for name, change := range map[string]func(string) string{
		"without types of its text": func(s string) string {
			return strings.Replace(s, "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n", "", 1)
		},
		"with another case": func(s string) string {
			return strings.Replace(s, "; processed", "; Processed/Warning: Duplicate-Document", 1)
		},
		"with LF alone":          func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") },
		"with an older MIC name": func(s string) string { return strings.Replace(s, ", sha-256", ", SHA256", 1) },
		"without angle brackets": func(s string) string {
			return regexp.MustCompile("Original-Message-ID: <(.*)>").ReplaceAllString(s, "Original-Message-ID: $1")
		},
	} {
		t.Run("a good one "+name, func(t *testing.T) {
			p := setup(t, plain, nil)
			partnerServer(t, p, func(w http.ResponseWriter, good *httptest.ResponseRecorder) {
				copyOf(w, good, func(s string) string {
					changed := change(s)
					assert.NotEqual(t, s, changed)
					return changed
				})
			})
			require.NoError(t, p.deliver())
		})
	}
	t.Run("unsigned", func(t *testing.T) {
		p := setup(t, nil, nil)
		p.alter = func(r *http.Request, body []byte) []byte {
			r.Header.Del("Disposition-Notification-Options")
			return body
		}
		err := p.deliver()
		require.ErrorIs(t, err, as2.ErrReceipt)
		assert.ErrorContains(t, err, "not signed; it says processed")
	})
	t.Run("signed by a stranger", func(t *testing.T) {
		p := setup(t, nil, func(a *as2.Agreement) { a.Identity, a.Former = another(), []as2.Identity{theirs()} })
		require.ErrorIs(t, p.deliver(), as2.ErrReceipt)
	})
	t.Run("a page with an error", func(t *testing.T) {
		p := setup(t, nil, nil)
		partnerServer(t, p, func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			http.Error(w, "down\x07 for\nmaintenance", http.StatusBadGateway)
		})
		var spent *transport.RetryError
		err := p.deliver()
		require.ErrorAs(t, err, &spent)
		assert.ErrorContains(t, err, "502: down for maintenance")
	})
	t.Run("a redirect is not followed", func(t *testing.T) {
		p := setup(t, nil, nil)
		partnerServer(t, p, func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		err := p.deliver()
		var status *as2.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, 307, status.Code)
	})
}

// The MIC of a signed message is over the very bytes that were signed, header
// and all; here it is computed from the wire.
func TestMICFromTheWire(t *testing.T) {
	p := setup(t, func(a *as2.Agreement) { a.Unencrypted = true }, func(a *as2.Agreement) { a.Unencrypted = true })
	require.NoError(t, p.deliver())
	body := string(p.wire[0].request)
	boundary, rest, _ := strings.Cut(body, "\r\n")
	part, _, _ := strings.Cut(rest, "\r\n"+boundary)
	require.True(t, strings.HasPrefix(part, "Content-Type: application/edi-x12\r\n"), part)
	require.True(t, strings.HasSuffix(part, string(order.Data)))
	sum := sha256.Sum256([]byte(part))
	r, err := p.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
	assert.Equal(t, base64.StdEncoding.EncodeToString(sum[:])+", sha-256", r.MIC)
}

func TestMICAlgorithms(t *testing.T) {
	for option, want := range map[string]string{
		"signed-receipt-micalg=required, sha512, sha-256":  "sha-512",
		"signed-receipt-micalg=optional, md5, SHA-384":     "sha-384",
		"signed-receipt-micalg=optional, sha1":             "sha-256",
		"signed-receipt-micalg=optional, md5":              "sha-256",
		"signed-receipt-protocol=required,pkcs7-signature": "sha-256",
		"signed-receipt-micalg=required, md5":              "",
	} {
		p := setup(t, func(a *as2.Agreement) { a.UnsignedReceipt = true }, nil)
		p.alter = func(r *http.Request, body []byte) []byte {
			r.Header.Set("Disposition-Notification-Options", option)
			return body
		}
		err := p.deliver()
		if want == "" {
			p.refused(as2.UnsupportedAlgorithms)
			assert.Contains(t, string(p.wire[0].answer), "; failed/failure: unsupported MIC-algorithms\r\n")
			continue
		}
		_ = err // another algorithm than ours is an ErrMIC, which is not what is looked at
		assert.Contains(t, string(p.wire[0].answer), ", "+want+"\r\n", option)
	}
}

func TestLimits(t *testing.T) {
	t.Run("size", func(t *testing.T) {
		p := setup(t, nil, nil, func(c *as2.ServerConfig) { c.MaxBytes = 1000 })
		err := p.deliver()
		var status *as2.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, http.StatusRequestEntityTooLarge, status.Code)
		assert.ErrorIs(t, p.report[0].Err, transport.ErrTooLarge)
	})
	t.Run("size when it is unpacked", func(t *testing.T) {
		p := setup(t, func(a *as2.Agreement) { a.Compress = true }, nil, func(c *as2.ServerConfig) { c.MaxBytes = 1 << 20 })
		m := order
		m.Data = make([]byte, 2<<20)
		err := p.sender.Deliver(t.Context(), m)
		var refused *as2.RefusedError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, as2.DecompressionFailed, refused.Modifier)
	})
	t.Run("messages at a time", func(t *testing.T) {
		var p *partners
		waiting, goOn := make(chan bool), make(chan bool)
		p = setup(t, nil, nil, func(c *as2.ServerConfig) {
			c.MaxConcurrent = 1
			c.Handler = func(context.Context, transport.File) error { waiting <- true; <-goOn; return nil }
		})
		var wg sync.WaitGroup
		wg.Go(func() { assert.NoError(t, p.deliver()) })
		<-waiting
		r, err := http.NewRequest(http.MethodPost, p.http.URL, strings.NewReader("x"))
		require.NoError(t, err)
		r.Header.Set("AS2-From", "MERIDIAN")
		r.Header.Set("AS2-To", `"ACME \"North\""`)
		r.Header.Set("Message-ID", "<1@x>")
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = answer.Body.Close()
		assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
		close(goOn)
		wg.Wait()
	})
}

func TestRequestsThatAreNoMessages(t *testing.T) {
	p := setup(t, nil, nil)
	for name, c := range map[string]struct {
		method string
		header map[string]string
		want   int
	}{
		"a browser":     {http.MethodGet, nil, 405},
		"no headers":    {http.MethodPost, nil, 400},
		"no Message-ID": {http.MethodPost, map[string]string{"AS2-From": "MERIDIAN", "AS2-To": "x"}, 400},
	} {
		r := httptest.NewRequest(c.method, "/", strings.NewReader("x"))
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		assert.Equal(t, c.want, w.Code, name)
	}
}

func TestHostileMultipart(t *testing.T) {
	plain := func(a *as2.Agreement) { a.Unencrypted, a.Receipt = true, as2.NoReceipt }
	p := setup(t, plain, plain)
	for name, c := range map[string]struct{ boundary, body string }{
		"marks without a line":  {"b", strings.Repeat("--b", 4<<20)},
		"many empty parts":      {"b", strings.Repeat("--b\n", 2<<20)},
		"many parts":            {"b", strings.Repeat("--b\nA: b\n\n", 1<<20)},
		"a header without end":  {"b", "--b\n" + strings.Repeat("A: b\n", 2<<20)},
		"a line without end":    {"b", "--b\n" + strings.Repeat("A", 10<<20)},
		"a boundary of nothing": {"", strings.Repeat("--\n", 2<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			p.alter = func(r *http.Request, _ []byte) []byte {
				r.Header.Set("Content-Type", `multipart/signed; boundary="`+c.boundary+`"`)
				return []byte(c.body)
			}
			m := order
			m.ID = name
			began := time.Now()
			require.Error(t, p.sender.Deliver(t.Context(), m))
			assert.Less(t, time.Since(began), 30*time.Second)
			assert.Zero(t, p.calls)
		})
	}
}

// A request to a server that is slow to make sense of anything.
func TestHostilePKCS7(t *testing.T) {
	p := setup(t, func(a *as2.Agreement) { a.Receipt = as2.NoReceipt }, nil)
	for name, body := range map[string][]byte{
		"nested without end":   bytes.Repeat([]byte{0x30, 0x80}, 5<<20),
		"many small elements":  append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x05, 0x00}, 5<<20)...),
		"a length beyond":      {0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x00},
		"a length of 2^32":     {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00},
		"a length of no bytes": {0x30, 0x85},
		"nothing":              {},
		"one byte":             {0x30},
		"a long tag":           bytes.Repeat([]byte{0x3F, 0xFF}, 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			p.alter = func(*http.Request, []byte) []byte { return body }
			m := order
			m.ID = name
			began := time.Now()
			require.Error(t, p.sender.Deliver(t.Context(), m))
			assert.Less(t, time.Since(began), 30*time.Second)
			assert.Zero(t, p.calls)
		})
	}
}
