package party

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// Account is what is agreed with a customer: where to deliver, whom to bill, on which terms, and whether business is
// blocked. Parties are referred to by their ID.
type Account struct {
	// ID is the host's key, unique among accounts: the customer number.
	ID string `json:"id"`
	// Party is the customer itself, the sold-to.
	Party string `json:"party"`
	// BillTo and Payer are the parties that get and pay the invoice. Empty: as Party, and as BillTo.
	BillTo string `json:"bill_to,omitempty"`
	Payer  string `json:"payer,omitempty"`
	// ShipTos are the parties to which goods may be delivered. None: the customer and every party below it.
	ShipTos []string `json:"ship_tos,omitempty"`
	// Parent is the account above this one, whose credit limit holds too. Empty: none.
	Parent string `json:"parent,omitempty"`
	// Class groups customers for rules of price, allocation and credit: "retail", "VIP".
	Class string `json:"class,omitempty"`

	// Currency is that of orders that name none.
	Currency money.Currency `json:"currency,omitzero"`
	// PaymentTerms is the code of the terms that hold where an order names none; see package terms.
	PaymentTerms string `json:"payment_terms,omitempty"`
	// CreditAccount is where exposure is counted and limits stand. Empty: under the account's own ID.
	CreditAccount string `json:"credit_account,omitempty"`

	TaxIDs       []TaxID       `json:"tax_ids,omitempty"`
	Certificates []Certificate `json:"certificates,omitempty"`
	Blocks       []Block       `json:"blocks,omitempty"`
	Shipping     Shipping      `json:"shipping,omitzero"`
	Labelling    Labelling     `json:"labelling,omitzero"`
}

// BillToParty is the party that gets the invoice.
func (a Account) BillToParty() string {
	if a.BillTo != "" {
		return a.BillTo
	}
	return a.Party
}

// PayerParty is the party that pays it.
func (a Account) PayerParty() string {
	if a.Payer != "" {
		return a.Payer
	}
	return a.BillToParty()
}

// CreditKey is the account under which exposure is counted.
func (a Account) CreditKey() string {
	if a.CreditAccount != "" {
		return a.CreditAccount
	}
	return a.ID
}

// BlocksOn gives the blocks of a kind that are in force on a date.
func (a Account) BlocksOn(kind BlockKind, d calendar.Date) []Block {
	var inForce []Block
	for _, b := range a.Blocks {
		if b.Kind == kind && b.Period.Contains(d) {
			inForce = append(inForce, b)
		}
	}
	return inForce
}

// CertificatesOn gives the certificates for a jurisdiction that are valid on a date. Jurisdictions are compared as they
// are written: a certificate for "US" says nothing about "US-NY".
func (a Account) CertificatesOn(jurisdiction string, d calendar.Date) []Certificate {
	var valid []Certificate
	for _, c := range a.Certificates {
		if c.Jurisdiction == jurisdiction && c.Period.Contains(d) {
			valid = append(valid, c)
		}
	}
	return valid
}

// TaxID is a number under which a tax authority knows the customer.
type TaxID struct {
	// Jurisdiction is the ISO 3166-1 code of the country, or the ISO 3166-2 code of a state: "DE", "US-NY".
	Jurisdiction string `json:"jurisdiction"`
	// Kind is the sort of number where the jurisdiction has several: "VAT", "EIN", "GST".
	Kind string `json:"kind,omitempty"`
	// Number as it is printed on invoices: "DE123456788".
	Number string `json:"number"`
}

// CertificateKind is the ground on which no tax is charged.
type CertificateKind string

const (
	// Exemption is for a buyer who owes no tax: a public body, a charity.
	Exemption CertificateKind = "exemption"
	// Resale is for goods bought to be sold again.
	Resale CertificateKind = "resale"
)

// Certificate is the paper that frees a customer from sales tax.
type Certificate struct {
	Kind CertificateKind `json:"kind"`
	// Jurisdiction is as in TaxID: "US-NY".
	Jurisdiction string `json:"jurisdiction"`
	Number       string `json:"number"`
	// Period is when it is valid, both dates included; no To: until it is withdrawn.
	Period calendar.Period `json:"period,omitzero"`
}

// BlockKind says what a block stops.
type BlockKind string

const (
	// BlockOrder stops new orders, and with them all that follows.
	BlockOrder BlockKind = "order"
	// BlockDelivery stops shipments; orders are still taken.
	BlockDelivery BlockKind = "delivery"
	// BlockBilling stops invoices; goods still go out.
	BlockBilling BlockKind = "billing"
)

// IsValid reports whether the kind is one of the constants.
func (k BlockKind) IsValid() bool { return k == BlockOrder || k == BlockDelivery || k == BlockBilling }

// Block stops business with an account for a time.
type Block struct {
	Kind BlockKind `json:"kind"`
	// Reason is the host's code or words for it; it is shown wherever the block bites.
	Reason string `json:"reason"`
	// Period is when the block is in force, both dates included; no To: until it is lifted.
	Period calendar.Period `json:"period,omitzero"`
}

