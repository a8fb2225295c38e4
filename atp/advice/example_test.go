package advice_test

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// A marketplace sees the pumps of a site less a tenth, first in full, and then only what an order changed.
func Example() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if err := run(now); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 full: 45 of pump, 72 from 2026-03-06
	// 2 changes: 36 of pump, 63 from 2026-03-06
	// nothing to tell
}

func run(now time.Time) error {
	site, err := calendar.New(calendar.Config{Name: "Berlin", Zone: "Europe/Berlin"})
	if err != nil {
		return err
	}
	stock, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: site}}})
	if err != nil {
		return err
	}
	pump, _, err := stock.Define(now, atp.Definition{Item: "pump", Site: "BER"})
	if err != nil {
		return err
	}
	if _, err := stock.Count(now, atp.Count{Ref: pump, Quantity: 50}); err != nil {
		return err
	}
	if _, err := stock.AddSupply(now, atp.Supply{
		Ref: pump, Document: "PO-77/1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-03-06"), Quantity: 30,
	}); err != nil {
		return err
	}
	feed, err := advice.New(advice.Config{
		Channel: "marketplace", Source: stock, Ahead: 30, Terms: advice.Terms{Percent: 10},
		Items: []advice.Item{{ID: "pump", Sites: []string{"BER"}}},
	})
	if err != nil {
		return err
	}
	if err := tellMarket(feed, now); err != nil {
		return err
	}
	if _, err := stock.Reserve(now, atp.Request{
		Key: "order 4711/1", Hold: time.Hour, Lines: []atp.Line{{Ref: pump, Date: calendar.DateOf(now), Quantity: 10}},
	}); err != nil {
		return err
	}
	if err := tellMarket(feed, now); err != nil {
		return err
	}
	return tellMarket(feed, now)
}

func tellMarket(feed *advice.Feed, now time.Time) error {
	told, news, err := feed.Draft(now, advice.Changes)
	if err != nil {
		return err
	}
	if !news {
		fmt.Println("nothing to tell")
		return nil
	}
	for _, l := range told.Lines {
		fmt.Printf("%d %s: %d of %s, %d from %s\n", told.Number, told.Kind, l.Quantity, l.Item, l.Later[0].Quantity, l.Later[0].Date)
	}
	return feed.Apply(told) // once it is journalled and sent
}
