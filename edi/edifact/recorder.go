package edifact

// recorder keeps the segments of the open message in buffers that are used again
// for the next one. The segments of a message follow each other without a gap, in
// the stream and in their numbers, so that little has to be kept for each.
type recorder struct {
	text     []byte // from UNH to the terminator of UNT
	ends     []uint32
	segments []recorded
	first    Token // position and separators of the UNH
	indexed  bool  // segments and ends are kept beside the text
	dropped  bool
}

// recorded is where a segment stands in the text, and where its ends end.
type recorded struct{ from, to, endsTo uint32 }

func (rec *recorder) reset(indexed bool) {
	rec.drop()
	rec.indexed, rec.dropped = indexed, false
}

// drop forgets the message.
func (rec *recorder) drop() {
	rec.text, rec.ends, rec.segments, rec.dropped = rec.text[:0], rec.ends[:0], rec.segments[:0], true
}

// add keeps a segment. It is false once, when the message becomes longer than the
// limit and is dropped. A message with a gap is dropped, too.
func (rec *recorder) add(t *Token, limit int) bool {
	if rec.dropped {
		return true
	}
	if len(rec.text)+len(t.lead)+len(t.text)+len(t.tail) > limit {
		rec.drop()
		return false
	}
	if len(rec.text) > 0 && (t.sep != rec.first.sep || t.offset-int64(len(t.lead)) != rec.first.offset+int64(len(rec.text))) {
		// The reader passed over more than a limit allows it to hold, which is
		// a fault of the message already, or there are other separators: what is left
		// are not its bytes.
		rec.drop()
		return true
	}
	if len(rec.text) == 0 {
		rec.first = Token{sep: t.sep, charset: t.charset, offset: t.offset, number: t.number, inMessage: t.inMessage}
	} else { // what stands before the UNH belongs to the envelope
		rec.text = append(rec.text, t.lead...)
	}
	from := len(rec.text)
	rec.text = append(append(rec.text, t.text...), t.tail...)
	if rec.indexed {
		rec.ends = append(rec.ends, t.ends...)
		rec.segments = append(rec.segments, recorded{uint32(from), uint32(from + len(t.text)), uint32(len(rec.ends))})
	}
	return true
}

// take gives the message out in memory of its own: one string for all segments.
func (rec *recorder) take() (raw string, segments []Segment) {
	if rec.dropped {
		return "", nil
	}
	raw = string(rec.text)
	ends := append([]uint32(nil), rec.ends...)
	segments = make([]Segment, len(rec.segments))
	from := uint32(0)
	for i, at := range rec.segments {
		segments[i] = Segment{text: raw[at.from:at.to], ends: ends[from:at.endsTo:at.endsTo], sep: rec.first.sep, charset: rec.first.charset,
			offset: rec.first.offset + int64(at.from), number: rec.first.number + i, inMessage: rec.first.inMessage + i}
		from = at.endsTo
	}
	return raw, segments
}
