package rebate_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

func TestWhatCounts(t *testing.T) {
	group, items, categories, euro := agreed(), agreed(), agreed(), agreed()
	group.ID, group.Customers = "GROUP", []string{"HOLDING", "OTHER"}
	items.ID, items.Items = "ITEMS", []string{"SAW", "AXE"}
	categories.ID, categories.Categories, categories.Items, categories.Except = "CATEGORIES", []string{"TOOLS"}, []string{"NAILS"}, []string{"SAW"}
	euro.ID, euro.Currency, euro.Tiers = "EURO", money.EUR, []rebate.Tier{{Rate: money.MustRate("1%")}}
	d := newDesk(t, agreed(), group, items, categories, euro)
	for name, c := range map[string]struct {
		customer       string
		above          []string
		item, category string
		net            string
		want           []string
	}{
		"the customer's own":        {"ACME", nil, "HAMMER", "", "1 USD", []string{"R-7"}},
		"an item":                   {"ACME", nil, "AXE", "", "1 USD", []string{"ITEMS", "R-7"}},
		"a category":                {"ACME", nil, "HAMMER", "TOOLS", "1 USD", []string{"CATEGORIES", "R-7"}},
		"an item beside categories": {"ACME", nil, "NAILS", "", "1 USD", []string{"CATEGORIES", "R-7"}},
		"an exception":              {"ACME", nil, "SAW", "TOOLS", "1 USD", []string{"ITEMS", "R-7"}},
		"an account above":          {"ACME", []string{"BRANCH", "HOLDING"}, "HAMMER", "", "1 USD", []string{"GROUP", "R-7"}},
		"only an account above":     {"BETA", []string{"HOLDING", "OTHER"}, "HAMMER", "", "1 USD", []string{"GROUP"}},
		"another currency":          {"ACME", nil, "HAMMER", "", "1 EUR", []string{"EURO"}},
		"nobody's":                  {"GAMMA", nil, "HAMMER", "", "1 USD", nil},
	} {
		t.Run(name, func(t *testing.T) {
			entries, err := d.Expected(rebate.Billed{
				Document: "?", Customer: c.customer, Above: c.above, Date: march2,
				Lines: []rebate.BilledLine{{ID: "1", Item: c.item, Category: c.category, Net: money.MustParse(c.net)}},
			})
			require.NoError(t, err)
			var got []string
			for _, e := range entries {
				got = append(got, e.Agreement)
			}
			assert.Equal(t, c.want, got)
		})
	}
	before := calendar.MustDate("2025-12-31")
	e := d.accrue(rebate.Billed{Document: "OLD", Customer: "ACME", Date: before, Lines: []rebate.BilledLine{{ID: "1", Net: usd("1")}}})
	assert.Empty(t, e.Entries, "before the agreement")
	assert.Empty(t, d.State().Accrued, "what counts nowhere is not remembered")
	require.NoError(t, d.UndoAccrue(e))
}

// An agreement that another customer joins or leaves is found by whom it names now.
func TestCustomersChange(t *testing.T) {
	a := agreed()
	d := newDesk(t, a)
	a.Customers = []string{"BETA"}
	e, err := d.SetAgreement(noon, rebate.Setting{Agreement: a, Actor: "ann", Reason: "sold"})
	require.NoError(t, err)
	entries := func(customer string) int {
		list, err := d.Expected(rebate.Billed{Document: "?", Customer: customer, Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("1")}}})
		require.NoError(t, err)
		return len(list)
	}
	assert.Equal(t, []int{0, 1}, []int{entries("ACME"), entries("BETA")})
	require.NoError(t, d.UndoSetAgreement(e))
	assert.Equal(t, []int{1, 0}, []int{entries("ACME"), entries("BETA")})
	var state *rebate.StateError
	require.ErrorAs(t, d.UndoSetAgreement(e), &state)
	set, err := d.Agreement("R-7")
	require.NoError(t, err)
	assert.Equal(t, uint64(1), set.Revision)
	require.NoError(t, d.UndoSetAgreement(set))
	assert.Zero(t, entries("ACME"))
}

