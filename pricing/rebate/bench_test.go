package rebate_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing/rebate"
)

// BenchmarkAccrue bills a document of one line each time, which one agreement counts.
func BenchmarkAccrue(b *testing.B) {
	d := newDesk(b, agreed())
	net := usd("0.01")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := d.Accrue(noon, rebate.Billed{
			Document: strconv.Itoa(i), Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: net}},
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExpected asks for a line among 10,000 agreements of other customers.
func BenchmarkExpected(b *testing.B) {
	d := newDesk(b, agreed())
	for i := range 10000 {
		a := agreed()
		a.ID, a.Customers = strconv.Itoa(i), []string{"C" + strconv.Itoa(i)}
		d.set(a)
	}
	req := rebate.Billed{Document: "?", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("7000")}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Expected(req); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocsExpected bounds what a question costs; most of it are the decimals in which a rebate is worked out.
func TestAllocsExpected(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d := newDesk(t, agreed())
	req := rebate.Billed{Document: "?", Customer: "ACME", Date: march2, Lines: []rebate.BilledLine{{ID: "1", Net: usd("7000")}}}
	got := testing.AllocsPerRun(100, func() {
		_, err := d.Expected(req)
		require.NoError(t, err)
	})
	if got > 25 {
		t.Errorf("%v allocations a line, want at most 25", got)
	}
}
