package edifact

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Charset is how the bytes of values are turned into text and back.
type Charset uint8

const (
	// ByUNB takes the character set that the UNB names; [UTF8] without one.
	ByUNB Charset = iota
	// UTF8 is UNOW and UNOY, and what ASCII (UNOA, UNOB) is part of. A value that is no
	// UTF-8 is read as Latin1, which old programs send whatever they say.
	UTF8
	// Latin1 is UNOC, ISO 8859-1.
	Latin1
	// Latin2 is UNOD, ISO 8859-2.
	Latin2
	// Cyrillic is UNOE, ISO 8859-5.
	Cyrillic
	// Greek is UNOF, ISO 8859-7.
	Greek
)

// String returns the usual name, such as ISO 8859-1.
func (c Charset) String() string {
	names := [...]string{"by UNB", "UTF-8", "ISO 8859-1", "ISO 8859-2", "ISO 8859-5", "ISO 8859-7"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("charset(%d)", uint8(c))
}

// charsetOf returns the character set of a syntax identifier such as UNOC, and
// whether the identifier is known.
func charsetOf(syntaxID string) (Charset, bool) {
	switch syntaxID {
	case "UNOA", "UNOB", "UNOW", "UNOY":
		return UTF8, true
	case "UNOC":
		return Latin1, true
	case "UNOD":
		return Latin2, true
	case "UNOE":
		return Cyrillic, true
	case "UNOF":
		return Greek, true
	}
	return UTF8, false
}

// The upper halves of the parts of ISO 8859, from byte 0xA0 on. U+FFFD: none.
const (
	upperLatin2 = "\u00a0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ" +
		"ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙"
	upperCyrillic = "\u00a0ЁЂЃЄЅІЇЈЉЊЋЌ\u00adЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ" +
		"абвгдежзийклмнопрстуфхцчшщъыьэюя№ёђѓєѕіїјљњћќ§ўџ"
	upperGreek = "\u00a0‘’£€₯¦§¨©ͺ«¬\u00ad\ufffd―°±²³΄΅Ά·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟ" +
		"ΠΡ\ufffdΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd"
)

func (c Charset) upper() string {
	switch c {
	case Latin2:
		return upperLatin2
	case Cyrillic:
		return upperCyrillic
	case Greek:
		return upperGreek
	default:
		return ""
	}
}

// decode returns the text of bytes.
func (c Charset) decode(bytes string) string {
	plain := true
	for i := range len(bytes) {
		plain = plain && bytes[i] < utf8.RuneSelf
	}
	if plain || c <= UTF8 && utf8.ValidString(bytes) {
		return bytes
	}
	var text strings.Builder
	if c <= UTF8 && len(bytes) > 1 { // what is no UTF-8 is taken for Latin-1, byte by byte
		for len(bytes) > 0 {
			r, size := c.next(bytes)
			text.WriteRune(r)
			bytes = bytes[size:]
		}
		return text.String()
	}
	upper := []rune(c.upper())
	for i := range len(bytes) {
		r := rune(bytes[i])
		if r >= 0xA0 && len(upper) > 0 {
			r = upper[r-0xA0]
		}
		text.WriteRune(r)
	}
	return text.String()
}

// next returns the first character of bytes and the number of bytes it has.
func (c Charset) next(bytes string) (rune, int) {
	if c <= UTF8 {
		if r, size := utf8.DecodeRuneInString(bytes); r != utf8.RuneError || size > 1 {
			return r, size
		}
	}
	r, _ := utf8.DecodeRuneInString(c.decode(bytes[:1]))
	return r, 1
}

// encode appends a character; false when the set does not have it.
func (c Charset) encode(dst []byte, r rune) ([]byte, bool) {
	switch {
	case c <= UTF8:
		return utf8.AppendRune(dst, r), true
	case r < 0xA0 || c == Latin1 && r <= 0xFF:
		return append(dst, byte(r)), true
	case r == utf8.RuneError:
		return dst, false
	}
	at := 0
	for _, u := range c.upper() {
		if u == r {
			return append(dst, byte(0xA0+at)), true
		}
		at++
	}
	return dst, false
}
