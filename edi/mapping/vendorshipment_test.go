package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// What we write as a vendor is read as a buyer, each carton with its label.
func TestShipNoticeReadsBack(t *testing.T) {
	s := packed(t)
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	n, found := mapping.ReadShipNotice(rapidSet(t, "856", segments), mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, string(s.ID), n.Shipment)
	assert.Equal(t, s.ShipDate, n.Ship)
	assert.Equal(t, s.DeliveryDate, n.Deliver)
	assert.Equal(t, s.Carrier, n.Carrier)
	assert.Equal(t, s.Weight, n.Gross)
	assert.EqualValues(t, len(s.Cartons), n.Loaded)
	require.Len(t, n.Packages, len(s.Cartons), "a carton below two orders is one carton")
	sent := make(map[string]quantity.Quantity)
	for _, i := range n.Items {
		path := n.Path(i.Packages[0])
		require.Len(t, path, 1)
		assert.Equal(t, mapping.Carton, path[0].Kind)
		key := i.PurchaseOrder + "/" + i.Line
		if sum, err := sent[key].Add(i.Shipped); err == nil {
			sent[key] = sum
		} else {
			sent[key] = i.Shipped
		}
	}
	for _, l := range s.Lines {
		assert.Equal(t, l.Quantity, sent[l.PurchaseOrder+"/"+l.Line])
	}
	labels := make(map[string]bool)
	for _, c := range s.Cartons {
		labels[string(c.SSCC)] = true
	}
	for _, p := range n.Packages {
		assert.True(t, labels[p.SSCC], p.SSCC)
	}
}

// told puts each item on a line: order, line, quantity, store, and the packages from
// the outside in.
func told856(n mapping.VendorShipment) []string {
	list := []string{}
	for i := range n.Items {
		item := &n.Items[i]
		text := fmt.Sprintf("%s/%s %s", item.PurchaseOrder, item.Line, item.Shipped)
		for _, id := range item.Store.Identifiers {
			text += " store " + id.Value
		}
		for _, number := range item.Packages {
			text += " in"
			for _, p := range n.Path(number) {
				name := p.SSCC
				if name == "" && len(p.Marks) > 0 {
					name = p.Marks[0]
				}
				text += fmt.Sprintf(" %s:%s", p.Kind, name)
			}
		}
		list = append(list, text)
	}
	return list
}

