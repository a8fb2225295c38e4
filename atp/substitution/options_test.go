package substitution_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

func catalog(t testing.TB, relations ...substitution.Relation) *substitution.Catalog {
	t.Helper()
	c, err := substitution.New(substitution.Config{Relations: relations})
	require.NoError(t, err)
	return c
}

func options(t testing.TB, c *substitution.Catalog, item string) substitution.Options {
	t.Helper()
	o, err := c.Options(context.Background(), noon(0), substitution.Request{Item: item, Quantity: 10})
	require.NoError(t, err)
	return o
}

func itemsOf(o substitution.Options) []string {
	var items []string
	for _, c := range o.Candidates {
		items = append(items, c.Item)
	}
	return items
}

// atp.md: promising, supersession chains: one way, use up old first (ATP-5).
func TestSequence(t *testing.T) {
	super := func(from, to string, u substitution.UseUp, both bool) substitution.Relation {
		return substitution.Relation{From: from, To: to, UseUp: u, BothWays: both}
	}
	like := func(from, to string, priority int, both bool) substitution.Relation {
		return substitution.Relation{From: from, To: to, Kind: substitution.Substitute, Priority: priority, BothWays: both}
	}
	for name, c := range map[string]struct {
		relations []substitution.Relation
		item      string
		want      []string
	}{
		"alone":                      {nil, "A", []string{"A"}},
		"old first":                  {[]substitution.Relation{super("A", "B", substitution.OldFirst, false)}, "A", []string{"A", "B"}},
		"one way":                    {[]substitution.Relation{super("A", "B", substitution.OldFirst, false)}, "B", []string{"B"}},
		"old for new":                {[]substitution.Relation{super("A", "B", substitution.OldFirst, true)}, "B", []string{"A", "B"}},
		"new first":                  {[]substitution.Relation{super("A", "B", substitution.NewFirst, true)}, "A", []string{"B", "A"}},
		"new first, new ordered":     {[]substitution.Relation{super("A", "B", substitution.NewFirst, true)}, "B", []string{"B", "A"}},
		"new only":                   {[]substitution.Relation{super("A", "B", substitution.NewOnly, false)}, "A", []string{"B"}},
		"chain":                      {[]substitution.Relation{super("A", "B", 0, false), super("B", "C", 0, false)}, "A", []string{"A", "B", "C"}},
		"chain with a dead link":     {[]substitution.Relation{super("A", "B", 0, false), super("B", "C", substitution.NewOnly, false)}, "A", []string{"A", "C"}},
		"both ways, from the middle": {[]substitution.Relation{super("A", "B", 0, true), super("B", "C", 0, true)}, "B", []string{"A", "B", "C"}},
		"circle":                     {[]substitution.Relation{super("A", "B", 0, false), super("B", "C", 0, false), super("C", "A", 0, false)}, "B", []string{"B", "C", "A"}},
		"substitutes by priority":    {[]substitution.Relation{like("A", "X", 1, false), like("A", "Y", 2, false), super("A", "B", 0, false)}, "A", []string{"A", "B", "Y", "X"}},
		"substitutes by id":          {[]substitution.Relation{like("A", "Y", 0, false), like("A", "X", 0, false)}, "A", []string{"A", "X", "Y"}},
		"a substitute the other way": {[]substitution.Relation{like("A", "B", 0, true), like("C", "B", 0, false)}, "B", []string{"B", "A"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, itemsOf(options(t, catalog(t, c.relations...), c.item)))
			slices.Reverse(c.relations)
			assert.Equal(t, c.want, itemsOf(options(t, catalog(t, c.relations...), c.item)), "the order of relations matters")
		})
	}
}

func TestRatiosAlongAChain(t *testing.T) {
	c := catalog(t,
		substitution.Relation{From: "A", To: "B", Numerator: 2, Denominator: 1, BothWays: true, Reason: "two halves"},
		substitution.Relation{From: "B", To: "C", Numerator: 3, Denominator: 4, BothWays: true})
	o := options(t, c, "A")
	assert.Equal(t, substitution.Candidate{Item: "B", Numerator: 2, Denominator: 1, Via: []string{"A"}, Reason: "two halves"}, o.Candidates[1])
	assert.Equal(t, substitution.Candidate{Item: "C", Numerator: 3, Denominator: 2, Via: []string{"A", "B"}}, o.Candidates[2])
	o = options(t, c, "C")
	assert.Equal(t, substitution.Candidate{Item: "A", Numerator: 2, Denominator: 3, Via: []string{"C", "B"}, Reason: "two halves"}, o.Candidates[0])
}

