package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/edisample"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

const profiles = `
partners:
- name: bigbox
  account: C-100
  x12:
    qualifier: "01"
    id: "123456789"
    our_qualifier: ZZ
    our_id: MERIDIAN
    version: "004010"
- name: autoline
  account: C-300
  edifact:
    id: "4012345500004"
    qualifier: "14"
    our_id: "5412345000013"
    our_qualifier: "14"
    directory: D96A
`

// house is a gateway with what stands around it, all on one journal.
type house struct {
	*gateway.Gateway
	inbox   *intake.Inbox
	outbox  *partner.Outbox
	handled []gateway.Arrival
	broken  error // what Handle fails with
}

func open(t testing.TB, j journal.Journal, more func(*gateway.Config)) *house {
	t.Helper()
	list, err := partner.Decode([]byte(profiles))
	require.NoError(t, err)
	directory, err := partner.NewDirectory(list...)
	require.NoError(t, err)
	h := &house{}
	h.inbox, err = intake.New(intake.Config{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, h.inbox.Load(t.Context()))
	h.outbox, err = partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, h.outbox.Load(t.Context()))
	c := gateway.Config{Partners: directory, Inbox: h.inbox, Outbox: h.outbox, Handle: func(_ context.Context, a gateway.Arrival) (intake.Outcome, error) {
		if h.broken != nil {
			return intake.Outcome{}, h.broken
		}
		h.handled = append(h.handled, a)
		if a.Entry.Kind == "850" || a.Entry.Kind == "ORDERS" {
			return intake.Outcome{Result: intake.Ordered, Order: order.ID("SO-" + a.Entry.ID)}, nil
		}
		return intake.Outcome{}, nil
	}}
	if more != nil {
		more(&c)
	}
	h.Gateway, err = gateway.New(c)
	require.NoError(t, err)
	return h
}

func (h *house) receive(t testing.TB, text string) gateway.Taken {
	t.Helper()
	taken, err := h.Receive(t.Context(), "in.edi", strings.NewReader(text))
	require.NoError(t, err)
	return taken
}

// isa puts sets of one group into an interchange of bigbox.
func isa(group, control string, sets ...string) string {
	return fmt.Sprintf("ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260327*1105*U*00401*%09s*0*P*>~"+
		"GS*%s*123456789*MERIDIAN*20260327*1105*%s*X*004010~%sGE*%d*%s~IEA*1*%09s~", control, group, control, strings.Join(sets, ""), len(sets), control, control)
}

// set puts segments into a set.
func set(kind, control string, segments ...string) string {
	return fmt.Sprintf("ST*%s*%s~%s~SE*%d*%s~", kind, control, strings.Join(segments, "~"), len(segments)+2, control)
}

func po(control, number string) string {
	return set("850", control, "BEG*00*SA*"+number+"**20260327", "PO1*1*12*EA*2.50**VN*BR-10", "CTT*1")
}

const orders = "UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+7'UNH+1+ORDERS:D:96A:UN'BGM+220+A-1+9'DTM+137:20260327:102'" +
	"NAD+BY+4012345500004::9'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'UNT+8+1'UNZ+1+7'"

// brief tells what became of the documents.
func brief(taken gateway.Taken) []string {
	var all []string
	for _, d := range taken.Documents {
		text := d.Entry.Kind + " " + d.Entry.Control + " " + string(d.Entry.Outcome.Result)
		for _, f := range d.Entry.Outcome.Findings {
			text += " " + f.Code
		}
		if d.Known {
			text += " (known)"
		}
		all = append(all, text)
	}
	return all
}

