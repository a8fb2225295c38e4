package main

import "time"

// stockRow is what the warehouse system knows of an item.
type stockRow struct {
	sku    string
	onHand int64
}

// inboundRow is a line of a purchase order that is on its way.
type inboundRow struct {
	number string
	due    time.Time
	count  int64
}

// orderLine is a line of the sales system.
type orderLine struct {
	sku    string
	count  int64
	wanted time.Time
}

func day(d int) time.Time { return time.Date(2026, time.March, d, 0, 0, 0, 0, time.UTC) }

func sample() (stockRow, []inboundRow, orderLine) {
	return stockRow{sku: "PUMP", onHand: 10},
		[]inboundRow{{"PO-77/1", day(6), 30}, {"PO-80/1", day(12), 20}},
		orderLine{sku: "PUMP", count: 45, wanted: day(5)}
}
