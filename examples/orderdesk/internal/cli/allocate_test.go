package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const allocateSamples, backorderSamples = "../../samples/allocate", "../../samples/backorder"

// allocated is what allocate --json prints.
type allocated struct {
	promised
	Division *struct {
		Left     int64
		Portions []struct {
			ID       string
			Quantity int64
		}
	}
	Lost  map[string][]struct{ ID, Kind string }
	Ranks struct{ Excluded []struct{ ID string } }
}

// TestAllocateSamples holds what the samples print, and their figures, each of which is
// taken from atp.md or worked out by hand.
func TestAllocateSamples(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
		left int64
	}{
		{"1-fair-share", []string{"north 50", "south 33", "west 17"}, 0},             // atp.md: 50/33/17
		{"2-fair-share-with-minima", []string{"north 48", "south 33", "west 19"}, 0}, // atp.md: minimum 10 each: 48/33/19
		{"3-fair-share-in-packs", []string{"north 48", "south 30", "west 18"}, 4},    // atp.md: in cases of 6: 48/30/18, 4 left over
		{"4-fair-share-of-packs-alone", []string{"1 12", "2 42", "3 6"}, 0},          // atp.md: packs of 6: 12/42/6
		// the VIP first, then 1 by its own priority; 3 has what is left of the quota of 15; 4 is on hold
		{"5-by-priority", []string{"2 9@03-02", "1 8@03-07", "3 1@03-02", "3 6@03-07", "3 13 missing"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(allocateSamples, c.name+".json")
			status, out, errs := orderdesk(t, "allocate", file)
			assert.Zero(t, status, errs)
			goldenText(t, "allocate", c.name, out)
			_, out, _ = orderdesk(t, "--json", "allocate", file)
			var got allocated
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			if got.Division == nil {
				for i := range got.Promises {
					for n := range got.Promises[i].Deliveries {
						got.Promises[i].Deliveries[n].Quotas = nil // the text has them
					}
				}
				assert.Equal(t, c.want, got.told())
				assert.Equal(t, "4", got.Ranks.Excluded[0].ID)
				return
			}
			var told []string
			for _, p := range got.Division.Portions {
				told = append(told, fmt.Sprint(p.ID, " ", p.Quantity))
				assert.NotEmpty(t, got.Lost[p.ID], "nobody gets all")
			}
			assert.Equal(t, c.want, told)
			assert.Equal(t, c.left, got.Division.Left)
		})
	}
	files, err := filepath.Glob(filepath.Join(allocateSamples, "*.json"))
	require.NoError(t, err)
	goldens, err := filepath.Glob("testdata/allocate/*.txt")
	require.NoError(t, err)
	assert.Len(t, goldens, len(files), "every sample is tested")
}

// TestAllocateRules ranks by a book of its own file, which takes the place of the rules in
// the sample.
func TestAllocateRules(t *testing.T) {
	file := filepath.Join(allocateSamples, "5-by-priority.json")
	book := priceFile(t, "book.yaml", "rules:\n- id: THREE\n  name: three goes first\n  when: quantity == 20\n  then: {add: 50}\n")
	status, out, errs := orderdesk(t, "--json", "allocate", "--rules", book, "--no-explain", file)
	require.Zero(t, status, errs)
	var got allocated
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	// 3 takes all 10 and 10 more on the 7th; 4 and 1 the next by priority, then 2
	assert.Equal(t, []string{"3 10@03-02", "3 10@03-07", "4 1@03-07", "1 8@03-07", "2 9@03-07"}, got.told())
	for want, c := range map[string]struct {
		args   []string
		status int
	}{
		"book.yaml:3:9: rule X": {[]string{"--rules", priceFile(t, "book.yaml", "rules:\n- id: X\n  when: quantty == 20\n  then: {add: 50}\n"), file}, 2},
		"a rule book is a":      {[]string{"--rules", priceFile(t, "book.txt", ""), file}, 2},
		"no such file":          {[]string{"--rules", "there-is-none.yaml", file}, 3},
		"expected \"<file>":     {nil, 2},
	} {
		status, _, errs := orderdesk(t, append([]string{"allocate"}, c.args...)...)
		assert.Equal(t, c.status, status, errs)
		assert.Contains(t, errs, want)
	}
}

// TestAllocateBadFiles has a mistake in a file; it is told with its path.
func TestAllocateBadFiles(t *testing.T) {
	for want, more := range map[string]string{
		"f.json: claims: there are none":                            `"claims": []`,
		"claims[0].quantity: is not from 1 to":                      `"claims": [{"id": "1", "item": "A"}]`,
		"claims[1].minimum: is not from 0 to":                       `"claims": [{"id": "1", "item": "A", "quantity": 1}, {"id": "2", "item": "A", "quantity": 1, "minimum": -1}]`,
		"claims[1].id: is empty or given twice":                     `"claims": [{"id": "1", "item": "A", "quantity": 1}, {"id": "1", "item": "A", "quantity": 1}]`,
		"claims[0].partial.minimum: is not from 0":                  `"claims": [{"id": "1", "item": "A", "quantity": 1, "partial": {"minimum": -1}}, {"id": "2", "item": "A", "quantity": 1, "priority": 2}]`,
		"claims[0].substitutes: claims compete":                     `"claims": [{"id": "1", "item": "A", "quantity": 1, "substitutes": {}}]`,
		"divide.pack: ":                                             `"divide": {"pack": -1}, "claims": [{"id": "1", "item": "A", "quantity": 1}]`,
		"no fact clas":                                              `"rules": [{"id": "r", "when": "clas == 1", "then": {"add": 1}}], "claims": [{"id": "1", "item": "A", "quantity": 1}]`,
		"divide: all claims must be of one item at one site: 1 and": `"divide": {}, "reservations": [], "claims": [{"id": "1", "item": "A", "quantity": 1}, {"id": "2", "item": "B", "quantity": 1}]`,
	} {
		t.Run(want, func(t *testing.T) {
			file := priceFile(t, "f.json", `{"now": "2026-03-02T09:00:00Z", "sites": [{"id": "HUB"}],
				"items": [{"item": "A", "on_hand": [{"quantity": 10}]}, {"item": "B"}], `+more+`}`)
			status, out, errs := orderdesk(t, "allocate", file)
			assert.Equal(t, 2, status, out)
			assert.Contains(t, errs, want)
		})
	}
}

