package money_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Price a line: quantity times price, two discounts, rounded once.
func Example() {
	price := money.MustParse("10.50 USD")
	net, err := money.Extend(price, quantity.New(48, quantity.Each), 1, 2, money.HalfUp,
		money.MustRate("0.95"), money.MustRate("0.98"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(net)
	// Output: 469.22 USD
}

// A price per 100,000 pieces: nothing is rounded on the way.
func ExampleExtend_per() {
	net, _ := money.Extend(money.MustParse("100.00 USD"), quantity.New(99_830, quantity.Each), 100_000, 2, money.HalfUp)
	fmt.Println(net)
	// Output: 99.83 USD
}

// Two reductions of 5%, each rounded to the cent.
func ExampleCalculator() {
	calc := money.NewCalculator(money.MustParse("1.08 USD"), 2, money.HalfUp)
	net, err := calc.Less(money.MustRate("5%")).Less(money.MustRate("5%")).Amount()
	fmt.Println(net, err)
	// Output: 0.98 USD <nil>
}

// An order discount over three lines sums to the cent.
func ExampleApportion() {
	line := money.MustParse("50.00 USD")
	parts, err := money.Apportion(money.MustParse("10.00 USD"), []money.Amount{line, line, line})
	fmt.Println(parts, err)
	// Output: [3.34 USD 3.33 USD 3.33 USD] <nil>
}

// No line gets more than it can bear; the others take its surplus by weight.
func ExampleApportionCapped() {
	weights := []money.Amount{money.MustParse("50 USD"), money.MustParse("30 USD"), money.MustParse("20 USD")}
	caps := []money.Amount{money.MustParse("10 USD"), money.MustParse("100 USD"), money.MustParse("100 USD")}
	parts, unplaced, err := money.ApportionCapped(money.MustParse("100 USD"), weights, caps)
	fmt.Println(parts, unplaced, err)
	// Output: [10.00 USD 54.00 USD 36.00 USD] 0.00 USD <nil>
}

// Two currencies have no sum.
func ExampleAmount_Add() {
	_, err := money.MustParse("1.00 USD").Add(money.MustParse("1.00 EUR"))
	var mismatch *money.CurrencyError
	fmt.Println(errors.As(err, &mismatch), err)
	// Output: true money: currency "EUR" where "USD" is wanted
}

// The tax in a price that includes it is what the rounded net leaves.
func ExampleAmount_QuoRound() {
	gross := money.MustParse("200.00 USD")
	withTax, _ := money.MustRate("15%").OnePlus()
	net, _ := gross.QuoRound(withTax, 2, money.HalfUp)
	tax, _ := gross.Sub(net)
	fmt.Println(net, tax)
	// Output: 173.91 USD 26.09 USD
}

func ExampleAmount_MarshalJSON() {
	data, _ := json.Marshal(money.MustParse("12.5 USD"))
	fmt.Println(string(data))

	// What other systems write is read too.
	var a money.Amount
	err := json.Unmarshal([]byte(`{"amount":"7.00","currency":"EUR"}`), &a)
	fmt.Println(a, err)
	// Output:
	// "12.50 USD"
	// 7.00 EUR <nil>
}

// The rate of the day, and the record of which it was.
func ExampleExchange_Convert() {
	x, err := money.NewExchange([]money.ExchangeRate{{
		From: money.EUR, To: money.USD, Rate: money.MustRate("1.0842"),
		ValidFrom: time.Date(2026, time.March, 27, 0, 0, 0, 0, time.UTC), Source: "central bank",
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.March, 27, 12, 0, 0, 0, time.UTC)
	usd, rate, err := x.Convert(money.MustParse("250.00 EUR"), money.USD, at, 2, money.HalfEven)
	fmt.Println(usd, rate.Rate, rate.Source, err)
	// Output: 271.05 USD 1.0842 central bank <nil>
}
