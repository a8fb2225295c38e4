package pricing

import (
	"cmp"
	"slices"
)

// byID finds the record of an id.
func (b *Book) byID(id string) (recordHit, bool) {
	hash := mix(hashText(id))
	leaf, _ := b.ids.find(hash)
	n, _ := slices.BinarySearchFunc(leaf, hash, func(e identity, hash uint64) int { return cmp.Compare(e.id, hash) })
	for ; n < len(leaf) && leaf[n].id == hash; n++ {
		s, ok := b.records.find(leaf[n].key)
		if !ok {
			continue
		}
		for i := s.first(leaf[n].key); i < len(s.records) && s.records[i].hash == leaf[n].key; i++ {
			if s.id(i) == id {
				return recordHit{s, i}, true
			}
		}
	}
	return recordHit{}, false
}

// identity leads from the hash of a record's id to that of its key.
type identity struct {
	id, key uint64
	gone    bool
}

func (e identity) place() uint64 { return e.id }
func (e identity) tag() uint64   { return e.key }
func (e identity) drops() bool   { return e.gone }

// identityKeeper keeps identities in leaves. They have no sums: they follow from the
// records.
type identityKeeper struct{}

func (identityKeeper) unpack(dst, leaf []identity) []identity { return append(dst, leaf...) }

func (identityKeeper) arrange(items []identity) {
	slices.SortFunc(items, func(a, b identity) int { return cmp.Compare(a.key, b.key) })
}

func (identityKeeper) pack(items []identity) []identity { return slices.Clone(items) }
