package cli_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing"
)

const priceSamples = "../../samples/price"

// priceFile writes a file for a test.
func priceFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestPriceSamples holds what the samples print, and their totals, each worked out by
// hand or taken from pricing.md.
func TestPriceSamples(t *testing.T) {
	for _, c := range []struct {
		name, total string
		lines       []string
		status      int
	}{
		{"1-one-price", "120.00 USD", []string{"120.00 USD"}, 0},
		{"2-scales", "4330.00 EUR", []string{"2100.00 EUR", "2230.00 EUR"}, 0}, // pricing.md: rows 5:10, 20:12, 100:15, 1000:20 at 140
		{"3-units", "170.65 EUR", []string{"99.83 EUR", "70.82 EUR"}, 0},       // pricing.md: 100.00 per 100,000; 17 x 49.99 / 12 = 70.819
		{"4-customer", "441.20 USD", []string{"190.00 USD", "91.20 USD", "160.00 USD"}, 0},
		// 2 x 100 - 20% - 10%, 50 - 5, 3 x 8 - 10%: 144 + 45 + 21.60 = 210.60; - 10 + 2% of 210.60 + 8.90
		{"5-stacked", "213.71 USD", []string{"146.13 USD", "45.66 USD", "21.92 USD"}, 0},
		{"6-purchase-order", "355.70 USD", []string{"118.20 USD", "120.00 USD", "100.00 USD", "17.50 USD"}, 1},
		// the sample customer pays 11.10: 120 x 11.10 - 5% and 24 x 3.90; 25.00 off above 1,000.00
		// 143.00 of goods; 2 x 5.00 and 2 x 3.00 off; 8% of 127.00; freight 8.90 free
		{"8-promotions", "116.84 USD", []string{"23.00 USD", "50.84 USD", "17.24 USD", "25.76 USD"}, 0},
		// pricing.md: discounts of prices with tax lower the gross: 161.80 - 10% = 107.10 + 38.52, and 5.95 of freight by their value
		{"9-gross-and-tax", "151.57 EUR", []string{"111.48 EUR", "40.09 EUR"}, 0},
		// 2 x 80.00 EUR x 1.0855 = 173.68 - 30% is raised to 110.00 / 0.8; 70.00 is approved, 8.00 has no floor, 10% off 200.00 is more than 5%
		{"10-margin-floor", "355.50 USD", []string{"137.50 USD", "70.00 USD", "8.00 USD", "140.00 USD"}, 1},
		{"7-request-alone", "1334.00 USD", []string{"1242.12 USD", "91.88 USD"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(priceSamples, c.name+".json")
			status, out, errs := orderdesk(t, "price", file)
			assert.Equal(t, c.status, status, errs)
			golden := filepath.Join("testdata", "price", c.name+".txt")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o750))
				require.NoError(t, os.WriteFile(golden, []byte(out), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run with -update to write it")
			assert.Equal(t, string(want), out)

			status, out, errs = orderdesk(t, "--json", "price", "--trace", "off", file)
			assert.Equal(t, c.status, status, errs)
			var result pricing.Result
			require.NoError(t, json.Unmarshal([]byte(out), &result))
			assert.Equal(t, c.total, result.Total.String())
			var lines []string
			for i := range result.Lines {
				lines = append(lines, result.Lines[i].Total.String())
				for _, e := range result.Lines[i].Entries {
					if e.Actor == "" && e.Approval == nil { // what persons decided stays
						assert.Empty(t, e.Why, "the trace is off")
					}
				}
			}
			assert.Equal(t, c.lines, lines)
		})
	}
	files, err := filepath.Glob(filepath.Join(priceSamples, "*.json"))
	require.NoError(t, err)
	goldens, err := filepath.Glob("testdata/price/*.txt")
	require.NoError(t, err)
	assert.Len(t, goldens, len(files), "every sample is tested")
}

func TestPriceSeveral(t *testing.T) {
	good := filepath.Join(priceSamples, "1-one-price.json")
	bad := priceFile(t, "bad.json", `{"lines": 7}`)
	status, out, errs := orderdesk(t, "price", good, bad, good)
	assert.Equal(t, 2, status)
	assert.Equal(t, 2, strings.Count(out, "LIST-HAMMER"), "a bad file does not keep the others from being priced")
	assert.Contains(t, errs, "bad.json: lines: a list is expected, not 7")
}

