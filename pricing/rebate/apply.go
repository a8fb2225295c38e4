package rebate

// Apply takes in an event of this package, a plain value as the codec of Events decodes it. It is how a Ledger is built
// from the journal: events are facts, so nothing is judged, and an event that has taken effect before changes nothing.
//
// The settings of one agreement must come in the order in which they were made. All other events may come in any order,
// as they do when callers journal side by side; the state is the same in the end.
//
// The errors are *EventError for an event that is damaged, out of order or not of this package, *KeyConflictError for two
// events of one document, *money.CurrencyError, *quantity.MismatchError and money.ErrRange.
func (l *Ledger) Apply(event any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case AgreementSet:
		e.Replayed = false
		return l.applySet(e)
	case Accrued:
		e.Replayed = false
		return l.applyAccrued(e)
	case Settled:
		e.Replayed = false
		return l.applySettled(e)
	}
	return &EventError{Event: event, Reason: "not an event of this package"}
}

func (l *Ledger) applySet(e AgreementSet) error {
	if err := (&Setting{Agreement: e.Agreement, Actor: e.Actor, Reason: e.Reason}).check(); err != nil {
		return &EventError{Event: e, Reason: err.Error()}
	}
	was := l.agreement(e.Agreement.ID)
	var revision uint64
	if was != nil {
		revision = was.Revision
	}
	switch {
	case e.Revision == 0 || e.Revision > revision+1:
		return &EventError{Event: e, Reason: "the setting before it is missing"}
	case e.Revision <= revision:
		return nil
	}
	if was != nil && was.Agreement.fixed(&e.Agreement) != "" {
		return &EventError{Event: e, Reason: was.Agreement.fixed(&e.Agreement) + " has changed"}
	}
	e.Agreement = e.Agreement.clone()
	l.become(e)
	return nil
}

func (l *Ledger) applyAccrued(e Accrued) error {
	if e.Document == "" || e.Customer == "" || e.Date.IsZero() || len(e.Entries) == 0 || checkTime("apply", e.At) != nil {
		return &EventError{Event: e, Reason: "no document, no customer, no date, no time or no entries"}
	}
	for i := range e.Entries {
		entry := &e.Entries[i]
		if entry.Agreement == "" || entry.Period.IsZero() || !entry.Net.Currency().IsValid() || entry.Net.Currency() != entry.Amount.Currency() {
			return &EventError{Event: e, Reason: "an entry without agreement or period, or in two currencies"}
		}
	}
	if was, known := l.accrued[e.Document]; known {
		if !was.At.Equal(e.At) {
			return &KeyConflictError{Op: "apply", Document: e.Document}
		}
		return nil
	}
	return l.onAccrued(e)
}

func (l *Ledger) applySettled(e Settled) error {
	if e.Document == "" || e.Agreement == "" || e.Period.From.IsZero() || !e.Pay.Currency().IsValid() || checkTime("apply", e.At) != nil {
		return &EventError{Event: e, Reason: "no document, no agreement, no period, no time or no currency"}
	}
	if was, known := l.settled[e.Document]; known {
		if !was.At.Equal(e.At) {
			return &KeyConflictError{Op: "apply", Document: e.Document}
		}
		return nil
	}
	return l.onSettled(e)
}
