package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
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

func (h *house) amender() *steps.Amender {
	return &steps.Amender{Stock: h.stock, Items: h.items, Credit: h.ledger, Customers: h.customers}
}

func note(document string) steps.Amendment {
	return steps.Amendment{Document: document, Actor: "bob", Reason: "the customer asked"}
}

// pick takes goods of a reservation off the shelf, as an action on the order.
func (h *house) pick(t testing.TB, d *desk.Desk, id order.ID, key, item string, n int64, back bool) {
	t.Helper()
	_, err := d.Act(t.Context(), id, desk.Action{Name: "pick", Run: func(_ context.Context, w *desk.Work) error {
		ref, err := h.stock.Ref(item, "MAIN")
		require.NoError(t, err)
		p := atp.Posting{Key: key, Document: fmt.Sprint(key, n, back), Parts: []atp.Part{{Ref: ref, Quantity: n}}}
		if back {
			e, err := h.stock.Unpick(w.Now(), p)
			require.NoError(t, err)
			return w.Record(e)
		}
		e, err := h.stock.Pick(w.Now(), p)
		require.NoError(t, err)
		return w.Record(e)
	}})
	require.NoError(t, err)
}

func (h *house) ready(t testing.TB, limit string) *desk.Desk {
	t.Helper()
	d := h.open(t)
	e, err := h.ledger.SetAccount(h.clock.now, credit.Setting{Actor: "ann", Reason: "new", Account: credit.Account{
		ID: "C1", Currency: money.USD, Limit: &credit.Limit{Amount: usd(limit)},
	}})
	require.NoError(t, err)
	require.NoError(t, d.Record(t.Context(), "credit/C1", "ann", e))
	return d
}

// atp.md: ordered 100, shipped 30, picked 20: a decrease to 60 is accepted; to 40: it
// becomes 50 (shipped + picked) unless un-picked.
func TestDecreaseStopsAtWhatHasLeftAndIsPicked(t *testing.T) {
	for _, unpicked := range []bool{false, true} {
		t.Run(fmt.Sprint(unpicked), func(t *testing.T) {
			h := newHouse(t)
			d := h.ready(t, "1000.00")
			h.count(t, d, "NAILS", 30)
			h.due(t, d, "NAILS", "PO-1", "2026-03-31", 70)
			o := submit(t, d, document("PO1", "C1", want("NAILS", 100, quantity.Each))) // 4.50 less 10 %
			assert.Equal(t, usd("4.05"), o.Total())
			_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.MustDate("2026-03-30"))
			require.NoError(t, err)
			h.count(t, d, "NAILS", 70)
			h.pick(t, d, o.ID, "SO-00000001/1", "NAILS", 20, false)
			a := h.amender()
			got, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(60), note("CH-1"))
			require.NoError(t, err)
			assert.Equal(t, steps.AmendedLine{Line: "1", Was: pieces(100), To: pieces(60), Became: pieces(60), Shipped: pieces(30)}, got)
			assert.Equal(t, "30 left, 30 on 03-31", promises(t, d, o.ID, "1"))
			became, picked := pieces(50), pieces(20)
			if unpicked {
				h.pick(t, d, o.ID, "SO-00000001/1", "NAILS", 20, true)
				became, picked = pieces(40), quantity.Quantity{}
			}
			got, err = a.Decrease(t.Context(), d, o.ID, "1", pieces(40), note("CH-2"))
			require.NoError(t, err)
			assert.Equal(t, steps.AmendedLine{
				Line: "1", Was: pieces(60), To: pieces(40), Became: became, Shipped: pieces(30), Picked: picked,
			}, got)
			o, err = d.Order(o.ID)
			require.NoError(t, err)
			assert.Equal(t, became, o.Line("1").Deliverable())
			last, ok := o.LastDecision("decrease")
			require.True(t, ok)
			assert.Equal(t, "bob", last.Actor)
			if !unpicked {
				assert.Equal(t, "line 1: 60 EA became 50 EA, 30 EA have left, 20 EA are picked: the customer asked", last.Summary)
				_, err = a.Decrease(t.Context(), d, o.ID, "1", pieces(10), note("CH-3"))
				require.ErrorIs(t, err, steps.ErrNothingToGiveUp)
			}
			h.replays(t, d)
		})
	}
}

