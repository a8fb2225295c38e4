package edifact

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
)

// SchemaConfig says how a [SchemaChecker] judges. The zero value holds each message to
// the embedded release that its version names.
type SchemaConfig struct {
	// Choose returns the release that a message is held to, such as one with a partner's
	// [schema.Overlay]; nil for the one that [schema.Nearest] finds. It is called once a
	// message, when its identifier, group and interchange are known.
	Choose func(m *Message) *schema.Release
	// MaxFindings is the largest number of findings of a message. 0 or less: that of
	// [schema.Options].
	MaxFindings int
}

// SchemaChecker is a [Checker] that holds the content of messages to a schema. It
// serves one reader at a time.
//
// A message of a version that is not embedded is held to the nearest release; what is
// found then are warnings, because the version's own rules may differ, but for what is
// wrong in that version, too (see [schema.Release.HoldsFor]). Of a message that the
// release does not have, only the envelope is checked, with a warning.
//
// Where a message names a guide, such as EAN008 (0057), a value that is not among the
// codes is a warning too, unless Choose gave the release: guides add codes of their own.
type SchemaChecker struct {
	config    SchemaConfig
	validator *schema.Validator
	faults    []Fault
	active    bool
	release   *schema.Release
	lenient   bool   // the release is the nearest only
	version   string // of the message
	guide     string // 0057, where its codes are not at hand
}

// NewSchemaChecker returns a checker.
func NewSchemaChecker(config SchemaConfig) *SchemaChecker {
	return &SchemaChecker{config: config, validator: schema.NewValidator(schema.Options{MaxFindings: config.MaxFindings})}
}

// CheckSegment checks the next segment of the message.
func (c *SchemaChecker) CheckSegment(m *Message, t *Token) []Fault {
	c.faults = c.faults[:0]
	if t.inMessage == 1 {
		c.begin(m, t)
	}
	if !c.active {
		return c.faults
	}
	for _, f := range c.validator.Segment(t) {
		c.faults = append(c.faults, c.fault(f))
	}
	return c.faults
}

func (c *SchemaChecker) begin(m *Message, t *Token) {
	c.active, c.lenient, c.guide = false, false, ""
	var release *schema.Release
	if c.config.Choose != nil {
		release = c.config.Choose(m)
	}
	if release == nil {
		var exact bool
		var err error
		if release, exact, err = schema.Nearest(schema.EDIFACT, m.Directory()); err != nil {
			return // what is embedded is tested
		}
		c.lenient, c.guide = !exact, m.Association
	}
	kind, known := release.Set(m.ID)
	if !known {
		f := tokenFault(t, CodeSchemaMessage, "", 1, fmt.Sprintf("%s %s has no message %s: only the envelope was checked",
			release.Standard(), release.Version(), fault.Shortened(m.ID)), "load a release that has the message")
		f.Severity = Warning
		c.faults = append(c.faults, f)
		return
	}
	if c.lenient {
		f := tokenFault(t, CodeSchemaVersion, "", 0, fmt.Sprintf("version %s is not at hand: the message was held to %s",
			fault.Shortened(m.Directory()), release.Version()), "load a release of the version")
		f.Severity = Warning
		c.faults = append(c.faults, f)
	}
	c.active, c.release, c.version = true, release, m.Directory()
	c.validator.Begin(kind, schema.Syntax{Component: t.sep.Component, Repetition: t.sep.Repetition, Release: t.sep.Release})
}

// fault puts a finding into this package's form.
func (c *SchemaChecker) fault(f schema.Finding) Fault {
	out := f.Fault()
	out.Implementation = "" // of a 999
	if c.lenient && !c.release.HoldsFor(c.version, f.Code, f.Segment) {
		out.Severity = Warning
	}
	if c.guide != "" && f.Code == schema.CodeElementCode {
		out.Severity = Warning
		out.Message = fmt.Sprintf("the value is not among the codes of the directory; the guide %s may have it", fault.Shortened(c.guide))
	}
	if f.CONTRL != "" {
		out.Standard = note(f.CONTRL)
	}
	return out
}
