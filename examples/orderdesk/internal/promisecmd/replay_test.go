package promisecmd_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/promisecmd"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
)

const head = "invoice,sku,description,quantity,time,unit_price_gbp,customer,country\n"

// replay replays rows: invoice, item, quantity, time, price, customer.
func replay(t *testing.T, rows ...string) *promisecmd.Report {
	t.Helper()
	var text strings.Builder
	text.WriteString(head)
	for _, row := range rows {
		f := strings.Split(row, ",")
		fmt.Fprintf(&text, "%s,%s,,%s,%s,%s,%s,United Kingdom\n", f[0], f[1], f[2], f[3], f[4], f[5])
	}
	path := filepath.Join(t.TempDir(), "stream.csv")
	require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600))
	return run(t, path, 1)
}

func run(t *testing.T, path string, questions int) *promisecmd.Report {
	t.Helper()
	report, err := promisecmd.Replay{
		Sales: sales.File{Path: path}, Seed: 7, Services: promisecmd.Services(), Questions: questions, Deliveries: 2,
	}.Run(t.Context())
	require.NoError(t, err)
	balances(t, report)
	return report
}

// balances holds the parts of a report against each other.
func balances(t *testing.T, r *promisecmd.Report) {
	t.Helper()
	require.Empty(t, r.Violations)
	k := r.Kept
	assert.Equal(t, r.Stream.Lines, k.OnTime+k.Late+k.Short+k.Cancelled)
	assert.Equal(t, r.Stream.Lines, r.Promised.AtOnce+r.Promised.Later+r.Promised.Partly+r.Promised.Nothing)
	assert.Equal(t, r.Stream.Units, k.UnitsOrdered)
	assert.Equal(t, k.UnitsOrdered, k.UnitsOnTime+k.UnitsLate+k.UnitsShort+k.UnitsGone)
	assert.Equal(t, k.Late, k.LateToWeek+k.LateToMonth+k.LateBeyond)
	c := r.Cancellations
	assert.Equal(t, c.Units, c.Waiting+c.Released+c.Returned+c.Unmatched)
	assert.Equal(t, k.UnitsGone, c.Waiting+c.Released)
	w := r.Reasons
	assert.Equal(t, k.Late+k.Short, w.Promised+w.Receipt+w.Unknown+w.Slipped)
	assert.Equal(t, r.Stream.Items, r.Shape.Plain+r.Shape.Slice+r.Shape.Tree)
}

// One item, and everything that can happen to a line of it.
func TestReplayByHand(t *testing.T) {
	r := replay(t,
		"1,A,1,2026-03-02T09:00,1.00,C1",
		"1,A,1,2026-03-02T09:00,1.00,C1",    // the same line
		"1,POST,1,2026-03-02T09:00,8.00,C1", // no goods
		"2,A,2,2026-03-02T10:00,1.00,C2",
		"C3,A,-2,2026-03-02T10:30,1.00,C2",     // reserved and not shipped
		"4,A,50000,2026-03-02T11:00,1.00,C3",   // more than there will ever be
		"C5,A,-50000,2026-03-02T11:16,1.00,C3", // the part that waits, and the part that is reserved
		"6,A,3,2026-03-03T12:00,0.00,",         // found
		"7,A,-1,2026-03-03T12:01,0.00,",        // broken
		"C8,A,-2,2026-03-06T09:00,1.00,C1",     // has shipped: returned
		"C9,A,-1,2026-03-06T09:00,1.00,C1",     // nothing is left of it
		"10,A,1,2026-03-06T15:00,1.00,C4",      // a time at the cut-off is late: starts on Sunday
		"C11,D,-1,2026-03-06T15:01,9.00,C4",    // a discount
	)
	assert.Equal(t, promisecmd.Census{
		Rows: 13, Orders: 4, Lines: 4, Units: 50005, Items: 1, Services: 2, Corrections: 2, Cancelled: 4,
		First: "2026-03-02", Last: "2026-03-06",
	}, r.Stream)
	assert.Equal(t, 3, r.Promised.AtOnce)
	assert.Equal(t, 2, r.Kept.OnTime)
	assert.Equal(t, 2, r.Kept.Cancelled)
	assert.Equal(t, int64(3), r.Kept.UnitsOnTime)
	assert.Equal(t, int64(50002), r.Cancellations.Waiting+r.Cancellations.Released)
	assert.Positive(t, r.Cancellations.Waiting)
	assert.GreaterOrEqual(t, r.Cancellations.Released, int64(2))
	assert.Equal(t, int64(2), r.Cancellations.Returned)
	assert.Equal(t, int64(1), r.Cancellations.Unmatched)
	assert.Equal(t, 1, r.Cancellations.Rows)
	assert.Equal(t, int64(3), r.Supply.Found)
	assert.Equal(t, int64(1), r.Supply.WrittenOff)
	assert.Equal(t, int64(2), r.Supply.Returned)
	assert.Equal(t, int64(8), r.Measured.ATP.Count+r.Measured.Earliest.Count+3, "a question for each row of an order")
	assert.Contains(t, r.Text(), "13 rows from 2026-03-02 to 2026-03-06: 4 orders, 4 lines")
}

