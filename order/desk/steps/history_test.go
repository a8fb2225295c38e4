package steps_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
)

// unreliable is a journal that now and then refuses an append, or does not say
// whether it happened.
type unreliable struct {
	journal.Journal
	random *rand.Rand // nil: nothing goes wrong
}

func (u *unreliable) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if u.random != nil {
		switch u.random.IntN(40) {
		case 0:
			return journal.Commit{}, errDisk
		case 1:
			return journal.Commit{}, journal.ErrOutcomeUnknown
		case 2:
			_, err := u.Journal.Append(ctx, b)
			return journal.Commit{}, errors.Join(journal.ErrOutcomeUnknown, err)
		}
	}
	return u.Journal.Append(ctx, b)
}

// history is a desk to which anything happens in any order: two sites, items that
// take each other's place, customers with every delivery policy.
type history struct {
	*chain
	random  *rand.Rand
	journal *unreliable
	desk    *desk.Desk
	n       int // of operations, for names
	done    map[string]int
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	accounts := []party.Account{
		{ID: "C1", Party: "P1", Currency: money.USD, Class: "GOLD"},
		{ID: "C2", Party: "P1", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverShipComplete}},
		{ID: "C3", Party: "P1", Currency: money.USD, Shipping: party.Shipping{MaxDeliveries: 2}},
		{ID: "C4", Party: "P1", Currency: money.USD, Shipping: party.Shipping{Delivery: party.DeliverLineComplete, NoSubstitutes: true}},
	}
	h := &history{
		chain: newChain(t, []string{"HAMMER", "NAILS"}, accounts, "N", "S"), done: make(map[string]int),
		random: rand.New(rand.NewPCG(seed, 3)), //nolint:gosec // a test
	}
	h.journal = &unreliable{Journal: journal.NewMemory()}
	h.chain.journal = h.journal
	h.desk = h.openOn(t, h.chain)
	for _, a := range accounts {
		e, err := h.ledger.SetAccount(h.clock.now, credit.Setting{Actor: "ann", Reason: "new", Account: credit.Account{
			ID: a.ID, Currency: money.USD, Limit: &credit.Limit{Amount: usd("400.00")},
		}})
		require.NoError(t, err)
		require.NoError(t, h.desk.Record(t.Context(), "credit/"+a.ID, "ann", e))
	}
	for _, id := range []string{"HAMMER", "NAILS"} {
		for _, site := range []string{"N", "S"} {
			ref, defined, err := h.stock.Define(h.clock.now, atp.Definition{Item: id, Site: site, SafetyStock: 3})
			require.NoError(t, err)
			counted, err := h.stock.Count(h.clock.now, atp.Count{Ref: ref, Quantity: 20})
			require.NoError(t, err)
			require.NoError(t, h.desk.Record(t.Context(), "stock/"+site, "ann", defined, counted))
		}
	}
	h.journal.random = h.random
	return h
}

// openOn opens a desk with the engines of a chain.
func (h *history) openOn(t *testing.T, c *chain) *desk.Desk {
	t.Helper()
	h.journal.random = nil
	config := c.replacing(t, nil, substitution.Relation{
		From: "HAMMER", To: "NAILS", Kind: substitution.Substitute, Numerator: 2, Denominator: 1,
	}, substitution.Relation{From: "NAILS", To: "HAMMER", Kind: substitution.Substitute, Numerator: 1, Denominator: 3})
	config.Stock, config.Customers, config.Items = c.stock, c.customers, c.items
	config.Terms = func(_ *order.Order, _ *order.Line, a party.Account) steps.DemandTerms {
		return steps.DemandTerms{SafetyStock: a.ID == "C3"}
	}
	config.Choices = steps.StockChoices(c.stock)
	s := c.steps()
	return c.open(t, s[0], s[1], steps.Promise(config), steps.CheckCredit(steps.CreditConfig{Ledger: c.ledger, Customers: c.customers}), s[3])
}

