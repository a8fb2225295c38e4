package rules_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func loadCSV(t testing.TB, text string) (*rules.Book[order, discount], error) {
	t.Helper()
	return rules.Load(schema(t, rules.Config{}), rules.CSV[discount]("table.csv", []byte(text)))
}

// inQuotes writes a field of a CSV record.
func inQuotes(cell string) string { return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"` }

// TestCells holds each form of a cell against the condition that it stands for
// and against what that says of the sample.
func TestCells(t *testing.T) {
	tests := []struct {
		name string
		head string
		cell string
		when string
		want bool
	}{
		{"empty", "tier", "", `true`, true},
		{"dash", "tier", " - ", `true`, true},
		{"bare word", "tier", "GOLD", `tier == "GOLD"`, true},
		{"bare word with marks", "tier", "a_b-c.d/e9", `tier == "a_b-c.d/e9"`, false},
		{"quoted", "tier", `"GOLD"`, `tier == "GOLD"`, true},
		{"quoted with comma and quote", "tier", `"a, \"b\" \\ \t"`, `tier == "a, \"b\" \\ \u0009"`, false},
		{"list", "tier", `"GOLD","SILVER"`, `tier in ["GOLD", "SILVER"]`, true},
		{"list of words", "tier", "BRONZE, SILVER", `tier in ["BRONZE", "SILVER"]`, false},
		{"not", "tier", `not("A","B")`, `tier not in ["A", "B"]`, true},
		{"not one", "tier", "not ( GOLD )", `tier != "GOLD"`, false},
		{"not equal", "tier", "!= GOLD", `tier != "GOLD"`, false},
		{"equal sign", "tier", "= GOLD", `tier == "GOLD"`, true},
		{"text order", "tier", "< H", `tier < "H"`, true},
		{"text interval", "tier", `[A.."H")`, `tier >= "A" and tier < "H"`, true},
		{"the word missing as text", "tier", `"missing"`, `tier == "missing"`, false},
		{"int", "lines", "4", `lines == 4`, true},
		{"negative int", "rank", "-2", `rank == -2`, true},
		{"at least", "lines", ">= 4", `lines >= 4`, true},
		{"more", "lines", ">4", `lines > 4`, false},
		{"at most", "lines", "<=4", `lines <= 4`, true},
		{"less", "lines", "< 4", `lines < 4`, false},
		{"closed interval", "lines", "[4..5]", `lines >= 4 and lines <= 5`, true},
		{"half open", "lines", "[1..4)", `lines >= 1 and lines < 4`, false},
		{"open below", "lines", "(4..5]", `lines > 4 and lines <= 5`, false},
		{"no upper bound", "lines", "[4..)", `lines >= 4`, true},
		{"no lower bound", "lines", "(..4]", `lines <= 4`, true},
		{"list of tests", "lines", "<2, [4..6], 9", `(lines == 9 or lines < 2 or (lines >= 4 and lines <= 6))`, true},
		{"ints", "lines", "1, 2, 4", `lines in [1, 2, 4]`, true},
		{"not of tests", "lines", "not(<2, [4..6], 9)", `lines != 9 and lines >= 2 and (lines < 4 or lines > 6)`, false},
		{"not interval", "lines", "not((4..6))", `(lines <= 4 or lines >= 6)`, true},
		{"amount", "net", "100.00 USD", `net == money("100.00 USD")`, true},
		{"amount interval", "net", "[50 USD..100.00 USD)", `net >= money("50 USD") and net < money("100.00 USD")`, false},
		{"amounts", "net", "1 USD, 100 USD", `net in [money("1 USD"), money("100 USD")]`, true},
		{"quantity", "quantity", "12 EA", `quantity == qty("12 EA")`, true},
		{"bare quantity", "quantity", ">= 11.5", `quantity >= 11.5`, true},
		{"rate", "discount", "5%", `discount == rate("5%")`, true},
		{"rate as a number", "discount", "[0..0.05)", `discount >= rate("0") and discount < rate("0.05")`, false},
		{"date", "requested", "2026-03-27", `requested == date("2026-03-27")`, true},
		{"dates", "requested", "[2026-03-01..2026-04-01)", `requested >= date("2026-03-01") and requested < date("2026-04-01")`, true},
		{"time", "placed", "< 2099-01-01T00:00:00.5Z", `placed < time("2099-01-01T00:00:00.5Z")`, true},
		{"bool", "rush", "true", `rush == true`, true},
		{"bool no", "rush", "false", `rush == false`, false},
		{"not bool", "rush", "not(true)", `rush != true`, false},
		{"element", "(tags)", "web", `"web" in tags`, true},
		{"any element", "(tags)", `"a","web"`, `("a" in tags or "web" in tags)`, true},
		{"no element", "(tags)", "not(a, web)", `"a" not in tags and "web" not in tags`, false},
		{"missing", "limit", "missing", `limit == nil`, true},
		{"present", "limit", "present", `limit != nil`, false},
		{"missing or", "limit", "missing, < 5 USD", `(limit == nil or limit < money("5 USD"))`, true},
		{"missing passes no test", "limit", "not(5 USD)", `limit != money("5 USD")`, false},
		{"missing passes no negation", "limit", "not(<5 USD, 7 USD)", `limit != money("7 USD") and limit >= money("5 USD")`, false},
		{"missing passes any", "limit", "-", `true`, true},
		{"expression", "lines * 2", ">= 8", `(lines * 2) >= 8`, true},
		{"function", "weekday(requested)", "friday", `(weekday(requested)) == "friday"`, true},
		{"condition as head", `tier == "GOLD"`, "false", `(tier == "GOLD") == false`, false},
		{"comment in a head", "lines /* of the order */", "4", `lines == 4`, true},
		{"nested fact", "customer.country", "CA", `customer.country == "CA"`, true},
		{"whole condition", "when", `tier == "GOLD" or rush // both`, `(tier == "GOLD" or rush)`, true},
		{"no whole condition", "when", `-`, `true`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := loadCSV(t, "# group: g\n"+inQuotes(tt.head)+",then.percent\n"+inQuotes(tt.cell)+",5%\n")
			require.NoError(t, err)
			require.Equal(t, tt.when, b.Rule("g/1").When)
			facts := sample()
			matched, err := b.Match(context.Background(), &facts, time.Time{}, nil)
			require.NoError(t, err)
			require.Len(t, matched, map[bool]int{true: 1}[tt.want])
		})
	}
}

