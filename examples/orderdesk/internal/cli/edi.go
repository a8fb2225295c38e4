package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/x12"
)

type ediCommand struct {
	Check   ediCheck   `cmd:"" help:"Check X12 and EDIFACT files, envelopes and content; one JSON object a file."`
	Ack     ediAck     `cmd:"" help:"Write the answer to each file: TA1 and 997, or CONTRL."`
	JSON    ediJSON    `cmd:"" name:"json" help:"Print X12 and EDIFACT files as JSON, one set or message a line, and the documents that they are."`
	Write   ediWrite   `cmd:"" help:"Write what json printed, as it was or changed, as X12 or EDIFACT."`
	Sent    ediSent    `cmd:"" help:"List what was sent and how it was acknowledged; exit code 1 when something is refused or overdue."`
	Errors  ediErrors  `cmd:"" help:"The error desk: what could not be used, listed, shown, corrected and processed again."`
	Certify ediCertify `cmd:"" help:"Try a partner's profile on a folder of samples, and report what passes and what does not."`
}

// ediFiles is what all EDI commands take.
type ediFiles struct {
	Lenient  bool     `help:"Accept an ISA of the wrong length where it can be read."`
	Envelope bool     `help:"Check the envelopes only, not the content of the sets."`
	Files    []string `arg:"" name:"file" help:"X12 and EDIFACT files."`
}

func (f ediFiles) options() x12.Options {
	o := x12.Options{Lenient: f.Lenient}
	if !f.Envelope {
		o.Checker = x12.NewSchemaChecker(x12.SchemaConfig{})
	}
	return o
}

// edifactOptions are what the options mean to EDIFACT.
func (f ediFiles) edifactOptions() edifact.Options {
	if f.Envelope {
		return edifact.Options{}
	}
	return edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})}
}

// each opens one file after the other. A file that cannot be read is told and
// does not keep the others from being looked at.
func (f ediFiles) each(r *run, do func(name string, file io.Reader) error) error {
	var errs []error
	for _, name := range f.Files {
		errs = append(errs, func() error {
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			defer func() { _ = file.Close() }()
			if err := do(name, file); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return r.ctx.Err()
		}())
	}
	return errors.Join(errs...)
}

type ediCheck struct{ ediFiles }

// Run checks files; exit code 1 when anything is not accepted.
func (c *ediCheck) Run(r *run) error {
	out := json.NewEncoder(r.out)
	out.SetEscapeHTML(false)
	return c.each(r, func(name string, file io.Reader) error {
		in := bufio.NewReader(file)
		if gateway.IsEDIFACT(in) {
			report, err := edifact.Check(in, c.edifactOptions())
			if err != nil {
				return err
			}
			report.File = name
			if !report.OK() {
				r.found()
			}
			return out.Encode(report)
		}
		report, err := x12.Check(in, c.options())
		if err != nil {
			return err
		}
		report.File = name
		if !report.OK() {
			r.found()
		}
		return out.Encode(report)
	})
}

type ediAck struct {
	ediFiles
	Control int `default:"1" help:"Control number of the first answer; the next ones count on."`
}

// Run answers files.
func (c *ediAck) Run(r *run) error {
	if c.Control < 1 || c.Control > lastControl {
		return usageError{fmt.Errorf("--control: %d is no control number, from 1 to %d", c.Control, lastControl)}
	}
	control := c.Control
	return c.each(r, func(name string, file io.Reader) error {
		in := bufio.NewReader(file)
		answer := c.answerX12
		if gateway.IsEDIFACT(in) {
			answer = c.answerEDIFACT
		}
		return answer(r, name, in, &control)
	})
}

// lastControl is the highest control number.
const lastControl = 999_999_999

// answerX12 writes TA1 and 997, and counts the answers.
func (c *ediAck) answerX12(r *run, name string, file io.Reader, control *int) error {
	report, err := x12.Read(file, c.options())
	if err != nil {
		return err
	}
	if !report.OK() {
		r.found()
	}
	for _, ic := range report.Interchanges {
		w, err := x12.NewWriter(r.out, x12.WriterConfig{Delimiters: answerDelimiters(ic), LineBreak: "\n"})
		if err != nil {
			return err
		}
		if *control+max(len(ic.Groups), 1)-1 > lastControl {
			*control = 1 // the numbers begin anew
		}
		groups, written, err := x12.Reply(w, ic, x12.ReplyConfig{Control: fmt.Sprint(*control), GroupControl: *control, At: time.Now()})
		if err != nil {
			return err
		}
		c.told(r, name, ic.Control, written, control)
		*control += max(groups-1, 0) // its groups counted on
	}
	tellFaults(r, name, report.Faults)
	return nil
}

// answerEDIFACT writes CONTRL, and counts the answers.
func (c *ediAck) answerEDIFACT(r *run, name string, file io.Reader, control *int) error {
	report, err := edifact.Check(file, c.edifactOptions())
	if err != nil {
		return err
	}
	if !report.OK() {
		r.found()
	}
	for _, ic := range report.Interchanges {
		w, err := edifact.NewWriter(r.out, edifact.WriterConfig{UNA: true, LineBreak: "\n"})
		if err != nil {
			return err
		}
		if *control > lastControl {
			*control = 1
		}
		written, err := edifact.Reply(w, ic, edifact.ReplyConfig{Control: fmt.Sprint(*control), At: time.Now()})
		if err != nil {
			return err
		}
		c.told(r, name, ic.Control, written, control)
	}
	tellFaults(r, name, report.Faults)
	return nil
}

// told counts an answer, or says that there was nothing to answer.
func (c *ediAck) told(r *run, name, received string, written bool, control *int) {
	if written {
		*control++
		return
	}
	_, _ = fmt.Fprintf(r.err, "%s: interchange %s holds nothing to answer\n", name, received)
}

func tellFaults(r *run, name string, faults []fault.Fault) {
	for _, f := range faults {
		_, _ = fmt.Fprintf(r.err, "%s: %s\n", name, f)
	}
}

// answerDelimiters are the sender's own where they can be used.
func answerDelimiters(ic *x12.Interchange) x12.Delimiters {
	if ic.Delimiters.Validate() == nil && ic.Delimiters.Segment != '\n' {
		d := ic.Delimiters
		if d.Component == 0 {
			d.Component = x12.StandardDelimiters().Component
		}
		return d
	}
	return x12.StandardDelimiters()
}
