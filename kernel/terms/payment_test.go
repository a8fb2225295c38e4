package terms_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
)

// Terms as they are written, what they are in our notation, and when an invoice of a day is due (CR-4).
func TestParsePayment(t *testing.T) {
	for text, c := range map[string]struct{ notation, invoiced, due string }{
		"net 30":                 {"net 30", "2026-03-27", "2026-04-26"},
		"Net 30 Days":            {"net 30", "2026-03-27", "2026-04-26"},
		"N/30":                   {"net 30", "2026-03-27", "2026-04-26"},
		"net30":                  {"net 30", "2026-03-27", "2026-04-26"},
		"n30":                    {"net 30", "2026-03-27", "2026-04-26"},
		"30 days":                {"net 30", "2026-01-31", "2026-03-02"},
		"net 0":                  {"net 0", "2026-03-27", "2026-03-27"},
		"Due on receipt":         {"net 0", "2026-03-27", "2026-03-27"},
		"2/10 net 30":            {"2/10 net 30", "2026-03-27", "2026-04-26"},
		"2/10, n/30":             {"2/10 net 30", "2026-03-27", "2026-04-26"},
		"2% 10, net 30":          {"2/10 net 30", "2026-03-27", "2026-04-26"},
		"2% 10 days, 30 days":    {"2/10 net 30", "2026-03-27", "2026-04-26"},
		"2.5/15 net 45":          {"2.5/15 net 45", "2026-03-27", "2026-05-11"},
		"3/10 2/20 net 60":       {"3/10 2/20 net 60", "2026-03-27", "2026-05-26"},
		"EOM":                    {"net 0 EOM", "2026-02-10", "2026-02-28"},
		"net EOM":                {"net 0 EOM", "2028-02-10", "2028-02-29"},
		"EOM+15":                 {"net 15 EOM", "2026-02-10", "2026-03-15"},
		"EOM + 15":               {"net 15 EOM", "2026-02-28", "2026-03-15"},
		"eom +15 days":           {"net 15 EOM", "2026-02-28", "2026-03-15"},
		"net 30 EOM":             {"net 30 EOM", "2026-01-10", "2026-03-02"},
		"10th prox":              {"net 10 EOM", "2026-03-27", "2026-04-10"},
		"net 10 prox":            {"net 10 EOM", "2026-03-01", "2026-04-10"},
		"2/10 EOM net 30 EOM":    {"2/10 EOM net 30 EOM", "2026-03-27", "2026-04-30"},
		"day 15":                 {"net 0 day 15", "2026-03-15", "2026-03-15"},
		"net day 15":             {"net 0 day 15", "2026-03-16", "2026-04-15"},
		"net 30 day 15":          {"net 30 day 15", "2026-03-27", "2026-05-15"},
		"30 days day 31":         {"net 30 day 31", "2026-01-15", "2026-02-28"},
		"net 2M":                 {"net 2M", "2025-12-31", "2026-02-28"},
		"2m+15 eom":              {"net 2M+15 EOM", "2026-01-05", "2026-04-15"},
		"30% net 30; 70% EOM":    {"30% net 30; 70% net 0 EOM", "2026-03-27", "2026-04-26"},
		"50% 2/10 n/30; 50% n60": {"50% 2/10 net 30; 50% net 60", "2026-03-27", "2026-04-26"},
		"net 30 from invoice":    {"net 30", "2026-03-27", "2026-04-26"},
	} {
		t.Run(text, func(t *testing.T) {
			p, err := terms.ParsePayment(text)
			require.NoError(t, err)
			assert.Equal(t, c.notation, p.String())
			again, err := terms.ParsePayment(p.String())
			require.NoError(t, err)
			assert.True(t, p.Equal(again))
			due, err := p.Schedule(money.MustParse("100.00 USD"), terms.Dates{Invoice: calendar.MustDate(c.invoiced)})
			require.NoError(t, err)
			assert.Equal(t, c.due, due[0].Due.String())
		})
	}
}

