package steps

import (
	"context"

	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Customers finds customers. [party.Directory] is one in memory; a host's own
// returns the same errors.
type Customers interface {
	// Account returns the account with an id, or a *party.NotFoundError.
	Account(ctx context.Context, id string) (party.Account, error)
	// AccountByIdentifier returns the account whose customer carries an
	// identifier, or a *party.NotFoundError or *party.AmbiguousError.
	AccountByIdentifier(ctx context.Context, id party.Identifier) (party.Account, error)
	// AccountAncestors returns the accounts above an account, the nearest first.
	AccountAncestors(ctx context.Context, id string) ([]party.Account, error)
}

// Items finds items. [item.Catalog] is one in memory; a host's own returns the
// same errors.
type Items interface {
	// Item returns the item with an id, or a *item.NotFoundError.
	Item(ctx context.Context, id string) (item.Item, error)
	// ByGTIN returns the item with a GTIN and the unit that the number stands
	// for, or a *item.NotFoundError.
	ByGTIN(ctx context.Context, g item.GTIN) (item.Item, quantity.Unit, error)
	// ByCustomerPart returns the item that a customer orders under a number of
	// its own, or a *item.NotFoundError.
	ByCustomerPart(ctx context.Context, customer, number string) (item.Item, error)
}
