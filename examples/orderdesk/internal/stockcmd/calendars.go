package stockcmd

import (
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// calendar makes a calendar; nil where that cannot be.
func (f *File) calendar(path, name string, d *days) *calendar.Calendar {
	c := calendar.Config{
		Name: name, Zone: d.Zone, Hours: d.Hours, Cutoff: d.Cutoff, Holidays: d.Holidays, From: d.From, To: d.To,
	}
	if c.Zone == "" {
		c.Zone = "UTC"
	}
	for _, day := range d.Week {
		c.Week = append(c.Week, time.Weekday(day))
	}
	for i, day := range d.Weekdays {
		if c.Weekdays == nil {
			c.Weekdays = make(map[time.Weekday]calendar.Day)
		}
		if _, twice := c.Weekdays[time.Weekday(day.Day)]; twice {
			f.fault(at(join(path, "weekdays"), i), "the day is given twice")
		}
		c.Weekdays[time.Weekday(day.Day)] = calendar.Day{Hours: day.Hours, Cutoff: day.Cutoff}
	}
	for i, day := range d.Special {
		if c.Special == nil {
			c.Special = make(map[calendar.Date]calendar.Day)
		}
		if _, twice := c.Special[day.Date]; twice {
			f.fault(at(join(path, "special"), i), "the day is given twice")
		}
		c.Special[day.Date] = calendar.Day{Hours: day.Hours, Cutoff: day.Cutoff}
	}
	for _, n := range d.Easter {
		c.Rules = append(c.Rules, calendar.EasterPlus(n))
	}
	made, err := calendar.New(c)
	f.refuse(path, err)
	return made
}

// readCalendars makes the calendars that lanes name, and looks the lanes through.
func (f *File) readCalendars() {
	for i := range f.wire.Calendars {
		c := &f.wire.Calendars[i]
		path := at("calendars", i)
		if _, twice := f.calendars[c.Name]; twice || c.Name == "" {
			f.fault(path+".name", "it is empty or given twice")
		}
		f.calendars[c.Name] = f.calendar(path, c.Name, &c.days)
	}
	seen := make(map[string]bool)
	for i := range f.wire.Lanes {
		l := &f.wire.Lanes[i]
		path := at("lanes", i)
		if l.Name == "" || seen[l.Name] {
			f.fault(path+".name", "it is empty or given twice")
		}
		seen[l.Name] = true
		for _, named := range []struct{ field, name string }{{"pickup", l.Pickup}, {"transit_days", l.TransitDays}, {"delivery", l.Delivery}} {
			if _, known := f.calendars[named.name]; named.name != "" && !known {
				f.fault(join(path, named.field), "there is no calendar %q", named.name)
			}
		}
		if l.Transit < 0 || l.Processing != nil && *l.Processing < 0 {
			f.fault(path, "a number of days is below 0")
		}
	}
}

// readSites makes the empty stock.
func (f *File) readSites() {
	var cfg atp.Config
	before := len(f.faults)
	for i := range f.wire.Sites {
		s := &f.wire.Sites[i]
		path := at("sites", i)
		if _, twice := f.sites[s.ID]; twice || s.ID == "" {
			f.fault(path+".id", "it is empty or given twice")
			continue
		}
		if s.Processing < 0 {
			f.fault(path+".processing", "it is below 0")
		}
		if f.sites[s.ID] = f.calendar(path, s.ID, &s.days); f.sites[s.ID] != nil {
			cfg.Sites = append(cfg.Sites, atp.Site{ID: s.ID, Calendar: f.sites[s.ID]})
		}
	}
	if len(f.faults) > before {
		return
	}
	var err error
	f.Stock, err = atp.New(cfg)
	f.refuse("", err)
}

// lane is the lane of a name from a site; nil for no name.
func (f *File) lane(path, name, site string) *atp.Lane {
	if name == "" {
		return nil
	}
	for i := range f.wire.Lanes {
		l := &f.wire.Lanes[i]
		if l.Name != name {
			continue
		}
		made := &atp.Lane{
			Pickup: f.calendars[l.Pickup], Transit: l.Transit, TransitDays: f.calendars[l.TransitDays], Delivery: f.calendars[l.Delivery],
		}
		if l.Processing != nil {
			made.Processing = *l.Processing
			return made
		}
		for j := range f.wire.Sites {
			if f.wire.Sites[j].ID == site {
				made.Processing = f.wire.Sites[j].Processing
			}
		}
		return made
	}
	f.fault(join(path, "lane"), "there is no lane %q", name)
	return nil
}
