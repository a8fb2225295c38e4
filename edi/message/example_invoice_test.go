package message_test

import (
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
)

func ExampleWriteInvoice() {
	segments, err := message.WriteInvoice(billed(new(testing.T)), mapping.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		switch s.ID() {
		case "QTY", "PRI", "MOA", "ALC":
			fmt.Println(s)
		}
	}
	// Output:
	// ALC+A++2++DI:::Opening order
	// MOA+204:10
	// ALC+C++6++FC:::freight
	// MOA+23:18.75
	// QTY+47:60:EA
	// MOA+203:142.5
	// MOA+66:150
	// PRI+AAB:2.5
	// MOA+124:10.81
	// ALC+A++2++DI:::Customer discount
	// MOA+204:7.5
	// MOA+25:150
	// QTY+47:10:EA
	// MOA+203:52
	// PRI+AAA:520:::100:EA
	// MOA+124:3.95
	// MOA+77:218.01
	// MOA+79:194.5
	// MOA+86:218.01
	// MOA+9:218.01
	// MOA+131:8.75
	// MOA+176:14.76
	// MOA+129:184.5
	// MOA+52:3.69
	// MOA+124:14.76
	// MOA+125:184.5
}

func ExampleReadInvoice() {
	m := parse(new(testing.T), "INVOIC", `BGM+381+G-9+9
DTM+137:20260410:102
RFF+IV:R-77
NAD+SU+4012345500004::9
RFF+VA:DE123456789
CUX+2:EUR:4
LIN+1++4000862141404:EN
QTY+47:3:EA
MOA+203:7.50
PRI+AAA:250:::100
UNS+S
MOA+77:8.93
MOA+79:7.50
TAX+7+VAT+++:::19+S
MOA+124:1.42
MOA+125:7.50`)
	invoice, found := message.ReadInvoice(m, mapping.Options{})
	for _, f := range found {
		fmt.Println(f)
	}
	fmt.Println(invoice.Kind, invoice.Number, "of", invoice.Original, "comes to", invoice.Owed())
	for _, l := range invoice.Lines {
		fmt.Println(l.Quantity, "at", l.Price, "per", l.PricePer, "is", l.Value)
	}
	// Output:
	// warning message.invoic.tie at segments[13].MOA: lines, allowances, charges and taxes add up to 8.92 EUR, the invoice claims 8.93 EUR (ask the vendor what the difference is for before it is paid)
	// credit G-9 of R-77 comes to -8.93 EUR
	// 3 EA at 250.00 EUR per 100 is 7.50 EUR
}
