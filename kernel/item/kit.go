package item

import (
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Component is a part of a kit: what one base unit of the kit takes of another item.
type Component struct {
	// Item is the id of the part.
	Item string `json:"item"`
	// Quantity is how much of it one base unit of the kit takes, in a unit of the part.
	Quantity quantity.Quantity `json:"quantity"`
	// Share is the part's weight when the price of the kit is spread over its parts, for revenue and for a part that
	// comes back alone: shares 2 and 1 are two thirds and one third. Where no component has a share, the host spreads
	// by the parts' own prices.
	Share int64 `json:"share,omitempty"`
}

// IsKit reports whether the item is made of components.
func (i *Item) IsKit() bool { return len(i.Components) > 0 }
