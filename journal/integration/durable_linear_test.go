//go:build unix

package integration_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/sqljournal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// The model of an item: reservations under few keys, in minutes. It is comparable, as the checker wants it.
const linearKeys = 5

type linearState struct {
	onHand int64
	clock  int // no hold that ended by then counts, whatever a caller's clock says
	made   [linearKeys]linearReservation
}

type linearReservation struct {
	quantity  int64 // 0: there is none
	at, hold  int
	status    atp.Status
	committed int // when, plus 1
	shipped   int // when, plus 1
}

func (r linearReservation) now(t int) atp.Status {
	if r.quantity > 0 && r.status == atp.StatusHeld && t >= r.at+r.hold {
		return atp.StatusExpired
	}
	return r.status
}

// linearInput is an operation on an item; linearOutput how it ended. at is of the event.
type linearInput struct {
	item, op string
	key, now int
	quantity int64
	hold     int
}

type linearOutput struct {
	result    string
	at        int
	available int64
	replayed  bool
}

// What is not known: the operation may have taken effect, or not. What was taken back has not; but the instant at which it
// was tried may have ended holds.
const (
	unknownResult = "unknown"
	takenBack     = "taken back"
)

func (s linearState) available(t int) int64 {
	n := s.onHand
	for _, r := range s.made {
		if status := r.now(t); r.quantity > 0 && (status == atp.StatusHeld || status == atp.StatusCommitted) {
			n -= r.quantity
		}
	}
	return n
}

// apply is what each operation does, by definition.
func (s linearState) apply(in linearInput) (linearState, linearOutput) {
	t := max(in.now, s.clock)
	if in.op == "ask" {
		return s, linearOutput{result: "asked", available: s.available(t)}
	}
	r := &s.made[in.key]
	if in.op == "reserve" {
		switch available := s.available(t); {
		case r.quantity > 0 && (r.quantity != in.quantity || r.hold != in.hold):
			return s, linearOutput{result: "conflict"}
		case r.quantity > 0:
			return s, linearOutput{result: "done", at: r.at, replayed: true}
		case available < in.quantity:
			return s, linearOutput{result: "short", available: available}
		}
		*r = linearReservation{quantity: in.quantity, at: t, hold: in.hold}
		s.clock = t
		return s, linearOutput{result: "done", at: t}
	}
	if r.quantity == 0 {
		return s, linearOutput{result: "no key"}
	}
	status := r.now(t)
	refused := linearOutput{result: status.String()}
	switch in.op {
	case "commit":
		if r.committed > 0 {
			return s, linearOutput{result: "done", at: r.committed - 1, replayed: true}
		}
		if status != atp.StatusHeld {
			return s, refused
		}
		r.status, r.committed = atp.StatusCommitted, in.now+1
	case "release":
		if status != atp.StatusHeld && status != atp.StatusCommitted {
			return s, refused
		}
		r.status = atp.StatusReleased
	case "consume":
		if r.shipped > 0 {
			return s, linearOutput{result: "done", at: r.shipped - 1, replayed: true}
		}
		if status != atp.StatusCommitted {
			return s, refused
		}
		r.status, r.shipped = atp.StatusConsumed, in.now+1
		s.onHand -= r.quantity
	}
	return s, linearOutput{result: "done", at: in.now}
}

func linearModel(onHand int64) porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any { return []any{linearState{onHand: onHand}} },
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			byItem := make(map[string][]porcupine.Operation)
			for _, o := range history {
				item := o.Input.(linearInput).item
				byItem[item] = append(byItem[item], o)
			}
			var parts [][]porcupine.Operation
			for _, part := range byItem {
				parts = append(parts, part)
			}
			return parts
		},
		Step: func(state, input, output any) []any {
			s, in, out := state.(linearState), input.(linearInput), output.(linearOutput)
			next, want := s.apply(in)
			if out.result != unknownResult && out.result != takenBack {
				if want != out {
					return nil
				}
				return []any{next}
			}
			ends := []any{s}
			if out.result == unknownResult && next != s {
				ends = append(ends, next)
			}
			if in.op == "reserve" && in.now > s.clock {
				s.clock = in.now
				ends = append(ends, s)
			}
			return ends
		},
	}
	return m.ToModel()
}

