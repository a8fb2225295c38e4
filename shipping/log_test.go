package shipping_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/shipping"
)

var update = flag.Bool("update", false, "write the golden files anew")

var at = time.Date(2026, 3, 30, 15, 0, 0, 0, time.UTC)

// plan makes a shipment of 15 and 5 pieces in two cartons, of one order.
func plan(t testing.TB, numbers shipping.Numbers, id shipping.ID, order string) shipping.Planned {
	t.Helper()
	one, two := line("1", 15, 12), line("2", 5, 10)
	one.Order, two.Order = order, order
	one.UnitWeight, two.UnitWeight = kg("0.35"), kg("1.5")
	one.CustomerPart, one.GTIN = "CP-1", "00614141000012"
	two.Quantity = quantity.MustParse("0.5 CA")
	r := request(one, two)
	r.ID = id
	s, err := shipping.Plan(r, shipping.Packing{Numbers: numbers})
	require.NoError(t, err)
	return shipping.Planned{Shipment: s}
}

func samples(t *testing.T) []any {
	return []any{
		plan(t, newLog(t), "SH-1", "SO-1"),
		shipping.Shipped{Shipment: "SH-1", At: at, Carrier: "UPSN", BillOfLading: "BL-5", Tracking: []string{"1Z999AA10123456784"}},
	}
}

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, shipping.Events(), filepath.Join("testdata", "events"), *update, samples(t)...)
}

// goldenFile reads a file under testdata, after writing it anew if asked to.
func goldenFile(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if json.Valid(data) {
			var pretty bytes.Buffer
			require.NoError(t, json.Indent(&pretty, data, "", "  "))
			data = append(pretty.Bytes(), '\n')
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o644))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	return golden
}

func TestLog(t *testing.T) {
	log := newLog(t)
	first, second := plan(t, log, "SH-1", "SO-1"), plan(t, log, "SH-2", "SO-1")
	require.NoError(t, log.Record(first))
	require.NoError(t, log.Record(second))
	require.NoError(t, log.Record(first), "what has happened is passed over")
	assert.Equal(t, 2, log.Len())

	left := shipping.Shipped{Shipment: "SH-1", At: at}
	require.NoError(t, log.Record(left))
	require.NoError(t, log.Record(left))
	entry, ok := log.Shipment("SH-1")
	require.True(t, ok)
	assert.Equal(t, at, entry.Shipped.At)
	assert.Equal(t, first.Shipment, entry.Shipment)

	of := log.OfOrder("SO-1")
	require.Len(t, of, 2)
	assert.Equal(t, shipping.ID("SH-2"), of[1].Shipment.ID)
	assert.Nil(t, of[1].Shipped)
	assert.Empty(t, log.OfOrder("SO-2"))

	carton, ok := log.OfCarton(second.Shipment.Cartons[1].SSCC)
	require.True(t, ok)
	assert.Equal(t, shipping.ID("SH-2"), carton.Shipment.ID)
	_, ok = log.OfCarton("095287654321012346")
	assert.False(t, ok)
	_, ok = log.Shipment("SH-3")
	assert.False(t, ok)
}

func TestLogRefuses(t *testing.T) {
	log := newLog(t)
	first := plan(t, log, "SH-1", "SO-1")
	require.NoError(t, log.Record(first))
	require.NoError(t, log.Record(shipping.Shipped{Shipment: "SH-1", At: at}))

	other := plan(t, log, "SH-1", "SO-2")
	stolen := plan(t, log, "SH-2", "SO-2")
	stolen.Shipment.Cartons[1].SSCC = first.Shipment.Cartons[1].SSCC
	nameless := plan(t, log, "SH-3", "SO-2")
	nameless.Shipment.ID = ""
	for name, event := range map[string]any{
		"planned otherwise":      other,
		"a carton of another":    stolen,
		"no number":              nameless,
		"left without a plan":    shipping.Shipped{Shipment: "SH-9", At: at},
		"left at another time":   shipping.Shipped{Shipment: "SH-1", At: at.Add(time.Hour)},
		"no event of a shipment": "hello",
	} {
		var misfit *shipping.EventError
		require.ErrorAs(t, log.Record(event), &misfit, name)
	}
	assert.Equal(t, 1, log.Len())
	assert.Empty(t, log.OfOrder("SO-2"))
}

