// Package o2c is the landing page of the order-to-cash engine; it exports
// nothing. Import the room that you need:
//
//   - [github.com/o2ckit/o2c/pricing] prices a cart or an order and tells each
//     step of the waterfall
//   - [github.com/o2ckit/o2c/atp] promises dates and quantities, and reserves stock
//   - [github.com/o2ckit/o2c/credit] checks an account's exposure and holds or
//     passes an order
//   - [github.com/o2ckit/o2c/shipping] plans shipments and packs cartons
//   - [github.com/o2ckit/o2c/order] is the order and its states;
//     [github.com/o2ckit/o2c/order/invoice] bills what has shipped, and
//     [github.com/o2ckit/o2c/order/intake] keeps what arrives
//   - [github.com/o2ckit/o2c/order/desk] takes orders through steps of the
//     host's choice; [github.com/o2ckit/o2c/order/desk/steps] has the standard
//     ones, over all of the above
//   - [github.com/o2ckit/o2c/edi/x12] reads, checks and writes X12 interchanges;
//     [github.com/o2ckit/o2c/edi/mapping] turns an 850 into an order and answers
//     it; [github.com/o2ckit/o2c/edi/partner] sends the answers, numbered
//
// Two mechanisms serve every room: [github.com/o2ckit/o2c/rules] decides and
// explains, [github.com/o2ckit/o2c/journal] remembers. The shared vocabulary,
// money, quantities, dates, parties, items, terms and findings, stands in the
// packages under kernel.
package o2c
