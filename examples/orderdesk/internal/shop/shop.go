package shop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/edi/amend"
	"github.com/o2ckit/o2c/edi/duplicate"
	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/intake"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/shipping"
)

// site is the shop's warehouse; west is a second one, which keeps a part of the range and ships
// what the first has not, for more.
const (
	site = "MAIN"
	west = "WEST"
)

// sites are the warehouses, the preferred one first.
func sites() []string { return []string{site, west} }

// series is the series of its invoice numbers.
const series = "sales"

// Config is what a shop is made of.
type Config struct {
	Journal journal.Journal
	Clock   func() time.Time
	Master  *Master
	// Partners are those that send and get EDI.
	Partners []partner.Profile
	// Learn makes master data of what arrives and is not known, so that the
	// order can go on.
	Learn bool
}

// Shop is a whole order desk with its state.
type Shop struct {
	Desk     *desk.Desk
	Inbox    *intake.Inbox
	Outbox   *partner.Outbox
	Stock    *atp.Stock
	Credit   *credit.Ledger
	Shipping *shipping.Log
	Invoices *invoice.Register
	Rules    Rules

	config     Config
	shipper    *steps.Shipper
	biller     *steps.Biller
	backorders *steps.Backorders
	books      *books
	network    *sourcing.Network

	gateway    *gateway.Gateway
	duplicates *duplicate.Register
	changes    *amend.Changes

	mu       sync.Mutex
	partners map[string]partner.Profile // by qualifier and identifier, learned ones too
}

// Open puts a shop together and opens its desk on the journal.
func Open(ctx context.Context, c Config) (*Shop, error) {
	s := &Shop{config: c, partners: make(map[string]partner.Profile)}
	for _, p := range c.Partners {
		if p.X12 != nil {
			s.partners[senderKey(p.X12.Qualifier, p.X12.ID)] = p
		}
		if p.EDIFACT != nil {
			s.partners[senderKey(p.EDIFACT.Qualifier, p.EDIFACT.ID)] = p
		}
	}
	if err := s.makeEngines(); err != nil {
		return nil, err
	}
	s.backorders = &steps.Backorders{Stock: s.Stock, Customers: c.Master, Items: c.Master, Lane: lane}
	s.shipper = &steps.Shipper{
		Stock: s.Stock, Items: c.Master, Log: s.Shipping, Credit: s.Credit, Customers: c.Master,
		From: home, To: s.shipTo, Backorders: s.backorders,
	}
	s.biller = &steps.Biller{
		Register: s.Invoices, Journal: c.Journal, Series: series, Customers: c.Master, Credit: s.Credit,
		Taxes: invoice.Untaxed, // its customers buy to sell again
	}
	var err error
	s.Desk, err = desk.Open(ctx, desk.Config{
		Journal: c.Journal,
		Clock:   c.Clock,
		Steps:   s.steps(),
		Folds: []desk.Fold{
			steps.FoldStock(s.Stock), steps.FoldCredit(s.Credit), s.Shipping, s.Inbox, s.Outbox, s.duplicates, s.books,
		},
	})
	if err != nil {
		return nil, err
	}
	if err := s.openGateway(); err != nil {
		return nil, err
	}
	for sent := range s.Outbox.Sent() {
		s.books.sent(sent.Partner, sent.Key)
	}
	return s, nil
}

// openGateway joins the desk with what comes in.
func (s *Shop) openGateway() error {
	directory, err := partner.NewDirectory(s.config.Partners...)
	if err != nil {
		return err
	}
	s.changes, err = amend.New(amend.Config{
		Desk: s.Desk, Clock: s.config.Clock, Actor: "edi",
		Amender: &steps.Amender{
			Stock: s.Stock, Items: s.config.Master, Credit: s.Credit, Customers: s.config.Master, Backorders: s.backorders,
		},
	})
	if err != nil {
		return err
	}
	s.gateway, err = gateway.New(gateway.Config{
		Partners: directory, Inbox: s.Inbox, Outbox: s.Outbox, Duplicates: s.duplicates,
		Handle: s.handle, Stranger: s.learnedPartner, Retry: s.curable, X12: x12.Options{Lenient: true},
	})
	return err
}

func (s *Shop) makeEngines() error {
	var places []atp.Site
	var nodes []sourcing.Node
	for i, zone := range []string{"America/New_York", "America/Los_Angeles"} {
		id := sites()[i]
		week, err := calendar.New(calendar.Config{Name: id, Zone: zone, Cutoff: calendar.MustClock("14:00")})
		if err != nil {
			return err
		}
		places = append(places, atp.Site{ID: id, Calendar: week})
		nodes = append(nodes, sourcing.Node{Site: id, Calendar: week, Rank: i})
	}
	var errs [9]error
	s.Stock, errs[0] = atp.New(atp.Config{Sites: places})
	s.network, errs[7] = sourcing.New(sourcing.Config{Stock: s.Stock, Nodes: nodes})
	s.Credit, errs[1] = credit.New(credit.Config{})
	s.Shipping, errs[2] = shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	s.Invoices, errs[3] = invoice.NewRegister(invoice.Series{Name: series, Prefix: "INV-", Width: 6})
	s.Inbox, errs[4] = intake.New(intake.Config{Journal: s.config.Journal, Clock: s.config.Clock})
	s.Outbox, errs[5] = partner.NewOutbox(partner.OutboxConfig{Journal: s.config.Journal, Clock: s.config.Clock})
	s.Rules, errs[6] = loadRules()
	s.duplicates, errs[8] = duplicate.New(duplicate.Config{Journal: s.config.Journal, Clock: s.config.Clock})
	s.books = &books{Register: s.Invoices, invoices: make(map[string]invoice.Invoice), documents: make(map[[2]string]bool)}
	return errors.Join(errs[:]...)
}

