package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

func followTests() []test {
	return []test{
		{"what was there, then what comes", func(f *fixture) {
			f.append(batch("", write("a", 0, "1"), write("b", 0, "2")))
			var seen []journal.Event
			for e, err := range f.j.Follow(f.patience(), 1) {
				if err != nil {
					f.Fatal(err)
				}
				seen = append(seen, e)
				switch e.Position {
				case 2:
					f.append(batch("", write("a", 1, "3", "4")))
				case 4:
					f.append(batch("", write("c", 0, "5")))
				}
				if e.Position == 5 {
					break
				}
			}
			f.wantData(seen, "2", "3", "4", "5")
		}},
		{"waiting for the first event", func(f *fixture) {
			got := make(chan journal.Event)
			ctx := f.patience()
			go func() {
				defer close(got)
				for e, err := range f.j.Follow(ctx, 0) {
					if err == nil {
						got <- e
					}
					return
				}
			}()
			f.append(batch("", write("s", 0, "x")))
			f.wantData([]journal.Event{<-got}, "x")
		}},
		{"cancelling while it waits", func(f *fixture) {
			f.append(batch("", write("s", 0, "x")))
			ctx, cancel := context.WithCancel(f.patience())
			defer cancel()
			var last error
			for _, err := range f.j.Follow(ctx, 0) {
				last = err
				cancel() // in the first round; it would wait in the next one
			}
			f.wantIs(last, context.Canceled)
		}},
		{"closing while it waits", func(f *fixture) {
			c, ok := f.j.(interface{ Close() error })
			if !ok {
				f.Skip("the journal has no Close")
			}
			f.append(batch("", write("s", 0, "x")))
			ctx := f.patience()
			begun, ended := make(chan struct{}), make(chan error, 1)
			go func() {
				var last error
				for _, err := range f.j.Follow(ctx, 0) {
					if last = err; err == nil {
						close(begun)
					}
				}
				ended <- last
			}()
			<-begun
			if err := c.Close(); err != nil {
				f.Fatal(err)
			}
			f.wantIs(<-ended, journal.ErrClosed)
		}},
		{"each iteration begins anew", func(f *fixture) {
			f.append(batch("", write("s", 0, "x", "y")))
			seq := f.j.Follow(f.patience(), 0)
			for range 2 {
				var seen []journal.Event
				for e, err := range seq {
					if err != nil {
						f.Fatal(err)
					}
					if seen = append(seen, e); len(seen) == 2 {
						break
					}
				}
				f.wantData(seen, "x", "y")
			}
		}},
		{"followers miss nothing while many append", func(f *fixture) {
			const writers, each, followers = 8, 25, 3
			ctx := f.patience()
			var wg sync.WaitGroup
			for range followers {
				wg.Go(func() { followAll(ctx, f, writers*each) })
			}
			for i := range writers {
				wg.Go(func() {
					var at journal.Position
					for n := range each {
						c, err := f.j.Append(ctx, batch("", write(fmt.Sprint("w", i), at, fmt.Sprint(n))))
						if err != nil {
							f.Errorf("append: %v", err)
							return
						}
						at = c.Last
					}
				})
			}
			wg.Wait()
		}},
	}
}

// followAll checks the order of n events; it breaks off now and then and
// starts again after the last one.
func followAll(ctx context.Context, f *fixture, n int) {
	after := journal.Position(0)
	next := map[string]int{}
	for int(after) < n {
		for e, err := range f.j.Follow(ctx, after) {
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					f.Errorf("follow: %v", err)
				}
				return
			}
			if e.Position != after+1 {
				f.Errorf("event %d follows %d", e.Position, after)
				return
			}
			if string(e.Data) != fmt.Sprint(next[e.Stream]) {
				f.Errorf("stream %s has %s, want %d", e.Stream, e.Data, next[e.Stream])
				return
			}
			next[e.Stream]++
			if after = e.Position; int(after) == n || after%31 == 0 {
				break
			}
		}
	}
}
