package shipping

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// PackingList is the paper that travels with a shipment, as data: what is in
// which carton, and what that adds up to.
type PackingList struct {
	Shipment       ID                `json:"shipment"`
	From           Party             `json:"from"`
	To             Party             `json:"to"`
	Carrier        string            `json:"carrier,omitempty"`
	Service        string            `json:"service,omitempty"`
	Routing        string            `json:"routing,omitempty"`
	FreightTerms   string            `json:"freight_terms,omitempty"`
	ShipDate       calendar.Date     `json:"ship_date,omitzero"`
	DeliveryDate   calendar.Date     `json:"delivery_date,omitzero"`
	PurchaseOrders []string          `json:"purchase_orders,omitempty"`
	Cartons        []PackedCarton    `json:"cartons"`
	Totals         []PackedLine      `json:"totals"`
	Weight         quantity.Quantity `json:"weight,omitzero"`
}

// PackedCarton is one carton of a packing list.
type PackedCarton struct {
	// Number is n of "carton n of m", and Of is m.
	Number int               `json:"number"`
	Of     int               `json:"of"`
	SSCC   SSCC              `json:"sscc"`
	Lines  []PackedLine      `json:"lines"`
	Weight quantity.Quantity `json:"weight,omitzero"`
}

// PackedLine is how much of an order line is in a carton, or in all cartons
// together.
type PackedLine struct {
	Order         string `json:"order"`
	Line          string `json:"line"`
	PurchaseOrder string `json:"purchase_order,omitempty"`
	Item          string `json:"item"`
	Description   string `json:"description,omitempty"`
	CustomerPart  string `json:"customer_part,omitempty"`
	GTIN          string `json:"gtin,omitempty"`
	// Quantity is in the item's base unit.
	Quantity quantity.Quantity `json:"quantity"`
}

// PackingList returns the packing list. Its totals are added up from the
// cartons, so that they say what is packed; a shipment whose cartons do not tie
// with its lines gives the error of [Shipment.Check].
func (s *Shipment) PackingList() (PackingList, error) {
	if err := s.Check(); err != nil {
		return PackingList{}, err
	}
	p := PackingList{
		Shipment: s.ID, From: s.From, To: s.To, Carrier: s.Carrier, Service: s.Service, Routing: s.Routing,
		FreightTerms: s.FreightTerms, ShipDate: s.ShipDate, DeliveryDate: s.DeliveryDate,
		PurchaseOrders: s.PurchaseOrders(), Weight: s.Weight,
		Cartons: make([]PackedCarton, len(s.Cartons)), Totals: make([]PackedLine, len(s.Lines)),
	}
	for i := range s.Lines {
		p.Totals[i] = s.packedLine(Content{Line: i})
	}
	for i, c := range s.Cartons {
		p.Cartons[i] = PackedCarton{Number: c.Number, Of: len(s.Cartons), SSCC: c.SSCC, Weight: c.Weight}
		for _, in := range c.Contents {
			p.Cartons[i].Lines = append(p.Cartons[i].Lines, s.packedLine(in))
			total := &p.Totals[in.Line]
			var err error
			if total.Quantity, err = total.Quantity.Add(in.Quantity); err != nil {
				return PackingList{}, err
			}
		}
	}
	return p, nil
}

func (s *Shipment) packedLine(c Content) PackedLine {
	l := &s.Lines[c.Line]
	return PackedLine{
		Order: l.Order, Line: l.Line, PurchaseOrder: l.PurchaseOrder, Item: l.Item, Description: l.Description,
		CustomerPart: l.CustomerPart, GTIN: l.GTIN, Quantity: c.Quantity,
	}
}

// Text returns the packing list for a person, in lines of plain text. Writing
// to a strings.Builder does not fail.
func (p *PackingList) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "PACKING LIST  %s\n\n", printable(string(p.Shipment)))
	p.writeHeader(&b)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, c := range p.Cartons {
		_ = w.Flush()
		fmt.Fprintf(&b, "\nCarton %d of %d  SSCC %s%s\n", c.Number, c.Of, c.SSCC, weightText(c.Weight))
		writeLines(w, c.Lines)
	}
	_ = w.Flush()
	fmt.Fprintf(&b, "\nTotal in %s%s\n", cartonsText(len(p.Cartons)), weightText(p.Weight))
	writeLines(w, p.Totals)
	_ = w.Flush()
	return b.String()
}

func (p *PackingList) writeHeader(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value = printable(value); value != "" {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("From", p.From.text())
	row("To", p.To.text())
	row("Carrier", strings.TrimSpace(p.Carrier+" "+p.Service))
	row("Routing", p.Routing)
	row("Freight", p.FreightTerms)
	row("Ships", p.ShipDate.String())
	row("Arrives", p.DeliveryDate.String())
	row("Purchase order", strings.Join(p.PurchaseOrders, ", "))
	_ = w.Flush()
}

func writeLines(w *tabwriter.Writer, lines []PackedLine) {
	for _, l := range lines {
		item := l.Item
		if l.CustomerPart != "" {
			item += " (" + l.CustomerPart + ")"
		}
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\t%s line %s\n",
			l.Quantity, printable(item), printable(l.Description), printable(l.Order), printable(l.Line))
	}
}

func cartonsText(n int) string {
	if n == 1 {
		return "1 carton"
	}
	return fmt.Sprintf("%d cartons", n)
}

func weightText(q quantity.Quantity) string {
	if q.IsZero() {
		return ""
	}
	return "  " + q.String()
}

// text puts a party on one line.
func (p *Party) text() string {
	parts := make([]string, 0, 2+len(p.Identifiers))
	if p.Name != "" {
		parts = append(parts, p.Name)
	}
	if !p.Address.IsZero() {
		parts = append(parts, p.Address.String())
	}
	for _, id := range p.Identifiers {
		parts = append(parts, id.String())
	}
	if len(parts) == 0 {
		return p.ID
	}
	return strings.Join(parts, ", ")
}

// printable keeps what came with a document from breaking the lines of a paper.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}
