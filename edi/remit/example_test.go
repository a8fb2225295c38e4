package remit_test

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/remit"
	"github.com/o2ckit/o2c/edi/x12"
)

// An 820 pays two invoices: the first less 2% for early payment, of the second 30.00 are
// kept for goods that were damaged.
func Example() {
	report, err := x12.Read(strings.NewReader(`ISA*00*          *00*          *01*123456789      *14*987654321      *260430*1105*U*00401*000000042*0*P*>~
GS*RA*123456789*987654321*20260430*1105*42*X*004010~
ST*820*0001~
BPR*C*1450*C*ACH*CTX*01*021000021*DA*1234567*1999999999**01*031000011*DA*7654321*20260430~
TRN*1*4711~
CUR*PR*USD~
N1*PR*Northwind Stores*1*123456789~
ENT*1~
RMR*IV*IN-1*PI*980*1000*20~
RMR*IV*IN-2*PI*470*500~
ADX*-30*04*DB*DM-8~
SE*10*0001~
GE*1*42~
IEA*1*000000042~`), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	remittance, found := mapping.ReadRemittance(report.Sets()[0], mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	items := []credit.OpenItem{{Document: "IN-1", Open: usd("1000")}, {Document: "IN-2", Open: usd("500")}} // of the account
	applied, err := remit.Apply(remittance, remit.Target{Document: "820/" + remittance.Trace, Account: "ACME"}, items)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range applied.Payment.Applied {
		fmt.Println(a.Item, a.Amount)
	}
	for _, d := range applied.Differences {
		fmt.Println(d)
	}
	// Output:
	// IN-1 980.00 USD
	// IN-2 470.00 USD
	// IN-1: 20.00 USD taken as discount
	// IN-2: 30.00 USD deducted for reason 04
}
