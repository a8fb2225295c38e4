package mapping_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// bought is an order of ours: 100 at 2.50 and 10 at 5.00.
func bought() order.Document {
	vendor := func(v string) []order.ItemIdentifier {
		return []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: v}}
	}
	return order.Document{PurchaseOrder: "PO-1", Currency: money.USD, RequestedDelivery: calendar.MustDate("2026-04-06"), Lines: []order.Request{
		{ID: "1", Quantity: each(100), Price: price("2.50"), Identifiers: vendor("BR-10")},
		{ID: "2", Quantity: each(10), Price: price("5.00"), Identifiers: vendor("BR-20"), RequestedShip: calendar.MustDate("2026-04-01")},
	}}
}

func texts(list []mapping.VendorDifference) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, d.String())
	}
	return out
}

// What a vendor answers, held to what was ordered. The first is the worked answer of
// edi.md: IA 60, IB 25, IR 15; line 2 IP 5.00 to 5.20.
func TestAnswerDifferences(t *testing.T) {
	const head = "855\nBAK*00*AC*PO-1*20260326\nCUR*SE*USD\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"worked": {head + "PO1*1*100*EA*2.5**VN*BR-10\nACK*IA*60*EA*067*20260406\nACK*IB*25*EA\nACK*IR*15*EA\nPO1*2*10*EA*5**VN*BR-20\nCTP**NET*5.2\nACK*IP*10*EA",
			[]string{"PO-1 line 1: backordered, 25 EA", "PO-1 line 1: rejected, 15 EA", "PO-1 line 2: price, 5.20 USD and not 5.00 USD"}},
		"as ordered": {"855\nBAK*00*AD*PO-1*20260326\nPO1*1*100*EA*2.5**VN*BR-10\nACK*IA*100*EA\nPO1*2*10*EA*5\nACK*IA", []string{}},
		"accepted":   {"855\nBAK*00*AT*PO-1*20260326", []string{}},
		"received":   {"855\nBAK*00*NA*PO-1*20260326", []string{}},
		"rejected":   {"855\nBAK*00*RJ*PO-1*20260326", []string{"PO-1 line 1: rejected, 100 EA", "PO-1 line 2: rejected, 10 EA"}},
		"on hold":    {"855\nBAK*00*AH*PO-1*20260326", []string{"PO-1 line 1: on-hold, 100 EA", "PO-1 line 2: on-hold, 10 EA"}},
		"rejected, with the lines repeated": {"855\nBAK*00*RD*PO-1*20260326\nPO1*1*100*EA*2.5**VN*BR-10\nPO1*2*10*EA",
			[]string{"PO-1 line 1: rejected, 100 EA", "PO-1 line 2: rejected, 10 EA"}},
		"on hold, with a line repeated": {"855\nBAK*00*AH*PO-1*20260326\nPO1*1*100*EA*2.5**VN*BR-10",
			[]string{"PO-1 line 1: on-hold, 100 EA", "PO-1 line 2: missing"}},
		"a line is missing": {head + "PO1*2*10*EA*5\nACK*IA*10*EA", []string{"PO-1 line 1: missing"}},
		"exceptions alone":  {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*IH*10*EA", []string{"PO-1 line 2: on-hold, 10 EA"}},
		"short":             {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*IQ*8*EA", []string{"PO-1 line 2: short, 8 EA and not 10 EA"}},
		"over":              {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*IQ*12*EA", []string{"PO-1 line 2: over, 12 EA and not 10 EA"}},
		"another unit":      {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*IA*1*CA", []string{"PO-1 line 2: unit, 1 CA and not 10 EA"}},
		"late": {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*DR*6*EA*068*20260402\nDTM*067*20260406\nACK*DR*4*EA*067*20260407",
			[]string{"PO-1 line 2: ships-late, 2026-04-02 and not 2026-04-01", "PO-1 line 2: arrives-late, 2026-04-07 and not 2026-04-06"}},
		"all of it late":          {head + "DTM*067*20260410\nPO1*1*100*EA\nPO1*2*10*EA\nACK*IA*10*EA", []string{"PO-1 line 2: arrives-late, 2026-04-10 and not 2026-04-06"}},
		"a substitute":            {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*IS*10*EA****VN*BR-21", []string{"PO-1 line 2: item, vendor BR-21"}},
		"another item":            {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA***VN*BR-99\nACK*IA*10*EA", []string{"PO-1 line 2: item, vendor BR-99"}},
		"never ordered":           {"855\nBAK*00*AE*PO-1*20260326\nPO1*7*1*EA***VN*BR-99\nACK*IA*1*EA", []string{"PO-1 line 7: never-ordered, 1 EA"}},
		"unclear":                 {"855\nBAK*00*AE*PO-1*20260326\nPO1*2*10*EA\nACK*QQ*10*EA", []string{"PO-1 line 2: unclear, 10 EA (QQ)"}},
		"the vendor's own number": {"855\nBAK*00*AE*PO-1*20260326\nPO1*1*10*EA***VN*BR-20\nACK*IR*10*EA", []string{"PO-1 line 2: rejected, 10 EA"}},
		"a line without a part":   {"855\nBAK*00*AE*PO-1*20260326\nCUR*SE*USD\nPO1*2*9*EA*6**VN*BR-20", []string{"PO-1 line 2: price, 6.00 USD and not 5.00 USD", "PO-1 line 2: short, 9 EA and not 10 EA"}},
		"a price per hundred":     {"855\nBAK*00*AE*PO-1*20260326\nCUR*SE*USD\nPO1*2*10*EA*500*HP*VN*BR-20\nACK*IA", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := bought()
			a, found := mapping.ReadAcknowledgement(set(t, c.text), mapping.Options{})
			require.False(t, found.Blocks(), "%v", found)
			assert.Equal(t, c.want, texts(a.Differences(&doc)))
		})
	}
}

// What a vendor ships, held to what was ordered.
func TestShipmentDifferences(t *testing.T) {
	item := func(line string, n int64) mapping.VendorItem {
		return mapping.VendorItem{PurchaseOrder: "PO-1", Line: line, Shipped: each(n)}
	}
	shipment := func(id string, items ...mapping.VendorItem) mapping.VendorShipment {
		return mapping.VendorShipment{Shipment: id, Items: items}
	}
	all := shipment("S1", item("1", 60), item("1", 40), item("2", 10))
	late := all
	late.Deliver = calendar.MustDate("2026-04-07")
	replaces := shipment("S1", item("1", 90), item("2", 10))
	replaces.Replace = true
	other := item("1", 7)
	other.PurchaseOrder = "PO-2"
	for name, c := range map[string]struct {
		shipments []mapping.VendorShipment
		want      []string
	}{
		"all":            {[]mapping.VendorShipment{all}, []string{}},
		"none":           {nil, []string{"PO-1 line 1: short, 0 EA and not 100 EA", "PO-1 line 2: short, 0 EA and not 10 EA"}},
		"in parts":       {[]mapping.VendorShipment{shipment("S1", item("1", 60)), shipment("S2", item("1", 40), item("2", 11))}, []string{"PO-1 line 2: over, 11 EA and not 10 EA"}},
		"twice":          {[]mapping.VendorShipment{all, all}, []string{"S1 twice"}},
		"replaced":       {[]mapping.VendorShipment{all, replaces}, []string{"PO-1 line 1: short, 90 EA and not 100 EA"}},
		"cancelled":      {[]mapping.VendorShipment{shipment("S0", item("1", 7)), {Shipment: "S0", Cancel: true}, {Shipment: "S9", Cancel: true}, all}, []string{}},
		"late, once":     {[]mapping.VendorShipment{late}, []string{"S1 PO-1 line 1: arrives-late, 2026-04-07 and not 2026-04-06", "S1 PO-1 line 2: arrives-late, 2026-04-07 and not 2026-04-06"}},
		"never ordered":  {[]mapping.VendorShipment{all, shipment("S2", item("3", 1))}, []string{"S2 PO-1 line 3: never-ordered, 1 EA"}},
		"another order":  {[]mapping.VendorShipment{all, shipment("S2", other)}, []string{}},
		"another unit":   {[]mapping.VendorShipment{all, shipment("S2", mapping.VendorItem{Line: "2", Shipped: quantity.New(1, quantity.Case)})}, []string{"S2 PO-1 line 2: unit, 1 CA and not 10 EA"}},
		"by item number": {[]mapping.VendorShipment{shipment("S1", item("1", 100), mapping.VendorItem{Identifiers: bought().Lines[1].Identifiers, Shipped: each(10)})}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := bought()
			assert.Equal(t, c.want, texts(mapping.ShipmentDifferences(&doc, c.shipments...)))
		})
	}
}

// The releases of a blanket order have one number: each is held to its own.
func TestReleasesAreHeldApart(t *testing.T) {
	first, second := bought(), bought()
	first.Release, second.Release = "1", "2"
	second.Lines[0].Quantity = each(40)
	shipment := mapping.VendorShipment{Shipment: "S1", Items: []mapping.VendorItem{
		{PurchaseOrder: "PO-1", Release: "1", Line: "1", Shipped: each(100)}, {PurchaseOrder: "PO-1", Release: "1", Line: "2", Shipped: each(10)},
		{PurchaseOrder: "PO-1", Release: "2", Line: "1", Shipped: each(30)}, {PurchaseOrder: "PO-1", Release: "2", Line: "2", Shipped: each(10)},
	}}
	assert.Empty(t, mapping.ShipmentDifferences(&first, shipment))
	assert.Equal(t, []string{"PO-1 line 1: short, 30 EA and not 40 EA"}, texts(mapping.ShipmentDifferences(&second, shipment)))

	against := mapping.MatchAgainst{Orders: []order.Document{first, second}, Received: []mapping.VendorShipment{shipment}}
	of := func(release string, n int64) *mapping.VendorInvoice {
		v := bill("I", billLine("1", n, "2.50"))
		v.Release = release
		return &v
	}
	assert.Empty(t, of("1", 100).Match(against))
	assert.Empty(t, of("2", 30).Match(against))
	assert.Equal(t, []string{"I PO-1 line 1: billed-over, 31 EA and not 30 EA"}, texts(of("2", 31).Match(against)))
	assert.Equal(t, []string{"I PO-1 line 1: never-ordered, 1 EA"}, texts(of("", 1).Match(against)), "it does not say of which release")
	assert.Equal(t, []string{"I PO-1 line 1: never-ordered, 1 EA"}, texts(of("3", 1).Match(against)))
	against.Orders = against.Orders[:1]
	assert.Empty(t, of("", 100).Match(against), "there is one order alone of the number")
}

// An order without prices is in a currency all the same.
func TestInvoiceInAnotherCurrency(t *testing.T) {
	doc := bought()
	doc.Lines[0].Price, doc.Lines[1].Price = nil, nil
	five := money.MustParse("5 EUR")
	line := mapping.VendorInvoiceLine{ID: "1", Quantity: each(1), Price: &five, Value: five}
	second := line
	second.ID = "2"
	v := mapping.VendorInvoice{Number: "I", Kind: mapping.Billed, PurchaseOrder: "PO-1", Currency: five.Currency(), Lines: []mapping.VendorInvoiceLine{line, second}}
	v.Totals.Payable = money.MustParse("10 EUR")
	assert.Equal(t, []string{"I PO-1 currency, 10.00 EUR"}, texts(v.Match(mapping.MatchAgainst{Orders: []order.Document{doc}})))
	assert.Equal(t, []string{"I PO-1 line 1: currency, 5.00 EUR and not 2.50 USD", "I PO-1 line 2: currency, 5.00 EUR and not 5.00 USD"},
		texts(v.Match(mapping.MatchAgainst{Orders: []order.Document{bought()}})), "by line where its price tells more")
}

func bill(number string, lines ...mapping.VendorInvoiceLine) mapping.VendorInvoice {
	v := mapping.VendorInvoice{Number: number, Kind: mapping.Billed, PurchaseOrder: "PO-1", Currency: money.USD, Lines: lines}
	sum, err := v.Sum()
	if err != nil {
		panic(err)
	}
	v.Totals.Payable = sum
	return v
}

func billLine(line string, n int64, at string) mapping.VendorInvoiceLine {
	p := usd(at)
	value, err := money.Extend(p, each(n), 1, 2, money.HalfUp)
	if err != nil {
		panic(err)
	}
	return mapping.VendorInvoiceLine{ID: line, Quantity: each(n), Price: &p, Value: value}
}

// Three-way match: what is billed, held to what was ordered and received.
func TestInvoiceMatch(t *testing.T) {
	received := []mapping.VendorShipment{{Shipment: "S1", Items: []mapping.VendorItem{{PurchaseOrder: "PO-1", Line: "1", Shipped: each(60)}, {Line: "2", Shipped: each(10)}}}}
	limit := func(percent, amount string) mapping.Limit {
		return mapping.Limit{Percent: decimal.RequireFromString(percent), Amount: decimal.RequireFromString(amount)}
	}
	credit := bill("C", billLine("1", 20, "2.50"))
	credit.Kind = mapping.Credited
	freight := bill("I", billLine("2", 10, "5.00"))
	freight.Charges = []order.Charge{{Step: "freight", Amount: usd("3.00")}, {Step: "discount", Amount: usd("-1.00")}}
	freight.Totals.Payable = usd("52.00")
	open := bill("I", billLine("2", 10, "5.00"))
	open.Totals.Payable = usd("50.02")
	euro := bill("I", billLine("2", 10, "5.00"))
	inEuro := money.MustParse("5 EUR")
	euro.Lines[0].Price = &inEuro
	perHundred := bill("I", billLine("2", 10, "5.00"))
	perHundred.Lines[0].Price, perHundred.Lines[0].PricePer = price("520"), 100
	otherOrder := billLine("1", 1, "2.50")
	otherOrder.PurchaseOrder = "PO-9"
	cases := billLine("2", 1, "5.00")
	cases.Quantity = quantity.New(1, quantity.Case)
	unlike := billLine("2", 1, "5.00")
	unlike.Identifiers = []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-99"}}
	for name, c := range map[string]struct {
		invoice   mapping.VendorInvoice
		received  []mapping.VendorShipment
		billed    []mapping.VendorInvoice
		tolerance mapping.Tolerance
		want      []string
	}{
		"as received":                     {invoice: bill("I", billLine("1", 60, "2.50"), billLine("2", 10, "5.00")), received: received},
		"two-way":                         {invoice: bill("I", billLine("1", 100, "2.50"))},
		"two-way, over":                   {invoice: bill("I", billLine("1", 101, "2.50")), want: []string{"I PO-1 line 1: billed-over, 101 EA and not 100 EA"}},
		"nothing received":                {invoice: bill("I", billLine("1", 1, "2.50")), received: []mapping.VendorShipment{}, want: []string{"I PO-1 line 1: billed-over, 1 EA and not 0 EA"}},
		"more than received":              {invoice: bill("I", billLine("1", 61, "2.50")), received: received, want: []string{"I PO-1 line 1: billed-over, 61 EA and not 60 EA"}},
		"twice in one invoice":            {invoice: bill("I", billLine("1", 31, "2.50"), billLine("1", 30, "2.50")), received: received, want: []string{"I PO-1 line 1: billed-over, 61 EA and not 60 EA"}},
		"with what was billed before":     {invoice: bill("I", billLine("1", 30, "2.50")), received: received, billed: []mapping.VendorInvoice{bill("H", billLine("1", 31, "2.50"))}, want: []string{"I PO-1 line 1: billed-over, 61 EA and not 60 EA"}},
		"less what was credited":          {invoice: bill("I", billLine("1", 30, "2.50")), received: received, billed: []mapping.VendorInvoice{bill("H", billLine("1", 50, "2.50")), credit}},
		"a credit":                        {invoice: credit, received: received, billed: []mapping.VendorInvoice{bill("H", billLine("1", 60, "2.50"))}},
		"a credit over":                   {invoice: credit, received: received, want: []string{"C PO-1 line 1: credited-over, -20 EA and not 0 EA"}},
		"billed after a credit":           {invoice: bill("I", billLine("1", 1, "2.50")), received: received, billed: []mapping.VendorInvoice{credit}},
		"billed before":                   {invoice: bill("I", billLine("1", 1, "2.50")), received: received, billed: []mapping.VendorInvoice{bill("I", billLine("1", 60, "2.50"))}, want: []string{"I PO-1 twice"}},
		"quantity within 2 percent":       {invoice: bill("I", billLine("1", 61, "2.50")), received: received, tolerance: mapping.Tolerance{Quantity: limit("2", "0")}},
		"quantity beyond 1 percent":       {invoice: bill("I", billLine("1", 61, "2.50")), received: received, tolerance: mapping.Tolerance{Quantity: limit("1", "0")}, want: []string{"I PO-1 line 1: billed-over, 61 EA and not 60 EA"}},
		"price":                           {invoice: bill("I", billLine("2", 10, "5.20")), want: []string{"I PO-1 line 2: price, 5.20 USD and not 5.00 USD"}},
		"price below":                     {invoice: bill("I", billLine("2", 10, "4.80")), want: []string{"I PO-1 line 2: price, 4.80 USD and not 5.00 USD"}},
		"price within 4 percent":          {invoice: bill("I", billLine("2", 10, "5.20")), tolerance: mapping.Tolerance{Price: limit("4", "0")}},
		"price beyond 3.99 percent":       {invoice: bill("I", billLine("2", 10, "5.20")), tolerance: mapping.Tolerance{Price: limit("3.99", "0")}, want: []string{"I PO-1 line 2: price, 5.20 USD and not 5.00 USD"}},
		"price within 2.00":               {invoice: bill("I", billLine("2", 10, "5.20")), tolerance: mapping.Tolerance{Price: limit("0", "2")}},
		"price beyond 1.99":               {invoice: bill("I", billLine("2", 10, "5.20")), tolerance: mapping.Tolerance{Price: limit("5", "1.99")}, want: []string{"I PO-1 line 2: price, 5.20 USD and not 5.00 USD"}},
		"price per hundred":               {invoice: perHundred, want: []string{"I PO-1 line 2: price, 520.00 USD per 100 and not 5.00 USD"}, tolerance: mapping.Tolerance{Price: limit("0", "1.99")}},
		"price per hundred within 2.00":   {invoice: perHundred, tolerance: mapping.Tolerance{Price: limit("4", "2"), Total: limit("0", "2")}},
		"another currency":                {invoice: euro, want: []string{"I PO-1 line 2: currency, 5.00 EUR and not 5.00 USD"}},
		"never ordered":                   {invoice: bill("I", billLine("3", 1, "1.00")), want: []string{"I PO-1 line 3: never-ordered, 1 EA"}},
		"another order":                   {invoice: bill("I", otherOrder), want: []string{"I PO-9 line 1: never-ordered, 1 EA"}},
		"another unit":                    {invoice: bill("I", cases), want: []string{"I PO-1 line 2: unit, 1 CA and not 10 EA"}},
		"another item":                    {invoice: bill("I", unlike), want: []string{"I PO-1 line 2: item, vendor BR-99"}},
		"a charge":                        {invoice: freight, want: []string{"I PO-1 charge, 3.00 USD (freight)"}},
		"a charge that may be":            {invoice: freight, tolerance: mapping.Tolerance{Total: limit("6", "3")}},
		"it does not tie":                 {invoice: open, want: []string{"I PO-1 tie, 50.02 USD and not 50.00 USD"}},
		"it does not tie by two cents":    {invoice: open, tolerance: mapping.Tolerance{Total: limit("0", "0.02")}},
		"it does not tie beyond one cent": {invoice: open, tolerance: mapping.Tolerance{Total: limit("0", "0.01")}, want: []string{"I PO-1 tie, 50.02 USD and not 50.00 USD"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == nil {
				c.want = []string{}
			}
			against := mapping.MatchAgainst{Orders: []order.Document{bought()}, Received: c.received, Billed: c.billed, Tolerance: c.tolerance}
			assert.Equal(t, c.want, texts(c.invoice.Match(against)))
		})
	}
}

// Whatever is ordered, shipped and billed in parts matches as long as no part is more
// than the one before; one piece more does not.
func TestInvoiceMatchInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := bought()
		var received []mapping.VendorShipment
		var billed []mapping.VendorInvoice
		var in, out int64
		for n := range rapid.IntRange(1, 6).Draw(t, "parts") {
			ships := rapid.Int64Range(0, 100-in).Draw(t, "ships")
			in += ships
			received = append(received, mapping.VendorShipment{Shipment: string(rune('A' + n)), Items: []mapping.VendorItem{{Line: "1", Shipped: each(ships)}}})
			bills := rapid.Int64Range(0, in-out).Draw(t, "bills")
			over := rapid.Bool().Draw(t, "over")
			if over {
				bills = in - out + 1
			}
			v := bill(string(rune('A'+n)), billLine("1", bills, "2.50"))
			found := v.Match(mapping.MatchAgainst{Orders: []order.Document{doc}, Received: received, Billed: billed})
			if over {
				require.Len(t, found, 1)
				require.Equal(t, mapping.BilledOver, found[0].Kind)
				require.Equal(t, each(in), found[0].Expected)
				continue
			}
			require.Empty(t, found)
			billed, out = append(billed, v), out+bills
		}
		short := int64(0)
		for _, d := range mapping.ShipmentDifferences(&doc, received...) {
			if d.Line == "1" && d.Kind == mapping.LineShort {
				short, _ = d.Told.Int64()
				short = 100 - short
			}
		}
		require.Equal(t, 100-in, short)
	})
}

