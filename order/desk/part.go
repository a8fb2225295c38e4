package desk

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// mark remembers a point of a run, to come back to or to cut it at.
type mark struct {
	order  *order.Order
	drafts int
	beside int
	undo   int
}

func (w *Work) mark() mark {
	return mark{order: w.order.Clone(), drafts: len(w.drafts), beside: len(w.beside), undo: len(w.undo)}
}

// back drops everything since the mark.
func (w *Work) back(m mark) {
	w.desk.takeBack(w.undo[m.undo:])
	w.order, w.drafts, w.beside, w.undo, w.stop = m.order, w.drafts[:m.drafts], w.beside[:m.beside], w.undo[:m.undo], false
}

// takeBack takes back all state that the run's steps have changed and that no
// append carries: after an error, or when a step panics.
func (w *Work) takeBack() {
	w.desk.takeBack(w.undo)
	w.undo = nil
}

// takeBack undoes what did not come to be, last first. If any of it cannot be
// undone, memory and journal have parted: the desk does nothing more.
func (d *Desk) takeBack(undo []func() error) {
	var errs []error
	for _, f := range slices.Backward(undo) {
		errs = append(errs, f())
	}
	if err := errors.Join(errs...); err != nil {
		err = fmt.Errorf("%w: %w", ErrStale, err)
		d.stale.CompareAndSwap(nil, &err)
	}
}

// sound returns ErrStale once something could not be taken back.
func (d *Desk) sound() error {
	if err := d.stale.Load(); err != nil {
		return *err
	}
	return nil
}

// part is what one append carries of a run: all of it, or what fits.
type part struct {
	work   *Work
	order  *order.Order // as it is after the part
	drafts []journal.Draft
	beside []beside
	undo   []func() error
}

// rest hands over everything that the run has recorded.
func (w *Work) rest() part {
	p := part{w, w.order, w.drafts, w.beside, w.undo}
	w.drafts, w.beside, w.undo = nil, nil, nil
	return p
}

// until hands over everything before the mark.
func (w *Work) until(m mark) part {
	p := part{w, m.order, w.drafts[:m.drafts], w.beside[:m.beside], w.undo[:m.undo]}
	w.drafts, w.beside, w.undo = w.drafts[m.drafts:], w.beside[m.beside:], w.undo[m.undo:]
	return p
}

// spareBytes and spareRecords are what an append needs beside what is recorded:
// the progress and the fence.
const (
	spareBytes   = 8 << 10
	spareRecords = 2
)

// fits tells, by an error, whether one append can carry what was recorded from
// the mark on.
func (w *Work) fits(from mark) error {
	records, bytes := spareRecords, spareBytes
	count := func(drafts []journal.Draft) {
		records += max(1, len(drafts))
		for i := range drafts {
			bytes += len(drafts[i].Data)
		}
	}
	count(w.drafts[from.drafts:])
	for _, b := range w.beside[from.beside:] {
		count(b.write.Events)
	}
	switch {
	case records > journal.MaxRecords:
		return &journal.LimitError{What: "records", Count: records, Limit: journal.MaxRecords}
	case bytes > journal.MaxBytes:
		return &journal.LimitError{What: "bytes", Count: bytes, Limit: journal.MaxBytes}
	}
	return nil
}
