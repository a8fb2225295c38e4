package mapping_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// underway is stock on its way to the warehouse BER.
func underway() mapping.StockTransfer {
	return mapping.StockTransfer{
		Number: "TR-7", Shipment: "BOL-55", PurchaseOrder: "PO-9", Shipped: calendar.MustDate("2026-04-01"), Arrives: calendar.MustDate("2026-04-04"),
		Warehouse: order.Party{Role: party.ShipTo, ID: "BER", Name: "Harbour Storage", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "W77"}},
			Address: party.Address{Lines: []string{"4 Quay Road"}, City: "Newark", Region: "NJ", PostalCode: "07114", Country: "US"}},
		From:       order.Party{Role: party.ShipFrom, ID: "PLANT", Identifiers: []party.Identifier{{Scheme: party.AssignedBySeller, Value: "PLANT"}}},
		Carriage:   mapping.Carriage{Mode: "M", Carrier: "ABFS", Routing: "door 4"},
		References: []order.Reference{{Qualifier: "BM", Value: "BOL-55"}},
		Notes:      []string{"keep dry"},
		Lines: []mapping.TransferLine{
			{ID: "1", Quantity: each(60), Description: "Brush, round", Lot: "L-1", Expires: calendar.MustDate("2027-01-31"), Identifiers: []order.ItemIdentifier{
				{Scheme: order.SchemeVendor, Value: "BR-10"}, {Scheme: order.SchemeBuyer, Value: "77"}, {Scheme: order.SchemeGTIN, Value: "00614141999996"}}},
			{ID: "2", Quantity: quantity.New(10, quantity.Case), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-20"}}},
		},
	}
}

var sites = mapping.Options{Sites: map[string]string{"BER": "W77"}}

func TestStockTransfer(t *testing.T) {
	transfer := underway()
	segments, err := mapping.WriteStockTransfer(transfer, sites)
	require.NoError(t, err)
	assert.Equal(t, `W06*F*TR-7*20260401*BOL-55**PO-9
N1*WH*Harbour Storage*92*W77
N3*4 Quay Road
N4*Newark*NJ*07114*US
N1*SF**91*PLANT
N9*BM*BOL-55
G62*17*20260404
NTE*WHI*keep dry
W27*M*ABFS*door 4
W04*60*EA**VN*BR-10*BP*77*******UK*00614141999996
G69*Brush, round
N9*LI*1
N9*LT*L-1**20270131
W04*10*CA**VN*BR-20
N9*LI*2
W03*70`, lines(segments))
	for _, release := range releases {
		set := sent(t, release, "943", "AR", segments)
		back, found := mapping.ReadStockTransfer(set, sites)
		assert.Empty(t, found, "%v", found)
		back.Source = order.Source{}
		assert.Equal(t, transfer, back)
	}
}

func TestStockTransferThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*mapping.StockTransfer)
		segment string
		element int
	}{
		{"no number", func(s *mapping.StockTransfer) { s.Number = "" }, "W06", 2},
		{"no lines", func(s *mapping.StockTransfer) { s.Lines = nil }, "W06", 6},
		{"no warehouse", func(s *mapping.StockTransfer) { s.Warehouse = order.Party{} }, "N1", 2},
		{"no mode", func(s *mapping.StockTransfer) { s.Carriage.Mode = "" }, "W27", 1},
		{"no carrier", func(s *mapping.StockTransfer) { s.Carriage = mapping.Carriage{Mode: "M"} }, "W27", 3},
		{"nothing of a line", func(s *mapping.StockTransfer) { s.Lines[0].Quantity = each(0) }, "W04", 1},
		{"no item", func(s *mapping.StockTransfer) { s.Lines[0].Identifiers = nil }, "W04", 3},
		{"a day and no lot", func(s *mapping.StockTransfer) { s.Lines[0].Lot = "" }, "N9", 2},
		{"eleven references", func(s *mapping.StockTransfer) {
			s.References = make([]order.Reference, 11)
			for i := range s.References {
				s.References[i] = order.Reference{Qualifier: "BM", Value: "1"}
			}
		}, "N9", 3},
	} {
		s := underway()
		c.spoil(&s)
		segments, err := mapping.WriteStockTransfer(s, sites)
		var field *mapping.FieldError
		require.ErrorAs(t, err, &field, c.name)
		assert.Equal(t, []any{"943", c.segment, c.element}, []any{field.Set, field.Segment, field.Element}, c.name)
		assert.Empty(t, segments)
	}
}

