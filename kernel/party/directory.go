package party

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Directory holds parties and accounts in memory and finds them by ID, by identifier and by their place in the hierarchy.
// It never changes and may be used from many goroutines: to change master data, make a new one. What it returns shares
// its slices; callers must not write into them.
//
// A host that keeps master data elsewhere implements the methods that the engine in question asks for, with the same
// errors. In memory the context is not used.
type Directory struct {
	parties      map[string]Party
	accounts     map[string]Account
	partyIDs     []string // ascending
	accountIDs   []string // ascending
	partyTree    tree
	accountTree  tree
	byIdentifier map[Identifier][]string // party IDs, ascending
	byParty      map[string][]string     // account IDs of a customer, ascending
}

// NewDirectory makes a directory of copies of the records, with identifiers and addresses in normal form. It refuses
// what makes lookups senseless, all of it joined: a *DuplicateError for an ID that is missing or stands there twice, a
// *CycleError for parents that go round. Everything else that may be wrong with master data is for Audit.
func NewDirectory(parties []Party, accounts []Account) (*Directory, error) {
	d := &Directory{
		parties:      make(map[string]Party, len(parties)),
		accounts:     make(map[string]Account, len(accounts)),
		partyTree:    newTree("party", len(parties)),
		accountTree:  newTree("account", len(accounts)),
		byIdentifier: make(map[Identifier][]string),
		byParty:      make(map[string][]string, len(accounts)),
	}
	var faults []error
	for _, p := range parties {
		if p.ID == "" || !d.partyTree.put(p.ID, p.Parent) {
			faults = append(faults, &DuplicateError{Kind: "party", ID: p.ID})
			continue
		}
		d.parties[p.ID] = p.Normalize()
		d.partyIDs = append(d.partyIDs, p.ID)
	}
	for _, a := range accounts {
		if a.ID == "" || !d.accountTree.put(a.ID, a.Parent) {
			faults = append(faults, &DuplicateError{Kind: "account", ID: a.ID})
			continue
		}
		d.accounts[a.ID] = a.clone()
		d.accountIDs = append(d.accountIDs, a.ID)
	}
	faults = append(faults, d.partyTree.settle()...)
	faults = append(faults, d.accountTree.settle()...)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	d.index()
	return d, nil
}

// index goes over the records in the order of their IDs, so that what it lists comes out in that order.
func (d *Directory) index() {
	slices.Sort(d.partyIDs)
	slices.Sort(d.accountIDs)
	for _, id := range d.partyIDs {
		for _, x := range d.parties[id].Identifiers {
			if ids := d.byIdentifier[x]; !slices.Contains(ids, id) {
				d.byIdentifier[x] = append(ids, id)
			}
		}
	}
	for _, id := range d.accountIDs {
		customer := d.accounts[id].Party
		d.byParty[customer] = append(d.byParty[customer], id)
	}
}

// Party gives the party with an ID. The error is a *NotFoundError.
func (d *Directory) Party(_ context.Context, id string) (Party, error) {
	if p, ok := d.parties[id]; ok {
		return p, nil
	}
	return Party{}, &NotFoundError{Kind: "party", Key: id}
}

// Account gives the account with an ID. The error is a *NotFoundError.
func (d *Directory) Account(_ context.Context, id string) (Account, error) {
	if a, ok := d.accounts[id]; ok {
		return a, nil
	}
	return Account{}, &NotFoundError{Kind: "account", Key: id}
}

// PartyByIdentifier gives the party that carries an identifier, which need not be in normal form. The error is a
// *NotFoundError, or an *AmbiguousError where several parties carry it.
func (d *Directory) PartyByIdentifier(_ context.Context, id Identifier) (Party, error) {
	id = id.Normalize()
	key, err := single("party", id, d.byIdentifier[id])
	return d.parties[key], err
}

