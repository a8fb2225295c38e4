package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/partner"
)

func profileFile(name string) string { return filepath.Join("..", "..", "partners", name+".yaml") }

func TestCertify(t *testing.T) {
	for _, name := range []string{"bigbox", "grocer", "autoline", "harbour", "northdock"} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join("..", "..", "samples", "edi", name)
			status, out, errs := orderdesk(t, "edi", "certify", "--profile", profileFile(name), folder)
			assert.Equal(t, 0, status, "%s%s", out, errs)
			assert.Contains(t, out, name+": certified\n")
			status, out, _ = orderdesk(t, "edi", "certify", "--json", "--profile", profileFile(name), folder)
			assert.Equal(t, 0, status)
			var report partner.Certification
			require.NoError(t, json.Unmarshal([]byte(out), &report))
			assert.True(t, report.OK)
			assert.Positive(t, report.Count.Passed)
		})
	}
}

func TestCertifyFails(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	good, err := os.ReadFile(profileFile("bigbox"))
	require.NoError(t, err)
	const one = "  - {name: %, x12: {qualifier: \"01\", id: %, our_qualifier: ZZ, our_id: US, version: \"004010\"}}\n"
	several := "partners:\n" + strings.ReplaceAll(one, "%", "A") + strings.ReplaceAll(one, "%", "B")
	samples := filepath.Join("..", "..", "samples", "edi", "bigbox")
	for _, c := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"samples of another", []string{"--profile", profileFile("grocer"), samples}, 1, "the sender is neither the partner nor we"},
		{"a profile with mistakes", []string{"--profile", write("bad.yaml", strings.NewReplacer("usage: T", "usage: X", "has: \"REF", "had: \"REF").Replace(string(good))), samples},
			1, "line 25: x12.guide.require[0]: there is no key had; did you mean has?"},
		{"several profiles", []string{"--profile", write("two.yaml", several), samples}, 2, "state --partner, one of A, B"},
		{"one of several", []string{"--profile", write("two.yaml", several), "--partner", "B", samples}, 1, "B: not certified"},
		{"none of several", []string{"--profile", write("two.yaml", several), "--partner", "C", samples}, 2, "no profile C; it has A, B"},
		{"no profile", []string{"--profile", filepath.Join(dir, "none"), samples}, 2, "none"},
		{"no folder", []string{"--profile", profileFile("bigbox"), filepath.Join(dir, "none")}, 2, "none"},
		{"an empty folder", []string{"--profile", profileFile("bigbox"), t.TempDir()}, 1, "bigbox: not certified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out, errs := orderdesk(t, append([]string{"edi", "certify"}, c.args...)...)
			assert.Equal(t, c.status, status)
			assert.Contains(t, out+errs, c.want)
		})
	}
}