// came is what the warehouse received of it: 58 of the first line, 2 of them damaged,
// and all of the second.
const came = `944
W17*F*20260404*R-1*TR-7*BOL-55
N1*WH**92*W77
N9*BM*BOL-55
NTE*WHI*wet pallet
W07*58*EA**VN*BR-10***WL-3
G69*Brush, round
N9*LI*1
N9*LT*L-1**20270131
W13*2*EA*01**LD
W13*2*EA*02
W07*10*CA**VN*BR-20
N9*LI*2
W14*68**2`

func TestStockReceipt(t *testing.T) {
	r, found := mapping.ReadStockReceipt(set(t, came), sites)
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"R-1", "TR-7", "BOL-55", "2026-04-04", "BER"}, []string{r.Receipt, r.Number, r.Shipment, r.Date.String(), r.Warehouse.ID})
	assert.Equal(t, mapping.ReceivedLine{ID: "1", Received: each(58), Description: "Brush, round", Lot: "L-1", Expires: calendar.MustDate("2027-01-31"),
		WarehouseLot: "WL-3", Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}, Exceptions: []mapping.ReceiptException{
			{Condition: mapping.Damaged, Quantity: each(2), Reason: "LD"}, {Condition: mapping.ReceivedShort, Quantity: each(2)}}}, r.Lines[0])
	r.Source = order.Source{}
	for _, o := range []mapping.Options{sites, {Sites: sites.Sites, ReceivedInOrder: true}} {
		segments, err := mapping.WriteStockReceipt(r, o)
		require.NoError(t, err)
		if !o.ReceivedInOrder {
			assert.Equal(t, strings.TrimPrefix(came, "944\n"), lines(segments))
		} else {
			assert.Contains(t, lines(segments), "W07*56*EA")
		}
		for _, release := range releases {
			o.Version = release
			segments, err := mapping.WriteStockReceipt(r, o)
			require.NoError(t, err)
			back, found := mapping.ReadStockReceipt(sent(t, release, "944", "RE", segments), o)
			assert.Empty(t, found, "%v", found)
			back.Source = order.Source{}
			assert.Equal(t, r, back)
		}
	}
}

// Any receipt is written, is sound by both schemas and reads back equal; and whatever is
// in it, the postings are what came less what was scrapped or went back.
func TestStockReceiptRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 44))
	conditions := []mapping.Condition{mapping.Damaged, mapping.ReceivedShort, mapping.ReceivedOver, mapping.OnHold, mapping.GoodCondition, mapping.Scrapped, mapping.OverReturned}
	for range 200 {
		r := mapping.StockReceipt{Receipt: "R-1", Number: "TR-7", Date: calendar.MustDate("2026-04-04"),
			Warehouse: order.Party{Role: party.ShipTo, ID: "BER", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "W77"}}}}
		for n := range 1 + rnd.IntN(4) {
			l := mapping.ReceivedLine{ID: fmt.Sprint(n), Received: each(0), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: fmt.Sprint("I-", n)}}}
			good, gone := rnd.Int64N(50), int64(0)
			came := good
			for range rnd.IntN(4) {
				x := mapping.ReceiptException{Condition: conditions[rnd.IntN(len(conditions))], Quantity: each(1 + rnd.Int64N(9))}
				count, _ := x.Quantity.Int64()
				status, onHand := x.Condition.Stock()
				switch {
				case onHand && status != atp.Available:
					came += count
				case x.Condition == mapping.Scrapped || x.Condition == mapping.OverReturned:
					came, gone = came+count, gone+count
				}
				l.Exceptions = append(l.Exceptions, x)
			}
			if l.Received = each(came); rnd.IntN(2) == 0 {
				l.Lot, l.Expires = "L", calendar.MustDate("2027-01-31")
			}
			postings, err := l.Receipts(atp.Ref{}, "D", "P", pieces)
			require.NoError(t, err)
			posted := int64(0)
			for _, p := range postings {
				posted += p.Quantity
			}
			require.Equal(t, came-gone, posted)
			r.Lines = append(r.Lines, l)
		}
		o := sites
		o.Version, o.ReceivedInOrder = releases[rnd.IntN(2)], rnd.IntN(2) == 0
		segments, err := mapping.WriteStockReceipt(r, o)
		require.NoError(t, err)
		back, found := mapping.ReadStockReceipt(sent(t, o.Version, "944", "RE", segments), o)
		require.Empty(t, found, "%v", found)
		back.Source = r.Source
		require.Equal(t, r, back)
	}
}