// edi.md, 8: SOPI, SOTPI, SOI, SI, STPI and others occur; levels may name no parent;
// dates may stand before the first level.
func TestShipNoticeHierarchies(t *testing.T) {
	const a, b = "003456789012345670", "003456789012345687" // labels of two cartons
	for name, c := range map[string]struct {
		structure string
		// levels are HL03 and what stands at it.
		levels []string
		want   []string
	}{
		"SOPI": {"0001", []string{"S", "O PRF*P1", "P MAN*GM*" + a, "I LIN*1*VN*X|SN1**5*EA", "P MAN*GM*" + b, "I LIN*2*VN*Y|SN1**6*EA", "O PRF*P2", "P MAN*CP*1Z9", "I LIN*1*VN*X|SN1**7*EA"},
			[]string{"P1/1 5 EA in carton:" + a, "P1/2 6 EA in carton:" + b, "P2/1 7 EA in carton:1Z9"}},
		"SOTPI": {"0001", []string{"S", "O PRF*P1", "T MAN*GM*" + a, "P MAN*GM*" + b, "I LIN*1*VN*X|SN1**5*EA", "P MAN*CP*1Z9", "I LIN*2*VN*Y|SN1**6*EA"},
			[]string{"P1/1 5 EA in tare:" + a + " carton:" + b, "P1/2 6 EA in tare:" + a + " carton:1Z9"}},
		"SOI": {"0004", []string{"S", "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA", "I LIN*2*VN*Y|SN1**6*EA", "O PRF*P2", "I LIN*1*VN*X|SN1**7*EA"},
			[]string{"P1/1 5 EA", "P1/2 6 EA", "P2/1 7 EA"}},
		"SI": {"", []string{"S", "I LIN*1*VN*X|SN1**5*EA|PRF*P1", "I LIN*1*VN*X|SN1**7*EA|PRF*P2"},
			[]string{"P1/1 5 EA", "P2/1 7 EA"}},
		"SI of one order": {"", []string{"S PRF*P1", "I LIN*1*VN*X|SN1**5*EA"}, []string{"P1/1 5 EA"}},
		"STPI": {"", []string{"S PRF*P1", "T MAN*GM*" + a, "P MAN*GM*" + b, "I LIN*1*VN*X|SN1**5*EA", "T MAN*CP*T2", "P MAN*CP*P2", "I LIN*2*VN*Y|SN1**6*EA"},
			[]string{"P1/1 5 EA in tare:" + a + " carton:" + b, "P1/2 6 EA in tare:T2 carton:P2"}},
		"SPOI": {"0003", []string{"S", "P MAN*GM*" + a, "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA", "O PRF*P2", "I LIN*1*VN*X|SN1**7*EA", "P MAN*GM*" + b, "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA"},
			[]string{"P1/1 5 EA in carton:" + a, "P2/1 7 EA in carton:" + a, "P1/1 5 EA in carton:" + b}},
		"SOIP": {"0002", []string{"S", "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA", "P SN1**2*EA|MAN*GM*" + a, "P SN1**3*EA|MAN*GM*" + b, "I LIN*2*VN*Y|SN1**6*EA", "P MAN*CP*C"},
			[]string{"P1/1 2 EA in carton:" + a, "P1/1 3 EA in carton:" + b, "P1/2 6 EA in carton:C"}},
		"SOITP, not told how much is where": {"", []string{"S", "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA", "T MAN*CP*T", "P MAN*GM*" + a, "P MAN*GM*" + b},
			[]string{"P1/1 5 EA in tare:T carton:" + a + " in tare:T carton:" + b}},
		"a store at the order": {"0001", []string{"S", "O PRF*P1|N1*BY**92*0045", "P MAN*GM*" + a, "I LIN*1*VN*X|SN1**5*EA", "O PRF*P1|N1*ST**92*9|N1*Z7**92*0046", "P MAN*GM*" + b, "I LIN*1*VN*X|SN1**7*EA"},
			[]string{"P1/1 5 EA store 0045 in carton:" + a, "P1/1 7 EA store 0046 in carton:" + b}},
		"stores of an item": {"0004", []string{"S", "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA|SDQ*EA*92*0045*2*0046*3"},
			[]string{"P1/1 2 EA store 0045", "P1/1 3 EA store 0046"}},
		"a carton of two orders": {"0001", []string{"S", "O PRF*P1", "P MAN*GM*" + a, "I LIN*1*VN*X|SN1**5*EA", "O PRF*P2", "P MAN*GM*" + a, "I LIN*1*VN*X|SN1**7*EA", "P MAN*GM*" + b, "I LIN*2*VN*X|SN1**8*EA"},
			[]string{"P1/1 5 EA in carton:" + a, "P2/1 7 EA in carton:" + a, "P2/2 8 EA in carton:" + b}},
		"loads of an item": {"", []string{"S", "I LIN*1*VN*X|SN1**15*EA|PRF*P1|CLD*1*7*CTN90|REF*LS*L1|CLD*2*4*CTN90|REF*LS*L2|REF*LS*L3"},
			[]string{"P1/1 7 EA in carton:L1", "P1/1 8 EA in carton:L2"}},
		"a carton named at the item": {"0004", []string{"S", "O PRF*P1", "I LIN*1*VN*X|SN1**5*EA|MAN*GM*(00)" + a}, []string{"P1/1 5 EA in carton:" + a}},
		"a level of another kind":    {"", []string{"S PRF*P1", "K MAN*CP*B", "F LIN*1*VN*X|SN1**5*EA"}, []string{"P1/1 5 EA in carton:B"}},
		"packs in cartons":           {"", []string{"S PRF*P1", "P MAN*CP*C", "Q MAN*CP*I1", "I LIN*1*VN*X|SN1**5*EA"}, []string{"P1/1 5 EA in carton:C inner-pack:I1"}},
	} {
		for _, parents := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, parents %t", name, parents), func(t *testing.T) {
				text := "856\nBSN*00*S1*20260401*1405*" + c.structure + "\nDTM*011*20260401\n" + levelsOf(c.levels, parents) + fmt.Sprintf("CTT*%d", len(c.levels))
				n, found := mapping.ReadShipNotice(set(t, text), mapping.Options{})
				assert.Equal(t, c.want, told856(n))
				assert.Equal(t, calendar.MustDate("2026-04-01"), n.Ship)
				assert.Less(t, found.Worst(), finding.Warning, "%v", found)
			})
		}
	}
}

