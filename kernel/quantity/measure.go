package quantity

// The tables below hold what is the same for every item. They are made anew at each call; keep what you use often.

// Mass returns the table of weights, in kilograms: milligram, gram, metric ton, and pound, ounce and short ton by the
// international pound of 0.45359237 kg, so that every conversion between them is exact or says that it is not.
func Mass() *Conversions {
	return fixed(Kilogram,
		Conversion{Unit: Gram, Of: 1, Per: 1000},
		Conversion{Unit: Milligram, Of: 1, Per: 1000, In: Gram},
		Conversion{Unit: MetricTon, Of: 1000},
		Conversion{Unit: Pound, Of: 45_359_237, Per: 100_000_000},
		Conversion{Unit: Ounce, Of: 1, Per: 16, In: Pound},
		Conversion{Unit: ShortTon, Of: 2000, In: Pound},
	)
}

// Length returns the table of lengths, in metres: millimetre, centimetre, and inch, foot and yard by the international
// inch of 2.54 cm.
func Length() *Conversions {
	return fixed(Metre,
		Conversion{Unit: Millimetre, Of: 1, Per: 1000},
		Conversion{Unit: Centimetre, Of: 1, Per: 100},
		Conversion{Unit: Inch, Of: 254, Per: 100, In: Centimetre},
		Conversion{Unit: Foot, Of: 12, In: Inch},
		Conversion{Unit: Yard, Of: 3, In: Foot},
	)
}

// Volume returns the table of volumes, in litres: millilitre, cubic centimetre and metre, cubic inch and foot, and the
// liquid measures of the United States by the gallon of 231 cubic inches.
func Volume() *Conversions {
	return fixed(Litre,
		Conversion{Unit: Millilitre, Of: 1, Per: 1000},
		Conversion{Unit: CubicCentimetre, Of: 1, Per: 1000},
		Conversion{Unit: CubicMetre, Of: 1000},
		Conversion{Unit: CubicInch, Of: 16_387_064, Per: 1_000_000, In: CubicCentimetre},
		Conversion{Unit: CubicFoot, Of: 1728, In: CubicInch},
		Conversion{Unit: Gallon, Of: 231, In: CubicInch},
		Conversion{Unit: Quart, Of: 1, Per: 4, In: Gallon},
		Conversion{Unit: Pint, Of: 1, Per: 2, In: Quart},
		Conversion{Unit: FluidOunce, Of: 1, Per: 16, In: Pint},
	)
}

// fixed makes a table of the rows above, which are known to be sound: the tests make every one.
func fixed(base Unit, table ...Conversion) *Conversions {
	c, _ := NewConversions(base, table...)
	return c
}
