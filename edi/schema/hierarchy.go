package schema

// hierarchy remembers the HL segments of a set by number: those that count on from
// 1, as nearly all do, in a list, others in a map.
type hierarchy struct {
	counted []byte // the level (HL03) of number i+1, 0 for one of more than one letter
	others  map[string]byte
}

func (h *hierarchy) begin() {
	h.counted = h.counted[:0]
	clear(h.others)
}

// level returns the level of an earlier HL.
func (h *hierarchy) level(id []byte) (level byte, known bool) {
	if n := plain(id); n >= 1 && n <= len(h.counted) {
		return h.counted[n-1], true
	}
	level, known = h.others[string(id)]
	return level, known
}

func (h *hierarchy) add(id []byte, level byte) {
	if plain(id) == len(h.counted)+1 {
		h.counted = append(h.counted, level)
		return
	}
	if h.others == nil {
		h.others = make(map[string]byte)
	}
	h.others[string(id)] = level
}

// plain reads a number without leading zeros, 0 for anything else.
func plain(id []byte) int {
	if len(id) == 0 || len(id) > 9 || id[0] == '0' || !digits(id) {
		return 0
	}
	return number(id)
}

// rank orders the levels of a ship notice from the outside to the inside. Packages
// may hold orders or items, and items may be spread over packages (BSN05 0001 to
// 0004), so they have no rank. 0: any place.
func rank(level byte) int {
	switch level {
	case 'S':
		return 1
	case 'O':
		return 2
	case 'I':
		return 3
	}
	return 0
}

// hierarchy checks an HL: its number is new, its parent stands before it, its level
// goes with its parent's. A parent that is not named is no fault.
func (v *Validator) hierarchy() {
	id, parent, code := v.seg.Element(1), v.seg.Element(2), v.seg.Element(3)
	if len(id) == 0 {
		return // told as a missing element
	}
	level := byte(0)
	if len(code) == 1 {
		level = code[0]
	}
	above, known := v.levels.level(parent)
	if len(parent) > 0 && !known {
		v.add(v.atElement(&Element{ID: "734"}, spot{element: 2}, parent, CodeHierarchyParent, "7", "12", "the parent is not an earlier HL",
			"the number of an earlier HL", "send the parent before its children"))
	}
	if v.set.ID == "856" && known && rank(level) != 0 && rank(level) < rank(above) {
		f := v.atElement(&Element{ID: "735"}, spot{element: 3}, code, CodeHierarchyLevel, "", "",
			"the level does not stand under "+string([]byte{above}), "shipment, then order, then items", "look at HL02 and HL03")
		f.Severity = Warning
		v.add(f)
	}
	if _, again := v.levels.level(id); again {
		v.add(v.atElement(&Element{ID: "628"}, spot{element: 1}, id, CodeHierarchyID, "7", "12", "the number was used before in this set",
			"a number of its own", "number the HL segments one by one"))
		return
	}
	v.levels.add(id, level)
}
