package pricing_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// world is a random schema with prices, rules and a request.
type world struct {
	setup
	request pricing.Request
	// what the oracle needs in plain numbers
	mode     money.Rounding
	document pricing.DocumentRounding
	steps    []worldStep
	lines    []worldLine
	digits   int32
}

type worldStep struct {
	pricing.Step
	discounts []worldDiscount // in the order of the rules
}

type worldDiscount struct {
	id      string
	rate    decimal.Decimal // zero: an amount
	amount  decimal.Decimal
	minimum decimal.Decimal // negative: none
	item    string          // empty: every line
}

type worldLine struct {
	id, item string
	quantity int64
	price    decimal.Decimal
	per      int64
}

func drawWorld(r *rapid.T) *world {
	w := &world{}
	currency := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "currency")
	w.digits = int32(currency.Digits())
	w.mode = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(r, "mode")
	w.document = rapid.SampledFrom([]pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal}).Draw(r, "document")
	items := []string{"A", "B", "C"}
	for _, item := range items {
		p := rapid.Int64Range(0, 99_999).Draw(r, "price")
		per := rapid.SampledFrom([]int64{1, 1, 7, 1000}).Draw(r, "per")
		// A price with one digit more than the currency has, as many lists have.
		number := decimal.New(p, -w.digits-1)
		amount, err := money.FromDecimal(number, currency)
		require.NoError(r, err)
		w.records = append(w.records, pricing.Record{
			ID: "R-" + item, Key: pricing.Key{Item: item}, Price: amount, Per: per, Unit: quantity.Each,
		})
	}
	for n := range rapid.IntRange(1, 5).Draw(r, "lines") {
		i := rapid.IntRange(0, 2).Draw(r, "item")
		w.lines = append(w.lines, worldLine{
			id: fmt.Sprint(n + 1), item: items[i], quantity: rapid.Int64Range(1, 1000).Draw(r, "quantity"),
			price: w.records[i].Price.Decimal(), per: w.records[i].Per,
		})
	}
	for n := range rapid.IntRange(0, 4).Draw(r, "steps") {
		w.drawStep(r, n, currency)
	}
	var steps []pricing.Step
	for _, s := range w.steps {
		steps = append(steps, s.Step)
	}
	w.schema = schemaOf(steps...)
	w.schema.Rounding, w.schema.Document = w.mode, w.document
	w.request = request()
	w.request.Currency = currency
	w.request.Lines = w.requestLines()
	return w
}

func (w *world) requestLines() []pricing.Line {
	var lines []pricing.Line
	for _, l := range w.lines {
		lines = append(lines, pricing.Line{ID: l.id, Item: l.item, Quantity: ea(l.quantity)})
	}
	return lines
}

func (w *world) drawStep(r *rapid.T, n int, currency money.Currency) {
	s := worldStep{Step: pricing.Step{
		Name:  fmt.Sprintf("s%d", n),
		Kind:  rapid.SampledFrom([]pricing.StepKind{pricing.StepDiscount, pricing.StepSurcharge}).Draw(r, "kind"),
		Base:  rapid.SampledFrom([]pricing.Base{pricing.BaseList, pricing.BaseRunning}).Draw(r, "base"),
		Scope: rapid.SampledFrom([]pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder}).Draw(r, "scope"),
		Exact: rapid.Bool().Draw(r, "exact"),
	}}
	for m := range rapid.IntRange(1, 3).Draw(r, "rules") {
		d := worldDiscount{id: fmt.Sprintf("s%d-%d", n, m), minimum: decimal.NewFromInt(-1)}
		then := pricing.Discount{Kind: pricing.Percent}
		var err error
		if rapid.Bool().Draw(r, "is percent") {
			d.rate = decimal.New(rapid.Int64Range(1, 3000).Draw(r, "rate"), -4)
			then.Rate, err = money.RateFromDecimal(d.rate)
		} else {
			d.amount = decimal.New(rapid.Int64Range(1, 500).Draw(r, "amount"), -w.digits)
			then.Kind = pricing.AmountOff
			then.Amount, err = money.FromDecimal(d.amount, currency)
		}
		require.NoError(r, err)
		if rapid.Bool().Draw(r, "has minimum") {
			d.minimum = decimal.New(rapid.Int64Range(0, 100_000).Draw(r, "minimum"), -w.digits)
			then.Minimum, err = money.FromDecimal(d.minimum, currency)
			require.NoError(r, err)
		}
		rule := pricing.Rule{ID: d.id, Group: s.Name, When: "true", Then: then, Priority: -m}
		if rapid.Bool().Draw(r, "for an item") {
			d.item = rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "rule item")
			rule.When = fmt.Sprintf("item == %q", d.item)
		}
		s.discounts = append(s.discounts, d)
		w.rules = append(w.rules, rule)
	}
	w.steps = append(w.steps, s)
}

