package rules_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// TestLoadErrors holds what a load says of each mistake and where.
func TestLoadErrors(t *testing.T) {
	tests := []struct {
		name     string
		when     string
		column   int
		message  string
		expected string
	}{
		{"unknown fact", `teir == "GOLD"`, 1, "there is no fact teir", "did you mean tier?"},
		{"unknown nested fact", `customer.cuntry == "CA"`, 10, "there is no fact customer.cuntry", "did you mean customer.country?"},
		{"unknown fact, nothing near", `customer.zzzzzzzz == 1`, 10, "there is no fact customer.zzzzzzzz", "known are customer.country, customer.id, customer.onHold, customer.score"},
		{"group", `customer == nil`, 1, "customer is a group of facts", "name one of customer.country, customer.id, customer.onHold, customer.score"},
		{"left out field", `internal == nil`, 1, "there is no fact internal", ""},
		{"not a condition", `net`, 1, "a condition is true or false, this is an amount", `compare it with something, such as money("10.00 USD")`},
		{"part is not a condition", `rush and lines`, 10, "a condition is true or false, this is an int", ""},
		{"or of ints", `rush or lines`, 9, "a condition is true or false, this is an int", ""},

		// rules.md: Facts; measured.md: a bare number against an Amount is a load error.
		{"number against amount", `net >= 10.00`, 8, "an amount has a currency, a bare number has none", `write money("10.00 USD") in the right currency`},
		{"zero against amount", `net > 0`, 7, "an amount has a currency, a bare number has none", `write money("0 USD") in the right currency`},
		{"number in list of amounts", `net in [money("1 USD"), 2]`, 25, "an amount has a currency, a bare number has none", `write money("2 USD") in the right currency`},
		{"number added to amount", `net + 1 > money("1 USD")`, 5, "an amount + an int has no meaning", `write money("10.00 USD")`},
		{"int fact against amount", `net > lines`, 5, "cannot compare an amount with an int", ""},
		{"amount against quantity", `net > quantity`, 5, "cannot compare an amount with a quantity", ""},
		{"date against text", `requested > "2026-01-01"`, 11, "cannot compare a date with a string", `write date("2026-01-31")`},
		{"date against time", `requested > placed`, 11, "cannot compare a date with a time", ""},
		{"text against int", `lines == "4"`, 7, "cannot compare an int with a string", "write 10"},
		{"int against fraction", `lines > 2.5`, 9, "2.5 is not a whole number, and the other side is an int", "write a whole number"},
		{"bools have no order", `rush < true`, 6, "bools have no order", ""},
		{"list against text", `tags == "web"`, 6, "cannot compare a list of strings with a string", ""},
		{"text in text", `tier in category`, 6, "a string cannot be in a string", ""},
		{"amount times amount", `net * net > net`, 5, "an amount * an amount has no meaning", ""},
		{"date plus date", `requested + requested == requested`, 11, "a date + a date has no meaning", ""},
		{"amount in interval", `net in 1..5`, 5, "an amount cannot be in an interval of ints", ""},
		{"empty interval", `lines in 5..1`, 11, "the interval is empty", "write the lower bound first"},
		{"open interval", `lines in 1..lines`, 13, "the bounds of an interval are constant ints", "write 1..10"},
		{"empty list", `lines in []`, 10, "the list is empty", ""},
		{"list of facts", `lines in [rank]`, 11, "the elements of a list are constants", ""},
		{"mixed list", `tier in ["A", 1]`, 15, "cannot compare a string with an int", `write "GOLD"`},

		// Malformed constants are found at load, with their place.
		{"money", `net > money("1x EUR")`, 13, `money: not a number: amount "1x EUR"`, `write money("10.00 USD")`},
		{"money without text", `net > money(1)`, 13, "money takes a constant text", ""},
		{"money with two", `net > money("1", "EUR")`, 7, "money takes one text", ""},
		{"quantity", `quantity > qty("1")`, 16, "", `write qty("10 EA")`},
		{"date that is not", `requested > date("2026-02-30")`, 18, "", `write date("2026-01-31")`},
		{"date of a fact", `requested > date(tier)`, 18, "date takes a constant text", ""},
		{"rate", `discount > rate("5 %x")`, 17, "", `write rate("5%")`},
		{"time", `placed > time("2026-01-01")`, 15, "", `write time("2026-01-31T08:00:00Z")`},
		{"too many digits", `discount > 0.1234567890123456789`, 12, "the number 0.1234567890123456789 cannot be kept exactly", ""},
		{"exponent", `discount > 1e-2`, 12, "a number in a condition has no exponent", "write the number out"},
		{"constant overflow", `lines > 9223372036854775807 + 1`, 29, "integer overflow: 9223372036854775807 + 1", ""},
		{"currencies of constants", `money("1 USD") < money("1 EUR")`, 16, "", ""},

		// What the language leaves out.
		{"division", `lines / 2 > 1`, 7, "conditions do not divide: the result would not be exact", ""},
		{"power", `lines ** 2 > 1`, 7, "there is no operator **", ""},
		{"joining strings", `tier + "x" == "GOLDx"`, 6, "conditions do not join strings", ""},
		{"loop", `any(tags, # == "web")`, 1, "there is no function any", `conditions do not loop; write "A" in a list of strings, or give the schema a function`},
		{"nested loop", `rush and all(tags, count(tags, true) > 1)`, 10, "there is no function all", ""},
		{"clock", `now() > placed`, 1, "there is no function now", "the decision date is a fact"},
		{"built in to the parser", `repeat("x", 1000000000) == "y"`, 1, "there is no function repeat", ""},
		{"variable", `let x = lines; x > 1`, 5, "a condition has no variables and no statements", ""},
		{"statements", `rush; rush`, 1, "a condition has no variables and no statements", ""},
		{"index", `tags[0] == "web"`, 5, "a condition does not take elements by position", ""},
		{"slice", `tags[0:1] == tags`, 5, "a condition does not cut strings or lists", ""},
		{"map", `{"a": 1}.a == 1`, 10, "a condition does not take elements by position", ""},
		{"method", `placed.Unix() > 1`, 8, "a condition does not call methods", ""},
		{"environment", `$env == nil`, 1, "there is no fact $env", ""},
		{"range as list", `1..3 == tags`, 2, "there is no operator ..", ""},
		{"list alone", `[1] == tags`, 1, "a list stands only on the right of in", ""},
		{"bytes", `tier == b"x"`, 9, "this is not part of the language of conditions", ""},
		{"pattern", `tier matches "("`, 14, "error parsing regexp: missing closing ): `(`", ""},
		{"pattern of a fact", `tier matches category`, 14, "a pattern must be a constant", ""},
		{"function arguments", `lower() == "x"`, 1, "lower has 0 arguments", "its form is lower(string) string"},
		{"function argument type", `lower(lines) == "x"`, 7, "argument 1 of lower is an int", "its form is lower(string) string"},
		{"function name", `lowr(tier) == "x"`, 1, "there is no function lowr", "did you mean lower?"},
		{"never missing", `lines == nil`, 7, "an int is never missing here", "remove the comparison"},
		{"never missing, coalesced", `(lines ?? 1) == 1`, 2, "an int is never missing", ""},
		{"nil has no order", `limit < nil`, 7, "nil has no order", ""},
		{"types of a choice", `(rush ? 1 : "a") == 1`, 9, "want a string, this is a number", ""},

		{"unclosed", `(rush`, 5, "unexpected token EOF", ""},
		{"unterminated text", `tier == "GOLD`, 14, "literal not terminated", ""},
		{"stray character", "tier == \x00", 9, "unrecognized character: U+0000", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[string]{{ID: "r", When: tt.when}})
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Errors, 1, err.Error())
			e := load.Errors[0]
			require.Equal(t, "test", e.Source)
			require.Equal(t, "r", e.Rule)
			require.Equal(t, "when", e.Part)
			require.Equal(t, 1, e.Line)
			require.Equal(t, tt.column, e.Column, err.Error())
			if tt.message != "" {
				require.Equal(t, tt.message, e.Message)
			}
			if tt.expected != "" {
				require.Equal(t, tt.expected, e.Expected)
			}
		})
	}
}

