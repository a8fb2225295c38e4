package relay_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/edigateway/relay"
	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/as2"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

func clock() time.Time { return time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC) }

const meridian = `
partners:
- name: bigbox
  account: C-100
  x12: {qualifier: "01", id: "123456789", our_qualifier: ZZ, our_id: MERIDIAN, version: "004010", acknowledge: {within_hours: 1}}
  options: {currency: USD}
- name: grocer
  account: C-200
  x12: {qualifier: "01", id: "987654321", our_qualifier: ZZ, our_id: MERIDIAN, version: "004010"}
  options: {currency: USD}
`

// bigbox is the other side of the first of them.
const bigbox = `
name: meridian
x12: {qualifier: ZZ, id: MERIDIAN, our_qualifier: "01", our_id: "123456789", version: "004010", acknowledge: {within_hours: 1}}
`

func directory(t *testing.T, text string) *partner.Directory {
	t.Helper()
	profiles, err := partner.Decode([]byte(text))
	require.NoError(t, err)
	d, err := partner.NewDirectory(profiles...)
	require.NoError(t, err)
	return d
}

// post is a way that tests put files into and take them from.
type post struct {
	in   []transport.File
	out  []transport.Message
	down error
}

func (p *post) put(text string) {
	p.in = append(p.in, transport.File{Key: fmt.Sprint(len(p.in)), Name: "in.edi", Body: strings.NewReader(text), Size: int64(len(text))})
}

// Poll implements transport.Source.
func (p *post) Poll(ctx context.Context, h transport.Handler) (n int, err error) {
	for _, f := range p.in {
		err = errors.Join(err, h(ctx, f))
		n++
	}
	p.in = nil
	return n, err
}

// Deliver implements transport.Sink.
func (p *post) Deliver(_ context.Context, m transport.Message) error {
	if p.down == nil {
		p.out = append(p.out, m)
	}
	return p.down
}

// takeOrders makes an order of every 850.
func takeOrders(_ context.Context, a gateway.Arrival) (intake.Outcome, error) {
	if a.Entry.Kind == "850" {
		return intake.Outcome{Result: intake.Ordered, Order: order.ID("SO-" + a.Entry.ID)}, nil
	}
	return intake.Outcome{Result: intake.PassedOver}, nil
}

func open(t *testing.T, j journal.Journal, routes ...relay.Route) *relay.Relay {
	t.Helper()
	r, err := relay.New(t.Context(), relay.Config{
		Journal: j, Partners: directory(t, meridian), Clock: clock, Handle: takeOrders, Routes: routes,
	})
	require.NoError(t, err)
	return r
}

func orderOf(sender string, control int) string {
	return fmt.Sprintf("ISA*00*          *00*          *01*%-15s*ZZ*MERIDIAN       *260327*1105*U*00401*%09d*0*P*>~"+
		"GS*PO*%s*MERIDIAN*20260327*1105*%d*X*004010~ST*850*0001~BEG*00*SA*A-%d**20260327~PO1*1*12*EA*2.5**VN*BR-10~CTT*1~"+
		"SE*5*0001~GE*1*%d~IEA*1*%09d~", sender, control, sender, control, control, control, control)
}

func TestOneWayDoesNotStopTheOther(t *testing.T) {
	j := journal.NewMemory()
	box, groc := &post{down: errors.New("no route to host")}, &post{}
	routes := []relay.Route{
		{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box},
		{Name: "grocer", Partners: []string{"grocer"}, Source: groc, Sink: groc},
	}
	r := open(t, j, routes...)
	box.put(orderOf("123456789", 1))
	groc.put(orderOf("987654321", 1))
	require.ErrorContains(t, r.Once(t.Context()), "no route to host")
	assert.Equal(t, 2, r.Inbox.Tally().Ordered)
	assert.Empty(t, box.out)
	require.Len(t, groc.out, 1)
	assert.Equal(t, "grocer-997-000000001.edi", groc.out[0].Name)
	assert.Equal(t, "application/edi-x12", groc.out[0].ContentType)

	box.down = nil
	r = open(t, j, routes...) // as after a new start
	require.NoError(t, r.Once(t.Context()))
	assert.Len(t, box.out, 1)
	assert.Len(t, groc.out, 1, "delivered twice")
	require.NoError(t, r.Once(t.Context()))
	assert.Len(t, box.out, 1, "delivered twice")
}

