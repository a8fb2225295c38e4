package partner

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/kernel/finding"
)

const (
	// CodeNotEDI means that a sample is neither X12 nor EDIFACT.
	CodeNotEDI = "certify.not-edi"
	// CodeNotAgreed means that a sample is of a standard that was not agreed.
	CodeNotAgreed = "certify.not-agreed"
	// CodeRepeated means that a control number stands in another sample already, in a
	// scope that the profile names. A document number may come again: a sample of a
	// change, or of an answer, has that of the order.
	CodeRepeated = "certify.repeated"
	// CodeAnswer means that the acknowledgement that we would send cannot be written.
	CodeAnswer = "certify.answer"
	// CodeTooLarge means that a sample is larger than [MaxBytes] and was not read.
	CodeTooLarge = "certify.too-large"
)

// Certification is what came of a run over a partner's samples.
type Certification struct {
	// Partner is the name of the profile.
	Partner string `json:"partner"`
	// OK says that every sample passes, and that there is one.
	OK bool `json:"ok"`
	// Count are the sums.
	Count CertificationCount `json:"count"`
	// Files are those of the folder, in the order of their names.
	Files []CertifiedFile `json:"files"`
	// Unsampled are sets that the partner's guide speaks of and no sample shows.
	Unsampled []string `json:"unsampled"`
}