func TestLoadReportsEveryMistakeOfACondition(t *testing.T) {
	_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[string]{
		{ID: "r", When: "teir == \"GOLD\"\n&& net > 10\n&& (lines == \"4\" or categry == \"x\")"},
	})
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	places := []string{}
	for _, e := range load.Errors {
		places = append(places, fmt.Sprintf("%d:%d", e.Line, e.Column))
	}
	require.Equal(t, []string{"1:1", "2:10", "3:11", "3:21"}, places)
}

func TestLoadRefusesRules(t *testing.T) {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		rule rules.Rule[string]
		want string
	}{
		{"no id", rules.Rule[string]{When: "true"}, "test: rule #2: id: the rule has no id"},
		{"long id", rules.Rule[string]{ID: strings.Repeat("x", 201), When: "true"}, "the id has 201 bytes"},
		{"same id", rules.Rule[string]{ID: "first", When: "true"}, "the id is used twice; the first is in test"},
		{"no condition", rules.Rule[string]{ID: "r"}, "the rule has no condition; a rule that always applies says true"},
		{"blank condition", rules.Rule[string]{ID: "r", When: " \n"}, "the rule has no condition"},
		{"comment only", rules.Rule[string]{ID: "r", When: "// later"}, "unexpected token EOF"},
		{"dates", rules.Rule[string]{ID: "r", When: "true", From: day, To: day}, "the rule ends before it begins"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[string]{{ID: "first", When: "true"}, tt.rule})
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[chan int]{{ID: "r", When: "true"}})
	require.ErrorContains(t, err, "the effect cannot be written as JSON")
}

