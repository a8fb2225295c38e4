package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/intake"
)

// summary is what the demo tells at the end.
type summary struct {
	Files        int            `json:"files"`
	Interchanges int            `json:"interchanges"`
	Sets         int            `json:"sets"`
	Orders       int            `json:"orders"`
	Exceptions   int            `json:"exceptions"`
	PassedOver   int            `json:"passed_over"`
	Repeated     int            `json:"repeated"`
	Invoiced     int            `json:"orders_invoiced"`
	Documents    map[string]int `json:"documents"`
	Statuses     map[string]int `json:"statuses"`
	Reasons      map[string]int `json:"exception_reasons"`
	Holds        map[string]int `json:"holds"`
	// Ruled counts what the shop's rules found, by code.
	Ruled map[string]int `json:"rule_findings"`
	// Open counts the exceptions of all runs that still wait for a person, and
	// Unsent the documents that are missing for shipments and invoices.
	Open     int            `json:"exceptions_open"`
	Unsent   int            `json:"documents_unsent"`
	Problems []string       `json:"problems"`
	Ordered  []money.Amount `json:"ordered"`
	Billed   []money.Amount `json:"billed"`
	Ties     bool           `json:"ties"`
}

// report tells what became of everything.
func (d *demo) report(keep bool) error {
	documents, err := d.documents(d.ctx)
	if err != nil {
		return err
	}
	s, err := d.summary(documents)
	if err != nil {
		return err
	}
	if d.json {
		err = json.NewEncoder(d.out).Encode(s)
	} else {
		err = d.text(s, keep)
	}
	if err != nil {
		return err
	}
	if !s.Ties {
		return errors.New("the reconciliation does not tie: something was lost")
	}
	return nil
}

func (d *demo) summary(documents map[string]int) (summary, error) {
	s := summary{
		Documents: documents, Statuses: make(map[string]int), Reasons: make(map[string]int), Holds: make(map[string]int),
		Ruled: make(map[string]int),
	}
	for _, t := range d.taken {
		s.Files++
		s.Interchanges += t.Interchanges
		for _, doc := range documentsOf(t) {
			s.Sets++
			switch outcome := doc.Entry.Outcome; {
			case doc.Known && !doc.Retried:
				s.Repeated++
			case outcome.Result == intake.Ordered:
				s.Orders++
			case outcome.Result == intake.Exception:
				s.Exceptions++
				s.Reasons[reason(outcome.Findings)]++
			case outcome.Result == intake.PassedOver:
				s.PassedOver++
			}
		}
	}
	s.Open, s.Unsent = d.shop.Inbox.Tally().Exceptions, d.shop.Unsent()
	s.Ties = s.Sets == s.Orders+s.Exceptions+s.PassedOver+s.Repeated && d.shop.Inbox.Tally().Open == 0 && s.Unsent == 0
	ordered, billed := make(map[money.Currency]money.Amount), make(map[money.Currency]money.Amount)
	for o := range d.shop.Desk.Orders() {
		s.Statuses[string(o.Status())]++
		for _, h := range o.OpenHolds() {
			s.Holds[string(h.Kind)]++
		}
		for _, f := range ruled(o) {
			s.Ruled[f.Code]++
		}
		if len(o.Invoices) > 0 {
			s.Invoiced++
		}
		if err := plus(ordered, o.Total()); err != nil {
			return s, err
		}
		for _, i := range o.Invoices {
			if err := plus(billed, i.Payable); err != nil {
				return s, err
			}
		}
	}
	s.Ordered, s.Billed = amounts(ordered), amounts(billed)
	for _, p := range d.shop.Problems() {
		s.Problems = append(s.Problems, fmt.Sprintf("%s %s: %s", p.Order, p.What, oneLine(p.Err)))
	}
	return s, nil
}

func plus(sums map[money.Currency]money.Amount, a money.Amount) error {
	sum, err := sums[a.Currency()].Add(a)
	if err == nil && a.Currency() != 0 {
		sums[a.Currency()] = sum
	}
	return err
}

func amounts(sums map[money.Currency]money.Amount) []money.Amount {
	list := slices.Collect(maps.Values(sums))
	slices.SortFunc(list, func(a, b money.Amount) int { return strings.Compare(a.Currency().Code(), b.Currency().Code()) })
	return list
}

// reason is the code of the first finding that blocks.
func reason(l finding.List) string {
	for _, f := range l {
		if f.Severity == finding.Block {
			return f.Code
		}
	}
	return "unknown"
}

