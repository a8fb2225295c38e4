package mapping_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// A marketplace is told what it can sell today, and what from Friday on.
func ExampleWriteInventoryAdvice() {
	told := advice.Advice{ // from advice.Feed.Draft
		Channel: "marketplace", Number: 1, Kind: advice.Full, At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Lines: []advice.Line{{Item: "pump", Quantity: 45, Later: []advice.Later{{Date: calendar.MustDate("2026-03-06"), Quantity: 72}}}},
	}
	segments, err := mapping.WriteInventoryAdvice(told, func(string) (mapping.AdvisedItem, error) {
		return mapping.AdvisedItem{Unit: quantity.Each}, nil
	}, mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s)
	}
	// Output:
	// BIA*00*SI*1*20260302*0900
	// LIN*1*VN*pump
	// QTY*33*45*EA
	// QTY*29*72*EA
	// DTM*018*20260306
	// CTT*1
}

// A vendor that ships in our name tells its stock; promises for drop shipment draw
// on it.
func ExampleReadInventoryAdvice() {
	vendor, err := calendar.New(calendar.Config{Name: "Vendor", Zone: "UTC"})
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "VENDOR-7", Calendar: vendor}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	pump, _, err := stock.Define(now, atp.Definition{Item: "pump", Site: "VENDOR-7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, found := mapping.ReadInventoryAdvice(feed(), mapping.Options{}) // a set of x12.Read
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	for _, l := range report.Lines {
		supplies, err := l.Supplies(pump, "846/"+report.Reference, report.Date, pieces) // or Count of the item
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, s := range supplies {
			if _, err := stock.AddSupply(now, s); err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(s.Document, s.Type, s.Due, s.Quantity)
		}
	}
	// Output:
	// 846/F-1/1 vendor-stock 2026-03-02 45
	// 846/F-1/2 vendor-stock 2026-03-06 27
}

// feed is what a vendor sent.
func feed() *x12.Set {
	return set(new(testing.T), "846\nBIA*00*SI*F-1*20260302\nLIN*1*BP*pump\nQTY*33*45*EA\nSCH*27*EA***018*20260306\nCTT*1")
}
