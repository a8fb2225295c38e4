package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// roleOf translates an entity identifier code (X12 element 98). Codes that the
// library has no role for are not known.
func roleOf(code string) (role party.Role, known bool) {
	switch code {
	case "BY", "SO", "OB":
		return party.SoldTo, true
	case "ST", "SN":
		return party.ShipTo, true
	case "BT", "BO":
		return party.BillTo, true
	case "PR":
		return party.Payer, true
	case "EN", "UC":
		return party.EndUser, true
	case "PF":
		return party.FreightPayer, true
	case "CA":
		return party.Carrier, true
	case "CN", "UL":
		return party.Consignee, true
	case "FW":
		return party.Forwarder, true
	case "IM":
		return party.Importer, true
	case "N1":
		return party.Notify, true
	case "Z7":
		return party.MarkFor, true
	case "SF":
		return party.ShipFrom, true
	case "SE", "VN", "SU":
		return party.Seller, true
	case "RI", "RE":
		return party.RemitTo, true
	}
	return "", false
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

// schemeOf translates a product or service qualifier (X12 element 235).
// Qualifiers of things that are no item number, such as colour, size or
// description, are not known.
func (o Options) schemeOf(qualifier string) (scheme string, known bool) {
	if s, agreed := o.ItemSchemes[qualifier]; agreed {
		return s, true
	}
	switch qualifier {
	case "UP", "UK", "UA", "UI", "UN", "EN", "EO", "UE", "UG":
		return order.SchemeGTIN, true
	case "BP", "CB", "IN", "PI", "PL", "IT", "CG":
		return order.SchemeBuyer, true
	case "VP", "VN", "VC", "VA", "VS", "SK":
		return order.SchemeVendor, true
	case "MG", "MF", "MN", "ME":
		return order.SchemeManufacturer, true
	}
	return "", false
}

// schemeCode is the qualifier (X12 element 235) of an item number. GTINs have
// one for each length.
func schemeCode(id order.ItemIdentifier) string {
	switch id.Scheme {
	case order.SchemeGTIN:
		switch len(id.Value) {
		case 12:
			return "UP"
		case 13:
			return "EN"
		}
		return "UK"
	case order.SchemeBuyer:
		return "BP"
	case order.SchemeVendor:
		return "VN"
	case order.SchemeManufacturer:
		return "MG"
	}
	return ""
}

// unitOf translates a unit of measure code (X12 element 355). The codes of
// package quantity are those of X12.
func (o Options) unitOf(code string) (quantity.Unit, error) {
	if u, agreed := o.Units[code]; agreed {
		return u, nil
	}
	return quantity.ParseUnit(code)
}

// unitCode is the partner's code of a unit.
func (o Options) unitCode(u quantity.Unit) string {
	best := ""
	for code, unit := range o.Units {
		if unit == u && (best == "" || code < best) {
			best = code
		}
	}
	if best != "" {
		return best
	}
	return u.String()
}

// priceBasis translates a basis of unit price code (X12 element 639) into how
// many units a price is for. Codes that do not change that, such as PE (price
// per each) and the catalogues' QT or CT, are 1.
func priceBasis(code string) int64 {
	switch code {
	case "HP", "CP":
		return 100
	case "TP", "PM":
		return 1000
	}
	return 1
}

// orderType translates a purchase order type code (X12 element 92).
func orderType(code string) (t order.Type, known bool) {
	switch code {
	case "SA", "NE", "":
		return order.Standard, true
	case "RO", "EO", "UE":
		return order.Rush, true
	case "SP":
		return order.Sample, true
	case "CF":
		return order.ConsignmentFill, true
	case "CN":
		return order.ConsignmentIssue, true
	case "DS":
		return order.DropShip, true
	case "BK", "BL", "BE":
		return order.Blanket, true
	case "RL", "BR":
		return order.BlanketRelease, true
	}
	return order.Standard, false
}

// orderTypeCode is the purchase order type code (X12 element 92).
func orderTypeCode(t order.Type) string {
	switch t {
	case order.Rush:
		return "RO"
	case order.Sample:
		return "SP"
	case order.ConsignmentFill:
		return "CF"
	case order.ConsignmentIssue:
		return "CN"
	case order.DropShip:
		return "DS"
	case order.Blanket:
		return "BK"
	case order.BlanketRelease:
		return "RL"
	case order.Standard:
	}
	return "SA"
}

// freightOf translates a shipment method of payment code (X12 element 146) and
// a location qualifier (X12 element 309).
func freightOf(method, place string) (terms.Freight, error) {
	var f terms.Freight
	switch method {
	case "PP", "PS", "PO", "PL":
		f.Payment = terms.Prepaid
	case "PC", "PA", "PB":
		f.Payment = terms.PrepaidAndAdd
	case "CC", "CD", "CF", "PU", "CA":
		f.Payment = terms.Collect
	case "TP":
		f.Payment = terms.ThirdParty
	default:
		return f, fmt.Errorf("%q is no way to pay freight that the order can carry", method)
	}
	switch place {
	case "OR", "OF", "OV", "SF":
		f.Passes = terms.Origin
	case "DE", "ST":
		f.Passes = terms.Destination
	}
	return f, nil
}
