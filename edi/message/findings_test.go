package message_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// What is wrong or unclear in an order is found where it stands.
func TestPurchaseOrderFindings(t *testing.T) {
	const sound = "LIN+1++4000862141404:EN\nQTY+21:10:PCE" // segments 6 and 7 of the message
	for name, c := range map[string]struct {
		header, detail string
		code, path     string
		severity       finding.Severity
	}{
		"no line":               {"", "", "lin-missing", "", finding.Block},
		"second BGM":            {"BGM+220+X", sound, "bgm-repeated", "segments[4].BGM", finding.Block},
		"no quantity":           {"", "LIN+1++4000862141404:EN", "quantity-missing", "segments[6].LIN", finding.Block},
		"no number":             {"", "LIN+1++4000862141404:EN\nQTY+21:ten", "quantity", "segments[7].QTY.1.2", finding.Block},
		"no unit":               {"", "LIN+1++4000862141404:EN\nQTY+21:1:Q-Q", "quantity", "segments[7].QTY.1.3", finding.Block},
		"two quantities":        {"", sound + "\nQTY+21:11:PCE", "quantity-repeated", "segments[8].QTY", finding.Block},
		"other quantity":        {"", sound + "\nQTY+59:12", "quantity-not-mapped", "segments[8].QTY.1.1", finding.Info},
		"free goods":            {"", sound + "\nQTY+192:1", "quantity-free", "segments[8].QTY.1.1", finding.Warning},
		"price in dollars":      {"", sound + "\nPRI+AAA:5\nCUX+2:USD", "price-currency-other", "segments[9].CUX.1.2", finding.Block},
		"discrete quantity":     {"", "LIN+1++4000862141404:EN\nQTY+1:1:PCE", "quantity-discrete", "segments[7].QTY.1.1", finding.Info},
		"no item":               {"", "LIN+1\nQTY+21:10:PCE", "item-missing", "segments[6].LIN.3", finding.Block},
		"style alone":           {"", "LIN+1++12:GS\nQTY+21:10:PCE", "item-unclear", "segments[6].LIN.3", finding.Warning},
		"item without type":     {"", "LIN+1++12\nQTY+21:10:PCE", "item-kind", "segments[6].LIN.3.2", finding.Warning},
		"wrong GTIN":            {"", "LIN+1++4000862141405:EN\nQTY+21:10:PCE", "gtin", "segments[6].LIN.3.1", finding.Warning},
		"empty item number":     {"", sound + "\nPIA+1+:SA", "item-empty", "segments[8].PIA.2.1", finding.Info},
		"no currency":           {"CUX+2:XYZ:9", sound, "currency", "segments[4].CUX.1.2", finding.Block},
		"two currencies":        {"CUX+2:USD:9", sound, "currency", "segments[6].CUX.1.2", finding.Block},
		"target currency":       {"CUX+2:EUR:9+3:USD:4+1.1", sound, "currency-target", "segments[4].CUX.2", finding.Info},
		"wrong date":            {"DTM+2:20260230:102", sound, "date", "segments[4].DTM.1.2", finding.Warning},
		"empty date":            {"DTM+2", sound, "date-empty", "segments[4].DTM.1.2", finding.Info},
		"other date":            {"DTM+171:20260228:102", sound, "date-not-mapped", "segments[4].DTM.1.1", finding.Info},
		"better date":           {"DTM+64:20260401:102\nDTM+2:20260402:102", sound, "date-window", "segments[5].DTM.1.1", finding.Info},
		"window":                {"DTM+2:20260401-20260405:718", sound, "date-window", "segments[4].DTM.1.2", finding.Info},
		"reference":             {"RFF+CT", sound, "reference-empty", "segments[4].RFF.1.2", finding.Info},
		"party without role":    {"NAD+MF+1::92", sound, "party-not-mapped", "segments[4].NAD.1", finding.Info},
		"second party":          {"NAD+BY+4012345500004::9", sound, "party-repeated", "segments[5].NAD.1", finding.Warning},
		"party without agency":  {"NAD+DP+45", sound, "party-scheme", "segments[4].NAD.2.3", finding.Warning},
		"wrong GLN":             {"NAD+DP+5412345000014::9", sound, "party-number", "segments[4].NAD.2.1", finding.Warning},
		"country":               {"NAD+DP+++N+++++XYZ", sound, "country", "segments[4].NAD.9", finding.Warning},
		"terms by days of work": {"PAT+1++5:3:WD:30", sound, "terms", "segments[4].PAT", finding.Warning},
		"terms of a penalty":    {"PAT+20++5:3:D:30", sound, "terms", "segments[4].PAT", finding.Warning},
		"percentage":            {"PAT+22++5:3:D:10\nPCD+12:x", sound, "terms", "segments[5].PCD.1.2", finding.Warning},
		"freight":               {"TOD+6+ZZZ", sound, "freight", "segments[4].TOD.2", finding.Warning},
		"Incoterm":              {"TOD+6++DDU", sound, "incoterm", "segments[4].TOD.3.1", finding.Warning},
		"nothing of delivery":   {"TOD+4", sound, "terms-of-delivery", "segments[4].TOD.1", finding.Info},
		"allowance":             {"ALC+A++++DI\nPCD+1:5", sound, "charge", "segments[4].ALC.1", finding.Warning},
		"no charge":             {"ALC+N", sound, "charge-none", "segments[4].ALC.1", finding.Info},
		"tax":                   {"TAX+7+VAT+++:::19+S", sound, "not-mapped", "segments[4].TAX", finding.Info},
		"text by code":          {"FTX+ZZZ+1+001::91", sound, "text-code", "segments[4].FTX.3", finding.Info},
		"sub-line":              {"", sound + "\nLIN+2++4000862141411:EN+1:1\nQTY+21:5", "sub-line", "segments[8].LIN.4", finding.Warning},
		"two days":              {"", sound + "\nSCC+1\nQTY+11:4\nDTM+2:20260402:102\nQTY+11:6\nDTM+2:20260401:102", "schedules", "segments[11].QTY", finding.Warning},
		"schedules do not sum":  {"", sound + "\nSCC+1\nQTY+11:4\nDTM+2:20260402:102", "schedule-sum", "segments[9].QTY.1.2", finding.Warning},
		"places":                {"", sound + "\nLOC+7+1::9\nQTY+11:4\nLOC+7+2::9\nQTY+11:6", "stores", "segments[9].QTY", finding.Warning},
		"places do not sum":     {"", sound + "\nLOC+7+1::9\nQTY+11:4", "stores-sum", "segments[9].QTY.1.2", finding.Block},
		"place of a line":       {"", sound + "\nNAD+MF+1::92", "line-party", "segments[8].NAD.1", finding.Info},
		"another place":         {"NAD+DP+1::92", sound + "\nNAD+DP+2::92", "line-ship-to", "segments[9].NAD.1", finding.Block},
		"line reference":        {"", sound + "\nRFF+PL:7", "line-reference", "segments[8].RFF", finding.Info},
		"gross price":           {"", sound + "\nPRI+AAB:5", "price-gross", "segments[8].PRI.1.1", finding.Info},
		"gross with allowance":  {"", sound + "\nPRI+AAB:5\nALC+A\nPCD+1:5", "price-gross", "segments[8].PRI.1.1", finding.Warning},
		"no price":              {"", sound + "\nPRI+AAA", "price-empty", "segments[8].PRI.1.2", finding.Info},
		"price out of range":    {"", sound + "\nPRI+AAA:99999999999999999999", "price", "segments[8].PRI.1.2", finding.Block},
		"value of a line":       {"", sound + "\nMOA+203:49\nPRI+AAA:5", "line-value", "segments[8].MOA.1.2", finding.Warning},
		"line count":            {"", sound + "\nUNS+S\nCNT+2:2", "line-count", "segments[9].CNT.1.2", finding.Warning},
		"quantity total":        {"", sound + "\nUNS+S\nCNT+1:11", "quantity-total", "segments[9].CNT.1.2", finding.Warning},
		"count":                 {"", sound + "\nUNS+S\nCNT+2:x", "count", "segments[9].CNT.1.2", finding.Warning},
		"value total":           {"", sound + "\nMOA+203:50\nUNS+S\nMOA+79:51", "value-total", "segments[10].MOA.1.2", finding.Warning},
	} {
		t.Run(name, func(t *testing.T) {
			header := ""
			if c.header != "" {
				header = "\n" + c.header
			}
			_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", "BGM+220+PO-1+9\nDTM+137:20260327:102"+header+"\nNAD+BY+5412345000013::9\nCUX+2:EUR:9\n"+c.detail), mapping.Options{})
			foundAt(t, found.With("message.orders."+c.code), c.code, c.path)
			worst := found.With("message.orders." + c.code)
			if assert.NotEmpty(t, worst) {
				assert.Equal(t, c.severity, worst[0].Severity)
			}
		})
	}
}