// TestCellErrors holds what a load says of a cell and at which character.
func TestCellErrors(t *testing.T) {
	tests := []struct {
		name    string
		head    string
		cell    string
		at      int // character of the cell, counting from 1
		message string
		expect  string
	}{
		{"two bare words", "tier", "hand tools", 1, "hand tools is not one word of letters, digits and _ - . /", "put it in quotes, or separate values by commas"},
		{"text not closed", "tier", `A, "B`, 4, "the text in quotes cannot be read", ""},
		{"behind a text", "tier", `"A" B`, 5, `unexpected "B"`, "separate tests by commas"},
		{"comma at the end", "tier", `A,`, 2, "nothing follows the comma", ""},
		{"two commas", "tier", `A,,B`, 3, "a value is missing", ""},
		{"not open", "tier", `not(A, B`, 8, "not( is not closed at the end of the cell", ""},
		{"not and more", "tier", `not(A), B`, 9, "not( is not closed at the end of the cell", ""},
		{"not of nothing", "tier", `not()`, 5, "a test is missing", ""},
		{"any among others", "tier", `GOLD, -`, 7, "- is any value only alone in its cell", ""},
		{"not any", "tier", `not(-)`, 5, "- is any value only alone in its cell", ""},
		{"any in a list", "(tags)", `-, web`, 1, "- is any value only alone in its cell", ""},
		{"interval without brackets", "tier", `A..F`, 1, "an interval stands between brackets", ""},
		{"nil", "carrier.code", `nil`, 1, "nil is no value; a fact that is not there is missing", ""},
		{"null", "tier", `A, null`, 4, "null is no value; a fact that is not there is missing", ""},
		{"not equal to missing", "carrier.code", `!= missing`, 4, "missing is a test by itself, not a value", ""},
		{"half a character", "tier", `"\xff"`, 1, "the text in quotes cannot be read", ""},
		{"never missing", "tier", `missing`, 1, "a string of this column is never missing", `write - for any value, or "missing" for a text`},
		{"operator alone", "tier", `>=`, 3, "a value is missing", ""},
		{"int", "lines", `>= ten`, 4, `"ten" is not a whole number`, "write 10"},
		{"int with a fraction", "lines", `1.5`, 1, `"1.5" is not a whole number`, ""},
		{"int too large", "lines", `9223372036854775808`, 1, `"9223372036854775808" is not a whole number`, ""},
		{"thousands", "lines", `1,000`, 2, "a comma between two digits can mean a list or one number", "write 1, 5 for a list, 1.5 or 1500 for a number"},
		{"thousands of a quantity", "quantity", `>= 1, 000 EA`, 7, "", ""},
		{"decimal comma", "net", `> 1,50 USD`, 3, "", ""},
		{"bare amount", "net", `>= 10.00`, 4, "an amount has a currency, a bare number has none", "write 10.00 USD"},
		{"quoted amount", "net", `"10.00 USD"`, 1, "", "write 10.00 USD"},
		{"currency", "net", `10.00 usd`, 1, "", "write 10.00 USD"},
		{"currencies of an interval", "net", `[1 USD..2 EUR]`, 7, "", ""},
		{"whole rate", "discount", `5`, 1, "5 is 500% as a rate", "write 5%"},
		{"date", "requested", `2026-02-30`, 1, "", "write 2026-01-31"},
		{"time", "placed", `>2026-02-03`, 2, "", "write 2026-01-31T08:00:00Z"},
		{"bool", "rush", `yes`, 1, "yes is not true or false", "write true"},
		{"bool order", "rush", `< true`, 1, "a bool has no order to compare by", ""},
		{"list order", "(tags)", `!= web`, 1, "a list of strings has no order to compare by", ""},
		{"list interval", "(tags)", `[a..b]`, 1, "a list of strings has no order to compare by", ""},
		{"interval of two words", "tier", `["A" "B"]`, 6, "an interval has two dots between its bounds", `write ["GOLD".."GOLD"]`},
		{"bound that is none", "lines", `[1..x]`, 5, `"x" is not a whole number`, ""},
		{"empty interval", "lines", `[5..1]`, 3, "the interval is empty", "write the lower bound first"},
		{"empty by brackets", "lines", `[5..5)`, 3, "the interval is empty", "write [ and ] to include the bounds"},
		{"interval not closed", "lines", `[1..5`, 5, "the interval is not closed", "end it with ] or )"},
		{"interval with one dot", "lines", `[1.5]`, 2, `"1.5]" is not a whole number`, ""},
		{"open and closed", "lines", `[..5]`, 1, "the interval is open below and its bracket says that it is not", "write (.."},
		{"closed above", "lines", `[1..]`, 5, "the interval is open above and its bracket says that it is not", "write ..)"},
		{"no bounds", "lines", `(..)`, 2, "the interval has no bounds", "write - for any value"},
		{"behind an interval", "lines", `[1..5] 7`, 8, `unexpected "7"`, ""},
		{"whole condition", "when", `rush and (tier`, 14, "unexpected token EOF", ""},
		{"out of its parentheses", "when", `rush) or (rush`, 5, "", ""},
		{"fact of a whole condition", "when", `rush and teir == "GOLD"`, 10, "there is no fact teir", "did you mean tier?"},
		{"whole condition of no bool", "when", `  lines`, 3, "a condition is true or false, this is an int", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, before := range []string{"", "ä,"} { // columns count characters, and parts of a condition their own cells
				heads, offset := "", 0
				if before != "" {
					heads, offset = "category,", 2
				}
				_, err := loadCSV(t, "# group: g\n"+heads+inQuotes(tt.head)+",then.percent\n"+before+inQuotes(tt.cell)+",5%\n")
				var load *rules.LoadError
				require.ErrorAs(t, err, &load)
				require.Len(t, load.Errors, 1, err.Error())
				e := load.Errors[0]
				quotes := strings.Count(string([]rune(tt.cell)[:tt.at-1]), `"`) // each is written twice
				require.Equal(t, fmt.Sprintf("3:%d", 1+offset+tt.at+quotes), fmt.Sprintf("%d:%d", e.Line, e.Column), err.Error())
				require.Equal(t, "g/1", e.Rule)
				require.Equal(t, tt.head, e.Part)
				if tt.message != "" {
					require.Equal(t, tt.message, e.Message)
				}
				if tt.expect != "" {
					require.Equal(t, tt.expect, e.Expected)
				}
			}
		})
	}
}