func TestPriceStandardInput(t *testing.T) {
	file, err := os.Open(filepath.Join(priceSamples, "1-one-price.json"))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	old := os.Stdin
	os.Stdin = file
	defer func() { os.Stdin = old }()
	status, out, errs := orderdesk(t, "--json", "price", "-")
	assert.Equal(t, 0, status, errs)
	assert.Contains(t, out, `{"file":"-","schema":"one price"`)
}

// TestPriceBadFiles has one mistake or several in a file; each is told with its path.
func TestPriceBadFiles(t *testing.T) {
	const schema = `"schema": {"name": "x", "access": [{"fields": ["item"]}], "steps": [{"name": "list", "kind": "price"}]}`
	const request = `"request": {"currency": "USD", "at": "2026-03-27T09:00:00Z", "lines": [{"id": "1", "item": "A", "quantity": "1 EA"}]}`
	const prices = `"prices": [{"id": "A", "key": {"item": "A"}, "price": "1.00 USD", "unit": "EA"}]`
	for _, c := range []struct {
		name, text string
		status     int
		want       []string
	}{
		{"nothing", ``, 2, []string{"f.json:1:1: this is not JSON"}},
		{"no JSON", "{\"lines\": [\n],}", 2, []string{"f.json:2:3: this is not JSON"}},
		{"a list", `[]`, 2, []string{"f.json: an object is expected, not a list"}},
		{"null", `null`, 2, []string{"f.json: an object is expected, not null"}},
		{"an unknown name", `{` + schema + `, "pricess": []}`, 2, []string{"f.json: pricess: there is no such name here; there are schema, prices, rules, floors, authority, taxes, exchange, zone, request"}},
		{"deep inside", `{"currency": "USD", "lines": [{}, {"customer": 1}]}`, 2, []string{"f.json: lines[1].customer: there is no such name here"}},
		{"wrong types", `{"currency": "USX", "at": 5, "coupons": [1], "lines": [{"id": 1, "quantity": "many", "charges": {}}]}`, 2, []string{
			"currency: ", "at: ", "coupons[0]: a text is expected, not 1", "lines[0].id: a text is expected, not 1", "lines[0].quantity: ",
			"lines[0].charges: a list is expected, not an object",
		}},
		{"twice", `{"currency": "USD", "currency": "EUR"}`, 2, []string{"currency: it stands here twice"}},
		{"a rounding", `{"schema": {"name": "x", "rounding": "sideways"}}`, 2, []string{"schema.rounding: "}},
		{"no schema", `{` + prices + `,` + request + `}`, 2, []string{"f.json: schema: there is none"}},
		{"no request", `{` + schema + `}`, 2, []string{"f.json: request: there is none"}},
		{"a bad schema", `{"schema": {"access": [{"fields": ["itm"]}], "steps": []}, ` + request + `}`, 2, []string{
			"f.json: schema.access[0]", "f.json: schema.steps: ",
		}},
		{"two records", `{` + schema + `, "prices": [{"id": "A", "key": {"item": "A"}, "price": "1.00 USD", "unit": "EA"},
			{"id": "B", "key": {"item": "A"}, "price": "2.00 USD", "unit": "EA"}], ` + request + `}`, 2, []string{"f.json: prices: records A and B both hold"}},
		{"a zone", `{` + schema + `, "zone": "Mars/North", ` + request + `}`, 2, []string{"f.json: zone: unknown time zone"}},
		{"a rule", `{` + schema + `,
			"rules": [{"id": "r", "group": "list",
			"when": "itm == \"A\"", "then": {"kind": "percent", "rate": "5%"}}], ` + request + `}`, 2, []string{"f.json:3:", "rule r", "no fact itm"}},
		{"a floor", `{` + schema + `,
			"floors": [{"id": "r", "group": "list", "when": "true", "then": {"margin": "120%"}}], ` + request + `}`, 2, []string{"f.json:2:", "rule r", "no price has a margin of 120%"}},
		{"a floor of no step", `{` + schema + `, "floors": [{"id": "r", "group": "list", "when": "true", "then": {"margin": "20%"}}], ` + request + `}`, 2, []string{
			`f.json: floors of group "list": the schema has no margin step of the name`,
		}},
		{"an authority", `{` + schema + `, "authority": [{"id": "r", "when": "rol == \"\"", "then": {"share": "5%"}}], ` + request + `}`, 2, []string{"f.json:1:", "rule r", "no fact rol"}},
		{"taxes without a step", `{` + schema + `, "taxes": {"rates": [{"id": "x", "name": "VAT", "place": "DE", "rate": "19%"}]}, ` + request + `}`, 2, []string{
			"f.json: taxes: the schema has no tax step that would ask it",
		}},
		{"a tax", `{` + schema + `, "taxes": {
			"rates": [{"id": "x", "name": "VAT", "place": "DE",
			"rat": "19%"}]}, ` + request + `}`, 2, []string{"f.json:3:4: taxes: "}},
		{"two taxes", `{` + schema + `, "taxes": {"rates": [{"id": "x", "name": "VAT", "place": "DE", "rate": "19%"}, {"id": "y", "name": "VAT", "place": "DE", "rate": "7%"}]}, ` + request + `}`, 2, []string{
			"f.json: taxes: rates x and y both hold",
		}},
		{"exchange rates", `{` + schema + `, "exchange": [{"from": "EUR", "to": "EUR", "rate": "1"}, {"from": "EUR", "to": "USD", "rate": "0"}], ` + request + `}`, 2, []string{
			"f.json: exchange: money: rate 1 from EUR to EUR", "f.json: exchange: money: rate 0 from EUR to USD",
		}},
		{"an exchange rate", `{` + schema + `, "exchange": [{"from": "EUR", "to": "USX", "rate": "1"}], ` + request + `}`, 2, []string{"f.json: exchange[0].to: "}},
		{"the request as a whole", `{` + schema + `,` + prices + `, "request": {"lines": [{"id": "1"}, {"id": "1"}]}}`, 2, []string{
			"f.json: request.currency: it is not stated", "request.lines[1]: its id 1 is that of another line",
		}},
		{"no price", `{` + schema + `,` + request + `}`, 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := priceFile(t, "f.json", c.text)
			status, out, errs := orderdesk(t, "price", file)
			assert.Equal(t, c.status, status, out)
			for _, want := range c.want {
				assert.Contains(t, errs, want)
			}
			if c.status != 2 {
				return
			}
			_, out, _ = orderdesk(t, "--json", "price", file)
			var told struct {
				Faults []struct{ Path, Message string } `json:"faults"`
			}
			require.NoError(t, json.Unmarshal([]byte(out), &told), out)
			assert.NotEmpty(t, told.Faults)
		})
	}
	status, _, errs := orderdesk(t, "price", "there-is-none.json")
	assert.Equal(t, 3, status, errs)
}