func TestRefusals(t *testing.T) {
	big := substitution.Relation{From: "A", To: "BIG", Kind: substitution.Substitute, Numerator: substitution.MaxRatio, Denominator: 1}
	huge := big
	huge.From, huge.To = "BIG", "HUGE"
	relations := []substitution.Relation{
		{From: "A", To: "B", UseUp: substitution.NewOnly},
		{From: "B", To: "C"}, {From: "C", To: "D"},
		{From: "A", To: "LATER", Valid: calendar.Period{From: day(1)}},
		{From: "A", To: "PAST", Valid: calendar.Period{To: day(-1)}},
		{From: "A", To: "ASK", Kind: substitution.Substitute, Consent: true, Priority: 2},
		{From: "A", To: "BAD", Kind: substitution.Substitute, Priority: 1},
		big, huge,
	}
	book, err := substitution.NewRuleBook("test",
		substitution.Rule{ID: "BAD", When: `to == "BAD"`, Then: substitution.Consent{Refuse: true, Reason: "{customer.account} sent {to} back"}},
		substitution.Rule{ID: "VIP", When: `customer.class == "VIP"`, Then: substitution.Consent{Accept: true}})
	require.NoError(t, err)
	c, err := substitution.New(substitution.Config{Relations: relations, Rules: rules.NewLive(book), Length: 2})
	require.NoError(t, err)
	o, err := c.Options(context.Background(), noon(0), substitution.Request{Item: "A", Quantity: 1, Account: "C-1"})
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "C", "BIG"}, itemsOf(o))
	got := map[string]substitution.Why{}
	for _, r := range o.Refused {
		got[r.Item] = r.Why
	}
	assert.Equal(t, map[string]substitution.Why{
		"A": substitution.Superseded, "D": substitution.TooLong, "LATER": substitution.NotInForce, "PAST": substitution.NotInForce,
		"ASK": substitution.NoConsent, "BAD": substitution.Refused, "HUGE": substitution.RatioTooLarge,
	}, got)
	i := slices.IndexFunc(o.Refused, func(r substitution.Refusal) bool { return r.Item == "BAD" })
	assert.Equal(t, []substitution.RuleReason{{Rule: "BAD", Text: "C-1 sent BAD back"}}, o.Refused[i].Rules)
	assert.Equal(t, book.Hash(), o.Book)

	o, err = c.Options(context.Background(), noon(0), substitution.Request{Item: "A", Quantity: 1, Class: "VIP", Day: day(1)})
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "C", "LATER", "ASK", "BIG"}, itemsOf(o))
	assert.Equal(t, []substitution.RuleReason{{Rule: "VIP", Text: "VIP"}}, o.Candidates[3].Rules)
}

