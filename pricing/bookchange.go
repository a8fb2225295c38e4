package pricing

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
)

// bookChange collects what a new book has that the old one has not.
type bookChange struct {
	old     *Book
	records []stored
	ids     []identity
	shapes  map[shape]int
}

func newBookChange(old *Book, size int) *bookChange {
	c := &bookChange{old: old, shapes: maps.Clone(old.shapes)}
	c.records, c.ids = make([]stored, 0, size), make([]identity, 0, size)
	if c.shapes == nil {
		c.shapes = make(map[shape]int)
	}
	return c
}

func (c *bookChange) add(r *Record) {
	c.drop(r.ID)
	s := r.shape()
	hash := r.keyHash(&s)
	c.records = append(c.records, stored{hash: hash, from: r})
	c.ids = append(c.ids, identity{id: mix(hashText(r.ID)), key: hash})
	c.count(s, 1)
}

// drop takes the record of the id out, if the book has it.
func (c *bookChange) drop(id string) bool {
	h, ok := c.old.byID(id)
	if !ok {
		return false
	}
	r := h.record()
	c.records = append(c.records, stored{hash: r.hash, in: h.in, at: int32(h.at), drop: true})
	c.ids = append(c.ids, identity{id: mix(hashText(id)), key: r.hash, gone: true})
	c.count(h.in.shapeOf(h.at), -1)
	return true
}

func (c *bookChange) count(s shape, by int) {
	n := c.shapes[s] + by
	if n == 0 {
		delete(c.shapes, s)
		return
	}
	s.step = strings.Clone(s.step) // not a part of a long text of the host
	c.shapes[s] = n
}

// publish makes the new book.
func (c *bookChange) publish() (*Book, error) {
	var found faults
	next := &Book{shapes: c.shapes}
	next.records = update(&shardKeeper{found: &found}, c.old.records, c.records)
	if err := found.err(); err != nil {
		return nil, err
	}
	next.ids = update(identityKeeper{}, c.old.ids, c.ids)
	sum := sha256.Sum256(nil)
	if next.records != nil {
		sum = next.records.sum
	}
	next.hash = hex.EncodeToString(sum[:])
	return next, nil
}
