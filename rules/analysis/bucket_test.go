package analysis_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
)

// TestManyRulesAgainstEnumeration compares the overlaps of books that are large
// enough for buckets with those of trying all facts. Some rules fit into no
// bucket, and some into several.
func TestManyRulesAgainstEnumeration(t *testing.T) {
	schema, err := rules.NewSchema[small](rules.Config{})
	require.NoError(t, err)
	shapes := []string{
		`kind == "%s" && n == %d`, `kind == "%s" && n >= %d`, `kind == "%s" && n == %d && rush`, `(kind == "%s" || rush) && n == %d`,
		`kind in ["%s", "k0"] && n != %d`, `kind != "%s" && n < %d`, `kind == "%s" || n == %d`,
	}
	rapid.Check(t, func(t *rapid.T) {
		var list []rule
		for i := range rapid.IntRange(13, 60).Draw(t, "rules") {
			shape := rapid.SampledFrom(append(shapes, shapes[0], shapes[0], shapes[0], shapes[2])).Draw(t, "shape")
			list = append(list, rule{ID: fmt.Sprintf("r%02d", i),
				When: fmt.Sprintf(shape, rapid.SampledFrom([]string{"k0", "k1", "k2", "k3", "k4", "k5"}).Draw(t, "kind"), rapid.IntRange(1, 6).Draw(t, "n"))})
		}
		book, err := rules.Compile(schema, "generated", list)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for n := range 8 {
			for k := range 7 {
				for _, rush := range []bool{false, true} {
					out := match(t, book, &small{N: n, Kind: fmt.Sprintf("k%d", k), Rush: rush}, day(1))
					for i, a := range out {
						for _, b := range out[i+1:] {
							want[a+" "+b] = true
						}
					}
				}
			}
		}
		report, err := analysis.Analyse(book, analysis.Config{MaxFindings: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		overlaps := report.Of(analysis.Overlap)
		if len(overlaps) != len(want) {
			t.Fatalf("%d overlaps, want %d", len(overlaps), len(want))
		}
		for _, f := range overlaps {
			if !want[strings.Join(f.Rules, " ")] || f.Certainty != analysis.Certain {
				t.Fatal(f)
			}
		}
	})
}

func TestOpaqueShadow(t *testing.T) {
	first := analysis.Config{Groups: map[string]analysis.Group{"": {Policy: rules.First}}}
	tests := []struct {
		name, before, rule string
		want               string
	}{
		{"may cover", `n * 2 > 4 && kind == "a"`, `kind == "a" && rush`, "b a?"},
		{"cannot cover", `n * 2 > 4 && kind == "a"`, `kind != "b"`, ""},
		{"covers what is opaque", `kind == "a"`, `n * 2 > 4 && kind == "a"`, "b a"},
		{"both", `lower(kind) == "a" || kind == "b"`, `kind == "b"`, "b a?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			book := compile(t, rule{ID: "a", When: tt.before}, rule{ID: "b", When: tt.rule})
			require.Equal(t, tt.want, strings.Join(found(t, book, first, analysis.Shadowed), "; "))
		})
	}
}
