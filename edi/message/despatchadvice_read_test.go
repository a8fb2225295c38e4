package message_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

const despatchHead = "BGM+351+D-77+9\nDTM+137:20260401:102\nRFF+ON:PO-9\nRFF+VN:V-5\nNAD+SU+4012345500004::9\n"

// boxes tells of every item in which packages it is, from the outermost on, by type and
// SSCC, and how much.
func boxes(s mapping.VendorShipment) []string {
	var all []string
	for _, item := range s.Items {
		for _, n := range item.Packages {
			var path []string
			for _, p := range s.Path(n) {
				path = append(path, fmt.Sprintf("%s %s%s", p.Kind, p.Type, strings.TrimLeft(p.SSCC, "0")))
			}
			all = append(all, fmt.Sprintf("%s %s: %s", item.Identifiers[0].Value, item.Shipped, strings.Join(path, " > ")))
		}
		if len(item.Packages) == 0 {
			all = append(all, fmt.Sprintf("%s %s", item.Identifiers[0].Value, item.Shipped))
		}
	}
	return all
}

func TestPackagesOfDespatchAdvices(t *testing.T) {
	const (
		one, two, three = "040123450000000009", "040123450000000016", "040123450000000023"
		item            = "\nLIN+1++4000862141404:EN\nQTY+12:24:EA"
		other           = "\nLIN+2++4000862141404:EN\nQTY+12:6:EA"
	)
	for name, c := range map[string]struct {
		body   string
		want   []string
		loaded int64
		codes  []string
	}{
		"flat: lines alone": {"CPS+1" + item, []string{"4000862141404 24 EA"}, 0, nil},
		"shipment, pallet, cartons": {
			"CPS+1\nPAC+2++PX\nCPS+2+1\nPAC+1++201\nPCI+33E\nGIN+BJ+" + one + "\nCPS+3+2\nPAC+1++CT\nPCI+33E\nGIN+BJ+" + two + item + "\nCPS+4+2\nPAC+1++CT\nPCI+33E\nGIN+BJ+" + three + other,
			[]string{"4000862141404 24 EA: tare 20140123450000000009 > carton CT40123450000000016", "4000862141404 6 EA: tare 20140123450000000009 > carton CT40123450000000023"}, 2, nil,
		},
		"a parent that comes later": {
			"CPS+3+2\nPAC+1++CT" + item + "\nCPS+2\nPAC+1++PX\nGIN+BJ+" + one,
			[]string{"4000862141404 24 EA: tare PX40123450000000009 > carton CT"}, 0, nil,
		},
		"a parent that is not there": {
			"CPS+3+9\nPAC+1++CT\nGIN+BJ+" + one + item, []string{"4000862141404 24 EA: carton CT40123450000000009"}, 0, []string{"parent-missing"},
		},
		"packages that stand in each other": {
			"CPS+1+2\nPAC+1++CT" + item + "\nCPS+2+1\nPAC+1++CT" + other,
			[]string{"4000862141404 24 EA: tare CT", "4000862141404 6 EA: tare CT > carton CT"}, 0, []string{"parent-circle"},
		},
		"a package in itself": {"CPS+1+1\nPAC+1++CT" + item, []string{"4000862141404 24 EA: carton CT"}, 0, nil},
		"one number for two": {
			"CPS+1\nPAC+1++CT" + item + "\nCPS+1\nPAC+1++BX" + other, []string{"4000862141404 24 EA: carton CT", "4000862141404 6 EA: carton BX"}, 0, []string{"cps"},
		},
		"several cartons at once": {
			"CPS+1\nPAC+2++CT\nGIN+BJ+" + one + "+" + two + item,
			[]string{"4000862141404 24 EA: carton CT40123450000000009", "4000862141404 24 EA: carton CT40123450000000016"}, 0, nil,
		},
		"cartons below the line": {
			"CPS+1\nPAC+1++PX\nGIN+BJ+" + one + item + "\nPCI+33E\nQTY+11:10\nGIN+BJ+" + two + "\nPCI+33E\nQTY+11:14\nGIN+BJ+" + three,
			[]string{"4000862141404 10 EA: tare PX40123450000000009 > carton 40123450000000016", "4000862141404 14 EA: tare PX40123450000000009 > carton 40123450000000023"}, 0, nil,
		},
		"cartons below the line that do not add up": {
			"CPS+1" + item + "\nPCI+33E\nQTY+11:10\nGIN+BJ+" + two + "\nPCI+33E\nQTY+11:10\nGIN+BJ+" + three,
			[]string{"4000862141404 24 EA: carton 40123450000000016", "4000862141404 24 EA: carton 40123450000000023"}, 0, []string{"packages-sum"},
		},
		"a pack in a carton on a pallet": {
			"CPS+1\nPAC+1++PX\nCPS+2+1\nPAC+1++CT\nCPS+3+2\nPAC+1++PK" + item, []string{"4000862141404 24 EA: tare PX > carton CT > inner-pack PK"}, 0, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, found := message.ReadDespatchAdvice(parse(t, "DESADV", despatchHead+c.body), mapping.Options{})
			assert.Equal(t, c.want, boxes(got))
			assert.Equal(t, c.loaded, got.Loaded)
			assert.ElementsMatch(t, c.codes, append(codes(found, finding.Block), codes(found, finding.Warning)...))
		})
	}
}

