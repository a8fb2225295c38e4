package mapping_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
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
)

// remitted pays three invoices: 980 of 1,000 with 2% taken, 470 of 500 of which 30 were
// damaged, 200; and keeps 50 for a display.
const remitted = `820
BPR*C*1600*C*ACH*CTX*01*021000021*DA*1234567*1999999999**01*031000011*DA*7654321*20260430
NTE*GEN*April, second run
TRN*1*4711*1999999999
CUR*PR*USD
REF*VV*V-3
N1*PR*Northwind Stores*1*123456789
N1*PE*Brush Works*92*V88
ENT*1
ADX*-50*56*DB*DM-9
NTE*GEN*display in aisle 4
REF*PO*PO-1001
ENT*2*PR*92*0045
RMR*IV*IN-1*PI*980*1000*20
REF*PO*PO-1001
DTM*003*20260401
RMR*IV*IN-2*PI*470*500
ADX*-30*04*DB*DM-8
REF*PO*PO-1002
RMR*IV*IN-3*PI*200`

func TestRemittance(t *testing.T) {
	r, found := mapping.ReadRemittance(set(t, remitted), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"4711", "1999999999", "C", "ACH", "CTX", "1600.00 USD", "2026-04-30"},
		[]string{r.Trace, r.Originator, r.Handling, r.Method, r.Format, r.Amount.String(), r.Date.String()})
	assert.Equal(t, mapping.BankAccount{BankScheme: "01", Bank: "031000011", Kind: "DA", Account: "7654321"}, r.To)
	assert.Equal(t, "Northwind Stores", r.Payer.Name)
	store := order.Party{Role: party.Payer, Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}}}
	require.Len(t, r.Items, 3)
	assert.Equal(t, mapping.RemittedItem{Reference: order.Reference{Qualifier: "IV", Value: "IN-1"}, Action: "PI", Entity: store, Date: calendar.MustDate("2026-04-01"),
		Paid: usd("980"), Invoiced: usd("1000"), Discount: usd("20"), References: []order.Reference{{Qualifier: "PO", Value: "PO-1001"}}}, r.Items[0])
	assert.Equal(t, []mapping.RemittanceAdjustment{{Amount: usd("-30"), Reason: "04", Reference: order.Reference{Qualifier: "DB", Value: "DM-8"},
		References: []order.Reference{{Qualifier: "PO", Value: "PO-1002"}}}}, r.Items[1].Adjustments)
	assert.Equal(t, []string{"display in aisle 4"}, r.Adjustments[0].Notes)

	segments, err := mapping.WriteRemittance(r, mapping.Options{})
	require.NoError(t, err)
	for _, release := range releases {
		back, found := mapping.ReadRemittance(sent(t, release, "820", "RA", segments), mapping.Options{})
		assert.Empty(t, found, "%v", found)
		back.Source = r.Source
		assert.Equal(t, r, back)
	}
}

// Some payers send the amount before adjustments; RMR05 or the total says so.
func TestRemittanceBeforeAdjustments(t *testing.T) {
	for name, text := range map[string]string{
		"as RMR05 says":      strings.Replace(remitted, "*PI*470*500", "*PI*500*500", 1),
		"as the total says":  strings.Replace(remitted, "*PI*470*500", "*PI*500", 1),
		"after, by RMR05":    remitted,
		"after, by total":    strings.Replace(remitted, "*PI*470*500", "*PI*470", 1),
		"with RMR08":         strings.Replace(strings.Replace(remitted, "*PI*470*500", "*PI*470*500**04*-30", 1), "ADX*-30*04*DB*DM-8\nREF*PO*PO-1002\n", "", 1),
		"RMR04 is not there": strings.Replace(remitted, "*PI*470*500", "*PI**500", 1),
	} {
		r, found := mapping.ReadRemittance(set(t, text), mapping.Options{})
		assert.False(t, found.Blocks(), "%s: %v", name, found)
		assert.Equal(t, usd("470"), r.Items[1].Paid, name)
		total, err := r.Total()
		require.NoError(t, err)
		assert.Equal(t, r.Amount, total, name)
	}
}

func TestRemittanceFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no payment", "BPR*C*1600*C*ACH*CTX*01*021000021*DA*1234567*1999999999**01*031000011*DA*7654321*20260430\n", "", "bpr-missing", finding.Block},
		{"two payments", "CUR*PR*USD", "CUR*PR*USD\nBPR*C*1*C*ACH", "bpr-repeated", finding.Block},
		{"no currency", "CUR*PR*USD\n", "", "currency-missing", finding.Block},
		{"no such currency", "CUR*PR*USD", "CUR*PR*XXQ", "currency", finding.Block},
		{"no amount", "BPR*C*1600*", "BPR*C**", "amount", finding.Block},
		{"no number", "BPR*C*1600*", "BPR*C*many*", "amount", finding.Block},
		{"less than nothing", "BPR*C*1600*", "BPR*C*-1600*", "amount", finding.Block},
		{"another total", "BPR*C*1600*", "BPR*C*1601*", "total", finding.Block},
		{"an item that is no number", "*PI*200", "*PI*2 00", "amount", finding.Block},
		{"an item without amount", "*PI*200", "*PI", "paid-missing", finding.Block},
		{"an item that does not tie", "*980*1000*20", "*980*1000*10", "item-tie", finding.Warning},
		{"an adjustment without amount", "ADX*-50*", "ADX**", "amount", finding.Block},
		{"a test of the account", "BPR*C*1600", "BPR*P*1600", "prenotification", finding.Block},
		{"a debit", "*1600*C*", "*1600*D*", "debit", finding.Warning},
		{"no trace", "TRN*1*4711*1999999999\n", "", "trace-missing", finding.Warning},
		{"no date", "*20260430", "", "date-missing", finding.Warning},
		{"an item without name", "RMR*IV*IN-3", "RMR**", "item-missing", finding.Warning},
	} {
		require.Contains(t, remitted, c.old, c.name)
		_, found := mapping.ReadRemittance(set(t, strings.Replace(remitted, c.old, c.new, 1)), mapping.Options{})
		told := found.With("mapping.820." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	_, found := mapping.ReadRemittance(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.820.wrong-set"))
	r, found := mapping.ReadRemittance(set(t, strings.Replace(remitted, "CUR*PR*USD\n", "", 1)), mapping.Options{Currency: money.USD})
	assert.Empty(t, found, "the currency of the agreement")
	assert.Equal(t, money.USD, r.Amount.Currency())
	r, _ = mapping.ReadRemittance(set(t, strings.Replace(strings.Replace(remitted, "*20260430", "", 1), "REF*VV", "DTM*020*20260429\nREF*VV", 1)), mapping.Options{})
	assert.Equal(t, "2026-04-29", r.Date.String(), "the day of the check")
}

// Any remittance that ties is written, is sound by both schemas and reads back equal.
// Paying in part is no mistake.
func TestRemittanceInPart(t *testing.T) {
	for action, want := range map[string]int{"PI": 1, "PP": 0} {
		_, found := mapping.ReadRemittance(set(t, "820\nBPR*C*40*C*CHK************20260410\nTRN*1*7\nCUR*PR*USD\nENT*1\nRMR*IV*I-1*"+action+"*40*100"), mapping.Options{})
		assert.False(t, found.Blocks(), "%v", found)
		assert.Len(t, found.With("mapping.820.item-tie"), want, action)
	}
}

func TestRemittanceRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 20))
	for range 300 {
		r := mapping.Remittance{Trace: "T", Handling: "I", Method: "CHK", Date: calendar.MustDate("2026-04-30"), Amount: usd("0"),
			Payer: order.Party{Role: party.Payer, Name: "P"}}
		entity := func() (p order.Party) {
			if n := rnd.IntN(3); n > 0 {
				p = order.Party{Role: party.Payer, Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: fmt.Sprintf("%04d", n)}}}
			}
			return p
		}
		adjustment := func() mapping.RemittanceAdjustment {
			return mapping.RemittanceAdjustment{Amount: money.FromMinor(rnd.Int64N(9000)-4000, money.USD), Reason: "01"}
		}
		for n := range rnd.IntN(4) {
			a := adjustment()
			a.Entity, a.Reference = entity(), order.Reference{Qualifier: "DB", Value: fmt.Sprint("D", n)}
			r.Adjustments = append(r.Adjustments, a)
		}
		for n := range 1 + rnd.IntN(5) {
			i := mapping.RemittedItem{Reference: order.Reference{Qualifier: "IV", Value: fmt.Sprint("I", n)}, Entity: entity(), Invoiced: money.FromMinor(rnd.Int64N(100_000), money.USD)}
			for range rnd.IntN(3) {
				i.Adjustments = append(i.Adjustments, adjustment())
			}
			if rnd.IntN(2) == 0 {
				i.Discount = money.FromMinor(rnd.Int64N(500), money.USD)
			}
			i.Paid, _ = i.Due()
			r.Items = append(r.Items, i)
		}
		total, err := r.Total()
		require.NoError(t, err)
		if r.Amount = total; total.Sign() < 0 {
			_, err := mapping.WriteRemittance(r, mapping.Options{})
			require.Error(t, err)
			continue
		}
		segments, err := mapping.WriteRemittance(r, mapping.Options{})
		require.NoError(t, err)
		back, found := mapping.ReadRemittance(sent(t, releases[rnd.IntN(2)], "820", "RA", segments), mapping.Options{})
		require.Empty(t, found, "%v", found)
		back.Source = r.Source
		require.Equal(t, r, back)
	}
}

func TestRemittanceThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.Remittance)
		segment string
		element int
	}{
		{"it does not tie", func(r *mapping.Remittance) { r.Amount = usd("1601") }, "BPR", 2},
		{"no method", func(r *mapping.Remittance) { r.Method = "" }, "BPR", 4},
		{"no trace", func(r *mapping.Remittance) { r.Trace = "" }, "TRN", 2},
		{"a bank without scheme", func(r *mapping.Remittance) { r.From.BankScheme = "" }, "BPR", 7},
		{"an account without number", func(r *mapping.Remittance) { r.To.Account = "" }, "BPR", 15},
		{"another currency", func(r *mapping.Remittance) { r.Items[0].Invoiced = money.MustParse("1000 EUR") }, "RMR", 5},
		{"no reason", func(r *mapping.Remittance) { r.Adjustments[0].Reason = "" }, "ADX", 2},
		{"a date without reference", func(r *mapping.Remittance) {
			r.Items[1].Adjustments[0].References, r.Items[1].Adjustments[0].Date = nil, r.Date
		}, "DTM", 1},
	} {
		r, _ := mapping.ReadRemittance(set(t, remitted), mapping.Options{})
		c.spoil(&r)
		segments, err := mapping.WriteRemittance(r, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"820", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
		assert.Empty(t, segments)
	}
}

// Every remittance by others is read. What blocks is that some do not tie: their amounts
// were masked, or they pay a tax that no item tells; and one is an invoice under the
// wrong number.
func TestRemittancesByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "*820*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	kinds := make(map[string]finding.List)
	sets, sound := 0, 0
	for _, name := range files {
		for _, set := range readFile(t, name) {
			if set.ID != "820" {
				continue
			}
			sets++
			r, found := mapping.ReadRemittance(set, mapping.Options{Currency: money.USD})
			if !found.Blocks() {
				sound++
				assert.NotEmpty(t, r.Items, name)
			}
			for _, f := range found {
				kinds[f.Code] = append(kinds[f.Code], f)
				if f.Severity == finding.Block {
					assert.Contains(t, []string{"mapping.820.total", "mapping.820.bpr-missing"}, f.Code, name)
				}
			}
		}
	}
	t.Logf("%d of %d remittances have no finding that blocks", sound, sets)
	for code, list := range kinds {
		t.Logf("%-32s %3d  %s", code, len(list), list[0])
	}
}

// Two invoices are paid, one of them less 2% for early payment.
func ExampleWriteRemittance() {
	invoice := func(number string) order.Reference { return order.Reference{Qualifier: "IV", Value: number} }
	segments, err := mapping.WriteRemittance(mapping.Remittance{
		Trace: "4711", Handling: "C", Method: "ACH", Amount: usd("1480"), Date: calendar.MustDate("2026-04-30"),
		Payer: order.Party{Role: party.Payer, Name: "Northwind Stores"},
		Items: []mapping.RemittedItem{
			{Reference: invoice("IN-1"), Paid: usd("980"), Invoiced: usd("1000"), Discount: usd("20")},
			{Reference: invoice("IN-2"), Paid: usd("500")},
		},
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lines(segments))
	// Output:
	// BPR*C*1480*C*ACH************20260430
	// TRN*1*4711
	// CUR*PR*USD
	// N1*PR*Northwind Stores
	// ENT*1
	// RMR*IV*IN-1**980*1000*20
	// RMR*IV*IN-2**500
}
