package shipping

import "github.com/o2ckit/o2c/kernel/quantity"

// weigh fills in what each carton and the shipment weighs. One line of unknown
// weight makes that of its cartons and of the shipment unknown.
func (s *Shipment) weigh() error {
	unit := s.weightUnit()
	units := make([]quantity.Quantity, len(s.Lines))
	for i := range s.Lines {
		if s.Lines[i].UnitWeight.IsZero() {
			continue
		}
		var err error
		if units[i], err = quantity.Mass().Convert(s.Lines[i].UnitWeight, unit); err != nil {
			return err
		}
	}
	total, known := quantity.New(0, unit), true
	for i := range s.Cartons {
		c := &s.Cartons[i]
		weight, ok, err := c.weigh(units, unit)
		if err != nil {
			return err
		}
		if known = known && ok; !ok {
			continue
		}
		c.Weight = weight
		if total, err = total.Add(weight); err != nil {
			return err
		}
	}
	if known {
		s.Weight = total
	}
	return nil
}

// weightUnit is the one unit that all weights are given in, and kilograms where
// they differ: every unit of mass is an exact number of those.
func (s *Shipment) weightUnit() quantity.Unit {
	var unit quantity.Unit
	for i := range s.Lines {
		u := s.Lines[i].UnitWeight.Unit()
		if s.Lines[i].UnitWeight.IsZero() || u == unit {
			continue
		}
		if unit != 0 {
			return quantity.Kilogram
		}
		unit = u
	}
	return unit
}

// weigh adds up the contents; ok is false where a weight is not known.
func (c *Carton) weigh(units []quantity.Quantity, unit quantity.Unit) (weight quantity.Quantity, ok bool, err error) {
	weight = quantity.New(0, unit)
	for _, in := range c.Contents {
		if units[in.Line].IsZero() {
			return quantity.Quantity{}, false, nil
		}
		of, err := quantity.FromDecimal(units[in.Line].Decimal().Mul(in.Quantity.Decimal()), unit)
		if err != nil {
			return quantity.Quantity{}, false, err
		}
		if weight, err = weight.Add(of); err != nil {
			return quantity.Quantity{}, false, err
		}
	}
	return weight, true, nil
}
