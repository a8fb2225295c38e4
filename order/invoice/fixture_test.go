package invoice_test

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

var at = time.Date(2026, 3, 30, 15, 0, 0, 0, time.UTC)

func usd(s string) money.Amount { return money.MustParse(s + " USD") }

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

// line is a priced order line: steps are amounts of its waterfall.
func line(id string, n int64, steps ...string) order.PricedLine {
	l := order.PricedLine{Line: id, UnitPrice: usd("1.00"), Net: money.Zero(money.USD)}
	for i, s := range steps {
		c := order.Charge{Step: fmt.Sprintf("step %d", i), Kind: "discount", Amount: usd(s)}
		if i == 0 {
			c.Step, c.Kind = "price", "price"
		}
		l.Charges = append(l.Charges, c)
		l.Net, _ = l.Net.Add(c.Amount)
	}
	l.Per = n // how many were ordered; newOrder takes it from here
	return l
}

func freight(amount string) order.Charge {
	return order.Charge{Step: "freight", Kind: "freight", Label: "Freight", Amount: usd(amount)}
}

// newOrder is an accepted order of the lines, promised in one schedule each.
func newOrder(t require.TestingT, lines []order.PricedLine, charges ...order.Charge) *order.Order {
	received := order.Received{ID: "SO-1", Submission: "k", At: at, Document: order.Document{
		PurchaseOrder: "PO-77", Date: calendar.MustDate("2026-03-20"), Currency: money.USD, Source: order.Source{Channel: "manual"},
		Parties: []order.Party{
			{Role: party.SoldTo, ID: "C1", Name: "Store Group"},
			{Role: party.BillTo, ID: "C1", Name: "Store Group, payables", Address: party.Address{
				Lines: []string{"20 W 34th St"}, City: "New York", Region: "NY", PostalCode: "10118", Country: party.UnitedStates,
			}},
		},
		References: []order.Reference{{Qualifier: "DP", Value: "042"}},
		Terms:      terms.MustPayment("2/10 net 30"),
	}}
	identified, priced, promised := order.Identified{Customer: "C1"}, order.Priced{Charges: charges}, order.Promised{}
	day := calendar.MustDate("2026-03-30")
	for _, l := range lines {
		n := each(l.Per)
		l.Per = 0
		received.Document.Lines = append(received.Document.Lines, order.Request{
			ID: l.Line, Item: "I" + l.Line, Description: "Item " + l.Line, Quantity: n,
			Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: "B" + l.Line}},
		})
		identified.Lines = append(identified.Lines, order.IdentifiedLine{Line: l.Line, Item: "I" + l.Line, Base: n})
		priced.Lines = append(priced.Lines, l)
		promised.Lines = append(promised.Lines, order.PromisedLine{Line: l.Line,
			Schedules: []order.Schedule{{ID: "1", Quantity: n, Ship: day, Deliver: day, Site: "S1"}}})
	}
	var o order.Order
	for _, e := range []any{received, identified, priced, promised, order.Accepted{At: at}} {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

// ship lets some of a line leave.
func ship(t require.TestingT, o *order.Order, id string, n int64) {
	require.NoError(t, o.Apply(order.Shipped{Shipment: "SH", At: at, Lines: []order.ShippedLine{{Line: id, Schedule: "1", Quantity: each(n)}}}))
}

func seven() invoice.TaxFunc {
	return invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7%")})
}

var series = invoice.Series{Name: "sales", Prefix: "INV-", Width: 6}

// request bills all that has shipped, as the order's next invoice.
func request(t require.TestingT, o *order.Order) invoice.Request {
	portions, err := invoice.Unbilled(o)
	require.NoError(t, err)
	return invoice.Request{
		Order: o, Number: series.Number(int64(len(o.Invoices) + 1)), Lines: portions, Date: calendar.MustDate("2026-03-31"),
		Shipments: []string{"SH-1"}, ShipDate: calendar.MustDate("2026-03-30"), Taxes: seven(), Charges: invoice.ProRata,
	}
}

// bill makes the invoice and lets it happen to the order.
func bill(t require.TestingT, r invoice.Request) invoice.Invoice {
	inv, err := invoice.Make(r)
	require.NoError(t, err)
	require.NoError(t, r.Order.Apply(inv.Invoiced(at)))
	return inv
}

// panics fails an example, which has no *testing.T.
type panics struct{}

func (panics) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panics) FailNow()                          { panic("failed") }

func partlyShipped() *order.Order {
	o := newOrder(panics{}, []order.PricedLine{line("1", 70, "101.50", "-10.00")}, freight("7.00"))
	ship(panics{}, o, "1", 23)
	return o
}
