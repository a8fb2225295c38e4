package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/shipping"
)

// fault is a way in which an append goes wrong.
type fault string

const (
	refused   fault = "refused"                     // nothing is written, and the journal says so
	lost      fault = "outcome unknown, not kept"   // nothing is written, and nobody knows
	lostAfter fault = "outcome unknown, kept"       // written, and nobody knows
	down      fault = "outcome unknown for a while" // as lost, and the next two appends too
)

var errDisk = errors.New("disk full")

// faulty is a journal of which one append goes wrong.
type faulty struct {
	journal.Journal
	at    int // the append, from 1; 0: none
	fault fault
	calls int
}

func (f *faulty) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	f.calls++
	switch {
	case f.calls == f.at && f.fault == refused:
		return journal.Commit{}, errDisk
	case f.calls == f.at && f.fault == lostAfter:
		_, err := f.Journal.Append(ctx, b)
		return journal.Commit{}, errors.Join(journal.ErrOutcomeUnknown, err)
	case f.calls == f.at && f.fault == lost, f.fault == down && f.calls >= f.at && f.calls < f.at+3 && f.at > 0:
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return f.Journal.Append(ctx, b)
}

// fresh is a house with the same master data and empty state, on the journal.
func (h *house) fresh(t testing.TB, j journal.Journal) *house {
	t.Helper()
	n := *h
	n.journal, n.stock, n.ledger = j, n.newStock(t), newLedger(t)
	var err error
	n.log, err = shipping.NewLog(shipping.LogConfig{Prefix: "0614141"})
	require.NoError(t, err)
	n.register, err = invoice.NewRegister(invoice.Series{Name: "sales", Prefix: "INV-", Width: 6})
	require.NoError(t, err)
	return &n
}

// dump is everything that a house knows.
func (h *house) dump(t *testing.T, d *desk.Desk) string {
	t.Helper()
	type told struct {
		Order     *order.Order
		Status    order.Status
		Ships     order.Fulfilment
		Bills     order.Billing
		Total     money.Amount
		Shipments []shipping.Entry
	}
	var all struct {
		Orders  []told
		Waiting []desk.Waiting
		Stock   atp.State
		Credit  credit.State
		Number  invoice.Number
	}
	for o := range d.Orders() {
		all.Orders = append(all.Orders, told{o, o.Status(), o.Fulfilment(), o.Billing(), o.Total(), h.log.OfOrder(string(o.ID))})
	}
	var err error
	all.Waiting, all.Stock, all.Credit = d.Waiting(), h.stock.State(h.clock.now), h.ledger.State()
	all.Number, _, err = h.register.Next("sales")
	require.NoError(t, err)
	data, err := json.MarshalIndent(all, "", " ")
	require.NoError(t, err)
	return string(data)
}

// operation is something that a host does, whose answers may be that it was
// done before.
type operation struct {
	name   string
	run    func() error
	done   []error
	record bool // it took effect before it was recorded
}

// life is all that happens to a small distributor in two weeks.
func (h *house) life(t *testing.T, d *desk.Desk) []operation {
	record := func(name, stream string, happen func() ([]any, error)) operation {
		var events []any
		return operation{name: name, record: true, run: func() error {
			if events == nil { // it happens once, and is recorded until it is
				var err error
				events, err = happen()
				require.NoError(t, err)
				return d.Record(t.Context(), stream, "ann", events...)
			}
			return d.Record(t.Context(), stream, "ann", events...)
		}}
	}
	ref := func(id string) atp.Ref {
		r, err := h.stock.Ref(id, "MAIN")
		require.NoError(t, err)
		return r
	}
	supply := func(id string, n int64) operation {
		return record("supply "+id, "stock/MAIN", func() ([]any, error) {
			r, defined, err := h.stock.Define(h.clock.now, atp.Definition{Item: id, Site: "MAIN"})
			require.NoError(t, err)
			counted, err := h.stock.Count(h.clock.now, atp.Count{Ref: r, Status: atp.Available, Quantity: n})
			return []any{defined, counted}, err
		})
	}
	submit := func(po, customer string, lines ...order.Request) operation {
		return operation{name: "submit " + po, run: func() error {
			_, err := d.Submit(t.Context(), desk.Submission{Key: po, Document: document(po, customer, lines...)})
			return err
		}}
	}
	ship := func(id order.ID) operation {
		return operation{name: "ship " + string(id), done: []error{steps.ErrNothingToShip}, run: func() error {
			_, err := h.shipper().Ship(t.Context(), d, id, "MAIN", calendar.DateOf(h.clock.now))
			return err
		}}
	}
	bill := func(id order.ID) operation {
		return operation{name: "bill " + string(id), done: []error{steps.ErrNothingToBill}, run: func() error {
			_, err := h.biller().Bill(t.Context(), d, id)
			return err
		}}
	}
	released := &order.EventError{}
	return []operation{
		supply("HAMMER", 30), supply("NAILS", 1000),
		record("purchase order", "stock/MAIN", func() ([]any, error) {
			added, err := h.stock.AddSupply(h.clock.now, atp.Supply{
				Ref: ref("HAMMER"), Document: "PO-7/1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-04-13"), Quantity: 24,
			})
			return []any{added}, err
		}),
		record("limit", "credit/C1", func() ([]any, error) {
			set, err := h.ledger.SetAccount(h.clock.now, credit.Setting{Actor: "ann", Reason: "new", Account: credit.Account{
				ID: "C1", Currency: money.USD, Limit: &credit.Limit{Amount: usd("400.00")},
			}})
			return []any{set}, err
		}),
		submit("PO1", "C1", want("HAMMER", 3, quantity.Case)),                                     // 319.00: 24 now, 12 later
		submit("PO2", "C1", want("NAILS", 1000, quantity.Each), want("HAMMER", 6, quantity.Each)), // 94.50: over the limit
		submit("PO3", "C1", want("GLUE", 1, quantity.Each)),                                       // exception
		submit("PO1", "C1", want("HAMMER", 3, quantity.Case)),                                     // known
		ship("SO-00000001"), bill("SO-00000001"),
		{name: "release", done: []error{released}, run: func() error {
			_, err := d.Release(t.Context(), "SO-00000002", "H1", "bob", "they are good for it")
			return err
		}},
		ship("SO-00000002"), bill("SO-00000002"),
		{name: "two weeks later", run: func() error { h.clock.now = monday.Add(14 * 24 * time.Hour); return nil }},
		record("receipt", "stock/MAIN", func() ([]any, error) {
			got, err := h.stock.Receive(h.clock.now, atp.Receipt{Ref: ref("HAMMER"), Document: "PO-7/1", Posting: "GR-1", Quantity: 24})
			return []any{got}, err
		}),
		ship("SO-00000001"), bill("SO-00000001"),
	}
}

