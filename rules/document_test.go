package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func TestDocument(t *testing.T) {
	s := schema(t, rules.Config{Limits: rules.Limits{SourceBytes: 100}})
	d := rules.ReadDocument(s.Reading(), "d.yaml", []byte("a: 1\nb: ['2', \"x\", ~]\n---\n# a comment\n- |\n  y\n"))
	require.Empty(t, d.Errors())
	roots := d.Roots()
	require.Len(t, roots, 2)
	pairs, ok := roots[0].Map()
	require.True(t, ok)
	require.Equal(t, []string{"a", "b"}, []string{pairs[0].Key, pairs[1].Key})
	text, ok := pairs[0].Value.Text()
	require.True(t, ok)
	require.Equal(t, "1", text)
	require.False(t, pairs[0].Value.Quoted())
	list, ok := pairs[1].Value.List()
	require.True(t, ok)
	require.Len(t, list, 3)
	require.Equal(t, []bool{true, true, false}, []bool{list[0].Quoted(), list[1].Quoted(), list[2].Quoted()})
	require.True(t, list[2].IsNull())
	_, ok = list[2].Text()
	require.False(t, ok)
	block, ok := roots[1].List()
	require.True(t, ok)
	require.True(t, block[0].Quoted())
	require.Equal(t, 2, d.Line(list[0]))

	d.Refuse(list[1], "b", "no", "yes")
	d.Refuse(rules.Item{}, "", "nowhere", "")
	require.Equal(t, "d.yaml:2:10: b: no; yes\n    b: ['2', \"x\", ~]\n             ^", d.Errors()[0].Error())
	require.Equal(t, "d.yaml: nowhere", d.Errors()[1].Error())
	require.True(t, rules.Item{}.IsZero())
	require.True(t, rules.Item{}.IsNull())
	require.Zero(t, d.Line(rules.Item{}))

	for text, want := range map[string]string{
		strings.Repeat("#", 101): "the limit is 100", "a: &b 1": "anchors", "\xff": "not UTF-8", strings.Repeat("[", 70): "nested deeper", "a: [": "d.yaml:1",
		"a: 1\n---\n# b\n---\n- c\n": "d.yaml:4:1: an empty document is not admitted",
	} {
		d := rules.ReadDocument(s.Reading(), "d.yaml", []byte(text))
		require.Empty(t, d.Roots())
		require.Len(t, d.Errors(), 1)
		require.ErrorContains(t, d.Errors()[0], want)
	}
}

// TestDecodeEffectWritesIntoNothingShared decodes over the copy of an effect.
func TestDecodeEffectWritesIntoNothingShared(t *testing.T) {
	amount := money.MustParse("1 USD")
	first := discount{Percent: money.MustRate("5%"), Amount: &amount, Reasons: []string{"a"}, Limits: map[string]int{"US": 1}}
	d := rules.ReadDocument(rules.Reading{Limits: rules.Limits{SourceBytes: 1000}}, "d", []byte("{amount: 2 USD, reasons: [b], limits: {US: 2}}\n---\n{percent: x}\n"))
	second := first
	require.True(t, rules.DecodeEffect(d, d.Roots()[0], "then", &second))
	require.Equal(t, discount{Percent: money.MustRate("5%"), Amount: second.Amount, Reasons: []string{"b"}, Limits: map[string]int{"US": 2}}, second)
	require.Equal(t, "2.00 USD", second.Amount.String())
	require.Equal(t, "1.00 USD", amount.String())
	require.Equal(t, []string{"a"}, first.Reasons)
	require.Equal(t, map[string]int{"US": 1}, first.Limits)
	require.False(t, rules.DecodeEffect(d, d.Roots()[1], "then", &second))
	require.False(t, rules.DecodeEffect(d, rules.Item{}, "then", &second))
	require.Len(t, d.Errors(), 2)
	require.Equal(t, 3, d.Errors()[0].Line)
}

func TestReadingInstant(t *testing.T) {
	toronto, err := time.LoadLocation("America/Toronto")
	require.NoError(t, err)
	r := schema(t, rules.Config{Location: toronto}).Reading()
	at, err := r.Instant("2026-07-01")
	require.NoError(t, err)
	require.True(t, time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC).Equal(at))
	at, err = rules.Reading{}.Instant("2026-07-01")
	require.NoError(t, err)
	require.True(t, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC).Equal(at))
	at, err = r.Instant("2026-07-01T06:00:00Z")
	require.NoError(t, err)
	require.True(t, time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC).Equal(at))
	_, err = r.Instant("soon")
	require.ErrorContains(t, err, `"soon" is not a date`)
}

// TestYAMLDropsNoRules holds that a rule after an empty document is not lost
// without a word, as the parser by itself would have it.
func TestYAMLDropsNoRules(t *testing.T) {
	const rule = "- {id: %, when: rush, then: {}}\n"
	first, second := strings.Replace(rule, "%", "a", 1), strings.Replace(rule, "%", "b", 1)
	for text, want := range map[string]int{
		first + "---\n" + second: 2, "---\n" + first + "---\n# c\n" + second: 2, first + "...\n---\n" + second: 2, first + "...\n" + second: 2, first + "---\n": 1,
		first + "---\n---\n" + second: 0, "---\n# c\n---\n" + first: 0, "---\n...\n---\n" + first: 0,
	} {
		b, err := loadYAML(t, rules.Config{}, text)
		if want == 0 {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		require.Equal(t, want, b.Len(), text)
	}
}
