package schema

import (
	"bytes"
	"strconv"
	"strings"
)

// What a text may hold at most.
const (
	maxTextBytes = 16 << 20
	maxElements  = 64 // of a segment, and components of a composite
	maxDepth     = 12 // of loops within loops
	maxNodes     = 10_000
	maxLength    = 1 << 30
)

// Parse reads a release of the host's own. The text is a statement a line; what
// follows # is a comment:
//
//	release X12 004010             standard and version, first
//	element 373 DT 8 8             number, type, shortest, longest
//	codes 1004 01 02 AA            further codes of an element; may be repeated
//	composite C001 355! 1018 649   components; ! is required
//	segment PO1 350 330 C001*5     elements; *5 repeats up to 5 times, * any number
//	note PO1 P0304 C0203           conditions of a segment or composite
//	set 850                        up to its end:
//	 ST 1 1                          segment, fewest, most; * is any number
//	 loop 0 200                      a loop; its first segment opens it
//	  N1 1 1
//	 end
//	end
//
// Types are AN, A, ID, N0 to N9, R, N (EDIFACT n), DT, TM and B. The error is a
// [*TextError].
func Parse(text []byte) (*Release, error) {
	if len(text) > maxTextBytes {
		return nil, &TextError{Line: 1, Reason: "the text is longer than 16 MiB"}
	}
	p := &parser{release: &Release{elements: make(map[string]*element), composites: make(map[string]*composite),
		segments: make(map[string]*Segment), sets: make(map[string]*Set)}}
	if err := p.run(text); err != nil {
		return nil, err
	}
	return p.release, nil
}

// parser takes the statements in two goes: elements, composites and segments may
// be used before they are defined.
type parser struct {
	release *Release
	line    int
	later   [4][]statement // codes, composites, segments, notes

	set   *Set
	nodes int
	loops []*Node // open ones
	uses  []use   // segments of sets, to be resolved
}

type statement struct {
	line  int
	words []string
}

type use struct {
	line int
	node *Node
}

func (p *parser) fail(word, reason string) error {
	if len(word) > 40 {
		word = word[:37] + "..."
	}
	return &TextError{Line: p.line, Word: word, Reason: reason}
}

func (p *parser) run(text []byte) error {
	for line := range bytes.Lines(text) {
		p.line++
		before, _, _ := bytes.Cut(line, []byte("#"))
		if words := strings.Fields(string(before)); len(words) > 0 {
			if err := p.statement(words); err != nil {
				return err
			}
		}
	}
	if p.set != nil {
		return p.fail("", "the set "+p.set.ID+" has no end")
	}
	if p.release.standard == "" {
		return p.fail("", "there is no release statement")
	}
	return p.resolve()
}

func (p *parser) statement(words []string) error {
	if p.set != nil {
		return p.inSet(words)
	}
	if p.release.standard == "" && words[0] != "release" {
		return p.fail(words[0], "the first statement is release")
	}
	switch words[0] {
	case "release":
		if len(words) != 3 || p.release.standard != "" {
			return p.fail("", "release has a standard and a version, once")
		}
		p.release.standard, p.release.version = words[1], words[2]
		return nil
	case "element":
		return p.element(words)
	case "codes":
		return p.keep(0, words)
	case "composite":
		return p.keep(1, words)
	case "segment":
		return p.keep(2, words)
	case "note":
		return p.keep(3, words)
	case "set":
		return p.begin(words)
	}
	return p.fail(words[0], "no such statement")
}

// keep holds back a statement until all elements are known.
func (p *parser) keep(rank int, words []string) error {
	if len(words) < 3 {
		return p.fail(words[0], "the statement needs a name and at least one word more")
	}
	if len(words) > 2+maxElements && (rank == 1 || rank == 2) {
		return p.fail(words[1], "more than 64 elements")
	}
	p.later[rank] = append(p.later[rank], statement{p.line, words[1:]})
	return nil
}

func (p *parser) element(words []string) error {
	if len(words) != 5 {
		return p.fail("", "element has a number, a type, a shortest and a longest length")
	}
	if _, twice := p.release.elements[words[1]]; twice {
		return p.fail(words[1], "the element stands twice")
	}
	typ, ok := parseType(words[2])
	if !ok {
		return p.fail(words[2], "no such type; expected AN, A, ID, N0 to N9, N, R, DT, TM or B")
	}
	shortest, longest, ok := lengths(words[3], words[4])
	if !ok {
		return p.fail(words[3]+" "+words[4], "the lengths are two numbers, the second not below the first")
	}
	p.release.elements[words[1]] = &element{typ: typ, min: shortest, max: longest}
	return nil
}

