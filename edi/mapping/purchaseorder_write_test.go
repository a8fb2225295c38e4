package mapping_test

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// wanted is an order of ours with all that an 850 has room for.
func wanted() order.Document {
	return order.Document{
		PurchaseOrder: "PO-1001", Release: "7", Type: order.Rush, Date: calendar.MustDate("2026-03-27"),
		RequestedShip: calendar.MustDate("2026-04-02"), RequestedDelivery: calendar.MustDate("2026-04-06"), CancelAfter: calendar.MustDate("2026-04-30"),
		Currency: money.USD, Terms: terms.MustPayment("2/10 net 30"), Freight: terms.Freight{Payment: terms.PrepaidAndAdd, Passes: terms.Origin},
		Incoterm: terms.FCA, IncotermPlace: "Springfield", Instructions: []string{"Call before you come"},
		References: []order.Reference{{Qualifier: "DP", Value: "012"}, {Qualifier: "CT", Value: strings.Repeat("9", 40)}},
		Parties: []order.Party{
			{Role: party.SoldTo, Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: "1", Value: "123456789"}}},
			{Role: party.ShipTo, Name: "Northwind 45", Identifiers: []party.Identifier{{Scheme: "92", Value: "0045"}},
				Address: party.Address{Lines: []string{"20 W 34th St", "Dock 4"}, City: "New York", Region: "NY", PostalCode: "10118", Country: "US"}},
			{Role: party.BillTo, Name: "Northwind de Mexico", Address: party.Address{City: "Guadalajara", Region: "JAL", PostalCode: "44100", Country: "MX"}},
		},
		Lines: []order.Request{
			{ID: "1", Quantity: quantity.New(10, quantity.Case), Price: price("30"), Description: "Brush, round",
				Identifiers:       []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "012345670015"}, {Scheme: order.SchemeVendor, Value: "BR-10"}},
				RequestedDelivery: calendar.MustDate("2026-04-07")},
			{ID: "2", Quantity: quantity.MustParse("1.5 KG"), Price: price("2"), PricePer: 100, Identifiers: []order.ItemIdentifier{{Scheme: "x12:VA", Value: "STYLE"}}},
		},
	}
}

// An order of ours, as a vendor gets it.
func TestWritePurchaseOrder(t *testing.T) {
	doc := wanted()
	segments, err := mapping.WritePurchaseOrder(&doc, mapping.Options{})
	require.NoError(t, err)
	assert.Equal(t, `BEG*00*RO*PO-1001*7*20260327
CUR*BY*USD
REF*DP*012
REF*CT**`+strings.Repeat("9", 40)+`
FOB*PC*OR**01*FCA*ZZ*Springfield
ITD*01*3*2**10**30
DTM*010*20260402
DTM*002*20260406
DTM*001*20260430
N9*L1*1
MSG*Call before you come
N1*BY*Northwind Stores*1*123456789
N1*ST*Northwind 45*92*0045
N3*20 W 34th St*Dock 4
N4*New York*NY*10118*US
N1*BT*Northwind de Mexico
N4*Guadalajara**44100*MX*SP*JAL
PO1*1*10*CA*30**UP*012345670015*VN*BR-10
PID*F****Brush, round
DTM*002*20260407
PO1*2*1.5*KG*2*HP*VA*STYLE
CTT*2`, lines(segments))
	conforms(t, "850", segments)
	readsBack(t, &doc, segments)

	doc.Lines[1].Item = "4711" // ours, and the vendor has no word for it
	segments, err = mapping.WritePurchaseOrder(&doc, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "\nPO1*2*1.5*KG*2*HP*BP*4711*VA*STYLE\n")
}

// readsBack holds what is written to what was to be written.
func readsBack(t require.TestingT, doc *order.Document, segments []x12.Segment) {
	read, found := mapping.ReadPurchaseOrder(rapidSet(t, "850", segments), mapping.Options{})
	for _, f := range found {
		require.True(t, f.Severity == finding.Info || f.Code == "mapping.850.item-unclear" || f.Code == "mapping.850.parties-missing", "%v", found)
	}
	read.Source = doc.Source
	require.Equal(t, *doc, read)
}

// What is drawn is written, conforms to the schemas of 004010 and 005010, and reads
// back equal.
func TestPurchaseOrderRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t)
		for _, version := range []string{"", "005010"} {
			segments, err := mapping.WritePurchaseOrder(&doc, mapping.Options{Version: version})
			require.NoError(t, err)
			sound(t, "850", version, segments)
			readsBack(t, &doc, segments)
		}
	})
}

