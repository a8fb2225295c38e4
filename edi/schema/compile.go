package schema

import "math"

// maxIDBytes is the longest identifier of a segment.
const maxIDBytes = 4

// flatNode is a node of a set as the validator walks it. A loop has the
// identifier of the segment that opens it.
type flatNode struct {
	id       uint32
	min, max int32
	parent   int32 // the loop, -1 for the set itself
	next     int32 // the next node in the loop, -1 for none
	child    int32 // the first node of a loop, -1 for a segment
	depth    int32 // of the loop it stands in; 0 for the set itself
	node     *Node
}

// compile puts the tree of a set into a table. Index 0 stands for the set itself.
func (s *Set) compile() {
	s.flat = []flatNode{{parent: -1, next: -1, child: 1, depth: -1, node: &Node{ID: s.ID}}}
	s.first = make(map[uint32][]int32)
	s.flatten(s.Nodes, 0, 0)
}

func (s *Set) flatten(nodes []*Node, parent, depth int32) {
	before := int32(-1)
	for _, n := range nodes {
		i := int32(len(s.flat))
		limit := int32(math.MaxInt32)
		if n.Max > 0 {
			limit = int32(min(n.Max, math.MaxInt32))
		}
		if n.Forbidden {
			limit = 0
		}
		s.flat = append(s.flat, flatNode{id: packID(n.ID), min: int32(min(n.Min, math.MaxInt32)), max: limit,
			parent: parent, next: -1, child: -1, depth: depth, node: n})
		if before >= 0 {
			s.flat[before].next = i
		}
		before = i
		if n.Children != nil {
			s.flat[i].child = i + 1
			s.flatten(n.Children, i, depth+1)
			continue
		}
		s.first[packID(n.ID)] = append(s.first[packID(n.ID)], i)
	}
}

// path names the loop of a node, such as PO1/N1; empty at the level of the set.
func (s *Set) path(node int32) string {
	path := ""
	for p := s.flat[node].parent; p > 0; p = s.flat[p].parent {
		if path == "" {
			path = s.flat[p].node.ID
		} else {
			path = s.flat[p].node.ID + "/" + path
		}
	}
	return path
}

// requiredMask has a bit for each required element of the first 64.
func requiredMask(elements []Element) uint64 {
	var mask uint64
	for i := range elements {
		if elements[i].Required {
			mask |= 1 << i
		}
	}
	return mask
}

func newNote(kind byte, positions []int) Note {
	n := Note{Kind: kind, Positions: positions}
	for _, p := range positions {
		n.mask |= 1 << (p - 1)
	}
	return n
}
