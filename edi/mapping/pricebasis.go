package mapping

import "github.com/o2ckit/o2c/kernel/quantity"

// basis is what a basis of unit price code (X12 element 639) says of a price.
type basis struct {
	// per is how many ordered units the price is for.
	per int64
	// free: nothing is charged, whatever the price says.
	free bool
	// unusable says why the price cannot be compared with ours; empty: it can.
	unusable string
	// unknown: the code is none that is known here.
	unknown bool
}

// basisOf translates a basis of unit price code for a line that is ordered in
// a unit. No code is a price for one unit.
func basisOf(code string, unit quantity.Unit) basis {
	switch code {
	case "", "PE", "QE", "TE", "LE", "WE", "UM", "CA", "CP", "CT", "DI", "DR", "FX", "NT", "PQ", "PR", "QT", "SC", "ST", "SW", "WH":
		return basis{per: 1}
	case "PN":
		return basis{per: 10}
	case "PD", "TD", "LD", "WD":
		if unit == quantity.Dozen {
			return basis{per: 1}
		}
		return basis{per: 12}
	case "HP", "QH", "TC", "LC", "WC":
		return basis{per: 100}
	case "TP", "QS", "TM", "LM", "WM":
		return basis{per: 1_000}
	case "TT":
		return basis{per: 10_000}
	case "HT":
		return basis{per: 100_000}
	case "NC":
		return basis{per: 1, free: true}
	case "RC", "RD", "RE", "RM", "RS", "RT", "SR":
		return basis{unusable: "it is a retail price, not what the buyer pays"}
	case "AP", "BD", "ES", "FO", "KP", "NE", "NQ", "NS", "PV", "TB":
		return basis{unusable: "it is not a firm price"}
	}
	if measure := measureOf(code); measure != 0 {
		if measure == unit {
			return basis{per: 1}
		}
		return basis{unusable: "it is per " + measure.String() + ", and the line is ordered in another unit"}
	}
	return basis{per: 1, unknown: true}
}

// measureOf is the unit of a basis that names one.
func measureOf(code string) quantity.Unit {
	switch code {
	case "PF":
		return quantity.Foot
	case "PG":
		return quantity.Gram
	case "PK":
		return quantity.Kilogram
	case "PL":
		return quantity.Litre
	case "ML":
		return quantity.Millilitre
	case "PO":
		return quantity.Ounce
	case "PP":
		return quantity.Pound
	case "PT":
		return quantity.ShortTon
	case "PY":
		return quantity.Yard
	}
	return 0
}

// basisCode is the code of a price for a number of units; false where X12 has
// none.
func basisCode(per int64) (string, bool) {
	switch per {
	case 0, 1:
		return "", true
	case 10:
		return "PN", true
	case 12:
		return "PD", true
	case 100:
		return "HP", true
	case 1_000:
		return "TP", true
	case 10_000:
		return "TT", true
	case 100_000:
		return "HT", true
	}
	return "", false
}