func drawDocument(t *rapid.T) order.Document {
	text := func(name string, longest int) string {
		return strings.Join(strings.Fields(rapid.StringMatching(fmt.Sprintf("[A-Z][A-Za-z0-9 ,./-]{1,%d}", longest-1)).Draw(t, name)), " ")
	}
	maybe := func(name string) bool { return rapid.Bool().Draw(t, name) }
	day := func(name string) calendar.Date {
		if !maybe(name + "?") {
			return calendar.Date{}
		}
		return calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 700).Draw(t, name))
	}
	doc := order.Document{
		PurchaseOrder: text("order", 22), Currency: rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(t, "currency"),
		Type: rapid.SampledFrom([]order.Type{order.Standard, order.Rush, order.Sample, order.ConsignmentFill, order.DropShip, order.Blanket, order.BlanketRelease}).Draw(t, "type"),
		Date: calendar.MustDate("2026-03-27"), RequestedShip: day("ship"), RequestedDelivery: day("deliver"), CancelAfter: day("cancel"),
		Incoterm: rapid.SampledFrom([]terms.Incoterm{0, terms.EXW, terms.FCA, terms.CPT, terms.CIP, terms.DDP, terms.FAS, terms.FOB, terms.CFR, terms.CIF}).Draw(t, "incoterm"),
		Freight: terms.Freight{Payment: rapid.SampledFrom([]terms.FreightPayment{0, terms.Prepaid, terms.PrepaidAndAdd, terms.Collect, terms.ThirdParty}).Draw(t, "payment"),
			Passes: rapid.SampledFrom([]terms.FreightPoint{0, terms.Origin, terms.Destination}).Draw(t, "passes")},
		Lines: []order.Request{},
	}
	if maybe("release?") {
		doc.Release = text("release", 30)
	}
	if doc.Incoterm != 0 && maybe("place?") {
		doc.IncotermPlace = text("place", 80)
	}
	if words := rapid.SampledFrom([]string{"", "net 30", "2/10 net 30", "1.5/15 net 60 EOM", "EOM+15", "net 2M", "net 30 from delivery",
		"net 10 from order", "30% net 0 from order; 70% net 30", "prepaid", "COD", "LC net 90"}).Draw(t, "terms"); words != "" {
		doc.Terms = terms.MustPayment(words)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "references") {
		doc.References = append(doc.References, order.Reference{Qualifier: rapid.SampledFrom([]string{"DP", "CT", "IA", "ZZ"}).Draw(t, "qualifier"), Value: text(fmt.Sprint("reference", i), 80)})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "instructions") {
		doc.Instructions = append(doc.Instructions, text(fmt.Sprint("instruction", i), 264))
	}
	for _, role := range []party.Role{party.SoldTo, party.ShipTo, party.BillTo, party.MarkFor, party.Seller, party.Carrier} {
		if !maybe(string(role)) {
			continue
		}
		p := order.Party{Role: role, Name: text("name", 60)}
		if maybe("numbered?") {
			p.Identifiers = []party.Identifier{{Scheme: "92", Value: rapid.StringMatching("[0-9]{2,10}").Draw(t, "number")}}
		}
		if maybe("addressed?") {
			p.Address = party.Address{City: "New York", Region: rapid.SampledFrom([]string{"NY", "JAL"}).Draw(t, "region"), PostalCode: "10118", Country: "US"}
			for range rapid.IntRange(0, 4).Draw(t, "address") {
				p.Address.Lines = append(p.Address.Lines, text("street", 55))
			}
			p.Address = p.Address.Normalize()
		}
		doc.Parties = append(doc.Parties, p)
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		doc.Lines = append(doc.Lines, drawLine(t, fmt.Sprint(i+1), doc.Currency, text, day))
	}
	return doc
}

