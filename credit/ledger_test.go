package credit_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// credit.md: each node may have its own limit, or share its parent's; every ancestor's limit must hold too.
func TestHierarchy(t *testing.T) {
	group := credit.Account{ID: "GROUP", Currency: money.USD, Limit: &credit.Limit{Amount: usd("1000")}}
	child, sister := acme("600"), credit.Account{ID: "SISTER", Parent: "GROUP", Currency: money.USD}
	child.Parent = "GROUP"
	d := newDesk(t, credit.Config{}, group, child, sister)
	ask := func(order, account, amount string) credit.Decision {
		e, decision, err := d.Commit(context.Background(), d.now, credit.Request{Order: order, Account: account, Amount: usd(amount)})
		require.NoError(t, err)
		if decision.Outcome == credit.Passed {
			d.keep(e, nil)
		}
		return decision
	}
	assert.Equal(t, credit.Passed, ask("S-1", "SISTER", "500").Outcome, "shares the limit of the group")

	held := ask("A-1", "ACME", "601")
	assert.Equal(t, credit.Held, held.Outcome)
	var failing []string
	for _, r := range held.Reasons {
		if r.Rule == "limit-exceeded" {
			failing = append(failing, r.Account)
		}
	}
	assert.Equal(t, []string{"ACME", "GROUP"}, failing, "both limits are reported")
	child600, group1000 := usd("600"), usd("1000")
	assert.Equal(t, []credit.Level{
		{Account: "ACME", Before: usd("0"), After: usd("601"), Limit: &child600},
		{Account: "GROUP", Before: usd("500"), After: usd("1101"), Limit: &group1000},
	}, held.Levels)

	assert.Equal(t, credit.Held, ask("A-1", "ACME", "500.01").Outcome, "its own limit holds, that of the group does not")
	assert.Equal(t, credit.Passed, ask("A-1", "ACME", "500").Outcome)

	// A block above holds, too.
	group.Blocked, group.Note = true, "insolvency"
	d.set(group)
	assert.Contains(t, messages(ask("A-2", "ACME", "0"))["blocked"], "account GROUP is blocked: insolvency")

	// The child leaves the group and takes its exposure along.
	child.Parent = ""
	d.set(child)
	x, err := d.Exposure(d.now, "GROUP")
	require.NoError(t, err)
	assert.Equal(t, usd("500"), x.Total)
	d.total("500")
	assert.Equal(t, d.State(), replay(t, credit.Config{}, d.events).State())
}

// credit.md: currency is converted exactly and rounded once, from the document to the account that asks.
func TestCurrencies(t *testing.T) {
	x, err := money.NewExchange([]money.ExchangeRate{
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.10"), ValidTo: at("2026-03-03")},
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.20"), ValidFrom: at("2026-03-03")},
	})
	require.NoError(t, err)
	d := newDesk(t, credit.Config{Exchange: x}, acme("1000"))
	ask := func(order, amount string) (credit.Decision, error) {
		e, decision, err := d.Commit(context.Background(), d.now, credit.Request{
			Order: order, Account: "ACME", Amount: money.MustParse(amount),
		})
		if err == nil && decision.Outcome == credit.Passed {
			d.keep(e, nil)
		}
		return decision, err
	}
	held, err := ask("E-1", "909.10 EUR") // 1,000.01 USD
	require.NoError(t, err)
	assert.Contains(t, messages(held)["limit-exceeded"], "short by 0.01 USD")
	passed, err := ask("E-1", "909.09 EUR") // 999.999, rounded once
	require.NoError(t, err)
	assert.Equal(t, credit.Passed, passed.Outcome)
	assert.Equal(t, usd("1000.00"), passed.Levels[0].After)
	d.now = at("2026-03-03")
	d.total("1090.91")

	before := d.State()
	_, err = ask("Y-1", "100 JPY")
	var rate *credit.RateError
	require.ErrorAs(t, err, &rate)
	assert.Equal(t, money.JPY, rate.From)
	assert.ErrorAs(t, err, new(*money.MissingRateError))
	assert.Equal(t, before, d.State())
}

// An order that was beyond the horizon and is brought forward asks for more credit than it had.
func TestBroughtForward(t *testing.T) {
	d := newDesk(t, credit.Config{}, dynamic(acme("100"), 10))
	d.passes("SO-1", "150", credit.Planned{Ship: d.day(20), Amount: usd("150")})
	d.total("0")
	decision := d.ask("SO-1", "150", credit.Planned{Ship: d.day(10), Amount: usd("150")})
	assert.Equal(t, credit.Held, decision.Outcome)
	d.total("0")
	d.passes("SO-1", "150", credit.Planned{Ship: d.day(30), Amount: usd("150")})
	d.passes("SO-1", "150", credit.Planned{Ship: d.day(10), Amount: usd("100")}, credit.Planned{Ship: d.day(30), Amount: usd("50")})
	d.total("100")
}

