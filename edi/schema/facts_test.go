package schema_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

var update = flag.Bool("update", false, "write the embedded releases anew from the facts")

// facts is a file of the facts about a standard.
type facts struct {
	Release  string                   `json:"release"`
	Sets     map[string][]factNode    `json:"sets"`
	Segments map[string][]factElement `json:"segments"`
	Codes    map[string][]string      `json:"codes"`

	notes map[string][]string // X12 only
}

type factNode struct {
	ID   string     `json:"id"`
	Min  int        `json:"min"`
	Max  any        `json:"max"`
	Loop []factNode `json:"loop"`
}

type factElement struct {
	ID         string        `json:"id"`
	Required   bool          `json:"required"`
	Type       string        `json:"type"`
	Min        int           `json:"min"`
	Max        int           `json:"max"`
	Codes      string        `json:"codes"`
	Repeat     int           `json:"repeat"`
	Components []factElement `json:"components"`
}

// releases are the embedded ones and the facts they are made from.
var releases = []struct{ standard, version, facts string }{
	{schema.X12, "004010", "x12-004010"},
	{schema.X12, "005010", "x12-005010"},
	{schema.EDIFACT, "D96A", "edifact-d96a"},
	{schema.EDIFACT, "D01B", "edifact-d01b"},
}

// elementSlips are entries of elements that the facts have wrong or not at all, by
// release; an empty release means each of the standard.
var elementSlips = []struct{ standard, version, id, typ, least, most, reason string }{
	{schema.X12, "", "127", "AN", "1", "", "its uses within C040 say a shortest length of 0, all others 1"},
	{schema.X12, "", "722", "N0", "1", "2", "the table of elements says a shortest length of 1"},
	{schema.X12, "", "725", "N0", "1", "4", "its use within C999 says a shortest length of 0, all others 1"},
	{schema.X12, "", "143", "ID", "3", "3", "AN in some uses, but always with the list of codes"},
	{schema.X12, "005010", "620", "ID", "1", "3", "AN of two characters at least, but most of its codes have one"},
	{schema.X12, "005010", "621", "ID", "1", "3", "AN of two characters at least, but most of its codes have one"},
	{schema.X12, "005010", "1321", "ID", "2", "3", "its codes have two or three characters"},
	{schema.X12, "005010", "1686", "N0", "1", "4", "X12 has no type N"},
	{schema.X12, "005010", "9999", "AN", "1", "35", "X12 has no shortest length of 0"},
	{schema.X12, "005010", "618", "ID", "1", "3", "no type; the codes have one or two characters, like 718 that it stands beside"},
	{schema.X12, "005010", "1699", "ID", "1", "1", "no type; the codes have one character"},
	{schema.EDIFACT, "D96A", "0073", "A", "1", "1", "a number, but its codes are C and F"},
}

// codeSlips are codes that the facts leave out, by release and element.
var codeSlips = []struct{ standard, version, id, code, reason string }{
	{schema.X12, "005010", "618", "I5", "IK502 of a 999 says so that a guide found segments in error; its neighbour I6 is there"},
}

// noteSlips are notes whose numbers run together: three digits each.
var noteSlips = map[string]string{"P106107": "P2223"} // LOC

// service is what the facts about EDIFACT leave out: CONTRL of syntax 3, with the
// service segments that it is made of.
const service = `element 0004 AN 1 35
element 0007 AN 1 4
element 0008 AN 1 14
element 0010 AN 1 35
element 0013 A 3 3
element 0014 AN 1 14
element 0020 AN 1 14
element 0040 AN 1 35
element 0044 AN 1 35
element 0048 AN 1 14
element 0083 AN 1 3
element 0085 AN 1 3
element 0096 N 1 6
element 0098 N 1 3
element 0104 N 1 3
codes 0083 4 7 8
composite S002 0004! 0007 0008
composite S003 0010! 0007 0014
composite S006 0040! 0007
composite S007 0044! 0007
composite S011 0098! 0104
segment UCD 0085! S011!
segment UCF 0048! S006 S007 0083! 0085 0013 S011
segment UCI 0020! S002! S003! 0083! 0085 0013 S011
segment UCM 0062! S009! 0083! 0085 0013 S011
segment UCS 0096! 0085
set CONTRL
UNH 1 1
UCI 1 1
loop 0 999999
UCM 1 1
loop 0 999
UCS 1 1
UCD 0 99
end
end
loop 0 999999
UCF 1 1
loop 0 999999
UCM 1 1
loop 0 999
UCS 1 1
UCD 0 99
end
end
end
UNT 1 1
end
`

