package advice_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
)

var update = flag.Bool("update", false, "write the golden files anew")

var day0 = calendar.MustDate("2026-03-02")

func day(n int) calendar.Date { return day0.AddDays(n) }

func noon(n int) time.Time { return day(n).UTC().Add(12 * time.Hour) }

// newStock has two sites whose days differ: at noon UTC it is tomorrow in Apia.
func newStock(t require.TestingT) *atp.Stock {
	var sites []atp.Site
	for id, zone := range map[string]string{"BER": "UTC", "APW": "Pacific/Apia"} {
		c, err := calendar.New(calendar.Config{Name: id, Zone: zone})
		require.NoError(t, err)
		sites = append(sites, atp.Site{ID: id, Calendar: c})
	}
	s, err := atp.New(atp.Config{Sites: sites})
	require.NoError(t, err)
	return s
}

func stocked(t require.TestingT, s *atp.Stock, item, site string, onHand int64, policy atp.Policy) atp.Ref {
	ref, _, err := s.Define(noon(0), atp.Definition{Item: item, Site: site, Policy: policy})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: onHand})
	require.NoError(t, err)
	return ref
}

func due(t require.TestingT, s *atp.Stock, ref atp.Ref, on int, quantity int64) {
	_, err := s.AddSupply(noon(0), atp.Supply{
		Ref: ref, Document: fmt.Sprint("PO", on), Type: atp.PurchaseOrder, Due: day(on), Quantity: quantity,
	})
	require.NoError(t, err)
}

func feed(t require.TestingT, s advice.Source, change func(*advice.Config)) *advice.Feed {
	cfg := advice.Config{Channel: "market", Source: s, Ahead: 30, Items: []advice.Item{{ID: "A", Sites: []string{"APW", "BER"}}}}
	if change != nil {
		change(&cfg)
	}
	f, err := advice.New(cfg)
	require.NoError(t, err)
	return f
}

// tell drafts and applies.
func tell(t require.TestingT, f *advice.Feed, now time.Time, kind advice.Kind) (advice.Advice, bool) {
	a, news, err := f.Draft(now, kind)
	require.NoError(t, err)
	if news {
		require.NoError(t, f.Apply(a))
	}
	return a, news
}

func TestTermsShow(t *testing.T) {
	for name, c := range map[string]struct {
		terms    advice.Terms
		quantity int64
		want     int64
	}{
		"all":                            {advice.Terms{}, 17, 17},
		"nothing of a shortage":          {advice.Terms{}, -5, 0},
		"fixed":                          {advice.Terms{Fixed: 3}, 17, 14},
		"fixed, more than there is":      {advice.Terms{Fixed: 30}, 17, 0},
		"10 % of 17 are 2":               {advice.Terms{Percent: 10}, 17, 15},
		"10 % of 20 are 2":               {advice.Terms{Percent: 10}, 20, 18},
		"the greater of both: percent":   {advice.Terms{Fixed: 1, Percent: 10}, 20, 18},
		"the greater of both: fixed":     {advice.Terms{Fixed: 3, Percent: 10}, 20, 17},
		"all is kept back":               {advice.Terms{Percent: 100}, 20, 0},
		"the minimum itself is shown":    {advice.Terms{Fixed: 7, Minimum: 10}, 17, 10},
		"below the minimum is nothing":   {advice.Terms{Fixed: 8, Minimum: 10}, 17, 0},
		"the cap":                        {advice.Terms{Fixed: 2, Cap: 10}, 17, 10},
		"packs":                          {advice.Terms{Pack: 6}, 17, 12},
		"the cap in packs":               {advice.Terms{Pack: 6, Cap: 10}, 17, 6},
		"without limit":                  {advice.Terms{Fixed: 5, Percent: 50, Pack: 7}, atp.Unlimited, atp.MaxQuantity},
		"without limit, with a cap":      {advice.Terms{Fixed: 5, Percent: 50, Pack: 7, Cap: 50}, atp.Unlimited, 49},
		"more than can be told":          {advice.Terms{}, 1 << 61, atp.MaxQuantity},
		"a percentage of what is a lot":  {advice.Terms{Percent: 99}, 1 << 61, atp.MaxQuantity},
		"a percentage of the most there": {advice.Terms{Percent: 1}, atp.MaxQuantity, atp.MaxQuantity - atp.MaxQuantity/100},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.terms.Show(c.quantity)) })
	}
	rapid.Check(t, func(t *rapid.T) {
		terms := someTerms(t)
		q := rapid.Int64Range(-5, 300).Draw(t, "quantity")
		if got, want := terms.Show(q), shown(terms, q); got != want {
			t.Fatalf("%d of %d, want %d", got, q, want)
		}
	})
}

