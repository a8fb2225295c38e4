package main

import "time"

// salesOrder is the ERP's own.
type salesOrder struct {
	number   string // the customer's
	customer string
	entered  time.Time
	wanted   time.Time
	lines    []salesLine
}

type salesLine struct {
	sku   string
	count int64
}

// customerRow, itemRow and inboundRow are rows of its master data.
type customerRow struct {
	number, name, class string
	creditLimit         int64 // whole dollars
}

type itemRow struct {
	sku    string
	cents  int64
	onHand int64
}

type inboundRow struct {
	number, sku string
	due         time.Time
	count       int64
}

func day(d int) time.Time { return time.Date(2026, time.March, d, 9, 0, 0, 0, time.UTC) }

func customers() []customerRow {
	return []customerRow{{"C1", "Northwind Stores", "KEY", 25_000}, {"C2", "Harbour Hardware", "", 500}}
}

func items() []itemRow {
	return []itemRow{{"HAMMER", 1000, 30}, {"SAW", 2450, 12}}
}

func inbound() []inboundRow {
	return []inboundRow{{"PO-7/1", "HAMMER", day(16), 24}}
}

func salesOrders() []salesOrder {
	return []salesOrder{
		{"4711", "C1", day(2), day(5), []salesLine{{"HAMMER", 10}, {"SAW", 2}}},
		{"A-17", "C2", day(2), day(5), []salesLine{{"SAW", 40}}},
		{"4712", "C1", day(2), day(5), []salesLine{{"HAMMER", 50}}},
		{"4713", "C1", day(2), day(5), []salesLine{{"GLUE", 1}}},
		{"4711", "C1", day(2), day(5), []salesLine{{"HAMMER", 10}, {"SAW", 2}}},
	}
}
