package message_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// sorted is a document with the numbers of each line in one order: LIN takes the first
// GTIN to the front.
func sorted(doc order.Document) order.Document {
	doc.Lines = slices.Clone(doc.Lines)
	for i := range doc.Lines {
		doc.Lines[i].Identifiers = slices.SortedFunc(slices.Values(doc.Lines[i].Identifiers), func(a, b order.ItemIdentifier) int {
			return strings.Compare(a.Scheme+a.Value, b.Scheme+b.Value)
		})
	}
	return doc
}

// Documents of all kinds are valid messages of both directories, and read back equal,
// with a point and with a comma.
func TestPurchaseOrdersReadBack(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for n := range 300 {
		doc := randomDocument(random)
		agreed := mapping.Options{DecimalMark: []string{"", ".", ","}[n%3]}
		segments, err := message.WritePurchaseOrder(doc, agreed)
		require.NoError(t, err)
		m := conforms(t, "ORDERS", segments)
		back, found := message.ReadPurchaseOrder(m, agreed)
		assert.Empty(t, found)
		doc.Source = back.Source
		if !assert.Equal(t, sorted(doc), sorted(back), "%s", lines(segments)) {
			return
		}
	}
}

// pick is one of several.
func pick[T any](random *rand.Rand, all ...T) T { return all[random.IntN(len(all))] }

