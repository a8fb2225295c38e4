package promisecmd

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/replenishment"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// purchase is a receipt that will come.
type purchase struct {
	item     *item
	document string
	kind     atp.SupplyType
	quantity int64
	late     int   // days by which it will be put off when it is due
	missing  int64 // that will not come
}

// define makes an item known, with stock to begin with and a policy that its seed
// chooses: 5 to 28 days of lead time, four weeks of cover, packs of 1 to 24.
func (p *replay) define(id string, planned int64) error {
	it := &item{id: id, seed: seedOf(p.Seed, id)}
	days := int64(p.span)
	for i := range it.weeks {
		it.weeks[i] = planned * 7 / days
	}
	it.policy = replenishment.Policy{
		Method: replenishment.ReorderPoint, Lead: 5 + int(it.seed%24), SafetyDays: 7 + int(it.seed>>8%14), Cover: 28,
		Pack: []int64{1, 6, 12, 24}[it.seed>>16%4],
	}
	it.review = p.today.AddDays(int(it.seed >> 24 % 7))
	var err error
	if it.ref, _, err = p.stock.Define(p.now, atp.Definition{Item: id, Site: siteID}); err != nil {
		return err
	}
	it.onHand = planned*int64(21+it.seed>>32%35)/days + int64(it.policy.Pack)
	p.report.Supply.Opening += it.onHand
	if _, err := p.stock.Count(p.now, atp.Count{Ref: it.ref, Quantity: it.onHand, Document: "opening"}); err != nil {
		return err
	}
	p.items[id] = it
	p.list = append(p.list, it)
	return nil
}

// buy asks the policy of every item whose review day it is.
func (p *replay) buy() error {
	for _, it := range p.list {
		if it.review.After(p.today) {
			continue
		}
		it.review = p.today.AddDays(7)
		proposal, err := replenishment.Propose(it.policy, it.position(), it.rate(), p.today)
		if err != nil {
			return err
		}
		if proposal.Quantity > 0 {
			if err := p.order(it, proposal); err != nil {
				return err
			}
		}
		copy(it.weeks[1:], it.weeks[:weeks-1])
		it.weeks[0] = 0
	}
	return nil
}

// order places a purchase order and decides what will become of it.
func (p *replay) order(it *item, proposal replenishment.Proposal) error {
	it.orders++
	p.report.Supply.Orders++
	fate := splitmix(it.seed + uint64(it.orders))
	buy := purchase{item: it, document: fmt.Sprint("PO-", it.orders), kind: atp.PurchaseOrder, quantity: proposal.Quantity}
	switch {
	case fate%8 == 0:
		buy.late = 1 + int(fate>>8%10)
	case fate%16 == 1:
		buy.missing = buy.quantity / 4
	}
	it.due += buy.quantity
	return p.expect(buy, proposal.Due)
}

// expect tells the stock of a receipt.
func (p *replay) expect(buy purchase, due calendar.Date) error {
	buy.item.touched, buy.item.supplied = true, true
	p.receipts[due] = append(p.receipts[due], buy)
	_, err := p.stock.AddSupply(p.now, atp.Supply{
		Ref: buy.item.ref, Document: buy.document, Type: buy.kind, Due: due, Quantity: buy.quantity,
	})
	return err
}

// receive takes in what is due today, or puts it off.
func (p *replay) receive() error {
	due := p.receipts[p.today]
	delete(p.receipts, p.today)
	for _, buy := range due {
		it := buy.item
		it.touched = true
		if buy.late > 0 {
			p.report.Supply.Late++
			next := p.today.AddDays(buy.late)
			buy.late, it.withdrawn = 0, true
			p.receipts[next] = append(p.receipts[next], buy)
			_, err := p.stock.AdjustSupply(p.now, atp.Adjustment{Ref: it.ref, Document: buy.document, Due: next, Quantity: buy.quantity})
			if err != nil {
				return err
			}
			continue
		}
		if err := p.take(buy); err != nil {
			return err
		}
	}
	return nil
}

// take puts a receipt on the shelf.
func (p *replay) take(buy purchase) error {
	it, comes := buy.item, buy.quantity-buy.missing
	if comes > 0 {
		start := time.Now()
		_, err := p.stock.Receive(p.now, atp.Receipt{Ref: it.ref, Document: buy.document, Posting: "GR", Quantity: comes})
		if err != nil {
			return err
		}
		p.took.receive.Add(time.Since(start))
		it.onHand += comes
	}
	if buy.kind == atp.ReturnExpected {
		it.supplied = true
		p.report.Supply.Returned += comes
		return nil
	}
	it.due -= buy.quantity
	p.report.Supply.Received += comes
	if buy.missing == 0 {
		return nil
	}
	p.report.Supply.Short++
	it.withdrawn = true
	_, err := p.stock.AdjustSupply(p.now, atp.Adjustment{Ref: it.ref, Document: buy.document, Due: p.today, Quantity: comes})
	return err
}

// correct changes stock on hand by a row that corrects it.
func (p *replay) correct(it *item, by int64) error {
	is := max(it.onHand+by, 0)
	switch s := &p.report.Supply; {
	case by > 0:
		s.Found += by
		it.supplied = true
	default:
		s.WrittenOff += it.onHand - is
		s.NotThere += is - (it.onHand + by)
		it.withdrawn = true
	}
	it.onHand, it.touched = is, true
	_, err := p.stock.Count(p.now, atp.Count{Ref: it.ref, Quantity: is, Document: "correction"})
	return err
}