func TestLineOfDespatchAdvice(t *testing.T) {
	got, found := message.ReadDespatchAdvice(parse(t, "DESADV", despatchHead+`TDT+20+0704+30+31+:::Spedition Nord
EQD+CN+MSKU1234565
CPS+1
LIN+1++4000862141404:EN
PIA+1+4711:IN+L-77:NB
IMD+F++:::Brush
QTY+12:400:PCE
DTM+361:20270301:102
GIN+BN+S1+S2
RFF+ON:PO-10:7
RFF+CT:C-1
QVR+-50:21+BP
LIN+2++4000862141404:EN
QTY+12:10:PCE
LOC+7+5412345000020::9
QTY+11:4
LOC+7+5412345000037::9
QTY+11:6
LIN+3++4000862141404:EN
QTY+12:20:PCE
PCI+36E
DTM+36:20270501:102
QTY+11:8
GIN+BX+L-78
PCI+36E
DTM+36:20270601:102
QTY+11:12
GIN+BX+L-79
CNT+2:3`), mapping.Options{})
	assert.Empty(t, append(codes(found, finding.Block), codes(found, finding.Warning)...))
	assert.Equal(t, []any{"30", "Spedition Nord", "MSKU1234565", []string{"conveyance 0704"}}, []any{got.Mode, got.CarrierName, got.Equipment, got.Notes})
	require.Len(t, got.Items, 4)
	assert.Equal(t, mapping.VendorItem{
		PurchaseOrder: "PO-10", VendorOrder: "V-5", Line: "7", Description: "Brush", Shipped: qty("400 PC"), Ordered: qty("450 PC"), Status: mapping.PartBackordered, Code: "BP",
		Identifiers: []order.ItemIdentifier{{Scheme: order.SchemeGTIN, Value: "4000862141404"}, {Scheme: order.SchemeBuyer, Value: "4711"}},
		Lots:        []mapping.VendorLot{{Number: "L-77", BestBefore: calendar.MustDate("2027-03-01")}},
		Serials:     []string{"S1", "S2"}, References: []order.Reference{{Qualifier: "CT", Value: "C-1"}},
	}, got.Items[0])
	for i, want := range []struct{ store, shipped string }{{"5412345000020", "4 PC"}, {"5412345000037", "6 PC"}} {
		item := got.Items[1+i]
		assert.Equal(t, []any{party.MarkFor, gln(want.store), qty(want.shipped), "PO-9"}, []any{item.Store.Role, item.Store.Identifiers, item.Shipped, item.PurchaseOrder})
	}
	assert.Equal(t, []mapping.VendorLot{
		{Number: "L-78", Quantity: qty("8 PC"), Expires: calendar.MustDate("2027-05-01")},
		{Number: "L-79", Quantity: qty("12 PC"), Expires: calendar.MustDate("2027-06-01")},
	}, got.Items[3].Lots)
}

func TestDespatchAdviceFindings(t *testing.T) {
	read := func(body string) (mapping.VendorShipment, finding.List) {
		return message.ReadDespatchAdvice(parse(t, "DESADV", body), mapping.Options{})
	}
	_, found := read(despatchHead + "CPS+1\nLIN+1\nQTY+12:5\nLIN+2++4000862141404:EN\nLIN+3++4000862141404:EN\nQTY+12:x\nLIN+4++4000862141404:EN\nQTY+12:-5\nCNT+2:5")
	foundAt(t, found, "item-missing", "segments[8].LIN.3")
	foundAt(t, found, "quantity-missing", "segments[10].LIN")
	foundAt(t, found, "quantity", "segments[12].QTY.1.2")
	foundAt(t, found, "quantity", "segments[13].LIN")
	foundAt(t, found, "line-count", "segments[15].CNT.1.2")
	_, found = read(despatchHead + "CPS+1\nPAC+1++CT\nGIN+BJ+123\nLIN+1++4000862141404:EN\nQTY+12:5")
	foundAt(t, found, "sscc", "segments[9].GIN.2")
	got, found := read("BGM+351+D-77+1\nDTM+137:20260401:102")
	assert.True(t, got.Cancel)
	assert.Empty(t, found)
	_, found = read("DTM+137:20260401:102")
	assert.Equal(t, []string{"bgm-missing"}, codes(found, finding.Block))
	_, found = message.ReadDespatchAdvice(&edifact.Message{MessageHeader: edifact.MessageHeader{ID: "ORDERS"}}, mapping.Options{})
	assert.Equal(t, []string{"wrong-message"}, codes(found, finding.Block))
}
