package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// storesOf puts each document on a line: its store, where it goes, for whom it is
// marked, and its lines.
func storesOf(docs []order.Document) []string {
	list := []string{}
	for i := range docs {
		d := &docs[i]
		text := d.PurchaseOrder + " store " + d.Store.Value
		for _, role := range []party.Role{party.ShipTo, party.MarkFor} {
			if p, named := d.Party(role); named {
				text += fmt.Sprintf(", %s %s", role, p.Identifiers[0].Value)
			}
		}
		for _, l := range d.Lines {
			text += fmt.Sprintf(", %s: %s", l.ID, l.Quantity)
		}
		list = append(list, text)
	}
	return list
}

// edi.md: 850 SDQ splits a line by store; shipments, 856 and invoice follow per store
// where asked.
func TestStoreOrders(t *testing.T) {
	const head, depot = "850\nBEG*00*SA*P**20260327\nCUR*BY*USD\nN1*BY*Northwind*1*123456789\n", "N1*ST*Depot*92*DC7\n"
	const split = "PO1*1*100*EA*2.5**VN*A\nSDQ*EA*92*0045*60*0046*40\nPO1*2*5*EA***VN*B\nSDQ*EA*92*0046*5\n"
	for name, c := range map[string]struct {
		text   string
		agreed mapping.Options
		want   []string
		code   string
	}{
		"to each store": {head + split, mapping.Options{},
			[]string{"P store 0045, ship-to 0045, 1: 60 EA", "P store 0046, ship-to 0046, 1: 40 EA, 2: 5 EA"}, ""},
		"to a depot, marked for the stores": {head + depot + split, mapping.Options{},
			[]string{"P store 0045, ship-to DC7, mark-for 0045, 1: 60 EA", "P store 0046, ship-to DC7, mark-for 0046, 1: 40 EA, 2: 5 EA"}, ""},
		"to each store, as agreed": {head + depot + split, mapping.Options{ShipToStores: true},
			[]string{"P store 0045, ship-to 0045, 1: 60 EA", "P store 0046, ship-to 0046, 1: 40 EA, 2: 5 EA"}, ""},
		"the ship-to is a store itself": {head + "N1*ST*Store*92*0045\n" + split, mapping.Options{},
			[]string{"P store 0045, ship-to 0045, 1: 60 EA", "P store 0046, ship-to 0045, mark-for 0046, 1: 40 EA, 2: 5 EA"}, ""},
		"nothing is split": {head + depot + "PO1*1*100*EA***VN*A\n", mapping.Options{}, []string{"P store , ship-to DC7, 1: 100 EA"}, ""},
		"a line is not split": {head + split + "PO1*3*7*EA***VN*C\n", mapping.Options{},
			[]string{"P store 0045, ship-to 0045, 1: 60 EA", "P store 0046, ship-to 0046, 1: 40 EA, 2: 5 EA", "P store , 3: 7 EA"}, "stores-none"},
		"a store is named twice": {head + "PO1*1*100*EA***VN*A\nSDQ*EA*92*0045*60\nSDQ*EA*92*0045*40\n", mapping.Options{}, []string{"P store 0045, ship-to 0045, 1: 100 EA"}, ""},
		"the parts are not all":  {head + "PO1*1*100*EA***VN*A\nSDQ*EA*92*0045*60\n", mapping.Options{}, []string{"P store 0045, ship-to 0045, 1: 60 EA"}, "stores-sum"},
		"a part is no number":    {head + "PO1*1*60*EA***VN*A\nSDQ*EA*92*0045*60*0046*x\n", mapping.Options{}, []string{"P store 0045, ship-to 0045, 1: 60 EA"}, "store-quantity"},
		"a store has no number":  {head + "PO1*1*60*EA***VN*A\nSDQ*EA*92*0045*60**1\n", mapping.Options{}, []string{"P store 0045, ship-to 0045, 1: 60 EA"}, "store-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			docs, found := mapping.ReadStoreOrders(set(t, c.text+"CTT"), c.agreed)
			assert.Equal(t, c.want, storesOf(docs))
			var bad finding.List
			for _, f := range found {
				if f.Severity > finding.Info && !strings.Contains(f.Code, "price") {
					bad = append(bad, f)
				}
			}
			if c.code == "" {
				assert.Empty(t, bad)
				return
			}
			require.Len(t, bad, 1)
			assert.Equal(t, "mapping.850."+c.code, bad[0].Code)
		})
	}
	many := head + "PO1*1*1*EA***VN*A\n" + strings.Repeat("SDQ*EA*92"+strings.Repeat("*0045*1", 10)+"\n", 501)
	docs, found := mapping.ReadStoreOrders(set(t, many), mapping.Options{})
	assert.True(t, found.With("mapping.850.stores-many").Blocks())
	assert.Equal(t, "P store 0045, ship-to 0045, 1: 5000 EA", storesOf(docs)[0])
}

