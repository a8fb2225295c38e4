// Package party knows who takes part in business: companies and their sites with identifiers and addresses, and the
// accounts of customers with what is agreed with them.
//
// Find the customer and the ship-to that a purchase order names:
//
//	directory, err := party.NewDirectory(parties, accounts)
//	account, err := directory.AccountByIdentifier(ctx, party.Identifier{Scheme: party.GLN, Value: "4012345500004"})
//	shipTo, err := directory.ShipTo(ctx, account.ID, party.Identifier{Scheme: party.AssignedByBuyer, Value: "0045"})
//	blocks := account.BlocksOn(party.BlockOrder, orderDate)
//
// Clean and check an address as it came:
//
//	address = address.Normalize()
//	for _, f := range address.Validate() {
//		fmt.Println(f)
//	}
//
// Normalising and checking are apart on purpose: Normalize only changes how a thing is written, Validate only tells what
// is wrong with it, as findings with a code, a path, a message and what to do. Postal rules are those of the United
// States, Canada, the United Kingdom, Germany and Mexico; addresses elsewhere are checked for their structure.
//
// [Directory] is the in-memory register. It checks that the hierarchy of parties and of accounts has no cycle, and its
// Audit lists what else is wrong with master data: dangling references, shared identifiers, certificates that have run
// out.
package party
