package invoice_test

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order/invoice"
)

func ExampleMake() {
	o := partlyShipped() // 70 pieces at 1.45 less 10.00, freight 7.00; 23 of them have left
	today := calendar.MustDate("2026-03-31")

	register, err := invoice.NewRegister(invoice.Series{Name: "sales", Prefix: "INV-", Width: 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	number, _, err := register.Next("sales")
	if err != nil {
		fmt.Println(err)
		return
	}
	portions, err := invoice.Unbilled(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	inv, err := invoice.Make(invoice.Request{
		Order: o, Number: number, Lines: portions, Date: today,
		Terms:   terms.MustPayment("2/10 net 30"),
		Charges: invoice.ProRata,
		Taxes:   invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7%")}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(inv.Text())
	// Output:
	// INVOICE  INV-000001
	//
	// Date            2026-03-31
	// Bill to         Store Group, payables, 20 W 34th St, New York NY 10118, US
	// Sold to         Store Group
	// Customer        C1
	// Order           SO-1
	// Purchase order  PO-77
	// Terms           2/10 net 30
	//
	// 1  23 EA  I1  Item 1             30.06
	//                 price            33.35
	//                 step 1           -3.29
	//
	// Lines                       30.06
	// Freight                      2.30
	// Net                         32.36
	// Tax S 7% of 32.36            2.27
	// Payable USD                 34.63
	//
	// Pay 34.63 USD by 2026-04-30
	//   less 0.69 USD (2%) by 2026-04-10
}
