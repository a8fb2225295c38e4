package rebate_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// doc is a document of the model, and what it is for the ledger.
type doc struct {
	day    int
	cents  int64
	pieces int64
	event  rebate.Accrued
}

// modelTier grants basis points of a cent, or cents for a number of pieces.
type modelTier struct{ from, points, cents int64 }

// modelEarned is what is earned in cents, by fractions: half up, never below 0.
func modelEarned(a *rebate.Agreement, tiers []modelTier, per, cents, pieces int64) int64 {
	measure := cents
	if a.Basis == rebate.Quantity {
		measure = pieces
	}
	sum := new(big.Rat)
	add := func(t modelTier, cents, pieces int64) {
		if t.cents > 0 {
			sum.Add(sum, big.NewRat(pieces*t.cents, per))
		} else {
			sum.Add(sum, big.NewRat(cents*t.points, 10000))
		}
	}
	reached := -1
	for i, t := range tiers {
		if t.from <= measure {
			reached = i
		}
	}
	switch {
	case reached < 0:
		return 0
	case a.Reach == rebate.Retroactive:
		add(tiers[reached], cents, pieces)
	default: // cent by cent or piece by piece would say the same: each belongs to the tier that it passes through
		for i, t := range tiers[:reached+1] {
			end := measure
			if i < reached {
				end = tiers[i+1].from
			}
			add(t, end-t.from, end-t.from)
		}
	}
	if sum.Sign() <= 0 {
		return 0
	}
	sum.Add(sum, big.NewRat(1, 2))
	return new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
}

