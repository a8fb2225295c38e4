package rulecmd_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules"
)

// one is a rule of credit, and table a table of pricing, without a header.
const (
	one   = "\nrules: [{id: a, when: level > 0, then: {action: warn, code: x, text: x}}]\n"
	table = "# group: line\ncategory,then.kind,then.rate\nTOOLS,percent,5%\n"
)

// write makes a folder of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		paths []string // within the folder; the folder itself when there are none
		kind  string
		want  []string // name kind: files | scenarios
		fault []string
	}{
		"by name": {
			files: map[string]string{"b.yaml": "book: {name: x, kind: credit}", "a.yml": "book: {name: x}" + one, "c.json": `{"book": {"name": "y", "kind": "credit"}}`},
			want:  []string{"x credit: a.yml b.yaml |", "y credit: c.json |"},
		},
		"a table with metadata": {
			files: map[string]string{"b.yaml": "book: {name: x, kind: pricing}", "a.csv": "# book: x\n" + table},
			want:  []string{"x pricing: a.csv b.yaml |"},
		},
		"by the name of the file": {
			files: map[string]string{"b.yaml": "book: {name: x, kind: pricing}", "b.csv": table, "c.csv": "# kind: promotion\n" + table},
			want:  []string{"x pricing: b.csv b.yaml |", "c promotion: c.csv |"},
		},
		"the given kind is for those that say none": {
			files: map[string]string{"a.yaml": one, "b.yaml": "book: {kind: holds}"}, kind: "credit",
			want: []string{"a credit: a.yaml |", "b holds: b.yaml |"},
		},
		"scenarios": {
			files: map[string]string{
				"a.yaml": "book: {name: x, kind: credit}", "a.scenarios.yaml": "", "x.scenarios.csv": "", "b.YAML": "book: {kind: credit}", "B.Scenarios.yaml": "", "z.scenarios.yaml": "",
			},
			want:  []string{"x credit: a.yaml | a.scenarios.yaml x.scenarios.csv", "b credit: b.YAML |"},
			fault: []string{"B.Scenarios.yaml: the scenarios are of no book", "z.scenarios.yaml: the scenarios are of no book"},
		},
		"beside a file": {
			files: map[string]string{"a.yaml": "book: {kind: credit}", "a.scenarios.yaml": "", "b.yaml": "book: {kind: credit}", "b.scenarios.yaml": ""},
			paths: []string{"a.yaml"},
			want:  []string{"a credit: a.yaml | a.scenarios.yaml"},
		},
		"a file takes those of its name": {
			files: map[string]string{"a.yaml": "book: {name: x, kind: pricing}", "a.csv": table, "ab.csv": table, "a.scenarios.csv": ""},
			paths: []string{"a.yaml"},
			want:  []string{"x pricing: a.csv a.yaml | a.scenarios.csv"},
		},
		"a table takes the book of its name": {
			files: map[string]string{"a.yaml": "book: {name: x, kind: pricing}", "a.csv": table},
			paths: []string{"a.csv"},
			want:  []string{"x pricing: a.csv a.yaml |"},
		},
		"both files named": {
			files: map[string]string{"a.yaml": "book: {name: x, kind: pricing}", "a.csv": table},
			paths: []string{"a.csv", "a.yaml"},
			want:  []string{"x pricing: a.csv a.yaml |"},
		},
		"a file leaves those of another book": {
			files: map[string]string{"a.yaml": "book: {name: x, kind: pricing}", "a.csv": "# book: y\n" + table},
			paths: []string{"a.yaml"},
			want:  []string{"x pricing: a.yaml |"},
		},
		"named twice": {
			files: map[string]string{"a.yaml": "book: {kind: credit}", "a.scenarios.yaml": ""},
			paths: []string{"a.yaml", ".", "./a.yaml", "."},
			want:  []string{"a credit: a.yaml | a.scenarios.yaml"},
		},
		"folders keep books apart": {
			files: map[string]string{"p/a.yaml": "book: {name: x, kind: credit}", "q/a.yaml": "book: {name: x, kind: credit}", "q/a.scenarios.yaml": ""},
			paths: []string{"q", "p"},
			want:  []string{"x credit: p/a.yaml |", "x credit: q/a.yaml | q/a.scenarios.yaml"},
		},
		"what is passed over": {
			files: map[string]string{"a.yaml": "book: {kind: credit}", ".b.yaml": "", "c.txt": "", "d/e.yaml": ""},
			want:  []string{"a credit: a.yaml |"},
		},
		"a note is not a kind": {
			files: map[string]string{"a.yaml": "# kind: creditt\nbook:\n  note: a kind of creditt\n  kind: creditt\n"},
			fault: []string{"a.yaml:4:9: kind: there is no kind creditt; known are pricing, promotion, credit"},
		},
		"no kind": {
			files: map[string]string{"a.yaml": one, "b.yaml": "", "c.csv": "\"# group: x\"\n"},
			fault: []string{"a.yaml:2:1: kind: the book does not say its kind", "b.yaml: kind: the book", "c.csv:1:1: kind: the book"},
		},
		"no kind in semicolons": {
			files: map[string]string{"a.csv": "# note: x;;\n\"# kind: no\";;\ntier;then.per\nA;b\n"},
			fault: []string{"a.csv:2:1: kind: there is no kind no"},
		},
		"a header that cannot be read": {
			files: map[string]string{"a.yaml": "book: {kin: x}", "b.csv": "# knd: x\n" + table, "maybe.scenarios.yaml": ""},
			fault: []string{"a.yaml:1:8: there is no key kin here; did you mean kind?", "b.csv:1:1: there is no key knd here"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, c.files)
			paths := []string{dir}
			for i, p := range c.paths {
				paths = slices.Insert(paths[:i:i], i, dir+"/"+p)
			}
			sets, faults, err := rulecmd.Find(paths, c.kind, rulecmd.Kinds())
			require.NoError(t, err)
			names := func(files []rulecmd.File) (out string) {
				for _, f := range files {
					rel, err := filepath.Rel(dir, f.Path)
					require.NoError(t, err)
					out += " " + rel
				}
				return out
			}
			var got []string
			for _, s := range sets {
				got = append(got, s.Name+" "+s.Kind.Name()+":"+names(s.Files)+" |"+names(s.Scenarios))
			}
			assert.Equal(t, c.want, got)
			require.Len(t, faults, len(c.fault), "%v", faults)
			for i, want := range c.fault {
				text := strings.TrimPrefix(faults[i].Error(), dir+"/")
				assert.True(t, strings.HasPrefix(text, want), text)
			}
		})
	}
}

