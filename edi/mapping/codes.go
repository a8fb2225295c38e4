package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// rolesOf translates an entity identifier code (X12 element 98). BS is two
// roles at once. Codes that the library has no role for give none.
func rolesOf(code string) []party.Role {
	switch code {
	case "BY", "SO", "OB":
		return []party.Role{party.SoldTo}
	case "ST", "SN":
		return []party.Role{party.ShipTo}
	case "BT":
		return []party.Role{party.BillTo}
	case "BS":
		return []party.Role{party.BillTo, party.ShipTo}
	case "PR":
		return []party.Role{party.Payer}
	case "EN", "UC":
		return []party.Role{party.EndUser}
	case "PF":
		return []party.Role{party.FreightPayer}
	case "CA":
		return []party.Role{party.Carrier}
	case "CN":
		return []party.Role{party.Consignee}
	case "FW":
		return []party.Role{party.Forwarder}
	case "IM":
		return []party.Role{party.Importer}
	case "N1":
		return []party.Role{party.Notify}
	case "Z7", "MA":
		return []party.Role{party.MarkFor}
	case "SF":
		return []party.Role{party.ShipFrom}
	case "SE", "VN", "SU":
		return []party.Role{party.Seller}
	case "RI", "RE":
		return []party.Role{party.RemitTo}
	}
	return nil
}

// roleCode is the entity identifier code (X12 element 98) of a role.
func roleCode(r party.Role) string {
	switch r {
	case party.SoldTo:
		return "BY"
	case party.ShipTo:
		return "ST"
	case party.BillTo:
		return "BT"
	case party.Payer:
		return "PR"
	case party.EndUser:
		return "EN"
	case party.FreightPayer:
		return "PF"
	case party.Carrier:
		return "CA"
	case party.Consignee:
		return "CN"
	case party.Forwarder:
		return "FW"
	case party.Importer:
		return "IM"
	case party.Notify:
		return "N1"
	case party.MarkFor:
		return "Z7"
	case party.ShipFrom:
		return "SF"
	case party.Seller:
		return "SE"
	case party.RemitTo:
		return "RI"
	}
	return ""
}

// purpose is what a purpose code (X12 element 353) means for an 850.
type purpose uint8

const (
	orders     purpose = iota // an order to be carried out
	again                     // the sender says that it sent it before
	confirming                // it was placed otherwise before
	changing                  // it changes or cancels an order
	informing                 // it is not to be carried out
	unclear
)

func purposeOf(code string) purpose {
	switch code {
	case "", "00":
		return orders
	case "07", "15", "18":
		return again
	case "06":
		return confirming
	case "01", "02", "03", "04", "05":
		return changing
	case "16", "22", "24":
		return informing
	}
	return unclear
}

// orderType translates a purchase order type code (X12 element 92). A code
// that says the set is not to be carried out, or changes an order, says so in
// its purpose.
func orderType(code string) (t order.Type, p purpose) {
	switch code {
	case "", "SA", "NE", "KN", "RE", "OS", "PR", "NS", "NP", "SS", "CO", "DR", "BY":
		return order.Standard, orders
	case "RO", "EO", "US", "AC", "AO":
		return order.Rush, orders
	case "SP":
		return order.Sample, orders
	case "CN":
		return order.ConsignmentFill, orders
	case "DS":
		return order.DropShip, orders
	case "BK", "BE", "KB":
		return order.Blanket, orders
	case "RL":
		return order.BlanketRelease, orders
	case "CF":
		return order.Standard, confirming
	case "CP", "CC", "CR", "TR", "SW":
		return order.Standard, changing
	case "IN", "BQ", "NO":
		return order.Standard, informing
	}
	return order.Standard, unclear
}

// freightOf translates a shipment method of payment code (X12 element 146) and
// a location qualifier (X12 element 309).
func freightOf(method, place string) (terms.Freight, error) {
	var f terms.Freight
	switch method {
	case "PP", "PS", "PO", "PA", "PE":
		f.Payment = terms.Prepaid
	case "PC":
		f.Payment = terms.PrepaidAndAdd
	case "CC", "CD", "PU", "PB", "BP", "CA":
		f.Payment = terms.Collect
	case "TP":
		f.Payment = terms.ThirdParty
	default:
		return f, fmt.Errorf("%q is no way to pay freight that the order can carry", method)
	}
	f.Passes = pointOf(place)
	return f, nil
}

// pointOf translates a location qualifier (X12 element 309) of where risk passes.
func pointOf(place string) terms.FreightPoint {
	switch place {
	case "OR":
		return terms.Origin
	case "DE":
		return terms.Destination
	}
	return 0
}

// dateField is the day of an order that a date qualifier (X12 element 374) speaks of.
type dateField uint8

const (
	noDate dateField = iota
	shipDate
	deliveryDate
	cancelDate
	orderDate
)

// dateOf translates a date qualifier. Of several that speak of the same day
// the one with the lower rank says it best: the day itself, then the window
// around it.
func dateOf(code string) (field dateField, rank int) {
	switch code {
	case "010":
		return shipDate, 0
	case "118":
		return shipDate, 1
	case "068":
		return shipDate, 2
	case "037":
		return shipDate, 3
	case "002":
		return deliveryDate, 0
	case "074":
		return deliveryDate, 1
	case "067":
		return deliveryDate, 2
	case "064":
		return deliveryDate, 3
	case "063":
		return deliveryDate, 4
	case "001":
		return cancelDate, 0
	case "177":
		return cancelDate, 1
	case "061":
		return cancelDate, 2
	case "004":
		return orderDate, 0
	}
	return noDate, 0
}
