package item_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/item"
)

func TestGTIN(t *testing.T) {
	// Examples of GS1's own documents and of well-known packs.
	for _, text := range []string{"96385074", "036000291452", "4006381333931", "9780306406157", "00036000291452", "10614141000415"} {
		g, err := item.ParseGTIN(text)
		require.NoError(t, err)
		assert.Len(t, g.Key(), 14)
	}
	assert.Equal(t, item.GTIN("036000291452").Key(), item.GTIN("0036000291452").Key())
	assert.NotEqual(t, item.GTIN("036000291452").Key(), item.GTIN("4006381333931").Key())

	var gtin *item.GTINError
	_, err := item.ParseGTIN("036000291453")
	require.ErrorAs(t, err, &gtin)
	assert.Equal(t, byte('2'), gtin.Want)
	for _, text := range []string{"", "0360002914521", "03600029145", "03600029145X", "0360002914 2", "٠36000291452", "123456789012345"} {
		_, err := item.ParseGTIN(text)
		require.ErrorAs(t, err, &gtin, text)
	}
}

// One wrong digit is always noticed; that is what the digit is for.
func TestCheckDigitNoticesOneWrongDigit(t *testing.T) {
	const right = "4006381333931"
	for at := range len(right) {
		for c := byte('0'); c <= '9'; c++ {
			text := right[:at] + string(c) + right[at+1:]
			_, err := item.ParseGTIN(text)
			assert.Equal(t, text == right, err == nil, text)
		}
	}
}

func TestHS(t *testing.T) {
	for text, want := range map[string]item.HSCode{"84": "84", "8471": "8471", "8471.30": "847130", "84713001": "84713001", "8471.30.01.00": "8471300100"} {
		code, err := item.ParseHS(text)
		require.NoError(t, err)
		assert.Equal(t, want, code)
		assert.Equal(t, "84", code.Chapter())
	}
	assert.Equal(t, "8471", item.HSCode("8471300100").Heading())
	assert.Equal(t, "847130", item.HSCode("8471300100").Subheading())
	assert.Equal(t, "", item.HSCode("8471").Subheading())
	var code *item.CodeError
	for _, text := range []string{"", "8", "847", "84713", "0071", "84713001001", "847130010000", "84x1", "8471-30"} {
		_, err := item.ParseHS(text)
		assert.ErrorAs(t, err, &code, text)
	}
}

func TestECCN(t *testing.T) {
	for text, want := range map[string]item.ECCN{"EAR99": "EAR99", "ear99": "EAR99", "5A002": "5A002", "5a992.c": "5A992.c", "9A610.x": "9A610.x", "3A001.a.5.a.1": "3A001.a.5.a.1"} {
		code, err := item.ParseECCN(text)
		require.NoError(t, err)
		assert.Equal(t, want, code)
	}
	var code *item.CodeError
	for _, text := range []string{"", "EAR98", "5F002", "A5002", "5A02", "5A0022", "5A002.", "5A002..a", "5A002.A", "5A002-a"} {
		_, err := item.ParseECCN(text)
		assert.ErrorAs(t, err, &code, text)
	}
}

func TestHazardClass(t *testing.T) {
	for text, number := range map[string]int{"3": 3, "1": 1, "1.4S": 1, "1.1D": 1, "2.3": 2, "4.3": 4, "5.2": 5, "6.1": 6, "9": 9} {
		class, err := item.ParseHazardClass(text)
		require.NoError(t, err)
		assert.Equal(t, number, class.Number())
	}
	for class, want := range map[item.HazardClass]bool{"3": true, "7": true, "8": true, "9": true, "1.4S": true, "6.1": true, "1": false, "2": false, "6": false, "x": false} {
		assert.Equal(t, want, class.Exact(), class)
	}
	var hazard *item.HazardError
	for _, text := range []string{"", "0", "10", "3.1", "1.7", "2.4", "5.3", "6.", "6.1A", "1.4I", "1.4SS", "-3", "1.0"} {
		_, err := item.ParseHazardClass(text)
		assert.ErrorAs(t, err, &hazard, text)
		assert.Zero(t, item.HazardClass(text).Number())
	}
}

// Every code of the harmonised system, and every class of the UN list, has the shape that is asked for.
func TestPublishedCodes(t *testing.T) {
	for _, row := range publishedRows(t, "hs-codes.csv") {
		if row["hs"] == "TOTAL" {
			continue
		}
		_, err := item.ParseHS(row["hs"])
		assert.NoError(t, err)
	}
	for _, row := range publishedRows(t, "un-numbers.csv") {
		class := row["class"]
		if class == "?" || strings.HasPrefix(class, "-") {
			continue // slips of the source
		}
		_, err := item.ParseHazardClass(class)
		assert.NoError(t, err, row["un"])
		if code := row["class_code"]; class == "1" && code != "" {
			_, err = item.ParseHazardClass(code)
			assert.NoError(t, err, row["un"])
		}
	}
}

func publishedRows(t *testing.T, name string) []map[string]string {
	t.Helper()
	dir := os.Getenv("O2C_TESTDATA")
	if dir == "" {
		t.Skip("O2C_TESTDATA names no folder with the published lists")
	}
	file, err := os.Open(filepath.Join(dir, "data", name))
	require.NoError(t, err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(lines), 1000)
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func FuzzCodes(f *testing.F) {
	for _, seed := range []string{"4006381333931", "8471.30", "5A002.a.1", "EAR99", "1.4S", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if g, err := item.ParseGTIN(text); err == nil && (string(g) != text || len(g.Key()) != 14) {
			t.Fatalf("%q became %q", text, g)
		}
		if c, err := item.ParseHS(text); err == nil {
			if again, err := item.ParseHS(string(c)); err != nil || again != c {
				t.Fatalf("%q became %q and then %q: %v", text, c, again, err)
			}
		}
		if c, err := item.ParseECCN(text); err == nil {
			if again, err := item.ParseECCN(string(c)); err != nil || again != c {
				t.Fatalf("%q became %q and then %q: %v", text, c, again, err)
			}
		}
		if c, err := item.ParseHazardClass(text); err == nil && c.Number() == 0 {
			t.Fatalf("%q has no number", text)
		}
	})
}