// text writes the facts as the text of a release.
func (f facts) text(t *testing.T, standard, version string) []byte {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "release %s %s\n", standard, version)
	elements, composites := f.dictionary(t, standard, version)
	for _, id := range slices.Sorted(maps.Keys(elements)) {
		e := elements[id]
		fmt.Fprintf(&b, "element %s %s %d %d\n", id, e.Type, max(1, e.Min), e.Max)
	}
	for _, id := range slices.Sorted(maps.Keys(f.Codes)) {
		if _, used := elements[id]; used {
			codes := slices.Clone(f.Codes[id])
			for _, slip := range codeSlips {
				if slip.standard == standard && slip.version == version && slip.id == id {
					codes = append(codes, slip.code)
				}
			}
			fmt.Fprintf(&b, "codes %s %s\n", id, strings.Join(codes, " "))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(composites)) {
		fmt.Fprintf(&b, "composite %s %s\n", id, composites[id])
	}
	for _, id := range slices.Sorted(maps.Keys(f.Segments)) {
		fmt.Fprintf(&b, "segment %s %s\n", id, words(f.Segments[id]))
	}
	for _, line := range f.noteLines() {
		fmt.Fprintln(&b, line)
	}
	for _, id := range slices.Sorted(maps.Keys(f.Sets)) {
		fmt.Fprintf(&b, "set %s\n", id)
		nodes(&b, f.Sets[id])
		b.WriteString("end\n")
	}
	if standard == schema.EDIFACT {
		b.WriteString(service)
	}
	return b.Bytes()
}

// dictionary collects elements and composites from their uses, which must agree
// where no slip is known.
func (f facts) dictionary(t *testing.T, standard, version string) (map[string]factElement, map[string]string) {
	t.Helper()
	elements, composites := make(map[string]factElement), make(map[string]string)
	corrected := make(map[string]bool)
	for _, slip := range elementSlips {
		if slip.standard == standard && (slip.version == "" || slip.version == version) {
			corrected[slip.id] = true
		}
	}
	var take func(e factElement)
	take = func(e factElement) {
		if len(e.Components) > 0 {
			is := words(e.Components)
			if before, again := composites[e.ID]; again {
				require.Equal(t, before, is, "composite %s differs between its uses", e.ID)
			}
			composites[e.ID] = is
			for _, c := range e.Components {
				take(c)
			}
			return
		}
		e.Required, e.Repeat = false, 0
		if before, again := elements[e.ID]; again && !corrected[e.ID] {
			require.Equal(t, before, e, "element %s differs between its uses", e.ID)
		}
		elements[e.ID] = e
	}
	for _, id := range slices.Sorted(maps.Keys(f.Segments)) {
		for _, e := range f.Segments[id] {
			take(e)
		}
	}
	for _, slip := range elementSlips {
		e, used := elements[slip.id]
		if !used || slip.standard != standard || slip.version != "" && slip.version != version {
			continue
		}
		e.Type = slip.typ
		e.Min, _ = strconv.Atoi(slip.least)
		if slip.most != "" {
			e.Max, _ = strconv.Atoi(slip.most)
		}
		elements[slip.id] = e
	}
	return elements, composites
}

func words(elements []factElement) string {
	var list []string
	for _, e := range elements {
		word := e.ID
		if e.Required {
			word += "!"
		}
		if e.Repeat > 1 {
			word += "*" + strconv.Itoa(e.Repeat)
		}
		list = append(list, word)
	}
	return strings.Join(list, " ")
}