// reopen holds the desk to its journal and goes on with what the journal says.
func (h *history) reopen(t *testing.T) {
	t.Helper()
	h.journal.random = nil
	require.NoError(t, h.desk.Settle(t.Context()))
	next := *h.chain
	next.house = h.fresh(t, h.journal)
	sites := make([]atp.Site, len(h.nodes))
	for i, n := range h.nodes {
		sites[i] = atp.Site{ID: n.Site, Calendar: n.Calendar}
	}
	var err error
	next.stock, err = atp.New(atp.Config{Sites: sites})
	require.NoError(t, err)
	before := h.dump(t, h.desk)
	d := h.openOn(t, &next)
	require.Equal(t, before, next.dump(t, d))
	h.chain, h.desk, h.journal.random = &next, d, h.random
}

// did counts what came of an operation, and fails on errors that it may not have.
func (h *history) did(t *testing.T, what string, err error, may ...error) {
	t.Helper()
	for _, known := range append(may, errDisk, desk.ErrUnsettled) {
		if errors.Is(err, known) {
			return
		}
	}
	require.NoError(t, err, what)
	h.done[what]++
}

// record records what has happened to the stock until it is kept.
func (h *history) record(t *testing.T, stream string, events ...any) {
	t.Helper()
	for {
		err := h.desk.Record(t.Context(), stream, "ann", events...)
		if err == nil || errors.Is(err, desk.ErrUnsettled) {
			return
		}
		require.ErrorIs(t, err, errDisk)
	}
}

// dock and changes let orders follow first.
func (h *history) dock() *steps.Shipper {
	s := h.shipper()
	s.Backorders = h.backorders()
	return s
}

func (h *history) changes() *steps.Amender {
	a := h.amender()
	a.Backorders = h.backorders()
	return a
}

func (h *history) site() string { return []string{"N", "S"}[h.random.IntN(2)] }
func (h *history) item() string { return []string{"HAMMER", "NAILS"}[h.random.IntN(2)] }

// any is one of the orders; false while there are none.
func (h *history) any() (*order.Order, bool) {
	var all []*order.Order
	for o := range h.desk.Orders() {
		all = append(all, o)
	}
	if len(all) == 0 {
		return nil, false
	}
	return all[h.random.IntN(len(all))], true
}

func (h *history) step(t *testing.T) {
	t.Helper()
	h.n++
	switch op := h.random.IntN(20); op {
	case 0, 1, 2, 3:
		h.submit(t)
	case 4, 5:
		h.supply(t)
	case 6:
		h.days(t)
	case 7:
		h.reopen(t)
	case 8, 9:
		h.serve(t)
	default:
		if o, ok := h.any(); ok {
			h.to(t, o, op)
		}
	}
}

// to does something to an order.
func (h *history) to(t *testing.T, o *order.Order, op int) {
	t.Helper()
	name := fmt.Sprint("D", h.n)
	switch op {
	case 10, 11, 12:
		_, err := h.dock().Ship(t.Context(), h.desk, o.ID, h.site(), calendar.DateOf(h.clock.now))
		var short *atp.ShortageError
		if errors.As(err, &short) {
			t.Fatalf("order %s: %v", o.ID, err)
		}
		h.did(t, "ship", err, steps.ErrNothingToShip, steps.ErrNotReleased)
	case 13:
		for o := range h.desk.Orders() {
			_, err := h.biller().Bill(t.Context(), h.desk, o.ID)
			h.did(t, "bill", err, steps.ErrNothingToBill)
		}
	case 14, 15:
		l := o.Lines[h.random.IntN(len(o.Lines))]
		if n, _ := l.Deliverable().Int64(); l.Rejection == nil && n > 0 {
			_, err := h.changes().Decrease(t.Context(), h.desk, o.ID, l.ID, pieces(h.random.Int64N(n+1)), note(name))
			if more := (*steps.AmendError)(nil); errors.As(err, &more) {
				return // what was decreased with unknown outcome was found out about
			}
			h.did(t, "decrease", err, steps.ErrNothingToGiveUp)
		}
	case 16:
		var lines []string
		if h.random.IntN(3) > 0 {
			lines = []string{o.Lines[h.random.IntN(len(o.Lines))].ID}
		}
		_, err := h.changes().Cancel(t.Context(), h.desk, o.ID, note(name), lines...)
		h.did(t, "cancel", err, steps.ErrNothingToGiveUp)
	case 17, 18:
		for o := range h.desk.Orders() {
			h.shelve(t, o, name+string(o.ID))
		}
	case 19:
		if holds := o.OpenHolds(); len(holds) > 0 {
			_, err := h.desk.Release(t.Context(), o.ID, holds[0].ID, "bob", "they are good for it")
			h.did(t, "release", err)
		}
		_, err := h.desk.RunDue(t.Context())
		h.did(t, "run due", err)
	}
}

