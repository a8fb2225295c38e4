package pricing_test

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

func grossOff(amount string) pricing.Discount {
	d := off(amount)
	d.Gross = true
	return d
}

// voucher prices with 10.00 and such off gross where prices are net.
func voucher(t testing.TB, amount string, taxes tax.Engine, prices ...string) (*pricing.Engine, pricing.Request) {
	t.Helper()
	s := setup{schema: schemaOf(orderStep("voucher"), taxStep()), rules: []pricing.Rule{always("voucher", grossOff(amount))}}
	var lines []pricing.Line
	for n, p := range prices {
		price, category, _ := strings.Cut(p, "/")
		item := fmt.Sprint("I", n)
		s.records = append(s.records, listPrice(item, price+" EUR"))
		lines = append(lines, ofCategory(line(item, 1), category))
	}
	return s.taxing(t, taxes), inGermany(lines...)
}

// A voucher of 10.00 takes 10.00 off what is paid, whatever is in the cart.
func TestGrossDiscount(t *testing.T) {
	for name, c := range map[string]struct {
		amount string
		prices []string
		want   []string // nets
		fall   string
	}{
		"one rate":             {"11.90 EUR", []string{"100.00/"}, []string{"90.00"}, "11.90"},
		"in proportion":        {"30.00 EUR", []string{"100.00/", "100.00/books"}, []string{"86.72", "86.73"}, "30.00"},
		"three lines, a cent":  {"10.00 EUR", []string{"10.00/", "10.00/", "10.00/books"}, []string{"7.10", "7.10", "7.10"}, "10.00"},
		"the whole cart":       {"119.00 EUR", []string{"100.00/"}, []string{"0.00"}, "119.00"},
		"more than the cart":   {"500.00 EUR", []string{"100.00/", "100.00/books"}, []string{"0.00", "0.00"}, "226.00"},
		"nothing":              {"0.00 EUR", []string{"100.00/"}, []string{"100.00"}, "0.00"},
		"a line that is free":  {"1.19 EUR", []string{"0.00/", "100.00/"}, []string{"0.00", "99.00"}, "1.19"},
		"another currency":     {"10.00 USD", []string{"100.00/"}, []string{"100.00"}, "0.00"},
		"a line without rates": {"10.00 EUR", []string{"100.00/stamps"}, []string{"90.00"}, "10.00"},
	} {
		t.Run(name, func(t *testing.T) {
			taxes := german(t)
			if name == "a line without rates" {
				taxes = vatTable(t, tax.FreightTaxed, vatRate("DE-7", "books", "7%"))
			}
			e, r := voucher(t, c.amount, taxes, c.prices...)
			plain, _ := voucher(t, "0.00 EUR", taxes, c.prices...)
			got, before := priceTaxed(t, e, r, pricing.NetPrices), priceTaxed(t, plain, r, pricing.NetPrices)
			fall, err := before.Tax.Gross.Sub(got.Tax.Gross)
			require.NoError(t, err)
			assert.Equal(t, c.fall, fall.Number())
			assert.Equal(t, c.want, totals(got))
			assert.Empty(t, got.Findings.With("pricing.gross-discount"))
			assert.Len(t, got.Findings.With("pricing.unplaced"), map[bool]int{true: 1}[name == "more than the cart"])
			if name == "one rate" {
				assert.Equal(t, "11.90 EUR gross of tax", got.Entries[0].Detail)
				assert.Equal(t, "-10.00 EUR", got.Entries[0].Amount.String())
			}
		})
	}
}

// With one rate no net may have the gross that is asked for: 1.00 net is 1.19 and
// 0.99 is 1.18 gross, but no net is 0.03 gross. The result is as close as can be
// and says so.
func TestGrossDiscountThatCannotBe(t *testing.T) {
	e, r := voucher(t, "0.03 EUR", vatTable(t, tax.FreightTaxed, vatRate("DE", "", "19%")), "0.10/")
	got := priceTaxed(t, e, r, pricing.NetPrices)
	found := got.Findings.With("pricing.gross-discount")
	require.Len(t, found, 1)
	assert.False(t, got.Findings.Blocks())
	assert.Contains(t, found[0].Message, "step voucher: the gross total falls by")
	assert.Contains(t, found[0].Message, "and not by 0.03 EUR")
}

