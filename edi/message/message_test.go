package message_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// interchange puts the envelope around the segments of a message, each given on a line
// without its terminator.
func interchange(id, directory, body string) string {
	lines := strings.Split(strings.TrimSpace(body), "\n")
	var b strings.Builder
	b.WriteString("UNB+UNOC:3+4012345500004:14+5412345000013:14+260327:1105+42'\n")
	fmt.Fprintf(&b, "UNH+M1+%s:D:%s:UN'\n", id, directory)
	for _, l := range lines {
		b.WriteString(strings.TrimSpace(l) + "'\n")
	}
	fmt.Fprintf(&b, "UNT+%d+M1'\nUNZ+1+42'\n", len(lines)+2)
	return b.String()
}

// message reads one message of D.96A.
func parse(t testing.TB, id, body string) *edifact.Message {
	t.Helper()
	report, err := edifact.Read(strings.NewReader(interchange(id, "96A", body)), edifact.Options{})
	require.NoError(t, err)
	require.True(t, report.OK(), "%v", report)
	return report.Messages()[0]
}

// tester is a test, or one try of a property.
type tester interface {
	require.TestingT
	Helper()
}

// conforms writes segments as a message of D.96A and of D.01B, holds what is written to
// the schema of each, and gives what was read back.
func conforms(t tester, id string, segments []edifact.Segment) *edifact.Message {
	t.Helper()
	conformsTo(t, id, "96A", segments)
	return conformsTo(t, id, "01B", segments)
}

// conformsTo does the same for one directory.
func conformsTo(t tester, id, directory string, segments []edifact.Segment) *edifact.Message {
	t.Helper()
	var out bytes.Buffer
	w, err := edifact.NewWriter(&out, edifact.WriterConfig{Separators: edifact.Standard()})
	require.NoError(t, err)
	require.NoError(t, errors.Join(
		w.BeginInterchange(edifact.Header{SyntaxID: "UNOC", SyntaxVersion: "3", Sender: edifact.Party{ID: "US"}, Recipient: edifact.Party{ID: "THEM"},
			Date: "260327", Time: "1105", Control: "1"}),
		w.BeginMessage(edifact.MessageHeader{ID: id, Version: "D", Release: directory, Agency: "UN", Control: "1"}),
		w.Write(segments...), w.EndMessage(), w.EndInterchange()))
	report, err := edifact.Read(bytes.NewReader(out.Bytes()), edifact.Options{Checker: edifact.NewSchemaChecker(edifact.SchemaConfig{})})
	require.NoError(t, err)
	require.Len(t, report.Messages(), 1)
	back := report.Messages()[0]
	require.Empty(t, back.Faults, "D.%s\n%s", directory, out.String())
	require.True(t, report.OK())
	return back
}

// lines are segments, one a line.
func lines(segments []edifact.Segment) string {
	all := make([]string, len(segments))
	for i, s := range segments {
		all[i] = s.String()
	}
	return strings.Join(all, "\n")
}

// codes are the codes of the findings of a severity, without the prefix.
func codes(found finding.List, severity finding.Severity) []string {
	list := []string{}
	for _, f := range found {
		if f.Severity == severity {
			list = append(list, f.Code[strings.LastIndexByte(f.Code, '.')+1:])
		}
	}
	return list
}

func qty(text string) quantity.Quantity { return quantity.MustParse(text) }

// found asserts that a finding of the code stands at the place.
func foundAt(t testing.TB, found finding.List, code, path string) {
	t.Helper()
	for _, f := range found {
		if strings.HasSuffix(f.Code, "."+code) && f.Path == path {
			return
		}
	}
	assert.Fail(t, "no such finding", "%s at %s among\n%v", code, path, found)
}
