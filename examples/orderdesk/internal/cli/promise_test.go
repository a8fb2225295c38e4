package cli_test

import (
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const promiseSamples = "../../samples/promise"

// promised is what promise --json prints.
type promised struct {
	Promises []struct {
		ID                  string
		Confirmed, Unfilled int64
		Deliveries          []struct {
			Quantity             int64
			Start, Ship, Deliver string
			ShipBy               string `json:"ship_by"`
			DaysLate             int    `json:"days_late"`
			Pegs                 []struct {
				Quantity int64
				Lot      string
			}
			Quotas []struct {
				Quantity int64
				From     string
			}
		}
		Limit *struct{ Available int64 }
	}
	Answers []struct {
		Confirmed int64
		Parts     []struct {
			Item string
			For  int64
		}
	}
	Order *struct {
		Score     struct{ Shipments int }
		Proven    bool
		Shipments []struct {
			Site  string
			Parts []struct{ Line string }
		}
	}
}

// told lists the deliveries of all promises: the demand, the quantity, the day, and what is
// taken of quotas and lots.
func (p promised) told() []string {
	var list []string
	for _, one := range p.Promises {
		for _, d := range one.Deliveries {
			text := fmt.Sprintf("%s %d@%s", one.ID, d.Quantity, d.Deliver[5:])
			for _, q := range d.Quotas {
				text += fmt.Sprintf(" %d of %s", q.Quantity, q.From[5:])
			}
			for _, p := range d.Pegs {
				if p.Lot != "" {
					text += fmt.Sprintf(" %d %s", p.Quantity, p.Lot)
				}
			}
			list = append(list, text)
		}
		if one.Unfilled > 0 {
			list = append(list, fmt.Sprintf("%s %d missing", one.ID, one.Unfilled))
		}
	}
	for _, a := range p.Answers {
		text := fmt.Sprint(a.Confirmed)
		for _, part := range a.Parts {
			text += fmt.Sprintf(" %d %s", part.For, part.Item)
		}
		list = append(list, text)
	}
	if p.Order != nil {
		list = append(list, fmt.Sprintf("%d shipments, proven %t", p.Order.Score.Shipments, p.Order.Proven))
		for _, s := range p.Order.Shipments {
			text := s.Site
			for _, part := range s.Parts {
				text += " " + part.Line
			}
			list = append(list, text)
		}
	}
	return list
}

// goldenText holds what a command prints for a person.
func goldenText(t *testing.T, folder, name, out string) {
	t.Helper()
	golden := filepath.Join("testdata", folder, name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o750))
		require.NoError(t, os.WriteFile(golden, []byte(out), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run with -update to write it")
	assert.Equal(t, string(want), out)
}

// TestPromiseSamples holds what the samples print, and their figures, each of which is
// taken from atp.md or worked out by hand. Day 0 is 2 March.
func TestPromiseSamples(t *testing.T) {
	for _, c := range []struct {
		name   string
		want   []string
		status int
	}{
		{"1-look-ahead", []string{"new 85 missing"}, 1},                                        // atp.md: 85 in period 2 cannot be promised
		{"2-complete", []string{"new 35@03-14"}, 0},                                            // atp.md: complete at 12
		{"3-partial", []string{"new 10@03-02", "new 22@03-07", "new 3@03-14"}, 0},              // atp.md: 10@0, +22@5, +3@12
		{"4-two-deliveries", []string{"new 32@03-07", "new 3@03-14"}, 0},                       // atp.md: n = 2
		{"5-ship-complete", []string{"1 8@03-07", "2 20@03-07"}, 0},                            // the latest line's day
		{"6-berlin", []string{"new 10@04-02"}, 0},                                              // atp.md: delivered Thu 2 April
		{"7-quota-later", []string{"new 40@03-09 40 of 03-09", "new 30@03-16 30 of 03-16"}, 0}, // atp.md: 40 in W2, 30 in W3
		// atp.md: 40 in W2, 20 from W1, 10 in W3
		{"8-quota-earlier-and-later", []string{"new 60@03-09 40 of 03-09 20 of 03-02", "new 10@03-16 10 of 03-16"}, 0},
		// the lot that expires first goes first, unless it does not last
		{"9-lots", []string{"clinic 8@03-03 8 L2", "shop 12@03-03 2 L2 10 L3", "cafe 4@03-03 4 L1"}, 0},
		// 50 less 20 of safety stock; without end from day 14 on; the hospital may touch what is kept
		{"10-safety-stock-and-horizon", []string{"wholesale 30@03-02", "wholesale 10@03-16", "hospital 15@03-02"}, 0},
		{"11-substitutes", []string{"12 7 P-100 5 P-200", "0"}, 1},                       // the old item first, then its successor
		{"12-sourcing", []string{"2 shipments, proven true", "S1 1 2 3", "S2 4 5 6"}, 0}, // atp.md: two shipments, not three
		// without end from 35 days on: what known supply leaves then is not looked at
		{"14-kit", []string{"new 2@03-02", "new 2@03-05"}, 0}, // atp.md: kits 2@0, +2@3
		// 20 are 3 packs of 6, from the 4th on; 30 less a tenth come 2 days late, 47 in all
		{"15-packs-and-reliability", []string{"new 18@03-04", "new 24@03-11"}, 0},
		{"16-pump", []string{"SO-2/1 32@03-12", "SO-2/1 3@03-19"}, 0}, // the guide's
		{"13-over-time", []string{"new 336@03-15", "new 170@03-29", "new 94@04-06"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(promiseSamples, c.name+".json")
			status, out, errs := orderdesk(t, "promise", file)
			assert.Equal(t, c.status, status, errs)
			goldenText(t, "promise", c.name, out)

			status, out, errs = orderdesk(t, "--json", "promise", "--no-explain", file)
			assert.Equal(t, c.status, status, errs)
			var got promised
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			for _, p := range got.Promises {
				assert.Nil(t, p.Limit, "nothing is explained")
			}
			_, out, _ = orderdesk(t, "--json", "promise", file)
			got = promised{}
			require.NoError(t, json.Unmarshal([]byte(out), &got))
			assert.Equal(t, c.want, got.told())
		})
	}
	files, err := filepath.Glob(filepath.Join(promiseSamples, "*.json"))
	require.NoError(t, err)
	goldens, err := filepath.Glob("testdata/promise/*.txt")
	require.NoError(t, err)
	assert.Len(t, goldens, len(files), "every sample is tested")
}

// TestPromiseBerlin holds the days of the worked figure: starts Mon 30, ships Tue 31 by
// 13:00 UTC, for daylight saving began on the 29th.
func TestPromiseBerlin(t *testing.T) {
	_, out, _ := orderdesk(t, "--json", "promise", filepath.Join(promiseSamples, "6-berlin.json"))
	var got promised
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	d := got.Promises[0].Deliveries[0]
	assert.Equal(t, []string{"2026-03-30", "2026-03-31", "2026-04-02"}, []string{d.Start, d.Ship, d.Deliver})
	assert.Equal(t, "2026-03-31T15:00:00+02:00", d.ShipBy)
	assert.Equal(t, 1, d.DaysLate, "wanted on the 1st")
}

// TestPromiseOutlook holds the balances and ATP of the worked figure.
func TestPromiseOutlook(t *testing.T) {
	file := filepath.Join(promiseSamples, "1-look-ahead.json")
	status, out, errs := orderdesk(t, "--json", "promise", "outlook", file)
	require.Zero(t, status, errs)
	var got struct {
		Item string
		Days []struct{ Balance, ATP, Discrete int64 }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	var balance, can, discrete []int64
	for _, d := range got.Days {
		balance, can, discrete = append(balance, d.Balance), append(can, d.ATP), append(discrete, d.Discrete)
	}
	assert.Equal(t, []int64{40, 25, 85, 15, 5, 45}, balance)
	assert.Equal(t, []int64{5, 5, 5, 5, 5, 45}, can)
	assert.Equal(t, []int64{5, 0, 0, 0, 0, 40}, discrete)
	_, out, _ = orderdesk(t, "promise", "outlook", file)
	assert.Contains(t, out, "  2026-03-07      60      20                45   45            40\n")
	_, out, _ = orderdesk(t, "promise", "outlook", filepath.Join(promiseSamples, "10-safety-stock-and-horizon.json"))
	assert.Contains(t, out, "PUMP at HUB: 50 on hand, 20 of it safety stock\n")
	assert.Contains(t, out, "from 2026-03-16 on without end")

	several := filepath.Join(promiseSamples, "12-sourcing.json")
	for want, args := range map[string][]string{
		"say which: ITEM-1 at S1, ITEM-2 at S1":         {several},
		"items: there is no such item":                  {"--item", "X", several},
		"say which: ITEM-2 at S1, ITEM-2 at S3":         {"--item", "ITEM-2", several},
		"there-is-none.json: no such file or directory": {"there-is-none.json"},
	} {
		status, _, errs := orderdesk(t, append([]string{"promise", "outlook"}, args...)...)
		assert.NotZero(t, status)
		assert.Contains(t, errs, want)
	}
	status, _, errs = orderdesk(t, "promise", "outlook", "--item", "ITEM-2", "--site", "S3", several)
	assert.Zero(t, status, errs)
}

// TestPromiseChart draws samples: well-formed SVG with the figures in it, the same bytes
// every time, and a PNG.
func TestPromiseChart(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string][]string{
		"1-look-ahead": {
			"VALVE at HUB", "today 2 Mar", "projected stock", "can be promised (ATP)", "supply", "demand", "5", "45", "+100", "−70", "7 Mar",
		},
		"9-lots":       {"expires unsold", "−5", "−10", "25", "20", "10"},
		"13-over-time": {"safety stock, 120", "fence 25 Feb", "horizon 6 Apr, any quantity from here on", "+150", "87", "506"},
	} {
		t.Run(name, func(t *testing.T) {
			file, drawn := filepath.Join(promiseSamples, name+".json"), filepath.Join(dir, name+".svg")
			status, out, errs := orderdesk(t, "promise", "chart", "-o", drawn, file)
			require.Zero(t, status, errs)
			assert.Contains(t, out, drawn+": ")
			svg, err := os.ReadFile(drawn)
			require.NoError(t, err)
			goldenText(t, "promisechart", name, string(svg))
			texts := svgTexts(t, svg)
			for _, one := range want {
				assert.Contains(t, texts, one)
			}
			assert.NotContains(t, texts, "−0")
		})
	}
	file := filepath.Join(promiseSamples, "13-over-time.json")
	drawn := filepath.Join(dir, "x.png")
	status, out, errs := orderdesk(t, "--json", "promise", "chart", "--item", "PUMP", "--title", "One <pump>", "-o", drawn, file)
	require.Zero(t, status, errs)
	assert.Contains(t, out, `"safety_stock":120,"days":[{"date":"2026-03-02","receipts":150,`)
	picture, err := os.Open(drawn)
	require.NoError(t, err)
	defer func() { _ = picture.Close() }()
	decoded, err := png.Decode(picture)
	require.NoError(t, err)
	assert.Equal(t, 908, decoded.Bounds().Dy())
	for want, args := range map[string][]string{
		"a picture is a .svg":       {"-o", filepath.Join(dir, "x.gif"), file},
		"missing flags: --out=FILE": {file},
		"there is no such item":     {"-o", drawn, "--item", "X", file},
	} {
		status, _, errs := orderdesk(t, append([]string{"promise", "chart"}, args...)...)
		assert.Equal(t, 2, status)
		assert.Contains(t, errs, want)
	}
}

func TestPromiseSeveral(t *testing.T) {
	good := filepath.Join(promiseSamples, "2-complete.json")
	bad := priceFile(t, "bad.json", `{"demands": 7}`)
	status, out, errs := orderdesk(t, "promise", good, bad, good)
	assert.Equal(t, 2, status)
	assert.Equal(t, 2, strings.Count(out, "35 on 2026-03-14, 12 days late"), "a bad file does not keep the others from their answers")
	assert.Contains(t, errs, "bad.json: demands: a list is expected, not 7")
}

// stockFile is a file with a stock and what a test adds to it.
func stockFile(t *testing.T, more string) string {
	t.Helper()
	return priceFile(t, "f.json", `{"now": "2026-03-02T09:00:00Z", "sites": [{"id": "HUB"}],
		"items": [{"item": "A", "on_hand": [{"quantity": 10}]}], `+more+`}`)
}

// TestPromiseBadFiles has one mistake or several in a file; each is told with its path.
func TestPromiseBadFiles(t *testing.T) {
	const now, sites, items = `"now": "2026-03-02T09:00:00Z"`, `"sites": [{"id": "HUB"}]`, `"items": [{"item": "A", "on_hand": [{"quantity": 10}]}]`
	const demands = `"demands": [{"id": "1", "item": "A", "quantity": 1}]`
	whole := func(parts ...string) string { return "{" + strings.Join(parts, ", ") + "}" }
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", ``, []string{"f.json:1:1: this is not JSON"}},
		{"a list", `[]`, []string{"f.json: an object is expected, not a list"}},
		{"null", `null`, []string{"f.json: an object is expected, not null"}},
		{"no time and no site", whole(items, demands), []string{"now: it is not stated", "sites: has none"}},
		{"an unknown name", whole(now, sites, items, `"demand": []`), []string{"f.json: demand: there is no such name here; there are now, "}},
		{"deep inside", whole(now, sites, `"items": [{"item": "A", "receipts": [{"doc": "x"}]}]`), []string{"items[0].receipts[0].doc: there is no such name here"}},
		{"wrong types", whole(`"now": 5`, `"sites": [{"id": 1, "week": ["Mon"], "cutoff": "25:00"}]`, `"items": [{"item": "A", "on_hand": [{"quantity": 1.5}], "policy": {"horizon": "far"}}]`,
			`"demands": [{"partial": {"at_most": "some"}, "wanted": "2026-02-30", "scope": "stock"}]`), []string{
			"now: ", "sites[0].id: a text is expected, not 1", `sites[0].week[0]: "Mon" is no day of the week`, "sites[0].cutoff: ",
			"items[0].on_hand[0].quantity: a whole number is expected, not 1.5", "items[0].policy.horizon: ",
			`demands[0].partial.at_most: a whole number or "any" is expected, not "some"`, "demands[0].wanted: ", "demands[0].scope: ",
		}},
		{"sites", whole(now, `"sites": [{"id": "A", "zone": "Mars/North"}, {"id": "A"}, {"id": "B", "processing": -1, "special": [{"date": "2026-03-07"}, {"date": "2026-03-07"}]}]`),
			[]string{"sites[0].zone: ", "sites[1].id: it is empty or given twice", "sites[2].processing: it is below 0", "sites[2].special[1]: the day is given twice"}},
		{"lanes", whole(now, sites, items, `"calendars": [{"name": ""}], "lanes": [{"name": "x", "pickup": "y", "transit": -1}, {"name": "x"}]`),
			[]string{"calendars[0].name: it is empty", `lanes[0].pickup: there is no calendar "y"`, "lanes[0]: a number of days is below 0", "lanes[1].name: it is empty or given twice"}},
		{"items", whole(now, sites, `"items": [{"item": "", "safety_stock": 1}, {"item": "A", "site": "X"}, {"item": "B", "safety_stock": -1}, {"item": "C", "policy": {"replenishment": -1}},
			{"item": "D", "on_hand": [{"quantity": -1}, {"quantity": 5}, {"quantity": 5, "status": "production", "lot": "x"}],
			"receipts": [{"document": "P", "type": "blocked", "due": "2026-03-07", "quantity": 1}, {"document": "P"}, {"document": "Q", "quantity": 1}]}, {"item": "D"}]`), []string{
			"items[0].item: is empty", `items[1].site: there is no site "X"`, "items[2].safety_stock: is not from 0", "items[3].policy.replenishment: is not a number of days",
			"items[4].on_hand[0].quantity: is not from 0", "items[4].on_hand[1]: the status and lot are given twice", "items[4].on_hand[2].status: is no status of stock on hand",
			"items[4].receipts[0].type: ", "items[4].receipts[1].document: it is given twice", "items[4].receipts[2].due: ", `items[5]: the item "D" at site "HUB" is given twice`,
		}},
		{"reservations", whole(now, sites, items, `"reservations": [{"lines": []}, {"key": "a"}, {"key": "a", "lines": [{"item": "B", "quantity": 1, "date": "2026-03-07"}]},
			{"key": "b", "lines": [{"item": "A", "quantity": 0}]}, {"key": "c", "expires": "2026-03-02T09:00:00Z", "lines": [{"item": "A", "quantity": 1, "date": "2026-03-07"}]}]`), []string{
			"reservations[0].key: it is empty or given twice", "reservations[1].lines: there are none", `reservations[2].lines[0].item: there is no item "B" at site "HUB"`,
			"reservations[3].lines[0]: a quantity from 1 to ", "reservations[3].lines[0].date: it is not stated", "reservations[4].expires: it is not after now",
		}},
		{"quotas", whole(now, sites, items, `"quotas": [{"id": ""}, {"id": "Q", "later": -1}, {"id": "R", "fallback": ["Z"], "periods": [{"from": "2026-03-02", "to": "2026-03-01"}]},
			{"id": "S", "periods": [{"from": "2026-03-02", "to": "2026-03-08", "quantity": 5, "taken": -1}]}]`), []string{
			"quotas[0].id: is empty", "quotas[1].later: is below 0", "quotas[2].periods[0]: has no first day", `quotas[2].fallback[0]: there is no quota "Z"`,
			"quotas[3].periods[0].taken: a quantity from 1 to ",
		}},
		{"no demands", whole(now, sites, items), []string{"f.json: demands: there are none"}},
		{"demands", whole(now, sites, items, `"demands": [{"item": "B", "quantity": 1}, {"item": "A", "quantity": 1, "lane": "x", "quotas": [{"quota": "Q"}], "replaces": "k"}]`), []string{
			`demands[0].item: there is no item "B"`, `demands[1].lane: there is no lane "x"`, `demands[1].quotas[0].quota: there is no quota "Q"`, `demands[1].replaces: there is no reservation "k"`,
		}},
		{"a kit", whole(now, sites, items, `"demands": [{"item": "A", "quantity": 1, "kit": [{"item": "B", "per": 1}]}]`), []string{`demands[0].kit[0].item: there is no item "B"`}},
		{"a kit of itself", whole(now, sites, items, `"demands": [{"item": "A", "quantity": 1, "kit": [{"item": "A", "per": 1}]}]`), []string{"demands[0].kit[0].item: "}},
		{"a pack", whole(now, sites, items, `"demands": [{"item": "A", "quantity": 1, "pack": -1}]`), []string{"demands[0].pack: is not from 0"}},
		{"a haircut", whole(now, sites, `"items": [{"item": "A", "receipts": [{"document": "P", "due": "2026-03-07", "quantity": 1, "reliability": {"haircut": 1001}}]}]`), []string{"items[0].receipts[0].reliability.haircut: is not from 0"}},
		{"a quantity", whole(now, sites, items, `"demands": [{"item": "A", "quantity": 1}, {"item": "A"}]`), []string{"demands[1].quantity: is not above 0"}},
		{"deliveries", whole(now, sites, items, `"demands": [{"item": "A", "quantity": 1, "partial": {"at_most": -1}}]`), []string{"demands[0].partial.at_most: is below 0"}},
		{"a day beyond the calendar", whole(now, `"sites": [{"id": "HUB", "to": "2026-03-03"}], "lanes": [{"name": "x", "processing": 9}]`, items, `"demands": [{"item": "A", "quantity": 1, "lane": "x"}]`),
			[]string{"f.json: calendar"}},
		{"relations", whole(now, sites, items, `"relations": [{"from": "A", "to": "A"}], "substitution_rules": [{"id": "r", "when": "clas == 1", "then": {"accept": true}}],
			"demands": [{"item": "A", "quantity": 1, "min_life": 3, "substitutes": {}}]`), []string{
			"relations[0]", "rule r", "no fact clas", "demands[0].min_life: it has no meaning in a file with substitutes",
		}},
		{"together", whole(now, sites, items, `"ship_complete": true, "demands": [{"item": "A", "quantity": 1, "substitutes": {}}]`), []string{"ship_complete: substitutes are found line by line"}},
		{"an order", whole(now, sites, items, `"order": {"lines": [{"id": "1", "item": "B", "quantity": 1}], "routes": [{"site": "X"}]}`), []string{
			`order.lines[0].item: no site has an item "B"`, `order.routes[0].site: there is no site "X"`,
		}},
		{"a line of an order", whole(now, sites, items, `"order": {"lines": [{"id": "1", "item": "A", "quantity": 0}]}`), []string{"order.lines[0].quantity: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := priceFile(t, "f.json", c.text)
			status, out, errs := orderdesk(t, "promise", file)
			assert.Equal(t, 2, status, out)
			for _, want := range c.want {
				assert.Contains(t, errs, want)
			}
			_, out, _ = orderdesk(t, "--json", "promise", file)
			var told struct {
				Faults []struct{ Path, Message string } `json:"faults"`
			}
			require.NoError(t, json.Unmarshal([]byte(out), &told), out)
			assert.NotEmpty(t, told.Faults)
		})
	}
	status, _, errs := orderdesk(t, "promise", "there-is-none.json")
	assert.Equal(t, 3, status, errs)
}

// TestPromiseFromOverbooked tells that a file can say more was promised than there is: the
// promises stand, and nothing is left.
func TestPromiseFromOverbooked(t *testing.T) {
	file := stockFile(t, `"reservations": [{"key": "k", "lines": [{"item": "A", "date": "2026-03-05", "quantity": 8}, {"item": "A", "date": "2026-03-05", "quantity": 7}]},
		{"key": "hold", "expires": "2026-03-02T10:00:00Z", "lines": [{"item": "A", "date": "2026-03-01", "quantity": 1}]}],
		"demands": [{"item": "A", "quantity": 1}, {"item": "A", "quantity": 14, "replaces": "k"}, {"item": "A", "quantity": 9, "replaces": "k"}]`)
	status, out, errs := orderdesk(t, "--json", "promise", file)
	assert.Equal(t, 1, status, errs)
	var got promised
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Len(t, got.Promises, 3)
	assert.Equal(t, []int64{0, 0, 9}, []int64{got.Promises[0].Confirmed, got.Promises[1].Confirmed, got.Promises[2].Confirmed})
	_, out, _ = orderdesk(t, "promise", "outlook", file)
	assert.Contains(t, out, "k takes 15 on 2026-03-05\n")
	assert.Contains(t, out, "hold takes 1 on 2026-03-01, held until 2026-03-02 10:00 UTC")
	assert.Contains(t, out, "-6")
}

// Packs and the day of placing go where substitutes are found: 4 of B stand for a pack of 6 of A, which cannot be ordered
// any more; who ordered in time gets it.
func TestPromisePacksOfSubstitutes(t *testing.T) {
	file := priceFile(t, "f.json", `{
		"now": "2026-03-02T09:00:00Z", "sites": [{"id": "HUB"}],
		"items": [{"item": "A", "on_hand": [{"quantity": 7}], "policy": {"last_order": "2026-03-01"}}, {"item": "B", "on_hand": [{"quantity": 11}]}],
		"relations": [{"from": "A", "to": "B", "kind": "substitute", "numerator": 2, "denominator": 3}],
		"demands": [{"item": "A", "quantity": 12, "pack": 6, "partial": {"at_most": "any"}, "substitutes": {}},
			{"item": "A", "quantity": 6, "pack": 6, "placed": "2026-03-01", "substitutes": {}}]}`)
	status, out, errs := orderdesk(t, "--json", "promise", file)
	require.Equal(t, 0, status, errs)
	var told struct {
		Answers []struct {
			Confirmed int64 `json:"confirmed"`
			Parts     []struct {
				Item string `json:"item"`
				For  int64  `json:"for"`
			} `json:"parts"`
		} `json:"answers"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &told), out)
	require.Len(t, told.Answers, 2)
	require.Len(t, told.Answers[0].Parts, 1)
	assert.Equal(t, "B", told.Answers[0].Parts[0].Item)
	assert.EqualValues(t, 12, told.Answers[0].Confirmed)
	require.Len(t, told.Answers[1].Parts, 1)
	assert.Equal(t, "A", told.Answers[1].Parts[0].Item)
}
