package replenishment

import "github.com/o2ckit/o2c/atp"

// FillUp proposes what to send to a consignment site: stock that is ours at the customer's, which a Stock keeps as a site
// of its own, filled up and issued by Stock.Move as the customer takes from it. The outlook of the item there says all that
// the policy needs but the demand: what is there, the safety stock of the definition included, what is on the way, and
// what is claimed. Receipts that the policy of the item does not count, such as consignment out of its scope, do not
// count here. The errors are those of Propose.
func FillUp(policy Policy, outlook atp.Outlook, rate Rate) (Proposal, error) {
	at := Position{OnHand: outlook.Opening + outlook.SafetyStock}
	for _, d := range outlook.Days {
		at.OnOrder += d.Receipts
		at.Committed += d.Claims
	}
	p, err := Propose(policy, at, rate, outlook.Today)
	p.Location, p.Item = outlook.Site, outlook.Item
	return p, err
}
