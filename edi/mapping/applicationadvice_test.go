package mapping_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// refusing says that an invoice was rejected, another accepted.
const refusing = `824
BGN*00*AA-7*20260402
N1*BY*Northwind Stores*1*123456789
OTI*TR*IV*INV-000001*US*THEM*20260401**42*0001*810*004010
REF*PO*PO-1001
TED*ZZZ*unit price is not that of the order*IT1*8*4**2.5*2.4
NTE*ADD*see the contract
TED*012
LM*ZZ
LQ*ZZ*E-77
RED*no such store
OTI*TA*IV*INV-000002`

func TestApplicationAdvice(t *testing.T) {
	a, found := mapping.ReadApplicationAdvice(set(t, refusing), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	want := mapping.ApplicationAdvice{
		Source: a.Source, Number: "AA-7", Date: calendar.MustDate("2026-04-02"),
		Parties: []order.Party{{Role: party.SoldTo, Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}}},
		Results: []mapping.ApplicationResult{
			{Level: mapping.SetLevel, Outcome: mapping.ResultRejected, Reference: order.Reference{Qualifier: "IV", Value: "INV-000001"}, Sender: "US", Receiver: "THEM",
				GroupDate: calendar.MustDate("2026-04-01"), Group: "42", Set: "0001", SetID: "810", Version: "004010",
				References: []order.Reference{{Qualifier: "PO", Value: "PO-1001"}}, Errors: []mapping.ApplicationError{
					{Code: "ZZZ", Message: "unit price is not that of the order", Segment: "IT1", Position: 8, Element: 4, Value: "2.5", Better: "2.4", Notes: []string{"see the contract"}},
					{Code: "012"}, {Code: "E-77", Agency: "ZZ", Notes: []string{"no such store"}},
				}},
			{Level: mapping.SetLevel, Outcome: mapping.ResultAccepted, Reference: order.Reference{Qualifier: "IV", Value: "INV-000002"}},
		},
	}
	assert.Equal(t, want, a)
	assert.Equal(t, []bool{true, false}, []bool{a.Results[0].Refused(), a.Results[1].Refused()})
	assert.Equal(t, []string{"IT104 of segment 8: unit price is not that of the order", "error 012", "no such store"},
		[]string{a.Results[0].Errors[0].String(), a.Results[0].Errors[1].String(), a.Results[0].Errors[2].String()})
	segments, err := mapping.WriteApplicationAdvice(a, mapping.Options{})
	require.NoError(t, err)
	for _, release := range releases {
		back, found := mapping.ReadApplicationAdvice(sent(t, release, "824", "AG", segments), mapping.Options{})
		assert.Empty(t, found, "%v", found)
		back.Source = a.Source
		assert.Equal(t, a, back)
	}
}

// Every level and every outcome is written and read.
func TestApplicationAdviceCodes(t *testing.T) {
	for _, level := range []mapping.ResultLevel{mapping.BatchLevel, mapping.GroupLevel, mapping.SetLevel, mapping.ItemLevel} {
		for _, outcome := range []mapping.ResultOutcome{mapping.ResultAccepted, mapping.ResultChanged, mapping.ResultWithErrors, mapping.ResultPartly, mapping.ResultRejected} {
			a := mapping.ApplicationAdvice{Number: "1", Date: calendar.MustDate("2026-04-02"), Results: []mapping.ApplicationResult{
				{Level: level, Outcome: outcome, Reference: order.Reference{Qualifier: "PO", Value: "1"}}}}
			segments, err := mapping.WriteApplicationAdvice(a, mapping.Options{})
			require.NoError(t, err)
			back, _ := mapping.ReadApplicationAdvice(sent(t, "004010", "824", "AG", segments), mapping.Options{})
			assert.Equal(t, a.Results, back.Results)
		}
	}
}

