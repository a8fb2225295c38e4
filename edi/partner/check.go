package partner

import (
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

const (
	// CodeVersion means that a set is of another version than was agreed, so that it is
	// held to the standard alone: a warning.
	CodeVersion = "partner.version"
	// CodeGroup means that a group names other parties than were agreed: a warning.
	CodeGroup = "partner.group"
)

// release returns the release that a set of a version is held to; nil for the standard
// as it is. foreign says that the guide is for another version.
func (a *agreement) release(r *schema.Release, version string) (chosen *schema.Release, foreign bool) {
	nearest, _, err := a.releases.find(a.standard, version)
	switch {
	case err != nil:
		return nil, len(a.guide.Schema) > 0 || len(a.guide.Require) > 0
	case nearest.Version() != r.Version():
		return a.releases.orNone(nearest), len(a.guide.Schema) > 0 || len(a.guide.Require) > 0
	case nearest == r:
		return a.releases.orNone(r), false
	}
	return r, false
}

// heldTo is the release that a set is held to; exact says that it is of the set's version.
type heldTo struct {
	release *schema.Release
	version string // of the set
	exact   bool
}

// heldTo returns the release for a version.
func (a *agreement) heldTo(version string) heldTo {
	release, exact, err := a.releases.find(a.standard, version)
	if err != nil {
		return heldTo{version: version}
	}
	return heldTo{release: release, version: version, exact: exact}
}

// certain tells whether what the release finds is wrong in the set's version.
func (h heldTo) certain(f *fault.Fault) bool {
	return h.exact || h.release != nil && h.release.HoldsFor(h.version, f.Code, f.Segment)
}

// settle makes warnings of what is tolerated, and of what only an inexact release finds.
func (a *agreement) settle(f *fault.Fault, held heldTo, received bool) {
	if f.Severity != fault.Failure {
		return
	}
	if received && slices.Contains(a.tolerate.Warnings, f.Code) || f.Code != CodeRequired && f.Implementation == "" && !held.certain(f) {
		f.Severity = fault.Warning
	}
}

// Tolerated returns findings in which those that the tolerance names are warnings.
func (t Tolerance) Tolerated(found finding.List) finding.List {
	out := slices.Clone(found)
	for i := range out {
		if out[i].Severity == finding.Block && slices.Contains(t.Warnings, out[i].Code) {
			out[i].Severity = finding.Warning
		}
	}
	return out
}

// x12Checker holds sets to what was agreed.
type x12Checker struct {
	agreed   *agreement
	release  *schema.Release
	received bool       // not sent by us: tolerance holds
	parties  *[2]string // of the GS of what is received
	schema   *x12.SchemaChecker
	require  requirements
	held     heldTo
	group    *x12.Group // the last one that was looked at
	faults   []x12.Fault
}

func (a *agreement) x12Checker(received bool) *x12Checker {
	c := &x12Checker{agreed: a, release: a.sent, received: received}
	if received {
		c.release = a.received
	}
	c.schema = x12.NewSchemaChecker(x12.SchemaConfig{Choose: func(set *x12.Set) *schema.Release {
		chosen, _ := a.release(c.release, set.Version())
		return chosen
	}})
	return c
}

// x12Segment shows a token as a segment to compare with.
type x12Segment struct{ *x12.Token }

// ID is the identifier of the segment.
func (s x12Segment) ID() string { return string(s.Token.ID()) }

// Component is the component of an element.
func (s x12Segment) Component(e, c int) string { return string(s.Token.Component(e, c)) }

// CheckSegment checks the next segment of a set.
func (c *x12Checker) CheckSegment(set *x12.Set, t *x12.Token) []x12.Fault {
	c.faults = c.agreed.agreedCodes(set.ID, x12Segment{t}, append(c.faults[:0], c.schema.CheckSegment(set, t)...))
	if t.NumberInSet() == 1 {
		c.begin(set, t)
	}
	if len(c.require.rules) > 0 {
		for _, f := range c.require.next(x12Segment{t}, t.NumberInSet(), t.Offset(), t.Is("SE")) {
			f.Standard = fault.Note{Element: "AK304", Code: "3"}
			c.faults = append(c.faults, f)
		}
	}
	for i := range c.faults {
		c.agreed.settle(&c.faults[i], c.held, c.received)
	}
	return c.faults
}

func (c *x12Checker) begin(set *x12.Set, t *x12.Token) {
	_, foreign := c.agreed.release(c.release, set.Version())
	c.held = c.agreed.heldTo(set.Version())
	c.require.begin(nil)
	warn := func(code, message, expected, fix string) {
		c.faults = append(c.faults, x12.Fault{Code: code, Severity: x12.Warning, Segment: "ST", SegmentNo: 1,
			Offset: t.Offset(), Message: message, Expected: expected, Fix: fix})
	}
	if foreign {
		warn(CodeVersion, "the set is of version "+fault.Shortened(set.Version())+", the guide of another: it is held to the standard alone",
			c.agreed.version, "agree on one version")
	} else {
		c.require.begin(c.agreed.rules[set.ID])
	}
	g := set.Group
	if c.parties != nil && g != c.group && (g.Sender != c.parties[0] || g.Receiver != c.parties[1]) {
		warn(CodeGroup, "the group is from "+fault.Shortened(g.Sender)+" to "+fault.Shortened(g.Receiver),
			"from "+c.parties[0]+" to "+c.parties[1], "agree on the codes of the GS")
	}
	c.group = g
}

// edifactChecker holds messages to what was agreed.
type edifactChecker struct {
	agreed   *agreement
	release  *schema.Release
	received bool
	schema   *edifact.SchemaChecker
	require  requirements
	held     heldTo
	faults   []edifact.Fault
}

func (a *agreement) edifactChecker(received bool) *edifactChecker {
	c := &edifactChecker{agreed: a, release: a.sent, received: received}
	if received {
		c.release = a.received
	}
	c.schema = edifact.NewSchemaChecker(edifact.SchemaConfig{Choose: func(m *edifact.Message) *schema.Release {
		chosen, _ := a.release(c.release, m.Directory())
		return chosen
	}})
	return c
}

// edifactSegment shows a token as a segment to compare with.
type edifactSegment struct{ *edifact.Token }

// ID is the tag of the segment.
func (s edifactSegment) ID() string { return string(s.Token.ID()) }

// Component is the component of an element.
func (s edifactSegment) Component(e, c int) string { return s.Value(e, c) }

// CheckSegment checks the next segment of a message.
func (c *edifactChecker) CheckSegment(m *edifact.Message, t *edifact.Token) []edifact.Fault {
	c.faults = c.agreed.agreedCodes(m.ID, edifactSegment{t}, append(c.faults[:0], c.schema.CheckSegment(m, t)...))
	if t.NumberInMessage() == 1 {
		c.begin(m, t)
	}
	if len(c.require.rules) > 0 {
		for _, f := range c.require.next(edifactSegment{t}, t.NumberInMessage(), t.Offset(), t.Is("UNT")) {
			f.Standard, f.Implementation = fault.Note{Element: "0085", Code: "13"}, ""
			c.faults = append(c.faults, f)
		}
	}
	for i := range c.faults {
		c.agreed.settle(&c.faults[i], c.held, c.received)
	}
	return c.faults
}

func (c *edifactChecker) begin(m *edifact.Message, t *edifact.Token) {
	_, foreign := c.agreed.release(c.release, m.Directory())
	c.held = c.agreed.heldTo(m.Directory())
	c.require.begin(nil)
	if !foreign {
		c.require.begin(c.agreed.rules[m.ID])
		return
	}
	c.faults = append(c.faults, edifact.Fault{Code: CodeVersion, Severity: edifact.Warning, Segment: "UNH", SegmentNo: 1, Element: 2,
		Offset:   t.ElementOffset(2),
		Message:  "the message is of " + fault.Shortened(m.Directory()) + ", the guide of another directory: it is held to the standard alone",
		Expected: c.agreed.version, Fix: "agree on one directory"})
}