// The lines of one document follow each other: the second is already beyond the threshold that the first crosses.
func TestLinesOfOneDocument(t *testing.T) {
	d := newDesk(t, agreed())
	e := d.accrue(rebate.Billed{Document: "INV-1", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{
		{ID: "1", Net: usd("4000")}, {ID: "2", Net: usd("2000")}, {ID: "3", Net: usd("100")},
	}})
	require.Len(t, e.Entries, 3)
	assert.Equal(t, []money.Amount{usd("0"), usd("40"), usd("2")}, []money.Amount{e.Entries[0].Amount, e.Entries[1].Amount, e.Entries[2].Amount})
	assert.Equal(t, usd("80"), e.Entries[1].CatchUp)
	assert.Equal(t, usd("122"), d.period().Accrued)
}

func TestUnits(t *testing.T) {
	a := agreed()
	a.Unit, a.Basis = quantity.Case, rebate.Quantity
	a.Tiers = []rebate.Tier{{Quantity: quantity.New(10, quantity.Case), Amount: usd("3")}}
	d := newDesk(t, a)
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	b := rebate.Billed{Document: "INV-1", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("500"), Quantity: each(126), Units: units}}}
	e := only(t, d.accrue(b))
	assert.Equal(t, "10.5 CA", e.Quantity.String())
	assert.Equal(t, usd("31.50"), e.Amount)
	again, err := d.Accrue(noon, b)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	var wrong *rebate.UnitError
	_, err = d.Accrue(noon, rebate.Billed{Document: "INV-2", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("1"), Quantity: each(1)}}})
	require.ErrorAs(t, err, &wrong)
	var mismatch *quantity.MismatchError
	require.ErrorAs(t, err, &mismatch)
	b.Document, b.Lines[0].Quantity = "INV-3", each(1)
	_, err = d.Accrue(noon, b)
	var inexact *quantity.InexactError
	require.ErrorAs(t, err, &inexact, "a twelfth has no end")
	e = only(t, d.accrue(rebate.Billed{Document: "INV-4", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("1")}}}))
	assert.Equal(t, usd("0"), e.Amount, "a line without goods counts its value only")
}

func TestSameDocument(t *testing.T) {
	d := newDesk(t, agreed())
	d.bill("INV-1", march2, "7000")
	for name, change := range map[string]func(*rebate.Billed){
		"customer": func(b *rebate.Billed) { b.Customer = "BETA" },
		"date":     func(b *rebate.Billed) { b.Date = b.Date.AddDays(1) },
		"value":    func(b *rebate.Billed) { b.Lines[0].Net = usd("7000.01") },
		"line":     func(b *rebate.Billed) { b.Lines[0].ID = "2" },
	} {
		b := rebate.Billed{Document: "INV-1", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Item: "HAMMER", Net: usd("7000")}}}
		again, err := d.Accrue(noon.Add(time.Hour), b)
		require.NoError(t, err)
		assert.True(t, again.Replayed)
		change(&b)
		_, err = d.Accrue(noon, b)
		var conflict *rebate.KeyConflictError
		require.ErrorAs(t, err, &conflict, name)
	}
	d.settle("CR-1", false)
	assert.True(t, d.settle("CR-1", false).Replayed)
	_, err := d.Settle(noon, rebate.Settlement{Document: "CR-1", Agreement: "R-7", Day: march2, Final: true})
	var conflict *rebate.KeyConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, usd("140"), d.period().Paid)
}

// Terms that get better during a period are caught up with by the next document, or by the final settlement.
func TestTermsChange(t *testing.T) {
	a := agreed()
	d := newDesk(t, a)
	d.bill("INV-1", march2, "10000")
	a.Tiers = rates("0", "3%")
	d.set(a)
	assert.Equal(t, usd("200"), d.period().Accrued, "nothing happens by itself")
	e := only(t, d.bill("INV-2", march2, "1000"))
	assert.Equal(t, usd("30"), e.Amount)
	assert.Equal(t, usd("100"), e.CatchUp)
	a.Tiers = rates("0", "5%")
	d.set(a)
	s := d.settle("CR-1", true)
	assert.Equal(t, usd("550"), s.Pay)
	assert.Equal(t, usd("220"), s.Adjust)
	assert.Equal(t, d.State(), replay(t, d.events).State())
}