// round rounds to places by the mode, worked out from fractions of big integers.
func round(d decimal.Decimal, places int32, mode money.Rounding) decimal.Decimal {
	scaled := d.Shift(places).Rat()
	num, den := new(big.Int).Abs(scaled.Num()), scaled.Denom()
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	half := new(big.Int).Lsh(rem, 1).Cmp(den)
	up := false
	switch mode {
	case money.HalfUp:
		up = half >= 0
	case money.HalfEven:
		up = half > 0 || half == 0 && quo.Bit(0) == 1
	case money.HalfDown:
		up = half > 0
	case money.Up:
		up = rem.Sign() > 0
	}
	if up {
		quo.Add(quo, big.NewInt(1))
	}
	if scaled.Sign() < 0 {
		quo.Neg(quo)
	}
	return decimal.NewFromBigInt(quo, -places)
}

// fraction divides two decimals without loss and rounds once.
func fraction(n, d decimal.Decimal, places int32, mode money.Rounding) decimal.Decimal {
	q := new(big.Rat).Quo(n.Rat(), d.Rat())
	// The rounding sees the exact fraction: num / den with num a decimal.
	num, den := new(big.Int).Abs(q.Num()), q.Denom()
	num.Mul(num, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	tail := decimal.Zero
	switch half := new(big.Int).Lsh(rem, 1).Cmp(den); {
	case rem.Sign() == 0:
	case half < 0:
		tail = decimal.New(1, -1)
	case half == 0:
		tail = decimal.New(5, -1)
	default:
		tail = decimal.New(9, -1)
	}
	v := decimal.NewFromBigInt(quo, 0).Add(tail)
	if q.Sign() < 0 {
		v = v.Neg()
	}
	return round(v, 0, mode).Shift(-places)
}

// oracle prices the world in plain decimals: it knows nothing of the engine's
// data structures, of 64 bits or of canonical scales.
func (w *world) oracle() []decimal.Decimal {
	n := len(w.lines)
	list, running := make([]decimal.Decimal, n), make([]decimal.Decimal, n)
	places := func(exact bool) int32 {
		if exact || w.document == pricing.RoundTotal {
			return w.digits + 4
		}
		return w.digits
	}
	for i, l := range w.lines {
		list[i] = fraction(l.price.Mul(decimal.NewFromInt(l.quantity)), decimal.NewFromInt(l.per), places(false), w.mode)
		running[i] = list[i]
	}
	settle := func() {
		for i := range running {
			if w.document == pricing.RoundLines {
				running[i] = round(running[i], w.digits, w.mode)
			}
		}
	}
	for _, s := range w.steps {
		if s.Scope == pricing.ScopeOrder {
			settle()
			matches := func(d worldDiscount) bool {
				return d.item == "" || slices.ContainsFunc(w.lines, func(l worldLine) bool { return l.item == d.item })
			}
			if w.document == pricing.RoundTotal && s.Kind == pricing.StepDiscount && slices.ContainsFunc(s.discounts, matches) {
				w.roundTotal(running)
			}
		}
		for _, d := range s.discounts {
			sign := decimal.NewFromInt(1)
			if s.Kind == pricing.StepDiscount {
				sign = sign.Neg()
			}
			var eligible []int
			for i, l := range w.lines {
				if d.item == "" || d.item == l.item {
					eligible = append(eligible, i)
				}
			}
			if s.Scope == pricing.ScopeLine {
				for _, i := range eligible {
					if running[i].LessThan(d.minimum) && !d.minimum.IsNegative() {
						continue
					}
					amount := d.amount
					if !d.rate.IsZero() {
						base := running[i]
						if s.Base == pricing.BaseList {
							base = list[i]
						}
						amount = round(base.Mul(d.rate), places(s.Exact), w.mode)
					}
					if sign.IsNegative() { // no more than is left
						amount = decimal.Min(amount, decimal.Max(running[i], decimal.Zero))
					}
					running[i] = running[i].Add(amount.Mul(sign))
				}
				continue
			}
			base, sum := decimal.Zero, decimal.Zero
			for _, i := range eligible {
				sum = sum.Add(running[i])
				if s.Base == pricing.BaseList {
					base = base.Add(list[i])
				} else {
					base = base.Add(running[i])
				}
			}
			if len(eligible) == 0 || sum.LessThan(d.minimum) && !d.minimum.IsNegative() {
				continue
			}
			amount := d.amount
			if !d.rate.IsZero() {
				amount = round(base.Mul(d.rate), w.digits, w.mode)
			}
			for k, part := range w.spread(amount.Mul(sign), running, eligible) {
				running[eligible[k]] = running[eligible[k]].Add(part)
			}
		}
	}
	settle()
	if w.document == pricing.RoundTotal {
		w.roundTotal(running)
	}
	return running
}

// spread gives out one minor unit at a time, each to the line that is furthest
// below its share; reductions stop at what is left of a line.
func (w *world) spread(total decimal.Decimal, running []decimal.Decimal, eligible []int) []decimal.Decimal {
	unit := decimal.New(1, -w.digits)
	parts := make([]decimal.Decimal, len(eligible))
	limits := make([]decimal.Decimal, len(eligible))
	weights := make([]decimal.Decimal, len(eligible))
	weighty := false
	for k, i := range eligible {
		weights[k] = decimal.Max(running[i], decimal.Zero)
		limits[k] = round(weights[k], w.digits, money.Up)
		weighty = weighty || weights[k].IsPositive()
	}
	sign := unit
	if total.IsNegative() {
		sign = unit.Neg()
	} else {
		for k := range limits {
			limits[k] = total // additions have no limit
			if !weighty {
				weights[k] = unit
			}
		}
	}
	open := make([]bool, len(eligible))
	for k := range open {
		open[k] = weights[k].IsPositive()
	}
	left := total.Abs()
	for {
		// Lines whose share is above their limit take the limit and leave.
		sum := decimal.Zero
		for k := range open {
			if open[k] {
				sum = sum.Add(weights[k])
			}
		}
		if sum.IsZero() {
			break // what is left finds no line
		}
		left0, capped := left, false
		for k := range open {
			if open[k] && left0.Mul(weights[k]).GreaterThan(limits[k].Mul(sum)) {
				parts[k], open[k], capped = limits[k], false, true
				left = left.Sub(limits[k])
			}
		}
		if !capped {
			shares := make([]*big.Rat, len(eligible))
			given := decimal.Zero
			for k := range open {
				if !open[k] {
					continue
				}
				exact := new(big.Rat).Quo(left.Mul(weights[k]).Rat(), sum.Rat())
				parts[k] = fraction(left.Mul(weights[k]), sum, w.digits, money.Down)
				shares[k] = new(big.Rat).Sub(exact, parts[k].Rat())
				given = given.Add(parts[k])
			}
			for ; given.LessThan(left); given = given.Add(unit) {
				best := -1
				for k := range open {
					if open[k] && shares[k] != nil && (best < 0 || shares[k].Cmp(shares[best]) > 0) {
						best = k
					}
				}
				parts[best] = parts[best].Add(unit)
				shares[best] = nil
			}
			break
		}
	}
	for k := range parts {
		if sign.IsNegative() {
			parts[k] = parts[k].Neg()
		}
	}
	return parts
}

func (w *world) roundTotal(running []decimal.Decimal) {
	total := decimal.Zero
	cut := make([]decimal.Decimal, len(running))
	for i := range running {
		total = total.Add(running[i])
		cut[i] = running[i].Shift(w.digits).Floor().Shift(-w.digits)
	}
	left := round(total, w.digits, w.mode)
	order := make([]int, len(running))
	for i := range cut {
		left = left.Sub(cut[i])
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return running[y].Sub(cut[y]).Cmp(running[x].Sub(cut[x])) })
	for _, i := range order {
		running[i] = cut[i]
		if left.IsPositive() {
			running[i] = running[i].Add(decimal.New(1, -w.digits))
			left = left.Sub(decimal.New(1, -w.digits))
		}
	}
}