func TestAllocateOrder(t *testing.T) {
	status, out, errs := orderdesk(t, "allocate", filepath.Join(promiseSamples, "12-sourcing.json"))
	assert.Zero(t, status, errs)
	assert.Contains(t, out, "2 shipments")
}

// TestBackorderSamples holds what the samples print, and their figures: those of atp.md in
// the order W, G, R, F, L.
func TestBackorderSamples(t *testing.T) {
	for _, c := range []struct {
		name   string
		want   []string
		status int
	}{
		{"1-supply-100", []string{"W 40 +40", "G 30 +10", "R 30 -20", "F 0 -20", "L 0 -10"}, 0}, // atp.md: 40/30/30/0/0
		{"2-supply-130", []string{"W 40 +40", "G 30 +10", "R 50 +0", "F 10 -10", "L 0 -10"}, 0}, // atp.md: 40/30/50/10/0
		// atp.md: the wins and what the gains have, 40 + 20, must fit; nothing changes
		{"3-infeasible", []string{"short G 1", "W 0 +0", "G 20 +0", "R 50 +0", "F 20 +0", "L 10 +0"}, 1},
		{"4-late-receipt", []string{"B 10 +0 -10 days", "A 10 +0 10 days"}, 0}, // they change places
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(backorderSamples, c.name+".json")
			status, out, errs := orderdesk(t, "backorder", file)
			assert.Equal(t, c.status, status, errs)
			goldenText(t, "backorder", c.name, out)
			_, out, _ = orderdesk(t, "--json", "backorder", file)
			var got struct {
				Feasible   bool
				Exceptions []struct {
					ID                   string
					Requested, Available int64
				}
				Lines []struct {
					ID        string
					After     []struct{ Quantity int64 }
					Gained    int64
					DaysLater int `json:"days_later"`
				}
			}
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			assert.Equal(t, c.status == 0, got.Feasible)
			var told []string
			for _, e := range got.Exceptions {
				told = append(told, fmt.Sprintf("short %s %d", e.ID, e.Requested-e.Available))
			}
			for _, l := range got.Lines {
				var after int64
				for _, a := range l.After {
					after += a.Quantity
				}
				text := fmt.Sprintf("%s %d %+d", l.ID, after, l.Gained)
				if l.DaysLater != 0 {
					text += fmt.Sprintf(" %d days", l.DaysLater)
				}
				told = append(told, text)
			}
			assert.Equal(t, c.want, told)
		})
	}
	files, err := filepath.Glob(filepath.Join(backorderSamples, "*.json"))
	require.NoError(t, err)
	goldens, err := filepath.Glob("testdata/backorder/*.txt")
	require.NoError(t, err)
	assert.Len(t, goldens, len(files), "every sample is tested")
}

// TestBackorderBadFiles has a mistake in a file; it is told with its path.
func TestBackorderBadFiles(t *testing.T) {
	line := func(more string) string { return `{"id": "1", "item": "A", "quantity": 1` + more + `}` }
	for want, lines := range map[string][]string{
		"f.json: backorders: there are none":                     nil,
		"backorders[0].strategy: ":                               {line(`, "strategy": "grab"`)},
		"backorders[0].pack: ":                                   {line(`, "pack": -1`)},
		"backorders[1].key: it is empty or given twice":          {line(`, "confirmed": [{"date": "2026-03-02", "quantity": 1}]`), `{"id": "2", "key": "1", "item": "A", "quantity": 1, "confirmed": [{"date": "2026-03-02", "quantity": 1}]}`},
		"backorders[0].confirmed[0]: a quantity from 1 to ":      {line(`, "confirmed": [{"date": "2026-03-02"}]`)},
		"backorders[0].confirmed[0].date: it is not stated":      {line(`, "confirmed": [{"quantity": 2}]`)},
		`backorders[0].item: there is no item "B" at site "HUB"`: {`{"id": "1", "item": "B"}`},
		"backorders[0].id: ":                                     {line(""), line("")},
	} {
		t.Run(want, func(t *testing.T) {
			status, out, errs := orderdesk(t, "backorder", stockFile(t, `"backorders": [`+strings.Join(lines, ",")+`]`))
			assert.Equal(t, 2, status, out)
			assert.Contains(t, errs, want)
		})
	}
}
