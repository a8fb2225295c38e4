package calendar

// Period is a span of dates, both ends included, as validity is written in contracts and certificates: "from 1 January
// to 31 December". No date for From or To leaves that end open; the zero Period is always.
type Period struct {
	From Date `json:"from,omitzero"` // the first date; no date: since ever
	To   Date `json:"to,omitzero"`   // the last date; no date: until further notice
}

// Contains reports whether d lies in the period. No date lies in none.
func (p Period) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(p.From) && (p.To.IsZero() || !d.After(p.To))
}

// IsValid reports whether the period has a day in it: To is not before From.
func (p Period) IsValid() bool { return p.To.IsZero() || !p.To.Before(p.From) }

// Overlaps reports whether some date lies in both periods.
func (p Period) Overlaps(q Period) bool {
	return p.IsValid() && q.IsValid() &&
		(p.To.IsZero() || !p.To.Before(q.From)) && (q.To.IsZero() || !q.To.Before(p.From))
}

// String returns "2026-01-01..2026-12-31", an open end left empty.
func (p Period) String() string { return p.From.String() + ".." + p.To.String() }