func TestCSVTenMistakes(t *testing.T) {
	text, err := os.ReadFile("testdata/ten-mistakes.csv")
	require.NoError(t, err)
	b, err := rules.Load(schema(t, rules.Config{}), rules.CSV[discount]("ten-mistakes.csv", text))
	require.Nil(t, b, "nothing is loaded")
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Len(t, load.Errors, 10)
	lines := strings.Split(string(text), "\n")
	for _, e := range load.Errors {
		require.Positive(t, e.Line, e.Message)
		require.Positive(t, e.Column, e.Message)
		require.Equal(t, lines[e.Line-1], e.Text)
	}
	golden(t, "ten-mistakes-csv.golden", err.Error()+"\n")
}

func TestCSVRow(t *testing.T) {
	text := strings.Join([]string{
		`# group: line`, `# title: Discounts, by tier`, `# note: Agreed with sales.`, `# hit: collect`, `#`, `# free: text`, `# The first policy of 2026: unique`, `## hit: first`, `# Hit rates of last year: high`, `# We follow the domain`,
		`# domain tier: "GOLD", SILVER`, `# domain lines: [1..)`, "",
		`id,name,tier,lines,then.percent,then.amount,then.per,then.reasons,then.limits.US,then.stop,then.wait,priority,from,to,tags,version,note`,
		`full,Everything,GOLD,>= 1,5.0%,1.50 USD,"""a """"b""""""","[a, ""b c""]",5,true,36h,-3,2026-01-01,2026-07-01T06:00:00Z,"x, y",3,Two lines`,
		`,,,,,,007,,,,,,,,,,`,
		`,,,,,,,,,,,,,,,,`,
		`,,,,,,x,,,,,,,,,,,,,`,
	}, "\n")
	amount := money.MustParse("1.50 USD")
	want := &rules.Rule[discount]{
		ID: "full", Name: "Everything", Group: "line", When: `tier == "GOLD" and lines >= 1`, Priority: -3,
		Then: discount{
			Percent: money.MustRate("5%"), Amount: &amount, Per: `a "b"`, Reasons: []string{"a", "b c"},
			Wait: 36 * time.Hour, Limits: map[string]int{"US": 5}, Stop: true,
		},
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC),
		Tags: []string{"x", "y"}, Version: "3", Note: "Two lines",
	}
	tables := map[string]string{
		"as it is": text,
		"CRLF":     strings.ReplaceAll(text, "\n", "\r\n"),
		"BOM":      "\ufeff" + text,
	}
	for name, text := range tables {
		t.Run(name, func(t *testing.T) {
			// the text with doubled quotes is read by a quoted text in a quoted field
			b, err := loadCSV(t, strings.ReplaceAll(text, `"""a """"b"""""""`, `"""a \""b\"""""`))
			require.NoError(t, err)
			require.Equal(t, want, b.Rule("full"))
			require.Equal(t, "007", b.Rule("line/2").Then.Per)
			require.Equal(t, "x", b.Rule("line/3").Then.Per, "an empty line is no row")
			g, declared := b.GroupInfo("line")
			require.True(t, declared)
			require.Equal(t, rules.Group{Name: "line", Title: "Discounts, by tier", Note: "Agreed with sales."}, g)
			table := b.Tables()[0]
			require.Equal(t, []string{"tier", "lines"}, table.Conditions)
			require.Equal(t, []string{"percent", "amount", "per", "reasons", "limits.US", "stop", "wait"}, table.Effects)
			require.Equal(t, []rules.Domain{
				{Head: "tier", Cell: `"GOLD", SILVER`, When: `tier in ["GOLD", "SILVER"]`},
				{Head: "lines", Cell: `[1..)`, When: `lines >= 1`},
			}, table.Domains)
			require.Equal(t, []string{"full", "line/2", "line/3"}, []string{table.Rows[0].ID, table.Rows[1].ID, table.Rows[2].ID})
			require.Equal(t, []string{"GOLD", ">= 1"}, table.Rows[0].Conditions)
			require.Equal(t, "5.0%", table.Rows[0].Effects[0])
		})
	}
}

