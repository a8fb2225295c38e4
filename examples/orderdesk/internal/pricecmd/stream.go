package pricecmd

import (
	"context"
	"fmt"
	"iter"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

// Stream is a file of sold lines. Those of an invoice that follow each other make an
// order of one customer, whose group is the country.
type Stream sales.File

// Census is what a stream holds.
type Census struct {
	Orders int `json:"orders"`
	Lines  int `json:"lines"`
	// Cancellations are the lines whose quantity is not above zero: goods that came
	// back and corrections of stock. They are not priced.
	Cancellations int `json:"cancellations"`
	// Unpriced are the lines that were sold at no price; they are priced, but say
	// nothing about the list.
	Unpriced int `json:"unpriced"`
	// Currency is that of the price column.
	Currency money.Currency `json:"currency"`
	// First is the first price above zero at which each item was sold, in the order
	// of the stream.
	First []FirstPrice `json:"-"`
}

// FirstPrice is the first price of an item.
type FirstPrice struct {
	Item  string
	Price money.Amount
}

// Count reads the stream through. The error names the row.
func (s Stream) Count(ctx context.Context) (Census, error) {
	var c Census
	seen := make(map[string]bool)
	last := ""
	for row, err := range sales.File(s).Rows(ctx) {
		if err != nil {
			return Census{}, err
		}
		c.Currency = row.Price.Currency()
		if row.Count <= 0 {
			c.Cancellations++
			continue
		}
		if row.Price.IsZero() {
			c.Unpriced++
		}
		c.Lines++
		if row.Invoice != last {
			c.Orders++
			last = row.Invoice
		}
		if row.Price.Sign() > 0 && !seen[row.Item] {
			seen[row.Item] = true
			c.First = append(c.First, FirstPrice{row.Item, row.Price})
		}
	}
	return c, nil
}

// Orders yields the orders of the stream with the lines that were sold. An error ends
// it.
func (s Stream) Orders(ctx context.Context) iter.Seq2[impact.Order, error] {
	return func(yield func(impact.Order, error) bool) {
		var order impact.Order
		for row, err := range sales.File(s).Rows(ctx) {
			if err != nil {
				yield(impact.Order{}, err)
				return
			}
			if row.Count <= 0 {
				continue
			}
			if row.Invoice != order.ID {
				if order.ID != "" && !yield(order, nil) {
					return
				}
				order = impact.Order{ID: row.Invoice, Request: pricing.Request{
					Customer: pricing.Customer{Account: row.Customer, Group: row.Country},
					Currency: row.Price.Currency(), At: row.At,
				}}
			}
			lines := &order.Request.Lines
			*lines = append(*lines, pricing.Line{
				ID: fmt.Sprint(len(*lines) + 1), Item: row.Item, Quantity: quantity.New(row.Count, quantity.Each),
			})
		}
		if order.ID != "" {
			yield(order, nil)
		}
	}
}
