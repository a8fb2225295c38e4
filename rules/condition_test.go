package rules_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

func TestConditions(t *testing.T) {
	tests := []struct {
		name string
		when string
		want bool
	}{
		{"string equal", `tier == "GOLD"`, true},
		{"string not equal", `tier != "GOLD"`, false},
		{"string order is bytewise", `category < "toolz"`, true},
		{"constant on the left", `"GOLD" == tier`, true},
		{"constant on the left is flipped", `5 > lines`, true},
		{"string in", `tier in ["SILVER", "GOLD"]`, true},
		{"string not in", `tier not in ["SILVER", "GOLD"]`, false},
		{"int in", `lines in [1, 2, 4]`, true},
		{"int16 is an int", `rank == -2`, true},
		{"interval", `lines in 1..4`, true},
		{"interval upper end", `lines in 1..3`, false},
		{"not in interval", `lines not in 1..3`, true},
		{"chain", `1 < lines <= 4`, true},
		{"bool", `rush`, true},
		{"not bool", `!rush`, false},
		{"bool equal", `rush == true`, true},
		{"element of a fact", `"web" in tags`, true},
		{"element not of a fact", `"web" not in tags`, false},
		{"renamed nested", `not customer.onHold`, true},
		{"lower camel of an initialism", `customer.id == "C-1"`, true},

		{"amount, scale does not matter", `net == money("100.0 USD")`, true},
		{"amount, unequal by a mill", `net >= money("100.001 USD")`, false},
		{"amount in", `net in [money("1 USD"), money("100.000 USD")]`, true},
		{"amount arithmetic", `net - money("0.01 USD") == money("99.99 USD")`, true},
		{"amount by decimal", `net * 0.07 == money("7 USD")`, true},
		{"amount by int", `2 * net == money("200 USD")`, true},
		{"amount by rate", `net * discount == money("5.00 USD")`, true},
		{"amount negated", `-net < money("0 USD")`, true},
		{"rate by exact text", `discount == 0.05`, true},
		{"rate, trailing zeros", `discount == 0.050`, true},
		{"rate by constructor", `discount == rate("5%")`, true},
		{"rate by int", `discount < 1`, true},
		{"rate sum, where floats fail", `discount + 0.1 + 0.2 == 0.35`, true},
		{"rate in", `discount in [0.05, 0.10]`, true},
		{"1.0 == 1.00", `1.0 == 1.00`, true}, // rules.md: Facts
		{"0.1 + 0.2 == 0.3", `0.1 + 0.2 == 0.3`, true},
		{"int with a whole decimal", `lines == 4.0`, true},

		{"quantity by number: the base unit", `quantity >= 12`, true},
		{"quantity by decimal", `quantity > 11.999`, true},
		{"quantity by constructor", `quantity == qty("12.0 EA")`, true},
		{"quantity in numbers", `quantity in [10.0, 12.00]`, true}, // measured.md: qty in [10.0]
		{"quantity in interval", `quantity in 10..20`, true},
		{"quantity arithmetic", `quantity * 2 - qty("4 EA") == 20`, true},

		{"date", `requested == date("2026-03-27")`, true},
		{"date order", `requested < date("2026-03-27")`, false},
		{"date arithmetic", `requested - 7 == date("2026-03-20")`, true},
		{"days between", `requested - date("2026-03-01") == 26`, true},
		{"date in", `requested in [date("2026-03-26"), date("2026-03-27")]`, true},
		{"weekday", `weekday(requested) == "friday"`, true},
		{"instant, other zone", `placed == time("2026-03-20T05:30:00-04:00")`, true},
		{"instant order", `placed < time("2026-03-20T09:30:00.000000001Z")`, true},

		{"int arithmetic", `lines * 3 + 1 == 13`, true},
		{"int remainder", `lines % 3 == 1`, true},
		{"or", `tier == "X" or lines == 4`, true},
		{"nested", `(tier == "X" || rush) && !(lines > 4)`, true},
		{"choice", `(rush ? 2 : 3) == 2`, true},
		{"if", `if rush { lines == 4 } else { false }`, true},
		{"contains", `category contains "oo"`, true},
		{"not contains", `category not contains "oo"`, false},
		{"startsWith", `category startsWith "to"`, true},
		{"endsWith", `category endsWith "to"`, false},
		{"matches", `customer.id matches "^C-[0-9]+$"`, true},
		{"two patterns do not mix", `customer.id matches "^X" or customer.id matches "^C"`, true},
		{"lower", `lower(tier) == "gold"`, true},
		{"pipe", `tier | lower() == "gold"`, true},
		{"len of list", `len(tags) == 2`, true},
		{"len counts characters", `len("Ärger") == 5`, true},
		{"abs", `abs(rank) == 2`, true},
		{"currency", `currency(net) == "USD"`, true},
		{"unit", `unit(quantity) == "EA"`, true},
		{"comment", "rush // whatever\n && lines == 4", true},

		// rules.md: Decisions. A comparison with a missing fact is false.
		{"missing equal", `customer.score == 3`, false},
		{"missing not equal", `customer.score != 3`, false},
		{"missing not in", `customer.score not in [3]`, false},
		{"missing negated comparison", `not (customer.score == 3)`, true},
		{"missing arithmetic", `customer.score + 1 > 0`, false},
		{"missing arithmetic in a choice", `(customer.score + 1 > 0 ? 1 : 2) == 2`, true},
		{"missing is nil", `customer.score == nil`, true},
		{"missing is not nil", `customer.score != nil`, false},
		{"missing coalesced", `(customer.score ?? 7) == 7`, true},
		{"missing group", `carrier.code == "UPS"`, false},
		{"missing group, chained", `carrier?.code == nil`, true},
		{"missing bool", `carrier.insured`, false},
		{"missing bool negated", `!carrier.insured`, true},
		{"missing bool or", `carrier.insured or rush`, true},
		{"missing amount", `limit > money("0 USD")`, false},
		{"missing in or", `limit > money("0 USD") || limit == nil`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := holds(t, tt.when, sample())
			require.NoError(t, err)
			require.Equal(t, tt.want, got, tt.when)

			// The machine and the predicates mean the same.
			got, err = holds(t, "("+tt.when+"\n) or false", sample())
			require.NoError(t, err)
			require.Equal(t, tt.want, got, "on the machine: %s", tt.when)
			got, err = holds(t, "not ("+tt.when+"\n)", sample())
			require.NoError(t, err)
			require.Equal(t, !tt.want, got, "negated: %s", tt.when)
		})
	}
}

