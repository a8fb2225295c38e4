package credit

import (
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[AccountSet]("credit.account-set", 1),
		journal.JSON[Committed]("credit.committed", 1),
		journal.JSON[Approved]("credit.approved", 1),
		journal.JSON[Delivered]("credit.delivered", 1),
		journal.JSON[Cancelled]("credit.cancelled", 1),
		journal.JSON[Invoiced]("credit.invoiced", 1),
		journal.JSON[Paid]("credit.paid", 1),
		journal.JSON[Posted]("credit.posted", 1),
		journal.JSON[OpenItemsSet]("credit.open-items-set", 1),
	)
}

// AccountSet says what is agreed about an account.
type AccountSet struct {
	Account  Account   `json:"account"`
	Revision uint64    `json:"revision"` // counts the settings of the account from 1
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Reason   string    `json:"reason"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Committed says that an order passed and holds credit for its whole value, in place of what it held before.
type Committed struct {
	Order    string       `json:"order"`
	Revision uint64       `json:"revision"` // counts the commitments and approvals of the order from 1
	Account  string       `json:"account"`
	At       time.Time    `json:"at"`
	Amount   money.Amount `json:"amount"`            // of the whole order
	Planned  []Planned    `json:"planned,omitempty"` // what of it has a planned day, as asked for
	Terms    string       `json:"terms,omitempty"`
	Open     []Planned    `json:"open,omitempty"` // of it not delivered yet, by day; the zero date first
	Basis    Basis        `json:"basis"`
	Book     string       `json:"book"`              // hash of the rule book
	Levels   []Level      `json:"levels,omitempty"`  // the figures at that moment
	Reasons  []Reason     `json:"reasons,omitempty"` // the warnings it passed with

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Approved says that somebody released an order: it holds credit for its whole value whatever the rules say.
type Approved struct {
	Order     string        `json:"order"`
	Revision  uint64        `json:"revision"` // counts the commitments and approvals of the order from 1
	Account   string        `json:"account"`
	At        time.Time     `json:"at"`
	Amount    money.Amount  `json:"amount"`            // of the whole order
	Planned   []Planned     `json:"planned,omitempty"` // what of it has a planned day, as asked for
	Actor     string        `json:"actor"`
	Author    string        `json:"author,omitempty"` // who entered the order
	Reason    string        `json:"reason"`
	Until     calendar.Date `json:"until,omitzero"`     // the last day of the release; zero: no end
	Deviation money.Rate    `json:"deviation,omitzero"` // by how much the order may grow and keep the release
	Open      []Planned     `json:"open,omitempty"`     // of it not delivered yet, by day; the zero date first
	Book      string        `json:"book"`               // hash of the rule book in force
	Levels    []Level       `json:"levels,omitempty"`   // the figures at that moment

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Delivered says that goods of an order have left: their value is no longer an open order but delivered, not invoiced.
type Delivered struct {
	Document string        `json:"document"`
	Order    string        `json:"order"`
	Account  string        `json:"account"`
	At       time.Time     `json:"at"`
	Amount   money.Amount  `json:"amount"`
	Ship     calendar.Date `json:"ship,omitzero"`   // the planned day that was delivered, as given
	Taken    []Planned     `json:"taken,omitempty"` // what the open value of the order lost, by day

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Cancelled says that a part of an order, or all that was open of it, will not be delivered.
type Cancelled struct {
	Document string        `json:"document"`
	Order    string        `json:"order"`
	Account  string        `json:"account"`
	At       time.Time     `json:"at"`
	Amount   money.Amount  `json:"amount"`          // of what was cancelled
	All      bool          `json:"all,omitempty"`   // everything that was open
	Ship     calendar.Date `json:"ship,omitzero"`   // the planned day that was cancelled, as given
	Taken    []Planned     `json:"taken,omitempty"` // what the open value of the order lost, by day

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Invoiced says that an open item was made, and which delivered values it bills.
type Invoiced struct {
	Document string        `json:"document"`
	Account  string        `json:"account"`
	At       time.Time     `json:"at"`
	Amount   money.Amount  `json:"amount"` // below 0: a credit memo
	Date     calendar.Date `json:"date"`
	Due      calendar.Date `json:"due"`
	Bills    []Billed      `json:"bills,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Paid says that money came in, and which open items it pays.
type Paid struct {
	Document string        `json:"document"`
	Account  string        `json:"account"`
	At       time.Time     `json:"at"`
	Amount   money.Amount  `json:"amount"`
	Date     calendar.Date `json:"date"`
	Applied  []Applied     `json:"applied,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Posted says that a part of the exposure changed by a document from outside the order cycle.
type Posted struct {
	Document string       `json:"document"`
	Account  string       `json:"account"`
	At       time.Time    `json:"at"`
	Part     Part         `json:"part"`
	Amount   money.Amount `json:"amount"`
	Reason   string       `json:"reason,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// OpenItemsSet says which items an account has open according to the host's own ledger, in place of what was known.
type OpenItemsSet struct {
	Account     string         `json:"account"`
	Revision    uint64         `json:"revision"` // counts such settings of the account from 1
	At          time.Time      `json:"at"`
	Items       []OpenItem     `json:"items,omitempty"`     // by due date, then document
	Unapplied   []money.Amount `json:"unapplied,omitempty"` // a currency each
	LastPayment calendar.Date  `json:"last_payment,omitzero"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}
