package item

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Catalog holds items in memory and finds them by id, by GTIN and by a customer's own number. It never changes after
// [NewCatalog] and is safe for many goroutines. What it returns shares its slices and must not be written to.
//
// A host that keeps its items elsewhere implements the methods that the engine in question asks for, with the same
// errors. In memory the context is not used.
type Catalog struct {
	items []Item
	byID  map[string]int
	gtins map[string]gtinEntry
	parts map[CustomerPart]int
}

// gtinEntry is an item and the one of its units that a GTIN names.
type gtinEntry struct {
	item int
	unit quantity.Unit
}

// NotFoundError is returned for an item that the catalogue does not have.
type NotFoundError struct {
	// Kind is what was looked up: id, GTIN or customer part.
	Kind string
	// Key is the value.
	Key string
	// Customer is set for a customer part.
	Customer string
}

// Error implements error.
func (e *NotFoundError) Error() string {
	if e.Customer != "" {
		return fmt.Sprintf("item: no item has the number %q of customer %s", e.Key, e.Customer)
	}
	return fmt.Sprintf("item: no item has the %s %q", e.Kind, e.Key)
}

// DuplicateError is returned where two items of a catalogue have the same id, GTIN or customer part, or one of them
// twice.
type DuplicateError struct {
	// Kind is what they share: id, GTIN or customer part.
	Kind string
	// Key is the value.
	Key string
	// Customer is set for a customer part.
	Customer string
	// First and Second are the ids of the items.
	First, Second string
}

// Error implements error.
func (e *DuplicateError) Error() string {
	if e.Customer != "" {
		return fmt.Sprintf("item: number %q of customer %s stands for both %s and %s", e.Key, e.Customer, e.First, e.Second)
	}
	return fmt.Sprintf("item: %s %q stands for both %s and %s", e.Kind, e.Key, e.First, e.Second)
}

// CycleError is returned where items supersede each other, or contain each other, in a circle.
type CycleError struct {
	// IDs are the items of the circle in their order; the first follows the last.
	IDs []string
}

// Error implements error.
func (e *CycleError) Error() string {
	return fmt.Sprintf("item: %s leads in a circle", strings.Join(e.IDs, " -> "))
}

