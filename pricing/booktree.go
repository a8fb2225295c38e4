package pricing

import (
	"cmp"
	"crypto/sha256"
	"slices"
)

const (
	trieBits  = 6             // of the hash, taken by each level, the highest first
	trieFan   = 1 << trieBits // children of an inner node
	trieDepth = 10            // levels until the hash has no bits left
	innerNode = 'n'           // begins what the sum of an inner node is of
	leafNode  = 'l'           // and what that of a leaf is of
	leafSize  = 512           // the most items of a leaf above that depth
)

// node is a node of a tree over 64-bit hashes that never changes: an update makes
// new nodes along the paths that it touches and shares all others.
//
// What a tree looks like follows from its items alone, not from how they came in:
// a node is a leaf exactly where it has no more than leafSize items. So trees of
// the same items are the same, and so are the sums of their nodes.
type node[L any] struct {
	count int
	kids  *[trieFan]*node[L] // nil: a leaf
	leaf  L
	sum   [sha256.Size]byte // of the content, where the leaves have a digest
}

// hashed is an item of a tree, or the order to drop one.
type hashed interface {
	place() uint64 // its hash
	tag() uint64   // which it is among the items of a leaf with the hash
	drops() bool
}

// leafKeeper knows how items are kept in leaves.
type leafKeeper[L any, T hashed] interface {
	// unpack appends the items of a leaf in the order in which it keeps them: by
	// hash, then by tag.
	unpack(dst []T, leaf L) []T
	// arrange brings items of one hash into their order.
	arrange(items []T)
	// pack makes a leaf of arranged items.
	pack(items []T) L
}

// find returns the leaf where items of the hash are; ok is false where there can
// be none.
func (n *node[L]) find(hash uint64) (leaf L, ok bool) {
	for shift := 64 - trieBits; n != nil; shift -= trieBits {
		if n.kids == nil {
			return n.leaf, true
		}
		n = n.kids[hash>>shift&(trieFan-1)]
	}
	return leaf, false
}

// each calls yield with every leaf in the order of hashes until it returns false,
// and tells whether it never did.
func (n *node[L]) each(yield func(L) bool) bool {
	if n == nil {
		return true
	}
	if n.kids == nil {
		return yield(n.leaf)
	}
	for _, kid := range n.kids {
		if !kid.each(yield) {
			return false
		}
	}
	return true
}

// update returns the tree with the changes, which it sorts. Drops must name items
// that are there.
func update[L any, T hashed, K leafKeeper[L, T]](keep K, root *node[L], changes []T) *node[L] {
	slices.SortFunc(changes, func(a, b T) int {
		return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(a.tag(), b.tag()))
	})
	return change(keep, root, 0, changes)
}

func change[L any, T hashed, K leafKeeper[L, T]](keep K, n *node[L], depth int, changes []T) *node[L] {
	if len(changes) == 0 {
		return n
	}
	if n == nil || n.kids == nil {
		var items []T
		if n != nil {
			items = keep.unpack(make([]T, 0, n.count), n.leaf)
		}
		return build(keep, merge(keep, items, changes), depth)
	}
	next := &node[L]{kids: new([trieFan]*node[L])}
	for i, kid := range n.kids {
		part := partOf(changes, depth, i)
		changes = changes[len(part):]
		next.kids[i] = change(keep, kid, depth+1, part)
		next.count += next.kids[i].size()
	}
	if next.count <= leafSize {
		return build(keep, collect(keep, next, make([]T, 0, next.count)), depth)
	}
	next.seal()
	return next
}

func (n *node[L]) size() int {
	if n == nil {
		return 0
	}
	return n.count
}

// collect appends all items below the node.
func collect[L any, T hashed, K leafKeeper[L, T]](keep K, n *node[L], dst []T) []T {
	n.each(func(leaf L) bool {
		dst = keep.unpack(dst, leaf)
		return true
	})
	return dst
}

// partOf returns the first items that go to the child.
func partOf[T hashed](items []T, depth, child int) []T {
	shift := 64 - trieBits*(depth+1)
	end, _ := slices.BinarySearchFunc(items, child+1, func(item T, child int) int {
		return cmp.Compare(int(item.place()>>shift&(trieFan-1)), child)
	})
	return items[:end:end]
}

// merge returns the items with the changes, sorted by hash. Both are.
func merge[L any, T hashed, K leafKeeper[L, T]](keep K, items, changes []T) []T {
	merged := make([]T, 0, len(items)+len(changes))
	for len(items)+len(changes) > 0 {
		hash := leastHash(items, changes)
		old, more := run(items, hash), run(changes, hash)
		items, changes = items[len(old):], changes[len(more):]
		start := len(merged)
		drop := 0 // the next change that may drop one
		for _, item := range old {
			for drop < len(more) && (!more[drop].drops() || more[drop].tag() < item.tag()) {
				drop++
			}
			if drop < len(more) && more[drop].tag() == item.tag() {
				drop++
				continue
			}
			merged = append(merged, item)
		}
		for _, c := range more {
			if !c.drops() {
				merged = append(merged, c)
			}
		}
		if len(more) > 0 && len(merged) > start+1 {
			keep.arrange(merged[start:])
		}
	}
	return merged
}

func leastHash[T hashed](a, b []T) uint64 {
	switch {
	case len(a) == 0:
		return b[0].place()
	case len(b) == 0:
		return a[0].place()
	}
	return min(a[0].place(), b[0].place())
}

// run returns the first items as far as they have the hash.
func run[T hashed](items []T, hash uint64) []T {
	end := 0
	for end < len(items) && items[end].place() == hash {
		end++
	}
	return items[:end]
}

// build makes a tree of arranged items that are sorted by hash.
func build[L any, T hashed, K leafKeeper[L, T]](keep K, items []T, depth int) *node[L] {
	if len(items) == 0 {
		return nil
	}
	n := &node[L]{count: len(items)}
	if len(items) <= leafSize || depth == trieDepth {
		n.leaf = keep.pack(items)
		if leaf, ok := any(n.leaf).(interface{ digest() [sha256.Size]byte }); ok {
			n.sum = leaf.digest()
		}
		return n
	}
	n.kids = new([trieFan]*node[L])
	for i := range n.kids {
		part := partOf(items, depth, i)
		items = items[len(part):]
		n.kids[i] = build(keep, part, depth+1)
	}
	n.seal()
	return n
}

// seal makes the node's sum of those of its children.
func (n *node[L]) seal() {
	text := append(make([]byte, 0, 1+trieFan*(1+sha256.Size)), innerNode)
	for i, kid := range n.kids {
		if kid != nil {
			text = append(append(text, byte(i)), kid.sum[:]...)
		}
	}
	n.sum = sha256.Sum256(text)
}
