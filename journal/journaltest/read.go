package journaltest

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// fill appends n events in all, to streams even and odd in turn.
func fill(f *fixture, n int) {
	f.Helper()
	names := []string{"odd", "even"} // positions begin with 1
	var at [2]journal.Position
	for p := 1; p <= n; {
		var writes []journal.Write
		size := min(n-p+1, journal.MaxRecords/2)
		// One write a stream: odd positions cannot alternate within a batch, so
		// each batch has two runs.
		for k := range 2 {
			w := journal.Write{Stream: names[k], Expect: at[k]}
			count := size / 2
			if k == 0 {
				count = size - size/2
			}
			for range count {
				w.Events = append(w.Events, draft(fmt.Sprint(p)))
				at[k] = journal.Position(p)
				p++
			}
			if count > 0 {
				writes = append(writes, w)
			}
		}
		f.append(batch("", writes...))
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
			odd, even := f.read("odd", 0), f.read("even", 0)
			if len(odd)+len(even) != n || len(odd) != n/2 {
				f.Errorf("%d and %d events, want %d each", len(odd), len(even), n/2)
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
					for _, err := range f.j.Read(ctx, "odd", 0) {
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
