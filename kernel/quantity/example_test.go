package quantity_test

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/kernel/quantity"
)

func Example() {
	units, err := quantity.NewConversions(quantity.Each,
		quantity.Conversion{Unit: quantity.Case, Of: 12},
		quantity.Conversion{Unit: quantity.Pallet, Of: 40, In: quantity.Case})
	if err != nil {
		fmt.Println(err)
		return
	}
	ordered, err := quantity.Parse("2 PL")
	if err != nil {
		fmt.Println(err)
		return
	}
	count, err := units.BaseCount(ordered)
	fmt.Println(count, err)
	cases, err := units.Convert(ordered, quantity.Case)
	fmt.Println(cases, err)
	// Output:
	// 960 <nil>
	// 80 CA <nil>
}

func ExampleConversions_Convert() {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(units.Convert(quantity.New(30, quantity.Each), quantity.Case))

	_, err = units.Convert(quantity.New(1, quantity.Each), quantity.Case)
	var inexact *quantity.InexactError
	fmt.Println(errors.As(err, &inexact), err)

	fmt.Println(units.ConvertRound(quantity.New(1, quantity.Each), quantity.Case, 3, quantity.HalfUp))
	// Output:
	// 2.5 CA <nil>
	// true quantity: 1 EA has no exact value in CA
	// 0.083 CA <nil>
}

// An item of catch weight is ordered in cases and weighed when it is picked.
func ExampleConversions_BaseThousandths() {
	ham, err := quantity.NewConversions(quantity.Kilogram,
		quantity.Conversion{Unit: quantity.Case, Of: 25, Per: 2}) // two cases are 25 kg
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ham.BaseThousandths(quantity.MustParse("3 CA")))
	fmt.Println(ham.BaseThousandths(quantity.MustParse("36.842 KG")))
	fmt.Println(ham.BaseThousandths(quantity.MustParse("0.0005 KG")))
	// Output:
	// 37500 <nil>
	// 36842 <nil>
	// 0 quantity: 0.0005 KG has more than 3 decimal places in KG
}

func ExampleQuantity_Add() {
	var total quantity.Quantity // neutral: it has no unit yet
	for _, q := range []quantity.Quantity{quantity.New(5, quantity.Each), quantity.New(7, quantity.Each)} {
		var err error
		if total, err = total.Add(q); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(total)
	_, err := total.Add(quantity.New(1, quantity.Case))
	fmt.Println(err)
	// Output:
	// 12 EA
	// quantity: unit EA meets unit CA
}

func ExampleMass() {
	fmt.Println(quantity.Mass().Convert(quantity.MustParse("10 LB"), quantity.Kilogram))
	// Output: 4.5359237 KG <nil>
}