// Whatever the relations: no item comes twice, everything that relations lead to is there or refused, ratios multiply
// along the way, and each relation has its two items in the order that it says.
func TestOptionsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 5000 {
		var relations []substitution.Relation
		links := map[[2]string]substitution.Relation{} // from, to: the way back has the relation with both turned round
		for range r.IntN(9) {
			from, to := fmt.Sprint("I", r.IntN(6)), fmt.Sprint("I", r.IntN(6))
			_, known := links[[2]string{from, to}]
			_, back := links[[2]string{to, from}]
			if from == to || known || back {
				continue
			}
			rel := substitution.Relation{
				From: from, To: to, Kind: substitution.Kind(r.IntN(2)), Numerator: 1 + r.Int64N(4), Denominator: 1 + r.Int64N(4),
				BothWays: r.IntN(2) == 0, Priority: r.IntN(3), Consent: r.IntN(5) == 0,
			}
			if rel.Kind == substitution.Supersession && !rel.BothWays {
				rel.UseUp = substitution.UseUp(r.IntN(3))
			}
			relations = append(relations, rel)
			links[[2]string{from, to}] = rel
			if rel.BothWays {
				rel.Numerator, rel.Denominator = rel.Denominator, rel.Numerator
				links[[2]string{to, from}] = rel
			}
		}
		c, err := substitution.New(substitution.Config{Relations: relations, Length: 20})
		require.NoError(t, err)
		o := options(t, c, "I0")
		place := map[string]int{}
		for i, candidate := range o.Candidates {
			_, twice := place[candidate.Item]
			require.False(t, twice)
			place[candidate.Item] = i
		}
		reached := map[string]bool{"I0": true}
		for grew := true; grew; {
			grew = false
			for link, rel := range links {
				if reached[link[0]] && !reached[link[1]] && !rel.Consent {
					reached[link[1]], grew = true, true
				}
			}
		}
		for item := range reached {
			_, there := place[item]
			ended := slices.ContainsFunc(relations, func(rel substitution.Relation) bool {
				return rel.From == item && rel.UseUp == substitution.NewOnly
			})
			require.NotEqual(t, ended, there, "%s in %+v", item, relations)
		}
		require.LessOrEqual(t, len(place), len(reached))
		for _, candidate := range o.Candidates {
			numerator, denominator := int64(1), int64(1)
			path := append(slices.Clone(candidate.Via), candidate.Item)
			for i := range candidate.Via {
				rel, known := links[[2]string{path[i], path[i+1]}]
				require.True(t, known)
				numerator, denominator = numerator*rel.Numerator, denominator*rel.Denominator
				old, young := place[rel.From], place[rel.To]
				_, a := place[rel.From]
				_, b := place[rel.To]
				if rel.Kind == substitution.Supersession && a && b {
					require.Equal(t, rel.UseUp == substitution.OldFirst, old < young, "%+v: %v", rel, itemsOf(o))
				}
			}
			require.Equal(t, numerator*candidate.Denominator, denominator*candidate.Numerator)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := substitution.Relation{From: "A", To: "B"}
	for field, spoil := range map[string]func(c *substitution.Config){
		"Length":                 func(c *substitution.Config) { c.Length = -1 },
		"Relations[1]":           func(c *substitution.Config) { c.Relations = append(c.Relations, good) },
		"Relations[0].From":      func(c *substitution.Config) { c.Relations[0].From = "" },
		"Relations[0].To":        func(c *substitution.Config) { c.Relations[0].To = "A" },
		"Relations[0].Kind":      func(c *substitution.Config) { c.Relations[0].Kind = 7 },
		"Relations[0].Numerator": func(c *substitution.Config) { c.Relations[0].Numerator = 1 },
		"Relations[0].Valid":     func(c *substitution.Config) { c.Relations[0].Valid = calendar.Period{From: day(1), To: day(0)} },
		"Relations[0].UseUp": func(c *substitution.Config) {
			c.Relations[0].Kind, c.Relations[0].UseUp = substitution.Substitute, substitution.NewFirst
		},
		"Relations[0].BothWays": func(c *substitution.Config) {
			c.Relations[0].UseUp, c.Relations[0].BothWays = substitution.NewOnly, true
		},
	} {
		c := substitution.Config{Relations: []substitution.Relation{good}}
		spoil(&c)
		_, err := substitution.New(c)
		var fault *atp.ConfigError
		require.ErrorAs(t, err, &fault, field)
		assert.Equal(t, field, fault.Field)
	}
	_, err := substitution.New(substitution.Config{Relations: []substitution.Relation{
		{From: "A", To: "B", Valid: calendar.Period{To: day(0)}}, {From: "A", To: "B", Valid: calendar.Period{From: day(1)}},
	}})
	require.NoError(t, err, "one after the other")
	c := catalog(t, good)
	for _, request := range []substitution.Request{{Quantity: 1}, {Item: "A"}, {Item: "A", Quantity: atp.MaxQuantity + 1}} {
		_, err := c.Options(context.Background(), noon(0), request)
		var refused *atp.RequestError
		require.ErrorAs(t, err, &refused)
	}
	for _, consent := range []substitution.Consent{{}, {Accept: true, Refuse: true}, {Accept: true, Reason: "{nobody}"}} {
		_, err := substitution.NewRuleBook("test", substitution.Rule{ID: "R", When: "true", Then: consent})
		require.Error(t, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = c.Options(ctx, noon(0), substitution.Request{Item: "A", Quantity: 1})
	require.ErrorIs(t, err, context.Canceled)
	texts(t, substitution.Supersession, substitution.Substitute, 9)
	texts(t, substitution.OldFirst, substitution.NewOnly, 9)
	texts(t, substitution.Superseded, substitution.RatioTooLarge, 9)
}

// texts holds names to their way there and back; the last value has none.
func texts[T interface {
	comparable
	MarshalText() ([]byte, error)
}, P interface {
	*T
	UnmarshalText([]byte) error
}](t *testing.T, values ...T) {
	t.Helper()
	for i, v := range values {
		text, err := v.MarshalText()
		if i == len(values)-1 {
			require.Error(t, err)
			require.Error(t, P(new(T)).UnmarshalText([]byte("nonsense")))
			return
		}
		require.NoError(t, err)
		var back T
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
	}
}
