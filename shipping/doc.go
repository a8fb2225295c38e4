// Package shipping plans shipments: it packs released lines into cartons,
// numbers each carton with an SSCC-18, and makes the packing list and the
// carton labels as data.
//
//	numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
//	shipment, err := shipping.Plan(shipping.Request{
//		ID:   "SH-1001",
//		From: warehouse, To: store, Carrier: "UPSN",
//		Lines: []shipping.Line{{
//			Order: "SO-1", Line: "1", Item: "A-100", Description: "Mug, blue",
//			Quantity: quantity.New(30, quantity.Each), Base: quantity.New(30, quantity.Each),
//			PerCarton: quantity.New(12, quantity.Each),
//		}},
//	}, shipping.Packing{Numbers: numbers})
//	list, err := shipment.PackingList()
//	fmt.Print(list.Text())
//
// [Plan] is a function of its arguments: what cannot be shipped as it is comes
// back in an [*InvalidError] with all its findings, and what is in the cartons
// always adds up to the lines ([Shipment.Check]). Orders, items and customers
// are opaque references here.
//
// A planned shipment is kept as the event [Planned], its departure as
// [Shipped]. A [Log] folds them: it finds shipments again by number, by order
// and by carton, and goes on numbering cartons where it stopped.
//
// Every carton size is a count of base units. Remainders share cartons by the
// part of a full carton that they fill; what a carton looks like in space is
// not known here.
package shipping