// A plan of the whole order may still name what has been delivered.
func TestPlanOfTheWholeOrder(t *testing.T) {
	d := newDesk(t, credit.Config{}, dynamic(acme("1000"), 100))
	first, second := credit.Planned{Ship: d.day(1), Amount: usd("60")}, credit.Planned{Ship: d.day(2), Amount: usd("40")}
	d.passes("SO-1", "100", first, second)
	d.deliver("D", "SO-1", "70")
	later := second
	later.Ship = d.day(9)
	d.passes("SO-1", "100", first, later)
	assert.Equal(t, []credit.Planned{{Ship: d.day(9), Amount: usd("30")}}, d.State().Orders[0].Open)
	d.total("100")
}

// credit.md: an order being checked never counts itself twice; an amended order is checked on its new amount.
func TestAmendedOrder(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100"))
	d.passes("SO-1", "60")
	d.passes("SO-1", "60")
	d.total("60")
	d.passes("SO-1", "100")
	d.holds("SO-1", "100.01", "credit.limit-exceeded")
	d.total("100")
	d.deliver("D", "SO-1", "30")
	d.passes("SO-1", "90")
	d.total("90") // 30 delivered, 60 open
	d.deliver("D2", "SO-1", "70")
	d.total("100") // delivered more than was open: it counts
	d.passes("SO-1", "90")
	d.total("100")
}

// What is invoiced before it is delivered counts once.
func TestInvoicedInAdvance(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100"))
	d.passes("SO-1", "60")
	d.invoice("I", "60", d.day(30), credit.Billed{Order: "SO-1", Amount: usd("60")})
	d.total("60")
	d.deliver("D", "SO-1", "60")
	d.total("60")
}

func TestApproval(t *testing.T) {
	d := newDesk(t, credit.Config{Deviation: money.MustRate("10%")}, acme("100"))
	approval := credit.Approval{
		Order: "SO-1", Account: "ACME", Amount: usd("1000"), Actor: "boss", Author: "clerk", Reason: "good customer", Until: d.day(5),
	}
	own := approval
	own.Author = "boss"
	_, err := d.Approve(d.now, own)
	require.ErrorAs(t, err, new(*credit.AuthorityError))

	require.ErrorAs(t, d.MayShip(d.now, "SO-1"), new(*credit.UnknownOrderError))
	e, err := d.Approve(d.now, approval)
	d.keep(e, err)
	again, err := d.Approve(d.now.Add(time.Hour), approval)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, e, again)
	assert.Equal(t, usd("1000"), e.Levels[0].After)
	require.NoError(t, d.MayShip(d.now, "SO-1"))
	d.passes("SO-1", "1000") // the order's own step commits after the release
	require.NoError(t, d.MayShip(d.now, "SO-1"))

	require.ErrorIs(t, d.MayShip(at("2026-03-08"), "SO-1"), credit.ErrHeld, "it holds credit by the release still")
	d.now = at("2026-03-07") // the last day
	d.passes("SO-1", "1100")
	d.now = at("2026-03-08")
	d.holds("SO-1", "1100", "credit.limit-exceeded")
	err = d.MayShip(d.now, "SO-1")
	require.ErrorIs(t, err, credit.ErrHeld)
	assert.Contains(t, err.Error(), "the release by boss ended on 2026-03-07")
	approval.Until = d.day(5)
	approval.Amount = usd("1100")
	_, err = d.Approve(d.now, approval)
	require.ErrorAs(t, err, new(*credit.RequestError))
	assert.Equal(t, d.State(), replay(t, credit.Config{Deviation: money.MustRate("10%")}, d.events).State())
}

func TestDeviationOfTheAccount(t *testing.T) {
	a, half := acme("100"), money.MustRate("50%")
	a.Deviation = &half
	d := newDesk(t, credit.Config{Deviation: money.MustRate("10%")}, a)
	e, err := d.Approve(d.now, credit.Approval{Order: "SO-1", Account: "ACME", Amount: usd("1000"), Actor: "boss", Reason: "known"})
	d.keep(e, err)
	assert.Equal(t, half, e.Deviation)
	d.passes("SO-1", "1500")
	d.holds("SO-1", "1500.01", "credit.limit-exceeded")
}