// TestLinearModel shows that the checker finds what must not be.
func TestLinearModel(t *testing.T) {
	reserve := func(key int, n int64, now int) linearInput {
		return linearInput{item: "A", op: "reserve", key: key, quantity: n, hold: 10, now: now}
	}
	done := func(at int) linearOutput { return linearOutput{result: "done", at: at} }
	commit := linearInput{item: "A", op: "commit"}
	for name, c := range map[string]struct {
		inputs  []linearInput
		outputs []linearOutput
		legal   bool
	}{
		"one after the other": {[]linearInput{reserve(0, 6, 0), reserve(1, 4, 0)}, []linearOutput{done(0), done(0)}, true},
		"sold twice":          {[]linearInput{reserve(0, 6, 0), reserve(1, 6, 0)}, []linearOutput{done(0), done(0)}, false},
		"after the end":       {[]linearInput{reserve(0, 6, 0), reserve(1, 6, 10)}, []linearOutput{done(0), done(10)}, true},
		"lost":                {[]linearInput{reserve(0, 6, 0), reserve(0, 6, 1)}, []linearOutput{done(0), done(1)}, false},
		"refused for nothing": {[]linearInput{reserve(0, 6, 0), reserve(1, 6, 0)}, []linearOutput{{result: takenBack}, {result: "short", available: 4}}, false},
		"open":                {[]linearInput{reserve(0, 6, 0), reserve(1, 6, 0)}, []linearOutput{{result: unknownResult}, {result: "short", available: 4}}, true},
		"late commit":         {[]linearInput{reserve(0, 6, 0), {item: "A", op: "commit", now: 10}}, []linearOutput{done(0), done(10)}, false},
		"commit of what was taken back": {
			[]linearInput{reserve(0, 6, 0), commit}, []linearOutput{{result: takenBack}, done(0)}, false,
		},
	} {
		var history []porcupine.Operation
		for i, in := range c.inputs {
			o := porcupine.Operation{Input: in, Output: c.outputs[i], Call: int64(2 * i), Return: int64(2*i + 1)}
			if c.outputs[i].result == unknownResult {
				o.Return = math.MaxInt32
			}
			history = append(history, o)
		}
		if got := porcupine.CheckOperations(linearModel(10), history); got != c.legal {
			t.Errorf("%s: legal %t, want %t", name, got, c.legal)
		}
	}
}

// unreliable is a journal that fails at random: refuses, does not say whether it has written, is slow.
type unreliable struct {
	journal.Journal

	mu    sync.Mutex
	rand  *rand.Rand
	storm int // so many appends more end in the same way
	kind  int
}

func (j *unreliable) draw() (kind int, wait time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.storm > 0 {
		j.storm--
		return j.kind, 0
	}
	j.kind = j.rand.IntN(20)
	if j.rand.IntN(4) == 0 {
		j.storm = 2
	}
	return j.kind, time.Duration(j.rand.IntN(200)) * time.Microsecond
}

func (j *unreliable) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	kind, wait := j.draw()
	time.Sleep(wait)
	switch kind {
	case 0, 1:
		return journal.Commit{}, errors.New("refused")
	case 2:
		return journal.Commit{}, journal.ErrOutcomeUnknown
	case 3:
		if _, err := j.Journal.Append(ctx, b); err != nil {
			return journal.Commit{}, err
		}
		return journal.Commit{}, journal.ErrOutcomeUnknown
	}
	return j.Journal.Append(ctx, b)
}

