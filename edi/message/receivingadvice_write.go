package message

import (
	"strconv"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

const receivingAdvice = "632" // 1001

// ReceivingAdviceOf gives the advice that all of a shipment arrived as the vendor
// announced it, and is kept: what is not so is changed in its lines before it is
// written. Each line names the innermost package that has an SSCC.
func ReceivingAdviceOf(s *mapping.VendorShipment, number string, received calendar.Date) ReceivingAdvice {
	a := ReceivingAdvice{Number: number, Date: received, Received: received, Shipment: s.Shipment, Parties: s.Parties}
	for i := range s.Items {
		item := &s.Items[i]
		l := ReceivedLine{
			ID: strconv.Itoa(len(a.Lines) + 1), Identifiers: item.Identifiers, Description: item.Description, PurchaseOrder: item.PurchaseOrder,
			OrderLine: item.Line, Advised: item.Shipped, Received: item.Shipped, Accepted: item.Shipped,
		}
		if len(item.Packages) == 1 {
			for _, p := range s.Path(item.Packages[0]) {
				if p.SSCC != "" {
					l.Carton = p.SSCC
				}
			}
		}
		if len(item.Lots) == 1 {
			l.Lot, l.Expires = item.Lots[0].Number, item.Lots[0].Expires
		}
		a.Lines = append(a.Lines, l)
	}
	return a
}

// WriteReceivingAdvice makes a receiving advice, RECADV of D.96A and D.01B: the segments
// between UNH and UNT. What is written reads back by [ReadReceivingAdvice], but for
// where it came from. Lines are counted anew.
//
// What was advised is QTY 12, what arrived QTY 48, what is kept QTY 194; the variances of
// a line are QVR, in the unit in which the line is received. Lines in a carton stand
// below its SSCC. What would break the message is a [*mapping.FieldError].
func WriteReceivingAdvice(a ReceivingAdvice, agreed mapping.Options) ([]edifact.Segment, error) {
	w := receiptWriter{composer: compose("RECADV", &agreed)}
	w.header(&a)
	for i := range a.Lines {
		w.received(i, &a.Lines[i])
	}
	w.add("CNT", of("2", strconv.Itoa(len(a.Lines))))
	return w.result()
}

// receiptWriter makes one RECADV.
type receiptWriter struct {
	*composer
	packs  int
	carton string
}

func (w *receiptWriter) header(a *ReceivingAdvice) {
	function := original
	switch {
	case a.Cancel:
		function = "1"
	case a.Replace:
		function = "5"
	}
	w.bgm(of(receivingAdvice), a.Number, function, "")
	if a.Date.IsZero() {
		w.fail("DTM", whole(), "", "the advice has no date, which is mandatory")
	}
	w.date("137", a.Date)
	w.date("50", a.Received)
	if a.Shipment != "" {
		w.refer("AAK", a.Shipment)
	}
	if a.PurchaseOrder != "" {
		w.refer(orderNumber, a.PurchaseOrder)
	}
	for _, r := range a.References {
		w.refer(r.Qualifier, r.Value)
	}
	if len(a.Parties) == 0 {
		w.fail("NAD", whole(), "", "the advice names no party, of which one is mandatory")
	}
	w.parties(a.Parties)
}

// received writes the i-th line, and what it stands in where that is not what the line
// before stands in.
func (w *receiptWriter) received(i int, l *ReceivedLine) {
	if i == 0 || l.Carton != w.carton {
		w.packs++
		w.carton = l.Carton
		w.add("CPS", of(strconv.Itoa(w.packs)))
		if l.Carton != "" {
			w.add("PAC", of("1"))
			w.mark()
			w.add("GIN", of(ssccNumber), of(l.Carton))
		}
	}
	w.line(strconv.Itoa(i+1), "", l.Identifiers)
	w.describe(l.Description)
	if l.Advised.Unit() != 0 {
		w.quantity(despatched, l.Advised)
	}
	w.quantity("48", l.Received)
	w.quantity("194", l.Accepted)
	for n := range l.Variances {
		w.variance(&l.Variances[n], l.Received.Unit())
	}
	w.date("36", l.Expires)
	w.refersTo(l.PurchaseOrder, l.OrderLine)
	if l.Shipment != "" {
		w.refer("AAK", l.Shipment)
	}
	if l.Lot != "" {
		w.refer("BT", l.Lot)
	}
	for _, r := range l.References {
		w.refer(r.Qualifier, r.Value)
	}
}

// variance writes QVR.
func (w *receiptWriter) variance(v *Variance, unit quantity.Unit) {
	if v.Quantity.Unit() != unit {
		w.fail("QVR", spot{1, 1}, v.Quantity.String(), "it is not in the unit of the line, "+unit.String())
	}
	agency := ""
	if v.Reason != "" && !w.listed("QVR", spot{3, 1}, v.Reason) {
		if agency = "ZZZ"; w.agreed.EANCOM {
			agency = "9"
		}
	}
	w.add("QVR", of(w.number(v.Quantity.Number()), varianceQualifier(v.Kind)), of(v.Discrepancy), of(v.Reason, "", agency, v.Text))
}

// varianceQualifier is the quantity qualifier (element 6063) of a kind of variance.
func varianceQualifier(k VarianceKind) string {
	switch k {
	case ToBeReturned:
		return "195"
	case ToBeDestroyed:
		return "196"
	case Damaged:
		return "124"
	case Refused:
		return "194"
	case FromAdvised:
		return despatched
	case FromOrdered:
		return "21"
	case OtherVariance:
	}
	return ""
}
