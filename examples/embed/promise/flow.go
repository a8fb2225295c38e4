package main

import (
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// promise tells when the line can be had: a day to pick it, two on the road, in at most two deliveries.
func promise(now time.Time, row stockRow, inbound []inboundRow, line orderLine) (atp.Promise, error) {
	site, err := calendar.New(calendar.Config{Zone: "America/Chicago", Cutoff: calendar.MustClock("15:00")})
	if err != nil {
		return atp.Promise{}, err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "CHICAGO", Calendar: site}}})
	if err != nil {
		return atp.Promise{}, err
	}
	item, _, err := stock.Define(now, atp.Definition{Item: row.sku, Site: "CHICAGO"})
	if err != nil {
		return atp.Promise{}, err
	}
	if _, err := stock.Count(now, atp.Count{Ref: item, Quantity: row.onHand}); err != nil {
		return atp.Promise{}, err
	}
	for _, r := range inbound {
		due := atp.Supply{Ref: item, Document: r.number, Type: atp.PurchaseOrder, Due: calendar.DateOf(r.due), Quantity: r.count}
		if _, err := stock.AddSupply(now, due); err != nil {
			return atp.Promise{}, err
		}
	}
	return stock.Promise(now, atp.Demand{Ref: item, Quantity: line.count, Wanted: calendar.DateOf(line.wanted),
		Lane: &atp.Lane{Processing: 1, Transit: 2}, Partial: atp.Partial{AtMost: 2}, Explain: true})
}
