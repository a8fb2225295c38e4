package journaltest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
)

func appendTests() []test {
	return []test{
		{"an event comes back as it was written", func(f *fixture) {
			binary := make([]byte, 256)
			for i := range binary {
				binary[i] = byte(i)
			}
			d := journal.Draft{Type: "order.placed", Version: journal.MaxVersion, At: noon(), Actor: "Zoë \"Z\"", Data: binary}
			f.wantCommit(f.append(batch("", journal.Write{Stream: "order/1", Events: []journal.Draft{d}})), 1, 1)
			e := f.read("order/1", 0)[0]
			if e.Position != 1 || e.Stream != "order/1" || e.Type != d.Type || e.Version != d.Version || e.Actor != d.Actor || !bytes.Equal(e.Data, binary) {
				f.Errorf("event is %+v", e)
			}
			if !e.At.Equal(d.At) || e.At.Location() != time.UTC {
				f.Errorf("time is %v, want %v", e.At, d.At.UTC())
			}
		}},
		{"data and actor may be empty", func(f *fixture) {
			d := journal.Draft{Type: "t", Version: 1, At: time.Unix(0, -1)}
			f.append(batch("", journal.Write{Stream: "s", Events: []journal.Draft{d}}))
			e := f.read("s", 0)[0]
			if len(e.Data) != 0 || e.Actor != "" || e.At.UnixNano() != -1 {
				f.Errorf("event is %+v", e)
			}
		}},
		{"streams keep apart whatever their names are", func(f *fixture) {
			names := []string{"a", "A", "a ", " a", `"`, `\`, `\"`, "'", "{}", "{a,b}", "NULL", "null", "%", "a%", "é", "e\u0301", "漢字/𝄞", "?1", "$1",
				strings.Repeat("x", journal.MaxName)}
			for i, n := range names {
				f.wantCommit(f.append(batch("", write(n, 0, n))), journal.Position(i+1), journal.Position(i+1))
			}
			var again []journal.Write
			for i, n := range names {
				again = append(again, write(n, journal.Position(i+1), n+n))
			}
			f.append(batch("", again...))
			for _, n := range names {
				f.wantData(f.read(n, 0), n, n+n)
			}
		}},
		{"the caller may reuse its buffers", func(f *fixture) {
			w := write("s", 0, "first")
			f.append(batch("", w))
			copy(w.Events[0].Data, "XXXXX")
			f.wantData(f.read("s", 0), "first")
			f.verify(journal.Head{})
		}},
		{"several streams in one batch", func(f *fixture) {
			f.append(batch("", write("a", 0, "a1"), write("b", 0, "b1", "b2")))
			b := batch("", write("b", 3, "b3"), write("c", 0, "c1", "c2"), write("a", 1))
			c := f.append(b)
			f.wantCommit(c, 4, 6)
			if p := c.Positions(b); p[0] != 4 || p[1] != 6 || p[2] != 1 {
				f.Errorf("streams are at %v, want [4 6 1]", p)
			}
			f.wantData(f.read(journal.All, 0), "a1", "b1", "b2", "b3", "c1", "c2")
			f.wantData(f.read("b", 0), "b1", "b2", "b3")
		}},
		{"a conflict refuses the whole batch", func(f *fixture) {
			f.append(batch("", write("a", 0, "a1"), write("b", 0, "b1")))
			err := f.refuse(batch("", write("a", 1, "a2"), write("b", 0, "b2")))
			f.wantConflict(err, journal.ConflictError{Stream: "b", Expect: 0, Actual: 2})
			f.wantConflict(f.refuse(batch("", write("a", 2, "a2"))), journal.ConflictError{Stream: "a", Expect: 2, Actual: 1})
			f.wantConflict(f.refuse(batch("", write("new", 1, "n"))), journal.ConflictError{Stream: "new", Expect: 1, Actual: 0})
			f.wantCommit(f.append(batch("", write("a", 1, "a2"), write("b", 2, "b2"))), 3, 4)
		}},
		{"a check alone fences and leaves no trace", func(f *fixture) {
			f.append(batch("", write("a", 0, "a1")))
			f.wantCommit(f.append(batch("", write("a", 1), write("b", 0))), 0, 0)
			f.wantConflict(f.refuse(batch("", write("b", 0, "b1"), write("a", 0))), journal.ConflictError{Stream: "a", Expect: 0, Actual: 1})
			f.wantCommit(f.append(batch("", write("b", 0, "b1"), write("a", 1))), 2, 2)
			f.wantData(f.read("a", 0), "a1")
		}},
		{"a batch that is not well formed", func(f *fixture) { notWellFormed(f) }},
		{"a batch has its limits", func(f *fixture) { limits(f) }},
		{"an ended context writes nothing", func(f *fixture) {
			ctx, cancel := context.WithCancel(f.Context())
			cancel()
			_, err := f.j.Append(ctx, batch("k", write("s", 0, "x")))
			f.wantIs(err, context.Canceled)
			if errors.Is(err, journal.ErrOutcomeUnknown) {
				f.Errorf("nothing was begun, yet: %v", err)
			}
			f.wantData(f.read(journal.All, 0))
			f.wantCommit(f.append(batch("k", write("s", 0, "y"))), 1, 1)
		}},
		{"a closed journal", func(f *fixture) { closed(f) }},
	}
}