func TestStockReceiptInCartons(t *testing.T) {
	r, _ := mapping.ReadStockReceipt(set(t, came), sites)
	r.Source = order.Source{}
	r.Lines[0].Carton = "006141410000000005"
	o := sites
	_, err := mapping.WriteStockReceipt(r, o)
	require.ErrorContains(t, err, "from 005010 on")
	o.Version = "005010"
	segments, err := mapping.WriteStockReceipt(r, o)
	require.NoError(t, err)
	back, found := mapping.ReadStockReceipt(sent(t, o.Version, "944", "RE", segments), o)
	assert.Empty(t, found, "%v", found)
	back.Source = order.Source{}
	assert.Equal(t, r, back)
}

func TestStockReceiptKinds(t *testing.T) {
	for code, want := range map[string]struct {
		kind mapping.ReceiptKind
		only bool
		told string
	}{
		"F": {}, "J": {}, "N": {only: true}, "X": {only: true}, "C": {kind: mapping.CustomerReturn}, "P": {kind: mapping.ProductionReceived},
		"A": {told: "no-receipt"}, "K": {told: "simulation"}, "R": {told: "reporting-code"},
	} {
		r, found := mapping.ReadStockReceipt(set(t, strings.Replace(came, "W17*F", "W17*"+code, 1)), sites)
		assert.Equal(t, []any{want.kind, want.only}, []any{r.Kind, r.ExceptionsOnly}, code)
		if want.told == "" {
			assert.Empty(t, found, code)
		} else {
			assert.NotEmpty(t, found.With("mapping.944."+want.told), code)
		}
	}
}

func TestStockReceiptFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		blocks               bool
	}{
		{"no beginning", "W17*F*20260404*R-1*TR-7*BOL-55\n", "", "w17-missing", true},
		{"two beginnings", "N9*BM", "W17*F*20260404*R-2\nN9*BM", "w17-repeated", true},
		{"no receipt", "*R-1*", "**", "receipt-missing", true},
		{"no quantity", "W07*58*", "W07**", "quantity-missing", true},
		{"less than nothing", "W07*58*", "W07*-58*", "quantity", true},
		{"less than nothing is damaged", "W13*2*EA*01", "W13*-2*EA*01", "quantity", true},
		{"more damaged than came", "W13*2*EA*01", "W13*59*EA*01", "exceptions", true},
		{"damaged in another unit", "W13*2*EA*01", "W13*2*CA*01", "exceptions", true},
		{"an unknown condition", "W13*2*EA*01", "W13*2*EA*77", "condition", false},
		{"no item", "W07*10*CA**VN*BR-20", "W07*10*CA", "item-missing", true},
		{"another total", "W14*68", "W14*69", "total", false},
	} {
		require.Contains(t, came, c.old, c.name)
		_, found := mapping.ReadStockReceipt(set(t, strings.Replace(came, c.old, c.new, 1)), sites)
		told := found.With("mapping.944." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.blocks, told.Blocks(), c.name)
	}
	_, found := mapping.ReadStockReceipt(set(t, plain), sites)
	assert.NotEmpty(t, found.With("mapping.944.wrong-set"))
	_, found = mapping.ReadStockTransfer(set(t, plain), sites)
	assert.NotEmpty(t, found.With("mapping.943.wrong-set"))
}

