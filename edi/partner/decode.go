package partner

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/internal/yamldoc"
	"github.com/o2ckit/o2c/kernel/finding"
)

// TextError is one thing that is wrong with a profile that was written as text.
type TextError struct {
	// File is its name; empty for [Decode].
	File string
	// Line counts from 1; 0 is the text as a whole.
	Line int
	// Path leads to the value, such as x12.id.
	Path string
	// Reason says what is wrong, Fix what to do; Fix may be empty.
	Reason, Fix string
}

// Error names the place, the reason and what to do.
func (e *TextError) Error() string {
	var b strings.Builder
	b.WriteString("partner: ")
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Reason)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// document is a text: one profile, or a list of them under partners.
type document struct {
	Profile
	Partners []Profile `json:"partners"`
}

// Decode reads profiles from YAML or JSON, by the names of their fields: one profile,
// or several in a list named partners. Whatever is wrong is returned, joined, each a
// [*TextError] with its line: fields that are not known, values of another kind, and
// everything that [Profile.Validate] and [NewDirectory] find.
func Decode(text []byte) ([]Profile, error) {
	profiles, errs := decode(text)
	return result(profiles, errs)
}

func result(profiles []Profile, errs []*TextError) ([]Profile, error) {
	if len(errs) == 0 {
		return profiles, nil
	}
	all := make([]error, len(errs))
	for i, e := range errs {
		all[i] = e
	}
	return nil, errors.Join(all...)
}

func decode(text []byte) ([]Profile, []*TextError) {
	var doc document
	var errs []*TextError
	for _, f := range yamldoc.Decode(text, &doc) {
		errs = append(errs, &TextError{Line: f.Line, Path: f.Path, Reason: f.Reason})
	}
	if len(errs) > 0 {
		return nil, errs
	}
	lines := yamldoc.Lines(text)
	profiles, prefix := doc.Partners, "partners[%d]."
	_, listed := lines["partners"]
	switch _, named := lines["name"]; {
	case listed && (named || lines["x12"]+lines["edifact"] > 0):
		return nil, []*TextError{{Line: lines["partners"], Path: "partners", Reason: "a text holds one profile or a list of them, not both"}}
	case listed && len(profiles) == 0:
		return nil, []*TextError{{Line: lines["partners"], Path: "partners", Reason: "the list is empty"}}
	case !listed:
		profiles, prefix = []Profile{doc.Profile}, ""
	}
	_, err := NewDirectory(profiles...)
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Findings {
			errs = append(errs, locate(f, prefix, lines))
		}
	}
	return profiles, errs
}

// locate finds the line of what is wrong with a profile of a text: that of the value,
// or else of what it would stand in.
func locate(f finding.Finding, prefix string, lines map[string]int) *TextError {
	index, rest, _ := strings.Cut(strings.TrimPrefix(f.Path, "profiles["), "].")
	at := rest
	if prefix != "" {
		at = strings.Replace(prefix, "%d", index, 1) + rest
	}
	e := &TextError{Path: at, Reason: f.Message, Fix: f.Fix}
	for place := at; e.Line == 0; {
		e.Line = lines[place]
		cut := strings.LastIndexAny(place, ".[")
		if cut < 0 {
			break
		}
		place = place[:cut]
	}
	if e.Line == 0 {
		e.Line = lines[""]
	}
	return e
}

// Load reads the profiles of a folder: all files in it whose names end in .yaml, .yml
// or .json, in the order of their names. Whatever is wrong in all of them is returned,
// joined, each a [*TextError]; two profiles with one name, sender or account are an
// [*InvalidError].
func Load(folder fs.FS) (*Directory, error) {
	files, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var profiles []Profile
	var wrong []error
	for _, file := range files {
		if file.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(file.Name())) {
			continue
		}
		text, err := fs.ReadFile(folder, file.Name())
		if err != nil {
			return nil, err
		}
		read, errs := decode(text)
		for _, e := range errs {
			e.File = file.Name()
			wrong = append(wrong, e)
		}
		profiles = append(profiles, read...)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return NewDirectory(profiles...)
}
