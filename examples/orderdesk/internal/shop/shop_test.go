package shop_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/examples/orderdesk/samples"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

// dying is a journal that refuses everything after n appends, as it is for a
// process that dies there.
type dying struct {
	journal.Journal
	n int
}

var errDead = errors.New("the process is dead")

func (d *dying) Append(ctx context.Context, b journal.Batch) (journal.Commit, error) {
	if d.n--; d.n < 0 {
		return journal.Commit{}, errDead
	}
	return d.Journal.Append(ctx, b)
}

// work does a day of the shop: one file in, goods out, papers sent.
func work(ctx context.Context, j journal.Journal) (*shop.Shop, error) {
	master, err := shop.SampleMaster()
	if err != nil {
		return nil, err
	}
	partners, err := shop.SamplePartners()
	if err != nil {
		return nil, err
	}
	now := time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)
	s, err := shop.Open(ctx, shop.Config{
		Journal: j, Clock: func() time.Time { return now }, Master: master, Partners: partners,
	})
	if err != nil {
		return nil, err
	}
	if err := s.OpenBooks(ctx, shop.SampleStock(), shop.SampleCredit()); err != nil {
		return s, err
	}
	file, err := samples.Files.ReadFile("bigbox-0101.x12")
	if err != nil {
		return s, err
	}
	if _, err := s.Take(ctx, "bigbox-0101.x12", strings.NewReader(string(file))); err != nil {
		return s, err
	}
	for o := range s.Desk.Orders() {
		if _, _, err := s.Fulfil(ctx, o.ID, calendar.MustDate("2026-04-10")); err != nil {
			return s, err
		}
	}
	return s, nil
}

// TestNoDocumentIsLost lets the process die after each append in turn; another
// one then finishes the work, and everything is there, once.
func TestNoDocumentIsLost(t *testing.T) {
	whole, err := work(t.Context(), journal.NewMemory())
	require.NoError(t, err)
	want := documents(whole)
	for _, p := range whole.Problems() {
		t.Log(p)
	}
	require.Len(t, want, 7, "997, and for two orders 855, 856 and 810: %v", want)
	for n := 0; ; n++ {
		mem := journal.NewMemory()
		_, err := work(t.Context(), &dying{mem, n})
		if err == nil {
			assert.Greater(t, n, 15, "the day has that many appends")
			return
		}
		require.ErrorIs(t, err, errDead, "append %d", n)
		s, err := work(t.Context(), mem)
		require.NoError(t, err, "append %d", n)
		assert.ElementsMatch(t, want, documents(s), "append %d", n)
		assert.Zero(t, s.Unsent(), "append %d", n)
		assert.Equal(t, 2, s.Inbox.Tally().Ordered)
	}
}

func documents(s *shop.Shop) []string {
	var all []string
	for d := range s.Outbox.Sent() {
		all = append(all, fmt.Sprint(d.Set, " ", d.Order))
	}
	return all
}

// TestRulesAreReplaced puts other rules in force in a shop that works: the next
// order is held, and names the book.
func TestRulesAreReplaced(t *testing.T) {
	s, err := work(t.Context(), journal.NewMemory())
	require.NoError(t, err)
	schema, err := steps.NewHoldSchema(rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.YAML[steps.HoldEffect]("holds.yaml", []byte(`
rules:
  - id: CANADA
    when: shipTo.country == "CA"
    then: { action: hold, kind: compliance, code: canada, text: "no papers for {shipTo.city} yet" }
`)))
	require.NoError(t, err)
	diff := s.Rules.Holds.Replace(book)
	assert.Equal(t, []string{"CANADA"}, diff.Added)
	file, err := samples.Files.ReadFile("autoline-0900.x12")
	require.NoError(t, err)
	taken, err := s.Take(t.Context(), "autoline-0900.x12", strings.NewReader(string(file)))
	require.NoError(t, err)
	o, err := s.Desk.Order(taken.Documents[1].Entry.Outcome.Order)
	require.NoError(t, err)
	require.Len(t, o.OpenHolds(), 1)
	assert.Equal(t, "no papers for Windsor yet", o.OpenHolds()[0].Reason)
	assert.Equal(t, "order desk", o.OpenHolds()[0].Owner)
	decision, _ := o.LastDecision("decide")
	assert.Equal(t, book.Hash(), decision.Book)
}
