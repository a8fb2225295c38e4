package mapping_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

const plain = `850
BEG*00*SA*PO-1001**20260327
CUR*BY*USD
N1*ST*Main St*92*0045
PO1*1*100*EA*2.5**UP*012345670015*VN*BR-10
CTT*1*100`

func TestPurchaseOrder(t *testing.T) {
	doc, found := mapping.ReadPurchaseOrder(set(t, `850
BEG*00*RO*PO-1001*7*20260327*C-88
CUR*BY*USD
REF*DP*012
FOB*PC*OR**01*DAP*DE*Springfield
ITD*08*3*2**10**30
DTM*010*20260402
DTM*002*20260406
DTM*001*20260430
TD5**2*UPSN**UPS GROUND
N9*L1**Dock
MSG*Call before you come
N1*BY*Northwind Stores*1*123456789
N1*ST*Northwind 45*92*0045
N2*Receiving
N3*20 W 34th St*Dock 4
N4*New York*NY*10118*USA
PO1*1*10*CA*30**UP*012345670015*CB*4711*VN*BR-10
PID*F****Brush, round
PID*F****red
DTM*002*20260407
PO1**1.5*KG*2*HP*IB*0-8352-0988-1*VA*STYLE
CTT*2*11.5`), mapping.Options{Country: party.UnitedStates})

	assert.Empty(t, codes(found, finding.Block))
	assert.Empty(t, codes(found, finding.Warning))
	assert.Empty(t, doc.Validate())
	price, per100 := money.MustParse("30 USD"), money.MustParse("2 USD")
	assert.Equal(t, order.Document{
		PurchaseOrder: "PO-1001", Release: "7", Type: order.Rush,
		Source:            order.Source{Channel: "x12", Partner: "01:123456789", Control: "000000042/42/0001"},
		Date:              calendar.MustDate("2026-03-27"),
		RequestedShip:     calendar.MustDate("2026-04-02"),
		RequestedDelivery: calendar.MustDate("2026-04-06"),
		CancelAfter:       calendar.MustDate("2026-04-30"),
		Currency:          money.USD,
		Freight:           terms.Freight{Payment: terms.PrepaidAndAdd, Passes: terms.Origin},
		Incoterm:          terms.DAP, IncotermPlace: "Springfield",
		Terms:        terms.MustPayment("2/10 net 30"),
		Instructions: []string{"routing: UPSN UPS GROUND", "Call before you come"},
		References:   []order.Reference{{Qualifier: "CT", Value: "C-88"}, {Qualifier: "DP", Value: "012"}, {Qualifier: "L1", Value: "Dock"}},
		Parties: []order.Party{
			{Role: party.SoldTo, Name: "Northwind Stores", Identifiers: []party.Identifier{{Scheme: party.DUNS, Value: "123456789"}}},
			{Role: party.ShipTo, Name: "Northwind 45", Identifiers: []party.Identifier{{Scheme: party.AssignedByBuyer, Value: "0045"}},
				Address: party.Address{Lines: []string{"Receiving", "20 W 34th St", "Dock 4"}, City: "New York", Region: "NY",
					PostalCode: "10118", Country: party.UnitedStates}},
		},
		Lines: []order.Request{
			{ID: "1", Description: "Brush, round; red", Quantity: quantity.New(10, quantity.Case), Price: &price,
				RequestedDelivery: calendar.MustDate("2026-04-07"),
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "012345670015"},
					{Scheme: order.SchemeBuyer, Value: "4711"}, {Scheme: order.SchemeVendor, Value: "BR-10"}}},
			{ID: "2", Quantity: quantity.MustParse("1.5 KG"), Price: &per100, PricePer: 100,
				Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "9780835209885"}, {Scheme: "x12:VA", Value: "STYLE"}}},
		},
	}, doc)
}

