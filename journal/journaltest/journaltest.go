package journaltest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Run tests journals. open returns a new, empty journal for each test, and
// arranges with t.Cleanup for its end. The journal's Close method, if it has
// one, is tested too.
func Run(t *testing.T, open func(t *testing.T) journal.Journal) {
	t.Helper()
	groups := []struct {
		name  string
		tests []test
	}{
		{"Append", appendTests()},
		{"Key", keyTests()},
		{"Read", readTests()},
		{"Follow", followTests()},
		{"Concurrency", concurrencyTests()},
		{"Chain", chainTests()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, tt := range g.tests {
				t.Run(tt.name, func(t *testing.T) {
					tt.run(&fixture{T: t, j: open(t)})
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(*fixture)
}

// fixture is one test with its journal and what most tests do with it.
type fixture struct {
	*testing.T
	j journal.Journal
}

// noon is an instant whose nanoseconds and zone a careless store loses.
func noon() time.Time {
	return time.Date(2026, time.March, 2, 12, 0, 0, 123456789, time.FixedZone("", -5*60*60))
}

func draft(data string) journal.Draft {
	return journal.Draft{Type: "test.happened", Version: 1, At: noon(), Actor: "tester", Data: []byte(data)}
}

// write is a write of one event for each of data.
func write(stream string, expect journal.Position, data ...string) journal.Write {
	w := journal.Write{Stream: stream, Expect: expect}
	for _, d := range data {
		w.Events = append(w.Events, draft(d))
	}
	return w
}

func batch(key string, writes ...journal.Write) journal.Batch {
	return journal.Batch{Key: key, Writes: writes}
}

// append expects success.
func (f *fixture) append(b journal.Batch) journal.Commit {
	f.Helper()
	c, err := f.j.Append(f.Context(), b)
	if err != nil {
		f.Fatalf("append: %v", err)
	}
	return c
}

// refuse expects an error, and that the journal stays as it is.
func (f *fixture) refuse(b journal.Batch) error {
	f.Helper()
	before := f.read(journal.All, 0)
	c, err := f.j.Append(f.Context(), b)
	if err == nil {
		f.Fatalf("append succeeded at %+v, an error was expected", c)
	}
	if c != (journal.Commit{}) {
		f.Errorf("a refused append has commit %+v", c)
	}
	if errors.Is(err, journal.ErrOutcomeUnknown) {
		f.Errorf("the outcome is certain, yet: %v", err)
	}
	if after := f.read(journal.All, 0); len(after) != len(before) {
		f.Errorf("a refused append left %d events where %d were", len(after), len(before))
	}
	return err
}

// read collects what Read gives.
func (f *fixture) read(stream string, after journal.Position) []journal.Event {
	f.Helper()
	var all []journal.Event
	for e, err := range f.j.Read(f.Context(), stream, after) {
		if err != nil {
			f.Fatalf("read %q after %d: %v", stream, after, err)
		}
		all = append(all, e)
	}
	return all
}

// wantData compares the data of events.
func (f *fixture) wantData(events []journal.Event, want ...string) {
	f.Helper()
	got := make([]string, len(events))
	for i, e := range events {
		got[i] = string(e.Data)
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		f.Errorf("events are %q, want %q", got, want)
	}
}

func (f *fixture) wantCommit(got journal.Commit, first, last journal.Position) {
	f.Helper()
	if want := (journal.Commit{First: first, Last: last}); got != want {
		f.Errorf("commit is %+v, want %+v", got, want)
	}
}

func (f *fixture) wantIs(err, target error) {
	f.Helper()
	if !errors.Is(err, target) {
		f.Errorf("error is %v, want %v", err, target)
	}
}

func (f *fixture) wantConflict(err error, want journal.ConflictError) {
	f.Helper()
	var got *journal.ConflictError
	if !errors.As(err, &got) {
		f.Errorf("error is %v, want a *ConflictError", err)
	} else if *got != want {
		f.Errorf("conflict is %+v, want %+v", *got, want)
	}
}

// verify recomputes the chain.
func (f *fixture) verify(checkpoint journal.Head) journal.Head {
	f.Helper()
	head, err := journal.Verify(f.Context(), f.j, checkpoint)
	if err != nil {
		f.Fatalf("verify: %v", err)
	}
	return head
}

// patience is a context for what may wait: it ends the test when it hangs.
func (f *fixture) patience() context.Context {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), time.Minute)
	f.Cleanup(cancel)
	return ctx
}