// linearRun is a history of callers over a Stock that is opened again whenever it has stopped.
type linearRun struct {
	t      *testing.T
	cfg    durable.Config
	clock  atomic.Int64 // of the history
	minute atomic.Int64 // of the callers
	opened atomic.Int64

	mu      sync.Mutex
	stock   *durable.Stock
	history []porcupine.Operation
}

const linearOnHand = 10

func (r *linearRun) open() *durable.Stock {
	r.opened.Add(1)
	for range 1000 {
		s, err := durable.Open(context.Background(), noon(), r.cfg)
		if err == nil {
			return s
		}
	}
	r.t.Error("the stock does not open")
	return nil
}

// current gives the Stock, a new one where it has stopped.
func (r *linearRun) current() *durable.Stock {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stock.Err() != nil {
		r.stock = r.open()
	}
	return r.stock
}

func (r *linearRun) do(caller int, in linearInput, give time.Duration) {
	s := r.current()
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if give > 0 {
		ctx, cancel = context.WithTimeout(ctx, give)
	}
	defer cancel()
	call := r.clock.Add(1)
	out := r.perform(ctx, s, in)
	o := porcupine.Operation{ClientId: caller, Input: in, Call: call, Output: out, Return: r.clock.Add(1)}
	if out.result == unknownResult {
		o.Return = math.MaxInt64 / 2
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history = append(r.history, o)
}

func minuteOf(at time.Time) int { return int(at.Sub(noon()) / time.Minute) }

func (r *linearRun) perform(ctx context.Context, s *durable.Stock, in linearInput) linearOutput {
	now := noon().Add(time.Duration(in.now) * time.Minute)
	ref, err := s.Live().Ref(in.item, "S1")
	if err != nil {
		r.t.Error(err)
		return linearOutput{}
	}
	key := fmt.Sprint(in.item, in.key)
	today := calendar.DateOf(noon())
	var out linearOutput
	switch in.op {
	case "ask":
		err = s.Ask(ctx, func(live *atp.Stock) (err error) {
			out.available, err = live.ATP(now, atp.Query{Ref: ref, Date: today})
			return err
		})
		if err == nil {
			out.result = "asked"
			return out
		}
		out = linearOutput{}
	case "reserve":
		e, err1 := s.Reserve(ctx, now, atp.Request{
			Key: key, Hold: time.Duration(in.hold) * time.Minute, Lines: []atp.Line{{Ref: ref, Date: today, Quantity: in.quantity}},
		})
		err, out.at, out.replayed = err1, minuteOf(e.At), e.Replayed
	case "commit":
		e, err1 := s.Commit(ctx, now, key)
		err, out.at, out.replayed = err1, minuteOf(e.At), e.Replayed
	case "release":
		e, err1 := s.Release(ctx, now, atp.Posting{Key: key})
		err, out.at, out.replayed = err1, minuteOf(e.At), e.Replayed
	case "consume":
		e, err1 := s.Consume(ctx, now, atp.Posting{Key: key, Document: "shipment"})
		err, out.at, out.replayed = err1, minuteOf(e.At), e.Replayed
	}
	if err == nil {
		out.result = "done"
		return out
	}
	return refusal(err)
}

// refusal says how an operation without success ended.
func refusal(err error) linearOutput {
	var (
		short *atp.ShortageError
		state *atp.StateError
	)
	switch {
	case errors.Is(err, durable.ErrUnsettled):
		return linearOutput{result: unknownResult}
	case errors.As(err, &short):
		return linearOutput{result: "short", available: short.Lines[0].Available}
	case errors.As(err, &state):
		return linearOutput{result: state.Status.String()}
	case errors.As(err, new(*atp.KeyConflictError)):
		return linearOutput{result: "conflict"}
	case errors.As(err, new(*atp.UnknownKeyError)):
		return linearOutput{result: "no key"}
	}
	return linearOutput{result: takenBack} // refused by the journal, or the Stock had stopped
}

// caller makes operations at random; a few it gives up waiting for, and most of those it tries again.
func (r *linearRun) caller(n int, random *rand.Rand, items []string, operations int) {
	ops := []string{"reserve", "reserve", "reserve", "commit", "commit", "release", "consume", "ask", "ask"}
	for range operations {
		in := linearInput{
			item: items[random.IntN(len(items))], op: ops[random.IntN(len(ops))], key: random.IntN(linearKeys),
			now: int(r.minute.Load()),
		}
		if in.op == "reserve" {
			in.quantity, in.hold = int64(2+in.key), 5+in.key
			if random.IntN(10) == 0 {
				in.quantity++ // another content
			}
		}
		if random.IntN(5) == 0 {
			r.minute.Add(1)
		}
		var give time.Duration
		if random.IntN(25) == 0 {
			give = time.Duration(1+random.IntN(100)) * time.Microsecond
		}
		r.do(n, in, give)
		if give > 0 {
			r.do(n, in, 0)
		}
	}
}

// TestLinearizable holds concurrent histories with holds that end, retries, callers that give up, a journal that fails and
// restarts to the model: there is an order of all operations, with each between its call and its return, in which a stock
// that does one thing at a time gives the same answers.
func TestLinearizable(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	items := []string{"A", "B", "C"}
	for name, base := range map[string]func(t *testing.T) (journal.Journal, journal.Snapshots){
		"memory": func(*testing.T) (journal.Journal, journal.Snapshots) {
			return journal.NewMemory(), journal.NewMemorySnapshots()
		},
		"sqlite": func(t *testing.T) (journal.Journal, journal.Snapshots) {
			j := databases()[0].journal(t, sqljournal.Config{DB: databases()[0].open(t, databases()[0].source(t))})
			return j, j.Snapshots()
		},
	} {
		t.Run(name, func(t *testing.T) {
			runs := runs
			if name == "sqlite" {
				runs /= 6
			}
			ended := make(map[string]int)
			opened := 0
			for run := range runs {
				j, snapshots := base(t)
				r := &linearRun{t: t, cfg: durable.Config{
					Stock: oneSite(t), Journal: j, Stream: "stock", Snapshots: snapshots, SnapshotEvery: 20, Tries: 3,
					Pause: func(context.Context, int) {},
				}}
				r.stock = r.open()
				for _, item := range items {
					define(t, r.stock, item, linearOnHand)
				}
				if err := r.stock.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				r.cfg.Journal = &unreliable{Journal: j, rand: rand.New(rand.NewPCG(uint64(run), 1))}
				var callers sync.WaitGroup
				for n := range 8 {
					callers.Go(func() { r.caller(n, rand.New(rand.NewPCG(uint64(run), uint64(n+2))), items, 25) })
				}
				callers.Wait()
				for _, o := range r.history {
					ended[o.Output.(linearOutput).result]++
				}
				opened += int(r.opened.Load())
				if result := porcupine.CheckOperationsTimeout(linearModel(linearOnHand), r.history, time.Minute); result != porcupine.Ok {
					for _, o := range r.history {
						t.Logf("%d-%d %+v %+v", o.Call, o.Return, o.Input, o.Output)
					}
					t.Fatalf("run %d: %v", run, result)
				}
			}
			for _, result := range []string{"done", "short", "asked", "conflict", "expired", "no key", takenBack, unknownResult} {
				if ended[result] == 0 {
					t.Errorf("no operation ended so: %s", result)
				}
			}
			t.Logf("%d runs, opened %d times, %v", runs, opened, ended)
		})
	}
}

// define makes an item with stock on hand.
func define(t testing.TB, s *durable.Stock, item string, onHand int64) {
	t.Helper()
	err := s.Do(context.Background(), noon(), func(live *atp.Stock) (durable.Change, error) {
		ref, defined, err := live.Define(noon(), atp.Definition{Item: item, Site: "S1"})
		if err != nil {
			return durable.Change{}, err
		}
		counted, err := live.Count(noon(), atp.Count{Ref: ref, Quantity: onHand})
		return durable.Change{Events: []any{defined, counted}}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}
