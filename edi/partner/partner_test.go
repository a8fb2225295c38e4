package partner_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

var update = flag.Bool("update", false, "write the golden files anew")

func clock() time.Time { return time.Date(2026, 3, 30, 9, 15, 0, 0, time.UTC) }

func bigbox() partner.Profile {
	return partner.Profile{
		Name: "bigbox", Account: "C-100",
		X12: &partner.X12{
			Version: "004010", LineBreak: "\n",
			Qualifier: "01", ID: "123456789", OurQualifier: "ZZ", OurID: "MERIDIAN", OurGroupID: "MERIDIANGS",
		},
	}
}

func outbox(t *testing.T, j journal.Journal) *partner.Outbox {
	t.Helper()
	o, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: clock})
	require.NoError(t, err)
	require.NoError(t, o.Load(t.Context()))
	return o
}

func document(key string) partner.Document {
	return partner.Document{Key: key, Set: "855", Order: "SO-1", Segments: []x12.Segment{
		x12.NewSegment("BAK", "00", "AD", "4711", "20260330"), x12.NewSegment("CTT", "0"),
	}}
}

func ExampleOutbox_Send() {
	ctx := context.Background()
	o, _ := partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory(), Clock: clock})
	sent, _ := o.Send(ctx, bigbox(), document("855/SO-1"))
	fmt.Print(string(sent.Raw))
	again, _ := o.Send(ctx, bigbox(), document("855/SO-1"))
	fmt.Println(again.Interchange, bytes.Equal(sent.Raw, again.Raw))
	// Output:
	// ISA*00*          *00*          *ZZ*MERIDIAN       *01*123456789      *260330*0915*U*00401*000000001*0*P*>~
	// GS*PR*MERIDIANGS*123456789*20260330*0915*1*X*004010~
	// ST*855*0001~
	// BAK*00*AD*4711*20260330~
	// CTT*0~
	// SE*4*0001~
	// GE*1*1~
	// IEA*1*000000001~
	// 1 true
}

func ExampleNewDirectory() {
	d, err := partner.NewDirectory(bigbox())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, _ := d.BySender("01", "123456789")
	fmt.Println(p.Name, p.Account)
	_, err = d.ByAccount("C-999")
	fmt.Println(err)
	// Output:
	// bigbox C-100
	// partner: no such partner: account C-999
}

func numbers(o *partner.Outbox) []int64 {
	var all []int64
	for s := range o.Sent() {
		all = append(all, s.Interchange)
	}
	return all
}

func TestNumbersHaveNoGapsAmongManySenders(t *testing.T) {
	j := journal.NewMemory()
	boxes := []*partner.Outbox{outbox(t, j), outbox(t, j)} // as two processes
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			_, err := boxes[i%2].Send(t.Context(), bigbox(), document(fmt.Sprint("855/", i)))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	again := outbox(t, j)
	got := numbers(again)
	slices.Sort(got)
	want := make([]int64, 40)
	for i := range want {
		want[i] = int64(i + 1)
	}
	assert.Equal(t, want, got)
	for s := range again.Sent() {
		full, err := again.Raw(t.Context(), "bigbox", s.Key)
		require.NoError(t, err)
		assert.Contains(t, string(full.Raw), fmt.Sprintf("*%09d*", s.Interchange))
		report, err := x12.Check(bytes.NewReader(full.Raw), x12.Options{})
		require.NoError(t, err)
		assert.True(t, report.OK())
	}
	_, err := again.Raw(t.Context(), "bigbox", "nope")
	require.ErrorIs(t, err, partner.ErrNotSent)
}

// losing loses the answer of some appends.
type losing struct {
	journal.Journal
	n     int // the append whose answer is lost, from 1
	times int // and how many after it, too
	kept  bool
}

func (l *losing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if l.n--; l.n > 0 || l.n <= -l.times {
		return l.Journal.Append(ctx, b)
	}
	if l.kept {
		if _, err := l.Journal.Append(context.WithoutCancel(ctx), b); err != nil {
			return journal.Commit{}, err
		}
	}
	return journal.Commit{}, journal.ErrOutcomeUnknown
}

func TestLostAnswer(t *testing.T) {
	for _, kept := range []bool{false, true} {
		t.Run(fmt.Sprint(kept), func(t *testing.T) {
			mem := journal.NewMemory()
			o := outbox(t, &losing{Journal: mem, n: 2, times: 1, kept: kept})
			for i, key := range []string{"a", "b", "c"} {
				s, err := o.Send(t.Context(), bigbox(), document(key))
				require.NoError(t, err)
				assert.EqualValues(t, i+1, s.Interchange)
				assert.Contains(t, string(s.Raw), fmt.Sprintf("*%09d*", i+1))
			}
			assert.Equal(t, []int64{1, 2, 3}, numbers(outbox(t, mem)))
		})
	}
}

