package edifact

import (
	"bytes"

	"github.com/o2ckit/o2c/edi/fault"
)

// suspectBytes is how much of a message is kept for suspect when the message itself
// is not wanted.
const suspectBytes = 1 << 20

// suspect looks for up to n places in the open message where a terminator is missing
// or is another character, and reports them. It is asked only when segments are known
// to be missing: the signs by themselves may be data. The strongest sign is a tag in
// front of a separator that follows punctuation (EN~QTY+); next is a usual tag at the
// end of a value (ENQTY+).
func (w *walker) suspect(n int) {
	if w.rec.dropped || len(w.rec.text) == 0 {
		return
	}
	places := w.places(n, afterPunctuation)
	if len(places) == 0 {
		places = w.places(n, afterData)
	}
	for _, f := range places {
		w.addMessage(f)
	}
}

// afterPunctuation finds a usual tag at the end of an element that is not part of a
// word; it returns where a segment seems to end, or -1.
func afterPunctuation(element []byte, component byte) int {
	at := len(element) - tagLength
	if at < 1 || !usualTag(string(element[at:])) {
		return -1
	}
	for at > 0 && (element[at-1] == '\r' || element[at-1] == '\n') {
		at--
	}
	if at < 1 {
		return -1
	}
	if b := element[at-1]; b != ' ' && b != component && !alphanumeric(b) && b != '.' && b != '-' {
		for at > 1 && element[at-2] >= 0x80 && element[at-1] >= 0x80 { // a quotation mark in UTF-8
			at--
		}
		return at - 1
	}
	return -1
}

// afterData finds a usual tag that is glued to the end of a value.
func afterData(element []byte, component byte) int {
	if at := len(element) - tagLength; at >= 1 && usualTag(string(element[at:])) && element[at-1] != component {
		return at
	}
	return -1
}

// places reads the kept text again and finds suspicious elements.
func (w *walker) places(n int, end func([]byte, byte) int) []Fault {
	var found []Fault
	text, sep := w.rec.text, w.rec.first.sep
	for no, from := 1, 0; from < len(text) && len(found) < n; no++ {
		to := len(text)
		if i := cut(text[from:], sep.Terminator, sep.Release); i >= 0 {
			to = from + i
		}
		segment := text[from:to]
		for element, at := 0, 0; at < len(segment) && len(found) < n; element++ {
			stop := cut(segment[at:], sep.Element, sep.Release)
			if stop < 0 {
				break // a tag is followed by a separator
			}
			if i := end(segment[at:at+stop], sep.Component); i >= 0 && element > 0 {
				tag, _, _ := bytes.Cut(bytes.TrimSpace(segment), []byte{sep.Element})
				found = append(found, Fault{Code: CodeSegmentUnterminated, Standard: note("22"), Severity: Failure,
					Segment: fault.Shortened(tag), SegmentNo: no, Element: element,
					Offset: w.m.Offset + int64(from+at+i), Value: fault.Shortened(segment[at : at+stop]),
					Message: "the segment terminator seems to be missing here, or to be another character",
					Fix:     "end each segment with the terminator of the interchange"})
			}
			at += stop + 1
		}
		from = to + 1
	}
	return found
}

// usualTag knows the segments that the messages of order, despatch, invoice and
// inventory are made of.
func usualTag(tag string) bool {
	switch tag {
	case "AJT", "ALC", "ALI", "APR", "ARD", "BGM", "CAV", "CCI", "CDI", "CNT", "COM", "CPS", "CTA", "CUX", "DGS", "DLM",
		"DOC", "DTM", "EFI", "EQD", "ERC", "FII", "FTX", "GEI", "GIN", "GIR", "GIS", "HAN", "IDE", "IMD", "INV", "LIN",
		"LOC", "MEA", "MOA", "MTD", "NAD", "PAC", "PAI", "PAT", "PCD", "PCI", "PIA", "PNA", "PRI", "PSD", "PYT", "QTY",
		"QVR", "RCS", "RFF", "RNG", "RTE", "SCC", "SEL", "SGP", "STS", "TAX", "TDT", "TMD", "TOD", "UCD", "UCF", "UCI",
		"UCM", "UCS", "UNS", "UNT":
		return true
	}
	return false
}