// TestModel bills, credits, changes terms, settles and takes back at random. After every document of a period its accrual
// is what the turnover earns by the terms in force, to the cent; after every settlement what was paid is what is earned;
// the entries and settlements add up to the balances; and the events give the same state in any order.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := agreed()
		a.Periods = rebate.Months
		a.Unit = quantity.Each
		a.Basis = rapid.SampledFrom([]rebate.Basis{rebate.Value, rebate.Quantity}).Draw(rt, "basis")
		a.Reach = rapid.SampledFrom([]rebate.Reach{rebate.Retroactive, rebate.Beyond}).Draw(rt, "reach")
		var tiers []modelTier
		per := rapid.Int64Range(1, 7).Draw(rt, "per")
		terms := func(rt *rapid.T) {
			a.Tiers, tiers = nil, nil
			from := rapid.Int64Range(0, 50).Draw(rt, "from")
			byAmount := a.Basis == rebate.Quantity
			if a.Reach == rebate.Retroactive {
				byAmount = rapid.Bool().Draw(rt, "by amount")
			}
			for range rapid.IntRange(1, 4).Draw(rt, "tiers") {
				m := modelTier{from: from}
				tier := rebate.Tier{}
				if a.Basis == rebate.Value {
					tier.Value = money.FromMinor(from, money.USD)
				} else {
					tier.Quantity = each(from)
				}
				if byAmount {
					m.cents = rapid.Int64Range(1, 300).Draw(rt, "cents")
					tier.Amount, tier.Per = money.FromMinor(m.cents, money.USD), per
				} else {
					m.points = rapid.Int64Range(0, 3000).Draw(rt, "points")
					tier.Rate = money.MustRate(fmt.Sprintf("%d.%02d%%", m.points/100, m.points%100))
				}
				a.Tiers, tiers = append(a.Tiers, tier), append(tiers, m)
				from += rapid.Int64Range(1, 80).Draw(rt, "step")
			}
		}
		terms(rt)
		d := newDesk(rt, a)
		docs := map[string]doc{}
		paid := map[int]int64{}
		n := 0
		first := calendar.MustDate("2026-01-01")
		month := func(day int) int { return int(first.AddDays(day).Month()) }
		turnover := func(m int) (cents, pieces int64) {
			for _, x := range docs {
				if month(x.day) == m {
					cents, pieces = cents+x.cents, pieces+x.pieces
				}
			}
			return cents, pieces
		}
		state := func(day int) rebate.PeriodState {
			p, err := d.Period("R-7", first.AddDays(day))
			require.NoError(rt, err)
			return p
		}
		minor := func(a money.Amount) int64 {
			m, exact := a.Minor()
			require.True(rt, exact)
			return m
		}
		rt.Repeat(map[string]func(*rapid.T){
			"bill": func(t *rapid.T) {
				n++
				x := doc{day: rapid.IntRange(0, 80).Draw(t, "day")}
				b := rebate.Billed{Document: fmt.Sprint("D-", n), Customer: "ACME", Date: first.AddDays(x.day)}
				for i := range rapid.IntRange(1, 3).Draw(t, "lines") {
					cents, pieces := rapid.Int64Range(-60, 120).Draw(t, "net"), rapid.Int64Range(-20, 40).Draw(t, "pieces")
					x.cents, x.pieces = x.cents+cents, x.pieces+pieces
					b.Lines = append(b.Lines, rebate.BilledLine{ID: fmt.Sprint(i), Net: money.FromMinor(cents, money.USD), Quantity: each(pieces)})
				}
				expected, err := d.Expected(b)
				require.NoError(t, err)
				e, err := d.Accrue(noon.Add(time.Duration(n)), b)
				require.NoError(t, err)
				require.Equal(t, expected, e.Entries)
				if rapid.IntRange(0, 4).Draw(t, "refused") == 0 {
					require.NoError(t, d.UndoAccrue(e))
					return
				}
				d.events = append(d.events, e)
				x.event = e
				docs[e.Document] = x
				cents, pieces := turnover(month(x.day))
				require.Equal(t, modelEarned(&a, tiers, per, cents, pieces), minor(state(x.day).Accrued), "%d cents, %d pieces", cents, pieces)
				again, err := d.Accrue(noon, b)
				require.NoError(t, err)
				require.True(t, again.Replayed)
			},
			"settle": func(t *rapid.T) {
				n++
				day := rapid.IntRange(0, 80).Draw(t, "day")
				e, err := d.Settle(noon.Add(time.Duration(n)), rebate.Settlement{
					Document: fmt.Sprint("S-", n), Agreement: "R-7", Day: first.AddDays(day), Final: rapid.Bool().Draw(t, "final"),
				})
				require.NoError(t, err)
				if rapid.IntRange(0, 4).Draw(t, "refused") == 0 {
					require.NoError(t, d.UndoSettle(e))
					return
				}
				d.events = append(d.events, e)
				paid[month(day)] += minor(e.Pay)
				cents, pieces := turnover(month(day))
				require.Equal(t, modelEarned(&a, tiers, per, cents, pieces), paid[month(day)])
				if e.Final {
					require.Equal(t, paid[month(day)], minor(state(day).Accrued))
				}
			},
			"terms": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "whether") > 0 {
					return
				}
				terms(t)
				e, err := d.SetAgreement(noon, rebate.Setting{Agreement: a, Actor: "ann", Reason: "talks"})
				require.NoError(t, err)
				if !e.Replayed {
					d.events = append(d.events, e)
				}
			},
			"": func(t *rapid.T) {
				for _, day := range []int{0, 40, 70} {
					p := state(day)
					cents, pieces := turnover(month(day))
					require.Equal(t, cents, minor(p.Turnover.Value))
					require.Equal(t, pieces, p.Turnover.Quantity.Coefficient())
					require.Equal(t, paid[month(day)], minor(p.Paid))
					var entries int64
					for _, e := range d.events {
						switch e := e.(type) {
						case rebate.Accrued:
							for _, x := range e.Entries {
								if x.Period == p.From {
									entries += minor(x.Amount) + minor(x.CatchUp)
								}
							}
						case rebate.Settled:
							if e.Period.From == p.From {
								entries += minor(e.Adjust)
							}
						}
					}
					require.Equal(t, entries, minor(p.Accrued), "the parts are the whole")
				}
			},
		})
		want := d.State()
		require.Equal(rt, want, replay(rt, d.events).State())
		require.Equal(rt, want, replay(rt, shuffled(rt, d.events)).State(), "in another order")
		require.Equal(rt, want, replay(rt, append(slices.Clone(d.events), d.events...)).State(), "everything twice")
	})
}

// shuffled puts events into another order that keeps the settings of the agreement in theirs.
func shuffled(t *rapid.T, events []any) []any {
	mixed := rapid.Permutation(events).Draw(t, "order")
	var settings []any
	for _, e := range events {
		if _, ok := e.(rebate.AgreementSet); ok {
			settings = append(settings, e)
		}
	}
	for i, e := range mixed {
		if _, ok := e.(rebate.AgreementSet); ok {
			mixed[i], settings = settings[0], settings[1:]
		}
	}
	return mixed
}
