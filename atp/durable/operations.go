package durable

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
)

// Define is atp.Stock.Define, journalled. It cannot be taken back, and stops the Stock where the journal refuses it.
func (s *Stock) Define(ctx context.Context, now time.Time, d atp.Definition) (atp.Ref, atp.ItemDefined, error) {
	if err := check("define", text{"Item", d.Item}, text{"Site", d.Site}); err != nil {
		return atp.Ref{}, atp.ItemDefined{}, err
	}
	var ref atp.Ref
	e, err := perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.ItemDefined, replayed bool, err error) {
		ref, e, err = live.Define(now, d)
		return e, false, err
	})
	if err != nil {
		return atp.Ref{}, atp.ItemDefined{}, err
	}
	return ref, e, nil
}

// DefineQuota is atp.Stock.DefineQuota, journalled. It cannot be taken back, as Define.
func (s *Stock) DefineQuota(ctx context.Context, now time.Time, d atp.QuotaDefinition) (atp.Ref, atp.QuotaDefined, error) {
	texts := []text{{"ID", d.ID}, {"Site", d.Site}}
	for i, id := range d.Fallback {
		texts = append(texts, text{fmt.Sprintf("Fallback[%d]", i), id})
	}
	if err := check("define quota", texts...); err != nil {
		return atp.Ref{}, atp.QuotaDefined{}, err
	}
	var ref atp.Ref
	e, err := perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.QuotaDefined, replayed bool, err error) {
		ref, e, err = live.DefineQuota(now, d)
		return e, false, err
	})
	if err != nil {
		return atp.Ref{}, atp.QuotaDefined{}, err
	}
	return ref, e, nil
}

// SetQuota is atp.Stock.SetQuota, journalled. It cannot be taken back, as Define.
func (s *Stock) SetQuota(ctx context.Context, now time.Time, q atp.QuotaSetting) (atp.QuotaSet, error) {
	if err := check("set quota", text{"Document", q.Document}); err != nil {
		return atp.QuotaSet{}, err
	}
	return perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.QuotaSet, replayed bool, err error) {
		e, err = live.SetQuota(now, q)
		return e, false, err
	})
}

// Count is atp.Stock.Count, journalled. It cannot be taken back, as Define.
func (s *Stock) Count(ctx context.Context, now time.Time, c atp.Count) (atp.StockCounted, error) {
	if err := check("count", text{"Document", c.Document}, text{"Lot", c.Lot}); err != nil {
		return atp.StockCounted{}, err
	}
	return perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.StockCounted, replayed bool, err error) {
		e, err = live.Count(now, c)
		return e, false, err
	})
}

// AddSupply is atp.Stock.AddSupply, journalled. It cannot be taken back, as Define.
func (s *Stock) AddSupply(ctx context.Context, now time.Time, a atp.Supply) (atp.SupplyAdded, error) {
	if err := check("add supply", text{"Document", a.Document}); err != nil {
		return atp.SupplyAdded{}, err
	}
	return perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.SupplyAdded, replayed bool, err error) {
		e, err = live.AddSupply(now, a)
		return e, e.Replayed, err
	})
}

// AdjustSupply is atp.Stock.AdjustSupply, journalled. It cannot be taken back, as Define.
func (s *Stock) AdjustSupply(ctx context.Context, now time.Time, a atp.Adjustment) (atp.SupplyAdjusted, error) {
	return perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.SupplyAdjusted, replayed bool, err error) {
		e, err = live.AdjustSupply(now, a)
		return e, false, err
	})
}

// Receive is atp.Stock.Receive, journalled. It cannot be taken back, as Define.
func (s *Stock) Receive(ctx context.Context, now time.Time, g atp.Receipt) (atp.SupplyReceived, error) {
	if err := check("receive", text{"Posting", g.Posting}, text{"Lot", g.Lot}); err != nil {
		return atp.SupplyReceived{}, err
	}
	return perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.SupplyReceived, replayed bool, err error) {
		e, err = live.Receive(now, g)
		return e, e.Replayed, err
	})
}

// Move is atp.Stock.Move, journalled. It cannot be taken back, as Define.
func (s *Stock) Move(ctx context.Context, now time.Time, m atp.Movement) (atp.StockMoved, []atp.Shortfall, error) {
	if err := check("move", text{"Key", m.Key}, text{"Lot", m.Lot}); err != nil {
		return atp.StockMoved{}, nil, err
	}
	var broken []atp.Shortfall
	e, err := perform(ctx, s, now, nil, func(live *atp.Stock) (e atp.StockMoved, replayed bool, err error) {
		e, broken, err = live.Move(now, m)
		return e, e.Replayed, err
	})
	if err != nil {
		return atp.StockMoved{}, nil, err
	}
	return e, broken, nil
}

