package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// told has a fact of every kind.
type told struct {
	Flag     bool
	Count    int16
	Days     *int
	Name     string
	Tags     []string
	Net      money.Amount
	Share    *money.Rate
	Quantity quantity.Quantity
	Day      calendar.Date
	At       time.Time
	Order    struct{ Amount *money.Amount }
}

func TestRender(t *testing.T) {
	s, err := rules.NewSchema[told](rules.Config{})
	require.NoError(t, err)
	amount, share, days := money.MustParse("-1234567.5 USD"), money.MustRate("33.3333%"), -3
	full := told{
		Flag: true, Count: 7, Days: &days, Name: "{name}", Tags: []string{"a", "b"}, Net: money.MustParse("999.00 EUR"), Share: &share,
		Quantity: quantity.New(12, quantity.Case), Day: calendar.MustDate("2026-03-02"), At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
	full.Order.Amount = &amount
	book, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: "flag"}})
	require.NoError(t, err)
	for text, want := range map[string][2]string{ // with all facts, with none
		"":                       {"", ""},
		"plain } text":           {"plain } text", "plain } text"},
		"{flag}/{count}":         {"true/7", "false/0"},
		"in {days} days":         {"in -3 days", "in - days"},
		"{name}{name}":           {"{name}{name}", ""},
		"{tags}":                 {"a, b", "-"},
		"{net} and {share}":      {"999.00 EUR and 33.3333%", "0 and -"},
		"{order.amount}, as due": {"-1,234,567.50 USD, as due", "-, as due"},
		"{quantity}":             {"12 CA", quantity.Quantity{}.String()},
		"{day} {at}":             {"2026-03-02 2026-03-02T09:00:00Z", "- -"},
	} {
		t.Run(text, func(t *testing.T) {
			require.NoError(t, rules.CheckTexts[told]("", text))
			for i, facts := range []*told{&full, {}} {
				got, err := s.Render(text, facts)
				require.NoError(t, err)
				require.Equal(t, want[i], got)
				got, err = book.Render(text, facts)
				require.NoError(t, err)
				require.Equal(t, want[i], got)
			}
		})
	}
}

func TestRenderThousands(t *testing.T) {
	s, err := rules.NewSchema[told](rules.Config{})
	require.NoError(t, err)
	for number, want := range map[string]string{
		"0.00 USD": "0.00 USD", "-0.05 USD": "-0.05 USD", "100.00 USD": "100.00 USD", "-999.99 USD": "-999.99 USD",
		"1000.00 USD": "1,000.00 USD", "123456.78 USD": "123,456.78 USD", "1234567 JPY": "1,234,567 JPY",
	} {
		got, err := s.Render("{net}", &told{Net: money.MustParse(number)})
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestTextsThatAreRefused(t *testing.T) {
	s, err := rules.NewSchema[told](rules.Config{})
	require.NoError(t, err)
	for text, want := range map[string]rules.TextError{
		"{nets}":     {Text: "{nets}", Fact: "nets", Hint: "did you mean net?"},
		"a {order} ": {Text: "a {order} ", Fact: "order"},
		"{}":         {Text: "{}", Fact: ""},
		"up to {net": {Text: "up to {net"},
	} {
		t.Run(text, func(t *testing.T) {
			_, err := s.Render(text, &told{})
			var refused *rules.TextError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, want.Text, refused.Text)
			require.Equal(t, want.Fact, refused.Fact)
			if want.Hint != "" {
				require.Equal(t, want.Hint, refused.Hint)
			}
			require.Equal(t, err, rules.CheckTexts[told]("{net}", text))
		})
	}
	_, err = s.Render("{net}", nil)
	require.ErrorIs(t, err, rules.ErrNoFacts)
	var schema *rules.SchemaError
	require.ErrorAs(t, rules.CheckTexts[int]("{x}"), &schema)
	require.ErrorAs(t, rules.CheckTexts[struct{ X float64 }]("{x}"), &schema)
}

// A document cannot blow a text up, nor break a character of it.
func TestFiguresAreBounded(t *testing.T) {
	s, err := rules.NewSchema[told](rules.Config{})
	require.NoError(t, err)
	got, err := s.Render("<{name}>", &told{Name: "x" + strings.Repeat("é", 1000)})
	require.NoError(t, err)
	require.Equal(t, "<x"+strings.Repeat("é", 249)+"...>", got)
}
