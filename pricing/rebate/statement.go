package rebate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/internal/table"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Statement is the account of one period of an agreement.
type Statement struct {
	Agreement Agreement       `json:"agreement"`
	Period    calendar.Period `json:"period"`
	Recipient string          `json:"recipient"`
	// Lines are what was billed, by date, document and line.
	Lines []StatementLine `json:"lines,omitempty"`
	// Settlements are what was paid, by time, then document.
	Settlements []Settled `json:"settlements,omitempty"`
	Turnover    Turnover  `json:"turnover"`
	// Tier counts the tiers that are reached from 1, and Earned is what that earns.
	Tier   int          `json:"tier,omitempty"`
	Earned money.Amount `json:"earned"`
	Paid   money.Amount `json:"paid"`
	// Open is what is earned and not paid: what a settlement would pay now.
	Open money.Amount `json:"open"`
	// Accrued is what is set aside for the period in all, before payments.
	Accrued money.Amount `json:"accrued"`
	// Next is the tier above; nil where there is none. Missing is what turnover lacks to reach it.
	Next    *Tier    `json:"next,omitempty"`
	Missing Turnover `json:"missing,omitzero"`
}

// StatementLine is a line of a document that counts.
type StatementLine struct {
	Document string        `json:"document"`
	Date     calendar.Date `json:"date"`
	Customer string        `json:"customer"`
	Entry
}

// Statement returns the account of the period in which a day lies. The errors are *UnknownAgreementError, a
// *RequestError for a day on which the agreement is not valid, and money.ErrRange.
func (l *Ledger) Statement(id string, day calendar.Date) (Statement, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	e, err := l.settlement(id, day)
	if err != nil {
		return Statement{}, err
	}
	set := l.agreement(id)
	p := e.period()
	acc := l.of(p, set.Agreement.Currency)
	s := Statement{
		Agreement: set.Agreement.clone(), Period: e.Period, Recipient: e.Recipient, Turnover: e.Turnover, Tier: e.Tier,
		Earned: e.Earned, Paid: e.Before, Open: e.Pay, Accrued: acc.accrued,
	}
	for d := range acc.documents {
		doc := l.accrued[d]
		for _, entry := range doc.Entries {
			if entry.period() == p {
				s.Lines = append(s.Lines, StatementLine{Document: d, Date: doc.Date, Customer: doc.Customer, Entry: entry})
			}
		}
	}
	slices.SortStableFunc(s.Lines, func(a, b StatementLine) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Document, b.Document))
	})
	for _, d := range acc.settled {
		s.Settlements = append(s.Settlements, l.settled[d])
	}
	slices.SortFunc(s.Settlements, func(a, b Settled) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Document, b.Document))
	})
	return s, s.next()
}

// next looks at the tier above.
func (s *Statement) next() error {
	if s.Tier >= len(s.Agreement.Tiers) {
		return nil
	}
	tier := s.Agreement.Tiers[s.Tier]
	missing, err := tier.threshold().plus(s.Turnover.neg())
	if err != nil {
		return err
	}
	if s.Agreement.Basis == Value {
		missing = Turnover{Value: missing.Value}
	} else {
		missing = Turnover{Quantity: missing.Quantity}
	}
	s.Next, s.Missing = &tier, missing
	return nil
}

// Text writes the statement as tables for a person: the terms, what was billed and set aside, what was paid, and what is
// open. Amounts are in the currency of the agreement.
func (s *Statement) Text() string {
	var b strings.Builder
	a := &s.Agreement
	fmt.Fprintf(&b, "rebate %s for %s, %s, in %s\n", strings.TrimSpace(a.ID+" "+a.Name), s.Recipient, s.Period, a.Currency.Code())
	how := "on all turnover"
	if a.Reach == Beyond {
		how = "on what lies beyond"
	}
	for i, t := range a.Tiers {
		mark := ""
		if i+1 == s.Tier {
			mark = "  <- reached"
		}
		fmt.Fprintf(&b, "  from %s: %s %s%s\n", a.at(t.threshold()), t.text(), how, mark)
	}
	rows := [][]string{{"date", "document", "line", "turnover", "set aside", "catch-up", "tier"}}
	for i := range s.Lines {
		l := &s.Lines[i]
		catchUp := ""
		if !l.CatchUp.IsZero() {
			catchUp = l.CatchUp.Number()
		}
		rows = append(rows, []string{
			l.Date.String(), l.Document, l.Line, a.of(Turnover{l.Net, l.Quantity}), l.Amount.Number(), catchUp, fmt.Sprint(l.Tier),
		})
	}
	rows = append(rows, []string{"total", "", "", a.of(s.Turnover), s.Accrued.Number(), "", fmt.Sprint(s.Tier)})
	table.Write(&b, rows, "lllrrrr")
	rows = rows[:0]
	for i := range s.Settlements {
		e := &s.Settlements[i]
		kind := "paid in part"
		if e.Final {
			kind = "final"
		}
		rows = append(rows, []string{e.At.Format("2006-01-02"), e.Document, kind, e.Pay.Number()})
	}
	rows = append(rows, []string{"earned", "", "", s.Earned.Number()}, []string{"paid", "", "", s.Paid.Number()}, []string{"open", "", "", s.Open.Number()})
	table.Write(&b, rows, "lllr")
	if s.Next != nil {
		fmt.Fprintf(&b, "%s more reach %s\n", a.at(s.Missing), s.Next.text())
	}
	return b.String()
}

// at writes what is compared with thresholds.
func (a *Agreement) at(t Turnover) string {
	if a.Basis == Value {
		return money.Amount.Number(t.valueIn(a.Currency))
	}
	return t.Quantity.Number() + " " + a.Unit.String()
}

// of writes a turnover: the value, and units where they are counted.
func (a *Agreement) of(t Turnover) string {
	if a.Unit == 0 {
		return t.Value.Number()
	}
	return fmt.Sprintf("%s (%s %s)", t.Value.Number(), t.Quantity.Number(), a.Unit)
}

func (t Turnover) valueIn(c money.Currency) money.Amount {
	if t.Value.IsZero() {
		return money.Zero(c)
	}
	return t.Value
}

// text writes what a tier grants.
func (t Tier) text() string {
	switch {
	case !t.byAmount():
		return t.Rate.Percent()
	case t.per() == 1:
		return t.Amount.Number() + " a unit"
	}
	return fmt.Sprintf("%s for %d units", t.Amount.Number(), t.Per)
}
