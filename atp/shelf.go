package atp

import (
	"hash/maphash"
	"iter"
	"sync"
)

// shelves is the number of shelves: enough that callers on many cores seldom meet. A power of two.
const shelves = 256

// shelf holds the reservations whose keys hash to it, in a table with open addressing. It does what a map does, but it
// hashes a key once where a map hashes it to look and again to put, and it grows without touching keys: half of what a
// reservation costs is finding out that its key is new.
type shelf struct {
	mu    sync.Mutex
	slots []slot // a power of two; at most three quarters are taken
	count int
}

// slot is taken when r is not nil.
type slot struct {
	hash uint64
	r    *reservation
}

// hash spreads keys over shelves, by its high bits, and slots, by its low bits. It is seeded for each Stock, so that
// nobody can make keys that collide; no answer depends on it.
func (s *Stock) hash(key string) uint64 { return maphash.String(s.seed, key) }

// shelf gives the shelf for a hash.
func (s *Stock) shelf(hash uint64) *shelf { return &s.shelves[hash>>56%shelves] }

// find gives the reservation with a key, nil when there is none. The caller holds the lock, as for all that follow.
func (sh *shelf) find(hash uint64, key string) *reservation {
	if sh.count == 0 {
		return nil
	}
	mask := uint64(len(sh.slots) - 1)
	for i := hash & mask; sh.slots[i].r != nil; i = (i + 1) & mask {
		if sh.slots[i].hash == hash && sh.slots[i].r.key == key {
			return sh.slots[i].r
		}
	}
	return nil
}

// put adds a reservation whose key is not there.
func (sh *shelf) put(r *reservation) {
	if 4*(sh.count+1) > 3*len(sh.slots) {
		old := sh.slots
		sh.slots = make([]slot, max(2*len(old), 8))
		for _, s := range old {
			if s.r != nil {
				sh.place(s)
			}
		}
	}
	sh.place(slot{r.hash, r})
	sh.count++
}

func (sh *shelf) place(s slot) {
	mask := uint64(len(sh.slots) - 1)
	i := s.hash & mask
	for sh.slots[i].r != nil {
		i = (i + 1) & mask
	}
	sh.slots[i] = s
}

// remove takes a reservation out and closes the gap, so that what was placed beyond it is still found.
func (sh *shelf) remove(r *reservation) {
	mask := uint64(len(sh.slots) - 1)
	gap := r.hash & mask
	for sh.slots[gap].r != r {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; sh.slots[i].r != nil; i = (i + 1) & mask {
		if home := sh.slots[i].hash & mask; (i-home)&mask >= (i-gap)&mask {
			sh.slots[gap] = sh.slots[i]
			gap = i
		}
	}
	sh.slots[gap] = slot{}
	sh.count--
}

// all gives the reservations in no order.
func (sh *shelf) all() iter.Seq[*reservation] {
	return func(yield func(*reservation) bool) {
		for _, s := range sh.slots {
			if s.r != nil && !yield(s.r) {
				return
			}
		}
	}
}