func TestLostAnswersBeyondHope(t *testing.T) {
	mem := journal.NewMemory()
	o := outbox(t, &losing{Journal: mem, n: 1, times: 3})
	_, err := o.Send(t.Context(), bigbox(), document("a"))
	require.ErrorIs(t, err, journal.ErrOutcomeUnknown)
	s, err := o.Send(t.Context(), bigbox(), document("a"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, s.Interchange)
}

// A context that ended leaves the outcome open; the same key settles it.
func TestEndedContext(t *testing.T) {
	mem := journal.NewMemory()
	o := outbox(t, &losing{Journal: mem, n: 1, times: 1, kept: true})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.Send(ctx, bigbox(), document("a"))
	require.ErrorIs(t, err, journal.ErrOutcomeUnknown)
	s, err := o.Send(t.Context(), bigbox(), document("a"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, s.Interchange)
	assert.Equal(t, []int64{1}, numbers(outbox(t, mem)))
}

// big is a document of about 1.7 MB: four parts.
func big(key string) partner.Document {
	d := document(key)
	d.Segments = d.Segments[:1]
	for i := range 40_000 {
		d.Segments = append(d.Segments, x12.NewSegment("PO1", fmt.Sprint(i+1), "1", "EA", "1.25", "", "VN", fmt.Sprintf("AN ITEM %08d", i)))
	}
	d.Segments = append(d.Segments, x12.NewSegment("CTT", "40000"))
	return d
}

func TestLargeDocument(t *testing.T) {
	mem := journal.NewMemory()
	o := outbox(t, mem)
	sent, err := o.Send(t.Context(), bigbox(), big("big"))
	require.NoError(t, err)
	assert.Greater(t, sent.Size, 3*512<<10)
	report, err := x12.Check(bytes.NewReader(sent.Raw), x12.Options{})
	require.NoError(t, err)
	assert.True(t, report.OK())
	again, err := outbox(t, mem).Raw(t.Context(), "bigbox", "big")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(sent.Raw, again.Raw))
}

// A process dies between the parts of a large document; the next one sends it
// again under its numbers, others having been sent in between.
func TestLargeDocumentThatWasBegun(t *testing.T) {
	mem := journal.NewMemory()
	zone := time.FixedZone("", -5*3600)
	local := func(at time.Time) *partner.Outbox {
		o, err := partner.NewOutbox(partner.OutboxConfig{Journal: &losing{Journal: mem, n: 3, times: 3}, Clock: func() time.Time { return at.In(zone) }})
		require.NoError(t, err)
		return o
	}
	_, err := local(clock()).Send(t.Context(), bigbox(), big("big"))
	require.ErrorIs(t, err, journal.ErrOutcomeUnknown)

	o, err := partner.NewOutbox(partner.OutboxConfig{Journal: mem, Clock: func() time.Time { return clock().Add(time.Hour).In(zone) }})
	require.NoError(t, err)
	require.NoError(t, o.Load(t.Context()))
	_, err = o.Raw(t.Context(), "bigbox", "big")
	require.ErrorIs(t, err, partner.ErrIncomplete)
	small, err := o.Send(t.Context(), bigbox(), document("small"))
	require.NoError(t, err)
	assert.EqualValues(t, 2, small.Interchange)

	other := big("big")
	other.Segments[0] = x12.NewSegment("BAK", "00", "AC", "4711", "20260330")
	_, err = o.Send(t.Context(), bigbox(), other)
	require.ErrorIs(t, err, partner.ErrChanged)

	sent, err := o.Send(t.Context(), bigbox(), big("big"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, sent.Interchange)
	assert.Contains(t, string(sent.Raw[:106]), "*260330*0415*", "as it was begun, in the host's zone")
	again, err := outbox(t, mem).Raw(t.Context(), "bigbox", "big")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(sent.Raw, again.Raw))
}

func TestReply(t *testing.T) {
	received := "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0815*U*00401*000000101*0*P*>~" +
		"GS*PO*123456789*MERIDIAN*20260330*0815*7*X*004010~ST*850*0001~BEG*00*SA*1**20260330~SE*3*0001~GE*1*7~" +
		"GS*PO*123456789*MERIDIAN*20260330*0815*8*X*004010~ST*850*0001~BEG*00*SA*2**20260330~SE*9*0001~GE*1*8~IEA*2*000000101~"
	report, err := x12.Read(strings.NewReader(received), x12.Options{})
	require.NoError(t, err)
	o := outbox(t, journal.NewMemory())
	reply, err := o.Reply(t.Context(), bigbox(), "997/101", report.Interchanges[0])
	require.NoError(t, err)
	assert.Equal(t, 2, reply.Groups)
	assert.Contains(t, string(reply.Raw), "AK9*A*1*1*1")
	assert.Contains(t, string(reply.Raw), "AK9*R*1*1*0")
	next, err := o.Send(t.Context(), bigbox(), document("855"))
	require.NoError(t, err)
	assert.EqualValues(t, 2, next.Interchange)
	assert.EqualValues(t, 3, next.Group, "the reply took two")

	ours, err := x12.Read(bytes.NewReader(reply.Raw), x12.Options{})
	require.NoError(t, err)
	_, err = o.Reply(t.Context(), bigbox(), "997/again", ours.Interchanges[0])
	require.ErrorIs(t, err, partner.ErrNothing)
	assert.Equal(t, []int64{1, 2}, numbers(o), "what was not sent takes no number")
}

// edi.md: control numbers; 1 follows 999999999.
func TestControlNumbersBeginAgain(t *testing.T) {
	mem := journal.NewMemory()
	p := bigbox()
	p.X12.First = partner.Numbers{Interchange: 999_999_998, Group: 999_999_999, Set: 4711}
	o := outbox(t, mem)
	for i, want := range []partner.Numbers{{Interchange: 999_999_998, Group: 999_999_999, Set: 4711}, {Interchange: 999_999_999, Group: 1, Set: 4712}, {Interchange: 1, Group: 2, Set: 4713}} {
		s, err := o.Send(t.Context(), p, document(fmt.Sprint(i)))
		require.NoError(t, err)
		assert.Equal(t, want, partner.Numbers{Interchange: s.Interchange, Group: s.Group, Set: s.SetControl})
		assert.Contains(t, string(s.Raw), fmt.Sprintf("ST*855*%04d~", want.Set))
		report, err := x12.Check(bytes.NewReader(s.Raw), x12.Options{})
		require.NoError(t, err)
		assert.True(t, report.OK())
		o = outbox(t, mem) // as after a restart
	}
}

func TestEachPartnerHasItsOwnNumbers(t *testing.T) {
	mem := journal.NewMemory()
	o := outbox(t, mem)
	grocer := bigbox()
	grocer.Name, grocer.X12.ID, grocer.X12.Version = "grocer", "987654321", "005010"
	var wg sync.WaitGroup
	for i := range 20 {
		for _, p := range []partner.Profile{bigbox(), grocer} {
			wg.Go(func() {
				_, err := o.Send(t.Context(), p, document(fmt.Sprint(i)))
				assert.NoError(t, err)
			})
		}
	}
	wg.Wait()
	got := map[string][]int64{}
	for s := range outbox(t, mem).Sent() {
		got[s.Partner] = append(got[s.Partner], s.Interchange)
		assert.Equal(t, s.Interchange, s.SetControl)
	}
	want := make([]int64, 20)
	for i := range want {
		want[i] = int64(i + 1)
	}
	assert.Equal(t, map[string][]int64{"bigbox": want, "grocer": want}, got)
}

// Opening a desk replays what Load has read already.
func TestApplyTwice(t *testing.T) {
	mem := journal.NewMemory()
	_, err := outbox(t, mem).Send(t.Context(), bigbox(), big("a"))
	require.NoError(t, err)
	o := outbox(t, mem)
	require.NoError(t, o.Load(t.Context()))
	assert.Equal(t, []int64{1}, numbers(o))
	require.ErrorContains(t, o.Apply(journal.Event{Position: 99}, partner.SentEvent{Partner: "bigbox", Key: "a"}), "sent to bigbox before")
	require.ErrorContains(t, o.Apply(journal.Event{Position: 99}, partner.SentEvent{Partner: "bigbox", Key: "z", Interchange: 7}), "does not follow 1")
	require.ErrorContains(t, o.Apply(journal.Event{Position: 99}, partner.KeptEvent{Partner: "bigbox", Key: "a", Offset: 5}), "do not follow what is kept")
	require.ErrorContains(t, o.Apply(journal.Event{Position: 99}, "x"), "not an event of an outbox")
}

func TestSuppressedAcknowledgement(t *testing.T) {
	envelope := "ISA*00*          *00*          *01*123456789      *ZZ*MERIDIAN       *260330*0815*U*00401*000000101*%d*P*>~" +
		"GS*PO*123456789*MERIDIAN*20260330*0815*7*X*004010~ST*850*0001~BEG*00*SA*1**20260330~SE*3*0001~GE*1*7~IEA*%d*000000101~"
	p := bigbox()
	p.X12.Acknowledge.Send = partner.AnswerNone
	for _, c := range []struct {
		name          string
		ta1, groups   int
		want, wantNot string
		err           error
	}{
		{"nothing was asked for", 0, 1, "", "", partner.ErrNothing},
		{"a TA1 was asked for", 1, 1, "TA1*000000101*260330*0815*A*000", "AK9", nil},
		{"the envelope is wrong", 0, 2, "TA1*000000101*260330*0815*R*021", "AK9", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := x12.Read(strings.NewReader(fmt.Sprintf(envelope, c.ta1, c.groups)), x12.Options{})
			require.NoError(t, err)
			s, err := outbox(t, journal.NewMemory()).Reply(t.Context(), p, "k", report.Interchanges[0])
			require.ErrorIs(t, err, c.err)
			if c.err == nil {
				assert.Contains(t, string(s.Raw), c.want)
				assert.NotContains(t, string(s.Raw), c.wantNot)
			}
		})
	}
}