func TestFindErrors(t *testing.T) {
	dir := write(t, map[string]string{"sub/a.scenarios.yaml": "", "book.yaml": "", "read.me": ""})
	require.NoError(t, os.Truncate(filepath.Join(dir, "book.yaml"), 64<<20+1))
	for path, want := range map[string]string{
		"no.yaml":              "no such file",
		"read.me":              "is no rule book: the names of those end in .yaml",
		"sub":                  "has no rule books",
		"sub/a.scenarios.yaml": "name the rule book that they are for",
		"book.yaml":            "has 67108865 bytes; the limit is 67108864",
	} {
		_, _, err := rulecmd.Find([]string{filepath.Join(dir, path)}, "", rulecmd.Kinds())
		assert.ErrorContains(t, err, want)
	}
	_, _, err := rulecmd.Find([]string{os.DevNull}, "", rulecmd.Kinds())
	assert.ErrorContains(t, err, "is not a file")
}

// load makes a book of the kind credit of one file.
func load(t *testing.T, text string) rulecmd.Book {
	t.Helper()
	dir := write(t, map[string]string{"a.yaml": text})
	sets, faults, err := rulecmd.Find([]string{dir}, "credit", rulecmd.Kinds())
	require.NoError(t, err)
	require.Empty(t, faults)
	book, err := sets[0].Load()
	require.NoError(t, err)
	return book
}

const before = `
book: {name: x, title: Title, note: Note}
groups:
  - {name: g, title: Group, policy: unique, outputs: {code: [late, blocked]}}
rules:
  - id: a
    group: g
    when: class == "A  B" and level > 0
    then: {action: warn, code: late, text: "late, {short}"}
    priority: 1
    from: 2026-01-01
    to: 2026-02-01T12:00:00Z
    name: Name
    note: A note.
    tags: [one, two]
    version: 3
  - {id: b, when: level > 1, then: {action: hold, code: blocked, text: x}}
`