// A document that can never be delivered does not keep back those behind it;
// one whose partner cannot be reached does, so that they stay in order.
func TestOrderOfDeliveries(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{"unreachable": {errors.New("down"), 1}, "refused": {transport.Reject(errors.New("no such name")), 3}} {
		t.Run(name, func(t *testing.T) {
			tried := 0
			sink := sinkFunc(func() error { tried++; return c.err })
			r := open(t, journal.NewMemory(), relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, Sink: sink})
			p, err := directory(t, meridian).ByName("bigbox")
			require.NoError(t, err)
			for i := range 3 {
				_, err := r.Outbox.Send(t.Context(), p, document(i))
				require.NoError(t, err)
			}
			require.ErrorIs(t, r.Once(t.Context()), c.err)
			assert.Equal(t, c.want, tried)
		})
	}
}

// What is refused is not tried at every look, but told at every one.
func TestRefusedDeliveryIsHeld(t *testing.T) {
	now := clock()
	tried, refuses := 0, true
	sink := sinkFunc(func() error {
		tried++
		if refuses {
			return transport.Reject(errors.New("another file of this name is there"))
		}
		return nil
	})
	r, err := relay.New(t.Context(), relay.Config{
		Journal: journal.NewMemory(), Partners: directory(t, meridian), Clock: func() time.Time { return now }, Handle: takeOrders,
		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, Sink: sink}},
	})
	require.NoError(t, err)
	p, err := directory(t, meridian).ByName("bigbox")
	require.NoError(t, err)
	_, err = r.Outbox.Send(t.Context(), p, document(1))
	require.NoError(t, err)
	for _, look := range []struct {
		after time.Duration
		tried int
	}{{0, 1}, {time.Second, 1}, {time.Minute, 2}, {time.Minute, 2}, {time.Minute, 3}} {
		now = now.Add(look.after)
		require.ErrorContains(t, r.Once(t.Context()), "another file of this name")
		require.Equal(t, look.tried, tried)
	}
	refuses = false
	now = now.Add(time.Hour)
	require.NoError(t, r.Once(t.Context()))
	require.NoError(t, r.Once(t.Context()))
	assert.Equal(t, 4, tried)
}

type sinkFunc func() error

// Deliver implements transport.Sink.
func (f sinkFunc) Deliver(context.Context, transport.Message) error { return f() }

func document(i int) partner.Document {
	return partner.Document{Key: fmt.Sprint("855/SO-", i), Set: "855", Segments: []x12.Segment{
		x12.NewSegment("BAK", "00", "AD", fmt.Sprint("A-", i), "20260327"),
		x12.NewSegment("PO1", "1", "12", "EA", "2.5", "", "VN", "BR-10"),
		x12.NewSegment("CTT", "1"),
	}}
}

// Whoever holds the key to one way cannot send in the name of another partner.
func TestAnotherPartnersWay(t *testing.T) {
	box := &post{}
	r := open(t, journal.NewMemory(), relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box})
	box.put(orderOf("987654321", 1))
	require.NoError(t, r.Once(t.Context()))
	assert.Equal(t, "received 1, orders 0, exceptions 1, passed over 0, open 0", r.Inbox.Tally().String())
	assert.Empty(t, box.out)
}

func TestAcknowledgementsComeIn(t *testing.T) {
	box := &post{}
	r := open(t, journal.NewMemory(), relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box})
	p, err := directory(t, meridian).ByName("bigbox")
	require.NoError(t, err)
	sent, err := r.Outbox.Send(t.Context(), p, document(1))
	require.NoError(t, err)
	box.put("ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*000000005*0*P*>~" +
		"GS*FA*123456789*MERIDIAN*20260327*1105*5*X*004010~ST*997*0001~AK1*PR*1~AK9*A*1*1*1~SE*4*0001~GE*1*5~IEA*1*000000005~")
	require.NoError(t, r.Once(t.Context()))
	verdicts, err := r.Outbox.Answers("bigbox", sent.Key)
	require.NoError(t, err)
	assert.Len(t, verdicts, 1)
	assert.Len(t, box.out, 1, "a 997 is not answered: the 855 alone")
}

