package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// LoadTender is a load that a carrier is asked to take.
type LoadTender struct {
	Source order.Source `json:"source"`
	// Carrier is the Standard Carrier Alpha Code of who is asked.
	Carrier string `json:"carrier"`
	// Shipment is the number of the load, by who asks.
	Shipment string `json:"shipment"`
	// Purpose is what is asked: a load, its change or its cancellation.
	Purpose TenderPurpose `json:"purpose"`
	// Payment is the code of who pays the carrier (X12 element 146), such as PP for
	// prepaid.
	Payment string `json:"payment"`
	// Answer is until when an answer is expected.
	Answer     TenderTime        `json:"answer,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	Equipment  []string          `json:"equipment,omitempty"` // numbers of trailers and containers
	Notes      []string          `json:"notes,omitempty"`
	Stops      []TenderStop      `json:"stops"`
	// Weight is that of all; zero: not told.
	Weight quantity.Quantity `json:"weight,omitzero"`
}

// TenderPurpose says what a tender asks for.
type TenderPurpose string

// The purposes of tenders.
const (
	TenderNew    TenderPurpose = "new"
	TenderChange TenderPurpose = "change"
	TenderCancel TenderPurpose = "cancel"
)

// TenderTime is a day and a time of day of a tender.
type TenderTime struct {
	// Kind is the code of what it is (X12 element 432): 37 and 38 are the bounds of
	// fetching, 53 and 54 those of delivering, 69 and 70 when it is scheduled, 10 and 02
	// when it is asked for.
	Kind string        `json:"kind"`
	Date calendar.Date `json:"date"`
	// Clock, such as 08:00, is in Zone (X12 element 623); empty: the day alone.
	Clock string `json:"clock,omitempty"`
	Zone  string `json:"zone,omitempty"`
}

// TenderStop is where the carrier loads or unloads.
type TenderStop struct {
	// Reason is the code of what is done (X12 element 163): LD, CL and PL load, UL, CU and
	// PU unload.
	Reason     string            `json:"reason"`
	Place      order.Party       `json:"place"`
	Times      []TenderTime      `json:"times,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	// Weight and Pieces are what is loaded or unloaded; zero: not told.
	Weight quantity.Quantity `json:"weight,omitzero"`
	Pieces quantity.Quantity `json:"pieces,omitzero"`
	Orders []TenderOrder     `json:"orders,omitempty"`
}

// Loads tells whether goods are loaded at the stop.
func (s *TenderStop) Loads() bool {
	return slices.Contains([]string{"LD", "CL", "PL", "LE", "SL"}, s.Reason)
}

// Unloads tells whether goods are unloaded at the stop.
func (s *TenderStop) Unloads() bool {
	return slices.Contains([]string{"UL", "CU", "PU", "SU"}, s.Reason)
}

// TenderOrder is an order whose goods are loaded or unloaded.
type TenderOrder struct {
	Number        string            `json:"number,omitempty"` // the shipper's
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	Pieces        quantity.Quantity `json:"pieces,omitzero"`
	Weight        quantity.Quantity `json:"weight,omitzero"`
}

// ReadLoadTender reads a motor carrier load tender, X12 204 of any version: stops with
// their places, times and orders. Commodities and hazardous goods are mentioned and stay
// in the raw document.
func ReadLoadTender(set *x12.Set, o Options) (LoadTender, finding.List) {
	r := tenderReader{reader: reader{set: "204", document: "tender", agreed: &o}}
	r.tender.Source, r.tender.Purpose = source(set), TenderNew
	if !r.is(set, "a load tender") {
		return r.tender, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	if !r.begun {
		r.found.Block(r.code("b2-missing"), "", "the set has no B2, which names the load", "ask the partner to send it anew")
	}
	if len(r.tender.Stops) == 0 && r.tender.Purpose != TenderCancel {
		r.found.Block(r.code("s5-missing"), "", "the set has no S5: the load goes nowhere", "ask the partner to send it anew")
	}
	r.leftOut()
	return r.tender, r.found
}

// tenderReader reads one 204.
type tenderReader struct {
	reader
	tender LoadTender
	begun  bool
}

// stop is the one that is open; nil: none is yet.
func (r *tenderReader) stop() *TenderStop {
	if n := len(r.tender.Stops); n > 0 {
		return &r.tender.Stops[n-1]
	}
	return nil
}

func (r *tenderReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "B2":
		r.beginning(s)
	case "B2A":
		r.purpose(s)
	case "L11":
		r.reference(s)
	case "G62":
		r.time(s)
	case "NTE":
		r.note(s)
	case "N1":
		r.party(s, c)
	case "N7":
		if number := strings.TrimSpace(s.Value(1) + s.Value(2)); number != "" {
			r.tender.Equipment = append(r.tender.Equipment, number)
		} else {
			r.homeless("tender", s)
		}
	case "S5":
		stop := TenderStop{Reason: s.Value(2), Weight: r.measure(s, 3, 4), Pieces: r.pieces(s, 5, 6)}
		if stop.Reason == "" {
			r.block("reason-missing", s, 2, "S502 does not say what is done at the stop", "ask the partner")
		}
		r.tender.Stops = append(r.tender.Stops, stop)
	case "OID":
		r.order(s)
	case "L3":
		r.tender.Weight = r.measure(s, 1, 0)
	default:
		r.homeless("tender", s)
	}
}

