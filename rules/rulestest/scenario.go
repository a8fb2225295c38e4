package rulestest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Scenario is a case with the answer that a book must give: for these facts, at
// this date, these rules. Read and ReadCSV make scenarios of files; a host can
// make them of its own values.
type Scenario[F, E any] struct {
	// ID names the scenario in reports.
	ID string
	// Note is for the reader of a report.
	Note string
	// Group asks the rules of one group alone; empty asks the whole book.
	Group string
	// At is the decision date.
	At time.Time
	// Facts are what the rules are asked about. They are read, never changed.
	Facts F
	// Expect is the answer that must come.
	Expect Expectation[E]
	// Place is where the scenario was read, as file:line; empty for Go values.
	Place string
}

// Expectation says what must come of a scenario. What is left empty is not
// asked; a scenario that asks nothing fails, because it could not otherwise.
type Expectation[E any] struct {
	// Rules are the ids of all the rules that must match, in their order.
	Rules []string
	// Includes are ids that must be among the matches, and Excludes must not.
	Includes, Excludes []string
	// Effects are those of all the matches, in their order.
	Effects []Pattern[E]
	// None says that nothing must match.
	None bool
	// Error is a part of the text with which a rule must fail. When it is empty
	// no rule must fail.
	Error string
}

// empty reports whether nothing is asked.
func (x *Expectation[E]) empty() bool {
	return len(x.Rules)+len(x.Includes)+len(x.Excludes)+len(x.Effects) == 0 && !x.None && x.Error == ""
}

// ids lists the rules that are named.
func (x *Expectation[E]) ids() []string { return slices.Concat(x.Rules, x.Includes, x.Excludes) }

// Pattern is an effect that is expected, in whole or in some of its fields.
// Effects are compared by their JSON form and the types that their interfaces
// hold, which is what a book's hash covers.
type Pattern[E any] struct {
	text string
	set  func(*E)
}

// Exactly expects the whole effect.
func Exactly[E any](effect E) Pattern[E] {
	return Pattern[E]{text: jsonText(effect), set: func(e *E) { *e = effect }}
}

// Fields expects only the fields that set assigns; the text stands for them in
// reports. The function gets a shallow copy of an effect: it assigns fields and
// must not write through pointers, lists and maps.
func Fields[E any](text string, set func(*E)) Pattern[E] {
	return Pattern[E]{text: text, set: set}
}

// String returns what is expected, as it was written.
func (p Pattern[E]) String() string { return p.text }

// differences lists the fields that are not as expected; nil when all are.
func (p Pattern[E]) differences(got E) []string {
	want := got
	if p.set != nil {
		p.set(&want)
	}
	wanted, came := jsonText(want), jsonText(got)
	if wanted == came {
		if a, b := kindsOf(&want), kindsOf(&got); a != b {
			return []string{"want of the kind " + a + ", got " + b}
		}
		return nil
	}
	a, errA := jsonTree(wanted)
	b, errB := jsonTree(came)
	if errA != nil || errB != nil {
		return []string{"want " + wanted + ", got " + came}
	}
	return differ("", a, b, nil)
}

// differ appends what differs between two JSON values, by path.
func differ(path string, want, got any, to []string) []string {
	a, okA := want.(map[string]any)
	b, okB := got.(map[string]any)
	if !okA || !okB {
		wanted, came := jsonText(want), jsonText(got)
		if wanted == came {
			return to
		}
		if path == "" {
			return append(to, "want "+wanted+", got "+came)
		}
		return append(to, path+": want "+wanted+", got "+came)
	}
	for _, key := range unionKeys(a, b) {
		below := key
		if path != "" {
			below = path + "." + key
		}
		to = differ(below, a[key], b[key], to)
	}
	return to
}

func unionKeys(a, b map[string]any) []string {
	keys := make([]string, 0, len(a))
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// jsonText is the JSON form of a value; what has none is shown as Go does.
func jsonText(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func jsonTree(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	err := decoder.Decode(&v)
	return v, err
}

func idsOf[E any](matched []*rules.Rule[E]) []string {
	ids := make([]string, len(matched))
	for i, r := range matched {
		ids[i] = r.ID
	}
	return ids
}

// list writes ids for a reader.
func list(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}