// Each case changes the plain order and tells what is found then.
func TestPurchaseOrderFindings(t *testing.T) {
	for _, c := range []struct {
		name        string
		old, new    string
		block, warn []string
	}{
		{name: "nothing is wrong", old: "CTT*1*100", new: "CTT*1*100"},
		{name: "another set", old: "850\n", new: "860\n", block: []string{"wrong-set"}},
		{name: "no BEG", old: "BEG*00*SA*PO-1001**20260327\n", block: []string{"beg-missing"}},
		{name: "two BEG", old: "CUR*BY*USD", new: "BEG*00*SA*PO-2\nCUR*BY*USD", block: []string{"beg-repeated"}},
		{name: "no number", old: "PO-1001", block: []string{"purchase-order-missing"}},
		{name: "a cancellation", old: "BEG*00", new: "BEG*01", block: []string{"purpose"}},
		{name: "a change by its type", old: "*SA*", new: "*CP*", block: []string{"purpose"}},
		{name: "an information copy", old: "BEG*00", new: "BEG*22", block: []string{"purpose"}},
		{name: "a confirmation", old: "BEG*00", new: "BEG*06", warn: []string{"purpose"}},
		{name: "an unknown type", old: "*SA*", new: "*ZZ*", warn: []string{"purpose"}},
		{name: "no date", old: "20260327\nCUR", new: "20261327\nCUR", warn: []string{"date"}},
		{name: "no currency of that code", old: "USD", new: "XXQ", block: []string{"currency"}, warn: []string{"price-currency"}},
		{name: "no currency at all", old: "CUR*BY*USD\n", warn: []string{"price-currency"}},
		{name: "a currency behind the lines", old: "CTT*", new: "CUR*BY*EUR\nCTT*", block: []string{"line-currency"}},
		{name: "two currencies", old: "N1*ST", new: "CUR*SE*EUR\nN1*ST", block: []string{"currency"}},
		{name: "no lines", old: "PO1*1*100*EA*2.5**UP*012345670015*VN*BR-10\n", block: []string{"po1-missing"}, warn: []string{"line-count", "hash-total"}},
		{name: "a short PO1", old: "PO1*1*100*EA*2.5**UP*012345670015*VN*BR-10", new: "PO1*1", block: []string{"quantity-missing", "item-missing"}, warn: []string{"hash-total"}},
		{name: "no unit", old: "100*EA", new: "100*", block: []string{"unit-missing"}},
		{name: "no unit of measure", old: "100*EA", new: "100*ea", block: []string{"unit"}},
		{name: "no number for a quantity", old: "100*EA", new: "1OO*EA", block: []string{"quantity"}, warn: []string{"hash-total"}},
		{name: "a quantity beyond all bounds", old: "*1*100*EA", new: "*1*" + strings.Repeat("9", 40) + "*EA", block: []string{"quantity"}, warn: []string{"hash-total"}},
		{name: "a price beyond all bounds", old: "*2.5*", new: "*" + strings.Repeat("9", 40) + "*", block: []string{"price"}},
		{name: "no number for a price", old: "*2.5*", new: "*2,5*", block: []string{"price"}},
		{name: "a retail price", old: "*2.5*", new: "*2.5*SR", warn: []string{"price-basis"}},
		{name: "a price per pound of what is counted in each", old: "*2.5*", new: "*2.5*PP", warn: []string{"price-basis"}},
		{name: "an unknown basis", old: "*2.5*", new: "*2.5*XX", warn: []string{"price-basis"}},
		{name: "a wrong check digit", old: "012345670015", new: "012345670019", warn: []string{"gtin"}},
		{name: "a qualifier without a number", old: "*VN*BR-10", new: "*VN", warn: []string{"item-pair"}},
		{name: "a style alone", old: "UP*012345670015*VN*BR-10", new: "VA*S1", warn: []string{"item-unclear"}},
		{name: "a line too few", old: "CTT*1", new: "CTT*2", warn: []string{"line-count"}},
		{name: "another hash total", old: "CTT*1*100", new: "CTT*1*99", warn: []string{"hash-total"}},
		{name: "a charge for the order", old: "N1*ST", new: "SAC*C*D240***1875\nN1*ST", warn: []string{"charge"}},
		{name: "the currency of a charge is not that of the order", old: "N1*ST", new: "SAC*C*D240***1875\nCUR*BY*EUR\nN1*ST", warn: []string{"charge"}},
		{name: "an allowance for the line", old: "CTT*", new: "SAC*A*C310****1*5\nCTT*", warn: []string{"charge"}},
		{name: "no charge", old: "N1*ST", new: "SAC*N**ZZ*OHRO\nN1*ST"},
		{name: "a price multiplier", old: "CTT*", new: "CTP******DIS*.57\nCTT*", warn: []string{"not-mapped"}},
		{name: "nobody is named", old: "N1*ST*Main St*92*0045\n", warn: []string{"parties-missing"}},
		{name: "two ship-tos", old: "PO1*1", new: "N1*ST**92*0046\nPO1*1", warn: []string{"party-repeated"}},
		{name: "the same ship-to twice", old: "PO1*1", new: "N1*ST**92*0045\nPO1*1"},
		{name: "a number without qualifier", old: "*92*0045", new: "**0045", warn: []string{"party-scheme"}},
		{name: "a line to another place", old: "CTT*", new: "N1*ST**92*0046\nCTT*", block: []string{"line-ship-to"}},
		{name: "an unknown country", old: "PO1*1", new: "N4*Atlantis***XXQ\nPO1*1", warn: []string{"country"}},
		{name: "stores that do not add up", old: "CTT*", new: "SDQ*EA*92*1*60*2*30\nCTT*", block: []string{"stores-sum"}, warn: []string{"stores"}},
		{name: "stores in another unit", old: "CTT*", new: "SDQ*CA*92*1*60*2*40\nCTT*", warn: []string{"store-unit", "stores"}},
		{name: "a store without a number", old: "CTT*", new: "SDQ*EA*92*1*x*2*100\nCTT*", block: []string{"store-quantity"}, warn: []string{"stores"}},
		{name: "several days", old: "CTT*", new: "SCH*60*EA***002*20260402\nSCH*40*EA***002*20260401\nCTT*", warn: []string{"schedules"}},
		{name: "schedules that do not add up", old: "CTT*", new: "SCH*60*EA***002*20260402\nCTT*", warn: []string{"schedule-sum"}},
		{name: "unknown freight", old: "N1*ST", new: "FOB*MX\nN1*ST", warn: []string{"freight"}},
		{name: "no Incoterm", old: "N1*ST", new: "FOB*PP***01*XYZ\nN1*ST", warn: []string{"incoterm"}},
		{name: "terms by date", old: "N1*ST", new: "ITD*01*3****20260501\nN1*ST", warn: []string{"terms"}},
		{name: "terms in unknown words", old: "N1*ST", new: "ITD*01***********as always\nN1*ST", warn: []string{"terms"}},
		{name: "terms from a day that no term counts from", old: "N1*ST", new: "ITD*01*8*****30\nN1*ST", warn: []string{"terms-from"}},
		{name: "two terms", old: "N1*ST", new: "ITD*01*3*****30\nITD*01*3*****60\nN1*ST", warn: []string{"terms-several"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, plain, c.old)
			_, found := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, c.old, c.new, 1)), mapping.Options{})
			assert.ElementsMatch(t, c.block, codes(found, finding.Block), "%v", found)
			assert.ElementsMatch(t, c.warn, codes(found, finding.Warning), "%v", found)
			for _, f := range found {
				assert.NotEmpty(t, f.Message)
				assert.True(t, f.Severity == finding.Info || f.Fix != "", "%v tells what to do", f)
			}
		})
	}
}

