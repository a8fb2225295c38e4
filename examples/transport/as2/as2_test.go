package as2_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
)

var (
	today = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

	ours    = identity("Meridian")
	theirs  = identity("Acme")
	another = identity("Stranger")
)

// identity makes a key and a certificate once.
func identity(name string) func() as2.Identity {
	return sync.OnceValue(func() as2.Identity { return newIdentity(name, today.AddDate(-1, 0, 0), today.AddDate(50, 0, 0)) })
}

func newIdentity(name string, from, until time.Time) as2.Identity {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		panic(err)
	}
	return certify(name, key, serial, from, until)
}

func certify(name string, key *rsa.PrivateKey, serial *big.Int, from, until time.Time) as2.Identity {
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		SubjectKeyId: serial.Bytes(),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return as2.Identity{Certificate: c, Key: key}
}

func certificates(ids ...as2.Identity) (all []*x509.Certificate) {
	for _, id := range ids {
		all = append(all, id.Certificate)
	}
	return all
}

// partners are Meridian, who sends, and Acme, who receives.
type partners struct {
	t      *testing.T
	server *as2.Server // Acme's
	http   *httptest.Server
	sender *as2.Sender // Meridian's
	calls  int         // of Acme's handler
	got    []transport.File
	body   []string
	fail   []error // what the handler returns, one after the other
	report []as2.Report
	wire   []wire
	lose   int // so many answers get lost on the way

	ours, theirs transport.Ledger
	// alter changes the requests on the way.
	alter func(*http.Request, []byte) []byte
	mu    sync.Mutex
}

// wire is what went over it.
type wire struct {
	header          http.Header
	request, answer []byte
	answerHeader    http.Header
	status          int
}

// setup makes both ends. The agreements are changed by change, seen from
// Meridian, and acme, seen from Acme.
func setup(t *testing.T, change, acme func(*as2.Agreement), configs ...func(*as2.ServerConfig)) *partners {
	t.Helper()
	p := &partners{t: t, ours: &transport.MemoryLedger{}, theirs: &transport.MemoryLedger{}}
	mine := as2.Agreement{Us: "MERIDIAN", Partner: `ACME "North"`, Identity: ours(), Certificates: certificates(theirs())}
	its := as2.Agreement{Us: `ACME "North"`, Partner: "MERIDIAN", Identity: theirs(), Certificates: certificates(ours())}
	p.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.server.ServeHTTP(w, r) }))
	t.Cleanup(p.http.Close)
	mine.URL = p.http.URL
	if change != nil {
		change(&mine)
	}
	if acme != nil {
		acme(&its)
	}
	c := as2.ServerConfig{
		Agreements: []as2.Agreement{its}, Ledger: p.theirs, Handler: p.take, Clock: func() time.Time { return today },
		Report: func(r as2.Report) { p.report = append(p.report, r) },
	}
	for _, f := range configs {
		f(&c)
	}
	var err error
	p.server, err = as2.NewServer(c)
	require.NoError(t, err)
	p.sender, err = as2.NewSender(as2.SenderConfig{
		Agreement: mine, Ledger: p.ours, Clock: func() time.Time { return today },
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Client: &http.Client{Transport: p},
	})
	require.NoError(t, err)
	return p
}

func (p *partners) take(_ context.Context, f transport.File) error {
	p.calls++
	if len(p.fail) > 0 {
		err := p.fail[0]
		p.fail = p.fail[1:]
		if err != nil {
			return err
		}
	}
	body, err := io.ReadAll(f.Body)
	p.got, p.body = append(p.got, f), append(p.body, string(body))
	return err
}

var errLine = errors.New("the line broke")

// RoundTrip is the wire.
func (p *partners) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if p.alter != nil {
		body = p.alter(r, body)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	header := r.Header.Clone()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wire = append(p.wire, wire{header, body, content, answer.Header, answer.StatusCode})
	if p.lose > 0 {
		p.lose--
		return nil, errLine
	}
	answer.Body = io.NopCloser(bytes.NewReader(content))
	return answer, nil
}

