// Package pricecmd is what the order desk's price commands do: it reads what is to be
// priced from files, brings streams of orders for a simulation, changes price books,
// and draws the waterfall of a result.
//
// A file holds a request alone, or everything that it is priced with:
//
//	{
//	  "schema":  {"name": "shop", "access": [...], "steps": [...]},
//	  "prices":  [{"id": "LIST-1", "key": {"item": "HAMMER"}, "price": "10.00 USD", "unit": "EA"}],
//	  "rules":   [{"id": "GOLD", "group": "customer", "when": "...", "then": {...}}],
//	  "taxes":   {"rates": [{"id": "GB-20", "name": "VAT", "place": "GB", "rate": "20%"}]},
//	  "zone":    "Europe/London",
//	  "request": {"currency": "USD", "at": "2026-03-27T09:00:00Z", "lines": [...]}
//	}
//
// There can also be floors and authority, which are rules too, and exchange, a list of
// rates: {"from": "EUR", "to": "USD", "rate": "1.0855"}. The parts are the JSON of the
// types of package pricing; rules are as package rules reads them, and taxes as package
// tax does. A name that no type has is refused with its path, so that a slip of the
// pen is not taken for nothing.
package pricecmd
