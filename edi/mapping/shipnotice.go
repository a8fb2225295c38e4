package mapping

import (
	"strconv"
	"time"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/shipping"
)

// WriteShipNotice makes the ship notice (X12 856) of a shipment: the segments
// between ST and SE, in the hierarchy shipment, order, carton, item (BSN05
// 0001). The date and time of BSN are those of at, in its zone.
//
// Each carton carries its SSCC in MAN GM, the very number of its label. A
// carton with goods of several orders stands below each of them. Goods that are
// marked for a store name it at their order (N1 Z7). Quantities
// are in the unit that was ordered, or for a line whose cartons are no exact
// numbers of it, in the item's base unit.
//
// Cartons that do not add up to the lines are a [*shipping.PackingError]; what
// would break the set is a [*FieldError].
func WriteShipNotice(s *shipping.Shipment, at time.Time, agreed Options) ([]x12.Segment, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	n := noticer{composer: composer{set: "856", agreed: &agreed}, shipment: s}
	n.begin("BSN")
	n.put("00")
	n.need(string(s.ID), 30)
	n.put(at.Format("20060102"), at.Format("1504"), "0001")
	root := n.level("", "S")
	n.head()
	contents := tell.Contents(s)
	for _, o := range s.Orders() {
		n.order(root, o, contents)
	}
	n.total(n.levels)
	return n.result()
}

// noticer makes one 856.
type noticer struct {
	composer
	shipment *shipping.Shipment
	levels   int
}

// level writes an HL and returns its number.
func (n *noticer) level(parent, code string) string {
	n.levels++
	number := strconv.Itoa(n.levels)
	n.begin("HL")
	n.put(number, parent, code)
	return number
}

// head writes what is said of the shipment as a whole.
func (n *noticer) head() {
	s := n.shipment
	n.begin("TD1")
	n.put("CTN")
	n.number(strconv.Itoa(len(s.Cartons)), 7)
	if !s.Weight.IsZero() {
		n.put("", "", "", "G")
		n.number(s.Weight.Number(), 10)
		n.unit(n.agreed.unitCode(s.Weight.Unit()))
	}
	n.carrier()
	if s.Routing != "" {
		n.refer("RU", s.Routing)
	}
	n.date("011", s.ShipDate)
	n.date("017", s.DeliveryDate)
	n.party("ST", s.To.Name, s.To.Identifiers, s.To.Address)
	n.party("SF", s.From.Name, s.From.Identifiers, s.From.Address)
}

// carrier writes TD5: a SCAC as such, any other name of a carrier as text.
func (n *noticer) carrier() {
	s := n.shipment
	if s.Carrier == "" {
		return
	}
	n.begin("TD5")
	n.put("B")
	text := s.Service
	if tell.IsSCAC(s.Carrier) {
		n.put("2", s.Carrier)
	} else {
		n.put("", "")
		if text != "" {
			text = s.Carrier + " " + text
		} else {
			text = s.Carrier
		}
	}
	n.put("")
	n.text(text, 35)
}

// order writes the levels of an order: its cartons and what is in them.
func (n *noticer) order(root, id string, contents [][]quantity.Quantity) {
	s := n.shipment
	parent := ""
	for i := range s.Cartons {
		box := ""
		for j, in := range s.Cartons[i].Contents {
			l := &s.Lines[in.Line]
			if l.Order != id {
				continue
			}
			if parent == "" {
				parent = n.level(root, "O")
				n.begin("PRF")
				n.need(l.PurchaseOrder, 22)
				n.refer("VN", id) // our number of the order
				if m := l.MarkFor; m.Name != "" || len(m.Identifiers) > 0 {
					n.party(roleCode(party.MarkFor), m.Name, m.Identifiers, m.Address)
				}
			}
			if box == "" {
				box = n.level(parent, "P")
				n.begin("MAN")
				n.put("GM", string(s.Cartons[i].SSCC))
			}
			n.item(box, l, contents[i][j])
		}
	}
}

// item writes what a carton holds of a line.
func (n *noticer) item(box string, l *shipping.Line, q quantity.Quantity) {
	n.level(box, "I")
	n.begin("LIN")
	n.need(l.Line, 20)
	n.numbers(tell.ItemNumbers(l), 15)
	n.begin("SN1")
	n.need(l.Line, 20)
	n.number(q.Number(), 10)
	n.unit(n.agreed.unitCode(q.Unit()))
	n.describe(l.Description)
}
