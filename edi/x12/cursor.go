package x12

// Cursor goes through segments in order: how a mapping reads a set.
type Cursor struct {
	segments []Segment
	next     int
}

// Cursor returns a cursor over the segments between ST and SE.
func (s *Set) Cursor() *Cursor { return &Cursor{segments: s.Body()} }

// Body returns the segments between ST and SE.
func (s *Set) Body() []Segment {
	body := s.Segments
	if len(body) > 0 && body[0].Is("ST") {
		body = body[1:]
	}
	if n := len(body); n > 0 && body[n-1].Is("SE") {
		body = body[:n-1]
	}
	return body
}

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

// Take passes the next segment if it has the identifier.
func (c *Cursor) Take(id string) (Segment, bool) {
	if s := c.Peek(); !s.IsZero() && s.Is(id) {
		return c.Next(), true
	}
	return Segment{}, false
}

// Until passes and returns the segments before the next one that has any of
// the identifiers, or all that are left: the rest of a loop, whose end is known
// by what may follow.
func (c *Cursor) Until(ids ...string) []Segment {
	from := c.next
	for c.More() {
		for _, id := range ids {
			if c.segments[c.next].Is(id) {
				return c.segments[from:c.next]
			}
		}
		c.next++
	}
	return c.segments[from:]
}

// Find returns the first of the segments that has the identifier and, if a
// qualifier is given, has it as its first element.
func Find(segments []Segment, id string, qualifier ...string) (Segment, bool) {
	for _, s := range segments {
		if s.Is(id) && (len(qualifier) == 0 || s.Value(1) == qualifier[0]) {
			return s, true
		}
	}
	return Segment{}, false
}
