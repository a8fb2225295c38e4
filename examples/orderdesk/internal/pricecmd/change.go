package pricecmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// Change raises or lowers the prices of the items whose numbers begin with Prefix.
type Change struct {
	Prefix string
	Rate   money.Rate // 0.05 raises by 5%
}

// ParseChange reads 85=+5% (items that begin with 85), or +5% for all items.
func ParseChange(text string) (Change, error) {
	prefix, rate, found := strings.Cut(text, "=")
	if !found {
		prefix, rate = "", text
	}
	r, err := money.ParseRate(strings.TrimPrefix(rate, "+"))
	if err != nil {
		return Change{}, fmt.Errorf("%q is no change; write 85=+5%% or -2%%: %w", text, err)
	}
	if r.Cmp(money.MustRate("-1")) < 0 {
		return Change{}, fmt.Errorf("%q would leave a price below zero", text)
	}
	return Change{prefix, r}, nil
}

// String writes the change as [ParseChange] reads it.
func (c Change) String() string {
	sign := ""
	if c.Rate.Sign() > 0 {
		sign = "+"
	}
	if c.Prefix == "" {
		return sign + c.Rate.Percent()
	}
	return c.Prefix + "=" + sign + c.Rate.Percent()
}

// Apply returns the records with the change, and how many of them it touched. What
// records of a step take off stays as it is. Prices are rounded half up to the minor
// unit, or to as many digits as they had.
func (c Change) Apply(records []pricing.Record) ([]pricing.Record, int, error) {
	factor, err := c.Rate.OnePlus()
	if err != nil {
		return nil, 0, err
	}
	out := make([]pricing.Record, len(records))
	touched := 0
	for i, r := range records {
		if r.Step == "" && r.Key.Item != "" && strings.HasPrefix(r.Key.Item, c.Prefix) {
			if r, err = times(r, factor); err != nil {
				return nil, 0, fmt.Errorf("record %s: %w", r.ID, err)
			}
			touched++
		}
		out[i] = r
	}
	return out, touched, nil
}

// times returns the record with its prices times the factor.
func times(r pricing.Record, factor money.Rate) (pricing.Record, error) {
	if r.Scale == nil {
		var err error
		r.Price, err = r.Price.MulRound(factor, r.Price.Scale(), money.HalfUp)
		return r, err
	}
	scale := *r.Scale
	scale.Rows = append([]pricing.ScaleRow(nil), scale.Rows...)
	for i := range scale.Rows {
		p := &scale.Rows[i].Price
		var err error
		if *p, err = p.MulRound(factor, p.Scale(), money.HalfUp); err != nil {
			return r, err
		}
	}
	r.Scale = &scale
	return r, nil
}

// ListOf makes a price list of what a stream sold at first: a file like those that
// [Read] reads, without rules or a request.
func ListOf(c Census) *File {
	f := &File{Name: "the first prices of the stream", HasConfig: true, Config: pricing.Config{
		Schema: pricing.Schema{
			Name:   "list",
			Access: []pricing.Access{{Name: "item", Fields: []pricing.Field{pricing.FieldItem}}},
			Steps:  []pricing.Step{{Name: "list", Label: "List price", Kind: pricing.StepPrice}},
		},
		Zone: time.UTC,
	}}
	for _, first := range c.First {
		f.Records = append(f.Records, pricing.Record{
			ID: first.Item, Key: pricing.Key{Item: first.Item}, Price: first.Price, Unit: quantity.Each,
		})
	}
	return f
}

// With returns a file whose price book has these records.
func (f *File) With(records []pricing.Record) (*File, error) {
	next := *f
	next.Records = records
	var err error
	if next.Config.Prices, err = pricing.NewBook(records...); err != nil {
		return nil, &jsonfile.Error{File: f.Name, Faults: faultsOf("prices", err)}
	}
	return &next, nil
}
