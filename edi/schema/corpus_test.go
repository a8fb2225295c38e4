package schema_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
)

// TestEDIFACTCorpus holds what the schema finds in the EDIFACT interchanges of others
// to a list that was looked at: file, message, version, place, code, how often.
func TestEDIFACTCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*.edifact"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	counted := make(map[string]int)
	for _, file := range files {
		data, err := os.Open(file)
		require.NoError(t, err)
		reader := edifact.NewReader(data, edifact.Options{})
		v := schema.NewValidator(schema.Options{})
		active, head := false, ""
		for {
			token, err := reader.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				continue // what is wrong with the syntax is not this package's
			}
			s := token.Segment()
			if s.Is("UNH") {
				version := s.Component(2, 2) + s.Component(2, 3)
				release, _, err := schema.Nearest(schema.EDIFACT, version)
				require.NoError(t, err)
				set, known := release.Set(s.Component(2, 1))
				head = fmt.Sprintf("%s\t%s\t%s", filepath.Base(file), s.Component(2, 1), version)
				if active = known; known {
					sep := token.Separators()
					v.Begin(set, schema.Syntax{Component: sep.Component, Repetition: sep.Repetition, Release: sep.Release})
				} else {
					counted[head+"\t-\tno such message"]++
				}
			}
			if !active {
				continue
			}
			found := v.Segment(token)
			if s.Is("UNT") {
				found = append(slices.Clone(found), v.End()...)
				active = false
			}
			for _, f := range found {
				assert.NotEmpty(t, f.CONTRL, "a code for CONTRL: %s", f)
				counted[fmt.Sprintf("%s\t%s%02d-%d\t%s", head, f.Segment, f.Element, f.Component, f.Code)]++
			}
		}
		require.NoError(t, data.Close())
	}
	var lines []string
	for _, line := range slices.Sorted(maps.Keys(counted)) {
		lines = append(lines, fmt.Sprintf("%s\t%d\n", line, counted[line]))
	}
	text := strings.Join(lines, "")
	list := filepath.Join("testdata", "edifact-corpus.tsv")
	if *update {
		require.NoError(t, os.WriteFile(list, []byte(text), 0o644))
	}
	want, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, string(want), text)
}
