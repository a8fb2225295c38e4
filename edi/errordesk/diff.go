package errordesk

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order/intake"
)

// ChangeKind says what became of a segment.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is a segment that a correction added, removed or changed.
type Change struct {
	Kind ChangeKind
	// Before and After count the segment from 1 before and after the correction; 0
	// where it is not there.
	Before, After int
	// Was and Is are the segment, for a person; empty where it is not there.
	Was, Is string
	// Elements are those that differ, counted from 1, of a segment that changed. Of an
	// element of EDIFACT fifty repetitions are compared.
	Elements []int
}

// Diff compares two documents segment by segment, envelopes included: those of the
// envelope stand before the others and have the numbers of their interchange. What is
// no X12 and no EDIFACT is compared line by line.
func Diff(before, after intake.Document) []Change {
	a, b := whole(before), whole(after)
	from := 0
	for from < len(a) && from < len(b) && a[from].same(b[from]) {
		from++
	}
	endA, endB := len(a), len(b)
	for endA > from && endB > from && a[endA-1].same(b[endB-1]) {
		endA, endB = endA-1, endB-1
	}
	var out []Change
	i, j := from, from
	for _, p := range append(common(a[from:endA], b[from:endB]), [2]int{endA - from, endB - from}) {
		out = append(out, replaced(a, b, i, from+p[0], j, from+p[1])...)
		i, j = from+p[0]+1, from+p[1]+1
	}
	return out
}

// replaced tells of segments i to endI that stand where j to endJ do now: pairs of one
// identifier changed, the others were removed and added.
func replaced(a, b []segment, i, endI, j, endJ int) []Change {
	var out []Change
	for ; i < endI; i++ {
		at := slices.IndexFunc(b[j:endJ], func(s segment) bool { return s.id == a[i].id })
		if at < 0 {
			out = append(out, Change{Kind: Removed, Before: a[i].number, Was: a[i].text})
			continue
		}
		for ; at > 0; at-- {
			out = append(out, Change{Kind: Added, After: b[j].number, Is: b[j].text})
			j++
		}
		out = append(out, Change{Kind: Changed, Before: a[i].number, After: b[j].number, Was: a[i].text, Is: b[j].text, Elements: differing(a[i].values, b[j].values)})
		j++
	}
	for ; j < endJ; j++ {
		out = append(out, Change{Kind: Added, After: b[j].number, Is: b[j].text})
	}
	return out
}

func differing(a, b []string) []int {
	var list []int
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			list = append(list, i+1)
		}
	}
	return list
}

// mostCells bounds the table by which common finds what two lists have in common.
const mostCells = 4 << 20

// common gives the indexes of the longest list of segments that both have in order.
// Where the lists are too long to find it, none.
func common(a, b []segment) [][2]int {
	if len(a) == 0 || len(b) == 0 || len(a) > mostCells/len(b) {
		return nil
	}
	width := len(b) + 1
	length := make([]int32, (len(a)+1)*width) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].same(b[j]) {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].same(b[j]):
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// segment is one of either standard, or a line of something else.
type segment struct {
	id, text string
	values   []string
	number   int
}

func (s segment) same(t segment) bool { return s.text == t.text && slices.Equal(s.values, t.values) }

// whole are the segments of a document with those of its envelope.
func whole(d intake.Document) []segment {
	return append(envelopeSegments(d), segmentsOf(d)...)
}

// envelopeSegments are the segments of the envelope, as far as they can be read.
func envelopeSegments(d intake.Document) []segment {
	var out []segment
	source := bytes.NewReader(d.Envelope)
	switch {
	case len(d.Envelope) == 0:
	case d.Channel == ChannelX12:
		for r := x12.NewReader(source, readX12()); ; {
			t, err := r.Next()
			if err == nil {
				out = append(out, x12Segment(t.Segment(), len(out)+1))
			} else if syntax := (*x12.SyntaxError)(nil); !errors.As(err, &syntax) {
				return out
			}
		}
	case d.Channel == ChannelEDIFACT:
		for r := edifact.NewReader(source, readEDIFACT()); ; {
			t, err := r.Next()
			if err == nil {
				out = append(out, edifactSegment(t.Segment(), len(out)+1))
			} else if syntax := (*edifact.SyntaxError)(nil); !errors.As(err, &syntax) {
				return out
			}
		}
	}
	return out
}

// segmentsOf are the segments of the set or message, from ST or UNH on.
func segmentsOf(d intake.Document) []segment {
	interchange, err := Interchange(d)
	if err != nil {
		return lines(d.Raw)
	}
	var out []segment
	switch d.Channel {
	case ChannelX12:
		report, err := x12.Read(bytes.NewReader(interchange), readX12())
		if err == nil && len(report.Sets()) == 1 {
			for i, s := range report.Sets()[0].Segments {
				out = append(out, x12Segment(s, i+1))
			}
		}
	case ChannelEDIFACT:
		report, err := edifact.Read(bytes.NewReader(interchange), readEDIFACT())
		if err == nil && len(report.Messages()) == 1 {
			for i, s := range report.Messages()[0].Segments {
				out = append(out, edifactSegment(s, i+1))
			}
		}
	}
	if len(out) == 0 {
		return lines(d.Raw)
	}
	return out
}

func x12Segment(s x12.Segment, number int) segment {
	out := segment{id: s.ID(), text: s.String(), number: number}
	for i := 1; i <= s.Len(); i++ {
		out.values = append(out.values, s.Value(i))
	}
	return out
}

func edifactSegment(s edifact.Segment, number int) segment {
	out := segment{id: s.ID(), text: s.String(), number: number}
	for i := 1; i <= s.Len(); i++ {
		out.values = append(out.values, edifactElement(s, i))
	}
	return out
}

// edifactElement is an element with : between its components and * between its
// repetitions, for a person. Of many repetitions the first are told: each is looked for
// from the beginning.
func edifactElement(s edifact.Segment, i int) string {
	const (
		most    = 100 // components of a repetition
		longest = 50  // repetitions
	)
	text := strings.Join(s.Components(i), ":")
	repetitions := s.Repetitions(i)
	for n := 2; n <= repetitions; n++ {
		if n > longest {
			return text + "*..."
		}
		components := make([]string, most)
		for c := range components {
			components[c] = s.RepeatedComponent(i, n, c+1)
		}
		text += "*" + strings.TrimRight(strings.Join(components, ":"), ":")
	}
	return text
}

func lines(raw []byte) []segment {
	var out []segment
	for line := range bytes.Lines(raw) {
		text := string(bytes.TrimRight(line, "\r\n"))
		out = append(out, segment{id: "", text: text, number: len(out) + 1})
	}
	return out
}