// sold is a stream worked out by hand: A was first sold at 10.00, B at 2.00; C never at
// a price.
const sold = `invoice,sku,description,quantity,time,unit_price_gbp,customer,country
1,A,first,2,2010-12-01T08:26,10.00,100,United Kingdom
1,B,second,10,2010-12-01T08:26,2.00,100,United Kingdom
C2,A,came back,-1,2010-12-02T08:26,10.00,100,United Kingdom
3,A,dearer now,1,2011-06-01T09:00,12.00,200,France
3,C,a gift,1,2011-06-01T09:00,0,200,France
4,B,"nobody, says who",5,2011-06-02T09:00,2.50,,France
`

// simulated is what simulate --json prints.
type simulated struct {
	Stream struct{ Orders, Lines, Cancellations, Unpriced int }
	Report struct {
		Orders, Moved    int
		Totals           []movedGroup
		Customers, Items []movedGroup
		Sources          []movedGroup
		Lost             struct{ Lines int }
		Blocked          struct{ Orders int }
	}
	Changed []int
}

type movedGroup struct{ Key, Before, After, By string }

func simulate(t *testing.T, status int, args ...string) simulated {
	t.Helper()
	got, out, errs := orderdesk(t, append([]string{"--json", "price", "simulate"}, args...)...)
	require.Equal(t, status, got, errs)
	var s simulated
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	return s
}

