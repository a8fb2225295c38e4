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
	"github.com/o2ckit/o2c/order"
)

// onItsWay tells that a shipment was fetched, is going to be there, and was delivered in
// part.
const onItsWay = `214
B10*PRO-77*SH-1*ABFS
L11*PO-1001*PO
N1*SH*Brush Works
N4*Newark*NJ*07114*US
N1*CN*Northwind 45*92*0045
LX*1
AT7*AF*NS***20260401*1430*LT
MS1*Newark*NJ*US
MS2*ABFS*53102
AT7***AB*NA*20260403*0800*LT
L11*B-9*BM
LX*2
AT7*D1*NS***20260403*091530*ET
MS1*New York*NY*US
AT7*A9*BG***20260403
MAN*GM*006141410000000005
K1*corner crushed`

func TestCarrierStatus(t *testing.T) {
	st, found := mapping.ReadCarrierStatus(set(t, onItsWay), mapping.Options{})
	assert.Empty(t, found, "%v", found)
	assert.Equal(t, []string{"SH-1", "PRO-77", "ABFS", "PO-1001"}, []string{st.Shipment, st.Pro, st.Carrier, st.References[0].Value})
	require.Len(t, st.Parties, 2)
	require.Len(t, st.Events, 4)
	bill := []order.Reference{{Qualifier: "BM", Value: "B-9"}}
	assert.Equal(t, mapping.CarrierEvent{Kind: mapping.EventPickedUp, Code: "AF", Reason: "NS", Date: calendar.MustDate("2026-04-01"), Clock: "14:30", Zone: "LT",
		Place: mapping.CarrierPlace{City: "Newark", Region: "NJ", Country: "US"}, Equipment: "53102", References: bill}, st.Events[0])
	assert.Equal(t, mapping.CarrierEvent{Kind: mapping.EventAppointment, Code: "AB", Appointment: true, Reason: "NA", Date: calendar.MustDate("2026-04-03"), Clock: "08:00",
		Zone: "LT", References: bill}, st.Events[1])
	assert.Equal(t, []any{mapping.EventDelivered, "09:15:30"}, []any{st.Events[2].Kind, st.Events[2].Clock})
	assert.Equal(t, []any{mapping.EventException, []string{"006141410000000005"}, []string{"corner crushed"}}, []any{st.Events[3].Kind, st.Events[3].Marks, st.Events[3].Notes})
	_, whole := st.Delivered()
	assert.False(t, whole, "it is told of a package alone")
	st, _ = mapping.ReadCarrierStatus(set(t, strings.Replace(onItsWay, "MAN*GM*006141410000000005\n", "", 1)), mapping.Options{})
	e, whole := st.Delivered()
	assert.True(t, whole)
	assert.Equal(t, "D1", e.Code)
}

// What a status means for a shipment; a chassis that is tied to a container (CB) delivers
// nothing.
func TestCarrierStatusCodes(t *testing.T) {
	for code, want := range map[string]mapping.EventKind{
		"XB": mapping.EventAcknowledged, "X3": mapping.EventAtPickup, "AF": mapping.EventPickedUp, "X6": mapping.EventInTransit, "X1": mapping.EventArrived,
		"D1": mapping.EventDelivered, "AG": mapping.EventEstimated, "SD": mapping.EventException, "CB": mapping.EventOther,
	} {
		s, _ := mapping.ReadCarrierStatus(set(t, strings.Replace(onItsWay, "AT7*AF*", "AT7*"+code+"*", 1)), mapping.Options{})
		assert.Equal(t, want, s.Events[0].Kind, code)
	}
}

func TestCarrierStatusFindings(t *testing.T) {
	for _, c := range []struct {
		name, old, new, code string
		blocks               bool
	}{
		{"no beginning", "B10*PRO-77*SH-1*ABFS\n", "", "b10-missing", true},
		{"two beginnings", "L11*PO-1001*PO", "B10*1*2*ABFS", "b10-repeated", true},
		{"no shipment", "B10*PRO-77*SH-1*ABFS", "B10***ABFS", "shipment-missing", true},
		{"nothing happened", onItsWay[strings.Index(onItsWay, "LX*1"):], "LX*1", "at7-missing", true},
		{"no code", "AT7*AF*NS*", "AT7***", "code-missing", true},
		{"no such time", "*1430*", "*2530*", "time", false},
		{"no such day", "*20260401*", "*20261401*", "date", false},
		{"no such country", "Newark*NJ*US\nMS2", "Newark*NJ*QX\nMS2", "country", false},
	} {
		require.Contains(t, onItsWay, c.old, c.name)
		_, found := mapping.ReadCarrierStatus(set(t, strings.Replace(onItsWay, c.old, c.new, 1)), mapping.Options{})
		told := found.With("mapping.214." + c.code)
		require.NotEmpty(t, told, "%s: %v", c.name, found)
		assert.Equal(t, c.blocks, told.Blocks(), c.name)
	}
	_, found := mapping.ReadCarrierStatus(set(t, plain), mapping.Options{})
	assert.NotEmpty(t, found.With("mapping.214.wrong-set"))
}

func TestCarrierStatusByOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testdata(t), "corpus", "214*.x12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		for _, set := range readFile(t, name) {
			st, found := mapping.ReadCarrierStatus(set, mapping.Options{})
			assert.False(t, found.Blocks(), "%s: %v", name, found)
			_, delivered := st.Delivered()
			assert.True(t, delivered, name)
		}
	}
}

// A carrier tells how a shipment goes on.
func ExampleReadCarrierStatus() {
	status, found := mapping.ReadCarrierStatus(set(new(testing.T), onItsWay), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, e := range status.Events {
		fmt.Println(status.Shipment, e.Kind, e.Code, e.Date, e.Clock)
	}
	// Output:
	// SH-1 picked-up AF 2026-04-01 14:30
	// SH-1 appointment AB 2026-04-03 08:00
	// SH-1 delivered D1 2026-04-03 09:15:30
	// SH-1 exception A9 2026-04-03
}