func TestReceive(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)

	taken := h.receive(t, isa("PO", "41", po("0001", "A-1"), "ST*850*0002~BEG*00*SA*A-2**20260327~PO1*1*12*EA~SE*9*0002~"))
	assert.Equal(t, []string{"850 000000041/41/0001 order", "850 000000041/41/0002 exception x12.se.count"}, brief(taken))
	assert.Equal(t, 1, taken.Interchanges)
	assert.Empty(t, taken.Faults)
	require.Len(t, h.handled, 1)
	assert.Equal(t, "bigbox", h.handled[0].Profile.Name)
	assert.Equal(t, "A-1", h.handled[0].Set.Body()[0].Value(3))
	require.Len(t, taken.Answers, 1)
	assert.Contains(t, string(taken.Answers[0].Raw), "AK9*P*2*2*1~")

	taken = h.receive(t, "\r\n"+orders)
	assert.Equal(t, []string{"ORDERS 7/1 order"}, brief(taken))
	require.Len(t, taken.Answers, 1)
	assert.Contains(t, string(taken.Answers[0].Raw), "UCI+7+4012345500004:14+5412345000013:14+7'")
	assert.Equal(t, "autoline", h.handled[1].Profile.Name)
	require.NotNil(t, h.handled[1].Message)

	taken = h.receive(t, strings.ReplaceAll(isa("PO", "42", po("0001", "A-1")), "*01*123456789 ", "*01*999999999 "))
	assert.Equal(t, []string{"850 000000042/42/0001 exception gateway.partner"}, brief(taken))
	assert.Empty(t, taken.Answers, "nobody to answer")

	taken = h.receive(t, "Dear sirs, please find enclosed ...")
	assert.Equal(t, []string{"file  exception x12.not-x12"}, brief(taken))
	assert.Empty(t, brief(h.receive(t, "")), "an empty stream leaves nothing to keep")
}

// TestAgain: the same stream again is known, is not handed over again, and gets the same
// answer, in another process, too.
func TestAgain(t *testing.T) {
	j := journal.NewMemory()
	text := isa("PO", "41", po("0001", "A-1"), po("0002", "A-2"))
	first := open(t, j, nil).receive(t, text)
	h := open(t, j, nil)
	again := h.receive(t, text)
	assert.Equal(t, []string{"850 000000041/41/0001 order (known)", "850 000000041/41/0002 order (known)"}, brief(again))
	assert.Empty(t, h.handled)
	require.Len(t, again.Answers, 1)
	assert.Equal(t, first.Answers[0].Raw, again.Answers[0].Raw)
}

// TestGoesOn: what a process that died left behind is done when the stream comes again.
func TestGoesOn(t *testing.T) {
	j := journal.NewMemory()
	text := isa("PO", "41", po("0001", "A-1"))
	h := open(t, j, nil)
	h.broken = errors.New("the database is away")
	_, err := h.Receive(t.Context(), "in.edi", strings.NewReader(text))
	require.ErrorIs(t, err, h.broken)
	assert.Equal(t, intake.Tally{Received: 1, Open: 1}, h.inbox.Tally())

	h = open(t, j, nil)
	taken := h.receive(t, text)
	assert.Equal(t, []string{"850 000000041/41/0001 order (known)"}, brief(taken))
	assert.Len(t, h.handled, 1)
	assert.Len(t, taken.Answers, 1)
}

// TestAcknowledgements find what was sent; one that refuses is for a person to look at.
func TestAcknowledgements(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	p := partner.Profile{Name: "bigbox", X12: &partner.X12{Qualifier: "01", ID: "123456789", OurQualifier: "ZZ", OurID: "MERIDIAN", Version: "004010"}}
	for _, key := range []string{"one", "two"} {
		_, err := h.outbox.Send(t.Context(), p, partner.Document{Key: key, Set: "855", Segments: []x12.Segment{
			x12.NewSegment("BAK", "00", "AD", key, "20260327"), x12.NewSegment("PO1", "1", "12", "EA", "2.5", "", "VN", "BR-10"),
			x12.NewSegment("CTT", "1"),
		}})
		require.NoError(t, err)
	}
	taken := h.receive(t, isa("FA", "41", set("997", "0001", "AK1*PR*1", "AK2*855*0001", "AK5*A", "AK9*A*1*1*1"),
		set("997", "0002", "AK1*PR*2", "AK2*855*0002", "AK3*BAK*2", "AK4*2*587*7*AD", "AK5*R*5", "AK9*R*1*1*0")))
	assert.Equal(t, []string{"997 000000041/41/0001 passed-over", "997 000000041/41/0002 exception partner.answer.rejected"}, brief(taken))
	assert.Equal(t, fault.Accepted, taken.Documents[0].Acknowledged.Verdicts[0].Status)
	assert.Equal(t, "two", taken.Documents[1].Acknowledged.Verdicts[0].Key)
	assert.Empty(t, taken.Answers, "an acknowledgement is not acknowledged")
	assert.Empty(t, h.handled)

	ta1 := strings.Replace(isa("FA", "43"), "GS*FA*123456789*MERIDIAN*20260327*1105*43*X*004010~GE*0*43~", "TA1*000000001*260327*1200*A*000~", 1)
	taken = h.receive(t, strings.Replace(ta1, "IEA*1*", "IEA*0*", 1))
	assert.Equal(t, []string{"TA1 000000043/1 passed-over"}, brief(taken))
	assert.True(t, taken.Documents[0].Acknowledged.Verdicts[0].Receipt)
}

