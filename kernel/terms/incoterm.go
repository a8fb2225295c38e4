package terms

import (
	"fmt"
	"strings"
)

// Incoterm is one of the eleven rules of Incoterms 2020 of the International Chamber of Commerce. The zero value is
// none.
type Incoterm uint8

// The rules. The first seven are for any mode of transport, the last four for sea and inland waterway only.
const (
	EXW Incoterm = iota + 1 // ex works
	FCA                     // free carrier
	CPT                     // carriage paid to
	CIP                     // carriage and insurance paid to
	DAP                     // delivered at place
	DPU                     // delivered at place unloaded
	DDP                     // delivered duty paid
	FAS                     // free alongside ship
	FOB                     // free on board
	CFR                     // cost and freight
	CIF                     // cost, insurance and freight
)

// Incoterms returns all rules in their usual order.
func Incoterms() []Incoterm {
	return []Incoterm{EXW, FCA, CPT, CIP, DAP, DPU, DDP, FAS, FOB, CFR, CIF}
}

// Side is one of the two sides of a sale.
type Side uint8

// The sides.
const (
	Buyer Side = iota + 1
	Seller
)

// String returns buyer or seller.
func (s Side) String() string {
	switch s {
	case Buyer:
		return "buyer"
	case Seller:
		return "seller"
	}
	return fmt.Sprintf("Side(%d)", uint8(s))
}

// Cover is the insurance that a rule obliges the seller to buy for the buyer.
type Cover uint8

// The covers.
const (
	NoCover      Cover = iota // nobody is obliged
	MinimumCover              // named perils: Institute Cargo Clauses (C) or the like, 110% of the value
	AllRisks                  // Institute Cargo Clauses (A) or the like, 110% of the value
)

// String returns none, minimum or all risks.
func (c Cover) String() string {
	switch c {
	case NoCover:
		return "none"
	case MinimumCover:
		return "minimum"
	case AllRisks:
		return "all risks"
	}
	return fmt.Sprintf("Cover(%d)", uint8(c))
}

// Point is where the seller has delivered and the risk of loss passes to the buyer.
type Point uint8

// The points, in the order of a journey.
const (
	AtSeller              Point = iota + 1 // put at the buyer's disposal where the seller has it, not loaded
	HandedToCarrier                        // handed to the first carrier
	AlongsideShip                          // beside the ship in the port of shipment
	OnBoard                                // on board in the port of shipment
	AtDestination                          // at the place of destination, ready for unloading
	UnloadedAtDestination                  // at the place of destination, unloaded
)

// String names the point in words.
func (p Point) String() string {
	switch p {
	case AtSeller:
		return "at the seller's place, not loaded"
	case HandedToCarrier:
		return "handed to the first carrier"
	case AlongsideShip:
		return "alongside the ship"
	case OnBoard:
		return "on board the ship"
	case AtDestination:
		return "at the destination, ready for unloading"
	case UnloadedAtDestination:
		return "at the destination, unloaded"
	}
	return fmt.Sprintf("Point(%d)", uint8(p))
}

// Place is what the place behind a rule names.
type Place uint8

// The kinds of place.
const (
	PlaceOfDelivery    Place = iota + 1 // where the seller hands over
	PortOfShipment                      // where the ship is loaded
	PlaceOfDestination                  // where carriage is paid to
	PortOfDestination                   // the port where carriage is paid to
)

// String names the kind of place.
func (p Place) String() string {
	switch p {
	case PlaceOfDelivery:
		return "place of delivery"
	case PortOfShipment:
		return "port of shipment"
	case PlaceOfDestination:
		return "place of destination"
	case PortOfDestination:
		return "port of destination"
	}
	return fmt.Sprintf("Place(%d)", uint8(p))
}

