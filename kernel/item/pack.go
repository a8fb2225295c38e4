package item

import (
	"errors"
	"fmt"
	"math"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Pack says in what portions an item is ordered.
type Pack struct {
	// Multiple is what an order line is a whole multiple of, such as 1 CA; the zero Quantity allows anything.
	Multiple quantity.Quantity `json:"multiple,omitzero"`
	// Minimum is the least that one line may be; the zero Quantity allows anything above 0.
	Minimum quantity.Quantity `json:"minimum,omitzero"`
}

// Packaging tells what one of a unit weighs and measures: a case has other figures than the piece in it. Weights may be
// in any unit of [quantity.Mass] and lengths in any of [quantity.Length]; what is not known is left zero.
type Packaging struct {
	// Unit is the unit described.
	Unit quantity.Unit `json:"unit"`
	// Gross is the weight with the packaging, Net without it.
	Gross quantity.Quantity `json:"gross,omitzero"`
	Net   quantity.Quantity `json:"net,omitzero"`
	// Length, Width and Height are outer dimensions, Height being upright.
	Length quantity.Quantity `json:"length,omitzero"`
	Width  quantity.Quantity `json:"width,omitzero"`
	Height quantity.Quantity `json:"height,omitzero"`
	// Upright is true where Height must stay upright: this side up.
	Upright bool `json:"upright,omitempty"`
}

// PackagingOf returns the packaging of a unit, and whether there is one.
func (i *Item) PackagingOf(u quantity.Unit) (Packaging, bool) {
	for _, p := range i.Packaging {
		if p.Unit == u {
			return p, true
		}
	}
	return Packaging{}, false
}

// CheckQuantity says what is wrong with ordering a quantity of the item on one line: a unit that the item does not
// have, a part of a base unit, nothing or less, less than the minimum, no multiple of the pack. The fix names the next
// quantity that could be ordered. Paths are relative to the order line. All findings block; their codes are
//
//	item.quantity.unknown-unit   a unit that the item does not have
//	item.quantity.fraction       a part of what stock is counted in
//	item.quantity.range          more than can be counted
//	item.quantity.not-positive   0 or less
//	item.quantity.below-minimum  less than Pack.Minimum
//	item.quantity.pack-multiple  no multiple of Pack.Multiple
func (i *Item) CheckQuantity(q quantity.Quantity) finding.List {
	var found finding.List
	count, err := i.Count(q)
	var unit *quantity.UnitError
	var inexact *quantity.InexactError
	switch {
	case errors.As(err, &unit):
		found.Block("item.quantity.unknown-unit", "unit", fmt.Sprintf("item %s is not traded in %q", i.ID, unit.Unit.String()),
			"use one of "+unitList(unit.Known))
		return found
	case errors.As(err, &inexact):
		found.Block("item.quantity.fraction", "quantity", fmt.Sprintf("%s of item %s cannot be counted in %s", q, i.ID, inexact.To),
			i.orderInstead(q))
		return found
	case err != nil:
		found.Block("item.quantity.range", "quantity", fmt.Sprintf("%s of item %s is more than can be counted", q, i.ID), "")
		return found
	case count <= 0:
		found.Block("item.quantity.not-positive", "quantity", fmt.Sprintf("%s is no quantity to order", q), "order more than 0")
		return found
	}
	least, multiple, ok := i.portions()
	if !ok {
		return found // the item's own fault, which Validate tells
	}
	if count < least {
		found.Block("item.quantity.below-minimum", "quantity",
			fmt.Sprintf("%s is less than the minimum of %s for item %s", q, i.Pack.Minimum, i.ID), i.orderInstead(q))
	}
	if count%multiple != 0 {
		found.Block("item.quantity.pack-multiple", "quantity",
			fmt.Sprintf("%s is no multiple of %s, in which item %s is packed", q, i.Pack.Multiple, i.ID), i.orderInstead(q))
	}
	return found
}

// NextOrderable returns the least quantity, not below q, that can be ordered: at least the minimum and a whole multiple
// of the pack. It is given in q's unit where it has an exact value there, else in the base unit. Errors are those of
// quantity.
func (i *Item) NextOrderable(q quantity.Quantity) (quantity.Quantity, error) {
	places := 0
	if i.CatchWeight {
		places = 3
	}
	up, err := i.Units.ConvertRound(q, i.Units.Base(), places, quantity.Up)
	if err != nil {
		return quantity.Quantity{}, err
	}
	count, err := i.Count(up)
	if err != nil {
		return quantity.Quantity{}, err
	}
	least, multiple, ok := i.portions()
	if !ok {
		return quantity.Quantity{}, quantity.ErrRange
	}
	count = max(count, least, 1)
	if rest := count % multiple; rest != 0 {
		if count > math.MaxInt64-(multiple-rest) {
			return quantity.Quantity{}, quantity.ErrRange
		}
		count += multiple - rest
	}
	next := i.Quantity(count)
	if same, err := i.Units.Convert(next, q.Unit()); err == nil {
		return same, nil
	}
	return next, nil
}

// portions are the minimum and the multiple as counts: 0 and 1 where there are none. It is false where the item's pack
// cannot be counted.
func (i *Item) portions() (least, multiple int64, ok bool) {
	multiple = 1
	if !i.Pack.Minimum.IsZero() {
		n, err := i.Count(i.Pack.Minimum)
		if err != nil {
			return 0, 0, false
		}
		least = n
	}
	if !i.Pack.Multiple.IsZero() {
		n, err := i.Count(i.Pack.Multiple)
		if err != nil || n <= 0 {
			return 0, 0, false
		}
		multiple = n
	}
	return least, multiple, true
}

// orderInstead is the fix that names the next quantity.
func (i *Item) orderInstead(q quantity.Quantity) string {
	next, err := i.NextOrderable(q)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("order %s", next)
}

// unitList puts units in a sentence.
func unitList(units []quantity.Unit) string {
	text := ""
	for i, u := range units {
		if i > 0 {
			text += ", "
		}
		text += u.String()
	}
	return text
}