// beginning reads B2.
func (r *tenderReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("b2-repeated", s, 0, "the set has a second B2", "ask the partner to send each load in a set of its own")
		return
	}
	r.begun = true
	r.tender.Carrier, r.tender.Shipment, r.tender.Payment = strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(4)), s.Value(6)
	if r.tender.Shipment == "" {
		r.block("shipment-missing", s, 4, "B204 has no number of the load", "ask the partner for it")
	}
}

// purpose reads B2A.
func (r *tenderReader) purpose(s x12.Segment) {
	switch code := s.Value(1); code {
	case "00":
	case "01":
		r.tender.Purpose = TenderCancel
	case "04", "05":
		r.tender.Purpose = TenderChange
	case "07", "15", "18":
		r.info("purpose", s, 1, fmt.Sprintf("B2A01 %s says that it was sent before", code))
	default:
		r.warn("purpose", s, 1, fmt.Sprintf("B2A01 %s is taken as a new load", code), "agree with the partner on what it means")
	}
}

// reference reads L11, whose number stands first, of the stop that is open or of all.
func (r *tenderReader) reference(s x12.Segment) {
	ref := order.Reference{Qualifier: s.Value(2), Value: strings.TrimSpace(s.Value(1))}
	if ref.Value == "" {
		ref.Value = strings.TrimSpace(s.Value(3))
	}
	switch stop := r.stop(); {
	case ref.Value == "":
		r.info("reference-empty", s, 1, "L11 has no number")
	case stop != nil:
		stop.References = append(stop.References, ref)
	default:
		r.tender.References = append(r.tender.References, ref)
	}
}

// time reads G62.
func (r *tenderReader) time(s x12.Segment) {
	t := TenderTime{Kind: s.Value(1), Date: r.day(s, 2), Clock: r.clock(s, 4), Zone: s.Value(5)}
	switch stop := r.stop(); {
	case stop != nil:
		stop.Times = append(stop.Times, t)
	case t.Kind == "64":
		r.tender.Answer = t
	default:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the tender", t.Kind, s.Value(2)))
	}
}

// note reads NTE.
func (r *tenderReader) note(s x12.Segment) {
	if stop := r.stop(); stop != nil {
		stop.Notes = note(stop.Notes, s.Value(2))
	} else {
		r.tender.Notes = note(r.tender.Notes, s.Value(2))
	}
}

// party reads an N1 loop: the place of a stop, or a party of the load.
func (r *tenderReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.siteLoop(s, c, "")
	roles := rolesOf(s.Value(1))
	if s.Value(1) == "SH" {
		roles = []party.Role{party.ShipFrom}
	}
	stop := r.stop()
	switch {
	case stop != nil && !named(stop.Place):
		if stop.Place = p; len(roles) > 0 {
			stop.Place.Role = roles[0]
		}
	case len(roles) == 0 || stop != nil:
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the tender", s.Value(1), describe(p)))
	default:
		for _, role := range roles {
			p.Role = role
			r.tender.Parties = append(r.tender.Parties, p)
		}
	}
}

// order reads OID.
func (r *tenderReader) order(s x12.Segment) {
	stop := r.stop()
	if stop == nil {
		r.homeless("tender", s)
		return
	}
	stop.Orders = append(stop.Orders, TenderOrder{
		Number: strings.TrimSpace(s.Value(1)), PurchaseOrder: strings.TrimSpace(s.Value(2)), Pieces: r.pieces(s, 5, 4), Weight: r.measure(s, 7, 6),
	})
}

// measure reads a weight that may be missing, in a unit of X12 element 188 or 355.
// Element 0, or none that is told: pounds.
func (r *reader) measure(s x12.Segment, number, unit int) quantity.Quantity {
	switch code := s.Value(unit); {
	case unit == 0 || code == "" || code == "L":
		return r.counted(s, number, quantity.Pound)
	case code == "K":
		return r.counted(s, number, quantity.Kilogram)
	case code == "G":
		return r.counted(s, number, quantity.Gram)
	case code == "M":
		return r.counted(s, number, quantity.MetricTon)
	}
	return r.pieces(s, number, unit)
}

// pieces reads a number that may be missing, in a unit of X12 element 355; none that is
// told: pieces.
func (r *reader) pieces(s x12.Segment, number, unit int) quantity.Quantity {
	u := quantity.Piece
	if code := s.Value(unit); code != "" && s.Value(number) != "" {
		var err error
		if u, err = r.agreed.unitOf(code); err != nil {
			r.warn("unit", s, unit, fmt.Sprintf("%q is no unit of measure", code), "agree with the partner on the unit")
			return quantity.Quantity{}
		}
	}
	return r.counted(s, number, u)
}

// counted reads a number that may be missing, in a unit.
func (r *reader) counted(s x12.Segment, number int, u quantity.Unit) quantity.Quantity {
	text := s.Value(number)
	if text == "" {
		return quantity.Quantity{}
	}
	n, err := x12.ParseReal(text)
	if err == nil {
		var q quantity.Quantity
		if q, err = quantity.ParseNumber(n, u); err == nil {
			return q
		}
	}
	r.warn("quantity", s, number, err.Error(), "ask the partner how much is meant")
	return quantity.Quantity{}
}
