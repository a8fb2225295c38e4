package shipping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/internal/gs1"
)

// SSCC is a serial shipping container code: 18 digits that name one carton or
// pallet for good. They are an extension digit, the GS1 company prefix and a
// serial reference, together 17 digits, and a check digit (GS1 General
// Specifications, application identifier 00). The empty SSCC is none.
type SSCC string

const (
	ssccLength = 18
	// ssccPayload is what prefix and serial reference take together.
	ssccPayload = 16
	// GS1 company prefixes have at least 4 and at most 12 digits.
	minPrefix, maxPrefix = 4, 12
)

// NewSSCC makes the code of a serial reference. Extension is 0 to 9 and the
// company's to choose; prefix is the GS1 company prefix of 4 to 12 digits;
// serial, from 0 on, has the 16 digits that the prefix leaves. What does not
// fit is a [*PrefixError] or a [*SerialError].
func NewSSCC(extension int, prefix string, serial int64) (SSCC, error) {
	if err := checkNumberRange(extension, prefix); err != nil {
		return "", err
	}
	width := ssccPayload - len(prefix)
	if last := lastSerial(prefix); serial < 0 || serial > last {
		return "", &SerialError{Prefix: prefix, Serial: serial, Last: last}
	}
	digits := fmt.Sprintf("%d%s%0*d", extension, prefix, width, serial)
	digit, _ := gs1.CheckDigit(digits) // they are digits
	return SSCC(digits + string(digit)), nil
}

// ParseSSCC reads the 18 digits of a code. Anything else, and a wrong check
// digit, is an [*SSCCError].
func ParseSSCC(text string) (SSCC, error) {
	s := SSCC(text)
	if err := s.Validate(); err != nil {
		return "", err
	}
	return s, nil
}

// Validate tells in an [*SSCCError] why the text is no code; nil: it is one.
func (s SSCC) Validate() error {
	if len(s) != ssccLength || !isDigits(string(s)) {
		return &SSCCError{Text: string(s)}
	}
	if want, _ := gs1.CheckDigit(string(s[:ssccLength-1])); s[ssccLength-1] != want {
		return &SSCCError{Text: string(s), Want: want}
	}
	return nil
}

// Serial returns the serial reference of a code of a company prefix; ok is
// false for a code that is none, or is not of that extension and prefix.
func (s SSCC) Serial(extension int, prefix string) (serial int64, ok bool) {
	if checkNumberRange(extension, prefix) != nil || s.Validate() != nil {
		return 0, false
	}
	rest, ok := strings.CutPrefix(string(s[:ssccLength-1]), strconv.Itoa(extension)+prefix)
	if !ok {
		return 0, false
	}
	serial, err := strconv.ParseInt(rest, 10, 64)
	return serial, err == nil
}

// ElementString returns what a GS1-128 symbol carries after its first FNC1:
// application identifier 00 and the code.
func (s SSCC) ElementString() string { return "00" + string(s) }

// HumanReadable returns what stands below the symbol: "(00)095287654321012346".
func (s SSCC) HumanReadable() string { return "(00)" + string(s) }

// SSCCError says why a text is no SSCC.
type SSCCError struct {
	// Text is what was to be read.
	Text string
	// Want is the check digit that would be right; 0 where the text is not 18 digits.
	Want byte
}

// Error implements error.
func (e *SSCCError) Error() string {
	if e.Want == 0 {
		return fmt.Sprintf("shipping: %q is no SSCC: want 18 digits", e.Text)
	}
	return fmt.Sprintf("shipping: %q is no SSCC: the check digit should be %c", e.Text, e.Want)
}

// PrefixError says that no SSCC can begin with an extension digit and a
// company prefix.
type PrefixError struct {
	Extension int
	Prefix    string
}

// Error implements error.
func (e *PrefixError) Error() string {
	return fmt.Sprintf("shipping: no SSCC begins with extension %d and company prefix %q: want a digit, and %d to %d digits",
		e.Extension, e.Prefix, minPrefix, maxPrefix)
}

// SerialError says that a serial reference does not fit behind a company prefix.
type SerialError struct {
	Prefix string
	Serial int64
	// Last is the largest serial reference that fits.
	Last int64
}

// Error implements error.
func (e *SerialError) Error() string {
	return fmt.Sprintf("shipping: serial reference %d is not within 0 to %d, which company prefix %s leaves",
		e.Serial, e.Last, e.Prefix)
}

func checkNumberRange(extension int, prefix string) error {
	if extension < 0 || extension > 9 || len(prefix) < minPrefix || len(prefix) > maxPrefix || !isDigits(prefix) {
		return &PrefixError{Extension: extension, Prefix: prefix}
	}
	return nil
}

// lastSerial is the largest serial reference behind a valid prefix.
func lastSerial(prefix string) int64 {
	last := int64(1)
	for range ssccPayload - len(prefix) {
		last *= 10
	}
	return last - 1
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
