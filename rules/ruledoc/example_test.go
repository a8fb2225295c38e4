package ruledoc_test

import (
	"fmt"
	"os"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/ruledoc"
)

func ExampleMarkdown() {
	type Line struct {
		Tier     string
		Category string
	}
	type Discount struct {
		Percent money.Rate `json:"percent"`
	}
	schema, err := rules.NewSchema[Line](rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
		{ID: "gold-tools", Name: "Gold customers, tools", When: `tier == "GOLD" && category == "tools"`,
			Then: Discount{Percent: money.MustRate("5%")}, Priority: 10, Note: "Agreed with sales."},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := ruledoc.New(book, ruledoc.Config{Title: "Discounts"})
	if err != nil {
		fmt.Println(err)
		return
	}
	document.Hash = "0123456789abcdef" // to keep the example short
	if err := ruledoc.Markdown(os.Stdout, document); err != nil {
		fmt.Println(err)
	}
	// Output:
	// # Discounts
	//
	// - Rules: 1
	// - Hash: `0123456789abcdef`
	//
	// ## Contents
	//
	// - [Rules](#group-1)
	// - [Facts](#facts)
	//
	// <a id="group-1"></a>
	//
	// ## Rules
	//
	// <a id="rule-1"></a>
	//
	// ### Gold customers, tools (`gold-tools`)
	//
	// Agreed with sales.
	//
	// - Priority: 10
	//
	// When
	//
	// - `tier == "GOLD"`
	// - `category == "tools"`
	//
	// Then
	//
	// - percent: 5%
	//
	// <a id="facts"></a>
	//
	// ## Facts
	//
	// | Fact | Type | Read by |
	// | --- | --- | --- |
	// | `category` | string | `gold-tools` |
	// | `tier` | string | `gold-tools` |
}
