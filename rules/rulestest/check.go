package rulestest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/o2ckit/o2c/rules"
)

// Check runs the scenarios of files from go test, each as a test of its own
// name, and returns the report, of which a host can hold the coverage against a
// bound. A file is read as CSV when its name ends in .csv, else as YAML; a name
// may be a pattern such as testdata/*.yaml. A file that cannot be read ends the
// test, and so does a pattern that finds none.
//
// When t cannot run tests below it, failures are reported to t itself.
func Check[F, E any](t testing.TB, book *rules.Book[F, E], files ...string) *Report {
	t.Helper()
	if book == nil {
		t.Fatal(ErrNoBook)
	}
	var scenarios []Scenario[F, E]
	for _, pattern := range files {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("rulestest: there is no file %s", pattern)
		}
		for _, name := range names {
			scenarios = append(scenarios, readFile(t, book, name)...)
		}
	}
	report, err := Run(t.Context(), book, scenarios)
	if err != nil {
		t.Fatal(err)
	}
	parent, nests := t.(interface {
		Run(string, func(*testing.T)) bool
	})
	for i := range report.Results {
		result := &report.Results[i]
		switch {
		case nests:
			parent.Run(result.ID, func(t *testing.T) {
				t.Helper()
				if !result.Passed {
					t.Error(result)
				}
			})
		case !result.Passed:
			t.Error(result)
		}
	}
	return report
}

func readFile[F, E any](t testing.TB, book *rules.Book[F, E], name string) []Scenario[F, E] {
	t.Helper()
	data, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		t.Fatal(err)
	}
	read := Read[F, E]
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		read = ReadCSV[F, E]
	}
	scenarios, err := read(book.Schema(), name, data)
	if err != nil {
		t.Fatal(err)
	}
	return scenarios
}