// AccountByIdentifier gives the account whose customer carries an identifier; with the scheme AssignedBySeller the value
// may also be the account's own ID, which is the number that we have given the customer. The error is a *NotFoundError,
// or an *AmbiguousError where several accounts fit.
func (d *Directory) AccountByIdentifier(_ context.Context, id Identifier) (Account, error) {
	id = id.Normalize()
	if a, ok := d.accounts[id.Value]; ok && id.Scheme == AssignedBySeller {
		return a, nil
	}
	var ids []string
	for _, p := range d.byIdentifier[id] {
		ids = append(ids, d.byParty[p]...)
	}
	slices.Sort(ids)
	key, err := single("account", id, ids)
	return d.accounts[key], err
}

// ShipTos gives the parties to which goods of an account may be delivered: the listed ones in their order, or when none
// are listed the customer and every party below it, level by level. The error is a *NotFoundError for the account, or for
// a listed party that is not there.
func (d *Directory) ShipTos(ctx context.Context, accountID string) ([]Party, error) {
	a, err := d.Account(ctx, accountID)
	if err != nil {
		return nil, err
	}
	ids := a.ShipTos
	if len(ids) == 0 {
		ids = d.partyTree.below(a.Party)
	}
	return d.all(ctx, ids)
}

// ShipTo gives the ship-to of an account that carries an identifier: the store "0045" of this customer, and of no other.
// The ship-tos of an account are those of ShipTos. The error is a *NotFoundError, or an *AmbiguousError where several of
// them carry the identifier.
func (d *Directory) ShipTo(ctx context.Context, accountID string, id Identifier) (Party, error) {
	a, err := d.Account(ctx, accountID)
	if err != nil {
		return Party{}, err
	}
	id = id.Normalize()
	var ids []string
	for _, p := range d.byIdentifier[id] {
		if slices.Contains(a.ShipTos, p) || len(a.ShipTos) == 0 && d.partyTree.isBelow(p, a.Party) {
			ids = append(ids, p)
		}
	}
	key, err := single("ship-to", id, ids)
	return d.parties[key], err
}

// Ancestors gives the parties above a party, the nearest first. The error is a *NotFoundError for the party itself, or
// for a parent that is not there; the parents up to it are returned with it.
func (d *Directory) Ancestors(ctx context.Context, id string) ([]Party, error) {
	if _, err := d.Party(ctx, id); err != nil {
		return nil, err
	}
	return d.all(ctx, d.partyTree.ancestors(id))
}

// AccountAncestors gives the accounts above an account, the nearest first: those whose credit limits hold too. Errors are
// as for Ancestors.
func (d *Directory) AccountAncestors(ctx context.Context, id string) ([]Account, error) {
	if _, err := d.Account(ctx, id); err != nil {
		return nil, err
	}
	var above []Account
	for _, x := range d.accountTree.ancestors(id) {
		a, err := d.Account(ctx, x)
		if err != nil {
			return above, err
		}
		above = append(above, a)
	}
	return above, nil
}

// Children gives the parties directly below a party, by ID ascending. The error is a *NotFoundError for the party.
func (d *Directory) Children(ctx context.Context, id string) ([]Party, error) {
	if _, err := d.Party(ctx, id); err != nil {
		return nil, err
	}
	return d.all(ctx, d.partyTree.children[id])
}

// Parties goes over all parties by ID ascending.
func (d *Directory) Parties() iter.Seq[Party] { return each(d.partyIDs, d.parties) }

// Accounts goes over all accounts by ID ascending.
func (d *Directory) Accounts() iter.Seq[Account] { return each(d.accountIDs, d.accounts) }

func (d *Directory) all(ctx context.Context, ids []string) ([]Party, error) {
	parties := make([]Party, 0, len(ids))
	for _, id := range ids {
		p, err := d.Party(ctx, id)
		if err != nil {
			return parties, err
		}
		parties = append(parties, p)
	}
	return parties, nil
}

// single gives the one ID that was found, or says why there is not one.
func single(kind string, id Identifier, ids []string) (string, error) {
	switch len(ids) {
	case 0:
		return "", &NotFoundError{Kind: kind, Key: id.String()}
	case 1:
		return ids[0], nil
	}
	return "", &AmbiguousError{Kind: kind, Identifier: id, IDs: slices.Clone(ids)}
}

func each[T any](ids []string, records map[string]T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range ids {
			if !yield(records[id]) {
				return
			}
		}
	}
}
