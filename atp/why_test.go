package atp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// atp.md: every line says why it got what it got: the supply it was pegged to, the rule, what it lost to.
func TestWhy(t *testing.T) {
	ask := func(s *atp.Stock, demands ...atp.Demand) []string {
		for i := range demands {
			demands[i].Explain = true
			if demands[i].Wanted.IsZero() {
				demands[i].Wanted = day(0)
			}
		}
		got, err := s.PromiseAll(noon(0), demands, atp.LineByLine)
		require.NoError(t, err)
		return got[len(got)-1].Why()
	}
	split := atp.Partial{AtMost: atp.AnyNumber}
	for name, c := range map[string]struct {
		why  func(t *testing.T) []string
		want []string
	}{
		"supply, who has it, what is missing": {func(t *testing.T) []string {
			s, ref := promising(t)
			return ask(s, atp.Demand{ID: "1", Ref: ref, Quantity: 4}, atp.Demand{Ref: ref, Quantity: 60, Partial: split})
		}, []string{
			"6 delivered on 2026-03-02: 6 from stock, available.",
			"22 delivered on 2026-03-07, 5 days late: 22 from purchase-order PO-2026-03-07 due 2026-03-07.",
			"20 delivered on 2026-03-14, 12 days late: 20 from purchase-order PO-2026-03-14 due 2026-03-14.",
			"12 of 60 cannot be promised.",
			"6 can be had on 2026-03-02; lost to 1.",
		}},
		"a later day is as tight": {func(t *testing.T) []string {
			s, ref := promising(t)
			return ask(s, atp.Demand{Ref: ref, Quantity: 40, Wanted: day(5)})
		}, []string{
			"40 delivered on 2026-03-14, 7 days late: 2 from stock, available; 30 from purchase-order PO-2026-03-07 due " +
				"2026-03-07; 8 from purchase-order PO-2026-03-14 due 2026-03-14.",
			"32 can be had on 2026-03-07, for the balance is as low on 2026-03-09; reserved by other.",
		}},
		"many have it": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 8)
			for i := range 8 {
				claimed(t, s, fmt.Sprint("o", i), ref, 0, 1)
			}
			return ask(s, atp.Demand{Ref: ref, Quantity: 1})
		}, []string{"1 of 1 cannot be promised.", "0 can be had on 2026-03-02; reserved by o0, o1, o2, o3, o4 and 3 more."}},
		"the horizon": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 1)
			_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{Horizon: atp.Infinite, Replenishment: 9}})
			require.NoError(t, err)
			return ask(s, atp.Demand{Ref: ref, Quantity: 3})
		}, []string{
			"3 delivered on 2026-03-11, 9 days late: from supply that is yet to be planned, after the lead time.",
			"1 can be had on 2026-03-02.",
		}},
		"a fence": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 1, supply{-3, 7}, supply{4, 5})
			policy := atp.Policy{PastDueReceipts: atp.Fence{Ignore: true, Days: 1}}
			_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: policy})
			require.NoError(t, err)
			return ask(s, atp.Demand{Ref: ref, Quantity: 6})
		}, []string{
			"6 delivered on 2026-03-06, 4 days late: 1 from stock, available; 5 from purchase-order PO-2026-03-06 due 2026-03-06.",
			"1 can be had on 2026-03-02.",
			"7 that are past due do not count.",
		}},
		"goods that expire": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "milk", 0)
			stockLot(t, s, ref, "L1", 9, 3)
			stockLot(t, s, ref, "L2", 2, 20)
			return ask(s, atp.Demand{Ref: ref, Quantity: 4, MinLife: 10})
		}, []string{
			"4 of 4 cannot be promised.", "2 can be had on 2026-03-02.", "9 more are there, and not good long enough.",
		}},
		"a quota": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 100)
			quota := weeks(t, s, atp.QuotaDefinition{ID: "retail", Later: 1}, 8, 8)
			uses := []atp.QuotaUse{{Quota: quota}}
			return ask(s, atp.Demand{ID: "1", Ref: ref, Quantity: 3, Quotas: uses},
				atp.Demand{Ref: ref, Quantity: 12, Quotas: uses, Partial: split})
		}, []string{
			"5 delivered on 2026-03-02: 5 from stock, available; quota 5 of retail in 2026-03-02 to 2026-03-08.",
			"7 delivered on 2026-03-09, 7 days late: 7 from stock, available; quota 7 of retail in 2026-03-09 to 2026-03-15.",
			"Quota retail allows 5; 3 of 8 are taken in 2026-03-02 to 2026-03-08; lost to 1.",
		}},
		"a component": {func(t *testing.T) []string {
			s, k, a, b := tables(t)
			return ask(s, kitOf(k, 3, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1}))
		}, []string{
			"3 delivered on 2026-03-05, 3 days late: 5 of A from stock, available; 1 of A from purchase-order PO-2026-03-05 due " +
				"2026-03-05; 3 of B from stock, available.",
			"2 kits can be had on 2026-03-02, limited by component A.",
		}},
		"the way": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 10)
			return ask(s, atp.Demand{Ref: ref, Quantity: 10, Wanted: day(1), Lane: &atp.Lane{Processing: 1, Transit: 1}})
		}, []string{
			"10 shipped on 2026-03-03, delivered on 2026-03-04, 1 day late: 10 from stock, available.",
			"The goods are there on 2026-03-02: the calendars on the way allow no earlier delivery.",
		}},
		"not yet": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 10)
			_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{AvailableFrom: day(2)}})
			require.NoError(t, err)
			return ask(s, atp.Demand{Ref: ref, Quantity: 1})
		}, []string{
			"1 delivered on 2026-03-04, 2 days late: 1 from stock, available.", "The item is not available yet on 2026-03-02.",
		}},
		"no more": {func(t *testing.T) []string {
			s, k, a, b := tables(t)
			_, _, err := s.Define(noon(0), atp.Definition{Item: "B", Site: "S1", Policy: atp.Policy{LastOrder: day(-1)}})
			require.NoError(t, err)
			return ask(s, kitOf(k, 3, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1}))
		}, []string{"3 of 3 cannot be promised.", "Component B cannot be ordered any more."}},
		"phased out": {func(t *testing.T) []string {
			s := newStock(t)
			ref := stocked(t, s, "A", 1)
			policy := atp.Policy{Horizon: atp.Infinite, Replenishment: 9, PhaseOut: day(-1)}
			_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: policy})
			require.NoError(t, err)
			return ask(s, atp.Demand{Ref: ref, Quantity: 3})
		}, []string{
			"3 of 3 cannot be promised.", "The item is phased out: there is no more than known supply.", "1 can be had on 2026-03-02.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, strings.Join(c.want, "\n"), strings.Join(c.why(t), "\n"))
		})
	}
}

