package journaltest

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// fill appends n events, whose data are their positions, to the streams left
// and right: a run of each in a batch.
func fill(f *fixture, n int) {
	f.Helper()
	left, right := write("left", 0), write("right", 0)
	for p := 1; p <= n; {
		left.Events, right.Events = nil, nil
		size := min(n-p+1, journal.MaxRecords/2)
		for range size - size/2 {
			left.Events = append(left.Events, draft(fmt.Sprint(p)))
			p++
		}
		for range size / 2 {
			right.Events = append(right.Events, draft(fmt.Sprint(p)))
			p++
		}
		b := batch("", left, right)
		at := f.append(b).Positions(b)
		left.Expect, right.Expect = at[0], at[1]
	}
}

func readTests() []test {
	return []test{
		{"an empty journal", func(f *fixture) {
			f.wantData(f.read(journal.All, 0))
			f.wantData(f.read("s", 0))
			f.wantData(f.read(journal.All, 10))
		}},
		{"after a position", func(f *fixture) {
			f.append(batch("", write("a", 0, "1", "2"), write("b", 0, "3")))
			f.append(batch("", write("a", 2, "4")))
			f.wantData(f.read(journal.All, 1), "2", "3", "4")
			f.wantData(f.read("a", 1), "2", "4")
			f.wantData(f.read("a", 2), "4")
			f.wantData(f.read("a", 3), "4")
			f.wantData(f.read("a", 4))
			f.wantData(f.read("b", 0), "3")
			f.wantData(f.read(journal.All, 4))
			f.wantData(f.read(journal.All, 5))
			f.wantData(f.read(journal.All, 1<<63))
			f.wantData(f.read("a", ^journal.Position(0)))
			f.wantData(f.read("c", 0))
		}},
		{"more than a page", func(f *fixture) {
			const n = 2600
			fill(f, n)
			for _, after := range []journal.Position{0, 1, 511, 512, 1024, n - 1} {
				got := f.read(journal.All, after)
				if len(got) != n-int(after) {
					f.Fatalf("%d events after %d, want %d", len(got), after, n-int(after))
				}
				for i, e := range got {
					if want := after + journal.Position(i) + 1; e.Position != want || string(e.Data) != fmt.Sprint(want) {
						f.Fatalf("event %d after %d is at %d with %s", i, after, e.Position, e.Data)
					}
				}
			}
			left, right := f.read("left", 0), f.read("right", 0)
			if len(left) != n/2 || len(right) != n/2 {
				f.Errorf("%d and %d events, want %d each", len(left), len(right), n/2)
			}
			if rest := f.read("right", left[1000].Position); len(rest) == 0 || rest[len(rest)-1].Position != n {
				f.Errorf("right does not end at %d", n)
			}
			for _, events := range [][]journal.Event{left, right} {
				for i, e := range events {
					if string(e.Data) != fmt.Sprint(e.Position) || i > 0 && e.Position <= events[i-1].Position {
						f.Fatalf("stream %s has %s at %d", e.Stream, e.Data, e.Position)
					}
				}
			}
		}},
		{"breaking off, and again", func(f *fixture) {
			fill(f, 1300)
			seq := f.j.Read(f.Context(), journal.All, 3)
			for range 2 {
				seen := 0
				for e, err := range seq {
					if err != nil || e.Position != journal.Position(4+seen) {
						f.Fatalf("event %d, %v", e.Position, err)
					}
					if seen++; seen == 700 {
						break
					}
				}
			}
		}},
		{"appending and reading while reading", func(f *fixture) {
			// Whoever holds a connection, a lock or a transaction open between two
			// events stands still here.
			fill(f, 1300)
			ctx := f.patience()
			seen := 0
			for e, err := range f.j.Read(ctx, journal.All, 0) {
				if err != nil {
					f.Fatal(err)
				}
				if seen++; seen%300 == 1 {
					if _, err := f.j.Append(ctx, batch("", write(fmt.Sprint("new", e.Position), 0, "new"))); err != nil {
						f.Fatal(err)
					}
					for _, err := range f.j.Read(ctx, "left", 0) {
						if err != nil {
							f.Fatal(err)
						}
						break
					}
				}
			}
			if seen < 1300 || seen > 1305 {
				f.Errorf("%d events, want the 1300 that were there, and perhaps some of the 5 new ones", seen)
			}
		}},
		{"an endless writer does not hold a reader up", func(f *fixture) {
			fill(f, 1300)
			ctx := f.patience()
			var at journal.Position
			seen := 0
			for _, err := range f.j.Read(ctx, journal.All, 0) {
				if err != nil {
					f.Fatal(err)
				}
				if seen++; seen > 5000 {
					f.Fatal("Read goes on behind the head of when it began")
				}
				if seen%100 == 0 { // a page of new events before each page has been read
					c, err := f.j.Append(ctx, batch("", write("new", at, make([]string, 600)...)))
					if err != nil {
						f.Fatal(err)
					}
					at = c.Last
				}
			}
		}},
		{"an ended context", func(f *fixture) {
			f.append(batch("", write("s", 0, "x", "y")))
			for _, stream := range []string{journal.All, "s", "none"} {
				ctx, cancel := context.WithCancel(f.Context())
				cancel()
				pairs := 0
				for _, err := range f.j.Read(ctx, stream, 0) {
					pairs++
					f.wantIs(err, context.Canceled)
				}
				if pairs != 1 {
					f.Errorf("reading %q gave %d pairs, want the error alone", stream, pairs)
				}
			}
			ctx, cancel := context.WithCancel(f.Context())
			defer cancel()
			var last error
			events := 0
			for _, err := range f.j.Read(ctx, "s", 0) {
				if last = err; err == nil {
					events++
				}
				cancel()
			}
			if events != 1 {
				f.Errorf("%d events, want 1 before the context ended", events)
			}
			f.wantIs(last, context.Canceled)
		}},
	}
}
