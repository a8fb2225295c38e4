package tax

// Code is the category of a tax by UNCL 5305, as electronic invoices state it.
type Code string

// The categories that EN 16931 admits.
const (
	Standard       Code = "S"  // charged at a rate above zero
	ZeroRated      Code = "Z"  // taxed, at zero
	Exempt         Code = "E"  // freed from tax; a reason is due
	ReverseCharge  Code = "AE" // the customer owes the tax
	IntraCommunity Code = "K"  // goods for a business in another member state
	Export         Code = "G"  // goods that leave
	OutOfScope     Code = "O"  // not a matter of the tax
	CanaryIslands  Code = "L"  // IGIC
	CeutaMelilla   Code = "M"  // IPSI
	SplitPayment   Code = "B"  // paid to the treasury by the customer
)

// IsValid reports whether c is one of the categories.
func (c Code) IsValid() bool {
	switch c {
	case Standard, ZeroRated, Exempt, ReverseCharge, IntraCommunity, Export, OutOfScope, CanaryIslands, CeutaMelilla, SplitPayment:
		return true
	}
	return false
}

// charges reports whether the category may have a rate above zero.
func (c Code) charges() bool {
	switch c {
	case Standard, CanaryIslands, CeutaMelilla, SplitPayment:
		return true
	default:
		return false
	}
}
