package durable_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
)

// workshop is a scheduler that keeps what is planned. It asks the stock, so it must not be called while that is locked.
type workshop struct {
	stock   *durable.Stock
	planned map[string]int64
}

func (w *workshop) Accept(ctx context.Context, _ string, production []atp.ProductionProposal) error {
	for _, a := range production {
		w.planned[a.ID] = a.Quantity
	}
	return w.stock.Sync(ctx)
}

func (w *workshop) Release(ctx context.Context, _ string, production []atp.ProductionProposal) error {
	for _, a := range production {
		delete(w.planned, a.ID)
	}
	return w.stock.Sync(ctx)
}

func TestReserveProduction(t *testing.T) {
	ctx, j := t.Context(), newFaulty()
	s := open(t, config(t, j))
	ref := stocked(t, s, "A", 10)
	w := &workshop{stock: s, planned: map[string]int64{}}
	req := atp.ProductionRequest{
		Request:    atp.Request{Key: "order", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(3), Quantity: 35}}},
		Production: []atp.ProductionProposal{{ID: "MO", Ref: ref, Due: day(3), Quantity: 25}},
	}
	before := s.Live().State(noon())

	short := req
	short.Lines = []atp.Line{{Ref: ref, Date: day(3), Quantity: 36}}
	_, err := s.ReserveProduction(ctx, noon(), w, short)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	require.Empty(t, w.planned)

	j.plan(refuse)
	made, err := s.ReserveProduction(ctx, noon(), w, req)
	require.ErrorIs(t, err, errDisk)
	require.Empty(t, made.Supplies)
	require.Empty(t, w.planned)
	require.Equal(t, before, s.Live().State(noon()), "taken back, the stock goes on")

	writes := j.count()
	made, err = s.ReserveProduction(ctx, noon(), w, req)
	require.NoError(t, err)
	require.Len(t, made.Events(), 2)
	require.Equal(t, 1, j.count()-writes, "one event of the journal")
	require.Equal(t, map[string]int64{"MO": 25}, w.planned)

	made, err = s.ReserveProduction(ctx, noon(), w, req)
	require.NoError(t, err)
	require.True(t, made.Reserved.Replayed)
	req.Production[0].ID = "\xff"
	_, err = s.ReserveProduction(ctx, noon(), w, req)
	require.ErrorAs(t, err, new(*atp.RequestError))
	sameAfterReplay(t, s, config(t, j))
}