// levelsOf writes levels, each below the last of another kind that stood before its
// own kind first came up.
func levelsOf(levels []string, parents bool) string {
	var b strings.Builder
	last := make(map[string]int)
	above := make(map[string][]string)
	var codes []string
	for i, l := range levels {
		code, rest, _ := strings.Cut(l, " ")
		if _, seen := above[code]; !seen {
			above[code] = append([]string(nil), codes...)
			codes = append(codes, code)
		}
		parent := 0
		for _, p := range above[code] {
			parent = max(parent, last[p])
		}
		last[code] = i + 1
		number := ""
		if parents && parent > 0 {
			number = fmt.Sprint(parent)
		}
		fmt.Fprintf(&b, "HL*%d*%s*%s\n", i+1, number, code)
		if rest != "" {
			b.WriteString(strings.ReplaceAll(rest, "|", "\n") + "\n")
		}
	}
	return b.String()
}

// What a notice may say besides.
func TestShipNoticeDetails(t *testing.T) {
	n, found := mapping.ReadShipNotice(set(t, `856
BSN*05*S1*20260401*1405*0004
HL*1**S
TD1*PLT*4****G*310.5*LB*2*CF
TD5*B*2*UPSN*M*ground*******3D
TD3*TL*ABCD*12345******SEAL9
MEA*PD*N*280*LB
REF*BM*B-1
REF*CN*PRO-2
REF*IA*7
DTM*011*20260401
DTM*067*20260403
N1*ST*Northwind 45*92*0045
HL*2*1*O
PRF*P1*7
REF*VN*V-9
HL*3*2*I
LIN**VN*X*LT*L-1*SN*S-1
SN1*3*2*EA**5*EA**IB
PID*F****Brush
REF*SE*S-2
REF*ZZ*whatever
DTM*036*20270401
DTM*094*20260101
REF*LT*L-2
CTT*3*2`), mapping.Options{})
	assert.Empty(t, found)
	assert.True(t, n.Replace)
	assert.Equal(t, []string{"UPSN", "M", "ground 3D", "ABCD12345", "B-1", "PRO-2"}, []string{n.Carrier, n.Mode, n.Routing, n.Equipment, n.BillOfLading, n.Tracking})
	assert.Equal(t, []string{"310.5 LB", "280 LB", "2 CF", "4"}, []string{n.Gross.String(), n.Net.String(), n.Volume.String(), fmt.Sprint(n.Loaded)})
	assert.ElementsMatch(t, []order.Reference{{Qualifier: "IA", Value: "7"}, {Qualifier: "SN", Value: "SEAL9"}}, n.References)
	require.Len(t, n.Items, 1)
	assert.Equal(t, mapping.VendorItem{
		PurchaseOrder: "P1", Release: "7", VendorOrder: "V-9", Line: "3", Description: "Brush", Status: mapping.PartBackordered, Code: "IB",
		Shipped: each(2), Ordered: each(5), Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "X"}}, Serials: []string{"S-1", "S-2"},
		Lots:       []mapping.VendorLot{{Number: "L-1", Expires: calendar.MustDate("2027-04-01"), Made: calendar.MustDate("2026-01-01")}, {Number: "L-2"}},
		References: []order.Reference{{Qualifier: "ZZ", Value: "whatever"}},
	}, n.Items[0])
}

