package party

import "slices"

// tree is the parents of one kind of record, by ID.
type tree struct {
	kind     string
	parent   map[string]string
	children map[string][]string // each in ascending order
}

func newTree(kind string, size int) tree {
	return tree{kind: kind, parent: make(map[string]string, size), children: make(map[string][]string)}
}

// put adds a record; false when its ID is there already.
func (t *tree) put(id, parent string) bool {
	if _, ok := t.parent[id]; ok {
		return false
	}
	t.parent[id] = parent
	if parent != "" {
		t.children[parent] = append(t.children[parent], id)
	}
	return true
}

// settle sorts the children and looks for cycles; it comes after the last put. Each record is walked over once.
func (t *tree) settle() []error {
	for _, ids := range t.children {
		slices.Sort(ids)
	}
	ids := make([]string, 0, len(t.parent))
	for id := range t.parent {
		ids = append(ids, id)
	}
	slices.Sort(ids)

	var faults []error
	done := make(map[string]bool, len(ids))
	for _, id := range ids {
		var path []string
		at := make(map[string]int)
		for x := id; x != "" && !done[x]; x = t.parent[x] {
			if start, seen := at[x]; seen {
				faults = append(faults, &CycleError{Kind: t.kind, Path: append(slices.Clone(path[start:]), x)})
				break
			}
			at[x] = len(path)
			path = append(path, x)
		}
		for _, x := range path {
			done[x] = true
		}
	}
	return faults
}

// ancestors gives the parents above id, the nearest first. The last may be a record that does not exist: the caller looks
// each up.
func (t *tree) ancestors(id string) []string {
	var above []string
	for x := t.parent[id]; x != ""; x = t.parent[x] {
		above = append(above, x)
	}
	return above
}

// below gives id and all records under it, level by level, each level in ascending order of parent and ID.
func (t *tree) below(id string) []string {
	all := []string{id}
	for i := 0; i < len(all); i++ {
		all = append(all, t.children[all[i]]...)
	}
	return all
}

// isBelow reports whether id is top or stands under it.
func (t *tree) isBelow(id, top string) bool {
	for x := id; x != ""; x = t.parent[x] {
		if x == top {
			return true
		}
	}
	return false
}