// Steps after the voucher change what it is worth; that is found.
func TestGrossDiscountBeforeOthers(t *testing.T) {
	s := setup{
		schema: schemaOf(orderStep("voucher"), orderStep("late"), taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")},
		rules: []pricing.Rule{always("voucher", grossOff("11.90 EUR")), always("late", percent("50%"))},
	}
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1)), pricing.NetPrices)
	assert.Equal(t, "45.00", got.Total.Number())
	assert.Empty(t, got.Findings, "100 less 10 less half: without the voucher the half would have been of 100, and the voucher's 10 are still 11.90")
	s.schema = schemaOf(orderStep("voucher"), pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}, taxStep())
	s.records = []pricing.Record{listPrice("A", "0.13 EUR")}
	s.rules = []pricing.Rule{always("voucher", grossOff("0.01 EUR"))}
	r := inGermany(line("A", 1))
	r.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("0.01 EUR")}}
	got = priceTaxed(t, s.taxing(t, german(t)), r, pricing.NetPrices)
	require.Len(t, got.Findings.With("pricing.gross-discount"), 1, "0.13 and 0.12 are 0.15 and 0.14 gross; with 0.01 they are 0.17 and 0.15")
}

// Of several rules the best is compared by what it takes off the nets, and a rule
// that was only looked at leaves nothing behind.
func TestGrossDiscountAmongOthers(t *testing.T) {
	best := orderStep("order")
	best.Stacking = pricing.StackBest
	for name, c := range map[string]struct {
		net, gross string
		want       string
	}{
		"the net one is better":   {"10.00 EUR", "11.80 EUR", "90.00"},
		"the gross one is better": {"10.00 EUR", "12.00 EUR", "89.92"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{
				schema: schemaOf(best, taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")},
				rules: []pricing.Rule{
					{ID: "a-net", Group: "order", When: "true", Then: off(c.net)}, {ID: "b-gross", Group: "order", When: "true", Then: grossOff(c.gross)},
				},
			}
			got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1)), pricing.NetPrices)
			assert.Equal(t, c.want, got.Total.Number())
		})
	}
}

// grossCents is the gross of nets in cents, each with a rate of its own, worked out
// in fractions.
func grossCents(nets []int64, rates []*big.Rat) int64 {
	var sum int64
	for n, net := range nets {
		due := new(big.Rat).Mul(big.NewRat(net, 1), rates[n])
		due.Add(due, big.NewRat(1, 2))
		sum += net + new(big.Int).Div(due.Num(), due.Denom()).Int64() // nets are not below zero
	}
	return sum
}