// The latest promises are given up first; the price of what stays is what it was,
// and credit, stock, invoices and the order agree to the end.
func TestDecrease(t *testing.T) {
	h := newHouse(t)
	d := h.ready(t, "1000.00")
	h.count(t, d, "HAMMER", 30)
	h.due(t, d, "HAMMER", "PO-7", "2026-04-13", 24)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 5, quantity.Case))) // 60 for 540.00 less 5.00
	assert.Equal(t, "24 on 03-30, 24 on 04-13, 12 open", promises(t, d, o.ID, "1"))
	assert.Equal(t, "535.00 USD", h.openOrders(t))
	a := h.amender()
	got, err := a.Decrease(t.Context(), d, o.ID, "1", quantity.New(3, quantity.Case), note("CH-1"))
	require.NoError(t, err)
	assert.Equal(t, "line 1: 60 EA became 36 EA", got.String())
	assert.Equal(t, "24 on 03-30, 12 on 04-13", promises(t, d, o.ID, "1"))
	assert.Equal(t, 36, openOf(t, d, h.stock, o.ID))
	o, err = d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, usd("321.00"), o.Total(), "36 of 60 for 535.00")
	assert.Equal(t, "321.00 USD", h.openOrders(t))

	again, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(36), note("CH-1"))
	require.NoError(t, err)
	assert.Equal(t, got, again, "the same document is the same change")
	_, err = a.Decrease(t.Context(), d, o.ID, "1", pieces(35), note("CH-1"))
	require.ErrorIs(t, err, steps.ErrDocumentReused)
	_, err = a.Cancel(t.Context(), d, o.ID, note("CH-1"))
	require.ErrorIs(t, err, steps.ErrDocumentReused)

	_, err = h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.MustDate("2026-03-30"))
	require.NoError(t, err)
	_, err = h.biller().Bill(t.Context(), d, o.ID)
	require.NoError(t, err)
	lines, err := a.Cancel(t.Context(), d, o.ID, note("CH-2"))
	require.NoError(t, err)
	require.Len(t, lines, 1)
	assert.Equal(t, "line 1: 36 EA became 24 EA, 24 EA have left", lines[0].String())
	o, err = d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusCompleted, o.Status(), "what left is billed")
	assert.Equal(t, usd("214.00"), o.Total())
	e, err := h.ledger.Exposure(h.clock.now, "C1")
	require.NoError(t, err)
	assert.Equal(t, usd("0.00"), e.Orders)
	assert.Equal(t, usd("0.00"), e.Deliveries)
	assert.Equal(t, usd("228.98"), e.Receivables, "with 7 % tax")
	_, err = a.Cancel(t.Context(), d, o.ID, note("CH-3"))
	require.ErrorIs(t, err, steps.ErrNothingToGiveUp)
	h.replays(t, d)
}