func TestHealth(t *testing.T) {
	box := &post{down: errors.New("no route to host")}
	r, err := relay.New(t.Context(), relay.Config{
		Journal: journal.NewMemory(), Partners: directory(t, meridian), Clock: clock, Handle: takeOrders, Every: time.Millisecond,
		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box}},
	})
	require.NoError(t, err)
	box.put(orderOf("123456789", 1))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var h relay.Health
	ask := func() int {
		w := httptest.NewRecorder()
		r.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		h = relay.Health{}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &h))
		return w.Code
	}
	require.Eventually(t, func() bool { return ask() == http.StatusServiceUnavailable }, 5*time.Second, time.Millisecond)
	stop()
	require.NoError(t, <-ended)
	assert.False(t, h.OK)
	assert.Contains(t, h.Routes["bigbox"]["deliver"].Error, "no route to host")
	assert.Empty(t, h.Routes["bigbox"]["poll"].Error)
	assert.Equal(t, "received 1, orders 1, exceptions 0, passed over 0, open 0", h.Inbox)
}

// What is in hand when the relay is told to stop is finished.
func TestStop(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	box := &post{}
	r, err := relay.New(ctx, relay.Config{
		Journal: journal.NewMemory(), Partners: directory(t, meridian), Clock: clock,
		Handle: func(ctx context.Context, a gateway.Arrival) (intake.Outcome, error) {
			stop()
			return takeOrders(ctx, a)
		},
		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box}},
	})
	require.NoError(t, err)
	box.put(orderOf("123456789", 1))
	require.NoError(t, r.Run(ctx))
	assert.Equal(t, "received 1, orders 1, exceptions 0, passed over 0, open 0", r.Inbox.Tally().String())
}

func TestConfig(t *testing.T) {
	box := &post{}
	for field, change := range map[string]func(*relay.Config){
		"Journal":  func(c *relay.Config) { c.Journal = nil },
		"Partners": func(c *relay.Config) { c.Partners = nil },
		"Handle":   func(c *relay.Config) { c.Handle = nil },
		"Name":     func(c *relay.Config) { c.Routes = []relay.Route{{Name: "a/b"}} },
	} {
		c := relay.Config{Journal: journal.NewMemory(), Partners: directory(t, meridian), Handle: takeOrders, Routes: []relay.Route{{Name: "a", Source: box}}}
		change(&c)
		_, err := relay.New(t.Context(), c)
		var wrong *transport.ConfigError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
	}
}

func identity(t *testing.T, name string) as2.Identity {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: clock().AddDate(-1, 0, 0), NotAfter: clock().AddDate(30, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(t, err)
	c, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return as2.Identity{Certificate: c, Key: key}
}

// Two houses with a relay each: the buyer's order goes over AS2, the supplier's
// 997 comes back over AS2, and the buyer knows that its order was accepted.
func TestTwoRelaysOverAS2(t *testing.T) {
	ours, theirs := identity(t, "Meridian"), identity(t, "Bigbox")
	var supplier, buyer *relay.Relay
	serve := func(r **relay.Relay) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { (*r).Handler().ServeHTTP(w, q) }))
		t.Cleanup(s.Close)
		return s
	}
	supplierWeb, buyerWeb := serve(&supplier), serve(&buyer)
	supplier = open(t, journal.NewMemory(), relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, AS2: &as2.Agreement{
		Us: "MERIDIAN", Partner: "BIGBOX", Identity: ours, Certificates: []*x509.Certificate{theirs.Certificate}, URL: buyerWeb.URL + "/as2/meridian",
	}})
	var err error
	buyer, err = relay.New(t.Context(), relay.Config{
		Journal: journal.NewMemory(), Partners: directory(t, bigbox), Clock: clock, Handle: takeOrders,
		Routes: []relay.Route{{Name: "meridian", Partners: []string{"meridian"}, AS2: &as2.Agreement{
			Us: "BIGBOX", Partner: "MERIDIAN", Identity: theirs, Certificates: []*x509.Certificate{ours.Certificate}, URL: supplierWeb.URL + "/as2/bigbox",
		}}},
	})
	require.NoError(t, err)
	profiles, err := partner.Decode([]byte(bigbox))
	require.NoError(t, err)
	sent, err := buyer.Outbox.Send(t.Context(), profiles[0], partner.Document{Key: "850/A-1", Set: "850", Segments: []x12.Segment{
		x12.NewSegment("BEG", "00", "SA", "A-1", "", "20260327"),
		x12.NewSegment("PO1", "1", "12", "EA", "2.5", "", "VN", "BR-10"),
		x12.NewSegment("CTT", "1"),
	}})
	require.NoError(t, err)

	require.NoError(t, buyer.Once(t.Context()))    // the order goes
	require.NoError(t, supplier.Once(t.Context())) // its acknowledgement goes
	assert.Equal(t, 1, supplier.Inbox.Tally().Ordered)
	verdicts, err := buyer.Outbox.Answers("meridian", sent.Key)
	require.NoError(t, err)
	require.Len(t, verdicts, 1)
	for range buyer.Outbox.Overdue(profiles...) {
		assert.Fail(t, "it was acknowledged")
	}
}