func randomText(random *rand.Rand, most int) string {
	words := []string{"Bracket", "steel", "galvanised", "Größe", "50%", "3' 4\"", "a+b", "a:b", "why?", "*", "Åre", "x"}
	var b strings.Builder
	for b.Len() == 0 || random.IntN(4) > 0 {
		word := pick(random, words...)
		if b.Len()+len(word)+1 > most {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

func randomDocument(random *rand.Rand) order.Document {
	day := func() calendar.Date {
		if random.IntN(3) == 0 {
			return calendar.Date{}
		}
		return calendar.MustDate("2026-03-01").AddDays(random.IntN(400))
	}
	doc := order.Document{
		PurchaseOrder: fmt.Sprintf("PO-%d", random.IntN(1e6)), Date: calendar.MustDate("2026-03-26"), RequestedShip: day(), RequestedDelivery: day(), CancelAfter: day(),
		Type:     pick(random, order.Standard, order.Rush, order.Sample, order.ConsignmentFill, order.ConsignmentIssue, order.DropShip, order.Blanket, order.BlanketRelease),
		Currency: pick(random, money.EUR, money.USD, money.JPY, money.KWD),
		Terms: pick(random, terms.Payment{}, terms.Net(30), terms.MustPayment("2/10 net 30"), terms.MustPayment("3/10 2/20 net 60"), terms.MustPayment("EOM"),
			terms.MustPayment("net 2M"), terms.MustPayment("15 prox"), terms.MustPayment("net 30 day 15"), terms.MustPayment("net 30 from delivery"),
			terms.MustPayment("30% net 0 from order; 70% net 30"), terms.MustPayment("net 0")),
		Freight: pick(random, terms.Freight{}, terms.Freight{Payment: terms.Prepaid}, terms.Freight{Payment: terms.Collect, Passes: terms.Origin},
			terms.Freight{Payment: terms.PrepaidAndAdd, Passes: terms.Destination}, terms.Freight{Payment: terms.ThirdParty}),
	}
	if random.IntN(2) == 0 {
		doc.Incoterm, doc.IncotermPlace = pick(random, terms.Incoterms()...), randomText(random, 35)
	}
	if random.IntN(2) == 0 {
		doc.Release = "R/7"
	}
	for range random.IntN(4) {
		doc.Instructions = append(doc.Instructions, randomText(random, 300))
		doc.References = append(doc.References, order.Reference{Qualifier: pick(random, "CT", "PD", "BO", "ON", "PL"), Value: randomText(random, 30)})
	}
	for _, role := range []party.Role{party.SoldTo, party.ShipTo, party.BillTo, party.Payer, party.MarkFor, party.EndUser, party.Carrier, party.Seller, party.ShipFrom, party.RemitTo} {
		if random.IntN(2) == 0 {
			doc.Parties = append(doc.Parties, randomParty(random, role))
		}
	}
	if len(doc.Parties) == 0 || doc.Parties[0].Role != party.SoldTo {
		doc.Parties = append([]order.Party{randomParty(random, party.SoldTo)}, doc.Parties...)
	}
	for i := range 1 + random.IntN(5) {
		doc.Lines = append(doc.Lines, randomLine(random, i, doc.Currency, day))
	}
	return doc
}

func randomParty(random *rand.Rand, role party.Role) order.Party {
	p := order.Party{Role: role}
	if random.IntN(2) == 0 {
		p.Identifiers = append(p.Identifiers, pick(random, party.Identifier{Scheme: party.GLN, Value: "5412345000013"}, party.Identifier{Scheme: party.AssignedByBuyer, Value: "0045"},
			party.Identifier{Scheme: party.DUNS, Value: "123456789"}, party.Identifier{Scheme: "edifact:10", Value: "X 1"}))
		if random.IntN(2) == 0 {
			p.Identifiers = append(p.Identifiers, party.Identifier{Scheme: message.VATNumber, Value: "DE123456789"}, party.Identifier{Scheme: party.AssignedBySeller, Value: "10077"})
		}
	}
	if len(p.Identifiers) == 0 || random.IntN(2) == 0 {
		p.Name = randomText(random, 100)
		p.Address = party.Address{Lines: []string{"Rue Haute 5"}, City: "Bruxelles", PostalCode: "1000", Country: "BE"}
	}
	return p
}

func randomLine(random *rand.Rand, i int, currency money.Currency, day func() calendar.Date) order.Request {
	units := []quantity.Unit{quantity.Each, quantity.Piece, quantity.Case, quantity.Kilogram, quantity.Metre, quantity.Dozen, quantity.Litre}
	q, err := quantity.ParseNumber(fmt.Sprintf("%d.%03d", random.IntN(1000), 1+random.IntN(999)), pick(random, units...))
	if err != nil {
		panic(err)
	}
	l := order.Request{ID: pick(random, fmt.Sprint(i+1), fmt.Sprintf("00%d", i+1), fmt.Sprintf("A-%d", i), fmt.Sprintf("12345%d/7", i)), Quantity: q, Description: randomText(random, 180), RequestedShip: day(), RequestedDelivery: day()}
	ids := []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, {Scheme: order.SchemeGTIN, Value: "614141007349"}, {Scheme: order.SchemeBuyer, Value: "77-1"},
		{Scheme: order.SchemeVendor, Value: "BR 10"}, {Scheme: order.SchemeManufacturer, Value: "M'1"}, {Scheme: "edifact:GS", Value: "x"}}
	random.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	l.Identifiers = ids[:1+random.IntN(len(ids))]
	if l.Identifiers[0].Scheme == "edifact:GS" {
		l.Identifiers[0] = order.ItemIdentifier{Scheme: order.SchemeVendor, Value: "1"}
	}
	if random.IntN(4) > 0 {
		price, err := money.ParseNumber(fmt.Sprintf("%d.%04d", random.IntN(900), random.IntN(10000)), currency)
		if err != nil {
			panic(err)
		}
		l.Price, l.PricePer = &price, pick[int64](random, 0, 0, 10, 100, 1000, 144)
	}
	return l
}

// A document that would break the message is an error that names the place.
func TestPurchaseOrderThatCannotBeWritten(t *testing.T) {
	sound := func() order.Document {
		return order.Document{PurchaseOrder: "PO-1", Date: calendar.MustDate("2026-03-26"), Lines: []order.Request{{ID: "1", Identifiers: gtin("4000862141404"), Quantity: qty("1 EA")}}}
	}
	long := strings.Repeat("x", 36)
	for place, spoil := range map[string]func(*order.Document, *mapping.Options){
		"BGM02":   func(d *order.Document, _ *mapping.Options) { d.PurchaseOrder = long },
		"DTM":     func(d *order.Document, _ *mapping.Options) { d.Date = calendar.Date{} },
		"RFF01.1": func(d *order.Document, _ *mapping.Options) { d.References = []order.Reference{{Value: "1"}} },
		"RFF01.2": func(d *order.Document, _ *mapping.Options) {
			d.References = []order.Reference{{Qualifier: "CT", Value: long}}
		},
		"RFF": func(d *order.Document, _ *mapping.Options) {
			d.References = slices.Repeat([]order.Reference{{Qualifier: "CT", Value: "1"}}, 11)
		},
		"NAD02": func(d *order.Document, _ *mapping.Options) { d.Parties = []order.Party{{Role: party.SoldTo}} },
		"NAD02.1": func(d *order.Document, _ *mapping.Options) {
			d.Parties = []order.Party{{Role: party.SoldTo, Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: long}}}}
		},
		"NAD04": func(d *order.Document, _ *mapping.Options) {
			d.Parties = []order.Party{{Role: party.SoldTo, Name: strings.Repeat("long name ", 30)}}
		},
		"NAD05.5": func(d *order.Document, _ *mapping.Options) {
			d.Parties = []order.Party{{Role: party.SoldTo, Name: "N", Address: party.Address{Lines: []string{"1", "2", "3", "4", "5"}}}}
		},
		"NAD01":   func(d *order.Document, _ *mapping.Options) { d.Parties = []order.Party{{Role: "nobody", Name: "N"}} },
		"LIN03.1": func(d *order.Document, _ *mapping.Options) { d.Lines[0].Identifiers = gtin(long) },
		"QTY01.3": func(_ *order.Document, o *mapping.Options) {
			o.Units = map[string]quantity.Unit{"LONG": quantity.Each}
		},
		"UNA": func(_ *order.Document, o *mapping.Options) { o.DecimalMark = ";" },
		"LOC02.4": func(d *order.Document, _ *mapping.Options) {
			d.Incoterm, d.IncotermPlace = terms.FOB, strings.Repeat("x", 71)
		},
	} {
		t.Run(place, func(t *testing.T) {
			doc, agreed := sound(), mapping.Options{}
			_, err := message.WritePurchaseOrder(doc, agreed)
			require.NoError(t, err)
			spoil(&doc, &agreed)
			_, err = message.WritePurchaseOrder(doc, agreed)
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			assert.Contains(t, err.Error(), "mapping: "+place+" of an ORDERS: ")
		})
	}
}