// A line, or all of an order, is cancelled: accepted, or held by credit.
func TestCancel(t *testing.T) {
	for limit, status := range map[string]order.Status{"1000.00": order.StatusOpen, "1.00": order.StatusOnHold} {
		t.Run(string(status), func(t *testing.T) {
			h := newHouse(t)
			d := h.ready(t, limit)
			h.count(t, d, "HAMMER", 30)
			h.count(t, d, "NAILS", 1000)
			o := submit(t, d, document("PO1", "C1", want("HAMMER", 10, quantity.Each), want("NAILS", 200, quantity.Each)))
			require.Equal(t, status, o.Status())
			a := h.amender()
			lines, err := a.Cancel(t.Context(), d, o.ID, note("CH-1"), "1")
			require.NoError(t, err)
			require.Len(t, lines, 1)
			o, err = d.Order(o.ID)
			require.NoError(t, err)
			require.NotNil(t, o.Line("1").Rejection)
			assert.Equal(t, order.Rejection{Code: "cancelled", Reason: "the customer asked"}, *o.Line("1").Rejection)
			assert.Equal(t, status, o.Status())
			if status == order.StatusOpen {
				assert.Equal(t, o.Total().String(), h.openOrders(t))
			}
			ref, err := h.stock.Ref("HAMMER", "MAIN")
			require.NoError(t, err)
			free, err := h.stock.ATP(h.clock.now, atp.Query{Ref: ref})
			require.NoError(t, err)
			assert.Equal(t, int64(30), free)
			_, err = a.Decrease(t.Context(), d, o.ID, "2", pieces(150), note("CH-2"))
			require.NoError(t, err)

			lines, err = a.Cancel(t.Context(), d, o.ID, note("CH-3"))
			require.NoError(t, err)
			require.Len(t, lines, 1)
			assert.Equal(t, "line 2: 150 EA became 0 EA", lines[0].String())
			o, err = d.Order(o.ID)
			require.NoError(t, err)
			assert.Equal(t, order.StatusRejected, o.Status())
			assert.Equal(t, "0.00 USD", h.openOrders(t))
			last, ok := o.LastDecision("cancel")
			require.True(t, ok)
			assert.Equal(t, order.Refused, last.Outcome)
			var why steps.AmendAccount
			require.NoError(t, json.Unmarshal(last.Explanation, &why))
			assert.Equal(t, steps.AmendAccount{Document: "CH-3", Lines: lines}, why)
			again, err := a.Cancel(t.Context(), d, o.ID, note("CH-3"))
			require.NoError(t, err)
			assert.Equal(t, lines, again)
			_, err = a.Cancel(t.Context(), d, o.ID, note("CH-4"))
			require.ErrorIs(t, err, steps.ErrNothingToGiveUp)
			h.replays(t, d)
		})
	}
}

func TestChangesThatCannotBe(t *testing.T) {
	h := newHouse(t)
	d := h.ready(t, "1000.00")
	h.count(t, d, "HAMMER", 30)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 10, quantity.Each)))
	before, stock := orders(t, d), state(t, h.stock, h.clock.now)
	a := h.amender()
	var amend *steps.AmendError
	for name, change := range map[string]func() error{
		"no such line": func() error {
			_, err := a.Decrease(t.Context(), d, o.ID, "9", pieces(1), note("C"))
			return err
		},
		"no such line to cancel": func() error { _, err := a.Cancel(t.Context(), d, o.ID, note("C"), "1", "9"); return err },
		"more":                   func() error { _, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(11), note("C")); return err },
		"below nothing":          func() error { _, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(-1), note("C")); return err },
		"unit": func() error {
			_, err := a.Decrease(t.Context(), d, o.ID, "1", quantity.MustParse("1 KG"), note("C"))
			return err
		},
		"half": func() error {
			_, err := a.Decrease(t.Context(), d, o.ID, "1", quantity.MustParse("0.5 EA"), note("C"))
			return err
		},
		"no document": func() error { _, err := a.Cancel(t.Context(), d, o.ID, steps.Amendment{Reason: "r"}); return err },
		"no reason":   func() error { _, err := a.Cancel(t.Context(), d, o.ID, steps.Amendment{Document: "C"}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorAs(t, change(), &amend)
			assert.Equal(t, before, orders(t, d))
			assert.Equal(t, stock, state(t, h.stock, h.clock.now))
		})
	}
	_, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(10), note("C"))
	require.ErrorIs(t, err, steps.ErrNothingToGiveUp)
	_, err = (&steps.Amender{}).Cancel(t.Context(), d, o.ID, note("C"))
	var config *steps.ConfigError
	require.ErrorAs(t, err, &config)
	_, err = a.Cancel(t.Context(), d, "SO-9", note("C"))
	require.ErrorIs(t, err, desk.ErrNoOrder)
}

