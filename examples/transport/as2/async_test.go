package as2_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
)

// async is a pair that uses asynchronous receipts: Meridian has a server too,
// which takes them.
type async struct {
	*partners
	back    *httptest.Server // Meridian's
	taken   []as2.Report     // by it
	refuse  int              // so many requests of Acme's fail
	now     time.Time
	restart func(change ...func(*as2.Agreement)) // Acme's server starts anew
}

func setupAsync(t *testing.T) *async {
	t.Helper()
	a := &async{now: today}
	var mine *as2.Server
	a.back = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.refuse > 0 {
			a.refuse--
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		mine.ServeHTTP(w, r)
	}))
	t.Cleanup(a.back.Close)
	var its as2.Agreement
	var acme as2.ServerConfig
	a.partners = setup(t,
		func(x *as2.Agreement) { x.Receipt, x.ReceiptURL = as2.Asynchronous, a.back.URL },
		func(x *as2.Agreement) { x.PartnerReceiptURL = a.back.URL; its = *x },
		func(c *as2.ServerConfig) { c.Clock = func() time.Time { return a.now }; acme = *c })
	var err error
	mine, err = as2.NewServer(as2.ServerConfig{
		Agreements: []as2.Agreement{{Us: "MERIDIAN", Partner: its.Us, Identity: ours(), Certificates: certificates(theirs())}},
		Handler:    a.take, Ledger: a.ours, Clock: func() time.Time { return today },
		Report: func(r as2.Report) { a.taken = append(a.taken, r) },
	})
	require.NoError(t, err)
	a.restart = func(change ...func(*as2.Agreement)) {
		for _, f := range change {
			f(&its)
		}
		acme.Agreements = []as2.Agreement{its}
		a.server, err = as2.NewServer(acme)
		require.NoError(t, err)
	}
	return a
}

func (a *async) sendReceipts(want int) {
	a.t.Helper()
	n, err := a.server.SendReceipts(a.t.Context())
	require.NoError(a.t, err)
	assert.Equal(a.t, want, n)
}

func TestAsynchronousReceipt(t *testing.T) {
	a := setupAsync(t)
	require.NoError(t, a.deliver())
	assert.Empty(t, a.wire[0].answer)
	_, err := a.sender.Receipt(t.Context(), order.ID)
	require.ErrorIs(t, err, transport.ErrNotKept)
	overdue, err := a.sender.Overdue(t.Context(), today.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, []string{order.ID}, overdue)
	none, err := a.sender.Overdue(t.Context(), today)
	require.NoError(t, err)
	assert.Empty(t, none, "it was sent just now")

	assert.Equal(t, []string{"MERIDIAN"}, a.server.Pending())
	a.sendReceipts(1)
	a.sendReceipts(0)
	r, err := a.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
	assert.True(t, r.Delivered() && r.Signed)
	overdue, err = a.sender.Overdue(t.Context(), today.Add(time.Hour))
	require.NoError(t, err)
	assert.Empty(t, overdue)
	require.Len(t, a.taken, 1)
	assert.NoError(t, a.taken[0].Err)
	assert.Empty(t, a.server.Pending())
	a.restart()
	a.sendReceipts(0) // it was sent by the earlier run
}

func TestAsynchronousReceiptIsTriedAgain(t *testing.T) {
	a := setupAsync(t)
	require.NoError(t, a.deliver())
	a.refuse = 2
	for range 2 {
		_, err := a.server.SendReceipts(t.Context())
		var status *as2.StatusError
		require.ErrorAs(t, err, &status)
		a.sendReceipts(0) // not at once
		a.now = a.now.Add(time.Minute)
	}
	a.sendReceipts(1)
}

// The program dies after it has taken a message and before it has sent the
// receipt.
func TestAsynchronousReceiptAfterANewStart(t *testing.T) {
	a := setupAsync(t)
	require.NoError(t, a.deliver())
	a.restart()
	a.sendReceipts(1)
	_, err := a.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
}

// The receipt does not come, and the message is sent again: its receipt is sent
// once more, and the document not processed again.
func TestAsynchronousReceiptThatIsLost(t *testing.T) {
	a := setupAsync(t)
	require.NoError(t, a.deliver())
	a.restart(func(x *as2.Agreement) { x.PartnerReceiptURL = "http://127.0.0.1:1/moved" })
	_, err := a.server.SendReceipts(t.Context())
	require.ErrorContains(t, err, "are agreed any more")
	a.restart(func(x *as2.Agreement) { x.PartnerReceiptURL = a.back.URL })
	require.NoError(t, a.deliver())
	assert.Equal(t, 1, a.calls)
	a.sendReceipts(1)
	_, err = a.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
}

func TestAsynchronousRefusal(t *testing.T) {
	a := setupAsync(t)
	a.alter = func(_ *http.Request, body []byte) []byte { body[len(body)-1] ^= 1; return body }
	require.NoError(t, a.deliver())
	a.sendReceipts(1)
	require.Len(t, a.taken, 1)
	var refused *as2.RefusedError
	require.ErrorAs(t, a.taken[0].Err, &refused)
	assert.Equal(t, as2.IntegrityCheckFailed, refused.Modifier)
	_, err := a.sender.Receipt(t.Context(), order.ID)
	require.ErrorIs(t, err, transport.ErrNotKept, "it was not delivered")
	a.alter = nil
	require.NoError(t, a.deliver())
	a.sendReceipts(1)
	_, err = a.sender.Receipt(t.Context(), order.ID)
	require.NoError(t, err)
}

// Whoever sends does not choose where this program makes requests to.
func TestReceiptAddressThatIsNotAgreed(t *testing.T) {
	asked := false
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer trap.Close()
	p := setup(t, func(a *as2.Agreement) { a.Receipt, a.ReceiptURL = as2.Asynchronous, trap.URL }, nil)
	err := p.deliver()
	var status *as2.StatusError
	require.ErrorAs(t, err, &status)
	assert.Equal(t, 403, status.Code)
	assert.Zero(t, p.calls)
	_, err = p.server.SendReceipts(t.Context())
	require.NoError(t, err)
	assert.False(t, asked)
}

func TestReceiptForNothing(t *testing.T) {
	a := setupAsync(t)
	require.NoError(t, a.deliver())
	other := setupAsync(t)
	other.ours = a.ours
	// Acme sends a receipt to a Meridian that has sent nothing.
	a.restart(func(x *as2.Agreement) { x.PartnerReceiptURL = other.back.URL })
	require.Empty(t, other.taken)
	replay := a.wire[0]
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header = replay.header.Clone()
	r.Header.Set("Receipt-Delivery-Option", other.back.URL)
	r.Body = http.NoBody
	w := httptest.NewRecorder()
	a.server.ServeHTTP(w, r)
	_, err := a.server.SendReceipts(t.Context())
	require.Error(t, err)
	require.Len(t, other.taken, 1)
	require.ErrorIs(t, other.taken[0].Err, as2.ErrReceipt)
}
