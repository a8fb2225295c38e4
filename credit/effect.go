package credit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a credit rule.
type Rule = rules.Rule[Effect]

// RuleBook holds compiled credit rules. It is immutable.
type RuleBook = rules.Book[Facts, Effect]

// NewRuleBook compiles rules. The source names where they come from, for errors; the error is a *rules.LoadError. A host that
// keeps rules in files, or has functions of its own for them, loads them with package rules and the schema of
// rules.NewSchema[Facts].
func NewRuleBook(source string, list []Rule) (*RuleBook, error) {
	schema, err := rules.NewSchema[Facts](rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// Effect is what a rule does to an order that it matches.
type Effect struct {
	// Action is hold or warn. Required.
	Action Action `json:"action"`
	// Code names the cause for programs: lower-case letters, digits and hyphens. The finding has "credit." before it.
	Code string `json:"code"`
	// Text says what is wrong, for a person. {limit}, {short}, {exposureAfter}, {order.amount} and all other names of
	// facts stand for their figures: "short by {short}" becomes "short by 5,000.00 USD".
	Text string `json:"text"`
	// Fix says what would mend it, with figures too. May be empty.
	Fix string `json:"fix,omitempty"`
}

// Action says what a rule does.
type Action uint8

const (
	// Hold means that the order takes no credit until the cause is gone or somebody approves it.
	Hold Action = iota + 1
	// Warn means that the order passes, and the finding is on record.
	Warn
)

// String returns hold or warn.
func (a Action) String() string {
	switch a {
	case Hold:
		return "hold"
	case Warn:
		return "warn"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the constants is an error.
func (a Action) MarshalText() ([]byte, error) {
	if a != Hold && a != Warn {
		return nil, fmt.Errorf("credit: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads hold or warn.
func (a *Action) UnmarshalText(text []byte) error {
	switch string(text) {
	case "hold":
		*a = Hold
	case "warn":
		*a = Warn
	default:
		return fmt.Errorf("credit: %q is no action; expected hold or warn", text)
	}
	return nil
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (e Effect) Validate() error {
	if e.Action != Hold && e.Action != Warn {
		return errors.New("the action is missing; expected hold or warn")
	}
	if e.Code == "" || strings.Trim(e.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("the code %q is not made of lower-case letters, digits and hyphens", e.Code)
	}
	if e.Text == "" {
		return errors.New("the text is missing")
	}
	for _, text := range [...]string{e.Text, e.Fix} {
		if _, err := render(text, &Facts{}); err != nil {
			return err
		}
	}
	return nil
}

// finding tells what the effect found, with the figures.
func (e Effect) finding(f *Facts) (finding.Finding, error) {
	text, err := render(e.Text, f)
	if err != nil {
		return finding.Finding{}, err
	}
	fix, err := render(e.Fix, f)
	if err != nil {
		return finding.Finding{}, err
	}
	severity := finding.Warning
	if e.Action == Hold {
		severity = finding.Block
	}
	return finding.Finding{Code: "credit." + e.Code, Severity: severity, Message: text, Fix: fix}, nil
}

// render puts figures in place of the names of facts.
func render(text string, f *Facts) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("the text %q has { without }", text)
		}
		value, known := f.figure(name)
		if !known {
			return "", fmt.Errorf("{%s} is not the name of a fact", name)
		}
		b.WriteString(value)
		text = after
	}
}

// figure gives a fact for a person; a dash when it is missing.
func (f *Facts) figure(name string) (string, bool) {
	switch name {
	case "order.id":
		return f.Order.ID, true
	case "order.terms":
		return f.Order.Terms, true
	case "order.firstShip":
		return day(f.Order.FirstShip), true
	case "account":
		return f.Account, true
	case "level":
		return strconv.Itoa(f.Level), true
	case "currency":
		return f.Currency, true
	case "class":
		return f.Class, true
	case "terms":
		return f.Terms, true
	case "blocked":
		return strconv.FormatBool(f.Blocked), true
	case "watch":
		return strconv.FormatBool(f.Watch), true
	case "note":
		return f.Note, true
	case "newCustomer":
		return strconv.FormatBool(f.NewCustomer), true
	case "comparison":
		return f.Comparison, true
	case "coverUntil":
		return day(f.CoverUntil), true
	case "coverExpired":
		return strconv.FormatBool(f.CoverExpired), true
	case "limitUntil":
		return day(f.LimitUntil), true
	case "limitExpired":
		return strconv.FormatBool(f.LimitExpired), true
	case "dunningLevel":
		return strconv.Itoa(f.DunningLevel), true
	case "oldestDays":
		return count(f.OldestDays), true
	case "lastPaymentDays":
		return count(f.LastPaymentDays), true
	case "utilisation":
		return percent(f.Utilisation), true
	case "overdueShare":
		return percent(f.OverdueShare), true
	}
	amount, known := f.amount(name)
	if amount == nil {
		return "-", known
	}
	return sum(*amount), known
}

// amount gives a fact that is an amount, nil when it is missing.
func (f *Facts) amount(name string) (*money.Amount, bool) {
	switch name {
	case "order.amount":
		return &f.Order.Amount, true
	case "receivables":
		return &f.Receivables, true
	case "deliveries":
		return &f.Deliveries, true
	case "orders":
		return &f.Orders, true
	case "special":
		return &f.Special, true
	case "deposits":
		return &f.Deposits, true
	case "unapplied":
		return &f.Unapplied, true
	case "cover":
		return &f.Cover, true
	case "exposure":
		return &f.Exposure, true
	case "needed":
		return &f.Needed, true
	case "exposureAfter":
		return &f.ExposureAfter, true
	case "limit":
		return f.Limit, true
	case "available":
		return f.Available, true
	case "short":
		return f.Short, true
	case "overdue":
		return &f.Overdue, true
	case "overdueOver30":
		return &f.OverdueOver30, true
	case "overdueOver60":
		return &f.OverdueOver60, true
	case "overdueOver90":
		return &f.OverdueOver90, true
	}
	return nil, false
}

// sum prints an amount with thousands set apart: 5,000.00 USD.
func sum(a money.Amount) string {
	sign, number := "", a.Number()
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, fraction, broken := strings.Cut(number, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if broken {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	if c := a.Currency(); c != 0 {
		b.WriteByte(' ')
		b.WriteString(c.Code())
	}
	return b.String()
}

func day(d calendar.Date) string {
	if d.IsZero() {
		return "-"
	}
	return d.String()
}

func count(n *int) string {
	if n == nil {
		return "-"
	}
	return strconv.Itoa(*n)
}

func percent(r *money.Rate) string {
	if r == nil {
		return "-"
	}
	return r.Percent()
}
