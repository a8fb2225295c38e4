package party

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Audit checks all master data of the directory as of a date (no date leaves out what may have run out): every record by itself, what records refer to, and what is
// shared or has run out. Paths name the record by its ID: parties[4711].address.postal_code. Beside those of
// Party.Validate and Account.Validate the codes are
//
//	party.reference               blocks: a party or account is referred to that is not there
//	party.identifier.shared       warns: several parties carry one identifier; numbers that buyers assign may be shared
//	party.certificate.expired     warns: no certificate for the jurisdiction is valid any more
//	party.certificate.expiring    info: the last one for the jurisdiction expires within 30 days
//	party.account.none            info: a party sold to has no account
func (d *Directory) Audit(on calendar.Date) finding.List {
	var found finding.List
	for p := range d.Parties() {
		at := "parties[" + p.ID + "]"
		found.Within(at, p.Validate())
		d.checkParty(&found, at+".parent", p.Parent)
		if slices.Contains(p.Roles, SoldTo) && len(d.byParty[p.ID]) == 0 {
			found.Info("party.account.none", at, "the customer has no account", "open one, or take the role sold-to away")
		}
		d.checkShared(&found, at, p)
	}
	for a := range d.Accounts() {
		at := "accounts[" + a.ID + "]"
		found.Within(at, a.Validate())
		d.checkReferences(&found, at, a)
		if !on.IsZero() {
			checkExpiry(&found, at, a, on)
		}
	}
	return found
}

func (d *Directory) checkReferences(found *finding.List, at string, a Account) {
	d.checkParty(found, at+".party", a.Party)
	d.checkParty(found, at+".bill_to", a.BillTo)
	d.checkParty(found, at+".payer", a.Payer)
	for i, id := range a.ShipTos {
		d.checkParty(found, fmt.Sprintf("%s.ship_tos[%d]", at, i), id)
	}
	d.checkParty(found, at+".shipping.carrier", a.Shipping.Carrier)
	d.checkParty(found, at+".shipping.freight_payer", a.Shipping.FreightPayer)
	if _, ok := d.accounts[a.Parent]; !ok && a.Parent != "" {
		found.Block("party.reference", at+".parent", "there is no account "+quote(a.Parent), "correct the ID or add the account")
	}
}

func (d *Directory) checkParty(found *finding.List, path, id string) {
	if _, ok := d.parties[id]; !ok && id != "" {
		found.Block("party.reference", path, "there is no party "+quote(id), "correct the ID or add the party")
	}
}

func (d *Directory) checkShared(found *finding.List, at string, p Party) {
	for i, id := range p.Identifiers {
		if ids := d.byIdentifier[id]; len(ids) > 1 && id.Scheme != AssignedByBuyer {
			found.Warn("party.identifier.shared", fmt.Sprintf("%s.identifiers[%d]", at, i),
				fmt.Sprintf("%s is carried by %s", id, strings.Join(ids, ", ")), "leave it with the party that it was issued to, or merge the records")
		}
	}
}

// checkExpiry looks at each jurisdiction for which a certificate was ever given.
func checkExpiry(found *finding.List, at string, a Account, on calendar.Date) {
	for i, c := range a.Certificates {
		later := slices.ContainsFunc(a.Certificates, func(o Certificate) bool {
			return o.Jurisdiction == c.Jurisdiction && outlasts(o.Period, c.Period)
		})
		if later || c.Period.To.IsZero() {
			continue
		}
		path := fmt.Sprintf("%s.certificates[%d]", at, i)
		const fix = "ask the customer for a new one; tax is due without it"
		switch left := c.Period.To.Sub(on); {
		case left < 0:
			found.Warn("party.certificate.expired", path, fmt.Sprintf("the certificate for %s expired on %s", c.Jurisdiction, c.Period.To), fix)
		case left <= 30:
			found.Info("party.certificate.expiring", path, fmt.Sprintf("the certificate for %s expires on %s", c.Jurisdiction, c.Period.To), fix)
		}
	}
}

// outlasts reports whether p ends after q.
func outlasts(p, q calendar.Period) bool {
	return !q.To.IsZero() && (p.To.IsZero() || p.To.After(q.To))
}
