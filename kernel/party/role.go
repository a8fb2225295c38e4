package party

// Role is the part that a party plays in an order, a shipment or an account. The comments name the codes of X12 element
// 98 and EDIFACT data element 3035 that mean the same; edi/mapping translates.
type Role string

// The roles that the library knows.
const (
	// SoldTo buys: the account holder. X12 BY or SO, EDIFACT BY.
	SoldTo Role = "sold-to"
	// ShipTo is where goods are delivered. X12 ST, EDIFACT DP.
	ShipTo Role = "ship-to"
	// BillTo gets the invoice. X12 BT, EDIFACT IV.
	BillTo Role = "bill-to"
	// Payer pays it. X12 PR, EDIFACT PR.
	Payer Role = "payer"
	// EndUser is who will use the goods, as export control asks. X12 EN, EDIFACT UD.
	EndUser Role = "end-user"
	// FreightPayer pays the carrier where neither seller nor buyer does: third-party freight. X12 PF, EDIFACT FP.
	FreightPayer Role = "freight-payer"
	// Carrier moves the goods. X12 CA, EDIFACT CA.
	Carrier Role = "carrier"
	// Consignee is to whom the carrier hands them, as the bill of lading says. X12 CN, EDIFACT CN.
	Consignee Role = "consignee"
	// Forwarder arranges carriage for others. X12 FW, EDIFACT FW.
	Forwarder Role = "forwarder"
	// Importer answers to the customs for the import. X12 IM, EDIFACT IM.
	Importer Role = "importer"
	// Notify is told when goods arrive. X12 N1, EDIFACT NI.
	Notify Role = "notify"
	// MarkFor is the site behind the ship-to for which goods are marked: a store served from a centre. X12 Z7.
	MarkFor Role = "mark-for"
	// ShipFrom is where goods leave. X12 SF, EDIFACT SF.
	ShipFrom Role = "ship-from"
	// Seller sells: the host's own company. X12 SE, EDIFACT SE.
	Seller Role = "seller"
	// RemitTo receives payment. X12 RI, EDIFACT RE.
	RemitTo Role = "remit-to"
)

// IsValid reports whether the role is one of the constants.
func (r Role) IsValid() bool {
	switch r {
	case SoldTo, ShipTo, BillTo, Payer, EndUser, FreightPayer, Carrier, Consignee, Forwarder, Importer, Notify, MarkFor,
		ShipFrom, Seller, RemitTo:
		return true
	}
	return false
}