// credit.md: nothing ships on hold.
func TestBlockedAccountDoesNotShip(t *testing.T) {
	a := acme("100")
	d := newDesk(t, credit.Config{}, a)
	d.passes("SO-1", "50")
	require.NoError(t, d.MayShip(d.now, "SO-1"))
	d.now = d.now.Add(time.Hour)
	a.Blocked, a.Note = true, "insolvency"
	d.set(a)
	assert.EqualError(t, d.MayShip(d.now, "SO-1"), `credit: order "SO-1" may not ship: account "ACME" is blocked: insolvency`)
	d.now = d.now.Add(time.Hour)
	e, err := d.Approve(d.now, credit.Approval{Order: "SO-1", Account: "ACME", Amount: usd("50"), Actor: "boss", Reason: "prepaid"})
	d.keep(e, err)
	require.NoError(t, d.MayShip(d.now, "SO-1"), "approved in knowledge of the block")
	a.Blocked = false
	d.set(a)
	require.NoError(t, d.MayShip(d.now, "SO-1"))
	d.now = d.now.Add(time.Hour)
	a.Blocked = true
	d.set(a)
	require.ErrorIs(t, d.MayShip(d.now, "SO-1"), credit.ErrHeld, "blocked again since")
	a.Blocked = false
	d.set(a)
	require.NoError(t, d.MayShip(d.now, "SO-1"))
}

// credit.md: insured cover counts up to receivables + deliveries.
func TestCover(t *testing.T) {
	a := acme("1000")
	a.Cover = &credit.Cover{Amount: usd("500"), ValidUntil: calendar.MustDate("2026-03-05")}
	d := newDesk(t, credit.Config{}, a)
	d.passes("SO-1", "300")
	d.total("300")
	d.deliver("D", "SO-1", "100")
	d.total("200")
	d.invoice("I", "700", d.day(30))
	d.total("500") // 700 + 100 + 200 - 500
	d.invoice("MEMO", "-900", d.day(30))
	d.total("100") // -200 + 100 + 200 - 0
	d.now = at("2026-03-05")
	d.invoice("I2", "900", d.day(30))
	d.total("500")
	d.now = at("2026-03-06")
	d.total("1000")
}

func TestPayments(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("1000"))
	pay := func(doc, amount string, applied ...credit.Applied) error {
		e, err := d.Pay(d.now, credit.Payment{Document: doc, Account: "ACME", Amount: usd(amount), Date: d.day(0), Applied: applied})
		if err == nil {
			d.keep(e, nil)
		}
		return err
	}
	d.invoice("I", "100", d.day(-40))
	d.invoice("MEMO", "-30", d.day(0))
	require.NoError(t, pay("P-1", "50"))
	d.total("20")
	x, err := d.Exposure(d.now, "ACME")
	require.NoError(t, err)
	assert.Equal(t, usd("50"), x.Unapplied)
	assert.Equal(t, usd("100"), x.Ageing.Over30, "the money is there, but the item is open")

	require.ErrorAs(t, pay("P-2", "0", credit.Applied{Item: "I", Amount: usd("50.01")}), new(*credit.StateError))
	require.NoError(t, pay("P-2", "0", credit.Applied{Item: "I", Amount: usd("50")}))
	require.NoError(t, pay("P-3", "20", credit.Applied{Item: "I", Amount: usd("50")}, credit.Applied{Item: "MEMO", Amount: usd("-30")}))
	d.total("0")
	require.ErrorAs(t, pay("P-4", "1", credit.Applied{Item: "I", Amount: usd("1")}), new(*credit.UnknownItemError))
	x, err = d.Exposure(d.now, "ACME")
	require.NoError(t, err)
	assert.Zero(t, x.Ageing.OldestDays)
	assert.Equal(t, d.State(), replay(t, credit.Config{}, d.events).State())
}

// A host that keeps receivables elsewhere states them.
func TestOpenItems(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("1000"))
	state := credit.OpenItems{
		Account: "ACME", Items: []credit.OpenItem{{Document: "B", Due: d.day(5), Open: usd("70")}, {Document: "A", Due: d.day(-5), Open: usd("30")}},
		Unapplied: []money.Amount{usd("10")}, LastPayment: d.day(-1),
	}
	e, err := d.SetOpenItems(d.now, state)
	d.keep(e, err)
	d.total("90")
	again, err := d.SetOpenItems(d.now.Add(time.Hour), state)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	d.invoice("C", "5", d.day(9))
	d.total("95")
	e, err = d.SetOpenItems(d.now, state)
	d.keep(e, err)
	assert.False(t, e.Replayed, "something had changed since")
	d.total("90")
	decision := d.ask("SO-1", "1")
	assert.NotContains(t, messages(decision), "new-customer")
	assert.Equal(t, d.State(), replay(t, credit.Config{}, d.events).State())
}

