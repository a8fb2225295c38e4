package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/rules"
)

// CustomerFacts are what rules know of the customer; all of it is empty while
// the customer is not known.
type CustomerFacts struct {
	// Account is the customer number.
	Account string
	Class   string
	// Currency is the code of the account's currency, Terms that of its agreed
	// terms of payment.
	Currency string
	Terms    string
	// Above are the accounts above the account, the nearest first.
	Above []string
}

// ShipToFacts are what rules know of where the goods go: the address of the
// document's ship-to. All of it is empty where the document names none.
type ShipToFacts struct {
	Name string
	// Country is the ISO 3166-1 alpha-2 code, Region that of state or province.
	Country    string
	Region     string
	City       string
	PostalCode string
}

func shipToFacts(doc *order.Document) ShipToFacts {
	p, _ := doc.Party(party.ShipTo)
	return ShipToFacts{
		Name: p.Name, Country: string(p.Address.Country), Region: p.Address.Region, City: p.Address.City,
		PostalCode: p.Address.PostalCode,
	}
}

// customerFacts asks for the accounts above, too.
func customerFacts(ctx context.Context, c Customers, a party.Account) (CustomerFacts, error) {
	f := CustomerFacts{Account: a.ID, Class: a.Class, Terms: a.PaymentTerms, Currency: code(a.Currency)}
	if a.ID == "" {
		return f, nil
	}
	above, err := c.AccountAncestors(ctx, a.ID)
	for _, up := range above {
		f.Above = append(f.Above, up.ID)
	}
	return f, err
}

// code is empty where there is no currency.
func code(c money.Currency) string {
	if c == 0 {
		return ""
	}
	return c.Code()
}

// typeOf names the type of a document, the standard one too.
func typeOf(doc *order.Document) string {
	if doc.Type == "" {
		return string(order.Standard)
	}
	return string(doc.Type)
}

// statedValue is what a line comes to at the price that the customer states,
// nil where that cannot be said.
func statedValue(r *order.Request) *money.Amount {
	if r.Price == nil || r.Price.Currency() == 0 {
		return nil
	}
	value, err := money.Extend(*r.Price, r.Quantity, max(r.PricePer, 1), r.Price.Currency().Digits(), money.HalfUp)
	if err != nil {
		return nil // the line has a finding of its own
	}
	return &value
}

// firstDate is the first that is one.
func firstDate(dates ...calendar.Date) calendar.Date {
	for _, d := range dates {
		if !d.IsZero() {
			return d
		}
	}
	return calendar.Date{}
}

// daysTo counts from one day to another; nil where there is no such day.
func daysTo(from, to calendar.Date) *int {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	n := to.Sub(from)
	return &n
}

// ruleCode stands before the code of every finding that a rule made, so that it
// is none of the steps' own.
const ruleCode = "order.rule."

// checkCode refuses codes that are not made like those of findings.
func checkCode(text string) error {
	if text == "" || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("the code %q is not made of lower-case letters, digits and hyphens", text)
	}
	return nil
}

// match asks a book. Rules that failed, and that the schema allows to be left
// out, come back beside those that matched; any other error stays.
func match[F, E any](ctx context.Context, book *rules.Book[F, E], facts *F, at time.Time) ([]*rules.Rule[E], []*rules.EvalError, error) {
	matched, err := book.Match(ctx, facts, at, nil)
	if skipped := (*rules.SkippedError)(nil); errors.As(err, &skipped) {
		return matched, skipped.Errors, nil
	}
	return matched, nil, err
}

// failure warns of a rule that was left out.
func failure(e *rules.EvalError) finding.Finding {
	return finding.Finding{
		Code: "order.rule-failed", Severity: finding.Warning, Message: e.Error(),
		Fix: "mend the rule, and look at the order yourself until then",
	}
}

// render makes a finding of the texts of an effect.
func render[F, E any](book *rules.Book[F, E], facts *F, f finding.Finding) (finding.Finding, error) {
	var err error
	if f.Message, err = book.Render(f.Message, facts); err != nil {
		return f, err
	}
	f.Fix, err = book.Render(f.Fix, facts)
	return f, err
}

// RuleAccount is what a step that asks rules keeps as the explanation of its
// decision: the rules that matched, and what they saw.
type RuleAccount struct {
	// Book is the hash of the rule book.
	Book string `json:"book"`
	// Total is what the order was worth. Empty: not priced yet.
	Total string      `json:"total,omitempty"`
	Fired []FiredRule `json:"fired,omitempty"`
}

// FiredRule is a rule that matched.
type FiredRule struct {
	rules.Reason
	// Line is the line that it was asked about. Empty: the order.
	Line string `json:"line,omitempty"`
	// Action is what it does, in the words of its effect.
	Action string `json:"action"`
	// Code is that of its finding.
	Code string `json:"code"`
	// Hold is the hold that it placed, or would have placed if another rule had
	// not; and Judged is the hash, in hexadecimal, of the facts that a release of
	// it is a judgement on.
	Hold   string `json:"hold,omitempty"`
	Judged string `json:"judged,omitempty"`
	// Covered is the hold whose release stands, so that no other was placed.
	Covered string `json:"covered,omitempty"`
}

// explanation writes the account down. One that is too long is left without the
// conditions and what they saw: which rules fired, and what they held, is what
// later runs go by.
func (a RuleAccount) explanation() (json.RawMessage, error) {
	data, err := json.Marshal(a)
	if err != nil || len(data) <= maxExplanation {
		return data, err
	}
	a.Fired = slices.Clone(a.Fired)
	for i := range a.Fired {
		a.Fired[i].Condition, a.Fired[i].Saw = "", nil
	}
	return explain(a)
}