func someTerms(t *rapid.T) advice.Terms {
	return advice.Terms{
		Fixed: rapid.Int64Range(0, 10).Draw(t, "fixed"), Percent: rapid.IntRange(0, 100).Draw(t, "percent"),
		Minimum: rapid.Int64Range(0, 20).Draw(t, "minimum"), Cap: rapid.Int64Range(0, 50).Draw(t, "cap"),
		Pack: rapid.Int64Range(0, 7).Draw(t, "pack"),
	}
}

// shown takes units away one by one until the terms are kept.
func shown(t advice.Terms, q int64) int64 {
	left := max(q, 0)
	for left > 0 && (max(q, 0)-left < t.Fixed || (max(q, 0)-left)*100 < max(q, 0)*int64(t.Percent)) {
		left--
	}
	if left < t.Minimum {
		left = 0
	}
	for t.Cap > 0 && left > t.Cap || left%max(t.Pack, 1) != 0 {
		left--
	}
	return left
}

// atp.md, decisions: 846 out, full or changes, by site, now or dated, with a channel buffer.
func TestFullAndChangesByHand(t *testing.T) {
	s := newStock(t)
	ber, apw := stocked(t, s, "A", "BER", 10, atp.Policy{}), stocked(t, s, "A", "APW", 7, atp.Policy{})
	stocked(t, s, "B", "BER", 3, atp.Policy{})
	due(t, s, ber, 4, 20)
	due(t, s, apw, 6, 5)
	due(t, s, apw, 40, 5) // beyond what is told
	change := func(c *advice.Config) {
		c.Terms = advice.Terms{Fixed: 2}
		c.Items = []advice.Item{
			{ID: "B", Sites: []string{"BER"}, Terms: &advice.Terms{Minimum: 4}}, {ID: "A", Sites: []string{"APW", "BER"}},
		}
	}
	f := feed(t, s, change)
	a, news := tell(t, f, noon(0), advice.Changes)
	require.True(t, news)
	require.Equal(t, advice.Advice{Channel: "market", Number: 1, Kind: advice.Full, At: noon(0), Lines: []advice.Line{
		{Item: "A", Quantity: 15, Later: []advice.Later{{day(4), 35}, {day(6), 40}}},
		{Item: "B"},
	}}, a)

	_, news = tell(t, f, noon(0).Add(time.Hour), advice.Changes)
	require.False(t, news, "nothing has changed")
	_, err := s.Count(noon(0), atp.Count{Ref: ber, Quantity: 9})
	require.NoError(t, err)
	a, news = tell(t, f, noon(1), advice.Changes)
	require.True(t, news)
	require.Equal(t, uint64(2), a.Number)
	require.Equal(t, []advice.Line{{Item: "A", Quantity: 14, Later: []advice.Later{{day(4), 34}, {day(6), 39}}}}, a.Lines)

	a, news = tell(t, f, noon(1), advice.Full)
	require.True(t, news, "a full advice is always told")
	require.Len(t, a.Lines, 2)
	require.Equal(t, advice.Full, a.Kind)

	bySite := feed(t, s, func(c *advice.Config) { change(c); c.BySite = true; c.Steps = 1 })
	a, _ = tell(t, bySite, noon(0), advice.Full)
	require.Equal(t, []advice.Line{
		{Item: "A", Site: "APW", Quantity: 5, Later: []advice.Later{{day(6), 10}}},
		{Item: "A", Site: "BER", Quantity: 7, Later: []advice.Later{{day(4), 27}}},
		{Item: "B", Site: "BER"},
	}, a.Lines)

	now := feed(t, s, func(c *advice.Config) { change(c); c.Ahead = 0 })
	a, _ = tell(t, now, noon(0), advice.Full)
	require.Equal(t, []advice.Line{{Item: "A", Quantity: 14}, {Item: "B"}}, a.Lines)
}

func TestInfiniteHorizonHasNoLimit(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "BER", 10, atp.Policy{Horizon: atp.Infinite, Replenishment: 9})
	due(t, s, ref, 4, 20)
	f := feed(t, s, func(c *advice.Config) { c.Items[0].Sites = []string{"BER"} })
	a, _ := tell(t, f, noon(0), advice.Full)
	require.Equal(t, []advice.Line{{Item: "A", Quantity: 10, Later: []advice.Later{{day(4), 30}, {day(9), atp.MaxQuantity}}}}, a.Lines)
	require.Equal(t, int64(30), a.Lines[0].On(day(8)))
}

