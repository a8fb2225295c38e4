// Package item describes what is sold: the master data of an item, and the checks that hold it and the orders for it
// together.
//
// Describe an item, and ask what is wrong with the description and with an order for it:
//
//	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
//	if err != nil {
//		return err
//	}
//	beans := item.Item{
//		ID:    "BEAN-400",
//		Units: units,
//		GTINs: []item.UnitGTIN{{Unit: quantity.Each, GTIN: "4006381333930"}},
//		Pack:  item.Pack{Multiple: quantity.New(1, quantity.Case)},
//	}
//	fmt.Println(beans.Validate())                                    // all faults, with paths: a wrong check digit
//	fmt.Println(beans.CheckQuantity(quantity.New(30, quantity.Each))) // one order line: 30 is no multiple of 12
//	count, err := beans.Count(quantity.New(3, quantity.Case))        // 36, what stock is counted in
//
// Everything in an [Item] but its id and its units may be left out. The identifiers and codes have types of their own
// that check their shape and their check digits when they are parsed ([GTIN], [HSCode], [ECCN], [HazardClass]); a value
// that was put in without parsing is found by [Item.Validate].
//
// A [Catalog] finds items in memory by their id, their GTIN or a customer's own number, and follows supersession. A host
// with a database looks items up there; the rooms of this library ask through ports of their own and never for a whole
// catalogue.
package item