// TestCSVOfSpreadsheets reads what a spreadsheet makes of a table: separators
// behind the metadata, its values in cells of their own, semicolons.
func TestCSVOfSpreadsheets(t *testing.T) {
	want, err := loadCSV(t, "# group: g\n# hit: priority\n# outputs per: a, b\ntier,net,then.per\n\"GOLD,SILVER\",>= 1 USD,b\n,,a\n")
	require.NoError(t, err)
	for name, text := range map[string]string{
		"separators":     "# group: g,,\n# hit: priority,,\n# outputs per: a, b,\n,,\ntier,net,then.per\n\"GOLD,SILVER\",>= 1 USD,b\n,,a\n",
		"cells":          "# group: g,,\n# hit: priority,,\n\"# outputs per: a\",b,\ntier,net,then.per\n\"GOLD,SILVER\",>= 1 USD,b\n,,a\n,,\n",
		"semicolons":     "# group: g;;\n# hit: priority;;\n# outputs per: a, b;\ntier;net;then.per\nGOLD,SILVER;>= 1 USD;b\n;;a\n",
		"quoted":         "\"# group: g\"\n\"# hit: priority\"\n\"# outputs per: a, b\",,\n\"tier\",\"net\",\"then.per\"\r\n\"GOLD,SILVER\",\">= 1 USD\",\"b\"\r\n\"\",\"\",\"a\"",
		"spaces":         "#group:g\n#hit:priority\n#outputs per:a,b\n tier , net , then.per \n\" GOLD , SILVER \", >= 1 USD , b \n,,a\n",
		"quoted outputs": "# group: g\n# hit: priority\n# outputs then.per: \"a\", \"b\"\ntier,net,then.per\n\"\"\"GOLD\"\",\"\"SILVER\"\"\",>= 1 USD,\"\"\"b\"\"\"\n,,a\n",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := loadCSV(t, text)
			require.NoError(t, err)
			require.Equal(t, want.Hash(), b.Hash())
		})
	}
}