// The journal refuses a change: all is as before it. Where nobody knows, the same
// change again finds out.
func TestChangesAreAllOrNothing(t *testing.T) {
	for _, f := range []fault{refused, lost, lostAfter} {
		t.Run(string(f), func(t *testing.T) {
			h := newHouse(t)
			j := &faulty{Journal: journal.NewMemory(), fault: f}
			h.journal = j
			d := h.ready(t, "1000.00")
			h.count(t, d, "HAMMER", 30)
			o := submit(t, d, document("PO1", "C1", want("HAMMER", 10, quantity.Each)))
			before := h.dump(t, d)
			a := h.amender()
			j.at = j.calls + 1
			_, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(4), note("CH-1"))
			if f == refused {
				require.ErrorIs(t, err, errDisk)
				same(t, before, h.dump(t, d), "nothing has happened")
			} else {
				require.ErrorIs(t, err, desk.ErrUnsettled)
			}
			_, err = a.Decrease(t.Context(), d, o.ID, "1", pieces(4), note("CH-1"))
			require.NoError(t, err)
			assert.Equal(t, "4 on 03-30", promises(t, d, o.ID, "1"))
			h.replays(t, d)
		})
	}
}

// Whatever is decreased, cancelled, shipped, picked and run over in whatever order: what orders say is
// what stock and credit say, and nothing is given up that has left or is picked.
func TestRandomChanges(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 9)) //nolint:gosec // a test
			h := newHouse(t)
			d := h.ready(t, "1000000.00")
			a, b := h.amender(), h.backorders()
			h.count(t, d, "HAMMER", 60)
			h.count(t, d, "NAILS", 60)
			h.due(t, d, "HAMMER", "PO", "2026-04-02", 60)
			var changes int
			for i := range 50 {
				var all []order.ID
				for o := range d.Orders() {
					all = append(all, o.ID)
				}
				if len(all) == 0 || random.IntN(4) == 0 {
					submit(t, d, document(fmt.Sprint("PO", i), "C1", want("HAMMER", 1+random.Int64N(30), quantity.Each),
						want("NAILS", 1+random.Int64N(30), quantity.Each), want("HAMMER", 1+random.Int64N(9), quantity.Each)))
					continue
				}
				id, line := all[random.IntN(len(all))], fmt.Sprint(1+random.IntN(3))
				o, err := d.Order(id)
				require.NoError(t, err)
				was, doc := o.Line(line).Deliverable(), note(fmt.Sprint("CH", i))
				switch random.IntN(4) {
				case 0:
					if n, _ := was.Int64(); o.Line(line).Rejection == nil && n > 0 {
						to := pieces(random.Int64N(n + 1))
						got, err := a.Decrease(t.Context(), d, id, line, to, doc)
						if !errors.Is(err, steps.ErrNothingToGiveUp) {
							require.NoError(t, err)
							least := to
							if c, _ := to.Cmp(o.Line(line).Shipped()); c < 0 {
								least = o.Line(line).Shipped()
							}
							require.Equal(t, least, got.Became)
							changes++
						}
					}
				case 1:
					if random.IntN(3) == 0 {
						_, err = a.Cancel(t.Context(), d, id, doc, line)
						require.True(t, err == nil || errors.Is(err, steps.ErrNothingToGiveUp), "%v", err)
					}
				case 2:
					_, err = h.shipper().Ship(t.Context(), d, id, "MAIN", calendar.DateOf(monday))
					require.True(t, err == nil || errors.Is(err, steps.ErrNothingToShip) || errors.Is(err, steps.ErrNotReleased), "%v", err)
				case 3:
					r, err := b.Compute(t.Context(), d, h.clock.now, nil, backorder.Options{Apart: true})
					require.NoError(t, err)
					if len(r.Plan.Diff()) > 0 {
						require.NoError(t, b.Commit(t.Context(), d, r, backorder.Note{Key: fmt.Sprint("R", i)}))
					}
				}
			}
			require.Positive(t, changes)
			exposed := usd("0.00")
			for o := range d.Orders() {
				agrees(t, h.stock, o, func(calendar.Date) calendar.Date { return calendar.Date{} })
				total := o.Total()
				if o.Status() == order.StatusRejected {
					total = usd("0.00")
				}
				exposed, _ = exposed.Add(total)
			}
			e, err := h.ledger.Exposure(h.clock.now, "C1")
			require.NoError(t, err)
			have, err := e.Orders.Add(e.Deliveries)
			require.NoError(t, err)
			require.Equal(t, exposed, have)
			h.replays(t, d)
		})
	}
}