func nodes(b *bytes.Buffer, list []factNode) {
	for _, n := range list {
		most := "*"
		if limit, ok := n.Max.(float64); ok {
			most = strconv.Itoa(int(limit))
		}
		if n.Loop != nil {
			fmt.Fprintf(b, "loop %d %s\n", n.Min, most)
			nodes(b, n.Loop)
			b.WriteString("end\n")
			continue
		}
		fmt.Fprintf(b, "%s %d %s\n", n.ID, n.Min, most)
	}
}

// noteLines writes the notes. The facts count the components of composites as
// elements of the segment; so a note may belong to the composite.
func (f facts) noteLines() []string {
	lines := make(map[string]bool)
	for id, list := range f.notes {
		elements, known := f.Segments[id]
		if !known {
			continue
		}
		type place struct{ element, component int }
		var places []place
		for i, e := range elements {
			if len(e.Components) == 0 {
				places = append(places, place{i + 1, 0})
			}
			for c := range e.Components {
				places = append(places, place{i + 1, c + 1})
			}
		}
		for _, note := range list {
			if plain, slip := noteSlips[note]; slip {
				lines["note "+id+" "+plain] = true
				continue
			}
			at := make([]place, 0, 4)
			for i := 1; i+1 < len(note); i += 2 {
				n, err := strconv.Atoi(note[i : i+2])
				if err != nil || n > len(places) {
					at = nil
					break
				}
				at = append(at, places[n-1])
			}
			if len(at) < 2 {
				continue
			}
			within := at[0].component > 0 && !slices.ContainsFunc(at, func(p place) bool { return p.element != at[0].element })
			text := note[:1]
			for _, p := range at {
				if within {
					text += fmt.Sprintf("%02d", p.component)
				} else {
					text += fmt.Sprintf("%02d", p.element)
				}
			}
			if within {
				lines["note "+elements[at[0].element-1].ID+" "+text] = true
			} else {
				lines["note "+id+" "+text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(lines))
}

// testdata is the folder that O2C_TESTDATA names.
func testdata(t testing.TB) string {
	t.Helper()
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: the facts and the interchanges of others are not at hand")
	}
	return filepath.Join(root, "edi")
}

func readFacts(t *testing.T, name string) facts {
	t.Helper()
	read := func(name string, into any) {
		data, err := os.ReadFile(filepath.Join(testdata(t), "facts", name+".json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, into))
	}
	var f facts
	read(name, &f)
	if strings.HasPrefix(name, "x12") {
		read("x12-004010-syntax-notes", &f.notes) // those of 005010 stand at the same places
	}
	return f
}

// readFactsText is the text of 005010, the largest release.
func readFactsText(t testing.TB) []byte {
	t.Helper()
	file, err := os.Open(filepath.Join("data", "x12-005010.gz"))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	return text
}

// TestReleasesAreThoseOfTheFacts holds the embedded releases to the facts, and with
// -update writes them anew.
func TestReleasesAreThoseOfTheFacts(t *testing.T) {
	total := 0
	for _, r := range releases {
		text := readFacts(t, r.facts).text(t, r.standard, r.version)
		file := filepath.Join("data", r.facts+".gz")
		if *update {
			var packed bytes.Buffer
			w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
			require.NoError(t, err)
			_, err = w.Write(text)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			require.NoError(t, os.WriteFile(file, packed.Bytes(), 0o644))
		}
		packed, err := os.ReadFile(file)
		require.NoError(t, err)
		total += len(packed)
		unpacked, err := gzip.NewReader(bytes.NewReader(packed))
		require.NoError(t, err)
		embedded, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(text, embedded), "%s is not what the facts say: run go generate", file)
		_, err = schema.Parse(text)
		require.NoError(t, err)
	}
	assert.Less(t, total, 250_000, "bytes of the embedded releases")
}