// TestTableErrors holds mistakes of a table as a whole.
func TestTableErrors(t *testing.T) {
	const heads = "# group: g\n"
	tests := []struct {
		name string
		text string
		want string // the first line of each error
	}{
		{"nothing", "", "table.csv: the source has no table; begin with a line of heads"},
		{"no heads", "# group: g\n", "table.csv: the source has no table"},
		{"no rows", heads + "tier,then.per\n", "table.csv:2:1: group g: the table has no rows"},
		{"no group", "tier,then.per\nA,b\n", "table.csv:1:1: group: the table has no group"},
		{"no effect", heads + "tier\nA\n", "table.csv:2:1: group g: then: the table has no column for an effect"},
		{"effect of nothing", heads + "tier,then.per\nA,\n", "table.csv:3:1: rule g/1: then: the rule has no effect"},
		{"unknown head", heads + "teir,then.per\nA,b\n", "table.csv:2:1: group g: teir: there is no fact teir; did you mean tier?"},
		{"misspelt part", heads + "prioritee,then.per\nA,b\n", "table.csv:2:1: group g: prioritee: there is no fact prioritee; did you mean priority?"},
		{"constant head", heads + "1 + 1,then.per\n2,b\n", "table.csv:2:1: group g: 1 + 1: the head of the column names no fact"},
		{"head with a mistake", heads + "lines * net * net,then.per\n2,b\n", "table.csv:2:13: group g: lines * net * net: an amount * an amount has no meaning"},
		{"head of syntax", heads + "(tier,then.per\n2,b\n", "table.csv:2:5: group g: (tier: unexpected token EOF"},
		{"no head", heads + "tier,,then.per\n2,,b\n", "table.csv:2:6: group g: the column has no head"},
		{"head twice", heads + "tier,tier,then.per\nA,B,b\n", "table.csv:2:6: group g: tier: the column tier stands twice"},
		{"part twice", heads + "note,tier,note,then.per\nA,B,b,c\n", "table.csv:2:11: note: the column note stands twice"},
		{"effect twice", heads + "tier,then.per,then.per\nA,b,c\n", "table.csv:2:15: group g: then.per: the columns then.per and then.per set the same"},
		{"effect within", heads + "tier,then,then.per\nA,{},c\n", "table.csv:2:11: group g: then.per: the columns then and then.per set the same"},
		{"unknown effect", heads + "tier,then.pre\nA,b\n", "table.csv:2:6: group g: then.pre: the effect has no field pre; did you mean per?"},
		{"effect below a value", heads + "tier,then.per.x\nA,b\n", "table.csv:2:6: group g: then.per.x: per is a single value without fields"},
		{"effect does not fit", heads + "tier,then.limits.US\nA,  five\n", `table.csv:3:5: rule g/1: then.limits.US: "five" does not fit`},
		{"effect list", heads + "tier,then.steps\nA,\"[{above: 1}, {abve: 2}]\"\n", "table.csv:3:18: rule g/1: then.steps: the effect has no field abve; did you mean above?"},
		{"effect list of lines", heads + "tier,then.reasons\nA,\"[a,\n  [b]]\"\n", "table.csv:4:3: rule g/1: then.reasons: this is not a single value"},
		{"effect of YAML", heads + "tier,then.reasons\nA,\"[a, \"\n", "table.csv:3:4: rule g/1: then.reasons: sequence end token ']' not found"},
		{"effect with an anchor", heads + "tier,then.reasons\nA,[&x a]\n", "table.csv:3:4: rule g/1: then.reasons: anchors, aliases, tags, merges and directives are not admitted"},
		{"effect of documents", heads + "tier,then.reasons\nA,\"[a]\n---\n[b]\"\n", "table.csv:3:4: rule g/1: then.reasons: the cell cannot be read"},
		{"effect in quotes", heads + "tier,then.per\nA,\"\"\"\\x\"\"\"\n", "table.csv:3:4: rule g/1: then.per: the text in quotes cannot be read"},
		{"effect refused", heads + "tier,then.percent\nA,-5%\n", "table.csv:3:3: rule g/1: then: a discount is not negative"},
		{"ragged", heads + "tier,then.per\nA\nA,b,c\nA,B,\n", "table.csv:3:1: rule #1: the row has 1 cells and the table 2 columns\ntable.csv:4:3: rule #2: the row has 3 cells and the table 2 columns"},
		{"unclosed", heads + "tier,then.per\nA,\"b\nc\n", "table.csv:3:3: the quote is not closed"},
		{"behind a quote", heads + "tier,then.per\n\"A\"x,b\n", "table.csv:3:4: something follows the quote that ends the field"},
		{"quote alone", heads + "tier,then.per\nA,5\"\n", "table.csv:3:4: a quote stands alone in a field without quotes"},
		{"hit", heads + "# hit: uniq\ntier,then.per\nA,b\n", "table.csv:2:8: group g: hit: uniq is not a hit policy; did you mean unique?"},
		{"hit twice", heads + "# hit: unique\n# hit: any\ntier,then.per\nA,b\n", "table.csv:3:1: hit is said twice"},
		{"key", heads + "# hits: unique\ntier,then.per\nA,b\n", "table.csv:2:1: there is no key hits here"},
		{"hit without a colon", heads + "# hit first\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its hit; write # hit: with what it is behind"},
		{"hit with a sign", heads + "# hit = unique\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its hit"},
		{"hit in capitals", heads + "# HIT: unique\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its hit"},
		{"policy", heads + "# policy: unique\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its hit"},
		{"hit-policy", heads + "# hit-policy: first\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its hit"},
		{"domains", heads + "# domains tier: A\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its domain fact"},
		{"output", heads + "# output per: a\ntier,then.per\nA,b\n", "table.csv:2:1: this is not how a table says its outputs field"},
		{"outputs of nothing", heads + "# outputs: unique\ntier,then.per\nA,b\n", "table.csv:2:1: there is no key outputs here"},
		{"domain of nothing", heads + "# domain teir: A\ntier,then.per\nA,b\n", "table.csv:2:1: group g: domain: the table has no condition headed teir; did you mean tier?"},
		{"domain", heads + "# domain lines:  1, x\nlines,then.per\n1,b\n", `table.csv:2:21: group g: domain: "x" is not a whole number`},
		{"domain twice", heads + "# domain tier: A\n# domain tier: B\ntier,then.per\nA,b\n", "table.csv:3:1: group g: domain: the domain of tier is declared twice"},
		{"priority under first", heads + "# hit: first\ntier,priority,then.per\nA,1,b\nA,2,b\n", "table.csv:3:6: group g: priority: the hit policy first leaves no say to a priority"},
		{"priority without outputs", heads + "# hit: priority\ntier,then.per\nA,b\n", "table.csv:2:8: group g: outputs: the hit policy priority needs the values of an output, the most important first"},
		{"output unknown", heads + "# outputs pre: A\ntier,then.per\nA,b\n", "table.csv:2:1: group g: outputs: the effect has no field pre; did you mean per?"},
		{"output twice", heads + "# outputs per: A\n# outputs per: B\ntier,then.per\nA,A\n", "table.csv:2:1: group g: outputs: the output per is declared twice"},
		{"value twice", heads + "# outputs percent: 5%, 0.05\ntier,then.percent\nA,5%\n", "table.csv:2:1: group g: outputs: the value 0.05 of percent stands twice"},
		{"value of no type", heads + "# outputs percent: A\ntier,then.percent\nA,5%\n", `table.csv:2:1: group g: outputs: "A" is not a value of percent`},
		{"not among the outputs", heads + "# outputs per: line, order\ntier,then.per\nA,lien\n", `table.csv:4:3: rule g/1: then: "lien" is not among the values declared for per; did you mean line?`},
		{"sum of texts", heads + "# hit: collect-sum\ntier,then.per\nA,b\n", "table.csv:2:8: group g: outputs: collect-sum needs a number, and per is string"},
		{"sum of spans", heads + "# hit: collect-max\ntier,then.wait\nA,1h\n", "table.csv:2:8: group g: outputs: collect-max needs a number, and wait is time.Duration"},
		{"sum of two", heads + "# hit: collect-sum\ntier,then.percent,then.amount\nA,5%,1 USD\n", "table.csv:2:8: group g: outputs: collect-sum makes one value, and there are several outputs"},
		{"smallest of an empty cell", heads + "# hit: collect-min\n# outputs percent:\ntier,then.percent,then.per\nA,5%,a\nA,,b\n", "table.csv:6:4: rule g/2: then: collect-min needs a value for percent"},
		{"sum of a missing", heads + "# hit: collect-sum\n# outputs amount:\ntier,then.percent,then.amount\nA,5%,\n", "table.csv:5:3: rule g/1: then: collect-sum needs a value for amount"},
		{"same id", heads + "id,tier,then.per\na,A,b\na,B,b\n", "table.csv:4:1: rule a: id: the id is used twice; the first is in table.csv:3"},
		{"dates", heads + "from,to,tier,then.per\n2026-02-01,2026-01-01,A,b\n2026-02-30,,A,b\n", "table.csv:3:12: rule g/1: to: the rule ends before it begins\ntable.csv:4:1: rule #2: from: from is not a date"},
		{"priority", heads + "priority,tier,then.per\nhigh,A,b\n", "table.csv:3:1: rule #1: priority: priority is not a whole number"},
		{"cell of two lines", heads + "when,then.per\n\"tier == \"\"A\"\"\r\n and teir\",b\n", "table.csv:4:6: rule g/1: when: there is no fact teir"},
		{"too many values", heads + "tier,then.per\n\"x, " + strings.Repeat("A,", 500) + "B\",b\n", "table.csv:3:2: rule g/1: tier: the list has 502 elements; the limit is 500"},
		{"cell too long", heads + "tier,then.per\n" + strings.Repeat("A", 9000) + ",b\n", "table.csv:3:1: rule g/1: tier: the cell has 9000 bytes; the limit is 8192"},
		{"cells too long together", heads + "tier,category,then.per\n" + strings.Repeat("A", 5000) + "," + strings.Repeat("A", 5000) + ",b\n", "table.csv:3:1: rule g/1: tier: the condition has 10029 bytes; the limit is 8192"},
		{"too many columns", heads + strings.Repeat("x,", 1000) + "y\n", "table.csv:2:2001: the table has more than 1000 columns"},
		{"not UTF-8", heads + "tier,then.per\n\xff,b\n", "table.csv: the source is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadCSV(t, tt.text)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			want := strings.Split(tt.want, "\n")
			if tt.name == "too many columns" { // each of them is a mistake too
				load.Errors = load.Errors[len(load.Errors)-1:]
			}
			require.Len(t, load.Errors, len(want), err.Error())
			for i, e := range load.Errors {
				require.True(t, strings.HasPrefix(e.Error(), want[i]), "%s\nwant %s", e, want[i])
			}
		})
	}
}

