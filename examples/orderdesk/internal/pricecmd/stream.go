package pricecmd

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

// Stream is a file of sold lines, as CSV with a head, plain or compressed by gzip:
//
//	invoice,sku,description,quantity,time,unit_price_gbp,customer,country
//	536365,85123A,WHITE HANGING HEART,6,2010-12-01T08:26,2.55,17850,United Kingdom
//
// The lines of an invoice that follow each other make an order of one customer, whose
// group is the country; times are those of London. The price column says its currency.
type Stream struct {
	// Path is the file's.
	Path string
	// Read is told how many bytes of the file were read, and may be nil.
	Read func(bytes int64)
}

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

// sale is a row of the file.
type sale struct {
	invoice, item, customer, country string
	count                            int64
	at                               time.Time
	price                            money.Amount
}

// Count reads the stream through. The error names the row.
func (s Stream) Count(ctx context.Context) (Census, error) {
	var c Census
	seen := make(map[string]bool)
	last := ""
	for row, err := range s.sales(ctx) {
		if err != nil {
			return Census{}, err
		}
		c.Currency = row.price.Currency()
		if row.count <= 0 {
			c.Cancellations++
			continue
		}
		if row.price.IsZero() {
			c.Unpriced++
		}
		c.Lines++
		if row.invoice != last {
			c.Orders++
			last = row.invoice
		}
		if row.price.Sign() > 0 && !seen[row.item] {
			seen[row.item] = true
			c.First = append(c.First, FirstPrice{row.item, row.price})
		}
	}
	return c, nil
}

// Orders yields the orders of the stream with the lines that were sold. An error ends
// it.
func (s Stream) Orders(ctx context.Context) iter.Seq2[impact.Order, error] {
	return func(yield func(impact.Order, error) bool) {
		var order impact.Order
		for row, err := range s.sales(ctx) {
			if err != nil {
				yield(impact.Order{}, err)
				return
			}
			if row.count <= 0 {
				continue
			}
			if row.invoice != order.ID {
				if order.ID != "" && !yield(order, nil) {
					return
				}
				order = impact.Order{ID: row.invoice, Request: pricing.Request{
					Customer: pricing.Customer{Account: row.customer, Group: row.country},
					Currency: row.price.Currency(), At: row.at,
				}}
			}
			lines := &order.Request.Lines
			*lines = append(*lines, pricing.Line{
				ID: fmt.Sprint(len(*lines) + 1), Item: row.item, Quantity: quantity.New(row.count, quantity.Each),
			})
		}
		if order.ID != "" {
			yield(order, nil)
		}
	}
}

// sales yields the rows of the file.
func (s Stream) sales(ctx context.Context) iter.Seq2[sale, error] {
	return func(yield func(sale, error) bool) {
		if err := s.each(ctx, func(row sale) bool { return yield(row, nil) }); err != nil {
			yield(sale{}, fmt.Errorf("%s: %w", s.Path, err))
		}
	}
}

// each calls do with every row until it returns false.
func (s Stream) each(ctx context.Context, do func(sale) bool) error {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return err
	}
	file, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, err := plain(&counted{file, 0, s.Read})
	if err != nil {
		return err
	}
	rows := csv.NewReader(text)
	rows.ReuseRecord = true
	head, err := rows.Read()
	if err != nil {
		return headError(err)
	}
	columns, err := columnsOf(head)
	if err != nil {
		return err
	}
	for n := 2; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err // it names the line
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		one, err := columns.read(row, london)
		if err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
		if !do(one) {
			return nil
		}
	}
}

func headError(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty; a head with the names of the columns is expected")
	}
	return err
}

// counted tells how much of a file was read.
type counted struct {
	of   io.Reader
	done int64
	tell func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.of.Read(p)
	c.done += int64(n)
	if c.tell != nil {
		c.tell(c.done)
	}
	return n, err
}

// plain takes the compression off, where there is one.
func plain(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	start, _ := b.Peek(2) // what cannot be read shows when it is
	if string(start) != "\x1f\x8b" {
		return b, nil
	}
	return gzip.NewReader(b)
}

// columns are the places of the columns in a row.
type columns struct {
	invoice, item, count, at, price, customer, country int
	currency                                           money.Currency
}

const pricePrefix = "unit_price_"

// columnsOf finds the columns by their names.
func columnsOf(head []string) (columns, error) {
	var c columns
	places := map[string]*int{
		"invoice": &c.invoice, "sku": &c.item, "quantity": &c.count, "time": &c.at, pricePrefix + "…": &c.price,
		"customer": &c.customer, "country": &c.country,
	}
	for i, name := range head {
		if code, isPrice := strings.CutPrefix(name, pricePrefix); isPrice {
			currency, err := money.ParseCurrency(strings.ToUpper(code))
			if err != nil {
				return c, fmt.Errorf("column %s: %w", name, err)
			}
			if c.currency != 0 {
				return c, fmt.Errorf("line 1: column %s: there is a column with prices in %s already", name, c.currency)
			}
			c.currency, name = currency, pricePrefix+"…"
		}
		if place, wanted := places[name]; wanted {
			*place = i
			delete(places, name)
		}
	}
	for _, name := range []string{"invoice", "sku", "quantity", "time", pricePrefix + "…", "customer", "country"} {
		if _, missing := places[name]; missing {
			return c, fmt.Errorf("line 1: there is no column %s", name)
		}
	}
	return c, nil
}

// read reads a row. Its texts are copied, for the row's memory is used again.
func (c *columns) read(row []string, zone *time.Location) (sale, error) {
	s := sale{
		invoice: strings.Clone(row[c.invoice]), item: strings.Clone(row[c.item]), customer: strings.Clone(row[c.customer]),
		country: strings.Clone(row[c.country]),
	}
	count, err := quantity.ParseNumber(row[c.count], quantity.Each)
	if err != nil {
		return s, fmt.Errorf("quantity: %w", err)
	}
	whole, ok := count.Int64()
	if !ok {
		return s, fmt.Errorf("quantity: %s is not a whole number", row[c.count])
	}
	s.count = whole
	if s.at, err = time.ParseInLocation("2006-01-02T15:04", row[c.at], zone); err != nil {
		return s, fmt.Errorf("time: %w", err)
	}
	if s.price, err = money.ParseNumber(row[c.price], c.currency); err != nil {
		return s, fmt.Errorf("price: %w", err)
	}
	if s.invoice == "" || s.item == "" {
		return s, errors.New("invoice and sku must both be stated")
	}
	return s, nil
}
