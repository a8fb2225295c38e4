package credit_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// history drives a Ledger and the model side by side and keeps the events.
type history struct {
	t      *rapid.T
	l      *credit.Ledger
	m      model
	today  int
	events []any
	n      int
}

func dayN(n int) calendar.Date {
	if n == noDay {
		return calendar.Date{}
	}
	return calendar.MustDate("2026-03-02").AddDays(n)
}

func cents(n int64, currency string) money.Amount {
	c, err := money.ParseCurrency(currency)
	if err != nil {
		panic(err)
	}
	return money.FromMinor(n, c)
}

func (h *history) now() time.Time { return dayN(h.today).In(time.UTC).Add(time.Hour) }

func (h *history) int(name string, low, high int) int {
	return rapid.IntRange(low, high).Draw(h.t, name)
}

func (h *history) cents(name string) int64 { return int64(h.int(name, 0, 4000)) * 25 }

func (h *history) next(prefix string) string { h.n++; return fmt.Sprintf("%s%d", prefix, h.n) }

func pick[T any](h *history, name string, from []T) T { return from[h.int(name, 0, len(from)-1)] }

// did checks that the operation changed the ledger, or that its error did not.
func (h *history) did(before credit.State, event any, err error, d ...doc) bool {
	if err != nil {
		require.Empty(h.t, cmp.Diff(before, h.l.State(), comparers()), "state changed by an operation that failed: %v", err)
		return false
	}
	h.events = append(h.events, event)
	h.m.docs = append(h.m.docs, d...)
	return true
}

func (h *history) undone(before credit.State, err error) {
	require.NoError(h.t, err)
	require.Empty(h.t, cmp.Diff(before, h.l.State(), comparers()), "undo")
	h.events = h.events[:len(h.events)-1]
	h.m.docs = h.m.docs[:len(h.m.docs)-1]
}

func (h *history) undo() bool { return h.int("undo", 0, 5) == 0 }

func comparers() cmp.Option {
	return cmp.Options{
		cmp.Comparer(func(a, b money.Amount) bool { return a == b }),
		cmp.Comparer(func(a, b calendar.Date) bool { return a == b }),
		cmp.Comparer(func(a, b money.Rate) bool { return a == b }),
	}
}

func (h *history) setAccount() {
	id := pick(h, "account", []string{"A", "B", "C", "G"})
	a := credit.Account{ID: id, Currency: h.m.accounts[id].Currency}
	if a.Currency == 0 {
		a.Currency = pick(h, "currency", []money.Currency{money.USD, money.EUR})
	}
	if parent := pick(h, "parent", []string{"", "A", "B", "C", "G"}); h.m.accounts[parent].ID != "" {
		a.Parent = parent
	}
	if h.int("limited", 0, 3) > 0 {
		a.Limit = &credit.Limit{
			Amount: cents(int64(h.int("limit", 0, 400))*1000, a.Currency.Code()), Comparison: credit.Comparison(h.int("comparison", 0, 1)),
			Tolerance: pick(h, "tolerance", []money.Rate{{}, money.MustRate("90%"), money.MustRate("110%")}),
		}
	}
	if h.int("covered", 0, 3) == 0 {
		a.Cover = &credit.Cover{Amount: cents(h.cents("cover"), a.Currency.Code())}
	}
	if h.int("dynamic", 0, 1) == 0 {
		days := h.int("horizon", 0, 20)
		a.HorizonDays = &days
	}
	before := h.l.State()
	e, err := h.l.SetAccount(h.now(), credit.Setting{Account: a, Actor: "ann", Reason: "test"})
	if err != nil {
		require.True(h.t, h.m.within(a.Parent, id), "%v", err)
	}
	if h.did(before, e, err) {
		h.m.accounts[id] = a
	}
}

// order draws an order: mostly one that is there.
func (h *history) order() (id, account, currency string) {
	ids := map[string]doc{}
	var keys []string
	for _, d := range h.m.docs {
		if d.order != "" && d.kind != "invoice" && ids[d.order].order == "" {
			ids[d.order] = d
			keys = append(keys, d.order)
		}
	}
	if len(keys) > 0 && h.int("known", 0, 2) > 0 {
		d := ids[pick(h, "order", keys)]
		return d.order, d.account, d.currency
	}
	return h.next("O"), h.someone(), pick(h, "currency", []string{"USD", "EUR"})
}

func (h *history) someone() string {
	var ids []string
	for id := range h.m.accounts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return pick(h, "account", ids)
}

func (h *history) request() (credit.Request, doc) {
	id, account, currency := h.order()
	amount := h.cents("amount")
	if _, worth, _ := h.m.openOf(id); h.int("same", 0, 2) == 0 {
		amount = worth
	}
	d := doc{account: account, currency: currency, kind: "commit", order: id, cents: amount, day: noDay}
	req := credit.Request{Order: id, Account: account, Amount: cents(amount, currency)}
	if amount > 0 && h.int("plan", 0, 2) > 0 {
		d.day, d.split = h.today+h.int("day", -3, 30), int64(h.int("split", 1, int(amount)))
		req.Planned = []credit.Planned{{Ship: dayN(d.day), Amount: cents(d.split, currency)}}
	}
	return req, d
}

