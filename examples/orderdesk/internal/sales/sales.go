// Package sales reads the lines that were sold, for commands that price or promise them again.
package sales

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// File is a file of sold lines, as CSV with a head, plain or compressed by gzip:
//
//	invoice,sku,description,quantity,time,unit_price_gbp,customer,country
//	536365,85123A,WHITE HANGING HEART,6,2010-12-01T08:26,2.55,17850,United Kingdom
//
// Times are those of London. The price column says its currency.
type File struct {
	// Path is the file's.
	Path string
	// Read is told how many bytes of the file were read, and may be nil.
	Read func(bytes int64)
}

// Row is a row of the file: a line of an invoice.
type Row struct {
	Invoice, Item, Customer, Country string
	// Count is in pieces; below zero for goods that came back and for corrections.
	Count int64
	At    time.Time
	Price money.Amount // of a piece
}

// FormatError reports what is wrong in a file of sold lines.
type FormatError struct {
	Path string
	Err  error // with the line, where it is known
}

// Error implements error.
func (e *FormatError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

// Unwrap returns what is wrong.
func (e *FormatError) Unwrap() error { return e.Err }

// Rows yields the rows of the file. An error, which names the line, ends it; it is a
// *[FormatError] where the file is to blame for it.
func (f File) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if err := f.each(ctx, func(row Row) bool { return yield(row, nil) }); err != nil {
			yield(Row{}, err)
		}
	}
}

// each calls do with every row until it returns false.
func (f File) each(ctx context.Context, do func(Row) bool) error {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return err
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	err = f.rows(ctx, file, london, do)
	var system *fs.PathError
	if err == nil || errors.As(err, &system) || ctx.Err() != nil {
		return err
	}
	return &FormatError{Path: f.Path, Err: err}
}

// rows reads an open file.
func (f File) rows(ctx context.Context, file io.Reader, zone *time.Location, do func(Row) bool) error {
	text, err := plain(&counted{file, 0, f.Read})
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
		one, err := columns.read(row, zone)
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
func (c *columns) read(row []string, zone *time.Location) (Row, error) {
	s := Row{
		Invoice: strings.Clone(row[c.invoice]), Item: strings.Clone(row[c.item]), Customer: strings.Clone(row[c.customer]),
		Country: strings.Clone(row[c.country]),
	}
	count, err := quantity.ParseNumber(row[c.count], quantity.Each)
	if err != nil {
		return s, fmt.Errorf("quantity: %w", err)
	}
	whole, ok := count.Int64()
	if !ok {
		return s, fmt.Errorf("quantity: %s is not a whole number", row[c.count])
	}
	s.Count = whole
	if s.At, err = time.ParseInLocation("2006-01-02T15:04", row[c.at], zone); err != nil {
		return s, fmt.Errorf("time: %w", err)
	}
	if s.Price, err = money.ParseNumber(row[c.price], c.currency); err != nil {
		return s, fmt.Errorf("price: %w", err)
	}
	if s.Invoice == "" || s.Item == "" {
		return s, errors.New("invoice and sku must both be stated")
	}
	return s, nil
}
