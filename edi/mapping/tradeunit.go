package mapping

import "github.com/o2ckit/o2c/kernel/quantity"

// tradeUnit is a unit whose code in EDIFACT (UN/ECE Recommendations 20 and 21) is
// not the one of X12, which package quantity has.
type tradeUnit struct {
	code string
	unit quantity.Unit
}

// tradeUnits is the table; an array, which needs no memory of its own.
func tradeUnits() [37]tradeUnit {
	return [...]tradeUnit{
		{"PCE", quantity.Piece},
		{"NPR", quantity.Pair},
		{"SET", quantity.Set},
		{"DZN", quantity.Dozen},
		{"GRO", quantity.Gross},
		{"CEN", quantity.Hundred},
		{"MIL", quantity.Thousand},
		{"CS", quantity.Case},
		{"CA", quantity.Can},
		{"BE", quantity.Bundle},
		{"PX", quantity.Pallet},
		{"RO", quantity.Roll},
		{"MGM", quantity.Milligram},
		{"GRM", quantity.Gram},
		{"KGM", quantity.Kilogram},
		{"TNE", quantity.MetricTon},
		{"ONZ", quantity.Ounce},
		{"LBR", quantity.Pound},
		{"STN", quantity.ShortTon},
		{"MMT", quantity.Millimetre},
		{"CMT", quantity.Centimetre},
		{"MTR", quantity.Metre},
		{"INH", quantity.Inch},
		{"FOT", quantity.Foot},
		{"YRD", quantity.Yard},
		{"MTK", quantity.SquareMetre},
		{"FTK", quantity.SquareFoot},
		{"CMQ", quantity.CubicCentimetre},
		{"MTQ", quantity.CubicMetre},
		{"INQ", quantity.CubicInch},
		{"FTQ", quantity.CubicFoot},
		{"MLT", quantity.Millilitre},
		{"LTR", quantity.Litre},
		{"GLL", quantity.Gallon},
		{"HUR", quantity.Hour},
		{"DAY", quantity.Day},
		{"C62", quantity.Each}, // read; written is EA, which both lists have
	}
}

// TradeUnit translates a unit code of EDIFACT (element 6411): as agreed, else as UN/ECE
// Recommendations 20 and 21 have it, else as X12 has it. The error is that of
// [quantity.ParseUnit].
func (o *Options) TradeUnit(code string) (quantity.Unit, error) {
	if u, agreed := o.Units[code]; agreed {
		return u, nil
	}
	for _, t := range tradeUnits() {
		if t.code == code {
			return t.unit, nil
		}
	}
	return quantity.ParseUnit(code)
}

// TradeUnitCode is the code of a unit in EDIFACT (element 6411); false where there is
// none, or a code of ours means another unit there.
func (o *Options) TradeUnitCode(u quantity.Unit) (string, bool) {
	if code := firstFor(o.Units, u); code != "" {
		return code, len(code) <= 3
	}
	code := u.String()
	if u != quantity.Each {
		for _, t := range tradeUnits() {
			if t.unit == u {
				code = t.code
			}
		}
	}
	back, err := o.TradeUnit(code)
	return code, err == nil && back == u && len(code) <= 3
}