// What is no longer offered is told once, and what another configuration offers is told as it is there.
func TestAnotherConfiguration(t *testing.T) {
	s := newStock(t)
	for _, item := range []string{"A", "B", "C"} {
		stocked(t, s, item, "BER", 10, atp.Policy{})
	}
	items := func(ids ...string) func(*advice.Config) {
		return func(c *advice.Config) {
			c.Items = nil
			for _, id := range ids {
				c.Items = append(c.Items, advice.Item{ID: id, Sites: []string{"BER"}})
			}
		}
	}
	f := feed(t, s, items("A", "B"))
	tell(t, f, noon(0), advice.Full)
	g := feed(t, s, items("C", "B"))
	require.NoError(t, g.Restore(f.State()))
	require.Equal(t, f.State(), g.State())
	a, news := tell(t, g, noon(0), advice.Changes)
	require.True(t, news)
	require.Equal(t, []advice.Line{{Item: "A", Withdrawn: true}, {Item: "C", Quantity: 10}}, a.Lines)
	_, news = tell(t, g, noon(0), advice.Changes)
	require.False(t, news)
	require.ErrorIs(t, g.Restore(f.State()), advice.ErrNotEmpty)

	h := feed(t, s, items("C"))
	require.NoError(t, h.Restore(g.State()))
	tell(t, h, noon(0), advice.Full)
	require.Equal(t, []advice.Line{{Item: "C", Quantity: 10}}, h.State().Lines, "a full advice takes the place of all before")
}

func TestOfTwoDraftsOneIsTold(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "BER", 10, atp.Policy{})
	f := feed(t, s, func(c *advice.Config) { c.Items[0].Sites = []string{"BER"} })
	first, _, err := f.Draft(noon(0), advice.Full)
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 8})
	require.NoError(t, err)
	second, _, err := f.Draft(noon(0), advice.Full)
	require.NoError(t, err)
	require.Equal(t, first.Number, second.Number)
	require.NoError(t, f.Apply(first))
	require.NoError(t, f.Apply(first), "again")
	state := f.State()
	var conflict *advice.ConflictError
	require.ErrorAs(t, f.Apply(second), &conflict)
	require.Equal(t, state, f.State())
}

func TestApplyRefuses(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", "BER", 10, atp.Policy{})
	f := feed(t, s, func(c *advice.Config) { c.Items[0].Sites = []string{"BER"} })
	good := advice.Advice{Channel: "market", Number: 1, At: noon(0), Lines: []advice.Line{{Item: "A", Quantity: 1}}}
	for name, change := range map[string]func(*advice.Advice){
		"another channel":     func(a *advice.Advice) { a.Channel = "shop" },
		"a gap":               func(a *advice.Advice) { a.Number = 2 },
		"no number":           func(a *advice.Advice) { a.Number = 0 },
		"changes of nothing":  func(a *advice.Advice) { a.Kind = advice.Changes },
		"a kind of its own":   func(a *advice.Advice) { a.Kind = 7 },
		"no time":             func(a *advice.Advice) { a.At = time.Time{} },
		"a line twice":        func(a *advice.Advice) { a.Lines = append(a.Lines, a.Lines[0]) },
		"a line of no item":   func(a *advice.Advice) { a.Lines = []advice.Line{{Quantity: 1}} },
		"a negative quantity": func(a *advice.Advice) { a.Lines = []advice.Line{{Item: "A", Quantity: -1}} },
	} {
		t.Run(name, func(t *testing.T) {
			a := good
			change(&a)
			var bad *advice.EventError
			require.ErrorAs(t, f.Apply(a), &bad)
			require.NotEmpty(t, bad.Error())
			require.Zero(t, f.State().Number)
		})
	}
	var bad *advice.EventError
	require.ErrorAs(t, f.Apply(&good), &bad)
	require.ErrorAs(t, f.Restore(advice.State{Channel: "shop"}), &bad)
}

