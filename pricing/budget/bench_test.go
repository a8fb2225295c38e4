package budget_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/budget"
)

// benchLimits are a coupon and a budget that do not run out.
func benchLimits(b testing.TB) *budget.Register {
	b.Helper()
	return newDesk(b, budget.Limit{Name: "SAVE10", Total: budget.Cap{Uses: budget.MaxUses}, PerCustomer: budget.Cap{Uses: budget.MaxUses}},
		budget.Limit{Name: "spring", Currency: money.USD, Total: budget.Cap{Amount: usd("90000000000000")}}).Register
}

var twelveFifty = usd("12.50")

func benchRequest(key string) budget.Request {
	return budget.Request{Key: key, Customer: "ACME", Expires: noon.Add(48 * time.Hour), Usages: []budget.Usage{
		{Limit: "SAVE10", Uses: 1}, {Limit: "spring", Amount: twelveFifty},
	}}
}

// BenchmarkReserve reserves a coupon and a part of a budget for a new order each time.
func BenchmarkReserve(b *testing.B) {
	g := benchLimits(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := g.Reserve(noon, benchRequest(strconv.Itoa(i))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReserveCommit is the way of an order that is accepted at once.
func BenchmarkReserveCommit(b *testing.B) {
	g := benchLimits(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		key := strconv.Itoa(i)
		if _, err := g.Reserve(noon, benchRequest(key)); err != nil {
			b.Fatal(err)
		}
		if _, err := g.Commit(noon, key); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReserveRefused asks for a coupon that is used up.
func BenchmarkReserveRefused(b *testing.B) {
	d := newDesk(b, budget.Limit{Name: "SAVE10", Total: budget.Cap{Uses: 1}})
	require.NoError(b, d.reserve("first", "ACME", use("SAVE10", 1)))
	req := budget.Request{Key: "SO-1", Customer: "ACME", Usages: []budget.Usage{use("SAVE10", 1)}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Reserve(noon, req); err == nil {
			b.Fatal("it passed")
		}
	}
}

// BenchmarkShared reserves with an append to a journal in memory each time.
func BenchmarkShared(b *testing.B) {
	ctx := context.Background()
	s := newShared(b, journal.NewMemory())
	_, err := s.SetLimit(ctx, noon, budget.Setting{Limit: budget.Limit{Name: "SAVE10", Total: budget.Cap{Uses: budget.MaxUses}}, Actor: "a", Reason: "r"})
	require.NoError(b, err)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := s.Reserve(ctx, noon, budget.Request{Key: strconv.Itoa(i), Usages: []budget.Usage{use("SAVE10", 1)}}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocsReserve: what is kept of a reservation is itself, its standing, its usages and its place in the maps; what a
// later commitment keeps is a standing.
func TestAllocsReserve(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	g := benchLimits(t)
	keys := make([]string, 2000)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	req := benchRequest("")
	i := 0
	got := testing.AllocsPerRun(len(keys)-1, func() {
		req.Key = keys[i]
		i++
		if _, err := g.Reserve(noon, req); err != nil {
			t.Error(err)
		}
	})
	if got > 4 {
		t.Errorf("%v allocations a reservation, want at most 4", got)
	}
	i = 0
	got = testing.AllocsPerRun(len(keys)-1, func() {
		if _, err := g.Commit(noon, keys[i]); err != nil {
			t.Error(err)
		}
		i++
	})
	if got > 1 {
		t.Errorf("%v allocations a commitment, want at most 1", got)
	}
}
