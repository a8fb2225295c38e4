package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// The kinds of numbers that GIN carries (element 7405).
const (
	ginSSCC       = "BJ"
	ginBatch      = "BX"
	ginSerial     = "BN"
	ginPackageOld = "AW" // serial shipping container code in older messages
)

// numbersIn are the numbers of a GIN. Of a range both ends are given, which is
// mentioned.
func (r *reader) numbersIn(s edifact.Segment) []string {
	var all []string
	for i := 2; i <= 6; i++ {
		first, last := text(s, i, 1), text(s, i, 2)
		if first != "" {
			all = append(all, first)
		}
		if last != "" {
			all = append(all, last)
			r.info("number-range", s, element(i), fmt.Sprintf("the numbers go from %s to %s; the two ends are kept", first, last))
		}
	}
	return all
}

// isSSCC tells whether a number has the length and the check digit of an SSCC.
func isSSCC(number string) bool { return len(number) == 18 && gs1.Valid(number) }

// ssccs are the SSCCs of a GIN; ok is false where it carries numbers of another kind.
// A number that is no SSCC is a warning, and kept.
func (r *reader) ssccs(s edifact.Segment) (numbers []string, ok bool) {
	if kind := text(s, 1, 1); kind != ginSSCC && kind != ginPackageOld {
		return nil, false
	}
	numbers = r.numbersIn(s)
	for i, n := range numbers {
		if len(n) == 20 && n[:2] == "00" && isSSCC(n[2:]) { // with its application identifier
			numbers[i] = n[2:]
		} else if !isSSCC(n) {
			r.warn("sscc", s, element(2), fmt.Sprintf("%.40q is no SSCC: length or check digit is wrong", n), "ask the partner for the number on the label")
		}
	}
	return numbers, true
}

// measures are the weights and the volume that MEA states.
type measures struct{ gross, net, volume quantity.Quantity }

// measure reads MEA; false for what is neither weight nor volume.
func (r *reader) measure(to *measures, s edifact.Segment) bool {
	var at *quantity.Quantity
	switch text(s, 2, 1) {
	case "AAD", "AAB", "AAE", "AAG", "G":
		at = &to.gross
	case "AAA", "AAC", "AAF", "AAL", "N":
		at = &to.net
	case "AAW", "AAX", "ABJ":
		at = &to.volume
	default:
		return false
	}
	code, number := text(s, 3, 1), text(s, 3, 2)
	if number == "" {
		return true // a range, or nothing
	}
	unit, err := r.agreed.TradeUnit(code)
	var q quantity.Quantity
	if err == nil {
		q, err = parseQuantity(number, unit)
	}
	if err != nil {
		r.warn("measure", s, element(3), err.Error(), "ask the partner for the weight or volume")
		return true
	}
	*at = q
	return true
}

// function reads the message function (element 1225): whether the message takes back
// or replaces one with the same number. What is neither that nor an original is a
// warning.
func (r *reader) function(s edifact.Segment) (cancel, replace bool) {
	switch code := text(s, 3, 1); code {
	case "", "9", "7", "18", "31", "35", "43", "47":
	case "1", "3", "17":
		return true, false
	case "5", "4", "20", "21":
		return false, true
	default:
		r.warn("function", s, element(3), fmt.Sprintf("BGM says %.10q of what the message is for; it is taken as an original", code), "agree with the partner on what the code means")
	}
	return false, false
}

// batchNumber is the item number type (element 7143) of a batch.
const batchNumber = foreign + "NB"

// lotAmong takes the batch out of the item numbers, where partners put it.
func lotAmong(lot string, ids []order.ItemIdentifier) (string, []order.ItemIdentifier) {
	kept := ids[:0:0]
	for _, id := range ids {
		if id.Scheme == batchNumber {
			if lot == "" {
				lot = id.Value
			}
			continue
		}
		kept = append(kept, id)
	}
	return lot, kept
}

// serialNumber is the item number type (element 7143) of a single piece.
const serialNumber = foreign + "SN"

// serialsAmong takes the serial numbers out of the item numbers.
func serialsAmong(serials []string, ids []order.ItemIdentifier) ([]string, []order.ItemIdentifier) {
	kept := ids[:0:0]
	for _, id := range ids {
		if id.Scheme == serialNumber {
			serials = append(serials, id.Value)
			continue
		}
		kept = append(kept, id)
	}
	return serials, kept
}