// Without an explanation it says what was promised.
func TestWhyUnexplained(t *testing.T) {
	s, ref := promising(t)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 60, Wanted: day(0), Partial: atp.Partial{AtMost: 1}})
	require.NoError(t, err)
	require.Equal(t, []string{"60 of 60 cannot be promised."}, p.Why())
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 6, Wanted: day(0)})
	require.NoError(t, err)
	require.Equal(t, []string{"6 delivered on 2026-03-02."}, p.Why())
}

// Ask why a line comes in two deliveries.
func ExamplePromise_Why() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	promise, err := stock.Promise(now, atp.Demand{
		Ref: ref, Quantity: 45, Wanted: calendar.MustDate("2026-03-05"), Lane: &atp.Lane{Processing: 1, Transit: 2},
		Partial: atp.Partial{AtMost: 2}, Explain: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sentence := range promise.Why() {
		fmt.Println(sentence)
	}
	// Output:
	// 40 shipped on 2026-03-09, delivered on 2026-03-11, 6 days late: 10 from stock, available; 30 from purchase-order PO-77/1 due 2026-03-06.
	// 5 shipped on 2026-03-13, delivered on 2026-03-15, 10 days late: 5 from purchase-order PO-80/1 due 2026-03-12.
	// 10 can be had on 2026-03-02.
}
