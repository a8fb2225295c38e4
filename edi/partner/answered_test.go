package partner_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
)

// functional is the answer of a 997 made by hand.
func functional(kind, group string, status fault.Status, documents ...ack.Document) ack.Answer {
	return ack.Answer{Standard: ack.X12, Kind: "997", Control: "77/1/0001",
		Groups: []ack.Group{{Kind: kind, Level: ack.Level{Control: group, Status: status}, Documents: documents}}}
}

func set(kind, control string, status fault.Status, faults ...fault.Fault) ack.Document {
	return ack.Document{Kind: kind, Level: ack.Level{Control: control, Status: status, Faults: faults}}
}

func ta1(control string, status fault.Status) ack.Answer {
	return ack.Answer{Standard: ack.X12, Kind: "TA1", Control: "78", Interchange: &ack.Level{Control: control, Status: status}}
}

func found(a partner.Acknowledged) []string {
	var list []string
	for _, f := range a.Findings() {
		list = append(list, f.Code)
	}
	return list
}

// What the partner's program answers with, here this library's, finds the document.
func TestAnswerFindsWhatWasSent(t *testing.T) {
	j := journal.NewMemory()
	o := outbox(t, j)
	for i := range 3 {
		_, err := o.Send(t.Context(), bigbox(), document(fmt.Sprint("855/", i)))
		require.NoError(t, err)
	}
	sent, err := o.Send(t.Context(), bigbox(), document("855/x"))
	require.NoError(t, err)
	damaged := bytes.Replace(sent.Raw, []byte("BAK*00*AD*4711"), []byte("BAK*00*QQ*4711"), 1) // on its way
	report, err := x12.Read(bytes.NewReader(damaged), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	var reply bytes.Buffer
	w, err := x12.NewWriter(&reply, x12.WriterConfig{})
	require.NoError(t, err)
	_, _, err = x12.Reply(w, report.Interchanges[0], x12.ReplyConfig{Control: "9", GroupControl: 9, At: clock()})
	require.NoError(t, err)
	back, err := x12.Read(&reply, x12.Options{})
	require.NoError(t, err)
	answer, faults := ack.ReadSet(back.Sets()[0])
	require.Empty(t, faults)

	a, err := o.Acknowledge(t.Context(), "bigbox", "in/1", answer)
	require.NoError(t, err)
	require.Len(t, a.Verdicts, 1)
	assert.Equal(t, "855/x", a.Verdicts[0].Key)
	assert.Equal(t, fault.Rejected, a.Verdicts[0].Status)
	assert.Equal(t, "BAK", a.Verdicts[0].Faults[0].Segment)
	assert.Equal(t, []string{"partner.answer.rejected"}, found(a))
	assert.Contains(t, a.Findings()[0].Message, "BAK02: the code is not one that the partner takes")

	again, err := outbox(t, j).Acknowledge(t.Context(), "bigbox", "in/1", answer)
	require.NoError(t, err)
	assert.True(t, again.Known)
	assert.Equal(t, a.Verdicts, again.Verdicts)
	verdicts, err := outbox(t, j).Answers("bigbox", "855/x")
	require.NoError(t, err)
	assert.Equal(t, a.Verdicts, verdicts, "the journal has it all")
	_, err = o.Answers("bigbox", "nope")
	require.ErrorIs(t, err, partner.ErrNotSent)
}

func TestVerdicts(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	_, err := o.Send(t.Context(), bigbox(), document("855/1"))
	require.NoError(t, err)
	for i, c := range []struct {
		name   string
		answer ack.Answer
		key    string
		status fault.Status
		found  []string
	}{
		{"envelope", ta1("000000001", fault.Accepted), "855/1", fault.Accepted, nil},
		{"envelope again", ta1("1", fault.Accepted), "855/1", fault.Accepted, []string{"partner.answer.repeated"}},
		{"content", functional("PR", "1", fault.Accepted), "855/1", fault.Accepted, nil},
		{"content again", functional("PR", "0001", fault.Accepted, set("855", "1", fault.Accepted)), "855/1", fault.Accepted, []string{"partner.answer.repeated"}},
		{"otherwise", functional("PR", "1", fault.PartiallyAccepted, set("855", "0001", fault.Rejected)), "855/1", fault.Rejected, []string{"partner.answer.contradicts", "partner.answer.rejected"}},
		{"with errors", functional("PR", "1", fault.AcceptedWithErrors), "855/1", fault.AcceptedWithErrors, []string{"partner.answer.contradicts", "partner.answer.noted"}},
		{"another group", functional("PR", "2", fault.Accepted), "", fault.Accepted, []string{"partner.answer.unmatched"}},
		{"another kind of group", functional("IN", "1", fault.Accepted), "", fault.Accepted, []string{"partner.answer.unmatched"}},
		{"no number", functional("PR", "x", fault.Rejected), "", fault.Rejected, []string{"partner.answer.unmatched"}},
		{"another interchange", ta1("7", fault.Rejected), "", fault.Rejected, []string{"partner.answer.unmatched"}},
		{"advice", ack.Answer{Standard: ack.X12, Kind: "824", Documents: []ack.Document{set("855", "1", fault.Rejected)}}, "855/1", fault.Rejected, []string{"partner.answer.rejected"}},
		{"advice on another set", ack.Answer{Standard: ack.X12, Kind: "824", Documents: []ack.Document{set("810", "1", fault.Rejected)}}, "", fault.Rejected, []string{"partner.answer.unmatched"}},
	} {
		a, err := o.Acknowledge(t.Context(), "bigbox", fmt.Sprint("in/", i), c.answer)
		require.NoError(t, err, c.name)
		require.Len(t, a.Verdicts, 1, c.name)
		assert.Equal(t, c.key, a.Verdicts[0].Key, c.name)
		assert.Equal(t, c.status, a.Verdicts[0].Status, c.name)
		assert.Equal(t, c.found, found(a), c.name)
	}
	a, err := o.Acknowledge(t.Context(), "bigbox", "in/more", functional("PR", "1", fault.PartiallyAccepted, set("855", "1", fault.Accepted), set("855", "2", fault.Rejected)))
	require.NoError(t, err)
	require.Len(t, a.Verdicts, 2, "a set that was never sent is told beside")
	assert.Empty(t, a.Verdicts[1].Key)
	assert.Len(t, slices.Collect(o.Acknowledgements()), 13)
	_, err = o.Acknowledge(t.Context(), "bigbox", "", ta1("1", fault.Accepted))
	require.Error(t, err)
}

func TestControlFindsMessages(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	sent, err := o.Send(t.Context(), carmaker(), response("ORDRSP/1", 2))
	require.NoError(t, err)
	reply := func(raw []byte) ack.Answer {
		report, err := edifact.Read(bytes.NewReader(raw), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
		require.NoError(t, err)
		var out bytes.Buffer
		w, err := edifact.NewWriter(&out, edifact.WriterConfig{})
		require.NoError(t, err)
		_, err = edifact.Reply(w, report.Interchanges[0], edifact.ReplyConfig{Control: "5", At: clock()})
		require.NoError(t, err)
		back, err := edifact.Read(&out, edifact.Options{})
		require.NoError(t, err)
		a, faults := ack.ReadMessage(back.Messages()[0])
		require.Empty(t, faults)
		return a
	}
	for i, c := range []struct {
		raw    string
		status fault.Status
	}{
		{string(sent.Raw), fault.Accepted},
		{strings.Replace(string(sent.Raw), "BGM+", "ZZZ+", 1), fault.PartiallyAccepted},
		{strings.ReplaceAll(string(sent.Raw), "BGM+", "ZZZ+"), fault.Rejected},
	} {
		a, err := o.Acknowledge(t.Context(), "carmaker", fmt.Sprint("in/", i), reply([]byte(c.raw)))
		require.NoError(t, err)
		require.Len(t, a.Verdicts, 1)
		assert.Equal(t, "ORDRSP/1", a.Verdicts[0].Key)
		assert.Equal(t, c.status, a.Verdicts[0].Status)
		assert.Equal(t, c.status != fault.Accepted, len(a.Verdicts[0].Faults) > 0)
	}
	a, err := o.Acknowledge(t.Context(), "carmaker", "in/x", ack.Answer{Standard: ack.EDIFACT, Kind: "CONTRL", Interchange: &ack.Level{Control: "1"},
		Documents: []ack.Document{set("ORDRSP", "9", fault.Rejected)}})
	require.NoError(t, err)
	assert.Len(t, a.Verdicts, 2, "a message that was never sent is told beside")
	a, err = o.Acknowledge(t.Context(), "carmaker", "in/y", ack.Answer{Standard: ack.EDIFACT, Kind: "APERAK", Documents: []ack.Document{set("", "2", fault.Rejected)}})
	require.NoError(t, err)
	require.Len(t, a.Verdicts, 1)
	assert.Equal(t, []any{"ORDRSP/1", true, false}, []any{a.Verdicts[0].Key, a.Verdicts[0].Application, a.Verdicts[0].Contradicts})
}

func TestOverdue(t *testing.T) {
	now := clock()
	j := journal.NewMemory()
	o, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	p := bigbox()
	p.X12.Acknowledge.WithinHours = 24
	p.X12.RequestTA1 = true
	for i := range 3 {
		_, err := o.Send(t.Context(), p, document(fmt.Sprint("855/", i)))
		require.NoError(t, err)
	}
	silent := bigbox()
	silent.Name = "silent"
	_, err = o.Send(t.Context(), silent, document("855/0"))
	require.NoError(t, err)
	lists := func() (late, all []string) {
		for a := range o.Overdue(p, silent) {
			late = append(late, a.Key+" "+a.Kind)
			assert.Positive(t, a.Late)
		}
		for a := range o.Awaited(p, silent) {
			all = append(all, a.Key+" "+a.Kind)
			assert.Equal(t, clock().Add(24*time.Hour), a.Due)
		}
		return late, all
	}
	late, all := lists()
	assert.Empty(t, late)
	assert.Len(t, all, 6)
	for i, a := range []ack.Answer{ta1("1", fault.Accepted), ta1("2", fault.Rejected), functional("PR", "3", fault.Accepted)} {
		_, err := o.Acknowledge(t.Context(), "bigbox", fmt.Sprint("in/", i), a)
		require.NoError(t, err)
	}
	now = now.Add(25 * time.Hour)
	late, all = lists()
	assert.Equal(t, []string{"855/0 997"}, late, "a refused envelope leaves nothing to wait for, nor does a verdict on the content")
	assert.Equal(t, late, all)
}

// Two processes record what comes in while both send, on a journal that loses answers:
// all of it is there once, whatever came first.
func TestAnswersAmongManySenders(t *testing.T) {
	mem := journal.NewMemory()
	boxes := []*partner.Outbox{outbox(t, &losing{Journal: mem, n: 5, kept: true}), outbox(t, &losing{Journal: mem, n: 9})}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			s, err := boxes[i%2].Send(t.Context(), bigbox(), document(fmt.Sprint("855/", i)))
			if !assert.NoError(t, err) {
				return
			}
			for k := range 2 { // the second is the same one again
				_, err = boxes[(i+k)%2].Acknowledge(t.Context(), "bigbox", fmt.Sprint("in/", i), functional("PR", fmt.Sprint(s.Group), fault.Accepted))
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	after := outbox(t, mem)
	assert.Len(t, slices.Collect(after.Acknowledgements()), 20)
	for s := range after.Sent() {
		verdicts, err := after.Answers("bigbox", s.Key)
		require.NoError(t, err)
		require.Len(t, verdicts, 1, s.Key)
		assert.Equal(t, fault.Accepted, verdicts[0].Status)
	}
}

// An answer about more than is recorded of one says so.
func TestAnswerWithoutBounds(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	a := ack.Answer{Standard: ack.X12, Kind: "997"}
	for i := range 5_000 {
		a.Groups = append(a.Groups, ack.Group{Kind: "PR", Level: ack.Level{Control: fmt.Sprint(i)}})
	}
	got, err := o.Acknowledge(t.Context(), "bigbox", "in/1", a)
	require.NoError(t, err)
	assert.Len(t, got.Verdicts, 101)
	assert.Equal(t, finding.Block, got.Findings().Worst())
}

// TestLongAnswer: an acknowledgement that says a great deal is recorded all the same; one
// that the journal refuses would come again for ever.
func TestLongAnswer(t *testing.T) {
	j := journal.NewMemory()
	o := outbox(t, j)
	_, err := o.Send(t.Context(), bigbox(), document("855/1"))
	require.NoError(t, err)
	faults := slices.Repeat([]fault.Fault{{Code: ack.CodeElement, Severity: fault.Failure, Segment: "PO1", Message: strings.Repeat("x", 200)}}, ack.MaxFaults)
	documents := []ack.Document{set("855", "0001", fault.Rejected, faults...)}
	for i := range 150 {
		documents = append(documents, set("855", fmt.Sprint(i+2), fault.Rejected, faults...))
	}
	documents = append(documents, set(strings.Repeat("8", 2<<20), "7", fault.Rejected, fault.Fault{Segment: strings.Repeat("é", 1<<20)}))
	a, err := o.Acknowledge(t.Context(), "bigbox", "in/1", functional("PR", "1", fault.Rejected, documents...))
	require.NoError(t, err)
	assert.Len(t, a.Verdicts[0].Faults, ack.MaxFaults, "what is ours and first is told whole")
	last := a.Verdicts[99].Faults
	require.Len(t, last, 1)
	assert.Equal(t, ack.CodeMore, last[0].Code)
	assert.Contains(t, found(a), "partner.answer.rejected")

	_, err = o.Acknowledge(t.Context(), "bigbox", "in/2", functional("PR", strings.Repeat("1", 2<<20), fault.Rejected, documents[151]))
	require.NoError(t, err)
	verdicts, err := outbox(t, j).Answers("bigbox", "855/1")
	require.NoError(t, err)
	assert.Equal(t, a.Verdicts[:1], verdicts)
}

// TestRejectedEnvelope: what was refused with its envelope and is accepted afterwards is a
// contradiction, though the one speaks of the envelope and the other of the content.
func TestRejectedEnvelope(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	_, err := o.Send(t.Context(), bigbox(), document("855/1"))
	require.NoError(t, err)
	a, err := o.Acknowledge(t.Context(), "bigbox", "in/1", ta1("1", fault.Rejected))
	require.NoError(t, err)
	assert.Equal(t, []string{"partner.answer.rejected"}, found(a))
	a, err = o.Acknowledge(t.Context(), "bigbox", "in/2", functional("PR", "1", fault.Accepted))
	require.NoError(t, err)
	assert.Equal(t, []string{"partner.answer.contradicts"}, found(a))
}
