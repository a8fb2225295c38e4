package quantity

import (
	"fmt"
)

// Unit is a unit of measure by its trade code: one to four upper-case ASCII letters or digits, packed so that units
// compare as numbers in the order of their codes. The zero Unit is no unit. Any code is a unit; there is no register
// to enter it in, and nothing is known of it but what a [Conversions] table says.
type Unit uint32

// Common units, by the codes of X12 element 355. The code lists of other standards (UN/ECE Recommendation 20 says KGM,
// LBR, C62) are mapped where their documents are read.
const (
	Each    Unit = 'E'<<24 | 'A'<<16 // EA, the count of single things
	Piece   Unit = 'P'<<24 | 'C'<<16 // PC
	OneUnit Unit = 'U'<<24 | 'N'<<16 // UN, "unit" as some partners write each
	Pair    Unit = 'P'<<24 | 'R'<<16 // PR
	Set     Unit = 'S'<<24 | 'T'<<16 // ST
	Kit     Unit = 'K'<<24 | 'T'<<16 // KT
	Dozen   Unit = 'D'<<24 | 'Z'<<16 // DZ
	Gross   Unit = 'G'<<24 | 'S'<<16 // GS, twelve dozen
	Hundred Unit = 'H'<<24 | 'U'<<16 // HU

	Thousand Unit = 'T'<<24 | 'H'<<16 // TH

	Bag     Unit = 'B'<<24 | 'G'<<16 // BG
	Bottle  Unit = 'B'<<24 | 'O'<<16 // BO
	Box     Unit = 'B'<<24 | 'X'<<16 // BX
	Bundle  Unit = 'B'<<24 | 'D'<<16 // BD
	Can     Unit = 'C'<<24 | 'N'<<16 // CN
	Carton  Unit = 'C'<<24 | 'T'<<16 // CT
	Case    Unit = 'C'<<24 | 'A'<<16 // CA
	Drum    Unit = 'D'<<24 | 'R'<<16 // DR
	Layer   Unit = 'L'<<24 | 'R'<<16 // LR, of a pallet
	Package Unit = 'P'<<24 | 'K'<<16 // PK
	Pallet  Unit = 'P'<<24 | 'L'<<16 // PL, pallet or unit load
	Roll    Unit = 'R'<<24 | 'L'<<16 // RL
	Sheet   Unit = 'S'<<24 | 'H'<<16 // SH
	Tray    Unit = 'T'<<24 | 'Y'<<16 // TY

	Milligram Unit = 'M'<<24 | 'E'<<16 // ME
	Gram      Unit = 'G'<<24 | 'R'<<16 // GR
	Kilogram  Unit = 'K'<<24 | 'G'<<16 // KG
	MetricTon Unit = 'M'<<24 | 'P'<<16 // MP
	Ounce     Unit = 'O'<<24 | 'Z'<<16 // OZ, avoirdupois
	Pound     Unit = 'L'<<24 | 'B'<<16 // LB
	ShortTon  Unit = 'T'<<24 | 'N'<<16 // TN, net ton of 2,000 pounds

	Millimetre Unit = 'M'<<24 | 'M'<<16 // MM
	Centimetre Unit = 'C'<<24 | 'M'<<16 // CM
	Metre      Unit = 'M'<<24 | 'R'<<16 // MR
	Inch       Unit = 'I'<<24 | 'N'<<16 // IN
	Foot       Unit = 'F'<<24 | 'T'<<16 // FT
	Yard       Unit = 'Y'<<24 | 'D'<<16 // YD

	SquareMetre Unit = 'S'<<24 | 'M'<<16 // SM
	SquareFoot  Unit = 'S'<<24 | 'F'<<16 // SF

	CubicCentimetre Unit = 'C'<<24 | 'C'<<16 // CC
	CubicMetre      Unit = 'C'<<24 | 'R'<<16 // CR
	CubicInch       Unit = 'C'<<24 | 'I'<<16 // CI
	CubicFoot       Unit = 'C'<<24 | 'F'<<16 // CF
	Millilitre      Unit = 'M'<<24 | 'L'<<16 // ML
	Litre           Unit = 'L'<<24 | 'T'<<16 // LT
	FluidOunce      Unit = 'F'<<24 | 'O'<<16 // FO, United States
	Pint            Unit = 'P'<<24 | 'T'<<16 // PT, United States, liquid
	Quart           Unit = 'Q'<<24 | 'T'<<16 // QT, United States, liquid
	Gallon          Unit = 'G'<<24 | 'A'<<16 // GA, United States

	Hour Unit = 'H'<<24 | 'R'<<16 // HR
	Day  Unit = 'D'<<24 | 'A'<<16 // DA
)

// unitLength is the most letters and digits a code has.
const unitLength = 4

// ParseUnit reads a unit code: one to four upper-case ASCII letters or digits. Anything else is a *[ParseError].
func ParseUnit(code string) (Unit, error) {
	u, ok := unitOf(code)
	if !ok {
		return 0, &ParseError{Text: code, Reason: "a unit is one to four upper-case letters or digits such as EA or KG"}
	}
	return u, nil
}

// IsValid reports whether the unit is one that ParseUnit can return. The zero Unit is not.
func (u Unit) IsValid() bool {
	code, n := u.code()
	v, ok := unitOf(string(code[:n]))
	return ok && v == u
}

// String returns the unit's code, "" for no unit, and a number in brackets for a value that ParseUnit cannot return.
func (u Unit) String() string {
	if u != 0 && !u.IsValid() {
		return fmt.Sprintf("Unit(%#08x)", uint32(u))
	}
	code, n := u.code()
	return string(code[:n])
}

// MarshalText implements encoding.TextMarshaler, and so JSON and map keys too, with the form of String. A value that
// ParseUnit cannot return is an error.
func (u Unit) MarshalText() ([]byte, error) {
	if u != 0 && !u.IsValid() {
		return nil, fmt.Errorf("quantity: %s is no unit", u)
	}
	code, n := u.code()
	return append([]byte(nil), code[:n]...), nil
}

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParseUnit; the empty text is no unit.
func (u *Unit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*u = 0
		return nil
	}
	v, err := ParseUnit(string(text))
	if err != nil {
		return err
	}
	*u = v
	return nil
}

// append writes the unit's code behind dst.
func (u Unit) append(dst []byte) []byte {
	code, n := u.code()
	return append(dst, code[:n]...)
}

// code unpacks the unit; the first n bytes are its code.
func (u Unit) code() (code [unitLength]byte, n int) {
	for n < unitLength && u != 0 {
		code[n] = byte(u >> 24)
		u <<= 8
		n++
	}
	return code, n
}

// unitOf packs a code.
func unitOf(code string) (Unit, bool) {
	if code == "" || len(code) > unitLength {
		return 0, false
	}
	var u Unit
	for i := range len(code) {
		c := code[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return 0, false
		}
		u |= Unit(c) << (24 - 8*i)
	}
	return u, true
}
