package x12

import (
	"slices"
	"strings"
)

// Draft collects segments that are made one after the other, such as those of a set,
// in few pieces of memory. The zero value is empty.
//
//	d.Begin("REF")
//	d.Put("DP", "012")
type Draft struct {
	text strings.Builder // what is given out of it and of ends stays as it is
	ends []uint32
	at   []drafted
}

// drafted is where a segment begins in the text, and where its ends do.
type drafted struct{ from, ends uint32 }

// Begin starts a segment with its identifier.
func (d *Draft) Begin(id string) {
	d.at = append(d.at, drafted{uint32(d.text.Len()), uint32(len(d.ends))})
	d.text.WriteString(id)
	d.ends = append(d.ends, uint32(len(id)))
}

// Put adds elements to the segment that was begun last, as [NewSegment] takes them.
// They are not kept.
func (d *Draft) Put(elements ...string) {
	from := int(d.at[len(d.at)-1].from)
	for _, element := range elements {
		d.text.WriteByte(neutral().Element)
		d.text.WriteString(element)
		d.ends = append(d.ends, uint32(d.text.Len()-from))
	}
}

// Elements returns how many elements the segment that was begun last has; 0 before
// the first.
func (d *Draft) Elements() int {
	if len(d.at) == 0 {
		return 0
	}
	return len(d.ends) - int(d.at[len(d.at)-1].ends) - 1
}

// Grow makes room for so many further segments of a common length.
func (d *Draft) Grow(segments int) {
	const bytes, elements = 56, 10
	d.text.Grow(segments * bytes)
	d.ends, d.at = slices.Grow(d.ends, segments*elements), slices.Grow(d.at, segments)
}

// Len returns how many segments there are.
func (d *Draft) Len() int { return len(d.at) }

// Segments returns the segments in the order in which they were added; nil if there
// are none. The draft can go on to grow.
func (d *Draft) Segments() []Segment {
	if len(d.at) == 0 {
		return nil
	}
	text, ends := d.text.String(), d.ends
	segments := make([]Segment, len(d.at))
	to, endsTo := uint32(len(text)), uint32(len(ends))
	for i, at := range slices.Backward(d.at) {
		segments[i] = Segment{text: text[at.from:to], ends: ends[at.ends:endsTo:endsTo], delims: neutral()}
		to, endsTo = at.from, at.ends
	}
	return segments
}
