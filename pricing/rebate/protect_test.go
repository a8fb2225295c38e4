package rebate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/rebate"
)

// The worked example of a distributor's manual: 25 printers bought at 500 on 1 February, the price falls to 450 on
// 5 March, 20 are on hand: 1,000.00.
func TestProtectPublishedFigure(t *testing.T) {
	c, err := rebate.Protect(
		rebate.Drop{Day: calendar.MustDate("2006-03-05"), Days: 60, Price: usd("450"), OnHand: each(20)},
		[]rebate.Purchase{{Document: "PO-1", Line: "1", Date: calendar.MustDate("2006-02-01"), Quantity: each(25), Price: usd("500")}},
	)
	require.NoError(t, err)
	assert.Equal(t, usd("1000.00"), c.Total)
	assert.Equal(t, each(20), c.Lines[0].Quantity)
}

func TestProtect(t *testing.T) {
	day := calendar.MustDate("2026-03-31")
	bought := func(document string, daysBefore int, n int64, price string) rebate.Purchase {
		return rebate.Purchase{Document: document, Line: "1", Date: day.AddDays(-daysBefore), Quantity: each(n), Price: usd(price)}
	}
	drop := func(onHand int64) rebate.Drop {
		return rebate.Drop{Day: day, Days: 30, Price: usd("8.00"), OnHand: each(onHand)}
	}
	type line struct {
		document string
		quantity int64
		credit   string
		reason   rebate.ClaimReason
	}
	with := func(d rebate.Drop, f func(*rebate.Drop)) rebate.Drop { f(&d); return d }
	for name, c := range map[string]struct {
		drop        rebate.Drop
		purchases   []rebate.Purchase
		want        []line
		total       string
		unexplained int64
	}{
		"all of it":                {drop(10), []rebate.Purchase{bought("A", 5, 10, "10.00")}, []line{{"A", 10, "20.00", ""}}, "20.00", 0},
		"what is left":             {drop(4), []rebate.Purchase{bought("A", 5, 10, "10.00")}, []line{{"A", 4, "8.00", ""}}, "8.00", 0},
		"the latest first":         {drop(12), []rebate.Purchase{bought("A", 20, 10, "12.00"), bought("B", 5, 10, "10.00")}, []line{{"B", 10, "20.00", ""}, {"A", 2, "8.00", ""}}, "28.00", 0},
		"the first protected day":  {drop(1), []rebate.Purchase{bought("A", 30, 1, "10.00")}, []line{{"A", 1, "2.00", ""}}, "2.00", 0},
		"a day too old":            {drop(1), []rebate.Purchase{bought("A", 31, 1, "10.00")}, []line{{"A", 1, "0.00", rebate.TooOld}}, "0.00", 0},
		"old and new stock":        {drop(15), []rebate.Purchase{bought("A", 40, 10, "10.00"), bought("B", 2, 10, "9.00")}, []line{{"B", 10, "10.00", ""}, {"A", 5, "0.00", rebate.TooOld}}, "10.00", 0},
		"bought at the new price":  {drop(5), []rebate.Purchase{bought("A", 10, 10, "10.00"), bought("B", 0, 3, "8.00")}, []line{{"B", 3, "0.00", rebate.NotDearer}, {"A", 2, "4.00", ""}}, "4.00", 0},
		"bought for less":          {drop(5), []rebate.Purchase{bought("A", 10, 10, "7.00")}, []line{{"A", 5, "0.00", rebate.NotDearer}}, "0.00", 0},
		"from somewhere else":      {drop(9), []rebate.Purchase{bought("A", 10, 4, "10.00")}, []line{{"A", 4, "8.00", ""}}, "8.00", 5},
		"nothing on hand":          {drop(0), []rebate.Purchase{bought("A", 10, 4, "10.00")}, nil, "0.00", 0},
		"claimed in part before":   {with(drop(6), func(d *rebate.Drop) { d.Claimed = each(4) }), []rebate.Purchase{bought("A", 10, 3, "10.00"), bought("B", 20, 9, "11.00")}, []line{{"A", 3, "0.00", rebate.ClaimedBefore}, {"B", 1, "0.00", rebate.ClaimedBefore}, {"B", 2, "6.00", ""}}, "6.00", 0},
		"rounded once a line":      {with(drop(3), func(d *rebate.Drop) { d.Price = usd("9.995") }), []rebate.Purchase{bought("A", 1, 3, "10.00")}, []line{{"A", 3, "0.02", ""}}, "0.02", 0},
		"prices for so many units": {with(drop(250), func(d *rebate.Drop) { d.Price, d.Per = usd("80"), 1000 }), []rebate.Purchase{{Document: "A", Line: "1", Date: day.AddDays(-1), Quantity: each(300), Price: usd("10"), Per: 100}}, []line{{"A", 250, "5.00", ""}}, "5.00", 0},
	} {
		t.Run(name, func(t *testing.T) {
			claim, err := rebate.Protect(c.drop, c.purchases)
			require.NoError(t, err)
			var got []line
			for _, l := range claim.Lines {
				got = append(got, line{l.Document, l.Quantity.Coefficient(), l.Credit.Number(), l.Reason})
			}
			assert.Equal(t, c.want, got)
			assert.Equal(t, usd(c.total), claim.Total)
			assert.Equal(t, c.unexplained, claim.Unexplained.Coefficient())
		})
	}
}

