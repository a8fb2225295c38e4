package schema

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the releases
	"io"
	"strings"
	"sync"
)

//go:generate go test -run ^TestReleasesAreThoseOfTheFacts$ -update .

var (
	//go:embed data/x12-004010.gz
	x12r4010 []byte
	//go:embed data/x12-005010.gz
	x12r5010 []byte
	//go:embed data/edifact-d96a.gz
	edifactD96A []byte
	//go:embed data/edifact-d01b.gz
	edifactD01B []byte
)

// Each release is parsed when it is first asked for, and stays.
//
//nolint:gochecknoglobals // filled once, with what is embedded; never changed
var parsed = map[[2]string]func() (*Release, error){
	{X12, "004010"}:   sync.OnceValues(func() (*Release, error) { return unpack(x12r4010) }),
	{X12, "005010"}:   sync.OnceValues(func() (*Release, error) { return unpack(x12r5010) }),
	{EDIFACT, "D96A"}: sync.OnceValues(func() (*Release, error) { return unpack(edifactD96A) }),
	{EDIFACT, "D01B"}: sync.OnceValues(func() (*Release, error) { return unpack(edifactD01B) }),
}

// Embedded returns one of the releases that come with the package: [X12] 004010
// and 005010, [EDIFACT] D96A and D01B. The first call for a release parses it,
// which takes some ten milliseconds. Any other name is an [*UnknownReleaseError].
func Embedded(standard, version string) (*Release, error) {
	load, ok := parsed[[2]string{standard, version}]
	if !ok {
		return nil, &UnknownReleaseError{Standard: standard, Version: version}
	}
	return load()
}

// Nearest returns the embedded release for a version as partners name it: X12 as in
// GS08 (004010, 004010VICS, 005010X230), EDIFACT as 0052 and 0054 of the UNH put
// together (D96A). exact is false when it is another version: then the release is the
// last before it, or the first of all, for X12; for EDIFACT the one closer in time. X12
// without its leading zeros, such as 4010, is understood.
// Any other standard is an [*UnknownReleaseError].
func Nearest(standard, version string) (release *Release, exact bool, err error) {
	name := ""
	switch standard {
	case X12:
		name = "004010"
		if len(version) >= 4 && version[0] != '0' { // 4010 or 4010VICS
			version = "00" + version
		}
		if version >= "005010" {
			name = "005010"
		}
		exact = strings.HasPrefix(version, name)
	case EDIFACT:
		name = "D96A"
		if version >= "D99" || version >= "D0" && version < "D9" {
			name = "D01B"
		}
		exact = version == name
	}
	release, err = Embedded(standard, name)
	return release, exact && err == nil, err
}

func unpack(packed []byte) (*Release, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}