func TestNewRefuses(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", "BER", 10, atp.Policy{})
	good := advice.Item{ID: "A", Sites: []string{"BER"}}
	for field, change := range map[string]func(*advice.Config){
		"Channel":              func(c *advice.Config) { c.Channel = "" },
		"Source":               func(c *advice.Config) { c.Source = nil },
		"Ahead":                func(c *advice.Config) { c.Ahead = -1 },
		"Steps":                func(c *advice.Config) { c.Steps = -1 },
		"Terms.Percent":        func(c *advice.Config) { c.Terms.Percent = 101 },
		"Items[0].Terms.Fixed": func(c *advice.Config) { c.Items[0].Terms = &advice.Terms{Fixed: -1} },
		"Items[0].ID":          func(c *advice.Config) { c.Items[0].ID = "" },
		"Items[1].ID":          func(c *advice.Config) { c.Items = append(c.Items, good) },
		"Items[0].Sites":       func(c *advice.Config) { c.Items[0].Sites = nil },
		"Items[1].Sites":       func(c *advice.Config) { c.Items = append(c.Items, advice.Item{ID: "Z", Sites: []string{"BER"}}) },
		"Items[2].Sites": func(c *advice.Config) {
			c.Items = append(c.Items, advice.Item{ID: "Y", Sites: []string{"BER"}}, advice.Item{ID: "X", Sites: []string{"BER", "BER"}})
		},
		"Items[0].Terms.Minimum": func(c *advice.Config) { c.Items[0].Terms = &advice.Terms{Minimum: 1e13} },
	} {
		t.Run(field, func(t *testing.T) {
			cfg := advice.Config{Channel: "market", Source: s, Items: []advice.Item{good}}
			change(&cfg)
			_, err := advice.New(cfg)
			require.Contains(t, fields(err), field, "%v", err)
		})
	}
	_, err := advice.New(advice.Config{Channel: "market", Source: s, Items: []advice.Item{{ID: "Z", Sites: []string{"BER"}}}})
	var unknown *atp.UnknownItemError
	require.ErrorAs(t, err, &unknown)
}

// fields lists what the errors of New are about.
func fields(err error) []string {
	var all []string
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, e := range joined.Unwrap() {
		var one *advice.ConfigError
		if errors.As(e, &one) {
			all = append(all, one.Field)
		}
	}
	return all
}

// failing is a source that fails after it was configured.
type failing struct{ *atp.Stock }

var errGone = errors.New("gone")

func (failing) Outlook(time.Time, atp.Ref) (atp.Outlook, error) { return atp.Outlook{}, errGone }

func TestDraftGivesTheErrorOfItsSource(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", "BER", 10, atp.Policy{})
	f := feed(t, failing{s}, func(c *advice.Config) { c.Items[0].Sites = []string{"BER"} })
	_, _, err := f.Draft(noon(0), advice.Full)
	require.ErrorIs(t, err, errGone)
}

// partner is a channel that keeps what it was told.
type partner map[[2]string]advice.Line

func (p partner) told(a advice.Advice) {
	if a.Kind == advice.Full {
		clear(p)
	}
	for _, l := range a.Lines {
		if l.Withdrawn {
			delete(p, [2]string{l.Item, l.Site})
		} else {
			p[[2]string{l.Item, l.Site}] = l
		}
	}
}

// world is a stock to which things happen at random, and a feed of it.
type world struct {
	s     *atp.Stock
	refs  []atp.Ref
	now   int
	terms map[string]advice.Terms
	keys  int
}

func (w *world) happen(t *rapid.T) {
	ref := w.refs[rapid.IntRange(0, len(w.refs)-1).Draw(t, "ref")]
	on := day(w.now + rapid.IntRange(-1, 12).Draw(t, "on"))
	quantity := rapid.Int64Range(1, 40).Draw(t, "quantity")
	w.keys++
	switch rapid.IntRange(0, 4).Draw(t, "what") {
	case 0:
		w.now += rapid.IntRange(0, 2).Draw(t, "days")
	case 1:
		_, err := w.s.AddSupply(noon(w.now), atp.Supply{
			Ref: ref, Document: fmt.Sprint(w.keys), Type: atp.PurchaseOrder, Due: on, Quantity: quantity,
		})
		require.NoError(t, err)
	case 2:
		_, err := w.s.Count(noon(w.now), atp.Count{Ref: ref, Quantity: quantity})
		require.NoError(t, err)
	default:
		_, err := w.s.Reserve(noon(w.now), atp.Request{
			Key: fmt.Sprint(w.keys), Hold: 30 * time.Hour, Lines: []atp.Line{{Ref: ref, Date: on, Quantity: quantity}},
		})
		var short *atp.ShortageError
		require.True(t, err == nil || errors.As(err, &short), "%v", err)
	}
}

