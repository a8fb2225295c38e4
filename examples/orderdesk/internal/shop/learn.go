package shop

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/pricing"
)

// What a desk that learns assumes of what it has not seen before.
const (
	learnedStock = 1_000_000_000
	learnedLimit = "100000000.00"
)

// learnedPartner makes a profile of whoever sent a document; false: the shop does not
// learn.
func (s *Shop) learnedPartner(a gateway.Arrival) (partner.Profile, bool) {
	name := printable(strings.ReplaceAll(a.Entry.Partner, ":", "-"))
	p := partner.Profile{
		Name: name, Account: "L-" + name,
		Options: mapping.Options{Currency: money.USD, Country: party.UnitedStates},
	}
	if a.Set != nil {
		ic := a.Set.Interchange()
		p.X12 = &partner.X12{
			Qualifier: ic.SenderQualifier, ID: ic.Sender, GroupID: a.Set.Group.Sender,
			OurQualifier: ic.ReceiverQualifier, OurID: ic.Receiver, OurGroupID: a.Set.Group.Receiver,
			Version: "004010", Usage: "T", Charset: x12.AnyCharset,
		}
	} else {
		ic := a.Message.Interchange
		p.EDIFACT = &partner.EDIFACT{
			ID: ic.Sender.ID, Qualifier: ic.Sender.Qualifier, OurID: ic.Recipient.ID, OurQualifier: ic.Recipient.Qualifier,
			Directory: "D96A", Test: true,
		}
	}
	return p, s.config.Learn
}

// printable replaces what a name may not have.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '_'
		}
		return r
	}, s)
}

// learn makes master data of a document: its sender a partner and a customer,
// its items, and the prices it states. What is known stays as it is. An item
// for which the document states no price gets none: such an order is held for
// its price, as it should be.
func (s *Shop) learn(ctx context.Context, a gateway.Arrival, doc *order.Document) error {
	p := a.Profile
	if _, err := s.config.Master.Account(ctx, p.Account); err != nil {
		if err := s.learnCustomer(ctx, p, doc); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.partners[a.Entry.Partner] = p
	s.mu.Unlock()
	for i := range doc.Lines {
		if err := s.learnItem(ctx, p, &doc.Lines[i]); err != nil {
			return fmt.Errorf("line %s: %w", doc.Lines[i].ID, err)
		}
	}
	return nil
}

func (s *Shop) learnCustomer(ctx context.Context, p partner.Profile, doc *order.Document) error {
	currency := doc.Currency
	if currency == 0 {
		currency = money.USD
	}
	account := party.Account{ID: p.Account, Party: "P-" + p.Account, Currency: currency, PaymentTerms: "net 30"}
	known := party.Party{ID: account.Party, Name: p.Name}
	for _, role := range []party.Role{party.SoldTo, party.BillTo, party.ShipTo} {
		if d, ok := doc.Party(role); ok {
			known.Address = d.Address
			break
		}
	}
	if err := s.config.Master.Add([]party.Party{known}, []party.Account{account}, nil, nil); err != nil {
		return err
	}
	if _, err := s.Credit.Exposure(s.config.Clock(), account.CreditKey()); err == nil {
		return nil // from an earlier run on the same journal
	}
	limit, err := money.ParseNumber(learnedLimit, currency)
	if err != nil {
		return err
	}
	return s.grant(ctx, account, limit)
}

// learnItem finds the item of a line, or makes one under the first of its numbers.
func (s *Shop) learnItem(ctx context.Context, p partner.Profile, l *order.Request) error {
	if len(l.Identifiers) == 0 {
		return errors.New("it names no item")
	}
	id := l.Identifiers[0].Scheme + "-" + l.Identifiers[0].Value
	_, err := s.config.Master.Item(ctx, id)
	if notFound := (*item.NotFoundError)(nil); err != nil && !errors.As(err, &notFound) {
		return err
	}
	l.Item = id
	if err == nil {
		return s.learnPrice(p, l, id)
	}
	it := item.Item{ID: id, Description: l.Description, Lifecycle: item.Lifecycle{Status: item.Active}}
	if it.Units, err = quantity.NewConversions(l.Quantity.Unit()); err != nil {
		return err
	}
	if _, whole := l.Quantity.Int64(); !whole {
		it.CatchWeight = true // counted in thousandths
	}
	if err := s.config.Master.Add(nil, nil, []item.Item{it}, nil); err != nil {
		return err
	}
	if err := s.learnPrice(p, l, id); err != nil {
		return err
	}
	if _, err := s.Stock.Ref(id, site); err == nil { // from an earlier run on the same journal
		return nil
	}
	return s.put(ctx, OnHand{Item: id, Quantity: learnedStock})
}

// learnPrice takes the first price that a customer states for an item as the
// agreed one.
func (s *Shop) learnPrice(p partner.Profile, l *order.Request, id string) error {
	if l.Price == nil {
		return nil
	}
	r := pricing.Record{
		ID: "L-" + p.Account + "-" + id, Key: pricing.Key{Account: p.Account, Item: id},
		Price: *l.Price, Per: l.PricePer, Unit: l.Quantity.Unit(),
	}
	err := s.config.Master.Add(nil, nil, nil, []pricing.Record{r})
	var load *pricing.LoadError
	if errors.As(err, &load) { // there is one already
		return nil
	}
	return err
}
