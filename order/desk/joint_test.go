package desk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// shares is what orders have of something, which is never below nothing: its
// events are good in one order only.
type shares struct {
	mu   sync.Mutex
	have map[order.ID]int
}

// shifted says what orders have more or less of; Note makes it long.
type shifted struct {
	Of   map[order.ID]int
	Note string
}

func newShares() *shares { return &shares{have: make(map[order.ID]int)} }

func (s *shares) Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[shifted]("test.shifted", 1))
}

func (s *shares) Apply(_ journal.Event, event any) error {
	e, ok := event.(shifted)
	if !ok {
		return fmt.Errorf("%T is none of the shares'", event)
	}
	return s.shift(e, 1)
}

func (s *shares) shift(e shifted, sign int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range e.Of {
		if s.have[id]+sign*n < 0 {
			return fmt.Errorf("%s has only %d", id, s.have[id])
		}
	}
	for id, n := range e.Of {
		s.have[id] += sign * n
	}
	return nil
}

// use is an action that takes from an order's share.
func (s *shares) use(n int) desk.Action {
	return desk.Action{Name: "use", Run: func(_ context.Context, w *desk.Work) error {
		e := shifted{Of: map[order.ID]int{w.Order().ID: n}}
		if err := s.shift(e, 1); err != nil {
			return err
		}
		w.OnRefused(func() error { return s.shift(e, -1) })
		return w.Record(e)
	}}
}

// joint shifts shares between orders, and notes it in each. The notes come first: they change nothing.
func (s *shares) joint(of map[order.ID]int, note ...string) desk.JointAction {
	a := desk.JointAction{
		Name: "shift", Actor: "ann", Stream: "shares",
		Run: func(context.Context, time.Time, []*order.Order) ([]any, func() error, error) {
			e := shifted{Of: of}
			if err := s.shift(e, 1); err != nil {
				return nil, nil, err
			}
			var events []any
			for _, n := range note {
				events = append(events, shifted{Note: n})
			}
			return append(events, e), func() error { return s.shift(e, -1) }, nil
		},
		Then: func(_ context.Context, w *desk.Work) error { return w.Decide(order.Decision{Outcome: order.Changed}) },
	}
	for id := range of {
		a.Orders = append(a.Orders, id)
	}
	return a
}

func openShares(t *testing.T, j journal.Journal, s *shares) *desk.Desk {
	t.Helper()
	d, err := desk.Open(t.Context(), desk.Config{
		Journal: j, Clock: (&clock{now: start}).Now, Steps: []desk.Step{{Name: "accept", Run: accept}}, Folds: []desk.Fold{s},
	})
	require.NoError(t, err)
	return d
}

// three gives a desk with three orders that have ten each.
func three(t *testing.T, j journal.Journal) (*desk.Desk, *shares, []order.ID) {
	t.Helper()
	s := newShares()
	d := openShares(t, j, s)
	for i := range 3 {
		r, err := d.Submit(t.Context(), desk.Submission{Key: fmt.Sprint(i), Document: document(fmt.Sprint("PO", i))})
		require.NoError(t, err)
		_, err = d.Act(t.Context(), r.Order.ID, s.use(10))
		require.NoError(t, err)
	}
	return d, s, ids(d)
}

func decided(t *testing.T, d *desk.Desk, id order.ID) bool {
	t.Helper()
	o, err := d.Order(id)
	require.NoError(t, err)
	last, ok := o.LastDecision("shift")
	if ok {
		assert.Equal(t, "ann", last.Actor)
	}
	return ok
}

func TestActJointly(t *testing.T) {
	j := journal.NewMemory()
	d, s, id := three(t, j)
	require.NoError(t, d.ActJointly(t.Context(), s.joint(map[order.ID]int{id[0]: -4, id[2]: 4})))
	assert.Equal(t, map[order.ID]int{id[0]: 6, id[1]: 10, id[2]: 14}, s.have)
	assert.True(t, decided(t, d, id[0]))
	assert.False(t, decided(t, d, id[1]))
	assert.True(t, decided(t, d, id[2]))

	var action *desk.ActionError
	require.ErrorAs(t, d.ActJointly(t.Context(), s.joint(map[order.ID]int{id[0]: -7, id[1]: 7})), &action)
	require.ErrorIs(t, d.ActJointly(t.Context(), s.joint(map[order.ID]int{id[0]: -1, "SO-9": 1})), desk.ErrNoOrder)
	require.ErrorAs(t, d.ActJointly(t.Context(), desk.JointAction{Name: "nothing", Stream: "shares"}), &action)
	wrong := s.joint(map[order.ID]int{id[0]: -1})
	wrong.Stream = "desk"
	require.ErrorContains(t, d.ActJointly(t.Context(), wrong), "not for events beside")
	_, err := d.Act(t.Context(), id[1], s.use(-1)) // nothing is locked any more
	require.NoError(t, err)

	again := newShares()
	replayed := openShares(t, j, again)
	assert.Equal(t, s.have, again.have)
	assert.Equal(t, dump(t, d.Orders()), dump(t, replayed.Orders()))
}

