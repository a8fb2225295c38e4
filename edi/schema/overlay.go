package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// What a partner makes of a segment, loop, element or component.
const (
	// Required says that it must be there.
	Required = "required"
	// Optional says that it may be there.
	Optional = "optional"
	// Forbidden says that it must not be there.
	Forbidden = "forbidden"
)

// Overlay is what a partner asks for beside a release, stricter or looser. It is
// read by [ParseOverlay] or [DecodeOverlay] and put on a release by [Release.With].
type Overlay struct {
	// Name is for persons.
	Name string `json:"name,omitempty"`
	// Changes are made in order; a later one wins.
	Changes []Change `json:"changes"`
}

// Change changes places of sets, elements there, or an element wherever it is used.
type Change struct {
	// Set is the set, such as 850; empty or * means every set that has the path.
	Set string `json:"set,omitempty"`
	// Path leads to a segment or loop: PO1/PID is the PID of the loop PO1, */REF
	// every REF of the set, REF#2 the second REF among its neighbours. An element
	// and a component may follow: BEG.5, PO1.3, TD1.1.2; of a loop it is that of
	// the segment that opens it.
	Path string `json:"path,omitempty"`
	// Element names an element of the dictionary, such as 355, in place of a path.
	Element string `json:"element,omitempty"`

	// Use is [Required], [Optional] or [Forbidden]; empty leaves it.
	Use string `json:"use,omitempty"`
	// Min and Max say how often a segment or loop occurs, Max also how often an
	// element repeats; Max 0 means any number. nil leaves them.
	Min *int `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
	// MinLength and MaxLength are the lengths of an element. nil leaves them.
	MinLength *int `json:"min_length,omitempty"`
	MaxLength *int `json:"max_length,omitempty"`
	// Codes are all that an element may have.
	Codes []string `json:"codes,omitempty"`
	// Add and Remove change the codes that there are.
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
	// AnyCode lets an element have any value of its type and length.
	AnyCode bool `json:"any_code,omitempty"`
	// NoNotes drops the conditions of a segment or composite element.
	NoNotes bool `json:"no_notes,omitempty"`
}

// With returns the release as overlays change it; the release itself stays as it
// is. A change that cannot be made is a [*ChangeError]; all of them are returned,
// joined.
func (r *Release) With(overlays ...Overlay) (*Release, error) {
	out := r.clone()
	var errs []error
	for _, o := range overlays {
		for i, c := range o.Changes {
			if err := out.change(c); err != nil {
				errs = append(errs, &ChangeError{Change: i + 1, Set: c.Set, Path: c.Path + c.Element, Reason: err.Error()})
			}
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, segment := range out.segments {
		segment.seal()
	}
	for _, s := range out.sets {
		walk(s.Nodes, func(n *Node) {
			if n.Segment != nil {
				n.Segment.seal()
			}
		})
		s.compile()
	}
	return out, nil
}

// clone copies all that a change may touch.
func (r *Release) clone() *Release {
	out := &Release{standard: r.standard, version: r.version, elements: r.elements, composites: r.composites,
		segments: make(map[string]*Segment, len(r.segments)), sets: make(map[string]*Set, len(r.sets))}
	for id, s := range r.segments {
		out.segments[id] = s.clone()
	}
	for id, s := range r.sets {
		own := make(map[*Segment]*Segment) // of segments that an earlier overlay made for a place
		out.sets[id] = &Set{ID: id, release: out, Nodes: cloneNodes(s.Nodes, func(s *Segment) *Segment {
			if r.segments[s.ID] == s {
				return out.segments[s.ID]
			}
			if own[s] == nil {
				own[s] = s.clone()
			}
			return own[s]
		})}
	}
	return out
}

func cloneNodes(list []*Node, segment func(*Segment) *Segment) []*Node {
	out := make([]*Node, len(list))
	for i, n := range list {
		c := *n
		if n.Segment != nil {
			c.Segment = segment(n.Segment)
		} else {
			c.Children = cloneNodes(n.Children, segment)
		}
		out[i] = &c
	}
	return out
}

func (s *Segment) clone() *Segment {
	c := *s
	c.Elements = slices.Clone(s.Elements)
	for i := range c.Elements {
		c.Elements[i].Components = slices.Clone(c.Elements[i].Components)
	}
	return &c
}

func walk(nodes []*Node, do func(*Node)) {
	for _, n := range nodes {
		do(n)
		walk(n.Children, do)
	}
}

// change makes one change.
func (r *Release) change(c Change) error {
	if !slices.Contains([]string{"", Required, Optional, Forbidden}, c.Use) {
		return fmt.Errorf("use is %s, %s or %s, not %q", Required, Optional, Forbidden, c.Use)
	}
	if c.Min != nil && *c.Min < 0 || c.Max != nil && *c.Max < 0 {
		return errors.New("min and max are not negative")
	}
	if (c.Element == "") == (c.Path == "") {
		return errors.New("a change names a path or an element")
	}
	if c.Element != "" {
		return r.changeElement(c)
	}
	sets := []string{c.Set}
	if c.Set == "" || c.Set == "*" {
		sets = slices.Sorted(maps.Keys(r.sets))
	} else if r.sets[c.Set] == nil {
		return errors.New("the release has no such set")
	}
	path, element, component, err := splitPath(c.Path)
	if err != nil {
		return err
	}
	found := false
	for _, id := range sets {
		for _, n := range r.sets[id].at(path) {
			found = true
			if err := r.changeNode(n, c, element, component); err != nil {
				return err
			}
		}
	}
	if !found {
		return errors.New("there is no such place")
	}
	return nil
}

// splitPath divides a path into the segments and loops, the element and the
// component.
func splitPath(path string) (parts []string, element, component int, err error) {
	parts = strings.Split(path, "/")
	last := strings.Split(parts[len(parts)-1], ".")
	parts[len(parts)-1] = last[0]
	numbers := [2]int{}
	for i, text := range last[1:] {
		if i == len(numbers) {
			return nil, 0, 0, errors.New("a path ends with a segment, an element or a component")
		}
		if numbers[i], err = strconv.Atoi(text); err != nil || numbers[i] < 1 {
			return nil, 0, 0, fmt.Errorf("%q is no number of an element", text)
		}
	}
	return parts, numbers[0], numbers[1], nil
}

// at returns the places of a path.
func (s *Set) at(parts []string) []*Node {
	lists := [][]*Node{s.Nodes}
	if parts[0] == "*" && len(parts) > 1 {
		parts = parts[1:]
		walk(s.Nodes, func(n *Node) {
			if n.Children != nil {
				lists = append(lists, n.Children)
			}
		})
	}
	var found []*Node
	for i, part := range parts {
		id, which, _ := strings.Cut(part, "#")
		found = nil
		for _, list := range lists {
			nth := 0
			for _, n := range list {
				if n.ID == id {
					if nth++; which == "" || which == strconv.Itoa(nth) {
						found = append(found, n)
					}
				}
			}
		}
		lists = nil
		for _, n := range found {
			if i < len(parts)-1 && n.Children != nil {
				lists = append(lists, n.Children)
			}
		}
	}
	return found
}

func (r *Release) changeNode(n *Node, c Change, element, component int) error {
	if element == 0 && !c.NoNotes {
		return n.change(c)
	}
	if n.Children != nil {
		n = n.Children[0]
	}
	if r.segments[n.ID] == n.Segment {
		n.Segment = n.Segment.clone() // the change holds at this place only
	}
	if element == 0 {
		n.Segment.Notes = nil
		return nil
	}
	if element > len(n.Segment.Elements) {
		return fmt.Errorf("%s has %d elements", n.ID, len(n.Segment.Elements))
	}
	e := &n.Segment.Elements[element-1]
	if component > 0 {
		if component > len(e.Components) {
			return fmt.Errorf("%s%02d has %d components", n.ID, element, len(e.Components))
		}
		e = &e.Components[component-1]
	}
	return e.change(c)
}

// change changes how often a segment or loop occurs.
func (n *Node) change(c Change) error {
	if c.MinLength != nil || c.MaxLength != nil || c.Codes != nil || c.Add != nil || c.Remove != nil || c.AnyCode {
		return errors.New("lengths and codes are those of an element")
	}
	fewest, most := n.Min, n.Max
	if c.Max != nil {
		most = *c.Max
		if fewest > most && most > 0 {
			fewest = most
		}
	}
	if c.Min != nil {
		fewest = *c.Min
	}
	switch c.Use {
	case Required:
		fewest = max(fewest, 1)
	case Optional, Forbidden:
		fewest = 0
	}
	if most > 0 && fewest > most {
		return fmt.Errorf("the fewest, %d, are more than the most, %d", fewest, most)
	}
	if c.Use != "" {
		n.Forbidden = c.Use == Forbidden
	}
	n.Min, n.Max, n.Partner = fewest, most, true
	return nil
}

// change changes an element or component.
func (e *Element) change(c Change) error {
	if c.Min != nil {
		return errors.New("an element is required, not a fewest number of times there")
	}
	if e.Components != nil && (c.MinLength != nil || c.MaxLength != nil || c.Codes != nil || c.Add != nil || c.Remove != nil || c.AnyCode) {
		return errors.New("lengths and codes are those of a component")
	}
	if c.Use != "" {
		e.Required, e.Forbidden = c.Use == Required, c.Use == Forbidden
	}
	if c.Max != nil {
		e.Repeat = *c.Max
	}
	if c.NoNotes {
		e.Notes = nil
	}
	if c.MinLength != nil {
		e.Min = *c.MinLength
	}
	if c.MaxLength != nil {
		e.Max = *c.MaxLength
	}
	if e.Components == nil && (e.Min < 0 || e.Max < max(1, e.Min) || e.Max > maxLength) {
		return fmt.Errorf("lengths of %d to %d are not possible", e.Min, e.Max)
	}
	e.changeCodes(c)
	e.Partner = true
	return nil
}

func (e *Element) changeCodes(c Change) {
	switch {
	case c.AnyCode:
		e.codes = nil
	case c.Codes != nil:
		e.codes = newCodeList(c.Codes)
	case e.codes != nil && (c.Add != nil || c.Remove != nil):
		values := append(slices.Clone(e.codes.values), c.Add...)
		e.codes = newCodeList(slices.DeleteFunc(values, func(v string) bool { return slices.Contains(c.Remove, v) }))
	}
}

// changeElement changes an element of the dictionary wherever it is used.
func (r *Release) changeElement(c Change) error {
	if c.Set != "" || c.Use != "" || c.Max != nil || c.NoNotes {
		return errors.New("of an element that is not at a path only lengths and codes can change")
	}
	if r.elements[c.Element] == nil {
		return errors.New("the release has no such element")
	}
	done := make(map[*Segment]bool)
	change := func(s *Segment) error {
		if done[s] {
			return nil
		}
		done[s] = true
		for i := range s.Elements {
			e := &s.Elements[i]
			for j := range e.Components {
				if e.Components[j].ID != c.Element {
					continue
				}
				if err := e.Components[j].change(c); err != nil {
					return err
				}
			}
			if e.ID != c.Element {
				continue
			}
			if err := e.change(c); err != nil {
				return err
			}
		}
		return nil
	}
	for _, s := range r.segments {
		if err := change(s); err != nil {
			return err
		}
	}
	var failed error
	for _, set := range r.sets {
		walk(set.Nodes, func(n *Node) {
			if n.Segment != nil && failed == nil {
				failed = change(n.Segment)
			}
		})
	}
	return failed
}