// Over many rates and carts: where any nets within three cents of the proportional
// ones have the gross total that is asked for, the total is it, and there is a
// finding where and only where it is not. The oracle tries them all.
func TestGrossDiscountAgainstBruteForce(t *testing.T) {
	shares := []string{"3%", "5%", "7%", "8.1%", "9.975%", "10%", "15%", "19%", "20%", "21%", "25%", "27%"}
	exact, inexact := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.IntRange(0, len(shares)-1).Draw(rt, "rate a")
		b := rapid.IntRange(0, len(shares)-1).Draw(rt, "rate b")
		netA := rapid.Int64Range(1, 3000).Draw(rt, "net a")
		netB := rapid.Int64Range(1, 3000).Draw(rt, "net b")
		single := a == b
		nets, rates := []int64{netA, netB}, []*big.Rat{money.MustRate(shares[a]).Decimal().Rat(), money.MustRate(shares[b]).Decimal().Rat()}
		if single {
			nets, rates = []int64{netA + netB}, rates[:1]
		}
		before := grossCents(nets, rates)
		amount := rapid.Int64Range(0, before).Draw(rt, "amount")
		taxes := vatTable(t, tax.FreightTaxed, vatRate("A", "a", shares[a]), vatRate("B", "b", shares[b]))
		cents := func(n int64) string { return money.FromMinor(n, money.EUR).Number() }
		categories := []string{"/a", "/b"}
		e, r := voucher(t, cents(amount)+" EUR", taxes, cents(netA)+categories[0], cents(netB)+categories[1])
		got, err := e.Price(context.Background(), r)
		require.NoError(rt, err)
		fall := before - minorOf(rt, got.Tax.Gross)
		found := len(got.Findings.With("pricing.gross-discount"))
		require.Equal(rt, fall != amount, found == 1, "falls by %d, asked for %d: %v", fall, amount, got.Findings)
		if fall == amount {
			exact++
			return
		}
		inexact++
		require.LessOrEqual(rt, max(fall-amount, amount-fall), int64(1), "as close as can be")
		if single {
			for less := int64(0); less <= nets[0]; less++ {
				require.NotEqual(rt, before-amount, grossCents([]int64{nets[0] - less}, rates), "%d less would do", less)
			}
			return
		}
		// The proportional nets, in fractions, and all that is near.
		grossA, grossB := grossCents(nets[:1], rates[:1]), grossCents(nets[1:], rates[1:])
		near := func(gross int64, rate *big.Rat) int64 {
			x := big.NewRat(amount*gross, grossA+grossB)
			x.Quo(x, new(big.Rat).Add(big.NewRat(1, 1), rate))
			return new(big.Int).Div(x.Num(), x.Denom()).Int64()
		}
		centreA, centreB := near(grossA, rates[0]), near(grossB, rates[1])
		for x := max(0, centreA-2); x <= min(nets[0], centreA+2); x++ {
			for y := max(0, centreB-2); y <= min(nets[1], centreB+2); y++ {
				require.NotEqual(rt, before-amount, grossCents([]int64{nets[0] - x, nets[1] - y}, rates), "%d and %d less would do", x, y)
			}
		}
	})
	t.Logf("%d exact, %d cannot be", exact, inexact)
	assert.Greater(t, exact, inexact)
}

func minorOf(t require.TestingT, a money.Amount) int64 {
	n, ok := a.Minor()
	require.True(t, ok)
	return n
}

// With freight in the cart, several rules and rounding by line the total falls by
// the amount or says that it does not.
func TestGrossDiscountByLineAndWithFreight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		st := taxStep()
		st.TaxRounding = rapid.SampledFrom([]tax.Rounding{tax.ByLine, tax.ByDocument}).Draw(rt, "rounding")
		freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: tax.Freight}
		s := setup{schema: schemaOf(freight, orderStep("voucher"), st)}
		var lines []pricing.Line
		for n := range rapid.IntRange(1, 6).Draw(rt, "lines") {
			item := fmt.Sprint("I", n)
			s.records = append(s.records, listPrice(item, money.FromMinor(rapid.Int64Range(100, 9999).Draw(rt, "price"), money.EUR).String()))
			lines = append(lines, ofCategory(line(item, 1), rapid.SampledFrom([]string{"", "books"}).Draw(rt, "category")))
		}
		r := inGermany(lines...)
		r.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("4.90 EUR")}}
		before, err := s.taxing(t, german(t)).Price(context.Background(), r)
		require.NoError(rt, err)
		amount := money.FromMinor(rapid.Int64Range(1, 100).Draw(rt, "amount"), money.EUR)
		s.rules = []pricing.Rule{always("voucher", grossOff(amount.String()))}
		got, err := s.taxing(t, german(t)).Price(context.Background(), r)
		require.NoError(rt, err)
		taxAddsUp(t, got, pricing.NetPrices)
		fall, err := before.Tax.Gross.Sub(got.Tax.Gross)
		require.NoError(rt, err)
		require.Equal(rt, fall != amount, len(got.Findings.With("pricing.gross-discount")) == 1, "%s of %s: %v", fall, amount, got.Findings)
	})
}

