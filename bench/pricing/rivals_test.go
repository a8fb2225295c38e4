package pricing_test

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"
)

// env is what the conditions of the loop over expr ask about.
type env struct {
	Item     string `expr:"item"`
	Group    string `expr:"group"`
	Quantity int64  `expr:"quantity"`
}

// useExpr is what a Go developer would write: a compiled expression for each
// promotion, asked for each line, and decimals. It keeps no record of how a
// price came about, checks no currency and knows no units.
func useExpr(tb testing.TB, n int) (func(), func() []int64) {
	all := promotions(n)
	programs := make([]*vm.Program, n)
	shares := make([]decimal.Decimal, n)
	for i, p := range all {
		program, err := expr.Compile(fmt.Sprintf(`item == %q && group == %q && quantity >= %d`, p.item, p.group, p.least),
			expr.Env(env{}), expr.AsBool())
		check(tb, err)
		programs[i], shares[i] = program, decimal.New(p.percent, -2)
	}
	list := make(map[string]decimal.Decimal)
	for item, price := range cents() {
		list[item] = decimal.New(price, -2)
	}
	ofCustomer, ofOrder := decimal.New(customerPercent, -2), decimal.New(orderPercent, -2)
	lines := order()
	var machine vm.VM
	var totals []decimal.Decimal
	return func() {
			totals = make([]decimal.Decimal, len(lines))
			sum := decimal.Zero
			for i, l := range lines {
				net := list[l.item].Mul(decimal.NewFromInt(l.quantity)).Round(2)
				net = net.Sub(net.Mul(ofCustomer).Round(2))
				best := decimal.Zero
				for k, program := range programs {
					yes, err := machine.Run(program, env{l.item, group, l.quantity})
					check(tb, err)
					if yes.(bool) && shares[k].GreaterThan(best) {
						best = shares[k]
					}
				}
				totals[i] = net.Sub(net.Mul(best).Round(2))
				sum = sum.Add(totals[i])
			}
			spread(totals, sum, sum.Mul(ofOrder).Round(2))
		}, func() []int64 {
			var cents []int64
			for _, t := range totals {
				cents = append(cents, t.Shift(2).IntPart())
			}
			return cents
		}
}

// spread takes a discount off the totals in proportion, by largest remainder.
func spread(totals []decimal.Decimal, sum, discount decimal.Decimal) {
	type part struct {
		line      int
		remainder decimal.Decimal
	}
	cent, left := decimal.New(1, -2), discount
	parts := make([]part, len(totals))
	for i, t := range totals {
		share, remainder := discount.Mul(t).QuoRem(sum, 2)
		parts[i] = part{i, remainder}
		left = left.Sub(share)
		totals[i] = t.Sub(share)
	}
	slices.SortStableFunc(parts, func(a, b part) int { return b.remainder.Cmp(a.remainder) })
	for i := 0; left.IsPositive(); i++ {
		totals[parts[i].line] = totals[parts[i].line].Sub(cent)
		left = left.Sub(cent)
	}
}

// byHand has the promotions in Go and money in integers of cents: no
// conditions that a business could read or change, no currency, no overflow
// check, no record.
func byHand(_ testing.TB, n int) (func(), func() []int64) {
	all, list, lines := promotions(n), cents(), order()
	type part struct {
		line      int
		remainder uint64
	}
	totals, parts := make([]int64, len(lines)), make([]part, len(lines))
	return func() {
		var sum int64
		for i, l := range lines {
			net := list[l.item] * l.quantity
			net -= (net*customerPercent + 50) / 100
			var best int64
			for k := range all {
				if p := &all[k]; p.item == l.item && p.group == group && l.quantity >= p.least {
					best = max(best, p.percent)
				}
			}
			totals[i] = net - (net*best+50)/100
			sum += totals[i]
		}
		discount := (sum*orderPercent + 50) / 100
		left := discount
		for i, t := range totals {
			high, low := bits.Mul64(uint64(discount), uint64(t))
			share, remainder := bits.Div64(high, low, uint64(sum))
			parts[i] = part{i, remainder}
			left -= int64(share)
			totals[i] -= int64(share)
		}
		slices.SortFunc(parts, func(a, b part) int {
			switch {
			case a.remainder > b.remainder:
				return -1
			case a.remainder < b.remainder:
				return 1
			}
			return a.line - b.line
		})
		for i := range left {
			totals[parts[i].line]--
		}
	}, func() []int64 { return slices.Clone(totals) }
}
