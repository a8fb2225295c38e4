package journaltest

import (
	"fmt"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

func keyTests() []test {
	return []test{
		{"the same payload gives the first commit again", func(f *fixture) {
			b := batch("k", write("s", 0, "x", "y"))
			f.wantCommit(f.append(b), 1, 2)
			f.wantCommit(f.append(b), 1, 2) // its expectation would now fail
			f.append(batch("", write("s", 2, "z"), write("t", 0, "z")))
			f.wantCommit(f.append(b), 1, 2)
			f.wantData(f.read(journal.All, 0), "x", "y", "z", "z")
		}},
		{"decided again later it is the same payload", func(f *fixture) {
			f.append(batch("k", write("s", 0, "x")))
			later := write("s", 1, "x")
			later.Events[0].At = noon().AddDate(0, 0, 1)
			f.wantCommit(f.append(batch("k", later)), 1, 1)
			f.wantData(f.read("s", 0), "x")
		}},
		{"another payload is refused", func(f *fixture) {
			f.append(batch("k", write("s", 0, "x"), write("check", 0)))
			change := func(change func(*journal.Draft)) journal.Write {
				w := write("s", 0, "x")
				change(&w.Events[0])
				return w
			}
			check := write("check", 0)
			for _, b := range []journal.Batch{
				batch("k", write("s", 0, "X"), check),
				batch("k", write("t", 0, "x"), check),
				batch("k", write("s", 0, "x", "x"), check),
				batch("k", write("s", 0, "x")),
				batch("k", check, write("s", 0, "x")),
				batch("k", change(func(d *journal.Draft) { d.Type = "test.other" }), check),
				batch("k", change(func(d *journal.Draft) { d.Version = 2 }), check),
				batch("k", change(func(d *journal.Draft) { d.Actor = "other" }), check),
			} {
				f.wantIs(f.refuse(b), journal.ErrKeyReused)
			}
			f.wantCommit(f.append(batch("K", write("s", 1, "X"))), 2, 2)
		}},
		{"a failed append does not bind its key", func(f *fixture) {
			f.append(batch("", write("s", 0, "x")))
			f.wantConflict(f.refuse(batch("k", write("s", 0, "y"))), journal.ConflictError{Stream: "s", Expect: 0, Actual: 1})
			f.wantCommit(f.append(batch("k", write("s", 1, "z"))), 2, 2)
			f.wantIs(f.refuse(batch("k", write("s", 0, "y"))), journal.ErrKeyReused)
		}},
		{"a check alone binds its key too", func(f *fixture) {
			f.wantCommit(f.append(batch("k", write("s", 0))), 0, 0)
			f.append(batch("", write("s", 0, "x")))
			f.wantCommit(f.append(batch("k", write("s", 0))), 0, 0)
			f.wantIs(f.refuse(batch("k", write("s", 1, "y"))), journal.ErrKeyReused)
		}},
		{"keys keep apart whatever they are", func(f *fixture) {
			keys := []string{"k", "K", "k ", `"`, `\`, "{}", "NULL", "é", "e\u0301", "%"}
			for i, k := range keys {
				at := journal.Position(i + 1)
				f.wantCommit(f.append(batch(k, write(k, 0, k))), at, at)
			}
			for i, k := range keys {
				at := journal.Position(i + 1)
				f.wantCommit(f.append(batch(k, write(k, 0, k))), at, at)
			}
		}},
		{"many at once with one key are one", func(f *fixture) {
			var wg sync.WaitGroup
			for range 32 {
				wg.Go(func() {
					if c, err := f.j.Append(f.Context(), batch("k", write("s", 0, "x"))); err != nil || c.First != 1 || c.Last != 1 {
						f.Errorf("commit is %+v, %v", c, err)
					}
				})
			}
			wg.Wait()
			f.wantData(f.read(journal.All, 0), "x")
		}},
		{"many at once with one key and different payloads are one", func(f *fixture) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			won := 0
			for i := range 32 {
				wg.Go(func() {
					_, err := f.j.Append(f.Context(), batch("k", write(fmt.Sprint("s", i), 0, "x")))
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						won++
					} else {
						f.wantIs(err, journal.ErrKeyReused)
					}
				})
			}
			wg.Wait()
			if got := f.read(journal.All, 0); won != 1 || len(got) != 1 {
				f.Errorf("%d appends won and left %d events, want 1 and 1", won, len(got))
			}
		}},
	}
}
