package duplicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/journal"
)

// attempts bounds how often an append whose outcome is not known is tried.
const attempts = 3

// mostNumbers is how many numbers one event carries.
const mostNumbers = 2_000

// Config is what a register is made of.
type Config struct {
	// Journal keeps the numbers. Required.
	Journal journal.Journal
	// Clock tells the time, such as time.Now. Required.
	Clock func() time.Time
	// Actor is recorded with the numbers. By default "edi".
	Actor string
}

// ConfigError says what is wrong with a [Config].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("duplicate: config: %s: %s", e.Field, e.Reason)
}

var (
	// ErrNoID is returned for what has no partner or no id.
	ErrNoID = errors.New("duplicate: what is admitted needs a partner and an id")
	// ErrNotKept is returned for an interchange that was checked only: without the bytes
	// of its sets nobody can tell whether they came before.
	ErrNotKept = errors.New("duplicate: the bytes of the sets were not kept when they were read")
)

// Register remembers numbers. It is safe for many goroutines, and for several processes
// on one journal: a number belongs to whoever's append took it. A register is a
// desk.Fold, so that opening a desk on the same journal fills it; without a desk
// [Register.Load] does.
type Register struct {
	config Config
	codec  *journal.Codec

	mu       sync.Mutex
	partners map[string]*book
}

// book is what a register knows of one partner: a fold over its stream.
type book struct {
	// admitting is held by who admits, until the journal has answered. Everything else
	// is guarded by Register.mu.
	admitting sync.Mutex
	last      journal.Position
	seen      map[key]Seen
}

type key struct {
	standard string
	scope    partner.Scope
	kind     string
	control  string
}

// Number is a control number as it came.
type Number struct {
	// Scope says what it numbers: interchange, group or set.
	Scope partner.Scope `json:"scope"`
	// Kind is the functional identifier of a group, the type of a set or message, and
	// empty for an interchange.
	Kind string `json:"kind,omitempty"`
	// Control is the number, without zeros before it.
	Control string `json:"control"`
	// Digest tells the content under it from any other.
	Digest []byte `json:"digest"`
}

// Seen is when a number was used before.
type Seen struct {
	// ID is the caller's name of what was received then.
	ID string
	At time.Time
	// Digest is that of the content.
	Digest []byte
}

// Outcome says what a number is that came.
type Outcome uint8

// The outcomes.
const (
	// Unused was not used before, or so long ago that it does not count.
	Unused Outcome = iota
	// Resent was used before for the same content.
	Resent
	// Reused was used before for other content.
	Reused
)

// String returns unused, resent or reused.
func (o Outcome) String() string {
	switch o {
	case Unused:
		return "unused"
	case Resent:
		return "resent"
	case Reused:
		return "reused"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// Judged is a number with what it is.
type Judged struct {
	Number
	Outcome Outcome
	// First is the use before; zero for a new number.
	First Seen
}

// New makes an empty register on a journal.
func New(c Config) (*Register, error) {
	if c.Journal == nil {
		return nil, &ConfigError{"Journal", "a register needs a journal"}
	}
	if c.Clock == nil {
		return nil, &ConfigError{"Clock", "a register needs a clock, such as time.Now"}
	}
	if c.Actor == "" {
		c.Actor = "edi"
	}
	return &Register{config: c, codec: Events(), partners: make(map[string]*book)}, nil
}

// Admit judges numbers of a partner and remembers those that are new, under the caller's
// id of what was received. The same id again finds its own numbers new. It returns one
// judgement for each number, in their order. A number that comes twice among them is
// judged by its first.
//
// The policy says how long a number counts; its scopes are for those who make the list.
func (r *Register) Admit(ctx context.Context, name, standard, id string, policy partner.Duplicates, numbers ...Number) ([]Judged, error) {
	if name == "" || id == "" {
		return nil, ErrNoID
	}
	r.mu.Lock()
	b := r.book(name)
	r.mu.Unlock()
	b.admitting.Lock()
	defer b.admitting.Unlock()
	var list []Judged
	for from := 0; from < len(numbers); from += mostNumbers {
		part, err := r.admit(ctx, b, name, standard, id, policy, numbers[from:min(from+mostNumbers, len(numbers))])
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

// admit judges and remembers as many numbers as one event carries.
func (r *Register) admit(ctx context.Context, b *book, name, standard, id string, policy partner.Duplicates, numbers []Number) ([]Judged, error) {
	for attempt := 1; ; {
		now := r.config.Clock().Round(0)
		list, fresh, last := r.judge(b, standard, id, policy, now, numbers)
		if len(fresh) == 0 {
			return list, nil
		}
		err := r.append(ctx, last, now, AdmittedEvent{Partner: name, Standard: standard, ID: id, Numbers: fresh})
		conflict := (*journal.ConflictError)(nil)
		switch {
		case err == nil:
			return list, nil
		case errors.As(err, &conflict):
		case errors.Is(err, journal.ErrOutcomeUnknown) && ctx.Err() == nil && attempt < attempts:
			attempt++
		default:
			return nil, err
		}
		if err := r.replay(ctx, stream(name), last); err != nil {
			return nil, err
		}
	}
}

// judge tells of each number what it is, and which are to be remembered.
func (r *Register) judge(b *book, standard, id string, policy partner.Duplicates, now time.Time, numbers []Number) (list []Judged, fresh []Number, last journal.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	among := make(map[key]bool)
	for _, n := range numbers {
		k := key{standard, n.Scope, n.Kind, n.Control}
		first, known := b.seen[k]
		j := Judged{Number: n}
		switch {
		case !known || !policy.Remembered(first.At, now):
			if !among[k] {
				fresh = append(fresh, n)
				among[k] = true
			}
		case first.ID == id: // it is itself, taken again
		case bytes.Equal(first.Digest, n.Digest):
			j.Outcome, j.First = Resent, first
		default:
			j.Outcome, j.First = Reused, first
		}
		list = append(list, j)
	}
	return list, fresh, b.last
}

// book returns that of a partner. r.mu is held.
func (r *Register) book(name string) *book {
	b := r.partners[name]
	if b == nil {
		b = &book{seen: make(map[key]Seen)}
		r.partners[name] = b
	}
	return b
}

func stream(name string) string { return "edi/in/" + name }