// What follows from a joint action fails for one order, and is done to the others.
func TestActJointlyGoesOnWithTheOthers(t *testing.T) {
	d, s, id := three(t, journal.NewMemory())
	a := s.joint(map[order.ID]int{id[0]: -1, id[1]: 0, id[2]: 1})
	a.Then = func(_ context.Context, w *desk.Work) error {
		if w.Order().ID == id[1] {
			return errors.New("not this one")
		}
		return w.Decide(order.Decision{Outcome: order.Changed})
	}
	require.ErrorContains(t, d.ActJointly(t.Context(), a), "not this one")
	assert.True(t, decided(t, d, id[0]))
	assert.False(t, decided(t, d, id[1]))
	assert.True(t, decided(t, d, id[2]))
	assert.Equal(t, 11, s.have[id[2]])
}

// script is a journal whose appends to the stream of the shares go as told.
type script struct {
	journal.Journal
	answers []string // ok, refused, lost, kept
}

func (s *script) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if len(b.Writes) < 2 || b.Writes[1].Stream != "shares" || len(s.answers) == 0 {
		return s.Journal.Append(ctx, b)
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	switch answer {
	case "refused":
		return journal.Commit{}, errors.New("no room")
	case "lost":
		return journal.Commit{}, journal.ErrOutcomeUnknown
	case "kept":
		_, err := s.Journal.Append(ctx, b)
		return journal.Commit{}, errors.Join(journal.ErrOutcomeUnknown, err)
	}
	return s.Journal.Append(ctx, b)
}

// Whatever becomes of the appends of a joint action: it happens wholly or not at
// all, nothing else is done to its orders before that is known, and the journal can
// be replayed. The action is long enough for two appends.
func TestActJointlyIsAllOrNothing(t *testing.T) {
	long := strings.Repeat("x", journal.MaxBytes/2)
	for answers, happened := range map[string]bool{
		"ok ok": true, "refused": false, "ok refused": false,
		"lost ok": true, "kept ok": true, "ok lost": true, "ok kept": true, "lost lost": true, "kept lost lost": true,
		"lost ok refused": false,
	} {
		t.Run(answers, func(t *testing.T) {
			j := &script{Journal: journal.NewMemory()}
			d, s, id := three(t, j)
			j.answers = strings.Fields(answers)
			err := d.ActJointly(t.Context(), s.joint(map[order.ID]int{id[0]: -10, id[1]: 10}, long, long))
			switch {
			case !happened:
				require.ErrorContains(t, err, "no room")
				assert.Equal(t, 10, s.have[id[0]], "taken back")
			case strings.Contains(answers, "lost") || strings.Contains(answers, "kept"):
				require.ErrorIs(t, err, desk.ErrUnsettled)
				assert.False(t, decided(t, d, id[0]))
			default:
				require.NoError(t, err)
			}
			if happened { // needs what the action gave: the journal must have it before
				j.answers = nil
				_, err = d.Act(t.Context(), id[1], s.use(-20))
				require.NoError(t, err)
				assert.Equal(t, map[order.ID]int{id[0]: 0, id[1]: 0, id[2]: 10}, s.have)
			}
			again := newShares()
			replayed := openShares(t, j.Journal, again)
			assert.Equal(t, s.have, again.have)
			assert.Equal(t, dump(t, d.Orders()), dump(t, replayed.Orders()))
		})
	}
}

// As long as it is not known whether a joint action was kept, its orders wait, for
// each other's joint actions too, and others do not.
func TestOrdersWaitForAJointAction(t *testing.T) {
	j := &script{Journal: journal.NewMemory()}
	d, s, id := three(t, j)
	j.answers = strings.Fields("lost lost lost lost")
	require.ErrorIs(t, d.ActJointly(t.Context(), s.joint(map[order.ID]int{id[0]: -10, id[1]: 10})), desk.ErrUnsettled)
	_, err := d.Act(t.Context(), id[1], s.use(-20))
	require.ErrorIs(t, err, desk.ErrUnsettled)
	elsewhere := s.joint(map[order.ID]int{id[1]: -20, id[2]: 20})
	elsewhere.Stream = "other"
	require.ErrorIs(t, d.ActJointly(t.Context(), elsewhere), desk.ErrUnsettled)
	_, err = d.Act(t.Context(), id[2], s.use(-1))
	require.NoError(t, err)
	require.ErrorIs(t, d.Settle(t.Context()), desk.ErrUnsettled)
	require.NoError(t, d.ActJointly(t.Context(), elsewhere))
	again := newShares()
	openShares(t, j.Journal, again)
	assert.Equal(t, map[order.ID]int{id[0]: 0, id[1]: 0, id[2]: 29}, again.have)
}

// Joint actions and actions on the same orders, all at once, neither wait for each
// other for ever nor leave a journal that cannot be replayed.
func TestJointActionsSideBySide(t *testing.T) {
	j := journal.NewMemory()
	d, s, id := three(t, j)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			a, b := id[i%3], id[(i+1)%3]
			var action *desk.ActionError
			err := d.ActJointly(t.Context(), s.joint(map[order.ID]int{a: -3, b: 3}))
			if err != nil && !errors.As(err, &action) {
				t.Error(err)
			}
			beside := s.use(1)
			beside.Beside = []string{"shares"}
			if _, err := d.Act(t.Context(), b, beside); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	again := newShares()
	replayed := openShares(t, j, again)
	assert.Equal(t, s.have, again.have)
	assert.Equal(t, 30+60, again.have[id[0]]+again.have[id[1]]+again.have[id[2]])
	assert.Equal(t, dump(t, d.Orders()), dump(t, replayed.Orders()))
}
