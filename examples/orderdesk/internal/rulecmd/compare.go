package rulecmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Difference is what a book says otherwise than another one.
type Difference struct {
	// Book are the parts of the header that differ.
	Book []Part
	// Groups and Rules are in order of their names and ids.
	Groups, Rules []Change
}

// Empty reports whether nothing differs.
func (d Difference) Empty() bool { return len(d.Book)+len(d.Groups)+len(d.Rules) == 0 }

// Count returns how many rules were added, removed and changed.
func (d Difference) Count() (added, removed, changed int) {
	for _, c := range d.Rules {
		switch c.Kind {
		case Added:
			added++
		case Removed:
			removed++
		default:
			changed++
		}
	}
	return added, removed, changed
}

// ChangeKind says what became of a rule or a group.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is a rule or a group that differs.
type Change struct {
	ID   string
	Kind ChangeKind
	// Parts are those that differ; of what was added or removed all that are
	// there.
	Parts []Part
}

// Part is a part of a rule: condition, effect or effect.rate, priority, from, to,
// group, row, name, note, tags or version. Before and After are empty where it is not
// there.
type Part struct {
	Part   string `json:"part"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Compare tells what differs from the book before.
func (b *bookOf[F, E]) Compare(before Book) (Difference, error) {
	old, ok := before.(*bookOf[F, E])
	if !ok || old.set.Kind.Name() != b.set.Kind.Name() {
		return Difference{}, ErrOtherKind
	}
	var out Difference
	x, y := old.book.Header(), b.book.Header()
	out.Book = differing(
		[]field{{"name", x.Name}, {"title", x.Title}, {"note", x.Note}},
		[]field{{"name", y.Name}, {"title", y.Title}, {"note", y.Note}},
	)
	out.Groups = changes(old.groupFields(), b.groupFields())
	rulesBefore, err := old.ruleFields()
	if err != nil {
		return Difference{}, err
	}
	rulesAfter, err := b.ruleFields()
	if err != nil {
		return Difference{}, err
	}
	out.Rules = changes(rulesBefore, rulesAfter)
	return out, nil
}

// Contents tells of a book that has no counterpart, as all added or all removed.
func (b *bookOf[F, E]) Contents(as ChangeKind) (Difference, error) {
	fields, err := b.ruleFields()
	if err != nil {
		return Difference{}, err
	}
	if as == Removed {
		return Difference{Groups: changes(b.groupFields(), nil), Rules: changes(fields, nil)}, nil
	}
	return Difference{Groups: changes(nil, b.groupFields()), Rules: changes(nil, fields)}, nil
}

// field is a part with what it says.
type field struct{ name, text string }

// changes compares what has a name.
func changes(before, after map[string][]field) []Change {
	names := slices.Collect(maps.Keys(after))
	for name := range before {
		if _, still := after[name]; !still {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Change
	for _, name := range names {
		old, had := before[name]
		now, has := after[name]
		c := Change{ID: name, Kind: Changed, Parts: differing(old, now)}
		switch {
		case !had:
			c.Kind = Added
		case !has:
			c.Kind = Removed
		case len(c.Parts) == 0:
			continue
		}
		out = append(out, c)
	}
	return out
}

// differing lists the fields that differ, those of after first, both in their
// order.
func differing(before, after []field) []Part {
	var out []Part
	old := make(map[string]string, len(before))
	for _, f := range before {
		old[f.name] = f.text
	}
	now := make(map[string]bool, len(after))
	for _, f := range after {
		now[f.name] = true
		if old[f.name] != f.text {
			out = append(out, Part{f.name, old[f.name], f.text})
		}
	}
	for _, f := range before {
		if !now[f.name] && f.text != "" {
			out = append(out, Part{f.name, f.text, ""})
		}
	}
	return out
}

// ruleFields takes every rule apart.
func (b *bookOf[F, E]) ruleFields() (map[string][]field, error) {
	out := make(map[string][]field, b.book.Len())
	for _, r := range b.book.Rules() {
		effect, err := effectFields(r.Then)
		if err != nil {
			return nil, err
		}
		fields := []field{{"group", r.Group}, {"condition", strings.TrimSpace(r.When)}}
		fields = append(fields, effect...)
		fields = append(fields, b.turn(r.Group, r.Priority), field{"from", date(r.From)}, field{"to", date(r.To)},
			field{"name", r.Name}, field{"note", r.Note}, field{"tags", strings.Join(r.Tags, ", ")}, field{"version", r.Version})
		out[r.ID] = fields
	}
	return out, nil
}

// turn tells which turn a rule has in its group: the priority, which under the
// hit policy first says the row, and under priority nothing that the effect does
// not.
func (b *bookOf[F, E]) turn(group string, priority int) field {
	info, _ := b.book.GroupInfo(group)
	switch info.Policy {
	case rules.First:
		return field{"row", number(-priority)}
	case rules.OutputPriority:
		return field{"priority", ""}
	default:
		return field{"priority", number(priority)}
	}
}

// groupFields takes apart what was declared of groups, the domains of their tables
// included: these change what an analysis calls a gap.
func (b *bookOf[F, E]) groupFields() map[string][]field {
	out := make(map[string][]field)
	for _, name := range b.groups() {
		g, declared := b.book.GroupInfo(name)
		fields := []field{{"policy", g.Policy.String()}, {"title", g.Title}, {"note", g.Note}}
		for _, o := range g.Outputs {
			fields = append(fields, field{"outputs " + cmp.Or(o.Path, "then"), "[" + strings.Join(o.Values, ", ") + "]"})
		}
		for _, t := range b.book.Tables() {
			if t.Group != name {
				continue
			}
			for _, d := range t.Domains {
				fields = append(fields, field{"domain " + d.Head, d.Cell})
			}
		}
		if declared || len(fields) > 3 {
			out[name] = fields
		}
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// date writes an instant, and one at the beginning of a day as the day.
func date(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.UTC().Equal(t.UTC().Truncate(24 * time.Hour)):
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// effectFields takes apart the JSON form of an effect, which is what decides: a
// field for each value, named effect.rate and the like. A rate is written in percent,
// as who keeps the rules writes it.
func effectFields(effect any) ([]field, error) {
	text, err := json.Marshal(effect)
	if err != nil {
		return nil, err
	}
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	out := flattened("effect", value, nil)
	for _, word := range effectWords(reflect.TypeOf(effect)) {
		for i, f := range out {
			if word.Type != typeRate || f.name != "effect."+word.Name {
				continue
			}
			if rate, err := money.ParseRate(f.text); err == nil {
				out[i].text = rate.Percent()
			}
		}
	}
	return out, nil
}

func flattened(name string, value any, out []field) []field {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = flattened(name+"."+key, v[key], out)
		}
		return out
	case string:
		return append(out, field{name, v})
	case nil:
		return out
	default: // numbers, truth and lists
		text, err := json.Marshal(v)
		if err != nil {
			return append(out, field{name, "?"})
		}
		return append(out, field{name, string(text)})
	}
}
