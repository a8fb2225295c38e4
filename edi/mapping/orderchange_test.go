package mapping_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// changed is a change of every part of two lines.
const changed = `860
BCH*04*SA*PO-1001*7*3*20260326*****20260330
CUR*BY*USD
REF*DP*012
DTM*002*20260415
N1*ST*Northwind 45*92*0045
POC*1*QD*60*30*EA*2.5*PE*UP*012345670015*VN*BR-10
PID*F****Brush, round
DTM*010*20260401
POC*2*PC*10*10*EA*5.2
CTT*2`

func TestPurchaseOrderChange(t *testing.T) {
	change, found := mapping.ReadPurchaseOrderChange(set(t, changed), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"PO-1001", "7", "3"}, []string{change.Document.PurchaseOrder, change.Document.Release, change.Sequence})
	assert.Equal(t, calendar.MustDate("2026-03-26"), change.Document.Date)
	assert.Equal(t, calendar.MustDate("2026-03-30"), change.Date)
	assert.Equal(t, calendar.MustDate("2026-04-15"), change.Document.RequestedDelivery)
	assert.Equal(t, "01:123456789", change.Document.Source.Partner)
	assert.Empty(t, change.Document.Lines)
	assert.False(t, change.Cancel)
	assert.Equal(t, []mapping.LineChange{
		{Kind: mapping.DecreaseLine, Code: "QD", Left: each(30), Request: order.Request{ID: "1", Quantity: each(60), Price: amount("2.5"),
			Description: "Brush, round", RequestedShip: calendar.MustDate("2026-04-01"),
			Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "012345670015"}, {Scheme: order.SchemeVendor, Value: "BR-10"}}}},
		{Kind: mapping.ChangePrice, Code: "PC", Left: each(10), Request: order.Request{ID: "2", Quantity: each(10), Price: amount("5.2")}},
	}, change.Lines)
}

// edi.md: POC02 decides what a change line means.
func TestChangeCodes(t *testing.T) {
	for code, want := range map[string]mapping.ChangeKind{
		"AI": mapping.AddLine, "DI": mapping.DeleteLine, "QI": mapping.IncreaseLine, "QD": mapping.DecreaseLine,
		"CA": mapping.ChangeValues, "PQ": mapping.ChangeValues, "PR": mapping.ChangeValues, "RQ": mapping.ChangeValues, "RZ": mapping.ChangeValues,
		"PC": mapping.ChangePrice, "RS": mapping.ChangeDates, "CT": mapping.ChangeDates, "RB": mapping.ChangeDates,
		"RE": mapping.ReplaceItem, "NC": mapping.KeepLine, "CE": mapping.OtherChange, "??": mapping.OtherChange,
	} {
		change, _ := mapping.ReadPurchaseOrderChange(set(t, strings.Replace(changed, "*QD*", "*"+code+"*", 1)), mapping.Options{})
		assert.Equal(t, want, change.Lines[0].Kind, code)
	}
}

// edi.md, decisions: POC03 is the new total by default; a partner profile may say it
// is the difference.
func TestTotalOfAChange(t *testing.T) {
	line := order.Line{Request: order.Request{ID: "1", Quantity: quantity.New(10, quantity.Case)}, Base: each(120), Cancelled: each(24)}
	for _, c := range []struct {
		kind       mapping.ChangeKind
		difference bool
		stated     string
		want       string
	}{
		{mapping.DecreaseLine, false, "5 CA", "60 EA"},
		{mapping.DecreaseLine, false, "60 EA", "60 EA"},
		{mapping.DecreaseLine, false, "1 GS", "1 GS"},
		{mapping.DecreaseLine, true, "3 CA", "60 EA"},
		{mapping.DecreaseLine, true, "-3 CA", "60 EA"},
		{mapping.DecreaseLine, true, "36 EA", "60 EA"},
		{mapping.DecreaseLine, true, "9 CA", "error"},
		{mapping.DecreaseLine, true, "1 GS", "error"},
		{mapping.IncreaseLine, true, "1 CA", "108 EA"},
		{mapping.ChangeValues, true, "-0.5 CA", "90 EA"},
		{mapping.ChangeValues, false, "8 CA", "96 EA"},
		{mapping.DeleteLine, false, "8 CA", "0 EA"},
		{mapping.ChangePrice, false, "8 CA", "none"},
		{mapping.KeepLine, true, "8 CA", "none"},
	} {
		change := mapping.LineChange{Kind: c.kind, Difference: c.difference, Request: order.Request{Quantity: quantity.MustParse(c.stated)}}
		total, ok, err := change.Total(&line)
		got := total.String()
		switch {
		case err != nil:
			got = "error"
		case !ok:
			got = "none"
		}
		assert.Equal(t, c.want, got, "%+v", c)
	}
}

// The key of a change is that of the same change, sent again in another interchange.
func TestKeyOfAChange(t *testing.T) {
	change, _ := mapping.ReadPurchaseOrderChange(set(t, changed), mapping.Options{})
	again := change
	again.Document.Source = order.Source{Channel: "x12", Control: "99/1/0001"}
	assert.Equal(t, change.Key(), again.Key())
	assert.True(t, strings.HasPrefix(change.Key(), "860/PO-1001/7/3/"), change.Key())
	seen := map[string]bool{change.Key(): true}
	for _, other := range [][2]string{{"PO-1001", "PO-1002"}, {"*7*", "*8*"}, {"*7*3*", "*7*4*"}, {"*60*", "*61*"}, {"*QD*", "*CA*"}, {"*20260415", "*20260416"}} {
		c, _ := mapping.ReadPurchaseOrderChange(set(t, strings.Replace(changed, other[0], other[1], 1)), mapping.Options{})
		assert.False(t, seen[c.Key()], "%v", other)
		seen[c.Key()] = true
	}
}

func TestChangeThatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, old, new, code, path string }{
		{"no beginning", "BCH*04*SA*PO-1001*7*3*20260326*****20260330\n", "", "bch-missing", ""},
		{"two beginnings", "REF*DP", "BCH*04*SA*PO-1001**3*20260326\nREF*DP", "bch-repeated", "BCH"},
		{"no number", "*PO-1001*", "**", "purchase-order-missing", "BCH.3"},
		{"for information", "BCH*04", "BCH*22", "purpose", "BCH.1"},
		{"no line", "POC*1*", "POC**", "line-missing", "POC.1"},
		{"no quantity", "*60*30*EA*", "****", "quantity-missing", "POC.3"},
		{"no number for a quantity", "*60*", "*x*", "quantity", "POC.3"},
		{"less than nothing", "*60*", "*-60*", "quantity", "POC.3"},
		{"no unit", "*60*30*EA*", "*60*30**", "unit-missing", "POC.5"},
		{"no price", "*5.2", "", "price-unclear", "POC.6"},
		{"a price in no currency", "CUR*BY*USD\n", "", "price-unclear", "POC.6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, changed, c.old)
			_, found := mapping.ReadPurchaseOrderChange(set(t, strings.Replace(changed, c.old, c.new, 1)), mapping.Options{})
			of := found.With("mapping.860." + c.code)
			require.Len(t, of, 1, "%v", found)
			assert.Equal(t, finding.Block, of[0].Severity)
			assert.Contains(t, of[0].Path, c.path)
		})
	}
	for _, c := range []struct{ name, old, new, code string }{
		{"replaces the order", "BCH*04", "BCH*05", "purpose"},
		{"a purpose that is not known", "BCH*04", "BCH*QQ", "purpose"},
		{"a change without a place", "*QD*", "*CE*", "change"},
		{"another number of lines", "CTT*2", "CTT*3", "line-count"},
	} {
		_, found := mapping.ReadPurchaseOrderChange(set(t, strings.Replace(changed, c.old, c.new, 1)), mapping.Options{})
		require.Len(t, found.With("mapping.860."+c.code), 1, c.name)
		assert.False(t, found.Blocks(), c.name)
	}
	change, found := mapping.ReadPurchaseOrderChange(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.860.wrong-set"))
	assert.Empty(t, change.Lines)
}

func TestChangeThatCancels(t *testing.T) {
	change, found := mapping.ReadPurchaseOrderChange(set(t, "860\nBCH*01*SA*PO-1001**3*20260326"), mapping.Options{Currency: money.USD})
	assert.Empty(t, found)
	assert.True(t, change.Cancel)
}

// answeredChange is the answer to a change of the order of edi.md: of 100 pieces 60
// are wanted, and 70 have left; the price of line 2 stays.
func answeredChange(t testing.TB) mapping.ChangeAnswer {
	t.Helper()
	change, _ := mapping.ReadPurchaseOrderChange(set(t, changed), mapping.Options{})
	return mapping.ChangeAnswer{Change: change, Date: calendar.MustDate("2026-03-31"), Remarks: []string{"the delivery date of the order stays as it was"},
		Lines: []mapping.LineAnswer{
			{Outcome: mapping.ChangePartly, Quantity: each(70), Shipped: each(70), Reason: "70 EA have left"},
			{Outcome: mapping.ChangeRefused, Quantity: each(10), Reason: "the price stays as it was"},
		}}
}

func TestChangeAcknowledgement(t *testing.T) {
	segments, err := mapping.WriteChangeAcknowledgement(answeredChange(t), answered(t), mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BCA*00*AC*PO-1001*7*3*20260326***SO-00000001*20260331*20260330
CUR*BY*USD
N9*L1*1
MSG*the delivery date of the order stays as it was
POC*1*QD*60*0*EA*2.5**UP*012345670015*VN*BR-10
ACK*IQ*70*EA
MSG*70 EA have left
POC*2*PC*10*10*EA*5.2
ACK*IR*10*EA
MSG*the price stays as it was
CTT*2`, lines(segments))
	conforms(t, "865", segments)
}

func TestChangeAcknowledgementThatCannotBeWritten(t *testing.T) {
	o := answered(t)
	o.Document.Date = calendar.Date{}
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.ChangeAnswer)
		segment string
		element int
	}{
		{"a line without an answer", func(a *mapping.ChangeAnswer) { a.Lines = a.Lines[:1] }, "BCA", 11},
		{"no date", func(a *mapping.ChangeAnswer) { a.Change.Document.Date = calendar.Date{} }, "BCA", 6},
		{"no number", func(a *mapping.ChangeAnswer) { a.Change.Document.PurchaseOrder = "" }, "BCA", 3},
		{"a number of the change that is too long", func(a *mapping.ChangeAnswer) { a.Change.Sequence = "123456789" }, "BCA", 5},
	} {
		a := answeredChange(t)
		c.spoil(&a)
		segments, err := mapping.WriteChangeAcknowledgement(a, o, mapping.Options{})
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"865", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, "%s: %v", c.name, field)
		assert.Empty(t, segments)
	}
}