// Reserve is atp.Stock.Reserve, journalled.
func (s *Stock) Reserve(ctx context.Context, now time.Time, req atp.Request) (atp.Reserved, error) {
	if err := check("reserve", text{"Key", req.Key}); err != nil {
		return atp.Reserved{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoReserve, func(live *atp.Stock) (e atp.Reserved, replayed bool, err error) {
		e, err = live.Reserve(now, req)
		return e, e.Replayed, err
	})
}

// ReserveProduction is atp.Stock.ReserveProduction within AcceptProduction, journalled in one event. The scheduler is told what
// is accepted before anything happens, and to release it where the request or the journal is refused; it is not called while
// other operations wait. Where the outcome is not known, with ErrUnsettled or a *StoppedError, production may be planned for
// what is not reserved: the same again with the same key settles it.
func (s *Stock) ReserveProduction(
	ctx context.Context, now time.Time, scheduler atp.ProductionScheduler, req atp.ProductionRequest,
) (atp.ProductionReserved, error) {
	texts := []text{{"Key", req.Key}}
	for i, a := range req.Production {
		texts = append(texts, text{fmt.Sprintf("Production[%d].ID", i), a.ID})
	}
	if err := check("reserve", texts...); err != nil {
		return atp.ProductionReserved{}, err
	}
	var made atp.ProductionReserved
	err := s.live.AcceptProduction(ctx, scheduler, req, func() error {
		return s.Do(ctx, now, func(live *atp.Stock) (Change, error) {
			e, err := live.ReserveProduction(now, req)
			made = e
			return Change{Events: e.Events(), Undo: func() error { return live.UndoReserveProduction(e) }}, err
		})
	})
	if err != nil {
		return atp.ProductionReserved{}, err
	}
	return made, nil
}

// Commit is atp.Stock.Commit, journalled.
func (s *Stock) Commit(ctx context.Context, now time.Time, key string) (atp.Committed, error) {
	return perform(ctx, s, now, (*atp.Stock).UndoCommit, func(live *atp.Stock) (e atp.Committed, replayed bool, err error) {
		e, err = live.Commit(now, key)
		return e, e.Replayed, err
	})
}

// Consume is atp.Stock.Consume, journalled.
func (s *Stock) Consume(ctx context.Context, now time.Time, p atp.Posting) (atp.Consumed, error) {
	if err := check("consume", text{"Document", p.Document}); err != nil {
		return atp.Consumed{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoConsume, func(live *atp.Stock) (e atp.Consumed, replayed bool, err error) {
		e, err = live.Consume(now, p)
		return e, e.Replayed, err
	})
}

// Release is atp.Stock.Release, journalled.
func (s *Stock) Release(ctx context.Context, now time.Time, p atp.Posting) (atp.Released, error) {
	if err := check("release", text{"Document", p.Document}); err != nil {
		return atp.Released{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoRelease, func(live *atp.Stock) (e atp.Released, replayed bool, err error) {
		e, err = live.Release(now, p)
		return e, e.Replayed, err
	})
}

// Pick is atp.Stock.Pick, journalled.
func (s *Stock) Pick(ctx context.Context, now time.Time, p atp.Posting) (atp.Picked, error) {
	if err := check("pick", text{"Document", p.Document}); err != nil {
		return atp.Picked{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoPick, func(live *atp.Stock) (e atp.Picked, replayed bool, err error) {
		e, err = live.Pick(now, p)
		return e, e.Replayed, err
	})
}

// Unpick is atp.Stock.Unpick, journalled.
func (s *Stock) Unpick(ctx context.Context, now time.Time, p atp.Posting) (atp.Unpicked, error) {
	if err := check("unpick", text{"Document", p.Document}); err != nil {
		return atp.Unpicked{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoUnpick, func(live *atp.Stock) (e atp.Unpicked, replayed bool, err error) {
		e, err = live.Unpick(now, p)
		return e, e.Replayed, err
	})
}

// Decrease is atp.Stock.Decrease, journalled.
func (s *Stock) Decrease(ctx context.Context, now time.Time, d atp.Decrease) (atp.Decreased, error) {
	if err := check("decrease", text{"Document", d.Document}); err != nil {
		return atp.Decreased{}, err
	}
	return perform(ctx, s, now, (*atp.Stock).UndoDecrease, func(live *atp.Stock) (e atp.Decreased, replayed bool, err error) {
		e, err = live.Decrease(now, d)
		return e, e.Replayed, err
	})
}

// Sweep is atp.Stock.Sweep, journalled. What was swept is returned with an error too: those holds have expired whether or
// not the journal says so.
func (s *Stock) Sweep(ctx context.Context, now time.Time) ([]atp.Expired, error) {
	var swept []atp.Expired
	err := s.Do(ctx, now, func(live *atp.Stock) (Change, error) {
		expired, err := live.Sweep(now)
		if err != nil {
			return Change{}, err
		}
		swept = append(swept, expired...)
		change := Change{Undo: func() error { return nil }, apart: true}
		for i := range expired {
			change.Events = append(change.Events, &expired[i])
		}
		return change, nil
	})
	return swept, err
}

// perform runs an operation and journals its event. Without undo it cannot be taken back.
func perform[E any](
	ctx context.Context, s *Stock, now time.Time, undo func(*atp.Stock, E) error, op func(*atp.Stock) (E, bool, error),
) (E, error) {
	var e E
	err := s.Do(ctx, now, func(live *atp.Stock) (Change, error) {
		made, replayed, err := op(live)
		e = made
		if err != nil || replayed {
			return Change{}, err
		}
		change := Change{Events: []any{&made}}
		if undo != nil {
			change.Undo = func() error { return undo(live, made) }
		}
		return change, nil
	})
	if err != nil {
		var none E
		return none, err
	}
	return e, nil
}

// Reschedule is atp.Stock.Reschedule, journalled: a run of any size, in several events where one does not hold it.
func (s *Stock) Reschedule(ctx context.Context, now time.Time, r atp.Rescheduling) (atp.Rescheduled, error) {
	if err := check("reschedule", text{"Key", r.Key}, text{"Reason", r.Reason}, text{"Actor", r.Actor}); err != nil {
		return atp.Rescheduled{}, err
	}
	var made atp.Rescheduled
	err := s.Do(ctx, now, func(live *atp.Stock) (Change, error) {
		e, err := live.Reschedule(now, r)
		made = e
		if err != nil || e.Replayed {
			return Change{}, err
		}
		return Change{Events: e.Split(), Undo: func() error { return live.UndoReschedule(e) }, apart: true}, nil
	})
	if err != nil {
		return atp.Rescheduled{}, err
	}
	return made, nil
}