// What a 944 tells is reconciled with its 943 line by line: short, over, damaged,
// never announced.
func TestReconcileReceipts(t *testing.T) {
	damaged := "line 1: 2 EA are damaged (receipt R-1)"
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"short and damaged", "", "", []string{damaged, "line 1: short, 58 EA of 60 EA have come"}},
		{"damaged alone", "W07*58", "W07*60", []string{damaged}},
		{"over", "W07*58", "W07*61", []string{damaged, "line 1: over, 61 EA of 60 EA have come"}},
		{"a line that is missing", "W07*10*CA**VN*BR-20\nN9*LI*2\n", "", []string{damaged,
			"line 1: short, 58 EA of 60 EA have come", "line 2: short, 0 CA of 10 CA have come"}},
		{"exceptions only", "W17*F", "W17*X", []string{damaged, "line 1: short, 58 EA of 60 EA have come"}},
		{"never announced", "VN*BR-20\nN9*LI*2", "VN*BR-30", []string{damaged, "line BR-30: 10 CA were never announced (receipt R-1)",
			"line 1: short, 58 EA of 60 EA have come", "line 2: short, 0 CA of 10 CA have come"}},
		{"another transfer", "*TR-7*", "*TR-8*", []string{"line 1: 58 EA were never announced (receipt R-1)", damaged,
			"line 2: 10 CA were never announced (receipt R-1)", "line 1: short, 0 EA of 60 EA have come", "line 2: short, 0 CA of 10 CA have come"}},
		{"by the shipment", "*TR-7*", "**", []string{damaged, "line 1: short, 58 EA of 60 EA have come"}},
		{"another unit", "W07*10*CA", "W07*10*EA", []string{damaged, "line 1: short, 58 EA of 60 EA have come", "line 2: 10 EA cannot be compared with 10 CA"}},
		{"by item", "N9*LI*1\n", "", []string{damaged, "line 1: short, 58 EA of 60 EA have come"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, came, c.old)
			r, _ := mapping.ReadStockReceipt(set(t, strings.Replace(came, c.old, c.new, 1)), sites)
			var got []string
			for _, d := range mapping.ReconcileReceipts(underway(), r) {
				got = append(got, d.String())
			}
			assert.Equal(t, c.want, got)
		})
	}
	r, _ := mapping.ReadStockReceipt(set(t, came), sites)
	again := mapping.ReconcileReceipts(underway(), r, r)
	require.Len(t, again, 4, "the receipt is told twice, and counts once")
	assert.Equal(t, mapping.ReceivedTwice, again[1].Kind)
	rest := r
	rest.Receipt, rest.Lines = "R-2", []mapping.ReceivedLine{{ID: "1", Received: each(2)}}
	assert.Equal(t, []mapping.ReceiptDiscrepancy{{Kind: mapping.NotInOrder, Line: "1", Received: each(2), Condition: mapping.Damaged, Reason: "LD", Receipt: "R-1"}},
		mapping.ReconcileReceipts(underway(), r, rest), "two receipts add up")
}

