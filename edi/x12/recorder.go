package x12

// recorder keeps the segments of the open set in buffers that are used again
// for the next one.
type recorder struct {
	text     []byte // from ST to the terminator of SE
	ends     []uint32
	segments []recorded
	indexed  bool // segments and ends are kept beside the text
	dropped  bool
}

// recorded is where a segment stands in the text, and its ends in ends.
type recorded struct {
	from, to         int
	endsFrom, endsTo int
	delims           Delimiters
	offset           int64
	number, inSet    int
}

func (rec *recorder) reset(indexed bool) {
	rec.drop()
	rec.indexed, rec.dropped = indexed, false
}

// drop forgets the set.
func (rec *recorder) drop() {
	rec.text, rec.ends, rec.segments, rec.dropped = rec.text[:0], rec.ends[:0], rec.segments[:0], true
}

// add keeps a segment. It is false once, when the set becomes longer than the
// limit and is dropped.
func (rec *recorder) add(t *Token, limit int) bool {
	if rec.dropped {
		return true
	}
	if len(rec.text)+len(t.lead)+len(t.text)+len(t.tail) > limit {
		rec.drop()
		return false
	}
	if len(rec.text) > 0 { // what stands before the ST belongs to the envelope
		rec.text = append(rec.text, t.lead...)
	}
	from := len(rec.text)
	rec.text = append(append(rec.text, t.text...), t.tail...)
	if rec.indexed {
		endsFrom := len(rec.ends)
		rec.ends = append(rec.ends, t.ends...)
		rec.segments = append(rec.segments, recorded{from: from, to: from + len(t.text), endsFrom: endsFrom, endsTo: len(rec.ends),
			delims: t.delims, offset: t.offset, number: t.number, inSet: t.inSet})
	}
	return true
}

// take gives the set out in memory of its own: one string for all segments.
func (rec *recorder) take() (raw string, segments []Segment) {
	if rec.dropped {
		return "", nil
	}
	raw = string(rec.text)
	ends := append([]uint32(nil), rec.ends...)
	segments = make([]Segment, len(rec.segments))
	for i, at := range rec.segments {
		segments[i] = Segment{text: raw[at.from:at.to], ends: ends[at.endsFrom:at.endsTo:at.endsTo],
			delims: at.delims, offset: at.offset, number: at.number, inSet: at.inSet}
	}
	return raw, segments
}
