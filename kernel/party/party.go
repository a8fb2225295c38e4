package party

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/finding"
)

// Party is a company, a site or a person that takes part in business: a customer, one of its stores, a carrier. What is
// agreed with a customer stands on its Account.
type Party struct {
	// ID is the host's key, unique among parties.
	ID string `json:"id"`
	// Name is what stands on documents. Aliases are further names: trading names, former ones, the name in another
	// script; restricted-party screening looks at all of them.
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	// Identifiers are the numbers by which others know the party.
	Identifiers []Identifier `json:"identifiers,omitempty"`
	// Address is where the party is reached, and for a ship-to, where goods go.
	Address Address `json:"address,omitzero"`
	// Roles are the parts that the party may play. None: any.
	Roles []Role `json:"roles,omitempty"`
	// Parent is the ID of the party that this one belongs to: the chain of a store, the group of a company. Empty: none.
	Parent string `json:"parent,omitempty"`
	// Language is a BCP 47 tag, "en-US": the language of messages and documents. Empty: the host's own.
	Language string `json:"language,omitempty"`
	// Calendar names the working calendar on which the party receives, or for a carrier, drives.
	Calendar string `json:"calendar,omitempty"`
	// Contacts are the people to turn to.
	Contacts []Contact `json:"contacts,omitempty"`
}

// Contact is a person or a desk at a party.
type Contact struct {
	Name string `json:"name"`
	// Purpose says what for: "orders", "receiving", "accounts payable".
	Purpose string `json:"purpose,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
}

// Is reports whether the party may play a role: it names the role, or none at all.
func (p Party) Is(role Role) bool { return len(p.Roles) == 0 || slices.Contains(p.Roles, role) }

// Identifier gives the first identifier of a scheme.
func (p Party) Identifier(scheme Scheme) (Identifier, bool) {
	for _, id := range p.Identifiers {
		if id.Scheme == scheme {
			return id, true
		}
	}
	return Identifier{}, false
}

// Has reports whether the party carries an identifier, both taken in normal form.
func (p Party) Has(id Identifier) bool {
	id = id.Normalize()
	return slices.ContainsFunc(p.Identifiers, func(own Identifier) bool { return own.Normalize() == id })
}

// Normalize gives the party with names squeezed, identifiers and address in normal form.
func (p Party) Normalize() Party {
	p = p.clone()
	p.Name = squeeze(p.Name)
	for i, alias := range p.Aliases {
		p.Aliases[i] = squeeze(alias)
	}
	for i, id := range p.Identifiers {
		p.Identifiers[i] = id.Normalize()
	}
	if !p.Address.IsZero() {
		p.Address = p.Address.Normalize()
	}
	return p
}

// Validate checks a normalised party by itself; Directory.Audit checks what parties refer to. Beside those of Address
// (path address) and Identifier (path identifiers[i]) the codes are
//
//	party.id                    blocks: no ID
//	party.name                  blocks: no name, or a control character in it
//	party.role                  blocks: not one of the roles
//	party.identifier.duplicate  warns: the same identifier twice
//	party.address.missing       blocks for a ship-to, consignee, mark-for or bill-to, and warns otherwise
//	party.parent                blocks: the party is its own parent
func (p Party) Validate() finding.List {
	var found finding.List
	if p.ID == "" {
		found.Block("party.id", "id", "the party has no ID", "give the key that the host's system uses")
	}
	if squeeze(p.Name) == "" {
		found.Block("party.name", "name", "the party has no name", "give the name that stands on documents")
	}
	if hasControl(p.Name) {
		found.Block("party.name", "name", quote(p.Name)+" has a control character in it", "take it out")
	}
	for i, r := range p.Roles {
		if !r.IsValid() {
			found.Block("party.role", fmt.Sprintf("roles[%d]", i), quote(string(r))+" is no role", "use one such as sold-to, ship-to or bill-to")
		}
	}
	for i, id := range p.Identifiers {
		at := fmt.Sprintf("identifiers[%d]", i)
		found.Within(at, id.Validate())
		if slices.Contains(p.Identifiers[:i], id) {
			found.Warn("party.identifier.duplicate", at, id.String()+" is listed twice", "leave one out")
		}
	}
	if p.Parent != "" && p.Parent == p.ID {
		found.Block("party.parent", "parent", "the party is its own parent", "leave the parent empty or give another party")
	}
	p.checkAddress(&found)
	return found
}

func (p Party) checkAddress(found *finding.List) {
	if !p.Address.IsZero() {
		found.Within("address", p.Address.Validate())
		return
	}
	const message, fix = "the party has no address", "give street, city, postal code and country"
	for _, r := range [...]Role{ShipTo, Consignee, MarkFor, BillTo} {
		if slices.Contains(p.Roles, r) {
			found.Block("party.address.missing", "address", message, fix)
			return
		}
	}
	found.Warn("party.address.missing", "address", message, fix)
}

// clone copies what the party refers to, so that no two hold the same slice.
func (p Party) clone() Party {
	p.Aliases = slices.Clone(p.Aliases)
	p.Identifiers = slices.Clone(p.Identifiers)
	p.Address.Lines = slices.Clone(p.Address.Lines)
	p.Roles = slices.Clone(p.Roles)
	p.Contacts = slices.Clone(p.Contacts)
	return p
}
