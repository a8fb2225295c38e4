package party

import (
	"fmt"
	"strings"
)

// NotFoundError reports that a directory has no such party or account.
type NotFoundError struct {
	Kind string // "party", "account" or "ship-to"
	Key  string // the ID, or the identifier as Identifier.String writes it
}

// Error implements error.
func (e *NotFoundError) Error() string { return fmt.Sprintf("party: no %s %q", e.Kind, e.Key) }

// AmbiguousError reports an identifier that several parties or accounts carry. Numbers that a buyer assigns are such:
// ask for them within an account, with Directory.ShipTo.
type AmbiguousError struct {
	Kind       string // "party", "account" or "ship-to"
	Identifier Identifier
	IDs        []string // those that carry it, in ascending order
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("party: %s is more than one %s: %s", e.Identifier, e.Kind, strings.Join(e.IDs, ", "))
}

// DuplicateError reports two records with one ID, or a record without any.
type DuplicateError struct {
	Kind string // "party" or "account"
	ID   string // empty when the record has none
}

// Error implements error.
func (e *DuplicateError) Error() string {
	if e.ID == "" {
		return fmt.Sprintf("party: %s without an ID", e.Kind)
	}
	return fmt.Sprintf("party: %s %q stands there twice", e.Kind, e.ID)
}

// CycleError reports parents that lead back to where they began.
type CycleError struct {
	Kind string   // "party" or "account"
	Path []string // from a record up to itself again: first and last are equal
}

// Error implements error.
func (e *CycleError) Error() string {
	return fmt.Sprintf("party: the parents of %s %q go round: %s", e.Kind, e.Path[0], strings.Join(e.Path, " > "))
}
