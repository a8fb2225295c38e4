package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/x12"
)

// facts are what X12 004010 says of sets, segments and elements.
type facts struct {
	Sets     map[string][]place   `json:"sets"`
	Segments map[string][]element `json:"segments"`
	Codes    map[string][]string  `json:"codes"`
	notes    map[string][]string
}

type place struct {
	ID   string          `json:"id"`
	Min  int             `json:"min"`
	Max  json.RawMessage `json:"max"`
	Loop []place         `json:"loop"`
}

type element struct {
	ID       string `json:"id"`
	Required bool   `json:"required"`
	Type     string `json:"type"`
	Min      int    `json:"min"`
	Max      int    `json:"max"`
	Codes    string `json:"codes"`
}

func readFacts(t *testing.T) *facts {
	t.Helper()
	var f facts
	read := func(name string, into any) {
		data, err := os.ReadFile(filepath.Join(testdata(t), "facts", name))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, into))
	}
	read("x12-004010.json", &f)
	read("x12-004010-syntax-notes.json", &f.notes)
	return &f
}

// conforms checks a set against the facts: which segments stand where and how
// often, and in each the elements, their lengths, types and codes, and the
// syntax notes.
func (f *facts) conforms(t *testing.T, set string, segments []x12.Segment) {
	t.Helper()
	rest := f.match(t, f.Sets[set], segments)
	assert.Empty(t, rest, "%s: these segments have no place where they stand", set)
	for _, s := range segments {
		f.segment(t, s)
	}
}

// match passes the segments that the places allow, in order.
func (f *facts) match(t *testing.T, places []place, segments []x12.Segment) []x12.Segment {
	t.Helper()
	for _, p := range places {
		if p.ID == "ST" || p.ID == "SE" {
			continue
		}
		most, err := strconv.Atoi(string(p.Max))
		if err != nil {
			most = len(segments) + 1 // unbounded
		}
		count := 0
		for count < most && len(segments) > 0 {
			if p.Loop == nil {
				if !segments[0].Is(p.ID) {
					break
				}
				segments = segments[1:]
			} else {
				if !segments[0].Is(p.Loop[0].ID) {
					break
				}
				segments = f.match(t, p.Loop, segments)
			}
			count++
		}
		assert.GreaterOrEqual(t, count, p.Min, "%s stands %d times", p.ID, count)
	}
	return segments
}

func (f *facts) segment(t *testing.T, s x12.Segment) {
	t.Helper()
	elements := f.Segments[s.ID()]
	require.NotEmpty(t, elements, s.ID())
	for i := 1; i <= s.Len(); i++ {
		if s.Value(i) != "" && assert.LessOrEqual(t, i, len(elements), "%s has that many elements", s) {
			f.element(t, s, i, elements[i-1])
		}
	}
	for i, e := range elements {
		assert.False(t, e.Required && s.Value(i+1) == "", "%s%02d is mandatory", s.ID(), i+1)
	}
	for _, note := range f.notes[s.ID()] {
		assert.True(t, holds(note, s), "%s: note %s", s, note)
	}
}

func (f *facts) element(t *testing.T, s x12.Segment, i int, e element) {
	t.Helper()
	value, size := s.Value(i), len(s.Value(i))
	switch {
	case e.Type == "R":
		size = len(strings.NewReplacer(".", "", "-", "").Replace(value))
		_, err := x12.ParseReal(value)
		assert.NoError(t, err, "%s%02d", s.ID(), i)
	case strings.HasPrefix(e.Type, "N"):
		size = len(strings.TrimPrefix(value, "-"))
		_, err := x12.ParseImplied(value, 0)
		assert.NoError(t, err, "%s%02d", s.ID(), i)
	case e.Type == "DT":
		_, err := x12.ParseDate(value, 2000)
		assert.NoError(t, err, "%s%02d", s.ID(), i)
	case e.Type == "TM":
		_, err := x12.ParseTime(value)
		assert.NoError(t, err, "%s%02d", s.ID(), i)
	case e.Type == "":
		return // a composite
	}
	assert.True(t, size >= e.Min && size <= e.Max, "%s%02d %q has a length of %d to %d", s.ID(), i, value, e.Min, e.Max)
	if codes := f.Codes[e.ID]; e.Type == "ID" && len(codes) > 0 && e.ID != "26" {
		assert.Contains(t, codes, value, "%s%02d, element %s", s.ID(), i, e.ID)
	}
}

// holds tells whether a relational condition such as P0304 holds.
func holds(note string, s x12.Segment) bool {
	var there []bool
	for i := 1; i+1 < len(note); i += 2 {
		n, _ := strconv.Atoi(note[i : i+2])
		there = append(there, s.Value(n) != "")
	}
	count := 0
	for _, yes := range there {
		if yes {
			count++
		}
	}
	switch note[0] {
	case 'P':
		return count == 0 || count == len(there)
	case 'R':
		return count > 0
	case 'E':
		return count <= 1
	case 'C':
		return !there[0] || count == len(there)
	case 'L':
		return !there[0] || slices.Contains(there[1:], true)
	}
	return false
}