func TestWhatCannotBeSentTakesNoNumber(t *testing.T) {
	o := outbox(t, journal.NewMemory())
	bad := document("a")
	bad.Segments = append(bad.Segments, x12.NewSegment("MSG", "50% * off"))
	_, err := o.Send(t.Context(), bigbox(), bad)
	var write *x12.WriteError
	require.ErrorAs(t, err, &write)
	bad = document("a")
	bad.Set = "999"
	_, err = o.Send(t.Context(), bigbox(), bad)
	require.ErrorContains(t, err, "no functional group")
	large := document("a")
	message := strings.Repeat("x", 1<<20)
	for range 32 {
		large.Segments = append(large.Segments, x12.NewSegment("MSG", message))
	}
	_, err = o.Send(t.Context(), bigbox(), large)
	require.ErrorIs(t, err, partner.ErrTooLarge)
	_, err = o.Send(t.Context(), bigbox(), partner.Document{Set: "855"})
	require.ErrorContains(t, err, "no key")
	p := bigbox()
	p.X12.Version = "4010"
	_, err = o.Send(t.Context(), p, document("a"))
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	s, err := o.Send(t.Context(), bigbox(), document("a"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, s.Interchange)
}

// The golden files are what is in people's journals.
func TestGoldenEvents(t *testing.T) {
	for name, event := range map[string]any{
		"partner.sent.v1": partner.SentEvent{Partner: "bigbox", Key: "855/SO-1", Set: "855", Order: "SO-1",
			Interchange: 12, Group: 34, Groups: 1, SetControl: 56, Size: 9, SHA256: "00", Data: []byte("ISA*00")},
		"partner.sent.v1.edifact": partner.SentEvent{Partner: "carmaker", Key: "ORDRSP/SO-1", Standard: "EDIFACT", Set: "ORDRSP", Order: "SO-1",
			Interchange: 12, SetControl: 56, Messages: 2, Data: []byte("UNB+")},
		"partner.answered.v1": partner.AnsweredEvent{Partner: "bigbox", Key: "in/1", Standard: "X12", Kind: "997", Control: "77/1/0001", Verdicts: []partner.Verdict{
			{Key: "855/SO-1", Named: "group PR 34", Status: fault.Rejected, Contradicts: true, Faults: []fault.Fault{{Code: "ack.element",
				Standard: fault.Note{Element: "AK403", Code: "7"}, Severity: fault.Failure, Segment: "BAK", SegmentNo: 2, Element: 2, Value: "QQ", Message: "m", Fix: "f"}}},
			{Named: "group PR 35", Receipt: true, Status: fault.PartiallyAccepted, Repeats: true},
		}},
		"partner.kept.v1": partner.KeptEvent{Partner: "bigbox", Key: "855/SO-1", Offset: 6, Data: []byte("*  ")},
	} {
		t.Run(name, func(t *testing.T) {
			draft, err := partner.Events().Encode(event)
			require.NoError(t, err)
			path := filepath.Join("testdata", "events", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(path, append(draft.Data, '\n'), 0o600))
			}
			golden, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.JSONEq(t, string(golden), string(draft.Data))
			v, known, err := partner.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: golden})
			require.NoError(t, err)
			require.True(t, known)
			assert.Equal(t, event, v)
		})
	}
	assert.Len(t, partner.Events().Types(), 3)
}

func TestTypedErrors(t *testing.T) {
	var config *partner.ConfigError
	_, err := partner.NewOutbox(partner.OutboxConfig{Clock: clock})
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Journal", config.Field)
	_, err = partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory()})
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Clock", config.Field)
	var bad *partner.DocumentError
	_, err = outbox(t, journal.NewMemory()).Send(t.Context(), bigbox(), partner.Document{Set: "855"})
	require.ErrorAs(t, err, &bad)
}
