// Package terms holds the terms that an order is made under: when it is paid, who pays the domestic carrier, and which
// Incoterms rule divides duties and risk.
//
// Read a term of payment and see when how much of an invoice is due:
//
//	net, err := terms.ParsePayment("2/10 net 30")
//	if err != nil {
//		return err
//	}
//	total := money.MustParse("1000.00 USD")
//	due, err := net.Schedule(total, terms.Dates{Invoice: calendar.MustDate("2026-03-27")})
//	// 1000.00 USD by 2026-04-26, or 20.00 USD less by 2026-04-06
//
// A [Payment] is plain data that reads and writes itself in the notation of trade; [ParsePayment] lists the forms. Due
// dates are civil dates and come from nothing but the term and the dates given; [OnWorkingDays] moves them off days on
// which the bank does not work.
//
// [Freight] are domestic freight terms (FOB origin or destination, prepaid, prepaid and add, collect, third party).
// [Incoterm] are the eleven rules of Incoterms 2020 with their [Duties]; [Trade] is a rule with its named place, and
// says whether it fits the mode of transport. The two are fields apart: FOB means something else in each.
package terms
