package journaltest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

func concurrencyTests() []test {
	return []test{
		{"positions have no gaps", func(f *fixture) {
			const writers, each = 16, 20
			var mu sync.Mutex
			commits := map[journal.Position]string{} // position -> data, as acknowledged
			var wg sync.WaitGroup
			for i := range writers {
				wg.Go(func() {
					var at journal.Position
					for n := range each {
						data := []string{fmt.Sprint(i, ".", n, "a"), fmt.Sprint(i, ".", n, "b")}[:1+n%2]
						c, err := f.j.Append(f.Context(), batch(fmt.Sprint("k", i, ".", n), write(fmt.Sprint("s", i), at, data...)))
						if err != nil {
							f.Errorf("append: %v", err)
							return
						}
						at = c.Last
						mu.Lock()
						for k, d := range data {
							commits[c.First+journal.Position(k)] = d
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			events := f.read(journal.All, 0)
			if len(events) != writers*each*3/2 || len(commits) != len(events) {
				f.Fatalf("%d events, %d acknowledged, want %d", len(events), len(commits), writers*each*3/2)
			}
			for i, e := range events {
				if e.Position != journal.Position(i+1) || commits[e.Position] != string(e.Data) {
					f.Fatalf("event %d is at %d with %s, acknowledged was %s", i, e.Position, e.Data, commits[e.Position])
				}
			}
			f.verify(journal.Head{})
		}},
		{"only the loser is refused", func(f *fixture) {
			const writers, rounds = 8, 12
			// All contend for one stream; each has one of its own in the batch as
			// well, which must not move when the batch is refused.
			var wg sync.WaitGroup
			for i := range writers {
				wg.Go(func() { contend(f, fmt.Sprint("own", i), rounds) })
			}
			wg.Wait()
			hot := f.read("hot", 0)
			if len(hot) != writers*rounds {
				f.Errorf("%d events on the hot stream, want %d", len(hot), writers*rounds)
			}
			for i := range writers {
				if own := f.read(fmt.Sprint("own", i), 0); len(own) != rounds {
					f.Errorf("%d events on stream %d, want %d", len(own), i, rounds)
				}
			}
			f.verify(journal.Head{})
		}},
		{"a read sees whole batches in order", func(f *fixture) {
			ctx, cancel := context.WithCancel(f.Context())
			var wg sync.WaitGroup
			for i := range 4 {
				wg.Go(func() {
					var a, b journal.Position
					for range 15 {
						batch := batch("", write(fmt.Sprint("a", i), a, "1", "2"), write(fmt.Sprint("b", i), b, "3"))
						c, err := f.j.Append(f.Context(), batch)
						if err != nil {
							f.Errorf("append: %v", err)
							return
						}
						at := c.Positions(batch)
						a, b = at[0], at[1]
					}
				})
			}
			var reader sync.WaitGroup
			reader.Go(func() {
				for ctx.Err() == nil {
					events := f.read(journal.All, 0)
					if len(events)%3 != 0 {
						f.Errorf("%d events, not a multiple of a batch", len(events))
					}
					for i, e := range events {
						if e.Position != journal.Position(i+1) || string(e.Data) != fmt.Sprint(i%3+1) {
							f.Errorf("event %d is at %d with %s", i, e.Position, e.Data)
							return
						}
					}
				}
			})
			wg.Wait()
			cancel()
			reader.Wait()
		}},
	}
}

// contend appends to the hot stream and to its own until it has won rounds
// times.
func contend(f *fixture, own string, rounds int) {
	var hot, mine journal.Position
	for won := 0; won < rounds; {
		b := batch("", write(own, mine, own), write("hot", hot, own))
		c, err := f.j.Append(f.Context(), b)
		var conflict *journal.ConflictError
		switch {
		case err == nil:
			at := c.Positions(b)
			mine, hot = at[0], at[1]
			won++
		case errors.As(err, &conflict) && conflict.Stream == "hot" && conflict.Expect == hot && conflict.Actual > hot:
			hot = conflict.Actual
		default:
			f.Errorf("append: %v", err)
			return
		}
	}
}
