package terms

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
)

// Freight are domestic freight terms as they are used in North America: where title and risk pass, and who pays the
// carrier. They are a field of their own: "FOB origin" here is not the Incoterms rule [FOB]. The zero Freight is none.
type Freight struct {
	// Passes is where title and risk pass to the buyer.
	Passes FreightPoint `json:"passes,omitempty"`
	// Payment is who pays the carrier.
	Payment FreightPayment `json:"payment,omitempty"`
	// Payer is the id of the party that pays where Payment is ThirdParty.
	Payer string `json:"payer,omitempty"`
}

// FreightPoint is where title and risk pass.
type FreightPoint uint8

// The points.
const (
	Origin      FreightPoint = iota + 1 // with the carrier's pick-up
	Destination                         // with delivery
)

// FreightPayment is who pays the carrier.
type FreightPayment uint8

// The ways to pay.
const (
	Prepaid       FreightPayment = iota + 1 // the seller pays and bears it
	PrepaidAndAdd                           // the seller pays and adds it to the invoice
	Collect                                 // the buyer pays the carrier
	ThirdParty                              // somebody else pays the carrier
)

// String returns origin or destination, "" for none.
func (p FreightPoint) String() string {
	switch p {
	case 0:
		return ""
	case Origin:
		return "origin"
	case Destination:
		return "destination"
	}
	return fmt.Sprintf("FreightPoint(%d)", uint8(p))
}

// String returns prepaid, prepaid and add, collect or third party, "" for none.
func (p FreightPayment) String() string {
	switch p {
	case 0:
		return ""
	case Prepaid:
		return "prepaid"
	case PrepaidAndAdd:
		return "prepaid and add"
	case Collect:
		return "collect"
	case ThirdParty:
		return "third party"
	}
	return fmt.Sprintf("FreightPayment(%d)", uint8(p))
}

// MarshalText implements encoding.TextMarshaler with the form of String; a point that is none is an error.
func (p FreightPoint) MarshalText() ([]byte, error) {
	if p > Destination {
		return nil, &ParseError{"freight term", p.String(), "want origin or destination"}
	}
	return []byte(p.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler; the empty text is none.
func (p *FreightPoint) UnmarshalText(text []byte) error {
	for v := FreightPoint(0); v <= Destination; v++ {
		if v.String() == string(text) {
			*p = v
			return nil
		}
	}
	return &ParseError{"freight term", string(text), "want origin or destination"}
}

// MarshalText implements encoding.TextMarshaler with the form of String; a way that is none is an error.
func (p FreightPayment) MarshalText() ([]byte, error) {
	if p > ThirdParty {
		return nil, &ParseError{"freight term", p.String(), "want prepaid, prepaid and add, collect or third party"}
	}
	return []byte(p.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler; the empty text is none.
func (p *FreightPayment) UnmarshalText(text []byte) error {
	for v := FreightPayment(0); v <= ThirdParty; v++ {
		if v.String() == string(text) {
			*p = v
			return nil
		}
	}
	return &ParseError{"freight term", string(text), "want prepaid, prepaid and add, collect or third party"}
}

// String writes the terms as papers do: "FOB origin, freight prepaid and add"; "" for none. The payer is not in it.
func (f Freight) String() string {
	var parts []string
	if f.Passes != 0 {
		parts = append(parts, "FOB "+f.Passes.String())
	}
	if f.Payment != 0 {
		parts = append(parts, "freight "+f.Payment.String())
	}
	return strings.Join(parts, ", ")
}

// ParseFreight reads terms as String writes them, in capital or small letters. Either part may be left out; "prepay and
// add", "prepaid & add" and "shipping point" for origin are understood. Anything else is a *[ParseError].
func ParseFreight(text string) (Freight, error) {
	var f Freight
	for part := range strings.SplitSeq(strings.ToLower(text), ",") {
		part = strings.TrimSpace(part)
		switch {
		case f.Passes == 0 && (part == "fob origin" || part == "fob shipping point"):
			f.Passes = Origin
			continue
		case f.Passes == 0 && part == "fob destination":
			f.Passes = Destination
			continue
		}
		part = strings.TrimPrefix(part, "freight ")
		switch {
		case f.Payment != 0:
			return Freight{}, &ParseError{"freight term", text, fmt.Sprintf("%q comes too late", part)}
		case part == "prepaid":
			f.Payment = Prepaid
		case part == "prepaid and add" || part == "prepay and add" || part == "prepaid & add" || part == "prepay & add":
			f.Payment = PrepaidAndAdd
		case part == "collect":
			f.Payment = Collect
		case part == "third party" || part == "third-party":
			f.Payment = ThirdParty
		default:
			return Freight{}, &ParseError{"freight term", text, fmt.Sprintf("%q is not understood; write such as FOB origin, freight collect", part)}
		}
	}
	return f, nil
}

// Validate says what is wrong with freight terms: no payer, a third party that is not named, or one that is and does not
// pay. The codes are
//
//	terms.freight.point          blocks: neither origin nor destination
//	terms.freight.payment        blocks: nothing says who pays the carrier
//	terms.freight.payer-missing  blocks: the third party is not named
//	terms.freight.payer-unused   warns: a party is named that does not pay
func (f Freight) Validate() finding.List {
	var found finding.List
	if f.Passes > Destination {
		found.Block("terms.freight.point", "passes", fmt.Sprintf("%s is neither origin nor destination", f.Passes), "")
	}
	switch {
	case f.Payment == 0 || f.Payment > ThirdParty:
		found.Block("terms.freight.payment", "payment", "nothing says who pays the carrier", "use prepaid, prepaid and add, collect or third party")
	case f.Payment == ThirdParty && f.Payer == "":
		found.Block("terms.freight.payer-missing", "payer", "the third party that pays the carrier is not named", "name the party")
	case f.Payment != ThirdParty && f.Payer != "":
		found.Warn("terms.freight.payer-unused", "payer", fmt.Sprintf("party %s is named, but freight is %s", f.Payer, f.Payment), "leave the party out or use third party")
	}
	return found
}

// OnInvoice reports whether the seller charges freight to the buyer.
func (f Freight) OnInvoice() bool { return f.Payment == PrepaidAndAdd }

// PaysCarrier returns the side that pays the carrier; 0 where a third party does, or nobody is named.
func (f Freight) PaysCarrier() Side {
	switch f.Payment {
	case Prepaid, PrepaidAndAdd:
		return Seller
	case Collect:
		return Buyer
	default:
		return 0
	}
}