func TestPriceSimulate(t *testing.T) {
	stream := priceFile(t, "sold.csv", sold)
	table := filepath.Join(t.TempDir(), "moved.csv")
	s := simulate(t, 0, "--change", "A=+10%", "--change=-50%", "--csv", table, stream)
	assert.Equal(t, 3, s.Stream.Orders)
	assert.Equal(t, 5, s.Stream.Lines)
	assert.Equal(t, 1, s.Stream.Cancellations)
	assert.Equal(t, 1, s.Stream.Unpriced)
	assert.Equal(t, []int{1, 2}, s.Changed)
	// A 10.00 -> 11.00 -> 5.50; B 2.00 -> 1.00
	assert.Equal(t, []movedGroup{{"GBP", "60.00 GBP", "31.50 GBP", "-28.50 GBP"}}, s.Report.Totals)
	assert.Equal(t, []movedGroup{
		{"100", "40.00 GBP", "21.00 GBP", "-19.00 GBP"}, {"", "10.00 GBP", "5.00 GBP", "-5.00 GBP"}, {"200", "10.00 GBP", "5.50 GBP", "-4.50 GBP"},
	}, s.Report.Customers)
	assert.Equal(t, []movedGroup{
		{"B", "30.00 GBP", "15.00 GBP", "-15.00 GBP"}, {"A", "30.00 GBP", "16.50 GBP", "-13.50 GBP"}, {"C", "0.00 GBP", "0.00 GBP", "0.00 GBP"},
	}, s.Report.Items)
	text, err := os.ReadFile(table)
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, []string{"total", "GBP", "", "GBP", "3", "3", "60.00", "31.50", "-28.50"}, rows[1])

	_, out, _ := orderdesk(t, "price", "simulate", "--change", "A=+10%", stream)
	assert.Contains(t, out, "3 orders with 5 lines; not priced, for it came back: 1 line\nA=+10%: 1 price\n")
}

func TestPriceSimulateFiles(t *testing.T) {
	stream := priceFile(t, "sold.csv", sold)
	file := func(name, prices, rules string) string {
		return priceFile(t, name, fmt.Sprintf(`{"schema": {"name": "x", "access": [{"fields": ["item"]}], "steps": [{"name": "list", "kind": "price"},
			{"name": "country", "kind": "discount", "base": "list"}]}, "zone": "Europe/London", "prices": [%s], "rules": [%s]}`, prices, rules))
	}
	const a, b = `{"id": "PA", "key": {"item": "A"}, "price": "8.00 GBP", "unit": "EA"}`, `{"id": "PB", "key": {"item": "B"}, "price": "2.00 GBP", "unit": "EA"}`
	before := file("before.json", a+","+b, "")
	after := file("after.json", a+","+b, `{"id": "FR", "group": "country", "when": "customer.group == \"France\"", "then": {"kind": "percent", "rate": "25%"}}`)
	s := simulate(t, 0, "--before", before, "--after", after, stream)
	assert.Equal(t, []movedGroup{{"GBP", "54.00 GBP", "49.50 GBP", "-4.50 GBP"}}, s.Report.Totals)
	assert.Equal(t, movedGroup{"FR", "0.00 GBP", "-4.50 GBP", "-4.50 GBP"}, s.Report.Sources[0])

	// Without a price for B two of the three orders are stopped; C had none before.
	s = simulate(t, 1, "--before", before, "--after", file("less.json", a, ""), stream)
	assert.Equal(t, 2, s.Report.Lost.Lines)
	assert.Equal(t, 2, s.Report.Blocked.Orders)
}

func TestPriceSimulateRefuses(t *testing.T) {
	stream := priceFile(t, "sold.csv", sold)
	for _, c := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no change", []string{stream}, 2, "nothing would change"},
		{"a change", []string{"--change", "A=much", stream}, 2, "A=much"},
		{"below zero", []string{"--change=-101%", stream}, 2, "price below zero"},
		{"no file", []string{"--change", "5%", "there-is-none.csv"}, 3, "no such file"},
		{"a folder", []string{"--change", "5%", t.TempDir()}, 3, "is a directory"},
		{"empty", []string{"--change", "5%", priceFile(t, "a.csv", "")}, 2, "it is empty"},
		{"a column", []string{"--change", "5%", priceFile(t, "a.csv", "invoice,sku\n")}, 2, "line 1: there is no column quantity"},
		{"two prices", []string{"--change", "5%", priceFile(t, "a.csv", "unit_price_gbp,unit_price_usd\n")}, 2, "column unit_price_usd: there is a column with prices in GBP already"},
		{"a currency", []string{"--change", "5%", priceFile(t, "a.csv", "unit_price_xxq\n")}, 2, "column unit_price_xxq"},
		{"a quantity", []string{"--change", "5%", priceFile(t, "a.csv", sold+"5,A,,x,2011-06-02T09:00,1,,\n")}, 2, "line 8: quantity"},
		{"half a piece", []string{"--change", "5%", priceFile(t, "a.csv", sold+"5,A,,1.5,2011-06-02T09:00,1,,\n")}, 2, "not a whole number"},
		{"a time", []string{"--change", "5%", priceFile(t, "a.csv", sold+"5,A,,1,2011-06-31T09:00,1,,\n")}, 2, "line 8: time"},
		{"a price", []string{"--change", "5%", priceFile(t, "a.csv", sold+"5,A,,1,2011-06-02T09:00,free,,\n")}, 2, "line 8: price"},
		{"a short row", []string{"--change", "5%", priceFile(t, "a.csv", sold+"5,A\n")}, 2, "wrong number of fields"},
		{"a request", []string{"--after", filepath.Join(priceSamples, "7-request-alone.json"), stream}, 2, "schema: there is none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, _, errs := orderdesk(t, append([]string{"price", "simulate"}, c.args...)...)
			assert.Equal(t, c.status, status, errs)
			assert.Contains(t, errs, c.want)
		})
	}
}

