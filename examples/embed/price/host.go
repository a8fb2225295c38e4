package main

import "time"

// cart is the web shop's own.
type cart struct {
	tier   string
	placed time.Time
	lines  []cartLine
}

type cartLine struct {
	sku   string
	count int64
}

// priceRow is a row of the shop's price table.
type priceRow struct {
	sku   string
	cents int64
}

func priceTable() []priceRow {
	return []priceRow{{"MUG", 850}, {"TEAPOT", 2999}, {"SPOON", 145}}
}

func sampleCart() cart {
	return cart{
		tier:   "MEMBER",
		placed: time.Date(2026, time.March, 27, 9, 30, 0, 0, time.UTC),
		lines:  []cartLine{{"MUG", 7}, {"TEAPOT", 1}},
	}
}