// Piece by piece: the last that came in are still there.
func TestProtectModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		day := calendar.MustDate("2026-03-31")
		number := func(label string, most int64) int64 { return rapid.Int64Range(0, most).Draw(rt, label) }
		d := rebate.Drop{Day: day, Days: int(number("days", 9)) + 1, Price: money.FromMinor(number("price", 20), money.USD), OnHand: each(number("on hand", 30))}
		d.Claimed = each(number("claimed", 10))
		type piece struct{ age, cents int64 }
		var pieces []piece // the latest first
		var purchases []rebate.Purchase
		for age := range int64(12) {
			n, cents := number("pieces", 5), number("paid", 30)
			purchases = append(purchases, rebate.Purchase{Document: fmt.Sprint(age), Date: day.AddDays(-int(age)), Quantity: each(n), Price: money.FromMinor(cents, money.USD)})
			for range n {
				pieces = append(pieces, piece{age, cents})
			}
		}
		purchases = rapid.Permutation(purchases).Draw(rt, "order")
		now, _ := d.Price.Minor()
		var want int64
		explained := min(int(d.OnHand.Coefficient()), len(pieces))
		for i, p := range pieces[:explained] {
			if int64(i) >= d.Claimed.Coefficient() && p.age <= int64(d.Days) && p.cents > now {
				want += p.cents - now
			}
		}
		c, err := rebate.Protect(d, purchases)
		require.NoError(rt, err)
		got, _ := c.Total.Minor()
		require.Equal(rt, want, got)
		require.Equal(rt, d.OnHand.Coefficient()-int64(explained), c.Unexplained.Coefficient())
	})
}

func TestProtectRefuses(t *testing.T) {
	good := rebate.Drop{Day: march2, Days: 30, Price: usd("8"), OnHand: each(5)}
	bought := rebate.Purchase{Document: "A", Date: march2, Quantity: each(5), Price: usd("10")}
	for field, change := range map[string]func(*rebate.Drop, *rebate.Purchase){
		"Day":                   func(d *rebate.Drop, _ *rebate.Purchase) { d.Day = calendar.Date{} },
		"Days":                  func(d *rebate.Drop, _ *rebate.Purchase) { d.Days = 0 },
		"Price":                 func(d *rebate.Drop, _ *rebate.Purchase) { d.Price = usd("-1") },
		"Per":                   func(d *rebate.Drop, _ *rebate.Purchase) { d.Per = -1 },
		"OnHand":                func(d *rebate.Drop, _ *rebate.Purchase) { d.OnHand = each(-1) },
		"Claimed":               func(d *rebate.Drop, _ *rebate.Purchase) { d.Claimed = quantity.New(1, quantity.Case) },
		"Rounding":              func(d *rebate.Drop, _ *rebate.Purchase) { d.Rounding = 99 },
		"purchases[0].Date":     func(_ *rebate.Drop, p *rebate.Purchase) { p.Date = calendar.Date{} },
		"purchases[0].Quantity": func(_ *rebate.Drop, p *rebate.Purchase) { p.Quantity = quantity.New(1, quantity.Case) },
		"purchases[0].Price":    func(_ *rebate.Drop, p *rebate.Purchase) { p.Price = money.MustParse("1 EUR") },
		"purchases[0].Per":      func(_ *rebate.Drop, p *rebate.Purchase) { p.Per = rebate.MaxPer + 1 },
	} {
		d, p := good, bought
		change(&d, &p)
		_, err := rebate.Protect(d, []rebate.Purchase{p})
		var wrong *rebate.RequestError
		require.ErrorAs(t, err, &wrong, field)
		assert.Equal(t, field, wrong.Field)
	}
}
