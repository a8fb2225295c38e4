package transport

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// CheckName returns ErrName for what cannot be the name of a file at a partner:
// nothing, a path, a hidden name, one of a partial upload, control characters,
// or more than 200 bytes.
func CheckName(name string) error {
	switch {
	case name == "" || len(name) > 200 || !utf8.ValidString(name):
	case strings.ContainsAny(name, "/\\:") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7F }):
	case Partial(name):
	default:
		return nil
	}
	return fmt.Errorf("%w: %q", ErrName, name)
}

// Partial tells whether a name is one that, by convention, a file has while it
// is being written: hidden, or with an ending that upload programs use.
func Partial(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	switch strings.ToLower(name[dot:]) {
	case ".tmp", ".temp", ".part", ".partial", ".filepart", ".uploading", ".crdownload", ".lock", ".swp":
		return true
	}
	return false
}