// Terms that count from another day than the invoice's, each from a day of its own.
func TestParsePaymentMethods(t *testing.T) {
	dates := terms.Dates{
		Invoice: calendar.MustDate("2026-01-01"), Order: calendar.MustDate("2026-02-01"),
		Shipment: calendar.MustDate("2026-03-01"), Delivery: calendar.MustDate("2026-04-01"),
	}
	for text, c := range map[string]struct {
		notation string
		method   terms.Method
		due      string
	}{
		"prepaid":                 {"prepaid", terms.Prepayment, "2026-02-01"},
		"Cash in advance":         {"prepaid", terms.Prepayment, "2026-02-01"},
		"CWO":                     {"prepaid", terms.Prepayment, "2026-02-01"},
		"prepaid, 3/5 net 10":     {"prepaid 3/5 net 10", terms.Prepayment, "2026-02-11"},
		"COD":                     {"COD", terms.CashOnDelivery, "2026-04-01"},
		"cash on delivery":        {"COD", terms.CashOnDelivery, "2026-04-01"},
		"LC at sight":             {"LC at sight", terms.LetterOfCredit, "2026-03-01"},
		"L/C 90 days":             {"LC net 90", terms.LetterOfCredit, "2026-05-30"},
		"letter of credit net 90": {"LC net 90", terms.LetterOfCredit, "2026-05-30"},
		"LC 90 from invoice":      {"LC net 90 from invoice", terms.LetterOfCredit, "2026-04-01"},
		"net 30 ROG":              {"net 30 from delivery", terms.OpenAccount, "2026-05-01"},
		"net 60 from shipment":    {"net 60 from shipment", terms.OpenAccount, "2026-04-30"},
		"100% net 5 from order":   {"net 5 from order", terms.OpenAccount, "2026-02-06"},
	} {
		t.Run(text, func(t *testing.T) {
			p, err := terms.ParsePayment(text)
			require.NoError(t, err)
			assert.Equal(t, c.notation, p.String())
			assert.Equal(t, c.method, p.Method)
			again, err := terms.ParsePayment(p.String())
			require.NoError(t, err)
			assert.True(t, p.Equal(again))
			due, err := p.Schedule(money.MustParse("100.00 USD"), dates)
			require.NoError(t, err)
			assert.Equal(t, c.due, due[0].Due.String())
		})
	}
}

func TestParsePaymentRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "nothing says when",
		"net":                          "missing",
		"2/10":                         "nothing says when",
		"soon":                         `"soon" is not understood`,
		"net soon":                     `"soon" is not understood`,
		"net 30 net 60":                "second time",
		"net -30":                      "not understood",
		"net 3651":                     "3651 is no number of days",
		"net 121M":                     "121 is no number of months",
		"net 9999999999999999999999":   "not understood",
		"net 30 day 32":                "day of the month",
		"net 30 day":                   "day of the month",
		"EOM-5":                        "after the end of the month",
		"EOM+2M":                       "after the end of the month",
		"2/30 net 30":                  "no earlier than the net",
		"2/10 3/10 net 30":             "not end after",
		"100/10 net 30":                "no discount",
		"x/10 net 30":                  "no percentage",
		"2/x net 30":                   "number of days for a discount",
		"30% net 30":                   "add up to 30%",
		"50% net 30; 60% net 60":       "add up to 110%",
		"net 30; net 60":               "needs its share",
		"0% net 30":                    "0% is no share",
		"-10% net 30; 110% net 60":     "no share",
		"net 30 from yesterday":        `from "yesterday"`,
		"net 30 from":                  `from ""`,
		"net 30;":                      "needs its share",
		"1..2% net 30":                 "",
		"code 30":                      "not understood",
		"2/10 net 30 EOM something":    "second time",
		"50% net 30; 50% net 60; x% 1": "",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := terms.ParsePayment(text)
			var syntax *terms.ParseError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, text, syntax.Text)
			assert.ErrorContains(t, err, want)
		})
	}
	assert.Panics(t, func() { terms.MustPayment("soon") })
}

