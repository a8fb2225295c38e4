package credit

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// Posting changes a part of the exposure by a document from outside the order cycle: a deposit received or given back, a
// guarantee.
type Posting struct {
	// Document is the key. Required.
	Document string
	Account  string // the credit account; required
	Part     Part   // Deposits or Special
	// Amount is added to the part. Below 0: it is given back or used up.
	Amount money.Amount
	Reason string
}

// Post changes deposits or special liabilities.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownAccountError, *KeyConflictError and money.ErrRange.
func (l *Ledger) Post(now time.Time, r Posting) (Posted, error) {
	if err := r.check(); err != nil {
		return Posted{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.documents[document{other, r.Document}]; p != nil {
		e, ok := p.event.(Posted)
		if !ok || e.Account != r.Account || e.Part != r.Part || e.Amount != r.Amount || e.Reason != r.Reason {
			return Posted{}, conflict("post", r.Document)
		}
		e.Replayed = true
		return e, nil
	}
	if _, err := l.account(r.Account); err != nil {
		return Posted{}, err
	}
	e := Posted{
		Document: r.Document, Account: r.Account, At: instant(now), Part: r.Part, Amount: r.Amount, Reason: r.Reason,
	}
	return e, l.onPosted(e)
}

func (r Posting) check() error {
	wrong := func(field, reason string) error { return &RequestError{Op: "post", Field: field, Reason: reason} }
	switch {
	case r.Document == "":
		return wrong("Document", "is empty")
	case r.Part != Deposits && r.Part != Special:
		return wrong("Part", fmt.Sprintf("is %s; expected deposits or special", r.Part))
	case !r.Amount.Currency().IsValid():
		return wrong("Amount", "has no currency")
	}
	return nil
}

// UndoPost takes a posting back as if it had never been made, because its event could not be journalled.
func (l *Ledger) UndoPost(e Posted) error {
	return l.undo("undo post", document{other, e.Document}, e.At)
}

func (l *Ledger) onPosted(e Posted) error {
	changes := []change{{account: l.intern(e.Account), part: e.Part, amount: e.Amount}}
	if err := move(changes); err != nil {
		return err
	}
	l.record(document{other, e.Document}, &posting{event: e, at: e.At, changes: changes, undo: func() bool { return true }})
	return nil
}
