package credit_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

func TestConfigErrors(t *testing.T) {
	_, err := credit.New(credit.Config{Deviation: money.MustRate("-1%")})
	var config *credit.ConfigError
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Deviation", config.Field)
}

func TestBadInputChangesNothing(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t, credit.Config{}, acme("1000"), credit.Account{ID: "B", Parent: "ACME", Currency: money.USD})
	d.passes("SO-1", "100")
	d.deliver("D", "SO-1", "10")
	d.invoice("I", "10", d.day(30), credit.Billed{Order: "SO-1", Amount: usd("10")})
	d.post("X", credit.Deposits, "1")
	paid, err := d.Pay(d.now, credit.Payment{Document: "P", Account: "ACME", Amount: usd("5"), Date: d.day(0)})
	d.keep(paid, err)
	cancelled, err := d.Cancel(d.now, credit.Cancellation{Document: "C", Order: "SO-1", Amount: usd("1")})
	d.keep(cancelled, err)
	before := d.State()
	eur := money.MustParse("1 EUR")

	commit := func(change func(*credit.Request)) error {
		r := credit.Request{Order: "SO-9", Account: "ACME", Amount: usd("10")}
		change(&r)
		_, _, err := d.Commit(ctx, d.now, r)
		_, checked := d.Check(ctx, d.now, r)
		assert.Equal(t, err == nil, checked == nil)
		return err
	}
	approve := func(change func(*credit.Approval)) error {
		r := credit.Approval{Order: "SO-9", Account: "ACME", Amount: usd("10"), Actor: "a", Reason: "r"}
		change(&r)
		_, err := d.Approve(d.now, r)
		return err
	}
	deliver := func(change func(*credit.Delivery)) error {
		r := credit.Delivery{Document: "D9", Order: "SO-1", Account: "ACME", Amount: usd("10")}
		change(&r)
		_, err := d.Deliver(d.now, r)
		return err
	}
	cancel := func(r credit.Cancellation) error { _, err := d.Cancel(d.now, r); return err }
	invoice := func(change func(*credit.Invoice)) error {
		r := credit.Invoice{Document: "I9", Account: "ACME", Amount: usd("10"), Date: d.day(0), Due: d.day(1)}
		change(&r)
		_, err := d.Invoice(d.now, r)
		return err
	}
	pay := func(change func(*credit.Payment)) error {
		r := credit.Payment{Document: "P9", Account: "ACME", Amount: usd("10"), Date: d.day(0)}
		change(&r)
		_, err := d.Pay(d.now, r)
		return err
	}
	post := func(change func(*credit.Posting)) error {
		r := credit.Posting{Document: "X9", Account: "ACME", Part: credit.Special, Amount: usd("10")}
		change(&r)
		_, err := d.Post(d.now, r)
		return err
	}
	items := func(r credit.OpenItems) error { _, err := d.SetOpenItems(d.now, r); return err }
	account := func(change func(*credit.Setting)) error {
		s := credit.Setting{Account: acme("5"), Actor: "a", Reason: "r"}
		change(&s)
		_, err := d.SetAccount(d.now, s)
		return err
	}
	request, unknown, conflict, state := new(*credit.RequestError), new(*credit.UnknownAccountError), new(*credit.KeyConflictError), new(*credit.StateError)
	far, negative := 4000, money.MustRate("-1")
	huge := money.FromMinor(math.MaxInt64, money.USD)
	for name, c := range map[string]struct {
		err  error
		want any
	}{
		"commit: no order":         {commit(func(r *credit.Request) { r.Order = "" }), request},
		"commit: no account":       {commit(func(r *credit.Request) { r.Account = "" }), request},
		"commit: unknown account":  {commit(func(r *credit.Request) { r.Account = "Z" }), unknown},
		"commit: negative":         {commit(func(r *credit.Request) { r.Amount = usd("-1") }), request},
		"commit: no currency":      {commit(func(r *credit.Request) { r.Amount = money.Amount{} }), request},
		"commit: plan too large":   {commit(func(r *credit.Request) { r.Planned = []credit.Planned{{Amount: usd("11")}} }), request},
		"commit: plan negative":    {commit(func(r *credit.Request) { r.Planned = []credit.Planned{{Amount: usd("-1")}} }), request},
		"commit: plan in EUR":      {commit(func(r *credit.Request) { r.Planned = []credit.Planned{{Amount: eur}} }), request},
		"commit: another account":  {commit(func(r *credit.Request) { r.Order, r.Account = "SO-1", "B" }), conflict},
		"commit: another currency": {commit(func(r *credit.Request) { r.Order, r.Amount = "SO-1", eur }), conflict},
		"approve: no actor":        {approve(func(r *credit.Approval) { r.Actor = "" }), request},
		"approve: no reason":       {approve(func(r *credit.Approval) { r.Reason = "" }), request},
		"approve: no order":        {approve(func(r *credit.Approval) { r.Order = "" }), request},
		"approve: unknown account": {approve(func(r *credit.Approval) { r.Account = "Z" }), unknown},
		"approve: own order":       {approve(func(r *credit.Approval) { r.Author = "a" }), new(*credit.AuthorityError)},
		"deliver: no document":     {deliver(func(r *credit.Delivery) { r.Document = "" }), request},
		"deliver: no order":        {deliver(func(r *credit.Delivery) { r.Order = "" }), request},
		"deliver: negative":        {deliver(func(r *credit.Delivery) { r.Amount = usd("-1") }), request},
		"deliver: no currency":     {deliver(func(r *credit.Delivery) { r.Amount = money.Amount{} }), request},
		"deliver: unknown account": {deliver(func(r *credit.Delivery) { r.Account = "Z" }), unknown},
		"deliver: another account": {deliver(func(r *credit.Delivery) { r.Account = "B" }), conflict},
		"deliver: another content": {deliver(func(r *credit.Delivery) { r.Document = "D"; r.Amount = usd("11") }), conflict},
		"cancel: no document":      {cancel(credit.Cancellation{Order: "SO-1"}), request},
		"cancel: negative":         {cancel(credit.Cancellation{Document: "C9", Order: "SO-1", Amount: usd("-1")}), request},
		"cancel: unknown order":    {cancel(credit.Cancellation{Document: "C9", Order: "SO-9"}), new(*credit.UnknownOrderError)},
		"cancel: too much":         {cancel(credit.Cancellation{Document: "C9", Order: "SO-1", Amount: usd("90")}), state},
		"cancel: another currency": {cancel(credit.Cancellation{Document: "C9", Order: "SO-1", Amount: eur}), conflict},
		"cancel: another content":  {cancel(credit.Cancellation{Document: "C", Order: "SO-1"}), conflict},
		"invoice: no document":     {invoice(func(r *credit.Invoice) { r.Document = "" }), request},
		"invoice: no currency":     {invoice(func(r *credit.Invoice) { r.Amount = money.Amount{} }), request},
		"invoice: no date":         {invoice(func(r *credit.Invoice) { r.Date = calendar.Date{} }), request},
		"invoice: due before":      {invoice(func(r *credit.Invoice) { r.Due = d.day(-1) }), request},
		"invoice: bills nothing":   {invoice(func(r *credit.Invoice) { r.Bills = []credit.Billed{{}} }), request},
		"invoice: bills twice": {invoice(func(r *credit.Invoice) {
			b := credit.Billed{Order: "SO-1", Amount: usd("1")}
			r.Bills = []credit.Billed{b, b}
		}), request},
		"invoice: unknown order":   {invoice(func(r *credit.Invoice) { r.Bills = []credit.Billed{{Order: "SO-9", Amount: usd("1")}} }), new(*credit.UnknownOrderError)},
		"invoice: order in USD":    {invoice(func(r *credit.Invoice) { r.Bills = []credit.Billed{{Order: "SO-1", Amount: eur}} }), conflict},
		"invoice: unknown account": {invoice(func(r *credit.Invoice) { r.Account = "Z" }), unknown},
		"invoice: another content": {invoice(func(r *credit.Invoice) { r.Document = "I" }), conflict},
		"invoice: out of range":    {invoice(func(r *credit.Invoice) { r.Amount = huge }), nil},
		"pay: no document":         {pay(func(r *credit.Payment) { r.Document = "" }), request},
		"pay: no currency":         {pay(func(r *credit.Payment) { r.Amount = money.Amount{} }), request},
		"pay: negative":            {pay(func(r *credit.Payment) { r.Amount = usd("-1") }), request},
		"pay: no date":             {pay(func(r *credit.Payment) { r.Date = calendar.Date{} }), request},
		"pay: unknown account":     {pay(func(r *credit.Payment) { r.Account = "Z" }), unknown},
		"pay: unknown item":        {pay(func(r *credit.Payment) { r.Applied = []credit.Applied{{Item: "Z", Amount: usd("1")}} }), new(*credit.UnknownItemError)},
		"pay: an item twice": {pay(func(r *credit.Payment) {
			a := credit.Applied{Item: "I", Amount: usd("1")}
			r.Applied = []credit.Applied{a, a}
		}), request},
		"pay: another currency": {pay(func(r *credit.Payment) { r.Applied = []credit.Applied{{Item: "I", Amount: eur}} }), request},
		"pay: an item in USD":   {pay(func(r *credit.Payment) { r.Amount = eur; r.Applied = []credit.Applied{{Item: "I", Amount: eur}} }), request},
		"pay: more than open":   {pay(func(r *credit.Payment) { r.Applied = []credit.Applied{{Item: "I", Amount: usd("10.01")}} }), state},
		"pay: against the sign": {pay(func(r *credit.Payment) { r.Applied = []credit.Applied{{Item: "I", Amount: usd("-1")}} }), state},
		"pay: more than came": {pay(func(r *credit.Payment) {
			r.Amount = usd("4.99")
			r.Applied = []credit.Applied{{Item: "I", Amount: usd("10")}}
		}), state},
		"pay: another content":      {pay(func(r *credit.Payment) { r.Document = "P" }), conflict},
		"post: no document":         {post(func(r *credit.Posting) { r.Document = "" }), request},
		"post: orders":              {post(func(r *credit.Posting) { r.Part = credit.Orders }), request},
		"post: no currency":         {post(func(r *credit.Posting) { r.Amount = money.Amount{} }), request},
		"post: unknown account":     {post(func(r *credit.Posting) { r.Account = "Z" }), unknown},
		"post: another content":     {post(func(r *credit.Posting) { r.Document = "X" }), conflict},
		"items: unknown account":    {items(credit.OpenItems{Account: "Z"}), unknown},
		"items: no document":        {items(credit.OpenItems{Account: "ACME", Items: []credit.OpenItem{{Due: d.day(0), Open: usd("1")}}}), request},
		"items: nothing open":       {items(credit.OpenItems{Account: "ACME", Items: []credit.OpenItem{{Document: "1", Due: d.day(0), Open: usd("0")}}}), request},
		"items: no due date":        {items(credit.OpenItems{Account: "ACME", Items: []credit.OpenItem{{Document: "1", Open: usd("1")}}}), request},
		"items: unapplied twice":    {items(credit.OpenItems{Account: "ACME", Unapplied: []money.Amount{usd("1"), usd("2")}}), request},
		"items: out of range":       {items(credit.OpenItems{Account: "ACME", Items: []credit.OpenItem{{Document: "1", Due: d.day(0), Open: huge}, {Document: "2", Due: d.day(0), Open: huge}}}), nil},
		"account: no id":            {account(func(s *credit.Setting) { s.Account.ID = "" }), request},
		"account: no currency":      {account(func(s *credit.Setting) { s.Account.Currency = 0 }), request},
		"account: another currency": {account(func(s *credit.Setting) { s.Account.Currency = money.EUR; s.Account.Limit = nil }), request},
		"account: limit in EUR":     {account(func(s *credit.Setting) { s.Account.Limit.Amount = eur }), request},
		"account: limit negative":   {account(func(s *credit.Setting) { s.Account.Limit.Amount = usd("-1") }), request},
		"account: comparison":       {account(func(s *credit.Setting) { s.Account.Limit.Comparison = 7 }), request},
		"account: tolerance":        {account(func(s *credit.Setting) { s.Account.Limit.Tolerance = negative }), request},
		"account: cover in EUR":     {account(func(s *credit.Setting) { s.Account.Cover = &credit.Cover{Amount: eur} }), request},
		"account: horizon":          {account(func(s *credit.Setting) { s.Account.HorizonDays = &far }), request},
		"account: deviation":        {account(func(s *credit.Setting) { s.Account.Deviation = &negative }), request},
		"account: dunning":          {account(func(s *credit.Setting) { s.Account.DunningLevel = -1 }), request},
		"account: no actor":         {account(func(s *credit.Setting) { s.Actor = "" }), request},
		"account: no reason":        {account(func(s *credit.Setting) { s.Reason = "" }), request},
		"account: unknown parent":   {account(func(s *credit.Setting) { s.Account.Parent = "Z" }), unknown},
		"account: its own parent":   {account(func(s *credit.Setting) { s.Account.Parent = "ACME" }), request},
		"account: below its child":  {account(func(s *credit.Setting) { s.Account.Parent = "B" }), request},
		"exposure: unknown account": {func() error { _, err := d.Exposure(d.now, "Z"); return err }(), unknown},
		"recheck: unknown order":    {func() error { _, err := d.Recheck(ctx, d.now, "Z", rules.Off); return err }(), new(*credit.UnknownOrderError)},
		"ship: unknown order":       {d.MayShip(d.now, "Z"), new(*credit.UnknownOrderError)},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == nil {
				require.ErrorIs(t, c.err, money.ErrRange)
				return
			}
			require.ErrorAs(t, c.err, c.want)
			assert.Contains(t, c.err.Error(), "credit: ")
		})
	}
	assert.Equal(t, before, d.State())
}

