package cli_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPriceSimulateStream simulates a change of prices over the order lines of a year
// and adds the same up with whole numbers alone: thousandths of a penny, rounded half
// up to the penny.
func TestPriceSimulateStream(t *testing.T) {
	data := os.Getenv("O2C_TESTDATA")
	if data == "" {
		t.Skip("O2C_TESTDATA is not set: no stream by others")
	}
	path := filepath.Join(data, "data", "online-retail.csv.gz")
	got := simulate(t, 0, "--change", "85=+5%", "--change", "22=-2%", path)

	before, after := make(map[string]*big.Int), make(map[string]*big.Int) // list prices, in 1/100,000
	moved := make(map[string]int64)                                       // pennies by customer
	var total [2]int64
	rows := retail(t, path)
	for _, row := range rows {
		price := fifths(t, row[5])
		sold := row[3] != "0" && !strings.HasPrefix(row[3], "-")
		if sold && price.Sign() > 0 && before[row[1]] == nil {
			before[row[1]] = price
			after[row[1]] = changedPrice(row[1], row[5], price)
		}
	}
	lines, orders := 0, map[string]bool{}
	for _, row := range rows {
		count, err := strconv.ParseInt(row[3], 10, 64)
		require.NoError(t, err)
		if count <= 0 {
			continue
		}
		lines++
		orders[row[0]] = true
		if before[row[1]] == nil {
			continue
		}
		was, is := pennies(before[row[1]], count), pennies(after[row[1]], count)
		total[0] += was
		total[1] += is
		moved[row[6]] += is - was
	}
	assert.Equal(t, lines, got.Stream.Lines)
	assert.InDelta(t, len(orders), got.Stream.Orders, 1, "one invoice is not in one piece")
	require.Len(t, got.Report.Totals, 1)
	assert.Equal(t, movedGroup{"GBP", pounds(total[0]), pounds(total[1]), pounds(total[1] - total[0])}, got.Report.Totals[0])
	assert.Len(t, got.Report.Customers, len(moved))
	for _, c := range got.Report.Customers {
		require.Equal(t, pounds(moved[c.Key]), c.By, "customer %s", c.Key)
	}
}

// retail reads the rows of the stream.
func retail(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	require.NoError(t, err)
	r := csv.NewReader(text)
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows[1:]
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

// fifths reads a decimal number of at most five places as a whole number of 1/100,000.
func fifths(t *testing.T, text string) *big.Int {
	t.Helper()
	whole, part, _ := strings.Cut(text, ".")
	require.LessOrEqual(t, len(part), 5)
	n, ok := new(big.Int).SetString(whole+part+strings.Repeat("0", 5-len(part)), 10)
	require.True(t, ok, text)
	return n
}

// changedPrice is the price after the change, rounded half up to the places that it
// had, two at least.
func changedPrice(item, text string, price *big.Int) *big.Int {
	percent := int64(100)
	switch {
	case strings.HasPrefix(item, "85"):
		percent = 105
	case strings.HasPrefix(item, "22"):
		percent = 98
	}
	_, part, _ := strings.Cut(text, ".")
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(5-max(2, len(strings.TrimRight(part, "0"))))), nil)
	units := roundTo(new(big.Int).Mul(price, big.NewInt(percent)), new(big.Int).Mul(unit, big.NewInt(100)))
	return units.Mul(units, unit)
}

// pennies is a count at a price in 1/100,000, rounded half up to the penny.
func pennies(price *big.Int, count int64) int64 {
	return roundTo(new(big.Int).Mul(price, big.NewInt(count)), big.NewInt(1000)).Int64()
}

// roundTo divides and rounds half up; what it divides is not negative.
func roundTo(n, by *big.Int) *big.Int {
	twice := new(big.Int).Add(new(big.Int).Lsh(n, 1), by)
	return twice.Quo(twice, new(big.Int).Lsh(by, 1))
}

// pounds writes pennies as the library does.
func pounds(pennies int64) string {
	sign := ""
	if pennies < 0 {
		sign, pennies = "-", -pennies
	}
	return fmt.Sprintf("%s%d.%02d GBP", sign, pennies/100, pennies%100)
}