func TestCSVLimits(t *testing.T) {
	s := schema(t, rules.Config{Limits: rules.Limits{Rules: 2, SourceBytes: 200}})
	_, err := rules.Load(s, rules.CSV[discount]("big.csv", []byte("# group: g\ntier,then.per\nA,a\nB,b\nC,c\n")))
	require.ErrorContains(t, err, "big.csv: the table has more than 2 rows")
	_, err = rules.Load(s, rules.CSV[discount]("big.csv", []byte(strings.Repeat("x", 201))))
	require.ErrorContains(t, err, "big.csv: the source has 201 bytes; the limit is 200")

	out := rules.CSV[discount]("alone.csv", []byte("# group: g\ntier,then.per\nA,a\n")).Load(rules.Reading{Limits: rules.Limits{SourceBytes: 100, Rules: 10}})
	require.Len(t, out.Errors, 1, "without a schema a table cannot be read")
	require.Contains(t, out.Errors[0].Message, "read by Load")
}

func TestScalarEffect(t *testing.T) {
	b, err := rules.Load(schema(t, rules.Config{}), rules.CSV[string]("route.csv", []byte("# group: g\ntier,then\nGOLD,air\n-,\"\"\"by sea\"\"\"\n")))
	require.NoError(t, err)
	require.Equal(t, "air", b.Rule("g/1").Then)
	require.Equal(t, "by sea", b.Rule("g/2").Then)
	_, err = rules.Load(schema(t, rules.Config{}), rules.CSV[string]("route.csv", []byte("# group: g\ntier,then.name\nGOLD,air\n")))
	require.ErrorContains(t, err, "the effect is a single value without fields; name the column then")
}