var order = transport.Message{
	ID: "850/PO-1", Name: "PO-1.edi", ContentType: "application/edi-x12", Data: []byte("ISA*00*          *00*~\r\nGS*PO~\n\x00\xff--=_"),
}

func (p *partners) deliver() error { return p.sender.Deliver(p.t.Context(), order) }

// refused wants a delivery to fail with a modifier, and nothing to be taken.
func (p *partners) refused(modifier string) {
	p.t.Helper()
	err := p.deliver()
	var refused *as2.RefusedError
	require.ErrorAs(p.t, err, &refused)
	assert.Equal(p.t, modifier, refused.Modifier)
	assert.True(p.t, transport.Rejected(err))
	assert.Empty(p.t, p.got)
	require.NotEmpty(p.t, p.report)
	assert.Error(p.t, p.report[0].Err)
}

func TestRoundTrip(t *testing.T) {
	for name, change := range map[string]func(*as2.Agreement){
		"signed and encrypted":         func(*as2.Agreement) {},
		"AES-128":                      func(a *as2.Agreement) { a.Cipher = as2.AES128 },
		"compressed too":               func(a *as2.Agreement) { a.Compress = true },
		"signed":                       func(a *as2.Agreement) { a.Unencrypted = true },
		"signed and compressed":        func(a *as2.Agreement) { a.Unencrypted, a.Compress = true, true },
		"encrypted":                    func(a *as2.Agreement) { a.Unsigned = true },
		"encrypted and compressed":     func(a *as2.Agreement) { a.Unsigned, a.Compress = true, true },
		"plain":                        func(a *as2.Agreement) { a.Unsigned, a.Unencrypted = true, true },
		"compressed only":              func(a *as2.Agreement) { a.Unsigned, a.Unencrypted, a.Compress = true, true, true },
		"with an unsigned receipt":     func(a *as2.Agreement) { a.UnsignedReceipt = true },
		"plain, with unsigned receipt": func(a *as2.Agreement) { a.Unsigned, a.Unencrypted, a.UnsignedReceipt = true, true, true },
		"without a receipt":            func(a *as2.Agreement) { a.Receipt = as2.NoReceipt },
	} {
		t.Run(name, func(t *testing.T) {
			var agreed as2.Agreement
			change(&agreed)
			p := setup(t, change, func(a *as2.Agreement) {
				a.Unsigned, a.Unencrypted = agreed.Unsigned, agreed.Unencrypted
			})
			require.NoError(t, p.deliver())
			require.Len(t, p.got, 1)
			f := p.got[0]
			assert.Equal(t, string(order.Data), p.body[0])
			assert.Equal(t, "PO-1.edi", f.Name)
			assert.Equal(t, "application/edi-x12", f.ContentType)
			assert.Equal(t, `as2/ACME "North"`, f.Source)
			assert.EqualValues(t, len(order.Data), f.Size)
			assert.Equal(t, map[bool]string{false: "MERIDIAN", true: ""}[agreed.Unsigned], f.From, "a name alone proves nothing")
			w := p.wire[0]
			assert.Equal(t, agreed.Unencrypted && !agreed.Compress, bytes.Contains(w.request, []byte("ISA*00*")))
			assert.Equal(t, `"ACME \"North\""`, w.header.Get("AS2-To"))
			r, err := p.sender.Receipt(t.Context(), order.ID)
			if agreed.Receipt == as2.NoReceipt {
				assert.Empty(t, w.answer)
				assert.ErrorIs(t, err, transport.ErrNotKept)
				return
			}
			require.NoError(t, err)
			assert.True(t, r.Delivered())
			assert.Equal(t, !agreed.UnsignedReceipt, r.Signed)
		})
	}
}

func TestDeliveredOnceIsNotSentAgain(t *testing.T) {
	p := setup(t, nil, nil)
	require.NoError(t, p.deliver())
	require.NoError(t, p.deliver())
	assert.Len(t, p.wire, 1)
}

