package schema

// The elements by which EDIFACT names the list that the code before them is of: which
// list, and who keeps it.
const (
	edifactList, edifactAgency = "1131", "3055"
	unitedNations              = "6" // who keeps the lists of the standard
)

// listedMask has a bit for each component that has a list and an agency behind it.
func listedMask(components []Element) uint64 {
	var mask uint64
	for i := range len(components) - 2 {
		if components[i+1].ID == edifactList && components[i+2].ID == edifactAgency {
			mask |= 1 << i
		}
	}
	return mask
}

// otherList tells whether the components behind a code, list and agency first, say that
// it is not of the standard's own list.
func (v *Validator) otherList(behind []byte) bool {
	list, behind, _ := v.cut(behind, v.syntax.Component)
	agency, _, _ := v.cut(behind, v.syntax.Component)
	return len(list) > 0 || len(agency) > 0 && string(agency) != unitedNations
}
