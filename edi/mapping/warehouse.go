package mapping

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ShippingOrder is what a warehouse is asked to ship.
type ShippingOrder struct {
	// Number is ours, of the request: a warehouse may get several for an order.
	Number        string `json:"number"`
	PurchaseOrder string `json:"purchase_order,omitempty"`
	// Cancel takes back the request of the same number. What it holds is free only
	// when the warehouse confirms that it did not ship: [Freed] says what.
	Cancel bool `json:"cancel,omitempty"`
	// Change takes the place of the request of the same number, all of its lines.
	Change bool `json:"change,omitempty"`
	// Site is the warehouse, by our name.
	Site string `json:"site"`
	// Ship is the day on which it shall leave, Deliver that on which it shall be there.
	Ship    calendar.Date `json:"ship,omitzero"`
	Deliver calendar.Date `json:"deliver,omitzero"`
	// To is where it goes.
	To           order.Party     `json:"to"`
	Instructions []string        `json:"instructions,omitempty"`
	Lines        []WarehouseLine `json:"lines"`
}

// WarehouseLine is a line that a warehouse is asked to ship.
type WarehouseLine struct {
	// ID is the number of the order's line.
	ID          string                 `json:"id"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	Quantity    quantity.Quantity      `json:"quantity"`
}

// ShippingOrderOf asks a site for what an order has promised from it up to a day and
// what has not left: in the unit that was ordered if that is exact, else in the base
// unit. It ships on the first of the promised days. A promise of a substitute is in
// substitutes, by line, and not in the request, for it is counted in another item.
func ShippingOrderOf(o *order.Order, number, site string, until calendar.Date) (request ShippingOrder, substitutes []string) {
	request = ShippingOrder{Number: number, PurchaseOrder: o.Document.PurchaseOrder, Site: site, Instructions: o.Document.Instructions}
	request.To, _ = o.Document.Party(party.ShipTo)
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil {
			continue
		}
		sum := quantity.New(0, l.Base.Unit())
		for _, s := range l.Schedules {
			open, err := s.Quantity.Sub(s.Shipped)
			if s.Shipped.IsZero() {
				open, err = s.Quantity, nil
			}
			if err != nil || open.Sign() <= 0 || s.Site != site || s.Backordered() || s.Ship.After(until) {
				continue
			}
			if s.Substitute != nil {
				substitutes = append(substitutes, l.ID)
				continue
			}
			sum, _ = sum.Add(open) // parts of the line, in its unit
			if request.Ship.IsZero() || s.Ship.Before(request.Ship) {
				request.Ship, request.Deliver = s.Ship, s.Deliver
			}
		}
		if sum.IsZero() {
			continue
		}
		request.Lines = append(request.Lines, WarehouseLine{
			ID: l.ID, Description: l.Description, Identifiers: withOurs(l.Identifiers, l.Item),
			Quantity: tell.InOrdered(l.Quantity, l.Base, []quantity.Quantity{sum})[0],
		})
	}
	return request, substitutes
}

// withOurs puts our number of an item in front of the others, unless they have one:
// a warehouse knows ours best, and a 940 has room for two.
func withOurs(ids []order.ItemIdentifier, item string) []order.ItemIdentifier {
	ours := order.ItemIdentifier{Scheme: order.SchemeVendor, Value: item}
	if item == "" || slices.ContainsFunc(ids, func(id order.ItemIdentifier) bool { return id.Scheme == ours.Scheme }) {
		return ids
	}
	return append([]order.ItemIdentifier{ours}, ids...)
}

// WriteShippingOrder makes the request to a warehouse (X12 940): the segments
// between ST and SE. W0501 is N, F where it takes a request back, R where it takes the
// place of one. Each line is an LX loop whose number of the order's line stands in
// N9 LI, so that the answer (945) can name it; up to two item numbers go with it. The
// warehouse is N1 WH, by its own number for the site ([Options].Sites), else by ours.
//
// What would break the set is a [*FieldError].
func WriteShippingOrder(r ShippingOrder, agreed Options) ([]x12.Segment, error) {
	w := warehouser{composer{set: "940", agreed: &agreed}}
	w.begin("W05")
	switch {
	case r.Cancel:
		w.put("F")
		if r.Change {
			w.fail("F", "a request is either taken back or changed")
		}
	case r.Change:
		w.put("R")
	default:
		w.put("N")
	}
	w.need(r.Number, 22)
	w.text(r.PurchaseOrder, 22)
	if len(r.Lines) == 0 {
		w.fail(r.Number, "nothing is asked for")
	}
	w.party("ST", r.To.Name, r.To.Identifiers, r.To.Address)
	w.site("WH", r.Site)
	w.when("10", r.Ship)
	w.when("02", r.Deliver)
	for _, text := range r.Instructions {
		for part, rest := cut(text, 80); part != ""; part, rest = cut(rest, 80) {
			w.begin("NTE")
			w.put("WHI")
			w.need(part, 80)
		}
	}
	for i := range r.Lines {
		w.line(i, &r.Lines[i])
	}
	w.sum(r.Lines)
	return w.result()
}

// warehouser makes one 940.
type warehouser struct{ composer }

func (w *warehouser) line(i int, l *WarehouseLine) {
	w.begin("LX")
	w.put(strconv.Itoa(i + 1))
	w.begin("W01")
	w.number(l.Quantity.Number(), 15)
	if l.Quantity.Sign() <= 0 {
		w.fail(l.Quantity.String(), "nothing is asked for")
	}
	w.unit(w.agreed.unitCode(l.Quantity.Unit()))
	w.put("")
	w.numbers(l.Identifiers, 2)
	if w.out.Elements() == 3 {
		w.fail(l.ID, "the item has no number that the warehouse knows")
	}
	if part, _ := cut(l.Description, 45); part != "" {
		w.begin("G69")
		w.need(part, 45)
	}
	w.begin("N9")
	w.put("LI")
	w.need(l.ID, 30)
}

// sum writes W76, the numbers of all lines added up.
func (w *warehouser) sum(lines []WarehouseLine) {
	total := decimal.Zero
	for i := range lines {
		total = total.Add(lines[i].Quantity.Decimal())
	}
	w.begin("W76")
	w.number(total.String(), 15)
}
