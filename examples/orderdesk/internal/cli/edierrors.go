package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

type ediErrors struct {
	DB string `name:"db" required:"" type:"existingfile" placeholder:"FILE" help:"The desk's SQLite file."`

	List    errorsList    `cmd:"" help:"List what could not be used; exit code 1 when there is something to do."`
	Show    errorsShow    `cmd:"" help:"Show a document with its errors, its tries and what was changed."`
	Correct errorsCorrect `cmd:"" help:"Keep a correction and process it; exit code 1 when it cannot be used either."`
	Again   errorsAgain   `cmd:"" help:"Process documents once more as they are, after something else was mended."`
	Resume  errorsResume  `cmd:"" help:"Process corrections that were kept and not processed, after a crash."`
	Assign  errorsAssign  `cmd:"" help:"Say who is to look at a document."`
	Close   errorsClose   `cmd:"" help:"Say why nothing will be made of a document."`
	Reopen  errorsReopen  `cmd:"" help:"Take back that a document was closed."`
}

// byWhom is who does it.
type byWhom struct {
	By string `required:"" placeholder:"NAME" help:"Who does it; it is recorded."`
}

// errorDesk opens the desk of the database: to read, to write, or with a shop that
// processes, which takes the journal over from a desk that has it.
func (r *run) errorDesk(how deskUse, do func(*errordesk.Desk, *intake.Inbox) error) error {
	j, closeDB, err := shop.ReadJournal(r.db)
	if how != toRead {
		j, closeDB, err = shop.OpenJournal(r.ctx, r.db)
	}
	if err != nil {
		return err
	}
	defer closeDB()
	config := errordesk.Config{Clock: time.Now}
	if how == toProcess {
		master, err := shop.SampleMaster()
		if err != nil {
			return err
		}
		partners, err := shop.SamplePartners()
		if err != nil {
			return err
		}
		s, err := shop.Open(r.ctx, shop.Config{Journal: j, Clock: time.Now, Master: master, Partners: partners})
		if err != nil {
			return err
		}
		config.Inbox, config.Process = s.Inbox, s.Process
	} else {
		if config.Inbox, err = intake.New(intake.Config{Journal: j, Clock: time.Now}); err != nil {
			return err
		}
		if err := config.Inbox.Load(r.ctx); err != nil {
			return err
		}
	}
	desk, err := errordesk.New(config)
	if err != nil {
		return err
	}
	return blame(do(desk, config.Inbox))
}

type deskUse int

const (
	toRead deskUse = iota
	toWrite
	toProcess
)

// blame gives errors of what was asked for their exit codes.
func blame(err error) error {
	var state *intake.StateError
	var bad *errordesk.DocumentError
	var missing *intake.DocumentError
	switch {
	case errors.As(err, &state), errors.Is(err, intake.ErrUnchanged):
		return findingsError{err}
	case errors.As(err, &bad), errors.As(err, &missing), errors.Is(err, intake.ErrNoDocument), errors.Is(err, errNoCase):
		return usageError{err}
	}
	return err
}

var errNoCase = errors.New("no such document")

