package partner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Requirement is a segment that must be there.
type Requirement struct {
	// Set is the set or message, such as 856 or DESADV.
	Set string `json:"set" yaml:"set"`
	// Has describes the segment: REF.1=DP,2 asks for a department.
	Has Pattern `json:"has" yaml:"has"`
	// Each asks for one in each loop that begins so: PO1 in each line, HL.3=P in each
	// carton of a ship notice. Empty: one in the set.
	Each Pattern `json:"each,omitempty" yaml:"each,omitempty"`
	// Meaning says what it is, for a person: the department.
	Meaning string `json:"meaning,omitempty" yaml:"meaning,omitempty"`
}

// Addition is a segment that we put into what we send.
type Addition struct {
	// Set is the set or message, such as 856 or DESADV.
	Set string `json:"set" yaml:"set"`
	// After describes the segment behind which it stands. One that is not there is an
	// error, unless the addition is optional.
	After Pattern `json:"after" yaml:"after"`
	// Every puts one behind each segment that is so, not the first alone.
	Every bool `json:"every,omitempty" yaml:"every,omitempty"`
	// Segment is the segment as it is written with the usual separators: REF*IA*12345,
	// or RFF+IA:12345 for EDIFACT. An element or component {DP} is the value of the
	// order's reference with the qualifier DP; see [Document.References].
	Segment string `json:"segment" yaml:"segment"`
	// Optional leaves the segment out where the order has no such reference, or there is
	// nothing behind which it could stand.
	Optional bool `json:"optional,omitempty" yaml:"optional,omitempty"`
}

// Translation says what a partner calls values of ours.
type Translation struct {
	// Set is the set or message, such as 850. Empty: all.
	Set string `json:"set,omitempty" yaml:"set,omitempty"`
	// At is the element, and conditions behind it: PO1.3, or N1.4,1=ST for the fourth
	// element of the N1 whose first is ST.
	At Pattern `json:"at" yaml:"at"`
	// Codes are the partner's values by ours. What is not in it stays as it is.
	Codes map[string]string `json:"codes" yaml:"codes"`
}

// theirs are our values by the partner's.
func (t Translation) theirs() map[string]string {
	out := make(map[string]string, len(t.Codes))
	for ours, theirs := range t.Codes {
		out[theirs] = ours
	}
	return out
}

// check reports what cannot be used of a guide.
func (g *Guide) check(standard string, release *schema.Release, found *finding.List) {
	set := func(path, id string) {
		if _, known := release.Set(id); !known {
			found.Block("partner.guide", path, fmt.Sprintf("%q is no set of %s %s", id, standard, release.Version()), "name a set such as 850 or ORDERS")
		}
	}
	read := func(path string, p Pattern) pattern {
		out, err := p.read()
		if err != nil {
			found.Block("partner.guide", path, err.Error(), "describe a segment, such as REF.1=DP,2")
		} else if _, known := release.Segment(out.segment); !known {
			found.Block("partner.guide", path, fmt.Sprintf("%s %s has no segment %s", standard, release.Version(), out.segment), "name another segment")
		}
		return out
	}
	for i, r := range g.Require {
		path := fmt.Sprintf("guide.require[%d]", i)
		set(path+".set", r.Set)
		read(path+".has", r.Has)
		if r.Each == "" {
			continue
		}
		each := read(path+".each", r.Each)
		if kind, known := release.Set(r.Set); known && len(loopOf(kind, each.segment)) == 0 {
			found.Block("partner.guide", path+".each", fmt.Sprintf("no loop of the %s begins with %s", r.Set, each.segment), "name the segment that begins the loop")
		}
	}
	for i, a := range g.Add {
		path := fmt.Sprintf("guide.add[%d]", i)
		set(path+".set", a.Set)
		read(path+".after", a.After)
		if err := checkTemplate(standard, a.Segment); err != nil {
			found.Block("partner.guide", path+".segment", err.Error(), "write the segment with the usual separators, such as REF*IA*12345 or RFF+IA:12345")
		}
	}
	for i, t := range g.Codes {
		path := fmt.Sprintf("guide.codes[%d]", i)
		if t.Set != "" {
			set(path+".set", t.Set)
		}
		if at := read(path+".at", t.At); at.segment != "" && (len(at.conditions) == 0 || at.conditions[0].want != "") {
			found.Block("partner.guide", path+".at", "it names no element", "name the element, such as PO1.3")
		}
		t.check(path+".codes", found)
	}
}

// check reports codes that cannot be translated there and back.
func (t Translation) check(path string, found *finding.List) {
	if len(t.Codes) == 0 {
		found.Block("partner.guide", path, "there are no codes", "write ours: theirs for each")
	}
	for _, ours := range slices.Sorted(maps.Keys(t.Codes)) {
		theirs := t.Codes[ours]
		if !printable(ours) || !printable(theirs) {
			found.Block("partner.guide", path, fmt.Sprintf("%q: %q are no codes", ours, theirs), "write letters, digits, blanks, points and dashes")
		}
		if first := firstWith(t.Codes, theirs); first != ours {
			found.Block("partner.guide", path, fmt.Sprintf("%q stands for both %q and %q", theirs, first, ours), "give each value of ours one of theirs")
		}
	}
}

// firstWith is the first key, in alphabetical order, with a value.
func firstWith(codes map[string]string, value string) string {
	for _, key := range slices.Sorted(maps.Keys(codes)) {
		if codes[key] == value {
			return key
		}
	}
	return ""
}

// printable tells whether a text can be a code: what no partner delimits with.
func printable(code string) bool {
	return code != "" && strings.TrimFunc(code, func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ' ' || r == '.' || r == '-'
	}) == ""
}

// loopOf returns the identifiers of the segments in the loops that begin with a
// segment.
func loopOf(set *schema.Set, first string) map[string]bool {
	ids := make(map[string]bool)
	var within func(nodes []*schema.Node, inside bool)
	within = func(nodes []*schema.Node, inside bool) {
		for _, n := range nodes {
			if inside && n.Children == nil {
				ids[n.ID] = true
			}
			within(n.Children, inside || n.Children != nil && n.ID == first)
		}
	}
	within(set.Nodes, false)
	return ids
}