func (h *history) submit(t *testing.T) {
	t.Helper()
	var lines []order.Request
	for range 1 + h.random.IntN(3) {
		l := want(h.item(), 1+h.random.Int64N(15), quantity.Each)
		if h.random.IntN(4) == 0 {
			l = want(h.item(), 1+h.random.Int64N(3), quantity.Case)
		}
		if h.random.IntN(2) == 0 {
			l.RequestedShip = calendar.DateOf(h.clock.now).AddDays(h.random.IntN(8))
		}
		lines = append(lines, l)
	}
	doc := document(fmt.Sprint("PO", h.n), []string{"C1", "C1", "C2", "C3", "C4"}[h.random.IntN(5)], lines...)
	r, err := h.desk.Submit(t.Context(), desk.Submission{Key: doc.PurchaseOrder, Document: doc})
	h.did(t, "submit", err)
	if err != nil || doc.Customer != "C3" {
		return
	}
	for _, l := range r.Order.Lines {
		deliveries := make(map[string]bool)
		for _, s := range l.Schedules {
			if !s.Backordered() {
				deliveries[fmt.Sprint(s.Site, s.Ship, s.Deliver)] = true
			}
		}
		require.LessOrEqual(t, len(deliveries), 2, "as the account says")
	}
}

func (h *history) supply(t *testing.T) {
	t.Helper()
	site := h.site()
	ref, err := h.stock.Ref(h.item(), site)
	require.NoError(t, err)
	added, err := h.stock.AddSupply(h.clock.now, atp.Supply{
		Ref: ref, Document: fmt.Sprint("PO-", h.n), Type: atp.PurchaseOrder,
		Due: calendar.DateOf(h.clock.now).AddDays(1 + h.random.IntN(6)), Quantity: 1 + h.random.Int64N(25),
	})
	require.NoError(t, err)
	h.record(t, "stock/"+site, added)
	h.done["supply"]++
}

// days lets days go by; what is due comes.
func (h *history) days(t *testing.T) {
	t.Helper()
	h.clock.now = h.clock.now.Add(time.Duration(1+h.random.IntN(3)) * 24 * time.Hour)
	for _, item := range h.stock.State(h.clock.now).Items {
		ref, err := h.stock.Ref(item.Item, item.Site)
		require.NoError(t, err)
		for _, s := range item.Supplies {
			if s.Received == s.Ordered || s.Due.After(calendar.DateOf(h.clock.now)) {
				continue
			}
			got, err := h.stock.Receive(h.clock.now, atp.Receipt{Ref: ref, Document: s.Document, Posting: "GR", Quantity: s.Ordered - s.Received})
			require.NoError(t, err)
			h.record(t, "stock/"+item.Site, got)
		}
	}
}

