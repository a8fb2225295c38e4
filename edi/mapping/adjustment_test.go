package mapping_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// credited is the invoice of edi.md, 218.01, credited as a whole.
func credited(t testing.TB) *invoice.Invoice {
	t.Helper()
	inv := *billed(t)
	inv.Number, inv.Date = "CR-000001", calendar.MustDate("2026-04-20")
	for i := range inv.Lines {
		inv.Lines[i].Net = inv.Lines[i].Net.Neg()
	}
	for i := range inv.Charges {
		inv.Charges[i].Amount = inv.Charges[i].Amount.Neg()
	}
	for i := range inv.Taxes {
		inv.Taxes[i].Amount = inv.Taxes[i].Amount.Neg()
	}
	inv.Totals.Payable = inv.Totals.Payable.Neg()
	return &inv
}

// edi.md, decisions: a credit goes as 812: here that of the invoice of 218.01.
func TestAdjustmentOfACredit(t *testing.T) {
	memo := mapping.AdjustmentOf(credited(t), "INV-000001", "72")
	segments, err := mapping.WriteAdjustment(memo, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BCD*20260420*CR-000001*L*21801*C**INV-000001*SO-00000001*20260326*PO-1001
CUR*SE*USD
N9*DP*012
SAC*C*D240***1875*******06***freight
SAC*C*H850***1476*******06***tax 8%
N1*BY*Northwind Stores*1*123456789
N1*ST*Northwind 45*92*0045
N3*20 W 34th St
N4*New York*NY*10118*US
CDD*72*C*1*13517***60*EA**INV*2.5
LIN**VN*BR-10
CDD*72*C*2*4933***10*EA**INV*5.2
LIN**VN*BR-20`, lines(segments))
	assert.Equal(t, usd("-218.01"), memo.Receivable(false), "we credit: the customer owes less")
	for _, release := range releases {
		back, found := mapping.ReadAdjustment(sent(t, release, "812", "CD", segments), mapping.Options{})
		assert.Empty(t, found, "%v", found)
		assert.Equal(t, memo.Lines, back.Lines)
		assert.Equal(t, []any{memo.Number, memo.Kind, memo.Amount, memo.Invoice, memo.PurchaseOrder, memo.References, memo.Parties},
			[]any{back.Number, back.Kind, back.Amount, back.Invoice, back.PurchaseOrder, back.References, back.Parties})
		assert.Equal(t, []string{"freight 18.75 USD", "tax 14.76 USD"},
			[]string{back.Charges[0].Step + " " + back.Charges[0].Amount.String(), back.Charges[1].Step + " " + back.Charges[1].Amount.String()})
	}
	debit := mapping.AdjustmentOf(billed(t), "INV-000001", "01")
	assert.Equal(t, mapping.DebitMemo, debit.Kind)
	assert.Equal(t, usd("218.01"), debit.Receivable(false), "we debit: the customer owes more")
	yen := memo
	yen.Amount = money.MustParse("1000 JPY")
	yen.Lines = []mapping.AdjustmentLine{{Reason: "01", Kind: mapping.CreditMemo, Amount: yen.Amount}}
	yen.Charges = nil
	segments, err = mapping.WriteAdjustment(yen, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, "100000", segments[0].Value(4), "N2 is literal")
}

// deducted is what a customer deducts: 12 brushes that were damaged, and a cent back.
const deducted = `812
BCD*20260410*DM-8*O*2999*D*20260401*INV-000001**20260326*PO-1001*00
CUR*BY*USD
N9*IA*V88
N1*BY*Northwind Stores*1*123456789
CDD*04*D*1*3000***12*EA**INV*2.5*NET*0
LIN**VN*BR-10
N9*RZ*RMA-1
CDD*ZZ*C**1`

func TestDeduction(t *testing.T) {
	memo, found := mapping.ReadAdjustment(set(t, deducted), mapping.Options{})
	assert.False(t, found.Blocks(), "%v", found)
	assert.NotEmpty(t, found.With("mapping.812.price-not-mapped"))
	assert.Equal(t, []any{"DM-8", mapping.DebitMemo, "O", usd("29.99"), "INV-000001"}, []any{memo.Number, memo.Kind, memo.Handling, memo.Amount, memo.Invoice})
	assert.Equal(t, usd("-29.99"), memo.Receivable(true), "a customer debits: it owes less")
	require.Len(t, memo.Lines, 2)
	assert.Equal(t, mapping.AdjustmentLine{ID: "1", Reason: "04", Kind: mapping.DebitMemo, Amount: usd("30"), Quantity: each(12), Price: amount("2.5"),
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}, References: []order.Reference{{Qualifier: "RZ", Value: "RMA-1"}}}, memo.Lines[0])
	assert.Equal(t, mapping.CreditMemo, memo.Lines[1].Kind)

	memo, found = mapping.ReadAdjustment(set(t, strings.NewReplacer("*2999*D*", "*2999*D*", "CDD*04*D*1*3000***12*EA**INV", "CDD*04*D*1****12*EA*2.5*INV").Replace(deducted)), mapping.Options{})
	assert.False(t, found.Blocks(), "%v", found)
	assert.Equal(t, usd("30"), memo.Lines[0].Amount, "by quantity and price difference")
	_, found = mapping.ReadAdjustment(set(t, strings.Replace(deducted, "CDD*04*D*1*3000***12*EA**INV", "CDD*04**1****12*EA*2.5*INV", 1)), mapping.Options{})
	assert.True(t, found.With("mapping.812.flag").Blocks(), "neither a credit nor a debit: %v", found)
	memo, _ = mapping.ReadAdjustment(set(t, strings.Replace(deducted, "*2999*D*", "*-2999*C*", 1)), mapping.Options{})
	assert.Equal(t, []any{mapping.DebitMemo, usd("29.99")}, []any{memo.Kind, memo.Amount}, "below zero it goes the other way")
}

func TestAdjustmentFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "BCD*20260410*DM-8*O*2999*D*20260401*INV-000001**20260326*PO-1001*00\n", "", "bcd-missing", finding.Block},
		{"two beginnings", "CUR*BY*USD", "CUR*BY*USD\nBCD*20260410*1*O*1*D", "bcd-repeated", finding.Block},
		{"no number", "*DM-8*", "**", "number-missing", finding.Block},
		{"no currency", "CUR*BY*USD\n", "", "currency-missing", finding.Block},
		{"no such currency", "CUR*BY*USD", "CUR*BY*XXQ", "currency", finding.Block},
		{"no amount", "*2999*D*", "**D*", "amount", finding.Block},
		{"a decimal point", "*2999*D*", "*29.99*D*", "amount", finding.Block},
		{"neither way", "*2999*D*", "*2999*X*", "flag", finding.Block},
		{"another total", "*2999*D*", "*3000*D*", "total", finding.Block},
		{"about nothing", "*INV-000001**20260326*PO-1001*00", "", "about-nothing", finding.Block},
		{"it changes another", "*PO-1001*00", "*PO-1001*05", "purpose", finding.Warning},
		{"sent before", "*PO-1001*00", "*PO-1001*07", "purpose", finding.Info},
	} {
		require.Contains(t, deducted, c.old, c.name)
		text := strings.Replace(deducted, c.old, c.new, 1)
		if c.code == "about-nothing" {
			text, c.severity = strings.Replace(text, "N9*IA*V88\n", "", 1), finding.Warning
		}
		_, found := mapping.ReadAdjustment(set(t, text), mapping.Options{})
		told := found.With("mapping.812." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	_, found := mapping.ReadAdjustment(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.812.wrong-set"))
}

func TestAdjustmentThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.Adjustment)
		segment string
		element int
	}{
		{"no day", func(a *mapping.Adjustment) { a.Date = calendar.Date{} }, "BCD", 1},
		{"no number", func(a *mapping.Adjustment) { a.Number = "" }, "BCD", 2},
		{"it does not tie", func(a *mapping.Adjustment) { a.Amount = usd("218.02") }, "BCD", 4},
		{"no kind", func(a *mapping.Adjustment) {
			a.Kind, a.Lines[0].Kind, a.Lines[1].Kind = "", "", ""
		}, "BCD", 5},
		{"about nothing", func(a *mapping.Adjustment) { a.Invoice, a.PurchaseOrder, a.References = "", "", nil }, "BCD", 10},
		{"no party", func(a *mapping.Adjustment) { a.Parties = nil }, "N1", 0},
		{"a third decimal place", func(a *mapping.Adjustment) {
			a.Lines[0].Amount, a.Lines[1].Amount = usd("135.175"), usd("49.325")
		}, "CDD", 4},
		{"no reason", func(a *mapping.Adjustment) { a.Lines[0].Reason = "" }, "CDD", 1},
		{"no price", func(a *mapping.Adjustment) { a.Lines[0].Price = nil }, "CDD", 8},
		{"another currency", func(a *mapping.Adjustment) { a.Lines[0].Price = new(money.Amount) }, "CDD", 11},
	} {
		a := mapping.AdjustmentOf(credited(t), "INV-000001", "72")
		c.spoil(&a)
		segments, err := mapping.WriteAdjustment(a, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"812", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
		assert.Empty(t, segments)
	}
}

// Any memo that ties is written, is sound by both schemas and reads back equal.
func TestAdjustmentRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 12))
	kinds := []mapping.AdjustmentKind{mapping.CreditMemo, mapping.DebitMemo}
	for range 200 {
		a := mapping.Adjustment{Number: "M-1", Date: calendar.MustDate("2026-04-20"), Kind: kinds[rnd.IntN(2)], Handling: "A", Amount: usd("0"),
			Parties: []order.Party{{Role: party.SoldTo, Name: "N"}}}
		if rnd.IntN(2) == 0 {
			a.Invoice = "I-1"
		} else {
			a.References = []order.Reference{{Qualifier: "IA", Value: "7"}}
		}
		for n := range 1 + rnd.IntN(4) {
			l := mapping.AdjustmentLine{ID: fmt.Sprint(n), Reason: "01", Kind: kinds[rnd.IntN(2)], Amount: money.FromMinor(1+rnd.Int64N(9000), money.USD)}
			if rnd.IntN(2) == 0 {
				l.Quantity, l.Price, l.Difference = each(1+rnd.Int64N(9)), amount("2.505"), amount("-.1")
				l.Identifiers = []order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: "77"}}
			}
			a.Lines = append(a.Lines, l)
		}
		if rnd.IntN(2) == 0 {
			a.Charges = []order.Charge{{Step: "freight", Kind: "freight", Label: "freight", Amount: money.FromMinor(rnd.Int64N(900)+1, money.USD)}}
		}
		total, err := a.Total()
		require.NoError(t, err)
		if a.Amount = total; total.Sign() < 0 {
			_, err := mapping.WriteAdjustment(a, mapping.Options{})
			require.Error(t, err)
			continue
		}
		segments, err := mapping.WriteAdjustment(a, mapping.Options{})
		require.NoError(t, err)
		back, found := mapping.ReadAdjustment(sent(t, releases[rnd.IntN(2)], "812", "CD", segments), mapping.Options{})
		require.Empty(t, found, "%v", found)
		back.Source = a.Source
		require.Equal(t, a, back)
	}
}

// A customer deducts 29.99 from what it owes of an invoice.
func ExampleReadAdjustment() {
	memo, found := mapping.ReadAdjustment(set(new(testing.T), deducted), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	fmt.Println(memo.Number, memo.Invoice, memo.Receivable(true))
	for _, l := range memo.Lines {
		fmt.Println(l.Kind, l.Amount, l.Reason)
	}
	// Output:
	// DM-8 INV-000001 -29.99 USD
	// debit 30.00 USD 04
	// credit 0.01 USD ZZ
}

// A credit of an invoice as a whole goes as an 812.
func ExampleWriteAdjustment() {
	credit := credited(new(testing.T)) // amounts are below zero
	segments, err := mapping.WriteAdjustment(mapping.AdjustmentOf(credit, "INV-000001", "72"), mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(segments[0])
	// Output:
	// BCD*20260420*CR-000001*L*21801*C**INV-000001*SO-00000001*20260326*PO-1001
}