// The receipt is lost, and the message sent again: the partner knows it.
func TestLostReceipt(t *testing.T) {
	p := setup(t, nil, nil)
	p.lose = 3
	require.NoError(t, p.deliver())
	require.Len(t, p.wire, 4)
	assert.Equal(t, 1, p.calls, "it was processed twice")
	for _, w := range p.wire {
		assert.Equal(t, p.wire[0].header.Get("Message-Id"), w.header.Get("Message-Id"))
		assert.Equal(t, p.wire[0].answer, w.answer, "another receipt")
	}
	assert.False(t, p.report[0].Duplicate)
	assert.True(t, p.report[3].Duplicate)
}

// As when the program was started anew in between: nothing is in memory.
func TestLostReceiptAndANewStart(t *testing.T) {
	p := setup(t, nil, nil)
	p.lose = 5
	var spent *transport.RetryError
	require.ErrorAs(t, p.deliver(), &spent)
	again := setup(t, nil, nil, func(c *as2.ServerConfig) { c.Ledger = p.theirs })
	require.NoError(t, again.deliver())
	assert.Zero(t, again.calls)
	assert.Equal(t, p.wire[0].header.Get("Message-Id"), again.wire[0].header.Get("Message-Id"))
}

// The first time the message asked for no receipt.
func TestReceiptForADuplicateThatHadNone(t *testing.T) {
	p := setup(t, nil, nil)
	p.lose = 1
	p.alter = func(r *http.Request, body []byte) []byte {
		if p.calls == 0 {
			r.Header.Del("Disposition-Notification-To")
		}
		return body
	}
	require.NoError(t, p.deliver())
	assert.Empty(t, p.wire[0].answer)
	assert.Equal(t, 1, p.calls)
	r, err := p.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
	assert.True(t, r.Signed)
}

func TestTheSameIDForSomethingElse(t *testing.T) {
	p := setup(t, nil, nil)
	require.NoError(t, p.deliver())
	other := order
	other.Data = []byte("ISA*01")
	fresh := setup(t, nil, nil, func(c *as2.ServerConfig) { c.Ledger = p.theirs })
	err := fresh.sender.Deliver(t.Context(), other)
	var refused *as2.RefusedError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, as2.DuplicateDocument, refused.Modifier)
	assert.Zero(t, fresh.calls)

	p.lose = 100
	third := order
	third.ID = "850/PO-2"
	require.Error(t, p.sender.Deliver(t.Context(), third))
	third.Data = []byte("changed")
	err = p.sender.Deliver(t.Context(), third)
	require.ErrorIs(t, err, transport.ErrChanged)
	assert.True(t, transport.Rejected(err))
}

func TestHandlerErrors(t *testing.T) {
	t.Run("temporary: the partner sends again", func(t *testing.T) {
		p := setup(t, nil, nil)
		p.fail = []error{errLine, errLine, nil}
		require.NoError(t, p.deliver())
		assert.Equal(t, 3, p.calls)
		assert.Len(t, p.got, 1)
		assert.Equal(t, 503, p.wire[0].status)
		assert.NotEmpty(t, p.wire[0].answerHeader.Get("Retry-After"))
	})
	t.Run("rejected: not remembered", func(t *testing.T) {
		p := setup(t, nil, nil)
		for range 5 {
			p.fail = append(p.fail, transport.Reject(errors.New("no space for it, ever")))
		}
		err := p.deliver()
		var refused *as2.RefusedError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, as2.UnexpectedError, refused.Modifier)
		assert.False(t, transport.Rejected(err), "the error is the partner's")
		require.NoError(t, p.deliver())
		assert.Len(t, p.got, 1)
	})
}

// halfLedger keeps nothing the first time, as when the journal fails, or the
// program dies, after the handler and before the note of it.
type halfLedger struct {
	transport.Ledger
	failures int
}

// Keep implements transport.Ledger.
func (l *halfLedger) Keep(ctx context.Context, key string, value []byte) ([]byte, bool, error) {
	if l.failures > 0 {
		l.failures--
		return nil, false, errLine
	}
	return l.Ledger.Keep(ctx, key, value)
}

