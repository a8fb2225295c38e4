package mapping_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
)

// A customer wants less of a line, and another price for a second one.
func ExampleReadPurchaseOrderChange() {
	change, found := mapping.ReadPurchaseOrderChange(set(new(testing.T), changed), mapping.Options{Currency: money.USD}) // a set of x12.Read
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range change.Lines {
		fmt.Println(change.Document.PurchaseOrder, change.Sequence, "line", l.ID, l.Kind, l.Quantity, l.Price)
	}
	// Output:
	// PO-1001 3 line 1 decrease 60 EA 2.50 USD
	// PO-1001 3 line 2 price 10 EA 5.20 USD
}

// What could not be changed any more is answered.
func ExampleWriteChangeAcknowledgement() {
	answer := answeredChange(new(testing.T)) // of amend.Changes
	segments, err := mapping.WriteChangeAcknowledgement(answer, answered(new(testing.T)), mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		switch s.ID() {
		case "BCA", "POC", "ACK":
			fmt.Println(s)
		}
	}
	// Output:
	// BCA*00*AC*PO-1001*7*3*20260326***SO-00000001*20260331*20260330
	// POC*1*QD*60*0*EA*2.5**UP*012345670015*VN*BR-10
	// ACK*IQ*70*EA
	// POC*2*PC*10*10*EA*5.2*
	// ACK*IR*10*EA
}