func TestUndo(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("1000"))
	empty := d.State()
	committed, _, err := d.Commit(context.Background(), d.now, credit.Request{Order: "SO-1", Account: "ACME", Amount: usd("100")})
	require.NoError(t, err)
	approved, err := d.Approve(d.now, credit.Approval{Order: "SO-1", Account: "ACME", Amount: usd("200"), Actor: "boss", Reason: "known"})
	require.NoError(t, err)
	delivered, err := d.Deliver(d.now, credit.Delivery{Document: "D", Order: "SO-1", Account: "ACME", Amount: usd("50")})
	require.NoError(t, err)
	invoiced, err := d.Invoice(d.now, credit.Invoice{
		Document: "I", Account: "ACME", Amount: usd("55"), Date: d.day(0), Due: d.day(30), Bills: []credit.Billed{{Order: "SO-1", Amount: usd("50")}},
	})
	require.NoError(t, err)
	paid, err := d.Pay(d.now, credit.Payment{
		Document: "P", Account: "ACME", Amount: usd("55"), Date: d.day(0), Applied: []credit.Applied{{Item: "I", Amount: usd("55")}},
	})
	require.NoError(t, err)
	cancelled, err := d.Cancel(d.now, credit.Cancellation{Document: "C", Order: "SO-1"})
	require.NoError(t, err)
	d.total("0")

	before := d.State()
	for name, err := range map[string]error{
		"commit":  d.UndoCommit(committed),
		"approve": d.UndoApprove(approved),
		"deliver": d.UndoDeliver(delivered),
		"invoice": d.UndoInvoice(invoiced),
	} {
		require.ErrorAs(t, err, new(*credit.StateError), name)
	}
	assert.Equal(t, before, d.State())

	require.NoError(t, d.UndoCancel(cancelled))
	require.NoError(t, d.UndoPay(paid))
	require.NoError(t, d.UndoInvoice(invoiced))
	require.NoError(t, d.UndoDeliver(delivered))
	require.ErrorAs(t, d.UndoCommit(committed), new(*credit.StateError), "first the approval")
	require.NoError(t, d.UndoApprove(approved))
	d.total("100")
	require.NoError(t, d.UndoCommit(committed))
	require.ErrorAs(t, d.UndoCommit(committed), new(*credit.StateError), "it is undone")
	require.ErrorAs(t, d.UndoPay(paid), new(*credit.StateError))
	assert.Equal(t, empty, d.State())
}

// credit.md: concurrent checks cannot both take the last credit.
func TestLastCreditIsTakenOnce(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("1000"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	events := []any{d.events[0]}
	passed := 0
	for worker := range 8 {
		wg.Go(func() {
			for i := range 50 {
				order := strconv.Itoa(worker) + "/" + strconv.Itoa(i)
				e, decision, err := d.Commit(context.Background(), d.now, credit.Request{Order: order, Account: "ACME", Amount: usd("30")})
				if err != nil {
					t.Error(err)
					return
				}
				x, err := d.Exposure(d.now, "ACME")
				if over, cmpErr := x.Total.Cmp(usd("1000")); err != nil || cmpErr != nil || over > 0 {
					t.Error("exposure", x.Total, err, cmpErr)
				}
				if decision.Outcome != credit.Passed {
					continue
				}
				if i%3 == 0 {
					if err := d.UndoCommit(e); err != nil {
						t.Error(err)
					}
					continue
				}
				mu.Lock()
				passed++
				events = append(events, e)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, passed, 33)
	for i := 0; ; i++ { // what is left is taken by the next
		if d.ask("last/"+strconv.Itoa(i), "30").Outcome == credit.Held {
			break
		}
		passed++
	}
	assert.Equal(t, 33, passed)
	d.total("990")
	events = append(events, d.events[1:]...)
	assert.Equal(t, d.State(), replay(t, credit.Config{}, events).State())
}

func TestRepeatedAnswer(t *testing.T) {
	d := newDesk(t, credit.Config{}, acme("100"))
	req := credit.Request{Order: "SO-1", Account: "ACME", Amount: usd("95"), Explain: rules.Fired}
	e, first, err := d.Commit(context.Background(), d.now, req)
	require.NoError(t, err)
	d.keep(e, nil)
	require.NotEmpty(t, first.Explanations)
	d.invoice("I", "1000", d.day(30)) // nothing new would pass now
	again, second, err := d.Commit(context.Background(), d.now.Add(time.Hour), req)
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	first.Explanations = nil
	assert.Equal(t, first, second)
	checked, err := d.Check(context.Background(), d.now, req)
	require.NoError(t, err)
	assert.Equal(t, first, checked)
	assert.False(t, errors.Is(d.MayShip(d.now, "SO-1"), credit.ErrHeld))
}
