package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// decimalOf reads a number of type R, exactly.
func decimalOf(text string) (decimal.Decimal, error) {
	canonical, err := x12.ParseReal(text)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return decimal.NewFromString(canonical)
}

// line reads PO1 and the loop that belongs to it.
func (r *orderReader) line(s x12.Segment, c *x12.Cursor) {
	l := order.Request{ID: strings.TrimSpace(s.Value(1))}
	if l.ID == "" {
		l.ID = strconv.Itoa(len(r.doc.Lines) + 1)
	}
	r.quantity(s, &l)
	r.stated(s, &l)
	r.identify(s, &l)
	r.detail(c, s, &l)
	r.doc.Lines = append(r.doc.Lines, l)
}

// quantity reads PO102 and PO103.
func (r *orderReader) quantity(s x12.Segment, l *order.Request) {
	if s.Value(2) == "" {
		r.block("quantity-missing", s, 2, "PO102 has no quantity", "ask the partner how much is ordered")
		return
	}
	n, err := decimalOf(s.Value(2))
	if err != nil {
		r.block("quantity", s, 2, fmt.Sprintf("%q is no number", s.Value(2)), "ask the partner how much is ordered")
		return
	}
	if s.Value(3) == "" {
		r.block("unit-missing", s, 3, "PO103 has no unit", "ask the partner in which unit it is ordered")
		return
	}
	unit, err := r.unitOf(s.Value(3))
	if err != nil {
		r.block("unit", s, 3, fmt.Sprintf("%q is no unit of measure", s.Value(3)), "agree with the partner on the unit")
		return
	}
	if l.Quantity, err = quantity.FromDecimal(n, unit); err != nil {
		r.block("quantity", s, 2, err.Error(), "ask the partner how much is ordered")
	}
}

// stated reads PO104 and PO105. No price and a price of zero are not the same.
func (r *orderReader) stated(s x12.Segment, l *order.Request) {
	if s.Value(4) == "" {
		return
	}
	n, err := decimalOf(s.Value(4))
	if err != nil {
		r.block("price", s, 4, fmt.Sprintf("%q is no number", s.Value(4)), "ask the partner for the price")
		return
	}
	if s.Value(5) == "NC" { // no charge
		n = decimal.Zero
	}
	currency := r.doc.Currency
	if currency == 0 {
		currency = r.Options.Currency
	}
	if currency == 0 {
		r.warn("price-currency", s, 4, "the price has no currency: neither CUR nor the agreement with the partner names one",
			"agree with the partner on the currency; the price is not compared with ours")
		return
	}
	p, err := money.FromDecimal(n, currency)
	if err != nil {
		r.block("price", s, 4, err.Error(), "ask the partner for the price")
		return
	}
	l.Price = &p
	if per := priceBasis(s.Value(5)); per != 1 {
		l.PricePer = per
	}
}

// identify reads the pairs of qualifier and number from PO106 on.
func (r *orderReader) identify(s x12.Segment, l *order.Request) {
	for i := 6; i+1 <= s.Len(); i += 2 {
		qualifier, value := s.Value(i), strings.TrimSpace(s.Value(i+1))
		if value == "" {
			continue
		}
		scheme, known := r.schemeOf(qualifier)
		if !known {
			r.found.Info("edi.850.item-number-not-mapped", at(s, i), fmt.Sprintf("%s %s is no number of an item", qualifier, value), "")
			continue
		}
		l.Identifiers = append(l.Identifiers, order.ItemIdentifier{Scheme: scheme, Value: value})
	}
	if len(l.Identifiers) == 0 {
		r.block("item-missing", s, 6, "the line names no item by a number that is known", "ask the partner which item is ordered")
	}
}

// detail reads the rest of the PO1 loop.
func (r *orderReader) detail(c *x12.Cursor, line x12.Segment, l *order.Request) {
	stores := decimal.Zero
	split := false
	for c.More() {
		switch id := c.Peek().ID(); id {
		case "PO1", "CTT":
			r.checkStores(line, l, split, stores)
			return
		default:
			s := c.Next()
			switch id {
			case "PID":
				if l.Description == "" {
					l.Description = strings.TrimSpace(s.Value(5))
				}
			case "DTM":
				r.lineDate(s, l)
			case "SCH":
				r.schedule(s, l)
			case "SDQ":
				split = true
				stores = stores.Add(r.stores(s))
			case "LIN":
				for i := 2; i+1 <= s.Len(); i += 2 {
					if scheme, known := r.schemeOf(s.Value(i)); known && s.Value(i+1) != "" {
						l.Identifiers = append(l.Identifiers, order.ItemIdentifier{Scheme: scheme, Value: s.Value(i + 1)})
					}
				}
			case "MSG":
				r.instruct(s.Value(1))
			default:
				r.homeless(s)
			}
		}
	}
	r.checkStores(line, l, split, stores)
}

func (r *orderReader) lineDate(s x12.Segment, l *order.Request) {
	d := r.day(s, 2)
	switch s.Value(1) {
	case "010", "037", "118", "068":
		l.RequestedShip = d
	case "002", "063", "067", "074", "064":
		l.RequestedDelivery = d
	}
}

// schedule reads SCH. A line that is wanted on several days keeps the first,
// and says so.
func (r *orderReader) schedule(s x12.Segment, l *order.Request) {
	wanted := l.RequestedDelivery
	ship := l.RequestedShip
	r.lineDate(x12.NewSegment("DTM", s.Value(5), s.Value(6)), l)
	several := !wanted.IsZero() && l.RequestedDelivery != wanted || !ship.IsZero() && l.RequestedShip != ship
	if several {
		l.RequestedDelivery, l.RequestedShip = wanted, ship
		r.warn("schedules", s, 6, "the line is wanted on several days; the first one is kept", "split the line, one for each day")
	}
}

// stores adds up SDQ: quantities by store.
func (r *orderReader) stores(s x12.Segment) decimal.Decimal {
	sum := decimal.Zero
	for i := 3; i+1 <= min(s.Len(), 22); i += 2 {
		if s.Value(i) == "" && s.Value(i+1) == "" {
			continue
		}
		n, err := decimalOf(s.Value(i + 1))
		if err != nil {
			r.block("store-quantity", s, i+1, fmt.Sprintf("%q is no number", s.Value(i+1)), "ask the partner how the line is split")
			continue
		}
		sum = sum.Add(n)
	}
	if !r.seen["SDQ"] {
		r.seen["SDQ"] = true
		r.found.Warn("edi.850.stores", at(s, 0), "the order is split by store; the split stays in the raw document and is shipped as one",
			"enter an order for each store if they are to be shipped apart")
	}
	return sum
}

func (r *orderReader) checkStores(line x12.Segment, l *order.Request, split bool, stores decimal.Decimal) {
	if split && !stores.Equal(l.Quantity.Decimal()) {
		r.found = append(r.found, finding.Finding{
			Code: "edi.850.stores-sum", Severity: finding.Block, Path: at(line, 2),
			Message: fmt.Sprintf("the stores' quantities add up to %s, the line has %s", stores, l.Quantity),
			Fix:     "ask the partner how the line is split",
		})
	}
}

// price gives the prices that were read before the currency was known theirs.
func (r *orderReader) price() {
	for i := range r.doc.Lines {
		if p := r.doc.Lines[i].Price; p != nil && p.Currency() != r.doc.Currency {
			if moved, err := money.FromDecimal(p.Decimal(), r.doc.Currency); err == nil {
				r.doc.Lines[i].Price = &moved
			}
		}
	}
}