// TestCompare changes one thing at a time, and holds the rules that are said to
// differ to what package rules finds by the digests of rules.
func TestCompare(t *testing.T) {
	type part = rulecmd.Part
	for name, c := range map[string]struct {
		from, to           string
		book, group, rules []part // of the group g and the rule a
	}{
		"nothing":       {from: "A note.", to: "A note."},
		"condition":     {from: "level > 0", to: "level > 2", rules: []part{{"condition", `class == "A  B" and level > 0`, `class == "A  B" and level > 2`}}},
		"spaces":        {from: "A  B", to: "A B", rules: []part{{"condition", `class == "A  B" and level > 0`, `class == "A B" and level > 0`}}},
		"effect":        {from: "action: warn", to: "action: hold", rules: []part{{"effect.action", "warn", "hold"}}},
		"effect, added": {from: `{short}"`, to: `{short}", fix: pay`, rules: []part{{"effect.fix", "", "pay"}}},
		"priority":      {from: "priority: 1", to: "priority: -1", rules: []part{{"priority", "1", "-1"}}},
		"priority gone": {from: "priority: 1", to: "priority: 0", rules: []part{{"priority", "1", ""}}},
		"from":          {from: "2026-01-01", to: "2026-01-01T00:00:01Z", rules: []part{{"from", "2026-01-01", "2026-01-01T00:00:01Z"}}},
		"to":            {from: "2026-02-01T12:00:00Z", to: "2026-02-02", rules: []part{{"to", "2026-02-01T12:00:00Z", "2026-02-02"}}},
		"name":          {from: "name: Name", to: "name: Names", rules: []part{{"name", "Name", "Names"}}},
		"note":          {from: "A note.", to: "", rules: []part{{"note", "A note.", ""}}},
		"tags":          {from: "[one, two]", to: "[two, one]", rules: []part{{"tags", "one, two", "two, one"}}},
		"version":       {from: "version: 3", to: "version: 4", rules: []part{{"version", "3", "4"}}},
		"group of":      {from: "    group: g\n", to: "", rules: []part{{"group", "g", ""}}},
		"policy":        {from: "unique", to: "any", group: []part{{"policy", "unique", "any"}}},
		"outputs":       {from: "[late, blocked]", to: "[blocked, late]", group: []part{{"outputs code", "[late, blocked]", "[blocked, late]"}}},
		"group's title": {from: "title: Group", to: "title: Groups", group: []part{{"title", "Group", "Groups"}}},
		"header":        {from: "title: Title, note: Note", to: "note: Notes", book: []part{{"note", "Note", "Notes"}, {"title", "Title", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, before, c.from)
			after := strings.Replace(before, c.from, c.to, 1)
			d, err := load(t, after).Compare(load(t, before))
			require.NoError(t, err)
			// The group has the rule no more, so it is not to be seen in it.
			if name == "group of" {
				require.Len(t, d.Groups, 1)
				assert.Equal(t, rulecmd.Removed, d.Groups[0].Kind)
				d.Groups = nil
			}
			assert.ElementsMatch(t, c.book, d.Book)
			only := func(id string, changes []rulecmd.Change, want []part) {
				if want == nil {
					assert.Empty(t, changes)
					return
				}
				assert.Equal(t, []rulecmd.Change{{ID: id, Kind: rulecmd.Changed, Parts: want}}, changes)
			}
			only("g", d.Groups, c.group)
			only("a", d.Rules, c.rules)

			schema, err := credit.NewRuleSchema(rules.Config{})
			require.NoError(t, err)
			x, err := rules.Load(schema, rules.YAML[credit.Effect]("x", []byte(before)))
			require.NoError(t, err)
			y, err := rules.Load(schema, rules.YAML[credit.Effect]("y", []byte(after)))
			require.NoError(t, err)
			var changed []string
			for _, one := range d.Rules {
				changed = append(changed, one.ID)
			}
			assert.Equal(t, y.Diff(x).Changed, changed)
			assert.Equal(t, x.Hash() == y.Hash(), len(d.Rules)+len(c.group) == 0, "all that decides is compared")
		})
	}
}

// TestCompareRows: a row put before others moves them, which is said of rows and
// not of the priorities that they have become.
func TestCompareRows(t *testing.T) {
	book := func(rows string) rulecmd.Book {
		return load(t, "tables:\n- {group: g, hit: first, when: [level], then: [action, code, text], rows: ["+rows+"]}\n")
	}
	row := func(id, level string) string { return "{id: " + id + ", when: [" + level + "], then: [warn, x, x]}" }
	d, err := book(row("z", "9") + "," + row("a", "1")).Compare(book(row("a", "1")))
	require.NoError(t, err)
	require.Len(t, d.Rules, 2)
	assert.Equal(t, rulecmd.Change{ID: "a", Kind: rulecmd.Changed, Parts: []rulecmd.Part{{Part: "row", Before: "1", After: "2"}}}, d.Rules[0])
	assert.Equal(t, rulecmd.Added, d.Rules[1].Kind)
	assert.Contains(t, d.Rules[1].Parts, rulecmd.Part{Part: "row", After: "1"})
	added, removed, changed := d.Count()
	assert.Equal(t, []int{1, 0, 1}, []int{added, removed, changed})
}

