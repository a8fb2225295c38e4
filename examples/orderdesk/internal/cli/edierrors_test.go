package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// errorCase is a document as --json prints it.
type errorCase struct {
	ID, State, Corrects, Result, Order string
	CorrectedBy                        string `json:"corrected_by"`
	AssignedTo                         string `json:"assigned_to"`
	Codes, Tries                       []string
	Problems                           []struct {
		Code, Segment, Text, Value, Fix string
		SegmentNo                       int `json:"segment_no"`
		Element                         int
	}
	Changes []struct{ Kind, Was, Is string }
}

func TestErrorDesk(t *testing.T) {
	dir := t.TempDir()
	demo(t, "--dir", dir)
	db := filepath.Join(dir, "orderdesk.db")
	run := func(want int, args ...string) (out, errs string) {
		status, out, errs := orderdesk(t, append([]string{"edi", "errors", "--db", db}, args...)...)
		assert.Equal(t, want, status, "%v: %s", args, errs)
		return out, errs
	}
	list := func(want int, args ...string) (all []errorCase) {
		out, _ := run(want, append([]string{"--json", "list"}, args...)...)
		for line := range strings.Lines(out) {
			var c errorCase
			require.NoError(t, json.Unmarshal([]byte(line), &c))
			all = append(all, c)
		}
		return all
	}
	one := func(want int, args ...string) (c errorCase) {
		out, _ := run(want, append([]string{"--json"}, args...)...)
		require.NoError(t, json.Unmarshal([]byte(out), &c))
		return c
	}
	assert.Len(t, list(1), 5)
	assert.Empty(t, list(0, "--set", "860"))
	assert.Len(t, list(1, "--code", "order"), 2)
	wrong := list(1, "--code", "x12.se")
	require.Len(t, wrong, 1)
	id := wrong[0].ID
	out, _ := run(1, "list")
	assert.Contains(t, out, "x12.se.count")

	shown := one(0, "show", id[:8])
	require.NotEmpty(t, shown.Problems)
	p := shown.Problems[0]
	assert.Equal(t, []any{"x12.se.count", "SE", 10, 1, "SE*13*0002", "13"}, []any{p.Code, p.Segment, p.SegmentNo, p.Element, p.Text, p.Value})
	text, _ := run(0, "show", id)
	assert.Contains(t, text, "segment 10, SE01")
	assert.Contains(t, text, "next  count again")

	raw, _ := run(0, "show", "--raw", id)
	file := filepath.Join(dir, "corrected.x12")
	write := func(se string) {
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(raw, "SE*13*", se, 1)), 0o600))
	}
	by := []string{"--by", "ada", "--reason", "counted wrong"}
	write("SE*11*")
	first := one(1, append([]string{"correct", id, file}, by...)...)
	assert.Equal(t, "exception", first.Result)
	write("SE*10*")
	second := one(0, append([]string{"correct", first.ID, file}, by...)...)
	assert.Equal(t, "order", second.Result)
	assert.Equal(t, []struct{ Kind, Was, Is string }{{"changed", "SE*11*0002", "SE*10*0002"}}, second.Changes)
	again := one(0, append([]string{"correct", first.ID, file}, by...)...)
	assert.Equal(t, second.Order, again.Order, "the same correction again is done once")
	shown = one(0, "show", first.ID)
	assert.Equal(t, []string{"corrected", id, second.ID}, []string{shown.State, shown.Corrects, shown.CorrectedBy})
	assert.Equal(t, []string{id, first.ID, second.ID}, shown.Tries)
	_, errs := run(1, append([]string{"correct", id, file}, by...)...)
	assert.Contains(t, errs, "is corrected, not to do")

	other := list(1)[0].ID
	assert.Equal(t, "bob", one(0, "assign", other, "bob", "--by", "ada").AssignedTo)
	assert.Len(t, list(1, "--assigned-to", "bob"), 1)
	assert.Equal(t, "closed", one(0, "close", other, "--by", "bob", "--reason", "entered twice").State)
	run(1, "close", other, "--by", "bob", "--reason", "entered twice")
	assert.Equal(t, "to do", one(0, "reopen", other, "--by", "bob", "--reason", "it was not").State)
	assert.Equal(t, "exception", one(1, "again", other).Result)
	run(0, "resume")
	assert.Len(t, list(1), 4)
	assert.Len(t, list(1, "--all"), 21)

	run(2, "show", "nope")
	run(2, "close", other, "--by", "bob")
	require.NoError(t, os.WriteFile(file, []byte("hello"), 0o600))
	run(2, append([]string{"correct", other, file}, by...)...)
	status, _, _ := orderdesk(t, "edi", "errors", "list", "--db", filepath.Join(dir, "none.db"))
	assert.Equal(t, 2, status)
	status, out, errs = orderdesk(t, "verify", "--db", db)
	assert.Equal(t, 0, status, errs)
	assert.Contains(t, out, "chain unbroken")
}

