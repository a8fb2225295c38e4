package partner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Validate returns what is wrong with the profile:
//
//	partner.name         blocks: missing, or longer than a stream name may be
//	partner.standard     blocks: neither X12 nor EDIFACT
//	partner.identifier   blocks: an identifier or qualifier that is missing or too long
//	partner.version      blocks: not six digits, with an industry suffix or not; no directory such as D96A
//	partner.delimiters   blocks: they cannot be used together, or one that the version needs is missing
//	partner.line-break   blocks: no line break
//	partner.charset      blocks: no character set
//	partner.usage        blocks: neither P nor T
//	partner.first        blocks: a control number out of range
//	partner.acknowledge  blocks: an answer that the standard does not have, a negative time
//	partner.duplicates   blocks: an unknown scope, a negative number of days
//	partner.options      blocks: a decimal mark that is none, a year out of range
//	partner.guide        blocks: a requirement, an addition or a translation that cannot be
//	partner.schema       blocks: a change that cannot be made to the release
//	partner.tolerate     blocks: a code of the syntax, which cannot be tolerated
func (p Profile) Validate() finding.List {
	_, found := p.compile(nil)
	return found
}

// compiled is a profile made ready.
type compiled struct {
	Profile
	x12, edifact *agreement
}

// agreement is what was agreed about one standard.
type agreement struct {
	releases          Releases
	standard, version string
	sent              *schema.Release // with the guide
	received          *schema.Release // and with what is tolerated
	guide             *Guide
	rules             map[string][]rule
	translations      []translation
	tolerate          *Tolerance
}

// compile makes a profile ready. What is returned with findings that block is of no use.
func (p Profile) compile(releases Releases) (*compiled, finding.List) {
	var found finding.List
	p = p.clone()
	c := &compiled{Profile: p}
	if p.Name == "" || len(p.Name) > 200 {
		found.Block("partner.name", "name", fmt.Sprintf("%q is no name of a partner", p.Name), "name it with 1 to 200 bytes")
	}
	if p.X12 == nil && p.EDIFACT == nil {
		found.Block("partner.standard", "x12", "neither X12 nor EDIFACT is agreed", "add a section x12 or edifact")
	}
	p.Duplicates.check(&found)
	if m := p.Options.DecimalMark; m != "" && m != "." && m != "," {
		found.Block("partner.options", "options.decimal_mark", fmt.Sprintf("%q is no decimal mark", m), "state a point or a comma, or leave it out")
	}
	if y := p.Options.FirstYear; y < 0 || y > 9900 {
		found.Block("partner.options", "options.first_year", fmt.Sprintf("%d is no year", y), "state a year such as 1970, or leave it out")
	}
	if v := p.Options.Version; v != "" && p.X12 != nil && v != p.X12.Version {
		found.Block("partner.options", "options.version", fmt.Sprintf("%q is not the version of the section x12, %q", v, p.X12.Version), "leave it out")
	}
	if p.X12 != nil {
		var own finding.List
		c.x12 = p.X12.compile(releases, &own)
		found.Within("x12", own)
	}
	if p.EDIFACT != nil {
		var own finding.List
		c.edifact = p.EDIFACT.compile(releases, &own)
		found.Within("edifact", own)
	}
	return c, found
}

func (d Duplicates) check(found *finding.List) {
	for i, s := range d.Scopes {
		switch s {
		case ScopeInterchange, ScopeGroup, ScopeSet, ScopeDocument:
		default:
			found.Block("partner.duplicates", fmt.Sprintf("duplicates.scopes[%d]", i), fmt.Sprintf("%q is no scope", string(s)),
				"state interchange, group, set or document")
		}
	}
	if d.Days < 0 {
		found.Block("partner.duplicates", "duplicates.days", fmt.Sprintf("%d is no number of days", d.Days), "state 1 or more, or leave it out")
	}
}

// identifier is a field with a length.
type identifier struct {
	path, value string
	least, most int
}

func checkIdentifiers(found *finding.List, where string, fields ...identifier) {
	for _, f := range fields {
		if len(f.value) < f.least || len(f.value) > f.most {
			found.Block("partner.identifier", f.path, fmt.Sprintf("%q does not fit the %s", f.value, where),
				fmt.Sprintf("state %d to %d characters", f.least, f.most))
		}
	}
}