// What a message function means for an order.
func TestPurchaseOrderFunction(t *testing.T) {
	for function, want := range map[string]finding.Severity{"7": finding.Info, "6": finding.Warning, "42": finding.Warning, "1": finding.Block, "4": finding.Block, "5": finding.Block,
		"16": finding.Block, "31": finding.Block, "46": finding.Block, "99": finding.Warning} {
		_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", "BGM+220+PO-1+"+function+"\nLIN+1++4000862141404:EN\nQTY+21:1"), mapping.Options{})
		purpose := found.With("message.orders.purpose")
		if assert.Len(t, purpose, 1, function) {
			assert.Equal(t, want, purpose[0].Severity, function)
		}
	}
	for code, want := range map[string]order.Type{"220": order.Standard, "105": order.Standard, "221": order.Blanket, "224": order.Rush, "226": order.BlanketRelease,
		"227": order.ConsignmentFill, "228": order.Sample, "220:::drop-ship": order.DropShip, "50E": order.Standard} {
		doc, _ := message.ReadPurchaseOrder(parse(t, "ORDERS", "BGM+"+code+"+PO-1"), mapping.Options{})
		assert.Equal(t, want, doc.Type, code)
	}
}

// A message of another type is told, not read; and segments without an envelope are.
func TestOtherMessages(t *testing.T) {
	_, found := message.ReadPurchaseOrder(parse(t, "INVOIC", "BGM+380+1"), mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
	_, found = message.ReadPurchaseOrderChange(parse(t, "ORDERS", "BGM+220+1"), mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
	_, found = message.ReadOrderResponse(parse(t, "ORDERS", "BGM+220+1"), mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
	doc, _ := message.ReadPurchaseOrder(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "ORDERS"}}, mapping.Options{})
	assert.Equal(t, order.Source{Channel: "edifact"}, doc.Source)
}

// Findings are bounded, and those beyond are counted.
func TestFindingsAreBounded(t *testing.T) {
	body := "BGM+220+PO-1+9\n" + strings.Repeat("LIN+1\n", 1000)
	_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", body), mapping.Options{})
	last := found[len(found)-1]
	assert.Len(t, found, 501)
	assert.Equal(t, "message.orders.more", last.Code)
	assert.Equal(t, finding.Block, last.Severity)
	for _, f := range found {
		assert.LessOrEqual(t, len(f.Message), 410)
	}
}

// A line is known by its reference, else by its number, else by its place.
func TestLineNumbers(t *testing.T) {
	doc, _ := message.ReadPurchaseOrder(parse(t, "ORDERS", "BGM+220+PO-1+9\nLIN+7++1:SA\nLIN+8++1:SA\nRFF+LI:12/8\nLIN++++\nLIN+9++1:SA\nRFF+LI:12/8\nLIN++++"), mapping.Options{})
	var ids []string
	for _, l := range doc.Lines {
		ids = append(ids, l.ID)
	}
	assert.Equal(t, []string{"7", "12/8", "3", "9", "5"}, ids)
}

// Partners repeat NAD to give a second number of a party.
func TestPartyWithSeveralNumbers(t *testing.T) {
	doc, found := ordered(t, mapping.Options{}, "NAD+SU+4012345500004::9\nNAD+SU+8::92\nNAD+SU+++Another", "QTY+21:1:PCE")
	assert.Equal(t, []string{"party-repeated"}, codes(found, finding.Warning))
	seller, _ := doc.Party(party.Seller)
	assert.Equal(t, []party.Identifier{{Scheme: party.GLN, Value: "4012345500004"}, {Scheme: party.AssignedByBuyer, Value: "8"}}, seller.Identifiers)
}

// The day of a line is that of its first delivery.
func TestSplitDeliveries(t *testing.T) {
	doc, _ := ordered(t, mapping.Options{}, "DTM+2:20260410:102", "QTY+21:10:PCE\nDTM+2:20260405:102\nSCC+1\nQTY+11:4\nDTM+2:20260402:102\nQTY+11:6\nDTM+2:20260401:102")
	assert.Equal(t, calendar.MustDate("2026-04-01"), doc.Lines[0].RequestedDelivery)
	assert.Equal(t, calendar.MustDate("2026-04-10"), doc.RequestedDelivery)
}

// What is wrong or unclear in an answer is found, and the verdict follows BGM.
func TestOrderResponseFindings(t *testing.T) {
	for bgm, want := range map[string]mapping.VendorVerdict{
		"BGM+231+1+29": mapping.OrderAccepted, "BGM+231+1+4": mapping.OrderWithChanges, "BGM+231+1+34+AC": mapping.OrderWithChanges, "BGM+231+1+27": mapping.OrderRejected,
		"BGM+231+1+12": mapping.OrderReceived, "BGM+231+1+12+CA": mapping.OrderOnHold, "BGM+231+1+23": mapping.OrderOnHold, "BGM+231+1++AP": mapping.OrderAccepted,
		"BGM+231+1+9+RE": mapping.OrderRejected, "BGM+231+1+11+AB": mapping.OrderReceived, "BGM+231+1+9+AC": mapping.OrderWithChanges,
	} {
		a, found := message.ReadOrderResponse(parse(t, "ORDRSP", bgm+"\nRFF+ON:P"), mapping.Options{})
		assert.Equal(t, want, a.Verdict, bgm)
		assert.Empty(t, found, bgm)
	}
	for name, c := range map[string]struct {
		body            string
		block, warnings []string
	}{
		"nothing":            {"FTX+AAI+++x", []string{"bgm-missing", "purchase-order-missing"}, []string{}},
		"no verdict":         {"BGM+231+1+9\nRFF+ON:P", []string{}, []string{"verdict"}},
		"by lines alone":     {"BGM+231+1+4\nLIN+1+5\nRFF+LI:P/1", []string{}, []string{"purchase-order-missing"}},
		"no line":            {"BGM+231+1+4\nRFF+ON:P\nLIN++5", []string{}, []string{"line-missing"}},
		"unknown action":     {"BGM+231+1+4\nRFF+ON:P\nLIN+1+16", []string{}, []string{"action"}},
		"against the whole":  {"BGM+231+1+29\nRFF+ON:P\nLIN+1+7\nQTY+21:5", []string{}, []string{"verdict-lines"}},
		"more than ordered":  {"BGM+231+1+4\nRFF+ON:P\nLIN+1+3\nQTY+21:5\nQTY+113:6", []string{}, []string{"parts-sum"}},
		"twice":              {"BGM+231+1+4\nRFF+ON:P\nLIN+1+3\nQTY+21:5\nQTY+21:6", []string{}, []string{"quantity-repeated"}},
		"in two units":       {"BGM+231+1+4\nRFF+ON:P\nLIN+1+3\nQTY+21:5:CT\nQTY+113:60:PCE", []string{}, []string{"parts-unit"}},
		"wrong count":        {"BGM+231+1+4\nRFF+ON:P\nLIN+1+5\nUNS+S\nCNT+2:3", []string{}, []string{"line-count"}},
		"by reference to it": {"BGM+231+1+4\nLIN+1+5\nRFF+ON:P:3", []string{}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := message.ReadOrderResponse(parse(t, "ORDRSP", c.body), mapping.Options{})
			assert.Equal(t, c.block, codes(found, finding.Block))
			assert.Equal(t, c.warnings, codes(found, finding.Warning))
		})
	}
}

