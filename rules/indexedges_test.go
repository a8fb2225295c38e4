package rules_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// word and small are types of the host's own.
type (
	word  string
	small int8
)

// nested is a part of edges, by value and behind a pointer.
type nested struct {
	Name word
	N    uint32
	On   calendar.Date
	Amt  money.Amount
	T    time.Time
}

// edges has more facts that can be in keys than an index takes, ints of all
// widths, and everything behind pointers too.
type edges struct {
	A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R word
	I8                                                   small
	I16                                                  int16
	I32                                                  int32
	I64                                                  int64
	Int                                                  int
	U8                                                   uint8
	U16                                                  uint16
	U32                                                  uint32
	Flag                                                 bool
	Tags                                                 []word
	Marks                                                []string
	Net                                                  money.Amount
	Qty                                                  quantity.Quantity
	Rate                                                 money.Rate
	Day                                                  calendar.Date
	At                                                   time.Time
	In2                                                  nested
	Ptr                                                  *nested
	PW                                                   *word
	PB                                                   *bool
	PI                                                   *int64
	PQ                                                   *quantity.Quantity
	PD                                                   *calendar.Date
}

// TestIndexAtEdges is TestIndexChangesNothing at the ends of what facts can be:
// empty texts, the ends of ints, dates and decision dates, zero amounts without a
// currency, more scales than a filter keeps, long lists, missing facts. Of two books
// of the same rules, whose hash tables have other seeds, all that can be seen is the
// same; and what an explanation tells and counts is the whole book.
func TestIndexAtEdges(t *testing.T) {
	s, err := rules.NewSchema[edges](rules.Config{OnError: rules.SkipAndReport, Limits: rules.Limits{ListItems: 10000, ConditionBytes: 64 << 10, Nodes: 10000}})
	require.NoError(t, err)
	ctx := context.Background()
	total, fails := 0, 0
	for seed := range 28 {
		r := rand.New(rand.NewPCG(uint64(seed), 77))
		one := func(l ...string) string { return l[r.IntN(len(l))] }
		op := func() string { return one("<", "<=", ">", ">=", "==", "!=") }
		w := func() string { return one(`""`, `"x"`, `"y"`, `"\x00"`) }
		amt := func() string {
			return one("0", "0 USD", "10 USD", "10.0001 USD", "-10 USD", "-92233720368547758.07 USD", "0.000000000000000001 USD", "92233720368547758.07 USD", "-92233720368547758.07 USD", "5 JPY", "0 JPY", "0.0000001 USD", "0.0000002 USD")
		}
		qty := func() string {
			return one("0", "5 EA", "5.0000001 EA", "5.0000002 EA", "9223372036854775807 EA", "-9223372036854775807 EA", "0 EA", "0 CA", "1 CA", "0.000000000000000001 EA")
		}
		num := func() string {
			return one("0", "5", "5.0000001", "5.0000002", "-5", "9223372036854775807", "-9223372036854775807", "0.5")
		}
		big := func() string {
			return one("9223372036854775807", "-9223372036854775807", "(-9223372036854775807 - 1)", "0", "1", "-1", "127", "-128", "255", "2147483647", "-2147483648")
		}
		day := func() string { return one("0001-01-01", "9999-12-31", "2026-01-01", "2026-01-02") }
		ints := func() string {
			return one("i8", "i16", "i32", "i64", "int", "u8", "u16", "u32", "in2.n", "ptr.n", "pi")
		}
		var biglist []string
		for i := range 700 { // more than one rule may stand in buckets
			biglist = append(biglist, fmt.Sprint(i-300))
		}
		focus := seed%3 == 0 // one big bucket
		part := func() string {
			switch r.IntN(24) {
			case 0, 1, 2:
				return one("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r") + " == " + w()
			case 3:
				return one("a", "b", "ptr.name", "in2.name", "pw") + " in [" + w() + "," + w() + "," + w() + "]"
			case 4:
				return ints() + " " + op() + " " + big()
			case 5:
				return ints() + " in [" + big() + "," + big() + "]"
			case 6:
				return one("i64", "int") + " in [" + strings.Join(biglist, ",") + "]"
			case 7, 8:
				return w() + one(" in ", " in ", " not in ") + one("tags", "marks")
			case 9, 10:
				return one("net", "in2.amt", "ptr.amt") + " " + op() + fmt.Sprintf(" money(%q)", amt())
			case 11:
				return "net in [" + fmt.Sprintf("money(%q), money(%q)", amt(), amt()) + "]"
			case 12, 13:
				return one("qty", "pq") + " " + op() + fmt.Sprintf(" qty(%q)", qty())
			case 14:
				return one("qty", "pq") + " " + op() + " " + num()
			case 15:
				return one("day", "in2.on", "ptr.on", "pd") + " " + op() + fmt.Sprintf(" date(%q)", day())
			case 16:
				return "not (" + one("day", "in2.on", "ptr.on", "pd") + " " + op() + fmt.Sprintf(" date(%q))", day())
			case 17:
				return one("flag", "not flag", "pb", "not pb", "flag == false", "flag != true", "pb != true", "not (pb == true)")
			case 18:
				return "not (" + ints() + " " + op() + " " + big() + ")"
			case 19:
				x := one("a", "in2.name", "ptr.name", "pw")
				return "(" + x + " == " + w() + " or " + x + " in [" + w() + "," + w() + "] or " + x + " == " + w() + ")"
			case 20:
				x := ints()
				return "(" + x + " == " + big() + " or " + x + " == " + big() + ")"
			case 21:
				return "not (net " + op() + fmt.Sprintf(" money(%q))", amt())
			case 22:
				return one("pb ? a == \"x\" : b == \"\"", "pi == nil", "ptr.name != nil", "(pi ?? 3) > 2", "day == nil", "not (pw == \"x\" or pb)", "true", "i64 * 2 > int")
			default:
				return "rate " + op() + " " + one("0", "0.05", "1")
			}
		}
		inst := func() time.Time {
			switch r.IntN(10) {
			case 0:
				return time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)
			case 1:
				return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
			case 2:
				return time.Unix(math.MaxInt64/1_000_000_000-1, 999999999)
			case 3:
				return time.Unix(math.MaxInt64/1_000_000_000, 0)
			case 4:
				return time.Unix(-math.MaxInt64/1_000_000_000+1, 0)
			case 5:
				return time.Unix(-math.MaxInt64/1_000_000_000, 0)
			case 6, 7:
				return time.Time{}
			}
			return time.Date(2026, 1, 1, 0, 0, 0, r.IntN(2), time.UTC)
		}
		n := []int{5, 47, 48, 64, 65, 130, 500}[seed%7]
		var rs []rules.Rule[int]
		for i := range n {
			var ps []string
			if focus {
				ps = append(ps, `a == "x"`)
			}
			for range 1 + r.IntN(5) {
				ps = append(ps, part())
			}
			one := rules.Rule[int]{ID: fmt.Sprintf("r%04d", i), When: strings.Join(ps, " and "), From: inst(), To: inst()}
			if !one.From.IsZero() && !one.To.IsZero() && !one.From.Before(one.To) {
				one.To = time.Time{}
			}
			rs = append(rs, one)
		}
		b, err := rules.Compile(s, "x", rs)
		require.NoError(t, err)
		second, err := rules.Compile(s, "x", rs)
		require.NoError(t, err)
		ww := func() word { return []word{"", "x", "y", "\x00"}[r.IntN(4)] }
		i64 := func() int64 {
			return []int64{math.MaxInt64, math.MinInt64, -math.MaxInt64, 0, 1, -1, 127, -128, 255, math.MaxInt32, math.MinInt32}[r.IntN(11)]
		}
		d := func() calendar.Date {
			if r.IntN(4) == 0 {
				return calendar.Date{}
			}
			return calendar.MustDate(day())
		}
		in := func() nested { return nested{ww(), uint32(i64()), d(), money.MustParse(amt()), inst()} }
		for range 25 {
			f := &edges{A: ww(), B: ww(), C: ww(), D: ww(), E: ww(), F: ww(), G: ww(), H: ww(), I: ww(), J: ww(), K: ww(), L: ww(), M: ww(), N: ww(), O: ww(), P: ww(), Q: ww(), R: ww(),
				I8: small(i64()), I16: int16(i64()), I32: int32(i64()), I64: i64(), Int: int(i64()), U8: uint8(i64()), U16: uint16(i64()), U32: uint32(i64()), Flag: r.IntN(2) == 0,
				Net: money.MustParse(amt()), Qty: quantity.MustParse(qty()), Rate: money.MustRate(one("0", "0.05", "1")), Day: d(), At: inst(), In2: in()}
			if focus {
				f.A = "x"
			}
			for range r.IntN(4) {
				f.Tags, f.Marks = append(f.Tags, ww()), append(f.Marks, string(ww()))
			}
			if r.IntN(2) == 0 {
				x := in()
				f.Ptr = &x
			}
			if r.IntN(2) == 0 {
				a, bb, c, q, dd := ww(), r.IntN(2) == 0, i64(), quantity.MustParse(qty()), d()
				f.PW, f.PB, f.PI, f.PQ, f.PD = &a, &bb, &c, &q, &dd
			}
			at := inst()
			got, failed := agreesWithWhyNot(t, b, f, at)
			total, fails = total+len(got), fails+failed
			m1, x1, _ := b.Explain(ctx, f, at, rules.Full)
			_, x2, _ := second.Explain(ctx, f, at, rules.Full) // the errors are those of Match
			require.Equal(t, x1.String(), x2.String())
			require.Equal(t, ids(got), ids(m1))
			sum := len(x1.Rules)
			for _, p := range x1.PassedOver {
				sum += p.Rules
			}
			require.Equal(t, n, sum)
			for _, reason := range x1.Rules {
				why, err := b.WhyNot(ctx, reason.Rule, f, at)
				require.NoError(t, err)
				require.Equal(t, why.String(), reason.String())
			}
		}
		for _, r := range b.Rules() {
			one, err := b.Access(r.ID)
			require.NoError(t, err)
			other, err := second.Access(r.ID)
			require.NoError(t, err)
			require.Equal(t, one, other)
		}
	}
	require.Greater(t, total, 1000)
	require.Greater(t, fails, 500)
}
