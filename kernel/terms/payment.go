package terms

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// The largest delays that terms may have. They bound what a text can ask for; nobody gives longer credit.
const (
	maxDays   = 3650
	maxMonths = 120
)

// Payment is a term of payment: how an invoice is settled and in which instalments. Most terms have one instalment of
// the whole; [Net] and [ParsePayment] make them. The zero Payment is no term.
type Payment struct {
	// Method says how the seller is secured.
	Method Method
	// Instalments are what is due, in the order of the invoice. Their shares add up to 1.
	Instalments []Instalment
}

// Method says how the seller is secured until it is paid. The zero value is OpenAccount.
type Method uint8

// The methods.
const (
	// OpenAccount sends goods and invoice and trusts the customer to pay.
	OpenAccount Method = iota
	// Prepayment sends goods when they are paid.
	Prepayment
	// CashOnDelivery hands goods over against payment.
	CashOnDelivery
	// LetterOfCredit has a bank pay against documents.
	LetterOfCredit
)

// String returns open account, prepaid, COD or LC, the latter three as [ParsePayment] reads them.
func (m Method) String() string {
	switch m {
	case OpenAccount:
		return "open account"
	case Prepayment:
		return "prepaid"
	case CashOnDelivery:
		return "COD"
	case LetterOfCredit:
		return "LC"
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// Event is a day that a term counts from. The zero value is the invoice date.
type Event uint8

// The events.
const (
	FromInvoice  Event = iota // the date of the invoice
	FromOrder                 // the day the order was accepted
	FromShipment              // the day the goods left, for a letter of credit the date of the bill of lading
	FromDelivery              // the day the goods were received
)

// String returns invoice, order, shipment or delivery.
func (e Event) String() string {
	switch e {
	case FromInvoice:
		return "invoice"
	case FromOrder:
		return "order"
	case FromShipment:
		return "shipment"
	case FromDelivery:
		return "delivery"
	}
	return fmt.Sprintf("Event(%d)", uint8(e))
}

// Instalment is a share of the invoice and when it is due.
type Instalment struct {
	// Share is the part of the invoice: 1 for the whole.
	Share money.Rate
	// From is the day that Due and the discounts count from.
	From Event
	// Due is when it must be paid.
	Due Due
	// Discounts are for paying earlier, the earliest first.
	Discounts []Discount
}

// Discount is what may be kept back when an instalment is paid by a day: 2/10 is 2% within 10 days.
type Discount struct {
	// Rate is the share that is kept back: 0.02 for 2%.
	Rate money.Rate
	// Within is until when.
	Within Due
}

// Due counts from a day to another, always in this order: add the months; where EndOfMonth is set go to the end of that
// month; add the days; and where Day is set go on to the next such day of a month.
//
//	net 30                 {Days: 30}
//	end of month           {EndOfMonth: true}
//	EOM+15, or 15 prox     {EndOfMonth: true, Days: 15}
//	30 days, then the 15th {Days: 30, Day: 15}
//	two months             {Months: 2}
type Due struct {
	Months     int
	EndOfMonth bool
	Days       int
	// Day is a day of the month, 1 to 31, short months being held to their last day: 31 is the end of any month. 0 is
	// none. A date that is already such a day stays.
	Day int
}

// ErrRange is returned for a date beyond the calendar's years.
var ErrRange = errors.New("terms: date out of range")

// On returns the date that Due means, counted from another; ErrRange where that leaves the calendar's years or where
// there is no date to count from.
func (d Due) On(from calendar.Date) (calendar.Date, error) {
	date := from
	if d.Months != 0 {
		date = date.AddMonths(d.Months)
	}
	if d.EndOfMonth {
		date = date.EndOfMonth()
	}
	date = date.AddDays(d.Days)
	if d.Day != 0 {
		date = date.NextOnDay(d.Day)
	}
	if date.IsZero() {
		return calendar.Date{}, ErrRange
	}
	return date, nil
}

// Net returns the term by which the whole is due a number of days after the invoice.
func Net(days int) Payment { return whole(OpenAccount, Instalment{Due: Due{Days: days}}) }

// whole is a payment of one instalment.
func whole(m Method, i Instalment) Payment {
	i.Share = money.RateFromInt(1)
	return Payment{Method: m, Instalments: []Instalment{i}}
}

// IsZero reports whether it is no term.
func (p Payment) IsZero() bool { return p.Method == OpenAccount && len(p.Instalments) == 0 }

// Equal reports whether two terms are the same.
func (p Payment) Equal(q Payment) bool {
	return p.Method == q.Method && slices.EqualFunc(p.Instalments, q.Instalments, func(a, b Instalment) bool {
		return a.Share == b.Share && a.From == b.From && a.Due == b.Due && slices.Equal(a.Discounts, b.Discounts)
	})
}

// Validate says all that is wrong with a term: shares that do not add up to the whole, delays that are negative or beyond
// ten years, discounts that are none or end when the net is due. The codes are
//
//	terms.payment.method              blocks: no method
//	terms.payment.no-instalment       blocks: nothing says when the invoice is due
//	terms.payment.share               blocks: not above 0% and at most 100%
//	terms.payment.shares              blocks: they do not add up to 100%
//	terms.payment.from                blocks: no day to count from
//	terms.payment.days                blocks: below 0, or beyond ten years
//	terms.payment.months              blocks: below 0, or beyond ten years
//	terms.payment.day                 blocks: no day of a month
//	terms.payment.discount-rate       blocks: not above 0% and below 100%
//	terms.payment.discount-after-due  blocks: it ends no earlier than the net is due
//	terms.payment.discount-order      blocks: it does not end after the one before it
//	terms.payment.discount-rises      warns: a later discount is no smaller than an earlier one
func (p Payment) Validate() finding.List {
	var found finding.List
	if p.Method > LetterOfCredit {
		found.Block("terms.payment.method", "method", fmt.Sprintf("%s is no method of payment", p.Method), "")
	}
	if len(p.Instalments) == 0 {
		found.Block("terms.payment.no-instalment", "instalments", "nothing says when the invoice is due", "write terms such as net 30")
		return found
	}
	sum := money.Rate{}.Decimal() // a Rate would be too narrow for many fine shares
	for n, i := range p.Instalments {
		found.Within(fmt.Sprintf("instalments[%d]", n), i.validate())
		sum = sum.Add(i.Share.Decimal())
	}
	if !found.Blocks() && !sum.Equal(money.RateFromInt(1).Decimal()) {
		found.Block("terms.payment.shares", "instalments", fmt.Sprintf("the shares add up to %s%%", sum.Shift(2)), "let them add up to 100%")
	}
	return found
}

func (i Instalment) validate() finding.List {
	var found finding.List
	if i.Share.Sign() <= 0 || i.Share.Cmp(money.RateFromInt(1)) > 0 {
		found.Block("terms.payment.share", "share", fmt.Sprintf("%s is no share of an invoice", i.Share.Percent()), "use more than 0% and at most 100%")
	}
	if i.From > FromDelivery {
		found.Block("terms.payment.from", "from", fmt.Sprintf("%s is no day to count from", i.From), "")
	}
	found.Within("due", i.Due.validate())
	for n, d := range i.Discounts {
		path := fmt.Sprintf("discounts[%d]", n)
		found.Within(path+".within", d.Within.validate())
		switch {
		case d.Rate.Sign() <= 0 || d.Rate.Cmp(money.RateFromInt(1)) >= 0:
			found.Block("terms.payment.discount-rate", path+".rate", fmt.Sprintf("%s is no discount", d.Rate.Percent()), "use more than 0% and less than 100%")
		case !d.Within.before(i.Due):
			found.Block("terms.payment.discount-after-due", path+".within", "the discount ends no earlier than the net is due", "let it end earlier")
		case n > 0 && i.Discounts[n-1].Within.comparable(d.Within) && !i.Discounts[n-1].Within.before(d.Within):
			found.Block("terms.payment.discount-order", path+".within", "the discount does not end after the one before it", "put the earliest first")
		case n > 0 && d.Rate.Cmp(i.Discounts[n-1].Rate) >= 0:
			found.Warn("terms.payment.discount-rises", path+".rate", "the later discount is no smaller than the earlier", "")
		}
	}
	return found
}

func (d Due) validate() finding.List {
	var found finding.List
	if d.Days < 0 || d.Days > maxDays {
		found.Block("terms.payment.days", "days", fmt.Sprintf("%d is no number of days to pay in", d.Days), fmt.Sprintf("use 0 to %d", maxDays))
	}
	if d.Months < 0 || d.Months > maxMonths {
		found.Block("terms.payment.months", "months", fmt.Sprintf("%d is no number of months to pay in", d.Months), fmt.Sprintf("use 0 to %d", maxMonths))
	}
	if d.Day < 0 || d.Day > 31 {
		found.Block("terms.payment.day", "day", fmt.Sprintf("%d is no day of a month", d.Day), "use 1 to 31, or 0 for none")
	}
	return found
}

// comparable reports whether which of two delays ends first can be told without a date: they differ in days alone.
func (d Due) comparable(e Due) bool {
	return d.Months == e.Months && d.EndOfMonth == e.EndOfMonth && d.Day == e.Day
}

// before reports whether d ends before e, as far as that can be told without a date.
func (d Due) before(e Due) bool { return !d.comparable(e) || d.Days < e.Days }
