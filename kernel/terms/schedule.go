package terms

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Dates are the days that a term may count from. Only those are needed that the term names.
type Dates struct {
	Invoice, Order, Shipment, Delivery calendar.Date
}

// Payable is an amount and when it is due.
type Payable struct {
	// Amount is what is due, before any discount.
	Amount money.Amount
	// Due is the last day on which it is paid in time.
	Due calendar.Date
	// Early are the discounts for paying sooner, the earliest first.
	Early []Early
}

// Early is a discount on a payable.
type Early struct {
	// Until is the last day on which it may be taken.
	Until calendar.Date
	// Rate is its share of the amount, Discount the money, rounded half up to the minor unit.
	Rate     money.Rate
	Discount money.Amount
}

// MissingDateError is returned where a term counts from a day that is not known yet.
type MissingDateError struct {
	// Event is the day.
	Event Event
}

// Error implements error.
func (e *MissingDateError) Error() string {
	return fmt.Sprintf("terms: the %s date is missing", e.Event)
}

// Schedule returns when how much of an invoice is due, and which discounts may be taken until when. The amounts are
// shares of the total in minor units by largest remainder, so they add up to it. A term that does not validate gives an
// *[InvalidError], a day that is needed and missing a *[MissingDateError], a date beyond the calendar ErrRange; the
// rest is as in [money.Apportion].
func (p Payment) Schedule(total money.Amount, dates Dates) ([]Payable, error) {
	if found := p.Validate(); found.Blocks() {
		return nil, &InvalidError{found}
	}
	amounts, err := p.amounts(total)
	if err != nil {
		return nil, err
	}
	payables := make([]Payable, len(p.Instalments))
	for n, i := range p.Instalments {
		from := dates.of(i.From)
		if from.IsZero() {
			return nil, &MissingDateError{i.From}
		}
		due, err := i.Due.On(from)
		if err != nil {
			return nil, err
		}
		early, err := i.early(amounts[n], from)
		if err != nil {
			return nil, err
		}
		payables[n] = Payable{Amount: amounts[n], Due: due, Early: early}
	}
	return payables, nil
}

// Pay returns what settles a payable on a day, and the discount that is in it: the first whose day has not passed.
func (p Payable) Pay(on calendar.Date) (pay, discount money.Amount, err error) {
	discount = money.Zero(p.Amount.Currency())
	for _, e := range p.Early {
		if !on.After(e.Until) {
			discount = e.Discount
			break
		}
	}
	pay, err = p.Amount.Sub(discount)
	return pay, discount, err
}

// amounts are the instalments' shares of a total.
func (p Payment) amounts(total money.Amount) ([]money.Amount, error) {
	weights := make([]money.Amount, len(p.Instalments))
	for n, i := range p.Instalments {
		var err error
		if weights[n], err = money.FromDecimal(i.Share.Decimal(), total.Currency()); err != nil {
			return nil, err
		}
	}
	return money.Apportion(total, weights)
}

// early are an instalment's discounts.
func (i Instalment) early(amount money.Amount, from calendar.Date) ([]Early, error) {
	var list []Early
	for _, d := range i.Discounts {
		until, err := d.Within.On(from)
		if err != nil {
			return nil, err
		}
		discount, err := amount.MulRound(d.Rate, amount.Currency().Digits(), money.HalfUp)
		if err != nil {
			return nil, err
		}
		list = append(list, Early{until, d.Rate, discount})
	}
	return list, nil
}

func (d Dates) of(e Event) calendar.Date {
	switch e {
	case FromOrder:
		return d.Order
	case FromShipment:
		return d.Shipment
	case FromDelivery:
		return d.Delivery
	default:
		return d.Invoice
	}
}

// Roll says what becomes of a day on which the bank does not work.
type Roll uint8

// The ways to move a day.
const (
	// Following moves to the next working day.
	Following Roll = iota
	// Preceding moves to the working day before.
	Preceding
	// ModifiedFollowing moves to the next working day, but to the one before where the next is in another month.
	ModifiedFollowing
)

// OnWorkingDays returns a schedule with all its days moved to working days of a calendar. Days that the calendar does
// not cover are its *calendar.RangeError. The schedule given stays as it is.
func OnWorkingDays(payables []Payable, c *calendar.Calendar, roll Roll) ([]Payable, error) {
	moved := slices.Clone(payables)
	for n := range moved {
		p := &moved[n]
		var err error
		if p.Due, err = roll.move(p.Due, c); err != nil {
			return nil, err
		}
		p.Early = slices.Clone(p.Early)
		for m := range p.Early {
			if p.Early[m].Until, err = roll.move(p.Early[m].Until, c); err != nil {
				return nil, err
			}
		}
	}
	return moved, nil
}

func (r Roll) move(d calendar.Date, c *calendar.Calendar) (calendar.Date, error) {
	if r == Preceding {
		return c.OnOrBefore(d)
	}
	next, err := c.OnOrAfter(d)
	if err == nil && r == ModifiedFollowing && next.Month() != d.Month() {
		return c.OnOrBefore(d)
	}
	return next, err
}