func (op operation) did(err error) bool {
	var misfit *order.EventError
	for _, known := range op.done {
		if errors.Is(err, known) || errors.As(known, &misfit) && errors.As(err, &misfit) {
			return true
		}
	}
	return err == nil
}

// Whatever append goes wrong in whatever way: a host that does again what
// failed has in memory what the journal has, and what it would have had.
func TestEveryAppendMayFail(t *testing.T) {
	base := newHouse(t)
	live := func(t *testing.T, at int, f fault, again bool) (h *house, d *desk.Desk, j *faulty, memory bool) {
		t.Helper()
		j = &faulty{Journal: journal.NewMemory(), at: at, fault: f}
		h = base.fresh(t, j)
		h.clock = &clock{monday}
		// opening a desk is an append too: until it works there is none
		for range 5 {
			var err error
			if d, err = h.tryOpen(t); err == nil {
				break
			}
		}
		require.NotNil(t, d)
		for _, op := range h.life(t, d) {
			err := op.run()
			if !again {
				memory = memory || op.record && errors.Is(err, errDisk)
				continue
			}
			for tries := 0; !op.did(err); tries++ {
				require.Less(t, tries, 5, "%s: %v", op.name, err)
				if errors.Is(err, desk.ErrUnsettled) {
					if err = d.Settle(t.Context()); err == nil && op.record {
						break
					}
				}
				err = op.run()
			}
		}
		if again {
			require.NoError(t, d.Settle(t.Context()))
		} else {
			for tries := 0; d.Settle(t.Context()) != nil; tries++ {
				require.Less(t, tries, 5)
			}
		}
		return h, d, j, memory
	}
	sound, d, j, _ := live(t, 0, refused, true)
	want, appends := sound.dump(t, d), j.calls
	require.Greater(t, appends, 12)
	sscc := regexp.MustCompile(`"sscc": "\d+"`) // a carton's number may be used up in vain
	for at := 1; at <= appends; at++ {
		for _, f := range []fault{refused, lost, lostAfter, down} {
			for _, again := range []bool{true, false} {
				t.Run(fmt.Sprintf("%d %s, again %t", at, f, again), func(t *testing.T) {
					h, d, j, memory := live(t, at, f, again)
					got := h.dump(t, d)
					if again {
						same(t, sscc.ReplaceAllString(want, ""), sscc.ReplaceAllString(got, ""), "as if nothing had gone wrong")
					}
					if memory {
						return // what the caller let happen and never recorded; see Desk.Record
					}
					other := h.fresh(t, j.Journal)
					replayed, err := other.tryOpen(t)
					require.NoError(t, err)
					same(t, other.dump(t, replayed), got, "as the journal says")
				})
			}
		}
	}
}

// same compares two dumps, and shows where they begin to differ.
func same(t *testing.T, want, got, why string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < min(len(w), len(g)) && w[at] == g[at] {
		at++
	}
	from := max(at-12, 0)
	t.Errorf("%s\nwant %s\ngot %s", why,
		strings.Join(w[from:min(at+6, len(w))], "\n"), strings.Join(g[from:min(at+6, len(g))], "\n"))
}
