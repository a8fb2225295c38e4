package stockcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// File is a stock as a file says it is, with what the file asks of it.
type File struct {
	// Name is the file's.
	Name string
	// Now is the instant at which everything is asked.
	Now time.Time
	// Stock has the supply of the file, and what was promised before.
	Stock *atp.Stock

	data      []byte
	wire      wire
	calendars map[string]*calendar.Calendar
	sites     map[string]*calendar.Calendar
	refs      []atp.Ref       // of the items, in their order
	keys      map[string]bool // of the reservations
	faults    []jsonfile.Fault
}

// Read reads a file and makes its stock. The error is a *[jsonfile.Error].
func Read(name string, data []byte) (*File, error) {
	f := &File{Name: name, data: data, calendars: make(map[string]*calendar.Calendar), sites: make(map[string]*calendar.Calendar), keys: make(map[string]bool)}
	if f.faults = jsonfile.Decode(data, &f.wire); len(f.faults) > 0 {
		return nil, f.broken()
	}
	f.Now = f.wire.Now
	if f.Now.IsZero() {
		f.fault("now", "it is not stated: the instant at which everything is asked")
	}
	f.readCalendars()
	if f.readSites(); len(f.faults) == 0 {
		f.readItems()
		f.readQuotas()
		f.readReservations()
	}
	if len(f.faults) > 0 {
		return nil, f.broken()
	}
	return f, nil
}

// broken is the error of all faults that were found so far.
func (f *File) broken() error {
	faults := f.faults
	f.faults = nil
	return &jsonfile.Error{File: f.Name, Faults: faults}
}

func (f *File) fault(path, format string, args ...any) {
	f.faults = append(f.faults, jsonfile.Fault{Path: path, Message: fmt.Sprintf(format, args...)})
}

// refuse notes an error that the part at a path is to blame for.
func (f *File) refuse(path string, err error) {
	if err != nil {
		f.faults = append(f.faults, faultsOf(path, err)...)
	}
}

// refused turns an error of a question at a path into a *[jsonfile.Error] where the file
// is to blame for it; other errors come back as they are.
func (f *File) refused(path string, err error) error {
	if !blames(err) {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	f.refuse(path, err)
	return f.broken()
}

// missing says that a command finds nothing in the file that it is about.
func (f *File) missing(part string) error {
	f.fault(part, "there are none")
	return f.broken()
}

// at is the path of an element of a list.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// siteOf is the site that something names: where it names none and the file has a single
// one, that one.
func (f *File) siteOf(path, id string) string {
	if id == "" && len(f.wire.Sites) == 1 {
		return f.wire.Sites[0].ID
	}
	if f.sites[id] == nil {
		f.fault(join(path, "site"), "there is no site %q", id)
	}
	return id
}

// refOf is the item at a site that something names.
func (f *File) refOf(path, item, site string) atp.Ref {
	before := len(f.faults)
	site = f.siteOf(path, site)
	if len(f.faults) > before {
		return atp.Ref{}
	}
	ref, err := f.Stock.Ref(item, site)
	if unknown := (*atp.UnknownItemError)(nil); errors.As(err, &unknown) {
		f.fault(join(path, "item"), "there is no item %q at site %q", item, site)
	} else {
		f.refuse(path, err)
	}
	return ref
}

// booked compiles the rules of a part of the file; nil where there are none.
func booked[F, E any](
	f *File, name string, part json.RawMessage, schemaOf func(rules.Config) (*rules.Schema[F], error),
) *rules.Live[F, E] {
	book, err := jsonfile.Rules[F, E](f.Name, jsonfile.Part(f.data, name, part), schemaOf)
	if f.refuse(name, err); book == nil {
		return nil
	}
	return rules.NewLive(book)
}