func TestUndo(t *testing.T) {
	d := newDesk(t, agreed())
	empty := d.State()
	one := d.bill("INV-1", march2, "7000")
	settled := d.settle("CR-1", true)
	two := d.bill("INV-2", march2, "20000")
	require.NoError(t, d.UndoAccrue(one), "in any order")
	assert.Equal(t, usd("20000"), d.period().Turnover.Value)
	require.NoError(t, d.UndoSettle(settled))
	require.NoError(t, d.UndoAccrue(two))
	assert.Equal(t, empty, d.State())
	var state *rebate.StateError
	require.ErrorAs(t, d.UndoAccrue(one), &state)
	require.ErrorAs(t, d.UndoSettle(settled), &state)
}

// Two documents at once: whoever is second sees the turnover of the first.
func TestConcurrentAccrue(t *testing.T) {
	const documents = 200
	d := newDesk(t, agreed())
	var wg sync.WaitGroup
	for i := range documents {
		wg.Go(func() {
			_, err := d.Accrue(noon, rebate.Billed{
				Document: fmt.Sprint(i), Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("150.05")}},
			})
			assert.NoError(t, err)
			_, err = d.Statement("R-7", march2)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, usd("1200.40"), d.period().Accrued, "30,010.00 at 4%")
}

func TestBadInput(t *testing.T) {
	d := newDesk(t, agreed())
	line := rebate.BilledLine{ID: "1", Net: usd("1")}
	good := rebate.Billed{Document: "INV-1", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{line}}
	for field, change := range map[string]func(*rebate.Billed){
		"Document":     func(b *rebate.Billed) { b.Document = "" },
		"Customer":     func(b *rebate.Billed) { b.Customer = "" },
		"Date":         func(b *rebate.Billed) { b.Date = calendar.Date{} },
		"Lines[0].ID":  func(b *rebate.Billed) { b.Lines = []rebate.BilledLine{{Net: usd("1")}} },
		"Lines[1].ID":  func(b *rebate.Billed) { b.Lines = []rebate.BilledLine{line, line} },
		"Lines[0].Net": func(b *rebate.Billed) { b.Lines = []rebate.BilledLine{{ID: "1"}} },
	} {
		b := good
		change(&b)
		var wrong *rebate.RequestError
		_, err := d.Accrue(noon, b)
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
		_, err = d.Expected(b)
		require.ErrorAs(t, err, &wrong, field)
	}
	var wrong *rebate.RequestError
	_, err := d.Accrue(time.Time{}, good)
	require.ErrorAs(t, err, &wrong)
	many := good
	for i := range rebate.MaxEntries {
		many.Lines = append(many.Lines, rebate.BilledLine{ID: fmt.Sprint("L", i), Net: usd("1")})
	}
	_, err = d.Accrue(noon, many)
	require.ErrorAs(t, err, &wrong)
	most := good
	most.Lines = []rebate.BilledLine{{ID: "1", Net: money.FromMinor(math.MaxInt64, money.USD)}, {ID: "2", Net: usd("1")}}
	before := d.State()
	_, err = d.Accrue(noon, most)
	require.ErrorIs(t, err, money.ErrRange)
	assert.Equal(t, before, d.State())

	var unknown *rebate.UnknownAgreementError
	_, err = d.Settle(noon, rebate.Settlement{Document: "CR-1", Agreement: "R-9", Day: march2})
	require.ErrorAs(t, err, &unknown)
	_, err = d.Statement("R-9", march2)
	require.ErrorAs(t, err, &unknown)
	_, err = d.Agreement("R-9")
	require.ErrorAs(t, err, &unknown)
	_, err = d.Period("R-9", march2)
	require.ErrorAs(t, err, &unknown)
	for _, s := range []rebate.Settlement{{Agreement: "R-7", Day: march2}, {Document: "CR-1", Agreement: "R-7"}, {Document: "CR-1", Agreement: "R-7", Day: calendar.MustDate("2025-12-31")}} {
		_, err = d.Settle(noon, s)
		require.ErrorAs(t, err, &wrong)
	}
}

