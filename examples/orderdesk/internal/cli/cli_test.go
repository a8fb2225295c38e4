package cli_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/cli"
)

// orderdesk runs the command line and returns what it printed.
func orderdesk(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = cli.Run(t.Context(), args, &o, &e)
	return status, o.String(), e.String()
}

// summary is what demo --json prints.
type summary struct {
	Files, Interchanges, Sets, Orders, Exceptions, Repeated int
	PassedOver                                              int `json:"passed_over"`
	Invoiced                                                int `json:"orders_invoiced"`
	Documents, Statuses, Holds                              map[string]int
	Reasons                                                 map[string]int `json:"exception_reasons"`
	Ruled                                                   map[string]int `json:"rule_findings"`
	Ties                                                    bool
}

func demo(t *testing.T, args ...string) summary {
	t.Helper()
	status, out, errs := orderdesk(t, append([]string{"--json", "demo"}, args...)...)
	require.Equal(t, 0, status, errs)
	var s summary
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	assert.True(t, s.Ties)
	return s
}

func TestDemo(t *testing.T) {
	dir := t.TempDir()
	s := demo(t, "--dir", dir)
	assert.Equal(t, 22, s.Sets)
	assert.Equal(t, 12, s.Orders)
	assert.Equal(t, map[string]int{
		"order.purchase-order.repeated": 1, "order.line.item-unknown": 1, "item.discontinued": 1,
		"x12.se.count": 1, "gateway.partner": 1,
	}, s.Reasons)
	assert.Equal(t, map[string]int{"credit": 1, "price": 1}, s.Holds)
	assert.Equal(t, map[string]int{
		"order.rule.export": 4, "order.rule.loose": 3, "order.rule.short-notice": 3, "order.rule.price-gap": 1, "order.rule.backorder": 1,
	}, s.Ruled)
	assert.Equal(t, map[string]int{
		"997": 7, "999": 2, "855": 11, "865": 1, "856": 10, "810": 10, "ORDRSP": 1, "DESADV": 1, "INVOIC": 1, "packing lists": 11,
	}, s.Documents)
	assert.Equal(t, 1, s.Statuses["open"], "a backorder")

	files, err := filepath.Glob(filepath.Join(dir, "out", "*-*-*.*[2t]")) // .x12 and .edifact
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(name string) bool { return filepath.Ext(name) == ".txt" })
	assert.Len(t, files, 44)
	status, _, errs := orderdesk(t, append([]string{"edi", "check"}, files...)...)
	assert.Equal(t, 0, status, "what we send, we accept: %s", errs)
	for _, name := range []string{"bigbox", "grocer", "autoline", "harbour"} {
		folder := t.TempDir()
		for _, file := range files {
			if strings.Contains(file, "-"+name+"-") {
				require.NoError(t, os.Rename(file, filepath.Join(folder, filepath.Base(file))))
			}
		}
		status, out, errs := orderdesk(t, "edi", "certify", "--profile", profileFile(name), folder)
		assert.Equal(t, 0, status, "what we send follows the guide of %s: %s%s", name, out, errs)
	}

	again := demo(t, "--dir", dir)
	assert.Equal(t, 0, again.Orders, "the same interchanges make no second order")
	assert.Equal(t, 22, again.Repeated)
	assert.Equal(t, s.Documents, again.Documents)
	assert.Equal(t, s.Statuses, again.Statuses)

	status, out, errs := orderdesk(t, "verify", "--db", filepath.Join(dir, "orderdesk.db"))
	require.Equal(t, 0, status, errs)
	assert.Contains(t, out, "chain unbroken")
}

func TestDemoTellsAPersonWhatHappened(t *testing.T) {
	status, out, errs := orderdesk(t, "demo")
	require.Equal(t, 0, status, errs)
	for _, text := range []string{
		"short by 2,075.00 USD", "the customer expects to pay 360.00 USD", "768 EA of BATT-AA backordered",
		"AL-5001 goes to Windsor, CA: it needs a commercial invoice", "a price of C-100 is 16.4112% below ours",
		"no item of ours is vendor LANTERN-3", "purchase order AL-5002 of customer C-300 is order SO-00000002 already",
		"13 interchanges, 22 sets in = 12 orders + 5 exceptions + 2 passed over + 3 repeated: nothing dropped",
		"matched      855/SO-00000012/1 accepted", "SO-00000008  changed as far as it could be",
	} {
		assert.Contains(t, out, text)
	}
}

func TestVerifyFindsOneChangedByte(t *testing.T) {
	dir := t.TempDir()
	demo(t, "--dir", dir)
	file := filepath.Join(dir, "orderdesk.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `UPDATE journal_events SET data = replace(data, 'HAM-16', 'HAM-17') WHERE position = (
		SELECT min(position) FROM journal_events WHERE instr(data, 'HAM-16') > 0)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	status, out, errs := orderdesk(t, "verify", "--db", file)
	assert.Equal(t, 1, status, out)
	assert.Contains(t, errs, "was altered")
}