func drawLine(t *rapid.T, id string, currency money.Currency, text func(string, int) string, day func(string) calendar.Date) order.Request {
	l := order.Request{ID: id, RequestedShip: day("line ship"), RequestedDelivery: day("line deliver"),
		Quantity: quantity.New(rapid.Int64Range(1, 9_999_999).Draw(t, "quantity"),
			rapid.SampledFrom([]quantity.Unit{quantity.Each, quantity.Case, quantity.Dozen, quantity.Kilogram}).Draw(t, "unit"))}
	for _, scheme := range []string{order.SchemeBuyer, order.SchemeVendor, order.SchemeManufacturer, "x12:VA"} {
		if len(l.Identifiers) == 0 || rapid.Bool().Draw(t, scheme) {
			l.Identifiers = append(l.Identifiers, order.ItemIdentifier{Scheme: scheme, Value: text("item", 48)})
		}
	}
	if rapid.Bool().Draw(t, "described?") {
		l.Description = text("description", 80)
	}
	if rapid.Bool().Draw(t, "priced?") {
		p := money.FromMinor(rapid.Int64Range(0, 9_999_999).Draw(t, "price"), currency)
		l.Price, l.PricePer = &p, rapid.SampledFrom([]int64{0, 10, 100, 1_000, 10_000, 100_000}).Draw(t, "per")
	}
	return l
}

// sound holds a set to the schema of a version; empty: 004010.
func sound(t require.TestingT, set, version string, segments []x12.Segment) {
	version = cmp.Or(version, "004010")
	var out bytes.Buffer
	w, err := x12.NewWriter(&out, x12.WriterConfig{})
	require.NoError(t, err)
	for _, err := range []error{
		w.BeginInterchange(x12.Header{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "ZZ", Receiver: "THEM", Date: "260327", Time: "1105",
			Version: version[:3] + version[4:6], Control: "42", Usage: "P"}),
		w.BeginGroup(x12.GroupHeader{FunctionalID: "PO", Sender: "US", Receiver: "THEM", Date: "20260327", Time: "1105", Control: "42", Agency: "X", Version: version}),
		w.BeginSet(set, "0001", ""), w.Write(segments...), w.EndSet(), w.EndGroup(), w.EndInterchange(),
	} {
		require.NoError(t, err)
	}
	report, err := x12.Check(&out, x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
	require.NoError(t, err)
	require.Len(t, report.Sets(), 1)
	require.Empty(t, report.Sets()[0].Faults, "%s %s", version, lines(segments))
	require.True(t, report.OK())
}

// What a vendor would not understand is an error that names the element.
func TestWritePurchaseOrderErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*order.Document)
		place  string
	}{
		"no number":         {func(d *order.Document) { d.PurchaseOrder = "" }, "BEG03"},
		"a long number":     {func(d *order.Document) { d.PurchaseOrder = strings.Repeat("1", 23) }, "BEG03"},
		"no date":           {func(d *order.Document) { d.Date = calendar.Date{} }, "BEG05"},
		"consignment issue": {func(d *order.Document) { d.Type = order.ConsignmentIssue }, "BEG02"},
		"no lines":          {func(d *order.Document) { d.Lines = nil }, "PO1"},
		"no quantity":       {func(d *order.Document) { d.Lines[0].Quantity = quantity.New(0, quantity.Each) }, "PO102"},
		"no unit":           {func(d *order.Document) { d.Lines[0].Quantity = quantity.Quantity{} }, "PO102"},
		"no item":           {func(d *order.Document) { d.Lines[0].Identifiers = nil }, "PO105"},
		"eleven numbers": {func(d *order.Document) {
			d.Lines[0].Identifiers = make([]order.ItemIdentifier, 11)
		}, "PO105"},
		"a price for seven": {func(d *order.Document) { d.Lines[0].PricePer = 7 }, "PO105"},
		"a price for twelve dozen": {func(d *order.Document) {
			d.Lines[0].Quantity, d.Lines[0].PricePer = quantity.New(1, quantity.Dozen), 12
		}, "PO105"},
		"two currencies": {func(d *order.Document) {
			p := money.MustParse("1 EUR")
			d.Lines[0].Price = &p
		}, "PO105"},
		"delivered at place": {func(d *order.Document) { d.Incoterm = terms.DAP }, "FOB05"},
		"no role":            {func(d *order.Document) { d.Parties[0].Role = "" }, "N104"},
		"long terms":         {func(d *order.Document) { d.Terms = terms.MustPayment(strings.Repeat("10% net 1;", 9) + "10% net 1") }, "ITD12"},
		"a line number":      {func(d *order.Document) { d.Lines[0].ID = "" }, "PO101"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := wanted()
			c.change(&doc)
			_, err := mapping.WritePurchaseOrder(&doc, mapping.Options{})
			var field *mapping.FieldError
			require.ErrorAs(t, err, &field)
			place := field.Segment
			if field.Element > 0 {
				place += fmt.Sprintf("%02d", field.Element)
			}
			assert.Equal(t, c.place, place, "%v", err)
		})
	}
}
