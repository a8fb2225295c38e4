package partner

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/finding"
)

// ErrUnknown is returned for a partner that a directory does not have.
var ErrUnknown = errors.New("partner: no such partner")

// InvalidError says which profiles cannot be used.
type InvalidError struct {
	// Findings are all that was found; paths begin with profiles[i].
	Findings finding.List
}

// Error lists the findings.
func (e *InvalidError) Error() string { return "partner: invalid profiles:\n" + e.Findings.String() }

// Directory finds profiles, and reads what partners send by them. It never changes
// and is safe for many goroutines.
type Directory struct {
	partners []*compiled
	isa      map[[2]string]int
	unb      map[[2]string]int
	names    map[string]int
	accounts map[string]int
}

// NewDirectory checks and indexes profiles. A profile that cannot be used, and
// two with one name, one sender or one account, are an [*InvalidError].
func NewDirectory(profiles ...Profile) (*Directory, error) { return newDirectory(nil, profiles) }

func newDirectory(releases Releases, profiles []Profile) (*Directory, error) {
	d := &Directory{isa: make(map[[2]string]int), unb: make(map[[2]string]int),
		names: make(map[string]int), accounts: make(map[string]int)}
	var found finding.List
	for i, p := range profiles {
		c, own := p.compile(releases)
		d.partners = append(d.partners, c)
		own = append(own, d.index(i, p)...)
		found.Within(fmt.Sprintf("profiles[%d]", i), own)
	}
	if found.Blocks() {
		return nil, &InvalidError{Findings: found}
	}
	return d, nil
}

// index enters a profile under all that it is found by.
func (d *Directory) index(i int, p Profile) finding.List {
	var found finding.List
	repeated := func(path string, first int, what, fix string) {
		found.Block("partner.repeated", path, fmt.Sprintf("profiles[%d] has the %s too", first, what), fix)
	}
	if first, twice := d.names[p.Name]; twice {
		repeated("name", first, "name", "name each partner once")
	}
	d.names[p.Name] = i
	if s := p.X12; s != nil {
		key := [2]string{s.Qualifier, s.ID}
		if first, twice := d.isa[key]; twice {
			repeated("x12.id", first, "identifier", "keep one of them")
		}
		d.isa[key] = i
	}
	if s := p.EDIFACT; s != nil {
		key := [2]string{s.Qualifier, s.ID}
		if first, twice := d.unb[key]; twice {
			repeated("edifact.id", first, "identifier", "keep one of them")
		}
		d.unb[key] = i
	}
	if p.Account != "" {
		if first, twice := d.accounts[p.Account]; twice {
			repeated("account", first, "account", "keep one of them")
		}
		d.accounts[p.Account] = i
	}
	return found
}

// BySender returns the profile of an ISA sender, or [ErrUnknown].
func (d *Directory) BySender(qualifier, id string) (Profile, error) {
	if i, ok := d.isa[[2]string{qualifier, id}]; ok {
		return d.partners[i].clone(), nil
	}
	return Profile{}, fmt.Errorf("%w: sender %s:%s", ErrUnknown, qualifier, id)
}

// ByParty returns the profile of a UNB sender by its identifier and qualifier, or
// [ErrUnknown].
func (d *Directory) ByParty(p edifact.Party) (Profile, error) {
	if i, ok := d.unb[[2]string{p.Qualifier, p.ID}]; ok {
		return d.partners[i].clone(), nil
	}
	return Profile{}, fmt.Errorf("%w: sender %s, qualifier %q", ErrUnknown, p.ID, p.Qualifier)
}

// ByAccount returns the profile of a customer, or [ErrUnknown].
func (d *Directory) ByAccount(account string) (Profile, error) {
	if i, ok := d.accounts[account]; ok {
		return d.partners[i].clone(), nil
	}
	return Profile{}, fmt.Errorf("%w: account %s", ErrUnknown, account)
}

// ByName returns the profile of a name, or [ErrUnknown].
func (d *Directory) ByName(name string) (Profile, error) {
	if i, ok := d.names[name]; ok {
		return d.partners[i].clone(), nil
	}
	return Profile{}, fmt.Errorf("%w: name %s", ErrUnknown, name)
}

// Profiles returns all profiles, in the order that they were given.
func (d *Directory) Profiles() []Profile {
	out := make([]Profile, len(d.partners))
	for i, c := range d.partners {
		out[i] = c.clone()
	}
	return out
}
