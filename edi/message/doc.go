// Package message translates between EDIFACT messages and the documents of this
// library, as package mapping does for X12: purchase orders (ORDERS), changes of them
// (ORDCHG), the answer to either (ORDRSP), despatch advices (DESADV), invoices
// (INVOIC), inventory reports (INVRPT), receiving advices (RECADV) and the answers of
// applications (APERAK), each both ways; price catalogues (PRICAT) in.
//
// Read what a partner sent, and take the orders:
//
//	report, err := edifact.Read(file, edifact.Options{})
//	if err != nil {
//		return err
//	}
//	for _, m := range report.Messages() {
//		if m.ID != "ORDERS" || m.Status() == edifact.Rejected {
//			continue
//		}
//		doc, found := message.ReadPurchaseOrder(m, mapping.Options{Currency: money.EUR})
//		for _, f := range found {
//			fmt.Println(f)
//		}
//		...
//	}
//
// Reading never fails. Whatever is wrong or unclear in a message is a finding with a
// code, the place (segments[12].NAD.2.3: segment, element, component), what it means
// and what to do; a segment without a place in the document is mentioned, not dropped in
// silence. A finding that blocks says that the document cannot be used as it is.
//
// Writing is all or nothing: the segments between UNH and UNT, or a
// [*mapping.FieldError] that names the element that would not fit. What is written is
// valid in D.96A and D.01B.
//
// An order whose lines are split by place of delivery is read as one for each store by
// [ReadStoreOrders].
//
// As a vendor, answer what you decided:
//
//	answer, err := mapping.AnswerTo(o) // or mapping.AnswerToChange
//	if err != nil {
//		return err
//	}
//	answer.Date = today
//	segments, err := message.WriteOrderResponse(answer, options)
//
// As a buyer, send [WritePurchaseOrder] and [WritePurchaseOrderChange], and read the
// answer by [ReadOrderResponse].
//
// What was shipped, billed and is in stock goes as [WriteDespatchAdvice], [WriteInvoice] and
// [WriteInventoryReport], made of the same documents as the sets of X12. What the customer says
// that it received ([ReadReceivingAdvice]) is held to the shipment by [ReconcileReceipt]:
// short, over, refused, never shipped, cartons that are missing. A buyer reads the other
// side of it by [ReadDespatchAdvice], [ReadInvoice] and [ReadInventoryReport], matches
// the invoice (mapping.VendorInvoice.Match), and says what arrived with
// [ReceivingAdviceOf] and [WriteReceivingAdvice].
//
// A message that is well formed and cannot be taken is refused with what was found in it
// ([Refusal], [WriteApplicationAnswer]); [ReadApplicationAnswer] reads what a partner says of
// ours. [ReadPriceCatalogue] gives the items and prices of a vendor.
//
// The agreement with a partner is [mapping.Options], for X12 and EDIFACT alike:
// currency, country, codes of units (element 6411; that of the empty code is of
// quantities without one), types of item numbers (element 7143), the decimal mark.
package message
