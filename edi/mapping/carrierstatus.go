package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// CarrierStatus is what a carrier tells of a shipment on its way.
type CarrierStatus struct {
	Source order.Source `json:"source"`
	// Shipment is the shipper's number of the shipment, Pro the carrier's.
	Shipment string `json:"shipment,omitempty"`
	Pro      string `json:"pro,omitempty"`
	// Carrier is the Standard Carrier Alpha Code.
	Carrier    string            `json:"carrier"`
	References []order.Reference `json:"references,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	// Events are in the order of the set.
	Events []CarrierEvent `json:"events"`
}

// CarrierEvent is one thing that happened, or is going to.
type CarrierEvent struct {
	Kind EventKind `json:"kind"`
	// Code is that of the status (X12 element 1650), such as D1; of an appointment
	// (element 1652) if Appointment says so.
	Code        string `json:"code"`
	Appointment bool   `json:"appointment,omitempty"`
	// Reason is the code of why (X12 element 1651), such as NS for as it should be, A1
	// for a delivery that was missed.
	Reason string `json:"reason,omitempty"`
	// Date and Clock, such as 12:30, are in the zone of Zone (X12 element 623), for most
	// LT, the local time of the place. An empty clock: the day alone is told.
	Date  calendar.Date `json:"date,omitzero"`
	Clock string        `json:"clock,omitempty"`
	Zone  string        `json:"zone,omitempty"`
	Place CarrierPlace  `json:"place,omitzero"`
	// Equipment is the number of the trailer or container.
	Equipment  string            `json:"equipment,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	// Marks are numbers on labels, such as SSCCs, of the packages that it is about; none:
	// it is about all.
	Marks []string `json:"marks,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

// CarrierPlace is where something happened.
type CarrierPlace struct {
	City    string        `json:"city,omitempty"`
	Region  string        `json:"region,omitempty"`
	Country party.Country `json:"country,omitempty"`
	// Longitude and Latitude are in degrees, minutes and seconds with the hemisphere, as
	// X12 has them: 0740023W.
	Longitude string `json:"longitude,omitempty"`
	Latitude  string `json:"latitude,omitempty"`
}

// EventKind says what an event means for a shipment.
type EventKind string

// The kinds of events.
const (
	EventAcknowledged EventKind = "acknowledged" // the carrier knows of the shipment
	EventAtPickup     EventKind = "at-pickup"    // the carrier is where it is fetched
	EventPickedUp     EventKind = "picked-up"
	EventInTransit    EventKind = "in-transit"
	EventArrived      EventKind = "arrived" // at the place of delivery, not yet delivered
	EventDelivered    EventKind = "delivered"
	EventEstimated    EventKind = "estimated" // when it is going to be there
	EventAppointment  EventKind = "appointment"
	// EventException is whatever keeps it from being delivered as it should be: delayed,
	// damaged, refused, in part, returned.
	EventException EventKind = "exception"
	EventOther     EventKind = "other"
)

// eventKind translates a status code (X12 element 1650).
func eventKind(code string) EventKind {
	switch code {
	case "XB":
		return EventAcknowledged
	case "X3", "X8":
		return EventAtPickup
	case "AF", "AM", "CL", "CP":
		return EventPickedUp
	case "AR", "BA", "BC", "J1", "K1", "L1", "P1", "R1", "RL", "X4", "X6", "PR":
		return EventInTransit
	case "AJ", "AV", "S1", "X1", "X5":
		return EventArrived
	case "D1", "CD":
		return EventDelivered
	case "AG", "B6", "C1", "X2":
		return EventEstimated
	case "A3", "A7", "A9", "AH", "AI", "AN", "AP", "CA", "OO", "PA", "SD":
		return EventException
	}
	return EventOther
}

// Delivered is the event that says that the shipment as a whole was delivered; false:
// none does. Later events that take it back are for the reader to see.
func (s *CarrierStatus) Delivered() (CarrierEvent, bool) {
	for i := range s.Events {
		if e := &s.Events[i]; e.Kind == EventDelivered && len(e.Marks) == 0 {
			return *e, true
		}
	}
	return CarrierEvent{}, false
}

// ReadCarrierStatus reads a transportation carrier shipment status message, X12 214 of
// any version. Each AT7 is an event; references, marks and notes of an LX loop belong to
// all events in it.
func ReadCarrierStatus(set *x12.Set, o Options) (CarrierStatus, finding.List) {
	r := statusReader{reader: reader{set: "214", document: "status", agreed: &o}}
	r.status.Source = source(set)
	if !r.is(set, "a shipment status") {
		return r.status, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.close()
	if !r.begun {
		r.found.Block(r.code("b10-missing"), "", "the set has no B10, which names the shipment", "ask the carrier to send it anew")
	}
	if len(r.status.Events) == 0 {
		r.found.Block(r.code("at7-missing"), "", "the set has no AT7: nothing happened", "ask the carrier to send it anew")
	}
	r.leftOut()
	return r.status, r.found
}

// statusReader reads one 214.
type statusReader struct {
	reader
	status CarrierStatus
	begun  bool
	loop   bool // LX has begun
	first  int  // the first event of the loop
	common CarrierEvent
}

func (r *statusReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "B10":
		r.beginning(s)
	case "N1":
		r.party(s, c)
	case "LX":
		r.close()
		r.loop = true
	case "L11":
		r.reference(s)
	case "MAN":
		r.common.Marks = append(r.common.Marks, marks(s)...)
	case "K1":
		for _, i := range []int{1, 2} {
			if text := strings.TrimSpace(s.Value(i)); text != "" {
				r.common.Notes = append(r.common.Notes, text)
			}
		}
	case "AT7":
		r.event(s, c)
	default:
		r.homeless("status", s)
	}
}

// marks are the numbers of MAN, of which there may be two.
func marks(s x12.Segment) []string {
	var list []string
	for _, i := range []int{2, 5} {
		if mark := strings.TrimSpace(s.Value(i)); mark != "" {
			list = append(list, mark)
		}
	}
	return list
}

// beginning reads B10.
func (r *statusReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("b10-repeated", s, 0, "the set has a second B10", "ask the carrier to send each shipment in a set of its own")
		return
	}
	r.begun = true
	st := &r.status
	st.Pro, st.Shipment, st.Carrier = strings.TrimSpace(s.Value(1)), strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(3))
	if value := strings.TrimSpace(s.Value(6)); value != "" {
		st.References = append(st.References, order.Reference{Qualifier: s.Value(5), Value: value})
	}
	if st.Shipment == "" && st.Pro == "" && len(st.References) == 0 {
		r.block("shipment-missing", s, 2, "B10 names no shipment", "ask the carrier which one is meant")
	}
}

// party reads an N1 loop. SH is the shipper, from where it comes.
func (r *statusReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if s.Value(1) == "SH" {
		roles = []party.Role{party.ShipFrom}
	}
	if len(roles) == 0 || r.loop {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the status", s.Value(1), describe(p)))
		return
	}
	for _, role := range roles {
		p.Role = role
		r.status.Parties = append(r.status.Parties, p)
	}
}

// reference reads L11, whose number stands first.
func (r *statusReader) reference(s x12.Segment) {
	ref := order.Reference{Qualifier: s.Value(2), Value: strings.TrimSpace(s.Value(1))}
	if ref.Value == "" {
		ref.Value = strings.TrimSpace(s.Value(3))
	}
	switch {
	case ref.Value == "":
		r.info("reference-empty", s, 1, "L11 has no number")
	case r.loop:
		r.common.References = append(r.common.References, ref)
	default:
		r.status.References = append(r.status.References, ref)
	}
}

// event reads AT7, MS1 and MS2.
func (r *statusReader) event(s x12.Segment, c *x12.Cursor) {
	e := CarrierEvent{Code: s.Value(1), Reason: s.Value(2), Date: r.day(s, 5), Clock: r.clock(s, 6), Zone: s.Value(7)}
	e.Kind = eventKind(e.Code)
	if e.Code == "" {
		e.Code, e.Reason, e.Appointment, e.Kind = s.Value(3), s.Value(4), true, EventAppointment
	}
	if e.Code == "" {
		r.block("code-missing", s, 1, "AT7 does not say what happened", "ask the carrier")
	}
	if place, told := c.Take("MS1"); told {
		e.Place = CarrierPlace{City: strings.TrimSpace(place.Value(1)), Region: place.Value(2), Longitude: place.Value(4), Latitude: place.Value(5)}
		if code := place.Value(3); code != "" {
			country, err := party.ParseCountry(code)
			if err != nil {
				r.warn("country", place, 3, err.Error(), "ask the carrier for the country")
			}
			e.Place.Country = country
		}
	}
	if equipment, told := c.Take("MS2"); told {
		e.Equipment = strings.TrimSpace(equipment.Value(2))
	}
	r.status.Events = append(r.status.Events, e)
}

// clock reads a time of day, to the minute or the second.
func (r *reader) clock(s x12.Segment, element int) string {
	text := s.Value(element)
	if text == "" {
		return ""
	}
	if _, err := x12.ParseTime(text); err != nil {
		r.warn("time", s, element, fmt.Sprintf("%q is no time", text), "ask the partner for the time")
		return ""
	}
	clock := text[:2] + ":" + text[2:4]
	if len(text) >= 6 {
		clock += ":" + text[4:6]
	}
	return clock
}

// close gives the events of a loop what is told of all of them.
func (r *statusReader) close() {
	if !r.loop { // K1 and MAN of the shipment as a whole
		if len(r.common.Notes)+len(r.common.Marks) == 0 {
			return
		}
		r.found.Info(r.code("not-mapped"), "", "notes and marks of the shipment as a whole have no place in the status and stay in the raw document", "")
		r.common = CarrierEvent{}
		return
	}
	for i := r.first; i < len(r.status.Events); i++ {
		e := &r.status.Events[i]
		e.References, e.Marks, e.Notes = r.common.References, r.common.Marks, r.common.Notes
	}
	r.first, r.common = len(r.status.Events), CarrierEvent{}
}
