package journaltest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/o2ckit/o2c/journal"
)

// RunSnapshots tests stores of snapshots. open returns a new, empty one for
// each test.
func RunSnapshots(t *testing.T, open func(t *testing.T) journal.Snapshots) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*fixture, journal.Snapshots)
	}{
		{"nothing kept", func(f *fixture, s journal.Snapshots) {
			_, err := s.Load(f.Context(), "none")
			f.wantIs(err, journal.ErrNoSnapshot)
		}},
		{"the last one is kept", func(f *fixture, s journal.Snapshots) {
			f.save(s, "a", journal.Snapshot{At: 7, Data: []byte("seven")})
			f.save(s, "b", journal.Snapshot{At: 1, Data: []byte("one")})
			f.save(s, "a", journal.Snapshot{At: 9, Data: []byte("nine\x00\xff")})
			f.wantSnapshot(s, "a", journal.Snapshot{At: 9, Data: []byte("nine\x00\xff")})
			f.wantSnapshot(s, "b", journal.Snapshot{At: 1, Data: []byte("one")})
			f.save(s, "a", journal.Snapshot{})
			f.wantSnapshot(s, "a", journal.Snapshot{})
			_, err := s.Load(f.Context(), "A")
			f.wantIs(err, journal.ErrNoSnapshot)
		}},
		{"larger than a batch", func(f *fixture, s journal.Snapshots) {
			big := journal.Snapshot{At: 1, Data: bytes.Repeat([]byte("snapshot"), 1<<18)}
			f.save(s, "big", big)
			f.wantSnapshot(s, "big", big)
		}},
		{"buffers are the caller's", func(f *fixture, s journal.Snapshots) {
			data := []byte("abc")
			f.save(s, "a", journal.Snapshot{Data: data})
			copy(data, "XXX")
			got, err := s.Load(f.Context(), "a")
			if err != nil {
				f.Fatal(err)
			}
			copy(got.Data, "YYY")
			f.wantSnapshot(s, "a", journal.Snapshot{Data: []byte("abc")})
		}},
		{"names", func(f *fixture, s journal.Snapshots) {
			for _, bad := range []string{"", "a\x00", "\xff", strings.Repeat("x", journal.MaxName+1)} {
				if err := s.Save(f.Context(), bad, journal.Snapshot{}); err == nil {
					f.Errorf("name %q was taken", bad)
				}
			}
			f.save(s, `it's "é"`, journal.Snapshot{At: 3})
			f.wantSnapshot(s, `it's "é"`, journal.Snapshot{At: 3})
		}},
		{"many at once", func(f *fixture, s journal.Snapshots) {
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					name := fmt.Sprint(i % 2)
					if err := s.Save(f.Context(), name, journal.Snapshot{At: journal.Position(i), Data: []byte(fmt.Sprint(i))}); err != nil {
						f.Errorf("save: %v", err)
					}
					if got, err := s.Load(f.Context(), name); err != nil || string(got.Data) != fmt.Sprint(got.At) {
						f.Errorf("load: %+v, %v", got, err)
					}
				})
			}
			wg.Wait()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(&fixture{T: t}, open(t)) })
	}
}

func (f *fixture) save(s journal.Snapshots, name string, snapshot journal.Snapshot) {
	f.Helper()
	if err := s.Save(f.Context(), name, snapshot); err != nil {
		f.Fatalf("save %q: %v", name, err)
	}
}

func (f *fixture) wantSnapshot(s journal.Snapshots, name string, want journal.Snapshot) {
	f.Helper()
	got, err := s.Load(f.Context(), name)
	if err != nil || got.At != want.At || !bytes.Equal(got.Data, want.Data) {
		f.Errorf("snapshot %q is at %d with %d bytes, %v; want %d with %d", name, got.At, len(got.Data), err, want.At, len(want.Data))
	}
}