// TestPriceChart draws each sample: well-formed SVG with the amounts in it, the same
// bytes every time, and a PNG.
func TestPriceChart(t *testing.T) {
	dir := t.TempDir()
	out := func(name string) string { return filepath.Join(dir, name) }
	file := filepath.Join(priceSamples, "5-stacked.json")
	for _, name := range []string{"a.svg", "b.svg", "c.png"} {
		status, text, errs := orderdesk(t, "price", "chart", "-o", out(name), file)
		require.Equal(t, 0, status, errs)
		assert.Equal(t, out(name)+": 8 bars\n", text)
	}
	a, err := os.ReadFile(out("a.svg"))
	require.NoError(t, err)
	b, err := os.ReadFile(out("b.svg"))
	require.NoError(t, err)
	assert.Equal(t, a, b)
	texts := svgTexts(t, a)
	for _, want := range []string{
		"stacked promotions (USD)", "List price", "274.00", "Season", "−40.00", "−23.40", "Net of goods", "210.60", "−10.00", "+4.21", "+8.90",
		"Total", "213.71",
	} {
		assert.Contains(t, texts, want)
	}
	picture, err := os.Open(out("c.png"))
	require.NoError(t, err)
	defer func() { _ = picture.Close() }()
	decoded, err := png.Decode(picture)
	require.NoError(t, err)
	assert.Equal(t, 640, decoded.Bounds().Dy())

	status, text, errs := orderdesk(t, "--json", "price", "chart", "--line", "2", "--title", "One <stove>", "-o", out("line.svg"), file)
	require.Equal(t, 0, status, errs)
	var told struct {
		Bars []struct{ Label, Amount, From, To string }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &told))
	assert.Equal(t, "45.00 USD", told.Bars[2].To)
	assert.Equal(t, "45.66 USD", told.Bars[len(told.Bars)-1].Amount)
	line, err := os.ReadFile(out("line.svg"))
	require.NoError(t, err)
	assert.Contains(t, svgTexts(t, line), "One <stove> (USD)")

	for want, args := range map[string][]string{
		"has no such line":          {"--line", "9", "-o", out("x.svg"), file},
		"a picture is a .svg":       {"-o", out("x.gif"), file},
		"missing flags: --out=FILE": {file},
	} {
		status, _, errs := orderdesk(t, append([]string{"price", "chart"}, args...)...)
		assert.Equal(t, 2, status)
		assert.Contains(t, errs, want)
	}
}

// svgTexts reads the texts of a picture.
func svgTexts(t *testing.T, svg []byte) []string {
	t.Helper()
	var texts []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
			var text string
			require.NoError(t, d.DecodeElement(&text, &start))
			texts = append(texts, text)
		}
	}
}