func TestLogUndo(t *testing.T) {
	log := newLog(t)
	event, left := plan(t, log, "SH-1", "SO-1"), shipping.Shipped{Shipment: "SH-1", At: at}
	require.NoError(t, log.Record(event))
	require.NoError(t, log.Record(left))
	var misfit *shipping.EventError
	require.ErrorAs(t, log.Undo(event), &misfit, "it has left")
	require.NoError(t, log.Undo(left))
	require.NoError(t, log.Undo(event))
	require.NoError(t, log.Undo(event), "what did not happen is passed over")
	require.NoError(t, log.Undo(left))
	require.ErrorAs(t, log.Undo(1), &misfit)
	assert.Zero(t, log.Len())
	assert.Empty(t, log.OfOrder("SO-1"))
	_, ok := log.OfCarton(event.Shipment.Cartons[0].SSCC)
	assert.False(t, ok)

	again := plan(t, log, "SH-1", "SO-1")
	assert.NotEqual(t, event.Shipment.Cartons[0].SSCC, again.Shipment.Cartons[0].SSCC, "numbers stay used up")
	require.NoError(t, log.Record(again))
}

// After a replay no carton number that stands in the journal is given out
// again, and the log is what it was.
func TestLogReplay(t *testing.T) {
	ctx := context.Background()
	j := journal.NewMemory()
	log := newLog(t)
	codec := log.Events()
	keep := func(stream string, last journal.Position, events ...any) journal.Position {
		var drafts []journal.Draft
		for _, e := range events {
			require.NoError(t, log.Record(e))
			draft, err := codec.Encode(e)
			require.NoError(t, err)
			draft.At = at
			drafts = append(drafts, draft)
		}
		commit, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{{Stream: stream, Expect: last, Events: drafts}}})
		require.NoError(t, err)
		return commit.Last
	}
	used := make(map[shipping.SSCC]bool)
	for n := range 5 {
		id := shipping.ID(fmt.Sprintf("SH-%d", n))
		event := plan(t, log, id, fmt.Sprintf("SO-%d", n/2))
		last := keep("order/"+string(id), 0, event)
		if n%2 == 0 {
			keep("order/"+string(id), last, shipping.Shipped{Shipment: id, At: at})
		}
		for _, c := range event.Shipment.Cartons {
			used[c.SSCC] = true
		}
		if n == 3 {
			plan(t, log, "SH-lost", "SO-9") // numbers that no event carries
		}
	}
	replayed := newLog(t)
	for e, err := range j.Read(ctx, journal.All, 0) {
		require.NoError(t, err)
		v, known, err := replayed.Events().Decode(e)
		require.NoError(t, err)
		require.True(t, known)
		require.NoError(t, replayed.Apply(e, v))
		require.NoError(t, replayed.Apply(e, v), "an event twice is once")
	}
	for n := range 5 {
		id := shipping.ID(fmt.Sprintf("SH-%d", n))
		was, _ := log.Shipment(id)
		is, ok := replayed.Shipment(id)
		require.True(t, ok)
		assert.Equal(t, was, is)
	}
	assert.Len(t, replayed.OfOrder("SO-1"), 2)
	for range 20 {
		code, err := replayed.Next()
		require.NoError(t, err)
		require.False(t, used[code], "%s stands in the journal", code)
		used[code] = true
	}
	err := replayed.Apply(journal.Event{Position: 7}, shipping.Shipped{Shipment: "?"})
	assert.ErrorContains(t, err, "position 7")
}

func TestLogNumbersAreUniqueUnderConcurrency(t *testing.T) {
	log := newLog(t)
	const workers, each = 8, 200
	codes := make([][]shipping.SSCC, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				code, err := log.Next()
				if err == nil {
					codes[w] = append(codes[w], code)
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[shipping.SSCC]bool)
	for _, some := range codes {
		for _, code := range some {
			require.False(t, seen[code])
			seen[code] = true
		}
	}
	assert.Len(t, seen, workers*each)
}

func TestNewLogRefuses(t *testing.T) {
	var prefix *shipping.PrefixError
	_, err := shipping.NewLog(shipping.LogConfig{})
	require.ErrorAs(t, err, &prefix)
	var serial *shipping.SerialError
	_, err = shipping.NewLog(shipping.LogConfig{Prefix: "061414112345", First: 10_000})
	require.ErrorAs(t, err, &serial)
}

// The largest shipment fits one append of the journal.
func TestLargestShipmentFitsTheJournal(t *testing.T) {
	l := line("1", 12*shipping.MaxCartons, 12)
	l.UnitWeight = kg("0.355")
	s, err := shipping.Plan(request(l), shipping.Packing{Numbers: newLog(t)})
	require.NoError(t, err)
	require.Len(t, s.Cartons, shipping.MaxCartons)
	draft, err := shipping.Events().Encode(shipping.Planned{Shipment: s})
	require.NoError(t, err)
	assert.Less(t, len(draft.Data), journal.MaxBytes*9/10)
}
