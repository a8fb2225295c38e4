package sqljournal

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

// request is one caller's append on its way through a group.
type request struct {
	batch   journal.Batch // owned: the caller may reuse its buffers
	payload journal.Hash  // fingerprint, when the batch has a key
	records int
	bytes   int

	commit journal.Commit
	err    error
	done   chan struct{} // closed when commit and err are set
}

// groupBytes bounds the data of a group; a batch is never split.
const groupBytes = 8 << 20

// queue collects requests and hands them in groups to write, one group at a
// time. The goroutine that does so lives only while there is something to
// write.
type queue struct {
	write func([]*request)
	limit int // records in a group

	mu      sync.Mutex
	waiting []*request
	running bool
	closed  bool
	idle    sync.WaitGroup // counts the running writer
}

// do appends r: it returns when r was written or refused, or when ctx ends. A
// request that no group has taken yet is withdrawn, and then it is certain
// that nothing was written.
func (q *queue) do(ctx context.Context, r *request) error {
	if err := q.add(r); err != nil {
		return err
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
	}
	if q.withdraw(r) {
		return ctx.Err()
	}
	select {
	case <-r.done: // it was just settled
		return r.err
	default:
		return fmt.Errorf("%w: %w", journal.ErrOutcomeUnknown, ctx.Err())
	}
}

func (q *queue) add(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return journal.ErrClosed
	}
	q.waiting = append(q.waiting, r)
	if !q.running {
		q.running = true
		q.idle.Add(1)
		go q.run()
	}
	return nil
}

func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.waiting {
		if w == r {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

func (q *queue) run() {
	defer q.idle.Done()
	for {
		group := q.take()
		if group == nil {
			return
		}
		q.write(group)
		for _, r := range group {
			close(r.done)
		}
		// The callers that were just released mostly have a next append:
		// letting them run first makes the next group a full one.
		runtime.Gosched()
	}
}

// take returns the next group, or nil when the writer is to end.
func (q *queue) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.running = false
		return nil
	}
	n, records, bytes := 0, 0, 0
	for n < len(q.waiting) {
		r := q.waiting[n]
		records, bytes = records+r.records, bytes+r.bytes
		if n > 0 && (records > q.limit || bytes > groupBytes) {
			break
		}
		n++
	}
	group := q.waiting[:n:n]
	q.waiting = append([]*request(nil), q.waiting[n:]...)
	return group
}

// close refuses further requests and waits for those that are in the queue.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.idle.Wait()
}
