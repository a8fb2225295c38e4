package steps

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order"
)

// PriceDate says which date a line is priced by.
type PriceDate string

const (
	// PriceByOrder takes the date of the document, or the day on which it arrived.
	PriceByOrder PriceDate = "order"
	// PriceByRequested takes the requested delivery, or shipment, of the line or of
	// the document.
	PriceByRequested PriceDate = "requested"
	// PriceByPromised takes the first promised delivery where there is one, as when
	// an order that was held is priced again; until then the requested one.
	PriceByPromised PriceDate = "promised"
	// PriceByShipment takes the first promised shipment or the requested one.
	PriceByShipment PriceDate = "shipment"
)

func (d PriceDate) check() error {
	switch d {
	case "", PriceByOrder, PriceByRequested, PriceByPromised, PriceByShipment:
		return nil
	}
	return fmt.Errorf("steps: price: %q is no price date; order, requested, promised or shipment", string(d))
}

// of returns the line's own price date. No date: it is priced by that of the order.
func (d PriceDate) of(o *order.Order, l *order.Line) calendar.Date {
	var promised order.Schedule
	for _, s := range l.Schedules {
		if !s.Backordered() {
			promised = s
			break
		}
	}
	doc := &o.Document
	switch d {
	case PriceByRequested:
		return firstDate(l.RequestedDelivery, l.RequestedShip, doc.RequestedDelivery, doc.RequestedShip)
	case PriceByPromised:
		return firstDate(promised.Deliver, promised.Ship, l.RequestedDelivery, doc.RequestedDelivery)
	case PriceByShipment:
		return firstDate(promised.Ship, l.RequestedShip, doc.RequestedShip)
	default:
		return calendar.Date{}
	}
}

// zone is where the engine's price dates fall on a day, so that a date of the order
// is that day there; UTC for pricers that do not say.
func (c PriceConfig) zone() *time.Location {
	if in, ok := c.Engine.(interface{ Zone() *time.Location }); ok {
		return in.Zone()
	}
	return time.UTC
}
