package partner_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/journal"
)

// response is an EDIFACT interchange of as many messages.
func response(key string, messages int) partner.Document {
	d := partner.Document{Key: key, Order: "SO-1"}
	for i := range messages {
		d.Messages = append(d.Messages, partner.Message{Type: "ORDRSP", Segments: []edifact.Segment{
			edifact.NewSegment("BGM", edifact.Simple("231"), edifact.Simple(fmt.Sprintf("R-%d", i+1)), edifact.Simple("29")),
			edifact.NewSegment("DTM", edifact.Composite("137", "20260330", "102")),
			edifact.NewSegment("UNS", edifact.Simple("S")),
		}})
	}
	return d
}

func ExampleOutbox_Send_edifact() {
	ctx := context.Background()
	o, _ := partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory(), Clock: clock})
	sent, err := o.Send(ctx, carmaker(), response("ORDRSP/SO-1", 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(sent.Raw))
	fmt.Println(sent.Standard, sent.Set, sent.Interchange, sent.SetControl, sent.Messages)
	// Output:
	// UNB+UNOC:3+4098765000003:14+4012345000009:14+260330:0915+1++ORDRSP'
	// UNH+1+ORDRSP:D:96A:UN'
	// BGM+231+R-1+29'
	// DTM+137:20260330:102'
	// UNS+S'
	// UNT+5+1'
	// UNH+2+ORDRSP:D:96A:UN'
	// BGM+231+R-2+29'
	// DTM+137:20260330:102'
	// UNS+S'
	// UNT+5+2'
	// UNZ+2+1'
	// EDIFACT ORDRSP 1 1 2
}

