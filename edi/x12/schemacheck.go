package x12

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
)

// SchemaConfig says how a [SchemaChecker] judges. The zero value holds each set to
// the embedded release that its version names.
type SchemaConfig struct {
	// Choose returns the release that a set is held to, such as one with a partner's
	// [schema.Overlay]; nil for the one that [schema.Nearest] finds. It is called once a
	// set, when its identifier, group and interchange are known.
	Choose func(set *Set) *schema.Release
	// MaxFindings is the largest number of findings of a set. 0 or less: that of
	// [schema.Options].
	MaxFindings int
}

// SchemaChecker is a [Checker] that holds the content of sets to a schema. It
// serves one reader at a time.
//
// A set of a version that is not embedded is held to the nearest release; what is
// found then are warnings, because the version's own rules may differ, but for what is
// wrong in that version, too (see [schema.Release.HoldsFor]). Of a set that the release
// does not have, only the envelope is checked, with a warning.
type SchemaChecker struct {
	config    SchemaConfig
	validator *schema.Validator
	faults    []Fault
	active    bool
	release   *schema.Release
	lenient   bool   // the release is the nearest only
	version   string // of the set
}

// NewSchemaChecker returns a checker.
func NewSchemaChecker(config SchemaConfig) *SchemaChecker {
	return &SchemaChecker{config: config, validator: schema.NewValidator(schema.Options{MaxFindings: config.MaxFindings})}
}

// CheckSegment checks the next segment of the set.
func (c *SchemaChecker) CheckSegment(set *Set, t *Token) []Fault {
	c.faults = c.faults[:0]
	if t.inSet == 1 {
		c.begin(set, t)
	}
	if !c.active {
		return c.faults
	}
	for _, f := range c.validator.Segment(t) {
		c.faults = append(c.faults, c.fault(f))
	}
	return c.faults
}

func (c *SchemaChecker) begin(set *Set, t *Token) {
	c.active, c.lenient = false, false
	var release *schema.Release
	if c.config.Choose != nil {
		release = c.config.Choose(set)
	}
	if release == nil {
		var exact bool
		var err error
		if release, exact, err = schema.Nearest(schema.X12, set.Version()); err != nil {
			return // what is embedded is tested
		}
		c.lenient = !exact
	}
	kind, known := release.Set(set.ID)
	if !known {
		f := tokenFault(t, CodeSchemaSet, Note{}, 1, fmt.Sprintf("%s %s has no set %s: only the envelope was checked",
			release.Standard(), release.Version(), fault.Shortened(set.ID)), "load a release that has the set")
		f.Severity = Warning
		c.faults = append(c.faults, f)
		return
	}
	if c.lenient {
		f := tokenFault(t, CodeSchemaVersion, Note{}, 0, fmt.Sprintf("version %s is not at hand: the set was held to %s",
			fault.Shortened(set.Version()), release.Version()), "load a release of the version")
		f.Severity = Warning
		c.faults = append(c.faults, f)
	}
	c.active, c.release, c.version = true, release, set.Version()
	c.validator.Begin(kind, schema.Syntax{Component: t.delims.Component, Repetition: t.delims.Repetition})
}

// fault puts a finding into this package's form.
func (c *SchemaChecker) fault(f schema.Finding) Fault {
	out := f.Fault()
	if c.lenient && !c.release.HoldsFor(c.version, f.Code, f.Segment) {
		out.Severity = Warning
	}
	switch {
	case f.X12 == "":
	case f.Element > 0:
		out.Standard = standard("AK403", f.X12)
	default:
		out.Standard = standard("AK304", f.X12)
	}
	return out
}
