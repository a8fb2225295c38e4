package budget_test

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
	"github.com/o2ckit/o2c/pricing/budget"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, budget.Events(), filepath.Join("testdata", "events"), *update,
		budget.LimitSet{
			Limit: budget.Limit{
				Name: "SAVE10", Currency: money.USD, Total: budget.Cap{Uses: 100, Amount: usd("5000")}, PerCustomer: budget.Cap{Uses: 1},
				PerOrder: budget.Cap{Amount: usd("50")}, Blocked: true,
				Valid: calendar.Period{From: calendar.MustDate("2026-03-01"), To: calendar.MustDate("2026-03-31")},
			},
			Revision: 2, At: noon, Actor: "ann", Reason: "summer sale",
		},
		budget.Reserved{
			Key: "SO-1", Revision: 1, Customer: "ACME", At: noon, Expires: noon.Add(48 * time.Hour),
			Usages: []budget.Usage{{Limit: "SAVE10", Uses: 1, Amount: usd("12.50")}},
		},
		budget.Committed{Key: "SO-1", Revision: 2, At: noon},
		budget.Released{Key: "SO-1", Revision: 3, At: noon, Reason: "cancelled"},
	)
}

func TestApplyRefuses(t *testing.T) {
	set := budget.LimitSet{Limit: budget.Limit{Name: "L", Currency: money.USD}, Revision: 1, At: noon, Actor: "a", Reason: "r"}
	first := budget.Reserved{Key: "SO-1", Revision: 1, Customer: "X", At: noon, Usages: []budget.Usage{{Limit: "L", Uses: 1, Amount: usd("5")}}}
	with := func(f func(*budget.Reserved)) budget.Reserved { e := first; e.Revision = 2; f(&e); return e }
	for name, c := range map[string]struct {
		event any
		want  any
	}{
		"not ours":                  {struct{}{}, new(*budget.EventError)},
		"a pointer":                 {&set, new(*budget.EventError)},
		"a limit without actor":     {budget.LimitSet{Limit: set.Limit, Revision: 2}, new(*budget.EventError)},
		"a setting is missing":      {budget.LimitSet{Limit: set.Limit, Revision: 3, Actor: "a", Reason: "r"}, new(*budget.EventError)},
		"no revision":               {with(func(e *budget.Reserved) { e.Revision = 0 }), new(*budget.EventError)},
		"a reservation is missing":  {with(func(e *budget.Reserved) { e.Revision = 3 }), new(*budget.EventError)},
		"no key":                    {with(func(e *budget.Reserved) { e.Key = "" }), new(*budget.EventError)},
		"no usages":                 {with(func(e *budget.Reserved) { e.Usages = nil }), new(*budget.EventError)},
		"no time":                   {with(func(e *budget.Reserved) { e.At = time.Time{} }), new(*budget.EventError)},
		"usages out of order":       {with(func(e *budget.Reserved) { e.Usages = []budget.Usage{use("L", 1), use("K", 1)} }), new(*budget.EventError)},
		"below 0":                   {with(func(e *budget.Reserved) { e.Usages = []budget.Usage{use("L", -1)} }), new(*budget.EventError)},
		"another customer":          {with(func(e *budget.Reserved) { e.Customer = "Y" }), new(*budget.KeyConflictError)},
		"another currency":          {budget.Reserved{Key: "SO-2", Revision: 1, At: noon, Usages: []budget.Usage{use("A", 1), {Limit: "L", Amount: money.MustParse("5 EUR")}}}, new(*money.CurrencyError)},
		"a commitment of nothing":   {budget.Committed{Key: "SO-9", Revision: 1, At: noon}, new(*budget.EventError)},
		"a commitment out of order": {budget.Committed{Key: "SO-1", Revision: 3, At: noon}, new(*budget.EventError)},
		"a release without time":    {budget.Released{Key: "SO-1", Revision: 2}, new(*budget.EventError)},
	} {
		t.Run(name, func(t *testing.T) {
			g := replay(t, []any{set, first})
			before := mustState(t, g, noon)
			err := g.Apply(c.event)
			require.ErrorAs(t, err, c.want)
			assert.NotEmpty(t, err.Error())
			assert.Equal(t, before, mustState(t, g, noon))
		})
	}
}
