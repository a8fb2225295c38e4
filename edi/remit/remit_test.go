package remit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/remit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

var (
	now    = time.Date(2026, 4, 30, 9, 0, 0, 0, time.UTC)
	target = remit.Target{Document: "820/4711", Account: "ACME"}
)

func usd(s string) money.Amount { return money.MustParse(s + " USD") }

// ledger has open items of ACME.
func ledger(t require.TestingT, items ...credit.OpenItem) *credit.Ledger {
	l, err := credit.New(credit.Config{})
	require.NoError(t, err)
	_, err = l.SetAccount(now, credit.Setting{Account: credit.Account{ID: "ACME", Currency: money.USD}, Actor: "ann", Reason: "new"})
	require.NoError(t, err)
	for _, i := range items {
		_, err := l.Invoice(now, credit.Invoice{Document: i.Document, Account: "ACME", Amount: i.Open, Date: calendar.DateOf(now), Due: calendar.DateOf(now)})
		require.NoError(t, err)
	}
	return l
}

func open(document, amount string) credit.OpenItem {
	return credit.OpenItem{Document: document, Open: usd(amount)}
}

func remitted(amount string, items ...mapping.RemittedItem) mapping.Remittance {
	return mapping.Remittance{Trace: "4711", Amount: usd(amount), Date: calendar.DateOf(now), Items: items}
}

func paid(invoice, amount string) mapping.RemittedItem {
	return mapping.RemittedItem{Reference: order.Reference{Qualifier: "IV", Value: invoice}, Paid: usd(amount)}
}

func adjusted(amount, reason, qualifier, value string) mapping.RemittanceAdjustment {
	return mapping.RemittanceAdjustment{Amount: usd(amount), Reason: reason, Reference: order.Reference{Qualifier: qualifier, Value: value}}
}

