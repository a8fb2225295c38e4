package message_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/calendar"
)

func ExampleWriteInventoryReport() {
	segments, err := message.WriteInventoryReport(advised(), describe, "D01B", mapping.Options{}) // advised by package advice
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments[:10] {
		fmt.Println(s)
	}
	// Output:
	// BGM+35+12+9
	// DTM+137:202603020730:203
	// DTM+366:20260302:102
	// LIN+1++4000862141404:EN
	// PIA+1+BR-10:SA
	// LOC+18+BER::91
	// INV++1
	// QTY+145:45:EA
	// INV++1
	// QTY+99:72:EA
}

func ExampleReadInventoryReport() {
	m := parse(new(testing.T), "INVRPT", `BGM+35+R-9+9
DTM+366:20260302:102
LIN+1++4000862141404:EN
QTY+145:45:EA
QTY+113:27:EA
DTM+2:20260306:102`)
	feed, found := message.ReadInventoryReport(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	for _, l := range feed.Lines {
		fmt.Println(l.Identifiers[0].Value, l.Quantity, "now,", l.Later[0].Quantity, "from", l.Later[0].Date)
	}
	// Output:
	// 4000862141404 45 EA now, 72 EA from 2026-03-06
}

func ExampleReconcileReceipt() {
	m := parse(new(testing.T), "RECADV", `BGM+632+WE-5+9
DTM+137:20260404:102
RFF+AAK:SH-1001
NAD+BY+5412345000013::9
CPS+1
LIN+1++4000862141404:EN
QTY+12:30:EA
QTY+48:29:EA
QVR+-2:124
RFF+ON:PO-1001:1
LIN+2
QTY+48:18:EA
RFF+ON:PO-1002:10`)
	receipt, found := message.ReadReceivingAdvice(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	for _, d := range message.ReconcileReceipt(packed(new(testing.T)), receipt) { // 30 EA, and 3 cases of 6
		fmt.Println(d)
	}
	// Output:
	// order SO-1 line 1: short, 29 EA of 30 EA arrived
	// order SO-1 line 1: 2 EA of 30 EA were not accepted
}

func ExampleReceivingAdviceOf() {
	m := parse(new(testing.T), "DESADV", `BGM+351+D-77+9
DTM+137:20260401:102
NAD+SU+4012345500004::9
CPS+1
LIN+1++4000862141404:EN
QTY+12:12:EA
RFF+ON:PO-9:1`)
	shipment, _ := message.ReadDespatchAdvice(m, mapping.Options{})
	advice := message.ReceivingAdviceOf(&shipment, "WE-5", calendar.MustDate("2026-04-03"))
	l := &advice.Lines[0]
	two := qty("-2 EA")
	l.Accepted, l.Variances = qty("10 EA"), []message.Variance{{Kind: message.ToBeReturned, Quantity: two, Discrepancy: "AF"}}
	segments, err := message.WriteReceivingAdvice(advice, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s)
	}
	// Output:
	// BGM+632+WE-5+9
	// DTM+137:20260403:102
	// DTM+50:20260403:102
	// RFF+AAK:D-77
	// NAD+SU+4012345500004::9
	// CPS+1
	// LIN+1++4000862141404:EN
	// QTY+12:12:EA
	// QTY+48:12:EA
	// QTY+194:10:EA
	// QVR+-2:195+AF
	// RFF+ON:PO-9:1
	// CNT+2:1
}