func TestAgreementRefused(t *testing.T) {
	for field, change := range map[string]func(*rebate.Agreement){
		"ID":                func(a *rebate.Agreement) { a.ID = "" },
		"Customers":         func(a *rebate.Agreement) { a.Customers = nil },
		"Currency":          func(a *rebate.Agreement) { a.Currency = 0 },
		"Valid":             func(a *rebate.Agreement) { a.Valid = calendar.Period{To: march2} },
		"Periods":           func(a *rebate.Agreement) { a.Periods = "week" },
		"Basis":             func(a *rebate.Agreement) { a.Basis = "weight" },
		"Reach":             func(a *rebate.Agreement) { a.Reach = "" },
		"Rounding":          func(a *rebate.Agreement) { a.Rounding = 99 },
		"Tiers":             func(a *rebate.Agreement) { a.Tiers = nil },
		"Tiers[1].Value":    func(a *rebate.Agreement) { a.Tiers = rates("5", "1%", "5", "2%") },
		"Tiers[0].Value":    func(a *rebate.Agreement) { a.Tiers = rates("-5", "1%") },
		"Tiers[0].Rate":     func(a *rebate.Agreement) { a.Tiers = rates("0", "100.1%") },
		"Tiers[0].Quantity": func(a *rebate.Agreement) { a.Tiers[0].Quantity = each(1) },
		"Tiers[0].Amount":   func(a *rebate.Agreement) { a.Tiers[0] = rebate.Tier{Amount: usd("1")} },
		"Tiers[1].Rate": func(a *rebate.Agreement) {
			a.Unit = quantity.Each
			a.Tiers[1].Amount = usd("1")
		},
		"Tiers[1].Per": func(a *rebate.Agreement) { a.Tiers[1].Per = 10 },
		"Tiers[2].Per": func(a *rebate.Agreement) {
			a.Unit, a.Basis, a.Reach = quantity.Each, rebate.Quantity, rebate.Beyond
			a.Tiers = append(amounts(10, "0 EA", "1", "5 EA", "2"), amounts(5, "10 EA", "2")...)
		},
		"Forecast.Value":    func(a *rebate.Agreement) { a.Forecast.Value = money.MustParse("1 EUR") },
		"Forecast.Quantity": func(a *rebate.Agreement) { a.Forecast.Quantity = each(1) },
	} {
		a := agreed()
		change(&a)
		l := rebate.New()
		_, err := l.SetAgreement(noon, rebate.Setting{Agreement: a, Actor: "ann", Reason: "contract"})
		var wrong *rebate.RequestError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, "Agreement."+field, wrong.Field)
		assert.Empty(t, l.State())
	}
	other := agreed()
	other.Reach, other.Basis, other.Unit, other.Tiers = rebate.Beyond, rebate.Quantity, quantity.Each, amounts(0, "0 BX", "1")
	_, err := rebate.New().SetAgreement(noon, rebate.Setting{Agreement: other, Actor: "ann", Reason: "contract"})
	require.NoError(t, err, "0 is 0 in any unit")
	other.Tiers = amounts(0, "1 BX", "1")
	_, err = rebate.New().SetAgreement(noon, rebate.Setting{Agreement: other, Actor: "ann", Reason: "contract"})
	require.Error(t, err)
	other.Tiers, other.Basis = rates("0", "1%"), rebate.Quantity
	_, err = rebate.New().SetAgreement(noon, rebate.Setting{Agreement: other, Actor: "ann", Reason: "contract"})
	require.Error(t, err, "beyond, quantities earn amounts")

	for field, change := range map[string]func(*rebate.Agreement){
		"Periods": func(a *rebate.Agreement) { a.Periods = rebate.Months },
		"Valid":   func(a *rebate.Agreement) { a.Valid.From = a.Valid.From.AddDays(1) },
		"Unit":    func(a *rebate.Agreement) { a.Unit = quantity.Each },
		"Currency": func(a *rebate.Agreement) {
			a.Currency, a.Tiers = money.EUR, []rebate.Tier{{Rate: money.MustRate("1%")}}
		},
	} {
		d := newDesk(t, agreed())
		a := agreed()
		change(&a)
		_, err := d.SetAgreement(noon, rebate.Setting{Agreement: a, Actor: "ann", Reason: "talks"})
		var wrong *rebate.RequestError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, "Agreement."+field, wrong.Field)
	}
	for field, s := range map[string]rebate.Setting{"Actor": {Reason: "r", Agreement: agreed()}, "Reason": {Actor: "a", Agreement: agreed()}} {
		_, err := rebate.New().SetAgreement(noon, s)
		var wrong *rebate.RequestError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, field, wrong.Field)
	}
	d := newDesk(t, agreed())
	e, err := d.SetAgreement(noon.Add(time.Hour), rebate.Setting{Agreement: agreed(), Actor: "bob", Reason: "again"})
	require.NoError(t, err)
	assert.True(t, e.Replayed)
	assert.Equal(t, "ann", e.Actor)
}
