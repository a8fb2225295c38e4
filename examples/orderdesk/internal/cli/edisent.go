package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/kernel/finding"
)

type ediSent struct {
	DB string `name:"db" required:"" type:"existingfile" placeholder:"FILE" help:"The desk's SQLite file."`
	At string `placeholder:"TIME" help:"Judge what is overdue at this time (RFC 3339). By default now."`
}

// sentJSON is a document that was sent, with what the partner says of it.
type sentJSON struct {
	Partner     string            `json:"partner"`
	Key         string            `json:"key"`
	Standard    string            `json:"standard"`
	Set         string            `json:"set"`
	Order       string            `json:"order,omitempty"`
	Interchange int64             `json:"interchange"`
	At          time.Time         `json:"at"`
	Verdicts    []partner.Verdict `json:"verdicts"`
	// Awaited are the acknowledgements that have not come, with when they are due.
	Awaited []awaitedJSON `json:"awaited,omitempty"`
}

type awaitedJSON struct {
	Kind    string    `json:"kind"`
	Due     time.Time `json:"due"`
	Overdue bool      `json:"overdue"`
}

// Run lists what was sent and how it was acknowledged; exit code 1 when something is
// refused or overdue, or an acknowledgement fits nothing.
func (c *ediSent) Run(r *run) error {
	now := time.Now()
	if c.At != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, c.At); err != nil {
			return usageError{fmt.Errorf("--at: %w", err)}
		}
	}
	j, closeDB, err := shop.ReadJournal(c.DB)
	if err != nil {
		return err
	}
	defer closeDB()
	outbox, err := partner.NewOutbox(partner.OutboxConfig{Journal: j, Clock: func() time.Time { return now }})
	if err != nil {
		return err
	}
	if err := outbox.Load(r.ctx); err != nil {
		return err
	}
	partners, err := shop.SamplePartners()
	if err != nil {
		return err
	}
	list, err := r.sent(outbox, partners)
	if err != nil {
		return err
	}
	var stray finding.List
	for a := range outbox.Acknowledgements() {
		for _, f := range a.Findings() {
			if f.Code == "partner.answer.unmatched" || f.Code == "partner.answer.contradicts" {
				stray = append(stray, f)
				r.found()
			}
		}
	}
	if r.json {
		for _, s := range list {
			if err := r.encode(s); err != nil {
				return err
			}
		}
		for _, f := range stray {
			if err := r.encode(f); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "PARTNER\tSET\tINTERCHANGE\tSENT\tKEY\tACKNOWLEDGED")
	for _, s := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", s.Partner, s.Set, s.Interchange, s.At.Format("2006-01-02 15:04"), s.Key, s.verdict())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(stray) > 0 {
		_, err = fmt.Fprintln(r.out, stray)
	}
	return err
}

// sent puts what was sent together with what is awaited.
func (r *run) sent(outbox *partner.Outbox, partners []partner.Profile) ([]sentJSON, error) {
	awaited := make(map[[2]string][]awaitedJSON)
	for a := range outbox.Awaited(partners...) {
		k := [2]string{a.Partner, a.Key}
		awaited[k] = append(awaited[k], awaitedJSON{a.Kind, a.Due, a.Late > 0})
		if a.Late > 0 {
			r.found()
		}
	}
	var list []sentJSON
	for s := range outbox.Sent() {
		verdicts, err := outbox.Answers(s.Partner, s.Key)
		if err != nil {
			return nil, err
		}
		if n := len(verdicts); n > 0 && verdicts[n-1].Status >= fault.PartiallyAccepted {
			r.found()
		}
		list = append(list, sentJSON{Partner: s.Partner, Key: s.Key, Standard: s.Standard, Set: s.Set, Order: s.Order, Interchange: s.Interchange, At: s.At,
			Verdicts: append([]partner.Verdict{}, verdicts...), Awaited: awaited[[2]string{s.Partner, s.Key}]})
	}
	return list, nil
}

// verdict puts on one line how a document was acknowledged.
func (s *sentJSON) verdict() string {
	var parts []string
	for _, v := range s.Verdicts {
		what := v.Status.String()
		switch {
		case v.Receipt:
			what = "envelope " + what
		case v.Application:
			what = "application " + what
		}
		for _, f := range v.Faults[:min(1, len(v.Faults))] {
			what += ": " + f.Message
		}
		parts = append(parts, what)
	}
	for _, a := range s.Awaited {
		what := a.Kind + " due " + a.Due.Format("2006-01-02 15:04")
		if a.Overdue {
			what = a.Kind + " overdue since " + a.Due.Format("2006-01-02 15:04")
		}
		parts = append(parts, what)
	}
	return strings.Join(parts, "; ")
}
