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
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// asked is what a customer wants to give back: 12 brushes that were damaged, and two
// cases too many, unused.
const asked = `180
BGN*13*RR-7*20260410
PRF*PO-1001
N9*IV*INV-000001
N9*DP*012
NTE*GEN*please collect
N1*BY*Northwind Stores*1*123456789
BLI*VN*BR-10*12*EA*INV*2.5**BP*77
N9*LI*1
N9*SE*S-1
PID*F****Brush, round
RDR*KA*DA***N
NTE*GEN*bent
BLI*VN*BR-20*2*CA
N9*LI*2
N9*IV*INV-000002
RDR**EI`

var dollars = mapping.Options{Currency: money.USD}

func TestReturnRequest(t *testing.T) {
	r, found := mapping.ReadReturnRequest(set(t, asked), dollars)
	assert.Empty(t, found, "%v", found)
	no := false
	want := mapping.ReturnRequest{
		Source: r.Source, Number: "RR-7", Date: calendar.MustDate("2026-04-10"), Kind: mapping.AskReturn, PurchaseOrder: "PO-1001", Invoice: "INV-000001",
		References: []order.Reference{{Qualifier: "DP", Value: "012"}}, Notes: []string{"please collect"},
		Parties: []order.Party{{Role: party.SoldTo, Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}}},
		Lines: []mapping.ReturnLine{
			{ID: "1", Quantity: each(12), Price: amount("2.5"), Description: "Brush, round", Disposition: mapping.KeepWithAllowance, Reason: mapping.ReasonDamaged,
				Used: &no, Notes: []string{"bent"}, References: []order.Reference{{Qualifier: "SE", Value: "S-1"}},
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeBuyer, Value: "77"}}},
			{ID: "2", Quantity: quantity.New(2, quantity.Case), Reason: mapping.ReasonExcess, Invoice: "INV-000002",
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-20"}}},
		},
	}
	assert.Equal(t, want, r)
	for _, kind := range []mapping.ReturnRequestKind{mapping.AskReturn, mapping.NotifyReturn} {
		if r.Kind = kind; kind == mapping.NotifyReturn {
			r.Authorization, r.Shipped, r.Disposition, r.Reason = "RMA-1", calendar.MustDate("2026-04-15"), mapping.ReturnAuthorized, mapping.ReasonDamaged
		}
		segments, err := mapping.WriteReturnRequest(r, dollars)
		require.NoError(t, err)
		for _, release := range releases {
			back, found := mapping.ReadReturnRequest(sent(t, release, "180", "AN", segments), dollars)
			assert.Empty(t, found, "%v", found)
			back.Source = r.Source
			assert.Equal(t, r, back)
		}
	}
}

// decided grants the first line in part and refuses the second.
func decided(t testing.TB) (mapping.ReturnRequest, mapping.ReturnAnswer) {
	r, found := mapping.ReadReturnRequest(set(t, asked), dollars)
	require.False(t, found.Blocks(), "%v", found)
	a := r.Authorize("RA-7", "RMA-1", calendar.MustDate("2026-04-12"))
	a.Expires = calendar.MustDate("2026-05-12")
	a.Parties = []order.Party{{Role: party.ShipTo, Name: "Returns dock", Address: party.Address{Lines: []string{"4 Quay Road"}, City: "Newark", Region: "NJ", PostalCode: "07114", Country: "US"}}}
	a.Charges = []order.Charge{{Step: "handling", Kind: "charge", Label: "restocking", Amount: usd("15")}}
	part := a.Lines[0]
	a.Lines[0].Quantity, part.Quantity, part.Disposition, part.Reason = each(8), each(4), mapping.ReturnDenied, "QD"
	a.Lines = append(a.Lines[:1:1], part, a.Lines[1])
	require.True(t, a.Deny("2", "RT"))
	return r, a
}