// Validate checks an account by itself; Directory.Audit checks what it refers to and what has expired. The codes are
//
//	party.account.id             blocks: no ID
//	party.account.party          blocks: no customer
//	party.account.parent         blocks: the account is its own parent
//	party.account.currency       blocks: no currency
//	party.account.terms          warns: no payment terms
//	party.account.ship-to        blocks: an empty or repeated ship-to
//	party.account.tax-id         blocks: no number, or no jurisdiction of ISO 3166
//	party.account.certificate    blocks: unknown kind, no number, no jurisdiction of ISO 3166, or a period that ends before it begins
//	party.account.block          blocks: unknown kind, or a period that ends before it begins; warns: no reason
//	party.account.delivery       blocks: unknown delivery policy, or deliveries below zero
func (a Account) Validate() finding.List {
	var found finding.List
	if a.ID == "" {
		found.Block("party.account.id", "id", "the account has no ID", "give the customer number")
	}
	if a.Party == "" {
		found.Block("party.account.party", "party", "the account belongs to no party", "give the ID of the customer")
	}
	if a.Parent != "" && a.Parent == a.ID {
		found.Block("party.account.parent", "parent", "the account is its own parent", "leave the parent empty or give another account")
	}
	if a.Currency == 0 {
		found.Block("party.account.currency", "currency", "the account has no currency", "give an ISO 4217 code, such as USD")
	}
	if a.PaymentTerms == "" {
		found.Warn("party.account.terms", "payment_terms", "the account has no payment terms", "give the code of the terms agreed")
	}
	for i, id := range a.ShipTos {
		if id == "" || slices.Contains(a.ShipTos[:i], id) {
			found.Block("party.account.ship-to", fmt.Sprintf("ship_tos[%d]", i), quote(id)+" is empty or stands there twice", "leave it out")
		}
	}
	for i, n := range a.TaxIDs {
		found.Within(fmt.Sprintf("tax_ids[%d]", i), n.validate())
	}
	for i, c := range a.Certificates {
		found.Within(fmt.Sprintf("certificates[%d]", i), c.validate())
	}
	for i, b := range a.Blocks {
		found.Within(fmt.Sprintf("blocks[%d]", i), b.validate())
	}
	found.Within("shipping", a.Shipping.validate())
	return found
}

func (n TaxID) validate() finding.List {
	var found finding.List
	const code = "party.account.tax-id"
	if squeeze(n.Number) == "" {
		found.Block(code, "number", "the tax number is empty", "give it as the authority wrote it, or leave the entry out")
	}
	checkJurisdiction(&found, code, n.Jurisdiction)
	return found
}

func (c Certificate) validate() finding.List {
	var found finding.List
	const code = "party.account.certificate"
	if c.Kind != Exemption && c.Kind != Resale {
		found.Block(code, "kind", quote(string(c.Kind))+" is no kind of certificate", "use exemption or resale")
	}
	if squeeze(c.Number) == "" {
		found.Block(code, "number", "the certificate has no number", "give the number on the paper; without it the tax is ours")
	}
	checkJurisdiction(&found, code, c.Jurisdiction)
	checkPeriod(&found, code, c.Period)
	return found
}

func (b Block) validate() finding.List {
	var found finding.List
	const code = "party.account.block"
	if !b.Kind.IsValid() {
		found.Block(code, "kind", quote(string(b.Kind))+" is no kind of block", "use order, delivery or billing")
	}
	if squeeze(b.Reason) == "" {
		found.Warn(code, "reason", "the block has no reason", "say why, so that somebody can lift it")
	}
	checkPeriod(&found, code, b.Period)
	return found
}

func checkPeriod(found *finding.List, code string, p calendar.Period) {
	if !p.IsValid() {
		found.Block(code, "period", fmt.Sprintf("the period %s ends before it begins", p), "swap the dates or correct them")
	}
}

// checkJurisdiction takes a country, or a country with the code of a subdivision, which is looked up where its country's
// are known.
func checkJurisdiction(found *finding.List, code, text string) {
	alpha2, part, divided := strings.Cut(text, "-")
	country := Country(alpha2)
	ok := country.IsValid()
	if divided && ok {
		ok = part != "" && isUpperAlnum(part) && len(part) <= 3
		if _, _, known := findRegion(country, part); ok && country.regions() != "" {
			ok = known
		}
	}
	if !ok {
		found.Block(code, "jurisdiction", quote(text)+" is no country or state of ISO 3166", "give a code such as DE or US-NY")
	}
}

// clone copies what the account refers to, so that no two hold the same slice.
func (a Account) clone() Account {
	a.ShipTos = slices.Clone(a.ShipTos)
	a.TaxIDs = slices.Clone(a.TaxIDs)
	a.Certificates = slices.Clone(a.Certificates)
	a.Blocks = slices.Clone(a.Blocks)
	a.Labelling.Documents = slices.Clone(a.Labelling.Documents)
	return a
}
