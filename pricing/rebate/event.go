package rebate

import (
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[AgreementSet]("rebate.agreement-set", 1),
		journal.JSON[Accrued]("rebate.accrued", 1),
		journal.JSON[Settled]("rebate.settled", 1),
	)
}

// AgreementSet says what is agreed from now on.
type AgreementSet struct {
	Agreement Agreement `json:"agreement"`
	Revision  uint64    `json:"revision"` // counts the settings of the agreement from 1
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Reason    string    `json:"reason"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Accrued says what was set aside for a billed document.
type Accrued struct {
	Document string        `json:"document"`
	Customer string        `json:"customer"`
	At       time.Time     `json:"at"`
	Date     calendar.Date `json:"date"` // of the document; it decides on the period
	// Entries are one for each line and agreement that counts it, in the order of the lines, then by agreement.
	Entries []Entry `json:"entries"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Entry is what a line of a document did to one period of an agreement. What is set aside by it is Amount and CatchUp
// together.
type Entry struct {
	Line      string        `json:"line"`
	Agreement string        `json:"agreement"`
	Period    calendar.Date `json:"period"` // its first day
	// Net and Quantity are what the line added to the turnover.
	Net      money.Amount      `json:"net"`
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Tier counts the tiers that are reached with the line from 1; 0: none is.
	Tier int `json:"tier,omitempty"`
	// Amount is what is set aside for the line itself, below 0 for a credit memo.
	Amount money.Amount `json:"amount"`
	// CatchUp is what is set aside besides for the turnover before, because another tier holds for it now or because the
	// agreement was changed. Below 0 where a tier was lost.
	CatchUp money.Amount `json:"catch_up,omitzero"`
}

// Settled says what was paid for a period of an agreement.
type Settled struct {
	Document  string          `json:"document"`
	Agreement string          `json:"agreement"`
	Period    calendar.Period `json:"period"`
	At        time.Time       `json:"at"`
	Final     bool            `json:"final,omitempty"`
	Recipient string          `json:"recipient"`
	// Turnover is that of the period so far, and Tier counts the tiers that it reaches from 1.
	Turnover Turnover `json:"turnover"`
	Tier     int      `json:"tier,omitempty"`
	// Earned less Before, what was paid until then, is Pay. Pay below 0 is owed by the customer.
	Earned money.Amount `json:"earned"`
	Before money.Amount `json:"before"`
	Pay    money.Amount `json:"pay"`
	// Adjust is what a final settlement adds to the accrual, to make it what is earned.
	Adjust money.Amount `json:"adjust,omitzero"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}