func TestSchemaRefuses(t *testing.T) {
	type node struct{ Parent *node }
	type opaque struct{ hidden int }
	_ = opaque{hidden: 1}.hidden
	type bad struct {
		Price    decimal.Decimal
		Share    float64
		Wait     time.Duration
		Count    uint64
		Names    map[string]string
		Numbers  []int
		Pointer  **int
		List     *[]string
		Currency money.Currency
		Unit     quantity.Unit
		Tree     node
		Opaque   opaque
		Any      any
		A        string `rule:"same"`
		B        string `rule:"same"`
		Word     string `rule:"not"`
		Dotted   string `rule:"a.b"`
	}
	_, err := rules.NewSchema[bad](rules.Config{Functions: []rules.Function{
		{Name: "money", Call: func() bool { return true }},
		{Name: "a b", Call: func() bool { return true }},
		{Name: "noCall"},
		{Name: "cost", Cost: -1, Call: func() bool { return true }},
		{Name: "param", Call: func(float64) bool { return true }},
		{Name: "result", Call: func() []string { return nil }},
		{Name: "second", Call: func() (bool, bool) { return true, true }},
		{Name: "variadic", Call: func(...string) bool { return true }},
	}})
	var se *rules.SchemaError
	require.ErrorAs(t, err, &se)
	golden(t, "schema.golden", err.Error()+"\n")

	_, err = rules.NewSchema[int](rules.Config{})
	require.ErrorContains(t, err, "int is not a struct")
	_, err = rules.NewSchema[order](rules.Config{Limits: rules.Limits{Depth: 1000, Nodes: -1}})
	require.ErrorContains(t, err, "limit Depth is 1000; want 1 to 256")
	require.ErrorContains(t, err, "limit Nodes is -1; want 1 to 10000")
}

func TestSchemaFacts(t *testing.T) {
	type base struct{ SKUCode string }
	type facts struct {
		base
		ID    string
		When  time.Time
		Limit *money.Amount
		Inner *struct{ URL string }
	}
	s, err := rules.NewSchema[facts](rules.Config{})
	require.NoError(t, err)
	require.Equal(t, []rules.Fact{
		{Name: "id", Type: "string"},
		{Name: "inner.url", Type: "string", Optional: true},
		{Name: "limit", Type: "amount", Optional: true},
		{Name: "skuCode", Type: "string"},
		{Name: "when", Type: "time", Optional: true},
	}, s.Facts())
}

func TestErrorsUnwrap(t *testing.T) {
	_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[string]{{ID: "r", When: "teir"}})
	var one *rules.RuleError
	require.True(t, errors.As(err, &one))
	require.Equal(t, "r", one.Rule)
}

// TestExprVersion holds the version in the hash of a book against go.mod.
func TestExprVersion(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	source, err := os.ReadFile("hash.go")
	require.NoError(t, err)
	required := regexp.MustCompile(`github.com/expr-lang/expr v([0-9.]+)`).FindSubmatch(mod)
	stated := regexp.MustCompile(`exprVersion = "([0-9.]+)"`).FindSubmatch(source)
	require.Equal(t, string(required[1]), string(stated[1]))
}

func TestLoadErrorText(t *testing.T) {
	var rs []rules.Rule[string]
	for i := range 150 {
		rs = append(rs, rules.Rule[string]{ID: fmt.Sprint(i), When: "teir"})
	}
	_, err := rules.Compile(schema(t, rules.Config{}), "test", rs)
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Len(t, load.Errors, 150)
	require.True(t, strings.HasSuffix(err.Error(), "\nand 50 more"))
}

func TestLimitsOfASource(t *testing.T) {
	s := schema(t, rules.Config{Limits: rules.Limits{Rules: 2, SourceBytes: 100}})
	three := []rules.Rule[string]{{ID: "a", When: "rush"}, {ID: "b", When: "rush"}, {ID: "c", When: "rush"}}
	_, err := rules.Compile(s, "test", three)
	require.ErrorContains(t, err, "test: more than 2 rules")
	_, err = rules.Load(s, rules.Values("x", three[:1]), rules.Values("y", three[1:]))
	require.ErrorContains(t, err, "y: more than 2 rules")
	_, err = rules.Load(s, rules.YAML[string]("big.yaml", []byte(strings.Repeat("#", 101))))
	require.ErrorContains(t, err, "big.yaml: the source has 101 bytes; the limit is 100")
}

// TestSyntaxOfSpreadsheets: habits of other languages are met with what to write
// here.
func TestSyntaxOfSpreadsheets(t *testing.T) {
	for when, want := range map[string]string{
		`tier = "GOLD"`:            "write ==",
		`quantity => 5`:            "write == for equal, >= and <=",
		`tier <> "GOLD"`:           "write != for unequal",
		`rush & rush`:              "write and",
		`rush AND rush`:            "write and",
		`rush OR rush`:             "write or",
		`tier IN ["GOLD"]`:         "write in",
		`tier is "GOLD"`:           "write ==",
		`(rush`:                    "a closing bracket",
		"tier == \u201cGOLD\u201d": "write straight quotes",
		`tier == "GOLD")`:          "",
	} {
		_, err := rules.Load(schema(t, rules.Config{}), rules.Values("x", []rules.Rule[string]{{ID: "r", When: when}}))
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, when)
		require.Contains(t, load.Errors[0].Expected, want, when)
		require.Equal(t, want == "", load.Errors[0].Expected == "", when)
	}
}