// What vendors say of a line, in the ways that they say it.
func TestAnsweredLines(t *testing.T) {
	for name, c := range map[string]struct {
		bgm, line string
		want      string
	}{
		"accepted":                {"4", "LIN+1+5\nQTY+21:10", "10 EA accepted"},
		"accepted without number": {"4", "LIN+1+5", "0 accepted"},
		"accepted for a part":     {"4", "LIN+1+5\nQTY+21:10\nQTY+113:8", "8 EA accepted, 2 EA rejected"},
		"shipped":                 {"4", "LIN+1+5\nQTY+21:10\nQTY+12:10", "10 EA shipped"},
		"rejected":                {"4", "LIN+1+7\nQTY+21:10", "10 EA rejected"},
		"not found":               {"4", "LIN+1+10\nQTY+21:10", "10 EA rejected"},
		"deleted":                 {"4", "LIN+1+2\nQTY+21:10\nQTY+12:0\nQTY+85:10", "10 EA deleted"},
		"backordered":             {"4", "LIN+1+24\nQTY+21:10\nQTY+83:10", "10 EA backordered"},
		"backordered in part":     {"4", "LIN+1+3\nQTY+21:10\nQTY+83:4", "6 EA accepted, 4 EA backordered"},
		"backordered alone":       {"4", "LIN+1+3\nQTY+21:10\nQTY+113:0\nQTY+83:4", "4 EA backordered, 6 EA rejected"},
		"cancelled in part":       {"4", "LIN+1+3\nQTY+21:10\nQTY+85:4", "6 EA accepted, 4 EA rejected"},
		"late":                    {"4", "LIN+1+3\nQTY+21:10\nQTY+113:10\nDTM+2:20260401:102\nDTM+69:20260402:102", "10 EA rescheduled"},
		"repriced":                {"4", "LIN+1+3\nQTY+21:10\nPRI+AAA:2::CUP", "10 EA repriced"},
		"both":                    {"4", "LIN+1+3\nQTY+21:10\nDTM+2:20260401:102\nDTM+69:20260402:102\nPRI+AAA:2::CUP", "10 EA changed"},
		"changed somehow":         {"4", "LIN+1+6\nQTY+21:10", "10 EA changed"},
		"substituted":             {"4", "LIN+1+3\nQTY+21:10\nPIA+3+X:SA", "10 EA substituted"},
		"not touched":             {"4", "LIN+1+4\nQTY+21:10", "10 EA accepted"},
		"on hold":                 {"23", "LIN+1+4\nQTY+21:10", "10 EA on-hold"},
		"without action":          {"29", "LIN+1\nQTY+21:10", "10 EA accepted"},
		"rejected as a whole":     {"27", "LIN+1\nQTY+21:10", "10 EA rejected"},
		"in several deliveries":   {"4", "LIN+1+5\nQTY+21:10\nSCC+1\nQTY+113:4\nDTM+69:20260402:102\nQTY+113:6\nDTM+69:20260409:102", "4 EA accepted, 6 EA accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := message.ReadOrderResponse(parse(t, "ORDRSP", "BGM+231+1+"+c.bgm+"\nRFF+ON:P\nCUX+2:EUR:9\n"+c.line), mapping.Options{})
			var said []string
			for _, p := range a.Lines[0].Parts {
				said = append(said, fmt.Sprintf("%s %s", p.Quantity, p.Status))
			}
			assert.Equal(t, c.want, strings.Join(said, ", "))
		})
	}
}
