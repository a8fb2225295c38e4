package credit_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples has a full value of every event type. The golden files are what is in people's journals: a change that breaks
// this test needs a new version of the event and an upcast of the old one.
func samples() []any {
	now, limit, days, deviation := at("2026-03-02"), usd("100000"), 30, money.MustRate("10%")
	day := calendar.MustDate("2026-03-10")
	planned := []credit.Planned{{Ship: day, Amount: usd("400")}}
	open := []credit.Planned{{Amount: usd("600")}, {Ship: day, Amount: usd("400")}}
	levels := []credit.Level{{Account: "ACME", Before: usd("90000"), After: usd("91000"), Limit: &limit}, {Account: "GROUP", Before: usd("90000"), After: usd("91000")}}
	return []any{
		credit.AccountSet{
			Account: credit.Account{
				ID: "ACME", Parent: "GROUP", Currency: money.USD, Class: "retail", Terms: "N30",
				Limit:       &credit.Limit{Amount: limit, Comparison: credit.AtOrAbove, Tolerance: money.MustRate("90%"), ValidUntil: day},
				Cover:       &credit.Cover{Amount: usd("50000"), ValidUntil: day},
				HorizonDays: &days, Deviation: &deviation, Blocked: true, Watch: true, Note: "insolvency", DunningLevel: 2,
			},
			Revision: 3, At: now, Actor: "ann", Reason: "yearly review",
		},
		credit.Committed{
			Order: "SO-1", Revision: 1, Account: "ACME", At: now, Amount: usd("1000"), Planned: planned, Terms: "N30", Open: open,
			Basis: credit.NoIncrease, Book: "00ff", Levels: levels,
			Reasons: []credit.Reason{{Rule: "watch", Account: "ACME", Finding: finding.Finding{
				Code: "credit.watch", Severity: finding.Warning, Message: "account ACME is watched",
			}}},
		},
		credit.Approved{
			Order: "SO-1", Revision: 2, Account: "ACME", At: now, Amount: usd("1000"), Planned: planned, Actor: "boss", Author: "clerk",
			Reason: "good customer", Until: day, Deviation: deviation, Open: open, Book: "00ff", Levels: levels,
		},
		credit.Delivered{Document: "SH-1", Order: "SO-1", Account: "ACME", At: now, Amount: usd("400"), Ship: day, Taken: planned},
		credit.Cancelled{Document: "CH-1", Order: "SO-1", Account: "ACME", At: now, Amount: usd("400"), All: true, Ship: day, Taken: planned},
		credit.Invoiced{
			Document: "I-1", Account: "ACME", At: now, Amount: usd("420"), Date: day, Due: day.AddDays(30),
			Bills: []credit.Billed{{Order: "SO-1", Amount: usd("400")}},
		},
		credit.Paid{
			Document: "P-1", Account: "ACME", At: now, Amount: usd("500"), Date: day,
			Applied: []credit.Applied{{Item: "I-1", Amount: usd("420")}},
		},
		credit.Posted{Document: "DEP-1", Account: "ACME", At: now, Part: credit.Deposits, Amount: usd("-50"), Reason: "given back"},
		credit.OpenItemsSet{
			Account: "ACME", Revision: 1, At: now, Items: []credit.OpenItem{{Document: "I-0", Date: day, Due: day, Open: usd("70")}},
			Unapplied: []money.Amount{usd("5")}, LastPayment: day,
		},
	}
}

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, credit.Events(), filepath.Join("testdata", "events"), *update, samples()...)
}