func TestApply(t *testing.T) {
	items := []credit.OpenItem{open("I-1", "1000"), open("I-2", "500"), open("CR-1", "-80"), {Document: "I-9", Open: money.MustParse("70 EUR")}}
	for _, c := range []struct {
		name    string
		make    func() mapping.Remittance
		applied string
		told    []string
	}{
		{"as it is open", func() mapping.Remittance { return remitted("1500", paid("I-1", "1000"), paid("I-2", "500")) }, "I-1 1000.00, I-2 500.00", nil},
		{"short", func() mapping.Remittance { return remitted("900", paid("I-1", "900")) }, "I-1 900.00", []string{"I-1: 100.00 USD short, without a reason"}},
		{"in part", func() mapping.Remittance {
			i := paid("I-1", "900")
			i.Action = "PP"
			return remitted("900", i)
		}, "I-1 900.00", []string{"I-1: 100.00 USD stays open, it is paid in part"}},
		{"discount and deduction", func() mapping.Remittance {
			i := paid("I-1", "930")
			i.Invoiced, i.Discount, i.Adjustments = usd("1000"), usd("20"), []mapping.RemittanceAdjustment{adjusted("-45", "04", "DB", "DM-8")}
			return remitted("930", i)
		}, "I-1 930.00", []string{"I-1: 20.00 USD taken as discount", "I-1: 45.00 USD deducted for reason 04", "I-1: 5.00 USD short, without a reason"}},
		{"too much", func() mapping.Remittance { return remitted("510", paid("I-2", "510")) }, "I-2 500.00", []string{"I-2: 10.00 USD more than is open"}},
		{"told twice", func() mapping.Remittance { return remitted("500", paid("I-2", "300"), paid("I-2", "200")) }, "I-2 500.00", nil},
		{"unknown", func() mapping.Remittance { return remitted("600", paid("I-2", "500"), paid("X-7", "100")) }, "I-2 500.00",
			[]string{"X-7: no such item is open, 100.00 USD"}},
		{"another currency", func() mapping.Remittance { return remitted("70", paid("I-9", "70")) }, "", []string{"I-9: no such item is open, 70.00 USD"}},
		{"credit memo as an item", func() mapping.Remittance { return remitted("420", paid("I-2", "500"), paid("CR-1", "-80")) }, "I-2 500.00, CR-1 -80.00", nil},
		{"credit memo as an adjustment", func() mapping.Remittance {
			r := remitted("410", paid("I-2", "500"))
			r.Adjustments = []mapping.RemittanceAdjustment{adjusted("-90", "72", "CM", "CR-1")}
			return r
		}, "I-2 490.00, CR-1 -80.00", []string{"CR-1: 10.00 USD claimed for reason 72", "I-2: 10.00 USD stays open, deductions took it off the payment"}},
		{"credit memo as the adjustment of an item", func() mapping.Remittance {
			i := paid("I-2", "410")
			i.Adjustments = []mapping.RemittanceAdjustment{adjusted("-80", "72", "CM", "CR-1"), adjusted("-10", "04", "DB", "DM-8")}
			return remitted("410", i)
		}, "I-2 490.00, CR-1 -80.00", []string{"I-2: 10.00 USD deducted for reason 04"}},
		{"more of a credit memo than there is", func() mapping.Remittance {
			i := paid("I-2", "400")
			i.Adjustments = []mapping.RemittanceAdjustment{adjusted("-100", "72", "CM", "CR-1")}
			return remitted("400", i)
		}, "I-2 480.00, CR-1 -80.00", []string{"I-2: 20.00 USD deducted for reason 72"}},
		{"a claim", func() mapping.Remittance {
			r := remitted("1450", paid("I-1", "1000"), paid("I-2", "500"))
			r.Adjustments = []mapping.RemittanceAdjustment{adjusted("-50", "56", "DB", "DM-9")}
			return r
		}, "I-1 1000.00, I-2 450.00", []string{"DM-9: 50.00 USD claimed for reason 56", "I-2: 50.00 USD stays open, deductions took it off the payment"}},
		{"a claim of more than the last item", func() mapping.Remittance {
			r := remitted("400", paid("I-1", "1000"), paid("I-2", "500"))
			r.Adjustments = []mapping.RemittanceAdjustment{adjusted("-1100", "56", "DB", "DM-9")}
			return r
		}, "I-1 400.00", []string{"DM-9: 1100.00 USD claimed for reason 56", "I-2: 500.00 USD stays open, deductions took it off the payment",
			"I-1: 600.00 USD stays open, deductions took it off the payment"}},
		{"interest", func() mapping.Remittance {
			r := remitted("505", paid("I-2", "500"))
			r.Adjustments = []mapping.RemittanceAdjustment{adjusted("5", "51", "", "")}
			return r
		}, "I-2 500.00", []string{": 5.00 USD added for reason 51"}},
		{"a debit of a credit memo", func() mapping.Remittance { return remitted("80", paid("CR-1", "80")) }, "", []string{"CR-1: no such item is open, 80.00 USD"}},
		{"another amount", func() mapping.Remittance {
			i := paid("I-2", "490")
			i.Invoiced = usd("490")
			return remitted("490", i)
		}, "I-2 490.00", []string{"I-2: the payer has 490.00 USD, 500.00 USD is open", "I-2: 10.00 USD short, without a reason"}},
		{"it does not tie", func() mapping.Remittance { return remitted("520", paid("I-2", "500")) }, "I-2 500.00", []string{"20.00 USD of the payment is not told what for"}},
		{"items of more than the payment", func() mapping.Remittance { return remitted("480", paid("I-2", "500")) }, "I-2 480.00",
			[]string{"I-2: 20.00 USD stays open, deductions took it off the payment", "-20.00 USD of the payment is not told what for"}},
		{"nothing", func() mapping.Remittance { return remitted("0") }, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := remit.Apply(c.make(), target, items)
			require.NoError(t, err)
			applied, told := "", []string(nil)
			for i, x := range a.Payment.Applied {
				if i > 0 {
					applied += ", "
				}
				applied += x.Item + " " + x.Amount.Number()
			}
			for _, d := range a.Differences {
				told = append(told, d.String())
			}
			assert.Equal(t, c.applied, applied)
			assert.Equal(t, c.told, told)
			_, err = ledger(t, items...).Pay(now, a.Payment)
			require.NoError(t, err)
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	for field, spoil := range map[string]func(*mapping.Remittance, *remit.Target){
		"Document": func(_ *mapping.Remittance, to *remit.Target) { to.Document = "" },
		"Account":  func(_ *mapping.Remittance, to *remit.Target) { to.Account = "" },
		"Amount":   func(r *mapping.Remittance, _ *remit.Target) { r.Amount = money.Amount{} },
		"Debit":    func(r *mapping.Remittance, _ *remit.Target) { r.Debit = true },
		"Date":     func(r *mapping.Remittance, _ *remit.Target) { r.Date = calendar.Date{} },
	} {
		r, to := remitted("10", paid("I-1", "10")), target
		spoil(&r, &to)
		_, err := remit.Apply(r, to, nil)
		var e *remit.Error
		require.ErrorAs(t, err, &e, field)
		assert.Equal(t, field, e.Field)
	}
	r := remitted("10", paid("I-1", "10"))
	r.Amount = usd("-1")
	_, err := remit.Apply(r, target, nil)
	require.Error(t, err)
	r = remitted("10", mapping.RemittedItem{Paid: money.MustParse("1 EUR")})
	_, err = remit.Apply(r, target, nil)
	var other *money.CurrencyError
	require.ErrorAs(t, err, &other)
}

func TestApplyByOurNumbers(t *testing.T) {
	to := target
	to.Item = func(r order.Reference) string { return "I-" + r.Value }
	a, err := remit.Apply(remitted("10", paid("1", "10")), to, []credit.OpenItem{open("I-1", "10")})
	require.NoError(t, err)
	assert.Equal(t, []credit.Applied{{Item: "I-1", Amount: usd("10")}}, a.Payment.Applied)
	assert.Empty(t, a.Differences)
}

// Whatever is remitted, the ledger takes the payment, all of the money is accounted for,
// and all that stays open of an item that was paid is told.
func TestNothingIsLost(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 20))
	amount := func(from, to int64) money.Amount { return money.FromMinor(from+rnd.Int64N(to-from), money.USD) }
	for range 1_000 {
		var items []credit.OpenItem
		for n := range rnd.IntN(5) {
			if a := amount(-3000, 9000); !a.IsZero() {
				items = append(items, credit.OpenItem{Document: fmt.Sprint("I-", n), Open: a})
			}
		}
		r := remitted(amount(0, 20000).Number())
		for range rnd.IntN(6) {
			i := paid(fmt.Sprint("I-", rnd.IntN(6)), amount(-2000, 9000).Number())
			if rnd.IntN(2) == 0 {
				i.Invoiced, i.Discount = amount(0, 9000), amount(0, 300)
			}
			for range rnd.IntN(3) {
				i.Adjustments = append(i.Adjustments, adjusted(amount(-2000, 500).Number(), "01", "CM", fmt.Sprint("I-", rnd.IntN(6))))
			}
			r.Items = append(r.Items, i)
		}
		for range rnd.IntN(3) {
			r.Adjustments = append(r.Adjustments, adjusted(amount(-4000, 1000).Number(), "01", "CM", fmt.Sprint("I-", rnd.IntN(6))))
		}
		a, err := remit.Apply(r, target, items)
		require.NoError(t, err)
		_, err = ledger(t, items...).Pay(now, a.Payment)
		require.NoError(t, err, "%+v of %+v", a, r)

		rest, left := r.Amount, map[string]money.Amount{}
		for _, i := range items {
			left[i.Document] = i.Open
		}
		for _, x := range a.Payment.Applied {
			rest, _ = rest.Sub(x.Amount)
			left[x.Item], _ = left[x.Item].Sub(x.Amount)
		}
		opened := map[string]money.Amount{}
		for _, d := range a.Differences {
			switch d.Kind {
			case remit.Unknown, remit.Overpaid, remit.Added, remit.Claimed, remit.Untold:
				rest, _ = rest.Sub(d.Amount)
			case remit.Unfunded:
				rest, _ = rest.Sub(d.Amount)
				fallthrough
			case remit.Short, remit.PaidInPart, remit.DiscountTaken, remit.Deducted:
				require.Positive(t, d.Amount.Sign())
				if before, told := opened[d.Item]; told {
					d.Amount, err = d.Amount.Add(before)
					require.NoError(t, err)
				}
				opened[d.Item] = d.Amount
			}
		}
		require.True(t, rest.IsZero(), "%s is not accounted for: %+v of %+v", rest, a, r)
		for _, i := range items {
			told := money.Zero(money.USD)
			named := false
			for _, x := range r.Items {
				if x.Reference.Value == i.Document {
					named = true
					told, _ = told.Add(x.Paid)
				}
			}
			if named && i.Open.Sign() > 0 && told.Sign() >= 0 && left[i.Document].Sign() > 0 {
				require.Contains(t, opened, i.Document)
			}
		}
		for item, sum := range opened {
			require.Equal(t, left[item], sum, "%s of %+v: %+v", item, r, a)
		}
	}
}