// TestErrorDesk: what was rejected is corrected and goes the way of what arrives.
func TestErrorDesk(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	desk, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock, Process: h.Process})
	require.NoError(t, err)
	for _, text := range []string{isa("PO", "41", "ST*850*0001~BEG*00*SA*A-1**20260327~PO1*1*12*EA*2.50**VN*BR-10~SE*9*0001~"), strings.Replace(orders, "UNT+8", "UNT+9", 1)} {
		taken := h.receive(t, text)
		id := taken.Documents[0].Entry.ID
		detail, err := desk.Show(t.Context(), id)
		require.NoError(t, err)
		corrected := strings.NewReplacer("SE*9", "SE*4", "UNT+9", "UNT+8").Replace(string(detail.Interchange))
		result, err := desk.Correct(t.Context(), id, errordesk.Correction{Raw: []byte(corrected), Actor: "ada", Reason: "counted wrong"})
		require.NoError(t, err)
		assert.Equal(t, intake.Ordered, result.Outcome.Result, "%v", result.Outcome.Findings)
	}
	assert.Len(t, h.handled, 2)

	outcome, err := h.Process(t.Context(), intake.Entry{}, []byte(isa("PO", "41", po("0001", "A-1"), po("0002", "A-2"))))
	require.NoError(t, err)
	assert.Equal(t, "gateway.not-one", outcome.Findings[0].Code)
}

func TestStrangersAndRetries(t *testing.T) {
	var known bool
	h := open(t, journal.NewMemory(), func(c *gateway.Config) {
		c.Stranger = func(a gateway.Arrival) (partner.Profile, bool) { return partner.Profile{Name: a.Entry.Partner}, known }
		c.Retry = func(e intake.Entry) bool { return known && e.Outcome.Findings.Blocks() }
	})
	text := strings.ReplaceAll(orders, "4012345500004:14", "4099999900005:14")
	assert.Equal(t, []string{"ORDERS 7/1 exception gateway.partner"}, brief(h.receive(t, text)))
	assert.Equal(t, []string{"ORDERS 7/1 exception gateway.partner (known)"}, brief(h.receive(t, text)))
	known = true
	assert.Equal(t, []string{"ORDERS 7/1 order (known)"}, brief(h.receive(t, text)))
	require.Len(t, h.handled, 1)
	assert.Equal(t, "14:4099999900005", h.handled[0].Profile.Name)
}

// TestLimits: a document that is too long to be kept is an exception, and its neighbours
// go on.
func TestLimits(t *testing.T) {
	h := open(t, journal.NewMemory(), func(c *gateway.Config) {
		c.X12.MaxSetBytes, c.EDIFACT.MaxMessageBytes = 200, 60
	})
	long := set("850", "0002", append(append([]string{"BEG*00*SA*A-2**20260327"}, slices.Repeat([]string{"PO1*1*12*EA*2.50**VN*BR-10"}, 20)...), "CTT*20")...)
	assert.Equal(t, []string{"850 000000041/41/0001 order", "850 000000041/41/0002 exception x12.limit.set-bytes", "file  exception x12.limit.set-bytes"},
		brief(h.receive(t, isa("PO", "41", po("0001", "A-1"), long))))
	taken := h.receive(t, orders)
	assert.Equal(t, []string{"ORDERS 7/1 exception edifact.limit.message-bytes", "file  exception edifact.limit.message-bytes"}, brief(taken))
	raw, err := h.inbox.Raw(t.Context(), taken.Documents[0].Entry.ID)
	require.NoError(t, err)
	assert.Contains(t, string(raw), "the document was not kept")
}

func TestConfig(t *testing.T) {
	_, err := gateway.New(gateway.Config{})
	var missing *gateway.ConfigError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "Partners", missing.Field)
}

