package credit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// State is everything a Ledger knows, as plain data, to look at and to compare: two Ledgers that took in the same events
// have equal States, field by field.
type State struct {
	Accounts []AccountState `json:"accounts"` // by id
	Orders   []OrderState   `json:"orders"`   // by id
	// Documents are the events of deliveries, cancellations, invoices, payments and postings, in that order, then by key.
	Documents []any `json:"documents"`
}

// AccountState is an account.
type AccountState struct {
	Set       AccountSet      `json:"set"`
	Balances  []BalanceState  `json:"balances,omitempty"` // of the account and all below it, by currency
	Items     []OpenItem      `json:"items,omitempty"`    // of the account alone, by due date, then document
	Unapplied []money.Amount  `json:"unapplied,omitempty"`
	Payments  []calendar.Date `json:"payments,omitempty"`
	ItemsSet  OpenItemsSet    `json:"items_set"`
}

// BalanceState is what an account and all below it have in one currency.
type BalanceState struct {
	Receivables money.Amount `json:"receivables"`
	Deliveries  money.Amount `json:"deliveries"`
	Orders      money.Amount `json:"orders"`
	Special     money.Amount `json:"special"`
	Deposits    money.Amount `json:"deposits"`
	Unapplied   money.Amount `json:"unapplied"`
	Planned     []Planned    `json:"planned,omitempty"` // the part of Orders that has a planned day
}

// OrderState is an order.
type OrderState struct {
	Order     string       `json:"order"`
	Account   string       `json:"account"`
	Revision  uint64       `json:"revision"`
	Amount    money.Amount `json:"amount"`         // it holds credit for, less what was cancelled
	Open      []Planned    `json:"open,omitempty"` // of it not delivered
	Delivered money.Amount `json:"delivered"`      // so far
	Unbilled  money.Amount `json:"unbilled"`       // of that not invoiced
	Committed *Committed   `json:"committed,omitempty"`
	Approved  *Approved    `json:"approved,omitempty"`
	Release   *Approved    `json:"release,omitempty"` // the last approval
}

// State returns everything the Ledger knows, consistent in itself.
func (l *Ledger) State() State {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var state State
	for _, id := range slices.Sorted(maps.Keys(l.accounts)) {
		state.Accounts = append(state.Accounts, l.accounts[id].state())
	}
	for _, id := range slices.Sorted(maps.Keys(l.orders)) {
		state.Orders = append(state.Orders, l.orders[id].state())
	}
	for _, d := range slices.SortedFunc(maps.Keys(l.documents), document.compare) {
		state.Documents = append(state.Documents, l.documents[d].event)
	}
	return state
}

func (d document) compare(e document) int {
	return cmp.Or(cmp.Compare(d.kind, e.kind), cmp.Compare(d.key, e.key))
}

func (a *account) state() AccountState {
	state := AccountState{Set: a.set, Payments: append([]calendar.Date(nil), a.paid...), ItemsSet: a.itemsSet}
	state.Set.Account = state.Set.Account.clone()
	balances := slices.Clone(a.balances)
	slices.SortFunc(balances, func(a, b balance) int { return cmp.Compare(a.currency.Code(), b.currency.Code()) })
	for _, b := range balances {
		if b.isZero() {
			continue
		}
		state.Balances = append(state.Balances, BalanceState{
			Receivables: b.parts[Receivables], Deliveries: b.parts[Deliveries], Orders: b.parts[Orders],
			Special: b.parts[Special], Deposits: b.parts[Deposits], Unapplied: b.parts[Unapplied],
			Planned: append([]Planned(nil), b.dated...),
		})
	}
	for _, it := range a.items {
		state.Items = append(state.Items, *it)
	}
	for _, c := range slices.Sorted(maps.Keys(a.own)) {
		state.Unapplied = append(state.Unapplied, a.own[c])
	}
	return state
}

// isZero reports whether nothing is left in a currency.
func (b *balance) isZero() bool {
	for _, amount := range b.parts {
		if !amount.IsZero() {
			return false
		}
	}
	return len(b.dated) == 0
}

func (o *order) state() OrderState {
	state := OrderState{
		Order: o.id, Account: o.account.id, Revision: o.revision, Delivered: o.shipped, Unbilled: o.unbilled,
	}
	if s := o.stands; s != nil {
		state.Amount, state.Open = s.amount, slices.Clone(s.open)
		state.Committed, state.Approved, state.Release = s.committed, s.approved, s.release
	}
	return state
}
