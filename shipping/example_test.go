package shipping_test

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/shipping"
)

func ExamplePlan() {
	numbers, err := shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	if err != nil {
		fmt.Println(err)
		return
	}
	shipment, err := shipping.Plan(shipping.Request{
		ID:   "SH-1001",
		From: warehouse(), To: store(), Carrier: "UPSN",
		Lines: []shipping.Line{{
			Order: "SO-1", Line: "1", Item: "A-100", Description: "Mug, blue",
			Quantity: quantity.New(30, quantity.Each), Base: quantity.New(30, quantity.Each),
			PerCarton: quantity.New(12, quantity.Each),
		}},
	}, shipping.Packing{Numbers: numbers})
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := shipment.PackingList()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(list.Text())
	// Output:
	// PACKING LIST  SH-1001
	//
	// From     Main warehouse, 1 Dock Road, Newark NJ 07114, US
	// To       Store 45, 20 W 34th St, New York NY 10118, US, assigned by buyer 0045
	// Carrier  UPSN
	//
	// Carton 1 of 3  SSCC 006141410000000005
	//   12 EA  A-100  Mug, blue  SO-1 line 1
	//
	// Carton 2 of 3  SSCC 006141410000000012
	//   12 EA  A-100  Mug, blue  SO-1 line 1
	//
	// Carton 3 of 3  SSCC 006141410000000029
	//   6 EA  A-100  Mug, blue  SO-1 line 1
	//
	// Total in 3 cartons
	//   30 EA  A-100  Mug, blue  SO-1 line 1
}

func ExampleNewSSCC() {
	code, err := shipping.NewSSCC(0, "8002008", 1234)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(code, code.HumanReadable())

	_, err = shipping.ParseSSCC("080020080000012345")
	fmt.Println(err)
	// Output:
	// 080020080000012346 (00)080020080000012346
	// shipping: "080020080000012345" is no SSCC: the check digit should be 6
}
