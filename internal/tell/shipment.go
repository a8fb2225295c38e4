package tell

import (
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// ItemNumbers are the numbers of the item of a line: the trade's, the customer's, ours.
func ItemNumbers(l *shipping.Line) []order.ItemIdentifier {
	var ids []order.ItemIdentifier
	for _, id := range []order.ItemIdentifier{
		{Scheme: order.SchemeGTIN, Value: l.GTIN},
		{Scheme: order.SchemeBuyer, Value: l.CustomerPart},
		{Scheme: order.SchemeVendor, Value: l.Item},
	} {
		if id.Value != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Contents gives for each carton of a shipment the quantities of its contents as they
// are told: all of a line in the unit that was ordered, or all in its base unit. The
// shipment ties ([shipping.Shipment.Check]).
func Contents(s *shipping.Shipment) [][]quantity.Quantity {
	type place struct{ carton, content int }
	places := make([][]place, len(s.Lines))
	parts := make([][]quantity.Quantity, len(s.Lines))
	all := make([][]quantity.Quantity, len(s.Cartons))
	for i := range s.Cartons {
		all[i] = make([]quantity.Quantity, len(s.Cartons[i].Contents))
		for j, in := range s.Cartons[i].Contents {
			places[in.Line] = append(places[in.Line], place{i, j})
			parts[in.Line] = append(parts[in.Line], in.Quantity)
		}
	}
	for i := range s.Lines {
		for k, q := range InOrdered(s.Lines[i].Quantity, s.Lines[i].Base, parts[i]) {
			all[places[i][k].carton][places[i][k].content] = q
		}
	}
	return all
}

// IsSCAC tells whether a code has the form of a Standard Carrier Alpha Code.
func IsSCAC(code string) bool {
	for i := range len(code) {
		if code[i] < 'A' || code[i] > 'Z' {
			return false
		}
	}
	return len(code) >= 2 && len(code) <= 4
}