func TestReturnAnswer(t *testing.T) {
	r, a := decided(t)
	assert.Empty(t, a.Check(&r))
	segments, err := mapping.WriteReturnAnswer(a, dollars)
	require.NoError(t, err)
	assert.Equal(t, `BGN*11*RA-7*20260412***RR-7
PRF*PO-1001
DTM*036*20260512
N9*IV*INV-000001
N9*RZ*RMA-1
SAC*C*D500***1500*******06***restocking
N1*ST*Returns dock
N3*4 Quay Road
N4*Newark*NJ*07114*US
BLI*VN*BR-10*8*EA****BP*77
N9*LI*1
PID*F****Brush, round
RDR*KA
BLI*VN*BR-10*4*EA****BP*77
N9*LI*1
PID*F****Brush, round
RDR*RD**QD
BLI*VN*BR-20*2*CA
N9*LI*2
RDR*RD**RT`, lines(segments))
	for _, release := range releases {
		back, found := mapping.ReadReturnAnswer(sent(t, release, "180", "AN", segments), dollars)
		assert.Empty(t, found, "%v", found)
		back.Source = a.Source
		assert.Equal(t, a, back)
		assert.Empty(t, back.Check(&r))
	}
}

func TestReturnAnswerCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*mapping.ReturnAnswer)
		want  string
	}{
		{"a line that was not asked for", func(a *mapping.ReturnAnswer) { a.Lines[0].ID = "7" }, "never-asked"},
		{"a line that is not answered", func(a *mapping.ReturnAnswer) { a.Lines = a.Lines[:2] }, "unanswered"},
		{"not all of it", func(a *mapping.ReturnAnswer) { a.Lines[0].Quantity = each(7) }, "quantity"},
		{"more", func(a *mapping.ReturnAnswer) { a.Lines[2].Quantity = quantity.New(3, quantity.Case) }, "quantity"},
		{"another unit", func(a *mapping.ReturnAnswer) { a.Lines[2].Quantity = each(2) }, "quantity"},
		{"several units", func(a *mapping.ReturnAnswer) { a.Lines[1].Quantity = quantity.New(4, quantity.Case) }, "unit"},
		{"no disposition", func(a *mapping.ReturnAnswer) { a.Lines[0].Disposition = "" }, "disposition"},
		{"no number", func(a *mapping.ReturnAnswer) { a.Authorization, a.Lines[0].Disposition = "", mapping.ReturnAuthorized }, "authorization"},
	} {
		r, a := decided(t)
		c.spoil(&a)
		found := a.Check(&r)
		assert.True(t, found.With("mapping.return."+c.want).Blocks(), "%s: %v", c.name, found)
	}
	_, a := decided(t)
	assert.False(t, a.Deny("7", "NR"))
}

func TestReturnFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		severity             finding.Severity
	}{
		{"no beginning", "BGN*13*RR-7*20260410\n", "", "bgn-missing", finding.Block},
		{"two beginnings", "PRF*PO", "BGN*13*2*20260410\nPRF*PO", "bgn-repeated", finding.Block},
		{"no number", "*RR-7*", "**", "number-missing", finding.Block},
		{"an answer", "BGN*13", "BGN*11", "answer", finding.Block},
		{"it changes another", "BGN*13", "BGN*04", "purpose", finding.Block},
		{"another purpose", "BGN*13", "BGN*ZZ", "purpose", finding.Warning},
		{"no quantity", "BR-10*12*EA", "BR-10**EA", "quantity-missing", finding.Block},
		{"less than nothing", "*12*EA", "*-12*EA", "quantity", finding.Block},
		{"no item", "BLI*VN*BR-20", "BLI**", "item-missing", finding.Block},
		{"a number twice", "N9*LI*2", "N9*LI*1", "line-repeated", finding.Warning},
		{"no such disposition", "RDR*KA", "RDR*QQ", "disposition", finding.Warning},
		{"no such price", "INV*2.5", "INV*dear", "price", finding.Warning},
	} {
		require.Contains(t, asked, c.old, c.name)
		_, found := mapping.ReadReturnRequest(set(t, strings.Replace(asked, c.old, c.new, 1)), dollars)
		told := found.With("mapping.180." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.severity, told[0].Severity, c.name)
	}
	r, found := mapping.ReadReturnRequest(set(t, strings.ReplaceAll(asked, "N9*LI*1\n", "")), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.180.price-currency"))
	assert.Nil(t, r.Lines[0].Price)
	assert.Equal(t, []string{"1", "2"}, []string{r.Lines[0].ID, r.Lines[1].ID}, "lines without a number go by their place")
	_, found = mapping.ReadReturnAnswer(set(t, asked), dollars)
	assert.True(t, found.With("mapping.180.request").Blocks())
	assert.True(t, found.With("mapping.180.disposition").Blocks(), "the answer does not say what becomes of line 2")
	_, found = mapping.ReadReturnAnswer(set(t, plain), dollars)
	assert.NotEmpty(t, found.With("mapping.180.wrong-set"))
}

func TestReturnThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.ReturnRequest)
		segment string
		element int
	}{
		{"no number", func(r *mapping.ReturnRequest) { r.Number = "" }, "BGN", 2},
		{"no day", func(r *mapping.ReturnRequest) { r.Date = calendar.Date{} }, "BGN", 3},
		{"no lines", func(r *mapping.ReturnRequest) { r.Lines = nil }, "BGN", 6},
		{"no item", func(r *mapping.ReturnRequest) { r.Lines[0].Identifiers = nil }, "BLI", 1},
		{"nothing of a line", func(r *mapping.ReturnRequest) { r.Lines[0].Quantity = each(0) }, "BLI", 3},
		{"a price in another currency", func(r *mapping.ReturnRequest) { *r.Lines[0].Price = money.MustParse("2 EUR") }, "BLI", 6},
		{"no such disposition", func(r *mapping.ReturnRequest) { r.Lines[0].Disposition = "QQ" }, "RDR", 1},
	} {
		r, _ := mapping.ReadReturnRequest(set(t, asked), dollars)
		c.spoil(&r)
		segments, err := mapping.WriteReturnRequest(r, dollars)
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"180", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
		assert.Empty(t, segments)
	}
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.ReturnAnswer)
		segment string
	}{
		{"no lines", func(a *mapping.ReturnAnswer) { a.Lines = nil }, "BGN"},
		{"no disposition", func(a *mapping.ReturnAnswer) { a.Lines[0].Disposition = "" }, "RDR"},
		{"a fee in another currency", func(a *mapping.ReturnAnswer) { a.Charges[0].Amount = money.MustParse("2 EUR") }, "SAC"},
	} {
		_, a := decided(t)
		c.spoil(&a)
		_, err := mapping.WriteReturnAnswer(a, dollars)
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, c.segment, field.Segment, c.name)
	}
}

func TestReturnsByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "180*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			r, found := mapping.ReadReturnRequest(set, dollars)
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			assert.NotEmpty(t, r.Lines, name)
		}
	}
}

// A customer asks whether it may return goods; the first line is granted, the second
// comes too late.
func ExampleReturnRequest_Authorize() {
	request, found := mapping.ReadReturnRequest(set(new(testing.T), asked), dollars)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	answer := request.Authorize("RA-7", "RMA-1", calendar.MustDate("2026-04-12"))
	answer.Deny("2", "RT")
	if found := answer.Check(&request); found.Blocks() {
		fmt.Println(found)
		return
	}
	segments, err := mapping.WriteReturnAnswer(answer, dollars)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		if s.Is("BGN") || s.Is("RDR") {
			fmt.Println(strings.TrimRight(s.String(), "*"))
		}
	}
	// Output:
	// BGN*11*RA-7*20260412***RR-7
	// RDR*KA
	// RDR*RD**RT
}
