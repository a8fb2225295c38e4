package shop

import (
	"slices"
	"sync"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// books keeps at hand what the journal holds and the shop asks for again and
// again: the invoices, and which documents have gone out. It stands in front of
// the register of invoice numbers, whose events it listens to.
type books struct {
	*invoice.Register

	mu        sync.Mutex
	invoices  map[string]invoice.Invoice
	documents map[[2]string]bool // by partner and key
	problems  []Problem
}

// Problem is something that could not be done for an order as it is.
type Problem struct {
	Order order.ID
	// What is ship, bill, or send with the set.
	What string
	Err  error
}

// problem notes a problem, once.
func (b *books) problem(id order.ID, what string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		if p.Order == id && p.What == what {
			return
		}
	}
	b.problems = append(b.problems, Problem{id, what, err})
}

// Problems lists what could not be done, in the order in which it came up.
func (s *Shop) Problems() []Problem {
	s.books.mu.Lock()
	defer s.books.mu.Unlock()
	return slices.Clone(s.books.problems)
}

// Apply lets an invoice of the journal be issued.
func (b *books) Apply(e journal.Event, event any) error {
	if err := b.Register.Apply(e, event); err != nil {
		return err
	}
	if v, ok := event.(invoice.Issued); ok {
		b.issued(v.Invoice)
	}
	return nil
}

func (b *books) issued(i invoice.Invoice) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.invoices[i.Number] = i
}

func (b *books) invoice(number string) (invoice.Invoice, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, ok := b.invoices[number]
	return i, ok
}

func (b *books) sent(partner, key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.documents[[2]string{partner, key}] = true
}

func (b *books) wasSent(partner, key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.documents[[2]string{partner, key}]
}