// The receipt of a message does not come: it is sent again, and the partner
// knows it.
func TestAsynchronousReceiptThatDoesNotCome(t *testing.T) {
	now := clock()
	ours, theirs := identity(t, "Meridian"), identity(t, "Bigbox")
	requests, taken := make(map[string]int), 0
	var server *as2.Server
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests[r.Header.Get("Message-ID")]++
		server.ServeHTTP(w, r)
	}))
	defer web.Close()
	r, err := relay.New(t.Context(), relay.Config{
		Journal: journal.NewMemory(), Partners: directory(t, meridian), Clock: func() time.Time { return now }, Handle: takeOrders,
		Routes: []relay.Route{{Name: "bigbox", Partners: []string{"bigbox"}, AS2: &as2.Agreement{
			Us: "MERIDIAN", Partner: "BIGBOX", Identity: ours, Certificates: []*x509.Certificate{theirs.Certificate}, URL: web.URL,
			Receipt: as2.Asynchronous, ReceiptURL: "http://127.0.0.1:1/as2/bigbox", // nobody is there
		}}},
	})
	require.NoError(t, err)
	server, err = as2.NewServer(as2.ServerConfig{
		Ledger: &transport.MemoryLedger{}, Clock: func() time.Time { return now },
		Handler: func(context.Context, transport.File) error { taken++; return nil },
		Agreements: []as2.Agreement{{
			Us: "BIGBOX", Partner: "MERIDIAN", Identity: theirs, Certificates: []*x509.Certificate{ours.Certificate},
			PartnerReceiptURL: "http://127.0.0.1:1/as2/bigbox",
		}},
	})
	require.NoError(t, err)
	p, err := directory(t, meridian).ByName("bigbox")
	require.NoError(t, err)
	_, err = r.Outbox.Send(t.Context(), p, document(1))
	require.NoError(t, err)
	for _, look := range []struct {
		after time.Duration
		sent  int
	}{{0, 1}, {59 * time.Minute, 1}, {2 * time.Minute, 2}, {time.Minute, 2}, {time.Hour, 3}, {48 * time.Hour, 3}} {
		now = now.Add(look.after)
		require.NoError(t, r.Once(t.Context()))
		require.Len(t, requests, 1, "another Message-ID")
		for _, n := range requests {
			assert.Equal(t, look.sent, n, "after %s", look.after)
		}
	}
	assert.Equal(t, 1, taken)
}

// TestDuplicates: a control number that was used for something else is refused, by what was
// agreed with the partner, over a start of the program too.
func TestDuplicates(t *testing.T) {
	j := journal.NewMemory()
	for i, text := range []string{orderOf("123456789", 1), strings.Replace(orderOf("123456789", 1), "BR-10", "BR-11", 1)} {
		box := &post{}
		r := open(t, j, relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box})
		box.put(text)
		require.NoError(t, r.Once(t.Context()))
		assert.Equal(t, intake.Tally{Received: i + 1, Ordered: 1, Exceptions: i}, r.Inbox.Tally())
		require.Len(t, box.out, 1)
		assert.Equal(t, i == 1, strings.Contains(string(box.out[0].Data), "*R*025~"), "TA1 refuses it")
	}
}

// TestTwoProcesses: what one process has delivered another one on the journal does not
// deliver again.
func TestTwoProcesses(t *testing.T) {
	j := journal.NewMemory()
	box := &post{}
	route := relay.Route{Name: "bigbox", Partners: []string{"bigbox"}, Source: box, Sink: box}
	first, second := open(t, j, route), open(t, j, route)
	box.put(orderOf("123456789", 1))
	require.NoError(t, first.Once(t.Context()))
	box.put(orderOf("123456789", 2))
	require.NoError(t, second.Once(t.Context()))
	assert.Len(t, box.out, 2, "an answer to each")
}
