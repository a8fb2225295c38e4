package partner

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
)

// ConfigError says what is wrong with an [OutboxConfig].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("partner: config: %s: %s", e.Field, e.Reason)
}

// DocumentError says what is wrong with a [Document].
type DocumentError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *DocumentError) Error() string {
	return fmt.Sprintf("partner: document: %s: %s", e.Field, e.Reason)
}

// SchemaError says that a document would break the schema of its partner. Nothing was
// sent, and no number was taken.
type SchemaError struct {
	// Partner is the name of the profile, Key that of the document.
	Partner, Key string
	// Set is the set or message type.
	Set string
	// Faults are what is wrong, each with its segment and element. Offsets are those in
	// the interchange that would have been sent.
	Faults []fault.Fault
}

// Error names the set, and segment and element of each fault; of many the first five.
func (e *SchemaError) Error() string {
	const most = 5
	var b strings.Builder
	fmt.Fprintf(&b, "partner: the %s of %s breaks the schema of %s", e.Set, e.Key, e.Partner)
	for i, f := range e.Faults {
		if i == most {
			fmt.Fprintf(&b, "; and %d more", len(e.Faults)-most)
			break
		}
		place := f.Segment
		if f.Element > 0 {
			place += fmt.Sprintf("%02d", f.Element)
		}
		if f.Component > 0 {
			place += fmt.Sprintf("-%d", f.Component)
		}
		separator := ";"
		if i == 0 {
			separator = ":"
		}
		fmt.Fprintf(&b, "%s segment %d, %s: %s", separator, f.SegmentNo, place, f.Message)
		if f.Value != "" {
			fmt.Fprintf(&b, " (found %q)", f.Value)
		}
	}
	return b.String()
}

// AdditionError says why an addition of the partner's guide could not be made. Nothing
// was sent.
type AdditionError struct {
	// Set is the set or message type, Segment the text of the addition.
	Set, Segment string
	Reason       string
}

// Error names the set, the addition and the reason.
func (e *AdditionError) Error() string {
	return fmt.Sprintf("partner: the guide adds %s to the %s: %s", e.Segment, e.Set, e.Reason)
}
