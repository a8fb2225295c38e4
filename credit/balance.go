package credit

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Part is a part of an exposure.
type Part uint8

const (
	// Receivables are open items: invoiced and not paid.
	Receivables Part = iota
	// Deliveries are delivered and not invoiced.
	Deliveries
	// Orders are taken and not delivered.
	Orders
	// Special are liabilities from outside the order cycle: bills of exchange, guarantees given.
	Special
	// Deposits are securities and down payments of the customer; they lessen exposure.
	Deposits
	// Unapplied payments are received and not yet matched with open items; they lessen exposure.
	Unapplied
	parts
)

// String returns receivables, deliveries, orders, special, deposits or unapplied.
func (p Part) String() string {
	switch p {
	case Receivables:
		return "receivables"
	case Deliveries:
		return "deliveries"
	case Orders:
		return "orders"
	case Special:
		return "special"
	case Deposits:
		return "deposits"
	case Unapplied:
		return "unapplied"
	case parts:
	}
	return fmt.Sprintf("part(%d)", uint8(p))
}

// MarshalText writes the part as String does. A value that is none of the constants is an error.
func (p Part) MarshalText() ([]byte, error) {
	if p >= parts {
		return nil, fmt.Errorf("credit: %s is none", p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what String returns.
func (p *Part) UnmarshalText(text []byte) error {
	for c := Receivables; c < parts; c++ {
		if c.String() == string(text) {
			*p = c
			return nil
		}
	}
	return fmt.Errorf("credit: %q is no part of an exposure", text)
}

// Planned is a value with the day on which it is planned to ship. The zero date: there is no plan, so the value counts
// whatever the horizon.
type Planned struct {
	Ship   calendar.Date `json:"ship,omitzero"`
	Amount money.Amount  `json:"amount"`
}

// balance is what an account and all below it have in one currency.
type balance struct {
	currency money.Currency
	parts    [parts]money.Amount
	dated    []Planned // the part of Orders that has a planned day, ascending, without zeros
}

// change adds to a part of an account and of all above it. Orders have a day.
type change struct {
	account *account
	part    Part
	ship    calendar.Date
	amount  money.Amount
}

// move makes all changes or, with an error, none.
func move(changes []change) error {
	for i, c := range changes {
		for n := c.account; n != nil; n = n.parent {
			if err := n.add(c); err != nil {
				retract(changes[:i], c, n)
				return err
			}
		}
	}
	return nil
}

// retract takes back whole changes, and a last one from its account up to the one before stop. That cannot fail: it
// leads back to amounts that were there.
func retract(whole []change, last change, stop *account) {
	last.amount = last.amount.Neg()
	for n := last.account; n != stop; n = n.parent {
		_ = n.add(last)
	}
	for _, c := range slices.Backward(whole) {
		c.amount = c.amount.Neg()
		for n := c.account; n != nil; n = n.parent {
			_ = n.add(c)
		}
	}
}

// reversed gives the changes that take changes back.
func reversed(changes []change) []change {
	back := slices.Clone(changes)
	for i := range back {
		back[i].amount = back[i].amount.Neg()
	}
	return back
}

// balance finds the balance in a currency and makes it when there is none.
func (a *account) balance(c money.Currency) *balance {
	for i := range a.balances {
		if a.balances[i].currency == c {
			return &a.balances[i]
		}
	}
	b := balance{currency: c}
	for p := range b.parts {
		b.parts[p] = money.Zero(c)
	}
	a.balances = append(a.balances, b)
	return &a.balances[len(a.balances)-1]
}

// add makes a change in this account alone.
func (a *account) add(c change) error {
	b := a.balance(c.amount.Currency())
	sum, err := b.parts[c.part].Add(c.amount)
	if err != nil {
		return err
	}
	if c.part == Orders && !c.ship.IsZero() {
		if err := b.plan(c.ship, c.amount); err != nil {
			return err
		}
	}
	b.parts[c.part] = sum
	return nil
}

// plan adds to the orders of a day.
func (b *balance) plan(ship calendar.Date, amount money.Amount) error {
	i, found := slices.BinarySearchFunc(b.dated, ship, func(p Planned, d calendar.Date) int { return p.Ship.Compare(d) })
	if !found {
		if !amount.IsZero() {
			b.dated = slices.Insert(b.dated, i, Planned{Ship: ship, Amount: amount})
		}
		return nil
	}
	sum, err := b.dated[i].Amount.Add(amount)
	if err != nil {
		return err
	}
	if sum.IsZero() {
		b.dated = slices.Delete(b.dated, i, i+1)
		return nil
	}
	b.dated[i].Amount = sum
	return nil
}

// changes gives all that the balances hold as changes of another account.
func (a *account) changes(of *account) []change {
	var all []change
	for _, b := range a.balances {
		undated := b.parts[Orders]
		for _, p := range b.dated {
			all = append(all, change{account: of, part: Orders, ship: p.Ship, amount: p.Amount})
			undated, _ = undated.Sub(p.Amount) // a part of a sum that fits
		}
		for part, amount := range b.parts {
			if Part(part) == Orders {
				amount = undated
			}
			if !amount.IsZero() {
				all = append(all, change{account: of, part: Part(part), amount: amount})
			}
		}
	}
	return all
}

// moveTo hangs the account below another one, or below none.
func (a *account) moveTo(parent *account) error {
	if parent.within(a.id) {
		return &RequestError{Op: "set account", Field: "Account.Parent", Reason: "is below the account itself"}
	}
	if a.parent != nil {
		if err := move(reversed(a.changes(a.parent))); err != nil {
			return err
		}
	}
	if err := move(a.changes(parent)); parent != nil && err != nil {
		if a.parent != nil {
			_ = move(a.changes(a.parent)) // back to amounts that were there
		}
		return err
	}
	if a.parent != nil {
		a.parent.children = slices.DeleteFunc(a.parent.children, func(c *account) bool { return c == a })
	}
	for n := a.parent; n != nil; n = n.parent {
		n.covered -= a.covered
	}
	for n := parent; n != nil; n = n.parent {
		n.covered += a.covered
	}
	a.parent = parent
	if parent != nil {
		parent.children = append(parent.children, a)
	}
	return nil
}

// beyond is the value planned to ship after a day.
func (b *balance) beyond(day calendar.Date) (money.Amount, error) {
	sum := money.Zero(b.currency)
	for _, p := range slices.Backward(b.dated) {
		if !p.Ship.After(day) {
			break
		}
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}
