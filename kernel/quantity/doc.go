// Package quantity counts goods: exact decimal numbers with a unit, and the conversions between the units that one item
// is traded in.
//
// An item is stocked in pieces, sold in cases of 12 and shipped on pallets of 40 cases. Its table of units says so once,
// and everything is counted in the base unit from then on:
//
//	units, err := quantity.NewConversions(quantity.Each,
//		quantity.Conversion{Unit: quantity.Case, Of: 12},
//		quantity.Conversion{Unit: quantity.Pallet, Of: 40, In: quantity.Case})
//	if err != nil {
//		return err
//	}
//	ordered, err := quantity.Parse("2 PL")
//	if err != nil {
//		return err
//	}
//	count, err := units.BaseCount(ordered) // 960
//	cases, err := units.Convert(ordered, quantity.Case) // 80 CA
//
// Nothing is rounded in silence: what has no exact value in another unit is an *[InexactError], or is rounded by
// [Conversions.ConvertRound] to places and by a mode that the caller states. Two units never meet in a sum without a
// conversion (*[MismatchError]) and nothing wraps around ([ErrRange]).
//
// Items of catch weight are counted in thousandths of the base unit, with [Conversions.BaseThousandths]. The tables of
// weights, lengths and volumes that are the same for all items are [Mass], [Length] and [Volume].
//
// A [Quantity] is a value of 16 bytes that can be compared with == and be a map key. It reads and writes itself as text
// ("12 CA"), in JSON and in database/sql. Nothing here allocates on the way of a sum or a conversion.
package quantity
