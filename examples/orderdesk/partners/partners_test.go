package partners_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/orderdesk/partners"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

var update = flag.Bool("update", false, "write the samples of what we send anew")

const samples = "../samples/edi"

func noon() time.Time { return time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC) }

func profile(t *testing.T, name string) partner.Profile {
	t.Helper()
	directory, err := partner.Load(partners.Files)
	require.NoError(t, err)
	p, err := directory.ByName(name)
	require.NoError(t, err)
	return p
}

// certify tries a profile on its samples, and on what was sent beside them.
func certify(t *testing.T, p partner.Profile, sent ...partner.Sent) *partner.Certification {
	t.Helper()
	files := fstest.MapFS{}
	folder := os.DirFS(filepath.Join(samples, p.Name))
	names, err := fs.Glob(folder, "*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	for _, s := range sent {
		name := fmt.Sprintf("sent-%s.%s", s.Set, map[string]string{"X12": "x12", "EDIFACT": "edi"}[s.Standard])
		if *update {
			require.NoError(t, os.WriteFile(filepath.Join(samples, p.Name, name), s.Raw, 0o644))
		}
		files[name] = &fstest.MapFile{Data: s.Raw} // in the place of the one that is kept
	}
	report, err := partner.Certify(p, files, noon())
	require.NoError(t, err)
	return report
}

// Every sample that is kept passes, and every profile has some.
func TestSamplesPass(t *testing.T) {
	directory, err := partner.Load(partners.Files)
	require.NoError(t, err)
	assert.Len(t, directory.Profiles(), 5)
	for _, p := range directory.Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			report := certify(t, p)
			assert.True(t, report.OK, "%s", report)
			assert.Empty(t, report.Unsampled)
		})
	}
}

// answeredOrder is the order of the sample, with a line that is confirmed and one of which
// a part comes later.
func answeredOrder(t *testing.T) *order.Order {
	t.Helper()
	text, err := os.Open(filepath.Join(samples, "autoline", "received-orders.edi"))
	require.NoError(t, err)
	defer func() { _ = text.Close() }()
	p := profile(t, "autoline")
	directory, err := partner.NewDirectory(p)
	require.NoError(t, err)
	read, err := edifact.Read(text, directory.EDIFACTOptions(edifact.Options{}))
	require.NoError(t, err)
	require.True(t, read.OK())
	document, found := message.ReadPurchaseOrder(p.EDIFACT.Ours(read.Messages()[0]), p.Mapping())
	require.Empty(t, found, "%s", found)
	assert.Equal(t, "Mühlenstraße 12", document.Parties[0].Address.Lines[0], "UNOC is Latin-1")
	ship, deliver := calendar.MustDate("2026-04-08"), calendar.MustDate("2026-04-10")
	pieces := func(n int64) quantity.Quantity { return quantity.New(n, document.Lines[1].Quantity.Unit()) }
	var o order.Order
	for _, e := range []any{
		order.Received{ID: "SO-7", Submission: "k", At: noon(), Document: document},
		order.Identified{Customer: p.Account, Lines: []order.IdentifiedLine{{Line: "10", Item: "DRILL-18V", Base: document.Lines[0].Quantity}, {Line: "20", Item: "TAPE-5M", Base: document.Lines[1].Quantity}}},
		order.Priced{Lines: []order.PricedLine{
			{Line: "10", UnitPrice: money.MustParse("92.50 EUR"), Net: money.MustParse("1110.00 EUR")},
			{Line: "20", UnitPrice: money.MustParse("4.00 EUR"), Net: money.MustParse("20.00 EUR")},
		}},
		order.Promised{Lines: []order.PromisedLine{
			{Line: "10", Schedules: []order.Schedule{{ID: "1", Quantity: document.Lines[0].Quantity, Ship: ship, Deliver: deliver}}},
			{Line: "20", Schedules: []order.Schedule{{ID: "1", Quantity: pieces(3), Ship: ship, Deliver: deliver}, {ID: "2", Quantity: pieces(2)}}},
		}},
		order.Accepted{At: noon()},
	} {
		require.NoError(t, o.Apply(e))
	}
	return &o
}

func outbox(t *testing.T) *partner.Outbox {
	t.Helper()
	o, err := partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory(), Clock: noon})
	require.NoError(t, err)
	return o
}