// TestTableLimits holds that mistakes which stand by the thousand are told by the
// few: each takes a look at all columns, or a walk through its cell.
func TestTableLimits(t *testing.T) {
	const many = 1_001
	for name, tt := range map[string]struct {
		source rules.Source[discount]
		want   []string
	}{
		"heads of effects": {
			rules.YAML[discount]("t", []byte("tables:\n- {group: g, when: [tier], rows: [], then: ["+strings.Repeat("per,", many)+"]}")),
			[]string{"the table has more than 1000 columns"},
		},
		"heads of conditions": {
			rules.JSON[discount]("t", []byte(`{"tables": [{"group": "g", "then": ["per"], "rows": [], "when": [`+strings.Repeat(`"a",`, many)+`"a"]}]}`)),
			[]string{"the table has more than 1000 columns"},
		},
		"domains": {
			rules.CSV[discount]("t", []byte("# group: g\n"+strings.Repeat("# domain teir: A\n", many)+"tier,then.per\nA,b\n")),
			[]string{"the table declares 1001 domains and has 1 conditions"},
		},
		"list of an effect": {
			rules.CSV[discount]("t", []byte("# group: g\ntier,then.steps\nA,\"["+strings.Repeat("x,", many)+"]\"\n")),
			append(slices.Repeat([]string{"this is not a mapping"}, 19), "this is not a mapping, and 981 more mistakes follow in the cell"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load(schema(t, rules.Config{}), tt.source)
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			var got []string
			for _, e := range load.Errors {
				require.Positive(t, e.Line)
				got = append(got, e.Message)
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestYAMLTable holds that a table in YAML and JSON is the same as in CSV.
func TestYAMLTable(t *testing.T) {
	csv, err := loadCSV(t, `# group: g
# title: Title
# hit: priority
# outputs percent: 7%, 5%, 2%
# domain tier: GOLD, SILVER
id,tier,quantity,then.percent,then.stop,from,tags
a,"GOLD, SILVER",>= 10,5%,true,2026-01-01,x
,-,[1..10),2%,,,
`)
	require.NoError(t, err)
	yaml, err := loadYAML(t, rules.Config{}, `
tables:
  - group: g
    title: Title
    hit: priority
    outputs: {percent: [7%, 5%, 2%]}
    domains: {tier: [GOLD, SILVER]}
    when: [tier, quantity]
    then: [percent, stop]
    rows:
      - {id: a, when: [[GOLD, SILVER], ">= 10"], then: [5%, true], from: 2026-01-01, tags: [x]}
      - {when: ["-", "[1..10)"], then: [2%, null]}
`)
	require.NoError(t, err)
	require.Equal(t, csv.Hash(), yaml.Hash())
	json, err := rules.Load(schema(t, rules.Config{}), rules.JSON[discount]("t.json", []byte(`{"tables": [{"group": "g", "title": "Title", "hit": "priority",
		"outputs": {"then.percent": ["7%", "5%", "2%"]}, "domains": {"tier": "GOLD, SILVER"}, "when": ["tier", "quantity"], "then": ["then.percent", "stop"],
		"rows": [{"id": "a", "when": [["GOLD", "SILVER"], ">= 10"], "then": ["5%", true], "from": "2026-01-01", "tags": ["x"]},
			{"when": [null, "[1..10)"], "then": ["2%", null]}]}]}`)))
	require.NoError(t, err)
	require.Equal(t, csv.Hash(), json.Hash())
	require.Equal(t, csv.Tables()[0].Domains, yaml.Tables()[0].Domains)
	require.Equal(t, csv.Tables()[0].Domains, json.Tables()[0].Domains)
	require.Equal(t, "GOLD, SILVER", yaml.Tables()[0].Rows[0].Conditions[0])
}

// TestEmptyHitPolicy holds that a policy which was left to be filled in is not
// taken for the default.
func TestEmptyHitPolicy(t *testing.T) {
	const rows = "when: [tier], then: [per], rows: [{when: [A], then: [x]}]}"
	for _, text := range []string{
		"tables: [{group: g, hit: , " + rows + "]", "tables: [{group: g, hit: \"\", " + rows + "]",
		"groups: [{name: g, policy: }]\ntables: [{group: g, " + rows + "]",
		"groups: [{name: g, policy: ''}]\ntables: [{group: g, " + rows + "]",
	} {
		_, err := loadYAML(t, rules.Config{}, text)
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, text)
		require.Len(t, load.Errors, 1, err.Error())
		require.Equal(t, "is not a hit policy", strings.TrimSpace(load.Errors[0].Message))
		require.Equal(t, 1, load.Errors[0].Line)
	}
}

func TestYAMLTableErrors(t *testing.T) {
	_, err := loadYAML(t, rules.Config{}, `
tables:
  - group: g
    hit: uniqe
    domains: {teir: [A]}
    when: [tier, lines]
    then: [percent]
    rows:
      - {when: ["\u00e4 x", 1], then: [5%]}
      - {when: [[GOLD, "hand tools"], ">= x"], then: [five]}
      - {when: [GOLD], then: [5%, 6%]}
      - {wen: [GOLD, 1], then: [5%]}
      - when:
          - 'GOLD'
          - |-
            [1..x]
        then: [5%]
        prio: 1
  - tier
`)
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	var got []string
	for _, e := range load.Errors {
		got = append(got, fmt.Sprintf("%d:%d %s", e.Line, e.Column, e.Message))
	}
	require.Equal(t, []string{
		"4:10 uniqe is not a hit policy",
		"5:15 the table has no condition headed teir",
		"9:17 ä x is not one word of letters, digits and _ - . /",
		"10:24 hand tools is not one word of letters, digits and _ - . /",
		`10:43 "x" is not a whole number`,
		`10:55 money: not a number: rate "five"`,
		"11:16 the row has 1 cells and the table 2 columns",
		"11:30 the row has 2 cells and the table 1 columns",
		"12:10 the row has no cells and the table 2 columns",
		"12:10 there is no key wen here",
		`16:17 "x" is not a whole number`,
		"18:9 there is no key prio here",
		"19:5 a table is a mapping",
	}, got)
}

// A table in CSV says which book it belongs to, and says no more of it than that.
func TestTableNamesItsBook(t *testing.T) {
	table := "# book: spring\n# kind: pricing\n# group: x\ntier,then.per\nGOLD,b\n"
	s := schema(t, rules.Config{})
	whole := "book: {name: spring, title: Spring discounts, kind: pricing}"
	for name, sources := range map[string][]rules.Source[discount]{
		"alone":     {rules.CSV[discount]("t.csv", []byte(table))},
		"semicolon": {rules.CSV[discount]("t.csv", []byte("# book: spring;;\n\"# kind: pricing\"\n# group: x\ntier;then.per\nGOLD;b\n"))},
		"before":    {rules.CSV[discount]("t.csv", []byte(table)), rules.YAML[discount]("t.yaml", []byte(whole))},
		"behind":    {rules.YAML[discount]("t.yaml", []byte(whole)), rules.CSV[discount]("t.csv", []byte(table))},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := rules.Load(s, sources...)
			require.NoError(t, err)
			want := rules.BookHeader{Name: "spring", Kind: "pricing"}
			if len(sources) == 2 {
				want.Title = "Spring discounts"
			}
			require.Equal(t, want, book.Header())
		})
	}
	_, err := rules.Load(s, rules.YAML[discount]("t.yaml", []byte(whole)),
		rules.CSV[discount]("t.csv", []byte(strings.Replace(table, "pricing", "credit", 1))))
	require.ErrorContains(t, err, "t.csv:2:1: book: the book is named again, and not the same; the first is in t.yaml")
	_, err = rules.Load(s, rules.CSV[discount]("t.csv", []byte("# kind: pricing\n"+table)))
	require.ErrorContains(t, err, "t.csv:3:1: kind is said twice")

	book, err := rules.Load(s, rules.YAML[discount]("t.yaml", []byte(whole)))
	require.NoError(t, err)
	_, err = book.With(rules.CSV[discount]("t.csv", []byte(strings.Replace(table, "spring", "summer", 1))))
	require.ErrorContains(t, err, "t.csv:2:1: book: the book is named again, and not the same; the first is in the book before")

	h, err := rules.HeaderCSV([]byte("\ufeff" + table + "wrong,\"row\n"))
	require.NoError(t, err, "mistakes of rows are left to the load")
	require.Equal(t, rules.BookHeader{Name: "spring", Kind: "pricing"}, h)
	h, err = rules.HeaderCSV([]byte("tier,then.per\nGOLD,b\n# kind: late\n"))
	require.NoError(t, err)
	require.Zero(t, h)
	h, err = rules.HeaderCSV(nil)
	require.NoError(t, err)
	require.Zero(t, h)
	for text, want := range map[string]string{
		"# kid: pricing\n" + table: "book:1:1: there is no key kid here; known are book, kind",
		"# kind: credit\n" + table: "book:3:1: kind is said twice",
		"\xff":                     "the source is not UTF-8",
	} {
		_, err = rules.HeaderCSV([]byte(text))
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, text)
		require.ErrorContains(t, err, want)
	}
}
