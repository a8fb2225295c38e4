package atp

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Lane is the way from a site's shelf to a customer's door, in days. The zero Lane ships and delivers on the day the
// goods are there, if the site works on it.
//
// The site's own calendar, with its cut-off, is that of Config.
type Lane struct {
	// Processing is the number of the site's working days from starting on an order to shipping it; 0 ships the same day.
	Processing int
	// Pickup has the days on which the carrier collects; goods leave on those of them on which the site works. Nil: the
	// days of TransitDays, and where there are none, every day.
	Pickup *calendar.Calendar
	// Transit is the number of the carrier's days on the road, counted on TransitDays. Nil: every day counts.
	Transit     int
	TransitDays *calendar.Calendar
	// Delivery has the days on which the customer takes goods in. Nil: every day.
	Delivery *calendar.Calendar
}

// Times are the days of one delivery.
type Times struct {
	// Start is the working day on which work begins at the site: the goods must be there, and are taken from stock.
	Start calendar.Date `json:"start,omitzero"`
	// Ship is the day on which the goods leave the site: the site works and the carrier collects.
	Ship calendar.Date `json:"ship,omitzero"`
	// Deliver is the day on which they reach the customer.
	Deliver calendar.Date `json:"deliver,omitzero"`
	// ShipBy is the site's cut-off on the day of shipping; the zero time where the day has none.
	ShipBy time.Time `json:"ship_by,omitzero"`
}

// Forward counts from the day on which the goods are there to the day on which they reach the customer. The errors are
// *RequestError for a lane with negative days, and *calendar.RangeError.
func (l Lane) Forward(site *calendar.Calendar, available calendar.Date) (Times, error) {
	var t Times
	if err := l.check(); err != nil {
		return Times{}, err
	}
	var err error
	if t.Start, err = site.OnOrAfter(available); err != nil {
		return Times{}, err
	}
	if t.Ship, err = site.AddWorkingDays(t.Start, l.Processing); err != nil {
		return Times{}, err
	}
	if t.Ship, err = l.handover(site, t.Ship, onOrAfter); err != nil {
		return Times{}, err
	}
	t.ShipBy, _ = site.Cutoff(t.Ship)
	t.Deliver = t.Ship.AddDays(l.Transit)
	if l.TransitDays != nil {
		if t.Deliver, err = l.TransitDays.AddWorkingDays(t.Ship, l.Transit); err != nil {
			return Times{}, err
		}
	}
	if t.Deliver, err = onOrAfter(l.Delivery, t.Deliver); err != nil {
		return Times{}, err
	}
	return t, nil
}

// Order counts forward from the instant at which an order arrives; one that arrives at the site's cut-off or after
// starts on the next working day. The errors are those of Forward.
func (l Lane) Order(site *calendar.Calendar, at time.Time) (Times, error) {
	start, err := site.StartDay(at)
	if err != nil {
		return Times{}, err
	}
	return l.Forward(site, start)
}

// Backward counts from the day on which the customer wants the goods back to the latest of the site's working days from
// which Forward is there in time: Deliver is the last delivery that is not after wanted. The errors are those of Forward.
func (l Lane) Backward(site *calendar.Calendar, wanted calendar.Date) (Times, error) {
	if err := l.check(); err != nil {
		return Times{}, err
	}
	day, err := onOrBefore(l.Delivery, wanted)
	if err != nil {
		return Times{}, err
	}
	if day, err = l.leave(day); err != nil {
		return Times{}, err
	}
	if day, err = l.handover(site, day, onOrBefore); err != nil {
		return Times{}, err
	}
	if day, err = site.LatestStart(day, l.Processing); err != nil {
		return Times{}, err
	}
	return l.Forward(site, day)
}

// leave gives the last day from which the carrier is there by a day. It need not be one of the carrier's days on the road.
func (l Lane) leave(there calendar.Date) (calendar.Date, error) {
	switch {
	case l.TransitDays == nil:
		return there.AddDays(-l.Transit), nil
	case l.Transit == 0:
		return l.TransitDays.OnOrBefore(there)
	}
	first, err := l.TransitDays.LatestStart(there, l.Transit-1) // the first day on the road, if it leaves the day before
	if err != nil {
		return calendar.Date{}, err
	}
	return first.AddDays(-1), nil
}

// handover gives the day nearest to d, d included, on which the site works and the carrier collects; next looks forward or
// back.
func (l Lane) handover(
	site *calendar.Calendar, d calendar.Date, next func(*calendar.Calendar, calendar.Date) (calendar.Date, error),
) (calendar.Date, error) {
	carrier := l.Pickup
	if carrier == nil {
		carrier = l.TransitDays
	}
	for {
		works, err := next(site, d)
		if err != nil {
			return calendar.Date{}, err
		}
		if d, err = next(carrier, works); err != nil || d == works {
			return d, err
		}
	}
}

func (l Lane) check() error {
	switch {
	case l.Processing < 0 || l.Processing > maxDays:
		return &RequestError{Op: "lane", Field: "Processing", Reason: "is not a number of days"}
	case l.Transit < 0 || l.Transit > maxDays:
		return &RequestError{Op: "lane", Field: "Transit", Reason: "is not a number of days"}
	}
	return nil
}

func onOrAfter(c *calendar.Calendar, d calendar.Date) (calendar.Date, error) {
	if c == nil {
		return d, nil
	}
	return c.OnOrAfter(d)
}

func onOrBefore(c *calendar.Calendar, d calendar.Date) (calendar.Date, error) {
	if c == nil {
		return d, nil
	}
	return c.OnOrBefore(d)
}
