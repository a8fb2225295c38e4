package invoice

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// Text returns the invoice for a person, in lines of plain text. Writing to a
// strings.Builder does not fail.
func (inv *Invoice) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "INVOICE  %s\n\n", printable(inv.Number))
	inv.writeHeader(&b)
	b.WriteString("\n")
	inv.writeLines(&b)
	b.WriteString("\n")
	inv.writeTotals(&b)
	b.WriteString("\n")
	inv.writeDue(&b)
	return b.String()
}

func (inv *Invoice) writeHeader(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value = printable(value); value != "" {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("Date", inv.Date.String())
	for _, r := range []struct {
		name string
		role party.Role
	}{{"Seller", party.Seller}, {"Bill to", party.BillTo}, {"Sold to", party.SoldTo}, {"Ship to", party.ShipTo}, {"Remit to", party.RemitTo}} {
		for _, p := range inv.Parties {
			if p.Role == r.role {
				row(r.name, partyText(p))
			}
		}
	}
	row("Customer", inv.Customer)
	row("Order", string(inv.Order))
	row("Purchase order", strings.TrimSpace(inv.PurchaseOrder+" "+inv.Release))
	row("Shipment", strings.Join(inv.Shipments, ", "))
	row("Shipped", inv.ShipDate.String())
	row("Terms", inv.Terms.String())
	_ = w.Flush()
}

func (inv *Invoice) writeLines(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i := range inv.Lines {
		l := &inv.Lines[i]
		q := l.Quantity
		if !l.Ordered.IsZero() {
			q = l.Ordered
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", printable(l.Line), q, printable(l.Item), printable(l.Description), right(l.Net))
		if len(l.Charges) == 1 {
			continue // it says what the line says
		}
		for _, c := range l.Charges {
			_, _ = fmt.Fprintf(w, "\t\t\t  %s\t%s\n", label(c), right(c.Amount))
		}
	}
	_ = w.Flush()
}

func (inv *Invoice) writeTotals(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row(w, "Lines", inv.Totals.Lines)
	for i := range inv.Charges {
		row(w, label(inv.Charges[i].Charge), inv.Charges[i].Amount)
	}
	row(w, "Net", inv.Totals.Net)
	for _, t := range inv.Taxes {
		name := strings.Join(strings.Fields(strings.Join([]string{"Tax", t.Jurisdiction, t.Name, t.Category, t.Rate.Percent()}, " ")), " ")
		row(w, printable(name)+" of "+t.Base.Number(), t.Amount)
	}
	row(w, "Payable "+inv.Currency.Code(), inv.Totals.Payable)
	_ = w.Flush()
}

func (inv *Invoice) writeDue(b *strings.Builder) {
	for _, d := range inv.Due {
		fmt.Fprintf(b, "Pay %s by %s\n", d.Amount, d.Date)
		for _, e := range d.Discounts {
			fmt.Fprintf(b, "  less %s (%s) by %s\n", e.Amount, e.Rate.Percent(), e.Until)
		}
	}
}

func row(w io.Writer, name string, a money.Amount) {
	_, _ = fmt.Fprintf(w, "%s\t%s\n", name, right(a))
}

// right puts an amount into a column of its own width.
func right(a money.Amount) string { return fmt.Sprintf("%14s", a.Number()) }

func label(c order.Charge) string {
	if c.Label != "" {
		return printable(c.Label)
	}
	return printable(c.Step)
}

func partyText(p order.Party) string {
	parts := make([]string, 0, 2)
	if p.Name != "" {
		parts = append(parts, p.Name)
	}
	if !p.Address.IsZero() {
		parts = append(parts, p.Address.String())
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