func TestContents(t *testing.T) {
	added, err := load(t, before).Contents(rulecmd.Added)
	require.NoError(t, err)
	removed, err := load(t, before).Contents(rulecmd.Removed)
	require.NoError(t, err)
	require.Len(t, added.Rules, 2)
	require.Len(t, removed.Rules, 2)
	for i, a := range added.Rules {
		r := removed.Rules[i]
		assert.Equal(t, []any{a.ID, rulecmd.Added, rulecmd.Removed}, []any{r.ID, a.Kind, r.Kind})
		for _, p := range a.Parts {
			assert.Empty(t, p.Before)
			assert.Contains(t, r.Parts, rulecmd.Part{Part: p.Part, Before: p.After})
		}
	}
}

// TestPlaces holds the place of a rule to the text.
func TestPlaces(t *testing.T) {
	book := load(t, before)
	lines := strings.Split(before, "\n")
	for id, text := range map[string]string{"a": "  - id: a", "b": "  - {id: b,"} {
		p := book.Place(id)
		require.Positive(t, p.Line)
		assert.True(t, strings.HasPrefix(lines[p.Line-1], text), lines[p.Line-1])
	}
	assert.Zero(t, book.Place("no such rule"))
}

// TestVocabularies holds the lists to the loader, which knows the names by itself:
// it must take each fact and each part of an effect, and no other name.
func TestVocabularies(t *testing.T) {
	list, err := rulecmd.Vocabularies(rulecmd.Kinds(), nil)
	require.NoError(t, err)
	require.Len(t, list, len(rulecmd.Kinds()))
	for _, v := range list {
		faults := func(fact, part string) string {
			text := "rules: [{id: a, when: " + fact + " == nil or true, then: {" + part + ": [[]]}}]\n"
			sets, _, err := rulecmd.Find([]string{write(t, map[string]string{"a.yaml": text})}, v.Kind, rulecmd.Kinds())
			require.NoError(t, err)
			_, err = sets[0].Load()
			require.Error(t, err, "no part of an effect is a list of lists")
			return err.Error()
		}
		require.NotEmpty(t, v.Effect)
		for _, fact := range v.Facts {
			assert.NotContains(t, faults(fact.Name, v.Effect[0].Name), "there is no fact")
		}
		for _, part := range v.Effect {
			assert.NotContains(t, faults(v.Facts[0].Name, part.Name), "the effect has no field")
		}
		known := faults("nosuch", "nosuch")
		assert.Contains(t, known, "there is no fact nosuch")
		_, names, _ := strings.Cut(known, "the effect has no field nosuch; known are ")
		names, _, _ = strings.Cut(names, "\n")
		names, more, cut := strings.Cut(names, " and ")
		listed := len(strings.Split(names, ", "))
		if cut {
			n, err := strconv.Atoi(strings.TrimSuffix(more, " more"))
			require.NoError(t, err)
			listed += n
		}
		assert.Len(t, v.Effect, listed, "all parts of an effect are listed")
	}
	some, err := rulecmd.Vocabularies(rulecmd.Kinds(), []string{"credit"})
	require.NoError(t, err)
	require.Len(t, some, 1)
}

// TestCompareRates: a rate is told in percent, as it is written in a book.
func TestCompareRates(t *testing.T) {
	book := func(rate string) rulecmd.Book {
		dir := write(t, map[string]string{"a.csv": strings.Replace(table, "5%", rate, 1)})
		sets, _, err := rulecmd.Find([]string{dir}, "pricing", rulecmd.Kinds())
		require.NoError(t, err)
		out, err := sets[0].Load()
		require.NoError(t, err)
		return out
	}
	d, err := book("12.5%").Compare(book("5%"))
	require.NoError(t, err)
	require.Len(t, d.Rules, 1)
	assert.Equal(t, []rulecmd.Part{{Part: "effect.rate", Before: "5%", After: "12.5%"}}, d.Rules[0].Parts)
}
