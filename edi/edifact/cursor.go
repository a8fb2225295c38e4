package edifact

// Cursor goes through segments in order: how the translation of a message reads it.
type Cursor struct {
	segments []Segment
	next     int
}

// Cursor returns a cursor over the segments between UNH and UNT.
func (m *Message) Cursor() *Cursor { return NewCursor(m.Body()) }

// NewCursor returns a cursor over segments.
func NewCursor(segments []Segment) *Cursor { return &Cursor{segments: segments} }

// More tells whether a segment is left.
func (c *Cursor) More() bool { return c.next < len(c.segments) }

// Peek returns the next segment without passing it; the zero Segment at the end.
func (c *Cursor) Peek() Segment {
	if !c.More() {
		return Segment{}
	}
	return c.segments[c.next]
}

// Next returns the next segment and passes it; the zero Segment at the end.
func (c *Cursor) Next() Segment {
	s := c.Peek()
	if c.More() {
		c.next++
	}
	return s
}

// Take passes the next segment if it has one of the tags. ok is false where it has
// none of them, and at the end.
func (c *Cursor) Take(tags ...string) (s Segment, ok bool) {
	if !c.More() {
		return s, false
	}
	s = c.Peek()
	for _, tag := range tags {
		if s.Is(tag) {
			c.next++
			return s, true
		}
	}
	return Segment{}, false
}

// Until passes and returns the segments before the next one that has any of the
// tags, or all that are left: the rest of a group whose end is known by what may
// follow.
func (c *Cursor) Until(tags ...string) []Segment {
	from := c.next
	for c.More() {
		for _, tag := range tags {
			if c.segments[c.next].Is(tag) {
				return c.segments[from:c.next]
			}
		}
		c.next++
	}
	return c.segments[from:]
}