// edi.md, money and units: PO105 blank is common; HP and TP divide by 100 and 1,000.
func TestPriceBasis(t *testing.T) {
	for basis, want := range map[string]string{
		"": "2.50 USD per 0", "PE": "2.50 USD per 0", "HP": "2.50 USD per 100", "TP": "2.50 USD per 1000",
		"PN": "2.50 USD per 10", "PD": "2.50 USD per 12", "NC": "0.00 USD per 0", "SR": "none", "PP": "none",
	} {
		doc, _ := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "*2.5*", "*2.5*"+basis, 1)), mapping.Options{})
		got := "none"
		if p := doc.Lines[0].Price; p != nil {
			got = p.String() + " per " + quantity.New(doc.Lines[0].PricePer, quantity.Each).Number()
		}
		assert.Equal(t, want, got, "basis %q", basis)
	}
}

func TestStatedAndAgreedCurrency(t *testing.T) {
	agreed := mapping.Options{Currency: money.CAD}
	doc, _ := mapping.ReadPurchaseOrder(set(t, plain), agreed)
	assert.Equal(t, money.USD, doc.Currency)
	assert.Equal(t, money.MustParse("2.5 USD"), *doc.Lines[0].Price)

	doc, found := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "CUR*BY*USD\n", "", 1)), agreed)
	assert.Equal(t, money.CAD, doc.Currency)
	assert.Equal(t, money.MustParse("2.5 CAD"), *doc.Lines[0].Price)
	assert.Empty(t, codes(found, finding.Warning))
}

