package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/internal/yamldoc"
)

type inner struct {
	Name string `json:"name"`
}

type everything struct {
	inner
	Text     string         `json:"text,omitempty"`
	Flag     bool           `json:"flag"`
	Small    int8           `json:"small"`
	Count    uint64         `json:"count"`
	List     []inner        `json:"list"`
	Table    map[string]int `json:"table"`
	Pointer  *inner         `json:"pointer"`
	When     time.Time      `json:"when"`
	Odd      map[int]int    `json:"odd"`
	Float    float64        `json:"float"`
	Any      any            `json:"any"`
	Hidden   string         `json:"-"`
	Untagged string
}

func TestDecode(t *testing.T) {
	var got everything
	faults := yamldoc.Decode([]byte(`
name: promoted
text: |
  two
  lines
flag: true
small: -128
count: 18446744073709551615
list: [{name: a}, {name: "007"}]
table: {x: 1, y: 2}
pointer: {name: b}
when: 2026-01-31T08:00:00Z
Untagged: 1.10
`), &got)
	require.Empty(t, faults)
	assert.Equal(t, everything{
		inner: inner{"promoted"}, Text: "two\nlines\n", Flag: true, Small: -128, Count: 18446744073709551615,
		List: []inner{{"a"}, {"007"}}, Table: map[string]int{"x": 1, "y": 2}, Pointer: &inner{"b"},
		When: time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC), Untagged: "1.10",
	}, got)
}

func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"odd: null":                      "1:6 odd there is no value; leave the key out if that is meant",
		"list: [null]":                   "1:8 list[0] there is no value; leave the key out if that is meant",
		"text: {a: 1}":                   "1:7 text this is not one value",
		"when: [a]":                      "1:7 when this is not one value",
		"flag: yes":                      `1:7 flag "yes" is neither true nor false`,
		"small: 128":                     `1:8 small "128" is no whole number of 8 bits`,
		"small: 1e2":                     `1:8 small "1e2" is no whole number of 8 bits`,
		"count: -1":                      `1:8 count "-1" is no whole number of 64 bits from 0`,
		"list: {}":                       "1:7 list this is not a list",
		"list:\n  - name: x\n    nam: y": "3:5 list[0] there is no key nam; did you mean name?",
		"table: [1]":                     "1:8 table this is not a mapping",
		"table: {x: y}":                  `1:12 table.x "y" is no whole number of 64 bits`,
		"odd: {1: 1}":                    "1:6 odd a map[int]int cannot be read",
		"float: 1.5":                     "1:8 float a float64 cannot be read",
		"any: 1":                         "1:6 any a interface {} cannot be read",
		"Hidden: x":                      "1:1  there is no key Hidden",
		"name: a\nname: b":               "2:1  the key name stands twice",
		"[1, 2":                          "1:1  sequence end token ']' not found",
		"a: b: c":                        "1:4  mapping value is not allowed in this context",
		"name: &x y":                     "1:7  anchors, aliases, tags, merges and directives are not admitted",
		"? a\n: b":                       "1:1  keys behind ? are not admitted",
	} {
		t.Run(text, func(t *testing.T) {
			var v everything
			faults := yamldoc.Decode([]byte(text), &v)
			require.Len(t, faults, 1)
			f := faults[0]
			assert.Equal(t, want, fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Path, f.Reason))
		})
	}
	for name, text := range map[string]string{
		"too long":      strings.Repeat("#", yamldoc.MaxBytes+1),
		"too deep":      strings.Repeat("[", yamldoc.MaxDepth+1),
		"too many keys": "table:\n" + strings.Repeat("  x: 1\n", 2000),
		"not UTF-8":     "\xff",
		"no document":   "# nothing",
		"two":           "a: 1\n---\nb: 2",
	} {
		t.Run(name, func(t *testing.T) {
			var v everything
			assert.Len(t, yamldoc.Decode([]byte(text), &v), 1)
		})
	}
}

// Whatever is written, reading it does not panic.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("name: x\nlist: [{name: a}]\ntable: {a: 1}\nwhen: 2026-01-31T08:00:00Z\n"))
	f.Add([]byte(`{"name": "x", "pointer": {"name": null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v everything
		for _, fault := range yamldoc.Decode(text, &v) {
			if fault.Reason == "" {
				t.Fatalf("%+v says nothing", fault)
			}
		}
	})
}

// colour reads itself as the values of the usual YAML packages do.
type colour struct{ red string }

func (c *colour) UnmarshalYAML(decode func(any) error) error {
	var given map[string]any
	if err := decode(&given); err != nil {
		return err
	}
	red, ok := given["red"].(string)
	if !ok {
		return fmt.Errorf("red is %v", given["red"])
	}
	c.red = red
	return nil
}

func TestValueThatReadsItself(t *testing.T) {
	var got struct {
		Colour *colour `json:"colour"`
	}
	require.Empty(t, yamldoc.Decode([]byte(`colour: {red: "~"}`), &got))
	assert.Equal(t, "~", got.Colour.red)
	for text, want := range map[string]string{
		"colour: {red: 12}":        "red is 12",
		"colour:\n  red: ~":        "red is <nil>",
		"colour: {red: [a]}":       "red is [a]",
		"colour: x":                "this is not a mapping",
		"colour: {red: a, red: b}": "the key red stands twice",
	} {
		faults := yamldoc.Decode([]byte(text), &got)
		require.Len(t, faults, 1, text)
		assert.Equal(t, want, faults[0].Reason)
		assert.Positive(t, faults[0].Line)
	}
}

func TestLines(t *testing.T) {
	lines := yamldoc.Lines([]byte("a: 1\nlist:\n  - name: x\n    of:\n      deep: 1\n  - {name: y}\n"))
	assert.Equal(t, map[string]int{"": 1, "a": 1, "list": 2, "list[0]": 3, "list[0].name": 3, "list[0].of": 4, "list[0].of.deep": 5,
		"list[1]": 6, "list[1].name": 6}, lines)
	assert.Empty(t, yamldoc.Lines([]byte("a: [")))
}