// The engine agrees with an oracle in plain decimals, and its parts add up.
func TestAgreesWithDecimals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		got, err := w.engine(t).Price(t.Context(), w.request)
		require.NoError(r, err)
		addsUp(t, got)
		for i, want := range w.oracle() {
			if !want.Equal(got.Lines[i].Total.Decimal()) {
				r.Fatalf("line %s: want %s\n%s", got.Lines[i].ID, want, got.Text())
			}
		}
		if t.Failed() {
			r.Fatal(got.Text())
		}
	})
}

// The order of the lines changes nothing but the order of the result.
func TestLineOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		e := w.engine(t)
		want, err := e.Price(t.Context(), w.request)
		require.NoError(r, err)
		moved := w.request
		moved.Lines = rapid.Permutation(w.request.Lines).Draw(r, "lines")
		got, err := e.Price(t.Context(), moved)
		require.NoError(r, err)
		byID := func(a, b pricing.LineResult) int { return strings.Compare(a.ID, b.ID) }
		slices.SortFunc(got.Lines, byID)
		require.Equal(r, want.Lines, got.Lines)
		require.Equal(r, want.Entries, got.Entries)
		require.Equal(r, want.Total, got.Total)
	})
}

// A rule that cannot match changes nothing; nor does a full trace.
func TestWhatDoesNotApplyChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		want, err := w.engine(t).Price(t.Context(), w.request)
		require.NoError(r, err)
		for _, s := range w.steps {
			never := always(s.Name, percent("50%"))
			never.Priority, never.When = 1000, `item == "nothing of the kind"`
			w.rules = append(w.rules, never)
		}
		e := w.engine(t)
		got, err := e.Price(t.Context(), w.request)
		require.NoError(r, err)
		want.Engine, got.Engine, want.Rules, got.Rules = "", "", "", ""
		require.Equal(r, want, got)

		w.request.Trace = pricing.TraceFull
		full, err := e.Price(t.Context(), w.request)
		require.NoError(r, err)
		addsUp(t, full)
		for i := range want.Lines {
			require.Equal(r, want.Lines[i].Total, full.Lines[i].Total)
		}
	})
}

// An engine serves many goroutines at once, and none sees another's request.
func TestManyGoroutines(t *testing.T) {
	e := typical(t, 1000, 10)
	want := make([]pricing.Result, 8)
	for n := range want {
		want[n] = price(t, e, typicalRequest(n+1, pricing.TraceFull))
	}
	var wg sync.WaitGroup
	for n := range want {
		wg.Go(func() {
			for range 50 {
				got, err := e.Price(t.Context(), typicalRequest(n+1, pricing.TraceFull))
				if !assert.NoError(t, err) || !assert.Equal(t, want[n], got) {
					return
				}
			}
		})
	}
	wg.Wait()
}
