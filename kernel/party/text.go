package party

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote shows a value from outside in a message: quoted, escaped, and not at any length.
func quote(value string) string {
	const most = 40
	if r := []rune(value); len(r) > most {
		value = string(r[:most]) + "…"
	}
	return strconv.Quote(value)
}

// squeeze trims the text and makes every run of white space one space.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// becomes reports whether text is want once each of its letters is mapped; it makes no string of it, so that a table can be
// searched by it.
func becomes(text, want string, mapping func(rune) rune) bool {
	for _, r := range text {
		first, size := utf8.DecodeRuneInString(want)
		if size == 0 || mapping(r) != first {
			return false
		}
		want = want[size:]
	}
	return want == ""
}

// without leaves out the characters of a set.
func without(text, set string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return -1
		}
		return r
	}, text)
}

// hasControl reports a control character, which no printed or transmitted name may carry.
func hasControl(text string) bool { return strings.IndexFunc(text, unicode.IsControl) >= 0 }

func every(text string, is func(byte) bool) bool {
	for i := range len(text) {
		if !is(text[i]) {
			return false
		}
	}
	return true
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return 'A' <= c && c <= 'Z' }

func isDigits(text string) bool  { return every(text, digit) }
func isLetters(text string) bool { return every(text, letter) }
func isUpperAlnum(text string) bool {
	return every(text, func(c byte) bool { return digit(c) || letter(c) })
}

// fits reports whether text has the shape of a pattern: 9 stands for a digit, A for an upper-case letter, anything else
// for itself.
func fits(text, pattern string) bool {
	if len(text) != len(pattern) {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; pattern[i] {
		case '9':
			if !digit(c) {
				return false
			}
		case 'A':
			if !letter(c) {
				return false
			}
		default:
			if c != pattern[i] {
				return false
			}
		}
	}
	return true
}