// counting counts what an engine is asked.
type counting struct {
	tax.Engine
	asked *int
}

func (c counting) Tax(ctx context.Context, r tax.Request) (tax.Result, error) {
	*c.asked++
	return c.Engine.Tax(ctx, r)
}

// The first guess is close whatever the taxes are, so that few questions are asked:
// two by the tax step, and by the voucher one for the cart as it is, one for the
// guess and a few for its last cents.
func TestGrossDiscountAsksLittle(t *testing.T) {
	compound, err := tax.New(tax.Config{Rates: []tax.Rate{
		{ID: "GST", Name: "GST", Place: tax.Place{Country: "DE"}, Rate: money.MustRate("5%"), Order: 1},
		{ID: "QST", Name: "QST", Place: tax.Place{Country: "DE"}, Rate: money.MustRate("9.5%"), Order: 2, Compound: true},
	}})
	require.NoError(t, err)
	asked := 0
	e, r := voucher(t, "5000.00 EUR", counting{compound, &asked}, "10000.00/", "20000.00/")
	got := priceTaxed(t, e, r, pricing.NetPrices)
	assert.Equal(t, "29492.50", got.Tax.Gross.Number(), "30,000 x 1.14975 less 5,000")
	assert.LessOrEqual(t, asked, 8)
}

// By line each of sixty equal lines rounds alike: 0.28 gross is 0.24 net, which is
// 0.29 gross, so the guess is off by 60 cents.
func TestGrossDiscountOverManyEqualLines(t *testing.T) {
	st := taxStep()
	st.TaxRounding = tax.ByLine
	s := setup{
		schema: schemaOf(orderStep("voucher"), st), records: []pricing.Record{listPrice("A", "1.00 EUR")},
		rules: []pricing.Rule{always("voucher", grossOff("16.80 EUR"))},
	}
	asked := 0
	r := inGermany()
	for n := range 60 {
		l := line("A", 1)
		l.ID = fmt.Sprint(n)
		r.Lines = append(r.Lines, l)
	}
	got := priceTaxed(t, s.taxing(t, counting{german(t), &asked}), r, pricing.NetPrices)
	assert.Empty(t, got.Findings)
	assert.Equal(t, "54.60", got.Tax.Gross.Number(), "60 x 1.19 less 16.80")
	t.Logf("asked %d times", asked)
	assert.LessOrEqual(t, asked, 40)
}

// By line two lines of one rate are rounded by themselves, so that one may take a
// cent more where the sum could not: whatever is near and exact is found.
func TestGrossDiscountByLineAgainstBruteForce(t *testing.T) {
	rates := []*big.Rat{money.MustRate("19%").Decimal().Rat(), money.MustRate("19%").Decimal().Rat()}
	taxes := vatTable(t, tax.FreightTaxed, vatRate("A", "", "19%"))
	rapid.Check(t, func(rt *rapid.T) {
		nets := []int64{rapid.Int64Range(1, 2000).Draw(rt, "net a"), rapid.Int64Range(1, 2000).Draw(rt, "net b")}
		before := grossCents(nets, rates)
		amount := rapid.Int64Range(0, before).Draw(rt, "amount")
		st := taxStep()
		st.TaxRounding = tax.ByLine
		s := setup{
			schema:  schemaOf(orderStep("voucher"), st),
			records: []pricing.Record{listPrice("A", money.FromMinor(nets[0], money.EUR).String()), listPrice("B", money.FromMinor(nets[1], money.EUR).String())},
			rules:   []pricing.Rule{always("voucher", grossOff(money.FromMinor(amount, money.EUR).String()))},
		}
		got, err := s.taxing(t, taxes).Price(context.Background(), inGermany(line("A", 1), line("B", 1)))
		require.NoError(rt, err)
		fall := before - minorOf(rt, got.Tax.Gross)
		require.Equal(rt, fall != amount, len(got.Findings.With("pricing.gross-discount")) == 1)
		if fall == amount {
			return
		}
		grossA := grossCents(nets[:1], rates[:1])
		centre := amount * grossA * 100 / (before * 119)
		other := amount * (before - grossA) * 100 / (before * 119)
		for x := max(0, centre-2); x <= min(nets[0], centre+2); x++ {
			for y := max(0, other-2); y <= min(nets[1], other+2); y++ {
				require.NotEqual(rt, before-amount, grossCents([]int64{nets[0] - x, nets[1] - y}, rates), "%d and %d less would do", x, y)
			}
		}
	})
}

