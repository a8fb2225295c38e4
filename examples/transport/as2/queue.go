package as2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/examples/transport"
)

// dueReceipt is an asynchronous receipt that is to be sent.
type dueReceipt struct {
	record
	attempts int
	next     time.Time
}

const answeredPrefix = "as2/answered/"

func (s *Server) enqueue(key string, r record) {
	s.queue.Lock()
	defer s.queue.Unlock()
	s.due[key] = &dueReceipt{record: r}
}

// SendReceipts sends the asynchronous receipts that are due, and returns how
// many the partners have taken. A program calls it every few seconds; after a
// start it finds those that an earlier run has not sent. One that fails is due
// again after a while, until the attempts are spent. Receipts of messages that
// were refused are not remembered over a start: the partner sends those again.
func (s *Server) SendReceipts(ctx context.Context) (sent int, err error) {
	if err := s.loadDue(ctx); err != nil {
		return 0, err
	}
	var errs []error
	for key, d := range s.dueNow() {
		if ctx.Err() != nil {
			return sent, errors.Join(append(errs, ctx.Err())...)
		}
		err := s.sendReceipt(ctx, key, d.record)
		s.settle(key, d, err)
		if err != nil {
			errs = append(errs, fmt.Errorf("receipt for %s: %w", d.Partner, err))
			continue
		}
		sent++
	}
	return sent, errors.Join(errs...)
}

// loadDue finds, once, what an earlier run has left.
func (s *Server) loadDue(ctx context.Context) error {
	s.queue.Lock()
	defer s.queue.Unlock()
	if s.loaded {
		return nil
	}
	for e, err := range s.config.Ledger.Entries(ctx, inPrefix) {
		if err != nil {
			return err
		}
		var r record
		if err := json.Unmarshal(e.Value, &r); err != nil {
			return err
		}
		key := strings.TrimPrefix(e.Key, inPrefix)
		if _, queued := s.due[key]; r.URL == "" || len(r.Body) == 0 || queued {
			continue
		}
		_, err := s.config.Ledger.Get(ctx, answeredPrefix+key)
		switch {
		case errors.Is(err, transport.ErrNotKept):
			s.due[key] = &dueReceipt{record: r}
		case err != nil:
			return err
		}
	}
	s.loaded = true
	return nil
}

func (s *Server) dueNow() map[string]*dueReceipt {
	s.queue.Lock()
	defer s.queue.Unlock()
	now := make(map[string]*dueReceipt)
	for key, d := range s.due {
		if !s.config.Clock().Before(d.next) {
			now[key] = d
		}
	}
	return now
}

// sendReceipt sends to the address of the agreement as it is now.
func (s *Server) sendReceipt(ctx context.Context, key string, r record) error {
	a, known := s.agreements[[2]string{r.Us, r.Partner}]
	if !known || a.PartnerReceiptURL != r.URL {
		return transport.Reject(fmt.Errorf("as2: no receipts to %q are agreed any more", r.URL))
	}
	h := headers(a, key+".mdn@o2c")
	h.Set("Content-Type", r.ContentType)
	if _, err := post(ctx, &s.client, a.PartnerReceiptURL, h, r.Body); err != nil {
		return err
	}
	if r.refused {
		return nil
	}
	_, _, err := s.config.Ledger.Keep(ctx, answeredPrefix+key, nil)
	return err
}

// settle takes a receipt from the queue, or puts it off.
func (s *Server) settle(key string, d *dueReceipt, err error) {
	s.queue.Lock()
	defer s.queue.Unlock()
	d.attempts++
	d.next = s.config.Clock().Add(s.config.Retry.Delay(d.attempts))
	if s.due[key] == d && (err == nil || transport.Rejected(err) || s.config.Retry.Spent(d.attempts)) {
		delete(s.due, key)
	}
}

// Pending returns the partners that asynchronous receipts are due to.
func (s *Server) Pending() []string {
	s.queue.Lock()
	defer s.queue.Unlock()
	var partners []string
	for _, d := range s.due {
		partners = append(partners, d.Partner)
	}
	slices.Sort(partners)
	return partners
}