func TestNoPriceIsNotAPriceOfZero(t *testing.T) {
	doc, _ := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "*2.5*", "**", 1)), mapping.Options{})
	assert.Nil(t, doc.Lines[0].Price)
	doc, _ = mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "*2.5*", "*0*", 1)), mapping.Options{})
	require.NotNil(t, doc.Lines[0].Price)
	assert.Equal(t, money.Zero(money.USD), *doc.Lines[0].Price)
}

func TestAgreedCodes(t *testing.T) {
	text := strings.NewReplacer("*EA*", "*C12*", "VN*BR-10", "SK*BR-10").Replace(plain)
	doc, found := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{
		Units: map[string]quantity.Unit{"C12": quantity.Case}, ItemSchemes: map[string]string{"SK": order.SchemeVendor},
	})
	assert.Empty(t, codes(found, finding.Warning))
	assert.Equal(t, quantity.New(100, quantity.Case), doc.Lines[0].Quantity)
	assert.Contains(t, doc.Lines[0].Identifiers, order.ItemIdentifier{Scheme: order.SchemeVendor, Value: "BR-10"})
}

func TestItemNumbersWithoutCheckDigit(t *testing.T) {
	for sent, want := range map[string]string{
		"UI*01234567001":    "012345670015",   // 1-5-5
		"UA*401234567890":   "4012345678901",  // 2-5-5
		"UA*4012345678901":  "4012345678901",  // sent with it all the same
		"U2*1401234567890":  "14012345678908", // 1-2-5-5
		"UK*14012345678908": "14012345678908",
		"IB*9780835209885":  "9780835209885",
	} {
		doc, found := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "UP*012345670015", sent, 1)), mapping.Options{})
		assert.Empty(t, codes(found, finding.Warning), sent)
		assert.Equal(t, order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: want}, doc.Lines[0].Identifiers[0], sent)
	}
}

func TestLineNumbersThatAreMissing(t *testing.T) {
	line := "PO1*%*1*EA*1**VN*A\n"
	text := "850\nBEG*00*SA*1\nCUR*BY*USD\nN1*BY**92*1\n"
	for _, id := range []string{"", "3", "", "", "001"} {
		text += strings.Replace(line, "%", id, 1)
	}
	doc, _ := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{})
	var ids []string
	for _, l := range doc.Lines {
		ids = append(ids, l.ID)
	}
	assert.Equal(t, []string{"1", "3", "4", "5", "001"}, ids)
	assert.Empty(t, doc.Validate())
}

func TestTheDayThatSaysItBestHolds(t *testing.T) {
	text := strings.Replace(plain, "N1*ST", "DTM*064*20260401\nDTM*002*20260403\nDTM*063*20260410\nDTM*037*20260330\nN1*ST", 1)
	doc, found := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{})
	assert.Equal(t, calendar.MustDate("2026-04-03"), doc.RequestedDelivery)
	assert.Equal(t, calendar.MustDate("2026-03-30"), doc.RequestedShip)
	assert.Len(t, found.With("mapping.850.date-window"), 2, "both others are mentioned")
}

