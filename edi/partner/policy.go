package partner

import (
	"time"

	"github.com/o2ckit/o2c/edi/schema"
)

// Answer says how we acknowledge what a partner sends.
type Answer string

const (
	// AnswerDefault is [Answer997] for X12 and [AnswerCONTRL] for EDIFACT.
	AnswerDefault Answer = ""
	// Answer997 answers each group with a functional acknowledgement.
	Answer997 Answer = "997"
	// Answer999 answers with an implementation acknowledgement where the version has
	// it, from 005010 on, and with a 997 before.
	Answer999 Answer = "999"
	// AnswerCONTRL answers each interchange with a CONTRL.
	AnswerCONTRL Answer = "CONTRL"
	// AnswerRequested answers with a CONTRL when the UNB asks for one (0031), and when
	// something is rejected.
	AnswerRequested Answer = "requested"
	// AnswerNone sends none; a TA1 that is asked for or due is sent all the same.
	AnswerNone Answer = "none"
)

// Acknowledgement is how two partners acknowledge to each other what was exchanged.
type Acknowledgement struct {
	// Send is how we answer what the partner sends.
	Send Answer `json:"send,omitempty" yaml:"send,omitempty"`
	// AcceptErrors accepts sets whose only errors stand in their segments, as accepted
	// with errors. Otherwise any error rejects a set.
	AcceptErrors bool `json:"accept_errors,omitempty" yaml:"accept_errors,omitempty"`
	// WithinHours is how soon the partner acknowledges what we send. 0: no
	// acknowledgement is expected.
	WithinHours int `json:"within_hours,omitempty" yaml:"within_hours,omitempty"`
}

// Within is how soon the partner acknowledges what we send; expected is false when it
// does not.
func (a Acknowledgement) Within() (d time.Duration, expected bool) {
	return time.Duration(a.WithinHours) * time.Hour, a.WithinHours > 0
}

// Scope is a number that a partner gives out once.
type Scope string

const (
	// ScopeInterchange is the control number of the interchange (ISA13, UNB 0020).
	ScopeInterchange Scope = "interchange"
	// ScopeGroup is that of the functional group (GS06, UNG 0048).
	ScopeGroup Scope = "group"
	// ScopeSet is that of the set or message (ST02, UNH 0062), by its type; for partners
	// that count on from one interchange to the next.
	ScopeSet Scope = "set"
	// ScopeDocument is the number of the document itself, such as that of the purchase
	// order with its release.
	ScopeDocument Scope = "document"
)

// Duplicates say what counts as the same sent twice.
type Duplicates struct {
	// Scopes are the numbers that must not come again. Empty: [ScopeInterchange].
	Scopes []Scope `json:"scopes,omitempty" yaml:"scopes,omitempty"`
	// Days is how long a number is remembered. 0: for ever.
	Days int `json:"days,omitempty" yaml:"days,omitempty"`
	// Accept takes what comes twice, with a warning. Otherwise it is rejected.
	Accept bool `json:"accept,omitempty" yaml:"accept,omitempty"`
}

// Has tells whether a number of the scope must not come again.
func (d Duplicates) Has(s Scope) bool {
	if len(d.Scopes) == 0 {
		return s == ScopeInterchange
	}
	for _, scope := range d.Scopes {
		if scope == s {
			return true
		}
	}
	return false
}

// Remembered tells whether something received at one time still counts at another.
func (d Duplicates) Remembered(at, now time.Time) bool {
	return d.Days == 0 || now.Before(at.AddDate(0, 0, d.Days))
}

// Guide is a partner's implementation guide: what it asks for beside the standard. It
// holds for what it sends and for what we send.
type Guide struct {
	// Schema changes the release of the version that is written, as [schema.Overlay]
	// does: codes, lengths, what is required, what is not wanted.
	Schema []schema.Change `json:"schema,omitempty" yaml:"schema,omitempty"`
	// Require are segments that must be there by what they hold, such as a department.
	Require []Requirement `json:"require,omitempty" yaml:"require,omitempty"`
	// Add are segments that we put into what we send.
	Add []Addition `json:"add,omitempty" yaml:"add,omitempty"`
	// Codes are values that the partner calls otherwise than we and the standard do.
	Codes []Translation `json:"codes,omitempty" yaml:"codes,omitempty"`
}

// Tolerance is what a partner may do against the standard and its own guide. It holds
// for what it sends alone: what we send is right.
type Tolerance struct {
	// Header accepts an ISA of the wrong length where it can be read. X12 only.
	Header bool `json:"header,omitempty" yaml:"header,omitempty"`
	// Schema loosens the release, after the guide has changed it.
	Schema []schema.Change `json:"schema,omitempty" yaml:"schema,omitempty"`
	// Warnings are codes of faults that are told, but reject nothing, such as
	// schema.element.code. Those of the syntax itself cannot be tolerated.
	Warnings []string `json:"warnings,omitempty" yaml:"warnings,omitempty"`
}
