package terms_test

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
)

func Example() {
	net, err := terms.ParsePayment("2/10 net 30")
	if err != nil {
		fmt.Println(err)
		return
	}
	total := money.MustParse("1000.00 USD")
	due, err := net.Schedule(total, terms.Dates{Invoice: calendar.MustDate("2026-03-27")})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range due {
		fmt.Println(d.Amount, "by", d.Due)
		for _, e := range d.Early {
			fmt.Println("or", e.Discount, "less by", e.Until)
		}
	}
	// Output:
	// 1000.00 USD by 2026-04-26
	// or 20.00 USD less by 2026-04-06
}

func ExamplePayment_Schedule_instalments() {
	p := terms.MustPayment("30% net 0 from order; 70% net 30 from delivery")
	due, err := p.Schedule(money.MustParse("99.99 EUR"), terms.Dates{
		Order: calendar.MustDate("2026-03-02"), Delivery: calendar.MustDate("2026-04-15"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range due {
		fmt.Println(d.Amount, "by", d.Due)
	}
	// Output:
	// 30.00 EUR by 2026-03-02
	// 69.99 EUR by 2026-05-15
}

func ExampleTrade_Validate() {
	t, err := terms.ParseTrade("CIF Hamburg, Incoterms 2020")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Validate(terms.Carriage{Mode: terms.Air}))
	d := t.Term.Duties()
	fmt.Println("carriage:", d.Carriage, "- insurance:", d.Insurance, "- risk passes:", d.Risk)
	// Output:
	// block terms.incoterm.mode at term: CIF is for sea and inland waterway, not for air (use CIP)
	// carriage: seller - insurance: minimum - risk passes: on board the ship
}

func ExampleParseFreight() {
	f, err := terms.ParseFreight("FOB Origin, Freight Prepaid & Add")
	fmt.Println(f, err)
	fmt.Println(f.PaysCarrier(), f.OnInvoice())
	// Output:
	// FOB origin, freight prepaid and add <nil>
	// seller true
}