// However lines are split, what the stores get is what was ordered, and each store is
// one document.
func TestStoreOrdersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := []x12.Segment{x12.NewSegment("BEG", "00", "SA", "P", "", "20260327")}
		ordered := make(map[string]int64)
		stores := make(map[string]bool)
		for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
			id := fmt.Sprint(i + 1)
			var parts []string
			for n := range rapid.IntRange(1, 10).Draw(t, "parts") {
				count := rapid.Int64Range(1, 99).Draw(t, fmt.Sprint("count", n))
				store := rapid.SampledFrom([]string{"0045", "0046", "0047"}).Draw(t, fmt.Sprint("store", n))
				parts = append(parts, store, fmt.Sprint(count))
				ordered[id] += count
				stores[store] = true
			}
			segments = append(segments, x12.NewSegment("PO1", id, fmt.Sprint(ordered[id]), "EA", "", "", "VN", "A"+id),
				x12.NewSegment("SDQ", append([]string{"EA", "92"}, parts...)...))
		}
		docs, found := mapping.ReadStoreOrders(rapidSet(t, "850", segments), mapping.Options{})
		require.False(t, found.Blocks(), "%v", found)
		require.Len(t, docs, len(stores))
		for _, d := range docs {
			require.True(t, stores[d.Store.Value])
			for _, l := range d.Lines {
				n, _ := l.Quantity.Int64()
				ordered[l.ID] -= n
			}
			require.Empty(t, d.Validate())
		}
		for id, left := range ordered {
			require.Zero(t, left, "line %s", id)
		}
	})
}

// The 856 of a store's order names the store, and its buyer reads it.
func TestShipNoticeNamesStores(t *testing.T) {
	s := packed(t)
	for i := range s.Lines {
		s.Lines[i].MarkFor = shipping.Party{Identifiers: []party.Identifier{{Scheme: "92", Value: fmt.Sprint("004", i)}}}
	}
	segments, err := mapping.WriteShipNotice(s, sentAt, mapping.Options{})
	require.NoError(t, err)
	sound(t, "856", "", segments)
	sound(t, "856", "005010", segments)
	assert.Contains(t, lines(segments), "\nREF*VN*SO-1\nN1*Z7**92*0040\n")
	n, found := mapping.ReadShipNotice(rapidSet(t, "856", segments), mapping.Options{})
	assert.Empty(t, found)
	got := make(map[string]string)
	for _, item := range n.Items {
		got[item.PurchaseOrder] = item.Store.Identifiers[0].Value
	}
	assert.Equal(t, map[string]string{"PO-1001": "0040", "PO-1002": "0041"}, got)
}

// An order that is split by store becomes one order for each store.
func ExampleReadStoreOrders() {
	docs, found := mapping.ReadStoreOrders(set(new(testing.T), `850
BEG*00*SA*PO-1001**20260327
N1*ST*Depot*92*DC7
PO1*1*100*EA***VN*BR-10
SDQ*EA*92*0045*60*0046*40
CTT*1`), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for i := range docs {
		to, _ := docs[i].Party(party.ShipTo)
		store, _ := docs[i].Party(party.MarkFor)
		fmt.Println(docs[i].PurchaseOrder, "store", docs[i].Store.Value, docs[i].Lines[0].Quantity, "to", to.Name, "marked for", store.Identifiers[0].Value)
	}
	// Output:
	// PO-1001 store 0045 60 EA to Depot marked for 0045
	// PO-1001 store 0046 40 EA to Depot marked for 0046
}

// A change of an order that was split by store is one for each store; what it does not
// split is for all of them.
func TestStoreChanges(t *testing.T) {
	const head = "860\nBCH*04*SA*P***20260327\nCUR*BY*USD\n"
	told := func(text string, agreed mapping.Options) (list []string, found finding.List) {
		changes, found := mapping.ReadStoreChanges(set(t, text), agreed)
		for _, c := range changes {
			line := "store " + c.Document.Store.Value
			for _, l := range c.Lines {
				line += fmt.Sprintf(", %s %s %s", l.ID, l.Kind, l.Quantity)
			}
			list = append(list, line)
		}
		return list, found
	}
	got, found := told(head+"POC*1*QD*70*70*EA\nSDQ*EA*92*0045*40*0046*30\nPOC*2*DI\nPOC*3*QI*5*5*EA\nSDQ*EA*92*0046*3*0046*2\nCTT*3", mapping.Options{})
	assert.Empty(t, found)
	assert.Equal(t, []string{"store 0045, 1 decrease 40 EA", "store 0046, 1 decrease 30 EA, 3 increase 5 EA", "store , 2 delete 0"}, got)

	got, found = told(head+"POC*1*QD*70*70*EA\nSDQ*EA*92*0045*40*0046*40", mapping.Options{})
	assert.True(t, found.With("mapping.860.stores-sum").Blocks())
	assert.Len(t, got, 2)

	got, found = told("860\nBCH*01*SA*P***20260327", mapping.Options{})
	assert.Equal(t, []string{"store "}, got)
	assert.Empty(t, found)

	got, _ = told("860\nBCH*01*SA*P***20260327\nPOC*1*DI*70*70*EA\nSDQ*EA*92*0045*40*0046*30", mapping.Options{})
	assert.Equal(t, []string{"store , 1 delete 70 EA"}, got, "it is given up for the stores that are not named, too")

	got, found = told(head+"POC*1*QD*30*30*EA\nSDQ*EA*92*0045*40*0046*30", mapping.Options{ChangeIsDifference: true})
	assert.Len(t, found.With("mapping.860.stores"), 1)
	assert.Equal(t, []string{"store , 1 decrease 30 EA"}, got)
}

// A change of an order that was split by store.
func ExampleReadStoreChanges() {
	changes, found := mapping.ReadStoreChanges(set(new(testing.T), `860
BCH*04*SA*PO-1001***20260327
POC*1*QD*70*70*EA***VN*BR-10
SDQ*EA*92*0045*40*0046*30
CTT*1`), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, c := range changes {
		fmt.Println(c.Document.PurchaseOrder, "store", c.Document.Store.Value, "line", c.Lines[0].ID, "now", c.Lines[0].Quantity)
	}
	// Output:
	// PO-1001 store 0045 line 1 now 40 EA
	// PO-1001 store 0046 line 1 now 30 EA
}
