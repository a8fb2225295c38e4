package mapping_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const tendered = `204
B2**ABFS**LD-7**PP
B2A*00
L11*SH-1*SI
G62*64*20260331*1*1600*LT
NTE*GEN*liftgate
N7*ABFZ*53102
S5*1*LD*420.5*L*12*CTN
L11*A-9*AO
G62*37*20260401*1*0800*LT
G62*38*20260401*1*1600*LT
N1*SF*Harbour Storage*92*W77
N3*4 Quay Road
N4*Newark*NJ*07114*US
OID*SO-00000001*PO-1001**CTN*12*L*420.5
S5*2*UL
N1*ST*Northwind 45*92*0045
N4*New York*NY*10118*US
L3*420.5*G`

func TestLoadTender(t *testing.T) {
	l, found := mapping.ReadLoadTender(set(t, tendered), sites)
	assert.Empty(t, found, "%v", found)
	cartons := quantity.MustParse("12 CTN")
	assert.Equal(t, []any{"ABFS", "LD-7", mapping.TenderNew, "PP", []string{"ABFZ53102"}, []string{"liftgate"}, "420.5 LB"},
		[]any{l.Carrier, l.Shipment, l.Purpose, l.Payment, l.Equipment, l.Notes, l.Weight.String()})
	assert.Equal(t, mapping.TenderTime{Kind: "64", Date: calendar.MustDate("2026-03-31"), Clock: "16:00", Zone: "LT"}, l.Answer)
	require.Len(t, l.Stops, 2)
	first := l.Stops[0]
	assert.True(t, first.Loads() && !first.Unloads())
	assert.Equal(t, []any{"BER", party.ShipFrom, "Newark"}, []any{first.Place.ID, first.Place.Role, first.Place.Address.City})
	require.Len(t, first.Times, 2)
	assert.Equal(t, []order.Reference{{Qualifier: "AO", Value: "A-9"}}, first.References)
	assert.Equal(t, []mapping.TenderOrder{{Number: "SO-00000001", PurchaseOrder: "PO-1001", Pieces: cartons, Weight: quantity.MustParse("420.5 LB")}}, first.Orders)
	assert.True(t, l.Stops[1].Unloads() && !l.Stops[1].Loads())
	bare, found := mapping.ReadLoadTender(set(t, strings.Replace(tendered, "*L*12*CTN", "*L*12", 1)), sites)
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, quantity.MustParse("12 PC"), bare.Stops[0].Pieces, "pieces without a unit are no pounds")
	for code, purpose := range map[string]mapping.TenderPurpose{"01": mapping.TenderCancel, "04": mapping.TenderChange, "05": mapping.TenderChange, "ZZ": mapping.TenderNew} {
		l, _ = mapping.ReadLoadTender(set(t, strings.Replace(tendered, "B2A*00", "B2A*"+code, 1)), sites)
		assert.Equal(t, purpose, l.Purpose)
	}
}

func TestLoadTenderFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		blocks               bool
	}{
		{"no beginning", "B2**ABFS**LD-7**PP\n", "", "b2-missing", true},
		{"two beginnings", "B2A*00", "B2**ABFS**1**PP", "b2-repeated", true},
		{"no load", "*LD-7*", "**", "shipment-missing", true},
		{"no stops", tendered[strings.Index(tendered, "S5*1"):], "L3*1", "s5-missing", true},
		{"no reason", "S5*2*UL", "S5*2", "reason-missing", true},
		{"another purpose", "B2A*00", "B2A*ZZ", "purpose", false},
		{"no number", "L3*420.5", "L3*heavy", "quantity", false},
	} {
		require.Contains(t, tendered, c.old, c.name)
		_, found := mapping.ReadLoadTender(set(t, strings.Replace(tendered, c.old, c.new, 1)), sites)
		told := found.With("mapping.204." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.blocks, told.Blocks(), c.name)
	}
	_, found := mapping.ReadLoadTender(set(t, plain), sites)
	assert.NotEmpty(t, found.With("mapping.204.wrong-set"))
}

func TestLoadTendersByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "204*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			l, found := mapping.ReadLoadTender(set, mapping.Options{})
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			require.NotEmpty(t, l.Stops, name)
			assert.True(t, l.Stops[0].Loads(), name)
		}
	}
}

// A carrier is asked to take a load from a warehouse to a store.
func ExampleReadLoadTender() {
	tender, found := mapping.ReadLoadTender(set(new(testing.T), tendered), sites)
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, s := range tender.Stops {
		fmt.Println(tender.Shipment, s.Reason, s.Place.Name, s.Place.Address.City)
	}
	// Output:
	// LD-7 LD Harbour Storage Newark
	// LD-7 UL Northwind 45 New York
}