// Differences and limits are data: they are written and read as JSON.
func TestDifferenceJSON(t *testing.T) {
	d := mapping.VendorDifference{Kind: mapping.PriceDiffers, Line: "2", Expected: each(10), ToldPrice: usd("5.20"), ExpectedPrice: usd("5.00")}
	text, err := json.Marshal(d)
	require.NoError(t, err)
	assert.JSONEq(t, `{"kind":"price","line":"2","expected":"10 EA","told_price":"5.20 USD","expected_price":"5.00 USD"}`, string(text))
	var back mapping.VendorDifference
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, d, back)
}

// An invoice of two orders is held to both, each line to its own; items are found by
// our number of them where a line has no number of ours.
func TestInvoiceMatchOfTwoOrders(t *testing.T) {
	first, second := bought(), bought()
	second.PurchaseOrder = "PO-2"
	second.Lines[0].Item, second.Lines[0].Price = "4711", price("3.00")
	ofSecond := billLine("", 7, "2.50")
	ofSecond.PurchaseOrder, ofSecond.Identifiers = "PO-2", []order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: "4711"}}
	v := bill("I", billLine("1", 5, "2.50"), ofSecond)
	received := []mapping.VendorShipment{{Shipment: "S1", Items: []mapping.VendorItem{
		{PurchaseOrder: "PO-1", Line: "1", Shipped: each(5)}, {PurchaseOrder: "PO-2", Line: "1", Shipped: each(6)},
		{PurchaseOrder: "PO-2", Line: "1", Shipped: quantity.New(9, quantity.Case)}, {PurchaseOrder: "PO-3", Line: "1", Shipped: each(9)}}}}
	got := v.Match(mapping.MatchAgainst{Orders: []order.Document{first, second}, Received: received})
	assert.Equal(t, []string{"I PO-2 line 1: price, 2.50 USD and not 3.00 USD", "I PO-2 line 1: billed-over, 7 EA and not 6 EA"}, texts(got))

	v.Currency = 0
	got = v.Match(mapping.MatchAgainst{Orders: []order.Document{first, second}})
	require.NotEmpty(t, got)
	assert.Equal(t, mapping.DoesNotTie, got[0].Kind, "what has no currency cannot be added up")

	ofSecond.Price = nil
	v = bill("I", ofSecond)
	assert.Empty(t, v.Match(mapping.MatchAgainst{Orders: []order.Document{first, second}}), "no price is no other price")
}