// What we answer and send to the maker of car parts follows its guide.
func TestAutoline(t *testing.T) {
	p, box, o := profile(t, "autoline"), outbox(t), answeredOrder(t)
	answer, err := mapping.AnswerTo(o)
	require.NoError(t, err)
	answer.Date = calendar.MustDate("2026-03-31")
	segments, err := message.WriteOrderResponse(answer, p.Mapping())
	require.NoError(t, err)
	response, err := box.Send(t.Context(), p, partner.Document{Key: "ORDRSP/SO-7", References: o.Document.References,
		Messages: []partner.Message{{Type: "ORDRSP", Segments: segments}}})
	require.NoError(t, err)
	assert.Contains(t, string(response.Raw), "FTX+AAI+++Meridian Supply?: order desk'")
	assert.Contains(t, string(response.Raw), "PRI+AAA:92,5")

	numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	require.NoError(t, err)
	shipment, err := shipping.Plan(shipping.Request{
		ID:       "SH-7",
		From:     shipping.Party{Name: "Meridian Supply", Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4098765000003"}}},
		To:       shipping.Party{Name: "Tor 4", Identifiers: []party.Identifier{{Scheme: party.GLN, Value: "4012345000023"}}},
		ShipDate: calendar.MustDate("2026-04-08"), DeliveryDate: calendar.MustDate("2026-04-10"),
		Lines: []shipping.Line{{Order: "SO-7", Line: "10", PurchaseOrder: o.Document.PurchaseOrder, Item: "DRILL-18V", Description: "Bohrschrauber, große Ausführung",
			Quantity: quantity.New(12, quantity.Each), Base: quantity.New(12, quantity.Each), PerCarton: quantity.New(4, quantity.Each)}},
	}, shipping.Packing{Numbers: numbers})
	require.NoError(t, err)
	segments, err = message.WriteDespatchAdvice(&shipment, noon(), p.Mapping())
	require.NoError(t, err)
	advice, err := box.Send(t.Context(), p, partner.Document{Key: "DESADV/SH-7", Messages: []partner.Message{{Type: "DESADV", Segments: segments}}})
	require.NoError(t, err)
	assert.Contains(t, string(advice.Raw), "gro\xdfe Ausf\xfchrung", "in Latin-1")
	report := certify(t, p, response, advice)
	assert.True(t, report.OK, "%s", report)

	segments[0] = edifact.NewSegment("BGM", edifact.Simple("351"))
	_, err = box.Send(t.Context(), p, partner.Document{Key: "DESADV/SH-8", Messages: []partner.Message{{Type: "DESADV", Segments: segments}}})
	var broken *partner.SchemaError
	require.ErrorAs(t, err, &broken, "the guide wants the number of the despatch advice")
}

// What we ask of the warehouse, and announce to it, follows its guide.
func TestNorthdock(t *testing.T) {
	p, box := profile(t, "northdock"), outbox(t)
	each := func(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }
	vendor := func(number string) []order.ItemIdentifier {
		return []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: number}}
	}
	request := mapping.ShippingOrder{
		Number: "SO-00000007-1", PurchaseOrder: "4500012101", Site: "MAIN", Ship: calendar.MustDate("2026-04-01"), Deliver: calendar.MustDate("2026-04-03"),
		To: order.Party{Role: party.ShipTo, Name: "Bigbox store 0045", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}},
			Address: party.Address{Lines: []string{"1 Commerce Way"}, City: "Columbus", Region: "OH", PostalCode: "43215", Country: party.UnitedStates}},
		Lines: []mapping.WarehouseLine{{ID: "1", Identifiers: vendor("HAM-16"), Quantity: each(60)}, {ID: "2", Identifiers: vendor("SAW-20"), Quantity: each(10)}},
	}
	segments, err := mapping.WriteShippingOrder(request, p.Mapping())
	require.NoError(t, err)
	asked, err := box.Send(t.Context(), p, partner.Document{Key: "940/SO-00000007-1", Set: "940", Segments: segments})
	require.NoError(t, err)
	assert.Contains(t, string(asked.Raw), "N1*DE*MERIDIAN SUPPLY*9*0614141000000~")
	assert.Contains(t, string(asked.Raw), "N1*WH**92*W77~", "its number of our site")

	transfer := mapping.StockTransfer{
		Number: "TR-7", Shipment: "BOL-55", Shipped: calendar.MustDate("2026-04-01"), Arrives: calendar.MustDate("2026-04-04"),
		Warehouse: order.Party{Role: party.ShipTo, ID: "MAIN", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "W77"}}},
		Carriage:  mapping.Carriage{Mode: "M", Carrier: "ABFS"},
		Lines: []mapping.TransferLine{{ID: "1", Quantity: each(60), Identifiers: vendor("HAM-16")},
			{ID: "2", Quantity: quantity.New(10, quantity.Case), Identifiers: vendor("TAPE-5M")}},
	}
	segments, err = mapping.WriteStockTransfer(transfer, p.Mapping())
	require.NoError(t, err)
	announced, err := box.Send(t.Context(), p, partner.Document{Key: "943/TR-7", Set: "943", Segments: segments})
	require.NoError(t, err)
	report := certify(t, p, asked, announced)
	assert.True(t, report.OK, "%s", report)

	transfer.Lines[1].ID = ""
	segments, err = mapping.WriteStockTransfer(transfer, p.Mapping())
	require.NoError(t, err)
	_, err = box.Send(t.Context(), p, partner.Document{Key: "943/TR-8", Set: "943", Segments: segments})
	require.ErrorContains(t, err, "the number of our line (N9.1=LI,2) in the loop W04")
}
