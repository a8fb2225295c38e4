package message

import (
	"strings"

	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// orderCode is a document name (element 1001) of an order.
type orderCode struct {
	code string
	kind order.Type
}

func orderCodes() []orderCode {
	return []orderCode{
		{"220", order.Standard}, {"105", order.Standard}, {"233", order.Standard},
		{"224", order.Rush}, {"228", order.Sample}, {"227", order.ConsignmentFill},
		{"221", order.Blanket}, {"226", order.BlanketRelease},
	}
}

// orderType translates a document name and its words (elements 1001 and 1000). A type
// that has no code of its own, such as drop-ship, is told by its words. known is false
// for what is none of these.
func orderType(code, words string) (kind order.Type, known bool) {
	for _, t := range []order.Type{order.DropShip, order.ConsignmentIssue} {
		if strings.EqualFold(words, string(t)) {
			return t, true
		}
	}
	for _, o := range orderCodes() {
		if o.code == code {
			return o.kind, true
		}
	}
	return order.Standard, code == ""
}

// documentName is the document name of an order type: its code, and words where that
// does not say it.
func documentName(kind order.Type) []string {
	for _, o := range orderCodes() {
		if o.kind == kind || kind == "" {
			return of(o.code)
		}
	}
	return of("220", "", "", string(kind))
}

// purpose is what a message function (element 1225) means for an order.
type purpose uint8

const (
	orders     purpose = iota // to be carried out
	again                     // the sender says that it sent it before
	confirming                // it was placed otherwise before
	cancelling                // the order is given up
	changing                  // it changes an order
	replacing                 // it takes the place of an order
	informing                 // it is not to be carried out
	unclear
)

func purposeOf(function string) purpose {
	switch function {
	case "", "9", "47", "22":
		return orders
	case "7", "18", "35", "43":
		return again
	case "6", "42":
		return confirming
	case "1", "17":
		return cancelling
	case "2", "3", "4", "33", "36":
		return changing
	case "5", "20", "21":
		return replacing
	case "8", "12", "14", "15", "16", "23", "25", "27", "31", "46", "53":
		return informing
	}
	return unclear
}

// dateField is the day of an order that a date qualifier (element 2005) speaks of.
type dateField uint8

const (
	noDate dateField = iota
	shipDate
	deliveryDate
	cancelDate
	orderDate
)

// dateOf translates a date qualifier. Of several that speak of the same day the one
// with the lower rank says it best: the day itself, then the window around it.
func dateOf(code string) (field dateField, rank int) {
	switch code {
	case "10":
		return shipDate, 0
	case "200":
		return shipDate, 1
	case "11":
		return shipDate, 2
	case "37":
		return shipDate, 3
	case "2":
		return deliveryDate, 0
	case "69":
		return deliveryDate, 1
	case "76":
		return deliveryDate, 2
	case "67":
		return deliveryDate, 3
	case "64":
		return deliveryDate, 4
	case "63":
		return deliveryDate, 5
	case "61":
		return cancelDate, 0
	case "4":
		return orderDate, 0
	case "137":
		return orderDate, 1
	}
	return noDate, 0
}

// latest tells whether a date qualifier speaks of the end of a window, so that of a
// period its last day counts.
func latest(code string) bool { return code == "61" || code == "63" || code == "38" }

// paymentOf translates a transport charges method of payment (element 4215); 0: the
// order cannot carry it.
func paymentOf(method string) terms.FreightPayment {
	switch method {
	case "PP", "PA", "PE", "PO":
		return terms.Prepaid
	case "PC":
		return terms.PrepaidAndAdd
	case "CC", "CA", "PB", "PU", "CF":
		return terms.Collect
	case "TP":
		return terms.ThirdParty
	}
	return 0
}

// paymentCode is the transport charges method of payment (element 4215).
func paymentCode(p terms.FreightPayment) string {
	switch p {
	case terms.Prepaid:
		return "PP"
	case terms.PrepaidAndAdd:
		return "PC"
	case terms.Collect:
		return "CC"
	case terms.ThirdParty:
		return "TP"
	}
	return ""
}

// eventOf translates a payment time reference (element 2475).
func eventOf(code string) (e terms.Event, known bool) {
	switch code {
	case "", "5", "9":
		return terms.FromInvoice, true
	case "1", "2", "8":
		return terms.FromOrder, true
	case "23", "24", "25", "45":
		return terms.FromShipment, true
	case "21", "22", "29":
		return terms.FromDelivery, true
	}
	return terms.FromInvoice, false
}

// eventCode is the payment time reference (element 2475) of a day that terms count from.
func eventCode(e terms.Event) string {
	switch e {
	case terms.FromInvoice:
		return "5"
	case terms.FromOrder:
		return "1"
	case terms.FromShipment:
		return "25"
	case terms.FromDelivery:
		return "21"
	}
	return ""
}
