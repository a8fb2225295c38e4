package credit_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// compare asks every account for its exposure.
func (h *history) compare() {
	for id, a := range h.m.accounts {
		got, err := h.l.Exposure(h.now(), id)
		require.NoError(h.t, err)
		parts, cover, total := h.m.exposure(id, h.today)
		c := a.Currency.Code()
		want := credit.Exposure{
			Account: id, Receivables: cents(parts[0], c), Deliveries: cents(parts[1], c), Orders: cents(parts[2], c),
			Special: cents(parts[3], c), Deposits: cents(parts[4], c), Unapplied: cents(parts[5], c), Cover: cents(cover, c),
			Total: cents(total, c), BeyondHorizon: got.BeyondHorizon, Limit: got.Limit, Available: got.Available,
			Comparison: got.Comparison, Ageing: h.ageing(id),
		}
		_, beyond := h.m.sums(id, h.today)
		want.BeyondHorizon = cents(convert(beyond["USD"], "USD", c)+convert(beyond["EUR"], "EUR", c), c)
		require.Empty(h.t, cmp.Diff(want, got, comparers()))
	}
}

func (h *history) ageing(id string) credit.Ageing {
	own := h.m.accounts[id].Currency.Code()
	var over [4]int64
	oldest := 0
	for account := range h.m.accounts {
		if !h.m.within(account, id) {
			continue
		}
		items, currencies, _ := h.m.itemsOf(account)
		for _, it := range items {
			days := h.today - it.due
			if it.open <= 0 || days <= 0 {
				continue
			}
			oldest = max(oldest, days)
			for i, than := range []int{0, 30, 60, 90} {
				if days > than {
					over[i] += convert(it.open, currencies[it.key], own)
				}
			}
		}
	}
	return credit.Ageing{
		Overdue: cents(over[0], own), Over30: cents(over[1], own), Over60: cents(over[2], own), Over90: cents(over[3], own),
		OldestDays: oldest,
	}
}

// limitRules are the two rules of the standard book that compare with the limit.
func limitRules(t require.TestingT) *rules.Live[credit.Facts, credit.Effect] {
	list := slices.DeleteFunc(credit.StandardRules(), func(r credit.Rule) bool {
		return r.ID != "limit-exceeded" && r.ID != "limit-reached"
	})
	book, err := credit.NewRuleBook("limits", list)
	require.NoError(t, err)
	return rules.NewLive(book)
}

func exchange(t require.TestingT) *money.Exchange {
	x, err := money.NewExchange([]money.ExchangeRate{
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0837")},
		{From: money.USD, To: money.EUR, Rate: money.MustRate("0.9231")},
	})
	require.NoError(t, err)
	return x
}

// replay folds events into a new ledger, through their JSON, each of them twice.
func replay(t require.TestingT, cfg credit.Config, events []any) *credit.Ledger {
	l, err := credit.New(cfg)
	require.NoError(t, err)
	for _, e := range events {
		draft, err := credit.Events().Encode(e)
		require.NoError(t, err)
		back, known, err := credit.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
		require.NoError(t, err)
		require.True(t, known)
		require.NoError(t, l.Apply(back))
		require.NoError(t, l.Apply(back))
	}
	return l
}

func TestAgainstTheDocuments(t *testing.T) {
	cfg := credit.Config{Rules: limitRules(t), Exchange: exchange(t), Deviation: money.MustRate("10%")}
	rapid.Check(t, func(rt *rapid.T) {
		l, err := credit.New(cfg)
		require.NoError(rt, err)
		h := &history{t: rt, l: l, m: model{accounts: map[string]credit.Account{}}}
		h.setAccount()
		h.setAccount()
		for range h.int("steps", 1, 30) {
			switch h.int("op", 0, 11) {
			case 0:
				h.setAccount()
			case 1, 2, 3, 4:
				h.commit()
			case 5:
				h.approve()
			case 6:
				h.deliver()
			case 7:
				h.cancel()
			case 8:
				h.invoice()
			case 9:
				h.pay()
			case 10:
				h.post()
			case 11:
				h.setItems()
			}
			h.today += h.int("days", 0, 2)
			h.compare()
		}
		folded := replay(rt, cfg, h.events)
		require.Empty(rt, cmp.Diff(l.State(), folded.State(), comparers()))
		text, err := json.Marshal(l.State())
		require.NoError(rt, err)
		require.True(rt, json.Valid(text))
		for _, e := range h.events { // all of it again changes nothing
			require.NoError(rt, folded.Apply(e))
		}
		require.Empty(rt, cmp.Diff(l.State(), folded.State(), comparers()))
	})
}