// Without the lines that are taxed most an amount gross of tax takes more off the
// nets, which the best combination knows.
func TestGrossDiscountInCombination(t *testing.T) {
	s := setup{
		schema:  schemaOf(combinationStep("order"), taxStep()),
		records: []pricing.Record{listPrice("A", "100.00 EUR"), listPrice("B", "100.00 EUR")},
	}
	s.schema.Groups = []pricing.StackingGroup{
		{Name: "alone", Scope: pricing.ScopeOrder, NotWith: []string{"gross", "line"}}, {Name: "gross", NotWith: []string{"line"}}, {Name: "line"},
	}
	alone, gross, small := off("11.90 EUR"), grossOff("12.00 EUR"), off("1.00 EUR")
	alone.Stack, gross.Stack, small.Stack = "alone", "gross", "line"
	s.rules = []pricing.Rule{
		{ID: "alone", Group: "order", When: "true", Priority: 2, Then: alone},
		{ID: "small", Group: "order", When: `item == "A"`, Priority: 1, Then: small},
		{ID: "gross", Group: "order", When: "true", Then: gross},
	}
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1), ofCategory(line("B", 1), "books")), pricing.NetPrices)
	assert.Equal(t, []string{"99.00", "88.79"}, totals(got)) // 12.00 less 7% is 11.21
}

// Where only the total is rounded an amount gross of tax is taken off what the
// document says, and nothing falls below zero.
func TestGrossDiscountWhereOnlyTheTotalIsRounded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := setup{schema: schemaOf(discountStep("line", pricing.BaseRunning), orderStep("voucher"), orderStep("all"), taxStep())}
		s.schema.Document = pricing.RoundTotal
		s.schema.Rounding = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(r, "mode")
		var lines []pricing.Line
		for n := range rapid.IntRange(1, 4).Draw(r, "lines") {
			item := fmt.Sprint("I", n)
			rec := listPrice(item, money.FromMinor(rapid.Int64Range(0, 300).Draw(r, "price"), money.EUR).String())
			rec.Per = rapid.SampledFrom([]int64{1, 7, 1000}).Draw(r, "per")
			s.records = append(s.records, rec)
			l := line(item, rapid.Int64Range(1, 9).Draw(r, "quantity"))
			lines = append(lines, ofCategory(l, rapid.SampledFrom([]string{"", "books"}).Draw(r, "category")))
		}
		amount := money.FromMinor(rapid.Int64Range(1, 400).Draw(r, "amount"), money.EUR)
		s.rules = []pricing.Rule{always("line", percent("0.1%")), always("voucher", grossOff(amount.String()))}
		if rapid.Bool().Draw(r, "all") {
			s.rules = append(s.rules, always("all", percent("100%")))
		}
		got, err := s.taxing(t, german(t)).Price(t.Context(), inGermany(lines...))
		require.NoError(r, err)
		addsUp(r, got)
		assert.Empty(r, got.Findings.With("pricing.negative"))
		if len(s.rules) == 3 {
			assert.True(r, got.Total.IsZero(), got.Text())
		}
	})
}
