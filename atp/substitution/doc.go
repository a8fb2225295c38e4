// Package substitution finds the items that may take the place of another, and promises a demand from all of them:
// the old item as long as it lasts and then its successor, or a substitute that the customer takes.
//
// A [Catalog] holds relations between items. Ask what may be delivered for an item, and in which order:
//
//	catalog, err := substitution.New(substitution.Config{Relations: relations, Rules: rules.NewLive(book)})
//	options, err := catalog.Options(ctx, now, substitution.Request{Item: "P-100", Account: "C-1", Quantity: 12})
//
// or have a stock promise the demand from them:
//
//	answer, err := catalog.Promise(ctx, now, stock, substitution.Demand{Request: request, Site: "BER", Wanted: day})
//	held, err := stock.Reserve(now, atp.Request{Key: key, Hold: hold, Lines: answer.Lines()})
//
// The customer never waits longer than for the item that was ordered alone. The options do not depend on a site; as
// alternatives of a sourcing.OrderLine they take part in sourcing.
//
// # Relations
//
// A supersession says that one item follows another. Its [UseUp] says which of the two goes first. With BothWays an
// order for the new item may get the old one, too. A substitute is another item that does as well. Relations make
// chains: what follows the successor follows the item. No item comes twice, so that circles end, and [Config] bounds
// the length.
//
// Rules over [Facts] say what a customer accepts; see [Consent].
package substitution
