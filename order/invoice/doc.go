// Package invoice bills what has shipped.
//
//	number, expect, err := register.Next("sales")
//	portions, err := invoice.Unbilled(o)
//	inv, err := invoice.Make(invoice.Request{
//		Order: o, Number: number, Lines: portions, Date: today,
//		Terms:   terms.MustPayment("2/10 net 30"),
//		Charges: invoice.ProRata,
//		Taxes:   invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("7%")}),
//	})
//	fmt.Print(inv.Text())
//
// [Make] takes its amounts from what the order stores, cumulatively by
// quantity: 70 pieces at 1.45 less 10.00, shipped as 23, 23 and 24, are billed
// as 30.06, 30.07 and 31.37, and never a cent is lost or made. Totals follow
// the terms of EN 16931; tax is computed for each category on the whole
// document and stored for each line.
//
// # What comes back
//
// A return is credited with what the invoice stores, and nothing is prorated
// anew. [Invoice.Reversal] gives the part of a line that a quantity was billed
// with, charge by charge and tax by tax; [Charge.Reversal] gives a part of a
// freight. However a line comes back, its parts add up to what was billed.
//
//	back, err := inv.Reversal("1", returnedBefore, returnedWithThis)
//
// # Once, and without gaps
//
// What ships is billed once: Make refuses more than was shipped and not
// billed, and [order.Order.Apply] refuses the event. Numbers have no gaps: a
// number is taken by the append that brings the invoice into the journal, in
// the stream of its series, at the position that [Register.Next] named. In the
// same append stands, on the order's stream, what [Invoice.Invoiced] returns:
//
//	work.Record(inv.Invoiced(work.Now()))
//	work.RecordBeside(invoice.Stream("sales"), expect, register.Kept(number), invoice.Issued{Invoice: inv})
//
// If somebody else took the number first, the append is refused as a whole;
// [Register.CatchUp] reads on, and the invoice is made anew.
package invoice
