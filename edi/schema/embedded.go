package schema

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the releases
	"io"
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
