// Package shop puts a whole order desk together for a made-up distributor:
// master data, prices, stock, credit, trading partners, and the desk with its
// journal. It is what a host does once, in its own words; the order desk
// command runs it.
package shop
