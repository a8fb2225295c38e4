package mapping

import (
	"strconv"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Supply gives a line of a transfer as the receipt in transit that
// [atp.Stock.AddSupply] takes, for the item at the site of the warehouse. It is due on
// the day given, such as StockTransfer.Arrives. The quantity is counted by count, such
// as item.Item.Count.
//
// The document names the line among the receipts of the item; [ReceivedLine.Receipts]
// of what comes of it has to name it again. The errors are those of count, and a
// *[StockError] for a document or a day that is missing.
func (l *TransferLine) Supply(
	ref atp.Ref, document string, due calendar.Date, count func(quantity.Quantity) (int64, error),
) (atp.Supply, error) {
	switch {
	case document == "":
		return atp.Supply{}, &StockError{Field: "document", Reason: "is empty"}
	case due.IsZero():
		return atp.Supply{}, &StockError{Field: "due", Reason: "is no date"}
	}
	n, err := count(l.Quantity)
	return atp.Supply{Ref: ref, Document: document, Type: atp.InTransit, Due: due, Quantity: n, Expires: l.Expires}, err
}

// Receipts gives what came of a line as the postings that [atp.Stock.Receive] takes: one
// of what is in order, available, and one of each part that is damaged or rejected,
// blocked, or that waits for an inspection, on quality hold. What was scrapped or went
// back, and what is short, is in none of them: it stays due until the supply is
// adjusted. What has a lot of the depositor's goes into it.
//
// Document is that of the supply ([TransferLine.Supply]). The postings are numbered
// below posting, which names the line of the receipt, such as its number and that of
// the line: the same receipt again gives the same postings. Quantities are counted by
// count, such as item.Item.Count.
//
// The errors are those of count, and a *[StockError] for a document or posting that is
// missing and for parts that are more than what came.
func (l *ReceivedLine) Receipts(
	ref atp.Ref, document, posting string, count func(quantity.Quantity) (int64, error),
) ([]atp.Receipt, error) {
	switch {
	case document == "":
		return nil, &StockError{Field: "document", Reason: "is empty"}
	case posting == "":
		return nil, &StockError{Field: "posting", Reason: "is empty"}
	}
	good, err := l.good()
	if err != nil {
		return nil, &StockError{Field: "exceptions", Reason: err.Error()}
	}
	var postings []atp.Receipt
	post := func(status atp.SupplyType, q quantity.Quantity) error {
		n, err := count(q)
		if err == nil && n > 0 {
			postings = append(postings, atp.Receipt{
				Ref: ref, Document: document, Posting: posting + "/" + strconv.Itoa(len(postings)+1), Status: status,
				Quantity: n, Lot: l.Lot, Expires: l.Expires,
			})
		}
		return err
	}
	if err := post(atp.Available, good); err != nil {
		return nil, err
	}
	for _, x := range l.Exceptions {
		status, onHand := x.Condition.Stock()
		if !onHand || status == atp.Available { // the available part is in what is good
			continue
		}
		if err := post(status, x.Quantity); err != nil {
			return nil, err
		}
	}
	return postings, nil
}