// What is left of an order when the rest is cancelled has been billed before: nothing of it
// stays open with credit, the order's own charges neither.
func TestNothingStaysOpenOfAnOrderThatWasBilled(t *testing.T) {
	for _, charged := range []bool{false, true} {
		for _, billFirst := range []bool{false, true} {
			t.Run(fmt.Sprint(charged, billFirst), func(t *testing.T) {
				h := newHouse(t)
				s := h.creditSteps()
				freight := desk.Step{Name: "freight", Run: func(_ context.Context, w *desk.Work) error {
					o := w.Order()
					p := order.Priced{Charges: o.Charges}
					for _, l := range o.Lines {
						p.Lines = append(p.Lines, order.PricedLine{
							Line: l.ID, UnitPrice: l.UnitPrice, Per: l.Per, PriceUnit: l.PriceUnit, Charges: l.Charges, Net: l.Net,
						})
					}
					p.Charges = append(p.Charges, order.Charge{Step: "freight", Amount: usd("9.00")})
					return w.Record(p)
				}}
				if charged {
					s = []desk.Step{s[0], s[1], freight, s[2], s[3], s[4]}
				}
				d := h.open(t, s...)
				h.limit(t, "C1", "1000.00")
				h.count(t, d, "HAMMER", 30)
				o := submit(t, d, document("PO1", "C1", want("HAMMER", 40, quantity.Each)))
				_, err := h.shipper().Ship(t.Context(), d, o.ID, "MAIN", calendar.DateOf(monday))
				require.NoError(t, err)
				bill := func() {
					_, err := h.biller().Bill(t.Context(), d, o.ID)
					require.NoError(t, err)
				}
				if billFirst {
					bill()
				}
				_, err = h.amender().Cancel(t.Context(), d, o.ID, note("CH-1"))
				require.NoError(t, err)
				if !billFirst {
					bill()
				}
				o, err = d.Order(o.ID)
				require.NoError(t, err)
				require.Equal(t, order.StatusCompleted, o.Status())
				e, err := h.ledger.Exposure(h.clock.now, "C1")
				require.NoError(t, err)
				assert.Equal(t, usd("0.00"), e.Orders)
				assert.Equal(t, usd("0.00"), e.Deliveries)
				assert.Equal(t, o.Invoices[0].Payable, e.Receivables)
			})
		}
	}
}

// Of what ships as another item, only whole numbers are given up; that is not for goods
// that are picked.
func TestDecreaseOfSubstitutes(t *testing.T) {
	c := newChain(t, []string{"HAMMER", "BOX"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
	c.has(t, "N", "HAMMER", 0, 3)
	c.has(t, "N", "BOX", 0, 4)
	d := c.openWith(t, c.replacing(t, nil, substitution.Relation{
		From: "HAMMER", To: "BOX", Kind: substitution.Substitute, Numerator: 1, Denominator: 6,
	}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 15, quantity.Each)))
	require.Equal(t, "3 EA of HAMMER N@0; 12 EA of HAMMER as BOX 1:6 N@0; ", shipped(&o.Lines[0]))
	a := c.amender()
	a.Credit = nil
	for _, change := range []struct {
		to   int64
		says string
	}{
		{10, "line 1: 15 EA became 12 EA, another item ships for it in whole numbers"},
		{7, "line 1: 12 EA became 12 EA, another item ships for it in whole numbers"},
		{6, "line 1: 12 EA became 6 EA"},
	} {
		line, err := a.Decrease(t.Context(), d, o.ID, "1", pieces(change.to), note(fmt.Sprint("CH-", change.to)))
		if errors.Is(err, steps.ErrNothingToGiveUp) {
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, change.says, line.String())
	}
	o, err := d.Order(o.ID)
	require.NoError(t, err)
	assert.Equal(t, "6 EA of HAMMER as BOX 1:6 N@0; ", shipped(&o.Lines[0]))
	ref, err := c.stock.Ref("BOX", "N")
	require.NoError(t, err)
	free, err := c.stock.ATP(c.clock.now, atp.Query{Ref: ref})
	require.NoError(t, err)
	assert.Equal(t, int64(3), free)
}
