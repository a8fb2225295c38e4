package atp

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// MaxProposals bounds the proposals of one answer of a ProductionPlanner.
const MaxProposals = 200

// ProductionPlanner is the port to where production is planned. It is never called while the Stock holds a lock, so it may
// ask the Stock, and take its time. It must be safe for many goroutines where the Stock is used by many.
type ProductionPlanner interface {
	// Propose says what could be produced of what is missing: of each item no more than is asked for, and no earlier. It may
	// be less, late, in parts, or nothing. Proposing binds nobody.
	Propose(ctx context.Context, needs []ProductionNeed) ([]ProductionProposal, error)
}

// ProductionScheduler is the port to where production that was accepted is planned. It is called as a ProductionPlanner is,
// and is often the same.
type ProductionScheduler interface {
	// Accept plans what was proposed, for the reservation with a key that is about to be made: all of it, or none and an
	// error. What is planned for the key already stays as it is.
	Accept(ctx context.Context, key string, production []ProductionProposal) error
	// Release gives up what was accepted for a key, since nothing was reserved. What is not planned for it is passed over.
	Release(ctx context.Context, key string, production []ProductionProposal) error
}

// ProductionNeed is what stock and known supply do not give in time.
type ProductionNeed struct {
	Ref Ref // the item at the site; of a kit, a component
	// From is the first day on which any of it is of use: the goods are there in the morning of that day.
	From     calendar.Date
	Quantity int64 // in base units, 1 to MaxQuantity
}

// ProductionProposal is what could be produced of an item. Where it is accepted it becomes a supply of type Production, for
// which its ID is the document.
type ProductionProposal struct {
	// ID names the proposal among all proposals and receipts of the item at the site. Required.
	ID       string        `json:"id"`
	Ref      Ref           `json:"ref"`              // the item at the site; required
	Due      calendar.Date `json:"due"`              // the day from which the goods can be used; required
	Quantity int64         `json:"quantity"`         // in base units, 1 to MaxQuantity
	Expires  calendar.Date `json:"expires,omitzero"` // the last day on which the goods will be good; no date: they do not expire
}

// ProposalError reports an answer of a ProductionPlanner that cannot be used.
type ProposalError struct {
	Item, Site string // empty where the proposal names none
	ID         string
	Reason     string
}

// Error implements error.
func (e *ProposalError) Error() string {
	return fmt.Sprintf("atp: production proposal %q of item %q at site %q: %s", e.ID, e.Item, e.Site, e.Reason)
}

// fault makes an error about the proposal.
func (a ProductionProposal) fault(reason string) error {
	return &ProposalError{Item: a.Ref.Item(), Site: a.Ref.Site(), ID: a.ID, Reason: reason}
}

// repeats reports whether a proposal of the same item and id is among others.
func (a ProductionProposal) repeats(others []ProductionProposal) bool {
	return slices.ContainsFunc(others, func(b ProductionProposal) bool { return b.Ref == a.Ref && b.ID == a.ID })
}

// compare orders proposals by day, item, site and id.
func (a ProductionProposal) compare(b ProductionProposal) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Ref.Item(), b.Ref.Item()), cmp.Compare(a.Ref.Site(), b.Ref.Site()),
		cmp.Compare(a.ID, b.ID))
}

// propose asks the planner and checks what it says. The proposals come back sorted.
func propose(ctx context.Context, planner ProductionPlanner, needs []ProductionNeed) ([]ProductionProposal, error) {
	if len(needs) == 0 {
		return nil, nil
	}
	given, err := planner.Propose(ctx, slices.Clone(needs))
	if err != nil {
		return nil, fmt.Errorf("atp: proposing production: %w", err)
	}
	if len(given) > MaxProposals {
		return nil, given[MaxProposals].fault("is one more than MaxProposals")
	}
	proposals := slices.Clone(given)
	left := make(map[Ref]int64, len(needs))
	from := make(map[Ref]calendar.Date, len(needs))
	for _, n := range needs {
		left[n.Ref], from[n.Ref] = n.Quantity, n.From
	}
	for i := range proposals {
		a := &proposals[i]
		first, asked := from[a.Ref]
		switch {
		case !asked:
			return nil, a.fault("is of an item that was not asked for")
		case a.ID == "":
			return nil, a.fault("has no id")
		case a.repeats(proposals[:i]):
			return nil, a.fault("is given twice")
		case a.Due.IsZero():
			return nil, a.fault("has no date")
		case a.Due.Before(first):
			return nil, a.fault("is due before the day asked for")
		case a.Quantity <= 0:
			return nil, a.fault("has a quantity that is not above 0")
		case a.Quantity > left[a.Ref]:
			return nil, a.fault("makes more than was asked for")
		}
		left[a.Ref] -= a.Quantity
	}
	slices.SortFunc(proposals, ProductionProposal.compare)
	return proposals, nil
}