func TestSchedule(t *testing.T) {
	day := calendar.MustDate
	third := money.MustRate("0.3333")
	p := terms.Payment{Instalments: []terms.Instalment{
		{Share: third, Due: terms.Due{Days: 30}, Discounts: []terms.Discount{{Rate: money.MustRate("2%"), Within: terms.Due{Days: 10}}}},
		{Share: third, Due: terms.Due{Days: 60}},
		{Share: money.MustRate("0.3334"), Due: terms.Due{Days: 90}},
	}}
	got, err := p.Schedule(money.MustParse("100.01 USD"), terms.Dates{Invoice: day("2026-03-27")})
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "33.33 USD", got[0].Amount.String())
	assert.Equal(t, "33.33 USD", got[1].Amount.String())
	assert.Equal(t, "33.35 USD", got[2].Amount.String(), "33.343334 has the largest remainder and takes the cent")
	assert.Equal(t, []calendar.Date{day("2026-04-26"), day("2026-05-26"), day("2026-06-25")}, []calendar.Date{got[0].Due, got[1].Due, got[2].Due})
	assert.Equal(t, []terms.Early{{Until: day("2026-04-06"), Rate: money.MustRate("0.02"), Discount: money.MustParse("0.67 USD")}}, got[0].Early)
	assert.Empty(t, got[1].Early)

	credit, err := terms.MustPayment("2/10 net 30").Schedule(money.MustParse("-50.00 USD"), terms.Dates{Invoice: day("2026-03-27")})
	require.NoError(t, err)
	assert.Equal(t, "-1.00 USD", credit[0].Early[0].Discount.String(), "a credit memo takes the discount back")
	yen, err := terms.MustPayment("2/10 net 30").Schedule(money.MustParse("1025 JPY"), terms.Dates{Invoice: day("2026-03-27")})
	require.NoError(t, err)
	assert.Equal(t, "21 JPY", yen[0].Early[0].Discount.String(), "20.5 half up")
}

func TestScheduleRefuses(t *testing.T) {
	total, day := money.MustParse("100.00 USD"), calendar.MustDate
	var missing *terms.MissingDateError
	_, err := terms.MustPayment("net 30 ROG").Schedule(total, terms.Dates{Invoice: day("2026-03-27")})
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, terms.FromDelivery, missing.Event)
	assert.EqualError(t, err, "terms: the delivery date is missing")

	var invalid *terms.InvalidError
	_, err = terms.Payment{}.Schedule(total, terms.Dates{Invoice: day("2026-03-27")})
	require.ErrorAs(t, err, &invalid)
	assert.NotEmpty(t, invalid.Findings)
	_, err = terms.Net(30).Schedule(total, terms.Dates{Invoice: day("9999-12-15")})
	assert.ErrorIs(t, err, terms.ErrRange)
	_, err = terms.Net(30).Schedule(money.MustParse("0.001 USD"), terms.Dates{Invoice: day("2026-03-27")})
	assert.Error(t, err, "a fraction of a cent cannot be due")
	_, err = terms.Due{Days: 30}.On(calendar.Date{})
	assert.ErrorIs(t, err, terms.ErrRange)
}

func TestPay(t *testing.T) {
	due, err := terms.MustPayment("3/10 1/20 net 30").Schedule(money.MustParse("200.00 EUR"), terms.Dates{Invoice: calendar.MustDate("2026-03-01")})
	require.NoError(t, err)
	for on, want := range map[string][2]string{
		"2026-03-01": {"194.00 EUR", "6.00 EUR"},
		"2026-03-11": {"194.00 EUR", "6.00 EUR"},
		"2026-03-12": {"198.00 EUR", "2.00 EUR"},
		"2026-03-21": {"198.00 EUR", "2.00 EUR"},
		"2026-03-22": {"200.00 EUR", "0.00 EUR"},
		"2026-05-01": {"200.00 EUR", "0.00 EUR"},
	} {
		pay, discount, err := due[0].Pay(calendar.MustDate(on))
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{pay.String(), discount.String()}, on)
	}
}

func TestOnWorkingDays(t *testing.T) {
	c, err := calendar.New(calendar.Config{
		Name: "bank", Location: time.UTC, From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2027-12-31"),
	})
	require.NoError(t, err)
	due, err := terms.MustPayment("2/8 net 64").Schedule(money.MustParse("10.00 EUR"), terms.Dates{Invoice: calendar.MustDate("2026-03-27")})
	require.NoError(t, err)
	require.Equal(t, "2026-05-30", due[0].Due.String(), "a Saturday, the last but one of the month")
	require.Equal(t, "2026-04-04", due[0].Early[0].Until.String(), "a Saturday too")
	for roll, want := range map[terms.Roll][2]string{
		terms.Following:         {"2026-06-01", "2026-04-06"},
		terms.Preceding:         {"2026-05-29", "2026-04-03"},
		terms.ModifiedFollowing: {"2026-05-29", "2026-04-06"},
	} {
		moved, err := terms.OnWorkingDays(due, c, roll)
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{moved[0].Due.String(), moved[0].Early[0].Until.String()})
	}
	assert.Equal(t, "2026-04-04", due[0].Early[0].Until.String(), "the schedule given stays")
	late, err := terms.Net(3000).Schedule(money.MustParse("10.00 EUR"), terms.Dates{Invoice: calendar.MustDate("2026-03-27")})
	require.NoError(t, err)
	_, err = terms.OnWorkingDays(late, c, terms.Following)
	var outside *calendar.RangeError
	assert.ErrorAs(t, err, &outside)
}