// needed is what an open value adds to the exposure of an account.
func (h *history) needed(id, order, currency string, open map[int]int64) int64 {
	without := h.m
	without.docs = slices.DeleteFunc(slices.Clone(h.m.docs), func(d doc) bool { return d.order == order && d.kind == "commit" })
	own := h.m.accounts[id].Currency.Code()
	sums, _ := without.sums(id, h.today)
	var base, more int64
	if p := sums[currency]; p != nil {
		base = p[credit.Orders]
	}
	for day, n := range open {
		if horizon := h.m.accounts[id].HorizonDays; horizon == nil || day <= h.today+*horizon {
			more += n
		}
	}
	return convert(base+more, currency, own) - convert(base, currency, own)
}

// expect says whether the request passes, and the exposure of the accounts without and with the order.
func (h *history) expect(d doc) (pass bool, levels [][2]int64) {
	var last doc
	var release *doc
	for i, c := range h.m.docs {
		if c.order == d.order && c.kind == "commit" {
			last = c
			if c.release {
				release = &h.m.docs[i]
			}
		}
	}
	before, worth, _ := h.m.openOf(d.order)
	next := h.m
	next.docs = append(slices.Clone(h.m.docs), d)
	after, _, _ := next.openOf(d.order)
	grows, fits := last.kind == "" || d.cents > worth, true
	for id := d.account; id != ""; id = h.m.accounts[id].Parent {
		if h.needed(id, d.order, d.currency, after) > h.needed(id, d.order, d.currency, before) {
			grows = true
		}
		_, _, total := next.exposure(id, h.today)
		levels = append(levels, [2]int64{total - h.needed(id, d.order, d.currency, after), total})
		limit := h.m.accounts[id].Limit
		if limit == nil {
			continue
		}
		most, _ := limit.Amount.Minor()
		switch limit.Tolerance {
		case money.MustRate("90%"):
			most = most * 9 / 10
		case money.MustRate("110%"):
			most = most * 11 / 10
		}
		if total > most || limit.Comparison == credit.AtOrAbove && total == most {
			fits = false
		}
	}
	return fits || !grows || release != nil && d.cents <= release.cents*11/10, levels
}

func (h *history) commit() {
	req, d := h.request()
	pass, levels := h.expect(d)
	before := h.l.State()
	checked, err := h.l.Check(context.Background(), h.now(), req)
	require.NoError(h.t, err)
	e, decision, err := h.l.Commit(context.Background(), h.now(), req)
	require.NoError(h.t, err)
	require.Empty(h.t, cmp.Diff(checked, decision, comparers()))
	require.Equal(h.t, pass, decision.Outcome == credit.Passed, "%+v %+v", req, decision)
	if !e.Replayed {
		for i, level := range decision.Levels {
			c := level.Before.Currency().Code()
			require.Equal(h.t, [2]money.Amount{cents(levels[i][0], c), cents(levels[i][1], c)}, [2]money.Amount{level.Before, level.After})
		}
	}
	if !pass {
		require.Empty(h.t, cmp.Diff(before, h.l.State(), comparers()))
		return
	}
	if e.Replayed {
		require.Empty(h.t, cmp.Diff(before, h.l.State(), comparers()))
		return
	}
	h.did(before, e, nil, d)
	again, same, err := h.l.Commit(context.Background(), h.now(), req)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	require.Empty(h.t, cmp.Diff(decision, same, comparers()))
	if h.undo() {
		h.undone(before, h.l.UndoCommit(e))
	}
}

func (h *history) approve() {
	req, d := h.request()
	d.release = true
	before := h.l.State()
	e, err := h.l.Approve(h.now(), credit.Approval{
		Order: req.Order, Account: req.Account, Amount: req.Amount, Planned: req.Planned, Actor: "boss", Reason: "known",
	})
	if e.Replayed || !h.did(before, e, err, d) {
		return
	}
	if h.undo() {
		h.undone(before, h.l.UndoApprove(e))
	}
}

func (h *history) deliver() {
	id, account, currency := h.order()
	d := doc{account: account, currency: currency, kind: "deliver", key: h.next("D"), order: id, cents: h.cents("amount"), day: noDay}
	if h.int("named", 0, 1) == 0 {
		d.day = h.today + h.int("day", -3, 30)
	}
	before := h.l.State()
	r := credit.Delivery{Document: d.key, Order: id, Account: account, Amount: cents(d.cents, currency), Ship: dayN(d.day)}
	e, err := h.l.Deliver(h.now(), r)
	require.NoError(h.t, err)
	h.did(before, e, err, d)
	again, err := h.l.Deliver(h.now().Add(time.Hour), r)
	require.NoError(h.t, err)
	require.True(h.t, again.Replayed)
	if h.undo() {
		h.undone(before, h.l.UndoDeliver(e))
	}
}