func notWellFormed(f *fixture) {
	with := func(change func(*journal.Draft)) journal.Batch {
		d := draft("x")
		change(&d)
		return batch("", write("ok", 0, "x"), journal.Write{Stream: "s", Events: []journal.Draft{draft("y"), d}})
	}
	long := strings.Repeat("x", journal.MaxName+1)
	tests := []struct {
		name         string
		b            journal.Batch
		write, event int
	}{
		{"no writes", batch(""), -1, -1},
		{"long key", batch(long, write("s", 0, "x")), -1, -1},
		{"key with a control character", batch("a\x00", write("s", 0, "x")), -1, -1},
		{"no stream", batch("", write("ok", 0, "x"), write("", 0, "x")), 1, -1},
		{"long stream", batch("", write(long, 0, "x")), 0, -1},
		{"stream that is not UTF-8", batch("", write("a\xff", 0, "x")), 0, -1},
		{"stream with a control character", batch("", write("a\n", 0, "x")), 0, -1},
		{"a stream twice", batch("", write("s", 0, "x"), write("t", 0, "x"), write("s", 1, "y")), 2, -1},
		{"no type", with(func(d *journal.Draft) { d.Type = "" }), 1, 1},
		{"long type", with(func(d *journal.Draft) { d.Type = long }), 1, 1},
		{"no version", with(func(d *journal.Draft) { d.Version = 0 }), 1, 1},
		{"version too high", with(func(d *journal.Draft) { d.Version = journal.MaxVersion; d.Version++ }), 1, 1},
		{"no time", with(func(d *journal.Draft) { d.At = time.Time{} }), 1, 1},
		{"time out of range", with(func(d *journal.Draft) { d.At = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC) }), 1, 1},
		{"long actor", with(func(d *journal.Draft) { d.Actor = long }), 1, 1},
		{"actor with a control character", with(func(d *journal.Draft) { d.Actor = "a\u0085" }), 1, 1},
	}
	for _, tt := range tests {
		f.Run(tt.name, func(t *testing.T) {
			f := &fixture{T: t, j: f.j}
			err := f.refuse(tt.b)
			var got *journal.BatchError
			if !errors.As(err, &got) {
				f.Fatalf("error is %v, want a *BatchError", err)
			}
			if got.Write != tt.write || got.Event != tt.event {
				f.Errorf("error is at write %d, event %d, want %d, %d: %v", got.Write, got.Event, tt.write, tt.event, got)
			}
		})
	}
}

func limits(f *fixture) {
	many := func(n int) journal.Write { return write("s", 0, make([]string, n)...) }
	refused := func(b journal.Batch, want journal.LimitError) {
		f.Helper()
		err := f.refuse(b)
		f.wantIs(err, journal.ErrTooLarge)
		var got *journal.LimitError
		if !errors.As(err, &got) {
			f.Errorf("error is %v, want a *LimitError", err)
		} else if *got != want {
			f.Errorf("error is %+v, want %+v", *got, want)
		}
	}
	refused(batch("", many(journal.MaxRecords+1)), journal.LimitError{What: "records", Count: 1001, Limit: 1000})
	refused(batch("", many(journal.MaxRecords), write("check", 0)), journal.LimitError{What: "records", Count: 1001, Limit: 1000})
	big := strings.Repeat("x", journal.MaxBytes/2)
	refused(batch("", write("a", 0, big), write("b", 0, big, "x")), journal.LimitError{What: "bytes", Count: 1<<20 + 1, Limit: 1 << 20})

	f.wantCommit(f.append(batch("", many(journal.MaxRecords))), 1, 1000)
	f.wantCommit(f.append(batch("", write("a", 0, big), write("b", 0, big))), 1001, 1002)
	if got := f.read("b", 0); len(got) != 1 || string(got[0].Data) != big {
		f.Errorf("half a mebibyte did not come back")
	}
	f.verify(journal.Head{})
}

func closed(f *fixture) {
	c, ok := f.j.(interface{ Close() error })
	if !ok {
		f.Skip("the journal has no Close")
	}
	f.append(batch("", write("s", 0, "x")))
	for range 2 {
		if err := c.Close(); err != nil {
			f.Fatalf("close: %v", err)
		}
	}
	_, err := f.j.Append(f.Context(), batch("", write("s", 1, "y")))
	f.wantIs(err, journal.ErrClosed)
	for name, events := range map[string]func(func(journal.Event, error) bool){
		"read":   f.j.Read(f.Context(), "s", 0),
		"follow": f.j.Follow(f.patience(), 0),
	} {
		pairs := 0
		for _, err := range events {
			pairs++
			if !errors.Is(err, journal.ErrClosed) {
				f.Errorf("%s: error is %v, want ErrClosed", name, err)
			}
		}
		if pairs != 1 {
			f.Errorf("%s gave %d pairs, want the error alone", name, pairs)
		}
	}
}
