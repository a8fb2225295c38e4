package schema_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// generator makes sets that keep to the schema: a random walk over the tree.
type generator struct {
	*rand.Rand
	hl     int
	format string // of the period at hand
}

// generated is a segment and where it comes from.
type generated struct {
	node   *schema.Node
	values []string // elements
	opens  bool     // a loop
}

func (g generated) text() string {
	return strings.TrimRight(g.node.ID+"*"+strings.Join(g.values, "*"), "*")
}

// nodes generates places of a set in order.
func (g *generator) nodes(list []*schema.Node, depth int) []generated {
	var out []generated
	for _, n := range list {
		count := n.Min
		if g.IntN(4+2*depth) == 0 {
			count++
		}
		if n.Max > 0 {
			count = min(count, n.Max)
		}
		for range count {
			if n.Children != nil {
				first := len(out)
				out = append(out, g.nodes(n.Children, depth+1)...)
				out[first].opens = true
			} else {
				out = append(out, g.segment(n))
			}
		}
	}
	return out
}

func (g *generator) segment(n *schema.Node) generated {
	if n.ID == "HL" {
		g.hl++
		return generated{node: n, values: []string{fmt.Sprint(g.hl), "", g.value(&n.Segment.Elements[2])}}
	}
	g.format = ""
	present := g.present(n.Segment.Elements, n.Segment.Notes)
	values := make([]string, len(present))
	for i := range present {
		if e := &n.Segment.Elements[i]; present[i] {
			values[i] = g.element(e)
		}
	}
	return generated{node: n, values: values}
}

// present draws which elements there are, so that the notes hold.
func (g *generator) present(elements []schema.Element, notes []schema.Note) []bool {
	for {
		present := make([]bool, len(elements))
		for i := range elements {
			present[i] = elements[i].Required || g.IntN(5) == 0
		}
		for range 8 {
			for _, n := range notes {
				g.satisfy(n, present, elements)
			}
		}
		if !slices.ContainsFunc(notes, func(n schema.Note) bool { return !holds(n, present) }) {
			return present
		}
	}
}

func (g *generator) satisfy(n schema.Note, present []bool, elements []schema.Element) {
	if holds(n, present) {
		return
	}
	switch pick := n.Positions[g.IntN(len(n.Positions))]; n.Kind {
	case 'P', 'C':
		for _, p := range n.Positions {
			present[p-1] = true
		}
	case 'R':
		present[pick-1] = true
	case 'L':
		present[n.Positions[1+g.IntN(len(n.Positions)-1)]-1] = true
	case 'E':
		if !elements[pick-1].Required {
			present[pick-1] = false
		}
	}
}

// holds is a note by its definition.
func holds(n schema.Note, present []bool) bool {
	count := 0
	for _, p := range n.Positions {
		if present[p-1] {
			count++
		}
	}
	head := present[n.Positions[0]-1]
	switch n.Kind {
	case 'P':
		return count == 0 || count == len(n.Positions)
	case 'R':
		return count > 0
	case 'E':
		return count <= 1
	case 'C':
		return !head || count == len(n.Positions)
	case 'L':
		return !head || count > 1
	}
	return false
}

func (g *generator) element(e *schema.Element) string {
	if e.Components == nil {
		return g.value(e)
	}
	present := g.present(e.Components, e.Notes)
	values := make([]string, len(present))
	for i := range present {
		if present[i] {
			values[i] = g.value(&e.Components[i])
		}
	}
	if text := strings.TrimRight(strings.Join(values, ">"), ">"); text != "" {
		return text
	}
	if len(e.Notes) > 0 {
		return g.element(e)
	}
	return g.value(&e.Components[0])
}

