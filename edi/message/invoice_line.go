package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// invoiceLine reads one LIN group of an invoice.
type invoiceLine struct {
	*invoiceReader
	lin   edifact.Segment
	out   mapping.VendorInvoiceLine
	words description
	ranks struct{ quantity, price int }
	sound bool

	price    edifact.Segment // PRI that counts
	net      bool            // it is a net price
	groups   [][]edifact.Segment
	amount   edifact.Segment // MOA 203, what it says
	stated   money.Amount
	goods    money.Amount // MOA 66
	taxes    []mapping.VendorTax
	unpriced []edifact.Segment // PRI that stand before the quantity is known
}

func (r *invoiceReader) openLine(s edifact.Segment) {
	r.lines++
	l := &invoiceLine{invoiceReader: r, lin: s, sound: true}
	l.out.ID, l.out.Identifiers = text(s, 1, 1), r.identify(nil, s, 3)
	if text(s, 4, 1) != "" {
		r.warn("sub-line", s, element(4), "a line says what another one is made of; it is not billed by itself", "read it in the raw message")
		r.lines--
		l.sound = false
	}
	r.line = l
}

func (l *invoiceLine) segment(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PIA":
		l.out.Identifiers = l.pia(l.out.Identifiers, s)
	case "IMD":
		if !l.words.add(s) {
			l.homeless("line", s)
		}
	case "QTY":
		l.counts(s)
	case "MOA":
		l.value(s)
		l.rest(c, "MOA group", "CUX")
	case "PRI":
		l.rest(c, "PRI group", "CUX", "APR", "RNG", "DTM")
		l.unpriced = append(l.unpriced, s)
	case "FTX":
		if words := freeText(s); words != "" {
			l.out.Notes = append(l.out.Notes, words)
		} else {
			l.homeless("line", s)
		}
	case "RFF":
		l.refers(s, c)
	case "ALC":
		l.groups = append(l.groups, chargeGroup(s, c))
	case "TAX":
		if t, ok := l.tax(s, c); ok {
			l.taxes = append(l.taxes, t)
		}
	case "PAT", "LOC", "NAD", "TDT", "TOD", "PAC":
		l.rest(c, s.ID()+" group", "DTM", "PCD", "MOA", "QTY", "LOC", "RFF", "CTA", "COM", "DOC", "MEA", "PCI", "GIN", "FII")
		l.homeless("line", s)
	default:
		l.homeless("line", s)
	}
}

// counts reads QTY: what is invoiced, else what was delivered, sent or ordered.
func (l *invoiceLine) counts(s edifact.Segment) {
	rank := 0
	switch text(s, 1, 1) {
	case invoiced:
		rank = 5
	case "46":
		rank = 4
	case "12":
		rank = 3
	case "48", "1":
		rank = 2
	case "21":
		rank = 1
	default:
		l.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s has no place in the invoice", s))
		return
	}
	if rank < l.ranks.quantity {
		return
	}
	q := l.quantity(s)
	if q.Unit() == 0 {
		l.sound = false
		return
	}
	l.ranks.quantity, l.out.Quantity = rank, q
}

// value reads MOA.
func (l *invoiceLine) value(s edifact.Segment) {
	switch text(s, 1, 1) {
	case lineAmount, "38":
		if a, ok := l.reader.amount(s); ok && l.amount.IsZero() {
			l.amount, l.stated = s, a
		}
	case goodsValue:
		if a, ok := l.reader.amount(s); ok {
			l.goods = a
		}
	case chargesTotal: // they stand in ALC
	default:
		l.info("amount-not-mapped", s, spot{1, 1}, fmt.Sprintf("amount %s has no place in a line of the invoice", s))
	}
}

func (l *invoiceLine) refers(s edifact.Segment, c *edifact.Cursor) {
	ref, ok := l.reference(s, c)
	switch {
	case !ok:
	case ref.Qualifier == orderNumber:
		l.out.PurchaseOrder = ref.Value
		if n := text(s, 1, 3); n != "" {
			l.out.Line = n
		}
	case ref.Qualifier == "LI":
		l.out.Line = ref.Value
	default:
		l.info("reference-not-mapped", s, whole(), fmt.Sprintf("reference %s %s has no place in a line of the invoice", ref.Qualifier, ref.Value))
	}
}