// find finds a document by its id or the beginning of it.
func find(in *intake.Inbox, id string) (string, error) {
	var found []string
	for e := range in.Entries() {
		if e.ID == id {
			return id, nil
		}
		if len(id) >= 4 && strings.HasPrefix(e.ID, id) {
			found = append(found, e.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("%w: %q", errNoCase, id)
	}
	return "", fmt.Errorf("%w: %q is the beginning of %d", errNoCase, id, len(found))
}

// caseJSON is a document as list and show print it.
type caseJSON struct {
	ID          string       `json:"id"`
	State       intake.State `json:"state"`
	Channel     string       `json:"channel"`
	Kind        string       `json:"kind"`
	Partner     string       `json:"partner,omitempty"`
	Control     string       `json:"control,omitempty"`
	Name        string       `json:"name,omitempty"`
	Size        int          `json:"size"`
	Received    time.Time    `json:"received"`
	AgeHours    int          `json:"age_hours"`
	Codes       []string     `json:"codes"`
	AssignedTo  string       `json:"assigned_to,omitempty"`
	Corrects    string       `json:"corrects,omitempty"`
	CorrectedBy string       `json:"corrected_by,omitempty"`
	Order       string       `json:"order,omitempty"`
	Note        *noteJSON    `json:"note,omitempty"`
}

// noteJSON is what a person did last: corrected or closed it.
type noteJSON struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

func caseOf(c errordesk.Case) caseJSON {
	out := caseJSON{ID: c.ID, State: c.State(), Channel: c.Channel, Kind: c.Kind, Partner: c.Partner, Control: c.Control, Name: c.Name, Size: c.Size,
		Received: c.Received, AgeHours: int(c.Age / time.Hour), Codes: append([]string{}, c.Codes...), AssignedTo: c.AssignedTo,
		Corrects: c.Corrects, CorrectedBy: c.CorrectedBy, Order: string(c.Outcome.Order)}
	for _, n := range []intake.Note{c.Correction, c.Closed} {
		if !n.At.IsZero() {
			out.Note = &noteJSON{n.Actor, n.At, n.Text}
		}
	}
	return out
}

type errorsList struct {
	Partner    string        `placeholder:"QUALIFIER:ID" help:"Of this sender."`
	Set        string        `placeholder:"SET" help:"Of this set or message, such as 850; file for whole files."`
	Code       string        `placeholder:"CODE" help:"With this code, or one that begins so before a dot."`
	OlderThan  time.Duration `placeholder:"DURATION" help:"Received longer ago, such as 24h."`
	AssignedTo string        `placeholder:"NAME" help:"That this person is to look at."`
	Unassigned bool          `help:"That nobody is to look at."`
	All        bool          `help:"Those that are corrected, closed, waiting or done, too."`
}

// Run lists documents.
func (c *errorsList) Run(r *run) error {
	return r.errorDesk(toRead, func(desk *errordesk.Desk, _ *intake.Inbox) error {
		f := errordesk.Filter{Partner: c.Partner, Kind: c.Set, Code: c.Code, OlderThan: c.OlderThan, AssignedTo: c.AssignedTo, Unassigned: c.Unassigned}
		if c.All {
			f.States = []intake.State{intake.ToDo, intake.Corrected, intake.Closed, intake.Waiting, intake.Incomplete, intake.Done}
		}
		list := desk.List(f)
		if slices.ContainsFunc(list, func(k errordesk.Case) bool { return k.State() == intake.ToDo }) {
			r.found()
		}
		if r.json {
			for _, k := range list {
				if err := r.encode(caseOf(k)); err != nil {
					return err
				}
			}
			return nil
		}
		if len(list) == 0 {
			_, err := fmt.Fprintln(r.out, "nothing to do")
			return err
		}
		w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "ID\tAGE\tSET\tPARTNER\tCONTROL\tSTATE\tASSIGNED\tERRORS")
		for _, k := range list {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID[:12], ageText(k.Age), k.Kind, k.Partner, k.Control, k.State(), k.AssignedTo, strings.Join(k.Codes, " "))
		}
		return w.Flush()
	})
}

// ageText is how long ago something was, in the largest unit that fits.
func ageText(age time.Duration) string {
	switch hours := int(age / time.Hour); {
	case hours >= 48:
		return fmt.Sprintf("%dd", hours/24)
	case hours > 0:
		return fmt.Sprintf("%dh", hours)
	}
	return fmt.Sprintf("%dm", int(age/time.Minute))
}

type errorsCorrect struct {
	byWhom
	Reason string `required:"" placeholder:"TEXT" help:"Why it was wrong."`
	ID     string `arg:"" help:"The document, or the beginning of its id."`
	File   string `arg:"" help:"The corrected interchange or set; - is the standard input."`
}

// Run corrects a document.
func (c *errorsCorrect) Run(r *run) error {
	raw, err := readInput(c.File)
	if err != nil {
		return err
	}
	return r.errorDesk(toProcess, func(desk *errordesk.Desk, in *intake.Inbox) error {
		id, err := find(in, c.ID)
		if err != nil {
			return err
		}
		result, err := desk.Correct(r.ctx, id, errordesk.Correction{Raw: raw, Actor: c.By, Reason: c.Reason})
		if err != nil {
			return err
		}
		return r.result(result)
	})
}

