package item

import (
	"fmt"
	"strings"
)

// Hazard describes dangerous goods in the words of the UN model regulations. What a mode of transport allows is not
// decided here.
type Hazard struct {
	// UN is the four-digit UN number, such as 1993.
	UN string `json:"un"`
	// ShippingName is the proper shipping name.
	ShippingName string `json:"shipping_name,omitempty"`
	// Class is the primary hazard, Subsidiary are the others.
	Class      HazardClass   `json:"class"`
	Subsidiary []HazardClass `json:"subsidiary,omitempty"`
	// PackingGroup tells how great the danger is.
	PackingGroup PackingGroup `json:"packing_group,omitzero"`
	// LimitedQuantity is true where it is packed so as to ship as a limited quantity.
	LimitedQuantity bool `json:"limited_quantity,omitempty"`
	// ExceptedQuantity is true where it is packed so as to ship as an excepted quantity.
	ExceptedQuantity bool `json:"excepted_quantity,omitempty"`
	// MarinePollutant is true where it harms the aquatic environment.
	MarinePollutant bool `json:"marine_pollutant,omitempty"`
}

// HazardClass is a class or division of dangerous goods: 3, 6.1, 1.4S. Explosives may carry a compatibility group.
type HazardClass string

// HazardError says what is wrong with a code of dangerous goods.
type HazardError struct {
	// What names the code: class, UN number, packing group.
	What string
	// Text is what was to be read.
	Text string
	// Want says what would do.
	Want string
}

// Error implements error.
func (e *HazardError) Error() string {
	return fmt.Sprintf("item: %q is no %s; want %s", e.Text, e.What, e.Want)
}

// ParseHazardClass reads a class: 1 to 9, the divisions 1.1 to 1.6, 2.1 to 2.3, 4.1 to 4.3, 5.1, 5.2, 6.1 and 6.2, and
// behind a division of class 1 a compatibility group (A to H, J, K, L, N, S). Anything else is a *[HazardError].
func ParseHazardClass(text string) (HazardClass, error) {
	if !isHazardClass(text) {
		return "", &HazardError{"hazard class", text, "a class or division such as 3, 6.1 or 1.4S"}
	}
	return HazardClass(text), nil
}

// Number returns the class without division and group: 1 for 1.4S. 0 for a class that ParseHazardClass refuses.
func (c HazardClass) Number() int {
	if !isHazardClass(string(c)) {
		return 0
	}
	return int(c[0] - '0')
}

// Exact reports whether the class is stated as far as it goes: classes 1, 2, 4, 5 and 6 have divisions.
func (c HazardClass) Exact() bool {
	n := c.Number()
	return n != 0 && (divisions(n) == 0 || len(c) > 1)
}

// isHazardClass checks the shape.
func isHazardClass(text string) bool {
	if text == "" || text[0] < '1' || text[0] > '9' {
		return false
	}
	number, rest := int(text[0]-'0'), text[1:]
	if rest == "" {
		return true
	}
	if len(rest) < 2 || rest[0] != '.' || rest[1] < '1' || int(rest[1]-'0') > divisions(number) {
		return false
	}
	group := rest[2:]
	return group == "" || number == 1 && len(group) == 1 && strings.Contains("ABCDEFGHJKLNS", group)
}

// divisions is the number of divisions of a class, 0 where it has none.
func divisions(class int) int {
	switch class {
	case 1:
		return 6
	case 2, 4:
		return 3
	case 5, 6:
		return 2
	default:
		return 0
	}
}

// PackingGroup tells how great the danger is: I great, II medium, III minor. The zero value is no packing group.
type PackingGroup uint8

// The packing groups.
const (
	PackingGroupI   PackingGroup = 1
	PackingGroupII  PackingGroup = 2
	PackingGroupIII PackingGroup = 3
)

// String returns I, II or III, "" for none.
func (g PackingGroup) String() string {
	if g > PackingGroupIII {
		return fmt.Sprintf("PackingGroup(%d)", uint8(g))
	}
	return strings.Repeat("I", int(g))
}

// MarshalText implements encoding.TextMarshaler with the form of String; a group that is none is an error.
func (g PackingGroup) MarshalText() ([]byte, error) {
	if g > PackingGroupIII {
		return nil, &HazardError{"packing group", g.String(), "I, II or III"}
	}
	return []byte(g.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (g *PackingGroup) UnmarshalText(text []byte) error {
	for v := PackingGroup(0); v <= PackingGroupIII; v++ {
		if v.String() == string(text) {
			*g = v
			return nil
		}
	}
	return &HazardError{"packing group", string(text), "I, II or III"}
}