// closeLine puts together what was told of a line.
func (r *invoiceReader) closeLine() {
	l := r.line
	if l == nil {
		return
	}
	r.line = nil
	l.out.Description = l.words.String()
	_, l.out.Identifiers = lotAmong("", l.out.Identifiers)
	switch {
	case !l.sound:
		return
	case l.out.Quantity.Unit() == 0:
		r.block("quantity-missing", l.lin, whole(), "the line does not say how much is billed (QTY 47)", "ask the partner how much is meant")
		return
	}
	for _, s := range l.unpriced {
		l.choosePrice(s)
	}
	if !l.values() {
		return
	}
	r.out.Lines = append(r.out.Lines, l.out)
	r.read = append(r.read, *l)
}

// choosePrice keeps the price that says best what is billed: gross before net, as the
// allowances and charges of the line explain it.
func (l *invoiceLine) choosePrice(s edifact.Segment) {
	rank := 1
	switch text(s, 1, 1) {
	case "AAB":
		rank = 3
	case "AAA":
		rank = 2
	}
	if rank <= l.ranks.price {
		return
	}
	p, ok := l.reader.price(s, l.out.Quantity.Unit())
	if !ok {
		return
	}
	l.ranks.price, l.price, l.net = rank, s, rank == 2
	l.out.Price, l.out.PricePer = &p.amount, p.per
}

// values finds the value of the line and its charges; false: no value is told, which
// blocks.
func (l *invoiceLine) values() bool {
	digits := l.currencyOf().Digits()
	var worth money.Amount
	if p := l.out.Price; p != nil {
		var err error
		if worth, err = money.Extend(*p, l.out.Quantity, max(l.out.PricePer, 1), digits, money.HalfUp); err != nil {
			l.block("price", l.price, whole(), err.Error(), "ask the partner for the value of the line")
			return false
		}
	}
	if l.net && !l.amount.IsZero() && worth == l.stated && len(l.groups) > 0 && l.goods.Currency() == 0 {
		l.info("charges-included", l.groups[0][0], whole(), "the price is net and is the value of the line: its allowances and charges are for information")
		l.groups = nil
	}
	base := l.goods
	if base.Currency() == 0 {
		base = worth
	}
	l.out.Charges = l.chargesOf(l.groups, base)
	l.out.Value = base
	if l.amount.IsZero() {
		if base.Currency() == 0 && l.currencyOf() != 0 {
			l.block("value-missing", l.lin, whole(), "the line states neither an amount (MOA 203) nor a price", "ask the partner for the value of the line")
			return false
		}
		return true
	}
	value, err := l.stated, error(nil)
	for i := range l.out.Charges {
		if err == nil {
			value, err = value.Sub(l.out.Charges[i].Amount)
		}
	}
	switch {
	case err != nil:
		l.block("value", l.amount, spot{1, 2}, err.Error(), "ask the partner for the value of the line")
		return false
	case base.Currency() == 0 || base.Currency() != value.Currency():
		l.out.Value = value
	case base != value:
		l.warn("line-tie", l.amount, spot{1, 2}, fmt.Sprintf("price, quantity, allowances and charges come to another amount than %s: without them the line is worth %s, the price says %s",
			l.stated, value, base), "ask the vendor which one is right")
		l.out.Value = value
	}
	return true
}

// chargesOf reads ALC groups. One that states a percentage alone is taken of a base.
func (r *invoiceReader) chargesOf(groups [][]edifact.Segment, base money.Amount) []order.Charge {
	var all []order.Charge
	for _, group := range groups {
		if base.Currency() != 0 && percentageAlone(group) {
			group = append(group[:len(group):len(group)], edifact.NewSegment("MOA", edifact.Composite("25", base.Number())))
		}
		charges, found := mapping.AllowanceGroups(group, r.currencyOf(), *r.agreed)
		for _, f := range found {
			r.add(f.Severity, "charge", group[0], whole(), f.Message, f.Fix)
		}
		all = append(all, charges...)
	}
	return all
}

// percentageAlone tells whether a group has a percentage, and no amount.
func percentageAlone(group []edifact.Segment) bool {
	percent := false
	for _, s := range group[1:] {
		switch s.ID() {
		case "MOA", "RTE":
			return false
		case "TAX":
			return percent
		case "PCD":
			percent = true
		}
	}
	return percent
}
