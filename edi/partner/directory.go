package partner

import (
	"errors"
	"fmt"
	"slices"

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

// Directory finds profiles. It never changes and is safe for many goroutines.
type Directory struct {
	profiles []Profile
	senders  map[[2]string]int
	names    map[string]int
	accounts map[string]int
}

// NewDirectory checks and indexes profiles. A profile that cannot be used, and
// two with one name, one sender or one account, are an [*InvalidError].
func NewDirectory(profiles ...Profile) (*Directory, error) {
	d := &Directory{
		profiles: slices.Clone(profiles), senders: make(map[[2]string]int), names: make(map[string]int), accounts: make(map[string]int),
	}
	var found finding.List
	for i, p := range d.profiles {
		path := fmt.Sprintf("profiles[%d]", i)
		found.Within(path, p.Validate())
		if first, twice := d.names[p.Name]; twice {
			found.Block("partner.repeated", path+".name", fmt.Sprintf("profiles[%d] has the name too", first), "name each partner once")
		}
		if first, twice := d.senders[[2]string{p.Qualifier, p.ID}]; twice {
			found.Block("partner.repeated", path+".id", fmt.Sprintf("profiles[%d] has the identifier too", first), "keep one of them")
		}
		d.names[p.Name], d.senders[[2]string{p.Qualifier, p.ID}] = i, i
		if p.Account == "" {
			continue
		}
		if first, twice := d.accounts[p.Account]; twice {
			found.Block("partner.repeated", path+".account", fmt.Sprintf("profiles[%d] has the account too", first), "keep one of them")
		}
		d.accounts[p.Account] = i
	}
	if found.Blocks() {
		return nil, &InvalidError{Findings: found}
	}
	return d, nil
}

// BySender returns the profile of an ISA sender, or [ErrUnknown].
func (d *Directory) BySender(qualifier, id string) (Profile, error) {
	if i, ok := d.senders[[2]string{qualifier, id}]; ok {
		return d.profiles[i], nil
	}
	return Profile{}, fmt.Errorf("%w: sender %s:%s", ErrUnknown, qualifier, id)
}

// ByAccount returns the profile of a customer, or [ErrUnknown].
func (d *Directory) ByAccount(account string) (Profile, error) {
	if i, ok := d.accounts[account]; ok {
		return d.profiles[i], nil
	}
	return Profile{}, fmt.Errorf("%w: account %s", ErrUnknown, account)
}

// Profiles returns all profiles, in the order that they were given.
func (d *Directory) Profiles() []Profile { return slices.Clone(d.profiles) }