func (g *generator) value(e *schema.Element) string {
	switch e.ID {
	case "1250":
		g.format = []string{"D8", "RD8", "TM"}[g.IntN(3)]
		return g.format
	case "2380":
		g.format = []string{"102", "203", "718"}[g.IntN(3)]
		return g.period()
	case "1251":
		return g.period()
	case "2379":
		if g.format == "" {
			return "102"
		}
		return g.format
	}
	if codes := e.Codes(); codes != nil {
		codes = slices.DeleteFunc(codes, func(c string) bool { return len(c) < e.Min || len(c) > e.Max })
		return codes[g.IntN(len(codes))]
	}
	size := e.Min + g.IntN(min(e.Max, e.Min+8)-e.Min+1)
	size = max(1, size)
	switch e.Type {
	case schema.Date:
		text := fmt.Sprintf("%04d%02d%02d", 1999+g.IntN(40), 1+g.IntN(12), 1+g.IntN(28))
		return text[8-e.Max:]
	case schema.Time:
		return fmt.Sprintf("%02d%02d", g.IntN(24), g.IntN(60))
	case schema.Integer, schema.Real, schema.Numeric:
		digits := g.text("0123456789", size)
		if g.IntN(3) == 0 {
			digits = "-" + digits
		}
		if e.Type != schema.Integer && g.IntN(3) == 0 {
			digits += "."
		}
		return digits
	default:
		return g.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", size)
	}
}

// period writes one in the format at hand.
func (g *generator) period() string {
	date := func() string { return fmt.Sprintf("%04d%02d%02d", 1999+g.IntN(40), 1+g.IntN(12), 1+g.IntN(28)) }
	switch g.format {
	case "TM":
		return fmt.Sprintf("%02d%02d", g.IntN(24), g.IntN(60))
	case "203":
		return date() + fmt.Sprintf("%02d%02d", g.IntN(24), g.IntN(60))
	case "RD8", "718":
		return date() + "-" + date()
	}
	return date()
}