func (d *demo) text(s summary, keep bool) error {
	w := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }

	line("What arrived\n")
	line("file\tset\tfrom\tbecame\tbecause")
	for _, t := range d.taken {
		d.fileLines(line, t)
	}
	line("\nWhat became of the orders\n")
	line("order\tpurchase order\tcustomer\ttotal\tstatus\tgoods\tbilling\twhy")
	for o := range d.shop.Desk.Orders() {
		if o.Status() == order.StatusException {
			continue
		}
		line("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", o.ID, o.Document.PurchaseOrder, o.Customer, o.Total(), o.Status(), o.Fulfilment(), o.Billing(), why(o))
	}
	d.ruleLines(line)
	line("\nTotals\n")
	line("ordered\t%s\nbilled\t%s", list(s.Ordered), list(s.Billed))
	for _, name := range slices.Sorted(maps.Keys(s.Documents)) {
		line("%s written\t%d", name, s.Documents[name])
	}
	if s.Open > 0 {
		line("exceptions open\t%d", s.Open)
	}
	for _, p := range d.shop.Problems() {
		line("could not %s\t%s: %s", p.What, p.Order, oneLine(p.Err))
	}
	for _, t := range d.damaged {
		line("damaged\t%s: %s", t.Name, t.Faults[0])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	verdict := "nothing dropped"
	if !s.Ties {
		verdict = "DOES NOT TIE"
	}
	_, err := fmt.Fprintf(d.out, "\n%d interchanges, %d sets in = %d orders + %d exceptions + %d passed over + %d repeated: %s\n",
		s.Interchanges, s.Sets, s.Orders, s.Exceptions, s.PassedOver, s.Repeated, verdict)
	if err == nil && keep {
		_, err = fmt.Fprintf(d.out, "\nDatabase and documents: %s\n", filepath.Join(d.dir))
	}
	return err
}

// ruleLines tells what the shop's rules found, of each order.
func (d *demo) ruleLines(line func(string, ...any)) {
	line("\nWhat the rules found\n")
	line("order\tseverity\tfinding\twhat to do")
	for o := range d.shop.Desk.Orders() {
		for _, f := range ruled(o) {
			line("%s\t%s\t%s\t%s", o.ID, f.Severity, f.Message, f.Fix)
		}
	}
}

// ruled are the findings that rules have made of an order.
func ruled(o *order.Order) finding.List {
	var found finding.List
	for _, step := range []string{"validate", "decide"} {
		decision, _ := o.LastDecision(step)
		for _, f := range decision.Findings {
			if strings.HasPrefix(f.Code, "order.rule") {
				found = append(found, f)
			}
		}
	}
	return found
}

// documentsOf are the sets and messages of a file, without the file itself that is kept
// where nothing could be read.
func documentsOf(t gateway.Taken) []gateway.Document {
	return slices.DeleteFunc(slices.Clone(t.Documents), func(d gateway.Document) bool { return d.Entry.Channel == "file" })
}

// fileLines tells what became of each set of a file.
func (d *demo) fileLines(line func(string, ...any), t gateway.Taken) {
	documents := documentsOf(t)
	if len(documents) == 0 && len(t.Faults) > 0 {
		line("%s\t\t\tdamaged\t%s", t.Name, t.Faults[0])
	}
	for _, doc := range documents {
		e := doc.Entry
		what, because := string(e.Outcome.Result), ""
		switch {
		case doc.Known && !doc.Retried:
			what, because = "repeated", "received before"
			if e.Outcome.Order != "" {
				because = "it is " + string(e.Outcome.Order)
			}
		case e.Outcome.Result == intake.Ordered:
			what, because = string(e.Outcome.Order), warnings(e.Outcome.Findings)
		case e.Outcome.Result == intake.Exception:
			because = first(e.Outcome.Findings)
		case doc.Acknowledged != nil:
			what, because = "matched", acknowledged(doc.Acknowledged)
		case e.Outcome.Order != "":
			what, because = string(e.Outcome.Order), "changed as far as it could be"
			if e.Kind == "850" || e.Kind == "ORDERS" {
				because = "sent before"
			}
		default:
			because = "no purchase order"
		}
		line("%s\t%s %s\t%s\t%s\t%s", t.Name, e.Kind, e.Control, e.Partner, what, because)
	}
}

// acknowledged tells what an acknowledgement is about.
func acknowledged(a *partner.Acknowledged) string {
	var all []string
	for _, v := range a.Verdicts {
		all = append(all, fmt.Sprintf("%s %s", v.Key, v.Status))
	}
	return strings.Join(all, ", ")
}

func first(l finding.List) string {
	for _, f := range l {
		if f.Severity == finding.Block {
			return f.Message
		}
	}
	return ""
}

func warnings(l finding.List) string {
	n := 0
	for _, f := range l {
		if f.Severity == finding.Warning {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 warning"
	}
	return fmt.Sprintf("%d warnings", n)
}

// why tells what keeps an order, or what changed.
func why(o *order.Order) string {
	if holds := o.OpenHolds(); len(holds) > 0 {
		return holds[0].Reason
	}
	if r, is := o.Rejection(); is {
		return r.Reason
	}
	if o.Fulfilment() == order.Backordered || o.Fulfilment() == order.PartiallyShipped {
		var open []string
		for i := range o.Lines {
			for _, s := range o.Lines[i].Schedules {
				if s.Backordered() {
					open = append(open, fmt.Sprintf("%s of %s backordered", s.Quantity, o.Lines[i].Item))
				} else if s.Shipped != s.Quantity {
					open = append(open, fmt.Sprintf("%s of %s on %s", s.Quantity, o.Lines[i].Item, s.Ship))
				}
			}
		}
		return strings.Join(open, ", ")
	}
	return ""
}

// oneLine puts an error of several lines on one.
func oneLine(err error) string { return strings.Join(strings.Split(err.Error(), "\n"), "; ") }

func list(amounts []money.Amount) string {
	if len(amounts) == 0 {
		return "nothing"
	}
	var all []string
	for _, a := range amounts {
		all = append(all, a.String())
	}
	return strings.Join(all, ", ")
}
