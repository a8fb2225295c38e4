package pricing_test

import (
	"fmt"
	"slices"
	"testing"
)

// The deals that every contender gets, each in its own language.
const (
	customerPercent = 5 // off the list value
	orderPercent    = 2 // off the order
	group           = "GOLD"
)

// promotion is a percentage off an item, for a customer group and a quantity.
type promotion struct {
	id, item, group string
	least, percent  int64
}

type orderLine struct {
	item     string
	quantity int64
}

func itemName(i int) string { return fmt.Sprintf("I%04d", i) }

// cents is the price list.
func cents() map[string]int64 {
	list := make(map[string]int64)
	for i := range 1000 {
		list[itemName(i)] = int64(199 + i*977%5000)
	}
	return list
}

// promotions returns n of them. The first hundred are for the twenty items of the
// order, the others for all items in turn, as those of a shop are: few of them
// concern any one order.
func promotions(n int) []promotion {
	all := make([]promotion, n)
	for i := range all {
		item := itemName(i % 20 * 7)
		if i >= 100 {
			item = itemName(i)
		}
		all[i] = promotion{id: fmt.Sprintf("P%04d", i), item: item, group: group, least: int64(1 + i%5*3), percent: int64(5 + i*7%4*5)}
	}
	return all
}

func order() []orderLine {
	lines := make([]orderLine, 20)
	for i := range lines {
		lines[i] = orderLine{itemName(i * 7), int64(1 + i*5%13)}
	}
	return lines
}

// contender prices the order; totals tells what its lines cost, in cents,
// outside of what is measured.
type contender struct {
	name string
	make func(tb testing.TB, n int) (price func(), totals func() []int64)
}

func contenders() []contender {
	return []contender{
		{"o2c", useO2C}, {"a loop over expr, shopspring", useExpr}, {"Go and int64 by hand", byHand},
	}
}

func BenchmarkOrder(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		for _, c := range contenders() {
			b.Run(fmt.Sprintf("20 lines, %d promotions/%s", n, c.name), func(b *testing.B) {
				price, _ := c.make(b, n)
				b.ReportAllocs()
				for b.Loop() {
					price()
				}
			})
		}
	}
}

func TestAnswersAgree(t *testing.T) {
	for _, n := range []int{0, 1, 10, 100, 1000} {
		var first []int64
		for _, c := range contenders() {
			price, totals := c.make(t, n)
			price()
			got := totals()
			if first == nil {
				first = got
			}
			if len(got) != len(order()) || !slices.Equal(got, first) {
				t.Errorf("%d promotions: %s: %v, but %s: %v", n, c.name, got, contenders()[0].name, first)
			}
		}
	}
}

func check(tb testing.TB, err error) {
	if err != nil {
		tb.Fatal(err)
	}
}