// TestGuidePictures holds the pictures of the guides to what the samples come to.
func TestGuidePictures(t *testing.T) {
	for _, c := range []struct {
		name, command string
		args          []string
		sample        string
	}{
		{"pricing-one-price", "price", []string{"--title", "Twelve hammers"}, "1-one-price"},
		{"pricing-customer", "price", []string{"--title", "A customer with a contract"}, "4-customer"},
		{"pricing-stacked", "price", []string{"--title", "Stacked promotions, the whole order"}, "5-stacked"},
		{"pricing-stacked-line", "price", []string{"--title", "Stacked promotions, line 1", "--line", "1"}, "5-stacked"},
		{"atp-pump", "promise", nil, "16-pump"},
		{"atp-over-time", "promise", nil, "13-over-time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			drawn := filepath.Join(t.TempDir(), "x.svg")
			args := append([]string{c.command, "chart", "-o", drawn}, c.args...)
			status, _, errs := orderdesk(t, append(args, filepath.Join("../../samples", c.command, c.sample+".json"))...)
			require.Equal(t, 0, status, errs)
			got, err := os.ReadFile(drawn)
			require.NoError(t, err)
			golden := filepath.Join("../../../../docs/guides/img", c.name+".svg")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o750))
				require.NoError(t, os.WriteFile(golden, got, 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run with -update to write it")
			assert.Equal(t, string(want), string(got))
		})
	}
}

func TestPriceDiff(t *testing.T) {
	dir := t.TempDir()
	sample, err := os.ReadFile(filepath.Join(priceSamples, "4-customer.json"))
	require.NoError(t, err)
	file := func(name, from, to string) string {
		path := filepath.Join(dir, name)
		text := strings.Replace(string(sample), from, to, 1)
		require.NotEqual(t, string(sample), text)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	before := filepath.Join(priceSamples, "4-customer.json")
	status, out, errs := orderdesk(t, "price", "diff", before, before)
	assert.Equal(t, 0, status, errs)
	assert.Equal(t, "no difference: total 441.20 USD\n", out)

	status, out, errs = orderdesk(t, "price", "diff", before, file("rate.json", `"rate": "5%"`, `"rate": "8%"`))
	assert.Equal(t, 1, status, errs)
	assert.Contains(t, out, "Group discount  -10.00  ->  -16.00  -6.00  GOLD-5, 5% -> 8%")
	assert.Contains(t, out, "total 441.20 -> 432.32 USD, -8.88 (-2.01%)")

	request := priceFile(t, "request.json", `{"customer": {"account": "C-9", "price_lists": ["RETAIL"]}, "currency": "USD",
		"at": "2026-03-27T09:00:00-04:00", "lines": [{"id": "1", "item": "SAW", "quantity": "11 EA"}]}`)
	status, out, errs = orderdesk(t, "--json", "price", "diff", before, request)
	assert.Equal(t, 1, status, errs)
	var told struct {
		Diff struct {
			Total struct{ By string }
			Lines []struct{ ID, Change string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	assert.Equal(t, "-221.20 USD", told.Diff.Total.By)
	assert.Len(t, told.Diff.Lines, 3)

	status, _, errs = orderdesk(t, "price", "diff", before, filepath.Join(priceSamples, "2-scales.json"))
	assert.Equal(t, 2, status)
	assert.Contains(t, errs, "USD and EUR")
}

func TestPriceCheck(t *testing.T) {
	const head = `{"schema": {"name": "x", "access": [{"fields": ["item"]}, {"fields": ["account", "item"]}], "steps": [{"name": "list", "kind": "price"}]}, "prices": [
		{"id": "OLD", "key": {"item": "A"}, "price": "1.00 USD", "unit": "EA", "to": "2026-01-01"},
		{"id": "NEW", "key": {"item": "A"}, "price": "1.00 USD", "unit": "EA", "from": "%s"},
		{"id": "OWN", "key": {"account": "C-1", "item": "A"}, "price": "0.90 USD", "unit": "EA", "from": "2026-03-01"}]}`
	status, out, errs := orderdesk(t, "price", "check", priceFile(t, "gap.json", fmt.Sprintf(head, "2026-04-01")))
	assert.Equal(t, 1, status, errs)
	assert.Contains(t, out, "gap.json: records 3, gaps 1, never found 0\n  item A in USD per EA: from 2026-01-01 to 2026-03-31, between OLD and NEW: no price\n")
	status, out, _ = orderdesk(t, "price", "check", priceFile(t, "shadow.json", fmt.Sprintf(head, "2026-01-01")))
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "records 3, gaps 0, never found 1\n  record OWN is never found: NEW goes before it\n")
	files, err := filepath.Glob(filepath.Join(priceSamples, "[1-6,8]*.json"))
	require.NoError(t, err)
	status, out, errs = orderdesk(t, append([]string{"--json", "price", "check"}, files...)...)
	assert.Equal(t, 0, status, errs)
	assert.Equal(t, len(files), strings.Count(out, `"gaps":[],"shadowed":[]`))
}