// What json prints of a file is written as the same bytes; what was changed in between is
// counted anew.
func TestEDIJSONAndBack(t *testing.T) {
	samples, err := filepath.Glob(filepath.Join("..", "..", "samples", "*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, samples)
	dir := t.TempDir()
	message := filepath.Join(dir, "orders.edi")
	require.NoError(t, os.WriteFile(message, []byte("UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+7'\r\nUNH+1+ORDERS:D:96A:UN'BGM+220+A?'1+9'DTM+137:20260327:102'"+
		"NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'UNT+9+1'UNZ+1+7'"), 0o600))
	text := filepath.Join(dir, "x.json")
	for _, name := range append(samples, message) {
		_, printed, _ := orderdesk(t, "edi", "json", name)
		require.NoError(t, os.WriteFile(text, []byte(printed), 0o600))
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		status, written, errs := orderdesk(t, "edi", "write", text)
		if !assert.Equal(t, 0, status, "%s: %s", name, errs) {
			continue
		}
		assert.Equal(t, string(data), written, name)
	}
	var s struct {
		Set, Version, Status string
		Segments             [][]any
		Order                struct {
			PurchaseOrder string `json:"purchase_order"`
		}
	}
	status, printed, errs := orderdesk(t, "edi", "json", message)
	assert.Equal(t, 0, status, errs)
	require.NoError(t, json.Unmarshal([]byte(printed), &s))
	assert.Equal(t, []string{"ORDERS", "D96A", "accepted", "A'1"}, []string{s.Set, s.Version, s.Status, s.Order.PurchaseOrder})
	assert.Equal(t, []any{"UNH", "1", []any{"ORDERS", "D", "96A", "UN"}}, s.Segments[0])

	changed := strings.Replace(printed, `["UNS","S"]`, `["QTY",["59","1"]],["UNS","S"]`, 1)
	require.NoError(t, os.WriteFile(text, []byte(changed), 0o600))
	status, written, _ := orderdesk(t, "edi", "write", text, "--una", "UNA|*.? ~", "--break", "lf")
	assert.Equal(t, 0, status)
	assert.Contains(t, written, "UNA|*.? ~\nUNB*UNOC|3*")
	assert.Contains(t, written, "QTY*59|1~\nUNS*S~\nUNT*10*1~\nUNZ*1*7~\n")

	for bad, want := range map[string]int{`{"nothing":1}`: 2, `{`: 2, ``: 2, strings.Replace(printed, `"BGM"`, `"bgm"`, 1): 1} {
		require.NoError(t, os.WriteFile(text, []byte(bad), 0o600))
		status, out, _ := orderdesk(t, "edi", "write", text)
		assert.Equal(t, want, status, bad)
		assert.Empty(t, out)
	}
	status, _, _ = orderdesk(t, "edi", "write", text, "--delimiters", `{"element":"A"}`)
	assert.Equal(t, 2, status)
}

// What was sent is listed with what the partner says of it, and what is overdue.
func TestEDISent(t *testing.T) {
	dir := t.TempDir()
	demo(t, "--dir", dir)
	db := filepath.Join(dir, "orderdesk.db")
	type sent struct {
		Set, Partner string
		Verdicts     []struct{ Status string }
		Awaited      []struct {
			Kind    string
			Overdue bool
		}
	}
	list := func(want int, at string) (all []sent) {
		status, out, errs := orderdesk(t, "--json", "edi", "sent", "--db", db, "--at", at)
		assert.Equal(t, want, status, errs)
		for line := range strings.Lines(out) {
			var s sent
			require.NoError(t, json.Unmarshal([]byte(line), &s))
			if s.Set != "" {
				all = append(all, s)
			}
		}
		return all
	}
	count := func(all []sent) (awaited, overdue int) {
		for _, s := range all {
			for _, a := range s.Awaited {
				awaited++
				if a.Overdue {
					overdue++
				}
			}
		}
		return awaited, overdue
	}
	early := list(0, "2026-03-30T12:30:00Z")
	awaited, overdue := count(early)
	assert.Positive(t, awaited)
	assert.Zero(t, overdue)
	late := list(1, "2027-03-30T12:30:00Z")
	again, overdue := count(late)
	assert.Equal(t, awaited, again)
	assert.Equal(t, awaited, overdue)
	status, out, _ := orderdesk(t, "edi", "sent", "--db", db, "--at", "2027-03-30T12:30:00Z")
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "overdue since")
	status, _, _ = orderdesk(t, "edi", "sent", "--db", db, "--at", "soon")
	assert.Equal(t, 2, status)
}