func (g *generator) text(alphabet string, size int) string {
	out := make([]byte, size)
	for i := range out {
		out[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(out)
}

func lines(set []generated) string {
	var list []string
	for _, s := range set {
		list = append(list, s.text())
	}
	return strings.Join(list, " ")
}

// everySet calls for each set of each embedded release.
func everySet(t *testing.T, do func(t *testing.T, g *generator, set *schema.Set)) {
	for i, r := range releases {
		release := embedded(t, r.standard, r.version)
		for j, id := range release.SetIDs() {
			set, _ := release.Set(id)
			t.Run(r.version+" "+id, func(t *testing.T) {
				do(t, &generator{Rand: rand.New(rand.NewPCG(uint64(i), uint64(j)))}, set)
			})
		}
	}
}

// generate makes a set.
func (g *generator) generate(set *schema.Set) []generated {
	g.hl = 0
	return g.nodes(set.Nodes, 0)
}

func TestGeneratedSetsAreClean(t *testing.T) {
	everySet(t, func(t *testing.T, g *generator, set *schema.Set) {
		for range 20 {
			document := g.generate(set)
			if found := brief(check(set, lines(document))); !assert.Empty(t, found, lines(document)) {
				return
			}
		}
	})
}

// TestCodesFitTheirElements: a code that is longer or shorter than its element may
// be could never be sent.
func TestCodesFitTheirElements(t *testing.T) {
	for _, r := range releases {
		release := embedded(t, r.standard, r.version)
		wrong := make(map[string]string)
		for _, id := range release.SegmentIDs() {
			segment, _ := release.Segment(id)
			for _, e := range segment.Elements {
				for _, simple := range append([]schema.Element{e}, e.Components...) {
					for _, c := range simple.Codes() {
						if len(c) < simple.Min || len(c) > simple.Max {
							wrong[simple.ID] += " " + c
						}
					}
				}
			}
		}
		assert.Empty(t, wrong, r.version)
	}
	require.NotEmpty(t, releases)
}

// TestMutatedSetsAreFound: what is broken in a clean set is found, at its place,
// and nothing else is.
func TestMutatedSetsAreFound(t *testing.T) {
	everySet(t, func(t *testing.T, g *generator, set *schema.Set) {
		for range 30 {
			document := g.generate(set)
			for _, m := range []mutation{dropElement, tooLong, badCode, unknownSegment} {
				mutated, want := m(g, slices.Clone(document))
				if want == "" {
					continue
				}
				assert.Equal(t, []string{want}, brief(check(set, mutated)), "%s\n%s", lines(document), mutated)
			}
		}
	})
}

// TestDroppedSegmentsAreMissed: a required segment that is taken out is missed. What
// follows may fit into another loop for a while, so that it is missed only later,
// and may then be said to stand wrong as well.
func TestDroppedSegmentsAreMissed(t *testing.T) {
	everySet(t, func(t *testing.T, g *generator, set *schema.Set) {
		for range 30 {
			mutated, id := dropSegment(g, g.generate(set))
			if id == "" {
				continue
			}
			found := brief(check(set, mutated))
			assert.True(t, slices.ContainsFunc(found, func(f string) bool { return strings.HasSuffix(f, " "+id+" segment.missing") }),
				"%s is not missed in %s: %s", id, mutated, found)
			assert.LessOrEqual(t, len(found), 4, "%s in %s", id, mutated)
		}
	})
}

// TestSwappedSegmentsMakeNoCascade: two neighbours that change places are at most
// two findings. It can be more where one of them opens a loop and what follows would
// fit on either side of it; that is rare.
func TestSwappedSegmentsMakeNoCascade(t *testing.T) {
	swaps, more := 0, 0
	everySet(t, func(t *testing.T, g *generator, set *schema.Set) {
		for range 30 {
			document := g.generate(set)
			if len(document) < 4 {
				continue
			}
			i := 1 + g.IntN(len(document)-3)
			document[i], document[i+1] = document[i+1], document[i]
			found := len(check(set, lines(document)))
			assert.LessOrEqual(t, found, 10, "%d of %s", i, lines(document))
			if swaps++; found > 2 {
				more++
			}
		}
	})
	assert.Less(t, more*100, swaps, "%d of %d swaps make more than two findings", more, swaps)
}

// mutation breaks a set and tells the finding; empty: nothing there to break.
type mutation func(g *generator, document []generated) (mutated, want string)

// pick draws a segment other than the first and the last.
func (g *generator) pick(document []generated, suits func(generated) bool) int {
	for range 50 {
		if i := 1 + g.IntN(len(document)-1); i < len(document)-1 && suits(document[i]) {
			return i
		}
	}
	return 0
}

// dropSegment takes out a required segment that stands in the set once.
func dropSegment(g *generator, document []generated) (mutated, id string) {
	once := make(map[string]int)
	for _, s := range document {
		once[s.node.ID]++
	}
	i := g.pick(document, func(s generated) bool { return s.node.Min > 0 && once[s.node.ID] == 1 && !s.opens })
	if i == 0 {
		return "", ""
	}
	id = document[i].node.ID
	return lines(slices.Delete(document, i, i+1)), id
}

func dropElement(g *generator, document []generated) (mutated, want string) {
	i := g.pick(document, func(s generated) bool {
		return s.node.ID != "HL" && len(s.node.Segment.Notes) == 0 && len(s.values) > 1 && s.node.Segment.Elements[0].Required
	})
	if i == 0 {
		return "", ""
	}
	s := &document[i]
	s.values = slices.Clone(s.values)
	s.values[0] = ""
	return lines(document), fmt.Sprintf("%d %s01 element.missing", i+1, s.node.ID)
}

func tooLong(g *generator, document []generated) (mutated, want string) {
	return g.replace(document, func(e *schema.Element) bool { return e.Max < 500 && e.Type != schema.Time },
		func(e *schema.Element) string { return g.text("0123456789", e.Max+1) }, "element.long")
}

func badCode(g *generator, document []generated) (mutated, want string) {
	return g.replace(document, func(e *schema.Element) bool { return e.Codes() != nil && e.Type != schema.Alphabetic },
		func(e *schema.Element) string { return strings.Repeat("$", e.Max) }, "element.code")
}

// replace gives a simple element of the kind another value.
func (g *generator) replace(document []generated, suits func(*schema.Element) bool, value func(*schema.Element) string, code string) (mutated, want string) {
	at := -1
	i := g.pick(document, func(s generated) bool {
		if s.node.ID == "HL" || len(s.values) == 0 {
			return false
		}
		at = g.IntN(len(s.values))
		e := &s.node.Segment.Elements[at]
		return e.Components == nil && s.values[at] != "" && suits(e) && (e.Type != schema.Alphabetic || code != "element.long")
	})
	if i == 0 {
		return "", ""
	}
	s := &document[i]
	s.values = slices.Clone(s.values)
	s.values[at] = value(&s.node.Segment.Elements[at])
	return lines(document), fmt.Sprintf("%d %s%02d %s", i+1, s.node.ID, at+1, code)
}

func unknownSegment(g *generator, document []generated) (mutated, want string) {
	i := 1 + g.IntN(len(document)-1)
	texts := strings.Split(lines(document), " ")
	return strings.Join(slices.Insert(texts, i, "QQQ*1"), " "), fmt.Sprintf("%d QQQ segment.unknown", i+1)
}