func (s *X12) compile(releases Releases, found *finding.List) *agreement {
	checkIdentifiers(found, "ISA", identifier{"qualifier", s.Qualifier, 1, 2}, identifier{"id", s.ID, 1, 15},
		identifier{"our_qualifier", s.OurQualifier, 1, 2}, identifier{"our_id", s.OurID, 1, 15})
	checkIdentifiers(found, "GS", identifier{"group_id", s.GroupID, 0, 15}, identifier{"our_group_id", s.OurGroupID, 0, 15})
	known := validVersion(s.Version)
	if !known {
		found.Block("partner.version", "version", fmt.Sprintf("%q is no version", s.Version), "state six digits, such as 004010")
	}
	if err := s.checkDelimiters(); err != nil {
		found.Block("partner.delimiters", "delimiters", err.Error(), "choose others, or leave them out")
	}
	checkLineBreak(s.LineBreak, found)
	if err := s.Charset.Validate(); err != nil {
		found.Block("partner.charset", "charset", err.Error(), "state extended, basic or any, or leave it out")
	}
	if s.Usage != "" && s.Usage != "P" && s.Usage != "T" {
		found.Block("partner.usage", "usage", fmt.Sprintf("%q is no usage", s.Usage), "state P for production or T for test")
	}
	s.First.check(found)
	s.Acknowledge.check([]Answer{Answer997, Answer999, AnswerNone}, found)
	if !known {
		return nil
	}
	return compileAgreement(releases, schema.X12, s.Version, &s.Guide, &s.Tolerate, found)
}

func (s *EDIFACT) compile(releases Releases, found *finding.List) *agreement {
	checkIdentifiers(found, "UNB", identifier{"id", s.ID, 1, 35}, identifier{"qualifier", s.Qualifier, 0, 4},
		identifier{"routing", s.Routing, 0, 14}, identifier{"our_id", s.OurID, 1, 35},
		identifier{"our_qualifier", s.OurQualifier, 0, 4}, identifier{"our_routing", s.OurRouting, 0, 14},
		identifier{"application", s.Application, 0, 14}, identifier{"agreement", s.Agreement, 0, 35})
	checkIdentifiers(found, "UNH", identifier{"association", s.Association, 0, 6})
	known := validDirectory(s.Directory)
	if !known {
		found.Block("partner.version", "directory", fmt.Sprintf("%q is no directory", s.Directory), "state the version and release, such as D96A")
	}
	if err := s.tryHeader(); err != nil {
		path := "syntax_id"
		value := (*edifact.ValueError)(nil)
		if errors.As(err, &value) && value.Value == s.SyntaxVersion && s.SyntaxVersion != "" {
			path = "syntax_version"
		}
		found.Block("partner.charset", path, err.Error(), "state a syntax such as UNOC and version 1 to 4, or leave them out")
	}
	if s.Separators != (edifact.Separators{}) {
		if err := s.Separators.Validate(); err != nil {
			found.Block("partner.delimiters", "separators", err.Error(), "choose others, or leave them out")
		} else if !s.UNA && !sameBut(s.Separators) {
			found.Block("partner.delimiters", "una", "separators that are not those of the standard need a UNA", "state una: true")
		}
	}
	if s.Charset > edifact.Greek {
		found.Block("partner.charset", "charset", fmt.Sprintf("%s is no character set", s.Charset), "leave it out, or state one such as ISO 8859-1")
	}
	checkLineBreak(s.LineBreak, found)
	s.First.check(found)
	s.Acknowledge.check([]Answer{AnswerCONTRL, AnswerRequested, AnswerNone}, found)
	if !known {
		return nil
	}
	return compileAgreement(releases, schema.EDIFACT, s.Directory, &s.Guide, &s.Tolerate, found)
}

// sameBut tells whether separators are the standard's.
func sameBut(s edifact.Separators) bool {
	s.Repetition = 0
	return s == edifact.Standard()
}

func checkLineBreak(text string, found *finding.List) {
	if text != "" && text != "\n" && text != "\r\n" {
		found.Block("partner.line-break", "line_break", fmt.Sprintf("%q is no line break", text), "state a line feed, with a carriage return or not")
	}
}