// steps are what every order goes through.
func (s *Shop) steps() []desk.Step {
	m := s.config.Master
	return []desk.Step{
		steps.Validate(steps.ValidateConfig{Customers: m, Items: m, Rules: s.Rules.Validation}),
		steps.Price(steps.PriceConfig{Engine: m, Customers: m, Items: m, Owner: "pricing"}),
		steps.Promise(steps.PromiseConfig{
			Stock: s.Stock, Customers: m, Items: m,
			Sourcing: &steps.Sourcing{Network: s.network, Routes: routes},
		}),
		steps.CheckCredit(steps.CreditConfig{Ledger: s.Credit, Customers: m, Owner: "credit"}),
		steps.Decide(steps.DecideConfig{Rules: s.Rules.Holds, Customers: m, Owner: "order desk"}),
		steps.Accept(steps.AcceptConfig{Stock: s.Stock}),
	}
}

// lane is the way to all customers.
func lane(*order.Order, string) *atp.Lane { return &atp.Lane{Processing: 1, Transit: 2} }

// routes are the ways from the sites to an order's customer.
func routes(o *order.Order) []sourcing.Route {
	var all []sourcing.Route
	for _, id := range sites() {
		all = append(all, sourcing.Route{Site: id, Lane: lane(o, id)})
	}
	return all
}

// home is where the shop ships from.
func home(id string) shipping.Party {
	if id == west {
		return shipping.Party{Name: "Meridian Supply West", Address: party.Address{
			Lines: []string{"80 Harbor Street"}, City: "Reno", Region: "NV", PostalCode: "89502", Country: party.UnitedStates,
		}}
	}
	return shipping.Party{Name: "Meridian Supply", Address: party.Address{
		Lines: []string{"500 Warehouse Row"}, City: "Louisville", Region: "KY", PostalCode: "40213", Country: party.UnitedStates,
	}}
}

// shipTo is the ship-to of the order, with the customer's own address where
// the order names none.
func (s *Shop) shipTo(o *order.Order) shipping.Party {
	var to shipping.Party
	for _, role := range []party.Role{party.ShipTo, party.SoldTo} {
		if p, ok := o.Document.Party(role); ok {
			to = shipping.Party{ID: p.ID, Name: p.Name, Identifiers: p.Identifiers, Address: p.Address}
			break
		}
	}
	if to.Address.IsZero() || to.Name == "" {
		if p, ok := s.config.Master.partyOf(o.Customer); ok {
			if to.Address.IsZero() {
				to.Address = p.Address
			}
			if to.Name == "" {
				to.Name = p.Name
			}
		}
	}
	return to
}

// OpenBooks records the opening stock and the credit limits, each once: what an
// earlier run recorded stays as it is.
func (s *Shop) OpenBooks(ctx context.Context, stock []OnHand, limits map[string]money.Amount) error {
	for _, h := range stock {
		if _, err := s.Stock.Ref(h.Item, cmp.Or(h.Site, site)); err == nil {
			continue
		}
		if err := s.put(ctx, h); err != nil {
			return fmt.Errorf("opening stock of %s: %w", h.Item, err)
		}
	}
	for _, a := range s.config.Master.Accounts() {
		if _, err := s.Credit.Exposure(s.config.Clock(), a.CreditKey()); err == nil {
			continue
		}
		if err := s.grant(ctx, a, limits[a.ID]); err != nil {
			return fmt.Errorf("credit of %s: %w", a.ID, err)
		}
	}
	return nil
}

// put brings stock on hand, and a receipt that is on its way.
func (s *Shop) put(ctx context.Context, h OnHand) error {
	now, at := s.config.Clock(), cmp.Or(h.Site, site)
	ref, defined, err := s.Stock.Define(now, atp.Definition{Item: h.Item, Site: at})
	if err != nil {
		return err
	}
	counted, err := s.Stock.Count(now, atp.Count{Ref: ref, Status: atp.Available, Quantity: h.Quantity, Document: "opening"})
	if err != nil {
		return err
	}
	events := []any{defined, counted}
	if h.Coming > 0 {
		added, err := s.Stock.AddSupply(now, atp.Supply{
			Ref: ref, Document: "PO-" + h.Item, Type: atp.PurchaseOrder,
			Due: calendar.DateOf(now).AddDays(h.Days), Quantity: h.Coming,
		})
		if err != nil {
			return err
		}
		events = append(events, added)
	}
	return s.Desk.Record(ctx, "stock/"+at, "warehouse", events...)
}

// grant opens a credit account with a limit.
func (s *Shop) grant(ctx context.Context, a party.Account, limit money.Amount) error {
	account := credit.Account{ID: a.CreditKey(), Currency: a.Currency, Terms: a.PaymentTerms}
	if !limit.IsZero() {
		account.Limit = &credit.Limit{Amount: limit}
	}
	set, err := s.Credit.SetAccount(s.config.Clock(), credit.Setting{Account: account, Actor: "credit", Reason: "opening"})
	if err != nil {
		return err
	}
	return s.Desk.Record(ctx, "credit/"+a.ID, "credit", set)
}