// An amount that the account could count, but not the one above it, changes neither.
func TestRangeAbove(t *testing.T) {
	d := newDesk(t, credit.Config{}, credit.Account{ID: "G", Currency: money.USD}, credit.Account{ID: "ACME", Parent: "G", Currency: money.USD})
	half := money.FromMinor(math.MaxInt64/2+1, money.USD)
	e, err := d.Post(d.now, credit.Posting{Document: "1", Account: "G", Part: credit.Special, Amount: half})
	d.keep(e, err)
	before := d.State()
	_, err = d.Post(d.now, credit.Posting{Document: "2", Account: "ACME", Part: credit.Special, Amount: half})
	require.ErrorIs(t, err, money.ErrRange)
	_, err = d.SetOpenItems(d.now, credit.OpenItems{Account: "ACME", Items: []credit.OpenItem{{Document: "1", Due: d.day(0), Open: usd("5")}, {Document: "2", Due: d.day(0), Open: half}}})
	require.NoError(t, err, "receivables are another part")
	_, err = d.SetOpenItems(d.now, credit.OpenItems{Account: "ACME"})
	require.NoError(t, err)
	lone, err := d.SetAccount(d.now, credit.Setting{Account: credit.Account{ID: "LONE", Currency: money.USD}, Actor: "a", Reason: "r"})
	d.keep(lone, err)
	_, err = d.Post(d.now, credit.Posting{Document: "3", Account: "LONE", Part: credit.Special, Amount: half})
	require.NoError(t, err)
	between := d.State()
	_, err = d.SetAccount(d.now, credit.Setting{Account: credit.Account{ID: "LONE", Parent: "G", Currency: money.USD}, Actor: "a", Reason: "r"})
	require.ErrorIs(t, err, money.ErrRange)
	assert.Equal(t, between, d.State())
	assert.Equal(t, before.Accounts[1].Balances, between.Accounts[1].Balances)
}