func TestVerifyFindsACutTail(t *testing.T) {
	dir := t.TempDir()
	demo(t, "--dir", dir)
	file := filepath.Join(dir, "orderdesk.db")
	_, out, _ := orderdesk(t, "--json", "verify", "--db", file)
	var head struct {
		Position uint64
		Hash     string
	}
	require.NoError(t, json.Unmarshal([]byte(out), &head))
	other := t.TempDir()
	demo(t, "--dir", other, "--orders", "1")
	status, _, errs := orderdesk(t, "verify", "--db", filepath.Join(other, "orderdesk.db"),
		"--position", fmt.Sprint(head.Position), "--hash", head.Hash)
	assert.Equal(t, 1, status, "a journal that ends before the checkpoint")
	assert.Contains(t, errs, "cut off")
}

func TestVerifyReadsOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE mine (x)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	status, out, _ := orderdesk(t, "verify", "--db", file)
	assert.Equal(t, 1, status, out)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, before, after)

	empty := filepath.Join(t.TempDir(), "empty.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	status, out, _ = orderdesk(t, "verify", "--db", empty)
	assert.Equal(t, 1, status, out)
}

func TestLearningCuresExceptions(t *testing.T) {
	dir := t.TempDir()
	first := demo(t, "--dir", dir)
	require.Equal(t, 1, first.Reasons["gateway.partner"])
	cured := demo(t, "--dir", dir, "--learn")
	assert.Equal(t, 2, cured.Orders, "the unknown partner's, and the one with the unknown item")
	assert.Equal(t, 20, cured.Repeated)
	again := demo(t, "--dir", dir, "--learn")
	assert.Equal(t, 0, again.Orders)
	assert.Equal(t, 22, again.Repeated)
}

func TestGeneratedOrders(t *testing.T) {
	s := demo(t, "--orders", "45")
	assert.Equal(t, 45, s.Orders)
	assert.Equal(t, 3, s.Interchanges)
	assert.Equal(t, 45, s.Invoiced)
}

// TestOrdersByOthers runs real interchanges of other people's making.
func TestOrdersByOthers(t *testing.T) {
	data := os.Getenv("O2C_TESTDATA")
	if data == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	s := demo(t, "--edi", filepath.Join(data, "edi", "corpus"), "--learn")
	t.Logf("%+v", s)
	assert.Equal(t, s.Sets, s.Orders+s.Exceptions+s.PassedOver+s.Repeated)
	assert.GreaterOrEqual(t, s.Invoiced, 9)
	assert.GreaterOrEqual(t, s.Orders, 60)
	assert.GreaterOrEqual(t, s.Documents["ORDRSP"], 50, "EDIFACT is answered in EDIFACT")
	known := []string{"order.purchase-order.repeated", "gateway.partner", "edi.change.order", "item.quantity.unknown-unit",
		"message.orders.lin-missing", "message.orders.purpose"}
	for code := range s.Reasons { // what is left is broken, speaks of what was never sent, or cannot be ordered as it is
		assert.True(t, strings.HasPrefix(code, "x12.") || strings.HasPrefix(code, "edifact.") || slices.Contains(known, code), code)
	}
}

