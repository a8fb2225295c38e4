// Package mapping translates between X12 sets and the documents of this library, for who
// sells and for who buys: a purchase order (850) and its acknowledgement (855), ship
// notice (856) and invoice (810), a change of it (860) and its answer (865), each both
// ways. Beyond that what is available (846), what a warehouse ships (940, 945) and
// receives (943, 944), returns (180), memos (812), payments (820), the verdict of a
// partner's application (824), and reading of catalogues (832), carriers (204, 210, 214)
// and the sets of the grocery trade (875, 880).
//
// What reads a set and what makes one:
//
//	set  it is                       read by                                    made by
//	850  purchase order              ReadPurchaseOrder, ReadStoreOrders         WritePurchaseOrder
//	855  its acknowledgement         ReadAcknowledgement                        WriteAcknowledgement
//	860  change of a purchase order  ReadPurchaseOrderChange, ReadStoreChanges  WritePurchaseOrderChange
//	865  answer to a change          ReadChangeAcknowledgement                  WriteChangeAcknowledgement
//	856  ship notice                 ReadShipNotice                             WriteShipNotice
//	810  invoice                     ReadInvoice                                WriteInvoice
//	846  what is available           ReadInventoryAdvice                        WriteInventoryAdvice
//	940  asks a warehouse to ship    ReadShippingOrder                          WriteShippingOrder
//	945  what it shipped             ReadShippingAdvice                         WriteShippingAdvice
//	943  stock that goes to it       ReadStockTransfer                          WriteStockTransfer
//	944  stock that it received      ReadStockReceipt                           WriteStockReceipt
//	180  return, and the answer      ReadReturnRequest, ReadReturnAnswer        WriteReturnRequest, WriteReturnAnswer
//	812  credit or debit memo        ReadAdjustment                             WriteAdjustment
//	820  payment                     ReadRemittance                             WriteRemittance
//	824  application advice          ReadApplicationAdvice                      WriteApplicationAdvice
//	832  price catalogue             ReadCatalogue
//	875  grocery purchase order      ReadGroceryPurchaseOrder
//	880  grocery invoice             ReadGroceryInvoice
//	204  load tender                 ReadLoadTender
//	210  freight bill                ReadFreightBill
//	214  status of a shipment        ReadCarrierStatus
//
// Read what a partner sent, and take the orders:
//
//	report, err := x12.Read(file, x12.Options{})
//	if err != nil {
//		return err
//	}
//	for _, set := range report.Sets() {
//		if set.ID != "850" || set.Status() == x12.Rejected {
//			continue
//		}
//		doc, found := mapping.ReadPurchaseOrder(set, mapping.Options{Currency: money.USD})
//		for _, f := range found {
//			fmt.Println(f)
//		}
//		...
//	}
//
// Reading never fails. Whatever is wrong or unclear in a set is a finding with
// a code, the place (segments[12].PO1.2), what it means and what to do; a
// segment without a place in the document is mentioned, not dropped in silence.
// A finding that blocks says that the document cannot be an order as it is.
//
// Writing is all or nothing. [WriteAcknowledgement], [WriteChangeAcknowledgement],
// [WriteShipNotice], [WriteInvoice], [WriteInventoryAdvice] and [WriteShippingOrder] give the
// segments between ST and SE, or a [*FieldError] that names the element that would not
// fit; package partner puts them into envelopes and sends them.
// What can be derived is derived: BAK02 from the lines, the fate of each part
// of a line from its schedules, TDS from lines, allowances, charges and taxes,
// which have to tie.
//
// What a customer wants changed is read by [ReadPurchaseOrderChange]; package edi/amend
// carries it out on the orders of a desk, and [WriteChangeAcknowledgement] answers it.
//
// An order that a customer splits by store (SDQ) is read by [ReadStoreOrders] as one
// document for each store, and a change of it by [ReadStoreChanges].
//
// A buyer uses the other direction. [WritePurchaseOrder] and
// [WritePurchaseOrderChange] ask a vendor (850, 860); [ReadAcknowledgement],
// [ReadChangeAcknowledgement], [ReadShipNotice] and [ReadInvoice] take what it says
// (855, 865, 856, 810). [VendorAnswer.Differences] and [ShipmentDifferences] hold that to
// what was ordered, and [VendorInvoice.Match] an invoice to what was ordered and
// received, with a tolerance. Package edi/message reads the same types out of EDIFACT.
//
// What a channel can sell is told by [WriteInventoryAdvice], out of what package advice
// drafts. [ReadInventoryAdvice] reads what a vendor tells of its stock, and
// [StockLine.Supplies] makes the receipts of it that drop shipment is promised from.
//
// A warehouse is asked by [WriteShippingOrder] for what [ShippingOrderOf] finds in
// an order. [Reconcile] compares what it says of its shipments, read by
// [ReadShippingAdvice], with the request: short, over, twice, never asked for; and
// [Freed] says what a request that was taken back no longer holds. Stock that is sent to
// it is announced by [WriteStockTransfer] (943), and what it received is read by
// [ReadStockReceipt] (944), compared by [ReconcileReceipts] and posted by
// [ReceivedLine.Receipts]. For who keeps stock for others there are the other ways:
// [ReadShippingOrder], [WriteShippingAdvice], [ReadStockTransfer], [WriteStockReceipt].
//
// What a payer remits (820) is read by [ReadRemittance] and checked to tie; package
// edi/remit applies it to open items. [WriteRemittance] is for who pays. A credit goes
// as the memo that [AdjustmentOf] makes of it (812), by [WriteAdjustment]; a deduction of
// a customer's is read by [ReadAdjustment].
//
// What a customer wants to give back (180) is read by [ReadReturnRequest], and answered
// line by line by [WriteReturnAnswer], granted under an authorisation number or refused.
//
// What a partner's application made of our sets (824) is read by
// [ReadApplicationAdvice]; [ResultOf] and [WriteApplicationAdvice] tell a partner what was
// found in its own.
//
// [ReadLoadTender] reads a load that a carrier is asked to take (204), [ReadCarrierStatus]
// what it tells of a shipment on its way (214), [ReadFreightBill] what it bills (210), and
// [ReadCatalogue] a vendor's prices (832). The sets of the grocery trade are read into
// the same types as the others: an 875 by [ReadGroceryPurchaseOrder], an 880 by
// [ReadGroceryInvoice].
//
// Allowances and charges are told with what explains them, and read back equal:
// [WriteInvoice] writes the waterfall of every line as SAC segments, [ReadCharges] reads
// them out of a set, and [AllowanceGroup] and [AllowanceGroups] do the same for
// the ALC groups of EDIFACT, whose messages package edi/message translates.
//
//	charges, found := mapping.ReadCharges(set, mapping.Options{})
//	for _, c := range charges.Order {
//		fmt.Println(c.Label, c.Amount)
//	}
//
// [Options] hold what was agreed with a partner beyond the standard: the
// currency of prices that come without, its own codes for units, for the
// qualifiers of item numbers and for allowances and charges.
//
// The functional acknowledgement (997) and TA1 say something of bytes, not of
// documents: package x12 makes them.
package mapping
