package message_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testdata is where the facts and the interchanges by others are.
func testdata(t testing.TB) string {
	t.Helper()
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no facts and no interchanges by others")
	}
	return filepath.Join(root, "edi")
}

// byOthers reads each message of a type that others sent, and holds what is found to a
// list that was looked at, testdata/TYPE.tsv: file, severity, code, how often.
func byOthers(t *testing.T, id string, read func(m *edifact.Message) finding.List) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*"+id+"*.edifact"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	counted := make(map[string]int)
	for _, name := range files {
		f, err := os.Open(name)
		require.NoError(t, err)
		report, err := edifact.Read(f, edifact.Options{})
		require.NoError(t, f.Close())
		require.NoError(t, err)
		for _, m := range report.Messages() {
			if m.ID != id {
				continue
			}
			for _, found := range read(m) {
				assert.NotEmpty(t, found.Message)
				counted[fmt.Sprintf("%s\t%s\t%s", filepath.Base(name), found.Severity, found.Code)]++
			}
		}
	}
	var rows []string
	for _, row := range slices.Sorted(maps.Keys(counted)) {
		rows = append(rows, fmt.Sprintf("%s\t%d\n", row, counted[row]))
	}
	list := filepath.Join("testdata", strings.ToLower(id)+".tsv")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(list, []byte(strings.Join(rows, "")), 0o644))
	}
	want, err := os.ReadFile(list)
	require.NoError(t, err)
	assert.Equal(t, string(want), strings.Join(rows, ""))
}

// Every purchase order by others becomes a document that is usable, or says why not; and
// one that is usable is written so that it reads back the same.
func TestPurchaseOrdersByOthers(t *testing.T) {
	orders, written := 0, 0
	byOthers(t, "ORDERS", func(m *edifact.Message) finding.List {
		orders++
		doc, found := message.ReadPurchaseOrder(m, mapping.Options{Currency: money.EUR})
		if problems := doc.Validate(); found.Blocks() || problems.Blocks() {
			assert.True(t, found.Blocks(), "nothing was said of %v", problems)
			return found
		}
		segments, err := message.WritePurchaseOrder(doc, mapping.Options{})
		if err != nil {
			return found // a date is missing, or more is said than there is room for
		}
		written++
		back, _ := message.ReadPurchaseOrder(&edifact.Message{MessageHeader: m.MessageHeader, Segments: segments}, mapping.Options{})
		back.Source = doc.Source
		assert.Equal(t, sorted(doc), sorted(back))
		return found
	})
	t.Logf("%d of %d purchase orders are written again", written, orders)
	assert.Greater(t, written, orders/2)
}

// Every answer by others is read.
func TestOrderResponsesByOthers(t *testing.T) {
	byOthers(t, "ORDRSP", func(m *edifact.Message) finding.List {
		_, found := message.ReadOrderResponse(m, mapping.Options{Currency: money.EUR})
		return found
	})
}
