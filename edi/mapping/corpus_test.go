package mapping_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// testdata is where the facts and the interchanges by others are.
func testdata(t testing.TB) string {
	t.Helper()
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no facts and no interchanges by others")
	}
	return filepath.Join(root, "edi")
}

// Every purchase order by others becomes a document. What is found is logged,
// each kind with how often and an example.
func TestPurchaseOrdersByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*850*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var sets, sound int
	kinds := make(map[string]finding.List)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			if set.ID != "850" {
				continue
			}
			sets++
			doc, found := mapping.ReadPurchaseOrder(set, mapping.Options{Currency: money.USD})
			assert.NotEmpty(t, doc.PurchaseOrder, name)
			assert.NotEmpty(t, doc.Lines, name)
			found = append(found, doc.Validate()...)
			if !found.Blocks() {
				sound++
			}
			for _, f := range found {
				kinds[f.Code] = append(kinds[f.Code], f)
			}
		}
	}
	t.Logf("%d of %d purchase orders yield documents without findings that block", sound, sets)
	for code, list := range kinds {
		t.Logf("%-32s %3d  %s", code, len(list), list[0])
	}
	assert.Equal(t, sets, sound)
}

func readFile(t testing.TB, name string) []*x12.Set {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	report, err := x12.Read(f, x12.Options{Lenient: true})
	require.NoError(t, err)
	return report.Sets()
}
