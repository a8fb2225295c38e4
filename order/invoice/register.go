package invoice

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the decoder of this package's event type, invoice.issued.
func Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[Issued]("invoice.issued", 1))
}

// Issued says that an invoice was issued. It stands in the stream of the
// invoice's series ([Stream]), one event a number.
type Issued struct {
	Invoice Invoice `json:"invoice"`
}

// Register knows which number is the next of each series, and where the
// journal stream of the series is. It is a fold over [Issued] and safe for many
// goroutines; it has the methods of a fold of order/desk.
//
// A number is not taken by [Register.Next] but by the append of an [Issued]
// that expects the stream where Next said it is. Whoever loses that race gets a
// *journal.ConflictError, calls [Register.CatchUp], and bills again with the
// next number. An append that is refused, or never comes, leaves no gap.
type Register struct {
	series map[string]Series

	mu   sync.RWMutex
	last map[string]issue // by series, those of the journal that are not configured too
}

// issue is the last invoice of a series.
type issue struct {
	sequence int64
	position journal.Position
}

// NewRegister returns a register of the series, of which nothing was issued
// yet. A series that is not sound, that is given twice, or that could make the
// same numbers as another is a [*SeriesError].
func NewRegister(series ...Series) (*Register, error) {
	r := &Register{series: make(map[string]Series, len(series)), last: make(map[string]issue)}
	for i, s := range series {
		if err := s.validate(); err != nil {
			return nil, err
		}
		if _, twice := r.series[s.Name]; twice {
			return nil, &SeriesError{Series: s.Name, Reason: "it is given twice"}
		}
		for _, t := range series[:i] {
			if s.collides(t) {
				return nil, &SeriesError{Series: s.Name, Reason: fmt.Sprintf("its numbers could be those of series %q", t.Name)}
			}
		}
		r.series[s.Name] = s
	}
	return r, nil
}

// Next returns the next number of a series, and the position that the series'
// stream must be at for the number to be still the next. A series that the
// register does not have is [ErrNoSeries].
func (r *Register) Next(series string) (Number, journal.Position, error) {
	s, ok := r.series[series]
	if !ok {
		return Number{}, 0, fmt.Errorf("%w: %q", ErrNoSeries, series)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	last, begun := r.last[series]
	switch {
	case !begun:
		return s.Number(max(s.First, 1)), 0, nil
	case last.sequence == math.MaxInt64:
		return Number{}, 0, &SeriesError{Series: series, Reason: "there are no numbers left"}
	}
	return s.Number(last.sequence + 1), last.position, nil
}

// Kept returns the function to call once an invoice with the number is in the
// journal, with the position of its [Issued].
func (r *Register) Kept(n Number) func(last journal.Position) {
	return func(position journal.Position) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if position > r.last[n.Series].position {
			r.last[n.Series] = issue{sequence: n.Sequence, position: position}
		}
	}
}

// Events returns the decoder of the events that make the register.
func (r *Register) Events() *journal.Codec { return Events() }

// Apply lets an event of the journal happen; v is its payload, an [Issued]. An
// event at or before the last one that is known is passed over. One that is not
// the next of its series is a [*GapError], one that stands in another stream
// than that of its series an [*EventError].
func (r *Register) Apply(e journal.Event, v any) error {
	issued, ok := v.(Issued)
	if !ok {
		return &EventError{Stream: e.Stream, Position: e.Position, Reason: fmt.Sprintf("%T is no event of an invoice", v)}
	}
	inv := &issued.Invoice
	if e.Stream != Stream(inv.Series) {
		return &EventError{Stream: e.Stream, Position: e.Position, Reason: fmt.Sprintf("invoice %s is of series %q", inv.Number, inv.Series)}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last, begun := r.last[inv.Series]
	if begun && e.Position <= last.position {
		return nil
	}
	if want := last.sequence + 1; begun && inv.Sequence != want {
		return &GapError{Series: inv.Series, Position: e.Position, Want: want, Got: inv.Sequence}
	}
	r.last[inv.Series] = issue{sequence: inv.Sequence, position: e.Position}
	return nil
}

// CatchUp reads what the journal holds of a series after what the register
// knows: after a *journal.ConflictError, or when another process issues too.
func (r *Register) CatchUp(ctx context.Context, j journal.Journal, series string) error {
	r.mu.RLock()
	after := r.last[series].position
	r.mu.RUnlock()
	codec := Events()
	for e, err := range j.Read(ctx, Stream(series), after) {
		if err != nil {
			return err
		}
		v, known, err := codec.Decode(e)
		if err != nil {
			return err
		}
		if !known {
			return &EventError{Stream: e.Stream, Position: e.Position, Reason: fmt.Sprintf("%s is no event of an invoice", e.Type)}
		}
		if err := r.Apply(e, v); err != nil {
			return err
		}
	}
	return nil
}