func TestValidatePayment(t *testing.T) {
	full := money.RateFromInt(1)
	one := func(i terms.Instalment) terms.Payment { return terms.Payment{Instalments: []terms.Instalment{i}} }
	for name, c := range map[string]struct {
		payment  terms.Payment
		code     string
		severity finding.Severity
		path     string
	}{
		"method":      {terms.Payment{Method: 9, Instalments: terms.Net(30).Instalments}, "terms.payment.method", finding.Block, "method"},
		"none":        {terms.Payment{Method: terms.Prepayment}, "terms.payment.no-instalment", finding.Block, "instalments"},
		"no share":    {one(terms.Instalment{}), "terms.payment.share", finding.Block, "instalments[0].share"},
		"large share": {one(terms.Instalment{Share: money.RateFromInt(2)}), "terms.payment.share", finding.Block, "instalments[0].share"},
		"half":        {one(terms.Instalment{Share: money.MustRate("0.5")}), "terms.payment.shares", finding.Block, "instalments"},
		"ten nearly whole": {terms.Payment{Instalments: slices.Repeat([]terms.Instalment{{Share: money.MustRate("0.999999999999999999")}}, 10)},
			"terms.payment.shares", finding.Block, "instalments"},
		"from":   {one(terms.Instalment{Share: full, From: 9}), "terms.payment.from", finding.Block, "instalments[0].from"},
		"days":   {one(terms.Instalment{Share: full, Due: terms.Due{Days: -1}}), "terms.payment.days", finding.Block, "instalments[0].due.days"},
		"months": {one(terms.Instalment{Share: full, Due: terms.Due{Months: 121}}), "terms.payment.months", finding.Block, "instalments[0].due.months"},
		"day":    {one(terms.Instalment{Share: full, Due: terms.Due{Day: 32}}), "terms.payment.day", finding.Block, "instalments[0].due.day"},
		"discount within": {one(terms.Instalment{Share: full, Due: terms.Due{Days: 30}, Discounts: []terms.Discount{{Rate: money.MustRate("2%"), Within: terms.Due{Days: -1}}}}),
			"terms.payment.days", finding.Block, "instalments[0].discounts[0].within.days"},
		"rising": {one(terms.Instalment{Share: full, Due: terms.Due{Days: 30}, Discounts: []terms.Discount{
			{Rate: money.MustRate("2%"), Within: terms.Due{Days: 10}}, {Rate: money.MustRate("3%"), Within: terms.Due{Days: 20}},
		}}), "terms.payment.discount-rises", finding.Warning, "instalments[0].discounts[1].rate"},
	} {
		t.Run(name, func(t *testing.T) {
			found := c.payment.Validate()
			require.Len(t, found, 1, "%s", found)
			assert.Equal(t, finding.Finding{Code: c.code, Severity: c.severity, Path: c.path, Message: found[0].Message, Fix: found[0].Fix}, found[0])
		})
	}
	assert.Empty(t, terms.MustPayment("3/10 2/20 net 60 ROG").Validate())
}

func TestPaymentJSON(t *testing.T) {
	type order struct {
		Terms terms.Payment `json:"terms,omitzero"`
	}
	data, err := json.Marshal(order{terms.MustPayment("2/10 net 30")})
	require.NoError(t, err)
	assert.JSONEq(t, `{"terms":"2/10 net 30"}`, string(data))
	var back order
	require.NoError(t, json.Unmarshal(data, &back))
	assert.True(t, back.Terms.Equal(terms.MustPayment("2/10 net 30")))
	require.NoError(t, json.Unmarshal([]byte(`{"terms":""}`), &back))
	assert.True(t, back.Terms.IsZero())
	assert.Equal(t, "", back.Terms.String())
	data, err = json.Marshal(back)
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(data))
	var syntax *terms.ParseError
	assert.ErrorAs(t, json.Unmarshal([]byte(`{"terms":"soon"}`), &back), &syntax)
	_, err = json.Marshal(terms.Payment{Method: terms.Prepayment})
	assert.Error(t, err)
}

