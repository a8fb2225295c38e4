package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

const headOfOrder = "BGM+220+PO-1+9\nDTM+137:20260327:102\nNAD+BY+5412345000013::9\nCUX+2:EUR:9\n"

// The unit that a part of a line names is its own: ten cartons are not ten pieces. A
// part without one is in that of the line.
func TestPartOfALineInItsUnit(t *testing.T) {
	const line = "LIN+1++4000862141404:EN\nQTY+21:10:PCE\nLOC+7+1::9\nQTY+11:4\nLOC+7+2::9\nQTY+11:6"
	for unit, wrong := range map[string]int{"": 0, ":PCE": 0, ":CT": 1} {
		_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", headOfOrder+line+unit), mapping.Options{})
		assert.Len(t, found.With("message.orders.stores-sum"), wrong, "%q: %v", unit, found)
	}
}

// CNT 2 counts the lines, with or without their sub-lines; MOA 79 is compared only where
// each line states its value.
func TestTotalsOfPart(t *testing.T) {
	const line, sub = "LIN+1++4000862141404:EN\nQTY+21:10:PCE\n", "LIN+2++4000862141411:EN+1:1\nQTY+21:5\n"
	for count, wrong := range map[string]int{"1": 0, "2": 0, "3": 1} {
		_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", headOfOrder+line+sub+"UNS+S\nCNT+2:"+count), mapping.Options{})
		assert.Len(t, found.With("message.orders.line-count"), wrong, count)
	}
	const other = "LIN+2++4000862141411:EN\nQTY+21:1:PCE\n"
	for value, wrong := range map[string]int{"": 0, "MOA+203:5\n": 1} {
		_, found := message.ReadPurchaseOrder(parse(t, "ORDERS", headOfOrder+line+"MOA+203:50\n"+other+value+"UNS+S\nMOA+79:60"), mapping.Options{})
		assert.Len(t, found.With("message.orders.value-total"), wrong, value)
	}
}

// A price in another currency than that of the order is not written as if it were in it.
func TestOneCurrencyIsWritten(t *testing.T) {
	read, found := message.ReadPurchaseOrder(parse(t, "ORDERS", headOfOrder+"LIN+1++4000862141404:EN\nQTY+21:10:PCE\nPRI+AAA:5"), mapping.Options{})
	assert.Empty(t, codes(found, finding.Block))
	_, err := message.WritePurchaseOrder(read, mapping.Options{})
	assert.NoError(t, err)
	require.NotEmpty(t, read.Lines)
	dollars := money.MustParse("5 USD")
	read.Lines[0].Price = &dollars
	_, err = message.WritePurchaseOrder(read, mapping.Options{})
	assert.ErrorContains(t, err, "the document is in EUR")
}
