package pricing

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// CatalogueRequest asks for the prices that a customer has over a time.
type CatalogueRequest struct {
	Customer Customer       `json:"customer"`
	Currency money.Currency `json:"currency"`
	// From is the first day, To the first that is not asked for any more: at most
	// ten years.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Items are in any order, each once.
	Items []CatalogueItem `json:"items"`
}

// CatalogueItem is an item as a [Line] has it.
type CatalogueItem struct {
	Item          string   `json:"item"`
	Category      string   `json:"category,omitempty"`
	ItemHierarchy []string `json:"item_hierarchy,omitempty"`
	// Unit is the one that the customer orders in, and Units the item's.
	Unit  quantity.Unit         `json:"unit"`
	Units *quantity.Conversions `json:"units,omitempty"`
}

// maxCatalogueDays bounds the time of a catalogue.
const maxCatalogueDays = 3660

// Catalogue returns the customer's price list: for each item, in the order of the
// request, the records that hold for it, one after the other, each from the day on
// which it begins to hold for this customer to the day on which another does or none.
// The keys have the customer's account and the item and nothing else; scales and
// units are the records' own; so are ids, with a number where a record holds more than
// once. A book of them prices as the engine's own does, for this customer, with an
// access of account and item. Days without a price are left out.
//
// Discounts are no part of it: they depend on what is ordered. The error is a
// *[RequestError], or the context's when it ended.
func (e *Engine) Catalogue(ctx context.Context, req CatalogueRequest) ([]Record, error) {
	if err := req.check(); err != nil {
		return nil, err
	}
	r := Request{Customer: req.Customer, Currency: req.Currency, At: req.From.In(e.zone)}
	for i := range req.Items {
		it := &req.Items[i]
		r.Lines = append(r.Lines, Line{
			ID: fmt.Sprint(i + 1), Item: it.Item, Category: it.Category, ItemHierarchy: it.ItemHierarchy,
			Quantity: quantity.New(1, it.Unit), Units: it.Units,
		})
	}
	c, ok := e.pool.Get().(*calculation)
	if !ok {
		c = &calculation{engine: e}
	}
	defer e.pool.Put(c)
	defer c.clear()
	if err := c.begin(r); err != nil {
		return nil, err
	}
	lists := make([][]Record, len(req.Items))
	for day := req.From; day.Before(req.To); day = day.AddDays(1) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		c.date = day
		for i := range lists {
			lists[i] = c.catalogueDay(lists[i], i)
		}
	}
	var all []Record
	for i := range lists {
		all = append(all, lists[i]...)
	}
	return nameOnce(all), nil
}

// catalogueDay adds to the list what holds for the line on the day.
func (c *calculation) catalogueDay(list []Record, i int) []Record {
	day, ls := c.date, &c.lines[i]
	last := len(list) - 1
	if c.searchPrice(&c.engine.steps[0], i) != "" {
		return list
	}
	if last >= 0 && list[last].ID == ls.hit.id() && list[last].To == day {
		list[last].To = day.AddDays(1)
		return list
	}
	r, known := c.engine.book.Record(ls.hit.id())
	if !known {
		return list
	}
	if r.Discounts == DiscountsByKey { // the key that said it is gone
		r.Discounts = DiscountsAllowed
		if r.Key.Contract != "" {
			r.Discounts = DiscountsRefused
		}
	}
	r.Key = Key{Account: c.req.Customer.Account, Item: ls.Item}
	r.From, r.To = day, day.AddDays(1)
	return append(list, r)
}

// nameOnce numbers the records that have an id in common.
func nameOnce(records []Record) []Record {
	taken := make(map[string]bool, len(records))
	for i := range records {
		id := records[i].ID
		for n := 2; taken[records[i].ID]; n++ {
			records[i].ID = fmt.Sprintf("%s/%d", id, n)
		}
		taken[records[i].ID] = true
	}
	return records
}

func (r *CatalogueRequest) check() error {
	var found []FaultError
	refuse := func(path, format string, args ...any) {
		found = append(found, FaultError{path, fmt.Sprintf(format, args...)})
	}
	if r.Customer.Account == "" {
		refuse("customer.account", "it is not stated")
	}
	if r.From.IsZero() || r.To.IsZero() || !r.From.Before(r.To) {
		refuse("from", "from %s to %s is no time", r.From, r.To)
	} else if days := r.To.Sub(r.From); days > maxCatalogueDays {
		refuse("to", "%d days are more than %d", days, maxCatalogueDays)
	}
	seen := make(map[string]int, len(r.Items))
	for i := range r.Items {
		path := fmt.Sprintf("items[%d]", i)
		if first, twice := seen[r.Items[i].Item]; twice {
			refuse(path, "items[%d] is %s too", first, r.Items[i].Item)
		}
		seen[r.Items[i].Item] = i
		if r.Items[i].Item == "" {
			refuse(path, "it has no item")
		}
		if !r.Items[i].Unit.IsValid() {
			refuse(path, "it has no unit")
		}
	}
	if len(found) > 0 {
		return &RequestError{Faults: found}
	}
	return nil
}
