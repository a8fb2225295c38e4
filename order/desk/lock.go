package desk

import (
	"slices"
	"sync"
)

// keyLocks gives one lock a key, and forgets it when nobody holds or awaits it.
type keyLocks struct {
	mu    sync.Mutex
	locks map[string]*keyLock
}

type keyLock struct {
	mu    sync.Mutex
	users int
}

// lock takes the locks of all keys, in one order for every caller, so that no
// two callers wait for each other. The returned function lets them go.
func (k *keyLocks) lock(keys ...string) (unlock func()) {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for _, key := range keys {
		k.mu.Lock()
		l := k.locks[key]
		if l == nil {
			if k.locks == nil {
				k.locks = make(map[string]*keyLock)
			}
			l = &keyLock{}
			k.locks[key] = l
		}
		l.users++
		k.mu.Unlock()
		l.mu.Lock()
	}
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		for _, key := range keys {
			l := k.locks[key]
			l.mu.Unlock()
			if l.users--; l.users == 0 {
				delete(k.locks, key)
			}
		}
	}
}
