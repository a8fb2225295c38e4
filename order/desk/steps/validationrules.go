package steps

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// ValidationRule is a rule of [Validate]. Its Group says what it is asked about:
// [OrderGroup] or [LineGroup].
type ValidationRule = rules.Rule[ValidationEffect]

// ValidationBook holds compiled validation rules. It is immutable.
type ValidationBook = rules.Book[ValidationFacts, ValidationEffect]

// The groups of a [ValidationBook].
const (
	// OrderGroup has the rules that are asked once of a document.
	OrderGroup = "order"
	// LineGroup has the rules that are asked once of each of its lines.
	LineGroup = "line"
)

// NewValidationSchema returns what conditions of validation rules may say:
//
//	schema, err := steps.NewValidationSchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[steps.ValidationEffect]("validation.yaml", text))
//	if err == nil {
//		err = steps.CheckValidationBook(book)
//	}
//
// The errors are those of rules.NewSchema.
func NewValidationSchema(c rules.Config) (*rules.Schema[ValidationFacts], error) {
	return rules.NewSchema[ValidationFacts](c)
}

// ValidationFacts are what validation rules decide on. Conditions use the names
// in lower camel case: order.channel == "x12" and line.quantity > 100. Facts
// behind a pointer, and zero dates, can be missing; a comparison with a missing
// fact is false.
type ValidationFacts struct {
	Order    DocumentFacts
	Customer CustomerFacts
	ShipTo   ShipToFacts
	// Line is missing for the rules of OrderGroup.
	Line *LineFacts
}

// DocumentFacts are what the document says of the order.
type DocumentFacts struct {
	PurchaseOrder string
	// Release is the number of a release against a blanket order.
	Release string
	// Type is standard where the document says nothing.
	Type string
	// Channel is the way it arrived, Partner the sender.
	Channel string
	Partner string
	// Currency is the code of the document's currency, or else of the account's.
	Currency string
	// Today is the day in UTC.
	Today             calendar.Date
	Date              calendar.Date
	RequestedShip     calendar.Date
	RequestedDelivery calendar.Date
	CancelAfter       calendar.Date
	// DaysUntilRequested counts from today to the day of the requested delivery,
	// or else of the requested shipment; below 0: it has passed.
	DaysUntilRequested *int
	// Lines is how many lines there are.
	Lines int
	// Stated is what the order comes to at the prices that the customer states;
	// missing unless every line states one.
	Stated *money.Amount
	// Terms, Freight and Incoterm are as the customer stated them. Empty: not.
	Terms    string
	Freight  string
	Incoterm string
	// Repeats is how many other live orders have the same purchase order number.
	Repeats int
}

// LineFacts are what the document says of a line, and what the catalogue says of
// its item.
type LineFacts struct {
	ID string
	// Item is our number of it. Known tells that it was found in the catalogue;
	// without, Category and Status are empty.
	Item  string
	Known bool
	// Category is what ValidateConfig.Category says, Status the life-cycle
	// status: active, planned, phase-out or discontinued.
	Category  string
	Status    string
	Hazardous bool
	// Description is the customer's.
	Description string
	// Quantity is in the ordered unit, Unit its code. Base is in base units;
	// missing where it cannot be counted in them.
	Quantity quantity.Quantity
	Unit     string
	Base     *quantity.Quantity
	// Price is what the customer states for Per units; missing where it states
	// none. Stated is what the line comes to at that.
	Price  *money.Amount
	Per    int64
	Stated *money.Amount
	// RequestedShip and RequestedDelivery are the line's, or else the document's.
	RequestedShip      calendar.Date
	RequestedDelivery  calendar.Date
	DaysUntilRequested *int
}

// ValidationAction says what a validation rule does.
type ValidationAction uint8

const (
	// ValidationInfo puts an info on record.
	ValidationInfo ValidationAction = iota + 1
	// ValidationWarning puts a warning on record; the order goes on.
	ValidationWarning
	// ValidationBlock makes the document an exception.
	ValidationBlock
	// ValidationRejectLine refuses the line with a warning, and lets the others go on. It
	// belongs to LineGroup.
	ValidationRejectLine
)

// String returns info, warning, block or reject-line.
func (a ValidationAction) String() string {
	switch a {
	case ValidationInfo, ValidationWarning, ValidationBlock:
		return a.severity().String()
	case ValidationRejectLine:
		return "reject-line"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the
// constants is an error.
func (a ValidationAction) MarshalText() ([]byte, error) {
	if a < ValidationInfo || a > ValidationRejectLine {
		return nil, fmt.Errorf("steps: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads info, warning, block or reject-line.
func (a *ValidationAction) UnmarshalText(text []byte) error {
	for c := ValidationInfo; c <= ValidationRejectLine; c++ {
		if c.String() == string(text) {
			*a = c
			return nil
		}
	}
	return fmt.Errorf("steps: %q is no action; expected info, warning, block or reject-line", text)
}

// severity is that of the finding.
func (a ValidationAction) severity() finding.Severity {
	switch a {
	case ValidationInfo:
		return finding.Info
	case ValidationBlock:
		return finding.Block
	default:
		return finding.Warning
	}
}

// ValidationEffect is what a validation rule does to what it matches.
type ValidationEffect struct {
	// Action is info, warning, block or reject-line. Required.
	Action ValidationAction `json:"action"`
	// Code names the cause for programs: lower-case letters, digits and hyphens.
	// The finding has "order.rule." before it.
	Code string `json:"code"`
	// Text says what is wrong, for a person. {line.quantity}, {customer.class} and
	// all other names of facts stand for their figures.
	Text string `json:"text"`
	// Fix says what would mend it, with figures too. May be empty.
	Fix string `json:"fix,omitempty"`
	// Path is the place that the finding points to, in the document or within the
	// line: requested_delivery, price. Empty: the document or line as a whole.
	Path string `json:"path,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks
// it of every rule when it is loaded.
func (e ValidationEffect) Validate() error {
	var errs []error
	if e.Action < ValidationInfo || e.Action > ValidationRejectLine {
		errs = append(errs, errors.New("the action is missing; expected info, warning, block or reject-line"))
	}
	errs = append(errs, checkCode(e.Code))
	if e.Text == "" {
		errs = append(errs, errors.New("the text is missing"))
	}
	if strings.Trim(e.Path, "abcdefghijklmnopqrstuvwxyz0123456789_.[]") != "" {
		errs = append(errs, fmt.Errorf("the path %q is no place in a document, such as requested_delivery", e.Path))
	}
	return errors.Join(append(errs, rules.CheckTexts[ValidationFacts](e.Text, e.Fix))...)
}

// CheckValidationBook returns a *[BookError] for rules that [Validate] cannot ask
// anything: those of a group that is neither OrderGroup nor LineGroup, and those
// of OrderGroup that reject a line. A host asks before it puts a book in force;
// a desk refuses to open with such a book, and where one is put in force all the
// same its orders wait until it is replaced.
func CheckValidationBook(book *ValidationBook) error {
	e := &BookError{Step: "validate"}
	if book == nil {
		return nil
	}
	for _, r := range book.Rules() {
		switch {
		case r.Group != OrderGroup && r.Group != LineGroup:
			e.add(r.ID, fmt.Sprintf("the group %q is none; expected %s or %s", r.Group, OrderGroup, LineGroup))
		case r.Group == OrderGroup && r.Then.Action == ValidationRejectLine:
			e.add(r.ID, "a rule of the group "+OrderGroup+" has no line to reject")
		}
	}
	return e.err()
}