// From which day terms of payment count (X12 element 333).
func TestTheDayThatTermsCountFrom(t *testing.T) {
	for code, want := range map[string]string{"1": "net 30 from shipment", "2": "net 30 from delivery", "15": "net 30 from delivery", "3": "net 30"} {
		doc, found := mapping.ReadPurchaseOrder(set(t, "850\nBEG*00*SA*P**20260327\nITD*01*"+code+"*****30\nPO1*1*10*EA***VN*X\nCTT*1"), mapping.Options{})
		assert.Empty(t, found.With("mapping.850.terms-from"), code)
		assert.Equal(t, want, doc.Terms.String(), code)
	}
}

// A line that is wanted on several days keeps the first, in whatever order they are told.
func TestTheFirstDayOfALine(t *testing.T) {
	for _, days := range []string{"SCH*6*EA***002*20260410\nSCH*4*EA***002*20260403", "SCH*4*EA***002*20260403\nSCH*6*EA***002*20260410"} {
		doc, found := mapping.ReadPurchaseOrder(set(t, "850\nBEG*00*SA*P**20260327\nPO1*1*10*EA***VN*X\n"+days+"\nCTT*1"), mapping.Options{})
		assert.Len(t, found.With("mapping.850.schedules"), 1)
		assert.Equal(t, "2026-04-03", doc.Lines[0].RequestedDelivery.String())
	}
}

func TestTheShipToOfTheLinesIsThatOfTheOrder(t *testing.T) {
	text := strings.Replace(plain, "N1*ST*Main St*92*0045\n", "", 1)
	text = strings.Replace(text, "CTT*1*100", "N1*ST*Dock*92*0046\nPO1*2*1*EA***VN*B\nN1*ST*Dock*92*0046\nCTT*2", 1)
	doc, found := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{})
	assert.Empty(t, codes(found, finding.Block))
	p, named := doc.Party(party.ShipTo)
	assert.True(t, named)
	assert.Equal(t, "0046", p.Identifiers[0].Value)
}

func TestBillAndShipTo(t *testing.T) {
	doc, _ := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "N1*ST", "N1*BS", 1)), mapping.Options{})
	for _, role := range []party.Role{party.BillTo, party.ShipTo} {
		p, named := doc.Party(role)
		assert.True(t, named, role)
		assert.Equal(t, "0045", p.Identifiers[0].Value)
	}
}

func TestHashTotalWithoutDecimalPoints(t *testing.T) {
	text := strings.NewReplacer("*100*EA", "*1.5*KG", "CTT*1*100", "CTT*1*15").Replace(plain)
	_, found := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{})
	assert.Empty(t, codes(found, finding.Warning))
}

// Whatever is wrong with a set, the findings stay within bounds, and one that
// blocks is not lost.
func TestFindingsAreBounded(t *testing.T) {
	text := plain + strings.Repeat("\nDTM*999*20260401", 2_000) + "\nPO1*1"
	_, found := mapping.ReadPurchaseOrder(set(t, text), mapping.Options{})
	assert.Less(t, len(found), 600)
	assert.True(t, found.Blocks())
	assert.Len(t, found.With("mapping.850.more"), 1)
}

func TestMessagesAreBounded(t *testing.T) {
	_, found := mapping.ReadPurchaseOrder(set(t, strings.Replace(plain, "*100*", "*"+strings.Repeat("é", 10_000)+"*", 1)), mapping.Options{})
	require.NotEmpty(t, found.With("mapping.850.quantity"))
	assert.Less(t, len(found.With("mapping.850.quantity")[0].Message), 500)
}

func TestASetWithoutSegments(t *testing.T) {
	_, found := mapping.ReadPurchaseOrder(&x12.Set{ID: "850"}, mapping.Options{})
	assert.Equal(t, []string{"beg-missing", "po1-missing"}, codes(found, finding.Block))
}
