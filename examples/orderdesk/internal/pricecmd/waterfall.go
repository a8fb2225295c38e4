package pricecmd

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// Bar is a bar of a waterfall picture.
type Bar struct {
	Label string `json:"label"`
	// Amount is what the bar stands for: what a step added, or what has been come
	// to. From and To are where it begins and ends.
	Amount money.Amount `json:"amount"`
	From   money.Amount `json:"from"`
	To     money.Amount `json:"to"`
	// Sum is true for a bar that stands on the ground: the base price, a subtotal,
	// the total.
	Sum bool `json:"sum,omitempty"`
}

// Bars makes the bars of a result: the base price, each step that moved something, in
// the schema's order and over all lines, the subtotals and the total. Steps that the
// schema does not have, such as the rounding of the document, stand last.
func Bars(r *pricing.Result, schema *pricing.Schema) ([]Bar, error) {
	zero := money.Zero(r.Currency)
	sums := make(map[string]*Bar)
	var names []string // of the steps that moved something, as they come up
	for i := range r.Lines {
		for n := range r.Lines[i].Entries {
			e := &r.Lines[i].Entries[n]
			if !e.Counts() || e.Kind == pricing.StepSubtotal {
				continue
			}
			b := sums[e.Step]
			if b == nil {
				b = &Bar{Label: e.Label, Amount: zero, Sum: e.Kind == pricing.StepPrice}
				sums[e.Step] = b
				names = append(names, e.Step)
			}
			var err error
			if b.Amount, err = b.Amount.Add(e.Amount); err != nil {
				return nil, err
			}
		}
	}
	var bars []Bar
	running := zero
	add := func(step string) error {
		b := sums[step]
		if b == nil {
			return nil
		}
		delete(sums, step)
		if b.Amount.IsZero() && !b.Sum {
			return nil
		}
		b.From = running
		var err error
		if running, err = running.Add(b.Amount); err != nil {
			return err
		}
		b.To = running
		bars = append(bars, *b)
		return nil
	}
	for i := range schema.Steps {
		s := &schema.Steps[i]
		if s.Kind == pricing.StepSubtotal {
			bars = append(bars, subtotal(r, s, zero))
			continue
		}
		if err := add(s.Name); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		if err := add(name); err != nil {
			return nil, err
		}
	}
	return append(bars, Bar{Label: "Total", Amount: r.Total, From: zero, To: r.Total, Sum: true}), nil
}

// subtotal makes the bar of a subtotal.
func subtotal(r *pricing.Result, s *pricing.Step, zero money.Amount) Bar {
	b := Bar{Label: s.Label, Amount: zero, From: zero, To: zero, Sum: true}
	if b.Label == "" {
		b.Label = s.Name
	}
	for _, sub := range r.Subtotals {
		if sub.Name == s.Name {
			b.Amount, b.To = sub.Amount, sub.Amount
		}
	}
	return b
}

// OfLine returns a result of one line alone, for a picture of it; ok is false where
// there is no such line. Its subtotals are what the line had come to.
func OfLine(r *pricing.Result, schema *pricing.Schema, id string) (one pricing.Result, ok bool, err error) {
	for i := range r.Lines {
		if r.Lines[i].ID != id {
			continue
		}
		one = pricing.Result{
			Schema: r.Schema, Currency: r.Currency, Lines: r.Lines[i : i+1], Net: r.Lines[i].Net, Total: r.Lines[i].Total,
		}
		one.Subtotals, err = lineSubtotals(&r.Lines[i], schema, money.Zero(r.Currency))
		return one, true, err
	}
	return one, false, nil
}

// lineSubtotals works out what the line had come to at each subtotal: the sum of the
// steps before it.
func lineSubtotals(l *pricing.LineResult, schema *pricing.Schema, zero money.Amount) ([]pricing.Subtotal, error) {
	var out []pricing.Subtotal
	running := zero
	for i := range schema.Steps {
		s := &schema.Steps[i]
		if s.Kind == pricing.StepSubtotal {
			out = append(out, pricing.Subtotal{Name: s.Name, Amount: running})
		}
		for n := range l.Entries {
			e := &l.Entries[n]
			if e.Step != s.Name || !e.Counts() || e.Kind == pricing.StepSubtotal {
				continue
			}
			var err error
			if running, err = running.Add(e.Amount); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
