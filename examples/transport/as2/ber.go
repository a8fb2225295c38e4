package as2

import (
	"bytes"
	"errors"
)

// Partners send PKCS#7 in BER: lengths may be left open, and strings cut in
// pieces. What is read here has definite lengths afterwards, as encoding/asn1
// wants it, whatever a sender makes up: the depth and the number of elements
// are bounded, and the time is proportional to the length.
const (
	berDepth    = 40
	berElements = 200_000
)

var errBER = errors.New("as2: not well-formed ASN.1")

// element is one of ASN.1. A constructed one has parts, a primitive one data;
// a raw one is written as it is.
type element struct {
	tag    byte
	raw    []byte
	data   []byte
	parts  []element
	length int // of the content
}

// definite rewrites BER with definite lengths. Line ends after it are ignored.
func definite(ber []byte) ([]byte, error) {
	left := berElements
	e, rest, err := parseElement(ber, berDepth, &left)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimRight(rest, "\r\n")) > 0 {
		return nil, errBER
	}
	return e.append(make([]byte, 0, len(ber)+16)), nil
}

func parseElement(in []byte, depth int, left *int) (e element, rest []byte, err error) {
	*left--
	if len(in) < 2 || depth == 0 || *left < 0 || in[0]&0x1F == 0x1F { // PKCS#7 has no long tags
		return e, nil, errBER
	}
	e.tag = in[0]
	constructed := e.tag&0x20 != 0
	length, in, ok := parseLength(in[1:])
	switch {
	case !ok, length < 0 && !constructed, length > len(in):
		return e, nil, errBER
	case !constructed:
		e.data, e.length = in[:length], length
		return e, in[length:], nil
	}
	open := length < 0
	if !open {
		in, rest = in[:length], in[length:]
	}
	for {
		switch {
		case !open && len(in) == 0:
			return e, rest, nil
		case open && len(in) >= 2 && in[0] == 0 && in[1] == 0:
			return e, in[2:], nil
		}
		var part element
		if part, in, err = parseElement(in, depth-1, left); err != nil {
			return e, nil, err
		}
		e.parts = append(e.parts, part)
		e.length += 1 + lengthBytes(part.length) + part.length
	}
}

// parseLength reads a length; -1 is one that was left open.
func parseLength(in []byte) (length int, rest []byte, ok bool) {
	first := in[0]
	in = in[1:]
	switch {
	case first < 0x80:
		return int(first), in, true
	case first == 0x80:
		return -1, in, true
	}
	n := int(first & 0x7F)
	if n > 4 || n > len(in) {
		return 0, nil, false
	}
	value := uint64(0)
	for _, b := range in[:n] {
		value = value<<8 | uint64(b)
	}
	if value > 1<<31-1 {
		return 0, nil, false
	}
	return int(value), in[n:], true
}

func lengthBytes(length int) int {
	if length < 0x80 {
		return 1
	}
	n := 1
	for ; length > 0; length >>= 8 {
		n++
	}
	return n
}

func (e element) append(out []byte) []byte {
	if e.raw != nil {
		return append(out, e.raw...)
	}
	out = append(out, e.tag)
	if n := lengthBytes(e.length); n == 1 {
		out = append(out, byte(e.length))
	} else {
		out = append(out, 0x80|byte(n-1))
		for i := n - 2; i >= 0; i-- {
			out = append(out, byte(e.length>>(8*i)))
		}
	}
	if e.tag&0x20 == 0 {
		return append(out, e.data...)
	}
	for _, part := range e.parts {
		out = part.append(out)
	}
	return out
}