// NewCatalog makes a catalogue of items. Two items with the same id, GTIN or number of one customer are a
// *[DuplicateError]; all are returned joined. Nothing else is checked: see [Catalog.Audit].
func NewCatalog(items ...Item) (*Catalog, error) {
	c := &Catalog{
		items: slices.Clone(items),
		byID:  make(map[string]int, len(items)),
		gtins: map[string]gtinEntry{},
		parts: map[CustomerPart]int{},
	}
	var errs []error
	for n := range c.items {
		it := &c.items[n]
		if first, ok := c.byID[it.ID]; ok {
			errs = append(errs, &DuplicateError{Kind: "id", Key: it.ID, First: c.items[first].ID, Second: it.ID})
			continue
		}
		c.byID[it.ID] = n
		for _, g := range it.GTINs {
			if first, ok := c.gtins[g.GTIN.Key()]; ok {
				errs = append(errs, &DuplicateError{Kind: "GTIN", Key: string(g.GTIN), First: c.items[first.item].ID, Second: it.ID})
				continue
			}
			c.gtins[g.GTIN.Key()] = gtinEntry{n, g.Unit}
		}
		for _, p := range it.CustomerParts {
			if first, ok := c.parts[p]; ok {
				errs = append(errs, &DuplicateError{Kind: "customer part", Key: p.Number, Customer: p.Customer, First: c.items[first].ID, Second: it.ID})
				continue
			}
			c.parts[p] = n
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return c, nil
}

// Len returns the number of items.
func (c *Catalog) Len() int { return len(c.items) }

// Item returns the item with an id, or a *[NotFoundError].
func (c *Catalog) Item(_ context.Context, id string) (Item, error) {
	n, ok := c.byID[id]
	if !ok {
		return Item{}, &NotFoundError{Kind: "id", Key: id}
	}
	return c.items[n], nil
}

// ByGTIN returns the item with a GTIN, written at any length, and the unit that it stands for; or a *[NotFoundError].
func (c *Catalog) ByGTIN(_ context.Context, g GTIN) (Item, quantity.Unit, error) {
	e, ok := c.gtins[g.Key()]
	if !ok {
		return Item{}, 0, &NotFoundError{Kind: "GTIN", Key: string(g)}
	}
	return c.items[e.item], e.unit, nil
}

// ByCustomerPart returns the item that a customer orders under a number of its own, or a *[NotFoundError].
func (c *Catalog) ByCustomerPart(_ context.Context, customer, number string) (Item, error) {
	n, ok := c.parts[CustomerPart{customer, number}]
	if !ok {
		return Item{}, &NotFoundError{Kind: "customer part", Key: number, Customer: customer}
	}
	return c.items[n], nil
}

// Successors returns the ids of the items that take an item's place on a day, one after the other: the last one is what
// is sold now. It is empty where the item has no successor. A successor that the catalogue does not have is a
// *[NotFoundError], a chain that comes back to an item a *[CycleError]. Without a day every supersession counts.
func (c *Catalog) Successors(ctx context.Context, id string, on calendar.Date) ([]string, error) {
	it, err := c.Item(ctx, id)
	if err != nil {
		return nil, err
	}
	chain := []string{id}
	for it.SupersededBy.InForce(on) {
		next := it.SupersededBy.By
		if at := slices.Index(chain, next); at >= 0 {
			return nil, &CycleError{chain[at:]}
		}
		if it, err = c.Item(ctx, next); err != nil {
			return nil, err
		}
		chain = append(chain, next)
	}
	return chain[1:], nil
}

// Audit says all that is wrong with the items: what [Item.Validate] finds in each, successors and components that the
// catalogue does not have, units that a component does not have, and circles. Paths begin with the place of the item,
// as in items[3].hs. Beside the codes of [Item.Validate] there are these, which all block:
//
//	item.supersession.unknown-item  a successor that the catalogue does not have
//	item.supersession.circle        a chain of successors that comes back to the item
//	item.component.unknown-item     a component that the catalogue does not have
//	item.component.unknown-unit     a quantity in a unit that the component does not have
//	item.component.circle           a kit that contains itself, through others
func (c *Catalog) Audit() finding.List {
	var found finding.List
	for n := range c.items {
		it := &c.items[n]
		part := it.Validate()
		c.auditSuccessor(it, &part)
		c.auditComponents(it, &part)
		found.Within(fmt.Sprintf("items[%d]", n), part)
	}
	return found
}

func (c *Catalog) auditSuccessor(it *Item, found *finding.List) {
	const path = "superseded_by.by"
	if it.SupersededBy.By == "" || it.SupersededBy.By == it.ID {
		return // none, or one that Validate speaks of
	}
	if _, known := c.byID[it.SupersededBy.By]; !known {
		found.Block("item.supersession.unknown-item", path, fmt.Sprintf("the catalogue has no item %s", it.SupersededBy.By), "")
		return
	}
	_, err := c.Successors(context.Background(), it.ID, calendar.Date{})
	var cycle *CycleError
	if errors.As(err, &cycle) && slices.Contains(cycle.IDs, it.ID) {
		found.Block("item.supersession.circle", path, reason(cycle), "let the last item of the chain have no successor")
	}
}

func (c *Catalog) auditComponents(it *Item, found *finding.List) {
	for n, part := range it.Components {
		path := fmt.Sprintf("components[%d]", n)
		if part.Item == "" || part.Item == it.ID {
			continue // Validate speaks of it
		}
		at, known := c.byID[part.Item]
		if !known {
			found.Block("item.component.unknown-item", path+".item", fmt.Sprintf("the catalogue has no item %s", part.Item), "")
			continue
		}
		if u := part.Quantity.Unit(); u != 0 && !c.items[at].Units.Has(u) {
			found.Block("item.component.unknown-unit", path+".quantity", fmt.Sprintf("item %s is not traded in %s", part.Item, u), "")
		}
	}
	if circle := c.kitCircle(it.ID); circle != nil {
		found.Block("item.component.circle", "components", reason(&CycleError{circle}), "a kit cannot contain itself")
	}
}

// kitCircle is the way from a kit through its components back to itself, nil where there is none. A kit whose one
// component is itself is left to Validate. Every item is visited once.
func (c *Catalog) kitCircle(id string) []string {
	seen := map[string]bool{}
	var walk func(at string, way []string) []string
	walk = func(at string, way []string) []string {
		way = append(way, at)
		for _, part := range c.items[c.byID[at]].Components {
			_, known := c.byID[part.Item]
			switch {
			case part.Item == id && len(way) > 1:
				return slices.Clone(way)
			case !known || seen[part.Item] || part.Item == at:
				continue
			}
			seen[part.Item] = true
			if circle := walk(part.Item, way); circle != nil {
				return circle
			}
		}
		return nil
	}
	return walk(id, nil)
}
