package partner_test

import (
	"bytes"
	"context"
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

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

func clock() time.Time { return time.Date(2026, 3, 30, 9, 15, 0, 0, time.UTC) }

func bigbox() partner.Profile {
	return partner.Profile{
		Name: "bigbox", Account: "C-100", Version: "004010", LineBreak: "\n",
		Qualifier: "01", ID: "123456789", OurQualifier: "ZZ", OurID: "MERIDIAN", OurGroupID: "MERIDIANGS",
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

// losing loses the answer of the nth append.
type losing struct {
	journal.Journal
	n    int
	kept bool
}

func (l *losing) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if l.n--; l.n != 0 {
		return l.Journal.Append(ctx, b)
	}
	if l.kept {
		if _, err := l.Journal.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
	}
	return journal.Commit{}, journal.ErrOutcomeUnknown
}

func TestLostAnswer(t *testing.T) {
	for _, kept := range []bool{false, true} {
		t.Run(fmt.Sprint(kept), func(t *testing.T) {
			mem := journal.NewMemory()
			o := outbox(t, &losing{Journal: mem, n: 2, kept: kept})
			_, err := o.Send(t.Context(), bigbox(), document("a"))
			require.NoError(t, err)
			_, err = o.Send(t.Context(), bigbox(), document("b"))
			require.ErrorIs(t, err, journal.ErrOutcomeUnknown)
			b, err := o.Send(t.Context(), bigbox(), document("b"))
			require.NoError(t, err)
			assert.EqualValues(t, 2, b.Interchange)
			c, err := o.Send(t.Context(), bigbox(), document("c"))
			require.NoError(t, err)
			assert.EqualValues(t, 3, c.Interchange)
			assert.Equal(t, []int64{1, 2, 3}, numbers(outbox(t, mem)))
		})
	}
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

func TestControlNumbersBeginAgain(t *testing.T) {
	j := journal.NewMemory()
	e := partner.SentEvent{Partner: "bigbox", Key: "k", Set: "855", Interchange: 1, Group: 999_999_998, Groups: 1, Data: []byte("x")}
	draft, err := partner.Events().Encode(e)
	require.NoError(t, err)
	draft.At = clock()
	_, err = j.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: "edi/out/bigbox", Events: []journal.Draft{draft}}}})
	require.NoError(t, err)
	o := outbox(t, j)
	for i, want := range []int64{999_999_999, 1, 2} {
		s, err := o.Send(t.Context(), bigbox(), document(fmt.Sprint(i)))
		require.NoError(t, err)
		assert.Equal(t, want, s.Group)
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
	for range 20_000 {
		large.Segments = append(large.Segments, x12.NewSegment("MSG", "a line of about forty characters, or more"))
	}
	_, err = o.Send(t.Context(), bigbox(), large)
	require.ErrorIs(t, err, partner.ErrTooLarge)
	_, err = o.Send(t.Context(), bigbox(), partner.Document{Set: "855"})
	require.ErrorContains(t, err, "no key")
	p := bigbox()
	p.Version = "4010"
	_, err = o.Send(t.Context(), p, document("a"))
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	s, err := o.Send(t.Context(), bigbox(), document("a"))
	require.NoError(t, err)
	assert.EqualValues(t, 1, s.Interchange)
}

func TestValidate(t *testing.T) {
	assert.Empty(t, bigbox().Validate())
	for path, change := range map[string]func(*partner.Profile){
		"name":          func(p *partner.Profile) { p.Name = "" },
		"id":            func(p *partner.Profile) { p.ID = "1234567890123456" },
		"qualifier":     func(p *partner.Profile) { p.Qualifier = "" },
		"our_qualifier": func(p *partner.Profile) { p.OurQualifier = "ZZZ" },
		"our_id":        func(p *partner.Profile) { p.OurID = "" },
		"version":       func(p *partner.Profile) { p.Version = "0040x0" },
		"delimiters":    func(p *partner.Profile) { p.Delimiters = x12.Delimiters{Element: '*', Component: '*', Segment: '~'} },
		"line_break":    func(p *partner.Profile) { p.LineBreak = "x" },
		"usage":         func(p *partner.Profile) { p.Usage = "X" },
	} {
		t.Run(path, func(t *testing.T) {
			p := bigbox()
			change(&p)
			found := p.Validate()
			require.Len(t, found, 1)
			assert.Equal(t, path, found[0].Path)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
	_, err := partner.NewDirectory(bigbox(), bigbox())
	var invalid *partner.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings.With("partner.repeated"), 3)
}

func TestGoldenEvent(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "events", "partner.sent.v1.json"))
	require.NoError(t, err)
	v, known, err := partner.Events().Decode(journal.Event{Type: "partner.sent", Version: 1, Data: golden})
	require.NoError(t, err)
	require.True(t, known)
	assert.Equal(t, partner.SentEvent{
		Partner: "bigbox", Key: "855/SO-1", Set: "855", Order: "SO-1", Interchange: 12, Group: 34, Groups: 1, Data: []byte("ISA*00"),
	}, v)
}
