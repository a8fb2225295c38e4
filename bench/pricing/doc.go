// Package pricing compares pricing an order of 20 lines: a list price each, a
// discount of the customer, the best of the promotions whose conditions match,
// and a discount of the order that is spread over the lines to the cent.
package pricing
