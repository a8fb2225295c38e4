package rebate_test

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGoldenEvents(t *testing.T) {
	first := calendar.MustDate("2026-01-01")
	full := agreed()
	full.Name, full.Recipient, full.Items, full.Categories, full.Except = "2026", "HOLDING", []string{"SAW"}, []string{"TOOLS"}, []string{"AXE"}
	full.Valid.To, full.Unit, full.Basis, full.Rounding = calendar.MustDate("2026-12-31"), quantity.Each, rebate.Quantity, money.HalfEven
	full.Tiers = []rebate.Tier{{Quantity: each(100), Rate: money.MustRate("2%")}, {Quantity: each(200), Amount: usd("2"), Per: 10}}
	full.Forecast.Quantity = each(500)
	journaltest.Golden(t, rebate.Events(), filepath.Join("testdata", "events"), *update,
		rebate.AgreementSet{Agreement: full, Revision: 2, At: noon, Actor: "ann", Reason: "contract 2026"},
		rebate.Accrued{Document: "INV-1", Customer: "ACME", At: noon, Date: march2, Entries: []rebate.Entry{{
			Line: "1", Agreement: "R-7", Period: first, Net: usd("1200"), Quantity: each(120), Tier: 1, Amount: usd("24"), CatchUp: usd("1.50"),
		}}},
		rebate.Settled{
			Document: "CR-1", Agreement: "R-7", Period: calendar.Period{From: first, To: calendar.MustDate("2026-03-31")}, At: noon, Final: true,
			Recipient: "HOLDING", Turnover: rebate.Turnover{Value: usd("1200"), Quantity: each(120)}, Tier: 1, Earned: usd("24"),
			Before: usd("20"), Pay: usd("4"), Adjust: usd("-1.50"),
		},
	)
}

func TestApplyRefuses(t *testing.T) {
	a := agreed()
	set := rebate.AgreementSet{Agreement: a, Revision: 1, At: noon, Actor: "a", Reason: "r"}
	accrued := rebate.Accrued{Document: "INV-1", Customer: "ACME", At: noon, Date: march2, Entries: []rebate.Entry{
		{Line: "1", Agreement: "R-7", Period: a.Valid.From, Net: usd("1"), Amount: usd("1")},
	}}
	settled := rebate.Settled{Document: "CR-1", Agreement: "R-7", Period: calendar.Period{From: a.Valid.From}, At: noon, Pay: usd("1")}
	withAccrued := func(f func(*rebate.Accrued)) rebate.Accrued {
		e := accrued
		e.Entries = []rebate.Entry{accrued.Entries[0]}
		f(&e)
		return e
	}
	withSettled := func(f func(*rebate.Settled)) rebate.Settled { e := settled; f(&e); return e }
	changed := a
	changed.Periods = rebate.Months
	for name, c := range map[string]struct {
		event any
		want  any
	}{
		"not ours":                   {struct{}{}, new(*rebate.EventError)},
		"a pointer":                  {&set, new(*rebate.EventError)},
		"a setting without actor":    {rebate.AgreementSet{Agreement: a, Revision: 2}, new(*rebate.EventError)},
		"a setting is missing":       {rebate.AgreementSet{Agreement: a, Revision: 3, Actor: "a", Reason: "r"}, new(*rebate.EventError)},
		"other periods":              {rebate.AgreementSet{Agreement: changed, Revision: 2, Actor: "a", Reason: "r"}, new(*rebate.EventError)},
		"a document without number":  {withAccrued(func(e *rebate.Accrued) { e.Document = "" }), new(*rebate.EventError)},
		"a document without entries": {withAccrued(func(e *rebate.Accrued) { e.Document, e.Entries = "X", nil }), new(*rebate.EventError)},
		"an entry in two currencies": {withAccrued(func(e *rebate.Accrued) { e.Document, e.Entries[0].Amount = "X", money.MustParse("1 EUR") }), new(*rebate.EventError)},
		"another currency": {withAccrued(func(e *rebate.Accrued) {
			e.Document, e.Entries[0].Net, e.Entries[0].Amount = "X", money.MustParse("1 EUR"), money.MustParse("1 EUR")
		}), new(*money.CurrencyError)},
		"one document twice":          {withAccrued(func(e *rebate.Accrued) { e.At = noon.Add(time.Second) }), new(*rebate.KeyConflictError)},
		"a settlement without number": {withSettled(func(e *rebate.Settled) { e.Document = "" }), new(*rebate.EventError)},
		"a settlement twice":          {withSettled(func(e *rebate.Settled) { e.At = noon.Add(time.Second) }), new(*rebate.KeyConflictError)},
		"a settlement in euro":        {withSettled(func(e *rebate.Settled) { e.Document, e.Pay = "X", money.MustParse("1 EUR") }), new(*money.CurrencyError)},
	} {
		t.Run(name, func(t *testing.T) {
			l := replay(t, []any{set, accrued, settled})
			before := l.State()
			err := l.Apply(c.event)
			require.ErrorAs(t, err, c.want)
			assert.NotEmpty(t, err.Error())
			assert.Equal(t, before, l.State())
		})
	}
}