// TestWhatThePartnerHas lets things happen and tells of them. After each advice, what the partner has of every day is what
// the stock answers for that day, with the terms taken off a unit at a time.
func TestWhatThePartnerHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := world{s: newStock(t), terms: make(map[string]advice.Terms)}
		cfg := advice.Config{
			Channel: "market", Source: w.s, Ahead: rapid.IntRange(0, 15).Draw(t, "ahead"), BySite: rapid.Bool().Draw(t, "by site"),
		}
		for _, item := range []string{"B", "A"} {
			terms := someTerms(t)
			w.terms[item] = terms
			cfg.Items = append(cfg.Items, advice.Item{ID: item, Sites: []string{"APW", "BER"}, Terms: &terms})
			policy := atp.Policy{}
			if rapid.Bool().Draw(t, "infinite") {
				policy = atp.Policy{Horizon: atp.Infinite, Replenishment: 9}
			}
			for _, site := range cfg.Items[0].Sites {
				w.refs = append(w.refs, stocked(t, w.s, item, site, rapid.Int64Range(0, 40).Draw(t, "on hand"), policy))
			}
		}
		f, err := advice.New(cfg)
		require.NoError(t, err)
		p := make(partner)
		var told []advice.Advice
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			w.happen(t)
			kind := advice.Kind(rapid.SampledFrom([]int{0, 1, 1, 1}).Draw(t, "kind"))
			before := f.State()
			a, news, err := f.Draft(noon(w.now), kind)
			require.NoError(t, err)
			require.Equal(t, before, f.State(), "a draft changes nothing")
			if news {
				require.NoError(t, f.Apply(a))
				require.Equal(t, uint64(len(told)+1), a.Number)
				told = append(told, a)
				p.told(a)
			}
			w.compare(t, cfg, p)
		}
		again, err := advice.New(cfg)
		require.NoError(t, err)
		for _, a := range told {
			require.NoError(t, again.Apply(decoded(t, a)))
		}
		require.Equal(t, f.State(), again.State())
		for _, a := range told {
			require.NoError(t, again.Apply(a), "a second time")
		}
		require.Equal(t, f.State(), again.State())
	})
}

func decoded(t *rapid.T, a advice.Advice) advice.Advice {
	text, err := json.Marshal(a)
	require.NoError(t, err)
	var b advice.Advice
	require.NoError(t, json.Unmarshal(text, &b))
	return b
}

// compare asks the stock about every day.
func (w *world) compare(t *rapid.T, cfg advice.Config, p partner) {
	groups := make(map[[2]string][]atp.Ref)
	for _, ref := range w.refs {
		key := [2]string{ref.Item(), ""}
		if cfg.BySite {
			key[1] = ref.Site()
		}
		groups[key] = append(groups[key], ref)
	}
	require.Len(t, p, len(groups))
	for key, refs := range groups {
		today := day(w.now) // that of Berlin is the earliest
		if key[1] == "APW" {
			today = day(w.now + 1)
		}
		for n := range cfg.Ahead + 1 {
			var sum int64
			endless := false
			for _, ref := range refs {
				got, err := w.s.ATP(noon(w.now), atp.Query{Ref: ref, Date: today.AddDays(n)})
				require.NoError(t, err)
				if got == atp.Unlimited {
					endless = true
					continue
				}
				sum += max(got, 0)
			}
			terms := w.terms[key[0]]
			want := shown(terms, sum)
			if endless && terms.Cap > 0 {
				want = terms.Cap / max(terms.Pack, 1) * max(terms.Pack, 1)
			} else if endless {
				want = atp.MaxQuantity
			}
			l := p[key]
			require.Equal(t, want, l.On(today.AddDays(n)), "%v on %s: %+v", key, today.AddDays(n), l)
			require.True(t, slices.IsSortedFunc(l.Later, func(a, b advice.Later) int { return a.Date.Compare(b.Date) }))
		}
	}
}

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, advice.Events(), filepath.Join("testdata", "events"), *update, advice.Advice{
		Channel: "market", Number: 2, Kind: advice.Changes, At: noon(0), Lines: []advice.Line{
			{Item: "A", Site: "BER", Quantity: 7, Later: []advice.Later{{day(4), 27}}}, {Item: "B", Withdrawn: true},
		},
	})
}

func TestKindText(t *testing.T) {
	for _, k := range []advice.Kind{advice.Full, advice.Changes} {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back advice.Kind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, k, back)
	}
	_, err := advice.Kind(3).MarshalText()
	require.Error(t, err)
	var k advice.Kind
	require.Error(t, k.UnmarshalText([]byte("some")))
}
