package rules_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// faulty is an effect whose Validate gives the error that it holds.
type faulty struct{ err error }

func (f faulty) Validate() error { return f.err }

// hollow is an error of several, of which there are none.
type hollow struct{}

func (hollow) Error() string   { return "hollow" }
func (hollow) Unwrap() []error { return nil }

func TestErrorsOfValidators(t *testing.T) {
	a, b := errors.New("no a"), errors.New("no b")
	for _, tt := range []struct {
		name string
		err  error
		want []string
	}{
		{"one", a, []string{"no a"}},
		{"joined", errors.Join(a, b), []string{"no a", "no b"}},
		{"joined in words", fmt.Errorf("%w and %w", a, b), []string{"no a and no b"}},
		{"joined and placed", fmt.Errorf("step 2: %w", errors.Join(a, b)), []string{"step 2: no a\nno b"}},
		{"of none", hollow{}, []string{"hollow"}},
		{"around none", fmt.Errorf("step 2: %w", hollow{}), []string{"step 2: hollow"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Compile(schema(t, rules.Config{}), "test", []rules.Rule[faulty]{{ID: "r", When: "rush", Then: faulty{tt.err}}})
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
			got := []string{}
			for _, e := range load.Errors {
				got = append(got, e.Message)
			}
			require.Equal(t, tt.want, got)
		})
	}
}
