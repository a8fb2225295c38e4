package schema

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/internal/yamldoc"
)

// ParseOverlay reads an overlay in the form of [Parse], a change a line; what
// follows # is a comment:
//
//	overlay Northfield, from 2026 on     its name; may be missing
//	at 850 PO1/PID required              set, path, and what changes there
//	at 850 REF max 3
//	at 850 BEG.5 forbidden
//	at * */REF.2 length 1 50
//	at 850 BEG.2 codes SA NE             only these
//	at 850 PO1.3 codes +XX -YY           beside, and without
//	at 850 BEG.1 codes any
//	at 850 PO1 notes off
//	element 355 codes +XX                wherever the element is used
//
// Several changes may stand on a line, codes last. The error is a [*TextError].
func ParseOverlay(text []byte) (Overlay, error) {
	var o Overlay
	if len(text) > maxTextBytes {
		return o, &TextError{Line: 1, Reason: "the text is longer than 16 MiB"}
	}
	no := 0
	for line := range bytes.Lines(text) {
		no++
		before, found := string(line), -1
		for i := range before { // REF#2 is no comment
			if before[i] == '#' && (i == 0 || before[i-1] == ' ' || before[i-1] == '\t') {
				found = i
				break
			}
		}
		if found >= 0 {
			before = before[:found]
		}
		words := strings.Fields(before)
		if len(words) == 0 {
			continue
		}
		if words[0] == "overlay" {
			o.Name = strings.Join(words[1:], " ")
			continue
		}
		c, word, reason := parseChange(words)
		if reason != "" {
			return Overlay{}, &TextError{Line: no, Word: word, Reason: reason}
		}
		o.Changes = append(o.Changes, c)
	}
	return o, nil
}

// parseChange reads a line. A reason says what is wrong with which word.
func parseChange(words []string) (c Change, word, reason string) {
	switch {
	case words[0] == "at" && len(words) > 3:
		c.Set, c.Path, words = words[1], words[2], words[3:]
	case words[0] == "element" && len(words) > 2:
		c.Element, words = words[1], words[2:]
	default:
		return c, words[0], "a change is at, a set, a path and what changes, or element, its number and what changes"
	}
	for len(words) > 0 {
		var used int
		if used, reason = c.take(words); reason != "" {
			return c, words[0], reason
		}
		words = words[used:]
	}
	return c, "", ""
}

// take reads what one word changes, and what belongs to it.
func (c *Change) take(words []string) (used int, reason string) {
	number := func(i int, into **int) bool {
		if i >= len(words) {
			return false
		}
		n, err := strconv.Atoi(words[i])
		*into = &n
		return err == nil && n >= 0 && n <= maxLength
	}
	switch words[0] {
	case Required, Optional, Forbidden:
		c.Use = words[0]
		return 1, ""
	case "min":
		if !number(1, &c.Min) {
			return 0, "a number follows min"
		}
		return 2, ""
	case "max":
		if len(words) > 1 && words[1] == "*" {
			c.Max = new(int)
		} else if !number(1, &c.Max) || *c.Max == 0 {
			return 0, "a number of 1 or more, or *, follows max"
		}
		return 2, ""
	case "length":
		if !number(1, &c.MinLength) || !number(2, &c.MaxLength) {
			return 0, "the shortest and the longest length follow"
		}
		return 3, ""
	case "notes":
		if len(words) < 2 || words[1] != "off" {
			return 0, "off follows notes"
		}
		c.NoNotes = true
		return 2, ""
	case "codes":
		return len(words), c.takeCodes(words[1:])
	}
	return 0, "expected required, optional, forbidden, min, max, length, notes or codes"
}

func (c *Change) takeCodes(words []string) (reason string) {
	if len(words) == 1 && words[0] == "any" {
		c.AnyCode = true
		return ""
	}
	for _, w := range words {
		switch {
		case len(w) > 1 && w[0] == '+':
			c.Add = append(c.Add, w[1:])
		case len(w) > 1 && w[0] == '-':
			c.Remove = append(c.Remove, w[1:])
		default:
			c.Codes = append(c.Codes, w)
		}
	}
	if len(words) == 0 || c.Codes != nil && (c.Add != nil || c.Remove != nil) {
		return "codes are a list, or + and - each, or any"
	}
	return ""
}

// DecodeOverlay reads an overlay from YAML or JSON, by the names of its fields. All
// that is wrong is returned, joined, each a [*TextError].
func DecodeOverlay(text []byte) (Overlay, error) {
	var o Overlay
	var errs []error
	for _, f := range yamldoc.Decode(text, &o) {
		errs = append(errs, &TextError{Line: f.Line, Word: f.Path, Reason: f.Reason})
	}
	if len(errs) > 0 {
		return Overlay{}, errors.Join(errs...)
	}
	return o, nil
}
