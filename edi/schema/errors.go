package schema

import "fmt"

// TextError is one thing that is wrong with the text of a release or an overlay.
type TextError struct {
	// Line counts from 1.
	Line int
	// Word is what stands there and cannot be used, shortened; empty when the
	// line as a whole is meant.
	Word string
	// Reason says what is wrong.
	Reason string
}

// Error names the line, the word and the reason.
func (e *TextError) Error() string {
	if e.Word == "" {
		return fmt.Sprintf("edi/schema: line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("edi/schema: line %d: %q: %s", e.Line, e.Word, e.Reason)
}

// UnknownReleaseError says that no release of the name is embedded.
type UnknownReleaseError struct{ Standard, Version string }

// Error names the release.
func (e *UnknownReleaseError) Error() string {
	return fmt.Sprintf("edi/schema: no release %s %s is embedded", e.Standard, e.Version)
}

// ChangeError says that a change of an [Overlay] cannot be made to a release.
type ChangeError struct {
	// Change counts from 1 in the overlay.
	Change int
	// Set and Path are those of the change.
	Set, Path string
	// Reason says why not.
	Reason string
}

// Error names the change and the reason.
func (e *ChangeError) Error() string {
	return fmt.Sprintf("edi/schema: change %d (%s %s): %s", e.Change, e.Set, e.Path, e.Reason)
}