// TestOperators holds, for every pair of kinds, which operators have a meaning.
// What is not listed is refused at load; nothing is left to a comparison by
// representation.
func TestOperators(t *testing.T) {
	operands := []struct{ name, text string }{
		{"bool", "rush"}, {"int", "lines"}, {"string", "tier"}, {"list", "tags"}, {"amount", "net"}, {"rate", "discount"},
		{"quantity", "quantity"}, {"date", "requested"}, {"time", "placed"}, {"optional int", "customer.score"},
		{"optional amount", "limit"}, {"whole literal", "7"}, {"literal", "7.5"}, {"nil", "nil"},
	}
	comparisons := []string{"==", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "matches"}
	arithmetic := []string{"+", "-", "*", "%", "/", "**"}
	s := schema(t, rules.Config{})
	compiles := func(when string) bool {
		_, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: when}})
		return err == nil
	}
	result := regexp.MustCompile(`a condition is true or false, this is an? (\w+)`)
	var b strings.Builder
	for _, left := range operands {
		for _, right := range operands {
			var ops []string
			for _, op := range comparisons {
				if compiles(left.text + " " + op + " " + right.text) {
					ops = append(ops, op)
				}
			}
			for _, op := range arithmetic {
				// The load refuses a result that is no bool, and names its kind.
				_, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: left.text + op + right.text}})
				if kind := result.FindStringSubmatch(err.Error()); kind != nil {
					ops = append(ops, op+" = "+kind[1])
				}
			}
			if len(ops) > 0 {
				fmt.Fprintf(&b, "%-16s %-16s %s\n", left.name, right.name, strings.Join(ops, "  "))
			}
		}
	}
	golden(t, "operators.golden", b.String())
}

// TestArithmetic evaluates each operation on each kind, on the machine.
func TestArithmetic(t *testing.T) {
	for _, when := range []string{
		`lines + 1 == 5`, `lines - 5 == -1`, `lines * -3 == -12`, `-lines == -4`, `lines % 3 == 1`, `-5 % 3 == -2`,
		`net + net == money("200 USD")`, `net - net == money("0 USD")`, `net * 3 == money("300 USD")`, `3 * net == money("300 USD")`,
		`net * 0.333 == money("33.3 USD")`, `0.333 * net == money("33.3 USD")`, `discount * net == money("5 USD")`,
		`-net == money("-100 USD")`, `abs(-net) == net`, `abs(discount - 1) == 0.95`, `abs(-quantity) == 12`, `abs(lines - 9) == 5`,
		`discount + discount == 0.1`, `discount - 0.07 == -0.02`, `discount * discount == 0.0025`, `discount * 2 == 0.1`,
		`lines * discount == 0.2`, `-discount == -0.05`, `1 - discount == 0.95`,
		`quantity + quantity == 24`, `quantity - qty("2 EA") == 10`, `quantity * 2 == 24`, `2 * quantity == 24`, `-quantity == -12`,
		`requested + 5 == date("2026-04-01")`, `requested - 27 == date("2026-02-28")`, `requested - date("2026-03-28") == -1`,
		`1.5 + 1.5 == 3`, `1.5 - 2 == -0.5`, `1.5 * 1.5 == 2.25`, `-(1.5) == -1.50`, `discount == 5 * 0.01`,
		`rush != !rush`, `rush == true`, `true != false`, `lines == +4`,
	} {
		got, err := holds(t, when, sample())
		require.NoError(t, err, when)
		require.True(t, got, when)
	}
}

func TestIntegersOfEveryWidth(t *testing.T) {
	type level int16
	type widths struct {
		A int
		B int8
		C level
		D int32
		E int64
		F uint8
		G uint16
		H uint32
		I *int64
		J time.Month
	}
	wide := int64(math.MinInt64)
	facts := widths{math.MinInt64, math.MinInt8, math.MinInt16, math.MinInt32, math.MaxInt64, math.MaxUint8, math.MaxUint16, math.MaxUint32, &wide, time.May}
	s, err := rules.NewSchema[widths](rules.Config{})
	require.NoError(t, err)
	for _, when := range []string{
		`a < -9223372036854775807`, `b == -128`, `c == -32768`, `d == -2147483648`, `e == 9223372036854775807`,
		`f == 255`, `g == 65535`, `h == 4294967295`, `i == a`, `i < -9223372036854775807`, `j == 5`, `h + 1 == 4294967296`,
	} {
		for _, form := range []string{when, "(" + when + ") or false"} {
			b, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: form}})
			require.NoError(t, err, form)
			out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
			require.NoError(t, err, form)
			require.Len(t, out, 1, form)
		}
	}
}
