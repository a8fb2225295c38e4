package message

import (
	"strconv"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// The qualifiers of a despatch advice.
const (
	despatchAdvice   = "351" // 1001
	totalNetWeight   = "AAC" // 6313
	totalGrossWeight = "AAD"
	netWeight        = "AAL"
	markSSCC         = "30"  // 4233
	markSSCCOfGS1    = "33E" // the same in EANCOM
	ssccNumber       = "BJ"  // 7405
	despatched       = "12"  // 6063
	orderNumber      = "ON"  // 1153
	vendorOrder      = "VN"
	cartonForm       = "CT" // 7065
	placeOfDelivery  = "7"  // 3227
)

// WriteDespatchAdvice makes the despatch advice (DESADV) of a shipment: the segments
// between UNH and UNT, in the hierarchy shipment and carton (CPS 1, and one below it
// for each carton). The date and time of DTM 137 are those of at, in its zone.
//
// Each carton carries its SSCC in GIN BJ, the very number of its label. What it holds
// of a line is a LIN of its own, with the customer's numbers of order and line in RFF
// ON, and the store that it is marked for in LOC 7. Quantities are in the unit that was ordered, or for a line whose cartons are no
// exact numbers of it, in the item's base unit. Weights are those of the goods: the
// cartons' own is not known.
//
// Cartons that do not add up to the lines are a [*shipping.PackingError]; what would
// break the message is a [*mapping.FieldError].
func WriteDespatchAdvice(s *shipping.Shipment, at time.Time, agreed mapping.Options) ([]edifact.Segment, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	d := despatcher{composer: compose("DESADV", &agreed), shipment: s}
	d.header(at)
	d.add("CPS", of("1"))
	if s.Routing != "" {
		d.text("TRA", s.Routing)
	}
	d.add("PAC", of(strconv.Itoa(len(s.Cartons))), none(), of(cartonForm))
	contents := tell.Contents(s)
	for i := range s.Cartons {
		d.carton(&s.Cartons[i], contents[i])
	}
	d.add("CNT", of("2", strconv.Itoa(d.lines)))
	return d.result()
}

// despatcher makes one DESADV.
type despatcher struct {
	*composer
	shipment *shipping.Shipment
	lines    int
}

// header writes what is said of the shipment as a whole.
func (d *despatcher) header(at time.Time) {
	s := d.shipment
	d.add("BGM", of(despatchAdvice), of(string(s.ID)), of("9"))
	d.add("DTM", of("137", at.Format("200601021504"), "203"))
	d.date("11", s.ShipDate)
	d.date("17", s.DeliveryDate)
	d.weight(totalNetWeight, s.Weight)
	if orders := s.PurchaseOrders(); len(orders) == 1 && orders[0] != "" {
		d.refer(orderNumber, orders[0])
	}
	d.nad(qualifier(party.ShipTo), partyOf(s.To))
	d.nad(qualifier(party.ShipFrom), partyOf(s.From))
	if s.FreightTerms != "" {
		first, rest := trade.Cut(s.FreightTerms, 70)
		d.add("TOD", none(), none(), of("", "", "", first, rest))
	}
	d.carrier()
}

// partyOf is an end of a shipment as a party.
func partyOf(p shipping.Party) order.Party {
	return order.Party{ID: p.ID, Name: p.Name, Identifiers: p.Identifiers, Address: p.Address}
}

// weight writes a weight, unless it is not known.
func (c *composer) weight(property string, w quantity.Quantity) {
	if !w.IsZero() {
		c.add("MEA", of("PD"), of(property), of(c.unit("MEA", spot{3, 1}, w.Unit()), c.number(w.Number())))
	}
}

// carrier writes TDT: a SCAC as such, any other name of a carrier as text; the service
// is the mode in words.
func (d *despatcher) carrier() {
	s := d.shipment
	if s.Carrier == "" && s.Service == "" {
		return
	}
	carrier := of("", "", "", s.Carrier)
	if tell.IsSCAC(s.Carrier) {
		carrier = of(s.Carrier, "", "182")
	}
	d.add("TDT", of("20"), none(), of("", s.Service), none(), carrier)
}

// carton writes a CPS group.
func (d *despatcher) carton(box *shipping.Carton, contents []quantity.Quantity) {
	d.add("CPS", of(strconv.Itoa(box.Number+1)), of("1"))
	d.add("PAC", of("1"), none(), of(cartonForm))
	d.weight(netWeight, box.Weight)
	d.mark()
	d.add("GIN", of(ssccNumber), of(string(box.SSCC)))
	for i, in := range box.Contents {
		d.item(&d.shipment.Lines[in.Line], contents[i])
	}
}

// mark writes that a package is marked with its SSCC.
func (c *composer) mark() {
	mark := markSSCC
	if c.agreed.EANCOM {
		mark = markSSCCOfGS1
	}
	c.add("PCI", of(mark))
}

// item writes what a carton holds of a line.
func (d *despatcher) item(l *shipping.Line, q quantity.Quantity) {
	d.lines++
	d.line(strconv.Itoa(d.lines), "", tell.ItemNumbers(l))
	d.describe(l.Description)
	d.quantity(despatched, q)
	d.refersTo(l.PurchaseOrder, l.Line)
	d.refer(vendorOrder, l.Order)
	d.markFor(partyOf(l.MarkFor))
}

// markFor writes the store that goods are marked for, with its address where that is known.
func (d *despatcher) markFor(p order.Party) {
	number, agency := "", ""
	for _, id := range p.Identifiers {
		if code, ok := agencyOf(id.Scheme); ok {
			number, agency = id.Value, code
			break
		}
	}
	if number == "" && p.Name == "" {
		return
	}
	d.add("LOC", of(placeOfDelivery), of(number, "", agency, p.Name))
	if !p.Address.IsZero() {
		d.exchanging(qualifier(party.MarkFor), p)
	}
}

// refersTo writes the customer's numbers of an order and its line. A number of a line
// beyond the length of element 1156 stands in a reference of its own.
func (c *composer) refersTo(purchaseOrder, line string) {
	switch {
	case purchaseOrder != "" && len(line) <= 6:
		c.add("RFF", of(orderNumber, purchaseOrder, line))
	case purchaseOrder != "":
		c.refer(orderNumber, purchaseOrder)
		c.refer("LI", line)
	case line != "":
		c.refer("LI", line)
	}
}
