package mapping_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
)

func TestPurchaseOrderCorpus(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	files, err := filepath.Glob(filepath.Join(root, "edi/corpus/*850*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		f, err := os.Open(name)
		require.NoError(t, err)
		report, err := x12.Read(f, x12.Options{})
		f.Close()
		require.NoError(t, err)
		for _, set := range report.Sets() {
			if set.ID != "850" {
				continue
			}
			doc, found := mapping.PurchaseOrder(set, mapping.Options{})
			t.Log(filepath.Base(name), doc.PurchaseOrder, len(doc.Lines), found.Blocks())
			for _, f := range found {
				t.Log("   ", f)
			}
			for _, f := range doc.Validate() {
				t.Log("   DOC", f)
			}
		}
	}
}
