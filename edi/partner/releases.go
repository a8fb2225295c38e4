package partner

import (
	"io/fs"
	"time"

	"github.com/o2ckit/o2c/edi/schema"
)

// Releases finds the release that sets of a version are held to, as [schema.Nearest]
// does. A host that has releases of its own, read by [schema.Parse], gives them so:
//
//	releases := partner.Releases(func(standard, version string) (*schema.Release, bool, error) {
//		if standard == schema.X12 && strings.HasPrefix(version, "004030") {
//			return own, true, nil
//		}
//		return schema.Nearest(standard, version)
//	})
//	directory, err := releases.Directory(profiles...)
//
// exact says that the release is of that very version; what another one finds are
// warnings. It is called by several goroutines at a time. nil is schema.Nearest.
type Releases func(standard, version string) (release *schema.Release, exact bool, err error)

// find asks the host, or takes what is embedded.
func (r Releases) find(standard, version string) (*schema.Release, bool, error) {
	if r == nil {
		return schema.Nearest(standard, version)
	}
	release, exact, err := r(standard, version)
	if err == nil && release == nil {
		err = &schema.UnknownReleaseError{Standard: standard, Version: version}
	}
	return release, exact, err
}

// orNone is a release that was found, nil where the standard's own way to find it will do:
// that tells, too, when it is not of the very version.
func (r Releases) orNone(release *schema.Release) *schema.Release {
	if r == nil {
		return nil
	}
	return release
}

// Directory makes a directory as [NewDirectory] does, on these releases.
func (r Releases) Directory(profiles ...Profile) (*Directory, error) {
	return newDirectory(r, profiles)
}

// Certify tries a profile as the function [Certify] does, on these releases.
func (r Releases) Certify(p Profile, folder fs.FS, at time.Time) (*Certification, error) {
	return certify(r, p, folder, at)
}