// Duties is who does and pays what under a rule.
type Duties struct {
	// Waterway is true for the rules that fit only sea and inland waterway.
	Waterway bool
	// Place is what the named place is.
	Place Place
	// Carriage is who arranges and pays the main carriage.
	Carriage Side
	// Insurance is the cover that the seller must buy for the buyer.
	Insurance Cover
	// Export and Import are who clears the goods and pays what customs asks for there.
	Export, Import Side
	// Risk is where the risk passes. Where the seller pays carriage under a C rule that is long before the named place.
	Risk Point
}

// Duties returns the duties under the rule, by Incoterms 2020; the zero Duties for no rule.
func (t Incoterm) Duties() Duties {
	switch t {
	case EXW:
		return Duties{false, PlaceOfDelivery, Buyer, NoCover, Buyer, Buyer, AtSeller}
	case FCA:
		return Duties{false, PlaceOfDelivery, Buyer, NoCover, Seller, Buyer, HandedToCarrier}
	case CPT:
		return Duties{false, PlaceOfDestination, Seller, NoCover, Seller, Buyer, HandedToCarrier}
	case CIP:
		return Duties{false, PlaceOfDestination, Seller, AllRisks, Seller, Buyer, HandedToCarrier}
	case DAP:
		return Duties{false, PlaceOfDestination, Seller, NoCover, Seller, Buyer, AtDestination}
	case DPU:
		return Duties{false, PlaceOfDestination, Seller, NoCover, Seller, Buyer, UnloadedAtDestination}
	case DDP:
		return Duties{false, PlaceOfDestination, Seller, NoCover, Seller, Seller, AtDestination}
	case FAS:
		return Duties{true, PortOfShipment, Buyer, NoCover, Seller, Buyer, AlongsideShip}
	case FOB:
		return Duties{true, PortOfShipment, Buyer, NoCover, Seller, Buyer, OnBoard}
	case CFR:
		return Duties{true, PortOfDestination, Seller, NoCover, Seller, Buyer, OnBoard}
	case CIF:
		return Duties{true, PortOfDestination, Seller, MinimumCover, Seller, Buyer, OnBoard}
	}
	return Duties{}
}

// IsValid reports whether it is one of the eleven.
func (t Incoterm) IsValid() bool { return t >= EXW && t <= CIF }

// String returns the rule's three letters, "" for none.
func (t Incoterm) String() string {
	const letters = "EXWFCACPTCIPDAPDPUDDPFASFOBCFRCIF"
	switch {
	case t == 0:
		return ""
	case !t.IsValid():
		return fmt.Sprintf("Incoterm(%d)", uint8(t))
	}
	return letters[3*(t-1) : 3*t]
}

// ParseIncoterm reads the three letters, in capital or small ones. Rules of earlier editions (DAT, DAF, DEQ, DES, DDU)
// are not among them: a *[ParseError] names the rule that is nearest now.
func ParseIncoterm(text string) (Incoterm, error) {
	code := strings.ToUpper(text)
	for _, t := range Incoterms() {
		if t.String() == code {
			return t, nil
		}
	}
	reason := "want one of EXW, FCA, CPT, CIP, DAP, DPU, DDP, FAS, FOB, CFR, CIF"
	switch code {
	case "DAT":
		reason = "Incoterms 2020 has DPU in its place"
	case "DAF", "DES", "DDU":
		reason = "Incoterms 2020 has DAP in its place"
	case "DEQ":
		reason = "Incoterms 2020 has DPU in its place"
	case "C&F", "CNF":
		reason = "Incoterms writes CFR"
	}
	return 0, &ParseError{"Incoterm", text, reason}
}

// MarshalText implements encoding.TextMarshaler with the form of String; a rule that is none is an error.
func (t Incoterm) MarshalText() ([]byte, error) {
	if t > CIF {
		return nil, &ParseError{"Incoterm", t.String(), "it is none of the eleven"}
	}
	return []byte(t.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParseIncoterm; the empty text is none.
func (t *Incoterm) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = 0
		return nil
	}
	v, err := ParseIncoterm(string(text))
	if err != nil {
		return err
	}
	*t = v
	return nil
}