func lengths(least, most string) (shortest, longest int, ok bool) {
	shortest, err1 := strconv.Atoi(least)
	longest, err2 := strconv.Atoi(most)
	return shortest, longest, err1 == nil && err2 == nil && shortest >= 0 && longest >= max(1, shortest) && longest <= maxLength
}

func parseType(name string) (Type, bool) {
	switch name {
	case "AN":
		return AlphaNumeric, true
	case "A":
		return Alphabetic, true
	case "ID":
		return Identifier, true
	case "R":
		return Real, true
	case "N":
		return Numeric, true
	case "DT":
		return Date, true
	case "TM":
		return Time, true
	case "B":
		return Binary, true
	}
	if len(name) == 2 && name[0] == 'N' && name[1] >= '0' && name[1] <= '9' {
		return Integer, true
	}
	return 0, false
}

// resolve takes what was held back: codes, composites, segments, notes, uses.
func (p *parser) resolve() error {
	for _, do := range []func() error{p.codes, p.composites, p.segments, p.notes} {
		if err := do(); err != nil {
			return err
		}
	}
	for _, u := range p.uses {
		p.line = u.line
		segment, known := p.release.segments[u.node.ID]
		if !known {
			return p.fail(u.node.ID, "no such segment")
		}
		u.node.Segment = segment
	}
	for _, s := range p.release.sets {
		s.compile()
	}
	return nil
}

func (p *parser) codes() error {
	lists := make(map[string][]string)
	for _, s := range p.later[0] {
		p.line = s.line
		if _, known := p.release.elements[s.words[0]]; !known {
			return p.fail(s.words[0], "no such element")
		}
		lists[s.words[0]] = append(lists[s.words[0]], s.words[1:]...)
	}
	for id, values := range lists {
		p.release.elements[id].codes = newCodeList(values)
	}
	return nil
}

func (p *parser) composites() error {
	for _, s := range p.later[1] {
		p.line = s.line
		id := s.words[0]
		if _, twice := p.release.composites[id]; twice {
			return p.fail(id, "the composite stands twice")
		}
		if _, twice := p.release.elements[id]; twice {
			return p.fail(id, "an element has the same name")
		}
		components, err := p.fields(s.words[1:], false)
		if err != nil {
			return err
		}
		p.release.composites[id] = &composite{components: components}
	}
	return nil
}

func (p *parser) segments() error {
	for _, s := range p.later[2] {
		p.line = s.line
		id := s.words[0]
		if packID(id) == 0 {
			return p.fail(id, "a segment's identifier has up to four characters")
		}
		if _, twice := p.release.segments[id]; twice {
			return p.fail(id, "the segment stands twice")
		}
		fields, err := p.fields(s.words[1:], true)
		if err != nil {
			return err
		}
		p.release.segments[id] = &Segment{ID: id, Elements: fields}
	}
	return nil
}

