package advice

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Kind says whether an advice stands for itself.
type Kind uint8

const (
	// Full has every line and takes the place of all advices before.
	Full Kind = iota
	// Changes has the lines that are not as they were told last.
	Changes
)

func kindNames() named.Set {
	return named.Set{In: "advice", What: "kind of advice", Names: "full changes"}
}

// String returns full or changes.
func (k Kind) String() string { return kindNames().Name(uint8(k)) }

// MarshalText writes the kind as String does. A value that is none of the constants is an error.
func (k Kind) MarshalText() ([]byte, error) { return kindNames().Marshal(uint8(k)) }

// UnmarshalText reads full or changes.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames().Unmarshal(text, (*uint8)(k)) }

// Advice is what a channel is told at an instant.
type Advice struct {
	Channel string    `json:"channel"`
	Number  uint64    `json:"number"` // counts the advices of the channel from 1
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	Lines   []Line    `json:"lines,omitempty"` // by item and site
}

// Line is an item, at a site or at all sites of the feed together.
type Line struct {
	Item string `json:"item"`
	Site string `json:"site,omitempty"` // empty: all together
	// Quantity can be had today. It is in base units, as are the later ones; atp.MaxQuantity means without limit.
	Quantity int64 `json:"quantity"`
	// Later are the days from which on another quantity can be had, in order: more, or where goods expire less.
	Later []Later `json:"later,omitempty"`
	// Withdrawn says, among changes, that the item is no longer offered.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// Later is what can be had from a day on.
type Later struct {
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"` // in all, what could be had before included
}

// On is the quantity that the line shows for a day; a day before all that it says means today.
func (l Line) On(d calendar.Date) int64 {
	n := l.Quantity
	for _, later := range l.Later {
		if !later.Date.After(d) {
			n = later.Quantity
		}
	}
	return n
}

func (l Line) place() place { return place{l.Item, l.Site} }

func (l Line) equal(m Line) bool {
	return l.place() == m.place() && l.Quantity == m.Quantity && l.Withdrawn == m.Withdrawn && slices.Equal(l.Later, m.Later)
}

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[Advice]("advice.told", 1))
}

// Draft works out what to tell the channel next; false when there is nothing to say, which a full advice never has. It
// changes nothing: until the advice is given to Apply, the next draft has the same number. Changes before anything was told
// are a full advice.
//
// Each item at each site is looked at for itself, as it stands when it is read; what happens meanwhile is told next. The
// errors are those of the source.
func (f *Feed) Draft(now time.Time, kind Kind) (Advice, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	lines := make([]Line, 0, len(f.offers))
	for i := range f.offers {
		line, err := f.line(now, &f.offers[i])
		if err != nil {
			return Advice{}, false, err
		}
		lines = append(lines, line)
	}
	a := Advice{Channel: f.channel, Number: f.number + 1, Kind: kind, At: now.UTC(), Lines: lines}
	if f.number == 0 {
		a.Kind = Full
	}
	if a.Kind == Changes {
		a.Lines = f.changes(lines)
	}
	return a, a.Kind == Full || len(a.Lines) > 0, nil
}

// changes are the lines that are not as they were told, and those that are no more.
func (f *Feed) changes(lines []Line) []Line {
	var changed []Line
	offered := make(map[place]bool, len(lines))
	for _, l := range lines {
		offered[l.place()] = true
		if was, ok := f.told[l.place()]; !ok || !was.equal(l) {
			changed = append(changed, l)
		}
	}
	for at := range f.told {
		if !offered[at] {
			changed = append(changed, Line{Item: at.item, Site: at.site, Withdrawn: true})
		}
	}
	slices.SortFunc(changed, func(a, b Line) int { return a.place().compare(b.place()) })
	return changed
}

// line shows an offer.
func (f *Feed) line(now time.Time, o *offer) (Line, error) {
	var today calendar.Date
	var days []calendar.Date // on which the quantity may rise
	outlooks := make([]atp.Outlook, len(o.refs))
	for i, ref := range o.refs {
		outlook, err := f.source.Outlook(now, ref)
		if err != nil {
			return Line{}, err
		}
		outlooks[i] = outlook
		if today.IsZero() || outlook.Today.Before(today) {
			today = outlook.Today
		}
		for _, d := range outlook.Days {
			days = append(days, d.Date)
		}
		if !outlook.Endless.IsZero() {
			days = append(days, outlook.Endless)
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	l := Line{Item: o.item, Site: o.site, Quantity: o.terms.Show(available(outlooks, today))}
	last, shown := today.AddDays(f.ahead), l.Quantity
	for _, d := range slices.Compact(days) {
		if d.After(last) {
			break
		}
		n := o.terms.Show(available(outlooks, d))
		switch {
		case n == shown || !d.After(today):
		case f.steps == 0 || len(l.Later) < f.steps:
			shown = n
			l.Later = append(l.Later, Later{d, n})
		case n < shown: // there is no room to say from when on it is less
			shown = n
			l.Later[len(l.Later)-1].Quantity = n
		}
	}
	return l, nil
}

// available adds up what can be had of a day at all sites.
func available(outlooks []atp.Outlook, d calendar.Date) int64 {
	var sum int64
	for i := range outlooks {
		n := atpOn(&outlooks[i], d)
		if n == atp.Unlimited {
			return n
		}
		sum += min(max(n, 0), atp.MaxQuantity)
	}
	return min(sum, atp.MaxQuantity)
}

// atpOn is the ATP of a day: that of the last day of the outlook that is not after it.
func atpOn(o *atp.Outlook, d calendar.Date) int64 {
	if !o.Endless.IsZero() && !d.Before(o.Endless) {
		return atp.Unlimited
	}
	if len(o.Days) == 0 {
		return 0
	}
	i, found := slices.BinarySearchFunc(o.Days, d, func(day atp.OutlookDay, d calendar.Date) int { return day.Date.Compare(d) })
	if !found {
		i = max(i-1, 0)
	}
	return o.Days[i].ATP
}
