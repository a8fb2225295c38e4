package atp

import (
	"cmp"
	"time"
)

// Decrease says to what total a reservation of an item comes down.
type Decrease struct {
	// Key is the reservation's.
	Key string
	// Document names the decrease among the postings of the reservation and serves as its key: a change order. Required.
	Document string
	// Ref is the item at the site, of which the reservation has a line. Required.
	Ref Ref
	// To is the new total of the item, what has left included, in base units: from 0 to what is reserved in all less what
	// was given back before.
	To int64
}

// Reduction is what was asked of a decrease and what it came to.
type Reduction struct {
	Item string `json:"item"`
	Site string `json:"site"`
	To   int64  `json:"to"` // as asked for
	// Became is the total since: To, or what cannot be given up any more, Consumed and Picked, where that is more.
	Became   int64 `json:"became"`
	Consumed int64 `json:"consumed,omitempty"` // what had left the site
	Picked   int64 `json:"picked,omitempty"`   // what was picked, and would have to be unpicked first
}

// Decrease brings the total of an item that a reservation, held or committed, has down. The latest lines give up first.
// What has left and what is picked stay: where that is more than To, the total becomes that, and Became says so. Quotas
// that were taken for the item follow in proportion.
//
// The same document again gives the first answer with Replayed set, with another content it is a *KeyConflictError. The
// other errors are *RequestError, also for a total above what is reserved and for an item that the reservation has no line
// of, *UnknownKeyError and *StateError. After an error nothing has changed.
func (s *Stock) Decrease(now time.Time, d Decrease) (Decreased, error) {
	none := func(err error) (Decreased, error) { return Decreased{}, err }
	at, err := d.check(s, now)
	if err != nil {
		return none(err)
	}
	r, unlock, err := s.reservation(d.Key)
	if err != nil {
		return none(err)
	}
	defer unlock()
	if i := r.posted(d.Document); i >= 0 {
		made := r.postings[i]
		if c := made.reduction; c == nil || c.Item != at.item || c.Site != at.site.id || c.To != d.To {
			return none(&KeyConflictError{Op: decreasing.op(), Key: d.Document})
		}
		return r.decreased(made, true), nil
	}
	if err := r.allows(decreasing, now.UnixNano(), false); err != nil {
		return none(err)
	}
	made, fault := r.reduce(at, d)
	if fault != nil {
		return none(fault)
	}
	made.at = now.UnixNano()
	r.onPosted(made)
	return r.decreased(made, false), nil
}

// UndoDecrease takes a decrease back as if it had never been made, because its event could not be journalled: the goods
// are reserved again. Others may have reserved them meanwhile, as with UndoRelease. The error is a *StateError when more
// has happened to the reservation since, or when the event is Replayed.
func (s *Stock) UndoDecrease(e Decreased) error {
	return s.undoPosting(decreasing, e.Key, e.Document, e.At, e.Replayed)
}

func (d *Decrease) check(s *Stock, now time.Time) (*position, error) {
	op := decreasing.op()
	switch {
	case d.Document == "":
		return nil, &RequestError{Op: op, Field: "Document", Reason: "is empty"}
	case d.To < 0:
		return nil, &RequestError{Op: op, Field: "To", Reason: "is below 0"}
	}
	at, err := s.position(op, "Ref", d.Ref)
	return at, cmp.Or(err, checkTime(op, now))
}

// reduce decides what is given up.
func (r *reservation) reduce(at *position, d Decrease) (posting, error) {
	c := Reduction{Item: at.item, Site: at.site.id, To: d.To}
	var total int64
	known := false
	for i := range r.lines {
		if l := &r.lines[i]; l.at == at {
			known = true
			total += l.quantity - l.released
			c.Consumed += l.consumed
			c.Picked += l.picked
		}
	}
	switch {
	case !known:
		return posting{}, &RequestError{Op: decreasing.op(), Field: "Ref", Reason: "is an item that the reservation has no line of"}
	case d.To > total:
		return posting{}, &RequestError{Op: decreasing.op(), Field: "To", Reason: "is above what is reserved"}
	}
	c.Became = max(d.To, c.Consumed+c.Picked)
	made := posting{kind: decreasing, document: d.Document, taken: make([]int64, len(r.lines)), reduction: &c}
	left := total - c.Became
	for i := len(r.lines) - 1; i >= 0; i-- {
		if l := &r.lines[i]; l.at == at {
			made.taken[i] = min(left, l.open())
			left -= made.taken[i]
		}
	}
	r.followed(made.taken)
	return made, nil
}

// decreased is the event of a decrease.
func (r *reservation) decreased(made posting, replayed bool) Decreased {
	return Decreased{
		Key: r.key, At: instant(made.at), Document: made.document, Reduction: *made.reduction, Lines: r.moved(made),
		Replayed: replayed,
	}
}

// copy keeps what is given out apart from what is kept.
func (c *Reduction) copy() *Reduction {
	if c == nil {
		return nil
	}
	same := *c
	return &same
}

// damage says what is wrong with a reduction that no operation could have returned, of these lines; empty when nothing is.
func (c *Reduction) damage(lines []ReservedLine) string {
	if c.To < 0 || c.Became < c.To || c.Consumed < 0 || c.Picked < 0 {
		return "a total out of range"
	}
	for i := range lines {
		if l := &lines[i]; !l.Quota && (l.Item != c.Item || l.Site != c.Site) {
			return "lines of another item"
		}
	}
	return ""
}
