package x12

import (
	"bytes"

	"github.com/o2ckit/o2c/edi/fault"
)

// suspectBytes is how much of a set is kept for suspect when the set itself is
// not wanted.
const suspectBytes = 1 << 20

// suspect looks for up to n places in the open set where a terminator is
// missing or is another character, and reports them. It is asked only when
// segments are known to be missing: the signs by themselves may be data. The
// strongest sign is a segment identifier in front of a separator that follows
// punctuation (10'PID*); next is a known identifier at the end of a value (10PID*).
func (w *walker) suspect(n int) {
	if w.rec.dropped || len(w.rec.text) == 0 {
		return
	}
	places := w.places(n, afterPunctuation)
	if len(places) == 0 {
		places = w.places(n, afterData)
	}
	for _, f := range places {
		w.addSet(f)
	}
}

// afterPunctuation finds an identifier at the end of an element that is not
// part of a word; it returns where a segment seems to end, or -1.
func afterPunctuation(element []byte) int {
	for _, n := range [...]int{3, 2} {
		at := len(element) - n
		if at < 2 || !validID(element[at:]) || !usualID(element[at:]) {
			continue
		}
		if b := element[at-1]; b != ' ' && !isAlphanumeric(b) && b < 0x80 {
			return at - 1
		}
	}
	return -1
}

// afterData finds a usual identifier that is glued to the end of a value.
func afterData(element []byte) int {
	for _, n := range [...]int{3, 2} {
		if at := len(element) - n; at >= 1 && usualID(element[at:]) {
			return at
		}
	}
	return -1
}

// places reads the kept text again and finds suspicious elements.
func (w *walker) places(n int, end func([]byte) int) []Fault {
	var found []Fault
	text, d := w.rec.text, w.ic.Delimiters
	for no, from := 1, 0; from < len(text) && len(found) < n; no++ {
		to := len(text)
		if i := bytes.IndexByte(text[from:], d.Segment); i >= 0 {
			to = from + i
		}
		segment := text[from:to]
		for element, at := 0, 0; at < len(segment) && len(found) < n; element++ {
			stop := bytes.IndexByte(segment[at:], d.Element)
			if stop < 0 {
				break // an identifier is followed by a separator
			}
			if i := end(segment[at : at+stop]); i >= 0 && element > 0 {
				found = append(found, Fault{Code: CodeSegmentUnterminated, Standard: standard("AK502", "5"), Severity: Failure,
					Segment: fault.Shortened(bytes.TrimSpace(idOf(segment, d.Element))), SegmentNo: no, Element: element,
					Offset: w.s.Offset + int64(from+at+i), Value: fault.Shortened(segment[at : at+stop]),
					Message: "the segment terminator seems to be missing here, or to be another character",
					Fix:     "end each segment with the character that follows ISA16"})
			}
			at += stop + 1
		}
		from = to + 1
	}
	return found
}

// usualID knows the segments that the sets of order, shipment, invoice and
// inventory are made of.
func usualID(id []byte) bool {
	switch string(id) {
	case "ACK", "AMT", "BAK", "BCA", "BCH", "BEG", "BIA", "BIG", "BSN", "CAD", "CSH", "CTB", "CTP", "CTT", "CUR",
		"DTM", "FOB", "G62", "HL", "IEA", "ISS", "IT1", "IT3", "ITA", "ITD", "LDT", "LIN", "LS", "LX", "MAN",
		"MEA", "MSG", "MTX", "N1", "N2", "N3", "N4", "N9", "NTE", "PAM", "PER", "PID", "PKG", "PO1", "PO3",
		"PO4", "POC", "PRF", "PWK", "QTY", "REF", "SAC", "SCH", "SDQ", "SE", "SHP", "SLN", "SN1", "TAX", "TC2",
		"TD1", "TD3", "TD4", "TD5", "TDS", "TXI", "UIT", "W01", "W05", "W06", "W12", "W66", "W76", "ZA":
		return true
	}
	return false
}