// serve computes and commits a backorder run.
func (h *history) serve(t *testing.T) {
	t.Helper()
	b := h.backorders()
	all := []backorder.Strategy{backorder.Gain, backorder.Redistribute, backorder.Fill, backorder.Lose, backorder.Win}
	b.Treat = func(o *order.Order, _ *order.Line) (backorder.Strategy, int) {
		return all[(len(o.Lines)+int(o.ID[len(o.ID)-1])+h.n)%len(all)], int(o.ID[len(o.ID)-1]) % 3
	}
	r, err := b.Compute(t.Context(), h.desk, h.clock.now, nil, backorder.Options{Apart: true})
	if errors.Is(err, errDisk) || errors.Is(err, desk.ErrUnsettled) {
		return
	}
	require.NoError(t, err)
	h.did(t, "run", b.Commit(t.Context(), h.desk, r, backorder.Note{Key: fmt.Sprint("R", h.n)}), backorder.ErrUnchanged,
		steps.ErrRunOutdated) // an append of unknown outcome was found out about meanwhile
}

// shelve picks for an order, or puts back.
func (h *history) shelve(t *testing.T, o *order.Order, document string) {
	t.Helper()
	back := h.random.IntN(3) == 0
	_, err := h.desk.Act(t.Context(), o.ID, desk.Action{Name: "pick", Run: func(_ context.Context, w *desk.Work) error {
		l := &w.Order().Lines[h.random.IntN(len(w.Order().Lines))]
		if l.Rejection != nil || len(l.Schedules) == 0 {
			return errNothing
		}
		s := l.Schedules[h.random.IntN(len(l.Schedules))]
		if s.Backordered() || s.Shipped == s.Quantity || s.Substitute != nil || s.Ship.After(calendar.DateOf(w.Now())) {
			return errNothing
		}
		n := h.free(t, s.Reservation, l.Item, s.Site)
		if back {
			n, _ = s.Quantity.Int64()
		}
		if n == 0 {
			return errNothing
		}
		ref, err := h.stock.Ref(l.Item, s.Site)
		require.NoError(t, err)
		p := atp.Posting{Key: s.Reservation, Document: document, Parts: []atp.Part{{Ref: ref, Quantity: 1 + h.random.Int64N(n)}}}
		if back {
			e, err := h.stock.Unpick(w.Now(), p)
			if err != nil {
				return fmt.Errorf("%w: %w", errNothing, err)
			}
			w.OnRefused(func() error { return h.stock.UndoUnpick(e) })
			return w.Record(e)
		}
		e, err := h.stock.Pick(w.Now(), p)
		if err != nil {
			return fmt.Errorf("%w: %w", errNothing, err)
		}
		w.OnRefused(func() error { return h.stock.UndoPick(e) })
		return w.Record(e)
	}})
	h.did(t, map[bool]string{true: "unpick", false: "pick"}[back], err, errNothing)
}

// free is what a reservation has of an item for today and before that is not picked.
func (h *history) free(t *testing.T, key, item, site string) (n int64) {
	t.Helper()
	r, err := h.stock.Reservation(h.clock.now, key)
	require.NoError(t, err)
	for _, l := range r.Lines {
		if l.Item == item && l.Site == site && !l.Date.After(calendar.DateOf(h.clock.now)) {
			n += l.Quantity - l.Consumed - l.Released - l.Picked
		}
	}
	return n
}

var errNothing = errors.New("nothing to do")