// stream makes rows at random: few items, many customers, orders that are too much, and
// cancellations of what was ordered and of what was not.
func stream(random *rand.Rand) []string {
	var rows []string
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for n := range 300 {
		at = at.Add(time.Duration(random.IntN(900)) * time.Minute)
		customer := fmt.Sprint("C", random.IntN(6))
		row := func(invoice string, quantity int, price, who string) {
			rows = append(rows, fmt.Sprintf("%s,I%d,%d,%s,%s,%s", invoice, random.IntN(4), quantity, at.Format("2006-01-02T15:04"), price, who))
		}
		switch random.IntN(8) {
		case 0:
			row(fmt.Sprint("C", n), -1-random.IntN(40), "1.00", customer)
		case 1:
			row(fmt.Sprint(n), 1+random.IntN(30)-random.IntN(60), "0.00", "")
		default:
			for range 1 + random.IntN(5) {
				row(fmt.Sprint(n), 1+random.IntN(30)*(1+random.IntN(n/20+1)), "1.00", customer) // demand grows
			}
		}
	}
	return rows
}

// The books agree whatever the stream is, and the report is that of the stream alone.
func TestReplayOfRandomStreams(t *testing.T) {
	late, slipped, returned := 0, 0, int64(0)
	for seed := range uint64(12) {
		rows := stream(rand.New(rand.NewPCG(seed, 1)))
		first, second := replay(t, rows...), replay(t, rows...)
		first.Measured, second.Measured = promisecmd.Measured{}, promisecmd.Measured{}
		require.Equal(t, first, second)
		late += first.Kept.Late
		slipped += first.Reasons.Slipped
		returned += first.Cancellations.Returned
	}
	assert.Positive(t, late)
	assert.Positive(t, slipped)
	assert.Positive(t, returned)
}

func TestReplayRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"older":    head + "1,A,,1,2026-03-02T09:00,1,C,X\n2,A,,1,2026-03-02T08:00,1,C,X\n",
		"no rows":  head,
		"quantity": head + "1,A,,one,2026-03-02T09:00,1,C,X\n",
		"too much": head + "1,A,,99999999999,2026-03-02T09:00,1,C,X\n",
		"no sku":   "invoice,quantity\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stream.csv")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			_, err := promisecmd.Replay{Sales: sales.File{Path: path}, Deliveries: 1}.Run(t.Context())
			require.ErrorContains(t, err, path)
		})
	}
}

// TestReplayOfAYear replays the order lines of a year by others, and counts them again.
func TestReplayOfAYear(t *testing.T) {
	data := os.Getenv("O2C_TESTDATA")
	if data == "" {
		t.Skip("O2C_TESTDATA is not set: no stream by others")
	}
	path := filepath.Join(data, "data", "online-retail.csv.gz")
	r := run(t, path, 1)
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	require.NoError(t, err)
	rows := csv.NewReader(text)
	_, err = rows.Read()
	require.NoError(t, err)
	var want promisecmd.Census
	items, lines := make(map[string]bool), make(map[[2]string]bool)
	var cancelled int64
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		n, err := strconv.ParseInt(row[3], 10, 64)
		require.NoError(t, err)
		want.Rows++
		switch id := row[1]; {
		case slices.Contains([]string{"POST", "DOT", "C2", "D", "M", "m", "S", "B", "PADS", "BANK CHARGES", "AMAZONFEE", "CRUK"}, id),
			strings.HasPrefix(id, "gift_"):
			want.Services++
			continue
		case row[0][0] == 'C':
			want.Cancelled++
			cancelled -= n
		case n < 0 || row[6] == "" && strings.Trim(row[5], "0.") == "":
			want.Corrections++
		default:
			want.Units += n
			lines[[2]string{row[0], id}] = true
		}
		items[row[1]] = true
	}
	want.Items, want.Orders, want.Lines = len(items), r.Stream.Orders, r.Stream.Lines
	want.First, want.Last = "2010-12-01", "2011-12-09"
	assert.Equal(t, want, r.Stream)
	assert.InDelta(t, len(lines), r.Stream.Lines, 30, "few invoices are not in one piece")
	assert.Equal(t, cancelled, r.Cancellations.Units)
	assert.Greater(t, r.Checks, int64(100_000))
	assert.Positive(t, r.Reasons.Promised)
	assert.Positive(t, r.Reasons.Receipt)
	assert.Positive(t, r.Reasons.Unknown)
	assert.Positive(t, r.Reasons.Slipped)
	assert.Positive(t, r.Kept.OnTime)
}

// A quantile of a histogram is at most one part in 32 above that of the sorted durations.
func TestHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var h promisecmd.Histogram
		var all []time.Duration
		for range 1 + random.IntN(500) {
			d := time.Duration(random.Uint64N(1 << (1 + random.IntN(60))))
			h.Add(d)
			all = append(all, d)
		}
		slices.Sort(all)
		for _, q := range []int64{1, 500_000, 990_000, 1_000_000} {
			want := all[(int64(len(all))*q+999_999)/1_000_000-1]
			got := h.Quantile(q)
			require.GreaterOrEqual(t, got, want)
			require.LessOrEqual(t, got-want, want/32)
		}
		require.Equal(t, int64(len(all)), h.Latency().Count)
	}
	var none promisecmd.Histogram
	require.Zero(t, none.Latency())
}