// Whatever is wrong is told, and the goods that can be told all the same.
func TestShipNoticeFindings(t *testing.T) {
	const head = "BSN*00*S1*20260401*1405\n"
	for name, c := range map[string]struct {
		body, code string
		severity   finding.Severity
	}{
		"no BSN":                {"HL*1**S\nHL*2*1*I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "bsn-missing", finding.Block},
		"two BSN":               {head + head + "HL*1**I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "bsn-repeated", finding.Block},
		"no number":             {"BSN*00**20260401*1405\nHL*1**I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "shipment-missing", finding.Warning},
		"no quantity":           {head + "HL*1**I\nLIN*1*VN*X\nPRF*P", "quantity-missing", finding.Block},
		"a negative quantity":   {head + "HL*1**I\nLIN*1*VN*X\nSN1**-1*EA\nPRF*P", "quantity", finding.Block},
		"two quantities":        {head + "HL*1**I\nLIN*1*VN*X\nSN1**1*EA\nSN1**1*EA\nPRF*P", "sn1-repeated", finding.Block},
		"no order":              {head + "HL*1**I\nLIN*1*VN*X\nSN1**1*EA", "order-missing", finding.Warning},
		"no item":               {head + "HL*1**I\nSN1**1*EA\nPRF*P", "item-missing", finding.Warning},
		"nothing":               {head + "HL*1**S", "items-missing", finding.Warning},
		"a parent that is none": {head + "HL*1**S\nHL*2*7*I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "hl-parent", finding.Warning},
		"a number twice":        {head + "HL*1**S\nHL*1**I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "hl-number", finding.Warning},
		"a wrong SSCC":          {head + "HL*1**P\nMAN*GM*003456789012345671\nHL*2*1*I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P", "sscc", finding.Warning},
		"two SSCC": {head + "HL*1**P\nMAN*GM*003456789012345670\nMAN*GM*003456789012345687\nHL*2*1*I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P",
			"sscc-several", finding.Warning},
		"parts that are not all": {head + "HL*1**I\nLIN*1*VN*X\nSN1**5*EA\nPRF*P\nSDQ*EA*92*1*2*2*2", "parts-sum", finding.Warning},
		"a wrong count":          {head + "HL*1**I\nLIN*1*VN*X\nSN1**5*EA\nPRF*P\nCTT*2", "line-count", finding.Warning},
		"a wrong hash":           {head + "HL*1**I\nLIN*1*VN*X\nSN1**5*EA\nPRF*P\nCTT*1*6", "hash-total", finding.Warning},
		"a weight that is none":  {head + "HL*1**S\nTD1*CTN*1****G*x*LB\nHL*2*1*I\nLIN*1*VN*X\nSN1**5*EA\nPRF*P", "measure", finding.Warning},
		"an unknown status":      {head + "HL*1**I\nLIN*1*VN*X\nSN1**5*EA*****QQ\nPRF*P", "status", finding.Warning},
		"too many pieces":        {head + "HL*1**I\nLIN*1*VN*X\nSN1**1*EA\nPRF*P\nREF*SE*1\nREF*SE*2", "serials", finding.Warning},
	} {
		t.Run(name, func(t *testing.T) {
			n, found := mapping.ReadShipNotice(set(t, "856\n"+c.body), mapping.Options{})
			of := found.With("mapping.856." + c.code)
			require.Len(t, of, 1, "%v", found)
			assert.Equal(t, c.severity, of[0].Severity)
			assert.Equal(t, name == "nothing", len(n.Items) == 0)
		})
	}
	n, found := mapping.ReadShipNotice(set(t, "856\nBSN*01*S1*20260401*1405\nHL*1**S"), mapping.Options{})
	assert.True(t, n.Cancel)
	assert.Empty(t, found)
}

// edi.md, hostile input: levels nested 100,000 deep take time and memory in
// proportion, whether they name their parents or not.
func TestShipNoticeDeep(t *testing.T) {
	const deep = 100_000
	for name, parent := range map[string]func(i int) string{
		"parents":    func(i int) string { return fmt.Sprint(i) },
		"no parents": func(int) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			segments := []x12.Segment{x12.NewSegment("ST", "856", "1"), x12.NewSegment("BSN", "00", "S1", "20260401", "1405"), x12.NewSegment("HL", "1", "", "S")}
			for i := 1; i < deep; i++ {
				segments = append(segments, x12.NewSegment("HL", fmt.Sprint(i+1), parent(i), "P"))
			}
			segments = append(segments, x12.NewSegment("HL", fmt.Sprint(deep+1), parent(deep), "I"),
				x12.NewSegment("LIN", "1", "VN", "X"), x12.NewSegment("SN1", "", "1", "EA"))
			n, _ := mapping.ReadShipNotice(&x12.Set{ID: "856", Segments: segments}, mapping.Options{})
			require.Len(t, n.Items, 1)
			require.Len(t, n.Packages, deep-1)
			want := 1
			if parent(1) != "" {
				want = deep - 1
			}
			assert.Len(t, n.Path(n.Items[0].Packages[0]), want)
		})
	}
}

// What a notice says of packages and orders, in whichever segment it says it.
func TestShipNoticePackages(t *testing.T) {
	n, found := mapping.ReadShipNotice(set(t, `856
BSN*06*S1*20260401*1405*0001
HL*1**S
TD5*B*2*UPSN
TD5*B*2*FDEG
TD3*TL*ABCD*1
TD3*TL*EFGH*2
REF*BM*B-1
REF*BM*B-2
N1*SF*Plant
HL*2*1*O
PRF*P1
REF*IA*7
REF*IA*7
TD5*B*2*XPOL
N1*SE*Seller
N1*BY**92*1
N1*ST**92*2
HL*3*2*T
TD1*PLT*2****G*900*LB*3*CF
REF*CN*PRO-9
REF*CN*PRO-9
MEA*WT*N*800*LB
MEA*PD*HT*9*FT
HL*4*3*P
PO4*1***BOX*G*10*LB*.5*CF
MEA*PD*G*11*LB
MEA*PD*VOL*.6*CF
PKG*F
SN1**3*EA
MAN*GM*003456789012345670*003456789012345687
HL*5*4*I
LIN*1*VN*X
SN1**3*EA*9*4
REF*PO*P9
REF*VN*V9
REF*LT
REF*BT*L1
REF*BT*L1
SDQ*EA*92*1*3
CTT*5`), mapping.Options{})
	codes := make(map[string]int)
	for _, f := range found {
		require.Equal(t, finding.Info, f.Severity, "%v", f)
		codes[f.Code]++
	}
	assert.Equal(t, map[string]int{"mapping.856.not-mapped": 4, "mapping.856.reference-empty": 1, "mapping.856.party-not-mapped": 1}, codes, "%v", found)
	assert.Equal(t, []string{"UPSN", "ABCD1", "B-1"}, []string{n.Carrier, n.Equipment, n.BillOfLading})
	assert.Equal(t, []order.Reference{{Qualifier: "EQ", Value: "EFGH2"}, {Qualifier: "BM", Value: "B-2"}, {Qualifier: "IA", Value: "7"}}, n.References)
	assert.Equal(t, []mapping.VendorPackage{
		{Number: 1, Kind: mapping.Tare, Type: "PLT", Count: 2, Gross: quantity.MustParse("900 LB"), Net: quantity.MustParse("800 LB"), Volume: quantity.MustParse("3 CF"),
			Marks: []string{"PRO-9"}},
		{Number: 2, Within: 1, Kind: mapping.Carton, Type: "BOX", Gross: quantity.MustParse("11 LB"), Volume: quantity.MustParse("0.6 CF"),
			Marks: []string{"003456789012345670-003456789012345687"}},
	}, n.Packages)
	require.Len(t, n.Items, 1)
	i := n.Items[0]
	assert.Equal(t, []string{"P1", "V9", "4 EA"}, []string{i.PurchaseOrder, i.VendorOrder, i.Ordered.String()})
	assert.Equal(t, []mapping.VendorLot{{Number: "L1"}}, i.Lots)
	assert.Equal(t, []order.Reference{{Qualifier: "PO", Value: "P9"}}, i.References)
	assert.Equal(t, "1", i.Store.Identifiers[0].Value)
}

// A label that stands on two packages which cannot be one is told.
func TestShipNoticeRepeatedLabel(t *testing.T) {
	_, found := mapping.ReadShipNotice(set(t, "856\nBSN*00*S1*20260401*1405\nHL*1**S\nPRF*P\nHL*2*1*P\nMAN*GM*003456789012345670\nHL*3*1*P\nHL*4*3*P\nHL*5*4*I\nLIN*1*VN*X\nSN1**1*EA\n"+
		"HL*6*3*Q\nMAN*CP*1\nMAN*GM*003456789012345687\nMAN*GM*003456789012345670"), mapping.Options{})
	require.Len(t, found.With("mapping.856.sscc-repeated"), 1, "%v", found)
	_, found = mapping.ReadShipNotice(set(t, "856\nBSN*07*S1*20260401*1405\nHL*1**S\nTD1*CTN*x"), mapping.Options{})
	assert.Len(t, found.With("mapping.856.count"), 1)
	assert.Len(t, found.With("mapping.856.purpose"), 1)
	_, found = mapping.ReadShipNotice(set(t, "856\nBSN*04*S1*20260401*1405\nHL*1**S\nPRF"), mapping.Options{})
	assert.Equal(t, finding.Warning, found.With("mapping.856.purpose").Worst())
	assert.Len(t, found.With("mapping.856.order-missing"), 1)
}