// TestBadFiles has files that are no orders: a clear error with its place, in
// little memory, and exit code 1.
func TestBadFiles(t *testing.T) {
	header := "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260330*1200*U*00401*000000001*0*T*>~"
	for name, c := range map[string]struct {
		write func(w io.Writer)
		want  string
	}{
		"empty": {func(io.Writer) {}, `"code":"x12.empty"`},
		"truncated": {func(w io.Writer) {
			_, _ = io.WriteString(w, header+"GS*PO*A*B*20260330*1200*1*X*004010~ST*850*0001~BEG*00")
		}, `"code":"x12.truncated"`},
		"noise": {func(w io.Writer) { _, _ = w.Write(bytes.Repeat([]byte{0, 0xff, '~', 7}, 2000)) }, `"code":"x12.not-x12"`},
		"endless": {func(w io.Writer) {
			_, _ = io.WriteString(w, header)
			for range 100 {
				_, _ = w.Write(bytes.Repeat([]byte{'A'}, 1<<20))
			}
		}, `"code":"x12.limit.segment-bytes"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, err := os.Create(filepath.Join(dir, "in.x12"))
			require.NoError(t, err)
			c.write(file)
			require.NoError(t, file.Close())
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			status, out, errs := orderdesk(t, "edi", "check", file.Name())
			runtime.ReadMemStats(&after)
			assert.Equal(t, 1, status)
			assert.Contains(t, out, c.want)
			assert.Contains(t, out, `"offset":`)
			assert.Empty(t, errs)
			assert.Less(t, after.HeapSys, before.HeapSys+64<<20)

			status, out, errs = orderdesk(t, "demo", "--edi", dir)
			assert.Equal(t, 1, status, errs)
			assert.Contains(t, out, "damaged")
			assert.Contains(t, out, "nothing dropped")
		})
	}
}

// EDIFACT files are told apart by how they begin, and answered with a CONTRL.
func TestEDIFACT(t *testing.T) {
	sample := filepath.Join(t.TempDir(), "orders.edi")
	text := "\r\nUNB+UNOC:3+BUYER+SELLER+260327:1105+7'\r\nUNH+1+ORDERS:D:96A:UN'BGM+220+A1+9'DTM+137:20260327:102'" +
		"NAD+BY+4012345500004::9'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'UNT+9+1'UNZ+1+7'"
	require.NoError(t, os.WriteFile(sample, []byte(text), 0o600))
	status, out, _ := orderdesk(t, "edi", "check", sample)
	assert.Equal(t, 1, status)
	var report struct {
		OK           bool
		Interchanges []struct {
			Standard, Version, Sender, Status string
			Sets                              []struct {
				Set, Control, Status string
				Errors               []struct{ Code, Standard string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.False(t, report.OK)
	require.Len(t, report.Interchanges, 1)
	ic := report.Interchanges[0]
	assert.Equal(t, []string{"EDIFACT", "UNOC:3", "BUYER", "rejected"}, []string{ic.Standard, ic.Version, ic.Sender, ic.Status})
	require.Len(t, ic.Sets, 1)
	assert.Equal(t, []string{"ORDERS", "1", "rejected"}, []string{ic.Sets[0].Set, ic.Sets[0].Control, ic.Sets[0].Status})
	require.Len(t, ic.Sets[0].Errors, 1)
	assert.Equal(t, "0085:29", ic.Sets[0].Errors[0].Standard)

	status, out, _ = orderdesk(t, "edi", "ack", sample)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2'")
	answer := filepath.Join(t.TempDir(), "answer.edi")
	require.NoError(t, os.WriteFile(answer, []byte(out), 0o600))
	status, _, _ = orderdesk(t, "edi", "check", answer)
	assert.Equal(t, 0, status)
	status, _, errs := orderdesk(t, "edi", "ack", answer)
	assert.Equal(t, 0, status)
	assert.Contains(t, errs, "nothing to answer")
}

func TestEDI(t *testing.T) {
	sample := filepath.Join("..", "..", "samples", "harbour-0018.x12")
	status, out, _ := orderdesk(t, "edi", "check", sample)
	assert.Equal(t, 1, status)
	var report struct {
		OK           bool
		Interchanges []struct {
			Status string
			Sets   []struct {
				Status string
				Errors []struct{ Code string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.False(t, report.OK)
	require.Len(t, report.Interchanges, 1)
	assert.Equal(t, "partially_accepted", report.Interchanges[0].Status)
	require.Len(t, report.Interchanges[0].Sets, 2)
	assert.Equal(t, "accepted", report.Interchanges[0].Sets[0].Status)
	assert.Equal(t, "rejected", report.Interchanges[0].Sets[1].Status)
	assert.Equal(t, "x12.se.count", report.Interchanges[0].Sets[1].Errors[0].Code)

	status, out, _ = orderdesk(t, "edi", "ack", sample)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "AK9*P*2*2*1")
	answer := filepath.Join(t.TempDir(), "answer.x12")
	require.NoError(t, os.WriteFile(answer, []byte(out), 0o600))
	status, _, _ = orderdesk(t, "edi", "check", answer)
	assert.Equal(t, 0, status)
	status, _, errs := orderdesk(t, "edi", "ack", answer)
	assert.Equal(t, 0, status)
	assert.Contains(t, errs, "nothing to answer", "an acknowledgement is never acknowledged")

	status, out, _ = orderdesk(t, "edi", "json", filepath.Join("..", "..", "samples", "bigbox-0101.x12"))
	assert.Equal(t, 0, status)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	var set struct {
		Set      string
		Segments [][]string
		Order    struct {
			PurchaseOrder string `json:"purchase_order"`
			Lines         []struct{ Quantity string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &set))
	assert.Equal(t, "4500012001", set.Order.PurchaseOrder)
	assert.Equal(t, "24 EA", set.Order.Lines[0].Quantity)
	assert.Equal(t, "BEG", set.Segments[1][0])
}

func TestExitCodes(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"help":           {[]string{"--help"}, 0},
		"nothing":        {nil, 0},
		"unknown":        {[]string{"fly"}, 2},
		"missing flag":   {[]string{"verify"}, 2},
		"missing file":   {[]string{"edi", "check", "no-such-file"}, 3},
		"two sources":    {[]string{"demo", "--edi", ".", "--orders", "3"}, 3},
		"not a database": {[]string{"verify", "--db", "cli.go"}, 1},
		"position alone": {[]string{"verify", "--db", "cli.go", "--position", "7"}, 3},
		"bad hash":       {[]string{"verify", "--db", "cli.go", "--hash", "xyz"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, errs := orderdesk(t, c.args...)
			assert.Equal(t, c.want, status, errs)
		})
	}
}