// CertificationCount are the sums of a certification.
type CertificationCount struct {
	Files        int `json:"files"`
	Interchanges int `json:"interchanges"`
	Sets         int `json:"sets"`
	// Passed are the sets that pass, Failed the others.
	Passed int `json:"passed"`
	Failed int `json:"failed"`
	// Errors and Warnings are those of all levels.
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

// Direction says who sends an interchange.
type Direction string

const (
	// Received is what the partner sends.
	Received Direction = "received"
	// Written is what we send.
	Written Direction = "sent"
	// Foreign is what is between others.
	Foreign Direction = "foreign"
)

// CertifiedFile is what came of one sample.
type CertifiedFile struct {
	File     string `json:"file"`
	Standard string `json:"standard,omitempty"`
	OK       bool   `json:"ok"`
	// Faults stand outside of any interchange, or are of the file as a whole.
	Faults       []fault.Fault          `json:"faults"`
	Interchanges []CertifiedInterchange `json:"interchanges"`
}

// CertifiedInterchange is what came of an interchange.
type CertifiedInterchange struct {
	Control   string       `json:"control"`
	Direction Direction    `json:"direction"`
	Status    fault.Status `json:"status"`
	OK        bool         `json:"ok"`
	// Faults are those of the envelope, groups included, and against the profile.
	Faults []fault.Fault  `json:"faults"`
	Sets   []CertifiedSet `json:"sets"`
	// Answer is how we would acknowledge it; nil when we would not.
	Answer *CertifiedAnswer `json:"answer,omitempty"`
}

// CertifiedSet is what came of a set or message.
type CertifiedSet struct {
	Set     string       `json:"set"`
	Control string       `json:"control"`
	Version string       `json:"version"`
	Status  fault.Status `json:"status"`
	OK      bool         `json:"ok"`
	// Faults are those of syntax, schema and guide.
	Faults []fault.Fault `json:"faults"`
	// Findings are those of reading the document; Mapped says that it was read: the
	// library has a document for the set, and nothing rejects it.
	Mapped   bool         `json:"mapped"`
	Findings finding.List `json:"findings"`
}

// CertifiedAnswer is the acknowledgement of a sample.
type CertifiedAnswer struct {
	// Set is what answers: 997, 999, CONTRL, or TA1 alone.
	Set string `json:"set"`
	// OK says that it holds to the standard and is read back as what it says.
	OK     bool          `json:"ok"`
	Faults []fault.Fault `json:"faults"`
	// Text is the interchange that would be sent, under control numbers of 1.
	Text string `json:"text"`
}

// Certify tries a profile on samples: all files of a folder and those below it, with
// interchanges that the partner sends and, if the host puts them there, such as we send
// it. It tells of each set whether it passes and what does not: syntax, standard, the
// partner's guide, identifiers that are not those of the profile, control numbers that
// stand in two samples, and what cannot be read into a document. What we would answer is
// written and held to the standard. A usage other than that of the profile is a warning
// here: samples are tests.
//
// at is the time that the acknowledgements carry. A profile that cannot be used is an
// [*InvalidError]; an error of the folder ends the run.
func Certify(p Profile, folder fs.FS, at time.Time) (*Certification, error) {
	return certify(nil, p, folder, at)
}

func certify(releases Releases, p Profile, folder fs.FS, at time.Time) (*Certification, error) {
	p = p.clone()
	if p.X12 != nil {
		p.X12.Tolerate.Warnings = append(slices.Clone(p.X12.Tolerate.Warnings), CodeUsage)
	}
	if p.EDIFACT != nil {
		p.EDIFACT.Tolerate.Warnings = append(slices.Clone(p.EDIFACT.Tolerate.Warnings), CodeUsage)
	}
	c, found := p.compile(releases)
	if found.Blocks() {
		return nil, &InvalidError{Findings: found}
	}
	run := &certifying{compiled: c, at: at, seen: make(map[string]string), sampled: make(map[string]bool)}
	out := &Certification{Partner: p.Name, Files: []CertifiedFile{}}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		file, err := run.file(folder, name)
		out.Files = append(out.Files, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Unsampled = run.unsampled()
	out.sum()
	return out, nil
}

// certifying is a run of a certification.
type certifying struct {
	*compiled
	at      time.Time
	name    string            // of the file at hand
	seen    map[string]string // control numbers, and the file where they stand
	sampled map[string]bool   // sets
}

func (r *certifying) file(folder fs.FS, name string) (CertifiedFile, error) {
	r.name = name
	out := CertifiedFile{File: name, Faults: []fault.Fault{}, Interchanges: []CertifiedInterchange{}}
	fail := func(code, message, fix string) (CertifiedFile, error) {
		out.Faults = append(out.Faults, fault.Fault{Code: code, Severity: fault.Failure, Message: message, Fix: fix})
		return out, nil
	}
	file, err := folder.Open(name)
	if err != nil {
		return out, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(bufio.NewReader(file), MaxBytes+1))
	if err != nil {
		return out, fmt.Errorf("partner: %s: %w", name, err)
	}
	if len(text) > MaxBytes {
		return fail(CodeTooLarge, fmt.Sprintf("the sample has more than %d bytes", MaxBytes), "take a smaller one")
	}
	out.Standard = standardOf(text)
	switch {
	case out.Standard == "":
		return fail(CodeNotEDI, "the file is neither X12 nor EDIFACT", "put only interchanges into the folder")
	case out.Standard == schema.X12 && r.x12 == nil, out.Standard == schema.EDIFACT && r.edifact == nil:
		return fail(CodeNotAgreed, "no "+out.Standard+" is agreed with the partner", "add a section to the profile")
	case out.Standard == schema.X12:
		err = r.readX12(text, &out)
	default:
		err = r.readEDIFACT(text, &out)
	}
	out.OK = fault.Worst(out.Faults) != fault.Failure && len(out.Interchanges) > 0
	for _, ic := range out.Interchanges {
		out.OK = out.OK && ic.OK
	}
	return out, err
}

// standardOf tells what a file begins with.
func standardOf(text []byte) string {
	head := bytes.TrimLeft(text[:min(len(text), 512)], " \r\n\t\ufeff")
	switch {
	case bytes.HasPrefix(head, []byte("ISA")):
		return schema.X12
	case bytes.HasPrefix(head, []byte("UNA")), bytes.HasPrefix(head, []byte("UNB")), bytes.HasPrefix(head, []byte("UNH")):
		return schema.EDIFACT
	}
	return ""
}

// repeated tells where a control number stands already, in a scope that counts.
func (r *certifying) repeated(scope Scope, f fault.Fault, key ...string) (fault.Fault, bool) {
	if !r.Duplicates.Has(scope) {
		return fault.Fault{}, false
	}
	id := string(scope) + "\x00" + strings.Join(key, "\x00")
	first, twice := r.seen[id]
	if !twice {
		r.seen[id] = r.name
		return fault.Fault{}, false
	}
	f.Code, f.Severity, f.Value = CodeRepeated, fault.Failure, key[len(key)-1]
	f.Message = fmt.Sprintf("the control number of the %s stands in %s too", string(scope), first)
	f.Fix = "number each sample anew"
	if r.Duplicates.Accept {
		f.Severity = fault.Warning
	}
	return f, true
}

// finish judges an interchange.
func (ic *CertifiedInterchange) finish() {
	ic.OK = ic.Direction != Foreign && fault.Worst(ic.Faults) != fault.Failure && (ic.Answer == nil || ic.Answer.OK)
	for i := range ic.Sets {
		s := &ic.Sets[i]
		s.OK = s.Status != fault.Rejected && fault.Worst(s.Faults) != fault.Failure && !s.Findings.Blocks()
		ic.OK = ic.OK && s.OK
	}
}

// unsampled are the sets that the guide speaks of and no sample shows.
func (r *certifying) unsampled() []string {
	spoken := make(map[string]bool)
	for _, a := range []*agreement{r.x12, r.edifact} {
		if a == nil {
			continue
		}
		for _, c := range a.guide.Schema {
			spoken[c.Set] = c.Set != "" && c.Set != "*"
		}
		for _, q := range a.guide.Require {
			spoken[q.Set] = true
		}
		for _, q := range a.guide.Add {
			spoken[q.Set] = true
		}
		for _, t := range a.guide.Codes {
			spoken[t.Set] = t.Set != ""
		}
	}
	maps.DeleteFunc(spoken, func(set string, named bool) bool { return !named || r.sampled[set] })
	return append([]string{}, slices.Sorted(maps.Keys(spoken))...)
}

// sum counts, and judges the whole.
func (c *Certification) sum() {
	n := &c.Count
	count := func(faults []fault.Fault) {
		for _, f := range faults {
			if f.Severity == fault.Failure {
				n.Errors++
			} else {
				n.Warnings++
			}
		}
	}
	n.Files, c.OK = len(c.Files), len(c.Files) > 0
	for _, file := range c.Files {
		c.OK = c.OK && file.OK
		count(file.Faults)
		n.Interchanges += len(file.Interchanges)
		for _, ic := range file.Interchanges {
			count(ic.Faults)
			if ic.Answer != nil {
				count(ic.Answer.Faults)
			}
			for _, s := range ic.Sets {
				n.Sets++
				if s.OK {
					n.Passed++
				} else {
					n.Failed++
				}
				count(s.Faults)
				for _, f := range s.Findings {
					switch f.Severity {
					case finding.Block:
						n.Errors++
					case finding.Warning:
						n.Warnings++
					default:
					}
				}
			}
		}
	}
}

// unwritten is the fault of an answer that cannot be written.
func unwritten(err error) fault.Fault {
	return fault.Fault{Code: CodeAnswer, Severity: fault.Failure, Message: err.Error(),
		Fix: "choose delimiters and a character set in which what the partner sends can be repeated"}
}

// failures keeps what makes an answer unfit to be sent.
func failures(faults []fault.Fault) []fault.Fault {
	return slices.DeleteFunc(faults, func(f fault.Fault) bool { return f.Severity != fault.Failure })
}
