package credit_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/money"
)

// busy makes an account below a group, with open orders over a month and a hundred open items.
func busy(b testing.TB) *desk {
	b.Helper()
	ledger, err := credit.New(credit.Config{})
	require.NoError(b, err)
	d := &desk{Ledger: ledger, now: at("2026-03-02")}
	group := credit.Account{ID: "GROUP", Currency: money.USD, Limit: &credit.Limit{Amount: usd("900000000000")}}
	a := dynamic(acme("900000000000"), 10)
	a.Parent = "GROUP"
	for _, set := range []credit.Account{group, a} {
		_, err := d.SetAccount(d.now, credit.Setting{Account: set, Actor: "ann", Reason: "review"})
		require.NoError(b, err)
	}
	for i := range 100 {
		n := strconv.Itoa(i)
		_, _, err := d.Commit(context.Background(), d.now, credit.Request{
			Order: "open-" + n, Account: "ACME", Amount: usd("500"), Planned: []credit.Planned{{Ship: d.day(i % 30), Amount: usd("500")}},
		})
		require.NoError(b, err)
		_, err = d.Invoice(d.now, credit.Invoice{
			Document: n, Account: "ACME", Amount: usd("100"), Date: d.day(0), Due: d.day(i),
		})
		require.NoError(b, err)
	}
	return d
}

func BenchmarkCheck(b *testing.B) {
	d := busy(b)
	req := credit.Request{
		Order: "new", Account: "ACME", Amount: usd("1500"), Terms: "N30",
		Planned: []credit.Planned{{Ship: d.day(3), Amount: usd("1500")}},
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Check(ctx, d.now, req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheckParallel(b *testing.B) {
	d := busy(b)
	req := credit.Request{Order: "new", Account: "ACME", Amount: usd("1500"), Terms: "N30"}
	ctx := context.Background()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := d.Check(ctx, d.now, req); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkCommit takes credit for a new order each time.
func BenchmarkCommit(b *testing.B) {
	d := busy(b)
	ctx := context.Background()
	planned := []credit.Planned{{Ship: d.day(3), Amount: usd("1")}}
	amount := usd("1")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		_, decision, err := d.Commit(ctx, d.now, credit.Request{
			Order: strconv.Itoa(i), Account: "ACME", Amount: amount, Planned: planned, Terms: "N30",
		})
		if err != nil || decision.Outcome != credit.Passed {
			b.Fatal(decision, err)
		}
	}
}

// TestCheckAllocations bounds what a check of an order allocates at two levels of accounts with the standard rules and
// without explanation. Most of it is for conditions that compare two facts, and for the figures of the two levels.
func TestCheckAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	d := busy(t)
	req := credit.Request{Order: "new", Account: "ACME", Amount: usd("1500"), Terms: "N30"}
	ctx := context.Background()
	got := testing.AllocsPerRun(100, func() {
		if _, err := d.Check(ctx, d.now, req); err != nil {
			t.Error(err)
		}
	})
	if got > 20 {
		t.Errorf("%v allocations a check, want at most 20", got)
	}
}