// What was found in an order is told to who sent it.
func TestResultOf(t *testing.T) {
	received := set(t, strings.Replace(plain, "BEG*00", "BEG*04", 1))
	doc, found := mapping.ReadPurchaseOrder(received, mapping.Options{})
	require.True(t, found.Blocks())
	result := mapping.ResultOf(received, order.Reference{Qualifier: "PO", Value: doc.PurchaseOrder}, found)
	assert.Equal(t, []any{mapping.ResultRejected, "42", "0001", "850", "004010", "123456789"},
		[]any{result.Outcome, result.Group, result.Set, result.SetID, result.Version, result.Sender})
	require.NotEmpty(t, result.Errors)
	assert.Equal(t, []any{"BEG", 2, 1}, []any{result.Errors[0].Segment, result.Errors[0].Position, result.Errors[0].Element})
	segments, err := mapping.WriteApplicationAdvice(mapping.ApplicationAdvice{Number: "1", Date: calendar.MustDate("2026-04-02"), Results: []mapping.ApplicationResult{result}}, mapping.Options{})
	require.NoError(t, err)
	for _, release := range releases {
		sent(t, release, "824", "AG", segments)
	}
	assert.Equal(t, mapping.ResultAccepted, mapping.ResultOf(received, order.Reference{}, nil).Outcome)
	doc, found = mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "BEG*00", "BEG*ZZ", 1)), mapping.Options{})
	require.False(t, found.Blocks(), "%v", found)
	assert.Equal(t, mapping.ResultWithErrors, mapping.ResultOf(received, order.Reference{Qualifier: "PO", Value: doc.PurchaseOrder}, found).Outcome)
}

func TestApplicationAdviceFindings(t *testing.T) {
	for _, c := range []struct{ name, old, new, code string }{
		{"no beginning", "BGN*00*AA-7*20260402\n", "", "bgn-missing"},
		{"two beginnings", "N1*BY", "BGN*00*1*20260402\nN1*BY", "bgn-repeated"},
		{"nothing is refusing", refusing[strings.Index(refusing, "OTI*TR"):], "REF*PO*1", "oti-missing"},
		{"no such result", "OTI*TR", "OTI*ZZ", "result"},
	} {
		require.Contains(t, refusing, c.old, c.name)
		_, found := mapping.ReadApplicationAdvice(set(t, strings.Replace(refusing, c.old, c.new, 1)), mapping.Options{})
		assert.True(t, found.With("mapping.824."+c.code).Blocks(), "%s: %v", c.name, found)
	}
	_, found := mapping.ReadApplicationAdvice(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.824.wrong-set"))
	for name, spoil := range map[string]func(*mapping.ApplicationAdvice){
		"no number":           func(a *mapping.ApplicationAdvice) { a.Number = "" },
		"no day":              func(a *mapping.ApplicationAdvice) { a.Date = calendar.Date{} },
		"no result":           func(a *mapping.ApplicationAdvice) { a.Results = nil },
		"no outcome":          func(a *mapping.ApplicationAdvice) { a.Results[0].Outcome = "" },
		"no reference":        func(a *mapping.ApplicationAdvice) { a.Results[0].Reference = order.Reference{} },
		"a set without group": func(a *mapping.ApplicationAdvice) { a.Results[0].Group = "" },
		"an error of no code": func(a *mapping.ApplicationAdvice) { a.Results[0].Errors[1].Code = "" },
	} {
		a, _ := mapping.ReadApplicationAdvice(set(t, refusing), mapping.Options{})
		spoil(&a)
		_, err := mapping.WriteApplicationAdvice(a, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, name)
	}
}

func TestApplicationAdvicesByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "824*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			a, found := mapping.ReadApplicationAdvice(set, mapping.Options{})
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			assert.NotEmpty(t, a.Results, name)
		}
	}
}

// A customer's system rejected an invoice of ours.
func ExampleReadApplicationAdvice() {
	advice, found := mapping.ReadApplicationAdvice(set(new(testing.T), refusing), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, r := range advice.Results {
		if !r.Refused() {
			continue
		}
		fmt.Println(r.SetID, r.Group+"/"+r.Set, r.Reference.Value, r.Outcome)
		for _, e := range r.Errors {
			fmt.Println(e)
		}
	}
	// Output:
	// 810 42/0001 INV-000001 rejected
	// IT104 of segment 8: unit price is not that of the order
	// error 012
	// no such store
}

// What was found in an order is told to the customer that sent it.
func ExampleResultOf() {
	received := set(new(testing.T), strings.Replace(plain, "BEG*00", "BEG*04", 1)) // a change, sent as an order
	doc, found := mapping.ReadPurchaseOrder(received, mapping.Options{})
	result := mapping.ResultOf(received, order.Reference{Qualifier: "PO", Value: doc.PurchaseOrder}, found)
	segments, err := mapping.WriteApplicationAdvice(mapping.ApplicationAdvice{
		Number: "AA-1", Date: calendar.MustDate("2026-04-02"), Results: []mapping.ApplicationResult{result},
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lines(segments[1:3]))
	// Output:
	// OTI*TR*PO*PO-1001*123456789*987654321***42*0001*850*004010
	// TED*ZZZ*BEG01 04 changes or cancels an order*BEG*2*1
}