// fields reads the elements of a segment, or the components of a composite.
func (p *parser) fields(words []string, composites bool) ([]Element, error) {
	fields := make([]Element, 0, len(words))
	for _, word := range words {
		name, repeat, repeated := strings.Cut(word, "*")
		id, required := strings.CutSuffix(name, "!")
		f := Element{ID: id, Required: required, Repeat: 1}
		if repeated {
			f.Repeat = 0
			if n, err := strconv.Atoi(repeat); repeat != "" && (err != nil || n < 1 || n > maxLength) {
				return nil, p.fail(word, "behind * stands how often the element may repeat")
			} else if repeat != "" {
				f.Repeat = n
			}
		}
		if e, ok := p.release.elements[id]; ok {
			f.Type, f.Min, f.Max, f.codes = e.typ, e.min, e.max, e.codes
		} else if c, ok := p.release.composites[id]; ok && composites {
			f.Components = c.components
		} else {
			return nil, p.fail(word, "no such element")
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func (p *parser) notes() error {
	composites := make(map[string][]Note)
	for _, s := range p.later[3] {
		p.line = s.line
		segment, isSegment := p.release.segments[s.words[0]]
		c, isComposite := p.release.composites[s.words[0]]
		if !isSegment && !isComposite {
			return p.fail(s.words[0], "no such segment or composite")
		}
		for _, word := range s.words[1:] {
			last := 0
			if isSegment {
				last = len(segment.Elements)
			} else {
				last = len(c.components)
			}
			note, ok := parseNote(word, last)
			switch {
			case !ok:
				return p.fail(word, "a note is P, R, E, C or L and two digits for each of two or more of the elements")
			case isSegment:
				segment.Notes = append(segment.Notes, note)
			default:
				composites[s.words[0]] = append(composites[s.words[0]], note)
			}
		}
	}
	for _, segment := range p.release.segments {
		segment.seal()
		for i := range segment.Elements {
			if e := &segment.Elements[i]; e.Components != nil {
				e.Notes = composites[e.ID]
			}
		}
	}
	return nil
}

// parseNote reads a note such as P0304 over at most so many elements.
func parseNote(word string, elements int) (Note, bool) {
	if len(word) < 5 || len(word)%2 == 0 || !strings.ContainsRune("PRECL", rune(word[0])) {
		return Note{}, false
	}
	var positions []int
	for i := 1; i < len(word); i += 2 {
		n, err := strconv.ParseUint(word[i:i+2], 10, 8)
		if err != nil || n < 1 || int(n) > elements {
			return Note{}, false
		}
		positions = append(positions, int(n))
	}
	return newNote(word[0], positions), true
}

func (p *parser) begin(words []string) error {
	if len(words) != 2 {
		return p.fail("", "set has an identifier")
	}
	if _, twice := p.release.sets[words[1]]; twice {
		return p.fail(words[1], "the set stands twice")
	}
	p.set, p.nodes = &Set{ID: words[1], release: p.release}, 0
	return nil
}

// inSet takes a line of a set.
func (p *parser) inSet(words []string) error {
	if words[0] == "end" {
		return p.end(words)
	}
	if len(words) != 3 {
		return p.fail(words[0], "expected a segment or loop, the fewest and the most of it")
	}
	fewest, most, ok := occurrences(words[1], words[2])
	if !ok {
		return p.fail(words[1]+" "+words[2], "expected the fewest and the most, the second not below the first, or *")
	}
	if p.nodes++; p.nodes > maxNodes {
		return p.fail("", "a set has more than 10,000 places")
	}
	node := &Node{ID: words[0], Min: fewest, Max: most}
	parent := p.open()
	if words[0] == "loop" {
		if parent != nil && len(parent.Children) == 0 {
			return p.fail("", "a segment opens a loop, not another loop")
		}
		if len(p.loops) == maxDepth {
			return p.fail("", "loops stand more than 12 deep")
		}
		node.ID, node.Children = "", []*Node{}
		p.add(node)
		p.loops = append(p.loops, node)
		return nil
	}
	if parent != nil && len(parent.Children) == 0 {
		if fewest != 1 || most != 1 {
			return p.fail(words[0], "the segment that opens a loop occurs once in it")
		}
		parent.ID = words[0]
	}
	p.add(node)
	p.uses = append(p.uses, use{p.line, node})
	return nil
}

func (p *parser) open() *Node {
	if len(p.loops) == 0 {
		return nil
	}
	return p.loops[len(p.loops)-1]
}

func (p *parser) add(node *Node) {
	if parent := p.open(); parent != nil {
		parent.Children = append(parent.Children, node)
		return
	}
	p.set.Nodes = append(p.set.Nodes, node)
}

func (p *parser) end(words []string) error {
	if len(words) != 1 {
		return p.fail(words[1], "end stands alone")
	}
	if loop := p.open(); loop != nil {
		if len(loop.Children) == 0 {
			return p.fail("", "the loop is empty")
		}
		p.loops = p.loops[:len(p.loops)-1]
		return nil
	}
	if len(p.set.Nodes) == 0 || p.set.Nodes[0].Children != nil {
		return p.fail("", "a set begins with a segment")
	}
	p.release.sets[p.set.ID] = p.set
	p.set = nil
	return nil
}

// occurrences reads the fewest and the most; * is 0, any number.
func occurrences(least, most string) (fewest, highest int, ok bool) {
	fewest, err := strconv.Atoi(least)
	if err != nil || fewest < 0 || fewest > maxLength {
		return 0, 0, false
	}
	if most == "*" {
		return fewest, 0, true
	}
	highest, err = strconv.Atoi(most)
	return fewest, highest, err == nil && highest >= max(1, fewest) && highest <= maxLength
}
