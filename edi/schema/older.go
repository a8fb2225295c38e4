package schema

import "strconv"

// HoldsFor tells whether what was found against the release in a segment, by the code
// of the finding, is wrong in another version of its standard, too. Versions only add:
// what is surplus in the release was so in every version before it, and so is what is
// too long for a directory of EDIFACT; and a segment that no embedded release has was
// not there before them either, but for the few that were taken out. Of a later
// version, or one that is named as none is, nothing can be said: false.
func (r *Release) HoldsFor(version, code, segment string) bool {
	if version == r.version {
		return true
	}
	its, ok := age(r.standard, version)
	own, known := age(r.standard, r.version)
	if !ok || !known || its > own {
		return false
	}
	switch code {
	case CodeElementSurplus, CodeComponentSurplus:
		return true
	case CodeElementLong:
		return r.standard == EDIFACT
	case CodeSegmentUnknown:
		return !takenOut(segment) && !r.embeddedHas(segment)
	}
	return false
}

// age orders the versions of a standard in time; false when it is the name of none.
func age(standard, version string) (int, bool) {
	switch {
	case standard == X12 && len(version) >= 6:
		n, err := strconv.ParseUint(version[:6], 10, 32)
		return int(n), err == nil && n > 0
	case standard == EDIFACT && len(version) == 4 && version[0] == 'D':
		year, err := strconv.ParseUint(version[1:3], 10, 32)
		if err != nil || version[3] < 'A' || version[3] > 'Z' {
			return 0, false
		}
		if year < 70 {
			year += 100
		}
		return int(year)<<8 + int(version[3]), true
	}
	return 0, false
}

// embeddedHas tells whether an embedded release of the standard has the segment.
func (r *Release) embeddedHas(segment string) bool {
	for name := range parsed {
		if name[0] != r.standard {
			continue
		}
		if other, err := Embedded(name[0], name[1]); err == nil && other.segments[segment] != nil {
			return true
		}
	}
	return false
}

// takenOut knows segments of documents of trade that older versions had.
func takenOut(segment string) bool {
	return segment == "SSS" || segment == "API" // special services; prices beside the price
}