func TestApplyRefuses(t *testing.T) {
	set := credit.AccountSet{Account: credit.Account{ID: "ACME", Currency: money.USD}, Revision: 1, Actor: "a", Reason: "r"}
	first := credit.Committed{Order: "SO-1", Revision: 1, Account: "ACME", Amount: usd("10"), Open: []credit.Planned{{Amount: usd("10")}}}
	delivered := credit.Delivered{Document: "D", Order: "SO-1", Account: "ACME", Amount: usd("4"), Taken: []credit.Planned{{Amount: usd("4")}}}
	invoiced := credit.Invoiced{Document: "I", Account: "ACME", Amount: usd("4"), Date: dayN(0), Due: dayN(0)}
	with := func(events ...any) []any { return append([]any{set, first}, events...) }
	later := first
	later.Revision = 3
	elsewhere := first
	elsewhere.Revision, elsewhere.Account = 2, "B"
	unsorted := first
	unsorted.Revision, unsorted.Open = 2, []credit.Planned{{Amount: usd("1")}, {Amount: usd("1")}}
	greedy, twice, foreign := delivered, delivered, delivered
	greedy.Taken = []credit.Planned{{Amount: usd("11")}}
	greedy.Amount = usd("11")
	twice.At = at("2026-03-02")
	foreign.Account = "B"
	more := delivered
	more.Taken = []credit.Planned{{Amount: usd("5")}}
	unknown := invoiced
	unknown.Bills = []credit.Billed{{Order: "SO-9", Amount: usd("1")}}
	for name, c := range map[string]struct {
		events []any
		want   any
	}{
		"not ours":                    {[]any{struct{}{}}, new(*credit.EventError)},
		"a pointer":                   {[]any{&set}, new(*credit.EventError)},
		"an account without currency": {[]any{credit.AccountSet{Account: credit.Account{ID: "A"}, Actor: "a", Reason: "r"}}, new(*credit.EventError)},
		"an order without account":    {[]any{credit.Committed{Order: "SO-1", Revision: 1, Amount: usd("1")}}, new(*credit.EventError)},
		"a gap":                       {with(later), new(*credit.EventError)},
		"a beginning that is missing": {[]any{set, later}, new(*credit.EventError)},
		"another account":             {with(elsewhere), new(*credit.KeyConflictError)},
		"open values out of order":    {with(unsorted), new(*credit.EventError)},
		"more than is open":           {with(greedy), new(*credit.EventError)},
		"more taken than delivered":   {with(more), new(*credit.EventError)},
		"a delivery of another":       {with(foreign), new(*credit.KeyConflictError)},
		"one document twice":          {with(delivered, twice), new(*credit.KeyConflictError)},
		"no document":                 {with(credit.Posted{Account: "ACME", Part: credit.Special, Amount: usd("1")}), new(*credit.EventError)},
		"a part that is not posted":   {with(credit.Posted{Document: "X", Account: "ACME", Part: credit.Orders, Amount: usd("1")}), new(*credit.EventError)},
		"an invoice without dates":    {with(credit.Invoiced{Document: "I", Account: "ACME", Amount: usd("1")}), new(*credit.EventError)},
		"an invoice of no order":      {with(unknown), new(*credit.UnknownOrderError)},
		"a payment of no item": {with(credit.Paid{
			Document: "P", Account: "ACME", Amount: usd("1"), Date: dayN(0), Applied: []credit.Applied{{Item: "I", Amount: usd("1")}},
		}), new(*credit.UnknownItemError)},
		"a payment without date":       {with(credit.Paid{Document: "P", Account: "ACME", Amount: usd("1")}), new(*credit.EventError)},
		"a cancellation of no order":   {[]any{set, credit.Cancelled{Document: "C", Order: "SO-1", Account: "ACME", Amount: usd("1")}}, new(*credit.UnknownOrderError)},
		"open items without documents": {with(credit.OpenItemsSet{Account: "ACME", Revision: 1, Items: []credit.OpenItem{{}}}), new(*credit.EventError)},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := credit.New(credit.Config{})
			require.NoError(t, err)
			last := len(c.events) - 1
			for _, e := range c.events[:last] {
				require.NoError(t, l.Apply(e))
			}
			before := l.State()
			err = l.Apply(c.events[last])
			require.ErrorAs(t, err, c.want)
			assert.NotEmpty(t, err.Error())
			assert.Equal(t, before, l.State())
		})
	}
}

// Events of different entities may come in any order.
func TestApplyInAnotherOrder(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100000"))
	d.passes("SO-1", "100")
	d.passes("SO-2", "200")
	d.deliver("D-2", "SO-2", "50")
	d.post("X", credit.Deposits, "10")
	swapped := []any{d.events[4], d.events[2], d.events[3], d.events[1], d.events[0]}
	assert.Equal(t, d.State(), replay(t, credit.Config{}, swapped).State())
}