func (h *history) cancel() {
	id, account, currency := h.order()
	d := doc{account: account, currency: currency, kind: "cancel", key: h.next("C"), order: id, cents: h.cents("amount") + 1, day: noDay}
	open, _, _ := h.m.openOf(id)
	var all int64
	for _, n := range open {
		all += n
	}
	committed := slices.ContainsFunc(h.m.docs, func(d doc) bool { return d.order == id && d.kind == "commit" })
	r := credit.Cancellation{Document: d.key, Order: id, Amount: cents(d.cents, currency)}
	if h.int("all", 0, 3) == 0 {
		d.cents, r.Amount = all, money.Amount{}
	}
	before := h.l.State()
	e, err := h.l.Cancel(h.now(), r)
	require.Equal(h.t, committed && d.cents <= all, err == nil, "%v", err)
	if h.did(before, e, err, d) && h.undo() {
		h.undone(before, h.l.UndoCancel(e))
	}
}

func (h *history) invoice() {
	account, currency := h.someone(), pick(h, "currency", []string{"USD", "EUR"})
	d := doc{account: account, currency: currency, kind: "invoice", key: h.next("I"), cents: h.cents("amount") - 10000, due: h.today + h.int("due", -100, 30)}
	r := credit.Invoice{Document: d.key, Account: account, Date: dayN(d.due - 5), Due: dayN(d.due)}
	if id, owner, c := h.order(); slices.ContainsFunc(h.m.docs, func(d doc) bool { return d.order == id }) {
		d.account, d.currency, d.order, d.split = owner, c, id, h.cents("billed")
		r.Account, r.Bills = owner, []credit.Billed{{Order: id, Amount: cents(d.split, c)}}
	}
	r.Amount = cents(d.cents, d.currency)
	before := h.l.State()
	e, err := h.l.Invoice(h.now(), r)
	require.NoError(h.t, err)
	h.did(before, e, err, d)
	if h.undo() {
		h.undone(before, h.l.UndoInvoice(e))
	}
}

func (h *history) pay() {
	account, currency := h.someone(), pick(h, "currency", []string{"USD", "EUR"})
	items, currencies, unapplied := h.m.itemsOf(account)
	d := doc{account: account, currency: currency, kind: "pay", key: h.next("P"), cents: h.cents("amount"), applied: map[string]int64{}}
	r := credit.Payment{Document: d.key, Account: account, Amount: cents(d.cents, currency), Date: dayN(h.today)}
	rest := d.cents
	for _, it := range items {
		if currencies[it.key] != currency || it.open == 0 || h.int("apply", 0, 1) == 0 {
			continue
		}
		n := it.open
		if h.int("part", 0, 2) == 0 {
			n = n/2 + n%2
		}
		d.applied[it.key] = n
		rest -= n
		r.Applied = append(r.Applied, credit.Applied{Item: it.key, Amount: cents(n, currency)})
	}
	before := h.l.State()
	e, err := h.l.Pay(h.now(), r)
	require.Equal(h.t, rest >= 0 || unapplied[currency]+rest >= 0, err == nil, "%v", err)
	if h.did(before, e, err, d) && h.undo() {
		h.undone(before, h.l.UndoPay(e))
	}
}

func (h *history) post() {
	d := doc{
		account: h.someone(), currency: pick(h, "currency", []string{"USD", "EUR"}), kind: "post", key: h.next("X"),
		cents: h.cents("amount") - 20000, part: pick(h, "part", []credit.Part{credit.Deposits, credit.Special}),
	}
	before := h.l.State()
	e, err := h.l.Post(h.now(), credit.Posting{Document: d.key, Account: d.account, Part: d.part, Amount: cents(d.cents, d.currency)})
	require.NoError(h.t, err)
	h.did(before, e, err, d)
	if h.undo() {
		h.undone(before, h.l.UndoPost(e))
	}
}

func (h *history) setItems() {
	d := doc{account: h.someone(), currency: pick(h, "currency", []string{"USD", "EUR"}), kind: "items", cents: h.cents("unapplied")}
	r := credit.OpenItems{Account: d.account}
	if d.cents > 0 {
		r.Unapplied = []money.Amount{cents(d.cents, d.currency)}
	}
	for range h.int("items", 0, 3) {
		it := modelItem{h.next("H"), h.today + h.int("due", -100, 30), h.cents("open") + 1}
		d.items = append(d.items, it)
		r.Items = append(r.Items, credit.OpenItem{Document: it.key, Date: dayN(it.due - 5), Due: dayN(it.due), Open: cents(it.open, d.currency)})
	}
	before := h.l.State()
	e, err := h.l.SetOpenItems(h.now(), r)
	require.NoError(h.t, err)
	if !e.Replayed {
		h.did(before, e, err, d)
	}
}
