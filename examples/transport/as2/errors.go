package as2

import (
	"errors"
	"fmt"
)

var (
	// ErrCertificate is returned where no certificate is valid.
	ErrCertificate = errors.New("as2: no valid certificate")
	// ErrReceipt is returned for an answer that is not the receipt that was
	// asked for: none at all, an unsigned one, one of somebody else, or one for
	// another message.
	ErrReceipt = errors.New("as2: not the receipt of the message")
	// ErrMIC is returned for a receipt that tells of other content than was
	// sent (Received-Content-MIC).
	ErrMIC = errors.New("as2: the partner received something else than was sent")
)

// Refusals of a message or receipt, the modifiers of RFC 4130, 7.4.3.
const (
	AuthenticationFailed  = "error: authentication-failed"
	DecompressionFailed   = "error: decompression-failed"
	DecryptionFailed      = "error: decryption-failed"
	DuplicateDocument     = "error: duplicate-document"
	InsufficientSecurity  = "error: insufficient-message-security"
	IntegrityCheckFailed  = "error: integrity-check-failed"
	UnexpectedError       = "error: unexpected-processing-error"
	UnsupportedFormat     = "failure: unsupported format"
	UnsupportedAlgorithms = "failure: unsupported MIC-algorithms"
)

// RefusedError says why a message was refused: by us with what came, or by the
// partner with what was sent.
type RefusedError struct {
	// Modifier is the reason in the words of the standard, such as
	// [DecryptionFailed].
	Modifier string
	// Err is the cause, or nil where only the partner knows.
	Err error
}

// Error tells the modifier and the cause.
func (e *RefusedError) Error() string {
	if e.Err == nil {
		return "as2: " + e.Modifier
	}
	return fmt.Sprintf("as2: %s: %v", e.Modifier, e.Err)
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

func refuse(modifier string, err error) error { return &RefusedError{Modifier: modifier, Err: err} }

// StatusError is an answer of a partner's server that is not a success.
type StatusError struct {
	Code int
	// Text is the beginning of what it said.
	Text string
}

// Error tells the status and the text.
func (e *StatusError) Error() string {
	return fmt.Sprintf("as2: the partner's server answers %d: %s", e.Code, e.Text)
}

// temporary tells whether the same request may be answered otherwise later.
func (e *StatusError) temporary() bool {
	switch e.Code {
	case 408, 425, 429:
		return true
	}
	return e.Code >= 500
}