// Every status of stock, against the postings of a stock.
func TestReceiptsPost(t *testing.T) {
	now := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	site, err := calendar.New(calendar.Config{Name: "BER", Zone: "UTC"})
	require.NoError(t, err)
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	require.NoError(t, err)
	brush, _, err := stock.Define(now, atp.Definition{Item: "BR-10", Site: "BER"})
	require.NoError(t, err)
	transfer := underway()
	supply, err := transfer.Lines[0].Supply(brush, "943/TR-7/1", transfer.Arrives, pieces)
	require.NoError(t, err)
	_, err = stock.AddSupply(now, supply)
	require.NoError(t, err)

	l := mapping.ReceivedLine{ID: "1", Received: each(60), Lot: "L-1", Expires: calendar.MustDate("2027-01-31")}
	for i, condition := range []mapping.Condition{
		mapping.Damaged, mapping.ReceivedShort, mapping.ReceivedOver, mapping.PoorQuality, mapping.IncorrectProduct, mapping.OtherContainer, mapping.GoodCondition,
		mapping.ReceiptRejected, mapping.OnHold, mapping.Scrapped, mapping.CumulativeAdjusted, mapping.OverReturned, mapping.AwaitingShipNotice,
		mapping.WithoutShipNotice, mapping.NotTakenIn, "99",
	} {
		l.Exceptions = append(l.Exceptions, mapping.ReceiptException{Condition: condition, Quantity: each(int64(i%3 + 1))})
	}
	postings, err := l.Receipts(brush, "943/TR-7/1", "R-1/1", pieces)
	require.NoError(t, err)
	sums := map[atp.SupplyType]int64{}
	for range 2 { // a receipt that was sent twice is posted once
		for _, p := range postings {
			e, err := stock.Receive(now, p)
			require.NoError(t, err)
			if !e.Replayed {
				sums[e.Status] += e.Quantity
			}
		}
	}
	// blocked: 01 1, 05 2, 08 2, 99 1; hold: 04 1, 09 3, 13 1; gone: 10 1, 12 3
	assert.Equal(t, map[atp.SupplyType]int64{atp.Available: 60 - 6 - 5 - 4, atp.QualityHold: 5, atp.Blocked: 6}, sums)
	free, err := stock.ATP(now, atp.Query{Ref: brush, Date: transfer.Arrives})
	require.NoError(t, err)
	assert.Equal(t, int64(60-11), free, "what was scrapped or went back is still due")
}

func TestReceiptsThatCannotBe(t *testing.T) {
	var e *mapping.StockError
	l := mapping.ReceivedLine{Received: each(1), Exceptions: []mapping.ReceiptException{{Condition: mapping.Damaged, Quantity: each(2)}}}
	_, err := l.Receipts(atp.Ref{}, "", "1", pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "document", e.Field)
	_, err = l.Receipts(atp.Ref{}, "1", "", pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "posting", e.Field)
	_, err = l.Receipts(atp.Ref{}, "1", "1", pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "exceptions", e.Field)
	l = mapping.ReceivedLine{Received: quantity.MustParse("0.5 EA")}
	_, err = l.Receipts(atp.Ref{}, "1", "1", pieces)
	require.ErrorContains(t, err, "no whole number")
	in := mapping.TransferLine{Quantity: each(1)}
	_, err = in.Supply(atp.Ref{}, "", calendar.MustDate("2026-01-01"), pieces)
	require.ErrorAs(t, err, &e)
	_, err = in.Supply(atp.Ref{}, "1", calendar.Date{}, pieces)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "due", e.Field)
}

// A warehouse that was told to expect 60 brushes received 58, two of them damaged.
func ExampleReconcileReceipts() {
	t := new(testing.T)
	announced := underway()
	segments, err := mapping.WriteStockTransfer(announced, sites)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(segments[0])
	receipt, found := mapping.ReadStockReceipt(set(t, came), sites)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, d := range mapping.ReconcileReceipts(announced, receipt) {
		fmt.Println(d)
	}
	postings, err := receipt.Lines[0].Receipts(atp.Ref{}, "943/TR-7/1", "944/R-1/1", pieces) // or Count of the item
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range postings {
		fmt.Println(p.Posting, p.Status, p.Quantity, p.Lot)
	}
	// Output:
	// W06*F*TR-7*20260401*BOL-55**PO-9
	// line 1: 2 EA are damaged (receipt R-1)
	// line 1: short, 58 EA of 60 EA have come
	// 944/R-1/1/1 available 56 L-1
	// 944/R-1/1/2 blocked 2 L-1
}