func TestEDIFACTNumbersHaveNoGapsAmongManySenders(t *testing.T) {
	j := journal.NewMemory()
	boxes := []*partner.Outbox{outbox(t, j), outbox(t, j)} // as two processes
	p := bigbox()
	p.EDIFACT = carmaker().EDIFACT // both standards, each with its own numbers
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := boxes[i%2].Send(t.Context(), p, response(fmt.Sprint("ORDRSP/", i), 1+i%3))
			assert.NoError(t, err)
		})
		wg.Go(func() {
			_, err := boxes[i%2].Send(t.Context(), p, document(fmt.Sprint("855/", i)))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	again := outbox(t, j)
	interchanges, messages := map[string][]int64{}, []int64{}
	for s := range again.Sent() {
		interchanges[s.Standard] = append(interchanges[s.Standard], s.Interchange)
		if s.Standard == "X12" {
			continue
		}
		full, err := again.Raw(t.Context(), "bigbox", s.Key)
		require.NoError(t, err)
		report, err := edifact.Read(bytes.NewReader(full.Raw), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
		require.NoError(t, err)
		assert.True(t, report.OK())
		assert.Equal(t, fmt.Sprint(s.Interchange), report.Interchanges[0].Control)
		for i, m := range report.Messages() {
			assert.Equal(t, fmt.Sprint(s.SetControl+int64(i)), m.Control)
			messages = append(messages, s.SetControl+int64(i))
		}
	}
	oneTo := func(n int64) (all []int64) {
		for i := int64(1); i <= n; i++ {
			all = append(all, i)
		}
		return all
	}
	slices.Sort(messages)
	assert.Equal(t, map[string][]int64{"X12": oneTo(20), "EDIFACT": oneTo(20)}, interchanges)
	assert.Equal(t, oneTo(39), messages, "twenty times one to three messages")
}

func TestLostAnswerOfEDIFACT(t *testing.T) {
	for _, kept := range []bool{false, true} {
		t.Run(fmt.Sprint(kept), func(t *testing.T) {
			mem := journal.NewMemory()
			o := outbox(t, &losing{Journal: mem, n: 2, times: 1, kept: kept})
			for i, key := range []string{"a", "b", "c"} {
				s, err := o.Send(t.Context(), carmaker(), response(key, 2))
				require.NoError(t, err)
				assert.EqualValues(t, i+1, s.Interchange)
				assert.EqualValues(t, 2*i+1, s.SetControl)
			}
			assert.Equal(t, []int64{1, 2, 3}, numbers(outbox(t, mem)))
		})
	}
}

// A process dies between the parts of a large interchange; the next one completes it
// under its references.
func TestLargeEDIFACTThatWasBegun(t *testing.T) {
	large := response("big", 1)
	body := large.Messages[0].Segments
	large.Messages[0].Segments = body[:2:2]
	for i := range 30_000 {
		large.Messages[0].Segments = append(large.Messages[0].Segments,
			edifact.NewSegment("LIN", edifact.Simple(fmt.Sprint(i+1)), edifact.Simple("5"), edifact.Composite("4012345000009", "EN")))
	}
	large.Messages[0].Segments = append(large.Messages[0].Segments, body[2])
	mem := journal.NewMemory()
	dying := outbox(t, &losing{Journal: mem, n: 2, times: 3})
	_, err := dying.Send(t.Context(), carmaker(), large)
	require.ErrorIs(t, err, journal.ErrOutcomeUnknown)

	o := outbox(t, mem)
	_, err = o.Raw(t.Context(), "carmaker", "big")
	require.ErrorIs(t, err, partner.ErrIncomplete)
	small, err := o.Send(t.Context(), carmaker(), response("small", 1))
	require.NoError(t, err)
	assert.EqualValues(t, 2, small.Interchange)
	stricter := carmaker()
	stricter.EDIFACT.Guide.Require = []partner.Requirement{{Set: "ORDRSP", Has: "FTX"}}
	sent, err := o.Send(t.Context(), stricter, large)
	require.NoError(t, err, "what was begun is completed, whatever the profile asks for now")
	assert.EqualValues(t, 1, sent.Interchange)
	assert.EqualValues(t, 1, sent.SetControl)
	again, err := outbox(t, mem).Raw(t.Context(), "carmaker", "big")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(sent.Raw, again.Raw))
}

func TestEDIFACTNumbersBeginAgain(t *testing.T) {
	p := carmaker()
	p.EDIFACT.First = partner.Numbers{Interchange: 999_999_999, Set: 999_999_998}
	mem := journal.NewMemory()
	first, err := outbox(t, mem).Send(t.Context(), p, response("a", 3))
	require.NoError(t, err)
	assert.Contains(t, string(first.Raw), "UNH+999999999+")
	assert.Contains(t, string(first.Raw), "UNH+1+")
	second, err := outbox(t, mem).Send(t.Context(), p, response("b", 1))
	require.NoError(t, err)
	assert.EqualValues(t, 1, second.Interchange)
	assert.EqualValues(t, 2, second.SetControl)
}

func TestReplyEDIFACT(t *testing.T) {
	received := func(ack, control string) *edifact.Interchange {
		text := "UNB+UNOC:3+4012345000009:14+4098765000003:14+260330:0815+77+++" + "+" + ack + "'" +
			"UNH+1+ORDERS:D:96A:UN'BGM+220+4711+9'DTM+137:20260330:102'UNS+S'UNT+" + control + "+1'UNZ+1+77'"
		report, err := edifact.Read(strings.NewReader(text), edifact.Options{})
		require.NoError(t, err)
		return report.Interchanges[0]
	}
	for _, c := range []struct {
		name    string
		send    partner.Answer
		ack     string
		count   string
		want    string
		nothing bool
	}{
		{name: "by default", count: "5", want: "UCI+77+4012345000009:14+4098765000003:14+7'"},
		{name: "a rejection", count: "9", want: "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2'"},
		{name: "none", send: partner.AnswerNone, ack: "1", count: "5", nothing: true},
		{name: "not requested", send: partner.AnswerRequested, count: "5", nothing: true},
		{name: "requested", send: partner.AnswerRequested, ack: "1", count: "5", want: "UCI+77+4012345000009:14+4098765000003:14+7'"},
		{name: "not requested, but rejected", send: partner.AnswerRequested, count: "9", want: "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := carmaker()
			p.EDIFACT.Acknowledge.Send = c.send
			o := outbox(t, journal.NewMemory())
			s, err := o.ReplyEDIFACT(t.Context(), p, "CONTRL/77", received(c.ack, c.count))
			if c.nothing {
				require.ErrorIs(t, err, partner.ErrNothing)
				assert.Empty(t, numbers(o))
				return
			}
			require.NoError(t, err)
			assert.Contains(t, string(s.Raw), c.want)
			assert.Equal(t, "CONTRL", s.Set)
			next, err := o.Send(t.Context(), p, response("a", 1))
			require.NoError(t, err)
			assert.EqualValues(t, 2, next.Interchange)
			assert.EqualValues(t, 1, next.SetControl, "an acknowledgement is numbered within its interchange alone")
			report, err := edifact.Read(bytes.NewReader(s.Raw), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
			require.NoError(t, err)
			assert.True(t, report.OK())
			_, err = o.ReplyEDIFACT(t.Context(), p, "again", report.Interchanges[0])
			require.ErrorIs(t, err, partner.ErrNothing, "a CONTRL is never acknowledged")
		})
	}
}

func TestDocumentOfNoStandard(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	mixed, other := response("a", 2), response("a", 2)
	mixed.Segments = document("a").Segments
	other.Messages[1].Type = "DESADV"
	for name, c := range map[string]struct {
		profile  partner.Profile
		document partner.Document
	}{
		"both":              {carmaker(), mixed},
		"two types":         {carmaker(), other},
		"no EDIFACT agreed": {bigbox(), response("a", 1)},
		"no X12 agreed":     {carmaker(), document("a")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.Send(t.Context(), c.profile, c.document)
			var bad *partner.DocumentError
			require.ErrorAs(t, err, &bad)
		})
	}
	assert.Empty(t, numbers(o))
}