func TestTakenButNotNoted(t *testing.T) {
	var keys []string
	p := setup(t, nil, nil, func(c *as2.ServerConfig) {
		c.Ledger = &halfLedger{c.Ledger, 1}
		c.Handler = func(_ context.Context, f transport.File) error { keys = append(keys, f.Key); return nil }
	})
	require.NoError(t, p.deliver())
	require.Len(t, keys, 2, "no receipt without the note")
	assert.Equal(t, keys[0], keys[1])
	assert.Equal(t, 503, p.wire[0].status)
}

func TestOverTLS(t *testing.T) {
	p := setup(t, nil, nil)
	web := httptest.NewTLSServer(p.server)
	defer web.Close()
	mine := as2.Agreement{Us: "MERIDIAN", Partner: `ACME "North"`, Identity: ours(), Certificates: certificates(theirs()), URL: web.URL}
	for name, c := range map[string]struct {
		client *http.Client
		fine   bool
	}{"known": {web.Client(), true}, "unknown authority": {nil, false}} {
		s, err := as2.NewSender(as2.SenderConfig{
			Agreement: mine, Ledger: p.ours, Client: c.client, Clock: func() time.Time { return today }, Retry: transport.Backoff{Attempts: 1},
		})
		require.NoError(t, err)
		m := order
		m.ID = name
		assert.Equal(t, c.fine, s.Deliver(t.Context(), m) == nil, name)
	}
	assert.Equal(t, 1, p.calls)
}

func TestRollover(t *testing.T) {
	next := newIdentity("Acme next", today.AddDate(0, 0, -1), today.AddDate(5, 0, 0))
	t.Run("we encrypt for the old one, they have both", func(t *testing.T) {
		p := setup(t, func(a *as2.Agreement) { a.Certificates = certificates(theirs(), next) },
			func(a *as2.Agreement) { a.Identity, a.Former = next, []as2.Identity{theirs()} })
		require.NoError(t, p.deliver())
	})
	t.Run("an ended one is passed over", func(t *testing.T) {
		ended := newIdentity("Acme old", today.AddDate(-2, 0, 0), today.AddDate(0, 0, -1))
		p := setup(t, func(a *as2.Agreement) { a.Certificates = certificates(ended, next) },
			func(a *as2.Agreement) { a.Identity = next })
		require.NoError(t, p.deliver())
	})
	t.Run("none is valid", func(t *testing.T) {
		ended := newIdentity("Acme old", today.AddDate(-2, 0, 0), today.AddDate(0, 0, -1))
		p := setup(t, func(a *as2.Agreement) { a.Certificates = certificates(ended) }, nil)
		require.ErrorIs(t, p.deliver(), as2.ErrCertificate)
		assert.Empty(t, p.wire, "it went out all the same")
	})
}

func TestAgreementValidate(t *testing.T) {
	for field, change := range map[string]func(*as2.Agreement){
		"Us":                func(a *as2.Agreement) { a.Us = "" },
		"Partner":           func(a *as2.Agreement) { a.Partner = "M\n" },
		"Cipher":            func(a *as2.Agreement) { a.Cipher = 7 },
		"Identity":          func(a *as2.Agreement) { a.Identity.Key = another().Key },
		"Certificates":      func(a *as2.Agreement) { a.Certificates = nil },
		"URL":               func(a *as2.Agreement) { a.URL = "ftp://x" },
		"PartnerReceiptURL": func(a *as2.Agreement) { a.PartnerReceiptURL = "file:///etc/passwd" },
		"ReceiptURL":        func(a *as2.Agreement) { a.Receipt = as2.Asynchronous },
	} {
		a := as2.Agreement{Us: "M", Partner: "A", Identity: ours(), Certificates: certificates(theirs()), URL: "https://a.example"}
		require.NoError(t, a.Validate())
		change(&a)
		var wrong *transport.ConfigError
		require.ErrorAs(t, a.Validate(), &wrong, field)
		assert.Equal(t, field, wrong.Field)
	}
}
