package invoice

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/journal"
)

// Series is a run of legal numbers: a prefix and a count without gaps.
type Series struct {
	// Name is the key of the series. It does not show in numbers.
	Name string
	// Prefix stands before the count: "INV-" or "2026-". Numbers of two
	// series must not be alike.
	Prefix string
	// Width is how many digits the count has at least, with zeros in front:
	// 6 makes INV-000042. 0 to 18.
	Width int
	// First is the first count to give out: one above that of the system
	// before. 0 means 1.
	First int64
}

// Number is an invoice number.
type Number struct {
	// Series is the name of the series, Sequence the count in it.
	Series   string
	Sequence int64
	// Text is the number as papers show it.
	Text string
}

// Number returns the number with a count.
func (s Series) Number(sequence int64) Number {
	return Number{Series: s.Name, Sequence: sequence, Text: fmt.Sprintf("%s%0*d", s.Prefix, s.Width, sequence)}
}

// Stream returns the name of the journal stream in which a series stands.
func Stream(series string) string { return streams + series }

const streams = "invoice/"

const maxWidth = 18

func (s Series) validate() error {
	switch {
	case s.Name == "" || len(Stream(s.Name)) > journal.MaxName:
		return &SeriesError{Series: s.Name, Reason: fmt.Sprintf("its name has 1 to %d bytes", journal.MaxName-len(streams))}
	case strings.IndexFunc(s.Name+s.Prefix, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0:
		return &SeriesError{Series: s.Name, Reason: "there is a control character in its name or prefix"}
	case s.Width < 0 || s.Width > maxWidth:
		return &SeriesError{Series: s.Name, Reason: fmt.Sprintf("the width is %d, not 0 to %d", s.Width, maxWidth)}
	case s.First < 0:
		return &SeriesError{Series: s.Name, Reason: fmt.Sprintf("its first number is %d", s.First)}
	}
	return nil
}

// collides tells whether two series could make the same number: one prefix is
// the other with digits behind it, or the same.
func (s Series) collides(t Series) bool {
	long, short := s.Prefix, t.Prefix
	if len(long) < len(short) {
		long, short = short, long
	}
	digits, ok := strings.CutPrefix(long, short)
	return ok && strings.Trim(digits, "0123456789") == ""
}
