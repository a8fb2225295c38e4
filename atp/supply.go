package atp

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/named"
)

// SupplyType says what kind of supply a quantity is. The first three are statuses of stock on hand; the others are
// receipts that are due on a date.
type SupplyType uint8

// The kinds of supply. The zero value is unrestricted stock on hand.
const (
	Available      SupplyType = iota // on hand, free for use
	QualityHold                      // on hand, waiting for an inspection
	Blocked                          // on hand, not to be used
	InTransit                        // shipped to the site and not yet there
	PurchaseOrder                    // a line of a purchase order
	Production                       // a production or assembly order
	Transfer                         // a stock transfer from another site
	ReturnExpected                   // announced by a customer
	Consignment                      // ours at the customer, or a vendor's at our site
	VendorStock                      // at the vendor, for drop shipment

	supplyTypes = iota
	statuses    = int(Blocked) + 1
)

// supplyNames are the names that events and files carry.
func supplyNames() named.Set {
	return named.Set{In: "atp", What: "type of supply", Names: "available quality-hold blocked in-transit purchase-order " +
		"production transfer return-expected consignment vendor-stock"}
}

// OnHand reports whether the type is a status of stock on hand.
func (t SupplyType) OnHand() bool { return t <= Blocked }

// String returns the name that events carry, such as purchase-order.
func (t SupplyType) String() string { return supplyNames().Name(uint8(t)) }

// MarshalText writes the type as String does. A value that is none of the constants is an error.
func (t SupplyType) MarshalText() ([]byte, error) { return supplyNames().Marshal(uint8(t)) }

// UnmarshalText reads a name that String returns.
func (t *SupplyType) UnmarshalText(text []byte) error {
	return supplyNames().Unmarshal(text, (*uint8)(t))
}

// Scope is the set of supply types that a check counts. The zero Scope means "as the policy says", in a Policy
// DefaultScope.
type Scope uint16

// DefaultScope counts unrestricted stock and firm receipts: in transit, purchase orders, production, transfers. Stock
// in quality inspection, blocked stock, expected returns, consignment and vendor stock are out.
const DefaultScope = 1<<Available | 1<<InTransit | 1<<PurchaseOrder | 1<<Production | 1<<Transfer

// ScopeOf returns the scope with exactly these types.
func ScopeOf(types ...SupplyType) Scope {
	var s Scope
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

// Has reports whether the type counts.
func (s Scope) Has(t SupplyType) bool { return s&(1<<t) != 0 }

// String lists the types, separated by commas.
func (s Scope) String() string {
	var names []string
	for t := Available; t < supplyTypes; t++ {
		if s.Has(t) {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, ",")
}

// MarshalText writes the scope as String does. A bit that stands for no type is an error.
func (s Scope) MarshalText() ([]byte, error) {
	if s>>supplyTypes != 0 {
		return nil, fmt.Errorf("atp: scope %#x holds an unknown type of supply", uint16(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what String returns.
func (s *Scope) UnmarshalText(text []byte) error {
	*s = 0
	if len(text) == 0 {
		return nil
	}
	var scope Scope
	for name := range strings.SplitSeq(string(text), ",") {
		var t SupplyType
		if err := t.UnmarshalText([]byte(name)); err != nil {
			return err
		}
		scope |= 1 << t
	}
	*s = scope
	return nil
}
