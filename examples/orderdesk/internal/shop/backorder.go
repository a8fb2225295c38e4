package shop

import (
	"context"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// ServeBackorders promises the open orders anew with what is there and what is due:
// nobody loses what was promised, and who waits gets what has become free. Items
// whose promises cannot be kept stay as they are. It returns the lines that changed.
func (s *Shop) ServeBackorders(ctx context.Context, day calendar.Date) ([]*backorder.Result, error) {
	now := s.config.Clock()
	run, err := s.backorders.Compute(ctx, s.Desk, now, nil, backorder.Options{Apart: true})
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("backorders %s/%d", day, now.Unix())
	err = s.backorders.Commit(ctx, s.Desk, run, backorder.Note{Key: key, Reason: "as supply comes", Actor: "planner"})
	if errors.Is(err, backorder.ErrUnchanged) {
		return nil, nil
	}
	return run.Plan.Diff(), err
}