// holds tells that orders, stock and credit say the same, and that nothing is promised
// that is not there.
func (h *history) holds(t *testing.T) {
	t.Helper()
	h.journal.random = nil
	defer func() { h.journal.random = h.random }()
	require.NoError(t, h.desk.Settle(t.Context()))
	b := h.backorders()
	_, err := b.Follow(t.Context(), h.desk)
	require.NoError(t, err)
	exposed := make(map[string]money.Amount)
	for o := range h.desk.Orders() {
		h.reserved(t, o)
		if s := o.Status(); s == order.StatusOpen || s == order.StatusCompleted {
			exposed[o.Customer] = plus(t, exposed[o.Customer], h.unbilled(t, o))
		}
	}
	for _, a := range []string{"C1", "C2", "C3", "C4"} {
		e, err := h.ledger.Exposure(h.clock.now, a)
		require.NoError(t, err)
		require.Equal(t, plus(t, usd("0.00"), exposed[a]), plus(t, e.Orders, e.Deliveries), "account %s", a)
	}
	for _, item := range h.stock.State(h.clock.now).Items {
		ref, err := h.stock.Ref(item.Item, item.Site)
		require.NoError(t, err)
		short, err := h.stock.Shortfalls(h.clock.now, ref)
		require.NoError(t, err)
		require.Empty(t, short, "%s at %s", item.Item, item.Site)
	}
}

func plus(t *testing.T, a, b money.Amount) money.Amount {
	t.Helper()
	if a.Currency() == 0 {
		return b
	}
	if b.Currency() == 0 {
		return a
	}
	sum, err := a.Add(b)
	require.NoError(t, err)
	return sum
}

// unbilled is what an order is worth and was not billed.
func (h *history) unbilled(t *testing.T, o *order.Order) money.Amount {
	t.Helper()
	if o.Billing() == order.FullyBilled {
		return usd("0.00")
	}
	left := o.Total()
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil {
			continue
		}
		billed, err := l.Worth(o.Billed(l.ID))
		require.NoError(t, err)
		left, err = left.Sub(billed)
		require.NoError(t, err)
	}
	return left
}

// reserved holds what an order says against what its reservations have open, by item
// and site, where they have not lapsed.
func (h *history) reserved(t *testing.T, o *order.Order) {
	t.Helper()
	type place struct{ key, item, site string }
	promised, have := make(map[place]int64), make(map[place]int64)
	for _, l := range o.Lines {
		for _, s := range l.Schedules {
			if l.Rejection != nil || s.Backordered() || s.Reservation == "" {
				continue
			}
			left, err := s.Quantity.Sub(s.Shipped)
			require.NoError(t, err)
			n, _ := left.Int64()
			item := l.Item
			if s.Substitute != nil {
				var ok bool
				item = s.Substitute.Item
				n, ok = s.Substitute.Count(n)
				require.True(t, ok)
			}
			if n > 0 {
				promised[place{s.Reservation, item, s.Site}] += n
			}
		}
	}
	for _, r := range h.stock.State(h.clock.now).Reservations {
		if id, _, _ := strings.Cut(r.Key, "/"); id != string(o.ID) {
			continue
		}
		if r.Status != atp.StatusHeld && r.Status != atp.StatusCommitted {
			for p := range promised {
				if p.key == r.Key && r.Status == atp.StatusExpired {
					delete(promised, p)
				}
			}
			continue
		}
		for _, l := range r.Lines {
			if n := l.Quantity - l.Consumed - l.Released; n > 0 {
				have[place{r.Key, l.Item, l.Site}] += n
			}
		}
	}
	require.Equal(t, have, promised, "order %s", o.ID)
}

// Whatever is ordered, picked, shipped, billed, decreased, cancelled, released and served
// anew, at two sites, with substitutes, over a journal that fails now and then: what
// orders say is what stock and credit say, and a desk opened from the journal is the same
// at any moment.
func TestRandomHistories(t *testing.T) {
	done := make(map[string]int)
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := newHistory(t, seed)
			for range 120 {
				h.step(t)
				if h.random.IntN(5) == 0 {
					h.holds(t)
				}
			}
			h.holds(t)
			h.reopen(t)
			for what, n := range h.done {
				done[what] += n
			}
		})
	}
	t.Log(done)
	for _, what := range []string{"submit", "supply", "ship", "bill", "decrease", "cancel", "pick", "unpick", "release", "run"} {
		require.Positive(t, done[what], what)
	}
}
