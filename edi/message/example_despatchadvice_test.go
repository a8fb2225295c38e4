package message_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
)

func ExampleWriteDespatchAdvice() {
	shipment := packed(new(testing.T)) // from the desk: four cartons of two orders
	segments, err := message.WriteDespatchAdvice(shipment, sentAt, mapping.Options{EANCOM: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments[:17] {
		fmt.Println(s)
	}
	// Output:
	// BGM+351+SH-1001+9
	// DTM+137:202604011415:203
	// DTM+11:20260401:102
	// DTM+17:20260403:102
	// MEA+PD+AAC+KGM:16.5
	// NAD+DP+5412345000013::9++Nordmarkt 45+Hafenstr. 7+Hamburg++20457+DE
	// NAD+SF+4012345500004::9++Weber Bürsten GmbH
	// TOD+++:::FOB origin, freight prepaid
	// TDT+20++:Ground++DHLX::182
	// CPS+1
	// FTX+TRA+++dock 4, slot 7:30
	// PAC+4++CT
	// CPS+2+1
	// PAC+1++CT
	// MEA+PD+AAL+KGM:3
	// PCI+33E
	// GIN+BJ+040123450000000009
}

func ExampleReadDespatchAdvice() {
	m := parse(new(testing.T), "DESADV", `BGM+351+D-77+9
DTM+137:20260401:102
DTM+17:20260403:102
NAD+SU+4012345500004::9
CPS+1
PAC+2++PX
CPS+2+1
PAC+1++201
PCI+33E
GIN+BJ+040123450000000009
LIN+1++4000862141404:EN
QTY+12:480:EA
RFF+ON:PO-1001:1
CPS+3+1
PAC+1++201
PCI+33E
GIN+BJ+040123450000000016
LIN+2++4000862141404:EN
QTY+12:120:EA
RFF+ON:PO-1001:1
CNT+2:2`)
	shipment, found := message.ReadDespatchAdvice(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	for _, item := range shipment.Items {
		for _, p := range shipment.Path(item.Packages[0]) {
			fmt.Println(item.PurchaseOrder, item.Line, item.Shipped, p.Kind, p.SSCC)
		}
	}
	// Output:
	// PO-1001 1 480 EA tare 040123450000000009
	// PO-1001 1 120 EA tare 040123450000000016
}