// result tells what became of a document.
func (r *run) result(result errordesk.Result) error {
	if result.Outcome.Result == intake.Exception {
		r.found()
	}
	if r.json {
		return r.encode(struct {
			ID       string          `json:"id"`
			Corrects string          `json:"corrects,omitempty"`
			Result   intake.Result   `json:"result"`
			Order    string          `json:"order,omitempty"`
			Findings finding.List    `json:"findings,omitempty"`
			Changes  []segmentChange `json:"changes"`
		}{result.ID, result.Corrects, result.Outcome.Result, string(result.Outcome.Order), result.Outcome.Findings, changesOf(result.Changes)})
	}
	text := fmt.Sprintf("%s: %s %s\n", result.ID, result.Outcome.Result, result.Outcome.Order)
	if len(result.Outcome.Findings) > 0 {
		text += result.Outcome.Findings.String() + "\n"
	}
	_, err := fmt.Fprint(r.out, text, changesText(result.Changes))
	return err
}

type errorsAgain struct {
	IDs []string `arg:"" name:"id" help:"The documents, or the beginnings of their ids."`
}

// Run processes documents once more.
func (c *errorsAgain) Run(r *run) error {
	return r.errorDesk(toProcess, func(desk *errordesk.Desk, in *intake.Inbox) error {
		var errs []error
		for _, given := range c.IDs {
			id, err := find(in, given)
			if err == nil {
				var result errordesk.Result
				if result, err = desk.Again(r.ctx, id); err == nil {
					err = r.result(result)
				}
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

type errorsResume struct{}

// Run goes on after a crash.
func (c *errorsResume) Run(r *run) error {
	return r.errorDesk(toProcess, func(desk *errordesk.Desk, _ *intake.Inbox) error {
		results, err := desk.Resume(r.ctx)
		for _, result := range results {
			err = errors.Join(err, r.result(result))
		}
		return err
	})
}

type errorsAssign struct {
	byWhom
	Note string `placeholder:"TEXT" help:"Why."`
	ID   string `arg:"" help:"The document, or the beginning of its id."`
	To   string `arg:"" optional:"" help:"The person; left out: nobody."`
}

// Run assigns a document.
func (c *errorsAssign) Run(r *run) error {
	return r.handle(c.ID, func(ctx context.Context, in *intake.Inbox, id string) error {
		return in.Assign(ctx, id, c.To, c.Note, c.By)
	})
}

type errorsClose struct {
	byWhom
	Reason string `required:"" placeholder:"TEXT" help:"Why nothing will be made of it."`
	ID     string `arg:"" help:"The document, or the beginning of its id."`
}

// Run closes a document.
func (c *errorsClose) Run(r *run) error {
	return r.handle(c.ID, func(ctx context.Context, in *intake.Inbox, id string) error { return in.Close(ctx, id, c.Reason, c.By) })
}

type errorsReopen struct {
	byWhom
	Reason string `required:"" placeholder:"TEXT" help:"Why something is to be made of it after all."`
	ID     string `arg:"" help:"The document, or the beginning of its id."`
}

// Run opens a document again.
func (c *errorsReopen) Run(r *run) error {
	return r.handle(c.ID, func(ctx context.Context, in *intake.Inbox, id string) error {
		return in.Reopen(ctx, id, c.Reason, c.By)
	})
}

// handle does something with a document that is not processed by it, and tells how it
// stands then.
func (r *run) handle(given string, do func(context.Context, *intake.Inbox, string) error) error {
	return r.errorDesk(toWrite, func(desk *errordesk.Desk, in *intake.Inbox) error {
		id, err := find(in, given)
		if err != nil {
			return err
		}
		if err := do(r.ctx, in, id); err != nil {
			return err
		}
		d, err := desk.Show(r.ctx, id)
		if err != nil {
			return err
		}
		if r.json {
			return r.encode(caseOf(d.Case))
		}
		_, err = fmt.Fprintf(r.out, "%s is %s\n", id, d.State())
		return err
	})
}