// TestUnwritable: an answer that cannot be written is told, and what came is done all the
// same.
func TestUnwritable(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	taken := h.receive(t, strings.NewReplacer("*41*X", "*4é1*X", "GE*1*41", "GE*1*4é1").Replace(isa("PO", "41", po("0001", "A-1"))))
	assert.Len(t, taken.Documents, 1)
	assert.Empty(t, taken.Answers)
	require.Len(t, taken.Unanswered, 1)
	var wrong *x12.WriteError
	assert.ErrorAs(t, taken.Unanswered[0], &wrong)
}

// TestStrangersAcknowledge: what somebody says of what was never sent is an exception.
func TestStrangersAcknowledge(t *testing.T) {
	h := open(t, journal.NewMemory(), func(c *gateway.Config) {
		c.Stranger = func(a gateway.Arrival) (partner.Profile, bool) {
			require.True(t, a.Set != nil || a.Message != nil)
			return partner.Profile{Name: "guest"}, true
		}
	})
	text := strings.Replace(isa("FA", "43"), "GS*FA*123456789*MERIDIAN*20260327*1105*43*X*004010~GE*0*43~", "TA1*000000001*260327*1200*A*000~", 1)
	text = strings.NewReplacer("IEA*1*", "IEA*0*", "*01*123456789 ", "*01*999999999 ").Replace(text)
	assert.Equal(t, []string{"TA1 000000043/1 exception gateway.partner"}, brief(h.receive(t, text)))
}

// TestErrorDeskOfFiles: a file of which nothing could be read is taken as any other, once
// a person corrected it.
func TestErrorDeskOfFiles(t *testing.T) {
	h := open(t, journal.NewMemory(), nil)
	desk, err := errordesk.New(errordesk.Config{Inbox: h.inbox, Clock: clock, Process: h.Process})
	require.NoError(t, err)
	taken := h.receive(t, "a note of the carrier\n")
	require.Len(t, taken.Documents, 1)
	result, err := desk.Correct(t.Context(), taken.Documents[0].Entry.ID, errordesk.Correction{
		Raw: []byte(isa("PO", "41", po("0001", "A-1"), po("0002", "A-2"))), Actor: "ada", Reason: "the wrong file was sent",
	})
	require.NoError(t, err)
	assert.Equal(t, intake.PassedOver, result.Outcome.Result)
	assert.Len(t, h.handled, 2)
	assert.Equal(t, intake.Tally{Received: 4, Ordered: 2, Exceptions: 1, PassedOver: 1}, h.inbox.Tally())
}

// TestMaxInterchange: an interchange that is too long to wait for its end is rejected as a
// whole, in bounded memory, and the one behind it goes on.
func TestMaxInterchange(t *testing.T) {
	h := open(t, journal.NewMemory(), func(c *gateway.Config) { c.MaxInterchange = 400 })
	taken := h.receive(t, isa("PO", "41", po("0001", "A-1"), po("0002", "A-2"), po("0003", "A-3"), po("0004", "A-4"))+isa("PO", "42", po("0001", "A-5")))
	assert.Equal(t, []string{"850 000000042/42/0001 order", "file  exception gateway.limit.interchange"}, brief(taken))
	require.Len(t, taken.Faults, 1)
	assert.Equal(t, gateway.CodeTooLong, taken.Faults[0].Code)
	require.Len(t, taken.Answers, 2)
	assert.Contains(t, string(taken.Answers[0].Raw), "TA1*000000041*260327*1105*R*024~")

	long := strings.NewReplacer("UNZ+1", "UNZ+9", "UNT+8+1'", "UNT+8+1'"+strings.Repeat("UNH+1+ORDERS:D:96A:UN'BGM+220+A-1+9'UNT+3+1'", 8)).Replace(orders)
	taken = h.receive(t, long)
	assert.Equal(t, []string{"file  exception gateway.limit.interchange"}, brief(taken), "its beginning is kept")
	assert.Len(t, h.handled, 1)

	h = open(t, journal.NewMemory(), func(c *gateway.Config) { c.MaxInterchange = 1 << 20 })
	heap := edisample.NewHeap(edisample.X12Reader(16<<20), 1<<20)
	taken, err := h.Receive(t.Context(), "long.x12", heap)
	require.NoError(t, err)
	assert.Len(t, taken.Documents, 1)
	assert.Less(t, heap.Most(), int64(16<<20))
}