func dues() *rapid.Generator[terms.Due] {
	return rapid.Custom(func(t *rapid.T) terms.Due {
		return terms.Due{
			Months: rapid.IntRange(0, 4).Draw(t, "months"), EndOfMonth: rapid.Bool().Draw(t, "eom"),
			Days: rapid.IntRange(0, 120).Draw(t, "days"), Day: rapid.IntRange(0, 31).Draw(t, "day"),
		}
	})
}

// On against package time, one day at a time.
func TestDueAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dues().Draw(t, "due")
		from := calendar.MustDate("2023-12-01").AddDays(rapid.IntRange(0, 900).Draw(t, "from"))
		got, err := d.On(from)
		if err != nil {
			t.Fatal(err)
		}
		lastOf := func(at time.Time) int { return time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }
		at := time.Date(from.Year(), from.Month()+time.Month(d.Months), 1, 0, 0, 0, 0, time.UTC)
		at = at.AddDate(0, 0, min(from.Day(), lastOf(at))-1)
		if d.EndOfMonth {
			at = at.AddDate(0, 0, lastOf(at)-at.Day())
		}
		at = at.AddDate(0, 0, d.Days)
		for d.Day > 0 && at.Day() != min(d.Day, lastOf(at)) {
			at = at.AddDate(0, 0, 1)
		}
		if want := calendar.DateOf(at); got != want {
			t.Fatalf("%+v from %s is %s, want %s", d, from, got, want)
		}
	})
}

// Any valid term survives its notation, and its schedule adds up to the total.
func TestNotationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := terms.Payment{Method: rapid.SampledFrom([]terms.Method{terms.OpenAccount, terms.Prepayment, terms.CashOnDelivery, terms.LetterOfCredit}).Draw(t, "method")}
		left := 100
		for left > 0 {
			share := rapid.IntRange(1, left).Draw(t, "share")
			left -= share
			i := terms.Instalment{
				Share: money.MustRate("0.01"), Due: dues().Draw(t, "due"),
				From: rapid.SampledFrom([]terms.Event{terms.FromInvoice, terms.FromOrder, terms.FromShipment, terms.FromDelivery}).Draw(t, "from"),
			}
			var err error
			if i.Share, err = i.Share.Mul(money.RateFromInt(int64(share))); err != nil {
				t.Fatal(err)
			}
			if i.Due.Days > 0 && rapid.Bool().Draw(t, "discount") {
				within := i.Due
				within.Days--
				i.Discounts = []terms.Discount{{Rate: money.MustRate("0.025"), Within: within}}
			}
			p.Instalments = append(p.Instalments, i)
		}
		back, err := terms.ParsePayment(p.String())
		if err != nil || !back.Equal(p) {
			t.Fatalf("%+v became %+v by %q: %v", p, back, p.String(), err)
		}
		total := money.FromMinor(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "total"), money.USD)
		day := calendar.MustDate("2026-03-27")
		payables, err := p.Schedule(total, terms.Dates{Invoice: day, Order: day, Shipment: day, Delivery: day})
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Zero(money.USD)
		for _, payable := range payables {
			if sum, err = sum.Add(payable.Amount); err != nil {
				t.Fatal(err)
			}
		}
		if sum != total {
			t.Fatalf("%s is spread as %s", total, sum)
		}
	})
}

func FuzzParsePayment(f *testing.F) {
	for _, seed := range []string{"2/10 net 30", "EOM + 15", "30% net 0 from order; 70% net 30 ROG", "LC at sight", "2% 10", "day", "net 2m+1 eom day 31", "%", ";"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := terms.ParsePayment(text)
		if err != nil {
			return
		}
		again, err := terms.ParsePayment(p.String())
		if err != nil || !again.Equal(p) {
			t.Fatalf("%q is %q, which is %q: %v", text, p, again, err)
		}
	})
}