func (n Numbers) check(found *finding.List) {
	for _, n := range []int64{n.Interchange, n.Group, n.Set} {
		if n < 0 || n > lastControl {
			found.Block("partner.first", "first", fmt.Sprintf("%d is no control number", n), "state 1 to 999999999, or leave it out")
		}
	}
}

// MaxWithinHours is the longest time after which an acknowledgement is overdue: a year.
const MaxWithinHours = 366 * 24

func (a Acknowledgement) check(answers []Answer, found *finding.List) {
	if a.Send != AnswerDefault && !slices.Contains(answers, a.Send) {
		found.Block("partner.acknowledge", "acknowledge.send", fmt.Sprintf("%q is no answer of the standard", string(a.Send)),
			fmt.Sprintf("state one of %v, or leave it out", answers))
	}
	if a.WithinHours < 0 || a.WithinHours > MaxWithinHours {
		found.Block("partner.acknowledge", "acknowledge.within_hours", fmt.Sprintf("%d is no number of hours", a.WithinHours),
			fmt.Sprintf("state 1 to %d, or leave it out", MaxWithinHours))
	}
}

// compileAgreement puts the overlays on the release.
func compileAgreement(releases Releases, standard, version string, g *Guide, t *Tolerance, found *finding.List) *agreement {
	release, _, err := releases.find(standard, version)
	if err != nil {
		path := "version"
		if standard == schema.EDIFACT {
			path = "directory"
		}
		found.Block("partner.version", path, err.Error(), "state another version, or load its release")
		return nil
	}
	a := &agreement{releases: releases, standard: standard, version: version, sent: release, guide: g, tolerate: t}
	with := func(path string, r *schema.Release, changes []schema.Change) *schema.Release {
		if len(changes) == 0 {
			return r
		}
		out, err := r.With(schema.Overlay{Changes: changes})
		for _, e := range split(err) {
			at := path
			if change := (*schema.ChangeError)(nil); errors.As(e, &change) {
				at = fmt.Sprintf("%s[%d]", path, change.Change-1)
			}
			found.Block("partner.schema", at, e.Error(), "name a place of the release")
		}
		if err != nil {
			return r
		}
		return out
	}
	a.sent = with("guide.schema", release, g.Schema)
	a.received = with("tolerate.schema", a.sent, t.Schema)
	g.check(standard, release, found)
	a.rules, a.translations = rulesOf(g, release), translationsOf(g)
	for i, code := range t.Warnings {
		if !tolerable(code) {
			found.Block("partner.tolerate", fmt.Sprintf("tolerate.warnings[%d]", i), fmt.Sprintf("%q is no code that can be tolerated", code),
				"state a code of the schema, the partner or a mapping, such as schema.element.code")
		}
	}
	return a
}

// tolerable tells whether a fault may be a warning: what breaks the syntax may not.
func tolerable(code string) bool {
	kind, rest, named := strings.Cut(code, ".")
	return named && rest != "" && kind != "x12" && kind != "edifact"
}

// split takes joined errors apart.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // it is the very one of errors.Join
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// checkDelimiters tells what a writer would refuse.
func (s *X12) checkDelimiters() error {
	d := s.Delimiters
	if d == (x12.Delimiters{}) {
		return nil
	}
	if err := d.Validate(); err != nil {
		return err
	}
	if d.Component == 0 {
		return fmt.Errorf("%w: ISA16 needs a component delimiter", x12.ErrDelimiters)
	}
	if d.Repetition == 0 && s.Version >= "00402" {
		return fmt.Errorf("%w: version %s needs a repetition delimiter", x12.ErrDelimiters, s.Version)
	}
	return nil
}

func validVersion(v string) bool {
	if len(v) < 6 || len(v) > 12 {
		return false
	}
	return strings.Trim(v[:6], "0123456789") == ""
}

// validDirectory tells whether a text is version and release of EDIFACT, such as D96A
// or S93A, or the 1 or 2 and a release of before.
func validDirectory(d string) bool {
	return len(d) == 4 && strings.Contains("DS12", d[:1]) && strings.Trim(d[1:3], "0123456789") == "" && d[3] >= '0' && d[3] <= 'Z'
}
